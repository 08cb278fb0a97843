//! Searching: by what incidents are found, by whom, page after page, and at what cost.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{
    Answer, Person, TestDatabase, TestServer, fresh_id, report, tonight_at,
};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{CommandAnswer, IncidentPage, SearchPage};
use nightdesk::domain::incident::Incident;
use nightdesk::server::{self, Store};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use sqlx::Row;
use std::collections::BTreeSet;

/// Accountable Officer of Riverbourne, who sees headers only.
const ACCOUNTABLE: &str = "leopold.swanscombe";
/// A line manager of Eastmere, who sees nothing of Riverbourne's.
const UNSEEING: &str = "clement.hathersage";

async fn logged(person: &Person<'_>, words: &[(&str, Value)]) -> Incident {
    let mut body = report();
    for (name, value) in words {
        body[name] = value.clone();
    }
    let answer = person.send(route::INCIDENTS, fresh_id(), None, &body).await;
    answer.ok::<CommandAnswer>().incident
}

/// Asks what is spelt here as an address would spell it, in a body.
async fn searched(person: &Person<'_>, query: &str) -> Answer {
    let url = Url::parse(&format!("http://desk/?{query}")).unwrap();
    let question: Value = url
        .query_pairs()
        .map(|(name, value)| {
            let number = value.parse::<u32>().ok().filter(|_| name == "limit");
            (
                name,
                number.map_or_else(|| json!(value), |number| json!(number)),
            )
        })
        .collect();
    let request = person.request(Method::POST, route::SEARCH);
    Answer::of(request.json(&question)).await
}

async fn page(person: &Person<'_>, query: &str) -> SearchPage {
    searched(person, query).await.ok()
}

async fn titles(person: &Person<'_>, query: &str) -> BTreeSet<String> {
    let page = page(person, query).await;
    assert_eq!(page.next, None, "{query}");
    let titles = page.incidents.iter().map(|found| found.title.to_string());
    titles.collect()
}

/// Three incidents an hour apart, one of which has ended.
async fn three(server: &TestServer) {
    let officer = server.signed_in(OFFICER).await;
    let facts = |category: &str, trend: Value| {
        let controllers = json!(["riverbourne"]);
        json!({"category": category, "trend_key": trend, "controllers": controllers})
    };
    let phishing = logged(
        &officer,
        &[
            ("title", json!("Café till answered a phishing mail")),
            ("facts", facts("phishing", json!("Phishing|ExampleCDN.net"))),
        ],
    )
    .await;
    let mut clock = server.clock.clone();
    clock.set(tonight_at() + TimeDelta::hours(1));
    logged(
        &officer,
        &[
            ("title", json!("Laptop left on a bus")),
            ("summary", json!("The driver's depot has been rung")),
            ("facts", facts("lost_device", Value::Null)),
            ("reporter_organisation", json!("eastmere")),
        ],
    )
    .await;
    clock.set(tonight_at() + TimeDelta::hours(2));
    logged(
        &officer,
        &[
            ("title", json!("Door forced at a clinic")),
            ("facts", facts("break_in", Value::Null)),
        ],
    )
    .await;
    server.withdraw(phishing.id, 1).await;
}

