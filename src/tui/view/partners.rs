//! Partner by partner: notified, acknowledged by whom, own process, own SIRO, complete. Not reached
//! comes first.

use crate::domain::incident::Incident;
use crate::domain::partners::{PartnerAnswer, PartnerRecord, PartnerState};
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
            "Partner", "Stands at", "Notified", "Acknowledged"
        ),
    ))];
    for record in records {
        lines.push(row(app, incident, record, widths));
        lines.extend(reference(app, record));
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

/// What became of the last notice, or what the partner said besides.
fn reference(app: &App, record: &PartnerRecord) -> Option<Line<'static>> {
    if let Some(step) = record.last_progress() {
        let at = format::local_short(step.at, app.now);
        let said = format!("the notice {}", step.progress.sentence());
        let look = match record.state() {
            PartnerState::Failed | PartnerState::Expired => Look::Refused,
            _ => Look::Quiet,
        };
        let said = format!("   {at} {}", text::line(&said));
        return Some(Line::from(super::span(app, look, said)));
    }
    let said = record
        .answers
        .iter()
        .rev()
        .find_map(|given| match &given.answer {
            PartnerAnswer::LocalProcess { reference } => {
                Some(format!("own reference {}", text::line(reference)))
            }
            PartnerAnswer::NotAffected { reason } => {
                Some(format!("not affected: {}", text::line(reason)))
            }
            PartnerAnswer::NotDelivered { reason } => {
                Some(format!("not delivered: {}", text::line(reason)))
            }
            PartnerAnswer::Acknowledged { .. }
            | PartnerAnswer::LocalComplete {}
            | PartnerAnswer::OwnSiroInformed {}
            | PartnerAnswer::OwnSiroNotNeeded { .. } => None,
        })?;
    Some(Line::from(super::span(
        app,
        Look::Quiet,
        format!("   {said}"),
    )))
}
