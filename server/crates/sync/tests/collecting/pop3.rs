//! Collecting by POP3 from the lab's server: identity, the ledger, and what a server does to names (P35).

use crate::office::{NOW, Office, event, offices};
use model::{AccountId, Outcome, Preset, Protocol, Security};
use postroom_connect::SecretString;
use postroom_lab::{
    imap::Tls,
    pop3::{PopFault, PopLab, PopStep, asks_for_a_letter},
};
use postroom_store::{NewAccount, Scope};

pub const LETTERS: usize = 40;

/// A letter with lines that start with dots, some alone.
pub fn raw(n: usize) -> Vec<u8> {
    let id = if n.is_multiple_of(7) { String::new() } else { format!("Message-ID: <{n}@lab.example>\r\n") };
    format!(
        "From: cy{n}@client.example\r\nTo: ada@office.example\r\nSubject: Letter {n}\r\nDate: Tue, 1 Sep 2026 10:00:{:02} +0000\r\n{id}\r\nWords of letter {n}.\r\n..twice\r\n.once\r\nend\r\n",
        n % 60
    )
    .into_bytes()
}

pub fn lab() -> PopLab {
    let lab = PopLab::start(Tls::Implicit).unwrap();
    for n in 0..LETTERS {
        lab.deliver(raw(n));
    }
    lab
}

pub async fn connect(office: &Office, name: &str, port: u16, fingerprint: &str, timeout_seconds: u32) -> AccountId {
    let new = NewAccount {
        name: name.into(),
        description: String::new(),
        protocol: Protocol::Pop3,
        preset: Preset::Custom,
        address: "ada@office.example".into(),
        server: "127.0.0.1".into(),
        port,
        security: Security::Tls,
        user_name: "ada".into(),
        secret: Some(SecretString::from("secret")),
        timeout_seconds,
        connection_limit: None,
        pinned_fingerprint: Some(fingerprint.to_owned()),
        allow_clear_text: false,
        owner: None,
        reach_anywhere: true,
        tested: true,
    };
    let id = office.store.add_account(&new, &event("account.added")).await.unwrap();
    office.engine.download_folders(id).await.unwrap();
    id
}

/// Every letter of the server is here, octet by octet.
pub async fn assert_whole(office: &Office, lab: &PopLab, what: &str) {
    for letter in lab.letters() {
        let stored = office.store.copy_bytes(&office.digest(&letter.raw)).await;
        assert!(stored.is_ok_and(|stored| stored == *letter.raw), "{}: {what}: {} is missing", office.name, letter.name);
    }
}

// IT-01, IT-28, IT-30, P35: one folder; everything once; a second collection fetches nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_maildrop_is_collected_once_and_stays_as_it_was() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Drop", lab.port(), lab.fingerprint(), 5).await;
        let folders = office.store.folders(account).await.unwrap();
        assert_eq!(
            folders.iter().map(|folder| (folder.name.as_str(), folder.selected, folder.letters)).collect::<Vec<_>>(),
            [("Inbox", true, 40)]
        );
        let first = office.collect(account).await;
        assert_eq!(first.error, None, "{}", office.name);
        assert_eq!((first.ledger.server, first.ledger.filed, first.ledger.missing), (40, 40, 0));
        assert_whole(&office, &lab, "first").await;
        lab.forget_commands();
        lab.deliver(raw(100));
        let second = office.collect(account).await;
        assert_eq!((second.filed, second.ledger.filed, second.ledger.missing), (1, 41, 0));
        let retrieved: Vec<String> = lab.commands().into_iter().filter(|line| asks_for_a_letter(line)).collect();
        assert_eq!(retrieved, ["TOP 41 2147483647"], "{}", office.name);
        assert_eq!(lab.letters().len(), 41);
        // S10: what was said is on record, and no write is in it.
        let record = office.store.account(account).await.unwrap().hands_off;
        // Each letter once, and the heads of the newest five at the second collection.
        assert!(record.commands.iter().any(|(verb, times)| verb == "TOP" && *times == 46), "{record:?}");
        assert!(!record.commands.iter().any(|(verb, _)| verb == "DELE"), "{record:?}");
    }
}

// Newest first, so that a history is useful within a minute.
#[tokio::test(flavor = "multi_thread")]
async fn the_newest_letters_come_first() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Newest", lab.port(), lab.fingerprint(), 5).await;
        lab.forget_commands();
        office.collect(account).await;
        let first = lab.commands().into_iter().find(|line| asks_for_a_letter(line));
        assert_eq!(first.as_deref(), Some("TOP 40 2147483647"));
    }
}

