//! The real program as a process: it is started, told to stop, or killed.

use super::server::{Answer, TestDatabase};
use reqwest::Method;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

/// The program, about to be run.
pub(crate) fn nightdesk(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.args(arguments);
    command
}

/// Runs the program to its end.
pub(crate) fn ran(arguments: &[&str]) -> Output {
    nightdesk(arguments).output().unwrap()
}

/// Waits for the end of a process, whoever started it; says whether it came.
pub(crate) fn ends_within(process: Pid, patience: Duration) -> bool {
    let Ok(process) = pidfd_open(process, PidfdFlags::empty()) else {
        return true;
    };
    let mut watched = [PollFd::new(&process, PollFlags::IN)];
    poll(&mut watched, Some(&patience.try_into().unwrap())).unwrap() == 1
}

/// The hundredths of a second that a process has had of the processor, until somebody collects it.
pub(crate) fn processor_ticks(process: Pid) -> u64 {
    let path = format!("/proc/{}/stat", process.as_raw_nonzero());
    let stat = fs::read_to_string(path).unwrap();
    // The name before it may hold anything; after it the 12th and 13th are user and system time.
    let (_, figures) = stat.rsplit_once(')').unwrap();
    let times = figures.split_whitespace().skip(11).take(2);
    times.map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// A server process on a free port; killed when dropped.
pub(crate) struct ServerProcess {
    pub(crate) url: String,
    child: Child,
}

impl ServerProcess {
    /// Starts `nightdesk serve` and waits until it says where it listens.
    pub(crate) fn start(database: &TestDatabase, directory: &Path) -> Self {
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
        command.stderr(Stdio::null());
        Self::started(command, database, directory)
    }

    /// The same, with settings of the server's own.
    pub(crate) fn start_with_settings(
        database: &TestDatabase,
        directory: &Path,
        settings: &Path,
    ) -> Self {
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0", "--settings"]);
        command.arg(settings).stderr(Stdio::null());
        Self::started(command, database, directory)
    }

    /// The same, with everything that it can log in a file.
    pub(crate) fn start_with_log(database: &TestDatabase, directory: &Path, log: File) -> Self {
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("NIGHTDESK_LOG", "trace").stderr(log);
        Self::started(command, database, directory)
    }

    /// What this command, which serves, has become once it says where it listens.
    pub(crate) fn started(mut command: Command, database: &TestDatabase, directory: &Path) -> Self {
        command.args(database.arguments());
        command.arg("--directory").arg(directory);
        Self::of(command)
    }

    /// What this command has become once it says where it listens.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut url).unwrap();
        assert!(
            url.starts_with("http://"),
            "the server did not start: {url}"
        );
        Self {
            url: url.trim().to_owned(),
            child,
        }
    }

    /// The process itself.
    pub(crate) fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and says how it did.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        rustix::process::kill_process(self.id(), rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }

    /// How it ended by itself; nothing where it did not within that time.
    pub(crate) fn ends_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        ends_within(self.id(), patience).then(|| self.child.wait().unwrap())
    }

    /// A request; none if the server is gone.
    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        let request = client().request(Method::GET, format!("{}{path}", self.url));
        Answer::of(request.bearer_auth(token)).await
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client without a proxy.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
