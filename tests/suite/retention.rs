//! How long incidents are kept: what is due, who lets it be erased, what is left of it, and that the trail still
//! proves everything else.

use crate::cli::Shell;
use crate::old_desk;
use crate::support::case::{DPO, OFFICER};
use crate::support::mail::MailServer;
use crate::support::server::{Answer, Person, TestDatabase, TestServer, fresh_id};
use chrono::{Months, TimeDelta};
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, CommandAnswer, RetentionAnswer, RetentionList};
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::policy::Policy;
use nightdesk::domain::reporting::ReportKind;
use nightdesk::domain::retention::{self, Kept, Ties};
use nightdesk::report::Report;
use nightdesk::server::{self, Store, Verification};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use std::fs;

/// Of the governance team of Riverbourne.
const GOVERNANCE: &str = "idris.pennywell";
const AUDITOR: &str = "silas.nettlebed";
/// Data protection officer of Eastmere, who sees nothing of Riverbourne's.
const ELSEWHERE: &str = "winifred.osgood";

/// What stands in the texts of the incident that is erased, and nowhere else.
const SECRETS: [&str; 4] = ["Zanzibar", "Quillfeather", "77719", "Umbrage"];

/// Everything but what was serious may go at once.
fn policy() -> Policy {
    let mut policy = config::policy().unwrap();
    policy.retention.incident_years = 0;
    policy
}

async fn desk() -> TestServer {
    TestServer::start_with(|settings| settings.policy = policy()).await
}

/// An incident full of names, with a note, that was logged by mistake and has ended.
async fn ended(server: &TestServer) -> IncidentId {
    let officer = server.signed_in(OFFICER).await;
    let mut report = crate::support::server::report();
    report["title"] = json!("Zanzibar list left on a bus");
    report["summary"] = json!("The file of Mrs Quillfeather was seen by others");
    report["reporter_contact"] = json!("extension 77719");
    let logged = officer.send(route::INCIDENTS, fresh_id(), None, &report);
    let id = logged.await.ok::<CommandAnswer>().incident.id;
    let note = json!({"type": "note", "kind": "CALL", "text": "Mr Umbrage called back"});
    officer.ask(id, None, &note).await.ok::<Value>();
    let seen = officer.get(&route::incident(id)).await.ok::<Incident>();
    server.withdraw(id, seen.version).await;
    id
}

async fn listed(person: &Person<'_>) -> RetentionList {
    person.get(route::RETENTION).await.ok()
}

async fn says(person: &Person<'_>, body: Value) -> Answer {
    person.send(route::RETENTION, fresh_id(), None, &body).await
}

async fn asks(person: &Person<'_>, incidents: &[IncidentId]) -> RetentionAnswer {
    let body = json!({"type": "ask", "incidents": incidents});
    says(person, body).await.ok()
}

/// Both have said yes.
async fn decided(server: &TestServer, incidents: &[IncidentId]) {
    let asked = asks(&server.signed_in(DPO).await, incidents).await;
    let approve = json!({"type": "approve", "request": asked.command});
    let second = server.signed_in(GOVERNANCE).await;
    says(&second, approve).await.ok::<RetentionAnswer>();
}

async fn erased(
    database: &TestDatabase,
    policy: &Policy,
    now: Instant,
) -> (server::Erased, Verification) {
    let store = Store::open(&database.location).await.unwrap();
    let erased = server::erase(&store, policy, now).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    store.close().await;
    (erased, found)
}

async fn faults(database: &TestDatabase) -> Vec<String> {
    let store = Store::open(&database.location).await.unwrap();
    let faults = server::verify(&store).await.unwrap().faults;
    store.close().await;
    faults
}

