//! Half-filled forms on disk: what was typed and neither sent nor discarded.
//!
//! They hold free text, so they lie beside the outbox under the same protection: in a directory that
//! only their owner may enter, in a file that only their owner may read, of one person at one server.
//! The file is replaced whole and synced, and is gone as soon as there is no draft. A draft is no
//! command: losing the last second of typing is borne, so it is not written at every key.
//!
//! It deliberately does not know what a form asks; that is `tui::form`.

use super::journal::Owner;
use super::slot;
use crate::domain::id::IncidentId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// A form as it was left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Which form, by its name.
    pub form: String,
    /// Whom or what it is about besides incidents: a person, a shift.
    pub about: Option<String>,
    /// The incidents it is about; none for a new one.
    pub incidents: Vec<IncidentId>,
    /// What the form and what it is about are called; absent from drafts of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// What was answered, by the place in the command that it fills.
    pub answers: BTreeMap<String, Answer>,
}

impl Draft {
    /// The form in words: "Record a call, INC-26-0012-M".
    pub fn words(&self) -> String {
        self.called.clone().unwrap_or_else(|| self.form.clone())
    }
}

/// An answer, in words that mean the same when the form is opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What was typed.
    Text(String),
    /// What was chosen.
    One(String),
    /// What was ticked.
    Many(BTreeSet<String>),
    /// A cell of the grid.
    Cell {
        /// How grave.
        severity: u8,
        /// How likely.
        likelihood: u8,
    },
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Owner(Owner),
    Draft(Draft),
}

/// What a file of drafts remembers.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) drafts: Vec<Draft>,
    /// What could not be read, as a sentence.
    pub(super) trouble: Option<String>,
}

/// The drafts of a file. What makes no sense costs only itself: it is set aside for whoever wants to
/// look, and told.
pub(super) fn read(path: &Path, owner: &Owner) -> Read {
    let bytes = match slot::content(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Read::default(),
        Err(error) => {
            // Out of the way, so that new drafts can be kept.
            let _ = fs::rename(path, aside(path));
            return unreadable(path, &error.to_string());
        }
    };
    let lines: Vec<Option<Record>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).ok())
        .collect();
    let is_theirs = matches!(lines.first(), Some(Some(Record::Owner(known))) if known == owner);
    if !is_theirs || lines.iter().any(Option::is_none) {
        // A copy: what does make sense is still wanted here.
        let _ = slot::put_in_place(&aside(path), &bytes);
    }
    if !is_theirs {
        return unreadable(path, "it does not say whose it is");
    }
    let damaged = lines.iter().filter(|line| line.is_none()).count();
    let drafts = lines
        .into_iter()
        .flatten()
        .filter_map(|record| match record {
            Record::Draft(draft) => Some(draft),
            Record::Owner(_) => None,
        });
    let trouble = (damaged > 0).then(|| {
        let kept = aside(path);
        format!(
            "Half-filled forms that made no sense were set aside: {damaged}; they are in {}",
            kept.display()
        )
    });
    Read {
        drafts: drafts.collect(),
        trouble,
    }
}

fn unreadable(path: &Path, why: &str) -> Read {
    let trouble = format!(
        "Half-filled forms of an earlier session cannot be read ({why}); they were set aside as {}",
        aside(path).display()
    );
    Read {
        drafts: Vec::new(),
        trouble: Some(trouble),
    }
}

fn aside(path: &Path) -> std::path::PathBuf {
    path.with_added_extension("damaged")
}

/// Keep these drafts and no others; without any, no file stays.
pub(super) fn write(path: &Path, owner: &Owner, drafts: &[Draft]) -> io::Result<()> {
    if drafts.is_empty() {
        if !path.exists() {
            return Ok(());
        }
        slot::forget(path)?;
        return slot::sync_directory(path);
    }
    let records = drafts.iter().cloned().map(Record::Draft);
    let mut bytes = Vec::new();
    for record in std::iter::once(Record::Owner(owner.clone())).chain(records) {
        serde_json::to_writer(&mut bytes, &record)?;
        bytes.push(b'\n');
    }
    slot::put_in_place(path, &bytes)?;
    slot::sync_directory(path)
}
