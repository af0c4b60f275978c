//! *Save as draft* in the writer's own mailbox (FC-27, O22): appended by IMAP, put in by Graph; finished there with another mail program.
//!
//! Must never: put a draft into a mailbox that others read, or throw ours away before theirs is there.

use super::{Office, Principal, compose::person, letters::in_background, trouble::problem_of};
use model::*;
use postroom_connect::{Place, graph::HandedIn};
use postroom_mail::compose as mail;
use postroom_store::AccountRecord;
use postroom_sync::CollectError;

impl Office {
    /// The writer's own mailbox that can take drafts: read by IMAP, or at Microsoft 365 by an application's right of its own.
    pub(super) async fn own_mailbox(&self, user: UserId) -> Result<Option<AccountRecord>, Problem> {
        for record in self.store.accounts().await.map_err(problem_of)? {
            if record.settings.owner != Some(user) || !record.settings.tested {
                continue;
            }
            match record.settings.protocol {
                Protocol::Imap => return Ok(Some(record)),
                Protocol::Graph => {
                    let application = self.store.application(record.id).await.map_err(problem_of)?;
                    if application.is_some_and(|application| !application.delegated) {
                        return Ok(Some(record));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Puts a saved draft there and no longer keeps it here.
    pub async fn draft_to_mailbox(&self, who: &Principal, id: DraftId) -> Result<(), Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        if draft.outbox.is_some() {
            return Err(Problem::Conflict("This letter is in the outbox: it is no draft any more.".into()));
        }
        let Some(account) = self.own_mailbox(user).await? else {
            return Err(Problem::Conflict("You have no mailbox of your own here that takes drafts. The draft is kept here.".into()));
        };
        let client = self.client_of(who, &draft).await?;
        let resolved = self.way_out(who, client.as_ref(), draft.service).await?;
        let letter = self.letter_of(who, user, &draft, &resolved).await?;
        // The same draft under the same name: a second press of the button, or an answer that was lost, makes no second one.
        let domain = letter.message_id.rsplit_once('@').map_or("localhost", |(_, domain)| domain).to_owned();
        let letter = mail::Draft { message_id: format!("draft.{id}.{}@{domain}", draft.version), ..letter };
        let message_id = letter.message_id.clone();
        let written = in_background(move || mail::write(&letter)).await?.map_err(|error| Problem::Conflict(error.to_string()))?;
        let blind: Vec<String> =
            written.envelope.recipients.iter().filter(|(role, _)| *role == AddressRole::Bcc).map(|(_, one)| one.address.clone()).collect();
        // In one's own draft the blind recipients stand where one's mail program looks for them.
        let raw = postroom_sync::with_blind(&written.raw, &blind).map_err(|why| Problem::Conflict(why.into()))?;
        match account.settings.protocol {
            Protocol::Graph => self.draft_by_graph(&account, &raw).await?,
            _ => {
                let outcome = self.engine.append_letter(account.id, Place::Drafts, &message_id, &raw).await;
                outcome.map_err(|error| self.kept_here(error))?;
            }
        }
        let event = self.event(who, "draft.to_mailbox", format!("draft:{id}"), account.settings.name.clone());
        self.store.discard_draft(user, id, &event).await.map_err(problem_of)
    }

    async fn draft_by_graph(&self, account: &AccountRecord, raw: &[u8]) -> Result<(), Problem> {
        let outlet = self.engine.outlet(account).await.map_err(|error| self.kept_here(error))?;
        let ready = outlet.ready().await.map_err(|error| self.kept_here(error.into()))?;
        let outcome = ready.keep_draft(raw).await;
        let added = Added { sessions: 1, commands: vec![("POST".to_owned(), 1)], drafts: 1, copies: 0 };
        self.store.note_added(account.id, &added).await.map_err(problem_of)?;
        let why = match outcome {
            HandedIn::Taken(_) => return Ok(()),
            HandedIn::Refused { sentence, .. } => sentence,
            HandedIn::Later { .. } => "Microsoft 365 is busy. Try again in a moment.".to_owned(),
            HandedIn::NotAllowed(error) => error.sentence(),
            HandedIn::Lost(error) => format!("{} The draft may be in your mailbox already: look before you try again.", error.sentence()),
        };
        Err(Problem::Conflict(format!("{why} The draft is kept here.")))
    }

    fn kept_here(&self, error: CollectError) -> Problem {
        match error {
            CollectError::Store(error) => problem_of(error),
            other => Problem::Conflict(format!("{} The draft is kept here.", other.text())),
        }
    }
}