async fn run(database: &TestDatabase, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    let mut connection = database.connection().await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

/// Every byte of the files of a database on SQLite.
fn bytes(database: &TestDatabase) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in fs::read_dir(database.files.path()).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

#[tokio::test]
async fn a_new_entry_holds_random_bits_that_no_other_holds() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let auditor = server.signed_in(AUDITOR).await;
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let salts = page.entries.iter().map(|entry| {
        let body: Value = serde_json::from_str(&entry.body).unwrap();
        body["salt"].as_str().unwrap().to_owned()
    });
    let mut salts: Vec<String> = salts.collect();
    let count = salts.len();
    assert!(count > 2);
    assert!(salts.iter().all(|salt| salt.len() == 32), "{salts:?}");
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), count);
}

#[tokio::test]
async fn an_incident_is_kept_ten_years_and_a_serious_one_twenty() {
    let server = TestServer::start().await;
    let id = ended(&server).await;
    let dpo = server.signed_in(DPO).await;
    let mut incident: Incident = dpo.get(&route::incident(id)).await.ok();
    let policy = config::policy().unwrap().retention;
    let none = Ties::default();
    let ended_at = incident.ended_at().unwrap();
    for (is_serious, years) in [(false, 10), (true, 20)] {
        incident.facts.siri = is_serious;
        let over = ended_at
            .checked_add_months(Months::new(12 * years))
            .unwrap();
        let a_second_before = over - TimeDelta::seconds(1);
        let kept = retention::judge(&incident, &none, &policy, a_second_before);
        assert_eq!(kept.unwrap_err(), Kept::Until(over));
        let due = retention::judge(&incident, &none, &policy, over).unwrap();
        assert_eq!((due.since, due.version), (over, incident.version));
    }
}

