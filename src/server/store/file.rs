//! The file that a database on SQLite is in, and whether it still is that file.
//!
//! A file that was removed or replaced goes on to take what an open connection writes, and is gone with
//! the last of them. Only one server serves a file; what says so is a lock on a file beside it, because
//! closing another handle on the file itself would end SQLite's own locks. Deliberately looks at nothing
//! inside the file.

use super::{Location, StoreError};
use std::fs::{self, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
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

/// That no other server serves a database, as long as this is kept; of one on PostgreSQL several may.
#[derive(Debug)]
#[must_use]
pub struct Alone {
    _lock: Option<fs::File>,
}

impl Location {
    /// Sees to it that no other server serves the same file until what is returned is dropped.
    ///
    /// # Errors
    /// Another one does, or the disk does not say.
    pub fn serve_alone(&self) -> Result<Alone, StoreError> {
        let Self::Sqlite(path) = self else {
            return Ok(Alone { _lock: None });
        };
        let mut beside = path.clone().into_os_string();
        beside.push("-serving");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true).mode(0o600);
        let lock = options.open(&beside).map_err(sqlx::Error::Io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Alone { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Served(path.clone())),
            Err(TryLockError::Error(error)) => Err(sqlx::Error::Io(error).into()),
        }
    }
}
