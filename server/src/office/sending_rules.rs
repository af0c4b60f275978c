//! Rules that a letter must keep before it may leave (TP-31 to TP-35, FC-21 to FC-23, FC-30, IT-22, FN-16, O19, O27): a pure function,
//! asked before a letter is queued, whatever the page allowed.

use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, EmailRules, Permission, Problem, SendAs, SendAsKind, SendAsOwner, Sender, UserId};

/// A letter that is about to leave, as far as rules go.
#[derive(Debug, Clone, Copy)]
pub struct Intended<'a> {
    /// Address in From.
    pub from: &'a str,
    /// Address in Reply-To, if there is one.
    pub reply_to: Option<&'a str>,
    /// How many in To.
    pub to: usize,
    /// How many in Cc.
    pub cc: usize,
    /// How many in Bcc.
    pub bcc: usize,
    /// Names of attached files.
    pub attachments: &'a [String],
}

/// Who writes it, through what.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    /// Somebody writes it; else it leaves unattended.
    pub person: bool,
    /// His or her sender; `None` = not set up.
    pub sender: Option<Sender>,
    /// Holds `Messaging.Email.UpdateFrom`.
    pub may_update_from: bool,
    /// Sender's address of the account that sends; proven, else the ladder does not name it.
    pub account_address: String,
    /// Other proven From addresses of the writer and of the account.
    pub proven_from: Vec<String>,
    /// Proven Reply-To addresses of the writer and of the account.
    pub proven_reply_to: Vec<String>,
}

impl Office {
    /// Why this letter may not leave: a sentence a rule, none = it may. `user` = who writes, `None` = nobody.
    pub async fn sending_refusals(
        &self,
        who: &Principal,
        user: Option<UserId>,
        account: AccountId,
        letter: &Intended<'_>,
    ) -> Result<Vec<String>, Problem> {
        let rules = self.store.email_rules().await.map_err(problem_of)?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let proven = self.store.send_as_list().await.map_err(problem_of)?;
        // Whoever may not write in another name cannot take one that was proven for the account by calling himself so.
        let shared = user.is_none() || who.may(Permission::UpdateFrom);
        let of = |kind: SendAsKind| addresses(&proven, kind, user, (shared || kind == SendAsKind::ReplyTo).then_some(account));
        let writer = Writer {
            person: user.is_some(),
            sender: book.senders.iter().find(|(id, _)| Some(*id) == user).map(|(_, sender)| sender.clone()),
            may_update_from: who.may(Permission::UpdateFrom),
            account_address: book.accounts.iter().find(|one| one.id == account).map(|one| one.sender_address.clone()).unwrap_or_default(),
            proven_from: of(SendAsKind::From),
            proven_reply_to: of(SendAsKind::ReplyTo),
        };
        Ok(refusals(&rules, &writer, letter))
    }
}

/// Proven addresses of a person and, where it counts, of an account.
fn addresses(all: &[SendAs], kind: SendAsKind, user: Option<UserId>, account: Option<AccountId>) -> Vec<String> {
    let theirs = |one: &&SendAs| match one.owner {
        SendAsOwner::User(owner) => Some(owner) == user,
        SendAsOwner::Account(owner) => Some(owner) == account,
    };
    all.iter().filter(|one| one.kind == kind && one.proven_at.is_some()).filter(theirs).map(|one| one.address.clone()).collect()
}

/// One spelling for one address.
fn same(one: &str, other: &str) -> bool {
    let canonical = |text: &str| postroom_mail::address::canonical(text).unwrap_or_else(|| text.trim().to_lowercase());
    !one.trim().is_empty() && canonical(one) == canonical(other)
}

/// Each rule that the letter breaks, in words that name it.
pub fn refusals(rules: &EmailRules, writer: &Writer, letter: &Intended<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let recipients = letter.to + letter.cc + letter.bcc;
    let most = usize::try_from(rules.recipients).unwrap_or(0);
    if recipients == 0 {
        broken.push("The letter has no recipient.".to_owned());
    }
    if recipients > most {
        broken.push(format!(
            "Recipient limit: a letter goes to {most} recipients at most, and this one has {recipients}. Letters to many are not sent from here."
        ));
    }
    if letter.cc > 0 && !rules.allow_cc {
        broken.push("Allow CC is off: move the recipients in Cc to To, or leave them out.".to_owned());
    }
    if letter.bcc > 0 && !rules.allow_bcc {
        broken.push("Allow BCC is off: leave the recipients in Bcc out.".to_owned());
    }
    if !rules.allow_docx && letter.attachments.iter().any(|name| is_word_file(name)) {
        broken.push("Allow Attachment of Docx is off: attach the document as a PDF.".to_owned());
    }
    from(rules, writer, letter.from, &mut broken);
    reply_to(writer, letter, &mut broken);
    broken
}

