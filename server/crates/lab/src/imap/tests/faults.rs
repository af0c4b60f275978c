use super::*;

/// What the server answers to a FETCH of all bodies while one fault is on.
fn fetch_with(fault: Fault) -> anyhow::Result<Reply> {
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    lab.set_fault(fault);
    client.command("UID FETCH 1:* (UID BODY.PEEK[])")
}

fn examine_with(fault: Fault) -> Reply {
    let lab = lab(Faults::none().with(fault));
    signed_in(&lab).command("EXAMINE INBOX").unwrap()
}

#[test]
fn sign_ins_are_refused_put_off_or_useless() {
    // O25, R12
    let lab = lab(Faults::none());
    let login = |lab: &ImapLab| LabClient::connect(lab.port()).unwrap().command("LOGIN ada secret").unwrap();
    lab.set_fault(Fault::RefuseLogin("no".into()));
    assert_eq!(login(&lab).text, "[AUTHENTICATIONFAILED] no");
    lab.clear_faults();
    lab.set_fault_times(Fault::ThrottleLogin("[LIMIT] Suggested Backoff Time: 2500 milliseconds".into()), 2);
    assert_eq!(login(&lab).text, "[LIMIT] Suggested Backoff Time: 2500 milliseconds");
    assert_eq!(login(&lab).status, "NO");
    assert!(login(&lab).is_ok(), "the fault was ordered twice");
    assert_eq!((lab.logins(), lab.refused_logins()), (1, 3));
    lab.set_fault(Fault::Alert("Disk nearly full".into()));
    assert_eq!(login(&lab).lines(), ["* OK [ALERT] Disk nearly full"]);
    lab.set_fault(Fault::AuthenticatedButNotConnected);
    assert_eq!(signed_in(&lab).command("EXAMINE INBOX").unwrap().status, "BAD");
    lab.clear_faults();
    lab.set_password("ada", "new");
    assert_eq!(login(&lab).status, "NO");
}

#[test]
fn greetings_may_be_anything() {
    let lab = lab(Faults::none());
    for (fault, greeting) in [
        (Fault::Greeting("220 smtp ready".into()), "220 smtp ready"),
        (Fault::Preauth, "* PREAUTH Postroom lab ready, you are known"),
        (Fault::ByeAt(Step::Greeting, "busy".into()), "* BYE busy"),
        (Fault::TooManyConnections(0, "[LIMIT] too many".into()), "* BYE [LIMIT] too many"),
    ] {
        lab.set_fault(fault);
        assert_eq!(LabClient::connect(lab.port()).unwrap().greeting, greeting);
        lab.clear_faults();
    }
    lab.set_fault(Fault::CloseAt(Step::Greeting));
    assert!(LabClient::connect(lab.port()).is_err());
    lab.clear_faults();
    lab.set_fault(Fault::CapabilityLies(vec!["IMAP4rev1".into(), "COMPRESS=DEFLATE".into()]));
    assert!(LabClient::connect(lab.port()).unwrap().greeting.contains("[CAPABILITY IMAP4rev1 COMPRESS=DEFLATE]"));
}

#[test]
fn faults_strike_at_their_step() {
    let lab = lab(Faults::none());
    let mut client = in_inbox(&lab);
    lab.set_fault_times(Fault::NoAt(Step::Fetch, "[UNAVAILABLE] later".into()), 1);
    lab.set_fault_times(Fault::BadAt(Step::Search, "what".into()), 1);
    lab.set_fault_times(Fault::WrongTagAt(Step::Status), 1);
    lab.set_fault_times(Fault::GarbageAt(Step::Noop), 1);
    assert_eq!(client.command("UID FETCH 1 UID").unwrap().text, "[UNAVAILABLE] later");
    assert_eq!(client.command("UID SEARCH ALL").unwrap().status, "BAD");
    assert!(has(&client.command("NOOP").unwrap(), "* )(]]"));
    client.send("STATUS INBOX (MESSAGES)").unwrap();
    client.response().unwrap();
    assert!(client.response().unwrap().starts_with(b"X"));
    lab.set_fault(Fault::ByeAt(Step::Noop, "going down".into()));
    client.send("NOOP").unwrap();
    assert_eq!(client.response().unwrap(), b"* BYE going down");
    assert!(client.response().is_err());
    let mut client = in_inbox(&lab);
    lab.set_fault(Fault::HangAt(Step::Fetch));
    let mut other = in_inbox(&lab);
    client.send("UID FETCH 1 UID").unwrap();
    assert!(other.command("UID SEARCH ALL").unwrap().is_ok(), "one that hangs does not hold up the others");
    assert_eq!(lab.open_connections(), 2);
}

