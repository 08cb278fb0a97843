//! Every running or overdue duty has a next step that names a person, or the vacancy and the fall-back.

use crate::domain::clock::{self, Clock};
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::escalation::Ladder;
use crate::domain::event::Event;
use crate::domain::id::OrganisationId;
use crate::domain::incident::BreachStatus;
use crate::domain::next_step::{NextStep, StepKind, next_steps};
use crate::domain::regulator::RegulatorEvent;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::proof::people::OFFICER;
use crate::proof::world::{Case, POLICY, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    for case in &world.cases {
        let incident = &case.incident;
        let steps = next_steps(incident, &world.post.directory, &POLICY, world.now);
        let is_unnamed = incident.status.is_open() && names_no_controller(case);
        if is_unnamed && !steps.iter().any(|step| asks_for_a_name(world, step)) {
            return Err(format!(
                "nobody is asked to name a controller of {}",
                incident.name()
            ));
        }
        let views = clock::views(incident);
        let views = views.filter(|view| view.state(world.now).is_open());
        for clock in views.map(|view| view.clock) {
            let is_about = |step: &&NextStep| {
                let waits_for_a_name = is_unnamed && is_controllers_own(clock.kind);
                let is_its =
                    is_about(step, clock) && (is_anybodys(step) || names_whose(world, step, clock));
                is_its || (waits_for_a_name && asks_for_a_name(world, step))
            };
            let mut about = steps.iter().filter(is_about).peekable();
            let kind = clock.kind.as_str();
            if about.peek().is_none() {
                return Err(format!("no step asks for {kind} of {}", incident.name()));
            }
            if let Some(step) = about.find(|step| !names_somebody(world, incident.home(), step)) {
                return Err(format!("{:?} names nobody", step.sentence));
            }
        }
        each_operator_is_asked(world, case, &steps)?;
    }
    Ok(())
}

/// Of an attack that is confirmed each operator of essential services is asked by name, until it answers for
/// the incident as grave as it is.
fn each_operator_is_asked(world: &World, case: &Case, steps: &[NextStep]) -> Result<(), String> {
    let incident = &case.incident;
    let facts = &incident.facts;
    let asks = facts.cyber && facts.breach_status == BreachStatus::Confirmed;
    if !asks || !incident.status.is_open() {
        return Ok(());
    }
    let directory = &world.post.directory;
    for controller in &facts.controllers {
        let known = directory.organisation(controller);
        let is_operator = known.is_some_and(|known| known.operator_of_essential_services);
        let name = directory.organisation_name(controller);
        let is_asked =
            |step: &NextStep| step.rule == RuleId::NisWho && step.sentence.contains(name);
        if is_operator && !has_answered(case, controller) && !steps.iter().any(is_asked) {
            return Err(format!("no step asks {name} whether its service was hit"));
        }
    }
    Ok(())
}

/// Whether the trail has an answer of the operator that was not given before the first notifiable grade.
fn has_answered(case: &Case, operator: &OrganisationId) -> bool {
    let (mut answer, mut graded) = (None, false);
    for entry in case.trail() {
        match &entry.event {
            Event::Graded { assessment } if assessment.grading.ico_required && !graded => {
                graded = true;
                answer = answer.filter(|significant| *significant);
            }
            Event::Regulator(RegulatorEvent::NisAnswered {
                operator: whose,
                significant,
                ..
            }) if whose == operator => answer = Some(*significant),
            _ => {}
        }
    }
    answer.is_some() || (graded && !case.incident.is_notifiable())
}

/// Whether the trail names no controller.
fn names_no_controller(case: &Case) -> bool {
    let named = case.trail().rev().find_map(|entry| match &entry.event {
        Event::Logged(logged) => Some(&logged.facts.controllers),
        Event::Triaged { facts, .. } => Some(&facts.controllers),
        _ => None,
    });
    named.is_some_and(Vec::is_empty)
}

/// The officer on call is asked by name to find out whose data they are.
fn asks_for_a_name(world: &World, step: &NextStep) -> bool {
    let officer = world.post.directory.person_name(&OFFICER.into()).to_owned();
    step.kind == StepKind::Triage
        && step.sentence.contains("Name the controller")
        && step.sentence.contains(&officer)
}

