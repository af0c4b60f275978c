//! What an edit of addresses would do, and what it then does.

use super::*;
use std::collections::BTreeMap;

/// A small generator: the same numbers in every run.
pub(super) struct Dice(pub u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides) as i64
    }
}

/// Subject → date of a history: each letter here has a subject of its own.
async fn dates(store: &postroom_store::Store, client: ClientId) -> BTreeMap<String, i64> {
    let rows = store.history(ALL, client, &HistoryFilter::default(), None, 1000).await.unwrap();
    rows.into_iter().map(|row| (row.subject, row.date)).collect()
}

fn span(of: &[i64]) -> model::LetterSpan {
    model::LetterSpan { letters: of.len() as i64, first: of.iter().min().copied(), last: of.iter().max().copied() }
}

// S3: the preview's numbers are exactly what then happens.
#[tokio::test]
async fn two_hundred_random_edits_do_what_was_announced() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, central) = shelf.mailbox("Central").await;
        let ada = store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let own = NewAccount {
            owner: Some(ada),
            name: "Private".into(),
            user_name: "ada".into(),
            address: "ada@office.example".into(),
            ..account("Private")
        };
        let own = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(own, &[folder("INBOX")]).await.unwrap();
        let private = store.folders(own).await.unwrap()[0].id;
        let pool: Vec<String> = (0..7).map(|n| format!("p{n}@client.example")).chain(["desk@office.example".to_owned()]).collect();
        let mut dice = Dice(0x5eed_1234);
        let mut places: Vec<Vec<_>> = vec![Vec::new(), Vec::new()];
        for n in 0..80 {
            let (from, to) = (dice.roll(8) as usize, dice.roll(8) as usize);
            let arrived = letter(n + 1, &pool[from], &pool[to], &format!("s{n}"), NOW + dice.roll(20) * 10);
            places[dice.roll(2) as usize].push(arrived);
        }
        store.save_import(central, 1, &places[0], &[], NOW).await.unwrap();
        // Some letters were seen in both.
        let both: Vec<_> = places[0]
            .iter()
            .take(10)
            .cloned()
            .map(|mut arrived| {
                arrived.uid += 500;
                arrived
            })
            .collect();
        store.save_import(private, 1, &[places[1].clone(), both].concat(), &[], NOW).await.unwrap();
        let other = client("OTHER", &[(Person::Myself, 1, "p0@client.example"), (Person::Partner, 1, "p1@client.example")]);
        let other = store.save_client(ALL, None, &other, &event("client.added")).await.unwrap();
        let id = store.save_client(ALL, None, &client("K", &[]), &event("client.added")).await.unwrap();
        assert_eq!((other.0, id.0), (1, 2), "the decisions below name them");
        shelf.tamper("insert into filing (message_id, party_id, decision, at, reason) values (3, 2, 'keep_off', 1, 'x'), (5, 2, 'belongs', 1, 'x'), (7, 1, 'keep_off', 1, 'x'), (9, 1, 'belongs', 1, 'x')").await;
        let only_private: Vec<String> = places[1].iter().map(|arrived| arrived.letter.subject.clone()).collect();
        let mut touched = 0;
        for edit in 0..200 {
            let mut change = client("K", &[]);
            for (person, slot) in [Person::Myself, Person::Partner].into_iter().flat_map(|person| (1..=3).map(move |slot| (person, slot))) {
                if dice.roll(2) == 0 {
                    continue;
                }
                let day = |dice: &mut Dice| (dice.roll(3) == 0).then(|| NOW + dice.roll(20) * 10);
                let (from, to) = (day(&mut dice), day(&mut dice));
                let (from, to) = if from.zip(to).is_some_and(|(from, to)| from >= to) { (None, to) } else { (from, to) };
                let address = if dice.roll(9) == 0 { "unseen@client.example".to_owned() } else { pool[dice.roll(8) as usize].clone() };
                change.addresses.push(NewClientAddress { person, slot, address, valid_from: from, valid_to: to });
            }
            let before = dates(store, id).await;
            let effect = store.address_effect(ALL, Some(id), &change.addresses).await.unwrap();
            store.save_client(ALL, Some(id), &change, &event("client.changed")).await.unwrap();
            let after = dates(store, id).await;
            let added: Vec<&String> = after.keys().filter(|letter| !before.contains_key(*letter)).collect();
            let removed: Vec<&String> = before.keys().filter(|letter| !after.contains_key(*letter)).collect();
            let of =
                |letters: &[&String], dates: &BTreeMap<String, i64>| span(&letters.iter().map(|letter| dates[*letter]).collect::<Vec<_>>());
            assert_eq!(effect.added, of(&added, &after), "edit {edit} on {}", shelf.name);
            assert_eq!(effect.removed, of(&removed, &before), "edit {edit} on {}", shelf.name);
            assert_eq!(
                effect.private,
                added.iter().filter(|letter| only_private.contains(letter)).count() as i64,
                "edit {edit} on {}",
                shelf.name
            );
            let theirs = dates(store, other).await;
            let shared = added.iter().filter(|letter| theirs.contains_key(**letter)).count() as i64;
            assert_eq!(effect.others.iter().map(|(_, _, letters)| letters).sum::<i64>(), shared, "edit {edit} on {}", shelf.name);
            touched += added.len() + removed.len();
        }
        assert!(touched > 500, "edits that move nothing test nothing: {touched}");
        let nothing = store.address_effect(ALL, None, &[]).await.unwrap();
        assert_eq!(nothing, model::AddressEffect::default());
    }
}

#[tokio::test]
async fn an_effect_names_only_clients_in_scope() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Central").await;
        store.save_import(inbox, 1, &[letter(1, "joint@x.example", "desk@office.example", "s", NOW)], &[], NOW).await.unwrap();
        store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let ben = store.add_user("ben@x.example", "Ben", Role::Staff, "x", &event("user.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        let secret = client("SECRET", &[(Person::Myself, 1, "joint@x.example")]);
        let secret = store.save_client(ALL, None, &secret, &event("client.added")).await.unwrap();
        let typed = client("NEW", &[(Person::Myself, 1, "joint@x.example")]).addresses;
        let effect = store.address_effect(ALL, None, &typed).await.unwrap();
        assert_eq!(effect.others, [(secret, "Client SECRET".to_owned(), 1)]);
        let bens = store.address_effect(staff(ben), None, &typed).await.unwrap();
        assert_eq!((bens.added.letters, bens.others.len()), (1, 0));
        assert!(matches!(store.address_effect(staff(ben), Some(secret), &typed).await, Err(StoreError::NotFound)));
    }
}
