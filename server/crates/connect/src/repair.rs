//! Makes odd but unambiguous answers readable for the parser above, without losing an octet (RELIABILITY §1.2).
//!
//! Must never: touch a literal, or guess where one ends.

/// What a response is, by its first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `+`.
    Continue,
    /// A tagged answer, or `* OK/NO/BAD/BYE/PREAUTH`.
    Status { tagged: bool },
    /// `* n FETCH`.
    Fetch,
    /// LIST, STATUS, EXISTS and the like: for the parser.
    Data,
    /// SEARCH or ESEARCH: read here, in one pass.
    Search,
    /// CAPABILITY: read here.
    Capability,
    /// ID: read here.
    Id,
    /// Known to be of no use to us, or unknown: the parser would fail on it.
    Dropped,
    /// Not a response at all.
    Garbage,
}

/// Judges the first segment of a response (without its line end).
pub(crate) fn kind(line: &[u8]) -> Kind {
    if line.starts_with(b"+") {
        return Kind::Continue;
    }
    let Some(rest) = line.strip_prefix(b"* ") else {
        return if tagged(line) { Kind::Status { tagged: true } } else { Kind::Garbage };
    };
    let mut words = rest.split(|b| *b == b' ');
    let first = words.next().unwrap_or_default().to_ascii_uppercase();
    if !first.is_empty() && first.iter().all(u8::is_ascii_digit) {
        return match words.next().unwrap_or_default().to_ascii_uppercase().as_slice() {
            b"FETCH" => Kind::Fetch,
            b"EXISTS" | b"EXPUNGE" | b"RECENT" => Kind::Data,
            _ => Kind::Dropped,
        };
    }
    match first.as_slice() {
        b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH" => Kind::Status { tagged: false },
        b"LIST" | b"STATUS" => Kind::Data,
        b"SEARCH" | b"ESEARCH" => Kind::Search,
        b"CAPABILITY" => Kind::Capability,
        b"ID" => Kind::Id,
        _ => Kind::Dropped,
    }
}

/// Answers to what we ask nest three deep; the parser goes down with its stack.
pub(crate) fn nested_too_deep(line: &[u8]) -> bool {
    let (mut depth, mut deepest) = (0_i32, 0);
    for byte in line {
        depth += i32::from(*byte == b'(') - i32::from(*byte == b')');
        deepest = deepest.max(depth);
    }
    deepest > 40
}

/// Our own tags only: a line of a letter must not be taken for an answer.
fn tagged(line: &[u8]) -> bool {
    let mut words = line.splitn(3, |b| *b == b' ');
    let tag = words.next().unwrap_or_default();
    let status = words.next().unwrap_or_default().to_ascii_uppercase();
    tag.len() >= 2
        && tag[0].is_ascii_uppercase()
        && tag[1..].iter().all(u8::is_ascii_digit)
        && matches!(status.as_slice(), b"OK" | b"NO" | b"BAD")
}

/// The octets of a literal that a segment announces at its end: `{12}`, `{12+}`.
pub(crate) fn announced(line: &[u8]) -> Option<u64> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|b| *b == b'{')?;
    let digits = inner[open + 1..].strip_suffix(b"+").unwrap_or(&inner[open + 1..]);
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A status line for the parser: plain ASCII, and without the code that it would choke on or that was read here.
pub(crate) fn status_line(line: &[u8]) -> Vec<u8> {
    let plain: Vec<u8> = line.iter().map(|b| if (0x20..0x7f).contains(b) { *b } else { b'?' }).collect();
    let Some(open) = plain.iter().position(|b| *b == b'[') else { return plain };
    let code_follows = plain[..open].iter().filter(|b| **b == b' ').count() == 2;
    let keep: &[&[u8]] = &[b"[UIDVALIDITY ", b"[UIDNEXT ", b"[HIGHESTMODSEQ ", b"[READ-ONLY]", b"[READ-WRITE]"];
    if !code_follows || keep.iter().any(|start| plain[open..].to_ascii_uppercase().starts_with(start)) {
        return spaced(plain);
    }
    let mut out = plain[..open].to_vec();
    match plain[open..].iter().position(|b| *b == b']') {
        Some(close) => out.extend_from_slice(plain[open + close + 1..].trim_ascii_start()),
        None => out.extend_from_slice(b"odd code"),
    }
    out
}

/// After a code the parser wants a space or nothing.
fn spaced(line: Vec<u8>) -> Vec<u8> {
    match line.iter().position(|b| *b == b']') {
        Some(close) if close + 1 < line.len() && line[close + 1] != b' ' => {
            let mut out = line[..=close].to_vec();
            out.push(b' ');
            out.extend_from_slice(&line[close + 1..]);
            out
        }
        _ => line,
    }
}

