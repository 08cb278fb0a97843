//! What stands between an incident and the next stage of its life (sections 2.2 and 2.3).
//!
//! A guard lists everything that is missing, each with its rule, so that one look tells what is
//! left to do. Hard guards refuse; soft ones ask for a tick each. Who may take the step is judged
//! by `permission`, never here.

use super::Instant;
use super::clock::{self, ClockState, ClockView};
use super::contacts;
use super::deadlines::ClockKind;
use super::decide;
use super::directory::Directory;
use super::enumeration;
use super::escalation;
use super::hosting::ChangeStatus;
use super::id::OrganisationId;
use super::incident::{Incident, PartnershipEffect};
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::office::{Office, who_may};
use super::partners::{self, PartnerState};
use super::policy::Policy;
use super::problem::Problem;
use super::regulator::{self, Concerned, Duty, Tool};
use super::role::Role;
use super::rule::RuleId;
use super::subjects::Standing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The rule that asks for it.
    pub rule: RuleId,
    /// What, in words; may contain text from outside.
    pub sentence: String,
}

/// Something that may be left open on closing, if whoever closes accepts it (section 2.3).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// Actions that are not done.
    OpenActions,
    /// A problem that is not solved, with a workaround recorded.
    OpenProblem,
    /// A request for change that has not been carried out.
    PendingChange,
    /// Whether the people concerned are told, or that they have been, is not settled.
    PendingSubjects,
}

impl Tick {
    /// Every tick, in the order of the procedure.
    pub const ALL: [Self; 4] = [
        Self::OpenActions,
        Self::OpenProblem,
        Self::PendingChange,
        Self::PendingSubjects,
    ];

    /// What is accepted, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenActions => "actions are still open",
            Self::OpenProblem => "a problem is not solved yet",
            Self::PendingChange => "a change has not been carried out",
            Self::PendingSubjects => "telling the people is not settled",
        }
    }

    /// The rule that asks for the tick.
    pub fn rule(self) -> RuleId {
        match self {
            Self::OpenActions => RuleId::WsicLesson,
            Self::OpenProblem => RuleId::WsicProb,
            Self::PendingChange => RuleId::WsicRfc,
            Self::PendingSubjects => RuleId::BobSubjects,
        }
    }
}

/// What a guard looks at besides the incident.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The moment.
    pub now: Instant,
    /// The numbers.
    pub policy: &'a Policy,
    /// Who is who.
    pub directory: &'a Directory,
    /// Problems that the incident is linked with; where they are not known, nothing is asked of them
    /// here, because the server will.
    pub problems: Option<&'a [Problem]>,
}

fn missing(rule: RuleId, sentence: impl Into<String>) -> Missing {
    Missing {
        rule,
        sentence: sentence.into(),
    }
}

/// What is missing before the investigation begins (BOB-INV, BOB-EVID).
pub fn to_investigate(incident: &Incident) -> Vec<Missing> {
    let investigation = &incident.casework().investigation;
    let lead = investigation
        .lead()
        .is_none()
        .then(|| missing(RuleId::BobInv, "a lead investigator"));
    let evidence = investigation.evidence_settled_at().is_none().then(|| {
        missing(
            RuleId::BobEvid,
            "evidence secured, or a record that there is none",
        )
    });
    lead.into_iter().chain(evidence).collect()
}

/// What is missing before the incident is resolved, with the resolution that is offered.
pub fn to_resolve(
    incident: &Incident,
    change_required: bool,
    around: &Surroundings<'_>,
) -> Vec<Missing> {
    let mut found = Vec::new();
    found.extend(controller_not_named(incident));
    found.extend(not_contained(incident));
    found.extend(change_not_handed_in(incident, change_required));
    found.extend(regulator_not_answered(incident, around));
    found.extend(nhs_england_not_answered(incident));
    found.extend(not_cyber_not_confirmed(incident));
    found.extend(tool_reference(incident));
    found.extend(not_informed(incident, around));
    found.extend(not_told_of_decision(incident, around));
    found.extend(effect_not_answered(incident));
    found.extend(nis_not_answered(incident, around));
    found.extend(plan_not_agreed(incident, around));
    found.extend(breach_not_recorded(incident));
    found.extend(telling_not_confirmed(incident, around));
    found
}

