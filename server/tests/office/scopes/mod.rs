//! Another scope's ids, at every door there is (RELIABILITY W1, W2; DESIGN §10).
//!
//! Generated from the permission table, so nothing that is added can be forgotten. The table of what each function does with a
//! foreign id is `table.rs`; it says how to add a line.

mod table;
mod world;

use crate::browser::{Browser, Came, ours};
use axum::body::Body;
use http::{Method, StatusCode, header};
use model::{Permission, Role};
use postroom_server::permissions::{Kind, Rule, TABLE};
use serde_json::Value;
use std::collections::BTreeSet;
use table::{ADDRESSES, LINES, Line, Must, id_of, query_of};
use world::{ACCOUNT, COLLEAGUE, OWN, SECRET, World};

fn rule_of(path: &str) -> &'static Rule {
    TABLE.iter().find(|rule| rule.path == path).unwrap_or_else(|| panic!("scopes/table.rs names {path}, which is no door any more"))
}

/// JSON as the fields of a form: `form[name]`, `folders[0]`.
fn fields_of(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (key, value) in map {
                fields_of(&if name.is_empty() { key.clone() } else { format!("{name}[{key}]") }, value, out);
            }
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(n, value)| fields_of(&format!("{name}[{n}]"), value, out)),
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        other => out.push((name.to_owned(), other.to_string())),
    }
}

/// Asks in the way that the function reads: some read a form, some JSON. The form first: one whose fields may all be missing would
/// take JSON for an empty form.
async fn ask(browser: &mut Browser, line: &Line, question: &Value) -> Came {
    let mut fields = Vec::new();
    fields_of("", question, &mut fields);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let misread = |came: &Came| came.text.contains("\"Unexpected\":\"form\"") || came.text.contains("\"Unexpected\":\"wire\"");
    let came = browser.call(line.path, &pairs).await;
    if !misread(&came) {
        return came;
    }
    let came = browser.ask(line.path, question).await;
    assert!(!misread(&came), "{} does not understand the question of its line in scopes/table.rs: {question}", line.path);
    came
}

/// The first of the words that comes out anywhere: head or body.
fn leak<'a>(came: &Came, words: &[&'a str]) -> Option<&'a str> {
    let whole = format!("{:?} {}", came.headers, came.text).to_lowercase();
    words.iter().find(|word| whole.contains(**word)).copied()
}

fn is_refusal(came: &Came) -> bool {
    came.status.is_client_error()
}

#[test]
fn every_server_function_says_what_it_does_with_another_scopes_ids() {
    // W1: the table cannot fall behind.
    let doors: BTreeSet<&str> = TABLE.iter().filter(|rule| rule.kind == Kind::Call).map(|rule| rule.path).collect();
    let lines: BTreeSet<&str> = LINES.iter().map(|line| line.path).collect();
    let without: Vec<_> = doors.difference(&lines).collect();
    assert!(without.is_empty(), "Add one line each to server/tests/office/scopes/table.rs (its head says how): {without:#?}");
    let gone: Vec<_> = lines.difference(&doors).collect();
    assert!(gone.is_empty(), "These lines of scopes/table.rs have no door any more: {gone:#?}");
}

