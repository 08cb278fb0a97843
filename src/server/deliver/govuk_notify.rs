//! GOV.UK Notify: e-mail and text messages by its documented REST API, version 2.
//!
//! A message is a template of the service with two words filled in: `subject` and `body` of an e-mail,
//! `text` of a text message. The reference of a notification is the delivery's identity, by which its
//! callbacks and its answers to polling are told apart. What is wrong with the address is final; what is
//! wrong with the service, its key or its limits is tried again. Deliberately keeps nothing of what
//! Notify tells about a recipient.

use super::http;
use super::words::Letter;
use crate::config::server::GovukNotify as Settings;
use crate::domain::delivery::{Answer, Report};
use crate::domain::id::DeliveryId;
use crate::now::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use utoipa::ToSchema;

/// GOV.UK Notify, as one of its services.
pub(crate) struct GovukNotify {
    base: Url,
    client: Client,
    /// The service's identity, which the key begins with.
    service: String,
    key: SecretString,
    email_template: Option<String>,
    sms_template: Option<String>,
    clock: Clock,
}

/// What Notify says of a notification, by callback or when it is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = GovukNotification)]
pub(crate) struct Notification {
    /// Its name there.
    pub(crate) id: String,
    /// The delivery that it is; absent from what others send by the same service.
    pub(crate) reference: Option<String>,
    /// How far it has come, in Notify's words: `delivered`, `permanent-failure`, …
    status: String,
}

impl Notification {
    /// The delivery that it is about, if it is one of ours.
    pub(crate) fn delivery(&self) -> Option<DeliveryId> {
        let id = self.reference.as_ref()?.parse().ok()?;
        Some(DeliveryId(id))
    }

    /// What it tells, once it tells something.
    pub(crate) fn report(&self) -> Option<Report> {
        let because = |why: &str| format!("GOV.UK Notify: {why}");
        match self.status.as_str() {
            "delivered" => Some(Report::Delivered),
            "permanent-failure" => Some(Report::Refused(because(
                "there is no such address or number",
            ))),
            "temporary-failure" => Some(Report::GivenUp(because(
                "the mailbox was full or the phone was off for too long",
            ))),
            "technical-failure" => Some(Report::GivenUp(because(
                "the provider could not be reached",
            ))),
            // On its way, or a word that is newer than this program.
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(default)]
    errors: Vec<RefusedError>,
}

#[derive(Deserialize)]
struct RefusedError {
    error: String,
    message: String,
}

impl GovukNotify {
    /// The service of these settings.
    ///
    /// # Errors
    /// A sentence that says which setting cannot be used.
    pub(super) fn open(
        settings: Settings,
        within: Duration,
        clock: &Clock,
    ) -> Result<Self, String> {
        let (service, key) = parts(&settings.api_key)?;
        let client = http::client(within)
            .build()
            .map_err(|error| format!("GOV.UK Notify cannot be set up: {error}"))?;
        Ok(Self {
            base: base(&settings.base_url)?,
            client,
            service,
            key,
            email_template: settings.email_template,
            sms_template: settings.sms_template,
            clock: clock.clone(),
        })
    }

    /// Hands an e-mail over.
    pub(super) async fn send_email(&self, to: &str, letter: &Letter) -> Answer {
        let Some(template) = &self.email_template else {
            return Answer::Never("no template is set for e-mail by GOV.UK Notify".to_owned());
        };
        let body = json!({
            "email_address": to,
            "template_id": template,
            "personalisation": {
                "subject": letter.subject,
                "body": letter.plain().replace("\r\n", "\n"),
            },
            "reference": letter.delivery,
        });
        self.send("v2/notifications/email", &body).await
    }

    /// Hands a text message over.
    pub(super) async fn send_sms(&self, to: &str, letter: &Letter) -> Answer {
        let Some(template) = &self.sms_template else {
            return Answer::Never("no template is set for text messages by GOV.UK Notify".into());
        };
        let body = json!({
            "phone_number": to,
            "template_id": template,
            "personalisation": { "text": letter.short() },
            "reference": letter.delivery,
        });
        self.send("v2/notifications/sms", &body).await
    }

