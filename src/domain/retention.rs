//! For how long closed incidents are kept, and who lets them be erased.
//!
//! One person asks for what is due, another approves exactly that, and somebody with rights on the database
//! erases it. An incident that anybody still needs is kept: it owes something, another record goes on from it,
//! or somebody holds it back with a reason. Deliberately erases nothing and knows no database.

use super::Instant;
use super::directory::Actor;
use super::event::Signature;
use super::id::{CommandId, IncidentId, OrganisationId, ProblemReference, Reference};
use super::incident::{BreachStatus, Category, Incident, Status};
use super::permission::{self, Grant, Permission};
use super::policy::RetentionPolicy;
use super::query;
use super::refusal::{Refusal, RefusalKind};
use super::regulator::{self, Body, ReportAnswer};
use chrono::{DateTime, Days, Months, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The most incidents that one request names.
pub const MOST_AT_ONCE: usize = 100;

/// The most characters of a reason.
const LONGEST_REASON: usize = 500;

/// For how long an incident is kept by what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It was major or notifiable, or a serious incident requiring investigation, or a body was told of it.
    Serious,
    /// Any other.
    NotSerious,
}

impl Class {
    /// The class of an incident, by everything that it ever was.
    pub fn of(incident: &Incident) -> Self {
        let was_serious = incident.facts.siri
            || incident.was_ever_major()
            || incident.was_ever_notifiable()
            || incident.casework().regulator.is_anybody_told();
        if was_serious {
            Self::Serious
        } else {
            Self::NotSerious
        }
    }

    /// The class in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serious => "serious",
            Self::NotSerious => "not serious",
        }
    }

    fn years(self, policy: &RetentionPolicy) -> u32 {
        match self {
            Self::Serious => policy.serious_incident_years,
            Self::NotSerious => policy.incident_years,
        }
    }
}

/// An incident that may be erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Due {
    /// Which.
    pub incident: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// At which version it was looked at; once it has changed, it is looked at again.
    pub version: u64,
    /// By what it is kept so long.
    pub class: Class,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Since when it need not be kept.
    pub since: DateTime<Utc>,
}

/// An incident whose time is over and that is kept all the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptOn {
    /// Which.
    pub incident: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Why.
    pub why: String,
}

/// Why an incident is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Somebody works on it.
    Open,
    /// It has ended and still owes something.
    Owes,
    /// Its time is not over.
    Until(Instant),
    /// Somebody holds it back.
    Held(String),
    /// Another incident goes on for it, and is kept.
    GoesOnAs(Reference),
    /// A problem that is not closed comes from it.
    Behind(ProblemReference),
}

impl Kept {
    /// Why, as a clause that follows the incident's name.
    pub fn why(&self) -> String {
        match self {
            Self::Open => "is still open".to_owned(),
            Self::Owes => "has ended but still owes something".to_owned(),
            Self::Until(at) => {
                format!("must be kept until {}", super::calendar::in_words(*at))
            }
            Self::Held(reason) => format!("is held: {reason}"),
            Self::GoesOnAs(reference) => {
                format!("is a duplicate of {reference}, which is kept")
            }
            Self::Behind(reference) => {
                format!("is linked to problem {reference}, which is not closed")
            }
        }
    }

    /// Whether its time is over, so that whoever looks after the records should know why it stays.
    pub fn is_beyond_its_time(&self) -> bool {
        match self {
            Self::Open | Self::Owes | Self::Until(_) => false,
            Self::Held(_) | Self::GoesOnAs(_) | Self::Behind(_) => true,
        }
    }
}

/// What is known beside an incident of whether it is needed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ties {
    /// Why somebody holds it back, if somebody does.
    pub hold: Option<String>,
    /// The incident that goes on for it, while that is stored.
    pub goes_on_as: Option<Reference>,
    /// A problem that comes from it and is not closed.
    pub problem: Option<ProblemReference>,
}

