use super::*;

#[test]
fn a_whole_session_reads_everything_and_changes_nothing() {
    // TP-02, S10
    let lab = lab(Faults::none());
    let before = lab.flags_snapshot("ada");
    let mut client = LabClient::connect(lab.port()).unwrap();
    assert!(client.greeting.starts_with("* OK [CAPABILITY IMAP4rev1"), "{}", client.greeting);
    assert!(has(&client.command("CAPABILITY").unwrap(), "STARTTLS"));
    assert!(has(&client.command("ID NIL").unwrap(), "* ID ("));
    assert_eq!(client.command("SELECT INBOX").unwrap().status, "BAD");
    assert_eq!(client.command("LOGIN ada wrong").unwrap().text, "[AUTHENTICATIONFAILED] Authentication failed.");
    client.login("ada", "secret").unwrap();
    assert!(has(&client.command("NAMESPACE").unwrap(), "((\"\" \"/\"))"));
    assert!(has(&client.command("ENABLE CONDSTORE").unwrap(), "ENABLED CONDSTORE"));
    assert!(client.command("NOOP").unwrap().is_ok());
    let examined = client.command("EXAMINE INBOX").unwrap();
    assert!(has(&examined, "* 3 EXISTS") && has(&examined, "[UIDVALIDITY 1]") && has(&examined, "[UIDNEXT 4]"), "{examined:?}");
    assert!(examined.text.starts_with("[READ-ONLY]"));
    let fetched = client.command("UID FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY[])").unwrap();
    let expected = format!(
        "* 1 FETCH (UID 1 FLAGS (\\Seen) INTERNALDATE \"14-Nov-2023 22:13:20 +0000\" RFC822.SIZE {} BODY[] {{{0}}}\r\n",
        LETTER.len()
    );
    assert_eq!(fetched.untagged, [[expected.as_bytes(), LETTER, b")"].concat()]);
    assert!(client.command("UNSELECT").unwrap().is_ok());
    assert!(client.command("LOGOUT").unwrap().is_ok());
    assert_eq!(lab.flags_snapshot("ada"), before);
    assert_eq!((lab.connections(), lab.logins(), lab.refused_logins()), (1, 1, 1));
    assert_eq!(lab.body_bytes_sent(), LETTER.len() as u64);
    assert!(lab.commands().contains(&"L4 LOGIN \"ada\" \"secret\"".replace("L4", "L5")), "{:?}", lab.commands());
}

#[test]
fn folders_are_listed_with_roles_counts_and_those_above_them() {
    let lab = lab(Faults::none());
    let mut client = signed_in(&lab);
    let listed = client.command("LIST \"\" \"*\"").unwrap().lines();
    assert_eq!(
        listed,
        [
            "* LIST (\\HasChildren \\Noselect) \"/\" \"Archive\"",
            "* LIST (\\HasNoChildren) \"/\" \"Archive/M&APw-nze\"",
            "* LIST (\\HasNoChildren) \"/\" \"INBOX\"",
            "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent\"",
        ]
    );
    assert_eq!(client.command("LIST \"\" \"%\"").unwrap().untagged.len(), 3);
    assert_eq!(client.command("LIST (SPECIAL-USE) \"\" \"*\"").unwrap().untagged.len(), 1);
    assert_eq!(client.command("LSUB \"\" \"*\"").unwrap().untagged.len(), 4);
    assert_eq!(client.command("LIST \"\" \"\"").unwrap().lines(), ["* LIST (\\Noselect) \"/\" \"\""]);
    let with_status = client.command("LIST \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))").unwrap();
    assert!(has(&with_status, "* STATUS \"INBOX\" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 1 UNSEEN 2)"), "{with_status:?}");
    assert!(has(&client.command("STATUS \"Archive/M&APw-nze\" (UIDVALIDITY)").unwrap(), "(UIDVALIDITY 77)"));
    assert_eq!(client.command("STATUS nowhere (MESSAGES)").unwrap().status, "NO");
}

#[test]
fn another_delimiter_is_used_on_the_wire() {
    let lab = ImapLab::start(ImapLabOptions { mailboxes: three_folders(), delimiter: '.', ..Default::default() }).unwrap();
    let mut client = signed_in(&lab);
    assert!(has(&client.command("LIST \"\" *").unwrap(), "\".\" \"Archive.M&APw-nze\""));
    assert!(client.command("EXAMINE Archive.M&APw-nze").unwrap().is_ok());
}

#[test]
fn searches_choose_letters() {
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    for (search, answer) in [
        ("UID SEARCH ALL", "* SEARCH 1 2 3"),
        ("UID SEARCH UID 2:*", "* SEARCH 2 3"),
        ("SEARCH UNSEEN", "* SEARCH 2 3"),
        ("UID SEARCH NOT SEEN UID 3", "* SEARCH 3"),
        ("UID SEARCH HEADER Message-ID <1@lab.example>", "* SEARCH 1"),
        ("UID SEARCH RETURN (MIN MAX COUNT ALL) ALL", "UID MIN 1 MAX 3 ALL 1:3 COUNT 3"),
        ("UID SEARCH RETURN (COUNT) SEEN", "UID COUNT 1"),
        ("UID SEARCH UID 9", "* SEARCH"),
    ] {
        let reply = client.command(search).unwrap();
        assert!(reply.is_ok() && reply.lines()[0].ends_with(answer), "{search}: {reply:?}");
    }
    assert_eq!(client.command("UID SEARCH NONSENSE").unwrap().status, "BAD");
}

