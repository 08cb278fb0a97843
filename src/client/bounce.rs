//! What a mail server says later of an e-mail that it had accepted: read from the delivery status that it
//! sends back (RFC 3464), and told to the desk.
//!
//! Anybody may send such a message to the address that takes them, so nothing of it is believed but which
//! delivery it is about and how far that has come, and no address of it is kept. Deliberately finds out
//! nothing by itself: it fetches no mail.

use super::http::{Failure, Http, ServerError};
use crate::api::types::MailStatus;
use crate::domain::delivery::Report;
use crate::domain::id::DeliveryId;
use crate::text;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};
use secrecy::{ExposeSecret, SecretString};

/// More recipients than one of the desk's messages ever has, also where its address is a list.
const MOST_RECIPIENTS: usize = 50;

/// How much of a mail server's own words is kept, in columns; and in characters, of which any number may
/// stand in one column.
const LONGEST_WORDS: usize = 160;
const MOST_CHARACTERS: usize = 300;

/// A delivery status, read.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// It tells what became of a message of a desk.
    Status(MailStatus),
    /// It is about another message, or tells nothing that matters.
    Nothing,
    /// It is no delivery status: a person, or a machine that answers like one.
    NotAStatus,
}

/// Why the desk was not told.
#[derive(Debug, thiserror::Error)]
pub enum BounceError {
    /// It cannot be spoken to at all.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// It did not take it, or nobody knows whether it did.
    #[error(transparent)]
    NotTaken(#[from] Failure),
}

/// Reads a message.
pub fn read(message: &[u8]) -> Read {
    let Some(message) = MessageParser::default().parse(message) else {
        return Read::NotAStatus;
    };
    let is_status = |part: &&MessagePart<'_>| {
        is_of_kind(part, "message", "delivery-status")
            || is_of_kind(part, "message", "global-delivery-status")
    };
    let Some(status) = message.parts.iter().find(is_status) else {
        return Read::NotAStatus;
    };
    let groups = groups(status.contents());
    let Some((of_message, of_recipients)) = groups.split_first() else {
        return Read::NotAStatus;
    };
    let envelope = field(of_message, "Original-Envelope-Id");
    let name = envelope
        .and_then(|name| named(&name))
        .or_else(|| returned(&message).and_then(|name| named(&name)));
    match (name, worst(of_recipients)) {
        (Some((delivery, attempt)), Some(report)) => Read::Status(MailStatus {
            delivery,
            attempt,
            report,
        }),
        (None, _) | (_, None) => Read::Nothing,
    }
}

/// Tells the desk at this address.
///
/// # Errors
/// It was not taken; the same may be taken later.
pub async fn tell(
    address: &str,
    token: &SecretString,
    status: &MailStatus,
) -> Result<(), BounceError> {
    let http = Http::showing(address, format!("Bearer {}", token.expose_secret()))?;
    Ok(http.tell_mail_status(status).await?)
}

fn is_of_kind(part: &MessagePart<'_>, kind: &str, subkind: &str) -> bool {
    part.content_type().is_some_and(|found| {
        let is_like = |found: &str, wanted: &str| found.eq_ignore_ascii_case(wanted);
        is_like(found.ctype(), kind) && found.subtype().is_some_and(|found| is_like(found, subkind))
    })
}

/// The fields of the message, then those of each recipient: blocks with an empty line between them.
fn groups(status: &[u8]) -> Vec<Message<'static>> {
    let text = String::from_utf8_lossy(status).replace("\r\n", "\n");
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    blocks
        .take(1 + MOST_RECIPIENTS)
        .filter_map(|block| {
            let parser = MessageParser::new().default_header_text();
            let fields = parser.parse_headers(block.trim_start());
            fields.map(Message::into_owned)
        })
        .collect()
}

fn field(fields: &Message<'_>, name: &'static str) -> Option<String> {
    let value = fields.header(name)?.as_text()?;
    Some(value.trim().to_owned())
}

/// The Message-ID of the message that came back, whole or by its headers alone.
fn returned(message: &Message<'_>) -> Option<String> {
    message.parts.iter().find_map(|part| {
        let name = |message: &Message<'_>| message.message_id().map(str::to_owned);
        if is_of_kind(part, "text", "rfc822-headers") {
            name(&MessageParser::default().parse_headers(part.contents())?)
        } else {
            name(part.message()?)
        }
    })
}

/// The delivery and the attempt in a name that the desk gave: `DELIVERY.ATTEMPT`, with the sender's domain
/// behind it where it is a Message-ID.
fn named(name: &str) -> Option<(DeliveryId, u32)> {
    let local = name.split('@').next()?;
    let (delivery, attempt) = local.rsplit_once('.')?;
    Some((DeliveryId(delivery.parse().ok()?), attempt.parse().ok()?))
}

/// The worst of what is told of the recipients: an address may be several people, and whoever is not
/// reached matters more than whoever is.
fn worst(recipients: &[Message<'_>]) -> Option<Report> {
    let badness = |report: &Report| match report {
        Report::Delivered => 0,
        Report::Delayed(_) => 1,
        Report::GivenUp(_) => 2,
        Report::Refused(_) => 3,
    };
    let reports = recipients.iter().filter_map(report);
    reports.max_by_key(badness)
}

/// `relayed` and `expanded` say that nobody will hear more, and nothing of whether it has arrived.
fn report(recipient: &Message<'_>) -> Option<Report> {
    let action = field(recipient, "Action")?.to_ascii_lowercase();
    let status = field(recipient, "Status").unwrap_or_default();
    match action.as_str() {
        "delivered" => Some(Report::Delivered),
        "delayed" => Some(Report::Delayed(why(recipient, "is still trying"))),
        "failed" if status.starts_with('5') => {
            Some(Report::Refused(why(recipient, "could not deliver it")))
        }
        "failed" => Some(Report::GivenUp(why(recipient, "gave up"))),
        _ => None,
    }
}

fn why(recipient: &Message<'_>, what: &str) -> String {
    let words = ["Status", "Diagnostic-Code"].map(|name| field(recipient, name));
    let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    // Where a message went is nobody's business who reads why it did not arrive.
    let words = words
        .split_whitespace()
        .map(|word| match word.contains('@') {
            true => "(address)",
            false => word,
        });
    let words = words.collect::<Vec<_>>().join(" ");
    let words = text::line(&words).truncated(LONGEST_WORDS).to_string();
    let words: String = words.chars().take(MOST_CHARACTERS).collect();
    format!("the mail server {what}: {words}")
}