/// Until when an incident that has ended is kept.
pub fn keep_until(incident: &Incident, policy: &RetentionPolicy) -> Option<Instant> {
    let months = Months::new(Class::of(incident).years(policy) * 12);
    incident.ended_at()?.checked_add_months(months)
}

/// The earliest end that any incident may have had which is due now.
pub fn ended_before(policy: &RetentionPolicy, now: Instant) -> Instant {
    let years = policy.incident_years.min(policy.serious_incident_years);
    now.checked_sub_months(Months::new(years * 12))
        .unwrap_or(Instant::UNIX_EPOCH)
}

/// Whether an incident may be erased now.
///
/// # Errors
/// Why it is kept.
pub fn judge(
    incident: &Incident,
    ties: &Ties,
    policy: &RetentionPolicy,
    now: Instant,
) -> Result<Due, Kept> {
    let (Some(ended_at), Some(reference), false) = (
        incident.ended_at(),
        incident.reference,
        incident.status.is_open(),
    ) else {
        return Err(Kept::Open);
    };
    if query::nearest(incident).is_some() {
        return Err(Kept::Owes);
    }
    let since = keep_until(incident, policy).unwrap_or(Instant::MAX_UTC);
    if now < since {
        return Err(Kept::Until(since));
    }
    if let Some(reason) = &ties.hold {
        return Err(Kept::Held(reason.clone()));
    }
    if let Some(reference) = ties.goes_on_as {
        return Err(Kept::GoesOnAs(reference));
    }
    if let Some(reference) = ties.problem {
        return Err(Kept::Behind(reference));
    }
    Ok(Due {
        incident: incident.id,
        reference,
        version: incident.version,
        class: Class::of(incident),
        ended_at,
        since,
    })
}

/// What the desk remembers beside incidents, up to when it may be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Who read a case or the trail before this.
    pub readings_before: DateTime<Utc>,
    /// Messages that were made before this and of which nothing more becomes.
    pub messages_before: DateTime<Utc>,
    /// Tokens that ended before this.
    pub tokens_before: DateTime<Utc>,
}

impl Logs {
    /// Everything whose time is over now.
    pub fn due(policy: &RetentionPolicy, now: Instant) -> Self {
        let days = |count: u32| now - Days::new(count.into());
        Self {
            readings_before: now
                .checked_sub_months(Months::new(policy.reading_years * 12))
                .unwrap_or(Instant::UNIX_EPOCH),
            messages_before: days(policy.message_days),
            tokens_before: days(policy.token_days),
        }
    }

    /// Whether nothing of it has to be kept by now, where this much is due.
    fn is_within(&self, due: &Self) -> bool {
        self.readings_before <= due.readings_before
            && self.messages_before <= due.messages_before
            && self.tokens_before <= due.tokens_before
    }
}

/// What a person asks of what is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum RetentionCommand {
    /// Ask for these incidents to be erased; a second person approves it.
    Ask {
        /// Which, each as the list names it.
        #[serde(default)]
        incidents: BTreeSet<IncidentId>,
        /// What the desk remembers beside them, up to when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        logs: Option<Logs>,
    },
    /// Approve what somebody else has asked for.
    Approve {
        /// The id of the command that asked.
        request: CommandId,
    },
    /// Keep an incident however long ago it ended: a complaint, a claim or an inquiry is under way.
    Hold {
        /// Which.
        incident: IncidentId,
        /// Why.
        #[schema(max_length = 500)]
        reason: String,
    },
    /// Let go of an incident that is held.
    Release {
        /// Which.
        incident: IncidentId,
        /// Why it need not be held any more.
        #[schema(max_length = 500)]
        reason: String,
    },
}

impl RetentionCommand {
    /// The command as the trail names it where it is denied.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "ask_to_erase",
            Self::Approve { .. } => "approve_erasing",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release_hold",
        }
    }
}

