//! The bar at the top: whose desk, who is on call, how fresh the screen is, and the time.

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
    let mut left = String::from(" nightdesk");
    if area.width >= 100 {
        left.push_str(&on_call(app));
    } else {
        left.push_str(&first_on_call(app));
    }
    let clock = format::local(app.now);
    let right = format!("{}  {clock} ", freshness(app));
    let room = usize::from(area.width).saturating_sub(right.chars().count() + 1);
    frame.render_widget(
        Span::raw(text::line(&left).truncated(room).to_string()),
        area,
    );
    super::right(frame, area, Line::from(right));
}

/// Who holds the desk, where there is no room for more.
fn first_on_call(app: &App) -> String {
    let present = app.present();
    let Some(shift) = rota::on_call(&present.directory.shifts, Tier::First, present.now) else {
        return "   Nobody is on call".to_owned();
    };
    format!("   On call: {}", who(app, shift))
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
            Tier::First => format!(
                "   On call: {who}, until {}",
                format::local_short(shift.ends_at, present.now)
            ),
            Tier::Second => format!(" · second: {who}"),
            Tier::Director => format!(" · director: {who}"),
        })
    });
    tiers.collect()
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
    let saving = match app.nothing_saved_since {
        Some(_) => "  ✗ nothing saved",
        None => "",
    };
    let engine = match app.alarms.engine_silent_since {
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
