//! Who has a letter of Email Management open.

use super::*;
use model::{AccountId, Managed};

const LASTS: i64 = 120_000;

#[tokio::test]
async fn two_who_look_at_one_letter_see_each_other_until_one_goes_on() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ann = store.add_first_user("ann@office.example", "Ann", "hash", &event("office.set_up")).await.unwrap();
        let bob = store.add_user("bob@office.example", "Bob", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let letter = |id| Managed { account: AccountId(1), letter: MessageId(id) };
        // As on two nodes: what they know of each other stands in the store alone.
        let look = async |who, id, now: i64| {
            store.look_at(letter(id), who, NOW + now, NOW + now + LASTS).await.unwrap();
            let (others, own) = store.lookers(letter(id), who, NOW + now).await.unwrap();
            assert_eq!(own, Some(NOW + now + LASTS));
            others
        };
        assert_eq!(store.lookers(letter(1), ann, NOW).await.unwrap(), (Vec::new(), None));
        assert!(look(ann, 1, 0).await.is_empty(), "{}", shelf.name);
        assert_eq!(look(bob, 1, 10).await, ["Ann"]);
        assert_eq!(look(ann, 1, 20).await, ["Bob"]);
        assert!(look(bob, 2, 30).await.is_empty());
        assert!(look(ann, 1, 40).await.is_empty());
        // A look is forgotten by itself.
        assert_eq!(store.lookers(letter(1), bob, NOW + LASTS + 39).await.unwrap(), (vec!["Ann".to_owned()], None));
        assert!(look(bob, 1, LASTS + 40).await.is_empty());
    }
}
