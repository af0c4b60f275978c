//! The log tells what happened and never to whom: no address, no name, no subject, no word of a letter, no password (I8).

use crate::browser::{House, PASSWORD};
use crate::letters::collected_in;
use http::StatusCode;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// A log that is kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_most_talkative_log_names_nobody_and_quotes_nothing() {
    let lines = Lines::default();
    let json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(lines.clone());
    let everything = json.with_filter(postroom_server::cli::log_filter("debug"));
    let _kept = tracing::subscriber::set_default(tracing_subscriber::registry().with(everything));

    let (house, mut ada, id) = collected_in(House::with_ada().await).await;
    for path in [
        "/clients/1",
        "/clients?words=Zoe",
        "/search?q=pension",
        "/messages/1",
        "/messages/1/body",
        "/mail/1",
        "/no/such/Fishing",
        "/accounts/signed-in?code=fishing&state=sunday",
    ] {
        ada.get(path).await;
    }
    let wrong = house.browser().call("/api/session/sign-in", &[("email", "zoe@example.com"), ("password", "Sunday fishing")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The mail server is gone by now: a collection that fails, and a test that does.
    let report = house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap();
    assert!(report.error.is_some());
    ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
    // Somebody broke the store behind our back: an error with a reference.
    house.office.store.close().await;
    assert_eq!(ada.get("/clients").await.status, StatusCode::SEE_OTHER, "no session can be looked up");

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let told: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let has = |name: &str, value: &str| told.iter().any(|line| line[name] == value);
    assert!(has("route", "/messages/{id}") && has("route", "unknown") && has("message", "A session could not be looked up"), "{text}");
    let lower = text.to_lowercase();
    let private =
        ["zoe", "@example.com", "office@office", "friend@private", "pension", "fishing", "sunday", "thank you", "secret", PASSWORD];
    for word in private {
        let line = lower.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "“{word}” stands in the log: {}", line.unwrap_or_default());
    }
}
