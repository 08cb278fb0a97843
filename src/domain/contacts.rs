//! Who must be told about an incident, why, and whether they have been (BOB-CONTACTS, INF-COUNTS).
//!
//! The required set is computed from the facts each time it is asked for. An attempt is never the
//! same as having informed somebody. Sending messages is deliberately not here.

use super::Instant;
use super::calendar;
use super::clock::Clock;
use super::deadlines::ClockKind;
use super::directory::{Channel, Directory};
use super::escalation;
use super::event::{Signature, Signed};
use super::evidence::{self, Evidence, Proof};
use super::id::{OrganisationId, PersonId};
use super::incident::{ContactChange, DataScope, Incident, Necessity};
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::release::{self, Origin};
use super::role::Role;
use super::rule::RuleId;
use super::summons;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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

    /// The contact that a role means on an incident: the partnership's own where it has the role
    /// once, else that of the organisation named, else that of the incident's home.
    pub fn meant(role: Role, organisation: Option<&OrganisationId>, incident: &Incident) -> Self {
        if is_of_partnership(role) {
            Self::partnership(role)
        } else {
            Self::of(role, organisation.unwrap_or_else(|| incident.home()))
        }
    }

    /// The contact as which somebody acts who signs like this; the acting data protection officer
    /// stands in for the officer.
    pub fn signed(by: &Signature) -> Self {
        let role = owed_to(by.role);
        if is_of_partnership(role) {
            Self::partnership(role)
        } else {
            Self::of(role, &by.organisation)
        }
    }

    /// The role in which somebody signed, as it is called: an acting DPO is named as one.
    pub fn acting(by: &Signature) -> Self {
        Self::held_by(by.role, &by.organisation)
    }

    /// A role of an organisation, or the one that the partnership has once.
    pub fn held_by(role: Role, organisation: &OrganisationId) -> Self {
        if is_of_partnership(role) {
            Self::partnership(role)
        } else {
            Self::of(role, organisation)
        }
    }

    /// Whether reaching or hearing the other contact is reaching this one.
    pub fn stands_for(&self, other: &Self) -> bool {
        self.role == owed_to(other.role) && self.organisation == other.organisation
    }

    /// A role that the partnership has once.
    pub fn partnership(role: Role) -> Self {
        Self {
            role,
            organisation: None,
        }
    }

    /// Who it is, for a sentence: "the DPO of Riverbourne ICB".
    pub fn in_words(&self, directory: &Directory) -> String {
        format!("the {}", self.named(directory))
    }

    /// The same for a column: "DPO of Riverbourne ICB".
    pub fn named(&self, directory: &Directory) -> String {
        let role = self.role.short();
        match &self.organisation {
            Some(organisation) => {
                format!("{role} of {}", directory.organisation_name(organisation))
            }
            None => role.to_owned(),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredContact {
    /// Who.
    pub contact: Contact,
    /// Why, each with its rule.
    pub reasons: Vec<Reason>,
}

/// Why somebody must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// The reason in words; may contain text from outside, such as the title of an agreement.
    pub because: Cow<'static, str>,
    /// Whether the facts ask for it, or a person does.
    pub origin: Origin,
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

    /// What can come of an attempt by this channel: a call is answered or not, a message is sent, comes back
    /// or is acknowledged (INF-COUNTS).
    pub fn of(channel: Channel) -> &'static [Self] {
        match channel {
            Channel::Phone | Channel::Mobile | Channel::Desk => &[
                Self::Answered,
                Self::NoAnswer,
                Self::Voicemail,
                Self::WrongNumber,
            ],
            Channel::Email => &[Self::Sent, Self::Acknowledged, Self::Bounced],
            Channel::Pager => &[
                Self::Sent,
                Self::Acknowledged,
                Self::NoAnswer,
                Self::WrongNumber,
            ],
        }
    }

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

    /// Whether it was an attempt in vain: nobody was reached by it. A message that was sent may still be
    /// answered.
    pub fn is_in_vain(self) -> bool {
        match self {
            Self::NoAnswer | Self::Voicemail | Self::WrongNumber | Self::Bounced => true,
            Self::Answered | Self::Acknowledged | Self::Sent => false,
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
    /// Who was meant, where several people are behind the contact, such as the tiers on call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// How.
    pub channel: Channel,
    /// Which number or address of the directory was tried; absent where nobody said so (EXC-EACH).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Box<str>>,
    /// Results.
    pub outcome: Outcome,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// The role of the person who answered, if another one than was called; their name where nobody holds the role.
    pub spoke_to: Option<Box<str>>,
    /// Anything worth keeping.
    pub note: Option<Box<str>>,
    /// Since when it is on record that the host was told in place of the Officer, because the exception
    /// path was open at the time of this call (WSIC-EXC); absent of every other attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_exception_since: Option<DateTime<Utc>>,
    /// Who was told as well by this, at that time: whoever answers in place of a vacant role tells that
    /// role, and one person in two of them knows for both (NOBODY-THERE, CLK-EVIDENCE). None on what was
    /// recorded before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<AlsoTold>,
    /// Whether nobody held the role then and nobody stood in for it, so that who answered is named (NOBODY-THERE).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nobody_held_it: bool,
    /// That it was recorded by mistake, as somebody has said since; from then on it is evidence of nothing
    /// (CALL-STRUCK).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Struck>,
}

/// Why an attempt was struck out, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Struck {
    /// Why it was a mistake.
    pub reason: Box<str>,
    /// Who said so, and when.
    pub signed: Signed,
}

impl Struck {
    /// That it counts no more, for the end of a line: "recorded by mistake: reason, struck out by Tamsin Quill
    /// Fri 12 Jun 20:10 BST".
    pub fn in_words(&self, directory: &Directory) -> String {
        let who = directory.person_name(&self.signed.by.person);
        let at = calendar::brief(self.signed.at);
        match self.reason.is_empty() {
            true => format!("recorded by mistake, struck out by {who} {at}"),
            false => format!(
                "recorded by mistake: {}, struck out by {who} {at}",
                self.reason
            ),
        }
    }
}

/// A contact who was told by telling another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlsoTold {
    /// Who.
    pub contact: Contact,
    /// Why.
    pub because: AlsoBecause,
}

