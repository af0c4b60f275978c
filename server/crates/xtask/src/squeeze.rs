//! Files of the site: written whole or not at all, with their compressed twins beside them.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The site being written; remembers every file that belongs to it.
pub struct SiteFolder {
    folder: PathBuf,
    brotli_quality: i32,
    kept: BTreeSet<PathBuf>,
}

impl SiteFolder {
    /// `brotli_quality`: 5 while developing, 11 for a release (smallest, a few seconds).
    pub fn new(folder: &Path, brotli_quality: i32) -> Self {
        Self { folder: folder.to_owned(), brotli_quality, kept: BTreeSet::new() }
    }

    /// Puts a file there; a file with the same content is left alone, so a second start costs nothing.
    pub fn put(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        let changed = std::fs::read(&path).map_or(true, |old| old != content);
        if changed {
            write_whole(&path, content)?;
        }
        self.kept.insert(path.clone());
        if compresses(name) {
            let twins = [twin(&path, "br"), twin(&path, "gz")];
            if changed || !twins.iter().all(|twin| twin.exists()) {
                self.squeeze(content, &twins)?;
            }
            self.kept.extend(twins);
        }
        Ok(())
    }

    /// Keeps a file that stands there already, with its twins; `false` if one of them is gone.
    pub fn keep(&mut self, name: &str) -> bool {
        let path = self.folder.join(name);
        let mut files = vec![path.clone()];
        if compresses(name) {
            files.extend([twin(&path, "br"), twin(&path, "gz")]);
        }
        let whole = files.iter().all(|file| file.is_file());
        self.kept.extend(files);
        whole
    }

    /// Octets of a file's Brotli twin.
    pub fn brotli_size(&self, name: &str) -> Result<u64> {
        let path = twin(&self.folder.join(name), "br");
        Ok(std::fs::metadata(&path).with_context(|| format!("Measuring {}", path.display()))?.len())
    }

    /// Removes what belonged to an earlier build.
    pub fn sweep(&self) -> Result<()> {
        sweep(&self.folder, &self.kept)
    }

    fn squeeze(&self, content: &[u8], twins: &[PathBuf; 2]) -> Result<()> {
        std::thread::scope(|scope| {
            let brotli = scope.spawn(|| write_whole(&twins[0], &brotli(content, self.brotli_quality)?));
            write_whole(&twins[1], &gzip(content)?)?;
            brotli.join().expect("compression does not panic")
        })
    }
}

/// `postroom.css` → `postroom.1a2b3c4d.css`: the name changes with the content, so browsers may keep it for ever.
pub fn hashed_name(stem: &str, extension: &str, content: &[u8]) -> String {
    format!("{stem}.{}.{extension}", &fingerprint(content)[..8])
}

/// SHA-256 in lower-case hex.
pub fn fingerprint(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Writes beside and renames: a stop in between leaves no half file under the final name.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("A file stands in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("Making {}", folder.display()))?;
    let beside = twin(path, "new");
    std::fs::write(&beside, content).with_context(|| format!("Writing {}", beside.display()))?;
    std::fs::rename(&beside, path).with_context(|| format!("Renaming to {}", path.display()))
}

fn brotli(content: &[u8], quality: i32) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut out, &params).context("Compressing with Brotli")?;
    Ok(out)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(content)?;
    encoder.finish().context("Compressing with gzip")
}

fn twin(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn compresses(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["js", "wasm", "css", "svg", "html", "txt", "webmanifest", "ico"].contains(&extension)
}

fn sweep(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("Listing {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            sweep(&path, kept)?;
            // Only an empty folder goes; the error for a full one is what keeps it.
            let _ = std::fs::remove_dir(&path);
        } else if !kept.contains(&path) {
            std::fs::remove_file(&path).with_context(|| format!("Removing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content() {
        let (a, b) = (hashed_name("postroom", "css", b"a"), hashed_name("postroom", "css", b"b"));
        assert_ne!(a, b);
        assert_eq!(a, "postroom.ca978112.css");
    }

    #[test]
    fn an_earlier_build_is_swept_away_and_the_twins_of_this_one_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = SiteFolder::new(folder.path(), 5);
        first.put("pkg/postroom.1.css", b"a { color: red }").unwrap();
        let mut second = SiteFolder::new(folder.path(), 5);
        second.put("pkg/postroom.2.css", b"a { color: blue }").unwrap();
        second.sweep().unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path().join("pkg")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["postroom.2.css", "postroom.2.css.br", "postroom.2.css.gz"]);
    }

    #[test]
    fn a_twin_that_is_gone_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut site = SiteFolder::new(folder.path(), 5);
        site.put("icon.svg", b"<svg/>").unwrap();
        std::fs::remove_file(folder.path().join("icon.svg.br")).unwrap();
        assert!(!SiteFolder::new(folder.path(), 5).keep("icon.svg"));
        site.put("icon.svg", b"<svg/>").unwrap();
        assert!(SiteFolder::new(folder.path(), 5).keep("icon.svg"));
    }
}
