//! `nightdesk serve`: the server on its own, until it is told to stop.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use crate::config::desks::{self, WrittenDesk};
use crate::config::server::ServerSettings;
use crate::config::{self, directory};
use crate::encoding;
use crate::now::Clock;
use crate::server::{
    self, Addresses, Alone, Depth, Hosted, Limits, Loaded, Opened, Settings, Store,
};
use anyhow::{Context, bail};
use clap::Args;
use clap::builder::RangedI64ValueParser;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Serve the desk over HTTP until SIGTERM or SIGINT; logs go to standard error as JSON
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Option<Database>,
    /// Serve several desks, each by the name of its host; the file has for each of them host, db or
    /// db_url_file, directory and settings
    #[arg(long, value_name = "FILE", group = "Database", conflicts_with_all = ["directory", "settings"])]
    desks: Option<PathBuf>,
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7430")]
    listen: SocketAddr,
    /// The directory of organisations, people, roles and shifts that a new desk begins with
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// Milliseconds between looks for what other servers on the same database have committed
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 250, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    follow_every: u64,
    /// Seconds after which a server ends whose file cannot be opened any more
    #[arg(long, value_name = "SECONDS", default_value_t = server::GIVE_UP_AFTER.as_secs(), value_parser = clap::value_parser!(u64).range(0..=3_600))]
    give_up_after: u64,
    /// The server's settings: by what messages go out, and where alerts of tools belong
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
}

const LET_THROUGH: Limits = Limits::DEFAULT;

/// How much is let through; of each rate ten seconds' worth may come at once.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
struct LimitArguments {
    /// Questions that one person may ask in a second
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.reads, value_parser = at_least_one())]
    reads: u32,
    /// Commands that one person may give in a second, logging aside
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.commands, value_parser = at_least_one())]
    commands: u32,
    /// Incidents that one person may log in a second
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.intake, value_parser = at_least_one())]
    intake: u32,
    /// Requests with alerts that one tool may send in a second
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.alerts, value_parser = at_least_one())]
    alerts: u32,
    /// Requests without a good token that may come from one address in a second
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.sign_ins, value_parser = at_least_one())]
    sign_ins: u32,
    /// Polls of one person that may wait for a change at a time
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.waiting_polls, value_parser = at_least_one())]
    waiting_polls: u32,
    /// Connections that may be open at a time; half of them are for whoever has shown a good token
    #[arg(long, value_name = "NUMBER", default_value_t = LET_THROUGH.connections, value_parser = at_least_one())]
    connections: u32,
    /// A proxy is in front: the address that counts is the last in its X-Forwarded-For
    #[arg(long)]
    behind_proxy: bool,
}

fn at_least_one() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1_000_000)
}

impl From<LimitArguments> for Limits {
    fn from(arguments: LimitArguments) -> Self {
        let LimitArguments {
            reads,
            commands,
            intake,
            alerts,
            sign_ins,
            waiting_polls,
            connections,
            behind_proxy,
        } = arguments;
        Self {
            reads,
            commands,
            intake,
            alerts,
            sign_ins,
            waiting_polls,
            connections,
            addresses: if behind_proxy {
                Addresses::Forwarded
            } else {
                Addresses::Connected
            },
        }
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    log_to_standard_error();
    block_on(serve(arguments))
}

async fn serve(arguments: Arguments) -> anyhow::Result<Exit> {
    let pace = Pace {
        follow_every: Duration::from_millis(arguments.follow_every),
        give_up_after: Duration::from_secs(arguments.give_up_after),
        limits: arguments.limits.into(),
    };
    if let Some(file) = &arguments.desks {
        let desks = desks::load(file)?
            .into_iter()
            .map(|desk| hosted(desk, &pace));
        let desks: Vec<Hosted> = desks.collect();
        let (listener, told_to_stop) = listen(arguments.listen).await?;
        server::serve_desks(listener, &pace.limits, desks, told_to_stop).await;
        return Ok(Exit::Done);
    }
    let Some(database) = arguments.database else {
        bail!("Say with --db where the database is");
    };
    let (settings, _alone) = open(
        &database,
        arguments.directory.as_deref(),
        arguments.settings.as_deref(),
        &pace,
    )
    .await?;
    let (listener, told_to_stop) = listen(arguments.listen).await?;
    server::serve(listener, settings, told_to_stop).await?;
    Ok(Exit::Done)
}

/// What is the same for every desk of a process.
#[derive(Clone)]
struct Pace {
    follow_every: Duration,
    give_up_after: Duration,
    limits: Limits,
}

fn hosted(desk: WrittenDesk, pace: &Pace) -> Hosted {
    let (host, pace) = (desk.host.clone(), pace.clone());
    let desk = Arc::new(desk);
    let open = Box::new(move || -> Opened {
        let (desk, pace) = (Arc::clone(&desk), pace.clone());
        Box::pin(async move {
            let database = Database::of_desk(&desk);
            let (directory, settings) = (desk.directory.as_deref(), desk.settings.as_deref());
            let opened = open(&database, directory, settings, &pace).await;
            opened.map_err(|error| format!("{error:#}"))
        })
    });
    Hosted { host, open }
}

/// Opens a desk, which is the only one on its database from then on.
async fn open(
    database: &Database,
    directory: Option<&Path>,
    settings: Option<&Path>,
    pace: &Pace,
) -> anyhow::Result<(Settings, Alone)> {
    let ServerSettings { outgoing, intake } = match settings {
        Some(file) => config::server::load(file)?,
        None => ServerSettings::default(),
    };
    let store = database.open().await?;
    let alone = database.location()?.serve_alone()?;
    refuse_damaged(&store).await?;
    let clock = Clock::system();
    load_directory(&store, directory, &clock).await?;
    let settings = Settings {
        store,
        policy: config::policy()?,
        clock,
        follow_every: pace.follow_every,
        look_every: server::LOOK_EVERY,
        give_up_after: pace.give_up_after,
        limits: pace.limits,
        intake,
        outgoing,
    };
    Ok((settings, alone))
}

/// Listens, says where, and waits for the signals by which a server is told to stop.
async fn listen(
    address: SocketAddr,
) -> anyhow::Result<(TcpListener, impl Future<Output = ()> + Send + 'static)> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("Nothing can listen on {address}"))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    output::lines(&format!("http://{}", listener.local_addr()?))?;
    let told_to_stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok((listener, told_to_stop))
}

/// A desk does not begin on a file of which pages are wrong: what it would show may not be so.
async fn refuse_damaged(store: &Store) -> anyhow::Result<()> {
    match store.damage(Depth::Pages).await?.first() {
        None => Ok(()),
        Some(damage) => bail!(
            "The database file is damaged ({damage}). Put a backup in its place, or look at it with nightdesk verify"
        ),
    }
}

async fn load_directory(store: &Store, file: Option<&Path>, clock: &Clock) -> anyhow::Result<()> {
    let Some(file) = file else {
        if server::has_directory(store).await? {
            return Ok(());
        }
        bail!("This desk has no directory yet; give one with --directory FILE");
    };
    let written =
        encoding::read_file(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let directory = directory::read(&written.text)?;
    match server::load_directory(store, &directory, clock.now()).await? {
        Loaded::Now => tracing::info!("the directory was loaded"),
        Loaded::Before => tracing::warn!("the desk has a directory already, which stays"),
    }
    Ok(())
}

/// One JSON object a line. A panic says where it happened and nothing else: what was at hand may be
/// about people.
fn log_to_standard_error() {
    let filter = EnvFilter::try_from_env("NIGHTDESK_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}