// P35: names that change, are blank or are given twice lose nothing and file nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn names_that_cannot_be_relied_on_lose_nothing() {
    for office in offices().await {
        for (at, fault) in [PopFault::NamesChange, PopFault::BlankNames, PopFault::OneName, PopFault::DoubledName, PopFault::SizesChange]
            .into_iter()
            .enumerate()
        {
            let what = format!("{}: {fault:?}", office.name);
            let lab = PopLab::start(Tls::Implicit).unwrap();
            for n in 0..12 {
                lab.deliver(raw(1000 * (at + 1) + n));
            }
            // The very same letter twice is two letters on the server and one here.
            lab.deliver(raw(1000 * (at + 1)));
            lab.set_fault(fault);
            let account = connect(&office, &format!("Names {at}"), lab.port(), lab.fingerprint(), 5).await;
            let first = office.collect(account).await;
            assert_eq!((first.error, first.filed, first.ledger.server, first.ledger.missing), (None, 12, 13, 0), "{what}");
            lab.deliver(raw(1000 * (at + 1) + 500));
            let second = office.collect(account).await;
            assert_eq!((second.error, second.filed, second.ledger.server, second.ledger.missing), (None, 1, 14, 0), "{what}");
            lab.clear_faults();
            let third = office.collect(account).await;
            assert_eq!((third.error, third.filed, third.ledger.missing), (None, 0, 0), "{what}");
            assert_whole(&office, &lab, &what).await;
        }
    }
}

// P35: where names are places in the list, a letter that is gone leaves its name to the next one, of the same length at that, before
// anybody looks: no letter is taken for another.
#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_places_are_not_taken_for_letters() {
    for office in offices().await {
        let lab = PopLab::start(Tls::Implicit).unwrap();
        let names: Vec<String> = (11..17).map(|n| lab.deliver(raw(n))).collect();
        lab.set_fault(PopFault::NamesArePlaces);
        let account = connect(&office, "Places", lab.port(), lab.fingerprint(), 5).await;
        assert_eq!(office.collect(account).await.filed, 6, "{}", office.name);
        lab.remove(&names[0]);
        lab.remove(&names[1]);
        lab.deliver(raw(18));
        lab.deliver(raw(19));
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.server, report.ledger.missing), (None, 2, 6, 0), "{}", office.name);
        assert_whole(&office, &lab, "places").await;
        lab.forget_commands();
        assert_eq!(office.collect(account).await.filed, 0);
        assert!(!lab.commands().iter().any(|line| asks_for_a_letter(line)), "nothing is fetched twice: {}", office.name);
    }
}

// P35, RFC 1939 §7: a name that is given to another letter later.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_given_to_another_letter_brings_that_letter() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Reuse", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        let first = lab.letters()[0].clone();
        lab.remove(&first.name);
        // Of another length, at once; and of the same length, after it was seen to be gone.
        lab.deliver_named(&first.name, [raw(0), b"and more\r\n".to_vec()].concat());
        assert_eq!(office.collect(account).await.filed, 1, "{}", office.name);
        let second = lab.letters()[0].clone();
        lab.remove(&second.name);
        office.collect(account).await;
        let other = String::from_utf8(second.raw.to_vec()).unwrap().replace("Words of", "Lines in");
        lab.deliver_named(&second.name, other);
        let last = office.collect(account).await;
        assert_eq!((last.filed, last.ledger.missing), (1, 0), "{}", office.name);
        assert_whole(&office, &lab, "reused").await;
    }
}

/// Another letter of as many octets.
fn as_long_as(other: &[u8]) -> Vec<u8> {
    let fresh = String::from_utf8(other.to_vec()).unwrap().replace("Subject: Letter", "Subject: Rettel");
    assert!(fresh.as_bytes() != other && fresh.len() == other.len());
    fresh.into_bytes()
}

// P35, RFC 1939 §7: a name that another letter of the very same length bears, before anybody looks: the head tells, wherever it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_given_at_once_to_a_letter_of_the_same_length_brings_that_letter() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Borrowed", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        // At the end of the list, from its beginning to its end, and from its middle into its end.
        for at in [LETTERS - 1, 0, LETTERS / 2] {
            let before = lab.letters()[at].clone();
            let other = as_long_as(&before.raw);
            lab.remove(&before.name);
            lab.deliver_named(&before.name, other);
            let report = office.collect(account).await;
            assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "{} {at}", office.name);
            assert_whole(&office, &lab, "borrowed").await;
        }
        lab.forget_commands();
        assert_eq!(office.collect(account).await.filed, 0);
        assert!(!lab.commands().iter().any(|line| asks_for_a_letter(line)), "nothing is fetched twice: {}", office.name);
    }
}

