//! Invitations, links for a new password, the second factor, sessions one by one, the trail as a file.

use crate::browser::{Browser, House, PASSWORD};
use http::StatusCode;
use model::{CentreView, EventRow, FactorState, FactorView, LinkView, Page, PeopleView, Permission, Problem, Role, SessionsView};
use postroom_server::totp;

const DAY: i64 = 24 * 60 * 60 * 1000;
const NEW: &str = "six calm blue whales";

async fn people(browser: &mut Browser) -> PeopleView {
    browser.call("/api/people/all", &[]).await.json()
}

/// Invites Dora and answers the word in her link.
async fn invited(ada: &mut Browser) -> String {
    let fields = [("form[name]", "Dora"), ("form[email]", "Dora@Example.com"), ("role", "staff")];
    let came = ada.call("/api/people/invite", &fields).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let fresh = people(ada).await.fresh.unwrap();
    assert!(fresh.address.starts_with("http://127.0.0.1:3000/welcome?link="), "{}", fresh.address);
    fresh.address.split('=').next_back().unwrap().to_owned()
}

async fn come_in(browser: &mut Browser, link: &str, password: &str) -> crate::browser::Came {
    let fields = [("link", link), ("form[name]", "Dora Dee"), ("form[password]", password), ("form[password_repeat]", password)];
    browser.call("/api/welcome/come-in", &fields).await
}

