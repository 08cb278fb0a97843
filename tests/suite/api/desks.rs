//! Several desks in one process, told apart by the name of the host: nothing of one is reached by the name of
//! another, and the trouble of one is its own.

use crate::support::case::OFFICER;
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, fresh_id, report};
use nightdesk::api::route;
use nightdesk::api::types::IncidentPage;
use nightdesk::domain::id::IncidentId;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

const NORTH: &str = "north.desk.example.org";
const SOUTH: &str = "south.desk.example.org";

/// Two desks on databases of their own, served by one process.
struct House {
    north: TestDatabase,
    south: TestDatabase,
    server: ServerProcess,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml")
}

/// The file of desks, with each of them.
fn written(desks: &[(&str, &TestDatabase)]) -> String {
    let each = desks.iter().map(|(host, database)| {
        let [_, url_file] = database.arguments();
        format!(
            "[[desk]]\nhost = \"{host}\"\ndb_url_file = \"{url_file}\"\ndirectory = \"{}\"\n",
            directory().display()
        )
    });
    each.collect()
}

impl House {
    async fn open() -> Self {
        let (north, south) = (TestDatabase::fresh().await, TestDatabase::fresh().await);
        let file = north.files.path().join("desks.toml");
        fs::write(&file, written(&[(NORTH, &north), (SOUTH, &south)])).unwrap();
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0", "--desks"]);
        command.arg(&file).stderr(Stdio::null());
        let server = ServerProcess::of(command);
        let house = Self {
            north,
            south,
            server,
        };
        for host in [NORTH, SOUTH] {
            house.is(host, StatusCode::OK).await;
        }
        house
    }

