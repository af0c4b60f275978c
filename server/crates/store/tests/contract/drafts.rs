//! Letters being written.

use super::outbox::{desk, outgoing};
use super::*;
use model::{ComposeMode, DraftId, LetterForm, OutboxFilter};
use postroom_store::{NewDraft, NewDraftFile, Store};
use shelf::Shelf;

fn form(subject: &str) -> LetterForm {
    LetterForm { to: "cy@client.example".into(), subject: subject.into(), body: "Dear Cy\0".into(), ..LetterForm::default() }
}

async fn people(store: &Store) -> (UserId, UserId) {
    let ann = store.add_user("ann@x.example", "Ann", Role::Staff, "x", &event("user.added")).await.unwrap();
    let bob = store.add_user("bob@x.example", "Bob", Role::Administrator, "x", &event("user.added")).await.unwrap();
    (ann, bob)
}

fn pdf(name: &str) -> NewDraftFile {
    NewDraftFile { name: name.into(), kind: "application/pdf".into(), bytes: b"%PDF".to_vec() }
}

async fn begun(shelf: &Shelf, user: UserId) -> DraftId {
    let new = NewDraft { mode: ComposeMode::Reply, form: form("One"), ..NewDraft::default() };
    shelf.store.begin_draft(user, &new, &event("draft.begun")).await.unwrap()
}

// FC-20: a draft survives, and is its author's alone, an administrator's no more than anybody else's.
#[tokio::test]
async fn a_draft_is_its_authors_alone() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (ann, bob) = people(store).await;
        let id = begun(&shelf, ann).await;
        let draft = store.draft(ann, id).await.unwrap();
        assert_eq!((draft.mode, draft.version, draft.form.body.as_str()), (ComposeMode::Reply, 1, "Dear Cy"), "{}", shelf.name);
        let file = store.add_draft_files(ann, id, &[pdf("lease.pdf")]).await.unwrap()[0];
        assert_eq!(store.drafts(ann).await.unwrap().iter().map(|card| (card.id, card.files)).collect::<Vec<_>>(), [(id, 1)]);
        assert!(store.drafts(bob).await.unwrap().is_empty());
        assert!(matches!(store.draft(bob, id).await, Err(StoreError::NotFound)));
        assert!(matches!(store.keep_draft(bob, id, 1, &form("Two"), NOW).await, Err(StoreError::NotFound)));
        assert!(matches!(store.add_draft_files(bob, id, &[pdf("x")]).await, Err(StoreError::NotFound)));
        assert!(matches!(store.drop_draft_file(bob, id, file).await, Err(StoreError::NotFound)));
        assert!(matches!(store.discard_draft(bob, id, &event("draft.discarded")).await, Err(StoreError::NotFound)));
        assert!(store.draft_file_bytes(bob, id).await.unwrap().is_empty());
        let bytes = store.draft_file_bytes(ann, id).await.unwrap();
        assert_eq!((bytes[0].0.name.as_str(), bytes[0].1.as_slice()), ("lease.pdf", &b"%PDF"[..]));
        store.drop_draft_file(ann, id, file).await.unwrap();
        let more = store.add_draft_files(ann, id, &[pdf("again.pdf"), pdf("plan.pdf")]).await.unwrap();
        let kept: Vec<(i64, String)> = store.draft(ann, id).await.unwrap().files.into_iter().map(|file| (file.id, file.name)).collect();
        assert_eq!(kept, [(more[0], "again.pdf".to_owned()), (more[1], "plan.pdf".to_owned())], "{}", shelf.name);
        store.discard_draft(ann, id, &event("draft.discarded")).await.unwrap();
        assert!(store.drafts(ann).await.unwrap().is_empty());
        assert!(matches!(store.draft(ann, id).await, Err(StoreError::NotFound)));
    }
}

// FC-20: a second browser is told; nothing is overwritten silently.
#[tokio::test]
async fn what_was_saved_elsewhere_is_never_overwritten() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (ann, _) = people(store).await;
        let id = begun(&shelf, ann).await;
        assert_eq!(store.keep_draft(ann, id, 1, &form("Two"), NOW + 1).await.unwrap().version, 2);
        assert!(matches!(store.keep_draft(ann, id, 1, &form("Three"), NOW + 2).await, Err(StoreError::Conflict("draft_changed"))));
        assert_eq!(store.draft(ann, id).await.unwrap().form.subject, "Two", "{}", shelf.name);
    }
}

