//! `nightdesk show`: one incident in words, clocks and contacts first.

use super::act;
use super::connection::{self, Connection, Server, Setting};
use super::output::{self, Exit, Format};
use super::word;
use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::clock::{self, Clock};
use crate::domain::closing::Ended;
use crate::domain::contacts;
use crate::domain::directory::Directory;
use crate::domain::escalation;
use crate::domain::grid;
use crate::domain::guard::Surroundings;
use crate::domain::incident::{Assessment, Incident};
use crate::domain::next_step;
use crate::domain::owed;
use crate::domain::problem::Problem;
use crate::domain::reading::{self, Reading};
use crate::domain::release;
use crate::domain::summons;
use crate::domain::synopsis::{self, Point};
use crate::domain::taking_over;
use crate::domain::verdict;
use crate::text;
use crate::tui::format::countdown;
use clap::Args;
use serde::Serialize;

/// Show an incident: its clocks, who has been told, partners, the casework and the next steps
#[derive(Args)]
pub(super) struct Arguments {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

/// The incident as the API gives it, and how it reads now.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    incident: &'a Incident,
    #[serde(flatten)]
    reading: Reading,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::check_name(&arguments.incident)?;
    let connection = arguments.server.connection()?;
    connection::wait_for(async {
        let name = act::incident_name(&connection, &arguments.incident).await?;
        let reply = connection.http.incident(&name).await?;
        let setting = connection.setting().await?;
        if arguments.format.json {
            let desk = &setting.desk;
            output::json(&Shown {
                reading: reading::read(&reply.body, &desk.directory, &desk.policy, setting.now()),
                incident: &reply.body,
            })?;
        } else {
            show(&reply.body, &setting)?;
            if let Some(words) = not_handed_on(&connection, &reply.body).await? {
                output::lines(&words)?;
            }
            let not_known = clock::holidays_not_known(&reply.body, &setting.desk.policy.calendar);
            not_known.map_or(Ok(()), output::complain)?;
            let query = [("incident", reply.body.id.to_string())];
            let problems = connection.http.problems(&query, None).await?.body.problems;
            show_casework(&reply.body, &problems, &setting)?;
        }
        Ok(Exit::Done)
    })
}

/// That the incident that goes on for this duplicate took nothing over, as was so once.
async fn not_handed_on(
    connection: &Connection,
    incident: &Incident,
) -> anyhow::Result<Option<String>> {
    let Some(Ended::Duplicate { of, .. }) = &incident.casework().closing.ended else {
        return Ok(None);
    };
    let goes_on = connection.http.incident(&of.to_string()).await?.body;
    let words = taking_over::not_handed_on(incident, &goes_on);
    Ok(words.map(|words| format!("Duplicate of {}; {words}", goes_on.name())))
}

