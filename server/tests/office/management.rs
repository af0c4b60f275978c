//! Email Management through the pages: what waits, who has it, deeds and their way back, and the letters that are nobody else's (TP-45).

use crate::browser::{Browser, House, event};
use crate::letters::collected_in;
use http::StatusCode;
use model::{
    ContactSide, ImportCause, ImportRehearsal, ImportSettings, Managed, ManagedLetter, ManagedRow, ManagedState, ManagementFilter,
    ManagementPage, Role, UserId,
};
use postroom_store::ContactChange;
use tokio_util::sync::CancellationToken;

struct Desk {
    house: House,
    ada: Browser,
    account: model::AccountId,
    /// The letter of nobody known.
    fishing: ManagedRow,
}

async fn list(browser: &mut Browser, state: ManagedState) -> ManagementPage {
    let filter = ManagementFilter { state, ..ManagementFilter::default() };
    browser.ask("/api/management/list", &serde_json::json!({ "filter": filter, "after": null })).await.json()
}

async fn reservations(house: &House) -> i64 {
    house.office.store.contact_types().await.unwrap().into_iter().find(|kind| kind.name == "Reservations").unwrap().id
}

/// An account that imports reservations of agents: two letters of a client, one of them the office's, and one of nobody.
async fn desks() -> Vec<Desk> {
    let mut desks = Vec::new();
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, account) = collected_in(house).await;
        let settings =
            ImportSettings { on: true, types: vec![(ContactSide::Agent, reservations(&house).await)], ..ImportSettings::default() };
        house.office.store.save_import_settings(account, &settings, &event("account.import_changed")).await.unwrap();
        assert_eq!(list(&mut ada, ManagedState::Waiting).await.rows.len(), 0);
        house.office.engine.import_waiting(&CancellationToken::new()).await.unwrap();
        let fishing = list(&mut ada, ManagedState::Waiting).await.rows.remove(0);
        desks.push(Desk { house, ada, account, fishing });
    }
    desks
}

