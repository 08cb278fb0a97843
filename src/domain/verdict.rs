//! How a clock reads, for everybody who shows one: its state in words, the entry that stopped it, who is
//! still to be told, and what an older rule read otherwise (CLK-EVIDENCE, CLK-HONEST).
//!
//! The state itself is the clock's; nothing here judges.

use super::Instant;
use super::calendar;
use super::clock::{self, ClockState, ClockView, StopKind};
use super::contacts::{self, Awaited, Contact, ContactAttempt};
use super::deadlines::ClockKind;
use super::directory::Directory;
use super::enumeration;
use super::evidence::Evidence;
use super::incident::Incident;
use super::policy::hours;
use super::regulator::{self, Body, Decision};
use super::role::Role;
use chrono::TimeDelta;

/// The state in a few words; what was recorded after its time says so, and what ran out before it was stopped
/// otherwise.
pub fn state_in_words(view: &ClockView<'_>, now: Instant) -> String {
    if let Some(gone) = gone(view) {
        return format!("{}, then {}", gone.at_last(), gone.end);
    }
    let state = named(view, view.state(now));
    match view.recorded_late() {
        Some(_) => format!("{state}, recorded late"),
        None => state,
    }
}

/// The word for a state of this clock: the same on the screen, in the shell and in every report. A decline told
/// nobody, and one that nobody has confirmed says so.
fn named(view: &ClockView<'_>, state: ClockState) -> String {
    let word = match (view.is_declined(), state) {
        (true, ClockState::Met) => "declined",
        (true, ClockState::MetLate) => "declined late",
        (_, state) => state.name(),
    };
    match is_unconfirmed(view) {
        true => format!("{word}, unconfirmed"),
        false => word.to_owned(),
    }
}

/// Whether it was stopped by a decline that its officer has not confirmed yet (BOB-DECIDE).
fn is_unconfirmed(view: &ClockView<'_>) -> bool {
    let controller = view.clock.controller.as_ref();
    let controller = controller.filter(|_| view.is_declined());
    let decision = controller.and_then(|controller| regulator::in_force(view.incident, controller));
    decision.is_some_and(Decision::is_unconfirmed)
}

/// "in time, recorded 5 days later", where that is so; a late call that was struck out stays beside it.
pub fn recorded_in_words(view: &ClockView<'_>) -> Option<String> {
    let later = view.recorded_late()?;
    let struck = match view.was_late_by_a_struck_call() {
        true => ", after a call recorded as late was struck out",
        false => "",
    };
    Some(format!("in time, recorded {} later{struck}", span(later)))
}

/// The calls of a clock that were struck out, each by whom and why, for a reader who is told no names:
/// "answered Sun 14 Jun 03:30 BST (phone), struck out by the on-call officer Sun 14 Jun 04:00 BST: reason".
pub fn struck_by_role(
    view: &ClockView<'_>,
    incident: &Incident,
    tidied: impl Fn(&str) -> String,
) -> Vec<String> {
    let words = |call: &&ContactAttempt| {
        let struck = call.struck.as_ref()?;
        let (by, at) = (&struck.signed.by, calendar::brief(struck.signed.at));
        Some(format!(
            "{} {} ({}), struck out by the {} {at}: {}",
            call.outcome.name(),
            calendar::brief(call.at),
            call.channel.name(),
            by.role.short(),
            tidied(&struck.reason)
        ))
    };
    let calls = clock::struck_of(incident, view.clock);
    calls.iter().filter_map(words).collect()
}

/// What stands beside something that was owed by a time and has been done: "2 days late", or "in time, recorded
/// 5 days later" where the record came after the time (CLK-HONEST).
pub fn done_late_in_words(
    due_at: Instant,
    done_at: Instant,
    recorded_at: Instant,
) -> Option<String> {
    if done_at > due_at {
        Some(format!("{} late", span(done_at - due_at)))
    } else if recorded_at > due_at {
        Some(format!(
            "in time, recorded {} later",
            span(recorded_at - done_at)
        ))
    } else {
        None
    }
}

/// "recorded 4 days later", where something was entered more than so many hours after it was done (CLK-HONEST).
pub fn entered_later_in_words(
    done_at: Instant,
    recorded_at: Instant,
    limit: u32,
) -> Option<String> {
    let later = recorded_at - done_at;
    (later > hours(limit)).then(|| format!("recorded {} later", span(later)))
}

