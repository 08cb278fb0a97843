//! The board: queues with counts that never lie, and one page of the queue that is shown.

use super::clocks;
use super::preview;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::partners;
use crate::domain::query::{self, Queue};
use crate::text;
use crate::tui::app::{App, Freshness};
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use crate::tui::view::layout;
use crate::tui::widget::table::{self, Column};
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Selection, mark and delivery; priority; what people call it; what it is; the clocks.
const COLUMNS: [Column; 10] = [
    Column::fixed("", 3, 0),
    Column::fixed("P", 2, 0),
    Column::fixed("Reference", 13, 0),
    Column::flexible("Title", 15, 44, 0),
    Column::flexible("1 h mgr", 8, 12, 1),
    Column::fixed("24 h contacts", 17, 0),
    Column::fixed("72 h ICO", 16, 0),
    Column::fixed("Partners", 8, 2),
    Column::flexible("Owner", 6, 14, 3),
    Column::flexible("Stage", 8, 16, 4),
];

/// How many columns of a filter are shown beside the queues.
const LONGEST_FILTER: usize = 24;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let layout = layout::board(app.size);
    queues(app, frame, table::row_of(area, 0));
    let columns = table::fit(&COLUMNS, area.width);
    headings(app, frame, table::row_of(area, 1), &columns);
    let list = Rect {
        y: area.y + 2,
        height: layout.rows.min(area.height.saturating_sub(2)),
        ..area
    };
    let visible = app.visible();
    for (place, id) in visible.iter().enumerate() {
        let Ok(offset) = u16::try_from(place) else {
            break;
        };
        row(app, frame, table::row_of(list, offset), *id, &columns);
    }
    if visible.is_empty() {
        nothing(app, frame, list);
    }
    let preview = Rect {
        y: list.bottom(),
        height: area.bottom().saturating_sub(list.bottom()),
        ..area
    };
    preview::draw(app, frame, preview);
}

/// How much is said of each queue; every count stays in sight however little room there is.
#[derive(Clone, Copy)]
enum Wording {
    /// ` 2 Unacknowledged 3 `
    Full,
    /// `2 Unack 3`
    Short,
    /// `2 3`, and a short name for the queue that is shown.
    Bare,
}

/// The queues with their counts, and at the right what a filter keeps.
fn queues(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let note = marked(app).or_else(|| narrowing(app));
    let note = note.map(|note| super::span(app, Look::Banner, note));
    let room = usize::from(area.width) - note.as_ref().map_or(0, Span::width);
    let lines = [Wording::Full, Wording::Short, Wording::Bare].map(|wording| named(app, wording));
    let [.., bare] = &lines;
    let line = lines.iter().find(|line| line.width() <= room);
    frame.render_widget(line.unwrap_or(bare), area);
    if let Some(note) = note {
        super::right(frame, area, Line::from(note));
    }
}

/// ` 1 marked: a e A n act on it; Esc unmarks `, while keys act on something else than the selected row.
fn marked(app: &App) -> Option<String> {
    let back = app.keymap.key_for(Action::Back);
    let on_marked = [
        Action::Acknowledge,
        Action::Escalate,
        Action::Reassign,
        Action::Note,
    ];
    let keys = on_marked.map(|action| app.keymap.key_for(action)).join(" ");
    match app.board.marks.len() {
        0 => None,
        1 => Some(format!(" 1 marked: {keys} act on it; {back} unmarks ")),
        count => Some(format!(
            " {count} marked: {keys} act on them; {back} unmarks "
        )),
    }
}

/// ` /night: 4 of 17 shown `, where a filter narrows the queue.
fn narrowing(app: &App) -> Option<String> {
    let (_, filter) = app.replica.narrowed()?;
    if app.not_loaded().is_some() {
        return None;
    }
    let shown = app.replica.len(app.board.queue);
    let named = text::line(app.filter_name(filter).unwrap_or(filter)).truncated(LONGEST_FILTER);
    let all = app.replica.count(app.board.queue);
    Some(format!(" /{named}: {shown} of {all} shown "))
}

