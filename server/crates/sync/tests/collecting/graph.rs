//! Mailboxes at Microsoft 365: no letter lost, none doubled, whatever moves, whatever the service does, whenever the program ends.

use crate::office::{Office, event, offices};
use model::{AccountId, FolderRole, Preset, Protocol, Security, Verdict};
use postroom_connect::SecretString;
use postroom_lab::{
    graph::{GraphFault, GraphLab, GraphLabOptions},
    random::Dice,
};
use postroom_store::{AccountState, ApplicationRecord, NewAccount};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const FOLDERS: [&str; 6] = ["Posteingang", "Gesendete Elemente", "Kunden", "Müller", "Gelöschte Elemente", "Junk-E-Mail"];

pub fn raw(n: usize) -> Vec<u8> {
    format!("From: cy{n}@client.example\r\nTo: ada@contoso.example\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@lab.example>\r\n\r\nWords of letter {n}.\r\n")
        .into_bytes()
}

fn lab() -> GraphLab {
    GraphLab::start(GraphLabOptions::default()).unwrap()
}

/// Settings of an account that is the lab's own, read by Graph.
pub fn account_of(lab: &GraphLab, name: &str) -> NewAccount {
    let options = GraphLabOptions::default();
    NewAccount {
        name: name.into(),
        description: String::new(),
        protocol: Protocol::Graph,
        preset: Preset::Microsoft365,
        address: options.user.clone(),
        server: "127.0.0.1".into(),
        port: lab.port(),
        security: Security::Tls,
        user_name: options.user,
        secret: Some(SecretString::from(options.secret)),
        timeout_seconds: 5,
        connection_limit: None,
        pinned_fingerprint: Some(lab.fingerprint().to_owned()),
        allow_clear_text: false,
        owner: None,
        reach_anywhere: true,
        tested: true,
    }
}

/// The lab's application; a person signs in to a delegated one.
pub fn application_of(lab: &GraphLab, delegated: bool) -> ApplicationRecord {
    let options = GraphLabOptions::default();
    ApplicationRecord {
        sign_in_server: lab.base(),
        consent_server: String::new(),
        tenant: options.tenant,
        client_id: options.client_id,
        delegated,
        secret_expires_at: None,
        has_refresh: false,
        sends: false,
    }
}

/// An account whose application is the lab's, with every folder selected.
pub async fn connect(office: &Office, lab: &GraphLab, name: &str) -> AccountId {
    let id = office.store.add_account(&account_of(lab, name), &event("account.added")).await.unwrap();
    office.store.keep_application(id, &application_of(lab, false), &event("account.application")).await.unwrap();
    office.engine.download_folders(id).await.unwrap();
    let all: Vec<_> =
        office.store.folders(id).await.unwrap().into_iter().filter(|folder| folder.selectable).map(|folder| folder.id).collect();
    office.store.select_folders(id, &all, &event("account.folders")).await.unwrap();
    id
}

/// Every letter that is on the server is here, octet by octet; and the client's manners were good throughout.
async fn assert_whole(office: &Office, lab: &GraphLab, what: &str) {
    for folder in FOLDERS {
        for (id, raw) in lab.letters(folder) {
            let stored = office.store.copy_bytes(&office.digest(&raw)).await;
            assert!(stored.is_ok_and(|stored| stored == raw), "{}: {what}: letter {id} of {folder} is missing", office.name);
        }
    }
    for heard in lab.heard().iter().filter(|heard| heard.path.starts_with("/v1.0/")) {
        assert!(heard.method == "GET" && heard.immutable && !heard.too_early, "{}: {what}: {heard:?}", office.name);
    }
    assert!(lab.most_at_once() <= 4, "{} at once", lab.most_at_once());
}

// FP-02, FP-25: what a mailbox in another language offers, and what is collected unless somebody chooses otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn the_usual_folders_are_chosen_whatever_their_language() {
    for office in offices().await {
        let lab = lab();
        let id = connect(&office, &lab, "M").await;
        let folders = office.store.folders(id).await.unwrap();
        assert_eq!(folders[0].role, Some(FolderRole::Inbox));
        assert!(folders.iter().any(|folder| folder.name == "Kunden/Müller" && folder.selectable));
        assert!(folders.iter().any(|folder| folder.name == "Ungelesen" && !folder.selectable));
    }
}

