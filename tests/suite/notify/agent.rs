//! The agent without a screen on a real session bus, against a real server.

use crate::support::desktop::{Bus, Desktop};
use crate::support::process::nightdesk;
use crate::support::proxy::Proxy;
use crate::support::server::{TestServer, fresh_id, report, tonight_at};
use crate::support::terminal::{PATIENCE, home};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use serde_json::json;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// The agent as a process; killed when dropped.
struct Agent {
    child: Child,
    said: Receiver<String>,
}

impl Agent {
    fn start(url: &str, home: &Path, bus: &Bus) -> Self {
        let mut command = watch(url, home);
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, said }
    }

    /// Waits until it says something with these words in it.
    #[track_caller]
    fn says(&self, words: &str) {
        while let Ok(line) = self.said.recv_timeout(PATIENCE) {
            if line.contains(words) {
                return;
            }
        }
        panic!("the agent does not say \"{words}\"");
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Longer than any test takes.
const TEN_MINUTES: Duration = Duration::from_secs(600);

fn watch(url: &str, home: &Path) -> Command {
    let token_file = home.join("token").display().to_string();
    let mut command = nightdesk(&["watch", "--server", url, "--token-file", &token_file]);
    command.env_clear().env("HOME", home);
    command
}

/// Everything that lies below a folder, with its content.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = fs::read(&path).unwrap();
            found.push((path, content));
        }
    }
    found
}

/// A night on which one incident was logged, with 24 hours to tell the data protection officer.
pub(super) async fn night() -> (TestServer, String, TempDir) {
    night_on(TestServer::start().await).await
}

async fn night_on(server: TestServer) -> (TestServer, String, TempDir) {
    let officer = server.signed_in("tamsin.quill").await;
    let logged = officer.log().await;
    let acknowledged = json!({ "type": "acknowledge" });
    let answer = officer.ask(logged.incident.id, None, &acknowledged).await;
    let answer: CommandAnswer = answer.ok();
    let (home, _) = home(&officer.token);
    (server, answer.incident.name(), home)
}

