//! Casework end to end: what a duplicate brings about on the incident that goes on, and who may read
//! what of a case.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Person, TestServer, fresh_id, report, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{CommandAnswer, TimelinePage};
use nightdesk::domain::chronicle;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::event::Event;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::{Incident, Status};
use nightdesk::server::verify;
use serde_json::{Value, json};

const SIRO: &str = "oona.merriweather";
const GOVERNANCE: &str = "idris.pennywell";
/// Governance-group representative of Eastmere, who reads headers.
const PARTNER: &str = "beatrix.wolverton";
/// Officers of Eastmere, which is a partner and no controller of the data.
const THEIR_DPO: &str = "winifred.osgood";
const THEIR_SIRO: &str = "rupert.calloway";

/// Logs something that the staff of an organisation knew so many hours ago.
async fn known_for(officer: &Person<'_>, hours: i64, organisation: &str) -> Incident {
    let mut report = report();
    report["aware_at"] = json!(tonight_at() - TimeDelta::hours(hours));
    report["reporter_organisation"] = json!(organisation);
    let answer = officer
        .send(route::INCIDENTS, fresh_id(), None, &report)
        .await;
    answer.ok::<CommandAnswer>().incident
}

fn duplicate_of(other: IncidentId) -> Value {
    json!({"type": "closing", "step": "mark_duplicate", "of": other, "reason": "the same list"})
}

fn started_at(incident: &Incident, kind: ClockKind) -> chrono::DateTime<chrono::Utc> {
    let mut clocks = incident.clocks.iter();
    clocks.find(|clock| clock.kind == kind).unwrap().started_at
}

async fn shown(person: &Person<'_>, id: IncidentId) -> Incident {
    person.get(&route::incident(id)).await.ok()
}

/// Section 2.2: "its anchor takes the earlier awareness".
#[tokio::test]
async fn the_incident_that_goes_on_takes_the_earlier_awareness_of_its_duplicate() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let goes_on = known_for(&officer, 1, "riverbourne").await;
    let duplicate = known_for(&officer, 5, "riverbourne").await;
    let key = fresh_id();
    let path = route::incident_commands(duplicate.id);
    let marked = officer
        .send(&path, key, Some(1), &duplicate_of(goes_on.id))
        .await;
    assert_eq!(
        marked.ok::<CommandAnswer>().incident.status,
        Status::Duplicate
    );
    let after = shown(&officer, goes_on.id).await;
    assert_eq!((after.version, after.status), (2, Status::Logged));
    for kind in [ClockKind::LmIao, ClockKind::BobDpo, ClockKind::Ico72h] {
        assert_eq!(started_at(&after, kind), tonight_at() - TimeDelta::hours(5));
    }
    let timeline: TimelinePage = officer.get(&route::timeline(goes_on.id)).await.ok();
    let last = timeline.entries.last().unwrap();
    assert_eq!(
        (last.entry.command, last.entry.by.person.as_str()),
        (key, OFFICER)
    );
    let corrected = timeline.entries.iter().any(|entry| {
        matches!(&entry.entry.event, Event::AwarenessCorrected { reason, .. }
            if reason.contains(&duplicate.reference.unwrap().to_string()))
    });
    assert!(corrected, "the trail says why");
    let again = officer
        .send(&path, key, Some(1), &duplicate_of(goes_on.id))
        .await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.value()["incident"], marked.value()["incident"]);
    assert_eq!(shown(&officer, goes_on.id).await.version, 2);
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_duplicate_that_was_known_later_moves_no_clock_of_the_incident_that_goes_on() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let goes_on = known_for(&officer, 5, "riverbourne").await;
    let duplicate = known_for(&officer, 1, "riverbourne").await;
    // What the officer on call heard is later too: they heard of it first.
    officer
        .ask(duplicate.id, Some(1), &duplicate_of(goes_on.id))
        .await
        .ok::<Value>();
    let after = shown(&officer, goes_on.id).await;
    assert_eq!(
        (&after.clocks, &after.awareness),
        (&goes_on.clocks, &goes_on.awareness)
    );
    assert_eq!(after.origins().count(), 1);
    let ended = shown(&officer, duplicate.id).await;
    assert!(!ended.clocks.is_empty());
    for view in clock::views(&ended) {
        assert_eq!(view.state(tonight_at()), ClockState::Ended, "{view:?}");
        assert_eq!(view.next_change_at(tonight_at()), None);
    }
    let timeline: TimelinePage = officer.get(&route::timeline(duplicate.id)).await.ok();
    let last = &timeline.entries.last().unwrap().entry;
    let directory = nightdesk::config::directory::example().unwrap();
    let other = goes_on.reference.unwrap();
    assert_eq!(
        chronicle::sentence(&last.event, &directory),
        format!("A duplicate of {other}: the same list")
    );
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// No duty is lost with a duplicate, and nobody learns of an incident that they may not see.
#[tokio::test]
async fn an_incident_is_no_duplicate_of_what_is_hidden_ended_or_has_no_clock_for_its_controller() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let governance = server.signed_in(DPO).await;
    let theirs = known_for(&officer, 1, "calder").await;
    let ours = known_for(&officer, 2, "riverbourne").await;
    let ended = known_for(&officer, 3, "riverbourne").await;
    server.withdraw(ended.id, 1).await;
    let nowhere = IncidentId::from(fresh_id());
    // Who asks, of which other incident, what the answer says.
    for (person, other, words) in [
        (&governance, nowhere, "cannot see an incident of that name"),
        (
            &governance,
            theirs.id,
            "cannot see an incident of that name",
        ),
        (&officer, nowhere, "cannot see an incident of that name"),
        (
            &officer,
            theirs.id,
            "Riverbourne ICB is not entered there as controller",
        ),
        (&officer, ended.id, "is withdrawn"),
        (&officer, ours.id, "another incident"),
    ] {
        let refused = person.ask(ours.id, Some(1), &duplicate_of(other)).await;
        assert_eq!(refused.status.as_u16(), 422, "{refused:?}");
        let problem = refused.value();
        assert_eq!(problem["errors"][0]["pointer"], "/of", "{problem}");
        assert!(problem.to_string().contains(words), "{problem}");
    }
    assert_eq!(shown(&officer, ours.id).await, ours);
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

