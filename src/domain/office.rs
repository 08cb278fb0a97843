//! Who may act now for a controller, and why: the holder, a deputy, or whoever stands in for a vacancy
//! (NOBODY-THERE).
//!
//! A vacancy blocks no duty. An interim holds the role like anybody else, and is named as one. Whoever is told in place of a vacant
//! role is worked out here too. Here stands the order of the fall-backs, as one table; what is decided,
//! and whether it is the turn of it, is judged where it belongs.

use super::Instant;
use super::contacts::{AlsoBecause, AlsoTold, Contact, owed_to};
use super::directory::{Actor, Directory, HeldRole};
use super::enumeration;
use super::event::Signature;
use super::id::{OrganisationId, PersonId};
use super::incident::Incident;
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::regulator::Gravity;
use super::role::{Holding, Role};

/// Something that only officers of a controller do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// Decide whether the ICO is told.
    Decide,
    /// Confirm a decision that somebody else recorded or authorised.
    Confirm,
    /// Countersign a decline against a sensitivity factor.
    Countersign,
    /// Confirm a decline by an officer who is in conflict.
    Second,
    /// Recommend whether people are told.
    Recommend,
    /// Decide whether people are told, as the one who owns the risk.
    FirstVoice,
    /// Decide whether people are told, as the one who speaks for the patients.
    SecondVoice,
    /// Break the tie of the two.
    Tie,
}

impl Office {
    /// The roles that do it, and those that stand in, in order, each step where nobody stands on the
    /// one before.
    fn steps(self) -> &'static [&'static [Role]] {
        match self {
            Self::Decide | Self::Confirm => &[&[Role::Dpo, Role::Adpo], &[Role::Siro], &[Role::Ao]],
            // The SIRO with the DPO, whose signature the decline bears already.
            Self::Countersign => &[&[Role::Cg], &[Role::Siro], &[Role::Ao]],
            Self::Second => &[
                &[Role::Dpo, Role::Adpo, Role::Siro],
                &[Role::Ao],
                &[Role::Cg],
            ],
            Self::Recommend => &[
                &[Role::Dpo, Role::Adpo],
                &[Role::Siro],
                &[Role::Ao],
                &[Role::Cg],
            ],
            Self::FirstVoice => &[&[Role::Siro], &[Role::Ao], &[Role::Cg]],
            Self::SecondVoice => &[&[Role::Cg], &[Role::Dpo, Role::Adpo], &[Role::Ao]],
            Self::Tie => &[&[Role::Ao], &[Role::Dpo, Role::Adpo]],
        }
    }

    /// The role whose it is.
    pub fn role(self) -> Role {
        match self {
            Self::Decide | Self::Confirm | Self::Second | Self::Recommend => Role::Dpo,
            Self::Countersign | Self::SecondVoice => Role::Cg,
            Self::FirstVoice => Role::Siro,
            Self::Tie => Role::Ao,
        }
    }
}

/// Somebody who may act now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seat<'a> {
    /// The term by which they may.
    pub holding: &'a Holding,
    /// Why they may.
    pub because: Because,
}

/// Why somebody may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The role is theirs.
    Holds,
    /// They are the deputy.
    Deputy,
    /// They act for the holder, by appointment.
    Acting,
    /// They hold the role until somebody is appointed for good.
    Interim,
    /// Nobody holds the role.
    Vacant(Role),
    /// Whoever holds the role has spoken in another one, and nobody speaks twice.
    SpokenFor(Role),
}

/// Who may act now for a controller.
#[derive(Clone, Debug, PartialEq)]
pub struct WhoMay<'a> {
    /// For what.
    pub office: Office,
    /// For whom.
    pub controller: &'a OrganisationId,
    /// Whoever may, in the order in which they are asked; empty where nobody holds any of the roles.
    pub seats: Vec<Seat<'a>>,
}

/// Any of these people, each with the role: `Idris Pennywell (IG team) or Marguerite Holloway (Partnership
/// Security Officer)`.
pub fn named(holdings: &[&Holding], directory: &Directory) -> String {
    let names: Vec<String> = holdings
        .iter()
        .map(|holding| {
            let name = directory.person_name(&holding.person);
            format!("{name} ({})", holding.role.short())
        })
        .collect();
    enumeration::any(&names)
}

