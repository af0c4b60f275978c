//! The import rules on a mailbox of a real Dovecot: agents and suppliers, strangers, programs, reports, broken and huge letters. What becomes
//! of each stands in one table, and is so on both databases (TP-37 to TP-40, P31).
//!
//! `POSTROOM_TEST_LETTERS` makes the mailbox larger or smaller.

use crate::dovecot::dovecot;
use crate::office::{NOW, Office, event, offices};
use model::{AccountId, AnswersBy, ContactSide, ImportCause, ImportSettings, Managed, ManagedState, ManagementFilter, Person};
use postroom_lab::dovecot::Dovecot;
use postroom_store::{ClientChange, ContactChange, NewClientAddress, Scope};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

const ALL: Scope = Scope::Everything;
/// Sorts of letters.
const KINDS: usize = 20;

/// A letter of its sort, the folder it lies in, and what must become of it.
struct Sort {
    cause: ImportCause,
    answers: Option<AnswersBy>,
    folder: &'static str,
    raw: String,
    subject: String,
}

fn head(n: usize, from: &str, subject: &str, more: &str) -> String {
    let day = n / 1440 % 28 + 1;
    let (hour, minute) = (n / 60 % 24, n % 60);
    format!(
        "From: {from}\r\nTo: ada@office.example\r\nSubject: {subject}\r\nMessage-ID: <l{n}@there.example>\r\nDate: {day} Jul 2026 {hour:02}:{minute:02}:00 +0000\r\n{more}"
    )
}

/// The Message-ID of the office's letter before this one.
fn ours(n: usize) -> String {
    format!("l{}@there.example", n / KINDS * KINDS)
}

fn report(n: usize, about: &str) -> String {
    let more = "Return-Path: <>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n";
    format!(
        "{}\r\n--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; gone@there.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{about}>\r\nSubject: x\r\n--b--\r\n",
        head(n, "MAILER-DAEMON@mx.example", &format!("Undelivered mail {n}"), more)
    )
}

fn sort(n: usize) -> Sort {
    use ImportCause::*;
    let subject = format!("Letter {n}");
    let stranger = format!("who{n}@else.example");
    let answering = format!("In-Reply-To: <{}>\r\n", ours(n));
    let (kay, sue, pat) = ("Kay <kay@kiwi.example>", "sue@hotel.example", "pat@kiwi.example");
    let text = |from: &str, more: &str| format!("{}\r\nDear Ada, letter {n}.\r\n", head(n, from, &subject, more));
    let plain = |cause, raw| Sort { cause, answers: None, folder: "INBOX", raw, subject: subject.clone() };
    match n % KINDS {
        0 => plain(Own, text("ada@office.example", "").replace("To: ada@office.example", "To: kay@kiwi.example")),
        1 => plain(Contact, text(kay, "")),
        2 => plain(Contact, text(sue, "")),
        3 => plain(TypeNotChosen, text(pat, "")),
        4 => plain(Unknown, text(&stranger, "")),
        5 => Sort { answers: Some(AnswersBy::OwnLetter), ..plain(AnswersOurs, text(&stranger, &answering)) },
        6 => plain(AutomaticAnswer, text(kay, "Auto-Submitted: auto-replied\r\n")),
        7 => plain(ByProgram, text(kay, "Auto-Submitted: auto-generated\r\n")),
        8 => plain(List, text(&stranger, "List-Id: <news.else.example>\r\nPrecedence: bulk\r\n")),
        9 => plain(Notice, text(&stranger, "Auto-Submitted: auto-generated\r\n")),
        10 => Sort {
            answers: Some(AnswersBy::OwnLetter),
            subject: format!("Undelivered mail {n}"),
            ..plain(BounceOfOurs, report(n, &ours(n)))
        },
        11 => Sort { subject: format!("Undelivered mail {n}"), ..plain(Bounce, report(n, "never@there.example")) },
        12 => plain(Client, text("cy@client.example", "")),
        13 => plain(NoSender, text("", "").replacen("From: \r\n", "", 1)),
        14 => Sort { folder: "Junk", ..plain(Junk, text(kay, "")) },
        15 => Sort { folder: "Junk", ..plain(Unwanted, text(&stranger, "")) },
        16 => plain(Contact, text("desk@both.example", "")),
        17 => Sort { subject: String::new(), ..plain(NoSender, format!("\u{1}\u{2} no letter at all {n}")) },
        18 => Sort { answers: Some(AnswersBy::OwnLetter), ..plain(Contact, text(kay, &answering)) },
        _ => {
            let subject = format!("RE: Letter {}", n / KINDS * KINDS);
            let raw = format!("{}\r\nYes, {n}.\r\n", head(n, kay, &subject, ""));
            Sort { answers: Some(AnswersBy::Suggested), subject, ..plain(Contact, raw) }
        }
    }
}

