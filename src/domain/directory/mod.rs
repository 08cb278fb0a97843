//! The directory: organisations, people, who holds which role, how to reach them, the rota, and the
//! agreements and policies by which they work.
//!
//! It answers who somebody is at an instant and how a role is reached, and it is an aggregate of its
//! own: it changes only by an event ([`event`]) that follows from a command ([`command`]) which was
//! judged ([`decide`]). What is missing from it is derived ([`gaps`]), never stored. It deliberately
//! does not decide what a role may do on an incident (`permission`) or who must be told about one
//! (`contacts`).

pub mod apply;
pub mod command;
pub mod decide;
pub mod difference;
pub mod event;
pub mod gaps;
pub mod register;
pub mod rights;
pub mod telling;

use super::Instant;
use super::calendar;
use super::holidays::HolidayBook;
use super::id::{AgreementId, CommandId, OrganisationId, PersonId, PolicyDocumentId, ShiftId};
use super::role::{Holding, HoldingName, Role};
use super::rota::{self, Shift, Tier};
use chrono::NaiveDate;
use register::{Agreement, ContactName, PolicyDocument, Proposal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything the desk knows about organisations and people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Rises with every change; clients fetch the directory again when it does.
    #[serde(default)]
    pub version: u64,
    /// Organisations of the partnership and those that work for it.
    pub organisations: Vec<Organisation>,
    /// People who hold roles or report.
    pub people: Vec<Person>,
    /// Role holdings with their terms.
    pub holdings: Vec<Holding>,
    /// Ways to reach the holder of a role, in the order in which they are tried.
    pub contact_points: Vec<ContactPoint>,
    /// On-call shifts.
    pub shifts: Vec<Shift>,
    /// Agreements on sharing and processing, with who reports for whom (ICO-JOINT).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<Agreement>,
    /// Policies and procedures, with when their next review is due (BOB-POLICY).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_documents: Vec<PolicyDocument>,
    /// Appointments and endings that somebody proposed and nobody has decided yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<Proposal>,
    /// Bank holidays that were imported besides the built-in ones (BOB-BH).
    #[serde(default, skip_serializing_if = "HolidayBook::is_empty")]
    pub holidays: HolidayBook,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its short name.
    pub id: OrganisationId,
    /// Its full name.
    pub name: String,
    /// What kind of body it is.
    pub kind: OrganisationKind,
    /// Whether it is in the information-sharing agreement.
    #[serde(default)]
    pub partner: bool,
    /// Whether it decides why and how personal data are processed.
    #[serde(default)]
    pub controller: bool,
    /// Whether it runs the shared service and its service desk.
    #[serde(default)]
    pub host: bool,
    /// Whether the NIS Regulations count it as an operator of essential services (NIS-72H).
    #[serde(default)]
    pub operator_of_essential_services: bool,
    /// The organisation whose work it took over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<OrganisationId>,
    /// First day on which it is no longer there; it stays listed, because incidents name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
}

impl Organisation {
    /// Whether it is there at `now`.
    pub fn is_open_at(&self, now: Instant) -> bool {
        self.closed_on
            .is_none_or(|closed_on| now < calendar::start_of_day(closed_on))
    }
}

/// What kind of body an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganisationKind {
    /// Integrated care board.
    Icb,
    /// NHS trust.
    Trust,
    /// General practice or a federation of practices.
    Gp,
    /// Local authority.
    Council,
    /// Community services provider.
    Community,
    /// Hospice.
    Hospice,
    /// Commissioning support unit.
    SupportUnit,
    /// Processes data for a controller.
    Processor,
    /// Processes data for a processor.
    SubProcessor,
    /// A regulator.
    Regulator,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Icb,
        Self::Trust,
        Self::Gp,
        Self::Council,
        Self::Community,
        Self::Hospice,
        Self::SupportUnit,
        Self::Processor,
        Self::SubProcessor,
        Self::Regulator,
    ];

    /// Whether the body works on data of others, so that an incident there is the controllers' own
    /// (ICO-PROC).
    pub fn is_processor(self) -> bool {
        matches!(self, Self::Processor | Self::SubProcessor)
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Short name; tokens are made for it.
    pub id: PersonId,
    /// Name as shown to colleagues who are choosing whom to hand work to.
    pub name: String,
    /// Where the person works.
    pub organisation: OrganisationId,
    /// When the person left; they are nobody here from then on, and stay listed because records name
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub left_at: Option<Instant>,
}

