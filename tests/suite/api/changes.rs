//! Polling: nothing is missed, nothing is told to those who may not know, and waiting costs nothing.

use crate::support::case::{DPO, OFFICER};
use crate::support::process::nightdesk;
use crate::support::server::{Answer, Person, TestServer, fresh_id, report};
use chrono::Datelike;
use nightdesk::api::route;
use nightdesk::api::types::{AlarmPage, ChangesPage, IncidentPage, ShownAlarm};
use nightdesk::domain::alarm::Cause;
use nightdesk::domain::calendar;
use nightdesk::domain::id::Reference;
use nightdesk::now::Clock;
use nightdesk::server::{Store, verify};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

/// A line manager of an organisation that is party to nothing here.
const STRANGER: &str = "clement.hathersage";

async fn cursor(person: &Person<'_>) -> String {
    let page: IncidentPage = person.get(route::INCIDENTS).await.ok();
    page.changes_after
}

fn poll_path(after: &str, wait: u32) -> String {
    format!("{}?after={after}&wait={wait}", route::CHANGES)
}

#[tokio::test]
async fn a_poll_that_waits_is_woken_by_a_change() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let path = poll_path(&cursor(&officer).await, 30);
    let waiting = tokio::spawn(Answer::of(officer.request(Method::GET, &path)));
    server.until_waiting(1.0).await;
    let logged = officer.log().await;
    let woken = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    let page: ChangesPage = woken.unwrap().unwrap().ok();
    assert_eq!(page.changes.len(), 1);
    assert_eq!(page.changes[0].incident, logged.incident);
    assert!(!page.more);
}

#[tokio::test]
async fn an_unchanged_poll_says_so_without_asking_the_database() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    officer.log().await;
    let path = poll_path(&cursor(&officer).await, 0);
    let before = server.figure("nightdesk_database_reads").await;
    for _ in 0..50 {
        let answer = officer.get(&path).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert!(answer.headers.contains_key("nightdesk-server-time"));
    }
    let after = server.figure("nightdesk_database_reads").await;
    assert!(after - before <= 1.0, "{before} {after}");
}

#[tokio::test]
async fn a_cursor_from_an_earlier_life_of_the_server_costs_one_look_into_the_database() {
    let server = TestServer::start().await;
    let token = server.token(OFFICER).await;
    let path = poll_path(&cursor(&server.holding(&token)).await, 0);
    // Something that no poll tells of, so that the trail does not end where the cursor was given.
    server.token(DPO).await;
    let server = TestServer::start_on(server.stop().await).await;
    let officer = server.holding(&token);
    officer.get(route::ME).await.ok::<serde_json::Value>();
    let before = server.figure("nightdesk_database_reads").await;
    for _ in 0..50 {
        assert_eq!(officer.get(&path).await.status, StatusCode::NO_CONTENT);
    }
    let after = server.figure("nightdesk_database_reads").await;
    assert_eq!(after - before, 1.0);
}

#[tokio::test]
async fn a_page_after_a_long_absence_tells_each_incident_once_and_the_next_goes_on() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(officer.log().await.incident.id);
    }
    officer
        .ask(ids[0], None, &json!({"type": "acknowledge"}))
        .await;
    // A fresh process has nothing in memory, so this comes from the database.
    let server = TestServer::start_on(server.stop().await).await;
    let officer = server.signed_in(OFFICER).await;
    let mut told = Vec::new();
    let mut path = format!("{}?limit=2", route::CHANGES);
    loop {
        let page: ChangesPage = officer.get(&path).await.ok();
        told.extend(page.changes.iter().map(|change| change.incident.id));
        path = format!("{}?limit=2&after={}", route::CHANGES, page.next);
        if !page.more {
            break;
        }
    }
    ids.rotate_left(1);
    assert_eq!(told, ids);
    assert_eq!(officer.get(&path).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_change_is_never_told_to_those_who_may_not_know() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let stranger = server.signed_in(STRANGER).await;
    let after = cursor(&stranger).await;
    let hidden = officer.log().await.incident;
    let page: ChangesPage = stranger.get(&poll_path(&after, 0)).await.ok();
    assert!(page.changes.is_empty());
    assert_ne!(page.next, after, "the cursor passes over what is hidden");
    let listed: IncidentPage = stranger.get(route::INCIDENTS).await.ok();
    assert!(listed.incidents.is_empty());
    for path in [
        route::incident(hidden.id),
        route::incident(hidden.reference.unwrap()),
        route::timeline(hidden.id),
    ] {
        let missing = route::incident(fresh_id());
        let (hidden, missing) = (stranger.get(&path).await, stranger.get(&missing).await);
        assert_eq!(hidden.problem(), (404, "not_found".to_owned()));
        assert_eq!(hidden.value()["detail"], missing.value()["detail"]);
    }
    let acted = stranger
        .ask(hidden.id, None, &json!({"type": "acknowledge"}))
        .await;
    assert_eq!(acted.problem(), (404, "not_found".to_owned()));
}

