//! A letter taken apart into its parts: once, without recursion deeper than [`limits::DEPTH`], octets borrowed.
//!
//! Our own splitter and not the parser crate's, because the depth, the number of parts and the memory must be ours to
//! limit (a letter in a letter in a letter … ends the process there), and because each part is decoded only once here.

use crate::{charset, field, field::Field, limits, transfer::Transfer};
use mail_parser::{HeaderValue, parsers::MessageStream};
use std::{borrow::Cow, cell::OnceCell};

/// What the `Content-*` fields of a part say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kind {
    /// `text/plain`, lower case.
    pub media: String,
    pub charset: Option<String>,
    pub boundary: Option<String>,
    pub report: Option<String>,
    /// File name, decoded, as written.
    pub name: Option<String>,
    /// `attachment` or `inline`, lower case; empty when not said.
    pub disposition: String,
    /// Content-ID without brackets.
    pub cid: Option<String>,
    pub transfer: Transfer,
}

/// A part: a leaf, or a multipart with its children.
#[derive(Debug)]
pub(crate) struct Part<'x> {
    pub fields: Vec<Field<'x>>,
    pub kind: Kind,
    /// The body as it stands in the letter.
    pub raw: &'x [u8],
    pub children: Vec<Part<'x>>,
    decoded: OnceCell<Cow<'x, [u8]>>,
}

impl<'x> Part<'x> {
    /// The body with its transfer encoding undone; done once.
    pub fn octets(&self) -> &[u8] {
        self.decoded.get_or_init(|| self.kind.transfer.decode(self.raw))
    }

    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&Field<'x>> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// Every leaf below, in order.
    pub fn leaves<'t>(&'t self, list: &mut Vec<&'t Part<'x>>) {
        if self.children.is_empty() {
            list.push(self);
        }
        for child in &self.children {
            child.leaves(list);
        }
    }

    /// Whether this leaf is a whole letter.
    pub fn is_letter(&self) -> bool {
        matches!(self.kind.media.as_str(), "message/rfc822" | "message/global")
    }
}

/// A letter taken apart.
#[derive(Debug)]
pub(crate) struct Tree<'x> {
    pub root: Part<'x>,
    /// Limits that were reached, in plain sentences.
    pub remarks: Vec<String>,
}

/// Takes a letter apart. `depth` is how deep in other letters it stands; 0 for the outermost.
pub(crate) fn parse(raw: &[u8], depth: usize) -> Tree<'_> {
    let mut work =
        Work { end: raw.as_ptr_range().end, parts: 0, header_octets: 0, to_scan: 16 * raw.len() + (1 << 20), remarks: Vec::new() };
    let root = work.part(raw, "text/plain", depth);
    Tree { root, remarks: work.remarks }
}

/// Letters whose lines end with a bare CR (very old Macs) get line feeds; all others stay as they are.
pub(crate) fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\r') && !raw.contains(&b'\n') {
        Cow::Owned(raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect())
    } else {
        Cow::Borrowed(raw)
    }
}

struct Work {
    /// Where the letter ends.
    end: *const u8,
    parts: usize,
    header_octets: usize,
    /// Octets that may still be searched for boundaries: each multipart around an octet searches it once more.
    to_scan: usize,
    remarks: Vec<String>,
}

impl Work {
    fn remark(&mut self, text: &str) {
        if !self.remarks.iter().any(|said| said == text) {
            self.remarks.push(text.to_owned());
        }
    }

