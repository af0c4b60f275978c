//! Accounts, from the form to a collected mailbox, against the lab's own IMAP server.

use crate::browser::{Browser, Came, House};
use http::StatusCode;
use model::{AccountDetail, AccountDraft, AccountHealth, AccountId, Guess, Permission, Rehearsal, Role, Verdict};
use postroom_lab::imap::{ImapLab, ImapLabOptions};

pub fn lab() -> ImapLab {
    let lab = ImapLab::start(ImapLabOptions::default()).unwrap();
    lab.deliver("ada", "INBOX", letter("zoe@example.com", "office@office.example", "Pension", "Please find the pension offer."), &[]);
    lab.deliver("ada", "Sent", letter("office@office.example", "zoe@example.com", "Re: Pension", "Thank you."), &["\\Seen"]);
    lab.deliver("ada", "INBOX", letter("friend@private.example", "office@office.example", "Fishing", "On Sunday?"), &[]);
    lab
}

pub fn letter(from: &str, to: &str, subject: &str, text: &str) -> Vec<u8> {
    let id = subject.replace([' ', ':'], "");
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\nMessage-ID: <{id}@lab>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p onclick=\"x()\">{text}<script>alert(1)</script><img src=\"https://tracker.example/x.png\"></p>\r\n--b\r\n\
         Content-Type: text/html; name=\"page.html\"\r\nContent-Disposition: attachment; filename=\"page.html\"\r\n\r\n<script>alert(2)</script>\r\n--b--\r\n"
    )
    .into_bytes()
}