#[tokio::test]
async fn incidents_are_found_by_words_and_facts_in_whatever_order_and_spelling() {
    let server = TestServer::start().await;
    three(&server).await;
    let officer = server.signed_in(OFFICER).await;
    let (mail, laptop, door) = (
        "Café till answered a phishing mail",
        "Laptop left on a bus",
        "Door forced at a clinic",
    );
    let at = |hours: i64| {
        let at = tonight_at() + TimeDelta::hours(hours);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let cases: &[(String, &[&str])] = &[
        ("".into(), &[mail, laptop, door]),
        ("words=".into(), &[mail, laptop, door]),
        ("words=laptop".into(), &[laptop]),
        ("words=BUS+Laptop".into(), &[laptop]),
        ("words=cafe".into(), &[mail]),
        ("words=CAF%C3%89".into(), &[mail]),
        ("words=driver".into(), &[laptop]),
        ("words=lap".into(), &[]),
        ("words=laptop+door".into(), &[]),
        ("words=riverbourne".into(), &[mail, laptop, door]),
        ("words=eastmere".into(), &[laptop]),
        ("words=lost".into(), &[laptop]),
        ("words=examplecdn.net".into(), &[mail]),
        ("organisation=eastmere".into(), &[laptop]),
        ("organisation=nowhere".into(), &[]),
        ("category=break_in".into(), &[door]),
        ("trend=phishing%7Cexamplecdn.net".into(), &[mail]),
        ("trend=phishing".into(), &[]),
        ("state=open".into(), &[laptop, door]),
        ("state=ended".into(), &[mail]),
        ("state=ended&words=phishing".into(), &[mail]),
        ("state=open&words=phishing".into(), &[]),
        (format!("from={}", at(1)), &[laptop, door]),
        (format!("to={}", at(1)), &[mail]),
        (format!("from={}&to={}", at(1), at(2)), &[laptop]),
        (
            format!("words=riverbourne&category=break_in&from={}", at(2)),
            &[door],
        ),
    ];
    for (query, expected) in cases {
        let expected = expected.iter().map(ToString::to_string).collect();
        assert_eq!(titles(&officer, query).await, expected, "{query}");
    }
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_reference_finds_its_incident_and_a_mistyped_one_is_told() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = officer.log().await.incident;
    officer.log().await;
    let name = incident.name();
    let found = page(&officer, &format!("words={}", name.to_lowercase())).await;
    assert_eq!(found.incidents, [incident]);
    let mistyped = name.replace("0001", "0011");
    for (query, status, says) in [
        (format!("words={mistyped}"), 400, "mistyped"),
        ("words=INC-1".to_owned(), 400, "is not a reference"),
        ("words=b+c+d+e+f+g+h+i+j".to_owned(), 400, "at most 8"),
        (
            "from=2026-06-12T00:00:00Z&to=2026-06-11T00:00:00Z".to_owned(),
            400,
            "ends before it begins",
        ),
        ("limit=0".to_owned(), 400, "limit"),
        ("limit=201".to_owned(), 400, "limit"),
        ("cursor=x".to_owned(), 400, "cursor"),
        ("colour=red".to_owned(), 422, "unknown field"),
    ] {
        let refused = searched(&officer, &query).await;
        assert_eq!(refused.status.as_u16(), status, "{query} {refused:?}");
        assert!(refused.body.contains(says), "{query} {refused:?}");
    }
}

/// Whether a word is in what is withheld must not be learnt by searching for it (section 5).
#[tokio::test]
async fn nobody_finds_an_incident_by_what_they_may_not_read_of_it() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    logged(
        &officer,
        &[
            ("summary", json!("canary")),
            ("facts", json!({"trend_key": "canary|x"})),
        ],
    )
    .await;
    let header = server.signed_in(ACCOUNTABLE).await;
    let stranger = server.signed_in(UNSEEING).await;
    for (query, finds) in [
        ("words=ward", [true, true, false]),
        ("words=canary", [true, false, false]),
        ("words=ward+canary", [true, false, false]),
        ("trend=canary%7Cx", [true, false, false]),
        ("", [true, true, false]),
    ] {
        for (person, finds) in [&officer, &header, &stranger].into_iter().zip(finds) {
            let found = titles(person, query).await;
            assert_eq!(!found.is_empty(), finds, "{query}");
        }
    }
    for found in page(&header, "words=ward").await.incidents {
        assert_eq!(&*found.summary, "");
    }
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_and_leave_nothing_out() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut clock = server.clock.clone();
    let mut all = Vec::new();
    // Two at each moment, so that the moment alone is no place.
    for hours in 0..4 {
        clock.set(tonight_at() + TimeDelta::hours(hours));
        all.push(officer.log().await.incident.id);
        all.push(officer.log().await.incident.id);
    }
    for limit in [1, 3, 7, 8, 9] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("words=ward+list&limit={limit}{cursor}");
            let page = page(&officer, &query).await;
            assert!(page.incidents.len() <= limit);
            found.extend(page.incidents);
            match page.next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(found.is_sorted_by(|newer, older| {
            (newer.logged_at, newer.id) > (older.logged_at, older.id)
        }));
        let ids: BTreeSet<_> = found.iter().map(|incident| incident.id).collect();
        assert_eq!(ids, all.iter().copied().collect(), "{limit}");
        assert_eq!(found.len(), all.len(), "{limit}");
    }
}