    /// Waits until the desk says so of itself.
    async fn is(&self, host: &str, status: StatusCode) {
        let asked = || self.ask(Method::GET, host, route::READYZ);
        while Answer::of(asked()).await.status != status {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn ask(&self, method: Method, host: &str, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("{}{path}", self.server.url));
        request.header("host", host)
    }

    async fn log(&self, host: &str, token: &str) -> Value {
        let request = self.ask(Method::POST, host, route::INCIDENTS);
        let request = request.bearer_auth(token).json(&report());
        let answer = Answer::of(request.header("idempotency-key", fresh_id().to_string())).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.value()["incident"].clone()
    }

    async fn listed(&self, host: &str, token: &str) -> Vec<IncidentId> {
        let request = self.ask(Method::GET, host, route::INCIDENTS);
        let page: IncidentPage = Answer::of(request.bearer_auth(token)).await.ok();
        page.incidents.iter().map(|incident| incident.id).collect()
    }
}

fn token(database: &TestDatabase) -> String {
    let file = database.files.path().join("token");
    let mut command = nightdesk(&["token", "create", "--person", OFFICER, "--out"]);
    let made = command
        .arg(&file)
        .args(database.arguments())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::read_to_string(file).unwrap().trim().to_owned()
}

/// Every operation that the desk describes: its method, and its path with an incident's id in it.
async fn operations(house: &House, id: &str) -> Vec<(Method, String, bool)> {
    let document = Answer::of(house.ask(Method::GET, NORTH, route::OPENAPI))
        .await
        .value();
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, operations)| {
        let path = path.replace("{id}", id);
        let named = operations.as_object().unwrap().iter();
        named.filter_map(move |(method, operation)| {
            let method = method.to_ascii_uppercase().parse().ok()?;
            let needs_token = operation["security"]
                .as_array()
                .is_some_and(|all| !all.is_empty());
            Some((method, path.clone(), needs_token))
        })
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_of_a_desk_is_reached_by_the_name_of_another() {
    let house = House::open().await;
    let (of_north, of_south) = (token(&house.north), token(&house.south));
    let incident = house.log(NORTH, &of_north).await;
    let id: IncidentId = serde_json::from_value(incident["id"].clone()).unwrap();
    assert_eq!(house.listed(NORTH, &of_north).await, [id]);
    assert_eq!(house.listed(SOUTH, &of_south).await, []);
    let mut tried = 0;
    for (method, path, needs_token) in operations(&house, &id.to_string()).await {
        if !needs_token {
            continue;
        }
        tried += 1;
        let asked = house.ask(method.clone(), SOUTH, &path);
        let answer = Answer::of(asked.bearer_auth(&of_north).json(&json!({}))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        if method == Method::GET
            && path.starts_with(route::INCIDENTS)
            && path.contains(&id.to_string())
        {
            let asked = house.ask(method.clone(), SOUTH, &path);
            let answer = Answer::of(asked.bearer_auth(&of_south)).await;
            // The case file asks for a purpose first.
            let is_nothing = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
            assert!(is_nothing.contains(&answer.status), "{method} {path}");
        }
    }
    assert!(tried > 30, "{tried} operations need a token");
    // The references of the two begin alike, and lead to two incidents.
    let other = house.log(SOUTH, &of_south).await;
    assert_eq!(other["reference"], incident["reference"]);
    assert_ne!(other["id"], incident["id"]);
    for database in [&house.north, &house.south] {
        let found = nightdesk(&["verify"])
            .args(database.arguments())
            .output()
            .unwrap();
        assert!(found.status.success(), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_no_desk_has_is_answered_by_none() {
    let house = House::open().await;
    let of_north = token(&house.north);
    for host in ["east.desk.example.org", "127.0.0.1", "desk.example.org"] {
        let asked = house.ask(Method::GET, host, route::INCIDENTS);
        let answer = Answer::of(asked.bearer_auth(&of_north)).await;
        assert_eq!(answer.problem(), (421, "no_such_desk".to_owned()), "{host}");
    }
    for host in ["NORTH.desk.example.org:443", "north.desk.example.org."] {
        let asked = house.ask(Method::GET, host, route::INCIDENTS);
        assert_eq!(
            Answer::of(asked.bearer_auth(&of_north)).await.status,
            200,
            "{host}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trouble_of_one_desk_is_its_own() {
    let mut house = House::open().await;
    let of_south = token(&house.south);
    if house.north.is_sqlite() {
        let path = house.north.files.path().join("desk.db");
        let away = house.north.files.path().join("away.db");
        fs::rename(&path, &away).unwrap();
        house.is(NORTH, StatusCode::SERVICE_UNAVAILABLE).await;
        house.log(SOUTH, &of_south).await;
        fs::rename(&away, &path).unwrap();
        house.is(NORTH, StatusCode::OK).await;
    }
    house.log(SOUTH, &of_south).await;
    assert!(house.server.terminate().success());
}

fn refused(file: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("desks.toml");
    fs::write(&path, file).unwrap();
    let serve = nightdesk(&["serve", "--listen", "127.0.0.1:0", "--desks"]);
    let Output { status, stderr, .. } = { serve }.arg(&path).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_file_of_desks_that_makes_no_sense_is_refused_with_what_is_wrong() {
    let desk = |host: &str, rest: &str| format!("[[desk]]\nhost = \"{host}\"\n{rest}\n");
    let fine = desk("a.example", "db = \"sqlite:a.db\"");
    for (file, says) in [
        (String::new(), "names no desk"),
        (
            desk("A.example:80", "db = \"sqlite:a.db\""),
            "not the name of a host",
        ),
        (desk("a.example", ""), "needs db or db_url_file"),
        (format!("{fine}{fine}"), "two desks have the host a.example"),
        (
            fine.clone() + &desk("b.example", "db = \"sqlite:a.db\""),
            "that of another one",
        ),
        (
            desk("a.example", "database = \"x\""),
            "unknown field `database`",
        ),
    ] {
        let said = refused(&file);
        assert!(said.contains(says), "{said}");
    }
    let none = nightdesk(&["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let said = String::from_utf8(none.stderr).unwrap();
    assert!(said.contains("--desks"), "{said}");
}