/// Who may act now for a controller, leaving out people who have spoken in another role.
pub fn who_may<'a>(
    office: Office,
    controller: &'a OrganisationId,
    directory: &'a Directory,
    now: Instant,
    spoken: &[&PersonId],
) -> WhoMay<'a> {
    let holders = |role: Role| directory.holders(role, Some(controller), now);
    let held_by_nobody = |roles: &[Role]| roles.iter().all(|role| holders(*role).is_empty());
    let steps = office.steps();
    #[cfg(test)]
    let steps = steps
        .get(..1)
        .filter(|_| mutant::is(Mutant::NobodyStandsIn))
        .unwrap_or(steps);
    let fall_back = match steps.first() {
        Some(first) if !held_by_nobody(first) => Because::SpokenFor(office.role()),
        Some(_) | None => Because::Vacant(office.role()),
    };
    let on_step = |(place, roles): (usize, &&[Role])| {
        let seats: Vec<Seat<'a>> = roles
            .iter()
            .flat_map(|role| holders(*role))
            .filter(|holding| !spoken.contains(&&holding.person))
            .map(|holding| Seat {
                holding,
                because: if place == 0 {
                    by_right(holding)
                } else {
                    fall_back
                },
            })
            .collect();
        (!seats.is_empty()).then_some(seats)
    };
    WhoMay {
        office,
        controller,
        seats: steps
            .iter()
            .enumerate()
            .find_map(on_step)
            .unwrap_or_default(),
    }
}

fn by_right(holding: &Holding) -> Because {
    if holding.deputy_order > 0 {
        Because::Deputy
    } else if holding.role == Role::Adpo {
        Because::Acting
    } else if holding.interim {
        Because::Interim
    } else {
        Because::Holds
    }
}

/// Whose word it is that something need not be done about a serious incident: the officer's of that
/// organisation, or of whoever stands in (BOB-CYBER, NIS-WHO). Nothing while it is not serious, or where nobody
/// holds any of the roles: then whoever may record it does (NOBODY-THERE).
pub fn speaks_for_serious<'a>(
    incident: &Incident,
    organisation: &'a OrganisationId,
    directory: &'a Directory,
    now: Instant,
) -> Option<WhoMay<'a>> {
    let who = who_may(Office::Decide, organisation, directory, now, &[]);
    (Gravity::of(incident).is_serious() && !who.seats.is_empty()).then_some(who)
}

impl<'a> WhoMay<'a> {
    /// In which role an actor may act, if they may.
    pub fn signature(&self, actor: &Actor) -> Option<Signature> {
        let is_held = |held: &&HeldRole| {
            held.organisation == *self.controller
                && self.seats.iter().any(|seat| {
                    seat.holding.role == held.role && seat.holding.person == actor.person
                })
        };
        let held = actor.roles.iter().find(is_held)?;
        Some(Signature::of(actor, held))
    }

    /// Whether the role itself is vacant or spoken for, so that somebody else stands in.
    pub fn is_fall_back(&self) -> bool {
        self.seats
            .first()
            .is_none_or(|seat| matches!(seat.because, Because::Vacant(_) | Because::SpokenFor(_)))
    }

    /// Whom to ask, by name and role, and why where it is not the holder: "Oona Merriweather (SIRO),
    /// because Riverbourne ICB has no DPO".
    pub fn in_words(&self, directory: &Directory) -> String {
        let organisation = directory.organisation_name(self.controller);
        let Some(seat) = self.seats.first() else {
            return format!("somebody whom {organisation} appoints");
        };
        let name = directory.person_name(&seat.holding.person);
        let role = seat.holding.role.short();
        match seat.because {
            Because::Holds => format!("{name} ({role} of {organisation})"),
            Because::Deputy => format!("{name} (deputy {role} of {organisation})"),
            Because::Acting => format!("{name} (acting DPO of {organisation})"),
            Because::Interim => format!("{name} (interim {role} of {organisation})"),
            Because::Vacant(vacant) => format!(
                "{name} ({role}, because {organisation} has no {})",
                vacant.short()
            ),
            Because::SpokenFor(other) => format!(
                "{name} ({role} of {organisation}, because its {} has acted already)",
                other.short()
            ),
        }
    }

    /// As [`WhoMay::in_words`] for everybody who may, for whoever rings round.
    pub fn everybody(&self, directory: &Directory) -> String {
        let names: Vec<String> = self
            .seats
            .iter()
            .map(|seat| {
                let name = directory.person_name(&seat.holding.person);
                match seat.because {
                    Because::Deputy => format!("{name} (deputy {})", seat.holding.role.short()),
                    Because::Interim => format!("{name} (interim {})", seat.holding.role.short()),
                    Because::Holds
                    | Because::Acting
                    | Because::Vacant(_)
                    | Because::SpokenFor(_) => format!("{name} ({})", seat.holding.role.short()),
                }
            })
            .collect();
        names.join(", ")
    }
}

/// The office in which somebody stands in for a role that is to be told, and that only one person of an
/// organisation holds.
const TOLD: [(Role, Office); 4] = [
    (Role::Dpo, Office::Decide),
    (Role::Siro, Office::FirstVoice),
    (Role::Cg, Office::Countersign),
    (Role::Ao, Office::Tie),
];

/// Whether it is a role of that kind.
pub fn is_of_one_person(role: Role) -> bool {
    TOLD.into_iter().any(|(told, _)| told == role)
}

