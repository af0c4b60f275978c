//! The fault matrix: what a server does wrong, row by row, and what the collection may say about it.
//!
//! Under every row the same must hold (I1, I3, I5, R4): nothing false is stored, nothing is written on the server, nobody signs in
//! again and again, and once the server behaves, every letter is here once and nothing is missing.

use crate::faults::{assert_whole, lab};
use crate::office::offices;
use model::Verdict::{self, *};
use postroom_lab::imap::{Fault, ImapLab, Step};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Sign-ins that one collection and one listing of folders may take, whatever happens.
const SIGN_INS: usize = 4;
/// No collection hangs for longer, with time-outs of two seconds.
const LIMIT: Duration = Duration::from_secs(50);

fn text(text: &str) -> String {
    text.to_owned()
}

/// The fault is there while folders are listed and letters collected; then it is gone.
async fn survives(fault: Fault, verdicts: &[Verdict]) {
    for office in offices().await {
        let what = format!("{}: {fault:?}", office.name);
        let lab = lab();
        let account = office.connect("Faulty", lab.port(), lab.fingerprint(), 2).await;
        let sign_ins = lab.logins();
        lab.set_fault(fault.clone());
        let stop = CancellationToken::new();
        let report = tokio::time::timeout(LIMIT, office.engine.collect_account(account, &stop)).await.expect(&what).unwrap();
        if let Some((verdict, text)) = &report.error {
            assert!(verdicts.contains(verdict), "{what}: {verdict:?} {text}");
            assert!(!text.is_empty());
        }
        // A list that cannot be read is an error or a shorter list, never a hanging page.
        let _ = tokio::time::timeout(LIMIT, office.engine.download_folders(account)).await.expect(&what);
        assert_no_write(&lab);
        assert!(lab.logins() - sign_ins <= SIGN_INS, "{what}: {} sign-ins", lab.logins() - sign_ins);
        lab.clear_faults();
        office.engine.download_folders(account).await.unwrap();
        // What a server refused waits in the queue and is asked for again, a few times over.
        for _ in 0..2 {
            office.collect(account).await;
        }
        let last = office.collect(account).await;
        assert_eq!(last.error, None, "{what}");
        assert_eq!((last.ledger.missing, last.ledger.errored), (0, 0), "{what}: {:?}", last.ledger);
        assert_whole(&office, &lab, &what).await;
    }
}

// S10
fn assert_no_write(lab: &ImapLab) {
    const VERBS: [&str; 8] = ["STORE", "APPEND", "EXPUNGE", "SELECT ", "COPY", "MOVE", "CREATE", "DELETE"];
    for line in lab.commands() {
        let upper = line.to_uppercase();
        assert!(!VERBS.iter().any(|verb| upper.contains(&format!(" {verb}"))), "{line}");
    }
}

macro_rules! matrix {
    ($($name:ident: $fault:expr => [$($verdict:ident),*];)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives($fault, &[$($verdict),*]).await;
        })+
    };
}