#[tokio::test]
async fn a_colleague_is_invited_by_a_link_that_works_once_and_is_told_once() {
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let link = invited(&mut ada).await;
        // Told to the session that made it and to no other, and only for a while.
        assert!(people(&mut house.signed_in("ada@example.com").await).await.fresh.is_none());
        let page = ada.get("/settings/people").await;
        assert!(page.text.contains(&link), "{}", page.text);
        ada.call("/api/people/noted", &[]).await;
        assert!(people(&mut ada).await.fresh.is_none());

        let mut dora = house.browser();
        let seen: Option<LinkView> = dora.ask("/api/welcome/look", &serde_json::json!({ "link": link })).await.json();
        assert_eq!(seen.unwrap().email, "dora@example.com");
        assert!(dora.get(&format!("/welcome?link={link}")).await.text.contains("Welcome to Postroom"));
        assert_eq!(come_in(&mut dora, &link, "short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(come_in(&mut house.browser(), "guess", NEW).await.status, StatusCode::CONFLICT);
        let came = come_in(&mut dora, &link, NEW).await;
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        assert_eq!(dora.get("/clients").await.status, StatusCode::OK, "signed in");
        assert_eq!(come_in(&mut house.browser(), &link, NEW).await.status, StatusCode::CONFLICT);
        assert!(house.browser().get(&format!("/welcome?link={link}")).await.text.contains("does not work any more"));

        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        assert!(events.iter().any(|event| event.action == "user.joined" && event.principal == "dora@example.com"), "{events:?}");
        assert!(events.iter().all(|event| !format!("{event:?}").contains(&link)), "no link in the trail");
    }
}

#[tokio::test]
async fn an_invitation_expires_can_be_taken_back_and_gives_no_more_than_its_maker_has() {
    // I10
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let link = invited(&mut ada).await;
    house.clock.advance(7 * DAY);
    assert_eq!(come_in(&mut house.browser(), &link, NEW).await.status, StatusCode::CONFLICT);
    let mut ada = house.signed_in("ada@example.com").await;
    let link = invited(&mut ada).await;
    let id = people(&mut ada).await.links[0].id.to_string();
    assert_eq!(ada.call("/api/people/revoke-link", &[("id", &id)]).await.status, StatusCode::OK);
    assert_eq!(come_in(&mut house.browser(), &link, NEW).await.status, StatusCode::CONFLICT);

    let north = house.office.add_cost_centre(&house.console(), "North").await.unwrap().to_string();
    house.add_user("ben@example.com", Role::Staff, &[Permission::UsersManage]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let fields = [("form[name]", "Eve"), ("form[email]", "eve@example.com"), ("role", "administrator")];
    assert_eq!(ben.call("/api/people/invite", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("form[name]", "Eve"), ("form[email]", "eve@example.com"), ("role", "staff"), ("cost_centres[0]", north.as_str())];
    assert_eq!(ben.call("/api/people/invite", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_link_for_a_new_password_ends_every_session_and_works_for_a_day() {
    let house = House::with_ada().await;
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;
    let (mut ada, mut desk) = (house.signed_in("ada@example.com").await, house.signed_in("ben@example.com").await);
    let make = [("id", ben.to_string())];
    let make: Vec<(&str, &str)> = make.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(ada.call("/api/people/make-reset", &make).await.status, StatusCode::OK);
    let link = people(&mut ada).await.fresh.unwrap().address.split('=').next_back().unwrap().to_owned();
    assert_eq!(desk.get("/clients").await.status, StatusCode::OK, "nothing ends before it is used");
    let mut browser = house.browser();
    let came = come_in(&mut browser, &link, NEW).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::OK, "/sign-in?done=password"), "{}", came.text);
    assert_eq!(desk.get("/clients").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/clients").await.status, StatusCode::SEE_OTHER, "signs in with it first");
    let came = browser.call("/api/session/sign-in", &[("email", "ben@example.com"), ("password", NEW)]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    // I10: with such a link one could sign in as somebody who may more, and read private mail: administrators alone make them.
    house.add_user("cy@example.com", Role::Staff, &[Permission::UsersManage]).await;
    let mut cy = house.signed_in("cy@example.com").await;
    for (door, id) in [("make-reset", "1"), ("make-reset", make[0].1), ("reset-factor", "1"), ("reset-factor", make[0].1)] {
        let came = cy.call(&format!("/api/people/{door}"), &[("id", id)]).await;
        assert!(came.status.is_client_error(), "{door} {id}: {}", came.text);
    }
}

async fn factor(browser: &mut Browser) -> FactorView {
    browser.call("/api/factor/get", &[]).await.json()
}

/// Turns a second factor on; the secret and the recovery codes.
pub async fn enrolled(house: &House, ada: &mut Browser) -> (String, Vec<String>) {
    assert_eq!(ada.call("/api/factor/begin", &[]).await.status, StatusCode::OK);
    let FactorState::Begun(enrolment) = factor(ada).await.state else { panic!("not begun") };
    let secret = enrolment.secret.replace(' ', "");
    assert_eq!(ada.call("/api/factor/confirm", &[("code", "000000")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = totp::code_now(&secret, house.office.now()).unwrap();
    let came = ada.call("/api/factor/confirm", &[("code", &code)]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let view = factor(ada).await;
    assert!(matches!(view.state, FactorState::On { codes_left: 10, .. }), "{view:?}");
    (secret, view.fresh_codes)
}

async fn first_step(house: &House) -> Browser {
    let mut browser = house.browser();
    let came = browser.call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD), ("next", "/clients")]).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::OK, "/sign-in/code?next=/clients"), "{}", came.text);
    assert_eq!(browser.get("/clients").await.status, StatusCode::SEE_OTHER, "half a sign-in opens nothing");
    browser
}

#[tokio::test]
async fn a_code_is_asked_for_taken_once_and_a_recovery_code_helps() {
    // RELIABILITY §4.2, W4; ASVS V6.5.1
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let (secret, codes) = enrolled(&house, &mut ada).await;
        let page = ada.get("/settings/second-factor").await;
        assert!(
            page.text.contains(&codes[0]) && !page.text.contains(&totp::grouped(&secret, " ")),
            "told once it is on: codes, never the secret"
        );

        let same = totp::code_now(&secret, house.office.now()).unwrap();
        let mut browser = first_step(&house).await;
        assert_eq!(browser.call("/api/session/second-step", &[("code", &same)]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a replay");
        house.clock.advance(30_000);
        let code = totp::code_now(&secret, house.office.now()).unwrap();
        let came = browser.call("/api/session/second-step", &[("code", &code), ("next", "/clients")]).await;
        assert_eq!((came.status, came.header("location")), (StatusCode::OK, "/clients"), "{}", came.text);
        assert_eq!(browser.get("/clients").await.status, StatusCode::OK);
        assert!(!browser.cookies.contains_key("postroom_step"), "{:?}", browser.cookies);

        let mut other = first_step(&house).await;
        assert_eq!(other.call("/api/session/second-step", &[("code", &codes[0].to_uppercase())]).await.status, StatusCode::OK);
        assert_eq!(other.get("/clients").await.status, StatusCode::OK);
        let mut again = first_step(&house).await;
        assert_eq!(again.call("/api/session/second-step", &[("code", &codes[0])]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
    }
}

#[tokio::test]
async fn guessing_codes_ends_after_five_and_only_a_recovery_code_opens_then() {
    // W4: five tries at two codes in a million
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let (secret, codes) = enrolled(&house, &mut ada).await;
    house.clock.advance(60_000);
    let mut browser = first_step(&house).await;
    for _ in 0..5 {
        browser.call("/api/session/second-step", &[("code", "000000")]).await;
    }
    let right = totp::code_now(&secret, house.office.now()).unwrap();
    let came = browser.call("/api/session/second-step", &[("code", &right)]).await;
    assert!(came.text.contains("Too many wrong codes"), "{}", came.text);
    assert_eq!(browser.call("/api/session/second-step", &[("code", &codes[1])]).await.status, StatusCode::OK);
    // After a day the program's codes work again; a sign-in that took too long does not.
    let mut late = first_step(&house).await;
    house.clock.advance(11 * 60_000);
    let right = totp::code_now(&secret, house.office.now()).unwrap();
    assert_eq!(late.call("/api/session/second-step", &[("code", &right)]).await.status, StatusCode::CONFLICT);
    assert_eq!(house.browser().call("/api/session/second-step", &[("code", &right)]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_administrator_requires_it_of_everybody_and_takes_one_away() {
    let house = House::with_ada().await;
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;
    let (mut ada, mut desk) = (house.signed_in("ada@example.com").await, house.signed_in("ben@example.com").await);
    let (_, codes) = enrolled(&house, &mut ada).await;
    assert_eq!(ada.call("/api/people/require-factor", &[("required", "true")]).await.status, StatusCode::OK);
    assert_eq!(ada.get("/clients").await.status, StatusCode::OK);
    let came = desk.get("/clients").await;
    assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/settings/second-factor"));
    let list = serde_json::json!({ "words": "", "cursor": null });
    assert_eq!(desk.ask("/api/clients/list", &list).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(desk.get("/settings/second-factor").await.status, StatusCode::OK);
    enrolled(&house, &mut desk).await;
    assert_eq!(desk.get("/clients").await.status, StatusCode::OK);
    assert_eq!(ada.call("/api/factor/drop", &[("code", &codes[3])]).await.status, StatusCode::CONFLICT, "required");
    let id = ben.to_string();
    assert_eq!(ada.call("/api/people/reset-factor", &[("id", &id)]).await.status, StatusCode::OK);
    assert_eq!(desk.get("/clients").await.status, StatusCode::SEE_OTHER);
    ada.call("/api/people/require-factor", &[("required", "false")]).await;
    assert_eq!(ada.call("/api/factor/drop", &[("code", &codes[3])]).await.status, StatusCode::OK);
    assert_eq!(factor(&mut ada).await.state, FactorState::Off);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let (mut here, mut there) = (house.signed_in("ada@example.com").await, house.signed_in("ada@example.com").await);
    house.browser().call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", "wrong password 1")]).await;
    let view: SessionsView = here.call("/api/session/list", &[]).await.json();
    assert_eq!((view.open.len(), view.history.len()), (2, 3), "{view:?}");
    assert!(!view.history[0].good && view.history[1].good, "{:?}", view.history);
    let other = view.open.iter().find(|session| !session.current).unwrap().handle.clone();
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.call("/api/session/end", &[("user", "1"), ("handle", &other)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(here.call("/api/session/end", &[("user", "1"), ("handle", "ffff")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(here.call("/api/session/end", &[("user", "1"), ("handle", &other)]).await.status, StatusCode::OK);
    assert_eq!(there.get("/clients").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("/clients").await.status, StatusCode::OK);
    assert!(here.get("/settings/people/2").await.text.contains("Open sessions"));
}

#[tokio::test]
async fn members_of_a_cost_centre_are_chosen_from_its_side_too() {
    let house = House::with_ada().await;
    let north = house.office.add_cost_centre(&house.console(), "North").await.unwrap().to_string();
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await.to_string();
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(ada.call("/api/cost-centres/members", &[("id", &north), ("members[0]", &ben)]).await.status, StatusCode::OK);
    assert_eq!(ada.call("/api/cost-centres/rename", &[("id", &north), ("name", "Far North")]).await.status, StatusCode::OK);
    let question = serde_json::json!({ "id": north.parse::<i64>().unwrap() });
    let view: CentreView = ada.ask("/api/cost-centres/get", &question).await.json();
    assert_eq!(view.centre.name, "Far North");
    assert!(view.people.iter().any(|(id, .., belongs)| id.to_string() == ben && *belongs), "{view:?}");
    let came = ada.call("/api/cost-centres/rename", &[("id", &north), ("name", " ")]).await;
    assert!(matches!(came.json::<Problem>(), Problem::Invalid(_)));
}

#[tokio::test]
async fn the_trail_is_filtered_and_leaves_as_lines_of_json_with_a_trace() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ada = house.signed_in("ada@example.com").await;
    house.office.add_cost_centre(&house.console(), "North").await.unwrap();
    let ask = |filter: serde_json::Value| serde_json::json!({ "filter": filter, "cursor": null });
    let page: Page<EventRow> = ada.ask("/api/audit/list", &ask(serde_json::json!({ "group": "cost_centre" }))).await.json();
    assert_eq!(
        page.rows.iter().map(|row| (row.action.as_str(), row.about.as_deref())).collect::<Vec<_>>(),
        [("cost_centre.added", Some("North"))]
    );
    let page: Page<EventRow> = ada.ask("/api/audit/list", &ask(serde_json::json!({ "who": "nobody", "until": "1999-01-01" }))).await.json();
    assert!(page.rows.is_empty());
    let file = ada.get("/audit/trail.jsonl?group=cost_centre").await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let lines: Vec<EventRow> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    let newest = house.office.events(&house.console(), None).await.unwrap().rows.remove(0);
    assert_eq!((newest.action.as_str(), newest.detail.as_str()), ("audit.exported", "1 entries"));
    assert_eq!(house.signed_in("ben@example.com").await.get("/audit/trail.jsonl").await.status, StatusCode::FORBIDDEN);
}
