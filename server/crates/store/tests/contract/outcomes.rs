//! What the import rules made of letters, and what people did about those that wait (TP-37 to TP-40, TP-45).

use super::*;
use contacts::contact;
use model::{
    AccountId, AnswersBy, ClosedHow, ContactSide, FolderId, ImportCause, ImportSettings, Managed, ManagedState, ManagementFilter, Outcome,
};
use postroom_store::{NewOutcome, Refusal};
use shelf::Shelf;

struct Importing {
    account: AccountId,
    folder: FolderId,
    letters: Vec<MessageId>,
}

/// An account that imports from agents' reservations, with three letters.
async fn importing(shelf: &Shelf) -> Importing {
    let store = &shelf.store;
    let (account, folder) = shelf.mailbox("Desk").await;
    let reservations = store.contact_types().await.unwrap().into_iter().find(|kind| kind.name == "Reservations").unwrap().id;
    let settings = ImportSettings { on: true, types: vec![(ContactSide::Agent, reservations)], ..ImportSettings::default() };
    store.save_import_settings(account, &settings, &event("account.import")).await.unwrap();
    let kay = contact("Kay", ContactSide::Agent, reservations, &["kay@kiwi.example"]);
    store.save_contact(ALL, None, &kay, &event("contact.added")).await.unwrap();
    let letters = [
        letter(1, "kay@kiwi.example", "desk@office.example", "booking", NOW - 300),
        letter(2, "who@else.example", "desk@office.example", "offer", NOW - 200),
        letter(3, "sam@else.example", "desk@office.example", "news", NOW - 100),
    ];
    let epoch = store.close_census(folder, &census(7, &[1, 2, 3, 9]), NOW).await.unwrap();
    let refused = [Refusal { uid: 9, outcome: Outcome::Errored, reason: "no octets".into(), size: 1 }];
    // One by one, so that their numbers rise.
    for one in &letters {
        store.save_import(folder, epoch, std::slice::from_ref(one), &refused, NOW).await.unwrap();
    }
    let mut ids: Vec<MessageId> = store.newest_of_account(account, 9).await.unwrap();
    ids.reverse();
    Importing { account, folder, letters: ids }
}

fn outcome(at: &Importing, letter: usize, cause: ImportCause) -> NewOutcome {
    NewOutcome {
        id: Managed { account: at.account, letter: at.letters[letter] },
        rules: 1,
        cause,
        contact: None,
        answers: None,
        queue: 1,
        why: "Nobody here has the address.".into(),
    }
}

fn filter(state: ManagedState) -> ManagementFilter {
    ManagementFilter { state, ..ManagementFilter::default() }
}

async fn person(shelf: &Shelf, name: &str) -> UserId {
    shelf.store.add_user(&format!("{name}@office.example"), name, Role::Staff, "hash", &event("user.added")).await.unwrap()
}

async fn listed(shelf: &Shelf, state: ManagedState) -> Vec<MessageId> {
    shelf.store.managed(ALL, &filter(state), None, 9).await.unwrap().into_iter().map(|row| row.id.letter).collect()
}

