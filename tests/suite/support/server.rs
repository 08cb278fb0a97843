//! A real server on a port of its own: SQLite always, PostgreSQL where `NIGHTDESK_TEST_POSTGRES` holds
//! a URL. The same tests run on both.

use super::case::{directory_at, wall};
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use nightdesk::config;
use nightdesk::config::server::Outgoing;
use nightdesk::domain::Instant;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::id::{CommandId, PersonId};
use nightdesk::domain::intake::rules::Rules;
use nightdesk::now::Clock;
use nightdesk::server::{self, Limits, Location, Scope, Settings, Store};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use rustix::event::{self, PollFd, PollFlags, Timespec};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Row};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The moment at which a test server's clock stands.
pub(crate) fn tonight_at() -> Instant {
    wall("2026-06-12T23:30")
}

/// A server, its database and its clock.
pub(crate) struct TestServer {
    pub(crate) url: String,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    stop: CancellationToken,
    serving: JoinHandle<Result<(), server::ServeError>>,
    client: reqwest::Client,
}

/// How long somebody is waited for who writes.
const LONG: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// A database that nobody else uses.
pub(crate) struct TestDatabase {
    pub(crate) location: Location,
    url: String,
    pub(crate) files: TempDir,
}

impl TestDatabase {
    /// A fresh database, on PostgreSQL where there is one.
    pub(crate) async fn fresh() -> Self {
        let Ok(url) = std::env::var("NIGHTDESK_TEST_POSTGRES") else {
            return Self::on_sqlite();
        };
        Self::at(fresh_schema(&url).await)
    }
}

impl TestDatabase {
    /// What is at this URL.
    pub(crate) fn at(url: String) -> Self {
        Self {
            location: url.parse().unwrap(),
            url,
            files: TempDir::new().unwrap(),
        }
    }

    /// A fresh file, whatever the other tests run on.
    pub(crate) fn on_sqlite() -> Self {
        let files = TempDir::new().unwrap();
        let url = format!("sqlite:{}", files.path().join("desk.db").display());
        Self {
            location: url.parse().unwrap(),
            url,
            files,
        }
    }

