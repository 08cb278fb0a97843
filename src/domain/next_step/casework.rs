//! What the procedure asks for once the calls of the night are made: decisions, reports, telling
//! people, the host, the investigation, closing.

use super::{NextStep, StepKind, subjects, vacancy};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock, ClockView};
use crate::domain::contacts::{Contact, Struck};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::enumeration;
use crate::domain::escalation;
use crate::domain::grid::Outcome;
use crate::domain::guard;
use crate::domain::hosting::{self, HostCall, Impact};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, Confirmation, Incident, Priority, Status};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{self, Office, who_may};
use crate::domain::partners::{self, PartnerRecord};
use crate::domain::policy::Policy;
use crate::domain::regulator::{self, Body, Decision, Duty, Enquiry, Gravity, Tool};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use chrono::NaiveDate;

/// The steps of casework at `now`, in the order of the procedure.
pub(super) fn steps(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<NextStep> {
    let mut steps = Vec::new();
    steps.extend(call_host(incident));
    steps.extend(answer_regulator(incident, directory, now));
    steps.extend(give_second_reason(incident, directory, now));
    steps.extend(sign_decisions(incident, directory, policy, now));
    steps.extend(answer_nis(incident, directory, now));
    steps.extend(notify_nis_authority(incident, directory, now));
    steps.extend(tell_nhs_england(incident, directory, now));
    steps.extend(confirm_not_cyber(incident, directory, now));
    steps.extend(send_follow_ups(incident, directory, now));
    steps.extend(enquiries(incident, directory, now));
    steps.extend(tell_of_decision(incident, directory, now));
    steps.extend(subjects::steps(incident, directory, policy, now));
    steps.extend(assess_impact(incident, directory, now));
    steps.extend(tell_of_impact(incident, directory));
    steps.extend(ask_host(incident, policy, now));
    steps.extend(ask_for_own_siro(incident, directory));
    steps.extend(start_own_process(incident, directory));
    steps.extend(record_local_reference(incident, directory));
    steps.extend(ask_clinical_safety(incident, directory));
    steps.extend(write_minutes(incident, policy, now));
    steps.extend(answer_for_investigation(incident));
    steps.extend(go_on(incident, directory, now));
    steps
}

/// The steps that outlive the closing: what was left open with a tick, and the audit.
pub(super) fn steps_after_closing(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<NextStep> {
    answer_regulator(incident, directory, now)
        .map(after_closing)
        .chain(enquiries(incident, directory, now))
        .chain(subjects::steps(incident, directory, policy, now))
        .chain(go_on(incident, directory, now))
        .collect()
}

/// A closed incident takes no decision.
fn after_closing(step: NextStep) -> NextStep {
    NextStep {
        sentence: format!("Open it again. {}", step.sentence),
        ..step
    }
}

pub(super) fn step(rule: RuleId, kind: StepKind, sentence: impl Into<String>) -> NextStep {
    NextStep {
        rule,
        sentence: sentence.into(),
        kind,
        due_at: None,
    }
}

/// For each controller that owes it: the decision, then the report (BOB-DECIDE, ICO-72H, ICO-DUTY). A
/// clock that was stood down hides nothing here.
fn answer_regulator<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    regulator::duties(incident)
        .filter(|_| incident.assessment().is_some())
        .filter_map(move |(clock, controller, duty)| {
            let (rule, sentence) = match duty {
                Duty::Undecided => (
                    RuleId::BobDecide,
                    ask_to_decide(incident, directory, controller, now)?,
                ),
                Duty::ToReport(_) => (RuleId::Ico72h, report(incident, directory, controller, now)),
                // Signatures have a step of their own.
                Duty::Unsigned(_) | Duty::NotOwed | Duty::Reported(_) | Duty::Declined(_) => {
                    return None;
                }
            };
            Some(NextStep {
                due_at: Some(clock.due_at),
                ..step(rule, StepKind::Regulator, sentence)
            })
        })
}

/// The first suspicion was found to lie further back than one reason carries a later start (ICO-AWARE).
fn give_second_reason<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    let open = open_clocks(incident, ClockKind::Ico72h);
    let asks = open.filter(|view| view.clock.asks_further());
    asks.filter_map(move |view| {
        let controller = view.clock.controller.as_ref()?;
        let who = who_may(Office::Decide, controller, directory, now, &[]);
        let sentence = format!(
            "Ask {} to start the 72 hours of {} later again with a second reason, or to take the later start back: the first suspicion was found to be {}",
            who.in_words(directory),
            directory.organisation_name(controller),
            calendar::brief(incident.awareness.earliest())
        );
        Some(NextStep {
            due_at: Some(view.clock.first_due_at()),
            ..step(RuleId::IcoAware, StepKind::Regulator, sentence)
        })
    })
}

