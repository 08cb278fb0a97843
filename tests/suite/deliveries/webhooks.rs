//! Services that are told over HTTP: what they are sent, how it is signed, and where the desk never
//! goes, whoever asks it to (T13).

use crate::cli::Shell;
use crate::support::case::OFFICER;
use crate::support::desk::{desk_with, queued, tried};
use crate::support::server::TestServer;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use nightdesk::api::route;
use nightdesk::api::types::{DeliveryRecord, Services};
use nightdesk::config;
use nightdesk::domain::delivery::DeliveryState;
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const KEY: &str = "swordfish";

/// A service that is told: it counts connections, keeps the last message, and answers as it should.
struct Service {
    port: u16,
    connections: Arc<AtomicUsize>,
    last: Arc<Mutex<Option<(HeaderMap, String)>>>,
    serving: JoinHandle<()>,
}

type Kept = (Arc<Mutex<Option<(HeaderMap, String)>>>, StatusCode, String);

impl Service {
    /// One that answers with this status, and a place to go on to.
    async fn start(status: u16, location: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, last) = (Arc::<AtomicUsize>::default(), Arc::default());
        let counted = Arc::clone(&connections);
        let listener = axum::serve::ListenerExt::tap_io(listener, move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let status = StatusCode::from_u16(status).unwrap();
        let routes = Router::new().route("/hook", post(take)).with_state((
            Arc::clone(&last),
            status,
            location.to_owned(),
        ));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            port,
            connections,
            last,
            serving,
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn last(&self) -> (HeaderMap, String) {
        self.last.lock().unwrap().clone().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(
    State((last, status, location)): State<Kept>,
    headers: HeaderMap,
    body: String,
) -> Response {
    *last.lock().unwrap() = Some((headers, body));
    (status, [("location", location)]).into_response()
}

/// Settings with one service for each URL: its name is its place.
fn settings(urls: &[String], format: &str, addresses: &[&str]) -> (TempDir, String) {
    let files = TempDir::new().unwrap();
    let secret = |name: &str, text: &str| {
        let path = files.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    };
    secret("key", KEY);
    let hosts: Vec<String> = urls
        .iter()
        .filter_map(|url| Some(reqwest::Url::parse(url).ok()?.host_str()?.to_owned()))
        .collect();
    let mut text = format!(
        "[webhooks]\nper_minute = 600\nallowed_hosts = {}\nallowed_addresses = {}\n",
        json!(hosts),
        json!(addresses)
    );
    for (place, url) in urls.iter().enumerate() {
        secret(&format!("url-{place}"), url);
        let signed = if format == "cloudevents" {
            "secret_file = \"key\"\n"
        } else {
            ""
        };
        writeln!(
            text,
            "[webhooks.services.{place}]\nurl_file = \"url-{place}\"\nformat = \"{format}\"\n{signed}"
        )
        .unwrap();
    }
    (files, text)
}

async fn desk(urls: &[String], format: &str, addresses: &[&str]) -> TestServer {
    let (files, text) = settings(urls, format, addresses);
    let path = files.path().join("server.toml");
    fs::write(&path, text).unwrap();
    desk_with(config::server::load(&path).unwrap().outgoing).await
}

async fn told(server: &TestServer, name: &str) -> DeliveryRecord {
    let officer = server.signed_in(OFFICER).await;
    let id = queued(&officer, &json!({"type": "test_webhook", "name": name})).await;
    tried(&officer, id, 1).await
}

fn hook(service: &Service) -> String {
    format!("http://127.0.0.1:{}/hook", service.port)
}

#[tokio::test]
async fn a_service_gets_a_cloud_event_that_is_signed_with_its_key_and_the_time() {
    let service = Service::start(202, "").await;
    let server = desk(&[hook(&service)], "cloudevents", &["127.0.0.1"]).await;
    let sent = told(&server, "0").await;
    assert_eq!((sent.state, sent.why), (DeliveryState::Sent, None));
    let (headers, body) = service.last();
    assert_eq!(
        headers["content-type"],
        "application/cloudevents+json; charset=utf-8"
    );
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["id"], format!("{}.1", sent.id));
    assert_eq!(event["source"], "/nightdesk");
    assert_eq!(event["type"], "nightdesk.test");
    assert_eq!(event["data"]["template"], "test");
    let signature = headers["nightdesk-signature"].to_str().unwrap();
    let (at, mac) = signature
        .strip_prefix("t=")
        .unwrap()
        .split_once(",v1=")
        .unwrap();
    assert_eq!(at, server.clock.now().timestamp().to_string());
    let mut expected = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    expected.update(format!("{at}.{body}").as_bytes());
    let expected = expected.finalize().into_bytes();
    let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(mac, expected);
}

#[tokio::test]
async fn teams_and_slack_get_what_their_incoming_webhooks_understand() {
    for (format, pointer) in [
        ("teams", "/attachments/0/content/body/0/text"),
        ("slack", "/text"),
    ] {
        let service = Service::start(200, "").await;
        let server = desk(&[hook(&service)], format, &["127.0.0.1"]).await;
        let sent = told(&server, "0").await;
        assert_eq!(sent.state, DeliveryState::Sent, "{format} {sent:?}");
        let (headers, body) = service.last();
        assert!(!headers.contains_key("nightdesk-signature"));
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = body.pointer(pointer).and_then(Value::as_str).unwrap();
        assert!(text.contains("Test of nightdesk"), "{format}: {body}");
    }
}

/// What a service answers, and what becomes of the delivery.
#[tokio::test]
async fn only_a_service_that_is_gone_is_given_up_and_a_redirect_leads_nowhere() {
    let elsewhere = Service::start(200, "").await;
    for (status, state) in [
        (204, DeliveryState::Sent),
        (302, DeliveryState::Failed),
        (307, DeliveryState::Failed),
        (401, DeliveryState::Queued),
        (404, DeliveryState::Failed),
        (410, DeliveryState::Failed),
        (429, DeliveryState::Queued),
        (503, DeliveryState::Queued),
    ] {
        let service = Service::start(status, &hook(&elsewhere)).await;
        let server = desk(&[hook(&service)], "slack", &["127.0.0.1"]).await;
        let found = told(&server, "0").await;
        assert_eq!(found.state, state, "{status}: {found:?}");
        assert_eq!(service.connections(), 1, "{status}");
    }
    assert_eq!(elsewhere.connections(), 0);
    let server = TestServer::start().await;
    let unknown = told(&server, "nobody").await;
    assert_eq!(unknown.state, DeliveryState::Failed);
}

/// Ways to write an address of this machine or its network. The positive control is that the same desk
/// reaches the same service by the same URL where its address is allowed.
#[tokio::test]
async fn no_spelling_of_an_address_leads_into_this_network() {
    let service = Service::start(200, "").await;
    let port = service.port;
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[2001::7f00:1]",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "１２７.０.０.１",
        "①②⑦.0.0.1",
    ];
    let urls: Vec<String> = hosts
        .iter()
        .flat_map(|host| {
            [
                format!("http://{host}:{port}/hook"),
                format!("https://{host}:{port}/hook"),
            ]
        })
        .collect();
    assert!(urls.len() > 60);
    let server = desk(&urls, "slack", &[]).await;
    for (place, url) in urls.iter().enumerate() {
        let found = told(&server, &place.to_string()).await;
        assert_eq!(found.state, DeliveryState::Failed, "{url}: {found:?}");
        let why = found.why.unwrap();
        assert!(why.contains("leads into this network"), "{url}: {why}");
    }
    assert_eq!(service.connections(), 0);
    let control = desk(&urls[..1], "slack", &["127.0.0.1"]).await;
    assert_eq!(told(&control, "0").await.state, DeliveryState::Sent);
    assert_eq!(service.connections(), 1);
}

/// A desk does not even start with these.
#[tokio::test]
async fn an_address_that_could_never_be_meant_ends_the_start() {
    for (url, says) in [
        ("ftp://hooks.example.org/x", "only https"),
        ("file:///etc/passwd", "only https"),
        ("unix:/run/x.sock", "only https"),
        ("gopher://127.0.0.1/x", "only https"),
        (
            "https://desk:secret@hooks.example.org/x",
            "a name and a password",
        ),
        (
            "https://hooks.example.org@127.0.0.1/x",
            "a name and a password",
        ),
        ("https://", "does not hold a URL"),
        ("hooks.example.org/x", "does not hold a URL"),
        ("https://hooks.example.org.evil.example/x", "not among"),
    ] {
        let (files, text) = settings(&[url.to_owned()], "slack", &[]);
        let path = files.path().join("server.toml");
        let text = text.replace("hooks.example.org.evil.example", "hooks.example.org");
        fs::write(&path, text).unwrap();
        let outgoing = config::server::load(&path).unwrap().outgoing;
        let refused = refused_start(outgoing).await;
        assert!(refused.contains(says), "{url}: {refused}");
    }
}

async fn refused_start(outgoing: config::server::Outgoing) -> String {
    let database = crate::support::server::TestDatabase::fresh().await;
    let mut settings = crate::support::server::settings(&database).await;
    settings.outgoing = outgoing;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let never = std::future::pending();
    let served = nightdesk::server::serve(listener, settings, never).await;
    served.unwrap_err().to_string()
}

/// Who would be told of an alarm is people and services, each service of what concerns it; a test from
/// the shell goes the same way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dry_run_lists_the_services_that_would_be_told() {
    let files = TempDir::new().unwrap();
    let file = |name: &str, content: &str| {
        let path = files.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    };
    file("url", "https://hooks.example.org/hook");
    let service = |name: &str, only: &str| {
        format!("[webhooks.services.{name}]\nurl_file = \"url\"\nformat = \"slack\"\n{only}")
    };
    let settings = [
        "[webhooks]\nallowed_hosts = [\"hooks.example.org\"]\n".to_owned(),
        service("all", ""),
        service("ours", "organisations = [\"riverbourne\"]\n"),
        service("theirs", "organisations = [\"harbour\"]\n"),
    ];
    let settings = file("settings.toml", &settings.concat());
    let server = desk_with(config::server::load(&settings).unwrap().outgoing).await;
    let officer = server.signed_in(OFFICER).await;
    let reference = officer.log().await.incident.reference.unwrap().to_string();
    let shell = Shell::of(&server, OFFICER).await;
    let asked = ["who-would-be-told", &reference, "--clock", "bob-24h"];
    // No mail server is set up, so the people on call cannot be told, and the exit code says so.
    let told = shell.run(&asked);
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stdout).unwrap();
    for line in [
        "webhook all",
        "is told of every incident",
        "webhook ours",
        "is told of this organisation's incidents",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert!(!told.contains("theirs"), "{told}");
    let services: Services = officer.get(route::SERVICES).await.ok();
    let names = services
        .services
        .iter()
        .map(|service| service.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["all", "ours", "theirs"]);
}
