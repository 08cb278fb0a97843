//! What a header leaves out: everything that somebody wrote in their own words, evidence, and which
//! other incidents this one is linked with.
//!
//! Every field is named, so that a new one does not compile until somebody has decided whether those
//! who may not read notes may read it.

mod casework;

use crate::domain::clock::{Clock, StandDown};
use crate::domain::contacts::ContactAttempt;
use crate::domain::directory::Actor;
use crate::domain::escalation::Escalation;
use crate::domain::event::{Description, Event, Logged};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{
    Assessment, Awareness, AwarenessRevision, Facts, FalseAlarm, Incident, Major, Offer, Reporter,
};
use crate::domain::partners::{Answer, NoticeProgress, PartnerAnswer, PartnerRecord};
use crate::domain::taking_over::TakenOver;

/// What stands where a text may not be read.
const WITHHELD: &str = "";

/// Blanks what may not be read of an incident.
pub(super) fn incident(actor: &Actor, incident: &mut Incident) {
    let Incident {
        id: _,
        reference: _,
        version: _,
        status: _,
        title: _,
        summary,
        logged_at: _,
        logged_by: _,
        reporter: reported_by,
        occurrence: _,
        awareness: aware,
        facts: known,
        clocks,
        assessments,
        acknowledgement: _,
        owner: _,
        offer,
        escalations,
        attempts,
        partners,
        notes,
        earlier_notes,
        major: part_of,
        // As the title.
        former_titles: _,
        false_alarms,
        once_breach: _,
        former_kinds: _,
        taken_over,
        contact_changes,
        acts: _,
        explained,
        agreements: _,
        casework: work,
    } = incident;
    blank(summary);
    reporter(reported_by);
    awareness(aware);
    facts(known);
    clocks.iter_mut().for_each(clock);
    assessments.iter_mut().for_each(assessment);
    offer.iter_mut().for_each(offered);
    escalations.iter_mut().for_each(escalation);
    attempts.iter_mut().for_each(attempt);
    partners
        .iter_mut()
        .for_each(|record| partner(actor, record));
    notes.clear();
    earlier_notes.clear();
    major(part_of);
    false_alarms.iter_mut().for_each(false_alarm);
    taken_over
        .iter_mut()
        .for_each(|taken| taking_over(actor, taken));
    for past in explained {
        blank(&mut past.note);
        blank_if_any(&mut past.evidence);
    }
    for change in contact_changes {
        blank(&mut change.reason);
    }
    if let Some(work) = work {
        casework::casework(work);
    }
}

fn blank(text: &mut Box<str>) {
    *text = WITHHELD.into();
}

/// That there is a text may be known, where something depends on it.
fn blank_if_any(text: &mut Option<Box<str>>) {
    text.iter_mut().for_each(blank);
}

fn reporter(reporter: &mut Reporter) {
    let Reporter {
        organisation: _,
        role: _,
        contact,
    } = reporter;
    blank(contact);
}

fn awareness(awareness: &mut Awareness) {
    let Awareness {
        staff_at: _,
        officer_at: _,
        processor_at: _,
        controller_informed_at: _,
        nis_at: _,
        upgraded_at: _,
        through_processor: _,
        officer_of: _,
        revisions,
    } = awareness;
    for revision in revisions {
        let AwarenessRevision {
            kind: _,
            from: _,
            to: _,
            reason,
            at: _,
            by: _,
        } = revision;
        blank(reason);
    }
}

fn facts(facts: &mut Facts) {
    let Facts {
        breach_status: _,
        harm_prevented_by,
        category: _,
        data_scope: _,
        cia: _,
        data_effects: _,
        cyber: _,
        siri: _,
        trend_key,
        controllers: _,
        processors: _,
        data_subjects: _,
        partnership_effect: _,
        partnership_reason,
        affected_partners: _,
        nis_significant: _,
        service: _,
    } = facts;
    *harm_prevented_by = None;
    *trend_key = None;
    *partnership_reason = None;
}