fn file(addresses: &[&str]) -> Vec<NewClientAddress> {
    let slot = |(address, slot): (&&str, i64)| NewClientAddress {
        person: Person::Myself,
        slot,
        address: (*address).into(),
        valid_from: None,
        valid_to: None,
    };
    addresses.iter().zip(1..).map(slot).collect()
}

async fn contact(office: &Office, name: &str, side: ContactSide, kind: &str, addresses: &[&str]) {
    let kinds = office.store.contact_types().await.unwrap();
    let contact_type = kinds.iter().find(|one| one.name == kind).unwrap().id;
    let new =
        ContactChange { name: name.into(), company: String::new(), side, contact_type, cost_centre: None, addresses: file(addresses) };
    office.store.save_contact(ALL, None, &new, &event("contact.added")).await.unwrap();
}

async fn people(office: &Office) {
    use ContactSide::{Agent, Supplier};
    contact(office, "Kay", Agent, "Reservations", &["kay@kiwi.example"]).await;
    contact(office, "Sue", Supplier, "Accounts", &["sue@hotel.example"]).await;
    contact(office, "Pat", Agent, "Sales", &["pat@kiwi.example"]).await;
    contact(office, "Both, sales", Agent, "Sales", &["desk@both.example"]).await;
    contact(office, "Both, rooms", Agent, "Reservations", &["desk@both.example"]).await;
    let client = ClientChange { code: "C1".into(), name: "Cy".into(), cost_centre: None, addresses: file(&["cy@client.example"]) };
    office.store.save_client(ALL, None, &client, &event("client.added")).await.unwrap();
}

async fn import(office: &Office, account: AccountId) {
    let kinds = office.store.contact_types().await.unwrap();
    let id = |kind: &str| kinds.iter().find(|one| one.name == kind).unwrap().id;
    let types = vec![(ContactSide::Agent, id("Reservations")), (ContactSide::Supplier, id("Accounts"))];
    let settings = ImportSettings { on: true, types, ..ImportSettings::default() };
    office.store.save_import_settings(account, &settings, &event("account.import")).await.unwrap();
}

type Found = BTreeMap<String, Vec<(ImportCause, Option<AnswersBy>)>>;

async fn found(office: &Office) -> Found {
    let mut found = Found::new();
    for state in [ManagedState::Waiting, ManagedState::Done, ManagedState::Imported, ManagedState::LeftOut] {
        let filter = ManagementFilter { state, ..ManagementFilter::default() };
        for row in office.store.managed(ALL, &filter, None, 100_000).await.unwrap() {
            assert_eq!(row.outcome, row.cause.outcome());
            assert_eq!(row.party.is_some(), row.cause == ImportCause::Contact, "{}: {}", office.name, row.why);
            assert!(row.why.ends_with('.'), "{}", row.why);
            found.entry(row.subject).or_default().push((row.cause, row.answers.map(|answers| answers.1)));
        }
    }
    for causes in found.values_mut() {
        causes.sort_by_key(|one| one.0);
    }
    found
}

