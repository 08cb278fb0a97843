//! What is decided about regulators and people, and what they have been told.

use super::{Part, Point, Standing, handle, point, promise_handle, signature};
use crate::domain::calendar;
use crate::domain::clock::Clock;
use crate::domain::directory::Directory;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::regulator::{
    Authority, Decision, Enquiry, FollowUp, LookAgain, Notification, Regulator, ReportAnswer,
    Saying, dated_before, in_force, last_nis_answer, not_cyber_to_look_at,
};
use crate::domain::subjects::{Delay, Opinion, Standing as Decided, Subjects};
use crate::domain::verdict;

/// The regulators' clocks that are not what they were at first: anchored later, or stood down.
pub(super) fn anchors(incident: &Incident, directory: &Directory) -> Vec<Point> {
    let clocks = incident.clocks.iter();
    clocks
        .flat_map(|clock| {
            let clock = (clock, incident);
            [anchored(clock, directory), stood_down(clock, directory)]
        })
        .flatten()
        .collect()
}

fn whose((clock, incident): (&Clock, &Incident), directory: &Directory) -> String {
    clock.to_do_in_words(incident, directory)
}

fn anchored((clock, incident): (&Clock, &Incident), directory: &Directory) -> Option<Point> {
    let prudent = clock.prudent.as_ref()?;
    let sentence = format!(
        "{}: due {}, counted from {}; by the first time entered, due {}",
        whose((clock, incident), directory),
        calendar::brief(clock.due_at),
        calendar::brief(clock.started_at),
        calendar::brief(prudent.due_at)
    );
    Some(point(
        Part::Regulator,
        Standing::Said,
        "two deadlines",
        sentence,
    ))
}

fn stood_down((clock, incident): (&Clock, &Incident), directory: &Directory) -> Option<Point> {
    let stood_down = clock.stood_down.as_ref()?;
    let ground = stood_down
        .ground
        .map_or_else(String::new, |ground| format!("{}, ", ground.name()));
    let sentence = format!(
        "{} since {}: {ground}{}",
        whose((clock, incident), directory),
        calendar::brief(stood_down.at),
        stood_down.reason
    );
    Some(point(Part::Regulator, Standing::Said, "stopped", sentence))
}

pub(super) fn regulator(
    incident: &Incident,
    regulator: &Regulator,
    directory: &Directory,
) -> Vec<Point> {
    let mut points: Vec<Point> = regulator
        .decisions
        .iter()
        .map(|made| {
            let (standing, state) = standing(made, incident);
            let sentence = format!(
                "{}{}",
                decision(made, directory),
                elsewhere(incident, made.id)
            );
            point(Part::Regulator, standing, state, sentence).named(handle(made.id))
        })
        .collect();
    points.extend(regulator.drafts.iter().map(|draft| {
        let sentence = format!(
            "{} for {}: {} items, {}",
            draft.body.name(),
            directory.organisation_name(&draft.controller),
            draft.contents.len(),
            signature(&draft.prepared, directory)
        );
        point(Part::Regulator, Standing::Said, "prepared", sentence)
    }));
    for told in &regulator.notifications {
        points.push(reported(incident, told, directory));
        points.extend(told.follow_ups.iter().map(|owed| promised(told, owed)));
    }
    points.extend(regulator.references.iter().map(|known| {
        let sentence = format!(
            "{}, {}",
            known.reference,
            signature(&known.recorded, directory)
        );
        point(Part::Regulator, Standing::Said, known.tool.name(), sentence)
    }));
    points.extend(enquiries(regulator, directory));
    points.extend(nis(incident, regulator, directory));
    points.extend(nhs_england(incident, regulator, directory));
    points.extend(not_cyber(incident, regulator, directory));
    points
}

/// What another decision or a later grade has overtaken asks nobody to sign it any more.
fn standing(decision: &Decision, incident: &Incident) -> (Standing, &'static str) {
    let in_force = in_force(incident, &decision.controller);
    if in_force.is_none_or(|in_force| in_force.id != decision.id) {
        return (Standing::Said, "overtaken");
    }
    match (
        decision.is_unconfirmed(),
        decision.awaits_countersignature(),
        decision.awaits_second(),
    ) {
        (true, true, _) => (Standing::Open, "unconfirmed, awaits countersignature"),
        (true, false, true) => (Standing::Open, "unconfirmed, awaits a second officer"),
        (true, false, false) => (Standing::Open, "unconfirmed"),
        (false, true, _) => (Standing::Open, "awaits countersignature"),
        (false, false, true) => (Standing::Open, "awaits a second officer"),
        (false, false, false) => (Standing::Done, "decided"),
    }
}

