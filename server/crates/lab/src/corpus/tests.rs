use std::collections::{HashMap, HashSet};

use super::*;

#[test]
fn the_same_seed_gives_the_same_letters() {
    let bytes = |seed| Corpus::small(seed, 300).flat_map(|letter| letter.raw).collect::<Vec<u8>>();
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn sizes_have_the_shape_of_real_mailboxes() {
    let mut sizes: Vec<usize> = Corpus::new(3, 700).map(|letter| letter.raw.len()).collect();
    sizes.sort_unstable();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    let median = sizes[sizes.len() / 2];
    assert!((6_000..12_500).contains(&median), "median {median}");
    assert!((35_000..120_000).contains(&mean), "mean {mean}");
    let small: Vec<usize> = Corpus::small(3, 1_500).map(|letter| letter.raw.len()).collect();
    let mean = small.iter().sum::<usize>() / small.len();
    assert!((2_500..6_000).contains(&mean), "mean {mean}");
}

#[test]
fn every_sort_of_letter_occurs() {
    // TP-17, P7, P8, P10: what an import must survive is in the corpus
    let letters: Vec<CorpusLetter> = Corpus::small(11, 4_000).collect();
    assert_eq!(letters.iter().map(|l| &l.folder).collect::<HashSet<_>>().len(), FOLDERS.len());
    let charsets: HashSet<String> = letters.iter().map(|l| l.truth.charset.to_lowercase()).collect();
    assert!(charsets.len() >= 6, "{charsets:?}");
    let oddities: HashSet<Oddity> = letters.iter().filter_map(|l| l.truth.oddity).collect();
    assert!(oddities.len() >= 17, "{oddities:?}");
    assert!(letters.iter().any(|l| l.truth.exact_copy));
    assert!(letters.iter().any(|l| l.truth.message != l.truth.number && !l.truth.exact_copy));
    assert!(letters.iter().any(|l| l.raw.windows(12).any(|w| w == b"\r\nReferences")));
    let large = Corpus::small(11, 3).with_large().map(|l| l.raw.len()).max();
    assert!(large.is_some_and(|size| (11_000_000..13_500_000).contains(&size)), "{large:?}");
}

#[test]
fn copies_are_what_the_truth_says() {
    let letters: Vec<CorpusLetter> = Corpus::small(5, 2_000).collect();
    let mut ids: HashMap<&str, HashSet<u64>> = HashMap::new();
    for (place, letter) in letters.iter().enumerate() {
        let truth = &letter.truth;
        assert_eq!(truth.number, place as u64);
        let original = &letters[truth.message as usize];
        if truth.message != truth.number {
            assert_eq!(truth.exact_copy, original.raw == letter.raw);
            assert_ne!(original.folder, letter.folder);
        }
        if let Some(id) = &truth.message_id {
            ids.entry(id).or_default().insert(truth.message);
        }
    }
    assert!(ids.values().any(|messages| messages.len() > 1), "some Message-IDs stand on different messages");
}

#[test]
fn the_first_clients_have_letters() {
    // FP-05, FP-07, P25
    let csv = clients_csv(30);
    assert_eq!(csv.lines().count(), 31);
    assert!(csv.starts_with("code,name,self1,self2,self3,partner1,partner2,partner3\n"));
    assert!(csv.lines().all(|row| row.split(',').count() == 8));
    let mut counts: HashMap<String, usize> = HashMap::new();
    for letter in Corpus::small(1, 2_000) {
        for code in letter.truth.clients {
            *counts.entry(code).or_default() += 1;
        }
    }
    assert!((0..10).all(|client| counts.get(&client_code(client)).is_some_and(|&n| n >= 5)), "{counts:?}");
    assert_eq!(people::codes(22 * 2 + 1, false), ["C0022", "C0023"]);
}
