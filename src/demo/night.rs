//! Opens the desk of the night: database, history, tokens, server, and those who answer.
//!
//! Deliberately shows nothing: a console or a script is a client of the server that this opens.

use super::made_up;
use super::partners::{self, PARTNERS};
use super::rota::tonight;
use super::scenario::{ScenarioError, scenarios};
use super::tokens::{self, SignIn};
use super::{history, relief};
use crate::client::http::{Http, ServerError};
use crate::client::token::{self, Token};
use crate::config;
use crate::config::server::Outgoing;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::id::OrganisationId;
use crate::domain::intake::rules::Rules;
use crate::domain::policy::Policy;
use crate::now::Clock;
use crate::server::{
    self, Limits, Loaded, Location, PastError, ServeError, Settings, Store, StoreError, TokenError,
};
use chrono::SubsecRound;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What night to open.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where to keep its database and tokens; a place that is cleared away afterwards, if absent.
    pub keep: Option<PathBuf>,
    /// When it begins; now, if absent.
    pub at: Option<Instant>,
    /// How many made-up incidents there are besides the scenarios.
    pub made_up: usize,
}

/// A night that is open.
pub struct Night {
    /// Where its server listens.
    pub url: String,
    /// Its present, which may have been moved.
    pub clock: Clock,
    folder: Folder,
    stop: CancellationToken,
    serving: JoinHandle<Result<(), ServeError>>,
    others: JoinSet<()>,
}

