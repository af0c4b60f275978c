//! Letters that are passed on go over the wire and arrive octet by octet.

use crate::office::{NOW, Office, event, offices};
use crate::outbox::{hand_over_to, sender, sender_at};
use model::{AccountId, AddressRole, MessageId, Origin, OutboxFilter, OutboxState, RecipientRole};
use postroom_lab::{imap::Tls, postfix::Postfix, smtp::SmtpLab};
use postroom_mail::{
    NotPassedOn,
    compose::{Draft, Enclosed, Person, pass_on},
};
use postroom_store::{Forwarding, Outgoing, OutgoingRecipient, Scope};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const TOUR: &str = "post@tour.example";

/// Two hundred originals, of every kind that mail servers change or refuse.
fn originals() -> Vec<Vec<u8>> {
    let mut dice = 0x0f0e_77a2_u64;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let pieces: [&[u8]; 12] =
        [b"\r\n", b"\n", b"\r", b".", b"\r\n.\r\n", b"\0", b"Stra\xc3\x9fe", b"\xff\xfe", b"From ", b"\r\nFrom ", b"--", b"Dear Cy, "];
    (0..200)
        .map(|number| {
            let mut raw = format!("From: cy@agent.example\r\nSubject: Rates {number}\r\n\r\n").into_bytes();
            match number % 4 {
                0 => raw.extend_from_slice(b"Dear Cy,\r\n.\r\n..dots\r\n\r\nplain.\r\n"),
                1 => raw.extend(std::iter::repeat_n(b'a', 999 + roll(5_000))),
                _ => (0..roll(400)).for_each(|_| raw.extend_from_slice(pieces[roll(pieces.len())])),
            }
            raw
        })
        .collect()
}

/// Hands them all to the outbox, each enclosed in a letter that passes on a letter of the account.
async fn pass_all_on(office: &Office, account: i64, letter: MessageId, originals: &[Vec<u8>]) {
    office.store.keep_forward(AccountId(account), None, TOUR, "Tour", &event("account.forward")).await.unwrap();
    for (number, raw) in originals.iter().enumerate() {
        let draft = Draft {
            from: Person::new("Desk", "desk@office.example"),
            reply_to: Some(Person::new("Cy", "cy@agent.example")),
            to: vec![Person::new("Tour", TOUR)],
            subject: format!("Fwd: Rates {number}"),
            text: "Please book.\n".to_owned(),
            message_id: format!("forward{number}@office.example"),
            date: NOW,
            ..Draft::default()
        };
        let written = pass_on(&draft, Some(Enclosed { name: "Rates", raw }), "5e1f").unwrap();
        let outgoing = Outgoing {
            account,
            message_id: draft.message_id,
            raw: written.raw,
            sender: written.envelope.sender,
            subject: draft.subject,
            recipients: vec![OutgoingRecipient { role: RecipientRole::To, address: TOUR.into(), name: String::new() }],
            party: None,
            answers: None,
            by_user: None,
            origin: Origin::Person,
            cost_centre: None,
            trace: String::new(),
            form_key: None,
            not_before: NOW,
        };
        let forwarding = Forwarding { account, letter: letter.0, is_inline: false, note: String::new() };
        office.store.forward_letter(Scope::Everything, &forwarding, &outgoing, &event("letter.forwarded")).await.unwrap();
    }
}

/// A letter of the account, to be passed on.
async fn a_letter(office: &Office, account: i64) -> MessageId {
    let first = hand_over_to(office, account, "first", "cy@client.example", NOW).await;
    office.engine.send_due().await.unwrap();
    office.store.outbox_letter(Scope::Everything, first).await.unwrap().row.filed_as.unwrap()
}

/// Holds the original octet by octet, comes from our own address alone, and is passed on by nobody again.
fn is_as_it_should_be(raw: &[u8], original: &[u8]) {
    let enclosed = postroom_mail::attachment::open(raw, 0).unwrap().bytes;
    assert_eq!(Sha256::digest(&enclosed), Sha256::digest(original));
    let read = postroom_mail::read(raw).letter.unwrap();
    let from: Vec<&str> = read.people.iter().filter(|(role, _)| *role == AddressRole::From).map(|(_, one)| one.address.as_str()).collect();
    assert_eq!(from, ["desk@office.example"]);
    assert_eq!(postroom_mail::not_passed_on(raw), Some(NotPassedOn::Forwarded));
}

// TP-42, Q8, P29: each attachment is the original, octet by octet; each From is our own; the envelope has one recipient.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_forwarded_letters_arrive_octet_by_octet() {
    for office in offices().await {
        let lab = SmtpLab::start(Tls::StartTls).unwrap();
        let office = office.trusting(lab.authority().ca_der.clone());
        let account = sender(&office, &lab).await;
        let letter = a_letter(&office, account).await;
        let originals = originals();
        pass_all_on(&office, account, letter, &originals).await;
        office.engine.send_due().await.unwrap();
        let taken = lab.taken();
        assert_eq!(taken.len(), 201, "{}", office.name);
        for (number, raw) in originals.iter().enumerate() {
            let came = taken.iter().find(|taken| taken.message_id() == format!("forward{number}@office.example")).unwrap();
            assert_eq!((came.sender.as_str(), &came.recipients[..]), ("desk@office.example", &[TOUR.to_owned()][..]));
            is_as_it_should_be(&came.raw, raw);
        }
        let states = office.store.forwards_of(letter).await.unwrap();
        assert!(states.len() == 100 && states.iter().all(|one| one.state == OutboxState::Sent), "the page shows the latest hundred");
    }
}

// TP-42, Q8, P29: the same through servers as offices have them: Postfix takes all, hands them on, and Dovecot keeps what arrived.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_letters_forwarded_through_a_real_postfix_arrive_octet_by_octet() {
    if let Err(why) = Postfix::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return;
    }
    for office in offices().await {
        let postfix = Postfix::start(&["ada", "post", "cy"]).unwrap();
        let office = office.trusting(postfix.authority().ca_der.clone());
        let account = sender_at(&office, postfix.port()).await;
        let letter = a_letter(&office, account).await;
        let originals = originals();
        pass_all_on(&office, account, letter, &originals).await;
        office.engine.send_due().await.unwrap();
        let left = office.store.outbox(Scope::Everything, OutboxFilter::Leaving, None, 9).await.unwrap();
        assert!(left.is_empty(), "{}: {left:?} {}", office.name, postfix.log());
        postfix.wait_for("post", "INBOX", originals.len() as u32).unwrap();
        let mut arrived = BTreeMap::new();
        let mut post = postfix.mailboxes.session("post").unwrap();
        assert!(post.command("SELECT INBOX").unwrap().is_ok());
        for number in 1..=originals.len() {
            let raw = letter_in(&post.command(&format!("FETCH {number} BODY.PEEK[]")).unwrap().untagged.concat());
            let subject = postroom_mail::read(&raw).letter.unwrap().subject;
            assert!(arrived.insert(subject.clone(), raw).is_none(), "{subject} arrived once");
        }
        for (number, raw) in originals.iter().enumerate() {
            is_as_it_should_be(&arrived[&format!("Fwd: Rates {number}")], raw);
        }
    }
}

/// The literal of an answer to FETCH.
fn letter_in(answer: &[u8]) -> Vec<u8> {
    let open = answer.iter().position(|octet| *octet == b'{').unwrap();
    let close = open + answer[open..].iter().position(|octet| *octet == b'}').unwrap();
    let length: usize = std::str::from_utf8(&answer[open + 1..close]).unwrap().parse().unwrap();
    answer[close + 3..][..length].to_vec()
}
