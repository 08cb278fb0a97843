//! A PostgreSQL of a test's own, whatever the other tests run on, and a cable to it that can be held.

use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener as Probe;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A cluster on loopback that lives as long as this does.
pub(crate) struct Cluster {
    files: TempDir,
    port: u16,
}

impl Cluster {
    /// A new one. Nothing that it holds survives a power cut, because no test asks that of it.
    pub(crate) fn start() -> Self {
        let cluster = Self::nowhere();
        run(program("initdb")
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
            .arg("-D")
            .arg(cluster.data()));
        cluster.start_again();
        cluster
    }

    /// A standby of this one, on whose disk everything is before it is acknowledged.
    pub(crate) async fn synchronous_standby(&self) -> Self {
        let standby = Self::nowhere();
        run(program("pg_basebackup")
            .args([
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "--no-sync",
                "-d",
                &self.url(),
            ])
            .arg("-D")
            .arg(standby.data()));
        standby.start_again();
        for setting in [
            "alter system set synchronous_standby_names = '*'",
            "select pg_reload_conf()",
        ] {
            self.run("postgres", "postgres", setting).await.unwrap();
        }
        standby
    }

    /// Has its write-ahead log kept from now on, beside its data, and takes a base backup.
    pub(crate) async fn base_backup(&self) -> Self {
        let kept = self.files.path().join("log-archive");
        run(by_its_user("mkdir").arg(&kept));
        let archive = format!(
            "alter system set archive_command = 'cp %p {}/%f'",
            kept.display()
        );
        for setting in ["alter system set archive_mode = on", &archive] {
            self.run("postgres", "postgres", setting).await.unwrap();
        }
        self.control(&["-m", "fast", "stop"]);
        self.start_again();
        let backup = Self::nowhere();
        run(program("pg_basebackup")
            .args(["-X", "none", "-c", "fast", "--no-sync", "-d", &self.url()])
            .arg("-D")
            .arg(backup.data()));
        backup
    }

    /// What a base backup of it and its kept log make of it, up to a moment.
    pub(crate) async fn recovered(&self, backup: Self, until: &str) -> Self {
        let whole = "select cast(pg_switch_wal() as text)";
        self.run("postgres", "postgres", whole).await.unwrap();
        self.control(&["-m", "fast", "stop"]);
        let kept = self.files.path().join("log-archive");
        let settings = format!(
            "archive_mode = off\nrestore_command = 'cp {}/%f %p'\nrecovery_target_time = '{until}'\n\
             recovery_target_action = promote\n",
            kept.display()
        );
        let data = backup.data();
        let mut file = fs::OpenOptions::new()
            .append(true)
            .open(data.join("postgresql.auto.conf"));
        file.as_mut()
            .unwrap()
            .write_all(settings.as_bytes())
            .unwrap();
        run(by_its_user("touch").arg(data.join("recovery.signal")));
        backup.start_again();
        // It takes questions before it has come so far.
        while backup
            .run("postgres", "postgres", "create table is_there (x int)")
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
        backup
    }

    fn nowhere() -> Self {
        let (files, port) = place();
        Self { files, port }
    }

    /// Starts it where it was stopped.
    pub(crate) fn start_again(&self) {
        let (data, port) = (self.data(), self.port);
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off",
            self.files.path().display()
        );
        run(program("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(data.join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start"));
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// Has it take writes, as the primary from now on.
    pub(crate) fn promote(&self) {
        self.control(&["-w", "promote"]);
    }

    fn control(&self, what: &[&str]) {
        run(program("pg_ctl").arg("-D").arg(self.data()).args(what));
    }

    /// One URL for a database on several machines.
    pub(crate) fn url_of_both(&self, other: &Self) -> String {
        let (port, other) = (self.port, other.port);
        format!(
            "postgres://postgres@127.0.0.1:{port},127.0.0.1:{other}/postgres?target_session_attrs=read-write"
        )
    }