fn facts() -> Value {
    json!({
        "breach_status": "CONFIRMED",
        "category": "misdirected_email",
        "data_scope": ["PERSONAL_LIVING"],
        "cia": ["C"],
        "controllers": ["riverbourne"],
        "partnership_effect": "AFFECTED",
        "partnership_reason": "their patients are on the list",
        "affected_partners": ["eastmere"],
    })
}

/// Asks one thing after the other of an incident that was just logged; each is at the next version.
async fn worked_at(server: &TestServer, id: IncidentId, steps: &[(&str, Value)]) {
    for (place, (person, step)) in steps.iter().enumerate() {
        let person = server.signed_in(person).await;
        let seen = Some(place as u64 + 1);
        let answer = person.ask(id, seen, step).await;
        assert!(answer.status.is_success(), "{step} {answer:?}");
    }
}

fn begun() -> Vec<(&'static str, Value)> {
    let harm = nightdesk::domain::grid::Harm::ALL[0];
    vec![
        (
            DPO,
            json!({"type": "grade", "severity": 3, "likelihood": 4, "rationale": "the CANARY sang",
                "harms": [harm]}),
        ),
        (OFFICER, json!({"type": "triage", "facts": facts()})),
    ]
}

/// BOB-NOBLAME: in the incident, the timeline, the changes, and answers given and recalled.
#[tokio::test]
async fn whether_a_disciplinary_process_is_considered_is_seen_by_dpo_and_siro_and_nobody_else() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let mut steps = begun();
    let consider = json!({"type": "closing", "step": "consider_disciplinary", "considered": true});
    steps.push((DPO, consider));
    worked_at(&server, id, &steps).await;
    let note = fresh_id();
    let path = route::incident_commands(id);
    let given = officer
        .send(&path, note, None, &json!({"type": "note", "text": "quiet"}))
        .await;
    let stale = officer
        .ask(
            id,
            Some(1),
            &json!({"type": "declare_major", "reason": "x"}),
        )
        .await;
    let readers = [
        (OFFICER, false),
        (GOVERNANCE, false),
        (PARTNER, false),
        (THEIR_DPO, false),
        (THEIR_SIRO, false),
        ("silas.nettlebed", false),
        (DPO, true),
        (SIRO, true),
    ];
    let recalled = officer.get(&format!("/v1/commands/{note}")).await;
    assert!(recalled.status.is_success(), "{recalled:?}");
    for answer in [&given, &stale, &recalled] {
        assert!(!answer.body.contains("considered"), "{answer:?}");
    }
    for (person, may_know) in readers {
        let reader = server.signed_in(person).await;
        let shown = reader.get(&route::incident(id)).await;
        let listed = reader.get(route::INCIDENTS).await;
        let changes = reader.get(route::CHANGES).await;
        let timeline = reader.get(&route::timeline(id)).await;
        for answer in [shown, listed, changes, timeline] {
            assert!(answer.status.is_success(), "{person} {answer:?}");
            let knows = answer.body.contains("considered");
            assert_eq!(knows, may_know, "{person} {answer:?}");
        }
    }
}