/// Where somebody has recorded that people were told, and the risk is high, the DPO says what that was worth
/// before it is resolved: one person told is not all of them (ART34-FULL).
fn telling_not_confirmed<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    let subjects = &incident.casework().subjects;
    let is_said = |controller: &&OrganisationId| subjects.told_to_confirm(controller).is_some();
    telling_not_asked(incident, around)
        .filter(move |_| incident.answering().any(|one| is_said(&one)))
}

/// Somebody decides for the controller, closes for it and answers for it (ICO-PROC).
fn controller_not_named(incident: &Incident) -> Option<Missing> {
    incident.is_unnamed().then(|| {
        missing(
            RuleId::IcoProc,
            "the controller of the data, named in a triage",
        )
    })
}

fn not_contained(incident: &Incident) -> Option<Missing> {
    incident
        .casework()
        .closing
        .contained_at()
        .is_none()
        .then(|| missing(RuleId::IcoReg, "when it was contained"))
}

/// A change that is needed has a request, and no request is still a draft (WSIC-RFC).
fn change_not_handed_in(incident: &Incident, change_required: bool) -> Option<Missing> {
    let changes = &incident.casework().hosting.changes;
    let is_draft = changes
        .iter()
        .find(|change| change.status == ChangeStatus::Draft);
    if let Some(draft) = is_draft {
        return Some(missing(
            RuleId::WsicRfc,
            format!("{} handed in: it is still a draft", draft.reference),
        ));
    }
    (change_required && changes.is_empty()).then(|| {
        missing(
            RuleId::WsicRfc,
            "a request for change, since a change is needed",
        )
    })
}

/// Each controller has reported, or declined with every signature; a clock that was stood down answers
/// nothing (BOB-DECIDE, ICO-DUTY).
fn regulator_not_answered<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    regulator::duties(incident)
        .filter_map(|(_, controller, duty)| owed_by(controller, duty, around))
}

fn owed_by(
    controller: &OrganisationId,
    duty: Duty<'_>,
    around: &Surroundings<'_>,
) -> Option<Missing> {
    let name = around.directory.organisation_name(controller);
    let (rule, sentence) = match duty {
        Duty::NotOwed | Duty::Reported(_) | Duty::Declined(_) => return None,
        Duty::Undecided => (
            RuleId::BobDecide,
            format!("the decision of {name} to report or to decline"),
        ),
        Duty::ToReport(_) => (RuleId::Ico72h, format!("the report of {name} to the ICO")),
        Duty::Unsigned(decision) if decision.awaits_countersignature() => (
            RuleId::BobDecide,
            format!("the countersignature of the Caldicott Guardian of {name}"),
        ),
        Duty::Unsigned(_) => (
            RuleId::IcoDuty,
            format!("a second officer of {name} to confirm the decline"),
        ),
    };
    Some(missing(rule, sentence))
}

/// Whether NHS England was told of a cyber incident, or why not (BOB-CYBER).
fn nhs_england_not_answered(incident: &Incident) -> Option<Missing> {
    let is_owed = incident.facts.cyber && !regulator::nhs_england_is_answered(incident);
    is_owed.then(|| {
        missing(
            RuleId::BobCyber,
            "the report of the cyber incident to NHS England, or why there is none",
        )
    })
}

/// That it is no cyber incident holds for a serious one on the officer's word (BOB-CYBER).
fn not_cyber_not_confirmed(incident: &Incident) -> Option<Missing> {
    regulator::not_cyber_to_look_at(incident).map(|again| {
        missing(
            RuleId::BobCyber,
            format!(
                "a triage by the DPO that confirms \"not cyber\", or makes it a cyber incident: it was called none {}",
                again.in_words()
            ),
        )
    })
}

/// A notifiable incident has its reference in the toolkit, or was declined (BOB-TOOL).
fn tool_reference(incident: &Incident) -> Option<Missing> {
    let regulator = &incident.casework().regulator;
    let mut duties = regulator::duties(incident);
    let is_reported =
        duties.any(|(_, _, duty)| matches!(duty, Duty::ToReport(_) | Duty::Reported(_)));
    (is_reported && regulator.reference(Tool::Dspt).is_none())
        .then(|| missing(RuleId::BobTool, "its reference in the DSPT incident tool"))
}

