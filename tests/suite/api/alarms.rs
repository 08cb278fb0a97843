//! The engine: what must not pass in silence is raised once, whatever stops, jumps or runs beside it.

use crate::cli::{Shell, complaint};
use crate::support::case::{DPO, OFFICER};
use crate::support::desk::audited_when_sent;
use crate::support::process::nightdesk;
use crate::support::server::{TestDatabase, TestServer, fresh_id, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{
    AlarmPage, AuditPage, ComingAlarms, DeliveryPage, DeliveryRecord, ShownAlarm,
};
use nightdesk::domain::alarm::{AlarmState, Cause, RaisedAlarm, Threshold};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::delivery::matter::Matter;
use nightdesk::domain::delivery::{Delivery, DeliveryState, Subject};
use nightdesk::domain::id::AlarmId;
use nightdesk::domain::incident::Incident;
use nightdesk::server::{self, AlarmFinding, Store};
use serde_json::json;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

/// How soon after another the engine of a test looks.
const OFTEN: Duration = Duration::from_millis(20);

async fn watched() -> TestServer {
    TestServer::start_with(|settings| settings.look_every = OFTEN).await
}

/// Waits until the engine has nothing more to do for any incident at the server's present.
async fn until_quiet(server: &TestServer) {
    let due = "select (select count(*) from alarm_watch where next_at <= $1)
        + (select count(*) from alarm where again_at <= $1) as due";
    until_none(server, due, Duration::from_secs(120)).await;
}

/// Waits until nothing of this is due at the server's present.
async fn until_none(server: &TestServer, due: &'static str, patience: Duration) {
    let mut connection = server.database.connection().await;
    let none = async {
        loop {
            let now = server.clock.now().timestamp_millis();
            let found = sqlx::query(due).bind(now).fetch_one(&mut connection).await;
            if found.unwrap().get::<i64, _>("due") == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(patience, none).await.unwrap();
}

/// The trail tells of everything that is stored, once nobody writes any more.
async fn verified_at_rest(server: TestServer) {
    let database = server.stop().await;
    let store = Store::open(&database.location).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    store.close().await;
}

async fn go_to(server: &mut TestServer, at: nightdesk::domain::Instant) {
    server.clock.set(at);
    until_quiet(server).await;
}

async fn alarms(server: &TestServer, state: &str) -> Vec<ShownAlarm> {
    let officer = server.signed_in(OFFICER).await;
    let path = format!("{}?state={state}", route::ALARMS);
    let page: AlarmPage = officer.get(&path).await.ok();
    page.alarms
}

/// Everything that was ever raised, by the trail.
async fn raised(server: &TestServer) -> Vec<AlarmId> {
    let auditor = server.signed_in("silas.nettlebed").await;
    let mut found = Vec::new();
    let mut from = 1;
    loop {
        let path = format!("{}?from={from}&to={}", route::AUDIT_ENTRIES, from + 99);
        let page: AuditPage = auditor.get(&path).await.ok();
        let Some(last) = page.entries.last() else {
            return found;
        };
        from = last.seq + 1;
        for entry in &page.entries {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            if body["kind"] == "alarm_raised" {
                found.push(serde_json::from_value(body["alarm"]["id"].clone()).unwrap());
            }
        }
    }
}

fn of(alarms: &[ShownAlarm], kind: ClockKind) -> Vec<Threshold> {
    let of_kind = |alarm: &&ShownAlarm| matches!(&alarm.raised.alarm.cause, Cause::Deadline { clock, .. } if *clock == kind);
    let found = alarms.iter().filter(of_kind);
    found.map(|alarm| alarm.raised.alarm.threshold).collect()
}

/// CLK-STATE: one entry a crossing, and the deadline's alarm stands until it is met.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_threshold_is_raised_once_and_told_in_the_trail() {
    let mut server = watched().await;
    let logged = server.signed_in(OFFICER).await.log().await.incident;
    let noticed = tonight_at() - TimeDelta::hours(1);
    for (hours, expected) in [(12, 50), (18, 75)] {
        go_to(&mut server, noticed + TimeDelta::hours(hours)).await;
        let open = alarms(&server, "OPEN").await;
        let expected = [Threshold::Share { percent: expected }];
        assert_eq!(
            of(&open, ClockKind::BobDpo),
            expected,
            "after {hours} hours"
        );
    }
    go_to(&mut server, noticed + TimeDelta::hours(25)).await;
    let open = alarms(&server, "OPEN").await;
    assert_eq!(of(&open, ClockKind::BobDpo), [Threshold::Passed {}]);
    assert!(
        open.iter()
            .all(|alarm| alarm.raised.reference == logged.reference
                || alarm.raised.alarm.incident.is_none())
    );
    let all = raised(&server).await;
    let distinct: BTreeSet<AlarmId> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len(), "raised twice");
    verified_at_rest(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_closes_its_alarms() {
    let mut server = watched().await;
    let id = server.signed_in(OFFICER).await.log().await.incident.id;
    go_to(&mut server, tonight_at() + TimeDelta::hours(13)).await;
    assert!(!of(&alarms(&server, "OPEN").await, ClockKind::BobDpo).is_empty());
    let told = json!({
        "type": "inform", "contact": {"role": "DPO", "organisation": "riverbourne"},
        "channel": "PHONE", "outcome": "ANSWERED",
    });
    server
        .signed_in(OFFICER)
        .await
        .ask(id, None, &told)
        .await
        .ok::<serde_json::Value>();
    until_quiet(&server).await;
    assert_eq!(of(&alarms(&server, "OPEN").await, ClockKind::BobDpo), []);
    assert!(!of(&alarms(&server, "CLOSED").await, ClockKind::BobDpo).is_empty());
}

/// Each process looks, and what the first has written the second finds written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_raise_each_alarm_once() {
    let mut server = watched().await;
    let mut other = server
        .beside_with(|settings| settings.look_every = OFTEN)
        .await;
    for _ in 0..20 {
        server.signed_in(OFFICER).await.log().await;
    }
    let later = tonight_at() + TimeDelta::hours(30);
    other.clock.set(later);
    go_to(&mut server, later).await;
    let all = raised(&server).await;
    let distinct: BTreeSet<AlarmId> = all.iter().copied().collect();
    assert!(all.len() >= 20 * 3, "{}", all.len());
    assert_eq!(all.len(), distinct.len(), "raised twice");
}

/// An hour forwards and back, a day ahead, three days back: nothing twice, and the breach is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_raises_nothing_twice() {
    let hour = TimeDelta::hours(1);
    for jump in [hour, -hour, hour * 25, hour * -72] {
        let mut server = watched().await;
        server.signed_in(OFFICER).await.log().await;
        for hours in [5, 13, 19, 23] {
            go_to(&mut server, tonight_at() + hour * hours).await;
        }
        go_to(&mut server, tonight_at() + hour * 23 + jump).await;
        for hours in [23, 24, 30, 80] {
            go_to(&mut server, tonight_at() + hour * hours).await;
        }
        let all = raised(&server).await;
        let distinct: BTreeSet<AlarmId> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len(), "{jump}: raised twice");
        // The tokens of the night have ended long before; the store is asked.
        let findings = audited_when_sent(&server.store, server.clock.now()).await;
        assert_eq!(findings, [], "{jump}");
    }
}

