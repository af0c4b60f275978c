//! Disk and memory, as the machine tells.

use model::Room;
use std::path::{Path, PathBuf};

/// Files looked at, at most: a data folder has dozens; whatever else lies there must not hold a page up.
const FILES: usize = 20_000;

/// Room of a data folder. Reads the folder, so it runs beside.
pub async fn of(data: PathBuf) -> Room {
    tokio::task::spawn_blocking(move || look(&data)).await.unwrap_or_default()
}

fn look(data: &Path) -> Room {
    let (free, whole) = disk(data).map_or((None, None), |(free, whole)| (Some(free), Some(whole)));
    Room { free, whole, letters: octets_below(&data.join("packs")), folder: octets_below(data), memory: memory() }
}

fn octets_below(folder: &Path) -> i64 {
    let (mut folders, mut sum, mut files) = (vec![folder.to_owned()], 0, 0);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            files += 1;
            // Not where a link leads: that may be anywhere, and round in circles.
            let Ok(facts) = entry.metadata() else { continue };
            if facts.is_dir() && files < FILES {
                folders.push(entry.path());
            } else if facts.is_file() {
                sum += i64::try_from(facts.len()).unwrap_or(0);
            }
        }
    }
    sum
}

/// Octets free for us, and octets there are.
#[cfg(unix)]
fn disk(folder: &Path) -> Option<(i64, i64)> {
    let facts = rustix::fs::statvfs(folder).ok()?;
    let octets = |blocks: u64| i64::try_from(blocks.saturating_mul(facts.f_frsize)).ok();
    Some((octets(facts.f_bavail)?, octets(facts.f_blocks)?))
}

#[cfg(not(unix))]
fn disk(_: &Path) -> Option<(i64, i64)> {
    None
}

/// Octets of memory that this process holds; Linux tells.
pub fn memory() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kilo| kilo * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_weighed_and_the_disk_asked() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("packs")).unwrap();
        std::fs::write(folder.path().join("packs").join("1.pack"), [0; 5000]).unwrap();
        std::fs::write(folder.path().join("postroom.db"), [0; 300]).unwrap();
        let room = look(folder.path());
        assert_eq!((room.letters, room.folder), (5000, 5300));
        if cfg!(target_os = "linux") {
            assert!(room.free.unwrap() <= room.whole.unwrap() && room.memory.unwrap() > 1_000_000, "{room:?}");
        }
        assert_eq!(look(&folder.path().join("nothing")).folder, 0);
    }
}
