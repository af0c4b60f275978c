//! Accounts at Microsoft 365, from the form to a collected mailbox, against the lab's token server and Graph.

use crate::accounts::{detail, letter};
use crate::browser::{Browser, Came, House};
use http::StatusCode;
use model::{AccountId, Verdict};
use postroom_lab::graph::{GraphLab, GraphLabOptions};

const SECRET: &str = "Xy~8Q~lab-secret-value";

pub async fn post(browser: &mut Browser, lab: &GraphLab, id: Option<AccountId>, intent: &str, change: &[(&str, &str)]) -> Came {
    let options = GraphLabOptions::default();
    let (port, base, id) = (lab.port().to_string(), lab.base(), id.map(|id| id.to_string()).unwrap_or_default());
    let mut fields = vec![
        ("form[protocol]", "graph"),
        ("form[preset]", "microsoft365"),
        ("form[name]", "Contoso"),
        ("form[address]", options.user.as_str()),
        ("form[tenant]", options.tenant.as_str()),
        ("form[client_id]", options.client_id.as_str()),
        ("form[password]", SECRET),
        ("form[password_repeat]", SECRET),
        ("form[secret_expires]", "2000-01-01"),
        ("form[sign_in_server]", base.as_str()),
        ("form[server]", "127.0.0.1"),
        ("form[port]", port.as_str()),
        ("form[pinned_fingerprint]", lab.fingerprint()),
        ("form[central]", "false"),
        ("intent", intent),
    ];
    if !id.is_empty() {
        fields.push(("id", id.as_str()));
    }
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    browser.call("/api/accounts/form", &fields).await
}

// FC-13 to FC-18, FP-18, FP-24, O15: tested as typed, saved, its folders listed, collected; the secret never comes back.
#[tokio::test]
async fn a_mailbox_at_microsoft_365_is_tested_saved_and_collected() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    lab.deliver("Posteingang", letter("zoe@example.com", "ada@contoso.example", "Pension", "Please find the pension offer."));
    lab.deliver("Gesendete Elemente", letter("ada@contoso.example", "zoe@example.com", "Re: Pension", "Thank you."));
    let mut ada = house.signed_in("ada@example.com").await;
    let id_pasted = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let refused = post(&mut ada, &lab, None, "test", &[("form[password]", id_pasted), ("form[password_repeat]", id_pasted)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("column Value"), "{}", refused.text);
    let wrong = post(&mut ada, &lab, None, "test", &[("form[client_id]", "99999999-2222-3333-4444-555555555555")]).await;
    assert_eq!(wrong.status, StatusCode::OK, "{}", wrong.text);
    let page = ada.get("/accounts/new").await;
    assert!(page.text.contains("does not know this application") && page.text.contains("Application Mail.Read"), "{}", page.text);
    let tested = post(&mut ada, &lab, None, "test", &[]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    let saved = post(&mut ada, &lab, None, "save", &[("form[password]", ""), ("form[password_repeat]", "")]).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let account = detail(&mut ada, id).await;
    assert!(account.tested && account.form.client_id == GraphLabOptions::default().client_id, "{:?}", account.form);
    assert_eq!(account.diagnosis.as_ref().map(|diagnosis| diagnosis.verdict), Some(Verdict::Healthy));
    assert!(account.card.warnings.iter().any(|words| words.contains("expired on 1 January 2000")), "{:?}", account.card.warnings);
    let page = ada.get(&format!("/accounts/{id}")).await;
    assert!(!page.text.contains("lab-secret"), "no secret in a page");
    let text = id.to_string();
    let folders = ada.call("/api/accounts/download-folders", &[("id", &text)]).await;
    assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
    let stop = tokio_util::sync::CancellationToken::new();
    let report = house.office.engine.collect_account(id, &stop).await.unwrap();
    assert_eq!((report.error, report.filed, report.ledger.missing), (None, 2, 0));
    assert!(lab.heard().iter().all(|heard| heard.method == "GET" || heard.path.starts_with("/contoso.example/oauth2/")));
}

// DESIGN §8: whoever may change the settings cannot have the stored secret sent to a server of his or her own.
#[tokio::test]
async fn a_stored_secret_stays_with_its_sign_in_server() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    let elsewhere = GraphLab::start(GraphLabOptions::default()).unwrap();
    let mut ada = house.signed_in("ada@example.com").await;
    let saved = post(&mut ada, &lab, None, "save", &[]).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let (base, nothing) = (elsewhere.base(), [("form[password]", ""), ("form[password_repeat]", "")]);
    for intent in ["test", "save"] {
        let change = [nothing[0], nothing[1], ("form[sign_in_server]", base.as_str())];
        let refused = post(&mut ada, &lab, Some(id), intent, &change).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{intent}: {}", refused.text);
    }
    assert!(elsewhere.heard().is_empty());
    let tested = post(&mut ada, &lab, Some(id), "test", &nothing).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    assert!(detail(&mut ada, id).await.tested);
}