    /// Waits, for a minute at most, until somebody writes into the files of a database on SQLite after this was called.
    pub(crate) fn next_write(&self) -> impl Future<Output = ()> + use<> {
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
        inotify::add_watch(&watch, self.files.path(), WatchFlags::MODIFY).unwrap();
        async move {
            let wait = move || event::poll(&mut [PollFd::new(&watch, PollFlags::IN)], Some(&LONG));
            assert_eq!(spawn_blocking(wait).await.unwrap(), Ok(1), "nobody writes");
        }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// How the program is told of it: by a file, as a URL may hold a password.
    pub(crate) fn arguments(&self) -> [String; 2] {
        let file = self.files.path().join("database-url");
        fs::write(&file, &self.url).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        ["--db-url-file".to_owned(), file.display().to_string()]
    }

    /// A connection behind the server's back.
    pub(crate) async fn connection(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&self.url.replace("sqlite:", "sqlite://"))
            .await
            .unwrap()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite(_))
    }

    /// Every column of every table of the desk, with its table.
    pub(crate) async fn columns(&self) -> Vec<(String, String)> {
        let columns = if self.is_sqlite() {
            "select t.name, c.name from sqlite_master t, pragma_table_info(t.name) c
             where t.type = 'table'"
        } else {
            "select table_name::text, column_name::text from information_schema.columns
             where table_schema = current_schema()"
        };
        let mut connection = self.connection().await;
        let rows = sqlx::query(columns).fetch_all(&mut connection).await;
        let columns: Vec<(String, String)> = rows
            .unwrap()
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .filter(|(table, _): &(String, String)| !table.contains("sqlx"))
            .collect();
        assert!(columns.len() > 30, "{columns:?}");
        columns
    }

    /// Makes every token one for everything.
    pub(crate) async fn widen_every_token(&self) {
        self.run("update session set scope = null").await;
    }

    /// Takes away the table by which the engine of the alarms looks, so that no look of it succeeds.
    pub(crate) async fn stop_the_alarm_engine(&self) {
        self.run("alter table alarm_watch rename to alarm_watch_gone")
            .await;
    }

    /// Gives it back.
    pub(crate) async fn mend_the_alarm_engine(&self) {
        self.run("alter table alarm_watch_gone rename to alarm_watch")
            .await;
    }

    /// Takes away what keeps the trail from being changed.
    pub(crate) async fn unguard(&self) {
        let sql = if self.is_sqlite() {
            "drop trigger if exists audit_entry_is_final; drop trigger if exists audit_entry_stays"
        } else {
            "drop trigger if exists audit_entry_is_final on audit_entry"
        };
        self.run(sql).await;
    }

    /// Puts back what keeps the trail from being changed.
    pub(crate) async fn guard(&self) {
        self.unguard().await;
        if self.is_sqlite() {
            self.run(include_str!(
                "../../../src/server/migrations/0002_guard.sqlite.sql"
            ))
            .await;
        }
    }

    /// Keeps a copy of everything that is stored; on SQLite in a file of its own, because a table more is
    /// found.
    pub(crate) async fn back_up(&self) {
        // A connection of ours makes no file.
        fs::File::create(self.files.path().join("kept.db")).unwrap();
        let each = TABLES.map(|table| {
            let kept = self.kept(table);
            format!("create table {kept} as select * from {table};")
        });
        self.run_alone(&each.concat()).await;
    }

    /// Puts the copy back in the place of what is stored, all at once, and leaves the trail unguarded.
    pub(crate) async fn restore(&self) {
        self.unguard().await;
        let each = TABLES.map(|table| {
            let kept = self.kept(table);
            format!("delete from {table}; insert into {table} select * from {kept};")
        });
        self.run_alone(&each.concat()).await;
    }

    /// Runs statements beside the copy, in one transaction during which no server writes.
    async fn run_alone(&self, statements: &str) {
        let begin = match self.is_sqlite() {
            true => "begin immediate;",
            false => "begin; select 1 from head for update;",
        };
        let beside = self.beside();
        self.run(&format!("{beside}{begin}{statements}commit;"))
            .await;
    }

    fn kept(&self, table: &str) -> String {
        let place = if self.is_sqlite() { "kept." } else { "" };
        format!("{place}kept_{table}")
    }

    fn beside(&self) -> String {
        let file = self.files.path().join("kept.db");
        match self.is_sqlite() {
            true => format!("attach database '{}' as kept;", file.display()),
            false => String::new(),
        }
    }

    async fn run(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        let mut connection = self.connection().await;
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
}

/// Everything that a desk stores.
const TABLES: [&str; 18] = [
    "alarm",
    "alarm_watch",
    "head",
    "incident",
    "reference_counter",
    "problem",
    "problem_incident",
    "problem_counter",
    "frozen_report",
    "delivery",
    "ack_link",
    "command",
    "audit_entry",
    "directory",
    "session",
    "tool_alert",
    "search_word",
    "erased_incident",
];

async fn fresh_schema(url: &str) -> String {
    sqlx::any::install_default_drivers();
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("create schema {schema}"));
    sqlx::query(create).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options[search_path]={schema}")
}

/// What a test server runs by: the example directory, and a clock that stands at half past eleven.
pub(crate) async fn settings(database: &TestDatabase) -> Settings {
    settings_at(database, tonight_at()).await
}

/// The same with a clock that stands elsewhere, and a directory whose people are in post then.
async fn settings_at(database: &TestDatabase, now: Instant) -> Settings {
    settings_by(database, now, &directory_at(now)).await
}

