//! Sending to the lab's server: every answer at every stage, lost connections, and what comes of them.

use crate::office::{NOW, Office, event, offices};
use model::{Origin, OutboxState, Preset, Protocol, RecipientRole, RecipientState, Security, SendingSignIn, SendingTransport, SentCopy};
use postroom_connect::SecretString;
use postroom_lab::{
    imap::Tls,
    smtp::{SmtpFault, SmtpLab, SmtpStep},
};
use postroom_store::{NewAccount, Outgoing, OutgoingRecipient, Scope, SendingSide};

const ALL: Scope = Scope::Everything;
const CODES: [u16; 10] = [421, 450, 451, 452, 454, 500, 535, 550, 552, 554];
const STEPS: [SmtpStep; 8] = [
    SmtpStep::Greeting,
    SmtpStep::Hello,
    SmtpStep::StartTls,
    SmtpStep::Auth,
    SmtpStep::Mail,
    SmtpStep::Rcpt,
    SmtpStep::Data,
    SmtpStep::Letter,
];

pub(crate) async fn sender(office: &Office, lab: &SmtpLab) -> i64 {
    sender_at(office, lab.port()).await
}

/// A sending side that signs in as Ada at a server on this port of this machine.
pub(crate) fn side(account: i64, port: u16) -> SendingSide {
    SendingSide {
        account,
        transport: SendingTransport::Smtp,
        server: "localhost".into(),
        port,
        security: Security::StartTls,
        sign_in: SendingSignIn::Own,
        user_name: "ada".into(),
        has_secret: true,
        pinned_fingerprint: None,
        allow_clear_text: false,
        timeout_seconds: 5,
        sender_name: "Desk".into(),
        sender_address: "desk@office.example".into(),
        sent_copy: SentCopy::None,
        copies_chosen: true,
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: false,
        is_system: false,
    }
}

/// An account that sends by a server on this port.
pub(crate) async fn sender_at(office: &Office, port: u16) -> i64 {
    let new = NewAccount {
        name: "Desk".into(),
        description: String::new(),
        protocol: Protocol::Smtp,
        preset: Preset::Custom,
        address: "desk@office.example".into(),
        server: "localhost".into(),
        port,
        security: Security::StartTls,
        user_name: "ada".into(),
        secret: None,
        timeout_seconds: 5,
        connection_limit: None,
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner: None,
        reach_anywhere: true,
        tested: true,
    };
    let account = office.store.add_account(&new, &event("account.added")).await.unwrap().0;
    let side = side(account, port);
    office.store.keep_sending_side(&side, Some(&SecretString::from("secret")), &event("account.sends")).await.unwrap();
    account
}

fn recipient(address: &str, role: RecipientRole) -> OutgoingRecipient {
    OutgoingRecipient { role, address: address.into(), name: String::new() }
}

fn outgoing(account: i64, name: &str, raw: String, recipients: Vec<OutgoingRecipient>, at: i64) -> Outgoing {
    Outgoing {
        account,
        message_id: format!("<{name}@office.example>"),
        raw: raw.into_bytes(),
        sender: "desk@office.example".into(),
        subject: name.into(),
        recipients,
        party: None,
        answers: None,
        by_user: None,
        origin: Origin::Person,
        cost_centre: None,
        trace: String::new(),
        form_key: None,
        not_before: at,
    }
}

async fn handed_over(office: &Office, outgoing: &Outgoing, at: i64) -> i64 {
    let handed = postroom_store::NewEvent { at, ..event("letter.handed_over") };
    office.store.enqueue(outgoing, &handed).await.unwrap().id
}

pub(crate) async fn hand_over(office: &Office, account: i64, name: &str, at: i64) -> i64 {
    let raw = format!(
        "Message-ID: <{name}@office.example>\r\nFrom: desk@office.example\r\nTo: cy@client.example, bo@client.example\r\nSubject: {name}\r\nDate: Tue, 1 Sep 2026 10:00:00 +0000\r\n\r\n.dot\r\n..\r\n.\r\nend {name}\r\n"
    );
    let recipients = vec![recipient("cy@client.example", RecipientRole::To), recipient("bo@client.example", RecipientRole::Bcc)];
    handed_over(office, &outgoing(account, name, raw, recipients, at), at).await
}

