//! Logging asks five things and saves; everything else can follow (BOB-LOG). Two more times have their
//! place here, because only a report knows them: when a processor became aware, and when it told the
//! controller (ICO-PROC). They are left empty where no processor told of it.
//!
//! Neither the time nor the organisation is proposed: from them follow the deadlines, and whose they
//! are.

use super::{Field, Form, Present, Sentence, foresight};
use crate::domain::Instant;
use crate::domain::command::{Command, Log};
use crate::domain::incident::{Facts, Incident};
use crate::domain::refusal::Refusal;
use crate::tui::format;
use crate::tui::theme::Look;

pub(super) fn fields(present: &Present<'_>) -> Vec<Field> {
    let names = present
        .directory
        .organisations
        .iter()
        .map(|known| (&known.id, known.name.as_str()));
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
            "They found out",
            "now, -40m, 21:30, yesterday 22:10, fri 18:30",
            "",
        ),
        Field::choose("/reporter_organisation", "Who reported it", names, None),
        Field::text(
            "/reporter_contact",
            "Reporter's contact",
            "phone or e-mail, and who they are if not listed",
            "",
        ),
        Field::time(
            "/processor_aware_at",
            "Supplier found out",
            "only if a supplier reported it",
            "",
        ),
        Field::time(
            "/controller_informed_at",
            "Supplier told us",
            "when the supplier told the controller",
            "",
        ),
    ]
}

pub(super) fn command(form: &Form, present: &Present<'_>) -> Result<Command, Refusal> {
    let aware_at = match form.some_time("/aware_at", present.now)? {
        Some(aware_at) => aware_at,
        None => return Err(Refusal::invalid("/aware_at", WHEN)),
    };
    let organisation = form
        .chosen_key("/reporter_organisation")
        .ok_or_else(|| Refusal::invalid("/reporter_organisation", "Choose who reported it"))?;
    Ok(Command::Log(Box::new(Log {
        title: form.text("/title").into(),
        summary: form.text("/summary").into(),
        aware_at,
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

/// What is asked where the law's clocks begin.
const WHEN: &str = "Say when the reporter became aware: now, -40m, 21:30, yesterday 22:10";

/// The deadlines of the incident as it would be logged, each with what is left of it.
pub(super) fn consequence(form: &Form, present: &Present<'_>) -> Vec<Sentence> {
    let aware_at = match form.some_time("/aware_at", present.now) {
        Ok(Some(aware_at)) => aware_at,
        Ok(None) => return vec![(Look::Quiet, WHEN.to_owned())],
        Err(refusal) => return vec![(Look::Refused, refusal.to_string())],
    };
    let mut said = vec![understood(aware_at, present)];
    match logged(form, present) {
        Ok(incident) => {
            said.extend(foresight::changes(None, &incident, present));
            said.push(foresight::every_hour_counts());
        }
        Err(refusal) => said.push((Look::Refused, refusal.to_string())),
    }
    said
}

/// The incident as it would be, whatever is still to be said of it.
fn logged(form: &Form, present: &Present<'_>) -> Result<Incident, Refusal> {
    let mut command = command(form, present)?;
    if let Command::Log(log) = &mut command {
        for words in [&mut log.title, &mut log.summary, &mut log.reporter_contact] {
            *words = foresight::or_some_words(words);
        }
    }
    foresight::after(None, &command, present)
}

/// A time as it was understood.
pub(super) fn understood(aware_at: Instant, present: &Present<'_>) -> Sentence {
    let policy = present.policy;
    let hours = if policy
        .calendar
        .out_of_hours(aware_at, &policy.business_hours)
    {
        "out of hours"
    } else {
        "in hours"
    };
    (
        Look::Strong,
        format!("Aware {}, {hours}", format::local(aware_at)),
    )
}
