//! What a `winmail.dat` holds (P20, MS-OXTNEF): files and the words of the letter, as Outlook packs them for itself.
//!
//! Must never: panic, follow a length beyond the octets there are, or take longer than one pass over them. What cannot be understood ends
//! the reading, and what was found by then is answered; the `winmail.dat` itself stays a file of the letter.
//!
//! Files are not copied: it is said where in the `winmail.dat` they lie, so that one too large to be held is read the same way (`skim`).

mod skim;
#[cfg(test)]
mod tests;

use crate::{attachment::safe_name, charset, clean, rtf};
pub(crate) use skim::Skim;

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
const RTF_COMPRESSED: u16 = 0x1009;
const HTML: u16 = 0x1013;

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Safe name.
    pub name: String,
    /// `application/pdf`.
    pub kind: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// So many octets of the `winmail.dat`, from this one on.
    Span {
        /// The first.
        from: u64,
        /// How many.
        length: u64,
    },
    /// What was made of some of its octets.
    Made(Vec<u8>),
}

impl Found {
    /// Octets.
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Span { length, .. } => *length,
            Content::Made(octets) => octets.len() as u64,
        }
    }
}

/// Octets of the `winmail.dat`: where they lie in it, and those of them that are held, from the first on.
#[derive(Debug, Clone, Copy)]
struct Data<'o> {
    from: u64,
    length: u64,
    held: &'o [u8],
}

impl<'o> Data<'o> {
    /// All of them, if all are held.
    fn whole(self) -> Option<&'o [u8]> {
        (self.held.len() as u64 == self.length).then_some(self.held)
    }

    fn span(self) -> Content {
        Content::Span { from: self.from, length: self.length }
    }
}

/// Whether a part says, or is named like, such a file.
pub(crate) fn is_named_so(media: &str, name: Option<&str>) -> bool {
    matches!(media, "application/ms-tnef" | "application/vnd.ms-tnef") || name.is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
}

/// What is in it: files in order, then the words as files of their own. Empty when it is no such file.
pub(crate) fn files(octets: &[u8]) -> Vec<Found> {
    let mut reader = Reader::default();
    reader.stream(octets, 0, 0);
    reader.found
}

#[derive(Default)]
struct Reader {
    properties: usize,
    page: Option<u32>,
    found: Vec<Found>,
}

/// What a list of properties said, as far as it matters here.
#[derive(Default)]
struct Said<'o> {
    name: Option<String>,
    long_name: Option<String>,
    kind: Option<String>,
    data: Option<Data<'o>>,
    text: Option<Data<'o>>,
    wide_text: Option<Data<'o>>,
    html: Option<Data<'o>>,
    rtf: Option<&'o [u8]>,
}

/// Octets and a place among them that only goes on.
struct Cursor<'o> {
    rest: &'o [u8],
    /// Where in the `winmail.dat` the rest begins.
    at: u64,
}

impl<'o> Cursor<'o> {
    fn take(&mut self, length: usize) -> Option<&'o [u8]> {
        if length > self.rest.len() {
            return None;
        }
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.at += length as u64;
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

impl Reader {
    /// What is held from its signature on.
    fn stream(&mut self, octets: &[u8], from: u64, depth: usize) {
        let Some(rest) = octets.strip_prefix(&SIGNATURE) else { return };
        let mut cursor = Cursor { rest, at: from + SIGNATURE.len() as u64 };
        if cursor.u16().is_some() {
            // Each attribute takes eleven octets at least, so this ends.
            self.attributes(&mut std::iter::from_fn(|| attribute(&mut cursor)), depth);
        }
    }