/// A lower grade since the decision ends nothing: whoever decided reports, or declines after all.
fn report(
    incident: &Incident,
    directory: &Directory,
    controller: &OrganisationId,
    now: Instant,
) -> String {
    let name = directory.organisation_name(controller);
    let report = format!("Report to the ICO for {name} and record the reference");
    if incident.is_notifiable_for(controller) {
        return report;
    }
    let who = who_may(Office::Decide, controller, directory, now, &[]);
    format!(
        "{report}, or ask {} to decline now",
        who.in_words(directory)
    )
}

/// Who is asked to decide: the DPO, else the acting one; where nobody is either, whoever stands in
/// (NOBODY-THERE). Nothing where the facts say that no regulator has a part, or where a triage has dropped
/// the controller: both have a step of their own.
fn ask_to_decide(
    incident: &Incident,
    directory: &Directory,
    controller: &OrganisationId,
    now: Instant,
) -> Option<String> {
    let name = directory.organisation_name(controller);
    let who = who_may(Office::Decide, controller, directory, now, &[]);
    if incident.is_left_out(controller) {
        return None;
    }
    #[cfg(test)]
    if mutant::is(Mutant::VacancyUnsaid) && who.is_fall_back() {
        return None;
    }
    if !incident.is_notifiable_for(controller) {
        let by_facts = incident.facts.no_regulator_because(Some(controller));
        return by_facts.is_none().then(|| {
            let whom = who.in_words(directory);
            if who.seats.is_empty() {
                format!("{name} has no DPO, SIRO or Accountable Officer to grade it or to decline. Decide at the desk to report, or have a DPO appointed: the 72 hours run until then")
            } else if who.is_fall_back() {
                format!("Call {whom}, who appoints a DPO for {name} to grade it, or to decline: the 72 hours run until then")
            } else {
                format!("Ask {whom} to grade it, or to decline: the 72 hours run until then")
            }
        });
    }
    Some(if who.seats.is_empty() {
        format!(
            "{name} has no DPO, SIRO or Accountable Officer to decide. Decide at the desk to report, and have a DPO appointed"
        )
    } else if who.is_fall_back() {
        format!(
            "Call {}, who may authorise a report now and appoints a DPO",
            who.in_words(directory)
        )
    } else if was_withdrawn(incident, controller) {
        format!(
            "Ask {} to decide again: the report to the ICO was withdrawn",
            who.in_words(directory)
        )
    } else {
        format!(
            "Ask {} to decide: report to the ICO, or decline",
            who.in_words(directory)
        )
    })
}

fn was_withdrawn(incident: &Incident, controller: &OrganisationId) -> bool {
    let mut told = incident.casework().regulator.notifications.iter();
    told.any(|told| told.body == Body::Ico && told.serves(controller) && !told.stands())
}

fn open_clocks(incident: &Incident, kind: ClockKind) -> impl Iterator<Item = ClockView<'_>> {
    clock::views(incident).filter(move |view| {
        view.clock.kind == kind && view.stop.is_none() && view.clock.stood_down.is_none()
    })
}