fn named(app: &App, wording: Wording) -> Line<'static> {
    let mut spans = Vec::new();
    for (place, queue) in Queue::ALL.into_iter().enumerate() {
        let (number, count) = (place + 1, counted(app, queue));
        let is_shown = queue == app.board.queue;
        let text = match wording {
            Wording::Full => format!(" {number} {} {count} ", queue.name()),
            Wording::Bare if !is_shown => format!("{number} {count}"),
            Wording::Short | Wording::Bare => format!("{number} {} {count}", short_name(queue)),
        };
        let look = if is_shown {
            Look::Selection
        } else if queue == Queue::Overdue && app.replica.count(queue) > 0 {
            Look::Overdue
        } else {
            Look::Text
        };
        if place > 0 {
            spans.push(super::span(app, Look::Frame, "│"));
        }
        spans.push(super::span(app, look, text));
    }
    Line::from(spans)
}

/// How many there are, or that nobody knows yet.
fn counted(app: &App, queue: Queue) -> String {
    match app.not_loaded() {
        Some(_) => "…".to_owned(),
        None => app.replica.count(queue).to_string(),
    }
}

fn short_name(queue: Queue) -> &'static str {
    match queue {
        Queue::Mine => "Mine",
        Queue::Unacknowledged => "Unack",
        Queue::DueSoon => "Soon",
        Queue::Overdue => "Overdue",
        Queue::PartnersWaiting => "Partners",
        Queue::AllOpen => "Open",
        Queue::Closed => "Closed",
    }
}

fn headings(app: &App, frame: &mut Frame<'_>, area: Rect, columns: &[(usize, u16, u16)]) {
    for (index, x, width) in columns {
        let place = cell_area(area, *x, *width);
        let title = super::span(app, Look::Quiet, COLUMNS[*index].title);
        frame.render_widget(title, place);
    }
}

fn nothing(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let text = match (app.not_loaded(), nothing_fits(app)) {
        (Some(why), _) => why.to_owned(),
        (None, Some(sentence)) => {
            format!("{}; Esc shows all", text::line(&sentence))
        }
        (None, None) => format!("Nothing in \"{}\"", app.board.queue.name()),
    };
    let line = Line::from(super::span(app, Look::Quiet, format!("  {text}")));
    for (row, line) in (1..).zip(wrapped(vec![line], area.width.into())) {
        frame.render_widget(line, table::row_of(area, row));
    }
}

/// What was looked for, where a filter hides every row of the queue.
pub(in crate::tui) fn nothing_fits(app: &App) -> Option<String> {
    let (_, filter) = app.replica.narrowed()?;
    let queue = app.board.queue;
    let said = || {
        meant(app, filter)
            .or_else(|| elsewhere(app, filter))
            .unwrap_or_else(|| query::nothing_fits(queue, filter, app.replica.hidden(queue)))
    };
    app.replica.is_empty(queue).then(said)
}

/// Where a word alone is looked for that names a queue: how many titles hold it, and which key shows the queue.
pub(super) fn meant(app: &App, filter: &str) -> Option<String> {
    let queue = query::queue_meant(filter)?;
    let titles = match app.replica.len(app.board.queue) {
        0 => "No title holds".to_owned(),
        1 => "1 title holds".to_owned(),
        more => format!("{more} titles hold"),
    };
    let expression = query::expression_of(queue)
        .map_or_else(String::new, |expression| format!(", or type {expression}"));
    Some(format!(
        "{titles} \"{}\". Press {}{expression}",
        text::line(filter.trim()),
        keys_meant(app, filter)?
    ))
}

/// The keys that show the queue which a word alone names: "Esc, then 4 for Overdue (8)".
pub(super) fn keys_meant(app: &App, filter: &str) -> Option<String> {
    let queue = query::queue_meant(filter)?;
    let key = Queue::ALL.iter().position(|known| *known == queue)? + 1;
    Some(format!(
        "{}, then {key} for {} ({})",
        app.keymap.key_for(Action::Back),
        queue.name(),
        app.replica.count(queue)
    ))
}

/// That what is looked for is among the open incidents, and not in the queue that is shown.
fn elsewhere(app: &App, filter: &str) -> Option<String> {
    let (shown, queue) = (app.board.queue, Queue::AllOpen);
    let count = app.replica.fitting(queue, filter, app.now);
    if shown == queue || count == 0 {
        return None;
    }
    let key = Queue::ALL.iter().position(|known| *known == queue)? + 1;
    let verb = if count == 1 { "fits" } else { "fit" };
    Some(format!(
        "Nothing in \"{}\" fits {}. {count} {verb} in {}: press {key}",
        shown.name(),
        text::line(filter),
        queue.name()
    ))
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
    frame: &mut Frame<'_>,
    area: Rect,
    id: IncidentId,
    columns: &[(usize, u16, u16)],
) {
    let Some(incident) = app.replica.incident(id) else {
        return;
    };
    let selected = app.board.selected == Some(id);
    for (index, x, width) in columns {
        let place = cell_area(area, *x, *width);
        let cell = cell(app, &incident, *index, usize::from(place.width));
        frame.render_widget(cell, place);
    }
    if selected {
        frame
            .buffer_mut()
            .set_style(area, app.theme.style(Look::Selection));
    }
}

