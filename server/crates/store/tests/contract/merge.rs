//! Two clients become one, and apart again.

use super::effect::Dice;
use super::*;
use model::{Decision, MergePlace, MergedClient};
use postroom_store::{MergePlan, NewFiling, Store};
use std::collections::BTreeSet;

async fn letters(store: &Store, client: ClientId) -> BTreeSet<MessageId> {
    let rows = store.history(ALL, client, &HistoryFilter::default(), None, 1000).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn letters_as_at(store: &Store, client: ClientId, moment: i64) -> BTreeSet<MessageId> {
    let filter = HistoryFilter { as_at: Some(moment), ..HistoryFilter::default() };
    store.history(ALL, client, &filter, None, 1000).await.unwrap().into_iter().map(|row| row.id).collect()
}

async fn plan(store: &Store, stays: ClientId, goes: ClientId, chosen: &[MergePlace]) -> MergePlan {
    store.merge_clients(ALL, stays, goes, chosen, None, &event("client.merged")).await.unwrap()
}

async fn merge(store: &Store, stays: ClientId, goes: ClientId) {
    let mark = plan(store, stays, goes, &[]).await.mark();
    store.merge_clients(ALL, stays, goes, &[], Some(&mark), &event("client.merged")).await.unwrap();
}

async fn added(store: &Store, code: &str, addresses: &[(Person, i64, &str)]) -> ClientId {
    store.save_client(ALL, None, &client(code, addresses), &event("client.added")).await.unwrap()
}

fn random_file(dice: &mut Dice, code: &str) -> ClientChange {
    let mut change = client(code, &[]);
    for (person, slot) in [Person::Myself, Person::Partner].into_iter().flat_map(|person| (1..=3).map(move |slot| (person, slot))) {
        if dice.roll(3) > 0 {
            continue;
        }
        let (from, to) = match dice.roll(4) {
            0 => (Some(NOW + dice.roll(10) * 10), None),
            1 => (None, Some(NOW + dice.roll(10) * 10 + 100)),
            _ => (None, None),
        };
        let address = if dice.roll(9) == 0 { "desk@office.example".to_owned() } else { format!("p{}@client.example", dice.roll(7)) };
        change.addresses.push(NewClientAddress { person, slot, address, valid_from: from, valid_to: to });
    }
    change
}

// The history after a merger is the one announced; nothing is lost but what is left off; undone, both are as before; the past stays.
#[tokio::test]
async fn sixty_random_mergers_do_what_was_announced_and_can_be_undone() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Central").await;
        let mut dice = Dice(0x00dd_ba11);
        let party = |dice: &mut Dice| match dice.roll(8) {
            7 => "desk@office.example".to_owned(),
            n => format!("p{n}@client.example"),
        };
        let arrived: Vec<_> =
            (0..60).map(|n| letter(n + 1, &party(&mut dice), &party(&mut dice), &format!("s{n}"), NOW + dice.roll(20) * 10)).collect();
        store.save_import(inbox, 1, &arrived, &[], NOW).await.unwrap();
        let one = added(store, "ONE", &[]).await;
        let two = added(store, "TWO", &[]).await;
        let (mut moved, mut lost, mut decided) = (0, 0, 0);
        for turn in 0..60 {
            let place = format!("turn {turn} on {}", shelf.name);
            let changed = |at| postroom_store::NewEvent { at, ..event("client.changed") };
            let at = NOW + turn * 1000;
            store.save_client(ALL, Some(one), &random_file(&mut dice, "ONE"), &changed(at)).await.unwrap();
            store.save_client(ALL, Some(two), &random_file(&mut dice, "TWO"), &changed(at)).await.unwrap();
            for _ in 0..3 {
                let (client, letter) = ([one, two][dice.roll(2) as usize], MessageId(dice.roll(60) + 1));
                let decision = if dice.roll(2) == 0 { Decision::Belongs } else { Decision::KeepOff };
                let filing = NewFiling { client, letter, decision, by: None, reason: "x".into() };
                store.file_letter(ALL, &filing, &changed(at)).await.unwrap();
            }
            let mut chosen = Vec::new();
            for entry in plan(store, one, two, &[]).await.entries {
                if dice.roll(4) == 0 {
                    let to = ["self", "partner", "off"][dice.roll(3) as usize];
                    chosen.push(MergePlace { key: entry.key, to: to.into() });
                }
            }
            let (first, second) = (letters(store, one).await, letters(store, two).await);
            let announced = plan(store, one, two, &chosen).await;
            assert_eq!((letters(store, one).await, letters(store, two).await), (first.clone(), second.clone()), "a look changes nothing");
            let Some(effect) = announced.effect.clone() else {
                assert!(announced.file.is_err(), "{place}");
                continue;
            };
            let wrong = store.merge_clients(ALL, one, two, &chosen, Some("something else"), &event("client.merged")).await;
            assert!(matches!(wrong, Err(StoreError::Conflict("merge_changed"))), "{place}");
            let done = store.merge_clients(ALL, one, two, &chosen, Some(&announced.mark()), &changed(at + 500)).await.unwrap();
            assert_eq!(done, announced, "{place}");
            let after = letters(store, one).await;
            let both: BTreeSet<MessageId> = first.union(&second).copied().collect();
            assert_eq!(effect.after, after.len() as i64, "{place}");
            assert_eq!((effect.stays, effect.goes), (first.len() as i64, second.len() as i64), "{place}");
            assert_eq!(effect.both, first.intersection(&second).count() as i64, "{place}");
            assert_eq!(effect.lost, both.difference(&after).count() as i64, "{place}");
            assert_eq!(effect.moved.added.letters, after.difference(&first).count() as i64, "{place}");
            assert_eq!(effect.moved.removed.letters, first.difference(&after).count() as i64, "{place}");
            assert!(after.is_subset(&both), "{place}: no letter comes that neither had");
            if announced.entries.iter().all(|entry| entry.to.is_some()) {
                assert_eq!(effect.lost, 0, "{place}: nothing is lost");
            }
            assert_eq!(letters_as_at(store, one, at + 400).await, first, "{place}: the past stays");
            assert!(matches!(store.client(ALL, two).await, Err(StoreError::NotFound)));
            (moved, lost, decided) = (moved + effect.moved.added.letters, lost + effect.lost, decided + effect.carried + effect.overruled);
            store.undo_merge(ALL, one, two, &changed(at + 600)).await.unwrap();
            assert_eq!((letters(store, one).await, letters(store, two).await), (first, second), "{place}: undone");
        }
        assert!(moved > 100 && lost > 10 && decided > 10, "mergers that move nothing test nothing: {moved} {lost} {decided}");
        assert_eq!(store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
    }
}

