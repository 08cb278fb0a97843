//! The outbox on disk: a command is written and synced here before it is sent.
//!
//! What is kept, and why: every command that the server has not answered, whole, because after a
//! crash it must be sent again word for word under the same id. A note or a call sheet is free text
//! about an incident, so while it waits it lies here in clear: in a directory that only its owner
//! may enter, in a file that only its owner may read, and only until the server has answered. What
//! has been answered is dropped when the file is next rewritten; of it stay only the receipts, which
//! are numbers. No token is ever written. Encrypting it with a key that lies beside it would be
//! theatre; a machine whose disk others can read needs an encrypted disk.
//!
//! Two consoles of one person may be open at once: each takes a file of its own by a lock, and what
//! a console that died has left behind is adopted by the next one that starts.
//!
//! It deliberately knows nothing of sending, and nothing of what a command means.

use super::outbox::{Refused, Unsent};
use crate::api::types::{CommandAnswer, ProblemAnswer};
use crate::domain::id::{CommandId, PersonId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How many consoles of one person may be open at one desk.
const MOST_CONSOLES: usize = 16;

/// How many receipts are kept: after a restore of an older database they prove what was lost.
const MOST_RECEIPTS: usize = 1000;

/// The file is rewritten when it has grown by this much since it was last.
const GROWTH: u64 = 256 * 1024;

/// Whose outbox it is: commands given to one server must never reach another, nor one person's
/// commands be sent as another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The address of the server.
    pub server: String,
    /// The person.
    pub person: PersonId,
}

impl Owner {
    fn directory(&self, below: &Path) -> PathBuf {
        let digest = Sha256::digest(format!("{}\n{}", self.server, self.person));
        let name: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        below.join("outbox").join(name)
    }
}

/// The server's proof that it has taken a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The command.
    pub command: CommandId,
    /// The place of its last entry in the audit trail.
    pub seq: u64,
    /// The hash of that entry.
    pub receipt: String,
}

impl From<&ProblemAnswer> for Receipt {
    fn from(answer: &ProblemAnswer) -> Self {
        Self {
            command: answer.command,
            seq: answer.seq,
            receipt: answer.receipt.clone(),
        }
    }
}

impl From<&CommandAnswer> for Receipt {
    fn from(answer: &CommandAnswer) -> Self {
        Self {
            command: answer.command,
            seq: answer.seq,
            receipt: answer.receipt.clone(),
        }
    }
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Record {
    Owner(Owner),
    Given(Unsent),
    Applied(Receipt),
    Refused(Refused),
    Dismissed { command: CommandId },
}

/// What the disk remembers.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Commands that the server has not answered, in the order in which they were given.
    pub unsent: Vec<Unsent>,
    /// Commands that were not carried out and have not been dismissed.
    pub refused: Vec<Refused>,
    /// Receipts, oldest first.
    pub receipts: VecDeque<Receipt>,
    /// How many lines made no sense, not counting a last one that was never finished.
    pub damaged: usize,
}

/// The outbox on disk, held by this process alone.
#[derive(Debug)]
pub struct Journal {
    owner: Owner,
    path: PathBuf,
    file: File,
    length: u64,
    rewritten_at_length: u64,
    /// A failed write could not be undone: the file must be written anew first.
    has_half_line: bool,
    live: Remembered,
    _lock: File,
}

/// Why there is no outbox on disk; without one nothing may be sent.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk refuses.
    #[error("The outbox {} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// Too many consoles are open.
    #[error(
        "{MOST_CONSOLES} consoles of yours are open at this desk already; close one of them and try again"
    )]
    TooManyConsoles,
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> JournalError + '_ {
    |source| JournalError::Disk {
        path: path.to_owned(),
        source,
    }
}

