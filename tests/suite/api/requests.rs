//! The form of a request: what cannot be read is refused with a sentence, and nothing falls over.

use crate::support::case::OFFICER;
use crate::support::server::{Answer, Person, TestServer, fresh_id, report};
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use nightdesk::domain::incident::Incident;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn post(officer: &Person<'_>, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = officer
        .request(Method::POST, route::INCIDENTS)
        .header("idempotency-key", fresh_id().to_string())
        .header("content-type", kind)
        .body(body);
    Answer::of(request).await
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
    let mut unknown_field = report();
    unknown_field["colour"] = json!("red");
    let mut unknown_organisation = report();
    unknown_organisation["reporter_organisation"] = json!("atlantis");
    let mut zero = report();
    zero["title"] = json!("ward\u{0}b");
    let mut twice = report().to_string();
    twice.insert_str(1, "\"title\":\"one\",");
    let mut far = report();
    far["aware_at"] = json!("+262142-12-31T23:59:59Z");
    far["facts"] = json!({"trend_key": "k"});
    let bodies: [(String, u16, &str); 12] = [
        (String::new(), 400, "bad_request"),
        ("{".to_owned(), 400, "bad_request"),
        ("\u{feff}{}".to_owned(), 400, "bad_request"),
        (deep, 400, "bad_request"),
        (
            "{\"type\":\"log\",\"title\":\"\\ud800\"}".to_owned(),
            400,
            "bad_request",
        ),
        ("[]".to_owned(), 422, "invalid"),
        ("{}".to_owned(), 422, "invalid"),
        ("{\"type\":\"acknowledge\"}".to_owned(), 422, "invalid"),
        ("{\"type\":\"explode\"}".to_owned(), 422, "invalid"),
        (unknown_field.to_string(), 422, "invalid"),
        (unknown_organisation.to_string(), 422, "invalid"),
        (twice, 422, "invalid"),
    ];
    for (body, status, code) in bodies {
        let answer = post(&officer, "application/json", body.clone()).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{body}");
        assert_eq!(answer.value()["outcome"], "not_applied", "{body}");
    }
    let far = post(&officer, "application/json", far.to_string()).await;
    assert!(far.status.is_client_error(), "{far:?}");
    let not_json = post(&officer, "text/plain", report().to_string()).await;
    assert_eq!(not_json.problem(), (415, "not_json".to_owned()));
    let invalid = post(
        &officer,
        "application/json",
        unknown_organisation.to_string(),
    )
    .await;
    assert_eq!(
        invalid.value()["errors"][0]["pointer"],
        "/reporter_organisation"
    );
    assert!(
        officer.get(route::INCIDENTS).await.value()["incidents"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // A zero byte in a text is odd, but it is the reporter's; both databases keep it.
    let zero = post(&officer, "application/json", zero.to_string()).await;
    assert_eq!(zero.status, StatusCode::CREATED, "{zero:?}");
}

#[tokio::test]
async fn a_body_of_64_kib_is_read_and_one_byte_more_is_not() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let padded = |length: usize| {
        let body = report().to_string();
        format!("{body}{}", " ".repeat(length - body.len()))
    };
    let largest = post(&officer, "application/json", padded(64 * 1024)).await;
    assert_eq!(largest.status, StatusCode::CREATED);
    let larger = post(&officer, "application/json", padded(64 * 1024 + 1)).await;
    assert_eq!(larger.problem(), (413, "too_large".to_owned()));
}

#[tokio::test]
async fn headers_and_addresses_that_do_not_fit_are_refused_with_a_sentence() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = officer.log().await.incident;
    let reference = incident.reference.unwrap().to_string();
    let (digits, check) = reference.rsplit_once('-').unwrap();
    let other = if check == "A" { "B" } else { "A" };
    let mistyped = officer
        .get(&route::incident(format!("{digits}-{other}")))
        .await;
    assert_eq!(mistyped.problem(), (400, "mistyped_reference".to_owned()));
    let detail = mistyped.value()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("the last letter is wrong"), "{detail}");
    let commands = route::incident_commands(incident.id);
    let body = json!({"type": "acknowledge"});
    let without = officer.request(Method::POST, &commands).json(&body);
    assert_eq!(
        Answer::of(without).await.problem(),
        (428, "command_id_missing".to_owned())
    );
    let not_uuid = officer
        .request(Method::POST, &commands)
        .header("idempotency-key", "7")
        .json(&body);
    assert_eq!(
        Answer::of(not_uuid).await.problem(),
        (400, "bad_request".to_owned())
    );
    for version in ["2", "*", "\"x\"", "\"-1\""] {
        let request = officer
            .request(Method::POST, &commands)
            .header("idempotency-key", fresh_id().to_string())
            .header("if-match", version)
            .json(&body);
        assert_eq!(
            Answer::of(request).await.problem(),
            (400, "bad_request".to_owned()),
            "{version}"
        );
    }
    for path in [
        "/v1/incidents/nonsense",
        "/v1/incidents?limit=0",
        "/v1/incidents?limit=201",
        "/v1/incidents?colour=red",
        "/v1/incidents?cursor=x",
        "/v1/incidents?organisation=%00",
        "/v1/incidents?status=GONE",
        "/v1/commands/7",
        "/v1/changes?wait=-1",
        "/v1/changes?after=%00",
    ] {
        let answer = officer.get(path).await;
        assert_eq!(answer.problem(), (400, "bad_request".to_owned()), "{path}");
    }
    let nowhere = officer.get("/v1/nowhere").await;
    assert_eq!(nowhere.problem(), (404, "not_found".to_owned()));
    let put = Answer::of(officer.request(Method::PUT, route::INCIDENTS)).await;
    assert_eq!(put.problem(), (405, "method_not_allowed".to_owned()));
    assert!(put.header("allow").contains("POST"));
}

