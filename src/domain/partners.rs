//! What each affected partner has been told and has answered (section 2.6, WSIC-SIRO).
//!
//! Sent is not delivered and delivered is not acknowledged: a partner counts as told only when
//! somebody there has said so. How a notice travels is deliberately not here.

use super::Instant;
use super::calendar;
use super::delivery::Medium;
use super::directory::{Channel, Directory};
use super::event::Signature;
use super::id::{CommandId, OrganisationId};
use super::incident::Incident;
use super::policy::{Policy, minutes};
use super::refusal::Refusal;
use super::role::Role;
use super::rule::RuleId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One partner's part of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartnerRecord {
    /// The partner.
    pub organisation: OrganisationId,
    /// Notices sent, oldest first.
    pub notices: Vec<Notice>,
    /// Answers, oldest first.
    pub answers: Vec<Answer>,
    /// What became of the notices that the desk itself sent, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progressed>,
}

/// A notice that was sent, or that somebody was to be called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// By whom.
    pub by: Signature,
    /// Its identity, where the desk itself sends it. Without one nothing was sent: somebody calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// That a notice has come further.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Progressed {
    /// Which notice.
    pub notice: Uuid,
    /// How far.
    pub progress: NoticeProgress,
    /// By what it went last; absent where it was recorded before the desk kept that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Medium>,
    /// When the desk knew.
    pub at: DateTime<Utc>,
}

/// How far a notice has come that the desk itself sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NoticeProgress {
    /// It came back, and is sent another way or later.
    Again {
        /// Why, in the words of the carrier.
        why: Box<str>,
    },
    /// A carrier has accepted it.
    Sent {},
    /// The carrier says that it has arrived.
    Delivered {},
    /// It did not arrive, and nobody was told by it.
    Failed {
        /// Why, in the words of the carrier.
        why: Box<str>,
    },
    /// Nobody has acknowledged it in time, and its link is worth nothing any more.
    Expired {},
    /// Somebody there acknowledged it by its link.
    Acknowledged {
        /// The name that was given.
        name: Box<str>,
        /// The role that was given.
        role: Box<str>,
    },
}

impl NoticeProgress {
    /// What became of it and by what, after "notice": "sent by e-mail".
    pub fn sentence(&self, by: Option<Medium>) -> String {
        let by = by.map_or_else(String::new, |medium| format!(" by {}", medium.name()));
        match self {
            Self::Again { why } => format!("not delivered{by}, being sent again: {why}"),
            Self::Sent {} => format!("sent{by}"),
            Self::Delivered {} => format!("delivered{by}"),
            Self::Failed { why } => format!("not delivered{by}, so nobody was told: {why}"),
            Self::Expired {} => format!("sent{by}, and nobody acknowledged it in time"),
            Self::Acknowledged { name, role } => format!("acknowledged by {name}, {role}"),
        }
    }
}

use PartnerState::{Notified, Queued};

/// The space in which the identities of notices are made.
const SPACE: Uuid = Uuid::from_u128(0x91c8_7f0e_2b6d_5f1a_8e44_0d3b_75a2_c6e9);

/// The identity of the notice that a command sends to a partner.
pub fn notice_id(command: CommandId, partner: &OrganisationId) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{command}|{partner}").as_bytes())
}

/// Whether the desk itself sends a notice by this channel. By any other nothing is sent, and a person
/// calls: a text message needs a carrier, and an e-mail without one comes back as not delivered.
pub fn is_carried(channel: Channel, policy: &Policy) -> bool {
    match channel {
        Channel::Email => true,
        Channel::Mobile => policy.sends.contains(&Medium::Sms),
        Channel::Phone | Channel::Pager | Channel::Desk => false,
    }
}

/// A partner with the numbers that a person can ring: "Harbour Hospice: phone 01632 960123".
pub fn to_ring(partner: &OrganisationId, directory: &Directory) -> String {
    let points = directory
        .ways_to_reach(Role::Ggr, Some(partner))
        .into_iter();
    let numbers: Vec<String> = points
        .filter(|point| point.channel != Channel::Email)
        .map(|point| format!("{} {}", point.channel.name(), point.value))
        .collect();
    let numbers = if numbers.is_empty() {
        "no number is on record".to_owned()
    } else {
        numbers.join(", ")
    };
    format!("{}: {numbers}", directory.organisation_name(partner))
}

