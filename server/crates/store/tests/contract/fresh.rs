//! What the index is told of a letter just stored, and what of the same letter read from the tables.

use crate::shelf::{NOW, letter, shelves};
use model::AddressRole::{Bcc, Cc, From, Sender, To};

// Letters are found the same way, whether the index was quick enough or not.
#[tokio::test]
async fn the_index_is_told_the_same_from_memory_and_from_the_tables() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        let mut window: Vec<_> =
            (1..=4).map(|n| letter(n, "cy@client.example", "desk@office.example", &format!("letter {n}"), NOW + n)).collect();
        let person = |role, address: &str, name: &str| (role, address.to_owned(), name.to_owned());
        // Named twice in one header and once in another, out of order, with a name and without.
        window[1].letter.people = vec![
            person(To, "zoe@client.example", "Zoë"),
            person(From, "cy@client.example", "Cy"),
            person(To, "zoe@client.example", "Zoe again"),
            person(Cc, "cy@client.example", ""),
            person(Bcc, "ben@client.example", "Ben"),
            person(Sender, "agent@client.example", "Agent"),
        ];
        window[2].letter.people.clear();
        window[3].letter.files = "pension.pdf photo.jpg".into();
        shelf.store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let sorted = async || {
            assert!(!shelf.store.many_are_fresh(), "a handful leaves room");
            let mut entries = shelf.store.index_waiting(50).await.unwrap();
            entries.sort_by_key(|entry| entry.message.0);
            entries
        };
        let (from_memory, from_tables) = (sorted().await, sorted().await);
        assert_eq!(from_memory.len(), 4, "{}", shelf.name);
        assert_eq!(from_memory, from_tables, "{}", shelf.name);
    }
}
