//! What somebody types into any field becomes neither a header, nor a recipient, nor a command: by SMTP and by Graph.

use crate::{
    office::{NOW, event, offices},
    outbox, outbox_graph,
};
use model::{AddressRole, Origin, OutboxState, RecipientRole};
use postroom_lab::{imap::Tls, smtp::SmtpLab};
use postroom_mail::compose::{Attachment, Draft, Person, write};
use postroom_store::{Outgoing, OutgoingRecipient, Scope};
use std::collections::BTreeMap;

const INPUTS: [&str; 21] = [
    "x\r\nBcc: ev@il.example",
    "x\nBcc: ev@il.example",
    "x\rBcc: ev@il.example",
    "x\r\n\r\nBcc: ev@il.example",
    "x\r\n Bcc: ev@il.example",
    "x\r\nTo: ev@il.example",
    "x\r\nResent-To: ev@il.example",
    "x\r\nContent-Type: text/html",
    "x\0y",
    "ev@il.example, other@il.example",
    "\"><ev@il.example>",
    "x <ev@il.example>",
    "<ev@il.example>",
    "x>\r\nRCPT TO:<ev@il.example",
    "x\r\n.\r\nMAIL FROM:<ev@il.example>",
    "x\n.\nRCPT TO:<ev@il.example>",
    "=?utf-8?Q?=0D=0ABcc:_ev@il.example?=",
    "=?utf-8?B?DQpCY2M6IGV2QGlsLmV4YW1wbGU=?=",
    "x\u{2028}Bcc: ev@il.example",
    "x\u{85}Bcc: ev@il.example",
    "group: ev@il.example;",
];

fn with(field: usize, input: &str) -> Draft {
    let typed = || input.to_owned();
    let mut draft = Draft {
        from: Person::new("Desk", "desk@office.example"),
        to: vec![Person::new("Cy", "cy@client.example")],
        cc: vec![Person::new("", "di@client.example")],
        bcc: vec![Person::new("Bo", "bo@client.example")],
        subject: "Lease".into(),
        text: "Words\n".into(),
        date: NOW,
        ..Draft::default()
    };
    let file = |name: String, kind: String| Attachment { name, kind, bytes: b"x".to_vec(), content_id: None };
    match field {
        0 => draft.subject = typed(),
        1 => draft.from.name = typed(),
        2 => draft.to[0].name = typed(),
        3 => draft.to[0].address = typed(),
        4 => draft.cc[0].name = typed(),
        5 => draft.cc[0].address = typed(),
        6 => draft.bcc[0].name = typed(),
        7 => draft.bcc[0].address = typed(),
        8 => draft.reply_to = Some(Person::new(typed(), "desk@office.example")),
        9 => draft.text = typed(),
        10 => draft.html = format!("<p>{input}</p>"),
        11 => draft.attachments = vec![file(typed(), "text/plain".into())],
        12 => draft.attachments = vec![file("a.txt".into(), typed())],
        _ => draft.in_reply_to = Some(typed()),
    }
    draft
}

/// Names of the header's fields, as a strict server reads them.
fn header(raw: &[u8]) -> Vec<String> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let text = std::str::from_utf8(&raw[..end]).unwrap().to_owned();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text:?}");
    text.split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap().to_ascii_lowercase())
        .collect()
}

const USUAL: [&str; 13] = [
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "user-agent",
];

// Q2, RELIABILITY §2: 294 inputs over every field, each by SMTP and by Graph.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_typed_becomes_a_header_a_recipient_or_a_command() {
    let office = offices().await.remove(0);
    let (smtp, graph) = (SmtpLab::start(Tls::StartTls).unwrap(), outbox_graph::lab());
    let office = office.trusting(smtp.authority().ca_der.clone());
    let accounts = [outbox::sender(&office, &smtp).await, outbox_graph::sender(&office, &graph).await];
    let (mut inputs, mut expected) = (0, BTreeMap::new());
    for field in 0..14 {
        for (n, input) in INPUTS.iter().enumerate() {
            inputs += 1;
            for (way, account) in accounts.iter().enumerate() {
                let message_id = format!("{way}.{field}.{n}@office.example");
                let Ok(written) = write(&Draft { message_id: message_id.clone(), ..with(field, input) }) else { continue };
                let recipients: Vec<OutgoingRecipient> = written
                    .envelope
                    .recipients
                    .into_iter()
                    .map(|(role, one)| OutgoingRecipient {
                        role: match role {
                            AddressRole::Cc => RecipientRole::Cc,
                            AddressRole::Bcc => RecipientRole::Bcc,
                            _ => RecipientRole::To,
                        },
                        address: one.address,
                        name: one.name,
                    })
                    .collect();
                let mut people: Vec<String> = recipients.iter().map(|one| one.address.clone()).collect();
                people.sort();
                let outgoing = Outgoing {
                    account: *account,
                    message_id: message_id.clone(),
                    raw: written.raw,
                    sender: written.envelope.sender,
                    subject: String::new(),
                    recipients,
                    party: None,
                    answers: None,
                    by_user: None,
                    origin: Origin::Person,
                    cost_centre: None,
                    trace: String::new(),
                    form_key: None,
                    not_before: NOW,
                };
                let id = office.store.enqueue(&outgoing, &event("letter.queued")).await.unwrap().id;
                expected.insert(message_id, (id, people, format!("field {field}, {input:?}")));
            }
        }
    }
    assert!(inputs >= 200 && expected.len() >= 200, "{inputs} inputs, {} letters", expected.len());
    office.engine.send_due().await.unwrap();
    let by_smtp = smtp.taken().into_iter().map(|taken| {
        let mut recipients = taken.recipients.clone();
        recipients.sort();
        (taken.message_id(), recipients, taken.raw)
    });
    let by_graph = graph.sent().into_iter().map(|sent| (sent.message_id(), sent.recipients.clone(), sent.delivered));
    let mut arrived = 0;
    for (message_id, recipients, raw) in by_smtp.chain(by_graph) {
        let (id, people, what) = &expected[&message_id];
        assert_eq!(recipients, *people, "{message_id}: {what}");
        let names = header(&raw);
        for name in &names {
            assert!(USUAL.contains(&name.as_str()), "{message_id}: {what}: {name}");
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{message_id}: {what}: {name} twice");
        }
        let text = String::from_utf8_lossy(&raw).to_ascii_lowercase();
        assert!(!text.split("\r\n\r\n").next().unwrap().contains("bo@client.example"), "{message_id}: {what}");
        assert_eq!(office.store.outbox_letter(Scope::Everything, *id).await.unwrap().row.state, OutboxState::Sent, "{what}");
        arrived += 1;
    }
    // What Postroom would not hand in, it says; nothing is merely missing.
    let mut held_back = Vec::new();
    for (id, _, what) in expected.values() {
        let letter = office.store.outbox_letter(Scope::Everything, *id).await.unwrap();
        match letter.row.state {
            OutboxState::Sent => {}
            OutboxState::Refused if !letter.row.reason.is_empty() => held_back.push(format!("{what}: {}", letter.row.reason)),
            state => panic!("{what}: {state:?} {}", letter.row.reason),
        }
    }
    assert_eq!(arrived + held_back.len(), expected.len());
    assert!(held_back.len() * 20 <= expected.len(), "{held_back:#?}");
    for command in smtp.commands() {
        assert!(!command.contains("ev@il.example") || command.starts_with("RCPT TO:<") && command.ends_with('>'), "{command}");
    }
}
