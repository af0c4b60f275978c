//! Octets of a text file → text, whatever program wrote it.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Octets looked at to tell UTF-16 without a mark.
const LOOKED_AT: usize = 4096;

/// Text and the encoding it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte-order mark.
    pub text: String,
    /// For people.
    pub encoding: &'static str,
}

/// Tells UTF-8, UTF-16 and Windows-1252 apart. Never fails: what is none of the first two is the third, in which every octet means something.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return decoded(encoding, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.to_owned(), encoding: "UTF-8" },
        Err(_) => decoded(WINDOWS_1252, bytes),
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let name = match encoding {
        found if found == UTF_8 => "UTF-8",
        found if found == UTF_16LE || found == UTF_16BE => "UTF-16",
        _ => "Windows-1252",
    };
    Decoded { text: text.into_owned(), encoding: name }
}

/// Western text in UTF-16 has a NUL in nearly every second octet; no other text has any.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let nuls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (nuls(0), nuls(1), head.len() / 4);
    match (even, odd) {
        (0, n) if n > half => Some(UTF_16LE),
        (n, 0) if n > half => Some(UTF_16BE),
        _ => None,
    }
}
