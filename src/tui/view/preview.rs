//! What the selected incident needs, under the rows: the next step with its rule, the clocks, the
//! people, the partners.

use super::{banner, clocks};
use crate::domain::clock::{self, ClockState};
use crate::domain::contacts::{self, Contact, RequiredContact};
use crate::domain::incident::Incident;
use crate::domain::next_step::{self, NextStep};
use crate::domain::owed;
use crate::domain::query::{self, Listed};
use crate::domain::verdict;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let selected = app.board.selected.and_then(|id| app.replica.incident(id));
    let Some(incident) = selected else {
        return rule(app, frame, row_of(area, 0), "");
    };
    let title = format!(" {}  {} ", incident.name(), text::line(&incident.title));
    rule(app, frame, row_of(area, 0), &title);
    let mut lines = next_lines(app, &incident, area.width);
    if area.height > 4 {
        lines.extend([clocks_line(app, &incident), people_line(app, &incident)]);
        lines.extend([partners_line(app, &incident), delivery_line(app, &incident)]);
        lines.push(Line::from(Span::raw(format!(
            " {}",
            text::line(&incident.summary)
        ))));
    } else {
        // A next step of two rows says whom to tell itself.
        if lines.len() == 1 {
            lines.push(people_line(app, &incident));
        }
        lines.push(partners_or_delivery(app, &incident));
    }
    for (row, line) in (1..area.height).zip(lines) {
        told(app, frame, row_of(area, row), line);
    }
}

/// A line that says so where it goes on beyond the edge.
fn told(app: &App, frame: &mut Frame<'_>, area: Rect, line: Line<'_>) {
    let is_cut = line.width() > usize::from(area.width);
    frame.render_widget(line, area);
    if is_cut {
        super::right(frame, area, Line::from(super::span(app, Look::Quiet, "…")));
    }
}

fn rule(app: &App, frame: &mut Frame<'_>, area: Rect, title: &str) {
    let width = usize::from(area.width);
    let title = text::line(title).truncated(width.saturating_sub(4));
    let rest = width.saturating_sub(title.width() + 2);
    let line = Line::from(vec![
        super::span(app, Look::Frame, "──"),
        super::span(app, Look::Strong, title.to_string()),
        super::span(app, Look::Frame, "─".repeat(rest)),
    ]);
    frame.render_widget(line, area);
}

/// `NEXT  Inform the DPO: no answer twice; next, the deputy, in 4 min (BOB-DPO)`.
pub(in crate::tui) fn next_line(app: &App, incident: &Incident) -> Line<'static> {
    next_of(app, first_step(app, incident).as_ref(), usize::MAX)
}

/// The same in one row or two: a second one where the sentence, which may end in a number to call, needs it.
pub(super) fn next_lines(app: &App, incident: &Incident, width: u16) -> Vec<Line<'static>> {
    let step = first_step(app, incident);
    let width = usize::from(width);
    let in_rows = |columns| wrapped(vec![next_of(app, step.as_ref(), columns)], width);
    let shorter = (0..=MOST_NEXT_ROWS * width).rev().map(in_rows);
    let mut fitting = std::iter::once(in_rows(usize::MAX)).chain(shorter);
    fitting
        .find(|rows| rows.len() <= MOST_NEXT_ROWS)
        .unwrap_or_default()
}

/// Rows that the next step may take.
const MOST_NEXT_ROWS: usize = 2;

fn first_step(app: &App, incident: &Incident) -> Option<NextStep> {
    let present = app.present();
    let steps = next_step::next_steps(incident, present.directory, present.policy, present.now);
    steps.into_iter().next()
}

fn next_of(app: &App, step: Option<&NextStep>, columns: usize) -> Line<'static> {
    let (look, words) = match step {
        Some(step) => (Look::Next, step_text(step, columns)),
        None => (Look::Met, "Nothing to do now. Watch the clocks".to_owned()),
    };
    Line::from(vec![super::span(app, look, " NEXT  "), Span::raw(words)])
}

/// A step in at most `columns` columns. Where there is no room for all of it, its rule goes first, which says
/// nobody what to do; a number to call is never cut in its middle.
pub(super) fn step_text(step: &NextStep, columns: usize) -> String {
    let rule = format!(" ({})", step.rule);
    let sentence = text::line(&step.sentence);
    if sentence.width().saturating_add(rule.len()) <= columns {
        return format!("{sentence}{rule}");
    }
    let whole = sentence.to_string();
    let cut = sentence.truncated(columns).to_string();
    match cut == whole {
        true => cut,
        false => format!("{}…", without_half_a_number(&cut, &whole)),
    }
}

/// What was cut off inside a number ends before it: half a number is none.
fn without_half_a_number<'a>(cut: &'a str, whole: &str) -> &'a str {
    let cut = cut.trim_end_matches('…');
    let is_digit = |letter: char| letter.is_ascii_digit();
    let rest = whole.get(cut.len()..).unwrap_or_default();
    let is_inside = cut.trim_end().ends_with(is_digit) && rest.trim_start().starts_with(is_digit);
    match is_inside {
        true => cut.trim_end_matches(|letter| is_digit(letter) || letter == ' '),
        false => cut,
    }
}

/// What can still be met first, then what is overdue, then how the others ended.
fn place_of(state: ClockState) -> u8 {
    match state {
        ClockState::Running | ClockState::DueSoon => 0,
        ClockState::Overdue => 1,
        ClockState::Met
        | ClockState::MetWithinWorkingDay
        | ClockState::MetLate
        | ClockState::MetByException
        | ClockState::StoodDown
        | ClockState::Released
        | ClockState::Ended => 2,
    }
}

