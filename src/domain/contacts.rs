//! Who must be told about an incident, why, and whether they have been (BOB-CONTACTS, INF-COUNTS).
//!
//! The required set is computed from the facts each time it is asked for. An attempt is never the
//! same as having informed somebody. Sending messages is deliberately not here.

use super::Instant;
use super::directory::Channel;
use super::event::Signature;
use super::id::OrganisationId;
use super::incident::{DataScope, Incident};
use super::role::Role;
use super::rule::RuleId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// A role that can be informed: of one organisation, or one that the partnership has once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The role.
    pub role: Role,
    /// The organisation; absent for roles that the partnership has once (`WSO`, `HOST`).
    #[serde(default)]
    pub organisation: Option<OrganisationId>,
}

impl Contact {
    /// A role of an organisation.
    pub fn of(role: Role, organisation: &OrganisationId) -> Self {
        Self {
            role,
            organisation: Some(organisation.clone()),
        }
    }

    /// A role that the partnership has once.
    pub fn partnership(role: Role) -> Self {
        Self {
            role,
            organisation: None,
        }
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.organisation {
            Some(organisation) => write!(f, "{} of {organisation}", self.role.code()),
            None => f.write_str(self.role.code()),
        }
    }
}

/// Somebody who must be told, with every reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequiredContact {
    /// Who.
    pub contact: Contact,
    /// Why, each with its rule.
    pub reasons: Vec<Reason>,
}

/// Why somebody must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// The reason in words.
    #[serde(skip_deserializing)]
    pub because: &'static str,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// A person in the role answered.
    Answered,
    /// The addressee acknowledged a message.
    Acknowledged,
    /// Nobody answered.
    NoAnswer,
    /// A message was left on a machine.
    Voicemail,
    /// The number belongs to somebody else.
    WrongNumber,
    /// The message came back.
    Bounced,
    /// A message was sent; nobody has said yet that it was read.
    Sent,
}

impl Outcome {
    /// Every outcome, in the order of the call sheet.
    pub const ALL: [Self; 7] = [
        Self::Answered,
        Self::NoAnswer,
        Self::Voicemail,
        Self::Sent,
        Self::Acknowledged,
        Self::WrongNumber,
        Self::Bounced,
    ];

    /// The outcome in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Acknowledged => "acknowledged",
            Self::NoAnswer => "no answer",
            Self::Voicemail => "voicemail",
            Self::WrongNumber => "wrong number",
            Self::Bounced => "bounced",
            Self::Sent => "sent",
        }
    }

    /// Whether the person counts as informed: only an answer or an acknowledgement does
    /// (INF-COUNTS).
    pub fn informs(self) -> bool {
        matches!(self, Self::Answered | Self::Acknowledged)
    }
}

/// One attempt to reach somebody; append-only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactAttempt {
    /// Who was to be reached.
    pub contact: Contact,
    /// How.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// The role of the person who answered, if another one than was called.
    pub spoke_to: Option<Box<str>>,
    /// Anything worth keeping.
    pub note: Option<Box<str>>,
}

/// Everybody who must be told, in the order of the procedure, each with the reasons (BOB-CONTACTS).
pub fn required(incident: &Incident) -> Vec<RequiredContact> {
    let mut set = RequiredSet::default();
    let home = incident.home();
    let reporting = &incident.reporter.organisation;
    for (role, organisation, rule, because) in [
        (
            Role::Lm,
            reporting,
            RuleId::BobImm,
            "told at once, in every case",
        ),
        (
            Role::Iao,
            reporting,
            RuleId::BobImm,
            "told at once, in every case",
        ),
        (Role::Dpo, home, RuleId::BobContacts, "told in every case"),
        (Role::Igt, home, RuleId::BobContacts, "told in every case"),
    ] {
        set.add(Contact::of(role, organisation), rule, because);
    }
    add_for_kind(&mut set, incident, home);
    add_for_seriousness(&mut set, incident, home);
    add_for_partnership(&mut set, incident);
    for controller in incident
        .facts
        .controllers
        .iter()
        .filter(|controller| *controller != home)
    {
        set.add(
            Contact::of(Role::Dpo, controller),
            RuleId::IcoJoint,
            "a controller of the data",
        );
    }
    set.contacts
}

