//! Why, and why not: the answer and the history are compared with a recomputation that shares nothing with either.

use super::*;
use model::{Decision, Rule, Why};
use postroom_lab::random::Dice;
use postroom_store::{ArrivedLetter, NewFiling};
use std::collections::BTreeSet;

const OWN: &str = "desk@office.example";

struct File {
    id: ClientId,
    entries: Vec<NewClientAddress>,
}

/// The rule of DESIGN §5, written out once more.
fn belongs(letter: &ArrivedLetter, file: &File, decision: Option<Decision>) -> bool {
    let by_address = letter.letter.people.iter().any(|(_, address, _)| {
        address != OWN
            && file.entries.iter().any(|entry| {
                entry.address == *address
                    && entry.valid_from.is_none_or(|from| letter.letter.date >= from)
                    && entry.valid_to.is_none_or(|to| letter.letter.date < to)
            })
    });
    match decision {
        Some(Decision::KeepOff) => false,
        Some(Decision::Belongs) => true,
        None => by_address,
    }
}

fn sorted(why: &[Why]) -> Vec<String> {
    let mut lines: Vec<String> = why.iter().map(|why| format!("{why:?}")).collect();
    lines.sort();
    lines
}

// S2: for random small offices, the history is exactly what the rule says, each row's reasons are those of the explanation, and a letter
// that is not there is explained by a rule that indeed holds.
#[tokio::test]
async fn why_and_why_not_agree_with_an_independent_recomputation() {
    let mut dice = Dice::new(20_26);
    for round in 0..4_u64 {
        for shelf in shelves().await {
            let store = &shelf.store;
            let (_, inbox) = shelf.mailbox("Desk").await;
            let addresses: Vec<String> = (0..5).map(|n| format!("p{n}@client.example")).chain([OWN.to_owned()]).collect();
            let letters: Vec<ArrivedLetter> = (0..25)
                .map(|n| {
                    let (from, to) = (dice.pick(&addresses).clone(), dice.pick(&addresses).clone());
                    let date = NOW + dice.below(10) as i64;
                    letter(n + 1, &from, &to, &format!("r{round} n{n}"), date)
                })
                .collect();
            store.save_import(inbox, 1, &letters, &[], NOW).await.unwrap();
            super::search::index(store).await;
            let ids = store.search(ALL, &SearchQuery::default(), None, 100).await.unwrap().letters();
            let rows = store.letter_rows(&ids).await.unwrap();
            let id_of = |arrived: &ArrivedLetter| rows.iter().find(|row| row.subject == arrived.letter.subject).unwrap().id;
            let mut files = Vec::new();
            for n in 0..3 {
                let mut entries = Vec::new();
                for slot in 1..=(1 + dice.below(3) as i64) {
                    let (from, to) = (NOW + dice.below(6) as i64, NOW + 5 + dice.below(6) as i64);
                    entries.push(NewClientAddress {
                        person: if dice.chance(500) { Person::Myself } else { Person::Partner },
                        slot,
                        address: dice.pick(&addresses).clone(),
                        valid_from: dice.chance(400).then_some(from),
                        valid_to: dice.chance(400).then_some(to),
                    });
                }
                let change = ClientChange { addresses: entries.clone(), ..client(&format!("C{n}"), &[]) };
                let id = store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
                files.push(File { id, entries });
            }
            for file in &files {
                let mut decisions = Vec::new();
                for arrived in &letters {
                    let decision = dice.chance(150).then(|| if dice.chance(500) { Decision::Belongs } else { Decision::KeepOff });
                    if let Some(decision) = decision {
                        let filing = NewFiling { client: file.id, letter: id_of(arrived), decision, by: None, reason: "because".into() };
                        store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
                    }
                    decisions.push(decision);
                }
                let history = store.history(ALL, file.id, &HistoryFilter::default(), None, 100).await.unwrap();
                let here: BTreeSet<MessageId> = history.iter().map(|row| row.id).collect();
                let all: Vec<MessageId> = letters.iter().map(id_of).collect();
                let explained = store.explanations(ALL, file.id, &all).await.unwrap();
                assert_eq!(explained.len(), letters.len());
                for ((arrived, decision), explanation) in letters.iter().zip(&decisions).zip(&explained) {
                    let told = format!("{} round {round}: {explanation:?}", shelf.name);
                    let expected = belongs(arrived, file, *decision);
                    assert_eq!(here.contains(&explanation.letter), expected, "{told}");
                    let mentions = |address: &str| arrived.letter.people.iter().any(|(_, known, _)| known == address);
                    let on_file = |own: bool| file.entries.iter().any(|entry| mentions(&entry.address) && (entry.address == OWN) == own);
                    match &explanation.rule {
                        Rule::Here(why) => {
                            assert!(expected, "{told}");
                            let row = history.iter().find(|row| row.id == explanation.letter).unwrap();
                            assert_eq!(sorted(why), sorted(&row.why), "{told}");
                        }
                        Rule::KeptOff => assert_eq!(*decision, Some(Decision::KeepOff), "{told}"),
                        Rule::OutsideDays => assert!(!expected && on_file(false), "{told}"),
                        Rule::OwnAddress => assert!(!expected && on_file(true) && !on_file(false), "{told}"),
                        Rule::NotOnFile => assert!(!expected && !on_file(true) && !on_file(false), "{told}"),
                    }
                }
            }
        }
    }
}

// P23: what the viewer may not see is not explained to him or her, nor is a client of another cost centre.
#[tokio::test]
async fn nothing_is_explained_that_is_not_the_viewers_to_see() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), address: "ada@office.example".into(), ..account("Ada") };
        let account_id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(account_id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(account_id).await.unwrap()[0].id;
        let window = [letter(1, "mum@home.example", "ada@office.example", "dinner", NOW)];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let cy = store.save_client(ALL, None, &client("CY", &[]), &event("client.added")).await.unwrap();
        super::search::index(store).await;
        let dinner = store.search(ALL, &SearchQuery::default(), None, 10).await.unwrap().letters()[0];
        assert_eq!(store.explanations(staff(ada), cy, &[dinner]).await.unwrap()[0].rule, Rule::NotOnFile);
        assert!(store.explanations(staff(ben), cy, &[dinner]).await.unwrap().is_empty());
        store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        assert!(store.explanations(staff(ben), cy, &[dinner]).await.is_err());
    }
}
