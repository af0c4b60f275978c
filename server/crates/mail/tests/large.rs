//! A letter read in its slim form is the letter read whole (I3, I12): identity, people, files, sizes, words.

#[path = "support/chance.rs"]
mod chance;
#[path = "support/letters.rs"]
mod letters;

use base64::{Engine, prelude::BASE64_STANDARD};
use chance::Chance;
use postroom_mail::{
    attachment,
    large::{Held, Large},
    read,
};

/// Cuts as early as a letter's headers allow.
const EAGER: Held = Held { run: 2_000, base64: 100, most: 0 };

fn look(raw: &[u8], held: Held) -> Large<'_> {
    let source = move |at: u64, into: &mut [u8]| {
        let rest = &raw[(at as usize).min(raw.len())..];
        // As a disk may: fewer octets than asked for.
        let got = rest.len().min(into.len()).min(7_001);
        into[..got].copy_from_slice(&rest[..got]);
        Ok(got)
    };
    Large::look(source, held).expect("memory can be read")
}

/// Content of a part: prose, numbers, blanks and controls in a mixture that every rule of the identity meets.
fn content(chance: &mut Chance) -> Vec<u8> {
    const BITS: [&[u8]; 16] = [
        b"Dear Ben",
        b" ",
        b"\t",
        b"\r\n",
        b"\n",
        b"\r",
        b"=",
        b"=3D",
        b"\xc3\xbc",
        b"\xff",
        b"\0",
        b"--",
        b"From ",
        b"  \r\n\r\n",
        b"word",
        b"\x0c",
    ];
    let most = if chance.yes(2) { 9 } else { BITS.len() };
    let mut out = Vec::new();
    for _ in 0..chance.below(3_000) {
        out.extend_from_slice(BITS[chance.below(most)]);
    }
    out
}

fn part(chance: &mut Chance) -> Vec<u8> {
    let kind = *chance.pick(&[
        "text/plain; charset=utf-8",
        "text/html",
        "application/pdf; name=a.pdf",
        "application/xml",
        "image/png",
        "message/rfc822",
    ]);
    let octets = if kind == "message/rfc822" { letter(chance) } else { content(chance) };
    let (transfer, body): (&str, Vec<u8>) = match chance.below(4) {
        0 => ("8bit", octets),
        1 => ("quoted-printable", octets),
        2 => ("base64", BASE64_STANDARD.encode(&octets).into_bytes()),
        _ => {
            let end: &[u8] = if chance.yes(2) { b"\r\n" } else { b"\n" };
            ("base64", BASE64_STANDARD.encode(&octets).as_bytes().chunks(76).flat_map(|line| [line, end].concat()).collect())
        }
    };
    [format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n").into_bytes(), body].concat()
}

fn letter(chance: &mut Chance) -> Vec<u8> {
    let mut out = format!("From: ada@example.com\r\nSubject: {}\r\n", chance.below(9)).into_bytes();
    if chance.yes(4) {
        out.extend(part(chance));
        return out;
    }
    let boundary = format!("b{}", chance.below(99));
    out.extend(format!("Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n").bytes());
    for _ in 0..1 + chance.below(3) {
        out.extend(format!("--{boundary}\r\n").bytes());
        out.extend(part(chance));
        out.extend(b"\r\n");
    }
    if !chance.yes(5) {
        out.extend(format!("--{boundary}--\r\n").bytes());
    }
    out
}

fn assert_same(raw: &[u8], held: Held, what: &str) -> bool {
    let whole = read(raw);
    let large = look(raw, held);
    let slim = large.read().expect("memory can be read");
    assert_eq!(slim.identity, whole.identity, "{what}");
    let (slim, whole) = (slim.letter.expect("readable"), whole.letter.expect("readable"));
    assert_eq!((&slim.subject, &slim.people, &slim.date), (&whole.subject, &whole.people, &whole.date), "{what}");
    assert_eq!(slim.attachments, whole.attachments, "{what}");
    for info in &whole.attachments {
        let mut octets = Vec::new();
        let listed = large.file(info.index, &mut |piece| {
            octets.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!(listed.expect("memory can be read").as_ref(), Some(info), "{what}");
        assert_eq!(octets, attachment::open(raw, info.index).expect("a listed file opens").bytes, "{what}");
    }
    large.held().len() < raw.len()
}

// S11, I12
#[test]
fn a_letter_read_in_its_slim_form_is_the_same_letter() {
    let mut chance = Chance(7);
    let mut cut = 0;
    for round in 0..600 {
        cut += usize::from(assert_same(&letter(&mut chance), EAGER, &format!("round {round}")));
    }
    assert!(cut > 300, "only {cut} letters were large enough to be cut");
}

#[test]
fn the_corpus_is_the_same_in_its_slim_form() {
    for (name, raw) in letters::corpus() {
        assert_same(&raw, Held { run: 20_000, base64: 100, most: 0 }, &name);
        assert_same(&raw, Held::default(), &name);
    }
}

// Lines longer than what is read at once, line ends that fall between two reads.
#[test]
fn very_long_lines_are_cut_too() {
    for (transfer, unit) in [("base64", "QUJD"), ("8bit", "words and "), ("quoted-printable", "=41 b"), ("base64", "QU!D")] {
        for end in ["", "\r\n", "\n", "\r\n\r\n", "   \r\n"] {
            let body = unit.repeat(700_000 / unit.len());
            let raw = format!(
                "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n--x\r\n\
                 Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}{end}\r\n--x--\r\n"
            );
            assert!(assert_same(raw.as_bytes(), EAGER, transfer), "{transfer}");
        }
    }
}

// I12: what is held does not grow with the letter.
#[test]
fn little_of_a_large_letter_is_held() {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let file = |octets: usize| line.repeat(octets / line.len());
    let mut raw = "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n".to_owned();
    for _ in 0..6 {
        raw.push_str(&format!("--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", file(12 << 20)));
    }
    raw.push_str("--x--\r\n");
    let large = look(raw.as_bytes(), Held::default());
    assert!(large.held().len() < 34 << 20, "{} of {} octets are held", large.held().len(), raw.len());
    assert_eq!(large.read().expect("memory can be read").identity, read(raw.as_bytes()).identity);
}
