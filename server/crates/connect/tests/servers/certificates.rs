//! Certificates: strict, or exactly one (O3, W7).

use crate::play::{Paper, Play};
use model::Security;
use postroom_connect::{CertificateFacts, CertificateProblem as P, ConnectError, connect};

fn why(error: ConnectError) -> (P, Option<CertificateFacts>) {
    match error {
        ConnectError::Certificate { why, seen, .. } => (why, seen.map(|facts| *facts)),
        other => panic!("{other:?}"),
    }
}

// W7
#[tokio::test]
async fn bad_certificates_are_refused_and_shown() {
    let cases = [
        (Paper::Expired, P::Expired),
        (Paper::NotYetValid, P::NotYetValid),
        (Paper::OtherName, P::OtherName),
        (Paper::SelfSigned, P::SelfSigned),
        (Paper::UnknownIssuer, P::UnknownIssuer),
        (Paper::WrongPurpose, P::Bad),
    ];
    for (paper, expected) in cases {
        for security in [Security::Tls, Security::StartTls, Security::Auto] {
            let play = if security == Security::StartTls { Play::good().upgrade(paper) } else { Play::good().tls(paper) };
            let server = play.start().await;
            let (found, facts) = why(connect(&server.settings(security)).await.expect_err("bad certificate"));
            assert_eq!(found, expected, "{paper:?} {security:?}");
            let facts = facts.expect("shown");
            assert_eq!(facts.fingerprint.len(), 64);
            let name = if paper == Paper::OtherName { "elsewhere.example" } else { "localhost" };
            assert_eq!(facts.names, [name]);
            assert!(facts.subject.contains(name) && facts.valid_to.is_some());
            server.assert_no_password_in_clear("bad certificate");
            assert!(!server.lines().iter().any(|line| line.contains("AUTHENTICATE")), "{paper:?}");
        }
    }
}

#[tokio::test]
async fn a_good_certificate_is_accepted() {
    let server = Play::good().tls(Paper::Good).start().await;
    assert!(connect(&server.settings(Security::Tls)).await.is_ok());
    assert!(connect(&server.settings(Security::Auto)).await.is_ok());
}

// O3
#[tokio::test]
async fn a_pin_accepts_one_certificate_and_no_other() {
    // Every server makes its own key, so each start shows another certificate; one server keeps showing new ones per connection.
    let server = Play::good().tls(Paper::SelfSigned).start().await;
    let mut settings = server.settings(Security::Tls);
    let (_, facts) = why(connect(&settings).await.expect_err("self-signed"));
    settings.pinned_fingerprint = Some(facts.expect("shown").fingerprint);
    assert_eq!(why(connect(&settings).await.expect_err("another certificate")).0, P::PinDiffers);
    // A pin is strict: even a certificate that is good by itself is refused when it is not the one.
    let good = Play::good().tls(Paper::Good).start().await;
    let mut settings = good.settings(Security::Tls);
    settings.pinned_fingerprint = Some("0".repeat(64));
    assert_eq!(why(connect(&settings).await.expect_err("not the one")).0, P::PinDiffers);
}
