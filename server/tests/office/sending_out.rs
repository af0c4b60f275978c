//! Outgoing sides that are really tried: *Test connection* at a server, Microsoft 365 by Graph, and drafts in one's own mailbox.

use crate::browser::{House, event};
use crate::compose::{begin, office, save};
use crate::microsoft::post;
use http::StatusCode;
use model::{AccountId, SendingView};
use postroom_lab::{
    graph::{GraphLab, GraphLabOptions},
    imap::Tls,
    smtp::SmtpLab,
};
use postroom_store::SendingSide;
use serde_json::json;

async fn proofs(house: &House) -> Vec<String> {
    let trail = house.office.store.events(None, 50).await.unwrap();
    trail.into_iter().filter(|event| event.action == "account.sending_proven").map(|event| event.detail).collect()
}

// IT-13, IT-20, IT-21: connect, encrypt, sign in; what the server says is said; nothing is sent; the trail names what was tested.
#[tokio::test]
async fn the_outgoing_side_is_tested_as_it_is_saved() {
    let (house, lab) = (House::with_ada().await, SmtpLab::start(Tls::StartTls).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let port = lab.port().to_string();
    let save = async |ada: &mut crate::browser::Browser, id: &str, password: &str| {
        let mut fields = vec![
            ("form[name]", "Post"),
            ("form[server]", "127.0.0.1"),
            ("form[port]", port.as_str()),
            ("form[security]", "none"),
            ("form[allow_clear_text]", "true"),
            ("form[sign_in]", "own"),
            ("form[user_name]", "ada"),
            ("form[password]", password),
            ("form[password_repeat]", password),
            ("form[timeout_minutes]", "0.1"),
            ("form[sender_name]", "The office"),
            ("form[sender_address]", "office@office.example"),
        ];
        if !id.is_empty() {
            fields.push(("id", id));
        }
        ada.call("/api/sending/save", &fields).await
    };
    let saved = save(&mut ada, "", "wrong").await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let id = house.office.store.account_by_name("Post").await.unwrap().id.to_string();
    let refused = ada.call("/api/sending/test", &[("id", &id)]).await;
    assert!(refused.status == StatusCode::OK && refused.header("location").ends_with("/sending#report"), "{}", refused.text);
    let report = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(report.contains("no such user or password") && report.contains("The connection does not work yet"), "{report}");
    // S7: what a button could mend. The password was typed for another name, so it is asked for again; nothing is saved before.
    assert!(report.contains("Use office@office.example as user name") && report.contains("Use port 465 with TLS"), "{report}");
    let mended = ada.call("/api/sending/fix", &[("id", &id), ("rung", "sign_in")]).await;
    assert!(mended.status == StatusCode::UNPROCESSABLE_ENTITY && mended.text.contains("Enter the password"), "{}", mended.text);
    let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(page.contains("not saved yet") && page.contains("value=\"office@office.example\""), "{page}");
    let side = house.office.store.sending_side(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((side.user_name.as_str(), side.port), ("ada", lab.port()));
    let gone = ada.call("/api/sending/fix", &[("id", &id), ("rung", "folders")]).await;
    assert_eq!(gone.status, StatusCode::CONFLICT, "no such button: {}", gone.text);
    assert!(proofs(&house).await.is_empty());
    assert_eq!(save(&mut ada, &id, "secret").await.status, StatusCode::OK);
    let tested = ada.call("/api/sending/test", &[("id", &id)]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    assert!(tested.header("location").ends_with("?done=proven"), "{}", tested.header("location"));
    assert_eq!(proofs(&house).await, [format!("127.0.0.1 port {port}, from office@office.example")]);
    assert!(lab.taken().is_empty() && lab.logins() == 1, "nothing was sent");
    let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": id.parse::<i64>().unwrap() })).await.json();
    assert!(view.proven_at.is_some() && !view.copies && !view.graph);
    assert!(view.diagnosis.is_some_and(|diagnosis| diagnosis.passed()) && !view.unsaved, "what was saved is what was tested");
}

// S7, IT-20: one button mends the outgoing side: what works is saved and proven, what does not is shown and not saved.
#[tokio::test]
async fn a_button_of_the_report_mends_the_outgoing_side() {
    let (house, lab) = (House::with_ada().await, SmtpLab::start(Tls::Implicit).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let port = lab.port().to_string();
    let fields = [
        ("form[name]", "Post"),
        ("form[server]", "127.0.0.1"),
        ("form[port]", port.as_str()),
        ("form[security]", "starttls"),
        ("form[sign_in]", "own"),
        ("form[user_name]", "ada"),
        ("form[password]", "secret"),
        ("form[password_repeat]", "secret"),
        ("form[timeout_minutes]", "0.1"),
        ("form[sender_name]", "The office"),
        ("form[sender_address]", "office@office.example"),
    ];
    assert_eq!(ada.call("/api/sending/save", &fields).await.status, StatusCode::OK);
    let account = house.office.store.account_by_name("Post").await.unwrap().id;
    let id = account.to_string();
    let too_old = ada.call("/api/sending/fix", &[("id", &id), ("rung", "encryption")]).await;
    assert_eq!(too_old.status, StatusCode::CONFLICT, "nothing was tested yet");
    ada.call("/api/sending/test", &[("id", &id)]).await;
    let report = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(report.contains("speaks TLS from the start") && report.contains("Use TLS"), "{report}");
    // TLS it is, but the certificate is the lab's own: the next button. Nothing is saved between the two.
    let tls = ada.call("/api/sending/fix", &[("id", &id), ("rung", "encryption")]).await;
    assert!(tls.header("location").ends_with("#report"), "{}", tls.text);
    let stored = async || house.office.store.sending_side(account.0).await.unwrap().unwrap();
    assert_eq!(stored().await.security, model::Security::StartTls);
    let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(page.contains("Accept exactly this certificate") && page.contains("not saved yet"), "{page}");
    let pinned = ada.call("/api/sending/fix", &[("id", &id), ("rung", "certificate")]).await;
    assert!(pinned.header("location").ends_with("?done=proven"), "{} {}", pinned.header("location"), pinned.text);
    let side = stored().await;
    assert!(side.security == model::Security::Tls && side.pinned_fingerprint.is_some() && side.proven_at.is_some());
    assert!(!ada.get(&format!("/accounts/{id}/sending")).await.text.contains("not saved yet"));
    assert!(lab.taken().is_empty() && lab.logins() == 1, "nothing was sent");
}

// S7, IT-20: a fix says nothing about copies of what is sent: nobody has chosen, so the question stays and so does what is proposed.
#[tokio::test]
async fn a_button_of_the_report_does_not_choose_that_no_copies_are_kept() {
    let (house, lab) = (House::with_ada().await, SmtpLab::start(Tls::Implicit).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let account = crate::accounts::connected(&mut ada, &crate::accounts::lab()).await;
    let (id, store) = (account.to_string(), &house.office.store);
    let side = SendingSide {
        port: lab.port(),
        sign_in: model::SendingSignIn::Own,
        user_name: "ada".into(),
        timeout_seconds: 6,
        copies_chosen: false,
        is_system: false,
        ..crate::sending::side(account, "The office", "office@office.example")
    };
    store.keep_sending_side(&side, Some(&"secret".to_owned().into()), &event("account.sends")).await.unwrap();
    ada.call("/api/sending/test", &[("id", &id)]).await;
    let tls = ada.call("/api/sending/fix", &[("id", &id), ("rung", "encryption")]).await;
    assert!(tls.header("location").ends_with("#report"), "{}", tls.text);
    let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": account })).await.json();
    assert!(view.unsaved && view.copies_unchosen);
    assert_eq!(view.form.sent_copy, model::SentCopy::Append.as_str(), "what is proposed stays proposed");
    let pinned = ada.call("/api/sending/fix", &[("id", &id), ("rung", "certificate")]).await;
    assert_eq!(pinned.status, StatusCode::OK, "{}", pinned.text);
    let mended = store.sending_side(account.0).await.unwrap().unwrap();
    assert_eq!(mended.security, model::Security::Tls, "{}", pinned.header("location"));
    assert!(!mended.copies_chosen);
    let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": account })).await.json();
    assert!(view.copies_unchosen && !view.unsaved, "the question is still there");
}

// FC-13 to FC-18, O21: an account at Microsoft 365 sends by itself, once its application may.
#[tokio::test]
async fn an_account_at_microsoft_365_sends_by_graph_once_its_application_may() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(post(&mut ada, &lab, None, "test", &[]).await.status, StatusCode::OK);
    let saved = post(&mut ada, &lab, None, "save", &[("form[password]", ""), ("form[password_repeat]", "")]).await;
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let text = id.to_string();
    let view: SendingView = ada.ask("/api/sending/get", &json!({ "id": id })).await.json();
    assert!(view.graph && !view.stored && !view.copies);
    let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(page.contains("sends through Graph") && page.contains("Mail.Send") && !page.contains("form[server]"), "{page}");
    let fields = [("id", text.as_str()), ("form[sender_name]", "Ada"), ("form[sender_address]", "ada@contoso.example")];
    let saved = ada.call("/api/sending/save", &fields).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let refused = ada.call("/api/sending/test", &[("id", &text)]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("Mail.Send"), "{}", refused.text);
    lab.set_permissions(&["Mail.Read", "Mail.Send"]);
    house.office.engine.forget_token(id);
    let tested = ada.call("/api/sending/test", &[("id", &text)]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    assert_eq!(proofs(&house).await, ["Microsoft 365, from ada@contoso.example"]);
    let side = house.office.store.sending_side(id.0).await.unwrap().unwrap();
    assert_eq!((side.transport, side.sent_copy), (model::SendingTransport::Graph, model::SentCopy::Server));
}

// FC-27, O22: into the writer's own mailbox, among its drafts, once; no longer kept here; where there is no folder, it is.
#[tokio::test]
async fn a_draft_goes_into_ones_own_mailbox() {
    let (house, mut ada, client, lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    assert!(page.contains("Save as draft in Office"), "{page}");
    let none = save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "mailbox", "").await;
    assert!(!none.contains("done=mailbox"), "{none}");
    assert!(ada.get(&at).await.text.contains("Dear Zoe"));
    lab.deliver("ada", "Drafts", b"Subject: old\r\n\r\nOld\r\n".to_vec(), &["\\Draft"]);
    let done = save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "mailbox", "").await;
    assert_eq!(done, "/drafts?done=mailbox");
    assert!(ada.get("/drafts?done=mailbox").await.text.contains("The draft is in your mailbox"));
    let said = lab.commands();
    let appends: Vec<&String> = said.iter().filter(|line| line.contains("APPEND")).collect();
    assert!(appends.len() == 1 && appends[0].contains("Drafts") && appends[0].contains("\\Draft"), "{appends:?}");
    assert!(house.office.store.outbox(postroom_store::Scope::Everything, model::OutboxFilter::All, None, 9).await.unwrap().is_empty());
    assert!(!ada.get("/drafts").await.text.contains("About the kettle"));
}