fn cell(app: &App, incident: &Incident, index: usize, width: usize) -> Span<'static> {
    let (look, text) = match COLUMNS[index].title {
        "" => flags(app, incident),
        "P" => priority(incident),
        "Reference" => (Look::Strong, incident.name()),
        "Title" => (
            Look::Text,
            text::line(&incident.title).truncated(width).into(),
        ),
        "1 h mgr" => clocks::hour_cell(incident, app.now, width),
        "24 h contacts" => clocks::cell(incident, clocks::CONTACTS, app.now, width),
        "72 h ICO" => clocks::cell(incident, clocks::REGULATORS, app.now, width),
        "Partners" => partners_cell(incident),
        "Owner" => owner(app, incident, width),
        _ => stage(app, incident),
    };
    super::span(app, look, text)
}

/// The bar of the selection, the mark, and what the server has not confirmed.
fn flags(app: &App, incident: &Incident) -> (Look, String) {
    let marks = app.replica.marks(incident.id);
    let bar = if app.board.selected == Some(incident.id) {
        "▌"
    } else {
        " "
    };
    let mark = if app.board.marks.contains(&incident.id) {
        "*"
    } else {
        " "
    };
    let (look, delivery) = if marks.refused > 0 {
        (Look::Refused, "✗")
    } else if marks.unsent > 0 {
        (Look::Unsent, "↑")
    } else if matches!(
        app.freshness(),
        Freshness::Stale(_) | Freshness::Disconnected(_)
    ) {
        (Look::Stale, "~")
    } else {
        (Look::Text, " ")
    };
    (look, format!("{bar}{mark}{delivery}"))
}

/// `!` in front while nobody has taken note.
fn priority(incident: &Incident) -> (Look, String) {
    let number = incident.priority() as u8 + 1;
    match incident.acknowledgement {
        None => (Look::Soon, format!("!{number}")),
        Some(_) => (Look::Text, format!(" {number}")),
    }
}

/// `3/7 ▲2`: reached of affected, and how many notices did not arrive.
fn partners_cell(incident: &Incident) -> (Look, String) {
    let (reached, affected) = partners::reached(incident);
    let failed = incident
        .partners
        .iter()
        .filter(|record| record.state().has_failed())
        .count();
    match (affected, failed) {
        (0, _) => (Look::Quiet, "—".to_owned()),
        (_, 0) if reached == affected => (Look::Met, format!("{reached}/{affected} ✓")),
        (_, 0) => (Look::Soon, format!("{reached}/{affected}")),
        (_, failed) => (Look::Refused, format!("{reached}/{affected} ▲{failed}")),
    }
}

pub(in crate::tui) fn owner(app: &App, incident: &Incident, width: usize) -> (Look, String) {
    let present = app.present();
    match (&incident.owner, &incident.offer) {
        (_, Some(offer)) if offer.to == *present.me => (Look::Soon, "offered to you".to_owned()),
        (Some(owner), _) if owner == present.me => (Look::Strong, "you".to_owned()),
        (Some(owner), _) => {
            let name = text::line(present.directory.person_name(owner));
            (Look::Text, name.truncated(width).into())
        }
        (None, _) => (Look::Quiet, "—".to_owned()),
    }
}

pub(in crate::tui) fn stage(app: &App, incident: &Incident) -> (Look, String) {
    let marks = app.replica.marks(incident.id);
    if marks.refused > 0 {
        (Look::Refused, "refused".to_owned())
    } else if marks.unsent > 0 {
        (Look::Unsent, format!("unsent {}", marks.unsent))
    } else if incident.is_major() {
        (Look::Overdue, "major".to_owned())
    } else {
        (Look::Text, incident.status.name().to_owned())
    }
}

/// The key of an action, for the board's hints.
pub(super) fn key(app: &App, action: Action) -> String {
    app.keymap.key_for(action)
}
