//! Is this letter a mail system's word that another could not be delivered?
//!
//! Standard reports say so themselves (RFC 3464). Many systems still write to people in prose instead; those are known by who
//! writes, what the subject says and what the text says, and never by one of these alone: people also write about returned mail.

use crate::{field::Field, mime::Part, words};

/// Characters of the text that are looked at: the verdict stands at the top, the returned letter below it.
const TOP: usize = 3_000;

/// Senders that are mail systems and no people: what stands in From, folded.
const SYSTEMS: &[&str] = &[
    "mailer daemon",
    "mailerdaemon",
    "mdaemon",
    "postmaster",
    "mail delivery s",
    "mail delivery system",
    "delivery subsystem",
    "mail administrator",
    "system administrator",
    "smtp gateways",
    "smtp mail service",
    "internet mail service",
];

/// What the subject of such a letter says, folded.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "non delivery",
    "nondelivery",
    "not delivered",
    "could not be delivered",
    "couldn t be delivered",
    "unable to deliver",
    "delivery fail",
    "failure delivery",
    "delivery status notif",
    "delivery notification",
    "delivery problem",
    "delivery error",
    "delivery warning",
    "delivery delay",
    "failure notice",
    "failed mail",
    "mail failed",
    "mail failure",
    "mail error",
    "mail system error",
    "mail could not",
    "message could not",
    "message status undeliverable",
    "has not yet been delivered",
    "returned mail",
    "returning message to sender",
    "returned to sender",
    "return to sender",
    "rejected mail",
    "automatically rejected",
    "user unknown",
    "unknown user",
    "message delayed",
    "processing error",
    // German, French, Spanish, Italian, Portuguese, Dutch, Russian
    "unzustellbar",
    "nicht zugestellt",
    "zustellung fehlgeschlagen",
    "fehler bei der zustellung",
    "non remis",
    "non distribue",
    "echec de la remise",
    "echec de la distribution",
    "retour de courrier",
    "no se puede entregar",
    "no entregado",
    "no se ha podido entregar",
    "mancato recapito",
    "mancata consegna",
    "nao entregue",
    "onbestelbaar",
    "niet bezorgd",
    "не доставлено",
    "недоставленное",
    // Chinese: each character is a word of its own
    "退 信",
    "无 法 送 达",
];

/// What its text says near the top, folded.
const TEXTS: &[&str] = &[
    "could not be delivered",
    "couldn t be delivered",
    "can t be delivered",
    "cannot be delivered",
    "not be delivered",
    "was not delivered",
    "were not delivered",
    "not delivered to",
    "undeliver",
    "unable to deliver",
    "could not deliver",
    "cannot deliver",
    "can t deliver",
    "failed to deliver",
    "failed delivery",
    "delivery failed",
    "delivery failure",
    "delivery has failed",
    "delivery to the following",
    "did not reach the following",
    "did not reach",
    "has not been delivered",
    "has not yet been delivered",
    "delivery attempt",
    "delivery error",
    "delivery problem",
    "permanent error",
    "permanent fatal error",
    "permanent failure",
    "fatal error",
    "transient error",
    "transcript of session follows",
    "original message follows",
    "message header follows",
    "returned message",
    "returned mail",
    "returned to sender",
    "returned below",
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no mailbox here",
    "mailbox unavailable",
    "mailbox is full",
    "mailbox full",
    "over quota",
    "quota exceeded",
    "exceeded storage",
    "doesn t have a",
    "does not exist",
    "address rejected",
    "addressee unknown",
    "recipient unknown",
    "unknown address",
    "invalid recipient",
    "invalid address",
    "unrouteable",
    "host unknown",
    "host not found",
    "too many hops",
    "message was rejected",
    "mail was rejected",
    "has been rejected",
    "rejected the message",
    "not listed in",
    "not known at",
    "unzustellbar",
    "nicht zugestellt",
    "n a pas pu etre",
    "non remis",
    "no se ha podido entregar",
    "no se pudo entregar",
    "non e stato possibile",
    "nao foi possivel entregar",
    "kon niet worden bezorgd",
    "не доставлено",
    "не может быть доставлено",
    "无 法 送 达",
];

/// Whether the letter reports that another one did not arrive, or not yet. `text` is its readable text.
pub(crate) fn is_bounce(root: &Part<'_>, subject: &str, text: &str) -> bool {
    if is_report(root) {
        return true;
    }
    let says = |words: &str, phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    let subject_says = says(&words::fold(subject), SUBJECTS);
    // The text is long and nearly always a person's: it is looked at last.
    let text_says = || {
        let top = text.char_indices().nth(TOP).map_or(text, |(end, _)| &text[..end]);
        says(&words::fold(top), TEXTS)
    };
    if comes_from_a_system(root) { subject_says || text_says() } else { subject_says && !is_answer(root, subject) && text_says() }
}

/// What says so in a machine's own terms: RFC 3464, Exim's header, or nobody's return path under a system's name.
fn is_report(root: &Part<'_>) -> bool {
    let report = root.kind.media == "multipart/report" && root.kind.report.as_deref() == Some("delivery-status");
    let status = root.children.iter().any(|child| child.kind.media == "message/delivery-status");
    let nobody = root.field("return-path").is_some_and(|field| field.plain().replace(' ', "") == "<>");
    report || status || root.field("x-failed-recipients").is_some() || (nobody && comes_from_a_system(root))
}

fn comes_from_a_system(root: &Part<'_>) -> bool {
    root.field("from").map(Field::text).is_some_and(|from| {
        let from = words::fold(&from);
        SYSTEMS.iter().any(|name| from.contains(name))
    })
}

/// People answer and forward bounces; their letters are letters.
fn is_answer(root: &Part<'_>, subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    ["re:", "fw:", "fwd:", "aw:", "wg:", "tr:", "sv:"].iter().any(|sign| subject.starts_with(sign)) || root.field("in-reply-to").is_some()
}
