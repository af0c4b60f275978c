//! Folders and letters as the server keeps them: plain data that tests may change at any moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::corpus::{CorpusLetter, Truth};

/// A letter in a folder.
#[derive(Debug, Clone)]
pub struct LabLetter {
    /// Its UID.
    pub uid: u32,
    /// Its bytes.
    pub raw: Arc<Vec<u8>>,
    /// Its flags.
    pub flags: BTreeSet<String>,
    /// Its labels as Google writes them, without what the list quotes: `\\Inbox`, `Clients/Hale` (X-GM-LABELS).
    pub labels: BTreeSet<String>,
    /// When it came, seconds since 1970 UTC.
    pub internal_date: i64,
    /// The folder's change number when it last changed (RFC 7162).
    pub modseq: u64,
}

/// A folder.
#[derive(Debug, Clone)]
pub struct LabMailbox {
    /// As a person reads it, parted by `/`.
    pub name: String,
    /// `\Sent`, `\Drafts`, … (RFC 6154).
    pub special_use: Option<&'static str>,
    /// The epoch of its UIDs.
    pub uid_validity: u32,
    /// The UID the next letter gets.
    pub uid_next: u32,
    /// The change number of the latest change.
    pub highest_modseq: u64,
    /// The letters, by UID.
    pub letters: Vec<LabLetter>,
}

impl LabMailbox {
    /// An empty folder with UIDVALIDITY 1.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), special_use: None, uid_validity: 1, uid_next: 1, highest_modseq: 1, letters: Vec::new() }
    }

    /// With a role.
    #[must_use]
    pub fn special_use(mut self, role: &'static str) -> Self {
        self.special_use = Some(role);
        self
    }

    /// With another UIDVALIDITY.
    #[must_use]
    pub fn uid_validity(mut self, value: u32) -> Self {
        self.uid_validity = value;
        self
    }

    /// With one letter more.
    #[must_use]
    pub fn letter(mut self, raw: impl Into<Vec<u8>>, flags: &[&str]) -> Self {
        self.deliver(raw.into(), flags, None);
        self
    }

    /// With one letter more that carries labels.
    #[must_use]
    pub fn labelled(mut self, raw: impl Into<Vec<u8>>, labels: &[&str]) -> Self {
        let uid = self.deliver(raw.into(), &[], None);
        self.label(uid, labels);
        self
    }

    /// Gives a letter these labels and no others; false when it is not there.
    pub fn label(&mut self, uid: u32, labels: &[&str]) -> bool {
        let modseq = self.changed();
        let Some(letter) = self.find_mut(uid) else { return false };
        letter.labels = labels.iter().map(|label| (*label).to_owned()).collect();
        letter.modseq = modseq;
        true
    }

    /// The next UID, letters stay: a gap in the numbers.
    #[must_use]
    pub fn uid_next(mut self, value: u32) -> Self {
        self.uid_next = value;
        self
    }

    /// Adds a letter and gives its UID. Without a date it came an hour after the one before.
    pub fn deliver(&mut self, raw: Vec<u8>, flags: &[&str], internal_date: Option<i64>) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        let modseq = self.changed();
        let internal_date = internal_date.unwrap_or_else(|| self.letters.last().map_or(1_700_000_000, |last| last.internal_date + 3600));
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.letters.push(LabLetter { uid, raw: Arc::new(raw), flags, labels: BTreeSet::new(), internal_date, modseq });
        uid
    }

    /// Removes a letter; false when it was not there.
    pub fn expunge(&mut self, uid: u32) -> bool {
        let before = self.letters.len();
        self.letters.retain(|letter| letter.uid != uid);
        self.changed();
        self.letters.len() != before
    }

    /// A new epoch. With `renumber` the letters get new UIDs from 1 in reversed order; without it they keep theirs.
    /// The old value again, renumbered, is the meanest fault of all: nothing on the wire tells that the numbers mean other letters now.
    pub fn change_uid_validity(&mut self, value: u32, renumber: bool) {
        self.uid_validity = value;
        self.changed();
        if renumber {
            self.letters.reverse();
            for (index, letter) in self.letters.iter_mut().enumerate() {
                letter.uid = index as u32 + 1;
            }
            self.uid_next = self.letters.len() as u32 + 1;
        }
    }

    /// The folders of a corpus, in order of appearance, with their roles; and what is so about each letter.
    pub fn from_corpus(letters: impl IntoIterator<Item = CorpusLetter>) -> (Vec<Self>, Vec<Truth>) {
        let mut folders: Vec<Self> = vec![Self::new("INBOX")];
        let mut truths = Vec::new();
        for letter in letters {
            let index = folders.iter().position(|folder| folder.name == letter.folder).unwrap_or_else(|| {
                let folder = Self::new(&letter.folder);
                folders.push(if letter.folder == "Sent" { folder.special_use("\\Sent") } else { folder });
                folders.len() - 1
            });
            folders[index].deliver(letter.raw, &letter.flags, Some(letter.truth.received_ms / 1000));
            truths.push(letter.truth);
        }
        (folders, truths)
    }

    pub(super) fn changed(&mut self) -> u64 {
        self.highest_modseq += 1;
        self.highest_modseq
    }

    pub(super) fn uids(&self) -> Vec<u32> {
        self.letters.iter().map(|letter| letter.uid).collect()
    }

    pub(super) fn find(&self, uid: u32) -> Option<&LabLetter> {
        self.letters.binary_search_by_key(&uid, |letter| letter.uid).ok().map(|index| &self.letters[index])
    }

    pub(super) fn find_mut(&mut self, uid: u32) -> Option<&mut LabLetter> {
        self.letters.binary_search_by_key(&uid, |letter| letter.uid).ok().map(|index| &mut self.letters[index])
    }
}
