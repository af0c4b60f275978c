//! What a server's words mean for a letter and each of its recipients. Pure: the code decides, never a library's class of error.

use model::{OutboxRecipient, OutboxState, RecipientState};
use postroom_connect::{
    ConnectError,
    graph::HandedIn,
    smtp::{SmtpEnd, SmtpReply, SmtpStage},
};
use std::time::Duration;

const MINUTE: i64 = 60_000;
/// After which attempt how long is waited; afterwards an hour each time (RFC 5321 §4.5.4.1).
const PLAN: [i64; 4] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];
/// After this long a letter is given up.
const GIVEN_UP: i64 = 48 * 60 * MINUTE;

/// Other letters may leave: those from the mailbox's own address do.
const SEND_AS_DENIED: &str = "The provider does not let the mailbox that signed in send as this sender. Write from the mailbox’s own address, or have whoever runs it permit that (Send As).";

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// The server took the letter. What was said about recipients, in the order of the envelope.
    Taken(SmtpReply, Vec<SmtpReply>),
    /// It did not, or nobody knows.
    Ended(SmtpStage, SmtpEnd, Vec<SmtpReply>),
    /// There was no session to send by.
    NotConnected(ConnectError),
    /// Handed in by Graph: one answer for all recipients.
    HandedIn(HandedIn),
}

/// What is kept of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub state: OutboxState,
    pub stage: &'static str,
    pub reply: String,
    pub reason: String,
    pub recipients: Vec<(i64, RecipientState, String)>,
    /// Nothing more is sent through the account until a person looks at it: why.
    pub stop: Option<String>,
    /// The service asks to wait at least so long, ms.
    pub wait: i64,
}

/// When to try again: `None` = not any more.
pub(crate) fn next_try(planned: i64, tried_from: i64, now: i64) -> Option<i64> {
    let at = usize::try_from(planned - 1).unwrap_or(0);
    let next = now + PLAN.get(at).copied().unwrap_or(60 * MINUTE);
    (next - tried_from <= GIVEN_UP).then_some(next)
}

/// The verdict on one recipient whom the server answered.
pub(crate) fn of_recipient(reply: &SmtpReply, retry_refusals: bool) -> RecipientState {
    if reply.is_yes() {
        RecipientState::Accepted
    } else if reply.is_no() && !is_odd_refusal(reply, retry_refusals) {
        RecipientState::Refused
    } else {
        RecipientState::Deferred
    }
}

/// Some servers say 550 without a reason for what passes; an account can be told so.
fn is_odd_refusal(reply: &SmtpReply, retry_refusals: bool) -> bool {
    retry_refusals && reply.code == 550 && reply.enhanced().is_none_or(|(_, subject, detail)| (subject, detail) == (5, 0))
}

/// Why nothing more leaves through the account until a person has looked at it.
fn stops(error: &ConnectError) -> Option<String> {
    match error {
        // The token server's code alone says nothing to people.
        ConnectError::SignIn { .. } if error.is_about_a_token() => Some(error.sentence()),
        ConnectError::SignIn { said } => Some(said.clone()),
        ConnectError::Settings { sentence } | ConnectError::Permission { sentence, .. } => Some(sentence.clone()),
        _ => None,
    }
}

/// Judges an attempt.
pub(crate) fn judge(attempt: &Attempt, recipients: &[OutboxRecipient], retry_refusals: bool) -> Judged {
    let case = Case { recipients, retry_refusals };
    match attempt {
        Attempt::Taken(reply, replies) => case.taken(reply, replies),
        Attempt::Ended(stage, SmtpEnd::NoRecipient, replies) => case.no_recipient(*stage, replies),
        Attempt::Ended(stage, SmtpEnd::Said(reply), replies) => case.said(*stage, reply, replies),
        Attempt::Ended(stage, SmtpEnd::Unable(why), _) => {
            judged(OutboxState::Refused, stage.as_str(), String::new(), why, case.all(RecipientState::Refused, ""))
        }
        Attempt::Ended(SmtpStage::Letter, SmtpEnd::Lost(error), _) => {
            let reason = format!(
                "The connection was lost before the server's last answer, so nobody knows whether it took the letter. {}",
                error.sentence()
            );
            // What was said about recipients was kept when the letter began.
            judged(OutboxState::Uncertain, "letter", error.server_text().to_owned(), &reason, Vec::new())
        }
        Attempt::Ended(stage, SmtpEnd::Lost(error), replies) => {
            let list = without_accepted(case.answered(replies), RecipientState::Waiting, "");
            judged(OutboxState::Deferred, stage.as_str(), error.server_text().to_owned(), &error.sentence(), list)
        }
        Attempt::NotConnected(error) => {
            let mut none = judged(OutboxState::Deferred, "connection", error.server_text().to_owned(), &error.sentence(), Vec::new());
            none.stop = stops(error);
            if let ConnectError::Later { wait, .. } = error {
                none.wait = millis(*wait);
            }
            none
        }
        Attempt::HandedIn(outcome) => case.handed_in(outcome),
    }
}

