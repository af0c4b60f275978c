//! What an entry of the audit trail says, in a sentence, and where its subject can be looked at.

use model::EventRow;

/// Deeds and their words. What is not here is read from its name.
const WORDS: &[(&str, &str)] = &[
    ("account.added", "connected an account"),
    ("account.application", "changed the application by which an account signs in"),
    ("account.archived", "made an archive of an account"),
    ("account.certificate_pinned", "accepted one certificate for an account"),
    ("account.changed", "changed the settings of an account"),
    ("account.clear_text_allowed", "allowed an account to be used without encryption"),
    ("account.deletion_off", "had letters kept on the server"),
    ("account.deletion_on", "had letters deleted on the server after they are stored"),
    ("account.disabled", "disabled an account after repeated refusals of its password"),
    ("account.enabled", "started the collection of an account"),
    ("account.folders_downloaded", "asked an account for its folders"),
    ("account.folders_selected", "chose the folders of an account"),
    ("account.forward_added", "approved an address that letters of an account may be forwarded to"),
    ("account.forward_changed", "changed an address that letters of an account may be forwarded to"),
    ("account.forward_removed", "took away an address that letters of an account could be forwarded to"),
    ("account.import_changed", "changed whose replies an account imports"),
    ("account.join_asked", "asked to read an account that collects a mailbox already"),
    ("account.join_declined", "declined a request to read an account"),
    ("account.join_shared", "shared an account with somebody who asked"),
    ("account.letters_brought_back", "let removed letters of a mailbox come back"),
    ("account.letters_deleted_on_server", "asked the server to delete letters that are stored here"),
    ("account.paused", "paused an account"),
    ("account.rehearsed", "rehearsed a collection of an account"),
    ("account.removal_begun", "asked for an account to be deleted with its letters"),
    ("account.removed", "deleted an account with its letters"),
    ("account.scheduled", "said when an account is collected"),
    ("account.sending_changed", "changed how an account sends"),
    ("account.sending_proven", "saw that an account sends"),
    ("account.sending_removed", "took the outgoing side of an account away"),
    ("account.sending_started", "let an account send again"),
    ("account.sending_stopped", "stopped the sending of an account after refusals of its password"),
    ("account.settings_searched", "looked for the settings of a mailbox"),
    ("account.shared", "said who else reads an account"),
    ("account.sign_in_refused", "signed in for an account, and the mailbox did not open"),
    ("account.signed_in", "signed in for an account at its provider"),
    ("account.support_file", "took a support file of an account away"),
    ("account.tested", "tested the connection of an account"),
    ("action.changed", "changed a planned letter"),
    ("action.ended", "ended a planned letter"),
    ("action.failed", "could not send a planned letter"),
    ("action.given_up", "gave a planned letter up"),
    ("action.opened", "opened a planned letter for edit"),
    ("action.paused", "paused a planned letter"),
    ("action.planned", "planned a letter"),
    ("action.resumed", "let a planned letter go on"),
    ("action.sent", "had a planned letter leave"),
    ("action.tried_again", "had a planned letter tried again"),
    ("archive.imported", "imported letters from a file"),
    ("audit.exported", "took the audit trail away as a file"),
    ("client.added", "added a client"),
    ("client.changed", "changed a client"),
    ("client.merge_undone", "took a merger of two clients back"),
    ("client.merged", "merged two clients"),
    ("client.summary_printed", "took a client's summary away as a PDF"),
    ("clients.imported", "imported a list of clients"),
    ("contact.added", "added a contact"),
    ("contact.changed", "changed a contact"),
    ("contact.deleted", "deleted a contact"),
    ("contact.merge_undone", "took a merger of two contacts back"),
    ("contact.merged", "merged two contacts"),
    ("contact.put_back", "put a deleted contact back"),
    ("contact_type.added", "added a contact type"),
    ("contact_type.removed", "took a contact type away"),
    ("contact_type.renamed", "renamed a contact type"),
    ("contacts.imported", "imported a list of contacts"),
    ("copies.sealed", "sealed stored copies of letters"),
    ("cost_centre.added", "added a cost centre"),
    ("cost_centre.members_changed", "said who belongs to a cost centre"),
    ("cost_centre.renamed", "renamed a cost centre"),
    ("cost_centre.service_added", "added a service to a cost centre"),
    ("cost_centre.service_changed", "changed a service of a cost centre"),
    ("cost_centre.service_override", "said which account somebody uses for a service"),
    ("cost_centre.service_removed", "took a service of a cost centre away"),
    ("draft.begun", "began a letter"),
    ("draft.discarded", "threw a draft away"),
    ("draft.to_mailbox", "put a draft into the own mailbox"),
    ("filing.undone", "took back what was decided about a letter by hand"),
    ("filter.deleted", "deleted a saved filter"),
    ("filter.saved", "saved a filter"),
    ("history.export_begun", "began to take a history away as a file"),
    ("history.export_broke_off", "did not get the whole of a history: the file broke off"),
    ("history.exported", "took a history away as a file"),
    ("history.printed", "opened a history to print it"),
    ("import.discarded", "discarded a letter that waited for somebody"),
    ("import.released", "gave a letter back that somebody had taken"),
    ("import.reopened", "let a letter wait again that was dealt with"),
    ("import.retried", "let the import rules look at a letter again"),
    ("import.taken", "took a letter that waited for somebody"),
    ("ledger.stated", "stated the ledger of a month"),
    ("letter.copied_again", "had the copy of a sent letter put into its mailbox again"),
    ("letter.exported", "took a letter away as a file"),
    ("letter.file_saved", "saved a file of a letter"),
    ("letter.filed", "filed a letter to a client by hand"),
    ("letter.forwarded", "forwarded a letter to an approved address"),
    ("letter.given_up", "said that a letter did not arrive"),
    ("letter.kept_off", "kept a letter off a client by hand"),
    ("letter.marked_unread", "marked a letter as unread"),
    ("letter.needs_no_answer", "said that a letter needs no answer"),
    ("letter.notice_queued", "handed a letter of its own to the outbox"),
    ("letter.original_viewed", "looked at a letter as it came"),
    ("letter.pictures_fetched", "let a letter fetch its pictures"),
    ("letter.queued", "sent a letter"),
    ("letter.said_sent", "said that a letter arrived"),
    ("letter.sent_again", "sent a letter again"),
    ("letter.taken_back", "took a letter back"),
    ("letter.viewed", "read a letter"),
    ("letter.waits_again", "said that a letter waits for an answer after all"),
    ("letters.reread_accepted", "accepted what reading letters again had found"),
    ("letters.reread_begun", "began to look what reading letters again would change"),
    ("letters.reread_dropped", "dropped what reading letters again had found"),
    ("office.backed_up", "wrote a backup"),
    ("office.email_rules", "changed the rules of e-mail"),
    ("office.old_settings", "took settings of the program before over"),
    ("office.set_up", "set Postroom up"),
    ("office.unattended_sending", "looked whether unattended letters can leave"),
    ("office.web_configuration", "set up a web configuration"),
    ("office.web_configuration_removed", "took a web configuration away"),
    ("queue.added", "added a queue"),
    ("queue.removed", "took a queue away"),
    ("queue.renamed", "renamed a queue"),
    ("session.all_ended", "signed out everywhere"),
    ("session.code_refused", "was refused: the code was wrong"),
    ("session.ended", "signed out, or a session was ended"),
    ("session.recovery_code_used", "used a recovery code"),
    ("session.refused", "was refused: the password was wrong"),
    ("session.started", "signed in"),
    ("text.dropped", "deleted a text that letters are made from"),
    ("text.kept", "wrote a text that letters are made from"),
    ("token.made", "made a token for another system"),
    ("token.revoked", "took the token of another system back"),
    ("user.added", "added a person"),
    ("user.arrival_dated", "said since when a person is here"),
    ("user.changed", "changed what a person may do"),
    ("user.choice", "changed an own choice"),
    ("user.hash_renewed", "stored a password with today's care"),
    ("user.invited", "invited a person"),
    ("user.joined", "came by an invitation"),
    ("user.link_revoked", "took a link back"),
    ("user.password_changed", "changed the own password"),
    ("user.password_reset", "set a new password"),
    ("user.recovery_codes_made", "made new recovery codes"),
    ("user.reset_link_made", "made a link for a new password"),
    ("user.second_factor_off", "turned the own second factor off"),
    ("user.second_factor_on", "turned the own second factor on"),
    ("user.second_factor_optional", "made the second factor optional"),
    ("user.second_factor_required", "required a second factor of everybody"),
    ("user.second_factor_reset", "took a person's second factor away"),
    ("user.send_as_added", "added an address to send mail as"),
    ("user.send_as_code_sent", "sent a code that proves an address"),
    ("user.send_as_proven", "proved an address by its code"),
    ("user.send_as_removed", "took an address to send mail as away"),
    ("user.sender_changed", "changed who somebody is on letters"),
    ("webhook.added", "had another system told what happens"),
    ("webhook.redelivered", "had another system told something again"),
    ("webhook.removed", "took a webhook away"),
    ("webhook.stopped", "stopped to tell another system, which did not answer"),
    ("webhook.switched", "switched a webhook on or off"),
    ("webhook.tested", "sent a test to another system"),
];

