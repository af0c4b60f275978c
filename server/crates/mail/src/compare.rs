//! Two letters side by side, with what differs marked word by word (S11).
//!
//! Bounded: only the beginnings of long letters are compared, and a comparison that takes too long is told more coarsely.

use crate::{clean, headers, limits};
use model::{DiffRow, DiffWords};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::time::{Duration, Instant};

/// Octets of text and of one header that are compared.
const TEXT: usize = 64 << 10;
const VALUE: usize = 4 << 10;
/// Headers and lines at each side.
const HEADERS: usize = 150;
const LINES: usize = 2_000;
/// Time for all of it; after it, whole lines are marked instead of words.
const PATIENCE: Duration = Duration::from_millis(400);
/// Unchanged lines shown around a change.
const AROUND: usize = 3;

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Headers.
    pub headers: Vec<DiffRow>,
    /// Text.
    pub text: Vec<DiffRow>,
    /// Only the beginnings were compared.
    pub cut: bool,
}

/// Compares two letters.
pub fn letters(left: &[u8], right: &[u8]) -> Compared {
    std::panic::catch_unwind(|| compared(left, right)).unwrap_or_default()
}

fn compared(left: &[u8], right: &[u8]) -> Compared {
    let until = Instant::now() + PATIENCE;
    let mut cut = false;
    let (left_fields, right_fields) = (fields(left, &mut cut), fields(right, &mut cut));
    let (left_text, right_text) = (text(left, &mut cut), text(right, &mut cut));
    Compared {
        headers: header_rows(&left_fields, &right_fields, until),
        text: text_rows(&lines(&left_text, &mut cut), &lines(&right_text, &mut cut), until),
        cut,
    }
}

fn fields(raw: &[u8], cut: &mut bool) -> Vec<(String, String)> {
    let mut list = headers::of(raw);
    *cut |= list.len() > HEADERS;
    list.truncate(HEADERS);
    for (_, value) in &mut list {
        if value.len() > VALUE {
            *cut = true;
            *value = clean::start(value, VALUE).to_owned();
        }
    }
    list
}

fn text(raw: &[u8], cut: &mut bool) -> String {
    let text = match crate::read(raw).letter {
        Ok(letter) => letter.text,
        Err(_) => clean::text(&String::from_utf8_lossy(&raw[..raw.len().min(limits::TEXT_OCTETS)])),
    };
    *cut |= text.len() > TEXT;
    clean::start(&text, TEXT).to_owned()
}

fn lines<'x>(text: &'x str, cut: &mut bool) -> Vec<&'x str> {
    let list: Vec<&str> = text.trim_end().split('\n').map(str::trim_end).take(LINES + 1).collect();
    *cut |= list.len() > LINES;
    list.into_iter().take(LINES).collect()
}

/// Headers by name, in the order in which they come; those of one name in pairs.
fn header_rows(left: &[(String, String)], right: &[(String, String)], until: Instant) -> Vec<DiffRow> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in left.iter().chain(right) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    let mut rows = Vec::new();
    for name in names {
        let of = |side: &'_ [(String, String)]| -> Vec<String> {
            side.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
        };
        let (ours, theirs) = (of(left), of(right));
        for at in 0..ours.len().max(theirs.len()) {
            rows.push(row(name, ours.get(at).map(String::as_str), theirs.get(at).map(String::as_str), until));
        }
    }
    rows
}

