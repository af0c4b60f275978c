use super::*;
use std::collections::{BTreeMap, BTreeSet};

const NOW: i64 = 1_790_000_000;

#[test]
fn the_demo_has_an_offices_worth_of_letters_in_every_mailbox() {
    let letters = Mailroom::new(1, NOW).years_of_letters();
    assert!((2_700..3_600).contains(&letters.len()), "{}", letters.len());
    assert!(letters.iter().all(|letter| letter.at <= NOW + 60), "no letter comes from the future");
    let mut folders: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for letter in &letters {
        folders.entry(letter.mailbox).or_default().insert(&letter.folder);
    }
    assert_eq!(folders.len(), MAILBOXES.len());
    assert!(folders[&0].len() >= 5, "{:?}", folders[&0]);
    for text in letters.iter().map(|letter| String::from_utf8_lossy(&letter.raw)) {
        for place in ["[given]", "[amount]", "[day]", "[provider]", "[year]", "[town]"] {
            assert!(!text.contains(place), "{place} left open in {text}");
        }
    }
}

#[test]
fn the_same_seed_and_day_give_the_same_letters_and_new_ones_follow() {
    let (mut one, mut two) = (Mailroom::new(7, NOW), Mailroom::new(7, NOW));
    let octets = |letters: Vec<DemoLetter>| letters.into_iter().flat_map(|letter| letter.raw).collect::<Vec<u8>>();
    assert_eq!(octets(one.years_of_letters()), octets(two.years_of_letters()));
    let new = one.new_letter(NOW + 30);
    assert!(!new.is_empty() && new.iter().all(|letter| letter.at == NOW + 30));
}

#[test]
fn the_office_is_the_same_on_every_day_and_at_every_hour() {
    // Who wrote, in which folder, with a file or without: a fiftieth may differ, by what was said in the last days.
    let counted = |now: i64| -> BTreeMap<(String, bool), i64> {
        let mut counts = BTreeMap::new();
        for letter in Mailroom::new(1, now).years_of_letters() {
            let text = String::from_utf8_lossy(&letter.raw).into_owned();
            let from = text.lines().find_map(|line| line.strip_prefix("From: ")).unwrap_or_default().to_owned();
            *counts.entry((from, text.contains("Content-Disposition: attachment"))).or_default() += 1;
        }
        counts
    };
    let first = counted(NOW);
    for step in [1, 3, 6] {
        let other = counted(NOW + step * (86_400 + 3 * 3600));
        let keys: BTreeSet<_> = first.keys().chain(other.keys()).collect();
        let count = |of: &BTreeMap<(String, bool), i64>, key| of.get(key).copied().unwrap_or(0);
        let differing: i64 = keys.iter().map(|key| (count(&first, key) - count(&other, key)).abs()).sum();
        assert!(differing * 50 < first.values().sum::<i64>(), "{differing} letters differ after {step} days");
    }
}

#[test]
fn some_forty_clients_share_and_change_addresses() {
    // FP-05, P25
    let clients = clients(NOW);
    assert_eq!(clients.len(), 40);
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for client in &clients {
        for address in client.own.iter().chain(&client.partner) {
            files.entry(&address.address).or_default().insert(client.code);
        }
    }
    assert!(files.values().filter(|codes| codes.len() > 1).count() >= 3);
    assert!(clients.iter().flat_map(|client| &client.own).filter(|address| !address.to.is_empty()).count() >= 4);
}
