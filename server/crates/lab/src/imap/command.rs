//! Commands taken apart: tags, names and arguments (RFC 3501 §9), lenient like the servers it stands for.

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    /// An atom, with any `[section]` and `<partial>` in one piece.
    Atom(String),
    /// A quoted string or literal.
    Text(Vec<u8>),
    /// A list in parentheses.
    List(Vec<Argument>),
}

impl Argument {
    /// Its text; lists have none.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Atom(atom) => atom.clone(),
            Self::Text(octets) => String::from_utf8_lossy(octets).into_owned(),
            Self::List(_) => String::new(),
        }
    }

    /// Its text in capitals.
    pub(super) fn upper(&self) -> String {
        self.text().to_ascii_uppercase()
    }

    /// Its members; something that is no list is its own only member.
    pub(super) fn members(&self) -> Vec<Argument> {
        match self {
            Self::List(members) => members.clone(),
            other => vec![other.clone()],
        }
    }
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) tag: String,
    /// In capitals; `UID FETCH` is one name.
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
}

impl Command {
    /// Takes a whole command (with its literals, without the last line end) apart.
    pub(super) fn parse(raw: &[u8]) -> Option<Self> {
        let mut words = Words { raw, at: 0 }.list(None);
        if words.len() < 2 {
            return None;
        }
        let tag = words.remove(0).text();
        let mut name = words.remove(0).upper();
        if name == "UID" && !words.is_empty() {
            name = format!("UID {}", words.remove(0).upper());
        }
        Some(Self { tag, name, arguments: words })
    }

    pub(super) fn text(&self, index: usize) -> String {
        self.arguments.get(index).map(Argument::text).unwrap_or_default()
    }
}

struct Words<'a> {
    raw: &'a [u8],
    at: usize,
}

impl Words<'_> {
    fn list(&mut self, end: Option<u8>) -> Vec<Argument> {
        let mut words = Vec::new();
        while let Some(&octet) = self.raw.get(self.at) {
            match octet {
                b' ' | b'\r' | b'\n' => self.at += 1,
                b')' => {
                    self.at += 1;
                    if end.is_some() {
                        return words;
                    }
                }
                b'(' => {
                    self.at += 1;
                    words.push(Argument::List(self.list(Some(b')'))));
                }
                b'"' => words.push(Argument::Text(self.quoted())),
                b'{' => words.push(self.literal()),
                _ => words.push(Argument::Atom(self.atom())),
            }
        }
        words
    }

    fn quoted(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        self.at += 1;
        while let Some(&octet) = self.raw.get(self.at) {
            self.at += 1;
            match octet {
                b'"' => break,
                b'\\' => {
                    text.extend(self.raw.get(self.at));
                    self.at += 1;
                }
                other => text.push(other),
            }
        }
        text
    }

    fn literal(&mut self) -> Argument {
        let rest = &self.raw[self.at..];
        let line_end = rest.iter().position(|&octet| octet == b'\n').unwrap_or(rest.len());
        let Some(length) = literal_length(&rest[..line_end]) else {
            return Argument::Atom(self.atom());
        };
        let start = (self.at + line_end + 1).min(self.raw.len());
        let end = (start + length.octets).min(self.raw.len());
        self.at = end;
        Argument::Text(self.raw[start..end].to_vec())
    }

    fn atom(&mut self) -> String {
        let start = self.at;
        let mut in_section = false;
        while let Some(&octet) = self.raw.get(self.at) {
            match octet {
                b'[' => in_section = true,
                b']' => in_section = false,
                b' ' | b'(' | b')' if !in_section => break,
                b'\r' | b'\n' => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.max(start + 1);
        String::from_utf8_lossy(&self.raw[start..self.at]).into_owned()
    }
}

/// A literal announced at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LiteralLength {
    pub(super) octets: usize,
    /// `{n+}`: the client does not wait for the go-ahead (RFC 7888).
    pub(super) at_once: bool,
}

/// The literal that a line (with or without its line end) announces.
pub(super) fn literal_length(line: &[u8]) -> Option<LiteralLength> {
    let text = std::str::from_utf8(line.get(line.iter().rposition(|&octet| octet == b'{')?..)?).ok()?;
    let number = text.trim_end_matches(['\r', '\n']).strip_prefix('{')?.strip_suffix('}')?;
    let at_once = number.ends_with('+');
    Some(LiteralLength { octets: number.trim_end_matches('+').parse().ok()?, at_once })
}

/// The numbers of a set such as `1,3:5,9:*`; `*` is the last that exists (RFC 3501 §6.4.8).
pub(super) struct NumberSet {
    /// Sorted by start; ends rise too.
    ranges: Vec<(u32, u32)>,
}

impl NumberSet {
    pub(super) fn parse(set: &str, existing: &[u32]) -> Option<Self> {
        let last = existing.last().copied().unwrap_or(0);
        let number = |text: &str| if text == "*" { Some(last) } else { text.parse::<u32>().ok() };
        let mut parts = Vec::new();
        for part in set.split(',') {
            let (from, to) = part.split_once(':').unwrap_or((part, part));
            let (from, to) = (number(from)?, number(to)?);
            parts.push((from.min(to), from.max(to)));
        }
        parts.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for (from, to) in parts {
            match ranges.last_mut() {
                Some((_, end)) if *end >= from => *end = to.max(*end),
                _ => ranges.push((from, to)),
            }
        }
        Some(Self { ranges })
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        let after = self.ranges.partition_point(|&(from, _)| from <= number);
        after > 0 && number <= self.ranges[after - 1].1
    }
}

/// The numbers of a set among those that exist (which are sorted).
pub(super) fn in_set(set: &str, existing: &[u32]) -> Option<Vec<u32>> {
    let set = NumberSet::parse(set, existing)?;
    Some(existing.iter().copied().filter(|&number| set.contains(number)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_come_apart() {
        let fetch = Command::parse(b"a1 UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (Message-ID Date)]<0.10> FLAGS)").unwrap();
        assert_eq!(fetch.name, "UID FETCH");
        let items: Vec<String> = fetch.arguments[1].members().iter().map(Argument::text).collect();
        assert_eq!(items, ["UID", "BODY.PEEK[HEADER.FIELDS (Message-ID Date)]<0.10>", "FLAGS"]);
        let login = Command::parse(b"a2 login {3}\r\nada \"s\\\"x\"").unwrap();
        assert_eq!((login.text(0), login.text(1)), ("ada".into(), "s\"x".into()));
        assert_eq!(literal_length(b"x APPEND a {12+}\r\n"), Some(LiteralLength { octets: 12, at_once: true }));
        assert_eq!(Command::parse(b"nonsense"), None);
    }

    #[test]
    fn sets_choose_among_what_exists() {
        let uids = [2, 4, 7];
        assert_eq!(in_set("1:*", &uids), Some(vec![2, 4, 7]));
        assert_eq!(in_set("100:*", &uids), Some(vec![7]), "RFC 3501: the last one is always in n:*");
        assert_eq!(in_set("4,9", &uids), Some(vec![4]));
        assert_eq!(in_set("7,1:3,2:5", &uids), Some(vec![2, 4, 7]));
        assert_eq!(in_set("x", &uids), None);
    }
}
