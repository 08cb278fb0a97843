//! Grading severity and likelihood (BOB-GRID, BOB-CERTAIN, BOB-HARM, BOB-MIT, BOB-DECIDE,
//! CLK-REGRADE). The outcome itself is computed in `grid`.

use super::regulator::awaits_its_report;
use super::{Context, Decision, logging, reasoned, shown, triage};
use crate::domain::clock::{self, Clock};
use crate::domain::command::GradeIncident;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Event, Signature};
use crate::domain::grid::{self, Grade, Grounds, Outcome};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Assessment, Incident, NoteKind};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{Office, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{self, Conflict};
use crate::domain::rule::RuleId;
use uuid::Uuid;

pub(super) fn grade(
    incident: &Incident,
    grade: &GradeIncident,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (grant, by) = permission::require(Permission::Grade, context.actor, incident)?;
    let cell = Grade::new(grade.severity, grade.likelihood).map_err(|error| {
        let pointer = format!("/{}", error.axis());
        Refusal::invalid(&pointer, error.to_string()).by(RuleId::BobGrid)
    })?;
    let rationale = reasoned(
        RuleId::BobGrid,
        &grade.rationale,
        "/rationale",
        "Say in a sentence why these grades",
    )?;
    triage::check_factors(&incident.facts, &grade.factors, "/factors")?;
    check_grounds(grade)?;
    check_mitigation(incident, grade, context)?;
    check_harms(grade)?;
    let note = evidence_note(grade, context)?;
    let evidence_notes = evidence(incident, grade, note.as_ref())?;
    let assessment = Assessment {
        provisional: grant < Grant::Owner,
        grade: cell,
        factors: grade.factors.clone(),
        mitigation: grade.mitigation,
        grounds: grade.grounds.clone(),
        harms: grade.harms.clone(),
        rationale: rationale.into(),
        evidence_notes,
        grading: grid::assess(
            &incident
                .facts
                .grade_input(cell, &grade.factors, grade.mitigation),
            &context.policy.grid,
        ),
        made_under: context.policy.stamp(),
        at: context.now,
        by: by.clone(),
    };
    check_calling_off(incident, &assessment, context)?;
    let mut clocks = clock_events(incident, &assessment, context);
    clocks.extend(clocks_to_start(incident, &assessment, context));
    let mut events: Vec<Event> = note.map(|(_, event)| event).into_iter().collect();
    events.push(Event::Graded {
        assessment: Box::new(assessment),
    });
    events.extend(clocks);
    Ok(Decision::new(by, events))
}

/// Only the DPO accepts a mitigation; anybody may record that one is claimed (BOB-MIT).
fn check_mitigation(
    incident: &Incident,
    grade: &GradeIncident,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if !grade
        .mitigation
        .is_some_and(|mitigation| mitigation.accepted)
    {
        return Ok(());
    }
    let accepts = permission::require(Permission::AcceptMitigation, context.actor, incident);
    if !accepts.is_ok_and(|(grant, _)| grant == Grant::Owner) {
        return Err(Refusal::not_allowed(
            "Only the controller's DPO can accept a mitigation. Record it as claimed: that changes nothing yet",
        )
        .by(RuleId::BobMit));
    }
    let in_words = grade.evidence.as_deref().unwrap_or_default().trim();
    if in_words.is_empty() && grade.evidence_notes.is_empty() {
        return Err(Refusal::invalid(
            "/evidence",
            "Say on what evidence the mitigation is accepted",
        )
        .by(RuleId::BobMit));
    }
    check_complete(grade)
}

/// The facts are those of the mitigation that is claimed (BOB-MIT).
fn check_grounds(grade: &GradeIncident) -> Result<(), Refusal> {
    let claimed = grade.mitigation.map(|mitigation| mitigation.kind);
    match &grade.grounds {
        Some(grounds) if Some(grounds.of()) != claimed => Err(Refusal::invalid(
            "/grounds",
            format!(
                "These facts belong to another mitigation ({}). Give the facts of the one you claim",
                grounds.of().name()
            ),
        )
        .by(RuleId::BobMit)),
        Some(_) | None => Ok(()),
    }
}

/// Encryption and a trusted partner are accepted only on their three facts (BOB-MIT).
fn check_complete(grade: &GradeIncident) -> Result<(), Refusal> {
    let unknown = || Grounds::unknown(grade.mitigation?.kind);
    let grounds = grade.grounds.clone().or_else(unknown);
    match grounds.and_then(|grounds| grounds.lacks()) {
        Some(lacking) => {
            let pointer = format!("/grounds/{}", lacking.field);
            Err(Refusal::invalid(&pointer, lacking.sentence).by(RuleId::BobMit))
        }
        None => Ok(()),
    }
}

/// From severity 2 at least one kind of harm is named (BOB-HARM).
fn check_harms(grade: &GradeIncident) -> Result<(), Refusal> {
    if grade.severity < 2 || !grade.harms.is_empty() {
        return Ok(());
    }
    Err(
        Refusal::invalid("/harms", "Tick at least one kind of harm this could cause")
            .by(RuleId::BobHarm),
    )
}

/// Only evidence calls a notifiable assessment off: a file note, or words that become one (ICO-DUTY).
fn check_calling_off(
    incident: &Incident,
    assessment: &Assessment,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let calls_off = !assessment.provisional
        && !assessment.grading.ico_required
        && incident.is_notifiable_for(&assessment.by.organisation);
    if !calls_off {
        return check_factor_kept(incident, assessment, context);
    }
    let alone = "call the report off alone";
    check_conflict(incident, &assessment.by, alone, context)?;
    if !assessment.evidence_notes.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/evidence",
        "The last grade says that the ICO must be told. Give the evidence for the lower grade, or decide to report or decline",
    )
    .by(RuleId::IcoDuty))
}