async fn deed(browser: &mut Browser, id: Managed, deed: &str) -> String {
    let fields = [
        ("ids[0]", id.to_string()),
        ("deed", deed.to_owned()),
        ("reason", "An advertisement".to_owned()),
        ("back", "/management".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let came = browser.call("/api/management/deed", &fields).await;
    assert_eq!(came.status, StatusCode::OK, "{deed}: {}", came.text);
    came.header("location").to_owned()
}

async fn share(desk: &Desk, email: &str, role: Role) -> (UserId, Browser) {
    let user = desk.house.add_user(email, role, &[]).await;
    (user, desk.house.signed_in(email).await)
}

#[tokio::test]
async fn what_was_not_imported_waits_with_its_reason_until_somebody_decides_and_can_be_taken_back() {
    for mut desk in desks().await {
        let (ada, id) = (&mut desk.ada, desk.fishing.id);
        assert_eq!(
            (desk.fishing.cause, desk.fishing.why.as_str()),
            (ImportCause::Unknown, "Nobody here has the address friend@private.example.")
        );
        let page = ada.get("/management").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Fishing") && page.text.contains("Nobody here has the address"), "{}", page.text);
        let left_out = list(ada, ManagedState::LeftOut).await.rows;
        let causes: Vec<ImportCause> = left_out.iter().map(|row| row.cause).collect();
        assert!(causes.contains(&ImportCause::Own) && causes.contains(&ImportCause::Client) && causes.len() == 2, "{causes:?}");
        let letter = ada.get(&format!("/management/{id}")).await;
        assert!(letter.text.contains(&format!("/messages/{}/body", id.letter)) && letter.text.contains("New contact with this address"));

        assert!(deed(ada, id, "discard").await.contains("done=discard&n=1"));
        assert_eq!(list(ada, ManagedState::Waiting).await.waiting, 0);
        let done = list(ada, ManagedState::Done).await.rows.remove(0);
        let closed = done.closed.unwrap();
        assert_eq!((closed.reason.as_str(), closed.by.as_deref()), ("An advertisement", Some("ada")), "{}", desk.fishing.subject);
        assert!(deed(ada, id, "discard").await.contains("passed=1"), "once");
        deed(ada, id, "reopen").await;
        assert_eq!(list(ada, ManagedState::Waiting).await.waiting, 1);
        let none = ada.call("/api/management/deed", &[("deed", "discard"), ("reason", ""), ("back", "/management")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.text);
        let elsewhere = ada
            .call("/api/management/deed", &[("ids[0]", &id.to_string()), ("deed", "take"), ("reason", ""), ("back", "//evil.example")])
            .await;
        assert!(elsewhere.header("location").starts_with("/management?"), "{}", elsewhere.header("location"));
    }
}

#[tokio::test]
async fn two_who_work_on_one_letter_see_each_other_and_nobody_else_sees_it() {
    for mut desk in desks().await {
        let id = desk.fishing.id;
        let (ben, mut bens) = share(&desk, "ben@example.com", Role::Staff).await;
        let (_, mut eves) = share(&desk, "eve@example.com", Role::Administrator).await;
        desk.house.office.store.share_account(desk.account, &[ben], &event("account.shared")).await.unwrap();
        let question = serde_json::json!({ "id": id.to_string() });
        desk.ada.get(&format!("/management/{id}")).await;
        let seen: ManagedLetter = bens.ask("/api/management/letter", &question).await.json();
        assert_eq!(seen.looking, ["ada"]);
        deed(&mut bens, id, "take").await;
        let seen: ManagedLetter = desk.ada.ask("/api/management/letter", &question).await.json();
        assert!(seen.looking == ["ben"] && seen.row.assigned.is_some() && !seen.row.mine, "{seen:?}");
        assert!(deed(&mut desk.ada, id, "discard").await.contains("n=0&settled=0&passed=1"), "Ben has it");
        deed(&mut desk.ada, id, "release").await;
        assert!(deed(&mut desk.ada, id, "discard").await.contains("n=1"));
        // Managing accounts opens no letters (O28).
        assert!(list(&mut eves, ManagedState::Done).await.rows.is_empty());
        assert_eq!(eves.ask("/api/management/letter", &question).await.status, StatusCode::NOT_FOUND);
        assert_eq!(eves.get(&format!("/management/{id}")).await.status, StatusCode::NOT_FOUND);
    }
}

// Who else looks is good to know and worth no wait: written down once, again after half of its time, and never while others hold the
// database.
#[tokio::test]
async fn a_letter_opens_at_once_although_somebody_else_writes() {
    let mut desk = desks().await.remove(0);
    let id = desk.fishing.id;
    let store = &desk.house.office.store;
    let ada = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let question = serde_json::json!({ "id": id.to_string() });
    let database = format!("sqlite:{}", desk.house.folder.path().join("postroom.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let writer = pool.begin_with("begin immediate").await.unwrap();
    assert_eq!(desk.ada.ask("/api/management/letter", &question).await.status, StatusCode::OK);
    writer.rollback().await.unwrap();
    // Whoever writes now has waited for the database.
    desk.house.add_user("ben@example.com", Role::Staff, &[]).await;

    let known_until = async || store.lookers(id, ada, 0).await.unwrap().1;
    assert_eq!(known_until().await, None, "nobody could write it down");
    desk.ada.ask("/api/management/letter", &question).await;
    let first = known_until().await.unwrap();
    desk.house.clock.advance(20_000);
    desk.ada.ask("/api/management/letter", &question).await;
    assert_eq!(known_until().await, Some(first), "looking again changes nothing");
    desk.house.clock.advance(50_000);
    desk.ada.ask("/api/management/letter", &question).await;
    assert_eq!(known_until().await, Some(first + 70_000));
}

#[tokio::test]
async fn a_letter_tried_again_after_a_change_is_imported_and_the_rehearsal_said_so() {
    for mut desk in desks().await {
        let id = desk.fishing.id;
        let contact = ContactChange {
            name: "Fred".into(),
            company: String::new(),
            side: ContactSide::Agent,
            contact_type: reservations(&desk.house).await,
            cost_centre: None,
            addresses: vec![postroom_store::NewClientAddress {
                person: model::Person::Myself,
                slot: 1,
                address: "friend@private.example".into(),
                valid_from: None,
                valid_to: None,
            }],
        };
        desk.house.office.store.save_contact(postroom_store::Scope::Everything, None, &contact, &event("contact.added")).await.unwrap();
        let rehearsed: ImportRehearsal =
            desk.ada.ask("/api/management/rehearsal", &serde_json::json!({ "account": desk.account })).await.json();
        assert_eq!((rehearsed.letters, rehearsed.sums.waiting), (3, 1));
        assert!(rehearsed.causes.contains(&(ImportCause::Contact, 1)), "{rehearsed:?}");
        assert!(deed(&mut desk.ada, id, "retry").await.contains("settled=1"));
        let row = list(&mut desk.ada, ManagedState::Done).await.rows.remove(0);
        assert_eq!((row.cause, row.party.map(|party| party.1).as_deref()), (ImportCause::Contact, Some("Fred")));
        let trail = desk.ada.get("/audit?group=import").await;
        assert!(trail.text.contains("let the import rules look at a letter again"), "{}", trail.text);
    }
}
