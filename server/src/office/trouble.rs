//! What went wrong below, in the words of the one who asked.
//!
//! Must never: show the store's or a mail server's own words to a person; those go to the log, under a reference.

use model::{Problem, SAVED_ELSEWHERE};
use postroom_store::StoreError;

/// The problem a page shows for an error of the store.
pub fn problem_of(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => Problem::NotFound,
        StoreError::Conflict(name) => sentence_of(name),
        other => unexpected(&other),
    }
}

/// Writes the error to the log under a new reference.
pub fn unexpected(error: &(dyn std::error::Error + 'static)) -> Problem {
    let reference = crate::tokens::new_reference();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    tracing::error!(%reference, error = %text, "A use case failed");
    Problem::Unexpected(reference)
}

/// Rules of the office that the database keeps and that are broken by what stands in one field: the rule, the field, and its words.
const AT_A_FIELD: &[(&str, &str, &str)] = &[
    ("account_name_taken", "name", "Another account has this name. Choose a different one"),
    ("account_name_known", "name", "Another account has this name. Choose a different one"),
    ("account_name_never_changes", "name", "The name of an account never changes"),
    ("clear_text_needs_consent", "security", "Only an administrator may allow a connection without encryption"),
    ("action_text_is_gone", "text", "This text was deleted meanwhile. Choose another one"),
    ("document_text_name_taken", "name", "There is a text of this name already"),
    ("cost_centre_name_taken", "name", "There is a cost centre of this name already"),
    ("contact_type_name_taken", "name", "There is a contact type of this name already"),
    ("queue_name_taken", "name", "There is a queue of this name already"),
    ("account_forward_taken", "address", "This address is approved already"),
    ("service_name_taken", "name", "The cost centre has a service of this name already"),
    ("web_configuration_name_taken", "name", "There is a web configuration of this name already"),
    ("service_of_another_centre", "service", "Choose a service of the cost centre, or its default"),
    ("party_code_taken", "code", "Another client has this code (capitals do not matter). Choose a different one"),
    ("client_code_taken", "code", "Another client has this code (capitals do not matter). Choose a different one"),
    ("user_email_taken", "email", "There is a user with this address already"),
    ("api_token_name_taken", "name", "There is a token of this name already, perhaps one that was taken back"),
];

/// Those that no field stands for, and their words.
const IN_THE_WAY: &[(&str, &str)] = &[
    ("account_is_no_archive", "Letters from files go into an archive, not into a mailbox that is collected."),
    ("account_is_being_removed", "This account is being removed already."),
    (
        "account_has_letters_on_their_way",
        "Letters of this account are still on their way out. Wait until they are settled, or take them back.",
    ),
    ("account_not_ready", "First test the connection and select at least one folder."),
    ("join_is_asked", "You have asked already. The answer will stand under Email accounts."),
    ("draft_changed", SAVED_ELSEWHERE),
    ("copy_is_not_given_up", "The copy is in the mailbox, or is still being tried."),
    ("draft_is_sent", "This letter is in the outbox already."),
    ("letter_is_leaving", "It is too late: the letter is leaving or has left. The outbox says what became of it."),
    ("action_is_ended", "This planned letter has ended. Plan a new one."),
    ("action_is_paused", "The planned letter is paused. Let it go on first."),
    ("action_is_opened", "Somebody has opened this letter already and is writing it."),
    ("action_is_dealt_with", "Somebody has dealt with this already. The page shows how."),
    (
        "contact_is_gone",
        "This contact was deleted, or merged into another one, while you were changing it. Nothing is saved. What you typed is still here.",
    ),
    (
        "contact_type_is_last",
        "Contacts that were deleted or merged still have this type, and there is no other. Add another contact type first.",
    ),
    ("contact_type_in_use", "A contact or an account still has this type. Change that first."),
    ("queue_in_use", "An account still names this queue, or a letter waits in it. Change that first."),
    ("queue_is_built_in", "This queue is built in: what could not be imported must wait somewhere."),
    (
        "merge_is_past",
        "The file has changed since they were merged, so this cannot be undone. Add a client and move the addresses instead.",
    ),
    ("account_does_not_send", "This account does not send. Choose another one."),
    ("delivery_is_on_its_way", "It is being delivered at this moment."),
    ("no_recipients", "Nobody is to get the letter. Add a recipient."),
    (
        "forward_not_approved",
        "Letters of this account go only to the addresses that are approved for it, on its Import tab. One of the recipients is not among them.",
    ),
    ("forward_not_marked", "A letter that is forwarded must say so in its head. Begin the letter anew."),
    ("forward_to_own_account", "This is one of the office’s own addresses: the letter would come back to where it came from."),
    ("forward_automatic", "A machine wrote this letter, or it is a report that one came back. Such letters are never forwarded."),
    (
        "forward_too_many",
        "Three hundred letters of this account were forwarded within the last hour. Wait a while: this keeps letters from going round.",
    ),
    ("reread_is_written", "What was found is being written. Wait until that is through."),
    ("reread_is_not_ready", "Look first what would change."),
    ("letter_is_on_its_way", "The letter is on its way already."),
    ("letter_is_sent", "The server took the letter for every recipient. It is not sent twice."),
    ("letter_is_not_uncertain", "It is known by now what became of this letter."),
    ("factor_is_on", "The second factor is on already."),
    ("already_set_up", "Postroom is set up already. Sign in instead."),
    ("last_administrator", "This is the last administrator. Make another one first."),
];

/// What is said of every other rule.
const MEANWHILE: &str = "Somebody else changed this meanwhile. Reload the page and try again.";

/// A rule of the office that the database keeps, in words, beside its field where it has one.
fn sentence_of(name: &str) -> Problem {
    if let Some((_, field, words)) = AT_A_FIELD.iter().find(|(rule, ..)| *rule == name) {
        return Problem::field(field, words);
    }
    let words = IN_THE_WAY.iter().find(|(rule, _)| *rule == name).map_or(MEANWHILE, |(_, words)| *words);
    Problem::Conflict(words.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_one_sentence() {
        let mut rules: Vec<&str> = AT_A_FIELD.iter().map(|(rule, ..)| *rule).chain(IN_THE_WAY.iter().map(|(rule, _)| *rule)).collect();
        rules.sort_unstable();
        assert!(rules.windows(2).all(|two| two[0] != two[1]), "{rules:?}");
    }
}
