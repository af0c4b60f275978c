//! When two copies are one message (DESIGN §6, S11): the digest of what does not change on the way.
//!
//! In it: Message-ID, Date (as a moment), From, To, Cc, Subject, the type, and the body, leaf by leaf, decoded, with line
//! ends and trailing blanks made the same. Not in it: trace headers, folding, transfer encodings, boundaries.
//! Message-ID alone never decides. Every field is preceded by its length, so nothing can slide from one into the next.
//! To change anything here: raise [`IDENTITY_VERSION`]; digests of different versions never meet.

use crate::{
    address, clean, dates,
    large::Cuts,
    limits, mime,
    mime::Part,
    people,
    stream::{LineEnds, LooksLikeText, PlainText, TrimEnd},
};
use sha2::{Digest, Sha256};
use std::io;

/// Version of the rules; part of the digest.
pub const IDENTITY_VERSION: i64 = 1;

/// Two copies with equal identities are one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// SHA-256.
    pub digest: [u8; 32],
    /// [`IDENTITY_VERSION`] when it was made.
    pub version: i64,
}

/// The identity of a letter that could be taken apart.
pub(crate) fn of(root: &Part<'_>, cuts: &Cuts<'_>) -> io::Result<Identity> {
    let mut hash = Hash::new("letter");
    letter(&mut hash, root, 0, cuts)?;
    Ok(hash.finish())
}

/// The identity of what cannot be read: its octets, line ends made the same.
pub(crate) fn of_raw(raw: &[u8]) -> Identity {
    let mut hash = Hash::new("raw");
    hash.field("octets", &same_line_ends(raw));
    hash.finish()
}

/// The same of a letter that comes in pieces, as often as it is asked for.
pub(crate) fn of_pieces(all: &mut Pieces<'_>) -> io::Result<Identity> {
    let mut hash = Hash::new("raw");
    hash.pieces("octets", &mut |each| {
        let (mut ends, mut out) = (LineEnds::default(), Vec::new());
        all(&mut |octets| {
            ends.push(octets, &mut out);
            each(&out);
            out.clear();
        })
    })?;
    Ok(hash.finish())
}

/// Hands a value over in pieces.
type Pieces<'p> = dyn FnMut(&mut dyn FnMut(&[u8])) -> io::Result<()> + 'p;

struct Hash(Sha256);

impl Hash {
    fn new(domain: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.field("postroom identity", format!("{IDENTITY_VERSION} {domain}").as_bytes());
        hash
    }

    fn field(&mut self, name: &str, value: &[u8]) {
        self.start(name, value.len() as u64);
        self.0.update(value);
    }

    fn start(&mut self, name: &str, length: u64) {
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update(length.to_le_bytes());
    }

    /// A value in pieces: once for its length, once for itself.
    fn pieces(&mut self, name: &str, value: &mut Pieces<'_>) -> io::Result<()> {
        let mut length = 0;
        value(&mut |piece| length += piece.len() as u64)?;
        self.start(name, length);
        value(&mut |piece| self.0.update(piece))
    }

    fn finish(self) -> Identity {
        Identity { digest: self.0.finalize().into(), version: IDENTITY_VERSION }
    }
}

fn letter(hash: &mut Hash, root: &Part<'_>, depth: usize, cuts: &Cuts<'_>) -> io::Result<()> {
    for field in &root.fields {
        let name = field.name.to_ascii_lowercase();
        match name.as_str() {
            "message-id" => hash.field("message-id", field.plain().replace(' ', "").as_bytes()),
            "subject" => hash.field("subject", field.text().as_bytes()),
            "date" => match dates::of(field) {
                Some(at) => hash.field("date", &at.to_le_bytes()),
                None => hash.field("date as written", field.text().as_bytes()),
            },
            _ => {}
        }
    }
    for role in ["from", "to", "cc"] {
        for field in root.fields.iter().filter(|field| field.is(role)) {
            for (name, written) in people::mailboxes(field) {
                let written = written.unwrap_or_default();
                hash.field(role, address::canonical(&written).unwrap_or(written).as_bytes());
                hash.field("name", name.as_bytes());
            }
        }
    }
    part(hash, root, depth, cuts)
}