/// Who acknowledged a notice by its link, as it was typed there.
///
/// # Errors
/// A sentence about the field that is missing or too long.
pub fn acknowledged_by_link(name: &str, role: &str) -> Result<NoticeProgress, Refusal> {
    let field = |text: &str, pointer: &str, asked: &str| -> Result<Box<str>, Refusal> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(Refusal::invalid(pointer, asked).by(RuleId::InfCounts)),
            1..=LONGEST_NAME => Ok(text.into()),
            _ => Err(Refusal::invalid(
                pointer,
                format!("Use at most {LONGEST_NAME} letters"),
            )),
        }
    };
    Ok(NoticeProgress::Acknowledged {
        name: field(name, "/name", "Enter your name")?,
        role: field(role, "/role", "Enter your role, such as duty manager")?,
    })
}

/// The most letters of a name or a role that somebody enters.
const LONGEST_NAME: usize = 100;

/// An answer, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// What was answered.
    pub answer: PartnerAnswer,
    /// When the partner said so.
    pub at: DateTime<Utc>,
    /// Who recorded it: the partner's own representative, or an officer who was told by phone.
    pub by: Signature,
}

/// What a partner can answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartnerAnswer {
    /// Somebody there has taken note.
    Acknowledged {
        /// The role of that person, not the name.
        spoke_to: Box<str>,
    },
    /// The partner runs its own process under this reference (WSIC-LOCAL).
    LocalProcess {
        /// The partner's own reference.
        reference: Box<str>,
    },
    /// The partner has finished its part.
    LocalComplete {},
    /// The partner is not affected after all.
    NotAffected {
        /// Why.
        reason: Box<str>,
    },
    /// The partner's own SIRO has been told (WSIC-SIRO).
    OwnSiroInformed {},
    /// The partner's own SIRO need not be told (WSIC-SIRO, "as appropriate").
    OwnSiroNotNeeded {
        /// Why.
        reason: Box<str>,
    },
    /// The notice did not arrive.
    NotDelivered {
        /// Why, in the words of whoever noticed.
        reason: Box<str>,
    },
}

/// Where a partner stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartnerState {
    /// The last notice did not arrive.
    Failed,
    /// Affected, and nobody there has been told.
    Unaware,
    /// Nothing was sent: somebody is to call, and nobody has recorded what came of that.
    ToCall,
    /// A notice was sent, and nobody acknowledged it in time.
    Expired,
    /// A notice waits to be sent.
    Queued,
    /// A notice was sent; nobody there has said that they have it.
    Notified,
    /// A notice has arrived; nobody there has said that they have it.
    Delivered,
    /// Somebody there has taken note.
    Acknowledged,
    /// Its own process runs.
    LocalProcess,
    /// It has finished its part.
    LocalComplete,
    /// It is not affected after all.
    NotAffected,
}

impl PartnerState {
    /// The state as words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "not delivered",
            Self::Unaware => "not told",
            Self::ToCall => "to be called",
            Self::Expired => "expired",
            Self::Queued => "queued",
            Self::Notified => "sent",
            Self::Delivered => "delivered",
            Self::Acknowledged => "acknowledged",
            Self::LocalProcess => "running its own process",
            Self::LocalComplete => "complete",
            Self::NotAffected => "not affected",
        }
    }

    /// Whether the last notice was in vain.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Expired)
    }

    /// Whether a notice is on its way or has gone out, and nobody has answered it.
    pub fn is_unanswered(self) -> bool {
        matches!(
            self,
            Self::Expired | Self::Queued | Self::Notified | Self::Delivered
        )
    }

    /// Whether somebody there has said that they know.
    pub fn is_reached(self) -> bool {
        matches!(
            self,
            Self::Acknowledged | Self::LocalProcess | Self::LocalComplete | Self::NotAffected
        )
    }
}

impl Notice {
    /// Whether nothing was sent by it: it says by what somebody is to call.
    pub fn is_to_be_called(&self) -> bool {
        self.id.is_none() && self.channel != Channel::Email
    }
}

impl PartnerRecord {
    /// The notices that were sent, oldest first: being about to call tells nobody.
    pub fn sent(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.notices
            .iter()
            .filter(|notice| !notice.is_to_be_called())
    }