/// A length in its largest unit.
fn span(length: TimeDelta) -> String {
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours(),
        length.num_minutes().max(1),
    );
    let (count, unit) = if days > 0 {
        (days, "day")
    } else if hours > 0 {
        (hours, "hour")
    } else {
        (minutes, "minute")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// What reports say of a clock: judged by its first start, with the later one beside it.
pub fn reported(view: &ClockView<'_>, now: Instant) -> String {
    if let Some(words) = ran_out(view) {
        return words;
    }
    let (state, first) = (view.state(now), view.state_by_first_start(now));
    if state == first {
        let state = named(view, state);
        return match recorded_in_words(view) {
            Some(recorded) if view.is_declined() => format!("{state}, {recorded}"),
            Some(recorded) => recorded,
            None => state,
        };
    }
    format!(
        "{} by the first start, {} by the later",
        named(view, first),
        named(view, state)
    )
}

/// That its time had passed without what its rule asks for before it was stopped otherwise, as by a lower
/// grade, a release or the end of the incident: "ran out Sat 13 Jun 02:14, then stopped: …" (CLK-HONEST).
pub fn ran_out(view: &ClockView<'_>) -> Option<String> {
    let gone = gone(view)?;
    let why = gone.why.map_or_else(String::new, |why| format!(": {why}"));
    Some(format!("{}, then {}{why}", gone.at_last(), gone.end))
}

/// A clock that was stopped otherwise after its time.
struct Gone<'a> {
    due_at: Instant,
    end: &'static str,
    why: Option<&'a str>,
}

impl Gone<'_> {
    fn at_last(&self) -> String {
        format!("ran out {}", calendar::brief(self.due_at))
    }
}

fn gone<'a>(view: &ClockView<'a>) -> Option<Gone<'a>> {
    let due_at = view.clock.first_due_at();
    let (ended_at, end, why) = match (&view.clock.stood_down, view.stop) {
        (Some(hidden), _) => (hidden.at, "stopped", Some(&*hidden.reason)),
        (None, Some(stop)) => match stop.kind {
            StopKind::ByEnd => (stop.at, "stopped", Some("the incident ended")),
            // What was released on a duplicate counts here once that was taken over.
            StopKind::ByRelease => (stop.recorded_at, "released", None),
            StopKind::Ordinary | StopKind::ByException => return None,
        },
        (None, None) => return None,
    };
    let done = view.stop.filter(|stop| stop.kind.is_of_the_duty());
    let was_met = done.is_some_and(|stop| stop.at <= due_at);
    (ended_at > due_at && !was_met).then_some(Gone { due_at, end, why })
}

/// That no supplier is named any more, beside the hours in which one had to tell (ICO-PROC).
fn without_supplier(view: &ClockView<'_>, incident: &Incident) -> Option<String> {
    let is_suppliers = view.clock.kind == ClockKind::Proc24h && view.clock.stood_down.is_none();
    let is_named = incident.awareness.through_processor || !incident.facts.processors.is_empty();
    (is_suppliers && !is_named).then(|| {
        "recorded before this rule: no supplier is named any more, so nobody had to tell".to_owned()
    })
}