/// Why telling somebody told another contact as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlsoBecause {
    /// Nobody held the role then, and whoever was told stands in for it.
    NobodyHeldTheRole,
    /// The same person holds the same role there.
    SamePerson,
}

impl AlsoTold {
    /// Whom it was instead of or as well, after the words on who was told: "instead of the DPO of Oakdene,
    /// because there was none".
    pub fn in_words(&self, directory: &Directory) -> String {
        let who = self.contact.in_words(directory);
        match self.because {
            AlsoBecause::NobodyHeldTheRole => format!("instead of {who}, because there was none"),
            AlsoBecause::SamePerson => format!("who is {who} too"),
        }
    }
}

impl ContactAttempt {
    /// Whether it was recorded by mistake, so that it is evidence of nothing (CALL-STRUCK).
    pub fn is_struck(&self) -> bool {
        #[cfg(test)]
        if mutant::is(Mutant::StruckCallsCount) {
            return false;
        }
        self.struck.is_some()
    }

    /// Whether the person counts as informed by it (INF-COUNTS, CALL-STRUCK).
    pub fn informs(&self) -> bool {
        self.outcome.informs() && !self.is_struck()
    }

    /// Whether both are one record, whatever was found out about it since.
    pub fn is_same(&self, other: &Self) -> bool {
        self.as_recorded() == other.as_recorded()
    }

    fn as_recorded(&self) -> impl PartialEq {
        let who = (&self.contact, &self.person, &self.also, &self.spoke_to);
        let by_what = (self.channel, &self.number, self.outcome, &self.note);
        (who, by_what, self.at, self.recorded_at, &self.by)
    }

    /// Who was called by what, and what came of it: "Data protection officer, Riverbourne ICB by
    /// mobile 07700 900182: voicemail".
    pub fn in_words(&self, directory: &Directory) -> String {
        format!(
            "{} by {}{}: {}{}",
            summons::named(&self.contact, self.person.as_ref(), directory),
            self.channel.name(),
            self.number_in_words(),
            self.outcome.name(),
            self.whoever_answered()
                .map_or_else(String::new, |who| format!(
                    ", {who} (nobody holds that role)"
                ))
        )
    }

