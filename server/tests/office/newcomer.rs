//! What somebody new meets: results that name their clients and can be narrowed, letters on two files, a person without a cost centre, what
//! a change changed.

use crate::accounts::{lab, post_form};
use crate::browser::{House, event};
use crate::letters::{collected_in, history};
use crate::sending::side;
use model::{AccountId, Matches, NarrowBy, Role, SearchResults, Sender};
use serde_json::json;

#[tokio::test]
async fn a_search_is_narrowed_by_what_it_offers_and_finds_what_was_counted() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let ask = |question: &str| json!({ "query": question, "cursor": null });
        // A private letter and two of Zoe's.
        let found: SearchResults = ada.ask("/api/letters/search", &ask("after:1990")).await.json();
        assert_eq!(found.counted, 3);
        let kinds: std::collections::BTreeSet<NarrowBy> = found.narrower.iter().map(|way| way.by).collect();
        assert!(
            kinds.contains(&NarrowBy::Client) && kinds.contains(&NarrowBy::Sender) && kinds.contains(&NarrowBy::Direction),
            "{kinds:?}"
        );
        for way in &found.narrower {
            let narrowed: SearchResults = ada.ask("/api/letters/search", &ask(&format!("{} after:1990", way.term))).await.json();
            assert_eq!((narrowed.matches, narrowed.remarks), (Some(Matches::Exactly(way.letters)), vec![]), "{way:?}");
        }
        let named: Vec<usize> = found.page.rows.iter().map(|row| row.clients.len()).collect();
        assert_eq!(named.iter().sum::<usize>(), 2, "the private letter is on nobody's file: {named:?}");
        let best: SearchResults =
            ada.ask("/api/letters/search", &json!({ "query": "pension", "order": "best", "cursor": null })).await.json();
        assert!(best.page.rows.iter().all(|row| row.clients[0].code == "K1") && best.counted == 2, "{best:?}");

        // O28, P23: whoever may not open the client learns nothing of it, nor of a letter that is only on its file.
        let centre = house.office.add_cost_centre(&house.console(), "North").await.unwrap();
        let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut browser = house.signed_in("ben@example.com").await;
        let blind: SearchResults = browser.ask("/api/letters/search", &ask("after:1990")).await.json();
        assert_eq!((blind.page.rows.len(), blind.narrower.len(), blind.counted), (0, 0, 0));
        let blind: SearchResults = browser.ask("/api/letters/search", &ask("client:k1")).await.json();
        assert_eq!(blind.remarks, ["No client of yours has “k1” in the code, the name or an address."]);
        house.office.change_user(&house.console(), ben, Role::Staff, false, vec![], vec![centre]).await.unwrap();
    }
}

#[tokio::test]
async fn a_letter_on_two_files_names_the_other_and_why() {
    // S2, S12
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        house.office.import_file(&house.console(), b"code,name,partner1\nK9,Yan Two,zoe@example.com\n".to_vec(), false).await.unwrap();
        let rows = history(&mut ada).await;
        assert!(!rows.is_empty() && rows.iter().all(|row| row.clients.len() == 1 && row.clients[0].name == "Yan Two"), "{rows:?}");
        let page = ada.get("/clients/1").await.text;
        assert!(page.contains("Also on Yan Two: ") && page.contains("zoe@example.com is the partner's address 1"), "{page}");
    }
}

#[tokio::test]
async fn a_person_without_a_cost_centre_is_told_of_and_is_told() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut browser = house.signed_in("ben@example.com").await;
    // An office without cost centres shows everybody everything.
    assert!(!ada.get("/settings/people").await.text.contains("Sees no client yet"));
    assert!(!browser.get("/").await.text.contains("You see no client yet"));
    let centre = house.office.add_cost_centre(&house.console(), "North").await.unwrap();
    for path in ["/settings/people".to_owned(), format!("/settings/people/{ben}")] {
        assert!(ada.get(&path).await.text.contains("Sees no client yet"), "{path}");
    }
    assert!(browser.get("/").await.text.contains("Ask an administrator to put you into yours"));
    house.office.change_user(&house.console(), ben, Role::Staff, false, vec![], vec![centre]).await.unwrap();
    assert!(!ada.get("/settings/people").await.text.contains("Sees no client yet"));
    assert!(!browser.get("/").await.text.contains("You see no client yet"));
    let trail = ada.get("/audit?group=user").await.text;
    assert!(trail.contains("cost centres given: North"), "{trail}");
}

