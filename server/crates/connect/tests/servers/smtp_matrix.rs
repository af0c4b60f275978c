//! The doctor's matrix for sending (S7): each row is a server or a setting with one fault, the verdict, the rung where it is told, words of
//! the advice, and the button that is offered. With none of them an octet of the password travels in clear, and no letter is offered.

use model::{Rung, Security, Verdict};
use postroom_connect::{
    Reach, SecretString, Sibling, diagnose_smtp_among,
    smtp::{SmtpSettings, SmtpSignIn},
};
use postroom_lab::{
    certs::{LabAuthority, LabCertificate, self_signed},
    imap::Tls,
    smtp::{SmtpFault as Fault, SmtpLab, SmtpStep as Step},
};
use std::time::Duration;

const ADDRESS: &str = "ada@office.example";

fn settings(lab: &SmtpLab, fingerprint: &str, security: Security) -> SmtpSettings {
    SmtpSettings {
        server: "localhost".to_owned(),
        port: lab.port(),
        security,
        sign_in: SmtpSignIn::Password("ada".to_owned(), SecretString::from("secret")),
        hello: "[127.0.0.1]".to_owned(),
        timeout: Duration::from_secs(5),
        last_reply: Duration::from_secs(5),
        pinned_fingerprint: Some(fingerprint.to_owned()),
        allow_clear_text: false,
        reach: Reach::Anywhere,
        extra_roots: Vec::new(),
    }
}

/// One fault.
struct Row {
    tls: Tls,
    paper: fn(&LabAuthority) -> LabCertificate,
    faults: Vec<Fault>,
    security: Security,
    change: fn(&mut SmtpSettings),
}

fn row(tls: Tls, security: Security) -> Row {
    Row { tls, security, paper: |authority| authority.good().unwrap(), faults: Vec::new(), change: |_| () }
}

/// Over TLS from the start.
fn tls(fault: Fault) -> Row {
    Row { faults: vec![fault], ..row(Tls::Implicit, Security::Tls) }
}

/// In clear at first.
fn upgraded(fault: Fault) -> Row {
    Row { faults: vec![fault], ..row(Tls::StartTls, Security::StartTls) }
}

fn hangs(row: Row) -> Row {
    Row { change: |settings| settings.timeout = Duration::from_secs(1), ..row }
}

fn typed(change: fn(&mut SmtpSettings)) -> Row {
    Row { change, ..row(Tls::Implicit, Security::Tls) }
}

fn shows(paper: fn(&LabAuthority) -> LabCertificate) -> Row {
    Row { paper, change: |settings| settings.pinned_fingerprint = None, ..row(Tls::Implicit, Security::Tls) }
}

fn greets(words: &str) -> Row {
    upgraded(Fault::SayAt(Step::Greeting, words.to_owned()))
}

fn refuses(words: &str) -> Row {
    tls(Fault::SayAt(Step::Auth, words.to_owned()))
}

fn by_token(row: Row) -> Row {
    Row { change: |settings| settings.sign_in = SmtpSignIn::Token("ada".into(), SecretString::from("secret")), ..row }
}

fn nobody(row: Row) -> Row {
    Row { change: |settings| settings.sign_in = SmtpSignIn::None, ..row }
}

