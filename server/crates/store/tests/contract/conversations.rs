//! A history put together by conversation, compared with one put together here from its letters and their headers.

use super::threads::{headers, named, recomputed, save};
use super::*;
use model::{ByHand, Decision, HistoryRow};
use postroom_lab::random::Dice;
use postroom_store::{ArrivedLetter, Look, NewFiling};

/// Conversations of these rows (newest first): ids, by the newest.
fn together(rows: &[HistoryRow], sets: &[Vec<usize>]) -> Vec<Vec<MessageId>> {
    let mut list: Vec<(usize, Vec<MessageId>)> = Vec::new();
    for row in rows {
        let n: usize = row.subject.trim_start_matches('n').parse().unwrap();
        let set = sets.iter().position(|set| set.contains(&n)).unwrap();
        match list.iter_mut().find(|(known, _)| *known == set) {
            Some((_, ids)) => ids.push(row.id),
            None => list.push((set, vec![row.id])),
        }
    }
    list.into_iter().map(|(_, ids)| ids).collect()
}

fn ids(row: &HistoryRow) -> Vec<MessageId> {
    let others = row.conversation.iter().flat_map(|conversation| conversation.others.iter().map(|row| row.id));
    std::iter::once(row.id).chain(others).collect()
}

// Paging, filters, as at a day and counts hold for conversations as they do for letters.
#[tokio::test]
async fn a_grouped_history_is_the_same_history() {
    let mut dice = Dice::new(33);
    for _ in 0..2 {
        let headers = headers(&mut dice, 50);
        let people = ["cy@client.example", "dee@client.example", "x@stranger.example", "desk@office.example"];
        let letters: Vec<ArrivedLetter> = headers
            .iter()
            .enumerate()
            .map(|(n, headers)| {
                let (from, to) = (people[dice.below(4)], people[dice.below(4)]);
                let mut letter = named(letter(n as i64 + 1, from, to, &format!("n{n}"), NOW + dice.below(30) as i64), headers);
                letter.letter.attachments = dice.below(2) as i64;
                letter
            })
            .collect();
        let sets: Vec<Vec<usize>> = recomputed(&headers).into_iter().map(|set| set.into_iter().collect()).collect();
        for shelf in shelves().await {
            let store = &shelf.store;
            let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
            let (desk, inbox) = shelf.mailbox("Desk").await;
            save(&shelf, inbox, &letters, &(0..letters.len()).collect::<Vec<_>>()).await;
            let smith = client("SMITH", &[(Person::Myself, 1, "cy@client.example"), (Person::Partner, 2, "dee@client.example")]);
            let id = store.save_client(ALL, None, &smith, &event("client.added")).await.unwrap();
            let all = HistoryFilter::default();
            let rows = store.history(ALL, id, &all, None, 100).await.unwrap();
            for (at, decision) in [(2, Decision::KeepOff), (5, Decision::Belongs), (6, Decision::KeepOff)] {
                let filing = NewFiling { client: id, letter: rows[at].id, decision, by: Some(ada), reason: "because".into() };
                store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
            }
            store
                .record_looks(&[event("letter.viewed")], &[1, 4, 5].map(|at: usize| Look { user: ada, letter: rows[at].id, at: NOW }))
                .await
                .unwrap();
            let eyes = Scope::User { id: ada, administrator: true };
            for filter in [
                all.clone(),
                HistoryFilter { direction: Some(Direction::Sent), ..all.clone() },
                HistoryFilter { person: Some(Person::Partner), with_files: true, ..all.clone() },
                HistoryFilter { account: Some(desk), after: Some(NOW + 5), before: Some(NOW + 25), ..all.clone() },
                HistoryFilter { by_hand: Some(ByHand::Filed), ..all.clone() },
                HistoryFilter { by_hand: Some(ByHand::KeptOff), ..all.clone() },
                HistoryFilter { as_at: Some(NOW + 1), ..all.clone() },
                HistoryFilter { unread: true, ..all.clone() },
                HistoryFilter { unread: true, direction: Some(Direction::Received), as_at: Some(NOW + 1), ..all.clone() },
            ] {
                for scope in [ALL, eyes] {
                    let rows = store.history(scope, id, &filter, None, 100).await.unwrap();
                    if rows.iter().any(|row| row.hidden) {
                        let grouped = store.conversations(scope, id, &filter, None, 100).await.unwrap();
                        assert!(grouped.iter().all(|row| row.conversation.is_none()), "what is hidden is not put together");
                        continue;
                    }
                    let expected = together(&rows, &sets);
                    let (mut found, mut before) = (Vec::new(), None);
                    loop {
                        let page = store.conversations(scope, id, &filter, before, 4).await.unwrap();
                        let Some(last) = page.last() else { break };
                        before = Some((last.date, last.id.0));
                        found.extend(page);
                    }
                    let name = shelf.name;
                    assert_eq!(found.iter().map(ids).collect::<Vec<_>>(), expected, "{name} {filter:?}");
                    let counts = store.conversation_count(scope, id, &filter).await.unwrap();
                    assert_eq!(counts, (expected.len() as i64, rows.len() as i64, false), "{name} {filter:?}");
                    assert_eq!(
                        store.history_count(scope, id, &filter, 100).await.unwrap(),
                        (rows.len() as i64, false),
                        "{name} {filter:?}"
                    );
                    let why = |id: MessageId| rows.iter().find(|row| row.id == id).map(|row| row.why.clone());
                    for row in found.iter().flat_map(|row| std::iter::once(row).chain(row.conversation.iter().flat_map(|c| &c.others))) {
                        assert_eq!(Some(row.why.clone()), why(row.id), "{name} {filter:?}");
                    }
                }
            }
            // O7: what she has opened is not new to her, and to nobody else's eyes does it matter.
            let unread = HistoryFilter { unread: true, ..all.clone() };
            let left = store.history(eyes, id, &unread, None, 100).await.unwrap();
            let now = store.history(eyes, id, &all, None, 100).await.unwrap();
            let read = store.read_by(ada, &now.iter().map(|row| row.id).collect::<Vec<_>>()).await.unwrap();
            assert!(!read.is_empty() && left.len() == now.len() - read.len() && left.iter().all(|row| !read.contains(&row.id)));
            assert_eq!(store.history(ALL, id, &unread, None, 100).await.unwrap().len(), now.len());
            let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
            store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
            assert!(matches!(store.conversations(staff(ben), id, &all, None, 9).await, Err(StoreError::NotFound)));
            assert!(matches!(store.conversation_count(staff(ben), id, &all).await, Err(StoreError::NotFound)));
        }
    }
}