/// Whom it asks for are the controller's own people.
fn is_controllers_own(kind: ClockKind) -> bool {
    matches!(
        kind,
        ClockKind::LmIao | ClockKind::BobDpo | ClockKind::Bob24h
    )
}

fn is_about(step: &NextStep, clock: &Clock) -> bool {
    let tells = |roles: &[Role]| match &step.kind {
        StepKind::Inform(contact) => roles.contains(&contact.role),
        StepKind::Escalate(Ladder::Dpo) => roles.contains(&Role::Dpo),
        StepKind::Escalate(Ladder::Officer) => roles.contains(&Role::Wso),
        _ => false,
    };
    match clock.kind {
        ClockKind::Ack => step.kind == StepKind::Acknowledge,
        ClockKind::LmIao => tells(&[Role::Lm, Role::Iao]),
        ClockKind::BobDpo => tells_one_of(step, clock),
        ClockKind::Wso24h => tells(&[Role::Wso, Role::Host]),
        ClockKind::Bob24h => matches!(step.kind, StepKind::Inform(_) | StepKind::Escalate(_)),
        ClockKind::Proc24h => tells(&[Role::Dpo]),
        ClockKind::Ico72h if is_confirmed_by_triage(step.rule) => true,
        ClockKind::Ico72h if step.rule == RuleId::IcoDuty => true,
        ClockKind::Ico72h => match step.kind {
            // The reference in a local system and NHS England are asked for whether the ICO has a part or not.
            StepKind::Regulator => !matches!(step.rule, RuleId::BobTool | RuleId::BobCyber),
            StepKind::Grade | StepKind::Triage => true,
            _ => false,
        },
        ClockKind::Nis72h => step.rule == RuleId::Nis72h,
    }
}

/// Whether a step is about the incident as a whole, for everybody whose clock waits for it.
fn is_anybodys(step: &NextStep) -> bool {
    matches!(step.kind, StepKind::Grade | StepKind::Triage)
}

/// Whether a step about the ICO says for which controller: each has its own.
fn names_whose(world: &World, step: &NextStep, clock: &Clock) -> bool {
    let whose = clock.controller.as_ref();
    let whose = whose.filter(|_| clock.kind == ClockKind::Ico72h);
    whose.is_none_or(|whose| {
        let name = world.post.directory.organisation_name(whose);
        step.sentence.contains(name)
    })
}

/// The officer of an organisation that the clock names.
fn tells_one_of(step: &NextStep, clock: &Clock) -> bool {
    match &step.kind {
        StepKind::Inform(contact) => {
            let mut whose = clock.organisations();
            // The SIRO and the Accountable Officer stand in where there is none.
            matches!(contact.role, Role::Dpo | Role::Siro | Role::Ao)
                && whose.any(|one| contact.organisation.as_ref() == Some(one))
        }
        StepKind::Escalate(ladder) => *ladder == Ladder::Dpo,
        _ => false,
    }
}

/// By name; by a role that somebody holds, whose name and number the call sheet has; or by saying that
/// nobody does. What the reader does is done by the reader.
fn names_somebody(world: &World, home: &OrganisationId, step: &NextStep) -> bool {
    let directory = &world.post.directory;
    let is_held = |contact: &Contact| {
        let organisation = contact.organisation.as_ref();
        !directory
            .holders(contact.role, organisation, world.now)
            .is_empty()
    };
    let by_role = match &step.kind {
        StepKind::Inform(contact) => is_held(contact),
        StepKind::Escalate(Ladder::Dpo) => is_held(&Contact::of(Role::Dpo, home)),
        StepKind::Escalate(_) => is_held(&Contact::partnership(Role::Wso)),
        StepKind::Regulator => matches!(step.rule, RuleId::Ico72h | RuleId::Nis72h),
        StepKind::Acknowledge | StepKind::Grade | StepKind::Triage => true,
        _ => false,
    };
    let mut people = directory.people.iter();
    by_role
        || people.any(|person| step.sentence.contains(&person.name))
        || ["Nobody", "nobody", "has no "]
            .iter()
            .any(|words| step.sentence.contains(words))
}

/// The officer is asked to say by a triage that no regulator has a part.
fn is_confirmed_by_triage(rule: RuleId) -> bool {
    let by_facts = [
        RuleId::IcoJoint,
        RuleId::BobNear,
        RuleId::BobSuspect,
        RuleId::BobPcd,
    ];
    by_facts.contains(&rule)
}
