//! Files of every dialect, cut.

use super::lines::BLOCK;
use super::*;

fn letters(file: &[u8]) -> Vec<String> {
    let mut entries = Vec::new();
    let mut read = |at: u64, into: &mut [u8]| {
        let rest = file.get(at as usize..).unwrap_or_default();
        let some = rest.len().min(into.len()).min(7_001);
        into[..some].copy_from_slice(&rest[..some]);
        Ok(some)
    };
    split(&mut read, &mut |entry| entries.push(entry)).expect("memory can be read");
    entries.iter().map(|entry| text(file, entry)).collect()
}

fn text(file: &[u8], entry: &Entry) -> String {
    let raw = &file[entry.at as usize..(entry.at + entry.length) as usize];
    let mut out = Vec::new();
    if entry.quoted {
        let mut unquote = Unquote::default();
        raw.chunks(3).for_each(|piece| unquote.feed(piece, &mut out));
        unquote.flush(&mut out);
    } else {
        out.extend_from_slice(raw);
    }
    String::from_utf8_lossy(&out).into_owned()
}

const DAY: &str = "Sat Mar 14 09:12:00 2026";

#[test]
fn each_letter_is_cut_where_the_next_begins() {
    let file = format!("From a@b.example {DAY}\nSubject: one\n\n>From here\n>>From there\n\nFrom - {DAY}\nSubject: two\n\ntext\n\n");
    assert_eq!(letters(file.as_bytes()), ["Subject: one\n\nFrom here\n>From there\n", "Subject: two\n\ntext\n"]);
    let crlf = file.replace('\n', "\r\n");
    assert_eq!(letters(crlf.as_bytes()), ["Subject: one\r\n\r\nFrom here\r\n>From there\r\n", "Subject: two\r\n\r\ntext\r\n"]);
}

#[test]
fn the_last_letter_needs_no_empty_line_and_no_line_end() {
    let file = format!("From a {DAY}\nSubject: one\n\ntext\n\nFrom a {DAY}\nSubject: two\n\ntext");
    assert_eq!(letters(file.as_bytes()), ["Subject: one\n\ntext\n", "Subject: two\n\ntext"]);
}

#[test]
fn writers_that_leave_the_empty_line_out_are_understood() {
    let file = format!("From a {DAY}\nSubject: one\n\ntext\nFrom a {DAY}\nSubject: two\n\ntext\n");
    assert_eq!(letters(file.as_bytes()), ["Subject: one\n\ntext\n", "Subject: two\n\ntext\n"]);
}

#[test]
fn a_sentence_that_starts_with_from_begins_no_letter() {
    let body = "Subject: one\n\nYes.\n\nFrom what I hear: all is well\n\nFrom Monday on\nNote: closed at 10:30\n";
    let file = format!("From a {DAY}\n{body}\nFrom a {DAY}\nSubject: two\n\ntext\n\n");
    assert_eq!(letters(file.as_bytes()), [body, "Subject: two\n\ntext\n"]);
}

#[test]
fn a_content_length_that_holds_keeps_a_letter_whole() {
    let body = format!("Look:\n\nFrom x@y.example {DAY}\nSubject: inner\n\n>From inner\n");
    let head = format!("Subject: one\nContent-Length: {}\n", body.len());
    let file = format!("From a {DAY}\n{head}\n{body}\nFrom a {DAY}\nSubject: two\nContent-Length: 5\n\ntext\n");
    assert_eq!(letters(file.as_bytes()), [format!("{head}\n{body}"), "Subject: two\nContent-Length: 5\n\ntext\n".to_owned()]);
}

#[test]
fn a_content_length_that_lies_loses_nothing() {
    for lie in ["0", "3", "7", "999999999", "18446744073709551615", "-1", "x"] {
        let file = format!("From a {DAY}\nContent-Length: {lie}\n\nfirst text\n\nFrom a {DAY}\nSubject: two\n\nsecond\n\n");
        let found = letters(file.as_bytes());
        assert_eq!(found.len(), 2, "{lie}: {found:?}");
        assert!(found[0].ends_with("\n\nfirst text\n") && found[1].ends_with("second\n"), "{lie}: {found:?}");
    }
}

#[test]
fn long_lines_and_long_letters_are_passed_in_blocks() {
    let long = "x".repeat(BLOCK * 3 + 17);
    let file = format!("From a {DAY}\nSubject: one\n\n{long}\n{long}\n\nFrom a {DAY}\nSubject: two\n\n{long}");
    assert_eq!(letters(file.as_bytes()), [format!("Subject: one\n\n{long}\n{long}\n"), format!("Subject: two\n\n{long}")]);
    for near in BLOCK - 60..BLOCK + 5 {
        let pad = "y".repeat(near - 44);
        let file = format!("From a {DAY}\nSubject: one\n\n{pad}\n\nFrom a {DAY}\nSubject: two\n\nend\n");
        assert_eq!(letters(file.as_bytes()).len(), 2, "{near}");
    }
}

#[test]
fn what_is_written_by_us_is_read_back() {
    let raws = ["Subject: a\n\nFrom a\n>From b\n>>From c\nlast\n", "Subject: b\n\n\n\n", "Subject: c\n\n"];
    let file: Vec<u8> = raws.iter().flat_map(|raw| crate::mbox::entry(raw.as_bytes(), "jo@example.com", 1_773_479_520_000)).collect();
    assert_eq!(letters(&file), raws);
}

#[test]
fn only_what_begins_like_one_is_an_mbox() {
    assert!(is_mbox(format!("From a {DAY}\nSubject: x\n").as_bytes()));
    assert!(is_mbox(format!("\r\nFrom a {DAY}\r\nSubject: x\r\n").as_bytes()));
    assert!(!is_mbox(b"From: a@b.example\nSubject: x\n"));
    assert!(!is_mbox(b"Subject: x\n\nFrom a"));
    assert!(!is_mbox(b""));
}