    /// The URL of another database of it, for another user.
    pub(crate) fn url_of(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// What one of its users may do and does; the error of what they may not.
    pub(crate) async fn run(&self, user: &str, database: &str, sql: &str) -> Result<(), String> {
        sqlx::any::install_default_drivers();
        let url = self.url_of(user, database);
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let sql = AssertSqlSafe(sql.to_owned());
        let done = sqlx::raw_sql(sql).execute(&mut connection).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    /// The URL of its database.
    pub(crate) fn url(&self) -> String {
        url(self.port)
    }

    fn data(&self) -> PathBuf {
        self.files.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = program("pg_ctl");
        stop.arg("-D").arg(self.data());
        let _ = stop
            .args(["-m", "immediate", "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// A PgBouncer before a cluster, which gives each transaction to any of a few sessions.
pub(crate) struct Pooler {
    files: TempDir,
    port: u16,
}

impl Pooler {
    pub(crate) fn before(cluster: &Cluster) -> Self {
        let (files, port) = place();
        let folder = files.path().display();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n\
             ignore_startup_parameters = extra_float_digits\nlogfile = {folder}/log\npidfile = {folder}/pid\n",
            cluster.port
        );
        fs::write(files.path().join("pgbouncer.ini"), settings).unwrap();
        run(by_its_user("/usr/sbin/pgbouncer")
            .arg("-d")
            .arg(files.path().join("pgbouncer.ini")));
        Self { files, port }
    }

    /// The URL of the database behind it, for a server that prepares nothing for later.
    pub(crate) fn url(&self) -> String {
        format!("{}?statement-cache-capacity=0", url(self.port))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let process = fs::read_to_string(self.files.path().join("pid")).unwrap();
        run(Command::new("kill").arg(process.trim()));
    }
}

/// A folder that PostgreSQL's user may write to, and a port that is free.
fn place() -> (TempDir, u16) {
    let files = TempDir::new().unwrap();
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(files.path()));
    }
    let free = Probe::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    (files, port)
}

fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program of PostgreSQL, by a user whom it serves: it refuses root.
fn program(name: &str) -> Command {
    let program = newest(Path::new("/usr/lib/postgresql"))
        .join("bin")
        .join(name);
    by_its_user(program)
}

fn by_its_user(program: impl AsRef<OsStr>) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

fn newest(versions: &Path) -> PathBuf {
    let versions = fs::read_dir(versions).expect("PostgreSQL is installed");
    let number = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let newest = versions
        .map(|version| version.unwrap().path())
        .max_by_key(number);
    newest.expect("PostgreSQL is installed")
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(done.unwrap().success(), "{command:?}");
}

/// What passes a cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Runs,
    /// Until a transaction that writes has locked what it writes to; then nothing more.
    RunsUntilLocked,
    /// Nothing passes and no connection ends, as where a machine stands still or a wire is cut.
    Stands,
}

/// The cable between one server and a cluster.
pub(crate) struct Cable {
    port: u16,
    flow: watch::Sender<Flow>,
    questions: Arc<AtomicUsize>,
}

impl Cable {
    pub(crate) async fn to(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let flow = watch::Sender::new(Flow::Runs);
        let questions = Arc::<AtomicUsize>::default();
        let (carried, there) = ((flow.clone(), Arc::clone(&questions)), cluster.port);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, there, carried.clone()));
            }
        });
        Self {
            port,
            flow,
            questions,
        }
    }

    /// How many questions have passed on connections that write: each waits for its answer, so it is a trip.
    pub(crate) fn questions(&self) -> usize {
        self.questions.load(Ordering::Relaxed)
    }

    /// The URL of the database behind it.
    pub(crate) fn url(&self) -> String {
        url(self.port)
    }

    /// From now on nothing passes.
    pub(crate) fn hold(&self) {
        self.flow.send_replace(Flow::Stands);
    }

    /// Holds it as soon as a transaction has its lock, and waits until then.
    pub(crate) async fn hold_inside_a_transaction(&self) {
        self.flow.send_replace(Flow::RunsUntilLocked);
        let mut flow = self.flow.subscribe();
        flow.wait_for(|flow| *flow == Flow::Stands).await.unwrap();
    }

    /// Everything passes again, what was held first.
    pub(crate) fn release(&self) {
        self.flow.send_replace(Flow::Runs);
    }
}

/// One connection. What begins a transaction fits into one read.
async fn carry(
    mut near: TcpStream,
    port: u16,
    (flow, questions): (watch::Sender<Flow>, Arc<AtomicUsize>),
) -> std::io::Result<()> {
    let mut far = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut let_through = flow.subscribe();
    let (mut asked, mut answered) = ([0; 65536], [0; 65536]);
    let (mut has_begun, mut writes, mut was_answered) = (false, false, true);
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let bytes = &asked[..read?];
                let_through.wait_for(|flow| *flow != Flow::Stands).await.ok();
                far.write_all(bytes).await?;
                if bytes.is_empty() {
                    return Ok(());
                }
                let begins = bytes.windows(5).any(|word| word == b"begin");
                writes |= begins;
                // A long question comes in several pieces.
                if writes && std::mem::take(&mut was_answered) {
                    questions.fetch_add(1, Ordering::Relaxed);
                }
                if *flow.borrow() == Flow::RunsUntilLocked {
                    if has_begun {
                        flow.send_replace(Flow::Stands);
                    }
                    has_begun = begins;
                }
            }
            read = far.read(&mut answered) => {
                let bytes = &answered[..read?];
                was_answered = true;
                let_through.wait_for(|flow| *flow != Flow::Stands).await.ok();
                near.write_all(bytes).await?;
                if bytes.is_empty() {
                    return Ok(());
                }
            }
        }
    }
}
