//! The body: words, the same with HTML, pictures that it shows, files. The library writes the parts; what could break a line or a
//! signature is settled here: line ends are CRLF before anything is encoded, files are always base64.

use super::{Attachment, Draft};
use crate::{attachment::safe_name, clean};
use lettre::message::{
    Attachment as Named, Body, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};

/// A quote as mail programs draw one, rather than as a wide margin. Rich text has no other spelling of the element.
const QUOTE: &str = "<blockquote type=\"cite\" style=\"margin:0 0 0 0.8ex;border-left:2px solid #999;padding-left:1ex\">";

/// The body with the headers that describe it, ending in a line end.
pub(super) fn write(letter: &Draft) -> Vec<u8> {
    let (shown, files): (Vec<&Attachment>, Vec<&Attachment>) =
        letter.attachments.iter().partition(|file| file.content_id.is_some() && !letter.html.trim().is_empty());
    let words = words(letter, &shown);
    if files.is_empty() {
        return words.formatted();
    }
    let mut mixed = words.into(MultiPart::mixed().build());
    for file in files {
        mixed = mixed.singlepart(attached(file));
    }
    mixed.formatted()
}

enum Words {
    One(SinglePart),
    Several(MultiPart),
}

impl Words {
    fn formatted(self) -> Vec<u8> {
        match self {
            Words::One(part) => part.formatted(),
            Words::Several(parts) => parts.formatted(),
        }
    }

    fn into(self, outer: MultiPart) -> MultiPart {
        match self {
            Words::One(part) => outer.singlepart(part),
            Words::Several(parts) => outer.multipart(parts),
        }
    }
}

fn words(letter: &Draft, shown: &[&Attachment]) -> Words {
    let plain = SinglePart::plain(lines(&letter.text));
    if letter.html.trim().is_empty() {
        return Words::One(plain);
    }
    let html = SinglePart::html(lines(&drawn(&letter.html)));
    let both = MultiPart::alternative().singlepart(plain);
    if shown.is_empty() {
        return Words::Several(both.singlepart(html));
    }
    let mut related = MultiPart::related().singlepart(html);
    for picture in shown {
        related = related.singlepart(attached(picture));
    }
    Words::Several(both.multipart(related))
}

/// The page with its quotes as mail programs draw them. What looks like a quote within a tag, in the address of a link, is none.
fn drawn(page: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(page.len() + QUOTE.len()), page);
    while let Some(at) = rest.find('<') {
        let (text, from) = rest.split_at(at);
        let (tag, after) = from.split_at(end_of_tag(from));
        out.push_str(text);
        out.push_str(if tag == "<blockquote>" { QUOTE } else { tag });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the tag ends that begins here; a sign that begins none is a character.
fn end_of_tag(from: &str) -> usize {
    if !from[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return 1;
    }
    let mut quote = None;
    for (at, b) in from.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), b) if open == b => quote = None,
            _ => {}
        }
    }
    from.len()
}

fn attached(file: &Attachment) -> SinglePart {
    let name = safe_name(&file.name);
    let named = match &file.content_id {
        Some(cid) => Named::new_inline_with_name(cid.clone(), name),
        None => Named::new(name),
    };
    let bytes = file.bytes.clone();
    let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).unwrap_or_else(Body::new);
    named.body(body, kind(&file.kind))
}

/// The type, if it is one that may stand over base64: letters and parts may not (RFC 2046 §5).
fn kind(typed: &str) -> ContentType {
    let bare = typed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |text: &str| {
        !text.is_empty() && text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+' | b'_'))
    };
    let good = bare.split_once('/').is_some_and(|(top, sub)| token(top) && token(sub) && !matches!(top, "multipart" | "message"));
    let kind = if good { bare.as_str() } else { "application/octet-stream" };
    ContentType::parse(kind).unwrap_or(ContentType::TEXT_PLAIN)
}

/// Text with CRLF and without controls.
fn lines(text: &str) -> String {
    clean::text(text).replace('\n', "\r\n")
}
