//! Problems over the wire: by whom they are raised, seen and changed, and what a major incident
//! raises by itself (WSIC-PROB, WSIC-CALL).

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Answer, Person, TestServer, fresh_id, report, tonight_at};
use nightdesk::api::problem::Outcome;
use nightdesk::api::route;
use nightdesk::api::types::{
    AuditPage, ChangesPage, CommandAnswer, IncidentPage, ProblemAnswer, ProblemPage,
    ProblemTimeline,
};
use nightdesk::domain::id::{IncidentId, ProblemId};
use nightdesk::domain::incident::Status;
use nightdesk::domain::problem::event::ProblemEvent;
use nightdesk::domain::problem::{Problem, ProblemStatus};
use nightdesk::domain::role::Role;
use nightdesk::server;
use serde_json::{Value, json};

/// The host's service desk.
const HOST: &str = "yusuf.hollybush";
/// Accountable Officer of Riverbourne, who sees and may not act.
const ACCOUNTABLE: &str = "leopold.swanscombe";
/// A line manager of Eastmere, who sees nothing of Riverbourne's.
const UNSEEING: &str = "clement.hathersage";
/// Auditor.
const AUDITOR: &str = "silas.nettlebed";

fn raise(incidents: &[IncidentId]) -> Value {
    json!({"type": "raise", "title": "Mail rules of the shared service", "incidents": incidents})
}

async fn raised(person: &Person<'_>, incidents: &[IncidentId]) -> ProblemAnswer {
    let body = raise(incidents);
    let answer = person.send(route::PROBLEMS, fresh_id(), None, &body).await;
    assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
    answer.ok()
}

async fn ask(
    person: &Person<'_>,
    problem: impl std::fmt::Display,
    seen: Option<u64>,
    body: &Value,
) -> Answer {
    let path = route::problem_commands(problem);
    person.send(&path, fresh_id(), seen, body).await
}

async fn listed(person: &Person<'_>, query: &str) -> Vec<Problem> {
    let path = format!("{}?{query}", route::PROBLEMS);
    person.get(&path).await.ok::<ProblemPage>().problems
}

async fn declared_major(person: &Person<'_>, id: IncidentId, seen: u64) -> CommandAnswer {
    let declare = json!({"type": "declare_major", "reason": "three practices at once"});
    person.ask(id, Some(seen), &declare).await.ok()
}

/// Brings an incident that was just logged to where only closing is left; gives its version.
async fn resolved(officer: &Person<'_>, dpo: &Person<'_>, id: IncidentId) -> u64 {
    let triage = json!({"type": "triage", "facts": {
        "breach_status": "NOT_A_BREACH", "category": "system_outage",
        "data_scope": ["COMMERCIAL"], "controllers": ["riverbourne"],
        "partnership_effect": "NONE", "partnership_reason": "ours alone",
    }});
    let mut seen = 1;
    for role in ["LM", "IAO", "DPO", "IGT"] {
        let contact = json!({"role": role, "organisation": "riverbourne"});
        let told = json!({"type": "inform", "contact": contact, "channel": "PHONE",
            "outcome": "ANSWERED"});
        officer.ask(id, None, &told).await.ok::<Value>();
        seen += 1;
    }
    for step in [
        triage,
        json!({"type": "investigation", "step": "appoint_lead", "person": "idris.pennywell"}),
        json!({"type": "investigation", "step": "no_evidence", "reason": "nothing was kept"}),
        json!({"type": "investigation", "step": "begin"}),
        json!({"type": "closing", "step": "contain", "actions": "switched off",
            "contained_at": tonight_at()}),
        json!({"type": "closing", "step": "resolve", "resolution": "switched on"}),
        json!({"type": "investigation", "step": "answer", "human_error": false,
            "several_disciplines": false}),
        json!({"type": "learning", "step": "no_lesson", "reason": "it was wear"}),
    ] {
        dpo.ask(id, Some(seen), &step).await.ok::<Value>();
        seen += 1;
    }
    seen
}