fn part(hash: &mut Hash, part: &Part<'_>, depth: usize, cuts: &Cuts<'_>) -> io::Result<()> {
    hash.field("type", part.kind.media.as_bytes());
    if part.children.is_empty() {
        return leaf(hash, part, depth, cuts);
    }
    hash.field("parts", &(part.children.len() as u64).to_le_bytes());
    for child in &part.children {
        self::part(hash, child, depth + 1, cuts)?;
    }
    Ok(())
}

fn leaf(hash: &mut Hash, part: &Part<'_>, depth: usize, cuts: &Cuts<'_>) -> io::Result<()> {
    hash.field("file", clean::line(part.kind.name.as_deref().unwrap_or_default()).as_bytes());
    if part.is_letter() && depth < limits::DEPTH {
        // A letter in the letter: its own parts may have been encoded anew on the way, too.
        let octets = cuts.letter(part)?;
        let octets = mime::with_line_feeds(&octets);
        let inner = mime::parse(&octets, depth + 1);
        return letter(hash, &inner.root, depth + 1, cuts);
    }
    if !cuts.is_whole(part.raw) {
        return cut_leaf(hash, part, cuts);
    }
    let octets = part.octets();
    if part.kind.media.starts_with("text/") {
        if !octets.is_ascii() {
            // The same octets in another charset are other words.
            hash.field("charset", part.kind.charset.as_deref().unwrap_or_default().to_ascii_lowercase().as_bytes());
        }
        hash.field("text", &same_text(octets));
    } else if is_like_text(octets) {
        // XML, JSON and signatures travel as text; which line ends they have depends on who carried them.
        hash.field("octets", same_line_ends(octets).trim_ascii_end());
    } else {
        hash.field("octets", octets);
    }
    Ok(())
}

/// The same for a leaf too large to be held.
fn cut_leaf(hash: &mut Hash, part: &Part<'_>, cuts: &Cuts<'_>) -> io::Result<()> {
    let (mut ascii, mut like_text) = (true, LooksLikeText::new());
    cuts.decoded(part, &mut |octets| {
        ascii &= octets.is_ascii();
        like_text.push(octets);
    })?;
    if part.kind.media.starts_with("text/") {
        if !ascii {
            hash.field("charset", part.kind.charset.as_deref().unwrap_or_default().to_ascii_lowercase().as_bytes());
        }
        return hash.pieces("text", &mut |each| {
            let (mut text, mut out) = (PlainText::default(), Vec::new());
            cuts.decoded(part, &mut |octets| {
                text.push(octets, &mut out);
                each(&out);
                out.clear();
            })
        });
    }
    if !like_text.end() {
        return hash.pieces("octets", &mut |each| cuts.decoded(part, each));
    }
    hash.pieces("octets", &mut |each| {
        let (mut ends, mut trimmed, mut lines, mut out) = (LineEnds::default(), TrimEnd::default(), Vec::new(), Vec::new());
        cuts.decoded(part, &mut |octets| {
            ends.push(octets, &mut lines);
            trimmed.push(&lines, &mut out);
            each(&out);
            lines.clear();
            out.clear();
        })
    })
}

fn is_like_text(octets: &[u8]) -> bool {
    octets.iter().all(|b| *b >= 32 || matches!(b, b'\t' | b'\r' | b'\n' | 12)) && std::str::from_utf8(octets).is_ok()
}

/// Line ends as `\n`.
fn same_line_ends(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    for (at, b) in octets.iter().enumerate() {
        match b {
            b'\r' if octets.get(at + 1) == Some(&b'\n') => {}
            b'\r' => out.push(b'\n'),
            b => out.push(*b),
        }
    }
    out
}

/// Line ends as `\n`, no blanks before them, no empty lines at the end.
fn same_text(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    for line in octets.split(|b| *b == b'\n') {
        let line = line.trim_ascii_end();
        if line.contains(&b'\r') {
            for line in line.split(|b| *b == b'\r') {
                out.extend_from_slice(line.trim_ascii_end());
                out.push(b'\n');
            }
        } else {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
    }
    let length = out.trim_ascii_end().len();
    out.truncate(length);
    out
}
