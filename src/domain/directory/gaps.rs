//! What is missing from the directory, or soon will be: derived from its facts and the present, and
//! never stored.
//!
//! A gap is something that a person has to close; a warning is one in the making. Deliberately tells
//! nobody: the desk shows them, and whoever looks decides.

use super::register::{ContactName, Proposal, ReviewState};
use super::telling::day_in_words;
use super::{ContactPoint, Directory};
use crate::domain::id::{CommandId, OrganisationId, PersonId, PolicyDocumentId};
use crate::domain::policy::Policy;
use crate::domain::role::{HoldingName, Role};
use crate::domain::rota::{self, Shift, Tier};
use crate::domain::rule::RuleId;
use crate::domain::{Instant, calendar};
use chrono::{Days, DurationRound, NaiveDate, TimeDelta};
use serde::Serialize;
use std::collections::BTreeSet;

/// The roles that somebody may have to reach at night, so that a holder without a number is a gap.
const REACHED: [Role; 12] = [
    Role::Lm,
    Role::Iao,
    Role::Dpo,
    Role::Igt,
    Role::Csm,
    Role::Siro,
    Role::Cg,
    Role::Ao,
    Role::Wso,
    Role::Ggr,
    Role::Host,
    Role::Proc,
];

/// The roles without which some duty of a controller has nobody who decides, or nobody to be told (NOBODY-THERE).
const NEEDED: [Role; 7] = [
    Role::Lm,
    Role::Iao,
    Role::Dpo,
    Role::Igt,
    Role::Siro,
    Role::Cg,
    Role::Ao,
];

/// Something that is missing, or soon will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Gap {
    /// Nobody has taken over a desk in time.
    DeskNotTaken {
        /// Which tier's.
        tier: Tier,
        /// Since when.
        since: Instant,
        /// The tier that is called now, if it has come to that.
        call: Option<Tier>,
    },
    /// A role that had a holder has none.
    Vacancy {
        /// The role.
        role: Role,
        /// The organisation that lacks it.
        organisation: OrganisationId,
    },
    /// Nobody is planned.
    RotaGap {
        /// On which tier.
        tier: Tier,
        /// At whose desk.
        organisation: OrganisationId,
        /// From when on.
        from: Instant,
        /// Until when, as far as is looked ahead.
        until: Instant,
    },
    /// A role has a holder and nobody knows how to reach them.
    Unreachable {
        /// The role.
        role: Role,
        /// Of which organisation.
        organisation: OrganisationId,
    },
    /// A review is overdue (BOB-POLICY).
    ReviewOverdue {
        /// Of which document.
        document: PolicyDocumentId,
        /// When it was due.
        due_on: NaiveDate,
    },
    /// A proposal waits for whoever decides.
    ProposalWaits {
        /// The command that made it.
        proposal: CommandId,
    },
    /// A term is about to end, and nobody follows.
    TermEnding {
        /// Which.
        holding: HoldingName,
        /// When.
        ends_at: Instant,
        /// Which of the policy's warnings this is, in days.
        days: u32,
    },
    /// One person is SIRO and Caldicott Guardian of the same organisation.
    SiroIsGuardian {
        /// Who.
        person: PersonId,
        /// Of which organisation.
        organisation: OrganisationId,
    },
    /// A review is due soon (BOB-POLICY).
    ReviewDue {
        /// Of which document.
        document: PolicyDocumentId,
        /// When.
        due_on: NaiveDate,
    },
    /// Nobody has checked for long that a number works.
    Unverified {
        /// Which.
        point: ContactName,
        /// When somebody did, if ever.
        verified_on: Option<NaiveDate>,
    },
}

