//! What an incident is found by: the words in it, its reference, its organisations, its category, its
//! trend key and how it stands.
//!
//! One function says it of an incident and another of a question, so that a stored index is nothing
//! but [`terms`] written down, and whether an incident fits is the same question for everybody who
//! asks it of the part that they may see. Whole words count; deliberately no guessing at what a
//! mistyped word may have meant.

use super::Instant;
use super::calendar;
use super::id::{OrganisationId, Reference, ReferenceError};
use super::incident::{Category, Incident};
use super::partners;
use super::query::Queue;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

/// Which writing of [`terms`] this is, and of everything else that is stored beside an incident because it
/// follows from it; what is stored of another one is made anew.
pub const WRITING: u32 = 10;

/// What is said where nothing was found.
pub const NOTHING_FOUND: &str =
    "No results you can see. Every word must be in it: try fewer words, and whole ones";

/// The most that one question may ask for; what an index is asked in one go.
pub const MOST_TERMS: usize = 8;

/// Letters of a word that count. A longer one is no word of a language, and an index keeps no novels.
const LONGEST_WORD: usize = 48;

/// One thing that an incident is found by: a word such as `phishing`, or a fact such as
/// `category=phishing`. No word holds the sign, so no text can pass for a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(String);

impl Term {
    /// What every incident has, for questions that ask for a time alone.
    pub fn every() -> Self {
        Self("every=".to_owned())
    }

    /// The term as an index keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fact(name: &str, value: &str) -> Self {
        // Not every database keeps a zero byte in a text.
        let letters = value.chars().filter(|letter| !letter.is_control());
        let value: String = letters.take(LONGEST_WORD).collect();
        Self(format!("{name}={value}"))
    }

    fn organisation(id: &OrganisationId) -> Self {
        Self::fact("organisation", id.as_str())
    }

    fn category(category: Category) -> Self {
        Self::fact("category", category.name())
    }

    fn trend(key: &str) -> Self {
        Self::fact("trend", &key.trim().to_lowercase())
    }

    /// What every incident has that stands like this.
    pub fn state(state: Standing) -> Self {
        Self::fact("state", state.name())
    }

    /// What every incident has that stands in this queue; none for a queue that time decides, that an order of
    /// incidents begins with, or that changes with each acknowledgement, which must not write more rows for it.
    pub fn queue(queue: Queue) -> Option<Self> {
        match queue {
            Queue::PartnersWaiting => Some(Self::partners_waiting()),
            Queue::Mine
            | Queue::Unacknowledged
            | Queue::DueSoon
            | Queue::Overdue
            | Queue::AllOpen
            | Queue::Closed => None,
        }
    }

    /// What every open incident has of which a partner has not been reached.
    fn partners_waiting() -> Self {
        Self::fact("waiting", "partners")
    }

    /// What every incident has of which a regulator was told in the month of this day, in London.
    pub fn told_in(day: NaiveDate) -> Self {
        Self::fact("told", &day.format("%Y-%m").to_string())
    }

    fn reference(reference: Reference) -> Self {
        Self::fact("reference", &reference.to_string())
    }
}

/// How an incident stands, as far as a search cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody still works on it.
    Open,
    /// It was closed, or turned out to be a duplicate or a mistake.
    Ended,
}

impl Standing {
    /// Both, open first.
    pub const ALL: [Self; 2] = [Self::Open, Self::Ended];

    /// The state as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }

    fn of(incident: &Incident) -> Self {
        if incident.status.is_open() {
            Self::Open
        } else {
            Self::Ended
        }
    }
}

/// Everything that an incident is found by. What somebody may not see of it, they must not find it by
/// either: ask of the incident as they see it.
pub fn terms(incident: &Incident) -> BTreeSet<Term> {
    let facts = &incident.facts;
    let category = facts.category.map_or("", Category::name);
    let trend_key = facts.tidy_trend_key().unwrap_or_default();
    let mut terms = BTreeSet::from([Term::every(), Term::state(Standing::of(incident))]);
    for text in [&*incident.title, &*incident.summary, category, &*trend_key] {
        terms.extend(words(text));
    }
    for former in &incident.former_titles {
        terms.extend(words(&former.title));
    }
    for organisation in incident.parties() {
        terms.extend(words(organisation.as_str()));
        terms.insert(Term::organisation(organisation));
    }
    terms.extend(facts.category.map(Term::category));
    terms.extend(incident.reference.map(Term::reference));
    terms.extend(told(incident));
    terms.extend(waits(incident));
    if !trend_key.is_empty() {
        terms.insert(Term::trend(&trend_key));
    }
    terms
}

