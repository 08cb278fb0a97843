//! How an incident ends: contained, resolved, closed, audited, or found to be a duplicate or no
//! incident at all; and how it is opened again (sections 2.2 and 2.3, WSIC-CLOSE, BOB-AUDIT).
//!
//! What stands in the way of a step is listed by `guard`. Nothing is ever deleted.

use super::event::{Entry, Signed};
use super::guard::Tick;
use super::id::{IncidentId, Reference};
use super::incident::Status;
use super::investigation::Reasoned;
use super::learning::Found;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// How it ended; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Closing {
    /// What was done to contain it.
    pub containments: Vec<Containment>,
    /// How it was resolved; the last one counts.
    pub resolutions: Vec<Resolution>,
    /// When it was closed; the last one counts while the status says so.
    pub closures: Vec<Closure>,
    /// Audits after closing.
    pub audits: Vec<Reasoned>,
    /// When and why it was opened again.
    pub reopenings: Vec<Reasoned>,
    /// That it was a duplicate, or withdrawn.
    pub ended: Option<Ended>,
    /// Whether a disciplinary process is considered; only for the few who may know (BOB-NOBLAME).
    pub disciplinary: Option<Disciplinary>,
    /// That somebody asks to withdraw it, while nobody has answered (REG-WHOLE).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Reasoned>,
}

/// What was done to contain the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Containment {
    /// What was done.
    pub actions: Box<str>,
    /// When it was contained; absent while it is not.
    pub contained_at: Option<DateTime<Utc>>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// How the incident was resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Resolution {
    /// What solved it, if anything did.
    pub resolution: Option<Box<str>>,
    /// What one gets by with, if that is how.
    pub workaround: Option<Box<str>>,
    /// Whether a change is needed, which then has a request (WSIC-RFC).
    pub change_required: bool,
    /// By whom, and when.
    pub signed: Signed,
}

/// The closing of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Closure {
    /// Why it can be closed.
    pub reason: Box<str>,
    /// What was open and was accepted as such.
    pub ticked: BTreeSet<Tick>,
    /// By whom, and when.
    pub signed: Signed,
}

/// An end without an investigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ended {
    /// The same thing was logged before.
    Duplicate {
        /// The incident that goes on.
        of: IncidentId,
        /// Its reference, by which people find it; unknown until the server has said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// Why one thinks so.
        reason: Box<str>,
        /// By whom, and when.
        signed: Signed,
    },
    /// It was logged by mistake.
    Withdrawn {
        /// Why.
        reason: Box<str>,
        /// Who agreed, and when.
        signed: Signed,
        /// Who asked for it, and when; absent where one person did it, before that took two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<Signed>,
    },
}

impl Ended {
    /// When it ended.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Duplicate { signed, .. } | Self::Withdrawn { signed, .. } => signed.at,
        }
    }
}

/// Whether a disciplinary process is considered; deliberately without a word about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Disciplinary {
    /// Whether it is.
    pub considered: bool,
    /// By whom, and when.
    pub signed: Signed,
}

/// What was found of a recommendation, as an audit gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditFinding {
    /// Which recommendation.
    pub recommendation: Uuid,
    /// Whether it was carried out.
    pub found: Found,
    /// What was looked at, or why it was given up.
    pub reason: Box<str>,
}

/// What a person asks about the end of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClosingCommand {
    /// Record what was done to contain it.
    Contain {
        /// What was done.
        actions: Box<str>,
        /// When it was contained; absent while it is not.
        #[serde(default)]
        contained_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
    },
    /// Resolve it.
    Resolve {
        /// What solved it.
        #[serde(default)]
        resolution: Option<Box<str>>,
        /// What one gets by with.
        #[serde(default)]
        workaround: Option<Box<str>>,
        /// Whether a change is needed.
        #[serde(default)]
        change_required: bool,
    },
    /// Close it.
    Close {
        /// Why it can be closed.
        reason: Box<str>,
        /// What is open and accepted as such.
        #[serde(default)]
        ticked: BTreeSet<Tick>,
    },
    /// Record the audit after closing.
    Audit {
        /// What the audit comes to.
        reason: Box<str>,
        /// What was found of each recommendation that nobody has looked at yet.
        #[serde(default)]
        findings: Vec<AuditFinding>,
    },
    /// Open it again.
    Reopen {
        /// Why.
        reason: Box<str>,
    },
    /// End it as the duplicate of another incident.
    MarkDuplicate {
        /// The incident that goes on.
        of: IncidentId,
        /// Why one thinks so.
        reason: Box<str>,
    },
    /// Ask to end it as logged by mistake; a second person agrees or refuses (REG-WHOLE).
    Withdraw {
        /// Why.
        reason: Box<str>,
    },
    /// Agree, as the second person, that it was logged by mistake; with this it ends.
    AgreeWithdrawal {},
    /// Refuse, as the second person, to withdraw it, or take back what one has asked for.
    DropWithdrawal {
        /// Why.
        reason: Box<str>,
    },
    /// Say whether a disciplinary process is considered.
    ConsiderDisciplinary {
        /// Whether it is.
        considered: bool,
    },
}

impl ClosingCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Contain { .. } => "closing_contain",
            Self::Resolve { .. } => "closing_resolve",
            Self::Close { .. } => "closing_close",
            Self::Audit { .. } => "closing_audit",
            Self::Reopen { .. } => "closing_reopen",
            Self::MarkDuplicate { .. } => "closing_mark_duplicate",
            Self::Withdraw { .. } => "closing_withdraw",
            Self::AgreeWithdrawal {} => "closing_agree_withdrawal",
            Self::DropWithdrawal { .. } => "closing_drop_withdrawal",
            Self::ConsiderDisciplinary { .. } => "closing_consider_disciplinary",
        }
    }
}

