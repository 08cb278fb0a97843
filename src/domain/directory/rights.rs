//! Who may change the directory: the rows "manage role terms" and "manage rota and contacts" of
//! section 5, as a table, and how far each cell reaches.
//!
//! Everything in the directory but role terms goes by the second row. Two readings are ours. A body
//! that is no controller has nobody of its own who decides, so the officers of the host do it for it.
//! And an officer's own shift is theirs to swap and to hand over before it begins, although the role
//! `OCO` is held only while it lasts.

use super::{Actor, Directory, HeldRole};
use crate::domain::event::Signature;
use crate::domain::id::OrganisationId;
use crate::domain::permission::{COLUMNS, Grant};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rota::Shift;

/// A row of section 5 that is about the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Appoint, and end terms.
    ManageTerms,
    /// The rota, contact points, and the registers.
    ManageRota,
}

/// How far a cell reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The role's organisation.
    Organisation,
    /// The role itself, in its organisation: its contact points, the shifts of its holder.
    Own,
    /// The roles of the governance group: the Officer, and the representatives.
    GovernanceGroup,
    /// Everything.
    Everything,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What is granted.
    pub grant: Grant,
    /// How far.
    pub reach: Reach,
}

const fn cell(grant: Grant, reach: Reach) -> Cell {
    Cell { grant, reach }
}

const NO: Cell = cell(Grant::No, Reach::Own);
const V: Cell = cell(Grant::View, Reach::Everything);
const PROPOSE: Cell = cell(Grant::Advise, Reach::Organisation);
const RECORD: Cell = cell(Grant::Record, Reach::Everything);
const R: Cell = cell(Grant::May, Reach::Organisation);
const R_OWN: Cell = cell(Grant::May, Reach::Own);
const R_ALL: Cell = cell(Grant::May, Reach::Everything);
const A: Cell = cell(Grant::Owner, Reach::Organisation);
const A_GROUP: Cell = cell(Grant::Owner, Reach::GovernanceGroup);

/// The two rows; the columns are those of [`COLUMNS`].
#[rustfmt::skip]
pub const TABLE: [(Right, [Cell; 16]); 2] = [
    //                    STAFF LM  OCO    IGT CSM DPO      SIRO CG  AO  WSO    GGR      HOST   PROC   IGSG AUD ADM
    (Right::ManageTerms, [NO,   NO, NO,    NO, NO, PROPOSE, A,   NO, A,  NO,    A_GROUP, NO,    NO,    NO,  V,  RECORD]),
    (Right::ManageRota,  [NO,   NO, R_OWN, R,  NO, R,       NO,  NO, NO, R_OWN, R_OWN,   R_OWN, R_OWN, NO,  V,  R_ALL]),
];

/// The cell of a role.
pub fn cell_of(right: Right, role: Role) -> Cell {
    let row = TABLE.iter().find(|(row, _)| *row == right);
    let column = COLUMNS.iter().position(|roles| roles.contains(&role));
    match (row, column) {
        (Some((_, cells)), Some(column)) => cells[column],
        (Some(_) | None, _) => NO,
    }
}

