//! A zip of letters. It is hostile until shown otherwise: what comes out of it is bounded by number, by size, and by how much larger it
//! may be than what went in; its names are read, never used; one zip in another is opened, no further.

use super::{
    contents::{ArchiveError, Contents, Kind, Part, Piece, TELLS, kind, told},
    folder::{delivered_at, of_a_program},
    source::{NotTaken, Slice, Source, take},
};
use postroom_store::{Octets, Store};
use std::{
    io::{BufReader, Read},
    path::Path,
    sync::Mutex,
};
use zip::{ZipArchive, result::ZipError};

/// Files in one zip.
const MOST_MEMBERS: usize = 500_000;
/// Octets out of one file of a zip that holds many letters.
const LARGEST_MBOX: u64 = 32 << 30;
/// So many times larger than packed may a file be, …
const RATIO: u64 = 200;
/// … beyond this many octets.
const FREE: u64 = 4 << 20;
const DEEP: usize = 1;
/// Unpacking leaves so much of the disk to everything else.
const KEPT_FREE: u64 = 1 << 30;

const BOMB: &str = "It unpacks to far more than letters do, and was left alone";

/// A zip that is open.
pub(super) struct Zip(Mutex<ZipArchive<BufReader<Slice>>>);

/// Finds the letters of a zip. `entries`: so many files it can list at most.
pub(super) fn look_through(
    store: &Store,
    contents: &mut Contents,
    source: Source,
    entries: usize,
    deep: usize,
) -> Result<(), ArchiveError> {
    if entries > MOST_MEMBERS {
        return Err(ArchiveError::NotOne(format!("This zip lists more than {MOST_MEMBERS} files. Import it in parts.")));
    }
    let length = source.length()?;
    let archive = ZipArchive::new(BufReader::new(source.reader(0, length)?))
        .map_err(|error| ArchiveError::NotOne(format!("This zip cannot be read: {error}. Was it copied whole?")))?;
    let members = archive.len();
    if members > MOST_MEMBERS {
        return Err(ArchiveError::NotOne(format!("This zip lists more than {MOST_MEMBERS} files. Import it in parts.")));
    }
    let zip = contents.zips.len();
    contents.zips.push(Zip(Mutex::new(archive)));
    // What is unpacked beside the letters is known beforehand, as far as the zip can be believed; it is looked at again while that goes on.
    let bound = FREE.saturating_add(RATIO.saturating_mul(length));
    let unpacked = (0..members).map(|at| contents.zips[zip].unpacked(at)).fold(0, u64::saturating_add).min(bound);
    has_room(unpacked, store.free_octets())?;
    // Files that lie over each other in the zip come out again and again: all of them together are bounded like one.
    let mut left = bound;
    for at in 0..members {
        add(store, contents, Member { zip, at }, &mut left, deep)?;
    }
    Ok(())
}

/// Whether there is room for what a zip unpacks to; what others need of the disk stays free.
fn has_room(unpacked: u64, free: Option<u64>) -> Result<(), ArchiveError> {
    let Some(free) = free else { return Ok(()) };
    if unpacked.saturating_add(KEPT_FREE) <= free || unpacked <= FREE {
        return Ok(());
    }
    Err(ArchiveError::NotOne(format!(
        "This zip unpacks to {}, and {} are free on the server's disk, of which {} stay free for everything else. Make room, or import it in parts.",
        gigabytes(unpacked),
        gigabytes(free),
        gigabytes(KEPT_FREE)
    )))
}

fn gigabytes(octets: u64) -> String {
    format!("{:.1} GB", octets as f64 / 1e9)
}

#[derive(Clone, Copy)]
struct Member {
    zip: usize,
    at: usize,
}

/// What is known of a file of a zip before it is taken out.
struct Look {
    name: String,
    size: u64,
    beginning: Vec<u8>,
    trouble: Option<String>,
}

