//! REG-WHOLE and its kind: no end of an incident takes a breach out of the register or out of what is
//! counted, and nobody withdraws one alone.

mod assurance;
mod duplicates;
mod major;
mod periods;
mod withdrawal;

use crate::support::server::{Answer, Person, TestServer, fresh_id, report};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use nightdesk::domain::Instant;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::reporting::ReportKind;
use nightdesk::report::Report;
use nightdesk::report::document::Block;
use nightdesk::server::verify;
use serde_json::{Value, json};

const SIRO: &str = "oona.merriweather";
const GOVERNANCE: &str = "idris.pennywell";
const PARTNERSHIP_OFFICER: &str = "marguerite.holloway";

/// Logs something that Riverbourne's staff noticed an hour before, with these facts.
async fn logged(officer: &Person<'_>, now: Instant, facts: Value) -> Incident {
    let mut report = report();
    report["aware_at"] = json!(now - TimeDelta::hours(1));
    report["facts"] = facts;
    let answer = officer
        .send(route::INCIDENTS, fresh_id(), None, &report)
        .await;
    answer.ok::<CommandAnswer>().incident
}

async fn shown(person: &Person<'_>, incident: &Incident) -> Incident {
    person.get(&route::incident(incident.id)).await.ok()
}

/// Asks something of an incident as it stands.
async fn asked(person: &Person<'_>, incident: &Incident, body: &Value) -> Answer {
    let seen = shown(person, incident).await.version;
    person.ask(incident.id, Some(seen), body).await
}

/// The same, for what must be taken.
#[track_caller]
fn taken(answer: &Answer) -> Incident {
    answer.ok::<CommandAnswer>().incident
}

/// The sentence of a refusal.
fn refused(answer: &Answer) -> String {
    assert!(answer.status.is_client_error(), "{answer:?}");
    answer.value()["detail"].as_str().unwrap().to_owned()
}

fn grade(severity: u8, likelihood: u8) -> Value {
    json!({
        "type": "grade", "severity": severity, "likelihood": likelihood,
        "harms": ["loss_of_control"], "rationale": "as told by the practice",
    })
}

fn triage(breach_status: &str) -> Value {
    json!({"type": "triage", "facts": {
        "breach_status": breach_status, "category": "misdirected_email",
        "data_scope": ["PERSONAL_LIVING"], "cia": ["C"], "controllers": ["riverbourne"],
        "partnership_effect": "NONE", "partnership_reason": "one list of our own",
    }})
}

fn decide(answer: &str) -> Value {
    json!({"type": "regulator", "step": "decide", "answer": answer, "reasons": "on the grid"})
}

fn submit() -> Value {
    let items = ["nature", "data_subjects", "contact_point", "consequences"];
    let mut contents: Vec<Value> = items
        .iter()
        .map(|item| json!({"item": item, "known": "GIVEN", "text": "as known"}))
        .collect();
    contents
        .extend(["records", "measures"].map(|item| json!({"item": item, "known": "TO_FOLLOW"})));
    json!({
        "type": "regulator", "step": "submit", "body": "ICO", "via": "DSPT",
        "reference": "DSPT-7", "contents": contents,
    })
}

fn duplicate_of(other: &Incident) -> Value {
    json!({
        "type": "closing", "step": "mark_duplicate", "of": other.id,
        "reason": "the same list and hour",
    })
}

async fn report_of(person: &Person<'_>, kind: ReportKind, from: &str, to: &str) -> Report {
    let path = format!("{}?from={from}&to={to}", route::report(kind));
    person.get(&path).await.ok()
}

async fn june(person: &Person<'_>, kind: ReportKind) -> Report {
    report_of(person, kind, "2026-06-01", "2026-06-30").await
}

/// The rows of a section's table.
fn rows(report: &Report, heading: &str) -> Vec<Vec<String>> {
    let mut sections = report.document.sections.iter();
    let section = sections.find(|section| section.heading == heading);
    let section = section.unwrap_or_else(|| panic!("no {heading} in {report:?}"));
    match &section.blocks[0] {
        Block::Table(table) => table.rows.iter().map(|row| row.cells.clone()).collect(),
        Block::Paragraph { .. } => Vec::new(),
        other => panic!("{heading} is {other:?}"),
    }
}

/// Everything that a section says.
fn says(report: &Report, heading: &str) -> String {
    let mut sections = report.document.sections.iter();
    let section = sections.find(|section| section.heading == heading).unwrap();
    serde_json::to_string(section).unwrap()
}

fn name(incident: &Incident) -> String {
    incident.reference.unwrap().to_string()
}

/// What is stored is what the trail tells.
async fn holds_together(server: &TestServer) {
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}
