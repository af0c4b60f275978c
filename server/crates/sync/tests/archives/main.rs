//! Archives: real mboxes and Maildirs of Python's own mailbox module, zips good and hostile, on SQLite and (where `POSTROOM_TEST_POSTGRES`
//! names a server) PostgreSQL.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

mod large;
mod letters;
#[path = "../collecting/office.rs"]
#[allow(dead_code, reason = "what the tests of collecting need is more")]
mod office;
mod python;
mod zips;

use model::{AccountId, LedgerSums, Outcome, Preset, Protocol, Security};
use office::{Office, event};
use postroom_store::{NewAccount, Scope};
use postroom_sync::{ArchiveError, ArchiveFile, ArchiveReport};
use std::{collections::BTreeMap, path::Path};
use tokio_util::sync::CancellationToken;

/// An archive account.
pub(crate) async fn archive(office: &Office, name: &str) -> AccountId {
    let new = NewAccount {
        name: name.into(),
        description: String::new(),
        protocol: Protocol::Archive,
        preset: Preset::Custom,
        address: String::new(),
        server: String::new(),
        port: 1,
        security: Security::Tls,
        user_name: String::new(),
        secret: None,
        timeout_seconds: 60,
        connection_limit: None,
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner: None,
        reach_anywhere: false,
        tested: false,
    };
    office.store.add_account(&new, &event("account.added")).await.unwrap()
}

pub(crate) async fn try_import(office: &Office, account: AccountId, file: &Path) -> Result<ArchiveReport, ArchiveError> {
    let name = file.file_name().unwrap().to_str().unwrap();
    let (file, stop) = (ArchiveFile::Path(file.to_owned()), CancellationToken::new());
    office.engine.import_archive(account, name, file, &event("archive.imported"), &stop).await
}

pub(crate) async fn import(office: &Office, account: AccountId, file: &Path) -> ArchiveReport {
    try_import(office, account, file).await.unwrap()
}

/// The letters of an imported file by number, as octets.
pub(crate) async fn octets(office: &Office, report: &ArchiveReport) -> BTreeMap<i64, Vec<u8>> {
    let mut letters = BTreeMap::new();
    for outcome in [Outcome::Filed, Outcome::Elsewhere, Outcome::Errored] {
        for row in office.store.sightings(Scope::Everything, report.folder, outcome, None, 100_000).await.unwrap() {
            let Some(message) = row.message_id else { continue };
            let octets = office.store.octets(Scope::Everything, message).await.unwrap();
            let mut raw = vec![0; octets.length() as usize];
            assert_eq!(octets.read_at(0, &mut raw).unwrap(), raw.len());
            letters.insert(row.uid, raw);
        }
    }
    letters
}

/// Why letters of a file wait or were left out.
pub(crate) async fn reasons(office: &Office, report: &ArchiveReport, outcome: Outcome) -> Vec<String> {
    let rows = office.store.sightings(Scope::Everything, report.folder, outcome, None, 1000).await.unwrap();
    rows.into_iter().rev().map(|row| row.reason).collect()
}

pub(crate) fn sums(server: i64, filed: i64, elsewhere: i64, excluded: i64, errored: i64) -> LedgerSums {
    LedgerSums { server, filed, elsewhere, excluded, errored, missing: server - filed - elsewhere - excluded - errored }
}