// P35: what no head was shown of stays in doubt, also where it stands among known letters by the next census.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_head_was_refused_is_looked_at_later() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Refused", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        let before = lab.letters()[LETTERS / 2].clone();
        lab.remove(&before.name);
        lab.deliver_named(&before.name, as_long_as(&before.raw));
        for n in 0..6 {
            lab.deliver(raw(200 + n));
        }
        lab.set_fault(PopFault::ErrAt(PopStep::Top, "Cannot read this letter".into()));
        assert_eq!(office.collect(account).await.filed, 6, "{}", office.name);
        lab.clear_faults();
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "{}", office.name);
        assert_whole(&office, &lab, "refused").await;
    }
}

// P35: where more letters are in doubt than one census looks at, the next one looks at the others.
#[tokio::test(flavor = "multi_thread")]
async fn many_names_given_to_other_letters_bring_them_all() {
    for office in offices().await {
        let lab = PopLab::start(Tls::Implicit).unwrap();
        for n in 0..70 {
            lab.deliver(raw(n));
        }
        let account = connect(&office, "Many", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        for before in lab.letters()[..60].iter().rev() {
            lab.remove(&before.name);
            lab.deliver_named(&before.name, as_long_as(&before.raw));
        }
        let first = office.collect(account).await;
        let second = office.collect(account).await;
        assert_eq!((first.filed + second.filed, second.ledger.missing), (60, 0), "{}", office.name);
        assert!(first.filed < 60, "more than one census looks at");
        assert_whole(&office, &lab, "many").await;
    }
}

/// Puts a letter behind the others as it is, under its name.
fn move_to_the_end(lab: &PopLab, name: &str) {
    let letter = lab.letters().into_iter().find(|letter| letter.name == name).unwrap();
    lab.remove(name);
    lab.deliver_named(name, letter.raw.to_vec());
}

// P35, I5: letters whose heads are refused for good cost no other letter its look; each is fetched whole once, and listed with its reason
// where that is refused as well.
#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_refused_for_good_hold_up_no_others() {
    for office in offices().await {
        let lab = PopLab::start(Tls::Implicit).unwrap();
        for n in 0..200 {
            lab.deliver(raw(n));
        }
        let account = connect(&office, "Poison", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        for (at, before) in lab.letters()[..80].iter().enumerate() {
            if at < 20 {
                lab.remove(&before.name);
                lab.deliver_named(&before.name, as_long_as(&before.raw));
            } else {
                move_to_the_end(&lab, &before.name);
                lab.set_fault(PopFault::TopRefused(before.name.clone(), "Cannot read this letter".into()));
            }
        }
        lab.set_fault(PopFault::RetrRefused(200, "Cannot read this letter".into()));
        lab.forget_commands();
        let first = office.collect(account).await;
        let second = office.collect(account).await;
        assert_eq!((first.filed + second.filed, second.ledger.missing), (20, 0), "{}", office.name);
        assert_whole(&office, &lab, "poison").await;
        for _ in 0..5 {
            let report = office.collect(account).await;
            assert_eq!((report.error, report.filed, report.ledger.missing), (None, 0, 0), "{}", office.name);
        }
        let fetched = lab.commands().into_iter().filter(|line| line.starts_with("RETR ") && line != "RETR 200").count();
        assert_eq!(fetched, 59, "{}", office.name);
        lab.forget_commands();
        let last = office.collect(account).await;
        assert_eq!((last.ledger.errored, last.ledger.missing), (1, 0), "{}", office.name);
        assert!(!lab.commands().iter().any(|line| line.starts_with("TOP ")), "left alone for a day: {}", office.name);
        let folder = office.store.folders(account).await.unwrap().remove(0);
        let errored = office.store.sightings(Scope::Everything, folder.id, Outcome::Errored, None, 100).await.unwrap();
        assert!(errored[0].reason.contains("Cannot read this letter"), "{errored:?}");
    }
}

// P35, I5: a letter that ends the connection when its head is asked for ends no collection, and the doubts behind it are cleared up.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_ends_the_connection_ends_no_collection() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Closes", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        let (poison, other) = (lab.letters()[3].clone(), lab.letters()[10].clone());
        move_to_the_end(&lab, &poison.name);
        lab.set_fault(PopFault::TopCloses(poison.name.clone()));
        lab.remove(&other.name);
        lab.deliver_named(&other.name, as_long_as(&other.raw));
        lab.deliver(raw(100));
        for filed in [1, 1, 0, 0] {
            let report = office.collect(account).await;
            assert_eq!((report.error, report.filed, report.ledger.missing), (None, filed, 0), "{}", office.name);
        }
        assert_whole(&office, &lab, "closes").await;
        let connections = lab.connections();
        office.collect(account).await;
        assert_eq!(lab.connections(), connections + 1, "it is left alone: {}", office.name);
    }
}

