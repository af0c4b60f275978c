//! Folders, opening one, and which UIDs are there.

use super::Reader;
use crate::{
    ConnectError,
    list::{self, FolderStatus, RemoteFolder},
    uidset,
};
use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode};
use std::collections::HashMap;

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

/// More UIDs than the server counted are believed up to this many.
const SLACK: usize = 100_000;

impl Reader {
    /// All folders with role and counts: one round trip where the server can, else LIST and then STATUS.
    ///
    /// # Errors
    /// See [`ConnectError`]; a folder whose counts are refused is listed without.
    pub async fn folders(&mut self) -> Result<Vec<RemoteFolder>, ConnectError> {
        let items = list::status_items(&self.can);
        if self.can.list_status {
            let special = if self.can.special_use { "SPECIAL-USE " } else { "" };
            match self.list(&format!("LIST \"\" \"*\" RETURN ({special}STATUS {items})")).await {
                Err(_) if self.usable => {} // says it can, cannot
                other => return other,
            }
        }
        let mut folders = match self.can.list_extended && self.can.special_use {
            true => self.list("LIST \"\" \"*\" RETURN (SPECIAL-USE)").await?,
            false => self.list("LIST \"\" \"*\"").await?,
        };
        for folder in folders.iter_mut().filter(|folder| folder.selectable) {
            let command = format!("STATUS {} {items}", list::quoted(&folder.raw_name)?);
            let mut found = None;
            match self.run(&command, &mut |answer| found = list::status(answer).or(found.take())).await {
                Ok(()) => folder.status = found.map(|(_, counts)| counts),
                Err(ConnectError::Refused { .. } | ConnectError::Protocol { .. }) if self.usable => {}
                Err(error) => return Err(error),
            }
        }
        Ok(folders)
    }

    async fn list(&mut self, command: &str) -> Result<Vec<RemoteFolder>, ConnectError> {
        let mut folders: Vec<RemoteFolder> = Vec::new();
        let mut counts: HashMap<String, FolderStatus> = HashMap::new();
        self.run(command, &mut |answer| {
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
        Ok(folders)
    }

    /// Opens a folder, read only.
    ///
    /// # Errors
    /// `Refused` when the server will not; see [`ConnectError`].
    pub async fn examine(&mut self, raw_name: &str) -> Result<Examined, ConnectError> {
        let extra = if self.can.condstore { " (CONDSTORE)" } else { "" };
        let name = list::quoted(raw_name)?;
        self.listed.clear();
        let mut seen = Examined::default();
        self.run(&format!("EXAMINE {name}{extra}"), &mut |answer| match answer {
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
        {
            let mut tap = self.tap.lock();
            tap.found.clear();
            tap.searched = false;
        }
        let mut exists = self.exists;
        let count = &mut |answer: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Exists(count)) = answer {
                exists = *count;
            }
        };
        let mut asked = self.can.esearch;
        if asked {
            match self.run("UID SEARCH RETURN (ALL) ALL", count).await {
                Err(ConnectError::Refused { .. } | ConnectError::Protocol { .. }) if self.usable => asked = false,
                other => other?,
            }
        }
        if !asked {
            self.run("UID SEARCH ALL", count).await?;
        }
        self.exists = exists;
        let (found, searched) = {
            let mut tap = self.tap.lock();
            (std::mem::take(&mut tap.found), tap.searched)
        };
        if !searched && exists > 0 {
            return Err(self.odd("no answer to a search"));
        }
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