/// The same by another directory.
async fn settings_by(database: &TestDatabase, now: Instant, directory: &Directory) -> Settings {
    let store = Store::open(&database.location).await.unwrap();
    let loaded = server::load_directory(&store, directory, now).await;
    loaded.unwrap();
    Settings {
        store,
        policy: config::policy().unwrap(),
        clock: Clock::standing_at(now),
        follow_every: Duration::from_millis(20),
        // Whoever tests the engine asks for it; everybody else wants a trail that stands still.
        look_every: Duration::MAX,
        give_up_after: server::GIVE_UP_AFTER,
        limits: Limits::DEFAULT,
        intake: Rules::default(),
        outgoing: Outgoing::default(),
    }
}

impl TestServer {
    /// A server on a fresh database with the example directory, at half past eleven at night.
    pub(crate) async fn start() -> Self {
        Self::start_on(TestDatabase::fresh().await).await
    }

    /// A server with settings of its own.
    pub(crate) async fn start_with(adjust: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on_with(TestDatabase::fresh().await, adjust).await
    }

    /// A server on a fresh database whose clock stands at this moment.
    pub(crate) async fn start_at(now: Instant) -> Self {
        Self::start_at_with(now, |_| {}).await
    }

    /// The same with settings of its own.
    pub(crate) async fn start_at_with(now: Instant, adjust: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::fresh().await;
        let mut settings = settings_at(&database, now).await;
        adjust(&mut settings);
        Self::serving(database, settings).await
    }

    /// A server whose clock stands at this moment, and whose directory is changed before it is loaded.
    pub(crate) async fn start_at_by(now: Instant, change: impl FnOnce(&mut Directory)) -> Self {
        let database = TestDatabase::fresh().await;
        let mut directory = directory_at(now);
        change(&mut directory);
        let settings = settings_by(&database, now, &directory).await;
        Self::serving(database, settings).await
    }

