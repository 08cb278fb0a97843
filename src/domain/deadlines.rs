//! Which deadlines follow from an awareness time: lengths only, as elapsed time in UTC (CLK-UTC).
//!
//! Deliberately knows no incident and no state: what has stopped, been stood down or gone overdue
//! is a clock's business.

use super::Instant;
use super::policy::{Policy, hours, minutes};
use super::rule::RuleId;
use chrono::{DurationRound, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A statutory or local clock of section 1.3 of the rules.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum ClockKind {
    /// Line manager and information asset owner are told.
    #[serde(rename = "LM_IAO")]
    LmIao,
    /// The data protection officer is told.
    #[serde(rename = "BOB_DPO")]
    BobDpo,
    /// The on-call officer has informed every required contact.
    #[serde(rename = "BOB_24H")]
    Bob24h,
    /// The controller has notified the ICO; one a controller.
    #[serde(rename = "ICO_72H")]
    Ico72h,
    /// The operator has notified the competent authority.
    #[serde(rename = "NIS_72H")]
    Nis72h,
    /// The Partnership Security Officer is told.
    #[serde(rename = "WSO_24H")]
    Wso24h,
    /// The processor has told the controller.
    #[serde(rename = "PROC_24H")]
    Proc24h,
    /// Somebody has acknowledged.
    #[serde(rename = "ACK")]
    Ack,
}

impl ClockKind {
    /// Every kind, in the order of section 1.3.
    pub const ALL: [Self; 8] = [
        Self::LmIao,
        Self::BobDpo,
        Self::Bob24h,
        Self::Ico72h,
        Self::Nis72h,
        Self::Wso24h,
        Self::Proc24h,
        Self::Ack,
    ];

    /// The word on the wire, such as `ICO_72H`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LmIao => "LM_IAO",
            Self::BobDpo => "BOB_DPO",
            Self::Bob24h => "BOB_24H",
            Self::Ico72h => "ICO_72H",
            Self::Nis72h => "NIS_72H",
            Self::Wso24h => "WSO_24H",
            Self::Proc24h => "PROC_24H",
            Self::Ack => "ACK",
        }
    }

    /// Its name, as what has been done; for a clock that still runs it is [`Self::to_do`].
    pub fn name(self) -> &'static str {
        match self {
            Self::LmIao => "Line manager and asset owner told (1 h)",
            Self::BobDpo => "DPO told (24 h)",
            Self::Bob24h => "Contacts told (24 h, out of hours)",
            Self::Ico72h => "ICO told (72 h)",
            Self::Nis72h => "NIS authority told (72 h)",
            Self::Wso24h => "Partnership Security Officer told (24 h)",
            Self::Proc24h => "Supplier told us (24 h)",
            Self::Ack => "Acknowledged",
        }
    }

    /// Its name, as what must be done before the deadline.
    pub fn to_do(self) -> &'static str {
        match self {
            Self::LmIao => "Tell line manager and asset owner (1 h)",
            Self::BobDpo => "Tell the DPO (24 h)",
            Self::Bob24h => "Tell the contacts (24 h, out of hours)",
            Self::Ico72h => "Tell the ICO (72 h)",
            Self::Nis72h => "Tell the NIS authority (72 h)",
            Self::Wso24h => "Tell the Partnership Security Officer (24 h)",
            Self::Proc24h => "Supplier tells us (24 h)",
            Self::Ack => "Acknowledge",
        }
    }

    /// Whether stopping it late needs a reason: the clocks of the law, and those of the procedure
    /// that are more than a target (CLK-LATE).
    pub fn asks_why_late(self) -> bool {
        match self {
            Self::BobDpo | Self::Bob24h | Self::Ico72h | Self::Nis72h => true,
            Self::LmIao | Self::Wso24h | Self::Proc24h | Self::Ack => false,
        }
    }

    /// The rule behind the clock.
    pub fn rule(self) -> RuleId {
        match self {
            Self::LmIao => RuleId::BobImm,
            Self::BobDpo => RuleId::BobDpo,
            Self::Bob24h => RuleId::Bob24h,
            Self::Ico72h => RuleId::Ico72h,
            Self::Nis72h => RuleId::Nis72h,
            Self::Wso24h => RuleId::WsicNotify,
            Self::Proc24h => RuleId::IcoProc,
            Self::Ack => RuleId::InfCounts,
        }
    }
}

