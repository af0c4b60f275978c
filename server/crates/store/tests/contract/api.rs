//! Tokens of the JSON API, idempotency keys, webhooks and their deliveries.

use super::*;
use crate::outbox::{desk, outgoing};
use model::{ApiScope, DeliveryState, OutboxState, RecipientState, TokenId, WebhookEvent};
use postroom_store::{ApiClaim, DeliveryEnd, NewDelivery, NewEvent, NewToken, OutboxEnd};
use secrecy::SecretString;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn token(name: &str, centre: Option<model::CostCentreId>) -> NewToken {
    NewToken {
        name: name.into(),
        scopes: vec![ApiScope::ClientsRead, ApiScope::LettersSend],
        cost_centre: centre,
        web: None,
        expires_at: None,
    }
}

// DESIGN §10: a token is known by its hash alone, and a revoked one stays on record.
#[tokio::test]
async fn a_token_is_found_by_its_hash_and_taken_back_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_api_token(&[1; 32], &token("CRM", None), &event("token.made")).await.unwrap();
        let taken = store.add_api_token(&[2; 32], &token("CRM", None), &event("token.made")).await;
        assert!(matches!(taken, Err(StoreError::Conflict("api_token_name_taken"))), "{}: {taken:?}", shelf.name);
        assert!(store.api_token(&[2; 32]).await.unwrap().is_none());
        let card = store.api_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!((card.id, card.used_at, card.scopes.len()), (id, None, 2));
        store.note_token_use(&card, NOW + 1).await.unwrap();
        let card = store.api_token(&[1; 32]).await.unwrap().unwrap();
        store.note_token_use(&card, NOW + 2).await.unwrap();
        assert_eq!(store.api_tokens().await.unwrap()[0].used_at, Some(NOW + 1), "not with every request");
        store.revoke_api_token(id, &event("token.revoked")).await.unwrap();
        assert!(matches!(store.revoke_api_token(id, &event("token.revoked")).await, Err(StoreError::NotFound)));
        assert!(!store.api_token(&[1; 32]).await.unwrap().unwrap().works(NOW));
    }
}

// RELIABILITY W2: a token sees the clients of its cost centre and their letters, and nobody's mailbox.
#[tokio::test]
async fn a_token_sees_its_cost_centre_alone() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let north = store.add_cost_centre("North", &event("x")).await.unwrap();
        let south = store.add_cost_centre("South", &event("x")).await.unwrap();
        let of = |code: &str, centre, address| ClientChange { cost_centre: Some(centre), ..client(code, &[(Person::Myself, 1, address)]) };
        let ann = store.save_client(ALL, None, &of("A", north, "ann@example.com"), &event("x")).await.unwrap();
        let bob = store.save_client(ALL, None, &of("B", south, "bob@example.com"), &event("x")).await.unwrap();
        let (_, box_) = shelf.mailbox("Desk").await;
        let letters = [
            letter(1, "ann@example.com", "desk@office.example", "one", NOW),
            letter(2, "bob@example.com", "desk@office.example", "two", NOW),
        ];
        store.save_import(box_, 1, &letters, &[], NOW).await.unwrap();
        let one = store.add_api_token(&[1; 32], &token("north", Some(north)), &event("x")).await.unwrap();
        let all = store.add_api_token(&[2; 32], &token("all", None), &event("x")).await.unwrap();
        assert!(store.client(Scope::Token(one), ann).await.is_ok(), "{}", shelf.name);
        assert!(matches!(store.client(Scope::Token(one), bob).await, Err(StoreError::NotFound)));
        assert_eq!(store.client_count(Scope::Token(one)).await.unwrap(), 1);
        assert_eq!(store.client_count(Scope::Token(all)).await.unwrap(), 2);
        assert_eq!(store.client_count(Scope::Token(TokenId(99))).await.unwrap(), 0, "a token that is not there sees nothing");
        let history = store.history(Scope::Token(all), bob, &HistoryFilter::default(), None, 10).await.unwrap();
        assert!(store.may_see(Scope::Token(all), history[0].id).await.unwrap());
        assert!(!store.may_see(Scope::Token(one), history[0].id).await.unwrap());
    }
}

