//! Seven ways to write a text into a letter, and its words into a header.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{Encoding, ISO_2022_JP, KOI8_R, UTF_8, WINDOWS_1252};

use super::words::Language;
use crate::random::Dice;

/// How the octets of a text travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    SevenBit,
    EightBit,
    QuotedPrintable,
    Base64,
}

/// A charset with its way of travelling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    pub(super) label: &'static str,
    pub(super) transfer: Transfer,
    encoding: &'static Encoding,
}

const UTF8_QP: Writing = Writing { label: "utf-8", transfer: Transfer::QuotedPrintable, encoding: UTF_8 };
const UTF8_BASE64: Writing = Writing { label: "UTF-8", transfer: Transfer::Base64, encoding: UTF_8 };
const UTF8_8BIT: Writing = Writing { label: "utf-8", transfer: Transfer::EightBit, encoding: UTF_8 };
const LATIN1: Writing = Writing { label: "iso-8859-1", transfer: Transfer::QuotedPrintable, encoding: WINDOWS_1252 };
const WINDOWS: Writing = Writing { label: "windows-1252", transfer: Transfer::QuotedPrintable, encoding: WINDOWS_1252 };
const KOI8: Writing = Writing { label: "koi8-r", transfer: Transfer::Base64, encoding: KOI8_R };
const KOI8_8BIT: Writing = Writing { label: "koi8-r", transfer: Transfer::EightBit, encoding: KOI8_R };
const JIS: Writing = Writing { label: "iso-2022-jp", transfer: Transfer::SevenBit, encoding: ISO_2022_JP };
const ASCII: Writing = Writing { label: "us-ascii", transfer: Transfer::SevenBit, encoding: UTF_8 };

impl Writing {
    pub(super) fn choose(dice: &mut Dice, language: Language) -> Self {
        *dice.pick(match language {
            Language::English => &[ASCII, ASCII, UTF8_QP, UTF8_BASE64, UTF8_8BIT, LATIN1, WINDOWS],
            Language::German | Language::French => &[UTF8_QP, UTF8_BASE64, UTF8_8BIT, LATIN1, WINDOWS],
            Language::Russian => &[KOI8, KOI8_8BIT, UTF8_BASE64, UTF8_QP],
            Language::Japanese => &[JIS, JIS, UTF8_BASE64],
        })
    }

    pub(super) fn transfer_label(self) -> &'static str {
        match self.transfer {
            Transfer::SevenBit => "7bit",
            Transfer::EightBit => "8bit",
            Transfer::QuotedPrintable => "quoted-printable",
            Transfer::Base64 => "base64",
        }
    }

    /// The text as it stands in the letter.
    pub(super) fn body(self, text: &str) -> Vec<u8> {
        let (octets, _, _) = self.encoding.encode(text);
        match self.transfer {
            Transfer::SevenBit | Transfer::EightBit => octets.into_owned(),
            Transfer::QuotedPrintable => quoted_printable(&octets),
            Transfer::Base64 => base64_lines(&octets),
        }
    }

    /// Whether the charset has this letter.
    pub(super) fn says(self, c: char) -> bool {
        let mut buffer = [0u8; 4];
        self.label != "us-ascii" && !self.encoding.encode(c.encode_utf8(&mut buffer)).2
    }

    /// Words of a header: plain where they are ASCII, else encoded words (RFC 2047) folded before column 76.
    pub(super) fn header(self, text: &str) -> String {
        if text.is_ascii() {
            return fold(text);
        }
        // A name may hold letters that the letter's own charset lacks.
        let encoding = if self.encoding.encode(text).2 { UTF_8 } else { self.encoding };
        let label = if encoding == UTF_8 { "utf-8" } else { self.label };
        let quoted = self.transfer == Transfer::QuotedPrintable;
        let mut words = Vec::new();
        let mut chunk = String::new();
        for c in text.chars() {
            chunk.push(c);
            if chunk.len() >= 24 {
                words.push(encoded_word(encoding, label, quoted, &std::mem::take(&mut chunk)));
            }
        }
        if !chunk.is_empty() {
            words.push(encoded_word(encoding, label, quoted, &chunk));
        }
        words.join("\r\n ")
    }
}

fn encoded_word(encoding: &'static Encoding, label: &str, quoted: bool, text: &str) -> String {
    let (octets, _, _) = encoding.encode(text);
    if !quoted {
        return format!("=?{label}?B?{}?=", STANDARD.encode(&octets));
    }
    let mut word = format!("=?{label}?Q?");
    for &octet in octets.iter() {
        match octet {
            b' ' => word.push('_'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => word.push(octet as char),
            _ => word.push_str(&format!("={octet:02X}")),
        }
    }
    word + "?="
}

/// Folds plain words before column 76.
fn fold(text: &str) -> String {
    let mut folded = String::new();
    let mut column = 10;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            if column + word.len() > 74 {
                folded.push_str("\r\n");
                column = 0;
            }
            folded.push(' ');
        }
        folded.push_str(word);
        column += word.len() + 1;
    }
    folded
}

/// Quoted-printable (RFC 2045 §6.7) with CRLF kept as line ends.
pub(crate) fn quoted_printable(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() * 5 / 4);
    for (index, line) in octets.split(|&octet| octet == b'\n').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut column = 0;
        for (place, &octet) in line.iter().enumerate() {
            let trailing_space = octet == b' ' && place + 1 == line.len();
            let plain = (octet == b' ' && !trailing_space) || ((b'!'..=b'~').contains(&octet) && octet != b'=');
            let width = if plain { 1 } else { 3 };
            if column + width > 75 {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            if plain {
                out.push(octet);
            } else {
                out.extend_from_slice(format!("={octet:02X}").as_bytes());
            }
            column += width;
        }
    }
    out
}

/// Base64 in lines of 76.
pub(crate) fn base64_lines(octets: &[u8]) -> Vec<u8> {
    let encoded = STANDARD.encode(octets);
    let mut out = Vec::with_capacity(encoded.len() + encoded.len() / 38 + 2);
    for line in encoded.as_bytes().chunks(76) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}
