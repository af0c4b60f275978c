//! Set-up, sign-in, sessions, passwords (DESIGN §10, RELIABILITY §4.2).

use crate::browser::{House, NOW, PASSWORD};
use http::StatusCode;
use model::{Permission, Problem, Role};

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn before_set_up_every_page_leads_there_and_the_link_works_once() {
    let house = House::new().await;
    let mut browser = house.browser();
    for path in ["/", "/clients", "/sign-in", "/accounts/new"] {
        let came = browser.get(path).await;
        assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/setup"), "{path}");
    }
    assert_eq!(browser.get("/setup").await.status, StatusCode::OK);
    let token = house.office.new_set_up_token();
    let fields = |token: &str| {
        [
            ("token", token.to_owned()),
            ("form[name]", "Ada".into()),
            ("form[email]", "Ada@Example.com".into()),
            ("form[password]", PASSWORD.into()),
            ("form[password_repeat]", PASSWORD.into()),
        ]
    };
    let post = |token: String| {
        let fields = fields(&token);
        let mut browser = house.browser();
        async move {
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let came = browser.call("/api/session/set-up", &pairs).await;
            (browser, came)
        }
    };
    let (_, wrong) = post("guess".into()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let (mut ada, right) = post(token.clone()).await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.text);
    assert_eq!(ada.get("/clients").await.status, StatusCode::OK);
    let (_, again) = post(token).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(house.browser().get("/setup").await.header("location"), "/sign-in");
}