// TP-37: what comes to an importing account waits for the rules, in the transaction that stores it; what was here before only if asked for.
#[tokio::test]
async fn letters_of_importing_accounts_wait_for_the_rules_until_their_outcome_is_written() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        assert_eq!(store.fill_imports().await.unwrap(), 0, "{}: they wait already", shelf.name);
        let waiting = store.letters_to_import(9).await.unwrap();
        assert_eq!(waiting.iter().map(|facts| facts.id.letter).collect::<Vec<_>>(), at.letters.iter().rev().copied().collect::<Vec<_>>());
        let kay = &waiting[2];
        assert_eq!((kay.sender.as_deref(), kay.is_own, kay.is_junk, kay.rules, kay.queue), (Some("kay@kiwi.example"), false, false, 1, 1));
        assert_eq!(store.import_facts(at.account, &at.letters).await.unwrap(), waiting);
        assert!(store.import_facts(at.account, &[]).await.unwrap().is_empty());
        assert_eq!(store.import_types(at.account).await.unwrap().len(), 1);
        assert_eq!(store.import_sums(at.account).await.unwrap().pending, 3);
        assert_eq!(store.managed_pending(ALL).await.unwrap(), (3, true));

        store
            .save_outcomes(&[outcome(&at, 0, ImportCause::Contact), outcome(&at, 1, ImportCause::Unknown)], NOW, None, None)
            .await
            .unwrap();
        assert_eq!(store.letters_to_import(9).await.unwrap().len(), 1);
        // The same letters seen again do not wait again.
        let epoch = store.close_census(at.folder, &census(8, &[1]), NOW).await.unwrap();
        store
            .save_import(at.folder, epoch, &[letter(1, "kay@kiwi.example", "desk@office.example", "booking", NOW - 300)], &[], NOW)
            .await
            .unwrap();
        let sums = store.import_sums(at.account).await.unwrap();
        assert_eq!((sums.imported, sums.waiting, sums.done, sums.left_out, sums.pending), (1, 1, 0, 0, 1));

        // An account that begins to import later: with everything that is here, or from now on.
        let (late, inbox) = shelf.mailbox("Late").await;
        let epoch = store.close_census(inbox, &census(7, &[1]), NOW).await.unwrap();
        store.save_import(inbox, epoch, &[letter(1, "old@else.example", "desk@office.example", "old", NOW - 400)], &[], NOW).await.unwrap();
        let mut settings = ImportSettings { on: true, since: NOW + 1, ..ImportSettings::default() };
        store.save_import_settings(late, &settings, &event("account.import")).await.unwrap();
        assert_eq!(store.fill_imports().await.unwrap(), 0);
        settings.since = 0;
        store.save_import_settings(late, &settings, &event("account.import")).await.unwrap();
        assert_eq!(store.fill_imports().await.unwrap(), 1);
        assert_eq!(store.fill_imports().await.unwrap(), 0, "once");
        settings.since = NOW + 5;
        store.save_import_settings(late, &settings, &event("account.import")).await.unwrap();
        store.fill_imports().await.unwrap();
        assert_eq!(store.import_sums(late).await.unwrap().pending, 0, "{}: left alone now", shelf.name);
    }
}

#[tokio::test]
async fn the_rules_are_told_whose_an_address_is_and_what_a_letter_answers() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        store.save_client(ALL, None, &client("K1", &[(Person::Myself, 1, "kay@kiwi.example")]), &event("client.added")).await.unwrap();
        let people = store.people_with("kay@kiwi.example", NOW).await.unwrap();
        assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Client K1", "Kay"]);
        assert_eq!(people[0].contact, None);
        assert!(matches!(&people[1].contact, Some((true, _, kind)) if kind == "Reservations"), "{}", shelf.name);
        assert!(store.people_with("nobody@else.example", NOW).await.unwrap().is_empty());
        // The office's own address is nobody's.
        store.save_client(ALL, None, &client("K2", &[(Person::Myself, 1, "desk@office.example")]), &event("client.added")).await.unwrap();
        assert!(store.people_with("desk@office.example", NOW).await.unwrap().is_empty());

        let ours = letter(4, "desk@office.example", "kay@kiwi.example", "our-offer", NOW - 500);
        let epoch = store.folders(at.account).await.unwrap()[0].epoch;
        store.save_import(at.folder, epoch, &[ours], &[], NOW).await.unwrap();
        let named = store
            .letter_named(&["none@x".into(), "booking@example.org".into(), "our-offer@example.org".into()], at.letters[1])
            .await
            .unwrap();
        assert!(matches!(&named, Some((_, subject, true)) if subject == "our-offer"), "{}: {named:?}", shelf.name);
        let named = store.letter_named(&["booking@example.org".into()], at.letters[1]).await.unwrap();
        assert!(matches!(named, Some((id, _, false)) if id == at.letters[0]));
        assert_eq!(store.letter_named(&["booking@example.org".into()], at.letters[0]).await.unwrap(), None, "no letter answers itself");
        let sent = store.letters_sent_to("kay@kiwi.example", NOW - 1000, NOW, 9).await.unwrap();
        assert_eq!(sent.iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>(), ["our-offer"]);
        assert!(store.letters_sent_to("kay@kiwi.example", NOW - 1000, NOW - 600, 9).await.unwrap().is_empty());
    }
}