type Fates = Vec<(i64, RecipientState, String)>;

fn judged(state: OutboxState, stage: &'static str, reply: String, reason: &str, recipients: Fates) -> Judged {
    Judged { state, stage, reply, reason: reason.to_owned(), recipients, stop: None, wait: 0 }
}

fn millis(wait: Option<Duration>) -> i64 {
    wait.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4))
}

/// Those whom the server would have taken have not got anything yet.
fn without_accepted(mut list: Fates, instead: RecipientState, words: &str) -> Fates {
    for (_, state, reply) in list.iter_mut().filter(|(_, state, _)| *state == RecipientState::Accepted) {
        *state = instead;
        if instead != RecipientState::Waiting {
            *reply = words.to_owned();
        }
    }
    list
}

/// Whom an attempt was for.
struct Case<'a> {
    recipients: &'a [OutboxRecipient],
    retry_refusals: bool,
}

impl Case<'_> {
    fn answered(&self, replies: &[SmtpReply]) -> Fates {
        let each = self.recipients.iter().zip(replies);
        each.map(|(one, reply)| (one.position, of_recipient(reply, self.retry_refusals), reply.text())).collect()
    }

    /// One fate for all.
    fn all(&self, state: RecipientState, words: &str) -> Fates {
        self.recipients.iter().map(|one| (one.position, state, words.to_owned())).collect()
    }

    fn taken(&self, reply: &SmtpReply, replies: &[SmtpReply]) -> Judged {
        let recipients = self.answered(replies);
        let count = |wanted| recipients.iter().filter(|(_, state, _)| *state == wanted).count();
        let (later, refused) = (count(RecipientState::Deferred), count(RecipientState::Refused));
        let state = if later > 0 { OutboxState::Deferred } else { OutboxState::Sent };
        let reason = match (later, refused) {
            (0, 0) => String::new(),
            (0, n) => format!("{n} of {} recipients were refused", recipients.len()),
            (n, _) => format!("{n} of {} recipients are tried again", recipients.len()),
        };
        judged(state, "letter", reply.text(), &reason, recipients)
    }

    fn no_recipient(&self, stage: SmtpStage, replies: &[SmtpReply]) -> Judged {
        let recipients = self.answered(replies);
        let later = recipients.iter().any(|(_, state, _)| *state == RecipientState::Deferred);
        let (state, reason) = if later {
            (OutboxState::Deferred, "The server takes it later")
        } else {
            (OutboxState::Refused, "The server refused every recipient")
        };
        judged(state, stage.as_str(), replies.last().map(SmtpReply::text).unwrap_or_default(), reason, recipients)
    }

    fn said(&self, stage: SmtpStage, reply: &SmtpReply, replies: &[SmtpReply]) -> Judged {
        let words = reply.text();
        let answered = self.answered(replies);
        // 530, 535: who we are is not enough. That is no refusal of this letter.
        if matches!(reply.code, 530 | 534 | 535 | 538) && stage != SmtpStage::Letter {
            let list = without_accepted(answered, RecipientState::Waiting, "");
            let stopped = judged(OutboxState::Deferred, stage.as_str(), words.clone(), "The server asks us to sign in", list);
            return Judged { stop: Some(words), ..stopped };
        }
        if !reply.is_no() || is_odd_refusal(reply, self.retry_refusals) {
            let list = without_accepted(answered, RecipientState::Deferred, &words);
            return judged(OutboxState::Deferred, stage.as_str(), words, "The server takes it later", list);
        }
        let mut list = without_accepted(answered, RecipientState::Refused, &words);
        // Those who were not asked about share the fate of the letter.
        let asked: Vec<i64> = list.iter().map(|(position, ..)| *position).collect();
        let rest = self.recipients.iter().filter(|one| !asked.contains(&one.position));
        list.extend(rest.map(|one| (one.position, RecipientState::Refused, words.clone())));
        let reason = if reply.denies_sender() { SEND_AS_DENIED } else { "The server refused the letter" };
        judged(OutboxState::Refused, stage.as_str(), words, reason, list)
    }

    fn handed_in(&self, outcome: &HandedIn) -> Judged {
        match outcome {
            HandedIn::Taken(said) => judged(OutboxState::Sent, "letter", said.clone(), "", self.all(RecipientState::Accepted, said)),
            HandedIn::Later { said, wait } => {
                let list = self.all(RecipientState::Deferred, said);
                let later = judged(OutboxState::Deferred, "letter", said.clone(), "The service takes it later", list);
                Judged { wait: millis(*wait), ..later }
            }
            HandedIn::Refused { said, sentence } => {
                judged(OutboxState::Refused, "letter", said.clone(), sentence, self.all(RecipientState::Refused, said))
            }
            HandedIn::NotAllowed(error) => {
                let (words, list) = (error.server_text().to_owned(), self.all(RecipientState::Waiting, ""));
                let stopped = judged(OutboxState::Deferred, "letter", words, &error.sentence(), list);
                Judged { stop: stops(error), ..stopped }
            }
            HandedIn::Lost(error) => {
                let reason = format!("Nobody knows whether the service took the letter. {}", error.sentence());
                judged(OutboxState::Uncertain, "letter", error.server_text().to_owned(), &reason, Vec::new())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::RecipientRole;

    fn reply(code: u16) -> SmtpReply {
        SmtpReply { code, lines: vec!["words".into()] }
    }

    fn people(many: i64) -> Vec<OutboxRecipient> {
        let one = |position| OutboxRecipient {
            position,
            role: RecipientRole::To,
            address: format!("p{position}@client.example"),
            name: String::new(),
            state: RecipientState::Waiting,
            reply: String::new(),
        };
        (0..many).map(one).collect()
    }

    // RELIABILITY §2: 1, 5, 15, 30 minutes, then hourly to 48 hours.
    #[test]
    fn the_plan_ends_after_two_days() {
        let (mut now, mut tries, mut waits) = (0, 0, Vec::new());
        loop {
            tries += 1;
            let Some(next) = next_try(tries, 0, now) else { break };
            waits.push((next - now) / MINUTE);
            now = next;
        }
        assert_eq!(waits[..6], [1, 5, 15, 30, 60, 60]);
        assert!(now > 46 * 60 * MINUTE && now <= GIVEN_UP);
    }

    // RELIABILITY §2, O21: a sender that is not permitted is this letter's trouble; a token that is refused is the account's, in words.
    #[test]
    fn a_sender_that_is_not_permitted_refuses_the_letter_and_a_refused_token_stops_the_account() {
        let denied = SmtpReply { code: 550, lines: vec!["5.7.60 SMTP; Client does not have permissions to send as this sender".into()] };
        let found = judge(&Attempt::Ended(SmtpStage::Letter, SmtpEnd::Said(denied), vec![reply(250)]), &people(1), false);
        assert!(found.state == OutboxState::Refused && found.stop.is_none() && found.reason.contains("Send As"), "{found:?}");
        let said = "sending_token_refused: 535 5.7.3 Authentication unsuccessful".to_owned();
        let found = judge(&Attempt::NotConnected(ConnectError::SignIn { said }), &people(1), false);
        assert!(found.stop.is_some_and(|why| why.contains("Sign in at the provider again")) && found.state == OutboxState::Deferred);
        let said = "535 5.7.8 no such user".to_owned();
        let found = judge(&Attempt::NotConnected(ConnectError::SignIn { said }), &people(1), false);
        assert_eq!(found.stop.as_deref(), Some("535 5.7.8 no such user"), "a password's refusal is told word for word");
    }

    // RELIABILITY §2: per recipient, and what was accepted before a loss was not accepted at all.
    #[test]
    fn each_recipient_has_a_fate_of_its_own() {
        let three = people(3);
        let taken = judge(&Attempt::Taken(reply(250), vec![reply(250), reply(550), reply(450)]), &three, false);
        assert_eq!(taken.state, OutboxState::Deferred);
        use RecipientState::*;
        assert_eq!(taken.recipients.iter().map(|(_, state, _)| *state).collect::<Vec<_>>(), [Accepted, Refused, Deferred]);
        let late =
            judge(&Attempt::Ended(SmtpStage::Data, SmtpEnd::Said(reply(451)), vec![reply(250), reply(550), reply(250)]), &three, false);
        assert_eq!(late.recipients.iter().map(|(_, state, _)| *state).collect::<Vec<_>>(), [Deferred, Refused, Deferred]);
        let no =
            judge(&Attempt::Ended(SmtpStage::Letter, SmtpEnd::Said(reply(554)), vec![reply(250), reply(450), reply(250)]), &three, false);
        assert_eq!(no.recipients.iter().map(|(_, state, _)| *state).collect::<Vec<_>>(), [Refused, Deferred, Refused]);
        let odd = SmtpReply { code: 550, lines: vec!["5.5.0 no".into()] };
        assert_eq!(of_recipient(&odd, false), Refused);
        assert_eq!(of_recipient(&odd, true), Deferred);
        assert_eq!(of_recipient(&SmtpReply { code: 550, lines: vec!["5.1.1 no".into()] }, true), Refused);
    }
}
