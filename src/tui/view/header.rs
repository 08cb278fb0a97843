//! The bar at the top: whose desk, who is on call, how fresh the screen is, and the time.

use crate::domain::Instant;
use crate::domain::rota::{self, Shift, Tier};
use crate::text;
use crate::tui::app::{App, Freshness};
use crate::tui::format;
use crate::tui::theme::Look;
use crate::tui::update::is_skewed;
use crate::tui::widget::badge::Badge;
use chrono::TimeDelta;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    frame
        .buffer_mut()
        .set_style(area, app.theme.style(Look::Bar));
    let said = if area.width >= 100 {
        on_call(app)
    } else {
        mine(app)
    };
    let clock = format::local(app.now);
    let right = format!("{}  {clock} ", freshness(app));
    let room = usize::from(area.width).saturating_sub(right.chars().count() + 1);
    // Whether the reader is on call matters more than what the program is called.
    let named = format!(" nightdesk  {said}");
    let left = match named.chars().count() > room && area.width < 100 {
        true => said,
        false => named,
    };
    frame.render_widget(
        Span::raw(text::line(&left).truncated(room).to_string()),
        area,
    );
    super::right(frame, area, Line::from(right));
}

fn who(app: &App, shift: &Shift) -> String {
    let present = app.present();
    if shift.person == *present.me {
        "you".to_owned()
    } else {
        text::line(present.directory.person_name(&shift.person)).into()
    }
}

fn on_call(app: &App) -> String {
    let present = app.present();
    let tiers = Tier::ALL.into_iter().filter_map(|tier| {
        let shift = rota::on_call(&present.directory.shifts, tier, present.now)?;
        let who = who(app, shift);
        Some(match tier {
            Tier::First => format!(" On call: {who}, {}", until(shift, present.now)),
            Tier::Second => format!(" · second: {who}"),
            Tier::Director => format!(" · director: {who}"),
        })
    });
    tiers.collect()
}

/// Whether the reader is on call, where there is no room for everybody; else who is.
fn mine(app: &App) -> String {
    let present = app.present();
    let on = |tier| rota::on_call(&present.directory.shifts, tier, present.now);
    let is_mine = |tier: &Tier| on(*tier).is_some_and(|shift| shift.person == *present.me);
    let said = match (Tier::ALL.into_iter().find(is_mine), on(Tier::First)) {
        (Some(Tier::First), Some(shift)) => {
            format!("You are on call, {}", until(shift, present.now))
        }
        (Some(tier), _) => format!("You are {}", tier.name()),
        (None, Some(shift)) => {
            let who = text::line(present.directory.person_name(&shift.person));
            format!("On call: {who}")
        }
        (None, None) => "Nobody is on call".to_owned(),
    };
    format!(" {said}")
}

/// Until when a shift lasts; whoever nobody has relieved stays responsible.
fn until(shift: &Shift, now: Instant) -> String {
    let at = format::local_short(shift.ends_at, now);
    if shift.ends_at < now {
        format!("not relieved since {at}")
    } else {
        format!("until {at}")
    }
}

/// The freshness as sign and word; in the bar, so without a look of its own.
fn freshness(app: &App) -> String {
    let badge = badge(app.freshness());
    let age = match app.freshness() {
        Freshness::Stale(silence) | Freshness::Disconnected(silence) => {
            format!(" {}", format::age(silence))
        }
        Freshness::Connecting | Freshness::Live => String::new(),
    };
    let skew = if is_skewed(app.skew) {
        format!("  clock {}", wrong_by(app.skew))
    } else {
        String::new()
    };
    let saving = match app.health.nothing_saved_since {
        Some(_) => "  ✗ nothing saved",
        None => "",
    };
    let engine = match app.health.engine_silent_since {
        Some(_) => "  ✗ local alarms only",
        None => "",
    };
    let frozen = if app.board.frozen { "  frozen" } else { "" };
    format!(
        "{} {}{age}{saving}{engine}{skew}{frozen}",
        badge.sign, badge.word
    )
}

/// By how much this computer's clock is wrong, in words: "170 days fast".
pub(in crate::tui) fn wrong_by(skew: TimeDelta) -> String {
    let direction = if skew < TimeDelta::zero() {
        "fast"
    } else {
        "slow"
    };
    format!("{} {direction}", format::age(skew.abs()))
}

/// The freshness as a badge.
pub(in crate::tui) fn badge(freshness: Freshness) -> Badge {
    match freshness {
        Freshness::Connecting => Badge::new("◌", "connecting", Look::Stale),
        Freshness::Live => Badge::new("●", "live", Look::Met),
        Freshness::Stale(_) => Badge::new("▲", "stale", Look::Stale),
        Freshness::Disconnected(_) => {
            Badge::new("✗", "disconnected, local alarms only", Look::Refused)
        }
    }
}
