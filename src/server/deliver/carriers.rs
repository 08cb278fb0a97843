//! By what messages go out: which carrier takes what sort of address, and how much it may be asked.
//!
//! Deliberately tries nothing twice and knows no queue.

use super::govuk_notify::{GovukNotify, Notification};
use super::smtp::Smtp;
use super::webhook::Webhook;
use super::words::Letter;
use crate::config::server::{Checkpoints, Outgoing};
use crate::domain::delivery::{Address, Answer, Medium};
use crate::domain::id::{OrganisationId, RecipientId};
use crate::domain::recipients::Service;
use crate::now::Clock;
use crate::server::audit;
use crate::server::limits::{Timer, per_minute};
use governor::RateLimiter;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::time::Duration;

type Bucket = RateLimiter<NotKeyed, InMemoryState, Timer, NoOpMiddleware<Duration>>;

/// Everything that messages may go out by.
#[derive(Default)]
pub(crate) struct Carriers {
    smtp: Option<Limited<Smtp>>,
    govuk_notify: Option<Limited<GovukNotify>>,
    webhooks: Vec<Limited<Webhook>>,
    services: Vec<Service>,
    checkpoints: Checkpoints,
    /// SHA-256 of the token that callbacks show, so that comparing tells nothing of it.
    callback_token: Option<String>,
    /// The same of the token by which it is told what came back to a mail server.
    bounce_token: Option<String>,
    poll_every: Option<Duration>,
    /// Where strangers reach this server, without a slash at its end.
    public_url: Option<String>,
    /// Every message counts as taken, and none leaves the machine: a made-up night.
    is_rehearsal: bool,
}

/// A carrier, and how much it may be asked.
struct Limited<T> {
    carrier: T,
    bucket: Bucket,
}

impl<T> Limited<T> {
    fn new(carrier: T, messages: u32, timer: &Timer) -> Self {
        Self {
            carrier,
            bucket: per_minute(messages, timer),
        }
    }

    /// The carrier, or how long it has to be left alone.
    fn admit(&self) -> Result<&T, Duration> {
        match self.bucket.check() {
            Ok(()) => Ok(&self.carrier),
            Err(not_until) => Err(not_until.wait_time_from(self.bucket.clock().now())),
        }
    }
}

/// Compares hashes, so that comparing tells nothing of the token.
fn is_agreed(agreed: Option<&str>, token: &str) -> bool {
    agreed.is_some_and(|agreed| agreed == audit::sha256(token))
}

