//! A folder as an archive: a Maildir with all its sub-folders, or files that are letters or mboxes. Flags of a Maildir are not looked at,
//! and what a program has not finished writing (`tmp`) is not a letter yet.
//!
//! Must never: follow a link out of the folder.

use super::{
    contents::{ArchiveError, Contents, Kind, MOST_LETTERS, TELLS, kind, told},
    source::Source,
};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Folders in folders.
const DEEP: usize = 16;
/// How files are cut into letters, as part of the digest: numbers given in one way mean nothing in another.
const WAY: &[u8] = b"folder 2";

/// A file that was found.
struct Found {
    /// What it is known by: its path without the flags, and the same in `new` and in `cur`.
    key: String,
    path: PathBuf,
    size: u64,
    /// It lies in `cur` or `new` of a Maildir, so it is a letter.
    delivered: bool,
}

pub(super) fn look_through(contents: &mut Contents, root: &Path) -> Result<(), ArchiveError> {
    let mut found = Vec::new();
    walk(root, root, 0, &mut found)?;
    found.sort_by(|a, b| a.key.cmp(&b.key));
    let mut digest = Sha256::new();
    digest.update(WAY);
    for file in found {
        digest.update((file.key.len() as u64).to_be_bytes());
        digest.update(file.key.as_bytes());
        digest.update(file.size.to_be_bytes());
        let before = contents.pieces.len();
        add(contents, root, file)?;
        // Numbers count what was found in each file: the same numbers are the same letters only where as many were found.
        let pieces = &contents.pieces[before..];
        digest.update((pieces.len() as u64).to_be_bytes());
        for piece in pieces {
            digest.update([piece.part.mark()]);
            digest.update(piece.size.to_be_bytes());
        }
    }
    contents.digest = digest.finalize().into();
    Ok(())
}

fn add(contents: &mut Contents, root: &Path, file: Found) -> Result<(), ArchiveError> {
    let source = Source::Path(file.path.clone());
    if file.delivered {
        return contents.add_letter(source, delivered_at(&file.path));
    }
    let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let shown = told(file.path.strip_prefix(root).unwrap_or(&file.path));
    match source.beginning(TELLS).map(|beginning| kind(&beginning, name)) {
        Ok(Kind::Mbox) => contents.add_mbox(source),
        Ok(Kind::Letter) => contents.add_letter(source, None),
        Ok(Kind::Zip | Kind::Packed(_)) => {
            contents.refuse(false, format!("{shown}: a packed file in a folder. Import it by itself"), file.size)
        }
        Ok(Kind::Other) if file.size == 0 || of_a_program(name) => Ok(()),
        Ok(Kind::Other) => contents.refuse(true, format!("{shown}: not a letter"), file.size),
        // It may be readable tomorrow, and hold a thousand letters: nothing is numbered without it.
        Err(error) => Err(ArchiveError::File(std::io::Error::new(error.kind(), format!("{shown}: {error}")))),
    }
}

/// Indexes and notes of mail programs, beside the letters.
pub(super) fn of_a_program(name: &str) -> bool {
    let known = ["dovecot", "maildir", ".DS_Store", "Thumbs.db", "courier", "subscriptions", ".nfs", "cyrus."];
    let ends = [".msf", ".dat", ".idx", ".lock", ".html"];
    known.iter().any(|start| name.starts_with(start)) || ends.iter().any(|end| name.ends_with(end)) || name.starts_with("._")
}

fn walk(root: &Path, folder: &Path, deep: usize, found: &mut Vec<Found>) -> Result<(), ArchiveError> {
    if deep > DEEP {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path = entry.path();
        if kind.is_dir() {
            // `tmp` beside `cur` is a Maildir's; anywhere else it is a name like others.
            if !(entry.file_name() == "tmp" && folder.join("cur").is_dir()) {
                walk(root, &path, deep + 1, found)?;
            }
        } else if kind.is_file() {
            if found.len() >= MOST_LETTERS {
                return Err(ArchiveError::NotOne(format!("This folder holds more than {MOST_LETTERS} files. Import it in parts.")));
            }
            found.push(describe(root, path, entry.metadata()?.len()));
        }
    }
    Ok(())
}

fn describe(root: &Path, path: PathBuf, size: u64) -> Found {
    let within = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
    let parent = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    // The folder that was named may be `cur` itself.
    let delivered = matches!(parent, Some("cur" | "new"));
    let key = if delivered { maildir_key(&within) } else { within };
    Found { key, path, size, delivered }
}

/// What a letter of a Maildir is known by, whatever its flags, read or unread.
pub(super) fn maildir_key(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{}", without_flags(name))
}

/// The name of a letter in a Maildir, without what says whether it was read or answered.
pub(super) fn without_flags(name: &str) -> &str {
    name.rsplit_once(":2,").or_else(|| name.rsplit_once(";2,")).or_else(|| name.rsplit_once("!2,")).map_or(name, |(name, _)| name)
}

/// The moment in the name of a Maildir's letter, ms: it begins with the seconds since 1970.
pub(super) fn delivered_at(path: &Path) -> Option<i64> {
    let name = path.file_name()?.to_str()?;
    let seconds: i64 = name.split('.').next()?.parse().ok()?;
    (631_152_000..4_102_444_800).contains(&seconds).then_some(seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_a_maildir_keeps_its_key_when_it_is_read() {
        assert_eq!(maildir_key("new/1773479520.M1P2.host"), maildir_key("cur/1773479520.M1P2.host:2,RS"));
        assert_eq!(maildir_key(".Sent/cur/7.x:2,"), ".Sent/7.x");
        assert_ne!(maildir_key(".Sent/cur/7.x"), maildir_key("cur/7.x"));
    }

    #[test]
    fn the_moment_of_delivery_stands_in_the_name() {
        assert_eq!(delivered_at(Path::new("cur/1773479520.M1P2.host:2,S")), Some(1_773_479_520_000));
        assert_eq!(delivered_at(Path::new("cur/12.x")), None);
    }
}
