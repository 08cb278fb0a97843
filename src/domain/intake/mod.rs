//! What tools report: an alert becomes an incident that is suspected, and what a tool says of it later
//! becomes a note.
//!
//! A tool reports and nothing else. It is nobody's acknowledgement, it closes nothing, it grades
//! nothing: whatever it says, a person triages. Deliberately knows no tool's own format, and no
//! settings file: it is handed an [`Alert`] and the [`rules::Rules`] by which alerts are placed.

pub mod rules;

use super::Instant;
use super::command::{AddNote, Log};
use super::directory::{Actor, HeldRole};
use super::id::{IncidentId, OrganisationId, PersonId};
use super::incident::{Facts, Incident, NoteKind};
use super::policy::IntakePolicy;
use super::role::Role;
use crate::domain::wording;
use compact_str::CompactString;
use rules::Placement;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

/// A tool that may report, by the name under which its token was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tool(CompactString);

/// What a tool signs with before its name. No person's short name has a colon, so nobody can be taken
/// for a tool and no tool for somebody.
const SIGNS_AS: &str = "tool:";

/// A name that no tool can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no name for a tool; a name has lower-case letters, digits, hyphens and dots only"
)]
pub struct ToolNameError(String);

impl Tool {
    /// The tool of this name.
    ///
    /// # Errors
    /// The name has other letters than those of a short name.
    pub fn named(name: &str) -> Result<Self, ToolNameError> {
        let is_plain = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)
        };
        if !name.is_empty() && name.len() <= 64 && name.chars().all(is_plain) {
            Ok(Self(name.into()))
        } else {
            Err(ToolNameError(name.to_owned()))
        }
    }

    /// The tool that signs like this, if it is one.
    pub fn behind(signature: &PersonId) -> Option<Self> {
        Self::named(signature.as_str().strip_prefix(SIGNS_AS)?).ok()
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it puts its name to things with: the trail says of each entry that a tool made it.
    pub fn signs_as(&self) -> PersonId {
        PersonId::from(format!("{SIGNS_AS}{self}").as_str())
    }

    /// The tool as it reports for an organisation: with the rights of whoever reports something there,
    /// which are to log it and to add notes to it.
    pub fn reporting_for(&self, organisation: &OrganisationId) -> Actor {
        Actor {
            person: self.signs_as(),
            organisation: organisation.clone(),
            roles: vec![HeldRole {
                role: Role::Staff,
                organisation: organisation.clone(),
                interim: false,
            }],
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One thing that a tool says.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What tells this alert from every other one of the tool.
    pub key: String,
    /// What is said of it.
    pub said: Said,
    /// Whether the same key may begin anew after it was over; where it may not, a late repetition of the
    /// beginning is one.
    pub recurs: bool,
    /// A few words; empty where the tool has none.
    pub title: String,
    /// Everything else that it says, for people.
    pub text: String,
    /// When what is said became so, by the tool's clock.
    pub at: Option<Instant>,
    /// What rules look at.
    pub labels: BTreeMap<String, String>,
    /// What the tool left out of the same message, to be told with this alert.
    pub left_out: Option<LeftOut>,
}

/// Alerts of which a tool says that there are more than it sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub count: u64,
    /// Where the tool itself is to be seen; empty where it does not say.
    pub look_at: String,
}

impl LeftOut {
    /// What a person is to know of it.
    fn sentence(&self, tool: &Tool) -> String {
        let alerts = match self.count {
            1 => "1 more alert".to_owned(),
            count => format!("{count} more alerts"),
        };
        let look_at = match self.look_at.trim() {
            "" => "the tool itself",
            address => address,
        };
        format!("The tool {tool} left {alerts} out of its message; look at {look_at}")
    }

    /// Whether an incident tells of it already.
    fn is_told_by(&self, incident: &Incident, tool: &Tool) -> bool {
        let sentence = self.sentence(tool);
        let mut notes = incident.notes.iter();
        incident.summary.contains(&sentence) || notes.any(|note| note.text.contains(&sentence))
    }
}

/// What a tool says of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It is there.
    Began,
    /// Somebody took note of it in the tool.
    Acknowledged,
    /// It is over.
    Over,
}

impl Said {
    const ALL: [Self; 3] = [Self::Began, Self::Acknowledged, Self::Over];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Acknowledged => "acknowledged",
            Self::Over => "over",
        }
    }

    /// What this word means, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.as_str() == word)
    }
}

/// An alert that the desk has heard of: the incident that it became, and what was said of it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The incident.
    pub incident: IncidentId,
    /// What was said last.
    pub said: Said,
}

