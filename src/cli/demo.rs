//! `nightdesk demo`: a made-up night on a real server, for whoever wants to try the desk.
//!
//! Deliberately needs nothing: no other file, service or setting.

use super::console;
use super::output::{self, Exit};
use crate::demo::{Night, Plan};
use crate::domain::Instant;
use clap::Args;
use std::path::PathBuf;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Try the desk with made-up incidents on a server of its own
#[derive(Args)]
pub(super) struct Arguments {
    /// Keep the database and the tokens in DIR, and go on with them next time
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Sign in as the holder of this role: OCO, DPO, WSO, GGR-eastmere, …
    #[arg(long = "as", value_name = "ROLE", default_value = "OCO")]
    role: String,
    /// Let the night begin at this instant instead of now
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// Open no screen: print the server's address and the place of the token file, and serve until
    /// told to stop
    #[arg(long)]
    headless: bool,
    /// Add N made-up incidents, 100 to 100,000, to see how the desk bears numbers
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    incidents: Option<u32>,
    #[command(flatten)]
    speech: console::Speech,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let plan = Plan {
        keep: arguments.keep.clone(),
        at: arguments.at,
        made_up: arguments.incidents.unwrap_or_default() as usize,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let shown = runtime.block_on(async {
        // Heard from the beginning, so that a night that is told to stop is always cleared away.
        let told_to_stop = signal(SignalKind::terminate())?;
        let interrupted = signal(SignalKind::interrupt())?;
        let night = Night::open(&plan).await?;
        let shown = show(&night, &arguments, told_to_stop, interrupted).await;
        night.close().await?;
        shown
    });
    // A task that still waits for the network must not keep the shell waiting.
    runtime.shutdown_background();
    shown
}

async fn show(
    night: &Night,
    arguments: &Arguments,
    mut told_to_stop: Signal,
    mut interrupted: Signal,
) -> anyhow::Result<Exit> {
    let token_file = night.token_file(&arguments.role)?;
    if !arguments.headless {
        return console::sit(
            &night.url,
            &token_file,
            night.state(),
            night.clock.clone(),
            arguments.speech,
        )
        .await;
    }
    output::lines(&format!("{}\n{}", night.url, token_file.display()))?;
    tokio::select! {
        _ = told_to_stop.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(Exit::Done)
}
