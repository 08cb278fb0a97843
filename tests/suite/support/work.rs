//! An incident in the middle of its casework: something of every sort is on it, and some of each is
//! still to be done.

use super::case::{DPO, OFFICER};
use super::console::{Server, acknowledge};
use nightdesk::domain::command::Command;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Facts;
use serde_json::{Value, json};

/// The SIRO of Riverbourne ICB.
pub(crate) const SIRO: &str = "oona.merriweather";
/// The Partnership Security Officer.
pub(crate) const SECURITY_OFFICER: &str = "marguerite.holloway";
/// The information governance team.
pub(crate) const TEAM: &str = "idris.pennywell";

/// A command as it goes over the wire.
pub(crate) fn command(body: Value) -> Command {
    serde_json::from_value(body).unwrap()
}

/// A desk on Monday 15 June 2026, 10:00, with one incident of Friday night.
pub(crate) fn case_in_hand() -> (Server, IncidentId) {
    let mut server = Server::at("2026-06-15 10:00");
    let incident = server.log(
        "2026-06-12 20:10",
        "2026-06-12 19:30",
        "Discharge letters sent to the wrong practice",
        "riverbourne",
        Facts::default(),
    );
    server.give("2026-06-12 20:12", OFFICER, incident, acknowledge());
    for (at, person, body) in night().into_iter().chain(weekend()).chain(monday()) {
        server.give(at, person, incident, command(body));
    }
    (server, incident)
}

type Given = (&'static str, &'static str, Value);

fn night() -> Vec<Given> {
    vec![
        (
            "2026-06-12 20:40",
            DPO,
            json!({
                "type": "grade", "severity": 3, "likelihood": 4, "factors": ["MENTAL_HEALTH"],
                "harms": ["loss_of_control"], "rationale": "Clinic letters of 40 people",
            }),
        ),
        (
            "2026-06-12 20:45",
            OFFICER,
            json!({
                "type": "triage", "facts": {
                    "breach_status": "CONFIRMED", "category": "misdirected_email",
                    "data_scope": ["PERSONAL_LIVING"], "cia": ["C"], "controllers": ["riverbourne"],
                    "data_subjects": 40, "partnership_effect": "AFFECTED",
                    "partnership_reason": "their patients are among them",
                    "affected_partners": ["eastmere"],
                },
            }),
        ),
        (
            "2026-06-12 21:00",
            OFFICER,
            json!({
                "type": "regulator", "step": "decide", "answer": "DECLINE", "given_by": DPO,
                "reasons": "The practice deletes them",
            }),
        ),
        (
            "2026-06-12 21:30",
            OFFICER,
            json!({
                "type": "closing", "step": "contain", "actions": "Asked the practice to delete them",
            }),
        ),
    ]
}

fn weekend() -> Vec<Given> {
    vec![
        (
            "2026-06-13 09:30",
            DPO,
            json!({
                "type": "regulator", "step": "decide", "answer": "REPORT",
                "reasons": "The practice has forwarded them",
            }),
        ),
        (
            "2026-06-13 10:00",
            DPO,
            json!({
                "type": "regulator", "step": "submit", "body": "ICO", "via": "DSPT", "reference": "DSPT-48812",
                "contents": [
                    {"item": "nature", "known": "GIVEN", "text": "Letters e-mailed to the wrong practice"},
                    {"item": "data_subjects", "known": "GIVEN", "text": "about 40 people"},
                    {"item": "records", "known": "TO_FOLLOW"},
                    {"item": "contact_point", "known": "GIVEN", "text": "the DPO"},
                    {"item": "consequences", "known": "GIVEN", "text": "loss of control"},
                    {"item": "measures", "known": "TO_FOLLOW"},
                ],
            }),
        ),
        (
            "2026-06-13 10:02",
            DPO,
            json!({
                "type": "regulator", "step": "keep_reference", "tool": "DSPT", "reference": "DSPT-48812",
            }),
        ),
        (
            "2026-06-13 10:10",
            DPO,
            json!({
                "type": "subjects", "step": "recommend", "telling": "TELL", "reasons": "They can act on it",
            }),
        ),
        (
            "2026-06-13 11:00",
            SIRO,
            json!({
                "type": "subjects", "step": "decide", "telling": "TELL", "reasons": "I agree",
            }),
        ),
        (
            "2026-06-13 11:30",
            SECURITY_OFFICER,
            json!({
                "type": "hosting", "step": "record_impact", "impact": "DEGRADED",
                "reason": "The mail gateway is held",
            }),
        ),
        (
            "2026-06-13 11:40",
            OFFICER,
            json!({
                "type": "hosting", "step": "raise_call", "summary": "Hold the mail gateway",
                "reference": "LF-2231",
            }),
        ),
    ]
}

fn monday() -> Vec<Given> {
    let team = |at, body| (at, TEAM, body);
    vec![
        team(
            "2026-06-15 08:40",
            json!({
                "type": "hosting", "step": "log_change", "reference": "RFC-311",
                "title": "Check recipients before sending", "purpose": "RESOLUTION",
            }),
        ),
        team(
            "2026-06-15 08:50",
            json!({
                "type": "investigation", "step": "secure_evidence", "label": "Mail log of Friday",
                "kind": "log", "location": "case store 7", "custodian": "IG team",
                "secured_at": "2026-06-15T07:45:00Z",
            }),
        ),
        team(
            "2026-06-15 08:55",
            json!({
                "type": "investigation", "step": "appoint_lead", "person": TEAM,
            }),
        ),
        team(
            "2026-06-15 09:00",
            json!({"type": "investigation", "step": "begin"}),
        ),
        team(
            "2026-06-15 09:05",
            json!({
                "type": "investigation", "step": "hold_meeting", "chair": "DPO", "attendees": ["IGT", "SIRO"],
            }),
        ),
        team(
            "2026-06-15 09:20",
            json!({
                "type": "investigation", "step": "find", "text": "The address book held an old entry",
            }),
        ),
        team(
            "2026-06-15 09:30",
            json!({
                "type": "learning", "step": "recommend", "text": "Clean the address book each quarter",
            }),
        ),
        team(
            "2026-06-15 09:35",
            json!({
                "type": "learning", "step": "add_lesson", "statement": "Names alone do not identify a practice",
            }),
        ),
    ]
}

/// The action that the case has as its last thing.
pub(crate) fn with_an_action() -> (Server, IncidentId) {
    let (mut server, incident) = case_in_hand();
    let lesson = server.incidents[&incident].casework().learning.lessons[0].id;
    let action = json!({
        "type": "learning", "step": "add_action", "of": lesson, "text": "Show the practice's code",
        "owner": "IGT", "due_on": "2026-07-15",
    });
    server.give("2026-06-15 09:40", TEAM, incident, command(action));
    (server, incident)
}
