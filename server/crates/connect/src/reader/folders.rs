//! Folders, opening one, and which UIDs are there.

use super::{Reader, RemoteLetter, flight::MOST_WAITING};
use crate::{
    ConnectError,
    list::{self, FolderStatus, RemoteFolder},
    uidset,
};
use async_imap::imap_proto::{MailboxDatum, RequestId, Response, ResponseCode};
use std::collections::{HashMap, HashSet, VecDeque};

/// A folder as opened, read only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Examined {
    /// Epoch of the UIDs; `None` from a server without (RFC 3501 §2.3.1.1 wants one).
    pub uid_validity: Option<u32>,
    /// Next UID; a hint only, servers lie.
    pub uid_next: Option<u32>,
    /// The server's count.
    pub exists: u32,
    /// Highest change count (RFC 7162).
    pub highest_modseq: Option<u64>,
}

/// A folder opened and listed in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// As [`Reader::examine`] answers.
    pub examined: Examined,
    /// As [`Reader::uids`] answers.
    pub uids: Vec<u32>,
    /// As [`Reader::sizes`] answers, of those that were asked about ahead; empty where the server did not like the question.
    pub letters: Vec<RemoteLetter>,
}

/// More UIDs than the server counted are believed up to this many.
const SLACK: usize = 100_000;

impl Reader {
    /// All folders with role and counts: one round trip where the server can, else LIST and then STATUS.
    ///
    /// # Errors
    /// See [`ConnectError`]; a folder whose counts are refused is listed without.
    pub async fn folders(&mut self) -> Result<Vec<RemoteFolder>, ConnectError> {
        self.folders_knowing(&[]).await
    }

    /// The same by who knows folders already, as the server spells them: their counts are asked for in the same breath as the list, so
    /// that a server without LIST-STATUS costs one round trip too.
    ///
    /// # Errors
    /// As [`Reader::folders`].
    pub async fn folders_knowing(&mut self, known: &[&str]) -> Result<Vec<RemoteFolder>, ConnectError> {
        self.forget();
        let items = list::status_items(&self.can);
        if self.can.list_status {
            let special = if self.can.special_use { "SPECIAL-USE " } else { "" };
            let id = self.send(&format!("LIST \"\" \"*\" RETURN ({special}STATUS {items})")).await?;
            match self.listed(&id).await {
                Err(_) if self.usable => {} // says it can, cannot
                other => {
                    self.learn();
                    return Ok(other?.0);
                }
            }
        }
        let id = match self.can.list_extended && self.can.special_use {
            true => self.send("LIST \"\" \"*\" RETURN (SPECIAL-USE)").await?,
            false => self.send("LIST \"\" \"*\"").await?,
        };
        let (mut asked, mut waiting) = (HashSet::new(), VecDeque::new());
        for (raw_name, quoted) in known.iter().take(MOST_WAITING).filter_map(|name| Some((*name, list::quoted(name).ok()?))) {
            waiting.push_back(self.send(&format!("STATUS {quoted} {items}")).await?);
            asked.insert(raw_name);
        }
        let (mut folders, mut counts) = self.listed(&id).await?;
        self.learn();
        while let Some(id) = waiting.pop_front() {
            self.counted(&id, &mut counts).await?;
        }
        let mut rest: VecDeque<&str> = folders
            .iter()
            .filter(|folder| folder.selectable && !asked.contains(folder.raw_name.as_str()))
            .map(|folder| folder.raw_name.as_str())
            .collect();
        // As many at once as both sides can hold, and the next one as soon as one is answered.
        while !rest.is_empty() || !waiting.is_empty() {
            while waiting.len() < MOST_WAITING
                && let Some(raw_name) = rest.pop_front()
            {
                let command = format!("STATUS {} {items}", list::quoted(raw_name)?);
                waiting.push_back(self.send(&command).await?);
            }
            if let Some(id) = waiting.pop_front() {
                self.counted(&id, &mut counts).await?;
            }
        }
        for folder in &mut folders {
            folder.status = counts.get(&folder.raw_name).copied().or(folder.status);
        }
        Ok(folders)
    }

    /// One answer to STATUS; a refusal leaves the folder without counts.
    async fn counted(&mut self, id: &RequestId, counts: &mut HashMap<String, FolderStatus>) -> Result<(), ConnectError> {
        let outcome = self
            .finish(id, &mut |answer| {
                if let Some((name, status)) = list::status(answer) {
                    counts.insert(name, status);
                }
            })
            .await;
        match outcome {
            Err(ConnectError::Refused { .. } | ConnectError::Protocol { .. }) if self.usable => Ok(()),
            outcome => outcome,
        }
    }

