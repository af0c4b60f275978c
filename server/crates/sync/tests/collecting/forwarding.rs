//! Letters that are passed on go over the wire and arrive octet by octet.

use crate::office::{NOW, event, offices};
use crate::outbox::{hand_over, sender};
use model::{Origin, OutboxState, RecipientRole};
use postroom_lab::{imap::Tls, smtp::SmtpLab};
use postroom_mail::compose::{Draft, Enclosed, Person, pass_on};
use postroom_store::{Forwarding, Outgoing, OutgoingRecipient, Scope};

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

// TP-42, Q8, P29: each attachment is the original, octet by octet; each From is our own; the envelope has one recipient.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_forwarded_letters_arrive_octet_by_octet() {
    for office in offices().await {
        let lab = SmtpLab::start(Tls::StartTls).unwrap();
        let office = office.trusting(lab.authority().ca_der.clone());
        let account = sender(&office, &lab).await;
        // A letter of the account, to be passed on.
        let first = hand_over(&office, account, "first", NOW).await;
        office.engine.send_due().await.unwrap();
        let letter = office.store.outbox_letter(Scope::Everything, first).await.unwrap().row.filed_as.unwrap();
        office.store.keep_forward(model::AccountId(account), None, TOUR, "Tour", &event("account.forward")).await.unwrap();
        let originals = originals();
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
        office.engine.send_due().await.unwrap();
        let taken = lab.taken();
        assert_eq!(taken.len(), 201, "{}", office.name);
        for (number, raw) in originals.iter().enumerate() {
            let came = taken.iter().find(|taken| taken.message_id() == format!("forward{number}@office.example")).unwrap();
            assert_eq!((came.sender.as_str(), &came.recipients[..]), ("desk@office.example", &[TOUR.to_owned()][..]));
            assert_eq!(&postroom_mail::attachment::open(&came.raw, 0).unwrap().bytes, raw, "{number}");
            let read = postroom_mail::read(&came.raw).letter.unwrap();
            assert!(read.people.iter().any(|(role, one)| *role == model::AddressRole::From && one.address == "desk@office.example"));
            assert!(postroom_mail::not_passed_on(&came.raw).is_some(), "it is not passed on again");
        }
        let states = office.store.forwards_of(letter).await.unwrap();
        assert!(states.len() == 100 && states.iter().all(|one| one.state == OutboxState::Sent), "the page shows the latest hundred");
    }
}
