//! Accounts by POP3, from the form to the card, against the lab's own server.

use crate::accounts::detail;
use crate::browser::{Browser, Came, House};
use http::StatusCode;
use model::{AccountId, FolderRole};
use postroom_lab::{
    imap::Tls,
    pop3::{PopFault, PopLab, PopStep},
};

fn lab() -> PopLab {
    let lab = PopLab::start(Tls::StartTls).unwrap();
    for n in 0..3 {
        lab.deliver(format!("From: zoe@example.com\r\nTo: office@office.example\r\nSubject: Letter {n}\r\n\r\nWords.\r\n"));
    }
    lab
}

async fn post(browser: &mut Browser, lab: &PopLab, id: Option<AccountId>, intent: &str, change: &[(&str, &str)]) -> Came {
    let (port, id) = (lab.port().to_string(), id.map(|id| id.to_string()).unwrap_or_default());
    let mut fields = vec![
        ("form[protocol]", "pop3"),
        ("form[name]", "Drop"),
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
        ("form[delete_after_days]", ""),
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

// IT-01 to IT-13, IT-30, O8, O23, TP-10: the fields follow the protocol, the card says what POP3 cannot do, and deleting on the server is
// off until somebody asks for it, which is an event.
#[tokio::test]
async fn a_pop3_account_says_that_it_is_one_sided_and_deletes_only_when_asked() {
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let page = ada.get("/accounts/new?protocol=pop3").await;
    assert!(page.text.contains("995 with TLS") && page.text.contains("one-sided") && !page.text.contains("Server type"), "{}", page.text);
    let refused = post(&mut ada, &lab, None, "save", &[("form[delete_after_days]", "soon")]).await;
    assert!(refused.text.contains("whole number") || refused.header("location").contains("delete_after_days"), "{}", refused.text);
    let tested = post(&mut ada, &lab, None, "test", &[]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    let saved = post(&mut ada, &lab, None, "save", &[]).await;
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let folders = ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
    assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
    let account = detail(&mut ada, id).await;
    assert!(account.tested, "{:?}", account.diagnosis);
    assert_eq!(
        account.folders.iter().map(|folder| (folder.role, folder.letters, folder.selected)).collect::<Vec<_>>(),
        [(Some(FolderRole::Inbox), 3, true)]
    );
    assert!(account.card.warnings.iter().any(|warning| warning.contains("one-sided")), "{:?}", account.card.warnings);
    assert_eq!(account.form.delete_after_days, "");
    let page = ada.get(&format!("/accounts/{id}?tab=folders")).await;
    assert!(page.text.contains("POP3 shows one folder"), "{}", page.text);

    let changed =
        post(&mut ada, &lab, Some(id), "save", &[("form[delete_after_days]", "7"), ("form[password]", ""), ("form[password_repeat]", "")])
            .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    let account = detail(&mut ada, id).await;
    assert_eq!(account.form.delete_after_days, "7");
    assert!(account.tested, "the connection is the same");
    assert!(account.card.warnings.iter().any(|warning| warning.contains("7 days after")), "{:?}", account.card.warnings);
    let page = ada.get("/audit").await;
    assert!(page.text.contains("had letters deleted on the server after they are stored"), "{}", page.text);
}

// S7, IT-33: the same ladder with the same rungs.
#[tokio::test]
async fn a_refused_sign_in_is_told_at_its_rung() {
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    lab.set_fault(PopFault::ErrAt(PopStep::SignIn, "[SYS/PERM] Your account is not enabled for POP access.".into()));
    post(&mut ada, &lab, None, "test", &[]).await;
    let page = ada.get("/accounts/new?protocol=pop3").await;
    assert!(page.text.contains("POP3 is switched off for this mailbox"), "{}", page.text);
}
