//! Conversations as they are written down in `scripts/`: a subject, then turns.
//!
//! `=== subject` begins one; `@H1001` behind it keeps it to that client. `--- who marks` begins a letter: who is `staff`, `client`, `provider` or `solicitor`; marks are `+pdf:name`
//! (and other endings) for a file, `+ics` for an invitation, `+accept` for its answer, `cc:solicitor`. Texts hold `{one|other}` and `[places]`.

/// One conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    pub subject: &'static str,
    /// Codes of the clients it is for, with their `@`; empty = all.
    only: &'static str,
    turns: &'static str,
}

/// One letter of it.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub who: Who,
    /// Names of files.
    pub files: Vec<&'static str>,
    pub invitation: Option<Invitation>,
    pub copy_to_solicitor: bool,
    pub text: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Staff,
    Client,
    Provider,
    Solicitor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invitation {
    Asks,
    Accepts,
}

const TEXTS: [(&str, &str); 6] = [
    ("en", include_str!("scripts/en.txt")),
    ("de", include_str!("scripts/de.txt")),
    ("fr", include_str!("scripts/fr.txt")),
    ("es", include_str!("scripts/es.txt")),
    ("pl", include_str!("scripts/pl.txt")),
    ("ja", include_str!("scripts/ja.txt")),
];

/// The conversations of a language that a client may have.
pub(super) fn of(language: &str, client: &str) -> Vec<Script> {
    let text = TEXTS.iter().find(|(name, _)| *name == language).map_or(TEXTS[0].1, |(_, text)| *text);
    let scripts = text.split("=== ").filter_map(|script| script.split_once('\n')).map(|(title, turns)| {
        let at = title.find(" @").unwrap_or(title.len());
        Script { subject: &title[..at], only: &title[at..], turns }
    });
    scripts.filter(|script| script.only.is_empty() || script.only.contains(client)).collect()
}

impl Script {
    pub fn turns(&self) -> Vec<Turn> {
        self.turns.split("--- ").filter_map(|turn| turn.split_once('\n')).map(|(marks, text)| read(marks, text.trim())).collect()
    }
}

/// File names hold blanks, so marks are parted by ` +` and ` cc:`.
fn read(marks: &'static str, text: &'static str) -> Turn {
    let mut words = marks.split(" +");
    let first = words.next().unwrap_or("");
    let who = match first.split(' ').next() {
        Some("client") => Who::Client,
        Some("provider") => Who::Provider,
        Some("solicitor") => Who::Solicitor,
        _ => Who::Staff,
    };
    let mut turn = Turn { who, files: Vec::new(), invitation: None, copy_to_solicitor: first.contains("cc:solicitor"), text };
    for word in words {
        match word.split_once(':') {
            Some((_, name)) => turn.files.push(name),
            None if word == "ics" => turn.invitation = Some(Invitation::Asks),
            None if word == "accept" => turn.invitation = Some(Invitation::Accepts),
            None => {}
        }
    }
    turn
}
