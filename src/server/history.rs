//! The past of an incident or a problem, from the trail: what a command answered, and the state it led to.
//!
//! Nothing of this is stored a second time; it is the fold of the entries up to a place.

use super::audit::{self, Record};
use super::projection;
use super::store::{Sealed, StoreError};
use crate::api::problem::Outcome;
use crate::api::types::{CommandAnswer, ProblemAnswer};
use crate::domain::apply;
use crate::domain::directory::{Actor, Directory};
use crate::domain::event::{Entry, Event};
use crate::domain::id::{CommandId, IncidentId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::permission::Audience;
use crate::domain::policy::Policy;
use crate::domain::problem::event::{self, ProblemEntry};
use crate::domain::summons::When;
use crate::domain::taken;
use std::collections::BTreeSet;

/// The answer to a command that was carried out before: its incident as the command left it, which
/// is the fold of the history up to there. It is for its author alone. Nothing without a history.
pub(crate) fn recall(
    command: CommandId,
    id: IncidentId,
    history: &[Sealed],
    actor: &Actor,
    (directory, policy): (&Directory, &Policy),
) -> Result<Option<CommandAnswer>, StoreError> {
    let entries = entries(history)?;
    let Some((last, incident)) = history.last().zip(apply::fold(id, &entries)) else {
        return Ok(None);
    };
    let own = entries.iter().filter(|entry| entry.command == command);
    let said = taken::said(
        own.map(|entry| &entry.event),
        directory,
        policy,
        When::After,
    );
    Ok(Some(CommandAnswer {
        command,
        outcome: Outcome::Applied,
        incident: projection::seen_by_author(actor, &incident),
        seq: last.seq,
        receipt: last.hash.clone(),
        said,
    }))
}

/// Whether nothing has become true of an incident since somebody saw this version but what the desk
/// itself noted of its notices. A version counts the commands.
pub(crate) fn is_noted_since(history: &[Sealed], seen: u64) -> Result<bool, StoreError> {
    let mut commands = BTreeSet::new();
    for sealed in history {
        let Record::Event { entry, .. } = audit::read(&sealed.body)?.record else {
            continue;
        };
        commands.insert(entry.command);
        let is_a_note = matches!(
            entry.event,
            Event::NoticeProgressed { .. } | Event::EscalationProgressed { .. }
        );
        if commands.len() as u64 > seen && !is_a_note {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same for a command about a problem, with the incidents that come from it now at hand: links
/// to others are left out.
pub(crate) fn recall_of_problem(
    command: CommandId,
    id: ProblemId,
    history: &[Sealed],
    actor: &Actor,
    incidents: &[Incident],
) -> Result<Option<ProblemAnswer>, StoreError> {
    let entries = problem_entries(history)?;
    let Some((last, problem)) = history.last().zip(event::fold(id, &entries)) else {
        return Ok(None);
    };
    Ok(Some(ProblemAnswer {
        command,
        outcome: Outcome::Applied,
        problem: projection::problem_seen_by_author(actor, &problem, incidents),
        seq: last.seq,
        receipt: last.hash.clone(),
    }))
}

/// What these entries of the trail tell of a problem, one for each.
pub(crate) fn problem_entries(history: &[Sealed]) -> Result<Vec<ProblemEntry>, StoreError> {
    let mut entries = Vec::with_capacity(history.len());
    for sealed in history {
        if let Record::Problem { entry, .. } = audit::read(&sealed.body)?.record {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Since when who may see an incident has been decided as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AudienceSince {
    /// The entry with which it was logged.
    pub(crate) logged_seq: u64,
    /// The entry with which it last changed who may see it, or a later one of the same change.
    pub(crate) changed_seq: u64,
}

impl AudienceSince {
    /// Whether whoever may not see the incident now did not see it at this place of the trail either.
    pub(crate) fn is_as_at(self, seq: u64) -> bool {
        self.changed_seq <= seq || self.logged_seq > seq
    }
}

/// Since when who may see an incident has been decided as at the end of these entries.
pub(crate) fn audience_since(
    id: IncidentId,
    history: &[Sealed],
) -> Result<Option<AudienceSince>, StoreError> {
    let mut since: Option<AudienceSince> = None;
    let (mut incident, mut audience) = (None, None);
    for sealed in history {
        let Record::Event { entry, .. } = audit::read(&sealed.body)?.record else {
            continue;
        };
        incident = apply::applied(id, incident, &entry);
        let now = incident.as_ref().map(Audience::of);
        if now == audience {
            continue;
        }
        audience = now;
        since = Some(AudienceSince {
            logged_seq: since.map_or(sealed.seq, |since| since.logged_seq),
            changed_seq: sealed.seq,
        });
    }
    Ok(since)
}

/// The incident that these entries of the trail tell of.
pub(crate) fn fold(id: IncidentId, history: &[Sealed]) -> Result<Option<Incident>, StoreError> {
    Ok(apply::fold(id, &entries(history)?))
}

/// What these entries of the trail tell of an incident.
fn entries(history: &[Sealed]) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::with_capacity(history.len());
    for sealed in history {
        if let Record::Event { entry, .. } = audit::read(&sealed.body)?.record {
            entries.push(entry);
        }
    }
    Ok(entries)
}
