//! When two copies are one message (S11, DESIGN §6): properties over seeded letters.

#[path = "support/chance.rs"]
mod chance;
#[path = "support/letters.rs"]
mod letters;

use base64::{Engine, prelude::BASE64_STANDARD};
use chance::Chance;
use postroom_mail::{IDENTITY_VERSION, read};

const WORDS: [&str; 12] = ["Dear", "Ben", "fünf", "Rechnung", "you", "=", "=3D", "--", "€", "Friday", "日本", "From"];

/// A letter's content, apart from how it travels.
#[derive(Clone)]
struct Content {
    id: String,
    date: i64,
    from: (String, String),
    to: Vec<(String, String)>,
    subject: Vec<String>,
    lines: Vec<String>,
    html: Option<String>,
    file: Option<(String, Vec<u8>)>,
}

impl Content {
    fn by_chance(chance: &mut Chance) -> Self {
        let person = |chance: &mut Chance| {
            (format!("{} {}", chance.pick(&WORDS[..5]), chance.below(99)), format!("p{}@example.com", chance.below(1000)))
        };
        let line = |chance: &mut Chance| (0..chance.below(14)).map(|_| *chance.pick(&WORDS)).collect::<Vec<_>>().join(" ");
        Self {
            id: format!("{}@example.com", chance.next()),
            date: 1_600_000_000 + chance.below(100_000_000) as i64,
            from: person(chance),
            to: (0..1 + chance.below(4)).map(|_| person(chance)).collect(),
            subject: (0..1 + chance.below(20)).map(|_| (*chance.pick(&WORDS)).to_owned()).collect(),
            lines: (0..1 + chance.below(20)).map(|_| line(chance)).chain(["the end".to_owned()]).collect(),
            html: chance.yes(2).then(|| format!("<p>{}</p>", line(chance))),
            file: chance.yes(2).then(|| {
                (format!("Übersicht {}.bin", chance.below(9)), (0..1 + chance.below(400)).map(|_| chance.next() as u8).chain([0]).collect())
            }),
        }
    }
}

/// How a copy travels: everything the identity must not see.
struct Travel {
    line_end: &'static str,
    fold: &'static str,
    words: &'static str,
    transfer: &'static str,
    boundary: String,
    trace: Vec<String>,
    zone: i64,
    trailing: &'static str,
    quoted_names: bool,
    case: bool,
}

impl Travel {
    fn by_chance(chance: &mut Chance) -> Self {
        let trace = [
            "Received: from a by b; Fri, 3 May 2024 10:16:00 +0000",
            "X-Spam: no",
            "Delivered-To: z@example.com",
            "Authentication-Results: x; spf=pass",
            "Return-Path: <a@b>",
        ];
        Self {
            line_end: *chance.pick(&["\r\n", "\n"]),
            fold: *chance.pick(&[" ", "\u{1}\t", "\u{1} ", "  "]),
            words: *chance.pick(&["B", "Q", "raw"]),
            transfer: *chance.pick(&["8bit", "base64", "quoted-printable"]),
            boundary: format!("=_b{}", chance.next()),
            trace: (0..chance.below(4)).map(|_| (*chance.pick(&trace)).to_owned()).collect(),
            zone: *chance.pick(&[0, 2, -5]),
            trailing: *chance.pick(&["", "\u{1}", "  \u{1}\u{1}"]),
            quoted_names: chance.yes(2),
            case: chance.yes(2),
        }
    }

