//! Codes of a second factor (RFC 6238: six digits, 30 seconds, SHA-1, which is what the programs on telephones speak).
//!
//! Must never: take a code of the future, or compare in a time that tells where two codes differ. Two codes work at a moment (the
//! step at hand and the one before, for people who type slowly), so with five tries a guess succeeds once in 100,000 (RELIABILITY W4).

use crate::tokens;
use hmac::{Hmac, KeyInit, Mac};
use qrcodegen::{QrCode, QrCodeEcc};
use sha1::Sha1;

/// Length of a step, ms.
const STEP: i64 = 30_000;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Recovery codes at a time.
const CODES: usize = 10;

/// A new secret of 160 random bits, as base32.
pub fn new_secret() -> String {
    base32(&tokens::random_bytes::<20>()).to_uppercase()
}

/// Ten new recovery codes of 80 random bits, in four groups of four.
pub fn new_recovery_codes() -> Vec<String> {
    (0..CODES).map(|_| grouped(&base32(&tokens::random_bytes::<10>()), "-")).collect()
}

/// Groups of four.
pub fn grouped(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// What is kept of a recovery code. It is as random as a token, so a quick hash is enough.
pub fn recovery_hash(code: &str) -> Vec<u8> {
    tokens::digest(&format!("recovery code:{}", tidy(code))).to_vec()
}

/// A code without what people type between its parts.
pub fn tidy(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The step whose code this is, if it is one that works now.
pub fn step_of(secret: &str, code: &str, now: i64) -> Option<i64> {
    let key = from_base32(secret)?;
    let step = now.div_euclid(STEP);
    // Both are computed and compared in any case.
    let here = tokens::same(&code_at(&key, step), code);
    let before = tokens::same(&code_at(&key, step - 1), code);
    if here { Some(step) } else { before.then_some(step - 1) }
}

/// The code that the program shows now: for tests and for the demo.
pub fn code_now(secret: &str, now: i64) -> Option<String> {
    Some(code_at(&from_base32(secret)?, now.div_euclid(STEP)))
}

fn code_at(key: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let word = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// The address that programs read from a picture.
pub fn address(secret: &str, email: &str) -> String {
    let email = model::escaped(email, "@");
    format!("otpauth://totp/Postroom:{email}?secret={secret}&issuer=Postroom")
}

/// The dark squares of a text's QR code as an SVG path, and how many squares a side has.
pub fn picture(text: &str) -> Option<(String, i64)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|at| code.get_module(*at, y)).count() as i32;
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    Some((path, i64::from(size)))
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    out
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().map(|b| b.to_ascii_lowercase()) {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = (held << 5 | value as u32) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B (the last six of its eight digits)
        let secret = base32(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_now(&secret, seconds * 1000).as_deref(), Some(code), "{seconds}");
        }
    }

    #[test]
    fn a_code_works_in_its_step_and_the_next_and_never_before() {
        let secret = new_secret();
        let now = 1_790_000_000_000;
        let code = code_now(&secret, now).unwrap();
        let step = now / STEP;
        assert_eq!(step_of(&secret, &code, now), Some(step));
        assert_eq!(step_of(&secret, &code, now + STEP), Some(step));
        assert_eq!(step_of(&secret, &code, now + 2 * STEP), None);
        assert_eq!(step_of(&secret, &code_now(&secret, now + STEP).unwrap(), now), None, "a code of the future");
    }

    #[test]
    fn a_secret_and_its_picture_are_what_programs_read() {
        let secret = new_secret();
        assert_eq!((secret.len(), from_base32(&secret).unwrap().len()), (32, 20));
        let (path, size) = picture(&address(&secret, "ada@example.com")).unwrap();
        assert!(size > 30 && path.starts_with("M0 0h7v1h-7z"), "{size} {path}");
    }

    #[test]
    fn recovery_codes_are_long_all_different_and_read_as_people_type_them() {
        let codes = new_recovery_codes();
        assert_eq!(codes.len(), CODES);
        assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");
        assert_eq!(recovery_hash(&codes[0]), recovery_hash(&codes[0].to_uppercase().replace('-', " ")));
        assert_ne!(recovery_hash(&codes[0]), recovery_hash(&codes[1]));
    }
}
