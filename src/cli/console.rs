//! `nightdesk` alone: the console on the server that is set.
//!
//! Deliberately only gathers what a sitting needs; the console itself is `tui`.

use super::connection::Server;
use super::output::Exit;
use crate::client::token::Token;
use crate::config::settings::{self, Places, Settings};
use crate::notify::detect::{Choice, Environment};
use crate::now::Clock;
use crate::tui::keys::Keymap;
use crate::tui::session::{self, Manner, Sitting, Telling};
use crate::tui::terminal::{Ending, Mouse};
use crate::tui::theme::{self, Theme};
use clap::Args;
use std::path::{Path, PathBuf};

/// How the console is to speak, where the settings do not say.
#[derive(Args, Clone, Copy)]
pub(super) struct Speech {
    /// Read out and type line by line instead of drawing a screen: for screen readers
    #[arg(long)]
    plain: bool,
}

/// Opens the console on the server that the arguments and the settings name.
pub(super) fn run(server: &Server, speech: Speech) -> anyhow::Result<Exit> {
    let (places, settings) = settings()?;
    let (address, token_file) = server.chosen(&settings);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let ended = runtime.block_on(sit(
        &address,
        &token_file,
        places.state,
        Clock::system(),
        speech,
    ));
    // A task that still waits for the network must not keep the shell waiting.
    runtime.shutdown_background();
    ended
}

/// Whether a server is named anywhere.
pub(super) fn is_set_up(server: &Server) -> anyhow::Result<bool> {
    let (_, settings) = settings()?;
    Ok(!server.chosen(&settings).0.is_empty())
}

fn settings() -> anyhow::Result<(Places, Settings)> {
    let places = Places::of_user()?;
    let settings = settings::load(&places, |name| std::env::var_os(name))?;
    Ok((places, settings))
}

fn manner(settings: &Settings, speech: Speech) -> Manner {
    match (speech.plain || settings.plain, settings.mouse) {
        (true, _) => Manner::Plain,
        (false, true) => Manner::Drawn(Mouse::Listen),
        (false, false) => Manner::Drawn(Mouse::Leave),
    }
}

/// How the officer's own desktop is told of alarms.
pub(super) fn telling(settings: &Settings) -> anyhow::Result<Telling> {
    Ok(Telling {
        choice: Choice::named(&settings.notify.terminal)?,
        environment: Environment::read(|name| std::env::var(name).ok()),
        probe: settings.notify.probe,
    })
}

/// One sitting at the console of a server.
pub(super) async fn sit(
    server: &str,
    token_file: &Path,
    state: PathBuf,
    clock: Clock,
    speech: Speech,
) -> anyhow::Result<Exit> {
    let (_, settings) = settings()?;
    // A slip in the settings must not keep an officer from the desk.
    let (theme, slip) = match Theme::named(&settings.theme) {
        Ok(theme) => (theme, None),
        Err(error) => (
            Theme::named(theme::NAMES[0])?,
            Some(format!("Your settings: {error}. The screen is dark now")),
        ),
    };
    let wants_no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let sitting = Sitting {
        server: server.to_owned(),
        token: Token::read(token_file)?,
        state,
        keymap: Keymap::new(&settings.keys)?,
        theme: if wants_no_colour {
            theme.without_colour()
        } else {
            theme
        },
        telling: telling(&settings)?,
        manner: manner(&settings, speech),
        filters: settings.filters,
        slip,
        clock,
    };
    Ok(match session::open(sitting).await? {
        Ending::Quit => Exit::Done,
        Ending::Terminated => Exit::Terminated,
        Ending::HungUp => Exit::HungUp,
        Ending::Interrupted => Exit::Interrupted,
        Ending::Aborted => Exit::Aborted,
        Ending::Fault => Exit::Fault,
    })
}
