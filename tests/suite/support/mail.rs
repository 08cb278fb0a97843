//! A real mail server: aiosmtpd, which speaks STARTTLS and does with each recipient what it is told to.
//!
//! It is run by the Python that `NIGHTDESK_TEST_PYTHON` names, else by `/usr/bin/python3`, which needs
//! Debian's package python3-aiosmtpd; the certificate is made by openssl.

use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use tempfile::TempDir;

/// A mail server on a port of its own; ends when it is dropped.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    /// Its certificate, its key and what settings name.
    pub(crate) files: TempDir,
    child: Child,
    /// Read as it is said, so that the server never waits for whoever reads.
    said: Receiver<Value>,
    taken: usize,
}

/// A message that it took.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) about: Value,
    pub(crate) content: String,
}

impl Mail {
    fn of(about: Value) -> Self {
        let written = about["content"].as_str().unwrap();
        // As a reader sees it: quoted-printable taken back.
        let content = written.replace("=\r\n", "").replace("=3D", "=");
        Self { about, content }
    }
}

impl MailServer {
    /// One that does so with these recipients, and takes everything else.
    pub(crate) fn start(plan: &Value) -> Self {
        Self::start_with(plan, &[])
    }

    /// One that speaks TLS from the first byte.
    pub(crate) fn start_with_tls(plan: &Value) -> Self {
        Self::start_with(plan, &["tls"])
    }

    fn start_with(plan: &Value, more: &[&str]) -> Self {
        let files = TempDir::new().unwrap();
        let (certificate, key) = certificate(&files);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/smtp_server.py");
        let mut child = Command::new(python())
            .arg(script)
            .args([&certificate, &key])
            .arg(plan.to_string())
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be run: {error}", python().display()));
        let (say, said) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok);
            let said = lines.map_while(|line| serde_json::from_str(&line).ok());
            said.map_while(|what: Value| say.send(what).ok()).count()
        });
        let port: Value = said.recv().unwrap_or_else(|_| {
            panic!(
                "the mail server did not start; install python3-aiosmtpd, or name a Python that has aiosmtpd in NIGHTDESK_TEST_PYTHON"
            )
        });
        Self {
            port: serde_json::from_value(port).unwrap(),
            files,
            child,
            said,
            taken: 0,
        }
    }

    /// A file of settings that names this server, with more lines of the section.
    pub(crate) fn settings(&self, more: &str) -> PathBuf {
        let path = self.files.path().join("server.toml");
        let text = format!(
            "[smtp]\nhost = \"localhost\"\nport = {}\nfrom = \"nightdesk <desk@nightdesk.example.org>\"\nca_file = \"certificate.pem\"\n{more}",
            self.port
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// A file beside the settings that nobody else may read.
    pub(crate) fn secret(&self, name: &str, text: &str) {
        let path = self.files.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }

    /// Waits for the next message that is taken.
    pub(crate) fn next(&mut self) -> Mail {
        self.taken += 1;
        Mail::of(self.said.recv().expect("the mail server has ended"))
    }

    /// The same, where none may come.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Mail> {
        let said = self.said.recv_timeout(patience).ok()?;
        self.taken += 1;
        Some(Mail::of(said))
    }

    /// Ends it, and hands over every message that was not looked at yet.
    pub(crate) fn rest(mut self) -> Vec<Mail> {
        self.child.kill().unwrap();
        self.said.iter().map(Mail::of).collect()
    }

    /// How many messages it has taken, once it has been told of all.
    pub(crate) fn taken_so_far(&mut self) -> usize {
        self.child.kill().unwrap();
        self.taken += self.said.iter().count();
        self.taken
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> PathBuf {
    std::env::var_os("NIGHTDESK_TEST_PYTHON")
        .map_or_else(|| "/usr/bin/python3".into(), PathBuf::from)
}

/// A certificate of this machine, of which nobody else is the authority.
fn certificate(files: &TempDir) -> (PathBuf, PathBuf) {
    let (certificate, key) = (
        files.path().join("certificate.pem"),
        files.path().join("key.pem"),
    );
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl cannot be run; install the package openssl");
    assert!(made.status.success(), "{made:?}");
    (certificate, key)
}

/// What the plan calls for of one address.
pub(crate) fn plan(address: &str, what: &str) -> Value {
    json!({address: what})
}
