//! The formats of the three shapes: what is taken, what is refused and in which words.

use super::server::with_default;
use crate::support::server::{Answer, TestServer};
use nightdesk::api::intake::IntakeAnswer;
use nightdesk::api::route;
use nightdesk::domain::intake::CameOf;
use serde_json::{Value, json};

/// An alert of Alertmanager that is there.
pub(crate) fn firing(name: &str) -> Value {
    json!({
        "status": "firing",
        "labels": {"alertname": name, "team": "storage"},
        "annotations": {"summary": "The disk of db1 is full", "runbook": "see the wall"},
        "startsAt": "2026-06-12T22:10:00.123Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": format!("{name:0<16}"),
    })
}

/// A notification with these alerts, as Alertmanager 0.25 sends it.
pub(crate) fn notification(alerts: &[Value]) -> Value {
    json!({
        "receiver": "desk", "status": "firing", "alerts": alerts, "groupLabels": {},
        "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager:9093",
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0,
    })
}

/// An event that triggers.
pub(crate) fn trigger(dedup_key: &str) -> Value {
    json!({
        "routing_key": "not a secret here", "event_action": "trigger", "dedup_key": dedup_key,
        "payload": {"summary": "Replication stopped", "source": "db1", "severity": "critical",
            "component": "postgres", "custom_details": {"lag": "12 min"}},
        "client": "Grafana", "client_url": "https://grafana.example",
        "links": [{"href": "https://wiki.example/db1", "text": "Runbook"}, 7],
        "images": [{"src": "https://grafana.example/lag.png"}],
    })
}

pub(crate) fn cloud_event(id: &str) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/siem/7", "type": "org.example.malware",
        "subject": "laptop 12", "time": "2026-06-12T22:15:00Z", "partitionkey": "x",
        "data": {"family": "unknown"},
    })
}

/// A body with one field put in the place of another; `null` takes it away.
fn but(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    if value.is_null() {
        parent.as_object_mut().unwrap().remove(name);
    } else {
        parent[name] = value;
    }
    body
}

#[tokio::test]
async fn each_shape_is_taken_in_as_its_tool_sends_it() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    for (path, body, status, title) in [
        (
            route::INTAKE_ALERTMANAGER,
            notification(&[firing("DiskFull")]),
            200,
            "DiskFull: The disk of db1 is full",
        ),
        (
            route::INTAKE_EVENTS,
            trigger("k1"),
            202,
            "Replication stopped",
        ),
        (
            route::INTAKE_CLOUDEVENTS,
            cloud_event("1"),
            200,
            "org.example.malware: laptop 12",
        ),
    ] {
        let answer = tool.send(path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        let incident = server.newest().await;
        assert_eq!(&*incident.title, title);
        assert_eq!(incident.logged_by.person.as_str(), "tool:prometheus");
    }
    let whole: Vec<_> = server.incidents().await;
    let said = |place: usize, text: &str| {
        let summary = &whole[place].summary;
        assert!(summary.contains(text), "{text} is not in {summary}");
    };
    assert_eq!(whole.len(), 3);
    said(0, "runbook: see the wall");
    said(0, "team: storage");
    said(1, "component: postgres");
    said(1, "12 min");
    said(2, "family");
    // Nothing that a person could use is read past.
    said(1, "client: Grafana\nclient_url: https://grafana.example");
    said(1, "link: Runbook https://wiki.example/db1");
    said(1, "link: https://grafana.example/lag.png");
    said(2, "partitionkey: x");
    let mut packed = cloud_event("2");
    packed["data"] = Value::Null;
    packed["datacontenttype"] = json!("text/plain");
    packed["data_base64"] = json!("cmVkIGxpZ2h0");
    let mut unreadable = cloud_event("3");
    unreadable["data_base64"] = json!("/wD/");
    for (body, text) in [
        (packed, "data: red light\ndatacontenttype: text/plain"),
        (unreadable, "data: 3 bytes that are no text"),
    ] {
        tool.send(route::INTAKE_CLOUDEVENTS, &body)
            .await
            .ok::<Value>();
        let summary = server.newest().await.summary;
        assert!(summary.contains(text), "{text} is not in {summary}");
    }
}