/// A grade without the sensitivity factor that stood takes the Caldicott Guardian out of a decline: nobody in
/// conflict does that alone (BOB-MIT, ICO-DUTY).
fn check_factor_kept(
    incident: &Incident,
    assessment: &Assessment,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let controller = &assessment.by.organisation;
    let is_dropped = !assessment.provisional
        && assessment.factors.is_empty()
        && incident.declines_against_a_factor(controller);
    if !is_dropped {
        return Ok(());
    }
    let alone = "take the sensitivity factor away alone";
    check_conflict(incident, &assessment.by, alone, context)
}

/// Whoever logged or caused it, or is named in it, ends no duty alone: another officer grades it lower, or a
/// second one confirms the decline (ICO-DUTY, Article 38(6) of the UK GDPR).
fn check_conflict(
    incident: &Incident,
    by: &Signature,
    alone: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let Context { directory, now, .. } = *context;
    #[cfg(test)]
    if mutant::is(Mutant::ConflictedGradesLower) {
        return Ok(());
    }
    let Some(conflict) = Conflict::of(&by.person, incident, directory, now) else {
        return Ok(());
    };
    let controller = &by.organisation;
    let second = who_may(Office::Second, controller, directory, now, &[&by.person]);
    let grades = regulator::without_conflict(incident, controller, directory, now);
    let ask = grades.map_or_else(String::new, |who| format!("ask {who} to grade it, or "));
    let sentence = format!(
        "{} {}, so you cannot {alone}. To go on, {ask}decline with reasons: {} then confirms the decline",
        directory.person_name(&by.person),
        conflict.name(),
        second.in_words(directory)
    );
    Err(Refusal::against(RuleId::IcoDuty, sentence))
}

/// Evidence in words becomes a file note; words that show nothing are refused.
fn evidence_note(
    grade: &GradeIncident,
    context: &Context<'_>,
) -> Result<Option<(Uuid, Event)>, Refusal> {
    let text = grade.evidence.as_deref().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    shown(RuleId::BobCertain, text, "/evidence")?;
    let id = context.command.0;
    let note = Event::NoteAdded {
        id,
        kind: NoteKind::FileNote,
        text: text.into(),
        happened_at: context.now,
        corrects: None,
    };
    Ok(Some((id, note)))
}

