//! By which index what is asked often is answered, on both databases: nothing reads a whole table, and nothing
//! sorts more than what is open or due. Plans are looked at and not times, because a plan is the same on a busy
//! machine.

use super::connect::Location;
use super::incidents::Sort;
use super::{Store, alarms, deliveries, incidents};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row as _};
use uuid::Uuid;

/// A statement with its values, and what its plan is to hold.
struct Asked {
    sql: String,
    /// The beginning of the names of the indexes that may answer it.
    index: &'static str,
    sorts: Sorts,
}

impl Asked {
    /// Whether its plan names the index, and no step that reads a whole table or sorts what it must not.
    #[track_caller]
    fn is_answered_well(&self, plan: &[String], scan: &str, sort: &str) {
        let told = format!("{}\n{}", self.sql, plan.join("\n"));
        let tables = ["incident", "delivery", "alarm"];
        let scans = |step: &String| {
            tables
                .iter()
                .any(|table| step.contains(&format!("{scan}{table}")))
        };
        assert!(!plan.iter().any(scans), "{told}");
        assert!(plan.iter().any(|step| step.contains(self.index)), "{told}");
        let sorts = plan.iter().any(|step| step.contains(sort));
        let may_sort = matches!(self.sorts, Sorts::WhatIsDue | Sorts::WhatIsTheirs);
        assert!(!sorts || may_sort, "{told}");
    }
}

/// What a statement may sort.
#[derive(PartialEq)]
enum Sorts {
    Nothing,
    /// The last columns of an order, within those that are equal in the first.
    Ties,
    /// What is due now.
    WhatIsDue,
    /// The rows of one term of the index of words.
    WhatIsTheirs,
}

const MOST: &str = "9223372036854775807";

const SORTS: [Sort; 7] = [
    Sort::Changed,
    Sort::Due,
    Sort::Recent,
    Sort::Urgent,
    Sort::Severity,
    Sort::Priority,
    Sort::Newest,
];

fn filled(sql: &str, values: &[&str]) -> String {
    let numbered = values.iter().enumerate().rev();
    numbered.fold(sql.to_owned(), |sql, (at, value)| {
        sql.replace(&format!("${}", at + 1), value)
    })
}

fn page_of_incidents(sort: Sort, given: &[&'static str]) -> Asked {
    let (columns, _) = sort.order();
    let places = columns.iter().map(|column| match *column {
        "id" => "'x'",
        _ => "5",
    });
    let values: Vec<&str> = ["50", MOST]
        .into_iter()
        .chain(places)
        .chain(given.iter().map(|column| match *column {
            "status" => "'TRIAGED'",
            incidents::ALONG => "'waiting=partners'",
            _ => "'eastmere'",
        }))
        .collect();
    let is_filtered_by_rank = !given.is_empty() && columns.len() == 4;
    Asked {
        sql: filled(&incidents::page(sort, given), &values),
        index: match given {
            [] => "incident_",
            ["status"] => "incident_by_status",
            ["organisation"] => "incident_by_organisation",
            [incidents::ALONG] => "along",
            _ => "incident_by_",
        },
        sorts: match given {
            [incidents::ALONG] => Sorts::WhatIsTheirs,
            _ if is_filtered_by_rank => Sorts::Ties,
            _ => Sorts::Nothing,
        },
    }
}

fn page_of_deliveries(given: &[&'static str], index: &'static str) -> Asked {
    let values = ["50", MOST, "'x'", "'x'", "'x'"];
    Asked {
        sql: filled(&deliveries::page(given), &values[..3 + given.len()]),
        index,
        sorts: Sorts::Nothing,
    }
}

fn asked_often() -> Vec<Asked> {
    let filters: [&[&str]; 4] = [&[], &["status"], &["organisation"], &[incidents::ALONG]];
    let lists = SORTS
        .into_iter()
        .flat_map(|sort| filters.map(|given| page_of_incidents(sort, given)));
    let one = |sql: &str, values: &[&str], index, sorts| Asked {
        sql: filled(sql, values),
        index,
        sorts,
    };
    lists
        .chain([
            page_of_deliveries(&[], "delivery_by_time"),
            page_of_deliveries(&["incident"], "delivery_by_incident"),
            page_of_deliveries(&["state"], "delivery_by_state_and_time"),
            one(
                alarms::PAGE,
                &["'RAISED'", MOST, "'x'", "50"],
                "alarm_by_state",
                Sorts::Nothing,
            ),
            one(alarms::AUDIT, &["5", "5", "5"], "", Sorts::Nothing),
            one(
                deliveries::UNTOLD,
                &["50"],
                "delivery_untold",
                Sorts::Nothing,
            ),
            one(
                deliveries::RECIPIENTS_DUE,
                &["5", "50"],
                "delivery_by_next",
                Sorts::WhatIsDue,
            ),
        ])
        .collect()
}

/// A desk of 3,000 incidents and as many messages, most of which are done with.
const ROWS: &[&str] = &[
    "insert into incident (id, reference, version, changed_seq, status, organisation, aware_at, due_at,
        document, ended_rank, listed_due_at, acknowledged, severity_rank, priority, newest_rank)
     NUMBERS select 'id' || n, 'ref' || n, 1, n, case when n % 100 = 0 then 'TRIAGED' else 'CLOSED' end,
        case when n % 20 = 0 then 'eastmere' else 'riverbourne' end, n, n, '{}',
        case when n % 50 = 0 then 0 else 9000000 - n end, n, 1, n % 4, n % 5, -n from numbers",
    "insert into delivery (id, subject_kind, subject, incident, recipient, state, created_at, next_at,
        lease_until, untold, document)
     NUMBERS select 'id' || n, 'alarm', 's' || n, 'id' || (n / 4), 'r' || (n % 9),
        case when n % 100 = 0 then 'FAILED' else 'DELIVERED' end, n,
        case when n % 1000 = 0 then n end, case when n % 700 = 0 then n end, case when n % 1500 = 0 then 1 end, '{}' from numbers",
    "insert into alarm (id, incident, state, raised_at, due_at, is_passed, document)
     NUMBERS select 'id' || n, 'id' || (n / 4), case when n % 100 = 0 then 'RAISED' else 'CLOSED' end, n, n, 1, '{}'
     from numbers",
    "insert into alarm_watch (incident, next_at) NUMBERS select 'id' || n, n from numbers",
    "analyze",
];