/// A header says how a case stands and none of what was written about it; what has been done is not
/// asked for again.
#[tokio::test]
async fn a_header_shows_how_far_casework_has_come_and_no_word_of_it() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let words = "CANARY";
    let mut steps = begun();
    steps.extend([
        (
            GOVERNANCE,
            json!({"type": "investigation", "step": "appoint_lead",
            "person": "percy.lathbury", "exception": words}),
        ),
        (
            GOVERNANCE,
            json!({"type": "investigation", "step": "secure_evidence", "label": words,
            "kind": words, "location": words, "custodian": words, "secured_at": tonight_at()}),
        ),
        (
            GOVERNANCE,
            json!({"type": "investigation", "step": "agree_plan",
            "parties": ["riverbourne", "eastmere"], "agreed_on": "2026-06-12", "text": words}),
        ),
        (
            GOVERNANCE,
            json!({"type": "investigation", "step": "find", "text": words}),
        ),
        (
            GOVERNANCE,
            json!({"type": "investigation", "step": "analyse_cause", "method": words,
            "causes": words, "policy_deficiency": false}),
        ),
        (
            DPO,
            json!({"type": "regulator", "step": "decide", "answer": "REPORT",
            "reasons": words}),
        ),
        (
            DPO,
            json!({"type": "regulator", "step": "keep_reference", "tool": "DSPT",
            "reference": words}),
        ),
        (
            DPO,
            json!({"type": "subjects", "step": "recommend", "telling": "TELL",
            "reasons": words}),
        ),
        (
            GOVERNANCE,
            json!({"type": "learning", "step": "recommend", "text": words}),
        ),
        (
            GOVERNANCE,
            json!({"type": "learning", "step": "no_lesson", "reason": words}),
        ),
        (
            OFFICER,
            json!({"type": "closing", "step": "contain", "actions": words}),
        ),
    ]);
    worked_at(&server, id, &steps).await;
    let whole = shown(&officer, id).await;
    assert!(serde_json::to_string(&whole).unwrap().contains(words));
    for person in [PARTNER, "leopold.swanscombe"] {
        let reader = server.signed_in(person).await;
        for path in [
            route::incident(id),
            route::timeline(id),
            route::CHANGES.to_owned(),
            route::INCIDENTS.to_owned(),
        ] {
            let answer = reader.get(&path).await;
            assert!(answer.status.is_success(), "{person} {answer:?}");
            assert!(!answer.body.contains(words), "{person} {answer:?}");
        }
        let seen = shown(&reader, id).await;
        let left = nightdesk::domain::guard::to_investigate(&seen);
        assert_eq!(left, [], "lead and evidence are there");
        let decision = &seen.casework().regulator.decisions[0];
        assert_eq!(decision.answer.name(), "report");
    }
}
