//! What a `winmail.dat` holds (P20, MS-OXTNEF): files and the words of the letter, as Outlook packs them for itself.
//!
//! Must never: panic, follow a length beyond the octets there are, or take longer than one pass over them. What cannot be understood ends
//! the reading, and what was found by then is answered; the `winmail.dat` itself stays a file of the letter.

use crate::{attachment::safe_name, charset, clean};

const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
/// Files of one `winmail.dat`, those of letters within it too.
const FILES: usize = 200;
/// Properties looked at, of everything together.
const PROPERTIES: usize = 20_000;
/// Letters within letters.
const DEPTH: usize = 4;
/// Octets of words kept.
const WORDS: usize = 2 << 20;

// Attributes, as the format numbers them.
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_DATA: u32 = 0x0006_800f;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const CODE_PAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800c;

// Properties.
const ATTACH_DATA: u16 = 0x3701;
const ATTACH_NAME: u16 = 0x3704;
const ATTACH_LONG_NAME: u16 = 0x3707;
const ATTACH_TYPE: u16 = 0x370e;
const TEXT: u16 = 0x1000;
const HTML: u16 = 0x1013;

/// A file that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found<'o> {
    /// Safe name.
    pub name: String,
    /// `application/pdf`.
    pub kind: String,
    /// The octets: a part of the `winmail.dat`.
    pub octets: &'o [u8],
}

/// Whether a part says, or is named like, such a file.
pub(crate) fn is_named_so(media: &str, name: Option<&str>) -> bool {
    matches!(media, "application/ms-tnef" | "application/vnd.ms-tnef") || name.is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
}

/// What is in it: files in order, then the words as files of their own. Empty when it is no such file.
pub(crate) fn files(octets: &[u8]) -> Vec<Found<'_>> {
    let mut reader = Reader { properties: 0, page: None, found: Vec::new() };
    reader.stream(octets, 0);
    reader.found.truncate(FILES);
    reader.found
}

struct Reader<'o> {
    properties: usize,
    page: Option<u32>,
    found: Vec<Found<'o>>,
}

/// What a list of properties said, as far as it matters here.
#[derive(Default)]
struct Said<'o> {
    name: Option<String>,
    long_name: Option<String>,
    kind: Option<String>,
    data: Option<&'o [u8]>,
    text: Option<&'o [u8]>,
    wide_text: Option<&'o [u8]>,
    html: Option<&'o [u8]>,
}

/// Octets and a place among them that only goes on.
struct Cursor<'o> {
    rest: &'o [u8],
}

impl<'o> Cursor<'o> {
    fn take(&mut self, length: usize) -> Option<&'o [u8]> {
        if length > self.rest.len() {
            return None;
        }
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|two| u16::from_le_bytes([two[0], two[1]]))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    }

    /// Octets, and the ones that fill them up to a multiple of four; those may be missing at the end.
    fn padded(&mut self, length: usize) -> Option<&'o [u8]> {
        let taken = self.take(length)?;
        let fill = (4 - length % 4) % 4;
        self.take(fill.min(self.rest.len()))?;
        Some(taken)
    }
}

impl<'o> Reader<'o> {
    fn stream(&mut self, octets: &'o [u8], depth: usize) {
        let Some(rest) = octets.strip_prefix(&SIGNATURE) else { return };
        let mut cursor = Cursor { rest };
        if cursor.u16().is_none() {
            return;
        }
        let mut open: Option<Said<'o>> = None;
        let mut words = Said::default();
        // Each attribute takes eleven octets at least, so this ends.
        while self.found.len() < FILES {
            let Some((attribute, data)) = attribute(&mut cursor) else { break };
            match attribute {
                CODE_PAGE if data.len() >= 4 => self.page = Some(u32::from_le_bytes([data[0], data[1], data[2], data[3]])),
                BODY => words.text = Some(data),
                MESSAGE_PROPERTIES => {
                    let text = words.text;
                    words = self.properties(data);
                    words.text = words.text.or(text);
                }
                ATTACHMENT_BEGINS => {
                    self.close(open.take(), depth);
                    open = Some(Said::default());
                }
                ATTACHMENT_TITLE => {
                    let title = self.text(data);
                    open.get_or_insert_default().name = Some(title);
                }
                ATTACHMENT_DATA => open.get_or_insert_default().data = Some(data),
                ATTACHMENT_PROPERTIES => {
                    let said = self.properties(data);
                    let open = open.get_or_insert_default();
                    open.long_name = said.long_name.or(said.name).or(open.long_name.take());
                    open.kind = said.kind.or(open.kind.take());
                    open.data = open.data.or(said.data);
                }
                _ => {}
            }
        }
        self.close(open, depth);
        self.words(&words);
    }

