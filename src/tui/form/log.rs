//! Logging asks five things and saves; everything else can follow (BOB-LOG). Two more times have their
//! place here, because only a report knows them: when a processor became aware, and when it told the
//! controller (ICO-PROC). They are left empty where no processor told of it.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::Instant;
use crate::domain::calendar::input;
use crate::domain::command::{Command, Log};
use crate::domain::deadlines::{self, ClockKind};
use crate::domain::directory::Organisation;
use crate::domain::incident::Facts;
use crate::domain::refusal::Refusal;
use crate::tui::format;
use crate::tui::theme::Look;

pub(super) fn fields(present: &Present<'_>) -> Vec<Field> {
    let names = present
        .directory
        .organisations
        .iter()
        .map(|known| (&known.id, known.name.as_str()));
    let mine = present
        .directory
        .person(present.me)
        .and_then(|me| organisations(present).position(|known| known.id == me.organisation));
    vec![
        Field::text(
            "/title",
            "Title",
            "a few words, no names of patients or staff",
            "",
        ),
        Field::text(
            "/summary",
            "What happened",
            "no names of patients or staff",
            "",
        ),
        Field::time(
            "/aware_at",
            "Reporter aware",
            "now, -40m, 21:30, yesterday 22:10, fri 18:30, 2026-06-12 18:30",
            "now",
        ),
        Field::one(
            "/reporter_organisation",
            "Reported by",
            names,
            mine.unwrap_or_default(),
        ),
        Field::text(
            "/reporter_contact",
            "Reach the reporter",
            "a number or address",
            "",
        ),
        Field::time(
            "/processor_aware_at",
            "Processor aware",
            "only where a processor told of it",
            "",
        ),
        Field::time(
            "/controller_informed_at",
            "It told us",
            "when the processor told the controller",
            "",
        ),
    ]
}

fn organisations<'a>(present: &Present<'a>) -> impl Iterator<Item = &'a Organisation> {
    present.directory.organisations.iter()
}

pub(super) fn command(form: &Form, present: &Present<'_>) -> Result<Command, Refusal> {
    let organisation = form.chosen_key("/reporter_organisation").ok_or_else(|| {
        Refusal::invalid(
            "/reporter_organisation",
            "The directory lists no organisation",
        )
    })?;
    Ok(Command::Log(Box::new(Log {
        title: form.text("/title").into(),
        summary: form.text("/summary").into(),
        aware_at: form.time("/aware_at", present.now)?,
        reporter_organisation: organisation.into(),
        reporter_contact: form.text("/reporter_contact").into(),
        reporter_role: None,
        officer_aware_at: None,
        processor_aware_at: form.some_time("/processor_aware_at", present.now)?,
        controller_informed_at: form.some_time("/controller_informed_at", present.now)?,
        occurrence: None,
        facts: Facts::default(),
    })))
}

pub(super) fn consequence(form: &Form, present: &Present<'_>) -> Vec<Sentence> {
    match input::understand(form.text("/aware_at"), present.now, None) {
        Ok(aware_at) => follows_from(aware_at, present),
        Err(error) => vec![(Look::Refused, error.to_string())],
    }
}

/// The deadlines that follow from an awareness time, each with what is left of it.
pub(super) fn follows_from(aware_at: Instant, present: &Present<'_>) -> Vec<Sentence> {
    let deadlines = deadlines::follow_from(aware_at, present.policy);
    let hours = if deadlines.out_of_hours {
        "out of hours"
    } else {
        "in hours"
    };
    let mut said = vec![(
        Look::Strong,
        format!("Aware {}, {hours}", format::local(aware_at)),
    )];
    for deadline in &deadlines.clocks {
        if !starts_now(deadline.kind, deadlines.out_of_hours) {
            continue;
        }
        let late = present.now > deadline.due_at;
        said.push((
            if late { Look::Overdue } else { Look::Text },
            format!(
                "{:8} {}  {}{}",
                deadline.kind.as_str(),
                format::local(deadline.due_at),
                format::countdown(deadline.due_at, present.now),
                if late { " overdue" } else { "" },
            ),
        ));
    }
    said.push(plain(
        "Seconds count: all lengths are elapsed time, over weekends and clock changes",
    ));
    said
}

/// Which clocks a report starts before anything else is known.
fn starts_now(kind: ClockKind, out_of_hours: bool) -> bool {
    match kind {
        ClockKind::LmIao | ClockKind::BobDpo | ClockKind::Ico72h => true,
        ClockKind::Bob24h => out_of_hours,
        ClockKind::Nis72h | ClockKind::Wso24h | ClockKind::Proc24h | ClockKind::Ack => false,
    }
}
