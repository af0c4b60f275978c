//! Copies of sent letters in the mailbox: appended to a real Dovecot, once, and one letter with ours when they are collected.

use crate::{
    office::{NOW, Office, event, offices},
    outbox::{hand_over, side},
};
use model::{AccountId, OutboxState, SentCopy};
use postroom_connect::{Appended, Place, SecretString, connect_appender};
use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    imap::Tls,
    smtp::SmtpLab,
};
use postroom_store::{Scope, SendingSide};

const ALL: Scope = Scope::Everything;

/// A mailbox at Dovecot that sends by the lab's server and keeps copies by our hand.
async fn desk(office: &Office, mailbox: &Dovecot, lab: &SmtpLab) -> i64 {
    let old = b"From: desk@office.example\r\nTo: x@y.example\r\nSubject: old\r\nMessage-ID: <old@office.example>\r\n\r\nOld\r\n";
    for folder in ["Sent", "Drafts"] {
        mailbox.deliver("ada", folder, old, &["\\Seen"]).unwrap();
    }
    let account = office.connect_account(mailbox, "Desk").await.0;
    let side = SendingSide { sent_copy: SentCopy::Append, ..side(account, lab.port()) };
    office.store.keep_sending_side(&side, Some(&SecretString::from("secret")), &event("account.sends")).await.unwrap();
    account
}

fn in_sent(mailbox: &Dovecot) -> usize {
    let mut client = mailbox.session("ada").unwrap();
    let answer = client.command("STATUS Sent (MESSAGES UNSEEN)").unwrap();
    let line =
        answer.untagged.iter().map(|line| String::from_utf8_lossy(line).into_owned()).find(|line| line.contains("MESSAGES")).unwrap();
    assert!(line.contains("UNSEEN 0"), "a copy of ours is read: {line}");
    line.split("MESSAGES ").nth(1).unwrap().split([' ', ')']).next().unwrap().parse().unwrap()
}

// DESIGN §9: we append one, after acceptance and once; a process that ends in between appends no second one; collected, it is our letter.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_ours_is_appended_once_and_is_one_letter_with_ours() {
    if let Err(why) = Dovecot::available() {
        println!("skipped: {why}");
        return;
    }
    for office in offices().await {
        let mailbox = Dovecot::start(DovecotOptions::default()).unwrap();
        let lab = SmtpLab::start(Tls::StartTls).unwrap();
        let office = office.trusting(lab.authority().ca_der.clone());
        let account = desk(&office, &mailbox, &lab).await;
        let before = in_sent(&mailbox);
        let ids = [hand_over(&office, account, "one", NOW).await, hand_over(&office, account, "two", NOW).await];
        office.engine.send_due().await.unwrap();
        assert_eq!(in_sent(&mailbox), before + 2, "{}", office.name);
        for id in ids {
            let letter = office.store.outbox_letter(ALL, id).await.unwrap();
            assert_eq!((letter.row.state, letter.row.append_state.as_str()), (OutboxState::Sent, "done"));
        }
        // S10: they are on the account's record as what they are.
        let said = office.store.account(AccountId(account)).await.unwrap().hands_off;
        assert_eq!((said.added.copies, said.added.drafts, said.added.sessions), (2, 0, 2), "{}: {said:?}", office.name);
        assert_eq!(said.writes(), 0, "{said:?}");
        // Whoever ended before it could be written down begins again: the folder is asked first.
        let settings = office.engine.connection(&office.store.account(AccountId(account)).await.unwrap()).await.unwrap();
        let raw = office.store.outbox_bytes(ids[0]).await.unwrap();
        let mut appender = connect_appender(&settings).await.unwrap();
        assert_eq!(appender.append(Place::Sent, "one@office.example", &raw).await.unwrap(), Appended::Before);
        assert_eq!(appender.append(Place::Drafts, "one@office.example", &raw).await.unwrap(), Appended::Now);
        let said = appender.leave().await;
        assert!(said.commands.iter().any(|(verb, times)| verb == "APPEND" && *times == 1), "{:?}", said.commands);
        assert!(!said.transcript.iter().any(|line| line.contains("dot") || line.contains("office.example")), "{:?}", said.transcript);
        assert_eq!(in_sent(&mailbox), before + 2);
        // What was said to the server at all: no word that changes or deletes.
        for command in mailbox.commands() {
            let verb = command.split(' ').nth(1).unwrap_or_default().to_ascii_uppercase();
            let second = command.split(' ').nth(2).unwrap_or_default().to_ascii_uppercase();
            assert!(!["SELECT", "STORE", "EXPUNGE", "DELETE", "CREATE", "RENAME", "COPY", "MOVE"].contains(&verb.as_str()), "{command}");
            assert!(verb != "UID" || ["SEARCH", "FETCH"].contains(&second.as_str()), "{command}");
        }
        let letters = office.store.mailbox(ALL, AccountId(account), None, 50).await.unwrap().len();
        office.collect(AccountId(account)).await;
        office.engine.send_due().await.unwrap();
        let said = office.store.account(AccountId(account)).await.unwrap().hands_off;
        assert!(said.sessions > 0 && said.added.copies == 2, "a collection counts beside them: {said:?}");
        assert!(!said.commands.iter().any(|(verb, _)| verb == "APPEND"), "{said:?}");
        for id in ids {
            assert!(office.store.outbox_letter(ALL, id).await.unwrap().row.seen_in_sent_at.is_some(), "{}", office.name);
        }
        // Our two letters are the two that were collected from Sent.
        assert_eq!(letters, 2);
        let all = office.store.mailbox(ALL, AccountId(account), None, 50).await.unwrap();
        assert_eq!(all.iter().filter(|row| row.subject == "two").count(), 1, "{}", office.name);
    }
}

// A mailbox that cannot be reached holds no letter up; its copy is tried again and, without a folder for it, given up with words.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_out_of_order_holds_no_letter_up() {
    if let Err(why) = Dovecot::available() {
        println!("skipped: {why}");
        return;
    }
    let office = offices().await.remove(0);
    let mailbox = Dovecot::start(DovecotOptions::default()).unwrap();
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let office = office.trusting(lab.authority().ca_der.clone());
    let account = desk(&office, &mailbox, &lab).await;
    drop(mailbox);
    let id = hand_over(&office, account, "alone", NOW).await;
    office.engine.send_due().await.unwrap();
    let letter = office.store.outbox_letter(ALL, id).await.unwrap();
    assert_eq!((letter.row.state, letter.row.append_state.as_str()), (OutboxState::Sent, "due"));
    assert!(!letter.append_said.is_empty());
    for _ in 0..60 {
        office.clock.advance(61 * 60_000);
        office.engine.send_due().await.unwrap();
    }
    let letter = office.store.outbox_letter(ALL, id).await.unwrap();
    assert_eq!((letter.row.state, letter.row.append_state.as_str(), lab.taken().len()), (OutboxState::Sent, "failed", 1));
}