/// A decision: for whom, what, on whose word, why.
pub fn decision(decision: &Decision, directory: &Directory) -> String {
    let what = match decision.answer {
        ReportAnswer::Report => "report to the ICO",
        ReportAnswer::Decline => "decline to report to the ICO",
    };
    let word = match &decision.authority {
        Authority::Own {} => String::new(),
        Authority::ByPhone { given_by } => {
            let name = directory.person_name(given_by);
            let at = calendar::brief(decision.decided_at);
            format!(", given by phone by {name} on {at}")
        }
        Authority::Provisional {} => {
            format!(
                ", provisionally by the {}",
                decision.recorded.by.role.short()
            )
        }
    };
    format!(
        "{}: {what}{word}, because {}; {}",
        directory.organisation_name(&decision.controller),
        decision.reasons,
        signature(&decision.recorded, directory)
    )
}

/// Where a record was made, if that was on a duplicate (REG-WHOLE).
fn elsewhere(incident: &Incident, record: uuid::Uuid) -> String {
    let origin = incident.recorded_on(record);
    origin.map_or_else(String::new, |origin| {
        format!("; recorded on {}", origin.name())
    })
}

fn reported(incident: &Incident, told: &Notification, directory: &Directory) -> Point {
    let open = told.open_follow_ups().count();
    let (standing, state) = match (&told.withdrawn, open) {
        (Some(_), _) => (Standing::Done, "reported, withdrawn".to_owned()),
        (None, 0) => (Standing::Done, "reported, complete".to_owned()),
        (None, open) => (Standing::Open, format!("reported, {open} to follow")),
    };
    let mut sentence = notification(told, directory);
    sentence.push_str(&elsewhere(incident, told.id));
    if let Some(before) = dated_before(incident, told) {
        sentence.push_str("; ");
        sentence.push_str(&before);
    }
    if let Some(withdrawal) = &told.withdrawn {
        sentence.push_str("; withdrawn: ");
        sentence.push_str(&withdrawal.reason);
    }
    point(Part::Regulator, standing, state, sentence).named(handle(told.id))
}

/// A notification: to whom, for whom, how, when, under which reference.
pub fn notification(told: &Notification, directory: &Directory) -> String {
    let others: Vec<&str> = told
        .also_for
        .iter()
        .map(|other| directory.organisation_name(other))
        .collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        format!(" and {}", others.join(", "))
    };
    format!(
        "{} told for {}{also} ({}), {}, reference {}",
        told.body.name(),
        directory.organisation_name(&told.controller),
        told.via.name(),
        calendar::brief(told.submitted_at),
        told.reference
    )
}

fn promised(told: &Notification, owed: &FollowUp) -> Point {
    let (standing, state) = match (&owed.sent, &told.withdrawn) {
        (Some(sent), _) => {
            let due_at = calendar::end_of_day(owed.due_on);
            let late = verdict::done_late_in_words(due_at, sent.at, sent.recorded.at);
            let sent = format!("sent {}{}", calendar::brief(sent.at), beside(late));
            (Standing::Done, sent)
        }
        (None, Some(_)) => (Standing::Done, "not owed any more".to_owned()),
        (None, None) => (Standing::Open, "to follow".to_owned()),
    };
    let sentence = match &owed.sent {
        Some(sent) => format!("{}: {}", owed.item.name(), sent.text),
        None => follow_up(told, owed),
    };
    point(Part::Regulator, standing, state, sentence).named(promise_handle(told.id, owed.item))
}

/// Something promised: what, to whom, until when, by which role.
pub fn follow_up(told: &Notification, owed: &FollowUp) -> String {
    format!(
        "{} to the {} by {} ({})",
        owed.item.name(),
        told.body.name(),
        owed.due_on.format("%-d %b %Y"),
        owed.owner.short()
    )
}

/// An enquiry of a regulator: who asks whom, what, until when, and who answers.
pub fn enquiry(asked: &Enquiry, directory: &Directory) -> String {
    let reference = asked
        .reference
        .as_deref()
        .map_or_else(String::new, |reference| format!(" ({reference})"));
    format!(
        "{} asks {}{reference}: {}; the {} answers by {}",
        asked.body.name(),
        directory.organisation_name(&asked.controller),
        asked.text,
        asked.answers.short(),
        asked.due_on.format("%-d %b %Y")
    )
}