/// A server that was down tells on its return what passed meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_passed_while_nobody_looked_is_raised_on_the_return() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let database = server.stop().await;
    let later = tonight_at() + TimeDelta::hours(60);
    let server = TestServer::start_on_with(database, |settings| {
        settings.look_every = OFTEN;
        settings.clock.set(later);
    })
    .await;
    until_quiet(&server).await;
    let open = alarms(&server, "OPEN").await;
    assert_eq!(of(&open, ClockKind::BobDpo), [Threshold::Passed {}]);
    assert_eq!(
        of(&open, ClockKind::Ico72h),
        [Threshold::Share { percent: 75 }]
    );
}

/// Acknowledging and putting off quieten notices; the incident is what it was, to its version.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_is_acknowledged_or_put_off_and_no_clock_moves() {
    let mut server = watched().await;
    let id = server.signed_in(OFFICER).await.log().await.incident.id;
    go_to(&mut server, tonight_at() + TimeDelta::hours(13)).await;
    let officer = server.signed_in(OFFICER).await;
    let before: Incident = officer.get(&route::incident(id)).await.ok();
    let page: AlarmPage = officer.get(route::ALARMS).await.ok();
    let reminder = page
        .alarms
        .iter()
        .find(|alarm| !alarm.raised.alarm.threshold.is_passed())
        .unwrap();
    let overdue = page
        .alarms
        .iter()
        .find(|alarm| alarm.raised.alarm.threshold.is_passed())
        .unwrap();
    let receive = async |id: AlarmId, body: serde_json::Value| {
        officer
            .send(&route::alarm_receipts(id), fresh_id(), None, &body)
            .await
    };
    let snooze = |minutes: u32| json!({"type": "snooze", "minutes": minutes});
    let put_off: ShownAlarm = receive(reminder.raised.alarm.id, snooze(30)).await.ok();
    let until = server.clock.now() + TimeDelta::minutes(30);
    assert_eq!(put_off.raised.snoozed_until, Some(until));
    for (id, minutes, code) in [
        (overdue.raised.alarm.id, 30, "against_rule"),
        (reminder.raised.alarm.id, 0, "invalid"),
        (reminder.raised.alarm.id, 100_000, "invalid"),
    ] {
        let refused = receive(id, snooze(minutes)).await;
        assert!(refused.status.is_client_error(), "{code}: {refused:?}");
    }
    let known: ShownAlarm = receive(overdue.raised.alarm.id, json!({"type": "acknowledge"}))
        .await
        .ok();
    assert_eq!(known.state, AlarmState::Acknowledged);
    let again: ShownAlarm = receive(overdue.raised.alarm.id, json!({"type": "acknowledge"}))
        .await
        .ok();
    assert_eq!(
        again.raised.acknowledged, known.raised.acknowledged,
        "the first counts"
    );
    let after: Incident = officer.get(&route::incident(id)).await.ok();
    assert_eq!(after, before);
    verified_at_rest(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_expires_while_the_deadline_is_still_missed() {
    let mut server = watched().await;
    server.signed_in(OFFICER).await.log().await;
    go_to(&mut server, tonight_at() + TimeDelta::hours(25)).await;
    let officer = server.signed_in(OFFICER).await;
    let page: AlarmPage = officer.get(route::ALARMS).await.ok();
    let breach = page.alarms.iter().find(|alarm| {
        alarm.raised.alarm.threshold == Threshold::Passed {}
            && alarm.raised.alarm.incident.is_some()
    });
    let id = breach.unwrap().raised.alarm.id;
    officer
        .send(
            &route::alarm_receipts(id),
            fresh_id(),
            None,
            &json!({"type": "acknowledge"}),
        )
        .await
        .ok::<ShownAlarm>();
    let since = server.clock.now();
    go_to(
        &mut server,
        since + TimeDelta::hours(4) - TimeDelta::seconds(1),
    )
    .await;
    let asked_again = |alarms: &[ShownAlarm]| {
        let again = alarms
            .iter()
            .filter(|alarm| alarm.raised.alarm.threshold == Threshold::Again { since });
        again.count()
    };
    assert_eq!(asked_again(&alarms(&server, "OPEN").await), 0);
    go_to(&mut server, since + TimeDelta::hours(4)).await;
    assert_eq!(asked_again(&alarms(&server, "OPEN").await), 1);
}

/// Who may not see an incident hears nothing of its alarms, and may not quieten them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alarms_are_for_those_who_may_see_the_incident() {
    let mut server = watched().await;
    let id = server.signed_in(OFFICER).await.log().await.incident.id;
    go_to(&mut server, tonight_at() + TimeDelta::hours(5)).await;
    let open = alarms(&server, "OPEN").await;
    let its = open
        .iter()
        .find(|alarm| alarm.raised.alarm.incident == Some(id))
        .unwrap();
    let stranger = server.signed_in("clement.hathersage").await;
    let page: AlarmPage = stranger.get(route::ALARMS).await.ok();
    assert!(
        page.alarms
            .iter()
            .all(|alarm| alarm.raised.alarm.incident.is_none())
    );
    let coming: ComingAlarms = stranger.get(route::COMING_ALARMS).await.ok();
    assert_eq!(coming.alarms, []);
    let path = route::alarm_receipts(its.raised.alarm.id);
    let refused = stranger
        .send(&path, fresh_id(), None, &json!({"type": "acknowledge"}))
        .await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    assert_eq!(alarms(&server, "OPEN").await.len(), open.len());
}

