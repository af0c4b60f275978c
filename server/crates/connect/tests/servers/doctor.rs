//! The doctor's verdicts (S7): a wrong one is a failing test.

use crate::play::{Paper, Play, Server};
use model::{Diagnosis, Fix, Rung, RungOutcome, Security, Verdict};
use postroom_connect::{ImapSettings, Reach, Sibling, diagnose_among};
use tokio::net::TcpListener;

async fn climb(settings: &ImapSettings, siblings: &[Sibling]) -> Diagnosis {
    let mut told = Vec::new();
    let diagnosis = diagnose_among(settings, siblings, &mut |rung| told.push(rung.clone())).await;
    assert_eq!(told, diagnosis.rungs, "every rung is told as it is climbed");
    for rung in &diagnosis.rungs {
        assert!(!rung.sentence.is_empty());
    }
    diagnosis
}

fn end(diagnosis: &Diagnosis) -> (Verdict, Rung, RungOutcome) {
    let last = diagnosis.rungs.last().unwrap();
    (diagnosis.verdict, last.rung, last.outcome)
}

fn fix(diagnosis: &Diagnosis) -> Fix {
    diagnosis.rungs.last().unwrap().fix.clone().unwrap_or_else(|| panic!("no fix in {diagnosis:?}"))
}

async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

fn siblings(server: &Server, security: Security) -> Vec<Sibling> {
    vec![Sibling { port: server.port, security }]
}

// FP-15, FP-19: the button that mends a wrong port
#[tokio::test]
async fn a_wrong_port_is_mended_by_the_other_one() {
    let right = Play::good().tls(Paper::Good).start().await;
    let mut settings = right.settings(Security::Auto);
    settings.port = closed_port().await;
    let diagnosis = climb(&settings, &siblings(&right, Security::Tls)).await;
    assert_eq!(end(&diagnosis), (Verdict::Connection, Rung::Port, RungOutcome::Failed));
    let fix = fix(&diagnosis);
    assert_eq!((fix.port, fix.security), (Some(right.port), Some(Security::Tls)));
    settings.port = fix.port.unwrap();
    settings.security = fix.security.unwrap();
    assert!(climb(&settings, &[]).await.passed());

    let sending = Play::good().greeting("220 mail ESMTP\r\n").start().await;
    let diagnosis = climb(&sending.settings(Security::StartTls), &siblings(&right, Security::Tls)).await;
    assert_eq!(self::fix(&diagnosis).port, Some(right.port));
    assert!(diagnosis.sentence.contains("sends mail"));
}

// FP-19: TLS where STARTTLS is spoken, and the other way round
#[tokio::test]
async fn the_wrong_security_is_mended_on_the_same_port() {
    let upgrade = Play::good().start().await;
    let diagnosis = climb(&upgrade.settings(Security::Tls), &[]).await;
    assert_eq!((end(&diagnosis).1, fix(&diagnosis).security, fix(&diagnosis).port), (Rung::Encryption, Some(Security::StartTls), None));
    upgrade.assert_no_password_in_clear("TLS asked for");

    let direct = Play::good().tls(Paper::Good).start().await;
    let diagnosis = climb(&direct.settings(Security::StartTls), &[]).await;
    assert_eq!((diagnosis.verdict, fix(&diagnosis).security), (Verdict::Certificate, Some(Security::Tls)));
}

// O3: the certificate is shown and can be accepted by an administrator, not by staff
#[tokio::test]
async fn an_unknown_certificate_can_be_pinned_by_administrators() {
    for paper in [Paper::SelfSigned, Paper::UnknownIssuer, Paper::OtherName] {
        let server = Play::good().tls(paper).start().await;
        let diagnosis = climb(&server.settings(Security::Tls), &[]).await;
        let print = fix(&diagnosis).pinned_fingerprint.expect("a fingerprint");
        assert_eq!(print.len(), 64);
        assert!(diagnosis.rungs.last().unwrap().evidence.contains(&print));
    }
    let server = Play::good().tls(Paper::Expired).start().await;
    assert!(climb(&server.settings(Security::Tls), &[]).await.rungs.last().unwrap().fix.is_none());
}

