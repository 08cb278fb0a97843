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
const NARROW: Widths = [20, 23, 10, 13];
const WIDE: Widths = [34, 23, 14, 26];

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
    let (widths @ [a, b, c, d], siro) = if width >= 110 {
        (WIDE, "Own SIRO told")
    } else {
        (NARROW, "Own SIRO")
    };
    let mut records: Vec<_> = incident.partners.iter().collect();
    records.sort_by_key(|record| record.state());
    let mut lines = vec![Line::from(super::span(
        app,
        Look::Quiet,
        format!(
            "{:<a$} {:<b$} {:<c$} {:<d$} {siro}",
            "Partner", "Status", "First sent", "Acknowledged"
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
        | PartnerState::ToCall
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
    let sent = record.first_sent_at();
    let sent = sent.map_or_else(|| "—".to_owned(), |at| format::local_short(at, app.now));
    Line::from(vec![
        Span::raw(format!(
            "{}{} ",
            name,
            " ".repeat(a.saturating_sub(name.width()))
        )),
        super::span(app, look, format!("{:<b$} ", state.name())),
        Span::raw(format!("{sent:<c$} ")),
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

/// What happened, oldest first: the state is what the last line says, and what was true before is told
/// with its time. Each earlier notice has one line, which says how far it came; every step of it is in the
/// timeline.
fn history(app: &App, record: &PartnerRecord) -> Vec<Line<'static>> {
    let last = record.notices.last().and_then(|notice| notice.id);
    let is_shown = |(_, step): &(Instant, Step<'_>)| match step {
        Step::Notice(notice) => match notice.id {
            Some(id) => record.last_progress_of(id).is_none() && record.notices.len() > 1,
            None => notice.is_to_be_called() || record.notices.len() > 1,
        },
        Step::Progress(step) => {
            Some(step.notice) == last || record.last_progress_of(step.notice) == Some(*step)
        }
        Step::Answer(_) => true,
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
