//! Letters made to exhaust whoever reads them (RELIABILITY H6): each is read and shown in a process of its own, which stays up, takes at
//! most two seconds of processor time, and at most 256 MB of memory.
#![expect(clippy::print_stdout, reason = "the process tells its parent what it took")]

use postroom_mail::{attachment, headers, read, show};
use std::process::Command;

const SECONDS: f64 = 2.0;
const MEGABYTES: u64 = 256;
/// Tells the child which bomb is its own.
const WHICH: &str = "POSTROOM_BOMB";

type Bomb = (&'static str, fn() -> String);

const BOMBS: [Bomb; 14] = [
    ("letters in letters", || "Content-Type: message/rfc822\n\n".repeat(500_000)),
    ("parts in parts", || (0..200_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect()),
    ("parts beside parts", || mixed(&"--b\nContent-Type: application/pdf\n\nx\n".repeat(300_000))),
    ("header fields", || format!("{}\nwords", "X-Filler: 0123456789\n".repeat(1_000_000))),
    ("one header field", || format!("Subject: {}\n\nwords", "=?utf-8?Q?=C3=A4?= ".repeat(1_000_000))),
    ("addresses", || format!("To: {}\n\nwords", "\"(<a@b.example>)\" <p@example.com>,\n ".repeat(500_000))),
    ("base64 on one line", || format!("Content-Transfer-Encoding: base64\n\n{}", "QUJD".repeat(8_000_000))),
    ("base64 in base64", || {
        let inner = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n";
        format!("{}QUJD", inner.repeat(300_000))
    }),
    ("an archive of archives", || {
        mixed(&format!(
            "--b\nContent-Type: application/zip; name=bomb.zip\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
            "UEsDBBQAAAAIAAAA\n".repeat(1_000_000)
        ))
    }),
    ("elements in elements", || html(&"<div>".repeat(1_000_000))),
    ("formatting that multiplies", || {
        let formatting: String = (0..500).map(|n| format!("<b title={n}>")).collect();
        html(&format!("{formatting}{}", "<p>x".repeat(300_000)))
    }),
    ("attributes", || html(&format!("<p {}>words", (0..200_000).map(|n| format!("a{n}=1 ")).collect::<String>()))),
    ("styles", || html(&format!("<p style=\"{}\">words", "background:url(((((x);color:red;/*".repeat(200_000)))),
    ("tables", || html(&"<table><td>".repeat(500_000))),
];

fn mixed(parts: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}")
}

fn html(page: &str) -> String {
    format!("Content-Type: text/html\n\n{page}")
}

#[test]
fn fourteen_bombs_take_two_seconds_and_256_megabytes_at_most() {
    if let Ok(which) = std::env::var(WHICH) {
        return go_off(which.parse().expect("a number"));
    }
    let mut bad = Vec::new();
    for (at, (name, _)) in BOMBS.iter().enumerate() {
        let program = std::env::current_exe().expect("this test has a file");
        let own = "fourteen_bombs_take_two_seconds_and_256_megabytes_at_most";
        let output = Command::new(program).args([own, "--exact", "--nocapture"]).env(WHICH, at.to_string()).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let took = said.lines().find_map(|line| line.split_once("took ")?.1.split_once(' '));
        let took = took.and_then(|(seconds, memory)| Some((seconds.parse::<f64>().ok()?, memory.trim().parse::<u64>().ok()?)));
        println!("{name}: {took:?}");
        match took {
            Some((seconds, memory)) if output.status.success() && seconds <= SECONDS && memory <= MEGABYTES => {}
            _ => bad.push(format!("{name}: {took:?}, {}", output.status)),
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Reads and shows a bomb in every way there is, and says what that took beyond making it.
fn go_off(which: usize) {
    let raw = BOMBS[which].1().into_bytes();
    let before = processor_seconds();
    let files = read(&raw).letter.map_or(0, |letter| letter.attachments.len());
    let shown = show::html(&raw, false);
    assert!(shown.document.starts_with("<!doctype html>"));
    let _ = (show::text(&raw), show::original(&raw), headers::of(&raw));
    if files > 0 {
        let _ = attachment::open(&raw, files - 1);
    }
    println!("took {} {}", processor_seconds() - before, most_megabytes());
}

/// Of this process so far; wall time would be that of whatever else runs.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let words: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
    words.get(10..12).map_or(0.0, |ticks| ticks.iter().sum::<f64>() / 100.0)
}

fn most_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.split_whitespace().next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
}
