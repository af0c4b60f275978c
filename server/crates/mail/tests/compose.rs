//! What is written is what is read again (FC-20, P32), and nothing that is typed becomes a header, a recipient or a line of its own.

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use model::AddressRole;
use postroom_mail::{
    attachment,
    compose::{Attachment, ComposeError, Draft, Person, Place, Why, write},
    read,
};

const WORDS: [&str; 24] = [
    "Lease",
    "of",
    "the",
    "pottery",
    "Straße",
    "naïve",
    "договор",
    "契約書",
    "🙂",
    "=?utf-8?Q?=42cc?=",
    "\"quoted\"",
    "<b>",
    "a@b",
    ":",
    ";",
    ",",
    "(x)",
    "Bcc:",
    "back\\slash",
    "=41",
    ".",
    "--",
    "From ",
    "supercalifragilisticexpialidociousandthensomemorelettersthatdonotendsosoonasonewouldlike",
];

fn some(chance: &mut Chance, most: usize) -> String {
    let words: Vec<&str> = (0..chance.below(most)).map(|_| *chance.pick(&WORDS)).collect();
    words.join(" ").trim().to_owned()
}

fn person(chance: &mut Chance, number: usize) -> Person {
    let domain = *chance.pick(&["kontor.example", "bücher.example", "mail.example.org"]);
    Person::new(some(chance, 6), format!("p{number}.{}@{domain}", chance.below(1_000)))
}

fn letter() -> Draft {
    Draft {
        from: Person::new("Ada Lovelace", "ada@kontor.example"),
        to: vec![Person::new("", "ben@hale.example")],
        subject: "Lease".to_owned(),
        text: "Dear Ben\n".to_owned(),
        message_id: "1.2@kontor.example".to_owned(),
        date: 1_714_730_400_000,
        ..Draft::default()
    }
}

fn any(chance: &mut Chance) -> Draft {
    let people = |chance: &mut Chance, from: usize, most: usize| (0..chance.below(most)).map(|n| person(chance, from + n)).collect();
    let body: Vec<String> = (0..chance.below(30)).map(|_| some(chance, 40)).collect();
    let mut draft = Draft {
        from: person(chance, 0),
        reply_to: chance.yes(3).then(|| person(chance, 1)),
        to: people(chance, 10, 5),
        cc: people(chance, 20, 12),
        bcc: people(chance, 40, 4),
        subject: some(chance, 30),
        text: body.join("\n"),
        html: if chance.yes(2) { format!("<p>{}</p>", body.join("<br>").replace(['<', '>'], "")) } else { String::new() },
        message_id: format!("{}.{}@kontor.example", chance.next(), chance.next()),
        references: (0..chance.below(60)).map(|n| format!("r{n}@hale.example")).collect(),
        date: 1_500_000_000_000 + chance.below(400_000_000) as i64 * 1_000,
        automatic: chance.yes(5),
        ..Draft::default()
    };
    draft.to.push(person(chance, 99));
    draft.in_reply_to = draft.references.last().cloned();
    for n in 0..chance.below(4) {
        draft.attachments.push(Attachment {
            name: format!("{}{n}.pdf", some(chance, 8).replace(['/', '\\'], "")),
            kind: (*chance.pick(&["application/pdf", "text/plain; charset=x", "message/rfc822", "nonsense", ""])).to_owned(),
            bytes: (0..chance.below(5_000)).map(|_| chance.next() as u8).collect(),
            content_id: None,
        });
    }
    draft
}

fn assert_sound(raw: &[u8], draft: &Draft) {
    for line in raw.split(|b| *b == b'\n') {
        assert!(line.len() <= 999, "a line of {} octets", line.len());
    }
    for (at, b) in raw.iter().enumerate() {
        match b {
            b'\n' => assert!(at > 0 && raw[at - 1] == b'\r', "a bare line feed at {at}"),
            b'\r' => assert_eq!(raw.get(at + 1), Some(&b'\n'), "a bare carriage return at {at}"),
            _ => assert!(*b != 0 && b.is_ascii(), "octet {b} at {at}"),
        }
    }
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().expect("a head").to_ascii_lowercase();
    assert!(!head.contains("\r\nbcc:"), "{head}");
    for hidden in &draft.bcc {
        assert!(!text.to_ascii_lowercase().contains(&hidden.address.to_ascii_lowercase()), "{}", hidden.address);
    }
}

