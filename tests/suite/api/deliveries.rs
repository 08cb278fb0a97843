//! What went out over the wire: who may ask for a test, who sees what became of it, and that a test is
//! one however often it is asked for.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::{DeliveryPage, DeliveryRecord};
use serde_json::{Value, json};

const ADMINISTRATOR: &str = "jocasta.weir";
const AUDITOR: &str = "silas.nettlebed";

fn test(role: &str, organisation: &str) -> Value {
    json!({"type": "test", "role": role, "organisation": organisation})
}

#[tokio::test]
async fn only_whoever_looks_after_the_desk_sends_a_test_and_a_denial_is_on_record() {
    let server = TestServer::start().await;
    for (person, may) in [
        (OFFICER, true),
        (ADMINISTRATOR, true),
        (DPO, false),
        (AUDITOR, false),
        ("gwendolen.ashby", false),
    ] {
        let person = server.signed_in(person).await;
        let path = route::DELIVERIES;
        let answer = person
            .send(path, fresh_id(), None, &test("DPO", "riverbourne"))
            .await;
        assert_eq!(
            answer.status.as_u16(),
            if may { 201 } else { 403 },
            "{answer:?}"
        );
    }
    let auditor = server.signed_in(AUDITOR).await;
    let trail = auditor.get(route::AUDIT_ENTRIES).await.body;
    assert_eq!(trail.matches("test_delivery").count(), 3);
    assert_eq!(trail.matches("delivery_tested").count(), 2);
}

#[tokio::test]
async fn a_test_goes_to_contact_points_of_the_directory_and_nowhere_else() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    for (body, pointer) in [
        (test("DPO", "nowhere"), "/organisation"),
        (test("ARC", "riverbourne"), "/role"),
        (
            json!({"type": "test", "role": "DPO", "organisation": "riverbourne", "medium": "WEBHOOK"}),
            "/role",
        ),
    ] {
        let answer = officer
            .send(route::DELIVERIES, fresh_id(), None, &body)
            .await;
        assert_eq!(answer.status.as_u16(), 422, "{answer:?}");
        assert_eq!(answer.value()["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn a_test_that_is_asked_for_twice_is_one_test() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let (key, body) = (fresh_id(), test("DPO", "riverbourne"));
    let first: DeliveryRecord = officer.send(route::DELIVERIES, key, None, &body).await.ok();
    let again = officer.send(route::DELIVERIES, key, None, &body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.ok::<DeliveryRecord>().id, first.id);
    let other = test("SIRO", "riverbourne");
    let reused = officer.send(route::DELIVERIES, key, None, &other).await;
    assert_eq!(reused.problem(), (422, "command_id_reused".to_owned()));
    let page: DeliveryPage = officer.get(route::DELIVERIES).await.ok();
    assert_eq!(page.deliveries.len(), 1);
}

#[tokio::test]
async fn what_went_out_is_seen_a_page_at_a_time_by_whom_it_concerns_and_without_an_address() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    for role in ["DPO", "SIRO", "CG"] {
        let body = test(role, "riverbourne");
        officer
            .send(route::DELIVERIES, fresh_id(), None, &body)
            .await;
    }
    for (person, sees) in [(OFFICER, 3), (ADMINISTRATOR, 3), (AUDITOR, 3), (DPO, 0)] {
        let person = server.signed_in(person).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{}?limit=2{cursor}", route::DELIVERIES);
            let answer = person.get(&path).await;
            assert!(!answer.body.contains("example.org"), "{answer:?}");
            let page: DeliveryPage = answer.ok();
            seen.extend(page.deliveries.into_iter().map(|delivery| delivery.id));
            match page.next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(
            (seen.len(), distinct.len()),
            (sees, sees),
            "{}",
            person.token.len()
        );
    }
    let stranger = server.signed_in(DPO).await;
    let page: DeliveryPage = officer.get(route::DELIVERIES).await.ok();
    let hidden = stranger.get(&route::delivery(page.deliveries[0].id)).await;
    assert_eq!(hidden.status.as_u16(), 404);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_a_mistake_of_whoever_asks() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    for query in [
        "limit=0",
        "limit=201",
        "cursor=x",
        "cursor=1-x",
        "state=GONE",
        "incident=INC-26-0001-A",
    ] {
        let answer = officer.get(&format!("{}?{query}", route::DELIVERIES)).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {answer:?}");
    }
    let answer = officer.get(&format!("{}/x", route::DELIVERIES)).await;
    assert_eq!(answer.status.as_u16(), 400);
}
