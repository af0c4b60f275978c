//! What goes wrong in real mailboxes, in the shares it does.

use crate::random::Dice;

/// Something out of the ordinary about a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// No Message-ID at all.
    NoMessageId,
    /// The Message-ID of an earlier letter on different content: another message all the same.
    RepeatedMessageId,
    /// NUL octets in the text (IMAP cannot carry them: servers answer something in their place).
    NulBytes,
    /// No Date.
    NoDate,
    /// A Date in 2098.
    FutureDate,
    /// A Date that is none.
    BadDate,
    /// multipart/mixed that names no boundary.
    NoBoundary,
    /// The last boundary is missing.
    Unclosed,
    /// Base64 with foreign letters and a cut end.
    BadBase64,
    /// A charset nobody knows.
    UnknownCharset,
    /// A line among the headers without a colon.
    HeaderWithoutColon,
    /// Raw Latin-1 octets in Subject.
    RawHighHeader,
    /// Line ends that are LF alone.
    BareLineFeeds,
    /// Text from the first octet on, no headers.
    NoHeaders,
    /// multipart in multipart, forty deep.
    DeepNesting,
    /// An encoded word that never ends.
    CutEncodedWord,
    /// One line of 20,000 octets.
    LongLine,
    /// 12 MB.
    Large,
}

/// Broken shapes, each as likely as the other.
const BROKEN: [Oddity; 11] = [
    Oddity::NoBoundary,
    Oddity::Unclosed,
    Oddity::BadBase64,
    Oddity::UnknownCharset,
    Oddity::HeaderWithoutColon,
    Oddity::RawHighHeader,
    Oddity::BareLineFeeds,
    Oddity::NoHeaders,
    Oddity::DeepNesting,
    Oddity::CutEncodedWord,
    Oddity::LongLine,
];

pub(super) fn choose(dice: &mut Dice) -> Option<Oddity> {
    match dice.below(1000) {
        0..5 => Some(Oddity::NoMessageId),
        5..10 => Some(Oddity::RepeatedMessageId),
        10..13 => Some(Oddity::NulBytes),
        13..16 => Some(Oddity::NoDate),
        16..18 => Some(Oddity::FutureDate),
        18..20 => Some(Oddity::BadDate),
        20..32 => Some(*dice.pick(&BROKEN)),
        _ => None,
    }
}

/// The whole entity (its Content- headers, an empty line, its body) in a broken shape, or none when the oddity lies elsewhere.
pub(super) fn entity(oddity: Oddity, text: &str) -> Option<Vec<u8>> {
    let plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    let entity = match oddity {
        Oddity::NoBoundary => format!("Content-Type: multipart/mixed\r\n\r\n--lost\r\n{plain}{text}\r\n--lost--\r\n"),
        Oddity::Unclosed => {
            format!("Content-Type: multipart/mixed; boundary=\"open\"\r\n\r\n--open\r\n{plain}{text}\r\n--open\r\n{plain}and")
        }
        Oddity::BadBase64 => {
            format!(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\nSGVsbG8*!gd29y\r\nbGQ\r\n"
            )
        }
        Oddity::UnknownCharset => {
            format!("Content-Type: text/plain; charset=x-klingon-7\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n")
        }
        Oddity::BareLineFeeds => return Some(format!("{plain}{text}\r\n").replace("\r\n", "\n").into_bytes()),
        Oddity::NulBytes => format!("{plain}{text}\r\nbefore\0after \0\0 end\r\n"),
        Oddity::LongLine => format!("{plain}{text}\r\n{}\r\n", "lang ".repeat(4_000)),
        Oddity::DeepNesting => {
            let mut deep = format!("{plain}{text}\r\n");
            for level in 0..40 {
                deep = format!("Content-Type: multipart/mixed; boundary=\"d{level}\"\r\n\r\n--d{level}\r\n{deep}\r\n--d{level}--\r\n");
            }
            deep
        }
        _ => return None,
    };
    Some(entity.into_bytes())
}