fn clock(clock: &mut Clock) {
    let Clock {
        kind: _,
        controller: _,
        started_at: _,
        due_at: _,
        due_soon_at: _,
        outer_due_at: _,
        stood_down,
        late_reason,
        prudent: _,
        made_under: _,
        no_later_than: _,
        whose: _,
    } = clock;
    blank_if_any(late_reason);
    if let Some(stood_down) = stood_down {
        let StandDown {
            rule: _,
            reason,
            at: _,
            ground: _,
        } = stood_down.as_mut();
        blank(reason);
    }
}

fn assessment(assessment: &mut Assessment) {
    let Assessment {
        provisional: _,
        grade: _,
        factors: _,
        mitigation: _,
        grounds,
        harms: _,
        rationale,
        evidence_notes,
        grading: _,
        made_under: _,
        at: _,
        by: _,
    } = assessment;
    blank(rationale);
    *grounds = None;
    evidence_notes.clear();
}

fn offered(offer: &mut Offer) {
    let Offer {
        to: _,
        reason,
        at: _,
        by: _,
    } = offer;
    blank(reason);
}

fn escalation(escalation: &mut Escalation) {
    let Escalation {
        ladder: _,
        rung: _,
        to: _,
        reason,
        at: _,
        by: _,
        calls: _,
        progress,
        too_soon_since: _,
    } = escalation;
    blank(reason);
    for step in progress {
        notice(&mut step.progress);
    }
}

fn attempt(attempt: &mut ContactAttempt) {
    let ContactAttempt {
        contact: _,
        person: _,
        channel: _,
        number: _,
        outcome: _,
        at: _,
        recorded_at: _,
        by: _,
        spoke_to,
        note,
        by_exception_since: _,
        also: _,
        nobody_held_it: _,
        struck,
    } = attempt;
    *spoke_to = None;
    *note = None;
    if let Some(struck) = struck {
        blank(&mut struck.reason);
    }
}

/// Partners read their own words only. What kind of answer came stays, because who is still to be
/// told follows from it.
fn partner(actor: &Actor, record: &mut PartnerRecord) {
    let PartnerRecord {
        organisation,
        notices: _,
        answers,
        progress,
    } = record;
    if speaks_for(actor, organisation) {
        return;
    }
    for step in progress {
        notice(&mut step.progress);
    }
    for given in answers {
        let Answer {
            answer: words,
            at: _,
            by: _,
        } = given;
        answer(words);
    }
}

fn notice(progress: &mut NoticeProgress) {
    match progress {
        NoticeProgress::Again { why: words } | NoticeProgress::Failed { why: words } => {
            blank(words);
        }
        NoticeProgress::Acknowledged { name, role } => {
            blank(name);
            blank(role);
        }
        NoticeProgress::Sent {} | NoticeProgress::Delivered {} | NoticeProgress::Expired {} => {}
    }
}

fn speaks_for(actor: &Actor, organisation: &OrganisationId) -> bool {
    actor
        .roles
        .iter()
        .any(|held| held.organisation == *organisation)
}

fn answer(answer: &mut PartnerAnswer) {
    match answer {
        PartnerAnswer::Acknowledged { spoke_to: words }
        | PartnerAnswer::LocalProcess { reference: words }
        | PartnerAnswer::NotAffected { reason: words }
        | PartnerAnswer::OwnSiroNotNeeded { reason: words }
        | PartnerAnswer::NotDelivered { reason: words } => blank(words),
        PartnerAnswer::LocalComplete {} | PartnerAnswer::OwnSiroInformed {} => {}
    }
}

fn major(major: &mut Major) {
    match major {
        Major::No => {}
        Major::Proposed { at: _, incidents } => incidents.clear(),
        Major::Declared {
            at: _,
            by: _,
            reason,
            incidents,
        } => {
            blank(reason);
            incidents.clear();
        }
        Major::Declined {
            at: _,
            by: _,
            reason,
        } => blank(reason),
    }
}

fn false_alarm(alarm: &mut FalseAlarm) {
    let FalseAlarm {
        declared: _,
        because,
        incidents,
        reason,
        ended: _,
    } = alarm;
    blank(because);
    incidents.clear();
    blank(reason);
}