/// Everybody who must be told has been, or it is on record why that is late (BOB-CONTACTS).
fn not_informed(incident: &Incident, around: &Surroundings<'_>) -> Option<Missing> {
    let explained = clock::views(incident)
        .any(|view| view.clock.kind == ClockKind::Bob24h && view.clock.late_reason.is_some());
    let outstanding = contacts::outstanding(incident);
    let successor = escalation::untold_successor(incident, around.directory, around.now);
    if (outstanding.is_empty() && successor.is_none()) || explained {
        return None;
    }
    let successor = successor.map(|held| around.directory.person_name(&held.person).to_owned());
    let names: Vec<String> = outstanding
        .iter()
        .map(|required| required.contact.in_words(around.directory))
        .chain(successor)
        .collect();
    Some(missing(
        RuleId::BobContacts,
        format!(
            "the contacts who have not been told: {}",
            enumeration::all(&names)
        ),
    ))
}

/// SIRO and Caldicott Guardian have heard of the decision (BOB-TELL).
fn not_told_of_decision(incident: &Incident, around: &Surroundings<'_>) -> Option<Missing> {
    let untold = regulator::untold_of_decision(incident);
    let names: Vec<String> = untold
        .iter()
        .map(|contact| contact.in_words(around.directory))
        .collect();
    (!names.is_empty()).then(|| {
        missing(
            RuleId::BobTell,
            format!("{} told of the decision", enumeration::all(&names)),
        )
    })
}

/// It is answered whether partners are affected: in time for every trigger, and before the end of
/// everything else (WSIC-WIDE, section 2.2).
fn effect_not_answered(incident: &Incident) -> Option<Missing> {
    (incident.facts.partnership_effect == PartnershipEffect::Unknown)
        .then(|| missing(RuleId::WsicWide, "whether partners are affected"))
}

/// Whether an essential service was significantly hit is answered for each confirmed cyber or
/// availability incident of an operator (NIS-WHO).
fn nis_not_answered<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    let asked = asks_nis(incident, around.directory).into_iter();
    asked.map(|operator| {
        let name = around.directory.organisation_name(operator);
        missing(
            RuleId::NisWho,
            format!("whether the essential service of {name} was significantly affected"),
        )
    })
}

/// The operators of essential services of whom the question is asked and not answered, or asked again
/// because it has become more serious since (NIS-WHO).
pub fn asks_nis<'a>(incident: &'a Incident, directory: &Directory) -> Vec<&'a OrganisationId> {
    let facts = &incident.facts;
    let mut operators = Vec::new();
    if facts.asks_about_services() {
        operators = decide::operators(facts, &incident.reporter.organisation, directory);
        operators.extend(regulator::nis_still_asked(incident, &operators));
    }
    // What was answered before each operator answered for itself was the first one's answer.
    let answered_before =
        incident.casework().regulator.nis_answers.is_empty() && facts.nis_significant.is_some();
    let first = operators.first().copied().filter(|_| answered_before);
    also_asked(&mut operators, incident, Concerned::Itself);
    #[cfg(test)]
    if mutant::is(Mutant::OneOperatorTellsForAll) {
        operators.truncate(1);
    }
    operators.retain(|operator| {
        first != Some(*operator) && regulator::nis_answer_in_force(incident, operator).is_none()
    });
    operators
}

/// The affected partners of whom it is asked as well, each for itself. Their answers are their own duty, so
/// that no stage of this case waits for them (NIS-WHO).
pub fn asks_nis_of_partners<'a>(
    incident: &'a Incident,
    directory: &Directory,
) -> Vec<&'a OrganisationId> {
    let facts = &incident.facts;
    let mut partners = Vec::new();
    if facts.asks_about_services() && incident.affects_partnership() {
        partners = decide::affected_operators(facts, &incident.reporter.organisation, directory);
    }
    also_asked(&mut partners, incident, Concerned::AsPartner);
    let here = asks_nis(incident, directory);
    partners.retain(|partner| {
        !here.contains(partner) && regulator::nis_answer_in_force(incident, partner).is_none()
    });
    partners
}

