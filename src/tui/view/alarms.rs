//! The alarms that stand: since when, what, of which incident, and who knows; below them all that there
//! is to say of the one in hand.

use super::{right, span};
use crate::domain::alarm::{Cause, Receipt};
use crate::domain::clock::ClockState;
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::query::{self, Queue};
use crate::notify::notice::Source;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::standing::{Place, Standing};
use crate::tui::theme::Look;
use crate::tui::update::about;
use crate::tui::widget::table::{Column, fit, page_start, row_of};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// Rows for what is said of the alarm in hand, with the rule above it.
const BELOW: u16 = 4;

/// How much time is left has to be read in full at 80 columns, so since when goes there: the sentence
/// below says it of the alarm in hand.
const COLUMNS: [Column; 4] = [
    Column::fixed("SINCE", 12, 1),
    Column::fixed("INCIDENT", 13, 0),
    Column::flexible("WHAT", 46, 56, 0),
    Column::flexible("WHO KNOWS", 18, 40, 0),
];

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, place: Place) {
    let all = &app.alarms.known.all;
    let selected = place.found(all);
    let in_view = place.in_view(all);
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(format!(" {}", heading(app))), bar);
    right(frame, bar, Line::from(format!("{} ", as_of(app))));
    let hour = of_the_hour(app);
    let columns = fit(&COLUMNS, area.width.saturating_sub(1));
    let titles = COLUMNS.map(|column| (Look::Quiet, column.title.to_owned()));
    draw_row(app, frame, row_of(area, 1), &titles, &columns);
    let list = Rect {
        y: area.y + 2,
        height: area
            .height
            .saturating_sub(2 + BELOW + u16::from(hour.is_some())),
        ..area
    };
    if let Some(said) = hour {
        let said = text::line(&said).truncated(area.width.into()).to_string();
        frame.render_widget(span(app, Look::Soon, said), row_of(area, 2 + list.height));
    }
    let first = page_start(in_view, list.height);
    let shown = all.iter().enumerate().skip(first);
    for (offset, (at, standing)) in (0..list.height).zip(shown) {
        let row = row_of(list, offset);
        draw_row(app, frame, row, &cells(app, standing), &columns);
        if Some(at) == selected {
            frame.render_widget(span(app, Look::Selection, "▌"), row);
            let look = app.theme.style(Look::Selection);
            frame.buffer_mut().set_style(row, look);
        }
    }
    if all.is_empty() {
        frame.render_widget(nothing(app), row_of(list, 1));
    }
    below(app, frame, area, (selected, all));
}

/// That the hour of line managers and asset owners raises no alarm, while some of them are late (LM-LISTED).
fn of_the_hour(app: &App) -> Option<String> {
    let overdue = app.replica.most_urgent(Queue::Overdue, usize::MAX);
    let is_late = |incident: &Arc<Incident>| {
        query::open_clocks(incident).any(|view| {
            view.clock.kind == ClockKind::LmIao && view.state(app.now) == ClockState::Overdue
        })
    };
    let late = overdue.into_iter().filter(is_late).count();
    let key = Queue::ALL.iter().position(|queue| *queue == Queue::Overdue);
    let key = key.map_or(0, |place| place + 1);
    let are = if late == 1 { "is" } else { "are" };
    (late > 0).then(|| {
        format!(" Line manager and asset owner (1 h) raises no alarm: {late} {are} late; {key} on the board shows them")
    })
}

fn nothing(app: &App) -> Span<'static> {
    match app.alarms.known.told_at {
        Some(_) => span(app, Look::Met, "  No alarm stands"),
        None => span(
            app,
            Look::Stale,
            "  No alarm is known here; the server has not answered yet",
        ),
    }
}

fn below(app: &App, frame: &mut Frame<'_>, area: Rect, (at, all): (Option<usize>, &[Standing])) {
    let place = Rect {
        y: area.bottom().saturating_sub(BELOW),
        height: BELOW.min(area.height),
        ..area
    };
    let rule = "─".repeat(usize::from(area.width));
    frame.render_widget(span(app, Look::Frame, rule), row_of(place, 0));
    let Some((at, standing)) = at.and_then(|at| Some((at, all.get(at)?))) else {
        return;
    };
    let count = match app.alarms.known.more {
        0 => format!(" {} of {} ", at + 1, all.len()),
        more => format!(
            " {} of {}, and {more} more that the server has still to tell of ",
            at + 1,
            all.len()
        ),
    };
    let count = Line::from(span(app, Look::Quiet, count));
    right(frame, row_of(place, 0), count);
    let inside = Rect {
        x: place.x + 1,
        y: place.y + 1,
        width: place.width.saturating_sub(2),
        height: place.height.saturating_sub(1),
    };
    let said = Line::from(sentence(app, standing));
    super::lines(app, frame, inside, vec![said], 0);
}

fn draw_row(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    cells: &[(Look, String); 4],
    columns: &[(usize, u16, u16)],
) {
    for (index, x, width) in columns {
        let (look, words) = &cells[*index];
        let place = Rect {
            x: area.x + 1 + x,
            width: (*width).min(area.width.saturating_sub(1 + x)),
            ..area
        };
        let words = text::line(words).truncated(usize::from(*width)).to_string();
        frame.render_widget(span(app, *look, words), place);
    }
}