    /// An attachment is complete.
    fn close(&mut self, said: Option<Said<'o>>, depth: usize) {
        let Some(said) = said else { return };
        let Some(octets) = said.data else { return };
        // A letter within: its interface's name stands before it.
        if let Some(inner) = octets.get(16..).filter(|inner| inner.starts_with(&SIGNATURE) && depth < DEPTH) {
            self.stream(inner, depth + 1);
            return;
        }
        let given = said.long_name.filter(|name| !name.trim().is_empty()).or(said.name).unwrap_or_default();
        let name = if given.trim().is_empty() { format!("file-{}.bin", self.found.len() + 1) } else { safe_name(&given) };
        let kind = said.kind.filter(|kind| is_type(kind)).unwrap_or_else(|| by_ending(&name).to_owned());
        if self.found.len() < FILES {
            self.found.push(Found { name, kind, octets });
        }
    }

    fn words(&mut self, said: &Said<'o>) {
        let ascii = |text: &[u8]| !text.trim_ascii().is_empty();
        for (octets, name, kind) in [
            (said.wide_text, "message.txt", "text/plain; charset=utf-16le"),
            (said.text.filter(|_| said.wide_text.is_none()), "message.txt", "text/plain"),
            (said.html, "message.html", "text/html"),
        ] {
            let Some(octets) = octets.map(|octets| octets.strip_suffix(b"\0").unwrap_or(octets)).filter(|octets| ascii(octets)) else {
                continue;
            };
            if self.found.len() < FILES {
                let octets = &octets[..octets.len().min(WORDS)];
                self.found.push(Found { name: name.to_owned(), kind: kind.to_owned(), octets });
            }
        }
    }

    fn properties(&mut self, data: &'o [u8]) -> Said<'o> {
        let mut said = Said::default();
        let mut cursor = Cursor { rest: data };
        let count = cursor.u32().unwrap_or_default();
        for _ in 0..count {
            self.properties += 1;
            if self.properties > PROPERTIES || self.property(&mut cursor, &mut said).is_none() {
                break;
            }
        }
        said
    }

    fn property(&mut self, cursor: &mut Cursor<'o>, said: &mut Said<'o>) -> Option<()> {
        let (kind, id) = (cursor.u16()?, cursor.u16()?);
        if id >= 0x8000 {
            cursor.take(16)?;
            if cursor.u32()? == 0 {
                cursor.take(4)?;
            } else {
                let length = usize::try_from(cursor.u32()?).ok()?;
                cursor.padded(length)?;
            }
        }
        let several = kind & 0x1000 != 0;
        let fixed = match kind & 0x0fff {
            0x0001 => Some(0),
            0x0002..=0x0004 | 0x000a | 0x000b => Some(4),
            0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
            0x0048 => Some(16),
            0x000d | 0x001e | 0x001f | 0x0102 => None,
            _ => return None,
        };
        // What has a length of its own is counted even when there is one.
        let values = if several || fixed.is_none() { cursor.u32()? } else { 1 };
        for number in 0..values {
            let value = match fixed {
                // Nothing is consumed: as many of these as are said would be no end.
                Some(0) => break,
                Some(length) => cursor.take(length)?,
                None => {
                    let length = usize::try_from(cursor.u32()?).ok()?;
                    cursor.padded(length)?
                }
            };
            if number > 0 {
                continue;
            }
            match (id, kind & 0x0fff) {
                (ATTACH_NAME, 0x001e) => said.name = Some(self.text(value)),
                (ATTACH_NAME, 0x001f) => said.name = Some(wide(value)),
                (ATTACH_LONG_NAME, 0x001e) => said.long_name = Some(self.text(value)),
                (ATTACH_LONG_NAME, 0x001f) => said.long_name = Some(wide(value)),
                (ATTACH_TYPE, 0x001e) => said.kind = Some(self.text(value)),
                (ATTACH_TYPE, 0x001f) => said.kind = Some(wide(value)),
                (ATTACH_DATA, 0x000d | 0x0102) => said.data = Some(value),
                (TEXT, 0x001e) => said.text = Some(value),
                (TEXT, 0x001f) => said.wide_text = Some(value),
                (HTML, 0x0102 | 0x001e) => said.html = Some(value),
                _ => {}
            }
        }
        Some(())
    }

    /// Text of the code page that the file names, up to its first NUL.
    fn text(&self, octets: &[u8]) -> String {
        let end = octets.iter().position(|b| *b == 0).unwrap_or(octets.len()).min(1_000);
        let label = match self.page {
            Some(page @ (874 | 1250..=1258)) => Some(format!("windows-{page}")),
            Some(932) => Some("shift_jis".to_owned()),
            Some(936) => Some("gbk".to_owned()),
            Some(949) => Some("euc-kr".to_owned()),
            Some(950) => Some("big5".to_owned()),
            _ => None,
        };
        clean::line(&charset::decode(label.as_deref(), &octets[..end]).text)
    }
}

/// The next attribute: its number and octets. The checksum behind it is passed over: programs write wrong ones.
fn attribute<'o>(cursor: &mut Cursor<'o>) -> Option<(u32, &'o [u8])> {
    let level = cursor.take(1)?[0];
    if !matches!(level, 1 | 2) {
        return None;
    }
    let attribute = cursor.u32()?;
    let length = usize::try_from(cursor.u32()?).ok()?;
    let data = cursor.take(length)?;
    cursor.u16()?;
    Some((attribute, data))
}