// FC-20, P32, RELIABILITY §2: 500 letters of every kind.
#[test]
fn what_is_written_is_read_again() {
    let mut chance = Chance(7);
    for round in 0..500 {
        let draft = any(&mut chance);
        let written = write(&draft).unwrap_or_else(|error| panic!("{error}: {draft:?}"));
        assert_sound(&written.raw, &draft);
        let letter = read(&written.raw).letter.expect("readable");
        assert_eq!(letter.subject, draft.subject.split_whitespace().collect::<Vec<_>>().join(" "), "{round}");
        assert_eq!(letter.message_id, draft.message_id);
        assert_eq!(letter.date, Some(draft.date));
        assert_eq!(letter.in_reply_to.first(), draft.in_reply_to.as_ref());
        assert_eq!(letter.references.last(), draft.references.last(), "{round}");
        assert_eq!(letter.references.first(), draft.references.first());
        assert!(letter.references.len() <= 40);
        assert_eq!(letter.is_automatic, draft.automatic);
        assert_eq!(letter.has_html, !draft.html.is_empty());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&letter.text), words(&draft.text), "{round}");
        let people = |role: AddressRole| {
            let list = letter.people.iter().filter(move |(at, _)| *at == role);
            list.map(|(_, one)| (one.name.clone(), one.address.clone())).collect::<Vec<_>>()
        };
        let envelope = |role: AddressRole| {
            let list = written.envelope.recipients.iter().filter(move |(at, _)| *at == role);
            list.map(|(_, one)| (one.name.clone(), one.address.clone())).collect::<Vec<_>>()
        };
        for role in [AddressRole::To, AddressRole::Cc] {
            assert_eq!(people(role), envelope(role), "{round}");
        }
        assert_eq!(people(AddressRole::Bcc), []);
        assert_eq!(envelope(AddressRole::Bcc).len(), draft.bcc.len());
        assert_eq!(people(AddressRole::From).len(), 1);
        assert_eq!(people(AddressRole::ReplyTo).len(), usize::from(draft.reply_to.is_some()));
        assert_eq!(letter.attachments.len(), draft.attachments.len());
        for (at, file) in draft.attachments.iter().enumerate() {
            let opened = attachment::open(&written.raw, at).expect("a file");
            assert_eq!(opened.bytes, file.bytes, "{round}");
            assert_eq!(opened.info.name, attachment::safe_name(&file.name), "{round}");
        }
    }
}

const EVIL: [&str; 24] = [
    "\r\nBcc: eve@evil.example",
    "\nBcc: eve@evil.example",
    "\rBcc: eve@evil.example",
    "\r\n\r\n<script>",
    "\0",
    "a\0b",
    "\r\n.\r\n",
    "\n.\nMAIL FROM:<x>",
    "\u{85}Bcc: eve@evil.example",
    "\u{2028}Bcc: eve@evil.example",
    "\u{2029}x",
    "\u{b}x",
    "\u{c}x",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{8}",
    "\r\n x",
    "\n\tx",
    "\t",
    "\u{9f}",
    "\r",
    "\n",
    "x\r\n",
    "\r\nSubject: other",
];

type Spoil = fn(&mut Draft, String);

