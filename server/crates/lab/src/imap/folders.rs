//! LIST, LSUB, STATUS, NAMESPACE, CREATE.

use super::command::{Argument, Command};
use super::fault::Fault;
use super::mailbox::LabMailbox;
use super::session::Session;
use super::wire::Outcome;

/// What a LIST command asks.
struct Question {
    patterns: Vec<String>,
    special_use_only: bool,
    status_items: Option<Vec<Argument>>,
}

/// A folder as LIST shows it.
struct Entry {
    name: String,
    attributes: Vec<String>,
    selectable: bool,
}

impl Session {
    pub(super) async fn namespace(&mut self, command: &Command) -> Outcome {
        let delimiter = self.settings.delimiter;
        self.line(&format!("* NAMESPACE ((\"\" \"{}\")) NIL NIL", escaped(&delimiter.to_string()))).await?;
        self.ok(command).await
    }

    pub(super) async fn list(&mut self, command: &Command) -> Outcome {
        let Some(question) = question(command) else {
            return self.tagged(command, "BAD What should be listed?").await;
        };
        let (delimiter, verb) = (self.settings.delimiter, command.name.clone());
        let shown_delimiter = escaped(&delimiter.to_string());
        if question.patterns == [""] {
            self.line(&format!("* {verb} (\\Noselect) \"{shown_delimiter}\" \"\"")).await?;
            return self.ok(command).await;
        }
        for entry in self.entries() {
            let wire = self.wire_name(&entry.name);
            let special = entry.attributes.iter().any(|attribute| !attribute.starts_with("\\Has") && attribute != "\\Noselect");
            let matches = question.patterns.iter().any(|pattern| matches_pattern(pattern, &wire, delimiter));
            if !matches || (question.special_use_only && !special) {
                continue;
            }
            let shown = self.shown_name(&entry.name, &wire);
            self.line(&format!("* {verb} ({}) \"{shown_delimiter}\" {shown}", entry.attributes.join(" "))).await?;
            if let (true, Some(items)) = (entry.selectable, &question.status_items) {
                self.status_line(&entry.name, &shown, items).await?;
            }
        }
        if self.shared.on(&Fault::BadUtf7Folder) {
            self.line(&format!("* {verb} (\\HasNoChildren) \"{shown_delimiter}\" \"Broken &Jjo!\"")).await?;
        }
        if self.shared.on(&Fault::NulInQuoted) {
            self.line(&format!("* {verb} (\\HasNoChildren) \"{shown_delimiter}\" \"Nul\0here\"")).await?;
        }
        self.ok(command).await
    }

    /// All folders with those above them, sorted.
    fn entries(&self) -> Vec<Entry> {
        let state = self.shared.lock();
        let folders = self.user.as_ref().and_then(|user| state.mail.get(user)).cloned().unwrap_or_default();
        drop(state);
        let mut names: Vec<String> = folders.iter().map(|folder| folder.name.clone()).collect();
        for folder in &folders {
            for (at, _) in folder.name.match_indices('/') {
                names.push(folder.name[..at].to_owned());
            }
        }
        names.sort();
        names.dedup();
        names.iter().map(|name| entry(name, &names, folders.iter().find(|folder| folder.name == *name))).collect()
    }

    pub(super) fn wire_name(&self, name: &str) -> String {
        crate::utf7::encode(&name.replace('/', &self.settings.delimiter.to_string()))
    }

    fn shown_name(&self, name: &str, wire: &str) -> String {
        let raw = self.shared.on(&Fault::EightBitQuoted);
        let text = if raw { name.replace('/', &self.settings.delimiter.to_string()) } else { wire.to_owned() };
        self.astring(&text)
    }

    fn astring(&self, text: &str) -> String {
        if self.shared.on(&Fault::LiteralNames) { format!("{{{}}}\r\n{text}", text.len()) } else { format!("\"{}\"", escaped(text)) }
    }

    /// A folder's name as a person reads it, from the name in a command.
    pub(super) fn folder_named(&self, wire: &str) -> String {
        let name = crate::utf7::decode(wire).unwrap_or_else(|| wire.to_owned());
        name.replace(self.settings.delimiter, "/")
    }

    pub(super) async fn status(&mut self, command: &Command) -> Outcome {
        let folder = self.folder_named(&command.text(0));
        let items = command.arguments.get(1).map(Argument::members).unwrap_or_default();
        if let Some(text) = self.status_refused(&folder) {
            return self.tagged(command, &format!("NO {text}")).await;
        }
        let shown = self.astring(&self.wire_name(&folder));
        if self.status_line(&folder, &shown, &items).await? {
            self.ok(command).await
        } else {
            self.tagged(command, "NO [NONEXISTENT] No such folder").await
        }
    }

    fn status_refused(&self, folder: &str) -> Option<String> {
        self.shared.strike(|fault| match fault {
            Fault::StatusRefused(refused, text) if refused == folder => Some(text.clone()),
            _ => None,
        })
    }

