//! Tools and a running server: one alert is one incident however often and by however many it is sent,
//! a tool's token does nothing else, and no amount of alerts keeps a command out.

use super::shapes::{cloud_event, firing, notification, trigger};
use crate::support::case::{DPO, OFFICER};
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, TestServer};
use chrono::TimeDelta;
use nightdesk::api::intake::{EventAccepted, IntakeAnswer};
use nightdesk::api::route;
use nightdesk::api::types::{IncidentPage, TimelinePage};
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::incident::{Incident, Major, Status};
use nightdesk::domain::intake::rules::{Pattern, Rule, Rules};
use nightdesk::domain::intake::{CameOf, Tool};
use nightdesk::server::{self, Limits, Settings};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tokio::task::JoinSet;

/// Where no rule fits, it is Riverbourne's.
pub(crate) fn with_default(settings: &mut Settings) {
    settings.intake.default_organisation = Some(OrganisationId::from("riverbourne"));
}

/// A tool that reports to a server.
pub(crate) struct Sending<'a> {
    server: &'a TestServer,
    token: String,
}

impl Sending<'_> {
    pub(crate) async fn send(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(path).json(body)).await
    }

    pub(crate) fn request(&self, path: &str) -> RequestBuilder {
        let request = self.server.raw(Method::POST, path);
        request.bearer_auth(&self.token)
    }

    async fn came_of(&self, body: &Value) -> Vec<CameOf> {
        let answer: IntakeAnswer = self.send(route::INTAKE_ALERTMANAGER, body).await.ok();
        answer.alerts.iter().map(|one| one.came_of).collect()
    }

    async fn event(&self, action: &str, dedup_key: &str) -> String {
        let mut body = trigger(dedup_key);
        body["event_action"] = json!(action);
        let answer: EventAccepted = self.send(route::INTAKE_EVENTS, &body).await.ok();
        assert_eq!(
            (&*answer.status, &*answer.dedup_key),
            ("success", dedup_key)
        );
        answer.message
    }
}

impl TestServer {
    pub(crate) async fn tool_token(&self, tool: &str) -> String {
        let (tool, hours) = (Tool::named(tool).unwrap(), TimeDelta::hours(12));
        let made = server::create_tool_token(&self.store, &tool, hours, self.clock.now()).await;
        made.unwrap().0.expose_secret().to_owned()
    }

    pub(crate) async fn reporting(&self, tool: &str) -> Sending<'_> {
        Sending {
            server: self,
            token: self.tool_token(tool).await,
        }
    }

    /// Every incident, in the order in which they were logged.
    pub(crate) async fn incidents(&self) -> Vec<Incident> {
        let officer = self.signed_in(OFFICER).await;
        let path = format!("{}?limit=200", route::INCIDENTS);
        let page: IncidentPage = officer.get(&path).await.ok();
        let mut incidents = page.incidents;
        incidents.sort_by_key(|incident| incident.reference);
        incidents
    }

    pub(crate) async fn newest(&self) -> Incident {
        self.incidents().await.pop().unwrap()
    }

    pub(crate) async fn assert_verified(&self) {
        let found = server::verify(&self.store).await.unwrap();
        assert!(found.faults.is_empty(), "{:?}", found.faults);
    }
}

fn resolved(mut alert: Value) -> Value {
    alert["status"] = json!("resolved");
    alert["endsAt"] = json!("2026-06-12T22:25:00Z");
    alert
}

