//! The numbers of the procedures as one typed value, read from `config/policy.toml`.
//!
//! A rule never holds a number of its own: it is handed the policy. This module deliberately does
//! not read files and does not know where the policy came from; the server serves it to its
//! clients, so that both sides compute the same deadlines.

use super::calendar::Calendar;
use super::delivery::Medium;
use super::grid::GradingPolicy;
use super::rota::Tier;
use chrono::{NaiveTime, TimeDelta};
use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Every length, threshold and grid line that a rule uses, with the bank-holiday calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// Stamped on every clock and assessment made under these numbers.
    pub version: String,
    /// When the desk counts as open (BOB-24H, BOB-DPO).
    pub business_hours: BusinessHours,
    /// Lengths of the statutory clocks.
    pub clock: ClockLengths,
    /// How soon a new incident must be acknowledged.
    pub acknowledge: AcknowledgePolicy,
    /// What times people may enter (CLK-PAST, INF-COUNTS).
    pub input: InputPolicy,
    /// The out-of-hours contact ladder (section 2.7).
    pub ladder: LadderPolicy,
    /// When the Partnership Security Officer counts as not contactable (WSIC-EXC).
    pub exception: ExceptionPolicy,
    /// The wider assessment (WSIC-WIDE).
    pub partnership: PartnershipPolicy,
    /// When several incidents are a trend (WSIC-MAJOR).
    pub trend: TrendPolicy,
    /// The lines on the severity and likelihood grid (BOB-GRID).
    pub grid: GridPolicy,
    /// Terms of role holders (WSIC-TERM).
    pub term: TermPolicy,
    /// The rota, and when a gap in it goes up.
    pub rota: RotaPolicy,
    /// How fresh the directory has to be.
    pub directory: DirectoryPolicy,
    /// When somebody is told that a time runs out.
    pub alarm: AlarmPolicy,
    /// What is taken in from tools.
    pub intake: IntakePolicy,
    /// What consoles bring along.
    pub board: BoardPolicy,
    /// What goes out to people.
    pub delivery: DeliveryPolicy,
    /// Reading cases (BOB-SEC).
    pub reading: ReadingPolicy,
    /// Casework after the night.
    pub casework: CaseworkPolicy,
    /// For how long records are kept.
    #[serde(default)]
    pub retention: RetentionPolicy,
    /// By what this desk sends messages; comes from the server's settings, not from `policy.toml`.
    #[serde(default)]
    pub sends: BTreeSet<Medium>,
    /// Bank holidays of England and Wales; comes from gov.uk's document, not from `policy.toml`.
    #[serde(default)]
    pub calendar: Calendar,
}

impl Policy {
    /// What is written on clocks and assessments made under this policy: the versions of its
    /// numbers and of its bank holidays.
    pub fn stamp(&self) -> CompactString {
        format_compact!("{} / {}", self.version, self.calendar.version)
    }
}

/// Business hours, Europe/London, Monday to Friday except bank holidays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    /// First minute that is in hours.
    #[serde(with = "hour_minute")]
    #[schema(value_type = String, example = "09:00")]
    pub opens: NaiveTime,
    /// First minute that is out of hours again.
    #[serde(with = "hour_minute")]
    #[schema(value_type = String, example = "17:00")]
    pub closes: NaiveTime,
}

/// Lengths of the clocks of section 1.3, elapsed time in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockLengths {
    /// `LM_IAO`, in minutes.
    pub lm_iao_minutes: u32,
    /// `BOB_DPO`, in hours.
    pub bob_dpo_hours: u32,
    /// `BOB_24H`, in hours.
    pub bob_24h_hours: u32,
    /// `ICO_72H`, in hours.
    pub ico_72h_hours: u32,
    /// `NIS_72H`, in hours.
    pub nis_72h_hours: u32,
    /// `WSO_24H`, in hours.
    pub wso_24h_hours: u32,
    /// `PROC_24H`, in hours.
    pub proc_24h_hours: u32,
    /// A clock is due soon in the last 1/n of its length.
    pub due_soon_fraction: u32,
}

/// The `ACK` clock and how long an acknowledgement can be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgePolicy {
    /// Length of the `ACK` clock.
    pub minutes: u32,
    /// Seconds in which the officer may undo.
    pub undo_seconds: u32,
}

