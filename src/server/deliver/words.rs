//! What a message says: fixed sentences round a reference, a time and a count.
//!
//! Everybody who handles a message may read it, so nothing here is about a person and nothing is what
//! somebody typed. Times are those of the wall in the United Kingdom, and say so.

use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::delivery::Delivery;
use crate::domain::delivery::matter::{Matter, Title};
use crate::domain::id::{DeliveryId, Reference};
use crate::domain::role::Role;
use serde_json::{Value, json};

/// A message as carriers take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The delivery that it is; of a group, the first.
    pub(crate) delivery: DeliveryId,
    /// Which attempt at that delivery it is, counted from 1.
    pub(crate) attempt: u32,
    /// When it is written.
    pub(crate) written_at: Instant,
    /// What sort of thing it is about.
    pub(crate) kind: &'static str,
    /// The incident's reference, if there is an incident.
    pub(crate) reference: Option<Reference>,
    /// What it is made from, for machines.
    pub(crate) facts: Value,
    /// One line, which is also the whole of a text message.
    pub(crate) subject: String,
    /// Paragraphs.
    pub(crate) paragraphs: Vec<String>,
    /// Where the recipient acknowledges it.
    pub(crate) link: Option<String>,
}

/// Where somebody looks who has received a message.
const LOOK: &str = "Sign in to nightdesk to see the details and what to do.";

/// What the link is for.
const ACKNOWLEDGE: &str = "Acknowledge that you have this notice";

/// Why it says so little.
const DISCREET: &str =
    "This message has no details on purpose. Do not reply: nobody reads the replies.";

/// What is said of one matter.
pub(crate) fn of_one(delivery: &Delivery, now: Instant) -> Letter {
    let matter = &delivery.matter;
    let (subject, paragraphs) = match matter {
        Matter::Alarm {
            title,
            reference,
            due_at,
            is_overdue,
        } => alarm(title, *reference, *due_at, *is_overdue, now),
        Matter::Unanswered {
            title,
            reference,
            due_at,
        } => unanswered(title, *reference, *due_at),
        Matter::PartnerNotice {
            reference,
            answer_by,
        } => notice(*reference, *answer_by),
        Matter::Escalation {
            reference,
            role,
            answer_by,
        } => call_for_help(*reference, *role, *answer_by),
        Matter::Test { asked_at } => test(*asked_at),
        Matter::Checkpoint { seq, hash, at } => checkpoint(*seq, hash, *at),
    };
    Letter {
        delivery: delivery.id,
        attempt: delivery.attempts + 1,
        written_at: now,
        kind: delivery.subject.kind(),
        reference: matter.reference(),
        facts: serde_json::to_value(matter).unwrap_or_default(),
        subject,
        paragraphs,
        link: None,
    }
}

fn alarm(
    title: &Title,
    reference: Option<Reference>,
    due_at: Instant,
    is_overdue: bool,
    now: Instant,
) -> (String, Vec<String>) {
    let what = title.as_str();
    let of = of_what(reference);
    let subject = if is_overdue {
        format!("OVERDUE: {what}, was due {}, {of}", in_words(due_at))
    } else {
        format!("{what}: {} left, {of}", left(due_at, now))
    };
    let due = if is_overdue { "was due" } else { "is due" };
    let first = format!("{what}, {of}: {due} {}.", in_words(due_at));
    (
        subject,
        vec![
            first,
            "You will be reminded until someone acknowledges this in nightdesk.".to_owned(),
            LOOK.to_owned(),
            DISCREET.to_owned(),
        ],
    )
}

fn unanswered(
    title: &Title,
    reference: Option<Reference>,
    due_at: Instant,
) -> (String, Vec<String>) {
    let what = title.as_str();
    let of = of_what(reference);
    (
        format!("NOBODY ANSWERS: {what}, due {}, {of}", in_words(due_at)),
        vec![
            format!(
                "{what}, {of}, due {}: nobody has acknowledged it. Everyone on the list has been told the maximum number of times.",
                in_words(due_at)
            ),
            "You are told once. The alarm stays open until someone acknowledges it in nightdesk."
                .to_owned(),
            LOOK.to_owned(),
            DISCREET.to_owned(),
        ],
    )
}

/// What an alarm is of.
fn of_what(reference: Option<Reference>) -> String {
    reference.map_or_else(|| "the desk".to_owned(), |reference| reference.to_string())
}

fn notice(reference: Reference, answer_by: Instant) -> (String, Vec<String>) {
    (
        format!("Incident {reference} concerns your organisation: please acknowledge"),
        vec![
            format!("Incident {reference} concerns your organisation."),
            format!("Please acknowledge by {}.", in_words(answer_by)),
            DISCREET.to_owned(),
        ],
    )
}

fn call_for_help(reference: Reference, role: Role, answer_by: Instant) -> (String, Vec<String>) {
    let role = role.title();
    (
        format!("Call for help with incident {reference}: please acknowledge"),
        vec![
            format!(
                "The out-of-hours desk calls you, as {role}, for help with incident {reference}."
            ),
            format!(
                "Acknowledge by {}, then call the desk. You will be reminded until you acknowledge.",
                in_words(answer_by)
            ),
            LOOK.to_owned(),
            DISCREET.to_owned(),
        ],
    )
}

