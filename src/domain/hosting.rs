//! The hosted service: how badly it is hit, the calls raised with its host, and the changes that a
//! workaround or a resolution needs (WSIC-IMPACT, WSIC-CALL, WSIC-RFC).
//!
//! The host works in a service desk of its own; what stands here is what was agreed with it and
//! when. Problems, which span incidents, are deliberately elsewhere.

use super::Instant;
use super::contacts::ContactAttempt;
use super::event::{Entry, Signed};
use super::incident::Incident;
use super::policy::{CaseworkPolicy, hours};
use super::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Impact, calls and changes; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Hosting {
    /// What the Officer found, oldest first; the last one counts.
    pub impacts: Vec<ImpactRecord>,
    /// Calls with the host.
    pub calls: Vec<HostCall>,
    /// Requests for change.
    pub changes: Vec<ChangeRequest>,
}

/// How the incident hits the hosted service (WSIC-IMPACT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Impact {
    /// Not assessed yet.
    #[default]
    Unknown,
    /// Not at all.
    None,
    /// It works less well or for fewer.
    Degraded,
    /// It cannot be trusted or cannot be used.
    Compromised,
}

impl Impact {
    /// Every impact, in the order of a form.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::None, Self::Degraded, Self::Compromised];

    /// The impact in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "not known yet",
            Self::None => "none",
            Self::Degraded => "degraded",
            Self::Compromised => "compromised",
        }
    }

    /// Whether partners and host must hear of it.
    pub fn is_felt(self) -> bool {
        matches!(self, Self::Degraded | Self::Compromised)
    }
}

/// One assessment of the impact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImpactRecord {
    /// How the service is hit.
    pub impact: Impact,
    /// Why one thinks so.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// A call raised with the host's service desk (WSIC-CALL).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HostCall {
    /// Its identity.
    pub id: Uuid,
    /// What it is about.
    pub summary: Box<str>,
    /// The host's own reference, once there is one.
    pub reference: Option<Box<str>>,
    /// Where it stands.
    pub status: CallStatus,
    /// The team that works on it, as far as known.
    pub team: Option<Box<str>>,
    /// What was heard of it, oldest first.
    pub updates: Vec<CallUpdate>,
    /// Who raised it, and when that was recorded.
    pub raised: Signed,
    /// When the host was called, where that was before it was recorded (DECIDE-TRUE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_at: Option<DateTime<Utc>>,
}

impl HostCall {
    /// When the host was called.
    pub fn raised_at(&self) -> Instant {
        self.called_at.unwrap_or(self.raised.at)
    }

    /// When something was last heard of it.
    pub fn heard_at(&self) -> Instant {
        self.updates
            .last()
            .map_or(self.raised_at(), CallUpdate::happened_at)
    }

    /// Whether it has still to be made, or made again: the host has given no reference for it.
    pub fn awaits_reference(&self) -> bool {
        self.status.is_open() && self.reference.is_none()
    }

    /// When the next news of it is due; asked for at the highest priority.
    pub fn news_due_at(&self, policy: &CaseworkPolicy) -> Instant {
        self.heard_at() + hours(policy.call_silent_hours)
    }
}

/// Where a call stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CallStatus {
    /// It is to be made, and is once the host has given its reference.
    Raised,
    /// A team works on it.
    WithTeam,
    /// The host says that it is solved.
    Resolved,
    /// Both agree.
    Closed,
}

impl CallStatus {
    /// Every status, in order.
    pub const ALL: [Self; 4] = [Self::Raised, Self::WithTeam, Self::Resolved, Self::Closed];

    /// The status in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::WithTeam => "with a team",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Whether the host still works on it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Raised | Self::WithTeam)
    }
}

/// What was heard of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallUpdate {
    /// What was said.
    pub text: Box<str>,
    /// Where the call stands since.
    pub status: CallStatus,
    /// By whom it was written down, and when.
    pub signed: Signed,
    /// When it was heard, where that was before it was recorded (DECIDE-TRUE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<DateTime<Utc>>,
}

impl CallUpdate {
    /// When it was heard.
    pub fn happened_at(&self) -> Instant {
        self.heard_at.unwrap_or(self.signed.at)
    }
}

/// A request for change (WSIC-RFC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequest {
    /// Its identity.
    pub id: Uuid,
    /// What it is called where changes are managed.
    pub reference: Box<str>,
    /// What is to be changed.
    pub title: Box<str>,
    /// What it is for.
    pub purpose: ChangePurpose,
    /// What could go wrong.
    pub risk: Option<Box<str>>,
    /// How far it has come.
    pub status: ChangeStatus,
    /// Who logged it, and when.
    pub logged: Signed,
    /// Every step since, oldest first.
    pub steps: Vec<ChangeStep>,
}

/// What a change is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChangePurpose {
    /// To get by until it is solved.
    Workaround,
    /// To solve it.
    Resolution,
}