/// "read a letter".
pub fn deed(action: &str) -> String {
    match WORDS.iter().find(|(known, _)| *known == action) {
        Some((_, words)) => (*words).to_owned(),
        None => action.replace(['.', '_'], " "),
    }
}

/// Who did it, in words.
pub fn who(principal: &str) -> String {
    match principal {
        "console" => "The console".to_owned(),
        "scheduler" => "The scheduler".to_owned(),
        "nobody" => "Somebody unknown".to_owned(),
        other => other.strip_prefix("token:").map_or_else(|| other.to_owned(), |name| format!("The system “{name}”")),
    }
}

/// What it is about: its words and, where there is one, its page.
pub fn subject(event: &EventRow) -> (String, Option<String>) {
    let Some((kind, id)) = event.subject.split_once(':') else { return (String::new(), None) };
    let plain = || format!("{} {id}", kind.replace('_', " "));
    let words = event.about.clone().unwrap_or_else(plain);
    let page = match kind {
        "action" => Some(format!("/actions/{id}")),
        "client" => Some(format!("/clients/{id}")),
        "contact" => Some(format!("/contacts/{id}")),
        "letter" => Some(format!("/messages/{id}")),
        "account" => Some(format!("/accounts/{id}")),
        "user" => Some(format!("/settings/people/{id}")),
        "outbox" => Some(format!("/outbox/{id}")),
        "cost_centre" => Some(format!("/settings/cost-centres/{id}")),
        _ => None,
    };
    (words, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn an_entry_reads_as_a_sentence_even_when_its_deed_is_new() {
        assert_eq!(deed("letter.viewed"), "read a letter");
        assert_eq!(deed("client.merged_away"), "client merged away");
        let event = EventRow {
            seq: 1,
            at: 0,
            principal: "console".into(),
            action: "client.added".into(),
            subject: "client:7".into(),
            detail: String::new(),
            about: None,
            said: None,
        };
        assert_eq!(subject(&event), ("client 7".to_owned(), Some("/clients/7".to_owned())));
        assert_eq!(who(&event.principal), "The console");
    }

    // S4: what is written down can be filtered for, and no filter is for what nobody writes.
    #[test]
    fn every_kind_of_deed_can_be_filtered_for() {
        use std::collections::BTreeSet;
        let kinds: BTreeSet<&str> = WORDS.iter().filter_map(|(deed, _)| deed.split('.').next()).collect();
        let groups: BTreeSet<&str> = model::EVENT_GROUPS.iter().map(|(group, _)| *group).collect();
        assert_eq!(kinds, groups);
        assert_eq!(groups.len(), model::EVENT_GROUPS.len(), "each stands once");
    }

    #[test]
    fn deeds_stand_in_order_and_once() {
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    /// Read like deeds and are none: names of columns and placeholders, scopes of tokens, names of files.
    const NO_DEEDS: &[&str] = &[
        "account.name",
        "action.every",
        "action.mode",
        "action.recipients",
        "action.state",
        "action_occurrence.state",
        "audit.head",
        "client.address",
        "client.code",
        "client.name",
        "client.partner_address",
        "clients.csv",
        "clients.read",
        "clients.write",
        "contact_type.name",
        "cost_centre.name",
        "letters.read",
        "letters.send",
        "office.cost_centre",
        "queue.name",
    ];

    fn sources(folder: &Path, all: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["tests", "lab", "xtask"].contains(&&*name) {
                sources(&path, all);
            } else if name.ends_with(".rs") && !name.ends_with("_tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                all.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
            }
        }
    }

    /// Words between quotation marks that read like a deed, and whether they stand where one is written down.
    fn deeds_in(text: &str) -> Vec<(&str, bool)> {
        let mut found = Vec::new();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let written = ["event(", "record(", "note_look(", "action"].iter().any(|word| line.contains(word));
            for word in line.split('"').skip(1).step_by(2) {
                let parts: Vec<&str> = word.split('.').collect();
                let plain = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                if parts.len() == 2 && parts.iter().all(plain) {
                    found.push((word, written));
                }
            }
        }
        found
    }

    // S4: a deed without words would still be shown, by its name; so nobody noticed.
    #[test]
    fn whatever_the_server_writes_down_has_words_and_no_words_are_for_nothing() {
        let mut texts = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../server"), &mut texts);
        let found: Vec<(&str, bool)> = texts.iter().flat_map(|text| deeds_in(text)).collect();
        let nouns: Vec<&str> = WORDS.iter().filter_map(|(deed, _)| deed.split('.').next()).collect();
        let known = |deed: &str| WORDS.iter().any(|(known, _)| *known == deed);
        let mut without: Vec<&str> = found
            .iter()
            .filter(|(deed, written)| *written || nouns.contains(&deed.split('.').next().unwrap_or_default()))
            .map(|(deed, _)| *deed)
            .filter(|deed| !known(deed) && !NO_DEEDS.contains(deed))
            .collect();
        without.sort_unstable();
        without.dedup();
        assert!(without.is_empty(), "deeds without words: {without:?}");
        let stale: Vec<&str> = WORDS.iter().map(|(deed, _)| *deed).filter(|deed| !found.iter().any(|(there, _)| there == deed)).collect();
        assert!(stale.is_empty(), "words for what nobody writes: {stale:?}");
    }
}
