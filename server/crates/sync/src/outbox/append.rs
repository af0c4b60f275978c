//! Copies of sent letters, appended to the mailbox where the account is set so (DESIGN §9): after the server took the letter, never before.
//!
//! Safe to begin again: the folder is searched for the letter first. Must never: hold up the letters themselves, or give a letter up
//! because its copy cannot be kept.

use crate::{CollectError, Engine};
use model::{AccountId, Added, HandsOff, Protocol};
use postroom_connect::{ConnectError, Place, connect_appender};
use postroom_store::{AppendClaim, AppendEnd, StoreError};
use tracing::{info, warn};

const MINUTE: i64 = 60_000;
/// As for letters: 1, 5, 15, 30 minutes, then hourly.
const PLAN: [i64; 4] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];
/// Then it is given up: two days.
const MOST_TRIES: i64 = 50;
const LEASE: i64 = 15 * MINUTE;
/// Copies in one round, so that the loop comes to its other work.
const AT_ONCE: usize = 50;

impl Engine {
    /// Appends what is due. Answers how many copies are in their mailboxes now.
    pub(super) async fn append_copies(&self) -> Result<usize, StoreError> {
        let mut done = 0;
        for _ in 0..AT_ONCE {
            let now = self.clock.now();
            let Some(claim) = self.store().claim_append(now, now + LEASE).await? else { break };
            let end = match self.append_copy(&claim).await {
                Ok(()) => {
                    done += 1;
                    AppendEnd::Done
                }
                Err(error) => self.append_failed(&claim, &error),
            };
            if let AppendEnd::Failed(why) | AppendEnd::Later(_, why) = &end {
                info!(outbox.id = claim.id, "The copy of letter {} is not in its mailbox yet: {why}", claim.id);
            }
            self.store().settle_append(&claim, &end).await?;
        }
        Ok(done)
    }

    fn append_failed(&self, claim: &AppendClaim, error: &CollectError) -> AppendEnd {
        let said = match error {
            CollectError::Connect(error) if !error.server_text().is_empty() => format!("{} {}", error.sentence(), error.server_text()),
            other => other.text(),
        };
        let never = matches!(error, CollectError::Connect(ConnectError::Settings { .. }));
        if never || claim.tries >= MOST_TRIES {
            return AppendEnd::Failed(said);
        }
        let at = usize::try_from(claim.tries - 1).unwrap_or(0);
        AppendEnd::Later(self.clock.now() + PLAN.get(at).copied().unwrap_or(60 * MINUTE), said)
    }

    async fn append_copy(&self, claim: &AppendClaim) -> Result<(), CollectError> {
        let raw = self.store().outbox_bytes(claim.id).await?;
        self.append_letter(AccountId(claim.account), Place::Sent, &claim.message_id, &raw).await
    }

    /// Puts a letter of our own into a mailbox that is read by IMAP, beside what else goes on there.
    ///
    /// # Errors
    /// `Settings` where the account is no such mailbox or has no folder for it; else as [`Engine::signed_connection`].
    pub async fn append_letter(&self, account: AccountId, place: Place, message_id: &str, raw: &[u8]) -> Result<(), CollectError> {
        let account = self.store().account(account).await?;
        if account.settings.protocol != Protocol::Imap {
            let sentence = "Only a mailbox that is read by IMAP can be given a copy.".to_owned();
            return Err(ConnectError::Settings { sentence }.into());
        }
        let aside = self.aside(&account).await?;
        let outcome = async {
            let settings = self.signed_connection(&account).await?;
            let mut appender = connect_appender(&settings).await?;
            let outcome = appender.append(place, message_id, raw).await;
            let record = if appender.usable() { appender.leave().await } else { appender.record() };
            self.store().note_added(account.id, &added(place, record.hands_off())).await?;
            outcome?;
            Ok(())
        };
        let outcome = outcome.await;
        if let Err(error) = self.end_aside(aside).await {
            warn!(%error, "A turn to connect could not be given back: {error}");
        }
        outcome
    }
}

/// One session, for the record of what was said (S10). What was sent counts, whatever came of it.
fn added(place: Place, said: HandsOff) -> Added {
    let letters = said.commands.iter().filter(|(verb, _)| model::only_adds(verb)).map(|(_, times)| times).sum();
    let (copies, drafts) = match place {
        Place::Sent => (letters, 0),
        Place::Drafts => (0, letters),
    };
    Added { sessions: said.sessions, commands: said.commands, copies, drafts }
}
