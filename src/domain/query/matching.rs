//! Whether an incident fits a filter, and when time alone will change that.

use super::expression::{Comparison, Filter, Name, Owner, Quality, Reach, Stage, Term, Test};
use super::queue::Queue;
use super::standing::Standing;
use super::vocabulary::{Word, worded};
use crate::domain::Instant;
use crate::domain::clock::ClockState;
use crate::domain::id::PersonId;
use crate::domain::incident::{Category, Incident};
use crate::domain::search;
use chrono::TimeDelta;

/// What stands before each organisation, controller, category and trend key in a searchable text, and
/// behind it. No text from outside holds such a character, so none can pass for a fact.
const ORGANISATION: char = '\u{1}';
const CONTROLLER: char = '\u{2}';
const CATEGORY: char = '\u{3}';
const TREND: char = '\u{4}';
const END: char = '\u{5}';

/// The searchable text of an incident, in lower case, with the facts that a filter asks for by name.
pub fn haystack(incident: &Incident) -> String {
    let facts = &incident.facts;
    let category = facts.category.map_or("", Category::name);
    let trend = facts.trend_key.as_deref().unwrap_or_default();
    let mut text = String::new();
    for part in [
        &incident.name(),
        &*incident.title,
        incident.reporter.organisation.as_str(),
        category,
        trend,
    ] {
        let printable = part.chars().filter(|letter| !letter.is_control());
        let lower: String = printable.flat_map(char::to_lowercase).collect();
        text.push_str(&search::joined(&lower));
        text.push('\n');
    }
    let mut fact = |mark, value: &str| {
        text.push(mark);
        let printable = value.chars().filter(|letter| !letter.is_control());
        text.extend(printable.flat_map(char::to_lowercase));
        text.push(END);
    };
    incident
        .parties()
        .for_each(|party| fact(ORGANISATION, party.as_str()));
    incident
        .answering()
        .for_each(|controller| fact(CONTROLLER, controller.as_str()));
    facts
        .category
        .iter()
        .for_each(|category| fact(CATEGORY, category.name()));
    facts
        .trend_key
        .iter()
        .for_each(|trend| fact(TREND, trend.trim()));
    text
}

/// Whatever a searchable text says of one sort of fact.
fn facts_of(haystack: &str, mark: char) -> impl Iterator<Item = &str> {
    let facts = haystack.split(mark).skip(1);
    facts.filter_map(|rest| rest.split(END).next())
}

/// That nothing fits: what was looked for, how many incidents the filter hides, and what may have been meant.
pub fn nothing_fits(queue: Queue, filter: &str, hidden: usize) -> String {
    let queue = queue.name();
    let meant = meant(filter);
    match hidden {
        0 => format!("Nothing in \"{queue}\", with or without the filter {filter}"),
        1 => format!("Nothing in \"{queue}\" fits {filter}: the filter hides 1 incident{meant}"),
        more => format!(
            "Nothing in \"{queue}\" fits {filter}: the filter hides {more} incidents{meant}"
        ),
    }
}

/// The queue that a word alone names, which as a filter looks for the word in titles: "late", "mine".
pub fn queue_meant(filter: &str) -> Option<Queue> {
    const WORDS: [(&str, Queue); 12] = [
        ("late", Queue::Overdue),
        ("overdue", Queue::Overdue),
        ("soon", Queue::DueSoon),
        ("due", Queue::DueSoon),
        ("due soon", Queue::DueSoon),
        ("mine", Queue::Mine),
        ("unack", Queue::Unacknowledged),
        ("unacknowledged", Queue::Unacknowledged),
        ("partners", Queue::PartnersWaiting),
        ("waiting", Queue::PartnersWaiting),
        ("open", Queue::AllOpen),
        ("closed", Queue::Closed),
    ];
    let typed = filter.trim().to_lowercase();
    let found = WORDS.into_iter().find(|(word, _)| *word == typed);
    found.map(|(_, queue)| queue)
}

/// What a filter says to find the incidents of a queue, where it can.
pub fn expression_of(queue: Queue) -> Option<&'static str> {
    match queue {
        Queue::Mine => Some("owner:me"),
        Queue::Unacknowledged => Some("is:unacknowledged"),
        Queue::DueSoon => Some("is:due-soon"),
        Queue::Overdue => Some("is:overdue"),
        Queue::PartnersWaiting => Some("partner:unreached"),
        Queue::AllOpen | Queue::Closed => None,
    }
}

/// Whoever types the word of a state alone looks for it in titles, and finds nothing.
fn meant(filter: &str) -> String {
    let quality: Option<Quality> = worded(&filter.trim().to_lowercase());
    quality.map_or_else(String::new, |quality| {
        format!(". Did you mean is:{}?", quality.word())
    })
}

/// One incident, and who asks when.
struct Subject<'a> {
    haystack: &'a str,
    standing: &'a Standing,
    person: &'a PersonId,
    now: Instant,
}

impl Filter {
    /// Whether an earlier filter kept everything that this one keeps, so that only what it kept need
    /// be asked again: the case while somebody types.
    pub fn narrows(&self, before: &Self) -> bool {
        let [before, now] = match (before.alternatives.as_slice(), self.alternatives.as_slice()) {
            ([], _) => return true,
            ([before], [now]) => [before, now],
            _ => return false,
        };
        let pairs = before.iter().zip(now);
        now.len() >= before.len() && pairs.into_iter().all(|(before, now)| now.narrows(before))
    }