/// The clocks, and what is owed by a day; of each sort the nearest before the others.
fn clocks_line(app: &App, incident: &Incident) -> Line<'static> {
    let mut spans = vec![super::span(app, Look::Quiet, " CLOCKS  ")];
    let clocks = clock::views_of(incident, |clock| query::is_listed(clock.kind));
    let owed = owed::owed(incident).into_iter().map(Listed::Owed);
    let mut all: Vec<Listed<'_>> = clocks.map(Listed::Clock).chain(owed).collect();
    all.sort_by_key(|listed| (place_of(listed.state(app.now)), listed.due_at()));
    for listed in all {
        let state = listed.state(app.now);
        let left = format::countdown(listed.due_at(), app.now);
        let said = match (&listed, state) {
            (_, ClockState::Overdue) => left,
            (_, ClockState::Running | ClockState::DueSoon) => format!("{left} {}", state.name()),
            (Listed::Clock(view), _) => verdict::state_in_words(view, app.now),
            (Listed::Owed(_), _) => state.name().to_owned(),
        };
        let directory = app.present().directory;
        let name = match &listed {
            Listed::Clock(view) => view.in_words(directory, app.now),
            Listed::Owed(owed) => owed.to_do_in_words(directory),
        };
        spans.push(Span::raw(format!("{}: ", text::line(&name))));
        spans.push(super::span(app, clocks::look(state), said));
        spans.push(super::span(app, Look::Frame, " · "));
    }
    spans.pop();
    Line::from(spans)
}

/// `TOLD  Riverbourne ICB: asset owner tried 2×, line manager not yet, DPO ✓ 01:20`: not reached first,
/// because that is where something has to be done.
fn people_line(app: &App, incident: &Incident) -> Line<'static> {
    let mut spans = vec![super::span(app, Look::Quiet, " TOLD  ")];
    let mut all = contacts::required(incident);
    all.sort_by_key(|required| contacts::informed_at(incident, &required.contact).is_some());
    while let Some(first) = all.first() {
        let whose = first.contact.organisation.clone();
        let (theirs, others): (Vec<RequiredContact>, Vec<RequiredContact>) = all
            .into_iter()
            .partition(|required| required.contact.organisation == whose);
        all = others;
        if let Some(organisation) = &whose {
            let name = app.present().directory.organisation_name(organisation);
            spans.push(Span::raw(format!("{}: ", text::line(name))));
        }
        for required in theirs {
            spans.push(person(app, incident, &required.contact));
            spans.push(super::span(app, Look::Frame, ", "));
        }
        spans.pop();
        spans.push(super::span(app, Look::Frame, " · "));
    }
    spans.pop();
    Line::from(spans)
}

/// Whether a contact has been told.
fn person(app: &App, incident: &Incident, contact: &Contact) -> Span<'static> {
    let role = contact.role.short();
    let attempts = contacts::attempts(incident, contact).count();
    let (look, state) = match contacts::informed_at(incident, contact) {
        Some(at) => (
            Look::Met,
            format!("{role} ✓ {}", format::local_short(at, app.now)),
        ),
        None if attempts > 0 => (Look::Soon, format!("{role} tried {attempts}×")),
        None => (Look::Text, format!("{role} not yet")),
    };
    super::span(app, look, state)
}

/// Not reached first, because that is where something has to be done.
fn partners_line(app: &App, incident: &Incident) -> Line<'static> {
    let mut spans = vec![super::span(app, Look::Quiet, " PARTNERS  ")];
    let mut records: Vec<_> = incident.partners.iter().collect();
    records.sort_by_key(|record| record.state());
    for record in records {
        let state = record.state();
        let look = if state.is_reached() {
            Look::Met
        } else {
            Look::Soon
        };
        let name = text::line(
            app.present()
                .directory
                .organisation_name(&record.organisation),
        )
        .truncated(28);
        spans.push(Span::raw(format!("{name} ")));
        spans.push(super::span(app, look, state.name()));
        spans.push(super::span(app, Look::Frame, " · "));
    }
    match incident.partners.is_empty() {
        true => spans.push(super::span(
            app,
            Look::Quiet,
            incident.facts.partnership_effect.name(),
        )),
        false => {
            spans.pop();
        }
    }
    Line::from(spans)
}

/// What of this incident the server has not confirmed.
fn delivery_line(app: &App, incident: &Incident) -> Line<'static> {
    let marks = app.replica.marks(incident.id);
    let doubt = app
        .replica
        .outbox()
        .pending_of(incident.id)
        .find_map(|pending| app.replica.doubt(pending.unsent.id));
    let (look, text) = match (marks.refused, marks.unsent, doubt) {
        (1.., ..) => (
            Look::Refused,
            "✗ an action was refused: L shows which and why".to_owned(),
        ),
        (0, 1.., Some(doubt)) => (
            Look::Refused,
            format!("↑ Not confirmed, and would be refused as things stand: {doubt}"),
        ),
        (0, 1.., None) => (Look::Unsent, banner::unconfirmed(app, marks.unsent)),
        (0, 0, _) => (
            Look::Quiet,
            format!("✓ confirmed by the server, version {}", incident.version),
        ),
    };
    Line::from(super::span(app, look, format!(" {}", text::line(&text))))
}

/// On a small screen the partners give way to what is not confirmed.
fn partners_or_delivery(app: &App, incident: &Incident) -> Line<'static> {
    let marks = app.replica.marks(incident.id);
    if marks.refused + marks.unsent > 0 {
        delivery_line(app, incident)
    } else {
        partners_line(app, incident)
    }
}
