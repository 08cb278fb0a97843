//! Several servers on one PostgreSQL, of which one stands still or is cut off.
//!
//! The cluster is the test's own, so these run whatever database the other tests run on.

use crate::support::case::OFFICER;
use crate::support::cluster::{Cable, Cluster};
use crate::support::server::{Answer, Person, TestDatabase, TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::ChangesPage;
use nightdesk::server::verify;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

/// How long is waited for what happens within a few seconds.
const SOON: Duration = Duration::from_secs(30);

/// Asks until the answer has this status.
async fn until(status: StatusCode, ask: impl AsyncFn() -> Answer) {
    let asking = async {
        while ask().await.status != status {
            tokio::task::yield_now().await;
        }
    };
    let answered = tokio::time::timeout(SOON, asking).await;
    answered.unwrap_or_else(|_| panic!("the answer did not become {status}"));
}

/// Asks whether anything has changed since all that there was, which is answered from memory.
async fn polls(person: &Person<'_>, after: &str) -> Answer {
    let path = format!("{}?after={after}", route::CHANGES);
    Answer::of(person.request(Method::GET, &path)).await
}

/// A server that stands still while it holds the lock under which everything is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_keeps_the_others_waiting_for_seconds_and_not_for_ever() {
    let cluster = Cluster::start();
    let cable = Cable::to(&cluster).await;
    let well = TestServer::start_on(TestDatabase::at(cluster.url())).await;
    let cut_off = TestServer::start_on(TestDatabase::at(cable.url())).await;
    let officer = well.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let beyond = cut_off.signed_in(OFFICER).await;
    let path = route::incident_commands(id);
    let (key, note) = (fresh_id(), json!({"type": "note", "text": "seen"}));
    let (stuck, ()) = tokio::join!(beyond.send(&path, key, None, &note), async {
        cable.hold_inside_a_transaction().await;
        let acknowledge = json!({"type": "acknowledge"});
        let acknowledged = officer.ask(id, None, &acknowledge);
        let acknowledged = tokio::time::timeout(SOON, acknowledged).await;
        assert_eq!(acknowledged.unwrap().status, StatusCode::OK);
        cable.release();
    });
    assert_eq!(stuck.status, StatusCode::SERVICE_UNAVAILABLE, "{stuck:?}");
    let again = || beyond.send(&path, key, None, &note);
    until(StatusCode::OK, again).await;
    let found = verify(&well.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// What a server remembers may be over: a token may have been revoked, an incident closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hears_nothing_of_its_database_answers_nothing_from_memory() {
    let cluster = Cluster::start();
    let cable = Cable::to(&cluster).await;
    let well = TestServer::start_on(TestDatabase::at(cluster.url())).await;
    let cut_off = TestServer::start_on(TestDatabase::at(cable.url())).await;
    let officer = cut_off.signed_in(OFFICER).await;
    officer.log().await;
    let page: ChangesPage = officer.get(route::CHANGES).await.ok();
    let polled = async || polls(&officer, &page.next).await;
    assert_eq!(polled().await.status, StatusCode::NO_CONTENT);
    cable.hold();
    until(StatusCode::SERVICE_UNAVAILABLE, &polled).await;
    let ready = Answer::of(cut_off.raw(Method::GET, route::READYZ)).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let elsewhere = well.with_token(&officer);
    let left = Answer::of(elsewhere.request(Method::DELETE, route::SESSION)).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    assert_eq!(polled().await.status, StatusCode::SERVICE_UNAVAILABLE);
    cable.release();
    until(StatusCode::UNAUTHORIZED, &polled).await;
}