    /// The same for a list, with what tells calls apart in front and the person by name behind: "answered: Data
    /// protection officer, Riverbourne ICB by mobile, Bronwen Hartleap".
    pub fn outcome_first(&self, directory: &Directory) -> String {
        let contact = &self.contact;
        let holders = directory.holders(contact.role, contact.organisation.as_ref(), self.at);
        let person = self
            .person
            .as_ref()
            .or(holders.first().map(|holding| &holding.person));
        let person = person.map_or_else(String::new, |person| {
            format!(", {}", directory.person_name(person))
        });
        format!(
            "{}: {} by {}{}{person}",
            self.outcome.name(),
            summons::named(contact, None, directory),
            self.channel.name(),
            self.number_in_words(),
        )
    }

    /// Who answered where nobody held the role and nobody stood in for it.
    pub fn whoever_answered(&self) -> Option<&str> {
        let named = self.spoke_to.as_deref().unwrap_or("somebody");
        self.nobody_held_it.then_some(named)
    }

    /// Whether reaching somebody by it reached this contact: in the role itself, or in place of it.
    pub fn reaches(&self, contact: &Contact) -> bool {
        let mut also = self.also.iter();
        contact.stands_for(&self.contact) || also.any(|also| also.contact == *contact)
    }

    /// Who was told as well, for the end of a sentence; nothing where nobody was.
    pub fn also_in_words(&self, directory: &Directory) -> String {
        let also = self.also.iter().filter(|_| self.informs());
        also.map(|also| format!(", {}", also.in_words(directory)))
            .collect()
    }

    /// The number that was tried, with a space in front; nothing where nobody said which.
    pub fn number_in_words(&self) -> String {
        let number = self.number.as_deref();
        number.map_or_else(String::new, |number| format!(" {number}"))
    }
}

/// One reason to tell one role: what the required set is made of.
#[derive(Clone, Copy)]
struct Need<'a> {
    role: Role,
    organisation: Option<&'a OrganisationId>,
    rule: RuleId,
    because: Because<'a>,
}

/// Why, borrowed: the words are made only where somebody reads them.
#[derive(Clone, Copy)]
enum Because<'a> {
    /// These words.
    Of(&'static str),
    /// An agreement with this title is in force between organisations of the incident.
    Agreement(&'a str),
    /// Somebody has added it.
    Hand,
}

impl Because<'_> {
    fn words(self) -> Cow<'static, str> {
        match self {
            Self::Of(words) => words.into(),
            Self::Agreement(title) => format!("the agreement \"{title}\" is in force").into(),
            Self::Hand => "added by hand".into(),
        }
    }
}

impl Need<'_> {
    fn is_of(&self, contact: &Contact) -> bool {
        self.role == contact.role && self.organisation == contact.organisation.as_ref()
    }

    fn contact(&self) -> Contact {
        Contact {
            role: self.role,
            organisation: self.organisation.cloned(),
        }
    }

    fn reason(&self) -> Reason {
        Reason {
            rule: self.rule,
            because: self.because.words(),
            origin: self.origin(),
        }
    }

    fn origin(&self) -> Origin {
        match self.because {
            Because::Of(_) | Because::Agreement(_) => Origin::Facts,
            Because::Hand => Origin::Hand,
        }
    }

    /// The release of this contact, where it is the last word on it and by somebody who may release it
    /// for this reason: since then the contact is waited for no longer (REL-ENTITLED).
    fn release(&self, incident: &Incident) -> Option<Proof> {
        let changes = &incident.contact_changes;
        let place = changes
            .iter()
            .rposition(|change| self.is_of(&change.contact))?;
        let change = changes.get(place)?;
        let by = change.signed.by.role;
        let counts = change.necessity == Necessity::Released
            && release::counts(self.rule, self.role, self.origin(), by);
        counts.then_some(Proof {
            at: change.signed.at,
            recorded_at: change.signed.at,
            evidence: Evidence::Release { place },
        })
    }
}

/// Everybody who must be told, in the order of the procedure, each with the reasons (BOB-CONTACTS).
pub fn required(incident: &Incident) -> Vec<RequiredContact> {
    needs(incident).fold(Vec::new(), |mut set: Vec<RequiredContact>, need| {
        match set.iter_mut().find(|known| need.is_of(&known.contact)) {
            Some(known) => known.reasons.push(need.reason()),
            None => set.push(RequiredContact {
                contact: need.contact(),
                reasons: vec![need.reason()],
            }),
        }
        set
    })
}

