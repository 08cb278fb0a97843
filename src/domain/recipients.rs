//! Who is told of an alarm, and where: role, organisation, rota, contact points in their order.
//!
//! Rising with the threshold, the tiers on call are told; whoever has a part of their own in it is told
//! beside them. Two recipients who are reached at the very same places are one. Deliberately sends
//! nothing and knows no carrier: a way that only a person can use, such as a desk telephone, is listed
//! too, so that whoever cannot be told by a machine is seen.

use super::Instant;
use super::alarm::{Alarm, Cause, Threshold};
use super::contacts::Contact;
use super::deadlines::ClockKind;
use super::delivery::Address;
use super::directory::{ContactPoint, Directory};
use super::id::{OrganisationId, PersonId, RecipientId};
use super::incident::Incident;
use super::policy::AlarmPolicy;
use super::role::Role;
use super::rota::{self, Tier};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient<'a> {
    /// In which role.
    pub role: Role,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Who that is now, where the rota or the directory says so.
    pub person: Option<PersonId>,
    /// Why.
    pub because: &'static str,
    /// The ways to reach them, in the order in which they are tried.
    pub points: Vec<&'a ContactPoint>,
}

impl Recipient<'_> {
    /// Where a machine can tell them, in the order in which it is tried.
    pub fn addresses(&self) -> Vec<Address> {
        let points = self.points.iter();
        points.filter_map(|point| Address::of(point)).collect()
    }

    /// The name of the recipient, which never changes while the same people are meant.
    pub fn name(&self) -> String {
        match &self.person {
            Some(person) => person.to_string(),
            None => format!("{}@{}", self.role.code(), self.organisation),
        }
    }
}

/// Who a recipient is, for people: a person by name, a role with its organisation; else as it is called.
pub fn in_words(recipient: &RecipientId, directory: &Directory) -> String {
    let known = recipient.as_str();
    let role = |code: &str| Role::ALL.into_iter().find(|role| role.code() == code);
    let post = known
        .split_once('@')
        .and_then(|(code, whose)| Some(Contact::held_by(role(code)?, &whose.into())));
    match (post, role(known)) {
        (Some(post), _) => post.named(directory),
        (None, Some(role)) => role.short().to_owned(),
        (None, None) => directory.person_name(&known.into()).to_owned(),
    }
}

/// A service that is told over HTTP, beside people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ToldService)]
pub struct Service {
    /// Its name in the server's settings.
    pub name: String,
    /// Of which organisations' incidents it is told; of everything where there are none.
    pub organisations: BTreeSet<OrganisationId>,
}

impl Service {
    /// Whether it is told of what concerns an organisation; without one, of the desk itself.
    pub fn is_told_of(&self, organisation: Option<&OrganisationId>) -> bool {
        let asked = &self.organisations;
        asked.is_empty() || organisation.is_some_and(|it| asked.contains(it))
    }
}

/// Everybody who is told of an alarm at `now`; `incident` is the one that it is about.
pub fn of_alarm<'a>(
    alarm: &Alarm,
    incident: Option<&Incident>,
    directory: &'a Directory,
    now: Instant,
) -> Vec<Recipient<'a>> {
    let on_duty = tiers(alarm).into_iter();
    let mut told: Vec<Recipient<'a>> = on_duty
        .filter_map(|tier| on_call(tier, directory, now))
        .collect();
    told.extend(concerned(alarm, incident, directory, now));
    told.into_iter().fold(Vec::new(), |mut distinct, one| {
        let is_known = |known: &Recipient<'_>| {
            known.name() == one.name() || (!one.points.is_empty() && known.points == one.points)
        };
        if !distinct.iter().any(is_known) {
            distinct.push(one);
        }
        distinct
    })
}

/// Whoever is told once, when everybody else has been told as often as the policy says and nobody has
/// answered.
pub fn duty_manager<'a>(
    directory: &'a Directory,
    policy: &AlarmPolicy,
    now: Instant,
) -> Option<Recipient<'a>> {
    on_call(policy.duty_manager, directory, now)
}