/// Everything that is said beside a clock, each as a sentence of its own.
pub fn remarks(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
    now: Instant,
) -> Vec<String> {
    let explained = explanation(view, incident);
    [
        proof(view, incident, directory),
        before_its_decision(view, incident),
        still_lacks(view, incident),
        released(view, incident, directory),
        recorded_in_words(view),
        ran_out(view),
        without_supplier(view, incident),
        explained,
        waits_for(view, incident, directory),
        first_start(view, now),
        before_the_rule(view, incident, directory),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The entry that stopped it: whose it is, and when.
pub fn proof(view: &ClockView<'_>, incident: &Incident, directory: &Directory) -> Option<String> {
    let stop = view.stop.filter(|stop| stop.kind != StopKind::ByEnd)?;
    let words = stop.evidence.in_words(incident, directory);
    Some(format!("{}: {words}", calendar::brief(stop.at)))
}

/// Those of whom a clock asked, and who were released instead of told (REL-ENTITLED).
pub fn released(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    let awaited = Awaited::by(view.clock.kind)?;
    let stopped = view.stop.is_some() && view.clock.stood_down.is_none();
    let mut names: Vec<String> = Vec::new();
    for contact in contacts::awaited_by(incident, awaited) {
        let is_untold = contacts::informed_at(incident, &contact).is_none();
        let name = contact.named(directory);
        if stopped
            && is_untold
            && contacts::is_released(incident, &contact)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| format!("released, not told: {}", enumeration::all(&names)))
}

/// That a report is dated before the decision or the grade that it rests on: times that people enter may be
/// true in any order, so it is said and not refused (DECIDE-TRUE, BOB-DECIDE).
pub fn before_its_decision(view: &ClockView<'_>, incident: &Incident) -> Option<String> {
    let Evidence::Notification { id } = view.stop?.evidence else {
        return None;
    };
    let told = incident.casework().regulator.notification(id)?;
    regulator::dated_before(incident, told)
}

/// What the decision of its controller still lacks: a decline that waits for a signature stops nothing, and
/// one that somebody else wrote down stands on that person's word (BOB-DECIDE, ICO-DUTY).
pub fn still_lacks(view: &ClockView<'_>, incident: &Incident) -> Option<String> {
    let controller = view.clock.controller.as_ref();
    let controller = controller.filter(|_| view.clock.kind == ClockKind::Ico72h)?;
    let decision = regulator::in_force(incident, controller)?;
    let entry = view.stop.map(|stop| stop.evidence);
    let is_said = entry == Some(Evidence::Decision { id: decision.id });
    decision
        .lacks()
        .filter(|_| !is_said && view.clock.stood_down.is_none())
        .map(|_| format!("decided: {}", decision.answer_in_words()))
}

/// Why it was recorded only then, and what shows the time.
fn explanation(view: &ClockView<'_>, incident: &Incident) -> Option<String> {
    let stop = view.stop?;
    view.recorded_late()?;
    let mut explained = incident.explained.iter();
    let past = explained
        .find(|past| (past.recorded.at, past.happened_at) == (stop.recorded_at, stop.at))?;
    let shown = past.evidence.as_deref();
    let shown = shown.map_or_else(String::new, |shown| format!("; shown by {shown}"));
    Some(format!("recorded late because: {}{shown}", past.note))
}

/// Who is still to be told before it stops, where people stop it by being told.
pub fn waits_for(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    if view.clock.stood_down.is_some() {
        return None;
    }
    let missing = clock::missing(incident, view.clock);
    let names: Vec<String> = missing
        .iter()
        .map(|contact| contact.named(directory))
        .collect();
    if names.is_empty() {
        let waits = view.stop.is_none() && view.clock.waits_for_a_name(incident);
        return waits.then(|| "nobody has named the controller yet".to_owned());
    }
    Some(format!("not told yet: {}", enumeration::all(&names)))
}

/// The first start of a clock that was started later by an officer, with what it is by that.
fn first_start(view: &ClockView<'_>, now: Instant) -> Option<String> {
    let first = view.clock.prudent.as_ref()?;
    Some(format!(
        "first start {}, due {}: {} by that",
        calendar::brief(first.started_at),
        calendar::brief(first.due_at),
        view.state_by_first_start(now).name()
    ))
}

/// What counted when it was recorded, where today's rule reads it otherwise; nothing was rewritten.
pub fn before_the_rule(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    match view.clock.kind {
        ClockKind::BobDpo if !view.clock.names_nobody() => {
            named_late_before(view, incident, directory)
        }
        ClockKind::Nis72h if !view.clock.names_nobody() => None,
        ClockKind::BobDpo if view.clock.waits_for_a_name(incident) => None,
        ClockKind::BobDpo => officers_before(view, incident, directory),
        ClockKind::Nis72h => {
            let reporter = &incident.reporter.organisation;
            let operators = super::decide::operators(&incident.facts, reporter, directory);
            operators.is_empty().then(|| {
                "recorded before this rule: the clock runs only for operators of essential services, and none is named".to_owned()
            })
        }
        ClockKind::Ico72h => {
            suppliers_duty(view, incident, directory).or_else(|| duty_before(view, incident))
        }
        ClockKind::LmIao
        | ClockKind::Bob24h
        | ClockKind::Wso24h
        | ClockKind::Proc24h
        | ClockKind::Ack => None,
    }
}

/// A controller that was named after the others had been told was once entered on their clock, where it
/// changed nothing, and had no 24 hours of its own (BOB-DPO).
fn named_late_before(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    let told = view.stop?;
    let first = view.clock.whose.iter().map(|whose| whose.since).min()?;
    let late = view.clock.whose.iter().filter(|whose| {
        let is_named = incident.facts.controllers.contains(&whose.organisation);
        let is_late = whose.since > first && whose.since > told.recorded_at;
        is_named && is_late && !clock::has_own_clock(incident, &whose.organisation)
    });
    let names: Vec<&str> = late
        .map(|whose| directory.organisation_name(&whose.organisation))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "recorded before this rule: {} was named after the others had been told, and has no 24 hours of its own",
            names.join(" and ")
        )
    })
}

