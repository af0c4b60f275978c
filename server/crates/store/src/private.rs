//! Folders that are nobody else's: letters, passwords and the audit trail lie in them.

use std::{io, os::unix::fs::DirBuilderExt, path::Path};

/// Makes a folder, and those above it that are missing, for this user of the machine alone. One that is there stays as it is: somebody
/// chose who may enter it.
///
/// # Errors
/// The file system's.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn nobody_else_may_enter_a_folder_that_was_made() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("office/packs");
        private_folder(&folder).unwrap();
        private_folder(&folder).unwrap();
        for made in [above.path().join("office"), folder] {
            assert_eq!(std::fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
