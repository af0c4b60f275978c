//! Conversations: compared with sets united over the headers themselves, whatever the order in which letters come.

use super::*;
use crate::shelf::{Shelf, key};
use model::FolderId;
use postroom_lab::random::Dice;
use postroom_store::{ArrivedLetter, Threading};
use std::collections::{BTreeMap, BTreeSet};

/// A letter's headers as written.
#[derive(Debug, Clone)]
pub struct Headers {
    pub own: Option<String>,
    pub refers: Vec<String>,
}

/// Headers of letters that answer each other at random: some without a name, some that name letters nobody has, some with another's name.
pub fn headers(dice: &mut Dice, letters: usize) -> Vec<Headers> {
    let name = |dice: &mut Dice| format!("m{}@example.org", dice.below(letters * 3));
    (0..letters)
        .map(|_| Headers {
            own: (dice.below(8) > 0).then(|| name(dice)),
            refers: (0..[0, 0, 1, 1, 2, 4][dice.below(6)]).map(|_| name(dice)).collect(),
        })
        .collect()
}

/// A letter with these headers, the `n`th of its corpus.
pub fn named(mut arrived: ArrivedLetter, headers: &Headers) -> ArrivedLetter {
    arrived.letter.message_id = headers.own.clone().unwrap_or_default();
    arrived.letter.message_key = headers.own.as_deref().map_or(0, key);
    arrived.letter.refers = headers.refers.iter().map(|id| key(id)).collect();
    arrived
}

/// Which letters are of one conversation, by their places in the corpus: sets over names, united until nothing changes.
pub fn recomputed(headers: &[Headers]) -> BTreeSet<BTreeSet<usize>> {
    let mut sets: Vec<(BTreeSet<usize>, BTreeSet<String>)> = Vec::new();
    for (n, letter) in headers.iter().enumerate() {
        let mut letters = BTreeSet::from([n]);
        let mut names: BTreeSet<String> = letter.own.iter().chain(&letter.refers).cloned().collect();
        let (touching, rest): (Vec<_>, Vec<_>) = sets.into_iter().partition(|(_, known)| !known.is_disjoint(&names));
        for (more, known) in touching {
            letters.extend(more);
            names.extend(known);
        }
        sets = rest;
        sets.push((letters, names));
    }
    sets.into_iter().map(|(letters, _)| letters).collect()
}

/// Saves letters in windows of some, in the order given.
pub async fn save(shelf: &Shelf, inbox: FolderId, letters: &[ArrivedLetter], order: &[usize]) {
    for window in order.chunks(7) {
        let window: Vec<ArrivedLetter> = window.iter().map(|n| letters[*n].clone()).collect();
        shelf.store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
    }
}

fn shuffled(dice: &mut Dice, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        order.swap(at, dice.below(at + 1));
    }
    order
}

/// Letters by their subjects' numbers.
pub async fn numbers(shelf: &Shelf) -> BTreeMap<MessageId, usize> {
    super::search::index(&shelf.store).await;
    let ids = shelf.store.search(ALL, &SearchQuery::default(), None, 1000).await.unwrap().letters();
    let rows = shelf.store.letter_rows(&ids).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.subject.trim_start_matches('n').parse().unwrap())).collect()
}

async fn stored(shelf: &Shelf, numbers: &BTreeMap<MessageId, usize>) -> BTreeSet<BTreeSet<usize>> {
    let ids: Vec<MessageId> = numbers.keys().copied().collect();
    let mut sets: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    for (id, thread) in shelf.store.threads_of(&ids).await.unwrap() {
        sets.entry(thread).or_default().insert(numbers[&id]);
    }
    sets.into_values().collect()
}

