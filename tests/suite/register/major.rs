//! A false alarm: a major incident is ended, and nothing of it is lost (MAJOR-UNDO).

use super::*;
use crate::cli::{Shell, complaint};
use crate::support::case::{DPO, OFFICER};
use crate::support::server::tonight_at;
use nightdesk::domain::contacts;
use nightdesk::domain::incident::Priority;
use nightdesk::domain::next_step;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;

fn asks_for_own_siros(incident: &Incident) -> bool {
    let directory = nightdesk::config::directory::example().unwrap();
    let policy = nightdesk::config::policy().unwrap();
    let steps = next_step::next_steps(incident, &directory, &policy, tonight_at());
    steps.iter().any(|step| step.rule == RuleId::WsicSiro)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_officer_ends_a_false_alarm_and_a_later_one_asks_for_each_siro_again() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let affected = json!({
        "partnership_effect": "AFFECTED", "partnership_reason": "their patients are in it",
        "affected_partners": ["eastmere"],
    });
    let incident = logged(&officer, tonight_at(), affected).await;
    let reference = name(&incident);
    let on_call = Shell::of(&server, OFFICER).await;
    let security = Shell::of(&server, PARTNERSHIP_OFFICER).await;
    let early = security.run(&["major", "end", &reference, "--reason", "a false alarm"]);
    assert!(complaint(&early).contains("no major incident"), "{early:?}");
    on_call.says(&[
        "major",
        "declare",
        &reference,
        "--reason",
        "the portal is down",
    ]);
    for answer in [
        json!({"kind": "acknowledged", "spoke_to": "the desk"}),
        json!({"kind": "own_siro_informed"}),
    ] {
        let body =
            json!({"type": "record_partner_answer", "organisation": "eastmere", "answer": answer});
        officer.ask(incident.id, None, &body).await.ok::<Value>();
    }
    assert!(!asks_for_own_siros(&shown(&officer, &incident).await));
    let no = on_call.run(&[
        "major",
        "end",
        &reference,
        "--reason",
        "the portal was never down",
    ]);
    assert!(
        complaint(&no).contains("Ask the Partnership Security Officer"),
        "{no:?}"
    );
    let dot = security.run(&["major", "end", &reference, "--reason", "-"]);
    assert!(complaint(&dot).contains("does not say why"), "{dot:?}");
    server
        .clock
        .clone()
        .set(tonight_at() + TimeDelta::minutes(30));
    security.says(&[
        "major",
        "end",
        &reference,
        "--reason",
        "the portal was never down",
    ]);
    let ended = shown(&officer, &incident).await;
    assert_eq!((ended.is_major(), ended.priority()), (false, Priority::P3));
    assert_eq!(ended.casework().hosting.calls.len(), 1, "the call stays");
    let problems = on_call.json(&["problem", "list", "--incident", &reference, "--json"]);
    assert_eq!(problems.as_array().unwrap().len(), 1, "the problem stays");
    let required = contacts::required(&ended);
    let roles = [Role::Ao, Role::Siro, Role::Cg, Role::Host];
    for role in roles {
        let stays = required
            .iter()
            .any(|required| required.contact.role == role);
        assert!(stays, "{role:?} stays to be told until released");
    }
    let page = on_call.says(&["show", &reference]);
    assert!(page.contains("False alarm major (P1) from"), "{page}");
    let timeline = on_call.says(&["timeline", &reference]);
    assert!(
        timeline.contains("ended as a false alarm: the portal was never down"),
        "{timeline}"
    );
    // The Officer still sees what was notified to the partnership.
    security.says(&["show", &reference]);
    server
        .clock
        .clone()
        .set(tonight_at() + TimeDelta::minutes(60));
    on_call.says(&["major", "declare", &reference, "--reason", "now it is down"]);
    let again = shown(&officer, &incident).await;
    assert!(again.is_major() && asks_for_own_siros(&again));
    assert_eq!(again.false_alarms.len(), 1);
    let dpo = server.signed_in(DPO).await;
    let partnership = says(&june(&dpo, ReportKind::Partnership).await, "In short");
    assert!(
        partnership
            .contains("Major: 1. Times that one was declared and ended as a false alarm: 1."),
        "{partnership}"
    );
    holds_together(&server).await;
}
