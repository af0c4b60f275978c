//! The one gate for text that leaves this crate: no NUL and no controls, so every database takes it (PostgreSQL's text
//! holds no NUL) and no terminal or page is surprised by it.

/// Text of several lines: line ends become `\n`; of the controls only `\n` and `\t` stay.
pub fn text(text: &str) -> String {
    if !text.chars().any(is_dirty) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if is_dirty(c) => {}
            c => out.push(c),
        }
    }
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

    #[test]
    fn a_start_ends_between_characters() {
        assert_eq!(start("aäö", 2), "a");
        assert_eq!(start("aäö", 3), "aä");
        assert_eq!(start("", 0), "");
    }
}
