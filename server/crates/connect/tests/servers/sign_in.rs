//! Refused sign-ins: what servers say, and what it means (O25: only a refusal of the password may ever disable).

use crate::play::{PASSWORD, Paper, Play};
use model::{Security, Verdict};
use postroom_connect::{ConnectError, Later, SecretString, connect};

/// Server's words, verdict, a word of the sentence.
const ANSWERS: &[(&str, Verdict, &str)] = &[
    ("NO [AUTHENTICATIONFAILED] Authentication failed.", Verdict::Authentication, "user name or password"),
    ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure), please try again", Verdict::Authentication, "user name or password"),
    (
        "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        Verdict::Authentication,
        "app password",
    ),
    (
        "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        Verdict::Authentication,
        "web site",
    ),
    (
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page (Failure)",
        Verdict::Permission,
        "switched off",
    ),
    ("NO [ALERT] Too many simultaneous connections. (Failure)", Verdict::Throttled, "at once"),
    ("NO [LIMIT] Rate limit hit", Verdict::Throttled, ""),
    ("NO [AUTHENTICATIONFAILED] LOGIN Rate limit exceeded", Verdict::Throttled, "slow down"),
    ("NO [UNAVAILABLE] Temporary authentication failure", Verdict::Connection, "out of order"),
    ("NO [INUSE] Mailbox in use", Verdict::Connection, ""),
    ("NO Lookup failed 5a1b", Verdict::Connection, "out of order"),
    ("NO User is authenticated but not connected.", Verdict::Connection, "Exchange"),
    ("NO LOGIN failed.", Verdict::Authentication, "user name or password"),
    ("NO AUTHENTICATE failed. BasicAuthBlocked", Verdict::Authentication, "Microsoft 365"),
    ("NO [OVERQUOTA] Account exceeded command or bandwidth limits.", Verdict::Throttled, "limit"),
    ("NO [PRIVACYREQUIRED] Plaintext authentication disallowed", Verdict::Certificate, ""),
    ("NO [EXPIRED] Password has expired", Verdict::Authentication, "expired"),
    ("NO [CONTACTADMIN] Mailbox is disabled", Verdict::Authentication, "locked"),
];

// S7, O25, FP-22
#[tokio::test]
async fn every_known_answer_gets_its_verdict() {
    for (answer, verdict, word) in ANSWERS {
        let server = Play::good().tls(Paper::Good).when("(secret)", format!("{{tag}} {answer}\r\n")).start().await;
        let error = connect(&server.settings(Security::Tls)).await.expect_err(answer);
        assert_eq!(error.verdict(), *verdict, "{answer}: {error:?}");
        assert!(error.sentence().contains(word), "{answer}: {}", error.sentence());
        assert!(!error.server_text().is_empty());
    }
}

#[tokio::test]
async fn a_farewell_is_never_taken_for_a_wrong_password() {
    for (bye, verdict) in [
        ("* BYE Too many connections from your address\r\n{close}", Verdict::Throttled),
        ("* BYE Server shutting down\r\n{close}", Verdict::Connection),
        ("{close}", Verdict::Connection),
    ] {
        let server = Play::good().tls(Paper::Good).when("(secret)", bye).start().await;
        assert_eq!(connect(&server.settings(Security::Tls)).await.expect_err(bye).verdict(), verdict, "{bye}");
    }
    let server =
        Play::good().tls(Paper::Good).greeting("* BYE Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n").start().await;
    let error = connect(&server.settings(Security::Tls)).await.expect_err("throttled");
    match error {
        ConnectError::Later { why: Later::Throttled, wait: Some(wait), .. } => assert_eq!(wait.as_millis(), 92_415),
        other => panic!("{other:?}"),
    }
}

// W5: a server that repeats the password does not bring it into the record or the error.
#[tokio::test]
async fn a_repeated_password_is_not_kept() {
    let server = Play::good().tls(Paper::Good).when("(secret)", format!("{{tag}} NO {PASSWORD} is wrong\r\n")).start().await;
    let error = connect(&server.settings(Security::Tls)).await.expect_err("refused");
    assert!(!error.server_text().contains(PASSWORD) && error.server_text().contains("is wrong"));
    assert!(!format!("{error:?} {error}").contains(PASSWORD));
}

// Injection: a line break in a password or name never reaches the server.
#[tokio::test]
async fn line_breaks_are_refused_before_anything_is_sent() {
    let server = Play::good().tls(Paper::Good).start().await;
    let mut settings = server.settings(Security::Tls);
    settings.password = SecretString::from("a\r\nA1 DELETE INBOX");
    assert_eq!(connect(&settings).await.expect_err("refused").verdict(), Verdict::Settings);
    let mut settings = server.settings(Security::Tls);
    settings.user_name = "ann\r\nx".to_owned();
    assert_eq!(connect(&settings).await.expect_err("refused").verdict(), Verdict::Settings);
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn login_is_quoted_where_plain_is_not_offered() {
    let server = Play::good().tls(Paper::Good).when("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n").start().await;
    let mut settings = server.settings(Security::Tls);
    settings.password = SecretString::from("q\"uo\\te é");
    connect(&settings).await.unwrap();
    assert!(server.lines().iter().any(|line| line.ends_with("LOGIN \"ann@example.com\" \"q\\\"uo\\\\te é\"")), "{:?}", server.lines());
}

#[tokio::test]
async fn a_talkative_challenge_is_answered_all_the_same() {
    let server = Play::good().tls(Paper::Good).when("AUTHENTICATE PLAIN", "+ go ahead, \u{e9}\r\n").start().await;
    connect(&server.settings(Security::Tls)).await.unwrap();
}

// S10: the password is sent once, even to a server that asks twice.
#[tokio::test]
async fn the_password_is_sent_once() {
    let server = Play::good().tls(Paper::Good).when("(secret)", "+ \r\n").start().await;
    let mut settings = server.settings(Security::Tls);
    settings.timeout = std::time::Duration::from_millis(500);
    assert!(connect(&settings).await.is_err());
    let times = server.lines().iter().filter(|line| line.starts_with("AGFub")).count();
    assert_eq!(times, 1, "{:?}", server.lines());
}
