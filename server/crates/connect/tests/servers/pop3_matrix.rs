//! The doctor's matrix for POP3 (S7): each row is a server or a setting with one fault, the verdict, the rung where it is told, words of the
//! advice, and the button that is offered. With none of them an octet of the password travels in clear.

use model::{Protocol, Rung, Security, Verdict};
use postroom_connect::{ImapSettings, Reach, SecretString, diagnose_among};
use postroom_lab::{
    certs::{LabAuthority, self_signed},
    imap::Tls,
    pop3::{PopFault as Fault, PopLab, PopStep as Step},
};
use std::time::Duration;

pub fn settings(lab: &PopLab, security: Security) -> ImapSettings {
    ImapSettings {
        protocol: Protocol::Pop3,
        server: "localhost".to_owned(),
        port: lab.port(),
        security,
        user_name: "ada".to_owned(),
        password: SecretString::from("secret"),
        bearer: false,
        timeout: Duration::from_secs(5),
        pinned_fingerprint: Some(lab.fingerprint().to_owned()),
        allow_clear_text: false,
        reach: Reach::Anywhere,
        extra_roots: Vec::new(),
    }
}

/// One fault.
struct Row {
    tls: Tls,
    paper: fn(&LabAuthority) -> postroom_lab::certs::LabCertificate,
    faults: Vec<Fault>,
    security: Security,
    change: fn(&mut ImapSettings),
}

fn row(tls: Tls, security: Security) -> Row {
    Row { tls, security, paper: |authority| authority.good().unwrap(), faults: Vec::new(), change: |_| () }
}

/// Over TLS from the start.
fn tls(fault: Fault) -> Row {
    Row { faults: vec![fault], ..row(Tls::Implicit, Security::Tls) }
}

/// In clear at first.
fn stls(fault: Fault) -> Row {
    Row { faults: vec![fault], ..row(Tls::StartTls, Security::StartTls) }
}

fn hangs(row: Row) -> Row {
    Row { change: |settings| settings.timeout = Duration::from_secs(1), ..row }
}

fn typed(change: fn(&mut ImapSettings)) -> Row {
    Row { change, ..row(Tls::Implicit, Security::Tls) }
}

fn shows(paper: fn(&LabAuthority) -> postroom_lab::certs::LabCertificate) -> Row {
    Row { paper, change: |settings| settings.pinned_fingerprint = None, ..row(Tls::Implicit, Security::Tls) }
}

fn refuses(words: &str) -> Row {
    tls(Fault::ErrAt(Step::SignIn, words.to_owned()))
}

fn err(step: Step, words: &str) -> Row {
    tls(Fault::ErrAt(step, words.to_owned()))
}

fn text(text: &str) -> String {
    text.to_owned()
}