/// A grade of 1 means absolute certainty and needs proof on file (BOB-CERTAIN).
fn evidence(
    incident: &Incident,
    grade: &GradeIncident,
    note: Option<&(Uuid, Event)>,
) -> Result<Vec<Uuid>, Refusal> {
    let mut notes = grade.evidence_notes.iter();
    if let Some(unknown) = notes.find(|id| !incident.has_note(**id)) {
        return Err(Refusal::invalid(
            "/evidence_notes",
            format!("There is no note {unknown} on this incident"),
        ));
    }
    let mut notes = grade.evidence_notes.clone();
    notes.extend(note.map(|(id, _)| *id));
    let certain = grade.severity == 1 || grade.likelihood == 1;
    if certain && notes.is_empty() {
        return Err(Refusal::invalid(
            "/evidence",
            "A grade of 1 means absolute certainty: give the evidence, or choose 2",
        )
        .by(RuleId::BobCertain));
    }
    Ok(notes)
}

/// What an assessment does to the regulator's clocks. Only the DPO's own hides a target, of a clock
/// that still runs, and only that of the DPO's own organisation, for each controller stays
/// responsible (ICO-JOINT), and not where a decision to report stands, or where the grades would call for the
/// regulator and only facts that somebody else entered say that they do not (ICO-DUTY); any that
/// makes the breach notifiable brings it back with the anchor it always had (CLK-REGRADE), and so does one that
/// would, were it not for facts that had been said or confirmed of a smaller one.
fn clock_events(incident: &Incident, assessment: &Assessment, context: &Context<'_>) -> Vec<Event> {
    let by = &assessment.by;
    let hides = !assessment.provisional && !assessment.would_be_notifiable(context.policy);
    let is_theirs = |clock: &Clock| clock.controller.as_ref() == Some(&by.organisation);
    let notifiable = assessment.grading.ico_required;
    let would_be = assessment.would_be_notifiable(context.policy);
    let is_left_out = |clock: &Clock| match &clock.controller {
        Some(controller) => incident.is_left_out(controller),
        None => !incident.is_unnamed(),
    };
    incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::Ico72h)
        .filter_map(|clock| match &clock.stood_down {
            None if hides
                && is_theirs(clock)
                && !awaits_its_report(incident, &by.organisation)
                && clock::stopped_at(incident, clock).is_none() =>
            {
                Some(Event::ClockStoodDown {
                    kind: clock.kind,
                    controller: clock.controller.clone(),
                    rule: hidden_by(assessment.grading.outcome),
                    reason: assessment.grading.basis.as_str().into(),
                    ground: None,
                })
            }
            Some(hidden)
                if (notifiable || (would_be && hidden.is_by_what_it_is()))
                    && !is_left_out(clock) =>
            {
                Some(Event::ClockReinstated {
                    kind: clock.kind,
                    controller: clock.controller.clone(),
                })
            }
            None | Some(_) => None,
        })
        .collect()
}

/// A clock that facts have hidden counts again when they no longer hold; one that the grades have hidden does
/// not (CLK-REGRADE).
fn hidden_by(outcome: Outcome) -> RuleId {
    match outcome {
        Outcome::NearMiss => RuleId::BobNear,
        Outcome::NotPersonalData | Outcome::DeceasedOnly => RuleId::BobPcd,
        Outcome::NoBreach
        | Outcome::NotNotifiable
        | Outcome::Notifiable
        | Outcome::NotifiableDpoMayDecline => RuleId::BobDecide,
    }
}

/// A notifiable grade starts the clock of each controller that has none: what nobody took for a breach
/// is one after all (ICO-DUTY).
fn clocks_to_start(
    incident: &Incident,
    assessment: &Assessment,
    context: &Context<'_>,
) -> Vec<Event> {
    if !assessment.grading.ico_required {
        return Vec::new();
    }
    let has_clock = |controller: &OrganisationId| {
        let mut clocks = incident.clocks.iter();
        clocks.any(|clock| clock.is(ClockKind::Ico72h, Some(controller)))
    };
    incident
        .controllers()
        .iter()
        .filter(|controller| !has_clock(controller))
        .map(|controller| Event::ClockStarted {
            clock: logging::ico_clock(controller, &incident.awareness, context),
        })
        .collect()
}
