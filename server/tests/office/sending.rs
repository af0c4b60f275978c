//! Who sends, through what: an account that only sends, its proof by a code, services, senders, rules.

use crate::browser::{Browser, House, NOW};
use http::StatusCode;
use model::{
    AccountId, OutboxFilter, Role, Security, SendAsView, SenderView, SendingSignIn, SendingTransport, SendingView, SentCopy, ServicesView,
    UserId,
};
use postroom_store::{Scope, SendingSide};
use serde_json::json;

const MINUTE: i64 = 60_000;

/// The sending side of an account, which is the office's system account; nothing listens where it sends.
pub fn side(account: AccountId, sender_name: &str, sender_address: &str) -> SendingSide {
    SendingSide {
        account: account.0,
        transport: SendingTransport::Smtp,
        server: "127.0.0.1".into(),
        port: 25,
        security: Security::StartTls,
        sign_in: SendingSignIn::None,
        user_name: String::new(),
        has_secret: false,
        pinned_fingerprint: None,
        allow_clear_text: false,
        timeout_seconds: 60,
        sender_name: sender_name.into(),
        sender_address: sender_address.into(),
        sent_copy: SentCopy::None,
        copies_chosen: true,
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: false,
        is_system: true,
    }
}

pub(crate) async fn smtp_account(house: &House, browser: &mut Browser, name: &str, system: bool) -> i64 {
    let mut fields = vec![
        ("form[name]", name),
        ("form[server]", "smtp.office.example"),
        ("form[security]", "auto"),
        ("form[sign_in]", "own"),
        ("form[user_name]", "office"),
        ("form[password]", "hunter2 hunter2"),
        ("form[password_repeat]", "hunter2 hunter2"),
        ("form[timeout_minutes]", "1"),
        ("form[sender_name]", "The office"),
        ("form[sender_address]", "Office@Office.example"),
    ];
    if system {
        fields.push(("form[is_system]", "true"));
    }
    let came = browser.call("/api/sending/save", &fields).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    house.office.store.account_by_name(name).await.unwrap().id.0
}

async fn send_as(browser: &mut Browser) -> SendAsView {
    browser.ask("/api/send-as/list", &json!({})).await.json()
}

/// The code in the newest letter on its way out, and how many letters there are.
async fn newest_code(house: &House) -> (String, usize) {
    let rows = house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 100).await.unwrap();
    let raw = house.office.store.outbox_bytes(rows[0].id).await.unwrap();
    let text = String::from_utf8(raw).unwrap();
    assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    let code = text.split("The code is ").nth(1).unwrap()[..9].to_owned();
    (code, rows.len())
}

/// The office's system e-mail account, proven.
pub async fn system_account(house: &House, browser: &mut Browser) {
    smtp_account(house, browser, "Post", true).await;
    let id = send_as(browser).await.rows.remove(0).0.id;
    assert_eq!(browser.call("/api/send-as/send", &[("id", &id.to_string())]).await.status, StatusCode::OK);
    let (code, _) = newest_code(house).await;
    assert_eq!(verify(browser, id.0, &code).await, StatusCode::OK);
}

async fn verify(browser: &mut Browser, id: i64, code: &str) -> StatusCode {
    browser.call("/api/send-as/verify", &[("id", &id.to_string()), ("code", code)]).await.status
}

