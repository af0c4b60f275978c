//! Letters as they arrive, and folders.

use super::*;

// S1, S11, I2, I3, P6: saving twice changes nothing; the same letter elsewhere is one message; the ledger adds up.
#[tokio::test]
async fn letters_are_saved_once_and_the_ledger_balances() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "tax", NOW),
            letter(2, "cy@client.example", "desk@office.example", "loan", NOW + 1),
        ];
        let again = ArrivedLetterOf(&window[0]).at(9);
        let refusals = [
            Refusal { uid: 3, outcome: Outcome::Errored, reason: "no".into(), size: 10 },
            Refusal { uid: 4, outcome: Outcome::Excluded, reason: "A draft".into(), size: 10 },
        ];
        let epoch = store.close_census(inbox, &census(5, &[1, 2, 3, 4, 9, 10]), NOW).await.unwrap();
        let first = store.save_import(inbox, epoch, &window, &refusals, NOW).await.unwrap();
        assert_eq!((first.filed, first.elsewhere, first.errored), (2, 0, 1));
        store.save_import(inbox, epoch, &window, &[], NOW).await.unwrap();
        let copy = store.save_import(inbox, epoch, &[again], &[], NOW).await.unwrap();
        assert_eq!((copy.filed, copy.elsewhere), (0, 1));
        let sums = store.ledger(Some(account)).await.unwrap()[0].sums;
        assert_eq!(
            (sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing),
            (6, 2, 1, 1, 1, 1),
            "{}",
            shelf.name
        );
        assert_eq!(store.settled_uids(inbox, epoch, 3, 0).await.unwrap(), vec![1, 2, 4, 9]);
        assert_eq!(store.settled_uids(inbox, epoch, 1, 0).await.unwrap(), vec![1, 2, 3, 4, 9]);
        assert_eq!(store.settled_uids(inbox, epoch, 1, NOW).await.unwrap(), vec![1, 2, 4, 9]); // refused long ago: asked again
        assert_eq!(store.settled_count(inbox, epoch, 1, 0).await.unwrap(), 5);
        assert_eq!(store.missing_uids(inbox, None, 50).await.unwrap(), vec![10]);
        let listed = store.sightings(ALL, inbox, Outcome::Filed, None, 10).await.unwrap();
        assert_eq!(listed.iter().map(|row| row.uid).collect::<Vec<_>>(), vec![2, 1]);
        assert_eq!(store.known_copies(&[window[0].digest, [0; 32]]).await.unwrap().len(), 1);
        let id = listed[1].message_id.unwrap();
        let held = |at: usize| match &window[at].raw {
            postroom_store::Octets::Held(octets) => octets.to_vec(),
            postroom_store::Octets::Spooled(_) => unreachable!("a short letter"),
        };
        assert_eq!(store.raw(ALL, id).await.unwrap(), held(0));
        assert_eq!(store.copies(id).await.unwrap().len(), 1);
        assert_eq!(store.copy_bytes(&window[1].digest).await.unwrap(), held(1));

        // Expunged: gone from the ledger, not from the office. Renumbered: the same letters are held already.
        assert_eq!(store.close_census(inbox, &census(5, &[2]), NOW + 9).await.unwrap(), epoch);
        assert_eq!(store.ledger(Some(account)).await.unwrap()[0].sums.server, 1);
        let epoch = store.close_census(inbox, &Census { modseq: Some(4), ..census(6, &[1, 2]) }, NOW + 10).await.unwrap();
        let renumbered = store.save_import(inbox, epoch, &window, &[], NOW + 10).await.unwrap();
        assert_eq!((renumbered.filed, renumbered.elsewhere), (0, 2));
        let sums = store.ledger(None).await.unwrap()[0].sums;
        assert_eq!((sums.server, sums.elsewhere, sums.missing), (2, 2, 0));
        // The old number comes back, for other letters: nothing of before counts (R5).
        let back = store.close_census(inbox, &census(5, &[1, 2]), NOW + 11).await.unwrap();
        assert!(back > epoch && store.settled_uids(inbox, back, 3, 0).await.unwrap().is_empty());
        let epoch = store.close_census(inbox, &Census { modseq: Some(4), ..census(6, &[1, 2]) }, NOW + 12).await.unwrap();
        store.save_import(inbox, epoch, &window, &[], NOW + 12).await.unwrap();
        // The server's own count is larger than its list: the difference is shown, not believed away.
        store
            .close_census(inbox, &Census { exists: 5, modseq: Some(4), continues: Some(epoch), ..census(6, &[1, 2]) }, NOW + 13)
            .await
            .unwrap();
        assert_eq!(store.ledger(None).await.unwrap()[0].sums.missing, 3);
        store.confirm_census(&[inbox], NOW + 20).await.unwrap();
        let (owner, record) = store.folder(inbox).await.unwrap();
        assert_eq!((owner, record.counted_at, record.modseq, record.uid_validity), (account, Some(NOW + 20), Some(4), Some(6)));
        assert_eq!(store.mailbox(ALL, account, None, 10).await.unwrap().len(), 2);
        assert!(!store.letter(ALL, id).await.unwrap().sightings.is_empty());
    }
}