// O11, Q2: the same key is one letter.
#[tokio::test]
async fn an_idempotency_key_belongs_to_the_request_that_used_it_first() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_api_token(&[1; 32], &token("CRM", None), &event("x")).await.unwrap();
        let claim = |key: &'static str, hash: u8| async move { store.claim_api_request(id, key, &[hash; 32], NOW).await.unwrap() };
        assert_eq!(store.api_request(id, "k", &[1; 32]).await.unwrap(), None);
        assert_eq!(claim("k", 1).await, ApiClaim { same: true, letter: 0 });
        assert_eq!(store.api_request(id, "k", &[2; 32]).await.unwrap(), Some(ApiClaim { same: false, letter: 0 }));
        store.keep_api_letter(id, "k", 7).await.unwrap();
        assert_eq!(claim("k", 1).await, ApiClaim { same: true, letter: 7 });
        assert_eq!(claim("k", 2).await, ApiClaim { same: false, letter: 7 });
        assert_eq!(claim("other", 2).await, ApiClaim { same: true, letter: 0 });
        assert_eq!(store.forget_api_requests(NOW).await.unwrap(), 0);
        assert_eq!(store.forget_api_requests(NOW + 1).await.unwrap(), 2);
    }
}

fn done(at: i64, state: DeliveryState, next_at: Option<i64>, status: i64) -> DeliveryEnd {
    DeliveryEnd { at, state, next_at, status, answer: "said".into(), stop: None }
}

// What happened is told once for each webhook, whenever it is looked.
#[tokio::test]
async fn letters_filed_sent_and_returned_and_accounts_in_need_are_news_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, box_) = desk(&shelf).await;
        let centre = store.add_cost_centre("North", &event("x")).await.unwrap();
        let ann = ClientChange { cost_centre: Some(centre), ..client("A", &[(Person::Myself, 1, "ann@example.com")]) };
        let ann = store.save_client(ALL, None, &ann, &event("x")).await.unwrap();
        store.save_import(box_, 1, &[letter(1, "ann@example.com", "desk@office.example", "old", NOW)], &[], NOW).await.unwrap();
        let secret = SecretString::from("whsec_1");
        let hook =
            store.add_webhook("https://crm.example/x", &WebhookEvent::ALL, Some(centre), &secret, &event("webhook.added")).await.unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&store.webhook_secret(hook).await.unwrap()), "whsec_1");
        let card = store.webhooks().await.unwrap().remove(0);
        assert!(store.webhook_news(&card, NOW).await.unwrap().items.is_empty(), "{}: what was before is not told", shelf.name);

        store
            .save_import(
                box_,
                1,
                &[
                    letter(2, "ann@example.com", "desk@office.example", "new", NOW),
                    letter(3, "eve@example.com", "desk@office.example", "hers", NOW),
                ],
                &[],
                NOW,
            )
            .await
            .unwrap();
        let (mut out, arrived) = outgoing(account, "sent", &["ann@example.com"]);
        out.party = Some(ann.0);
        let sent = store.enqueue(&out, &event("letter.queued")).await.unwrap().id;
        let claim = store.claim_outgoing("me", None, NOW, NOW + MINUTE).await.unwrap().unwrap();
        store.begin_body(&claim, &[], NOW, NOW + MINUTE).await.unwrap();
        let end = OutboxEnd {
            at: NOW + 5,
            state: OutboxState::Sent,
            next_at: None,
            stage: "answer".into(),
            reply: "250".into(),
            reason: String::new(),
            recipients: vec![(0, RecipientState::Accepted, String::new())],
            provider_id: String::new(),
        };
        store.settle_outgoing(&claim, &end, Some(&arrived)).await.unwrap();
        store
            .stop_sending(account, "535", &NewEvent { subject: format!("account:{account}"), ..event("account.sending_stopped") })
            .await
            .unwrap();
        let news = store.webhook_news(&card, NOW + 10).await.unwrap();
        let kinds: Vec<&str> = news.items.iter().map(|item| item.event.as_str()).collect();
        assert_eq!(kinds, ["letter.filed", "letter.filed", "letter.sent", "account.attention"], "{}: {:?}", shelf.name, news.items);
        assert_eq!((news.items[2].outbox, news.items[2].client.clone()), (Some(sent), Some((ann.0, "A".to_owned()))));
        assert_eq!(news.items[3].account, Some(account));
        let items: Vec<NewDelivery> = news
            .items
            .iter()
            .map(|item| NewDelivery { event_id: item.event_id.clone(), kind: item.event.as_str().into(), body: "{}".into() })
            .collect();
        let marks = (news.letter_mark, news.event_mark);
        assert_eq!(store.keep_webhook_news(hook, &items, marks, NOW + 10).await.unwrap(), 4);
        assert_eq!(store.keep_webhook_news(hook, &items, marks, NOW + 10).await.unwrap(), 0, "nothing twice");
        assert_eq!(store.webhook_marks(hook).await.unwrap(), marks);
        let again = store.webhook_news(&card, NOW + 10).await.unwrap();
        assert!(again.is_old(marks), "{again:?}");
    }
}

