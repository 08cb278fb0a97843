//! Clients that hang up, dawdle, or keep asking after their right to is gone.

use crate::support::case::{OFFICER, note_count};
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id, report, settings};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::rota::{Tier, next_shift};
use nightdesk::server::{self, ServeError};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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
    assert!(note_count(&incident) <= COMMANDS);
    assert_eq!(incident.version, 2 + note_count(&incident) as u64);
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
            command["note"] = json!("quiet night");
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
async fn a_body_that_breaks_off_may_be_sent_again_and_one_that_is_none_is_a_mistake() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        route::INCIDENTS,
        officer.token,
        fresh_id(),
    );
    for (body, status, said) in [
        ("no length\r\n", "HTTP/1.1 400", "not framed as HTTP asks"),
        (
            "fffffffffffffffffff\r\n",
            "HTTP/1.1 400",
            "not framed as HTTP asks",
        ),
        ("5\r\n{\"ty", "HTTP/1.1 503", r#""outcome":"unknown""#),
    ] {
        let mut stream = connect(&server).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answered = String::new();
        stream.read_to_string(&mut answered).await.unwrap();
        assert!(answered.starts_with(status), "{body:?}: {answered}");
        assert!(answered.contains(said), "{body:?}: {answered}");
    }
}

#[tokio::test]
async fn a_request_for_two_hosts_is_refused() {
    let server = TestServer::start().await;
    let mut stream = connect(&server).await;
    let request =
        "GET /healthz HTTP/1.1\r\nhost: desk\r\nhost: another\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answered = String::new();
    stream.read_to_string(&mut answered).await.unwrap();
    assert!(answered.starts_with("HTTP/1.1 400"), "{answered}");
    assert!(
        answered.contains("The header host came twice"),
        "{answered}"
    );
}

/// Ten times as many connections as there are places say half of what they want, from the address that the
/// officer has too.
#[tokio::test]
async fn half_open_connections_keep_no_officer_out() {
    let server = TestServer::start_with(|settings| settings.limits.connections = 30).await;
    let officer = server.signed_in(OFFICER).await;
    assert_eq!(officer.get(route::ME).await.status, StatusCode::OK);
    let mut half_open = Vec::new();
    for _ in 0..300 {
        let mut stream = connect(&server).await;
        // Whoever came before may have had to go.
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost:").await;
        half_open.push(stream);
    }
    let another = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = async {
        // Over the connection that the officer had, and over a new one.
        assert_eq!(officer.get(route::ME).await.status, StatusCode::OK);
        let url = format!("{}{}", server.url, route::ME);
        let request = another.get(url).bearer_auth(&officer.token);
        Answer::of(request).await
    };
    let answered = tokio::time::timeout(Duration::from_secs(20), asked).await;
    assert_eq!(answered.unwrap().status, StatusCode::OK);
}

/// A reader that stays for long keeps the log of SQLite from being cut; once it has gone it is.
#[tokio::test]
async fn the_log_of_the_database_is_cut_after_a_long_reader() {
    const LONGEST: u64 = 16 * 1024 * 1024;
    let database = TestDatabase::on_sqlite();
    let log = database.files.path().join("desk.db-wal");
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let mut reader = server.database.connection().await;
    let begin = sqlx::raw_sql("begin; select count(*) from incident");
    begin.execute(&mut reader).await.unwrap();
    let length = || std::fs::metadata(&log).unwrap().len();
    let note = json!({"type": "note", "text": "x".repeat(50_000)});
    while length() <= 2 * LONGEST {
        officer.ask(id, None, &note).await.ok::<Value>();
    }
    sqlx::raw_sql("rollback")
        .execute(&mut reader)
        .await
        .unwrap();
    for _ in 0..3 {
        let acknowledged = officer.log().await;
        assert!(acknowledged.seq > 0);
    }
    assert!(length() <= LONGEST, "{}", length());
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

/// The clock stands, so a command is as old as the test makes it while somebody else holds the
/// database.
#[tokio::test]
async fn a_command_that_waited_for_more_than_half_a_minute_is_not_carried_out() {
    let mut server = TestServer::start().await;
    let token = server.token(OFFICER).await;
    let id = server.holding(&token).log().await.incident.id;
    let (path, key) = (route::incident_commands(id), fresh_id());
    let note = json!({"type": "note", "text": "seen"});
    for (seconds, status) in [(31, 503), (30, 200)] {
        let mut behind = server.database.connection().await;
        let held = sqlx::raw_sql("begin; update head set seq = seq");
        held.execute(&mut behind).await.unwrap();
        let request = server
            .holding(&token)
            .request(Method::POST, &path)
            .header("idempotency-key", key.to_string())
            .json(&note);
        let waiting = tokio::spawn(Answer::of(request));
        while server.figure("nightdesk_waiting_commands").await < 1.0 {}
        let now = server.clock.now();
        server.clock.set(now + TimeDelta::seconds(seconds));
        let let_go = sqlx::raw_sql("rollback");
        let_go.execute(&mut behind).await.unwrap();
        let answer = waiting.await.unwrap();
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 503 {
            assert_eq!(answer.value()["outcome"], "unknown");
        }
    }
    let incident: Incident = server.holding(&token).get(&route::incident(id)).await.ok();
    assert_eq!(incident.notes.len(), 1);
}

#[tokio::test]
async fn a_server_that_can_take_no_connection_any_more_ends_with_an_error() {
    let database = TestDatabase::fresh().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listened_on = listener.as_fd().try_clone_to_owned().unwrap();
    let never = std::future::pending();
    let serving = server::serve(listener, settings(&database).await, never);
    // The standard library shuts down any socket under this name.
    let listened_on = std::net::TcpStream::from(listened_on);
    listened_on.shutdown(Shutdown::Both).unwrap();
    let ended = serving.await.unwrap_err();
    assert!(
        matches!(ended, ServeError::Ended("The network")),
        "{ended:?}"
    );
}
