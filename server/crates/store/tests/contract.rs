//! What every public method of the store promises, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

mod shelf;

use model::{ClientId, Diagnosis, Direction, HandsOff, HistoryFilter, MessageId, Outcome, Permission, Person, Role, UserId, Verdict};
use postroom_store::{
    AccountState, Census, Clause, ClientChange, CollectionEnd, Database, NewAccount, NewClientAddress, Refusal, Scope, SearchQuery,
    StoreError,
};
use secrecy::ExposeSecret;
use shelf::{NOW, account, event, folder, letter, shelves};

const ALL: Scope = Scope::Everything;

fn client(code: &str, addresses: &[(Person, i64, &str)]) -> ClientChange {
    ClientChange {
        code: code.into(),
        name: format!("Client {code}"),
        cost_centre: None,
        addresses: addresses
            .iter()
            .map(|(person, slot, address)| NewClientAddress {
                person: *person,
                slot: *slot,
                address: (*address).into(),
                valid_from: None,
                valid_to: None,
            })
            .collect(),
    }
}

fn census(uid_validity: i64, present: &[i64]) -> Census<'_> {
    Census { uid_validity: Some(uid_validity), uid_next: Some(11), modseq: None, exists: present.len() as i64, present, continues: None }
}

fn staff(id: UserId) -> Scope {
    Scope::User { id, administrator: false }
}

// A store method without a test here is not finished (atuin's two backends drifted exactly where no test looked).
#[test]
fn every_public_method_is_tested_here() {
    let here = include_str!("contract.rs");
    let mut untested = Vec::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("    pub async fn ") {
                let name = rest.split(['(', '<']).next().unwrap();
                if !here.contains(&format!(".{name}(")) && name != "open" {
                    untested.push(name.to_owned());
                }
            }
        }
    }
    assert!(untested.is_empty(), "no contract test calls {untested:?}");
}

#[tokio::test]
async fn settings_and_health_answer() {
    for shelf in shelves().await {
        let store = &shelf.store;
        store.ping().await.unwrap();
        assert_eq!(store.database() == Database::Sqlite, shelf.name == "SQLite");
        assert_eq!(store.setting("zone").await.unwrap(), None);
        store.set_setting("zone", "Europe/London").await.unwrap();
        store.set_setting("zone", "Europe/Paris").await.unwrap();
        assert_eq!(store.setting("zone").await.unwrap().as_deref(), Some("Europe/Paris"));
        store.close().await;
    }
}

// I10: nothing is granted that was not given; the last administrator stays.
#[tokio::test]
async fn people_come_with_what_they_were_given() {
    for shelf in shelves().await {
        let store = &shelf.store;
        assert_eq!(store.user_count().await.unwrap(), 0);
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(matches!(
            store.add_first_user("eve@office.example", "Eve", "hash", &event("office.set_up")).await,
            Err(StoreError::Conflict("already_set_up"))
        ));
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        assert!(matches!(
            store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await,
            Err(StoreError::Conflict("user_email_taken"))
        ));
        assert_eq!(store.user_by_email("ben@office.example").await.unwrap().unwrap().granted, []);
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        assert!(matches!(
            store.add_cost_centre("North", &event("cost_centre.added")).await,
            Err(StoreError::Conflict("cost_centre_name_taken"))
        ));
        store.change_user(ben, Role::Staff, false, &[Permission::ClientsEdit], &[north], &event("user.changed")).await.unwrap();
        let card = store.users().await.unwrap().into_iter().find(|user| user.id == ben).unwrap();
        assert_eq!((card.granted, card.cost_centres), (vec![Permission::ClientsEdit], vec![north]));
        assert_eq!(store.cost_centres().await.unwrap()[0].users, 1);
        assert!(matches!(
            store.change_user(ada, Role::Staff, false, &[], &[], &event("user.changed")).await,
            Err(StoreError::Conflict("last_administrator"))
        ));
        assert_eq!(store.user(ada).await.unwrap().unwrap().role, Role::Administrator);
        assert!(store.user(UserId(99)).await.unwrap().is_none());
    }
}

