//! A whole night through every way out of the desk, with words in every field that nobody outside may
//! read: none of them is in anything that is sent, shown beside the screen, asked for by address, given
//! to a process or left behind by one (F22).
//!
//! Where a word belongs is said in the test: an address is where a message goes, and the screen and the
//! API show a case to whoever may see it.

use crate::deliveries::notices::{EASTMERE, link, shared_incident};
use crate::notify::agent::files;
use crate::support::case::{OFFICER, directory_at};
use crate::support::desktop::{Bus, Desktop};
use crate::support::mail::{Mail, MailServer, plan};
use crate::support::notify::Notify;
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::proxy::Proxy;
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id};
use crate::support::terminal::{PATIENCE, Terminal};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::domain::Instant;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::now::Clock;
use portable_pty::CommandBuilder;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What is typed by people, wherever words may stand.
const CANARY: &str = crate::deliveries::notices::CANARY;

const TEAM: [&str; 3] = ["cloudevents", "teams", "slack"];

/// What must not leave the desk: what was typed, the names of people, and how they are reached.
fn secrets(directory: &Directory) -> Vec<String> {
    let names = directory
        .people
        .iter()
        .map(|person| person.name.to_string());
    let points = directory.contact_points.iter();
    let points = points.map(|point| point.value.to_string());
    let secrets: Vec<String> = names.chain(points).chain([CANARY.to_owned()]).collect();
    assert!(secrets.len() > 100);
    secrets
}

/// A place where nothing of it may be.
struct Place {
    name: String,
    content: String,
}

impl Place {
    fn of(name: impl Into<String>, content: impl Into<String>) -> Self {
        let (name, content) = (name.into(), content.into());
        Self { name, content }
    }
}

fn found(places: &[Place], secrets: &[String]) -> Vec<String> {
    let each = places.iter().flat_map(|place| {
        let here = secrets
            .iter()
            .filter(|secret| place.content.contains(*secret));
        here.map(|secret| format!("{secret} in {}", place.name))
    });
    each.collect()
}

/// A service that is told over HTTP; all that it is told comes out at the other end.
async fn service() -> (u16, UnboundedReceiver<String>) {
    async fn take(
        State(told): State<UnboundedSender<String>>,
        uri: Uri,
        headers: HeaderMap,
        body: String,
    ) {
        // Nobody looks once the test has ended.
        let _ = told.send(format!("{uri}\n{headers:?}\n{body}"));
    }
    let (sender, told) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let routes = Router::new().fallback(take).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (port, told)
}

/// Settings by which a server sends in every way there is.
fn every_channel(mail: &MailServer, notify: &Notify, service: u16) -> PathBuf {
    let notify = notify.settings("");
    let folder = notify.parent().unwrap().display().to_string();
    let notify = fs::read_to_string(&notify).unwrap();
    let notify = notify
        .replace("\"key\"", &format!("\"{folder}/key\""))
        .replace("\"callback\"", &format!("\"{folder}/callback\""));
    let mut text = format!(
        "per_minute = 6000\n\n{notify}\n[webhooks]\nper_minute = 600\nallowed_hosts = [\"127.0.0.1\"]\nallowed_addresses = [\"127.0.0.1\"]\n"
    );
    mail.secret("hook-key", "swordfish");
    for format in TEAM {
        mail.secret(format, &format!("http://127.0.0.1:{service}/{format}"));
        let signed = match format {
            "cloudevents" => "secret_file = \"hook-key\"\n",
            _ => "",
        };
        writeln!(
            text,
            "[webhooks.services.{format}]\nurl_file = \"{format}\"\nformat = \"{format}\"\n{signed}"
        )
        .unwrap();
    }
    let path = mail.settings(&text);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        format!("public_url = \"https://desk.example.org\"\n{whole}"),
    )
    .unwrap();
    path
}

/// A desk on which half of the time for an incident has gone, and nobody has been told of anything yet.
async fn desk(now: Instant) -> (TestDatabase, IncidentId, String) {
    let noticed = now - TimeDelta::hours(13);
    let server = TestServer::start_at_with(noticed, |_| {}).await;
    let id = shared_incident(&server.signed_in(OFFICER).await).await;
    server.clock.clone().set(now);
    let officer = server.signed_in(OFFICER).await;
    let token = officer.token.clone();
    (server.stop().await, id, token)
}

