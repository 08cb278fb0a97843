//! Every running or overdue duty has a next step that names a person, or the vacancy and the fall-back.

use crate::domain::clock::{self, Clock, Ground};
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::escalation::Ladder;
use crate::domain::event::Event;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, Confirmation, Facts};
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
        the_dpo_looks_again(world, case, &steps)?;
    }
    Ok(())
}

/// Each operator of essential services that an attack ever concerned is asked by name, whatever anybody types
/// afterwards, until its own people have answered for the incident as grave as it is.
fn each_operator_is_asked(world: &World, case: &Case, steps: &[NextStep]) -> Result<(), String> {
    let incident = &case.incident;
    let directory = &world.post.directory;
    let operators = directory.organisations.iter();
    for operator in operators.filter(|known| known.operator_of_essential_services) {
        let is_asked =
            |step: &NextStep| step.rule == RuleId::NisWho && step.sentence.contains(&operator.name);
        let is_owed = incident.status.is_open() && Question::of(case, &operator.id).is_open(case);
        if is_owed && !steps.iter().any(is_asked) {
            return Err(format!(
                "no step asks {} whether its service was hit",
                operator.name
            ));
        }
    }
    Ok(())
}

/// What the trail tells of the question to one operator.
#[derive(Default)]
struct Question {
    /// Whether the facts ever asked it.
    asked: bool,
    /// Whether the facts name it now.
    named: bool,
    /// Its answer, for the incident as it was graded last.
    answer: Option<bool>,
    /// Whether its own people took the question away by a triage.
    excused: bool,
    /// Whether they did so before the incident was notifiable.
    excused_while_small: bool,
    /// Whether its own officer said that the data are not theirs.
    disowned: bool,
    /// Whether it was ever graded as notifiable.
    graded: bool,
}

impl Question {
    fn of(case: &Case, operator: &OrganisationId) -> Self {
        let mut told = Self::default();
        for entry in case.trail() {
            match &entry.event {
                Event::Logged(logged) => told.facts(&logged.facts, operator, false),
                Event::Triaged { facts, .. } => {
                    let is_own = entry.by.organisation == *operator
                        && (!told.graded || entry.by.role != Role::Oco);
                    told.facts(facts, operator, is_own);
                }
                Event::Graded { assessment } if assessment.grading.ico_required => told.grave(),
                Event::Regulator(RegulatorEvent::NisAnswered {
                    operator: whose,
                    significant,
                    ..
                }) if whose == operator => told.answer = Some(*significant),
                Event::ClockStoodDown {
                    controller: Some(whose),
                    ground: Some(Ground::WrongController),
                    ..
                } if whose == operator => told.disowned = true,
                _ => {}
            }
        }
        told
    }

    fn facts(&mut self, facts: &Facts, operator: &OrganisationId, is_own: bool) {
        self.named = facts.controllers.contains(operator);
        let asks = facts.cyber && facts.breach_status == BreachStatus::Confirmed;
        if asks && self.named {
            self.asked = true;
            self.excused = false;
            self.excused_while_small = false;
        } else if is_own || (self.disowned && !self.named) {
            self.excused = true;
        }
    }

    fn grave(&mut self) {
        if !self.graded {
            self.answer = self.answer.filter(|significant| *significant);
            self.excused_while_small = self.excused;
            self.excused = false;
        }
        self.graded = true;
    }

    /// Whether somebody must be asked. Once it was graded lower again, an earlier answer may hold after all.
    fn is_open(&self, case: &Case) -> bool {
        let holds = self.excused || (self.excused_while_small && !self.named);
        let is_lowered = self.graded && !case.incident.is_notifiable();
        self.asked && self.answer.is_none() && !holds && !is_lowered
    }
}

/// What was called no cyber incident before it was graded as notifiable is asked about, whoever said so, until the
/// DPO has confirmed it in words, or anybody where there is none.
fn the_dpo_looks_again(world: &World, case: &Case, steps: &[NextStep]) -> Result<(), String> {
    let incident = &case.incident;
    let is_small = !incident.is_notifiable() || incident.facts.cyber;
    if is_small || !incident.status.is_open() {
        return Ok(());
    }
    let is_dpo = |role: Role| matches!(role, Role::Dpo | Role::Adpo);
    let home = Some(incident.home());
    let directory = &world.post.directory;
    let is_held = |role: Role| !directory.holders(role, home, world.now).is_empty();
    let has_dpo = is_held(Role::Dpo) || is_held(Role::Adpo);
    let (mut open, mut graded) = (false, false);
    for entry in case.trail() {
        match &entry.event {
            Event::Graded { assessment } => graded |= assessment.grading.ico_required,
            Event::Triaged {
                facts,
                before: Some(before),
                ..
            } if before.cyber && !facts.cyber => open = !graded,
            Event::Triaged {
                confirms: Some(Confirmation::NotCyber),
                ..
            } if is_dpo(entry.by.role) || !has_dpo => open = !graded,
            _ => {}
        }
    }
    let is_asked =
        |step: &NextStep| step.rule == RuleId::BobCyber && step.sentence.contains("not cyber");
    if open && graded && !steps.iter().any(is_asked) {
        return Err("nobody is asked whether it is a cyber incident after all".to_owned());
    }
    Ok(())
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
