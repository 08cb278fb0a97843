//! What the selected incident needs, under the rows: the next step with its rule, the clocks, the
//! people, the partners.

use super::{banner, clocks};
use crate::domain::clock::{self, ClockState};
use crate::domain::contacts::{self, Contact, RequiredContact};
use crate::domain::incident::Incident;
use crate::domain::next_step::{self, NextStep};
use crate::domain::query;
use crate::domain::verdict;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
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
    let mut lines = vec![next_line(app, &incident, area.width)];
    if area.height > 4 {
        lines.extend([clocks_line(app, &incident), people_line(app, &incident)]);
        lines.extend([partners_line(app, &incident), delivery_line(app, &incident)]);
        lines.push(Line::from(Span::raw(format!(
            " {}",
            text::line(&incident.summary)
        ))));
    } else {
        lines.extend([
            people_line(app, &incident),
            partners_or_delivery(app, &incident),
        ]);
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
pub(in crate::tui) fn next_line(app: &App, incident: &Incident, width: u16) -> Line<'static> {
    let present = app.present();
    let steps = next_step::next_steps(incident, present.directory, present.policy, present.now);
    match steps.first() {
        Some(step) => Line::from(vec![
            super::span(app, Look::Next, " NEXT  "),
            Span::raw(step_text(step, usize::from(width).saturating_sub(7))),
        ]),
        None => Line::from(vec![
            super::span(app, Look::Met, " NEXT  "),
            Span::raw("Nothing to do now. Watch the clocks"),
        ]),
    }
}

/// A step in at most `columns` columns; its rule is never cut off.
pub(super) fn step_text(step: &NextStep, columns: usize) -> String {
    let rule = format!(" ({})", step.rule);
    let room = columns.saturating_sub(rule.len());
    format!("{}{rule}", text::line(&step.sentence).truncated(room))
}

/// Those that still run first, the nearest before the others.
fn clocks_line(app: &App, incident: &Incident) -> Line<'static> {
    let mut spans = vec![super::span(app, Look::Quiet, " CLOCKS  ")];
    let mut views: Vec<_> =
        clock::views_of(incident, |clock| query::is_listed(clock.kind)).collect();
    views.sort_by_key(|view| (!view.state(app.now).is_open(), view.clock.due_at));
    for view in views {
        let state = view.state(app.now);
        let said = match state {
            ClockState::Overdue => format::countdown(view.clock.due_at, app.now),
            ClockState::Running | ClockState::DueSoon => {
                let left = format::countdown(view.clock.due_at, app.now);
                format!("{left} {}", state.name())
            }
            ClockState::Met
            | ClockState::MetWithinWorkingDay
            | ClockState::MetLate
            | ClockState::MetByException
            | ClockState::StoodDown
            | ClockState::Ended => verdict::state_in_words(&view, app.now),
        };
        let name = view.in_words(app.present().directory, app.now);
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