async fn judge(row: Row, verdict: Verdict, rung: Rung, advice: &str, button: &str) {
    let authority = LabAuthority::new().unwrap();
    let paper = (row.paper)(&authority);
    let lab = SmtpLab::start_with(row.tls, authority, &paper).unwrap();
    for fault in row.faults {
        lab.set_fault(fault);
    }
    let mut settings = settings(&lab, &paper.fingerprint, row.security);
    (row.change)(&mut settings);
    let mut told = Vec::new();
    let diagnosis = diagnose_smtp_among(&settings, ADDRESS, &[], &mut |rung| told.push(rung.clone())).await;
    assert_eq!(told, diagnosis.rungs, "each rung is told as it stands in the end");
    let last = diagnosis.rungs.last().unwrap();
    assert_eq!((diagnosis.verdict, last.rung), (verdict, rung), "{diagnosis:#?}");
    assert!(last.sentence.contains(advice) || diagnosis.sentence.contains(advice), "{diagnosis:#?} does not say {advice:?}");
    assert_eq!(last.fix.as_ref().map_or("", |fix| fix.label.as_str()), button, "{diagnosis:#?}");
    assert!(diagnosis.rungs.iter().all(|rung| !rung.sentence.is_empty()), "every rung has its sentence");
    let clear = String::from_utf8_lossy(&lab.clear_text_received()).to_uppercase();
    for bad in ["SECRET", "AGFKYQBZZWNYZXQ", "AUTH", "MAIL FROM", "RCPT", "DATA"] {
        assert!(!clear.contains(bad), "{bad} in clear: {clear}");
    }
    assert!(!lab.commands().iter().any(|command| ["MAIL", "RCPT", "DATA"].iter().any(|verb| command.starts_with(verb))));
    assert!(!diagnosis.transcript.join("\n").contains("secret"));
}

macro_rules! matrix {
    ($($name:ident: $row:expr => $verdict:ident, $rung:ident, $advice:literal, $button:literal;)+) => {
        $(#[tokio::test]
        async fn $name() {
            judge($row, Verdict::$verdict, Rung::$rung, $advice, $button).await;
        })+

        #[test]
        fn the_matrix_has_forty_rows_and_more() {
            assert!([$(stringify!($name)),+].len() >= 40);
        }
    };
}

const PIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