/// The reasons one by one that no release has answered.
fn needs(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    asked(incident).filter(|need| need.release(incident).is_none())
}

/// The reasons one by one, those too that a release has answered. Borrowed and unallocated, because every
/// clock of every incident asks.
fn asked(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    in_every_case(incident)
        .chain(for_its_kind(incident))
        .chain(for_its_seriousness(incident))
        .chain(for_the_partnership(incident))
        .chain(for_other_controllers(incident))
        .chain(for_the_reporter(incident))
        .chain(under_agreements(incident))
        .chain(by_exception(incident))
        .chain(by_hand(incident))
}

/// Whether anything asks or asked for a contact, also where a release has answered that.
pub(super) fn is_asked(incident: &Incident, contact: &Contact) -> bool {
    asked(incident).any(|need| need.is_of(contact))
}

/// The data protection officers of the organisations between which an agreement to share data is in
/// force (SHARE-TOLD).
fn under_agreements(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    incident.agreements.iter().flat_map(|agreement| {
        agreement.parties.iter().map(|party| Need {
            role: Role::Dpo,
            organisation: Some(party),
            rule: RuleId::ShareTold,
            because: Because::Agreement(&agreement.title),
        })
    })
}

/// Whoever is called by the exception path: the host, sub-processors and the SIRO (WSIC-EXC,
/// ESC-SENT). What was escalated before the desk sent anything stays as it was.
fn by_exception(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let used = incident.escalations.iter();
    let climbed = used
        .filter(|escalation| escalation.is_to_host() && !escalation.calls.is_empty())
        .flat_map(|escalation| &escalation.to)
        .map(|contact| (contact.role, contact.organisation.as_ref()));
    // The SIRO has a copy of a call that nobody escalated to, as of one that somebody did.
    let called = escalation::calls_to_host(incident)
        .take(1)
        .flat_map(|_| [(Role::Host, None), (Role::Siro, Some(incident.home()))]);
    climbed.chain(called).map(|(role, organisation)| Need {
        role,
        organisation,
        rule: RuleId::WsicExc,
        because: Because::Of("told by exception, in place of the Partnership Security Officer"),
    })
}

/// Contacts that somebody has added, and those that somebody has released, who had to be told then: facts
/// that ask for them no more make nothing timely that was late (BOB-CONTACTS, CLK-HONEST).
fn by_hand(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let was_asked = |change: &&ContactChange| match change.necessity {
        Necessity::Required => true,
        Necessity::Released => change.judged_by.is_some(),
    };
    incident
        .contact_changes
        .iter()
        .filter(was_asked)
        .map(|change| Need {
            role: change.contact.role,
            organisation: change.contact.organisation.as_ref(),
            rule: RuleId::BobContacts,
            because: Because::Hand,
        })
}

/// Whether somebody who may do so said, with a reason, that this contact need not be told, and
/// nothing asks for it any more (REL-ENTITLED).
pub fn is_released(incident: &Incident, contact: &Contact) -> bool {
    release_of(incident, contact).is_some() && !needs(incident).any(|need| need.is_of(contact))
}

/// The release of a contact, where that is the last word on it, whether it counts or not.
pub fn release_of<'a>(incident: &'a Incident, contact: &Contact) -> Option<&'a ContactChange> {
    last_change(incident, |changed| changed == contact)
        .filter(|change| change.necessity == Necessity::Released)
}

/// Contacts whose release counts: nothing asks for them any more.
pub fn released(incident: &Incident) -> impl Iterator<Item = &ContactChange> {
    let places = incident.contact_changes.iter();
    places.filter(|change| {
        let last = release_of(incident, &change.contact);
        last.is_some_and(|last| std::ptr::eq(last, *change))
            && is_released(incident, &change.contact)
    })
}

fn last_change(incident: &Incident, is_it: impl Fn(&Contact) -> bool) -> Option<&ContactChange> {
    let mut changes = incident.contact_changes.iter();
    changes.rfind(|change| is_it(&change.contact))
}

