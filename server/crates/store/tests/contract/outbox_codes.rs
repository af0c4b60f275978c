//! Letters with a code on their way out.

use super::outbox::{MINUTE, claim, desk, end, on_the_line, outgoing, state};
use super::*;
use model::{Origin, OutboxState, RecipientState};
use postroom_store::{ArrivedLetter, Outgoing};

// IT-22, O28: a code proves that its reader gets an address's letters; who asked for it must not find it here.
#[tokio::test]
async fn a_letter_with_a_code_enters_no_history_and_its_words_go() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let (new, arrived) = outgoing(account, "code", &["cy@client.example"]);
        let id = store.enqueue(&Outgoing { origin: Origin::Code, ..new }, &event("letter.handed_over")).await.unwrap().id;
        let mine = claim(store, NOW).await.unwrap();
        assert!(store.begin_body(&mine, &[], NOW, NOW + MINUTE).await.unwrap());
        assert!(store.settle_outgoing(&mine, &end(OutboxState::Sent, NOW), Some(&arrived)).await.unwrap());
        assert_eq!(state(store, id).await, OutboxState::Sent);
        assert_eq!(store.newest_letter().await.unwrap(), 0, "{}", shelf.name);
        assert!(store.outbox_bytes(id).await.is_err(), "{}", shelf.name);
    }
}

// IT-22, O28: a code's copy among the sent letters of the account it left by is nobody's to read, under whatever Message-ID; who gets it
// reads it, and no letter from outside is hidden by looking like one.
#[tokio::test]
async fn a_code_is_not_read_among_the_sent_letters_of_the_account_it_left_by() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let sent = postroom_store::SeenFolder { role: Some(model::FolderRole::Sent), ..folder("Sent") };
        store.keep_folders(AccountId(account), &[folder("INBOX"), folder("Kept"), sent.clone()]).await.unwrap();
        let (proven, _) = shelf.mailbox("Proven").await;
        store.keep_folders(proven, &[folder("INBOX"), sent]).await.unwrap();
        let id_of = async |account: AccountId, name: &str| {
            store.folders(account).await.unwrap().into_iter().find(|folder| folder.raw_name == name).unwrap().id
        };
        let (new, code) = outgoing(account, "code", &["proven@office.example"]);
        store.enqueue(&Outgoing { origin: Origin::Code, ..new }, &event("letter.notice_queued")).await.unwrap();
        let mut anew = ArrivedLetter { uid: 2, ..code.clone() };
        anew.letter.message_id = "anew@provider.example".into();
        let others = [
            letter(3, "desk@office.example", "cy@client.example", "code", NOW),
            letter(4, "desk@office.example", "cy@client.example", "offer", NOW),
        ];
        let window = [code.clone(), anew, others[0].clone(), others[1].clone()];
        // Another letter may bear the very Message-ID: only what came into the inbox is not ours.
        for (account, name, left_out) in [
            (AccountId(account), "Sent", 3),
            (proven, "Sent", 3),
            (AccountId(account), "Kept", 3),
            (AccountId(account), "INBOX", 0),
            (proven, "INBOX", 0),
        ] {
            let folder = id_of(account, name).await;
            let epoch = store.close_census(folder, &census(7, &[1, 2, 3, 4]), NOW).await.unwrap();
            store.save_import(folder, epoch, &window, &[], NOW).await.unwrap();
            let told = store.sightings(ALL, folder, Outcome::Excluded, None, 9).await.unwrap();
            assert_eq!(told.len(), left_out, "{} {account} {name}", shelf.name);
            assert!(told.iter().all(|row| row.reason.contains("a code") && row.subject.is_none()), "{told:?}");
        }
        // When no such code counts any more, nothing is looked for.
        let folder = id_of(proven, "Sent").await;
        let epoch = store.close_census(folder, &census(8, &[1, 2, 3, 4]), NOW).await.unwrap();
        store.save_import(folder, epoch, &window, &[], NOW + 25 * 60 * MINUTE).await.unwrap();
        assert!(store.sightings(ALL, folder, Outcome::Excluded, None, 9).await.unwrap().is_empty(), "{}", shelf.name);
    }
}

// Q2, IT-22, O28: a copy that is left out settles its letter all the same, also when it was seen before the answer was known to be lost; no
// other letter to the same address does, and no draft.
#[tokio::test]
async fn an_uncertain_letter_with_a_code_is_settled_by_the_copy_that_is_left_out() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let role_of = |name: &str, role| postroom_store::SeenFolder { role: Some(role), ..folder(name) };
        let folders = [folder("INBOX"), role_of("Drafts", model::FolderRole::Drafts), role_of("Sent", model::FolderRole::Sent)];
        store.keep_folders(AccountId(account), &folders).await.unwrap();
        let seen = async |name: &str, arrived: &ArrivedLetter| {
            let all = store.folders(AccountId(account)).await.unwrap();
            let folder = all.into_iter().find(|folder| folder.raw_name == name).unwrap().id;
            let epoch = store.close_census(folder, &census(5, &[arrived.uid]), NOW).await.unwrap();
            store.save_import(folder, epoch, std::slice::from_ref(arrived), &[], NOW + 1).await.unwrap();
            store.join_sent_copies(NOW + 2).await.unwrap()
        };

        let (new, copy) = outgoing(account, "code", &["cy@client.example"]);
        let claimed = on_the_line(store, &Outgoing { origin: Origin::Code, ..new }).await;
        assert!(store.settle_outgoing(&claimed, &end(OutboxState::Uncertain, NOW), None).await.unwrap());
        let mut anew = ArrivedLetter { uid: 2, ..copy.clone() };
        anew.letter.message_id = "anew@provider.example".into();
        for (name, arrived, settled) in [("Sent", &anew, 0), ("Drafts", &copy, 0), ("Sent", &copy, 1)] {
            assert!(store.outbox_bytes(claimed.id).await.is_ok(), "{} {name}", shelf.name);
            assert_eq!(seen(name, arrived).await, (0, settled), "{} {name}", shelf.name);
        }
        let told = store.outbox_letter(ALL, claimed.id).await.unwrap();
        assert_eq!((told.row.state, told.row.seen_in_sent_at), (OutboxState::Sent, Some(NOW + 1)), "{}", shelf.name);
        assert_eq!((told.settled_by.as_str(), told.recipients[0].state), ("copy", RecipientState::Accepted), "{}", shelf.name);
        assert!(told.row.filed_as.is_none() && store.outbox_bytes(claimed.id).await.is_err(), "{}: the code is gone", shelf.name);

        let (new, mut copy) = outgoing(account, "second", &["cy@client.example"]);
        copy.uid = 3;
        let claimed = on_the_line(store, &Outgoing { origin: Origin::Code, ..new }).await;
        assert_eq!(seen("Sent", &copy).await, (0, 0), "{}: it is on the line", shelf.name);
        assert_eq!(store.strand_outgoing(NOW + 2 * MINUTE).await.unwrap(), [claimed.id]);
        assert_eq!(store.join_sent_copies(NOW + 2 * MINUTE).await.unwrap(), (0, 1), "{}", shelf.name);
        assert!(store.outbox_bytes(claimed.id).await.is_err(), "{}", shelf.name);
    }
}