#[tokio::test]
async fn the_list_names_exactly_what_is_due_to_those_who_look_after_it() {
    let server = desk().await;
    let id = ended(&server).await;
    let officer = server.signed_in(OFFICER).await;
    let open = officer.log().await.incident;
    let list = listed(&server.signed_in(DPO).await).await;
    let due: Vec<IncidentId> = list.due.iter().map(|due| due.incident).collect();
    assert_eq!(due, [id]);
    assert_eq!(list.kept, []);
    assert_eq!(listed(&server.signed_in(ELSEWHERE).await).await.due, []);
    let refused = officer.get(route::RETENTION).await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    let dpo = server.signed_in(DPO).await;
    let refused = says(&dpo, json!({"type": "ask", "incidents": [open.id]})).await;
    assert_eq!(refused.status.as_u16(), 409, "{refused:?}");
    assert!(
        refused.body.contains("cannot be erased: it is still open"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn whoever_asked_cannot_approve_it_and_nothing_goes_that_nobody_approved() {
    let server = desk().await;
    let id = ended(&server).await;
    let dpo = server.signed_in(DPO).await;
    let asked = asks(&dpo, &[id]).await;
    let approve = json!({"type": "approve", "request": asked.command});
    let refused = says(&dpo, approve.clone()).await;
    assert!(
        refused.body.contains("You asked for this yourself"),
        "{refused:?}"
    );
    let elsewhere = server.signed_in(ELSEWHERE).await;
    let refused = says(&elsewhere, approve.clone()).await;
    assert!(!refused.status.is_success(), "{refused:?}");
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!(done, server::Erased::default());
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_held_incident_stays_until_somebody_releases_it() {
    let server = desk().await;
    let id = ended(&server).await;
    decided(&server, &[id]).await;
    let dpo = server.signed_in(DPO).await;
    let hold = json!({"type": "hold", "incident": id, "reason": "A complaint is under way"});
    says(&dpo, hold.clone()).await.ok::<RetentionAnswer>();
    let refused = says(&dpo, hold).await;
    assert!(
        refused.body.contains("is held already: A complaint"),
        "{refused:?}"
    );
    let list = listed(&dpo).await;
    assert_eq!(list.due, []);
    assert_eq!(list.kept[0].why, "is held: A complaint is under way");
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents, []);
    assert!(
        done.left[0].contains("stays: it is held: A complaint"),
        "{done:?}"
    );
    assert_eq!(found.faults, Vec::<String>::new());
    let server = TestServer::start_on_with(database, |settings| settings.policy = policy()).await;
    let dpo = server.signed_in(DPO).await;
    let release = json!({"type": "release", "incident": id, "reason": "The complaint is settled"});
    says(&dpo, release).await.ok::<RetentionAnswer>();
    let database = server.stop().await;
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents.len(), 1);
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_of_an_erased_incident_is_left_in_the_database_and_the_trail_stays_whole() {
    let server = desk().await;
    let id = ended(&server).await;
    let other = server.signed_in(OFFICER).await.log().await.incident;
    decided(&server, &[id]).await;
    let now = server.clock.now();
    let database = server.stop().await;
    if database.is_sqlite() {
        let before = bytes(&database);
        assert!(SECRETS.iter().all(|secret| holds(&before, secret)));
    }
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!((done.incidents.len(), done.left.len()), (1, 0));
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!((found.incidents, found.erased_incidents), (1, 1));
    assert!(found.erased_entries > 3, "{found:?}");
    if database.is_sqlite() {
        let after = bytes(&database);
        for secret in SECRETS {
            assert!(!holds(&after, secret), "{secret} is still there");
        }
    }
    // A second time there is nothing to do.
    let (done, _) = erased(&database, &policy(), now).await;
    assert_eq!(done, server::Erased::default());

    let server = TestServer::start_on(database).await;
    let dpo = server.signed_in(DPO).await;
    for path in [route::incident(id), route::timeline(id)] {
        let gone = dpo.get(&path).await;
        assert_eq!(gone.problem(), (410, "erased".to_owned()));
        assert!(gone.body.contains("under the retention policy"), "{gone:?}");
    }
    let hidden = server
        .signed_in(ELSEWHERE)
        .await
        .get(&route::incident(id))
        .await;
    assert_eq!(hidden.problem(), (404, "not_found".to_owned()));
    dpo.get(&route::incident(other.id)).await.ok::<Incident>();
    let register = format!(
        "{}?from=2026-06-01&to=2026-06-30",
        route::report(ReportKind::Register)
    );
    let report: Report = dpo.get(&register).await.ok();
    let last = report.document.sections.last().unwrap();
    assert_eq!(last.heading, "Erased under the retention policy");
    // The next incident gets a reference of its own.
    let next = server.signed_in(OFFICER).await.log().await.incident;
    assert!(next.reference > other.reference);
    let auditor = server.signed_in(AUDITOR).await;
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    assert!(page.entries.iter().any(|entry| entry.body.is_empty()));
    assert_eq!(faults(&server.stop().await).await, Vec::<String>::new());
}

/// The same desk, with another incident that was erased.
pub(crate) async fn one_more_is_erased(database: TestDatabase) -> TestDatabase {
    let server = TestServer::start_on_with(database, |settings| settings.policy = policy()).await;
    let id = ended(&server).await;
    decided(&server, &[id]).await;
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, _) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents.len(), 1);
    database
}

/// A desk of which one incident was erased and another one stays.
async fn with_one_erased() -> (TestDatabase, IncidentId) {
    let server = desk().await;
    let id = ended(&server).await;
    server.signed_in(OFFICER).await.log().await;
    decided(&server, &[id]).await;
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents.len(), 1);
    assert_eq!(found.faults, Vec::<String>::new());
    (database, id)
}

#[tokio::test]
async fn an_export_and_a_copy_carry_the_erasure_along() {
    let (database, _) = with_one_erased().await;
    let store = Store::open(&database.location).await.unwrap();
    let mut file = Vec::new();
    let at = crate::support::server::tonight_at();
    server::export(&store, &mut file, at).await.unwrap();
    store.close().await;
    assert!(SECRETS.iter().all(|secret| !holds(&file, secret)));
    let other = TestDatabase::fresh().await;
    let store = Store::open(&other.location).await.unwrap();
    server::restore(&store, file.as_slice()).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    store.close().await;
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!(found.erased_incidents, 1);
}

