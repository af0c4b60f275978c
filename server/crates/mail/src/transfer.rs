//! Transfer encodings undone, leniently: what cannot be decoded is taken as it stands.

use std::borrow::Cow;

/// How a part's octets travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Transfer {
    /// 7bit, 8bit, binary, or something unheard of.
    #[default]
    Plain,
    QuotedPrintable,
    Base64,
}

impl Transfer {
    pub fn parse(label: &str) -> Self {
        let label = label.trim().trim_matches('"');
        let label = label.split([';', ' ', '(']).next().unwrap_or_default();
        if label.eq_ignore_ascii_case("base64") {
            Self::Base64
        } else if label.eq_ignore_ascii_case("quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Plain
        }
    }

    pub fn decode(self, octets: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Plain => Cow::Borrowed(octets),
            Self::QuotedPrintable => Cow::Owned(quoted_printable(octets)),
            Self::Base64 => base64(octets),
        }
    }
}

/// Base64 with whatever stands between: line ends, blanks, stray characters. Several padded runs in a row are one.
pub(crate) fn base64(octets: &[u8]) -> Cow<'static, [u8]> {
    // As nearly every letter is: one run, whole, with nothing but line ends and blanks between.
    if let Ok(decoded) = base64_simd::forgiving_decode_to_vec(octets) {
        return Cow::Owned(decoded);
    }
    lenient_base64(octets)
}

fn lenient_base64(octets: &[u8]) -> Cow<'static, [u8]> {
    if let Some(decoded) = mail_parser::decoders::base64::base64_decode(octets) {
        return Cow::Owned(decoded);
    }
    let kept: Vec<u8> = octets.iter().copied().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).collect();
    Cow::Owned(mail_parser::decoders::base64::base64_decode(&kept).unwrap_or_default())
}

/// Quoted-printable (RFC 2045 §6.7): blanks at line ends fall away, `=` at a line end joins, a wrong escape stays as
/// it is.
pub(crate) fn quoted_printable(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        let rest = &octets[at..];
        let (line, length, end): (&[u8], usize, &[u8]) = match rest.iter().position(|b| *b == b'\n') {
            Some(n) if n > 0 && rest[n - 1] == b'\r' => (&rest[..n - 1], n + 1, b"\r\n"),
            Some(n) => (&rest[..n], n + 1, b"\n"),
            None => (rest, rest.len(), b""),
        };
        let line = line.trim_ascii_end();
        match line.strip_suffix(b"=") {
            Some(soft) => escapes(soft, &mut out),
            None => {
                escapes(line, &mut out);
                out.extend_from_slice(end);
            }
        }
        at += length;
    }
    out
}

/// `=41` → `A`.
pub(crate) fn hex_escapes(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    escapes(octets, &mut out);
    out
}

fn escapes(mut octets: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = octets.iter().position(|b| *b == b'=') {
        out.extend_from_slice(&octets[..at]);
        match octets.get(at + 1..at + 3).and_then(|pair| Some((hex(pair[0])? << 4) | hex(pair[1])?)) {
            Some(octet) => {
                out.push(octet);
                octets = &octets[at + 3..];
            }
            None => {
                out.push(b'=');
                octets = &octets[at + 1..];
            }
        }
    }
    out.extend_from_slice(octets);
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
#[path = "../tests/support/chance.rs"]
mod chance;

#[cfg(test)]
mod tests {
    use super::chance::Chance;
    use super::*;

    #[test]
    fn encodings_are_undone_even_when_they_are_broken() {
        use Transfer::*;
        for (how, octets, text) in [
            (Plain, &b"a=41"[..], &b"a=41"[..]),
            (QuotedPrintable, b"a=41=\r\nb  \r\nc=3d=", b"aAb\r\nc="),
            (QuotedPrintable, b"50% = =ZZ =4", b"50% = =ZZ =4"),
            (QuotedPrintable, b"x= \ny", b"xy"),
            (Base64, b"aGVs\r\nbG8=\r\n", b"hello"),
            (Base64, b"aGVs!bG8=", b"hello"),
            (Base64, b"aGVsbG8", b"hello"),
            (Base64, b"", b""),
        ] {
            assert_eq!(how.decode(octets).as_ref(), text, "{how:?} {:?}", String::from_utf8_lossy(octets));
        }
        assert_eq!(Transfer::parse(" Base64 (yes)"), Base64);
        assert_eq!(Transfer::parse("8bit"), Plain);
    }

    // IT-06: what a letter is must not hang on which reader was quick enough.
    #[test]
    fn the_quick_reader_of_base64_says_what_the_lenient_one_says() {
        let mut dice = Chance(7);
        for round in 0..20_000 {
            let octets: Vec<u8> = (0..round % 90).map(|_| dice.next() as u8).collect();
            let mut text = base64_simd::STANDARD.encode_to_string(octets).into_bytes();
            while !dice.yes(3) {
                let at = dice.below(text.len() + 1);
                match dice.below(3) {
                    0 => text.insert(at, *dice.pick(b"\r\n\t =!A/+-_\0\x0c\xff")),
                    1 if at < text.len() => {
                        text.remove(at);
                    }
                    _ => text.splice(at..at, *b"\r\n").for_each(drop),
                }
            }
            assert_eq!(base64(&text), lenient_base64(&text), "{:?}", String::from_utf8_lossy(&text));
        }
    }
}
