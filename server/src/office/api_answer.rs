//! What a letter of another system answers: its client, its people, its subject and its conversation (P32).
//!
//! Must never: tell of a letter that the token may not read.

use super::{Office, Principal, api_send::SentLetter, compose_begin, trouble::problem_of};
use model::*;
use postroom_mail::compose as mail;

/// The letter that is answered, as far as an answer needs it.
pub(super) struct Answered {
    /// Number.
    pub(super) id: MessageId,
    /// The client in whose history it is, if that is one alone.
    pub(super) client: Option<ClientCard>,
    /// Whom an answer goes to, as typed.
    pub(super) to: String,
    /// Whom else the letter had, of those who are not the office.
    pub(super) others: Vec<String>,
    /// The answer's subject.
    pub(super) subject: String,
    /// Message-IDs: the letter's own, and its conversation's.
    pub(super) thread: (Option<String>, Vec<String>),
}

impl Office {
    /// The letter that `letter` answers, which the token has to be allowed to read: an answer tells its people what it was about.
    pub(super) async fn answered_by_system(&self, who: &Principal, letter: &SentLetter) -> Result<Option<Answered>, Problem> {
        let Some(id) = letter.in_reply_to else { return Ok(None) };
        who.need_scope(ApiScope::LettersRead)?;
        let record = self.store.letter(who.scope()?, id).await.map_err(problem_of)?;
        let client = match &record.clients[..] {
            [only] => Some(self.store.client(who.scope()?, only.id).await.map_err(problem_of)?),
            _ => None,
        };
        let (to, others) = self.answered_people(who, &record, ComposeMode::ReplyAll).await?;
        Ok(Some(Answered {
            id,
            client,
            to: compose_begin::list(&to),
            others: others.into_iter().map(|one| one.address).collect(),
            subject: mail::subject_of_answer(&record.subject),
            thread: self.thread_after(who, id).await?,
        }))
    }
}
