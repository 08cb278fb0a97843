//! Things inside an incident that a step can be about, each by its handle.

use super::Setting;
use super::naming::{self, Named};
use super::words::spelt;
use crate::domain::calendar;
use crate::domain::clock::{self, ClockState};
use crate::domain::contacts;
use crate::domain::hosting::{CallStatus, ChangeStatus};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::Enquiry;
use crate::domain::synopsis::{self, handle, promise_handle};
use serde_json::{Value, json};
use uuid::Uuid;

/// A sort of thing, as far as a step has something left to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Things {
    /// Decisions that the data protection officer has not confirmed.
    Unconfirmed,
    /// Decisions that wait for the Caldicott Guardian.
    Uncountersigned,
    /// Declines that wait for a second officer.
    Unseconded,
    /// Enquiries of a regulator that something is still to be done about.
    Enquiries,
    /// Enquiries of a regulator that were not struck out.
    RecordedEnquiries,
    /// What a body was promised.
    Promises,
    /// Notifications that were not withdrawn.
    Notifications,
    /// Calls with the host.
    Calls,
    /// Requests for change.
    Changes,
    /// Items of evidence.
    Evidence,
    /// Meetings without minutes.
    Meetings,
    /// Lessons.
    Lessons,
    /// Lessons and recommendations, of which an action can come.
    Sources,
    /// Actions that are not done.
    OpenActions,
    /// Actions that nobody has looked at.
    UnverifiedActions,
    /// Recommendations that no audit has looked at.
    Recommendations,
    /// Clocks that are late and whose reason is not known.
    LateClocks,
    /// Contacts who must be told.
    Contacts,
    /// Calls and messages to people that count.
    Attempts,
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What people call it.
    pub handle: String,
    /// What it is.
    pub words: String,
    /// What naming it puts into the command, by pointer; an empty pointer stands for the question's
    /// own.
    pub(super) fills: Vec<(&'static str, Value)>,
}

/// A thing that is named by its identity alone.
fn thing(id: Uuid, words: String) -> Thing {
    Thing {
        handle: handle(id),
        words,
        fills: vec![("", json!(id))],
    }
}

impl Things {
    /// Those of the incident, oldest first.
    pub fn of(self, setting: &Setting<'_>) -> Vec<Thing> {
        match self {
            Self::Unconfirmed | Self::Uncountersigned | Self::Unseconded => self.decisions(setting),
            Self::Enquiries | Self::RecordedEnquiries => self.enquiries(setting),
            Self::Promises => promises(setting),
            Self::Notifications => notifications(setting),
            Self::Calls | Self::Changes => self.of_the_host(setting),
            Self::Evidence | Self::Meetings => self.of_the_investigation(setting),
            Self::Lessons | Self::Sources | Self::Recommendations => self.learnt(setting),
            Self::OpenActions | Self::UnverifiedActions => self.actions(setting),
            Self::LateClocks => late_clocks(setting),
            Self::Contacts => contacts(setting),
            Self::Attempts => attempts(setting),
        }
    }

    fn decisions(self, setting: &Setting<'_>) -> Vec<Thing> {
        let decisions = setting.incident.casework().regulator.decisions.iter();
        decisions
            .filter(|decision| match self {
                Self::Unconfirmed => decision.is_unconfirmed(),
                Self::Unseconded => decision.awaits_second(),
                _ => decision.awaits_countersignature(),
            })
            .map(|decision| thing(decision.id, synopsis::decision(decision, setting.directory)))
            .collect()
    }

    fn of_the_host(self, setting: &Setting<'_>) -> Vec<Thing> {
        let hosting = &setting.incident.casework().hosting;
        if self == Self::Calls {
            let calls = hosting.calls.iter();
            let open = calls.filter(|call| call.status != CallStatus::Closed);
            return open
                .map(|call| thing(call.id, synopsis::call(call)))
                .collect();
        }
        let goes_on = |status: ChangeStatus| {
            ChangeStatus::ALL
                .into_iter()
                .any(|next| status.may_become(next))
        };
        hosting
            .changes
            .iter()
            .filter(|change| goes_on(change.status))
            .map(|change| {
                let words = format!("{}: {}", change.status.name(), synopsis::change(change));
                thing(change.id, words)
            })
            .collect()
    }

