//! Letters of another system that answer one, and letters about no client.

use crate::api::{ALL, System, letter, sending_house, token};
use crate::browser::{House, event};
use http::StatusCode;
use model::{MessageId, Origin, OutboxFilter, RecipientRole};
use postroom_store::{NewEvent, Outgoing, OutgoingRecipient, Scope};
use serde_json::{Value, json};

/// Numbers of letters by their subject, as the office sees them all.
async fn number(house: &House, subject: &str) -> MessageId {
    let newest = house.office.store.newest_letter().await.unwrap();
    for id in 1..=newest {
        let letter = house.office.letter(&house.console(), MessageId(id)).await;
        if letter.is_ok_and(|letter| letter.subject == subject) {
            return MessageId(id);
        }
    }
    panic!("no letter {subject}");
}

async fn newest_sent(house: &House) -> postroom_mail::Letter {
    let row = house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 1).await.unwrap().remove(0);
    let raw = house.office.store.outbox_bytes(row.id).await.unwrap();
    postroom_mail::read(&raw).letter.unwrap()
}

// P32, P23: an answer goes on in its conversation, and tells nothing of a letter that the token may not read.
#[tokio::test]
async fn a_letter_by_the_api_answers_one_in_its_thread() {
    for house in House::everywhere_with_ada().await {
        let (house, _ada, _id) = crate::letters::collected_in(house).await;
        sending_house(&house).await;
        let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
        let pension = number(&house, "Pension").await;

        let came = system.letter("a1", &json!({ "in_reply_to": pension.0, "text": "It is on its way." })).await;
        assert_eq!(came.status, StatusCode::ACCEPTED, "{}", came.text);
        let told: Value = came.json();
        assert_eq!(told["recipients"][0]["address"], "zoe@example.com", "where answers are wanted");
        assert_eq!(told["warnings"], json!([]));
        let answer = newest_sent(&house).await;
        assert_eq!((answer.subject.as_str(), answer.in_reply_to), ("Re: Pension", vec!["Pension@lab".to_owned()]));
        assert_eq!(answer.references.last().map(String::as_str), Some("Pension@lab"));

        // What is said wins over what is guessed.
        let said =
            json!({ "in_reply_to": pension.0, "client": "K1", "to": ["eve@evil.example"], "subject": "Your pension", "text": "Good day." });
        let told: Value = system.letter("a2", &said).await.json();
        assert!(told["warnings"][0].as_str().is_some_and(|words| words.contains("not on the file")), "{told}");
        let answer = newest_sent(&house).await;
        assert_eq!((answer.subject.as_str(), answer.in_reply_to), ("Your pension", vec!["Pension@lab".to_owned()]));

        // A letter of nobody's client, and one that is not there.
        let private = number(&house, "Fishing").await;
        for id in [private.0, 9_999] {
            let came = system.letter("a3", &json!({ "in_reply_to": id, "to": ["zoe@example.com"], "text": "x" })).await;
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{id}: {}", came.text);
        }
        // Whoever may not read letters may not answer one: the answer would tell of it.
        let blind = System { house: &house, word: token(&house, "Blind", &["letters.send"], None, "").await };
        let came = blind.letter("a4", &json!({ "in_reply_to": pension.0, "text": "x" })).await;
        assert_eq!(came.status, StatusCode::FORBIDDEN, "{}", came.text);
        assert!(came.text.contains("letters.read"));
        let north = house.office.add_cost_centre(&house.console(), "North").await.unwrap();
        let north = System { house: &house, word: token(&house, "North", ALL, Some(north), "").await };
        assert_eq!(north.letter("a5", &json!({ "in_reply_to": pension.0, "text": "x" })).await.status, StatusCode::NOT_FOUND);
    }
}

// S13: a letter need not be about a client; whoever is on no file is a warning, as a person would be asked.
#[tokio::test]
async fn a_letter_about_no_client_is_sent_with_a_warning() {
    for house in House::everywhere_with_ada().await {
        sending_house(&house).await;
        let system = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
        system.put("ANN", json!({ "name": "Ann", "self": [{ "address": "ann@north.example" }] })).await;
        let mut body = letter("ANN");
        body.as_object_mut().unwrap().remove("client");
        let came = system.letter("n1", &body).await;
        assert_eq!((came.status, came.json::<Value>()["warnings"].clone()), (StatusCode::ACCEPTED, json!([])), "she is on a file");
        body["to"] = json!(["eve@evil.example"]);
        let came = system.letter("n2", &body).await;
        assert_eq!(came.json::<Value>()["warnings"], json!(["eve@evil.example is on no client’s file."]), "{}", came.text);
        let id = came.json::<Value>()["id"].as_i64().unwrap();
        assert_eq!(system.get(&format!("/api/v1/outbox/{id}")).await.status, StatusCode::OK, "one's own letter");
        let other = System { house: &house, word: token(&house, "Other", ALL, None, "").await };
        assert_eq!(other.get(&format!("/api/v1/outbox/{id}")).await.status, StatusCode::NOT_FOUND, "about no client of its own");
        // DESIGN §9: whoever sends is told of a recipient in Bcc; the trail, which others read, is not.
        let hidden = "dora@hidden.example";
        let of_none = system.letter("n4", &json!({ "to": ["ann@north.example"], "bcc": [hidden], "subject": "x", "text": "x" })).await;
        let about = json!({ "client": "ANN", "to": ["ann@north.example"], "bcc": [hidden, hidden], "subject": "x", "text": "x" });
        let of_ann = system.letter("n5", &about).await;
        for came in [of_none, of_ann] {
            assert!(came.status == StatusCode::ACCEPTED && came.json::<Value>()["warnings"].to_string().contains(hidden), "{}", came.text);
        }
        let trail = format!("{:?}", house.office.store.events(None, 50).await.unwrap());
        assert!(
            trail.contains("Sent all the same: A recipient in Bcc is on no client’s file.") && !trail.contains("hidden.example"),
            "{trail}"
        );
        // Neither recipients nor a letter to answer.
        let none = system.letter("n3", &json!({ "text": "x" })).await;
        assert_eq!((none.status, none.json::<Value>()["errors"][0]["field"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("to")));
    }
}

// S13: a person's letter is no token's, whatever the token is called.
#[tokio::test]
async fn a_token_does_not_follow_a_letter_of_a_person_whose_address_reads_like_its_name() {
    for house in House::everywhere_with_ada().await {
        sending_house(&house).await;
        let store = &house.office.store;
        let account = store.sending_book().await.unwrap().accounts[0].id.0;
        let recipient = OutgoingRecipient { role: RecipientRole::To, address: "ann@north.example".into(), name: String::new() };
        let by_hand = Outgoing {
            account,
            message_id: "by-hand@office.example".into(),
            raw: b"From: office@office.example\r\nTo: ann@north.example\r\nSubject: x\r\n\r\nx\r\n".to_vec(),
            sender: "office@office.example".into(),
            subject: "x".into(),
            recipients: vec![recipient],
            party: None,
            answers: None,
            by_user: None,
            origin: Origin::Person,
            cost_centre: None,
            trace: String::new(),
            form_key: None,
            not_before: 0,
        };
        let event = NewEvent { principal: "token:eve@office.example".into(), ..event("letter.handed_over") };
        let id = store.enqueue(&by_hand, &event).await.unwrap().id;
        let system = System { house: &house, word: token(&house, "eve@office.example", &["letters.send"], None, "").await };
        assert_eq!(system.get(&format!("/api/v1/outbox/{id}")).await.status, StatusCode::NOT_FOUND);
    }
}