/// Decisions that wait for a signature (BOB-DECIDE, BOB-MIT, ICO-DUTY).
fn sign_decisions<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    policy: &'a Policy,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    regulator::all_in_force(incident).flat_map(move |decision| {
        let whom = |office| decision.who_signs(office, directory, now);
        let confirm = decision.is_unconfirmed().then(|| {
            let confirm_by = regulator::confirm_by(decision, policy);
            let sentence = ask_to_confirm(decision, directory, confirm_by, now);
            NextStep {
                due_at: Some(confirm_by),
                ..step(RuleId::BobDecide, StepKind::Regulator, sentence)
            }
        });
        let of_it = |clock: &Clock| clock.is(ClockKind::Ico72h, Some(&decision.controller));
        let mut clocks = clock::views_of(incident, of_it);
        let runs = clocks.any(|view| view.state(now).is_open());
        let countersign = (runs && decision.awaits_countersignature()).then(|| {
            let sentence = format!(
                "Ask {} to countersign the decline. Until then the 72 hours run",
                whom(Office::Countersign)
            );
            step(RuleId::BobMit, StepKind::Regulator, sentence)
        });
        let second = decision
            .conflict
            .filter(|_| runs && decision.awaits_second());
        let second = second.map(|conflict| {
            let decider = directory.person_name(decision.decided_by());
            let sentence = format!(
                "Ask {} to confirm the decline: {decider} {}. Until then the 72 hours run",
                whom(Office::Second),
                conflict.name()
            );
            step(RuleId::IcoDuty, StepKind::Regulator, sentence)
        });
        [confirm, countersign, second].into_iter().flatten()
    })
}

fn ask_to_confirm(
    decision: &Decision,
    directory: &Directory,
    confirm_by: Instant,
    now: Instant,
) -> String {
    let answer = decision.answer.name();
    let limit = calendar::brief(confirm_by);
    let who = decision.who_signs(Office::Confirm, directory, now);
    let recorded_by = directory.person_name(&decision.recorded.by.person);
    if now > confirm_by {
        format!("The decision to {answer} is unconfirmed since {limit}. Ask {who} to confirm it")
    } else {
        format!(
            "Ask {who} to confirm by {limit} the decision to {answer}, which {recorded_by} recorded"
        )
    }
}

/// Each confirmed cyber or availability incident of an operator answers the question. Of a serious one its
/// DPO is asked, as that of an affected partner is, and once it has become serious, again (NIS-WHO).
fn answer_nis<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    let asked = guard::asks_nis(incident, directory).into_iter();
    let partners = guard::asks_nis_of_partners(incident, directory);
    let is_partner = {
        let partners = partners.clone();
        move |operator: &OrganisationId| partners.contains(&operator)
    };
    asked.chain(partners).map(move |operator| {
        let name = directory.organisation_name(operator);
        let question = format!("was the essential service of {name} significantly affected?");
        let who = who_may(Office::Decide, operator, directory, now, &[]);
        // Nobody at the desk acts for another organisation.
        let is_elsewhere = directory.holders(Role::Oco, Some(operator), now).is_empty();
        let is_theirs = is_partner(operator) || is_elsewhere || Gravity::of(incident).is_serious();
        let is_theirs = is_theirs && !who.seats.is_empty();
        let whom = match is_theirs {
            true => format!("Ask {} to answer", who.in_words(directory)),
            false => "Triage it and answer".to_owned(),
        };
        let again = regulator::nis_overtaken_by(incident, operator);
        let again = again.map_or_else(String::new, |since| {
            format!(" The answer was \"no\" before this {since}")
        });
        step(
            RuleId::NisWho,
            StepKind::Triage,
            format!("{whom}: {question}{again}"),
        )
    })
}

/// Each operator whose clock runs tells the authority itself (NIS-72H, NIS-WHO). Where it has answered "no"
/// since, its DPO stops the clock.
fn notify_nis_authority<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    open_clocks(incident, ClockKind::Nis72h).map(move |view| {
        let operator = view.clock.organisations().next();
        let whose = operator.map_or_else(String::new, |operator| {
            format!(" for {}", directory.organisation_name(operator))
        });
        let answered_no = operator.filter(|operator| {
            let answer = regulator::nis_answer_in_force(incident, operator);
            answer.is_some_and(|answer| !answer.significant)
        });
        let sentence = match answered_no {
            Some(operator) => format!(
                "Ask {} to stop the NIS clock, or notify the authority: the answer is now that the essential service was not significantly affected",
                who_may(Office::Decide, operator, directory, now, &[]).in_words(directory)
            ),
            None => format!("Notify the NIS authority in writing{whose} and record the reference"),
        };
        NextStep {
            due_at: Some(view.clock.due_at),
            ..step(RuleId::Nis72h, StepKind::Regulator, sentence)
        }
    })
}