matrix! {
    // --- nothing is wrong
    all_is_well_with_tls: row(Tls::Implicit, Security::Tls) => Healthy, Capability, "No letter was sent", "";
    all_is_well_with_starttls: row(Tls::StartTls, Security::StartTls) => Healthy, Capability, "No letter was sent", "";
    all_is_well_by_itself: row(Tls::Implicit, Security::Auto) => Healthy, Capability, "Everything works", "";
    starttls_is_found_by_itself: row(Tls::StartTls, Security::Auto) => Healthy, Capability, "Everything works", "";
    all_is_well_with_a_token: by_token(row(Tls::Implicit, Security::Tls)) => Healthy, Capability, "Everything works", "";
    all_is_well_by_login: tls(Fault::Ways("LOGIN".into())) => Healthy, Capability, "Everything works", "";
    a_server_that_takes_small_letters: tls(Fault::Size(5 * 1024 * 1024)) => Healthy, Capability, "5 MB at most", "";
    a_server_that_asks_for_nothing: nobody(tls(Fault::Ways(String::new()))) => Healthy, Capability, "Everything works", "";
    an_old_server: nobody(tls(Fault::HelloIsOld)) => Healthy, Capability, "Everything works", "";
    // --- what was typed
    clear_text_without_consent: row(Tls::None, Security::None) => Settings, Settings, "", "Use port 465 with TLS";
    no_server: typed(|s| s.server = " ".into()) => Settings, Settings, "like smtp.example.com", "";
    no_user_name: typed(|s| s.sign_in = SmtpSignIn::Password(String::new(), SecretString::from("x"))) => Settings, Settings, "user name", "";
    a_line_break_in_the_password: typed(|s| s.sign_in = SmtpSignIn::Password("ada".into(), SecretString::from("a\r\nb"))) => Settings, Settings, "password", "";
    // --- name, address, port
    a_name_that_is_not_found: typed(|s| s.server = "no-such-server.invalid".into()) => Connection, Name, "cannot be found", "";
    the_address_of_a_metadata_service: typed(|s| s.server = "169.254.169.254".into()) => Permission, Address, "can never be a mail server", "";
    an_address_inside_for_staff: typed(|s| s.reach = Reach::PublicMailPorts) => Permission, Address, "An administrator can connect", "";
    nothing_listens: typed(|s| s.port = 1) => Connection, Port, "Nothing answers", "";
    // --- who is there
    an_imap_server: greets("* OK IMAP4rev1 ready") => Connection, Greeting, "for collecting mail", "";
    a_pop3_server: greets("+OK ready") => Connection, Greeting, "for collecting mail", "";
    a_web_server: greets("HTTP/1.1 400 Bad Request") => Connection, Greeting, "web server", "";
    a_shell_server: greets("SSH-2.0-OpenSSH_9.6") => Connection, Greeting, "not a mail server", "";
    hung_up_before_the_greeting: upgraded(Fault::CloseAt(Step::Greeting)) => Connection, Greeting, "ended the connection", "";
    silence_where_a_greeting_is_due: hangs(upgraded(Fault::HangAt(Step::Greeting))) => Connection, Greeting, "did not answer in time", "";
    busy_at_the_greeting: greets("421 4.3.2 Service shutting down") => Connection, Greeting, "", "";
    refused_at_the_greeting: greets("554 5.7.1 Your address is on a blocklist") => Permission, Greeting, "", "";
    // --- certificates
    an_expired_certificate: shows(|authority| authority.expired().unwrap()) => Certificate, Certificate, "has expired", "";
    a_certificate_signed_by_itself: shows(|_| self_signed().unwrap()) => Certificate, Certificate, "made its certificate itself", "Accept exactly this certificate";
    a_certificate_of_an_unknown_issuer: shows(|authority| authority.good().unwrap()) => Certificate, Certificate, "issued by nobody who is trusted", "Accept exactly this certificate";
    another_certificate_than_the_accepted_one: typed(|s| s.pinned_fingerprint = Some(PIN.into())) => Certificate, Certificate, "another certificate than the one", "Accept exactly this certificate";
    // --- STARTTLS and TLS
    starttls_is_absent: upgraded(Fault::StartTlsMissing) => Certificate, Encryption, "does not offer STARTTLS", "";
    starttls_is_stripped_by_somebody_between: Row { faults: vec![Fault::StartTlsMissing], ..row(Tls::StartTls, Security::Auto) } => Certificate, Encryption, "The password was not sent", "";
    starttls_is_refused: upgraded(Fault::ReplyAt(Step::StartTls, 554)) => Certificate, Encryption, "refused to start encryption", "";
    starttls_is_put_off: upgraded(Fault::ReplyAt(Step::StartTls, 454)) => Connection, Greeting, "The mail server is busy", "";
    an_answer_injected_with_starttls: upgraded(Fault::StartTlsInjected("250 all is well".into())) => Certificate, Encryption, "must not be there", "";
    hung_up_after_starttls: upgraded(Fault::CloseAt(Step::StartTls)) => Connection, Greeting, "ended the connection", "";
    tls_where_starttls_is_spoken: row(Tls::StartTls, Security::Tls) => Certificate, Encryption, "it offers STARTTLS", "Use STARTTLS";
    starttls_where_tls_is_spoken: hangs(row(Tls::Implicit, Security::StartTls)) => Certificate, Encryption, "speaks TLS from the start", "Use TLS";
    // --- signing in
    a_part_of_the_user_name: refuses("535 5.7.8 Error: authentication failed") => Authentication, SignIn, "user name or password", "Use ada@office.example as user name";
    a_wrong_password: Row { change: |s| s.sign_in = SmtpSignIn::Password(ADDRESS.into(), SecretString::from("other")), ..row(Tls::Implicit, Security::Tls) } => Authentication, SignIn, "user name or password", "";
    an_app_password_is_needed: refuses("534 5.7.9 Application-specific password required") => Authentication, SignIn, "app password", "";
    a_token_that_is_refused: by_token(refuses("535 5.7.3 Authentication unsuccessful")) => Authentication, SignIn, "Sign in at the provider again", "";
    a_token_and_smtp_is_switched_off_everywhere: by_token(refuses("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.")) => Permission, SignIn, "whole organisation", "";
    a_token_and_smtp_is_switched_off_for_the_mailbox: by_token(refuses("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.")) => Permission, SignIn, "for this mailbox", "";
    a_rule_keeps_the_token_out: by_token(refuses("535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.")) => Permission, SignIn, "A rule of the organisation", "";
    a_token_where_none_is_taken: by_token(tls(Fault::Ways("PLAIN LOGIN".into()))) => Permission, SignIn, "takes no tokens", "";
    a_locked_account: refuses("535 5.7.1 Account is disabled") => Authentication, SignIn, "locked", "";
    passwords_are_no_longer_taken: refuses("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.") => Authentication, SignIn, "no longer accepts passwords", "";
    smtp_is_switched_off: refuses("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.") => Permission, SignIn, "switched off", "";
    out_of_order: refuses("454 4.7.0 Temporary authentication failure") => Connection, SignIn, "out of order", "";
    throttled: refuses("454 4.7.0 Too many login attempts, please try again later.") => Throttled, SignIn, "slow down", "";
    throttled_for_good: refuses("535 5.7.0 Too many login attempts") => Throttled, SignIn, "slow down", "";
    encryption_is_asked_for: refuses("530 5.7.0 Must issue a STARTTLS command first") => Certificate, Encryption, "", "Use port 465 with TLS";
    no_way_in: tls(Fault::Ways("GSSAPI".into())) => Permission, SignIn, "no way to sign in with a password", "";
    no_sign_in_at_all: tls(Fault::Ways(String::new())) => Permission, SignIn, "offers no sign-in", "";
    hung_up_while_signing_in: tls(Fault::CloseAt(Step::Auth)) => Connection, SignIn, "ended the connection", "";
    silence_at_the_sign_in: hangs(tls(Fault::HangAt(Step::Auth))) => Connection, SignIn, "did not answer in time", "";
    words_that_are_no_smtp: tls(Fault::GarbageAt(Step::Auth)) => Connection, SignIn, "cannot be understood", "";
}