async fn no_faults(server: TestServer) {
    let store = server.store.clone();
    let found = server::verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn a_problem_is_raised_diagnosed_solved_and_closed() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let raised = raised(&officer, &[id]).await;
    assert_eq!(raised.outcome, Outcome::Applied);
    let reference = raised.problem.reference.to_string();
    assert!(reference.starts_with("PRB-26-0001-"), "{reference}");
    assert_eq!(raised.problem.id, ProblemId::from(raised.command));
    for (seen, body, status) in [
        (
            1,
            json!({"type": "record_workaround", "workaround": "by hand"}),
            ProblemStatus::Open,
        ),
        (
            2,
            json!({"type": "diagnose", "root_cause": "a rule"}),
            ProblemStatus::KnownError,
        ),
        (
            3,
            json!({"type": "resolve", "solution": "it is gone"}),
            ProblemStatus::Resolved,
        ),
        (4, json!({"type": "close"}), ProblemStatus::Closed),
        (
            5,
            json!({"type": "reopen", "reason": "again"}),
            ProblemStatus::KnownError,
        ),
    ] {
        let answer = ask(&officer, &reference, Some(seen), &body).await;
        assert_eq!(answer.header("etag"), route::etag(seen + 1));
        assert_eq!(answer.ok::<ProblemAnswer>().problem.status, status);
    }
    let shown = officer.get(&route::problem(&reference)).await;
    assert_eq!(shown.header("etag"), "\"6\"");
    assert_eq!(shown.ok::<Problem>().solution, None);
    let told: ProblemTimeline = officer.get(&route::problem_timeline(&reference)).await.ok();
    assert_eq!(told.entries.len(), 6);
    assert_eq!(told.entries[0].hash, raised.receipt);
    no_faults(server).await;
}

#[tokio::test]
async fn references_of_problems_count_by_themselves_and_a_refused_one_takes_none() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    raised(&officer, &[id]).await;
    let mut blank = raise(&[id]);
    blank["title"] = json!(" ");
    let refused = officer
        .send(route::PROBLEMS, fresh_id(), None, &blank)
        .await;
    assert_eq!(refused.value()["errors"][0]["pointer"], "/title");
    assert_eq!(refused.value()["rule"], "WSIC-PROB");
    let second = raised(&officer, &[id]).await.problem.reference.to_string();
    assert!(second.starts_with("PRB-26-0002-"), "{second}");
    let answer = officer
        .send(route::PROBLEMS, fresh_id(), None, &raise(&[id]))
        .await;
    let shown = officer.get(answer.header("location")).await;
    assert_eq!(shown.header("etag"), "\"1\"");
    let mistyped = officer.get(&route::problem("PRB-26-0002-A")).await;
    let other = officer.get(&route::problem("INC-26-0001-A")).await;
    assert_eq!(mistyped.problem(), (400, "mistyped_reference".to_owned()));
    assert_eq!(other.problem(), (400, "bad_request".to_owned()));
    no_faults(server).await;
}

#[tokio::test]
async fn a_command_on_a_problem_is_carried_out_once_and_recalled() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let colleague = server.signed_in(DPO).await;
    let id = officer.log().await.incident.id;
    let (raising, working) = (fresh_id(), fresh_id());
    let work_round = json!({"type": "record_workaround", "workaround": "by hand"});
    let path = route::problem_commands(raising);
    for (key, path, seen, body) in [
        (raising, route::PROBLEMS, None, raise(&[id])),
        (working, path.as_str(), Some(1), work_round.clone()),
    ] {
        let first = officer.send(path, key, seen, &body).await;
        let again = officer.send(path, key, seen, &body).await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        let first: ProblemAnswer = first.ok();
        assert_eq!(first, again.ok());
        let recalled = officer.get(&route::command(key)).await;
        assert_eq!(recalled.ok::<ProblemAnswer>(), first);
        let foreign = colleague.get(&route::command(key)).await;
        assert_eq!(foreign.problem(), (404, "not_found".to_owned()));
    }
    let reused = [
        officer.send(&path, raising, Some(2), &work_round).await,
        officer
            .send(route::INCIDENTS, working, None, &report())
            .await,
        colleague.send(&path, working, Some(1), &work_round).await,
    ];
    for attempt in reused {
        assert_eq!(attempt.problem(), (422, "command_id_reused".to_owned()));
    }
    no_faults(server).await;
}