// TP-05, TP-08, TP-09, TP-23 to TP-29, IT-21, IT-23 to IT-26, O13
#[tokio::test]
async fn an_account_that_only_sends_is_proven_by_the_code_in_a_letter() {
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let missing = ada.call("/api/sending/save", &[("form[name]", "Post"), ("form[sender_name]", "x")]).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", missing.text);
        let id = smtp_account(&house, &mut ada, "Post", true).await;
        let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": id })).await.json();
        assert!(view.only_sends && view.stored && view.has_password && view.proven_at.is_none() && view.form.password.is_empty());
        assert_eq!(view.form.sender_address, "office@office.example");
        let page = ada.get(&format!("/accounts/{id}/sending")).await;
        assert!(page.status == StatusCode::OK && page.text.contains("has not proven yet"), "{}", page.status);
        assert!(!page.text.contains("hunter2"));
        assert_eq!(ada.get(&format!("/accounts/{id}")).await.status, StatusCode::OK);
        assert_eq!(ada.get("/accounts").await.status, StatusCode::OK);

        let row = send_as(&mut ada).await.rows.remove(0).0;
        let sent = ada.call("/api/send-as/send", &[("id", &row.id.to_string())]).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
        let (code, _) = newest_code(&house).await;
        assert_eq!(verify(&mut ada, row.id.0, "2222-2222").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(verify(&mut ada, row.id.0, &code.to_lowercase()).await, StatusCode::OK);
        let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": id })).await.json();
        assert_eq!(view.proven_at, Some(NOW));

        // TP-09: whoever is it next takes it from the first, and the page says so before.
        let fresh: SendingView = ada.ask("/api/sending/get", &json!({ "id": null })).await.json();
        assert_eq!(fresh.system.as_deref(), Some("Post"));
        smtp_account(&house, &mut ada, "Parcels", true).await;
        let book = house.office.store.sending_book().await.unwrap();
        assert_eq!(book.accounts.iter().filter(|one| one.is_system).map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Parcels"]);
    }
}

// RELIABILITY §4.2, W4: by the limits, with the clock moved.
#[tokio::test]
async fn codes_expire_are_void_after_five_tries_and_letters_are_limited() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    smtp_account(&house, &mut ada, "Post", true).await;
    let row = send_as(&mut ada).await.rows.remove(0).0;
    let id = row.id.0;
    let send = async |ada: &mut Browser| ada.call("/api/send-as/send", &[("id", &id.to_string())]).await.status;

    assert_eq!(send(&mut ada).await, StatusCode::OK);
    let (late, _) = newest_code(&house).await;
    house.clock.advance(10 * MINUTE);
    assert_eq!(verify(&mut ada, id, &late).await, StatusCode::UNPROCESSABLE_ENTITY, "ten minutes are over");
    assert_eq!(send(&mut ada).await, StatusCode::OK);
    let (void, _) = newest_code(&house).await;
    for _ in 0..5 {
        assert_eq!(verify(&mut ada, id, "AAAA-2222").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(verify(&mut ada, id, &void).await, StatusCode::UNPROCESSABLE_ENTITY, "void after five");
    for _ in 0..3 {
        assert_eq!(send(&mut ada).await, StatusCode::OK);
    }
    assert_eq!(send(&mut ada).await, StatusCode::TOO_MANY_REQUESTS, "five letters an hour");
    let (code, letters) = newest_code(&house).await;
    assert_eq!(letters, 5);
    house.clock.advance(61 * MINUTE);
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(verify(&mut ada, id, &code).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(&mut ada).await, StatusCode::OK, "an hour later there may be more");

    // Somebody else's address is not there.
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(verify(&mut ben, id, &code).await, StatusCode::NOT_FOUND);
    assert!(send_as(&mut ben).await.rows.is_empty());
    let unproven = ben.call("/api/send-as/add", &[("kind", "reply_to"), ("address", "ben@home.example")]).await;
    assert_eq!(unproven.status, StatusCode::CONFLICT, "the system account has not proven that it sends: {}", unproven.text);
}

// FC-01 to FC-12, FC-34, FN-07 to FN-16, S17, TP-31 to TP-35
#[tokio::test]
async fn services_senders_and_rules_are_set_up_and_shown_with_their_origin() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let account = smtp_account(&house, &mut ada, "Post", false).await;
    let prove = crate::browser::event("account.sending_proven");
    house.office.store.prove_sending(account, &prove).await.unwrap();
    let centre = house.office.add_cost_centre(&house.console(), "North").await.unwrap();
    house.office.set_members(&house.console(), centre, vec![UserId(1)]).await.unwrap();
    let (centre_text, account_text) = (centre.to_string(), account.to_string());
    let nameless = ada.call("/api/services/save", &[("centre", &centre_text), ("account", &account_text)]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("centre", centre_text.as_str()), ("name", "Letters"), ("account", account_text.as_str())];
    let saved = ada.call("/api/services/save", &fields).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let view: ServicesView = ada.ask("/api/services/list", &json!({ "centre": centre })).await.json();
    assert!(view.services[0].service.is_default && view.services[0].hindered.is_empty());
    assert_eq!((view.resolved[0].account.as_str(), view.resolved[0].origin.as_str()), ("Post", "Cost centre’s default"));
    assert_eq!(view.resolved[0].from, "The office <office@office.example>");
    assert_eq!((view.resolved[1].from.as_str(), view.resolved[1].missing.len()), ("", 1), "a sender is never inherited");

    let sender =
        [("id", "1"), ("form[name]", "Ada"), ("form[address]", "Office@office.example"), ("form[may_send]", "true"), ("own[0]", "L-77")];
    let saved = ada.call("/api/senders/save", &sender).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let view: SenderView = ada.ask("/api/senders/get", &json!({ "id": 1 })).await.json();
    assert!(view.hindrances.is_empty(), "{:?}", view.hindrances);
    assert_eq!(view.sender.unwrap().fields[0], "L-77");
    let off = ada.call("/api/senders/save", &sender[..3]).await;
    assert_eq!(off.status, StatusCode::OK);
    let view: SenderView = ada.ask("/api/senders/get", &json!({ "id": 1 })).await.json();
    assert_eq!(view.hindrances, ["E-mail is not allowed for this person."]);

    let rules = [("match_from", "true"), ("allow_cc", "true"), ("recipients", "7"), ("labels[0]", "Licence")];
    assert_eq!(ada.call("/api/email-rules/save", &rules).await.status, StatusCode::OK);
    let view: SenderView = ada.ask("/api/senders/get", &json!({ "id": 1 })).await.json();
    assert_eq!(view.labels[0], "Licence");
    assert_eq!(ada.call("/api/email-rules/save", &[("recipients", "many")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What was typed comes back, in the fields of senders too.
    let csrf = ada.csrf().await;
    let refused = ada.post("/api/email-rules/save", &[("csrf", &csrf), ("recipients", "many"), ("labels[0]", "Typed anew")]).await;
    let asked = refused.header("location").split_once('?').unwrap_or_default().1.to_owned();
    let page = ada.get(&format!("/settings/email-rules?{asked}")).await.text;
    assert!(page.contains("value=\"many\"") && page.contains("value=\"Typed anew\""), "{page}");
    let letter = postroom_server::office::sending_rules::Intended {
        from: "office@office.example",
        reply_to: None,
        to: 8,
        cc: 0,
        bcc: 1,
        attachments: &["a.docx".to_owned()],
    };
    let broken = house.office.sending_refusals(&house.console(), Some(UserId(1)), model::AccountId(account), &letter).await.unwrap();
    assert_eq!(broken.len(), 4, "the limit, Bcc, Word, and e-mail switched off: {broken:?}");

    for path in ["/settings/which-account?user=1&centre=1", "/settings/web-configurations", "/settings/email-rules", "/settings/senders/1"]
    {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    let page = ada.get(&format!("/settings/which-account?centre={centre}")).await;
    assert!(page.text.contains("Post sends."), "the rung that won is named");
    assert!(house.office.look_at_unattended_nightly().await.unwrap());
    assert!(!house.office.look_at_unattended_nightly().await.unwrap(), "once a day");
}