/// Whoever answers in that part whatever the facts say.
fn also_asked<'a>(
    operators: &mut Vec<&'a OrganisationId>,
    incident: &'a Incident,
    part: Concerned,
) {
    for operator in regulator::nis_whatever_the_facts(incident, part) {
        if !operators.contains(&operator) {
            operators.push(operator);
        }
    }
}

/// With a processor, a plan agreed by both (PROC-PLAN).
fn plan_not_agreed(incident: &Incident, around: &Surroundings<'_>) -> Option<Missing> {
    let processors = &incident.facts.processors;
    let reporter = &incident.reporter.organisation;
    let named: Vec<OrganisationId> = processors
        .iter()
        .cloned()
        .chain(
            incident
                .awareness
                .through_processor
                .then(|| reporter.clone()),
        )
        .collect();
    let investigation = &incident.casework().investigation;
    (!investigation.plan_agreed_with(incident.home(), &named)).then(|| {
        let names: Vec<&str> = named
            .iter()
            .map(|processor| around.directory.organisation_name(processor))
            .collect();
        missing(
            RuleId::ProcPlan,
            format!(
                "an investigation plan agreed with {}",
                enumeration::all(&names)
            ),
        )
    })
}

/// For every breach its effects are on record, reported or not (ICO-REG); facts, decision and
/// remedial action are asked for above.
fn breach_not_recorded(incident: &Incident) -> Option<Missing> {
    let is_breach =
        incident.facts.breach_status.may_be_breach() && incident.facts.concern_living_people();
    (is_breach && incident.assessment().is_none())
        .then(|| missing(RuleId::IcoReg, "an assessment of its effects"))
}

/// What is missing before the incident is closed and no tick can replace.
pub fn to_close(incident: &Incident, around: &Surroundings<'_>) -> Vec<Missing> {
    let mut found = Vec::new();
    found.extend(open_regulator_clocks(incident, around));
    found.extend(hidden_duties(incident, around));
    found.extend(unconfirmed(incident, around));
    found.extend(late_without_reason(incident, around));
    found.extend(open_follow_ups(incident));
    found.extend(open_enquiries(incident));
    found.extend(missing_minutes(incident));
    found.extend(missing_causes(incident));
    found.extend(not_answered(incident));
    found.extend(nothing_learnt(incident));
    found.extend(partners_not_done(incident, around));
    found.extend(problems_in_the_way(incident, around));
    found.extend(telling_not_asked(incident, around));
    found
}

/// Where the risk is high, whether people are told is recommended before it closes: a review that is pending
/// may be ticked, and one that nobody has begun is none (ART34-FULL).
fn telling_not_asked<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    let is_not_asked = |controller: &&OrganisationId| must_recommend(incident, controller);
    // Where nobody could recommend anything, nothing is waited for (NOBODY-THERE).
    let can_be_asked = |controller: &&OrganisationId| {
        let who = who_may(
            Office::Recommend,
            controller,
            around.directory,
            around.now,
            &[],
        );
        !who.seats.is_empty()
    };
    let controllers = incident.answering().filter(is_not_asked);
    controllers.filter(can_be_asked).map(|controller| {
        let sentence = format!(
            "a recommendation by the DPO of {} whether to tell the people concerned",
            around.directory.organisation_name(controller)
        );
        missing(RuleId::Art34Full, sentence)
    })
}

/// Whether the risk for a controller's people is high, and nobody has recommended anything about telling them,
/// or what was decided needs a ground of the law and has none.
fn must_recommend(incident: &Incident, controller: &OrganisationId) -> bool {
    let subjects = &incident.casework().subjects;
    let is_open = match subjects.standing(controller) {
        Standing::NotAsked => true,
        Standing::Decided(..) => subjects.is_not_told_without_ground(controller),
        Standing::Awaits(_) | Standing::Tied => false,
    };
    is_open && incident.asks_to_tell(controller) && !subjects.is_told(controller)
}

fn open_regulator_clocks<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    open_clocks_of_regulators(incident, around.now).map(|view| {
        let whose = view
            .clock
            .controller
            .as_ref()
            .map_or_else(String::new, |controller| {
                format!(" for {}", around.directory.organisation_name(controller))
            });
        let sentence = format!(
            "the end of the open clock \"{}\"{whose}",
            view.clock.kind.name()
        );
        missing(view.clock.kind.rule(), sentence)
    })
}