    /// Another server on the same database, as another process would be.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_with(|_| {}).await
    }

    /// The same with settings of its own.
    pub(crate) async fn beside_with(&self, adjust: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on_with(TestDatabase::at(self.database.url.clone()), adjust).await
    }

    /// The same, by these settings of what it sends by.
    pub(crate) async fn beside_sending(&self, file: &Path) -> Self {
        let outgoing = config::server::load(file).unwrap().outgoing;
        let database = TestDatabase::at(self.database.url.clone());
        Self::start_on_with(database, |settings| settings.outgoing = outgoing).await
    }

    /// A server on a database that may have been used before.
    pub(crate) async fn start_on(database: TestDatabase) -> Self {
        Self::start_on_with(database, |_| {}).await
    }

    pub(crate) async fn start_on_with(
        database: TestDatabase,
        adjust: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = settings(&database).await;
        adjust(&mut settings);
        Self::serving(database, settings).await
    }

    async fn serving(database: TestDatabase, settings: Settings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (store, clock) = (settings.store.clone(), settings.clock.clone());
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::serve(
            listener,
            settings,
            stop.clone().cancelled_owned(),
        ));
        Self {
            url,
            store,
            clock,
            database,
            stop,
            serving,
            client: reqwest::Client::builder()
                .no_proxy()
                .no_gzip()
                .build()
                .unwrap(),
        }
    }

    /// Stops the server cleanly and hands its database back.
    pub(crate) async fn stop(self) -> TestDatabase {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
        self.database
    }

    /// A token for a person of the directory.
    pub(crate) async fn token(&self, person: &str) -> String {
        self.token_for(person, Scope::Everything).await
    }

    /// A token for a person's agent.
    pub(crate) async fn alarms_token(&self, person: &str) -> String {
        self.token_for(person, Scope::Alarms).await
    }

    async fn token_for(&self, person: &str, scope: Scope) -> String {
        let (person, hours) = (PersonId::from(person), chrono::TimeDelta::hours(12));
        let now = self.clock.now();
        let made = server::create_token(&self.store, &person, scope, hours, now).await;
        made.unwrap().0.expose_secret().to_owned()
    }

    /// Somebody who signed in at another server of the same desk.
    pub(crate) fn with_token(&self, person: &Person<'_>) -> Person<'_> {
        Person {
            server: self,
            token: person.token.clone(),
        }
    }

    /// Somebody at a terminal, signed in.
    pub(crate) async fn signed_in(&self, person: &str) -> Person<'_> {
        Person {
            server: self,
            token: self.token(person).await,
        }
    }

    /// Withdraws an incident at this version: the DPO asks, and the governance team agrees.
    pub(crate) async fn withdraw(&self, incident: impl std::fmt::Display, seen: u64) {
        for (person, seen, step) in [
            (crate::support::case::DPO, seen, "withdraw"),
            ("idris.pennywell", seen + 1, "agree_withdrawal"),
        ] {
            let mut body = json!({"type": "closing", "step": step});
            if step == "withdraw" {
                body["reason"] = json!("a test of the form");
            }
            let person = self.signed_in(person).await;
            person.ask(&incident, Some(seen), &body).await.ok::<Value>();
        }
    }

    /// Whoever holds this token.
    pub(crate) fn holding(&self, token: &str) -> Person<'_> {
        Person {
            server: self,
            token: token.to_owned(),
        }
    }

    /// A figure, as Prometheus would read it.
    pub(crate) async fn figure(&self, name: &str) -> f64 {
        let page = Answer::of(self.raw(Method::GET, route::METRICS)).await.body;
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")));
        let line = line.unwrap_or_else(|| panic!("no {name} in {page}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// Waits until so many polls wait.
    pub(crate) async fn until_waiting(&self, polls: f64) {
        let waiting = async {
            while self.figure("nightdesk_waiting_polls").await < polls {
                tokio::task::yield_now().await;
            }
        };
        let within = Duration::from_secs(20);
        tokio::time::timeout(within, waiting).await.unwrap();
    }

    /// A request without anything but what is given.
    pub(crate) fn raw(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }
}

/// A person who is signed in.
#[derive(Clone)]
pub(crate) struct Person<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) token: String,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn value(&self) -> Value {
        self.json()
    }

    /// The code of a problem, with its status.
    pub(crate) fn problem(&self) -> (u16, String) {
        let kind = &self.headers["content-type"];
        assert_eq!(kind, "application/problem+json", "{self:?}");
        let code = self.value()["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }

    /// The body, where the request was to succeed.
    pub(crate) fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?}");
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_str()
            .unwrap()
    }
}

impl Person<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.server.raw(method, path).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Sends a command under a key; a number is the version that was seen.
    pub(crate) async fn send(
        &self,
        path: &str,
        key: CommandId,
        seen: Option<u64>,
        body: &Value,
    ) -> Answer {
        let mut request = self
            .request(Method::POST, path)
            .header("idempotency-key", key.to_string())
            .json(body);
        if let Some(seen) = seen {
            request = request.header("if-match", route::etag(seen));
        }
        Answer::of(request).await
    }

    /// Logs an incident of Riverbourne ICB.
    pub(crate) async fn log(&self) -> CommandAnswer {
        let answer = self
            .send(route::INCIDENTS, fresh_id(), None, &report())
            .await;
        answer.ok()
    }

    /// Asks something of an incident.
    pub(crate) async fn ask(
        &self,
        incident: impl std::fmt::Display,
        seen: Option<u64>,
        body: &Value,
    ) -> Answer {
        let path = route::incident_commands(incident);
        self.send(&path, fresh_id(), seen, body).await
    }
}

/// The id of a command that nobody has used.
pub(crate) fn fresh_id() -> CommandId {
    CommandId(Uuid::now_v7())
}

/// A report of something that was noticed an hour ago.
pub(crate) fn report() -> Value {
    json!({
        "type": "log",
        "title": "Ward list sent to the wrong practice",
        "summary": "A list of appointments went to another practice by e-mail",
        "aware_at": tonight_at() - chrono::TimeDelta::hours(1),
        "reporter_organisation": "riverbourne",
        "reporter_contact": "extension 4410",
    })
}
