//! The form of a planned letter: what it takes, what it does not, and that it is taken once.

use super::{after_a_run, deeds, id_in, outbox, plan, text};
use crate::compose::office;
use http::StatusCode;
use model::{ContactForm, DueState, SlotForm};

// FC-29: without script nothing but the server stands between a double click and a second letter.
#[tokio::test]
async fn a_form_that_is_sent_twice_plans_one_letter() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await.to_string();
    let form = ada.get(&format!("/actions/new?client={client}")).await.text;
    let key = form.split("name=\"form[key]\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(key.len() > 20, "{key}");
    let (csrf, party) = (ada.csrf().await, client.to_string());
    let mut planned = Vec::new();
    for day in ["2026-09-22", "2026-09-22", "2026-09-23"] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("party", &party),
            ("form[text]", &reminder),
            ("form[to]", "self"),
            ("form[day]", day),
            ("form[every]", "once"),
            ("form[mode]", "send"),
            ("form[key]", &key),
        ];
        planned.push(id_in(ada.post("/api/actions/save", &fields).await.header("location")));
    }
    assert_eq!(planned[0], planned[1]);
    assert_ne!(planned[1], planned[2], "changed and sent anew it is another letter");
    assert_eq!(deeds(&house).await, ["action.planned", "action.planned"]);
}

// FC-29, FC-30: the form says what it does not take, and gives back what was typed; a contact is a party too.
#[tokio::test]
async fn the_form_says_what_it_does_not_take() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await;
    for (day, words) in [
        ("2026-09-20", "Choose today or a later day"),
        ("2026-02-30", "Enter a day that exists"),
        ("", "Enter a day that exists"),
        ("2099-01-01", "within the next twenty years"),
    ] {
        let back = plan(&mut ada, client, reminder, day, "month", "send").await;
        // A browser says which page it comes from, and is sent back there.
        let asked = back.split_once('?').unwrap_or_default().1;
        let page = ada.get(&format!("/actions/new?client={client}&{asked}")).await.text;
        assert!(back.contains("__err=") && page.contains(words) && page.contains("id=\"day-error\""), "{day}: {page}");
        assert!(day.is_empty() || page.contains(&format!("value=\"{day}\"")), "{day} is given back: {page}");
    }
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let form = ContactForm {
        name: "Tour desk".into(),
        side: "agent".into(),
        contact_type: Some(kind),
        addresses: vec![SlotForm { address: "desk@tour.example".into(), ..SlotForm::default() }],
        ..ContactForm::default()
    };
    let contact = house.office.save_contact(&house.console(), None, form).await.unwrap();
    let id = id_in(&plan(&mut ada, contact, reminder, "2026-09-21", "once", "send").await);
    assert_eq!(after_a_run(&house, id).await.state, DueState::Done);
    assert_eq!(outbox(&house).await[0].recipients, ["desk@tour.example"]);
    assert!(ada.get(&format!("/contacts/{contact}")).await.text.contains(&format!("/actions/new?client={contact}")));
    let (party, text) = (contact.to_string(), reminder.to_string());
    let fields = [
        ("party", party.as_str()),
        ("form[text]", &text),
        ("form[to]", "partner"),
        ("form[day]", "2026-09-22"),
        ("form[every]", "once"),
        ("form[mode]", "send"),
    ];
    let refused = ada.call("/api/actions/save", &fields).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("A contact has no partner"), "{}", refused.text);
}

// FC-29: a contact stays one whatever else cannot be read of it at the moment: nobody is asked for its partner.
#[tokio::test]
async fn a_contact_is_not_taken_for_a_client_when_its_file_cannot_be_read() {
    let (house, mut ada, _, _lab) = office().await;
    text(&house, "Reminder", "Dear {{ client.name }}").await;
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let addresses = vec![SlotForm { address: "desk@tour.example".into(), ..SlotForm::default() }];
    let form =
        ContactForm { name: "Tour desk".into(), side: "agent".into(), contact_type: Some(kind), addresses, ..ContactForm::default() };
    let contact = house.office.save_contact(&house.console(), None, form).await.unwrap();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", house.folder.path().join("postroom.db").display())).await.unwrap();
    sqlx::query("alter table contact_type rename to away").execute(&pool).await.unwrap();
    let page = ada.get(&format!("/actions/new?client={contact}")).await.text;
    assert!(page.contains("To Tour desk.") && !page.contains("The client and the partner"), "{page}");
}