impl Journal {
    /// Take a file of one's own below `state`, the user's directory for state, with everything that
    /// consoles which are gone have left behind.
    ///
    /// # Errors
    /// A sentence that names the file; nothing can be sent then.
    pub fn open(state: &Path, owner: Owner) -> Result<Self, JournalError> {
        let directory = owner.directory(state);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)
            .map_err(at(&directory))?;
        let (slot, lock) = take_slot(&directory)?;
        let path = journal_path(&directory, slot);
        let mut live = read(&path)?;
        let abandoned = abandoned(&directory, slot)?;
        for (path, _) in &abandoned {
            live.adopt(read(path)?);
        }
        let (file, length) = rewrite(&path, &owner, &live)?;
        sync_directory(&directory)?;
        for (path, _) in &abandoned {
            forget_file(path)?;
        }
        Ok(Self {
            owner,
            path,
            file,
            length,
            rewritten_at_length: length,
            has_half_line: false,
            live,
            _lock: lock,
        })
    }

    /// What is not settled, and the receipts.
    pub fn remembered(&self) -> &Remembered {
        &self.live
    }

    /// Write a command and wait until the disk has it. Only then may it be sent.
    ///
    /// # Errors
    /// What the disk said; the command must not be sent then.
    pub fn given(&mut self, unsent: &Unsent) -> Result<(), JournalError> {
        let before = self.length;
        self.append(&Record::Given(unsent.clone()))?;
        self.sync().inspect_err(|_| {
            // It will not be sent, so it must not be found here later either.
            self.live.forget(unsent.id);
            self.cut_back(before);
        })
    }

    /// The server has carried a command out. Not synced: were this lost, the command would be sent
    /// again, and the server would say again that it is done.
    ///
    /// # Errors
    /// What the disk said.
    pub fn applied(&mut self, receipt: Receipt) -> Result<(), JournalError> {
        self.append(&Record::Applied(receipt))?;
        self.shrink()
    }

    /// A command was not carried out; that stays until the officer dismisses it.
    ///
    /// # Errors
    /// What the disk said.
    pub fn refused(&mut self, refused: &Refused) -> Result<(), JournalError> {
        self.append(&Record::Refused(refused.clone()))?;
        self.sync()
    }

    /// The officer has seen that a command was not carried out.
    ///
    /// # Errors
    /// What the disk said.
    pub fn dismissed(&mut self, command: CommandId) -> Result<(), JournalError> {
        self.append(&Record::Dismissed { command })?;
        self.shrink()
    }

    fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        if self.has_half_line {
            self.rewrite()?;
        }
        let line = line(record).map_err(at(&self.path))?;
        if let Err(error) = self.file.write_all(&line) {
            self.cut_back(self.length);
            return Err(at(&self.path)(error));
        }
        self.length += line.len() as u64;
        self.live.take(record);
        Ok(())
    }

    /// Half a line would swallow the next one, so if it cannot be cut off, the file is written anew
    /// before anything else is.
    fn cut_back(&mut self, length: u64) {
        self.length = length;
        self.has_half_line = self.file.set_len(length).is_err();
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        self.file.sync_data().map_err(at(&self.path))
    }

    fn shrink(&mut self) -> Result<(), JournalError> {
        if self.length < self.rewritten_at_length + GROWTH {
            return Ok(());
        }
        self.rewrite()
    }

    /// The fresh file is the journal from the moment it has the name; only then may anything fail.
    fn rewrite(&mut self) -> Result<(), JournalError> {
        (self.file, self.length) = rewrite(&self.path, &self.owner, &self.live)?;
        self.rewritten_at_length = self.length;
        self.has_half_line = false;
        sync_directory(self.path.parent().unwrap_or(Path::new(".")))
    }
}

impl Remembered {
    fn take(&mut self, record: &Record) {
        match record {
            Record::Owner(_) => {}
            Record::Given(unsent) => self.unsent.push(unsent.clone()),
            Record::Applied(receipt) => {
                self.forget(receipt.command);
                self.receipts.push_back(receipt.clone());
                if self.receipts.len() > MOST_RECEIPTS {
                    self.receipts.pop_front();
                }
            }
            Record::Refused(refused) => {
                self.forget(refused.unsent.id);
                self.refused.push(refused.clone());
            }
            Record::Dismissed { command } => {
                self.refused.retain(|refused| refused.unsent.id != *command);
            }
        }
    }