#[tokio::test]
async fn the_trail_says_what_a_change_of_a_client_changed_and_stays_whole() {
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        for list in ["code,name,self1\nK1,Zoe,zoe@example.com\n", "code,name,self1\nK1,Zoë Two,zoe@new.example\n"] {
            house.office.import_file(&house.console(), list.as_bytes().to_vec(), false).await.unwrap();
        }
        let trail = ada.get("/audit?group=client").await.text;
        assert!(trail.contains("name “Zoe” became “Zoë Two”; address 1: zoe@example.com → zoe@new.example"), "{trail}");
        assert_eq!(house.office.verify(&house.console()).await.unwrap().findings, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_letter_read_in_its_list_gets_a_frame_of_its_height() {
    let (_house, mut ada, _) = collected_in(House::with_ada().await).await;
    let id = history(&mut ada).await[0].id;
    let page = ada.get(&format!("/clients/1?open={id}")).await.text;
    assert!(page.contains("class=\"letter-open letter-body\"") && page.contains("data-wide=\"0\""), "{page}");
    // What is no letter of one's own is not opened, and the list is shown all the same.
    let page = ada.get("/clients/1?open=99999").await;
    assert!(page.status == http::StatusCode::OK && !page.text.contains("letter-open"), "{}", page.text);
}

// DESIGN §9: the first page goes on until letters can be answered from here, and says of sending what is left, one thing at a time.
#[tokio::test]
async fn setting_up_leads_on_to_sending_and_ends_when_an_account_can_send() {
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    assert!(ada.get("/").await.text.contains("Set-up: 1 of 5 steps done"));
    let central = [("form[central]", "true")];
    post_form(&mut ada, &lab, None, "test", &central).await;
    let saved = post_form(&mut ada, &lab, None, "save", &central).await;
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let outgoing = format!("href=\"/accounts/{id}/sending\"");
    let page = ada.get("/").await.text;
    assert!(page.contains("Set-up: 2 of 5 steps done") && page.contains(&outgoing), "{page}");
    ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
    ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
    house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe,zoe@example.com\n".to_vec(), false).await.unwrap();
    // What is there leads on; a mailbox of the office is read by those it is shared with: at first by whoever connected it (O28).
    house.office.engine.collect_account(id, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let page = ada.get(&format!("/accounts/{id}")).await.text;
    assert!(page.contains(&format!("href=\"/mail/{id}\">Read the letters of this mailbox")), "{page}");
    assert!(page.contains("href=\"/clients/import\">Add clients") && !page.contains("Share the mailbox"), "{page}");
    ada.call("/api/accounts/share", &[("id", &id.to_string())]).await;
    let page = ada.get(&format!("/accounts/{id}")).await.text;
    assert!(page.contains("Share the mailbox") && !page.contains("Read the letters of this mailbox"), "{page}");
    let page = ada.get("/").await.text;
    assert!(page.contains("Last step: answer letters from here") && page.contains(&outgoing) && !page.contains("steps done"), "{page}");
    // An office may want to read only: what is put away is gone for whoever did it, until something else is left.
    house.add_user("bo@example.com", Role::Administrator, &[]).await;
    let away = ada.call("/api/start/put-away", &[]).await;
    assert_eq!(away.header("location"), "/?done=put-away", "{}", away.text);
    assert!(!ada.get("/").await.text.contains("Last step"));
    assert!(ada.get("/?done=put-away").await.text.contains("Sending can be set up whenever you want it"));
    assert!(house.signed_in("bo@example.com").await.get("/").await.text.contains("Last step"), "others did not");

    let (store, address) = (&house.office.store, "office@kontor.example");
    store.keep_sending_side(&side(id, "Kontor", address), None, &event("account.sends")).await.unwrap();
    assert!(ada.get("/").await.text.contains("Test the outgoing server"));
    store.prove_sending(id.0, &event("account.proven")).await.unwrap();
    let user = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    assert!(ada.get("/").await.text.contains(&format!("href=\"/settings/senders/{user}\"")));
    let sender = Sender { name: "Ada".into(), address: address.into(), may_send: true, ..Sender::default() };
    store.keep_sender(user, &sender, &event("sender.kept")).await.unwrap();
    assert!(!ada.get("/").await.text.contains("Last step"));
}
