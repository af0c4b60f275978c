//! Append-only packs: the letters' raw bytes, zstd-compressed, addressed by SHA-256 and verified on every read.
//!
//! A record is on disk (fsync) before the row that points at it is committed (it is synced while the rows are written), so a kill between the two leaves some
//! unused octets at a pack's end and nothing else. A process writes only to a pack it has locked; a full or
//! foreign pack is left alone. Must never: change or shorten a pack.

use crate::{
    StoreError,
    spool::{Octets, OctetsReader, Spool, SpoolWriter},
};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;

/// A pack is closed when it is this large, in octets: small enough to copy, large enough to be few.
const FULL: u64 = 1 << 30;
/// Most octets are files in base64, of which every level leaves the same; of the rest a higher one would save a few in a hundred.
const LEVEL: i32 = 1;
/// Octets read at once.
const BLOCK: usize = 128 << 10;
/// No more room than this is made on a row's word alone.
const HELD_BEFORE_READ: usize = 16 << 20;

/// Where a record lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub pack: String,
    pub at: u64,
    pub stored: u64,
}

pub(crate) struct Packs {
    folder: PathBuf,
    /// The pack this process appends to, locked; taken on the first write.
    open: Arc<Mutex<Option<OpenPack>>>,
}

struct OpenPack {
    name: String,
    file: Arc<File>,
    end: u64,
}

/// Octets that are written and on their way to the disk.
#[must_use = "what is not waited for is not durable"]
pub(crate) struct Syncing(Option<JoinHandle<io::Result<()>>>);

impl Syncing {
    /// Waits until the octets are durable; at once when they are.
    pub(crate) async fn wait(&mut self) -> Result<(), StoreError> {
        if let Some(syncing) = self.0.take() {
            syncing.await.map_err(|_| StoreError::Inconsistent("writing a pack was cut off".into()))??;
            postroom_brink::pass("pack synced");
        }
        Ok(())
    }
}

impl Packs {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        crate::private_folder(folder)?;
        Ok(Self { folder: folder.to_owned(), open: Arc::new(Mutex::new(None)) })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Compresses and appends all of them. The bytes are durable once [`Syncing::wait`] has answered: until then rows that point at them
    /// may be written, but not committed.
    pub(crate) async fn append(&self, raws: Vec<Octets>) -> Result<(Vec<Place>, Syncing), StoreError> {
        if raws.is_empty() {
            return Ok((Vec::new(), Syncing(None)));
        }
        let (folder, open) = (self.folder.clone(), Arc::clone(&self.open));
        let (places, file) = tokio::task::spawn_blocking(move || append_all(&folder, &open, &raws))
            .await
            .map_err(|_| StoreError::Inconsistent("writing a pack was cut off".into()))??;
        postroom_brink::pass("pack written");
        Ok((places, Syncing(Some(tokio::task::spawn_blocking(move || file.sync_data())))))
    }

    /// Reads a record back and checks it against its digest.
    pub(crate) async fn read(&self, place: Place, size: u64, digest: [u8; 32]) -> Result<Vec<u8>, StoreError> {
        self.checked(
            place,
            size,
            digest,
            move || Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(HELD_BEFORE_READ)),
            Vec::write_all,
        )
        .await
    }

    /// Checks a record against its digest without holding it.
    pub(crate) async fn check(&self, place: Place, size: u64, digest: [u8; 32]) -> Result<(), StoreError> {
        self.checked(place, size, digest, || (), |(), _| Ok(())).await
    }

    /// Reads a record into a spool and checks it against its digest.
    pub(crate) async fn read_spooled(&self, place: Place, size: u64, digest: [u8; 32], spool: SpoolWriter) -> Result<Spool, StoreError> {
        Ok(self.checked(place, size, digest, || spool, SpoolWriter::write).await?.finish())
    }

    /// Hands a record over in pieces, and answers only when all of them were what was stored.
    async fn checked<T: Send + 'static>(
        &self,
        place: Place,
        size: u64,
        digest: [u8; 32],
        start: impl FnOnce() -> T + Send + 'static,
        each: impl Fn(&mut T, &[u8]) -> io::Result<()> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = self.folder.join(&place.pack);
        tokio::task::spawn_blocking(move || {
            let broken =
                || StoreError::Inconsistent(format!("the stored letter at {} octet {} is not what was stored", place.pack, place.at));
            let mut into = start();
            let file = File::open(&path).map_err(|_| broken())?;
            let mut record =
                zstd::stream::read::Decoder::new(Record { file: &file, at: place.at, left: place.stored }).map_err(|_| broken())?;
            let (mut block, mut seen, mut left) = (vec![0; BLOCK], Sha256::new(), size);
            loop {
                match record.read(&mut block).map_err(|_| broken())? {
                    0 => break,
                    got => {
                        left = left.checked_sub(got as u64).ok_or_else(broken)?;
                        seen.update(&block[..got]);
                        each(&mut into, &block[..got])?;
                    }
                }
            }
            if seen.finalize().as_slice() != digest { Err(broken()) } else { Ok(into) }
        })
        .await
        .map_err(|_| StoreError::Inconsistent("reading a pack was cut off".into()))?
    }
}

