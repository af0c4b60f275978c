//! The same mailbox entered by two people: one collection, both see what they may (O10).

use crate::accounts::{connected, detail, lab, letter, post_form};
use crate::browser::{Browser, Came, House, event};
use http::StatusCode;
use model::{AccountCard, AccountId, JoinOffer, JoinRequest, JoinState, Permission, Preset, Protocol, Role, Security, Start, UserId};
use postroom_lab::imap::ImapLab;
use postroom_store::NewAccount;
use serde_json::json;

/// The same mailbox under a name of one's own, at a server that is called otherwise: what is the same is the address.
async fn connect_again(browser: &mut Browser, lab: &ImapLab) -> Came {
    let own = [
        ("form[name]", "Also mine"),
        ("form[server]", "pop.office.example"),
        ("form[port]", "995"),
        ("form[user_name]", ""),
        ("form[pinned_fingerprint]", ""),
        ("form[protocol]", "pop3"),
    ];
    post_form(browser, lab, None, "save", &own).await
}

/// A tested account of one person, or of the office.
fn of(owner: Option<UserId>, name: &str, address: &str) -> NewAccount {
    NewAccount {
        name: name.into(),
        description: String::new(),
        protocol: Protocol::Imap,
        preset: Preset::Custom,
        address: address.into(),
        server: "mail.office.example".into(),
        port: 993,
        security: Security::Tls,
        user_name: name.into(),
        secret: None,
        timeout_seconds: 60,
        connection_limit: None,
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner,
        reach_anywhere: false,
        tested: true,
    }
}

async fn offer(browser: &mut Browser) -> Option<JoinOffer> {
    browser.ask("/api/join/offer", &json!({})).await.json()
}

async fn mine(browser: &mut Browser) -> Vec<JoinRequest> {
    browser.ask("/api/join/mine", &json!({})).await.json()
}

async fn answer(browser: &mut Browser, id: AccountId, asker: &JoinRequest, share: &str) -> Came {
    browser.call("/api/join/answer", &[("id", &id.to_string()), ("user", &asker.user.to_string()), ("share", share)]).await
}

#[tokio::test]
async fn whoever_connects_a_mailbox_again_may_ask_to_join_and_reads_it_once_it_is_shared() {
    // FP-26, O10, O28
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        house.add_user("zoe@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
        let (mut ada, mut zoe) = (house.signed_in("ada@example.com").await, house.signed_in("zoe@example.com").await);
        let id = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
        lab.deliver("ada", "INBOX", letter("friend@private.example", "office@office.example", "Secret fish", "On Monday?"), &[]);

        assert_eq!(zoe.call("/api/join/ask", &[]).await.status, StatusCode::CONFLICT, "there is nothing to ask for");
        assert_eq!(offer(&mut zoe).await, None);
        let came = connect_again(&mut zoe, &lab).await;
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        assert!(came.text.contains("connected already") && came.text.contains("Office"), "{}", came.text);
        let told = offer(&mut zoe).await.unwrap();
        assert_eq!((told.name.as_str(), told.open, told.asked), ("Office", None, None));
        assert_eq!(zoe.get(&format!("/accounts/{id}")).await.status, StatusCode::NOT_FOUND, "not its letters, nor its page");

        let asked = zoe.call("/api/join/ask", &[]).await;
        assert_eq!((asked.status, asked.header("location")), (StatusCode::OK, "/accounts?done=asked"), "{}", asked.text);
        connect_again(&mut zoe, &lab).await;
        assert_eq!(offer(&mut zoe).await.unwrap().asked, Some(JoinState::Open));
        assert_eq!(zoe.call("/api/join/ask", &[]).await.status, StatusCode::CONFLICT, "asked already");
        assert!(zoe.get("/accounts").await.text.contains("Nobody has answered yet"));

        // Told to those who manage it: on the first page and on the account's own.
        let start: Start = ada.ask("/api/start/get", &json!({})).await.json();
        let request = start.joins[0].clone();
        assert!(start.joins.len() == 1 && request.account == id && request.may_answer, "{request:?}");
        assert!(ada.get("/").await.text.contains("asks to read the account “Office”"));
        assert!(ada.get(&format!("/accounts/{id}")).await.text.contains("Share with"));
        assert_eq!(answer(&mut zoe, id, &request, "true").await.status, StatusCode::NOT_FOUND, "nobody lets himself in");

        assert_eq!(answer(&mut ada, id, &request, "false").await.status, StatusCode::OK);
        assert_eq!(mine(&mut zoe).await[0].state, JoinState::Declined);
        assert!(zoe.get("/accounts").await.text.contains("was declined"));
        assert_eq!(answer(&mut ada, id, &request, "true").await.status, StatusCode::NOT_FOUND, "it is answered");

        connect_again(&mut zoe, &lab).await;
        assert_eq!(zoe.call("/api/join/ask", &[]).await.status, StatusCode::OK);
        assert_eq!(answer(&mut ada, id, &request, "true").await.status, StatusCode::OK);
        let cards: Vec<AccountCard> = zoe.ask("/api/accounts/list", &json!({})).await.json();
        assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["Office"], "one collection, both see it");
        assert!(!cards[0].may_manage && detail(&mut zoe, id).await.joins.is_empty());
        connect_again(&mut zoe, &lab).await;
        assert_eq!(offer(&mut zoe).await.unwrap().open, Some(id));
        let trail = ada.get("/audit").await.text;
        for words in ["asked to read an account", "declined a request", "shared an account with somebody who asked"] {
            assert!(trail.contains(words), "{words}");
        }
    }
}

