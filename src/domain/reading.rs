//! An incident as it reads at a moment: where each clock stands, who has been told, what comes next.
//!
//! The words are those of the screen, the field names are stable, and nothing of it is stored: it is
//! worked out again for whoever asks. Deliberately holds no facts of the incident itself.

use super::Instant;
use super::clock::{self, ClockState, ClockView, Stop};
use super::contacts::{self, Contact, RequiredContact};
use super::deadlines::ClockKind;
use super::directory::Directory;
use super::id::OrganisationId;
use super::incident::Incident;
use super::next_step::{self, NextStep};
use super::office;
use super::owed::{self, Owed};
use super::policy::Policy;
use super::role::Role;
use super::rule::RuleId;
use super::verdict;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::borrow::Cow;

/// How an incident reads at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Each clock that was started.
    pub clock_states: Vec<ClockReading>,
    /// What is owed by a day and no clock counts: answers to regulators, what they were promised, telling
    /// people once that is decided.
    pub owed: Vec<OwedReading>,
    /// Each contact who must be told.
    pub contacts: Vec<ContactReading>,
    /// What the procedure asks for now, in its order.
    pub next_steps: Vec<StepReading>,
}

/// Where a clock stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockReading {
    /// Which clock.
    pub kind: ClockKind,
    /// What must be done before its deadline; what was done once it was; that it was declined.
    pub name: &'static str,
    /// Whose, where each controller has one.
    pub controller: Option<OrganisationId>,
    /// The name of that controller.
    pub controller_name: Option<String>,
    /// Where it stands.
    pub state: ClockState,
    /// The same in words, as on every screen.
    pub state_name: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Until when lateness is tolerated with a reason, where it is.
    pub outer_due_at: Option<DateTime<Utc>>,
    /// When it was stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// How it was stopped, when the desk knew, and the entry that proves it.
    pub stop: Option<Stop>,
    /// How many seconds are left, below nought when it is overdue; none where it no longer runs.
    pub left_seconds: Option<i64>,
    /// The organisations whose duty it is now, where it names any; what it named at first is in the clock
    /// itself.
    pub whose: Vec<OrganisationId>,
    /// Why it is late, where that was said.
    pub late_reason: Option<String>,
    /// How many seconds after it was done in time the desk was told, where the time had passed by then
    /// (CLK-HONEST).
    pub recorded_late_seconds: Option<i64>,
    /// Everything that is said beside it: who proves it, who is still to be told, its first start, what
    /// an older rule read otherwise.
    pub remarks: Vec<String>,
    /// The rule behind it.
    pub rule: RuleId,
}

/// What is owed by a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OwedReading {
    /// What must be done.
    pub name: &'static str,
    /// What, by whom and until when.
    #[serde(flatten)]
    pub owed: Owed,
    /// Where it stands.
    pub state: ClockState,
    /// The same in words.
    pub state_name: &'static str,
    /// How many seconds are left, below nought when it is overdue.
    pub left_seconds: i64,
    /// The rule behind it.
    pub rule: RuleId,
}

/// Whether a contact has been told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactReading {
    /// The role.
    pub role: Role,
    /// Of which organisation, where it is one's.
    pub organisation: Option<OrganisationId>,
    /// Who that is, in words.
    pub name: String,
    /// When a person in the role was reached; none so far.
    pub informed_at: Option<DateTime<Utc>>,
    /// Who was told or acted instead, and why; or whom to tell where nobody holds the role now
    /// (NOBODY-THERE).
    pub instead: Option<String>,
    /// How often somebody tried.
    pub attempts: usize,
    /// Why the contact must be told.
    pub reasons: Vec<ReasonReading>,
}

/// Why a contact must be told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonReading {
    /// The rule.
    pub rule: RuleId,
    /// The reason in words.
    pub because: Cow<'static, str>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepReading {
    /// The rule that asks for it.
    pub rule: RuleId,
    /// What to do.
    pub sentence: String,
    /// What it is about, as one word.
    pub about: &'static str,
    /// Until when, where a clock says so.
    pub due_at: Option<DateTime<Utc>>,
}

/// How an incident reads at `now`.
pub fn read(incident: &Incident, directory: &Directory, policy: &Policy, now: Instant) -> Reading {
    let clocks = clock::views(incident);
    let contacts = contacts::required(incident).into_iter();
    let steps = next_step::next_steps(incident, directory, policy, now);
    Reading {
        clock_states: clocks
            .map(|view| clock(&view, incident, directory, now))
            .collect(),
        owed: owed::owed(incident)
            .into_iter()
            .map(|owed| OwedReading {
                name: owed.matter.to_do(),
                state: owed.state(now),
                state_name: owed.state(now).name(),
                left_seconds: (owed.due_at - now).num_seconds(),
                rule: owed.matter.rule(),
                owed,
            })
            .collect(),
        contacts: contacts
            .map(|required| contact(incident, required, directory, now))
            .collect(),
        next_steps: steps.into_iter().map(step).collect(),
    }
}

fn clock(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
    now: Instant,
) -> ClockReading {
    let state = view.state(now);
    let clock = view.clock;
    let controller = clock.controller.clone();
    ClockReading {
        kind: clock.kind,
        name: view.name(now),
        controller_name: controller
            .as_ref()
            .map(|controller| directory.organisation_name(controller).to_owned()),
        controller,
        state,
        state_name: verdict::state_in_words(view, now),
        started_at: clock.started_at,
        due_at: clock.due_at,
        outer_due_at: view.outer_due_at,
        stopped_at: view.stopped_at(),
        stop: view.stop,
        left_seconds: state.is_open().then(|| (clock.due_at - now).num_seconds()),
        whose: clock.whose_now(incident),
        late_reason: clock.late_reason.as_deref().map(str::to_owned),
        recorded_late_seconds: view.recorded_late().map(|later| later.num_seconds()),
        remarks: verdict::remarks(view, incident, directory, now),
        rule: clock.kind.rule(),
    }
}

fn contact(
    incident: &Incident,
    required: RequiredContact,
    directory: &Directory,
    now: Instant,
) -> ContactReading {
    let RequiredContact { contact, reasons } = required;
    let reasons = reasons.into_iter();
    ContactReading {
        role: contact.role,
        name: contact.in_words(directory),
        informed_at: contacts::informed_at(incident, &contact),
        instead: instead(incident, &contact, directory, now),
        attempts: contacts::attempts(incident, &contact).count(),
        reasons: reasons
            .map(|reason| ReasonReading {
                rule: reason.rule,
                because: reason.because,
            })
            .collect(),
        organisation: contact.organisation,
    }
}

/// Who was told in place of a contact; else whom to tell, where nobody holds its role and it has not been told.
pub fn instead(
    incident: &Incident,
    contact: &Contact,
    directory: &Directory,
    now: Instant,
) -> Option<String> {
    let told = contacts::instead_in_words(incident, contact, directory);
    told.or_else(|| {
        let is_untold = contacts::informed_at(incident, contact).is_none();
        let whom = office::whom_to_tell(contact, directory, now).filter(|_| is_untold)?;
        Some(format!("nobody holds this role now: tell {whom}"))
    })
}

fn step(step: NextStep) -> StepReading {
    StepReading {
        rule: step.rule,
        about: step.kind.word(),
        sentence: step.sentence,
        due_at: step.due_at,
    }
}
