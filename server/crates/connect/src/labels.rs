//! Labels of letters at Google (X-GM-EXT-1): from the wire to names for people.
//! <https://developers.google.com/workspace/gmail/imap/imap-extensions#access_to_gmail_labels_x-gm-labels>
//!
//! Must never: take a letter down for a label that cannot be read.

use crate::{repair, utf7};

/// A longer literal is no name of a label, and a list that is longer where one stands is put together no more.
const LONGEST_LITERAL: u64 = 16 * 1024;
const LONGEST_LIST: usize = 64 * 1024;

const LIST: &[u8] = b"X-GM-LABELS (";
/// More labels of one letter, and longer names, are nobody's.
const MOST: usize = 500;
const CHARACTERS: usize = 300;

/// What comes before a literal that stands in a list of labels: the segment that announces it, up to where a quoted string takes its place.
pub(crate) fn before_literal(line: &[u8]) -> Option<Vec<u8>> {
    repair::announced(line).filter(|length| *length <= LONGEST_LITERAL)?;
    let before = &line[..line.iter().rposition(|b| *b == b'{')?];
    let start = list_of(before)?;
    if before.len() > LONGEST_LIST || listed(before, start).is_some() {
        return None;
    }
    let mut out = before.to_vec();
    out.push(b'"');
    Some(out)
}

/// Octets of such a literal, as they stand in a quoted string.
pub(crate) fn quote(into: &mut Vec<u8>, octets: &[u8]) {
    for octet in octets {
        if matches!(octet, b'"' | b'\\') {
            into.push(b'\\');
        }
        into.push(*octet);
    }
}

/// Where the first label of a segment stands.
fn list_of(line: &[u8]) -> Option<usize> {
    let start = line.windows(LIST.len()).position(|w| w.eq_ignore_ascii_case(LIST))?;
    (!line[..start].contains(&b'"')).then_some(start + LIST.len())
}

/// Writes each label of an answer as hexadecimal digits: the parser above knows neither escapes nor literals within the list. What is not
/// closed in this segment stays as it is.
pub(crate) fn plain(line: Vec<u8>) -> Vec<u8> {
    let Some(from) = list_of(&line) else { return line };
    let Some((labels, end)) = listed(&line, from) else { return line };
    let mut out = line[..from].to_vec();
    let digits: Vec<String> = labels
        .iter()
        .filter(|label| !label.is_empty())
        .take(MOST)
        .map(|label| label.iter().map(|b| format!("{b:02x}")).collect())
        .collect();
    out.extend_from_slice(digits.join(" ").as_bytes());
    out.extend_from_slice(&line[end..]);
    out
}

/// The labels from `at` on, and where their list closes.
fn listed(line: &[u8], mut at: usize) -> Option<(Vec<Vec<u8>>, usize)> {
    let mut labels = Vec::new();
    loop {
        match *line.get(at)? {
            b')' => return Some((labels, at)),
            b' ' => at += 1,
            b'"' => {
                let (label, end) = repair::quoted(line, at)?;
                labels.push(label);
                at = end + 1;
            }
            _ => {
                let length = line[at..].iter().position(|b| matches!(b, b' ' | b')'))?;
                labels.push(line[at..at + length].to_vec());
                at += length;
            }
        }
    }
}

/// Names for people from what [`plain`] wrote.
pub(crate) fn names<'a>(digits: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = digits.filter_map(octets).map(|raw| name(&String::from_utf8_lossy(&raw))).collect();
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

/// Google's own labels begin with a backslash; people's are written like names of folders.
fn name(raw: &str) -> String {
    let own = match raw.to_ascii_lowercase().as_str() {
        "\\inbox" => "Inbox",
        "\\sent" => "Sent",
        "\\starred" | "\\flagged" => "Starred",
        "\\important" => "Important",
        "\\draft" | "\\drafts" => "Drafts",
        _ => "",
    };
    if !own.is_empty() {
        return own.to_owned();
    }
    utf7::decode(raw).chars().filter(|c| !c.is_control()).take(CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(line: &str) -> Option<Vec<String>> {
        let line = String::from_utf8(plain(line.as_bytes().to_vec())).unwrap();
        let inner = line.split_once("X-GM-LABELS (")?.1.split_once(')')?.0.to_owned();
        Some(names(inner.split(' ').filter(|digits| !digits.is_empty())))
    }

    // P11; the first line is the example of Google's page.
    #[test]
    fn labels_are_read_in_every_spelling() {
        let read = through(r#"* 1 FETCH (X-GM-LABELS (\Inbox \Sent Important "Muy Importante") UID 7)"#);
        assert_eq!(read.unwrap(), ["Important", "Inbox", "Muy Importante", "Sent"]);
        let read = through(r#"* 1 FETCH (UID 7 X-GM-LABELS ("\\Inbox" "" "a (b) \"c\"" "Entw&APw-rfe/M&APw-nze" "\\Inbox"))"#);
        assert_eq!(read.unwrap(), ["Entwürfe/Münze", "Inbox", "a (b) \"c\""]);
        assert_eq!(through("* 1 FETCH (UID 7 X-GM-LABELS ())").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_list_of_labels_stays_as_it_is() {
        for line in [
            "* 1 FETCH (UID 7 FLAGS (\\Seen))",
            "* LIST () \"/\" \"X-GM-LABELS (\"",
            "* 1 FETCH (UID 7 X-GM-LABELS (\"open",
            "* 1 FETCH (UID 7 X-GM-LABELS ({3}",
        ] {
            assert_eq!(plain(line.as_bytes().to_vec()), line.as_bytes(), "{line}");
        }
    }
}
