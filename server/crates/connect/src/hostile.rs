//! Hostile input, seeded: whatever a server sends, nothing here may panic (R10, the small form).

use crate::{date, der, frame::Framer, lore, record::SharedTap, repair, uidset, utf7};
use async_imap::imap_proto::Response;

/// `cargo xtask fuzz` asks for more of them, and says the seed.
fn rounds() -> u64 {
    number("POSTROOM_FUZZ_INPUTS", 10_000)
}

fn seed(usual: u64) -> u64 {
    number("POSTROOM_SEED", usual)
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().unwrap())
}

/// Real answers, to be broken.
const SEEDS: &[&[u8]] = &[
    b"* LIST (\\HasNoChildren \\Sent) \"/\" \"Entw&APw-rfe\"\r\n",
    b"* STATUS \"a\\\"b\" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 HIGHESTMODSEQ 99)\r\n",
    b"* 1 FETCH (UID 2 FLAGS (\\Seen $x) INTERNALDATE \" 1-Jan-1970 00:00:01 +0000\" BODY[] {5}\r\nab\r\nc)\r\n",
    b"* 1 FETCH (UID 2 BODY[HEADER.FIELDS (FROM TO)] \"From: \xc3\xa9\")\r\n",
    b"* 1 FETCH (UID 2 X-GM-LABELS (\\Inbox \"\\\\Sent\" \"Entw&APw-rfe\"))\r\n",
    b"* OK [CAPABILITY IMAP4rev1 IDLE] \xc3\xa9 ready\r\n* OK [UIDVALIDITY 7]x\r\n* NO [ALERT]\xff\r\n",
    b"* ESEARCH (TAG \"A0001\") UID ALL 1:3,9\r\n* SEARCH 1 2 3\r\n* 5 EXISTS\r\n* ID (\"name\" \"x\")\r\n",
    b"A0001 NO [LIMIT] try again in 30 seconds\r\n+ \r\n* BYE later\r\n* ENABLED X\r\n",
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn mutate(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let odd = [0, b'"', b'(', b')', b'{', b'}', b'[', b']', b'\\', b'\r', b'\n', b' ', b'9', 0xff, 0xc3];
            match self.below(4) {
                0 if !bytes.is_empty() => bytes[at] = odd[self.below(odd.len())],
                1 if !bytes.is_empty() => drop(bytes.remove(at)),
                2 => bytes.insert(at, odd[self.below(odd.len())]),
                _ => {
                    let end = at + self.below(bytes.len() - at);
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        bytes
    }
}

// R10
#[test]
fn broken_answers_are_errors_and_never_panics() {
    let mut dice = Dice(seed(0x5EED));
    for round in 0..rounds() {
        let bytes = dice.mutate(SEEDS[round as usize % SEEDS.len()]);
        let tap = SharedTap::default();
        let mut framer = Framer::new(tap.clone(), 10_000);
        let step = 1 + dice.below(bytes.len());
        let _ = bytes.chunks(step).try_for_each(|part| framer.push(part));
        let mut ready = vec![0; 200_000];
        let mut into = tokio::io::ReadBuf::new(&mut ready);
        framer.pull(&mut into);
        let mut rest = into.filled();
        while let Ok((left, _)) = Response::parse(rest) {
            rest = left;
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = (utf7::decode(&text), date::internal_date(&text), uidset::read(&text, 1000), lore::wait(&text), lore::sign_in("NO", &text));
        let _ = (repair::data_segment(&bytes), repair::status_line(&bytes), tap.record());
    }
}

// R10
#[test]
fn broken_certificates_are_shown_as_far_as_they_can_be_read() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["mail.example".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "Example");
    let good = params.self_signed(&key).unwrap();
    let read = der::certificate(good.der()).unwrap();
    assert_eq!(read.names, ["mail.example", "127.0.0.1"]);
    assert!(der::name(&read.subject).contains("Example"));
    let mut dice = Dice(seed(0xCE47));
    for _ in 0..rounds() {
        let bytes = dice.mutate(good.der());
        if let Some(read) = der::certificate(&bytes) {
            let _ = (der::name(&read.subject), der::name(&read.issuer));
        }
    }
}

// R10, P10: a folder's name without control characters comes back as it was, whatever it is made of; a broken one never panics.
#[test]
fn folder_names_of_any_letters_survive_the_wire() {
    let mut dice = Dice(seed(0x7F7F));
    let some = ['a', 'Z', '&', '-', '+', ',', '/', ' ', '~', 'ä', 'ß', '\u{a0}', '日', '\u{fffd}', '\u{10000}', '😀', '\u{10ffff}'];
    for round in 0..rounds() {
        let name: String = (0..dice.below(12)).map(|_| some[dice.below(some.len())]).collect();
        let coded = utf7::encode(&name);
        assert!(coded.is_ascii(), "round {round}: {name:?}");
        assert_eq!(utf7::decode(&coded), name, "round {round}: {coded}");
        let broken = String::from_utf8_lossy(&dice.mutate(format!("{coded}&").as_bytes())).into_owned();
        let _ = utf7::decode(&broken);
    }
}
