//! Uploaded files outlive a restart, and nothing else does.

use super::*;
use model::AccountId;
use postroom_store::Octets;

#[tokio::test]
async fn an_upload_is_there_after_a_restart_until_its_import_is_through() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let mut spool = store.spool().unwrap();
        spool.write(b"From a@b.example\n\nHello").unwrap();
        let octets: Octets = spool.finish().into();
        let kept = store.keep_upload(AccountId(7), "old.mbox", "user:1", &octets).unwrap();
        let again = store.keep_upload(AccountId(7), "old.mbox", "user:1", &octets).unwrap();
        drop((octets, kept, again));
        // What has no note, and a note that has no file, are nobody's.
        let folder = shelf.folder.path().join("uploads");
        std::fs::write(folder.join("8-aa.letters"), b"half").unwrap();
        std::fs::write(folder.join("9-aa.json"), b"{}").unwrap();
        let found = store.uploads().unwrap();
        let [upload] = &found[..] else { panic!("{found:?}") };
        assert_eq!((upload.account, upload.name.as_str(), upload.principal.as_str()), (AccountId(7), "old.mbox", "user:1"));
        let mut read = [0; 64];
        let count = upload.octets.read_at(0, &mut read).unwrap();
        assert_eq!(&read[..count], b"From a@b.example\n\nHello");
        store.end_upload(upload).unwrap();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        assert!(store.uploads().unwrap().is_empty());
    }
}