fn show(incident: &Incident, setting: &Setting) -> anyhow::Result<()> {
    let (now, directory) = (setting.now(), &setting.desk.directory);
    let major = if incident.is_major() { ", major" } else { "" };
    output::lines(&format!(
        "{}  {:?}  {}{major}\n{}\n",
        incident.name(),
        incident.priority(),
        incident.status.name(),
        // A second line would read as the desk's own.
        text::line(&incident.title)
    ))?;
    if let Some(offered) = synopsis::offered(incident, directory) {
        output::lines(&format!("{offered}\n"))?;
    }
    let graded = graded(incident, directory);
    if !graded.is_empty() {
        output::lines(&format!("{}\n", graded.join("\n")))?;
    }
    let also = synopsis::also(incident, directory);
    if !also.is_empty() {
        let lines = also
            .into_iter()
            .map(|(what, said)| format!("{what} {said}"));
        output::lines(&format!("{}\n", lines.collect::<Vec<_>>().join("\n")))?;
    }
    let clocks: Vec<[String; 5]> = clock::views(incident)
        .map(|view| {
            [
                view.name(now).to_owned(),
                verdict::state_in_words(&view, now),
                in_words(view.clock.due_at),
                if view.state(now).is_open() {
                    countdown(view.clock.due_at, now)
                } else {
                    "-".to_owned()
                },
                whose(view.clock, incident, directory),
            ]
        })
        .chain(owed::owed(incident).into_iter().map(|owed| {
            [
                format!("{}{}", owed.to_do(), owed.put_off()),
                owed.state(now).name().to_owned(),
                in_words(owed.due_at),
                countdown(owed.due_at, now),
                directory.organisation_name(&owed.organisation).to_owned(),
            ]
        }))
        .collect();
    output::table(["CLOCK", "STATE", "DUE", "LEFT", "WHOSE"], &clocks)?;
    for view in clock::views(incident) {
        for remark in verdict::remarks(&view, incident, directory, now) {
            output::lines(&format!("{}: {remark}", view.in_words(directory, now)))?;
        }
    }
    output::lines("")?;
    output::table(
        ["CONTACT", "INFORMED", "ATTEMPTS", "RULE"],
        &contacts_of(incident, directory),
    )?;
    for words in about_contacts(incident, directory, now) {
        output::lines(&words)?;
    }
    if !incident.attempts.is_empty() {
        output::lines("")?;
        output::table(
            ["CALL", "WHEN", "WHO", "REMARK"],
            &calls_of(incident, directory),
        )?;
    }
    let escalated = escalated(incident, directory);
    if !escalated.is_empty() {
        output::lines("")?;
        output::table(["ESCALATED", "BY", "WHO", "WHO HAS BEEN TOLD"], &escalated)?;
    }
    if !incident.partners.is_empty() {
        output::lines("")?;
        output::table(["PARTNER", "STATE"], &partners_of(incident, directory))?;
    }
    Ok(())
}

/// How it is graded, for each controller where their grades differ.
fn graded(incident: &Incident, directory: &Directory) -> Vec<String> {
    let grades = incident.grades().into_iter();
    grades
        .map(|(controller, made)| {
            let whose = controller.map_or_else(String::new, |controller| {
                format!("{}: ", directory.organisation_name(controller))
            });
            graded_as(&whose, made)
        })
        .collect()
}

/// A grade, and what may excuse from reporting with the facts that it rests on.
fn graded_as(whose: &str, made: &Assessment) -> String {
    let (severity, likelihood) = (made.grade.severity(), made.grade.likelihood());
    let outcome = made.grading.outcome.name();
    let mut lines = vec![format!("{whose}Graded {severity}×{likelihood}: {outcome}")];
    if let Some(claimed) = made.mitigation {
        let state = if claimed.accepted {
            "accepted"
        } else {
            "claimed"
        };
        lines.push(format!("Mitigation {state}: {}", claimed.kind.name()));
        let facts = grid::grounds_in_words(claimed, made.grounds.as_ref());
        lines.extend(facts.into_iter().map(|fact| format!("  {fact}")));
    }
    lines.join("\n")
}

