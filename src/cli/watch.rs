//! `nightdesk watch`: the agent, and putting it among the services of the officer's own session.
//!
//! Deliberately calls no other program: enabling a service is the officer's own step, which is named.

use super::connection::Server;
use super::output::{self, Exit};
use crate::client::token::Token;
use crate::config::settings::{self, Places};
use crate::notify::detect::Environment;
use crate::now::Clock;
use crate::watch::{self, Watching};
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The service as it is shipped.
const UNIT: &str = include_str!("../../config/nightdesk-watch.service");

/// How the program is called in it.
const COMMAND: &str = "ExecStart=nightdesk watch";

/// Tell this desktop of alarms while no console is open
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: Server,
    /// Over SSH: tell the desktop of the machine that this runs on all the same
    #[arg(long)]
    on_this_machine: bool,
    /// Write the service that watches whenever you are signed in on your desktop, and say how to start it;
    /// with --token-file it watches with that token
    #[arg(long, conflicts_with_all = ["server", "on_this_machine"])]
    install: bool,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if arguments.install {
        return install(arguments.server.own_token_file().as_deref());
    }
    let environment = Environment::read(|name| std::env::var(name).ok());
    if environment.over_ssh && !arguments.on_this_machine {
        anyhow::bail!(
            "This is a session over SSH: the pop-ups would open on this machine and not on yours. Run \
             \"nightdesk watch\" on your own machine; here the console tells you through your terminal, \
             and --on-this-machine shows them here all the same"
        );
    }
    let (server, token_file, places) = arguments.server.named()?;
    let watching = Watching {
        server,
        token: Token::read(&token_file)?,
        state: places.state,
        clock: Clock::system(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // A reader that has gone is no reason to watch no longer.
    runtime.block_on(watch::watch(watching, |sentence| {
        drop(output::lines(&sentence));
    }))?;
    Ok(Exit::Failed)
}

/// A path as systemd reads it.
fn as_argument(path: &Path) -> String {
    let path = path.display().to_string();
    let escaped = path.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('%', "%%"))
}

fn install(token_file: Option<&Path>) -> anyhow::Result<Exit> {
    let places = Places::of_user()?;
    let settings = settings::load(&places, |name| std::env::var_os(name))?;
    let folder = places
        .config
        .parent()
        .unwrap_or(Path::new("."))
        .join("systemd/user");
    let file = folder.join("nightdesk-watch.service");
    let program = std::env::current_exe().context("Where this program lies is not known")?;
    let token = token_file.map_or_else(String::new, |file| {
        format!(" --token-file {}", as_argument(file))
    });
    let command = format!("ExecStart={} watch{token}", as_argument(&program));
    let unit = UNIT.replace(COMMAND, &command);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    match fs::read_to_string(&file) {
        Ok(there) if there == unit => {}
        Ok(_) => anyhow::bail!(
            "{} is there already and says something else; move it away and try again",
            file.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            output::new_file(&file, unit.as_bytes())?;
        }
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    }
    output::lines(&format!(
        "Written to {}. Start it now and at every sign-in with\n\n    systemctl --user daemon-reload\n    systemctl --user enable --now nightdesk-watch\n",
        file.display()
    ))?;
    if token_file.is_none() {
        output::lines(
            "It watches with the token of your console, which ends with your shift. A token made with \"nightdesk \
             token create --alarms-only\" lasts longer and can do nothing else; name its file with --token-file",
        )?;
    }
    if settings.server.is_empty() {
        output::complain(format!(
            "No server is set yet; write server = \"https://…\" in {}",
            places.settings_file().display()
        ))?;
    }
    Ok(Exit::Done)
}
