//! What was told to a body, what was promised to follow, and what was taken back (ICO-PHASE, ICO-REG,
//! NIS-72H, BOB-CYBER).

use super::contents::{Body, Content, Item};
use super::decision::{Decision, ReportAnswer, in_force};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::Clock;
use crate::domain::event::Signed;
use crate::domain::evidence::{self, Evidence, Proof};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::role::Role;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How a report travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Via {
    /// Through the incident tool of the Data Security and Protection Toolkit.
    Dspt,
    /// To the body itself.
    Direct,
}

impl Via {
    /// Both ways, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Dspt, Self::Direct];

    /// The way in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dspt => "DSPT incident tool",
            Self::Direct => "direct",
        }
    }
}

/// A report that somebody made, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Its identity.
    pub id: Uuid,
    /// To whom.
    pub body: Body,
    /// For which controller, or by which operator.
    pub controller: OrganisationId,
    /// Other controllers for whom it serves as well, under an agreement (ICO-JOINT).
    pub also_for: Vec<OrganisationId>,
    /// How it travelled.
    pub via: Via,
    /// When it was submitted; this stops the clock.
    pub submitted_at: DateTime<Utc>,
    /// The reference that came back.
    pub reference: Box<str>,
    /// What it contained.
    pub contents: Vec<Content>,
    /// What was promised for later, each with an owner and a date (ICO-PHASE).
    pub follow_ups: Vec<FollowUp>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// That the body was told it was no breach after all.
    pub withdrawn: Option<Withdrawal>,
}

impl Notification {
    /// Whether it serves for a controller.
    pub fn serves(&self, controller: &OrganisationId) -> bool {
        self.controller == *controller || self.also_for.contains(controller)
    }

    /// That the body was told, by this entry.
    pub(super) fn proof(&self) -> Proof {
        Proof {
            at: self.submitted_at,
            recorded_at: self.recorded.at,
            evidence: Evidence::Notification { id: self.id },
        }
    }

    /// Whether it stands: nobody has taken it back.
    pub fn stands(&self) -> bool {
        #[cfg(test)]
        if mutant::is(Mutant::WithdrawnReportsStand) {
            return true;
        }
        self.withdrawn.is_none()
    }

    /// Whether it was taken back before the incident was closed: recorded before ICO-DUTY, when that
    /// still ended the duty. Nothing about an incident that is closed is asked again for it.
    pub fn stood_at_closing(&self, incident: &Incident) -> bool {
        let closed_at = incident.ended_at();
        self.withdrawn.as_ref().is_some_and(|withdrawal| {
            closed_at.is_some_and(|closed_at| withdrawal.signed.at <= closed_at)
        })
    }

    /// Every controller for whom it serves, its own first.
    pub fn served(&self) -> Vec<OrganisationId> {
        let own = std::iter::once(&self.controller);
        own.chain(&self.also_for).cloned().collect()
    }

    /// Whether nothing is owed to the body any more (ICO-PHASE).
    pub fn is_complete(&self) -> bool {
        self.withdrawn.is_some() || self.open_follow_ups().next().is_none()
    }

    /// What is still to follow.
    pub fn open_follow_ups(&self) -> impl Iterator<Item = &FollowUp> {
        let asked = self.withdrawn.is_none();
        self.follow_ups
            .iter()
            .filter(move |follow_up| asked && follow_up.sent.is_none())
    }
}

/// Something that was promised to follow (ICO-PHASE).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    /// Which item.
    pub item: Item,
    /// The role that brings it.
    pub owner: Role,
    /// Until when.
    pub due_on: NaiveDate,
    /// What was sent in the end.
    pub sent: Option<Sent>,
}

/// What followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sent {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// What it said.
    pub text: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// A notification taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawal {
    /// Why.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// How a controller's duty to tell the ICO ended: by a notification that serves for it and stands, or