#[tokio::test]
async fn another_scopes_ids_answer_404_and_not_a_word_of_it_comes_out() {
    // W2, O28, P23, DESIGN §10
    let mut w = World::of_ann_alone().await;
    let mut wrong: Vec<String> = Vec::new();

    // What Ann is shown must not change when Bob gets as much: no count, no cursor, no remark may tell of him.
    let mut before = Vec::new();
    for line in LINES.iter().filter(|line| line.must == Must::ListOwn) {
        let mut ann = w.browser_of(w.ann.user).await;
        before.push(ask(&mut ann, line, &(line.question)(&w)).await);
    }
    w.bob_moves_in().await;
    for (line, before) in LINES.iter().filter(|line| line.must == Must::ListOwn).zip(before) {
        let mut ann = w.browser_of(w.ann.user).await;
        let after = ask(&mut ann, line, &(line.question)(&w)).await;
        if before.status != StatusCode::OK && rule_of(line.path).lets_in(Some(&viewer(&w))) {
            wrong.push(format!("{} does not answer Ann: {} {}", line.path, before.status, before.text));
        }
        let same = before.text.replace(csrf_of(&before), "") == after.text.replace(csrf_of(&after), "");
        if !same {
            wrong.push(format!("{} tells Ann something else once Bob has things:\n{}\n{}", line.path, before.text, after.text));
        }
    }

    let bobs_before = bobs_answers(&w, &mut wrong).await;
    w.both_get_a_letter().await;
    ann_asks_for_everything(&w, &mut wrong).await;
    ann_opens_everything(&w, &mut wrong).await;
    everybodys_permissions_do_not_open_letters(&w, &mut wrong).await;
    let bobs_after = bobs_answers(&w, &mut Vec::new()).await;
    for ((line, before), (_, after)) in bobs_before.iter().zip(&bobs_after) {
        // The letter to both arrived in between, so only what names one thing stays as it was.
        if line.must == Must::NotFound && line.path.ends_with("/get") && line.path != "/api/accounts/get" && before.text != after.text {
            wrong.push(format!("{}: something of Bob's has changed:\n{}\n{}", line.path, before.text, after.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn viewer(w: &World) -> model::Viewer {
    model::Viewer {
        id: w.ann.user,
        name: "ann".into(),
        email: "ann@example.com".into(),
        role: Role::Staff,
        granted: OWN.to_vec(),
        csrf: String::new(),
        shortcuts: true,
    }
}

/// The form token differs with each session; everything else must not.
fn csrf_of(came: &Came) -> &str {
    came.text.split("\"csrf\":\"").nth(1).and_then(|rest| rest.split('"').next()).filter(|token| !token.is_empty()).unwrap_or("\0")
}

/// Bob is answered, with his own words: else Ann's empty answers would prove nothing.
async fn bobs_answers(w: &World, wrong: &mut Vec<String>) -> Vec<(&'static Line, Came)> {
    let mut answers = Vec::new();
    for line in LINES.iter().filter(|line| matches!(line.must, Must::NotFound | Must::ListOwn)) {
        let rule = rule_of(line.path);
        if rule.changes || !rule.lets_in(Some(&viewer(w))) {
            continue;
        }
        let mut bob = w.browser_of(w.bob.user).await;
        let came = ask(&mut bob, line, &(line.question)(w)).await;
        if came.status != StatusCode::OK {
            wrong.push(format!("{} does not answer Bob about his own: {} {}", line.path, came.status, came.text));
        } else if line.tells && leak(&came, &[SECRET, ACCOUNT]).is_none() {
            wrong.push(format!(
                "{} tells Bob none of his own words, so it proves nothing. Ask it for something of his, or add `.wordless()`: {}",
                line.path, came.text
            ));
        }
        answers.push((line, came));
    }
    answers
}

async fn ann_asks_for_everything(w: &World, wrong: &mut Vec<String>) {
    for line in LINES.iter().filter(|line| line.must != Must::Office) {
        let mut ann = w.browser_of(w.ann.user).await;
        let came = ask(&mut ann, line, &(line.question)(w)).await;
        let good = if !rule_of(line.path).lets_in(Some(&viewer(w))) {
            came.status == StatusCode::FORBIDDEN
        } else {
            match line.must {
                Must::NotFound => came.status == StatusCode::NOT_FOUND,
                Must::Refuse => is_refusal(&came),
                Must::ListOwn | Must::Office => came.status == StatusCode::OK,
            }
        };
        if !good {
            wrong.push(format!("{} answers Ann {} where {:?} was due: {}", line.path, came.status, line.must, came.text));
        }
        let words: &[&str] = if line.colleagues { &[SECRET, ACCOUNT] } else { &[SECRET, ACCOUNT, COLLEAGUE] };
        if let Some(word) = leak(&came, words) {
            wrong.push(format!("{} tells Ann {word}: {}", line.path, came.text));
        }
    }
}

/// Every page, file and stream by its address, with Bob's ids in it.
async fn ann_opens_everything(w: &World, wrong: &mut Vec<String>) {
    let ann = w.browser_of(w.ann.user).await;
    for rule in TABLE.iter().filter(|rule| rule.method == Method::GET && matches!(rule.kind, Kind::Page | Kind::File)) {
        if rule.path == "/events/progress" {
            continue; // never ends; has a test of its own
        }
        let names = rule.path.contains('{');
        let path = if names { fill_in(rule.path, w) } else { rule.path.to_owned() };
        let came = ann.clone().get(&path).await;
        // Document texts are the whole office's.
        let shared = rule.path.starts_with("/settings/texts/");
        if names && !shared && came.status != StatusCode::NOT_FOUND && rule.lets_in(Some(&viewer(w))) {
            wrong.push(format!("{path} answers Ann {} where 404 was due", came.status));
        }
        if let Some(word) = leak(&came, &[SECRET, ACCOUNT, COLLEAGUE]) {
            wrong.push(format!("{path} tells Ann {word}"));
        }
        if names && rule.lets_in(Some(&viewer(w))) {
            let came = w.browser_of(w.bob.user).await.get(&path).await;
            if came.status != StatusCode::OK {
                wrong.push(format!("{path} does not answer Bob about his own: {}", came.status));
            }
            // Looked at here, since these pages are filled here.
            let strays = if rule.kind == Kind::Page { crate::fields::strays(&came.text) } else { Vec::new() };
            if !strays.is_empty() {
                wrong.push(format!("{path} has fields in no form: {strays:#?}"));
            }
        }
    }
    let mut paths: Vec<String> = ADDRESSES.iter().map(|address| address(w)).collect();
    // The letter to a client of each is Ann's to read, but neither Bob's other client nor his mailbox is.
    let joint = w.joint.unwrap();
    paths.extend(["", "/body?as=html", "/original", "/letter.eml"].map(|rest| format!("/messages/{joint}{rest}")));
    for path in paths {
        let came = ann.clone().get(&path).await;
        if let Some(word) = leak(&came, &[SECRET, ACCOUNT, COLLEAGUE]) {
            wrong.push(format!("{path} tells Ann {word}"));
        }
        if path.starts_with(&format!("/messages/{joint}")) && came.status != StatusCode::OK {
            wrong.push(format!("{path} is Ann's to read, but it answers {}", came.status));
        }
    }
}

fn fill_in(pattern: &str, w: &World) -> String {
    let parts: Vec<String> = pattern
        .split('/')
        .map(|part| match part {
            "{n}" => "0".to_owned(),
            "{statement}" => w.bob.statement.to_string(),
            part if part.starts_with('{') => id_of(pattern, w),
            part => part.to_owned(),
        })
        .collect();
    parts.join("/") + &query_of(pattern, w)
}

/// Somebody who is not an administrator, with every permission there is, still reads no letter and no client of the South: permissions
/// open doors, cost centres and mailboxes decide what is behind them. The trail, the people and the accounts are the office's.
async fn everybodys_permissions_do_not_open_letters(w: &World, wrong: &mut Vec<String>) {
    let max = w.house.add_user("max@example.com", Role::Staff, Permission::ALL).await;
    let event = crate::browser::event("user.changed");
    w.house.office.store.change_user(max, Role::Staff, false, Permission::ALL, &[w.ann.centre], &event).await.unwrap();
    for line in LINES.iter().filter(|line| line.must != Must::Office && !rule_of(line.path).changes) {
        if ["/api/cost-centres/", "/api/accounts/", "/api/health/statement"].iter().any(|start| line.path.starts_with(start)) {
            continue; // names of cost centres and folders are for those who look after them
        }
        let mut browser = w.browser_of(max).await;
        let came = ask(&mut browser, line, &(line.question)(w)).await;
        if let Some(word) = leak(&came, &[SECRET]) {
            wrong.push(format!("{} tells {word} to somebody with every permission: {}", line.path, came.text));
        }
    }
}

#[tokio::test]
async fn progress_of_another_scopes_collection_is_not_told() {
    // W2: events too.
    use futures::StreamExt;
    use tower::ServiceExt;
    let mut w = World::of_ann_alone().await;
    w.bob_moves_in().await;
    let ann = w.browser_of(w.ann.user).await;
    let cookie = format!("postroom_session={}", ann.cookies["postroom_session"]);
    let request = crate::browser::request(Method::GET, "/events/progress").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = w.house.router.clone().oneshot(request).await.unwrap();
    let mut stream = response.into_body().into_data_stream();
    let stop = tokio_util::sync::CancellationToken::new();
    w.house.office.engine.collect_account(w.bob.account, &stop).await.unwrap();
    w.house.office.engine.collect_account(w.ann.account, &stop).await.unwrap();
    let mut told = String::new();
    while !told.contains("\"finished\":true") {
        told.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
    }
    assert!(told.contains(&format!("\"account_id\":{}", w.ann.account)), "{told}");
    assert!(!told.contains(&format!("\"account_id\":{}", w.bob.account)), "{told}");
    assert!(![SECRET, ACCOUNT, COLLEAGUE].iter().any(|word| told.contains(word)), "{told}");
}

#[tokio::test]
async fn each_mix_of_role_and_permissions_opens_its_own_doors_only() {
    // W1, I10: nobody, staff with nothing, with each single permission, with all but that one; and administrators.
    let house = crate::browser::House::with_ada().await;
    let mut mixes: Vec<(String, Vec<Permission>)> = vec![("none".into(), vec![])];
    for permission in Permission::ALL {
        mixes.push((format!("only {}", permission.key()), vec![*permission]));
        mixes
            .push((format!("all but {}", permission.key()), Permission::ALL.iter().copied().filter(|other| other != permission).collect()));
    }
    let mut wrong = Vec::new();
    for (n, (name, granted)) in mixes.iter().enumerate() {
        let user = house.add_user(&format!("mix{n}@example.com"), Role::Staff, granted).await;
        let token = postroom_server::tokens::new_token();
        let hash = postroom_server::tokens::digest(&token);
        house.office.store.start_session(&hash, user, house.office.now(), "127.0.0.1", "test").await.unwrap();
        let mut browser = house.browser();
        browser.cookies.insert("postroom_session".into(), token);
        let viewer = model::Viewer {
            id: user,
            name: String::new(),
            email: String::new(),
            role: Role::Staff,
            granted: granted.clone(),
            csrf: String::new(),
            shortcuts: true,
        };
        for rule in TABLE.iter().filter(|rule| matches!(rule.who, postroom_server::permissions::Who::Needs(_))) {
            if rule.lets_in(Some(&viewer)) && rule.kind == Kind::Page {
                continue; // drawing every page for every mix takes minutes and says nothing more
            }
            let path = rule.path.replace("{id}", "999").replace("{account}", "999").replace("{n}", "0");
            let came = if rule.method == Method::POST {
                let post = ours(&path).header(header::ACCEPT, "application/json").header(header::CONTENT_TYPE, crate::browser::FORM);
                browser.clone().send(post.body(Body::empty()).unwrap()).await
            } else {
                browser.clone().get(&path).await
            };
            if (came.status == StatusCode::FORBIDDEN) == rule.lets_in(Some(&viewer)) && rule.path != "/upload/clients" {
                wrong.push(format!("{} {} with {name}: {}", rule.method, rule.path, came.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
