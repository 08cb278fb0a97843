//! What must not be missed: the most pressing sentence, with how many more there are. What is told once
//! is told in full, and grows upwards over the body; what lasts keeps to its row, for the incident
//! under it matters more.

use crate::domain::directory::gaps::{self, Gap};
use crate::domain::rota::{self, Tier};
use crate::text;
use crate::tui::app::{App, Freshness, Told};
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};

/// Rows that a sentence may take.
const MOST_ROWS: u16 = 8;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some((look, lines)) = said(app, area.width) else {
        return;
    };
    let style = app.theme.style(look);
    let rows = rows(&lines);
    let place = Rect {
        y: area.bottom().saturating_sub(rows),
        height: rows,
        ..area
    };
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(lines).style(style), place);
}

/// How many rows of the page a long sentence takes, so that the end of the page can still be seen.
pub(in crate::tui) fn covered(app: &App) -> u16 {
    let said = said(app, app.size.0);
    said.map_or(0, |(_, lines)| rows(&lines).saturating_sub(1))
}

fn rows(lines: &[Line<'_>]) -> u16 {
    let rows = u16::try_from(lines.len()).unwrap_or(MOST_ROWS);
    rows.min(MOST_ROWS)
}

/// The sentence that is shown, in rows of this width.
fn said(app: &App, width: u16) -> Option<(Look, Vec<Line<'static>>)> {
    let (told, lasting) = (told(app), lasting(app));
    let (look, first) = told.first().or(lasting.first())?;
    let more = match told.len() + lasting.len() - 1 {
        0 => String::new(),
        more => {
            let key = app.keymap.key_for(Action::Dismiss);
            format!("  (+{more} more: {key})")
        }
    };
    let style = app.theme.style(*look);
    let width = usize::from(width).saturating_sub(1);
    let first = match told.is_empty() {
        true => text::line(first).truncated(width.saturating_sub(more.chars().count() + 1)),
        false => text::line(first),
    };
    let said = Line::styled(format!(" {first}{more}"), style);
    Some((*look, wrapped(vec![said], width)))
}

/// What is told until it goes or is dismissed, in its order.
fn told(app: &App) -> Vec<(Look, String)> {
    let told = app.all_told().into_iter();
    told.map(|told| sentence(app, told)).collect()
}

/// What stays until it is dismissed.
pub(in crate::tui) fn standing(app: &App) -> Vec<(Look, String)> {
    let told = app.all_told().into_iter();
    let stays = told.filter(|told| match told {
        Told::Notice(_, notice) => !notice.passes(),
        Told::Refused(_) => true,
    });
    stays.map(|told| sentence(app, told)).collect()
}

fn sentence(app: &App, told: Told<'_>) -> (Look, String) {
    let key = app.keymap.key_for(Action::Dismiss);
    match told {
        Told::Notice(_, notice) if notice.passes() => (notice.look, notice.text.clone()),
        Told::Notice(_, notice) => (Look::Banner, format!("{} [{key} dismisses]", notice.text)),
        Told::Refused(refused) => {
            let name = app.name_of(refused.unsent.incident);
            let deed = refused.unsent.command.name().replace('_', " ");
            let (became, why) = (refused.why.what_became(), &refused.why);
            let said = format!("✗ {name}: {deed} {became}. {why} [{key} dismisses]");
            (Look::Banner, said)
        }
    }
}

/// What holds as long as the link, the desk or the outbox is as it is.
fn lasting(app: &App) -> Vec<(Look, String)> {
    let all = link(app)
        .into_iter()
        .chain(disk(app))
        .chain(saving(app))
        .chain(damage(app))
        .chain(engine(app));
    all.chain(desk(app))
        .chain(offered(app))
        .chain(unsent(app))
        .collect()
}

/// What there is to say of the link, if it is not as it should be.
pub(in crate::tui) fn link(app: &App) -> Option<(Look, String)> {
    let trouble = app
        .trouble
        .as_ref()
        .map_or_else(String::new, |trouble| format!(". {trouble}"));
    match app.freshness() {
        Freshness::Connecting => (!trouble.is_empty()).then(|| {
            (
                Look::Stale,
                format!("▲ Trying to reach the server{trouble}"),
            )
        }),
        Freshness::Live => None,
        Freshness::Stale(silence) => Some((
            Look::Stale,
            format!(
                "▲ No answer for {}; what you see may be old{trouble}",
                format::age(silence)
            ),
        )),
        Freshness::Disconnected(silence) => Some((
            Look::Refused,
            format!(
                "✗ Disconnected for {}: deadlines still alarm here. {}{trouble}",
                format::age(silence),
                match app.cannot_save {
                    None => "Logging, acknowledging, notes and calls are saved here",
                    Some(_) =>
                        "This machine cannot save, so nothing can be logged or noted until the link is back",
                }
            ),
        )),
    }
}

/// A server that answers and raises no alarms. Its other officers get no messages, so the sentence begins
/// with that: a narrow screen cuts the end off.
pub(in crate::tui) fn engine(app: &App) -> Option<(Look, String)> {
    let since = format::local_short(app.health.engine_silent_since?, app.now);
    Some((
        Look::Refused,
        format!(
            "✗ No alarms from the server since {since}, only here: call its operator. Its alarm engine is silent, so nobody else is told of a deadline"
        ),
    ))
}

/// A disk that takes nothing: what is typed then lives on this screen and at the server alone.
pub(in crate::tui) fn disk(app: &App) -> Option<(Look, String)> {
    let why = app.cannot_save.as_ref()?;
    Some((
        Look::Refused,
        format!(
            "✗ This machine cannot save: what you type is sent only while the link is up. {why}"
        ),
    ))
}

/// A server that answers and saves nothing: what is sent to it is kept on this machine until it does.
pub(in crate::tui) fn saving(app: &App) -> Option<(Look, String)> {
    let since = format::local_short(app.health.nothing_saved_since?, app.now);
    Some((
        Look::Refused,
        format!(
            "✗ The server has saved nothing since {since}: call its operator. Acknowledgements, \
             calls and notes are kept here until it does"
        ),
    ))
}

/// A server whose database file is damaged: a list may lack an incident that is there.
pub(in crate::tui) fn damage(app: &App) -> Option<(Look, String)> {
    let sentence = "✗ The server's database is damaged: call its operator. Lists may be incomplete; \
         ask for an incident by its reference";
    app.health
        .is_damaged
        .then(|| (Look::Refused, sentence.to_owned()))
}

/// A desk that nobody has taken over for so long that the next tier is called.
fn desk(app: &App) -> Option<(Look, String)> {
    let present = app.present();
    let (directory, policy) = (present.directory, present.policy);
    let gap = gaps::desk_not_taken(directory, policy, Tier::First, present.now)?;
    let Gap::DeskNotTaken {
        since,
        call: Some(tier),
        ..
    } = gap
    else {
        return None;
    };
    // Whom to call comes first: a narrow screen cuts the end off.
    let whom = rota::on_call(&directory.shifts, tier, present.now)
        .map(|shift| text::line(directory.person_name(&shift.person)).to_string());
    let sentence = format!(
        "▲ Call {}, {}: nobody has taken over since {}",
        whom.as_deref().unwrap_or("whoever is planned"),
        tier.name(),
        format::local_short(since, app.now)
    );
    Some((Look::Overdue, sentence))
}

/// The desk is offered to whoever sits here.
fn offered(app: &App) -> Option<(Look, String)> {
    let present = app.present();
    let next = rota::next_shift(&present.directory.shifts, Tier::First, present.now)?;
    next.offered_at.filter(|_| next.person == *present.me)?;
    let from = rota::on_call(&present.directory.shifts, Tier::First, present.now);
    let from = from.map_or("The officer on call", |shift| {
        present.directory.person_name(&shift.person)
    });
    let key = app.keymap.key_for(Action::Handover);
    let sentence = format!("▲ {} offers you the desk: {key} shows it", text::line(from));
    Some((Look::Soon, sentence))
}

/// How far so many commands have got, and no further than that.
pub(in crate::tui) fn unconfirmed(app: &App, count: usize) -> String {
    match app.replica.outbox().kept_nowhere().count() {
        0 => format!("↑ {count} saved here, not confirmed by the server yet"),
        _ => format!(
            "↑ {count} saved nowhere, not confirmed by the server yet: keep this console open"
        ),
    }
}

fn unsent(app: &App) -> Option<(Look, String)> {
    let count = app.replica.outbox().pending().len();
    let said = unconfirmed(app, count);
    (count > 0).then_some((Look::Unsent, said))
}