    /// Every way that did not reach it, oldest first: when, by what if that is known, and why.
    pub fn failures(&self) -> Vec<Failure<'_>> {
        let channel_of = |id: Uuid| {
            let mut notices = self.notices.iter();
            let notice = notices.find(|notice| notice.id == Some(id));
            notice.map(|notice| notice.channel)
        };
        let before = |at: Instant| {
            let told = self.notices.iter().rev();
            let notice = told.into_iter().find(|notice| notice.at <= at);
            notice.map(|notice| notice.channel)
        };
        let history = self.history().into_iter();
        history
            .filter_map(|(at, step)| match step {
                Step::Progress(step) => match &step.progress {
                    NoticeProgress::Failed { why } => Some((at, channel_of(step.notice), &**why)),
                    _ => None,
                },
                Step::Answer(given) => match &given.answer {
                    PartnerAnswer::NotDelivered { reason } => Some((at, before(at), &**reason)),
                    _ => None,
                },
                Step::Notice(_) => None,
            })
            .collect()
    }

    /// A partner that has been told nothing yet.
    pub fn unaware(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            notices: Vec::new(),
            answers: Vec::new(),
            progress: Vec::new(),
        }
    }

    /// What became of the last notice that the desk sent, as far as it is known.
    pub fn last_progress(&self) -> Option<&Progressed> {
        self.last_progress_of(self.notices.last()?.id?)
    }

    /// What became of a notice of the desk last, as far as it is known.
    pub fn last_progress_of(&self, notice: Uuid) -> Option<&Progressed> {
        let mut steps = self.progress.iter().rev();
        steps.find(|step| step.notice == notice)
    }

    /// When a carrier first took a notice, or a person first sent one: being queued sends nothing.
    pub fn first_sent_at(&self) -> Option<Instant> {
        let by_hand = self.sent().filter(|notice| notice.id.is_none());
        let by_hand = by_hand.map(|notice| notice.at);
        let taken = |step: &&Progressed| {
            matches!(
                step.progress,
                NoticeProgress::Sent {} | NoticeProgress::Delivered {}
            )
        };
        let by_desk = self.progress.iter().filter(taken).map(|step| step.at);
        by_hand.chain(by_desk).min()
    }

    /// Where the partner stands: one state, which follows from everything that is known in the order
    /// in which it happened. Somebody who has said that they know goes on knowing, whatever becomes of
    /// a notice.
    pub fn state(&self) -> PartnerState {
        let last = self.notices.last().and_then(|notice| notice.id);
        self.history()
            .into_iter()
            .fold(PartnerState::Unaware, |state, (_, step)| match step {
                Step::Notice(notice) if notice.id.is_some() => queued_after(state),
                Step::Notice(notice) if notice.is_to_be_called() => {
                    unless_reached(state, PartnerState::ToCall)
                }
                Step::Notice(_) => unless_reached(state, Notified),
                Step::Progress(step) if Some(step.notice) != last => state,
                Step::Progress(step) => after_progress(state, &step.progress),
                Step::Answer(given) => after_answer(state, &given.answer),
            })
    }

    /// Everything that is known of what the partner was told and has answered, oldest first.
    pub fn history(&self) -> Vec<(Instant, Step<'_>)> {
        let notices = self.notices.iter().map(|it| (it.at, Step::Notice(it)));
        let progress = self.progress.iter().map(|it| (it.at, Step::Progress(it)));
        let answers = self.answers.iter().map(|it| (it.at, Step::Answer(it)));
        let mut history: Vec<(Instant, Step<'_>)> =
            notices.chain(progress).chain(answers).collect();
        history.sort_by_key(|(at, _)| *at);
        history
    }

    /// When somebody there first said that they know.
    pub fn acknowledged_at(&self) -> Option<Instant> {
        self.answers
            .iter()
            .find(|given| matches!(given.answer, PartnerAnswer::Acknowledged { .. }))
            .map(|given| given.at)
    }

    /// Whether the partner's own SIRO has been told of the incident as it stands, or need not be: what
    /// was answered before it became major is asked again (WSIC-SIRO, MAJOR-UNDO).
    pub fn own_siro_settled(&self, incident: &Incident) -> bool {
        let since = incident.major_since();
        self.answers.iter().any(|given| {
            since.is_none_or(|since| given.at >= since)
                && matches!(
                    given.answer,
                    PartnerAnswer::OwnSiroInformed {} | PartnerAnswer::OwnSiroNotNeeded { .. }
                )
        })
    }
}

/// A way that did not reach a partner: when, by what if that is known, and why.
pub type Failure<'a> = (Instant, Option<Channel>, &'a str);