fn from(rules: &EmailRules, writer: &Writer, from: &str, broken: &mut Vec<String>) {
    let own = match (&writer.sender, writer.person) {
        (Some(sender), true) => {
            if !sender.may_send {
                broken.push("E-mail is switched off for you: an administrator can allow it under Senders.".to_owned());
            }
            sender.address.as_str()
        }
        (None, true) => {
            broken.push("You have no sender yet: enter the name and address that stand on your letters under Senders.".to_owned());
            ""
        }
        (_, false) if same(from, &rules.default_email) => rules.default_email.as_str(),
        (_, false) => writer.account_address.as_str(),
    };
    let other = !same(from, own);
    let matches = same(from, &writer.account_address);
    // O19: whoever may write in another name is told of both rules; the match wins.
    if rules.match_from && !matches {
        let also = if other && writer.may_update_from {
            ". Messaging.Email.UpdateFrom allows you another From address, and this rule wins"
        } else {
            ""
        };
        broken.push(format!(
            "Send and From Match is on: the letter must come from {}, the address of the account that sends{also}.",
            writer.account_address
        ));
    }
    if other && writer.person && !own.is_empty() && !writer.may_update_from {
        broken.push("Another From address than your own needs the permission Messaging.Email.UpdateFrom.".to_owned());
    }
    let proven = matches || writer.proven_from.iter().any(|address| same(address, from));
    if !proven {
        broken.push("The From address is not proven: confirm it under Send Mail As.".to_owned());
    }
}

fn reply_to(writer: &Writer, letter: &Intended<'_>, broken: &mut Vec<String>) {
    let Some(reply_to) = letter.reply_to.filter(|address| !same(address, letter.from)) else { return };
    let known = writer.proven_reply_to.iter().chain(&writer.proven_from).any(|address| same(address, reply_to));
    if !known && !same(reply_to, &writer.account_address) {
        broken.push("The Reply-To address is not proven: confirm it under Send Mail As.".to_owned());
    }
}