/// The officer has a partner told of the incident.
async fn tell_partner(server: &ServerProcess, token: &str, id: IncidentId) {
    let incident: Incident = server.get(token, &route::incident(id)).await.ok();
    let told =
        json!({"type": "notify_partners", "organisations": ["eastmere"], "channel": "EMAIL"});
    let url = format!("{}{}", server.url, route::incident_commands(id));
    let request = client().post(url).bearer_auth(token).json(&told);
    let request = request
        .header("idempotency-key", fresh_id().to_string())
        .header("if-match", route::etag(incident.version));
    Answer::of(request).await.ok::<Value>();
}

/// A folder for what a process may leave behind.
fn folder(files: &TempDir, name: &str) -> PathBuf {
    let path = files.path().join(name);
    fs::create_dir(&path).unwrap();
    path
}

/// Everything that lies below a folder, each with its name and its content.
fn left_in(folder: &Path) -> impl Iterator<Item = Place> + use<> {
    files(folder).into_iter().map(|(path, content)| {
        let name = path.display().to_string();
        let content = format!("{name} {}", String::from_utf8_lossy(&content));
        Place::of(name, content)
    })
}

/// What everybody on the machine, or its user, can read of a process.
fn process(name: &str, id: u32) -> [Place; 2] {
    ["cmdline", "environ"].map(|what| {
        let content = fs::read(format!("/proc/{id}/{what}")).unwrap();
        assert!(!content.is_empty(), "{name} {what}");
        Place::of(
            format!("{what} of {name}"),
            String::from_utf8_lossy(&content).into_owned(),
        )
    })
}

