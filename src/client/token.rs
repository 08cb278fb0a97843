//! The token that says who sits at this console.
//!
//! It comes from a file that only its owner can read, never from an argument or the environment,
//! where every process of the machine could see it. It is never printed.

use crate::text;
use secrecy::{ExposeSecret, SecretString};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// More than any token needs; what is longer is some other file.
const LONGEST: u64 = 4096;

/// A token. Its text shows in no log and no debug output.
#[derive(Clone, Debug)]
pub struct Token(SecretString);

/// Why a file was not taken for a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is none, or it cannot be read.
    #[error("The token file {} cannot be read: {}. Ask your administrator for a token and save it there", path.display(), text::of_error(source))]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is a link or a directory.
    #[error("{} is not an ordinary file. Give the path of the token file itself", .0.display())]
    NotAFile(PathBuf),
    /// Others can read it.
    #[error("Others can read the token in {path}. Run: chmod 600 {path}", path = .0.display())]
    ReadableByOthers(PathBuf),
    /// Somebody else owns it.
    #[error("The token file {} belongs to another user. Copy it to a file of your own", .0.display())]
    NotYours(PathBuf),
    /// It holds something else.
    #[error("{} does not hold a token: one line that begins with ndk_ is expected", .0.display())]
    NotAToken(PathBuf),
}

impl Token {
    /// Read a token from its file.
    ///
    /// # Errors
    /// A sentence that says what to do; nothing of the file's content is in it.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let unreadable = |source| TokenError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let file = open(path)?;
        check(path, &file)?;
        let mut text = String::new();
        file.take(LONGEST)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        Self::parse(&text).ok_or_else(|| TokenError::NotAToken(path.to_owned()))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_token = text.starts_with("ndk_") && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self(text.into()))
    }

    /// The value of the `Authorization` header.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.0.expose_secret())
    }
}

fn open(path: &Path) -> Result<File, TokenError> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|source| {
            if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
                TokenError::NotAFile(path.to_owned())
            } else {
                TokenError::Unreadable {
                    path: path.to_owned(),
                    source,
                }
            }
        })
}

/// Asked of the open file, so that it cannot be exchanged between the question and the reading.
fn check(path: &Path, file: &File) -> Result<(), TokenError> {
    let about = file.metadata().map_err(|source| TokenError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    if !about.is_file() {
        return Err(TokenError::NotAFile(path.to_owned()));
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(TokenError::NotYours(path.to_owned()));
    }
    if about.mode() & 0o077 != 0 {
        return Err(TokenError::ReadableByOthers(path.to_owned()));
    }
    Ok(())
}