// RELIABILITY §4.2: sessions end when they must.
#[tokio::test]
async fn sessions_start_and_end() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        for (token, user) in [(b"one", ada), (b"two", ben), (b"six", ben)] {
            store.start_session(token, user, NOW, "127.0.0.1", "Browser").await.unwrap();
        }
        store.touch_session(b"two", NOW + 5).await.unwrap();
        assert_eq!(store.session(b"two").await.unwrap().unwrap().seen_at, NOW + 5);
        store.end_session(b"six").await.unwrap();
        assert!(store.session(b"six").await.unwrap().is_none());
        store.change_user(ben, Role::Staff, true, &[], &[], &event("user.disabled")).await.unwrap();
        assert!(store.session(b"two").await.unwrap().is_none());
        store.set_password(ada, "other", &event("user.password")).await.unwrap();
        assert!(store.session(b"one").await.unwrap().is_none());
        store.start_session(b"ten", ada, NOW, "", "").await.unwrap();
        assert_eq!(store.drop_old_sessions(NOW - 1, NOW - 1).await.unwrap(), 0);
        store.end_sessions_of(ada).await.unwrap();
        assert!(store.session(b"ten").await.unwrap().is_none());

        assert_eq!(store.count_attempt("door", NOW, NOW - 10).await.unwrap(), 1);
        assert_eq!(store.count_attempt("door", NOW + 5, NOW - 10).await.unwrap(), 2);
        assert_eq!(store.count_attempt("door", NOW + 50, NOW + 40).await.unwrap(), 1);
        store.clear_attempts("door").await.unwrap();
        assert_eq!(store.count_attempt("door", NOW + 51, NOW).await.unwrap(), 1);
    }
}

// TP-06, I8, I11, O2: the name never changes, clear text needs consent, the password comes back only through its own door.
#[tokio::test]
async fn accounts_keep_the_rules_of_the_office() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_account(&account("Desk"), &event("account.added")).await.unwrap();
        assert!(matches!(
            store.add_account(&account("Desk"), &event("account.added")).await,
            Err(StoreError::Conflict("account_name_taken"))
        ));
        assert_eq!(store.account_secret(id).await.unwrap().expose_secret(), "hunter2 hunter2");
        let record = store.account_by_name("Desk").await.unwrap();
        assert_eq!(
            (record.id, record.state, record.has_secret, record.settings.connection_limit),
            (id, AccountState::Draft, true, Some(2))
        );

        let renamed = NewAccount { name: "Other".into(), ..account("Desk") };
        assert!(matches!(
            store.change_account(id, &renamed, &event("account.changed")).await,
            Err(StoreError::Conflict("account_name_never_changes"))
        ));
        let clear = NewAccount { security: model::Security::None, ..account("Desk") };
        assert!(matches!(
            store.change_account(id, &clear, &event("account.changed")).await,
            Err(StoreError::Conflict("clear_text_needs_consent"))
        ));
        let moved = NewAccount { server: "imap.office.example".into(), secret: None, ..account("Desk") };
        store.change_account(id, &moved, &event("account.changed")).await.unwrap();
        assert_eq!(store.account(id).await.unwrap().settings.server, "imap.office.example");
        assert_eq!(store.account_secret(id).await.unwrap().expose_secret(), "hunter2 hunter2");

        // FP-24: not enabled without a folder.
        assert!(matches!(
            store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await,
            Err(StoreError::Conflict("account_not_ready"))
        ));
        store.keep_folders(id, &[folder("INBOX")]).await.unwrap();
        store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        let report = Diagnosis { verdict: Verdict::Healthy, sentence: "Good".into(), rungs: vec![], transcript: vec![] };
        store.keep_diagnosis(id, &report, true).await.unwrap();
        assert_eq!(store.accounts().await.unwrap()[0].diagnosis, Some(report));

        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(!store.account_is_open_to(id, ada).await.unwrap());
        store.share_account(id, &[ada], &event("account.shared")).await.unwrap();
        assert!(store.account_is_open_to(id, ada).await.unwrap());
        assert_eq!(store.account_shares(id).await.unwrap(), vec![(ada, "Ada".to_owned())]);
    }
}