/// The form as a page posts it.
pub async fn post_form(browser: &mut Browser, lab: &ImapLab, id: Option<AccountId>, intent: &str, change: &[(&str, &str)]) -> Came {
    let (port, id) = (lab.port().to_string(), id.map(|id| id.to_string()).unwrap_or_default());
    let mut fields = vec![
        ("form[name]", "Office"),
        ("form[address]", "office@office.example"),
        ("form[server]", "127.0.0.1"),
        ("form[port]", port.as_str()),
        ("form[security]", "starttls"),
        ("form[user_name]", "ada"),
        ("form[password]", "secret"),
        ("form[password_repeat]", "secret"),
        ("form[pinned_fingerprint]", lab.fingerprint()),
        ("form[preset]", "custom"),
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

pub async fn detail(browser: &mut Browser, id: AccountId) -> AccountDetail {
    let (detail, _, _): (AccountDetail, Option<AccountDraft>, Option<Rehearsal>) =
        browser.ask("/api/accounts/get", &serde_json::json!({ "id": id })).await.json();
    detail
}

/// An account that is tested, saved and has its folders: everything but enabled.
pub async fn connected(browser: &mut Browser, lab: &ImapLab) -> AccountId {
    let tested = post_form(browser, lab, None, "test", &[]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    let saved = post_form(browser, lab, None, "save", &[("form[password]", ""), ("form[password_repeat]", "")]).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let id = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let folders = browser.call("/api/accounts/download-folders", &[("id", &format!("{id}"))]).await;
    assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
    id
}

// O1, O4: typed and tested, the port of sending is named by the doctor; untested it is not saved, and the form names the ports to collect from.
#[tokio::test]
async fn a_port_of_sending_is_not_saved_to_collect_from() {
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    for port in ["25", "465", "587"] {
        let refused = post_form(&mut ada, &lab, None, "save", &[("form[port]", port)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{port}: {}", refused.text);
        assert!(refused.text.contains(&format!("Port {port} is for sending letters.")) && refused.text.contains("993"), "{}", refused.text);
    }
    assert!(house.office.store.accounts().await.unwrap().is_empty(), "nothing was saved");
    connected(&mut ada, &lab).await;
}

#[tokio::test]
async fn an_account_is_tested_saved_rehearsed_and_enabled_and_its_password_never_comes_back() {
    // FP-18, FP-24, FP-25, S9
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = connected(&mut ada, &lab).await;
    let account = detail(&mut ada, id).await;
    assert!(account.tested && account.card.health == AccountHealth::Draft, "{:?}", account.card);
    assert!(
        account.form.password.is_empty() && account.folders.iter().any(|folder| folder.name == "Sent" && folder.selected),
        "{:?}",
        account.folders
    );
    let page = ada.get(&format!("/accounts/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("secret"), "no password in a page");
    let text = id.to_string();
    // The choice that stands on the page goes along with every button (S9).
    let inbox = account.folders.iter().find(|folder| folder.name == "INBOX").unwrap().id.to_string();
    let rehearsed = ada.call("/api/accounts/select-folders", &[("id", &text), ("folders[]", &inbox), ("intent", "rehearse")]).await;
    assert_eq!(rehearsed.status, StatusCode::OK, "{}", rehearsed.text);
    let (chosen, _, rehearsal): (AccountDetail, Option<AccountDraft>, Option<Rehearsal>) =
        ada.ask("/api/accounts/get", &serde_json::json!({ "id": id })).await.json();
    let rehearsal = rehearsal.unwrap();
    assert_eq!((rehearsal.folders.len(), rehearsal.letters, rehearsal.clients_on_file), (1, 2, 0));
    assert!(chosen.folders.iter().filter(|folder| folder.selected).all(|folder| folder.name == "INBOX"));
    let page = ada.get(&format!("/accounts/{id}?tab=folders")).await;
    assert!(page.text.contains("There are no clients yet") && page.text.contains("href=\"/clients/import\""), "{}", page.text);
    let nothing = ada.call("/api/accounts/select-folders", &[("id", &text), ("intent", "start")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.text);
    // Without script, too; and the page shows the choice that was refused, not the one that is saved.
    let ticked = |page: &str| {
        let from = page.find(&format!("id=\"folder-{inbox}\"")).unwrap_or_else(|| panic!("{page}"));
        page[from..].split('>').next().unwrap_or_default().contains(" checked")
    };
    let at = format!("/accounts/{id}?tab=folders");
    assert!(ticked(&ada.get(&at).await.text));
    let csrf = ada.csrf().await;
    let refused = ada.post("/api/accounts/select-folders", &[("csrf", csrf.as_str()), ("id", &text), ("intent", "save")]).await;
    let page = ada.get(&format!("{at}&{}", refused.header("location").split_once('?').unwrap().1)).await.text;
    assert!(page.contains("Choose at least one folder") && !ticked(&page), "{page}");
    assert_eq!(house.office.store.index_behind().await.unwrap(), 0, "nothing was stored");
    let started = ada.call("/api/accounts/select-folders", &[("id", &text), ("folders[]", &inbox), ("intent", "start")]).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text);
    assert_eq!(detail(&mut ada, id).await.card.health, AccountHealth::Waiting);
    let support = ada.get(&format!("/accounts/{id}/support.txt")).await;
    assert!(
        support.text.contains("Doctor: Healthy") && !support.text.contains("secret") && !support.text.contains("office@office.example"),
        "{}",
        support.text
    );
}

#[tokio::test]
async fn a_mailbox_is_connected_once() {
    // FP-26, O10
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(post_form(&mut ada, &lab, None, "save", &[]).await.status, StatusCode::OK);
    let again = post_form(&mut ada, &lab, None, "save", &[("form[name]", "Other"), ("form[user_name]", "ADA")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    assert!(again.text.contains("connected already"), "{}", again.text);
    // TP-06: "OFFICE" is the name that is there already.
    let same_name = post_form(&mut ada, &lab, None, "save", &[("form[name]", "OFFICE"), ("form[user_name]", "ben")]).await;
    assert_eq!(same_name.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", same_name.text);
    assert!(same_name.text.contains("Another account has this name"), "{}", same_name.text);
    let other = post_form(&mut ada, &lab, None, "save", &[("form[name]", "Other"), ("form[user_name]", "ben")]).await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.text);
}

#[tokio::test]
async fn a_draft_without_a_passed_test_cannot_be_enabled_and_a_change_of_the_connection_unmakes_the_test() {
    // FP-24
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let saved = post_form(&mut ada, &lab, None, "save", &[]).await;
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let text = id.to_string();
    assert_eq!(ada.call("/api/accounts/enable", &[("id", &text)]).await.status, StatusCode::CONFLICT);
    assert_eq!(ada.call("/api/accounts/download-folders", &[("id", &text)]).await.status, StatusCode::CONFLICT);
    post_form(&mut ada, &lab, Some(id), "test", &[]).await;
    post_form(
        &mut ada,
        &lab,
        Some(id),
        "save",
        &[("form[password]", ""), ("form[password_repeat]", ""), ("form[description]", "The office")],
    )
    .await;
    assert!(detail(&mut ada, id).await.tested);
    post_form(&mut ada, &lab, Some(id), "save", &[("form[password]", ""), ("form[password_repeat]", ""), ("form[user_name]", "ben")]).await;
    assert!(!detail(&mut ada, id).await.tested);
}

#[tokio::test]
async fn a_wrong_password_is_the_doctors_verdict_and_the_draft_keeps_what_was_typed_but_the_password() {
    // S7, TP-44
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    post_form(&mut ada, &lab, None, "test", &[("form[password]", "hunter22"), ("form[password_repeat]", "hunter22")]).await;
    let came = ada.ask("/api/accounts/draft", &serde_json::json!({})).await;
    assert!(!came.text.contains("hunter22"));
    let draft: AccountDraft = came.json::<Option<AccountDraft>>().unwrap();
    assert_eq!(draft.diagnosis.unwrap().verdict, Verdict::Authentication);
    assert!(draft.has_password && draft.form.address == "office@office.example");
    post_form(&mut ada, &lab, None, "test", &[("form[password]", "hunter22"), ("form[password_repeat]", "hunter23")]).await;
    let came = ada.ask("/api/accounts/draft", &serde_json::json!({})).await;
    assert!(!came.json::<Option<AccountDraft>>().unwrap().has_password, "of two passwords none is held");
    ada.call("/api/accounts/drop-draft", &[]).await;
    assert!(ada.ask("/api/accounts/draft", &serde_json::json!({})).await.json::<Option<AccountDraft>>().is_none());
}

#[tokio::test]
async fn a_stored_password_never_travels_to_another_server() {
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = connected(&mut ada, &lab).await;
    let before = lab.logins();
    for change in [("form[server]", "localhost"), ("form[security]", "none")] {
        let changes = [("form[password]", ""), ("form[password_repeat]", ""), ("form[allow_clear_text]", "true"), change];
        for intent in ["test", "save"] {
            let came = post_form(&mut ada, &lab, Some(id), intent, &changes).await;
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?} {intent}: {}", came.text);
        }
    }
    assert_eq!(lab.logins(), before);
}

#[tokio::test]
async fn staff_reach_no_server_of_the_offices_own_network() {
    // DESIGN §8, W6
    let (house, lab) = (House::with_ada().await, lab());
    house.add_user("ben@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    post_form(&mut ben, &lab, None, "test", &[("form[pinned_fingerprint]", "")]).await;
    let draft = ben.ask("/api/accounts/draft", &serde_json::json!({})).await.json::<Option<AccountDraft>>().unwrap();
    assert_ne!(draft.diagnosis.unwrap().verdict, Verdict::Healthy);
    assert_eq!(lab.connections(), 0, "nothing was even dialled");
}

#[tokio::test]
async fn somebody_elses_account_is_not_there() {
    // O28, FP-28
    let (house, lab) = (House::with_ada().await, lab());
    house.add_user("ben@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    let id = connected(&mut house.signed_in("ada@example.com").await, &lab).await;
    let (mut ben, text) = (house.signed_in("ben@example.com").await, id.to_string());
    assert_eq!(ben.ask("/api/accounts/get", &serde_json::json!({ "id": id })).await.status, StatusCode::NOT_FOUND);
    for path in ["enable", "pause", "collect", "download-folders", "select-folders", "share"] {
        let came = ben.call(&format!("/api/accounts/{path}"), &[("id", &text)]).await;
        assert_eq!(came.status, StatusCode::NOT_FOUND, "{path}: {}", came.text);
    }
    assert_eq!(ben.get(&format!("/accounts/{id}/support.txt")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post_form(&mut ben, &lab, Some(id), "test", &[]).await.status, StatusCode::NOT_FOUND);
    let folder = house.office.store.folders(id).await.unwrap()[0].id;
    assert_eq!(
        ben.ask("/api/accounts/sightings", &serde_json::json!({ "folder": folder, "outcome": "filed", "cursor": null })).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ben.ask("/api/letters/mailbox", &serde_json::json!({ "account": id, "cursor": null })).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_address_is_enough_for_a_guess() {
    // FP-11
    let house = House::with_ada().await;
    let guess: Guess = house
        .signed_in("ada@example.com")
        .await
        .ask("/api/accounts/guess", &serde_json::json!({ "address": "ada@gmail.com" }))
        .await
        .json();
    assert_eq!((guess.server.as_str(), guess.port), ("imap.gmail.com", 993));
}
