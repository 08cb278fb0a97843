//! The real Alertmanager of Debian and its amtool, sending to a running server.

use super::server::with_default;
use crate::support::case::OFFICER;
use crate::support::process::ends_within;
use crate::support::server::{Person, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::{ChangesPage, IncidentPage};
use nightdesk::domain::incident::{Incident, Status};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// The package that both programs come from.
const PACKAGE: &str =
    "this test needs prometheus-alertmanager and amtool, from the package prometheus-alertmanager";

/// Long enough for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running Alertmanager that notifies a desk; killed when dropped.
struct Alertmanager {
    url: String,
    child: Child,
    _files: TempDir,
}

impl Alertmanager {
    fn start(server: &TestServer, token: &str) -> Self {
        Self::grouping(server, token, "group_by: ['...']", "")
    }

    /// One that puts alerts together like this, and has this setting of its webhook.
    fn grouping(server: &TestServer, token: &str, group_by: &str, webhook: &str) -> Self {
        let files = TempDir::new().unwrap();
        let path = |name: &str| files.path().join(name).display().to_string();
        fs::write(path("token"), token).unwrap();
        fs::set_permissions(path("token"), Permissions::from_mode(0o600)).unwrap();
        let settings = format!(
            "route: {{receiver: desk, {group_by}, group_wait: 0s, group_interval: 100ms, repeat_interval: 1h}}\n\
             receivers:\n\
             - name: desk\n\
             \x20 webhook_configs:\n\
             \x20 - url: {}{}\n\
             \x20   http_config: {{authorization: {{credentials_file: {}}}}}\n\
             {webhook}",
            server.url,
            route::INTAKE_ALERTMANAGER,
            path("token"),
        );
        fs::write(path("alertmanager.yml"), settings).unwrap();
        let started = Command::new("prometheus-alertmanager")
            .arg(format!("--config.file={}", path("alertmanager.yml")))
            .arg(format!("--storage.path={}", path("data")))
            .args([
                "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match started {
            Err(error) if error.kind() == ErrorKind::NotFound => panic!("{PACKAGE}"),
            started => started.unwrap(),
        };
        let log = BufReader::new(child.stderr.take().unwrap());
        let address = address(log);
        Self {
            url: format!("http://{address}"),
            child,
            _files: files,
        }
    }

    /// Says something of the alert "DiskFull" of db1.
    fn add(&self, further: &[&str]) {
        self.add_of("db1", further);
    }

    fn add_of(&self, instance: &str, further: &[&str]) {
        let added = Command::new("amtool")
            .arg(format!("--alertmanager.url={}", self.url))
            .args(["alert", "add", "alertname=DiskFull"])
            .arg(format!("instance={instance}"))
            .args([
                "--annotation=summary=The disk of db1 is full",
                "--start=2024-06-12T22:10:00Z",
            ])
            .args(further)
            .output()
            .expect(PACKAGE);
        assert!(added.status.success(), "{added:?}");
    }
}

/// The address that it listens at, from its log; what it says later is read by nobody, and must not
/// fill the pipe.
fn address(mut log: impl BufRead + Send + 'static) -> String {
    let mut line = String::new();
    while log.read_line(&mut line).unwrap() > 0 {
        if let Some((_, address)) = line.split_once("msg=\"Listening on\" address=") {
            let address = address.trim().to_owned();
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return address;
        }
        line.clear();
    }
    panic!("Alertmanager ended before it listened");
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let process = Pid::from_child(&self.child);
        // It may have ended by itself.
        let _ = kill_process(process, Signal::TERM);
        if !ends_within(process, PATIENCE) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The incident of the next change, and where to go on.
async fn next_change(officer: &Person<'_>, after: &str) -> (Incident, String) {
    let path = format!("{}?after={after}&wait=20", route::CHANGES);
    let answer = officer.get(&path).await;
    assert_eq!(answer.status.as_u16(), 200, "nothing arrived: {answer:?}");
    let mut page: ChangesPage = answer.ok();
    (page.changes.remove(0).incident, page.next)
}

#[tokio::test]
async fn an_alert_of_a_real_alertmanager_is_an_incident_and_its_end_a_note() {
    let server = TestServer::start_with(with_default).await;
    let officer = server.signed_in(OFFICER).await;
    let page: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    let manager = Alertmanager::start(&server, &server.tool_token("prometheus").await);
    manager.add(&[]);
    let (logged, after) = next_change(&officer, &page.changes_after).await;
    assert_eq!(&*logged.title, "DiskFull: The disk of db1 is full");
    assert_eq!(logged.logged_by.person.as_str(), "tool:prometheus");
    assert_eq!(logged.awareness.staff_at, super::at("2024-06-12T22:10:00Z"));
    assert!(
        logged.summary.contains("instance: db1"),
        "{}",
        logged.summary
    );
    manager.add(&["--end=2024-06-12T22:20:00Z"]);
    let (over, _) = next_change(&officer, &after).await;
    assert_eq!((over.id, over.status), (logged.id, Status::Logged));
    assert_eq!(over.notes.len(), 1);
    assert!(over.notes[0].text.contains("says that it is over"));
    assert_eq!(server.incidents().await.len(), 1);
    server.assert_verified().await;
}

#[tokio::test]
async fn what_a_real_alertmanager_leaves_out_of_a_message_is_told_on_the_incident() {
    let server = TestServer::start_with(with_default).await;
    let officer = server.signed_in(OFFICER).await;
    let page: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    let token = server.tool_token("prometheus").await;
    let manager = Alertmanager::grouping(
        &server,
        &token,
        "group_by: ['alertname']",
        "\x20   max_alerts: 1\n",
    );
    manager.add_of("db1", &[]);
    let (logged, mut after) = next_change(&officer, &page.changes_after).await;
    manager.add_of("db2", &[]);
    // Which of the two it sends is for it to choose; the other one is told of.
    let mut told = logged;
    let says = "The tool prometheus left 1 more alert out of its message; look at http";
    let tells = |incident: &Incident| {
        let mut notes = incident.notes.iter();
        incident.summary.contains(says) || notes.any(|note| note.text.contains(says))
    };
    while !tells(&told) {
        (told, after) = next_change(&officer, &after).await;
    }
    server.assert_verified().await;
}
