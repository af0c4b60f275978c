//! Variants under one row, compared with a folding done here over the whole history.

use super::*;
use crate::shelf::key;
use model::{Decision, HistoryRow};
use postroom_lab::random::Dice;
use postroom_store::{ArrivedLetter, NewFiling};

/// Heads with what stands under them, from all rows newest first, by the letters' names.
fn folded(rows: &[HistoryRow], name: impl Fn(&HistoryRow) -> String) -> Vec<Vec<MessageId>> {
    let mut heads: Vec<(String, Vec<MessageId>)> = Vec::new();
    for row in rows {
        let name = name(row);
        match heads.iter_mut().find(|(known, _)| !name.is_empty() && *known == name) {
            Some((_, ids)) => ids.push(row.id),
            None => heads.push((name, vec![row.id])),
        }
    }
    heads.into_iter().map(|(_, ids)| ids).collect()
}

// S11, P7: every letter stands in the history once, variants under the newest of them that the filters leave, on whatever page that is.
#[tokio::test]
async fn variants_stand_under_their_newest_whatever_the_page_and_the_filter() {
    let mut dice = Dice::new(11);
    let names: Vec<String> = (0..40).map(|_| if dice.below(6) == 0 { String::new() } else { format!("v{}@x", dice.below(15)) }).collect();
    let people = ["cy@client.example", "dee@client.example", "x@stranger.example"];
    let letters: Vec<ArrivedLetter> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let mut arrived =
                letter(n as i64 + 1, people[dice.below(3)], "desk@office.example", &format!("n{n}"), NOW + dice.below(20) as i64);
            arrived.letter.message_id.clone_from(name);
            arrived.letter.message_key = if name.is_empty() { 0 } else { key(name) };
            arrived.letter.attachments = dice.below(2) as i64;
            arrived
        })
        .collect();
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        store.save_import(inbox, 1, &letters, &[], NOW).await.unwrap();
        let smith = client("SMITH", &[(Person::Myself, 1, "cy@client.example"), (Person::Partner, 2, "dee@client.example")]);
        let id = store.save_client(ALL, None, &smith, &event("client.added")).await.unwrap();
        let all = HistoryFilter::default();
        let off = store.history(ALL, id, &all, None, 100).await.unwrap()[3].id;
        let filing = NewFiling { client: id, letter: off, decision: Decision::KeepOff, by: None, reason: "because".into() };
        store.file_letter(ALL, &filing, &event("letter.kept_off")).await.unwrap();
        let name = |row: &HistoryRow| names[row.subject.trim_start_matches('n').parse::<usize>().unwrap()].clone();
        for filter in [
            all.clone(),
            HistoryFilter { person: Some(Person::Partner), ..all.clone() },
            HistoryFilter { with_files: true, ..all.clone() },
            HistoryFilter { before: Some(NOW + 12), after: Some(NOW + 3), ..all.clone() },
            HistoryFilter { as_at: Some(NOW + 1), ..all.clone() },
        ] {
            let rows = store.history(ALL, id, &filter, None, 100).await.unwrap();
            let expected = folded(&rows, name);
            for limit in [2, 5, 100] {
                let (mut found, mut before) = (Vec::new(), None);
                loop {
                    let page = store.history_folded(ALL, id, &filter, before, limit).await.unwrap();
                    let Some(last) = page.last() else { break };
                    before = Some((last.date, last.id.0));
                    found.extend(page);
                }
                let ids: Vec<Vec<MessageId>> =
                    found.iter().map(|row| std::iter::once(row.id).chain(row.folded.iter().map(|row| row.id)).collect()).collect();
                assert_eq!(ids, expected, "{} {limit} {filter:?}", shelf.name);
                for row in found.iter().flat_map(|row| std::iter::once(row).chain(&row.folded)) {
                    let plain = rows.iter().find(|plain| plain.id == row.id).unwrap();
                    assert_eq!(row.why, plain.why, "{} {filter:?}", shelf.name);
                }
            }
        }
    }
}