impl Person {
    /// Whether the person works here at `now`.
    pub fn is_here_at(&self, now: Instant) -> bool {
        self.left_at.is_none_or(|left_at| now < left_at)
    }
}

/// One way to reach the holder of a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPoint {
    /// The organisation whose role is reached.
    pub organisation: OrganisationId,
    /// The role reached.
    pub role: Role,
    /// How.
    pub channel: Channel,
    /// Number or address.
    pub value: String,
    /// 0 is tried first; a deputy's number has a higher place than the primary's.
    pub order: u8,
    /// Whose it is, where it reaches one holder of the role and nobody else, such as an officer's own
    /// mobile telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// When somebody last checked that it works.
    #[serde(default)]
    pub verified_on: Option<NaiveDate>,
}

impl ContactPoint {
    /// What tells it from every other one.
    pub fn name(&self) -> ContactName {
        ContactName {
            organisation: self.organisation.clone(),
            role: self.role,
            channel: self.channel,
            value: self.value.clone(),
        }
    }
}

/// A way to reach somebody.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    /// A telephone on a desk.
    Phone,
    /// A mobile telephone.
    Mobile,
    /// Electronic mail.
    Email,
    /// A pager.
    Pager,
    /// A service desk or a switchboard.
    Desk,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Mobile,
        Self::Email,
        Self::Pager,
        Self::Desk,
    ];

    /// Whether a machine can leave a message there; a desk is rung by a person.
    pub fn takes_messages(self) -> bool {
        match self {
            Self::Email | Self::Mobile => true,
            Self::Phone | Self::Pager | Self::Desk => false,
        }
    }

    /// The channel as a word in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Mobile => "mobile",
            Self::Email => "e-mail",
            Self::Pager => "pager",
            Self::Desk => "service desk",
        }
    }
}

/// A person with the roles they hold at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// Who it is.
    pub person: PersonId,
    /// Where they work.
    pub organisation: OrganisationId,
    /// Roles held at that instant.
    pub roles: Vec<HeldRole>,
}

impl Actor {
    /// Whether the actor holds a role for any organisation.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.iter().any(|held| held.role == role)
    }
}

/// A role as held at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// The organisation it is held for.
    pub organisation: OrganisationId,
    /// Interim holders have the same rights, marked in every record (WSIC-TERM).
    pub interim: bool,
}