// TP-45: states, causes, queues; each deed reaches only what waits and is nobody else's; what was decided can be taken back.
#[tokio::test]
async fn a_letter_that_waits_is_taken_dealt_with_and_taken_back() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        let new: Vec<NewOutcome> = (0..3).map(|n| outcome(&at, n, if n == 2 { ImportCause::List } else { ImportCause::Unknown })).collect();
        store.save_outcomes(&new, NOW, None, None).await.unwrap();
        let ids: Vec<Managed> = new.iter().map(|new| new.id).collect();
        let (ann, bob) = (person(&shelf, "Ann").await, person(&shelf, "Bob").await);
        store.share_account(at.account, &[ann, bob], &event("account.shared")).await.unwrap();

        assert_eq!(listed(&shelf, ManagedState::Waiting).await, at.letters[..2]);
        assert_eq!(listed(&shelf, ManagedState::LeftOut).await, at.letters[2..]);
        assert_eq!(store.managed_causes(ALL, &filter(ManagedState::Waiting)).await.unwrap(), [(ImportCause::Unknown, 2)]);
        assert_eq!(store.managed_queues(ALL).await.unwrap()[0].waiting, 2);
        assert_eq!(store.managed_waiting(ALL).await.unwrap(), 2);
        assert_eq!(store.managed_beside(ALL, ids[0]).await.unwrap(), (None, Some(ids[1])));
        let words = ManagementFilter { words: "OFFER".into(), ..filter(ManagedState::Waiting) };
        assert_eq!(store.managed(ALL, &words, None, 9).await.unwrap().len(), 1);
        let none = ManagementFilter { words: "100%".into(), ..filter(ManagedState::Waiting) };
        assert!(store.managed(ALL, &none, None, 9).await.unwrap().is_empty());
        let first = &store.managed(ALL, &filter(ManagedState::Waiting), None, 1).await.unwrap()[0];
        let place = (first.at, first.id.letter.0, first.id.account.0);
        assert_eq!(store.managed(ALL, &filter(ManagedState::Waiting), Some(place), 9).await.unwrap().len(), 1, "{}: pages", shelf.name);
        assert_eq!(store.unfetched(ALL).await.unwrap()[0].letters, 1);

        assert_eq!(store.take_outcomes(staff(ann), &ids, ann, &event("import.taken")).await.unwrap(), ids[..2]);
        assert!(store.take_outcomes(staff(bob), &ids, bob, &event("import.taken")).await.unwrap().is_empty());
        let row = store.managed_one(staff(bob), ids[0]).await.unwrap();
        assert_eq!((row.assigned.as_deref(), row.mine, row.waits), (Some("Ann"), false, true));
        assert!(store.managed_one(staff(ann), ids[0]).await.unwrap().mine);
        assert_eq!(store.managed_waiting_of(staff(bob), &ids, Some(bob)).await.unwrap(), []);
        let close = async |user: UserId| {
            store
                .close_outcomes(staff(user), &ids, ClosedHow::Discarded, "of no use", Some(user), &event("import.discarded"))
                .await
                .unwrap()
        };
        assert!(close(bob).await.is_empty(), "{}: Ann has them", shelf.name);
        assert_eq!(store.release_outcomes(staff(bob), &ids[..1], &event("import.released")).await.unwrap(), ids[..1]);
        assert_eq!(close(bob).await, ids[..1]);
        assert_eq!(close(ann).await, ids[1..2]);
        assert_eq!(store.managed_waiting(ALL).await.unwrap(), 0);
        let closed = store.managed_of(staff(ann), at.letters[0]).await.unwrap().remove(0).closed.unwrap();
        assert_eq!((closed.how, closed.by.as_deref(), closed.reason.as_str()), (ClosedHow::Discarded, Some("Bob"), "of no use"));
        assert_eq!(store.reopen_outcomes(staff(bob), &ids, &event("import.reopened")).await.unwrap(), ids[..2]);
        let states = store.managed_states(staff(ann), Some(1)).await.unwrap();
        assert_eq!(states.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 1, 1, 0, 0, 1], "{}", shelf.name);
        let events = store.events(None, 50).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.action == "import.discarded").count(), 2);
        assert!(events.iter().any(|event| event.action == "import.reopened" && event.subject == format!("letter:{}", at.letters[0])));
    }
}

