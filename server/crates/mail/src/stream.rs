//! What [`crate::transfer`] and [`crate::identity`] do to a part, done piece by piece, for parts too large to be held.
//!
//! The outcome is the same octet by octet, wherever the pieces are cut; `tests/large.rs` compares the two.

use crate::transfer::{self, Transfer};

/// A transfer encoding undone piece by piece.
pub(crate) enum Decoder {
    Plain,
    QuotedPrintable(Vec<u8>),
    Base64(Base64),
}

/// A line of quoted-printable longer than this is taken apart before it ends.
const LONG_LINE: usize = 1 << 20;

impl Decoder {
    pub fn new(transfer: Transfer) -> Self {
        match transfer {
            Transfer::Plain => Self::Plain,
            Transfer::QuotedPrintable => Self::QuotedPrintable(Vec::new()),
            Transfer::Base64 => Self::Base64(Base64::default()),
        }
    }

    /// Takes a piece; what can be decoded so far is added to `out`.
    pub fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Plain => out.extend_from_slice(octets),
            Self::QuotedPrintable(carry) => {
                carry.extend_from_slice(octets);
                if let Some(last) = carry.iter().rposition(|b| *b == b'\n') {
                    out.extend_from_slice(&transfer::quoted_printable(&carry[..=last]));
                    carry.drain(..=last);
                }
                if carry.len() > LONG_LINE {
                    // Blanks and `=` mean something else at the end of a line, so the cut is made after neither.
                    let end = (3..carry.len()).rev().find(|at| !carry[at - 3..*at].iter().any(|b| *b == b'=' || b.is_ascii_whitespace()));
                    if let Some(end) = end {
                        out.extend_from_slice(&transfer::hex_escapes(&carry[..end]));
                        carry.drain(..end);
                    }
                }
            }
            Self::Base64(state) => octets.iter().for_each(|b| state.push(*b, out)),
        }
    }

    /// Nothing more comes.
    pub fn end(self, out: &mut Vec<u8>) {
        match self {
            Self::Plain => {}
            Self::QuotedPrintable(carry) => out.extend_from_slice(&transfer::quoted_printable(&carry)),
            Self::Base64(mut state) => state.flush(out),
        }
    }
}

/// As lenient as [`transfer::base64`]: what is no digit is skipped, `=` ends a run, and 255 ends the part if nothing odd came before.
#[derive(Default)]
pub(crate) struct Base64 {
    bits: u32,
    digits: u8,
    odd: bool,
    over: bool,
}

impl Base64 {
    fn push(&mut self, octet: u8, out: &mut Vec<u8>) {
        let digit = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if !self.over => return self.flush(out),
            b'=' | b' ' | b'\t' | b'\r' | b'\n' => return,
            255 if !self.odd => {
                self.over = true;
                return;
            }
            _ => {
                self.odd |= !self.over;
                return;
            }
        };
        if self.over {
            return;
        }
        self.bits = (self.bits << 6) | u32::from(digit);
        self.digits += 1;
        if self.digits == 4 {
            out.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            self.digits = 0;
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        match self.digits {
            2 => out.push((self.bits >> 4) as u8),
            3 => out.extend_from_slice(&[(self.bits >> 10) as u8, (self.bits >> 2) as u8]),
            _ => {}
        }
        self.digits = 0;
    }
}

/// Line ends as `\n`.
#[derive(Default)]
pub(crate) struct LineEnds {
    after_return: bool,
}

impl LineEnds {
    pub fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        for b in octets {
            match b {
                b'\r' => out.push(b'\n'),
                b'\n' if self.after_return => {}
                b => out.push(*b),
            }
            self.after_return = *b == b'\r';
        }
    }
}

/// White space at the end, and only there, is left out.
#[derive(Default)]
pub(crate) struct TrimEnd {
    held: Vec<u8>,
}

impl TrimEnd {
    pub fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        let Some(last) = octets.iter().rposition(|b| !b.is_ascii_whitespace()) else {
            return self.held.extend_from_slice(octets);
        };
        out.append(&mut self.held);
        out.extend_from_slice(&octets[..=last]);
        self.held.extend_from_slice(&octets[last + 1..]);
    }
}

/// Line ends as `\n`, no blanks before them, no empty lines at the end.
#[derive(Default)]
pub(crate) struct PlainText {
    /// Line feeds since the last word.
    feeds: usize,
    /// White space since the last line feed or word.
    blank: Vec<u8>,
}

impl PlainText {
    pub fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        let mut at = 0;
        while at < octets.len() {
            match octets[at] {
                b'\n' => {
                    self.feeds += 1;
                    self.blank.clear();
                    at += 1;
                }
                b if b.is_ascii_whitespace() => {
                    self.blank.push(b);
                    at += 1;
                }
                _ => {
                    self.settle(out);
                    let run = octets[at..].iter().take_while(|b| !b.is_ascii_whitespace()).count();
                    out.extend_from_slice(&octets[at..at + run]);
                    at += run;
                }
            }
        }
    }

    /// A word follows: what stands before it counts.
    fn settle(&mut self, out: &mut Vec<u8>) {
        out.resize(out.len() + std::mem::take(&mut self.feeds), b'\n');
        match self.blank.iter().rposition(|b| *b == b'\r') {
            Some(last) => {
                let returns = self.blank.iter().filter(|b| **b == b'\r').count();
                out.resize(out.len() + returns, b'\n');
                out.extend_from_slice(&self.blank[last + 1..]);
            }
            None => out.extend_from_slice(&self.blank),
        }
        self.blank.clear();
    }
}

/// Whether octets could be text: no controls, and UTF-8.
pub(crate) struct LooksLikeText {
    carry: Vec<u8>,
    so_far: bool,
}

impl LooksLikeText {
    pub fn new() -> Self {
        Self { carry: Vec::new(), so_far: true }
    }

    pub fn push(&mut self, octets: &[u8]) {
        if !self.so_far {
            return;
        }
        self.so_far = octets.iter().all(|b| *b >= 32 || matches!(b, b'\t' | b'\r' | b'\n' | 12));
        self.carry.extend_from_slice(octets);
        match std::str::from_utf8(&self.carry) {
            Ok(_) => self.carry.clear(),
            // The piece may end within a character.
            Err(error) if error.error_len().is_none() => {
                self.carry.drain(..error.valid_up_to());
            }
            Err(_) => self.so_far = false,
        }
    }

    pub fn end(&self) -> bool {
        self.so_far && self.carry.is_empty()
    }
}