#[tokio::test]
async fn what_does_not_commute_needs_the_version_of_the_problem_that_was_seen() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let [first, second] = [officer.log().await, officer.log().await].map(|made| made.incident.id);
    let problem = raised(&officer, &[first]).await.problem;
    let diagnose = json!({"type": "diagnose", "root_cause": "a rule"});
    let without = ask(&officer, problem.id, None, &diagnose).await;
    assert_eq!(without.problem(), (428, "version_missing".to_owned()));
    let link = json!({"type": "link_incident", "incident": second, "reason": "the same"});
    let linked: ProblemAnswer = ask(&officer, problem.id, None, &link).await.ok();
    assert_eq!(linked.problem.incidents, [first, second]);
    let stale = ask(&officer, problem.id, Some(1), &diagnose).await;
    assert_eq!(stale.problem(), (412, "version_changed".to_owned()));
    assert_eq!(stale.value()["current_problem"]["version"], 2);
    assert!(stale.value()["current"].is_null());
    ask(&officer, problem.id, Some(2), &diagnose)
        .await
        .ok::<Value>();
    let raise_under = ask(&officer, problem.id, Some(3), &raise(&[first])).await;
    let diagnose_new = officer
        .send(route::PROBLEMS, fresh_id(), None, &diagnose)
        .await;
    for misplaced in [raise_under, diagnose_new] {
        assert_eq!(misplaced.value()["errors"][0]["pointer"], "/type");
    }
}

#[tokio::test]
async fn a_problem_is_seen_through_its_incidents_and_shows_no_other_one() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let hidden = officer.log().await.incident.id;
    let shared = officer.log().await.incident.id;
    // A major incident names the host.
    declared_major(&officer, shared, 1).await;
    let problem = raised(&officer, &[hidden, shared]).await.problem;
    let link = json!({"type": "link_incident", "incident": officer.log().await.incident.id,
        "reason": "CANARY of an incident that is not the host's"});
    ask(&officer, problem.id, None, &link).await.ok::<Value>();
    let host = server.signed_in(HOST).await;
    let seen: Problem = host.get(&route::problem(problem.id)).await.ok();
    assert_eq!(seen.incidents, [shared]);
    let work_round = json!({"type": "record_workaround", "workaround": "by hand"});
    let answer = ask(&host, problem.id, Some(2), &work_round).await;
    let timeline = host.get(&route::problem_timeline(problem.id)).await;
    let told: ProblemTimeline = timeline.ok();
    assert_eq!(told.entries.len(), 2);
    assert_eq!(told.entries[0].entry.event.incidents(), [shared]);
    let page = host.get(route::PROBLEMS).await;
    assert_eq!(page.ok::<ProblemPage>().problems.len(), 2);
    for answer in [answer, timeline, page] {
        assert!(answer.status.is_success(), "{answer:?}");
        assert!(!answer.body.contains(&hidden.to_string()), "{answer:?}");
        assert!(!answer.body.contains("CANARY"), "{answer:?}");
    }
    let hidden_from = server.signed_in(UNSEEING).await;
    for path in [
        route::problem(problem.id),
        route::problem_timeline(problem.id),
    ] {
        let answer = hidden_from.get(&path).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
    assert!(listed(&hidden_from, "").await.is_empty());
    let by_incident = format!("{}?incident={hidden}", route::PROBLEMS);
    assert_eq!(host.get(&by_incident).await.problem().0, 404);
}

#[tokio::test]
async fn what_no_role_may_do_with_a_problem_is_refused_and_written_down() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let problem = raised(&officer, &[id]).await.problem;
    let close = json!({"type": "close"});
    let accountable = server.signed_in(ACCOUNTABLE).await;
    let unseeing = server.signed_in(UNSEEING).await;
    let refused = ask(&accountable, problem.id, Some(1), &close).await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    let not_found = ask(&unseeing, problem.id, Some(1), &close).await;
    assert_eq!(not_found.problem(), (404, "not_found".to_owned()));
    let raising = raise(&[id]);
    let raising = accountable.send(route::PROBLEMS, fresh_id(), None, &raising);
    assert_eq!(raising.await.problem(), (403, "not_allowed".to_owned()));
    let auditor = server.signed_in(AUDITOR).await;
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let denied: Vec<(Value, Value, Value)> = page
        .entries
        .iter()
        .map(|entry| serde_json::from_str(&entry.body).unwrap())
        .filter(|entry: &Value| entry["kind"] == "denied")
        .map(|mut entry| {
            let mut take = |field| entry[field].take();
            (take("person"), take("asked"), take("problem"))
        })
        .collect();
    let expected = [
        (json!(ACCOUNTABLE), json!("close"), json!(problem.id)),
        (json!(UNSEEING), json!("close"), json!(problem.id)),
        (json!(ACCOUNTABLE), json!("raise"), Value::Null),
    ];
    assert_eq!(denied, expected);
    no_faults(server).await;
}

