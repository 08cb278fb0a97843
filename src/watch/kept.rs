//! What the agent keeps on disk, so that it alarms after a restart without the server too.
//!
//! Kinds, times and references of incidents, in a file for its owner alone. It deliberately holds
//! nothing else of an incident.

use crate::client::slot;
use crate::notify::vigil::Watched;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file, which one agent alone may hold.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    _lock: File,
}

/// What is in it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Content {
    /// How many alarms at once are told by their number.
    pub(super) group_from: u32,
    /// What each incident has to tell of.
    pub(super) watched: Vec<Watched>,
}

impl Kept {
    /// Takes the file in a folder; nothing if another agent has it.
    pub(super) fn take(folder: &Path) -> io::Result<Option<Self>> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join("agent.lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                path: folder.join("deadlines"),
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// What an earlier agent kept. What makes no sense is as good as nothing: the server tells it anew.
    pub(super) fn read(&self) -> io::Result<Content> {
        let bytes = slot::content(&self.path)?.unwrap_or_default();
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Keeps this and nothing else.
    pub(super) fn write(&self, content: &Content) -> io::Result<()> {
        let bytes = serde_json::to_vec(content)?;
        drop(slot::put_in_place(&self.path, &bytes)?);
        slot::sync_directory(&self.path)
    }
}
