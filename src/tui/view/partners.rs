//! Partner by partner: notified, acknowledged by whom, own process, own SIRO, complete. Not reached
//! comes first.

use crate::domain::Instant;
use crate::domain::incident::Incident;
use crate::domain::partners::{PartnerAnswer, PartnerRecord, PartnerState, Step};
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

/// Columns of partner, state, notice, acknowledgement.
type Widths = [usize; 4];
const NARROW: Widths = [26, 16, 9, 16];
const WIDE: Widths = [34, 18, 14, 28];

pub(super) fn lines(app: &App, incident: &Incident, width: u16) -> Vec<Line<'static>> {
    if incident.partners.is_empty() {
        let key = super::board::key(app, Action::Triage);
        return vec![
            Line::from(format!(
                "Wider assessment: {}",
                incident.facts.partnership_effect.name()
            )),
            Line::from(super::span(
                app,
                Look::Quiet,
                format!("{key} triages: say there which partners are affected (WSIC-WIDE)"),
            )),
        ];
    }
    let widths @ [a, b, c, d] = if width >= 110 { WIDE } else { NARROW };
    let mut records: Vec<_> = incident.partners.iter().collect();
    records.sort_by_key(|record| record.state());
    let mut lines = vec![Line::from(super::span(
        app,
        Look::Quiet,
        format!(
            "{:<a$} {:<b$} {:<c$} {:<d$} SIRO",
            "Partner", "Status", "Notified", "Acknowledged"
        ),
    ))];
    for record in records {
        lines.push(row(app, incident, record, widths));
        lines.extend(history(app, record));
    }
    lines
}

fn row(
    app: &App,
    incident: &Incident,
    record: &PartnerRecord,
    [a, b, c, d]: Widths,
) -> Line<'static> {
    let state = record.state();
    let look = match state {
        PartnerState::Failed | PartnerState::Expired => Look::Refused,
        PartnerState::Unaware
        | PartnerState::Queued
        | PartnerState::Notified
        | PartnerState::Delivered => Look::Soon,
        PartnerState::Acknowledged
        | PartnerState::LocalProcess
        | PartnerState::LocalComplete
        | PartnerState::NotAffected => Look::Met,
    };
    let name = text::line(
        app.present()
            .directory
            .organisation_name(&record.organisation),
    )
    .truncated(a);
    let notified = record.notices.last().map_or_else(
        || "—".to_owned(),
        |notice| format::local_short(notice.at, app.now),
    );
    Line::from(vec![
        Span::raw(format!(
            "{}{} ",
            name,
            " ".repeat(a.saturating_sub(name.width()))
        )),
        super::span(app, look, format!("{:<b$} ", state.name())),
        Span::raw(format!("{notified:<c$} ")),
        Span::raw(format!("{:<d$} ", acknowledged(app, record, d))),
        Span::raw(if record.own_siro_settled(incident) {
            "told"
        } else {
            "—"
        }),
    ])
}

fn acknowledged(app: &App, record: &PartnerRecord, width: usize) -> String {
    let found = record.answers.iter().find_map(|given| match &given.answer {
        PartnerAnswer::Acknowledged { spoke_to } => Some((given.at, spoke_to)),
        _ => None,
    });
    found.map_or_else(
        || "—".to_owned(),
        |(at, spoke_to)| {
            let said = format!("{} {spoke_to}", format::local_short(at, app.now));
            text::line(&said).truncated(width).to_string()
        },
    )
}

/// What happened since the last notice, oldest first: the state is what the last line says, and what was
/// true before is told with its time.
fn history(app: &App, record: &PartnerRecord) -> Vec<Line<'static>> {
    let since = record.notices.last().map(|notice| notice.at);
    let last = record.notices.last().and_then(|notice| notice.id);
    let is_shown = |(at, step): &(Instant, Step<'_>)| match step {
        Step::Notice(_) => false,
        Step::Progress(step) => Some(step.notice) == last,
        Step::Answer(given) => {
            let is_failure = matches!(given.answer, PartnerAnswer::NotDelivered { .. });
            !is_failure || since.is_none_or(|since| *at >= since)
        }
    };
    let steps: Vec<(Instant, Step<'_>)> = record.history().into_iter().filter(is_shown).collect();
    let line = |(place, (at, step)): (usize, &(Instant, Step<'_>))| {
        let at = format::local_short(*at, app.now);
        let said = format!("   {at} {}", text::line(&step.sentence()));
        let is_last = place + 1 == steps.len();
        let look = if is_last && record.state().has_failed() {
            Look::Refused
        } else {
            Look::Quiet
        };
        Line::from(super::span(app, look, said))
    };
    steps.iter().enumerate().map(line).collect()
}
