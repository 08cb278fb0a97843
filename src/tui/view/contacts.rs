//! Who must be told and why, and every attempt that was made. Not reached comes first.

use crate::domain::contacts::{self, RequiredContact};
use crate::domain::escalation::{self, Escalation, Ladder};
use crate::domain::evidence::Evidence;
use crate::domain::incident::Incident;
use crate::domain::reading;
use crate::domain::release;
use crate::domain::summons::{self, Standing};
use crate::text;
use crate::tui::app::App;
use crate::tui::form::contact_name;
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let mut required = contacts::required(incident);
    required.sort_by_key(|required| contacts::informed_at(incident, &required.contact).is_some());
    let mut lines = escalations(app, incident);
    for required in &required {
        lines.extend(contact(app, incident, required));
    }
    for change in contacts::released(incident) {
        let words = release::in_words(change, app.present().directory);
        let words = text::line(&words).to_string();
        let who = contact_name(&change.contact, &app.present());
        lines.push(Line::from(super::span(
            app,
            Look::Quiet,
            format!("{:<20} {who}; {words}", "— need not be told"),
        )));
    }
    if !incident.attempts.is_empty() {
        let key = app.keymap.key_for(Action::StrikeCall);
        let words = format!(
            "{:21}{key}: correct a call that was recorded by mistake",
            ""
        );
        lines.push(Line::from(super::span(app, Look::Quiet, words)));
    }
    lines.push(Line::default());
    lines.push(super::heading(app, "Who to call next"));
    lines.extend(Ladder::ALL.map(|ladder| rung(app, incident, ladder)));
    lines
}

fn contact(app: &App, incident: &Incident, required: &RequiredContact) -> Vec<Line<'static>> {
    let present = app.present();
    let attempts = contacts::recorded(incident, &required.contact);
    let informed = contacts::informed_at(incident, &required.contact);
    let (look, state) = match informed {
        Some(at) => (
            Look::Met,
            format!("✓ told {}", format::local_short(at, app.now)),
        ),
        None if contacts::attempts(incident, &required.contact)
            .next()
            .is_none() =>
        {
            (Look::Soon, "✗ not tried yet".to_owned())
        }
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
    let who = holders.first().map_or_else(String::new, |holder| {
        let name = text::line(present.directory.person_name(&holder.person)).to_string();
        format!("{name}; ")
    });
    lines.push(Line::from(super::span(
        app,
        Look::Quiet,
        format!("{:21}{who}{}", "", because.join(", ")),
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
        let origin = incident.attempt_recorded_on(attempt);
        let elsewhere = origin.map_or_else(String::new, |origin| {
            format!(", recorded on {}", origin.name())
        });
        let words = format!(
            "{:21}{} {}{} {}{elsewhere}{note}",
            "",
            format::local_short(attempt.at, app.now),
            attempt.channel.name(),
            attempt.number_in_words(),
            attempt.outcome.name()
        );
        match &attempt.struck {
            None => Line::from(Span::raw(words)),
            Some(struck) => {
                let why = struck.in_words(present.directory);
                let words = format!("{words}; {}", text::line(&why));
                Line::from(super::span(app, Look::Quiet, words))
            }
        }
    }));
    let directory = present.directory;
    let released = release::that_does_not_count(incident, &required.contact, directory);
    let by_exception = escalation::why_by_exception(incident, &required.contact);
    let instead = reading::instead(incident, &required.contact, directory, app.now);
    let words = instead.into_iter().chain(released).chain(by_exception);
    lines.extend(words.map(|words| {
        let words = format!("{:21}{}", "", text::line(&words));
        Line::from(super::span(app, Look::Soon, words))
    }));
    lines
}

/// Whom each escalation reached, by what, and how far that has come; the last one first.
fn escalations(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    if incident.escalations.is_empty() {
        return Vec::new();
    }
    let directory = app.present().directory;
    let is_told = incident.escalations.iter().any(|escalation| {
        let mut calls = escalation.calls.iter();
        calls.any(|call| {
            let standing = summons::standing(incident, escalation, call, directory);
            matches!(standing, Standing::Told(_))
        })
    });
    let heading = match is_told {
        true => "Escalated: who has been told",
        false => "Escalated: nobody has acknowledged it yet",
    };
    let mut lines = vec![super::heading(app, heading)];
    for escalation in incident.escalations.iter().rev() {
        lines.extend(escalated(app, incident, escalation));
    }
    lines.push(Line::default());
    lines
}

fn escalated(app: &App, incident: &Incident, escalation: &Escalation) -> Vec<Line<'static>> {
    let directory = app.present().directory;
    let by = directory.person_name(&escalation.by.person);
    let head = format!(
        "{} {by} escalated ({}): {}",
        format::local_short(escalation.at, app.now),
        escalation.ladder.name(),
        escalation.reason
    );
    let mut lines = vec![Line::from(super::span(
        app,
        Look::Quiet,
        text::line(&head).to_string(),
    ))];
    if escalation.calls.is_empty() {
        let words = format!("  {}", summons::BEFORE_THE_RULE);
        lines.push(Line::from(super::span(app, Look::Soon, words)));
    }
    lines.extend(escalation.calls.iter().map(|call| {
        let standing = summons::standing(incident, escalation, call, directory);
        let at = match &standing {
            Standing::Told(attempt) | Standing::Tried(attempt) => Some(attempt.at),
            Standing::Notice(step) => Some(step.at),
            Standing::Queued | Standing::ToCall(_) => None,
        };
        let (look, sign) = match &standing {
            Standing::Told(_) => (Look::Met, "✓"),
            Standing::Tried(_) | Standing::Queued | Standing::Notice(_) => (Look::Soon, "…"),
            Standing::ToCall(_) => (Look::Overdue, "✗"),
        };
        let at = at.map_or_else(String::new, |at| {
            format!("{} ", format::local_short(at, app.now))
        });
        let words = summons::standing_in_words(call, &standing, directory);
        let words = format!("  {sign} {}: {at}{words}", call.who(directory));
        Line::from(super::span(app, look, text::line(&words).to_string()))
    }));
    lines
}

fn rung(app: &App, incident: &Incident, ladder: Ladder) -> Line<'static> {
    let next = {
        let present = app.present();
        escalation::next_rung(incident, ladder, present.directory, present.policy, app.now)
    };
    let text = match next {
        None => "nobody further on this list".to_owned(),
        Some(next) => {
            let when = match (next.opens_at(app.now), next.due_at) {
                (Some(at), _) => format!(", from {}", format::local_short(at, app.now)),
                (None, Some(at)) => format!(", open since {}", format::local_short(at, app.now)),
                (None, None) => String::new(),
            };
            format!("next, {}{when}", text::line(&next.who))
        }
    };
    Line::from(vec![
        super::span(app, Look::Quiet, format!("{:<20}", ladder.name())),
        Span::raw(format!("{text} ({})", ladder.rule())),
    ])
}
