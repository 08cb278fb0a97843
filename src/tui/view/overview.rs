//! The overview of an incident: clocks, what comes next, facts.

use super::{clocks, preview};
use crate::domain::Instant;
use crate::domain::clock::{self, ClockState, ClockView};
use crate::domain::incident::{AwarenessKind, Incident, Major, Note};
use crate::domain::next_step;
use crate::domain::owed::{self, Owed};
use crate::domain::synopsis;
use crate::domain::verdict;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: &Incident, width: u16) -> Vec<Line<'static>> {
    let offered = synopsis::offered(incident, app.present().directory);
    let offered = offered.map(|said| {
        let said = text::line(&said).to_string();
        Line::from(super::span(app, Look::Soon, said))
    });
    let mut lines: Vec<Line<'static>> = offered.into_iter().collect();
    lines.extend(super::grade::differing(app, incident));
    lines.push(super::heading(app, "Clocks"));
    lines.extend(clock_lines(app, incident, width));
    let calendar = &app.replica.desk().policy.calendar;
    lines.extend(
        clock::holidays_not_known(incident, calendar)
            .map(|warning| Line::from(super::span(app, Look::Soon, warning))),
    );
    lines.push(Line::default());
    lines.push(super::heading(app, "Next steps"));
    lines.extend(step_lines(app, incident));
    lines.push(Line::default());
    lines.push(super::heading(app, "Facts"));
    lines.extend(facts(app, incident).into_iter().map(|(label, value)| {
        Line::from(vec![
            super::span(app, Look::Quiet, format!("{label:<16}")),
            Span::raw(text::line(&value).to_string()),
        ])
    }));
    lines
}

/// A line for each clock and for what is owed by a day, and beneath it what proves its stop or who is still
/// to be told.
fn clock_lines(app: &App, incident: &Incident, width: u16) -> Vec<Line<'static>> {
    let clocks = clock::views(incident).map(|view| told(app, &view, incident, width));
    let owed = owed::owed(incident).into_iter();
    let owed = owed.map(|owed| told_of_owed(app, &owed, width));
    let mut all: Vec<Told> = clocks.chain(owed).collect();
    all.sort_by_key(Told::place);
    let room = Room::of(&all, usize::from(width));
    all.iter()
        .flat_map(|told| {
            let beneath = told.beneath.iter().map(|remark| {
                let words = format!("    {}", text::line(remark));
                Line::from(super::span(app, Look::Quiet, words))
            });
            let line = clock_line(app, told, &room);
            std::iter::once(line).chain(beneath).collect::<Vec<_>>()
        })
        .collect()
}

/// What a line says of a clock, or of what is owed by a day.
struct Told {
    standing: ClockState,
    due_at: Instant,
    name: String,
    /// How much of its length is gone; what is owed by a day has no length.
    bar: Option<String>,
    state: String,
    rule: String,
    beneath: Vec<String>,
}

impl Told {
    /// As on the board: what can still be met and soon no more comes first, then what is overdue, then what has
    /// time, each by its due time; then the rest in the order of the procedure.
    fn place(&self) -> (u8, Option<Instant>) {
        match self.standing {
            ClockState::DueSoon => (0, Some(self.due_at)),
            ClockState::Overdue => (1, Some(self.due_at)),
            ClockState::Running => (2, Some(self.due_at)),
            ClockState::Met
            | ClockState::MetWithinWorkingDay
            | ClockState::MetLate
            | ClockState::MetByException
            | ClockState::StoodDown
            | ClockState::Released
            | ClockState::Ended => (3, None),
        }
    }
}

fn told(app: &App, view: &ClockView<'_>, incident: &Incident, width: u16) -> Told {
    let directory = app.present().directory;
    let due = due(app, view.clock.due_at, width);
    Told {
        standing: view.state(app.now),
        due_at: view.clock.due_at,
        name: text::line(&view.in_words(directory, app.now)).to_string(),
        bar: Some(clocks::bar(view, app.now, BAR)),
        state: clocks::full(view, app.now, &due),
        rule: format!(" ({})", view.clock.kind.rule()),
        beneath: verdict::remarks(view, incident, directory, app.now),
    }
}

