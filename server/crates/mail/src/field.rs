//! Header fields: where they stand, what they say.
//!
//! Folding, 8-bit octets without a charset and encoded words (RFC 2047) end here. Nothing in here fails.

use crate::{charset, clean, limits};
use base64::{Engine, prelude::BASE64_STANDARD};

/// One field as it stands in the letter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'x> {
    pub name: &'x str,
    /// After the colon, with its folds, without the last line end.
    pub value: &'x [u8],
}

impl Field<'_> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value on one line, encoded words decoded, white space collapsed.
    pub fn text(&self) -> String {
        let plain = self.plain();
        let head = clean::start(&plain, limits::VALUE_OCTETS);
        let mut text = decode_words(head);
        text.push_str(&plain[head.len()..]);
        clean::line(&text)
    }

    /// The value on one line as written.
    pub fn raw_text(&self) -> String {
        clean::line(&self.plain())
    }

    /// The value as text with its white space collapsed (so folding makes no difference), nothing decoded.
    pub fn plain(&self) -> String {
        let text = charset::header(self.value);
        let mut out = String::with_capacity(text.len());
        for word in text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        out
    }
}

/// Header fields, body, and whether a limit was reached.
pub(crate) struct Head<'x> {
    pub fields: Vec<Field<'x>>,
    pub body: &'x [u8],
    pub cut: bool,
}

/// Splits a letter or part into its fields and its body.
///
/// A line that is no field is skipped when another field follows, as wrapped subjects without a blank are; otherwise
/// the header ends there, as when somebody forgot the empty line.
pub(crate) fn split(raw: &[u8]) -> Head<'_> {
    let mut head = Head { fields: Vec::new(), body: &[], cut: false };
    let mut at = 0;
    let mut open: Option<(&str, usize)> = None;
    while at < raw.len() {
        let (line, next) = line(raw, at);
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if folded && open.is_some() && !is_blank(line) {
            at = next;
            continue;
        }
        close(&mut head, raw, open.take(), at);
        if is_blank(line) && (!folded || line.iter().all(u8::is_ascii_whitespace)) {
            at = next;
            if line.is_empty() || !field_follows(raw, next) {
                break;
            }
            continue;
        }
        match name(line) {
            Some((name, value)) => open = Some((name, at + value)),
            None if at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From ")) => {}
            None if !head.fields.is_empty() && field_follows(raw, next) => {}
            None => break,
        }
        at = next;
    }
    close(&mut head, raw, open, at);
    head.body = &raw[at..];
    head
}

fn close<'x>(head: &mut Head<'x>, raw: &'x [u8], open: Option<(&'x str, usize)>, end: usize) {
    let Some((name, start)) = open else { return };
    if head.fields.len() >= limits::HEADER_FIELDS || end > limits::HEADER_OCTETS {
        head.cut = true;
    } else {
        head.fields.push(Field { name, value: raw[start..end].trim_ascii() });
    }
}

/// The line at `at` without its end, and where the next one starts.
pub(crate) fn line(raw: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &raw[at..];
    match line_feed(rest) {
        Some(end) => (rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]), at + end + 1),
        None => (rest.strip_suffix(b"\r").unwrap_or(rest), raw.len()),
    }
}

/// Where the first line feed stands. By blocks, which the compiler turns into wide compares: every octet of every letter
/// comes through here, once for each multipart around it.
pub(crate) fn line_feed(octets: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut at = 0;
    while let Some(block) = octets.get(at..at + BLOCK) {
        if block.iter().fold(false, |found, b| found | (*b == b'\n')) {
            break;
        }
        at += BLOCK;
    }
    octets[at..].iter().position(|b| *b == b'\n').map(|found| at + found)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r'))
}

fn field_follows(raw: &[u8], at: usize) -> bool {
    at < raw.len() && name(line(raw, at).0).is_some()
}

/// The name of a field, and where its value starts in the line.
fn name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().take(200).position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let good = !name.is_empty() && name.iter().all(|b| (33..127).contains(b));
    Some((std::str::from_utf8(name).ok().filter(|_| good)?, colon + 1))
}

/// Decodes the encoded words of RFC 2047 in `text`, leniently: blanks inside words, words split inside a character
/// (their octets are joined before the charset is applied), words glued to other text.
pub(crate) fn decode_words(text: &str) -> String {
    map_words(text, |out, decoded| out.push_str(decoded))
}

/// Joins adjacent encoded words and writes each as one word of UTF-8, for a parser that decodes word by word.
pub(crate) fn join_words(text: &str) -> String {
    map_words(text, |out, decoded| out.push_str(&format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(decoded))))
}

/// Each word of such a charset begins and ends in its first state (RFC 2047 §3): joined, the switch back and forth between two
/// words would be read as an error.
fn is_stateful(charset: &str) -> bool {
    let charset = charset.to_ascii_lowercase();
    charset.starts_with("iso-2022-") || charset.starts_with("hz") || charset.starts_with("utf-7")
}

