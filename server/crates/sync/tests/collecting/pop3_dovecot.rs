//! POP3 from a real Dovecot: the same letters as by IMAP, and deletions that come after the commit.

use crate::office::{event, offices};
use crate::pop3::{connect, raw};
use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    pop3::asks_for_a_letter,
};
use postroom_sync::{Engine, EngineSettings, SystemClock};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The file's own letters are few; `POSTROOM_POP3_LETTERS` says how many more there shall be.
const LETTERS: usize = 5_000;

fn dovecot() -> Option<(Dovecot, u16)> {
    let why = match Dovecot::available() {
        Ok(()) => {
            let server = Dovecot::start(DovecotOptions::default()).unwrap();
            match server.pop3_ports() {
                Ok((_, pop3s)) => return Some((server, pop3s)),
                Err(why) => why,
            }
        }
        Err(why) => why,
    };
    assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
    println!("skipped: {why}");
    None
}

// O8, R3, I3: five thousand letters, deleted as soon as they are stored: the server's own record shows that no DELE came before the commit
// of what it deletes, and that nothing was deleted that is not here.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_is_emptied_after_the_commit_and_nothing_is_lost() {
    for office in offices().await {
        let Some((server, port)) = dovecot() else { return };
        for n in 0..LETTERS {
            server.deliver("ada", "INBOX", &raw(n), &[]).unwrap();
        }
        let account = connect(&office, "Emptied", port, server.fingerprint(), 60).await;
        office.store.set_delete_after_days(account, Some(0), &event("account.deletion_on")).await.unwrap();
        let engine = Engine::new(Arc::clone(&office.store), Arc::new(SystemClock), EngineSettings::default());
        let report = engine.collect_account(account, &CancellationToken::new()).await.unwrap();
        assert_eq!(report.error, None, "{}", office.name);
        assert_eq!((report.filed, report.ledger.missing, report.ledger.errored), (LETTERS as i64, 0, 0), "{}", office.name);

        let folder = office.store.folders(account).await.unwrap().remove(0);
        let deletable = office.store.deletable(folder.id, folder.epoch, i64::MAX, i64::MAX, 100_000).await.unwrap();
        assert_eq!(deletable.len(), LETTERS);
        let deeds = office.store.events(None, 200).await.unwrap();
        let on_record =
            deeds.iter().filter(|event| event.action == "account.letters_deleted_on_server").map(|event| event.at).min().unwrap();
        let deletions: Vec<f64> =
            server.timed_commands().into_iter().filter(|(_, line)| line.starts_with("DELE ")).map(|(at, _)| at * 1000.0).collect();
        assert_eq!(deletions.len(), LETTERS, "{}", office.name);
        // Read back, put on record, deleted: in this order; and what is read back was committed.
        assert!(deletions.iter().all(|at| *at + 1.0 >= on_record as f64), "{}", office.name);
        let retrieved = server.timed_commands().into_iter().filter(|(_, line)| asks_for_a_letter(line)).map(|(at, _)| at * 1000.0);
        assert!(retrieved.fold(0.0, f64::max) <= deletions.iter().copied().fold(f64::MAX, f64::min));

        let report = engine.collect_account(account, &CancellationToken::new()).await.unwrap();
        assert_eq!((report.error, report.ledger.server, report.ledger.missing), (None, 0, 0), "{}", office.name);
        assert_eq!(office.store.deleted_by_us(folder.id).await.unwrap(), LETTERS as i64);
        for n in 0..LETTERS {
            assert_eq!(office.store.copy_bytes(&office.digest(&raw(n))).await.unwrap(), raw(n), "{}", office.name);
        }
    }
}

// The same mailbox by both protocols is one set of letters.
#[tokio::test(flavor = "multi_thread")]
async fn both_protocols_bring_the_same_letters() {
    let Some((server, port)) = dovecot() else { return };
    for n in 0..200 {
        server.deliver("ada", "INBOX", &raw(n), &[]).unwrap();
    }
    let before = server.flags_snapshot("ada").unwrap();
    for office in offices().await {
        let by_pop3 = connect(&office, "POP3", port, server.fingerprint(), 20).await;
        assert_eq!(office.collect(by_pop3).await.filed, 200, "{}", office.name);
        let by_imap = office.connect_account(&server, "IMAP").await;
        let report = office.collect(by_imap).await;
        assert_eq!((report.error, report.filed, report.ledger.elsewhere, report.ledger.missing), (None, 0, 200, 0), "{}", office.name);
    }
    assert_eq!(server.flags_snapshot("ada").unwrap(), before, "unread letters stay unread");
}
