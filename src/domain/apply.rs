//! Making events true. Total: [`super::decide`] has judged, so nothing here can fail.
//!
//! It never asks a policy, a directory or a clock; folding the entries of the trail gives the
//! incident, on every machine and in every year.

use super::Instant;
use super::casework;
use super::clock::{Clock, StandDown, Whose};
use super::contacts::{Contact, Struck};
use super::deadlines::ClockKind;
use super::escalation::Escalation;
use super::event::{Entry, Event, Logged, Signature, Signed};
use super::evidence::{Act, Explained};
use super::id::{CommandId, IncidentId, OrganisationId};
use super::incident::{
    Acknowledgement, AwarenessKind, AwarenessRevision, ContactChange, FalseAlarm, FormerTitle,
    Incident, Major, Necessity, Note, Offer, Status,
};
use super::investigation::InvestigationEvent;
use super::partners::{Answer, Notice, NoticeProgress, PartnerAnswer, PartnerRecord, Progressed};
use super::regulator::RegulatorEvent;
use super::taking_over;

/// The incident that these entries tell of; none if the first is not its logging. Its version is the
/// number of commands that they come from.
pub fn fold<'a>(id: IncidentId, entries: impl IntoIterator<Item = &'a Entry>) -> Option<Incident> {
    let mut last: Option<CommandId> = None;
    let mut version = 0;
    let mut incident = None;
    for entry in entries {
        incident = applied(id, incident, entry);
        version += u64::from(last != Some(entry.command));
        last = Some(entry.command);
    }
    incident.map(|incident: Incident| Incident {
        version,
        ..incident
    })
}

/// The incident after one more entry.
pub fn applied(id: IncidentId, incident: Option<Incident>, entry: &Entry) -> Option<Incident> {
    match (incident, &entry.event) {
        (None, Event::Logged(logged)) => Some(open(id, entry, logged)),
        (None, _) => None,
        (Some(mut incident), _) => {
            apply(&mut incident, entry);
            Some(incident)
        }
    }
}

fn open(id: IncidentId, entry: &Entry, logged: &Logged) -> Incident {
    let mut incident = Incident {
        id,
        reference: logged.reference,
        version: 0,
        status: Status::Logged,
        title: logged.title.clone(),
        summary: logged.summary.clone(),
        logged_at: entry.at,
        logged_by: entry.by.clone(),
        reporter: logged.reporter.clone(),
        occurrence: logged.occurrence,
        awareness: logged.awareness.clone(),
        facts: logged.facts.clone(),
        clocks: Vec::new(),
        assessments: Vec::new(),
        acknowledgement: None,
        owner: None,
        offer: None,
        escalations: Vec::new(),
        attempts: Vec::new(),
        partners: Vec::new(),
        notes: Vec::new(),
        earlier_notes: Vec::new(),
        major: Major::No,
        former_titles: Vec::new(),
        false_alarms: Vec::new(),
        once_breach: false,
        former_kinds: Vec::new(),
        taken_over: Vec::new(),
        contact_changes: Vec::new(),
        acts: Vec::new(),
        explained: Vec::new(),
        agreements: Vec::new(),
        casework: None,
    };
    open_partner_records(&mut incident);
    incident
}