// I5, P35: where some letters come by TOP and others by RETR alone, all of them come.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_top_is_refused_for_comes_by_retr() {
    for office in offices().await {
        let lab = lab();
        let name = lab.letters()[20].name.clone();
        lab.set_fault(PopFault::TopRefused(name, "Not this one".into()));
        let account = connect(&office, "Both", lab.port(), lab.fingerprint(), 5).await;
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.errored, report.ledger.missing), (None, 40, 0, 0), "{}", office.name);
        assert_whole(&office, &lab, "both").await;
        let plainly: Vec<String> = lab.commands().into_iter().filter(|line| line.starts_with("RETR ")).collect();
        assert_eq!(plainly, ["RETR 21"], "{}", office.name);
    }
}

// I5: letters that break the line or are refused stop none of the others, and each is listed with its reason.
#[tokio::test(flavor = "multi_thread")]
async fn bad_letters_stop_no_others() {
    for office in offices().await {
        let lab = PopLab::start(Tls::Implicit).unwrap();
        for n in 0..300 {
            lab.deliver(raw(n));
        }
        for number in [3, 150, 151, 299] {
            lab.set_fault(PopFault::TruncateLetter(number));
        }
        lab.set_fault(PopFault::RetrRefused(10, "Cannot read this letter".into()));
        lab.set_fault(PopFault::EmptyLetter(20));
        let account = connect(&office, "Bad", lab.port(), lab.fingerprint(), 5).await;
        let report = office.collect(account).await;
        assert_eq!(report.error, None, "{}", office.name);
        assert_eq!((report.ledger.server, report.ledger.filed, report.ledger.errored, report.ledger.missing), (300, 294, 6, 0));
        let folder = office.store.folders(account).await.unwrap().remove(0);
        let errored = office.store.sightings(Scope::Everything, folder.id, Outcome::Errored, None, 100).await.unwrap();
        assert!(errored.iter().all(|row| !row.reason.is_empty()));
        lab.clear_faults();
        assert_eq!(office.collect(account).await.ledger.errored, 0, "{}", office.name);
    }
}

// I12: a letter above the bound of what is held comes through a file.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_letter_comes_whole() {
    let office = offices().await.remove(0);
    let lab = PopLab::start(Tls::Implicit).unwrap();
    let line = b"A line of some seventy characters that is repeated until it is large..\r\n";
    lab.deliver([raw(1), line.repeat((9 << 20) / line.len())].concat());
    // The server says that it is short; it is not.
    lab.deliver([raw(2), line.repeat((3 << 20) / line.len())].concat());
    lab.set_fault(PopFault::SizeLies(-(2 << 20)));
    let account = connect(&office, "Large", lab.port(), lab.fingerprint(), 10).await;
    let report = office.collect(account).await;
    assert_eq!((report.error, report.ledger.filed, report.ledger.missing), (None, 2, 0));
    assert_whole(&office, &lab, "large").await;
}

// A server that ends its lines by LF is understood to the last letter.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_bare_line_feeds_is_understood() {
    let office = offices().await.remove(0);
    let lab = lab();
    lab.set_fault(PopFault::BareLineFeeds);
    let account = connect(&office, "Bare", lab.port(), lab.fingerprint(), 5).await;
    let report = office.collect(account).await;
    assert_eq!((report.error, report.ledger.filed, report.ledger.missing), (None, 40, 0));
    assert_eq!(office.search("subject:letter").await.len(), 40);
}

// O25, IT-14: the second refusal a poll apart disables; what is said about it names the sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_disables_after_two_polls() {
    let office = offices().await.remove(0);
    let lab = lab();
    let account = connect(&office, "Locked", lab.port(), lab.fingerprint(), 5).await;
    office.store.set_account_state(account, postroom_store::AccountState::Enabled, &event("account.enabled")).await.unwrap();
    lab.set_password("another");
    let first = office.collect(account).await;
    assert_eq!(first.error.map(|(verdict, _)| verdict), Some(model::Verdict::Authentication));
    assert!(!first.disabled);
    let later = postroom_sync::StillClock::at(NOW + 16 * 60 * 1000);
    let engine = postroom_sync::Engine::new(office.store.clone(), std::sync::Arc::new(later), postroom_sync::EngineSettings::default());
    let second = engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    assert!(second.disabled);
}

// S9: the rehearsal reads heads and stores nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_reads_heads_alone() {
    let office = offices().await.remove(0);
    office.import_clients("code,name,self1,self2,self3,partner1,partner2,partner3\nC1,Cy,cy3@client.example,cy4@client.example,,,,").await;
    let lab = lab();
    let account = connect(&office, "Rehearsed", lab.port(), lab.fingerprint(), 5).await;
    let rehearsal = office.engine.rehearse(account).await.unwrap();
    assert_eq!((rehearsal.letters, rehearsal.read, rehearsal.matching, rehearsal.clients), (40, 40, 2, 1));
    assert!(!lab.commands().iter().any(|line| asks_for_a_letter(line)));
}
