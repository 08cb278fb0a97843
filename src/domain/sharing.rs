//! Agreements to share data that are in force between organisations of an incident (SHARE-TOLD).
//!
//! They are looked up in the directory when the organisations of an incident become known or change,
//! and recorded with it: so who must be told follows from the incident alone, on every machine and
//! whatever becomes of the agreement later. Deliberately tells nobody.

use super::Instant;
use super::calendar;
use super::directory::Directory;
use super::directory::register::{Agreement, AgreementKind};
use super::event::Event;
use super::id::{AgreementId, OrganisationId};
use super::incident::{Facts, Incident};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An agreement to share data that was in force between organisations of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sharing {
    /// Its short name in the directory.
    pub agreement: AgreementId,
    /// Its title.
    pub title: Box<str>,
    /// Those of its parties that the incident concerns, two or more.
    pub parties: BTreeSet<OrganisationId>,
}

/// The agreements in force at `now` between the organisations of an incident with these facts, of
/// which this organisation told.
pub fn between(
    reporter: &OrganisationId,
    facts: &Facts,
    directory: &Directory,
    now: Instant,
) -> Vec<Sharing> {
    let concerned: BTreeSet<&OrganisationId> = std::iter::once(reporter)
        .chain(&facts.controllers)
        .chain(&facts.processors)
        .chain(&facts.affected_partners)
        .collect();
    let today = calendar::local(now).date_naive();
    let shares = |agreement: &&Agreement| {
        agreement.kind == AgreementKind::Sharing && agreement.is_in_force_on(today)
    };
    let found = directory.agreements.iter().filter(shares);
    found
        .map(|agreement| Sharing {
            agreement: agreement.id.clone(),
            title: agreement.title.as_str().into(),
            parties: (agreement.parties.iter())
                .filter(|party| concerned.contains(party))
                .cloned()
                .collect(),
        })
        .filter(|sharing| sharing.parties.len() > 1)
        .collect()
}

/// What is recorded where new facts change the agreements under which an incident falls. Nothing that was
/// found is taken back: who had to be told stays to be told until somebody releases them (REL-ENTITLED).
pub fn found(
    incident: &Incident,
    facts: &Facts,
    directory: &Directory,
    now: Instant,
) -> Option<Event> {
    let mut agreements = incident.agreements.clone();
    for sharing in between(&incident.reporter.organisation, facts, directory, now) {
        let mut known = agreements.iter_mut();
        match known.find(|known| known.agreement == sharing.agreement) {
            Some(known) => known.parties.extend(sharing.parties),
            None => agreements.push(sharing),
        }
    }
    (agreements != incident.agreements).then_some(Event::AgreementsFound { agreements })
}