impl Carriers {
    /// The carriers of these settings; each answer is waited for no longer than this.
    ///
    /// # Errors
    /// A sentence that says which setting cannot be used.
    pub(crate) fn open(
        settings: Outgoing,
        within: Duration,
        clock: &Clock,
    ) -> Result<Self, String> {
        let timer = Timer::start(clock);
        // Fails only if the process has chosen one already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut carriers = Self {
            public_url: settings.public_url,
            checkpoints: settings.checkpoints,
            is_rehearsal: settings.is_rehearsal,
            ..Self::default()
        };
        if let Some(settings) = settings.smtp {
            let messages = settings.per_minute;
            let token = settings.bounce_token.as_ref();
            carriers.bounce_token = token.map(|token| audit::sha256(token.expose_secret()));
            carriers.smtp = Some(Limited::new(Smtp::open(settings)?, messages, &timer));
        }
        if let Some(settings) = settings.govuk_notify {
            let messages = settings.per_minute;
            carriers.poll_every = Some(Duration::from_secs(settings.poll_seconds.into()));
            let token = settings.callback_token.as_ref();
            carriers.callback_token = token.map(|token| audit::sha256(token.expose_secret()));
            let notify = GovukNotify::open(settings, within, clock)?;
            carriers.govuk_notify = Some(Limited::new(notify, messages, &timer));
        }
        let messages = settings.webhooks.per_minute;
        let services = settings.webhooks.services.iter();
        carriers.services = services
            .map(|service| Service {
                name: service.name.clone(),
                organisations: service
                    .organisations
                    .iter()
                    .map(|organisation| organisation.as_str().into())
                    .collect(),
            })
            .collect();
        let webhooks = Webhook::open(settings.webhooks, clock)?;
        carriers.webhooks = webhooks
            .into_iter()
            .map(|webhook| Limited::new(webhook, messages, &timer))
            .collect();
        Ok(carriers)
    }

    /// Hands a message to whatever carries to this address; an error is how long to wait before that.
    pub(super) async fn send(
        &self,
        address: &Address,
        letter: &Letter,
        within: Duration,
    ) -> Result<Answer, Duration> {
        let to = address.to.as_str();
        if self.is_rehearsal {
            return Ok(Answer::Accepted { reference: None });
        }
        Ok(match address.medium {
            Medium::Email => match (&self.smtp, &self.govuk_notify) {
                (Some(smtp), _) => smtp.admit()?.send(to, letter, within).await,
                (None, Some(notify)) => notify.admit()?.send_email(to, letter).await,
                (None, None) => none_for(address.medium),
            },
            Medium::Sms => match &self.govuk_notify {
                Some(notify) => notify.admit()?.send_sms(to, letter).await,
                None => none_for(address.medium),
            },
            Medium::Webhook => {
                let mut webhooks = self.webhooks.iter();
                match webhooks.find(|webhook| webhook.carrier.name == to) {
                    Some(webhook) => webhook.admit()?.send(letter).await,
                    None => Answer::Never("no webhook of this name is set up".to_owned()),
                }
            }
        })
    }

    /// By what this desk can send to people.
    pub(crate) fn media(&self) -> BTreeSet<Medium> {
        let has = |medium: &Medium| match medium {
            Medium::Email => {
                self.is_rehearsal || self.smtp.is_some() || self.govuk_notify.is_some()
            }
            Medium::Sms => self.is_rehearsal || self.govuk_notify.is_some(),
            // A service, and nobody's.
            Medium::Webhook => false,
        };
        Medium::ALL.into_iter().filter(has).collect()
    }

    /// Who keeps the end of the audit trail.
    pub(super) fn checkpoints(&self) -> &Checkpoints {
        &self.checkpoints
    }

    /// Where strangers reach this server, if they do.
    pub(super) fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }

    /// Whether this is what GOV.UK Notify shows when it calls back.
    pub(crate) fn is_callback_token(&self, token: &str) -> bool {
        is_agreed(self.callback_token.as_deref(), token)
    }

    /// Whether this is what somebody shows who tells what came back to a mail server.
    pub(crate) fn is_bounce_token(&self, token: &str) -> bool {
        is_agreed(self.bounce_token.as_deref(), token)
    }

    /// How often what has become of messages is asked for, if anybody can be asked.
    pub(super) fn poll_every(&self) -> Option<Duration> {
        self.poll_every
    }

    /// What became of a notification, where GOV.UK Notify may be asked now.
    pub(super) async fn ask(&self, notification: &str) -> Option<Result<Notification, String>> {
        let notify = self.govuk_notify.as_ref()?.admit().ok()?;
        Some(notify.ask(notification).await)
    }

    /// Whether this is carried by GOV.UK Notify.
    pub(super) fn is_by_notify(&self, medium: Medium) -> bool {
        match medium {
            Medium::Email => self.smtp.is_none() && self.govuk_notify.is_some(),
            Medium::Sms => self.govuk_notify.is_some(),
            Medium::Webhook => false,
        }
    }

    /// The services that are told over HTTP.
    pub(crate) fn services(&self) -> &[Service] {
        &self.services
    }

    /// The services that are told of what concerns this organisation; without one, of the desk itself.
    pub(crate) fn subscribers(
        &self,
        organisation: Option<&OrganisationId>,
    ) -> impl Iterator<Item = (RecipientId, Address)> {
        let concerned = move |service: &&Service| service.is_told_of(organisation);
        let told = self.services.iter().filter(concerned);
        told.map(|service| {
            let name = service.name.as_str();
            (
                RecipientId::of_webhook(name),
                Address::new(Medium::Webhook, name),
            )
        })
    }
}

fn none_for(medium: Medium) -> Answer {
    Answer::Never(format!("no channel is set up for {}", medium.plural()))
}
