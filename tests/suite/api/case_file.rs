//! The case file: handed out by a command, given up to its entry, and checked without the desk
//! (BOB-REC).

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Answer, Person, TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, CaseFile, CommandAnswer, TimelinePage};
use nightdesk::domain::event::Event;
use nightdesk::domain::id::{CommandId, IncidentId};
use nightdesk::domain::incident::Status;
use nightdesk::domain::investigation::InvestigationEvent;
use nightdesk::server;
use serde_json::{Value, json};

const AUDITOR: &str = "silas.nettlebed";
const SIRO: &str = "oona.merriweather";

fn hand_out() -> Value {
    json!({"type": "investigation", "step": "hand_out_case_file", "to": "the ICO's case officer",
        "reason": "asked for under section 142"})
}

async fn version(person: &Person<'_>, id: IncidentId) -> u64 {
    let shown = person.get(&route::incident(id)).await;
    shown.ok::<nightdesk::domain::incident::Incident>().version
}

async fn ask(person: &Person<'_>, id: IncidentId, body: &Value) -> Answer {
    let seen = version(person, id).await;
    person.ask(id, Some(seen), body).await
}

async fn taken(person: &Person<'_>, id: IncidentId, handed_out: CommandId) -> Answer {
    let path = format!("{}?handed_out={handed_out}", route::case_file(id));
    person.get(&path).await
}

/// A desk on which two incidents were worked at, one after the other and at the same time.
async fn worked(server: &TestServer) -> IncidentId {
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let id = officer.log().await.incident.id;
    let other = officer.log().await.incident.id;
    for step in [
        json!({"type": "acknowledge"}),
        json!({"type": "note", "kind": "CALL", "text": "Rang the practice"}),
    ] {
        officer.ask(id, None, &step).await.ok::<Value>();
        officer.ask(other, None, &step).await.ok::<Value>();
    }
    for step in [
        json!({"type": "grade", "severity": 3, "likelihood": 4, "harms": ["loss_of_control"],
            "rationale": "Clinic letters", "factors": []}),
        json!({"type": "regulator", "step": "decide", "answer": "REPORT", "reasons": "Risk"}),
        json!({"type": "closing", "step": "consider_disciplinary", "considered": true}),
    ] {
        ask(&dpo, id, &step).await.ok::<Value>();
    }
    id
}

pub(super) async fn handed_out(person: &Person<'_>, id: IncidentId) -> CaseFile {
    let answer: CommandAnswer = ask(person, id, &hand_out()).await.ok();
    taken(person, id, answer.command).await.ok()
}

#[tokio::test]
async fn no_case_file_is_given_without_its_entry_in_the_trail() {
    let server = TestServer::start().await;
    let id = worked(&server).await;
    let (dpo, siro) = (server.signed_in(DPO).await, server.signed_in(SIRO).await);
    assert_eq!(taken(&dpo, id, fresh_id()).await.problem().0, 404);
    let graded: CommandAnswer = ask(
        &dpo,
        id,
        &json!({"type": "note", "kind": "FILE_NOTE", "text": "Read it"}),
    )
    .await
    .ok();
    assert_eq!(taken(&dpo, id, graded.command).await.problem().0, 404);
    let answer: CommandAnswer = ask(&dpo, id, &hand_out()).await.ok();
    // It is nobody else's, and of no other incident.
    assert_eq!(taken(&siro, id, answer.command).await.problem().0, 404);
    let other = server.signed_in(OFFICER).await.log().await.incident.id;
    assert_eq!(taken(&dpo, other, answer.command).await.problem().0, 404);
    let file: CaseFile = taken(&dpo, id, answer.command).await.ok();
    let last = file.entries.last().unwrap();
    assert_eq!((last.seq, &last.hash), (answer.seq, &answer.receipt));
    let timeline: TimelinePage = dpo.get(&route::timeline(id)).await.ok();
    let told = &timeline.entries.last().unwrap().entry;
    let is_told = matches!(&told.event,
        Event::Investigation(InvestigationEvent::CaseFileHandedOut { to, .. })
            if &**to == "the ICO's case officer");
    assert!(is_told && told.by.person.as_str() == DPO, "{told:?}");
}

#[tokio::test]
async fn who_may_not_read_the_trail_may_not_take_it_along() {
    let server = TestServer::start().await;
    let id = worked(&server).await;
    let officer = server.signed_in(OFFICER).await;
    let refused = ask(&officer, id, &hand_out()).await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    let auditor = server.signed_in(AUDITOR).await;
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let is_denial = |body: &str| {
        body.contains("\"denied\"") && body.contains("investigation_hand_out_case_file")
    };
    assert!(page.entries.iter().any(|entry| is_denial(&entry.body)));
    for missing in ["/to", "/reason"] {
        let dpo = server.signed_in(DPO).await;
        let mut body = hand_out();
        body[missing.trim_start_matches('/')] = json!("  ");
        let refused = ask(&dpo, id, &body).await;
        assert_eq!(refused.value()["errors"][0]["pointer"], missing);
    }
}

/// The file holds every entry of the incident, of whatever stage, and says what was true then.
#[tokio::test]
async fn a_case_file_verifies_and_any_change_of_it_is_found() {
    let server = TestServer::start().await;
    let id = worked(&server).await;
    let dpo = server.signed_in(DPO).await;
    let file = handed_out(&dpo, id).await;
    assert_eq!(server::case_file(&file), Vec::<String>::new());
    assert!(file.entries.len() > 8, "{file:?}");
    type Change = fn(&mut CaseFile);
    let changes: [(&str, Change); 9] = [
        ("a word of an entry", |file| {
            let body = file.entries[0].body.take().unwrap();
            file.entries[0].body = Some(body.replace("Ward list", "Word list"));
        }),
        ("a hash", |file| file.entries[1].hash = "0".repeat(64)),
        ("what an entry follows", |file| {
            file.entries[1].previous = "0".repeat(64)
        }),
        ("an entry left out", |file| drop(file.entries.remove(3))),
        ("the first entry left out", |file| {
            drop(file.entries.remove(0))
        }),
        ("the last entry left out", |file| drop(file.entries.pop())),
        ("two entries swapped", |file| file.entries.swap(2, 3)),
        ("the number of an entry", |file| file.entries[4].seq += 1),
        ("the incident", |file| file.incident.status = Status::Closed),
    ];
    for (what, change) in changes {
        let mut changed = file.clone();
        change(&mut changed);
        assert_ne!(changed, file, "{what}");
        assert!(!server::case_file(&changed).is_empty(), "{what}");
    }
}

/// What is not theirs to know is left out, and everything else can still be checked.
#[tokio::test]
async fn an_entry_that_is_withheld_keeps_its_place_and_its_hash() {
    let server = TestServer::start().await;
    let id = worked(&server).await;
    let (auditor, siro) = (
        server.signed_in(AUDITOR).await,
        server.signed_in(SIRO).await,
    );
    let file = handed_out(&auditor, id).await;
    let withheld: Vec<_> = file
        .entries
        .iter()
        .filter(|entry| entry.body.is_none())
        .collect();
    assert_eq!(withheld.len(), 1);
    assert!(file.incident.casework().closing.disciplinary.is_none());
    assert!(
        !serde_json::to_string(&file)
            .unwrap()
            .contains("disciplinary_considered")
    );
    assert_eq!(server::case_file(&file), Vec::<String>::new());
    let file = handed_out(&siro, id).await;
    assert!(file.entries.iter().all(|entry| entry.body.is_some()));
    assert!(file.incident.casework().closing.disciplinary.is_some());
    assert_eq!(server::case_file(&file), Vec::<String>::new());
}
