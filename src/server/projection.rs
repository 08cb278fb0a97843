//! What a person may see of an incident: all of it, its header, or nothing (section 5); and of a
//! problem: all but its links to incidents that they may not see.
//!
//! Every representation that leaves the server goes through here. Deliberately decides no right:
//! `permission` does.

mod withheld;

use crate::domain::closing::ClosingEvent;
use crate::domain::directory::Actor;
use crate::domain::event::{Entry, Event};
use crate::domain::incident::Incident;
use crate::domain::permission;
use crate::domain::problem::Problem;

/// How much of an incident a person may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything.
    Whole,
    /// What it is, how it stands and what is due, without what anybody wrote about it.
    Header,
}

/// How much of the incident the actor may see; nothing if it must not be known to exist.
pub(crate) fn sight(actor: &Actor, incident: &Incident) -> Option<Sight> {
    if !permission::may_see(actor, incident) {
        None
    } else if permission::may_read_notes(actor, incident) {
        Some(Sight::Whole)
    } else {
        Some(Sight::Header)
    }
}

/// The incident as the actor may see it.
pub(crate) fn seen(actor: &Actor, incident: &Incident) -> Option<Incident> {
    Some(as_seen(sight(actor, incident)?, actor, incident))
}

/// Takes out of what a person sees all that anybody wrote, the title with it: to raise alarms needs none.
pub(crate) fn withhold_words(actor: &Actor, incident: &mut Incident) {
    withheld::incident(actor, incident);
    incident.title = "".into();
}

/// Whoever changed an incident sees what came of it, even if it has gone out of their sight by that
/// or since.
pub(crate) fn seen_by_author(actor: &Actor, incident: &Incident) -> Incident {
    let sight = sight(actor, incident).unwrap_or(Sight::Header);
    as_seen(sight, actor, incident)
}

/// The incident at a given sight.
pub(crate) fn as_seen(sight: Sight, actor: &Actor, incident: &Incident) -> Incident {
    let mut shown = incident.clone();
    match sight {
        Sight::Whole => {}
        Sight::Header => withheld::incident(actor, &mut shown),
    }
    if let Some(casework) = &mut shown.casework
        && !permission::may_see_disciplinary(actor, incident)
    {
        casework.closing.disciplinary = None;
    }
    shown
}

/// Whoever changed a problem sees what came of it, even if the last incident that they may see has
/// been unlinked by that or since.
pub(crate) fn problem_seen_by_author(
    actor: &Actor,
    problem: &Problem,
    incidents: &[Incident],
) -> Problem {
    let seen = problem.seen_by(actor, incidents);
    seen.unwrap_or_else(|| problem.with_links_to(&[]))
}

/// A timeline entry at a given sight; nothing where the entry is all text.
pub(crate) fn entry_as_seen(
    sight: Sight,
    actor: &Actor,
    incident: &Incident,
    mut entry: Entry,
) -> Option<Entry> {
    if is_disciplinary(&entry.event) && !permission::may_see_disciplinary(actor, incident) {
        return None;
    }
    match sight {
        Sight::Whole => Some(entry),
        Sight::Header => withheld::event(actor, &mut entry.event).then_some(entry),
    }
}

/// Whether the actor may know all that an entry says.
pub(crate) fn may_know(actor: &Actor, incident: &Incident, entry: &Entry) -> bool {
    let is_hidden =
        is_disciplinary(&entry.event) && !permission::may_see_disciplinary(actor, incident);
    sight(actor, incident) == Some(Sight::Whole) && !is_hidden
}

/// Whether an event is about the one thing that even those who read everything else may not know
/// (BOB-NOBLAME).
fn is_disciplinary(event: &Event) -> bool {
    matches!(
        event,
        Event::Closing(ClosingEvent::DisciplinaryConsidered { .. })
    )
}