#[test]
fn bodies_come_wrong_in_each_way() {
    assert!(fetch_with(Fault::TruncateLiteral).unwrap_err().to_string().contains("literal"));
    let short = fetch_with(Fault::WrongLiteralLength(-5)).unwrap();
    assert!(has(&short, &format!("{{{}}}", LETTER.len() - 5)));
    assert!(has(&fetch_with(Fault::ZeroLiteral).unwrap(), "BODY[] {0}\r\n)"));
    assert!(has(&fetch_with(Fault::NilBody).unwrap(), "BODY[] NIL)"));
    assert!(!has(&fetch_with(Fault::UidMissingInFetch).unwrap(), "UID"));
    assert!(has(&fetch_with(Fault::UidLast).unwrap(), "CCC\r\n UID 3)"));
    let unsolicited = fetch_with(Fault::UnsolicitedFetch).unwrap();
    assert_eq!(unsolicited.lines()[0], "* 3 FETCH (FLAGS (\\Answered \\Seen))");
    assert_eq!(unsolicited.untagged.len(), 6);
    assert_eq!(fetch_with(Fault::FetchOmits(2)).unwrap().untagged.len(), 2);
    let refused = fetch_with(Fault::FetchRefused { uid: 2, text: "[SERVERBUG] no".into() }).unwrap();
    assert_eq!((refused.untagged.len(), refused.text.as_str()), (2, "[SERVERBUG] no"));
    let foreign = fetch_with(Fault::ForeignFetch).unwrap();
    assert_eq!(foreign.untagged.len(), 4);
}

#[test]
fn a_letter_goes_in_the_middle_of_a_fetch() {
    let lines = fetch_with(Fault::ExpungeDuringFetch).unwrap().lines();
    assert!(lines[0].starts_with("* 1 FETCH (UID 1 "));
    assert_eq!(lines[1], "* 1 EXPUNGE");
    assert!(lines[2].starts_with("* 1 FETCH (UID 2 "), "numbers shift, UIDs do not: {lines:?}");
}

#[test]
fn figures_lie_as_ordered() {
    // what a client may take as a hint only
    assert!(!has(&examine_with(Fault::UidNextMissing), "UIDNEXT"));
    assert!(has(&examine_with(Fault::UidNextBackwards), "[UIDNEXT 2]"));
    assert!(has(&examine_with(Fault::UidNextInflated(420_000)), "[UIDNEXT 420004]"));
    assert!(!has(&examine_with(Fault::UidValidityMissing), "UIDVALIDITY"));
    assert!(has(&examine_with(Fault::ExistsLies(2)), "* 5 EXISTS"));
    let lab = lab(Faults::none().with(Fault::UidValidityChangesEachTime).with(Fault::SizeLies(7)).with(Fault::PartialIgnored));
    let mut client = signed_in(&lab);
    assert!(has(&client.command("EXAMINE INBOX").unwrap(), "[UIDVALIDITY 1000001]"));
    assert!(has(&client.command("EXAMINE Sent").unwrap(), "[UIDVALIDITY 1000002]"));
    assert!(has(&client.command("UID FETCH 1 RFC822.SIZE").unwrap(), "RFC822.SIZE 27"));
    assert!(has(&client.command("UID FETCH 1 BODY.PEEK[]<0.3>").unwrap(), "BODY[] {20}"));
    lab.set_fault(Fault::SearchOmits(1));
    lab.set_fault(Fault::BadInternalDate);
    assert_eq!(client.command("UID SEARCH ALL").unwrap().lines(), ["* SEARCH"]);
    assert!(has(&client.command("UID FETCH 1 INTERNALDATE").unwrap(), "\"yesterday\""));
}

#[test]
fn folders_are_refused_or_named_badly() {
    let lab = lab(Faults::none());
    let mut client = signed_in(&lab);
    lab.set_fault(Fault::SelectRefused("Sent".into(), "[NOPERM] closed".into()));
    lab.set_fault(Fault::StatusRefused("Sent".into(), "[NOPERM] closed".into()));
    assert_eq!(client.command("EXAMINE Sent").unwrap().text, "[NOPERM] closed");
    assert_eq!(client.command("STATUS Sent (MESSAGES)").unwrap().text, "[NOPERM] closed");
    assert!(client.command("EXAMINE INBOX").unwrap().is_ok());
    lab.set_fault(Fault::LiteralNames);
    assert!(has(&client.command("LIST \"\" %").unwrap(), "\"/\" {5}\r\nINBOX"));
    lab.clear_faults();
    for fault in [Fault::EightBitQuoted, Fault::BadUtf7Folder, Fault::NulInQuoted] {
        lab.set_fault(fault);
    }
    let listed = client.command("LIST \"\" *").unwrap();
    assert!(has(&listed, "\"Archive/Münze\"") && has(&listed, "\"Broken &Jjo!\"") && has(&listed, "\"Nul\0here\""), "{listed:?}");
}

#[test]
fn lines_can_be_huge_and_octets_few() {
    let huge = examine_with(Fault::HugeLine(300_000));
    assert_eq!(huge.untagged[0].len(), 300_000 - 2);
    let lab = lab(Faults::none());
    lab.set_fault(Fault::SlowBytes { bytes: 64, every_ms: 1 });
    assert!(in_inbox(&lab).command("UID FETCH 1:* BODY.PEEK[]").unwrap().is_ok());
    lab.clear_faults();
    lab.set_fault_times(Fault::DropConnectionAfterBytes(100), 1);
    let error = LabClient::connect(lab.port()).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("closed the connection"), "{error}");
    in_inbox(&lab);
}

#[test]
fn idle_can_stay_silent() {
    let lab = lab(Faults::none().with(Fault::IdleSilent));
    let mut client = in_inbox(&lab);
    let tag = client.send("IDLE").unwrap();
    client.response().unwrap();
    lab.deliver("ada", "INBOX", LETTER, &[]);
    client.send_raw(b"DONE\r\n").unwrap();
    assert_eq!(client.finish(&tag).unwrap().untagged.len(), 0);
    assert!(has(&client.command("NOOP").unwrap(), "* 4 EXISTS"));
}
