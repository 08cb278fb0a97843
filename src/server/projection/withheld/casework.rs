//! What a header leaves out of casework: words, evidence, minutes. What stays is what the clocks and
//! the next steps of a header need, and what the host and its partners work on themselves.

use super::{WITHHELD, blank, blank_if_any};
use crate::domain::casework::Casework;
use crate::domain::closing::{Closing, ClosingEvent};
use crate::domain::hosting::{Hosting, HostingEvent};
use crate::domain::investigation::{Evidence, EvidenceItem, Investigation, InvestigationEvent};
use crate::domain::learning::{Learning, LearningEvent};
use crate::domain::regulator::{Decision, Enquiry, Notification, Regulator, RegulatorEvent};
use crate::domain::subjects::{Delay, Opinion, Subjects, SubjectsEvent, Told};

/// Blanks what may not be read of casework.
pub(super) fn casework(casework: &mut Casework) {
    let Casework {
        regulator: told,
        subjects: people,
        hosting: service,
        investigation: inquiry,
        learning: learnt,
        closing: ended,
    } = casework;
    regulator(told);
    subjects(people);
    hosting(service);
    investigation(inquiry);
    learning(learnt);
    *ended = closing(ended);
}

fn regulator(regulator: &mut Regulator) {
    let Regulator {
        decisions,
        drafts,
        notifications,
        references,
        enquiries,
        nhs_england_not_told,
        nis_answers,
        not_cyber,
        nis_still_asked: _,
        nis_kept: _,
        nis_nothing,
    } = regulator;
    decisions.iter_mut().for_each(decision);
    drafts.clear();
    notifications.iter_mut().for_each(notification);
    references.clear();
    enquiries.iter_mut().for_each(enquiry);
    for excuse in nhs_england_not_told {
        blank(&mut excuse.reason);
    }
    for said in not_cyber {
        blank(&mut said.reason);
    }
    for answer in nis_answers {
        blank_if_any(&mut answer.reason);
    }
    for said in nis_nothing {
        blank_if_any(&mut said.reason);
    }
}

fn enquiry(enquiry: &mut Enquiry) {
    let Enquiry {
        id: _,
        body: _,
        controller: _,
        text,
        reference,
        received_at: _,
        due_on: _,
        answers: _,
        recorded: _,
        answered,
        outcome,
        struck,
        strike_asked,
    } = enquiry;
    blank(text);
    blank_if_any(reference);
    for answered in answered {
        blank(&mut answered.text);
    }
    if let Some(outcome) = outcome {
        blank(&mut outcome.text);
    }
    for struck in [struck, strike_asked].into_iter().flatten() {
        blank(&mut struck.reason);
    }
}

fn decision(decision: &mut Decision) {
    let Decision {
        id: _,
        controller: _,
        answer: _,
        reasons,
        authority: _,
        decided_at: _,
        recorded: _,
        confirmed: _,
        needs_countersignature: _,
        countersigned: _,
        made_on: _,
        conflict: _,
        seconded: _,
        confirmed_at: _,
        countersigned_at: _,
        seconded_at: _,
    } = decision;
    blank(reasons);
}

fn notification(notification: &mut Notification) {
    let Notification {
        id: _,
        body: _,
        controller: _,
        also_for: _,
        via: _,
        submitted_at: _,
        reference,
        contents,
        follow_ups,
        recorded: _,
        withdrawn,
    } = notification;
    blank(reference);
    contents.clear();
    for sent in follow_ups.iter_mut().filter_map(|owed| owed.sent.as_mut()) {
        blank(&mut sent.text);
    }
    if let Some(withdrawal) = withdrawn {
        blank(&mut withdrawal.reason);
    }
}

fn subjects(subjects: &mut Subjects) {
    let Subjects {
        recommendations,
        decisions,
        told: messages,
        delays,
    } = subjects;
    recommendations.iter_mut().for_each(opinion);
    decisions.iter_mut().for_each(opinion);
    messages.iter_mut().for_each(told);
    delays.iter_mut().for_each(delay);
}

fn told(told: &mut Told) {
    let Told {
        at: _,
        how,
        people: _,
        recorded: _,
        on_its_word: _,
        controller: _,
        message,
    } = told;
    blank(how);
    *message = None;
}

fn delay(delay: &mut Delay) {
    let Delay {
        controller: _,
        authority: _,
        by_its_officer: _,
        asked_by,
        reason,
        review_on: _,
        recorded: _,
    } = delay;
    blank(asked_by);
    blank(reason);
}

fn opinion(opinion: &mut Opinion) {
    let Opinion {
        telling: _,
        exemption: _,
        reasons,
        signed: _,
        controller: _,
        voice: _,
        replaces: _,
        tell_by: _,
    } = opinion;
    blank(reasons);
}

/// Calls and changes are what the host itself works on.
fn hosting(hosting: &mut Hosting) {
    let Hosting {
        impacts,
        calls: _,
        changes: _,
    } = hosting;
    impacts
        .iter_mut()
        .for_each(|record| blank(&mut record.reason));
}

/// Who leads, with whom a plan was agreed, when a meeting was held: that something is there, so that no
/// step is asked for that has been taken. What it is stays out.
fn investigation(investigation: &mut Investigation) {
    let Investigation {
        leads,
        evidence: items,
        no_evidence,
        plans,
        meetings,
        causes,
        findings,
        answers,
        own_processes,
    } = investigation;
    for lead in leads {
        blank_if_any(&mut lead.exception);
    }
    items.iter_mut().for_each(evidence);
    if let Some(reasoned) = no_evidence {
        blank(&mut reasoned.reason);
    }
    plans.iter_mut().for_each(|plan| blank(&mut plan.text));
    let minutes = meetings.iter_mut().filter_map(|held| held.minutes.as_mut());
    minutes.for_each(|minutes| blank(&mut minutes.text));
    causes.clear();
    findings.clear();
    answers.clear();
    own_processes.clear();
}