impl Gap {
    /// Whether something is missing now, and not only about to be.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::DeskNotTaken { .. }
            | Self::Vacancy { .. }
            | Self::RotaGap { .. }
            | Self::Unreachable { .. }
            | Self::ReviewOverdue { .. }
            | Self::ProposalWaits { .. } => true,
            Self::TermEnding { .. }
            | Self::SiroIsGuardian { .. }
            | Self::ReviewDue { .. }
            | Self::Unverified { .. } => false,
        }
    }

    /// The rule behind it, where one is.
    pub fn rule(&self) -> Option<RuleId> {
        match self {
            Self::Vacancy { .. }
            | Self::TermEnding { .. }
            | Self::ProposalWaits { .. }
            | Self::SiroIsGuardian { .. } => Some(RuleId::WsicTerm),
            Self::ReviewOverdue { .. } | Self::ReviewDue { .. } => Some(RuleId::BobPolicy),
            Self::DeskNotTaken { .. }
            | Self::RotaGap { .. }
            | Self::Unreachable { .. }
            | Self::Unverified { .. } => None,
        }
    }

    /// What is missing and what can be done, in a sentence.
    pub fn sentence(&self, directory: &Directory) -> String {
        let organisation = |id| directory.organisation_name(id);
        match self {
            Self::DeskNotTaken { tier, since, call } => {
                let called = call.map_or_else(
                    || "call the officer who is planned".to_owned(),
                    |tier| match rota::on_call(&directory.shifts, tier, Instant::MAX_UTC) {
                        Some(shift) => format!(
                            "call {} ({}), who can cover the gap",
                            directory.person_name(&shift.person),
                            tier.name()
                        ),
                        None => format!("call the {}", tier.name()),
                    },
                );
                format!(
                    "Nobody has taken over as {} since {}: {called}",
                    tier.name(),
                    calendar::in_words(*since)
                )
            }
            Self::Vacancy {
                role,
                organisation: of,
            } => format!(
                "{} has no {} ({}). Appoint somebody",
                organisation(of),
                role.title(),
                role.code()
            ),
            Self::RotaGap {
                tier, from, until, ..
            } => format!(
                "Nobody is planned as {} from {} to {}. Plan a shift",
                tier.name(),
                calendar::in_words(*from),
                calendar::in_words(*until)
            ),
            Self::Unreachable {
                role,
                organisation: of,
            } => format!(
                "The directory has no contact point for the {} of {}. Add one",
                role.short(),
                organisation(of)
            ),
            Self::ReviewOverdue { document, due_on } => format!(
                "The review of {} was due on {}. Review it, or withdraw it",
                title(directory, document),
                day_in_words(*due_on)
            ),
            Self::ProposalWaits { proposal } => {
                let change = directory.proposal(*proposal).map(|waits| {
                    format!(
                        "{}, proposed by {}. Confirm it, or turn it down",
                        waits.change.sentence(directory),
                        directory.person_name(&waits.by.person)
                    )
                });
                format!("A proposal waits: {}", change.unwrap_or_default())
            }
            Self::TermEnding {
                holding, ends_at, ..
            } => format!(
                "The term of {} as {} of {} ends {}. Appoint a successor",
                directory.person_name(&holding.person),
                holding.role.short(),
                organisation(&holding.organisation),
                calendar::in_words(*ends_at)
            ),
            Self::SiroIsGuardian {
                person,
                organisation: of,
            } => format!(
                "{} is both SIRO and Caldicott Guardian of {}. These should be two people",
                directory.person_name(person),
                organisation(of)
            ),
            Self::ReviewDue { document, due_on } => format!(
                "The review of {} is due on {}",
                title(directory, document),
                day_in_words(*due_on)
            ),
            Self::Unverified { point, verified_on } => {
                let when = verified_on.map_or_else(
                    || "has never been checked".to_owned(),
                    |day| format!("was last checked on {}", day_in_words(day)),
                );
                format!(
                    "{} {} for the {} of {} {when}. Check it",
                    point.channel.name(),
                    point.value,
                    point.role.short(),
                    organisation(&point.organisation)
                )
            }
        }
    }
}

