//! Text without case and accents, as clients are sorted, found and told apart. The same letters fall together as in the words of the
//! full-text index (a test of the server compares the two), but signs and blanks stay: codes and addresses are full of them.

use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_compatible, is_combining_mark},
};

/// Lower case in all scripts, without accents, strokes and ties; runs of blanks become one.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        decompose_compatible(c, |c| push_folded(&mut out, c));
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

fn push_folded(out: &mut String, c: char) {
    match c {
        c if c.is_whitespace() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        c if is_combining_mark(c) || c.is_control() => {}
        'ß' | 'ẞ' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'þ' | 'Þ' => out.push_str("th"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'ħ' | 'Ħ' => out.push('h'),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        c => out.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
    }
}

/// A code as it is told apart: capitals, width and blanks do not matter; accents do, since an office may mean something by them.
pub fn code_key(code: &str) -> String {
    let lower: String = code.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a client is found by: code, name, addresses; a domain also as it is written by people.
pub(crate) fn search_text<'a>(code: &str, name: &str, addresses: impl Iterator<Item = &'a str>) -> String {
    let mut text = format!("{} {}", fold(code), fold(name));
    for address in addresses {
        text.push(' ');
        text.push_str(&fold(address));
        if let Some((local, domain)) = address.split_once('@').filter(|(_, domain)| domain.contains("xn--")) {
            text.push_str(&format!(" {}@{}", fold(local), fold(&idna::domain_to_unicode(domain).0)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_together_however_they_are_written() {
        for (one, other) in [
            ("Müller", "MULLER"),
            ("Mu\u{308}ller", "müller"),
            ("Łódź", "lodz"),
            ("Straße", "STRASSE"),
            ("Ærø", "aero"),
            ("İstanbul ılık", "ISTANBUL ILIK"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("Привет  Мир ", "ПРИВЕТ МИР"),
            ("ﬁne", "FINE"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} {other:?}");
            assert_eq!(fold(&fold(one)), fold(one));
        }
        assert_eq!(fold(" K-1/Ä_% "), "k-1/a_%");
    }

    #[test]
    fn codes_are_one_when_only_capitals_width_or_blanks_differ() {
        for (one, other) in [("k1", "K1"), ("ÄB 1", "äb  1 "), ("Ｋ１", "k1"), ("ΟΔΟΣ", "οδος")] {
            assert_eq!(code_key(one), code_key(other), "{one:?} {other:?}");
        }
        assert_ne!(code_key("A1"), code_key("Ä1"));
    }

    #[test]
    fn a_domain_is_found_as_it_is_written_and_as_it_is_sent() {
        let text = search_text("K1", "Öystein", ["jörg@xn--bcher-kva.example"].into_iter());
        assert!(["k1", "oystein", "jorg@bucher", "xn--bcher-kva"].iter().all(|part| text.contains(part)), "{text}");
    }
}
