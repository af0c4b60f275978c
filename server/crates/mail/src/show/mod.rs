//! Letters as documents of their own, for the isolated frame: layer 3 of RELIABILITY §3.3, behind the route's headers
//! and the frame's sandbox.
//!
//! Must never let through: scripts, styles of the letter, forms, frames, anything from the network that was not asked
//! for. Whatever happens, the letter is shown: when its HTML cannot be, its text is.

mod cleaner;
mod document;
mod height;
pub(crate) mod link;
mod pictures;
mod plain;
pub(crate) mod style;

pub use document::Heading;
pub(crate) use document::escape;
pub use height::{STEPS, heights};

use crate::{body, body::Wish, clean, html, limits, mime};
use document::{Sheet, around};

/// A document for the sandboxed frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// A full HTML document.
    pub document: String,
    /// Something from the network was left out.
    pub remote_held_back: bool,
}

/// The letter as its writer laid it out, cleaned; `remote` lets pictures from the network in.
///
/// A letter without HTML, or with HTML that nests absurdly deep, is shown as text.
pub fn html(raw: &[u8], remote: bool) -> Shown {
    std::panic::catch_unwind(|| html_now(raw, remote)).unwrap_or_else(|_| text(raw))
}

/// A letter to be printed, or read alone: the same document under what an envelope says.
pub fn with_heading(mut shown: Shown, heading: &Heading) -> Shown {
    shown.document = document::headed(&shown.document, heading);
    shown
}

/// The beginning of a file that is text, as a document for a frame; `None` when it is none.
pub fn file_text(raw: &[u8], index: usize) -> Option<String> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let tree = mime::parse(&raw, 0);
        let files = body::files(&tree.root);
        let Some(part) = files.get(index).copied() else {
            let mut octets = Vec::new();
            let mut each = |more: &[u8]| octets.extend_from_slice(&more[..more.len().min(limits::FILE_TEXT_OCTETS - octets.len())]);
            let info = crate::attachment::packed_file(&files, index, &crate::large::Cuts::NONE, &mut each).ok().flatten()?;
            let label = info.kind.split_once("charset=").map(|(_, label)| label);
            let text = crate::charset::decode(label, &octets).text.into_owned();
            return Some(around(&plain::page(&clean::text(&text)), Sheet::Any));
        };
        let octets = part.octets();
        // Text has no NUL but in the wide charsets, which say so by their mark.
        let start = &octets[..octets.len().min(limits::FILE_TEXT_OCTETS)];
        let wide = start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) || part.kind.charset.is_some();
        if start.contains(&0) && !wide {
            return None;
        }
        let decoded = body::text(part);
        let text = clean::text(clean::start(&decoded.text, limits::FILE_TEXT_OCTETS));
        let mut page = plain::page(&text);
        if decoded.text.len() > limits::FILE_TEXT_OCTETS {
            page.push_str("<p class=\"note\">Only the beginning of the file is shown.</p>");
        }
        Some(around(&page, Sheet::Any))
    })
    .ok()
    .flatten()
}

/// The octets of a letter as text for people: what is no text is replaced, a very long letter is cut. Not the letter itself: that is
/// a file, and handing it out is an export.
pub fn original(raw: &[u8]) -> String {
    let start = &raw[..raw.len().min(limits::ORIGINAL_OCTETS)];
    let mut text = clean::text(&String::from_utf8_lossy(start));
    if start.len() < raw.len() {
        text.push_str("\n\n[The letter goes on. Only its first part is shown here.]\n");
    }
    text
}

/// The letter as plain text.
pub fn text(raw: &[u8]) -> Shown {
    std::panic::catch_unwind(|| text_now(raw)).unwrap_or_else(|_| {
        let raw = String::from_utf8_lossy(&raw[..raw.len().min(limits::TEXT_OCTETS)]);
        shown(&plain::page(&clean::text(&raw)), Sheet::Any, false)
    })
}

fn shown(inside: &str, sheet: Sheet, remote_held_back: bool) -> Shown {
    Shown { document: around(inside, sheet), remote_held_back }
}

fn text_now(raw: &[u8]) -> Shown {
    let raw = mime::with_line_feeds(raw);
    let words = body::words(&mime::parse(&raw, 0).root);
    shown(&plain::page(&words.text), Sheet::Any, false)
}

fn html_now(raw: &[u8], remote: bool) -> Shown {
    let raw = mime::with_line_feeds(raw);
    let tree = mime::parse(&raw, 0);
    let pieces = body::pieces(&tree.root, Wish::Html);
    if !pieces.iter().any(|part| body::is_html(part)) {
        return text_now(&raw);
    }
    let mut own = pictures::Own::new(&tree.root, remote);
    let (mut page, mut held_back, mut sheet, mut room) = (String::new(), false, Sheet::Any, limits::HTML_OCTETS);
    let mut cut = false;
    for part in pieces {
        let decoded = body::text(part);
        let piece = clean::start(&decoded.text, room);
        cut |= piece.len() < decoded.text.len();
        room -= piece.len();
        if !body::is_html(part) {
            page.push_str(&plain::page(&clean::text(piece)));
            continue;
        }
        let ordered = html::order(piece, &mut own);
        if ordered.too_deep {
            return text_now(&raw);
        }
        cut |= ordered.cut;
        held_back |= ordered.held_back;
        if ordered.colours {
            sheet = Sheet::White;
        }
        let allowed = cleaner::Allowed { pictures: std::mem::take(&mut own.uris), remote };
        page.push_str(&cleaner::clean(&ordered.page, allowed));
    }
    if cut {
        page.insert_str(0, "<p class=\"note\">This letter is very long; only its first part is shown. The original holds all of it.</p>");
    }
    shown(&page, sheet, held_back)
}