/// Polls of the stranger that wait, woken by one note after the other: how often the last of these notes had
/// the database asked.
async fn reads_of_the_last_note(polls: u32) -> f64 {
    let never = Duration::from_secs(3600);
    let server = TestServer::start_with(|settings| {
        settings.follow_every = never;
        settings.look_every = never;
    })
    .await;
    let officer = server.signed_in(OFFICER).await;
    let stranger = server.signed_in(STRANGER).await;
    let path = poll_path(&cursor(&stranger).await, 30);
    let waiting: Vec<_> = (0..polls)
        .map(|_| tokio::spawn(Answer::of(stranger.request(Method::GET, &path))))
        .collect();
    server.until_waiting(f64::from(polls)).await;
    let hidden = officer.log().await.incident.id;
    let mut reads = 0.0;
    for text in ["The first note", "The second note", "The third note"] {
        let before = server.figure("nightdesk_database_reads").await;
        let note = json!({"type": "note", "kind": "FILE_NOTE", "text": text});
        officer
            .ask(hidden, None, &note)
            .await
            .ok::<serde_json::Value>();
        // Each poll asks for itself, so those that are still waiting have looked by now.
        for _ in 0..3 {
            let silence = stranger.get(&poll_path(&cursor(&stranger).await, 0)).await;
            assert_eq!(silence.status, StatusCode::NO_CONTENT);
        }
        server.until_waiting(f64::from(polls)).await;
        reads = server.figure("nightdesk_database_reads").await - before;
    }
    for poll in waiting {
        poll.abort();
    }
    reads
}

/// A change that nobody may see costs the database the same, however many wait for another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_pollers_may_not_see_costs_the_database_the_same_however_many_they_are() {
    let alone = reads_of_the_last_note(1).await;
    let many = reads_of_the_last_note(60).await;
    assert_eq!(alone, many, "of 1 poll and of 60");
}

/// After a restart nobody knows since when the incident is hidden: it is looked up once, for everybody.
#[tokio::test]
async fn since_when_an_incident_is_hidden_is_looked_up_once_for_everybody() {
    let server = TestServer::start().await;
    let token = server.token(STRANGER).await;
    let hidden = server.signed_in(OFFICER).await.log().await.incident.id;
    let after = cursor(&server.holding(&token)).await;
    let server = TestServer::start_on(server.stop().await).await;
    let stranger = server.holding(&token);
    let path = poll_path(&after, 0);
    assert_eq!(stranger.get(&path).await.status, StatusCode::NO_CONTENT);
    let officer = server.signed_in(OFFICER).await;
    let acknowledge = json!({"type": "acknowledge"});
    officer
        .ask(hidden, None, &acknowledge)
        .await
        .ok::<serde_json::Value>();
    let before = server.figure("nightdesk_database_reads").await;
    for _ in 0..100 {
        let page: ChangesPage = stranger.get(&path).await.ok();
        assert!(page.changes.is_empty());
    }
    let after = server.figure("nightdesk_database_reads").await;
    // What the server reads for itself meanwhile is a few; one for each poll would be a hundred.
    assert!(after - before < 50.0, "{before} {after}");
}

