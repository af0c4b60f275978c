//! Archive accounts: files as folders.

use super::*;
use model::Protocol;
use postroom_store::ArchiveFolder;

fn archive(name: &str) -> NewAccount {
    NewAccount {
        protocol: Protocol::Archive,
        server: String::new(),
        port: 1,
        user_name: String::new(),
        secret: None,
        tested: false,
        ..account(name)
    }
}

// A file is a folder by its digest, whatever it is called; it makes the account ready, and the account is never due.
#[tokio::test]
async fn a_file_is_known_by_its_digest() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_account(&archive("Old mail"), &event("account.added")).await.unwrap();
        let file = |digest: u8, name: &str| ArchiveFolder { digest: [digest; 32], name: name.into(), letters: 3 };
        let (first, known) = store.keep_archive_folder(id, &file(1, "a.mbox"), &event("archive.imported")).await.unwrap();
        assert!(!known);
        assert_eq!(store.account(id).await.unwrap().state, AccountState::Enabled);
        let (again, known) = store.keep_archive_folder(id, &file(1, "b.mbox"), &event("archive.imported")).await.unwrap();
        assert!(known && again == first);
        let (other, known) = store.keep_archive_folder(id, &file(2, "a.mbox"), &event("archive.imported")).await.unwrap();
        assert!(!known && other != first);
        let names: Vec<String> = store.folders(id).await.unwrap().into_iter().map(|folder| folder.name).collect();
        assert_eq!(names, ["a.mbox", "a.mbox"]);
        assert!(store.claim_due_account("x", NOW, NOW + 1).await.unwrap().is_none());

        let (mailbox, _) = shelf.mailbox("Desk").await;
        assert!(matches!(
            store.keep_archive_folder(mailbox, &file(1, "a.mbox"), &event("archive.imported")).await,
            Err(StoreError::Conflict("account_is_no_archive"))
        ));
    }
}