/// A supplier that reported had the duty once where nobody had named a controller (ICO-PROC).
fn suppliers_duty(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    let supplier = &incident.reporter.organisation;
    let is_its = view.clock.controller.as_ref() == Some(supplier);
    let is_supplier = directory
        .organisation(supplier)
        .is_some_and(|known| known.kind.is_processor());
    let is_left_out = !incident.facts.controllers.contains(supplier);
    (is_its && is_supplier && is_left_out).then(|| {
        format!(
            "recorded before this rule: {} reported it as a supplier and was taken for the controller",
            directory.organisation_name(supplier)
        )
    })
}

/// A clock could once be stood down whatever the grade said, and a report taken back while the incident
/// stayed closed (ICO-DUTY).
fn duty_before(view: &ClockView<'_>, incident: &Incident) -> Option<String> {
    let controller = view.clock.controller.as_ref()?;
    let is_owed = !incident.is_left_out(controller) && incident.is_notifiable_for(controller);
    if view.clock.stood_down.is_some() {
        return is_owed.then(|| {
            "recorded before this rule: it was stopped although the grade says that the ICO must be told".to_owned()
        });
    }
    let casework = incident.casework();
    let closed_at = casework.closing.closures.last()?.signed.at;
    let mut told = casework.regulator.notifications.iter();
    let taken_back_at = told
        .rfind(|told| told.body == Body::Ico && told.serves(controller))?
        .withdrawn
        .as_ref()?
        .signed
        .at;
    let stayed_closed = !incident.status.is_open() && taken_back_at >= closed_at;
    stayed_closed.then(|| {
        format!(
            "recorded before this rule: the report was taken back {}, and the incident stayed closed",
            calendar::brief(taken_back_at)
        )
    })
}

/// One data protection officer was enough once, also the reporting organisation's.
fn officers_before(
    view: &ClockView<'_>,
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    let reporter = std::iter::once(&incident.reporter.organisation);
    let concerned: Vec<Contact> = reporter
        .chain(&incident.facts.controllers)
        .map(|organisation| Contact::of(Role::Dpo, organisation))
        .collect();
    let counted = incident
        .attempts
        .iter()
        .filter(|attempt| attempt.informs())
        .filter(|attempt| concerned.iter().any(|one| one.stands_for(&attempt.contact)))
        .min_by_key(|attempt| attempt.at)?;
    let untold = incident.facts.controllers.iter().any(|controller| {
        let officer = Contact::of(Role::Dpo, controller);
        contacts::informed_at(incident, &officer).is_none()
    });
    (untold || view.stop.is_none()).then(|| {
        format!(
            "recorded before this rule: {}, told {}, was enough then",
            counted.contact.named(directory),
            calendar::brief(counted.at)
        )
    })
}

/// Whether a report counts it as in time, by its first start; nothing of one that still runs or does not
/// count, nor of a decline that nobody has confirmed yet.
pub fn was_in_time(view: &ClockView<'_>, now: Instant) -> Option<bool> {
    if is_unconfirmed(view) {
        return None;
    }
    match view.state_by_first_start(now) {
        ClockState::Met | ClockState::MetWithinWorkingDay | ClockState::MetByException => {
            Some(true)
        }
        ClockState::MetLate | ClockState::Overdue => Some(false),
        ClockState::Released => gone(view).map(|_| false),
        ClockState::Running | ClockState::DueSoon | ClockState::StoodDown | ClockState::Ended => {
            None
        }
    }
}