fn told_of_owed(app: &App, owed: &Owed, width: u16) -> Told {
    let (standing, due) = (owed.state(app.now), due(app, owed.due_at, width));
    let name = owed.to_do_in_words(app.present().directory);
    Told {
        standing,
        due_at: owed.due_at,
        name: text::line(&name).to_string(),
        bar: None,
        state: clocks::open(standing, owed.due_at, app.now, &due),
        rule: format!(" ({})", owed.matter.rule()),
        beneath: Vec::new(),
    }
}

/// When something is due, as there is room for it.
fn due(app: &App, at: Instant, width: u16) -> String {
    match width >= WIDE {
        true => format::local(at),
        false => format::local_short(at, app.now),
    }
}

/// From so many columns on there may be room for more than the name and the state.
const WIDE: u16 = 110;

/// Columns of the bar that shows how much of a clock is gone.
const BAR: usize = 16;

/// How the columns of a line are shared out: a name is shown in full before anything else is added.
struct Room {
    name: usize,
    has_bar: bool,
    has_rule: bool,
}

impl Room {
    fn of(told: &[Told], width: usize) -> Self {
        let longest = |part: fn(&Told) -> &str| {
            let widths = told.iter().map(|one| text::line(part(one)).width());
            widths.max().unwrap_or_default()
        };
        let (name, rule) = (longest(|one| &one.name), longest(|one| &one.rule));
        // The sign and a blank before the name, a blank after it.
        let left = width.saturating_sub(3 + longest(|one| &one.state));
        let is_wide = width >= usize::from(WIDE);
        let has_rule = is_wide && name + rule <= left;
        let has_bar = has_rule && name + rule + BAR < left;
        Self {
            name: name.min(left.max(SHORTEST_NAME)),
            has_bar,
            has_rule,
        }
    }
}

/// A name keeps so many columns however little room there is.
const SHORTEST_NAME: usize = 30;

fn clock_line(app: &App, told: &Told, room: &Room) -> Line<'static> {
    let look = clocks::look(told.standing);
    let name = text::line(&told.name).truncated(room.name).to_string();
    let sign = clocks::sign(told.standing);
    let blank = " ".repeat(room.name.saturating_sub(text::line(&name).width()) + 1);
    let mut spans = vec![super::span(app, look, format!("{sign} {name}{blank}"))];
    if room.has_bar {
        let bar = told.bar.as_deref().unwrap_or_default();
        spans.push(super::span(app, look, format!("{bar:BAR$} ")));
    }
    spans.push(super::span(app, look, told.state.clone()));
    if room.has_rule {
        spans.push(super::span(app, Look::Quiet, told.rule.clone()));
    }
    Line::from(spans)
}

fn step_lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let present = app.present();
    let steps = next_step::next_steps(incident, present.directory, present.policy, present.now);
    if steps.is_empty() {
        return vec![Line::from("Nothing to do now")];
    }
    steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let (look, due) = step
                .due_at
                .map_or((Look::Quiet, String::new()), |at| asked_by(at, app.now));
            Line::from(vec![
                super::span(app, Look::Next, format!("{}. ", place + 1)),
                Span::raw(preview::step_text(step, usize::MAX)),
                super::span(app, look, due),
            ])
        })
        .collect()
}

/// By when a step is asked for, or was.
fn asked_by(at: Instant, now: Instant) -> (Look, String) {
    let moment = format::local_short(at, now);
    if at < now {
        (Look::Overdue, format!("  was due {moment}"))
    } else {
        (Look::Quiet, format!("  by {moment}"))
    }
}