// W6: staff see one text, whatever is inside, and nothing is connected to
#[tokio::test]
async fn staff_learn_nothing_about_addresses_inside() {
    let server = Play::good().tls(Paper::Good).start().await;
    let mut texts = Vec::new();
    for (host, port) in [
        ("127.0.0.1", server.port),
        ("127.0.0.1", 993),
        ("localhost", 993),
        ("10.1.2.3", 143),
        ("169.254.169.254", 993),
        ("[::1]", 993),
        ("192.0.2.1", 25_000),
    ] {
        let mut settings = server.settings(Security::Auto);
        settings.server = host.to_owned();
        settings.port = port;
        settings.reach = Reach::PublicMailPorts;
        let diagnosis = climb(&settings, &[]).await;
        assert_eq!(end(&diagnosis), (Verdict::Permission, Rung::Address, RungOutcome::Failed), "{host}");
        texts.push((diagnosis.sentence.clone(), diagnosis.rungs.iter().map(|rung| rung.evidence.clone()).collect::<String>()));
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(server.lines().is_empty());
    let mut settings = server.settings(Security::Auto);
    settings.server = "169.254.169.254".to_owned();
    assert_eq!(climb(&settings, &[]).await.verdict, Verdict::Permission, "metadata is for nobody");
}

// O1
#[tokio::test]
async fn a_sending_port_is_named_before_anything_else() {
    let server = Play::good().start().await;
    let mut settings = server.settings(Security::Auto);
    settings.port = 587;
    settings.server = "127.0.0.2".to_owned();
    let diagnosis = climb(&settings, &[]).await;
    assert_eq!(diagnosis.rungs[0].outcome, RungOutcome::Warned);
    if !diagnosis.passed() {
        assert!(diagnosis.sentence.contains("587 is the sending port"), "{diagnosis:?}");
        assert_eq!(fix(&diagnosis).port, Some(993));
    }
}

// IT-36
#[tokio::test]
async fn the_transcript_may_be_sent_to_anybody() {
    let server = Play::good().tls(Paper::Good).when("(secret)", "{tag} NO ann@example.com: correct horse is wrong\r\n").start().await;
    let text = climb(&server.settings(Security::Tls), &[]).await.transcript.join("\n");
    assert!(text.contains("AUTHENTICATE PLAIN") && !text.contains("ann@") && !text.contains("horse"), "{text}");
}

#[tokio::test]
async fn a_name_that_cannot_be_found_says_so() {
    let server = Play::good().start().await;
    let mut settings = server.settings(Security::Auto);
    settings.server = "no-such-server.invalid".to_owned();
    settings.user_name = "ann".to_owned();
    let diagnosis = climb(&settings, &[]).await;
    assert_eq!(end(&diagnosis), (Verdict::Connection, Rung::Name, RungOutcome::Failed));
}

// P11, S7: what Google keeps back is told with what to change there; elsewhere nobody asks for All Mail.
#[tokio::test]
async fn google_that_hides_letters_is_told() {
    let google = format!("* CAPABILITY {} X-GM-EXT-1\r\n{{tag}} OK done\r\n", crate::play::CAPABILITIES);
    let folders = |all: &str| format!("* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" \"[Gmail]/Sent Mail\"\r\n{all}{{tag}} OK done\r\n");
    let all = |letters: u32| {
        let status = format!("* STATUS \"[Gmail]/All Mail\" (MESSAGES {letters} UIDNEXT 90000 UIDVALIDITY 7)\r\n");
        folders(&format!("* LIST (\\All) \"/\" \"[Gmail]/All Mail\"\r\n{status}"))
    };
    for (listed, word) in [(folders(""), Some("Show in IMAP")), (all(1_000), Some("exactly 1,000")), (all(1_234), None)] {
        let server = Play::good().tls(Paper::Good).when("CAPABILITY", &google).when("LIST", &listed).start().await;
        let diagnosis = climb(&server.settings(Security::Tls), &[]).await;
        let last = diagnosis.rungs.last().unwrap();
        assert!(diagnosis.passed());
        assert_eq!((last.rung, last.outcome == RungOutcome::Warned), (Rung::Folders, word.is_some()), "{listed}");
        assert!(word.is_none_or(|word| last.sentence.contains(word)), "{}", last.sentence);
        let other = Play::good().tls(Paper::Good).when("LIST", &listed).start().await;
        assert_eq!(climb(&other.settings(Security::Tls), &[]).await.rungs.last().unwrap().outcome, RungOutcome::Passed);
    }
}