/// A cyber incident goes to NHS England, or it is on record why not; one that is serious at once, any
/// other once it is triaged (BOB-CYBER).
fn tell_nhs_england(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    let facts = &incident.facts;
    let is_asked = facts.cyber && !regulator::nhs_england_is_answered(incident);
    let is_serious = Gravity::of(incident).is_serious();
    let at_once = is_serious && facts.breach_status == BreachStatus::Confirmed;
    if !is_asked || !(at_once || incident.status != Status::Logged) {
        return None;
    }
    let excused = incident.casework().regulator.nhs_england_not_told.last();
    let since = excused.and_then(|excused| excused.overtaken_by(incident));
    let again = since.map_or_else(String::new, |since| {
        format!(". The reason not to was given before this {since}")
    });
    let through = if at_once {
        ", through the DSPT incident tool"
    } else {
        ""
    };
    let who = office::speaks_for_serious(incident, incident.home(), directory, now);
    let instead = match who {
        Some(who) => format!("ask {} to record why not", who.in_words(directory)),
        None => "record why not".to_owned(),
    };
    let sentence = format!("Tell NHS England of the cyber incident{through}, or {instead}{again}");
    Some(step(RuleId::BobCyber, StepKind::Regulator, sentence))
}

/// It was called no cyber incident before it became graver, or by one person alone (BOB-CYBER).
fn confirm_not_cyber(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    let again = regulator::not_cyber_to_look_at(incident)?;
    let who = office::speaks_for_serious(incident, incident.home(), directory, now);
    let asked = match who {
        Some(who) => who.in_words(directory),
        None => {
            let said = incident.casework().regulator.not_cyber.last()?;
            let first = directory.person_name(&said.recorded.by.person);
            let home = directory.organisation_name(incident.home());
            format!("somebody else than {first} ({home} has no DPO, SIRO or Accountable Officer)")
        }
    };
    let sentence = format!(
        "Ask {asked} to confirm \"{}\" in a triage, with a reason, or to triage it as a cyber incident: it was called none {}",
        Confirmation::NotCyber.name(),
        again.in_words()
    );
    Some(step(RuleId::BobCyber, StepKind::Triage, sentence))
}

/// What a regulator asked, until it is answered and what came of it is on record (ICO-ASKS).
pub(super) fn enquiries<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    let regulator = &incident.casework().regulator;
    let struck = regulator.enquiries.iter();
    let struck = struck.filter_map(move |enquiry| struck_by_others(enquiry, directory, now));
    let open = regulator.open_enquiries().map(move |enquiry| {
        let body = enquiry.body.name();
        if let Some(asked) = &enquiry.strike_asked {
            return agree_to_strike(enquiry, asked, directory, now);
        }
        if enquiry.is_answered() {
            return step(
                RuleId::IcoAsks,
                StepKind::Regulator,
                format!(
                    "Record the outcome of the {body}'s enquiry: {}",
                    enquiry.text
                ),
            );
        }
        let answers = Contact::held_by(enquiry.answers, &enquiry.controller);
        NextStep {
            due_at: Some(calendar::end_of_day(enquiry.due_on)),
            ..step(
                RuleId::IcoAsks,
                StepKind::Regulator,
                format!(
                    "Ask {} to answer the {body} by {}{}: {}",
                    vacancy::holder(&answers, directory, now),
                    enquiry.due_on.format("%-d %b"),
                    overdue_since(enquiry.due_on, now),
                    enquiry.text
                ),
            )
        }
    });
    open.chain(struck)
}