// O25, IT-14, IT-15, P37: two refusals a poll apart disable, nothing else does; a new password mends.
#[tokio::test]
async fn only_repeated_refusals_disable_an_account() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        let poll = 900_000;
        let end = |at, verdict| CollectionEnd {
            at,
            error: Some(("no".into(), verdict)),
            next_at: at + poll,
            poll,
            hands_off: HandsOff { sessions: 1, commands: vec![("EXAMINE".into(), 2)] },
        };
        let mut at = NOW;
        for (verdict, wait, expected) in [
            (Verdict::Connection, poll, AccountState::Enabled),
            (Verdict::Authentication, poll, AccountState::Enabled),
            (Verdict::Authentication, 1000, AccountState::Enabled), // a retry a second later is the same refusal
            (Verdict::Certificate, poll, AccountState::Enabled),
            (Verdict::Authentication, poll, AccountState::Disabled),
        ] {
            at += wait;
            let claim = store.claim_due_account("me", at, at + 60_000).await.unwrap();
            let claim = match claim {
                Some(claim) => claim,
                None => store.claim_account(id, "me", at, at + 60_000).await.unwrap().unwrap(),
            };
            assert_eq!(store.end_collection(&claim, &end(at, verdict)).await.unwrap(), expected, "{} {verdict:?}", shelf.name);
        }
        assert!(store.claim_due_account("me", at + 10 * poll, at + 11 * poll).await.unwrap().is_none());
        let record = store.account(id).await.unwrap();
        assert_eq!(record.hands_off, HandsOff { sessions: 5, commands: vec![("EXAMINE".into(), 10)] });
        assert_eq!((record.error_verdict, record.error_text.as_deref()), (Some(Verdict::Authentication), Some("no")));
        store.change_account(id, &account("Desk"), &event("account.changed")).await.unwrap();
        assert_eq!(store.account(id).await.unwrap().state, AccountState::Enabled);
        store.collect_soon(id).await.unwrap();
        assert!(store.claim_due_account("me", at, at + 1).await.unwrap().is_some());
    }
}

// I2: one holder at a time; a lease runs out or is broken, never shared.
#[tokio::test]
async fn a_lease_has_one_holder() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        let mine = store.claim_account(id, "me", NOW, NOW + 100).await.unwrap().unwrap();
        assert!(store.claim_account(id, "you", NOW + 50, NOW + 150).await.unwrap().is_none());
        assert_eq!(store.claim_holder(id).await.unwrap(), Some(("me".to_owned(), NOW + 100)));
        assert!(store.renew_claim(&mine, NOW + 200).await.unwrap());
        let yours = store.claim_account(id, "you", NOW + 300, NOW + 400).await.unwrap().unwrap();
        assert!(!store.renew_claim(&mine, NOW + 500).await.unwrap());
        store.break_claim(&yours).await.unwrap();
        assert!(store.claim_account(id, "me", NOW + 301, NOW + 400).await.unwrap().is_some());
    }
}

