//! The officer's settings: the built-in file, the officer's own on top, then the environment.
//!
//! The defaults are a file too, read by the same code, so that it documents every setting there is.
//! Deliberately holds no secret: a token is named by the path of its file.

use crate::domain::query::Filter;
use crate::encoding;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Every setting with its default.
pub const DEFAULTS: &str = include_str!("../../config/nightdesk.toml");

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the server; empty until somebody sets it.
    pub server: String,
    /// The file that holds the token.
    pub token_file: PathBuf,
    /// How the console looks.
    pub theme: String,
    /// Whether the console listens to clicks and the wheel.
    pub mouse: bool,
    /// Whether the console reads out lines instead of drawing.
    pub plain: bool,
    /// How alarms reach the officer's own desktop.
    pub notify: Notify,
    /// Keys of the officer's own, by the name of the action.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Filters of the officer's own, by name; each one can be understood.
    pub filters: BTreeMap<String, String>,
}

/// How alarms reach the officer's own desktop.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// The way through the terminal, as a word.
    pub terminal: String,
    /// Whether the terminal is asked what it is.
    pub probe: bool,
}

/// Why settings were not taken.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no home directory to look in.
    #[error("Your home directory is not known; set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME")]
    NoHome,
    /// The file is there and cannot be read.
    #[error("Your settings {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// Not TOML, a setting that does not exist, or a value that makes no sense.
    #[error("Your settings {} cannot be used: {reason}", path.display())]
    Nonsense {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line where that is known.
        reason: String,
    },
}

/// Where this user's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Settings and token.
    pub config: PathBuf,
    /// What the program remembers: the outbox and half-filled forms.
    pub state: PathBuf,
}

impl Places {
    /// The places that the environment names, by the rules of XDG.
    ///
    /// # Errors
    /// A sentence, where there is no home.
    pub fn of_user() -> Result<Self, SettingsError> {
        use etcetera::BaseStrategy as _;
        let base = etcetera::base_strategy::Xdg::new().map_err(|_| SettingsError::NoHome)?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self {
            config: base.config_dir().join("nightdesk"),
            state: state.join("nightdesk"),
        })
    }

    /// The officer's own settings.
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("nightdesk.toml")
    }
}

/// The settings in force: built in, then the officer's file, then the environment.
///
/// # Errors
/// A sentence that names the file and the setting.
pub fn load(
    places: &Places,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Settings, SettingsError> {
    let path = places.settings_file();
    let own = match encoding::read_file(&path) {
        Ok(decoded) => decoded.text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(SettingsError::Unreadable { path, source }),
    };
    let settings = read(&own).and_then(checked);
    let mut settings = settings.map_err(|reason| SettingsError::Nonsense { path, reason })?;
    if let Some(server) = variable("NIGHTDESK_SERVER") {
        settings.server = server.to_string_lossy().into_owned();
    }
    if let Some(file) = variable("NIGHTDESK_TOKEN_FILE") {
        settings.token_file = from_here(Path::new(&file));
    }
    settings.token_file = places.config.join(settings.token_file);
    Ok(settings)
}

/// What an argument or a variable names is meant from where the officer stands.
pub fn from_here(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The defaults with an officer's own settings on top.
fn read(own: &str) -> Result<Settings, String> {
    // First alone, so that a complaint names the line of the officer's file.
    let own: Table = toml::from_str(own).map_err(|error| error.to_string())?;
    let mut all: Table = toml::from_str(DEFAULTS).map_err(|error| error.to_string())?;
    lay_over(&mut all, own);
    Settings::deserialize(Value::Table(all)).map_err(|error| error.message().to_owned())
}

/// A filter that makes no sense is told now, and not when somebody needs it.
fn checked(settings: Settings) -> Result<Settings, String> {
    for (name, text) in &settings.filters {
        let wrong = |why: &str| format!("the filter \"{name}\" is of no use: {why}");
        match Filter::parse(text) {
            _ if name.trim().is_empty() => return Err(wrong("give it a name")),
            Ok(filter) if filter.is_empty() => return Err(wrong("it keeps everything")),
            Ok(_) => {}
            Err(error) => return Err(wrong(&error.to_string())),
        }
    }
    Ok(settings)
}

/// Puts what is set above over what is set below, table by table.
pub(super) fn lay_over(below: &mut Table, above: Table) {
    for (name, value) in above {
        match (below.get_mut(&name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(name, value);
            }
        }
    }
}