    /// Whether an incident stays, by its searchable text (see [`haystack`]) and where it stands.
    pub fn keeps(
        &self,
        haystack: &str,
        standing: &Standing,
        person: &PersonId,
        now: Instant,
    ) -> bool {
        let subject = Subject {
            haystack,
            standing,
            person,
            now,
        };
        let mut alternatives = self.alternatives.iter();
        self.alternatives.is_empty()
            || alternatives.any(|all| all.iter().all(|term| term.holds(&subject)))
    }

    /// When time alone next lets an incident in or takes it out. What a clock's state decides is the
    /// incident's own [`Standing::next_change_at`].
    pub fn changes_at(&self, standing: &Standing, now: Instant) -> Option<Instant> {
        let due_at = standing.urgency.nearest_due_at()?;
        let terms = self.alternatives.iter().flatten();
        let turns = terms.filter_map(|term| term.test.turns_at(due_at));
        turns.filter(|at| *at > now).min()
    }
}

impl Term {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        self.test.holds(subject) != self.is_negated
    }

    fn narrows(&self, before: &Self) -> bool {
        match (&before.test, &self.test) {
            (Test::Text(before_text), Test::Text(text)) if !self.is_negated => {
                !before.is_negated && text.contains(before_text.as_str())
            }
            // Time goes by between two letters, and lets more in.
            (Test::Due(..), _) => false,
            _ => self == before,
        }
    }
}

impl Test {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        let standing = subject.standing;
        match self {
            Self::Text(text) => subject.haystack.contains(text.as_str()),
            Self::Owner(owner) => owner.is(standing.owner.as_ref(), subject.person),
            Self::Due(comparison, span) => {
                let due_at = standing.urgency.nearest_due_at();
                due_at.is_some_and(|due_at| comparison.holds(&(due_at - subject.now), span))
            }
            Self::Partner(reach) => reach.is(standing),
            Self::Severity(comparison, wanted) => {
                let severity = standing.severity;
                severity.is_some_and(|severity| comparison.holds(&severity, wanted))
            }
            Self::Ungraded => standing.severity.is_none(),
            Self::Priority(priority) => standing.priority == *priority,
            Self::Stage(Stage::Is(status)) => standing.status == *status,
            Self::Stage(Stage::Major) | Self::Is(Quality::Major) => standing.is_major,
            Self::Clock(clock) => match clock.state {
                Some(state) => standing.clocks.any(clock.kind, &[state]),
                None => standing.clocks.any(clock.kind, &OPEN),
            },
            Self::Organisation(name) => name.is_among(facts_of(subject.haystack, ORGANISATION)),
            Self::Controller(name) => name.is_among(facts_of(subject.haystack, CONTROLLER)),
            Self::Category(category) => {
                let wanted = category.name().to_lowercase();
                facts_of(subject.haystack, CATEGORY).any(|known| known == wanted)
            }
            Self::Trend(key) => {
                let mut known = facts_of(subject.haystack, TREND);
                known.any(|known| known.starts_with(key.as_str()))
            }
            Self::Is(quality) => quality.is(standing),
        }
    }

    /// The first moment at which time alone has turned the answer, whatever it is.
    fn turns_at(&self, due_at: Instant) -> Option<Instant> {
        let Self::Due(comparison, span) = self else {
            return None;
        };
        let exactly_at = due_at.checked_sub_signed(*span)?;
        match comparison {
            Comparison::AtMost | Comparison::More => Some(exactly_at),
            Comparison::Less | Comparison::AtLeast | Comparison::Equal => {
                exactly_at.checked_add_signed(TimeDelta::milliseconds(1))
            }
        }
    }
}

const OPEN: [ClockState; 3] = [
    ClockState::Running,
    ClockState::DueSoon,
    ClockState::Overdue,
];

impl Owner {
    fn is(&self, owner: Option<&PersonId>, person: &PersonId) -> bool {
        match (self, owner) {
            (Self::Me, Some(owner)) => owner == person,
            (Self::Nobody, owner) => owner.is_none(),
            (Self::Named(name), Some(owner)) => name.is_among(std::iter::once(owner.as_str())),
            (Self::Me | Self::Named(_), None) => false,
        }
    }
}

impl Name {
    fn is_among<'a>(&self, mut known: impl Iterator<Item = &'a str>) -> bool {
        match self {
            Self::Typed(typed) => known.any(|id| id.contains(typed.as_str())),
            Self::Known { ids, .. } => known.any(|id| ids.iter().any(|wanted| wanted == id)),
        }
    }
}

impl Reach {
    fn is(self, standing: &Standing) -> bool {
        let [reached, affected, failed] = standing.partners;
        match self {
            Self::Unreached => reached < affected,
            Self::Reached => affected > 0 && reached == affected,
            Self::Failed => failed > 0,
            Self::None => affected == 0,
        }
    }
}

impl Quality {
    fn is(self, standing: &Standing) -> bool {
        match self {
            Self::Open => !standing.is_in(Queue::Closed),
            Self::Ended => standing.is_in(Queue::Closed),
            Self::Acknowledged => standing.urgency.is_acknowledged(),
            Self::Unacknowledged => !standing.urgency.is_acknowledged(),
            Self::Overdue => standing.is_in(Queue::Overdue),
            Self::DueSoon => standing.is_in(Queue::DueSoon),
            Self::Major => standing.is_major,
            Self::Cyber => standing.is_cyber,
        }
    }
}
