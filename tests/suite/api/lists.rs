//! Lists by queue, filter and order: the same words as on the board, each page read off an index, and
//! nothing that a person may not see.

use crate::support::server::{Answer, Person, TestServer, fresh_id, report};
use nightdesk::api::problem::Problem;
use nightdesk::api::route;
use nightdesk::api::types::IncidentPage;
use nightdesk::domain::id::IncidentId;
use reqwest::Method;
use serde_json::{Value, json};

const OFFICER: &str = "tamsin.quill";

/// The path of a list, its parameters encoded.
fn path(parameters: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://desk", parameters).unwrap();
    format!("{}?{}", route::INCIDENTS, url.query().unwrap_or_default())
}

/// Every page of a list, one incident a page.
async fn all(person: &Person<'_>, parameters: &[(&str, &str)]) -> Vec<IncidentId> {
    let mut listed = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = parameters.to_vec();
        asked.push(("limit", "1"));
        asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page: IncidentPage = person.get(&path(&asked)).await.ok();
        assert!(page.incidents.len() <= 1);
        listed.extend(page.incidents.iter().map(|incident| incident.id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return listed,
        }
    }
}

/// Three incidents, the second of which the officer has acknowledged and graded.
async fn three(server: &TestServer) -> [IncidentId; 3] {
    let officer = server.signed_in(OFFICER).await;
    let mut logged = Vec::new();
    for (hours, title) in [
        (3, "Fax astray"),
        (1, "USB stick lost"),
        (2, "Fax left out"),
    ] {
        let mut report = report();
        report["title"] = json!(title);
        report["aware_at"] = json!(server.clock.now() - chrono::TimeDelta::hours(hours));
        server
            .clock
            .clone()
            .set(server.clock.now() + chrono::TimeDelta::seconds(1));
        let answer = officer
            .send(route::INCIDENTS, fresh_id(), None, &report)
            .await;
        let id = answer.value()["incident"]["id"].clone();
        logged.push(serde_json::from_value(id).unwrap());
    }
    let ids: [IncidentId; 3] = logged.try_into().unwrap();
    let commands = route::INCIDENT_COMMANDS.replace("{id}", &ids[1].to_string());
    let acknowledge = json!({ "type": "acknowledge" });
    let answer = officer
        .send(&commands, fresh_id(), None, &acknowledge)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.value());
    ids
}

