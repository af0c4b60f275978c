//! Rehearsal (S9): what collecting would do. Only address headers are read, nothing is stored.

use crate::{CollectError, Engine};
use model::{AccountId, ClientId, Rehearsal};
use postroom_connect::{Reader, compressed, connect};
use postroom_store::AccountRecord;
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

/// Headers read of each folder, newest first.
const PER_FOLDER: usize = 2_000;
/// A rehearsal ends after this long, with what it knows.
pub(crate) const LONGEST: Duration = Duration::from_secs(45);

impl Engine {
    /// Rehearses a collection of the selected folders.
    ///
    /// # Errors
    /// The server's and the store's.
    pub async fn rehearse(&self, id: AccountId) -> Result<Rehearsal, CollectError> {
        let account = self.store().account(id).await?;
        let aside = self.aside(&account).await?;
        let outcome = match account.settings.protocol {
            model::Protocol::Pop3 => self.rehearse_maildrop(&account).await,
            _ => self.rehearse_aside(&account).await,
        };
        self.end_aside(aside).await?;
        outcome
    }

    async fn rehearse_aside(&self, account: &AccountRecord) -> Result<Rehearsal, CollectError> {
        if account.settings.protocol == model::Protocol::Graph {
            return self.rehearse_graph(account).await;
        }
        let id = account.id;
        let on_file = self.store().addresses_on_file().await?;
        let settings = self.signed_connection(account).await?;
        let mut reader = compressed(connect(&settings).await?, &settings).await?;
        let mut rehearsal = Rehearsal::default();
        let mut clients: BTreeSet<ClientId> = BTreeSet::new();
        let start = Instant::now();
        for folder in self.store().folders(id).await?.iter().filter(|folder| folder.selected && folder.selectable && !folder.gone) {
            if start.elapsed() > LONGEST {
                rehearsal.folders.push((folder.name.clone(), folder.letters, 0));
                rehearsal.letters += folder.letters;
                continue;
            }
            let (letters, matching) = rehearse_folder(&mut reader, &folder.raw_name, &on_file, &mut rehearsal, &mut clients).await?;
            rehearsal.folders.push((folder.name.clone(), letters, matching));
            rehearsal.letters += letters;
            rehearsal.matching += matching;
        }
        rehearsal.clients = clients.len() as i64;
        reader.leave().await;
        Ok(rehearsal)
    }
}

async fn rehearse_folder(
    reader: &mut Reader,
    raw_name: &str,
    on_file: &HashMap<String, Vec<ClientId>>,
    rehearsal: &mut Rehearsal,
    clients: &mut BTreeSet<ClientId>,
) -> Result<(i64, i64), CollectError> {
    reader.examine(raw_name).await?;
    let uids = reader.uids().await?;
    let newest: Vec<u32> = uids.iter().rev().take(PER_FOLDER).copied().collect();
    let mut matching = 0;
    reader
        .headers(&newest, &mut |headers| {
            rehearsal.read += 1;
            let Ok(letter) = postroom_mail::read(&headers.raw).letter else {
                rehearsal.odd += 1;
                return;
            };
            if letter.people.is_empty() || letter.date.is_none() {
                rehearsal.odd += 1;
            }
            let found: BTreeSet<ClientId> =
                letter.people.iter().filter_map(|(_, mailbox)| on_file.get(&mailbox.address)).flatten().copied().collect();
            if !found.is_empty() {
                matching += 1;
                clients.extend(found);
            }
        })
        .await?;
    Ok((uids.len() as i64, matching))
}
