//! A letter that is passed on with the original enclosed, octet by octet (TP-42).
//!
//! Base64 is forbidden for `message/rfc822` (RFC 2046 §5.2.1), and whatever travels as it stands may be changed on its way: line ends
//! that are none, lines over 998 octets, an octet 0, octets above 127 where a server of the way takes only seven bits, and lines that
//! begin with "From " (RFC 2049 §3). So an original that holds none of these goes as `message/rfc822` in 7bit; every other one as the
//! file it is: `application/octet-stream`, base64, a name ending in `.eml`, which mail programs open just as well. Either way what
//! arrives is the original, octet by octet.

use super::{ComposeError, Draft, Envelope, Place, Why, Written, check, headers, parts};
use crate::attachment::{content_disposition, safe_name};
use base64::{Engine, engine::general_purpose::STANDARD};
pub use model::FORWARDED_BY;
use sha2::{Digest, Sha256};

/// Longest line without its end (RFC 5322 §2.1.1).
const LONGEST: usize = 998;
/// Octets that make a line of base64.
const A_LINE: usize = 57;

/// The original, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Enclosed<'o> {
    /// File name; `.eml` is added.
    pub name: &'o str,
    /// The letter.
    pub raw: &'o [u8],
}

/// Writes a letter that passes another on, marked as passed on by this Postroom (`mark`: letters and digits). Without `original` it is
/// quoted in the words already.
///
/// # Errors
/// As [`super::write`].
pub fn pass_on(letter: &Draft, original: Option<Enclosed<'_>>, mark: &str) -> Result<Written, ComposeError> {
    let checked = check::check(letter)?;
    if mark.is_empty() || mark.len() > 80 || !mark.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(ComposeError { place: Place::MessageId, why: Why::Malformed });
    }
    let mut raw = headers::write(letter, &checked);
    raw.extend_from_slice(format!("{FORWARDED_BY}: {mark}\r\n").as_bytes());
    let words = parts::write(letter);
    match original {
        None => raw.extend_from_slice(&words),
        Some(original) => around(&words, &letter.message_id, original, &mut raw),
    }
    Ok(Written { raw, envelope: Envelope { sender: checked.from.address, recipients: checked.recipients } })
}

/// Whether an original goes as `message/rfc822`: nothing on its way has a reason to change it.
pub fn travels_unchanged(raw: &[u8]) -> bool {
    let mut at = 0;
    while at < raw.len() {
        let end = raw[at..].iter().position(|b| *b == b'\n').map_or(raw.len(), |found| at + found);
        let line = match (end < raw.len(), raw[at..end].split_last()) {
            (true, Some((b'\r', line))) => line,
            (true, _) => return false,
            (false, _) => &raw[at..end],
        };
        if line.len() > LONGEST || line.starts_with(b"From ") || line.iter().any(|b| matches!(b, 0 | b'\r' | 128..)) {
            return false;
        }
        at = end + 1;
    }
    !raw.is_empty()
}

