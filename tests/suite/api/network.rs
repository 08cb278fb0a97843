//! Clients that hang up, dawdle, or keep asking after their right to is gone.

use crate::support::case::OFFICER;
use crate::support::server::{Answer, TestServer, fresh_id, report};
use nightdesk::api::route;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::rota::{Tier, next_shift};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(server: &TestServer) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn a_client_that_hangs_up_cannot_cancel_what_it_asked_for() {
    const COMMANDS: usize = 50;
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let body = json!({"type": "note", "text": "sent and hung up"}).to_string();
    for _ in 0..COMMANDS {
        let mut stream = connect(&server).await;
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            route::incident_commands(id),
            officer.token,
            fresh_id(),
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        drop(stream);
    }
    // What was taken before the line broke is whole; what was not has left no trace.
    let answer = officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(incident.notes.len() <= COMMANDS);
    assert_eq!(incident.version, 2 + incident.notes.len() as u64);
    let found = nightdesk::server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_client_that_is_slow_to_say_what_it_wants_is_hung_up_on() {
    let server = TestServer::start().await;
    let mut stream = connect(&server).await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost:")
        .await
        .unwrap();
    let mut answered = Vec::new();
    let hung_up = stream.read_to_end(&mut answered);
    let within = Duration::from_secs(20);
    tokio::time::timeout(within, hung_up)
        .await
        .unwrap()
        .unwrap();
    let officer = server.signed_in(OFFICER).await;
    assert_eq!(officer.get(route::ME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_right_that_was_handed_on_is_gone_for_what_arrives_after() {
    let server = TestServer::start().await;
    let outgoing = server.signed_in(OFFICER).await;
    let directory: Directory = outgoing.get(route::DIRECTORY).await.ok();
    let next = next_shift(&directory.shifts, Tier::First, server.clock.now()).unwrap();
    let incoming = server.signed_in(next.person.as_str()).await;
    let stranger = server.signed_in("clement.hathersage").await;
    let mut theirs = report();
    theirs["reporter_organisation"] = json!("eastmere");
    let logged = stranger
        .send(route::INCIDENTS, fresh_id(), None, &theirs)
        .await;
    let id = logged.ok::<Value>()["incident"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = fresh_id();
    let path = route::incident_commands(&id);
    let acknowledge = json!({"type": "acknowledge"});
    outgoing
        .send(&path, key, None, &acknowledge)
        .await
        .ok::<Value>();
    for (person, kind) in [
        (&outgoing, "offer_handover"),
        (&incoming, "accept_handover"),
    ] {
        let mut command = json!({"type": kind, "shift": next.id});
        if kind == "offer_handover" {
            command["note"] = json!("");
        }
        person
            .send(route::DIRECTORY_COMMANDS, fresh_id(), None, &command)
            .await
            .ok::<Value>();
    }
    let note = json!({"type": "note", "text": "one more thing"});
    for answer in [
        outgoing.send(&path, fresh_id(), None, &note).await,
        Answer::of(outgoing.request(Method::GET, &route::incident(&id))).await,
    ] {
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
    // A handover between two sendings loses no answer.
    for answer in [
        outgoing.send(&path, key, None, &acknowledge).await,
        outgoing.get(&route::command(key)).await,
    ] {
        assert_eq!(answer.ok::<Value>()["outcome"], "applied", "{id}");
    }
    incoming.ask(&id, None, &note).await.ok::<Value>();
}

#[tokio::test]
async fn a_body_that_breaks_off_may_be_sent_again() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut stream = connect(&server).await;
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n",
        route::INCIDENTS,
        officer.token,
        fresh_id(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answered = String::new();
    stream.read_to_string(&mut answered).await.unwrap();
    assert!(answered.starts_with("HTTP/1.1 503"), "{answered}");
    assert!(answered.contains(r#""outcome":"unknown""#), "{answered}");
}

#[tokio::test]
async fn a_method_that_nobody_knows_makes_no_figure_of_its_own() {
    let server = TestServer::start().await;
    let brew = Method::from_bytes(b"BREW").unwrap();
    Answer::of(server.raw(brew, route::ME)).await;
    let figures = Answer::of(server.raw(Method::GET, route::METRICS)).await;
    assert!(figures.body.contains(r#"method="other""#), "{figures:?}");
    assert!(!figures.body.contains("BREW"), "{figures:?}");
}