/// Those of the leading controller; nobody knows whose they are until it is named (ICO-PROC).
fn in_every_case(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let of = |home| {
        let reporting = where_it_happened(incident);
        [
            (Role::Lm, reporting, RuleId::BobImm, "must be told at once"),
            (Role::Iao, reporting, RuleId::BobImm, "must be told at once"),
            (
                Role::Dpo,
                home,
                RuleId::BobContacts,
                "must be told in every case",
            ),
            (
                Role::Igt,
                home,
                RuleId::BobContacts,
                "must be told in every case",
            ),
        ]
    };
    let leading = incident.controllers().first();
    let all = leading.into_iter().flat_map(of);
    all.map(|(role, organisation, rule, because)| Need {
        role,
        organisation: Some(organisation),
        rule,
        because: Because::Of(because),
    })
}

/// Whose line manager and asset owner are meant: the reporter's where that is a controller of the
/// data; a processor's report concerns the controller's own.
fn where_it_happened(incident: &Incident) -> &OrganisationId {
    let reporter = &incident.reporter.organisation;
    if incident.facts.controllers.contains(reporter) {
        reporter
    } else {
        incident.home()
    }
}

fn for_its_kind(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let facts = &incident.facts;
    let the_dead = facts.data_scope.contains(&DataScope::Deceased);
    [
        (facts.cyber, Role::Csm, RuleId::BobCyber, "a cyber incident"),
        (
            the_dead,
            Role::Cg,
            RuleId::BobPcd,
            "data of deceased people",
        ),
    ]
    .into_iter()
    .filter(|(applies, ..)| *applies)
    .filter_map(|(_, role, rule, because)| {
        Some(Need {
            role,
            organisation: Some(incident.controllers().first()?),
            rule,
            because: Because::Of(because),
        })
    })
}

fn for_its_seriousness(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let ever_notifiable = incident.was_ever_notifiable();
    let notifiable = (RuleId::BobContacts, "graded as notifiable");
    let siri = (
        RuleId::BobSiri,
        "a serious incident requiring investigation",
    );
    let major = (RuleId::WsicPrio, "a major incident");
    [
        (ever_notifiable, Role::Siro, notifiable),
        (ever_notifiable, Role::Cg, notifiable),
        (incident.facts.siri, Role::Siro, siri),
        (incident.facts.siri, Role::Cg, siri),
        (incident.is_major(), Role::Siro, major),
        (incident.is_major(), Role::Cg, major),
        (incident.is_major(), Role::Ao, major),
    ]
    .into_iter()
    .filter(|(applies, ..)| *applies)
    .filter_map(|(_, role, (rule, because))| {
        Some(Need {
            role,
            organisation: Some(incident.controllers().first()?),
            rule,
            because: Because::Of(because),
        })
    })
}

fn for_the_partnership(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let major = (RuleId::WsicCall, "a major incident");
    let affected = (RuleId::WsicNotify, "partners are affected");
    let hit = (RuleId::WsicImpact, "the hosted service is hit");
    let was_notified = incident.is_partnership_matter();
    let is_hit = incident.casework().hosting.impact().is_felt();
    [
        (was_notified, Role::Wso, affected),
        (incident.is_major(), Role::Wso, major),
        (incident.is_major(), Role::Host, major),
        (is_hit, Role::Host, hit),
    ]
    .into_iter()
    .filter(|(applies, ..)| *applies)
    .map(|(_, role, (rule, because))| Need {
        role,
        organisation: None,
        rule,
        because: Because::Of(because),
    })
}

fn for_other_controllers(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    incident
        .facts
        .controllers
        .iter()
        .skip(1)
        .map(|controller| Need {
            role: Role::Dpo,
            organisation: Some(controller),
            rule: RuleId::IcoJoint,
            because: Because::Of("a controller of the data"),
        })
}

/// The reporting organisation's own officer, where it is a controller and so named by the clock
/// (BOB-DPO).
fn for_the_reporter(incident: &Incident) -> impl Iterator<Item = Need<'_>> {
    let reporter = &incident.reporter.organisation;
    let is_named = |clock: &&Clock| {
        let mut whose = clock.whose.iter();
        clock.kind == ClockKind::BobDpo && whose.any(|whose| whose.organisation == *reporter)
    };
    let named = incident.clocks.iter().any(|clock| is_named(&clock));
    let is_asked = named && !incident.facts.controllers.contains(reporter);
    is_asked
        .then_some(reporter)
        .into_iter()
        .map(|reporter| Need {
            role: Role::Dpo,
            organisation: Some(reporter),
            rule: RuleId::BobDpo,
            because: Because::Of("the reporting organisation"),
        })
}