#[tokio::test]
async fn an_event_in_binary_mode_is_the_same_as_in_structured_mode() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("siem").await;
    let send = |headers: &[(&str, &str)]| {
        let request = tool.request(route::INTAKE_CLOUDEVENTS);
        let with_headers = headers.iter().fold(request, |request, (name, said)| {
            request.header(*name, *said)
        });
        Answer::of(with_headers.json(&json!({"family": "unknown"})))
    };
    let whole = [
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "/siem/7"),
        ("ce-type", "org.example.malware"),
        ("ce-subject", "caf%C3%A9"),
        ("ce-time", "2026-06-12T22:15:00Z"),
    ];
    for missing in [1, 2, 3] {
        let half = [&whole[..missing], &whole[missing + 1..]].concat();
        let refused = send(&half).await;
        assert_eq!(refused.problem(), (422, "invalid".to_owned()), "{missing}");
    }
    let opened: IntakeAnswer = send(&whole).await.ok();
    assert_eq!(opened.alerts[0].came_of, CameOf::Opened);
    let incident = server.newest().await;
    assert_eq!(&*incident.title, "org.example.malware: café");
    assert!(incident.summary.contains("family"), "{}", incident.summary);
    let structured = tool
        .send(route::INTAKE_CLOUDEVENTS, &cloud_event("1"))
        .await;
    let repeated = structured.ok::<IntakeAnswer>().alerts[0].came_of;
    assert_eq!(repeated, CameOf::Repeated);
}

#[tokio::test]
async fn what_is_hostile_or_half_is_refused_in_words_and_leaves_nothing_behind() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    let alertmanager = |pointer: &str, value| but(notification(&[firing("A")]), pointer, value);
    let (event, cloud) = (
        |p: &str, v| but(trigger("k"), p, v),
        |p: &str, v| but(cloud_event("1"), p, v),
    );
    let null = Value::Null;
    for (path, body, code) in [
        (route::INTAKE_ALERTMANAGER, json!([]), "invalid"),
        (route::INTAKE_ALERTMANAGER, json!({}), "invalid"),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/version", json!("3")),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts", json!({})),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts/0/status", json!("smouldering")),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts/0/fingerprint", json!(" ")),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts/0/fingerprint", null.clone()),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts/0/startsAt", json!("yesterday")),
            "invalid",
        ),
        (
            route::INTAKE_ALERTMANAGER,
            alertmanager("/alerts/0/labels", json!({"a": 1})),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            event("/payload", null.clone()),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            event("/event_action", json!("shout")),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            event("/payload/severity", json!("bad")),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            event("/dedup_key", json!("x".repeat(256))),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            json!({"event_action": "resolve"}),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            json!({"event_action": "acknowledge", "dedup_key": " "}),
            "invalid",
        ),
        (
            route::INTAKE_CLOUDEVENTS,
            cloud("/specversion", json!("0.3")),
            "invalid",
        ),
        (
            route::INTAKE_CLOUDEVENTS,
            cloud("/id", json!("")),
            "invalid",
        ),
        (route::INTAKE_CLOUDEVENTS, cloud("/type", null), "invalid"),
        (
            route::INTAKE_CLOUDEVENTS,
            cloud("/time", json!("noon")),
            "invalid",
        ),
        (
            route::INTAKE_EVENTS,
            event("/payload/summary", json!("x".repeat(65_536))),
            "too_large",
        ),
        (
            route::INTAKE_EVENTS,
            event("/payload/custom_details", deep(40)),
            "bad_request",
        ),
    ] {
        let answer = tool.send(path, &body).await;
        assert_eq!(answer.problem().1, code, "{body} {answer:?}");
    }
    assert!(server.incidents().await.is_empty());
}

fn deep(times: usize) -> Value {
    (0..times).fold(json!(1), |inner, _| json!([inner]))
}

/// Whatever a tool writes is kept as it came and shown harmless; an odd time costs no alert.
#[tokio::test]
async fn hostile_text_is_an_incident_all_the_same() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    let hostile: Vec<Value> =
        serde_json::from_str(include_str!("../../data/hostile.json")).unwrap();
    assert!(hostile.len() > 20);
    for (place, hostile) in hostile.iter().enumerate() {
        let text = &hostile["text"];
        let mut body = trigger(&format!("k{place}"));
        body["payload"]["summary"] = text.clone();
        body["payload"]["class"] = text.clone();
        body["payload"]["timestamp"] = json!("half past ten");
        tool.send(route::INTAKE_EVENTS, &body).await.ok::<Value>();
    }
    assert_eq!(server.incidents().await.len(), hostile.len());
    server.assert_verified().await;
}

#[tokio::test]
async fn a_time_is_read_as_tools_write_it() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    for (key, timestamp) in [
        ("a", "2026-06-12T22:10:00Z"),
        ("b", "2026-06-12T23:10:00.000+0100"),
        ("c", "2026-06-12T22:10:00.5+00:00"),
    ] {
        let body = but(trigger(key), "/payload/timestamp", json!(timestamp));
        tool.send(route::INTAKE_EVENTS, &body).await.ok::<Value>();
        let aware_at = server.newest().await.awareness.staff_at;
        assert_eq!(aware_at, super::at("2026-06-12T22:10:00Z"), "{timestamp}");
    }
}
