//! Everything that happened to an incident, as sentences, newest first.

use crate::domain::chronicle;
use crate::domain::event::Entry;
use crate::domain::id::IncidentId;
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: IncidentId) -> Vec<Line<'static>> {
    let shown = app
        .timeline
        .as_ref()
        .filter(|shown| shown.incident == incident);
    let Some(entries) = shown.and_then(|shown| shown.entries.as_ref()) else {
        return vec![Line::from(super::span(
            app,
            Look::Quiet,
            "Fetching the timeline from the server …",
        ))];
    };
    entries
        .iter()
        .rev()
        .map(|(hash, entry)| line(app, hash, entry))
        .collect()
}

fn line(app: &App, hash: &str, entry: &Entry) -> Line<'static> {
    let who = app
        .present()
        .directory
        .person_name(&entry.by.person)
        .to_owned();
    let interim = if entry.by.interim { ", interim" } else { "" };
    let who = format!("{} ({}{interim})", text::line(&who), entry.by.role.short());
    let said = chronicle::sentence(&entry.event, app.present().directory);
    let short: String = hash.chars().take(8).collect();
    Line::from(vec![
        super::span(
            app,
            Look::Strong,
            format!("{:<12} ", format::local_short(entry.at, app.now)),
        ),
        Span::raw(text::line(&said).to_string()),
        super::span(app, Look::Quiet, format!("  {who}  {}", text::line(&short))),
    ])
}
