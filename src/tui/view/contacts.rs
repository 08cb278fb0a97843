//! Who must be told and why, and every attempt that was made. Not reached comes first.

use crate::domain::contacts::{self, RequiredContact};
use crate::domain::escalation::{self, Ladder};
use crate::domain::evidence::Evidence;
use crate::domain::incident::Incident;
use crate::text;
use crate::tui::app::App;
use crate::tui::form::contact_name;
use crate::tui::format;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let mut required = contacts::required(incident);
    required.sort_by_key(|required| contacts::informed_at(incident, &required.contact).is_some());
    let mut lines = Vec::new();
    for required in &required {
        lines.extend(contact(app, incident, required));
    }
    lines.push(Line::default());
    lines.push(super::heading(app, "Ladders"));
    lines.extend(Ladder::ALL.map(|ladder| rung(app, incident, ladder)));
    lines
}

fn contact(app: &App, incident: &Incident, required: &RequiredContact) -> Vec<Line<'static>> {
    let present = app.present();
    let attempts = contacts::attempts(incident, &required.contact);
    let informed = contacts::informed_at(incident, &required.contact);
    let (look, state) = match informed {
        Some(at) => (
            Look::Met,
            format!("✓ told {}", format::local_short(at, app.now)),
        ),
        None => (Look::Soon, "✗ not reached".to_owned()),
    };
    let mut lines = vec![Line::from(vec![
        super::span(app, look, format!("{state:<20} ")),
        super::span(
            app,
            Look::Strong,
            format!("{} ", contact_name(&required.contact, &present)),
        ),
    ])];
    let holders = present.directory.holders(
        required.contact.role,
        required.contact.organisation.as_ref(),
        app.now,
    );
    let because: Vec<String> = required
        .reasons
        .iter()
        .map(|reason| format!("{} ({})", reason.because, reason.rule))
        .collect();
    let who = match holders.first() {
        Some(holder) => text::line(present.directory.person_name(&holder.person)).to_string(),
        None => "nobody holds this role now".to_owned(),
    };
    lines.push(Line::from(super::span(
        app,
        Look::Quiet,
        format!("{:21}{who}; {}", "", because.join(", ")),
    )));
    let acted = contacts::informed_by(incident, &required.contact)
        .filter(|proof| !matches!(proof.evidence, Evidence::Attempt { .. }));
    lines.extend(acted.map(|proof| {
        let words = proof.evidence.in_words(incident, present.directory);
        Line::from(Span::raw(format!("{:21}{}", "", text::line(&words))))
    }));
    lines.extend(attempts.map(|attempt| {
        let note = attempt
            .note
            .as_deref()
            .map_or_else(String::new, |note| format!(": {}", text::line(note)));
        Line::from(Span::raw(format!(
            "{:21}{} {} {}{note}",
            "",
            format::local_short(attempt.at, app.now),
            attempt.channel.name(),
            attempt.outcome.name()
        )))
    }));
    lines
}

fn rung(app: &App, incident: &Incident, ladder: Ladder) -> Line<'static> {
    let next = {
        let present = app.present();
        escalation::next_rung(incident, ladder, present.directory, present.policy, app.now)
    };
    let text = match next {
        None => "top reached".to_owned(),
        Some(next) => {
            let when = next.due_at.map_or_else(String::new, |at| {
                format!(", from {}", format::local_short(at, app.now))
            });
            format!("next, {}{when}", next.who)
        }
    };
    Line::from(vec![
        super::span(app, Look::Quiet, format!("{:<14}", ladder.name())),
        Span::raw(format!("{text} ({})", ladder.rule())),
    ])
}