/// A Word file by its name: with macros or without, or a template.
fn is_word_file(name: &str) -> bool {
    let ending = name.trim_end_matches(['.', ' ']).rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    matches!(ending.as_deref(), Some("docx" | "docm" | "dotx" | "dotm" | "doc" | "dot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> Writer {
        Writer {
            person: true,
            sender: Some(Sender { name: "Ann".into(), address: "ann@office.example".into(), may_send: true, ..Sender::default() }),
            may_update_from: false,
            account_address: "office@office.example".into(),
            proven_from: vec!["ann@office.example".into(), "list@office.example".into()],
            proven_reply_to: vec!["answers@office.example".into()],
        }
    }

    fn letter() -> Intended<'static> {
        Intended { from: "Ann@Office.example", reply_to: None, to: 1, cc: 0, bcc: 0, attachments: &[] }
    }

    fn names(rules: &EmailRules, writer: &Writer, letter: &Intended<'_>) -> Vec<String> {
        refusals(rules, writer, letter)
    }

    // TP-31 to TP-35, FC-21 to FC-23, FC-30, FN-16, IT-22, O27
    #[test]
    fn each_rule_refuses_by_its_name_and_nothing_else_does() {
        let on = EmailRules::default();
        let word = ["Offer.DOCX".to_owned()];
        let pdf = ["offer.docx.pdf".to_owned()];
        let off = Writer { sender: writer().sender.map(|sender| Sender { may_send: false, ..sender }), ..writer() };
        let may = Writer { may_update_from: true, ..writer() };
        let nobody = Writer { person: false, sender: None, ..writer() };
        let unproven = Writer { proven_from: Vec::new(), ..writer() };
        let rows: Vec<(&str, EmailRules, Writer, Intended<'_>, &[&str])> = vec![
            ("as it should be", on.clone(), writer(), letter(), &[]),
            ("to nobody", on.clone(), writer(), Intended { to: 0, ..letter() }, &["no recipient"]),
            ("twenty in all", on.clone(), writer(), Intended { to: 10, cc: 5, bcc: 5, ..letter() }, &[]),
            ("twenty-one in all", on.clone(), writer(), Intended { to: 10, cc: 6, bcc: 5, ..letter() }, &["Recipient limit"]),
            ("Cc", EmailRules { allow_cc: false, ..on.clone() }, writer(), Intended { cc: 1, ..letter() }, &["Allow CC"]),
            ("Bcc", EmailRules { allow_bcc: false, ..on.clone() }, writer(), Intended { bcc: 1, ..letter() }, &["Allow BCC"]),
            ("neither", EmailRules { allow_cc: false, allow_bcc: false, ..on.clone() }, writer(), letter(), &[]),
            ("a Word file", on.clone(), writer(), Intended { attachments: &word, ..letter() }, &["Docx"]),
            (
                "a Word file, allowed",
                EmailRules { allow_docx: true, ..on.clone() },
                writer(),
                Intended { attachments: &word, ..letter() },
                &[],
            ),
            ("a PDF", on.clone(), writer(), Intended { attachments: &pdf, ..letter() }, &[]),
            ("switched off", on.clone(), off, letter(), &["switched off"]),
            ("without a sender", on.clone(), Writer { sender: None, ..writer() }, letter(), &["no sender"]),
            ("another From", on.clone(), writer(), Intended { from: "list@office.example", ..letter() }, &["Messaging.Email.UpdateFrom"]),
            ("another From, allowed", on.clone(), may.clone(), Intended { from: "list@office.example", ..letter() }, &[]),
            ("another From, unproven", on.clone(), may.clone(), Intended { from: "boss@elsewhere.example", ..letter() }, &["not proven"]),
            ("one's own, unproven", on.clone(), unproven, letter(), &["not proven"]),
            ("a match that does not", EmailRules { match_from: true, ..on.clone() }, writer(), letter(), &["Send and From Match"]),
            (
                "a match that does",
                EmailRules { match_from: true, ..on.clone() },
                Writer { account_address: "ann@office.example".into(), ..writer() },
                letter(),
                &[],
            ),
            ("a proven Reply-To", on.clone(), writer(), Intended { reply_to: Some("Answers@office.example"), ..letter() }, &[]),
            ("another Reply-To", on.clone(), writer(), Intended { reply_to: Some("me@home.example"), ..letter() }, &["Reply-To"]),
            ("nobody writes", on.clone(), nobody.clone(), Intended { from: "office@office.example", ..letter() }, &[]),
            (
                "nobody writes as somebody",
                on.clone(),
                nobody.clone(),
                Intended { from: "x@elsewhere.example", ..letter() },
                &["not proven"],
            ),
            (
                "the default address",
                EmailRules { default_email: "list@office.example".into(), ..on.clone() },
                nobody,
                Intended { from: "list@office.example", ..letter() },
                &[],
            ),
            (
                "several at once",
                EmailRules { allow_cc: false, allow_bcc: false, recipients: 1, ..on },
                writer(),
                Intended { cc: 1, bcc: 1, attachments: &word, ..letter() },
                &["Recipient limit", "Allow CC", "Allow BCC", "Docx"],
            ),
        ];
        for (name, rules, writer, letter, due) in rows {
            let broken = names(&rules, &writer, &letter);
            assert_eq!(broken.len(), due.len(), "{name}: {broken:?}");
            assert!(due.iter().zip(&broken).all(|(word, sentence)| sentence.contains(word)), "{name}: {broken:?}");
        }
    }

    // O19
    #[test]
    fn the_match_wins_over_the_permission_and_both_are_named() {
        let rules = EmailRules { match_from: true, ..EmailRules::default() };
        let broken = refusals(&rules, &Writer { may_update_from: true, ..writer() }, &Intended { from: "list@office.example", ..letter() });
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert!(broken[0].contains("Send and From Match") && broken[0].contains("Messaging.Email.UpdateFrom"), "{broken:?}");
    }
}
