//! Services, overrides, web configurations, senders, proven addresses and the rules of e-mail.

use super::*;
use model::{AccountId, EmailRules, SendAsKind, SendAsOwner, Sender};
use postroom_store::{CodeTry, Store};

const MINUTE: i64 = 60_000;

async fn person(store: &Store, email: &str) -> UserId {
    store.add_user(email, email, Role::Staff, "hash", &event("user.added")).await.unwrap()
}

/// An account, as somebody made it who sends by it.
async fn sends(shelf: &shelf::Shelf, name: &str) -> AccountId {
    shelf.store.add_account(&account(name), &event("account.added")).await.unwrap()
}

// FC-05, FC-12, FC-31, O12
#[tokio::test]
async fn a_cost_centre_has_services_and_one_default() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (one, two) = (sends(&shelf, "One").await, sends(&shelf, "Two").await);
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let south = store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap();
        let ann = person(store, "ann@example.com").await;
        let added = event("service.added");
        let letters = store.add_service(north, "Letters", one, false, &added).await.unwrap();
        let post = store.add_service(north, "Post", two, false, &added).await.unwrap();
        let again = store.add_service(north, "Post", two, true, &added).await;
        assert!(matches!(again, Err(StoreError::Conflict("service_name_taken"))), "{}: {again:?}", shelf.name);
        store.add_service(south, "Post", two, true, &added).await.unwrap();
        let defaults = |book: &model::SendingBook| {
            book.services.iter().filter(|one| one.is_default && one.cost_centre == north).map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(defaults(&store.sending_book().await.unwrap()), [letters], "the first one is the default");
        store.change_service(north, post, "Parcels", one, true, &event("service.changed")).await.unwrap();
        let book = store.sending_book().await.unwrap();
        assert_eq!(defaults(&book), [post]);
        let other = store.change_service(south, post, "Mine", one, true, &event("service.changed")).await;
        assert!(matches!(other, Err(StoreError::NotFound)), "{other:?}");

        store.set_override(north, post, ann, Some(one), &event("service.override")).await.unwrap();
        store.set_override(north, post, ann, Some(two), &event("service.override")).await.unwrap();
        let elsewhere = store.set_override(south, post, ann, Some(one), &event("service.override")).await;
        assert!(matches!(elsewhere, Err(StoreError::NotFound)));
        let web = store.keep_web_configuration(None, "Portal", north, Some(post), &event("web.added")).await.unwrap();
        let wrong = store.keep_web_configuration(None, "Shop", south, Some(post), &event("web.added")).await;
        assert!(matches!(wrong, Err(StoreError::Conflict("service_of_another_centre"))), "{wrong:?}");
        let twice = store.keep_web_configuration(None, "Portal", south, None, &event("web.added")).await;
        assert!(matches!(twice, Err(StoreError::Conflict("web_configuration_name_taken"))), "{twice:?}");
        let book = store.sending_book().await.unwrap();
        assert_eq!((book.overrides.len(), book.overrides[0].account, book.webs[0].service), (1, two, Some(post)));

        store.remove_service(north, post, &event("service.removed")).await.unwrap();
        let book = store.sending_book().await.unwrap();
        assert_eq!((book.overrides.len(), book.webs[0].service, book.services.len()), (0, None, 2));
        store.set_override(north, letters, ann, Some(two), &event("service.override")).await.unwrap();
        store.set_override(north, letters, ann, None, &event("service.override")).await.unwrap();
        assert!(store.sending_book().await.unwrap().overrides.is_empty());
        store.keep_web_configuration(Some(web), "Portal", north, Some(letters), &event("web.changed")).await.unwrap();
        // An account that goes takes its services along, whatever picked them.
        store.set_override(north, letters, ann, Some(two), &event("service.override")).await.unwrap();
        crate::removal::remove(store, one).await;
        let book = store.sending_book().await.unwrap();
        assert_eq!((book.services.len(), book.overrides.len(), book.webs[0].service), (1, 0, None), "{}", shelf.name);
        store.remove_web_configuration(web, &event("web.removed")).await.unwrap();
        assert!(matches!(store.remove_web_configuration(web, &event("web.removed")).await, Err(StoreError::NotFound)));
    }
}

// FN-10 to FN-16
#[tokio::test]
async fn a_sender_is_one_persons_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (ann, ben) = (person(store, "ann@example.com").await, person(store, "ben@example.com").await);
        assert_eq!(store.sender(ann).await.unwrap(), None);
        let sender = Sender {
            name: "Ann".into(),
            address: "ann@example.com".into(),
            job_title: "Adviser".into(),
            telephone: "+44 20".into(),
            fields: std::array::from_fn(|n| format!("field {n}")),
            may_send: true,
        };
        store.keep_sender(ann, &sender, &event("sender.changed")).await.unwrap();
        let quiet = Sender { may_send: false, ..sender };
        store.keep_sender(ann, &quiet, &event("sender.changed")).await.unwrap();
        assert_eq!(store.sender(ann).await.unwrap(), Some(quiet.clone()), "{}", shelf.name);
        assert_eq!(store.sender(ben).await.unwrap(), None);
        assert_eq!(store.senders().await.unwrap(), [(ann, quiet)]);
    }
}