    fn word(&self, text: &str) -> String {
        match self.words {
            _ if text.is_ascii() && !text.contains("=") => text.to_owned(),
            "raw" if !text.contains("=?") => text.to_owned(),
            "B" => format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(text)),
            _ => format!(
                "=?utf-8?Q?{}?=",
                text.bytes()
                    .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("={b:02X}") })
                    .collect::<String>()
            ),
        }
    }

    fn person(&self, (name, address): &(String, String)) -> String {
        let address = if self.case { address.to_uppercase() } else { address.clone() };
        match self.word(name) {
            name if self.quoted_names && name.is_ascii() && !name.contains("=?") => format!("\"{name}\" <{address}>"),
            name => format!("{name} <{address}>"),
        }
    }

    fn encode(&self, octets: &[u8], text: bool) -> (&'static str, String) {
        match self.transfer {
            "base64" => ("base64", lines_of_76(&BASE64_STANDARD.encode(if text { self.ends(octets) } else { octets.to_vec() }))),
            "quoted-printable" if text => {
                ("quoted-printable", String::from_utf8_lossy(octets).lines().map(quoted).collect::<Vec<_>>().join("\u{1}"))
            }
            _ if text => ("8bit", String::from_utf8_lossy(octets).replace('\n', "\u{1}")),
            _ => ("base64", lines_of_76(&BASE64_STANDARD.encode(octets))),
        }
    }

    fn ends(&self, octets: &[u8]) -> Vec<u8> {
        String::from_utf8_lossy(octets).replace('\n', self.line_end).into_bytes()
    }

    fn part(&self, kind: &str, octets: &[u8], text: bool) -> String {
        let (transfer, body) = self.encode(octets, text);
        format!("Content-Transfer-Encoding: {transfer}\u{1}Content-Type: {kind}\u{1}\u{1}{body}{}\u{1}", self.trailing)
    }

    fn write(&self, content: &Content) -> Vec<u8> {
        let mut out = String::new();
        for line in &self.trace {
            out.push_str(&format!("{line}\u{1}"));
        }
        let date = jiff::Timestamp::from_second(content.date)
            .expect("in range")
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(self.zone as i8)));
        out.push_str(&format!("Date: {}\u{1}", date.strftime("%a, %d %b %Y %H:%M:%S %z")));
        out.push_str(&format!(
            "Subject:{}{}\u{1}",
            self.fold,
            content.subject.iter().map(|word| self.word(word)).collect::<Vec<_>>().join(&separator(self.fold))
        ));
        out.push_str(&format!("From: {}\u{1}", self.person(&content.from)));
        out.push_str(&format!(
            "To:{}{}\u{1}",
            self.fold,
            content.to.iter().map(|to| self.person(to)).collect::<Vec<_>>().join(&format!(",{}", self.fold))
        ));
        out.push_str(&format!("Message-ID:{}<{}>\u{1}MIME-Version: 1.0\u{1}", self.fold, content.id));
        let text = self.part("text/plain; charset=utf-8", content.lines.join("\n").as_bytes(), true);
        let mut parts = vec![text];
        parts.extend(content.html.iter().map(|html| self.part("text/html; charset=utf-8", html.as_bytes(), true)));
        parts.extend(content.file.iter().map(|(name, octets)| {
            let encoded: String =
                name.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
            self.part(&format!("application/octet-stream; name*=UTF-8''{encoded}"), octets, false)
        }));
        if parts.len() == 1 {
            out.push_str(&parts[0]);
        } else {
            out.push_str(&format!("Content-Type: multipart/mixed;{}boundary=\"{}\"\u{1}\u{1}", self.fold, self.boundary));
            for part in parts {
                out.push_str(&format!("--{}\u{1}{part}\u{1}", self.boundary));
            }
            out.push_str(&format!("--{}--\u{1}", self.boundary));
        }
        out.replace('\u{1}', self.line_end).into_bytes()
    }
}

/// Blanks between adjacent encoded words are not shown (RFC 2047 §6.2), so words are parted by a plain one.
fn separator(fold: &str) -> String {
    format!("{fold}|{fold}")
}

fn lines_of_76(text: &str) -> String {
    text.as_bytes().chunks(76).map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect::<Vec<_>>().join("\u{1}")
}

fn quoted(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for b in line.bytes() {
        let piece = if b.is_ascii_graphic() && b != b'=' || b == b' ' { char::from(b).to_string() } else { format!("={b:02X}") };
        if width + piece.len() > 70 {
            out.push_str("=\u{1}");
            width = 0;
        }
        width += piece.len();
        out.push_str(&piece);
    }
    out
}

fn digest(raw: &[u8]) -> [u8; 32] {
    let reading = read(raw);
    assert!(reading.letter.is_ok());
    assert_eq!(reading.identity.version, IDENTITY_VERSION);
    reading.identity.digest
}

// S11, I3
#[test]
fn the_way_a_copy_travelled_does_not_change_its_identity() {
    let mut chance = Chance(1);
    for round in 0..400 {
        let content = Content::by_chance(&mut chance);
        let first = Travel::by_chance(&mut chance).write(&content);
        for _ in 0..4 {
            let other = Travel::by_chance(&mut chance).write(&content);
            assert_eq!(
                digest(&first),
                digest(&other),
                "round {round}\n{}\n======\n{}",
                String::from_utf8_lossy(&first),
                String::from_utf8_lossy(&other)
            );
        }
    }
}

