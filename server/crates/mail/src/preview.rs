//! The first words of a letter, for lists.

use crate::limits::PREVIEW_CHARS;

/// About the first 160 characters on one line: without quoted lines, the line that introduces them, and the signature,
/// unless nothing else is there.
pub(crate) fn of(text: &str) -> String {
    let own = first_words(text.lines().take_while(|line| line.trim_end_matches('\r') != "-- ").filter(|line| !is_quote(line)));
    if own.is_empty() { first_words(text.lines()) } else { own }
}

fn first_words<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    let mut chars = 0;
    for word in lines.flat_map(str::split_whitespace) {
        if !out.is_empty() {
            out.push(' ');
            chars += 1;
        }
        for c in word.chars() {
            out.push(c);
            chars += 1;
            if chars >= PREVIEW_CHARS {
                return out;
            }
        }
    }
    out
}

fn is_quote(line: &str) -> bool {
    let line = line.trim();
    let introduces = line.ends_with(':')
        && line.chars().any(|c| c.is_ascii_digit())
        && ["On ", "Am ", "Le ", "El ", "Il ", "Op ", "Den "].iter().any(|start| line.starts_with(start));
    line.starts_with('>') || introduces || line.starts_with("-----Original Message-----")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_preview_is_what_the_writer_wrote() {
        assert_eq!(of("Dear Ada,\n\n  yes  please.\n\nOn 3 May 2024, Ben wrote:\n> shall we?\n-- \nBen\n"), "Dear Ada, yes please.");
        assert_eq!(of("> only quoted"), "> only quoted");
        assert_eq!(of(""), "");
        assert_eq!(of(&"ä".repeat(500)).chars().count(), 160);
    }
}
