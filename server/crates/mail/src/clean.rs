//! The one gate for text that leaves this crate: no NUL and no controls, so every database takes it (PostgreSQL's text
//! holds no NUL) and no terminal or page is surprised by it.

/// Text of several lines: line ends become `\n`; of the controls only `\n` and `\t` stay.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What needs no look at each character is taken over in one piece: nearly everything.
    while let Some(at) = rest.bytes().position(needs_a_look) {
        out.push_str(&rest[..at]);
        let Some(c) = rest[at..].chars().next() else { break };
        rest = &rest[at + c.len_utf8()..];
        match c {
            '\r' if rest.starts_with('\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if is_dirty(c) => {}
            c => out.push(c),
        }
    }
    out.push_str(rest);
    out
}

/// Text of one line: white space of any kind becomes one blank, none at the ends.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_dirty(c) {
            out.push(c);
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// The longest start of `text` with at most `octets` octets that ends between characters.
pub fn start(text: &str, octets: usize) -> &str {
    if text.len() <= octets {
        return text;
    }
    let mut end = octets;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether an octet may begin a character that [`text`] does not take as it is: the controls, and the first octets of U+0080 to U+00BF, of
/// U+2000 to U+2FFF, of U+F000 to U+FFFF and of everything beyond.
fn needs_a_look(octet: u8) -> bool {
    (octet < b' ' && octet != b'\n' && octet != b'\t') || matches!(octet, 0x7F | 0xC2 | 0xE2 | 0xEF..)
}

/// Controls, line separators and characters that Unicode says are none (U+FFFE and its kind).
fn is_dirty(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FDD0}'..='\u{FDEF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// Characters without shape that turn or hide text: bidi controls, zero-width ones, the soft hyphen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_ends_and_tabs_are_left_of_the_controls() {
        assert_eq!(text("a\0b\r\nc\rd\te\u{2}\u{3}\u{1b}[1m\u{9f}"), "ab\nc\nd\te[1m");
        assert_eq!(line("  a\0 \r\n\t b\u{a0}c  "), "a b c");
        assert_eq!(text("\u{FFFE}\u{1FFFF}x"), "x");
    }

    // What is taken over unseen is what looking at each character would have left.
    #[test]
    fn every_character_is_judged_alike_wherever_it_stands() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let alone = match c {
                '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "\n".to_owned(),
                c if is_dirty(c) => String::new(),
                c => c.to_string(),
            };
            assert_eq!(text(&format!("aä{c}b")), format!("aä{alone}b"), "{c:?}");
        }
    }

    #[test]
    fn a_start_ends_between_characters() {
        assert_eq!(start("aäö", 2), "a");
        assert_eq!(start("aäö", 3), "aä");
        assert_eq!(start("", 0), "");
    }
}