// S1, S11, I2, I3, P6: saving twice changes nothing; the same letter elsewhere is one message; the ledger adds up.
#[tokio::test]
async fn letters_are_saved_once_and_the_ledger_balances() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "tax", NOW),
            letter(2, "cy@client.example", "desk@office.example", "loan", NOW + 1),
        ];
        let again = ArrivedLetterOf(&window[0]).at(9);
        let refusals = [
            Refusal { uid: 3, outcome: Outcome::Errored, reason: "no".into(), size: 10 },
            Refusal { uid: 4, outcome: Outcome::Excluded, reason: "A draft".into(), size: 10 },
        ];
        let epoch = store.close_census(inbox, &census(5, &[1, 2, 3, 4, 9, 10]), NOW).await.unwrap();
        let first = store.save_import(inbox, epoch, &window, &refusals, NOW).await.unwrap();
        assert_eq!((first.filed, first.elsewhere, first.errored), (2, 0, 1));
        store.save_import(inbox, epoch, &window, &[], NOW).await.unwrap();
        let copy = store.save_import(inbox, epoch, &[again], &[], NOW).await.unwrap();
        assert_eq!((copy.filed, copy.elsewhere), (0, 1));
        let sums = store.ledger(Some(account)).await.unwrap()[0].sums;
        assert_eq!(
            (sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing),
            (6, 2, 1, 1, 1, 1),
            "{}",
            shelf.name
        );
        assert_eq!(store.settled_uids(inbox, epoch, 3, 0).await.unwrap(), vec![1, 2, 4, 9]);
        assert_eq!(store.settled_uids(inbox, epoch, 1, 0).await.unwrap(), vec![1, 2, 3, 4, 9]);
        assert_eq!(store.settled_uids(inbox, epoch, 1, NOW).await.unwrap(), vec![1, 2, 4, 9]); // refused long ago: asked again
        assert_eq!(store.settled_count(inbox, epoch, 1, 0).await.unwrap(), 5);
        assert_eq!(store.missing_uids(inbox).await.unwrap(), vec![10]);
        let listed = store.sightings(ALL, inbox, Outcome::Filed, None, 10).await.unwrap();
        assert_eq!(listed.iter().map(|row| row.uid).collect::<Vec<_>>(), vec![2, 1]);
        assert_eq!(store.known_copies(&[window[0].digest, [0; 32]]).await.unwrap().len(), 1);
        let id = listed[1].message_id.unwrap();
        assert_eq!(store.raw(ALL, id).await.unwrap(), window[0].raw.to_vec());
        assert_eq!(store.copies(id).await.unwrap().len(), 1);
        assert_eq!(store.copy_bytes(&window[1].digest).await.unwrap(), window[1].raw.to_vec());

        // Expunged: gone from the ledger, not from the office. Renumbered: the same letters are held already.
        assert_eq!(store.close_census(inbox, &census(5, &[2]), NOW + 9).await.unwrap(), epoch);
        assert_eq!(store.ledger(Some(account)).await.unwrap()[0].sums.server, 1);
        let epoch = store.close_census(inbox, &Census { modseq: Some(4), ..census(6, &[1, 2]) }, NOW + 10).await.unwrap();
        let renumbered = store.save_import(inbox, epoch, &window, &[], NOW + 10).await.unwrap();
        assert_eq!((renumbered.filed, renumbered.elsewhere), (0, 2));
        let sums = store.ledger(None).await.unwrap()[0].sums;
        assert_eq!((sums.server, sums.elsewhere, sums.missing), (2, 2, 0));
        // The old number comes back, for other letters: nothing of before counts (R5).
        let back = store.close_census(inbox, &census(5, &[1, 2]), NOW + 11).await.unwrap();
        assert!(back > epoch && store.settled_uids(inbox, back, 3, 0).await.unwrap().is_empty());
        let epoch = store.close_census(inbox, &Census { modseq: Some(4), ..census(6, &[1, 2]) }, NOW + 12).await.unwrap();
        store.save_import(inbox, epoch, &window, &[], NOW + 12).await.unwrap();
        // The server's own count is larger than its list: the difference is shown, not believed away.
        store
            .close_census(inbox, &Census { exists: 5, modseq: Some(4), continues: Some(epoch), ..census(6, &[1, 2]) }, NOW + 13)
            .await
            .unwrap();
        assert_eq!(store.ledger(None).await.unwrap()[0].sums.missing, 3);
        store.confirm_census(inbox, NOW + 20).await.unwrap();
        let (owner, record) = store.folder(inbox).await.unwrap();
        assert_eq!((owner, record.counted_at, record.modseq, record.uid_validity), (account, Some(NOW + 20), Some(4), Some(6)));
        assert_eq!(store.mailbox(account, None, 10).await.unwrap().len(), 2);
        assert!(!store.letter(ALL, id).await.unwrap().sightings.is_empty());
    }
}

