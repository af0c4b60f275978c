//! A letter's way through real servers and back: Postfix takes it, LMTP brings it, Dovecot keeps it, and the answer comes home.

use crate::office::{NOW, Office, event, offices};
use model::{
    AccountId, ClientId, Direction, HistoryFilter, Origin, OutboxState, RecipientRole, Security, SendingSignIn, SendingTransport, SentCopy,
};
use postroom_connect::{
    CertificateDer, Reach, SecretString,
    smtp::{Envelope, Offered, SmtpSettings, SmtpSignIn, connect_smtp, on_the_wire},
};
use postroom_lab::postfix::Postfix;
use postroom_store::{NewEvent, Outgoing, OutgoingRecipient, Scope, SendingSide};
use std::time::Duration;

const ALL: Scope = Scope::Everything;

/// Sends as a mail program does: cy's answer.
async fn answer(postfix: &Postfix, raw: &[u8]) {
    let settings = SmtpSettings {
        server: "localhost".into(),
        port: postfix.port(),
        security: Security::StartTls,
        sign_in: SmtpSignIn::Password("cy".into(), SecretString::from("secret")),
        hello: "[127.0.0.1]".into(),
        timeout: Duration::from_secs(20),
        last_reply: Duration::from_secs(20),
        pinned_fingerprint: None,
        allow_clear_text: false,
        reach: Reach::Anywhere,
        extra_roots: vec![CertificateDer::from(postfix.authority().ca_der.clone())],
    };
    let session = connect_smtp(&settings).await.unwrap();
    let wire = on_the_wire(raw).unwrap();
    let to = ["ada@office.example".to_owned()];
    let envelope = Envelope { sender: "cy@client.example", recipients: &to, size: wire.len() as u64, eight_bit: false };
    let Offered::Ready(ready) = session.offer(&envelope).await else { panic!("not taken: {}", postfix.log()) };
    ready.send(&wire).await.unwrap().1.quit().await;
}

/// By Postfix, with the account's own name and password; a copy goes to Sent.
fn side_of(account: AccountId, port: u16) -> SendingSide {
    SendingSide {
        account: account.0,
        transport: SendingTransport::Smtp,
        server: "localhost".into(),
        port,
        security: Security::StartTls,
        sign_in: SendingSignIn::Account,
        user_name: String::new(),
        has_secret: false,
        pinned_fingerprint: None,
        allow_clear_text: false,
        timeout_seconds: 20,
        sender_name: "Ada".into(),
        sender_address: "ada@office.example".into(),
        sent_copy: SentCopy::Append,
        copies_chosen: true,
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: false,
        is_system: false,
    }
}

/// With a line that begins with a dot, words that are not ASCII, and somebody who gets it blind.
fn letter_to_cy(account: AccountId, client: ClientId) -> Outgoing {
    let raw = "Message-ID: <tax@office.example>\r\nFrom: Ada <ada@office.example>\r\nTo: cy@client.example\r\nSubject: Tax\r\nDate: Tue, 1 Sep 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n.Gr\u{fc}\u{df}e\r\n.\r\nAda\r\n";
    let to = |address: &str, role| OutgoingRecipient { role, address: address.into(), name: String::new() };
    Outgoing {
        account: account.0,
        message_id: "tax@office.example".into(),
        raw: raw.as_bytes().to_vec(),
        sender: "ada@office.example".into(),
        subject: "Tax".into(),
        recipients: vec![to("cy@client.example", RecipientRole::To), to("ada@office.example", RecipientRole::Bcc)],
        party: Some(client.0),
        answers: None,
        by_user: None,
        origin: Origin::Person,
        cost_centre: None,
        trace: String::new(),
        form_key: None,
        not_before: NOW,
    }
}

const REPLY: &[u8] = b"Message-ID: <re@client.example>\r\nFrom: cy@client.example\r\nTo: ada@office.example\r\nSubject: Re: Tax\r\nDate: Tue, 1 Sep 2026 11:00:00 +0000\r\nIn-Reply-To: <tax@office.example>\r\nReferences: <tax@office.example>\r\n\r\nThank you\r\n";