    async fn listed(&mut self, id: &RequestId) -> Result<(Vec<RemoteFolder>, HashMap<String, FolderStatus>), ConnectError> {
        let mut folders: Vec<RemoteFolder> = Vec::new();
        let mut counts: HashMap<String, FolderStatus> = HashMap::new();
        self.finish(id, &mut |answer| {
            if let Some(folder) = list::folder(answer) {
                folders.push(folder);
            } else if let Some((name, status)) = list::status(answer) {
                counts.insert(name, status);
            }
        })
        .await?;
        folders.sort_by(|a, b| a.raw_name.cmp(&b.raw_name));
        folders.dedup_by(|a, b| a.raw_name == b.raw_name);
        for folder in &mut folders {
            folder.status = counts.get(&folder.raw_name).copied();
        }
        list::guess_roles(&mut folders);
        Ok((folders, counts))
    }

    /// Opens a folder, read only.
    ///
    /// # Errors
    /// `Refused` when the server will not; see [`ConnectError`].
    pub async fn examine(&mut self, raw_name: &str) -> Result<Examined, ConnectError> {
        self.forget();
        let id = self.send(&self.examine_command(raw_name)?).await?;
        self.examined(&id).await
    }

    pub(super) fn examine_command(&self, raw_name: &str) -> Result<String, ConnectError> {
        let extra = if self.can.condstore { " (CONDSTORE)" } else { "" };
        Ok(format!("EXAMINE {}{extra}", list::quoted(raw_name)?))
    }

    pub(super) async fn examined(&mut self, id: &RequestId) -> Result<Examined, ConnectError> {
        self.listed.clear();
        let mut seen = Examined::default();
        self.finish(id, &mut |answer| match answer {
            Response::MailboxData(MailboxDatum::Exists(count)) => seen.exists = *count,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(value)) => seen.uid_validity = Some(value),
                Some(ResponseCode::UidNext(value)) => seen.uid_next = Some(value).filter(|value| *value > 0),
                Some(ResponseCode::HighestModSeq(value)) => seen.highest_modseq = Some(value).filter(|value| *value > 0),
                _ => {}
            },
            _ => {}
        })
        .await?;
        self.exists = seen.exists;
        Ok(seen)
    }

    /// The UIDs that are in the opened folder, sorted and unique: the truth, whatever UIDNEXT says.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn uids(&mut self) -> Result<Vec<u32>, ConnectError> {
        self.forget();
        let id = self.send_search(self.can.esearch).await?;
        self.searched(&id).await
    }

    pub(super) async fn send_search(&mut self, in_ranges: bool) -> Result<RequestId, ConnectError> {
        self.send(if in_ranges { "UID SEARCH RETURN (ALL) ALL" } else { "UID SEARCH ALL" }).await
    }

    pub(super) async fn searched(&mut self, id: &RequestId) -> Result<Vec<u32>, ConnectError> {
        let mut exists = self.exists;
        let count = &mut |answer: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Exists(count)) = answer {
                exists = *count;
            }
        };
        match self.finish(id, count).await {
            Err(ConnectError::Refused { .. } | ConnectError::Protocol { .. }) if self.usable && self.can.esearch => {
                self.forget();
                let id = self.send_search(false).await?;
                self.finish(&id, count).await?;
            }
            other => other?,
        }
        self.exists = exists;
        let found = match self.flight.answer.found.take() {
            None if exists > 0 => return Err(self.odd("no answer to a search")),
            found => found.unwrap_or_default(),
        };
        let most = exists as usize + SLACK;
        let mut uids = Vec::new();
        for set in &found {
            let part = uidset::read(set, most.saturating_sub(uids.len())).ok_or_else(|| self.odd("more letters found than there are"))?;
            uids.extend(part.into_iter().filter(|uid| *uid > 0));
        }
        uids.sort_unstable();
        uids.dedup();
        self.listed.clone_from(&uids);
        Ok(uids)
    }

    pub(super) fn odd(&self, said: &str) -> ConnectError {
        ConnectError::Protocol { said: said.to_owned(), transcript: self.tap.record().transcript }
    }
}
