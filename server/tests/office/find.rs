//! From an address to settings, by the button of the form.

use crate::browser::{Browser, Came, House};
use http::StatusCode;
use model::{AccountDraft, Permission, Protocol, Role};
use serde_json::json;

async fn press(browser: &mut Browser, fields: &[(&str, &str)]) -> Came {
    let mut all = vec![("form[preset]", "custom"), ("form[protocol]", "imap"), ("intent", "find")];
    for (name, value) in fields {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    browser.call("/api/accounts/form", &all).await
}

async fn draft(browser: &mut Browser) -> AccountDraft {
    let draft: Option<AccountDraft> = browser.ask("/api/accounts/draft", &json!({})).await.json();
    draft.unwrap()
}

#[tokio::test]
async fn an_unknown_domain_fails_politely_and_what_was_typed_stays() {
    // TP-04, FP-11
    let house = House::in_a_desert().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let typed = [("form[address]", "ada@kontor.example"), ("form[name]", "Mine"), ("form[server]", ""), ("form[password]", "secret-1")];
    let came = press(&mut ada, &typed).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::OK, "/accounts/new?done=searched"), "{}", came.text);
    let kept = draft(&mut ada).await;
    assert_eq!((kept.form.name.as_str(), kept.form.server.as_str(), kept.has_password), ("Mine", "", true));
    assert_eq!(kept.found[0], "Nothing was found for kontor.example.");
    let page = ada.get("/accounts/new?done=searched").await;
    assert!(page.text.contains("Nothing was found for kontor.example.") && page.text.contains("value=\"Mine\""), "{}", page.text);
    assert!(!page.text.contains("secret-1"));
    assert!(ada.get("/audit").await.text.contains("looked for the settings of a mailbox"));
    // Another address: what was said about the first is not said again.
    press(&mut ada, &[("form[address]", "ada@gmail.com")]).await;
    assert!(!ada.get("/accounts/new").await.text.contains("Nothing was found"));
    let accounts: Vec<model::AccountCard> = ada.ask("/api/accounts/list", &json!({})).await.json();
    assert!(accounts.is_empty(), "nothing is saved by searching");
}

#[tokio::test]
async fn a_known_provider_is_filled_in_and_microsoft_leads_to_its_own_form() {
    // FP-13, FP-21, O6
    let house = House::in_a_desert().await;
    let mut ada = house.signed_in("ada@example.com").await;
    press(&mut ada, &[("form[address]", "ada@gmail.com"), ("form[name]", "Mine")]).await;
    let google = draft(&mut ada).await;
    assert_eq!((google.form.server.as_str(), google.form.port.as_str(), google.form.name.as_str()), ("imap.gmail.com", "993", "Mine"));
    assert!(google.found[0].starts_with("From Postroom's own list of providers"), "{:?}", google.found);
    let typed = [("form[address]", "ada@outlook.com"), ("form[name]", "Mine"), ("form[server]", ""), ("form[password]", "secret-1")];
    press(&mut ada, &typed).await;
    let microsoft = draft(&mut ada).await;
    assert_eq!((microsoft.form.protocol, microsoft.form.name.as_str()), (Protocol::Graph, "Mine"));
    assert!(!microsoft.has_password, "a mailbox's password is not an application's secret");
    let page = ada.get("/accounts/new").await;
    assert!(page.text.contains("Directory (tenant) ID") && page.text.contains("Microsoft 365."), "{}", page.text);
    assert!(page.text.contains("This is a private mailbox.") && !page.text.contains("PowerShell"), "{}", page.text);
}

#[tokio::test]
async fn searching_needs_an_address_the_right_and_patience() {
    // DESIGN §8
    let house = House::in_a_desert().await;
    house.add_user("zoe@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(press(&mut ben, &[("form[address]", "ben@kontor.example")]).await.status, StatusCode::FORBIDDEN);
    let mut zoe = house.signed_in("zoe@example.com").await;
    for odd in ["", "zoe", "zoe@"] {
        let came = press(&mut zoe, &[("form[address]", odd)]).await;
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}: {}", came.text);
        assert!(came.text.contains("Enter the mailbox's e-mail address"), "{}", came.text);
    }
    for _ in 0..12 {
        assert_eq!(press(&mut zoe, &[("form[address]", "zoe@kontor.example")]).await.status, StatusCode::OK);
    }
    assert_eq!(press(&mut zoe, &[("form[address]", "zoe@kontor.example")]).await.status, StatusCode::TOO_MANY_REQUESTS);
    house.clock.advance(5 * 60_000 + 1);
    assert_eq!(press(&mut zoe, &[("form[address]", "zoe@kontor.example")]).await.status, StatusCode::OK);
}