#[tokio::test]
async fn problems_are_listed_by_status_and_incident_a_page_at_a_time() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let logged = [officer.log().await, officer.log().await];
    let [first, second] = logged.map(|made| made.incident);
    let mut made = Vec::new();
    for incidents in [&[first.id][..], &[second.id], &[first.id, second.id]] {
        made.push(raised(&officer, incidents).await.problem.id);
    }
    let diagnose = json!({"type": "diagnose", "root_cause": "a rule"});
    ask(&officer, made[0], Some(1), &diagnose)
        .await
        .ok::<Value>();
    let ids = |problems: Vec<Problem>| -> Vec<ProblemId> {
        problems.into_iter().map(|problem| problem.id).collect()
    };
    let reference = second.reference.unwrap();
    for (query, expected) in [
        (String::new(), vec![made[0], made[2], made[1]]),
        ("status=OPEN".to_owned(), vec![made[2], made[1]]),
        ("status=KNOWN_ERROR".to_owned(), vec![made[0]]),
        (format!("incident={}", first.id), vec![made[0], made[2]]),
        (format!("incident={reference}"), vec![made[2], made[1]]),
        (format!("incident={reference}&status=CLOSED"), vec![]),
    ] {
        assert_eq!(ids(listed(&officer, &query).await), expected, "{query}");
    }
    let mut paged = Vec::new();
    let mut path = format!("{}?limit=1", route::PROBLEMS);
    loop {
        let page: ProblemPage = officer.get(&path).await.ok();
        paged.extend(ids(page.problems));
        let Some(next) = page.next else { break };
        path = format!("{}?limit=1&cursor={next}", route::PROBLEMS);
    }
    assert_eq!(paged, [made[0], made[2], made[1]]);
    for query in ["limit=0", "limit=201", "status=x", "incident=x", "by=x"] {
        let answer = officer.get(&format!("{}?{query}", route::PROBLEMS)).await;
        assert_eq!(answer.problem().0, 400, "{query}");
    }
}

/// WSIC-CALL: one command, one transaction, two aggregates.
#[tokio::test]
async fn declaring_a_major_incident_raises_its_problem_unless_there_is_one() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut trend = Vec::new();
    for _ in 0..3 {
        let mut report = report();
        report["facts"] = json!({"trend_key": "phishing/invoice"});
        let logged = officer.send(route::INCIDENTS, fresh_id(), None, &report);
        trend.push(logged.await.ok::<CommandAnswer>().incident);
    }
    let last = &trend[2];
    let declared = declared_major(&officer, last.id, last.version).await;
    let raised = listed(&officer, &format!("incident={}", trend[0].id)).await;
    let [problem] = raised.as_slice() else {
        panic!("{raised:?}")
    };
    assert_eq!(problem.id, ProblemId::from(declared.command));
    assert_eq!((problem.owner, problem.version), (Some(Role::Host), 1));
    let linked: Vec<IncidentId> = trend.iter().map(|incident| incident.id).collect();
    assert!(linked.iter().all(|id| problem.is_behind(*id)));
    let told: ProblemTimeline = officer.get(&route::problem_timeline(problem.id)).await.ok();
    let [entry] = told.entries.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(entry.entry.command, declared.command);
    assert!(matches!(entry.entry.event, ProblemEvent::Raised { .. }));
    assert!(
        entry.seq < declared.seq,
        "the command ends with its incident"
    );
    let recalled = officer.get(&route::command(declared.command)).await;
    assert_eq!(recalled.ok::<CommandAnswer>(), declared);
    // Another one of the trend comes from it already.
    let first = &trend[0];
    declared_major(&officer, first.id, first.version).await;
    assert_eq!(listed(&officer, "").await.len(), 1);
    let apart = officer.log().await.incident;
    declared_major(&officer, apart.id, 1).await;
    assert_eq!(listed(&officer, "").await.len(), 2);
    no_faults(server).await;
}