async fn judge(row: Row, verdict: Verdict, rung: Rung, advice: &str, button: &str) {
    let authority = LabAuthority::new().unwrap();
    let paper = (row.paper)(&authority);
    let lab = PopLab::start_with(row.tls, authority, &paper).unwrap();
    lab.deliver("Subject: one\r\n\r\nletter\r\n");
    for fault in row.faults {
        lab.set_fault(fault);
    }
    let mut settings = settings(&lab, row.security);
    (row.change)(&mut settings);
    let diagnosis = diagnose_among(&settings, &[], &mut |_| ()).await;
    let last = diagnosis.rungs.last().unwrap();
    assert_eq!((diagnosis.verdict, last.rung), (verdict, rung), "{diagnosis:#?}");
    let said = if verdict == Verdict::Healthy { &last.sentence } else { &diagnosis.sentence };
    assert!(said.contains(advice) || diagnosis.sentence.contains(advice), "{said:?} does not say {advice:?}");
    let offered = last.fix.as_ref().map_or("", |fix| fix.label.as_str());
    assert_eq!(offered, button, "{diagnosis:#?}");
    assert!(diagnosis.rungs.iter().all(|rung| !rung.sentence.is_empty()), "every rung has its sentence");
    assert!(!diagnosis.rungs.iter().any(|rung| rung.sentence.contains("993") && !rung.sentence.contains("995")), "{diagnosis:#?}");
    let clear = String::from_utf8_lossy(&lab.clear_text_received()).to_uppercase();
    for bad in ["SECRET", "AGFKYQBZZWNYZXQ", "USER", "PASS", "AUTH"] {
        assert!(!clear.contains(bad), "{bad} in clear: {clear}");
    }
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
    all_is_well_with_tls: row(Tls::Implicit, Security::Tls) => Healthy, Folders, "received letters only", "";
    all_is_well_with_stls: row(Tls::StartTls, Security::StartTls) => Healthy, Folders, "received letters only", "";
    all_is_well_by_itself: row(Tls::Implicit, Security::Auto) => Healthy, Folders, "Everything works", "";
    stls_is_found_by_itself: row(Tls::StartTls, Security::Auto) => Healthy, Folders, "Everything works", "";
    a_server_that_tells_nothing_of_itself: err(Step::Capa, "what") => Healthy, Folders, "Everything works", "";
    letters_without_names: tls(Fault::BlankNames) => Healthy, Folders, "heads", "";
    // --- what was typed
    clear_text_without_consent: row(Tls::None, Security::None) => Settings, Settings, "", "Use port 995 with TLS";
    a_line_break_in_the_password: typed(|s| s.password = SecretString::from("a\r\nb")) => Settings, Settings, "", "";
    a_line_break_in_the_user_name: typed(|s| s.user_name = "ada\r\nx".into()) => Settings, Settings, "", "";
    // --- name, address, port
    a_name_that_is_not_found: typed(|s| s.server = "no-such-server.invalid".into()) => Connection, Name, "cannot be found", "";
    the_address_of_a_metadata_service: typed(|s| s.server = "169.254.169.254".into()) => Permission, Address, "can never be a mail server", "";
    an_address_inside_for_staff: typed(|s| s.reach = Reach::PublicMailPorts) => Permission, Address, "An administrator can connect", "";
    // --- who is there
    an_imap_server: tls(Fault::Greeting(text("* OK IMAP4rev1 ready"))) => Connection, Greeting, "Choose IMAP", "";
    a_sending_server: stls(Fault::Greeting(text("220 mail ESMTP"))) => Connection, Greeting, "usually 995", "";
    a_web_server: stls(Fault::Greeting(text("HTTP/1.1 400 Bad Request"))) => Connection, Greeting, "web server", "";
    a_shell_server: stls(Fault::Greeting(text("SSH-2.0-OpenSSH_9.6"))) => Connection, Greeting, "not a mail server", "";
    hung_up_before_the_greeting: stls(Fault::CloseAt(Step::Greeting)) => Connection, Greeting, "ended the connection", "";
    silence_where_a_greeting_is_due: hangs(stls(Fault::HangAt(Step::Greeting))) => Connection, Greeting, "did not answer in time", "";
    too_many_connections_at_the_greeting: err(Step::Greeting, "Too many connections") => Throttled, Greeting, "at once", "";
    going_down_at_the_greeting: err(Step::Greeting, "[SYS/TEMP] Going down") => Connection, Greeting, "out of order", "";
    // --- certificates
    an_expired_certificate: shows(|authority| authority.expired().unwrap()) => Certificate, Certificate, "has expired", "";
    a_certificate_signed_by_itself: shows(|_| self_signed().unwrap()) => Certificate, Certificate, "made its certificate itself", "Accept exactly this certificate";
    a_certificate_of_an_unknown_issuer: shows(|authority| authority.good().unwrap()) => Certificate, Certificate, "issued by nobody who is trusted", "Accept exactly this certificate";
    another_certificate_than_the_accepted_one: typed(|s| s.pinned_fingerprint = Some(PIN.into())) => Certificate, Certificate, "another certificate than the one", "Accept exactly this certificate";
    an_expired_certificate_that_was_accepted: Row { paper: |authority| authority.expired().unwrap(), ..row(Tls::StartTls, Security::StartTls) } => Certificate, Certificate, "has expired", "";
    // --- STLS
    stls_is_absent: stls(Fault::StlsMissing) => Certificate, Encryption, "does not offer STARTTLS", "";
    stls_is_stripped_by_somebody_between: Row { faults: vec![Fault::CapaBeforeTls(vec![text("USER"), text("UIDL")])], ..row(Tls::StartTls, Security::Auto) } => Certificate, Encryption, "The password was not sent", "";
    stls_is_refused: stls(Fault::ErrAt(Step::Stls, text("not today"))) => Certificate, Encryption, "refused to start encryption", "";
    an_answer_injected_with_stls: stls(Fault::StlsInjected(text("+OK all is well"))) => Certificate, Encryption, "must not be there", "";
    an_answer_injected_after_stls: stls(Fault::StlsInjectedLater(text("+OK all is well"))) => Certificate, Encryption, "must not be there", "";
    an_answer_injected_before_the_question: stls(Fault::Greeting(text("+OK hi\r\n+OK there"))) => Certificate, Encryption, "must not be there", "";
    hung_up_after_stls: stls(Fault::StlsCloses) => Certificate, Encryption, "while encryption was being agreed", "";
    silence_after_stls: hangs(stls(Fault::HangAt(Step::Stls))) => Connection, Greeting, "did not answer in time", "";
    tls_where_stls_is_spoken: row(Tls::StartTls, Security::Tls) => Certificate, Encryption, "it offers STARTTLS", "Use STARTTLS";
    stls_where_tls_is_spoken: hangs(row(Tls::Implicit, Security::StartTls)) => Certificate, Encryption, "speaks TLS from the start", "Use TLS";
    // --- signing in
    a_wrong_password: refuses("[AUTH] Authentication failed") => Authentication, SignIn, "user name or password", "";
    a_refusal_without_a_code: refuses("Logon failure: unknown user name or bad password.") => Authentication, SignIn, "user name or password", "";
    an_app_password_is_needed: refuses("[AUTH] Application-specific password required") => Authentication, SignIn, "app password", "";
    the_web_site_must_be_visited_first: refuses("[AUTH] Web login required: https://support.google.com/mail/answer/78754") => Authentication, SignIn, "web site", "";
    pop3_is_switched_off: refuses("[SYS/PERM] Your account is not enabled for POP access. Please visit your settings page.") => Permission, SignIn, "POP3 is switched off", "";
    closed_for_good: refuses("[SYS/PERM] No mailbox here") => Permission, SignIn, "Ask whoever runs it", "";
    the_mailbox_is_in_use: refuses("[IN-USE] Do you have another POP session running?") => Connection, SignIn, "lets in only one", "";
    the_mailbox_is_locked: refuses("-ERR maildrop already locked") => Connection, SignIn, "lets in only one", "";
    signed_in_too_soon: refuses("[LOGIN-DELAY] minimum time between mail checks") => Throttled, SignIn, "one sign-in in some minutes", "";
    out_of_order: refuses("[SYS/TEMP] Temporary authentication failure") => Connection, SignIn, "out of order", "";
    throttled: refuses("Too many login attempts") => Throttled, SignIn, "slow down", "";
    a_locked_account: refuses("[AUTH] Account is disabled") => Authentication, SignIn, "locked", "";
    encryption_is_asked_for: refuses("Must issue a STLS command first") => Certificate, Encryption, "", "Use port 995 with TLS";
    no_way_in: tls(Fault::CapaLies(vec![text("UIDL"), text("SASL GSSAPI")])) => Permission, SignIn, "no way to sign in with a password", "";
    hung_up_while_signing_in: tls(Fault::CloseAt(Step::SignIn)) => Connection, SignIn, "ended the connection", "";
    silence_at_the_sign_in: hangs(tls(Fault::HangAt(Step::SignIn))) => Connection, SignIn, "did not answer in time", "";
    // --- the mailbox
    the_mailbox_cannot_be_opened: err(Step::Stat, "[SYS/TEMP] Mailbox could not be opened") => Connection, Folders, "out of order", "";
    the_mailbox_is_refused: err(Step::List, "Permission denied") => Permission, Folders, "refused", "";
    letters_cannot_be_told_apart: Row { faults: vec![Fault::BlankNames, Fault::ErrAt(Step::Top, text("what"))], ..row(Tls::Implicit, Security::Tls) } => Permission, Folders, "neither UIDL nor TOP", "";
    hung_up_at_the_mailbox: tls(Fault::CloseAt(Step::List)) => Connection, Folders, "ended the connection", "";
    silence_at_the_mailbox: hangs(tls(Fault::HangAt(Step::Uidl))) => Connection, Folders, "did not answer in time", "";
}

// A server that deletes what it hands out is told of before anything is fetched.
#[tokio::test]
async fn a_server_that_deletes_by_itself_is_told_of() {
    let lab = PopLab::start(Tls::Implicit).unwrap();
    lab.set_capabilities(&["USER", "UIDL", "TOP", "EXPIRE 0"]);
    let diagnosis = diagnose_among(&settings(&lab, Security::Tls), &[], &mut |_| ()).await;
    assert!(diagnosis.passed());
    assert!(diagnosis.rungs.iter().any(|rung| rung.sentence.contains("deletes letters by itself")), "{diagnosis:#?}");
    // O4: another port than the two can be used, and is remarked upon.
    assert!(diagnosis.rungs.iter().any(|rung| rung.rung == Rung::Settings && rung.sentence.contains("not a standard port")));
}
