//! The handover sheet: who holds the desk, who is next, and what the next officer must know.

use super::clocks;
use crate::domain::query::Queue;
use crate::domain::rota::{self, Tier};
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// How many of the most urgent incidents are on the sheet.
const MOST_URGENT: usize = 12;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, scroll: usize) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(" Handover"), bar);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    super::lines(app, frame, inside, lines(app), scroll);
}

pub(in crate::tui) fn lines(app: &App) -> Vec<Line<'static>> {
    let mut lines = tiers(app);
    lines.push(Line::default());
    lines.extend(next(app));
    lines.push(Line::default());
    lines.extend(counts(app));
    lines.extend(most_urgent(app));
    lines.extend(vacancies(app));
    lines
}

fn tiers(app: &App) -> Vec<Line<'static>> {
    let present = app.present();
    Tier::ALL
        .into_iter()
        .map(
            |tier| match rota::on_call(&present.directory.shifts, tier, present.now) {
                Some(shift) => {
                    let name = text::line(present.directory.person_name(&shift.person)).to_string();
                    Line::from(format!(
                        "{:<18} {name}, until {}",
                        tier.name(),
                        format::local(shift.ends_at)
                    ))
                }
                None => Line::from(super::span(
                    app,
                    Look::Overdue,
                    format!("{:<18} nobody", tier.name()),
                )),
            },
        )
        .collect()
}

fn next(app: &App) -> Vec<Line<'static>> {
    let present = app.present();
    let shifts = &present.directory.shifts;
    let Some(next) = rota::next_shift(shifts, Tier::First, present.now) else {
        return vec![Line::from("The rota has no next shift")];
    };
    let mine = next.person == *present.me;
    let holds = rota::on_call(shifts, Tier::First, present.now)
        .is_some_and(|shift| shift.person == *present.me);
    let name = text::line(present.directory.person_name(&next.person)).to_string();
    let offered = next.offered_at.map_or_else(
        || "not offered yet".to_owned(),
        |at| format!("offered {}", format::local(at)),
    );
    let mut lines = vec![Line::from(format!(
        "Next: {name}, from {}; {offered}",
        format::local(next.starts_at)
    ))];
    if let Some(note) = &next.handover_note {
        lines.push(Line::from(format!("Note: {}", text::line(note))));
    }
    let hint = match (mine, holds) {
        (true, _) => "Enter takes over the desk",
        (false, true) => "Enter offers the desk to the next officer, with a note",
        (false, false) => "Only the officer who holds the desk can hand it over",
    };
    lines.push(Line::from(super::span(app, Look::Next, hint)));
    lines
}

fn counts(app: &App) -> Vec<Line<'static>> {
    let counts: Vec<String> = Queue::ALL
        .into_iter()
        .map(|queue| format!("{} {}", queue.name(), app.replica.count(queue)))
        .collect();
    vec![super::heading(app, &counts.join(" · "))]
}

fn most_urgent(app: &App) -> Vec<Line<'static>> {
    app.replica
        .rows(Queue::AllOpen, 0..MOST_URGENT)
        .into_iter()
        .map(|row| {
            let (look, contacts) = clocks::cell(&row.incident, clocks::CONTACTS, app.now);
            let title = text::line(&row.incident.title).truncated(40).to_string();
            Line::from(vec![
                super::span(app, Look::Strong, format!("{:<14}", row.incident.name())),
                super::span(app, look, format!("{contacts:<18}")),
                Span::raw(title),
            ])
        })
        .collect()
}

fn vacancies(app: &App) -> Vec<Line<'static>> {
    let present = app.present();
    let vacant = present.directory.vacancies(present.now);
    let mut lines: Vec<Line<'static>> = Vec::new();
    if !vacant.is_empty() {
        lines.push(Line::default());
        lines.push(super::heading(app, "Roles that nobody holds now"));
    }
    lines.extend(vacant.into_iter().map(|(role, organisation)| {
        let name = text::line(present.directory.organisation_name(organisation)).to_string();
        Line::from(super::span(
            app,
            Look::Soon,
            format!("{} of {name}", role.title()),
        ))
    }));
    lines
}