/// What an incident is found by follows it: a triage gives it a category, a second one another.
#[tokio::test]
async fn what_was_corrected_is_no_longer_found_by_what_it_was() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    for (seen, category) in [(1, "phishing"), (2, "malware")] {
        let triage = json!({"type": "triage", "facts": {
            "category": category, "controllers": ["riverbourne"],
            "data_scope": ["COMMERCIAL"], "partnership_effect": "NONE",
            "partnership_reason": "ours alone", "breach_status": "NOT_A_BREACH",
        }});
        officer.ask(id, Some(seen), &triage).await.ok::<Value>();
    }
    assert!(titles(&officer, "category=phishing").await.is_empty());
    assert!(titles(&officer, "words=phishing").await.is_empty());
    assert_eq!(titles(&officer, "category=malware").await.len(), 1);
}

/// A history that is as long as may be, behind the desk's back: rows of the index are enough, since
/// what does not fit is not read.
async fn long_history(database: &TestDatabase, word: &str, rows: u32) {
    let numbers = if database.is_sqlite() {
        format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})
             insert into search_word (word, logged_at, incident)
             select '{word}', i, 'x' from n"
        )
    } else {
        format!(
            "insert into search_word (word, logged_at, incident)
             select '{word}', i, 'x' from generate_series(1, {rows}) i"
        )
    };
    let mut connection = database.connection().await;
    let sql = sqlx::AssertSqlSafe(numbers);
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn the_rarest_word_is_gone_along_however_common_the_others_are() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    logged(&officer, &[("title", json!("Rare ward"))]).await;
    // All of them newer than the one that is looked for: to go along them would take forty pages.
    long_history(&server.database, "ward", 50_000).await;
    long_history(&server.database, "list", 50_000).await;
    let later = "update search_word set logged_at = logged_at + 2000000000000 where incident = 'x'";
    let mut connection = server.database.connection().await;
    sqlx::raw_sql(later).execute(&mut connection).await.unwrap();
    let before = server.figure("nightdesk_database_reads").await;
    assert_eq!(titles(&officer, "words=ward+rare+list").await.len(), 1);
    let asked = server.figure("nightdesk_database_reads").await - before;
    assert!(asked < 10.0, "{asked} questions to the database");
    // Along a common word a page ends where it has looked at enough, and says where to go on.
    let page = page(&officer, "words=ward+list").await;
    assert!(page.incidents.is_empty() && page.next.is_some());
}

/// The statements as the program has them; how a database means to answer one can only be asked of
/// the very text.
fn statement(name: &str) -> String {
    let source = include_str!("../../../src/server/store/search.rs");
    let from = source.split(&format!("const {name}: &str = \"")).nth(1);
    let text = from.unwrap().split("\";").next().unwrap();
    text.to_owned()
}

