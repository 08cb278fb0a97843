//! A token for alarms only: the agent follows the desk with it, and nothing else is open to it.

use crate::support::case::OFFICER;
use crate::support::process::nightdesk;
use crate::support::server::{Answer, TestServer, fresh_id, report};
use nightdesk::api::route;
use nightdesk::api::types::{CommandAnswer, IncidentPage};
use nightdesk::config;
use nightdesk::domain::alarm;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// All that is open to it.
const OPEN: [(&str, &str); 5] = [
    ("get", route::POLICY),
    ("get", route::DIRECTORY),
    ("get", route::INCIDENTS),
    ("get", route::CHANGES),
    ("get", route::ME),
];

/// What asks for no token of a person's: whether the desk is well, and what carriers and partners bring
/// by secrets of their own.
const OF_OTHERS: [&str; 6] = [
    route::HEALTHZ,
    route::READYZ,
    route::METRICS,
    route::ACK,
    route::GOVUK_NOTIFY,
    route::MAIL_STATUS,
];

/// A route with something in each of its places.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{kind}" => "register",
        part if part.starts_with('{') => "018f3f5e-0000-7000-8000-000000000000",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A route that is added later is closed to it as well, or this says so.
#[tokio::test]
async fn every_route_of_the_description_is_closed_to_it_but_what_the_agent_reads() {
    let server = TestServer::start().await;
    let token = server.alarms_token(OFFICER).await;
    let agent = server.holding(&token);
    let document = Answer::of(server.raw(Method::GET, route::OPENAPI)).await;
    let document: Value = document.ok();
    let mut open = Vec::new();
    let mut closed = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if OF_OTHERS.contains(&path.as_str()) {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let verb = method.to_uppercase().parse().unwrap();
            let request = agent
                .request(verb, &filled(path))
                .header("idempotency-key", fresh_id().to_string())
                .json(&serde_json::json!({}));
            let answer = Answer::of(request).await;
            if answer.status == StatusCode::OK {
                open.push((method.clone(), path.clone()));
                continue;
            }
            assert_eq!(
                answer.problem(),
                (403, "not_allowed".to_owned()),
                "{method} {path}"
            );
            closed += 1;
        }
    }
    let mut expected = OPEN.map(|(method, path)| (method.to_owned(), path.to_owned()));
    expected.sort();
    open.sort();
    assert_eq!(open, expected);
    assert!(closed > 25, "{closed}");
    let refused = agent.get(route::ALARMS).await;
    assert!(refused.body.contains("for alarms only"), "{refused:?}");
    // Neither is what no route of the description is.
    assert_eq!(
        agent.get("/v1/incidents/").await.status,
        StatusCode::NOT_FOUND
    );
}

/// Its file lies on a desktop for a month; what it lets out are kinds, times and references.
#[tokio::test]
async fn it_shows_of_an_incident_what_alarms_follow_from_and_nothing_that_anybody_wrote() {
    const CANARY: &str = "Kanarienvogel";
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let agent = server.holding(&server.alarms_token(OFFICER).await);
    let start: IncidentPage = agent.get(route::INCIDENTS).await.ok();
    let mut body = report();
    for field in ["title", "summary", "reporter_contact"] {
        body[field] = json!(CANARY);
    }
    let logged = officer
        .send(route::INCIDENTS, fresh_id(), None, &body)
        .await;
    let logged: CommandAnswer = logged.ok();
    let note = json!({ "type": "note", "kind": "FILE_NOTE", "text": CANARY });
    officer
        .ask(logged.incident.id, None, &note)
        .await
        .ok::<Value>();
    let changes = format!("{}?after={}", route::CHANGES, start.changes_after);
    for path in [route::INCIDENTS, &changes] {
        assert!(officer.get(path).await.body.contains(CANARY), "{path}");
        let answer = agent.get(path).await;
        assert!(!answer.body.contains(CANARY), "{answer:?}");
        assert!(answer.body.contains(&logged.incident.name()), "{answer:?}");
    }
    let shown: IncidentPage = agent.get(route::INCIDENTS).await.ok();
    let whole: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    let (directory, policy) = (
        config::directory::example().unwrap(),
        config::policy().unwrap(),
    );
    let alarms = |page: &IncidentPage| {
        alarm::series(&page.incidents[0], &directory, &policy, server.clock.now())
    };
    assert!(!alarms(&whole).is_empty());
    assert_eq!(alarms(&shown), alarms(&whole));
}

#[tokio::test]
async fn an_operator_makes_one_and_sees_in_the_list_and_the_trail_what_it_is_for() {
    let server = TestServer::start().await;
    let files = server.database.files.path();
    let file = files.join("alarms-token");
    let run = |arguments: &[&str]| {
        let mut command = nightdesk(arguments);
        let output = command.args(server.database.arguments()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let out = file.to_str().unwrap();
    let made = [
        "token",
        "create",
        "--person",
        OFFICER,
        "--alarms-only",
        "--out",
        out,
    ];
    let said = run(&made);
    assert!(said.contains(", for alarms only"), "{said}");
    let listed: Value = serde_json::from_str(&run(&["token", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["scope"], "alarms", "{listed}");
    let token = fs::read_to_string(&file).unwrap();
    // The clock of the operator is not that of the night.
    server
        .clock
        .clone()
        .set(nightdesk::now::Clock::system().now());
    let refused = server.holding(token.trim()).get(route::ALARMS).await;
    assert_eq!(refused.problem().0, 403, "{refused:?}");
    let verified: Value = serde_json::from_str(&run(&["verify", "--json"])).unwrap();
    assert_eq!(verified["faults"], serde_json::json!([]));
    // Whoever widens it behind the desk's back is found out.
    server.database.widen_every_token().await;
    let mut command = nightdesk(&["verify", "--json"]);
    let widened = command.args(server.database.arguments()).output().unwrap();
    let said = String::from_utf8_lossy(&widened.stdout).into_owned();
    assert!(said.contains("is not what the trail says"), "{said}");
}