fn add(store: &Store, contents: &mut Contents, member: Member, left: &mut u64, deep: usize) -> Result<(), ArchiveError> {
    let Some(Look { name, size, beginning, trouble }) = contents.zips[member.zip].look(member.at) else { return Ok(()) };
    let path = Path::new(&name);
    let (shown, bare) = (told(path), path.file_name().and_then(|name| name.to_str()).unwrap_or_default());
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    if folder == Some("tmp") || name.split('/').any(|part| part == "__MACOSX") {
        return Ok(());
    }
    if let Some(trouble) = trouble {
        return contents.refuse(false, format!("{shown}: {trouble}"), size);
    }
    let delivered = matches!(folder, Some("cur" | "new"));
    let what = if delivered { Kind::Letter } else { kind(&beginning, bare) };
    match what {
        Kind::Letter => {
            let Some(rest) = left.checked_sub(size) else {
                return contents.refuse(false, format!("{shown}: {BOMB}"), size);
            };
            *left = rest;
            let arrival = if delivered { delivered_at(path) } else { None };
            contents.add(Piece { part: Part::Member { zip: member.zip, at: member.at }, size, arrival })
        }
        Kind::Zip if deep >= DEEP => {
            contents.refuse(false, format!("{shown}: a zip in a zip in a zip is not opened. Import it by itself"), size)
        }
        // While it is unpacked the disk may fill up otherwise.
        Kind::Mbox | Kind::Zip => match has_room(size.min(*left), store.free_octets())
            .map(|()| contents.zips[member.zip].take(store, member.at, LARGEST_MBOX.min(*left), BOMB))?
        {
            Ok(octets) => {
                *left = left.saturating_sub(octets.length());
                if what == Kind::Mbox {
                    return contents.add_mbox(Source::Octets(octets));
                }
                let marks = super::contents::directory_entries(&Source::Octets(octets.clone()))?;
                match look_through(store, contents, Source::Octets(octets), marks, deep + 1) {
                    Err(ArchiveError::NotOne(reason)) => contents.refuse(false, format!("{shown}: {reason}"), size),
                    outcome => outcome,
                }
            }
            Err(NotTaken::Letter(reason)) => contents.refuse(false, format!("{shown}: {reason}"), size),
            Err(NotTaken::File(reason)) => Err(ArchiveError::File(std::io::Error::other(format!("{shown}: {reason}")))),
            Err(NotTaken::Ours(error)) => Err(error.into()),
        },
        Kind::Packed(what) => contents.refuse(false, format!("{shown}: a {what} file. Unpack it first"), size),
        Kind::Other if size == 0 || of_a_program(bare) => Ok(()),
        Kind::Other => contents.refuse(true, format!("{shown}: not a letter"), size),
    }
}

impl Zip {
    /// What a file says that it unpacks to, as far as it would be unpacked at all.
    fn unpacked(&self, at: usize) -> u64 {
        let mut archive = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        archive.by_index_raw(at).map_or(0, |member| {
            let bound = FREE.saturating_add(RATIO.saturating_mul(member.compressed_size()));
            if member.size() > bound { 0 } else { member.size() }
        })
    }

    /// Looks at a file; `None` for a folder.
    fn look(&self, at: usize) -> Option<Look> {
        let mut archive = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (name, size) = match archive.by_index_raw(at) {
            Ok(member) if member.is_dir() => return None,
            Ok(member) => (String::from_utf8_lossy(member.name_raw()).into_owned(), member.size()),
            Err(error) => {
                return Some(Look { name: format!("File {}", at + 1), size: 0, beginning: Vec::new(), trouble: Some(sentence(&error)) });
            }
        };
        let mut beginning = Vec::new();
        let trouble = match archive.by_index(at) {
            Ok(member) => member.take(TELLS as u64).read_to_end(&mut beginning).err().map(|error| format!("damaged: {error}")),
            Err(error) => Some(sentence(&error)),
        };
        Some(Look { name, size, beginning, trouble })
    }

    /// Takes a file out, as long as it is not suspiciously larger than it was packed.
    pub(super) fn take(&self, store: &Store, at: usize, most: u64, too_much: &str) -> Result<Octets, NotTaken> {
        let mut archive = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut member = archive.by_index(at).map_err(|error| NotTaken::Letter(sentence(&error)))?;
        let bound = FREE.saturating_add(RATIO.saturating_mul(member.compressed_size()));
        let (most, too_much) = if bound < most { (bound, BOMB) } else { (most, too_much) };
        // What it says of its size has been counted; it may not turn out to be more.
        let (most, too_much) =
            if member.size() < most { (member.size(), "It is longer than the zip says, so it is damaged") } else { (most, too_much) };
        take(store, &mut member, false, most, too_much)
    }
}

fn sentence(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => {
            "locked with a password. Unpack it with the password, then import what is in it".to_owned()
        }
        ZipError::UnsupportedArchive(what) => format!("packed in a way that is not understood ({what})"),
        error => format!("damaged: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Both figures are told, and what others need stays free.
    #[test]
    fn a_zip_is_unpacked_only_where_there_is_room() {
        let gb = |n: u64| n * 1_000_000_000;
        assert!(has_room(gb(10), Some(gb(12))).is_ok() && has_room(gb(10), None).is_ok() && has_room(1000, Some(0)).is_ok());
        for (unpacked, free) in [(gb(10), gb(11)), (gb(12), gb(12)), (u64::MAX, gb(500))] {
            let Err(ArchiveError::NotOne(words)) = has_room(unpacked, Some(free)) else { panic!("{unpacked} in {free}") };
            assert!(words.contains(&gigabytes(unpacked)) && words.contains(&gigabytes(free)), "{words}");
        }
    }
}