impl Directory {
    /// The organisation with this short name.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Organisation> {
        self.organisations
            .iter()
            .find(|organisation| organisation.id == *id)
    }

    /// The full name of an organisation, or its short name if the directory lacks it.
    pub fn organisation_name<'a>(&'a self, id: &'a OrganisationId) -> &'a str {
        self.organisation(id)
            .map_or(id.as_str(), |organisation| &organisation.name)
    }

    /// The person with this short name.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// The person's name, or their short name if the directory lacks them.
    pub fn person_name<'a>(&'a self, id: &'a PersonId) -> &'a str {
        self.person(id).map_or(id.as_str(), |person| &person.name)
    }

    /// The holding with this name.
    pub fn holding(&self, name: &HoldingName) -> Option<&Holding> {
        self.holdings.iter().find(|holding| holding.is(name))
    }

    /// The contact point with this name.
    pub fn contact_point(&self, name: &ContactName) -> Option<&ContactPoint> {
        self.contact_points
            .iter()
            .find(|point| point.name() == *name)
    }

    /// The shift with this name.
    pub fn shift(&self, id: &ShiftId) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == *id)
    }

    /// The agreement with this short name.
    pub fn agreement(&self, id: &AgreementId) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.id == *id)
    }

    /// The policy document with this short name.
    pub fn policy_document(&self, id: &PolicyDocumentId) -> Option<&PolicyDocument> {
        self.policy_documents
            .iter()
            .find(|document| document.id == *id)
    }

    /// The proposal that this command made, if nobody has decided on it yet.
    pub fn proposal(&self, id: CommandId) -> Option<&Proposal> {
        self.proposals.iter().find(|proposal| proposal.id == id)
    }

    /// The agreement in force on a day under which the lead's report serves for another controller
    /// (ICO-JOINT).
    pub fn agreement_to_report(
        &self,
        lead: &OrganisationId,
        other: &OrganisationId,
        on: NaiveDate,
    ) -> Option<&Agreement> {
        self.agreements
            .iter()
            .find(|agreement| agreement.is_in_force_on(on) && agreement.lets_report(lead, other))
    }

    /// The organisation that runs the shared service.
    pub fn host(&self) -> Option<&Organisation> {
        self.organisations
            .iter()
            .find(|organisation| organisation.host)
    }

    /// The person with the roles held at `now`: terms that are valid, an on-call shift that is
    /// active, and `STAFF` for everybody who works somewhere.
    pub fn actor(&self, person: &PersonId, now: Instant) -> Option<Actor> {
        let known = self.person(person).filter(|known| known.is_here_at(now))?;
        let staff = HeldRole {
            role: Role::Staff,
            organisation: known.organisation.clone(),
            interim: false,
        };
        let terms = self
            .holdings
            .iter()
            .filter(|holding| holding.person == *person && holding.is_valid_at(now))
            .map(|holding| HeldRole {
                role: holding.role,
                organisation: holding.organisation.clone(),
                interim: holding.interim,
            });
        let shifts = Tier::ALL
            .into_iter()
            .filter_map(|tier| rota::on_call(&self.shifts, tier, now))
            .filter(|shift| shift.person == *person)
            .map(|shift| HeldRole {
                role: Role::Oco,
                organisation: shift.organisation.clone(),
                interim: false,
            });
        let mut roles: Vec<HeldRole> = shifts.chain(terms).collect();
        roles.push(staff);
        roles.dedup();
        Some(Actor {
            person: person.clone(),
            organisation: known.organisation.clone(),
            roles,
        })
    }

    /// Who holds a role at `now`, primary first. With no organisation, the role is one that the
    /// partnership has once.
    pub fn holders(
        &self,
        role: Role,
        organisation: Option<&OrganisationId>,
        now: Instant,
    ) -> Vec<&Holding> {
        let mut holders: Vec<&Holding> = self
            .holdings
            .iter()
            .filter(|holding| holding.role == role)
            .filter(|holding| organisation.is_none_or(|wanted| holding.organisation == *wanted))
            .filter(|holding| holding.is_valid_at(now))
            .collect();
        holders.sort_by_key(|holding| holding.deputy_order);
        holders
    }

    /// How a role is reached, in the order in which the ladder tries it.
    pub fn ways_to_reach(
        &self,
        role: Role,
        organisation: Option<&OrganisationId>,
    ) -> Vec<&ContactPoint> {
        let mut points: Vec<&ContactPoint> = self
            .contact_points
            .iter()
            .filter(|point| point.role == role)
            .filter(|point| organisation.is_none_or(|wanted| point.organisation == *wanted))
            .collect();
        points.sort_by_key(|point| point.order);
        points
    }

    /// Roles that have had holders but have none at `now`: visible gaps (WSIC-TERM). A closed
    /// organisation has none.
    pub fn vacancies(&self, now: Instant) -> Vec<(Role, &OrganisationId)> {
        let is_open = |holding: &&Holding| {
            self.organisation(&holding.organisation)
                .is_none_or(|organisation| organisation.is_open_at(now))
        };
        let mut vacant: Vec<(Role, &OrganisationId)> = self
            .holdings
            .iter()
            .filter(is_open)
            .map(|holding| (holding.role, &holding.organisation))
            .filter(|(role, organisation)| self.holders(*role, Some(organisation), now).is_empty())
            .collect();
        vacant.sort();
        vacant.dedup();
        vacant
    }
}
