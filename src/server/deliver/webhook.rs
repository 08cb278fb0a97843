//! Services that are told over HTTP: as CloudEvents that are signed, or as messages of Teams and Slack.
//!
//! An address is a way into this network for whoever may choose it, so it must be on the list of hosts,
//! is looked up once, and every address that the name has must be a public one; the connection goes to
//! just those. No redirect is followed, nothing of the answer is read but its status, and five seconds
//! are all it gets (T13). A service of this network is reached only where its exact address is allowed
//! by the settings. Deliberately goes through no proxy, which would look the name up again.

use super::http;
use super::words::Letter;
use crate::config::server::{Format, Webhook as Settings, Webhooks};
use crate::domain::delivery::Answer;
use crate::now::Clock;
use crate::server::audit::hexadecimal;
use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// How long a service has to answer.
const WITHIN: Duration = Duration::from_secs(5);

/// The header with the time and the signature over it and the body.
const SIGNATURE: &str = "nightdesk-signature";

/// A service that is told.
pub(super) struct Webhook {
    pub(super) name: String,
    url: Url,
    format: Format,
    secret: Option<SecretString>,
    allowed: BTreeSet<IpAddr>,
    clock: Clock,
}

impl Webhook {
    /// The services of these settings.
    ///
    /// # Errors
    /// A sentence that says which of them cannot be used.
    pub(super) fn open(settings: Webhooks, clock: &Clock) -> Result<Vec<Self>, String> {
        let Webhooks {
            allowed_hosts,
            allowed_addresses,
            services,
            per_minute: _,
        } = settings;
        let each = services.into_iter().map(|service| {
            let Settings {
                name,
                url,
                format,
                secret,
                ..
            } = service;
            let url = checked(&name, url.expose_secret(), &allowed_hosts)?;
            Ok(Self {
                name,
                url,
                format,
                secret,
                allowed: allowed_addresses.clone(),
                clock: clock.clone(),
            })
        });
        each.collect()
    }

    /// Tells the service.
    pub(super) async fn send(&self, letter: &Letter) -> Answer {
        let places = match self.places().await {
            Ok(places) => places,
            Err(answer) => return answer,
        };
        match self.post(letter, &places).await {
            Ok(status) => answer(status),
            Err(error) => {
                let what = http::unreachable(&error);
                Answer::NotNow(format!("the webhook {what}"))
            }
        }
    }

    /// Where the name leads, if it leads nowhere that it must not.
    async fn places(&self) -> Result<Vec<SocketAddr>, Answer> {
        let not_now = |why: &str| Answer::NotNow(why.to_owned());
        let port = self.url.port_or_known_default().unwrap_or(443);
        let host = self.url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::time::timeout(WITHIN, tokio::net::lookup_host((bare, port))).await;
        let places: Vec<SocketAddr> = match found {
            Ok(Ok(places)) => places.collect(),
            Ok(Err(_)) | Err(_) => {
                return Err(not_now("the webhook's name could not be looked up"));
            }
        };
        if places.is_empty() {
            return Err(not_now("the webhook's name leads nowhere"));
        }
        let may_go = |place: &SocketAddr| self.may_go_to(place.ip());
        if !places.iter().all(may_go) {
            return Err(Answer::Never(
                "the webhook leads into this network; allow its exact address in the server's settings if that is meant".to_owned(),
            ));
        }
        let in_clear = self.url.scheme() == "http";
        if in_clear && !places.iter().all(|place| place.ip().is_loopback()) {
            return Err(Answer::Never(
                "the webhook is not encrypted; use https".to_owned(),
            ));
        }
        Ok(places)
    }

    fn may_go_to(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.contains(&address) || is_public(address)
    }

    async fn post(
        &self,
        letter: &Letter,
        places: &[SocketAddr],
    ) -> Result<StatusCode, reqwest::Error> {
        let host = self.url.host_str().unwrap_or_default();
        let client = http::client(WITHIN)
            .no_proxy()
            .resolve_to_addrs(host, places)
            .build()?;
        let body = self.body(letter).to_string();
        let mut request = client
            .post(self.url.clone())
            .header(CONTENT_TYPE, self.format.media_type());
        if let Some(secret) = &self.secret {
            let at = self.clock.now().timestamp();
            request = request.header(SIGNATURE, signature(secret, at, &body));
        }
        Ok(request.body(body).send().await?.status())
    }

    fn body(&self, letter: &Letter) -> Value {
        match self.format {
            Format::CloudEvents => json!({
                "specversion": "1.0",
                "id": format!("{}.{}", letter.delivery, letter.attempt),
                "source": "/nightdesk",
                "type": format!("nightdesk.{}", letter.kind),
                "subject": letter.reference,
                "time": letter.written_at,
                "datacontenttype": "application/json",
                "data": letter.facts,
            }),
            Format::Teams => json!({
                "type": "message",
                "attachments": [{
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": {
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                        "type": "AdaptiveCard",
                        "version": "1.4",
                        "body": [
                            {"type": "TextBlock", "text": letter.subject, "weight": "Bolder", "wrap": true},
                            {"type": "TextBlock", "text": letter.paragraphs.join("\n\n"), "wrap": true},
                        ],
                    },
                }],
            }),
            Format::Slack => json!({"text": for_slack(&letter.short())}),
        }
    }
}

impl Format {
    fn media_type(self) -> &'static str {
        match self {
            Self::CloudEvents => "application/cloudevents+json; charset=utf-8",
            Self::Teams | Self::Slack => "application/json; charset=utf-8",
        }
    }
}

/// The time and the signature over it and the body, so that neither can be used a second time.
fn signature(secret: &SecretString, at: i64, body: &str) -> String {
    let signed = format!("{at}.{body}");
    let mac = http::hmac(secret.expose_secret().as_bytes(), signed.as_bytes());
    format!("t={at},v1={}", hexadecimal(&mac))
}

/// The three signs that mean something to Slack.
fn for_slack(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn answer(status: StatusCode) -> Answer {
    let why = format!("the webhook answered {}", status.as_u16());
    match status {
        status if status.is_success() => Answer::Accepted { reference: None },
        StatusCode::NOT_FOUND | StatusCode::GONE => Answer::Never(why),
        status if status.is_redirection() => {
            Answer::Never(format!("{why}, and a redirect is not followed"))
        }
        _ => Answer::NotNow(why),
    }
}

/// The address of a service, if it may be one at all.
fn checked(name: &str, text: &str, allowed_hosts: &BTreeSet<String>) -> Result<Url, String> {
    let complain = |why: &str| Err(format!("webhook {name}: {why}"));
    let Ok(url) = text.parse::<Url>() else {
        return complain("its file does not hold a URL");
    };
    if !matches!(url.scheme(), "https" | "http") {
        return complain("only https is spoken");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return complain("a name and a password in a URL are not sent");
    }
    let host = url.host_str().unwrap_or_default();
    if !allowed_hosts.contains(host) {
        return complain("its host is not among webhooks.allowed_hosts");
    }
    Ok(url)
}

/// Whether an address is somewhere on the internet and nowhere near this machine or its network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second));
    !is_special
}

/// Of version 6 only what is routed everywhere; where a version 4 is wrapped in it, that one counts.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let wrapped = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Translation to version 4, and 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => wrapped(high, low),
        [0x2002, high, low, ..] => wrapped(high, low),
        // Teredo and other special uses, and what is kept for documents.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}