/// What follows from an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An incident is logged.
    Open,
    /// A note is added to the incident that it became.
    Note(IncidentId),
    /// Nothing: it was said before.
    Repeated(IncidentId),
    /// Nothing: the desk has never heard of what is said to be acknowledged or over.
    Unknown,
}

/// What follows from an alert, given what the desk has heard of it. What has been said before, or
/// comes late, changes nothing.
pub fn what_follows(alert: &Alert, heard: Option<&Heard>) -> Step {
    let Some(Heard { incident, said }) = heard.copied() else {
        return match alert.said {
            Said::Began => Step::Open,
            Said::Acknowledged | Said::Over => Step::Unknown,
        };
    };
    match (said, alert.said) {
        (Said::Over, Said::Began) if alert.recurs => Step::Open,
        (Said::Began, Said::Acknowledged) | (Said::Began | Said::Acknowledged, Said::Over) => {
            Step::Note(incident)
        }
        (Said::Began | Said::Acknowledged | Said::Over, Said::Began)
        | (Said::Acknowledged | Said::Over, Said::Acknowledged)
        | (Said::Over, Said::Over) => Step::Repeated(incident),
    }
}

/// The command that logs what a tool reports: suspected, with the partnership effect unknown, so that
/// a person has to triage it. The tool was aware when it says so, and no later than now (CLK-PAST).
pub fn log(
    tool: &Tool,
    alert: &Alert,
    placement: &Placement,
    now: Instant,
    policy: &IntakePolicy,
) -> Log {
    let title = title(&alert.title, policy.title_characters);
    Log {
        title: title.as_str().into(),
        summary: summary(tool, alert, &title).into(),
        aware_at: alert.at.map_or(now, |at| at.min(now)),
        reporter_organisation: placement.organisation.clone(),
        reporter_contact: format!("the tool {tool}").into(),
        reporter_role: Some("monitoring tool".into()),
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            category: placement.category,
            trend_key: placement.trend_key.clone(),
            ..Facts::default()
        },
    }
}

/// The note that tells what a tool says of its alert later.
pub fn note(tool: &Tool, alert: &Alert, now: Instant) -> AddNote {
    let says = match alert.said {
        Said::Began => "says it again",
        Said::Acknowledged => {
            "says that somebody acknowledged it there. Nobody has acknowledged it here"
        }
        Said::Over => "says that it is over. A person must decide whether it is",
    };
    let left_out = alert
        .left_out
        .iter()
        .map(|left_out| left_out.sentence(tool));
    let lines = std::iter::once(format!("The tool {tool} {says}")).chain(left_out);
    AddNote {
        kind: NoteKind::FileNote,
        text: lines.collect::<Vec<_>>().join("\n").into(),
        happened_at: alert.at.map(|at| at.min(now)),
        corrects: None,
    }
}

/// The note that tells what a tool left out, on an incident that nothing else is said of; none where
/// the incident tells of it already, because a tool repeats itself.
pub fn note_of_left_out(tool: &Tool, alert: &Alert, incident: &Incident) -> Option<AddNote> {
    let left_out = alert.left_out.as_ref()?;
    (!left_out.is_told_by(incident, tool)).then(|| AddNote {
        kind: NoteKind::FileNote,
        text: left_out.sentence(tool).into(),
        happened_at: None,
        corrects: None,
    })
}

/// One line of so many letters at most, with a mark where it was cut.
fn title(text: &str, most: u32) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if line.is_empty() {
        return "Alert without a title".to_owned();
    }
    // What a tool reports is taken in, whatever it calls it, and every title has words.
    let line = if wording::has_words(&line) {
        line
    } else {
        format!("Alert: {line}")
    };
    if line.graphemes(true).count() <= most {
        return line;
    }
    let kept: String = line.graphemes(true).take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The title in full where it was cut, then what else was said.
fn summary(tool: &Tool, alert: &Alert, title: &str) -> String {
    let opening = format!("Reported by the tool {tool}, not by a person");
    let in_full = Some(alert.title.trim()).filter(|in_full| *in_full != title);
    let left_out = alert.left_out.as_ref();
    let left_out = left_out.map_or_else(String::new, |left_out| left_out.sentence(tool));
    [
        opening.as_str(),
        in_full.unwrap_or_default(),
        alert.text.trim(),
        left_out.as_str(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n")
}

/// What came of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlertOutcome)]
pub enum CameOf {
    /// An incident was logged.
    Opened,
    /// A note was added to the incident that it had become.
    Noted,
    /// It was said before; nothing has changed.
    Repeated,
    /// The desk has never heard of what is said to be acknowledged or over; nothing has changed.
    Unknown,
    /// It was not taken in, and `detail` says why.
    Refused,
}

impl CameOf {
    /// The word that figures and the wire use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Noted => "noted",
            Self::Repeated => "repeated",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}
