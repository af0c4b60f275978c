//! Cuts what the server sends into lines and literals, by length, before any parser sees it; reads what the parser cannot.
//!
//! Must never: hold more than one line (literals pass through), or let a server announce more than was agreed.

use crate::{
    Capabilities, labels,
    record::{Said, SharedTap, Tap},
    repair::{self, Kind},
};
use std::io;

/// Longest line: a search over a few million letters fits.
const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// Longest answer about one letter or folder, literals left out.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// The state between two reads.
pub(crate) struct Framer {
    tap: SharedTap,
    /// The segment that has not ended yet.
    line: Vec<u8>,
    /// What the parser may read.
    ready: Vec<u8>,
    /// How much of it was read.
    taken: usize,
    /// Octets of a literal still to come.
    literal: u64,
    /// An answer up to the literal within its list of labels, which becomes a quoted string: the parser knows no literals there.
    spliced: Option<Vec<u8>>,
    /// The response that the next segment continues.
    within: Option<Kind>,
    /// Largest literal that is accepted.
    pub literal_limit: u64,
}

impl Framer {
    pub(crate) fn new(tap: SharedTap, literal_limit: u64) -> Self {
        Self { tap, line: Vec::new(), ready: Vec::new(), taken: 0, literal: 0, spliced: None, within: None, literal_limit }
    }

    /// Takes what came from the network.
    ///
    /// # Errors
    /// `InvalidData` when it is not IMAP or more than was agreed; the connection is of no use after that.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.literal > 0 {
                let part = usize::try_from(self.literal).unwrap_or(usize::MAX).min(bytes.len());
                if let Some(line) = &mut self.spliced {
                    labels::quote(line, &bytes[..part]);
                } else if self.within != Some(Kind::Dropped) {
                    self.ready.extend_from_slice(&bytes[..part]);
                }
                self.literal -= part as u64;
                bytes = &bytes[part..];
                continue;
            }
            let end = bytes.iter().position(|b| *b == b'\n');
            let part = end.map_or(bytes.len(), |at| at + 1);
            self.line.extend_from_slice(&bytes[..part]);
            bytes = &bytes[part..];
            if self.line.len() > LONGEST_LINE {
                return Err(odd("a line is too long"));
            }
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                self.segment(line.strip_suffix(b"\r\n").unwrap_or(&line[..line.len() - 1]))?;
            }
        }
        Ok(())
    }

    /// Gives back the room that much of what came has taken.
    pub(crate) fn rest(&mut self) {
        self.ready.drain(..self.taken);
        self.taken = 0;
        self.ready.shrink_to_fit();
        self.line.shrink_to_fit();
    }

    /// Hands on what is ready; returns how much.
    pub(crate) fn pull(&mut self, into: &mut tokio::io::ReadBuf<'_>) -> usize {
        let part = (self.ready.len() - self.taken).min(into.remaining());
        into.put_slice(&self.ready[self.taken..self.taken + part]);
        self.taken += part;
        if self.taken == self.ready.len() {
            self.ready.clear();
            self.taken = 0;
            self.ready.shrink_to(256 * 1024);
        }
        part
    }

    fn segment(&mut self, line: &[u8]) -> io::Result<()> {
        let continued = self.within.take();
        let whole = self.spliced.take().map(|mut start| {
            start.push(b'"');
            start.extend_from_slice(line);
            start
        });
        let line = whole.as_deref().unwrap_or(line);
        let kind = continued.unwrap_or_else(|| repair::kind(line));
        let tap = self.tap.clone();
        let mut tap = tap.lock();
        // What follows a literal, or is no answer, may be part of a letter whose length was told wrong: not for the transcript.
        match kind {
            _ if continued.is_some() => {}
            Kind::Garbage => {}
            Kind::Fetch => tap.received_fetch(line),
            _ => tap.received_line(&line[..line.len().min(1_000)]),
        }
        if matches!(kind, Kind::Fetch | Kind::Data) && (line.len() > LONGEST_ANSWER || repair::nested_too_deep(line)) {
            return Err(odd("an answer that is too long or nested too deeply"));
        }
        match kind {
            Kind::Garbage => return Err(odd("a line that is no answer")),
            Kind::Continue => self.ready.extend_from_slice(b"+ \r\n"),
            Kind::Status { tagged } => {
                read_status(&mut tap, line, tagged);
                self.ready.extend_from_slice(&repair::status_line(line));
                self.ready.extend_from_slice(b"\r\n");
            }
            Kind::Search => read_search(&mut tap, line),
            Kind::Capability => tap.capabilities = Some(Capabilities::read(&String::from_utf8_lossy(line.get(13..).unwrap_or_default()))),
            Kind::Id => tap.server_name = Some(tap.said("ID", &String::from_utf8_lossy(line.get(5..).unwrap_or_default())).text),
            Kind::Fetch | Kind::Data => {
                self.spliced = if matches!(kind, Kind::Fetch) { labels::before_literal(line) } else { None };
                if self.spliced.is_none() {
                    self.ready.extend_from_slice(&repair::data_segment(line));
                    self.ready.extend_from_slice(b"\r\n");
                }
                self.expect_literal(line, kind)?;
            }
            Kind::Dropped => self.expect_literal(line, kind)?,
        }
        Ok(())
    }

    fn expect_literal(&mut self, line: &[u8], kind: Kind) -> io::Result<()> {
        if let Some(length) = repair::announced(line) {
            if length > self.literal_limit {
                return Err(odd("a letter is larger than agreed"));
            }
            self.literal = length;
            self.within = Some(kind);
        }
        Ok(())
    }
}