#[tokio::test]
async fn a_delivery_is_claimed_by_one_settled_once_and_told_again_by_hand() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let secret = SecretString::from("whsec_1");
        let hook = store.add_webhook("https://crm.example/x", &[WebhookEvent::LetterSent], None, &secret, &event("x")).await.unwrap();
        let item = NewDelivery { event_id: "test-1".into(), kind: "test".into(), body: "{}".into() };
        store.add_delivery(hook, &item, &event("webhook.tested")).await.unwrap();
        let missing = store.add_delivery(model::WebhookId(99), &item, &event("x")).await;
        assert!(matches!(missing, Err(StoreError::NotFound)), "{}", shelf.name);

        let claim = store.claim_delivery("me", NOW, NOW + MINUTE).await.unwrap().unwrap();
        assert_eq!((claim.tries, claim.url.as_str(), claim.event_id.as_str()), (1, "https://crm.example/x", "test-1"));
        assert!(store.claim_delivery("you", NOW, NOW + MINUTE).await.unwrap().is_none());
        let busy = store.redeliver(claim.id, &event("x")).await;
        assert!(matches!(busy, Err(StoreError::Conflict("delivery_is_on_its_way"))));
        store.break_deliveries("me").await.unwrap();
        let second = store.claim_delivery("you", NOW, NOW + MINUTE).await.unwrap().unwrap();
        assert_eq!(second.tries, 2);
        assert!(!store.settle_delivery(&claim, &done(NOW, DeliveryState::Delivered, None, 204)).await.unwrap(), "the lease was lost");
        assert!(store.settle_delivery(&second, &done(NOW + 1, DeliveryState::Waiting, Some(NOW + 5), 500)).await.unwrap());
        assert!(store.claim_delivery("me", NOW + 4, NOW + MINUTE).await.unwrap().is_none(), "not before its time");
        let third = store.claim_delivery("me", NOW + 5, NOW + MINUTE).await.unwrap().unwrap();
        let stop = DeliveryEnd { stop: Some("410".into()), ..done(NOW + 6, DeliveryState::GivenUp, None, 410) };
        assert!(store.settle_delivery(&third, &stop).await.unwrap());
        assert!(!store.webhook_answered_since(hook, 0).await.unwrap());
        let card = store.webhooks().await.unwrap().remove(0);
        assert_eq!((card.is_on, card.stopped.as_str()), (false, "410"));
        assert_eq!(store.events(None, 1).await.unwrap()[0].action, "webhook.stopped");

        store.redeliver(third.id, &event("webhook.redelivered")).await.unwrap();
        assert!(store.claim_delivery("me", NOW + MINUTE, NOW + 2 * MINUTE).await.unwrap().is_none(), "it is off");
        store.switch_webhook(hook, true, &event("webhook.switched")).await.unwrap();
        let fourth = store.claim_delivery("me", NOW + MINUTE, NOW + 2 * MINUTE).await.unwrap().unwrap();
        assert!(store.settle_delivery(&fourth, &done(NOW + MINUTE, DeliveryState::Delivered, None, 204)).await.unwrap());
        assert!(store.webhook_answered_since(hook, NOW).await.unwrap());
        assert_eq!(store.deliveries(10).await.unwrap()[0].state, DeliveryState::Delivered);
        assert_eq!(store.forget_deliveries(NOW + DAY).await.unwrap(), 1);
        store.remove_webhook(hook, &event("webhook.removed")).await.unwrap();
        assert!(matches!(store.remove_webhook(hook, &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.switch_webhook(hook, true, &event("x")).await, Err(StoreError::NotFound)));
    }
}