fn add_for_kind(set: &mut RequiredSet, incident: &Incident, home: &OrganisationId) {
    if incident.facts.cyber {
        set.add(
            Contact::of(Role::Csm, home),
            RuleId::BobCyber,
            "a cyber incident",
        );
    }
    if incident.facts.data_scope.contains(&DataScope::Deceased) {
        set.add(
            Contact::of(Role::Cg, home),
            RuleId::BobPcd,
            "data of the dead",
        );
    }
}

fn add_for_seriousness(set: &mut RequiredSet, incident: &Incident, home: &OrganisationId) {
    let serious = [
        (
            incident.is_notifiable(),
            RuleId::BobContacts,
            "graded as notifiable",
        ),
        (
            incident.facts.siri,
            RuleId::BobSiri,
            "a serious incident requiring investigation",
        ),
        (incident.is_major(), RuleId::WsicPrio, "a major incident"),
    ];
    for (_, rule, because) in serious.into_iter().filter(|(applies, ..)| *applies) {
        set.add(Contact::of(Role::Siro, home), rule, because);
        set.add(Contact::of(Role::Cg, home), rule, because);
    }
    if incident.is_major() {
        set.add(
            Contact::of(Role::Ao, home),
            RuleId::BobContacts,
            "a major incident",
        );
    }
}

fn add_for_partnership(set: &mut RequiredSet, incident: &Incident) {
    if incident.affects_partnership() {
        set.add(
            Contact::partnership(Role::Wso),
            RuleId::WsicNotify,
            "partners are affected",
        );
    }
    if incident.is_major() {
        let because = "a major incident";
        set.add(Contact::partnership(Role::Wso), RuleId::WsicCall, because);
        set.add(Contact::partnership(Role::Host), RuleId::WsicCall, because);
    }
}

#[derive(Default)]
struct RequiredSet {
    contacts: Vec<RequiredContact>,
}

impl RequiredSet {
    fn add(&mut self, contact: Contact, rule: RuleId, because: &'static str) {
        let reason = Reason { rule, because };
        match self
            .contacts
            .iter_mut()
            .find(|known| known.contact == contact)
        {
            Some(known) if known.reasons.contains(&reason) => {}
            Some(known) => known.reasons.push(reason),
            None => self.contacts.push(RequiredContact {
                contact,
                reasons: vec![reason],
            }),
        }
    }
}

/// When somebody was informed: the earliest answered call or acknowledged message (INF-COUNTS).
pub fn informed_at(incident: &Incident, contact: &Contact) -> Option<Instant> {
    attempts(incident, contact)
        .filter(|attempt| attempt.outcome.informs())
        .map(|attempt| attempt.at)
        .min()
}

/// Every attempt to reach somebody, oldest first.
pub fn attempts<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = &'a ContactAttempt> {
    incident
        .attempts
        .iter()
        .filter(move |attempt| attempt.contact == *contact)
}

/// When the last of those required contacts was informed, if all of them are.
pub fn all_informed_at(
    incident: &Incident,
    concerned: impl Fn(&Incident, &Contact) -> bool,
) -> Option<Instant> {
    required(incident)
        .iter()
        .filter(|required| concerned(incident, &required.contact))
        .map(|required| informed_at(incident, &required.contact))
        .try_fold(None, |last: Option<Instant>, informed_at| {
            informed_at.map(|at| Some(last.map_or(at, |last| last.max(at))))
        })
        .flatten()
}

/// Line manager and information asset owner (BOB-IMM).
pub(super) fn needed_at_once(_: &Incident, contact: &Contact) -> bool {
    matches!(contact.role, Role::Lm | Role::Iao)
}

/// The data protection officer whose 24 hours run (BOB-DPO).
pub(super) fn is_home_dpo(incident: &Incident, contact: &Contact) -> bool {
    contact.role == Role::Dpo && contact.organisation.as_ref() == Some(incident.home())
}

/// The Partnership Security Officer (WSIC-NOTIFY).
pub(super) fn is_officer(_: &Incident, contact: &Contact) -> bool {
    contact.role == Role::Wso
}

/// Required contacts that nobody has reached yet.
pub fn outstanding(incident: &Incident) -> Vec<RequiredContact> {
    let mut contacts = required(incident);
    contacts.retain(|required| informed_at(incident, &required.contact).is_none());
    contacts
}