/// For whoever must alarm alone: what they are told is to come is what the desk then raises.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_to_come_is_what_is_raised() {
    let mut server = watched().await;
    server.signed_in(OFFICER).await.log().await;
    until_quiet(&server).await;
    let coming: ComingAlarms = server
        .signed_in(DPO)
        .await
        .get(route::COMING_ALARMS)
        .await
        .ok();
    assert!(coming.alarms.is_sorted_by_key(|coming| coming.alarm.at));
    let mut expected = BTreeSet::new();
    for soon in &coming.alarms {
        expected.insert(soon.alarm.id);
        go_to(&mut server, soon.alarm.at).await;
    }
    let raised: BTreeSet<AlarmId> = raised(&server).await.into_iter().collect();
    assert!(expected.len() >= 12, "{}", expected.len());
    assert!(expected.is_subset(&raised));
}

/// The auditor's positive control: an alarm that is not there is missed, and a look that nobody takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_auditor_notices_what_the_engine_has_not_done() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let later = tonight_at() + TimeDelta::hours(30);
    let findings = server::audit_alarms(&server.store, later).await.unwrap();
    assert_eq!(
        findings,
        [AlarmFinding::Untold(1)],
        "nobody looks at this desk"
    );
    let database = server.stop().await;
    let server = TestServer::start_on_with(database, |settings| {
        settings.look_every = OFTEN;
        settings.clock.set(later);
    })
    .await;
    until_quiet(&server).await;
    assert_eq!(audited_when_sent(&server.store, later).await, []);
    let much_later = later + TimeDelta::days(2);
    let findings = server::audit_alarms(&server.store, much_later)
        .await
        .unwrap();
    let unsent = |finding: &AlarmFinding| matches!(finding, AlarmFinding::Unsent(_));
    assert_eq!(
        findings[0],
        AlarmFinding::Unwatched(1),
        "its next moment has passed"
    );
    assert!(
        findings.iter().any(unsent),
        "and no clock has moved for the worker"
    );
}

