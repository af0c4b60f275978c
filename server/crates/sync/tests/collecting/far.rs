//! A server 40 ms away: what is waited for, counted on the line itself, whatever is said on it.

use crate::dovecot::dovecot;
use crate::office::{Office, offices};
use model::AccountId;
use postroom_lab::{
    corpus::Corpus,
    far::Far,
    imap::{CAPABILITIES, ImapLab, ImapLabOptions, LabMailbox, Tls},
};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const AWAY: Duration = Duration::from_millis(40);
/// Longer than a busy machine, or one that stands still for a moment, pauses within a question: an answer that came before the rest of it
/// would count as one waited for.
const FAR_AWAY: Duration = Duration::from_secs(1);
/// Connection, encryption, greeting, sign-in, folders; and the farewell, for which no result waits.
const NOTHING_NEW: usize = 6;

fn letter(folder: usize, n: usize) -> String {
    format!(
        "From: cy{n}@client.example\r\nTo: ada@office.example\r\nSubject: Letter {n} of {folder}\r\nMessage-ID: <{n}.{folder}@lab.example>\r\n\r\nWords.\r\n"
    )
}

fn lab(folders: usize, without: &[&str]) -> ImapLab {
    let mut mailboxes = vec![LabMailbox::new("INBOX").letter(letter(0, 0), &[])];
    mailboxes.extend((1..folders).map(|n| LabMailbox::new(&format!("Clients/{n:04}")).letter(letter(n, 1), &[])));
    ImapLab::start(ImapLabOptions {
        mailboxes,
        tls: Tls::Implicit,
        capabilities: CAPABILITIES.split(' ').filter(|word| !without.contains(word)).map(str::to_owned).collect(),
        ..ImapLabOptions::default()
    })
    .unwrap()
}

/// Round trips of a collection that finds nothing new.
async fn nothing_new(office: &Office, account: AccountId, far: &Far, what: &str) -> usize {
    let first = office.collect(account).await;
    assert_eq!((first.error, first.ledger.missing), (None, 0), "{what}");
    far.set_round_trip(FAR_AWAY);
    let before = far.round_trips();
    let second = office.collect(account).await;
    far.set_round_trip(Duration::ZERO);
    assert_eq!((second.error, second.filed, second.ledger.missing), (None, 0, 0), "{what}");
    far.round_trips() - before
}

// PERFORMANCE §6.6: a new connection over TLS, and nothing new in any folder.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_is_known_after_six_round_trips_however_many_folders() {
    for (folders, without) in
        [(3, &[][..]), (150, &[]), (150, &["LIST-STATUS"]), (150, &["LIST-STATUS", "SPECIAL-USE", "CONDSTORE", "ESEARCH"])]
    {
        let lab = lab(folders, without);
        let far = Far::from(lab.port(), Duration::ZERO).unwrap();
        let office = offices().await.remove(0);
        let account = office.connect("Far", far.port(), lab.fingerprint(), 30).await;
        let what = format!("{folders} folders without {without:?}");
        let opened = || lab.commands().iter().filter(|line| line.contains("EXAMINE")).count();
        let trips = nothing_new(&office, account, &far, &what).await;
        assert!(trips <= NOTHING_NEW, "{what}: {trips} round trips");
        let before = opened();
        office.collect(account).await;
        assert_eq!(opened(), before, "{what}: no folder is opened when its counts are the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_on_a_dovecot_is_known_after_six_round_trips() {
    let Some(server) = dovecot() else { return };
    server.deliver_corpus("ada", Corpus::small(31, 120)).unwrap();
    let far = Far::from(server.imaps_port(), Duration::ZERO).unwrap();
    let office = offices().await.remove(0);
    let account = office.connect("Far", far.port(), server.fingerprint(), 30).await;
    let trips = nothing_new(&office, account, &far, "Dovecot").await;
    assert!(trips <= NOTHING_NEW, "{trips} round trips");
}

// PERFORMANCE §6.7: of a long mailbox the newest letters of both sides come first, saved at once, after a few round trips.
#[tokio::test(flavor = "multi_thread")]
async fn the_newest_letters_of_inbox_and_sent_come_first_and_soon() {
    let mailbox = |name: &str, folder: usize, letters: usize| {
        (0..letters).fold(LabMailbox::new(name), |mailbox, n| mailbox.letter(letter(folder, n), &[]))
    };
    let lab = ImapLab::start(ImapLabOptions {
        mailboxes: vec![mailbox("Archive", 9, 400), mailbox("INBOX", 0, 2_500), mailbox("Sent", 1, 300).special_use("\\Sent")],
        tls: Tls::Implicit,
        ..ImapLabOptions::default()
    })
    .unwrap();
    let far = Far::from(lab.port(), AWAY).unwrap();
    let office = offices().await.remove(0);
    let account = office.connect("Far", far.port(), lab.fingerprint(), 30).await;
    let mut progress = office.engine.progress();
    let (before, start) = (far.round_trips(), Instant::now());
    let stop = CancellationToken::new();
    let watched = async {
        let mut marks = Vec::new();
        for letters in [50, 500] {
            while progress.recv().await.unwrap().done < letters {}
            marks.push((letters, far.round_trips() - before, start.elapsed()));
        }
        // Of the first five hundred, half are received and half sent: a history has both sides.
        let folders = office.store.ledger(Some(account)).await.unwrap();
        let of = |name: &str| folders.iter().find(|row| row.folder == name).map_or(0, |row| row.sums.filed);
        (marks, of("INBOX"), of("Sent"))
    };
    let (report, (marks, received, sent)) = tokio::join!(office.engine.collect_account(account, &stop), watched);
    assert_eq!(report.unwrap().ledger.missing, 0);
    assert!(received >= 200 && sent >= 200, "{received} received, {sent} sent");
    for ((letters, trips, after), most) in marks.into_iter().zip([10, 16]) {
        println!("{letters} letters after {trips} round trips and {after:?}");
        assert!(trips <= most, "{letters} letters after {trips} round trips");
    }
}
