//! Letters passed on.

use super::outbox::{desk, outgoing};
use super::*;
use model::{ComposeMode, LetterForm};
use postroom_store::{Forwarding, NewDraft, Outgoing, Store};
use shelf::Shelf;

/// A shelf with a letter of an account that imports replies and may pass letters on to one address.
async fn importing(shelf: &Shelf) -> (i64, MessageId) {
    let (account, inbox) = desk(shelf).await;
    shelf.store.save_import(inbox, 1, &[letter(1, "cy@agent.example", "desk@office.example", "rates", NOW)], &[], NOW).await.unwrap();
    shelf.tamper("insert into account_import (account_id, is_on, since) select id, 1, 0 from account").await;
    shelf.tamper("insert into account_forward (account_id, address, name) select id, 'post@tour.example', 'Tour' from account").await;
    shelf
        .tamper("insert into import_outcome (account_id, message_id, at, rules, outcome, cause, queue_id, state) select a.id, m.id, 0, 1, 'queued', 'unknown', 1, 'waiting' from account a, message m")
        .await;
    let row = shelf.store.mailbox(ALL, model::AccountId(account), None, 9).await.unwrap().remove(0);
    (account, row.id)
}

fn passing(account: i64, letter: MessageId) -> Forwarding {
    Forwarding { account, letter: letter.0, is_inline: false, note: "Please book\0".into() }
}

/// As the office writes a letter that passes another on.
fn marked(letter: Outgoing) -> Outgoing {
    Outgoing { raw: [b"Postroom-Forwarded: 5e1f\r\n", &letter.raw[..]].concat(), ..letter }
}

fn to(account: i64, subject: &str, to: &str) -> Outgoing {
    marked(Outgoing { form_key: None, ..outgoing(account, subject, &[to]).0 })
}

async fn pass(store: &Store, account: i64, letter: MessageId, subject: &str, address: &str) -> Result<i64, String> {
    let sent = store.forward_letter(ALL, &passing(account, letter), &to(account, subject, address), &event("letter.forwarded")).await;
    sent.map(|enqueued| enqueued.id).map_err(|error| match error {
        StoreError::Conflict(name) => name.to_owned(),
        StoreError::NotFound => "not found".to_owned(),
        other => other.to_string(),
    })
}

// TP-42, I11: only approved addresses, asked in the transaction that puts the letter into the outbox; what waited in a queue is dealt with,
// and waits again when the letter is taken back.
#[tokio::test]
async fn letters_are_passed_on_to_approved_addresses_only() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, id) = importing(&shelf).await;
        let ann = store.add_user("ann@x.example", "Ann", Role::Staff, "x", &event("user.added")).await.unwrap();
        let accounts = store.forwarding_accounts(ALL, id).await.unwrap();
        assert_eq!(accounts, [(model::AccountId(account), "Desk".to_owned())], "{}", shelf.name);
        assert!(store.forwarding_accounts(staff(ann), id).await.unwrap().is_empty(), "the letter is not Ann's to see");
        let approved = store.import_settings(model::AccountId(account)).await.unwrap().forwards;
        assert_eq!(approved.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["post@tour.example"]);

        let waiting = || async { store.queues_in_use().await.unwrap()[0].count };
        assert_eq!(pass(store, account, id, "a", "evil@else.example").await, Err("forward_not_approved".into()));
        assert_eq!(pass(store, account, MessageId(999), "b", "post@tour.example").await, Err("not found".into()));
        assert_eq!(pass(store, 999, id, "c", "post@tour.example").await, Err("forward_not_approved".into()));
        let both = marked(Outgoing { form_key: None, ..outgoing(account, "d", &["post@tour.example", "evil@else.example"]).0 });
        let refused = store.forward_letter(ALL, &passing(account, id), &both, &event("letter.forwarded")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("forward_not_approved"))));
        let anns = store.forward_letter(staff(ann), &passing(account, id), &to(account, "e", "post@tour.example"), &event("x")).await;
        assert!(matches!(anns, Err(StoreError::NotFound)));
        assert!(store.forwards_of(id).await.unwrap().is_empty(), "nothing was handed over");
        assert_eq!(waiting().await, 1);

        let outbox = pass(store, account, id, "f", "post@tour.example").await.unwrap();
        let went = store.forwards_of(id).await.unwrap();
        assert_eq!((went.len(), went[0].outbox, went[0].note.as_str(), went[0].account.as_str()), (1, outbox, "Please book", "Desk"));
        let told = store.events(None, 9).await.unwrap();
        assert!(told.iter().any(|event| event.action == "letter.forwarded" && event.subject == format!("outbox:{outbox}")));
        assert_eq!(waiting().await, 0, "where it waited, it is dealt with");
        // The address is taken off the list: a letter that was stopped does not leave after all.
        store.withdraw(ALL, outbox, &event("letter.taken_back")).await.unwrap();
        assert_eq!(waiting().await, 1, "taken back, it waits again");
        shelf.tamper("delete from account_forward").await;
        assert!(matches!(store.send_again(ALL, outbox, &event("x")).await, Err(StoreError::Conflict("forward_not_approved"))));
    }
}

