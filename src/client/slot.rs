//! A console's place on disk: a number among the files of one person at one server, held by a lock.
//!
//! Two consoles of one person may be open at once, so each takes a number of its own; the lock ends
//! with the process, however it ends, and then the next console finds what was left behind. Files are
//! for their owner alone and are put in place whole, so that a crash leaves the old or the new one.
//!
//! It deliberately does not know what is in the files.

use crate::text;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How many consoles of one person may be open at one desk.
const MOST_CONSOLES: usize = 16;

/// Why there is no place on disk; without one nothing may be sent.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk refuses.
    #[error("The outbox {} cannot be used: {}", path.display(), text::of_error(source))]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// Too many consoles are open.
    #[error("You already have {MOST_CONSOLES} consoles open at this desk. Close one and try again")]
    TooManyConsoles,
}

/// What the disk said, with the file that it is about.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> JournalError + '_ {
    |source| JournalError::Disk {
        path: path.to_owned(),
        source,
    }
}

/// A number that nobody else has while this lives.
#[derive(Debug)]
pub(super) struct Slot {
    directory: PathBuf,
    number: usize,
    _lock: File,
}

impl Slot {
    /// Take the first number that is free; the directory is made if there is none.
    pub(super) fn take(directory: &Path) -> Result<Self, JournalError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(at(directory))?;
        for number in 0..MOST_CONSOLES {
            if let Some(slot) = Self::lock(directory, number)? {
                return Ok(slot);
            }
        }
        Err(JournalError::TooManyConsoles)
    }

    /// The other numbers whose consoles are gone and have left one of these files, locked so that
    /// nobody else adopts them too.
    pub(super) fn abandoned(&self, endings: &[&str]) -> Result<Vec<Self>, JournalError> {
        let mut found = Vec::new();
        for number in (0..MOST_CONSOLES).filter(|number| *number != self.number) {
            let file = |ending: &&str| file(&self.directory, number, ending);
            if endings.iter().map(file).any(|path| path.exists()) {
                found.extend(Self::lock(&self.directory, number)?);
            }
        }
        Ok(found)
    }

    /// The file of this number with an ending.
    pub(super) fn file(&self, ending: &str) -> PathBuf {
        file(&self.directory, self.number, ending)
    }

    fn lock(directory: &Path, number: usize) -> Result<Option<Self>, JournalError> {
        let path = file(directory, number, "lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                directory: directory.to_owned(),
                number,
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }
}

/// The files of every number with an ending, whether or not they exist.
pub(super) fn files(directory: &Path, ending: &str) -> impl Iterator<Item = PathBuf> {
    (0..MOST_CONSOLES).map(move |number| file(directory, number, ending))
}

fn file(directory: &Path, number: usize, ending: &str) -> PathBuf {
    directory.join(format!("{number}.{ending}"))
}

/// The content of a file of this user's own; none if there is no file.
pub(crate) fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if !about.is_file() || about.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it is not a file of your own"));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Put a file in place whole and synced, for its owner alone. The name is only sure to last once the
/// directory is synced too.
pub(crate) fn put_in_place(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let fresh = path.with_added_extension("new");
    forget(&fresh)?;
    let mut file = OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    Ok(file)
}

/// Without this a new name may not survive a power cut, nor a removal.
pub(crate) fn sync_directory(of: &Path) -> io::Result<()> {
    File::open(of.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Another start may have cleared the same file away already.
pub(super) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
