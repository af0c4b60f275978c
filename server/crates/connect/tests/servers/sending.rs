//! What a server hears when a letter is sent: how we sign in, and what is asked of it only where it is needed.

use postroom_connect::{
    CertificateDer, Reach, SecretString,
    smtp::{Envelope, Offered, SmtpSettings, SmtpSignIn, connect_smtp, on_the_wire},
};
use postroom_lab::{
    imap::Tls,
    smtp::{SmtpFault, SmtpLab},
};
use std::time::Duration;

fn settings(lab: &SmtpLab, sign_in: SmtpSignIn) -> SmtpSettings {
    SmtpSettings {
        server: "localhost".into(),
        port: lab.port(),
        security: model::Security::StartTls,
        sign_in,
        hello: "[127.0.0.1]".into(),
        timeout: Duration::from_secs(5),
        last_reply: Duration::from_secs(5),
        pinned_fingerprint: None,
        allow_clear_text: false,
        reach: Reach::Anywhere,
        extra_roots: vec![CertificateDer::from(lab.authority().ca_der.clone())],
    }
}

fn password() -> SmtpSignIn {
    SmtpSignIn::Password("ada".into(), SecretString::from("secret"))
}

/// What the server heard, from EHLO on, and whether it took the letter.
async fn said(lab: &SmtpLab, sign_in: SmtpSignIn, to: &str, letter: &[u8]) -> (Vec<String>, bool) {
    let before = lab.commands().len();
    let session = connect_smtp(&settings(lab, sign_in)).await.unwrap();
    let wire = on_the_wire(letter).unwrap();
    let recipients = [to.to_owned()];
    let envelope = Envelope {
        sender: "ada@office.example",
        recipients: &recipients,
        size: wire.len() as u64,
        eight_bit: letter.iter().any(|octet| *octet > 127),
    };
    let taken = match session.offer(&envelope).await {
        Offered::Ready(ready) => match ready.send(&wire).await {
            Ok((_, session)) => {
                session.quit().await;
                true
            }
            Err(end) => panic!("{end:?}"),
        },
        Offered::Ended(..) => false,
    };
    (lab.commands()[before..].to_vec(), taken)
}

const PLAIN: &[u8] = b"Subject: a\r\n\r\nWords\r\n";
const EIGHT: &[u8] = "Subject: a\r\n\r\nGr\u{fc}\u{df}e\r\n".as_bytes();

// DESIGN §9, O14: a password by PLAIN or, where a server knows no other way, LOGIN; a token by XOAUTH2.
#[tokio::test]
async fn each_way_to_sign_in_is_spoken_as_servers_understand_it() {
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let token = || SmtpSignIn::Token("ada".into(), SecretString::from("secret"));
    for (ways, sign_in, heard) in
        [("PLAIN LOGIN", password(), "AUTH PLAIN "), ("LOGIN", password(), "AUTH LOGIN"), ("XOAUTH2", token(), "AUTH XOAUTH2 ")]
    {
        lab.set_fault(SmtpFault::Ways(ways.into()));
        let (commands, taken) = said(&lab, sign_in, "cy@client.example", PLAIN).await;
        lab.clear_faults();
        assert!(taken && commands.iter().any(|line| line.starts_with(heard)), "{ways}: {commands:?}");
    }
    assert_eq!((lab.logins(), lab.taken().len()), (3, 3));
    // A way that was not announced is not tried: the password stays here.
    lab.set_fault(SmtpFault::Ways("CRAM-MD5".into()));
    assert!(connect_smtp(&settings(&lab, password())).await.is_err());
    assert!(!lab.commands().last().unwrap().starts_with("AUTH"));
}

// RFC 6152, RFC 6531: asked for where it is needed, refused before anything is sent where the server cannot.
#[tokio::test]
async fn eight_bits_and_foreign_letters_are_announced_where_they_are_used() {
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let mail = |commands: &[String]| commands.iter().find(|line| line.starts_with("MAIL")).cloned().unwrap_or_default();
    let (plain, _) = said(&lab, password(), "cy@client.example", PLAIN).await;
    assert!(!mail(&plain).contains("BODY") && !mail(&plain).contains("SMTPUTF8") && mail(&plain).contains("SIZE="), "{plain:?}");
    let (eight, taken) = said(&lab, password(), "cy@client.example", EIGHT).await;
    assert!(taken && mail(&eight).contains(" BODY=8BITMIME"), "{eight:?}");
    assert_eq!(lab.taken().last().unwrap().raw, EIGHT);
    let (foreign, taken) = said(&lab, password(), "zo\u{eb}@client.example", PLAIN).await;
    assert!(!taken && mail(&foreign).is_empty(), "{foreign:?}");
    lab.set_fault(SmtpFault::Utf8);
    let (foreign, taken) = said(&lab, password(), "zo\u{eb}@client.example", PLAIN).await;
    assert!(taken && mail(&foreign).contains(" SMTPUTF8"), "{foreign:?}");
    assert_eq!(lab.taken().last().unwrap().recipients, ["zo\u{eb}@client.example"]);
    let (plain, _) = said(&lab, password(), "cy@client.example", PLAIN).await;
    assert!(!mail(&plain).contains("SMTPUTF8"), "{plain:?}");
    lab.clear_faults();
    lab.set_fault(SmtpFault::SevenBit);
    let (seven, taken) = said(&lab, password(), "cy@client.example", EIGHT).await;
    assert!(!taken && mail(&seven).is_empty(), "{seven:?}");
}