#[tokio::test]
async fn the_session_cookie_is_new_at_every_sign_in_and_the_old_one_ends() {
    // ASVS V7.2.4
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let before = ada.clone();
    ada.call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_ne!(before.cookies["postroom_session"], ada.cookies["postroom_session"]);
    assert_eq!(before.clone().get("/clients").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/clients").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_needs_a_session_leads_to_sign_in_and_back() {
    let house = House::with_ada().await;
    let came = house.browser().get("/clients/7?person=partner").await;
    assert_eq!(came.header("location"), "/sign-in?next=/clients/7%3Fperson%3Dpartner");
}

#[tokio::test]
async fn a_session_ends_after_an_hour_unused_and_after_twelve_hours_in_any_case() {
    let house = House::with_ada().await;
    let mut idle = house.signed_in("ada@example.com").await;
    house.clock.advance(61 * MINUTE);
    assert_eq!(idle.get("/clients").await.status, StatusCode::SEE_OTHER);
    let mut busy = house.signed_in("ada@example.com").await;
    for _ in 0..14 {
        house.clock.advance(50 * MINUTE);
        assert_eq!(busy.get("/clients").await.status, StatusCode::OK);
    }
    house.clock.advance(50 * MINUTE);
    assert_eq!(busy.get("/clients").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_look_the_same() {
    let house = House::with_ada().await;
    let wrong = house.browser().call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", "not this one")]).await;
    let unknown = house.browser().call("/api/session/sign-in", &[("email", "nobody@example.com"), ("password", "not this one")]).await;
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn guessing_is_slowed_down_but_a_known_browser_still_gets_in() {
    let house = House::with_ada().await;
    let mut desk = house.signed_in("ada@example.com").await;
    let csrf = desk.csrf().await;
    desk.post("/api/session/sign-out", &[("csrf", &csrf)]).await;
    assert!(!desk.cookies.contains_key("postroom_session") && desk.cookies.contains_key("postroom_browser"), "{:?}", desk.cookies);
    let mut stranger = house.browser();
    let mut last = StatusCode::OK;
    for _ in 0..6 {
        last = stranger.call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", "a guess, one of many")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let came = desk.call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    for house in House::everywhere_with_ada().await {
        let (mut here, mut there) = (house.signed_in("ada@example.com").await, house.signed_in("ada@example.com").await);
        let wrong = here
            .call(
                "/api/people/change-password",
                &[("current", "nonsense"), ("password", "another long one"), ("password_repeat", "another long one")],
            )
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let right = here
            .call(
                "/api/people/change-password",
                &[("current", PASSWORD), ("password", "another long one"), ("password_repeat", "another long one")],
            )
            .await;
        assert_eq!(right.status, StatusCode::OK, "{}", right.text);
        assert_eq!(here.get("/clients").await.status, StatusCode::OK);
        assert_eq!(there.get("/clients").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_stays_out() {
    let house = House::with_ada().await;
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut desk = house.signed_in("ben@example.com").await;
    house.office.change_user(&house.console(), ben, Role::Staff, true, vec![], vec![]).await.unwrap();
    assert_eq!(desk.get("/clients").await.status, StatusCode::SEE_OTHER);
    let came = house.browser().call("/api/session/sign-in", &[("email", "ben@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_manages_users_cannot_grant_more_than_he_or_she_holds() {
    // I10
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[Permission::UsersManage]).await;
    let cy = house.add_user("cy@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let id = cy.to_string();
    let change = |role: &'static str, key: &'static str| [("id", id.clone()), ("role", role.to_owned()), ("granted[0]", key.to_owned())];
    for (role, key) in [("staff", "Audit.View"), ("administrator", "Users.Manage")] {
        let fields = change(role, key);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let came = ben.call("/api/people/change", &pairs).await;
        assert!(came.status.is_client_error(), "{role} {key}: {} {}", came.status, came.text);
    }
    let came = ben
        .call(
            "/api/people/add",
            &[
                ("form[name]", "Dee"),
                ("form[email]", "dee@example.com"),
                ("form[password]", PASSWORD),
                ("form[password_repeat]", PASSWORD),
                ("role", "administrator"),
            ],
        )
        .await;
    assert!(matches!(came.json::<Problem>(), Problem::Invalid(_)), "{}", came.text);
}

#[tokio::test]
async fn signing_in_and_out_and_refusals_are_in_the_audit_trail() {
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        house.browser().call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", "wrong password 1")]).await;
        ada.call("/api/session/sign-out", &[]).await;
        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(&actions[..3], ["session.ended", "session.refused", "session.started"]);
        assert!(events.iter().all(|event| event.at >= NOW && !event.detail.contains("wrong password")));
        assert!(house.office.verify(&house.console()).await.unwrap().findings.is_empty());
    }
}

#[tokio::test]
async fn without_script_what_was_typed_comes_back_once_and_no_password_with_it() {
    // STYLE 1.11: keep what was typed, right or wrong
    let house = House::with_ada().await;
    let mut browser = house.browser();
    let came = browser
        .post("/api/session/sign-in", &[("email", "zoë@example.com"), ("password", "not the right one"), ("next", "/clients")])
        .await;
    assert!(came.status.is_redirection(), "{}", came.text);
    let back = came.header("location").replace("http://127.0.0.1:3000/", "/sign-in");
    assert!(!back.contains("zo") && browser.cookies.contains_key("postroom_typed"), "{back} {:?}", browser.cookies);
    let page = browser.get(&back).await;
    assert!(page.text.contains("value=\"zoë@example.com\"") && !page.text.contains("not the right one"), "{}", page.text);
    assert!(!browser.cookies.contains_key("postroom_typed"), "shown once");
    assert!(!browser.get("/sign-in").await.text.contains("zoë@example.com"));
}

#[tokio::test]
async fn a_form_too_long_for_a_cookie_comes_back_whole_once_and_only_to_its_session() {
    // STYLE 1.11
    let house = House::with_ada().await;
    let (mut ada, mut other) = (house.signed_in("ada@example.com").await, house.signed_in("ada@example.com").await);
    let long = "Zoë Quick ".repeat(2_000);
    let csrf = ada.csrf().await;
    let fields =
        [("csrf", csrf.as_str()), ("form[name]", &long), ("form[email]", "nowhere"), ("form[password]", "never echoed"), ("role", "staff")];
    for _ in 0..2 {
        let came = ada.post("/api/people/add", &fields).await;
        assert!(came.status.is_redirection() && came.header("location").contains("__err="), "{}", came.text);
        assert_eq!(ada.cookies.get("postroom_typed").map(String::as_str), Some("held"));
        let back = came.header("location").replace("http://127.0.0.1:3000/", "/settings/people");
        other.cookies.insert("postroom_typed".into(), "held".into());
        assert!(!other.get(&back).await.text.contains("Quick"), "another session has nothing of it");
        let page = ada.get(&back).await;
        assert!(page.text.contains(&format!("value=\"{long}\"")) && !page.text.contains("never echoed"), "{}", page.status);
        assert!(!ada.cookies.contains_key("postroom_typed"), "shown once");
    }
    ada.cookies.insert("postroom_typed".into(), "held".into());
    assert!(!ada.get("/settings/people").await.text.contains("Quick"), "and then forgotten");
}