async fn run(connection: &mut AnyConnection, sql: String) -> Vec<sqlx::any::AnyRow> {
    sqlx::query(AssertSqlSafe(sql.clone()))
        .fetch_all(connection)
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
}

async fn fill(connection: &mut AnyConnection) {
    let numbers = "with recursive numbers (n) as
        (select 1 union all select n + 1 from numbers where n < 3000)";
    for sql in ROWS {
        run(connection, sql.replace("NUMBERS", numbers)).await;
    }
}

#[tokio::test]
async fn what_is_asked_often_is_read_off_an_index_on_sqlite() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(&Location::Sqlite(path.clone())).await.unwrap();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    // Once without and once with what the database knows of its tables.
    for is_filled in [false, true] {
        if is_filled {
            fill(&mut connection).await;
        }
        for asked in asked_often() {
            let plan = run(&mut connection, format!("explain query plan {}", asked.sql)).await;
            let plan: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
            asked.is_answered_well(&plan, "SCAN ", "USE TEMP B-TREE FOR ORDER BY");
            let ties = plan.iter().any(|step| {
                step.contains("PART OF ORDER BY") || step.contains("TERMS OF ORDER BY")
            });
            assert!(
                !ties || asked.sorts == Sorts::Ties,
                "{}\n{plan:?}",
                asked.sql
            );
        }
    }
    connection.close().await.unwrap();
    store.close().await;
}

/// A small table is read whole and sorted whatever its indexes are, so that costs more here.
#[tokio::test]
async fn what_is_asked_often_is_read_off_an_index_on_postgresql() {
    let Ok(server) = std::env::var("NIGHTDESK_TEST_POSTGRES") else {
        return;
    };
    sqlx::any::install_default_drivers();
    let name = format!("plans_{}", Uuid::now_v7().simple());
    let mut owner = AnyConnection::connect(&server).await.unwrap();
    run(&mut owner, format!("create database {name}")).await;
    let (before, _) = server.rsplit_once('/').unwrap();
    let url = format!("{before}/{name}");
    let store = Store::open(&url.parse().unwrap()).await.unwrap();
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    fill(&mut connection).await;
    for way in ["seqscan", "bitmapscan", "sort"] {
        run(&mut connection, format!("set enable_{way} = off")).await;
    }
    for asked in asked_often() {
        let plan = run(&mut connection, format!("explain {}", asked.sql)).await;
        let plan: Vec<String> = plan.iter().map(|row| row.get("QUERY PLAN")).collect();
        let plan: Vec<String> = plan
            .into_iter()
            .filter(|step| !step.contains("Incremental Sort"))
            .collect();
        asked.is_answered_well(&plan, "Seq Scan on ", "Sort  (");
    }
    connection.close().await.unwrap();
    store.close().await;
    run(&mut owner, format!("drop database {name} with (force)")).await;
    owner.close().await.unwrap();
}
