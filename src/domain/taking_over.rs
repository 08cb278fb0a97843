//! What an incident takes over from another one that turned out to be the same (REG-WHOLE).
//!
//! Each record keeps the signature and the time that it had, and the incident keeps where it was
//! recorded. The event carries all of it, so that folding needs no other incident. Whether taking over
//! is possible is judged in `decide`.

use super::Instant;
use super::casework::Casework;
use super::closing::Closing;
use super::contacts::{Contact, ContactAttempt};
use super::escalation::Escalation;
use super::event::{Signature, Signed};
use super::evidence::{Act, Evidence};
use super::hosting::Hosting;
use super::id::{IncidentId, OrganisationId, Reference};
use super::incident::{Assessment, BreachStatus, ContactChange, Incident, Necessity};
use super::investigation::Investigation;
use super::learning::Learning;
use super::partners::PartnerRecord;
use super::regulator::{OnRecord, Regulator};
use super::subjects::Subjects;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// That the incident that goes on has nothing of a duplicate, where marking one did not hand anything on yet
/// (REG-WHOLE).
pub fn not_handed_on(duplicate: &Incident, goes_on: &Incident) -> Option<&'static str> {
    let mut origins = goes_on.origins();
    let has_it = origins.any(|origin| origin.incident == duplicate.id);
    (!has_it).then_some("recorded before this rule: nothing was handed on")
}

/// Everything that was known and done about an incident when it was found to be a duplicate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TakenOver {
    /// Which incident that was.
    pub from: Origin,
    /// When it was taken over: what was known of the other incident counts here as heard of then
    /// (CLK-HONEST). Absent from what was recorded before this rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// How one knows that it is the same.
    pub reason: Box<str>,
    /// Its assessments.
    #[serde(default)]
    pub assessments: Vec<Assessment>,
    /// Its calls and messages, with what came of each.
    #[serde(default)]
    pub attempts: Vec<ContactAttempt>,
    /// What people did on it who knew of it by that; that they logged or acknowledged it among them
    /// (CLK-EVIDENCE).
    #[serde(default)]
    pub acts: Vec<Act>,
    /// Its calls for help.
    #[serde(default)]
    pub escalations: Vec<Escalation>,
    /// Contacts that were required or released on it by hand.
    #[serde(default)]
    pub contact_changes: Vec<ContactChange>,
    /// What partners were told on it and have answered.
    #[serde(default)]
    pub partners: Vec<PartnerRecord>,
    /// Its casework, but for how it ended.
    #[serde(default)]
    pub casework: Casework,
}

/// An incident that was logged of the same thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// Its identity.
    pub incident: IncidentId,
    /// What people call it.
    pub reference: Option<Reference>,
    /// Who logged it, and when.
    pub logged: Signed,
    /// The organisations that were party to it; they stay party to the incident that goes on.
    pub parties: BTreeSet<OrganisationId>,
    /// What kind of incident it was said to be in the end.
    pub breach_status: BreachStatus,
    /// Whether it was ever a suspected or confirmed breach.
    pub was_breach: bool,
}

impl Origin {
    /// What people call it.
    pub fn name(&self) -> String {
        self.reference.map_or_else(
            || "another incident".to_owned(),
            |reference| reference.to_string(),
        )
    }
}

impl TakenOver {
    /// What a duplicate has to hand on. What it took over itself is handed on by events of its own.
    pub fn of(duplicate: &Incident, reason: &str, now: Instant) -> Self {
        let casework = duplicate.casework();
        Self {
            from: Origin {
                incident: duplicate.id,
                reference: duplicate.reference,
                logged: Signed {
                    at: duplicate.logged_at,
                    by: duplicate.logged_by.clone(),
                },
                parties: duplicate.parties().cloned().collect(),
                breach_status: duplicate.facts.breach_status,
                was_breach: duplicate.was_ever_breach(),
            },
            at: Some(now),
            reason: reason.into(),
            assessments: duplicate.assessments.clone(),
            attempts: duplicate.attempts.clone(),
            acts: acts(duplicate),
            escalations: duplicate.escalations.clone(),
            contact_changes: duplicate.contact_changes.clone(),
            partners: duplicate.partners.clone(),
            // Whether a disciplinary process is considered stays where few may read it (BOB-NOBLAME).
            casework: Casework {
                closing: Closing {
                    containments: casework.closing.containments.clone(),
                    ..Closing::default()
                },
                ..casework.clone()
            },
        }
    }