#[test]
fn parts_of_a_letter_come_as_asked() {
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    for (item, answer) in [
        (
            "BODY.PEEK[HEADER.FIELDS (Subject Message-ID)]",
            "BODY[HEADER.FIELDS (SUBJECT MESSAGE-ID)] {47}\r\nMessage-ID: <1@lab.example>\r\nSubject: Rente\r\n\r\n",
        ),
        ("BODY.PEEK[TEXT]", "BODY[TEXT] {11}\r\nGuten Tag\r\n"),
        ("BODY.PEEK[]<12.5>", "BODY[]<12> {5}\r\n<1@la"),
        ("BODY.PEEK[]<5000.5>", "BODY[]<5000> {0}\r\n"),
    ] {
        let line = client.command(&format!("UID FETCH 1 ({item})")).unwrap().lines().remove(0);
        assert_eq!(line, format!("* 1 FETCH (UID 1 {answer})"), "{item}");
    }
    let head = client.command("FETCH 1:2 BODY.PEEK[HEADER]").unwrap();
    assert!(head.lines()[1].ends_with("Subject: b\r\n\r\n)"));
    assert_eq!(client.command("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)").unwrap().untagged.len(), 1);
    assert!(has(&client.command("UID FETCH 900:* (UID)").unwrap(), "UID 3"), "n:* always holds the last letter");
}

#[test]
fn writes_are_honoured_and_recorded() {
    let lab = lab(Faults::none());
    let mut client = signed_in(&lab);
    assert!(client.command("SELECT INBOX").unwrap().is_ok());
    assert!(has(&client.command("UID STORE 2 +FLAGS (\\Deleted)").unwrap(), "* 2 FETCH (UID 2 FLAGS (\\Deleted)"));
    assert_eq!(client.command("EXPUNGE").unwrap().lines(), ["* 2 EXPUNGE"]);
    let appended = client.append("Sent", &["\\Seen"], b"Subject: d\r\n\r\nD\r\n").unwrap();
    assert!(appended.text.starts_with("[APPENDUID 1 2]"), "{appended:?}");
    assert!(client.command("UID FETCH 3 BODY[]").unwrap().is_ok());
    assert!(lab.flags_snapshot("ada").contains(&("INBOX".into(), 3, vec!["\\Seen".into()])), "BODY[] without PEEK marks as read");
    assert_eq!(lab.mailbox("ada", "Sent").unwrap().letters.len(), 2);
    assert!(lab.commands().iter().any(|line| line.contains("UID STORE 2 +FLAGS")));
    assert!(client.command("CREATE Neu").unwrap().is_ok());
    assert!(client.command("CLOSE").unwrap().is_ok());
}

#[test]
fn new_and_vanished_letters_are_pushed_while_idle() {
    // FP-01
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    let tag = client.send("IDLE").unwrap();
    assert!(client.response().unwrap().starts_with(b"+"));
    lab.deliver("ada", "INBOX", LETTER, &[]);
    assert_eq!(client.response().unwrap(), b"* 4 EXISTS");
    assert!(lab.expunge("ada", "INBOX", 1));
    assert_eq!(client.response().unwrap(), b"* 1 EXPUNGE");
    client.send_raw(b"DONE\r\n").unwrap();
    assert!(client.finish(&tag).unwrap().is_ok());
    assert!(lab.commands().contains(&"DONE".to_owned()));
}

#[test]
fn plain_authentication_works_in_one_and_in_two_steps() {
    let lab = lab(Faults::none());
    let mut client = LabClient::connect(lab.port()).unwrap();
    assert!(client.command("AUTHENTICATE PLAIN AGFkYQBzZWNyZXQ=").unwrap().is_ok());
    let mut client = LabClient::connect(lab.port()).unwrap();
    let tag = client.send("AUTHENTICATE PLAIN").unwrap();
    assert!(client.response().unwrap().starts_with(b"+"));
    client.send_raw(b"AGFkYQBzZWNyZXQ=\r\n").unwrap();
    assert!(client.finish(&tag).unwrap().is_ok());
}

#[test]
fn another_epoch_throws_sessions_out_and_renumbers() {
    // P9
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    lab.change_uid_validity("ada", "INBOX", 9, true);
    assert!(client.command("NOOP").is_err());
    let mut client = signed_in(&lab);
    assert!(has(&client.command("EXAMINE INBOX").unwrap(), "[UIDVALIDITY 9]"));
    assert!(has(&client.command("UID FETCH 3 BODY.PEEK[TEXT]").unwrap(), "Guten Tag"), "the first is now the last");
}

#[test]
fn all_connections_can_be_cut() {
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    assert_eq!(lab.open_connections(), 1);
    lab.drop_connections();
    // The server cuts on its own thread: a command or two may still be answered.
    assert!((0..1000).any(|_| client.command("NOOP").is_err()));
    assert!(signed_in(&lab).command("NOOP").unwrap().is_ok());
}

#[test]
fn twenty_thousand_letters_are_served_quickly_enough_for_tests() {
    let mut inbox = LabMailbox::new("INBOX");
    for number in 0..20_000 {
        inbox.deliver(format!("Subject: {number}\r\n\r\nx\r\n").into_bytes(), &[], None);
    }
    let lab = ImapLab::start(ImapLabOptions { mailboxes: vec![inbox], ..Default::default() }).unwrap();
    let mut client = in_inbox(&lab);
    assert_eq!(client.command("UID FETCH 1:* (UID RFC822.SIZE)").unwrap().untagged.len(), 20_000);
    assert_eq!(client.command("UID SEARCH UID 19990:*").unwrap().lines()[0].split(' ').count(), 2 + 11);
}
