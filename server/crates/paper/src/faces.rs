//! Typefaces: those that travel with the program first, so that a sheet looks the same everywhere; then what the machine has, for scripts
//! that ours lack.

use std::{
    path::{Path, PathBuf},
    sync::{LazyLock, OnceLock},
};
use typst::{
    foundations::Bytes,
    text::{Font, FontBook, FontInfo},
    utils::LazyHash,
};

/// Where systems keep typefaces.
const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts"];
/// Deeper than this no folder of typefaces goes.
const DEPTH: usize = 4;
/// So many files are looked at; a machine of a designer has thousands, and the first sheet should not wait for all.
const FILES: usize = 400;

/// All faces that can be set.
pub(crate) struct Faces {
    pub book: LazyHash<FontBook>,
    slots: Vec<Slot>,
}

enum Slot {
    Ours(Font),
    /// Read when it is first needed: those of large scripts take tens of megabytes.
    Theirs {
        path: PathBuf,
        index: u32,
        font: OnceLock<Option<Font>>,
    },
}

/// The faces of this machine.
pub(crate) static FACES: LazyLock<Faces> = LazyLock::new(|| {
    let mut faces = Faces { book: LazyHash::new(FontBook::new()), slots: Vec::new() };
    let mut book = FontBook::new();
    for file in typst_assets::fonts() {
        for font in Font::iter(Bytes::new(file)) {
            book.push(font.info().clone());
            faces.slots.push(Slot::Ours(font));
        }
    }
    let mut files = Vec::new();
    for folder in FOLDERS {
        gather(Path::new(folder), DEPTH, &mut files);
    }
    files.sort();
    for path in files.into_iter().take(FILES) {
        let Ok(octets) = std::fs::read(&path) else { continue };
        for (index, info) in FontInfo::iter(&octets).enumerate() {
            book.push(info);
            faces.slots.push(Slot::Theirs { path: path.clone(), index: index as u32, font: OnceLock::new() });
        }
    }
    faces.book = LazyHash::new(book);
    faces
});

impl Faces {
    pub fn font(&self, index: usize) -> Option<Font> {
        match self.slots.get(index)? {
            Slot::Ours(font) => Some(font.clone()),
            Slot::Theirs { path, index, font } => font.get_or_init(|| Font::new(Bytes::new(std::fs::read(path).ok()?), *index)).clone(),
        }
    }
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if depth > 0 {
                gather(&path, depth - 1, files);
            }
        } else if path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ["ttf", "otf", "ttc", "otc"].contains(&ending)) {
            files.push(path);
        }
    }
}