/// Octet by octet, and nobody told who got it blind.
fn it_arrived_as_it_left(postfix: &Postfix) {
    let mut cy = postfix.mailboxes.session("cy").unwrap();
    assert!(cy.command("SELECT INBOX").unwrap().is_ok());
    let arrived = String::from_utf8(cy.command("FETCH 1 BODY.PEEK[]").unwrap().untagged.concat()).unwrap();
    assert!(arrived.contains("\r\n\r\n.Gr\u{fc}\u{df}e\r\n.\r\nAda\r\n"), "{arrived}");
    assert!(!arrived.to_ascii_lowercase().contains("bcc:") && !arrived.contains("To: ada@"), "{arrived}");
}

/// Subjects and directions of a client's letters.
async fn history(office: &Office, client: ClientId) -> Vec<(String, Direction)> {
    let rows = office.store.history(ALL, client, &HistoryFilter::default(), None, 50).await.unwrap();
    rows.into_iter().map(|row| (row.subject, row.direction)).collect()
}

// Q1: on the client's history as sent, appended to Sent and joined when it is collected, then the answer as received, and answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_through_real_servers_and_its_answer_comes_home() {
    if let Err(why) = Postfix::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return;
    }
    for office in offices().await {
        let postfix = Postfix::start(&["ada", "cy"]).unwrap();
        let office = office.trusting(postfix.authority().ca_der.clone());
        // Mailboxes as people have them: the folders are there.
        let old = b"From: ada@office.example\r\nTo: x@y.example\r\nSubject: old\r\nMessage-ID: <old@office.example>\r\n\r\nOld\r\n";
        postfix.mailboxes.deliver("ada", "Sent", old, &["\\Seen"]).unwrap();
        let account = office.connect_account(&postfix.mailboxes, "Ada").await;
        office.store.keep_sending_side(&side_of(account, postfix.port()), None, &event("account.sends")).await.unwrap();
        office.import_clients("code,name,self1,self2,self3,partner1,partner2,partner3\nC1,Cy,cy@client.example,,,,,\n").await;
        let client = office.store.client_by_code(ALL, "C1").await.unwrap().id;
        let id = office.store.enqueue(&letter_to_cy(account, client), &NewEvent { at: NOW, ..event("letter.queued") }).await.unwrap().id;
        office.engine.send_due().await.unwrap();
        let letter = office.store.outbox_letter(ALL, id).await.unwrap();
        assert_eq!(
            (letter.row.state, letter.row.append_state.as_str()),
            (OutboxState::Sent, "done"),
            "{} {}",
            letter.row.reason,
            postfix.log()
        );
        postfix.wait_for("cy", "INBOX", 1).unwrap();
        postfix.wait_for("ada", "INBOX", 1).unwrap();
        it_arrived_as_it_left(&postfix);
        assert_eq!(history(&office, client).await, [("Tax".to_owned(), Direction::Sent)]);
        office.collect(account).await;
        office.engine.send_due().await.unwrap();
        assert!(office.store.outbox_letter(ALL, id).await.unwrap().row.seen_in_sent_at.is_some());
        assert_eq!(history(&office, client).await, [("Tax".to_owned(), Direction::Sent)], "{}: one letter with its copies", office.name);
        answer(&postfix, REPLY).await;
        postfix.wait_for("ada", "INBOX", 2).unwrap();
        office.collect(account).await;
        office.engine.send_due().await.unwrap();
        assert!(office.store.outbox_letter(ALL, id).await.unwrap().row.answered_at.is_some(), "{}", office.name);
        let mut both = history(&office, client).await;
        both.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(both, [("Re: Tax".to_owned(), Direction::Received), ("Tax".to_owned(), Direction::Sent)]);
        assert_eq!(office.store.mailbox(ALL, AccountId(account.0), None, 50).await.unwrap().len(), 3, "{}", office.name);
    }
}
