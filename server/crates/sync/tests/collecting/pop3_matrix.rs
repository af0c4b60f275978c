//! The fault matrix of POP3: what a server does wrong, row by row, and what the collection may say about it. Under every row nothing is
//! deleted, nobody signs in again and again, and once the server behaves, every letter is here once and nothing is missing (R4, I3, I5).

use crate::office::offices;
use crate::pop3::{LETTERS, assert_whole, connect, lab};
use model::Verdict::{self, *};
use postroom_lab::pop3::{PopFault as Fault, PopStep as Step};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Connections that one collection and one look at the folder may take, whatever happens.
const CONNECTIONS: usize = 5;
/// No collection hangs for longer, with time-outs of two seconds.
const LIMIT: Duration = Duration::from_secs(50);

fn text(text: &str) -> String {
    text.to_owned()
}

fn err(step: Step, said: &str) -> Fault {
    Fault::ErrAt(step, text(said))
}

async fn survives(fault: Fault, verdicts: &[Verdict]) {
    for office in offices().await {
        let what = format!("{}: {fault:?}", office.name);
        let lab = lab();
        let account = connect(&office, "Faulty", lab.port(), lab.fingerprint(), 2).await;
        let connections = lab.connections();
        lab.set_fault(fault.clone());
        let stop = CancellationToken::new();
        let report = tokio::time::timeout(LIMIT, office.engine.collect_account(account, &stop)).await.expect(&what).unwrap();
        match &report.error {
            Some((verdict, text)) => {
                assert!(verdicts.contains(verdict), "{what}: {verdict:?} {text}");
                assert!(!text.is_empty());
            }
            None => assert!(verdicts.is_empty() || verdicts.len() > 1, "{what}: no error"),
        }
        let _ = tokio::time::timeout(LIMIT, office.engine.download_folders(account)).await.expect(&what);
        assert!(!lab.commands().iter().any(|line| line.starts_with("DELE")), "{what}");
        assert!(lab.connections() - connections <= CONNECTIONS, "{what}: {} connections", lab.connections() - connections);
        lab.clear_faults();
        // What a server refused waits in the queue and is asked for again, a few times over.
        for _ in 0..2 {
            office.collect(account).await;
        }
        let last = office.collect(account).await;
        assert_eq!(last.error, None, "{what}");
        assert_eq!((last.ledger.server, last.ledger.missing, last.ledger.errored), (lab.letters().len() as i64, 0, 0), "{what}");
        assert_whole(&office, &lab, &what).await;
        assert_eq!(office.search("subject:letter").await.len(), LETTERS, "{what}: nothing twice");
    }
}

macro_rules! matrix {
    ($($name:ident: $fault:expr => [$($verdict:ident),*];)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives($fault, &[$($verdict),*]).await;
        })+

        #[test]
        fn the_matrix_has_enough_rows() {
            assert!([$(stringify!($name)),+].len() >= 40);
        }
    };
}

