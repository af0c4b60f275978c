//! 10,000 seeded mutations (more by `cargo xtask fuzz`) of the corpus (R8, R10): nothing panics, nothing is refused, nothing takes long, nothing
//! unclean comes out.

#[path = "support/chance.rs"]
mod chance;
#[path = "support/letters.rs"]
mod letters;

use chance::Chance;
use postroom_mail::{address, attachment, headers, query, read, show, words};

const SEED: u64 = 20_240_503;
const INPUTS: u64 = 10_000;

/// `cargo xtask fuzz` asks for more, and says the seed.
fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().expect("a number"))
}

const PIECES: [&[u8]; 36] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"--",
    b"--b1",
    b"--b1--",
    b"\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=b1\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"=?utf-8?Q?",
    b"=?utf-8?B?",
    b"?=",
    b"\"",
    b"<",
    b">",
    b"(",
    b")",
    b"\\",
    b";",
    b",",
    b"@",
    b"filename*0*=UTF-8''%",
    b"\xff\xfe",
    b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"<style>",
    b"<img src=cid:",
    b"<table><td>",
    b"<!--",
    b"&#x",
    b"charset=utf-7",
    b"charset=utf-16",
    b"Date: 99",
];

fn mutated(chance: &mut Chance, letters: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut raw = chance.pick(letters).1.clone();
    raw.truncate(20_000);
    for _ in 0..1 + chance.below(8) {
        let at = chance.below(raw.len() + 1);
        match chance.below(6) {
            0 if at < raw.len() => raw[at] = chance.next() as u8,
            1 => raw.truncate(at),
            2 => {
                let piece: &[u8] = PIECES[chance.below(PIECES.len())];
                raw.splice(at..at, piece.iter().copied());
            }
            3 => {
                let end = (at + chance.below(60)).min(raw.len());
                raw.drain(at..end);
            }
            4 => {
                let end = (at + chance.below(400)).min(raw.len());
                let copy = raw[at..end].to_vec();
                let to = chance.below(raw.len() + 1);
                raw.splice(to..to, copy);
            }
            _ => {
                let other = &chance.pick(letters).1;
                let from = chance.below(other.len() + 1);
                let piece = other[from..(from + 300).min(other.len())].to_vec();
                raw.splice(at..at, piece);
            }
        }
    }
    raw
}

fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

// R8, R10, I5
#[test]
fn nothing_that_arrives_can_break_the_reader() {
    let letters = letters::corpus();
    let seed = number("POSTROOM_SEED", SEED);
    let mut chance = Chance(seed);
    let mut slowest = std::time::Duration::ZERO;
    for round in 0..number("POSTROOM_FUZZ_INPUTS", INPUTS) {
        let raw = mutated(&mut chance, &letters);
        let started = std::time::Instant::now();
        let reading = read(&raw);
        let letter = reading.letter.unwrap_or_else(|why| panic!("seed {seed}, round {round}: {why}"));
        assert!(is_clean(&letter.text) && is_clean(&letter.subject) && is_clean(&letter.preview), "round {round}");
        assert_eq!(read(&raw).identity, reading.identity, "round {round}");
        for (_, mailbox) in &letter.people {
            assert_eq!(address::canonical(&mailbox.address).as_deref(), Some(mailbox.address.as_str()), "round {round}");
        }
        for info in letter.attachments.iter().take(3) {
            assert_eq!(attachment::safe_name(&info.name), info.name, "round {round}");
            assert!(attachment::content_disposition(&info.name).is_ascii());
        }
        let shown = show::html(&raw, chance.yes(2)).document.to_ascii_lowercase();
        for never in ["<script", "<iframe", "<object", "<form", "<svg", "<link", "<base"] {
            assert!(!shown.contains(never), "round {round}: {never}");
        }
        let _ = show::text(&raw);
        let _ = headers::of(&raw);
        let text = String::from_utf8_lossy(&raw[..raw.len().min(300)]).into_owned();
        let asked = query::parse(&text, &jiff::tz::TimeZone::UTC, false);
        let folded = words::fold(&text);
        assert_eq!(words::fold(&folded), folded, "round {round}: {text:?}");
        let _ = words::highlight(&letter.text, &asked.terms, 1 + chance.below(200));
        if let Some(one) = address::canonical(&text) {
            assert_eq!(address::canonical(&one), Some(one));
        }
        slowest = slowest.max(started.elapsed());
    }
    assert!(slowest.as_secs() < 2, "the slowest took {slowest:?}");
}