/// Why a night could not be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum NightError {
    /// The built-in policy is not as it should be.
    #[error(transparent)]
    Policy(#[from] config::PolicyError),
    /// The built-in directory is not as it should be.
    #[error(transparent)]
    Directory(#[from] config::directory::DirectoryError),
    /// The built-in scenarios are not as they should be.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// What happened before could not be written down.
    #[error(transparent)]
    Past(#[from] PastError),
    /// The database did not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A token could not be made.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A token file could not be read back.
    #[error(transparent)]
    TokenFile(#[from] token::TokenError),
    /// One of those who answer could not be connected.
    #[error(transparent)]
    Connection(#[from] ServerError),
    /// The server ended badly.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A file or a port could not be had.
    #[error("The demonstration could not be set up: {0}")]
    Machine(#[from] io::Error),
    /// There is no token for this role.
    #[error("Nobody holds \"{role}\" tonight; choose one of {choices}")]
    NobodyInPost {
        /// What was asked for.
        role: String,
        /// What there is.
        choices: String,
    },
}

impl Night {
    /// Opens the night.
    ///
    /// # Errors
    /// The machine did not give what it needs, or what is built in contradicts itself.
    pub async fn open(plan: &Plan) -> Result<Self, NightError> {
        let folder = Folder::at(plan.keep.as_deref())?;
        let database = Location::Sqlite(folder.path.join("nightdesk.db"));
        let store = Store::open(&database).await?;
        let policy = config::policy()?;
        let start = plan
            .at
            .unwrap_or_else(|| Clock::system().now())
            .trunc_subsecs(0);
        let directory = tonight(config::directory::example()?, start);
        tell_the_past(&store, &policy, &directory, start, plan.made_up).await?;
        let sign_ins = tokens::sign_ins(&directory, start);
        tokens::write(&folder.tokens(), &sign_ins, &store, start).await?;
        let clock = match plan.at {
            Some(at) => Clock::running_from(at),
            None => Clock::system(),
        };
        let settings = Settings {
            store,
            policy,
            clock,
            follow_every: Duration::from_millis(250),
            look_every: server::LOOK_EVERY,
            give_up_after: server::GIVE_UP_AFTER,
            limits: Limits::DEFAULT,
            // Whoever tries a tool here sees its alerts come in without writing a rule first.
            intake: Rules {
                default_organisation: Some(OrganisationId::from("riverbourne")),
                ..Rules::default()
            },
            outgoing: Outgoing {
                is_rehearsal: true,
                ..Outgoing::default()
            },
        };
        Self::serve(folder, settings, &sign_ins).await
    }

    async fn serve(
        folder: Folder,
        settings: Settings,
        sign_ins: &[SignIn],
    ) -> Result<Self, NightError> {
        let clock = settings.clock.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::serve(
            listener,
            settings,
            stop.clone().cancelled_owned(),
        ));
        let others = others(&url, &folder, sign_ins)?;
        Ok(Self {
            url,
            clock,
            folder,
            stop,
            serving,
            others,
        })
    }

    /// Where a console keeps what is unsent.
    pub fn state(&self) -> PathBuf {
        self.folder.path.join("state")
    }

    /// The file that holds the token of a role, `OCO` or `GGR-eastmere`.
    ///
    /// # Errors
    /// Nobody holds that role tonight; the sentence says which there are.
    pub fn token_file(&self, role: &str) -> Result<PathBuf, NightError> {
        let mut choices: Vec<String> = fs::read_dir(self.folder.tokens())?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()?;
        choices.sort();
        match choices.iter().find(|file| file.eq_ignore_ascii_case(role)) {
            Some(file) => Ok(self.folder.tokens().join(file)),
            None => Err(NightError::NobodyInPost {
                role: role.to_owned(),
                choices: choices.join(", "),
            }),
        }
    }

    /// Ends the night: nobody answers any more, the server commits what is queued and stops, and what
    /// was not to be kept is cleared away.
    ///
    /// # Errors
    /// The server ended badly.
    pub async fn close(mut self) -> Result<(), NightError> {
        self.others.shutdown().await;
        self.stop.cancel();
        self.serving
            .await
            .map_err(|error| NightError::Machine(io::Error::other(error)))??;
        Ok(())
    }
}

/// The scenarios and the made-up incidents, on a desk that has not been opened before; a night that
/// was kept goes on as it was left.
async fn tell_the_past(
    store: &Store,
    policy: &Policy,
    directory: &Directory,
    start: Instant,
    made_up: usize,
) -> Result<(), NightError> {
    let mut past = history::of_scenarios(&scenarios()?, directory, start)?;
    past.extend(made_up::incidents(made_up, directory, start));
    past.sort_by_key(|given| given.at);
    let begins_at = past.first().map_or(start, |given| given.at);
    if server::load_directory(store, directory, begins_at).await? == Loaded::Now {
        server::write_past(store, policy, &past).await?;
    }
    Ok(())
}

/// Partners' representatives and the relief officer, each with a token of their own.
fn others(url: &str, folder: &Folder, sign_ins: &[SignIn]) -> Result<JoinSet<()>, NightError> {
    let mut others = JoinSet::new();
    let signed_in = |file: &str| -> Result<Option<Http>, NightError> {
        if !sign_ins.iter().any(|sign_in| sign_in.file == file) {
            return Ok(None);
        }
        let token = Token::read(&folder.tokens().join(file))?;
        Ok(Some(Http::new(url, &token)?))
    };
    for partner in &PARTNERS {
        if let Some(http) = signed_in(&format!("GGR-{}", partner.organisation))? {
            others.spawn(partners::run(partner, http));
        }
    }
    if let Some(http) = signed_in("OCO-next")? {
        others.spawn(relief::run(http));
    }
    Ok(others)
}

/// Where database and tokens lie.
struct Folder {
    path: PathBuf,
    passing: bool,
}

impl Folder {
    /// The folder to keep, or one of its own that goes away with the night.
    fn at(keep: Option<&Path>) -> io::Result<Self> {
        let path = keep.map_or_else(passing_place, Path::to_owned);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)?;
        Ok(Self {
            path,
            passing: keep.is_none(),
        })
    }

    fn tokens(&self) -> PathBuf {
        self.path.join("tokens")
    }
}

fn passing_place() -> PathBuf {
    let name = format!("nightdesk-demo-{}", Uuid::new_v4().simple());
    std::env::temp_dir().join(name)
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.passing
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "the demonstration's files could not be removed");
        }
    }
}
