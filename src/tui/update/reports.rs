//! The reports of a month: which is shown, asking the server for it, and having it frozen.
//!
//! What stands in one is worked out by the server, which knows every incident; here it is only asked
//! for and shown.

use super::act;
use crate::domain::calendar;
use crate::domain::id::CommandId;
use crate::domain::refusal::Refusal;
use crate::domain::reporting::{self, Period, ReportKind};
use crate::report::Report;
use crate::tui::app::{App, Deed, Overlay, Question, ReportSheet, ShownReport};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The month with which a financial year begins.
const FIRST_MONTH: u32 = 4;

/// The first report of the present month.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let today = calendar::local(app.now).date_naive();
    let sheet = ReportSheet {
        kind: ReportKind::Igsg,
        month: month_of(today),
        period: month_of(today),
        shown: ShownReport::Awaited,
        scroll: 0,
    };
    let fetch = Effect::FetchReport(sheet.kind, sheet.period);
    act::open_overlay(app, Overlay::Report(Box::new(sheet)));
    vec![fetch]
}

/// The whole month in which a day lies.
fn month_of(day: NaiveDate) -> Period {
    let from = day.with_day(1).unwrap_or(day);
    Period {
        from,
        to: from + Months::new(1) - Days::new(1),
    }
}

/// The period of a kind that is shown for a month: the month, or the financial year in which it lies.
fn period_of(kind: ReportKind, month: Period) -> Period {
    if !kind.is_yearly() {
        return month;
    }
    let day = month.from;
    let year = if day.month() < FIRST_MONTH {
        day.year() - 1
    } else {
        day.year()
    };
    let first = NaiveDate::from_ymd_opt(year, FIRST_MONTH, 1);
    Period::year_from(first.unwrap_or(day))
}

/// The month before or after, or the same month of the year before or after.
fn turned(sheet: &ReportSheet, action: Action) -> Period {
    let (month, by) = (
        sheet.month.from,
        if sheet.kind.is_yearly() { 12 } else { 1 },
    );
    let by = Months::new(by);
    let day = if action == Action::EarlierMonth {
        month.checked_sub_months(by)
    } else {
        month.checked_add_months(by)
    };
    day.map_or(sheet.month, month_of)
}

/// Another kind, or another month.
pub(super) fn turn(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Report(sheet)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    match action {
        Action::NextTab => sheet.kind = beside(sheet.kind, 1),
        Action::PreviousTab => sheet.kind = beside(sheet.kind, ReportKind::ALL.len() - 1),
        Action::EarlierMonth | Action::LaterMonth => sheet.month = turned(sheet, action),
        _ => return Vec::new(),
    }
    sheet.period = period_of(sheet.kind, sheet.month);
    sheet.shown = ShownReport::Awaited;
    sheet.scroll = 0;
    vec![Effect::FetchReport(sheet.kind, sheet.period)]
}

fn beside(kind: ReportKind, by: usize) -> ReportKind {
    let all = ReportKind::ALL;
    let place = all.iter().position(|one| *one == kind).unwrap_or_default();
    all[(place + by) % all.len()]
}

/// The server answered; an answer to an earlier question is passed over.
pub(super) fn came(
    app: &mut App,
    asked: (ReportKind, Period),
    answer: Result<Box<Report>, String>,
) -> Vec<Effect> {
    let sheet = app.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Report(sheet) => Some(sheet),
        _ => None,
    });
    if let Some(sheet) = sheet.filter(|sheet| (sheet.kind, sheet.period) == asked) {
        sheet.shown = match answer {
            Ok(report) => ShownReport::Came(report),
            Err(sentence) => ShownReport::NotMade(sentence),
        };
        app.changed = true;
    }
    Vec::new()
}

/// Why the report that is shown cannot be frozen, if it cannot.
pub(in crate::tui) fn stands_against_freezing(app: &App) -> Option<Refusal> {
    let Some(Overlay::Report(sheet)) = app.overlays.last() else {
        return None;
    };
    let actor = app.replica.desk().actor_at(app.now);
    let may = reporting::to_freeze(sheet.kind, &actor, None);
    let has_come = || match &sheet.shown {
        ShownReport::Came(_) => None,
        ShownReport::Awaited | ShownReport::NotMade(_) => Some(Refusal::not_allowed(
            "There is no report here to freeze. Wait for it, or turn to another",
        )),
    };
    may.err()
        .or_else(|| possible::without_server(app))
        .or_else(has_come)
}

/// Asks before the report that is shown is frozen: it stays for ever.
pub(super) fn ask_to_freeze(app: &mut App) -> Vec<Effect> {
    if let Some(refusal) = stands_against_freezing(app) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    let Some(Overlay::Report(sheet)) = app.overlays.last() else {
        return Vec::new();
    };
    let question = Question {
        title: "Freeze this report?".to_owned(),
        lines: vec![
            format!("{}, {}", sheet.kind.title(), sheet.period),
            "The report is made again and kept for ever, with its hash in the audit trail"
                .to_owned(),
        ],
        deed: Deed::FreezeReport(sheet.kind, sheet.period),
    };
    act::open_overlay(app, Overlay::Question(question))
}

/// The desk keeps it now, or says why not.
pub(super) fn frozen(app: &mut App, answer: Result<(CommandId, String), String>) -> Vec<Effect> {
    match answer {
        Ok((id, sha256)) => app.say(
            Look::Met,
            format!("Frozen with SHA-256 {sha256}. nightdesk report show {id} prints it"),
        ),
        Err(sentence) => app.say(
            Look::Refused,
            format!("The report was not frozen: {sentence}"),
        ),
    }
    app.changed = true;
    Vec::new()
}