/// Duties whose clock was stood down, which is no answer (ICO-DUTY).
fn hidden_duties<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    regulator::duties(incident)
        .filter(|(clock, ..)| clock.stood_down.is_some())
        .filter_map(|(_, controller, duty)| owed_by(controller, duty, around))
}

/// Decisions taken down for the data protection officer are confirmed by them (BOB-DECIDE).
fn unconfirmed<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    regulator::all_in_force(incident)
        .filter(|decision| decision.is_unconfirmed() || decision.is_unsigned())
        .map(|decision| {
            let name = around.directory.organisation_name(&decision.controller);
            let who = if decision.is_unconfirmed() {
                "the confirmation of the DPO"
            } else if decision.awaits_countersignature() {
                "the countersignature of the Caldicott Guardian"
            } else {
                "the second officer's confirmation"
            };
            missing(RuleId::BobDecide, format!("{who} of {name}"))
        })
}

/// Every clock of the law and of the procedure that was late has its reason (CLK-LATE).
fn late_without_reason<'a>(
    incident: &'a Incident,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = Missing> + 'a {
    clock::views(incident)
        .filter(|view| view.clock.kind.asks_why_late() && view.clock.late_reason.is_none())
        .filter(|view| {
            matches!(
                view.state(around.now),
                ClockState::MetLate | ClockState::MetWithinWorkingDay | ClockState::Overdue
            )
        })
        .map(|view| {
            let sentence = format!("the reason why \"{}\" is late", view.clock.kind.name());
            missing(RuleId::ClkLate, sentence)
        })
}

fn open_follow_ups(incident: &Incident) -> impl Iterator<Item = Missing> {
    incident
        .casework()
        .regulator
        .open_follow_ups()
        .map(|(told, follow_up)| {
            let sentence = format!(
                "what the {} was promised: {}",
                told.body.name(),
                follow_up.item.name()
            );
            missing(RuleId::IcoPhase, sentence)
        })
}

/// What a regulator asked is answered, and what came of it is on record (ICO-ASKS).
fn open_enquiries(incident: &Incident) -> impl Iterator<Item = Missing> {
    incident
        .casework()
        .regulator
        .open_enquiries()
        .map(|enquiry| {
            let what = if enquiry.is_answered() {
                "the outcome of the enquiry"
            } else {
                "the answer to the enquiry"
            };
            let sentence = format!("{what} of the {}: {}", enquiry.body.name(), enquiry.text);
            missing(RuleId::IcoAsks, sentence)
        })
}

fn missing_minutes(incident: &Incident) -> Option<Missing> {
    let count = incident
        .casework()
        .investigation
        .meetings_without_minutes()
        .count();
    (count > 0).then(|| {
        let sentence = match count {
            1 => "the minutes of a meeting".to_owned(),
            more => format!("the minutes of {more} meetings"),
        };
        missing(RuleId::BobMin, sentence)
    })
}

/// Notifiable, serious and major incidents have their cause analysed (BOB-RCA).
fn missing_causes(incident: &Incident) -> Option<Missing> {
    let grave = incident.is_notifiable() || incident.facts.siri || incident.is_major();
    (grave && incident.casework().investigation.causes.is_empty())
        .then(|| missing(RuleId::BobRca, "a root cause analysis"))
}

/// Every investigation says whether a human error was found and whether several disciplines took part
/// (BOB-NOBLAME).
fn not_answered(incident: &Incident) -> Option<Missing> {
    incident
        .casework()
        .investigation
        .answers()
        .is_none()
        .then(|| {
            missing(
                RuleId::BobNoblame,
                "whether a human error was found, and whether several disciplines took part",
            )
        })
}

/// There is a lesson or a reason for none; of a notifiable incident it has been shared (WSIC-LESSON,
/// BOB-SHARE).
fn nothing_learnt(incident: &Incident) -> Option<Missing> {
    let learning = &incident.casework().learning;
    if !learning.is_settled() {
        return Some(missing(
            RuleId::WsicLesson,
            "a lesson, or why there is none",
        ));
    }
    let unshared = learning
        .lessons
        .iter()
        .any(|lesson| lesson.shared.is_empty());
    (incident.is_notifiable() && unshared)
        .then(|| missing(RuleId::BobShare, "the lesson shared with others"))
}

