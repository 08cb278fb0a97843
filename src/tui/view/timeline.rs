//! Everything that happened to an incident, as sentences, newest first.

use crate::domain::event::{Entry, Event};
use crate::domain::id::IncidentId;
use crate::domain::partners::PartnerAnswer;
use crate::text;
use crate::tui::app::App;
use crate::tui::form::contact_name;
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
    let who = format!("{} ({}{interim})", text::line(&who), entry.by.role.code());
    let short: String = hash.chars().take(8).collect();
    Line::from(vec![
        super::span(
            app,
            Look::Strong,
            format!("{:<12} ", format::local_short(entry.at, app.now)),
        ),
        Span::raw(text::line(&sentence(app, &entry.event)).to_string()),
        super::span(app, Look::Quiet, format!("  {who}  {}", text::line(&short))),
    ])
}

/// What became true, in words.
fn sentence(app: &App, event: &Event) -> String {
    let present = app.present();
    let organisation = |id| present.directory.organisation_name(id).to_owned();
    let person = |id| present.directory.person_name(id).to_owned();
    match event {
        Event::Logged(logged) => format!("Logged: {}", logged.title),
        Event::ClockStarted { clock } => {
            format!(
                "{} started, due {}",
                clock.kind.as_str(),
                format::local(clock.due_at)
            )
        }
        Event::ClockRevised {
            clock,
            previous_due_at,
        } => format!(
            "{} is due {} instead of {}",
            clock.kind.as_str(),
            format::local(clock.due_at),
            format::local(*previous_due_at)
        ),
        Event::ClockStoodDown {
            kind, reason, rule, ..
        } => {
            format!("{} stood down: {reason} ({rule})", kind.as_str())
        }
        Event::ClockReinstated { kind, .. } => format!("{} counts again", kind.as_str()),
        Event::LateReasonGiven { kind, reason, .. } => {
            format!("{} late because: {reason}", kind.as_str())
        }
        Event::AwarenessCorrected {
            kind,
            from,
            to,
            reason,
        } => format!(
            "Corrected: {} {} instead of {}, because {reason}",
            kind.name(),
            format::local(*to),
            format::local(*from)
        ),
        Event::AwarenessAdded { kind, at } => format!("{} {}", kind.name(), format::local(*at)),
        Event::Triaged { facts } => format!(
            "Triaged: {}, {}, {}",
            facts
                .category
                .map_or("no category", |category| category.name()),
            facts.breach_status.name(),
            facts.partnership_effect.name()
        ),
        Event::Graded { assessment } => format!(
            "Graded {}×{}: {}",
            assessment.grade.severity(),
            assessment.grade.likelihood(),
            assessment.grading.outcome.name()
        ),
        Event::Acknowledged {
            took_ownership: true,
        } => "Acknowledged and taken on".to_owned(),
        Event::Acknowledged {
            took_ownership: false,
        } => "Acknowledged".to_owned(),
        Event::AcknowledgementUndone {} => "Acknowledgement taken back".to_owned(),
        Event::AssignmentOffered { to, reason } => format!("Offered to {}: {reason}", person(to)),
        Event::AssignmentAccepted {} => "Offer accepted".to_owned(),
        Event::AssignmentDeclined { reason } => format!("Offer declined: {reason}"),
        Event::Escalated {
            ladder, to, reason, ..
        } => {
            let names: Vec<String> = to
                .iter()
                .map(|contact| contact_name(contact, &present))
                .collect();
            format!(
                "Escalated on the {} to {}: {reason}",
                ladder.name(),
                names.join(" and ")
            )
        }
        Event::ContactAttempted { attempt } => format!(
            "{} by {}: {}",
            contact_name(&attempt.contact, &present),
            attempt.channel.name(),
            attempt.outcome.name()
        ),
        Event::PartnerNotified {
            organisation: id,
            channel,
        } => {
            format!("Notice to {} by {}", organisation(id), channel.name())
        }
        Event::PartnerAnswered {
            organisation: id,
            answer,
            ..
        } => {
            format!("{}: {}", organisation(id), answered(answer))
        }
        Event::NoteAdded { kind, text, .. } => format!("{}: {text}", kind.name()),
        Event::MajorProposed { incidents, .. } => {
            format!(
                "Major incident proposed: {} incidents share one trend",
                incidents.len() + 1
            )
        }
        Event::MajorDeclared { reason, .. } => format!("Declared major: {reason}"),
        Event::MajorDeclined { reason } => format!("Major incident declined: {reason}"),
    }
}

fn answered(answer: &PartnerAnswer) -> String {
    match answer {
        PartnerAnswer::Acknowledged { spoke_to } => format!("acknowledged by {spoke_to}"),
        PartnerAnswer::LocalProcess { reference } => format!("own process runs as {reference}"),
        PartnerAnswer::LocalComplete {} => "complete".to_owned(),
        PartnerAnswer::NotAffected { reason } => format!("not affected: {reason}"),
        PartnerAnswer::OwnSiroInformed {} => "own SIRO told".to_owned(),
        PartnerAnswer::NotDelivered { reason } => format!("not delivered: {reason}"),
    }
}