/// Limits on the times that people enter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InputPolicy {
    /// Minutes that a reported time may be ahead of the server.
    pub future_skew_minutes: u32,
    /// Hours after which a contact entered late needs a note.
    pub unexplained_past_hours: u32,
    /// Hours in which the on-call officer may correct a mistyped time.
    pub correction_hours: u32,
    /// Letters of an incident's title.
    pub title_characters: u32,
}

/// Minutes of the contact ladder, counted from the first attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderPolicy {
    /// When each rung is reached.
    pub steps_minutes: [u32; 4],
    /// The same for P1.
    pub p1_steps_minutes: [u32; 4],
    /// For so long after a call without an answer the call sheet offers the same person's next number first.
    #[serde(default = "still_calling_minutes")]
    pub still_calling_minutes: u32,
}

/// For policies that were written before there was this number.
fn still_calling_minutes() -> u32 {
    15
}

/// Thresholds of the exception path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionPolicy {
    /// Attempts without acknowledgement …
    pub attempts: u32,
    /// … on at least this many channels …
    pub channels: u32,
    /// … over at least this many minutes.
    pub over_minutes: u32,
    /// Or this many minutes since the first attempt.
    pub unacknowledged_minutes: u32,
}

/// The wider assessment of a partnership incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnershipPolicy {
    /// Hours after which an unanswered wider assessment escalates.
    pub effect_unknown_hours: u32,
}

/// What counts as "multiple incidents".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrendPolicy {
    /// This many incidents with one trend key …
    pub incidents: usize,
    /// … inside this many elapsed hours, both ends included.
    pub within_hours: u32,
}

/// Lines on the grid and the policy on sensitivity factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridPolicy {
    /// What a sensitivity factor does (BOB-SENS).
    pub policy: GradingPolicy,
    /// Lowest reportable severity.
    pub line_severity: u8,
    /// Lowest reportable likelihood.
    pub line_likelihood: u8,
    /// Grade to which vulnerable groups are lifted (BOB-FLOOR).
    pub floor: u8,
    /// Whether the upper zone is shown at all; it is advice.
    pub upper_zone: bool,
    /// Lowest severity of the upper zone.
    pub upper_zone_severity: u8,
    /// Lowest likelihood of the upper zone.
    pub upper_zone_likelihood: u8,
    /// From either of these cells upwards, whether to tell the people concerned is asked
    /// (BOB-SUBJECTS).
    pub art34_lines: Vec<GridLine>,
}

/// A cell of the grid; everything at least as severe and at least as likely reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridLine {
    /// Lowest severity.
    pub severity: u8,
    /// Lowest likelihood.
    pub likelihood: u8,
}

impl GridPolicy {
    /// The lowest reportable cell.
    pub fn line(&self) -> GridLine {
        GridLine {
            severity: self.line_severity,
            likelihood: self.line_likelihood,
        }
    }

    /// The lowest cell of the upper zone.
    pub fn upper_zone_line(&self) -> GridLine {
        GridLine {
            severity: self.upper_zone_severity,
            likelihood: self.upper_zone_likelihood,
        }
    }
}

/// Terms of role holders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermPolicy {
    /// Length of a term in calendar months.
    pub months: u32,
    /// Days before the end at which a warning is due.
    pub warning_days: Vec<u32>,
}

/// The rota, and when a gap in it goes up to the next tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotaPolicy {
    /// Days ahead in which a gap in the plan is shown.
    pub look_ahead_days: u32,
    /// Minutes after which a desk that nobody has taken over is the second on call's.
    pub second_after_minutes: u32,
    /// Minutes after which it is the director's.
    pub director_after_minutes: u32,
}

/// How fresh the directory has to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectoryPolicy {
    /// Days after which a contact point that nobody has checked again is shown as unverified.
    pub verify_contact_days: u32,
    /// Months in which a policy document is reviewed (BOB-POLICY).
    pub review_months: u32,
    /// Days before a review is due at which it is warned of (BOB-POLICY).
    pub review_warning_days: u32,
}

/// When somebody is told that a time runs out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmPolicy {
    /// Hundredths of a deadline's length after which it is told of, rising.
    pub shares_percent: Vec<u8>,
    /// Minutes after logging at which an incident that nobody acknowledged is told of (section 1.3,
    /// `ACK`).
    pub unacknowledged_minutes: [u32; 3],
    /// The same for P1.
    pub p1_unacknowledged_minutes: [u32; 3],
    /// Minutes after which an offer that nobody answered is told of.
    pub offer_minutes: u32,
    /// Hours before a hole in the rota at which it is told of.
    pub rota_gap_hours: Vec<u32>,
    /// Minutes for which the acknowledgement of an alarm holds while what it tells of is still overdue.
    pub reconfirm_minutes: u32,
    /// The longest time for which a reminder can be put off.
    pub longest_snooze_minutes: u32,
    /// The tier whose officer is told once of an alarm that nobody has answered.
    #[serde(default = "director")]
    pub duty_manager: Tier,
    /// Hours for which everybody on call is told that the database holds less than it had acknowledged.
    #[serde(default = "a_day")]
    pub history_lost_hours: u32,
}