matrix! {
    // --- FETCH: what comes is not what was asked for
    letters_vanish_during_fetch: Fault::ExpungeDuringFetch => [];
    flags_of_others_in_between: Fault::UnsolicitedFetch => [];
    a_letter_nobody_asked_for: Fault::ForeignFetch => [];
    the_uid_comes_last: Fault::UidLast => [];
    the_uid_is_missing: Fault::UidMissingInFetch => [Connection];
    a_letter_is_passed_over: Fault::FetchOmits(5) => [];
    a_letter_is_refused: Fault::FetchRefused { uid: 7, text: text("Cannot read this letter") } => [];
    a_body_is_nil: Fault::NilBody => [];
    a_body_is_empty: Fault::ZeroLiteral => [];
    a_literal_is_cut_off: Fault::TruncateLiteral => [Connection];
    a_literal_is_longer_than_it_says: Fault::WrongLiteralLength(-9) => [Connection];
    a_literal_is_shorter_than_it_says: Fault::WrongLiteralLength(9) => [Connection];
    a_literal_says_far_too_much: Fault::WrongLiteralLength(90_000_000) => [Connection];
    parts_are_not_understood: Fault::PartialIgnored => [];
    sizes_are_too_large: Fault::SizeLies(37) => [];
    sizes_are_too_small: Fault::SizeLies(-12) => [];
    sizes_are_far_too_large: Fault::SizeLies(3_000_000_000) => [Connection];
    arrival_is_no_date: Fault::BadInternalDate => [];
    noise_in_fetch: Fault::GarbageAt(Step::Fetch) => [Connection];
    fetch_is_no: Fault::NoAt(Step::Fetch, text("[SERVERBUG] Internal error")) => [Connection, Permission];
    fetch_is_unavailable: Fault::NoAt(Step::Fetch, text("[UNAVAILABLE] Try again")) => [Connection, Throttled];
    fetch_is_throttled: Fault::NoAt(Step::Fetch, text("Request is throttled. Suggested Backoff Time: 9000 milliseconds")) => [Throttled];
    fetch_is_over_quota: Fault::NoAt(Step::Fetch, text("[OVERQUOTA] Account exceeded command or bandwidth limits")) => [Throttled, Permission];
    fetch_is_bad: Fault::BadAt(Step::Fetch, text("Command unknown")) => [Connection];
    fetch_says_bye: Fault::ByeAt(Step::Fetch, text("Going down")) => [Connection];
    fetch_ends: Fault::CloseAt(Step::Fetch) => [Connection];
    fetch_hangs: Fault::HangAt(Step::Fetch) => [Connection];
    fetch_is_anothers_answer: Fault::WrongTagAt(Step::Fetch) => [Connection];
    the_line_is_cut_early: Fault::DropConnectionAfterBytes(2_000) => [Connection];
    the_line_is_cut_late: Fault::DropConnectionAfterBytes(9_000) => [Connection];
    octets_trickle: Fault::SlowBytes { bytes: 400, every_ms: 1 } => [Connection];
    // --- counts and numbers that lie
    uidnext_is_missing: Fault::UidNextMissing => [];
    uidnext_goes_backwards: Fault::UidNextBackwards => [];
    uidnext_is_inflated: Fault::UidNextInflated(420_000) => [];
    uidvalidity_is_missing: Fault::UidValidityMissing => [Connection];
    uidvalidity_changes_each_time: Fault::UidValidityChangesEachTime => [];
    the_count_is_too_high: Fault::ExistsLies(3) => [];
    the_count_is_too_low: Fault::ExistsLies(-3) => [];
    search_passes_over_a_letter: Fault::SearchOmits(5) => [];
    // --- SEARCH, SELECT, STATUS
    search_is_no: Fault::NoAt(Step::Search, text("Not now")) => [Connection, Permission];
    search_is_bad: Fault::BadAt(Step::Search, text("Unknown")) => [Connection];
    search_hangs: Fault::HangAt(Step::Search) => [Connection];
    select_says_bye: Fault::ByeAt(Step::Select, text("Going down")) => [Connection];
    select_is_bad: Fault::BadAt(Step::Select, text("User is authenticated but not connected.")) => [Connection];
    select_hangs: Fault::HangAt(Step::Select) => [Connection];
    select_ends: Fault::CloseAt(Step::Select) => [Connection];
    noise_in_select: Fault::GarbageAt(Step::Select) => [Connection];
    a_folder_is_locked: Fault::SelectRefused(text("INBOX"), text("Mailbox is locked")) => [Connection, Permission];
    a_folder_has_no_status: Fault::StatusRefused(text("INBOX"), text("Mailbox is locked")) => [Connection, Permission];
    status_is_no: Fault::NoAt(Step::Status, text("Not now")) => [Connection, Permission];
    status_hangs: Fault::HangAt(Step::Status) => [Connection];
    // --- LIST and names
    list_ends: Fault::CloseAt(Step::List) => [Connection];
    list_is_no: Fault::NoAt(Step::List, text("Not now")) => [Connection, Permission];
    list_hangs: Fault::HangAt(Step::List) => [Connection];
    names_are_literals: Fault::LiteralNames => [];
    names_are_eight_bit: Fault::EightBitQuoted => [];
    a_name_is_broken_utf7: Fault::BadUtf7Folder => [Connection, Permission];
    a_name_holds_nul: Fault::NulInQuoted => [Connection, Permission];
    a_line_is_huge: Fault::HugeLine(300_000) => [Connection];
    a_line_never_ends: Fault::HugeLine(80_000_000) => [Connection];
    // --- the door
    capability_is_bare: Fault::CapabilityLies(vec![text("IMAP4rev1")]) => [];
    capability_is_no: Fault::NoAt(Step::Capability, text("No")) => [Connection];
    capability_hangs: Fault::HangAt(Step::Capability) => [Connection];
    the_greeting_is_bye: Fault::ByeAt(Step::Greeting, text("[UNAVAILABLE] Try later")) => [Connection, Throttled];
    the_greeting_never_comes: Fault::HangAt(Step::Greeting) => [Connection];
    the_greeting_is_smtp: Fault::Greeting(text("220 mail.example ESMTP")) => [Connection];
    the_greeting_is_http: Fault::Greeting(text("HTTP/1.1 400 Bad Request")) => [Connection];
    there_are_too_many_connections: Fault::TooManyConnections(0, text("[LIMIT] Too many connections")) => [Connection, Throttled];
    sign_in_is_refused: Fault::RefuseLogin(text("Invalid credentials")) => [Authentication];
    sign_in_is_throttled: Fault::ThrottleLogin(text("[LIMIT] Too many requests, slow down")) => [Throttled];
    sign_in_is_unavailable: Fault::ThrottleLogin(text("[UNAVAILABLE] Temporary failure")) => [Connection, Throttled];
    sign_in_says_bye: Fault::ByeAt(Step::Login, text("Going down")) => [Connection];
    sign_in_hangs: Fault::HangAt(Step::Login) => [Connection];
    sign_in_is_only_half: Fault::AuthenticatedButNotConnected => [Connection, Throttled];
    an_alert_is_shown: Fault::Alert(text("Mailbox is nearly full")) => [];
    already_signed_in: Fault::Preauth => [Connection];
}
