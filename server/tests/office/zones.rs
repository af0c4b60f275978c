//! Days on pages are days of the office: where it keeps summer time, in both halves of the year.

use crate::browser::{Browser, House, NOW};
use crate::history_views::zebra;
use crate::letters::collected_in;
use model::{AddressRole, HistorySheet};
use tokio_util::sync::CancellationToken;

/// An office in London with Zoe's letters on either side of midnight, in summer and in winter; and a client Yan without letters.
async fn london() -> (House, Browser) {
    let house = House::in_zone("Europe/London").await;
    let (house, ada, account) = collected_in(house).await;
    let list = b"code,name,self1,self2\nK1,Zoe,zoe@example.com,zoe@night.example\nK2,Yan,yan@example.com,\n".to_vec();
    house.office.import_file(&house.console(), list, false).await.unwrap();
    // By the clocks of London: 30 June 23:30, 1 July 00:30, 31 January 23:30, 1 February 00:30.
    let nights = [
        ("june", "2026-06-30T22:30:00Z"),
        ("july", "2026-06-30T23:30:00Z"),
        ("january", "2026-01-31T23:30:00Z"),
        ("february", "2026-02-01T00:30:00Z"),
    ];
    let letters = nights.into_iter().zip(1..).map(|((subject, at), n)| {
        let at: jiff::Timestamp = at.parse().unwrap();
        let mut arrived = zebra(n, at.as_millisecond());
        arrived.letter.subject = subject.into();
        arrived.letter.people = vec![(AddressRole::From, "zoe@night.example".into(), String::new())];
        arrived
    });
    let folder = house.office.store.folders(account).await.unwrap()[0].clone();
    house.office.store.save_import(folder.id, folder.epoch, &letters.collect::<Vec<_>>(), &[], NOW).await.unwrap();
    house.office.engine.index_waiting(&CancellationToken::new()).await.unwrap();
    (house, ada)
}

/// Which of the letters a page names.
fn named(page: &str) -> Vec<&'static str> {
    ["january", "february", "june", "july"].into_iter().filter(|word| page.contains(&format!(">{word}<"))).collect()
}

/// Gives a client one address for a time, having looked at what that does to the history.
async fn address_for(browser: &mut Browser, (id, code, name): (&str, &str, &str), address: &str, (from, until): (&str, &str)) {
    let (csrf, mut seen) = (browser.csrf().await, String::new());
    for _ in 0..2 {
        let fields = [
            ("csrf", csrf.as_str()),
            ("id", id),
            ("form[code]", code),
            ("form[name]", name),
            ("form[cost_centre]", ""),
            ("form[self_addresses][0][address]", address),
            ("form[self_addresses][0][valid_from]", from),
            ("form[self_addresses][0][valid_to]", until),
            ("form[partner_addresses][0][address]", ""),
            ("intent", "save"),
            ("seen", seen.as_str()),
        ];
        let came = browser.post("/api/clients/save", &fields).await;
        let led = came.header("location").to_owned();
        if !led.contains("step=look") {
            assert_eq!(led, format!("/clients/{id}?done=saved"), "{}", came.text);
            return;
        }
        let page = browser.get(&led).await.text;
        seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    }
    panic!("what was shown is not what is saved");
}

#[tokio::test]
async fn a_period_is_shown_in_the_days_in_which_it_was_typed() {
    // FP-05, P26
    let (_house, mut ada) = london().await;
    for (from, until) in [("2026-07-01", "2026-12-31"), ("2026-01-01", "2026-06-30")] {
        address_for(&mut ada, ("2", "K2", "Yan"), "yan@example.com", (from, until)).await;
        let (from, until) = (model::day_words(from), model::day_words(until));
        let page = ada.get("/clients/2").await.text;
        assert!(page.contains(&format!(" from {from} until {until}")), "{page}");
        let page = ada.get("/clients/2/merge?with=1").await.text;
        assert!(page.contains(&format!(", from {from}, until {until}")), "{page}");
    }
}

#[tokio::test]
async fn days_that_are_chosen_are_whole_days_of_the_office() {
    // FP-06
    let (_house, mut ada) = london().await;
    for (query, letters) in [
        ("from=2026-07-01", vec!["july"]),
        ("until=2026-06-30", vec!["january", "february", "june"]),
        ("from=2026-02-01&until=2026-06-30", vec!["february", "june"]),
        ("until=2026-01-31", vec!["january"]),
    ] {
        assert_eq!(named(&ada.get(&format!("/clients/1?{query}")).await.text), letters, "{query}");
        assert_eq!(named(&ada.get(&format!("/clients/1/print?{query}")).await.text), letters, "on paper: {query}");
        let file = ada.get(&format!("/clients/1/history.mbox?{query}")).await.text;
        assert_eq!(file.matches("\nSubject: zebra ").count(), letters.len(), "in the file: {query}");
    }
    let months = ada.get("/clients/1").await.text;
    for month in ["July 2026", "June 2026", "February 2026", "January 2026"] {
        assert!(months.contains(&format!("<h2>{month}</h2>")), "{month}: {months}");
    }
}

#[tokio::test]
async fn a_letter_that_is_missed_is_looked_for_in_days_of_the_office_and_its_days_are_told_so() {
    // S2
    let (house, mut ada) = london().await;
    for (days, letters) in [("from=2026-07-01", vec!["july"]), ("until=2026-01-31", vec!["january"])] {
        let page = ada.get(&format!("/clients/2/why-not?sender=night.example&{days}")).await.text;
        assert_eq!(named(&page), letters, "{days}");
    }
    let list = b"code,name,self1\nK3,Zoe Two,z@example.com\n".to_vec();
    house.office.import_file(&house.console(), list, false).await.unwrap();
    address_for(&mut ada, ("3", "K3", "Zoe Two"), "zoe@night.example", ("2026-07-02", "2026-12-31")).await;
    let page = ada.get("/clients/3/why-not?subject=july").await.text;
    assert!(page.contains("but only from 2 July 2026 until 31 December 2026; the letter is of another day"), "{page}");
}

#[tokio::test]
async fn a_history_as_at_a_day_is_that_of_the_offices_midnight() {
    let (house, mut ada) = london().await;
    // Now it is 21 September 2026, 14:13 in London. The addresses came today.
    let sheet = async |browser: &mut Browser, filter: model::HistoryFilter| {
        browser.ask("/api/history/sheet", &serde_json::json!({ "client": 1, "filter": filter })).await.json::<HistorySheet>().lines.len()
    };
    let query = [("as_at".to_owned(), "2026-09-21".to_owned())];
    let filter = app::HistoryAddress::of(&query).filter(&*house.office);
    // 23:00 UTC: midnight in summer time.
    assert_eq!(filter.as_at, Some(1_790_031_600_000));
    assert_eq!(sheet(&mut ada, filter).await, 6);
    let page = ada.get("/clients/1?as_at=2026-09-21").await.text;
    assert!(page.contains("As at the end of 21 September 2026, a day of the office.") && !page.contains("(UTC)"), "{page}");
}
