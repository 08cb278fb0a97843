//! The file that a database on SQLite is in, and whether it still is that file.
//!
//! A file that was removed or replaced goes on to take what an open connection writes, and is gone with
//! the last of them. Deliberately looks at nothing inside the file.

use super::StoreError;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file, and which one it was when it was opened.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl File {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let about = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            device: about.dev(),
            inode: about.ino(),
        })
    }

    /// Whether there is still that file under its path.
    ///
    /// # Errors
    /// It is another one now, there is none, or the disk does not say.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let is_same = match fs::metadata(&self.path) {
            Ok(about) => (about.dev(), about.ino()) == (self.device, self.inode),
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(sqlx::Error::Io(error).into()),
        };
        match is_same {
            true => Ok(()),
            false => Err(StoreError::Replaced(self.path.clone())),
        }
    }
}