// S1: 10,000 letters in six folders with moves, deletions, 429, 410, breaks and kills: nothing missing, nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_letters_come_through_everything() {
    for office in offices().await {
        // The second database proves the SQL, not the numbers again.
        let letters: usize = if office.name == "SQLite" { 10_000 } else { 1_000 };
        let lab = lab();
        let mut ids: Vec<String> = (0..letters).map(|n| lab.deliver(FOLDERS[n % 6], raw(n))).collect();
        lab.draft("Entwürfe", raw(1_000_000));
        let account = connect(&office, &lab, "Large").await;
        let mut random = Dice::new(7);
        let mut kills = 0;
        // A tenth of what the mailbox holds changes while it is collected, and the program is killed again and again.
        for turn in 0..12_u64 {
            match turn % 4 {
                0 => lab.set_fault_times(GraphFault::Throttled(0), 3),
                1 => lab.set_fault_times(GraphFault::CutsBody, 5),
                2 => lab.expire_links(),
                _ => lab.expire_tokens(),
            }
            let stop = CancellationToken::new();
            let limit = Duration::from_millis(150 + u64::try_from(random.below(400)).unwrap());
            if tokio::time::timeout(limit, office.engine.collect_account(account, &stop)).await.is_err() {
                kills += 1;
                // The process that held the lease is gone.
                let (holder, _) = office.store.claim_holder(account).await.unwrap().unwrap();
                office.store.break_claim(&postroom_store::Claim { account, holder }).await.unwrap();
            }
            for _ in 0..letters / 120 {
                let at = random.below(ids.len());
                match random.below(3) {
                    0 => assert!(lab.relocate(&ids[at], FOLDERS[random.below(6)])),
                    1 => {
                        assert!(lab.delete(&ids[at]));
                        ids.swap_remove(at);
                    }
                    _ => ids.push(lab.deliver(FOLDERS[random.below(6)], raw(2_000_000 + turn as usize * 10_000 + ids.len()))),
                }
            }
        }
        assert!(kills >= 3, "{kills} kills");
        lab.set_fault_times(GraphFault::Throttled(1), 1);
        let report = office.collect(account).await;
        assert_eq!(report.error, None, "{}", office.name);
        assert_eq!((report.ledger.missing, report.ledger.errored), (0, 0), "{}: {:?}", office.name, report.ledger);
        // The server's letters and one draft, each counted once.
        assert_eq!(report.ledger.server, ids.len() as i64 + 1, "{}", office.name);
        assert_eq!(report.ledger.excluded, 1);
        assert_whole(&office, &lab, "after everything").await;
        // Nothing new: a look at each folder, no letter again.
        lab.forget();
        let again = office.collect(account).await;
        assert_eq!((again.error, again.filed, again.ledger.missing), (None, 0, 0));
        assert!(lab.heard().iter().all(|heard| !heard.path.contains("$value")), "no letter is fetched twice");
    }
}

// A letter that moves is the same letter: filed once, elsewhere in its new place; one that is deleted stays here.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_moves_is_filed_once() {
    for office in offices().await {
        let lab = lab();
        let ids: Vec<String> = (0..5).map(|n| lab.deliver("Posteingang", raw(n))).collect();
        let account = connect(&office, &lab, "Moves").await;
        assert_eq!(office.collect(account).await.filed, 5, "{}", office.name);
        lab.relocate(&ids[0], "Kunden");
        lab.delete(&ids[1]);
        let report = office.collect(account).await;
        let ledger = report.ledger;
        assert_eq!((report.error, report.filed, ledger.server, ledger.missing), (None, 0, 4, 0), "{}", office.name);
        assert_eq!(office.search("subject:letter").await.len(), 5, "deleting there deletes nothing here");
        // And back again: the number it had before is the number it has.
        lab.relocate(&ids[0], "Posteingang");
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.server, report.ledger.missing), (None, 0, 4, 0), "{}", office.name);
    }
}

// R11: a list of changes that passes over a letter is found out by the count, and everything is listed anew.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_of_changes_passes_over_is_found_by_the_count() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, &lab, "Omits").await;
        for n in 0..5 {
            lab.deliver("Posteingang", raw(n));
        }
        lab.set_fault_times(GraphFault::ChangesOmit, 9);
        let first = office.collect(account).await;
        lab.clear_faults();
        let told = first.ledger.missing;
        office.clock.advance(7 * 60 * 60 * 1000);
        let report = office.collect(account).await;
        assert_eq!((report.error, report.ledger.server, report.ledger.missing), (None, 5, 0), "{}", office.name);
        assert!(told <= 1, "what was passed over was told: {told}");
        assert_whole(&office, &lab, "omitted").await;
    }
}