// The address and the code of the client that is gone lead to the one that stayed, by way of several mergers too.
#[tokio::test]
async fn a_merged_clients_code_and_id_lead_to_the_one_that_stayed() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (a, b, c) = (
            added(store, "A", &[(Person::Myself, 1, "a@x.example")]).await,
            added(store, "Bé 1", &[(Person::Myself, 1, "b@x.example")]).await,
            added(store, "C", &[(Person::Partner, 2, "c@x.example")]).await,
        );
        merge(store, b, a).await;
        merge(store, c, b).await;
        for code in ["A", "a", "bé 1", "Bé 1", "C"] {
            assert_eq!(store.client_by_code(ALL, code).await.unwrap().id, c, "{code}");
        }
        assert_eq!((store.merged_into(ALL, a).await.unwrap(), store.merged_into(ALL, b).await.unwrap()), (c, c));
        assert!(matches!(store.merged_into(ALL, c).await, Err(StoreError::NotFound)));
        assert_eq!(store.clients_found(ALL, &["be".into(), "b@x".into()]).await.unwrap(), 1, "found by the code that is gone");
        assert_eq!(store.client_count(ALL).await.unwrap(), 1);
        store.save_client(ALL, Some(c), &client("C", &[(Person::Partner, 2, "c@x.example")]), &event("client.changed")).await.unwrap();
        assert_eq!(store.clients_found(ALL, &["be".into()]).await.unwrap(), 1, "also after an edit");
        let merged: Vec<(ClientId, bool)> =
            store.merged_clients(ALL, c).await.unwrap().iter().map(|merged: &MergedClient| (merged.id, merged.can_undo)).collect();
        assert_eq!(merged, [(b, false), (a, false)], "its file has changed since");
        assert!(matches!(store.undo_merge(ALL, c, b, &event("x")).await, Err(StoreError::Conflict("merge_is_past"))));
        assert!(matches!(store.undo_merge(ALL, c, a, &event("x")).await, Err(StoreError::NotFound)), "it was merged into another");
        let taken = store.save_client(ALL, None, &client("a", &[]), &event("client.added")).await;
        assert!(matches!(taken, Err(StoreError::Conflict("client_code_taken"))));
        let reopened = Store::open(&shelf.url, shelf.folder.path()).await.unwrap();
        assert_eq!(reopened.client_by_code(ALL, "a").await.unwrap().id, c);
        reopened.close().await;
    }
}