/// It counts until a second person agrees (ICO-ASKS).
fn agree_to_strike(
    enquiry: &Enquiry,
    asked: &Struck,
    directory: &Directory,
    now: Instant,
) -> NextStep {
    let first = &asked.signed.by.person;
    let may = enquiry.may_agree_to_strike(first, directory, now);
    let who = match may.is_empty() {
        true => "Nobody in post may agree".to_owned(),
        false => format!("Ask {} to agree", office::named(&may, directory)),
    };
    let body = enquiry.body.name();
    let due = enquiry.due_on.format("%-d %b").to_string() + overdue_since(enquiry.due_on, now);
    let first = directory.person_name(first);
    let answers = Contact::held_by(enquiry.answers, &enquiry.controller);
    let answers = vacancy::holder(&answers, directory, now);
    let otherwise = match enquiry.answered.is_empty() {
        true => format!("ask {answers} to answer it by {due}"),
        false => "it stays, answered".to_owned(),
    };
    let sentence = format!(
        "{who} to strike out the {body}'s enquiry, as {first} asks: {}. If the {body} did ask, {otherwise}: {}",
        asked.reason, enquiry.text
    );
    NextStep {
        due_at: enquiry.answered.is_empty().then(|| enquiry.due_at()),
        ..step(RuleId::IcoAsks, StepKind::Regulator, sentence)
    }
}

/// The officer who owed the answer hears that somebody else struck it out, until its day (ICO-ASKS).
fn struck_by_others(enquiry: &Enquiry, directory: &Directory, now: Instant) -> Option<NextStep> {
    let struck = enquiry.struck.as_ref()?;
    let is_theirs =
        struck.signed.by.organisation == enquiry.controller && struck.signed.by.role != Role::Oco;
    if is_theirs || now > enquiry.due_at() {
        return None;
    }
    let answers = Contact::held_by(enquiry.answers, &enquiry.controller);
    let sentence = format!(
        "Tell {} that {} struck out the {}'s enquiry: {}. If the {} did ask, record it again",
        vacancy::holder(&answers, directory, now),
        directory.person_name(&struck.signed.by.person),
        enquiry.body.name(),
        struck.reason,
        enquiry.body.name(),
    );
    Some(step(RuleId::IcoAsks, StepKind::Regulator, sentence))
}

/// A day that has passed is said to have.
fn overdue_since(due_on: NaiveDate, now: Instant) -> &'static str {
    if now > calendar::end_of_day(due_on) {
        ", which is overdue"
    } else {
        ""
    }
}

fn send_follow_ups<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    incident
        .casework()
        .regulator
        .open_follow_ups()
        .map(move |(told, owed)| NextStep {
            due_at: Some(calendar::end_of_day(owed.due_on)),
            ..step(
                RuleId::IcoPhase,
                StepKind::Regulator,
                format!(
                    "Ask {} to send the {} what was promised by {}{}: {}",
                    vacancy::holder(
                        &Contact::held_by(owed.owner, &told.controller),
                        directory,
                        now
                    ),
                    told.body.name(),
                    owed.due_on.format("%-d %b"),
                    overdue_since(owed.due_on, now),
                    owed.item.name()
                ),
            )
        })
}

/// SIRO and Caldicott Guardian hear of the decision (BOB-TELL).
fn tell_of_decision<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    now: Instant,
) -> impl Iterator<Item = NextStep> + 'a {
    regulator::untold_of_decision(incident)
        .into_iter()
        .map(move |contact| {
            let who = contact.in_words(directory);
            let vacancy = vacancy::note(&contact, directory, now);
            let sentence = format!("Tell {who} of the decision{vacancy}");
            let whom = vacancy::whom(&contact, directory, now);
            step(RuleId::BobTell, StepKind::Inform(whom), sentence)
        })
}