    /// Whether an entry came with it.
    fn brought(&self, incident: &Incident, entry: Evidence) -> bool {
        let (ours, theirs) = (incident.casework(), &self.casework);
        match entry {
            Evidence::Attempt { place } | Evidence::AttemptRecorded { place } => incident
                .attempts
                .get(place)
                .is_some_and(|ours| self.made(ours)),
            Evidence::Assessment { place } => {
                is_among(&incident.assessments, place, &self.assessments)
            }
            Evidence::Act { place } => is_among(&incident.acts, place, &self.acts),
            Evidence::Release { place } => {
                is_among(&incident.contact_changes, place, &self.contact_changes)
            }
            Evidence::Escalation { place } => {
                is_among(&incident.escalations, place, &self.escalations)
            }
            Evidence::Impact { place } => {
                is_among(&ours.hosting.impacts, place, &theirs.hosting.impacts)
            }
            Evidence::Decision { id }
            | Evidence::DecisionRecorded { id }
            | Evidence::Confirmation { decision: id }
            | Evidence::Countersignature { decision: id }
            | Evidence::Second { decision: id }
            | Evidence::Notification { id } => self.holds(id),
            Evidence::Logging {}
            | Evidence::Acknowledgement {}
            | Evidence::Revision { .. }
            | Evidence::Receipt {}
            | Evidence::End {} => false,
        }
    }

    fn made(&self, attempt: &ContactAttempt) -> bool {
        let mut attempts = self.attempts.iter();
        attempts.any(|theirs| theirs.is_same(attempt))
    }

    fn holds(&self, record: Uuid) -> bool {
        let regulator = &self.casework.regulator;
        let decisions = regulator.decisions.iter().map(|made| made.id);
        let notifications = regulator.notifications.iter().map(|told| told.id);
        let calls = self.casework.hosting.calls.iter().map(|call| call.id);
        let mut known = decisions.chain(notifications).chain(calls);
        known.any(|id| id == record)
    }
}

impl Incident {
    /// The incidents that were logged of the same thing and that this one goes on for.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.taken_over.iter().map(|taken| &taken.from)
    }

    /// On which incident a decision, a notification or a call was recorded, where it was not this one.
    pub fn recorded_on(&self, record: Uuid) -> Option<&Origin> {
        let mut taken = self.taken_over.iter();
        taken
            .find(|taken| taken.holds(record))
            .map(|taken| &taken.from)
    }

    /// On which incident a call or message was recorded, where it was not this one.
    pub fn attempt_recorded_on(&self, attempt: &ContactAttempt) -> Option<&Origin> {
        let mut taken = self.taken_over.iter();
        taken
            .find(|taken| taken.made(attempt))
            .map(|taken| &taken.from)
    }

    /// When an entry was taken over, where it was recorded on another incident.
    pub fn took_over_at(&self, entry: Evidence) -> Option<Instant> {
        let mut taken = self.taken_over.iter();
        taken.find(|taken| taken.brought(self, entry))?.at
    }

    /// The earliest logging of what this incident is about: its own, or that of a duplicate.
    pub fn first_logged_at(&self) -> Instant {
        let others = self.origins().map(|origin| origin.logged.at);
        others.fold(self.logged_at, Instant::min)
    }
}

fn is_among<T: PartialEq>(ours: &[T], place: usize, theirs: &[T]) -> bool {
    ours.get(place)
        .is_some_and(|record| theirs.contains(record))
}

/// Who knew of a duplicate by what they did on it and nothing else there keeps.
fn acts(duplicate: &Incident) -> Vec<Act> {
    let act = |by_event: &str, at, by: &Signature| Act {
        contact: Contact::of(by.role, &by.organisation),
        by_event: by_event.into(),
        at,
        by: by.clone(),
    };
    let logged = act("logged", duplicate.logged_at, &duplicate.logged_by);
    let acknowledged = duplicate.acknowledgement.as_ref();
    let acknowledged = acknowledged.map(|given| act("acknowledged", given.at, &given.by));
    let acted = duplicate.acts.iter().cloned();
    acted.chain([logged]).chain(acknowledged).collect()
}

/// Make it true that an incident has taken another one over. Cannot fail: `decide` has judged. What
/// stands here keeps its place, for evidence points at places; what comes is put behind it.
pub(super) fn apply(incident: &mut Incident, taken: &TakenOver) {
    let TakenOver {
        from: _,
        at: _,
        reason: _,
        assessments,
        attempts,
        acts,
        escalations,
        contact_changes,
        partners,
        casework,
    } = taken;
    let before = on_record(incident);
    take_assessments(incident, assessments);
    take_attempts(incident, attempts);
    add(&mut incident.acts, acts, PartialEq::eq);
    add(&mut incident.escalations, escalations, PartialEq::eq);
    take_contact_changes(incident, contact_changes);
    for record in partners {
        let ours = super::apply::partner_record(incident, &record.organisation);
        join(&mut ours.notices, &record.notices, PartialEq::eq, |told| {
            told.at
        });
        join(&mut ours.answers, &record.answers, PartialEq::eq, |given| {
            given.at
        });
        join(
            &mut ours.progress,
            &record.progress,
            PartialEq::eq,
            |step| step.at,
        );
    }
    incident
        .casework
        .get_or_insert_default()
        .take_over(casework);
    let theirs = OnRecord {
        assessments: assessments.len(),
        notifications: casework.regulator.notifications.len(),
    };
    decisions_answer_both(incident, casework, &before, &theirs);
    incident.taken_over.push(taken.clone());
}