// O28: an account that is not open is nobody's to manage.
#[tokio::test]
async fn letters_of_a_closed_account_are_nobodys() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        store.save_outcomes(&[outcome(&at, 0, ImportCause::Unknown)], NOW, None, None).await.unwrap();
        let stranger = person(&shelf, "Cy").await;
        let (scope, id) = (staff(stranger), Managed { account: at.account, letter: at.letters[0] });
        assert!(store.managed(scope, &filter(ManagedState::Waiting), None, 9).await.unwrap().is_empty());
        assert!(matches!(store.managed_one(scope, id).await, Err(StoreError::NotFound)));
        assert!(store.managed_of(scope, id.letter).await.unwrap().is_empty());
        assert_eq!(store.managed_waiting(scope).await.unwrap(), 0);
        assert_eq!(store.managed_beside(scope, id).await.unwrap(), (None, None));
        assert!(store.unfetched(scope).await.unwrap().is_empty());
        assert_eq!(store.managed_pending(scope).await.unwrap(), (0, false));
        assert!(store.take_outcomes(scope, &[id], stranger, &event("import.taken")).await.unwrap().is_empty());
        assert!(store.close_outcomes(scope, &[id], ClosedHow::Filed, "", None, &event("import.filed")).await.unwrap().is_empty());
        assert!(store.managed_causes(scope, &filter(ManagedState::Waiting)).await.unwrap().is_empty());
    }
}

// Trying again: what waited and is imported now was dealt with by whoever asked; what somebody decided stays.
#[tokio::test]
async fn what_is_tried_again_leaves_its_queue_or_waits_on_in_its_place() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        let ann = person(&shelf, "Ann").await;
        let ids: Vec<NewOutcome> = (0..3).map(|n| outcome(&at, n, ImportCause::Unknown)).collect();
        store.save_outcomes(&ids, NOW, None, None).await.unwrap();
        store.close_outcomes(ALL, &[ids[2].id], ClosedHow::Filed, "by hand", Some(ann), &event("import.filed")).await.unwrap();
        let kay = store.people_with("kay@kiwi.example", NOW).await.unwrap().remove(0);
        let again = [
            NewOutcome {
                rules: 2,
                contact: Some((kay.party, kay.contact.unwrap().1)),
                answers: Some((at.letters[1], AnswersBy::References)),
                ..outcome(&at, 0, ImportCause::Contact)
            },
            NewOutcome { rules: 2, ..outcome(&at, 1, ImportCause::TypeNotChosen) },
            NewOutcome { rules: 2, ..outcome(&at, 2, ImportCause::Contact) },
        ];
        store.save_outcomes(&again, NOW + 9, Some(ann), Some(&event("import.retried"))).await.unwrap();
        let row = store.managed_one(ALL, ids[0].id).await.unwrap();
        let closed = row.closed.clone().unwrap();
        assert_eq!(
            (closed.how, closed.by.as_deref(), row.party.map(|party| party.1).as_deref()),
            (ClosedHow::Imported, Some("Ann"), Some("Kay"))
        );
        assert_eq!(row.answers, Some((at.letters[1], AnswersBy::References)));
        assert_eq!(listed(&shelf, ManagedState::LeftOut).await, [at.letters[1]]);
        assert_eq!(store.managed_one(ALL, ids[2].id).await.unwrap().closed.unwrap().how, ClosedHow::Filed, "{}", shelf.name);
        assert_eq!(store.events(None, 50).await.unwrap().iter().filter(|event| event.action == "import.retried").count(), 3);
        // Filing a letter by hand deals with it wherever it waits.
        store.save_outcomes(&[outcome(&at, 1, ImportCause::Unknown)], NOW, None, None).await.unwrap();
        let filing = postroom_store::NewFiling {
            client: model::ClientId(kay.party),
            letter: at.letters[1],
            decision: model::Decision::Belongs,
            by: Some(ann),
            reason: "hers".into(),
        };
        store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
        let closed = store.managed_one(ALL, ids[1].id).await.unwrap().closed.unwrap();
        assert_eq!((closed.how, closed.reason.as_str()), (ClosedHow::Filed, "hers"), "{}", shelf.name);
    }
}

