//! The server's settings: the built-in file, and the owner's on top.
//!
//! They say by what messages go out, and nothing else: how often and when is the policy's. As in every
//! file of settings, the defaults are a file too, read by the same code. Secrets are read from files of
//! their own at the start, so that a desk whose password is missing does not find out at 3 a.m.

use super::secret::{self, SecretError};
use super::settings::lay_over;
use secrecy::SecretString;
use serde::Deserialize;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Every setting with its default.
pub const DEFAULTS: &str = include_str!("../../config/server.toml");

/// By what a server sends messages.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The mail server; without one no e-mail is sent by SMTP.
    pub smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// The sender.
    pub from: String,
    /// The name and the password that it asks for.
    pub credentials: Option<(String, SecretString)>,
    /// Certificates that are trusted in place of the machine's, PEM.
    pub trusted: Option<Vec<u8>>,
    /// How many messages may go out in a minute.
    pub per_minute: u32,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS once the server has said hello; a server that does not offer it gets nothing.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None, on this very machine.
    None,
}

/// Why settings were not taken.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The file cannot be read.
    #[error("The server's settings {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// Not TOML, a setting that does not exist, or a value that makes no sense.
    #[error("The server's settings {} cannot be used: {reason}", path.display())]
    Nonsense {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line where that is known.
        reason: String,
    },
    /// A secret is not in its file.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    smtp: WrittenSmtp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSmtp {
    host: String,
    port: u16,
    security: Security,
    from: String,
    user: String,
    password_file: PathBuf,
    ca_file: PathBuf,
    per_minute: u32,
}

/// The settings in a file, with the defaults below them and the secrets that they name.
///
/// # Errors
/// A sentence that names the file and the setting.
pub fn load(path: &Path) -> Result<Outgoing, OutgoingError> {
    let unreadable = |source| OutgoingError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let own = std::fs::read_to_string(path).map_err(unreadable)?;
    let written = read(&own).map_err(|reason| OutgoingError::Nonsense {
        path: path.to_owned(),
        reason,
    })?;
    let place = Place(path);
    Ok(Outgoing {
        smtp: written.smtp.checked(&place)?,
    })
}

fn read(own: &str) -> Result<Written, String> {
    // First alone, so that a complaint names the line of the owner's file.
    let own: Table = toml::from_str(own).map_err(|error| error.to_string())?;
    let mut all: Table = toml::from_str(DEFAULTS).map_err(|error| error.to_string())?;
    lay_over(&mut all, own);
    Written::deserialize(Value::Table(all)).map_err(|error| error.message().to_owned())
}

/// The file that the settings came from.
struct Place<'a>(&'a Path);

impl Place<'_> {
    /// A path of the settings, which starts beside them.
    fn beside(&self, named: &Path) -> PathBuf {
        self.0
            .parent()
            .map_or_else(|| named.to_owned(), |folder| folder.join(named))
    }

    fn secret(&self, named: &Path) -> Result<SecretString, OutgoingError> {
        Ok(secret::read(&self.beside(named))?)
    }

    fn complain<T>(&self, reason: &str) -> Result<T, OutgoingError> {
        Err(OutgoingError::Nonsense {
            path: self.0.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

impl WrittenSmtp {
    fn checked(self, place: &Place<'_>) -> Result<Option<Smtp>, OutgoingError> {
        if self.host.is_empty() {
            return Ok(None);
        }
        if self.from.is_empty() {
            return place.complain("smtp.from is empty; say who the sender is");
        }
        if self.security == Security::None && !is_this_machine(&self.host) {
            return place.complain(
                "smtp.security is \"none\", which is taken only for a mail server on this machine",
            );
        }
        if self.per_minute == 0 {
            return place.complain("smtp.per_minute must be above zero");
        }
        let credentials = match (self.user.is_empty(), self.password_file.as_os_str()) {
            (true, file) if file.is_empty() => None,
            (false, file) if !file.is_empty() => {
                Some((self.user, place.secret(&self.password_file)?))
            }
            _ => return place.complain("smtp.user and smtp.password_file go together"),
        };
        let trusted = if self.ca_file.as_os_str().is_empty() {
            None
        } else {
            let path = place.beside(&self.ca_file);
            let read = std::fs::read(&path);
            Some(read.map_err(|source| OutgoingError::Unreadable { path, source })?)
        };
        Ok(Some(Smtp {
            host: self.host,
            port: self.port,
            security: self.security,
            from: self.from,
            credentials,
            trusted,
            per_minute: self.per_minute,
        }))
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
