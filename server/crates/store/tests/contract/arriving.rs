//! Letters that arrive at the same moment, and letters too large to be held.

use super::*;
use postroom_store::{ArrivedLetter, Octets};

// S11, I2, P23: two accounts get the same letters at the same moment: each letter is filed once, by one of them.
#[tokio::test(flavor = "multi_thread")]
async fn letters_that_arrive_twice_at_once_are_filed_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (desk, inbox) = shelf.mailbox("Desk").await;
        let (owner, other) = shelf.mailbox("Owner").await;
        let mut rounds = (0, 0);
        for round in 0..40 {
            let window: Vec<_> = (1..=25)
                .map(|n| {
                    letter(round * 100 + n, &format!("cy{n}@client{round}.example"), "desk@office.example", &format!("{round} {n}"), NOW)
                })
                .collect();
            // The other mailbox has them in another order and numbered otherwise.
            let twice: Vec<_> = window.iter().rev().map(|letter| ArrivedLetter { uid: 100_000 - letter.uid, ..letter.clone() }).collect();
            let (first, second) =
                tokio::join!(store.save_import(inbox, 1, &window, &[], NOW), store.save_import(other, 1, &twice, &[], NOW));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first.filed + second.filed, 25, "{} round {round}: {first:?} {second:?}", shelf.name);
            assert_eq!(first.elsewhere + second.elsewhere, 25, "{} round {round}", shelf.name);
            rounds = (rounds.0 + first.filed, rounds.1 + second.filed);
        }
        assert_eq!(store.index_behind().await.unwrap(), 1_000, "{}", shelf.name);
        for account in [desk, owner] {
            assert_eq!(store.mailbox(ALL, account, None, 2_000).await.unwrap().len(), 1_000, "{}", shelf.name);
        }
        println!("{}: {} filed by one and {} by the other", shelf.name, rounds.0, rounds.1);
    }
}

// I12: a large letter passes through a file; what comes out is what went in, and an altered pack is noticed.
#[tokio::test]
async fn a_large_letter_is_never_held_whole() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let mut spool = store.spool().unwrap();
        let block: Vec<u8> = (0..1_u32 << 18).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for _ in 0..10 {
            spool.write(&block).unwrap();
        }
        let spool = spool.finish();
        let arrived = ArrivedLetter {
            digest: spool.digest(),
            raw: spool.into(),
            ..letter(1, "cy@client.example", "desk@office.example", "large", NOW)
        };
        let digest = arrived.digest;
        let epoch = store.close_census(inbox, &census(5, &[1]), NOW).await.unwrap();
        assert_eq!(store.save_import(inbox, epoch, &[arrived], &[], NOW).await.unwrap().filed, 1);
        let id = store.sightings(ALL, inbox, Outcome::Filed, None, 10).await.unwrap()[0].message_id.unwrap();
        let Octets::Spooled(back) = store.octets(ALL, id).await.unwrap() else { panic!("held") };
        assert_eq!((back.length(), back.digest()), (10 << 20, digest));
        assert_eq!(store.copy_bytes(&digest).await.unwrap(), block.repeat(10));
        assert_eq!(std::fs::read_dir(shelf.folder.path().join("spool")).unwrap().count(), 0, "a spool has no name");
        assert!(store.verify(&mut |_, _| ()).await.unwrap().findings.is_empty());
        let pack = shelf.folder.path().join("packs/000001.pack");
        let mut octets = std::fs::read(&pack).unwrap();
        let middle = octets.len() / 2;
        octets[middle] ^= 1;
        std::fs::write(&pack, octets).unwrap();
        assert!(store.octets(ALL, id).await.is_err());
        assert_eq!(store.verify(&mut |_, _| ()).await.unwrap().findings.len(), 1);
    }
}
