//! Things of the directory that a change can be about, each by a key that people can type.

use super::Ground;
use crate::domain::calendar;
use crate::domain::directory::ContactPoint;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Holding, HoldingState};
use crate::domain::rota::Shift;
use crate::steps::naming::{self, Miss, Named};
use serde_json::{Value, json};

/// A sort of thing, as far as something is left to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Things {
    /// Organisations that are open.
    Organisations,
    /// People who are here.
    People,
    /// Terms that have not ended: `CG/harbour/maud.fennimore/2026-06-12`.
    Terms,
    /// Shifts that have not ended, whoever is on.
    Shifts,
    /// One's own shifts to come.
    OwnShifts,
    /// Other people's shifts to come.
    OthersShifts,
    /// Shifts that are offered for a swap.
    OfferedShifts,
    /// Contact points: `riverbourne/DPO/MOBILE/07700 900101`.
    ContactPoints,
    /// Proposals.
    Proposals,
    /// Agreements that have not ended.
    Agreements,
    /// Policy documents.
    PolicyDocuments,
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What it is named by.
    pub key: String,
    /// What it is.
    pub words: String,
    /// What naming it puts into the command.
    pub(super) fills: Value,
}

fn thing(key: impl Into<String>, words: impl Into<String>) -> Thing {
    let key = key.into();
    Thing {
        fills: json!(key),
        words: words.into(),
        key,
    }
}

impl Things {
    /// Those there are.
    pub fn of(self, ground: &Ground<'_>) -> Vec<Thing> {
        let directory = ground.directory;
        match self {
            Self::Organisations => (directory.organisations.iter())
                .filter(|one| one.is_open_at(ground.now))
                .map(|one| thing(one.id.as_str(), one.name.as_str()))
                .collect(),
            Self::People => (directory.people.iter())
                .filter(|one| one.is_here_at(ground.now))
                .map(|one| {
                    let at = directory.organisation_name(&one.organisation);
                    thing(one.id.as_str(), format!("{} ({at})", one.name))
                })
                .collect(),
            Self::Terms => terms(ground),
            Self::Shifts => shifts(ground, |shift| shift.ends_at > ground.now),
            Self::OwnShifts => shifts(ground, |shift| {
                is_to_come(shift, ground) && shift.person == *ground.me
            }),
            Self::OthersShifts => shifts(ground, |shift| {
                is_to_come(shift, ground) && shift.person != *ground.me
            }),
            Self::OfferedShifts => shifts(ground, |shift| shift.swap_with.is_some()),
            Self::ContactPoints => (directory.contact_points.iter())
                .map(|point| contact_point(point, ground))
                .collect(),
            Self::Proposals => (directory.proposals.iter())
                .map(|waits| thing(waits.id.to_string(), waits.change.sentence(directory)))
                .collect(),
            Self::Agreements => (directory.agreements.iter())
                .filter(|one| one.ends_on.is_none())
                .map(|one| thing(one.id.as_str(), one.title.as_str()))
                .collect(),
            Self::PolicyDocuments => (directory.policy_documents.iter())
                .map(|one| thing(one.id.as_str(), one.title.as_str()))
                .collect(),
        }
    }

    /// What one of them is called.
    fn name(self) -> &'static str {
        match self {
            Self::Organisations => "organisation",
            Self::People => "person",
            Self::Terms => "term that runs or is to begin",
            Self::Shifts => "shift that runs or is to begin",
            Self::OwnShifts => "shift of yours to come",
            Self::OthersShifts => "shift of somebody else's to come",
            Self::OfferedShifts => "shift that is offered for a swap",
            Self::ContactPoints => "contact point",
            Self::Proposals => "proposal",
            Self::Agreements => "agreement in force",
            Self::PolicyDocuments => "policy document",
        }
    }

    /// The part of the directory that lists them, as `nightdesk directory show` calls it.
    fn section(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::People => "people",
            Self::Terms => "roles",
            Self::Shifts | Self::OwnShifts | Self::OthersShifts | Self::OfferedShifts => "rota",
            Self::ContactPoints => "contact-points",
            Self::Proposals => "proposals",
            Self::Agreements => "agreements",
            Self::PolicyDocuments => "policy-documents",
        }
    }

    /// The one that a text names: by its whole key, or by as much of it as fits only one.
    ///
    /// # Errors
    /// A refusal that says what else to write.
    pub fn named(
        self,
        given: &str,
        pointer: &'static str,
        ground: &Ground<'_>,
    ) -> Result<Thing, Refusal> {
        let all = self.of(ground);
        let named: Vec<Named<'_>> = all
            .iter()
            .map(|one| Named {
                key: &one.key,
                words: &one.words,
            })
            .collect();
        match naming::find(self.name(), given, &named) {
            Ok(at) => Ok(all[at].clone()),
            Err(Miss::Several(sentence)) => Err(Refusal::invalid(pointer, sentence)),
            Err(Miss::Nothing(sentence)) => Err(Refusal::invalid(
                pointer,
                format!(
                    "{sentence} nightdesk directory show {} lists them",
                    self.section()
                ),
            )),
        }
    }
}

fn is_to_come(shift: &Shift, ground: &Ground<'_>) -> bool {
    shift.accepted_at.is_none() && shift.ends_at > ground.now
}

fn shifts(ground: &Ground<'_>, which: impl Fn(&Shift) -> bool) -> Vec<Thing> {
    let known = ground.directory.shifts.iter();
    known
        .filter(|shift| which(shift))
        .map(|shift| {
            let words = format!(
                "{}, {} from {}",
                ground.directory.person_name(&shift.person),
                shift.tier.name(),
                calendar::brief(shift.starts_at)
            );
            thing(shift.id.as_str(), words)
        })
        .collect()
}

fn terms(ground: &Ground<'_>) -> Vec<Thing> {
    let is_left = |holding: &&Holding| match holding.state_at(ground.now) {
        HoldingState::Future | HoldingState::Valid => true,
        HoldingState::Expired | HoldingState::EndedEarly => false,
    };
    let known = ground.directory.holdings.iter();
    known
        .filter(is_left)
        .map(|holding| Thing {
            key: term_key(holding),
            words: format!(
                "{} as {} of {}",
                ground.directory.person_name(&holding.person),
                holding.role.code(),
                ground.directory.organisation_name(&holding.organisation)
            ),
            fills: json!(holding.name()),
        })
        .collect()
}

/// What a term is named by.
pub fn term_key(holding: &Holding) -> String {
    format!(
        "{}/{}/{}/{}",
        holding.role.code(),
        holding.organisation,
        holding.person,
        holding.starts_on
    )
}

fn contact_point(point: &ContactPoint, ground: &Ground<'_>) -> Thing {
    Thing {
        key: point_key(point),
        words: format!(
            "{} of {}: {} {}",
            point.role.code(),
            ground.directory.organisation_name(&point.organisation),
            point.channel.name(),
            point.value
        ),
        fills: json!(point.name()),
    }
}

/// What a contact point is named by.
pub fn point_key(point: &ContactPoint) -> String {
    let channel = json!(point.channel);
    format!(
        "{}/{}/{}/{}",
        point.organisation,
        point.role.code(),
        channel.as_str().unwrap_or_default(),
        point.value
    )
}