/// A segment of FETCH, LIST or STATUS for the parser: quoted strings with escapes, NUL or 8-bit become literals, flags that are no atoms
/// are left out, and labels become digits.
pub(crate) fn data_segment(line: &[u8]) -> Vec<u8> {
    let line = crate::labels::plain(readable_flags(line));
    if !line.contains(&b'"') {
        return line;
    }
    let mut out = Vec::with_capacity(line.len() + 16);
    let mut at = 0;
    while at < line.len() {
        if line[at] != b'"' {
            out.push(line[at]);
            at += 1;
            continue;
        }
        let Some((content, end)) = quoted(&line, at) else {
            out.extend_from_slice(&line[at..]);
            break;
        };
        let plain = &line[at + 1..end];
        let odd = plain.iter().any(|b| *b == b'\\' || *b == 0 || *b >= 0x80);
        if odd && plain != b"\\\\" {
            out.extend_from_slice(format!("{{{}}}\r\n", content.len()).as_bytes());
            out.extend_from_slice(&content);
        } else {
            out.extend_from_slice(&line[at..=end]);
        }
        at = end + 1;
    }
    out
}

/// The content of the quoted string that opens at `open`, and where it closes.
pub(crate) fn quoted(line: &[u8], open: usize) -> Option<(Vec<u8>, usize)> {
    let mut content = Vec::new();
    let mut at = open + 1;
    while at < line.len() {
        match line[at] {
            b'"' => return Some((content, at)),
            b'\\' if matches!(line.get(at + 1), Some(b'"' | b'\\')) => {
                content.push(line[at + 1]);
                at += 2;
            }
            byte => {
                content.push(byte);
                at += 1;
            }
        }
    }
    None
}

fn readable_flags(line: &[u8]) -> Vec<u8> {
    const START: &[u8] = b"FLAGS (";
    let Some(start) = line.windows(START.len()).position(|w| w.eq_ignore_ascii_case(START)) else { return line.to_vec() };
    if line[..start].contains(&b'"') {
        return line.to_vec();
    }
    let from = start + START.len();
    let mut depth = 1;
    let Some(length) = line[from..].iter().position(|b| {
        depth += i32::from(*b == b'(') - i32::from(*b == b')');
        depth == 0
    }) else {
        return line.to_vec();
    };
    let good: Vec<&[u8]> = line[from..from + length].split(|b| *b == b' ').filter(|word| readable_flag(word)).collect();
    let mut out = line[..from].to_vec();
    out.extend_from_slice(&good.join(&b' '));
    out.extend_from_slice(&line[from + length..]);
    out
}

fn readable_flag(word: &[u8]) -> bool {
    let name = word.strip_prefix(b"\\").unwrap_or(word);
    !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic() && !b"(){%*\"\\".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_letter_are_never_answers() {
        assert_eq!(kind(b"X-Spam-Flag: NO"), Kind::Garbage);
        assert_eq!(kind(b"A0001 NO [LIMIT] busy"), Kind::Status { tagged: true });
        assert_eq!(kind(b"* 12 FETCH (UID 3)"), Kind::Fetch);
        assert_eq!(kind(b"* XUNKNOWN foo"), Kind::Dropped);
    }

    #[test]
    fn literals_are_announced_only_at_the_end() {
        assert_eq!(announced(b"* 1 FETCH (BODY[] {0}"), Some(0));
        assert_eq!(announced(b"* 1 FETCH (BODY[] {12+}"), Some(12));
        assert_eq!(announced(b"{12} x"), None);
        assert_eq!(announced(b"{99999999999999999999}"), None);
    }

    #[test]
    fn quoted_strings_with_escapes_or_8_bit_become_literals() {
        assert_eq!(data_segment(br#"* LIST () "/" "a\"b""#), b"* LIST () \"/\" {3}\r\na\"b");
        assert_eq!(data_segment(br#"* LIST () "\\" INBOX"#), br#"* LIST () "\\" INBOX"#);
        assert_eq!(data_segment(b"* 1 FETCH (BODY[] \"\xe9\")"), b"* 1 FETCH (BODY[] {1}\r\n\xe9)");
        assert_eq!(data_segment(b"* LIST () \"/\" \"plain\""), b"* LIST () \"/\" \"plain\"");
    }

    #[test]
    fn flags_that_are_no_atoms_are_left_out() {
        assert_eq!(data_segment(b"* 1 FETCH (FLAGS (\\Seen a{b \\Draft) UID 7)"), b"* 1 FETCH (FLAGS (\\Seen \\Draft) UID 7)");
    }

    #[test]
    fn status_lines_lose_only_what_the_parser_cannot_read() {
        assert_eq!(status_line("A0001 OK [ALERT]\u{e9} x".as_bytes()), b"A0001 OK ?? x");
        assert_eq!(status_line(b"* OK [UIDVALIDITY 7]ok"), b"* OK [UIDVALIDITY 7] ok");
        assert_eq!(status_line(b"A0001 NO text [in brackets]"), b"A0001 NO text [in brackets]");
    }
}
