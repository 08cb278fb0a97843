//! Clocks as cells and lines: what is left, with a word beside the colour.

use crate::domain::Instant;
use crate::domain::clock::{self, ClockState, ClockView};
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::verdict;
use crate::tui::format;
use crate::tui::theme::Look;

/// The look of a state.
pub(super) fn look(state: ClockState) -> Look {
    match state {
        ClockState::Running => Look::Running,
        ClockState::DueSoon => Look::Soon,
        ClockState::Overdue => Look::Overdue,
        ClockState::Met => Look::Met,
        ClockState::MetWithinWorkingDay | ClockState::MetByException | ClockState::MetLate => {
            Look::Late
        }
        ClockState::StoodDown | ClockState::Released | ClockState::Ended => Look::Quiet,
    }
}

/// A sign that tells the states apart without colour.
pub(super) fn sign(state: ClockState) -> &'static str {
    match state {
        ClockState::Running => "·",
        ClockState::DueSoon => "▲",
        ClockState::Overdue => "‼",
        ClockState::Met => "✓",
        ClockState::MetWithinWorkingDay | ClockState::MetByException | ClockState::MetLate => "≈",
        ClockState::StoodDown | ClockState::Released | ClockState::Ended => "–",
    }
}

/// The clock behind the board's column of line manager and asset owner (LM-LISTED).
pub(in crate::tui) const HOUR: &[ClockKind] = &[ClockKind::LmIao];
/// The clocks behind the board's column of contacts.
pub(in crate::tui) const CONTACTS: &[ClockKind] =
    &[ClockKind::BobDpo, ClockKind::Bob24h, ClockKind::Wso24h];
/// The clocks behind the board's column of regulators.
pub(in crate::tui) const REGULATORS: &[ClockKind] = &[ClockKind::Ico72h, ClockKind::Nis72h];

/// The most pressing clock of some kinds as a cell: the open one that is due first, else how the
/// last one ended.
pub(in crate::tui) fn cell(
    incident: &Incident,
    kinds: &[ClockKind],
    now: Instant,
    width: usize,
) -> (Look, String) {
    match most_pressing(incident, kinds, now) {
        Some(view) => short(&view, now, width),
        None => (Look::Quiet, format!("{:>8}", "—")),
    }
}

/// The hour of line manager and asset owner: `47m 10s`, `✓ met`, `1h 12m late`, and where there is no room
/// for the minutes `1h late`.
pub(super) fn hour_cell(incident: &Incident, now: Instant, width: usize) -> (Look, String) {
    let Some(view) = most_pressing(incident, HOUR, now) else {
        return (Look::Quiet, format!("{:>width$}", "—"));
    };
    let state = view.state(now);
    let text = match state {
        ClockState::Running | ClockState::DueSoon | ClockState::Overdue => {
            shortened(format::countdown(view.clock.due_at, now), width)
        }
        ClockState::Met | ClockState::MetWithinWorkingDay | ClockState::MetByException => {
            "✓ met".to_owned()
        }
        ClockState::MetLate => "≈ late".to_owned(),
        ClockState::StoodDown | ClockState::Released | ClockState::Ended => sign(state).to_owned(),
    };
    (look(state), format!("{text:>width$}"))
}

/// Without its smaller unit where that does not fit.
fn shortened(countdown: String, width: usize) -> String {
    match countdown.split_whitespace().collect::<Vec<_>>().as_slice() {
        [first, _, late] if countdown.chars().count() > width => format!("{first} {late}"),
        _ => countdown,
    }
}

/// `3h late`, `3h left`; the sign alone where there is no room for that.
fn narrowed(view: &ClockView<'_>, now: Instant, width: usize) -> String {
    let state = view.state(now);
    let length = format::length(view.clock.due_at, now);
    let unit = length.split_whitespace().next().unwrap_or_default();
    let late = if state == ClockState::Overdue {
        " late"
    } else {
        ""
    };
    let text = format!("{unit}{late}");
    match text.chars().count() > width {
        true => sign(state).to_owned(),
        false => text,
    }
}

