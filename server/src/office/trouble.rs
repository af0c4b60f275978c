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

/// A rule of the office that the database keeps, in words, beside its field where it has one.
fn sentence_of(name: &str) -> Problem {
    match name {
        "account_name_taken" | "account_name_known" => Problem::field("name", "Another account has this name. Choose a different one"),
        "account_name_never_changes" => Problem::field("name", "The name of an account never changes"),
        "clear_text_needs_consent" => Problem::field("security", "Only an administrator may allow a connection without encryption"),
        "account_is_no_archive" => Problem::Conflict("Letters from files go into an archive, not into a mailbox that is collected.".into()),
        "account_is_being_removed" => Problem::Conflict("This account is being removed already.".into()),
        "account_has_letters_on_their_way" => {
            Problem::Conflict("Letters of this account are still on their way out. Wait until they are settled, or take them back.".into())
        }
        "account_not_ready" => Problem::Conflict("First test the connection and select at least one folder.".into()),
        "join_is_asked" => Problem::Conflict("You have asked already. The answer will stand under Email accounts.".into()),
        "draft_changed" => Problem::Conflict(SAVED_ELSEWHERE.into()),
        "copy_is_not_given_up" => Problem::Conflict("The copy is in the mailbox, or is still being tried.".into()),
        "draft_is_sent" => Problem::Conflict("This letter is in the outbox already.".into()),
        "letter_is_leaving" => Problem::Conflict("It is too late: the letter is leaving or has left. The outbox says what became of it.".into()),
        "action_text_is_gone" => Problem::field("text", "This text was deleted meanwhile. Choose another one"),
        "action_is_ended" => Problem::Conflict("This planned letter has ended. Plan a new one.".into()),
        "action_is_paused" => Problem::Conflict("The planned letter is paused. Let it go on first.".into()),
        "action_is_opened" => Problem::Conflict("Somebody has opened this letter already and is writing it.".into()),
        "action_is_dealt_with" => Problem::Conflict("Somebody has dealt with this already. The page shows how.".into()),
        "document_text_name_taken" => Problem::field("name", "There is a text of this name already"),
        "cost_centre_name_taken" => Problem::field("name", "There is a cost centre of this name already"),
        "contact_type_name_taken" => Problem::field("name", "There is a contact type of this name already"),
        "queue_name_taken" => Problem::field("name", "There is a queue of this name already"),
        "account_forward_taken" => Problem::field("address", "This address is approved already"),
        "contact_is_gone" => Problem::Conflict(
            "This contact was deleted, or merged into another one, while you were changing it. Nothing is saved. What you typed is still here.".into(),
        ),
        "contact_type_is_last" => Problem::Conflict(
            "Contacts that were deleted or merged still have this type, and there is no other. Add another contact type first.".into(),
        ),
        "contact_type_in_use" => Problem::Conflict("A contact or an account still has this type. Change that first.".into()),
        "queue_in_use" => Problem::Conflict("An account still names this queue, or a letter waits in it. Change that first.".into()),
        "queue_is_built_in" => Problem::Conflict("This queue is built in: what could not be imported must wait somewhere.".into()),
        "service_name_taken" => Problem::field("name", "The cost centre has a service of this name already"),
        "web_configuration_name_taken" => Problem::field("name", "There is a web configuration of this name already"),
        "service_of_another_centre" => Problem::field("service", "Choose a service of the cost centre, or its default"),
        "party_code_taken" | "client_code_taken" => {
            Problem::field("code", "Another client has this code (capitals do not matter). Choose a different one")
        }
        "merge_is_past" => Problem::Conflict(
            "The file has changed since they were merged, so this cannot be undone. Add a client and move the addresses instead.".into(),
        ),
        "user_email_taken" => Problem::field("email", "There is a user with this address already"),
        "account_does_not_send" => Problem::Conflict("This account does not send. Choose another one.".into()),
        "api_token_name_taken" => Problem::field("name", "There is a token of this name already, perhaps one that was taken back"),
        "delivery_is_on_its_way" => Problem::Conflict("It is being delivered at this moment.".into()),
        "no_recipients" => Problem::Conflict("Nobody is to get the letter. Add a recipient.".into()),
        "forward_not_approved" => Problem::Conflict(
            "Letters of this account go only to the addresses that are approved for it, on its Import tab. One of the recipients is not among them.".into(),
        ),
        "forward_not_marked" => Problem::Conflict("A letter that is forwarded must say so in its head. Begin the letter anew.".into()),
        "forward_to_own_account" => {
            Problem::Conflict("This is one of the office’s own addresses: the letter would come back to where it came from.".into())
        }
        "forward_automatic" => {
            Problem::Conflict("A machine wrote this letter, or it is a report that one came back. Such letters are never forwarded.".into())
        }
        "forward_too_many" => Problem::Conflict(
            "Three hundred letters of this account were forwarded within the last hour. Wait a while: this keeps letters from going round.".into(),
        ),
        "reread_is_written" => Problem::Conflict("What was found is being written. Wait until that is through.".into()),
        "reread_is_not_ready" => Problem::Conflict("Look first what would change.".into()),
        "letter_is_on_its_way" => Problem::Conflict("The letter is on its way already.".into()),
        "letter_is_sent" => Problem::Conflict("The server took the letter for every recipient. It is not sent twice.".into()),
        "letter_is_not_uncertain" => Problem::Conflict("It is known by now what became of this letter.".into()),
        "factor_is_on" => Problem::Conflict("The second factor is on already.".into()),
        "already_set_up" => Problem::Conflict("Postroom is set up already. Sign in instead.".into()),
        "last_administrator" => Problem::Conflict("This is the last administrator. Make another one first.".into()),
        _ => Problem::Conflict("Somebody else changed this meanwhile. Reload the page and try again.".into()),
    }
}