struct ArrivedLetterOf<'a>(&'a postroom_store::ArrivedLetter);

impl ArrivedLetterOf<'_> {
    fn at(&self, uid: i64) -> postroom_store::ArrivedLetter {
        postroom_store::ArrivedLetter { uid, ..self.0.clone() }
    }
}

// FP-25: a person's choice of folders survives the server's list.
#[tokio::test]
async fn folders_are_chosen_by_people() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        store.keep_folders(account, &[folder("INBOX"), folder("Entw&APw-rfe")]).await.unwrap();
        store.select_folders(account, &[inbox], &event("account.folders")).await.unwrap();
        store.keep_folders(account, &[folder("Entw&APw-rfe")]).await.unwrap();
        let folders = store.folders(account).await.unwrap();
        assert_eq!(
            folders.iter().map(|f| (f.raw_name.as_str(), f.selected, f.gone)).collect::<Vec<_>>(),
            vec![("Entw&APw-rfe", false, false), ("INBOX", true, true)]
        );
        assert!(store.select_folders(account, &[model::FolderId(999)], &event("account.folders")).await.is_err());
    }
}

// FP-05…FP-07, O20, P24, P25, P26, S2: a history is a query; validity dates, shared addresses and paging hold.
#[tokio::test]
async fn a_history_is_a_live_query_with_reasons() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let mut window: Vec<_> =
            (0..30).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n / 3)).collect();
        window.push(letter(50, "desk@office.example", "dee@client.example", "reply", NOW + 100));
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let smith = client("SMITH", &[(Person::Myself, 1, "cy@client.example"), (Person::Partner, 2, "dee@client.example")]);
        let id = store.save_client(ALL, None, &smith, &event("client.added")).await.unwrap();
        let other = store
            .save_client(ALL, None, &client("JONES", &[(Person::Myself, 1, "dee@client.example")]), &event("client.added"))
            .await
            .unwrap();

        let whole = store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap();
        assert_eq!(whole.len(), 31);
        assert_eq!((whole[0].subject.as_str(), whole[0].direction), ("reply", Direction::Sent));
        assert_eq!(
            (whole[0].why[0].person, whole[0].why[0].slot, whole[0].why[0].address.as_str()),
            (Some(Person::Partner), Some(2), "dee@client.example")
        );
        let mut paged = Vec::new();
        let mut before = None;
        loop {
            let page = store.history(ALL, id, &HistoryFilter::default(), before, 4).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some((last.date, last.id.0));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
        assert_eq!(store.history(ALL, other, &HistoryFilter::default(), None, 9).await.unwrap().len(), 1);
        let sent = HistoryFilter { direction: Some(Direction::Sent), ..HistoryFilter::default() };
        assert_eq!(store.history(ALL, id, &sent, None, 9).await.unwrap().len(), 1);
        let mine = HistoryFilter { person: Some(Person::Myself), after: Some(NOW + 9), ..HistoryFilter::default() };
        assert_eq!(store.history(ALL, id, &mine, None, 9).await.unwrap().len(), 3);

        let mut dated = smith.clone();
        dated.addresses[0].valid_from = Some(NOW + 9);
        store.save_client(ALL, Some(id), &dated, &event("client.changed")).await.unwrap();
        assert_eq!(store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap().len(), 4);
        store.save_client(ALL, Some(id), &smith, &event("client.changed")).await.unwrap();
        assert_eq!(store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap(), whole);
        let record = store.letter(ALL, whole[0].id).await.unwrap();
        assert_eq!(record.clients.len(), 2);
        assert_eq!(store.letter_rows(&[whole[1].id, whole[0].id]).await.unwrap()[0].id, whole[1].id);
        assert_eq!(store.addresses_on_file().await.unwrap()["dee@client.example"].len(), 2);
    }
}

