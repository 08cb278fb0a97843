//! Many at once: one disk sync serves many commands, and only one of many who decide wins.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Answer, TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use nightdesk::server;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_acknowledgements_share_few_commits() {
    const COMMANDS: usize = 200;
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let before = server.figure("nightdesk_commits_total").await;
    let mut sending = JoinSet::new();
    for _ in 0..COMMANDS {
        let request = officer
            .request(Method::POST, &route::incident_commands(id))
            .header("idempotency-key", fresh_id().to_string())
            .json(&json!({"type": "note", "text": "seen"}));
        sending.spawn(Answer::of(request));
    }
    let answers = sending.join_all().await;
    let seqs: BTreeSet<u64> = answers
        .iter()
        .map(|answer| answer.ok::<CommandAnswer>().seq)
        .collect();
    assert_eq!(seqs.len(), COMMANDS, "each was written once");
    let commits = server.figure("nightdesk_commits_total").await - before;
    assert!(commits < COMMANDS as f64 / 4.0, "{commits} commits");
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// What is read of the trail and what is read of the tables a moment later belong together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_that_is_being_written_to_verifies() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let is_enough = AtomicBool::new(false);
    let note = json!({"type": "note", "text": "seen"});
    let writes = async {
        while !is_enough.load(Ordering::Relaxed) {
            officer.ask(id, None, &note).await;
        }
    };
    let looks = async {
        for _ in 0..5 {
            let found = server::verify(&server.store).await.unwrap();
            assert_eq!(found.faults, Vec::<String>::new());
        }
        is_enough.store(true, Ordering::Relaxed);
    };
    tokio::join!(writes, looks);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_decide_on_one_version_one_wins_and_the_others_see_what_it_did() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let mut sending = JoinSet::new();
    for _ in 0..30 {
        let request = officer
            .request(Method::POST, &route::incident_commands(id))
            .header("idempotency-key", fresh_id().to_string())
            .header("if-match", route::etag(1))
            .json(&json!({"type": "reassign", "to": DPO, "reason": "hers"}));
        sending.spawn(Answer::of(request));
    }
    let answers = sending.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 29));
    for answer in lost {
        assert_eq!(answer.problem(), (412, "version_changed".to_owned()));
        assert_eq!(answer.value()["current"]["version"], 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_command_sent_many_times_at_once_has_one_effect() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let key = fresh_id();
    let mut sending = JoinSet::new();
    for _ in 0..20 {
        let request = officer
            .request(Method::POST, &route::incident_commands(id))
            .header("idempotency-key", key.to_string())
            .json(&json!({"type": "note", "text": "once"}));
        sending.spawn(Answer::of(request));
    }
    let answers = sending.join_all().await;
    let bodies: BTreeSet<&str> = answers.iter().map(|answer| answer.body.as_str()).collect();
    assert_eq!(bodies.len(), 1);
    let replays = answers
        .iter()
        .filter(|answer| answer.headers.contains_key("idempotent-replayed"));
    assert_eq!(replays.count(), 19);
}
