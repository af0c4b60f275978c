//! Labels of letters at Google.

use super::*;
use model::{LabelId, SightingView};
use postroom_store::LabelMark;

fn named(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| (*label).to_owned()).collect()
}

// P11: labels stand with the place where a letter was seen, follow the server, find the letter, and go with the account.
#[tokio::test]
async fn labels_follow_the_letter_at_its_place() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, all_mail) = shelf.mailbox("Desk").await;
        let epoch = store.close_census(all_mail, &census(5, &[1, 2]), NOW).await.unwrap();
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "tax", NOW),
            letter(2, "cy@client.example", "desk@office.example", "loan", NOW + 60_000),
        ];
        // Labels may be known before the letter is.
        store.keep_labels(all_mail, epoch, &[(1, named(&["Inbox", "Clients/Hale"])), (2, named(&["Sent"])), (3, vec![])]).await.unwrap();
        store.save_import(all_mail, epoch, &window, &[], NOW).await.unwrap();
        let rows = store.mailbox(ALL, account, None, 10).await.unwrap();
        let (loan, tax) = (rows[0].id, rows[1].id);
        let labels = async |id| {
            let sightings: Vec<SightingView> = store.letter(ALL, id).await.unwrap().sightings;
            sightings.into_iter().map(|seen| seen.labels).collect::<Vec<_>>()
        };
        assert_eq!(
            (labels(tax).await, labels(loan).await),
            (vec![named(&["Clients/Hale", "Inbox"])], vec![named(&["Sent"])]),
            "{}",
            shelf.name
        );

        let known = store.named_labels(ALL).await.unwrap();
        let of = |name: &str| known.iter().find(|(_, label, _)| label == name).map(|(id, _, _)| *id).unwrap();
        assert!(known.iter().all(|(_, _, account)| account == "Desk") && known.len() == 3);
        let find = async |labels: Vec<LabelId>| {
            let query = SearchQuery { within: vec![Within { labels, ..Within::default() }], ..SearchQuery::default() };
            store.search(ALL, &query, None, 10).await.unwrap().letters()
        };
        assert_eq!(find(vec![of("Clients/Hale")]).await, [tax]);
        assert_eq!(find(vec![of("Clients/Hale"), of("Sent")]).await, [loan, tax]);

        // Taken off and put on: the list told last is the whole truth.
        store.keep_labels(all_mail, epoch, &[(1, named(&["Sent"])), (2, vec![])]).await.unwrap();
        assert_eq!((labels(tax).await, labels(loan).await), (vec![named(&["Sent"])], vec![vec![]]));
        assert_eq!((find(vec![of("Clients/Hale")]).await, find(vec![of("Sent")]).await), (vec![], vec![tax]));

        assert_eq!(store.label_mark(all_mail).await.unwrap(), None);
        let mark = LabelMark { epoch, modseq: Some(77), at: NOW, down_to: Some(2), tries: 1, refused: 3, rest_until: NOW + 5 };
        store.note_labels(all_mail, mark).await.unwrap();
        assert_eq!(store.label_mark(all_mail).await.unwrap(), Some(mark), "the place of a following that is not done is kept");
        let done = LabelMark { modseq: None, down_to: None, tries: 0, refused: 0, rest_until: 0, ..mark };
        store.note_labels(all_mail, done).await.unwrap();
        assert_eq!(store.label_mark(all_mail).await.unwrap(), Some(done));
    }
}

// P23: whoever may open a letter of a private mailbox is not told what its owner calls it.
#[tokio::test]
async fn names_of_labels_are_those_of_the_mailbox() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), address: "ada@office.example".into(), ..account("Ada") };
        let id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(id).await.unwrap()[0].id;
        store.save_import(inbox, 1, &[letter(1, "cy@client.example", "ada@office.example", "tax", NOW)], &[], NOW).await.unwrap();
        store.keep_labels(inbox, 1, &[(1, named(&["Troublesome"]))]).await.unwrap();
        store.save_client(ALL, None, &client("CY", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let (everybody, tax) = (Scope::User { id: ben, administrator: true }, store.mailbox(ALL, id, None, 1).await.unwrap()[0].id);
        assert_eq!(store.named_labels(staff(ada)).await.unwrap().len(), 1, "{}", shelf.name);
        assert!(store.named_labels(everybody).await.unwrap().is_empty());
        assert_eq!(store.letter(staff(ada), tax).await.unwrap().sightings[0].labels, ["Troublesome"]);
        assert!(store.letter(everybody, tax).await.unwrap().sightings[0].labels.is_empty());
        let label = store.named_labels(ALL).await.unwrap()[0].0;
        let under = SearchQuery { within: vec![Within { labels: vec![label], ..Within::default() }], ..SearchQuery::default() };
        assert!(store.search(everybody, &under, None, 9).await.unwrap().places.is_empty());
    }
}
