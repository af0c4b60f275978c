//! Rehearsal by POP3 (S9): the heads of the newest letters; nothing is stored.

use crate::{CollectError, Engine, rehearsal::LONGEST};
use model::{ClientId, Rehearsal};
use postroom_connect::connect_pop3;
use postroom_store::AccountRecord;
use std::{collections::BTreeSet, time::Instant};

/// Heads read, newest first.
const HEADS: usize = 2_000;
/// Heads between two looks at the clock.
const CHUNK: usize = 50;

impl Engine {
    pub(crate) async fn rehearse_maildrop(&self, account: &AccountRecord) -> Result<Rehearsal, CollectError> {
        let on_file = self.store().addresses_on_file().await?;
        let settings = self.signed_connection(account).await?;
        let mut reader = connect_pop3(&settings).await?;
        let (count, letters) = reader.letters().await?;
        let mut rehearsal = Rehearsal { letters: i64::from(count), ..Rehearsal::default() };
        let mut clients: BTreeSet<ClientId> = BTreeSet::new();
        let newest: Vec<u32> = letters.iter().rev().take(HEADS).map(|letter| letter.number).collect();
        let start = Instant::now();
        let mut outcome = Ok(());
        let shown: &[u32] = if reader.shows_heads() { &newest } else { &[] };
        for some in shown.chunks(CHUNK) {
            // What is known by then is told: a slow server keeps nobody waiting for two thousand heads.
            if start.elapsed() > LONGEST || outcome.is_err() {
                break;
            }
            outcome = reader
                .heads(some, &mut |_, head| {
                    let Some(head) = head else { return };
                    rehearsal.read += 1;
                    let Ok(letter) = postroom_mail::read(&head).letter else {
                        rehearsal.odd += 1;
                        return;
                    };
                    if letter.people.is_empty() || letter.date.is_none() {
                        rehearsal.odd += 1;
                    }
                    let found: BTreeSet<ClientId> =
                        letter.people.iter().filter_map(|(_, mailbox)| on_file.get(&mailbox.address)).flatten().copied().collect();
                    if !found.is_empty() {
                        rehearsal.matching += 1;
                        clients.extend(found);
                    }
                })
                .await;
        }
        reader.leave().await;
        outcome?;
        rehearsal.folders.push(("Inbox".to_owned(), rehearsal.letters, rehearsal.matching));
        rehearsal.clients = clients.len() as i64;
        Ok(rehearsal)
    }
}