#[tokio::test]
async fn the_same_alert_again_changes_nothing_and_its_end_is_a_note_that_closes_nothing() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    let alert = firing("DiskFull");
    let sent = |alert: &Value| notification(std::slice::from_ref(alert));
    assert_eq!(tool.came_of(&sent(&alert)).await, [CameOf::Opened]);
    let before = server.newest().await;
    assert_eq!(before.status, Status::Logged);
    assert!(before.acknowledgement.is_none() && before.notes.is_empty());
    assert_eq!(tool.came_of(&sent(&alert)).await, [CameOf::Repeated]);
    assert_eq!(server.newest().await, before);
    let over = sent(&resolved(alert.clone()));
    assert_eq!(tool.came_of(&over).await, [CameOf::Noted]);
    assert_eq!(tool.came_of(&over).await, [CameOf::Repeated]);
    // Late, and by a second Alertmanager: it is the same alert, which is over.
    assert_eq!(tool.came_of(&sent(&alert)).await, [CameOf::Repeated]);
    let after = server.incidents().await;
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].status, Status::Logged);
    assert_eq!(after[0].notes.len(), 1);
    assert!(after[0].notes[0].text.contains("says that it is over"));
    assert_eq!(
        after[0].notes[0].happened_at,
        super::at("2026-06-12T22:25:00Z")
    );
    let mut again = firing("DiskFull");
    again["startsAt"] = json!("2026-06-12T22:29:00Z");
    assert_eq!(tool.came_of(&sent(&again)).await, [CameOf::Opened]);
    server.assert_verified().await;
}

/// What a tool did not send is told where somebody reads: on the first incident of the message, in the
/// answer, in the figures; once for each count, however often it is sent.
#[tokio::test]
async fn what_a_tool_left_out_is_noted_counted_and_answered() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    let sent = |left_out: u64| {
        let mut body = notification(&[firing("DiskFull"), firing("DiskSlow")]);
        body["truncatedAlerts"] = json!(left_out);
        body
    };
    let answered = async |body: &Value| -> IntakeAnswer {
        tool.send(route::INTAKE_ALERTMANAGER, body).await.ok()
    };
    let came_of = |answer: &IntakeAnswer| -> Vec<CameOf> {
        answer.alerts.iter().map(|one| one.came_of).collect()
    };
    let first = answered(&sent(3)).await;
    assert_eq!(
        (first.left_out, came_of(&first)),
        (3, vec![CameOf::Opened; 2])
    );
    let incidents = server.incidents().await;
    let says = "The tool prometheus left 3 more alerts out of its message; look at http://alertmanager:9093";
    assert!(
        incidents[0].summary.contains(says),
        "{}",
        incidents[0].summary
    );
    assert!(!incidents[1].summary.contains("left 3"));
    // Said again, it is known; more of them are news.
    let again = answered(&sent(3)).await;
    assert_eq!(came_of(&again), [CameOf::Repeated; 2]);
    let more = answered(&sent(1)).await;
    assert_eq!(came_of(&more), [CameOf::Noted, CameOf::Repeated]);
    answered(&sent(1)).await;
    let incidents = server.incidents().await;
    assert_eq!(incidents[0].notes.len(), 1);
    assert!(incidents[0].notes[0].text.contains("left 1 more alert out"));
    // That the alert is over is still news, and is no second alert.
    let mut over = sent(1);
    over["alerts"][0] = resolved(firing("DiskFull"));
    let over = answered(&over).await;
    assert_eq!(came_of(&over), [CameOf::Noted, CameOf::Repeated]);
    let none = answered(&sent(0)).await;
    assert_eq!(
        (none.left_out, came_of(&none)),
        (0, vec![CameOf::Repeated; 2])
    );
    assert_eq!(server.incidents().await.len(), 2);
    let metrics = server.raw(Method::GET, "/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(
        metrics.contains("nightdesk_alerts_left_out_total 9\n"),
        "{metrics}"
    );
    server.assert_verified().await;
}

#[tokio::test]
async fn after_a_resolve_a_new_trigger_opens_a_new_incident() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("pager").await;
    for (action, message) in [
        ("acknowledge", "unknown"),
        ("resolve", "unknown"),
        ("trigger", "opened INC-26-0001-"),
        ("trigger", "repeated INC-26-0001-"),
        ("acknowledge", "noted INC-26-0001-"),
        ("acknowledge", "repeated INC-26-0001-"),
        ("resolve", "noted INC-26-0001-"),
        ("resolve", "repeated INC-26-0001-"),
        ("trigger", "opened INC-26-0002-"),
        ("resolve", "noted INC-26-0002-"),
    ] {
        let told = tool.event(action, "k").await;
        assert!(told.starts_with(message), "{action}: {told}");
    }
    let incidents = server.incidents().await;
    let notes: Vec<usize> = incidents.iter().map(|one| one.notes.len()).collect();
    assert_eq!(notes, [2, 1]);
    // A tool is nobody's acknowledgement.
    assert!(
        incidents
            .iter()
            .all(|one| one.acknowledgement.is_none() && one.owner.is_none())
    );
    assert!(
        incidents[0].notes[0]
            .text
            .contains("Nobody has acknowledged it here")
    );
    server.assert_verified().await;
}