impl ChangePurpose {
    /// Both, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Workaround, Self::Resolution];

    /// The purpose in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workaround => "workaround",
            Self::Resolution => "resolution",
        }
    }
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChangeStatus {
    /// Being written; an incident is not resolved on a draft.
    Draft,
    /// Handed in.
    Submitted,
    /// May be carried out.
    Approved,
    /// May not be carried out.
    Rejected,
    /// Carried out.
    Implemented,
    /// Looked back on.
    Reviewed,
}

impl ChangeStatus {
    /// Every status, in order.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Submitted,
        Self::Approved,
        Self::Rejected,
        Self::Implemented,
        Self::Reviewed,
    ];

    /// The status in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Implemented => "implemented",
            Self::Reviewed => "reviewed",
        }
    }

    /// Whether a change may go from here to there.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Submitted)
                | (Self::Submitted, Self::Approved | Self::Rejected)
                | (Self::Rejected, Self::Submitted)
                | (Self::Approved, Self::Implemented)
                | (Self::Implemented, Self::Reviewed)
        )
    }

    /// Whether it has still to be carried out.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Approved)
    }
}

/// A step of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeStep {
    /// What it became.
    pub status: ChangeStatus,
    /// Anything worth keeping.
    pub note: Option<Box<str>>,
    /// By whom, and when.
    pub signed: Signed,
}

/// What a person asks about the hosted service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum HostingCommand {
    /// Record how the service is hit.
    RecordImpact {
        /// How.
        impact: Impact,
        /// Why one thinks so.
        reason: Box<str>,
    },
    /// Raise a call with the host.
    RaiseCall {
        /// What it is about.
        summary: Box<str>,
        /// The host's own reference, if it has given one.
        #[serde(default)]
        reference: Option<Box<str>>,
        /// The team that works on it, if known.
        #[serde(default)]
        team: Option<Box<str>>,
        /// When the host was called; now, if absent (DECIDE-TRUE).
        #[serde(default)]
        called_at: Option<DateTime<Utc>>,
        /// Why it is recorded only now; required for a call of some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
    },
    /// Record what was heard of a call.
    UpdateCall {
        /// Which.
        call: Uuid,
        /// What was said.
        text: Box<str>,
        /// Where it stands now; as before, if absent.
        #[serde(default)]
        status: Option<CallStatus>,
        /// The host's own reference, once there is one.
        #[serde(default)]
        reference: Option<Box<str>>,
        /// The team that works on it now, where that changed.
        #[serde(default)]
        team: Option<Box<str>>,
        /// When it was heard; now, if absent (DECIDE-TRUE).
        #[serde(default)]
        heard_at: Option<DateTime<Utc>>,
        /// Why it is recorded only now; required for what was heard some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
    },
    /// Log a request for change.
    LogChange {
        /// What it is called where changes are managed.
        reference: Box<str>,
        /// What is to be changed.
        title: Box<str>,
        /// What it is for.
        purpose: ChangePurpose,
        /// What could go wrong.
        #[serde(default)]
        risk: Option<Box<str>>,
    },
    /// Move a request for change one step on.
    AdvanceChange {
        /// Which.
        change: Uuid,
        /// What it becomes.
        status: ChangeStatus,
        /// Anything worth keeping.
        #[serde(default)]
        note: Option<Box<str>>,
    },
}

impl HostingCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordImpact { .. } => "hosting_record_impact",
            Self::RaiseCall { .. } => "hosting_raise_call",
            Self::UpdateCall { .. } => "hosting_update_call",
            Self::LogChange { .. } => "hosting_log_change",
            Self::AdvanceChange { .. } => "hosting_advance_change",
        }
    }
}

/// What became true of the hosted service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum HostingEvent {
    /// The impact was assessed.
    ImpactRecorded {
        /// How the service is hit.
        impact: Impact,
        /// Why one thinks so.
        reason: Box<str>,
    },
    /// A call was raised with the host.
    CallRaised {
        /// Its identity.
        id: Uuid,
        /// What it is about.
        summary: Box<str>,
        /// The host's own reference.
        reference: Option<Box<str>>,
        /// The team that works on it.
        team: Option<Box<str>>,
        /// When the host was called, where that was before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        called_at: Option<DateTime<Utc>>,
    },
    /// Something was heard of a call.
    CallUpdated {
        /// Which.
        call: Uuid,
        /// What was said.
        text: Box<str>,
        /// Where it stands since.
        status: CallStatus,
        /// The host's own reference, where it is new.
        reference: Option<Box<str>>,
        /// The team, where it is new.
        team: Option<Box<str>>,
        /// When it was heard, where that was before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard_at: Option<DateTime<Utc>>,
    },
    /// A request for change was logged.
    ChangeLogged {
        /// Its identity.
        id: Uuid,
        /// What it is called where changes are managed.
        reference: Box<str>,
        /// What is to be changed.
        title: Box<str>,
        /// What it is for.
        purpose: ChangePurpose,
        /// What could go wrong.
        risk: Option<Box<str>>,
    },
    /// A request for change went one step further.
    ChangeAdvanced {
        /// Which.
        change: Uuid,
        /// What it became.
        status: ChangeStatus,
        /// Anything worth keeping.
        note: Option<Box<str>>,
    },
}