/// The Officer or an interim records it; where nobody is either, the exception path is open and whoever is
/// at the desk does (NOBODY-THERE, WSIC-EXC). What was recorded on a call that was struck out is asked again.
fn assess_impact(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    if hosting::impact_rests_on_struck_call(incident) {
        let sentence = "Ask the host again and record the impact again: the call to the host before it was struck out";
        return Some(step(RuleId::WsicImpact, StepKind::Hosting, sentence));
    }
    let unknown = incident.casework().hosting.impact() == Impact::Unknown;
    (incident.affects_partnership() && unknown).then(|| {
        let holders = directory.holders(Role::Wso, None, now);
        let successor = escalation::untold_successor(incident, directory, now);
        let sentence = match (holders.first(), successor) {
            (_, Some(successor)) => format!(
                "Record the impact on the hosted service: the host was told while nobody was Partnership Security Officer. {} records it once told",
                directory.person_name(&successor.person)
            ),
            (Some(holder), None) if holder.interim => format!(
                "Ask {}, interim Partnership Security Officer, to record the impact on the hosted service",
                directory.person_name(&holder.person)
            ),
            (Some(holder), None) => format!(
                "Ask {} to record the impact on the hosted service",
                vacancy::named(holder, directory)
            ),
            (None, None) => "Record the impact on the hosted service: nobody is Partnership Security Officer now, so the exception path is open".to_owned(),
        };
        step(RuleId::WsicImpact, StepKind::Hosting, sentence)
    })
}

/// What the Officer found goes on to the partners who were told before it was known (WSIC-IMPACT).
fn tell_of_impact(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let hosting = &incident.casework().hosting;
    hosting.felt_since()?;
    let told_before = |record: &&PartnerRecord| record.sent().next().is_some();
    let names: Vec<&str> = partners::untold_of_impact(incident)
        .filter(told_before)
        .map(|record| directory.organisation_name(&record.organisation))
        .collect();
    (!names.is_empty()).then(|| {
        step(
            RuleId::WsicImpact,
            StepKind::NotifyPartners,
            format!(
                "Tell the partners how the hosted service is affected ({}): {}",
                hosting.impact().name(),
                enumeration::all(&names)
            ),
        )
    })
}

/// A call is to be made until the host has given its reference for it (WSIC-CALL).
fn call_host(incident: &Incident) -> Option<NextStep> {
    let call = hosting::open_calls(incident).find(|call| call.awaits_reference())?;
    let sentence = format!(
        "Call the host about \"{}\". Record its reference",
        call.summary
    );
    Some(step(RuleId::WsicCall, StepKind::Hosting, sentence))
}

/// A call of the highest priority does not fall silent (WSIC-CALL).
fn ask_host(incident: &Incident, policy: &Policy, now: Instant) -> Option<NextStep> {
    let due_at = |call: &HostCall| call.news_due_at(&policy.casework);
    let mut calls = hosting::open_calls(incident);
    let silent = calls.find(|call| !call.awaits_reference() && due_at(call) < now)?;
    let limit = policy.casework.call_silent_hours;
    let sentence = format!(
        "Ask the host for news of \"{}\": nothing heard for {limit} h",
        silent.summary
    );
    (incident.priority() == Priority::P1).then(|| NextStep {
        due_at: Some(due_at(silent)),
        ..step(RuleId::WsicCall, StepKind::Hosting, sentence)
    })
}

/// Each partner that knows tells its own SIRO, or says why not (WSIC-SIRO).
fn ask_for_own_siro(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let names: Vec<&str> = partners::concerned(incident)
        .filter(|record| record.acknowledged_at().is_some() && !record.own_siro_settled(incident))
        .map(|record| directory.organisation_name(&record.organisation))
        .collect();
    (!names.is_empty()).then(|| {
        step(
            RuleId::WsicSiro,
            StepKind::ChasePartners,
            format!(
                "Ask whether the partners' own SIROs know: {}",
                enumeration::all(&names)
            ),
        )
    })
}

fn write_minutes(incident: &Incident, policy: &Policy, now: Instant) -> Option<NextStep> {
    let late = incident
        .casework()
        .investigation
        .meetings_without_minutes()
        .find(|meeting| {
            let held_on = calendar::local(meeting.held_at).date_naive();
            let days = policy.casework.minutes_working_days;
            now >= calendar::start_of_day(policy.calendar.working_days_after(held_on, days))
        })?;
    Some(step(
        RuleId::BobMin,
        StepKind::Investigation,
        format!(
            "Write the minutes of the meeting of {}",
            calendar::brief(late.held_at)
        ),
    ))
}

