//! A journal on a disk that may not take anything: full, read-only, broken.
//!
//! A console opens all the same. Until the disk works the journal is not there, and each time that
//! something is to be written it is tried again. What an earlier console left on the disk is then handed
//! out, as if the console had opened at that moment. It deliberately does not decide what becomes of
//! something that could not be written; that is `tui::update`.

use super::journal::{Journal, JournalError, Owner, Remembered};
use std::path::{Path, PathBuf};

/// The journal, or what is needed to try again.
#[derive(Debug)]
pub struct Keeping {
    state: PathBuf,
    owner: Owner,
    journal: Option<Journal>,
}

impl Keeping {
    /// Takes a journal below `state`, and says why the disk refuses, where it does.
    ///
    /// # Errors
    /// A sentence where it is not the disk's fault: too many consoles are open.
    pub fn open(state: &Path, owner: Owner) -> Result<(Self, Option<String>), JournalError> {
        let (journal, trouble) = match Journal::open(state, owner.clone()) {
            Ok(journal) => (Some(journal), None),
            Err(JournalError::TooManyConsoles) => return Err(JournalError::TooManyConsoles),
            Err(trouble @ JournalError::Disk { .. }) => (None, Some(trouble.to_string())),
        };
        let keeping = Self {
            state: state.to_owned(),
            owner,
            journal,
        };
        Ok((keeping, trouble))
    }

    /// What is not settled, as far as it could be read.
    pub fn remembered(&self) -> Option<&Remembered> {
        self.journal.as_ref().map(Journal::remembered)
    }

    /// Tries again to have a journal, where there is none; gives what was found in it.
    pub fn try_again(&mut self) -> Option<Remembered> {
        if self.journal.is_some() {
            return None;
        }
        let journal = Journal::open(&self.state, self.owner.clone()).ok()?;
        let remembered = journal.remembered().clone();
        self.journal = Some(journal);
        Some(remembered)
    }

    /// The journal.
    ///
    /// # Errors
    /// What the disk says now.
    pub fn journal(&mut self) -> Result<&mut Journal, JournalError> {
        if self.journal.is_none() {
            self.journal = Some(Journal::open(&self.state, self.owner.clone())?);
        }
        self.journal.as_mut().ok_or(JournalError::TooManyConsoles)
    }
}
