//! Forms as a browser without JavaScript posts them, and as a living page does.

use crate::asking::{ask, get, location, post_plain};
use crate::office::Scene;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

#[tokio::test]
async fn a_plain_form_goes_on_when_it_succeeds_and_ignores_the_token_field() {
    let answer = post_plain("/api/session/sign-in", "/sign-in", "csrf=abc&email=a%40b.c&password=right&next=%2Fclients%2F1").await;
    assert_eq!((answer.status, location(&answer)), (StatusCode::FOUND, "/clients/1"));
    assert!(answer.headers.get(header::SET_COOKIE).is_some_and(|value| value.to_str().is_ok_and(|value| value.starts_with("session=ada"))));
    let elsewhere = post_plain("/api/session/sign-in", "/sign-in", "email=a%40b.c&password=right&next=%2F%2Fevil.example").await;
    assert_eq!(location(&elsewhere), "/");
    let folders = post_plain("/api/accounts/select-folders", "/accounts/1", "csrf=abc&id=1&folders[]=1&folders[]=2").await;
    assert_eq!(location(&folders), "/accounts/1?tab=folders&done=selected");
    let rehearse = post_plain("/api/accounts/select-folders", "/accounts/1", "csrf=abc&id=1&folders[]=1&intent=rehearse").await;
    assert_eq!(location(&rehearse), "/accounts/1?tab=folders&done=rehearsed#rehearsal");
    let start = post_plain("/api/accounts/select-folders", "/accounts/1", "csrf=abc&id=1&folders[]=1&intent=start").await;
    assert_eq!(location(&start), "/accounts/1?tab=ledger&done=enabled");
    let fix = post_plain("/api/accounts/fix", "/accounts/new", "csrf=abc&rung=port").await;
    assert_eq!(location(&fix), "/accounts/new?done=fixed#report");
    let client = "csrf=a&form[name]=N&form[code]=C&form[cost_centre]=&form[self_addresses][0][address]=a@b.c&form[partner_addresses][0][address]=&form[partner_addresses][1][address]=";
    assert_eq!(location(&post_plain("/api/clients/save", "/clients/new", client).await), "/clients/4?done=saved");
    let filing = "csrf=a&form[letter]=103&form[client]=1&form[decision]=keep_off&form[reason]=private";
    assert_eq!(location(&post_plain("/api/history/file", "/messages/103/file?client=1", filing).await), "/clients/1?done=kept-off");
    let filter = "csrf=a&client=1&name=Sent&query=direction%3Dsent";
    assert_eq!(
        location(&post_plain("/api/history/save-filter", "/clients/1", filter).await),
        "/clients/1?direction=sent&done=filter-saved"
    );
    let look = format!("id=2&{client}&intent=look");
    assert_eq!(location(&post_plain("/api/clients/save", "/clients/2/edit", &look).await), "/clients/2/edit?step=look");
    let plan = "csrf=a&party=1&form[text]=1&form[day]=2026-05-31&form[time]=09:00&form[every]=month&form[mode]=send";
    assert_eq!(location(&post_plain("/api/actions/save", "/actions/new?client=1", plan).await), "/actions/1?done=planned");
    let moved = format!("id=1&{plan}");
    assert_eq!(location(&post_plain("/api/actions/save", "/actions/1/edit", &moved).await), "/actions/1?done=moved");
    let again = "csrf=a&id=4&again=true&list=failed";
    assert_eq!(location(&post_plain("/api/actions/settle", "/actions?only=failed", again).await), "/actions?only=failed&done=again");
    assert_eq!(location(&post_plain("/api/actions/open", "/actions", "csrf=a&id=2").await), "/compose/1");
    let keys = post_plain("/api/palette/shortcuts", "/settings/profile", "csrf=a&on=false").await;
    assert_eq!(location(&keys), "/settings/profile?done=shortcuts");
    let user = "csrf=a&id=2&role=staff&granted[]=Clients.Edit&disabled=true";
    assert_eq!(location(&post_plain("/api/people/change", "/settings/people", user).await), "/settings/people/2?done=saved");
    let test =
        "form[preset]=custom&form[address]=a%40b.c&form[name]=N&form[server]=s.example&form[security]=auto&form[central]=true&intent=test";
    assert_eq!(location(&post_plain("/api/accounts/form", "/accounts/new", test).await), "/accounts/new?done=tested#report");
}

#[tokio::test]
async fn a_plain_form_that_fails_says_so_on_its_own_page() {
    // GOV.UK: summary, link to the field, the same words at the field, "Error: " in the title.
    let secret = "hunter2hunter2";
    let answer = post_plain("/api/session/sign-in", "/sign-in", &format!("email=a%40b.c&password={secret}")).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let back = location(&answer).trim_start_matches("http://postroom.example").to_owned();
    assert!(back.starts_with("/sign-in?") && !back.contains(secret));
    let page = get(Scene::Door, &back).await;
    assert!(page.text.contains("There is a problem"), "{}", page.text);
    assert!(page.text.contains("href=\"#password\""));
    assert!(page.text.contains("id=\"password-error\""));
    assert!(page.text.contains("<title>Error: Sign in"));
    assert!(page.text.contains("aria-invalid=\"true\""));
}

// TP-23: what is wrong stands beside each field, of the account and the server too.
#[tokio::test]
async fn a_form_of_an_account_that_only_sends_says_what_is_wrong_beside_each_field() {
    let wrong = "csrf=a&form[name]=&form[server]=&form[port]=x&form[security]=auto&form[sign_in]=own";
    let back = post_plain("/api/sending/save", "/accounts/new/sending", wrong).await;
    let page = get(Scene::Busy, location(&back).trim_start_matches("http://postroom.example")).await.text;
    for field in ["name", "server", "port", "user_name", "password"] {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}: {page}");
    }
}

#[tokio::test]
async fn a_report_of_before_does_not_stand_beside_a_form_that_has_a_problem() {
    // S7: what was typed since is not what was tested then.
    let report = "id=\"report\"";
    assert!(get(Scene::Busy, "/accounts/new").await.text.contains(report));
    let wrong = "form[preset]=custom&form[address]=a%40b.c&form[name]=&form[server]=&form[security]=auto&intent=test";
    let back = post_plain("/api/accounts/form", "/accounts/new", wrong).await;
    let page = get(Scene::Busy, location(&back).trim_start_matches("http://postroom.example")).await;
    assert!(page.text.contains("There is a problem") && !page.text.contains(report), "{}", page.text);
    // No folder ticked: said in the summary and at the boxes.
    let none = post_plain("/api/accounts/select-folders", "/accounts/1?tab=folders", "csrf=abc&id=1&intent=start").await;
    let page = get(Scene::Busy, location(&none).trim_start_matches("http://postroom.example")).await;
    assert!(page.text.contains("href=\"#folders\"") && page.text.contains("id=\"folders-error\""), "{}", page.text);
}

#[tokio::test]
async fn a_living_page_gets_the_status_of_a_refusal() {
    let request = |body: &str| {
        Request::post("/api/session/sign-in")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .expect("a request")
    };
    let refused = ask(Scene::Busy, request("email=a%40b.c&password=wrong")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("The address or the password is not right"));
    let json = Request::post("/api/clients/get")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{\"id\":999}"))
        .expect("a request");
    assert_eq!(ask(Scene::Busy, json).await.status, StatusCode::NOT_FOUND);
    let outside = Request::post("/api/clients/get")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{\"id\":1}"))
        .expect("a request");
    assert_eq!(ask(Scene::Door, outside).await.status, StatusCode::UNAUTHORIZED);
}