/// Many deadlines in one second are many alarms, and one entry each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_is_raised_whole() {
    let mut server = watched().await;
    let officer = server.signed_in(OFFICER).await;
    for _ in 0..300 {
        officer.log().await;
    }
    go_to(&mut server, tonight_at() + TimeDelta::hours(30)).await;
    let all = raised(&server).await;
    let distinct: BTreeSet<AlarmId> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len());
    // Nobody acknowledged, told the data protection officer, told the others; half of the 72 hours is gone
    // or not, depending on the hour.
    assert!(all.len() >= 300 * 3, "{}", all.len());
}

/// From the shell: what stands, who knows, and who would be told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alarms_are_worked_from_the_shell() {
    let mut server = watched().await;
    let incident = server.signed_in(OFFICER).await.log().await.incident;
    go_to(&mut server, tonight_at() + TimeDelta::minutes(20)).await;
    let shell = Shell::of(&server, OFFICER).await;
    let open = shell.json(&["alarms", "--json"]);
    let its = |alarm: &&serde_json::Value| alarm["alarm"]["incident"] == json!(incident.id);
    let its = open.as_array().unwrap().iter().find(its).unwrap();
    assert!(
        its["headline"]
            .as_str()
            .unwrap()
            .starts_with("Not acknowledged for")
    );
    let id = its["alarm"]["id"].as_str().unwrap();
    let refused = shell.run(&["alarms", "--snooze", id, "--minutes", "10"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        complaint(&refused).contains("You cannot put off"),
        "{refused:?}"
    );
    let known = shell.says(&["alarms", "--acknowledge", id]);
    assert!(known.contains("acknowledged by tamsin.quill"), "{known}");
    let reference = incident.reference.unwrap().to_string();
    let told = shell.run(&[
        "who-would-be-told",
        &reference,
        "--clock",
        "ico-72h",
        "--json",
    ]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let who: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["who"].as_str().unwrap())
        .collect();
    assert_eq!(who[0], OFFICER, "first on call: {who:?}");
    assert!(who.contains(&"DPO@riverbourne"), "{who:?}");
    assert_eq!(told[0]["organisation"], "riverbourne");
    let everything = shell.run(&["who-would-be-told", &reference]);
    let everything = String::from_utf8(everything.stdout).unwrap();
    let ico = "Tell the ICO (72 h), Riverbourne ICB";
    assert!(everything.contains(ico), "{everything}");
    let officer = everything.matches("Tamsin Quill").count();
    assert_eq!(officer, 1, "{everything}");
    let nobody = shell.run(&["who-would-be-told", &reference, "--clock", "nis-72h"]);
    assert_eq!(nobody.status.code(), Some(1));
}