#[tokio::test]
async fn a_declaration_that_is_sent_again_raises_nothing_again() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let key = fresh_id();
    let declare = json!({"type": "declare_major", "reason": "three practices at once"});
    let path = route::incident_commands(id);
    let first: CommandAnswer = officer.send(&path, key, Some(1), &declare).await.ok();
    let again: CommandAnswer = officer.send(&path, key, Some(1), &declare).await.ok();
    assert_eq!(first, again);
    assert_eq!(listed(&officer, "").await.len(), 1);
}

/// WSIC-PROB, on both sides.
#[tokio::test]
async fn a_major_incident_and_its_problem_hold_each_other_open() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    declared_major(&officer, id, 1).await;
    let problem = listed(&officer, "").await.remove(0);
    let unlink = json!({"type": "unlink_incident", "incident": id, "reason": "not the cause"});
    let diagnose = json!({"type": "diagnose", "root_cause": "a rule"});
    let resolve = json!({"type": "resolve", "solution": "it is gone"});
    let close = json!({"type": "close"});
    ask(&officer, problem.id, Some(1), &diagnose)
        .await
        .ok::<Value>();
    ask(&officer, problem.id, Some(2), &resolve)
        .await
        .ok::<Value>();
    let refused = ask(&officer, problem.id, Some(3), &close).await;
    assert_eq!(refused.problem(), (409, "refused".to_owned()));
    assert_eq!(refused.value()["rule"], "WSIC-PROB");
    let other = officer.log().await.incident.id;
    let link = json!({"type": "link_incident", "incident": other, "reason": "the same"});
    ask(&officer, problem.id, None, &link).await.ok::<Value>();
    let only = ask(&officer, problem.id, Some(4), &unlink).await;
    assert_eq!(only.value()["errors"][0]["pointer"], "/incident");
    raised(&officer, &[id]).await;
    ask(&officer, problem.id, Some(4), &unlink)
        .await
        .ok::<Value>();
    ask(&officer, problem.id, Some(5), &close)
        .await
        .ok::<Value>();
    no_faults(server).await;
}

#[tokio::test]
async fn closing_an_incident_asks_the_problems_that_it_comes_from() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let dpo = server.signed_in(DPO).await;
    let id = officer.log().await.incident.id;
    let problem = raised(&officer, &[id]).await.problem;
    let seen = Some(resolved(&officer, &dpo, id).await);
    let close = |ticked: &[&str]| json!({"type": "closing", "step": "close", "reason": "done", "ticked": ticked});
    let stuck = dpo.ask(id, seen, &close(&[])).await;
    assert_eq!(stuck.problem(), (409, "refused".to_owned()));
    assert_eq!(stuck.value()["rule"], "WSIC-PROB");
    let work_round = json!({"type": "record_workaround", "workaround": "by hand"});
    ask(&officer, problem.id, Some(1), &work_round)
        .await
        .ok::<Value>();
    let not_accepted = dpo.ask(id, seen, &close(&[])).await;
    assert!(!not_accepted.status.is_success(), "{not_accepted:?}");
    let closed = dpo.ask(id, seen, &close(&["open_problem"])).await;
    let closed: CommandAnswer = closed.ok();
    assert_eq!(closed.incident.status, Status::Closed);
}

/// Whoever polls hears that problems have changed, without being told which.
#[tokio::test]
async fn those_who_poll_are_woken_by_a_change_of_a_problem() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let colleague = server.signed_in(DPO).await;
    let id = officer.log().await.incident.id;
    let before: IncidentPage = colleague.get(route::INCIDENTS).await.ok();
    let path = format!("{}?wait=20&after={}", route::CHANGES, before.changes_after);
    let (page, raised) = tokio::join!(colleague.get(&path), async {
        server.until_waiting(1.0).await;
        raised(&officer, &[id]).await
    });
    let page: ChangesPage = page.ok();
    assert!(page.changes.is_empty());
    assert_eq!(page.problems_version, raised.seq);
    let path = format!("{}?after={}", route::CHANGES, page.next);
    assert_eq!(colleague.get(&path).await.status.as_u16(), 204);
}
