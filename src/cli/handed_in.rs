//! Files that people hand in: a path, or - for standard input.
//!
//! Says which file could not be read. In which encoding it is written is found out elsewhere.

use crate::encoding::{self, Decoded};
use anyhow::Context as _;
use std::fs::File;
use std::io;
use std::path::Path;

/// The text of a file.
///
/// # Errors
/// It cannot be read, or is no text; the sentence names the file and the line.
pub(super) fn text(file: &Path) -> anyhow::Result<Decoded> {
    named(file, from(file, encoding::read, encoding::read))
}

/// The bytes of a file.
///
/// # Errors
/// It cannot be read, or is too large.
pub(super) fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    named(file, from(file, encoding::read_bytes, encoding::read_bytes))
}

/// The text of a file as people would have typed it: every line ends in the same way.
///
/// # Errors
/// As for its text.
pub(super) fn prose(file: &Path) -> anyhow::Result<String> {
    let Decoded { text, .. } = named(file, encoding::read_file(file))?;
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn from<T>(
    file: &Path,
    of_input: impl FnOnce(io::StdinLock<'static>) -> io::Result<T>,
    of_file: impl FnOnce(File) -> io::Result<T>,
) -> io::Result<T> {
    if file == Path::new("-") {
        of_input(io::stdin().lock())
    } else {
        of_file(File::open(file)?)
    }
}

fn named<T>(file: &Path, read: io::Result<T>) -> anyhow::Result<T> {
    read.with_context(|| format!("{} cannot be read", file.display()))
}
