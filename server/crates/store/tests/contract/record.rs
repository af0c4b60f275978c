//! The audit trail, verification, backup.

use super::*;

// W8, DESIGN §10: the chain names the first entry that was altered, dropped, swapped or cut off; a changed blob is named.
#[tokio::test]
async fn verify_names_what_was_tampered_with() {
    let cases: [(&str, &str); 4] = [
        ("update event set detail = 'nothing' where seq = 3", "Event 3 (deed.3) was altered"),
        ("delete from event where seq = 4", "Event 4 is missing"),
        ("update event set action = case seq when 2 then 'deed.3' else 'deed.2' end where seq in (2, 3)", "Event 2"),
        ("delete from event where seq > 6", "Events 7 to 8 were cut off"),
    ];
    for (sql, finding) in &cases {
        for shelf in shelves().await {
            let deeds: Vec<_> = (1..=8).map(|n| event(&format!("deed.{n}"))).collect();
            shelf.store.record_all(&deeds[..7]).await.unwrap();
            shelf.store.record(&deeds[7]).await.unwrap();
            assert_eq!(shelf.store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
            assert_eq!(shelf.store.events(Some(3), 10).await.unwrap().len(), 2);
            shelf.tamper(sql).await;
            let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
            assert!(findings[0].contains(finding), "{}: {findings:?}", shelf.name);
        }
    }
    // The head in the database cut too: only the head outside knows.
    for shelf in shelves().await {
        let deeds: Vec<_> = (1..=8).map(|n| event(&format!("deed.{n}"))).collect();
        shelf.store.record_all(&deeds).await.unwrap();
        shelf.tamper("delete from event where seq > 6").await;
        shelf.tamper("update audit_head set seq = 6, mac = (select mac from event where seq = 6)").await;
        let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(findings[0].contains("Events 7 to 8 were cut off: the head kept outside"), "{findings:?}");

        // Opened anew, it goes on recording, but the head outside is not written over: the finding stays.
        let again = postroom_store::Store::open(&shelf.url, shelf.folder.path()).await.unwrap();
        again.record_all(&deeds).await.unwrap();
        let findings = again.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(!findings.is_empty(), "{}", shelf.name);

        let (_, inbox) = shelf.mailbox("Desk").await;
        shelf.store.save_import(inbox, 1, &[letter(1, "a@b.example", "c@d.example", "x", NOW)], &[], NOW).await.unwrap();
        let pack = shelf.folder.path().join("packs/000001.pack");
        let mut octets = std::fs::read(&pack).unwrap();
        let last = octets.len() - 1;
        octets[last] ^= 1;
        std::fs::write(&pack, octets).unwrap();
        let verification = shelf.store.verify(&mut |_, _| ()).await.unwrap();
        assert!(verification.findings.iter().any(|finding| finding.contains("Copy 1 of letter 1")), "{verification:?}");
    }
}

// S4: octets and digest that were changed together fit each other; the seal is made under a key that is not in the database.
#[tokio::test]
async fn a_copy_that_was_altered_together_with_its_digest_is_named() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (1..=3).map(|n| letter(n, "a@b.example", "c@d.example", &format!("s{n}"), NOW)).collect();
        shelf.store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert_eq!(shelf.store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
        // Copy 1 gets the octets of copy 2 under a digest that fits them, as a forger would who has the database and not the key.
        let hex = |digest: &[u8]| {
            let digits: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
            match shelf.store.database() {
                Database::Sqlite => format!("x'{digits}'"),
                Database::Postgres => format!("'\\x{digits}'::bytea"),
            }
        };
        shelf.tamper(format!("update copy set digest = {} where id = 2", hex(&[7; 32])).leak()).await;
        // Copies are made in the order of their digests.
        let mut digests: Vec<[u8; 32]> = window.iter().map(|letter| letter.digest).collect();
        digests.sort_unstable();
        let (two, part) = (hex(&digests[1]), |column: &str| format!("{column} = (select o.{column} from copy o where o.id = 2)"));
        let parts = ["pack", "at", "stored", "size"].map(part).join(", ");
        shelf.tamper(format!("update copy set digest = {two}, {parts} where id = 1").leak()).await;
        let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
        let about_one: Vec<&String> = findings.iter().filter(|finding| finding.starts_with("Copy 1 ")).collect();
        assert!(about_one.len() == 1 && about_one[0].contains("its seal does not fit"), "{}: {findings:?}", shelf.name);
        shelf.tamper("update copy set seal = null where id = 2").await;
        let findings = shelf.store.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(findings.iter().any(|finding| finding.starts_with("Copies without a seal: 1.")), "{findings:?}");
    }
}