// TP-45: whoever holds the turn reaches every letter, whatever is done about those at the same moment: nobody is turned away by the database.
#[tokio::test]
async fn deeds_about_letters_that_wait_come_in_their_turn() {
    for shelf in actions::races::where_several_write().await {
        let store = &shelf.store;
        let at = importing(&shelf).await;
        let new: Vec<NewOutcome> = (0..3).map(|n| outcome(&at, n, ImportCause::Unknown)).collect();
        store.save_outcomes(&new, NOW, None, None).await.unwrap();
        let ids: Vec<Managed> = new.iter().map(|new| new.id).collect();
        let ann = person(&shelf, "Ann").await;
        let client = store.save_client(ALL, None, &client("B1", &[(Person::Myself, 1, "di@client.example")]), &event("x")).await.unwrap();
        let filing = postroom_store::NewFiling {
            client,
            letter: at.letters[2],
            decision: model::Decision::Belongs,
            by: Some(ann),
            reason: String::new(),
        };
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        for deed in ["saved", "taken", "released", "closed", "reopened", "filed", "undone"] {
            // As another process removes a queue or deletes a client.
            let mut other = pool.begin().await.unwrap();
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *other).await.unwrap();
            let done = async {
                match deed {
                    "saved" => store.save_outcomes(&new, NOW, Some(ann), Some(&event("import.retried"))).await.map(|()| 3),
                    "taken" => store.take_outcomes(ALL, &ids, ann, &event("import.taken")).await.map(|done| done.len()),
                    "released" => store.release_outcomes(ALL, &ids, &event("import.released")).await.map(|done| done.len()),
                    "closed" => {
                        let gone = event("import.discarded");
                        store.close_outcomes(ALL, &ids, ClosedHow::Discarded, "", Some(ann), &gone).await.map(|done| done.len())
                    }
                    "reopened" => store.reopen_outcomes(ALL, &ids, &event("import.reopened")).await.map(|done| done.len()),
                    "filed" => store.file_letter(ALL, &filing, &event("letter.filed")).await.map(|()| 3),
                    _ => store.undo_filing(ALL, client, at.letters[2], &event("letter.filing_undone")).await.map(|()| 3),
                }
            };
            let goes_on = async {
                actions::races::until_somebody_waits(&pool).await;
                sqlx::query("update import_outcome set why = why").execute(&mut *other).await.unwrap();
                sqlx::query("update filing set reason = reason").execute(&mut *other).await.unwrap();
                other.commit().await.unwrap();
            };
            let (done, ()) = tokio::join!(done, goes_on);
            assert_eq!(done.unwrap(), 3, "{deed}");
        }
    }
}