    fn part<'x>(&mut self, raw: &'x [u8], otherwise: &str, depth: usize) -> Part<'x> {
        self.parts += 1;
        let head = field::split(raw);
        if head.cut {
            self.remark("The headers are larger than 1 MB; the rest of them was not read.");
        }
        let mut kind = self.kind(&head.fields, otherwise);
        let mut children = Vec::new();
        if let Some(boundary) = kind.boundary.take_if(|_| kind.media.starts_with("multipart/")) {
            if depth >= limits::DEPTH || head.body.len() > self.to_scan {
                self.remark("Parts are nested too deep (more than 64 deep, or very large ones); the innermost are shown as one file.");
                kind = Kind { media: "application/octet-stream".to_owned(), ..Kind::default() };
            } else {
                self.to_scan -= head.body.len();
                let inner = if kind.media == "multipart/digest" { "message/rfc822" } else { "text/plain" };
                self.children(head.body, boundary.as_bytes(), inner, depth + 1, &mut children);
            }
        }
        if children.is_empty() && kind.media.starts_with("multipart/") {
            // A multipart without parts: what is there is text, as far as anybody can tell.
            kind.media = "text/plain".to_owned();
        }
        Part { fields: head.fields, kind, raw: head.body, children, decoded: OnceCell::new() }
    }

    fn children<'x>(&mut self, body: &'x [u8], boundary: &[u8], inner: &str, depth: usize, children: &mut Vec<Part<'x>>) {
        let mut start: Option<usize> = None;
        let mut at = 0;
        while at < body.len() {
            let (line, next) = field::line(body, at);
            if let Some(closing) = delimiter(line, boundary) {
                if let Some(start) = start.take() {
                    children.push(self.part(without_line_end(&body[start..at]), inner, depth));
                }
                if closing {
                    return;
                }
                if self.parts >= limits::PARTS {
                    self.remark("There are more than 10,000 parts; the rest is shown as one file.");
                    children.push(rest(&body[next..]));
                    return;
                }
                start = Some(next);
            }
            at = next;
        }
        if let Some(start) = start {
            if body.as_ptr_range().end == self.end {
                self.remark("The end mark is missing: the letter may have been cut off on its way.");
            }
            children.push(self.part(&body[start.min(body.len())..], inner, depth));
        }
    }

    fn kind(&mut self, fields: &[Field<'_>], otherwise: &str) -> Kind {
        let mut kind = Kind { media: otherwise.to_owned(), ..Kind::default() };
        let mut type_name = None;
        let mut seen_type = false;
        for field in fields.iter().filter(|field| field.name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"))) {
            self.header_octets += field.value.len();
            if self.header_octets > limits::PART_HEADER_OCTETS {
                self.remark("The parts have very large headers; some were not read.");
                break;
            }
            if field.is("content-type") && !seen_type {
                seen_type = true;
                type_name = content_type(field, &mut kind);
            } else if field.is("content-disposition") && kind.disposition.is_empty() {
                disposition(field, &mut kind);
            } else if field.is("content-transfer-encoding") {
                kind.transfer = Transfer::parse(&field.raw_text());
            } else if field.is("content-id") {
                let cid = field.raw_text().trim_matches(['<', '>', ' ']).to_owned();
                kind.cid = Some(cid).filter(|cid| !cid.is_empty());
            }
        }
        kind.name = kind.name.or(type_name);
        kind
    }
}

/// More parts than anybody can look at.
fn rest(raw: &[u8]) -> Part<'_> {
    let kind = Kind { media: "application/octet-stream".to_owned(), disposition: "attachment".to_owned(), ..Kind::default() };
    Part { fields: Vec::new(), kind, raw, children: Vec::new(), decoded: OnceCell::new() }
}

/// Whether a line is the boundary, and then whether it is the closing one. Trailing blanks are allowed (RFC 2046 §5.1.1).
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii();
    match rest {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

fn without_line_end(octets: &[u8]) -> &[u8] {
    let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
    octets.strip_suffix(b"\r").unwrap_or(octets)
}

/// Type and parameters; answers the `name` parameter.
fn content_type(field: &Field<'_>, kind: &mut Kind) -> Option<String> {
    let mut name = None;
    parameters(field, |media, key, value| match key {
        "" => {
            let media: String = media.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            if media.contains('/') || media == "text" || media.starts_with("multipart") {
                kind.media = match media.as_str() {
                    "text" => "text/plain".to_owned(),
                    "multipart" => "multipart/mixed".to_owned(),
                    _ => crate::clean::start(&media, 127).to_owned(),
                };
            } else if !media.is_empty() {
                // RFC 2045 §5.2 says text for what cannot be understood; a file is the safer guess, except for plain "mail".
                kind.media = if media == "mail" { "text/plain".to_owned() } else { "application/octet-stream".to_owned() };
            }
        }
        "charset" => kind.charset = Some(value.to_owned()),
        "boundary" => kind.boundary = Some(value.trim_end().to_owned()).filter(|boundary| !boundary.is_empty()),
        "report-type" => kind.report = Some(value.to_ascii_lowercase()),
        "name" => name = Some(field::decode_words(value)),
        _ => {}
    });
    name.filter(|name| !name.trim().is_empty())
}

fn disposition(field: &Field<'_>, kind: &mut Kind) {
    parameters(field, |main, key, value| match key {
        "" => kind.disposition = main.trim().to_ascii_lowercase(),
        "filename" => kind.name = Some(field::decode_words(value)).filter(|name| !name.trim().is_empty()),
        _ => {}
    });
}

/// The value itself (key empty) and then its parameters, continuations and charsets of RFC 2231 undone.
fn parameters(field: &Field<'_>, mut found: impl FnMut(&str, &str, &str)) {
    let mut octets = charset::header(&field.value[..field.value.len().min(limits::VALUE_OCTETS)]).into_owned().into_bytes();
    octets.push(b'\n');
    if let HeaderValue::ContentType(value) = MessageStream::new(&octets).parse_content_type() {
        let main = match &value.c_subtype {
            Some(sub) => format!("{}/{sub}", value.c_type),
            None => value.c_type.to_string(),
        };
        found(&main, "", "");
        for attribute in value.attributes.iter().flatten() {
            found(&main, &attribute.name, &attribute.value);
        }
    }
}