fn evidence(evidence: &mut Evidence) {
    let Evidence {
        id: _,
        item,
        custody,
        recorded: _,
    } = evidence;
    let EvidenceItem {
        label,
        kind,
        sha256,
        size,
        location,
        custodian,
        secured_at: _,
        contains_personal_data: _,
        note,
    } = item;
    *note = None;
    [label, kind, location, custodian]
        .into_iter()
        .for_each(blank);
    *sha256 = None;
    *size = None;
    custody.clear();
}

/// Lessons and actions are there to be shared; why an incident taught nothing is not.
fn learning(learning: &mut Learning) {
    let Learning {
        recommendations,
        lessons: _,
        no_lesson,
        actions: _,
    } = learning;
    recommendations.clear();
    if let Some(reasoned) = no_lesson {
        blank(&mut reasoned.reason);
    }
}

/// That it ended shows in the status; how is not for a header.
fn closing(_: &Closing) -> Closing {
    Closing::default()
}

/// Blanks what may not be read of an event about the regulator.
pub(super) fn regulator_event(event: &mut RegulatorEvent) -> bool {
    match event {
        RegulatorEvent::Decided(made) => decision(made),
        RegulatorEvent::Submitted(made) => notification(made),
        RegulatorEvent::Confirmed { .. }
        | RegulatorEvent::Countersigned { .. }
        | RegulatorEvent::Seconded { .. } => {}
        RegulatorEvent::Reanchored {
            reason,
            further_reason,
            ..
        } => {
            blank(reason);
            blank_if_any(further_reason);
        }
        RegulatorEvent::FollowedUp { text, .. } => blank(text),
        RegulatorEvent::Withdrawn { reason, .. }
        | RegulatorEvent::EnquiryStruck { reason, .. }
        | RegulatorEvent::EnquiryStrikeAsked { reason, .. }
        | RegulatorEvent::NhsEnglandNotTold { reason, .. }
        | RegulatorEvent::NotCyber { reason, .. } => blank(reason),
        RegulatorEvent::NisAnswered { reason, .. }
        | RegulatorEvent::NisNothingToAnswer { reason, .. } => blank_if_any(reason),
        RegulatorEvent::Asked(asked) => enquiry(asked),
        RegulatorEvent::Answered { text: words, .. }
        | RegulatorEvent::EnquiryEnded { outcome: words, .. } => blank(words),
        RegulatorEvent::Prepared(_)
        | RegulatorEvent::ReferenceKept { .. }
        | RegulatorEvent::NisStillAsked { .. }
        | RegulatorEvent::NisKept { .. } => return false,
    }
    true
}

/// Blanks what may not be read of an event about telling people.
pub(super) fn subjects_event(event: &mut SubjectsEvent) {
    match event {
        SubjectsEvent::Recommended(held) | SubjectsEvent::Decided(held) => opinion(held),
        SubjectsEvent::Told(made) => told(made),
        SubjectsEvent::Delayed(asked) => delay(asked),
    }
}

/// Blanks what may not be read of an event about the hosted service.
pub(super) fn hosting_event(event: &mut HostingEvent) {
    match event {
        HostingEvent::ImpactRecorded { reason, .. } => *reason = WITHHELD.into(),
        HostingEvent::CallRaised { .. }
        | HostingEvent::CallUpdated { .. }
        | HostingEvent::ChangeLogged { .. }
        | HostingEvent::ChangeAdvanced { .. } => {}
    }
}

/// Nothing of an investigation is for a header, but that it began.
pub(super) fn investigation_event(event: &InvestigationEvent) -> bool {
    matches!(event, InvestigationEvent::Begun {})
}

/// Lessons and actions may be read, the rest not.
pub(super) fn learning_event(event: &LearningEvent) -> bool {
    match event {
        LearningEvent::LessonAdded { .. }
        | LearningEvent::Shared { .. }
        | LearningEvent::ActionAgreed { .. }
        | LearningEvent::ActionAssigned { .. }
        | LearningEvent::ActionDone { .. }
        | LearningEvent::ActionVerified { .. } => true,
        LearningEvent::Recommended { .. }
        | LearningEvent::NothingToLearn { .. }
        | LearningEvent::RecommendationVerified { .. } => false,
    }
}

/// Blanks what may not be read of an event about the end of the incident.
pub(super) fn closing_event(event: &mut ClosingEvent) -> bool {
    match event {
        ClosingEvent::Contained { actions: words, .. }
        | ClosingEvent::Closed { reason: words, .. }
        | ClosingEvent::Audited { reason: words }
        | ClosingEvent::Reopened { reason: words }
        | ClosingEvent::MarkedDuplicate { reason: words, .. }
        | ClosingEvent::WithdrawalAsked { reason: words }
        | ClosingEvent::WithdrawalDropped { reason: words }
        | ClosingEvent::Withdrawn { reason: words } => blank(words),
        ClosingEvent::Resolved {
            resolution,
            workaround,
            ..
        } => {
            blank_if_any(resolution);
            blank_if_any(workaround);
        }
        ClosingEvent::DisciplinaryConsidered { .. } => return false,
    }
    true
}