fn facts(app: &App, incident: &Incident) -> Vec<(&'static str, String)> {
    let directory = app.present().directory;
    let name = |person| directory.person_name(person).to_owned();
    let words = |words: Vec<&str>| {
        if words.is_empty() {
            "not said yet".to_owned()
        } else {
            words.join(", ")
        }
    };
    let known = &incident.facts;
    let mut facts = vec![
        ("What happened", incident.summary.to_string()),
        ("Breach", known.breach_status.name().to_owned()),
        (
            "Category",
            known
                .category
                .map_or("not chosen yet", |category| category.name())
                .to_owned(),
        ),
        (
            "Data of",
            words(known.data_scope.iter().map(|scope| scope.name()).collect()),
        ),
        (
            "Breach of",
            words(known.cia.iter().map(|cia| cia.name()).collect()),
        ),
        (
            "Effect on data",
            words(
                known
                    .data_effects
                    .iter()
                    .map(|effect| effect.name())
                    .collect(),
            ),
        ),
        (
            "Kind",
            words(
                [
                    (known.cyber, "cyber"),
                    (known.siri, "SIRI"),
                    (incident.is_notifiable(), "notifiable"),
                ]
                .into_iter()
                .filter(|(holds, _)| *holds)
                .map(|(_, word)| word)
                .collect(),
            ),
        ),
        ("Partnership", partnership(incident)),
        (
            "Controllers",
            words(
                known
                    .controllers
                    .iter()
                    .map(|one| directory.organisation_name(one))
                    .collect(),
            ),
        ),
        (
            "Reported by",
            format!(
                "{}, {}",
                directory.organisation_name(&incident.reporter.organisation),
                incident.reporter.contact
            ),
        ),
        ("Staff aware", format::local(incident.awareness.staff_at)),
        (
            "Officer aware",
            format::local(incident.awareness.officer_at),
        ),
        (
            "Logged",
            format!(
                "{} by {}",
                format::local(incident.logged_at),
                name(&incident.logged_by.person)
            ),
        ),
        (
            "Acknowledged",
            incident.acknowledgement.as_ref().map_or_else(
                || "not yet".to_owned(),
                |given| format!("{} by {}", format::local(given.at), name(&given.by.person)),
            ),
        ),
        (
            "Owner",
            incident
                .owner
                .as_ref()
                .map_or_else(|| "nobody".to_owned(), name),
        ),
    ];
    facts.extend(
        incident
            .offer
            .as_ref()
            .map(|offer| ("Offered because", offer.reason.to_string())),
    );
    facts.extend(major(incident));
    facts.extend(synopsis::also(incident, directory));
    facts.extend(incident.awareness.revisions.iter().map(|revision| {
        (
            "Corrected",
            format!(
                "{}: {} instead of {}, because {}",
                when(revision.kind),
                format::local(revision.to),
                format::local(revision.from),
                revision.reason
            ),
        )
    }));
    facts.extend(incident.notes.iter().rev().take(5).map(note));
    facts
}

fn note(note: &Note) -> (&'static str, String) {
    let when = format::local(note.happened_at);
    let text = note.text.replace('\n', " ");
    let rest = if note.is_beginning {
        "… The timeline has all of it"
    } else {
        ""
    };
    ("Note", format!("{when} {}: {text}{rest}", note.kind.name()))
}

fn when(kind: AwarenessKind) -> &'static str {
    kind.name()
}

fn partnership(incident: &Incident) -> String {
    let known = &incident.facts;
    match &known.partnership_reason {
        Some(reason) => format!("{}: {reason}", known.partnership_effect.name()),
        None => known.partnership_effect.name().to_owned(),
    }
}

fn major(incident: &Incident) -> Option<(&'static str, String)> {
    let said = match &incident.major {
        Major::No => return None,
        Major::Proposed { incidents, .. } => {
            format!("proposed: {} incidents share a trend", incidents.len() + 1)
        }
        Major::Declared { at, reason, .. } => format!("declared {}: {reason}", format::local(*at)),
        Major::Declined { at, reason, .. } => format!("declined {}: {reason}", format::local(*at)),
    };
    Some(("Major", said))
}