#[tokio::test]
async fn a_page_is_read_along_the_index_without_sorting_or_scanning() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    long_history(&server.database, "ward", 20_000).await;
    let mut connection = server.database.connection().await;
    for name in ["LOOK_UP", "COUNT"] {
        let sql = statement(name);
        let plan = if server.database.is_sqlite() {
            let sql = format!("explain query plan {sql}");
            let sql = sqlx::AssertSqlSafe(sql);
            let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
            let lines = rows.iter().map(|row| row.get::<String, _>("detail"));
            lines.collect::<Vec<_>>().join("\n")
        } else {
            let analyse = "analyze search_word; analyze incident";
            sqlx::raw_sql(analyse)
                .execute(&mut connection)
                .await
                .unwrap();
            let types = if name == "COUNT" {
                "text, bigint, bigint, text, bigint"
            } else {
                "text, bigint, bigint, text, text, text, text, text, text, text, text, bigint"
            };
            let values = if name == "COUNT" {
                "'ward', 0, 19000, '', 200"
            } else {
                "'ward', 0, 19000, '', 'list', '', '', '', '', '', '', 200"
            };
            let prepare = format!("prepare plan_of_page ({types}) as {sql}");
            let explain = format!("explain execute plan_of_page ({values})");
            for sql in [
                prepare,
                "set plan_cache_mode = force_custom_plan".to_owned(),
            ] {
                let sql = sqlx::AssertSqlSafe(sql);
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            let sql = sqlx::AssertSqlSafe(explain);
            let rows = sqlx::raw_sql(sql).fetch_all(&mut connection).await.unwrap();
            let free = sqlx::raw_sql("deallocate plan_of_page");
            free.execute(&mut connection).await.unwrap();
            let lines = rows.iter().map(|row| row.get::<String, _>(0));
            lines.collect::<Vec<_>>().join("\n")
        };
        if server.database.is_sqlite() {
            let along = "USING PRIMARY KEY (word=? AND logged_at>? AND (logged_at,incident)<(?,?))";
            assert!(plan.contains(along), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            // The only thing that is gone through as a whole is the page itself.
            let scans = plan.lines().filter(|line| line.contains("SCAN"));
            for scan in scans {
                assert!(
                    scan.contains("SCAN found") || scan.contains("rows_of_word"),
                    "{plan}"
                );
            }
        } else {
            assert!(plan.contains("search_word_pkey"), "{plan}");
            assert!(!plan.contains("Seq Scan on search_word"), "{plan}");
        }
    }
}

/// A database of a time before the index, or one with an index of other rules.
#[tokio::test]
async fn an_index_that_is_not_ours_is_made_anew_when_the_desk_opens() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    officer.log().await;
    let database = server.stop().await;
    let mut connection = database.connection().await;
    let old = "delete from search_word; update incident set ended_rank = 7;
        update head set search_writing = 0";
    sqlx::raw_sql(old).execute(&mut connection).await.unwrap();
    let store = Store::open(&database.location).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    store.close().await;
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    assert_eq!(titles(&officer, "words=ward").await.len(), 1);
}

/// A console loads what it works on; what ended long ago does not make it wait.
#[tokio::test]
async fn what_ended_long_ago_is_not_loaded_any_more_and_is_found_all_the_same() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let ended = officer.log().await.incident;
    let open = officer.log().await.incident;
    server.withdraw(ended.id, 1).await;
    let mut clock = server.clock.clone();
    let ended_at = clock.now();
    let recent = format!("{}?sort=recent", route::INCIDENTS);
    for (days, seconds, expected) in [
        (0, 0, vec![open.id, ended.id]),
        (30, 0, vec![open.id, ended.id]),
        (30, 1, vec![open.id]),
        (60, 0, vec![open.id]),
    ] {
        clock.set(ended_at + TimeDelta::days(days) + TimeDelta::seconds(seconds));
        let governance = server.signed_in(DPO).await;
        let list: IncidentPage = governance.get(&recent).await.ok();
        let ids: Vec<_> = list.incidents.iter().map(|listed| listed.id).collect();
        assert_eq!(ids, expected, "after {days} days and {seconds} seconds");
        let found = page(&governance, "state=ended").await;
        assert_eq!(found.incidents[0].id, ended.id);
    }
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}
