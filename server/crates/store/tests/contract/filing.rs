//! Filing by hand, counting, and histories as at a day.

use super::*;
use model::{ByHand, Decision};
use postroom_store::{NewEvent, NewFiling};

fn filing(client: ClientId, letter: MessageId, decision: Decision) -> NewFiling {
    NewFiling { client, letter, decision, by: None, reason: "because".into() }
}

fn at(moment: i64) -> NewEvent {
    NewEvent { at: moment, ..event("test.deed") }
}

// DESIGN §5 `filing`, FP-04, O28: an exception by hand opens a letter to whoever may open the client, and closes it; undone, the addresses decide.
#[tokio::test]
async fn a_letter_is_filed_by_hand_kept_off_and_given_back_to_the_rule() {
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
        let cy =
            store.save_client(ALL, None, &client("CY", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        super::search::index(store).await;
        let ids = store.search(ALL, &SearchQuery::default(), None, 10).await.unwrap().letters();
        let rows = store.letter_rows(&ids).await.unwrap();
        let [dinner, matter] = ["dinner", "matter"].map(|subject| rows.iter().find(|row| row.subject == subject).unwrap().id);
        let all = HistoryFilter::default();

        // Ben cannot file what he cannot see; Ada can, and from then on Ben sees it.
        assert!(matches!(
            store.file_letter(staff(ben), &filing(cy, dinner, Decision::Belongs), &event("letter.filed")).await,
            Err(StoreError::NotFound)
        ));
        let by_ada = NewFiling { by: Some(ada), ..filing(cy, dinner, Decision::Belongs) };
        store.file_letter(staff(ada), &by_ada, &event("letter.filed")).await.unwrap();
        assert!(store.may_see(staff(ben), dinner).await.unwrap());
        let rows = store.history(staff(ben), cy, &all, None, 9).await.unwrap();
        assert_eq!(rows.len(), 2);
        let filed = rows[0].filing.as_ref().unwrap();
        assert_eq!(
            (filed.decision, filed.by.as_deref(), filed.at, filed.reason.as_str()),
            (Decision::Belongs, Some("Ada"), NOW, "because")
        );
        assert_eq!(rows[0].why[0].by_hand.as_deref(), Some("because"));
        assert_eq!(store.letter(ALL, dinner).await.unwrap().clients[0].id, cy);
        assert_eq!(store.history_count(staff(ben), cy, &all, 100).await.unwrap(), (2, false));
        let received = HistoryFilter { direction: Some(Direction::Received), ..all.clone() };
        assert_eq!(store.history(ALL, cy, &received, None, 9).await.unwrap().len(), 2, "filters judge letters filed by hand too");
        let filed_only = HistoryFilter { by_hand: Some(ByHand::Filed), ..all.clone() };
        assert_eq!(store.history(ALL, cy, &filed_only, None, 9).await.unwrap().len(), 1);

        // Kept off: not in the history, not Ben's any more, but he can still take it back.
        store.file_letter(staff(ben), &filing(cy, matter, Decision::KeepOff), &event("letter.kept_off")).await.unwrap();
        assert_eq!(store.history(ALL, cy, &all, None, 9).await.unwrap().len(), 1);
        assert_eq!(store.history_count(ALL, cy, &all, 100).await.unwrap(), (1, false));
        assert!(!store.may_see(staff(ben), matter).await.unwrap());
        assert_eq!(store.filing_counts(cy).await.unwrap(), (1, 1));
        let kept_off = HistoryFilter { by_hand: Some(ByHand::KeptOff), ..all.clone() };
        let hidden = store.history(staff(ben), cy, &kept_off, None, 9).await.unwrap();
        assert!(hidden[0].hidden && hidden[0].subject.is_empty() && hidden[0].from.address.is_empty(), "{hidden:?}");
        assert_eq!(store.history(staff(ada), cy, &kept_off, None, 9).await.unwrap()[0].subject, "matter");
        store.undo_filing(staff(ben), cy, matter, &event("filing.undone")).await.unwrap();
        assert!(matches!(store.undo_filing(staff(ben), cy, matter, &event("filing.undone")).await, Err(StoreError::NotFound)));
        assert!(store.may_see(staff(ben), matter).await.unwrap());
        assert_eq!(store.filings_of(staff(ben), dinner).await.unwrap().len(), 1);

        // Each deed has its entry.
        let actions: Vec<String> = store.events(None, 50).await.unwrap().into_iter().map(|row| row.action).collect();
        assert_eq!(&actions[..3], ["filing.undone", "letter.kept_off", "letter.filed"]);

        let asked = ["ada@office.example", "cy@client.example", "mum@home.example", "nobody@x.example"].map(str::to_owned);
        let whose = store.whose(staff(ben), &asked).await.unwrap();
        assert!(whose.contains(&("ada@office.example".into(), true, None)), "{whose:?}");
        assert!(
            whose.iter().any(|(address, own, client)| address == "cy@client.example" && !own && client.as_ref().is_some_and(|c| c.0 == cy))
        );
        assert!(whose.iter().all(|(address, ..)| address != "nobody@x.example"), "{whose:?}");

        // Another cost centre's client takes no letter.
        store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        assert!(store.file_letter(staff(ben), &filing(cy, dinner, Decision::KeepOff), &event("letter.kept_off")).await.is_err());
        assert!(store.undo_filing(staff(ben), cy, dinner, &event("filing.undone")).await.is_err());
        assert!(store.filings_of(staff(ben), dinner).await.unwrap().is_empty());
        assert!(store.whose(staff(ben), &asked).await.unwrap().iter().all(|(_, _, client)| client.is_none()));
        assert_eq!(store.named_accounts(staff(ada)).await.unwrap().len(), 1);
        assert!(store.named_accounts(staff(ben)).await.unwrap().is_empty(), "a private mailbox has no name for others");
    }
}

// The count is what paging through the history counts, with every filter; an account that may not be named cannot be filtered by.
#[tokio::test]
async fn the_count_is_the_number_of_rows_whatever_the_filter() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (desk, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (0..30)
            .map(|n| {
                letter(
                    n + 1,
                    ["cy@client.example", "dee@client.example", "x@y.example"][n as usize % 3],
                    "desk@office.example",
                    &format!("s{n}"),
                    NOW + n,
                )
            })
            .collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let smith = client("SMITH", &[(Person::Myself, 1, "cy@client.example"), (Person::Partner, 2, "dee@client.example")]);
        let id = store.save_client(ALL, None, &smith, &event("client.added")).await.unwrap();
        let rows = store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap();
        store.file_letter(ALL, &filing(id, rows[3].id, Decision::KeepOff), &event("letter.kept_off")).await.unwrap();
        super::search::index(store).await;
        let everything = store.search(ALL, &SearchQuery::default(), None, 100).await.unwrap().letters();
        let everything = store.letter_rows(&everything).await.unwrap();
        let stranger = everything.iter().find(|row| row.from.address == "x@y.example").unwrap().id;
        store.file_letter(ALL, &filing(id, stranger, Decision::Belongs), &event("letter.filed")).await.unwrap();
        let all = HistoryFilter::default();
        for filter in [
            all.clone(),
            HistoryFilter { direction: Some(Direction::Sent), ..all.clone() },
            HistoryFilter { direction: Some(Direction::Received), ..all.clone() },
            HistoryFilter { person: Some(Person::Partner), ..all.clone() },
            HistoryFilter { with_files: true, ..all.clone() },
            HistoryFilter { account: Some(desk), after: Some(NOW + 5), before: Some(NOW + 25), ..all.clone() },
            HistoryFilter { by_hand: Some(ByHand::Filed), ..all.clone() },
            HistoryFilter { by_hand: Some(ByHand::KeptOff), ..all.clone() },
            HistoryFilter { as_at: Some(NOW + 1), ..all.clone() },
        ] {
            let rows = store.history(ALL, id, &filter, None, 100).await.unwrap();
            assert_eq!(store.history_count(ALL, id, &filter, 100).await.unwrap(), (rows.len() as i64, false), "{} {filter:?}", shelf.name);
        }
        assert_eq!(store.history_count(ALL, id, &all, 7).await.unwrap(), (7, true));
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let other = store
            .add_account(&NewAccount { owner: Some(ben), address: "ben@office.example".into(), ..account("Ben") }, &event("account.added"))
            .await
            .unwrap();
        let eve = store.add_user("eve@office.example", "Eve", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let private = HistoryFilter { account: Some(other), ..all };
        assert!(matches!(store.history(staff(eve), id, &private, None, 9).await, Err(StoreError::NotFound)));
        assert!(store.history_count(staff(eve), id, &private, 9).await.is_err());
        assert!(store.history(staff(ben), id, &private, None, 9).await.unwrap().is_empty());
    }
}

// S3: the addresses and decisions of a day of the past, kept by the deeds that changed them; saving without a change changes nothing.
#[tokio::test]
async fn a_history_is_shown_as_it_stood_on_a_day() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "one", NOW),
            letter(2, "dee@client.example", "desk@office.example", "two", NOW + 1),
            letter(3, "eve@client.example", "desk@office.example", "three", NOW + 2),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let cy = (Person::Myself, 1, "cy@client.example");
        let dee = (Person::Myself, 2, "dee@client.example");
        let id = store.save_client(ALL, None, &client("CY", &[cy]), &at(100)).await.unwrap();
        store.save_client(ALL, Some(id), &client("CY", &[cy, dee]), &at(200)).await.unwrap();
        store.save_client(ALL, Some(id), &client("CY", &[cy, dee]), &at(250)).await.unwrap();
        store.save_client(ALL, Some(id), &client("CY", &[(Person::Myself, 2, "eve@client.example")]), &at(300)).await.unwrap();
        let three = store.history(ALL, id, &HistoryFilter::default(), None, 9).await.unwrap()[0].id;
        store.file_letter(ALL, &filing(id, three, Decision::KeepOff), &at(400)).await.unwrap();
        store.undo_filing(ALL, id, three, &at(500)).await.unwrap();
        store.import_clients(&[client("CY", &[cy])], false, &at(600)).await.unwrap();
        let subjects = async |moment: i64| {
            let filter = HistoryFilter { as_at: Some(moment), ..HistoryFilter::default() };
            let rows = store.history(ALL, id, &filter, None, 9).await.unwrap();
            assert_eq!(store.history_count(ALL, id, &filter, 9).await.unwrap().0, rows.len() as i64);
            rows.into_iter().map(|row| row.subject).collect::<Vec<_>>()
        };
        let name = shelf.name;
        assert!(subjects(100).await.is_empty(), "{name}");
        assert_eq!(subjects(101).await, ["one"], "{name}");
        assert_eq!(subjects(201).await, ["two", "one"], "{name}");
        assert_eq!(subjects(251).await, ["two", "one"], "{name}");
        assert_eq!(subjects(301).await, ["three"], "{name}");
        assert!(subjects(401).await.is_empty(), "{name}");
        assert_eq!(subjects(501).await, ["three"], "{name}");
        assert_eq!(subjects(601).await, ["three", "one"], "{name}");
    }
}

// A filter kept under a name is its owner's alone.
#[tokio::test]
async fn a_saved_filter_is_ones_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let filter = |query: &str| model::SavedFilter { id: 0, name: "Sent with files".into(), query: query.into() };
        store.save_filter(ada, &filter("direction=sent"), &event("filter.saved")).await.unwrap();
        store.save_filter(ada, &filter("direction=sent&files=1"), &event("filter.saved")).await.unwrap();
        let kept = store.saved_filters(ada).await.unwrap();
        assert_eq!((kept.len(), kept[0].query.as_str()), (1, "direction=sent&files=1"));
        assert!(store.saved_filters(ben).await.unwrap().is_empty());
        assert!(matches!(store.drop_filter(ben, kept[0].id, &event("filter.deleted")).await, Err(StoreError::NotFound)));
        store.drop_filter(ada, kept[0].id, &event("filter.deleted")).await.unwrap();
        assert!(store.saved_filters(ada).await.unwrap().is_empty());
    }
}