/// The same to one person alone.
pub(crate) async fn hand_over_to(office: &Office, account: i64, name: &str, to: &str, at: i64) -> i64 {
    let raw = format!(
        "Message-ID: <{name}@office.example>\r\nFrom: desk@office.example\r\nTo: {to}\r\nSubject: {name}\r\nDate: Tue, 1 Sep 2026 10:00:00 +0000\r\n\r\nWords.\r\n"
    );
    handed_over(office, &outgoing(account, name, raw, vec![recipient(to, RecipientRole::To)], at), at).await
}

/// What is expected of a row: the state, whether the account is stopped, and how many copies the server kept.
struct Row {
    name: String,
    fault: SmtpFault,
    state: OutboxState,
    stopped: bool,
    kept: usize,
}

fn rows() -> Vec<Row> {
    use OutboxState::{Deferred, Refused, Sent, Uncertain};
    let mut rows = Vec::new();
    for step in STEPS {
        for code in CODES {
            let no = code >= 500;
            let (state, stopped) = match step {
                // Who will not talk at all has not judged the letter.
                SmtpStep::Greeting | SmtpStep::Hello | SmtpStep::StartTls => (Deferred, false),
                SmtpStep::Auth => (Deferred, no),
                SmtpStep::Mail | SmtpStep::Data if code == 535 => (Deferred, true),
                _ => (if no { Refused } else { Deferred }, false),
            };
            rows.push(Row { name: format!("{step:?} {code}"), fault: SmtpFault::ReplyAt(step, code), state, stopped, kept: 0 });
        }
        for fault in [SmtpFault::CloseAt(step), SmtpFault::GarbageAt(step), SmtpFault::HugeAt(step)] {
            let state = if step == SmtpStep::Letter { Uncertain } else { Deferred };
            rows.push(Row { name: format!("{fault:?}"), fault, state, stopped: false, kept: 0 });
        }
    }
    for code in CODES {
        let state = if code >= 500 { Sent } else { Deferred };
        let kept = usize::from(code != 421);
        rows.push(Row {
            name: format!("one recipient {code}"),
            fault: SmtpFault::Recipient("bo@client.example".into(), code),
            state,
            stopped: false,
            kept,
        });
    }
    for (fault, state, kept) in [
        (SmtpFault::CutInLetter, Uncertain, 0),
        (SmtpFault::KeptButSilent, Uncertain, 1),
        (SmtpFault::StartTlsMissing, Deferred, 0),
        (SmtpFault::StartTlsInjected("250 AUTH PLAIN".into()), Deferred, 0),
        (SmtpFault::Size(10), Refused, 0),
        (SmtpFault::HelloIsOld, Deferred, 0),
    ] {
        rows.push(Row { name: format!("{fault:?}"), fault, state, stopped: false, kept });
    }
    rows
}

// Q3, W7: every stage × every code, per recipient too, lost connections at every stage: the right state, no second copy, and no octet of the
// password in clear.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_at_every_stage_leads_to_the_right_state() {
    let rows = rows();
    assert!(rows.len() >= 100, "{}", rows.len());
    let office = offices().await.remove(0);
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let office = office.trusting(lab.authority().ca_der.clone());
    let account = sender(&office, &lab).await;
    let mut now = NOW;
    let mut wrong = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let name = format!("row{number}");
        let id = hand_over(&office, account, &name, now).await;
        lab.set_fault(row.fault.clone());
        office.engine.send_due().await.unwrap();
        lab.clear_faults();
        let letter = office.store.outbox_letter(ALL, id).await.unwrap();
        let stopped = !office.store.sending_side(account).await.unwrap().unwrap().stopped.is_empty();
        let kept =
            || lab.taken().iter().filter(|taken| taken.message_id() == format!("{name}@office.example")).cloned().collect::<Vec<_>>();
        let what = format!(
            "{}: {:?}, stopped {stopped}, kept {}, {} {}",
            row.name,
            letter.row.state,
            kept().len(),
            letter.row.reply,
            letter.row.reason
        );
        if (letter.row.state, stopped, kept().len()) != (row.state, row.stopped, row.kept) {
            wrong.push(what.clone());
        }
        if stopped {
            office.store.start_sending(account, &event("account.sending_started")).await.unwrap();
        }
        // Two days on, everything that may be sent was, to each recipient once, and an uncertain letter was not sent again.
        for _ in 0..3 {
            now += 61 * 60_000;
            office.clock.advance(61 * 60_000);
            office.engine.send_due().await.unwrap();
        }
        let letter = office.store.outbox_letter(ALL, id).await.unwrap();
        let mut reached: Vec<String> = kept().into_iter().flat_map(|taken| taken.recipients).collect();
        reached.sort();
        let once = reached.len() <= 2 && reached.windows(2).all(|two| two[0] != two[1]);
        let settled = match row.state {
            OutboxState::Deferred => letter.row.state == OutboxState::Sent && letter.row.filed_as.is_some(),
            state => letter.row.state == state,
        };
        if !once || !settled {
            wrong.push(format!("{what}; in the end {:?} with {reached:?}", letter.row.state));
        }
        for taken in kept() {
            let text = String::from_utf8(taken.raw).unwrap();
            assert!(text.ends_with(&format!("\r\n\r\n.dot\r\n..\r\n.\r\nend {name}\r\n")), "{text:?}");
            assert!(!text.to_ascii_lowercase().contains("bcc"), "{text}");
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    let clear = String::from_utf8_lossy(&lab.clear_text_received()).into_owned();
    assert!(!clear.contains("AUTH") && !clear.contains("c2VjcmV0") && !clear.contains("secret"), "{clear}");
}