// O28, P23, W2: another cost centre's client and another person's private mail do not exist.
#[tokio::test]
async fn the_scope_hides_what_is_not_ones_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), address: "ada@office.example".into(), ..account("Ada") };
        let account_id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(account_id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(account_id).await.unwrap()[0].id;
        let window = [
            letter(1, "cy@client.example", "ada@office.example", "matter", NOW),
            letter(2, "mum@home.example", "ada@office.example", "dinner", NOW + 1),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        store.close_census(inbox, &census(1, &[1, 2]), NOW).await.unwrap();
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let change = ClientChange { cost_centre: Some(north), ..client("CY", &[(Person::Myself, 1, "cy@client.example")]) };
        let cy = store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
        let ids = store.search(ALL, &SearchQuery::default(), None, 10).await.unwrap();
        let [dinner, matter] = [ids[0].0, ids[1].0];

        for (scope, sees_matter, sees_dinner) in
            [(staff(ada), true, true), (staff(ben), false, false), (Scope::User { id: ben, administrator: true }, true, false)]
        {
            assert_eq!(store.may_see(scope, matter).await.unwrap(), sees_matter, "{} {scope:?}", shelf.name);
            assert_eq!(store.may_see(scope, dinner).await.unwrap(), sees_dinner, "{} {scope:?}", shelf.name);
            assert_eq!(store.letter(scope, matter).await.is_ok(), sees_matter);
            assert_eq!(store.raw(scope, dinner).await.is_ok(), sees_dinner);
            assert_eq!(
                store.search(scope, &SearchQuery::default(), None, 10).await.unwrap().len(),
                usize::from(sees_matter) + usize::from(sees_dinner)
            );
            let shown = store.sightings(scope, inbox, Outcome::Filed, None, 10).await.unwrap();
            assert_eq!(shown.iter().filter(|row| row.subject.is_some()).count(), usize::from(sees_matter) + usize::from(sees_dinner));
        }
        // A colleague's own address on a client's file opens nothing.
        let trick = client("TRICK", &[(Person::Myself, 1, "ada@office.example")]);
        let trick = store.save_client(ALL, None, &trick, &event("client.added")).await.unwrap();
        assert_eq!(store.history(ALL, trick, &HistoryFilter::default(), None, 9).await.unwrap().len(), 0);
        assert!(!store.may_see(Scope::User { id: ben, administrator: true }, dinner).await.unwrap());
        // Nor does the letter tell in which of her folders it lies.
        let seen = store.letter(Scope::User { id: ben, administrator: true }, matter).await.unwrap().sightings;
        assert_eq!(
            seen.iter().map(|place| (place.account.as_str(), place.folder.as_str())).collect::<Vec<_>>(),
            vec![("A private mailbox", "")]
        );
        assert!(matches!(store.history(staff(ben), cy, &HistoryFilter::default(), None, 9).await, Err(StoreError::NotFound)));
        assert!(matches!(store.client(staff(ben), cy).await, Err(StoreError::NotFound)));
        assert!(matches!(store.client_by_code(staff(ben), "CY").await, Err(StoreError::NotFound)));
        assert_eq!((store.client_count(staff(ben)).await.unwrap(), store.clients(staff(ben), &[], None, 9).await.unwrap().len()), (0, 0));
        assert!(store.save_client(staff(ben), Some(cy), &change, &event("client.changed")).await.is_err());
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        assert!(store.may_see(staff(ben), matter).await.unwrap());
        assert!(!store.may_see(staff(ben), dinner).await.unwrap());
    }
}

