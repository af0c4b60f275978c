//! The doctor's matrix (S7): each row is a server or a setting with one fault, the verdict, the rung where it is told, words of the
//! advice, and the button that is offered. Each row is a test of its own; with every one of them no octet of a password travels in
//! clear, which the server's recorder proves.

use crate::play::{Paper, Play};
use model::{Diagnosis, Rung, RungOutcome, Security, Verdict};
use postroom_connect::{ImapSettings, Reach, SecretString, diagnose_among};
use std::time::Duration;
use tokio::net::TcpListener;

/// Where the connection leads.
enum Place {
    /// To a server that plays a part.
    Server(Play),
    /// To a port on which nobody listens.
    Nobody,
    /// To somebody who hangs up at once.
    HangsUp,
}

/// One fault.
struct Row {
    place: Place,
    security: Security,
    change: fn(&mut ImapSettings),
}

fn at(place: Place, security: Security) -> Row {
    Row { place, security, change: |_| () }
}

fn play(play: Play, security: Security) -> Row {
    at(Place::Server(play), security)
}

/// A good server, and settings that are not.
fn typed(change: fn(&mut ImapSettings)) -> Row {
    Row { change, ..play(Play::good().tls(Paper::Good), Security::Tls) }
}

/// A server that is not waited for long.
fn hangs(server: Play, security: Security) -> Row {
    Row { change: |settings| settings.timeout = Duration::from_secs(1), ..play(server, security) }
}

/// Over TLS, with this answer to the sign-in.
fn refuses(words: &str) -> Row {
    play(Play::good().tls(Paper::Good).when("(secret)", format!("{{tag}} {words}\r\n")), Security::Tls)
}

/// Over TLS, with this answer to a command.
fn answers(command: &str, answer: &str) -> Row {
    play(Play::good().tls(Paper::Good).when(command, answer), Security::Tls)
}

/// In clear at first, with this answer to STARTTLS.
fn upgrades(answer: &str) -> Row {
    play(Play::good().when("STARTTLS", answer), Security::StartTls)
}

/// In clear at first, with this greeting.
fn greets(greeting: &str) -> Row {
    play(Play::good().greeting(greeting), Security::StartTls)
}

fn shows(paper: Paper) -> Row {
    play(Play::good().tls(paper), Security::Tls)
}

