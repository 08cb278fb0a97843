//! What the procedure asks for now, each step with the rule that asks, in the order in which it is due.
//!
//! The first step is what the board shows as NEXT. Steps are read off the facts each time; nothing
//! is ticked off by hand, and doing something else first is always allowed.

mod casework;
mod order;
mod subjects;
mod vacancy;

use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock, ClockState, ClockView};
use crate::domain::contacts::{self, Contact, Outcome, Reason, RequiredContact};
use crate::domain::deadlines::ClockKind;
use crate::domain::decide;
use crate::domain::directory::Directory;
use crate::domain::enumeration;
use crate::domain::escalation::{self, ExceptionPath, Ladder, NextRung};
use crate::domain::grid;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{
    Assessment, Confirmation, Incident, Major, PartnershipEffect, Priority, Status,
};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{self, Office, who_may};
use crate::domain::partners;
use crate::domain::policy::{Policy, hours};
use crate::domain::regulator::{self, Duty};
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::domain::rule::RuleId;
use crate::domain::summons::{self, Call};
use crate::domain::withdrawal;
use order::Ordered;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The rule that asks for it.
    pub rule: RuleId,
    /// What to do, in words; may contain text from outside.
    pub sentence: String,
    /// What it is about, so that a screen can open the right form.
    pub kind: StepKind,
    /// Until when, where a clock says so.
    pub due_at: Option<Instant>,
}

/// What a step is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Take note of the incident.
    Acknowledge,
    /// Confirm or decline a major incident.
    AnswerMajor,
    /// Inform somebody.
    Inform(Contact),
    /// Call one rung higher.
    Escalate(Ladder),
    /// Grade severity and likelihood.
    Grade,
    /// Classify.
    Triage,
    /// Tell partners.
    NotifyPartners,
    /// Ask partners who have not answered.
    ChasePartners,
    /// The regulator's part.
    Regulator,
    /// Telling the people concerned.
    Subjects,
    /// The hosted service.
    Hosting,
    /// The investigation.
    Investigation,
    /// The end of the incident.
    Closing,
    /// Why a clock is late.
    Delay,
}

impl StepKind {
    /// What it is about, as one stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::AnswerMajor => "answer_major",
            Self::Inform(_) => "inform",
            Self::Escalate(_) => "escalate",
            Self::Grade => "grade",
            Self::Triage => "triage",
            Self::NotifyPartners => "notify_partners",
            Self::ChasePartners => "chase_partners",
            Self::Regulator => "regulator",
            Self::Subjects => "subjects",
            Self::Hosting => "hosting",
            Self::Investigation => "investigation",
            Self::Closing => "closing",
            Self::Delay => "explain_delay",
        }
    }
}