/// An auditor that is no part of the server: it calls outside only while all is well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_heart_beats_only_while_all_is_well() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/ping", listener.local_addr().unwrap());
    let beats = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let length = stream.read(&mut request).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    // The machine's own present is far from the standing clock of the night: everything is overdue.
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let database = server.stop().await;
    let file = database.files.path().join("heartbeat");
    std::fs::write(&file, &address).unwrap();
    let mut mode = std::fs::metadata(&file).unwrap().permissions();
    mode.set_mode(0o600);
    std::fs::set_permissions(&file, mode).unwrap();
    let audit = |database: &TestDatabase| {
        nightdesk(&[
            "audit-alarms",
            "--heartbeat-url-file",
            file.to_str().unwrap(),
        ])
        .args(database.arguments())
        .output()
        .unwrap()
    };
    let ill = audit(&database);
    assert_eq!(ill.status.code(), Some(1), "{ill:?}");
    assert!(
        complaint(&ill).contains("1 passed deadlines without an alarm"),
        "{ill:?}"
    );
    assert!(!beats.is_finished(), "nobody was called");
    let quiet = TestServer::start().await.stop().await;
    let well = audit(&quiet);
    assert_eq!(well.status.code(), Some(0), "{well:?}");
    let request = beats.await.unwrap();
    assert!(request.starts_with("GET /ping HTTP/1.1"), "{request}");
}

async fn messages(server: &TestServer, id: AlarmId) -> Vec<DeliveryRecord> {
    let officer = server.signed_in(OFFICER).await;
    let page: DeliveryPage = officer.get(route::DELIVERIES).await.ok();
    let of = |one: &DeliveryRecord| one.subject == Subject::Alarm(id.0);
    page.deliveries.into_iter().filter(of).collect()
}

/// Whoever is told is in the ledger of messages from the same moment; one who cannot be reached by a
/// machine is there too, and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_is_a_message_for_everybody_who_is_told_until_somebody_knows() {
    let mut server = watched().await;
    let incident = server.signed_in(OFFICER).await.log().await.incident;
    go_to(&mut server, tonight_at() + TimeDelta::minutes(30)).await;
    let open = alarms(&server, "OPEN").await;
    let its = |alarm: &&ShownAlarm| alarm.raised.alarm.incident == Some(incident.id);
    let id = open.iter().find(its).unwrap().raised.alarm.id;
    let told = messages(&server, id).await;
    assert!(told.len() >= 2, "first and second on call: {told:?}");
    assert!(told.iter().all(|one| one.reference == incident.reference));
    let unsettled = told.iter().filter(|one| !one.state.is_over()).count();
    let officer = server.signed_in(OFFICER).await;
    let know = json!({"type": "acknowledge"});
    officer
        .send(&route::alarm_receipts(id), fresh_id(), None, &know)
        .await
        .ok::<ShownAlarm>();
    let told = messages(&server, id).await;
    let acknowledged = told
        .iter()
        .filter(|one| one.state == DeliveryState::Acknowledged);
    assert!(acknowledged.count() >= unsettled, "{told:?}");
    assert!(told.iter().all(|one| one.state.is_over()), "{told:?}");
}