#[tokio::test]
async fn only_the_owner_lets_somebody_into_his_or_her_own_mailbox() {
    // O28: managing an account is not reading it.
    let (house, lab) = (House::with_ada().await, lab());
    let ben = house.add_user("ben@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    house.add_user("zoe@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    let (mut ada, mut zoe) = (house.signed_in("ada@example.com").await, house.signed_in("zoe@example.com").await);
    let id = house.office.store.add_account(&of(Some(ben), "Ben's", "office@office.example"), &event("account.added")).await.unwrap();
    connect_again(&mut zoe, &lab).await;
    assert!(offer(&mut zoe).await.unwrap().owner.is_some());
    assert_eq!(zoe.call("/api/join/ask", &[]).await.status, StatusCode::OK);
    let start: Start = ada.ask("/api/start/get", &json!({})).await.json();
    assert!(start.joins.len() == 1 && !start.joins[0].may_answer, "told, but not hers to answer");
    assert!(ada.get(&format!("/accounts/{id}")).await.text.contains("Only the owner can share it"));
    assert_eq!(answer(&mut ada, id, &start.joins[0], "true").await.status, StatusCode::CONFLICT);
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(answer(&mut ben, id, &start.joins[0], "true").await.status, StatusCode::OK);
    assert_eq!(mine(&mut zoe).await[0].state, JoinState::Shared);

    // The office's own is shared by whoever manages every account.
    let central = house.office.store.add_account(&of(None, "Central", "desk@office.example"), &event("account.added")).await.unwrap();
    let refused = post_form(&mut zoe, &lab, None, "save", &[("form[address]", "DESK@office.example")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "staff pin no certificate");
    assert_eq!(offer(&mut zoe).await, None, "what was refused before is not offered for what is typed now");
    let own = [("form[name]", "Desk"), ("form[address]", "DESK@office.example"), ("form[pinned_fingerprint]", "")];
    post_form(&mut zoe, &lab, None, "save", &own).await;
    assert_eq!(zoe.call("/api/join/ask", &[]).await.status, StatusCode::OK);
    let start: Start = ada.ask("/api/start/get", &json!({})).await.json();
    assert_eq!(answer(&mut ada, central, &start.joins[0], "true").await.status, StatusCode::OK);
}