/// When somebody was informed: the earliest answered call or acknowledged message, or the first thing
/// that they did on the incident in that role (INF-COUNTS, CLK-EVIDENCE).
pub fn informed_at(incident: &Incident, contact: &Contact) -> Option<Instant> {
    informed_by(incident, contact).map(|proof| proof.at)
}

/// The same with the entry that proves it.
pub fn informed_by(incident: &Incident, contact: &Contact) -> Option<Proof> {
    evidence::proofs(incident, contact).min_by_key(|proof| proof.at)
}

/// Whether all that was told by an instant in this role was told to whoever stands in while nobody held it: a
/// successor knows nothing of it yet (WSIC-EXC, NOBODY-THERE).
pub(super) fn is_told_by_stand_in_alone(
    incident: &Incident,
    contact: &Contact,
    by: Instant,
) -> bool {
    let is_stand_ins = |proof: Proof| {
        let Evidence::Attempt { place } = proof.evidence else {
            return false;
        };
        let attempt = incident.attempts.get(place);
        attempt.is_some_and(|attempt| {
            let mut also = attempt.also.iter();
            also.any(|also| {
                also.contact == *contact && also.because == AlsoBecause::NobodyHeldTheRole
            })
        })
    };
    let proofs = evidence::proofs(incident, contact).filter(|proof| proof.at <= by);
    let mut proofs = proofs.peekable();
    proofs.peek().is_some() && proofs.all(is_stand_ins)
}

/// Who was told, or acted, in place of a contact, and why, where it was not somebody in the role itself:
/// "told instead: the SIRO of Harbour Hospice, because there was no Caldicott Guardian".
pub fn instead_in_words(
    incident: &Incident,
    contact: &Contact,
    directory: &Directory,
) -> Option<String> {
    let proof = informed_by(incident, contact)?;
    let (verb, other) = if let Evidence::Attempt { place } = proof.evidence {
        ("told", incident.attempts.get(place)?.contact.clone())
    } else if let Evidence::Act { place } = proof.evidence {
        ("acted", Contact::signed(&incident.acts.get(place)?.by))
    } else {
        return None;
    };
    if contact.stands_for(&other) {
        return None;
    }
    let who = other.in_words(directory);
    let role = contact.role.short();
    Some(if owed_to(other.role) == contact.role {
        format!("{verb} as {who}, who is the same person")
    } else {
        format!("{verb} instead: {who}, because there was no {role}")
    })
}

/// Roles that the partnership has once.
fn is_of_partnership(role: Role) -> bool {
    matches!(role, Role::Wso | Role::Host | Role::Oco)
}

/// The acting DPO stands in for the DPO (BOB-DECIDE); everybody else only for themselves.
pub(super) fn owed_to(role: Role) -> Role {
    if role == Role::Adpo { Role::Dpo } else { role }
}

/// Whether a contact, or whoever stands in for it, has answered a call or a message; that they know of
/// it because they acted is not asked here.
pub fn has_answered(incident: &Incident, contact: &Contact) -> bool {
    incident
        .attempts
        .iter()
        .any(|attempt| attempt.informs() && contact.stands_for(&attempt.contact))
}

/// Whether anybody has tried to reach a contact, or whoever stands in for it.
pub fn is_tried(incident: &Incident, contact: &Contact) -> bool {
    incident
        .attempts
        .iter()
        .any(|attempt| !attempt.is_struck() && contact.stands_for(&attempt.contact))
}

/// Every attempt to reach somebody that counts, oldest first.
pub fn attempts<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = &'a ContactAttempt> {
    recorded(incident, contact).filter(|attempt| !attempt.is_struck())
}

/// The same with those that were struck out, for whoever shows what is on record.
pub fn recorded<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = &'a ContactAttempt> {
    incident
        .attempts
        .iter()
        .filter(move |attempt| attempt.contact == *contact)
}