/// Which tiers are told: the first of everything, those above it when a time is up (section 2.6).
fn tiers(alarm: &Alarm) -> Vec<Tier> {
    let up_to = match (&alarm.cause, alarm.threshold) {
        (Cause::Term { .. }, _) => return Vec::new(),
        (
            _,
            Threshold::Share { .. } | Threshold::Before { .. } | Threshold::Step { step: 0 | 1 },
        ) => Tier::First,
        (Cause::Rung { .. } | Cause::Offer {}, _) => Tier::First,
        (_, Threshold::Passed {} | Threshold::Step { step: 2 }) => Tier::Second,
        (_, Threshold::Again { .. } | Threshold::Step { .. }) => Tier::Director,
    };
    let tiers = Tier::ALL.into_iter();
    tiers.filter(|tier| *tier <= up_to).collect()
}

/// Whoever is responsible on a tier; somebody with numbers of their own is reached there.
fn on_call(tier: Tier, directory: &Directory, now: Instant) -> Option<Recipient<'_>> {
    let shift = rota::on_call(&directory.shifts, tier, now)?;
    Some(Recipient {
        role: Role::Oco,
        organisation: shift.organisation.clone(),
        person: Some(shift.person.clone()),
        because: tier.name(),
        points: points(
            directory,
            Role::Oco,
            &shift.organisation,
            Some(&shift.person),
        ),
    })
}

/// Whoever has a part of their own in it.
fn concerned<'a>(
    alarm: &Alarm,
    incident: Option<&Incident>,
    directory: &'a Directory,
    now: Instant,
) -> Vec<Recipient<'a>> {
    let of = |role, organisation: &OrganisationId, because| Recipient {
        role,
        organisation: organisation.clone(),
        person: None,
        because,
        points: points(directory, role, organisation, None),
    };
    match (&alarm.cause, incident) {
        (Cause::Deadline { clock, controller }, Some(incident)) => {
            let whose = controller.as_ref().unwrap_or_else(|| incident.home());
            let is_regulators = matches!(clock, ClockKind::Ico72h | ClockKind::Nis72h);
            // Nobody decides for a controller that nobody has named (ICO-PROC).
            let is_nobodys = controller.is_none() && incident.is_unnamed();
            let decides = is_regulators && alarm.threshold.is_passed() && !is_nobodys;
            let reports = of(Role::Dpo, whose, "reports to the regulator");
            decides.then_some(reports).into_iter().collect()
        }
        (
            Cause::Owed {
                organisation, role, ..
            },
            _,
        ) => vec![of(*role, organisation, "owes it by that day")],
        (Cause::Offer {}, Some(incident)) => {
            let asked = incident.offer.as_ref().map(|offer| &offer.to);
            let reached = asked.and_then(|person| as_somebody(person, directory, now));
            reached.into_iter().collect()
        }
        (Cause::Term { role, organisation }, _) => vec![
            of(*role, organisation, "holds the role"),
            of(Role::Igt, organisation, "arranges the appointment"),
        ],
        (Cause::RotaGap { organisation, .. }, _) => {
            vec![of(Role::Igt, organisation, "plans the rota")]
        }
        (
            Cause::Deadline { .. }
            | Cause::Offer {}
            | Cause::Unacknowledged {}
            | Cause::Rung { .. }
            | Cause::DeskNotTaken { .. }
            | Cause::HistoryLost {},
            _,
        ) => Vec::new(),
    }
}

/// A person in the first of their roles in which they can be reached.
fn as_somebody<'a>(
    person: &PersonId,
    directory: &'a Directory,
    now: Instant,
) -> Option<Recipient<'a>> {
    let actor = directory.actor(person, now)?;
    let reached = |held: &super::directory::HeldRole| {
        let points = points(directory, held.role, &held.organisation, Some(person));
        (held.role, held.organisation.clone(), points)
    };
    let mut ways = actor.roles.iter().map(reached).collect::<Vec<_>>();
    let place = ways.iter().position(|(_, _, points)| !points.is_empty());
    let (role, organisation, points) = ways.drain(..).nth(place.unwrap_or(0))?;
    Some(Recipient {
        role,
        organisation,
        person: Some(person.clone()),
        because: "it was offered to them",
        points,
    })
}

/// The ways to reach a role, in their order: those of the person alone where there are any.
fn points<'a>(
    directory: &'a Directory,
    role: Role,
    organisation: &OrganisationId,
    person: Option<&PersonId>,
) -> Vec<&'a ContactPoint> {
    let all = directory.ways_to_reach(role, Some(organisation));
    let own = all
        .iter()
        .copied()
        .filter(|point| point.person.is_some() && point.person.as_ref() == person);
    let own: Vec<&ContactPoint> = own.collect();
    if !own.is_empty() {
        return own;
    }
    all.into_iter()
        .filter(|point| point.person.is_none())
        .collect()
}
