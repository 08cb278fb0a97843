//! What a place of the console says when it is read from beginning to end.
//!
//! Rows, options and answers carry the numbers by which a typed line means them. Words that were
//! written for the screen are taken from there, so that both say the same.

use super::asking;
use super::words::{spoken, spoken_text};
use crate::domain::id::{IncidentId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::partners;
use crate::domain::query::Queue;
use crate::text;
use crate::tui::app::{App, Handoff, Overlay, Question, Screen, ShownReport, Tab};
use crate::tui::directory;
use crate::tui::finding::Finding;
use crate::tui::format;
use crate::tui::standing;
use crate::tui::update::asked_reference;
use crate::tui::view::{
    alarms, board, clocks, detail, finding, grade, handoff, handover, header, link, problems,
    reports,
};
use crate::tui::widget::picker::Picker;
use ratatui::text::Line;

/// How many rows of a list are read at once.
const MOST_CHOICES: usize = 20;
/// How wide lines may be that were made for the screen.
const WIDE: u16 = 200;

/// Where the officer is, as far as it is worth reading again when it changes.
#[derive(Clone, PartialEq)]
pub(super) struct Place {
    screen: Screen,
    queue: Queue,
    first_row: Option<IncidentId>,
    filter: Option<String>,
    depth: usize,
    on_top: String,
    timeline_len: usize,
}

impl Place {
    pub(super) fn of(app: &App) -> Self {
        let timeline = app.timeline.as_ref().and_then(|it| it.entries.as_ref());
        Self {
            screen: app.screen,
            queue: app.board.queue,
            first_row: app
                .board
                .held
                .as_ref()
                .and_then(|held| held.first().copied()),
            filter: app.replica.narrowed().map(|(_, text)| text.to_owned()),
            depth: app.overlays.len(),
            on_top: app
                .overlays
                .last()
                .map_or_else(String::new, |shown| mark(app, shown)),
            timeline_len: timeline.map_or(0, Vec::len),
        }
    }

    /// Whether something was opened over `before`, so that its heading is to be read as well.
    pub(super) fn is_deeper_than(&self, before: &Self) -> bool {
        self.depth > before.depth
    }
}

/// What of an overlay makes it another place.
fn mark(app: &App, overlay: &Overlay) -> String {
    match overlay {
        Overlay::Form(form) => {
            let problem = form.problem.as_ref().map(ToString::to_string);
            format!("form {} {}", form.focus, problem.unwrap_or_default())
        }
        Overlay::Palette(picker) | Overlay::Help(picker) | Overlay::Steps(_, picker) => {
            format!("list {}", picker.typed())
        }
        Overlay::People(picker, _) => format!("people {}", picker.typed()),
        Overlay::Problems(picker, _) => format!("problems {}", picker.typed()),
        Overlay::Export(picker, _) => format!("export {}", picker.typed()),
        Overlay::Seal(_, problem) => format!("seal {}", problem.clone().unwrap_or_default()),
        Overlay::Handoff(handoff) => format!("hand-off {}", handoff.body.name()),
        Overlay::Question(_) => "question".to_owned(),
        Overlay::Refusal(sentence) => format!("refusal {sentence}"),
        Overlay::Filter(line) => {
            let problem = line.problem.as_ref().map(ToString::to_string);
            format!("filter {}", problem.unwrap_or_default())
        }
        Overlay::Search(finding) => {
            let asked = finding.asked.as_ref().map_or("", |asked| &asked.text);
            format!("search {asked} {}", finding.found().is_some())
        }
        Overlay::Handover(_) => "handover".to_owned(),
        Overlay::Report(sheet) => {
            let came = matches!(sheet.shown, ShownReport::Came(_));
            format!("report {} {} {came}", sheet.kind, sheet.period)
        }
        Overlay::Connection(_) => "connection".to_owned(),
        Overlay::Alarms(place) => {
            let known = &app.alarms.known;
            let (has_come, count) = (known.told_at.is_some(), known.all.len());
            format!("alarms {} {has_come} {count}", place.at / MOST_CHOICES)
        }
        Overlay::Directory(place) => {
            format!(
                "directory {} {}",
                place.section.name(),
                place.at / MOST_CHOICES
            )
        }
    }
}

/// Reads the place out; with its heading if it was just opened or is asked for again.
pub(super) fn read(app: &App, is_new: bool) -> Vec<String> {
    match app.overlays.last() {
        Some(Overlay::Form(form)) => asking::form(app, form, is_new),
        Some(Overlay::Question(question)) => self::question(question),
        Some(Overlay::Refusal(sentence)) => {
            vec![spoken_text(sentence), "Type \"back\" to go back".to_owned()]
        }
        Some(Overlay::Seal(_, problem)) => seal(app, problem.as_deref()),
        Some(Overlay::Filter(..)) => vec![
            "Type words, owner:me, due<4h, partner:unreached, sev>=3 or -is:major; \"back\" leaves"
                .to_owned(),
        ],
        Some(Overlay::Search(finding)) => search(app, finding),
        Some(Overlay::Palette(picker)) => list("Actions", picker),
        Some(Overlay::Help(picker)) => list("Help", picker),
        Some(Overlay::Steps(heading, picker)) => list(heading, picker),
        Some(Overlay::People(picker, _)) => list("Offer to", picker),
        Some(Overlay::Problems(picker, _)) => list("The problem behind it", picker),
        Some(Overlay::Export(picker, _)) => list("Write to a file as", picker),
        Some(Overlay::Handover(_)) => sheet("Handover", handover::lines(app, WIDE)),
        Some(Overlay::Report(shown)) => sheet(shown.kind.title(), reports::lines(app, shown, WIDE)),
        Some(Overlay::Connection(_)) => sheet("Connection and outbox", link::lines(app)),
        Some(Overlay::Handoff(shown)) => handoff_sheet(app, shown),
        Some(Overlay::Directory(place)) => self::directory(app, place),
        Some(Overlay::Alarms(place)) => self::alarms(app, *place),
        None => match app.screen {
            Screen::Board => self::board(app),
            Screen::Detail { incident, tab, .. } => self::detail(app, incident, tab),
            Screen::Problems { .. } => self::problems(app),
            Screen::Problem { problem, .. } => one_problem(app, problem),
        },
    }
}

/// What is said last.
pub(super) fn farewell(app: &App) -> String {
    let nowhere = app.replica.outbox().kept_nowhere().count();
    match app.replica.outbox().pending().len() {
        _ if nowhere > 0 => {
            format!(
                "Goodbye. {nowhere} lost: this machine could not save, and the server has not answered"
            )
        }
        0 => match app.unfinished() {
            Some(unfinished) => format!("Goodbye. {unfinished}"),
            None => "Goodbye. The server has everything".to_owned(),
        },
        unsent => {
            format!("Goodbye. {unsent} saved on this machine, sent when you open the console again")
        }
    }
}

fn first_row(app: &App) -> usize {
    let held = app.board.held.as_ref().and_then(|held| held.first());
    held.and_then(|id| app.replica.position(app.board.queue, *id))
        .unwrap_or_default()
}

fn board(app: &App) -> Vec<String> {
    let rows = app.visible();
    let (count, len) = (
        app.replica.count(app.board.queue),
        app.replica.len(app.board.queue),
    );
    let narrowed = app
        .replica
        .narrowed()
        .map_or_else(String::new, |(_, words)| {
            format!(", narrowed by {} to {len}", text::line(words))
        });
    let first = first_row(app) + 1;
    let shown = match rows.len() {
        0 => "none to read".to_owned(),
        read => format!("reading {first} to {}", first + read - 1),
    };
    let mut said = vec![format!(
        "{}. {}: {count} incidents{narrowed}, {shown}",
        now(app),
        app.board.queue.name()
    )];
    said.extend(board::nothing_fits(app));
    let incidents = rows
        .iter()
        .enumerate()
        .filter_map(|(place, id)| Some((place, app.replica.incident(*id)?)));
    said.extend(incidents.map(|(place, incident)| row(app, place + 1, &incident)));
    let others = Queue::ALL
        .into_iter()
        .map(|queue| format!("{} {}", queue.name(), app.replica.count(queue)));
    said.push(format!("Queues: {}", others.collect::<Vec<_>>().join(", ")));
    if len > rows.len() {
        said.push("\"page-down\" and \"page-up\" read other rows".to_owned());
    }
    said
}

/// The server's time and how fresh everything is.
fn now(app: &App) -> String {
    let badge = header::badge(app.freshness());
    format!("{}, {}", format::local(app.now), badge.word)
}

fn row(app: &App, number: usize, incident: &Incident) -> String {
    let (_, hour) = clocks::cell(incident, clocks::HOUR, app.now, usize::MAX);
    let (_, contacts) = clocks::cell(incident, clocks::CONTACTS, app.now, usize::MAX);
    let (_, regulators) = clocks::cell(incident, clocks::REGULATORS, app.now, usize::MAX);
    let (_, owner) = board::owner(app, incident, usize::MAX);
    let (_, stage) = board::stage(app, incident);
    let mut parts = vec![
        incident.name(),
        format!("priority {}", incident.priority() as u8 + 1),
    ];
    if app.board.marks.contains(&incident.id) {
        parts.push("marked".to_owned());
    }
    if incident.acknowledgement.is_none() {
        parts.push("not acknowledged".to_owned());
    }
    parts.push(text::line(&incident.title).to_string());
    for (label, cell) in [
        ("line manager and asset owner 1 h", hour),
        ("24 h contacts", contacts),
        ("72 h ICO", regulators),
    ] {
        if cell.trim() != "—" {
            parts.push(format!("{label} {}", cell.trim()));
        }
    }
    parts.extend(told_partners(incident));
    parts.push(match owner.as_str() {
        "—" => "owned by nobody".to_owned(),
        "offered to you" => owner,
        _ => format!("owner {owner}"),
    });
    parts.push(stage);
    format!("{number}. {}", spoken_text(&parts.join(", ")))
}

fn told_partners(incident: &Incident) -> Option<String> {
    let (reached, affected) = partners::reached(incident);
    let failed = incident
        .partners
        .iter()
        .filter(|record| record.state().has_failed())
        .count();
    match (affected, failed) {
        (0, _) => None,
        (_, 0) => Some(format!("{reached} of {affected} partners reached")),
        (_, 1) => Some(format!(
            "{reached} of {affected} partners reached and 1 notice failed"
        )),
        (_, failed) => Some(format!(
            "{reached} of {affected} partners reached and {failed} notices failed"
        )),
    }
}

fn detail(app: &App, id: IncidentId, tab: Tab) -> Vec<String> {
    let Some(incident) = app.replica.incident(id) else {
        return vec![
            "This incident is no longer known here. \"back\" goes to the board".to_owned(),
        ];
    };
    let mut said = vec![
        format!("{}. {}", now(app), incident_line(app, &incident)),
        spoken(&crate::tui::view::preview::next_line(app, &incident)),
        format!("{}:", tab.name()),
    ];
    let lines = match tab {
        // The grid is a picture of the cell that the history names.
        Tab::Grade => grade::history(app, &incident),
        Tab::Overview | Tab::Contacts | Tab::Partners | Tab::Timeline | Tab::Work => {
            detail::lines(app, &incident, tab, WIDE)
        }
    };
    said.extend(sentences(&lines));
    let tabs = Tab::ALL
        .into_iter()
        .enumerate()
        .map(|(place, tab)| format!("{} {}", place + 1, tab.name()));
    said.push(format!(
        "Parts: {}; \"back\" goes to the board",
        tabs.collect::<Vec<_>>().join(", ")
    ));
    said
}

fn incident_line(app: &App, incident: &Incident) -> String {
    let (_, stage) = board::stage(app, incident);
    let said = format!(
        "{}, priority {}, {stage}, {}",
        incident.name(),
        incident.priority() as u8 + 1,
        incident.title
    );
    spoken_text(&said)
}

fn problems(app: &App) -> Vec<String> {
    let problems = app.problems();
    let mut said = vec![format!(
        "Problems, the causes behind incidents: {}; a number opens one, \"back\" leaves",
        problems.len()
    )];
    said.extend(problems.iter().enumerate().map(|(place, problem)| {
        let row = format!(
            "{}, {}, {} incidents, {}",
            problem.reference,
            problem.status.name(),
            problems::incidents_cell(app, problem),
            problem.title
        );
        format!("{}. {}", place + 1, spoken_text(&row))
    }));
    said
}

fn one_problem(app: &App, id: ProblemId) -> Vec<String> {
    let Some(problem) = app.problem(id) else {
        return vec!["This problem is no longer known here. \"back\" leaves".to_owned()];
    };
    let mut said = vec![format!(
        "{}, {}, {}",
        problem.reference,
        problem.status.name(),
        spoken_text(&problem.title)
    )];
    said.extend(sentences(&problems::facts(app, problem)));
    said.push(format!(
        "Incidents that it causes: {}; a number opens one",
        problem.incidents.len()
    ));
    let incidents = problem.incidents.iter().enumerate();
    said.extend(incidents.map(|(place, incident)| {
        let line = problems::incident_line(app, *incident, false);
        format!("{}. {}", place + 1, spoken(&line))
    }));
    said.push("\"back\" leaves".to_owned());
    said
}

fn search(app: &App, shown: &Finding) -> Vec<String> {
    let mut said =
        vec!["Search everything; type words or facts, a number opens, \"back\" leaves".to_owned()];
    let found = shown.found().map_or(&[][..], |found| &found.incidents);
    if found.is_empty() {
        said.push(spoken_text(&finding::instead(shown).1));
    }
    let rows = found.iter().enumerate();
    said.extend(rows.map(|(place, incident)| row(app, place + 1, incident)));
    said
}

fn sheet(heading: &str, lines: Vec<Line<'static>>) -> Vec<String> {
    let mut said = vec![format!("{heading}:")];
    said.extend(sentences(&lines));
    said.push("\"back\" leaves".to_owned());
    said
}

/// A part of the directory, some rows at a time; each says everything that it has.
fn directory(app: &App, place: &directory::Place) -> Vec<String> {
    let rows = directory::rows(place.section, &app.present());
    let first = place.found(&rows) / MOST_CHOICES * MOST_CHOICES;
    let parts: Vec<String> = directory::Section::ALL
        .map(|section| section.name().to_lowercase())
        .into();
    let mut said = vec![format!(
        "Directory, {}: {}; a number lists what can be changed there, \"more\" reads on, {} are its parts, \"back\" leaves",
        place.section.name(),
        rows.len(),
        parts.join(", ")
    )];
    let read = rows.iter().enumerate().skip(first).take(MOST_CHOICES);
    said.extend(read.map(|(place, row)| format!("{}. {}", place + 1, spoken_text(&row.sentence))));
    said
}

/// The alarms that stand, some at a time.
fn alarms(app: &App, place: standing::Place) -> Vec<String> {
    let all = &app.alarms.known.all;
    let first = place.in_view(all) / MOST_CHOICES * MOST_CHOICES;
    let mut said = vec![spoken_text(&format!(
        "{}, {}; a number opens its incident, \"acknowledge-alarm 1\" says that you know, \"snooze-alarm 1\" puts it off, \"more\" reads on, \"back\" leaves",
        alarms::heading(app),
        alarms::as_of(app)
    ))];
    let read = all.iter().enumerate().skip(first).take(MOST_CHOICES);
    said.extend(read.map(|(place, standing)| {
        let sentence = alarms::sentence(app, standing);
        format!("{}. {}", place + 1, spoken_text(&sentence))
    }));
    said
}

/// Its answers with the numbers by which they are copied.
fn handoff_sheet(app: &App, shown: &Handoff) -> Vec<String> {
    let lines = handoff::lines(app, shown);
    let mut said =
        vec!["Hand-off sheet; a number copies that answer, next-body is another body's".to_owned()];
    said.extend(lines.iter().take(1).map(spoken));
    let answers = lines.iter().skip(1).enumerate();
    said.extend(answers.map(|(place, line)| format!("{}. {}", place + 1, spoken(line))));
    said.push("\"back\" leaves".to_owned());
    said
}

fn sentences(lines: &[Line<'_>]) -> impl Iterator<Item = String> {
    lines.iter().map(spoken).filter(|said| !said.is_empty())
}

fn list<T>(heading: &str, picker: &Picker<T>) -> Vec<String> {
    let shown = picker.shown().len();
    let mut said = vec![format!(
        "{heading}: {shown} to choose from; a number chooses, words narrow, \"back\" leaves"
    )];
    let choices = picker.shown().take(MOST_CHOICES).enumerate();
    said.extend(choices.map(|(place, choice)| {
        let label = spoken_text(&choice.label);
        format!("{}. {label}: {}", place + 1, spoken_text(&choice.detail))
    }));
    if shown > MOST_CHOICES {
        said.push(format!("and {} more", shown - MOST_CHOICES));
    }
    said
}

fn question(question: &Question) -> Vec<String> {
    let mut said = vec![question.title.clone()];
    said.extend(question.lines.iter().map(|line| spoken_text(line)));
    said.push("Type yes or no; anything but yes means no".to_owned());
    said
}

fn seal(app: &App, problem: Option<&str>) -> Vec<String> {
    let mut said: Vec<String> = problem.map(str::to_owned).into_iter().collect();
    said.push(format!(
        "This cannot be undone. Type {} to do it, \"back\" to go back to the form",
        asked_reference(app)
    ));
    said
}