fn around(words: &[u8], seed: &str, original: Enclosed<'_>, out: &mut Vec<u8>) {
    let name = file_name(original.name);
    let disposition = content_disposition(&name).replace("; ", ";\r\n ");
    let boundary = boundary(seed, words, original.raw);
    let as_letter = travels_unchanged(original.raw);
    out.extend_from_slice(format!("Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n").as_bytes());
    out.extend_from_slice(words);
    let (kind, transfer) = if as_letter { ("message/rfc822", "7bit") } else { ("application/octet-stream", "base64") };
    out.extend_from_slice(
        format!("\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {transfer}\r\nContent-Disposition: {disposition}\r\n\r\n")
            .as_bytes(),
    );
    if as_letter {
        out.extend_from_slice(original.raw);
    } else {
        for line in original.raw.chunks(A_LINE) {
            out.extend_from_slice(STANDARD.encode(line).as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
}

fn file_name(given: &str) -> String {
    let name = safe_name(given);
    if name.to_ascii_lowercase().ends_with(".eml") { name } else { format!("{name}.eml") }
}

/// One that stands in neither part, the same each time it is written.
fn boundary(seed: &str, words: &[u8], original: &[u8]) -> String {
    let mut number = 0_u64;
    loop {
        let digest = Sha256::digest(format!("{seed} {number}"));
        let boundary: String = digest.iter().take(18).map(|octet| format!("{octet:02x}")).collect();
        let stands = |text: &[u8]| text.windows(boundary.len()).any(|at| at == boundary.as_bytes());
        if !stands(words) && !stands(original) {
            return boundary;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Person;

    fn letter() -> Draft {
        Draft {
            from: Person::new("Desk", "desk@office.example"),
            reply_to: Some(Person::new("Cy", "cy@agent.example")),
            to: vec![Person::new("", "post@tour.example")],
            subject: "Fwd: Rates".to_owned(),
            text: "Please see.\n".to_owned(),
            message_id: "1.2@office.example".to_owned(),
            date: 1_714_730_400_000,
            ..Draft::default()
        }
    }

    fn passed(raw: &[u8]) -> (Vec<u8>, crate::attachment::Opened) {
        let written = pass_on(&letter(), Some(Enclosed { name: "Rates", raw }), "5e1f").expect("written");
        let opened = crate::attachment::open(&written.raw, 0).expect("the original is attached");
        (written.raw, opened)
    }

    // TP-42, Q8: the original arrives octet by octet, whatever it holds; the letter around it can always be sent.
    #[test]
    fn an_original_is_enclosed_octet_by_octet_whatever_it_holds() {
        let long = [b"Subject: x\r\n\r\n".as_slice(), &vec![b'a'; 5_000], b"\r\n"].concat();
        let edge = [b"S: x\r\n\r\n".as_slice(), &vec![b'a'; 998], b"\r\n"].concat();
        let nested = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n".to_vec();
        for (raw, as_letter) in [
            (b"Subject: x\r\n\r\nHello\r\n".to_vec(), true),
            (b"Subject: x\r\n\r\nno end".to_vec(), true),
            (b"Subject: x\r\n\r\n\r\n\r\n.\r\n..\r\n\r\n".to_vec(), true),
            (edge, true),
            (nested, true),
            (b"Subject: x\n\nbare feeds\n".to_vec(), false),
            (b"Subject: x\r\rbare returns\r".to_vec(), false),
            (b"Subject: x\r\n\r\na\rb\r\n".to_vec(), false),
            (b"Subject: x\r\n\r\na\0b\r\n".to_vec(), false),
            ("Subject: x\r\n\r\nStraße\r\n".as_bytes().to_vec(), false),
            (b"Subject: \xff\r\n\r\n\x80\r\n".to_vec(), false),
            (b"Subject: x\r\n\r\nFrom here on\r\n".to_vec(), false),
            (long, false),
            (vec![0; 3], false),
        ] {
            let shown = String::from_utf8_lossy(&raw[..raw.len().min(60)]).into_owned();
            let (whole, opened) = passed(&raw);
            assert_eq!(opened.bytes, raw, "{shown:?}");
            let kind = if as_letter { "message/rfc822" } else { "application/octet-stream" };
            assert_eq!((opened.info.kind.as_str(), opened.info.name.as_str()), (kind, "Rates.eml"), "{shown:?}");
            assert!(travels_unchanged(&whole), "what leaves is seven bits in short lines: {shown:?}");
        }
        let mut dice = 0x0f0e_77a2_u64;
        for _ in 0..2_000 {
            let mut raw = Vec::new();
            for _ in 0..(dice >> 33) % 200 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                raw.push(b"\r\n-.:aF \0\xfc"[(dice >> 40) as usize % 10]);
            }
            raw.push(b'x');
            dice = dice.wrapping_add(1);
            assert_eq!(passed(&raw).1.bytes, raw);
        }
    }

    // Q4, Q7: nothing that stands in the original becomes a header, and the mark is there once.
    #[test]
    fn nothing_of_the_original_becomes_a_header_and_the_mark_is_there() {
        let raw = b"Subject: x\r\nBcc: evil@x.example\r\n\r\nHello\r\n";
        let name = "a\"\r\nBcc: evil@x.example\r\n\r\n.pdf";
        let written = pass_on(&letter(), Some(Enclosed { name, raw }), "5e1f").expect("written");
        let head = String::from_utf8_lossy(&written.raw).split("\r\n\r\n").next().unwrap_or_default().to_owned();
        assert!(!head.to_lowercase().contains("bcc:") && head.matches("Postroom-Forwarded: 5e1f").count() == 1, "{head}");
        assert!(head.contains("Reply-To: \"Cy\" <cy@agent.example>") && !head.contains("Auto-Submitted"), "{head}");
        let read = crate::read(&written.raw).letter.expect("readable");
        assert_eq!(read.attachments.len(), 1);
        assert!(read.text.contains("Please see."));
        for bad in ["", "a\r\nBcc: x", "a b"] {
            assert!(pass_on(&letter(), None, bad).is_err(), "{bad:?}");
        }
        let evil = Draft { subject: "x\r\nBcc: evil@x.example".to_owned(), ..letter() };
        assert!(pass_on(&evil, None, "5e1f").is_err());
    }
}