#[tokio::test]
async fn tampering_beside_an_erasure_is_found() {
    let (database, id) = with_one_erased().await;
    let mut connection = database.connection().await;
    let erased = "select min(seq) as seq from audit_entry where body = ''";
    let row = sqlx::query(erased)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let erased: i64 = row.get("seq");
    let kept = "select min(seq) as seq from audit_entry where body like '%Ward list%'";
    let row = sqlx::query(kept).fetch_one(&mut connection).await.unwrap();
    let kept: i64 = row.get("seq");
    database.back_up().await;
    let nothing = "0".repeat(64);
    for tampering in [
        format!("update audit_entry set body = '' where seq = {kept}"),
        format!("update audit_entry set body = replace(body, 'Ward', 'Word') where seq = {kept}"),
        format!("update audit_entry set body = '{{}}' where seq = {erased}"),
        format!("update audit_entry set hash = '{nothing}' where seq = {erased}"),
        format!("update audit_entry set incident = null where seq = {erased}"),
        format!("delete from audit_entry where seq = {erased}"),
        format!(
            "update audit_entry set body = replace(body, '\"seq\":{erased},', '\"seq\":{kept},')
             where body like '%\"kind\":\"erased\"%'"
        ),
        "update audit_entry set body = '' where body like '%\"kind\":\"erased\"%'".to_owned(),
        "update erased_incident set document = replace(document, 'WITHDRAWN', 'CLOSED')".to_owned(),
        "update erased_incident set logged_at = logged_at + 1".to_owned(),
        "update erased_incident set id = 'x' || id".to_owned(),
        "update erased_incident set reference = 'x' || reference".to_owned(),
        "update erased_incident set seq = seq + 1".to_owned(),
        "delete from erased_incident".to_owned(),
        format!("insert into command values ('{id}', 'x', 'x', '{id}', 1, null)"),
    ] {
        database.unguard().await;
        run(&database, &tampering).await;
        database.guard().await;
        let found = faults(&database).await;
        assert_ne!(found, Vec::<String>::new(), "{tampering}");
        database.restore().await;
        database.guard().await;
        assert_eq!(faults(&database).await, Vec::<String>::new(), "{tampering}");
    }
}

