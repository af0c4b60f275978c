//! Email PDF (FC-24): a client's summary in a letter, new or begun.

use super::{Office, Principal, compose::person, trouble::problem_of};
use model::*;

impl Office {
    /// A new letter to a client with the summary attached.
    pub async fn email_summary(&self, who: &Principal, client: ClientId, in_full: bool) -> Result<DraftId, Problem> {
        person(who)?;
        let summary = self.client_summary(who, client, &HistoryFilter::default(), in_full).await?;
        let (card, _) = self.client(who, client).await?;
        let id = self.begin_letter(who, Some(client), None, ComposeMode::New, None).await?;
        self.attach_pdf(who, id, &summary.name, summary.pdf).await?;
        self.give_subject(who, id, &format!("Summary: {}", card.name)).await?;
        Ok(id)
    }

    /// The summary of a draft's client, attached to it.
    pub async fn attach_summary(&self, who: &Principal, id: DraftId) -> Result<(), Problem> {
        let draft = self.store.draft(person(who)?, id).await.map_err(problem_of)?;
        let client = draft.client.ok_or_else(|| Problem::Conflict("This letter is written from no client’s history.".into()))?;
        let summary = self.client_summary(who, client, &HistoryFilter::default(), false).await?;
        self.attach_pdf(who, id, &summary.name, summary.pdf).await
    }

    pub(super) async fn give_subject(&self, who: &Principal, id: DraftId, subject: &str) -> Result<(), Problem> {
        let draft = self.store.draft(person(who)?, id).await.map_err(problem_of)?;
        let form = LetterForm { subject: postroom_mail::clean::line(subject).chars().take(300).collect(), ..draft.form };
        self.keep_letter(who, id, draft.version, form).await.map(|_| ())
    }
}