// I5, P18: one letter that cannot be had stops none of the others, and waits in the queue by name.
#[tokio::test(flavor = "multi_thread")]
async fn poison_letters_stop_nobody() {
    for office in offices().await {
        let lab = lab();
        let ids: Vec<String> = (0..60).map(|n| lab.deliver("Posteingang", raw(n))).collect();
        lab.set_fault(GraphFault::LetterBreaks(ids[7].clone()));
        lab.set_fault(GraphFault::LetterHides(ids[30].clone()));
        let account = connect(&office, &lab, "Poison").await;
        let report = office.collect(account).await;
        let ledger = report.ledger;
        assert_eq!((report.error, report.filed, ledger.errored, ledger.missing), (None, 58, 2, 0), "{}", office.name);
        lab.clear_faults();
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.errored), (None, 2, 0), "{}", office.name);
        assert_whole(&office, &lab, "poison").await;
    }
}

// O25: a wrong secret disables after the third refusal at least one poll apart, never a service that is out of order; a new secret
// brings everything of the time between.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_secret_disables_in_time_and_a_new_one_mends_it() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, &lab, "Secret").await;
        office.store.set_account_state(account, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        lab.deliver("Posteingang", raw(1));
        lab.set_fault(GraphFault::ServerError);
        for _ in 0..4 {
            office.clock.advance(15 * 60 * 1000);
            let report = office.collect(account).await;
            assert_eq!((report.error.map(|(verdict, _)| verdict), report.disabled), (Some(Verdict::Connection), false));
        }
        lab.clear_faults();
        lab.expire_tokens();
        office.engine.forget_token(account);
        lab.set_secret("another");
        for turn in 0..3 {
            office.clock.advance(16 * 60 * 1000);
            let report = office.collect(account).await;
            let (verdict, words) = report.error.unwrap();
            assert_eq!((verdict, report.disabled), (Verdict::Authentication, turn == 2), "{}", office.name);
            assert!(words.contains("column Value") && !words.contains("lab-secret"), "{words}");
        }
        let kept = office.store.account(account).await.unwrap();
        let mended = NewAccount { secret: Some(SecretString::from("another")), ..kept.settings };
        office.store.change_account(account, &mended, &[event("account.changed")]).await.unwrap();
        assert_eq!(office.store.account(account).await.unwrap().state, AccountState::Enabled);
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "{}", office.name);
    }
}

// S10: what the account's page says was asked is only asking; I12: a letter too large to be held comes through a file.
#[tokio::test(flavor = "multi_thread")]
async fn only_asking_is_on_the_record_and_large_letters_come_whole() {
    for office in offices().await {
        let lab = lab();
        let large = [raw(1), vec![b'x'; 9 << 20]].concat();
        lab.deliver("Posteingang", large.clone());
        let account = connect(&office, &lab, "Record").await;
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed), (None, 1), "{}", office.name);
        assert_eq!(office.store.copy_bytes(&office.digest(&large)).await.unwrap(), large);
        let said = office.store.account(account).await.unwrap().hands_off.commands;
        assert!(!said.is_empty() && said.iter().all(|(verb, _)| verb.starts_with("GET ")), "{said:?}");
    }
}

// A mailbox that another person has behind the same account begins a new numbering; nothing is taken for what it is not.
#[tokio::test(flavor = "multi_thread")]
async fn another_mailbox_begins_anew() {
    for office in offices().await {
        let lab = lab();
        lab.deliver("Posteingang", raw(1));
        let account = connect(&office, &lab, "Other").await;
        assert_eq!(office.collect(account).await.filed, 1);
        let kept = office.store.account(account).await.unwrap();
        let other = NewAccount { user_name: postroom_lab::graph::OBJECT_ID.into(), ..kept.settings };
        office.store.change_account(account, &other, &[event("account.changed")]).await.unwrap();
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.server, report.ledger.missing), (None, 0, 1, 0), "{}", office.name);
    }
}