// Clients by list: the same code updates, nothing is deleted, a rehearsal keeps nothing.
#[tokio::test]
async fn a_list_of_clients_can_be_imported_again() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let list = [client("A", &[(Person::Myself, 1, "a@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&list, true, &event("clients.imported")).await.unwrap(), (2, 0, 0));
        assert_eq!(store.client_count(ALL).await.unwrap(), 0);
        assert_eq!(store.import_clients(&list, false, &event("clients.imported")).await.unwrap(), (2, 0, 0));
        let more = [client("A", &[(Person::Partner, 3, "p@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&more, false, &event("clients.imported")).await.unwrap(), (0, 1, 1));
        assert_eq!(store.client_by_code(ALL, "A").await.unwrap().addresses.len(), 2);
        let found = store.clients(ALL, &["p@client".into(), "cli".into()], None, 10).await.unwrap();
        assert_eq!(found.iter().map(|card| card.code.as_str()).collect::<Vec<_>>(), vec!["A"]);
        let first = store.clients(ALL, &[], None, 1).await.unwrap();
        let rest = store.clients(ALL, &[], Some((first[0].name.to_lowercase(), first[0].id.0)), 9).await.unwrap();
        assert_eq!((first[0].code.as_str(), rest[0].code.as_str(), rest.len()), ("A", "B", 1));
        assert!(matches!(store.client(ALL, ClientId(77)).await, Err(StoreError::NotFound)));
    }
}

fn clause(text: &str) -> Clause {
    Clause { words: text.split(' ').map(str::to_owned).collect(), ..Clause::default() }
}

#[tokio::test]
async fn words_are_found_where_they_stand() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "pension transfer", NOW),
            letter(2, "dee@client.example", "desk@office.example", "mortgage", NOW + 1),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert_eq!(store.index_behind().await.unwrap(), 2);
        let entries = store.index_waiting(10).await.unwrap();
        let folded: Vec<_> = entries
            .into_iter()
            .map(|entry| postroom_store::IndexEntry {
                people: entry.people.to_lowercase().replace(['@', '.', '\n'], " "),
                body: entry.body.replace(',', ""),
                ..entry
            })
            .collect();
        store.save_index(&folded).await.unwrap();
        store.save_index(&folded).await.unwrap();
        assert_eq!(store.index_behind().await.unwrap(), 0);
        let find = async |query: SearchQuery| store.search(ALL, &query, None, 10).await.unwrap().len();
        let with = |clause: Clause| SearchQuery { clauses: vec![clause], ..SearchQuery::default() };
        assert_eq!(find(with(clause("pension"))).await, 1, "{}", shelf.name);
        assert_eq!(find(with(clause("pension transfer"))).await, 1);
        assert_eq!(find(with(clause("transfer pension"))).await, 0);
        assert_eq!(find(with(Clause { prefix: true, ..clause("mort") })).await, 1);
        assert_eq!(find(with(Clause { subject_only: true, ..clause("more") })).await, 0);
        assert_eq!(find(with(clause("more"))).await, 2);
        assert_eq!(find(with(Clause { negated: true, ..clause("pension") })).await, 1);
        assert_eq!(find(SearchQuery { from: vec!["dee@".into()], ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { to: vec!["desk".into()], before: Some(NOW + 1), ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { in_folder: vec!["inbox".into()], after: Some(NOW + 1), ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { has_attachment: true, ..SearchQuery::default() }).await, 0);
        store.save_client(ALL, None, &client("ÅSE", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        assert_eq!(find(SearchQuery { client: vec!["åse".into()], ..SearchQuery::default() }).await, 1);
        let newest = store.search(ALL, &SearchQuery::default(), None, 1).await.unwrap()[0];
        let older = store.search(ALL, &SearchQuery::default(), Some((newest.1, newest.0.0)), 10).await.unwrap();
        assert_eq!(older.len(), 1);
        assert_eq!(store.texts(&[newest.0, MessageId(99)]).await.unwrap()[0].1, "about mortgage and more");
    }
}

// W8, DESIGN §10: the chain names the first entry that was altered, dropped, swapped or cut off; a changed blob is named.
#[tokio::test]
async fn verify_names_what_was_tampered_with() {
    let cases: [(&str, &str); 4] = [
        ("update event set detail = 'nothing' where seq = 3", "Event 3 (deed.3) was altered"),
        ("delete from event where seq = 4", "Event 4 is missing"),
        ("update event set action = case seq when 2 then 'deed.3' else 'deed.2' end where seq in (2, 3)", "Event 2"),
        ("delete from event where seq > 6", "Events 7 to 8 were cut off"),
    ];
    for (sql, finding) in &cases {
        for shelf in shelves().await {
            let deeds: Vec<_> = (1..=8).map(|n| event(&format!("deed.{n}"))).collect();
            shelf.store.record_all(&deeds[..7]).await.unwrap();
            shelf.store.record(&deeds[7]).await.unwrap();
            assert_eq!(shelf.store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
            assert_eq!(shelf.store.events(Some(3), 10).await.unwrap().len(), 2);
            shelf.tamper(sql).await;
            let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
            assert!(findings[0].contains(finding), "{}: {findings:?}", shelf.name);
        }
    }
    // The head in the database cut too: only the head outside knows.
    for shelf in shelves().await {
        let deeds: Vec<_> = (1..=8).map(|n| event(&format!("deed.{n}"))).collect();
        shelf.store.record_all(&deeds).await.unwrap();
        shelf.tamper("delete from event where seq > 6").await;
        shelf.tamper("update audit_head set seq = 6, mac = (select mac from event where seq = 6)").await;
        let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(findings[0].contains("Events 7 to 8 were cut off: the head kept outside"), "{findings:?}");

        // Opened anew, it goes on recording, but the head outside is not written over: the finding stays.
        let again = postroom_store::Store::open(&shelf.url, shelf.folder.path()).await.unwrap();
        again.record_all(&deeds).await.unwrap();
        let findings = again.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(!findings.is_empty(), "{}", shelf.name);

        let (_, inbox) = shelf.mailbox("Desk").await;
        shelf.store.save_import(inbox, 1, &[letter(1, "a@b.example", "c@d.example", "x", NOW)], &[], NOW).await.unwrap();
        let pack = shelf.folder.path().join("packs/000001.pack");
        let mut octets = std::fs::read(&pack).unwrap();
        let last = octets.len() - 1;
        octets[last] ^= 1;
        std::fs::write(&pack, octets).unwrap();
        let verification = shelf.store.verify(&mut |_, _| ()).await.unwrap();
        assert!(verification.findings.iter().any(|finding| finding.contains("Copy 1 of letter 1")), "{verification:?}");
    }
}

// A restore serves the same histories, on the same and on the other database; it never overwrites.
#[tokio::test]
async fn a_backup_restores_everywhere() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> =
            (0..20).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n)).collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let cy =
            store.save_client(ALL, None, &client("CY", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let history = store.history(ALL, cy, &HistoryFilter::default(), None, 100).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        let report = store.backup(&backup).await.unwrap();
        assert!(report.rows > 60 && report.octets > 0);
        assert!(store.backup(&backup).await.is_err(), "a second backup does not overwrite");
        assert!(std::fs::read_dir(&backup).unwrap().all(|entry| entry.unwrap().file_name() != "postroom.key"));
        for other in shelves().await {
            assert!(other.store.restore(&backup).await.unwrap().rows > 60, "{} to {}", shelf.name, other.name);
            assert_eq!(other.store.history(ALL, cy, &HistoryFilter::default(), None, 100).await.unwrap(), history);
            assert_eq!(other.store.raw(ALL, history[0].id).await.unwrap(), store.raw(ALL, history[0].id).await.unwrap());
            assert_eq!(other.store.index_behind().await.unwrap(), 20);
            assert_eq!(other.store.ledger(Some(account)).await.unwrap(), store.ledger(Some(account)).await.unwrap());
            // Ids go on after the restored ones.
            assert!(other.store.save_client(ALL, None, &client("NEW", &[]), &event("client.added")).await.unwrap() > cy);
            assert!(other.store.restore(&backup).await.is_err(), "a restore never overwrites");
        }
    }
}
