//! Where an archive's octets lie, and how a letter is taken out of them: held when small, in a spool when large.

use postroom_connect::LARGE_LETTER;
use postroom_mail::mbox_split::Unquote;
use postroom_store::{Octets, SpoolWriter, Store};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::Arc,
};

/// Letters larger than this (octets) are not taken: they are counted and named.
pub(super) const LARGEST: u64 = 256 << 20;
/// Octets passed on at once.
const BLOCK: usize = 128 << 10;

/// Octets that can be read from any place on.
#[derive(Clone)]
pub(super) enum Source {
    /// A file that is open.
    File(Arc<File>),
    /// One of many in a folder: opened when it is read.
    Path(PathBuf),
    /// What came by upload, or out of another archive.
    Octets(Octets),
}

impl Source {
    pub(super) fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read_at(into, at),
            Self::Path(path) => File::open(path)?.read_at(into, at),
            Self::Octets(octets) => octets.read_at(at, into),
        }
    }

    /// The same, open for many readings.
    pub(super) fn opened(&self) -> io::Result<Self> {
        match self {
            Self::Path(path) => Ok(Self::File(Arc::new(File::open(path)?))),
            other => Ok(other.clone()),
        }
    }

    /// Where it lies, if it is one of many.
    pub(super) fn path(&self) -> Option<&std::path::Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::File(_) | Self::Octets(_) => None,
        }
    }

    /// The same letter under the name that it has now: programs rename a letter of a Maildir when it is opened, answered or marked.
    pub(super) fn found_again(&self) -> Option<Self> {
        let path = self.path()?;
        let (folder, key) = (path.parent()?, bare(path)?);
        let beside = folder.parent().filter(|_| matches!(folder.file_name().and_then(|name| name.to_str()), Some("cur" | "new")));
        let places = match beside {
            Some(beside) => vec![beside.join("cur"), beside.join("new")],
            None => return None,
        };
        let entries = places.into_iter().filter_map(|place| std::fs::read_dir(place).ok()).flatten().flatten();
        let same = |entry: &std::fs::DirEntry| {
            entry.file_type().is_ok_and(|kind| kind.is_file()) && bare(&entry.path()).as_deref() == Some(key.as_str())
        };
        entries.filter(same).map(|entry| Self::Path(entry.path())).next()
    }

    pub(super) fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Path(path) => Ok(std::fs::metadata(path)?.len()),
            Self::Octets(octets) => Ok(octets.length()),
        }
    }

    /// The first octets.
    pub(super) fn beginning(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut reader = self.reader(0, most as u64)?;
        let mut some = Vec::new();
        reader.read_to_end(&mut some)?;
        Ok(some)
    }

    /// A part of it as a reader.
    pub(super) fn reader(&self, at: u64, length: u64) -> io::Result<Slice> {
        Ok(Slice { source: self.opened()?, start: at, at: 0, length })
    }
}

/// The name of a letter in a Maildir without its flags.
fn bare(path: &std::path::Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    Some(super::folder::without_flags(name).to_owned())
}

/// A part of a source, with a place in it.
pub(super) struct Slice {
    source: Source,
    start: u64,
    at: u64,
    length: u64,
}

impl Read for Slice {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX).min(into.len());
        let got = self.source.read_at(self.start + self.at, &mut into[..room])?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Slice {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::End(by) => i128::from(self.length) + i128::from(by),
            SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        self.at = u64::try_from(place).map_err(|_| io::Error::other("a place before the beginning"))?;
        Ok(self.at)
    }
}

/// Why octets were not taken.
pub(super) enum NotTaken {
    /// They are at fault: the sentence goes to the queue.
    Letter(String),
    /// The disk they lie on is, or they are elsewhere by now: they are asked for again at the next import.
    File(String),
    /// Our own disk or store is.
    Ours(postroom_store::StoreError),
}

/// Takes octets in, at most so many; large ones end in a spool.
pub(super) fn take(store: &Store, from: &mut dyn Read, unquote: bool, most: u64, too_much: &str) -> Result<Octets, NotTaken> {
    let mut held: Vec<u8> = Vec::new();
    let mut spool: Option<SpoolWriter> = None;
    let mut unquoting = Unquote::default();
    let (mut block, mut taken) = (vec![0; BLOCK], 0_u64);
    loop {
        let got = match from.read(&mut block) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // What the system says is of the disk; what has no number of its own was found in the octets.
            Err(error) if error.raw_os_error().is_some() => return Err(NotTaken::File(error.to_string())),
            Err(error) => return Err(NotTaken::Letter(format!("It cannot be read: {error}"))),
        };
        taken += got as u64;
        if taken > most {
            return Err(NotTaken::Letter(too_much.to_owned()));
        }
        match (unquote, got) {
            (true, 0) => unquoting.flush(&mut held),
            (true, _) => unquoting.feed(&block[..got], &mut held),
            (false, _) => held.extend_from_slice(&block[..got]),
        }
        if held.len() as u64 > LARGE_LETTER || spool.is_some() {
            let writer = match &mut spool {
                Some(writer) => writer,
                None => spool.insert(store.spool().map_err(NotTaken::Ours)?),
            };
            writer.write(&held).map_err(|error| NotTaken::Ours(error.into()))?;
            held.clear();
        }
        if got == 0 {
            return Ok(spool.map_or_else(|| held.into(), |spool| spool.finish().into()));
        }
    }
}