/// What the procedure asks for at `now`, in order.
pub fn next_steps(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<NextStep> {
    match incident.status {
        Status::Duplicate => return Vec::new(),
        Status::Withdrawn => return casework::enquiries(incident, directory, now).collect(),
        Status::Closed | Status::Audited => {
            return casework::steps_after_closing(incident, directory, policy, now);
        }
        Status::Logged | Status::Triaged | Status::Investigating | Status::Resolved => {}
    }
    let mut at_once = calls_of_escalations(incident, directory);
    at_once.extend(acknowledge(incident));
    at_once.extend(answer_major(incident));
    let mut basics: Vec<NextStep> = answer_withdrawal(incident, directory, now)
        .into_iter()
        .collect();
    basics.extend(grade(incident, policy));
    basics.extend(name_controller(incident, directory, now));
    basics.extend(triage(incident));
    basics.extend(settle_grade(incident, directory, now));
    basics.extend(confirm_stand_downs(incident, directory, policy, now));
    let mut others = inform(incident, directory, policy, now);
    others.extend(waits_of_escalations(incident, directory));
    others.extend(tell_successor(incident, directory, now));
    others.extend(explain_delays(incident, directory, now));
    others.extend(notify_partners(incident, directory));
    others.extend(call_partners(incident, directory));
    others.extend(answer_wider_assessment(incident, policy, now));
    others.extend(chase_partners(incident, directory));
    others.extend(tell_unaffected(incident, directory));
    others.extend(casework::steps(incident, directory, policy, now));
    let steps = Ordered {
        at_once,
        basics,
        others,
    };
    steps.by_time(incident, policy, now)
}

fn of_escalation(call: &Call, sentence: String) -> NextStep {
    NextStep {
        rule: RuleId::EscSent,
        sentence,
        kind: StepKind::Inform(call.contact.clone()),
        due_at: None,
    }
}

/// The calls that an escalation has left to people, until each has an outcome (ESC-SENT).
fn calls_of_escalations(incident: &Incident, directory: &Directory) -> Vec<NextStep> {
    let to_call = summons::to_call(incident, directory).into_iter();
    to_call
        .map(|call| of_escalation(call, call.to_ring(directory)))
        .collect()
}

/// Those whose notice nobody has acknowledged yet: whoever waits does meanwhile what is to be done (ESC-SENT).
fn waits_of_escalations(incident: &Incident, directory: &Directory) -> Vec<NextStep> {
    let waits = summons::waited_for(incident, directory).into_iter();
    let waits = waits.map(|call| {
        let who = call.who(directory);
        let or_call = match call.numbers_in_words(directory) {
            Some(numbers) => format!(", or call {numbers}"),
            None => ". No number is on record for them".to_owned(),
        };
        of_escalation(
            call,
            format!("Wait for {who} to acknowledge the notice{or_call}"),
        )
    });
    waits.collect()
}

fn acknowledge(incident: &Incident) -> Option<NextStep> {
    if incident.acknowledgement.is_some() {
        return None;
    }
    Some(NextStep {
        rule: RuleId::InfCounts,
        sentence: "Acknowledge it so others know you have it".to_owned(),
        kind: StepKind::Acknowledge,
        due_at: clock::view(incident, ClockKind::Ack).map(|view| view.clock.due_at),
    })
}

fn answer_major(incident: &Incident) -> Option<NextStep> {
    let Major::Proposed { incidents, .. } = &incident.major else {
        return None;
    };
    let count = incidents.len() + 1;
    Some(NextStep {
        rule: RuleId::WsicMajor,
        sentence: format!(
            "Declare a major incident or decline it: {count} incidents share one trend"
        ),
        kind: StepKind::AnswerMajor,
        due_at: None,
    })
}

/// The second person agrees to withdraw it or refuses, while it can be withdrawn; whoever asked takes back what
/// cannot be agreed to any more (REG-WHOLE).
fn answer_withdrawal(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    let asked = incident.casework().closing.withdrawal.as_ref()?;
    let first = directory.person_name(&asked.signed.by.person);
    let may = withdrawal::may_agree(incident, &asked.signed.by, directory, now);
    let what = format!(
        "the withdrawal that {first} asked for: \"{}\"",
        asked.reason
    );
    let sentence = match decide::why_not_withdrawn(incident, directory) {
        Some(why) => {
            format!("Ask {first} to take back {what}. Nobody can agree to it now: {why}")
        }
        None if may.is_empty() => format!("Nobody in post may agree: take back {what}"),
        None => {
            let whom = office::named(&may, directory);
            format!("Ask {whom} to agree to or refuse {what}")
        }
    };
    Some(NextStep {
        rule: RuleId::RegWhole,
        sentence,
        kind: StepKind::Closing,
        due_at: None,
    })
}

/// Grade what has not been graded, and grade again what the facts have overtaken.
fn grade(incident: &Incident, policy: &Policy) -> Option<NextStep> {
    let sentence = match incident.assessment() {
        None if incident.facts.concern_living_people() => {
            "Grade severity and likelihood; a provisional grade is enough"
        }
        Some(assessment) if is_overtaken(incident, assessment, policy) => {
            "Grade it again: the facts have changed since"
        }
        None | Some(_) => return None,
    };
    Some(NextStep {
        rule: RuleId::BobGrid,
        sentence: sentence.to_owned(),
        kind: StepKind::Grade,
        due_at: None,
    })
}

fn is_overtaken(incident: &Incident, assessment: &Assessment, policy: &Policy) -> bool {
    let input =
        incident
            .facts
            .grade_input(assessment.grade, &assessment.factors, assessment.mitigation);
    grid::assess(&input, &policy.grid).outcome != assessment.grading.outcome
}

/// A regulator's clock that the facts say has no target runs on until its own DPO confirms: each controller's
/// answers for it alone, a dropped one's before anybody else (ICO-DUTY).
fn confirm_stand_downs(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<NextStep> {
    let running = regulator::duties(incident).filter(|(clock, ..)| clock::runs(incident, clock));
    running
        .filter_map(|(clock, controller, duty)| {
            let because = incident.facts.no_regulator_because(Some(controller))?;
            match (incident.is_left_out(controller), duty) {
                (true, Duty::Undecided) => {
                    Some(ask_dropped(incident, (clock, controller), directory, now))
                }
                // What was decided is to be reported or signed, which has a step of its own.
                (
                    true,
                    Duty::NotOwed
                    | Duty::Unsigned(_)
                    | Duty::ToReport(_)
                    | Duty::Reported(_)
                    | Duty::Declined(_),
                ) => None,
                (false, _) => Some(ask_to_confirm(
                    incident,
                    controller,
                    because,
                    (directory, policy),
                    now,
                )),
            }
        })
        .collect()
}

/// Whoever is named no more as a controller has a duty until its own officer has ended it, or has said that
/// the data are not its own.
fn ask_dropped(
    incident: &Incident,
    (clock, controller): (&Clock, &OrganisationId),
    directory: &Directory,
    now: Instant,
) -> NextStep {
    let name = directory.organisation_name(controller);
    let who = who_may(Office::Decide, controller, directory, now, &[]);
    let sentence = if who.seats.is_empty() {
        format!(
            "{name} is no longer named as a controller, and has nobody who could decide. Decide to report, or ask {} to stop its clock",
            who_may(Office::Decide, incident.home(), directory, now, &[]).in_words(directory)
        )
    } else {
        format!(
            "Ask {} to decide: report to the ICO, decline, or stop the clock because the data are not theirs. {name} is no longer named as a controller",
            who.in_words(directory)
        )
    };
    NextStep {
        rule: RuleId::IcoDuty,
        sentence,
        kind: StepKind::Inform(Contact::of(Role::Dpo, controller)),
        due_at: Some(clock.due_at),
    }
}

fn ask_to_confirm(
    incident: &Incident,
    controller: &OrganisationId,
    (rule, reason): (RuleId, &str),
    (directory, policy): (&Directory, &Policy),
    now: Instant,
) -> NextStep {
    let name = directory.organisation_name(controller);
    let who = who_may(Office::Decide, controller, directory, now, &[]);
    let whom = match who.seats.is_empty() {
        true => format!(
            "{} ({name} has no DPO, SIRO or Accountable Officer)",
            who.in_words(directory)
        ),
        false => who.in_words(directory),
    };
    let confirmed = Confirmation::that_the_ico_has_no_part(&incident.facts, controller);
    let confirmed = confirmed.map_or(reason, |(_, confirmed)| confirmed.name());
    let sentence = if incident.is_notifiable_for(controller) {
        format!(
            "Ask {whom} to grade it again with evidence, or to decide: the grade says notifiable, the facts say {reason}"
        )
    } else if incident.is_graded_as_notifiable(controller, policy) {
        format!(
            "Ask {whom} to grade it again with evidence, or to triage it as the breach that the grade says it is: the facts say {reason}"
        )
    } else {
        format!(
            "Ask {whom} to confirm \"{confirmed}\" in a triage, with a reason. Until then the 72 hours of {name} run"
        )
    };
    NextStep {
        rule,
        sentence,
        kind: StepKind::Inform(Contact::of(Role::Dpo, controller)),
        due_at: None,
    }
}

/// A lower provisional grade ends no duty: the DPO grades (ICO-DUTY).
fn settle_grade(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    let home = incident.home();
    let last = incident.assessments.last()?;
    let waits = last.provisional
        && !last.grading.ico_required
        && incident.is_notifiable()
        && !incident.is_unnamed();
    let who = who_may(Office::Decide, home, directory, now, &[]);
    let free = regulator::without_conflict(incident, home, directory, now);
    // Whoever is in conflict declines with a second officer, and calls nothing off by a grade.
    let what = match free.is_none() && !who.is_fall_back() {
        true => "decide",
        false => "grade it",
    };
    let whom = free.unwrap_or_else(|| who.in_words(directory));
    waits.then(|| NextStep {
        rule: RuleId::IcoDuty,
        sentence: format!("Ask {whom} to {what}. Until then the ICO deadline stays"),
        kind: StepKind::Grade,
        due_at: None,
    })
}

/// A supplier has reported it, and nobody knows yet whose officers decide: whoever is on call finds out, and then
/// tells the people who are told at once. The hours of the controller run meanwhile (ICO-PROC).
fn name_controller(incident: &Incident, directory: &Directory, now: Instant) -> Vec<NextStep> {
    #[cfg(test)]
    if mutant::is(Mutant::NobodyNamesTheController) {
        return Vec::new();
    }
    if !incident.is_unnamed() {
        return Vec::new();
    }
    let on_call = rota::on_call(&directory.shifts, Tier::First, now);
    let who = on_call.map_or_else(
        || "nobody is on call now".to_owned(),
        |shift| {
            let name = directory.person_name(&shift.person);
            format!("{name} (on-call officer)")
        },
    );
    let open = |kind| {
        let view = clock::view(incident, kind)?;
        (view.stop.is_none() && view.clock.stood_down.is_none()).then_some(view.clock.due_at)
    };
    let ico_due_at = open(ClockKind::Ico72h);
    let until = ico_due_at.map_or_else(String::new, |at| {
        format!(", that of the ICO until {}", calendar::brief(at))
    });
    let step = |rule, sentence, due_at| NextStep {
        rule,
        sentence,
        kind: StepKind::Triage,
        due_at,
    };
    let name = step(
        RuleId::IcoProc,
        format!(
            "Name the controller of these data, in a triage or before it: {who}. Its deadlines run already{until}"
        ),
        open(ClockKind::BobDpo).or(ico_due_at),
    );
    let managers = open(ClockKind::LmIao).map(|due_at| {
        step(
            RuleId::BobImm,
            format!(
                "Name the controller of these data, then tell its line manager and asset owner: {who}"
            ),
            Some(due_at),
        )
    });
    std::iter::once(name).chain(managers).collect()
}

fn triage(incident: &Incident) -> Option<NextStep> {
    (incident.status == Status::Logged).then(|| NextStep {
        rule: RuleId::BobClass,
        sentence: "Triage it: category, whose data, are partners affected?".to_owned(),
        kind: StepKind::Triage,
        due_at: None,
    })
}

/// Everybody who is still to be told, by when; where nobody answers, the next rung of the ladder.
fn inform(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<NextStep> {
    let mut steps: Vec<NextStep> = contacts::outstanding(incident)
        .iter()
        .map(|required| inform_step(incident, required, directory, policy, now))
        .collect();
    steps.sort_by_key(|step| step.due_at.unwrap_or(Instant::MAX_UTC));
    steps
}

/// Whoever became Officer after the host had been told in place of a vacant post knows nothing of it (WSIC-EXC).
fn tell_successor(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    let successor = escalation::untold_successor(incident, directory, now)?;
    let name = directory.person_name(&successor.person);
    Some(NextStep {
        rule: RuleId::WsicExc,
        sentence: format!(
            "Tell {name}, who is Partnership Security Officer now: the host was told while nobody was"
        ),
        kind: StepKind::Inform(Contact::partnership(Role::Wso)),
        due_at: None,
    })
}

fn inform_step(
    incident: &Incident,
    required: &RequiredContact,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> NextStep {
    let contact = &required.contact;
    let who = contact.in_words(directory);
    let attempts = contacts::attempts(incident, contact).count();
    let calls = tried(contacts::attempts(incident, contact).map(|attempt| attempt.outcome));
    let ladder = ladder_of(incident, contact);
    let rung = ladder.filter(|_| attempts > 0).and_then(|ladder| {
        let rung = escalation::next_rung(incident, ladder, directory, policy, now)?;
        Some((ladder, rung))
    });
    let vacancy = vacancy::note(contact, directory, now);
    let (sentence, kind) = match rung {
        Some((ladder, rung)) => {
            let next = next_in_words(incident, (ladder, &rung), directory, policy, now);
            let sentence = format!("Call {who} again{calls}. {next}{vacancy}");
            (sentence, StepKind::Escalate(ladder))
        }
        None => (
            format!("Tell {who}{calls}{vacancy}"),
            StepKind::Inform(vacancy::whom(contact, directory, now)),
        ),
    };
    NextStep {
        rule: rule_of(required),
        sentence,
        kind,
        due_at: due_at(incident, contact),
    }
}

/// What came of the attempts so far, in words: ": no answer twice, message sent once". A message that was sent
/// or left is not "no answer" (INF-COUNTS).
fn tried(outcomes: impl Iterator<Item = Outcome>) -> String {
    let outcomes: Vec<Outcome> = outcomes.collect();
    let counted = Outcome::ALL.into_iter().filter_map(|outcome| {
        let count = outcomes.iter().filter(|known| **known == outcome).count();
        let times = match count {
            0 => return None,
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let what = match outcome {
            Outcome::NoAnswer => "no answer",
            Outcome::Voicemail => "voicemail left",
            Outcome::Sent => "message sent, not acknowledged",
            Outcome::WrongNumber => "wrong number",
            Outcome::Bounced => "message came back",
            Outcome::Answered => "answered",
            Outcome::Acknowledged => "acknowledged",
        };
        Some(format!("{what} {times}"))
    });
    let counted: Vec<String> = counted.collect();
    if counted.is_empty() {
        String::new()
    } else {
        format!(": {}", counted.join(", "))
    }
}

fn ladder_of(incident: &Incident, contact: &Contact) -> Option<Ladder> {
    if *contact == Contact::of(Role::Dpo, incident.home()) {
        Some(Ladder::Dpo)
    } else if contact.role == Role::Wso {
        Some(Ladder::Officer)
    } else {
        None
    }
}

fn rule_of(required: &RequiredContact) -> RuleId {
    let is_shared = |reason: &Reason| reason.rule == RuleId::ShareTold;
    if required.contact.role == Role::Dpo && !required.reasons.iter().all(is_shared) {
        return RuleId::BobDpo;
    }
    required
        .reasons
        .first()
        .map_or(RuleId::BobContacts, |reason| reason.rule)
}

/// When the contact's own clock is due, which stands beside the step; of a contact without one, the clock of
/// everybody who must be told.
fn due_at(incident: &Incident, contact: &Contact) -> Option<Instant> {
    let organisation = contact.organisation.as_ref();
    let is_own = |clock: &Clock| match clock.kind {
        ClockKind::LmIao => matches!(contact.role, Role::Lm | Role::Iao),
        // The DPO of another party has no 24 hours of its own (CLK-EVIDENCE).
        ClockKind::BobDpo => {
            contact.role == Role::Dpo
                && organisation.is_some_and(|whose| clock.is_about(whose, incident))
        }
        ClockKind::Wso24h => contact.role == Role::Wso,
        ClockKind::Bob24h
        | ClockKind::Ico72h
        | ClockKind::Nis72h
        | ClockKind::Proc24h
        | ClockKind::Ack => false,
    };
    let nearest = |waits: &dyn Fn(&Clock) -> bool| {
        clock::views(incident)
            .filter(|view| waits(view.clock) && view.stop.is_none())
            .map(|view| view.clock.due_at)
            .min()
    };
    nearest(&is_own).or_else(|| nearest(&|clock| clock.kind == ClockKind::Bob24h))
}

/// What comes after the calls: the next rung when it is time, and the host once that is allowed.
fn next_in_words(
    incident: &Incident,
    (ladder, rung): (Ladder, &NextRung),
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> String {
    let is_to_host = rung.to.iter().any(|contact| contact.role == Role::Host);
    let exception = (ladder == Ladder::Officer).then(|| {
        let post = escalation::officer_post(directory, now);
        escalation::exception_path(incident, &post, policy, now)
    });
    let host = match exception {
        Some(ExceptionPath::Open) => Some("You may now call the host directly".to_owned()),
        Some(ExceptionPath::OpensAt(at)) => Some(format!(
            "If nobody answers by {}, you may call the host directly{}",
            calendar::brief(at),
            match incident.priority() {
                Priority::P1 =>
                    ", or sooner once a call to each number has failed. The protocol's exception sets that time",
                Priority::P2 | Priority::P3 | Priority::P4 => "",
            }
        )),
        Some(ExceptionPath::NotNeeded | ExceptionPath::NotTried) | None => None,
    };
    let when = rung
        .due_at
        .map_or_else(|| "Then".to_owned(), |at| in_minutes(at, now));
    let climb = format!("{when} call {}", rung.who);
    match host {
        // The host is the next rung: one sentence says when.
        Some(host) if is_to_host => host,
        Some(host) => format!("{climb}. {host}"),
        None => climb,
    }
}

fn in_minutes(at: Instant, now: Instant) -> String {
    let minutes = ((at - now).num_seconds() + 59).div_euclid(60);
    if minutes > 0 {
        format!("In {minutes} min")
    } else {
        "Now".to_owned()
    }
}

/// What was stopped late without a reason, as by an act of whoever should have been told: the reason is
/// asked for at once and not only when the incident is closed (CLK-LATE, CLK-HONEST).
fn explain_delays(incident: &Incident, directory: &Directory, now: Instant) -> Vec<NextStep> {
    let unexplained = |view: &ClockView<'_>| {
        let state = view.state(now);
        let is_late = matches!(state, ClockState::MetLate | ClockState::MetWithinWorkingDay);
        is_late && view.clock.kind.asks_why_late() && view.clock.late_reason.is_none()
    };
    clock::views(incident)
        .filter(unexplained)
        .map(|view| NextStep {
            rule: RuleId::ClkLate,
            sentence: format!(
                "Say why this was late: {}",
                view.clock.in_words(incident, directory)
            ),
            kind: StepKind::Delay,
            due_at: None,
        })
        .collect()
}

fn notify_partners(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let untold = partner_names(incident, directory, |state| {
        matches!(
            state,
            partners::PartnerState::Unaware | partners::PartnerState::Failed
        )
    })?;
    Some(NextStep {
        rule: RuleId::WsicImpact,
        sentence: format!("Tell the affected partners: {untold}"),
        kind: StepKind::NotifyPartners,
        due_at: None,
    })
}

/// Where nothing was sent, somebody calls, and records what came of that.
fn call_partners(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let calls: Vec<String> = partners::concerned(incident)
        .filter(|record| record.state() == partners::PartnerState::ToCall)
        .map(|record| partners::to_ring(&record.organisation, directory))
        .collect();
    (!calls.is_empty()).then(|| NextStep {
        rule: RuleId::WsicImpact,
        sentence: format!("Call {}. Then record the answer", calls.join("; ")),
        kind: StepKind::ChasePartners,
        due_at: None,
    })
}

fn chase_partners(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let silent = partner_names(incident, directory, |state| state.is_unanswered())?;
    Some(NextStep {
        rule: RuleId::InfCounts,
        sentence: format!("Ask partners who have not acknowledged: {silent}"),
        kind: StepKind::ChasePartners,
        due_at: None,
    })
}

/// A partner that was told and is not affected after all still waits: it is told so, which its answer "not
/// affected" records (WSIC-IMPACT).
fn tell_unaffected(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let names: Vec<&str> = partners::told_and_left_out(incident)
        .map(|record| directory.organisation_name(&record.organisation))
        .collect();
    (!names.is_empty()).then(|| NextStep {
        rule: RuleId::WsicImpact,
        sentence: match names.as_slice() {
            [name] => format!(
                "Tell {name} that it is not affected after all. Then record \"not affected\" as its answer"
            ),
            _ => format!(
                "Tell {} that they are not affected after all. Then record \"not affected\" as the answer of each",
                enumeration::all(&names)
            ),
        },
        kind: StepKind::ChasePartners,
        due_at: None,
    })
}

fn partner_names(
    incident: &Incident,
    directory: &Directory,
    wanted: impl Fn(partners::PartnerState) -> bool,
) -> Option<String> {
    let names: Vec<&str> = partners::concerned(incident)
        .filter(|record| wanted(record.state()))
        .map(|record| directory.organisation_name(&record.organisation))
        .collect();
    (!names.is_empty()).then(|| enumeration::all(&names))
}

/// An unanswered wider assessment escalates after some hours (WSIC-WIDE).
fn answer_wider_assessment(incident: &Incident, policy: &Policy, now: Instant) -> Option<NextStep> {
    let unknown = incident.facts.partnership_effect == PartnershipEffect::Unknown
        && (incident.facts.is_trigger() || incident.status == Status::Logged);
    let escalates_at = incident.logged_at + hours(policy.partnership.effect_unknown_hours);
    (unknown && now > escalates_at).then(|| NextStep {
        rule: RuleId::WsicWide,
        sentence: "Say whether any partner is affected: the question has been open too long"
            .to_owned(),
        kind: StepKind::Triage,
        due_at: Some(escalates_at),
    })
}
