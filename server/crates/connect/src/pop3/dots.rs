//! Where a letter ends, and the dots that a server puts before its lines (RFC 1939 §3).
//!
//! Must never: end a letter at a dot between bare line feeds, unless the server ends its own lines so: a letter may hold such a dot, and
//! what its writer put behind it would be taken for the server's answers.

/// Reads the content of one multi-line answer, part by part.
#[derive(Debug)]
pub(crate) struct Dots {
    place: Place,
    /// The server ends its lines by LF alone.
    bare: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    LineStart,
    Inside,
    /// After a CR.
    Cr,
    /// After a dot at the start of a line, which is held back.
    Dot,
    /// After such a dot and a CR, both held back.
    DotCr,
}

impl Dots {
    pub(crate) fn new(bare: bool) -> Self {
        Self { place: Place::LineStart, bare }
    }

    /// Takes octets, appends what belongs to the letter; `Some(n)`: the letter ended with the first `n` of them.
    pub(crate) fn feed(&mut self, octets: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let mut at = 0;
        while at < octets.len() {
            let octet = octets[at];
            self.place = match self.place {
                Place::Inside => {
                    let end = octets[at..].iter().position(|b| *b == b'\r' || (self.bare && *b == b'\n'));
                    let next = end.map_or(octets.len(), |end| at + end + 1);
                    out.extend_from_slice(&octets[at..next]);
                    at = next;
                    match end {
                        None => return None,
                        Some(_) if octets[next - 1] == b'\r' => self.place = Place::Cr,
                        Some(_) => self.place = Place::LineStart,
                    }
                    continue;
                }
                Place::LineStart if octet == b'.' => Place::Dot,
                Place::LineStart => self.inside(octet, out),
                Place::Cr if octet == b'\n' => {
                    out.push(octet);
                    Place::LineStart
                }
                Place::Cr => self.inside(octet, out),
                Place::Dot if octet == b'\r' => Place::DotCr,
                Place::Dot if octet == b'\n' && self.bare => return Some(at + 1),
                // The one dot of two was put there by the server. A dot alone is a server's omission, and the letter's own.
                Place::Dot if octet == b'.' => self.inside(b'.', out),
                Place::Dot => {
                    out.push(b'.');
                    self.inside(octet, out)
                }
                Place::DotCr if octet == b'\n' => return Some(at + 1),
                Place::DotCr => {
                    out.extend_from_slice(b".\r");
                    self.inside(octet, out)
                }
            };
            at += 1;
        }
        None
    }

    fn inside(&self, octet: u8, out: &mut Vec<u8>) -> Place {
        out.push(octet);
        match octet {
            b'\r' => Place::Cr,
            b'\n' if self.bare => Place::LineStart,
            _ => Place::Inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fed in parts of this length; the letter, and what was left behind its end.
    fn read(wire: &[u8], part: usize, bare: bool) -> Option<(Vec<u8>, Vec<u8>)> {
        let (mut dots, mut out) = (Dots::new(bare), Vec::new());
        for (at, octets) in wire.chunks(part).enumerate() {
            if let Some(end) = dots.feed(octets, &mut out) {
                return Some((out, wire[at * part + end..].to_vec()));
            }
        }
        None
    }

    fn stuffed(letter: &[u8]) -> Vec<u8> {
        let mut wire = Vec::new();
        for line in letter.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b".") {
                wire.push(b'.');
            }
            wire.extend_from_slice(line);
        }
        wire.extend_from_slice(b".\r\n");
        wire
    }

    #[test]
    fn every_letter_comes_back_octet_by_octet_however_it_is_cut() {
        for letter in ["", ".\r\n", "a\r\n", "..\r\n.a\r\n\r\n.\r\n", "x\r\n...\r\n", "\r\r\n.\r\n", "bare\nline\r\n"] {
            for part in 1..9 {
                let mut wire = stuffed(letter.as_bytes());
                wire.extend_from_slice(b"+OK next");
                assert_eq!(read(&wire, part, false), Some((letter.as_bytes().to_vec(), b"+OK next".to_vec())), "{letter:?} {part}");
            }
        }
    }

    // What a letter's writer put behind a dot between bare line feeds is no answer of the server's.
    #[test]
    fn a_dot_between_bare_line_feeds_ends_nothing() {
        for (wire, letter) in [
            ("a\n.\n-ERR\r\n.\r\n", "a\n.\n-ERR\r\n"),
            ("a\n.\r\n+OK\r\n.\r\n", "a\n.\r\n+OK\r\n"),
            ("a\r\n.\nb\r\n.\r\n", "a\r\n.\nb\r\n"),
            ("a\r\n.\rb\r\n.\r\n", "a\r\n.\rb\r\n"),
        ] {
            assert_eq!(read(wire.as_bytes(), 3, false), Some((letter.as_bytes().to_vec(), Vec::new())), "{wire:?}");
        }
    }

    #[test]
    fn a_server_that_ends_its_lines_by_line_feeds_is_understood() {
        assert_eq!(read(b"a\n..b\n.\nrest", 2, true), Some((b"a\n.b\n".to_vec(), b"rest".to_vec())));
        assert_eq!(read(b"a\r\n.\r\n", 2, true), Some((b"a\r\n".to_vec(), Vec::new())));
    }

    #[test]
    fn a_dot_that_was_not_doubled_is_kept() {
        assert_eq!(read(b".signature\r\n.\r\n", 4, false), Some((b".signature\r\n".to_vec(), Vec::new())));
    }

    // R10
    #[test]
    fn octets_of_any_kind_never_panic_and_never_grow() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            let mut wire = Vec::new();
            for _ in 0..(state % 40) {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                wire.push(b"..\r\r\n\nab"[(state >> 33) as usize % 8]);
            }
            state = state.wrapping_add(1);
            for bare in [false, true] {
                let whole = read(&wire, 1000, bare);
                assert_eq!(whole, read(&wire, 1, bare), "{wire:?}");
                assert!(whole.is_none_or(|(letter, rest)| letter.len() + rest.len() < wire.len()));
            }
        }
    }
}
