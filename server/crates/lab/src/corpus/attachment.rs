//! What is attached: names in every spelling (plain, RFC 2047, RFC 2231), contents that compress a little.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::charset::base64_lines;
use crate::random::Dice;

/// What a right import must find of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentTruth {
    /// The name as a person reads it.
    pub name: String,
    /// Size of the content in octets.
    pub size: usize,
    /// SHA-256 of the content, lower-case hexadecimal.
    pub sha256: String,
}

const NAMES: [(&str, &str); 8] = [
    ("statement.pdf", "application/pdf"),
    ("Rentenauszug März 2024.pdf", "application/pdf"),
    ("見積書.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("договор страхования жизни и пенсионного обеспечения.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("scan001.jpg", "image/jpeg"),
    ("policy schedule; final (2).pdf", "application/pdf"),
    ("relevé d'épargne – été.csv", "text/csv"),
    ("photo.png", "image/png"),
];

/// One attachment as a MIME part (headers, empty line, base64) of about `size` octets of content.
pub(super) fn part(dice: &mut Dice, size: usize) -> (Vec<u8>, AttachmentTruth) {
    let (name, kind) = *dice.pick(&NAMES);
    let content = content(dice, size);
    let disposition = file_name(dice, name);
    let head =
        format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;{disposition}\r\n\r\n");

    let mut part = head.into_bytes();
    part.extend_from_slice(&base64_lines(&content));
    let sha256 = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    (part, AttachmentTruth { name: name.to_owned(), size: content.len(), sha256 })
}

/// Noise with repeated runs: real documents are neither random nor empty.
fn content(dice: &mut Dice, size: usize) -> Vec<u8> {
    let mut content = Vec::with_capacity(size + 4096);
    while content.len() < size {
        let block = dice.bytes(2048);
        content.extend_from_slice(&block);
        content.extend_from_slice(&block[..1024]);
    }
    content.truncate(size);
    content
}

fn file_name(dice: &mut Dice, name: &str) -> String {
    if name.is_ascii() {
        return format!(" filename=\"{name}\"");
    }
    match dice.below(3) {
        0 => format!("\r\n filename=\"=?utf-8?B?{}?=\"", STANDARD.encode(name)),
        1 => format!("\r\n filename*=utf-8''{}", percent(name.as_bytes())),
        _ => continued(name),
    }
}

/// RFC 2231 §3: a long value in numbered pieces.
fn continued(name: &str) -> String {
    let pieces: Vec<String> = name
        .as_bytes()
        .chunks(15)
        .enumerate()
        .map(|(index, piece)| {
            let start = if index == 0 { "UTF-8''" } else { "" };
            format!("\r\n filename*{index}*={start}{}", percent(piece))
        })
        .collect();
    pieces.join(";")
}

fn percent(octets: &[u8]) -> String {
    let mut out = String::new();
    for &octet in octets {
        if octet.is_ascii_alphanumeric() || octet == b'.' || octet == b'-' {
            out.push(octet as char);
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}