/// One thing that is known of a partner's part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'a> {
    /// A notice was sent, or queued.
    Notice(&'a Notice),
    /// The desk's notice came further.
    Progress(&'a Progressed),
    /// Somebody said something.
    Answer(&'a Answer),
}

impl Step<'_> {
    /// What it was, in words that were true then.
    pub fn sentence(self) -> String {
        match self {
            Self::Notice(Notice { channel, id, .. }) => {
                if id.is_some() {
                    format!("notice queued by {}", channel.name())
                } else if *channel == Channel::Email {
                    format!("notice sent by {}", channel.name())
                } else {
                    format!("to be called by {}; nothing was sent", channel.name())
                }
            }
            Self::Progress(step) => format!("notice {}", step.progress.sentence(step.by)),
            Self::Answer(given) => given.answer.sentence(),
        }
    }
}

impl PartnerAnswer {
    /// What was answered, as words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Acknowledged { spoke_to } => format!("acknowledged by {spoke_to}"),
            Self::LocalProcess { reference } => format!("running its own process, {reference}"),
            Self::LocalComplete {} => "complete".to_owned(),
            Self::NotAffected { reason } => format!("not affected: {reason}"),
            Self::OwnSiroInformed {} => "own SIRO told".to_owned(),
            Self::OwnSiroNotNeeded { reason } => format!("own SIRO need not be told: {reason}"),
            Self::NotDelivered { reason } => format!("not delivered: {reason}"),
        }
    }
}

/// A further notice that waits to be sent takes nothing back: who was sent one before was sent it.
fn queued_after(state: PartnerState) -> PartnerState {
    match state {
        PartnerState::Notified | PartnerState::Delivered => state,
        PartnerState::Failed
        | PartnerState::Unaware
        | PartnerState::ToCall
        | PartnerState::Expired
        | PartnerState::Queued
        | PartnerState::Acknowledged
        | PartnerState::LocalProcess
        | PartnerState::LocalComplete
        | PartnerState::NotAffected => unless_reached(state, Queued),
    }
}

fn unless_reached(state: PartnerState, next: PartnerState) -> PartnerState {
    if state.is_reached() { state } else { next }
}

fn after_progress(state: PartnerState, progress: &NoticeProgress) -> PartnerState {
    match progress {
        NoticeProgress::Again { .. } => unless_reached(state, Queued),
        NoticeProgress::Sent {} if state == PartnerState::Delivered => state,
        NoticeProgress::Sent {} => unless_reached(state, Notified),
        NoticeProgress::Delivered {} => unless_reached(state, PartnerState::Delivered),
        NoticeProgress::Failed { .. } => unless_reached(state, PartnerState::Failed),
        NoticeProgress::Expired {} => unless_reached(state, PartnerState::Expired),
        // It stands among the answers as well.
        NoticeProgress::Acknowledged { .. } => state,
    }
}

fn after_answer(state: PartnerState, answer: &PartnerAnswer) -> PartnerState {
    match answer {
        PartnerAnswer::Acknowledged { .. } => reopened(state).max(PartnerState::Acknowledged),
        PartnerAnswer::LocalProcess { .. } => reopened(state).max(PartnerState::LocalProcess),
        PartnerAnswer::LocalComplete {} => PartnerState::LocalComplete,
        PartnerAnswer::NotAffected { .. } => PartnerState::NotAffected,
        PartnerAnswer::OwnSiroInformed {} | PartnerAnswer::OwnSiroNotNeeded { .. } => state,
        PartnerAnswer::NotDelivered { .. } => unless_reached(state, PartnerState::Failed),
    }
}

/// A partner that said it was not affected and now works on it after all is asked again.
fn reopened(state: PartnerState) -> PartnerState {
    if state == PartnerState::NotAffected {
        PartnerState::Notified
    } else {
        state
    }
}

/// The record of a partner.
pub fn record<'a>(incident: &'a Incident, partner: &OrganisationId) -> Option<&'a PartnerRecord> {
    incident
        .partners
        .iter()
        .find(|record| record.organisation == *partner)
}

/// The records of the partners that are affected now; those of partners struck off by a later
/// triage stay on file and are waited for no longer.
pub fn concerned(incident: &Incident) -> impl Iterator<Item = &PartnerRecord> {
    let affected = &incident.facts.affected_partners;
    incident
        .partners
        .iter()
        .filter(|record| affected.contains(&record.organisation))
}

