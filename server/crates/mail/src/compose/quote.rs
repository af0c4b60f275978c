//! What stands under an answer: the letter it answers, each line marked, without what programs add.

use crate::clean;

/// Lines of a letter that are quoted at most: nobody reads further, and the letter itself is in the history.
const LINES: usize = 400;

/// A letter's words as a quote: `who` says who wrote it and when ("On 3 May 2024, Ada Lovelace wrote:").
pub fn quoted(text: &str, who: &str) -> String {
    let mut out = clean::line(who);
    out.push('\n');
    for line in own_words(text) {
        // A quote in a quote needs no second blank.
        out.push_str(if line.is_empty() || line.starts_with('>') { ">" } else { "> " });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A letter's words as they are passed on; `facts` are its From, Date, Subject and To.
pub fn forwarded(text: &str, facts: &[(&str, String)]) -> String {
    let mut out = String::from("---------- Forwarded letter ----------\n");
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!("{name}: {}\n", clean::line(value)));
    }
    out.push('\n');
    for line in clean::text(text).trim_end().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// `Re: …`, once.
pub fn subject_of_answer(subject: &str) -> String {
    prefixed("Re: ", subject, &["re:", "aw:", "sv:", "antw:", "ref:"])
}

/// `Fwd: …`, once.
pub fn subject_of_forward(subject: &str) -> String {
    prefixed("Fwd: ", subject, &["fwd:", "fw:", "wg:", "tr:", "rv:"])
}

fn prefixed(prefix: &str, subject: &str, known: &[&str]) -> String {
    let subject = clean::line(subject);
    let lower = subject.to_lowercase();
    if known.iter().any(|known| lower.starts_with(known)) { subject } else { format!("{prefix}{subject}").trim_end().to_owned() }
}

/// Without the signature and the blank lines at the end, and no more than anybody reads.
fn own_words(text: &str) -> impl Iterator<Item = &str> {
    let end = text.find("\n-- \n").unwrap_or(text.len());
    text[..end].trim_end().lines().map(str::trim_end).take(LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_quotes_the_words_and_not_the_signature() {
        assert_eq!(
            quoted("Dear Ben,\n\nyes.\n> old\n-- \nAda\nTel. 1\n", "On 3 May 2024, Ada wrote:"),
            "On 3 May 2024, Ada wrote:\n> Dear Ben,\n>\n> yes.\n>> old\n"
        );
        assert_eq!(quoted("", "On 3 May 2024, A\r\nBcc: x wrote:"), "On 3 May 2024, A Bcc: x wrote:\n");
    }

    #[test]
    fn subjects_are_marked_once() {
        for (subject, answer, forward) in [
            ("Lease", "Re: Lease", "Fwd: Lease"),
            ("RE: Lease", "RE: Lease", "Fwd: RE: Lease"),
            ("AW: Lease", "AW: Lease", "Fwd: AW: Lease"),
            ("fw: Lease", "Re: fw: Lease", "fw: Lease"),
            ("", "Re:", "Fwd:"),
            ("a\r\nb", "Re: a b", "Fwd: a b"),
        ] {
            assert_eq!((subject_of_answer(subject).as_str(), subject_of_forward(subject).as_str()), (answer, forward));
        }
    }

    #[test]
    fn a_letter_passed_on_says_whose_it_was() {
        let text =
            forwarded("Hello\n-- \nAda\n", &[("From", "Ada <ada@x.example>".into()), ("Cc", String::new()), ("Date", "3 May".into())]);
        assert_eq!(text, "---------- Forwarded letter ----------\nFrom: Ada <ada@x.example>\nDate: 3 May\n\nHello\n--\nAda\n");
    }
}