fn append_all(folder: &Path, open: &Mutex<Option<OpenPack>>, raws: &[Octets]) -> Result<(Vec<Place>, Arc<File>), StoreError> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    let mut guard = open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if guard.as_ref().is_none_or(|pack| pack.end >= FULL) {
        *guard = Some(lock_one(folder)?);
    }
    let pack = guard.as_mut().expect("set just above");
    let mut places = Vec::with_capacity(raws.len());
    let mut end = pack.end;
    for raw in raws {
        let at = end;
        match raw {
            Octets::Held(raw) => {
                let record = compressor.compress(raw)?;
                pack.file.write_all_at(&record, end)?;
                end += record.len() as u64;
            }
            Octets::Spooled(_) => {
                let mut tail = Tail { file: &pack.file, at: end };
                zstd::stream::copy_encode(OctetsReader::new(raw), &mut tail, LEVEL)?;
                end = tail.at;
            }
        }
        places.push(Place { pack: pack.name.clone(), at, stored: end - at });
    }
    pack.end = end;
    Ok((places, Arc::clone(&pack.file)))
}

/// Takes over a pack that nobody writes to and that has room, or makes a new one.
fn lock_one(folder: &Path) -> Result<OpenPack, StoreError> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".pack"))
        .collect();
    names.sort();
    for name in names.iter().rev() {
        let file = File::options().read(true).write(true).open(folder.join(name))?;
        let end = file.metadata()?.len();
        if end < FULL && file.try_lock().is_ok() {
            return Ok(OpenPack { name: name.clone(), end: file.metadata()?.len(), file: Arc::new(file) });
        }
    }
    let mut number = names.len() + 1;
    loop {
        let name = format!("{number:06}.pack");
        match File::options().read(true).write(true).create_new(true).open(folder.join(&name)) {
            Ok(file) if file.try_lock().is_ok() => {
                // The name must survive a crash too.
                File::open(folder)?.sync_all()?;
                return Ok(OpenPack { name, file: Arc::new(file), end: 0 });
            }
            Ok(_) => number += 1,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes at the end of a pack.
struct Tail<'f> {
    file: &'f File,
    at: u64,
}

impl Write for Tail<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write_all_at(octets, self.at)?;
        self.at += octets.len() as u64;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a record of a pack.
struct Record<'f> {
    file: &'f File,
    at: u64,
    left: u64,
}

impl Read for Record<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let got = self.file.read_at(&mut into[..room], self.at)?;
        self.at += got as u64;
        self.left -= got as u64;
        Ok(got)
    }
}

/// Copies every pack, as long as it is now, into another folder (for a backup).
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<u64, StoreError> {
    crate::private_folder(to)?;
    let mut octets = 0;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".pack") {
            octets += std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            postroom_brink::pass("pack copied");
            File::open(to.join(entry.file_name()))?.sync_all()?;
        }
    }
    File::open(to)?.flush()?;
    Ok(octets)
}