/// The organisations of the incident run their own process as well as the partners (WSIC-LOCAL).
fn start_own_process(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    if !incident.facts.is_trigger() {
        return None;
    }
    let names: Vec<&str> = partners::own_process_awaited(incident, directory)
        .into_iter()
        .map(|organisation| directory.organisation_name(organisation))
        .collect();
    (!names.is_empty()).then(|| {
        step(
            RuleId::WsicLocal,
            StepKind::Investigation,
            format!(
                "Ask {} to start its own incident process; record that it has",
                enumeration::all(&names)
            ),
        )
    })
}

/// The organisation's own incident system is a system of record too (BOB-TOOL). On the night itself it
/// can wait: it is asked for once the incident is classified.
fn record_local_reference(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let casework = incident.casework();
    let home = incident.home();
    let own = casework.investigation.own_process(home);
    let is_known = casework.regulator.reference(Tool::Local).is_some()
        || own.is_some_and(|process| process.reference.is_some());
    (incident.status != Status::Logged && !is_known && !incident.is_unnamed()).then(|| {
        let name = directory.organisation_name(home);
        step(
            RuleId::BobTool,
            StepKind::Regulator,
            format!(
                "Record the incident in the local incident system of {name}, and its reference here"
            ),
        )
    })
}

/// Data that nobody can read are no breach, and clinical safety may still need a report of its own (BOB-MIT).
fn ask_clinical_safety(incident: &Incident, directory: &Directory) -> Option<NextStep> {
    let assessment = incident.assessment()?;
    let is_asked = assessment.grading.outcome == Outcome::NoBreach;
    let known = incident
        .casework()
        .regulator
        .reference(Tool::ClinicalSafety);
    (is_asked && known.is_none()).then(|| {
        let name = directory.organisation_name(incident.home());
        step(
            RuleId::BobMit,
            StepKind::Regulator,
            format!(
                "Ask the clinical safety officer of {name} whether it needs a report there: encryption makes it no breach, and care may still be affected. Record the reference, or who said that none is needed"
            ),
        )
    })
}

/// Asked for once the investigation has come to its end (BOB-NOBLAME).
fn answer_for_investigation(incident: &Incident) -> Option<NextStep> {
    let is_asked = incident.status == Status::Resolved
        && incident.casework().investigation.answers().is_none();
    is_asked.then(|| {
        step(
            RuleId::BobNoblame,
            StepKind::Investigation,
            "Say whether a human error was found, and whether several disciplines took part",
        )
    })
}

/// The way to the next stage, once the incident is classified.
fn go_on(incident: &Incident, directory: &Directory, now: Instant) -> Option<NextStep> {
    match incident.status {
        Status::Logged | Status::Duplicate | Status::Withdrawn | Status::Audited => None,
        Status::Triaged => Some(match guard::to_investigate(incident).into_iter().next() {
            Some(missing) => step(
                missing.rule,
                StepKind::Investigation,
                format!("Before the investigation it needs {}", missing.sentence),
            ),
            None => step(
                RuleId::BobInv,
                StepKind::Investigation,
                "Begin the investigation",
            ),
        }),
        Status::Investigating => Some(step(
            RuleId::BobInv,
            StepKind::Closing,
            "Investigate, contain and resolve it",
        )),
        Status::Resolved => Some(close(incident, directory, now)),
        Status::Closed => guard::to_audit(incident).next().map(|_| {
            step(
                RuleId::BobAudit,
                StepKind::Closing,
                "Audit whether the recommendations were carried out",
            )
        }),
    }
}

/// Who closes it; an empty role is told loudly (WSIC-CLOSE).
fn close(incident: &Incident, directory: &Directory, now: Instant) -> NextStep {
    let sentence = guard::vacancy_to_close(incident, directory, now).unwrap_or_else(|| {
        let closer = match incident.is_partnership_matter() {
            true => Contact::partnership(Role::Wso),
            false => Contact::of(Role::Dpo, incident.home()),
        };
        format!(
            "Ask {} to close it",
            vacancy::holder(&closer, directory, now)
        )
    });
    step(RuleId::WsicClose, StepKind::Closing, sentence)
}
