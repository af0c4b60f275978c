//! The JSON API: each operation, and each refusal. Tokens, not sessions; problems, not pages.

use crate::browser::{Came, House, NOW, PASSWORD, event, request};
use crate::sending::smtp_account;
use axum::body::Body;
use http::{Method, StatusCode, header};
use model::{ApiScope, CostCentreId, OutboxFilter, Permission, Role, TokenForm};
use postroom_server::http::{OPERATIONS, description};
use postroom_store::Scope;
use serde_json::{Value, json};

pub const ALL: &[&str] = &["clients.read", "clients.write", "letters.read", "letters.send"];

pub async fn token(house: &House, name: &str, scopes: &[&str], centre: Option<CostCentreId>, days: &str) -> String {
    let form = TokenForm {
        name: name.into(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        centre: centre.map(|id| id.to_string()).unwrap_or_default(),
        web: String::new(),
        days: days.into(),
    };
    house.office.make_token(&house.console(), None, &form).await.unwrap()
}

pub struct System<'h> {
    pub house: &'h House,
    pub word: String,
}

impl System<'_> {
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Came {
        let mut builder = request(method, path);
        if !self.word.is_empty() {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {}", self.word));
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let came = self.house.browser().send(builder.body(body).unwrap()).await;
        if came.status.is_client_error() {
            let problem: Value = came.json();
            assert_eq!(came.header("content-type"), "application/problem+json", "{path}");
            assert_eq!(problem["status"].as_u64(), Some(u64::from(came.status.as_u16())));
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '…'])), "{problem}");
        }
        assert!(!came.status.is_server_error(), "{path}: {}", came.text);
        came
    }

    pub async fn get(&self, path: &str) -> Came {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Came {
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        self.send(method, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn put(&self, code: &str, body: Value) -> Came {
        self.json(Method::PUT, &format!("/api/v1/clients/{code}"), &[], &body).await
    }

    pub async fn letter(&self, key: &str, body: &Value) -> Came {
        self.json(Method::POST, "/api/v1/letters", &[("idempotency-key", key)], body).await
    }
}

pub fn letter(client: &str) -> Value {
    json!({ "client": client, "to": ["ann@north.example"], "subject": "Your file", "text": "Good day." })
}

// W1: the table, the description and the router name the same.
#[tokio::test]
async fn every_operation_is_described_and_needs_its_scope() {
    let described: Value = serde_json::from_str(&description()).unwrap();
    let mut named: Vec<String> = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        named.extend(operations.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let mut table: Vec<String> = OPERATIONS.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
    named.sort();
    table.sort();
    assert_eq!(named, table);

    let house = House::with_ada().await;
    for operation in OPERATIONS {
        let path = operation.path.replace("{code}", "A").replace("{id}", "1");
        let nobody = System { house: &house, word: String::new() };
        let came = nobody.json(operation.method.clone(), &path, &[], &json!({})).await;
        let Some(scope) = operation.scope else {
            assert_eq!(came.status, StatusCode::OK);
            continue;
        };
        assert_eq!(came.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(came.header("www-authenticate").starts_with("Bearer"));
        let others: Vec<&str> = ALL.iter().copied().filter(|word| *word != scope.as_str()).collect();
        let word = token(&house, &format!("without {path} {}", operation.method), &others, None, "").await;
        let came = System { house: &house, word }.json(operation.method.clone(), &path, &[], &json!({})).await;
        assert_eq!(came.status, StatusCode::FORBIDDEN, "{path}");
        assert!(came.text.contains(scope.as_str()));
    }
    let system = System { house: &house, word: token(&house, "all", ALL, None, "").await };
    assert_eq!(system.get("/api/v1/nothing").await.status, StatusCode::NOT_FOUND);
    let other = system.send(Method::DELETE, "/api/v1/clients/A", &[], Body::empty()).await;
    assert_eq!((other.status, other.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, PUT, HEAD"));
}

// DESIGN §10: a session is no token, and a token that ended is none either.
#[tokio::test]
async fn only_a_token_that_works_lets_in() {
    let house = House::with_ada().await;
    let word = token(&house, "CRM", ALL, None, "2").await;
    let system = System { house: &house, word: word.clone() };
    assert_eq!(system.get("/api/v1/clients/A").await.status, StatusCode::NOT_FOUND, "let in");
    for wrong in [word.to_uppercase(), word[..20].to_owned(), format!("{word}x"), PASSWORD.to_owned()] {
        let came = System { house: &house, word: wrong }.get("/api/v1/clients/A").await;
        assert_eq!(came.status, StatusCode::UNAUTHORIZED);
    }
    let came = house.signed_in("ada@example.com").await.get("/api/v1/clients/A").await;
    assert_eq!(came.status, StatusCode::UNAUTHORIZED, "a session does not count here");
    house.clock.advance(2 * 24 * 3_600_000);
    assert_eq!(system.get("/api/v1/clients/A").await.status, StatusCode::UNAUTHORIZED, "two days are over");

    let system = System { house: &house, word: token(&house, "Second", ALL, None, "").await };
    let id = house.office.store.api_tokens().await.unwrap().into_iter().find(|token| token.name == "Second").unwrap().id;
    assert_eq!(system.get("/api/v1/clients/A").await.status, StatusCode::NOT_FOUND);
    house.office.revoke_token(&house.console(), id).await.unwrap();
    assert_eq!(system.get("/api/v1/clients/A").await.status, StatusCode::UNAUTHORIZED);
    for (name, form) in [("scopes", TokenForm { name: "x".into(), ..TokenForm::default() }), ("name", TokenForm::default())] {
        let refused = house.office.make_token(&house.console(), None, &form).await.unwrap_err();
        assert!(matches!(&refused, model::Problem::Invalid(errors) if errors.of(name).is_some()), "{refused:?}");
    }
}

// FP-05: clients by code, one and many; the trail names the token.
#[tokio::test]
async fn clients_are_put_on_file_by_their_code() {
    for house in House::everywhere_with_ada().await {
        let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
        let body = json!({ "name": "Ann North", "self": [{ "address": "Ann@North.example", "valid_from": "2024-05-01" }] });
        let made = system.put("A%201", body.clone()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let client: Value = made.json();
        assert_eq!((client["code"].as_str(), client["addresses"][0]["address"].as_str()), (Some("A 1"), Some("ann@north.example")));
        let trail = house.office.store.events(None, 5).await.unwrap();
        assert!(trail.iter().any(|event| event.principal == "token:CRM" && event.action == "client.added"), "{trail:?}");

        // The period stays where the other system says nothing of it; what is not named goes.
        let changed = system.put("a%201", json!({ "name": "Ann North-West", "self": [{ "address": "ann@north.example" }] })).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        let client: Value = changed.json();
        assert_eq!(client["addresses"][0]["valid_from"], "2024-05-01T00:00:00Z");
        assert_eq!(client["name"], "Ann North-West");
        let bare: Value = system.put("A%201", json!({ "name": "Ann" })).await.json();
        assert_eq!(bare["addresses"], json!([]));
        let found: Value = system.get("/api/v1/clients/A%201").await.json();
        assert_eq!(found, bare);

        for (body, field) in [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "x", "self": [{ "address": "no address" }] }), "self1"),
            (json!({ "name": "x", "self": [{ "address": "a@b.example", "valid_from": "yesterday" }] }), "self1"),
            (json!({ "name": "x\ny" }), "name"),
            (json!({ "name": "x", "cost_centre": "Nowhere" }), "cost_centre"),
            (json!({ "name": "x", "colour": "red" }), "body"),
            (json!([1]), "body"),
        ] {
            let came = system.put("B", body.clone()).await;
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", came.text);
            assert_eq!(came.json::<Value>()["errors"][0]["field"], field, "{body}");
        }
        let text = system.send(Method::PUT, "/api/v1/clients/B", &[("content-type", "text/plain")], Body::from("{}")).await;
        assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let large = Body::from(vec![b' '; 3 * 1024 * 1024]);
        let large = system.send(Method::PUT, "/api/v1/clients/B", &[("content-type", "application/json")], large).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(system.get("/api/v1/clients/%00").await.status, StatusCode::NOT_FOUND);

        let list = json!({ "clients": [{ "code": "A 1", "name": "Ann again" }, { "code": "C", "name": "Cy", "self": [{ "address": "cy@x.example" }] }, { "code": "", "name": "x" }] });
        let came = system.json(Method::POST, "/api/v1/clients", &[], &list).await;
        let report: Value = came.json();
        assert_eq!((&report["added"], &report["updated"], &report["refused"][0]["place"]), (&json!(1), &json!(1), &json!(3)), "{report}");
        let many = json!({ "clients": vec![json!({ "code": "x", "name": "x" }); 501] });
        assert_eq!(system.json(Method::POST, "/api/v1/clients", &[], &many).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let dry = json!({ "clients": [{ "code": "D", "name": "Dee" }], "dry_run": true });
        assert_eq!(system.json(Method::POST, "/api/v1/clients", &[], &dry).await.status, StatusCode::OK);
        assert_eq!(system.get("/api/v1/clients/D").await.status, StatusCode::NOT_FOUND, "nothing was kept");
    }
}

// W2: another cost centre's clients and letters answer 404, for reading, changing and sending.
#[tokio::test]
async fn another_cost_centre_does_not_exist() {
    for house in House::everywhere_with_ada().await {
        let north = house.office.add_cost_centre(&house.console(), "North").await.unwrap();
        let south = house.office.add_cost_centre(&house.console(), "South").await.unwrap();
        let of_north = System { house: &house, word: token(&house, "North", ALL, Some(north), "").await };
        let of_south = System { house: &house, word: token(&house, "South", ALL, Some(south), "").await };
        let ann = of_north.put("ANN", json!({ "name": "Ann", "self": [{ "address": "ann@north.example" }] })).await;
        assert_eq!(ann.json::<Value>()["cost_centre"], "North", "{}", ann.text);
        for path in ["/api/v1/clients/ANN", "/api/v1/clients/ANN/history"] {
            assert_eq!(of_north.get(path).await.status, StatusCode::OK);
            assert_eq!(of_south.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(of_south.put("ANN", json!({ "name": "Mine now" })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(of_south.letter("k", &letter("ANN")).await.status, StatusCode::NOT_FOUND);
        let foreign = of_south.put("NEW", json!({ "name": "x", "cost_centre": "North" })).await;
        assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(of_north.get("/api/v1/letters/1").await.status, StatusCode::NOT_FOUND);
        assert_eq!(of_north.get("/api/v1/letters/1/raw").await.status, StatusCode::NOT_FOUND);
        assert_eq!(of_north.get("/api/v1/letters/x").await.status, StatusCode::NOT_FOUND);
        assert_eq!(of_north.get("/api/v1/outbox/1").await.status, StatusCode::NOT_FOUND);
        assert_eq!(of_north.get("/api/v1/clients/ANN/history?cursor=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(of_north.get("/api/v1/clients/ANN/history?limit=0").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

pub async fn sending_house(house: &House) {
    let mut ada = house.signed_in("ada@example.com").await;
    let account = smtp_account(house, &mut ada, "Post", true).await;
    house.office.store.prove_sending(account, &event("account.sending_proven")).await.unwrap();
}

// O11, S13, Q2, FC-31: through the ladder and the rules; one key, one letter.
#[tokio::test]
async fn a_letter_goes_through_the_rules_and_is_sent_once_for_its_key() {
    for house in House::everywhere_with_ada().await {
        let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
        system.put("ANN", json!({ "name": "Ann", "self": [{ "address": "ann@north.example" }] })).await;
        let none = system.letter("k0", &letter("ANN")).await;
        assert_eq!(none.status, StatusCode::CONFLICT, "nothing sends yet: {}", none.text);
        sending_house(&house).await;

        let first = system.letter("k1", &letter("ANN")).await;
        assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text);
        let told: Value = first.json();
        assert_eq!((told["state"].as_str(), told["recipients"][0]["address"].as_str()), (Some("queued"), Some("ann@north.example")));
        assert_eq!(first.header("location"), format!("/api/v1/outbox/{}", told["id"]));
        let again = system.letter("k1", &letter("ANN")).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (StatusCode::ACCEPTED, "true"));
        assert_eq!(again.json::<Value>()["id"], told["id"]);
        let other = system.letter("k1", &json!({ "client": "ANN", "to": ["ann@north.example"], "subject": "Another", "text": "x" })).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(other.json::<Value>()["errors"][0]["field"], "Idempotency-Key");
        assert_eq!(system.json(Method::POST, "/api/v1/letters", &[], &letter("ANN")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let rows = house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 10).await.unwrap();
        assert_eq!(rows.len(), 1, "one key, one letter");
        let raw = String::from_utf8(house.office.store.outbox_bytes(rows[0].id).await.unwrap()).unwrap();
        assert!(raw.contains("office@office.example") && raw.contains("Good day."), "{raw}");
        assert_eq!(system.get(told["id"].as_i64().map(|id| format!("/api/v1/outbox/{id}")).unwrap().as_str()).await.status, StatusCode::OK);

        // What the last look and the rules block is blocked here too.
        let with = |name: &str, value: Value| {
            let mut body = letter("ANN");
            body[name] = value;
            body
        };
        let many: Vec<String> = (0..21).map(|n| format!("a{n}@north.example")).collect();
        for (body, field) in [
            (with("text", json!("Dear {{ client.name }}")), "body"),
            (with("to", json!(["no address"])), "to"),
            (with("to", json!(["a@b.example, c@d.example"])), "to"),
            (with("to", json!(["a@b.example\r\nBcc: eve@evil.example"])), "to"),
            (with("to", json!([])), "to"),
            (with("to", json!(many)), "to"),
            (with("reply_to", json!("me@elsewhere.example")), "reply_to"),
            (with("attachments", json!([{ "name": "a.docx", "content": "aGk=" }])), "files"),
            (with("attachments", json!([{ "name": "a.pdf", "content": "***" }])), "attachments"),
            (with("from", json!("boss@office.example")), "body"),
            (with("html", json!(format!("<p>Good day.</p>{}", " ".repeat(model::RICH_OCTETS)))), "html"),
        ] {
            let came = system.letter("kx", &body).await;
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", came.text);
            assert_eq!(came.json::<Value>()["errors"][0]["field"], field, "{}", came.text);
        }
        let warned: Value = system.letter("k2", &with("to", json!(["eve@evil.example"]))).await.json();
        assert!(warned["warnings"][0].as_str().is_some_and(|words| words.contains("not on the file")), "{warned}");
        let full = with("attachments", json!([{ "name": "a.pdf", "kind": "application/pdf", "content": "aGVsbG8=" }]));
        assert_eq!(system.letter("k3", &full).await.status, StatusCode::ACCEPTED);

        // A token that only sends sees its own letters alone.
        let sender = System { house: &house, word: token(&house, "Sender", &["letters.send"], None, "").await };
        assert_eq!(sender.get(&format!("/api/v1/outbox/{}", told["id"])).await.status, StatusCode::NOT_FOUND);
    }
}

// P23, S2, I10: history and letters with their reasons; each look is on record.
#[tokio::test]
async fn histories_and_letters_are_read_and_that_is_recorded() {
    let (house, _, _) = crate::letters::collected_in(House::with_ada().await).await;
    let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
    let line = house.office.clients(&house.console(), "", model::ClientOrder::Name, None).await.unwrap().rows.remove(0);
    let path = format!("/api/v1/clients/{}/history", line.card.code);
    let page: Value = system.get(&format!("{path}?limit=1")).await.json();
    let row = &page["letters"][0];
    assert!(row["why"][0]["address"].is_string(), "{page}");
    if let Some(next) = page["next"].as_str() {
        let second: Value = system.get(&format!("{path}?limit=1&cursor={next}")).await.json();
        assert_ne!(second["letters"][0]["id"], row["id"]);
    }
    let id = row["id"].as_i64().unwrap();
    let letter: Value = system.get(&format!("/api/v1/letters/{id}")).await.json();
    assert_eq!((letter["subject"].as_str(), letter["text"].is_string()), (row["subject"].as_str(), true));
    let raw = system.get(&format!("/api/v1/letters/{id}/raw")).await;
    assert_eq!((raw.status, raw.header("content-type")), (StatusCode::OK, "message/rfc822"));
    assert!(raw.text.to_lowercase().contains("subject:"));
    house.office.write_views().await.unwrap();
    let trail = house.office.store.events(None, 20).await.unwrap();
    for action in ["letter.viewed", "letter.exported"] {
        assert!(trail.iter().any(|event| event.principal == "token:CRM" && event.action == action), "{action}");
    }
}

// RELIABILITY §4.2: each token has its own measure.
#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_to_go_on() {
    let house = House::with_ada().await;
    let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
    let mut refused = None;
    for _ in 0..601 {
        let came = system.get("/api/v1/clients/A").await;
        if came.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(came);
            break;
        }
    }
    assert_eq!(refused.expect("the 601st within a minute").header("retry-after"), "1");
    let other = System { house: &house, word: token(&house, "Other", ALL, None, "").await };
    assert_eq!(other.get("/api/v1/clients/A").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_pages_make_a_token_once_and_take_it_back() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let made = ada.call("/api/tokens/make", &[("name", "CRM"), ("scopes[0]", "clients.read")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let page = ada.get("/settings/api-tokens").await.text;
    let word = page.split("value=\"prt_").nth(1).map(|rest| format!("prt_{}", rest.split('"').next().unwrap())).expect("it is shown");
    assert_eq!(System { house: &house, word: word.clone() }.get("/api/v1/clients/A").await.status, StatusCode::NOT_FOUND, "let in");
    ada.call("/api/tokens/noted", &[("hooks", "false")]).await;
    assert!(!ada.get("/settings/api-tokens").await.text.contains(&word), "told once");
    let again = ada.call("/api/tokens/make", &[("name", "CRM"), ("scopes[0]", "clients.read")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the name is taken");
    house.add_user("ben@example.com", Role::Staff, &[Permission::UsersManage]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.get("/settings/api-tokens").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ApiScope::ALL.len(), ALL.len());

    let added = ada.call("/api/webhooks/add", &[("url", "https://crm.example/x"), ("events[0]", "letter.sent")]).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    let page = ada.get("/settings/webhooks").await.text;
    assert!(page.contains("whsec_") && page.contains("https://crm.example/x"));
    assert_eq!(ada.call("/api/webhooks/test", &[("id", "1")]).await.status, StatusCode::OK);
    assert!(ada.get("/settings/webhooks").await.text.contains("A test"));
    assert_eq!(ada.call("/api/webhooks/switch", &[("id", "1"), ("on", "false")]).await.status, StatusCode::OK);
    assert_eq!(ada.call("/api/webhooks/remove", &[("id", "1")]).await.status, StatusCode::OK);
    assert_eq!(ada.call("/api/webhooks/remove", &[("id", "1")]).await.status, StatusCode::NOT_FOUND);
    let clear = ada.call("/api/webhooks/add", &[("url", "http://crm.example/x"), ("events[0]", "letter.sent")]).await;
    assert_eq!(clear.status, StatusCode::UNPROCESSABLE_ENTITY, "HTTPS alone");
    let _ = NOW;
}

// FC-24, FC-25, FN-15
#[tokio::test]
async fn summaries_and_support_go_by_letter_and_texts_are_tried_out() {
    let (house, mut ada, _) = crate::letters::collected_in(House::with_ada().await).await;
    let sent = ada.call("/api/summary/email", &[("client", "1")]).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let drafts = house.office.store.drafts(model::UserId(1)).await.unwrap();
    assert_eq!((drafts.len(), drafts[0].files), (1, 1));
    assert!(drafts[0].subject.starts_with("Summary: "));
    let id = drafts[0].id.to_string();
    assert_eq!(ada.call("/api/summary/attach", &[("id", &id)]).await.status, StatusCode::OK);
    assert_eq!(ada.call("/api/about/email", &[]).await.status, StatusCode::OK);
    let drafts = house.office.store.drafts(model::UserId(1)).await.unwrap();
    assert!(drafts.iter().any(|draft| draft.files == 2) && drafts.iter().any(|draft| draft.subject.contains("Support")), "{drafts:?}");
    let about = ada.get("/about").await.text;
    assert!(about.contains("SQLite") && about.contains(env!("CARGO_PKG_VERSION")));

    let tried =
        ada.call("/api/texts/preview", &[("subject", "To {{ client.name }}"), ("body", "{{ client.nmae }}"), ("client", "1")]).await;
    let read: Value = tried.json();
    assert_eq!((read["unknown"][0].as_str(), read["wrong"].as_str().is_some_and(|why| why.contains("nmae"))), (Some("client.nmae"), true));
    let csrf = ada.csrf().await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("text[name]", "New"),
        ("text[subject]", "S"),
        ("text[body]", "Dear {{ client.name }}!"),
        ("client", "1"),
        ("look", "true"),
    ];
    let looked = ada.post("/api/texts/save", &fields).await;
    assert_eq!(looked.status, StatusCode::FOUND, "{}", looked.text);
    let page = ada.get(looked.header("location").split('#').next().unwrap()).await.text;
    let name = house.office.client(&house.console(), model::ClientId(1)).await.unwrap().0.name;
    assert!(page.contains(&format!("Dear {}!", name.replace('&', "&amp;"))), "the preview fills in {name}");
    assert!(page.contains("Dear {{ client.name }}!"), "what was typed is still there");
    assert!(house.office.store.document_texts().await.unwrap().is_empty(), "nothing is kept");
}
