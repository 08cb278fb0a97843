//! The reports of a month: which is shown, and asking the server for it.
//!
//! What stands in one is worked out by the server, which knows every incident; here it is only asked
//! for and shown.

use super::act;
use crate::domain::calendar;
use crate::domain::reporting::{Period, ReportKind};
use crate::report::Report;
use crate::tui::app::{App, Overlay, ReportSheet, ShownReport};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The first report of the present month.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let today = calendar::local(app.now).date_naive();
    let sheet = ReportSheet {
        kind: ReportKind::Igsg,
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

/// Another kind, or another month.
pub(super) fn turn(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Report(sheet)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    match action {
        Action::NextTab => sheet.kind = beside(sheet.kind, 1),
        Action::PreviousTab => sheet.kind = beside(sheet.kind, ReportKind::ALL.len() - 1),
        Action::EarlierMonth => sheet.period = month_of(sheet.period.from - Days::new(1)),
        Action::LaterMonth => sheet.period = month_of(sheet.period.to + Days::new(1)),
        _ => return Vec::new(),
    }
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