fn enquiries(regulator: &Regulator, directory: &Directory) -> impl Iterator<Item = Point> {
    regulator.enquiries.iter().map(|asked| {
        let (standing, state) = match (&asked.outcome, asked.is_answered()) {
            _ if asked.is_struck() => (Standing::Said, "enquiry, struck out"),
            (Some(_), _) => (Standing::Done, "enquiry, ended"),
            (None, true) => (Standing::Open, "enquiry, answered"),
            (None, false) => (Standing::Open, "enquiry"),
        };
        let mut sentence = enquiry(asked, directory);
        let mut late = asked.answered_late_in_words();
        for answered in &asked.answered {
            let (at, late) = (calendar::brief(answered.at), beside(late.take()));
            let by = signature(&answered.recorded, directory);
            sentence.push_str(&format!("; answered {at}{late}: {} ({by})", answered.text));
        }
        if let Some(outcome) = &asked.outcome {
            sentence.push_str(&format!("; outcome: {}", outcome.text));
        }
        if let Some(first) = &asked.strike_asked {
            let by = signature(&first.signed, directory);
            let still = if asked.is_struck() { "asked" } else { "asks" };
            sentence.push_str(&format!(
                "; {still} to strike it out: {} ({by})",
                first.reason
            ));
        }
        if let Some(ran_out_on) = asked.ran_out_before_it_was_struck() {
            let on = ran_out_on.format("%-d %b %Y");
            sentence.push_str(&format!("; struck out after it had run out on {on}"));
        }
        if let Some(before) = regulator.struck_before(asked) {
            let due_on = before.due_on.format("%-d %b %Y");
            sentence.push_str(&format!(
                "; recorded again, the one before was due {due_on}"
            ));
        }
        if let Some(struck) = &asked.struck {
            sentence.push_str(&format!("; {}", struck.in_words(directory)));
        }
        point(Part::Regulator, standing, state, sentence).named(handle(asked.id))
    })
}

fn nhs_england(incident: &Incident, regulator: &Regulator, directory: &Directory) -> Option<Point> {
    let not_told = regulator.nhs_england_not_told.last()?;
    let (standing, state, since) = asked_again("not told", not_told.overtaken_by(incident));
    let sentence = format!(
        "NHS England, because {}; {}{since}",
        not_told.reason,
        signature(&not_told.recorded, directory)
    );
    Some(point(Part::Regulator, standing, state, sentence))
}

/// That it is no cyber incident, unless it is one again (BOB-CYBER).
fn not_cyber(incident: &Incident, regulator: &Regulator, directory: &Directory) -> Option<Point> {
    let said = regulator.not_cyber.last();
    let said = said.filter(|_| !incident.facts.cyber)?;
    let how = match said.how {
        Some(Saying::Confirmed) => "confirmed",
        Some(Saying::Triaged) | None => "said",
    };
    let (standing, state, since) = match not_cyber_to_look_at(incident) {
        Some(LookAgain::Since(since)) => asked_again(how, Some(since)),
        Some(LookAgain::OnePersonSaidSo) => (
            Standing::Open,
            "to be confirmed".to_owned(),
            "; by one person alone".to_owned(),
        ),
        None => asked_again(how, None),
    };
    let sentence = format!(
        "No cyber incident, because {}; {}{since}",
        said.reason,
        signature(&said.recorded, directory)
    );
    Some(point(Part::Regulator, standing, state, sentence))
}

/// What operators of essential services answered, each with whoever said so (NIS-WHO).
fn nis(
    incident: &Incident,
    regulator: &Regulator,
    directory: &Directory,
) -> impl Iterator<Item = Point> {
    regulator.nis_answers.iter().map(|answer| {
        let last = last_nis_answer(incident, &answer.operator);
        let is_last = last.is_some_and(|last| last == answer);
        let since = answer.overtaken_by(incident).filter(|_| is_last);
        let said = if answer.significant {
            "affected"
        } else {
            "not affected"
        };
        let (standing, state, since) = match is_last {
            true => asked_again(said, since),
            false => (Standing::Said, "answered again".to_owned(), String::new()),
        };
        let reason = answer
            .reason
            .as_deref()
            .map_or_else(String::new, |reason| format!(", because {reason}"));
        let sentence = format!(
            "The essential service of {}: {}{reason}; {}{since}",
            directory.organisation_name(&answer.operator),
            if answer.significant {
                "significantly affected"
            } else {
                "not significantly affected"
            },
            signature(&answer.recorded, directory)
        );
        point(Part::Regulator, standing, state, sentence)
    })
}

