//! A secret in a file of its own: a password, or a key.
//!
//! It comes from a file that only its owner can read, never from an argument, the environment or a file
//! of settings. Nothing of what the file holds is in any complaint.

use secrecy::SecretString;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// More than any secret needs; what is longer is some other file.
const LONGEST: u64 = 4096;

/// Why a file was not taken for a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is none, or it cannot be read.
    #[error("The file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is a link or a directory.
    #[error("{} is not an ordinary file; give the path of the file itself", .0.display())]
    NotAFile(PathBuf),
    /// Others can read it.
    #[error("Others can read the secret in {path}; run: chmod 600 {path}", path = .0.display())]
    ReadableByOthers(PathBuf),
    /// Somebody else owns it.
    #[error("The file {} belongs to another user; copy it to a file of the server's own", .0.display())]
    NotYours(PathBuf),
    /// It holds nothing.
    #[error("{} is empty; write the secret into it, on one line", .0.display())]
    Empty(PathBuf),
}

/// Reads the secret in a file: its text without the blanks round it.
///
/// # Errors
/// A sentence that says what to do.
pub fn read(path: &Path) -> Result<SecretString, SecretError> {
    let unreadable = |source| SecretError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|source| match source.raw_os_error() {
            Some(error) if error == rustix::io::Errno::LOOP.raw_os_error() => {
                SecretError::NotAFile(path.to_owned())
            }
            Some(_) | None => unreadable(source),
        })?;
    // Asked of the open file, so that it cannot be exchanged between the question and the reading.
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(SecretError::NotAFile(path.to_owned()));
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(SecretError::NotYours(path.to_owned()));
    }
    if about.mode() & 0o077 != 0 {
        return Err(SecretError::ReadableByOthers(path.to_owned()));
    }
    let mut text = String::new();
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    match text.trim() {
        "" => Err(SecretError::Empty(path.to_owned())),
        secret => Ok(secret.into()),
    }
}