#[tokio::test]
async fn a_list_takes_a_queue_a_filter_and_an_order_and_its_cursor_holds() {
    let server = TestServer::start().await;
    let [first, second, third] = three(&server).await;
    let officer = server.signed_in(OFFICER).await;
    type Asked<'a> = &'a [(&'a str, &'a str)];
    let cases: [(Asked<'_>, &[IncidentId]); 14] = [
        (&[("queue", "mine")], &[second]),
        (&[("queue", "unacknowledged")], &[first, third]),
        (&[("queue", "all_open")], &[first, third, second]),
        (
            &[("queue", "all_open"), ("sort", "newest")],
            &[third, second, first],
        ),
        (
            &[("queue", "all_open"), ("sort", "due")],
            &[first, third, second],
        ),
        (
            &[("queue", "all_open"), ("sort", "severity")],
            &[first, third, second],
        ),
        (
            &[("queue", "all_open"), ("sort", "priority")],
            &[first, third, second],
        ),
        (&[("queue", "closed")], &[]),
        (&[("filter", "fax"), ("sort", "due")], &[first, third]),
        (&[("filter", "fax -\"left out\"")], &[first]),
        (
            &[("filter", "owner:me or \"left out\" sort:newest")],
            &[third, second],
        ),
        (&[("filter", "-owner:me sort:newest")], &[third, first]),
        (
            &[("queue", "overdue"), ("filter", "clock:manager-overdue")],
            &[first, third, second],
        ),
        (&[("filter", "zeppelin")], &[]),
    ];
    for (parameters, wanted) in cases {
        assert_eq!(all(&officer, parameters).await, wanted, "{parameters:?}");
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_a_mistake_with_a_pointer() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let long = "x".repeat(501);
    for (name, value, pointer, said) in [
        ("filter", "ownr:me", "/filter", "did you mean owner:?"),
        ("filter", "p5", "/filter", "did you mean p4?"),
        ("filter", "owner:nobody.there", "/filter", "No person"),
        ("filter", &long, "/filter", "up to 500 characters"),
        ("filter", "sort:due", "/sort", "leave one of the two"),
    ] {
        let mut asked = vec![(name, value)];
        asked.extend((pointer == "/sort").then_some(("sort", "newest")));
        let answer = officer.get(&path(&asked)).await;
        let problem: Problem = answer.json();
        assert_eq!(problem.status, 400, "{value}");
        assert_eq!(problem.errors[0].pointer, pointer, "{value}");
        assert!(problem.detail.contains(said), "{value}: {}", problem.detail);
    }
    let unknown = officer.get(&path(&[("queue", "minr")])).await;
    assert_eq!(unknown.problem(), (400, "bad_request".to_owned()));
}

/// What is withheld from somebody is not found out by filtering for it.
#[tokio::test]
async fn nobody_finds_by_a_filter_what_they_may_not_see() {
    let server = TestServer::start().await;
    three(&server).await;
    let partner = server.signed_in("clement.hathersage").await;
    let nothing: IncidentPage = partner.get(&path(&[("filter", "fax")])).await.ok();
    assert!(nothing.incidents.is_empty());
    let token = server.alarms_token(OFFICER).await;
    let watch = server.holding(&token);
    assert!(!all(&watch, &[("queue", "all_open")]).await.is_empty());
    assert!(all(&watch, &[("filter", "fax")]).await.is_empty());
}

#[tokio::test]
async fn the_description_tells_of_queue_filter_and_order() {
    let server = TestServer::start().await;
    let document: Value = Answer::of(server.raw(Method::GET, route::OPENAPI))
        .await
        .ok();
    let list = &document["paths"][route::INCIDENTS]["get"];
    let parameters = list["parameters"].as_array().unwrap();
    for name in ["queue", "filter", "sort"] {
        let found = parameters
            .iter()
            .find(|parameter| parameter["name"] == name);
        let told = found.unwrap()["description"].as_str().unwrap();
        assert!(!told.is_empty(), "{name}");
    }
    assert!(list["responses"]["400"].is_object());
}

/// So many copies of an incident, as a desk has that is full of others' work.
async fn copied(server: &TestServer, id: IncidentId, copies: u32) {
    let numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < MOST)";
    let copy = "insert into incident (id, reference, version, changed_seq, status, organisation, aware_at,
            due_at, document, ended_rank, listed_due_at, acknowledged, severity_rank, priority, newest_rank)
         NUMBERS select id || '-' || i, reference || i, version, 100000 + i, status, organisation, aware_at,
            due_at, document, ended_rank, listed_due_at + i, acknowledged, severity_rank, priority, newest_rank
         from incident cross join n where id = 'ID'";
    let copy = copy.replace("NUMBERS", &numbers.replace("MOST", &copies.to_string()));
    let sql = sqlx::AssertSqlSafe(copy.replace("ID", &id.to_string()));
    let mut connection = server.database.connection().await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn a_queue_costs_what_is_in_it_however_much_others_have() {
    let server = TestServer::start().await;
    let [_, of_somebody, _] = three(&server).await;
    let officer = server.signed_in(OFFICER).await;
    copied(&server, of_somebody, 2500).await;
    for (queue, sort, found) in [
        ("partners_waiting", "due", 0),
        ("unacknowledged", "urgent", 2),
    ] {
        let before = server.figure("nightdesk_database_reads").await;
        let asked = path(&[("queue", queue), ("sort", sort)]);
        let page: IncidentPage = officer.get(&asked).await.ok();
        let reads = server.figure("nightdesk_database_reads").await - before;
        assert_eq!((page.incidents.len(), page.next), (found, None), "{queue}");
        assert!(reads < 4.0, "{queue}: {reads} questions to the database");
    }
}
