//! The import rules ended at any moment, while letters arrive: each letter has its outcome, once, and what somebody has decided stays.

use crate::harness::{KILLS_OF_A_LIFE, Office, databases, dice, number};
use model::{ClosedHow, ContactSide, ImportCause, ImportSettings, Managed, ManagedState, ManagementFilter, Person};
use postroom_store::{ContactChange, NewClientAddress, NewEvent, Scope, Store};
use std::collections::BTreeMap;

/// A tenth of what `cargo xtask torture` does there: a tenth of its kills.
const KILLS: u64 = 5;
const LETTERS: usize = 450;
const ALL: Scope = Scope::Everything;

fn event(action: &str) -> NewEvent {
    NewEvent { at: 1_700_000_000_000, principal: "console".into(), action: action.into(), subject: String::new(), detail: String::new() }
}

/// What must become of a letter, and what it looks like.
fn letter(n: usize) -> (ImportCause, String) {
    let (cause, from, more) = match n % 4 {
        0 => (ImportCause::Contact, "kay@kiwi.example", ""),
        1 => (ImportCause::Unknown, "who@else.example", ""),
        2 => (ImportCause::AutomaticAnswer, "kay@kiwi.example", "Auto-Submitted: auto-replied\n"),
        _ => (ImportCause::List, "news@else.example", "List-Id: <news.else.example>\nPrecedence: bulk\n"),
    };
    let head = format!(
        "From: {from}\nTo: desk@office.example\nSubject: {n}\nMessage-ID: <{n}@there.example>\nDate: Sat, 14 Mar 2026 09:12:00 +0000\n{more}"
    );
    (cause, format!("From {from} Sat Mar 14 09:12:00 2026\n{head}\nText {n}\n\n"))
}

/// An account that imports the replies of one agent, and letters that are still to come.
async fn furnish(office: &Office) {
    let store = office.store().await;
    let account = store.account_by_name("Old mail").await.unwrap().id;
    let kind = store.contact_types().await.unwrap()[0].id;
    let kay = ContactChange {
        name: "Kay".into(),
        company: String::new(),
        side: ContactSide::Agent,
        contact_type: kind,
        cost_centre: None,
        addresses: vec![NewClientAddress {
            person: Person::Myself,
            slot: 1,
            address: "kay@kiwi.example".into(),
            valid_from: None,
            valid_to: None,
        }],
    };
    store.save_contact(ALL, None, &kay, &event("contact.added")).await.unwrap();
    let settings = ImportSettings { on: true, types: vec![(ContactSide::Agent, kind)], ..ImportSettings::default() };
    store.save_import_settings(account, &settings, &event("account.import_changed")).await.unwrap();
}

async fn rows(store: &Store, state: ManagedState) -> Vec<(Managed, usize, ImportCause)> {
    let filter = ManagementFilter { state, ..ManagementFilter::default() };
    let rows = store.managed(ALL, &filter, None, 10 * LETTERS as i64).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.subject.parse().unwrap(), row.cause)).collect()
}

/// Somebody deals with some letters that wait, whichever those are by now.
async fn decide(office: &Office) -> Vec<usize> {
    let store = office.store().await;
    let some: Vec<_> = rows(&store, ManagedState::Waiting).await.into_iter().step_by(3).collect();
    let ids: Vec<Managed> = some.iter().map(|(id, ..)| *id).collect();
    let done = store.close_outcomes(ALL, &ids, ClosedHow::Discarded, "Seen", None, &event("letter.discarded")).await.unwrap();
    assert_eq!(done.len(), ids.len());
    some.into_iter().map(|(_, n, _)| n).collect()
}

async fn judge(office: &Office, decided: &[usize], what: &str) {
    let store = office.store().await;
    let account = store.account_by_name("Old mail").await.unwrap().id;
    assert_eq!(store.import_sums(account).await.unwrap().pending, 0, "{what}: the rules have looked at every letter");
    let mut found: BTreeMap<usize, (ImportCause, bool)> = BTreeMap::new();
    for state in [ManagedState::Waiting, ManagedState::Done, ManagedState::Imported, ManagedState::LeftOut] {
        for (_, n, cause) in rows(&store, state).await {
            assert!(found.insert(n, (cause, state == ManagedState::Done)).is_none(), "{what}: letter {n} has two outcomes");
        }
    }
    for n in 0..LETTERS {
        let expected = (letter(n).0, decided.contains(&n));
        assert_eq!(found.get(&n), Some(&expected), "{what}: letter {n}");
    }
    assert_eq!(found.len(), LETTERS, "{what}");
}

// TP-37, I2, R1: nothing lost, nothing twice, nothing undone.
#[test]
fn kills_lose_no_outcome_and_write_none_twice() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kills = number("POSTROOM_KILLS", 10 * KILLS).div_ceil(10);
    let mut chance = dice();
    for database in databases() {
        let name = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        let fresh = || {
            let office = Office::new(database.as_deref());
            std::fs::write(office.path("first.mbox"), letter(0).1).unwrap();
            std::fs::write(office.path("rest.mbox"), (1..LETTERS).map(|n| letter(n).1).collect::<String>()).unwrap();
            office.run(&["import", &office.file("first.mbox"), "--account", "Old mail"]);
            runtime.block_on(furnish(&office));
            office
        };
        let office = fresh();
        let brinks = office.brinks(&["import", &office.file("rest.mbox"), "--account", "Old mail"]);
        runtime.block_on(judge(&office, &[], name));
        let (mut here, mut life) = (0, 0);
        while here < kills {
            life += 1;
            assert!(life <= kills + 5, "kills come too late");
            let (office, what) = (fresh(), format!("{name}, life {life}"));
            let import = ["import", &office.file("rest.mbox"), "--account", "Old mail"];
            let mut decided = Vec::new();
            for _ in 0..KILLS_OF_A_LIFE {
                here += u64::from(office.kill(&import, &brinks, &mut chance));
                decided.extend(runtime.block_on(decide(&office)));
            }
            office.run(&import);
            runtime.block_on(judge(&office, &decided, &what));
            assert!(office.run(&["verify"]).contains("all in order"), "{what}");
        }
        println!("{name}: {here} kills in {life} lives of {LETTERS} letters");
    }
}
