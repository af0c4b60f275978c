//! What is collected, held against what was sent: copies, reports that a letter came back, answers.

use crate::Engine;
use model::MessageId;
use postroom_store::{Returned, Scope, StoreError};
use tracing::{info, warn};

/// How far letters were looked at: a number of the office.
const LOOKED_TO: &str = "outbox.looked_to";
/// Letters that were committed a moment later than their number was given.
const LATE: i64 = 500;
const AT_ONCE: i64 = 200;

impl Engine {
    pub(super) async fn close_the_loop(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let (_, settled) = self.store().join_sent_copies(now).await?;
        if settled > 0 {
            info!(settled, "{settled} uncertain letters were settled by their copies");
        }
        let newest = self.store().newest_letter().await?;
        let looked: Option<i64> = self.store().setting(LOOKED_TO).await?.and_then(|text| text.parse().ok());
        if looked == Some(newest) {
            return Ok(());
        }
        let mut after = looked.unwrap_or(newest).saturating_sub(LATE);
        loop {
            let letters = self.store().letters_to_join(after, AT_ONCE).await?;
            for (letter, date, is_bounce) in &letters {
                // One letter that cannot be read must not keep the others from being joined.
                if let Err(error) = self.join_letter(*letter, *date, *is_bounce).await {
                    warn!(%error, "Letter {letter} could not be held against what was sent: {error}");
                }
            }
            match letters.last() {
                Some((last, ..)) if letters.len() as i64 == AT_ONCE => after = last.0,
                _ => break,
            }
        }
        self.store().set_setting(LOOKED_TO, &newest.to_string()).await
    }

    async fn join_letter(&self, letter: MessageId, date: i64, is_bounce: bool) -> Result<(), StoreError> {
        let raw = self.store().raw(Scope::Everything, letter).await?;
        if !is_bounce {
            self.store().join_answer(letter, date, &postroom_mail::thread::refers_of(&raw)).await?;
            return Ok(());
        }
        let Some(report) = postroom_mail::bounce::of(&raw) else { return Ok(()) };
        let failed: Vec<_> = report.recipients.iter().filter(|one| !one.status.starts_with("4.")).collect();
        // Only late so far: the server tries on by itself.
        if failed.is_empty() && !report.recipients.is_empty() {
            return Ok(());
        }
        let recipients =
            failed.iter().map(|one| (one.address.to_lowercase(), format!("{} {}", one.status, one.diagnostic).trim().to_owned())).collect();
        let message_ids = Some(report.about).filter(|id| !id.is_empty()).into_iter().collect();
        self.store().join_bounce(letter, date, &Returned { message_ids, recipients }).await?;
        Ok(())
    }
}
