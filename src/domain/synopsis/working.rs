//! What is worked on, learnt and ended.

use super::{Part, Point, Standing, and, handle, point, signature};
use crate::domain::calendar;
use crate::domain::closing::{Closing, Ended, Resolution};
use crate::domain::directory::Directory;
use crate::domain::enumeration;
use crate::domain::guard::Surroundings;
use crate::domain::hosting::{CallStatus, ChangeRequest, HostCall, Hosting};
use crate::domain::incident::{Incident, Priority};
use crate::domain::investigation::{Evidence, Investigation, Meeting, Plan};
use crate::domain::learning::{AgreedAction, Learning, Lesson, Recommendation};
use crate::domain::problem::Problem;

pub(super) fn hosting(
    incident: &Incident,
    hosting: &Hosting,
    around: &Surroundings<'_>,
) -> Vec<Point> {
    let directory = around.directory;
    let is_urgent = incident.priority() == Priority::P1;
    let mut points: Vec<Point> = hosting
        .impacts
        .last()
        .map(|record| {
            let sentence = format!(
                "{}, because {}; {}",
                record.impact.name(),
                record.reason,
                signature(&record.signed, directory)
            );
            point(Part::Hosting, Standing::Said, "impact", sentence)
        })
        .into_iter()
        .collect();
    points.extend(hosting.calls.iter().map(|known| {
        let standing = if known.status == CallStatus::Closed {
            Standing::Done
        } else {
            Standing::Open
        };
        let reference = match known.awaits_reference() {
            true => "; no host reference yet",
            false => "",
        };
        let news = match known.status.is_open() && is_urgent {
            true => format!(
                "; news due by {}",
                calendar::brief(known.news_due_at(&around.policy.casework))
            ),
            false => String::new(),
        };
        let state = format!("call {}{reference}", known.status.name());
        let sentence = format!("{}{news}", call(known));
        point(Part::Hosting, standing, state, sentence).named(handle(known.id))
    }));
    points.extend(hosting.changes.iter().map(|known| {
        let standing = if known.status.is_pending() {
            Standing::Open
        } else {
            Standing::Done
        };
        let state = format!("change {}", known.status.name());
        point(Part::Hosting, standing, state, change(known)).named(handle(known.id))
    }));
    points
}

/// A problem that the incident comes from: what it is called, then what is known of it.
pub(super) fn problem(problem: &Problem) -> Point {
    let standing = if problem.is_open() {
        Standing::Open
    } else {
        Standing::Done
    };
    let known = [
        ("cause", &problem.root_cause),
        ("workaround", &problem.workaround),
        ("solution", &problem.solution),
    ];
    let known = known.into_iter().filter_map(|(what, text)| {
        let text = text.as_deref()?;
        Some(format!("; {what}: {text}"))
    });
    let missing = match problem.is_open() && problem.workaround.is_none() {
        true => "; no workaround yet",
        false => "",
    };
    let known: String = known.collect();
    let sentence = format!("{} {}{known}{missing}", problem.reference, problem.title);
    point(Part::Problems, standing, problem.status.name(), sentence)
}

/// A call with the host: what about, under which reference, with whom, what was last heard.
pub fn call(call: &HostCall) -> String {
    let with = [call.reference.as_deref(), call.team.as_deref()];
    let with: Vec<&str> = with.into_iter().flatten().collect();
    let with = if with.is_empty() {
        String::new()
    } else {
        format!(" ({})", with.join(", "))
    };
    let heard = call.updates.last().map_or_else(
        || format!("nothing heard since {}", calendar::brief(call.raised_at())),
        |update| format!("{}: {}", calendar::brief(update.happened_at()), update.text),
    );
    format!("{}{with}; {heard}", call.summary)
}

/// A request for change: its number, what it changes, what for.
pub fn change(change: &ChangeRequest) -> String {
    let note = change.steps.last().and_then(|step| step.note.as_deref());
    format!(
        "{} {} ({}){}",
        change.reference,
        change.title,
        change.purpose.name(),
        and(note)
    )
}