    fn of_the_investigation(self, setting: &Setting<'_>) -> Vec<Thing> {
        let investigation = &setting.incident.casework().investigation;
        if self == Self::Meetings {
            let open = investigation.meetings_without_minutes();
            return open
                .map(|meeting| thing(meeting.id, synopsis::meeting(meeting)))
                .collect();
        }
        let evidence = investigation.evidence.iter();
        evidence
            .map(|known| thing(known.id, synopsis::evidence(known)))
            .collect()
    }

    fn learnt(self, setting: &Setting<'_>) -> Vec<Thing> {
        let learning = &setting.incident.casework().learning;
        let recommendations = learning.recommendations.iter().filter(|known| match self {
            Self::Recommendations => known.verdict.is_none(),
            Self::Lessons => false,
            _ => true,
        });
        let lessons = learning
            .lessons
            .iter()
            .filter(|_| self != Self::Recommendations);
        recommendations
            .map(|known| thing(known.id, synopsis::recommendation(known)))
            .chain(lessons.map(|known| thing(known.id, synopsis::lesson(known))))
            .collect()
    }

    fn actions(self, setting: &Setting<'_>) -> Vec<Thing> {
        let actions = setting.incident.casework().learning.actions.iter();
        actions
            .filter(|action| match self {
                Self::OpenActions => action.is_open(),
                _ => action.verdict.is_none(),
            })
            .map(|action| thing(action.id, synopsis::action(action)))
            .collect()
    }

    fn enquiries(self, setting: &Setting<'_>) -> Vec<Thing> {
        let known = setting.incident.casework().regulator.enquiries.iter();
        let is_meant = |asked: &&Enquiry| asked.is_open() || self == Self::RecordedEnquiries;
        known
            .filter(|asked| !asked.is_struck())
            .filter(is_meant)
            .map(|asked| thing(asked.id, synopsis::enquiry(asked, setting.directory)))
            .collect()
    }

    /// What to say where there is none.
    fn none(self) -> &'static str {
        match self {
            Self::Unconfirmed => "No decision waits for the DPO's confirmation",
            Self::Uncountersigned => "No decision waits for a countersignature",
            Self::Unseconded => "No decline waits for a second officer",
            Self::Enquiries => "No regulator's enquiry is open. Record it first",
            Self::RecordedEnquiries => "No regulator's enquiry is recorded on this incident",
            Self::Promises => "Nothing is outstanding to a regulator on this incident",
            Self::Notifications => "No notification has been recorded on this incident",
            Self::Calls => "No call with the host is open. Raise one first",
            Self::Changes => "No request for change is open. Log one first",
            Self::Evidence => "No evidence is recorded. Secure some first",
            Self::Meetings => "No meeting waits for its minutes",
            Self::Lessons => "No lesson is recorded. Add one first",
            Self::Sources => "An action needs a lesson or a recommendation. Record one first",
            Self::OpenActions => "No action is open on this incident",
            Self::UnverifiedActions => "No action waits to be checked",
            Self::Recommendations => "No recommendation waits for an audit",
            Self::LateClocks => "No clock is late without a reason",
            Self::Contacts => "Nobody has to be told about this incident",
            Self::Attempts => "No call or message is recorded on this incident",
        }
    }

    /// That there is nothing to take the step on.
    pub(super) fn refusal(self, pointer: &str) -> Refusal {
        Refusal::invalid(pointer, self.none())
    }
}

fn promises(setting: &Setting<'_>) -> Vec<Thing> {
    let open = setting.incident.casework().regulator.open_follow_ups();
    open.map(|(told, owed)| Thing {
        handle: promise_handle(told.id, owed.item),
        words: format!("{}, {}", synopsis::follow_up(told, owed), told.reference),
        fills: vec![
            ("/notification", json!(told.id)),
            ("/item", json!(owed.item)),
        ],
    })
    .collect()
}