pub(crate) fn odd(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}

fn read_status(tap: &mut Tap, line: &[u8], tagged: bool) {
    let text = String::from_utf8_lossy(line);
    let mut parts = text.splitn(3, ' ');
    let (_, status, words) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let upper = words.to_ascii_uppercase();
    if let Some(list) = upper.strip_prefix("[CAPABILITY ") {
        tap.capabilities = Some(Capabilities::read(list.split(']').next().unwrap_or_default()));
    }
    let said = tap.said(status, words);
    match (tagged, said.status.as_str()) {
        (true, _) => {
            let found = tap.found.take();
            tap.answered.push_back(Said { found, ..said });
        }
        (false, "BYE") => tap.bye = Some(said),
        (false, "NO" | "BAD") => tap.warned = Some(said),
        (false, _) if upper.starts_with("[ALERT]") => tap.warned = Some(said),
        _ => {}
    }
}

/// `* SEARCH 1 2 3` and `* ESEARCH (TAG "A0001") UID ALL 1:3` alike become sets.
fn read_search(tap: &mut Tap, line: &[u8]) {
    let text = String::from_utf8_lossy(line);
    let upper = text.to_ascii_uppercase();
    let found = tap.found.get_or_insert_default();
    if upper.starts_with("* ESEARCH") {
        let mut words = text.split_ascii_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("ALL"));
        if let (Some(_), Some(set)) = (words.next(), words.next()) {
            found.push(set.to_owned());
        }
        return;
    }
    let numbers: Vec<&str> = text.split_ascii_whitespace().skip(2).take_while(|word| word.bytes().all(|b| b.is_ascii_digit())).collect();
    if !numbers.is_empty() {
        found.push(numbers.join(","));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(bytes: &[u8], step: usize) -> (Vec<u8>, SharedTap) {
        let tap = SharedTap::default();
        let mut framer = Framer::new(tap.clone(), 1000);
        for part in bytes.chunks(step) {
            framer.push(part).unwrap();
        }
        (framer.ready.clone(), tap)
    }

    // R10 (small): the cut does not depend on how the network cuts.
    #[test]
    fn the_same_octets_come_out_however_they_arrive() {
        let stream = b"* 1 FETCH (UID 7 BODY[] {12}\r\nA0001 NO x\r\n)\r\n* SEARCH 1 2\r\n* XODD {3}\r\nabc more\r\nA0002 OK done\r\n";
        let whole = through(stream, stream.len()).0;
        assert_eq!(whole, b"* 1 FETCH (UID 7 BODY[] {12}\r\nA0001 NO x\r\n)\r\nA0002 OK done\r\n");
        for step in 1..20 {
            assert_eq!(through(stream, step).0, whole, "step {step}");
        }
    }

    // P11: allowed by RFC 3501, unknown to the parser within a list of labels; what follows the list is an answer like any other.
    #[test]
    fn a_label_that_is_a_literal_is_read_like_one_in_quotes() {
        let stream = b"* 1 FETCH (X-GM-LABELS (\\Inbox {5}\r\na \"b) {0}\r\n x) UID 7 BODY[] {3}\r\n{1})\r\nA0001 OK done\r\n";
        let whole = through(stream, stream.len()).0;
        assert_eq!(
            String::from_utf8_lossy(&whole),
            "* 1 FETCH (X-GM-LABELS (5c496e626f78 6120226229 78) UID 7 BODY[] {3}\r\n{1})\r\nA0001 OK done\r\n"
        );
        for step in 1..20 {
            assert_eq!(through(stream, step).0, whole, "step {step}");
        }
    }

    #[test]
    fn a_status_line_cannot_announce_a_literal() {
        let (out, tap) = through(b"* OK odd {5}\r\nA0001 OK done\r\n", 7);
        assert_eq!(out, b"* OK odd {5}\r\nA0001 OK done\r\n");
        assert_eq!(tap.lock().answered.back().map(|said| said.text.as_str()), Some("done"));
    }

    #[test]
    fn searches_are_read_in_both_spellings() {
        let (_, tap) = through(b"* SEARCH 4 2 (MODSEQ 9)\r\n* ESEARCH (TAG \"A1\") UID ALL 1:3,9\r\n* ESEARCH (TAG \"A1\") UID\r\n", 100);
        assert_eq!(tap.lock().found.as_deref().unwrap_or_default(), ["4,2", "1:3,9"]);
        // What was found belongs to the answer that follows it, however far ahead is read.
        let (_, tap) = through(b"* SEARCH 4\r\nA0001 OK\r\n* SEARCH\r\nA0002 OK\r\nA0003 OK\r\n", 100);
        let found: Vec<Option<usize>> = tap.lock().answered.iter().map(|said| said.found.as_ref().map(Vec::len)).collect();
        assert_eq!(found, [Some(1), Some(0), None]);
    }

    #[test]
    fn a_wrong_length_is_an_error_and_never_a_shorter_letter() {
        let mut framer = Framer::new(SharedTap::default(), 1000);
        assert!(framer.push(b"* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\nleft over line\r\n").is_err());
        let mut framer = Framer::new(SharedTap::default(), 1000);
        assert!(framer.push(b"* 1 FETCH (BODY[] {1001}\r\n").is_err());
    }
}