/// The last entry, which tells of the erasure, written anew so that the chain agrees with itself.
async fn forge(database: &TestDatabase, change: impl FnOnce(&str) -> String) {
    let mut connection = database.connection().await;
    let last = "select entry.seq as seq, entry.body as body, before.hash as previous
        from audit_entry entry join audit_entry before on before.seq = entry.seq - 1
        order by entry.seq desc limit 1";
    let row = sqlx::query(last).fetch_one(&mut connection).await.unwrap();
    let (seq, body, previous): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
    assert!(body.contains("\"kind\":\"erased\""), "{body}");
    let forged = change(&body);
    assert_ne!(forged, body);
    let digest = Sha256::digest(format!("{previous}\n{forged}").as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let forged = forged.replace('\'', "''");
    run(
        database,
        &format!(
            "update audit_entry set body = '{forged}', hash = '{hash}' where seq = {seq};
             update head set hash = '{hash}'"
        ),
    )
    .await;
}

#[tokio::test]
async fn an_erasure_names_what_two_people_decided_and_the_very_entries() {
    let (database, id) = with_one_erased().await;
    database.back_up().await;
    let value = |body: &str| serde_json::from_str::<Value>(body).unwrap();
    let strange = fresh_id().to_string();
    for (what, field, forged) in [
        ("no two people had decided", "/approved", json!(strange)),
        (
            "is not the one that was erased",
            "/erasure/entries/0/hash",
            json!("0".repeat(64)),
        ),
        (
            "is not the one that was erased",
            "/erasure/entries/0/previous",
            json!("0".repeat(64)),
        ),
    ] {
        database.unguard().await;
        forge(&database, |body| {
            let mut value = value(body);
            *value.pointer_mut(field).unwrap() = forged;
            value.to_string()
        })
        .await;
        database.guard().await;
        let found = faults(&database).await;
        assert!(found.iter().any(|fault| fault.contains(what)), "{found:?}");
        database.restore().await;
        database.guard().await;
    }
    assert_eq!(faults(&database).await, Vec::<String>::new(), "{id}");
}

/// Years later: the incident is still open and held by nobody, so only what was remembered beside it goes.
#[tokio::test(flavor = "multi_thread")]
async fn old_readings_messages_and_tokens_are_erased_and_those_of_a_held_incident_stay() {
    let mut old = policy();
    old.retention.reading_years = 0;
    old.retention.message_days = 0;
    old.retention.token_days = 0;
    let settings = |policy: &Policy| {
        let policy = policy.clone();
        move |settings: &mut server::Settings| settings.policy = policy
    };
    let mut mail = MailServer::start(&json!({}));
    let outgoing = config::server::load(&mail.settings("")).unwrap().outgoing;
    let server = TestServer::start_with(|all| {
        settings(&old)(all);
        all.outgoing = outgoing;
    })
    .await;
    let officer = server.signed_in(OFFICER).await;
    let (read, held) = (officer.log().await.incident, officer.log().await.incident);
    for incident in [&read, &held] {
        let seen = officer.get(&route::incident(incident.id)).await;
        seen.ok::<Incident>();
    }
    let dpo = server.signed_in(DPO).await;
    let hold = json!({"type": "hold", "incident": held.id, "reason": "A claim is made"});
    says(&dpo, hold).await.ok::<RetentionAnswer>();
    let test =
        json!({"type": "test", "role": "DPO", "organisation": "riverbourne", "medium": "EMAIL"});
    let sent = officer.send(route::DELIVERIES, fresh_id(), None, &test);
    let sent = sent.await.ok::<Value>()["id"].clone();
    mail.next();
    let path = format!("{}/{}", route::DELIVERIES, sent.as_str().unwrap());
    while officer.get(&path).await.ok::<Value>()["state"] == "QUEUED" {}
    let database = server.stop().await;
    let later = crate::support::server::tonight_at() + TimeDelta::hours(13);
    let server = TestServer::start_on_with(database, settings(&old)).await;
    server.clock.clone().set(later);
    let dpo = server.signed_in(DPO).await;
    let logs = listed(&dpo).await.logs;
    assert_eq!((logs.readings, logs.messages, logs.tokens), (1, 1, 2));
    let too_much = json!({"readings_before": later + TimeDelta::hours(1),
        "messages_before": later, "tokens_before": later});
    let refused = says(&dpo, json!({"type": "ask", "logs": too_much})).await;
    assert!(refused.body.contains("must still be kept"), "{refused:?}");
    let ask = json!({"type": "ask", "logs": logs.until});
    let asked = says(&dpo, ask).await.ok::<RetentionAnswer>();
    let approve = json!({"type": "approve", "request": asked.command});
    let second = server.signed_in(GOVERNANCE).await;
    says(&second, approve).await.ok::<RetentionAnswer>();
    let database = server.stop().await;
    let (done, found) = erased(&database, &old, later).await;
    assert_eq!((done.incidents.len(), done.logs), (0, 4));
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!((found.incidents, found.erased_entries), (2, 3));
    let server = TestServer::start_on(database).await;
    let dpo = server.signed_in(DPO).await;
    dpo.get(&route::timeline(read.id)).await.ok::<Value>();
    for (incident, readings) in [(&read, 1), (&held, 1)] {
        let page: Value = dpo
            .get(&format!("{}/readings", route::incident(incident.id)))
            .await
            .ok();
        assert_eq!(page["readings"].as_array().unwrap().len(), readings);
    }
    assert_eq!(faults(&server.stop().await).await, Vec::<String>::new());
}

/// Two people have the first incident of the list erased.
async fn first_is_erased(server: TestServer) -> (TestDatabase, Verification) {
    let due = listed(&server.signed_in(DPO).await).await.due;
    decided(&server, &[due[0].incident]).await;
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, found) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents, [due[0].reference]);
    (database, found)
}

