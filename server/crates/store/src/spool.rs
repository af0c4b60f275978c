//! Octets too many to be held, in a file that has no name: nobody else can open it, and it is gone when the last holder is, even
//! after a kill. Must never: outlive its process, unless it is told to (`uploads`).

use crate::StoreError;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Where spools are made, inside the data folder: letters never lie in the machine's common temporary folder.
const FOLDER: &str = "spool";

/// Octets in a file of their own, complete.
#[derive(Debug)]
pub struct Spool {
    file: File,
    length: u64,
    digest: [u8; 32],
}

/// A spool that is being written.
#[derive(Debug)]
pub struct SpoolWriter {
    file: File,
    length: u64,
    digest: Sha256,
}

impl SpoolWriter {
    pub(crate) fn new(data: &Path) -> Result<Self, StoreError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let folder = data.join(FOLDER);
        crate::private_folder(&folder)?;
        if let Some(file) = nameless(&folder) {
            return Ok(Self { file, length: 0, digest: Sha256::new() });
        }
        let name = folder.join(format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)));
        let file = File::options().read(true).write(true).create(true).truncate(true).mode(0o600).open(&name)?;
        std::fs::remove_file(&name)?;
        Ok(Self { file, length: 0, digest: Sha256::new() })
    }

    /// Adds octets.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.file.write_all_at(octets, self.length)?;
        self.length += octets.len() as u64;
        self.digest.update(octets);
        Ok(())
    }

    /// Octets so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// It is complete.
    pub fn finish(self) -> Spool {
        Spool { file: self.file, length: self.length, digest: self.digest.finalize().into() }
    }
}

impl Spool {
    /// Octets.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// SHA-256 of the octets.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Reads from a place on; 0 at the end.
    ///
    /// # Errors
    /// The disk's.
    pub fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(into, at)
    }

    /// Gives the octets a name, durably: from now on they outlive this process.
    ///
    /// # Errors
    /// The disk's; also where it makes no files without a name.
    #[cfg(target_os = "linux")]
    pub(crate) fn keep_as(&self, name: &Path) -> io::Result<()> {
        use rustix::fs::{AtFlags, CWD, linkat};
        use std::os::fd::AsRawFd;
        self.file.sync_all()?;
        let own = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        Ok(linkat(CWD, own, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    }

    /// Elsewhere nothing is kept.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn keep_as(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Octets that were kept under a name.
    pub(crate) fn open(name: &Path, digest: [u8; 32]) -> io::Result<Self> {
        let file = File::open(name)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length, digest })
    }
}

/// A file that never had a name and can be given one later; `None` where the disk or the machine cannot.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let wanted = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    rustix::fs::open(folder, wanted, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

/// Octets free for us on the disk of a folder; `None` where the machine does not tell.
#[cfg(unix)]
pub(crate) fn free(folder: &Path) -> Option<u64> {
    let facts = rustix::fs::statvfs(folder).ok()?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

#[cfg(not(unix))]
pub(crate) fn free(_: &Path) -> Option<u64> {
    None
}

/// A kill between making a spool and taking its name away leaves the name: whoever starts next removes it. A file that is in use
/// loses nothing by that.
pub(crate) fn sweep(data: &Path) -> Result<(), StoreError> {
    match std::fs::read_dir(data.join(FOLDER)) {
        Ok(entries) => {
            for entry in entries {
                match std::fs::remove_file(entry?.path()) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                    _ => {}
                }
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The octets of a letter or a file: held where they are few, in a spool where they are many.
#[derive(Debug, Clone)]
pub enum Octets {
    /// In memory.
    Held(Arc<Vec<u8>>),
    /// In a file.
    Spooled(Arc<Spool>),
}

impl Octets {
    /// How many.
    pub fn length(&self) -> u64 {
        match self {
            Self::Held(octets) => octets.len() as u64,
            Self::Spooled(spool) => spool.length(),
        }
    }

    /// Reads from a place on; 0 at the end.
    ///
    /// # Errors
    /// The disk's.
    pub fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Held(octets) => {
                let rest = usize::try_from(at).ok().and_then(|at| octets.get(at..)).unwrap_or_default();
                let part = rest.len().min(into.len());
                into[..part].copy_from_slice(&rest[..part]);
                Ok(part)
            }
            Self::Spooled(spool) => spool.read_at(at, into),
        }
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self::Held(Arc::new(octets))
    }
}

impl From<Spool> for Octets {
    fn from(spool: Spool) -> Self {
        Self::Spooled(Arc::new(spool))
    }
}

/// Reads octets from their beginning.
pub(crate) struct OctetsReader<'o> {
    octets: &'o Octets,
    at: u64,
}

impl<'o> OctetsReader<'o> {
    pub(crate) fn new(octets: &'o Octets) -> Self {
        Self { octets, at: 0 }
    }
}

impl io::Read for OctetsReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.octets.read_at(self.at, into)?;
        self.at += got as u64;
        Ok(got)
    }
}
