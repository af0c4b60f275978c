//! An mbox file cut into its letters, whichever of the four dialects it is written in (mboxo, mboxrd, mboxcl, mboxcl2), with either kind
//! of line end. Nothing is believed: a `From ` line begins a letter when what stands around it says so, and a `Content-Length` counts only
//! when it leads exactly to the next such line or to the end.
//!
//! In doubt a letter is cut rather than swallowed: of two letters taken for one, one is lost; of one taken for two, nothing.
//! Must never: hold more of the file than a block, or lose an octet between two letters that is not an empty line.

mod from_line;
mod lines;
#[cfg(test)]
mod tests;
mod unquote;

pub use unquote::Unquote;

use from_line::begins;
use lines::{LOOKED_AT, Lines, chomp};
use std::io;

/// Where a letter lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// First octet of the letter, behind its `From ` line.
    pub at: u64,
    /// Octets.
    pub length: u64,
    /// Lines like `>From ` have one `>` too many: see [`Unquote`].
    pub quoted: bool,
    /// The moment of its `From ` line, ms.
    pub arrival: Option<i64>,
}

/// Whether a file that begins like this is an mbox.
pub fn is_mbox(beginning: &[u8]) -> bool {
    let bare = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    let start = bare.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(bare.len());
    let mut lines = bare[start..].split(|b| *b == b'\n').map(chomp);
    match lines.next() {
        Some(first) => begins(first, lines.next().unwrap_or_default(), true).is_some(),
        None => false,
    }
}

/// Goes through a file once and tells of every letter in it, in order.
///
/// # Errors
/// Those of reading.
pub fn split(read_at: &mut dyn FnMut(u64, &mut [u8]) -> io::Result<usize>, each: &mut dyn FnMut(Entry)) -> io::Result<()> {
    let mut lines = Lines::new(read_at);
    // What stands before the first `From ` line is a letter too, unless it is nothing.
    let mut open = Open::new(0, None);
    let mut before = Before { blank: true, blank_from: 0 };
    let mut text = Vec::with_capacity(LOOKED_AT);
    while let Some(line) = lines.next(&mut text)? {
        if open.until.is_some_and(|until| line.at < until) {
            open.bare_from |= text.starts_with(b"From ") && line.at > open.at;
            before = Before { blank: false, blank_from: line.end };
            continue;
        }
        let trusted = open.until.is_some();
        if text.starts_with(b"From ") {
            let next = lines.peek(line.end)?;
            if let Some(arrival) = begins(&text, chomp(&next), before.blank || trusted) {
                open.close(if before.blank { before.blank_from } else { line.at }, each);
                open = Open::new(line.end, Some(arrival));
                before = Before { blank: false, blank_from: line.end };
                continue;
            }
        }
        let blank = text.is_empty();
        if !trusted {
            open.content |= !blank;
            if !open.headed {
                if blank {
                    open.headed = true;
                    open.until = match open.counted.and_then(|octets| line.end.checked_add(octets)) {
                        Some(until) if leads_to_an_end(&mut lines, until)? => Some(until),
                        _ => None,
                    };
                } else if let Some(octets) = content_length(&text) {
                    open.counted = Some(octets);
                }
            }
        }
        before = if blank { Before { blank: true, blank_from: line.at } } else { Before { blank: false, blank_from: line.end } };
    }
    let end = lines.place;
    open.close(if before.blank { before.blank_from } else { end }, each);
    Ok(())
}

/// The letter that is being passed.
struct Open {
    at: u64,
    /// `None` for what stands before the first `From ` line.
    arrival: Option<Option<i64>>,
    /// Its header is over.
    headed: bool,
    counted: Option<u64>,
    /// Its end by its own count, which leads to where a letter can end.
    until: Option<u64>,
    /// A line of it could be mistaken and is not quoted: nothing in this letter is.
    bare_from: bool,
    content: bool,
}

impl Open {
    fn new(at: u64, arrival: Option<Option<i64>>) -> Self {
        Self { at, arrival, headed: false, counted: None, until: None, bare_from: false, content: false }
    }

    fn close(&self, end: u64, each: &mut dyn FnMut(Entry)) {
        let end = self.until.unwrap_or(end).max(self.at);
        // Even a letter of nothing was a letter; nothing at all before the first one was none.
        if self.arrival.is_some() || self.content {
            each(Entry { at: self.at, length: end - self.at, quoted: !self.bare_from, arrival: self.arrival.flatten() });
        }
    }
}

/// The line before.
struct Before {
    blank: bool,
    /// Where the letter ends if a new one begins now: the empty line before a `From ` line is not the letter's.
    blank_from: u64,
}

/// Whether a letter can end here: the file does, or another begins behind at most two line ends.
fn leads_to_an_end(lines: &mut Lines<'_>, at: u64) -> io::Result<bool> {
    let mut at = at;
    for _ in 0..3 {
        let line = lines.peek(at)?;
        if line.is_empty() {
            // Behind the end of the file is no end of a letter.
            return Ok(at == 0 || !lines.peek(at - 1)?.is_empty());
        }
        let text = chomp(&line);
        if text.starts_with(b"From ") {
            let next = lines.peek(at + line.len() as u64)?;
            return Ok(begins(text, chomp(&next), true).is_some());
        }
        if !text.is_empty() {
            return Ok(false);
        }
        at += line.len() as u64;
    }
    Ok(false)
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = line.split_at(line.iter().position(|b| *b == b':')?);
    if !name.eq_ignore_ascii_case(b"content-length") {
        return None;
    }
    std::str::from_utf8(&value[1..]).ok()?.trim().parse().ok()
}