    /// One STATUS line; false when there is no such folder.
    async fn status_line(&mut self, folder: &str, shown: &str, items: &[Argument]) -> Outcome<bool> {
        if self.status_refused(folder).is_some() {
            return Ok(true);
        }
        let user = self.user.clone().unwrap_or_default();
        let Some(mailbox) = self.shared.lock().mailbox(&user, folder).cloned() else { return Ok(false) };
        let mut figures = Vec::new();
        for item in items {
            let name = item.upper();
            if let Some(figure) = self.figure(&mailbox, &name) {
                figures.push(format!("{name} {figure}"));
            }
        }
        self.line(&format!("* STATUS {shown} ({})", figures.join(" "))).await?;
        Ok(true)
    }

    fn figure(&self, mailbox: &LabMailbox, name: &str) -> Option<u64> {
        match name {
            "MESSAGES" => Some(self.shown_count(mailbox.letters.len())),
            "RECENT" => Some(0),
            "UIDNEXT" => self.shown_uid_next(mailbox.uid_next).map(u64::from),
            "UIDVALIDITY" => (!self.shared.on(&Fault::UidValidityMissing)).then_some(u64::from(mailbox.uid_validity)),
            "UNSEEN" => Some(mailbox.letters.iter().filter(|letter| !letter.flags.contains("\\Seen")).count() as u64),
            "HIGHESTMODSEQ" => Some(mailbox.highest_modseq),
            "SIZE" => Some(mailbox.letters.iter().map(|letter| letter.raw.len() as u64).sum()),
            _ => None,
        }
    }

    /// How many letters the server says it has.
    pub(super) fn shown_count(&self, count: usize) -> u64 {
        let lie = self.shared.strike(|fault| if let Fault::ExistsLies(by) = fault { Some(*by) } else { None });
        (count as i64 + lie.unwrap_or(0)).max(0) as u64
    }

    /// What the server says UIDNEXT is.
    pub(super) fn shown_uid_next(&self, uid_next: u32) -> Option<u32> {
        let lie = self.shared.strike(|fault| match fault {
            Fault::UidNextMissing => Some(None),
            Fault::UidNextBackwards => Some(Some((uid_next / 2).max(1))),
            Fault::UidNextInflated(by) => Some(Some(uid_next.saturating_add(*by))),
            _ => None,
        });
        lie.unwrap_or(Some(uid_next))
    }

    pub(super) async fn create(&mut self, command: &Command) -> Outcome {
        let folder = self.folder_named(&command.text(0));
        let user = self.user.clone().unwrap_or_default();
        let made = {
            let mut state = self.shared.lock();
            let missing = state.mailbox(&user, &folder).is_none();
            if missing {
                state.mail.entry(user).or_default().push(LabMailbox::new(&folder));
            }
            missing
        };
        if made { self.ok(command).await } else { self.tagged(command, "NO [ALREADYEXISTS] It is there").await }
    }
}

fn entry(name: &str, all: &[String], folder: Option<&LabMailbox>) -> Entry {
    let below = format!("{name}/");
    let has_children = all.iter().any(|other| other.starts_with(&below));
    let mut attributes = vec![if has_children { "\\HasChildren" } else { "\\HasNoChildren" }.to_owned()];
    if folder.is_none() {
        attributes.push("\\Noselect".into());
    }
    attributes.extend(folder.and_then(|folder| folder.special_use).map(str::to_owned));
    Entry { name: name.to_owned(), attributes, selectable: folder.is_some() }
}

/// LIST [(selection)] reference pattern-or-(patterns) [RETURN (…)] (RFC 5258, 5819, 6154).
fn question(command: &Command) -> Option<Question> {
    let mut arguments = command.arguments.as_slice();
    let mut special_use_only = false;
    if let Some(Argument::List(selection)) = arguments.first() {
        special_use_only = selection.iter().any(|option| option.upper() == "SPECIAL-USE");
        arguments = &arguments[1..];
    }
    let reference = arguments.first()?.text();
    let patterns = arguments.get(1)?.members().iter().map(|pattern| format!("{reference}{}", pattern.text())).collect();
    let mut status_items = None;
    if arguments.get(2).is_some_and(|word| word.upper() == "RETURN") {
        let options = arguments.get(3)?.members();
        let status = options.iter().position(|option| option.upper() == "STATUS");
        status_items = status.and_then(|at| options.get(at + 1)).map(Argument::members);
    }
    Some(Question { patterns, special_use_only, status_items })
}

/// `*` matches anything, `%` anything but the delimiter.
fn matches_pattern(pattern: &str, name: &str, delimiter: char) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => name.is_empty(),
        Some(wild @ ('*' | '%')) => {
            let rest = rest.as_str();
            let ends = name.char_indices().map(|(at, c)| (at, Some(c))).chain([(name.len(), None)]);
            for (at, c) in ends {
                if matches_pattern(rest, &name[at..], delimiter) {
                    return true;
                }
                if wild == '%' && c == Some(delimiter) {
                    return false;
                }
            }
            false
        }
        Some(c) => name.starts_with(c) && matches_pattern(rest.as_str(), &name[c.len_utf8()..], delimiter),
    }
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns_match_as_rfc_3501_says() {
        assert!(matches_pattern("*", "a/b", '/'));
        assert!(!matches_pattern("%", "a/b", '/'));
        assert!(matches_pattern("%", "a", '/'));
        assert!(matches_pattern("a/%", "a/b", '/'));
        assert!(!matches_pattern("INBOX", "INBOXES", '/'));
    }
}