/// Make one entry true of an incident that exists. A second logging changes nothing. Long on
/// purpose: one flat arm an event, so that the compiler finds whoever forgets one.
pub fn apply(incident: &mut Incident, entry: &Entry) {
    match &entry.event {
        Event::Logged(_) => {}
        Event::ClockStarted { clock } => incident.clocks.push(clock.clone()),
        Event::ClockRevised { clock, .. } => replace_clock(incident, clock),
        Event::OuterLimitMoved {
            kind,
            controller,
            to,
            made_under,
            ..
        } => on_clock(incident, *kind, controller.as_ref(), |clock| {
            clock.outer_due_at = Some(*to);
            clock.made_under = made_under.clone();
        }),
        Event::ClockStoodDown {
            kind,
            controller,
            rule,
            reason,
            ground,
        } => {
            let stood_down = StandDown {
                rule: *rule,
                reason: reason.clone(),
                at: entry.at,
                ground: *ground,
            };
            on_clock(incident, *kind, controller.as_ref(), |clock| {
                clock.stood_down = Some(Box::new(stood_down));
            });
        }
        Event::DutyNamed { kind, organisation } => on_clock(incident, *kind, None, |clock| {
            clock.whose.push(Whose {
                organisation: organisation.clone(),
                since: entry.at,
            });
        }),
        Event::PastExplained {
            happened_at,
            note,
            evidence,
        } => incident.explained.push(Explained {
            happened_at: *happened_at,
            note: note.clone(),
            evidence: evidence.clone(),
            recorded: Signed::of(entry),
        }),
        Event::ActedInRole { contact, by_event } => incident.acts.push(Act {
            contact: contact.clone(),
            by_event: by_event.clone(),
            at: entry.at,
            by: entry.by.clone(),
        }),
        Event::ClockReinstated { kind, controller } => {
            on_clock(incident, *kind, controller.as_ref(), |clock| {
                clock.stood_down = None;
            });
        }
        Event::LateReasonGiven {
            kind,
            controller,
            reason,
        } => on_clock(incident, *kind, controller.as_ref(), |clock| {
            clock.late_reason = Some(reason.clone());
        }),
        Event::AwarenessCorrected {
            kind,
            from,
            to,
            reason,
            works_for,
        } => {
            set_awareness(incident, *kind, *to);
            if works_for.is_some() {
                incident.awareness.officer_of.clone_from(works_for);
            }
            incident.awareness.revisions.push(AwarenessRevision {
                kind: *kind,
                from: *from,
                to: *to,
                reason: reason.clone(),
                at: entry.at,
                by: entry.by.clone(),
            });
        }
        Event::AwarenessAdded { kind, at } => set_awareness(incident, *kind, *at),
        Event::Triaged {
            facts,
            no_longer_breach,
            kind_before,
            before: _,
            reason: _,
            only_names,
            confirms: _,
        } => {
            incident.facts = (**facts).clone();
            incident.once_breach |= no_longer_breach;
            incident.former_kinds.extend(kind_before);
            // A later triage corrects facts and takes no stage back.
            if !only_names {
                incident.status = incident.status.max(Status::Triaged);
            }
            open_partner_records(incident);
        }
        Event::Graded { assessment } => incident.assessments.push((**assessment).clone()),
        Event::Acknowledged { took_ownership } => acknowledge(incident, entry, *took_ownership),
        Event::AcknowledgementUndone {} => undo_acknowledgement(incident),
        Event::AssignmentOffered { to, reason } => {
            incident.offer = Some(Offer {
                to: to.clone(),
                reason: reason.clone(),
                at: entry.at,
                by: entry.by.clone(),
            });
        }
        Event::AssignmentAccepted {} => {
            incident.offer = None;
            incident.owner = Some(entry.by.person.clone());
        }
        Event::AssignmentDeclined { .. } => incident.offer = None,
        Event::Escalated {
            ladder,
            rung,
            to,
            reason,
            calls,
            opens_at: _,
        } => incident.escalations.push(Escalation {
            ladder: *ladder,
            rung: *rung,
            to: to.clone(),
            reason: reason.clone(),
            at: entry.at,
            by: entry.by.clone(),
            calls: calls.clone(),
            progress: Vec::new(),
            too_soon_since: None,
        }),
        Event::ToldByException { place } => {
            if let Some(attempt) = incident.attempts.get_mut(*place) {
                attempt.by_exception_since.get_or_insert(entry.at);
            }
        }
        Event::ContactAttemptStruck {
            place,
            attempt: _,
            reason,
            calls_to_host,
            rungs_to_host,
        } => {
            if let Some(attempt) = incident.attempts.get_mut(*place) {
                attempt.struck = Some(Struck {
                    reason: reason.clone(),
                    signed: Signed::of(entry),
                });
            }
            for place in calls_to_host {
                if let Some(call) = incident.attempts.get_mut(*place) {
                    call.by_exception_since = None;
                }
            }
            for place in rungs_to_host {
                if let Some(rung) = incident.escalations.get_mut(*place) {
                    rung.too_soon_since.get_or_insert(entry.at);
                }
            }
        }
        Event::EscalationProgressed {
            notice,
            progress,
            by,
            ..
        } => {
            let step = Progressed {
                notice: *notice,
                progress: progress.clone(),
                by: *by,
                at: entry.at,
            };
            let mut made = incident.escalations.iter_mut();
            if let Some(escalation) = made.find(|escalation| escalation.sent(*notice).is_some()) {
                escalation.progress.push(step);
            }
        }
        Event::AgreementsFound { agreements } => incident.agreements.clone_from(agreements),
        Event::ContactAttempted { attempt } => incident.attempts.push((**attempt).clone()),
        Event::PartnerNotified {
            organisation,
            channel,
            notice,
        } => partner_record(incident, organisation).notices.push(Notice {
            at: entry.at,
            channel: *channel,
            by: entry.by.clone(),
            id: *notice,
        }),
        Event::NoticeProgressed {
            organisation,
            notice,
            progress,
            by,
        } => {
            let step = Progressed {
                notice: *notice,
                progress: progress.clone(),
                by: *by,
                at: entry.at,
            };
            progressed(partner_record(incident, organisation), step, &entry.by);
        }
        Event::PartnerAnswered {
            organisation,
            answer,
            answered_at,
        } => partner_record(incident, organisation).answers.push(Answer {
            answer: answer.clone(),
            at: *answered_at,
            by: entry.by.clone(),
        }),
        Event::NoteAdded {
            id,
            kind,
            text,
            happened_at,
            corrects,
        } => incident.add_note(Note {
            id: *id,
            kind: *kind,
            text: text.clone(),
            is_beginning: false,
            happened_at: *happened_at,
            recorded_at: entry.at,
            by: entry.by.clone(),
            corrects: *corrects,
        }),
        Event::MajorProposed {
            complete_at,
            incidents,
        } if !incident.is_major() => {
            incident.major = Major::Proposed {
                at: *complete_at,
                incidents: incidents.clone(),
            };
        }
        // A proposal never undoes what a person has declared.
        Event::MajorProposed { .. } => {}
        Event::MajorDeclared { reason, incidents } => {
            incident.major = Major::Declared {
                at: entry.at,
                by: entry.by.clone(),
                reason: reason.clone(),
                incidents: incidents.clone(),
            };
        }
        Event::MajorDeclined { reason } => {
            incident.major = Major::Declined {
                at: entry.at,
                by: entry.by.clone(),
                reason: reason.clone(),
            };
        }
        Event::MajorEnded { reason } => end_major(incident, entry, reason),
        Event::MajorProposalReduced {
            complete_at,
            incidents,
        } => reduce_proposal(incident, *complete_at, incidents),
        Event::TakenOver(taken) => taking_over::apply(incident, taken),
        Event::Retitled {
            from, to, keeps, ..
        } => {
            if *keeps && from.title != to.title {
                incident.former_titles.push(FormerTitle {
                    title: from.title.clone(),
                    changed: Signed::of(entry),
                });
            }
            incident.title.clone_from(&to.title);
            incident.summary.clone_from(&to.summary);
        }
        Event::OccurrenceCorrected { occurrence, .. } => incident.occurrence = Some(*occurrence),
        Event::EffectAnswered {
            effect,
            reason,
            partners,
        } => {
            incident.facts.partnership_effect = *effect;
            incident.facts.partnership_reason = Some(reason.clone());
            incident.facts.affected_partners.clone_from(partners);
            open_partner_records(incident);
        }
        Event::ContactRequired { contact, reason } => {
            change_contact(incident, entry, Necessity::Required, contact, reason);
        }
        Event::ContactReleased {
            contact,
            reason,
            judged_by,
        } => {
            change_contact(incident, entry, Necessity::Released, contact, reason);
            if let Some(change) = incident.contact_changes.last_mut() {
                change.judged_by = *judged_by;
            }
        }
        Event::Investigation(InvestigationEvent::Begun {}) => {
            incident.status = Status::Investigating;
        }
        Event::Regulator(RegulatorEvent::NisAnswered { .. }) => {
            casework::apply(incident, entry);
            incident.facts.nis_significant = incident.casework().regulator.any_service_hit();
        }
        Event::Regulator(_)
        | Event::Subjects(_)
        | Event::Hosting(_)
        | Event::Investigation(_)
        | Event::Learning(_)
        | Event::Closing(_) => casework::apply(incident, entry),
    }
}

