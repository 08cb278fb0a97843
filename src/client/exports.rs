//! Files that leave the desk: always new, and for their owner alone.
//!
//! A file that was there already is left alone, because it may be somebody's evidence. Deliberately
//! does not know what is in them.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What is said of a name that is taken.
pub fn is_there_already(path: &Path) -> String {
    format!(
        "{} is there already. Choose another name or delete it",
        path.display()
    )
}

/// How many files of one name a directory may hold.
const MOST: u32 = 1000;

/// Writes a new file.
///
/// # Errors
/// What the disk said; also where there is such a file already.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)
}

/// Writes a new file below a directory, which is made if there is none, and says where; a name that is
/// taken gets a number.
///
/// # Errors
/// What the disk said.
pub fn keep(directory: &Path, stem: &str, extension: &str, content: &[u8]) -> io::Result<PathBuf> {
    make_directory(directory)?;
    for number in 1..MOST {
        let name = match number {
            1 => format!("{stem}.{extension}"),
            number => format!("{stem}-{number}.{extension}"),
        };
        let path = directory.join(name);
        match create(&path, content) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(path),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Makes a directory that its owner alone may enter and that was not there.
///
/// # Errors
/// What the disk said; also where there is such a thing already.
pub fn new_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a new directory below one that is made if there is none, and says where; a name that is taken
/// gets a number.
///
/// # Errors
/// What the disk said.
pub fn new_directory_below(directory: &Path, name: &str) -> io::Result<PathBuf> {
    make_directory(directory)?;
    for number in 1..MOST {
        let path = directory.join(match number {
            1 => name.to_owned(),
            number => format!("{name}-{number}"),
        });
        match new_directory(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Makes a directory that its owner alone may enter, unless it is there.
///
/// # Errors
/// What the disk said.
pub fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}