fn notifications(setting: &Setting<'_>) -> Vec<Thing> {
    let told = setting.incident.casework().regulator.notifications.iter();
    told.filter(|told| told.withdrawn.is_none())
        .map(|told| thing(told.id, synopsis::notification(told, setting.directory)))
        .collect()
}

fn late_clocks(setting: &Setting<'_>) -> Vec<Thing> {
    clock::views(setting.incident)
        .filter(|view| view.clock.kind.asks_why_late() && view.clock.late_reason.is_none())
        .filter(|view| {
            matches!(
                view.state(setting.now),
                ClockState::MetLate | ClockState::MetWithinWorkingDay | ClockState::Overdue
            )
        })
        .map(|view| {
            let clock = view.clock;
            let kind = spelt(&clock.kind).to_ascii_lowercase().replace('_', "-");
            let whose = clock.controller.as_ref();
            let name = whose.map_or_else(String::new, |controller| {
                format!(" of {}", setting.directory.organisation_name(controller))
            });
            Thing {
                handle: whose.map_or_else(|| kind.clone(), |whose| format!("{kind}:{whose}")),
                words: format!("{}{name}", clock.kind.name()),
                fills: vec![
                    ("/kind", json!(clock.kind)),
                    ("/controller", json!(clock.controller)),
                ],
            }
        })
        .collect()
}

fn contacts(setting: &Setting<'_>) -> Vec<Thing> {
    contacts::required(setting.incident)
        .into_iter()
        .map(|required| {
            let contact = required.contact;
            let role = contact.role.code().to_ascii_lowercase();
            Thing {
                handle: match &contact.organisation {
                    Some(organisation) => format!("{role}:{organisation}"),
                    None => role,
                },
                words: contact.in_words(setting.directory),
                fills: vec![("/contact", json!(contact))],
            }
        })
        .collect()
}

/// By their numbers, as people count: the first call of the incident is 1.
fn attempts(setting: &Setting<'_>) -> Vec<Thing> {
    let attempts = setting.incident.attempts.iter().enumerate();
    attempts
        .filter(|(_, attempt)| !attempt.is_struck())
        .map(|(place, attempt)| Thing {
            handle: synopsis::attempt_handle(place),
            words: format!(
                "{} {}",
                calendar::brief(attempt.at),
                attempt.outcome_first(setting.directory)
            ),
            fills: vec![("", json!(place))],
        })
        .collect()
}

/// The thing that somebody names: by its handle, by as much of that or of its words as fits only one, or
/// as the last one.
pub(super) fn named(
    sort: Things,
    typed: &str,
    pointer: &str,
    setting: &Setting<'_>,
) -> Result<Thing, Refusal> {
    let mut things = sort.of(setting);
    if typed == "last" {
        return things.pop().ok_or_else(|| sort.refusal(pointer));
    }
    if things.is_empty() {
        return Err(sort.refusal(pointer));
    }
    let named = |thing: &'_ Thing| (thing.handle.clone(), thing.words.clone());
    let named: Vec<(String, String)> = things.iter().map(named).collect();
    let all: Vec<Named<'_>> = named
        .iter()
        .map(|(key, words)| Named { key, words })
        .collect();
    // JSON gives a thing its whole id, of which the handle is the end.
    let short = typed.parse().map(synopsis::handle);
    let typed = short.as_deref().unwrap_or(typed);
    let found = naming::find("thing of this incident", typed, &all);
    let at = found.map_err(|miss| {
        let handles: Vec<&str> = all.iter().map(|one| one.key).collect();
        let choices = format!("Write one of {}, or last", handles.join(", "));
        // A number is no part of a name: the call has been struck out, or there is none.
        let sentence = match typed.parse::<usize>() {
            Ok(number) => format!("No call {number} counts on this incident"),
            Err(_) => miss.sentence(),
        };
        let end = if sentence.ends_with('?') { "" } else { "." };
        Refusal::invalid(pointer, format!("{sentence}{end} {choices}"))
    })?;
    Ok(things.swap_remove(at))
}