fn taking_over(actor: &Actor, taken: &mut TakenOver) {
    let TakenOver {
        from: _,
        at: _,
        reason,
        assessments,
        attempts,
        acts: _,
        escalations,
        contact_changes,
        partners,
        casework: work,
    } = taken;
    blank(reason);
    assessments.iter_mut().for_each(assessment);
    attempts.iter_mut().for_each(attempt);
    escalations.iter_mut().for_each(escalation);
    for change in contact_changes {
        blank(&mut change.reason);
    }
    partners
        .iter_mut()
        .for_each(|record| partner(actor, record));
    casework::casework(work);
}

/// Blanks what may not be read of an event, and says whether anything is left to show.
pub(super) fn event(actor: &Actor, event: &mut Event) -> bool {
    match event {
        Event::NoteAdded { .. } => return false,
        Event::Regulator(event) => return casework::regulator_event(event),
        Event::Subjects(event) => casework::subjects_event(event),
        Event::Hosting(event) => casework::hosting_event(event),
        Event::Investigation(event) => return casework::investigation_event(event),
        Event::Learning(event) => return casework::learning_event(event),
        Event::Closing(event) => return casework::closing_event(event),
        Event::Logged(told) => logged(told),
        Event::Triaged {
            facts: known,
            no_longer_breach: _,
            kind_before: _,
            before,
            reason,
            only_names: _,
            confirms: _,
        } => {
            facts(known);
            before.iter_mut().for_each(|before| facts(before));
            blank_if_any(reason);
        }
        Event::TakenOver(taken) => taking_over(actor, taken),
        Event::MajorProposalReduced {
            complete_at: _,
            incidents,
        } => incidents.clear(),
        Event::Graded { assessment: made } => assessment(made),
        Event::ContactAttempted { attempt: made } => attempt(made),
        Event::ContactAttemptStruck {
            place: _,
            attempt: made,
            reason,
            calls_to_host: _,
            rungs_to_host: _,
        } => {
            attempt(made);
            blank(reason);
        }
        Event::ClockStarted { clock: started } => clock(started),
        Event::ClockRevised {
            clock: revised,
            previous_due_at: _,
        } => clock(revised),
        Event::PartnerAnswered {
            organisation,
            answer: given,
            answered_at: _,
        } => {
            if !speaks_for(actor, organisation) {
                answer(given);
            }
        }
        Event::MajorProposed {
            complete_at: _,
            incidents,
        } => incidents.clear(),
        Event::MajorDeclared { reason, incidents } => {
            blank(reason);
            incidents.clear();
        }
        Event::Retitled {
            from,
            to,
            reason,
            keeps: _,
        } => {
            for description in [from, to] {
                let Description { title: _, summary } = &mut **description;
                blank(summary);
            }
            blank(reason);
        }
        Event::PastExplained { note, evidence, .. } => {
            blank(note);
            blank_if_any(evidence);
        }
        Event::ClockStoodDown { reason, .. }
        | Event::LateReasonGiven { reason, .. }
        | Event::AwarenessCorrected { reason, .. }
        | Event::AssignmentOffered { reason, .. }
        | Event::AssignmentDeclined { reason }
        | Event::Escalated { reason, .. }
        | Event::OccurrenceCorrected { reason, .. }
        | Event::EffectAnswered { reason, .. }
        | Event::ContactRequired { reason, .. }
        | Event::ContactReleased { reason, .. }
        | Event::MajorDeclined { reason }
        | Event::MajorEnded { reason } => blank(reason),
        Event::ClockReinstated { .. }
        | Event::OuterLimitMoved { .. }
        | Event::AwarenessAdded { .. }
        | Event::Acknowledged { .. }
        | Event::DutyNamed { .. }
        | Event::ActedInRole { .. }
        | Event::AcknowledgementUndone {}
        | Event::AssignmentAccepted {}
        | Event::ToldByException { .. }
        | Event::PartnerNotified { .. } => {}
        Event::AgreementsFound { .. } => {}
        Event::NoticeProgressed { progress, .. } | Event::EscalationProgressed { progress, .. } => {
            notice(progress);
        }
    }
    true
}

fn logged(logged: &mut Logged) {
    let Logged {
        reference: _,
        title: _,
        summary,
        reporter: reported_by,
        occurrence: _,
        awareness: aware,
        facts: known,
    } = logged;
    blank(summary);
    reporter(reported_by);
    awareness(aware);
    facts(known);
}
