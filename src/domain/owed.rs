//! What is owed by a day and no clock counts: the answer to a regulator, what a regulator was promised, the
//! decision whether people are told, and telling them once that is decided (ICO-ASKS, ICO-PHASE, BOB-SUBJECTS).
//!
//! It stands in the same lists as the clocks: the board, the overdue ones, the hand-over, the alarms.
//! Deliberately stores nothing: it is read off the records. It outlives closing, as the duties do.

use super::Instant;
use super::calendar;
use super::clock::ClockState;
use super::directory::Directory;
use super::id::OrganisationId;
use super::incident::{Incident, Status};
use super::regulator::{Body, Enquiry};
use super::role::Role;
use super::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sort of duty with a day.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A regulator waits for an answer.
    Enquiry,
    /// A regulator waits for what it was promised.
    Promise,
    /// It is to be decided whether the people concerned are told, as was recommended or not.
    Decision,
    /// The people concerned are to be told, as was decided.
    Telling,
}

impl Matter {
    /// What must be done, in fixed words.
    pub fn to_do(self) -> &'static str {
        match self {
            Self::Enquiry => "Answer the regulator",
            Self::Promise => "Send the regulator what was promised",
            Self::Decision => "Decide whether to tell the people concerned",
            Self::Telling => "Tell the people concerned",
        }
    }

    /// The rule behind it.
    pub fn rule(self) -> RuleId {
        match self {
            Self::Enquiry => RuleId::IcoAsks,
            Self::Promise => RuleId::IcoPhase,
            Self::Decision | Self::Telling => RuleId::BobSubjects,
        }
    }

    /// Its name in an identity, which never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::Promise => "promise",
            Self::Decision => "telling_decision",
            Self::Telling => "telling",
        }
    }
}

/// Something that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// What.
    pub matter: Matter,
    /// By which controller or operator.
    pub organisation: OrganisationId,
    /// The role that does it.
    pub role: Role,
    /// To which body, where it is one.
    pub body: Option<Body>,
    /// From when it counts as due soon.
    pub due_soon_at: DateTime<Utc>,
    /// Until when.
    pub due_at: DateTime<Utc>,
    /// The day or time before it, where that had passed before somebody put it off, or where an enquiry was
    /// struck out and recorded again with a later day (CLK-HONEST).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran_out_at: Option<DateTime<Utc>>,
}

impl Owed {
    fn by_day(
        matter: Matter,
        organisation: &OrganisationId,
        (role, body): (Role, Body),
        day: NaiveDate,
    ) -> Self {
        let day_before = day.pred_opt().unwrap_or(day);
        Self {
            matter,
            organisation: organisation.clone(),
            role,
            body: Some(body),
            due_soon_at: calendar::end_of_day(day_before),
            due_at: calendar::end_of_day(day),
            ran_out_at: None,
        }
    }

    /// Where it stands at `now`; at the due instant itself it is not overdue yet, as a clock is not.
    pub fn state(&self, now: Instant) -> ClockState {
        if now > self.due_at {
            ClockState::Overdue
        } else if now >= self.due_soon_at {
            ClockState::DueSoon
        } else {
            ClockState::Running
        }
    }

    /// The next instant after `now` at which the state changes by itself.
    pub fn next_change_at(&self, now: Instant) -> Option<Instant> {
        let overdue_at = self.due_at + chrono::TimeDelta::seconds(1);
        [self.due_soon_at, overdue_at]
            .into_iter()
            .find(|at| *at > now)
    }

    /// What is to be done: "Answer the regulator (ICO)".
    pub fn to_do(&self) -> String {
        let to_do = self.matter.to_do();
        match self.body {
            Some(body) => format!("{to_do} ({})", body.name()),
            None => to_do.to_owned(),
        }
    }

    /// That it was late before somebody put it off, in brackets after a space; else nothing.
    pub fn put_off(&self) -> String {
        let Some(before) = self.ran_out_at.map(calendar::brief) else {
            return String::new();
        };
        match self.matter {
            Matter::Enquiry => {
                format!(" (recorded again; the one before was due {before})")
            }
            Matter::Promise | Matter::Decision | Matter::Telling => {
                format!(" (was due {before}, delayed afterwards)")
            }
        }
    }

    /// What is to be done, with whose it is: "Answer the regulator (ICO), Riverbourne ICB".
    pub fn to_do_in_words(&self, directory: &Directory) -> String {
        let name = directory.organisation_name(&self.organisation);
        format!("{}, {name}{}", self.to_do(), self.put_off())
    }
}

/// Everything that an incident owes by a day; what it handed on as a duplicate, the other one owes. One that
/// was withdrawn owes a regulator an answer, and nothing else.
pub fn owed(incident: &Incident) -> Vec<Owed> {
    if incident.status == Status::Duplicate {
        return Vec::new();
    }
    let Some(casework) = &incident.casework else {
        return Vec::new();
    };
    let unanswered = casework.regulator.open_enquiries();
    let unanswered = unanswered
        .filter(|asked| !asked.is_answered())
        .map(|asked| {
            let who = (asked.answers, asked.body);
            let before = casework.regulator.struck_before(asked);
            Owed {
                ran_out_at: before.map(Enquiry::due_at),
                ..Owed::by_day(Matter::Enquiry, &asked.controller, who, asked.due_on)
            }
        });
    if incident.status == Status::Withdrawn {
        return unanswered.collect();
    }
    let promised = casework
        .regulator
        .open_follow_ups()
        .map(|(told, promised)| {
            let who = (promised.owner, told.body);
            Owed::by_day(Matter::Promise, &told.controller, who, promised.due_on)
        });
    let controllers = incident.answering();
    let deciding = controllers.filter_map(|controller| {
        let (voice, since, due_at) = casework.subjects.awaited(controller)?;
        Some(Owed {
            matter: Matter::Decision,
            organisation: controller.clone(),
            role: voice.office().role(),
            body: None,
            due_soon_at: due_at - (due_at - since) / 4,
            due_at,
            ran_out_at: None,
        })
    });
    let controllers = incident.answering();
    let telling = controllers.filter_map(|controller| {
        let since = casework.subjects.owed_since(controller)?;
        let due_at = casework.subjects.tell_by(controller)?;
        Some(Owed {
            matter: Matter::Telling,
            organisation: controller.clone(),
            role: Role::Dpo,
            body: None,
            due_soon_at: due_at - (due_at - since) / 4,
            due_at,
            ran_out_at: casework.subjects.ran_out_at(controller),
        })
    });
    unanswered
        .chain(promised)
        .chain(deciding)
        .chain(telling)
        .collect()
}