// Q2: two hundred answers lost after the letter: no second copy, all uncertain, and settled by their copies or by a person.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_lost_answers_make_no_second_copy() {
    let office = offices().await.remove(0);
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let office = office.trusting(lab.authority().ca_der.clone());
    let account = sender(&office, &lab).await;
    let mut ids = Vec::new();
    for n in 0..200 {
        ids.push(hand_over(&office, account, &format!("lost{n}"), NOW).await);
    }
    lab.set_fault(SmtpFault::KeptButSilent);
    office.engine.send_due().await.unwrap();
    lab.clear_faults();
    office.clock.advance(3 * 24 * 3_600_000);
    assert_eq!(office.engine.send_due().await.unwrap(), 0);
    assert_eq!(lab.taken().len(), 200);
    let (uncertain, _) = office.store.outbox_stuck(ALL, NOW).await.unwrap();
    assert_eq!(uncertain, 200);
    office.engine.settle_as_sent(ids[0], &event("letter.settled")).await.unwrap();
    let letter = office.store.outbox_letter(ALL, ids[0]).await.unwrap();
    assert_eq!(letter.row.state, OutboxState::Sent);
    assert!(letter.recipients.iter().all(|one| one.state == RecipientState::Accepted));
    assert!(letter.row.filed_as.is_some());
}

// One connection serves what is due by one account; both databases.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_leaves_on_one_connection() {
    for office in offices().await {
        let lab = SmtpLab::start(Tls::StartTls).unwrap();
        let office = office.trusting(lab.authority().ca_der.clone());
        let account = sender(&office, &lab).await;
        for n in 0..20 {
            hand_over(&office, account, &format!("n{n}"), NOW).await;
        }
        assert_eq!(office.engine.send_due().await.unwrap(), 20);
        assert_eq!((lab.taken().len(), lab.connections(), lab.logins()), (20, 1, 1), "{}", office.name);
        assert_eq!(office.store.mailbox(ALL, model::AccountId(account), None, 50).await.unwrap().len(), 20);
    }
}

// A letter whose stored octets are no longer those that were fixed is not sent, and not tried for ever: it waits in sight, with words.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_cannot_be_read_waits_in_sight() {
    let office = offices().await.remove(0);
    let lab = SmtpLab::start(Tls::StartTls).unwrap();
    let office = office.trusting(lab.authority().ca_der.clone());
    let account = sender(&office, &lab).await;
    let spoilt = hand_over(&office, account, "spoilt", NOW).await;
    office.tamper("update outbox set raw = x'28b52ffd00'").await;
    let good = hand_over(&office, account, "good", NOW).await;
    office.engine.send_due().await.unwrap();
    let letter = office.store.outbox_letter(ALL, spoilt).await.unwrap();
    assert_eq!(letter.row.state, OutboxState::Refused);
    assert!(letter.row.reason.contains("cannot be read"), "{}", letter.row.reason);
    assert_eq!(office.store.outbox_letter(ALL, good).await.unwrap().row.state, OutboxState::Sent);
    assert_eq!(lab.taken().len(), 1);
    office.clock.advance(3 * 24 * 3_600_000);
    assert_eq!(office.engine.send_due().await.unwrap(), 0);
}