    async fn send(&self, path: &str, body: &Value) -> Answer {
        let request = match self.base.join(path) {
            Ok(url) => self.client.post(url).bearer_auth(self.token()).json(body),
            Err(error) => return Answer::NotNow(format!("GOV.UK Notify: {error}")),
        };
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                let what = http::unreachable(&error);
                return Answer::NotNow(format!("GOV.UK Notify {what}"));
            }
        };
        let status = response.status();
        if status == StatusCode::CREATED {
            let accepted = response.json::<Accepted>().await.ok();
            let reference = accepted.map(|accepted| accepted.id);
            return Answer::Accepted { reference };
        }
        let refused = response.json::<Refused>().await.ok();
        answer(
            status,
            refused.and_then(|refused| refused.errors.into_iter().next()),
        )
    }

    /// What became of a notification.
    ///
    /// # Errors
    /// Notify did not say; the log may have the sentence.
    pub(super) async fn ask(&self, notification: &str) -> Result<Notification, String> {
        let path = format!("v2/notifications/{notification}");
        let url = self.base.join(&path).map_err(|error| error.to_string())?;
        let asked = self.client.get(url).bearer_auth(self.token()).send().await;
        let response = asked.map_err(|error| http::unreachable(&error))?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status().as_u16()));
        }
        let told = response.json().await;
        told.map_err(|error| http::unreachable(&error))
    }

    /// A token that is good for half a minute, signed with the service's key (JWT, HS256).
    fn token(&self) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let issued_at = self.clock.now().timestamp();
        let header = part(json!({"typ": "JWT", "alg": "HS256"}));
        let claims = part(json!({"iss": self.service, "iat": issued_at}));
        let signed = format!("{header}.{claims}");
        let signature = http::hmac(self.key.expose_secret().as_bytes(), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What a refusal means for the delivery. Only what is said of the recipient is final.
fn answer(status: StatusCode, error: Option<RefusedError>) -> Answer {
    let code = status.as_u16();
    let (sort, message) = error.map_or_else(
        || ("no reason".to_owned(), String::new()),
        |error| (error.error, error.message),
    );
    let of_the_recipient = ["email_address", "phone_number", "recipient"];
    let is_final = status == StatusCode::BAD_REQUEST
        && of_the_recipient.iter().any(|word| message.contains(word));
    let why = format!("GOV.UK Notify said {code} {sort}: {message}");
    if is_final {
        Answer::Never(why)
    } else {
        Answer::NotNow(why)
    }
}

/// A key is a name, the service's identity and the secret, with dashes between; the last two are UUIDs.
fn parts(api_key: &SecretString) -> Result<(String, SecretString), String> {
    const UUID: usize = 36;
    let key = api_key.expose_secret();
    let nonsense =
        || "govuk_notify.api_key_file does not hold an API key of GOV.UK Notify".to_owned();
    let split = |text: &str| {
        let place = text.len().checked_sub(UUID)?;
        let (before, uuid) = text.split_at_checked(place)?;
        let uuid = uuid.parse::<uuid::Uuid>().ok()?.to_string();
        Some((before.trim_end_matches('-').to_owned(), uuid))
    };
    let (rest, secret) = split(key).ok_or_else(nonsense)?;
    let (_, service) = split(&rest).ok_or_else(nonsense)?;
    Ok((service, secret.into()))
}

/// Where Notify is: the key travels there, so only over TLS, unless it is this very machine.
fn base(text: &str) -> Result<Url, String> {
    let nonsense = || "govuk_notify.base_url is not an address that begins with https".to_owned();
    let mut url: Url = text.parse().map_err(|_| nonsense())?;
    let is_this_machine = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !is_this_machine {
        return Err(nonsense());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}