/// UTF-16, little end first, up to its first NUL.
fn wide(octets: &[u8]) -> String {
    let units = octets.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).take_while(|unit| *unit != 0).take(1_000);
    clean::line(&char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>())
}

fn is_type(kind: &str) -> bool {
    let token = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+'));
    kind.len() <= 100 && kind.split_once('/').is_some_and(|(top, sub)| token(top) && token(sub))
}

fn by_ending(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "zip" => "application/zip",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "ics" => "text/calendar",
        "eml" => "message/rfc822",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let sum = data.iter().fold(0_u16, |sum, octet| sum.wrapping_add(u16::from(*octet)));
        [&[level][..], &id.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data, &sum.to_le_bytes()].concat()
    }

    fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
        let mut out =
            [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1_u32.to_le_bytes(), &(value.len() as u32).to_le_bytes(), value].concat();
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    fn properties(list: &[Vec<u8>]) -> Vec<u8> {
        [&(list.len() as u32).to_le_bytes()[..], &list.concat()].concat()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
        [&SIGNATURE[..], &[1, 0], &attributes.concat()].concat()
    }

    fn winmail() -> Vec<u8> {
        let named = [
            [&[0x03, 0x00, 0x05, 0x80][..], &[7; 16], &[0, 0, 0, 0], &[1, 2, 3, 4], &[9, 0, 0, 0]].concat(),
            [
                &[0x1f, 0x00, 0x06, 0x80][..],
                &[7; 16],
                &[1, 0, 0, 0],
                &[6, 0, 0, 0],
                b"a\0b\0c\0\0\0",
                &[1, 0, 0, 0],
                &[2, 0, 0, 0],
                b"x\0\0\0",
            ]
            .concat(),
            property(0x001f, ATTACH_LONG_NAME, &utf16("Zimmerliste für März.pdf")),
            property(0x001e, ATTACH_TYPE, b"application/pdf\0"),
        ];
        let inner = stream(&[
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"inner.txt\0"),
            attribute(2, ATTACHMENT_DATA, b"deep"),
        ]);
        stream(&[
            attribute(1, CODE_PAGE, &[0xe4, 4, 0, 0, 0, 0, 0, 0]),
            attribute(1, MESSAGE_PROPERTIES, &properties(&[property(0x0102, HTML, b"<p>Dear all</p>")])),
            attribute(1, BODY, b"Dear all\0"),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"ZIMMER~1.PDF\0"),
            attribute(2, ATTACHMENT_DATA, b"%PDF-1.7"),
            attribute(2, ATTACHMENT_PROPERTIES, &properties(&named)),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"../Stra\xdfe.xls\0"),
            attribute(2, ATTACHMENT_DATA, b"sheet"),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_PROPERTIES, &properties(&[property(0x000d, ATTACH_DATA, &[&[1; 16][..], &inner].concat())])),
        ])
    }

    fn letter(file: &[u8]) -> Vec<u8> {
        use base64::Engine;
        let packed = base64::engine::general_purpose::STANDARD.encode(file);
        format!(
            "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{packed}\r\n--b\r\nContent-Type: application/pdf; name=own.pdf\r\n\r\n%PDF\r\n--b--\r\n"
        )
        .into_bytes()
    }

    // P20: what Outlook hid is listed behind the letter's own files, and opened like them.
    #[test]
    fn the_contents_of_a_winmail_dat_are_files_of_the_letter() {
        let raw = letter(&winmail());
        let read = crate::read(&raw).letter.expect("readable");
        let listed: Vec<_> = read.attachments.iter().map(|info| (info.name.as_str(), info.kind.as_str(), info.size)).collect();
        let whole = winmail().len() as i64;
        assert_eq!(
            listed,
            [
                ("winmail.dat", "application/ms-tnef", whole),
                ("own.pdf", "application/pdf", 4),
                ("Zimmerliste für März.pdf", "application/pdf", 8),
                ("Straße.xls", "application/vnd.ms-excel", 5),
                ("inner.txt", "text/plain", 4),
                ("message.txt", "text/plain", 8),
                ("message.html", "text/html", 15),
            ]
        );
        for (index, octets) in [(2, &b"%PDF-1.7"[..]), (3, b"sheet"), (4, b"deep"), (5, b"Dear all"), (6, b"<p>Dear all</p>")] {
            let opened = crate::attachment::open(&raw, index).expect("there");
            assert_eq!((opened.bytes.as_slice(), &opened.info), (octets, &read.attachments[index]));
        }
        assert!(crate::attachment::open(&raw, 7).is_none());
        let named = String::from_utf8_lossy(&raw).replace("application/ms-tnef", "application/octet-stream").into_bytes();
        assert_eq!(crate::read(&named).letter.expect("readable").attachments.len(), 7, "its name is enough");
        assert!(crate::show::file_text(&raw, 5).expect("a text").contains("Dear all"));
    }

    // RELIABILITY §3.4, R10 (Roundcube's winmail.dat: two denials of service): 10,000 broken ones, each read in one pass.
    #[test]
    fn nothing_in_a_winmail_dat_can_break_the_reader() {
        let whole = winmail();
        assert!(files(b"").is_empty() && files(&SIGNATURE).is_empty() && files(b"PK\x03\x04").is_empty());
        let mut state = 0x7ef0_2026_u64;
        let mut dice = |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % sides.max(1)
        };
        let started = std::time::Instant::now();
        for round in 0..10_000 {
            let mut raw = whole.clone();
            for _ in 0..1 + dice(6) {
                let at = dice(raw.len());
                match dice(6) {
                    0 => raw[at] = dice(256) as u8,
                    1 => raw.truncate(at.max(8)),
                    2 => raw[at] = 0xff,
                    3 => {
                        let end = (at + dice(40)).min(raw.len());
                        raw.drain(at..end);
                    }
                    4 => {
                        let end = (at + dice(200)).min(raw.len());
                        let copy = raw[at..end].to_vec();
                        raw.splice(at..at, copy);
                    }
                    _ => raw.splice(at..at, [0xff, 0xff, 0xff, 0x7f]).for_each(drop),
                }
                if raw.len() < 8 {
                    break;
                }
            }
            let found = files(&raw);
            assert!(found.len() <= FILES, "round {round}");
            for one in &found {
                assert_eq!(safe_name(&one.name), one.name, "round {round}");
                assert!(one.octets.len() <= raw.len() && one.kind.is_ascii(), "round {round}");
            }
        }
        // Counts that say there is no end of it: the octets are the end.
        let endless = [&u32::MAX.to_le_bytes()[..], &[0x01, 0x10, 0, 0x10], &u32::MAX.to_le_bytes()].concat();
        assert!(files(&stream(&[attribute(1, MESSAGE_PROPERTIES, &endless)])).is_empty());
        let many: Vec<Vec<u8>> =
            (0..100_000).flat_map(|_| [attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, b"x")]).collect();
        assert_eq!(files(&stream(&many)).len(), FILES);
        let mut deep = stream(&[attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, b"x")]);
        for _ in 0..1_000 {
            deep = stream(&[attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, &[&[1; 16][..], &deep].concat())]);
        }
        assert_eq!(files(&deep).len(), 1, "what is nested deeper is one file");
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
