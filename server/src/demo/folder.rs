//! The demo's own folder: marked, so that it is never mistaken for an office, nor an office for it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// A file that says what the folder is.
const MARK: &str = "this-is-a-demo.txt";
const WORDS: &str =
    "A demo office of Postroom: made-up clients and letters, published passwords. It is made anew at every start of the demo.\n";
/// What `--data` is when nobody says anything.
const USUAL: &str = "./data";

/// The demo's folder, empty but for its mark. An earlier demo in it is wiped; anything else is left alone.
pub fn fresh(data: &Path) -> Result<PathBuf> {
    let folder = if data == Path::new(USUAL) { PathBuf::from("./data-demo") } else { data.to_owned() };
    if folder.exists() {
        let empty = std::fs::read_dir(&folder).with_context(|| format!("Reading {}", folder.display()))?.next().is_none();
        if !empty && !is_a_demos(&folder) {
            bail!(
                "{0} holds something that is no demo, perhaps your office. Give the demo a folder of its own: --data DIR",
                folder.display()
            );
        }
        wipe(&folder)?;
    }
    postroom_store::private_folder(&folder).with_context(|| format!("Making {}", folder.display()))?;
    std::fs::write(folder.join(MARK), WORDS).with_context(|| format!("Writing into {}", folder.display()))?;
    Ok(folder)
}

/// Deletes a demo's folder, and nothing else.
pub fn wipe(folder: &Path) -> Result<()> {
    if !is_a_demos(folder) {
        return Ok(());
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("Deleting {}", folder.display()))
}

/// A demo's folder is no office: its passwords are published.
pub fn refuse_a_demos_folder(data: &Path) -> Result<()> {
    if is_a_demos(data) {
        bail!("{} holds a demo office. Start with --demo, or choose another folder: --data DIR", data.display());
    }
    Ok(())
}

fn is_a_demos(folder: &Path) -> bool {
    folder.join(MARK).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_moves_only_into_an_empty_folder_or_its_own() {
        let place = tempfile::tempdir().unwrap();
        let (demo, office) = (place.path().join("demo"), place.path().join("office"));
        assert_eq!(fresh(&demo).unwrap(), demo);
        std::fs::write(demo.join("postroom.db"), "of an earlier demo").unwrap();
        fresh(&demo).unwrap();
        assert!(!demo.join("postroom.db").exists(), "made anew");
        std::fs::create_dir(&office).unwrap();
        std::fs::write(office.join("postroom.db"), "letters").unwrap();
        assert!(fresh(&office).unwrap_err().to_string().contains("a folder of its own"));
        wipe(&office).unwrap();
        assert!(office.join("postroom.db").exists(), "an office is never wiped");
        wipe(&demo).unwrap();
        assert!(!demo.exists());
    }

    #[test]
    fn a_demos_folder_is_not_opened_as_an_office() {
        let place = tempfile::tempdir().unwrap();
        refuse_a_demos_folder(place.path()).unwrap();
        fresh(place.path()).unwrap();
        assert!(refuse_a_demos_folder(place.path()).is_err());
    }
}
