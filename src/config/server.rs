//! The server's settings: the built-in file, and the owner's on top.
//!
//! They say by what messages go out and where alerts of tools belong; how often and when is the
//! policy's. As in every file of settings, the defaults are a file too, read by the same code. Secrets
//! are read from files of their own at the start, so that a desk whose password is missing does not find
//! out at 3 a.m.

use super::intake::Intake;
use super::secret::{self, SecretError};
use super::settings::lay_over;
use crate::domain::delivery::{Address, Medium};
use crate::domain::id::RecipientId;
use crate::domain::intake::rules::Rules;
use crate::encoding;
use chrono::TimeDelta;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Every setting with its default.
pub const DEFAULTS: &str = include_str!("../../config/server.toml");

/// What a server is set up with.
#[derive(Clone, Debug, Default)]
pub struct ServerSettings {
    /// By what it sends messages.
    pub outgoing: Outgoing,
    /// Where alerts of tools belong.
    pub intake: Rules,
}

/// By what a server sends messages.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The mail server; without one no e-mail is sent by SMTP.
    pub smtp: Option<Smtp>,
    /// A service of GOV.UK Notify; without one nothing is sent by it.
    pub govuk_notify: Option<GovukNotify>,
    /// Services that are told over HTTP.
    pub webhooks: Webhooks,
    /// Who keeps the end of the audit trail.
    pub checkpoints: Checkpoints,
    /// Where partners reach this server in a browser, without a slash at its end.
    pub public_url: Option<String>,
    /// Whether this is a night that somebody plays through: every message counts as taken, and none
    /// leaves the machine. No file can say so.
    pub is_rehearsal: bool,
}

/// Who keeps the end of the audit trail where nobody who runs the desk can change it.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    /// How much time lies between two.
    pub every: TimeDelta,
    /// Everybody who is told, and where.
    pub keepers: Vec<(RecipientId, Address)>,
}

impl Default for Checkpoints {
    /// Nobody but the log, once a day.
    fn default() -> Self {
        Self {
            every: TimeDelta::days(1),
            keepers: Vec::new(),
        }
    }
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
    /// Where what cannot be delivered comes back; to the sender where there is none.
    pub bounces_to: Option<String>,
    /// What `nightdesk bounce` shows.
    pub bounce_token: Option<SecretString>,
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

/// A service of GOV.UK Notify.
#[derive(Clone, Debug)]
pub struct GovukNotify {
    /// The service's API key.
    pub api_key: SecretString,
    /// Where Notify is.
    pub base_url: String,
    /// The template of an e-mail.
    pub email_template: Option<String>,
    /// The template of a text message.
    pub sms_template: Option<String>,
    /// What its callbacks show.
    pub callback_token: Option<SecretString>,
    /// Seconds between two looks at what has become of messages.
    pub poll_seconds: u32,
    /// How many messages may go out in a minute.
    pub per_minute: u32,
}

/// Services that are told over HTTP.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// The hosts that they may have.
    pub allowed_hosts: BTreeSet<String>,
    /// The addresses that are no public ones and allowed all the same.
    pub allowed_addresses: BTreeSet<IpAddr>,
    /// How many messages may go out in a minute to each.
    pub per_minute: u32,
    /// The services.
    pub services: Vec<Webhook>,
}

/// A service that is told over HTTP.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// What it is called here.
    pub name: String,
    /// Its URL, which is as good as a password.
    pub url: SecretString,
    /// What is sent.
    pub format: Format,
    /// The key by which that is signed.
    pub secret: Option<SecretString>,
    /// Whose alarms it is told of; empty: everybody's, and the desk's own.
    pub organisations: BTreeSet<String>,
}

