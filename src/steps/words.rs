//! Fixed words to choose from, as the domain spells and calls them.

use super::Choice;
use crate::domain::clock::Ground;
use crate::domain::guard::Tick;
use crate::domain::hosting::{CallStatus, ChangePurpose, ChangeStatus, Impact};
use crate::domain::incident::PartnershipEffect;
use crate::domain::learning::Found;
use crate::domain::regulator::{Body, Known, Tool, Via};
use crate::domain::role::Role;
use crate::domain::subjects::{Authority, Exemption, Telling};
use serde::Serialize;

/// A list of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Words {
    /// Bodies whose clock can be stood down.
    Clocks,
    /// Bodies that may ask something.
    Bodies,
    /// Why a clock should never have run.
    Grounds,
    /// How a report travels.
    Ways,
    /// How far an item is known.
    Knowledge,
    /// Other systems of record.
    Tools,
    /// Whether people are told.
    Tellings,
    /// Why they need not be.
    Exemptions,
    /// Which authority asks to tell them later.
    Authorities,
    /// How the hosted service is hit.
    Impacts,
    /// Where a call stands.
    CallStatuses,
    /// What a change is for.
    Purposes,
    /// How far a change has come.
    ChangeStatuses,
    /// Roles.
    Roles,
    /// Whether something was carried out.
    Verdicts,
    /// Whether partners are affected.
    Effects,
    /// What may be accepted as open.
    Ticks,
}

impl Words {
    /// The words, each with its spelling in a command.
    pub fn choices(self) -> Vec<Choice> {
        match self {
            Self::Clocks => of(&[Body::Ico, Body::DhscNis], Body::name),
            Self::Bodies => of(&Body::ALL, Body::name),
            Self::Grounds => of(&Ground::ALL, Ground::name),
            Self::Ways => of(&Via::ALL, Via::name),
            Self::Knowledge => of(&Known::ALL, Known::name),
            Self::Tools => of(&Tool::ALL, Tool::name),
            Self::Tellings => of(&Telling::ALL, Telling::name),
            Self::Exemptions => of(&Exemption::ALL, Exemption::name),
            Self::Authorities => of(&Authority::ALL, Authority::name),
            Self::Impacts => of(&Impact::ALL, Impact::name),
            Self::CallStatuses => of(&CallStatus::ALL, CallStatus::name),
            Self::Purposes => of(&ChangePurpose::ALL, ChangePurpose::name),
            Self::ChangeStatuses => of(&ChangeStatus::ALL, ChangeStatus::name),
            Self::Roles => of(&Role::ALL, Role::title),
            Self::Verdicts => of(&Found::ALL, Found::name),
            Self::Effects => of(&PartnershipEffect::ALL, PartnershipEffect::name),
            Self::Ticks => of(&Tick::ALL, Tick::name),
        }
    }
}

/// Words as choices, each with its spelling.
pub(super) fn of<T: Serialize + Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|word| Choice {
            key: spelt(word),
            words: name(*word).to_owned(),
        })
        .collect()
}

/// A word as it is written in a command.
pub(super) fn spelt(word: &impl Serialize) -> String {
    let spelt = serde_json::to_value(word).unwrap_or_default();
    spelt.as_str().unwrap_or_default().to_owned()
}