#[tokio::test]
async fn a_trigger_without_a_key_is_the_same_alert_when_it_is_sent_again() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("pager").await;
    let mut body = trigger("");
    let first: EventAccepted = tool.send(route::INTAKE_EVENTS, &body).await.ok();
    let second: EventAccepted = tool.send(route::INTAKE_EVENTS, &body).await.ok();
    assert_eq!(first.dedup_key, second.dedup_key);
    body["payload"]["component"] = json!("another");
    let other: EventAccepted = tool.send(route::INTAKE_EVENTS, &body).await.ok();
    assert_ne!(first.dedup_key, other.dedup_key);
    assert_eq!(server.incidents().await.len(), 2);
    assert!(
        tool.event("resolve", &first.dedup_key)
            .await
            .starts_with("noted")
    );
}

#[tokio::test]
async fn tools_do_not_share_their_keys() {
    let server = TestServer::start_with(with_default).await;
    for tool in ["one", "two"] {
        let tool = server.reporting(tool).await;
        assert!(tool.event("trigger", "k").await.starts_with("opened"));
        let event = tool
            .send(route::INTAKE_CLOUDEVENTS, &cloud_event("k"))
            .await;
        assert_eq!(event.ok::<IntakeAnswer>().alerts[0].came_of, CameOf::Opened);
        let event = tool
            .send(route::INTAKE_CLOUDEVENTS, &cloud_event("k"))
            .await;
        assert_eq!(
            event.ok::<IntakeAnswer>().alerts[0].came_of,
            CameOf::Repeated
        );
    }
    assert_eq!(server.incidents().await.len(), 4);
}

#[tokio::test]
async fn an_alert_that_is_sent_by_many_at_once_is_one_incident() {
    let server = TestServer::start_with(with_default).await;
    let token = server.tool_token("prometheus").await;
    let body = notification(&[firing("A"), firing("B"), firing("C")]);
    let mut sending = JoinSet::new();
    for _ in 0..20 {
        let request = server.raw(Method::POST, route::INTAKE_ALERTMANAGER);
        sending.spawn(Answer::of(request.bearer_auth(&token).json(&body)));
    }
    let answers = sending.join_all().await;
    let came_of = answers
        .iter()
        .flat_map(|answer| answer.ok::<IntakeAnswer>().alerts)
        .map(|one| one.came_of);
    let opened = came_of.filter(|came_of| *came_of == CameOf::Opened);
    assert_eq!(opened.count(), 3);
    assert_eq!(server.incidents().await.len(), 3);
    server.assert_verified().await;
}

#[tokio::test]
async fn an_alert_that_no_rule_fits_keeps_no_other_out() {
    let server = TestServer::start_with(|settings| {
        settings.intake = Rules {
            default_organisation: None,
            rules: vec![Rule {
                labels: [("alertname".to_owned(), Pattern::read("Known"))].into(),
                organisation: Some(OrganisationId::from("riverbourne")),
                ..Rule::default()
            }],
        };
    })
    .await;
    let tool = server.reporting("prometheus").await;
    let both = notification(&[firing("Strange"), firing("Known")]);
    let answer: IntakeAnswer = tool.send(route::INTAKE_ALERTMANAGER, &both).await.ok();
    let came_of: Vec<CameOf> = answer.alerts.iter().map(|one| one.came_of).collect();
    assert_eq!(came_of, [CameOf::Refused, CameOf::Opened]);
    let detail = answer.alerts[0].detail.as_deref().unwrap();
    assert!(detail.contains("[[intake.rule]]"), "{detail}");
    let alone = notification(&[firing("Strange")]);
    let refused = tool.send(route::INTAKE_ALERTMANAGER, &alone).await;
    assert_eq!(refused.problem(), (422, "invalid".to_owned()));
    assert_eq!(refused.value()["detail"].as_str(), Some(detail));
    assert_eq!(server.incidents().await.len(), 1);
}

