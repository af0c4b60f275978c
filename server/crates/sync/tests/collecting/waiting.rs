//! Waiting for new letters begins with the first collection of an account, and misses nothing that came before it began (FP-01).

use crate::{
    dovecot::dovecot,
    faults::{lab, raw},
    office::{Office, event, offices},
};
use model::{AccountId, Progress};
use postroom_lab::imap::Fault;
use postroom_store::AccountState;
use std::{sync::Arc, time::Duration};
use tokio::{sync::broadcast::Receiver, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Far less than the quarter of an hour from one collection to the next.
const LIMIT: Duration = Duration::from_secs(60);

/// An office whose loops run.
struct Running {
    office: Office,
    progress: Receiver<Progress>,
    stop: CancellationToken,
    loops: JoinHandle<()>,
}

impl Running {
    /// Starts the loops and lets the account be collected for the first time.
    async fn start(office: Office, account: AccountId) -> Self {
        let (stop, progress) = (CancellationToken::new(), office.engine.progress());
        let loops = tokio::spawn(Arc::clone(&office.engine).start(stop.clone()));
        office.store.set_account_state(account, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        office.engine.wake();
        Self { office, progress, stop, loops }
    }

    async fn until(&mut self, wanted: impl Fn(&Progress) -> bool) {
        let seen = async { while !self.progress.recv().await.is_ok_and(|progress| wanted(&progress)) {} };
        tokio::time::timeout(LIMIT, seen).await.unwrap();
    }

    /// Waits until a letter is here.
    async fn comes(&mut self, raw: &[u8]) {
        let digest = self.office.digest(raw);
        let here = async {
            while self.office.store.copy_bytes(&digest).await.is_err() {
                // Any news will do, also that some were missed.
                let _ = self.progress.recv().await;
            }
        };
        tokio::time::timeout(LIMIT, here).await.unwrap_or_else(|_| panic!("{}: the letter did not come by itself", self.office.name));
    }

    async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(LIMIT, self.loops).await.unwrap().unwrap();
    }
}

// FP-01: on a real server, at the very moment at which the first collection is through, and once more after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_right_after_the_first_collection_comes_by_itself() {
    let Some(server) = dovecot() else { return };
    for n in 0..30 {
        server.deliver("ada", "INBOX", &raw(n), &[]).unwrap();
    }
    for (at, office) in offices().await.into_iter().enumerate() {
        let account = office.connect_account(&server, &format!("Waiting {at}")).await;
        let mut running = Running::start(office, account).await;
        running.until(|progress| progress.finished).await;
        for n in 0..3 {
            let fresh = raw(500 + 10 * at + n);
            server.deliver("ada", "INBOX", &fresh, &[]).unwrap();
            running.comes(&fresh).await;
        }
        running.end().await;
    }
}

// FP-01: a letter that comes to the inbox while another folder is collected is told by no server that is only asked for news.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_during_the_first_collection_comes_by_itself() {
    for office in offices().await {
        let lab = lab();
        for n in 0..2_000 {
            lab.deliver("ada", "Zettel", raw(10_000 + n), &[]);
        }
        let account = office.connect("Busy", lab.port(), lab.fingerprint(), 5).await;
        let mut running = Running::start(office, account).await;
        running.until(|progress| progress.doing.ends_with("Zettel")).await;
        lab.deliver("ada", "INBOX", raw(700), &[]);
        running.comes(&raw(700)).await;
        // The session goes on waiting.
        lab.deliver("ada", "INBOX", raw(701), &[]);
        running.comes(&raw(701)).await;
        running.end().await;
    }
}

// RFC 3501 §7: news may stand before the server's leave to wait.
#[tokio::test(flavor = "multi_thread")]
async fn news_before_the_waiting_begins_is_heard() {
    for office in offices().await {
        let lab = lab();
        lab.set_fault(Fault::NewsBeforeIdle);
        let account = office.connect("News", lab.port(), lab.fingerprint(), 5).await;
        let mut running = Running::start(office, account).await;
        running.until(|progress| progress.finished).await;
        for n in 0..5 {
            lab.deliver("ada", "INBOX", raw(800 + n), &[]);
            running.comes(&raw(800 + n)).await;
        }
        running.end().await;
    }
}
