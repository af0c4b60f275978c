//! A letter that is sent when its session has ended keeps its words, without script.

use crate::browser::{Browser, Came, PASSWORD};
use crate::compose::{begin, office, value};
use crate::invitations::enrolled;
use http::StatusCode;
use model::*;
use postroom_server::rates::Cost;

const LONGER_THAN_A_SESSION: i64 = 61 * 60_000;

/// Posts the letter at this address as its page of before had it, with these words.
async fn send(browser: &mut Browser, page: &str, kind: &str, words: &str) -> Came {
    let (csrf, id, version) = (value(page, "csrf"), value(page, "id"), value(page, "version"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("version", &version),
        ("form[to]", "zoe@example.com"),
        ("form[subject]", "The \"lease\""),
        (kind, words),
        ("intent", "send"),
        ("anyway", "yes"),
    ];
    browser.post("/api/compose/save", &fields).await
}

/// The fields of the page that holds a letter, as a browser reads them.
fn held(page: &str) -> Vec<(String, String)> {
    let plain = |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let form = page.split_once("action=\"/api/compose/save\">").unwrap_or_else(|| panic!("no form: {page}")).1;
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (plain(name), plain(rest.split('"').next().unwrap()))
    });
    let words = form.split("name=\"form[body]\"").skip(1).map(|rest| {
        let inside = rest.split_once(">\n").unwrap().1;
        ("form[body]".to_owned(), plain(inside.split("</textarea>").next().unwrap()))
    });
    hidden.chain(words).collect()
}

/// Presses "Go on with the letter".
async fn go_on(browser: &mut Browser, page: &str) -> Came {
    let fields = held(page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post("/api/compose/save", &fields).await
}

async fn sign_in(browser: &mut Browser) {
    let came = browser.call("/api/session/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
}

// FC-20: a session that ends while somebody writes costs no word, however long the letter; and nothing leaves before somebody has looked.
#[tokio::test]
async fn a_letter_sent_after_the_session_has_ended_comes_back_with_its_words() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    let words = "Dear Zoe & <Ben>, “good day” </textarea>.\n".repeat(3_000);
    house.clock.advance(LONGER_THAN_A_SESSION);
    let ended = send(&mut ada, &page, "form[body]", &words).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED, "{}", ended.text);
    assert!(ended.text.contains("Your session has ended") && ended.text.contains("did not leave"), "{}", ended.text);
    assert!(!ada.cookies.contains_key("postroom_typed"), "nothing is kept but by the page itself");
    let kept = held(&ended.text);
    assert!(kept.contains(&("form[body]".into(), words.clone())) && kept.contains(&("form[subject]".into(), "The \"lease\"".into())));
    assert!(kept.iter().all(|(name, _)| !["csrf", "intent", "anyway"].contains(&name.as_str())), "no button comes back as pressed");

    // Too early, it is the same page again.
    let early = go_on(&mut ada, &ended.text).await;
    assert_eq!((early.status, held(&early.text)), (StatusCode::UNAUTHORIZED, kept));
    // Whoever else has signed in finds no letter.
    house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let back = go_on(&mut ben, &ended.text).await.header("location").to_owned();
    assert_eq!(ben.get(&back).await.status, StatusCode::NOT_FOUND);

    sign_in(&mut ada).await;
    let back = go_on(&mut ada, &early.text).await.header("location").to_owned();
    assert!(back.starts_with(&format!("{at}?__path=")), "{back}");
    let shown = ada.get(&back).await.text;
    let written = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert!(shown.contains(&written) && shown.contains("you have signed in again"), "{shown}");
    let rows = house.office.store.outbox(postroom_store::Scope::Everything, OutboxFilter::All, None, 10).await.unwrap();
    assert!(rows.is_empty(), "nothing left");
    assert!(!ada.get(&at).await.text.contains(&written), "and nothing was saved");
    assert_eq!(send(&mut ada, &shown, "form[body]", "Dear Zoe").await.header("location"), format!("{at}/sent"));
}

// FC-20, RELIABILITY §3.3: with its formatting too, which stands nowhere as a part of the page before it was cleaned.
#[tokio::test]
async fn a_letter_with_formatting_sent_after_the_session_has_ended_comes_back_cleaned() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    house.clock.advance(LONGER_THAN_A_SESSION);
    let html = format!("<div>Dear <b>Zoe</b><img src=x onerror=alert(1)></div>{}", "<div>and so on</div>".repeat(1_000));
    let ended = send(&mut ada, &page, "form[html]", &html).await;
    assert!(!ended.text.contains("<b>") && !ended.text.contains("<img"), "{}", ended.text);
    sign_in(&mut ada).await;
    let back = go_on(&mut ada, &ended.text).await.header("location").to_owned();
    let shown = ada.get(&back).await.text;
    assert!(shown.contains("<div>Dear <b>Zoe</b></div><div>and so on</div>") && !shown.contains("alert(1)"), "{shown}");
}

// FC-20: so does an office that comes to require a second factor while somebody writes; what saves by itself takes that for no other window.
#[tokio::test]
async fn a_letter_sent_before_the_second_factor_is_set_up_comes_back_with_its_words() {
    let (house, mut ada, client, _lab) = office().await;
    house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let at = begin(&mut ben, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ben.get(&at).await.text;
    enrolled(&house, &mut ada).await;
    ada.call("/api/people/require-factor", &[("required", "true")]).await;
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    let saved = ben.call("/api/compose/autosave", &[("id", &id), ("version", &version), ("form[to]", "zoe@example.com")]).await;
    assert_eq!(saved.status, StatusCode::PRECONDITION_REQUIRED, "{}", saved.text);
    let first = send(&mut ben, &page, "form[body]", "My last words.").await;
    assert_eq!(first.status, StatusCode::PRECONDITION_REQUIRED, "{}", first.text);
    assert!(first.text.contains("Your office requires a second factor.") && first.text.contains("My last words."), "{}", first.text);
    enrolled(&house, &mut ben).await;
    let back = go_on(&mut ben, &first.text).await.header("location").to_owned();
    assert!(back.starts_with(&format!("{at}?__path=")) && ben.get(&back).await.text.contains("My last words."), "{back}");
}

// FC-20: where too many letters come from one address, the browser keeps the letter, and nothing on the page leads away from it.
#[tokio::test]
async fn a_letter_that_is_not_taken_yet_stays_with_the_browser_and_is_taken_later() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    house.clock.advance(LONGER_THAN_A_SESSION);
    for n in 0..Cost::SignIn.bounds().1 {
        assert_eq!(send(&mut ada, &page, "form[body]", "Dear Zoe").await.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    let waits = send(&mut ada, &page, "form[body]", "Dear Zoe").await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert!(waits.text.contains("Wait 1 second, then reload this page"), "{}", waits.text);
    assert!(!waits.text.contains("class=\"button\"") && !waits.text.contains("Dear Zoe"), "{}", waits.text);
    house.clock.advance(1_000);
    let taken = send(&mut ada, &page, "form[body]", "Dear Zoe").await;
    assert!(held(&taken.text).contains(&("form[body]".to_owned(), "Dear Zoe".to_owned())), "{}", taken.text);
}