pub(super) fn investigation(investigation: &Investigation, directory: &Directory) -> Vec<Point> {
    let said = |state: &'static str, sentence: String| {
        point(Part::Investigation, Standing::Said, state, sentence)
    };
    let mut points = Vec::new();
    points.extend(investigation.lead().map(|lead| {
        let name = directory.person_name(&lead.person);
        let exception = lead
            .exception
            .as_deref()
            .map_or_else(String::new, |why| format!(", by exception: {why}"));
        said("lead", format!("{name}{exception}"))
    }));
    for known in &investigation.evidence {
        points.push(said("evidence", evidence(known)).named(handle(known.id)));
        points.extend(known.custody.iter().map(|custody| {
            let sentence = format!(
                "{}: from {} to {}, {}",
                calendar::brief(custody.at),
                custody.from,
                custody.to,
                custody.reason
            );
            said("custody", sentence)
        }));
    }
    points.extend(
        investigation
            .no_evidence
            .iter()
            .map(|none| said("no evidence", none.reason.to_string())),
    );
    points.extend(
        investigation
            .plans
            .iter()
            .map(|agreed| said("plan", plan(agreed, directory))),
    );
    points.extend(investigation.meetings.iter().map(|held| {
        let (standing, state) = match held.minutes {
            Some(_) => (Standing::Done, "meeting, minutes written"),
            None => (Standing::Open, "meeting, no minutes yet"),
        };
        point(Part::Investigation, standing, state, meeting(held)).named(handle(held.id))
    }));
    points.extend(investigation.causes.iter().map(|cause| {
        let analysis = &cause.analysis;
        let deficient = if analysis.policy_deficiency {
            "; a policy falls short"
        } else {
            ""
        };
        said(
            "root cause",
            format!("{} ({}){deficient}", analysis.causes, analysis.method),
        )
    }));
    points.extend(
        investigation
            .findings
            .iter()
            .map(|finding| said("finding", finding.text.to_string())),
    );
    if let Some(answers) = investigation.answers() {
        let [human_error, disciplines] = answers.in_words();
        points.push(said("human error", human_error.to_owned()));
        points.push(said("disciplines", disciplines.to_owned()));
    }
    points.extend(investigation.own_processes.iter().map(|process| {
        let name = directory.organisation_name(&process.organisation);
        let reference = process.reference.as_deref().map_or_else(
            || ", no reference yet".to_owned(),
            |reference| format!(", {reference}"),
        );
        let since = calendar::brief(process.started_at);
        said("own process", format!("{name}, since {since}{reference}"))
    }));
    points
}

/// An item of evidence: what it is, who has it, where, with its hash.
pub fn evidence(evidence: &Evidence) -> String {
    let item = &evidence.item;
    let hash = item
        .sha256
        .as_ref()
        .map_or_else(String::new, |hash| format!(", SHA-256 {hash}"));
    let personal = if item.contains_personal_data {
        ", holds personal data"
    } else {
        ""
    };
    format!(
        "{} ({}), with {} at {}, secured {}{personal}{hash}",
        item.label,
        item.kind,
        evidence.custodian(),
        item.location,
        calendar::brief(item.secured_at)
    )
}

fn plan(plan: &Plan, directory: &Directory) -> String {
    let parties: Vec<&str> = plan
        .parties
        .iter()
        .map(|party| directory.organisation_name(party))
        .collect();
    format!(
        "agreed with {} on {}: {}",
        enumeration::all(&parties),
        plan.agreed_on.format("%-d %b %Y"),
        plan.text
    )
}

/// A meeting: when, under whose chair, with its minutes.
pub fn meeting(meeting: &Meeting) -> String {
    let minutes = meeting.minutes.as_ref().map(|minutes| &*minutes.text);
    format!(
        "{}, chaired by {}{}",
        calendar::brief(meeting.held_at),
        meeting.chair.title(),
        and(minutes)
    )
}

pub(super) fn learning(learning: &Learning, directory: &Directory) -> Vec<Point> {
    let mut points: Vec<Point> = learning
        .recommendations
        .iter()
        .map(|known| {
            let state = known.verdict.as_ref().map_or_else(
                || "recommendation".to_owned(),
                |verdict| format!("recommendation, {}", verdict.found.name()),
            );
            point(Part::Learning, Standing::Said, state, recommendation(known))
                .named(handle(known.id))
        })
        .collect();
    points.extend(learning.lessons.iter().map(|known| {
        let state = if known.shared.is_empty() {
            "lesson"
        } else {
            "lesson, shared"
        };
        point(Part::Learning, Standing::Said, state, lesson(known)).named(handle(known.id))
    }));
    points.extend(learning.no_lesson.iter().map(|none| {
        let sentence = format!("{}; {}", none.reason, signature(&none.signed, directory));
        point(Part::Learning, Standing::Said, "nothing to learn", sentence)
    }));
    points.extend(learning.actions.iter().map(|known| {
        let (standing, state) = action_state(known);
        point(Part::Learning, standing, state, action(known)).named(handle(known.id))
    }));
    points
}

/// What is recommended, with what the audit found of it.
pub fn recommendation(recommendation: &Recommendation) -> String {
    let verdict = recommendation.verdict.as_ref();
    let found = verdict.map_or_else(String::new, |verdict| format!("; {}", verdict.reason));
    format!("{}{found}", recommendation.text)
}

