//! An mbox file cut into its letters, whichever of the four dialects it is written in (mboxo, mboxrd, mboxcl, mboxcl2), with either kind
//! of line end. Nothing is believed: a `From ` line begins a letter when what stands around it says so, and a `Content-Length` counts only
//! when it leads exactly to the next such line or to the end.
//!
//! In doubt a letter is cut rather than swallowed: of two letters taken for one, one is lost; of one taken for two, nothing.
//! Must never: hold more of the file than a block, or lose an octet between two letters that is not an empty line.

use model::application::days_of;
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

/// Octets read at once.
const BLOCK: usize = 256 << 10;
/// Octets of a line that are looked at.
const LOOKED_AT: usize = 512;

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
    let mut lines = Lines { read_at, block: vec![0; BLOCK], at: 0, filled: 0, place: 0 };
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

struct Line {
    at: u64,
    end: u64,
}

struct Lines<'s> {
    read_at: &'s mut dyn FnMut(u64, &mut [u8]) -> io::Result<usize>,
    block: Vec<u8>,
    /// Where the block lies in the file.
    at: u64,
    filled: usize,
    /// Where the next line begins.
    place: u64,
}

impl Lines<'_> {
    /// The next line: where it lies; its first octets without the line end go into `text`.
    fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<Line>> {
        let start = self.place;
        let mut searched = start;
        loop {
            let from = usize::try_from(searched - self.at).unwrap_or(usize::MAX);
            if let Some(found) = self.block[..self.filled].get(from..).and_then(|rest| rest.iter().position(|b| *b == b'\n')) {
                self.place = searched + found as u64 + 1;
                break;
            }
            searched = searched.max(self.at + self.filled as u64);
            // The line's beginning stays in the block as long as it is looked at; the rest of a long line is passed over.
            if !self.refill(start, searched)? {
                self.place = searched;
                break;
            }
        }
        if self.place == start {
            return Ok(None);
        }
        let length = usize::try_from(self.place - start).unwrap_or(LOOKED_AT).min(LOOKED_AT);
        if self.at > start || start + length as u64 > self.at + self.filled as u64 {
            self.load(start)?;
        }
        let from = usize::try_from(start - self.at).unwrap_or(0);
        let to = (from + length).min(self.filled);
        text.clear();
        text.extend_from_slice(chomp(&self.block[from..to]));
        Ok(Some(Line { at: start, end: self.place }))
    }

    /// More octets behind `searched`; false at the end.
    fn refill(&mut self, start: u64, searched: u64) -> io::Result<bool> {
        let keep = if searched - start < (BLOCK / 2) as u64 { start } else { searched };
        self.load(keep)?;
        Ok(self.at + self.filled as u64 > searched)
    }

    fn load(&mut self, at: u64) -> io::Result<()> {
        self.at = at;
        self.filled = 0;
        while self.filled < self.block.len() {
            let got = (self.read_at)(at + self.filled as u64, &mut self.block[self.filled..])?;
            if got == 0 {
                break;
            }
            self.filled += got;
        }
        Ok(())
    }

    /// The first octets of what lies at a place, without going there.
    fn peek(&mut self, at: u64) -> io::Result<Vec<u8>> {
        let mut some = vec![0; LOOKED_AT];
        let mut filled = 0;
        while filled < some.len() {
            let got = (self.read_at)(at + filled as u64, &mut some[filled..])?;
            if got == 0 {
                break;
            }
            filled += got;
        }
        some.truncate(filled);
        if let Some(end) = some.iter().position(|b| *b == b'\n') {
            some.truncate(end + 1);
        }
        Ok(some)
    }
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

fn chomp(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = line.split_at(line.iter().position(|b| *b == b':')?);
    if !name.eq_ignore_ascii_case(b"content-length") {
        return None;
    }
    std::str::from_utf8(&value[1..]).ok()?.trim().parse().ok()
}

