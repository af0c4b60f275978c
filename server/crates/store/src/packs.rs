//! Append-only packs: the letters' raw bytes, zstd-compressed, addressed by SHA-256 and verified on every read.
//!
//! A record is on disk (fsync) before the row that points at it is committed, so a kill between the two leaves some
//! unused octets at a pack's end and nothing else. A process writes only to a pack it has locked; a full or
//! foreign pack is left alone. Must never: change or shorten a pack.

use crate::StoreError;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::Write,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// A pack is closed when it is this large, in octets: small enough to copy, large enough to be few.
const FULL: u64 = 1 << 30;
const LEVEL: i32 = 3;

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
    file: File,
    end: u64,
}

impl Packs {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), open: Arc::new(Mutex::new(None)) })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Compresses and appends all of them, then syncs once. On return the bytes are durable.
    pub(crate) async fn append(&self, raws: Vec<Arc<[u8]>>) -> Result<Vec<Place>, StoreError> {
        if raws.is_empty() {
            return Ok(Vec::new());
        }
        let (folder, open) = (self.folder.clone(), Arc::clone(&self.open));
        tokio::task::spawn_blocking(move || append_all(&folder, &open, &raws))
            .await
            .map_err(|_| StoreError::Inconsistent("writing a pack was cut off".into()))?
    }

    /// Reads a record back and checks it against its digest.
    pub(crate) async fn read(&self, place: Place, size: u64, digest: [u8; 32]) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join(&place.pack);
        tokio::task::spawn_blocking(move || read_one(&path, &place, size, &digest))
            .await
            .map_err(|_| StoreError::Inconsistent("reading a pack was cut off".into()))?
    }
}

fn append_all(folder: &Path, open: &Mutex<Option<OpenPack>>, raws: &[Arc<[u8]>]) -> Result<Vec<Place>, StoreError> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    let mut guard = open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if guard.as_ref().is_none_or(|pack| pack.end >= FULL) {
        *guard = Some(lock_one(folder)?);
    }
    let pack = guard.as_mut().expect("set just above");
    let mut places = Vec::with_capacity(raws.len());
    let mut end = pack.end;
    for raw in raws {
        let record = compressor.compress(raw)?;
        pack.file.write_all_at(&record, end)?;
        places.push(Place { pack: pack.name.clone(), at: end, stored: record.len() as u64 });
        end += record.len() as u64;
    }
    pack.file.sync_data()?;
    pack.end = end;
    Ok(places)
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
            return Ok(OpenPack { name: name.clone(), end: file.metadata()?.len(), file });
        }
    }
    let mut number = names.len() + 1;
    loop {
        let name = format!("{number:06}.pack");
        match File::options().read(true).write(true).create_new(true).open(folder.join(&name)) {
            Ok(file) if file.try_lock().is_ok() => {
                // The name must survive a crash too.
                File::open(folder)?.sync_all()?;
                return Ok(OpenPack { name, file, end: 0 });
            }
            Ok(_) => number += 1,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

fn read_one(path: &Path, place: &Place, size: u64, digest: &[u8; 32]) -> Result<Vec<u8>, StoreError> {
    let broken = || StoreError::Inconsistent(format!("the stored letter at {} octet {} is not what was stored", place.pack, place.at));
    let length = usize::try_from(place.stored).map_err(|_| broken())?;
    let mut record = vec![0; length];
    File::open(path).and_then(|file| file.read_exact_at(&mut record, place.at)).map_err(|_| broken())?;
    let raw = zstd::bulk::decompress(&record, usize::try_from(size).map_err(|_| broken())?).map_err(|_| broken())?;
    if Sha256::digest(&raw).as_slice() != digest {
        return Err(broken());
    }
    Ok(raw)
}

/// Copies every pack, as long as it is now, into another folder (for a backup).
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<u64, StoreError> {
    std::fs::create_dir_all(to)?;
    let mut octets = 0;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".pack") {
            octets += std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            File::open(to.join(entry.file_name()))?.sync_all()?;
        }
    }
    File::open(to)?.flush()?;
    Ok(octets)
}
