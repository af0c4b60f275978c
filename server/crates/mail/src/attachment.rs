//! Files in letters: listed, named safely, given out.
//!
//! Must never: unpack, convert or look into a file (RELIABILITY §3.4), save for a `winmail.dat`, whose contents follow the letter's own files
//! (P20); let a name leave a folder or a header line.

use crate::{body, clean, large::Cuts, limits, mime, mime::Part, tnef};
use model::AttachmentInfo;

/// A file, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// As listed with the letter.
    pub info: AttachmentInfo,
    /// The file itself.
    pub bytes: Vec<u8>,
}

/// The file at this place among the letter's attachments, or `None` when there is none.
pub fn open(raw: &[u8], index: usize) -> Option<Opened> {
    if index >= limits::ATTACHMENTS {
        return None;
    }
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let tree = mime::parse(&raw, 0);
        let files = body::files(&tree.root);
        let Some(part) = files.get(index).copied() else {
            let mut bytes = Vec::new();
            let taken = packed_file(&files, index, &Cuts::NONE, &mut |octets| bytes.extend_from_slice(octets));
            return taken.ok().flatten().map(|info| Opened { info, bytes });
        };
        let info = info(index, part, &body::words(&tree.root).cids, &Cuts::NONE).ok()?;
        Some(Opened { info, bytes: part.octets().to_vec() })
    })
    .ok()
    .flatten()
}

/// The files of a letter, at most [`limits::ATTACHMENTS`]; `cids` are the pictures its HTML shows.
pub(crate) fn list(root: &Part<'_>, cids: &[String], cuts: &Cuts<'_>) -> std::io::Result<(Vec<AttachmentInfo>, bool)> {
    let files = body::files(root);
    let listed = files.iter().take(limits::ATTACHMENTS).enumerate().map(|(index, part)| info(index, part, cids, cuts));
    let mut listed = listed.collect::<Result<Vec<_>, _>>()?;
    let mut more = files.len() > limits::ATTACHMENTS;
    for packed in packed(&files, cuts)? {
        more |= listed.len() >= limits::ATTACHMENTS;
        if !more {
            listed.push(packed_info(listed.len(), &packed.found));
        }
    }
    Ok((listed, more))
}

/// `winmail.dat` files of a letter that are looked into.
const PACKED: usize = 10;

/// A file that came in a `winmail.dat`, and in which of the letter's files that is.
struct Packed {
    of: usize,
    found: tnef::Found,
}