/// The command that ended the one as a duplicate changed both: it is known by the other one until that goes.
#[tokio::test]
async fn a_duplicate_is_erased_after_what_goes_on_for_it() {
    let server = desk().await;
    let officer = server.signed_in(OFFICER).await;
    let goes_on = officer.log().await.incident.id;
    let mut earlier = crate::support::server::report();
    earlier["aware_at"] = json!(server.clock.now() - TimeDelta::hours(5));
    let earlier = officer.send(route::INCIDENTS, fresh_id(), None, &earlier);
    let twin = earlier.await.ok::<CommandAnswer>().incident;
    let dpo = server.signed_in(DPO).await;
    let body = json!({
        "type": "closing", "step": "mark_duplicate", "of": goes_on, "reason": "the same list",
    });
    let marked = dpo.ask(twin.id, Some(twin.version), &body).await;
    marked.ok::<Value>();
    let seen = dpo.get(&route::incident(goes_on)).await.ok::<Incident>();
    assert_eq!(seen.version, 2, "the one command changed both");
    server.withdraw(goes_on, seen.version).await;
    let list = listed(&dpo).await;
    assert_eq!(list.due.len(), 1, "{list:?}");
    let why = &list.kept[0].why;
    assert!(why.starts_with("is a duplicate of"), "{list:?}");
    let (database, found) = first_is_erased(server).await;
    assert_eq!((found.faults, found.incidents), (Vec::new(), 1));
    let server = TestServer::start_on_with(database, |settings| settings.policy = policy()).await;
    let (_, found) = first_is_erased(server).await;
    assert_eq!((found.faults, found.incidents), (Vec::new(), 0));
}

/// Its entries have no random bits of their own; the ids of commands in them are gone as well.
#[tokio::test]
async fn an_incident_of_an_old_desk_can_be_erased_too() {
    let mut everything = config::policy().unwrap();
    everything.retention.incident_years = 0;
    everything.retention.serious_incident_years = 0;
    let database = old_desk::opened().await.stop().await;
    let server = TestServer::start_on_with(database, |settings| {
        settings.policy = everything.clone();
    })
    .await;
    let later = crate::support::case::wall("2026-12-05T09:00");
    server.clock.clone().set(later);
    let list = listed(&server.signed_in(DPO).await).await;
    let due: Vec<IncidentId> = list.due.iter().map(|due| due.incident).collect();
    assert!(!due.is_empty(), "{list:?}");
    decided(&server, &due).await;
    let database = server.stop().await;
    let (done, found) = erased(&database, &everything, later).await;
    assert_eq!((done.incidents.len(), done.left.len()), (due.len(), 0));
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!(found.erased_incidents, due.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_shell_two_people_have_an_incident_erased() {
    let server = desk().await;
    let id = ended(&server).await;
    let dpo = Shell::of(&server, DPO).await;
    let list = dpo.says(&["retention", "list"]);
    assert!(list.contains("not serious"), "{list}");
    let asked = dpo.says(&["retention", "ask"]);
    assert!(asked.contains("Nothing is erased yet"), "{asked}");
    let (_, request) = asked.trim_end().rsplit_once(' ').unwrap();
    let request = request.trim_matches('"');
    let refused = dpo.run(&["retention", "approve", request]);
    assert!(!refused.status.success());
    let second = Shell::of(&server, GOVERNANCE).await;
    let approved = second.says(&["retention", "approve", request]);
    assert!(
        approved.contains("Approved. Nothing is erased yet"),
        "{approved}"
    );
    let now = server.clock.now();
    let database = server.stop().await;
    let (done, _) = erased(&database, &policy(), now).await;
    assert_eq!(done.incidents.len(), 1);
    let server = TestServer::start_on(database).await;
    let shown = Shell::of(&server, DPO)
        .await
        .run(&["show", &id.to_string()]);
    let said = String::from_utf8(shown.stderr).unwrap();
    assert!(said.contains("was erased on"), "{said}");
}