fn title(directory: &Directory, id: &PolicyDocumentId) -> String {
    directory
        .policy_document(id)
        .map_or_else(|| id.to_string(), |known| format!("\"{}\"", known.title))
}

/// Everything that is missing or soon will be: what is missing first, each sort in its order.
pub fn gaps(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    let mut found = Vec::new();
    found.extend(desks_not_taken(directory, policy, now));
    let vacancies = directory.vacancies(now).into_iter();
    found.extend(vacancies.map(|(role, organisation)| Gap::Vacancy {
        role,
        organisation: organisation.clone(),
    }));
    found.extend(rota_gaps(directory, policy, now));
    found.extend(unreachable(directory, now));
    found.extend(reviews(directory, policy, now));
    let waiting = |proposal: &Proposal| Gap::ProposalWaits {
        proposal: proposal.id,
    };
    found.extend(directory.proposals.iter().map(waiting));
    found.extend(never_held(directory, now));
    found.extend(terms_ending(directory, policy, now));
    found.extend(both_roles(directory, now));
    found.extend(unverified(directory, policy, now));
    found.sort_by_key(|gap| !gap.is_missing());
    found
}

/// Roles that a duty needs and that nobody has ever held: of each controller, and of the partnership.
fn never_held(directory: &Directory, now: Instant) -> Vec<Gap> {
    let was_held = |role: Role, organisation: Option<&OrganisationId>| {
        let mut holdings = directory.holdings.iter();
        holdings.any(|holding| {
            holding.role == role
                && organisation.is_none_or(|wanted| holding.organisation == *wanted)
        })
    };
    let open = directory
        .organisations
        .iter()
        .filter(|known| known.is_open_at(now));
    let controllers = open.clone().filter(|known| known.controller);
    let of_controllers = controllers.flat_map(|known| {
        let needed = NEEDED.into_iter();
        needed
            .filter(|role| !was_held(*role, Some(&known.id)))
            .map(|role| (role, known.id.clone()))
    });
    let of_partnership = open.filter(|known| known.host).flat_map(|known| {
        [Role::Wso, Role::Host]
            .into_iter()
            .filter(|role| !was_held(*role, None))
            .map(|role| (role, known.id.clone()))
    });
    of_controllers
        .chain(of_partnership)
        .map(|(role, organisation)| Gap::Vacancy { role, organisation })
        .collect()
}

fn desks_not_taken(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    let tiers = Tier::ALL.into_iter();
    tiers
        .filter_map(|tier| desk_not_taken(directory, policy, tier, now))
        .collect()
}

/// The desk of a tier, if nobody has taken it over in time.
pub fn desk_not_taken(
    directory: &Directory,
    policy: &Policy,
    tier: Tier,
    now: Instant,
) -> Option<Gap> {
    let not_taken = rota::not_taken(&directory.shifts, tier, now, &policy.rota)?;
    Some(Gap::DeskNotTaken {
        tier,
        since: not_taken.since,
        call: not_taken.call,
    })
}

/// The stretches in which nobody is planned, of every desk and tier that has a rota.
fn rota_gaps(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    let until = now + TimeDelta::days(policy.rota.look_ahead_days.into());
    // How far one looks ahead is no moment that anything happens at: nobody reads its seconds.
    let until = until.duration_trunc(TimeDelta::minutes(1)).unwrap_or(until);
    let desks: BTreeSet<(Tier, &OrganisationId)> = directory
        .shifts
        .iter()
        .map(|shift| (shift.tier, &shift.organisation))
        .collect();
    let mut found = Vec::new();
    for (tier, organisation) in desks {
        let mut planned: Vec<&Shift> = directory
            .shifts
            .iter()
            .filter(|shift| shift.tier == tier && shift.organisation == *organisation)
            .filter(|shift| shift.ends_at > now && shift.starts_at < until)
            .collect();
        planned.sort_by_key(|shift| shift.starts_at);
        let mut covered = now;
        let ends = planned
            .iter()
            .map(|shift| (shift.starts_at, shift.ends_at))
            .chain([(until, until)]);
        for (starts_at, ends_at) in ends {
            if starts_at > covered {
                found.push(Gap::RotaGap {
                    tier,
                    organisation: organisation.clone(),
                    from: covered,
                    until: starts_at,
                });
            }
            covered = covered.max(ends_at);
        }
    }
    found
}

