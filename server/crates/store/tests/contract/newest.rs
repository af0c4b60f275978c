//! Clients with the newest letters.

use super::*;

// FP-07, P24: the newest letters lead to their clients, within validity and scope, looking at no more letters than asked.
#[tokio::test]
async fn clients_with_the_newest_letters_come_first_and_only_those_in_scope() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "old", NOW),
            letter(2, "desk@office.example", "dee@client.example", "newer", NOW + 10),
            letter(3, "stranger@else.example", "desk@office.example", "newest", NOW + 20),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let cy = client("CY", &[(Person::Myself, 1, "cy@client.example")]);
        let mut dee = client("DEE", &[(Person::Partner, 1, "dee@client.example")]);
        store.save_client(ALL, None, &cy, &event("client.added")).await.unwrap();
        let dees = store.save_client(ALL, None, &dee, &event("client.added")).await.unwrap();

        let news = store.clients_with_news(ALL, 10, 10).await.unwrap();
        let seen: Vec<_> = news.iter().map(|news| (news.code.as_str(), news.date)).collect();
        assert_eq!(seen, [("DEE", NOW + 10), ("CY", NOW)]);
        assert_eq!(store.clients_with_news(ALL, 2, 10).await.unwrap().len(), 1, "only the two newest letters are looked at");
        assert_eq!(store.clients_with_news(ALL, 10, 1).await.unwrap().len(), 1);

        dee.addresses[0].valid_to = Some(NOW + 5);
        store.save_client(ALL, Some(dees), &dee, &event("client.changed")).await.unwrap();
        assert_eq!(store.clients_with_news(ALL, 10, 10).await.unwrap().len(), 1, "the address no longer counted then");
        store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        assert!(store.clients_with_news(staff(ben), 10, 10).await.unwrap().is_empty(), "no client of Ben's");
    }
}
