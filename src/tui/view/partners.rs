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

pub(super) fn lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
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
    let mut records: Vec<_> = incident.partners.iter().collect();
    records.sort_by_key(|record| record.state());
    let mut lines = vec![Line::from(super::span(
        app,
        Look::Quiet,
        format!(
            "{:<30} {:<18} {:<14} {:<24} {}",
            "Partner", "Stands at", "Notified", "Acknowledged", "Own SIRO"
        ),
    ))];
    for record in records {
        lines.push(row(app, record));
        lines.extend(reference(app, record));
    }
    lines
}

fn row(app: &App, record: &PartnerRecord) -> Line<'static> {
    let state = record.state();
    let look = match state {
        PartnerState::Failed => Look::Refused,
        PartnerState::Unaware | PartnerState::Notified => Look::Soon,
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
    .truncated(30);
    let notified = record.notices.last().map_or_else(
        || "—".to_owned(),
        |notice| format::local_short(notice.at, app.now),
    );
    Line::from(vec![
        Span::raw(format!(
            "{}{} ",
            name,
            " ".repeat(30_usize.saturating_sub(name.width()))
        )),
        super::span(app, look, format!("{:<18} ", state.name())),
        Span::raw(format!("{notified:<14} ")),
        Span::raw(format!("{:<24} ", acknowledged(app, record))),
        Span::raw(if record.own_siro_informed() {
            "told"
        } else {
            "—"
        }),
    ])
}

fn acknowledged(app: &App, record: &PartnerRecord) -> String {
    let found = record.answers.iter().find_map(|given| match &given.answer {
        PartnerAnswer::Acknowledged { spoke_to } => Some((given.at, spoke_to)),
        _ => None,
    });
    found.map_or_else(
        || "—".to_owned(),
        |(at, spoke_to)| {
            let who = text::line(spoke_to).truncated(16);
            format!("{} {who}", format::local_short(at, app.now))
        },
    )
}

/// The partner's own reference, or why it is not affected or not reached.
fn reference(app: &App, record: &PartnerRecord) -> Option<Line<'static>> {
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
            | PartnerAnswer::OwnSiroInformed {} => None,
        })?;
    Some(Line::from(super::span(
        app,
        Look::Quiet,
        format!("   {said}"),
    )))
}