/// The records of partners that were told, are not entered as affected any more, and have not been told so: their
/// own answer, or whoever calls them, says that they know.
pub fn told_and_left_out(incident: &Incident) -> impl Iterator<Item = &PartnerRecord> {
    let affected = &incident.facts.affected_partners;
    incident.partners.iter().filter(|record| {
        let state = record.state();
        let was_told = record.first_sent_at().is_some() || record.acknowledged_at().is_some();
        let is_told_so = state == PartnerState::NotAffected || state == PartnerState::Failed;
        was_told && !is_told_so && !affected.contains(&record.organisation)
    })
}

/// The partners that are affected, and those that were sent a notice and were struck off since: whoever was told
/// can still read what it is about, and answer.
pub fn told_or_affected(incident: &Incident) -> impl Iterator<Item = &OrganisationId> {
    let was_told = |record: &&PartnerRecord| !record.notices.is_empty();
    let told = incident.partners.iter().filter(was_told);
    let affected = incident.facts.affected_partners.iter();
    affected.chain(told.map(|record| &record.organisation))
}

/// The organisations whose incident it is or that reported it, and whose own process nobody has recorded
/// yet; a partner's own is among its answers (WSIC-LOCAL). A supplier outside the partnership has none.
pub fn own_process_awaited<'a>(
    incident: &'a Incident,
    directory: &Directory,
) -> Vec<&'a OrganisationId> {
    let reporter = &incident.reporter.organisation;
    let home = incident.home();
    let takes_part = |organisation: &OrganisationId| {
        let known = directory.organisation(organisation);
        known.is_some_and(|known| known.partner || known.controller)
    };
    let runs = |organisation: &OrganisationId| {
        let process = incident.casework().investigation.own_process(organisation);
        let answered = record(incident, organisation).is_some_and(|record| {
            matches!(
                record.state(),
                PartnerState::LocalProcess | PartnerState::LocalComplete
            )
        });
        process.is_some() || answered
    };
    let reporting = (reporter != home && takes_part(reporter)).then_some(reporter);
    std::iter::once(home)
        .chain(reporting)
        .filter(|organisation| !runs(organisation))
        .collect()
}

/// The notice that a partner was sent by this way within the last minutes, unless it did not arrive or more has
/// become known of the incident since (WSIC-AGAIN).
pub fn just_sent<'a>(
    incident: &Incident,
    record: &'a PartnerRecord,
    channel: Channel,
    policy: &Policy,
    now: Instant,
) -> Option<&'a Notice> {
    let span = minutes(policy.delivery.partner_again_minutes);
    let felt_at = incident.casework().hosting.felt_since();
    let mut same_way = record.sent().filter(|notice| notice.channel == channel);
    let last = same_way.next_back()?;
    let is_recent = now < last.at + span && felt_at.is_none_or(|at| last.at >= at);
    (is_recent && !record.state().has_failed()).then_some(last)
}

/// How many affected partners have been reached, out of how many.
pub fn reached(incident: &Incident) -> (usize, usize) {
    let reached = concerned(incident).filter(|record| record.state().is_reached());
    (reached.count(), concerned(incident).count())
}

/// Whether a partner has not answered its last notice for so many full working days that closing
/// waits for it no longer (section 2.3).
pub fn is_silent(record: &PartnerRecord, policy: &Policy, now: Instant) -> bool {
    // Being about to call starts the waiting anew; whoever was never sent anything is not waited for.
    let Some(asked) = record
        .notices
        .last()
        .filter(|_| record.sent().next().is_some())
    else {
        return false;
    };
    let has_answered = record.answers.iter().any(|given| given.at >= asked.at);
    let told_on = calendar::local(asked.at).date_naive();
    let days = policy.casework.silent_partner_working_days;
    let last_day = policy.calendar.working_days_after(told_on, days);
    !has_answered && now >= calendar::end_of_day(last_day)
}

/// Partners who have had no notice since it is known that the hosted service is hit, or none at all
/// where it is not (WSIC-IMPACT).
pub fn untold_of_impact(incident: &Incident) -> impl Iterator<Item = &PartnerRecord> {
    let felt_at = incident.casework().hosting.felt_since();
    concerned(incident).filter(move |record| {
        let heard = |notice: &Notice| felt_at.is_none_or(|at| notice.at >= at);
        record.state() != PartnerState::NotAffected && !record.sent().any(heard)
    })
}