/// What is to be changed, as far as rights go by it.
#[derive(Clone, Copy, Debug)]
pub enum Matter<'a> {
    /// Who holds a role of an organisation.
    Term(Role, &'a OrganisationId),
    /// How a role of an organisation is reached.
    Contact(Role, &'a OrganisationId),
    /// The plan of an organisation's desk.
    Rota(&'a OrganisationId),
    /// An organisation itself, its people, its policy documents.
    Register(&'a OrganisationId),
    /// Which organisations there are.
    Organisations,
}

impl Matter<'_> {
    fn right(self) -> Right {
        match self {
            Self::Term(..) => Right::ManageTerms,
            Self::Contact(..) | Self::Rota(_) | Self::Register(_) | Self::Organisations => {
                Right::ManageRota
            }
        }
    }

    fn organisation(&self) -> Option<&OrganisationId> {
        match self {
            Self::Term(_, organisation)
            | Self::Contact(_, organisation)
            | Self::Rota(organisation)
            | Self::Register(organisation) => Some(organisation),
            Self::Organisations => None,
        }
    }
}

/// How the actor may change it: the strongest grant of any role held, with that role.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require(
    matter: Matter<'_>,
    least: Grant,
    actor: &Actor,
    directory: &Directory,
) -> Result<(Grant, Signature), Refusal> {
    let strongest = actor
        .roles
        .iter()
        .filter(|held| reaches(matter, held, directory))
        .map(|held| (cell_of(matter.right(), held.role).grant, held))
        .rev()
        .max_by_key(|(grant, _)| *grant);
    match strongest {
        Some((grant, held)) if grant >= least => Ok((grant, Signature::of(actor, held))),
        Some(_) | None => Err(refused(matter, least, directory)),
    }
}

/// Whether the actor may change it on their own, at all.
pub fn may(matter: Matter<'_>, actor: &Actor, directory: &Directory) -> bool {
    require(matter, Grant::May, actor, directory).is_ok()
}

fn reaches(matter: Matter<'_>, held: &HeldRole, directory: &Directory) -> bool {
    let acts_there = || {
        matter
            .organisation()
            .is_some_and(|id| acts_for(&held.organisation, id, directory))
    };
    match (cell_of(matter.right(), held.role).reach, matter) {
        (Reach::Everything, _) => true,
        // The Officer serves the partnership, not the organisation that happens to employ them.
        (Reach::Organisation, Matter::Term(Role::Wso, _)) => false,
        (Reach::Organisation, _) => acts_there(),
        (Reach::GovernanceGroup, Matter::Term(role, _)) => matches!(role, Role::Wso | Role::Ggr),
        (Reach::Own, Matter::Contact(role, organisation)) => {
            role == held.role && *organisation == held.organisation
        }
        (
            Reach::GovernanceGroup | Reach::Own,
            Matter::Term(..)
            | Matter::Contact(..)
            | Matter::Rota(_)
            | Matter::Register(_)
            | Matter::Organisations,
        ) => false,
    }
}

/// Whether roles held for one organisation act for another: for itself, and those of the host for a
/// body that is no controller.
fn acts_for(holder: &OrganisationId, organisation: &OrganisationId, directory: &Directory) -> bool {
    let is_host = || directory.host().is_some_and(|host| host.id == *holder);
    let has_none = || {
        directory
            .organisation(organisation)
            .is_some_and(|known| !known.controller)
    };
    holder == organisation || (is_host() && has_none())
}

/// Signed as the on-call officer that somebody is by their own shift.
///
/// # Errors
/// It is somebody else's shift.
pub fn require_own_shift(
    shift: &Shift,
    actor: &Actor,
    sentence: &'static str,
) -> Result<Signature, Refusal> {
    if shift.person == actor.person {
        Ok(as_on_call(&shift.organisation, actor))
    } else {
        Err(Refusal::not_allowed(sentence))
    }
}

/// The signature of whoever is or will be at an organisation's desk.
pub fn as_on_call(organisation: &OrganisationId, actor: &Actor) -> Signature {
    Signature {
        person: actor.person.clone(),
        role: Role::Oco,
        organisation: organisation.clone(),
        interim: false,
    }
}

fn refused(matter: Matter<'_>, least: Grant, directory: &Directory) -> Refusal {
    let right = matter.right();
    // Whoever wants a role filled is better told who decides than who else could only ask.
    let least = match right {
        Right::ManageTerms => Grant::Owner,
        Right::ManageRota => least,
    };
    let may = Role::ALL
        .into_iter()
        .filter(|role| cell_of(right, *role).grant >= least)
        .filter(|role| could_reach(matter, *role));
    let what = match matter {
        Matter::Term(role, _) => format!("decide who is the {}", role.short()),
        Matter::Contact(role, _) => format!("change how the {} is reached", role.short()),
        Matter::Rota(_) => "change the rota".to_owned(),
        Matter::Register(_) => "change the register".to_owned(),
        Matter::Organisations => "add or close organisations".to_owned(),
    };
    let place = matter.organisation().map_or_else(String::new, |id| {
        format!(" of {}", directory.organisation_name(id))
    });
    Refusal::no_role(&format!("{what}{place}"), may.collect())
}

/// Whether a holder of the role somewhere could reach it.
fn could_reach(matter: Matter<'_>, role: Role) -> bool {
    match (cell_of(matter.right(), role).reach, matter) {
        (Reach::Everything, _) => true,
        (Reach::Organisation, Matter::Term(Role::Wso, _) | Matter::Organisations) => false,
        (Reach::Organisation, _) => true,
        (Reach::GovernanceGroup, Matter::Term(of, _)) => matches!(of, Role::Wso | Role::Ggr),
        (Reach::Own, Matter::Contact(of, _)) => of == role,
        (
            Reach::GovernanceGroup | Reach::Own,
            Matter::Term(..)
            | Matter::Contact(..)
            | Matter::Rota(_)
            | Matter::Register(_)
            | Matter::Organisations,
        ) => false,
    }
}
