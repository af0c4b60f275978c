//! Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3).
//!
//! Kept apart from the product's own codec on purpose: a test server that shares the code it tests proves nothing.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const MODIFIED: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// The name as it travels: `Entwürfe` becomes `Entw&APw-rfe`.
pub fn encode(name: &str) -> String {
    let mut wire = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            unshift(&mut wire, &mut shifted);
            wire.push(c);
            if c == '&' {
                wire.push('-');
            }
        } else {
            let mut units = [0u16; 2];
            shifted.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    unshift(&mut wire, &mut shifted);
    wire
}

fn unshift(wire: &mut String, shifted: &mut Vec<u8>) {
    if !shifted.is_empty() {
        wire.push('&');
        wire.push_str(&MODIFIED.encode(&shifted));
        wire.push('-');
        shifted.clear();
    }
}

/// The name a person reads, or none when the wire form is not modified UTF-7.
pub fn decode(wire: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = wire;
    while let Some(at) = rest.find('&') {
        name.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find('-')?;
        if end == 0 {
            name.push('&');
        } else {
            let bytes = MODIFIED.decode(&after[..end]).ok()?;
            let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)])).collect();
            name.push_str(&String::from_utf16(&units).ok()?);
        }
        rest = &after[end + 1..];
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_and_come_back() {
        assert_eq!(encode("Entwürfe/Münze"), "Entw&APw-rfe/M&APw-nze");
        assert_eq!(encode("A & B"), "A &- B");
        assert_eq!(encode("台北"), "&U,BTFw-");
        for name in ["Entwürfe/Münze", "受信", "Отправленные", "Clients & Partners", "😀 smile", "INBOX"] {
            assert_eq!(decode(&encode(name)).as_deref(), Some(name));
        }
        assert_eq!(decode("broken &APw"), None);
    }
}
