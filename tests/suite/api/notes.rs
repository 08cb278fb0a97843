//! Notes: an incident holds its newest ones, the trail each of them in full.

use super::case_file::handed_out;
use crate::support::case::{DPO, OFFICER, note_count};
use crate::support::server::{Person, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::{CommandAnswer, TimelinePage};
use nightdesk::domain::event::Event;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::server;
use serde_json::{Value, json};
use sqlx::Row as _;
use uuid::Uuid;

/// More than an incident holds.
const NOTES: usize = 14;

fn text(place: usize) -> String {
    format!("Call {place}:{}", " the ward rang back".repeat(1_500))
}

/// Add so many long notes; the identity of each.
async fn noted(person: &Person<'_>, incident: IncidentId) -> Vec<Uuid> {
    let mut added = Vec::with_capacity(NOTES);
    for place in 0..NOTES {
        let note = json!({"type": "note", "text": text(place)});
        let answer: CommandAnswer = person.ask(incident, None, &note).await.ok();
        added.push(answer.command.0);
    }
    added
}

/// Every text of a note in the timeline.
async fn told(person: &Person<'_>, incident: IncidentId) -> Vec<String> {
    let page: TimelinePage = person.get(&route::timeline(incident)).await.ok();
    let events = page.entries.into_iter().map(|told| told.entry.event);
    events
        .filter_map(|event| match event {
            Event::NoteAdded { text, .. } => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn an_incident_stays_small_however_much_is_noted_and_the_trail_has_every_word() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let added = noted(&officer, id).await;
    let shown: Value = officer.get(&route::incident(id)).await.ok();
    let size = shown.to_string().len();
    assert!(size < 40_000, "{size} bytes after {NOTES} notes");
    let whole: Vec<String> = (0..NOTES).map(text).collect();
    assert!(
        told(&officer, id).await == whole,
        "the timeline lacks a word"
    );
    // What the incident does not hold any more can still be corrected, and proves a grade of 1.
    let correction = json!({"type": "note", "text": "The clinic rang", "corrects": added[0]});
    officer.ask(id, None, &correction).await.ok::<Value>();
    let dpo = server.signed_in(DPO).await;
    let seen: Incident = dpo.get(&route::incident(id)).await.ok();
    assert_eq!(note_count(&seen), NOTES + 1);
    let grade = json!({"type": "grade", "severity": 1, "likelihood": 1, "harms": ["loss_of_control"],
        "rationale": "It came back", "factors": [], "evidence_notes": [added[1]]});
    dpo.ask(id, Some(seen.version), &grade).await.ok::<Value>();
    let unknown = json!({"type": "note", "text": "The clinic rang", "corrects": id});
    assert_eq!(officer.ask(id, None, &unknown).await.problem().0, 422);
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!(
        server::case_file(&handed_out(&dpo, id).await),
        Vec::<String>::new()
    );
}

/// An earlier version stored every note in full beside the trail.
#[tokio::test]
async fn an_incident_that_an_earlier_version_stored_with_every_text_goes_on() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    noted(&officer, id).await;
    let database = server.stop().await;
    let mut connection = database.connection().await;
    let row = sqlx::query("select document from incident").fetch_one(&mut connection);
    let stored = row.await.unwrap().get::<String, _>("document");
    let mut stored: Incident = serde_json::from_str(&stored).unwrap();
    let last = stored.notes.last().unwrap().clone();
    let earlier = std::mem::take(&mut stored.earlier_notes).into_iter();
    let ids = earlier.chain(stored.notes.drain(..).map(|note| note.id));
    let whole = ids.enumerate().map(|(place, id)| {
        let mut note = last.clone();
        (note.id, note.text, note.is_beginning) = (id, text(place).into(), false);
        note
    });
    stored.notes = whole.collect();
    let document = serde_json::to_string(&stored).unwrap();
    sqlx::query("update incident set document = $1")
        .bind(document)
        .execute(&mut connection)
        .await
        .unwrap();
    let server = TestServer::start_on(database).await;
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    let officer = server.signed_in(OFFICER).await;
    let note = json!({"type": "note", "text": "The ward is content"});
    let answer: CommandAnswer = officer.ask(id, None, &note).await.ok();
    let size = serde_json::to_string(&answer.incident).unwrap().len();
    assert!(size < 40_000, "{size} bytes");
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}