matrix! {
    // --- the door
    the_greeting_is_err: err(Step::Greeting, "[SYS/TEMP] Try later") => [Connection];
    the_greeting_never_comes: Fault::HangAt(Step::Greeting) => [Connection];
    the_greeting_is_cut: Fault::CloseAt(Step::Greeting) => [Connection];
    the_greeting_is_smtp: Fault::Greeting(text("220 mail.example ESMTP")) => [Connection];
    the_greeting_is_imap: Fault::Greeting(text("* OK IMAP4rev1")) => [Connection];
    the_greeting_is_http: Fault::Greeting(text("HTTP/1.1 400 Bad Request")) => [Connection];
    capa_is_unknown: err(Step::Capa, "Unknown command") => [];
    capa_is_bare: Fault::CapaLies(Vec::new()) => [];
    capa_without_pipelining: Fault::CapaLies(vec![text("USER"), text("UIDL"), text("TOP")]) => [];
    capa_hangs: Fault::HangAt(Step::Capa) => [Connection];
    sign_in_is_refused: err(Step::SignIn, "[AUTH] Invalid credentials") => [Authentication];
    sign_in_is_refused_without_a_code: err(Step::SignIn, "Logon failure: unknown user name or bad password.") => [Authentication];
    the_mailbox_is_in_use: err(Step::SignIn, "[IN-USE] Do you have another POP session running?") => [Connection];
    the_mailbox_is_locked_without_a_code: err(Step::SignIn, "maildrop already locked") => [Connection];
    sign_in_is_too_soon: err(Step::SignIn, "[LOGIN-DELAY] minimum time between mail checks violation") => [Throttled];
    sign_in_is_out_of_order: err(Step::SignIn, "[SYS/TEMP] Temporary authentication failure") => [Connection];
    sign_in_is_closed_for_good: err(Step::SignIn, "[SYS/PERM] Your account is not enabled for POP access.") => [Permission];
    sign_in_hangs: Fault::HangAt(Step::SignIn) => [Connection];
    sign_in_ends: Fault::CloseAt(Step::SignIn) => [Connection];
    // --- counts and names
    stat_is_err: err(Step::Stat, "No") => [Permission];
    stat_is_out_of_order: err(Step::Stat, "[SYS/TEMP] Mailbox could not be opened") => [Connection];
    stat_is_noise: Fault::GarbageAt(Step::Stat) => [Connection];
    a_line_never_ends: Fault::HugeLine(40_000) => [Connection];
    the_count_is_too_high: Fault::CountLies(3) => [];
    the_count_is_too_low: Fault::CountLies(-3) => [];
    list_is_err: err(Step::List, "No") => [Permission];
    list_hangs: Fault::HangAt(Step::List) => [Connection];
    list_ends: Fault::CloseAt(Step::List) => [Connection];
    list_counts_down: Fault::ListBackwards => [];
    list_passes_over_a_letter: Fault::ListOmits(5) => [];
    uidl_is_unknown: err(Step::Uidl, "Unknown command") => [];
    uidl_is_out_of_order: err(Step::Uidl, "[SYS/TEMP] Not now") => [Connection];
    uidl_passes_over_a_letter: Fault::UidlOmits(5) => [];
    uidl_ends: Fault::CloseAt(Step::Uidl) => [Connection];
    names_are_blank: Fault::BlankNames => [];
    names_are_one: Fault::OneName => [];
    a_name_is_given_twice: Fault::DoubledName => [];
    names_change: Fault::NamesChange => [];
    the_order_changes: Fault::OrderChanges => [];
    sizes_are_too_large: Fault::SizeLies(37) => [];
    sizes_are_too_small: Fault::SizeLies(-12) => [];
    sizes_are_far_too_large: Fault::SizeLies(3_000_000_000) => [];
    sizes_change: Fault::SizesChange => [];
    // --- letters
    a_letter_is_refused: Fault::RetrRefused(7, text("Cannot read this letter")) => [];
    a_letter_is_cut: Fault::TruncateLetter(7) => [];
    a_letter_is_empty: Fault::EmptyLetter(7) => [];
    every_letter_is_refused: err(Step::Retr, "Internal trouble with this letter") => [];
    retr_is_out_of_order: err(Step::Retr, "[SYS/TEMP] Server error") => [Connection];
    retr_is_throttled: err(Step::Retr, "Too much mail data was downloaded, slow down") => [Throttled];
    retr_hangs: Fault::HangAt(Step::Retr) => [Connection];
    retr_ends: Fault::CloseAt(Step::Retr) => [Connection];
    noise_before_a_letter: Fault::GarbageAt(Step::Retr) => [Connection];
    dots_are_not_doubled: Fault::NotStuffed => [];
    the_line_is_cut_early: Fault::DropAfterBytes(700) => [Connection];
    the_line_is_cut_late: Fault::DropAfterBytes(9_000) => [Connection, Permission];
    octets_trickle: Fault::SlowBytes { bytes: 400, every_ms: 1 } => [];
    quit_is_err: err(Step::Quit, "No") => [];
    quit_hangs: Fault::HangAt(Step::Quit) => [];
}
