//! Reading from odd servers (RELIABILITY §1.2): tolerant where nothing is lost, an error where something might be.

use crate::play::{Paper, Play};
use model::{FolderRole, Security};
use postroom_connect::{ConnectError, Fetched, Later, Reader, Woken, connect};
use std::time::Duration;

async fn reader(play: Play) -> (Reader, crate::play::Server) {
    let server = play.tls(Paper::Good).start().await;
    (connect(&server.settings(Security::Tls)).await.unwrap(), server)
}

async fn fetch(answer: &[u8], uids: &[u32]) -> (Result<(), ConnectError>, Vec<Fetched>) {
    let (mut reader, _server) = reader(Play::good().when("UID FETCH", answer)).await;
    reader.examine("INBOX").await.unwrap();
    let mut letters = Vec::new();
    let result = reader.fetch(uids, &mut |letter| letters.push(letter)).await;
    (result, letters)
}

// FP-25, P10
#[tokio::test]
async fn folders_come_with_names_roles_and_counts() {
    let (mut reader, server) = reader(Play::good().when(
        "LIST",
        "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7)\r\n* LIST (\\Noselect) \"/\" Top\r\n\
         * LIST () \"/\" \"Entw&APw-rfe\"\r\n* LIST () \"/\" {11}\r\nclient \"a\"b\r\n* LIST () \"/\" \"a\\\"b\\\\c\"\r\n* LIST (\\Sent) \"/\" \"Sent Items\"\r\n{tag} OK done\r\n",
    ))
    .await;
    let folders = reader.folders().await.unwrap();
    let names: Vec<&str> = folders.iter().map(|folder| folder.name.as_str()).collect();
    for name in ["INBOX", "Top", "Entwürfe", "client \"a\"b", "a\"b\\c", "Sent Items"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let of = |name: &str| folders.iter().find(|folder| folder.name == name).unwrap();
    assert_eq!(of("INBOX").status.and_then(|status| status.messages), Some(3));
    assert!(!of("Top").selectable);
    assert_eq!((of("Sent Items").role, of("Entwürfe").role), (Some(FolderRole::Sent), Some(FolderRole::Drafts)));
    reader.examine("a\"b\\c").await.unwrap();
    assert!(server.lines().last().unwrap().contains("EXAMINE \"a\\\"b\\\\c\""));
}

#[tokio::test]
async fn a_server_that_says_it_can_and_cannot_is_asked_the_old_way() {
    let (mut reader, _server) = reader(
        Play::good()
            .when("LIST", "* LIST () \".\" INBOX\r\n* LIST () \".\" Sent\r\n{tag} OK\r\n")
            .when("LIST \"\" \"*\" RETURN", "{tag} BAD what\r\n")
            .when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN LIST-STATUS\r\n{tag} OK\r\n")
            .when("STATUS \"INBOX\"", "* STATUS INBOX (MESSAGES 5 UIDNEXT 6 UIDVALIDITY 1)\r\n{tag} OK\r\n")
            .when("STATUS \"Sent\"", "{tag} NO not now\r\n"),
    )
    .await;
    let folders = reader.folders().await.unwrap();
    assert_eq!(folders[0].status.and_then(|status| status.messages), Some(5));
    assert_eq!((folders[1].role, folders[1].status), (Some(FolderRole::Sent), None));
}

// P9, UIDNEXT missing or wrong
#[tokio::test]
async fn the_search_is_the_truth_whatever_uidnext_says() {
    let (mut reader, _server) = reader(Play::good().when("EXAMINE", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK\r\n")).await;
    let examined = reader.examine("INBOX").await.unwrap();
    assert_eq!((examined.uid_validity, examined.uid_next, examined.exists), (Some(7), None, 3));
    assert_eq!(reader.uids().await.unwrap(), [2, 5, 6]);
    let (mut plain, _server) = self::reader(
        Play::good()
            .when("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n")
            .when("UID SEARCH ALL", "* SEARCH 6 5\r\n* SEARCH 2 5 \r\n{tag} OK\r\n"),
    )
    .await;
    plain.examine("INBOX").await.unwrap();
    assert_eq!(plain.uids().await.unwrap(), [2, 5, 6]);
}

#[tokio::test]
async fn a_search_that_claims_the_whole_world_is_refused() {
    let (mut reader, _server) =
        reader(Play::good().when("UID SEARCH", "* ESEARCH (TAG \"{tag}\") UID ALL 1:4294967295\r\n{tag} OK\r\n")).await;
    reader.examine("INBOX").await.unwrap();
    assert!(matches!(reader.uids().await, Err(ConnectError::Protocol { .. })));
}

// S10, P8
#[tokio::test]
async fn letters_arrive_octet_by_octet_and_strangers_are_ignored() {
    let mut answer = b"* 9 FETCH (FLAGS (\\Seen a{b))\r\n* 1 FETCH (UID 2 INTERNALDATE \" 1-Jan-1970 00:00:01 +0000\" BODY[] {14}\r\nA: \0\xff\r\n\r\nA1 OK)\r\n".to_vec();
    answer.extend_from_slice(b"* 4 FETCH (UID 99 BODY[] {3}\r\nabc)\r\n* 5 FETCH (BODY[] {3}\r\nabc)\r\n* 2 EXPUNGE\r\n");
    answer.extend_from_slice(b"* 2 FETCH (UID 5 BODY[] {0}\r\n)\r\n* 3 FETCH (UID 6 BODY[] \"q\\\"\xe9\")\r\n* XODD thing\r\n* 4 FETCH (BODY[] {1}\r\nz INTERNALDATE \"01-Jan-1970 00:00:01 +0000\" UID 8)\r\n{tag} OK done\r\n");
    let (result, letters) = fetch(&answer, &[2, 5, 6, 7, 8]).await;
    result.unwrap();
    let seen: Vec<(u32, Option<i64>, &[u8])> = letters.iter().map(|l| (l.uid, l.internal_date, l.raw.as_slice())).collect();
    assert_eq!(seen, [(2, Some(1_000), &b"A: \0\xff\r\n\r\nA1 OK"[..]), (5, None, b""), (6, None, b"q\"\xe9"), (8, Some(1_000), b"z")]);
}

// "wrong-length, merged literals"
#[tokio::test]
async fn a_length_told_wrong_is_an_error_that_asks_for_smaller_steps() {
    for answer in [
        &b"* 1 FETCH (UID 2 BODY[] {5}\r\nSubject: private words\r\n\r\n)\r\n{tag} OK done\r\n"[..],
        b"* 1 FETCH (UID 2 BODY[] {60000000}\r\n",
        b"* 1 FETCH UID 2 BODY\r\n{tag} OK done\r\n",
        &[&b"* 1 FETCH (UID 2 BODYSTRUCTURE "[..], &[b'('; 400_000], b"\r\n"].concat(),
    ] {
        let (result, letters) = fetch(answer, &[2]).await;
        let error = result.expect_err("odd");
        assert!(letters.is_empty(), "a shortened letter was handed on");
        match &error {
            ConnectError::Protocol { transcript, .. } => assert!(!transcript.join(" ").contains("private"), "{transcript:?}"),
            other => panic!("{other:?}"),
        }
        assert!(!error.server_text().contains("private"));
    }
}

#[tokio::test]
async fn a_farewell_or_a_refusal_in_the_middle_is_told_apart() {
    let (result, letters) = fetch(b"* 1 FETCH (UID 2 BODY[] {1}\r\nx)\r\n* BYE idle for too long\r\n{close}", &[2, 5]).await;
    assert!(matches!(result, Err(ConnectError::Later { why: Later::Closed, .. })));
    assert_eq!(letters.len(), 1);
    let (result, _) = fetch(b"{tag} NO [SERVERBUG] UID FETCH Server error\r\n", &[2]).await;
    assert!(matches!(result, Err(ConnectError::Later { why: Later::Busy, .. })));
    let (result, _) = fetch(b"{tag} NO some messages could not be fetched\r\n", &[2]).await;
    assert!(matches!(result, Err(ConnectError::Refused { .. })));
    let (result, _) = fetch(b"* 1 FETCH (UID 2 BODY[] {100}\r\nxy{close}", &[2]).await;
    assert!(matches!(result, Err(ConnectError::Later { why: Later::Closed, .. })));
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Play::good().tls(Paper::Good).when("UID FETCH", "* 1 FETCH (UID 2 BODY[] {100}\r\nxy").start().await;
    let mut settings = server.settings(Security::Tls);
    settings.timeout = Duration::from_millis(300);
    let mut reader = connect(&settings).await.unwrap();
    reader.examine("INBOX").await.unwrap();
    let result = reader.fetch(&[2], &mut |_| ()).await;
    assert!(matches!(result, Err(ConnectError::Later { why: Later::TimedOut, .. })), "{result:?}");
}

// Bounded memory: large letters come in windows.
#[tokio::test]
async fn a_large_letter_comes_in_windows_even_if_its_size_was_told_wrong() {
    let whole: Vec<u8> = (0..1_048_576 + 700).map(|n| (n % 251) as u8).collect();
    let window = |from: usize, part: &[u8]| {
        [format!("* 1 FETCH (UID 2 BODY[]<{from}> {{{}}}\r\n", part.len()).as_bytes(), part, b")\r\n{tag} OK\r\n"].concat()
    };
    let play = Play::good()
        .when("UID FETCH 2 (UID BODY.PEEK[]<0.", window(0, &whole[..1_048_576]))
        .when("UID FETCH 2 (UID BODY.PEEK[]<1048576.", window(1_048_576, &whole[1_048_576..]))
        .when("UID FETCH 2 (UID BODY.PEEK[]<1049276.", "* 1 FETCH (UID 2 BODY[]<1049276> \"\")\r\n{tag} OK\r\n")
        .when("UID FETCH 3", "{tag} OK nothing there\r\n");
    let (mut reader, _server) = reader(play).await;
    reader.examine("INBOX").await.unwrap();
    for told in [whole.len() as u64, 5, 9_000_000] {
        let mut got = Vec::new();
        let there = reader
            .fetch_large(2, told, &mut |part| {
                got.extend_from_slice(part);
                Ok(())
            })
            .await
            .unwrap();
        assert!(there && got == whole, "told {told}, got {}", got.len());
    }
    assert!(!reader.fetch_large(3, 10, &mut |_| Ok(())).await.unwrap());
    let full = reader.fetch_large(2, 5, &mut |_| Err(std::io::Error::other("disk full"))).await;
    assert!(matches!(full, Err(ConnectError::Spool { .. })));
}

#[tokio::test]
async fn sizes_drafts_headers_and_flags_are_read_in_ranges() {
    let play = Play::good()
        .when("UID FETCH 2:6 (UID RFC822.SIZE", "* 1 FETCH (UID 2 RFC822.SIZE 10 FLAGS (\\Seen))\r\n* 2 FETCH (UID 5 RFC822.SIZE 20 FLAGS (\\draft) INTERNALDATE \"01-Jan-1970 00:00:02 +0000\")\r\n{tag} OK\r\n")
        .when("UID FETCH 2:6 (UID INTERNALDATE BODY.PEEK[HEADER", "* 1 FETCH (UID 2 BODY[HEADER.FIELDS (\"FROM\" TO)] {13}\r\nFrom: a@b\r\n\r\n)\r\n{tag} OK\r\n")
        .when("UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 5 FLAGS (b a))\r\n{tag} OK\r\n");
    let (mut reader, _server) = reader(play).await;
    reader.examine("INBOX").await.unwrap();
    let uids = reader.uids().await.unwrap();
    let sizes = reader.sizes(&uids).await.unwrap();
    assert_eq!(
        sizes.iter().map(|l| (l.uid, l.size, l.draft, l.internal_date)).collect::<Vec<_>>(),
        [(2, 10, false, None), (5, 20, true, Some(2_000))]
    );
    let mut headers = Vec::new();
    reader.headers(&uids, &mut |letter| headers.push(letter.raw)).await.unwrap();
    assert_eq!(headers, [b"From: a@b\r\n\r\n"]);
    assert_eq!(reader.flags().await.unwrap()[0].flags, ["a", "b"]);
}

// S10, R6
#[tokio::test]
async fn the_record_shows_that_nothing_was_written() {
    let (mut reader, server) = reader(Play::good().when("UID FETCH", "{tag} OK\r\n")).await;
    reader.folders().await.unwrap();
    reader.examine("INBOX").await.unwrap();
    let uids = reader.uids().await.unwrap();
    reader.sizes(&uids).await.unwrap();
    reader.fetch(&uids, &mut |_| ()).await.unwrap();
    let record = reader.leave().await;
    for (verb, _) in &record.commands {
        assert!(
            [
                "CAPABILITY",
                "AUTHENTICATE PLAIN",
                "LIST",
                "EXAMINE",
                "UID SEARCH",
                "UID FETCH RFC822.SIZE",
                "UID FETCH BODY.PEEK[]",
                "LOGOUT"
            ]
            .contains(&verb.as_str()),
            "{verb}"
        );
    }
    let sent: u64 = record.commands.iter().map(|(_, times)| times).sum();
    assert_eq!(sent as usize, server.lines().len() - 1, "all but the secret line is counted");
    assert!(!record.transcript.join("\n").contains("Sent Items"));
}

// FP-01
#[tokio::test]
async fn waiting_ends_when_something_comes_or_when_told_to() {
    let (mut reader, _server) = reader(
        Play::good()
            .when("IDLE", "+ idling\r\n* OK still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n")
            .when("DONE", "{tag} OK\r\n"),
    )
    .await;
    reader.examine("INBOX").await.unwrap();
    let (mut reader, woken) = reader.wait(Duration::from_secs(10), std::future::pending::<()>()).await.unwrap();
    assert_eq!(woken, Woken::Changed);
    assert_eq!(reader.uids().await.unwrap(), [2, 5, 6], "the session goes on");

    let (reader, _server) = self::reader(Play::good().when("IDLE", "+ idling\r\n").when("DONE", "{tag} OK\r\n")).await;
    let (reader, woken) = reader.wait(Duration::from_millis(50), std::future::pending::<()>()).await.unwrap();
    assert_eq!(woken, Woken::Limit);
    let (_, woken) = reader.wait(Duration::from_secs(10), std::future::ready(())).await.unwrap();
    assert_eq!(woken, Woken::Stopped);

    let (reader, _server) = self::reader(Play::good().when("IDLE", "+ idling\r\n* BYE restart\r\n{close}")).await;
    assert!(matches!(reader.wait(Duration::from_secs(10), std::future::pending::<()>()).await, Err(ConnectError::Later { .. })));
}

#[tokio::test]
async fn a_server_that_wants_a_name_gets_one() {
    let can = "* CAPABILITY IMAP4rev1 AUTH=PLAIN ID\r\n{tag} OK\r\n";
    let (mut reader, server) = reader(Play::good().when("CAPABILITY", can).when("ID", "* ID (\"name\" \"odd\")\r\n{tag} OK\r\n")).await;
    reader.introduce().await.unwrap();
    assert!(server.lines().iter().any(|line| line.contains("ID (\"name\"")));
    assert!(reader.server_name().unwrap().contains("odd"));
    let (mut reader, _server) = self::reader(Play::good().when("CAPABILITY", can).when("ID", "{tag} BAD what\r\n")).await;
    reader.introduce().await.unwrap();
}

// A stop must be possible from any task: all of it moves between threads.
#[test]
fn every_wait_may_move_between_threads() {
    fn moves<T: Send>(_: T) {}
    async fn all(mut reader: Reader) {
        let _ = reader.folders().await;
        let _ = reader.examine("INBOX").await;
        let _ = reader.uids().await;
        let _ = reader.sizes(&[1]).await;
        let _ = reader.fetch(&[1], &mut |_| ()).await;
        let _ = reader.fetch_large(1, 1, &mut |_| Ok(())).await;
        let _ = reader.headers(&[1], &mut |_| ()).await;
        let _ = reader.flags().await;
        if let Ok((reader, _)) = reader.wait(Duration::ZERO, std::future::ready(())).await {
            reader.leave().await;
        }
    }
    async fn opening(settings: postroom_connect::ImapSettings) {
        if let Ok(reader) = connect(&settings).await {
            all(reader).await;
        }
        postroom_connect::diagnose(&settings, &mut |_| ()).await;
    }
    moves(opening);
    fn future<F: Future + Send>(_: impl FnOnce(postroom_connect::ImapSettings) -> F) {}
    future(opening);
}
