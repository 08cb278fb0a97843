//! The outbox on disk: a command is written and synced here before it is sent.
//!
//! What is kept, and why: every command that the server has not answered, whole, because after a
//! crash it must be sent again word for word under the same id. A note or a call sheet is free text
//! about an incident, so while it waits it lies here in clear: in a directory that only its owner
//! may enter, in a file that only its owner may read, and only until the server has answered. What
//! has been answered is dropped as soon as nothing else waits; of it stay only the receipts, which
//! are numbers. No token is ever written. Encrypting it with a key that lies beside it would be
//! theatre; a machine whose disk others can read needs an encrypted disk.
//!
//! What a console that died has left behind is adopted by the next one that starts, half-filled forms
//! (`drafts`) included.
//!
//! It deliberately knows nothing of sending, and nothing of what a command means.

use super::drafts::{self, Draft};
use super::outbox::{Refused, Unsent};
use super::slot::{self, Slot, at};
use crate::api::types::{CommandAnswer, DirectoryAnswer, ProblemAnswer};
use crate::domain::id::{CommandId, PersonId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use super::slot::JournalError;

/// The ending of the file with commands.
const JOURNAL: &str = "jsonl";
/// The ending of the file with half-filled forms.
const DRAFTS: &str = "drafts";

/// How many receipts are kept: after a restore of an older database they prove what was lost.
const MOST_RECEIPTS: usize = 1000;

/// While something waits, the file is rewritten when it has grown by this much since it was last.
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

impl From<&DirectoryAnswer> for Receipt {
    fn from(answer: &DirectoryAnswer) -> Self {
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
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    /// Commands that the server has not answered, in the order in which they were given.
    pub unsent: Vec<Unsent>,
    /// Commands that were not carried out and have not been dismissed.
    pub refused: Vec<Refused>,
    /// Receipts, oldest first.
    pub receipts: VecDeque<Receipt>,
    /// Forms that were neither sent nor discarded.
    pub drafts: Vec<Draft>,
    /// How many lines made no sense, not counting a last one that was never finished.
    pub damaged: usize,
    /// What of the half-filled forms could not be read, in sentences.
    pub lost_drafts: Vec<String>,
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
    slot: Slot,
}

impl Journal {
    /// Take a file of one's own below `state`, the user's directory for state, with everything that
    /// consoles which are gone have left behind.
    ///
    /// # Errors
    /// A sentence that names the file; nothing can be sent then.
    pub fn open(state: &Path, owner: Owner) -> Result<Self, JournalError> {
        let directory = owner.directory(state);
        let slot = Slot::take(&directory)?;
        let path = slot.file(JOURNAL);
        let mut live = Remembered::read(&slot, &owner)?;
        let abandoned = slot.abandoned(&[JOURNAL, DRAFTS])?;
        for other in &abandoned {
            live.adopt(Remembered::read(other, &owner)?);
        }
        let (file, length) = rewrite(&path, &owner, &live)?;
        let kept = slot.file(DRAFTS);
        drafts::write(&kept, &owner, &live.drafts).map_err(at(&kept))?;
        slot::sync_directory(&path).map_err(at(&directory))?;
        for path in abandoned.iter().flat_map(Slot::files) {
            slot::forget(&path).map_err(at(&path))?;
        }
        Ok(Self {
            owner,
            path,
            file,
            length,
            rewritten_at_length: length,
            has_half_line: false,
            live,
            slot,
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

    /// Keep these half-filled forms and no others, and wait until the disk has them.
    ///
    /// # Errors
    /// What the disk said; those kept before are still there.
    pub fn keep_drafts(&mut self, drafts: &[Draft]) -> Result<(), JournalError> {
        let path = self.slot.file(DRAFTS);
        drafts::write(&path, &self.owner, drafts).map_err(at(&path))?;
        self.live.drafts = drafts.to_vec();
        Ok(())
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

    /// Drops what is settled: at once where nothing waits any more, for it is what somebody wrote about an
    /// incident; else when it has become much.
    fn shrink(&mut self) -> Result<(), JournalError> {
        let waits = !self.live.unsent.is_empty();
        if waits && self.length < self.rewritten_at_length + GROWTH {
            return Ok(());
        }
        self.rewrite()
    }

    /// The fresh file is the journal from the moment it has the name; only then may anything fail.
    fn rewrite(&mut self) -> Result<(), JournalError> {
        (self.file, self.length) = rewrite(&self.path, &self.owner, &self.live)?;
        self.rewritten_at_length = self.length;
        self.has_half_line = false;
        slot::sync_directory(&self.path).map_err(at(&self.path))
    }
}

impl Slot {
    fn files(&self) -> [PathBuf; 2] {
        [JOURNAL, DRAFTS].map(|ending| self.file(ending))
    }
}

impl Remembered {
    /// What of it could not be read, in sentences for whoever typed it.
    pub fn losses(&self) -> Vec<String> {
        let lines = (self.damaged > 0).then(|| {
            let damaged = self.damaged;
            format!("Lines of the outbox that made no sense were set aside: {damaged}")
        });
        lines.into_iter().chain(self.lost_drafts.clone()).collect()
    }

    fn read(slot: &Slot, owner: &Owner) -> Result<Self, JournalError> {
        let mut remembered = read(&slot.file(JOURNAL))?;
        let kept = drafts::read(&slot.file(DRAFTS), owner);
        remembered.drafts = kept.drafts;
        remembered.lost_drafts.extend(kept.trouble);
        Ok(remembered)
    }

    fn take(&mut self, record: &Record) {
        match record {
            Record::Owner(_) => {}
            // Tried again after the disk failed, it may be there already.
            Record::Given(unsent) if self.knows(unsent.id) => {}
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
                self.forget_receipt(refused.unsent.id);
                self.refused.push(refused.clone());
            }
            Record::Dismissed { command } => {
                self.forget_receipt(*command);
                self.refused.retain(|refused| refused.unsent.id != *command);
            }
        }
    }

    fn knows(&self, command: CommandId) -> bool {
        self.unsent.iter().any(|unsent| unsent.id == command)
    }

    /// What the server has lost is not proved by it any more.
    fn forget_receipt(&mut self, command: CommandId) {
        self.receipts.retain(|receipt| receipt.command != command);
    }

    fn forget(&mut self, command: CommandId) {
        self.unsent.retain(|unsent| unsent.id != command);
        self.refused.retain(|refused| refused.unsent.id != command);
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
        self.drafts.extend(other.drafts);
        self.damaged += other.damaged;
        self.lost_drafts.extend(other.lost_drafts);
    }
}

/// What was given on this machine to this server by this person and is not confirmed, whichever
/// console it was given at, oldest first. Only looks: nothing is taken over from a console that is open.
///
/// # Errors
/// A sentence that names the file.
pub fn unsent(state: &Path, owner: &Owner) -> Result<Vec<Unsent>, JournalError> {
    let mut unsent = Vec::new();
    for path in slot::files(&owner.directory(state), JOURNAL) {
        unsent.extend(understood(&path)?.unsent);
    }
    unsent.sort_by_key(|unsent| unsent.given_at);
    Ok(unsent)
}

/// What a file remembers. If anything in it makes no sense, the file is set aside for whoever wants to
/// look.
fn read(path: &Path) -> Result<Remembered, JournalError> {
    let remembered = understood(path)?;
    if remembered.damaged > 0 {
        let aside = path.with_extension("damaged");
        fs::copy(path, &aside).map_err(at(&aside))?;
    }
    Ok(remembered)
}

/// A last line that was never finished is passed over: the command in it was never sent.
fn understood(path: &Path) -> Result<Remembered, JournalError> {
    let bytes = slot::content(path).map_err(at(path))?.unwrap_or_default();
    let mut remembered = Remembered::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(record) if line.ends_with(b"\n") => remembered.take(&record),
            Ok(_) | Err(_) if !line.ends_with(b"\n") => {}
            Ok(_) | Err(_) => remembered.damaged += 1,
        }
    }
    Ok(remembered)
}

/// Write the file anew with only what is still wanted: whole, synced and then put in place, so that
/// a crash leaves either the old file or the new one.
fn rewrite(path: &Path, owner: &Owner, live: &Remembered) -> Result<(File, u64), JournalError> {
    let mut bytes = line(&Record::Owner(owner.clone())).map_err(at(path))?;
    let records = (live.receipts.iter().cloned().map(Record::Applied))
        .chain(live.refused.iter().cloned().map(Record::Refused))
        .chain(live.unsent.iter().cloned().map(Record::Given));
    for record in records {
        bytes.extend(line(&record).map_err(at(path))?);
    }
    let file = slot::put_in_place(path, &bytes).map_err(at(path))?;
    Ok((file, bytes.len() as u64))
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}
