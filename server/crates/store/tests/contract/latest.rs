//! Clients by their latest letter.

use super::*;
use model::Decision;
use postroom_store::NewFiling;

// The date in the list is that of the first row of the history, whatever decides it.
#[tokio::test]
async fn the_latest_letter_is_the_first_of_the_history_and_orders_the_list() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Central").await;
        let mut dice = super::effect::Dice(0x001a_7e57);
        let arrived: Vec<_> = (0..60)
            .map(|n| {
                let (from, to) = (format!("p{}@client.example", dice.roll(9)), format!("p{}@client.example", dice.roll(9)));
                letter(n + 1, &from, &to, &format!("s{n}"), NOW + dice.roll(30) * 10)
            })
            .collect();
        store.save_import(inbox, 1, &arrived, &[], NOW).await.unwrap();
        for n in 0..12 {
            let mut change = client(&format!("K{n}"), &[]);
            for (person, slot) in [(Person::Myself, 1), (Person::Partner, 3)] {
                let address = if dice.roll(6) == 0 { "desk@office.example".into() } else { format!("p{}@client.example", dice.roll(12)) };
                let (valid_from, valid_to) = match dice.roll(3) {
                    0 => (Some(NOW + 50), None),
                    1 => (None, Some(NOW + dice.roll(20) * 10)),
                    _ => (None, None),
                };
                change.addresses.push(NewClientAddress { person, slot, address, valid_from, valid_to });
            }
            let client = store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
            for decision in [Decision::Belongs, Decision::KeepOff, Decision::KeepOff, Decision::KeepOff] {
                let filing = NewFiling { client, letter: MessageId(dice.roll(60) + 1), decision, by: None, reason: String::new() };
                if n % 3 > 0 {
                    store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
                }
            }
        }
        let all = store.clients_by_latest(ALL, &[], None, 50).await.unwrap();
        assert_eq!(all.len(), 12);
        let mut dates = Vec::new();
        for (card, latest) in &all {
            let newest = store.history(ALL, card.id, &HistoryFilter::default(), None, 1).await.unwrap();
            assert_eq!(*latest, newest.first().map(|row| row.date), "{} on {}", card.code, shelf.name);
            assert_eq!(store.latest_letters(&[card.id]).await.unwrap().get(&card.id), latest.as_ref());
            dates.push(latest.unwrap_or(0));
        }
        assert!(dates.is_sorted_by(|one, other| one >= other) && dates[0] > dates[11], "{dates:?}");
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = store.clients_by_latest(ALL, &[], after, 5).await.unwrap();
            let Some((last, _)) = page.last() else { break };
            after = Some(last.id);
            paged.extend(page);
        }
        assert_eq!(paged, all, "pages join without a gap");
        assert_eq!(store.clients_by_latest(ALL, &["k11".into()], None, 5).await.unwrap().len(), 1);
    }
}