#[tokio::test]
async fn undone_mergers_give_each_its_codes_back_in_turn() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (a, b, c) =
            (added(store, "A", &[(Person::Myself, 1, "a@x.example")]).await, added(store, "B", &[]).await, added(store, "C", &[]).await);
        merge(store, b, a).await;
        merge(store, c, b).await;
        store.undo_merge(ALL, c, b, &event("client.merge_undone")).await.unwrap();
        assert_eq!(store.client_by_code(ALL, "a").await.unwrap().id, b);
        assert_eq!(store.merged_into(ALL, a).await.unwrap(), b);
        assert!(store.client(ALL, c).await.unwrap().addresses.is_empty());
        store.undo_merge(ALL, b, a, &event("client.merge_undone")).await.unwrap();
        for (code, id) in [("a", a), ("b", b), ("c", c)] {
            assert_eq!(store.client_by_code(ALL, code).await.unwrap().id, id);
        }
        assert_eq!(store.client(ALL, a).await.unwrap().addresses.len(), 1);
        let told: Vec<String> =
            store.events(None, 10).await.unwrap().into_iter().filter(|e| e.action == "client.merged").map(|e| e.detail).collect();
        assert_eq!(told[1], format!("A “Client A” (client {a}) was merged into B “Client B”: self1 a@x.example added"));
    }
}