/// What became true of what is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RetentionEvent {
    /// Somebody asked for incidents to be erased.
    Asked {
        /// Which.
        incidents: Vec<Due>,
        /// What the desk remembers beside them, up to when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        logs: Option<Logs>,
    },
    /// A second person approved it.
    Approved {
        /// The id of the command that asked.
        request: CommandId,
    },
    /// An incident is held.
    Held {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: String,
    },
    /// An incident is held no longer.
    Released {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: String,
    },
}

impl RetentionEvent {
    /// The one incident that it is about.
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Held { incident, .. } | Self::Released { incident, .. } => Some(*incident),
            Self::Asked { .. } | Self::Approved { .. } => None,
        }
    }
}

/// In which role somebody looks after how long this incident is kept.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn may(actor: &Actor, incident: &Incident) -> Result<Signature, Refusal> {
    permission::require_least(Permission::Retain, Grant::May, actor, incident).map(|(_, by)| by)
}

/// In which role somebody looks after what is kept, of whichever incident.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn may_at_large(actor: &Actor) -> Result<Signature, Refusal> {
    let held = permission::require_at_large(Permission::Retain, Grant::May, actor, None)?;
    Ok(Signature::of(actor, held))
}

/// Asking for incidents to be erased, each with what is known beside it.
///
/// # Errors
/// One is not theirs to look after, or is to be kept.
pub fn ask(
    actor: &Actor,
    incidents: &[(Incident, Ties)],
    logs: Option<&Logs>,
    (policy, now): (&RetentionPolicy, Instant),
) -> Result<(Signature, Vec<Due>), Refusal> {
    let by = may_at_large(actor)?;
    if logs.is_some_and(|logs| !logs.is_within(&Logs::due(policy, now))) {
        return Err(Refusal::invalid(
            "/logs",
            "Some of this must still be kept. Take the times that the list gives",
        ));
    }
    let is_nothing = incidents.is_empty() && logs.is_none();
    if is_nothing || incidents.len() > MOST_AT_ONCE {
        return Err(Refusal::invalid(
            "/incidents",
            format!("Name between 1 and {MOST_AT_ONCE} incidents"),
        ));
    }
    let mut due = Vec::with_capacity(incidents.len());
    for (incident, ties) in incidents {
        may(actor, incident)?;
        due.push(judge(incident, ties, policy, now).map_err(|kept| to_be_kept(incident, &kept))?);
    }
    Ok((by, due))
}

/// What approving is judged by: what was asked for, by whom, and how it stands now.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who asked.
    pub by: &'a Signature,
    /// What for.
    pub due: &'a [Due],
    /// Those of the incidents that are still stored.
    pub incidents: &'a [(Incident, Ties)],
}

/// Approving what somebody else has asked for.
///
/// # Errors
/// The same person asked, one of the incidents is not theirs to look after, or one is to be kept by now.
pub fn approve(
    actor: &Actor,
    asked: &Asked<'_>,
    policy: &RetentionPolicy,
    now: Instant,
) -> Result<Signature, Refusal> {
    let by = may_at_large(actor)?;
    if asked.by.person == actor.person {
        return Err(against(
            "You asked for this yourself, and erasing takes two people. Ask somebody else to approve it",
        ));
    }
    if asked.incidents.is_empty() && !asked.due.is_empty() {
        return Err(against("Everything that was asked for is erased already"));
    }
    for (incident, ties) in asked.incidents {
        may(actor, incident)?;
        let due = judge(incident, ties, policy, now).map_err(|kept| to_be_kept(incident, &kept))?;
        if !asked.due.contains(&due) {
            return Err(against(format!(
                "{} has changed since somebody asked to erase it. Ask again",
                incident.name()
            )));
        }
    }
    Ok(by)
}

/// Holding an incident back.
///
/// # Errors
/// It is not theirs to look after, the reason says nothing, or it is held already.
pub fn hold(
    actor: &Actor,
    incident: &Incident,
    held: Option<&str>,
    reason: &str,
) -> Result<(Signature, RetentionEvent), Refusal> {
    let by = may(actor, incident)?;
    if let Some(because) = held {
        return Err(against(format!(
            "{} is held already: {because}",
            incident.name()
        )));
    }
    let (incident, reason) = (incident.id, tidy(reason)?);
    Ok((by, RetentionEvent::Held { incident, reason }))
}