fn cells(app: &App, standing: &Standing) -> [(Look, String); 4] {
    let (raised, alarm) = (&standing.raised, &standing.raised.alarm);
    let is_red = alarm.threshold.is_passed() || standing.is_unanswered();
    let look = match (&raised.acknowledged, is_red) {
        (Some(_), _) => Look::Text,
        (None, true) => Look::Overdue,
        (None, false) => Look::Soon,
    };
    // Of what nobody answers the whole row is red.
    let (since, which) = match standing.is_unanswered() {
        true => (Look::Overdue, Look::Overdue),
        false => (Look::Text, Look::Strong),
    };
    [
        (since, format::local_short(alarm.at, app.now)),
        (which, about(raised)),
        (
            look,
            format!(
                "{}{}",
                alarm.headline_by_time(app.now),
                whose(app, &alarm.cause)
            ),
        ),
        who_knows(app, standing),
    ]
}

/// How many there are, and how many of them nobody has acknowledged, or answers any more.
pub(in crate::tui) fn heading(app: &App) -> String {
    let known = &app.alarms.known;
    let unanswered = match known.unanswered() {
        0 => String::new(),
        count => format!(", NOBODY ANSWERS: {count}"),
    };
    match known.all.len() + known.more {
        0 => "Alarms: none".to_owned(),
        count => format!(
            "Alarms: {count}, not acknowledged: {}{unanswered}",
            known.open
        ),
    }
}

/// When the server said so last.
pub(in crate::tui) fn as_of(app: &App) -> String {
    let known = &app.alarms.known;
    match (known.told_at, &known.trouble) {
        (None, None) => "asking the server".to_owned(),
        (None, Some(_)) => "raised on this computer only: the server does not answer".to_owned(),
        (Some(at), None) => format!("as of {}", format::local_short(at, app.now)),
        (Some(at), Some(_)) => format!(
            "the server does not answer; as of {}",
            format::local_short(at, app.now)
        ),
    }
}

/// What is shown of who knows: never more than the server has confirmed.
fn who_knows(app: &App, standing: &Standing) -> (Look, String) {
    let raised = &standing.raised;
    if let Some(receipt) = app.alarms.known.on_its_way(raised.alarm.id) {
        let said = match receipt {
            Receipt::Acknowledge {} => "↑ acknowledging",
            Receipt::Snooze { .. } => "↑ putting off",
        };
        return (Look::Unsent, said.to_owned());
    }
    if standing.source == Source::Local {
        return (Look::Stale, "on this computer".to_owned());
    }
    match (&raised.acknowledged, raised.snoozed_until) {
        (Some(known), _) => {
            let at = format::local_short(known.at, app.now);
            (Look::Met, format!("{at} {}", person(app, known)))
        }
        (None, Some(until)) if until > app.now => {
            let until = format::local_short(until, app.now);
            (Look::Soon, format!("put off to {until}"))
        }
        (None, _) if standing.is_unanswered() => (Look::Overdue, "NOBODY ANSWERS".to_owned()),
        (None, _) => (Look::Text, "not acknowledged".to_owned()),
    }
}

fn person(app: &App, known: &crate::domain::event::Signed) -> String {
    let desk = app.replica.desk();
    if known.by.person == *desk.person() {
        return "you".to_owned();
    }
    text::line(desk.directory.person_name(&known.by.person)).to_string()
}

/// Everything that there is to say of one.
pub(in crate::tui) fn sentence(app: &App, standing: &Standing) -> String {
    let (raised, alarm) = (&standing.raised, &standing.raised.alarm);
    let incident = alarm.incident.and_then(|id| app.replica.incident(id));
    let title = incident.map_or_else(String::new, |incident| {
        format!(", {}", text::line(&incident.title))
    });
    let since = format::local(alarm.at);
    let (_, known) = who_knows(app, standing);
    let known = match (&raised.acknowledged, standing.source) {
        (_, Source::Local) => "worked out here, not confirmed by the server".to_owned(),
        (Some(signed), Source::Server) => {
            let again = raised.again_at.map_or_else(String::new, |at| {
                format!("; next reminder {}", format::local_short(at, app.now))
            });
            let at = format::local_short(signed.at, app.now);
            let who = person(app, signed);
            format!(
                "{who} acknowledged it {at} as {}{again}",
                signed.by.role.short()
            )
        }
        (None, Source::Server) => match raised.unanswered_at {
            Some(at) => format!(
                "NOBODY ANSWERS since {}, nor does the duty manager: no more messages go out",
                format::local_short(at, app.now)
            ),
            None => known,
        },
    };
    format!(
        "{}: {}{}, since {since}, {known}{title}",
        about(raised),
        alarm.headline(app.now),
        whose(app, &alarm.cause)
    )
}

/// Whose clock it is, where each controller has one: two such rows look alike.
fn whose(app: &App, cause: &Cause) -> String {
    let directory = &app.replica.desk().directory;
    let whose = match cause {
        Cause::Deadline {
            controller: Some(organisation),
            ..
        }
        | Cause::Owed { organisation, .. }
        | Cause::RotaGap { organisation, .. } => directory.organisation_name(organisation).into(),
        Cause::Term { role, organisation } => {
            Contact::held_by(*role, organisation).named(directory)
        }
        Cause::Deadline {
            controller: None, ..
        }
        | Cause::Unacknowledged {}
        | Cause::Rung { .. }
        | Cause::Offer {}
        | Cause::DeskNotTaken { .. }
        | Cause::HistoryLost {} => return String::new(),
    };
    format!(" ({})", text::line(&whose))
}

/// Whether it lies somewhere under what is shown.
pub(super) fn is_open(app: &App) -> bool {
    let mut overlays = app.overlays.iter();
    overlays.any(|overlay| matches!(overlay, crate::tui::app::Overlay::Alarms(_)))
}

/// How many rows of the list are seen at once.
pub(in crate::tui) fn page(app: &App) -> usize {
    let body = super::page(app);
    let hour = u16::from(of_the_hour(app).is_some());
    usize::from(body.height.saturating_sub(2 + BELOW + hour)).max(1)
}