/// Only what was declared is ended; it stays among the false alarms.
fn end_major(incident: &mut Incident, entry: &Entry, reason: &str) {
    let major = std::mem::take(&mut incident.major);
    match major {
        Major::Declared {
            at,
            by,
            reason: because,
            incidents,
        } => incident.false_alarms.push(FalseAlarm {
            declared: Signed { at, by },
            because,
            incidents,
            reason: reason.into(),
            ended: Signed::of(entry),
        }),
        Major::No | Major::Proposed { .. } | Major::Declined { .. } => incident.major = major,
    }
}

/// A proposal that nobody has answered yet counts fewer incidents, or is none any more.
fn reduce_proposal(incident: &mut Incident, at: Option<Instant>, incidents: &[IncidentId]) {
    if matches!(incident.major, Major::Proposed { .. }) {
        incident.major = at.map_or(Major::No, |at| Major::Proposed {
            at,
            incidents: incidents.to_vec(),
        });
    }
}

fn change_contact(
    incident: &mut Incident,
    entry: &Entry,
    necessity: Necessity,
    contact: &Contact,
    reason: &str,
) {
    incident.contact_changes.push(ContactChange {
        contact: contact.clone(),
        necessity,
        reason: reason.into(),
        signed: Signed::of(entry),
        judged_by: None,
    });
}