/// Moves the server to just before the moment when half of that time has gone.
pub(super) fn set(server: &TestServer, before: TimeDelta) {
    let half = tonight_at() - TimeDelta::hours(1) + TimeDelta::hours(12);
    server.clock.clone().set(half - before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agent_tells_of_each_alarm_once_with_the_server_without_it_and_after_a_restart() {
    let (server, reference, home) = night().await;
    let proxy = Proxy::before(&server.url).await;
    let bus = Bus::start();
    let mut desktop = Desktop::on(&bus).await;
    set(&server, TimeDelta::seconds(5));
    let agent = Agent::start(&proxy.url, home.path(), &bus);
    agent.says("Watching the desk");
    proxy.cut();
    agent.says("Alarms are local and unconfirmed until then");
    let popup = desktop.shows().await;
    assert_eq!(popup.heading, "nightdesk: alarm");
    assert!(popup.text.starts_with(&reference), "{popup:?}");
    let local = "left (local, unconfirmed)";
    assert!(popup.text.ends_with(local), "{popup:?}");
    assert_eq!((popup.urgency, popup.timeout), (1, -1));
    // The server is back, past the same moment: what is told next is of another incident.
    set(&server, -TimeDelta::minutes(1));
    proxy.mend();
    agent.says("Watching the desk");
    another_is_told(&server, &mut desktop).await;
    drop(agent);
    let again = Agent::start(&proxy.url, home.path(), &bus);
    again.says("Watching the desk");
    another_is_told(&server, &mut desktop).await;
}

/// One more incident is logged, late, and the next pop-up is about it.
async fn another_is_told(server: &TestServer, desktop: &mut Desktop) {
    let officer = server.signed_in("tamsin.quill").await;
    let logged = officer.log().await.incident.name();
    let popup = desktop.shows().await;
    assert!(popup.text.starts_with(&logged), "{popup:?}");
    assert!(!popup.text.contains("local"), "{popup:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agent_says_once_that_the_server_raises_no_alarms_and_raises_them_itself() {
    // Its engine is to look every ten minutes, and has not yet.
    let server = TestServer::start_with(|settings| settings.look_every = TEN_MINUTES).await;
    let (server, reference, _) = night_on(server).await;
    // It needs no more than that.
    let (home, _) = home(&server.alarms_token("tamsin.quill").await);
    let bus = Bus::start();
    let mut desktop = Desktop::on(&bus).await;
    set(&server, TimeDelta::seconds(5));
    let agent = Agent::start(&server.url, home.path(), &bus);
    agent.says("The server's alarm engine has been silent since Fri 12 Jun 23:30 BST");
    let first = desktop.shows().await;
    assert_eq!(first.heading, "nightdesk: no alarms from the server");
    assert_eq!((first.urgency, first.timeout), (2, 0));
    let second = desktop.shows().await;
    assert!(second.text.starts_with(&reference), "{second:?}");
    assert!(second.text.ends_with("left (local, unconfirmed)"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_starts_without_the_server_goes_on_with_what_was_kept() {
    let (server, _, home) = night().await;
    let proxy = Proxy::before(&server.url).await;
    let bus = Bus::start();
    let mut desktop = Desktop::on(&bus).await;
    let agent = Agent::start(&proxy.url, home.path(), &bus);
    agent.says("Watching the desk");
    drop(agent);
    proxy.cut();
    // By its wall clock, which is all it has, everything is long overdue.
    let alone = Agent::start(&proxy.url, home.path(), &bus);
    alone.says("Alarms are local and unconfirmed until then");
    assert!(desktop.shows().await.text.contains("local, unconfirmed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_button_shows_the_reference_by_itself() {
    let (server, reference, home) = night().await;
    let bus = Bus::start();
    let mut desktop = Desktop::on(&bus).await;
    set(&server, -TimeDelta::minutes(1));
    let _agent = Agent::start(&server.url, home.path(), &bus);
    let popup = desktop.shows().await;
    assert_eq!(popup.actions, ["reference", "Show reference"]);
    let shown = loop {
        let shown = desktop.shows_when_pressed(&popup, "reference").await;
        if shown.actions.is_empty() {
            break shown;
        }
    };
    assert_eq!(shown.text, reference);
}

/// What must not leave the desk, in every field of an incident that takes words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_typed_reaches_the_desktop_or_the_agent_s_files() {
    const CANARY: &str = "Kanarienvogel";
    let server = TestServer::start().await;
    let officer = server.signed_in("tamsin.quill").await;
    let mut body = report();
    for field in ["title", "summary", "reporter_contact"] {
        body[field] = json!(format!("{CANARY} {field}"));
    }
    let logged: CommandAnswer = officer
        .send(route::INCIDENTS, fresh_id(), None, &body)
        .await
        .ok();
    let note = json!({ "type": "note", "kind": "FILE_NOTE", "text": format!("{CANARY} note") });
    officer.ask(logged.incident.id, None, &note).await;
    let (home, _) = home(&officer.token);
    let bus = Bus::start();
    let mut desktop = Desktop::on(&bus).await;
    set(&server, -TimeDelta::minutes(1));
    let agent = Agent::start(&server.url, home.path(), &bus);
    let mut told = vec![desktop.shows().await];
    agent.says("Watching the desk");
    told.extend(desktop.rest());
    assert!(!format!("{told:?}").contains(CANARY), "{told:?}");
    let kept = files(&home.path().join(".local/state"));
    assert!(kept.iter().any(|(path, _)| path.ends_with("deadlines")));
    assert!(kept.iter().any(|(path, _)| path.ends_with("told")));
    for (path, content) in kept {
        let content = String::from_utf8_lossy(&content).into_owned();
        assert!(!content.contains(CANARY), "{}: {content}", path.display());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn an_agent_that_could_reach_nobody_says_why_and_ends() {
    let (home, _) = home("ndk_unused");
    let silent = Bus::start();
    let nowhere = "unix:path=/nonexistent/bus".to_owned();
    for (name, value, words) in [
        (
            "DBUS_SESSION_BUS_ADDRESS",
            &nowhere,
            "There is no desktop session here",
        ),
        (
            "DBUS_SESSION_BUS_ADDRESS",
            &silent.address,
            "No notification service is running on this desktop",
        ),
        (
            "SSH_CONNECTION",
            &"192.0.2.1 50000 192.0.2.2 22".to_owned(),
            "would open on this machine and not on yours",
        ),
    ] {
        let mut command = watch("http://127.0.0.1:9", home.path());
        let output = command.env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn the_service_is_written_once_and_started_by_nobody_but_the_officer() {
    let home = TempDir::new().unwrap();
    let install = || {
        let mut command = nightdesk(&["watch", "--install"]);
        command.env_clear().env("HOME", home.path());
        command.output().unwrap()
    };
    let first = install();
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert_eq!(first.status.code(), Some(0), "{said}");
    assert!(said.contains("systemctl --user enable --now nightdesk-watch"));
    let file = home
        .path()
        .join(".config/systemd/user/nightdesk-watch.service");
    let unit = fs::read_to_string(&file).unwrap();
    let program = env!("CARGO_BIN_EXE_nightdesk");
    assert!(
        unit.contains(&format!("ExecStart=\"{program}\" watch\n")),
        "{unit}"
    );
    assert_eq!(install().status.code(), Some(0));
    fs::remove_file(&file).unwrap();
    let mut command = nightdesk(&["watch", "--install", "--token-file", "/tmp/a \"b\" 100%"]);
    command.env_clear().env("HOME", home.path());
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    let unit = fs::read_to_string(&file).unwrap();
    let named = format!("ExecStart=\"{program}\" watch --token-file \"/tmp/a \\\"b\\\" 100%%\"\n");
    assert!(unit.contains(&named), "{unit}");
    fs::write(&file, "[Service]\n").unwrap();
    let refused = install();
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), "[Service]\n");
}