// S1: what is missing of a large folder is listed to its end, page by page, and what arrives meanwhile leaves the list.
#[tokio::test]
async fn every_missing_letter_is_listed_however_many_there_are() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let present: Vec<i64> = (1..=12_000).filter(|uid| uid % 7 != 0).collect();
        let epoch = store.close_census(inbox, &census(5, &present), NOW).await.unwrap();
        let newest = [letter(11_999, "cy@client.example", "desk@office.example", "tax", NOW)];
        store.save_import(inbox, epoch, &newest, &[], NOW).await.unwrap();
        let (mut listed, mut above) = (Vec::new(), None);
        loop {
            let page = store.missing_uids(inbox, above, 1000).await.unwrap();
            above = page.last().copied();
            let last = page.len() < 1000;
            listed.extend(page);
            if last {
                break;
            }
        }
        let expected: Vec<i64> = present.iter().copied().filter(|uid| *uid != 11_999).collect();
        assert_eq!(listed, expected, "{}", shelf.name);
        assert_eq!(store.ledger(Some(account)).await.unwrap()[0].sums.missing, expected.len() as i64);
    }
}

// S1: the sums say what counting the rows would say, whatever happened to a letter.
#[tokio::test]
async fn sums_follow_every_change_of_a_sighting() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let epoch = store.close_census(inbox, &census(5, &[1, 2, 3, 4]), NOW).await.unwrap();
        let refusal = |uid, outcome| Refusal { uid, outcome, reason: "no".into(), size: 1 };
        let sums = async || {
            let sums = store.ledger(Some(account)).await.unwrap()[0].sums;
            [sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing]
        };
        store.save_import(inbox, epoch, &[], &[refusal(1, Outcome::Errored), refusal(2, Outcome::Excluded)], NOW).await.unwrap();
        assert_eq!(sums().await, [4, 0, 0, 1, 1, 2], "{}", shelf.name);
        // Refused before, handed out now; refused again; and a letter that the census does not know of yet.
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "tax", NOW),
            letter(9, "cy@client.example", "desk@office.example", "loan", NOW),
        ];
        store.save_import(inbox, epoch, &window, &[refusal(2, Outcome::Excluded), refusal(3, Outcome::Errored)], NOW).await.unwrap();
        assert_eq!(sums().await, [4, 2, 0, 1, 1, 0]);
        // Gone, and back: a window saved for a letter that is gone does not count.
        store.close_census(inbox, &census(5, &[1, 4]), NOW + 1).await.unwrap();
        assert_eq!(sums().await, [2, 1, 0, 0, 0, 1]);
        store.save_import(inbox, epoch, &window, &[], NOW + 1).await.unwrap();
        assert_eq!(sums().await, [2, 1, 0, 0, 0, 1]);
        store.close_census(inbox, &census(5, &[9, 4, 1, 2]), NOW + 2).await.unwrap();
        assert_eq!(sums().await, [4, 2, 0, 1, 0, 1]);
        assert_eq!(store.settled_count(inbox, epoch, 3, 0).await.unwrap(), 3);
        // A restore counts anew.
        let copy = shelf.folder.path().join("copy");
        store.backup(&copy).await.unwrap();
        let other = tempfile::tempdir().unwrap();
        std::fs::copy(shelf.folder.path().join("postroom.key"), other.path().join("postroom.key")).unwrap();
        let url = format!("sqlite:{}", other.path().join("postroom.db").display());
        let restored = postroom_store::Store::open(&url, other.path()).await.unwrap();
        restored.restore(&copy).await.unwrap();
        assert_eq!(restored.ledger(None).await.unwrap(), store.ledger(None).await.unwrap());
    }
}

struct ArrivedLetterOf<'a>(&'a postroom_store::ArrivedLetter);

impl ArrivedLetterOf<'_> {
    fn at(&self, uid: i64) -> postroom_store::ArrivedLetter {
        postroom_store::ArrivedLetter { uid, ..self.0.clone() }
    }
}

// FP-25: a person's choice of folders survives the server's list.
#[tokio::test]
async fn folders_are_chosen_by_people() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        store.keep_folders(account, &[folder("INBOX"), folder("Entw&APw-rfe")]).await.unwrap();
        store.select_folders(account, &[inbox], &event("account.folders")).await.unwrap();
        store.keep_folders(account, &[folder("Entw&APw-rfe")]).await.unwrap();
        let folders = store.folders(account).await.unwrap();
        assert_eq!(
            folders.iter().map(|f| (f.raw_name.as_str(), f.selected, f.gone)).collect::<Vec<_>>(),
            vec![("Entw&APw-rfe", false, false), ("INBOX", true, true)]
        );
        assert!(store.select_folders(account, &[model::FolderId(999)], &event("account.folders")).await.is_err());
    }
}
