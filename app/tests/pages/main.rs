//! Every page, drawn by the server for a made-up office: complete, right in status, and usable as a plain form.

#[path = "../office/asking.rs"]
mod asking;
mod complete;
mod forms;
#[path = "../office/mod.rs"]
mod office;

use asking::{answer, get, location, pages};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use office::Scene;

#[tokio::test]
async fn letters_cannot_write_html_into_a_list() {
    // RELIABILITY 3.3: a snippet is text.
    let page = get(Scene::Busy, "/search?q=pension").await;
    assert!(page.text.contains("&lt;b&gt;bold&lt;/b&gt;") && !page.text.contains("<b>bold</b>"));
    let page = get(Scene::Busy, "/messages/102").await;
    assert!(page.text.contains("Annual review &lt;b&gt;") && !page.text.contains("review <b>"));
    let page = get(Scene::Busy, "/messages/100/compare?with=150").await;
    assert!(page.text.contains("<ins>&lt;b&gt;900&lt;/b&gt;</ins>") && !page.text.contains("<b>900"));
}

// WCAG 1.3.1: a list within a line of words is no list to every reader.
#[tokio::test]
async fn the_labels_of_a_letter_are_a_list_of_their_own() {
    let page = get(Scene::Busy, "/messages/102").await.text;
    let before = page.split("aria-label=\"Labels\"").next().unwrap();
    assert!(before.len() < page.len(), "{page}");
    assert_eq!(before.matches("<span").count(), before.matches("</span>").count(), "the list stands within a span: {page}");
}

#[tokio::test]
async fn the_letters_frame_can_do_nothing() {
    // RELIABILITY 3.3, layer 2.
    let page = get(Scene::Busy, "/messages/100").await;
    assert!(page.text.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""));
    assert!(page.text.contains("src=\"/messages/100/body?as=html\""));
    let with_pictures = get(Scene::Busy, "/messages/100?pictures=1").await;
    assert!(with_pictures.text.contains("/messages/100/body?as=html&amp;pictures=1"));
    let plain = get(Scene::Busy, "/messages/100?as=text").await;
    assert!(plain.text.contains("/messages/100/body?as=text"));
    // As tall as the server thinks it is, without a style of its own; and a way to read it alone.
    assert!(page.text.contains("data-wide=\"5\" data-narrow=\"7\""));
    assert!(page.text.contains("href=\"/messages/100/body?as=html&amp;print=1\""));
}

#[tokio::test]
async fn only_who_may_export_is_offered_the_file() {
    let page = get(Scene::Busy, "/messages/100").await;
    assert!(page.text.contains("/messages/100/letter.eml"));
    let page = get(Scene::Busy, "/messages/198").await;
    assert!(!page.text.contains("letter.eml") && page.text.contains("/messages/198/original"));
}

#[tokio::test]
async fn what_is_not_there_or_not_open_answers_404() {
    for path in [
        "/clients/999",
        "/clients/x",
        "/messages/7",
        "/messages/100/compare?with=x",
        "/accounts/77",
        "/settings/people/99",
        "/settings/cost-centres/99",
    ] {
        let page = get(Scene::Busy, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text.contains("Page not found"), "{path}");
    }
}

#[tokio::test]
async fn nobody_signed_in_is_led_to_the_door_and_back() {
    let page = get(Scene::Door, "/clients/1").await;
    assert_eq!(page.status, StatusCode::FOUND);
    assert_eq!(location(&page), "/sign-in?next=/clients/1");
    assert!(!page.text.contains("Hartley"));
    let door = get(Scene::Door, "/sign-in?next=/clients/1").await;
    assert!(door.text.contains("name=\"next\" value=\"/clients/1\""));
}

