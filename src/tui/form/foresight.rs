//! What the clocks would read if a form were sent as it is.
//!
//! It is worked out by the rules that will judge the command, on the command itself, so a preview says
//! what will be stored. Deliberately computes no deadline.

use super::{Present, Sentence, plain};
use crate::domain::clock::{self, ClockState, ClockView};
use crate::domain::command::Command;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

/// Stands for words that nobody has typed yet: no deadline depends on what they say.
pub(super) const SOME_WORDS: &str = "still to be written";

/// What was typed, or something that stands for it.
pub(super) fn or_some_words(typed: &str) -> Box<str> {
    match typed.trim() {
        "" => SOME_WORDS.into(),
        typed => typed.into(),
    }
}

/// The incident as it would be.
///
/// # Errors
/// Why the command would be refused.
pub(super) fn after(
    incident: Option<&Incident>,
    command: &Command,
    present: &Present<'_>,
) -> Result<Incident, Refusal> {
    let desk = present.replica.desk();
    desk.foresee(incident, command, present.now)
}

/// Every clock that would start, be due at another time, stop, be hidden or count again.
pub(super) fn changes(
    before: Option<&Incident>,
    after: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    clock::views(after)
        .filter(|view| view.clock.kind != ClockKind::Ack)
        .filter_map(|view| {
            let was = before.and_then(|before| {
                let mut views = clock::views(before);
                views.find(|was| {
                    was.clock
                        .is(view.clock.kind, view.clock.controller.as_ref())
                })
            });
            match was {
                None => Some(started(&view, after, present)),
                Some(was) => changed(&was, &view, present),
            }
        })
        .collect()
}

fn started(view: &ClockView<'_>, after: &Incident, present: &Present<'_>) -> Sentence {
    let due = format::local(view.clock.due_at);
    let name = name(view, present);
    match view.state(present.now) {
        state @ (ClockState::Running | ClockState::DueSoon | ClockState::Overdue) => {
            let to_do = view.clock.to_do_in_words(after, present.directory);
            let said = format!("{} by {due}, {}", text::line(&to_do), left(view, present));
            (look(state), said)
        }
        ClockState::Met if view.clock.kind == ClockKind::Proc24h => {
            (Look::Met, "The supplier told us in time".to_owned())
        }
        state => (look(state), format!("{name}: {}, due {due}", state.name())),
    }
}

fn changed(was: &ClockView<'_>, view: &ClockView<'_>, present: &Present<'_>) -> Option<Sentence> {
    let (before, state) = (was.state(present.now), view.state(present.now));
    let name = name(view, present);
    let due = format::local(view.clock.due_at);
    let old = format::local(was.clock.due_at);
    if was.clock.due_at != view.clock.due_at {
        let said = format!("{name}: {due} instead of {old}, {}", left(view, present));
        return Some((look(state), said));
    }
    let said = match (before.is_open(), state.is_open()) {
        (true, false) => format!("{name}: {}, due {due}", state.name()),
        (false, true) => format!("{name} counts again: {due}, {}", left(view, present)),
        (false, false) if before != state => format!("{name}: {}", state.name()),
        (_, _) => return None,
    };
    Some((look(state), said))
}

/// Which clock it is, and whose.
fn name(view: &ClockView<'_>, present: &Present<'_>) -> String {
    let name = view.clock.kind.name();
    view.clock.controller.as_ref().map_or_else(
        || name.to_owned(),
        |controller| {
            let whose = text::line(present.directory.organisation_name(controller));
            format!("{name}, {whose}")
        },
    )
}

fn left(view: &ClockView<'_>, present: &Present<'_>) -> String {
    let (due_at, now) = (view.clock.due_at, present.now);
    let said = format::countdown(due_at, now);
    if now > due_at {
        said
    } else {
        format!("{said} left")
    }
}

fn look(state: ClockState) -> Look {
    match state {
        ClockState::Running => Look::Text,
        ClockState::DueSoon | ClockState::MetWithinWorkingDay => Look::Soon,
        ClockState::Overdue | ClockState::MetLate => Look::Overdue,
        ClockState::Met | ClockState::MetByException => Look::Met,
        ClockState::StoodDown | ClockState::Released | ClockState::Ended => Look::Quiet,
    }
}

/// What a clock of the law counts, for whoever wonders about weekends.
pub(super) fn every_hour_counts() -> Sentence {
    plain("Counts every hour, weekends included")
}