/// Whether a line that starts with `From ` begins a letter; then its moment, if it tells one.
fn begins(line: &[u8], next: &[u8], after_blank: bool) -> Option<Option<i64>> {
    let words = line.strip_prefix(b"From ")?;
    let words = String::from_utf8_lossy(words);
    let arrival = moment(&words);
    let header = is_header(next);
    let likely = match (arrival, after_blank) {
        (Some(_), true) => header || next.is_empty() || next.starts_with(b"From ") || next.starts_with(b">From "),
        (Some(_), false) => header,
        // Some programs write the sender alone.
        (None, true) => header && is_sender(words.trim()),
        (None, false) => false,
    };
    likely.then_some(arrival)
}

fn is_sender(word: &str) -> bool {
    word.is_empty() || word == "-" || (word.contains('@') || word == "MAILER-DAEMON") && !word.contains(char::is_whitespace)
}

fn is_header(line: &[u8]) -> bool {
    match line.iter().position(|b| *b == b':') {
        Some(colon) if colon > 0 => {
            let name = &line[..colon];
            name.trim_ascii_end().iter().all(u8::is_ascii_graphic) && !name.starts_with(b"From ") && !name.contains(&b'/')
        }
        _ => false,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The moment in a `From ` line, ms: the date as asctime writes it, with or without seconds, weekday and zone.
fn moment(words: &str) -> Option<i64> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let at = words.iter().rposition(|word| clock(word).is_some())?;
    let seconds = clock(words[at])?;
    let month_at = words[..at].iter().rposition(|word| month(word).is_some())?;
    let month = month(words[month_at])?;
    let number = |at: Option<usize>| at.and_then(|at| words.get(at)?.trim_end_matches(',').parse::<i64>().ok());
    let day = number(Some(month_at + 1).filter(|day| *day < at)).filter(|day| (1..=31).contains(day));
    let day = day.or_else(|| number(month_at.checked_sub(1)).filter(|day| (1..=31).contains(day)))?;
    let years = words[month_at..].iter().filter_map(|word| word.parse::<i64>().ok().filter(|_| word.len() == 4));
    let year = years.into_iter().find(|year| (1970..2200).contains(year))?;
    let zone = words[at + 1..].iter().find_map(|word| offset(word)).unwrap_or(0);
    Some((days_of(year, month, day) * 86_400 + seconds - zone) * 1000)
}

fn month(word: &str) -> Option<i64> {
    let word = word.get(..3).filter(|_| word.len() <= 9)?.to_ascii_lowercase();
    MONTHS.iter().position(|known| *known == word).map(|at| at as i64 + 1)
}

fn clock(word: &str) -> Option<i64> {
    let parts: Vec<i64> = word.split(':').map(|part| part.parse().ok().filter(|_| part.len() <= 2)).collect::<Option<_>>()?;
    match parts[..] {
        [hour, minute] | [hour, minute, _] if !(0..24).contains(&hour) || !(0..60).contains(&minute) => None,
        [hour, minute] => Some(hour * 3600 + minute * 60),
        [hour, minute, second] => Some(hour * 3600 + minute * 60 + second.clamp(0, 60)),
        _ => None,
    }
}

fn offset(word: &str) -> Option<i64> {
    let sign = match word.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = word.get(1..).filter(|digits| digits.len() == 4)?;
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

/// Takes the quoting of an mbox off, piece by piece: `>From ` at the beginning of a line is `From `, `>>From ` is `>From `.
#[derive(Debug)]
pub struct Unquote {
    /// At the beginning of a line: so many `>`, and so much of `From ` behind them.
    start: Option<(u64, usize)>,
}

const FROM: &[u8] = b"From ";

impl Default for Unquote {
    fn default() -> Self {
        Self { start: Some((0, 0)) }
    }
}

impl Unquote {
    /// Passes a piece on.
    pub fn feed(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        while let Some(&octet) = piece.first() {
            match &mut self.start {
                None => {
                    let line = piece.iter().position(|b| *b == b'\n').map(|end| end + 1);
                    let (passed, rest) = piece.split_at(line.unwrap_or(piece.len()));
                    out.extend_from_slice(passed);
                    piece = rest;
                    if line.is_some() {
                        self.start = Some((0, 0));
                    }
                    continue;
                }
                Some((marks, 0)) if octet == b'>' => *marks += 1,
                Some((marks, matched)) if *marks > 0 && octet == FROM[*matched] => {
                    *matched += 1;
                    if *matched == FROM.len() {
                        let marks = *marks - 1;
                        self.start = None;
                        write_marks(marks, out);
                        out.extend_from_slice(FROM);
                    }
                }
                Some(_) => {
                    self.flush(out);
                    continue;
                }
            }
            piece = &piece[1..];
        }
    }

    /// Passes on what was held back at the end.
    pub fn flush(&mut self, out: &mut Vec<u8>) {
        if let Some((marks, matched)) = self.start.take() {
            write_marks(marks, out);
            out.extend_from_slice(&FROM[..matched]);
        }
    }
}

fn write_marks(marks: u64, out: &mut Vec<u8>) {
    out.resize(out.len() + usize::try_from(marks).unwrap_or(0), b'>');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(file: &[u8]) -> Vec<String> {
        let mut entries = Vec::new();
        let mut read = |at: u64, into: &mut [u8]| {
            let rest = file.get(at as usize..).unwrap_or_default();
            let some = rest.len().min(into.len()).min(7_001);
            into[..some].copy_from_slice(&rest[..some]);
            Ok(some)
        };
        split(&mut read, &mut |entry| entries.push(entry)).expect("memory can be read");
        entries.iter().map(|entry| text(file, entry)).collect()
    }

    fn text(file: &[u8], entry: &Entry) -> String {
        let raw = &file[entry.at as usize..(entry.at + entry.length) as usize];
        let mut out = Vec::new();
        if entry.quoted {
            let mut unquote = Unquote::default();
            raw.chunks(3).for_each(|piece| unquote.feed(piece, &mut out));
            unquote.flush(&mut out);
        } else {
            out.extend_from_slice(raw);
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    const DAY: &str = "Sat Mar 14 09:12:00 2026";

    #[test]
    fn each_letter_is_cut_where_the_next_begins() {
        let file = format!("From a@b.example {DAY}\nSubject: one\n\n>From here\n>>From there\n\nFrom - {DAY}\nSubject: two\n\ntext\n\n");
        assert_eq!(letters(file.as_bytes()), ["Subject: one\n\nFrom here\n>From there\n", "Subject: two\n\ntext\n"]);
        let crlf = file.replace('\n', "\r\n");
        assert_eq!(letters(crlf.as_bytes()), ["Subject: one\r\n\r\nFrom here\r\n>From there\r\n", "Subject: two\r\n\r\ntext\r\n"]);
    }

    #[test]
    fn the_last_letter_needs_no_empty_line_and_no_line_end() {
        let file = format!("From a {DAY}\nSubject: one\n\ntext\n\nFrom a {DAY}\nSubject: two\n\ntext");
        assert_eq!(letters(file.as_bytes()), ["Subject: one\n\ntext\n", "Subject: two\n\ntext"]);
    }

    #[test]
    fn writers_that_leave_the_empty_line_out_are_understood() {
        let file = format!("From a {DAY}\nSubject: one\n\ntext\nFrom a {DAY}\nSubject: two\n\ntext\n");
        assert_eq!(letters(file.as_bytes()), ["Subject: one\n\ntext\n", "Subject: two\n\ntext\n"]);
    }

    #[test]
    fn a_sentence_that_starts_with_from_begins_no_letter() {
        let body = "Subject: one\n\nYes.\n\nFrom what I hear: all is well\n\nFrom Monday on\nNote: closed at 10:30\n";
        let file = format!("From a {DAY}\n{body}\nFrom a {DAY}\nSubject: two\n\ntext\n\n");
        assert_eq!(letters(file.as_bytes()), [body, "Subject: two\n\ntext\n"]);
    }

    #[test]
    fn a_content_length_that_holds_keeps_a_letter_whole() {
        let body = format!("Look:\n\nFrom x@y.example {DAY}\nSubject: inner\n\n>From inner\n");
        let head = format!("Subject: one\nContent-Length: {}\n", body.len());
        let file = format!("From a {DAY}\n{head}\n{body}\nFrom a {DAY}\nSubject: two\nContent-Length: 5\n\ntext\n");
        assert_eq!(letters(file.as_bytes()), [format!("{head}\n{body}"), "Subject: two\nContent-Length: 5\n\ntext\n".to_owned()]);
    }

    #[test]
    fn a_content_length_that_lies_loses_nothing() {
        for lie in ["0", "3", "7", "999999999", "18446744073709551615", "-1", "x"] {
            let file = format!("From a {DAY}\nContent-Length: {lie}\n\nfirst text\n\nFrom a {DAY}\nSubject: two\n\nsecond\n\n");
            let found = letters(file.as_bytes());
            assert_eq!(found.len(), 2, "{lie}: {found:?}");
            assert!(found[0].ends_with("\n\nfirst text\n") && found[1].ends_with("second\n"), "{lie}: {found:?}");
        }
    }

    #[test]
    fn long_lines_and_long_letters_are_passed_in_blocks() {
        let long = "x".repeat(BLOCK * 3 + 17);
        let file = format!("From a {DAY}\nSubject: one\n\n{long}\n{long}\n\nFrom a {DAY}\nSubject: two\n\n{long}");
        assert_eq!(letters(file.as_bytes()), [format!("Subject: one\n\n{long}\n{long}\n"), format!("Subject: two\n\n{long}")]);
        for near in BLOCK - 60..BLOCK + 5 {
            let pad = "y".repeat(near - 44);
            let file = format!("From a {DAY}\nSubject: one\n\n{pad}\n\nFrom a {DAY}\nSubject: two\n\nend\n");
            assert_eq!(letters(file.as_bytes()).len(), 2, "{near}");
        }
    }

    #[test]
    fn what_is_written_by_us_is_read_back() {
        let raws = ["Subject: a\n\nFrom a\n>From b\n>>From c\nlast\n", "Subject: b\n\n\n\n", "Subject: c\n\n"];
        let file: Vec<u8> = raws.iter().flat_map(|raw| crate::mbox::entry(raw.as_bytes(), "jo@example.com", 1_773_479_520_000)).collect();
        assert_eq!(letters(&file), raws);
    }

    #[test]
    fn the_moment_is_read_in_every_common_spelling() {
        let when = Some(1_773_479_520_000);
        for words in [
            "a@b Sat Mar 14 09:12:00 2026",
            "- Sat Mar 14 10:12:00 2026 +0100",
            "a b Sat, 14 Mar 2026 09:12:00 +0000",
            "???@??? Sat Mar 14 09:12 2026",
        ] {
            assert_eq!(moment(words), when, "{words}");
        }
        for words in ["", "Monday", "noon 12:00", "a Sat Mar 14 2026", "a Sat Mar 14 99:12:00 2026"] {
            assert_eq!(moment(words), None, "{words}");
        }
    }

    #[test]
    fn only_what_begins_like_one_is_an_mbox() {
        assert!(is_mbox(format!("From a {DAY}\nSubject: x\n").as_bytes()));
        assert!(is_mbox(format!("\r\nFrom a {DAY}\r\nSubject: x\r\n").as_bytes()));
        assert!(!is_mbox(b"From: a@b.example\nSubject: x\n"));
        assert!(!is_mbox(b"Subject: x\n\nFrom a"));
        assert!(!is_mbox(b""));
    }
}
