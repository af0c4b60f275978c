//! Uploaded files until their import is through: octets under a name of their own in the data folder, and beside them a note of what they
//! are, so that an import goes on after a restart.
//!
//! The note is written first: whatever lies there without one was never meant to be kept. Must never: leave a file behind whose import has
//! ended, or be read by another office than the one whose folder this is.

use crate::{Octets, Spool, Store, StoreError};
use model::AccountId;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

const FOLDER: &str = "uploads";

/// What an uploaded file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    account: i64,
    name: String,
    principal: String,
    digest: [u8; 32],
}

/// An uploaded file that is kept until [`Store::end_upload`].
#[derive(Debug, Clone)]
pub struct Upload {
    /// Where its letters go.
    pub account: AccountId,
    /// What it was called.
    pub name: String,
    /// Who uploaded it, as the audit trail names him or her.
    pub principal: String,
    /// The file.
    pub octets: Octets,
    stem: PathBuf,
}

impl Store {
    /// Keeps an uploaded file beyond the end of this process. Waits for the disk.
    ///
    /// # Errors
    /// The disk's; also where it cannot keep what has no name: the file is then there as long as its holder.
    pub fn keep_upload(&self, account: AccountId, name: &str, principal: &str, octets: &Octets) -> Result<Upload, StoreError> {
        let Octets::Spooled(spool) = octets else { return Err(io::Error::from(io::ErrorKind::Unsupported).into()) };
        let folder = self.data_folder().join(FOLDER);
        crate::private_folder(&folder)?;
        let digest = spool.digest();
        let stem = folder.join(format!("{account}-{}", crate::audit::hex(&digest[..16])));
        let note = Note { account: account.0, name: name.to_owned(), principal: principal.to_owned(), digest };
        let json = serde_json::to_vec(&note).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        let upload = Upload { account, name: name.to_owned(), principal: principal.to_owned(), octets: octets.clone(), stem };
        let kept = write_note(&upload.note(), &json).and_then(|()| match spool.keep_as(&upload.file()) {
            // The same file for the same archive waits already.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        });
        if let Err(error) = kept {
            forget(&upload.note())?;
            return Err(error.into());
        }
        File::open(&folder)?.sync_all()?;
        Ok(upload)
    }

    /// The uploaded files whose imports were not through when the process before this one ended.
    ///
    /// # Errors
    /// The disk's.
    pub fn uploads(&self) -> Result<Vec<Upload>, StoreError> {
        let mut found = Vec::new();
        let entries = match fs::read_dir(self.data_folder().join(FOLDER)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "json") {
                match read_upload(&path.with_extension("")) {
                    Some(upload) => found.push(upload),
                    None => forget(&path)?,
                }
            } else if !path.with_extension("json").exists() {
                forget(&path)?;
            }
        }
        found.sort_by(|one, other| one.stem.cmp(&other.stem));
        Ok(found)
    }

    /// An import is through: its file goes.
    ///
    /// # Errors
    /// The disk's.
    pub fn end_upload(&self, upload: &Upload) -> Result<(), StoreError> {
        forget(&upload.file())?;
        forget(&upload.note())
    }
}

impl Upload {
    fn file(&self) -> PathBuf {
        self.stem.with_extension("letters")
    }

    fn note(&self) -> PathBuf {
        self.stem.with_extension("json")
    }
}

/// A note that cannot be read, or one without its file, is none.
fn read_upload(stem: &Path) -> Option<Upload> {
    let note: Note = serde_json::from_slice(&fs::read(stem.with_extension("json")).ok()?).ok()?;
    let spool = Spool::open(&stem.with_extension("letters"), note.digest).ok()?;
    let account = AccountId(note.account);
    Some(Upload { account, name: note.name, principal: note.principal, octets: spool.into(), stem: stem.to_owned() })
}

fn write_note(path: &Path, json: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(json)?;
    file.sync_all()
}

fn forget(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
