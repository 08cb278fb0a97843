//! The console over SSH, through a real client and a real server of OpenSSH on loopback: as the
//! on-call officer has it at home.

use crate::support::process::ends_within;
use crate::support::server::TestServer;
use crate::support::terminal::{PATIENCE, Terminal, arguments, home};
use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal};
use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

/// It insists on being started by its whole path.
const SSHD: &str = "/usr/sbin/sshd";

/// Keys for the host and the officer, and a server that knows both and nothing else of the machine.
fn configure(directory: &Path) {
    for name in ["host", "officer"] {
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(directory.join(name))
            .status();
        let made = made.expect("this test needs ssh-keygen, from the package openssh-client");
        assert!(made.success());
    }
    let at = directory.display();
    let settings = format!(
        "HostKey {at}/host\nAuthorizedKeysFile {at}/officer.pub\nStrictModes no\nUsePAM no\n\
         PasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
    );
    fs::write(directory.join("sshd_config"), settings).unwrap();
}

/// Serves one connection and says on which port. The port is ours before anybody can connect, so
/// there is nothing to wait for.
fn serve(directory: &Path) -> u16 {
    assert!(
        Path::new(SSHD).exists(),
        "this test needs {SSHD}, from the package openssh-server"
    );
    // Only root's sshd wants it; where it cannot be made, sshd will say what it lacks.
    let _ = fs::create_dir_all("/run/sshd");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut sshd = Command::new(SSHD);
    sshd.arg("-i").arg("-f").arg(directory.join("sshd_config"));
    std::thread::spawn(move || {
        let line = OwnedFd::from(listener.accept().unwrap().0);
        sshd.stdin(line.try_clone().unwrap()).stdout(line);
        let mut sshd = sshd.stderr(Stdio::null()).spawn().unwrap();
        sshd.wait()
    });
    port
}

/// `ssh -tt … nightdesk`, in a terminal.
async fn connected() -> (TestServer, Terminal) {
    let server = TestServer::start().await;
    server.signed_in("tamsin.quill").await.log().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    configure(home.path());
    let port = serve(home.path()).to_string();
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let user = String::from_utf8(user).unwrap();
    let mut ssh = CommandBuilder::new("ssh");
    ssh.args(["-tt", "-F", "/dev/null", "-p", &port, "-l", user.trim()]);
    for option in [
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "LogLevel=ERROR",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
    ] {
        ssh.args(["-o", option]);
    }
    ssh.arg("-i");
    ssh.arg(home.path().join("officer"));
    ssh.arg("127.0.0.1");
    ssh.arg(format!(
        "HOME='{}' exec '{}' {}",
        home.path().display(),
        env!("CARGO_BIN_EXE_nightdesk"),
        arguments(&server, &token_file).join(" ")
    ));
    ssh.env("TERM", "xterm-256color");
    let mut terminal = Terminal::run(ssh, home, 24, 80);
    terminal.sees("Ward list").sees("live");
    (server, terminal)
}

/// The console at the other end of the line.
fn console_on(server: &TestServer) -> Option<Pid> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let console = processes.map(|entry| entry.path()).find(|process| {
        // Others come and go meanwhile, and some are not ours to look at.
        let program = fs::read_link(process.join("exe")).unwrap_or_default();
        let arguments = fs::read_to_string(process.join("cmdline")).unwrap_or_default();
        program == Path::new(env!("CARGO_BIN_EXE_nightdesk")) && arguments.contains(&server.url)
    })?;
    Pid::from_raw(console.file_name()?.to_str()?.parse().ok()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_ssh_the_console_draws_obeys_keys_follows_the_size_and_quits() {
    let (_server, mut terminal) = connected().await;
    assert!(!terminal.screen().contains("Stage"));
    terminal.send("a").sees("acknowledged").loses("↑");
    terminal.resize(40, 120).sees("Stage").sees("CLOCKS");
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_does_not_outlive_the_ssh_client_that_was_killed() {
    let (server, mut terminal) = connected().await;
    let console = console_on(&server).expect("the console runs at the other end");
    terminal.signal(Signal::KILL);
    assert!(ends_within(console, PATIENCE), "it runs on, unseen");
}