impl HostingEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ImpactRecorded { .. } => "hosting_impact_recorded",
            Self::CallRaised { .. } => "host_call_raised",
            Self::CallUpdated { .. } => "host_call_updated",
            Self::ChangeLogged { .. } => "change_request_logged",
            Self::ChangeAdvanced { .. } => "change_request_advanced",
        }
    }
}

impl Hosting {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &HostingEvent, entry: &Entry) {
        let signed = Signed::of(entry);
        match event {
            HostingEvent::ImpactRecorded { impact, reason } => self.impacts.push(ImpactRecord {
                impact: *impact,
                reason: reason.clone(),
                signed,
            }),
            HostingEvent::CallRaised {
                id,
                summary,
                reference,
                team,
                called_at,
            } => self.calls.push(HostCall {
                id: *id,
                summary: summary.clone(),
                reference: reference.clone(),
                status: CallStatus::Raised,
                team: team.clone(),
                updates: Vec::new(),
                raised: signed,
                called_at: *called_at,
            }),
            HostingEvent::CallUpdated {
                call,
                text,
                status,
                reference,
                team,
                heard_at,
            } => {
                for known in self.calls.iter_mut().filter(|known| known.id == *call) {
                    known.status = *status;
                    known.reference = reference.clone().or(known.reference.take());
                    known.team = team.clone().or(known.team.take());
                    known.updates.push(CallUpdate {
                        text: text.clone(),
                        status: *status,
                        signed: signed.clone(),
                        heard_at: *heard_at,
                    });
                    // In the order in which it was heard.
                    known.updates.sort_by_key(CallUpdate::happened_at);
                }
            }
            HostingEvent::ChangeLogged {
                id,
                reference,
                title,
                purpose,
                risk,
            } => self.changes.push(ChangeRequest {
                id: *id,
                reference: reference.clone(),
                title: title.clone(),
                purpose: *purpose,
                risk: risk.clone(),
                status: ChangeStatus::Draft,
                logged: signed,
                steps: Vec::new(),
            }),
            HostingEvent::ChangeAdvanced {
                change,
                status,
                note,
            } => {
                for known in self.changes.iter_mut().filter(|known| known.id == *change) {
                    known.status = *status;
                    known.steps.push(ChangeStep {
                        status: *status,
                        note: note.clone(),
                        signed: signed.clone(),
                    });
                }
            }
        }
    }

    /// How the service is hit, by the last assessment.
    pub fn impact(&self) -> Impact {
        self.impacts
            .last()
            .map_or(Impact::Unknown, |record| record.impact)
    }

    /// Since when it is known that the service is hit, while it is.
    pub fn felt_since(&self) -> Option<Instant> {
        let still = self.impacts.iter().rev();
        let felt = still.take_while(|record| record.impact.is_felt());
        felt.last().map(|record| record.signed.at)
    }

    /// A call by its identity.
    pub fn call(&self, id: Uuid) -> Option<&HostCall> {
        self.calls.iter().find(|call| call.id == id)
    }

    /// A request for change by its identity.
    pub fn change(&self, id: Uuid) -> Option<&ChangeRequest> {
        self.changes.iter().find(|change| change.id == id)
    }
}

/// The calls that the host still works on.
pub fn open_calls(incident: &Incident) -> impl Iterator<Item = &HostCall> {
    let calls = incident.casework().hosting.calls.iter();
    calls.filter(|call| call.status.is_open())
}

/// Whether the impact in force was recorded in place of the Officer on a call that was struck out since, and on no
/// other call to the host (WSIC-IMPACT, CALL-STRUCK).
pub fn impact_rests_on_struck_call(incident: &Incident) -> bool {
    let Some(last) = incident.casework().hosting.impacts.last() else {
        return false;
    };
    let is_own_word = matches!(last.signed.by.role, Role::Wso | Role::Host);
    let to_host = incident.attempts.iter().filter(|attempt| {
        attempt.contact.role == Role::Host
            && attempt.outcome.informs()
            && attempt.recorded_at <= last.signed.at
    });
    let (struck, stand): (Vec<_>, Vec<_>) = to_host.partition(|attempt| attempt.is_struck());
    let since = |attempt: &&ContactAttempt| {
        let struck = attempt.struck.as_ref();
        struck.is_some_and(|struck| struck.signed.at > last.signed.at)
    };
    !is_own_word && stand.is_empty() && struck.iter().any(since)
}