// S11, P7, P8: the same Message-ID with other content is another message.
#[test]
fn any_change_of_content_makes_another_message() {
    let mut chance = Chance(2);
    for round in 0..400 {
        let content = Content::by_chance(&mut chance);
        let travel = Travel::by_chance(&mut chance);
        let base = digest(&travel.write(&content));
        let changes: [fn(&mut Content); 11] = [
            |c| c.id.insert(0, 'x'),
            |c| c.date += 1,
            |c| c.from.1.insert(0, 'x'),
            |c| c.to.push(("New".to_owned(), "new@example.com".to_owned())),
            |c| {
                c.to.pop();
            },
            |c| c.subject.push("more".to_owned()),
            |c| c.lines.push("P.S.".to_owned()),
            |c| c.lines[0].push('x'),
            |c| c.lines.insert(0, "x".to_owned()),
            |c| c.html = Some(format!("{}<p>x</p>", c.html.clone().unwrap_or_default())),
            |c| match &mut c.file {
                Some((_, octets)) => octets[0] ^= 1,
                None => c.file = Some(("new.bin".to_owned(), vec![0])),
            },
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut changed = content.clone();
            change(&mut changed);
            let other = travel.write(&changed);
            assert_ne!(base, digest(&other), "round {round}, change {at}\n{}", String::from_utf8_lossy(&other));
        }
        if let Some((name, _)) = &content.file {
            let mut renamed = content.clone();
            renamed.file = content.file.clone().map(|(_, octets)| (format!("new {name}"), octets));
            assert_ne!(base, digest(&travel.write(&renamed)), "round {round}: renamed file");
        }
    }
}

// Real shapes, too: other line ends and added trace headers change nothing.
#[test]
fn the_corpus_keeps_its_identities_under_way() {
    for (name, raw) in letters::corpus() {
        if name.starts_with("only-nul") || !raw.contains(&b'\n') {
            continue;
        }
        let unix: Vec<u8> = raw.iter().copied().filter(|b| *b != b'\r').collect();
        let network: Vec<u8> = unix.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
        assert_eq!(digest(&unix), digest(&network), "{name}: line ends");
        if name != "no-header" && name != "mbox-line" {
            let traced =
                [b"Received: from a by b\r\n (folded); Fri, 3 May 2024 10:16:00 +0000\r\nX-Spam: no\r\n".to_vec(), network].concat();
            assert_eq!(digest(&unix), digest(&traced), "{name}: trace headers");
        }
    }
}

// S11: letters that differ are told apart; the corpus holds no letter twice.
#[test]
fn no_two_letters_of_the_corpus_are_one() {
    let mut seen = std::collections::HashMap::new();
    for (name, raw) in letters::corpus() {
        if let Some(other) = seen.insert(digest(&raw), name.clone()) {
            assert!(["empty", "only-nul"].contains(&name.as_str()), "{name} and {other}");
        }
    }
}

#[test]
fn letters_in_letters_may_be_encoded_anew_too() {
    let inner = |transfer: &str, body: &str| format!("From: a@example.com\nSubject: in\nContent-Transfer-Encoding: {transfer}\n\n{body}\n");
    let outer = |inner: &str, boundary: &str| {
        format!("From: b@example.com\nContent-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\nContent-Type: message/rfc822\n\n{inner}\n--{boundary}--\n").into_bytes()
    };
    let plain = digest(&outer(&inner("8bit", "five = 5"), "x"));
    assert_eq!(plain, digest(&outer(&inner("quoted-printable", "five =3D 5"), "y")));
    assert_eq!(plain, digest(&outer(&format!("Received: x\n{}", inner("base64", "Zml2ZSA9IDU=")), "z")));
    assert_ne!(plain, digest(&outer(&inner("8bit", "five = 6"), "x")));
}

#[test]
fn fields_do_not_slide_into_each_other() {
    assert_ne!(digest(b"Subject: ab\n\nc"), digest(b"Subject: a\n\nbc"));
    assert_ne!(digest(b"To: a@example.com\n\nx"), digest(b"Cc: a@example.com\n\nx"));
    assert_ne!(digest(b"Subject: x\n\n"), digest(b"Message-ID: x\n\n"));
    assert_ne!(
        digest("Content-Type: text/plain; charset=koi8-r\n\n\u{e9}".as_bytes()),
        digest("Content-Type: text/plain; charset=utf-8\n\n\u{e9}".as_bytes())
    );
}

// I3: the identity is a promise to the stored letters: it may change only with its version.
#[test]
fn the_rules_of_version_1_stay_as_they_are() {
    let known: String = digest(b"From: ada@example.com\nSubject: Hello\n\nDear Ben\n").iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(known, "401879cb5848d120044fab933fc2bf871207a3faf1aabe037931b94965d66885");
}