fn on_clock(
    incident: &mut Incident,
    kind: ClockKind,
    controller: Option<&OrganisationId>,
    change: impl FnOnce(&mut Clock),
) {
    if let Some(clock) = incident
        .clocks
        .iter_mut()
        .find(|clock| clock.is(kind, controller))
    {
        change(clock);
    }
}

fn replace_clock(incident: &mut Incident, revised: &Clock) {
    on_clock(
        incident,
        revised.kind,
        revised.controller.as_ref(),
        |clock| {
            *clock = revised.clone();
        },
    );
}

fn set_awareness(incident: &mut Incident, kind: AwarenessKind, to: Instant) {
    incident.awareness = incident.awareness.clone().with(kind, to);
}

fn acknowledge(incident: &mut Incident, entry: &Entry, took_ownership: bool) {
    incident.acknowledgement = Some(Acknowledgement {
        at: entry.at,
        by: entry.by.clone(),
        took_ownership,
    });
    if took_ownership {
        incident.owner = Some(entry.by.person.clone());
    }
}

fn undo_acknowledgement(incident: &mut Incident) {
    if incident
        .acknowledgement
        .take()
        .is_some_and(|given| given.took_ownership)
    {
        incident.owner = None;
    }
}

fn open_partner_records(incident: &mut Incident) {
    for partner in incident.facts.affected_partners.clone() {
        partner_record(incident, &partner);
    }
}

/// An acknowledgement by a link is an answer like any other.
fn progressed(record: &mut PartnerRecord, step: Progressed, by: &Signature) {
    if let NoticeProgress::Acknowledged { role, .. } = &step.progress {
        record.answers.push(Answer {
            answer: PartnerAnswer::Acknowledged {
                spoke_to: role.clone(),
            },
            at: step.at,
            by: by.clone(),
        });
    }
    record.progress.push(step);
}

/// The record of a partner, begun where there is none yet.
pub(super) fn partner_record<'a>(
    incident: &'a mut Incident,
    partner: &OrganisationId,
) -> &'a mut PartnerRecord {
    let known = incident
        .partners
        .iter()
        .position(|record| record.organisation == *partner);
    let place = known.unwrap_or_else(|| {
        incident
            .partners
            .push(PartnerRecord::unaware(partner.clone()));
        incident.partners.len() - 1
    });
    &mut incident.partners[place]
}
