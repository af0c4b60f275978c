//! Who wrote the letter that a forwarded one quotes (P30): to be suggested, never to be taken as the sender.

use crate::address;

/// What mail programs put before the subject of a forwarded letter.
const PREFIXES: &[&str] = &["fw", "fwd", "wg", "tr", "rv", "vs", "doorst", "i", "enc", "pd", "vl"];
/// The line above a quoted letter, in lower case.
const MARKS: &[&str] =
    &["forwarded message", "weitergeleitete nachricht", "message transféré", "doorgestuurd bericht", "mensaje reenviado"];
/// "From" in a quoted letter's head.
const FROM: &[&str] = &["from", "von", "de", "van", "da", "fra", "från", "od"];
/// More are no forwarded letter but a list.
const MOST: usize = 5;
/// Lines read.
const LINES: usize = 2_000;

/// Whether the subject says that the letter forwards another.
pub fn is_forward(subject: &str) -> bool {
    subject.split_once(':').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix.trim().to_lowercase().as_str()))
}

/// Addresses of the quoted letters' senders, in their one spelling, as they come.
pub fn quoted_senders(subject: &str, text: &str) -> Vec<String> {
    let marked = || text.lines().take(LINES).any(|line| MARKS.iter().any(|mark| line.to_lowercase().contains(mark)));
    if !is_forward(subject) && !marked() {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().take(LINES) {
        let line = line.trim_start_matches(['>', ' ', '*', '\t', '|']);
        let Some((word, rest)) = line.split_once(':') else { continue };
        if !FROM.contains(&word.trim_matches(['*', ' ']).to_lowercase().as_str()) {
            continue;
        }
        let address = rest
            .split(|c: char| c.is_whitespace() || "<>()[]\"',;*".contains(c))
            .map(|word| word.strip_prefix("mailto:").unwrap_or(word))
            .find_map(|word| word.contains('@').then(|| address::canonical(word)).flatten());
        if let Some(address) = address.filter(|address| !found.contains(address)) {
            found.push(address);
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quoted_sender_of_a_forwarded_letter_is_found() {
        // P30
        let text = "Please see below.\n\n---------- Forwarded message ---------\nFrom: Jo Hartley <Jo@Example.com>\nDate: Sat\nTo: ada@office.example\n";
        assert_eq!(quoted_senders("Fwd: My pension", text), ["jo@example.com"]);
        let outlook = "> Von: Jo [mailto:jo@example.com]\n> Gesendet: Samstag\n";
        assert_eq!(quoted_senders("WG: Rente", outlook), ["jo@example.com"]);
        assert_eq!(quoted_senders("no prefix", text), ["jo@example.com"], "the mark is enough");
    }

    #[test]
    fn a_reply_and_a_plain_letter_suggest_nobody() {
        assert!(quoted_senders("Re: My pension", "From: jo@example.com\n").is_empty());
        assert!(quoted_senders("Fwd: x", "Jo wrote to jo@example.com: hello\nfrom: nobody\n").is_empty());
    }
}