fn deliver(server: &Dovecot, letters: usize) -> Found {
    let mut expected = Found::new();
    for n in 0..letters {
        let sort = sort(n);
        server.deliver("ada", sort.folder, sort.raw.as_bytes(), &[]).unwrap();
        expected.entry(sort.subject).or_default().push((sort.cause, sort.answers));
    }
    let mut huge = format!("{}\r\n", head(letters, "kay@kiwi.example", "Huge", "")).into_bytes();
    huge.extend(std::iter::repeat_n(b"All of it, word for word, once more for everybody.\r\n".as_slice(), 520_000).flatten());
    server.deliver("ada", "INBOX", &huge, &[]).unwrap();
    expected.insert("Huge".into(), vec![(ImportCause::TooLarge, None)]);
    for causes in expected.values_mut() {
        causes.sort_by_key(|one| one.0);
    }
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn every_letter_of_a_mailbox_comes_to_what_the_table_says() {
    let Some(server) = dovecot() else { return };
    let letters = std::env::var("POSTROOM_TEST_LETTERS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let expected = deliver(&server, letters);
    let stop = CancellationToken::new();
    for office in offices().await {
        people(&office).await;
        let account = office.connect_account(&server, "Ada").await;
        import(&office, account).await;
        let ledger = office.collect(account).await.ledger;
        assert_eq!((ledger.missing, ledger.server), (0, letters as i64 + 1), "{}", office.name);
        assert_eq!(office.store.import_sums(account).await.unwrap().pending, letters as i64 + 1);
        // Asked to stop before it began, nothing is done and nothing is lost.
        let stopped = CancellationToken::new();
        stopped.cancel();
        assert_eq!(office.engine.import_waiting(&stopped).await.unwrap(), 0);
        // A rehearsal changes nothing.
        let rehearsed = office.engine.rehearse_imports(account, None, 500).await.unwrap();
        assert!(found(&office).await.is_empty());

        // Stopped in the middle, it goes on where it was.
        let halfway = CancellationToken::new();
        let watch = async {
            while office.store.import_sums(account).await.unwrap().pending == letters as i64 + 1 {
                tokio::task::yield_now().await;
            }
            halfway.cancel();
        };
        let (first, ()) = tokio::join!(office.engine.import_waiting(&halfway), watch);
        let first = first.unwrap();
        assert!(first > 0 && first < letters, "{}: {first}", office.name);
        assert_eq!(first + office.engine.import_waiting(&stop).await.unwrap(), letters + 1, "{}", office.name);
        let outcomes = found(&office).await;
        for (subject, causes) in &expected {
            assert_eq!(outcomes.get(subject), Some(causes), "{}: {subject}", office.name);
        }
        assert_eq!(outcomes.len(), expected.len());
        // What was rehearsed is what came to pass.
        for (facts, decided) in rehearsed {
            assert_eq!(office.store.managed_one(ALL, facts.id).await.unwrap().cause, decided.cause);
        }
        let sums = office.store.import_sums(account).await.unwrap();
        assert_eq!(sums.imported + sums.waiting + sums.left_out, letters as i64 + 1);
        assert_eq!((sums.pending, sums.done), (0, 0));
        // The ledger's numbers are what they were, and no letter was answered.
        assert_eq!(office.collect(account).await.ledger, model::LedgerSums { ..ledger });
        assert_eq!(office.engine.import_waiting(&stop).await.unwrap(), 0);
        assert!(office.store.outbox(ALL, model::OutboxFilter::default(), None, 1).await.unwrap().is_empty());
        again(&office, account).await;
    }
}

/// A stranger becomes a contact: the letter that waited is imported when it is tried again.
async fn again(office: &Office, account: AccountId) {
    let filter = ManagementFilter { words: "who4@else.example".into(), ..ManagementFilter::default() };
    let row = office.store.managed(ALL, &filter, None, 9).await.unwrap().remove(0);
    assert_eq!(row.cause, ImportCause::Unknown);
    contact(office, "Who", ContactSide::Agent, "Reservations", &["who4@else.example"]).await;
    let id = Managed { account, letter: row.id.letter };
    let mut retried = event("import.retried");
    retried.at = NOW + 5;
    let outcomes = office.engine.import_again(&[id], None, &retried).await.unwrap();
    assert_eq!(outcomes[0].cause, ImportCause::Contact);
    let row = office.store.managed_one(ALL, id).await.unwrap();
    assert!(!row.waits && row.closed.is_some_and(|closed| closed.how == model::ClosedHow::Imported), "{}", office.name);
}