fn on_record(incident: &Incident) -> OnRecord {
    OnRecord {
        assessments: incident.assessments.len(),
        notifications: incident.casework().regulator.notifications.len(),
    }
}

/// A decision that answered all that was on record where it was made answers what both have now: where
/// one of the two was open and the other declined, taking over was refused. One that was overtaken stays
/// overtaken.
fn decisions_answer_both(
    incident: &mut Incident,
    taken: &Casework,
    ours: &OnRecord,
    theirs: &OnRecord,
) {
    let now = on_record(incident);
    let Some(casework) = incident.casework.as_mut() else {
        return;
    };
    for decision in &mut casework.regulator.decisions {
        let is_theirs = taken.regulator.decision(decision.id).is_some();
        let then = if is_theirs { theirs } else { ours };
        if let Some(made_on) = &mut decision.made_on {
            let answered_all = made_on.assessments >= then.assessments;
            let saw_all = made_on.notifications >= then.notifications;
            if answered_all {
                made_on.assessments = now.assessments;
            } else if is_theirs {
                made_on.assessments = 0;
            }
            if saw_all {
                made_on.notifications = now.notifications;
            } else if is_theirs {
                made_on.notifications = 0;
            }
        }
    }
}

/// What was struck out on either stays struck out, and what stood in for the Officer goes on to do so.
fn take_attempts(incident: &mut Incident, attempts: &[ContactAttempt]) {
    for theirs in attempts {
        let mut ours = incident.attempts.iter_mut();
        match ours.find(|ours| ours.is_same(theirs)) {
            Some(ours) => {
                ours.struck = ours.struck.take().or_else(|| theirs.struck.clone());
                ours.by_exception_since = ours.by_exception_since.or(theirs.by_exception_since);
            }
            None => incident.attempts.push(theirs.clone()),
        }
    }
}

/// Adds what is not there yet behind what is, and puts what is in the place of its earlier state.
fn add<T: Clone>(ours: &mut Vec<T>, theirs: &[T], is_same: impl Fn(&T, &T) -> bool) {
    for record in theirs {
        match ours.iter_mut().find(|known| is_same(known, record)) {
            Some(known) => known.clone_from(record),
            None => ours.push(record.clone()),
        }
    }
}

/// As [`add`], with all in the order of their times.
fn join<T: Clone>(
    ours: &mut Vec<T>,
    theirs: &[T],
    is_same: impl Fn(&T, &T) -> bool,
    at: impl Fn(&T) -> Instant,
) {
    add(ours, theirs, is_same);
    ours.sort_by_key(at);
}

/// An incident that nobody has graded takes every assessment. One that has been graded takes those in
/// force that call for the regulator, so that no duty is lost by counting two incidents as one, and
/// none that calls its own duty off (ICO-DUTY). The others stay on record with the duplicate.
fn take_assessments(incident: &mut Incident, theirs: &[Assessment]) {
    if incident.assessments.is_empty() {
        incident.assessments = theirs.to_vec();
        return;
    }
    let controllers: Vec<OrganisationId> = incident
        .clocks
        .iter()
        .filter_map(|clock| clock.controller.clone())
        .collect();
    let ours = std::mem::replace(&mut incident.assessments, theirs.to_vec());
    let of_each = controllers
        .iter()
        .filter_map(|controller| incident.assessment_for(controller));
    let in_force: Vec<Assessment> = incident
        .assessment()
        .into_iter()
        .chain(of_each)
        .cloned()
        .collect();
    incident.assessments = ours;
    for assessment in in_force {
        if assessment.grading.ico_required && !incident.assessments.contains(&assessment) {
            incident.assessments.push(assessment);
        }
    }
}

/// Whoever had to be told on the duplicate by hand has to be told here, unless somebody has had the
/// last word on that here.
fn take_contact_changes(incident: &mut Incident, theirs: &[ContactChange]) {
    for (place, change) in theirs.iter().enumerate() {
        let of_it = |other: &ContactChange| other.contact == change.contact;
        let is_last = !theirs[place + 1..].iter().any(of_it);
        let is_new = !incident.contact_changes.iter().any(of_it);
        if change.necessity == Necessity::Required && is_last && is_new {
            incident.contact_changes.push(change.clone());
        }
    }
}