/// What was learnt, and with whom it was shared.
pub fn lesson(lesson: &Lesson) -> String {
    let with: Vec<&str> = lesson.shared.iter().map(|shared| &*shared.with).collect();
    let shared = if with.is_empty() {
        String::new()
    } else {
        format!("; shared with {}", with.join(", "))
    };
    let theme = lesson
        .theme
        .as_deref()
        .map_or_else(String::new, |theme| format!(" ({theme})"));
    format!("{}{theme}{shared}", lesson.statement)
}

fn action_state(action: &AgreedAction) -> (Standing, String) {
    match (&action.verdict, &action.done) {
        (Some(verdict), _) => (Standing::Done, format!("action {}", verdict.found.name())),
        (None, Some(_)) => (Standing::Open, "action done, not verified".to_owned()),
        (None, None) => (Standing::Open, "action open".to_owned()),
    }
}

/// What is to be done, by which role, until when.
pub fn action(action: &AgreedAction) -> String {
    let owner = action.owner.map_or("nobody yet", |role| role.title());
    let due = action.due_on.map_or_else(
        || "no date yet".to_owned(),
        |day| day.format("by %-d %b %Y").to_string(),
    );
    format!("{} ({owner}, {due})", action.text)
}

pub(super) fn closing(closing: &Closing, directory: &Directory) -> Vec<Point> {
    let done = |state: &'static str, sentence: String| {
        point(Part::Closing, Standing::Done, state, sentence)
    };
    let mut points: Vec<Point> = closing
        .containments
        .iter()
        .map(|containment| match containment.contained_at {
            Some(at) => done(
                "contained",
                format!("{}: {}", calendar::brief(at), containment.actions),
            ),
            None => point(
                Part::Closing,
                Standing::Open,
                "not contained yet",
                containment.actions.to_string(),
            ),
        })
        .collect();
    points.extend(
        closing
            .resolution()
            .map(|how| done("resolved", resolution(how))),
    );
    points.extend(closing.closures.iter().map(|closure| {
        let ticks: Vec<&str> = closure.ticked.iter().map(|tick| tick.name()).collect();
        let accepted = if ticks.is_empty() {
            String::new()
        } else {
            format!("; accepted: {}", ticks.join(", "))
        };
        let signed = signature(&closure.signed, directory);
        done("closed", format!("{}{accepted}; {signed}", closure.reason))
    }));
    for (state, reasons) in [
        ("audited", &closing.audits),
        ("opened again", &closing.reopenings),
    ] {
        points.extend(reasons.iter().map(|why| {
            let signed = signature(&why.signed, directory);
            done(state, format!("{}; {signed}", why.reason))
        }));
    }
    points.extend(closing.ended.as_ref().map(|ended| match ended {
        Ended::Duplicate {
            reference,
            reason,
            signed,
            ..
        } => {
            let of = reference.map_or_else(String::new, |other| format!("of {other}: "));
            let signed = signature(signed, directory);
            done("duplicate", format!("{of}{reason}; {signed}"))
        }
        Ended::Withdrawn {
            reason,
            signed,
            asked,
        } => {
            let asked = asked.as_ref().map_or_else(
                || "recorded before this rule: one person was enough then".to_owned(),
                |asked| format!("asked for {}", signature(asked, directory)),
            );
            let agreed = signature(signed, directory);
            done("withdrawn", format!("{reason}; {asked}; {agreed}"))
        }
    }));
    points.extend(closing.withdrawal.as_ref().map(|asked| {
        let signed = signature(&asked.signed, directory);
        let sentence = format!("{}; {signed}", asked.reason);
        point(Part::Closing, Standing::Open, "withdrawal asked", sentence)
    }));
    points.extend(closing.disciplinary.as_ref().map(|process| {
        let sentence = if process.considered {
            "A disciplinary process is considered"
        } else {
            "No disciplinary process is considered"
        };
        point(Part::Closing, Standing::Said, "disciplinary", sentence)
    }));
    points
}

fn resolution(resolution: &Resolution) -> String {
    let change = if resolution.change_required {
        "; a change is needed"
    } else {
        ""
    };
    let how = match (&resolution.resolution, &resolution.workaround) {
        (Some(resolution), Some(workaround)) => {
            format!("{resolution}; until then {workaround}")
        }
        (Some(resolution), None) => resolution.to_string(),
        (None, Some(workaround)) => format!("by a workaround: {workaround}"),
        (None, None) => "nothing is said of how".to_owned(),
    };
    format!("{how}{change}")
}