#[tokio::test]
async fn an_organisation_that_the_directory_lacks_is_told_by_name() {
    let server = TestServer::start_with(|settings| {
        settings.intake.default_organisation = Some(OrganisationId::from("atlantis"));
    })
    .await;
    let tool = server.reporting("pager").await;
    let refused = tool.send(route::INTAKE_EVENTS, &trigger("k")).await;
    assert_eq!(refused.problem(), (422, "invalid".to_owned()));
    assert!(refused.body.contains("atlantis"), "{refused:?}");
}

/// WSIC-MAJOR: a flood of one kind is proposed as one thing; a person declares it.
#[tokio::test]
async fn three_alerts_with_one_trend_key_propose_a_major_incident() {
    let server = TestServer::start_with(|settings| {
        with_default(settings);
        settings.intake.rules.push(Rule {
            labels: [("team".to_owned(), Pattern::read("stor*"))].into(),
            trend_key: Some("storage array".into()),
            ..Rule::default()
        });
    })
    .await;
    let tool = server.reporting("prometheus").await;
    for name in ["A", "B"] {
        tool.came_of(&notification(&[firing(name)])).await;
        assert_eq!(server.newest().await.major, Major::No);
    }
    tool.came_of(&notification(&[firing("C")])).await;
    let incidents = server.incidents().await;
    let Major::Proposed {
        incidents: others, ..
    } = &incidents[2].major
    else {
        panic!("{:?}", incidents[2].major);
    };
    let others: BTreeSet<_> = others.iter().collect();
    assert_eq!(others, incidents[..2].iter().map(|one| &one.id).collect());
}

#[tokio::test]
async fn the_timeline_tells_that_a_tool_reported_it() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("prometheus").await;
    tool.came_of(&notification(&[firing("A")])).await;
    tool.came_of(&notification(&[resolved(firing("A"))])).await;
    let incident = server.newest().await;
    assert_eq!(&*incident.reporter.contact, "the tool prometheus");
    let officer = server.signed_in(OFFICER).await;
    let page: TimelinePage = officer.get(&route::timeline(incident.id)).await.ok();
    let signed: BTreeSet<_> = page
        .entries
        .iter()
        .map(|row| row.entry.by.person.as_str())
        .collect();
    assert_eq!(signed, BTreeSet::from(["tool:prometheus"]));
    // It is for a person to take it from here.
    officer
        .ask(incident.id, None, &json!({"type": "acknowledge"}))
        .await
        .ok::<Value>();
    let taken = server.newest().await.acknowledgement.unwrap();
    assert_eq!(taken.by.person.as_str(), OFFICER);
}

/// Every route that asks for a token of the desk, from the server's own description.
async fn guarded(server: &TestServer) -> Vec<(Method, String)> {
    let document: Value = Answer::of(server.raw(Method::GET, route::OPENAPI))
        .await
        .ok();
    let mut guarded = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !operation["security"][0]["token"].is_null() {
                let method = method.to_ascii_uppercase().parse().unwrap();
                let path = path.replace("{id}", "018f3f5e-0000-7000-8000-000000000000");
                guarded.push((method, path.replace("{kind}", "igsg")));
            }
        }
    }
    assert!(guarded.len() > 25, "{guarded:?}");
    guarded
}