/// What a service that is told over HTTP understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CloudEvents 1.0, as JSON.
    CloudEvents,
    /// An incoming webhook of Microsoft Teams: a message with an adaptive card.
    Teams,
    /// An incoming webhook of Slack.
    Slack,
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
    public_url: String,
    smtp: WrittenSmtp,
    govuk_notify: WrittenNotify,
    webhooks: WrittenWebhooks,
    checkpoint: WrittenCheckpoint,
    intake: Intake,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCheckpoint {
    email: String,
    services: BTreeSet<String>,
    every_hours: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNotify {
    api_key_file: PathBuf,
    base_url: String,
    email_template: String,
    sms_template: String,
    callback_token_file: PathBuf,
    poll_seconds: u32,
    per_minute: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWebhooks {
    allowed_hosts: BTreeSet<String>,
    allowed_addresses: BTreeSet<IpAddr>,
    per_minute: u32,
    services: BTreeMap<String, WrittenWebhook>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWebhook {
    url_file: PathBuf,
    format: Format,
    #[serde(default)]
    secret_file: PathBuf,
    #[serde(default)]
    organisations: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSmtp {
    host: String,
    port: u16,
    security: Security,
    from: String,
    bounces_to: String,
    bounce_token_file: PathBuf,
    user: String,
    password_file: PathBuf,
    ca_file: PathBuf,
    per_minute: u32,
}

/// The settings in a file, with the defaults below them and the secrets that they name.
///
/// # Errors
/// A sentence that names the file and the setting.
pub fn load(path: &Path) -> Result<ServerSettings, OutgoingError> {
    let unreadable = |source| OutgoingError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let own = encoding::read_file(path).map_err(unreadable)?.text;
    let nonsense = |reason| OutgoingError::Nonsense {
        path: path.to_owned(),
        reason,
    };
    let written = read(&own).map_err(nonsense)?;
    let place = Place(path);
    let mut outgoing = Outgoing {
        smtp: written.smtp.checked(&place)?,
        govuk_notify: written.govuk_notify.checked(&place)?,
        webhooks: written.webhooks.checked(&place)?,
        checkpoints: Checkpoints::default(),
        public_url: public_url(&written.public_url, &place)?,
        is_rehearsal: false,
    };
    outgoing.checkpoints = written.checkpoint.checked(&outgoing, &place)?;
    let intake = written.intake.checked().map_err(nonsense)?;
    Ok(ServerSettings { outgoing, intake })
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

    fn secret_if_named(&self, named: &Path) -> Result<Option<SecretString>, OutgoingError> {
        if is_empty(named) {
            Ok(None)
        } else {
            self.secret(named).map(Some)
        }
    }

    fn complain<T>(&self, reason: &str) -> Result<T, OutgoingError> {
        Err(OutgoingError::Nonsense {
            path: self.0.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

/// A link travels in messages, and whoever follows it types a name: so TLS, unless it is this machine.
fn public_url(text: &str, place: &Place<'_>) -> Result<Option<String>, OutgoingError> {
    let text = text.trim_end_matches('/');
    let host = text
        .strip_prefix("http://")
        .map(|rest| rest.split([':', '/']).next());
    let is_here = host.flatten().is_some_and(is_this_machine);
    match text {
        "" => Ok(None),
        url if url.starts_with("https://") || is_here => Ok(Some(url.to_owned())),
        _ => place.complain("public_url begins with https://"),
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
        let credentials = match (self.user.is_empty(), is_empty(&self.password_file)) {
            (true, true) => None,
            (false, false) => Some((self.user, place.secret(&self.password_file)?)),
            _ => return place.complain("smtp.user and smtp.password_file go together"),
        };
        let trusted = if is_empty(&self.ca_file) {
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
            bounces_to: (!self.bounces_to.is_empty()).then_some(self.bounces_to),
            bounce_token: place.secret_if_named(&self.bounce_token_file)?,
            credentials,
            trusted,
            per_minute: self.per_minute,
        }))
    }
}

impl WrittenNotify {
    fn checked(self, place: &Place<'_>) -> Result<Option<GovukNotify>, OutgoingError> {
        if is_empty(&self.api_key_file) {
            return Ok(None);
        }
        if self.per_minute == 0 || self.poll_seconds == 0 {
            return place.complain(
                "govuk_notify.per_minute and govuk_notify.poll_seconds must be above zero",
            );
        }
        let template = |id: String| (!id.is_empty()).then_some(id);
        let (email_template, sms_template) =
            (template(self.email_template), template(self.sms_template));
        if email_template.is_none() && sms_template.is_none() {
            return place.complain(
                "govuk_notify has no template; set email_template, sms_template or both",
            );
        }
        Ok(Some(GovukNotify {
            api_key: place.secret(&self.api_key_file)?,
            base_url: self.base_url,
            email_template,
            sms_template,
            callback_token: place.secret_if_named(&self.callback_token_file)?,
            poll_seconds: self.poll_seconds,
            per_minute: self.per_minute,
        }))
    }
}

impl WrittenWebhooks {
    fn checked(self, place: &Place<'_>) -> Result<Webhooks, OutgoingError> {
        if self.per_minute == 0 {
            return place.complain("webhooks.per_minute must be above zero");
        }
        let mut services = Vec::with_capacity(self.services.len());
        for (name, written) in self.services {
            let is_signed = !is_empty(&written.secret_file);
            if is_signed != (written.format == Format::CloudEvents) {
                return place.complain(
                    "a webhook of the format cloudevents has a secret_file, and no other has",
                );
            }
            services.push(Webhook {
                name,
                url: place.secret(&written.url_file)?,
                format: written.format,
                secret: place.secret_if_named(&written.secret_file)?,
                organisations: written.organisations,
            });
        }
        Ok(Webhooks {
            allowed_hosts: self.allowed_hosts,
            allowed_addresses: self.allowed_addresses,
            per_minute: self.per_minute,
            services,
        })
    }
}

impl WrittenCheckpoint {
    /// Only by what is set up can anything be sent.
    fn checked(self, by: &Outgoing, place: &Place<'_>) -> Result<Checkpoints, OutgoingError> {
        if self.every_hours == 0 {
            return place.complain("checkpoint.every_hours must be above zero");
        }
        let sends_mail = by.smtp.is_some() || by.govuk_notify.is_some();
        if !self.email.is_empty() && !sends_mail {
            return place.complain("checkpoint.email needs [smtp] or [govuk_notify]");
        }
        let is_known = |name: &str| by.webhooks.services.iter().any(|it| it.name == name);
        if let Some(unknown) = self.services.iter().find(|name| !is_known(name)) {
            let reason = format!(
                "checkpoint.services names \"{unknown}\", which is not in [webhooks.services]"
            );
            return place.complain(&reason);
        }
        let mailbox = (!self.email.is_empty()).then(|| {
            let address = Address::new(Medium::Email, self.email);
            (RecipientId::of_keeper(), address)
        });
        let services = self.services.iter().map(|name| {
            let address = Address::new(Medium::Webhook, name);
            (RecipientId::of_webhook(name), address)
        });
        Ok(Checkpoints {
            every: TimeDelta::hours(self.every_hours.into()),
            keepers: mailbox.into_iter().chain(services).collect(),
        })
    }
}

fn is_empty(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