/// Which of the required contacts a clock waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// Line manager and information asset owner (BOB-IMM).
    AtOnce,
    /// Everybody who is required (BOB-24H).
    Everybody,
    /// The Partnership Security Officer (WSIC-NOTIFY).
    SecurityOfficer,
}

impl Awaited {
    /// Those for whom a clock of this kind waits; nothing where it waits for something else, or for
    /// officers whom it names itself.
    pub(super) fn by(kind: ClockKind) -> Option<Self> {
        match kind {
            ClockKind::LmIao => Some(Self::AtOnce),
            ClockKind::Bob24h => Some(Self::Everybody),
            ClockKind::Wso24h => Some(Self::SecurityOfficer),
            ClockKind::BobDpo
            | ClockKind::Proc24h
            | ClockKind::Ack
            | ClockKind::Ico72h
            | ClockKind::Nis72h => None,
        }
    }

    fn includes(self, need: &Need<'_>) -> bool {
        self.is_about(need.role)
    }

    fn is_about(self, role: Role) -> bool {
        match self {
            Self::AtOnce => matches!(role, Role::Lm | Role::Iao),
            Self::Everybody => true,
            Self::SecurityOfficer => role == Role::Wso,
        }
    }
}

/// That the last of the awaited contacts was informed, or released, once all of them are: when, when the
/// desk knew of all of them, and the entry of the last one. Of several entries about one contact one that
/// was made in time goes before one that was made later. A release counts from its own time, so that it
/// makes nothing timely that was late (CLK-HONEST).
pub fn all_informed(incident: &Incident, awaited: Awaited, due_at: Instant) -> Option<Proof> {
    let needs = asked(incident).filter(|need| awaited.includes(need));
    together(needs.map(|need| {
        let contact = need.contact();
        let proofs = evidence::proofs(incident, &contact).chain(need.release(incident));
        evidence::best(proofs, due_at)
    }))
}

/// The same of these contacts; nothing where there are none.
pub fn all_of(
    incident: &Incident,
    contacts: impl Iterator<Item = Contact>,
    due_at: Instant,
) -> Option<Proof> {
    together(contacts.map(|contact| evidence::best(evidence::proofs(incident, &contact), due_at)))
}

/// That all of these are so; nothing where one is missing, which ends the looking, or where there are none.
fn together(mut proofs: impl Iterator<Item = Option<Proof>>) -> Option<Proof> {
    proofs.try_fold(None, |last: Option<Proof>, proof| {
        let proof = proof?;
        Some(Some(last.map_or(proof, |last| last.and(proof))))
    })?
}

/// Whether a contact was informed, and the desk knew of it, before every clock that waits for them ran out.
pub(super) fn is_told_in_time(incident: &Incident, contact: &Contact) -> bool {
    let waits = |clock: &&Clock| {
        Awaited::by(clock.kind).is_some_and(|awaited| awaited.is_about(contact.role))
    };
    let mut clocks = incident.clocks.iter().filter(waits);
    informed_at(incident, contact).is_some()
        && clocks.all(|clock| {
            let due_at = clock.first_due_at();
            let proof = evidence::best(evidence::proofs(incident, contact), due_at);
            proof.is_some_and(|proof| proof.at.max(proof.recorded_at) <= due_at)
        })
}

/// Everybody for whom a clock waits or waited, told or not.
pub(super) fn awaited_by(incident: &Incident, awaited: Awaited) -> Vec<Contact> {
    let needs = asked(incident).filter(|need| awaited.includes(need));
    needs.map(|need| need.contact()).collect()
}

/// Whether any of the awaited contacts was informed.
pub(super) fn is_any_informed(incident: &Incident, awaited: Awaited) -> bool {
    asked(incident)
        .filter(|need| awaited.includes(need))
        .any(|need| informed_at(incident, &need.contact()).is_some())
}

/// Those of the awaited contacts who have not been informed.
pub fn missing(incident: &Incident, awaited: Awaited) -> Vec<Contact> {
    outstanding(incident)
        .into_iter()
        .map(|required| required.contact)
        .filter(|contact| awaited.is_about(contact.role))
        .collect()
}

/// Required contacts that nobody has reached yet.
pub fn outstanding(incident: &Incident) -> Vec<RequiredContact> {
    let mut contacts = required(incident);
    contacts.retain(|required| informed_at(incident, &required.contact).is_none());
    contacts
}