fn most_pressing<'a>(
    incident: &'a Incident,
    kinds: &[ClockKind],
    now: Instant,
) -> Option<ClockView<'a>> {
    let concerned = || clock::views_of(incident, |clock| kinds.contains(&clock.kind));
    let open = concerned()
        .filter(|view| view.state(now).is_open())
        .min_by_key(|view| view.clock.due_at);
    open.or_else(|| concerned().max_by_key(|view| view.state(now)))
}

/// `12m late`, `3h 05m due soon`, `✓ met`. Where there is no room for all of it, `3h late`: a length that is
/// cut reads as another.
fn short(view: &ClockView<'_>, now: Instant, width: usize) -> (Look, String) {
    let state = view.state(now);
    let text = if state.is_open() {
        let word = match state {
            ClockState::Running => "",
            ClockState::Overdue => "late",
            _ => state.name(),
        };
        let whole = format!("{:>8} {word}", format::length(view.clock.due_at, now));
        match whole.trim_end().chars().count() > width {
            true => narrowed(view, now, width),
            false => whole,
        }
    } else {
        let words = match view.recorded_late() {
            Some(_) => "recorded late".to_owned(),
            None => brief(view, now),
        };
        format!("{:>5} {words}", sign(state))
    };
    let look = match view.recorded_late() {
        Some(_) => Look::Late,
        None => look(state),
    };
    (look, text)
}

/// How a clock ended, in a word or two: the board has little room.
fn brief(view: &ClockView<'_>, now: Instant) -> String {
    let short = match view.state(now) {
        ClockState::MetWithinWorkingDay => "working day",
        ClockState::MetByException => "exception",
        ClockState::StoodDown => "stopped",
        ClockState::Running
        | ClockState::DueSoon
        | ClockState::Overdue
        | ClockState::Met
        | ClockState::MetLate
        | ClockState::Released
        | ClockState::Ended => return verdict::state_in_words(view, now),
    };
    short.to_owned()
}

/// What a clock comes to, in full, with its due time as there is room for it: `2h 05m left, due Sat 13 Jun
/// 02:14 BST`, `12m 10s late, was due 02:14`.
pub(super) fn full(view: &ClockView<'_>, now: Instant, due: &str) -> String {
    let state = view.state(now);
    match state {
        ClockState::Running | ClockState::DueSoon | ClockState::Overdue => {
            open(state, view.clock.due_at, now, due)
        }
        ClockState::Met
        | ClockState::MetWithinWorkingDay
        | ClockState::MetByException
        | ClockState::MetLate => {
            let at = view.stopped_at().map_or_else(String::new, |at| {
                format!(" {}", format::local_short(at, now))
            });
            format!("{}{at}, due {due}", verdict::state_in_words(view, now))
        }
        ClockState::Released => {
            let state = verdict::state_in_words(view, now);
            format!("{state}: nobody has to be told any more, was due {due}")
        }
        ClockState::Ended => format!("ended with the incident, was due {due}"),
        ClockState::StoodDown => {
            let why = view.clock.stood_down.as_ref();
            why.map_or_else(
                || state.name().to_owned(),
                |why| format!("stopped: {} ({})", crate::text::line(&why.reason), why.rule),
            )
        }
    }
}

/// What still asks for something, with its due time: `2h 05m left, due 02:14`, `12m late, was due 02:14`.
pub(super) fn open(state: ClockState, due_at: Instant, now: Instant, due: &str) -> String {
    let countdown = format::countdown(due_at, now);
    if state == ClockState::Overdue {
        format!("{countdown}, was due {due}")
    } else {
        format!("{countdown} left, due {due}")
    }
}

/// How much of a clock's length has passed, as a bar.
pub(super) fn bar(view: &ClockView<'_>, now: Instant, width: usize) -> String {
    let length = (view.clock.due_at - view.clock.started_at)
        .num_seconds()
        .max(1);
    let until = view.stopped_at().unwrap_or(now);
    let passed = (until - view.clock.started_at)
        .num_seconds()
        .clamp(0, length);
    let columns = i64::try_from(width).unwrap_or_default();
    let filled = usize::try_from(passed * columns / length).unwrap_or_default();
    format!("{}{}", "█".repeat(filled), "░".repeat(width - filled))
}