fn test(asked_at: Instant) -> (String, Vec<String>) {
    (
        "Test of nightdesk: nothing has happened".to_owned(),
        vec![
            format!(
                "This is a test, sent on {}. Messages reach you here. Nothing has happened and you need do nothing.",
                in_words(asked_at)
            ),
            "Do not reply: nobody reads the replies.".to_owned(),
        ],
    )
}

fn checkpoint(seq: u64, hash: &str, at: Instant) -> (String, Vec<String>) {
    (
        format!("Keep this: entry {seq} of the audit trail"),
        vec![
            format!(
                "The last entry of the audit trail on {} was number {seq}. Its hash is {hash}.",
                in_words(at)
            ),
            "Keep this message where nobody who runs the desk can change it. Next week and next year \
             the trail must still hold this entry with this hash."
                .to_owned(),
            format!("To check, add this to \"nightdesk verify\": --expect {seq}:{hash}"),
            "Do not reply: nobody reads the replies.".to_owned(),
        ],
    )
}

/// What is said of many alarms at once: how many there are, exactly, and of which sorts.
pub(crate) fn of_many(first: &Delivery, all: &[Delivery], now: Instant) -> Letter {
    let matters: Vec<&Matter> = all.iter().map(|delivery| &delivery.matter).collect();
    let count = matters.len();
    let overdue = matters.iter().filter(|matter| is_overdue(matter)).count();
    let mut sorts: Vec<(&Title, usize)> = Vec::new();
    for title in matters.iter().filter_map(|matter| title(matter)) {
        match sorts.iter_mut().find(|(known, _)| *known == title) {
            Some((_, number)) => *number += 1,
            None => sorts.push((title, 1)),
        }
    }
    sorts.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
    let list: Vec<String> = sorts
        .iter()
        .map(|(title, number)| format!("{number} × {}", title.as_str()))
        .collect();
    Letter {
        delivery: first.id,
        attempt: first.attempts + 1,
        written_at: now,
        kind: "alarms",
        reference: None,
        facts: json!({"template": "alarms", "count": count, "overdue": overdue}),
        subject: format!(
            "{count} alarms: {overdue} overdue, {} not yet",
            count - overdue
        ),
        paragraphs: vec![
            format!(
                "{count} alarms are open and {overdue} of them are overdue: {}.",
                list.join(", ")
            ),
            LOOK.to_owned(),
            DISCREET.to_owned(),
        ],
        link: None,
    }
}

fn is_overdue(matter: &Matter) -> bool {
    matches!(
        matter,
        Matter::Alarm {
            is_overdue: true,
            ..
        } | Matter::Unanswered { .. }
    )
}

fn title(matter: &Matter) -> Option<&Title> {
    match matter {
        Matter::Alarm { title, .. } | Matter::Unanswered { title, .. } => Some(title),
        Matter::PartnerNotice { .. }
        | Matter::Escalation { .. }
        | Matter::Test { .. }
        | Matter::Checkpoint { .. } => None,
    }
}

/// The time that is left, in hours and minutes.
fn left(until: Instant, now: Instant) -> String {
    let minutes = (until - now).num_minutes().max(0);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What the message of this delivery is called in this attempt.
pub(super) fn name_of(delivery: DeliveryId, attempt: u32) -> String {
    format!("{delivery}.{attempt}")
}

impl Letter {
    /// What this message is called in this attempt. A mail server hands it back with what it reports.
    pub(crate) fn name_of(&self, attempt: u32) -> String {
        name_of(self.delivery, attempt)
    }

    /// The same with where to acknowledge it.
    pub(crate) fn with_link(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }

    /// The same where there is no page to acknowledge it on.
    pub(crate) fn without_link(mut self) -> Self {
        let ring = "To acknowledge, call the desk and name the incident.";
        self.paragraphs.push(ring.to_owned());
        self
    }

    /// The message as a text message has it.
    pub(crate) fn short(&self) -> String {
        match &self.link {
            Some(link) => format!("nightdesk: {} {link}", self.subject),
            None => format!("nightdesk: {}", self.subject),
        }
    }

    /// The message as plain text.
    pub(crate) fn plain(&self) -> String {
        let link = self
            .link
            .iter()
            .map(|link| format!("{ACKNOWLEDGE}: {link}"));
        let paragraphs: Vec<String> = self.paragraphs.iter().cloned().chain(link).collect();
        paragraphs.join("\r\n\r\n") + "\r\n"
    }

    /// The message as HTML that needs nothing from anywhere.
    pub(crate) fn html(&self) -> String {
        let paragraphs: String = self
            .paragraphs
            .iter()
            .map(|paragraph| format!("<p>{}</p>\r\n", escaped(paragraph)))
            .collect();
        let link = self.link.as_ref().map_or_else(String::new, |link| {
            format!("<p><a href=\"{}\">{ACKNOWLEDGE}</a></p>\r\n", escaped(link))
        });
        let subject = escaped(&self.subject);
        format!(
            "<!DOCTYPE html>\r\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{subject}</title></head>\r\n<body>\r\n<h1>{subject}</h1>\r\n{paragraphs}{link}</body></html>\r\n"
        )
    }
}

/// A text as HTML shows it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