/// A server of a time before it was a number of the policy.
fn a_day() -> u32 {
    24
}

/// A server of a time before it was a number of the policy.
fn director() -> Tier {
    Tier::Director
}

/// What is taken in from tools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakePolicy {
    /// Letters of a title, beyond which it is cut with a mark; the summary has it in full.
    pub title_characters: u32,
}

/// What consoles bring along of what has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardPolicy {
    /// Days for which an incident that has ended is still among those that a console loads.
    pub ended_days: u32,
}

/// How often somebody is told something, and when it is given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPolicy {
    /// Minutes after the first attempt at which it is tried or said again; after the last, never.
    pub repeat_minutes: Vec<u32>,
    /// From so many alarms for one recipient at once on, they are one message with their count.
    pub group_from: u32,
    /// Hours after which a notice that no partner has acknowledged has expired.
    pub partner_answer_hours: u32,
    /// Minutes within which a partner is sent a second notice by the same way only if that is asked for.
    #[serde(default = "partner_again_minutes")]
    pub partner_again_minutes: u32,
    /// Seconds that a carrier has for one message.
    pub attempt_seconds: u32,
    /// Seconds after which another process takes on what one has taken on and not settled.
    pub lease_seconds: u32,
    /// The share of a pause, in hundredths, over which what failed together is spread.
    pub jitter_percent: u32,
}

/// When reading a case on counts as reading it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingPolicy {
    /// Minutes after which the same person at the same work leaves another entry.
    pub again_after_minutes: u32,
}

/// For how long records are kept, counted from when an incident ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Years for which a serious incident is kept.
    pub serious_incident_years: u32,
    /// Years for which any other incident is kept.
    pub incident_years: u32,
    /// Years for which the trail says who has read a case.
    pub reading_years: u32,
    /// Days for which a message is kept once nothing more becomes of it.
    pub message_days: u32,
    /// Days for which a token is kept after its end.
    pub token_days: u32,
}

/// For policies that were written before there were these numbers.
impl Default for RetentionPolicy {
    fn default() -> Self {
        Self {
            serious_incident_years: 20,
            incident_years: 10,
            reading_years: 6,
            message_days: 730,
            token_days: 730,
        }
    }
}

/// Lengths in casework.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseworkPolicy {
    /// The SIRO may authorise a report provisionally when fewer hours are left (BOB-DECIDE).
    pub provisional_hours: u32,
    /// Working days at the end of which the data protection officer has confirmed what somebody else
    /// recorded (BOB-DECIDE).
    pub confirm_working_days: u32,
    /// A re-anchoring further from the first suspicion needs a second reason (ICO-AWARE).
    pub reanchor_hours: u32,
    /// Working days in which what is to follow is owed, unless another day is given (ICO-PHASE).
    pub follow_up_working_days: u32,
    /// An open call of which nothing is heard for longer warns at P1 (WSIC-CALL).
    pub call_silent_hours: u32,
    /// Working days after which closing waits no longer for a partner that does not answer.
    pub silent_partner_working_days: u32,
    /// Working days after which missing minutes warn (BOB-MIN).
    pub minutes_working_days: u32,
    /// How often telling people is asked about while it is owed (ART34).
    pub subjects_review_hours: u32,
    /// A delay in telling people that an authority asked for is looked at again within so many days
    /// (ART34-FULL).
    #[serde(default = "subjects_delay_days")]
    pub subjects_delay_days: u32,
}

/// What holds where a policy of an older version says nothing of it.
fn partner_again_minutes() -> u32 {
    10
}

/// For policies that were written before there was this number.
fn subjects_delay_days() -> u32 {
    28
}

/// A policy's whole hours as a span of elapsed time.
pub fn hours(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count) * 3600)
}

/// A policy's whole minutes as a span of elapsed time.
pub fn minutes(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count) * 60)
}

mod hour_minute {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&time.format("%H:%M").to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(D::Error::custom)
    }
}