/// What became true of the end of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum ClosingEvent {
    /// Something was done to contain it.
    Contained {
        /// What.
        actions: Box<str>,
        /// When it was contained; absent while it is not.
        contained_at: Option<DateTime<Utc>>,
    },
    /// It was resolved.
    Resolved {
        /// What solved it.
        resolution: Option<Box<str>>,
        /// What one gets by with.
        workaround: Option<Box<str>>,
        /// Whether a change is needed.
        change_required: bool,
    },
    /// It was closed.
    Closed {
        /// Why it could be.
        reason: Box<str>,
        /// What was open and accepted as such.
        ticked: BTreeSet<Tick>,
    },
    /// It was audited after closing.
    Audited {
        /// What the audit came to.
        reason: Box<str>,
    },
    /// It was opened again.
    Reopened {
        /// Why.
        reason: Box<str>,
    },
    /// It was the duplicate of another incident.
    MarkedDuplicate {
        /// The incident that goes on.
        of: IncidentId,
        /// Its reference, by which people find it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// Why one thinks so.
        reason: Box<str>,
    },
    /// Somebody asked to end it as logged by mistake.
    WithdrawalAsked {
        /// Why.
        reason: Box<str>,
    },
    /// It is not withdrawn: the second person refused, or whoever asked took that back.
    WithdrawalDropped {
        /// Why.
        reason: Box<str>,
    },
    /// It was logged by mistake.
    Withdrawn {
        /// Why.
        reason: Box<str>,
    },
    /// Whether a disciplinary process is considered.
    DisciplinaryConsidered {
        /// Whether it is.
        considered: bool,
    },
}

impl ClosingEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Contained { .. } => "contained",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
            Self::Audited { .. } => "audited",
            Self::Reopened { .. } => "reopened",
            Self::MarkedDuplicate { .. } => "marked_duplicate",
            Self::WithdrawalAsked { .. } => "withdrawal_asked",
            Self::WithdrawalDropped { .. } => "withdrawal_dropped",
            Self::Withdrawn { .. } => "withdrawn",
            Self::DisciplinaryConsidered { .. } => "disciplinary_considered",
        }
    }

    /// The status that it brings the incident to.
    pub(super) fn status(&self) -> Option<Status> {
        match self {
            Self::Contained { .. }
            | Self::WithdrawalAsked { .. }
            | Self::WithdrawalDropped { .. }
            | Self::DisciplinaryConsidered { .. } => None,
            Self::Resolved { .. } => Some(Status::Resolved),
            Self::Closed { .. } => Some(Status::Closed),
            Self::Audited { .. } => Some(Status::Audited),
            Self::Reopened { .. } => Some(Status::Investigating),
            Self::MarkedDuplicate { .. } => Some(Status::Duplicate),
            Self::Withdrawn { .. } => Some(Status::Withdrawn),
        }
    }
}

impl Closing {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &ClosingEvent, entry: &Entry) {
        let signed = Signed::of(entry);
        match event {
            ClosingEvent::Contained {
                actions,
                contained_at,
            } => self.containments.push(Containment {
                actions: actions.clone(),
                contained_at: *contained_at,
                recorded: signed,
            }),
            ClosingEvent::Resolved {
                resolution,
                workaround,
                change_required,
            } => self.resolutions.push(Resolution {
                resolution: resolution.clone(),
                workaround: workaround.clone(),
                change_required: *change_required,
                signed,
            }),
            ClosingEvent::Closed { reason, ticked } => self.closures.push(Closure {
                reason: reason.clone(),
                ticked: ticked.clone(),
                signed,
            }),
            ClosingEvent::Audited { reason } => self.audits.push(Reasoned {
                reason: reason.clone(),
                signed,
            }),
            ClosingEvent::Reopened { reason } => self.reopenings.push(Reasoned {
                reason: reason.clone(),
                signed,
            }),
            ClosingEvent::MarkedDuplicate {
                of,
                reference,
                reason,
            } => {
                self.ended = Some(Ended::Duplicate {
                    of: *of,
                    reference: *reference,
                    reason: reason.clone(),
                    signed,
                });
            }
            ClosingEvent::WithdrawalAsked { reason } => {
                self.withdrawal = Some(Reasoned {
                    reason: reason.clone(),
                    signed,
                });
            }
            ClosingEvent::WithdrawalDropped { .. } => self.withdrawal = None,
            ClosingEvent::Withdrawn { reason } => {
                self.ended = Some(Ended::Withdrawn {
                    reason: reason.clone(),
                    signed,
                    asked: self.withdrawal.take().map(|asked| asked.signed),
                });
            }
            ClosingEvent::DisciplinaryConsidered { considered } => {
                self.disciplinary = Some(Disciplinary {
                    considered: *considered,
                    signed,
                });
            }
        }
    }

    /// When it was contained.
    pub fn contained_at(&self) -> Option<DateTime<Utc>> {
        self.containments
            .iter()
            .filter_map(|containment| containment.contained_at)
            .next_back()
    }

    /// How it was resolved.
    pub fn resolution(&self) -> Option<&Resolution> {
        self.resolutions.last()
    }

    /// Whether one gets by with a workaround (WSIC-PROB).
    pub fn has_workaround(&self) -> bool {
        self.resolution()
            .is_some_and(|resolution| resolution.workaround.is_some())
    }

    /// When it ended as it says now: when it was last closed, or found to be a duplicate or a mistake.
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        match &self.ended {
            Some(ended) => Some(ended.at()),
            None => self.closure().map(|closure| closure.signed.at),
        }
    }

    /// How it was last closed.
    pub fn closure(&self) -> Option<&Closure> {
        self.closures.last()
    }
}