// Letters come in any order, some after their answers, some twice; some were stored before conversations were kept.
#[tokio::test]
async fn conversations_are_what_the_headers_say_in_whatever_order_letters_come() {
    let mut dice = Dice::new(9);
    for round in 0..4 {
        let headers = headers(&mut dice, 60);
        let letters: Vec<ArrivedLetter> = headers
            .iter()
            .enumerate()
            .map(|(n, headers)| {
                // The subject never counts, but it tells the letters apart here.
                named(letter(n as i64 + 1, "cy@client.example", "desk@office.example", &format!("n{n}"), NOW + n as i64), headers)
            })
            .collect();
        let order = shuffled(&mut dice, letters.len());
        for shelf in shelves().await {
            let store = &shelf.store;
            let (_, inbox) = shelf.mailbox("Desk").await;
            save(&shelf, inbox, &letters, &order[..40]).await;
            if round % 2 == 1 {
                shelf.tamper("insert into thread_todo (message_id) select message_id from message_thread").await;
                shelf.tamper("delete from message_thread").await;
                shelf.tamper("delete from thread_key").await;
            }
            save(&shelf, inbox, &letters, &order[40..]).await;
            save(&shelf, inbox, &letters, &order[..10]).await;
            let numbers = numbers(&shelf).await;
            loop {
                let waiting = store.threads_waiting(9).await.unwrap();
                if waiting.is_empty() {
                    break;
                }
                let entries: Vec<Threading> = waiting
                    .into_iter()
                    .map(|(message, key)| Threading { message, key, refers: letters[numbers[&message]].letter.refers.clone() })
                    .collect();
                store.save_threads(&entries).await.unwrap();
            }
            assert_eq!(stored(&shelf, &numbers).await, recomputed(&headers), "{} round {round}", shelf.name);
        }
    }
}

// A reply that comes later is found from the letter it answers, and nobody sees more of a conversation than he or she may.
#[tokio::test]
async fn a_conversation_shows_later_letters_and_only_those_in_scope() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), address: "ada@office.example".into(), ..account("Ada") };
        let account_id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(account_id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(account_id).await.unwrap()[0].id;
        let headers =
            |own: &str, refers: &[&str]| Headers { own: Some(own.into()), refers: refers.iter().map(|id| (*id).into()).collect() };
        let window = [
            named(letter(1, "cy@client.example", "ada@office.example", "n0", NOW), &headers("a@x", &[])),
            named(letter(2, "ada@office.example", "mum@home.example", "n1", NOW + 1), &headers("b@x", &["a@x"])),
            named(letter(3, "ada@office.example", "cy@client.example", "n2", NOW + 2), &headers("c@x", &["a@x", "b@x"])),
            // The same subject, but it answers nothing.
            named(letter(4, "dee@client.example", "ada@office.example", "n0", NOW + 3), &headers("d@x", &[])),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        store.save_client(ALL, None, &client("CY", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let ids: Vec<MessageId> = store.mailbox(ALL, account_id, None, 9).await.unwrap().into_iter().rev().map(|row| row.id).collect();
        let name = shelf.name;
        assert_eq!(store.conversation(staff(ada), ids[0], &[]).await.unwrap(), ids[..3], "{name}");
        assert_eq!(store.conversation(staff(ada), ids[3], &[]).await.unwrap(), ids[3..], "{name}");
        // Ben may open the client's letters, but not what Ada wrote to her mother in between.
        assert_eq!(store.conversation(staff(ben), ids[0], &[]).await.unwrap(), [ids[0], ids[2]], "{name}");
    }
}

// Two imports at once, each with half of what joins: no half is lost.
#[tokio::test]
async fn imports_at_the_same_time_join_one_conversation() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = |from: usize| -> Vec<ArrivedLetter> {
            (from..60)
                .step_by(2)
                .map(|n| {
                    let headers = Headers { own: Some(format!("m{n}@x")), refers: vec![format!("m{}@x", n + 1)] };
                    named(letter(n as i64 + 1, "cy@client.example", "desk@office.example", &format!("n{n}"), NOW), &headers)
                })
                .collect()
        };
        let (even, odd) = (window(0), window(1));
        let save = async |letters: &[ArrivedLetter]| {
            for some in letters.chunks(3) {
                shelf.store.save_import(inbox, 1, some, &[], NOW).await.unwrap();
            }
        };
        tokio::join!(save(&even), save(&odd));
        let numbers = numbers(&shelf).await;
        assert_eq!(stored(&shelf, &numbers).await.len(), 1, "{}", shelf.name);
    }
}