/// An answer that holds is done; one that facts have overtaken is open again.
fn asked_again(state: &str, since: Option<&'static str>) -> (Standing, String, String) {
    match since {
        None => (Standing::Done, state.to_owned(), String::new()),
        Some(since) => (
            Standing::Open,
            "to be answered again".to_owned(),
            format!("; since then this {since}"),
        ),
    }
}

pub(super) fn subjects(
    incident: &Incident,
    subjects: &Subjects,
    directory: &Directory,
) -> Vec<Point> {
    let said = |state: &'static str, opinion: &Opinion| {
        let exemption = opinion
            .exemption
            .map_or_else(String::new, |exemption| format!(" ({})", exemption.name()));
        let replaces = opinion.replaces.as_ref().map_or_else(String::new, |other| {
            format!(
                ", in place of the decision of {}",
                directory.person_name(other)
            )
        });
        let sentence = format!(
            "{}{exemption}{replaces}, because {}; {}",
            opinion.telling.name(),
            opinion.reasons,
            signature(&opinion.signed, directory)
        );
        point(Part::Subjects, Standing::Said, state, sentence)
    };
    let recommended = subjects.recommendations.iter();
    let mut points: Vec<Point> = recommended
        .map(|opinion| said("recommended", opinion))
        .chain(
            subjects
                .decisions
                .iter()
                .map(|opinion| said("decided", opinion)),
        )
        .collect();
    points.extend(
        subjects
            .delays
            .iter()
            .map(|delay| delayed(delay, directory)),
    );
    points.extend(subjects.told.iter().map(|told| {
        let people = told.people_in_words();
        let message = told.message.as_ref().map_or_else(
            || "; what they were told was not asked for then".to_owned(),
            |message| {
                format!(
                    "; told of what happened: {}; whom to ask: {}; the likely consequences: {}; what was done: {}",
                    message.nature, message.contact, message.consequences, message.measures
                )
            },
        );
        let sentence = format!(
            "{people}, {}{}: {}{message}{}",
            calendar::brief(told.at),
            beside(subjects.told_late_in_words(told)),
            told.how,
            not_confirmed(told.on_its_word)
        );
        point(Part::Subjects, Standing::Done, "told", sentence)
    }));
    let controllers = incident.answering();
    points
        .extend(controllers.filter_map(|controller| still_asked(subjects, controller, directory)));
    points
}

/// In brackets after a space, where there is something to say.
fn beside(words: Option<String>) -> String {
    words.map_or_else(String::new, |words| format!(" ({words})"))
}

/// What somebody recorded who does not speak for the controller.
fn not_confirmed(is_its_own: Option<bool>) -> &'static str {
    match is_its_own {
        Some(false) => ", not confirmed by its own officer",
        Some(true) | None => "",
    }
}

fn delayed(delay: &Delay, directory: &Directory) -> Point {
    let confirmed = not_confirmed(delay.by_its_officer);
    let sentence = format!(
        "{} asked {} to wait, because {}{confirmed}; looked at again on {}; {}",
        delay.asked_in_words(),
        directory.organisation_name(&delay.controller),
        delay.reason,
        delay.review_on.format("%-d %b %Y"),
        signature(&delay.recorded, directory)
    );
    point(Part::Subjects, Standing::Said, "delayed", sentence)
}

fn still_asked(
    subjects: &Subjects,
    controller: &OrganisationId,
    directory: &Directory,
) -> Option<Point> {
    let name = directory.organisation_name(controller);
    let sentence = match subjects.standing(controller) {
        Decided::NotAsked => return None,
        Decided::Awaits(voice) => format!(
            "The decision of the {} of {name}",
            voice.office().role().title()
        ),
        Decided::Tied => {
            format!("SIRO and Caldicott Guardian of {name} differ; the Accountable Officer decides")
        }
        Decided::Decided(..) => {
            let since = subjects.owed_since(controller)?;
            format!(
                "The people are to be told, since {}",
                calendar::brief(since)
            )
        }
    };
    Some(point(Part::Subjects, Standing::Open, "awaited", sentence))
}
