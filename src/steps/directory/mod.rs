//! What each change of the directory asks, as one table: the forms of the screen and the subcommands
//! of the shell are both read from it, as with casework.
//!
//! Handing over the desk is deliberately not here: it has its own keys, because it is done every day.

mod asking;
mod table;
mod things;

pub use table::{APPOINT, CHANGES, END_TERM, OFFER_SWAP, OVERRIDE_SHIFT, PLAN_SHIFT, VERIFY_POINT};
pub use things::{Thing, Things, point_key, term_key};

use super::Need;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::id::PersonId;

/// A change of the directory that a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// What it is about.
    pub group: Group,
    /// What is done about it.
    pub verb: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The command's `type`.
    wire: &'static str,
    /// What is asked.
    pub asks: &'static [Ask],
}

/// What a change is about: a subcommand of `nightdesk directory`, and a section of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Who holds which role.
    Role,
    /// What somebody proposed.
    Proposal,
    /// Shifts.
    Shift,
    /// Swaps of shifts.
    Swap,
    /// How roles are reached.
    ContactPoint,
    /// Organisations.
    Organisation,
    /// People.
    Person,
    /// Agreements.
    Agreement,
    /// Policy documents.
    PolicyDocument,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 9] = [
        Self::Role,
        Self::Proposal,
        Self::Shift,
        Self::Swap,
        Self::ContactPoint,
        Self::Organisation,
        Self::Person,
        Self::Agreement,
        Self::PolicyDocument,
    ];

    /// The name of the subcommand; role terms need none.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What it is about.
    pub fn about(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Role => ("", "Appoint, and end terms"),
            Self::Proposal => (
                "proposal",
                "Confirm or turn down what somebody else proposed",
            ),
            Self::Shift => ("shift", "Plan, override or cancel shifts, or cover a gap"),
            Self::Swap => ("swap", "Offer, take or turn down a swap of shifts"),
            Self::ContactPoint => (
                "contact-point",
                "Add, change, verify or retire ways to reach a role",
            ),
            Self::Organisation => ("organisation", "Add, change or close organisations"),
            Self::Person => ("person", "Add or correct people, and record who leaves"),
            Self::Agreement => ("agreement", "Record and end agreements"),
            Self::PolicyDocument => (
                "policy-document",
                "Record, review and withdraw policy documents",
            ),
        }
    }

    /// Its changes.
    pub fn changes(self) -> impl Iterator<Item = &'static Change> {
        CHANGES.iter().filter(move |change| change.group == self)
    }
}

impl Change {
    /// The change's name in a draft and in the settings, such as `shift-plan`; different for each.
    pub fn slug(&self) -> String {
        match self.group.name() {
            "" => self.verb.to_owned(),
            group => format!("{group}-{}", self.verb),
        }
    }
}

/// What a change asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// The place in the command that it fills.
    pub pointer: &'static str,
    /// What is asked, in a word or two.
    pub label: &'static str,
    /// How to answer.
    pub hint: &'static str,
    /// Whether it may stay open.
    pub need: Need,
    /// What sort of answer.
    pub kind: Kind,
}

/// The sorts of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Words.
    Text,
    /// A time.
    Time,
    /// A day.
    Day,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// One of some fixed words.
    Word(Vocabulary),
    /// One thing of the directory.
    One(Things),
    /// Any organisations.
    Organisations,
}

/// Fixed words to choose from, as the domain spells and calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vocabulary {
    /// Roles.
    Roles,
    /// Tiers of on-call.
    Tiers,
    /// Ways to reach somebody.
    Channels,
    /// Kinds of organisation.
    Bodies,
    /// Kinds of agreement.
    Agreements,
}

/// What a change is asked against.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The server's present.
    pub now: Instant,
    /// The directory as it is known.
    pub directory: &'a Directory,
    /// Who asks.
    pub me: &'a PersonId,
    /// What is proposed for some of the questions, by pointer: the thing in hand, the gap to be closed.
    pub proposed: &'a [(&'static str, String)],
}

impl<'a> Ground<'a> {
    /// The answer that is proposed for the question with this pointer.
    pub fn proposed(&self, pointer: &str) -> Option<&'a str> {
        let found = self.proposed.iter().find(|(known, _)| *known == pointer);
        found.map(|(_, answer)| answer.as_str())
    }
}