impl Casework {
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            regulator,
            subjects,
            hosting,
            investigation,
            learning,
            closing,
        } = theirs;
        self.regulator.take_over(regulator);
        self.subjects.take_over(subjects);
        self.hosting.take_over(hosting);
        self.investigation.take_over(investigation);
        self.learning.take_over(learning);
        let ours = &mut self.closing.containments;
        join(ours, &closing.containments, PartialEq::eq, |known| {
            known.recorded.at
        });
    }
}

impl Regulator {
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            decisions,
            drafts,
            notifications,
            references,
            enquiries,
            nhs_england_not_told,
            not_cyber,
            // Each incident answers for itself: a "no" there is none here, and a "yes" has its clock here
            // before it can be taken over.
            nis_answers: _,
            nis_still_asked,
            nis_kept,
            nis_nothing: _,
        } = theirs;
        add(&mut self.nis_still_asked, nis_still_asked, PartialEq::eq);
        add(&mut self.nis_kept, nis_kept, PartialEq::eq);
        join(
            &mut self.decisions,
            decisions,
            |a, b| a.id == b.id,
            |made| made.recorded.at,
        );
        let asked_at = |asked: &super::regulator::Enquiry| asked.recorded.at;
        join(
            &mut self.enquiries,
            enquiries,
            |a, b| a.id == b.id,
            asked_at,
        );
        join(
            &mut self.nhs_england_not_told,
            nhs_england_not_told,
            PartialEq::eq,
            |known| known.recorded.at,
        );
        join(&mut self.not_cyber, not_cyber, PartialEq::eq, |known| {
            known.recorded.at
        });
        add(&mut self.notifications, notifications, |a, b| a.id == b.id);
        join(&mut self.references, references, PartialEq::eq, |known| {
            known.recorded.at
        });
        for draft in drafts {
            let is_of_it = |known: &super::regulator::Draft| {
                (known.body, &known.controller) == (draft.body, &draft.controller)
            };
            if !self.drafts.iter().any(is_of_it) {
                self.drafts.push(draft.clone());
            }
        }
    }
}

impl Subjects {
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            recommendations,
            decisions,
            told,
            delays,
        } = theirs;
        join(&mut self.delays, delays, PartialEq::eq, |known| {
            known.recorded.at
        });
        let signed = |opinion: &super::subjects::Opinion| opinion.signed.at;
        join(
            &mut self.recommendations,
            recommendations,
            PartialEq::eq,
            signed,
        );
        join(&mut self.decisions, decisions, PartialEq::eq, signed);
        join(&mut self.told, told, PartialEq::eq, |told| told.recorded.at);
    }
}

impl Hosting {
    /// The graver of two impacts counts.
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            impacts,
            calls,
            changes,
        } = theirs;
        let is_graver = theirs.impact().is_felt() && !self.impact().is_felt();
        let graver = impacts
            .last()
            .filter(|_| is_graver && !self.impacts.is_empty());
        let graver = graver.cloned();
        if self.impacts.is_empty() {
            self.impacts.clone_from(impacts);
        }
        self.impacts.extend(graver);
        join(
            &mut self.calls,
            calls,
            |a, b| a.id == b.id,
            |call| call.raised.at,
        );
        join(
            &mut self.changes,
            changes,
            |a, b| a.id == b.id,
            |change| change.logged.at,
        );
    }
}

impl Investigation {
    /// Evidence and meetings; who leads is for the incident that goes on.
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            leads: _,
            evidence,
            no_evidence: _,
            plans,
            meetings,
            causes,
            findings,
            answers,
            own_processes,
        } = theirs;
        join(
            &mut self.evidence,
            evidence,
            |a, b| a.id == b.id,
            |known| known.recorded.at,
        );
        join(&mut self.plans, plans, PartialEq::eq, |plan| {
            plan.recorded.at
        });
        join(
            &mut self.meetings,
            meetings,
            |a, b| a.id == b.id,
            |held| held.recorded.at,
        );
        join(&mut self.causes, causes, PartialEq::eq, |cause| {
            cause.signed.at
        });
        join(&mut self.findings, findings, PartialEq::eq, |found| {
            found.signed.at
        });
        join(&mut self.answers, answers, PartialEq::eq, |answered| {
            answered.signed.at
        });
        join(
            &mut self.own_processes,
            own_processes,
            PartialEq::eq,
            |process| process.recorded.at,
        );
    }
}

impl Learning {
    fn take_over(&mut self, theirs: &Self) {
        let Self {
            recommendations,
            lessons,
            no_lesson: _,
            actions,
        } = theirs;
        join(
            &mut self.recommendations,
            recommendations,
            |a, b| a.id == b.id,
            |known| known.signed.at,
        );
        join(
            &mut self.lessons,
            lessons,
            |a, b| a.id == b.id,
            |known| known.signed.at,
        );
        join(
            &mut self.actions,
            actions,
            |a, b| a.id == b.id,
            |known| known.signed.at,
        );
    }
}
