//! The nine STARTTLS cases (RELIABILITY §4.4, W7): all refused, and no octet of the password in clear.

use crate::play::{CAPABILITIES, Paper, Play};
use model::{Security, Verdict};
use postroom_connect::{CertificateProblem as P, ConnectError, connect};

fn bad_servers() -> Vec<(&'static str, Play, P)> {
    let good = Play::good;
    vec![
        ("not offered", good().when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n"), P::StartTlsMissing),
        ("refused with NO", good().when("STARTTLS", "{tag} NO not today\r\n"), P::StartTlsRefused),
        ("refused with BAD", good().when("STARTTLS", "{tag} BAD what\r\n"), P::StartTlsRefused),
        (
            "an answer in the same segment",
            good().when("STARTTLS", "{tag} OK go\r\n* CAPABILITY IMAP4rev1\r\n{upgrade}"),
            P::StartTlsTampered,
        ),
        ("an answer in the next segment", good().when("STARTTLS", "{tag} OK go\r\n{late}"), P::StartTlsTampered),
        ("an answer before the question", good().greeting("* OK hi\r\nP002 OK go\r\n"), P::StartTlsTampered),
        ("signed in already", good().greeting("* PREAUTH welcome\r\n"), P::StartTlsTampered),
        ("certificate for another name", good().upgrade(Paper::OtherName), P::OtherName),
        ("an old version of TLS", good().when("STARTTLS", "{tag} OK go\r\n{old}"), P::NoSafeMethod),
        ("closed instead of a handshake", good().when("STARTTLS", "{tag} OK go\r\n{close}"), P::HandshakeEnded),
    ]
}

// S7, W7
#[tokio::test]
async fn every_bad_upgrade_is_refused_without_the_password() {
    for (case, play, expected) in bad_servers() {
        let server = play.start().await;
        let error = connect(&server.settings(Security::StartTls)).await.expect_err(case);
        match &error {
            ConnectError::Certificate { why, .. } => assert_eq!(*why, expected, "{case}"),
            other => panic!("{case}: {other:?}"),
        }
        assert_eq!(error.verdict(), Verdict::Certificate, "{case}");
        server.assert_no_password_in_clear(case);
    }
}

// W7: what was said in clear does not count after encryption.
#[tokio::test]
async fn capabilities_from_before_encryption_are_forgotten() {
    let server = Play::good()
        .greeting(&format!("* OK [CAPABILITY {CAPABILITIES} X-INJECTED] ready\r\n"))
        .when("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n")
        .start()
        .await;
    let reader = connect(&server.settings(Security::StartTls)).await.unwrap();
    assert!(!reader.can().all.iter().any(|word| word == "X-INJECTED"));
    assert!(server.lines().iter().any(|line| line.contains("LOGIN")), "AUTH=PLAIN was offered in clear only");
    server.assert_no_password_in_clear("after the upgrade");
}

// O2: automatic means TLS, else STARTTLS, never clear.
#[tokio::test]
async fn automatic_falls_back_to_starttls_but_never_to_clear_text() {
    let server = Play::good().start().await;
    assert!(connect(&server.settings(Security::Auto)).await.is_ok());
    server.assert_no_password_in_clear("upgraded");

    let clear = Play::good().when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n").start().await;
    assert!(matches!(connect(&clear.settings(Security::Auto)).await, Err(ConnectError::Certificate { why: P::StartTlsMissing, .. })));
    clear.assert_no_password_in_clear("not offered");
}

// O2
#[tokio::test]
async fn clear_text_needs_consent() {
    let server = Play::good().start().await;
    let mut settings = server.settings(Security::None);
    assert_eq!(connect(&settings).await.expect_err("no consent").verdict(), Verdict::Settings);
    server.assert_no_password_in_clear("without consent");
    settings.allow_clear_text = true;
    assert!(connect(&settings).await.is_ok());
}