fn unreachable(directory: &Directory, now: Instant) -> Vec<Gap> {
    let held: BTreeSet<(Role, &OrganisationId)> = directory
        .holdings
        .iter()
        .filter(|holding| holding.is_valid_at(now) && REACHED.contains(&holding.role))
        .map(|holding| (holding.role, &holding.organisation))
        .collect();
    held.into_iter()
        .filter(|(role, organisation)| {
            directory
                .ways_to_reach(*role, Some(organisation))
                .is_empty()
        })
        .map(|(role, organisation)| Gap::Unreachable {
            role,
            organisation: organisation.clone(),
        })
        .collect()
}

fn reviews(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    let today = calendar::local(now).date_naive();
    let of = |document: &super::register::PolicyDocument| {
        let (id, due_on) = (document.id.clone(), document.review_due_on);
        match document.review_state_on(today, &policy.directory) {
            ReviewState::InTime => None,
            ReviewState::DueSoon => Some(Gap::ReviewDue {
                document: id,
                due_on,
            }),
            ReviewState::Overdue => Some(Gap::ReviewOverdue {
                document: id,
                due_on,
            }),
        }
    };
    directory.policy_documents.iter().filter_map(of).collect()
}

/// Terms that end within a warning while nobody holds the place after them.
fn terms_ending(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    let of = |holding: &crate::domain::role::Holding| {
        let days = holding.warning_days_at(now, &policy.term)?;
        let ends_at = holding.ends_at()?;
        let is_followed = directory.holdings.iter().any(|next| {
            (next.role, next.deputy_order) == (holding.role, holding.deputy_order)
                && next.organisation == holding.organisation
                && next.is_valid_at(ends_at)
        });
        (!is_followed).then(|| Gap::TermEnding {
            holding: holding.name(),
            ends_at,
            days,
        })
    };
    let mut ending: Vec<Gap> = directory.holdings.iter().filter_map(of).collect();
    ending.sort_by_key(|gap| match gap {
        Gap::TermEnding { ends_at, .. } => Some(*ends_at),
        _ => None,
    });
    ending
}

fn both_roles(directory: &Directory, now: Instant) -> Vec<Gap> {
    let valid = |role| {
        directory
            .holdings
            .iter()
            .filter(move |holding| holding.role == role && holding.is_valid_at(now))
    };
    let is_both = |siro: &&crate::domain::role::Holding| {
        valid(Role::Cg).any(|guardian| {
            (&guardian.person, &guardian.organisation) == (&siro.person, &siro.organisation)
        })
    };
    valid(Role::Siro)
        .filter(is_both)
        .map(|siro| Gap::SiroIsGuardian {
            person: siro.person.clone(),
            organisation: siro.organisation.clone(),
        })
        .collect()
}

fn unverified(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Gap> {
    directory
        .contact_points
        .iter()
        .filter(|point| !is_verified(point, policy, now))
        .map(|point| Gap::Unverified {
            point: point.name(),
            verified_on: point.verified_on,
        })
        .collect()
}

/// Whether somebody has checked within the policy's days that it works.
pub fn is_verified(point: &ContactPoint, policy: &Policy, now: Instant) -> bool {
    let today = calendar::local(now).date_naive();
    let from = today.checked_sub_days(Days::new(policy.directory.verify_contact_days.into()));
    match (point.verified_on, from) {
        (Some(verified_on), Some(from)) => verified_on >= from,
        (Some(_), None) => true,
        (None, _) => false,
    }
}
