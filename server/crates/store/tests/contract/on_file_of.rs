//! On whose files letters are, and what they can be told apart by.

use super::*;
use model::Decision;
use postroom_store::NewFiling;

// S2, S12, O28: each letter names its clients and why; a client of another cost centre is never among them.
#[tokio::test]
async fn letters_name_the_clients_in_scope_on_whose_files_they_are() {
    for shelf in shelves().await {
        let store = &shelf.store;
        store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let south = store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        let file = |code: &str, centre, address: &str| ClientChange {
            cost_centre: Some(centre),
            ..client(code, &[(Person::Partner, 2, address)])
        };
        let save = async |change: ClientChange| store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
        let zoe = save(file("Z", north, "zoe@north.example")).await;
        let ad = save(file("A", south, "ad@south.example")).await;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "zoe@north.example", "ad@south.example", "both", NOW),
            letter(2, "desk@office.example", "zoe@north.example", "out", NOW + 1),
            letter(3, "zoe@north.example", "desk@office.example", "off", NOW + 2),
            letter(4, "nobody@else.example", "desk@office.example", "by hand", NOW + 3),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let ids: Vec<MessageId> = store.mailbox(ALL, account, None, 9).await.unwrap().iter().rev().map(|row| row.id).collect();
        for (letter, client, decision) in [(ids[2], zoe, Decision::KeepOff), (ids[3], zoe, Decision::Belongs)] {
            let filing = NewFiling { client, letter, decision, by: None, reason: "a call".into() };
            store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
        }
        let names = async |scope| {
            let found = store.clients_with(scope, &ids).await.unwrap();
            ids.iter()
                .map(|id| found.get(id).map(|list| list.iter().map(|client| client.id).collect::<Vec<_>>()).unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(ALL).await, [vec![ad, zoe], vec![zoe], vec![], vec![zoe]], "{}", shelf.name);
        assert_eq!(names(staff(ben)).await, [vec![zoe], vec![zoe], vec![], vec![zoe]], "{}", shelf.name);
        let found = store.clients_with(staff(ben), &ids).await.unwrap();
        let why = &found[&ids[0]][0].why;
        assert_eq!((why[0].address.as_str(), why[0].person, why[0].slot), ("zoe@north.example", Some(Person::Partner), Some(2)));
        assert_eq!((found[&ids[0]][0].code.as_str(), found[&ids[3]][0].why[0].by_hand.as_deref()), ("Z", Some("a call")));
        assert!(store.clients_with(ALL, &[]).await.unwrap().is_empty());

        let mut traits = store.letter_traits(&ids[..2]).await.unwrap();
        traits.sort_by_key(|letter| letter.date);
        assert_eq!(traits.iter().map(|letter| letter.direction).collect::<Vec<_>>(), [Direction::Received, Direction::Sent]);
        assert_eq!((traits[0].from.address.as_str(), traits[0].date, traits[0].has_files), ("zoe@north.example", NOW, false));
    }
}