// TP-42, RELIABILITY §2: own addresses, machines' letters and floods are refused by the store itself.
#[tokio::test]
async fn letters_cannot_be_passed_round_and_round() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, id) = importing(&shelf).await;
        shelf.tamper("insert into account_forward (account_id, address, name) select id, 'desk@office.example', '' from account").await;
        assert_eq!(pass(store, account, id, "own", "desk@office.example").await, Err("forward_to_own_account".into()), "{}", shelf.name);
        shelf.tamper("update message set is_automatic = 1").await;
        assert_eq!(pass(store, account, id, "auto", "post@tour.example").await, Err("forward_automatic".into()));
        shelf.tamper("update message set is_automatic = 0, is_bounce = 1").await;
        assert_eq!(pass(store, account, id, "bounce", "post@tour.example").await, Err("forward_automatic".into()));
        shelf.tamper("update message set is_bounce = 0").await;
        for n in 0..model::FORWARDS_AN_HOUR {
            pass(store, account, id, &format!("n{n}"), "post@tour.example").await.unwrap();
        }
        assert_eq!(pass(store, account, id, "flood", "post@tour.example").await, Err("forward_too_many".into()));
        let later = postroom_store::NewEvent { at: NOW + 3_600_001, ..event("letter.forwarded") };
        store.forward_letter(ALL, &passing(account, id), &to(account, "later", "post@tour.example"), &later).await.unwrap();
        let mark = store.server_mark("abc").await.unwrap();
        assert_eq!((mark.as_str(), store.server_mark("def").await.unwrap().as_str()), ("abc", "abc"));
    }
}

// TP-42: a letter that somebody writes on with goes to approved addresses only too, whatever the page let through.
#[tokio::test]
async fn the_wizard_passes_an_importing_accounts_letter_on_to_approved_addresses_only() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, id) = importing(&shelf).await;
        let ann = store.add_user("ann@x.example", "Ann", Role::Staff, "x", &event("user.added")).await.unwrap();
        let draft = |mode| NewDraft { mode, answers: Some(id), form: LetterForm::default(), ..NewDraft::default() };
        let forward = store.begin_draft(ann, &draft(ComposeMode::Forward), &event("draft.begun")).await.unwrap();
        let reply = store.begin_draft(ann, &draft(ComposeMode::Reply), &event("draft.begun")).await.unwrap();
        let bare = |draft: model::DraftId, subject: &str, address: &str| Outgoing {
            form_key: Some(format!("draft:{draft}")),
            ..outgoing(account, subject, &[address]).0
        };
        let of = |draft, subject: &str, address: &str| marked(bare(draft, subject, address));
        assert!(store.is_guarded(id).await.unwrap() && !store.is_guarded(MessageId(999)).await.unwrap());
        let refused = store.enqueue(&bare(forward, "z", "post@tour.example"), &event("letter.queued")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("forward_not_marked"))), "{}", shelf.name);
        let refused = store.enqueue(&of(forward, "a", "evil@else.example"), &event("letter.queued")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("forward_not_approved"))), "{}", shelf.name);
        store.enqueue(&bare(reply, "b", "evil@else.example"), &event("letter.queued")).await.unwrap();
        assert!(store.forwards_of(id).await.unwrap().is_empty(), "an answer passes nothing on");
        store.enqueue(&of(forward, "c", "post@tour.example"), &event("letter.queued")).await.unwrap();
        assert_eq!(store.forwards_of(id).await.unwrap().len(), 1);
        // An account that imports nothing leaves it to the writer.
        shelf.tamper("update account_import set is_on = 0").await;
        assert!(!store.is_guarded(id).await.unwrap());
        let other = store.begin_draft(ann, &draft(ComposeMode::Forward), &event("draft.begun")).await.unwrap();
        store.enqueue(&bare(other, "d", "friend@else.example"), &event("letter.queued")).await.unwrap();
    }
}