// S4: a copy of an earlier version is sealed as it stands, once, and the deed is on record.
#[tokio::test]
async fn a_copy_without_a_seal_is_sealed_as_it_stands() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (1..=2).map(|n| letter(n, "a@b.example", "c@d.example", &format!("s{n}"), NOW)).collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert!(store.unsealed_copies(0, 9).await.unwrap().is_empty(), "{}", shelf.name);
        shelf.tamper("update copy set seal = null").await;
        let here = store.unsealed_copies(0, 9).await.unwrap();
        assert_eq!(here.iter().map(|copy| copy.id).collect::<Vec<_>>(), [1, 2]);
        let arrived = window.iter().find(|one| one.digest[..] == here[0].digest[..]).unwrap();
        assert_eq!(here[0].identity, Some((arrived.letter.identity.to_vec(), arrived.letter.identity_version)));
        assert_eq!(store.unsealed_copies(1, 9).await.unwrap(), here[1..]);
        let octets = store.copy_octets(&arrived.digest).await.unwrap();
        assert_eq!(octets.length() as i64, here[0].size);
        assert!(matches!(store.copy_octets(&[9; 32]).await, Err(StoreError::NotFound)));

        let named = |at: usize, digest: [u8; 32]| (here[at].id, digest, here[at].size);
        let (mine, other) = (named(0, arrived.digest), named(1, arrived.digest));
        assert_eq!(store.seal_copies(&[other], &event("copies.sealed")).await.unwrap(), 0, "another digest than that of the row");
        assert_eq!(store.seal_copies(&[mine, other], &event("copies.sealed")).await.unwrap(), 1);
        assert_eq!(store.seal_copies(&[mine], &event("copies.sealed")).await.unwrap(), 0, "it is sealed");
        let told = store.events(None, 1).await.unwrap().remove(0);
        assert_eq!((told.action.as_str(), told.detail.as_str()), ("copies.sealed", "1 that had no seal"));
        let findings = store.verify(&mut |_, _| ()).await.unwrap().findings;
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("Copies without a seal: 1."), "{findings:?}");
    }
}

// S4: where sealing began is kept from the first start on that finds letters, and cannot be moved without the key.
#[tokio::test]
async fn where_sealing_began_is_kept() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (1..=3).map(|n| letter(n, "a@b.example", "c@d.example", &format!("s{n}"), NOW)).collect();
        shelf.store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        shelf.tamper("update copy set seal = null where id = 1").await;
        assert_eq!(shelf.store.setting("copies_sealed_from").await.unwrap(), None, "{}: nobody asked yet", shelf.name);
        drop(postroom_store::Store::open(&shelf.url, shelf.folder.path()).await.unwrap());
        shelf.tamper("update copy set seal = null").await;
        assert_eq!(shelf.store.copies_sealed_from().await.unwrap(), 2, "{}", shelf.name);
        let kept = shelf.store.setting("copies_sealed_from").await.unwrap().unwrap();
        shelf.store.set_setting("copies_sealed_from", &kept.replacen('2', "9", 1)).await.unwrap();
        let moved = shelf.store.copies_sealed_from().await;
        assert!(matches!(moved, Err(StoreError::Inconsistent(_))), "{moved:?}");
    }
    // A new office begins with its first copy.
    for shelf in shelves().await {
        assert_eq!(shelf.store.copies_sealed_from().await.unwrap(), 1, "{}: everything will have a seal", shelf.name);
    }
}

// A restore serves the same histories, on the same and on the other database; it never overwrites.
#[tokio::test]
async fn a_backup_restores_everywhere() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> =
            (0..20).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n)).collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let cy =
            store.save_client(ALL, None, &client("CY", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let history = store.history(ALL, cy, &HistoryFilter::default(), None, 100).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        let report = store.backup(&backup).await.unwrap();
        assert!(report.rows > 60 && report.octets > 0);
        assert!(store.backup(&backup).await.is_err(), "a second backup does not overwrite");
        assert!(std::fs::read_dir(&backup).unwrap().all(|entry| entry.unwrap().file_name() != "postroom.key"));
        for other in shelves().await {
            assert!(other.store.restore(&backup).await.unwrap().rows > 60, "{} to {}", shelf.name, other.name);
            assert_eq!(other.store.history(ALL, cy, &HistoryFilter::default(), None, 100).await.unwrap(), history);
            assert_eq!(other.store.raw(ALL, history[0].id).await.unwrap(), store.raw(ALL, history[0].id).await.unwrap());
            assert_eq!(other.store.index_behind().await.unwrap(), 20);
            assert_eq!(other.store.mailbox(ALL, account, None, 100).await.unwrap(), store.mailbox(ALL, account, None, 100).await.unwrap());
            assert_eq!(other.store.mailboxes(ALL).await.unwrap(), store.mailboxes(ALL).await.unwrap());
            assert_eq!(other.store.ledger(Some(account)).await.unwrap(), store.ledger(Some(account)).await.unwrap());
            // Ids go on after the restored ones.
            assert!(other.store.save_client(ALL, None, &client("NEW", &[]), &event("client.added")).await.unwrap() > cy);
            assert!(other.store.restore(&backup).await.is_err(), "a restore never overwrites");
        }
    }
}

// A backup of another version is refused before anything of it is copied, in a sentence that says what to do.
#[tokio::test]
async fn a_backup_of_another_version_says_which_one_restores_it() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        shelf.store.save_import(inbox, 1, &[letter(1, "a@b.example", "c@d.example", "s", NOW)], &[], NOW).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        shelf.store.backup(&backup).await.unwrap();
        let rows = backup.join("rows.jsonl.zst");
        let whole = String::from_utf8(zstd::decode_all(std::fs::File::open(&rows).unwrap()).unwrap()).unwrap();
        let (_, rest) = whole.split_once('\n').unwrap();
        let older = format!("{{\"mark\":\"postroom-backup-1\",\"schema\":36,\"version\":\"0.0.9\"}}\n{rest}");
        std::fs::write(&rows, zstd::encode_all(older.as_bytes(), 1).unwrap()).unwrap();
        for other in shelves().await {
            let Err(StoreError::Setup(said)) = other.store.restore(&backup).await else { panic!("{}: restored", other.name) };
            assert!(said.contains("(0.0.9, schema 36; this is") && said.contains("Restore it with that version"), "{said}");
            assert!(!other.folder.path().join("packs").read_dir().is_ok_and(|mut packs| packs.next().is_some()), "{}", other.name);
        }
    }
}
