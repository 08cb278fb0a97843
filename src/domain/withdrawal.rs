//! Who agrees when somebody asks to withdraw an incident: nobody withdraws one alone (REG-WHOLE).

use super::Instant;
use super::directory::{Actor, Directory};
use super::event::Signature;
use super::id::OrganisationId;
use super::incident::Incident;
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::role::{Holding, Role};

/// Who may agree to what somebody has asked for: the first of the roles that somebody else holds. Where
/// the DPO asks, the governance team or the Partnership Security Officer; else the DPO. A vacancy is
/// filled by the next role (NOBODY-THERE).
pub fn may_agree<'a>(
    incident: &Incident,
    asked: &Signature,
    directory: &'a Directory,
    now: Instant,
) -> Vec<&'a Holding> {
    let by_dpo = matches!(asked.role, Role::Dpo | Role::Adpo);
    let in_turn = if by_dpo {
        [&TEAM[..], &SIRO, &DPOS, &LAST]
    } else {
        [&DPOS[..], &SIRO, &TEAM, &LAST]
    };
    let holders = |roles: &[Role]| -> Vec<&'a Holding> {
        let holdings = roles
            .iter()
            .flat_map(|role| of_the_incident(*role, incident, directory, now));
        holdings
            .filter(|holding| holding.person != asked.person)
            .collect()
    };
    let mut found = in_turn.into_iter().map(holders);
    found
        .find(|holders| !holders.is_empty())
        .unwrap_or_default()
}

/// Those with whom the DPO agrees.
const TEAM: [Role; 2] = [Role::Igt, Role::Wso];
const SIRO: [Role; 1] = [Role::Siro];
const DPOS: [Role; 2] = [Role::Dpo, Role::Adpo];
const LAST: [Role; 2] = [Role::Ao, Role::Cg];

/// The Partnership Security Officer has a part in what is a matter for the partnership; the others
/// belong to a controller.
fn of_the_incident<'a>(
    role: Role,
    incident: &Incident,
    directory: &'a Directory,
    now: Instant,
) -> Vec<&'a Holding> {
    if role == Role::Wso {
        return if incident.is_partnership_matter() {
            directory.holders(role, None, now)
        } else {
            Vec::new()
        };
    }
    let is_controllers =
        |organisation: &OrganisationId| incident.controllers().contains(organisation);
    let mut holders = directory.holders(role, None, now);
    holders.retain(|holding| is_controllers(&holding.organisation));
    holders
}

/// In which role the actor agrees to what somebody has asked for, if they may.
pub fn agrees_as(
    incident: &Incident,
    asked: &Signature,
    actor: &Actor,
    directory: &Directory,
    now: Instant,
) -> Option<Signature> {
    if actor.person == asked.person {
        #[cfg(test)]
        if mutant::is(Mutant::AskerAgrees) {
            return Some(asked.clone());
        }
        return None;
    }
    may_agree(incident, asked, directory, now)
        .into_iter()
        .filter(|holding| holding.person == actor.person)
        .find_map(|holding| {
            let mut held = actor.roles.iter();
            held.find(|held| {
                (held.role, &held.organisation) == (holding.role, &holding.organisation)
            })
        })
        .map(|held| Signature::of(actor, held))
}