#[tokio::test]
async fn a_merger_needs_both_in_scope_and_says_who_reads_more_and_who_less() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (north, south) = (
            store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap(),
            store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap(),
        );
        store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let ben = store.add_user("ben@x.example", "Ben", Role::Staff, "x", &event("user.added")).await.unwrap();
        let cy = store.add_user("cy@x.example", "Cy", Role::Staff, "x", &event("user.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        store.change_user(cy, Role::Staff, false, &[], &[south], &event("user.changed")).await.unwrap();
        let of = |code: &str, centre| ClientChange { cost_centre: Some(centre), ..client(code, &[]) };
        let one = store.save_client(ALL, None, &of("N", north), &event("client.added")).await.unwrap();
        let two = store.save_client(ALL, None, &of("S", south), &event("client.added")).await.unwrap();
        for (stays, goes) in [(one, two), (two, one), (one, one)] {
            let refused = store.merge_clients(staff(ben), stays, goes, &[], None, &event("client.merged")).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{stays} {goes}");
        }
        let effect = plan(store, one, two, &[]).await.effect.unwrap();
        assert_eq!((effect.gain, effect.lose), (vec!["Ben".to_owned()], vec!["Cy".to_owned()]));
        merge(store, one, two).await;
        assert_eq!(store.merged_into(staff(ben), two).await.unwrap(), one);
        assert!(matches!(store.merged_into(staff(cy), two).await, Err(StoreError::NotFound)));
        assert!(!store.merged_clients(staff(ben), one).await.unwrap()[0].can_undo, "the other's cost centre is not Ben's");
        assert!(matches!(store.undo_merge(staff(ben), one, two, &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.merge_clients(ALL, one, two, &[], None, &event("x")).await, Err(StoreError::NotFound)), "it is gone");
        store.undo_merge(ALL, one, two, &event("client.merge_undone")).await.unwrap();
    }
}

// FP-05: six slots.
#[tokio::test]
async fn more_addresses_than_slots_are_told_and_nothing_is_merged() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let file = |first: &str| -> Vec<String> { (1..=3).map(|n| format!("{first}{n}@x.example")).collect() };
        let full = |file: &[String]| -> Vec<NewClientAddress> {
            let slots = (1..).zip(file);
            slots
                .map(|(slot, address)| NewClientAddress {
                    person: Person::Myself,
                    slot,
                    address: address.clone(),
                    valid_from: None,
                    valid_to: None,
                })
                .collect()
        };
        let with = |code: &str, addresses| ClientChange { addresses, ..client(code, &[]) };
        let one = store.save_client(ALL, None, &with("A", full(&file("a"))), &event("client.added")).await.unwrap();
        let two = store.save_client(ALL, None, &with("B", full(&file("b"))), &event("client.added")).await.unwrap();
        let crowded = plan(store, one, two, &[]).await;
        assert_eq!((crowded.file.clone(), crowded.effect.clone(), crowded.mark()), (Err(vec![(Person::Myself, 6)]), None, String::new()));
        let refused = store.merge_clients(ALL, one, two, &[], Some(""), &event("client.merged")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("merge_changed"))));
        assert_eq!(store.client_count(ALL).await.unwrap(), 2);
        let chosen: Vec<MergePlace> = (1..=3).map(|slot| MergePlace { key: format!("goes_self{slot}"), to: "partner".into() }).collect();
        assert_eq!(plan(store, one, two, &chosen).await.file.unwrap().len(), 6);
    }
}

// A list that still names both codes must not make them take turns in one file.
#[tokio::test]
async fn a_list_by_a_merged_code_only_adds_what_is_not_on_file_and_says_so() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let list = [client("A", &[(Person::Myself, 1, "a@x.example")]), client("B", &[(Person::Myself, 1, "b@x.example")])];
        store.import_clients(&list, false, &event("clients.imported")).await.unwrap();
        let (a, b) = (store.client_by_code(ALL, "A").await.unwrap(), store.client_by_code(ALL, "B").await.unwrap());
        merge(store, a.id, b.id).await;
        let again = store.import_clients(&list, false, &event("clients.imported")).await.unwrap();
        assert_eq!(again.counts(), (0, 0, 2));
        assert_eq!((again.merged[0].row, again.merged[0].code.as_str(), again.merged[0].added.len()), (1, "A", 0));
        let more = ["c@x.example", "d@x.example"].map(|address| client("b", &[(Person::Myself, 1, address)]));
        let outcome = store.import_clients(&more, false, &event("clients.imported")).await.unwrap();
        assert_eq!(outcome.counts(), (0, 1, 1));
        assert_eq!((outcome.merged[0].added.as_slice(), outcome.merged[0].left_off.as_slice()), (&["c@x.example".to_owned()][..], &[][..]));
        assert_eq!((outcome.merged[1].added.len(), outcome.merged[1].left_off.as_slice()), (0, &["d@x.example".to_owned()][..]));
        let card = store.client_by_code(ALL, "B").await.unwrap();
        let file: Vec<&str> = card.addresses.iter().map(|on_file| on_file.address.as_str()).collect();
        assert_eq!((card.name.as_str(), file), ("Client A", vec!["a@x.example", "b@x.example", "c@x.example"]));
        let renamed = [ClientChange { name: "Ada".into(), ..client("A", &[]) }];
        store.import_clients(&renamed, false, &event("clients.imported")).await.unwrap();
        assert_eq!(store.clients_found(ALL, &["ada".into(), "b".into()]).await.unwrap(), 1, "the code that is gone still finds it");
    }
}
