//! The problems behind incidents: their list with what is known of the selected one, and one of them
//! with the incidents that come from it.

use crate::domain::calendar;
use crate::domain::id::{IncidentId, ProblemId};
use crate::domain::problem::{Problem, ProblemStatus};
use crate::steps::RAISE;
use crate::text;
use crate::tui::app::App;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use crate::tui::widget::table::{self, Column, page_start, row_of};
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

const COLUMNS: [Column; 6] = [
    Column::fixed("", 1, 0),
    Column::fixed("Reference", 13, 0),
    Column::fixed("Status", 11, 0),
    Column::fixed("Incidents", 11, 1),
    Column::fixed("Owner", 6, 2),
    Column::flexible("Title", 20, 90, 0),
];

/// Rows below the list for what is known of the selected problem.
const PREVIEW: u16 = 6;

/// The list, those that have still to be solved first.
pub(super) fn list(app: &App, selected: Option<ProblemId>, frame: &mut Frame<'_>, area: Rect) {
    let problems = app.problems();
    let open = problems.iter().filter(|problem| problem.is_open()).count();
    let heading = format!(
        " Problems: the causes behind incidents   {open} to solve, {} in all",
        problems.len()
    );
    bar(app, &heading, frame, row_of(area, 0));
    if problems.is_empty() {
        return frame.render_widget(super::span(app, Look::Quiet, nothing(app)), row_of(area, 2));
    }
    let columns = table::fit(&COLUMNS, area.width);
    for (index, x, width) in &columns {
        let title = super::span(app, Look::Quiet, COLUMNS[*index].title);
        frame.render_widget(title, cell_area(row_of(area, 1), *x, *width));
    }
    let rows = Rect {
        y: area.y + 2,
        height: area.height.saturating_sub(2 + PREVIEW),
        ..area
    };
    let place = problems
        .iter()
        .position(|problem| Some(problem.id) == selected);
    let first = page_start(place.unwrap_or_default(), rows.height);
    for (offset, problem) in (0..rows.height).zip(problems.iter().skip(first)) {
        let is_selected = Some(problem.id) == selected;
        row(
            app,
            problem,
            is_selected,
            &columns,
            frame,
            row_of(rows, offset),
        );
    }
    let chosen = place.and_then(|place| problems.get(place));
    preview(
        app,
        chosen.copied(),
        frame,
        Rect {
            y: rows.bottom(),
            height: PREVIEW,
            ..area
        },
    );
}

fn nothing(app: &App) -> String {
    let key = app.keymap.key_for(Action::OnProblem(RAISE));
    match app.replica.desk().problems.is_loaded() {
        false => "  Loading problems from the server …".to_owned(),
        true => format!("  No problem is known. {key} on an incident raises one"),
    }
}

fn bar(app: &App, text: &str, frame: &mut Frame<'_>, area: Rect) {
    frame
        .buffer_mut()
        .set_style(area, app.theme.style(Look::Bar));
    let text = text::line(text).truncated(usize::from(area.width));
    frame.render_widget(Span::raw(text.to_string()), area);
}

fn cell_area(area: Rect, x: u16, width: u16) -> Rect {
    Rect {
        x: area.x + x,
        width: width.min(area.width.saturating_sub(x)),
        ..area
    }
}

fn row(
    app: &App,
    problem: &Problem,
    is_selected: bool,
    columns: &[(usize, u16, u16)],
    frame: &mut Frame<'_>,
    area: Rect,
) {
    for (index, x, width) in columns {
        let place = cell_area(area, *x, *width);
        let (look, text) = match COLUMNS[*index].title {
            "" => (Look::Text, (if is_selected { "▌" } else { " " }).to_owned()),
            "Reference" => (Look::Strong, problem.reference.to_string()),
            "Status" => (look(problem), problem.status.name().to_owned()),
            "Incidents" => (Look::Text, incidents_cell(app, problem)),
            "Owner" => (Look::Text, owner(problem)),
            _ => (
                Look::Text,
                text::line(&problem.title)
                    .truncated(usize::from(*width))
                    .into(),
            ),
        };
        frame.render_widget(super::span(app, look, text), place);
    }
    if is_selected {
        let style = app.theme.style(Look::Selection);
        frame.buffer_mut().set_style(area, style);
    }
}

/// A problem without a workaround is what its incidents wait for.
fn look(problem: &Problem) -> Look {
    match (problem.is_open(), &problem.workaround) {
        (true, None) => Look::Soon,
        (true, Some(_)) => Look::Text,
        (false, _) => Look::Met,
    }
}

/// `2 open of 3`.
pub(in crate::tui) fn incidents_cell(app: &App, problem: &Problem) -> String {
    let ids = problem.incidents.iter();
    let open = ids
        .filter_map(|id| app.replica.incident(*id))
        .filter(|incident| incident.status.is_open())
        .count();
    format!("{open} open of {}", problem.incidents.len())
}