fn map_words(text: &str, mut emit: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<(&str, Vec<u8>)> = None;
    let mut flush = |out: &mut String, pending: &mut Option<(&str, Vec<u8>)>| {
        if let Some((charset, octets)) = pending.take() {
            emit(out, &charset::decode(Some(charset), &octets).text);
        }
    };
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let Some((charset, octets, length)) = word(&rest[at..]) else {
            flush(&mut out, &mut pending);
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        let between = &rest[..at];
        match &mut pending {
            Some((old, bytes)) if between.trim().is_empty() && old.eq_ignore_ascii_case(charset) && !is_stateful(charset) => {
                bytes.extend(octets);
            }
            _ => {
                let glued = pending.is_some() && between.trim().is_empty();
                flush(&mut out, &mut pending);
                if !glued {
                    out.push_str(between);
                }
                pending = Some((charset, octets));
            }
        }
        rest = &rest[at + length..];
    }
    flush(&mut out, &mut pending);
    out.push_str(rest);
    out
}

/// The encoded word at the start of `text`: charset without language (RFC 2231 §5), octets, length.
fn word(text: &str) -> Option<(&str, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, rest) = inner.split_once('?')?;
    if charset.is_empty() || charset.len() > 80 || charset.contains(' ') {
        return None;
    }
    let (kind, rest) = rest.split_once('?')?;
    let end = crate::clean::start(rest, limits::VALUE_OCTETS).find("?=")?;
    let data = &rest[..end];
    let octets = match kind {
        "q" | "Q" if is_utf8(charset) => q_octets(data.as_bytes()),
        "q" | "Q" => q_octets(&one_octet_each(data)),
        "b" | "B" => crate::transfer::base64(data.as_bytes()).into_owned(),
        _ => return None,
    };
    let length = 2 + charset.len() + 1 + kind.len() + 1 + end + 2;
    Some((charset.split('*').next().unwrap_or(charset), octets, length))
}

fn is_utf8(charset: &str) -> bool {
    charset.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("utf-8")) || charset.eq_ignore_ascii_case("utf8")
}

fn q_octets(data: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = data.iter().map(|b| if *b == b'_' { b' ' } else { *b }).collect();
    crate::transfer::hex_escapes(&spaced)
}

/// Octets that somebody forgot to encode were taken for Windows-1252 before; here they become octets again.
fn one_octet_each(data: &str) -> Vec<u8> {
    data.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &str) -> (Vec<(&str, String)>, String) {
        let head = split(raw.as_bytes());
        (head.fields.iter().map(|f| (f.name, f.text())).collect(), String::from_utf8_lossy(head.body).into_owned())
    }

    #[test]
    fn fields_are_found_in_tidy_and_untidy_letters() {
        for (raw, fields, body) in [
            ("A: 1\r\nB: 2\r\n\r\nbody\r\n", vec![("A", "1"), ("B", "2")], "body\r\n"),
            ("A: 1\n  more\n\tyet\nB:2\n\nbody", vec![("A", "1 more yet"), ("B", "2")], "body"),
            ("From ada Mon Jan 1\nA: 1\n\nx", vec![("A", "1")], "x"),
            ("A: 1\nwrapped without a blank\nB: 2\n\nx", vec![("A", "1"), ("B", "2")], "x"),
            ("A: 1\nHello Ada\nhow are you\n", vec![("A", "1")], "Hello Ada\nhow are you\n"),
            ("Hello\nno header\n", vec![], "Hello\nno header\n"),
            ("\nbody", vec![], "body"),
            ("", vec![], ""),
            ("A: 1", vec![("A", "1")], ""),
            ("A : 1\n\nx", vec![("A", "1")], "x"),
        ] {
            let (found, rest) = names(raw);
            assert_eq!(found.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>(), fields, "{raw:?}");
            assert_eq!(rest, body, "{raw:?}");
        }
    }

    // P19
    #[test]
    fn encoded_words_are_decoded_however_they_are_cut() {
        for (text, decoded) in [
            ("=?utf-8?Q?M=C3=BCller?= GmbH", "Müller GmbH"),
            ("=?ISO-8859-1?Q?a?= =?iso-8859-1?q?_b?=", "a b"),
            ("=?utf-8?B?TcO8bGxlcg==?=", "Müller"),
            ("=?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?=", "Müller"),
            ("=?utf-8?B?TcM=?= =?utf-8?B?vGxsZXI=?=", "Müller"),
            ("=?utf-8*en?Q?x?=", "x"),
            ("=?ISO-2022-JP?B?GyRCN0BMcxsoQg==?= =?ISO-2022-JP?B?GyRCNzpMcxsoQg==?=", "契約刑約"),
            ("=?iso-8859-1?Q?Fr\u{f6}sche_=F6?=", "Frösche ö"),
            ("a =?utf-8?Q?b c?= d", "a b c d"),
            ("=?utf-8?X?b?=", "=?utf-8?X?b?="),
            ("=? =?=?", "=? =?=?"),
            ("=?windows-1252?Q?=80_5?=", "€ 5"),
            ("=?nonsense?Q?abc?=", "abc"),
            ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ] {
            assert_eq!(decode_words(text), decoded, "{text}");
        }
    }
}