/// Letting go of an incident that is held.
///
/// # Errors
/// It is not theirs to look after, the reason says nothing, or it is not held.
pub fn release(
    actor: &Actor,
    incident: &Incident,
    held: Option<&str>,
    reason: &str,
) -> Result<(Signature, RetentionEvent), Refusal> {
    let by = may(actor, incident)?;
    if held.is_none() {
        return Err(against(format!(
            "{} is not held, so there is nothing to release",
            incident.name()
        )));
    }
    let (incident, reason) = (incident.id, tidy(reason)?);
    Ok((by, RetentionEvent::Released { incident, reason }))
}

fn against(sentence: impl Into<String>) -> Refusal {
    Refusal::of_kind(RefusalKind::AgainstRule, sentence)
}

fn tidy(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let words = reason.split_whitespace().count();
    if words < 2 || reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::invalid(
            "/reason",
            format!(
                "Give the reason in at least two words and at most {LONGEST_REASON} characters"
            ),
        ));
    }
    Ok(reason.to_owned())
}

fn to_be_kept(incident: &Incident, kept: &Kept) -> Refusal {
    against(format!(
        "{} cannot be erased: it {}",
        incident.name(),
        kept.why()
    ))
}

/// What is left of an incident that was erased: what reports count it by. No text and no person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ErasedIncident)]
pub struct Remains {
    /// Which it was.
    pub id: IncidentId,
    /// What people called it.
    pub reference: Reference,
    /// The organisation whose procedure was followed.
    pub home: OrganisationId,
    /// Every organisation that had to do with it.
    pub parties: BTreeSet<OrganisationId>,
    /// How it ended.
    pub status: Status,
    /// What kind of incident it was.
    pub category: Option<Category>,
    /// Whether it was a breach.
    pub breach_status: BreachStatus,
    /// By what it was kept so long.
    pub class: Class,
    /// When it was logged.
    pub logged_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// What was decided for each controller on telling the regulator.
    pub decisions: Vec<(OrganisationId, ReportAnswer)>,
    /// Which body was told when.
    pub told: Vec<(Body, DateTime<Utc>)>,
    /// When it was erased.
    pub erased_at: DateTime<Utc>,
}

impl Remains {
    /// What is left of an incident that is erased now; nothing of one that has not ended.
    pub fn of(incident: &Incident, now: Instant) -> Option<Self> {
        let decisions = regulator::all_in_force(incident);
        let told = &incident.casework().regulator.notifications;
        let told = told.iter().filter(|told| told.stands());
        Some(Self {
            id: incident.id,
            reference: incident.reference?,
            home: incident.home().clone(),
            parties: incident.parties().cloned().collect(),
            status: incident.status,
            category: incident.facts.category,
            breach_status: incident.facts.breach_status,
            class: Class::of(incident),
            logged_at: incident.logged_at,
            ended_at: incident.ended_at()?,
            decisions: decisions
                .map(|decision| (decision.controller.clone(), decision.answer))
                .collect(),
            told: told.map(|told| (told.body, told.submitted_at)).collect(),
            erased_at: now,
        })
    }

    /// Whether the actor could have seen it, and so may know that it was erased.
    pub fn may_be_known_to(&self, actor: &Actor) -> bool {
        permission::sees_everything(actor)
            || actor.roles.iter().any(|held| {
                let cell = permission::cell_of(Permission::SeeHeader, held.role);
                cell.grant >= Grant::View && self.parties.contains(&held.organisation)
            })
    }

    /// That it was erased, as a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} was erased on {} under the retention policy. The register still counts it",
            self.reference,
            super::calendar::in_words(self.erased_at)
        )
    }
}