#[tokio::test]
async fn a_tools_token_reports_alerts_and_does_nothing_else() {
    let server = TestServer::start_with(with_default).await;
    let (tool, person) = (
        server.tool_token("prometheus").await,
        server.token(DPO).await,
    );
    for (method, path) in guarded(&server).await {
        let is_intake = path.starts_with("/v1/intake/");
        let wrong = if is_intake { &person } else { &tool };
        let request = server.raw(method.clone(), &path).bearer_auth(wrong);
        let answer = Answer::of(request).await;
        let what = format!("{method} {path}");
        assert_eq!(answer.problem(), (403, "not_allowed".to_owned()), "{what}");
        let says = if is_intake {
            "from tools only"
        } else {
            "names a tool"
        };
        assert!(answer.body.contains(says), "{what} {answer:?}");
        let nobody = Answer::of(server.raw(method, &path)).await;
        assert_eq!(
            nobody.problem(),
            (401, "not_signed_in".to_owned()),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_tools_token_ends_with_its_time_and_when_it_is_revoked() {
    let mut server = TestServer::start_with(with_default).await;
    let token = server.tool_token("pager").await;
    let now = server.clock.now();
    server.clock.set(now + TimeDelta::hours(12));
    let tool = Sending {
        server: &server,
        token,
    };
    let over = tool.send(route::INTAKE_EVENTS, &trigger("k")).await;
    assert_eq!(over.problem(), (401, "not_signed_in".to_owned()));
}

#[tokio::test]
async fn too_many_alerts_keep_out_no_command_and_no_other_tool() {
    let mut server = TestServer::start_with(|settings| {
        with_default(settings);
        settings.limits = Limits {
            alerts: 1,
            ..Limits::DEFAULT
        };
    })
    .await;
    let (noisy, quiet) = (
        server.tool_token("noisy").await,
        server.tool_token("quiet").await,
    );
    let holding = |token: &str| Sending {
        server: &server,
        token: token.to_owned(),
    };
    for _ in 0..10 {
        holding(&noisy).event("trigger", "k").await;
    }
    let kept_out = holding(&noisy)
        .send(route::INTAKE_EVENTS, &trigger("k"))
        .await;
    assert_eq!(kept_out.problem(), (429, "too_many".to_owned()));
    assert_eq!(kept_out.header("retry-after"), "1");
    holding(&quiet).event("trigger", "k").await;
    let officer = server.signed_in(OFFICER).await;
    let id = server.newest().await.id;
    officer
        .ask(id, None, &json!({"type": "acknowledge"}))
        .await
        .ok::<Value>();
    assert_eq!(officer.get(route::INCIDENTS).await.status, StatusCode::OK);
    let now = server.clock.now();
    server.clock.set(now + TimeDelta::seconds(1));
    let tool = Sending {
        server: &server,
        token: noisy,
    };
    tool.event("trigger", "k").await;
}

/// The real program, as an operator sets it up.
#[tokio::test]
async fn an_operator_makes_a_token_for_a_tool_and_says_in_the_settings_where_its_alerts_belong() {
    let database = TestDatabase::fresh().await;
    let settings = database.files.path().join("server.toml");
    let rule = "[[intake.rule]]\ntool = \"pag*\"\norganisation = \"riverbourne\"\n";
    fs::write(&settings, rule).unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    let server = ServerProcess::start_with_settings(&database, &directory, &settings);
    let create = |name: &str| {
        let file = database.files.path().join("token");
        let mut command = nightdesk(&["token", "create", "--tool", name, "--out"]);
        (
            command
                .arg(&file)
                .args(database.arguments())
                .output()
                .unwrap(),
            file,
        )
    };
    let (refused, _) = create("Pager 1");
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("no name for a tool"),
        "{refused:?}"
    );
    let (made, file) = create("pager");
    assert!(
        String::from_utf8_lossy(&made.stdout).contains("of tool:pager is good until"),
        "{made:?}"
    );
    let token = fs::read_to_string(file).unwrap();
    let request = client().post(format!("{}{}", server.url, route::INTAKE_EVENTS));
    let request = request.bearer_auth(token.trim()).json(&trigger("k"));
    let accepted: EventAccepted = Answer::of(request).await.ok();
    assert!(accepted.message.starts_with("opened INC-"), "{accepted:?}");
}

#[tokio::test]
async fn figures_count_alerts_by_what_came_of_them() {
    let server = TestServer::start_with(with_default).await;
    let tool = server.reporting("pager").await;
    for action in ["resolve", "trigger", "trigger", "resolve"] {
        tool.event(action, "k").await;
    }
    let figures = Answer::of(server.raw(Method::GET, route::METRICS))
        .await
        .body;
    for (came_of, count) in [("unknown", 1), ("opened", 1), ("repeated", 1), ("noted", 1)] {
        let line = format!("nightdesk_alerts_total{{outcome=\"{came_of}\"}} {count}");
        assert!(figures.contains(&line), "{line} is not in {figures}");
    }
}
