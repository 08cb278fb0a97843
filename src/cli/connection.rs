//! Reaching the server from the shell: which one, as whom, and what judging a command takes.
//!
//! Deliberately keeps no picture of the incidents: a shell asks anew each time.

use crate::client::http::{Failure, Http};
use crate::client::replay::Desk;
use crate::client::skew::Skew;
use crate::client::token::Token;
use crate::config::settings::{self, Places, Settings};
use crate::domain::Instant;
use crate::domain::directory::Actor;
use crate::now::Clock;
use clap::Args;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

/// Which server, as whom.
#[derive(Args, Clone)]
pub(super) struct Server {
    /// Address of the server, such as https://desk.example.org [env: NIGHTDESK_SERVER]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// File that holds your token, readable by you alone [env: NIGHTDESK_TOKEN_FILE]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// A server that can be spoken to.
pub(super) struct Connection {
    pub(super) http: Http,
    pub(super) places: Places,
}

impl Server {
    /// The address and the token file, from the arguments or else the settings.
    pub(super) fn chosen(&self, settings: &Settings) -> (String, PathBuf) {
        let address = self.server.as_ref().unwrap_or(&settings.server).clone();
        let token_file = match &self.token_file {
            Some(file) => settings::from_here(file),
            None => settings.token_file.clone(),
        };
        (address, token_file)
    }

    /// The token file of the arguments alone, wherever it is read from later.
    pub(super) fn own_token_file(&self) -> Option<PathBuf> {
        self.token_file.as_deref().map(settings::from_here)
    }

    /// The address, the token file and this user's places; what the arguments leave open is taken from
    /// the settings.
    pub(super) fn named(&self) -> anyhow::Result<(String, PathBuf, Places)> {
        let places = Places::of_user()?;
        let settings = settings::load(&places, |name| std::env::var_os(name))?;
        let (address, token_file) = self.chosen(&settings);
        if address.is_empty() {
            anyhow::bail!(
                "No server is set; give --server, set NIGHTDESK_SERVER, or write server = \"https://…\" in {}",
                places.settings_file().display()
            );
        }
        Ok((address, token_file, places))
    }

    /// Whether one is named at all.
    pub(super) fn is_set(&self) -> bool {
        self.named().is_ok()
    }

    /// A connection to it.
    pub(super) fn connection(&self) -> anyhow::Result<Connection> {
        let (address, token_file, places) = self.named()?;
        let http = Http::new(&address, &Token::read(&token_file)?)?;
        Ok(Connection { http, places })
    }
}

/// Everything a command is judged by, as of now.
pub(super) struct Setting {
    pub(super) desk: Desk,
    skew: Skew,
    clock: Clock,
}

impl Setting {
    /// The present by the server's clock.
    pub(super) fn now(&self) -> Instant {
        self.skew.server_time(self.clock.now())
    }
}

impl Connection {
    /// Ask who asks, the numbers and the directory.
    pub(super) async fn setting(&self) -> Result<Setting, Failure> {
        let clock = Clock::system();
        let sent_at = clock.now();
        let me = self.http.me().await?;
        let received_at = clock.now();
        let server_time = me.heard.server_time.unwrap_or(received_at);
        let policy = self.http.policy().await?.body;
        let directory = self.http.directory().await?.body;
        let actor = Actor {
            person: me.body.person.id,
            organisation: me.body.person.organisation,
            roles: me.body.roles,
        };
        Ok(Setting {
            desk: Desk {
                actor,
                policy: Arc::new(policy),
                directory: Arc::new(directory),
                problems: Arc::default(),
            },
            skew: Skew::measured(sent_at, received_at, server_time),
            clock,
        })
    }
}

/// Everything of a list that the server gives a page at a time; `page` asks for the one at a cursor and
/// gives what is on it, with the cursor of the next.
pub(super) async fn every_page<T>(
    page: impl AsyncFn(Option<&str>) -> anyhow::Result<(Vec<T>, Option<String>)>,
) -> anyhow::Result<Vec<T>> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let (items, next) = page(cursor.as_deref()).await?;
        all.extend(items);
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}

/// Run what waits for the network to its end.
pub(super) fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