#[tokio::test]
async fn a_cursor_of_another_history_is_gone() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let cursor = cursor(&officer).await;
    let parts: Vec<&str> = cursor.split('-').collect();
    let [_, view, seq, end, hash] = parts[..] else {
        panic!("{cursor}")
    };
    let epoch = parts[0];
    let later = end.parse::<u64>().unwrap() + 1000;
    for gone in [
        format!("{epoch}-{view}-{seq}-{later}-{hash}"),
        format!("{epoch}-{view}-{seq}-{end}-{}", "0".repeat(hash.len())),
        format!("{epoch}-{view}-{seq}-{end}-{}", &hash[1..]),
        format!("00000000-{view}-{seq}-{end}-{hash}"),
    ] {
        let answer = officer.get(&poll_path(&gone, 0)).await;
        assert_eq!(answer.problem(), (410, "cursor_gone".to_owned()), "{gone}");
    }
    let beyond_its_end = format!("{epoch}-{view}-{later}-{end}-{hash}");
    for nonsense in ["nonsense", &beyond_its_end] {
        let answer = officer.get(&poll_path(nonsense, 0)).await;
        assert_eq!(answer.problem(), (400, "bad_request".to_owned()));
    }
}

/// Whoever restores a copy should give it a new epoch; here nobody did, and the trail has grown past
/// the cursor since.
#[tokio::test]
async fn a_copy_that_was_put_back_and_written_on_is_noticed() {
    let server = TestServer::start().await;
    let token = server.token(OFFICER).await;
    server.holding(&token).log().await;
    let before = cursor(&server.holding(&token)).await;
    let database = server.stop().await;
    database.back_up().await;
    let server = TestServer::start_on(database).await;
    server.holding(&token).log().await;
    let lost = cursor(&server.holding(&token)).await;
    let database = server.stop().await;
    database.restore().await;
    let server = TestServer::start_on(database).await;
    for _ in 0..3 {
        server.holding(&token).log().await;
    }
    let gone = server.holding(&token).get(&poll_path(&lost, 0)).await;
    assert_eq!(gone.problem(), (410, "cursor_gone".to_owned()));
    // What the copy holds too goes on as if nothing had happened.
    let page = server.holding(&token).get(&poll_path(&before, 0)).await;
    assert_eq!(page.ok::<ChangesPage>().changes.len(), 3);
    let after = cursor(&server.holding(&token)).await;
    let silence = server.holding(&token).get(&poll_path(&after, 0)).await;
    assert_eq!(silence.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_copy_that_was_put_back_behind_a_running_server_is_noticed_when_it_writes() {
    let never = Duration::from_secs(3600);
    let server = TestServer::start_with(|settings| settings.follow_every = never).await;
    let officer = server.signed_in(OFFICER).await;
    server.database.back_up().await;
    officer.log().await;
    let lost = cursor(&officer).await;
    server.database.restore().await;
    let beside = server.beside().await;
    for _ in 0..3 {
        beside.signed_in(OFFICER).await.log().await;
    }
    officer.log().await;
    let gone = officer.get(&poll_path(&lost, 0)).await;
    assert_eq!(gone.problem(), (410, "cursor_gone".to_owned()));
}

/// The same by hand, where no server ran that could have known.
#[tokio::test]
async fn after_a_copy_was_put_back_by_hand_references_begin_after_the_last_known_one() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let database = server.stop().await;
    let year = calendar::local(Clock::system().now()).year();
    let last = Reference::new(year, 41).to_string();
    for (given, counter) in [(vec!["--last-incident", &last], 42), (Vec::new(), 142)] {
        let begun = nightdesk(&["after-restore"])
            .args(given)
            .args(database.arguments())
            .output()
            .unwrap();
        let said = String::from_utf8(begun.stdout).unwrap();
        let next = Reference::new(year, counter);
        assert!(said.contains(&next.to_string()), "{said}");
    }
    let store = Store::open(&database.location).await.unwrap();
    let found = verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    store.close().await;
}

/// A reference that was given out stands in messages and in people's notes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_out_before_a_loss_is_never_given_out_again_and_everybody_on_call_is_told() {
    let server = TestServer::start_with(|settings| {
        settings.look_every = Duration::from_millis(20);
    })
    .await;
    let officer = server.signed_in(OFFICER).await;
    let kept = officer.log().await.incident.reference.unwrap();
    server.database.back_up().await;
    let lost = officer.log().await.incident.reference.unwrap();
    let path = poll_path(&cursor(&officer).await, 0);
    server.database.restore().await;
    while officer.get(&path).await.status != StatusCode::GONE {
        tokio::task::yield_now().await;
    }
    let fresh = officer.log().await.incident.reference.unwrap();
    let counters = [kept, lost, fresh].map(|reference| reference.counter());
    assert!(
        counters.is_sorted_by(|one, next| one < next),
        "{counters:?}"
    );
    let lost = |shown: &ShownAlarm| shown.raised.alarm.cause == Cause::HistoryLost {};
    loop {
        let page: AlarmPage = officer.get(route::ALARMS).await.ok();
        if page.alarms.iter().any(lost) {
            break;
        }
        tokio::task::yield_now().await;
    }
    server.database.guard().await;
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_list_comes_in_pages_that_leave_nothing_out() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut logged = Vec::new();
    for hours in [3, 1, 2] {
        let mut report = report();
        let aware_at = server.clock.now() - chrono::TimeDelta::hours(hours);
        report["aware_at"] = json!(aware_at);
        let answer = officer
            .send(route::INCIDENTS, fresh_id(), None, &report)
            .await;
        logged.push(
            answer.value()["incident"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let newest_change_first = [&logged[2], &logged[1], &logged[0]];
    let nearest_deadline_first = [&logged[0], &logged[2], &logged[1]];
    for (sort, wanted) in [
        ("changed", newest_change_first),
        ("due", nearest_deadline_first),
        ("recent", nearest_deadline_first),
    ] {
        let mut path = format!("{}?limit=1&sort={sort}", route::INCIDENTS);
        let mut listed = Vec::new();
        loop {
            let page: IncidentPage = officer.get(&path).await.ok();
            listed.extend(
                page.incidents
                    .iter()
                    .map(|incident| incident.id.to_string()),
            );
            let Some(next) = page.next else { break };
            path = format!("{}?limit=1&sort={sort}&cursor={next}", route::INCIDENTS);
        }
        assert_eq!(listed.iter().collect::<Vec<_>>(), wanted, "{sort}");
    }
    for (filter, count) in [
        ("status=LOGGED", 3),
        ("status=TRIAGED", 0),
        ("organisation=riverbourne", 3),
        ("organisation=eastmere", 0),
    ] {
        let path = format!("{}?{filter}", route::INCIDENTS);
        let page: IncidentPage = officer.get(&path).await.ok();
        assert_eq!(page.incidents.len(), count, "{filter}");
    }
}

#[tokio::test]
async fn another_process_on_the_same_database_tells_of_the_change_too() {
    let first = TestServer::start().await;
    let officer = first.signed_in(OFFICER).await;
    let second = first.beside().await;
    let colleague = second.signed_in(DPO).await;
    let path = poll_path(&cursor(&colleague).await, 30);
    let waiting = tokio::spawn(Answer::of(colleague.request(Method::GET, &path)));
    second.until_waiting(1.0).await;
    let logged = officer.log().await;
    let woken = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    let page: ChangesPage = woken.unwrap().unwrap().ok();
    assert_eq!(page.changes[0].incident, logged.incident);
}

#[tokio::test]
async fn a_database_under_another_name_wakes_whoever_waits_and_sends_them_back_to_the_list() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let path = poll_path(&cursor(&officer).await, 30);
    let waiting = tokio::spawn(Answer::of(officer.request(Method::GET, &path)));
    server.until_waiting(1.0).await;
    let mut behind = server.database.connection().await;
    sqlx::query("update head set epoch = 'restored'")
        .execute(&mut behind)
        .await
        .unwrap();
    let woken = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    let gone = woken.unwrap().unwrap();
    assert_eq!(gone.problem(), (410, "cursor_gone".to_owned()));
}
