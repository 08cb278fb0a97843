//! The connection and the outbox: what is on its way, and what was not carried out.

use super::header::wrong_by;
use super::{banner, header};
use crate::client::drafts::Draft;
use crate::client::outbox::{Delivery, Kept, Pending, Refused};
use crate::client::replica::Link;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use crate::tui::update::is_skewed;
use crate::tui::widget::table::row_of;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, scroll: usize) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(" Connection and outbox"), bar);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    super::lines(app, frame, inside, lines(app), scroll);
}

pub(in crate::tui) fn lines(app: &App) -> Vec<Line<'static>> {
    let mut lines = vec![
        Line::from(header::badge(app.freshness()).full(&app.theme)),
        heard(app),
        skew(app),
    ];
    lines.extend(trouble(app, banner::disk(app)));
    lines.extend(trouble(app, banner::saving(app)));
    lines.extend(trouble(app, banner::damage(app)));
    lines.extend(trouble(app, banner::engine(app)));
    lines.push(Line::default());
    let outbox = app.replica.outbox();
    lines.push(super::heading(
        app,
        &format!("Waiting to be sent: {}", outbox.pending().len()),
    ));
    lines.extend(
        outbox
            .pending()
            .iter()
            .map(|pending| on_its_way(app, pending)),
    );
    lines.push(Line::default());
    let key = app.keymap.key_for(Action::Dismiss);
    lines.push(super::heading(
        app,
        &format!(
            "Refused: {} ({key} on the board dismisses the oldest)",
            outbox.refused().len()
        ),
    ));
    lines.extend(
        outbox
            .refused()
            .iter()
            .map(|refused| not_carried_out(app, refused)),
    );
    if !app.drafts.is_empty() {
        let count = app.drafts.len();
        lines.push(Line::default());
        lines.push(super::heading(
            app,
            &format!("Drafts: {count} (open the form again to go on, send or discard it)"),
        ));
        lines.extend(app.drafts.iter().map(half_filled));
    }
    lines
}

fn half_filled(draft: &Draft) -> Line<'static> {
    Line::from(text::line(&draft.words()).to_string())
}

fn heard(app: &App) -> Line<'static> {
    let said = match app.replica.link() {
        Link::Connecting => "Nothing has been heard from the server yet".to_owned(),
        Link::Live { heard_at } => format!("Last heard {}", format::local(heard_at)),
        Link::Down { since, heard_at } => {
            let heard = heard_at.map_or_else(|| "never".to_owned(), format::local);
            format!(
                "No answer since {}; last heard {heard}; retrying automatically",
                format::local(since)
            )
        }
    };
    Line::from(said)
}

fn trouble(app: &App, told: Option<(Look, String)>) -> Option<Line<'static>> {
    let (look, said) = told?;
    Some(Line::from(super::span(app, look, said)))
}

fn skew(app: &App) -> Line<'static> {
    let said = if is_skewed(app.skew) {
        format!("This computer's clock is {}", wrong_by(app.skew))
    } else {
        "This computer's clock agrees".to_owned()
    };
    Line::from(format!("{said}. Countdowns use the server's clock"))
}

fn on_its_way(app: &App, pending: &Pending) -> Line<'static> {
    let saved = match pending.kept {
        Kept::OnDisk => "saved",
        Kept::Nowhere => "saved nowhere",
    };
    let state = match pending.delivery {
        Delivery::Unwritten => "being written to disk".to_owned(),
        Delivery::Waiting => format!("{saved}, waiting"),
        Delivery::InFlight => "sent, no answer yet".to_owned(),
        Delivery::RetryAt(at) => {
            format!("{saved}, tried again {}", format::local_short(at, app.now))
        }
    };
    let name = app.name_of(pending.unsent.incident);
    let deed = pending.unsent.command.name().replace('_', " ");
    let doubt = app
        .replica
        .doubt(pending.unsent.id)
        .map_or_else(String::new, |doubt| format!("; would be refused: {doubt}"));
    let said = format!(
        "↑ {} {name} {deed}: {state}{doubt}",
        format::local_short(pending.unsent.given_at, app.now)
    );
    Line::from(super::span(
        app,
        Look::Unsent,
        text::line(&said).to_string(),
    ))
}

fn not_carried_out(app: &App, refused: &Refused) -> Line<'static> {
    let name = app.name_of(refused.unsent.incident);
    let deed = refused.unsent.command.name().replace('_', " ");
    let said = format!(
        "✗ {} {name} {deed}: {}",
        format::local_short(refused.at, app.now),
        refused.why
    );
    Line::from(super::span(
        app,
        Look::Refused,
        text::line(&said).to_string(),
    ))
}