/// The organisations whose duty a clock is, by name.
fn whose(clock: &Clock, incident: &Incident, directory: &Directory) -> String {
    let whose = clock.whose_now(incident);
    let names: Vec<&str> = whose
        .iter()
        .map(|organisation| directory.organisation_name(organisation))
        .collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

fn contacts_of(incident: &Incident, directory: &Directory) -> Vec<[String; 4]> {
    contacts::required(incident)
        .into_iter()
        .map(|required| {
            let informed_at = contacts::informed_at(incident, &required.contact);
            let rules = required
                .reasons
                .iter()
                .map(|reason| reason.rule.to_string());
            [
                required.contact.named(directory),
                informed_at.map_or("not yet".to_owned(), in_words),
                contacts::attempts(incident, &required.contact)
                    .count()
                    .to_string(),
                rules.collect::<Vec<_>>().join(" "),
            ]
        })
        .collect()
}

/// Every call and message, by the number that strikes it out.
fn calls_of(incident: &Incident, directory: &Directory) -> Vec<[String; 4]> {
    let attempts = incident.attempts.iter().enumerate();
    attempts
        .map(|(place, attempt)| {
            let struck = attempt.struck.as_ref();
            [
                synopsis::attempt_handle(place),
                in_words(attempt.at),
                attempt.in_words(directory),
                struck.map_or_else(|| "-".to_owned(), |struck| struck.in_words(directory)),
            ]
        })
        .collect()
}

/// What would else look wrong of the contacts: releases, and a clock that was met by exception.
fn about_contacts(incident: &Incident, directory: &Directory, now: Instant) -> Vec<String> {
    let required = contacts::required(incident);
    let of_required = required.iter().flat_map(|required| {
        let contact = &required.contact;
        let released = release::that_does_not_count(incident, contact, directory);
        let by_exception = escalation::why_by_exception(incident, contact);
        let instead = reading::instead(incident, contact, directory, now);
        let words = instead.into_iter().chain(released).chain(by_exception);
        words
            .map(|words| format!("{}: {words}", contact.named(directory)))
            .collect::<Vec<_>>()
    });
    let released = contacts::released(incident).map(|change| {
        format!(
            "{}: {}",
            change.contact.named(directory),
            release::in_words(change, directory)
        )
    });
    of_required.chain(released).collect()
}

/// Whom each escalation reached, and how far that has come; the last one first.
fn escalated(incident: &Incident, directory: &Directory) -> Vec<[String; 4]> {
    let escalations = incident.escalations.iter().rev();
    escalations
        .flat_map(|escalation| {
            let at = in_words(escalation.at);
            let ladder = escalation.ladder.name().to_owned();
            let row = |who, told| [at.clone(), ladder.clone(), who, told];
            if escalation.calls.is_empty() {
                return vec![row("-".to_owned(), summons::BEFORE_THE_RULE.to_owned())];
            }
            let calls = escalation.calls.iter();
            calls
                .map(|call| {
                    let standing = summons::standing(incident, escalation, call, directory);
                    let told = summons::standing_in_words(call, &standing, directory);
                    row(call.who(directory), told)
                })
                .collect()
        })
        .collect()
}

fn partners_of(incident: &Incident, directory: &Directory) -> Vec<[String; 2]> {
    incident
        .partners
        .iter()
        .map(|record| {
            [
                directory.organisation_name(&record.organisation).to_owned(),
                record.state().name().to_owned(),
            ]
        })
        .collect()
}

/// What has been decided and worked on, each thing under the handle by which steps name it, and what
/// is missing before the next stage.
fn show_casework(
    incident: &Incident,
    problems: &[Problem],
    setting: &Setting,
) -> anyhow::Result<()> {
    let desk = &setting.desk;
    let around = Surroundings {
        now: setting.now(),
        policy: &desk.policy,
        directory: &desk.directory,
        problems: Some(problems),
    };
    let points = synopsis::points(incident, &around);
    if !points.is_empty() {
        let rows: Vec<[String; 4]> = points.into_iter().map(casework_row).collect();
        output::lines("")?;
        output::table(["CASEWORK", "HANDLE", "STATE", "WHAT"], &rows)?;
    }
    show_next_steps(incident, setting)?;
    let Some((stage, missing)) = synopsis::missing(incident, &around) else {
        return Ok(());
    };
    output::lines("")?;
    if missing.is_empty() {
        return output::lines(&format!("It can be {stage} now"));
    }
    let rows: Vec<[String; 2]> = missing
        .into_iter()
        .map(|missing| [missing.rule.to_string(), missing.sentence])
        .collect();
    let heading = format!("STILL NEEDED BEFORE IT CAN BE {}", stage.to_uppercase());
    output::table(["RULE", &heading], &rows)
}

/// What the procedure asks for now, in the order in which it is due.
fn show_next_steps(incident: &Incident, setting: &Setting) -> anyhow::Result<()> {
    let desk = &setting.desk;
    let steps = next_step::next_steps(incident, &desk.directory, &desk.policy, setting.now());
    if steps.is_empty() {
        return Ok(());
    }
    let rows: Vec<[String; 3]> = steps
        .into_iter()
        .map(|step| {
            let by = step.due_at.map_or_else(|| "-".to_owned(), in_words);
            [step.rule.to_string(), by, step.sentence]
        })
        .collect();
    output::lines("")?;
    output::table(["RULE", "BY", "NEXT STEP"], &rows)
}

fn casework_row(point: Point) -> [String; 4] {
    [
        word::kebab(&point.part),
        point.handle.unwrap_or_else(|| "-".to_owned()),
        point.state,
        point.sentence,
    ]
}
