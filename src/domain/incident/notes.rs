//! The file notes of an incident.
//!
//! An incident is written anew with each command and sent to everybody who sees it, so it holds its
//! newest notes alone, and of a long one the beginning. Each text is in the trail, in full and once;
//! the timeline and the case file read it there. Deliberately forgets no note: what was corrected or
//! given as evidence is still known by its identity.

use super::Incident;
use crate::domain::event::Signature;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How many notes an incident holds; twice what its page shows.
const NEWEST: usize = 10;

/// How many bytes of a note it holds, which is some twenty rows of a screen.
const BEGINNING: usize = 2_000;

/// A dated file note (BOB-NOTES); corrected only by a further note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Its identity.
    pub id: Uuid,
    /// What kind of note.
    pub kind: NoteKind,
    /// The text; of a long one the beginning.
    pub text: Box<str>,
    /// Whether the text is only the beginning of what the trail has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_beginning: bool,
    /// When what it tells of took place.
    pub happened_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// The note that this one corrects.
    pub corrects: Option<Uuid>,
}

impl Note {
    fn keep_beginning(&mut self) {
        if self.text.len() > BEGINNING {
            let end = self.text.floor_char_boundary(BEGINNING);
            self.text = self.text[..end].into();
            self.is_beginning = true;
        }
    }
}

/// Kinds of file note (BOB-NOTES).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoteKind {
    /// A note for the file.
    #[default]
    FileNote,
    /// What was said in a call.
    Call,
    /// Minutes of a meeting.
    MeetingMinutes,
}

impl NoteKind {
    /// Every kind, in the order of a form.
    pub const ALL: [Self; 3] = [Self::FileNote, Self::Call, Self::MeetingMinutes];

    /// The kind in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileNote => "file note",
            Self::Call => "call",
            Self::MeetingMinutes => "minutes",
        }
    }
}

impl Incident {
    /// Whether a note is on its file.
    pub fn has_note(&self, id: Uuid) -> bool {
        self.earlier_notes.contains(&id) || self.notes.iter().any(|note| note.id == id)
    }

    pub(in crate::domain) fn add_note(&mut self, note: Note) {
        self.notes.push(note);
        self.leave_texts_to_the_trail();
    }

    /// Hold no more of the notes than an incident is to hold: what an earlier version of the program
    /// stored has every text in full.
    pub fn leave_texts_to_the_trail(&mut self) {
        let earlier = self.notes.len().saturating_sub(NEWEST);
        let earlier = self.notes.drain(..earlier).map(|note| note.id);
        self.earlier_notes.extend(earlier);
        self.notes.iter_mut().for_each(Note::keep_beginning);
    }
}