// RELIABILITY §2: CR, LF, NUL and every other control is refused by the name of its field, at its start, middle and end.
#[test]
fn controls_are_refused_by_the_name_of_the_field() {
    let fields: [(Place, &str, Spoil); 15] = [
        (Place::From, "Ada", |d, t| d.from.name = t),
        (Place::From, "ada@kontor.example", |d, t| d.from.address = t),
        (Place::ReplyTo, "Ada", |d, t| d.reply_to = Some(Person::new(t, "ada@kontor.example"))),
        (Place::ReplyTo, "ada@kontor.example", |d, t| d.reply_to = Some(Person::new("", t))),
        (Place::To, "Ben", |d, t| d.to[0].name = t),
        (Place::To, "ben@hale.example", |d, t| d.to[0].address = t),
        (Place::Cc, "Cleo", |d, t| d.cc = vec![Person::new(t, "cleo@hale.example")]),
        (Place::Cc, "cleo@hale.example", |d, t| d.cc = vec![Person::new("", t)]),
        (Place::Bcc, "cleo@hale.example", |d, t| d.bcc = vec![Person::new("", t)]),
        (Place::Subject, "Lease", |d, t| d.subject = t),
        (Place::MessageId, "1.2@kontor.example", |d, t| d.message_id = t),
        (Place::InReplyTo, "9.9@hale.example", |d, t| d.in_reply_to = Some(t)),
        (Place::References, "9.9@hale.example", |d, t| d.references = vec![t]),
        (Place::Attachment, "lease.pdf", |d, t| d.attachments = vec![Attachment { name: t, ..Attachment::default() }]),
        (Place::Attachment, "application/pdf", |d, t| d.attachments = vec![Attachment { kind: t, ..Attachment::default() }]),
    ];
    let mut tried = 0;
    for (place, good, spoil) in fields {
        let mut clean = letter();
        spoil(&mut clean, good.to_owned());
        assert!(write(&clean).is_ok(), "{good} is fine in {}", place.name());
        for evil in EVIL {
            let middle = good.len() / 2;
            for typed in [format!("{good}{evil}"), format!("{evil}{good}"), format!("{}{evil}{}", &good[..middle], &good[middle..])] {
                let mut draft = letter();
                spoil(&mut draft, typed.clone());
                assert_eq!(write(&draft), Err(ComposeError { place, why: Why::Control }), "{typed:?}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 200, "{tried}");
}

// What is no control but means something in a header stays what it is: text.
#[test]
fn what_means_something_in_a_header_stays_text() {
    for evil in [
        "\", <eve@evil.example>, \"",
        "<eve@evil.example>",
        "a, b <eve@evil.example>",
        "=?utf-8?Q?=0D=0ABcc:_eve=40evil.example?=",
        "\\",
        "\\\"",
        "(",
        ":;",
        ">,<x@y.example",
    ] {
        let mut draft = letter();
        draft.from.name = evil.to_owned();
        draft.to[0].name = evil.to_owned();
        draft.subject = evil.to_owned();
        let written = write(&draft).expect("text");
        let letter = read(&written.raw).letter.expect("readable");
        assert_eq!(letter.subject, evil);
        let found: Vec<(&str, &str)> = letter.people.iter().map(|(_, one)| (one.name.as_str(), one.address.as_str())).collect();
        // Of a name, which some readers decode twice, a blank more.
        let name = evil.replace("=?", "= ?");
        assert_eq!(found, [(name.as_str(), "ada@kontor.example"), (name.as_str(), "ben@hale.example")]);
    }
    for (address, why) in [
        ("ben@hale.example,eve@evil.example", Why::NoAddress),
        ("ben@hale.example> RCPT TO:<eve@evil.example", Why::NoAddress),
        ("ben@hale.example SIZE=1", Why::NoAddress),
        ("jörg@hale.example", Why::Foreign),
        ("ben", Why::NoAddress),
        (" ", Why::Missing),
    ] {
        let mut draft = letter();
        draft.bcc = vec![Person::new("", address)];
        assert_eq!(write(&draft), Err(ComposeError { place: Place::Bcc, why }), "{address}");
    }
}

#[test]
fn each_gets_a_letter_once_and_nobody_none() {
    let mut draft = letter();
    draft.cc = vec![Person::new("", "BEN@hale.example"), Person::new("", "cleo@hale.example")];
    draft.bcc = vec![Person::new("", "cleo@HALE.example"), Person::new("", "dora@hale.example")];
    let envelope = write(&draft).expect("written").envelope;
    let list: Vec<(AddressRole, &str)> = envelope.recipients.iter().map(|(role, one)| (*role, one.address.as_str())).collect();
    let expected = [(AddressRole::To, "ben@hale.example"), (AddressRole::Cc, "cleo@hale.example"), (AddressRole::Bcc, "dora@hale.example")];
    assert_eq!(list, expected);
    draft = letter();
    draft.to.clear();
    assert_eq!(write(&draft), Err(ComposeError { place: Place::To, why: Why::Missing }));
    draft.bcc = vec![Person::new("", "dora@hale.example")];
    let raw = write(&draft).expect("written").raw;
    assert!(String::from_utf8_lossy(&raw).contains("\r\nTo: undisclosed-recipients:;\r\n"));
}

// A picture that the words show is not a file of the letter.
#[test]
fn pictures_that_the_words_show_travel_with_them() {
    let mut draft = letter();
    draft.html = "<p>Look: <img src=\"cid:a1@kontor.example\"></p>".to_owned();
    draft.attachments = vec![Attachment {
        name: "plan.png".to_owned(),
        kind: "image/png".to_owned(),
        bytes: vec![1, 2, 3],
        content_id: Some("a1@kontor.example".to_owned()),
    }];
    let raw = write(&draft).expect("written").raw;
    let letter = read(&raw).letter.expect("readable");
    assert!(letter.attachments[0].inline && letter.has_html && !letter.remote_content);
    let text = String::from_utf8_lossy(&raw);
    let order: Vec<usize> = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
        .iter()
        .filter_map(|kind| text.find(kind))
        .collect();
    assert!(order.len() == 5 && order.is_sorted(), "{text}");
}

// FC-20: a quote is drawn; the address of a link stays as it was written.
#[test]
fn quotes_are_drawn_and_links_left_alone() {
    let link = "<a href=\"https://x.example/?q=<blockquote>&amp;r='\">x</a>";
    for (html, left) in [
        (format!("<blockquote>one<blockquote>two</blockquote></blockquote>{link}"), link),
        ("<p>1 < 2</p><blockquote>it's</blockquote>".to_owned(), "<p>1 < 2</p>"),
        ("<blockquote>a</blockquote><a href=\"".to_owned(), "<a href=\""),
    ] {
        let quotes = html.replace(link, "").matches("<blockquote>").count();
        let raw = write(&Draft { html: html.clone(), ..letter() }).expect("written").raw;
        let shown = String::from_utf8(raw).expect("ASCII").replace("=\r\n", "").replace("=3D", "=");
        assert!(shown.contains(left), "{html}: {shown}");
        assert_eq!(shown.matches("<blockquote type=\"cite\" style=").count(), quotes, "{html}: {shown}");
    }
}

// RELIABILITY §2: the whole letter, octet by octet, for one that people write every day.
#[test]
fn a_plain_letter_is_plain() {
    let mut draft = letter();
    draft.in_reply_to = Some("9@hale.example".to_owned());
    draft.references = vec!["8@hale.example".to_owned(), "9@hale.example".to_owned(), "no good".to_owned()];
    let raw = String::from_utf8(write(&draft).expect("written").raw).expect("ASCII");
    assert_eq!(
        raw,
        "Date: Fri, 3 May 2024 10:00:00 +0000\r\nFrom: \"Ada Lovelace\" <ada@kontor.example>\r\nTo: ben@hale.example\r\nSubject: Lease\r\n\
         Message-ID: <1.2@kontor.example>\r\nIn-Reply-To: <9@hale.example>\r\nReferences: <8@hale.example>\r\n <9@hale.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nDear Ben\r\n\r\n"
    );
}
