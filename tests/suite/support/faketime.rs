//! A wall clock that a test moves under a running process: libfaketime, which a file tells how far.
//!
//! It needs Debian's package libfaketime. The clock that measures spans is left alone, so that timers and
//! time-outs go on as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The wall clock of the processes that it was given to.
pub(crate) struct WallClock {
    file: PathBuf,
}

impl WallClock {
    /// One that shows the real time, told by a file in this folder.
    pub(crate) fn real(folder: &Path) -> Self {
        let clock = Self {
            file: folder.join("wall-clock"),
        };
        clock.set_ahead(0);
        clock
    }

    /// So many seconds before the real time, or behind it where they are negative.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        // Never half a file: the process reads it whenever it asks for the time.
        let fresh = self.file.with_extension("fresh");
        fs::write(&fresh, format!("{seconds:+}")).unwrap();
        fs::rename(&fresh, &self.file).unwrap();
    }

    /// Has a program that is about to be run live by it.
    pub(crate) fn drives(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

fn library() -> PathBuf {
    let places = fs::read_dir("/usr/lib").unwrap();
    places
        .map(|place| place.unwrap().path().join("faketime/libfaketime.so.1"))
        .find(|library| library.exists())
        .expect("libfaketime is not there; install the package libfaketime")
}
