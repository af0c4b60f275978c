//! Whose last word waits for an answer.

use super::*;
use model::Decision;
use postroom_store::NewFiling;

const DAY: i64 = 86_400_000;

// S19: their word is the last, headers only; machines' letters are no words; a newer letter of either side changes it.
#[tokio::test]
async fn the_last_word_decides_who_waits_for_an_answer() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let mut window = vec![
            letter(1, "cy@client.example", "desk@office.example", "cy asks", NOW),
            letter(2, "dee@client.example", "desk@office.example", "dee asks", NOW + 1),
            letter(3, "desk@office.example", "dee@client.example", "dee is answered", NOW + 2),
            letter(4, "eve@client.example", "desk@office.example", "eve asks", NOW + 3),
            letter(5, "eve@client.example", "desk@office.example", "eve is away", NOW + 4),
            letter(6, "stranger@else.example", "eve@client.example", "not eve's word", NOW + 5),
            letter(7, "fay@client.example", "desk@office.example", "fay's machine", NOW + 6),
            letter(8, "cy@client.example", "desk@office.example", "cy asks again", NOW + 7),
            letter(9, "gus@elsewhere.example", "desk@office.example", "gus by hand", NOW + 8),
        ];
        window[4].letter.is_automatic = true;
        window[6].letter.is_bounce = true;
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let mut ids = Vec::new();
        for (code, address) in
            [("CY", "cy@client.example"), ("DEE", "dee@client.example"), ("EVE", "eve@client.example"), ("FAY", "fay@client.example")]
        {
            ids.push(store.save_client(ALL, None, &client(code, &[(Person::Myself, 1, address)]), &event("client.added")).await.unwrap());
        }
        let gus = store.save_client(ALL, None, &client("GUS", &[]), &event("client.added")).await.unwrap();
        let rows = store.mailbox(ALL, account, None, 20).await.unwrap();
        let by_hand = rows.iter().find(|row| row.subject == "gus by hand").unwrap().id;
        let filing = NewFiling { client: gus, letter: by_hand, decision: Decision::Belongs, by: None, reason: String::new() };
        store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
        let list = |until: i64| async move { store.unanswered(ALL, NOW - DAY, until, None, 50).await.unwrap() };
        let names = |rows: &[model::Unanswered]| rows.iter().map(|row| (row.name.clone(), row.subject.clone())).collect::<Vec<_>>();
        let pair = |name: &str, subject: &str| (name.to_owned(), subject.to_owned());
        let all = [pair("Client EVE", "eve asks"), pair("Client CY", "cy asks again"), pair("Client GUS", "gus by hand")];
        let rows = list(NOW + DAY).await;
        assert_eq!(names(&rows), all, "{}", shelf.name);
        assert_eq!(rows[0].from.address, "eve@client.example");
        assert_eq!(names(&list(NOW + 7).await), all[..1], "younger ones wait until they are old enough");
        assert!(store.unanswered(ALL, NOW + 100, NOW + DAY, None, 50).await.unwrap().is_empty(), "older ones are let be");
        // Pages join.
        let first = store.unanswered(ALL, NOW - DAY, NOW + DAY, None, 2).await.unwrap();
        let last = first.last().map(|row| (row.date, row.party.0));
        let rest = store.unanswered(ALL, NOW - DAY, NOW + DAY, last, 2).await.unwrap();
        assert_eq!(names(&[first, rest].concat()), all);

        // A deed with its undo; a newer letter waits again by itself.
        let eve = rows[0].clone();
        store.set_aside(ALL, eve.party, eve.letter, None, &event("letter.needs_no_answer")).await.unwrap();
        assert_eq!(names(&list(NOW + DAY).await), all[1..]);
        let aside = store.aside(ALL, 9).await.unwrap();
        assert_eq!((aside.len(), aside[0].party, aside[0].letter, aside[0].by.as_str()), (1, eve.party, eve.letter, "console"));
        store.wait_again(ALL, eve.party, &event("letter.waits_again")).await.unwrap();
        assert!(matches!(store.wait_again(ALL, eve.party, &event("x")).await, Err(StoreError::NotFound)));
        store.set_aside(ALL, eve.party, eve.letter, None, &event("letter.needs_no_answer")).await.unwrap();
        let newer = [
            letter(10, "eve@client.example", "desk@office.example", "eve insists", NOW + 20),
            letter(11, "desk@office.example", "cy@client.example", "cy answered", NOW + 30),
        ];
        store.save_import(inbox, 1, &newer, &[], NOW).await.unwrap();
        assert_eq!(names(&list(NOW + DAY).await), [pair("Client GUS", "gus by hand"), pair("Client EVE", "eve insists")]);

        // W2: nothing of another scope.
        store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        assert!(store.unanswered(staff(ben), NOW - DAY, NOW + DAY, None, 50).await.unwrap().is_empty());
        assert!(store.aside(staff(ben), 9).await.unwrap().is_empty());
        assert!(matches!(store.set_aside(staff(ben), eve.party, eve.letter, None, &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.wait_again(staff(ben), eve.party, &event("x")).await, Err(StoreError::NotFound)));
    }
}