/// Every affected partner has finished its part, or has not answered for long (section 2.3).
fn partners_not_done(incident: &Incident, around: &Surroundings<'_>) -> Option<Missing> {
    let names: Vec<&str> = partners::concerned(incident)
        .filter(|record| {
            !matches!(
                record.state(),
                PartnerState::LocalComplete | PartnerState::NotAffected
            )
        })
        .filter(|record| !partners::is_silent(record, around.policy, around.now))
        .map(|record| around.directory.organisation_name(&record.organisation))
        .collect();
    (!names.is_empty()).then(|| {
        missing(
            RuleId::WsicClose,
            format!(
                "the partners who have not finished: {}",
                enumeration::all(&names)
            ),
        )
    })
}

/// A major incident has a problem, and an open problem has a workaround (WSIC-PROB).
fn problems_in_the_way(incident: &Incident, around: &Surroundings<'_>) -> Option<Missing> {
    let problems = around.problems?;
    if incident.is_major() && problems.is_empty() {
        return Some(missing(
            RuleId::WsicProb,
            "the problem behind this major incident",
        ));
    }
    let stuck = problems.iter().find(|problem| {
        problem.is_open()
            && problem.workaround.is_none()
            && !incident.casework().closing.has_workaround()
    })?;
    Some(missing(
        RuleId::WsicProb,
        format!("a workaround for {}, which is not solved", stuck.reference),
    ))
}

/// That nobody holds the role which alone may close the incident, and who appoints; nobody closes by
/// delegation (WSIC-CLOSE).
pub fn vacancy_to_close(
    incident: &Incident,
    directory: &Directory,
    now: Instant,
) -> Option<String> {
    let home = incident.home();
    if incident.is_partnership_matter() {
        directory.holders(Role::Wso, None, now).is_empty().then(|| {
            "Only the Partnership Security Officer can close it, and nobody holds that role now. Ask the governance group to appoint one"
                .to_owned()
        })
    } else {
        regulator::deciders(directory, home, now).next().is_none().then(|| {
            let name = directory.organisation_name(home);
            format!("Only the DPO of {name} can close it, and nobody holds that role now. Ask the SIRO to appoint one")
        })
    }
}

/// What is open and may be accepted with a tick.
pub fn to_tick(incident: &Incident, around: &Surroundings<'_>) -> Vec<Tick> {
    let casework = incident.casework();
    let subjects = &casework.subjects;
    let controllers = incident.answering();
    let untold = |controller: &&OrganisationId| !subjects.is_told(controller);
    let mut controllers = controllers.filter(untold);
    let unsettled = controllers.any(|controller| match subjects.standing(controller) {
        Standing::Decided(..) => subjects.owed_since(controller).is_some(),
        Standing::NotAsked => subjects.delay(controller).is_some(),
        Standing::Awaits(_) | Standing::Tied => true,
    });
    [
        (
            Tick::OpenActions,
            casework
                .learning
                .actions
                .iter()
                .any(|action| action.is_open()),
        ),
        (
            Tick::OpenProblem,
            around
                .problems
                .unwrap_or_default()
                .iter()
                .any(Problem::is_open),
        ),
        (
            Tick::PendingChange,
            casework
                .hosting
                .changes
                .iter()
                .any(|change| change.status.is_pending()),
        ),
        (Tick::PendingSubjects, unsettled),
    ]
    .into_iter()
    .filter(|(_, applies)| *applies)
    .map(|(tick, _)| tick)
    .collect()
}

/// What an audit has still to look at (BOB-AUDIT).
pub fn to_audit(incident: &Incident) -> impl Iterator<Item = &super::learning::Recommendation> {
    incident
        .casework()
        .learning
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.verdict.is_none())
}

/// The clocks of regulators that are neither stopped nor stood down.
fn open_clocks_of_regulators(
    incident: &Incident,
    now: Instant,
) -> impl Iterator<Item = ClockView<'_>> {
    let is_regulators =
        |view: &ClockView<'_>| matches!(view.clock.kind, ClockKind::Ico72h | ClockKind::Nis72h);
    clock::views(incident)
        .filter(is_regulators)
        .filter(move |view| view.state(now).is_open())
}