/// The next moment at which anything is due for the engine or for the worker.
async fn next_moment(server: &TestServer) -> Option<i64> {
    let mut connection = server.database.connection().await;
    let row = sqlx::query(
        "select min(at) from (select min(next_at) as at from delivery
            union all select min(next_at) from alarm_watch
            union all select min(again_at) from alarm) as moments",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    row.get(0)
}

/// Waits until nothing is due at the server's present, for anybody.
async fn until_all_told(server: &TestServer) {
    let due = "select (select count(*) from alarm_watch where next_at <= $1)
        + (select count(*) from alarm where again_at <= $1)
        + (select count(*) from delivery where next_at <= $1 or untold = 1) as due";
    until_none(server, due, Duration::from_secs(30)).await;
}

/// F13: thirty days in which nobody acknowledges anything. Nobody is told of an alarm more than seven
/// times; then the duty manager is, once, and the alarm stands for good with a word that says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_never_answers_is_told_seven_times_and_the_duty_manager_once() {
    let mut server = TestServer::start_with(|settings| {
        settings.look_every = OFTEN;
        settings.outgoing.is_rehearsal = true;
    })
    .await;
    server.signed_in(OFFICER).await.log().await;
    until_all_told(&server).await;
    let end = (tonight_at() + TimeDelta::days(30)).timestamp_millis();
    while let Some(at) = next_moment(&server).await.filter(|at| *at <= end) {
        server
            .clock
            .set(chrono::DateTime::from_timestamp_millis(at).unwrap());
        until_all_told(&server).await;
    }

    let mut connection = server.database.connection().await;
    let documents = async |connection: &mut sqlx::AnyConnection, sql: &'static str| {
        let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
        let document = |row: &sqlx::any::AnyRow| row.get::<String, _>(0);
        rows.iter().map(document).collect::<Vec<_>>()
    };
    let sql = "select document from delivery where incident is not null";
    let told = documents(&mut connection, sql).await;
    let told: Vec<Delivery> = told
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let most = told.iter().map(|delivery| delivery.attempts).max();
    assert_eq!(most, Some(7));
    let mut by_matter = BTreeMap::new();
    for delivery in &told {
        let matter = (delivery.thread, delivery.recipient.to_string());
        *by_matter.entry(matter).or_insert(0) += delivery.attempts;
    }
    let is_within =
        |((thread, _), times): (&(Option<Uuid>, String), &u32)| thread.is_none() || *times <= 7;
    assert!(by_matter.iter().all(is_within), "{by_matter:?}");
    let is_of_manager = |delivery: &&Delivery| matches!(delivery.matter, Matter::Unanswered { .. });
    let managers: Vec<&Delivery> = told.iter().filter(is_of_manager).collect();
    assert!(!managers.is_empty());
    for delivery in &managers {
        assert_eq!(delivery.attempts, 1, "{delivery:?}");
        assert_eq!(delivery.next_at, None);
    }
    let sql = "select document from alarm where state = 'OPEN' and incident <> ''";
    let open = documents(&mut connection, sql).await;
    let open: Vec<RaisedAlarm> = open
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    assert!(!open.is_empty());
    for raised in &open {
        assert!(raised.unanswered_at.is_some(), "{raised:?}");
        let is_of_it = |delivery: &Delivery| delivery.subject == Subject::Alarm(raised.alarm.id.0);
        let mut of_alarm = told.iter().filter(|delivery| is_of_it(delivery));
        assert!(
            of_alarm.all(|delivery| delivery.next_at.is_none()),
            "it stops"
        );
        let of_it = |delivery: &&&Delivery| is_of_it(delivery);
        assert!(managers.iter().filter(of_it).count() <= 1);
    }
    let shell = Shell::of(&server, OFFICER).await;
    let shown = shell.says(&["alarms"]);
    assert!(shown.contains("NOBODY ANSWERS since"), "{shown}");
    verified_at_rest(server).await;
}