/// Whether two states of one incident are found by the same.
pub fn are_found_alike(one: &Incident, other: &Incident) -> bool {
    Standing::of(one) == Standing::of(other)
        && one.reference == other.reference
        && one.title == other.title
        && one.summary == other.summary
        && one.former_titles == other.former_titles
        && one.facts == other.facts
        && parties(one) == parties(other)
        && told(one).eq(told(other))
        && waits(one) == waits(other)
}

/// That a partner has not been reached: not for a question of words, but for a list of that queue.
fn waits(incident: &Incident) -> Option<Term> {
    let (reached, affected) = partners::reached(incident);
    (incident.status.is_open() && reached < affected).then(Term::partners_waiting)
}

/// Who is party to it follows from its clocks too, such as that of an organisation that is a controller no
/// more.
fn parties(incident: &Incident) -> BTreeSet<&OrganisationId> {
    incident.parties().collect()
}

/// When regulators were told: not for a question of words, but for a report of a period.
fn told(incident: &Incident) -> impl Iterator<Item = Term> + '_ {
    let notifications = incident.casework().regulator.notifications.iter();
    notifications.map(|told| Term::told_in(calendar::local(told.submitted_at).date_naive()))
}

/// The words of a text, folded: no capitals, no accents, no signs.
fn words(text: &str) -> impl Iterator<Item = Term> {
    let folded: String = text
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect();
    let folded = joined(&folded);
    let words: Vec<Term> = folded
        .unicode_words()
        .flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| Term(word.chars().take(LONGEST_WORD).collect()))
        .collect();
    words.into_iter()
}

/// The same text with words in one writing that people write in two: an "e-mail" is an "email".
pub fn joined(text: &str) -> String {
    text.replace("e-mail", "email")
}

/// Little words that say nothing of an incident; a question may hold them, and is not asked for them.
const LITTLE: [&str; 16] = [
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "was",
    "with",
];

/// The words of a question that say something, unless it has no others.
fn asked_words(text: &str) -> Vec<Term> {
    let all: Vec<Term> = words(text).collect();
    let telling = all.iter().filter(|term| !LITTLE.contains(&term.as_str()));
    let telling: Vec<Term> = telling.cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// What is asked, in the asker's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Words and references, all of which must be in it.
    pub words: String,
    /// An organisation that is party to it.
    pub organisation: Option<OrganisationId>,
    /// What happened.
    pub category: Option<Category>,
    /// The trend key, exactly.
    pub trend: Option<String>,
    /// How it stands.
    pub state: Option<Standing>,
    /// Logged at this moment or later.
    pub from: Option<Instant>,
    /// Logged before this moment.
    pub to: Option<Instant>,
}

/// A question in the terms of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// All of these; at least one, and no more than [`MOST_TERMS`].
    pub terms: BTreeSet<Term>,
    /// Logged at this moment or later.
    pub from: Instant,
    /// Logged before this moment.
    pub to: Instant,
}

/// Why a question cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// Something that looks like a reference is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// More than the index answers in one go.
    #[error("Ask for at most {MOST_TERMS} words and facts at a time")]
    TooMany,
    /// Nothing lies between.
    #[error("The period ends before it begins. Give the earlier day first")]
    NoPeriod,
}

impl Question {
    /// The question that somebody asks.
    ///
    /// # Errors
    /// A sentence that says how to ask it otherwise.
    pub fn of(asked: &Asked) -> Result<Self, QuestionError> {
        let mut terms = BTreeSet::new();
        let (references, others): (Vec<&str>, Vec<&str>) =
            (asked.words.split_whitespace()).partition(|text| looks_like_reference(text));
        for text in references {
            terms.insert(Term::reference(text.parse()?));
        }
        terms.extend(asked_words(&others.join(" ")));
        terms.extend(asked.organisation.as_ref().map(Term::organisation));
        terms.extend(asked.category.map(Term::category));
        terms.extend(asked.trend.as_deref().map(Term::trend));
        terms.extend(asked.state.map(Term::state));
        if terms.is_empty() {
            terms.insert(Term::every());
        }
        let from = asked.from.unwrap_or(Instant::UNIX_EPOCH);
        let to = asked.to.unwrap_or(Instant::MAX_UTC);
        if terms.len() > MOST_TERMS {
            return Err(QuestionError::TooMany);
        }
        if to < from {
            return Err(QuestionError::NoPeriod);
        }
        Ok(Self { terms, from, to })
    }

    /// Whether an incident, as far as it is shown, is one of those that are asked for.
    pub fn fits(&self, incident: &Incident) -> bool {
        let is_in_period = self.from <= incident.logged_at && incident.logged_at < self.to;
        is_in_period && self.terms.is_subset(&terms(incident))
    }
}

/// Whether somebody meant a reference, so that a slip in it is told instead of found nowhere.
fn looks_like_reference(text: &str) -> bool {
    let start = text.get(..4);
    start.is_some_and(|start| start.eq_ignore_ascii_case("INC-"))
}