#[tokio::test]
async fn the_first_run_leads_through_its_steps() {
    assert!(get(Scene::New, "/setup?token=abc").await.text.contains("name=\"token\" value=\"abc\""));
    assert!(get(Scene::New, "/sign-in").await.text.contains("not set up yet"));
    assert!(
        get(Scene::New, "/setup").await.text.contains("Postroom printed the link where it was started"),
        "a stray visit is told what to do"
    );
    let first = get(Scene::Bare, "/").await.text;
    assert!(first.contains("Connect a mailbox") && first.contains("Set-up: 1 of 5 steps done"), "{first}");
    assert!(first.contains("Answer letters from here"), "that one can send too is among the steps: {first}");
    let later = get(Scene::Busy, "/").await;
    assert!(later.text.contains("Clients with the newest letters") && !later.text.contains("steps done"), "{}", later.text);
    assert!(!later.text.contains("Last step"), "an office that sends is asked nothing: {}", later.text);
    assert!(later.text.contains("Needs somebody"), "an account that failed is named on the first page");
}

// TP-45: who opens it before anything is imported learns what comes there, and that nothing is wrong.
#[tokio::test]
async fn email_management_says_what_comes_there_before_anything_does() {
    let page = get(Scene::Bare, "/management").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["No letter comes here yet", "Nothing is wrong", "Import is ticked on its Import tab", "href=\"/accounts\""] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("Subject or sender"), "there is nothing to look for: {}", page.text);
    assert!(get(Scene::Busy, "/management").await.text.contains("Subject or sender"));
}

// TP-11 to TP-17, TP-23 to TP-29: the same fields have the same names on both sides of an account.
#[tokio::test]
async fn incoming_and_outgoing_settings_name_their_fields_alike() {
    for page in ["/accounts/1?tab=server", "/accounts/new?protocol=pop3", "/accounts/new/sending", "/accounts/1/sending"] {
        let text = get(Scene::Busy, page).await.text;
        let fields = [
            ("server", "Server"),
            ("port", "Port"),
            ("security", "Security"),
            ("user_name", "User name"),
            ("password", "Password"),
            ("password_repeat", "Password again"),
            ("timeout_minutes", "Time-out in minutes"),
        ];
        for (field, words) in fields {
            assert!(text.contains(&format!("<label for=\"{field}\">{words}</label>")), "{page}, {field}: {text}");
        }
    }
}

// FP-10 to FP-16: what few people need is folded away, and nothing that must be filled in.
#[tokio::test]
async fn the_form_to_connect_a_mailbox_folds_away_nothing_that_is_required() {
    let text = get(Scene::Bare, "/accounts/new").await.text;
    let form = text.split("name=\"form[protocol]\"").nth(1).unwrap_or_else(|| panic!("no form: {text}"));
    // Outside every fold: before the first, and after the end of each.
    let mut parts = form.split("<details");
    let mut open = parts.next().unwrap_or_default().to_owned();
    let mut folded = String::new();
    for part in parts {
        let (inside, after) = part.split_once("</details>").unwrap_or_else(|| panic!("a fold without an end: {part}"));
        folded.push_str(inside);
        open.push_str(after);
    }
    for field in ["address", "name", "server", "port", "security", "user_name", "password", "password_repeat"] {
        assert!(open.contains(&format!("name=\"form[{field}]\"")), "{field}: {open}");
    }
    for field in ["preset", "timeout_minutes", "connection_limit"] {
        assert!(folded.contains(&format!("name=\"form[{field}]\"")), "{field}: {folded}");
    }
}

#[tokio::test]
async fn inline_scripts_carry_the_nonce() {
    // RELIABILITY 3.3, layer 4.
    let page = get(Scene::Busy, "/clients/1").await;
    for script in page.text.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains("nonce=\""), "<script{tag}>");
    }
    assert!(!page.text.contains("style=\"") && !page.text.contains(" onclick="));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_ask_at_once_and_all_are_answered() {
    let paths =
        ["/clients/1", "/messages/100", "/accounts/1", "/accounts/new", "/settings/people", "/clients/999", "/mail/1", "/search?q=a"];
    let router = pages(Scene::Busy);
    let asking: Vec<_> = (0..160)
        .map(|n| {
            let (router, path) = (router.clone(), paths[n % paths.len()]);
            tokio::spawn(async move {
                (
                    path,
                    answer(router, Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).expect("a request"))
                        .await
                        .status,
                )
            })
        })
        .collect();
    for asked in asking {
        let (path, status) = asked.await.expect("an answer");
        assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&status), "{path}: {status}");
    }
}
