//! Sending that is ended at any moment: each letter is at its server once at most, and none is missing but those of which nobody knows.

use crate::harness::{Office, databases, dice, number};
use model::{Origin, OutboxState, Preset, Protocol, RecipientRole, Security, SendingSignIn, SendingTransport, SentCopy};
use postroom_lab::{certs::LabAuthority, imap::Tls, smtp::SmtpLab};
use postroom_store::{NewAccount, NewEvent, Outgoing, OutgoingRecipient, Scope, SendingSide};
use std::collections::BTreeMap;

/// A tenth of what `cargo xtask torture` does: 1,000 letters at once and 50 kills on each database there.
const KILLS: u64 = 5;
/// Letters that are due for each kill.
const LETTERS_A_KILL: u64 = 20;
const AT: i64 = 1_700_000_000_000;

fn event(action: &str) -> NewEvent {
    NewEvent { at: AT, principal: "console".into(), action: action.into(), subject: String::new(), detail: String::new() }
}

/// An account that sends by the lab's server, and letters that are due.
async fn furnish(office: &Office, port: u16, fingerprint: &str, life: usize, letters: u64) {
    let store = office.store().await;
    let new = NewAccount {
        name: "Desk".into(),
        description: String::new(),
        protocol: Protocol::Smtp,
        preset: Preset::Custom,
        address: "desk@office.example".into(),
        server: "127.0.0.1".into(),
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
    let account = store.add_account(&new, &[event("account.added")]).await.unwrap().0;
    let side = SendingSide {
        account,
        transport: SendingTransport::Smtp,
        server: "127.0.0.1".into(),
        port,
        security: Security::StartTls,
        sign_in: SendingSignIn::Own,
        user_name: "ada".into(),
        has_secret: true,
        pinned_fingerprint: Some(fingerprint.to_owned()),
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
    };
    store.keep_sending_side(&side, Some(&postroom_connect::SecretString::from("secret")), &event("account.sends")).await.unwrap();
    for n in 0..letters {
        let name = format!("{life}.{n}@office.example");
        let raw =
            format!("Message-ID: <{name}>\r\nFrom: desk@office.example\r\nTo: cy@client.example\r\nSubject: {n}\r\n\r\nWords {n}\r\n");
        let outgoing = Outgoing {
            account,
            message_id: name,
            raw: raw.into_bytes(),
            sender: "desk@office.example".into(),
            subject: n.to_string(),
            recipients: vec![OutgoingRecipient { role: RecipientRole::To, address: "cy@client.example".into(), name: String::new() }],
            party: None,
            answers: None,
            by_user: None,
            origin: Origin::Person,
            cost_centre: None,
            trace: String::new(),
            form_key: None,
            not_before: AT,
        };
        store.enqueue(&outgoing, &event("letter.queued")).await.unwrap();
    }
}

// Q2, RELIABILITY §2: 1,000 queued, 50 kills, both databases.
#[test]
fn kills_send_no_letter_twice_and_lose_none() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let authority = LabAuthority::new().unwrap();
    let certificate = authority.good().unwrap();
    let lab = SmtpLab::start_with(Tls::StartTls, authority, &certificate).unwrap();
    let kills = number("POSTROOM_KILLS", 10 * KILLS).div_ceil(10);
    let letters = kills * LETTERS_A_KILL;
    let (mut chance, mut life) = (dice(), 0);
    for database in databases() {
        let name = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        let mut fresh = || {
            life += 1;
            let office = Office::new(database.as_deref());
            office.run(&["user", "list"]);
            runtime.block_on(furnish(&office, lab.port(), &certificate.fingerprint, life, letters));
            (office, life)
        };
        // As many kills as there are for one outbox: each comes so early that letters are left for those after it.
        let brinks = fresh().0.brinks(&["outbox", "send"]).earlier(kills * 2 / 5);
        let (mut here, mut lives, mut uncertain) = (0, 0, 0);
        while here < kills {
            lives += 1;
            assert!(lives <= 10, "kills come too late");
            let (office, number) = fresh();
            here += (here..kills).filter(|_| office.kill(&["outbox", "send"], &brinks, &mut chance)).count() as u64;
            office.run(&["outbox", "send"]);
            let mut at_sink: BTreeMap<String, usize> = BTreeMap::new();
            for taken in lab.taken() {
                *at_sink.entry(taken.message_id()).or_default() += 1;
            }
            runtime.block_on(async {
                let store = office.store().await;
                let (mut before, mut seen) = (None, 0);
                loop {
                    let rows = store.outbox(Scope::Everything, model::OutboxFilter::All, before, 200).await.unwrap();
                    let Some(last) = rows.last() else { break };
                    before = Some(last.id);
                    for row in &rows {
                        seen += 1;
                        let sent = at_sink.get(&format!("{number}.{}@office.example", row.subject)).copied().unwrap_or(0);
                        let what = format!("{name}, life {lives}, letter {}: {:?}, {sent} at the server", row.subject, row.state);
                        match row.state {
                            OutboxState::Sent => assert!(sent == 1 && row.filed_as.is_some(), "{what}"),
                            OutboxState::Uncertain => {
                                assert!(sent <= 1, "{what}");
                                uncertain += 1;
                            }
                            _ => panic!("{what}"),
                        }
                    }
                }
                assert_eq!(seen, letters, "{name}, life {lives}");
            });
            assert!(office.run(&["verify"]).contains("all in order"), "{name}, life {lives}");
        }
        println!("{name}: {here} kills in {lives} lives of {letters} letters, {uncertain} uncertain");
    }
}