#[tokio::test]
async fn every_answer_carries_the_server_s_time_and_the_request_s_id() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let millis = server.clock.now().timestamp_millis().to_string();
    for path in [
        route::ME,
        "/v1/nowhere",
        route::HEALTHZ,
        route::READYZ,
        route::OPENAPI,
    ] {
        let request = officer
            .request(Method::GET, path)
            .header("x-request-id", "a.B-1_2");
        let answer = Answer::of(request.header("x-correlation-id", "night-12")).await;
        assert_eq!(answer.header("nightdesk-server-time"), millis, "{path}");
        assert_eq!(answer.header("x-request-id"), "a.B-1_2", "{path}");
        assert_eq!(answer.header("x-correlation-id"), "night-12", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let hostile = officer
        .request(Method::GET, "/v1/nowhere")
        .header("x-request-id", "a b\"<");
    let answer = Answer::of(hostile).await;
    assert_eq!(answer.value()["request_id"], answer.header("x-request-id"));
    assert_ne!(answer.header("x-request-id"), "a b\"<");
}

#[tokio::test]
async fn an_answer_is_compressed_for_those_who_ask() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let request = officer
        .request(Method::GET, route::DIRECTORY)
        .header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
}

/// The server keeps what was reported as it was reported; making it harmless is the reader's side.
#[tokio::test]
async fn hostile_text_in_every_field_is_kept_as_it_came_and_breaks_nothing() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let corpus: Vec<Value> = serde_json::from_str(include_str!("../../data/hostile.json")).unwrap();
    assert!(corpus.len() > 40);
    for row in corpus {
        let text = format!("Ward letter {}", row["text"].as_str().unwrap());
        let mut hostile = report();
        for field in ["title", "summary", "reporter_contact", "reporter_role"] {
            hostile[field] = json!(text);
        }
        hostile["facts"] = json!({"trend_key": text});
        let logged = post(&officer, "application/json", hostile.to_string()).await;
        let incident: CommandAnswer = logged.ok();
        assert_eq!(&*incident.incident.title, text.trim());
        let path = route::incident(incident.incident.id);
        let shown: Incident = officer.get(&path).await.ok();
        assert_eq!(shown, incident.incident);
    }
    let found = nightdesk::server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}
