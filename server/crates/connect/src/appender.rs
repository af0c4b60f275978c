//! Puts a letter of our own into a mailbox: a copy among the sent ones, a draft among the drafts. The only writer there is for IMAP.
//!
//! It can say LIST, EXAMINE, SEARCH and APPEND, and nothing else: neither flags nor deletions can be expressed, and no folder is made.
//! A folder is only ever opened read only; whether the letter is there already is asked before it is appended.
//!
//! Must never: append to a folder that is not for such letters, append twice what the server shows already, or take silence for success.

use crate::{ConnectError, ImapSettings, Later, Reader, Record, RemoteFolder, connect, list};
use model::FolderRole;

/// For which letters a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Sent ones, read already.
    Sent,
    /// Drafts.
    Drafts,
}

impl Place {
    fn role(self) -> FolderRole {
        match self {
            Self::Sent => FolderRole::Sent,
            Self::Drafts => FolderRole::Drafts,
        }
    }

    pub(crate) fn flags(self) -> &'static str {
        match self {
            Self::Sent => "(\\Seen)",
            Self::Drafts => "(\\Seen \\Draft)",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is there now.
    Now,
    /// It was there already.
    Before,
}

/// A signed-in session that can append, and hardly anything else.
#[derive(Debug)]
pub struct Appender {
    reader: Reader,
    folders: Option<Vec<RemoteFolder>>,
}

/// Connects and signs in, under the same rules as for reading.
///
/// # Errors
/// As [`connect`].
pub async fn connect_appender(settings: &ImapSettings) -> Result<Appender, ConnectError> {
    Ok(Appender { reader: connect(settings).await?, folders: None })
}

impl Appender {
    /// Puts a letter into the folder for such letters, unless one of this Message-ID is there. `message_id` without brackets.
    ///
    /// # Errors
    /// `Settings` when the mailbox has no such folder; `Refused` when the server will not. After `Later` nobody knows: asking again is safe,
    /// since the folder is searched first.
    pub async fn append(&mut self, place: Place, message_id: &str, raw: &[u8]) -> Result<Appended, ConnectError> {
        let folder = self.folder(place).await?;
        if self.reader.holds(&folder, message_id).await? {
            return Ok(Appended::Before);
        }
        self.reader.append(&folder, place.flags(), raw).await?;
        Ok(Appended::Now)
    }

    /// The folder's name as the server spells it.
    async fn folder(&mut self, place: Place) -> Result<String, ConnectError> {
        if self.folders.is_none() {
            self.folders = Some(self.reader.folders().await?);
        }
        let fits = |folder: &&RemoteFolder| folder.role == Some(place.role()) && folder.selectable;
        let found = self.folders.iter().flatten().find(fits).map(|folder| folder.raw_name.clone());
        found.ok_or_else(|| ConnectError::Settings {
            sentence: match place {
                Place::Sent => "The mailbox shows no folder of sent letters, so the copy stays here alone.",
                Place::Drafts => "The mailbox shows no folder of drafts, so the draft stays here.",
            }
            .to_owned(),
        })
    }

    /// Whether it can be used for another letter.
    pub fn usable(&self) -> bool {
        self.reader.usable()
    }

    /// What was said so far (S10).
    pub fn record(&self) -> Record {
        self.reader.record()
    }

    /// Says farewell.
    pub async fn leave(self) -> Record {
        self.reader.leave().await
    }
}

/// A letter as a literal: lines end by CRLF, since servers refuse a bare LF (RFC 9051 §4.3).
pub(crate) fn literal(raw: &[u8]) -> Result<Vec<u8>, ConnectError> {
    if raw.contains(&0) {
        return Err(ConnectError::Refused { said: "The letter contains a character that mail servers do not carry.".to_owned() });
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 50);
    for (at, octet) in raw.iter().enumerate() {
        match octet {
            b'\n' if at == 0 || raw[at - 1] != b'\r' => out.extend_from_slice(b"\r\n"),
            b'\r' if raw.get(at + 1) != Some(&b'\n') => out.extend_from_slice(b"\r\n"),
            octet => out.push(*octet),
        }
    }
    Ok(out)
}

/// A Message-ID as it may stand in a command.
pub(crate) fn searched(message_id: &str) -> Result<String, ConnectError> {
    let plain = !message_id.is_empty() && message_id.len() <= 500 && message_id.bytes().all(|octet| octet.is_ascii_graphic());
    if !plain {
        return Err(ConnectError::Refused { said: "The letter has a Message-ID that cannot be searched for.".to_owned() });
    }
    list::quoted(message_id)
}

pub(crate) fn no_go_ahead() -> ConnectError {
    ConnectError::later(Later::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RELIABILITY §2 (Roundcube's IMAP injection): nothing in a letter or its name can become a command.
    #[test]
    fn neither_a_letter_nor_its_name_can_become_a_command() {
        assert_eq!(literal(b"a\nb\r\nc\rd\n").unwrap(), b"a\r\nb\r\nc\r\nd\r\n");
        assert!(literal(b"a\0").is_err());
        for odd in ["", "a\r\nA1 DELETE INBOX", "a b", "a\n", "ä@x", "\u{7f}"] {
            assert!(searched(odd).is_err(), "{odd:?}");
        }
        assert_eq!(searched("a\"b\\c@x").unwrap(), "\"a\\\"b\\\\c@x\"");
        assert_eq!(searched("1@x").unwrap(), "\"1@x\"");
    }
}