// IT-23 to IT-26, RELIABILITY §4.2: hashed, one use, void after five, void after its time, void once a new one is there.
#[tokio::test]
async fn a_code_counts_once_and_not_for_long() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ann = person(store, "ann@example.com").await;
        let owner = SendAsOwner::User(ann);
        let id = store.add_send_as(SendAsKind::ReplyTo, "answers@example.com", owner, &event("send_as.added")).await.unwrap();
        assert_eq!(store.add_send_as(SendAsKind::ReplyTo, "answers@example.com", owner, &event("send_as.added")).await.unwrap(), id);
        let at = |at: i64| postroom_store::NewEvent { at, ..event("send_as.code") };
        let (right, wrong) = ([7; 32], [8; 32]);
        assert_eq!(store.try_code(id, &right, 5, &at(NOW)).await.unwrap(), CodeTry::NoCode, "none was sent");
        store.keep_code(id, &right, NOW + 10 * MINUTE, &at(NOW)).await.unwrap();
        assert_eq!(store.send_as(id).await.unwrap().code_until, Some(NOW + 10 * MINUTE));
        for left in (0..5).rev() {
            assert_eq!(store.try_code(id, &wrong, 5, &at(NOW + 1)).await.unwrap(), CodeTry::Wrong(left), "{}", shelf.name);
        }
        assert_eq!(store.try_code(id, &right, 5, &at(NOW + 2)).await.unwrap(), CodeTry::NoCode, "void after five");
        store.keep_code(id, &right, NOW + 10 * MINUTE, &at(NOW)).await.unwrap();
        assert_eq!(store.try_code(id, &right, 5, &at(NOW + 10 * MINUTE)).await.unwrap(), CodeTry::NoCode, "too late");
        store.keep_code(id, &wrong, NOW + 10 * MINUTE, &at(NOW)).await.unwrap();
        store.keep_code(id, &right, NOW + 10 * MINUTE, &at(NOW)).await.unwrap();
        assert_eq!(store.try_code(id, &wrong, 5, &at(NOW)).await.unwrap(), CodeTry::Wrong(4), "a new code ends the one before");
        assert_eq!(store.try_code(id, &right, 5, &at(NOW + 3)).await.unwrap(), CodeTry::Right);
        assert_eq!(store.try_code(id, &right, 5, &at(NOW + 4)).await.unwrap(), CodeTry::NoCode, "one use");
        let row = store.send_as(id).await.unwrap();
        assert_eq!((row.proven_at, row.code_until, row.owner), (Some(NOW + 3), None, owner));
        assert_eq!(store.send_as_list().await.unwrap().len(), 1);
        store.remove_send_as(id, &event("send_as.removed")).await.unwrap();
        assert!(matches!(store.send_as(id).await, Err(StoreError::NotFound)));
        assert!(matches!(store.try_code(id, &right, 5, &at(NOW)).await, Err(StoreError::NotFound)));
    }
}

// IT-23, O28: who reads the mailbox that a code left by reads what comes back there; the code that may stand in it proves nothing.
#[tokio::test]
async fn a_code_whose_letter_came_back_counts_no_more() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ann = person(store, "ann@example.com").await;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let epoch = store.close_census(inbox, &census(7, &[1, 2, 3]), NOW).await.unwrap();
        let owner = SendAsOwner::User(ann);
        let id = store.add_send_as(SendAsKind::ReplyTo, "Answers@example.com", owner, &event("send_as.added")).await.unwrap();
        let (right, wrong) = ([7; 32], [8; 32]);
        store.keep_code(id, &right, NOW + 10 * MINUTE, &event("send_as.code")).await.unwrap();
        let mut other = letter(1, "daemon@mail.example", "desk@office.example", "bob@example.com is not known", NOW);
        other.letter.is_bounce = true;
        let about = letter(2, "cy@client.example", "desk@office.example", "answers@example.com is not known", NOW);
        store.save_import(inbox, epoch, &[other, about], &[], NOW).await.unwrap();
        assert_eq!(store.try_code(id, &wrong, 5, &event("send_as.proven")).await.unwrap(), CodeTry::Wrong(4), "{}", shelf.name);
        let mut back = letter(3, "daemon@mail.example", "desk@office.example", "answers@example.com is full", NOW);
        back.letter.is_bounce = true;
        store.save_import(inbox, epoch, &[back], &[], NOW).await.unwrap();
        assert_eq!(store.try_code(id, &right, 5, &event("send_as.proven")).await.unwrap(), CodeTry::NoCode, "{}", shelf.name);
    }
}

// TP-31 to TP-35, O27
#[tokio::test]
async fn rules_of_e_mail_begin_as_they_should_and_stay_as_they_were_set() {
    for shelf in shelves().await {
        let store = &shelf.store;
        assert_eq!(store.email_rules().await.unwrap(), EmailRules::default());
        let rules = EmailRules {
            match_from: true,
            allow_bcc: false,
            recipients: 5,
            default_email: "x@example.com".into(),
            ..EmailRules::default()
        };
        store.keep_email_rules(&rules, &event("office.email_rules")).await.unwrap();
        assert_eq!(store.email_rules().await.unwrap(), rules, "{}", shelf.name);
        assert_eq!(store.sending_book().await.unwrap().default_email, "x@example.com");
    }
}

#[tokio::test]
async fn an_account_without_a_sending_side_has_none_to_take_away() {
    for shelf in shelves().await {
        let id = sends(&shelf, "One").await;
        assert!(matches!(shelf.store.remove_sending(id, &event("account.sending_removed")).await, Err(StoreError::NotFound)));
    }
}