fn text_rows(left: &[&str], right: &[&str], until: Instant) -> Vec<DiffRow> {
    let mut rows = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, left, right, Some(until)) {
        match op {
            DiffOp::Equal { old_index, len, .. } => rows.extend(left[old_index..old_index + len].iter().map(|line| same("", line))),
            DiffOp::Delete { old_index, old_len, .. } => {
                rows.extend(left[old_index..old_index + old_len].iter().map(|line| row("", Some(line), None, until)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                rows.extend(right[new_index..new_index + new_len].iter().map(|line| row("", None, Some(line), until)));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for at in 0..old_len.max(new_len) {
                    let ours = (at < old_len).then(|| left[old_index + at]);
                    let theirs = (at < new_len).then(|| right[new_index + at]);
                    rows.push(row("", ours, theirs, until));
                }
            }
        }
    }
    folded(rows)
}

/// Long runs of unchanged lines become one row that says how many they are.
fn folded(rows: Vec<DiffRow>) -> Vec<DiffRow> {
    let keep: Vec<bool> = (0..rows.len())
        .map(|at| rows[at.saturating_sub(AROUND)..(at + AROUND + 1).min(rows.len())].iter().any(|row| row.differs))
        .collect();
    let mut out: Vec<DiffRow> = Vec::new();
    let mut left_out = 0;
    let tell = |out: &mut Vec<DiffRow>, left_out: &mut usize| {
        if *left_out > 0 {
            let lines = if *left_out == 1 { "1 line the same".to_owned() } else { format!("{left_out} lines the same") };
            out.push(DiffRow { name: lines, differs: false, left: Vec::new(), right: Vec::new() });
            *left_out = 0;
        }
    };
    for (row, keep) in rows.into_iter().zip(keep) {
        if keep {
            tell(&mut out, &mut left_out);
            out.push(row);
        } else {
            left_out += 1;
        }
    }
    tell(&mut out, &mut left_out);
    out
}

fn same(name: &str, text: &str) -> DiffRow {
    let words = run(text, false);
    DiffRow { name: name.to_owned(), differs: false, left: words.clone(), right: words }
}

fn run(text: &str, differ: bool) -> Vec<DiffWords> {
    if text.is_empty() { Vec::new() } else { vec![DiffWords { words: text.to_owned(), differ }] }
}

fn row(name: &str, left: Option<&str>, right: Option<&str>, until: Instant) -> DiffRow {
    match (left, right) {
        (Some(left), Some(right)) if left == right => same(name, left),
        (Some(left), Some(right)) if Instant::now() < until => {
            let (left, right) = words(left, right, until);
            DiffRow { name: name.to_owned(), differs: true, left, right }
        }
        (left, right) => DiffRow {
            name: name.to_owned(),
            differs: true,
            left: run(left.unwrap_or_default(), true),
            right: run(right.unwrap_or_default(), true),
        },
    }
}

/// Both lines in runs of words that are the same or differ.
fn words(left: &str, right: &str, until: Instant) -> (Vec<DiffWords>, Vec<DiffWords>) {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (left.split_inclusive(' ').collect(), right.split_inclusive(' ').collect());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for op in capture_diff_slices_deadline(Algorithm::Myers, &ours, &theirs, Some(until)) {
        let differ = !matches!(op, DiffOp::Equal { .. });
        for (side, words) in [(&mut left, ours[op.old_range()].concat()), (&mut right, theirs[op.new_range()].concat())] {
            if !words.is_empty() {
                side.push(DiffWords { words, differ });
            }
        }
    }
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(words: &[DiffWords]) -> String {
        words.iter().map(|run| if run.differ { format!("[{}]", run.words) } else { run.words.clone() }).collect()
    }

    // S11: variants side by side with the difference marked.
    #[test]
    fn words_that_differ_are_marked_in_headers_and_text() {
        let left = b"Subject: The fee is 100\r\nX-Only: a\r\nTo: ada@x.example\r\n\r\nDear Ada,\n\nthe fee is 100 pounds.\n\nZoe";
        let right = b"Subject: The fee is 900\r\nTo: ada@x.example\r\n\r\nDear Ada,\n\nthe fee is 900 pounds.\nToday.\n\nZoe";
        let compared = letters(left, right);
        let headers: Vec<(String, bool, String, String)> =
            compared.headers.iter().map(|row| (row.name.clone(), row.differs, marked(&row.left), marked(&row.right))).collect();
        assert_eq!(
            headers,
            [
                ("Subject".into(), true, "The fee is [100]".into(), "The fee is [900]".into()),
                ("X-Only".into(), true, "[a]".into(), String::new()),
                ("To".into(), false, "ada@x.example".into(), "ada@x.example".into()),
            ]
        );
        let text: Vec<(String, String)> = compared.text.iter().map(|row| (marked(&row.left), marked(&row.right))).collect();
        assert!(text.contains(&("the fee is [100 ]pounds.".into(), "the fee is [900 ]pounds.".into())), "{text:?}");
        assert!(text.contains(&(String::new(), "[Today.]".into())) && !compared.cut, "{text:?}");
    }

    #[test]
    fn what_is_the_same_is_folded_and_what_is_long_is_cut() {
        let body = (0..50).map(|n| format!("line {n}\n")).collect::<String>();
        let compared = letters(format!("A: 1\n\n{body}").as_bytes(), format!("A: 1\n\n{body}end").as_bytes());
        assert_eq!(compared.text.first().map(|row| row.name.as_str()), Some("47 lines the same"), "{:?}", compared.text);
        let long = |c: char| format!("X: {}\n\n{}", c.to_string().repeat(100_000), format!("{c} ").repeat(200_000));
        let started = Instant::now();
        assert!(letters(long('a').as_bytes(), long('b').as_bytes()).cut);
        let noise = |step: u64| (0..20_000_u64).map(|n| format!("{}\n", n.wrapping_mul(step) % 7919)).collect::<String>();
        letters(format!("A: 1\n\n{}", noise(31)).as_bytes(), format!("A: 1\n\n{}", noise(57)).as_bytes());
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