// O1, O2: another port of the same server, the safest first; what is another service's port is said before it is tried.
#[tokio::test]
async fn a_better_port_is_found_and_offered() {
    let authority = LabAuthority::new().unwrap();
    let paper = authority.good().unwrap();
    let without = SmtpLab::start_with(Tls::StartTls, authority, &paper).unwrap();
    without.set_fault(Fault::Ways(String::new()));
    let authority = LabAuthority::new().unwrap();
    let good = SmtpLab::start_with(Tls::Implicit, authority, &paper).unwrap();
    let siblings = [Sibling { port: 1, security: Security::Tls }, Sibling { port: good.port(), security: Security::Tls }];
    let label = format!("Use port {} with TLS", good.port());
    let mut typed = settings(&without, &paper.fingerprint, Security::StartTls);
    // Port 25 often offers no sign-in, another does.
    for port in [without.port(), 1] {
        typed.port = port;
        let diagnosis = diagnose_smtp_among(&typed, ADDRESS, &siblings, &mut |_| ()).await;
        let fix = diagnosis.rungs.last().unwrap().fix.clone().expect("a fix");
        assert_eq!(
            (fix.label.as_str(), fix.port, fix.security),
            (label.as_str(), Some(good.port()), Some(Security::Tls)),
            "{diagnosis:#?}"
        );
    }
    typed.port = 993;
    let diagnosis = diagnose_smtp_among(&typed, ADDRESS, &siblings, &mut |_| ()).await;
    assert!(diagnosis.rungs[0].sentence.contains("for collecting mail"), "{diagnosis:#?}");
    let fix = diagnosis.rungs.last().unwrap().fix.clone().expect("a fix");
    assert_eq!(fix.port, Some(good.port()));
}
