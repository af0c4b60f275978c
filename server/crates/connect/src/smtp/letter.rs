//! A letter as it stands on the line: lines end by CRLF, none is too long, a dot at a line's start is doubled.
//!
//! Must never: let a bare CR or LF out. Servers that take one for a line's end can be made to see a letter end where it does not
//! (CVE-2023-51764 to -51766).

/// Longest line without its end (RFC 5321 §4.5.3.1.6).
const LONGEST: usize = 998;

/// Why a letter cannot be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// A line is too long.
    #[error("The letter has a line of more than 998 characters, which mail servers do not carry.")]
    LongLine,
    /// An octet 0.
    #[error("The letter contains a character that mail servers do not carry.")]
    Nul,
}

/// The letter as it is sent after DATA, with its end.
///
/// # Errors
/// [`Unsendable`] when no server has to take it.
pub fn on_the_wire(raw: &[u8]) -> Result<Vec<u8>, Unsendable> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 50 + 16);
    let mut length = 0;
    let mut at = 0;
    while at < raw.len() {
        match raw[at] {
            0 => return Err(Unsendable::Nul),
            end @ (b'\r' | b'\n') => {
                out.extend_from_slice(b"\r\n");
                length = 0;
                at += if end == b'\r' && raw.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                continue;
            }
            b'.' if length == 0 => out.extend_from_slice(b".."),
            octet => out.push(octet),
        }
        length += 1;
        if length > LONGEST {
            return Err(Unsendable::LongLine);
        }
        at += 1;
    }
    if length > 0 {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a strict server makes of it: the letter, and what it would take for commands behind its end.
    fn received(wire: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut letter, mut at) = (Vec::new(), 0);
        loop {
            let end = at + wire[at..].windows(2).position(|two| two == b"\r\n").unwrap();
            let line = &wire[at..end];
            at = end + 2;
            if line == b"." {
                return (letter, wire[at..].to_vec());
            }
            letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
            letter.extend_from_slice(b"\r\n");
        }
    }

    #[test]
    fn every_letter_arrives_as_it_is_with_crlf() {
        for (raw, expected) in [
            ("", ""),
            ("a", "a\r\n"),
            ("a\r\n.\r\nb\r\n", "a\r\n.\r\nb\r\n"),
            (".a\n..b\n", ".a\r\n..b\r\n"),
            ("a\r.\rb\n\n", "a\r\n.\r\nb\r\n\r\n"),
            ("a\n.\nMAIL FROM:<x>\n", "a\r\n.\r\nMAIL FROM:<x>\r\n"),
            ("a\n.\r\n.\n", "a\r\n.\r\n.\r\n"),
            ("a\r\r\n", "a\r\n\r\n"),
        ] {
            let wire = on_the_wire(raw.as_bytes()).unwrap();
            assert_eq!(received(&wire), (expected.as_bytes().to_vec(), Vec::new()), "{raw:?}");
        }
    }

    // SMTP smuggling: no bare CR or LF, and one end only, whatever the letter holds.
    #[test]
    fn nothing_can_be_smuggled() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            let mut raw = Vec::new();
            for _ in 0..(state >> 40) % 30 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                raw.push(b"..\r\r\n\nab"[(state >> 33) as usize % 8]);
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let wire = on_the_wire(&raw).unwrap();
            assert!(received(&wire).1.is_empty(), "{raw:?}");
            for (at, octet) in wire.iter().enumerate() {
                assert!(*octet != b'\n' || wire[at - 1] == b'\r', "{raw:?}");
                assert!(*octet != b'\r' || wire[at + 1] == b'\n', "{raw:?}");
            }
        }
    }

    #[test]
    fn what_no_server_carries_is_refused_before() {
        assert!(on_the_wire(&[b'a'; 998]).is_ok());
        assert_eq!(on_the_wire(&[b'a'; 999]), Err(Unsendable::LongLine));
        assert_eq!(on_the_wire(b"a\0b"), Err(Unsendable::Nul));
    }
}