    fn attributes<'o>(&mut self, attributes: &mut dyn Iterator<Item = (u32, Data<'o>)>, depth: usize) {
        let mut open: Option<Said<'o>> = None;
        let mut words = Said::default();
        while self.found.len() < FILES {
            let Some((attribute, data)) = attributes.next() else { break };
            let whole = data.whole().unwrap_or_default();
            match attribute {
                CODE_PAGE if whole.len() >= 4 => self.page = Some(u32::from_le_bytes([whole[0], whole[1], whole[2], whole[3]])),
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
                    let title = self.text(whole);
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
    fn close(&mut self, said: Option<Said<'_>>, depth: usize) {
        let Some(said) = said else { return };
        let Some(data) = said.data else { return };
        // A letter within: its interface's name stands before it.
        let inner = data.whole().and_then(|octets| octets.get(16..));
        if let Some(inner) = inner.filter(|inner| inner.starts_with(&SIGNATURE) && depth < DEPTH) {
            self.stream(inner, data.from + 16, depth + 1);
            return;
        }
        let given = said.long_name.filter(|name| !name.trim().is_empty()).or(said.name).unwrap_or_default();
        let name = if given.trim().is_empty() { format!("file-{}.bin", self.found.len() + 1) } else { safe_name(&given) };
        let kind = said.kind.filter(|kind| is_type(kind)).unwrap_or_else(|| by_ending(&name).to_owned());
        if self.found.len() < FILES {
            self.found.push(Found { name, kind, content: data.span() });
        }
    }

    fn words(&mut self, said: &Said<'_>) {
        for (octets, name, kind) in [
            (said.wide_text, "message.txt", "text/plain; charset=utf-16le"),
            (said.text.filter(|_| said.wide_text.is_none()), "message.txt", "text/plain"),
            (said.html, "message.html", "text/html"),
        ] {
            let Some(data) = octets else { continue };
            let Some(octets) = data.whole().map(|octets| octets.strip_suffix(b"\0").unwrap_or(octets)) else { continue };
            if self.found.len() < FILES && !octets.trim_ascii().is_empty() {
                let length = octets.len().min(WORDS) as u64;
                let content = Content::Span { from: data.from, length };
                self.found.push(Found { name: name.to_owned(), kind: kind.to_owned(), content });
            }
        }
        // Outlook's own form of the words is read where there is no other.
        let others = [said.text, said.wide_text, said.html].iter().any(Option::is_some);
        let Some(text) = said.rtf.filter(|_| !others).and_then(rtf::compressed_text) else { return };
        if self.found.len() < FILES && !text.trim().is_empty() {
            let content = Content::Made(clean::start(&text, WORDS).as_bytes().to_vec());
            self.found.push(Found { name: "message.txt".to_owned(), kind: "text/plain; charset=utf-8".to_owned(), content });
        }
    }

    fn properties<'o>(&mut self, data: Data<'o>) -> Said<'o> {
        let mut said = Said::default();
        let mut cursor = Cursor { rest: data.whole().unwrap_or_default(), at: data.from };
        let count = cursor.u32().unwrap_or_default();
        for _ in 0..count {
            self.properties += 1;
            if self.properties > PROPERTIES || self.property(&mut cursor, &mut said).is_none() {
                break;
            }
        }
        said
    }

    fn property<'o>(&mut self, cursor: &mut Cursor<'o>, said: &mut Said<'o>) -> Option<()> {
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
            let (from, value) = match fixed {
                // Nothing is consumed: as many of these as are said would be no end.
                Some(0) => break,
                Some(length) => (cursor.at, cursor.take(length)?),
                None => {
                    let length = usize::try_from(cursor.u32()?).ok()?;
                    (cursor.at, cursor.padded(length)?)
                }
            };
            let data = Data { from, length: value.len() as u64, held: value };
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
                (ATTACH_DATA, 0x000d | 0x0102) => said.data = Some(data),
                (TEXT, 0x001e) => said.text = Some(data),
                (TEXT, 0x001f) => said.wide_text = Some(data),
                (HTML, 0x0102 | 0x001e) => said.html = Some(data),
                (RTF_COMPRESSED, 0x0102) => said.rtf = Some(value),
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
fn attribute<'o>(cursor: &mut Cursor<'o>) -> Option<(u32, Data<'o>)> {
    let level = cursor.take(1)?[0];
    if !matches!(level, 1 | 2) {
        return None;
    }
    let attribute = cursor.u32()?;
    let length = usize::try_from(cursor.u32()?).ok()?;
    let (from, held) = (cursor.at, cursor.take(length)?);
    cursor.u16()?;
    Some((attribute, Data { from, length: held.len() as u64, held }))
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
