//! Limits: each keeps out what is too much of its own sort, and nothing else. A standing clock lets
//! nothing more through until it is set, so each test knows exactly what is too much.

use crate::support::case::{DPO, OFFICER, note_count};
use crate::support::server::{Answer, Person, TestServer, fresh_id, report};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{CommandAnswer, IncidentPage};
use nightdesk::server::{Addresses, Limits};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What one a second lets through at once.
const AT_ONCE: usize = 10;

async fn server_with(limits: Limits) -> TestServer {
    TestServer::start_with(|settings| settings.limits = limits).await
}

fn a_second_passes(server: &mut TestServer) {
    let now = server.clock.now();
    server.clock.set(now + TimeDelta::seconds(1));
}

/// What somebody asks again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Read,
    Command,
    Intake,
}

impl Sort {
    const ALL: [Self; 3] = [Self::Read, Self::Command, Self::Intake];

    fn limits(self) -> Limits {
        let mut limits = Limits::DEFAULT;
        match self {
            Self::Read => limits.reads = 1,
            Self::Command => limits.commands = 1,
            Self::Intake => limits.intake = 1,
        }
        limits
    }

    async fn ask(self, person: &Person<'_>, incident: &str) -> Answer {
        match self {
            Self::Read => person.get(route::POLICY).await,
            Self::Command => {
                let note = json!({"type": "note", "text": "seen"});
                person.ask(incident, None, &note).await
            }
            Self::Intake => {
                let path = route::INCIDENTS;
                person.send(path, fresh_id(), None, &report()).await
            }
        }
    }
}

fn assert_kept_out(answer: &Answer) {
    assert_eq!(answer.problem(), (429, "too_many".to_owned()));
    assert_eq!(answer.header("retry-after"), "1");
    let problem = answer.value();
    let told = (&problem["outcome"], &problem["retryable"]);
    assert_eq!(told, (&json!("not_applied"), &json!(true)), "{problem}");
}

#[tokio::test]
async fn too_much_of_one_sort_keeps_out_no_other_sort_and_nobody_else() {
    for too_much in Sort::ALL {
        let mut server = server_with(too_much.limits()).await;
        let (token, other) = (server.token(OFFICER).await, server.token(DPO).await);
        let logged = server.holding(&other).log().await;
        let incident = logged.incident.id.to_string();
        let officer = server.holding(&token);
        for _ in 0..AT_ONCE {
            let answer = too_much.ask(&officer, &incident).await;
            assert!(answer.status.is_success(), "{too_much:?} {answer:?}");
        }
        assert_kept_out(&too_much.ask(&officer, &incident).await);
        for sort in Sort::ALL.iter().filter(|sort| **sort != too_much) {
            let answer = sort.ask(&officer, &incident).await;
            assert!(answer.status.is_success(), "{too_much:?} {answer:?}");
        }
        let colleague = too_much.ask(&server.holding(&other), &incident).await;
        assert!(colleague.status.is_success(), "{colleague:?}");
        a_second_passes(&mut server);
        let officer = server.holding(&token);
        let answer = too_much.ask(&officer, &incident).await;
        assert!(answer.status.is_success(), "{too_much:?} {answer:?}");
        assert_kept_out(&too_much.ask(&officer, &incident).await);
        let figures = Answer::of(server.raw(Method::GET, route::METRICS)).await;
        let kept_out = figures.body.matches("kept_out_total{limit=").count();
        assert_eq!(kept_out, 1, "{figures:?}");
    }
}

#[tokio::test]
async fn a_command_that_was_kept_out_is_carried_out_once_when_it_is_sent_again() {
    let mut server = server_with(Sort::Command.limits()).await;
    let token = server.token(OFFICER).await;
    let logged = server.holding(&token).log().await.incident;
    let (path, key) = (route::incident_commands(logged.id), fresh_id());
    let note = json!({"type": "note", "text": "last"});
    let officer = server.holding(&token);
    for _ in 0..AT_ONCE {
        officer.ask(logged.id, None, &note).await.ok::<Value>();
    }
    assert_kept_out(&officer.send(&path, key, None, &note).await);
    a_second_passes(&mut server);
    let officer = server.holding(&token);
    let answer: CommandAnswer = officer.send(&path, key, None, &note).await.ok();
    assert_eq!(note_count(&answer.incident), AT_ONCE + 1);
}

fn few_sign_ins(addresses: Addresses) -> Limits {
    Limits {
        sign_ins: 1,
        addresses,
        ..Limits::DEFAULT
    }
}

