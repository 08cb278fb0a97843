//! Which alarms were told of on this machine: one file, shared by consoles, the agent and their
//! restarts, so that nothing is told twice.
//!
//! A line is an alarm's identity and a time, and no more. The file is locked while it is looked at and
//! written to, so of two that want to tell of one alarm, one does. What is claimed is told right
//! afterwards; should that fail, it is given back. It deliberately does not know what an alarm is.

use crate::domain::Instant;
use crate::domain::id::AlarmId;
use chrono::SecondsFormat;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// When the file holds more lines than this, the older half is forgotten: alarms of months ago.
const MOST_LINES: usize = 100_000;

/// What stands after an identity that is given back.
const GIVEN_BACK: &str = "given-back";

/// The folder below `state`, the user's directory for state, of what is known of a server's alarms.
pub fn folder(state: &Path, server: &str) -> PathBuf {
    let digest = Sha256::digest(server);
    let bytes = digest[..8].iter();
    let name: String = bytes.map(|byte| format!("{byte:02x}")).collect();
    state.join("alarms").join(name)
}

/// The file of alarms that were told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    /// The ledger below `state` of one server's alarms: whoever is signed in, it is one desktop.
    pub fn of(state: &Path, server: &str) -> Self {
        Self {
            path: folder(state, server).join("told"),
        }
    }

    /// Takes on to tell of alarms; gives those that nobody here has told of.
    ///
    /// # Errors
    /// What the disk said; nothing is taken on then.
    pub fn claim(&self, alarms: &[AlarmId], now: Instant) -> io::Result<Vec<AlarmId>> {
        let (mut file, told) = self.locked()?;
        let known = known(&told);
        let mut fresh: Vec<AlarmId> = Vec::new();
        for alarm in alarms {
            if !known.contains(&alarm.to_string()) && !fresh.contains(alarm) {
                fresh.push(*alarm);
            }
        }
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        append(&mut file, &told, &fresh, &at)?;
        Ok(fresh)
    }

    /// Gives alarms back that could not be told of.
    ///
    /// # Errors
    /// What the disk said; they are not told of again then.
    pub fn give_back(&self, alarms: &[AlarmId]) -> io::Result<()> {
        let (mut file, told) = self.locked()?;
        append(&mut file, &told, alarms, GIVEN_BACK)
    }

    /// The file, which nobody else has until it is dropped, and what is in it.
    fn locked(&self) -> io::Result<(File, String)> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(flags.bits().cast_signed())
            .open(&self.path)?;
        let about = file.metadata()?;
        if !about.is_file() || about.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it is not a file of your own"));
        }
        file.lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((file, String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// Every alarm that was told of and not given back afterwards.
fn known(told: &str) -> HashSet<String> {
    let mut known = HashSet::new();
    for line in told.lines() {
        match line.split_once(' ') {
            Some((alarm, GIVEN_BACK)) => drop(known.remove(alarm)),
            Some((alarm, _)) => drop(known.insert(alarm.to_owned())),
            // Half a line, from a disk that was full.
            None => {}
        }
    }
    known
}

fn append(file: &mut File, told: &str, alarms: &[AlarmId], what: &str) -> io::Result<()> {
    if alarms.is_empty() {
        return Ok(());
    }
    let fresh = alarms.iter();
    let fresh: String = fresh.map(|alarm| format!("{alarm} {what}\n")).collect();
    let count = told.lines().count();
    if count + alarms.len() > MOST_LINES {
        let kept = told.lines().skip(count / 2).map(|line| format!("{line}\n"));
        let kept: String = kept.collect();
        // In place, because others wait for the lock on this very file.
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all((kept + &fresh).as_bytes())?;
    } else {
        let ended = told.is_empty() || told.ends_with('\n');
        let line_end = if ended { "" } else { "\n" };
        file.write_all((line_end.to_owned() + &fresh).as_bytes())?;
    }
    file.sync_data()
}