async fn judge(row: Row, verdict: Verdict, rung: Rung, advice: &str, button: &str) {
    let (server, port) = match row.place {
        Place::Server(play) => {
            let server = play.start().await;
            let port = server.port;
            (Some(server), port)
        }
        Place::Nobody => (None, TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()),
        Place::HangsUp => {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            tokio::spawn(async move { while listener.accept().await.is_ok() {} });
            (None, port)
        }
    };
    let mut settings = match &server {
        Some(server) => server.settings(row.security),
        None => ImapSettings { port, ..Play::good().start().await.settings(row.security) },
    };
    (row.change)(&mut settings);
    let diagnosis: Diagnosis = diagnose_among(&settings, &[], &mut |_| ()).await;
    let last = diagnosis.rungs.last().unwrap();
    assert_eq!((diagnosis.verdict, last.rung), (verdict, rung), "{diagnosis:#?}");
    assert!(diagnosis.sentence.contains(advice), "{:?} does not say {advice:?}", diagnosis.sentence);
    let offered = last.fix.as_ref().map_or("", |fix| fix.label.as_str());
    assert_eq!(offered, button, "{diagnosis:#?}");
    assert_eq!(diagnosis.passed(), verdict == Verdict::Healthy && last.outcome != RungOutcome::Failed);
    assert!(diagnosis.rungs.iter().all(|rung| !rung.sentence.is_empty()), "every rung has its sentence");
    if let Some(server) = server {
        server.assert_no_password_in_clear("matrix");
    }
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
    all_is_well_with_tls: play(Play::good().tls(Paper::Good), Security::Tls) => Healthy, Folders, "Everything works", "";
    all_is_well_with_starttls: play(Play::good(), Security::StartTls) => Healthy, Folders, "Everything works", "";
    all_is_well_by_itself: play(Play::good(), Security::Auto) => Healthy, Folders, "Everything works", "";
    // --- what was typed
    clear_text_without_consent: play(Play::good(), Security::None) => Settings, Settings, "", "Use port 993 with TLS";
    a_line_break_in_the_password: typed(|s| s.password = SecretString::from("a\r\nb")) => Settings, Settings, "", "";
    a_line_break_in_the_user_name: typed(|s| s.user_name = "ann\r\nx".into()) => Settings, Settings, "", "";
    // --- name and address
    a_name_that_is_not_found: typed(|s| { s.server = "no-such-server.invalid".into(); s.user_name = "ann".into() }) => Connection, Name, "cannot be found", "";
    a_number_that_is_no_address: typed(|s| { s.server = "0x7f000001".into(); s.user_name = "ann".into() }) => Connection, Name, "cannot be found", "";
    the_address_of_a_metadata_service: typed(|s| s.server = "169.254.169.254".into()) => Permission, Address, "can never be a mail server", "";
    the_address_of_nobody: typed(|s| s.server = "0.0.0.0".into()) => Permission, Address, "can never be a mail server", "";
    an_address_inside_for_staff: typed(|s| s.reach = Reach::PublicMailPorts) => Permission, Address, "An administrator can connect", "";
    // --- the port, and who is there
    a_closed_port: at(Place::Nobody, Security::Tls) => Connection, Port, "Nothing answers on this port", "";
    hung_up_before_the_greeting: at(Place::HangsUp, Security::StartTls) => Connection, Greeting, "ended the connection", "";
    hung_up_before_tls: at(Place::HangsUp, Security::Tls) => Certificate, Encryption, "while encryption was being agreed", "";
    silence_where_a_greeting_is_due: hangs(Play::good().greeting("").when("", ""), Security::StartTls) => Connection, Greeting, "did not answer in time", "";
    silence_where_tls_is_due: hangs(Play::good().greeting("").when("", ""), Security::Tls) => Connection, Encryption, "did not answer in time", "";
    a_sending_server: greets("220 mail ESMTP\r\n") => Connection, Greeting, "sends mail", "";
    a_pop3_server: greets("+OK ready\r\n") => Connection, Greeting, "POP3", "";
    a_web_server: greets("HTTP/1.1 400 Bad Request\r\n\r\n") => Connection, Greeting, "web server", "";
    a_shell_server: greets("SSH-2.0-OpenSSH_9.6\r\n") => Connection, Greeting, "not a mail server", "";
    a_pop3_server_behind_tls: play(Play::good().tls(Paper::Good).greeting("+OK ready\r\n"), Security::Tls) => Connection, Greeting, "POP3", "";
    a_sending_server_behind_tls: play(Play::good().tls(Paper::Good).greeting("220 mail ESMTP\r\n"), Security::Tls) => Connection, Greeting, "sends mail", "";
    too_many_connections_at_the_greeting: greets("* BYE Too many connections\r\n") => Throttled, Greeting, "", "";
    going_down_at_the_greeting: greets("* BYE Server shutting down\r\n") => Connection, Greeting, "", "";
    // --- certificates
    an_expired_certificate: shows(Paper::Expired) => Certificate, Certificate, "has expired", "";
    a_certificate_of_tomorrow: shows(Paper::NotYetValid) => Certificate, Certificate, "not valid yet", "";
    a_certificate_for_another_name: shows(Paper::OtherName) => Certificate, Certificate, "another name", "Accept exactly this certificate";
    a_certificate_signed_by_itself: shows(Paper::SelfSigned) => Certificate, Certificate, "made its certificate itself", "Accept exactly this certificate";
    a_certificate_of_an_unknown_issuer: shows(Paper::UnknownIssuer) => Certificate, Certificate, "issued by nobody who is trusted", "Accept exactly this certificate";
    a_certificate_for_another_purpose: shows(Paper::WrongPurpose) => Certificate, Certificate, "is not good", "";
    another_certificate_than_the_accepted_one: typed(|s| s.pinned_fingerprint = Some(PIN.into())) => Certificate, Certificate, "another certificate than the one", "Accept exactly this certificate";
    an_expired_certificate_after_starttls: play(Play::good().upgrade(Paper::Expired), Security::StartTls) => Certificate, Certificate, "has expired", "";
    another_name_after_starttls: play(Play::good().upgrade(Paper::OtherName), Security::StartTls) => Certificate, Certificate, "another name", "Accept exactly this certificate";
    signed_by_itself_after_starttls: play(Play::good().upgrade(Paper::SelfSigned), Security::StartTls) => Certificate, Certificate, "made its certificate itself", "Accept exactly this certificate";
    // --- STARTTLS
    starttls_is_absent: play(Play::good().when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n"), Security::StartTls) => Certificate, Encryption, "does not offer STARTTLS", "";
    starttls_is_stripped_by_somebody_between: play(Play::good().greeting("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n").when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n"), Security::Auto) => Certificate, Encryption, "The password was not sent", "";
    starttls_is_refused: upgrades("{tag} NO not today\r\n") => Certificate, Encryption, "refused to start encryption", "";
    starttls_is_not_understood: upgrades("{tag} BAD what\r\n") => Certificate, Encryption, "refused to start encryption", "";
    an_answer_injected_with_starttls: upgrades("{tag} OK go\r\n* CAPABILITY IMAP4rev1\r\n{upgrade}") => Certificate, Encryption, "must not be there", "";
    an_answer_injected_after_starttls: upgrades("{tag} OK go\r\n{late}") => Certificate, Encryption, "must not be there", "";
    an_answer_injected_before_the_question: greets("* OK hi\r\nP002 OK go\r\n") => Certificate, Encryption, "must not be there", "";
    signed_in_before_anybody_asked: greets("* PREAUTH welcome\r\n") => Certificate, Encryption, "must not be there", "";
    an_old_version_of_tls: upgrades("{tag} OK go\r\n{old}") => Certificate, Encryption, "no longer safe", "";
    hung_up_after_starttls: upgrades("{tag} OK go\r\n{close}") => Certificate, Encryption, "while encryption was being agreed", "";
    tls_where_starttls_is_spoken: play(Play::good(), Security::Tls) => Certificate, Encryption, "it offers STARTTLS", "Use STARTTLS";
    starttls_where_tls_is_spoken: hangs(Play::good().tls(Paper::Good), Security::StartTls) => Certificate, Encryption, "speaks TLS from the start", "Use TLS";
    silence_after_the_greeting: hangs(Play::good().when("CAPABILITY", ""), Security::StartTls) => Connection, Greeting, "did not answer in time", "";
    silence_after_starttls: hangs(Play::good().when("STARTTLS", ""), Security::StartTls) => Connection, Greeting, "did not answer in time", "";
    // --- signing in
    a_wrong_password: refuses("NO [AUTHENTICATIONFAILED] Authentication failed") => Authentication, SignIn, "user name or password", "";
    a_refusal_without_a_code: refuses("NO LOGIN failed.") => Authentication, SignIn, "user name or password", "";
    an_app_password_is_needed: refuses("NO [ALERT] Application-specific password required") => Authentication, SignIn, "app password", "";
    the_web_site_must_be_visited_first: refuses("NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)") => Authentication, SignIn, "web site", "";
    passwords_are_switched_off: refuses("NO AUTHENTICATE failed. BasicAuthBlocked") => Authentication, SignIn, "Microsoft 365", "";
    an_expired_password: refuses("NO [EXPIRED] Password has expired") => Authentication, SignIn, "expired", "";
    a_locked_mailbox: refuses("NO [CONTACTADMIN] Mailbox is disabled") => Authentication, SignIn, "locked", "";
    imap_is_switched_off: refuses("NO [ALERT] Your account is not enabled for IMAP use.") => Permission, SignIn, "switched off", "";
    throttled: refuses("NO [LIMIT] Rate limit hit") => Throttled, SignIn, "", "";
    throttled_as_if_refused: refuses("NO [AUTHENTICATIONFAILED] LOGIN Rate limit exceeded") => Throttled, SignIn, "slow down", "";
    too_many_at_once: refuses("NO [ALERT] Too many simultaneous connections. (Failure)") => Throttled, SignIn, "at once", "";
    over_quota: refuses("NO [OVERQUOTA] Account exceeded command or bandwidth limits.") => Throttled, SignIn, "limit", "";
    out_of_order: refuses("NO [UNAVAILABLE] Temporary authentication failure") => Connection, SignIn, "out of order", "";
    encryption_is_asked_for: refuses("NO [PRIVACYREQUIRED] Plaintext authentication disallowed") => Certificate, Encryption, "", "Use port 993 with TLS";
    thrown_out_while_signing_in: answers("(secret)", "* BYE Too many connections from your address\r\n{close}") => Throttled, SignIn, "", "";
    hung_up_while_signing_in: answers("(secret)", "{close}") => Connection, SignIn, "ended the connection", "";
    silence_at_the_sign_in: hangs(Play::good().tls(Paper::Good).when("AUTHENTICATE", ""), Security::Tls) => Connection, SignIn, "did not answer in time", "";
    silence_after_the_password: hangs(Play::good().tls(Paper::Good).when("(secret)", ""), Security::Tls) => Connection, SignIn, "did not answer in time", "";
    // --- folders
    no_folder_at_all: answers("LIST", "{tag} OK\r\n") => Permission, Folders, "no folder that can be read", "";
    signed_in_but_not_connected: answers("LIST", "{tag} NO User is authenticated but not connected.\r\n") => Connection, Folders, "Exchange", "";
    folders_are_refused: answers("LIST", "{tag} NO [NOPERM] Permission denied\r\n") => Permission, Folders, "", "";
    the_inbox_is_refused: answers("EXAMINE", "{tag} NO [NOPERM] Permission denied\r\n") => Permission, Folders, "", "";
    silence_at_the_folders: hangs(Play::good().tls(Paper::Good).when("LIST", ""), Security::Tls) => Connection, Folders, "did not answer in time", "";
    silence_at_the_inbox: hangs(Play::good().tls(Paper::Good).when("EXAMINE", ""), Security::Tls) => Connection, Folders, "did not answer in time", "";
    hung_up_at_the_folders: answers("LIST", "{close}") => Connection, Folders, "ended the connection", "";
}

/// The recorder would have seen it: with an administrator's consent the password does travel in clear, and is found.
#[tokio::test]
#[should_panic(expected = "in clear")]
async fn the_recorder_sees_a_password_that_travels_in_clear() {
    let server = Play::good().start().await;
    let settings = ImapSettings { allow_clear_text: true, ..server.settings(Security::None) };
    let diagnosis = diagnose_among(&settings, &[], &mut |_| ()).await;
    assert!(diagnosis.passed(), "{diagnosis:#?}");
    server.assert_no_password_in_clear("with consent");
}