async fn guess(server: &TestServer, forwarded_for: &str) -> Answer {
    let request = server
        .raw(Method::GET, route::ME)
        .bearer_auth(format!("ndk_{}", "0".repeat(64)))
        .header("x-forwarded-for", forwarded_for);
    Answer::of(request).await
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down_and_keeps_out_nobody_who_is_signed_in() {
    let mut server = server_with(few_sign_ins(Addresses::Connected)).await;
    let (token, late) = (server.token(OFFICER).await, server.token(DPO).await);
    let me = server.holding(&token).get(route::ME).await;
    assert_eq!(me.status, StatusCode::OK);
    for guesses in 1..AT_ONCE {
        // What a header says of the address counts only behind a proxy.
        let wrong = guess(&server, &format!("192.0.2.{guesses}")).await;
        assert_eq!(wrong.problem(), (401, "not_signed_in".to_owned()));
    }
    assert_kept_out(&guess(&server, "192.0.2.200").await);
    assert_kept_out(&Answer::of(server.raw(Method::GET, route::ME)).await);
    assert_kept_out(&server.holding(&late).get(route::ME).await);
    // A token that is made makes the server look up all of them anew.
    server.token(OFFICER).await;
    let before = server.figure("nightdesk_database_reads").await;
    let looked_up = async { while server.figure("nightdesk_database_reads").await == before {} };
    let asking = async {
        loop {
            let me = server.holding(&token).get(route::ME).await;
            assert_eq!(me.status, StatusCode::OK);
        }
    };
    tokio::select! {
        () = looked_up => {}
        () = asking => {}
    }
    a_second_passes(&mut server);
    let me = server.holding(&late).get(route::ME).await;
    assert_eq!(me.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_proxy_the_address_that_it_has_heard_counts() {
    let server = server_with(few_sign_ins(Addresses::Forwarded)).await;
    // Of a whole network of IPv6 each address is somebody's who has all of them.
    for (guesser, neighbour, stranger) in [
        ("192.0.2.1", "10.0.0.1, 192.0.2.1", "192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1"),
    ] {
        for _ in 0..AT_ONCE {
            let wrong = guess(&server, guesser).await;
            assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        }
        assert_kept_out(&guess(&server, neighbour).await);
        let wrong = guess(&server, stranger).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{stranger}");
    }
}

#[tokio::test]
async fn only_so_many_polls_of_one_person_wait() {
    let server = server_with(Limits {
        waiting_polls: 1,
        ..Limits::DEFAULT
    })
    .await;
    let (officer, colleague) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let poll = async |person: &Person<'_>, wait: u32| {
        let page: IncidentPage = person.get(route::INCIDENTS).await.ok();
        let after = page.changes_after;
        let path = format!("{}?after={after}&wait={wait}", route::CHANGES);
        person.request(Method::GET, &path)
    };
    let first = tokio::spawn(Answer::of(poll(&officer, 30).await));
    server.until_waiting(1.0).await;
    let second = Answer::of(poll(&officer, 30).await).await;
    assert_eq!(second.problem(), (429, "too_many".to_owned()));
    assert_eq!(second.header("retry-after"), "5");
    let at_once = Answer::of(poll(&officer, 0).await).await;
    assert_eq!(at_once.status, StatusCode::NO_CONTENT);
    let others = tokio::spawn(Answer::of(poll(&colleague, 30).await));
    server.until_waiting(2.0).await;
    officer.log().await;
    for woken in [first, others] {
        assert_eq!(woken.await.unwrap().status, StatusCode::OK);
    }
    let again = tokio::spawn(Answer::of(poll(&officer, 30).await));
    server.until_waiting(1.0).await;
    officer.log().await;
    assert_eq!(again.await.unwrap().status, StatusCode::OK);
}

/// Asks on a connection of one's own, which stays open.
async fn ask_on(stream: &mut TcpStream, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: desk\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !is_whole(&answer) {
        let read = stream.read_buf(&mut answer).await.unwrap();
        assert!(read > 0, "the connection ended");
    }
    String::from_utf8(answer).unwrap()
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.split_once("content-length: ").unwrap().1;
    let length = length.lines().next().unwrap();
    body.len() >= length.parse::<usize>().unwrap()
}

#[tokio::test]
async fn a_connection_beyond_the_most_waits_until_another_with_a_token_ends() {
    let server = server_with(Limits {
        connections: 2,
        ..Limits::DEFAULT
    })
    .await;
    let address = server.url.strip_prefix("http://").unwrap();
    let connect = async || TcpStream::connect(address).await.unwrap();
    // Over both a good token came, so neither gives way to the next.
    let token = server.token(OFFICER).await;
    let signed_in = async || {
        let mut stream = connect().await;
        let path = format!(
            "{} HTTP/1.1\r\nauthorization: Bearer {token}\r\nx-rest:",
            route::ME
        );
        let answer = ask_on(&mut stream, &path).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        stream
    };
    let (mut first, second) = (signed_in().await, signed_in().await);
    let mut third = connect().await;
    let waiting = tokio::spawn(async move { ask_on(&mut third, route::HEALTHZ).await });
    while !ask_on(&mut first, route::METRICS)
        .await
        .contains("nightdesk_connections_full_total 1\n")
    {}
    let figures = ask_on(&mut first, route::METRICS).await;
    assert!(figures.contains("nightdesk_open_connections 2\n"));
    assert!(!waiting.is_finished());
    drop(second);
    assert!(waiting.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answers_is_hung_up_on() {
    let server = TestServer::start().await;
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let asking = format!("GET {} HTTP/1.1\r\nhost: desk\r\n\r\n", route::OPENAPI);
    // More than both ends of a connection hold on their way.
    let asked = stream.write_all(asking.repeat(400).as_bytes()).await;
    asked.unwrap();
    let officer = server.signed_in(OFFICER).await;
    let page: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    let unchanged = format!("{}?after={}&wait=1", route::CHANGES, page.changes_after);
    while server.figure("nightdesk_open_connections").await > 1.0 {
        officer.get(&unchanged).await;
    }
    let mut taken = Vec::new();
    // Whether the end is clean is the machine's choice.
    let _ = stream.read_to_end(&mut taken).await;
    let answers = String::from_utf8_lossy(&taken)
        .matches("HTTP/1.1 200")
        .count();
    assert!(answers < 400, "all was taken");
}