/// A message as it came, without where it goes.
fn without_address(mail: &Mail) -> String {
    let lines = mail.content.lines();
    lines
        .filter(|line| !line.starts_with("To: "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The agent, with all that it says in a file.
struct Agent(Child);

impl Agent {
    fn start(url: &str, home: &Path, temporary: &Path, bus: &Bus, said: &Path) -> Self {
        let token_file = home.join("token").display().to_string();
        let mut command: Command =
            nightdesk(&["watch", "--server", url, "--token-file", &token_file]);
        command
            .env_clear()
            .env("HOME", home)
            .env("TMPDIR", temporary)
            .env("NIGHTDESK_LOG", "trace")
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .stdout(File::create(said).unwrap())
            .stderr(File::create(said.with_extension("errors")).unwrap());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An officer at a terminal who looks for a name, and writes a note about a person.
fn works_a_case(url: &str, home: TempDir, temporary: &Path) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nightdesk"));
    let token_file = home.path().join("token").display().to_string();
    command.args(["--server", url, "--token-file", &token_file]);
    command.env_clear();
    command.env("TERM", "foot");
    command.env("HOME", home.path());
    command.env("TMPDIR", temporary);
    let mut terminal = Terminal::run(command, home, 40, 120);
    terminal.sees(CANARY).sees("live");
    terminal.send("S").sees("Search all incidents");
    terminal.send(&format!("{CANARY}\r")).sees("Asking");
    terminal
        .loses("Asking")
        .send("\x1b")
        .loses("Search all incidents");
    terminal.send("n").sees("Text");
    terminal
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_anybody_typed_and_nobodys_name_or_number_leaves_the_desk() {
    let now = Clock::system().now();
    let directory = directory_at(now);
    let secrets = secrets(&directory);
    let (database, id, token) = desk(now).await;
    let (files, bus) = (TempDir::new().unwrap(), Bus::start());
    let refused = format!("{OFFICER}@riverbourne.example.org");
    let mut mail = MailServer::start(&plan(&refused, "refuse"));
    let texts = Notify::start_by(Clock::system(), Value::Null).await;
    let (port, mut told) = service().await;
    let settings = every_channel(&mail, &texts, port);
    let temporary = folder(&files, "temporary");
    let log = files.path().join("log");
    let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0", "--settings"]);
    command
        .arg(&settings)
        .env("NIGHTDESK_LOG", "trace")
        .env("TMPDIR", &temporary)
        .stderr(File::create(&log).unwrap());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    let server = ServerProcess::started(command, &database, &example);
    tell_partner(&server, &token, id).await;
    let proxy = Proxy::before(&server.url).await;
    let mut desktop = Desktop::on(&bus).await;
    let (home, _) = crate::support::terminal::home(&token);
    let (desk_home, _) = crate::support::terminal::home(&token);
    let said = files.path().join("agent");
    let agent = Agent::start(&proxy.url, home.path(), &temporary, &bus, &said);
    let mut places: Vec<Place> = vec![Place::of(
        "a pop-up",
        format!("{:?}", desktop.shows().await),
    )];

    // A partner presses the button of its notice, and says who presses it.
    let mut mails = Vec::new();
    let notice = loop {
        let next = mail.next_within(PATIENCE).expect("the notice is sent");
        let is_it = next.about["to"] == json!([EASTMERE]);
        mails.push(next);
        if is_it {
            break mails.last().unwrap();
        }
    };
    let url = format!("{}{}", server.url, link(&notice.content));
    let form = format!("name={CANARY}&role={CANARY}");
    let kind = "application/x-www-form-urlencoded";
    let pressed = client().post(url).header("content-type", kind).body(form);
    let page = pressed.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Thank you"), "{page}");
    places.push(Place::of("the partner's page", page));

    let mut terminal = works_a_case(&proxy.url, desk_home, &temporary);
    terminal.hears(|heard| !heard.orders.is_empty());
    for (name, id) in [
        (
            "the server",
            server.id().as_raw_nonzero().get().unsigned_abs(),
        ),
        ("the agent", agent.0.id()),
        ("the console", terminal.id()),
    ] {
        places.extend(process(name, id));
    }
    let path = route::incident(id);
    let before: Incident = server.get(&token, &path).await.ok();
    terminal.send(&format!("{CANARY}\x1bOQ"));
    let confirmed = format!("confirmed by the server, version {}", before.version + 1);
    terminal.sees(&confirmed);
    terminal.send("q");
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    let heard = terminal.heard();
    assert!(!heard.titles.is_empty());
    places.extend(
        heard
            .orders
            .iter()
            .map(|order| Place::of("an order to the terminal", order)),
    );
    places.extend(
        heard
            .titles
            .iter()
            .map(|title| Place::of("the window's title", title)),
    );

    for _ in TEAM {
        let told = tokio::time::timeout(PATIENCE, told.recv()).await;
        places.push(Place::of("a webhook", told.expect("each is told").unwrap()));
    }
    let (_, text) = texts.last_within(PATIENCE).await;
    let number = text["phone_number"].as_str().unwrap().to_owned();
    let mut without = text.clone();
    without["phone_number"] = Value::Null;
    places.push(Place::of("a text message", without.to_string()));
    places.extend(
        mails
            .iter()
            .map(|mail| Place::of("an e-mail", without_address(mail))),
    );
    let asked = proxy.asked();
    assert!(
        asked.iter().any(|line| line.contains("/v1/search")),
        "{asked:?}"
    );
    places.extend(asked.into_iter().map(|line| Place::of("an address", line)));

    // Positive controls: each of them is where it belongs, and whoever looks for it finds it there.
    let answer = server.get(&token, &path).await;
    let notes = answer.body.matches(CANARY).count();
    assert!(notes > 5, "{notes}");
    assert!(secrets.contains(&number), "{number}");
    let to = mails.iter().map(|mail| mail.about["to"].to_string());
    let belongs = [answer.body.clone(), text.to_string(), to.collect()];
    for content in belongs {
        let place = Place::of("where it belongs", content);
        assert!(!found(&[place], &secrets).is_empty());
    }

    drop(agent);
    let mut server = server;
    assert!(server.terminate().success());
    for path in [&log, &said, &said.with_extension("errors")] {
        let content = fs::read_to_string(path).unwrap();
        places.push(Place::of(path.display().to_string(), content));
    }
    assert!(
        places
            .iter()
            .any(|place| place.content.contains("/v1/changes"))
    );
    let left = [
        left_in(&temporary),
        left_in(&home.path().join(".local")),
        left_in(&terminal.state()),
    ];
    places.extend(left.into_iter().flatten());
    assert_eq!(found(&places, &secrets), Vec::<String>::new());
}