    fn forget(&mut self, command: CommandId) {
        self.unsent.retain(|unsent| unsent.id != command);
    }

    fn adopt(&mut self, other: Self) {
        for unsent in other.unsent {
            if self.unsent.iter().all(|known| known.id != unsent.id) {
                self.unsent.push(unsent);
            }
        }
        for refused in other.refused {
            let is_known = |known: &Refused| known.unsent.id == refused.unsent.id;
            if !self.refused.iter().any(is_known) {
                self.refused.push(refused);
            }
        }
        self.unsent.sort_by_key(|unsent| unsent.given_at);
        self.receipts.extend(other.receipts);
        self.damaged += other.damaged;
    }
}

fn journal_path(directory: &Path, slot: usize) -> PathBuf {
    directory.join(format!("{slot}.jsonl"))
}

fn take_slot(directory: &Path) -> Result<(usize, File), JournalError> {
    for slot in 0..MOST_CONSOLES {
        if let Some(lock) = lock(directory, slot)? {
            return Ok((slot, lock));
        }
    }
    Err(JournalError::TooManyConsoles)
}

/// The files of consoles that are gone, locked so that nobody else adopts them too.
fn abandoned(directory: &Path, own: usize) -> Result<Vec<(PathBuf, File)>, JournalError> {
    let mut found = Vec::new();
    for slot in (0..MOST_CONSOLES).filter(|slot| *slot != own) {
        let path = journal_path(directory, slot);
        if path.exists()
            && let Some(lock) = lock(directory, slot)?
        {
            found.push((path, lock));
        }
    }
    Ok(found)
}

/// The lock ends with the process, however it ends.
fn lock(directory: &Path, slot: usize) -> Result<Option<File>, JournalError> {
    let path = directory.join(format!("{slot}.lock"));
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

/// What a file remembers. A last line that was never finished is passed over: the command in it was
/// never sent. If anything else makes no sense, the file is set aside for whoever wants to look.
fn read(path: &Path) -> Result<Remembered, JournalError> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_end(&mut bytes).map_err(at(path))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Remembered::default()),
        Err(error) => return Err(at(path)(error)),
    };
    let mut remembered = Remembered::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(record) if line.ends_with(b"\n") => remembered.take(&record),
            Ok(_) | Err(_) if !line.ends_with(b"\n") => {}
            Ok(_) | Err(_) => remembered.damaged += 1,
        }
    }
    if remembered.damaged > 0 {
        let aside = path.with_extension("damaged");
        fs::copy(path, &aside).map_err(at(&aside))?;
    }
    Ok(remembered)
}

/// Write the file anew with only what is still wanted: whole, synced and then put in place, so that
/// a crash leaves either the old file or the new one.
fn rewrite(path: &Path, owner: &Owner, live: &Remembered) -> Result<(File, u64), JournalError> {
    let fresh = path.with_extension("new");
    let mut bytes = line(&Record::Owner(owner.clone())).map_err(at(path))?;
    let records = (live.receipts.iter().cloned().map(Record::Applied))
        .chain(live.refused.iter().cloned().map(Record::Refused))
        .chain(live.unsent.iter().cloned().map(Record::Given));
    for record in records {
        bytes.extend(line(&record).map_err(at(path))?);
    }
    let file = put_in_place(&fresh, path, &bytes).map_err(at(path))?;
    Ok((file, bytes.len() as u64))
}

fn put_in_place(fresh: &Path, path: &Path, bytes: &[u8]) -> io::Result<File> {
    match fs::remove_file(fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(0o600)
        .open(fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(fresh, path)?;
    Ok(file)
}

/// Without this a new name may not survive a power cut.
fn sync_directory(directory: &Path) -> Result<(), JournalError> {
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(at(directory))
}

/// Another start may have cleared the same file away already.
fn forget_file(path: &Path) -> Result<(), JournalError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}