fn owner(problem: &Problem) -> String {
    problem
        .owner
        .map_or_else(|| "—".to_owned(), |owner| owner.short().to_owned())
}

fn preview(app: &App, problem: Option<&Problem>, frame: &mut Frame<'_>, area: Rect) {
    let rule = "─".repeat(usize::from(area.width));
    frame.render_widget(super::span(app, Look::Frame, rule), row_of(area, 0));
    let Some(problem) = problem else { return };
    let inside = inside(area, 1);
    let names: Vec<String> = problem
        .incidents
        .iter()
        .map(|id| app.name_of(*id))
        .collect();
    let behind = said(app, "BEHIND", &names.join(" · "));
    let lines = facts(app, problem).into_iter().skip(2).chain([behind]);
    let lines = wrapped(lines.collect(), usize::from(inside.width));
    for (offset, line) in (0..inside.height).zip(lines) {
        frame.render_widget(line, row_of(inside, offset));
    }
}

fn inside(area: Rect, below: u16) -> Rect {
    Rect {
        x: area.x + 1,
        y: area.y + below,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(below),
    }
}

fn said(app: &App, label: &str, words: &str) -> Line<'static> {
    Line::from(vec![
        super::span(app, Look::Quiet, format!("{label:<11} ")),
        Span::raw(text::line(words).to_string()),
    ])
}

/// Owner, raising, cause, workaround and solution, in this order.
pub(in crate::tui) fn facts(app: &App, problem: &Problem) -> Vec<Line<'static>> {
    let open =
        |text: &Option<Box<str>>, missing: &str| text.as_deref().unwrap_or(missing).to_owned();
    let raised = &problem.raised;
    let by = app.present().directory.person_name(&raised.by.person);
    let owner = problem.owner.map_or("not known yet", |owner| owner.title());
    let no_workaround = match problem.status {
        ProblemStatus::Open | ProblemStatus::KnownError => {
            "none yet: its incidents cannot close before it is solved (WSIC-PROB)"
        }
        ProblemStatus::Resolved | ProblemStatus::Closed => "none",
    };
    let when = format!(
        "{}, {by} ({})",
        calendar::brief(raised.at),
        raised.by.role.short()
    );
    vec![
        said(app, "OWNER", owner),
        said(app, "RAISED", &when),
        said(app, "CAUSE", &open(&problem.root_cause, "not known yet")),
        said(app, "WORKAROUND", &open(&problem.workaround, no_workaround)),
        said(app, "SOLUTION", &open(&problem.solution, "not known yet")),
    ]
}

/// One problem, and the incidents that come from it.
pub(super) fn one(app: &App, id: ProblemId, at: usize, frame: &mut Frame<'_>, area: Rect) {
    let Some(problem) = app.problem(id) else {
        let gone = "This problem is no longer known here. Esc goes back";
        return frame.render_widget(super::span(app, Look::Stale, gone), area);
    };
    let heading = format!(
        " {}  {}  {}",
        problem.reference,
        problem.status.name(),
        problem.title
    );
    bar(app, &heading, frame, row_of(area, 0));
    let body = inside(area, 2);
    let width = usize::from(body.width);
    let mut lines = wrapped(facts(app, problem), width);
    lines.push(Line::default());
    let count = problem.incidents.len();
    let heading = format!("Incidents that it causes: {count}");
    lines.push(super::heading(app, &heading));
    let mut focus = 0..0;
    for (place, incident) in problem.incidents.iter().enumerate() {
        let told = wrapped(vec![incident_line(app, *incident, place == at)], width);
        if place == at {
            focus = lines.len()..lines.len() + told.len();
        }
        lines.extend(told);
    }
    let first = focus.end.saturating_sub(usize::from(body.height));
    super::lines(app, frame, body, lines, first);
}

/// `▌ INC-26-0001-G  P1 triaged  Ransomware on the hosted shared care record`.
pub(in crate::tui) fn incident_line(app: &App, id: IncidentId, is_selected: bool) -> Line<'static> {
    let (sign, look) = match is_selected {
        true => ("▌ ", Look::Selection),
        false => ("  ", Look::Strong),
    };
    let Some(incident) = app.replica.incident(id) else {
        return Line::from(super::span(app, look, format!("{sign}{}", app.name_of(id))));
    };
    let stage = format!(
        "  P{} {:<13}  ",
        incident.priority() as u8 + 1,
        incident.status.name()
    );
    Line::from(vec![
        super::span(app, look, format!("{sign}{}", incident.name())),
        Span::raw(stage),
        Span::raw(text::line(&incident.title).to_string()),
    ])
}