/// Whether somebody holds a role, or acts for its holder.
pub fn is_held(contact: &Contact, directory: &Directory, at: Instant) -> bool {
    let organisation = contact.organisation.as_ref();
    let holds = |role| !directory.holders(role, organisation, at).is_empty();
    !contact.role.is_appointed()
        || holds(contact.role)
        || (contact.role == Role::Dpo && holds(Role::Adpo))
}

/// Who stands in for a role of an organisation that nobody holds; nothing where somebody does, or where
/// nobody is left.
pub fn stands_in<'a>(
    contact: &'a Contact,
    directory: &'a Directory,
    at: Instant,
) -> Option<WhoMay<'a>> {
    if is_held(contact, directory, at) {
        return None;
    }
    let role = owed_to(contact.role);
    let (_, office) = TOLD.into_iter().find(|(told, _)| *told == role)?;
    let who = who_may(office, contact.organisation.as_ref()?, directory, at, &[]);
    (!who.seats.is_empty()).then_some(who)
}

/// Whom to tell instead of a role that nobody holds (NOBODY-THERE). The host is told for the Partnership
/// Security Officer, by the exception path.
pub fn told_instead(contact: &Contact, directory: &Directory, at: Instant) -> Option<Contact> {
    if contact.role == Role::Wso {
        let host = Contact::partnership(Role::Host);
        return (!is_held(contact, directory, at)).then_some(host);
    }
    let who = stands_in(contact, directory, at)?;
    let role = who.seats.first()?.holding.role;
    Some(Contact::of(role, contact.organisation.as_ref()?))
}

/// Whether nobody holds a role that one person of an organisation holds, and nobody stands in for it.
pub fn is_nobody_left(contact: &Contact, directory: &Directory, at: Instant) -> bool {
    is_of_one_person(contact.role)
        && !is_held(contact, directory, at)
        && told_instead(contact, directory, at).is_none()
}

/// Whom to tell where nobody holds a role, by name and with the reason; nothing where somebody does.
pub fn whom_to_tell(contact: &Contact, directory: &Directory, at: Instant) -> Option<String> {
    if is_held(contact, directory, at) {
        return None;
    }
    if contact.role == Role::Wso {
        return Some("the host, by the exception path".to_owned());
    }
    let stands_in = stands_in(contact, directory, at).map(|who| who.in_words(directory));
    Some(stands_in.unwrap_or_else(|| "the person who does that work".to_owned()))
}

/// The vacant roles for which a contact stands in.
pub fn stands_in_for(contact: &Contact, directory: &Directory, at: Instant) -> Vec<Contact> {
    #[cfg(test)]
    let wrong = mutant::is(Mutant::AnybodyStandsIn) && contact.role == Role::Siro;
    #[cfg(not(test))]
    let wrong = false;
    let offices = TOLD.into_iter().filter_map(|(role, _)| {
        let whose = contact.organisation.as_ref()?;
        Some(Contact::of(role, whose))
    });
    let vacant = [Contact::partnership(Role::Wso)].into_iter().chain(offices);
    vacant
        .filter(|other| {
            told_instead(other, directory, at).as_ref() == Some(contact)
                || (wrong && other.role == Role::Dpo)
        })
        .collect()
}

/// Whom telling this contact tells as well: the vacant roles for which it stands in, and the same role of
/// another organisation where the same people hold it (NOBODY-THERE, CLK-EVIDENCE).
pub fn told_as_well(contact: &Contact, directory: &Directory, at: Instant) -> Vec<AlsoTold> {
    #[cfg(test)]
    if mutant::is(Mutant::StandInIsNotTold) {
        return Vec::new();
    }
    let vacant = stands_in_for(contact, directory, at).into_iter();
    let vacant = vacant.map(|contact| AlsoTold {
        contact,
        because: AlsoBecause::NobodyHeldTheRole,
    });
    let elsewhere = held_elsewhere(contact, directory, at).into_iter();
    let elsewhere = elsewhere.map(|contact| AlsoTold {
        contact,
        because: AlsoBecause::SamePerson,
    });
    vacant.chain(elsewhere).collect()
}

/// The same role of other organisations, where everybody who holds it here holds it there.
fn held_elsewhere(contact: &Contact, directory: &Directory, at: Instant) -> Vec<Contact> {
    let is_office = is_of_one_person(contact.role);
    let people = |organisation: &OrganisationId| -> Vec<&PersonId> {
        let holders = directory.holders(contact.role, Some(organisation), at);
        holders.into_iter().map(|held| &held.person).collect()
    };
    let here = contact.organisation.as_ref().filter(|_| is_office);
    let known = here.map_or_else(Vec::new, people);
    let others = directory.organisations.iter().map(|one| &one.id);
    others
        .filter(|other| {
            let there = people(other);
            Some(*other) != here
                && !known.is_empty()
                && known.iter().all(|person| there.contains(person))
        })
        .map(|other| Contact::of(contact.role, other))
        .collect()
}