// DESIGN §9: what is in the outbox stands still; what came back is written on, and can be sent anew.
#[tokio::test]
async fn a_sent_draft_stands_still_until_it_comes_back() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let (ann, bob) = people(store).await;
        let id = begun(&shelf, ann).await;
        let file = store.add_draft_files(ann, id, &[pdf("lease.pdf")]).await.unwrap()[0];
        let letter = outgoing(account, "tax", &["cy@client.example"]).0;
        for (user, version) in [(ann, 7), (bob, 1)] {
            let other = store.send_draft(user, id, version, &letter, &event("x")).await;
            assert!(matches!(other, Err(StoreError::Conflict("draft_changed"))), "{}: {other:?}", shelf.name);
        }
        assert!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().is_empty(), "a letter of which its draft knows nothing");
        let outbox = store.send_draft(ann, id, 1, &letter, &event("letter.queued")).await.unwrap().id;
        let twice = store.send_draft(ann, id, 1, &letter, &event("letter.queued")).await.unwrap();
        assert!(twice.already && twice.id == outbox, "{twice:?}");
        assert!(store.drafts(ann).await.unwrap().is_empty());
        assert!(matches!(store.keep_draft(ann, id, 1, &form("Two"), NOW).await, Err(StoreError::Conflict("draft_is_sent"))));
        assert!(matches!(store.add_draft_files(ann, id, &[pdf("x")]).await, Err(StoreError::Conflict("draft_is_sent"))));
        assert!(matches!(store.drop_draft_file(ann, id, file).await, Err(StoreError::NotFound)));
        assert!(matches!(store.discard_draft(ann, id, &event("draft.discarded")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.reopen_draft(ann, id, NOW).await, Err(StoreError::Conflict("letter_is_leaving"))));
        store.withdraw(ALL, outbox, &event("outbox.withdrawn")).await.unwrap();
        assert_eq!(store.drafts(ann).await.unwrap().len(), 1, "a letter that came back is a draft again");
        store.reopen_draft(ann, id, NOW).await.unwrap();
        let draft = store.draft(ann, id).await.unwrap();
        assert_eq!((draft.outbox, draft.version, draft.files.len()), (None, 2, 1), "{}", shelf.name);
    }
}

// A letter that left takes its draft along when the next one is begun; accounts and letters can be removed whatever drafts say of them.
#[tokio::test]
async fn drafts_go_with_their_letters_and_hinder_no_removal() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, folder) = desk(&shelf).await;
        let (ann, _) = people(store).await;
        let letters = [letter(1, "cy@client.example", "desk@office.example", "Question", NOW)];
        let epoch = store.close_census(folder, &census(1, &[1]), NOW).await.unwrap();
        store.save_import(folder, epoch, &letters, &[], NOW).await.unwrap();
        let answers = Some(MessageId(store.newest_letter().await.unwrap()));
        let new = NewDraft { answers, form: form("One"), ..NewDraft::default() };
        let id = store.begin_draft(ann, &new, &event("draft.begun")).await.unwrap();
        store.send_draft(ann, id, 1, &outgoing(account, "tax", &["cy@client.example"]).0, &event("x")).await.unwrap();
        shelf.tamper("update outbox set state = 'sent'").await;
        let next = begun(&shelf, ann).await;
        assert!(matches!(store.draft(ann, id).await, Err(StoreError::NotFound)), "{}", shelf.name);
        let other = store.begin_draft(ann, &new, &event("draft.begun")).await.unwrap();
        crate::removal::remove(store, model::AccountId(account)).await;
        assert_eq!(store.draft(ann, other).await.unwrap().answers, None);
        assert!(store.draft(ann, next).await.is_ok());
    }
}

#[tokio::test]
async fn a_backup_holds_drafts_and_their_files() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (ann, _) = people(store).await;
        let id = begun(&shelf, ann).await;
        store.add_draft_files(ann, id, &[pdf("lease.pdf")]).await.unwrap();
        let before = store.draft(ann, id).await.unwrap();
        let to = tempfile::tempdir().unwrap();
        store.backup(&to.path().join("b")).await.unwrap();
        for other in shelves().await {
            other.store.restore(&to.path().join("b")).await.unwrap();
            assert_eq!(other.store.draft(ann, id).await.unwrap(), before);
            assert_eq!(other.store.draft_file_bytes(ann, id).await.unwrap()[0].1, b"%PDF");
            assert!(begun(&other, ann).await > id);
        }
    }
}

// S13: another client's name in a letter; only whole names, and only of clients that the writer may open.
#[tokio::test]
async fn names_of_other_clients_are_found_in_words() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let mut one = client("A1", &[]);
        one.name = "Ada Löwe".into();
        let ada = store.save_client(ALL, None, &one, &event("client.added")).await.unwrap();
        let mut two = client("B1", &[]);
        two.name = "Ben Hale".into();
        let ben = store.save_client(ALL, None, &two, &event("client.added")).await.unwrap();
        let found = store.clients_named_in(ALL, "Dear ADA LÖWE, and Ben Haleson too", Some(ben)).await.unwrap();
        assert_eq!(found, [(ada, "Ada Löwe".to_owned())], "{}", shelf.name);
        assert!(store.clients_named_in(ALL, "Dear Ada Löwe", Some(ada)).await.unwrap().is_empty());
        assert_eq!(store.clients_named_in(ALL, "(Ben Hale)", None).await.unwrap().len(), 1);
    }
}