/// What the `winmail.dat` files among these hold. One that is not held whole is gone through where it lies.
fn packed(files: &[&Part<'_>], cuts: &Cuts<'_>) -> std::io::Result<Vec<Packed>> {
    let such = files.iter().enumerate().filter(|(_, part)| tnef::is_named_so(&part.kind.media, part.kind.name.as_deref()));
    let mut list = Vec::new();
    for (of, part) in such.take(PACKED) {
        let found = if cuts.is_whole(part.raw) {
            tnef::files(part.octets())
        } else {
            let mut skim = tnef::Skim::default();
            cuts.decoded(part, &mut |octets| skim.push(octets))?;
            skim.files()
        };
        list.extend(found.into_iter().map(|found| Packed { of, found }));
    }
    Ok(list)
}

fn packed_info(index: usize, found: &tnef::Found) -> AttachmentInfo {
    let kind = clean::line(&found.kind);
    AttachmentInfo { index, name: found.name.clone(), kind, size: i64::try_from(found.size()).unwrap_or(i64::MAX), inline: false }
}

/// A file that came in a `winmail.dat`, handed over in pieces: their places follow those of the letter's own.
pub(crate) fn packed_file(
    files: &[&Part<'_>],
    index: usize,
    cuts: &Cuts<'_>,
    each: &mut dyn FnMut(&[u8]),
) -> std::io::Result<Option<AttachmentInfo>> {
    let list = packed(files, cuts)?;
    let Some(Packed { of, found }) = index.checked_sub(files.len()).and_then(|at| list.get(at)) else { return Ok(None) };
    match &found.content {
        tnef::Content::Made(octets) => each(octets),
        tnef::Content::Span { from, length } => {
            let (mut at, end) = (0_u64, from + length);
            cuts.decoded(files[*of], &mut |octets| {
                // Where in these octets the span begins and ends.
                let place = |moment: u64| usize::try_from(moment.saturating_sub(at)).unwrap_or(usize::MAX).min(octets.len());
                let (first, last) = (place(*from), place(end));
                if first < last {
                    each(&octets[first..last]);
                }
                at += octets.len() as u64;
            })?;
        }
    }
    Ok(Some(packed_info(index, found)))
}

pub(crate) fn info(index: usize, part: &Part<'_>, cids: &[String], cuts: &Cuts<'_>) -> std::io::Result<AttachmentInfo> {
    let inline = part.kind.cid.as_deref().is_some_and(|cid| cids.iter().any(|shown| is_same_cid(shown, cid)));
    Ok(AttachmentInfo {
        index,
        name: name(index, part),
        kind: clean::line(&part.kind.media),
        size: i64::try_from(cuts.size(part)?).unwrap_or(i64::MAX),
        inline,
    })
}

/// Whether a `cid:` address means this Content-ID (RFC 2392: percent-encoded there).
fn is_same_cid(shown: &str, cid: &str) -> bool {
    shown.eq_ignore_ascii_case(cid) || (shown.contains('%') && percent_decoded(shown).eq_ignore_ascii_case(cid))
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let octets = crate::transfer::hex_escapes(text.replace('=', "=3D").replace('%', "=").as_bytes());
    String::from_utf8_lossy(&octets).into_owned()
}

fn name(index: usize, part: &Part<'_>) -> String {
    if let Some(given) = &part.kind.name {
        let name = safe_name(given);
        if part.is_letter() && !name.to_ascii_lowercase().ends_with(".eml") { format!("{name}.eml") } else { name }
    } else if part.is_letter() {
        let inner = crate::field::split(part.octets());
        let subject = inner.fields.iter().find(|field| field.is("subject")).map(crate::field::Field::text).unwrap_or_default();
        if subject.is_empty() { format!("letter-{}.eml", index + 1) } else { format!("{}.eml", safe_name(clean::start(&subject, 80))) }
    } else {
        let (stem, ending) = by_type(&part.kind.media);
        format!("{stem}-{}.{ending}", index + 1)
    }
}

/// Stem and ending for files without a name.
fn by_type(media: &str) -> (&'static str, &'static str) {
    match media {
        "image/jpeg" | "image/jpg" | "image/pjpeg" => ("picture", "jpg"),
        "image/png" => ("picture", "png"),
        "image/gif" => ("picture", "gif"),
        "image/webp" => ("picture", "webp"),
        "application/pdf" => ("document", "pdf"),
        "text/plain" => ("text", "txt"),
        "text/html" => ("page", "html"),
        "text/csv" => ("table", "csv"),
        "text/calendar" | "application/ics" => ("appointment", "ics"),
        "text/vcard" | "text/x-vcard" | "text/directory" => ("card", "vcf"),
        "text/rfc822-headers" | "message/delivery-status" | "message/disposition-notification" => ("report", "txt"),
        "application/ms-tnef" | "application/vnd.ms-tnef" => ("winmail", "dat"),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => ("signature", "p7s"),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => ("encrypted", "p7m"),
        "application/pgp-signature" => ("signature", "asc"),
        "application/pgp-encrypted" => ("encrypted", "asc"),
        "application/zip" => ("archive", "zip"),
        media if media.starts_with("image/") => ("picture", "bin"),
        media if media.starts_with("audio/") => ("sound", "bin"),
        media if media.starts_with("video/") => ("film", "bin"),
        media if media.starts_with("text/") => ("text", "txt"),
        _ => ("file", "bin"),
    }
}

/// A name that is safe as a file name on every system and in a header: no folders, no controls, no characters that turn
/// the text around, no leading dots, none of the names Windows keeps for itself; at most 150 characters, ending kept.
pub fn safe_name(text: &str) -> String {
    let one_line: String = text.chars().filter(|c| !clean::is_invisible(*c)).map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    let line = clean::line(&one_line);
    // Whoever names a folder means the file in it.
    let last = line.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    let name = last.trim_start_matches(['.', ' ', '~', '-']).trim_end_matches(['.', ' ']);
    let name = shortened(name);
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    if name.is_empty() || name.chars().all(|c| c == '_') {
        "file".to_owned()
    } else if is_reserved(&stem) {
        format!("_{name}")
    } else {
        name
    }
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

fn is_reserved(stem: &str) -> bool {
    matches!(stem, "CON" | "PRN" | "AUX" | "NUL" | "CLOCK$" | "CONIN$" | "CONOUT$")
        || stem
            .strip_prefix("COM")
            .or_else(|| stem.strip_prefix("LPT"))
            .is_some_and(|rest| matches!(rest, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

fn shortened(name: &str) -> String {
    if name.len() <= 150 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, ending)) if !ending.is_empty() && ending.len() <= 12 => {
            format!("{}.{ending}", clean::start(stem, 149 - ending.len()).trim_end())
        }
        _ => clean::start(name, 150).trim_end().to_owned(),
    }
}

/// The value of `Content-Disposition` for a download: always `attachment`, a plain `filename` for old programs and
/// `filename*` in UTF-8 (RFC 6266, RFC 8187).
pub fn content_disposition(name: &str) -> String {
    let name = safe_name(name);
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ' { c } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''");
    for b in name.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~') {
            value.push(char::from(b));
        } else {
            value.push_str(&format!("%{b:02X}"));
        }
    }
    value
}

/// The type a file is sent with: one that no browser runs as a program or page, else `application/octet-stream`.
pub fn safe_type(kind: &str) -> &'static str {
    const SAFE: [&str; 22] = [
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/rtf",
        "audio/mpeg",
        "audio/wav",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "message/rfc822",
        "text/csv",
        "text/plain",
        "video/mp4",
    ];
    let kind = kind.split(';').next().unwrap_or_default().trim();
    SAFE.into_iter().find(|safe| safe.eq_ignore_ascii_case(kind)).unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    // RELIABILITY §3.4
    #[test]
    fn names_are_safe_and_still_recognisable() {
        for (given, name) in [
            ("Report.pdf", "Report.pdf"),
            ("Über uns.pdf", "Über uns.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\evil.exe", "evil.exe"),
            ("..hidden", "hidden"),
            (".htaccess", "htaccess"),
            ("-rf", "rf"),
            ("a\0b\r\nc.txt", "ab c.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("zero\u{200b}width.txt", "zerowidth.txt"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("NUL .txt", "_NUL .txt"),
            ("COM1", "_COM1"),
            ("lpt9.doc", "_lpt9.doc"),
            ("COM10", "COM10"),
            ("Console.txt", "Console.txt"),
            ("a<b>:\"|?*.txt", "a_b______.txt"),
            ("name. . ", "name"),
            ("", "file"),
            ("...", "file"),
            ("///", "file"),
            ("\"", "file"),
            ("folder/", "folder"),
        ] {
            assert_eq!(safe_name(given), name, "{given:?}");
            assert_eq!(safe_name(name), name, "a safe name stays: {name:?}");
        }
        let long = safe_name(&format!("{}.pdf", "ä".repeat(500)));
        assert!(long.ends_with("ä.pdf") && long.len() <= 150, "{long}");
    }

    #[test]
    fn a_download_is_an_attachment_whatever_its_name() {
        for (name, value) in [
            ("Report.pdf", "attachment; filename=\"Report.pdf\"; filename*=UTF-8''Report.pdf"),
            ("Ü b.pdf", "attachment; filename=\"_ b.pdf\"; filename*=UTF-8''%C3%9C%20b.pdf"),
            (
                "a\"; x=\"b\r\nSet-Cookie: c",
                "attachment; filename=\"a__ x=_b Set-Cookie_ c\"; filename*=UTF-8''a_%3B%20x%3D_b%20Set-Cookie_%20c",
            ),
            ("50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ] {
            let found = content_disposition(name);
            if name.contains(';') {
                assert!(!found.contains(['\r', '\n']) && found.matches('"').count() == 2, "{found}");
            } else {
                assert_eq!(found, value, "{name:?}");
            }
        }
    }

    #[test]
    fn only_types_that_no_browser_runs_are_sent() {
        for (kind, sent) in [
            ("application/pdf", "application/pdf"),
            ("IMAGE/PNG; name=x", "image/png"),
            ("text/html", "application/octet-stream"),
            ("image/svg+xml", "application/octet-stream"),
            ("application/xhtml+xml", "application/octet-stream"),
            ("text/xml", "application/octet-stream"),
            ("text/plain\r\nX: y", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(safe_type(kind), sent, "{kind:?}");
        }
    }
}