/// by a decline in force with every signature it needs (ICO-DUTY); of several by the first that the desk
/// heard of, where that was after `due_at`.
pub fn ico_answer(
    incident: &Incident,
    controller: &OrganisationId,
    due_at: Instant,
) -> Option<Proof> {
    let served = |told: &&Notification| told.body == Body::Ico && told.serves(controller);
    let submitted = submissions(incident, served, |told| told.stands());
    let declined = in_force(incident, controller).and_then(Decision::proof_of_decline);
    best_heard(incident, submitted.chain(declined), due_at).or_else(|| {
        let stood = submissions(incident, served, |told| told.stood_at_closing(incident));
        best_heard(incident, stood, due_at)
    })
}

/// How the competent authority of the NIS Regulations was told in writing by the operator whose clock it
/// is: another operator's report answers nothing for it. A clock of a time before clocks named the operator
/// takes any (NIS-WHO).
pub fn nis_answer(incident: &Incident, clock: &Clock) -> Option<Proof> {
    let due_at = clock.due_at;
    let is_theirs = |told: &Notification| {
        let operator = clock.controller.as_ref();
        operator.is_none_or(|operator| told.controller == *operator)
    };
    #[cfg(test)]
    let is_theirs =
        |told: &Notification| mutant::is(Mutant::OneOperatorTellsForAll) || is_theirs(told);
    let told = |told: &&Notification| told.body == Body::DhscNis && is_theirs(told);
    best_heard(
        incident,
        submissions(incident, told, |told| told.stands()),
        due_at,
    )
    .or_else(|| {
        let stood = submissions(incident, told, |told| told.stood_at_closing(incident));
        best_heard(incident, stood, due_at)
    })
}

/// The answer that counts, as the incident heard of it.
fn best_heard(
    incident: &Incident,
    proofs: impl Iterator<Item = Proof>,
    due_at: Instant,
) -> Option<Proof> {
    evidence::best(proofs.map(|proof| proof.heard_on(incident)), due_at)
}

fn submissions<'a>(
    incident: &'a Incident,
    concerns: impl Fn(&&'a Notification) -> bool + 'a,
    counts: impl Fn(&Notification) -> bool + 'a,
) -> impl Iterator<Item = Proof> + 'a {
    let told = incident.casework().regulator.notifications.iter();
    told.filter(concerns)
        .filter(move |told| counts(told))
        .map(Notification::proof)
}

/// What a report to the ICO is dated before, of what it rests on: the first notifiable grade, and the decision
/// to report (BOB-DECIDE).
pub fn dated_before(incident: &Incident, told: &Notification) -> Option<String> {
    if told.body != Body::Ico {
        return None;
    }
    let mut decisions = incident.casework().regulator.decisions.iter();
    let decided = decisions
        .find(|made| made.controller == told.controller && made.answer == ReportAnswer::Report);
    let mut grades = incident.assessments.iter();
    let graded = grades.find(|made| made.grading.ico_required);
    let rests_on = [
        ("the grade", graded.map(|made| made.at)),
        ("the decision", decided.map(|made| made.decided_at)),
    ];
    let later: Vec<String> = rests_on
        .into_iter()
        .filter_map(|(what, at)| Some((what, at.filter(|at| *at > told.submitted_at)?)))
        .map(|(what, at)| format!("{what} ({})", calendar::brief(at)))
        .collect();
    (!later.is_empty()).then(|| {
        format!(
            "dated {}, before {}",
            calendar::brief(told.submitted_at),
            later.join(" and ")
        )
    })
}

/// Whether NHS England has been told of a cyber incident, directly or through the toolkit, which passes
/// it on; or it is on record why not (BOB-CYBER).
pub fn nhs_england_is_answered(incident: &Incident) -> bool {
    let regulator = &incident.casework().regulator;
    let mut told = regulator.notifications.iter();
    let excused = regulator.nhs_england_not_told.last();
    told.any(|told| told.body == Body::Nhse || told.via == Via::Dspt)
        || excused.is_some_and(|excused| excused.overtaken_by(incident).is_none())
}