/// How long a clock runs.
pub fn length(kind: ClockKind, policy: &Policy) -> TimeDelta {
    let clock = &policy.clock;
    match kind {
        ClockKind::LmIao => minutes(clock.lm_iao_minutes),
        ClockKind::BobDpo => hours(clock.bob_dpo_hours),
        ClockKind::Bob24h => hours(clock.bob_24h_hours),
        ClockKind::Ico72h => hours(clock.ico_72h_hours),
        ClockKind::Nis72h => hours(clock.nis_72h_hours),
        ClockKind::Wso24h => hours(clock.wso_24h_hours),
        ClockKind::Proc24h => hours(clock.proc_24h_hours),
        ClockKind::Ack => minutes(policy.acknowledge.minutes),
    }
}

/// The instant at which a clock that started then is due; met at that very instant still counts.
pub fn due_at(kind: ClockKind, started_at: Instant, policy: &Policy) -> Instant {
    started_at + length(kind, policy)
}

/// Until when lateness is amber instead of red, for the one clock that knows the difference: one
/// working day, capped at the ICO's deadline while `ico_due_at` is live (BOB-DPO).
pub fn outer_due_at(
    kind: ClockKind,
    started_at: Instant,
    ico_due_at: Option<Instant>,
    policy: &Policy,
) -> Option<Instant> {
    (kind == ClockKind::BobDpo).then(|| {
        let uncapped = outer_due_uncapped_at(started_at, policy);
        ico_due_at.map_or(uncapped, |cap| uncapped.min(cap))
    })
}

/// One working day after staff awareness, or the strict deadline if that is later.
fn outer_due_uncapped_at(started_at: Instant, policy: &Policy) -> Instant {
    let one_working_day = policy
        .calendar
        .one_working_day(started_at, &policy.business_hours);
    one_working_day.max(due_at(ClockKind::BobDpo, started_at, policy))
}

/// Everything that follows from one awareness time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Deadlines {
    /// The awareness time.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub aware_at: Instant,
    /// Whether it is out of hours, so that the on-call rule applies (BOB-24H).
    pub out_of_hours: bool,
    /// A deadline for each kind of clock.
    pub clocks: Vec<Deadline>,
    /// The latest reading of the 72 hours that the law may allow (Regulation 1182/71); for
    /// information, the desk works to 72 elapsed hours (ICO-72H).
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub ico_reg1182_outer_at: Instant,
}

/// One deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Deadline {
    /// Which clock.
    pub kind: ClockKind,
    /// When it is due.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub due_at: Instant,
    /// Until when lateness is amber; only `BOB_DPO` has it.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub outer_due_at: Option<Instant>,
    /// The same before the cap at the ICO's deadline.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub outer_due_uncapped_at: Option<Instant>,
}

/// The deadlines that follow if staff, officer and controller became aware at the same instant.
pub fn follow_from(aware_at: Instant, policy: &Policy) -> Deadlines {
    let ico_due_at = due_at(ClockKind::Ico72h, aware_at, policy);
    let deadline = |kind| Deadline {
        kind,
        due_at: due_at(kind, aware_at, policy),
        outer_due_at: outer_due_at(kind, aware_at, Some(ico_due_at), policy),
        outer_due_uncapped_at: outer_due_at(kind, aware_at, None, policy),
    };
    Deadlines {
        aware_at,
        out_of_hours: policy
            .calendar
            .out_of_hours(aware_at, &policy.business_hours),
        clocks: ClockKind::ALL.into_iter().map(deadline).collect(),
        ico_reg1182_outer_at: end_of_started_hour(aware_at) + length(ClockKind::Ico72h, policy),
    }
}

/// Regulation 1182/71 does not count the clock hour in which the event falls, not even when it falls
/// on its first second.
fn end_of_started_hour(at: Instant) -> Instant {
    let hour = TimeDelta::hours(1);
    at.duration_trunc(hour).unwrap_or(at) + hour
}
