//! The statutory clocks of one incident and the state they are in at an instant.
//!
//! A clock holds facts: when it started, when it is due, whether its target is hidden. Its stop is
//! read off the incident and its state off `now`, so nothing can pause it and no timer holds it
//! (CLK-STATE, CLK-NOPAUSE). What lengths there are is in `deadlines`.

use super::Instant;
use super::calendar::{self, Calendar};
use super::contacts::{self, Awaited, Contact, ContactAttempt};
use super::deadlines::{self, ClockKind};
use super::directory::Directory;
use super::escalation;
use super::evidence::{self, Evidence, Proof};
use super::id::OrganisationId;
use super::incident::{BreachStatus, DataScope, Facts, Incident};
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::policy::Policy;
use super::regulator;
use super::role::Role;
use super::rule::RuleId;
use chrono::{DateTime, TimeDelta, Utc};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One statutory clock of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Clock {
    /// Which clock.
    pub kind: ClockKind,
    /// Whose, where each controller has one (ICO-JOINT), where a controller was named after the others
    /// (BOB-DPO), or where each operator of an essential service has one (NIS-WHO).
    pub controller: Option<OrganisationId>,
    /// The awareness that started it.
    pub started_at: DateTime<Utc>,
    /// When it is due; equal counts as met.
    pub due_at: DateTime<Utc>,
    /// When the last part of its length begins, in which it counts as due soon.
    pub due_soon_at: DateTime<Utc>,
    /// The later limit that separates amber from red, before the cap at the regulator's clock
    /// (BOB-DPO); what counts is in [`ClockView`].
    pub outer_due_at: Option<DateTime<Utc>>,
    /// Why the target is hidden, while it is; the anchor stays (CLK-REGRADE).
    pub stood_down: Option<Box<StandDown>>,
    /// Why it was late (CLK-LATE).
    pub late_reason: Option<Box<str>>,
    /// The start and the deadline before a data protection officer anchored it later; they stay on
    /// show (ICO-AWARE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prudent: Option<Box<Prudent>>,
    /// The end of the same controller's 72 hours, after which nobody was told in time, where its officer's
    /// 24 hours begin later than they (BOB-DPO).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_later_than: Option<DateTime<Utc>>,
    /// Which numbers and which bank holidays it was made under.
    #[schema(value_type = String)]
    pub made_under: CompactString,
    /// Whose duty it is, where the clock itself names them: the organisations whose data protection
    /// officers are to be told, or the operator of an essential service. Empty on clocks of a time
    /// before clocks named them, and on NIS clocks of an operator of its own (CLK-EVIDENCE, NIS-WHO).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whose: Vec<Whose>,
}

/// An organisation whose duty a clock is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Whose {
    /// Which.
    pub organisation: OrganisationId,
    /// Since when the incident names it; what had stopped by then stays stopped.
    pub since: DateTime<Utc>,
}

/// What a clock would be on the prudent reading (ICO-AWARE).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prudent {
    /// The earliest awareness.
    pub started_at: DateTime<Utc>,
    /// When it would be due by that.
    pub due_at: DateTime<Utc>,
    /// Since when the first suspicion is known to lie so far back that the later start asks for a second
    /// reason, which nobody has given (ICO-AWARE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_further_since: Option<DateTime<Utc>>,
}

/// Why a clock's target is hidden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StandDown {
    /// The rule that allows it.
    pub rule: RuleId,
    /// Why, in words.
    pub reason: Box<str>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Why it should never have run, where an officer said so; absent from what was stood down before
    /// this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
}

impl StandDown {
    /// Whether it was hidden because of what the incident is said to be: no breach, a near miss, or about no living
    /// people's data (BOB-SUSPECT, BOB-NEAR, BOB-PCD).
    pub fn is_by_what_it_is(&self) -> bool {
        self.ground.is_none() && is_what_it_is(self.rule)
    }

    /// Whether the facts now give another such reason than the one that was said or confirmed: nobody has said
    /// that one (ICO-DUTY).
    pub fn is_of_another_ground(&self, because: Option<(RuleId, &str)>) -> bool {
        let another = because.is_some_and(|(rule, _)| is_what_it_is(rule) && rule != self.rule);
        self.is_by_what_it_is() && another
    }

    /// Whether facts that are new say the opposite of the ground on which it was hidden.
    pub fn is_belied(&self, before: &Facts, facts: &Facts) -> bool {
        let says = |facts: &Facts| match self.ground {
            Some(Ground::NotABreach) => facts.breach_status == BreachStatus::Confirmed,
            Some(Ground::NoPersonalData) => facts.data_scope.contains(&DataScope::PersonalLiving),
            Some(Ground::WrongController) | None => false,
        };
        says(facts) && !says(before)
    }
}

fn is_what_it_is(rule: RuleId) -> bool {
    [RuleId::BobNear, RuleId::BobSuspect, RuleId::BobPcd].contains(&rule)
}

/// Why a regulator's clock should never have run (ICO-DUTY).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ground {
    /// No personal data of living people are concerned.
    NoPersonalData,
    /// There was no breach.
    NotABreach,
    /// The organisation is no controller of these data.
    WrongController,
}

impl Ground {
    /// Every ground, in the order of a form.
    pub const ALL: [Self; 3] = [
        Self::NoPersonalData,
        Self::NotABreach,
        Self::WrongController,
    ];

    /// The ground in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoPersonalData => "no personal data of living people",
            Self::NotABreach => "not a breach",
            Self::WrongController => "not a controller of these data",
        }
    }
}

/// The state of a clock at an instant (section 2.4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClockState {
    /// Not stopped, and time enough.
    Running,
    /// Not stopped, in the last quarter of its length.
    DueSoon,
    /// Not stopped, and the time has passed.
    Overdue,
    /// Stopped in time.
    Met,
    /// Stopped after 24 hours but inside one working day: amber (BOB-DPO).
    MetWithinWorkingDay,
    /// Stopped late.
    MetLate,
    /// The Officer could not be reached and the host was told instead (WSIC-EXC).
    MetByException,
    /// The target is hidden; the anchor stays.
    StoodDown,
    /// Everybody who had still to be told was released: the last of them was not told (REL-ENTITLED).
    Released,
    /// Not stopped when the incident ended as a duplicate or a mistake: nobody is asked for it here.
    Ended,
}

impl ClockState {
    /// The word beside the colour.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "due",
            Self::DueSoon => "soon",
            Self::Overdue => "overdue",
            Self::Met => "met",
            Self::MetWithinWorkingDay => "met in 1 working day",
            Self::MetLate => "met late",
            Self::MetByException => "met by exception",
            Self::StoodDown => "stopped, does not count",
            Self::Released => "released",
            Self::Ended => "ended",
        }
    }

    /// Whether the clock still asks for something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::DueSoon | Self::Overdue)
    }
}

/// What a clock is called that a decline stopped: nobody was told then.
pub const DECLINED: &str = "Declined to tell the ICO (72 h)";

/// A clock together with what is known of its stop.
#[derive(Clone, Copy, Debug)]
pub struct ClockView<'a> {
    /// The incident, which says whose duty it is now.
    pub incident: &'a Incident,
    /// The clock.
    pub clock: &'a Clock,
    /// What stopped it, if anything has.
    pub stop: Option<Stop>,
    /// The limit that separates amber from red, capped at the regulator's clock while that is live
    /// (BOB-DPO).
    pub outer_due_at: Option<Instant>,
}

/// What stopped a clock, and the entry that proves it (CLK-EVIDENCE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stop {
    /// When what its rule asks for was done.
    pub at: DateTime<Utc>,
    /// When the desk was told of it; of all of it, where several things were asked.
    pub recorded_at: DateTime<Utc>,
    /// How it stopped.
    pub kind: StopKind,
    /// The entry that proves it: the last one, where several things were asked.
    pub evidence: Evidence,
}

/// How a clock is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StopKind {
    /// By what its rule asks for.
    Ordinary,
    /// By telling the host instead of the Officer; the Officer must still be told (WSIC-EXC).
    ByException,
    /// By the release of everybody who had still to be told (REL-ENTITLED).
    ByRelease,
    /// By the end of the incident as a duplicate, or as logged by mistake: what was owed is owed for
    /// the incident that goes on, or was never owed. The clock of the acknowledgement ends with the
    /// closing too.
    ByEnd,
}

impl StopKind {
    /// Whether what the clock is about was done, by whatever way; a release and the end of the incident do
    /// nothing.
    pub fn is_of_the_duty(self) -> bool {
        match self {
            Self::Ordinary | Self::ByException => true,
            Self::ByRelease | Self::ByEnd => false,
        }
    }
}

impl Stop {
    fn of(kind: StopKind, proof: Proof) -> Self {
        Self {
            at: proof.at,
            recorded_at: proof.recorded_at,
            kind,
            evidence: proof.evidence,
        }
    }
}

impl Clock {
    /// A clock that starts at `started_at`, with the due times that the policy gives it.
    pub fn start(
        kind: ClockKind,
        controller: Option<OrganisationId>,
        started_at: Instant,
        policy: &Policy,
    ) -> Self {
        let due_at = deadlines::due_at(kind, started_at, policy);
        Self {
            kind,
            controller,
            started_at,
            due_at,
            due_soon_at: due_soon_at(started_at, due_at, policy),
            outer_due_at: deadlines::outer_due_at(kind, started_at, None, policy),
            stood_down: None,
            late_reason: None,
            prudent: None,
            no_later_than: None,
            made_under: policy.stamp(),
            whose: Vec::new(),
        }
    }

    /// The same clock with the organisations whose duty it is, named at that instant.
    #[must_use]
    pub fn about(mut self, organisations: Vec<OrganisationId>, since: Instant) -> Self {
        let named = organisations.into_iter();
        self.whose = named
            .map(|organisation| Whose {
                organisation,
                since,
            })
            .collect();
        self
    }

    /// The same clock, due before the same controller's 72 hours end; at once where they have ended
    /// (BOB-DPO).
    #[must_use]
    pub fn due_by(mut self, regulator_due_at: Option<Instant>, policy: &Policy) -> Self {
        let Some(limit) = regulator_due_at else {
            return self;
        };
        self.no_later_than = Some(limit);
        self.due_at = self.due_at.min(limit.max(self.started_at));
        self.due_soon_at = due_soon_at(self.started_at, self.due_at, policy);
        self
    }

    /// The same clock started at another instant: its correction. One that was anchored later keeps
    /// that anchor, unless the corrected awareness is later still.
    #[must_use]
    pub fn revised(&self, started_at: Instant, policy: &Policy) -> Self {
        let corrected = Self {
            stood_down: self.stood_down.clone(),
            late_reason: self.late_reason.clone(),
            whose: self.whose.clone(),
            ..self.begun(started_at, policy)
        };
        if self.prudent.is_some() && started_at < self.started_at {
            corrected.reanchored(self.started_at, policy)
        } else {
            corrected
        }
    }

    /// The same clock with a later anchor, the prudent one beside it (ICO-AWARE); anchored where it
    /// was at first, it is as it was.
    #[must_use]
    pub fn reanchored(&self, at: Instant, policy: &Policy) -> Self {
        let prudent_at = self.prudent_start();
        let prudent = (at > prudent_at).then(|| {
            Box::new(Prudent {
                started_at: prudent_at,
                due_at: deadlines::due_at(self.kind, prudent_at, policy),
                asks_further_since: None,
            })
        });
        #[cfg(test)]
        let prudent = prudent.filter(|_| !mutant::is(Mutant::FirstStartForgotten));
        Self {
            stood_down: self.stood_down.clone(),
            late_reason: self.late_reason.clone(),
            prudent,
            whose: self.whose.clone(),
            ..self.begun(at, policy)
        }
    }

    /// The same clock, whose later start asks for a second reason since then (ICO-AWARE).
    #[must_use]
    pub fn asking_further(mut self, since: Instant) -> Self {
        if let Some(prudent) = &mut self.prudent {
            prudent.asks_further_since.get_or_insert(since);
        }
        self
    }

    /// Whether its later start still asks for a second reason.
    pub fn asks_further(&self) -> bool {
        let first = self.prudent.as_ref();
        first.is_some_and(|first| first.asks_further_since.is_some())
    }

    fn begun(&self, at: Instant, policy: &Policy) -> Self {
        let begun = Self::start(self.kind, self.controller.clone(), at, policy);
        begun.due_by(self.no_later_than, policy)
    }

    /// The awareness that started it on the prudent reading.
    pub fn prudent_start(&self) -> Instant {
        self.prudent
            .as_ref()
            .map_or(self.started_at, |prudent| prudent.started_at)
    }

    /// Whether this is the clock of that kind and controller.
    pub fn is(&self, kind: ClockKind, controller: Option<&OrganisationId>) -> bool {
        self.kind == kind && self.controller.as_ref() == controller
    }

    /// Whether both are about the same duty, on one incident or on two. A NIS clock of a time before each
    /// operator had its own may be anybody's (NIS-WHO).
    pub fn is_same_duty(&self, other: &Self) -> bool {
        let is_anybodys = |clock: &Self| clock.kind == ClockKind::Nis72h && clock.names_nobody();
        let first = |clock: &Self| clock.organisations().next().cloned();
        match self.kind {
            ClockKind::Nis72h if other.kind == ClockKind::Nis72h => {
                is_anybodys(self) || is_anybodys(other) || first(self) == first(other)
            }
            ClockKind::LmIao
            | ClockKind::BobDpo
            | ClockKind::Bob24h
            | ClockKind::Ico72h
            | ClockKind::Nis72h
            | ClockKind::Wso24h
            | ClockKind::Proc24h
            | ClockKind::Ack => other.is(self.kind, self.controller.as_ref()),
        }
    }

    /// Its name, with whose it is: "ICO told (72 h), Riverbourne ICB".
    pub fn in_words(&self, incident: &Incident, directory: &Directory) -> String {
        named(self.kind.name(), (self, incident), directory)
    }

    /// What is to be done, with whose it is: "Tell the ICO (72 h), Riverbourne ICB".
    pub fn to_do_in_words(&self, incident: &Incident, directory: &Directory) -> String {
        named(self.kind.to_do(), (self, incident), directory)
    }

    /// The organisations whose duty it is now: of those that it names the ones for whose officer it waits, or
    /// whose has been told. One that turned out to be no controller is none of them (CLK-EVIDENCE).
    pub fn whose_now(&self, incident: &Incident) -> Vec<OrganisationId> {
        match self.kind {
            ClockKind::BobDpo if self.controller.is_none() && !self.names_nobody() => {
                officers(incident, self)
                    .map(|whose| whose.organisation)
                    .collect()
            }
            ClockKind::BobDpo
            | ClockKind::LmIao
            | ClockKind::Bob24h
            | ClockKind::Ico72h
            | ClockKind::Nis72h
            | ClockKind::Wso24h
            | ClockKind::Proc24h
            | ClockKind::Ack => self.organisations().cloned().collect(),
        }
    }

    /// Whether it waits, or waited, for that organisation's officer.
    pub fn is_about(&self, organisation: &OrganisationId, incident: &Incident) -> bool {
        match self.names_nobody() {
            true => is_or_was_controller(incident, organisation),
            false => self.whose_now(incident).contains(organisation),
        }
    }

    /// The organisations that it names, or has named.
    pub fn organisations(&self) -> impl Iterator<Item = &OrganisationId> {
        let named = self.whose.iter().map(|whose| &whose.organisation);
        self.controller.iter().chain(named)
    }

    /// When it is due by its first start, which is what reports judge by (CLK-HONEST).
    pub fn first_due_at(&self) -> Instant {
        self.prudent
            .as_ref()
            .map_or(self.due_at, |first| first.due_at)
    }

    /// Whether that is after its time by its first start.
    fn is_past_due(&self, at: Instant) -> bool {
        at > self.first_due_at()
    }

    /// Whether it names no organisation at all: clocks did not at first (CLK-EVIDENCE).
    pub fn names_nobody(&self) -> bool {
        self.organisations().next().is_none()
    }

    /// Whether it waits until somebody names the controller: its people are told, or it tells the ICO
    /// (ICO-PROC).
    pub fn waits_for_a_name(&self, incident: &Incident) -> bool {
        let is_controllers = match self.kind {
            ClockKind::BobDpo | ClockKind::Ico72h => self.names_nobody(),
            ClockKind::LmIao | ClockKind::Bob24h => true,
            ClockKind::Nis72h | ClockKind::Wso24h | ClockKind::Proc24h | ClockKind::Ack => false,
        };
        is_controllers && incident.is_unnamed()
    }

    /// Whether the duty may be that organisation's: it is named, or the clock is of a time before
    /// clocks named them and the organisation is or was a controller.
    pub fn may_be_of(&self, organisation: &OrganisationId, incident: &Incident) -> bool {
        if self.names_nobody() {
            is_or_was_controller(incident, organisation)
        } else {
            self.organisations().any(|named| named == organisation)
        }
    }
}

/// When the last part of a length begins.
fn due_soon_at(started_at: Instant, due_at: Instant, policy: &Policy) -> Instant {
    let parts = policy.clock.due_soon_fraction.max(1).cast_signed();
    due_at - (due_at - started_at) / parts
}

fn named(name: &str, (clock, incident): (&Clock, &Incident), directory: &Directory) -> String {
    let whose = clock.whose_now(incident);
    let whose = whose.iter().map(|one| directory.organisation_name(one));
    let is_unnamed = clock.is(ClockKind::Ico72h, None);
    let nobodys = is_unnamed.then_some("controller not named");
    let words: Vec<&str> = std::iter::once(name).chain(whose).chain(nobodys).collect();
    words.join(", ")
}

/// The deadlines that an incident has and did not have before, in words with whose each is.
pub fn new_deadlines(
    before: Option<&Incident>,
    after: &Incident,
    directory: &Directory,
) -> Vec<String> {
    let known: Vec<String> = before
        .into_iter()
        .flat_map(views)
        .map(|view| deadline_in_words(&view, directory))
        .collect();
    views(after)
        .filter(|view| view.stop.is_none())
        .map(|view| deadline_in_words(&view, directory))
        .filter(|words| !known.contains(words))
        .collect()
}

fn deadline_in_words(view: &ClockView<'_>, directory: &Directory) -> String {
    let due = calendar::in_words(view.clock.due_at);
    format!("{}: due {due}", view.to_do_in_words(directory))
}

impl ClockView<'_> {
    /// Its name: what is to be done while it is open, what was done once it was.
    pub fn name(&self, now: Instant) -> &'static str {
        let state = self.state(now);
        // What ended was not done: the incident was withdrawn, or somebody was released.
        let is_undone = matches!(state, ClockState::Ended | ClockState::Released);
        if state.is_open() || is_undone || self.stop.is_none() {
            self.clock.kind.to_do()
        } else if self.is_declined() {
            DECLINED
        } else {
            self.clock.kind.name()
        }
    }

    /// Whether a decline stopped it: nobody was told then.
    pub fn is_declined(&self) -> bool {
        let evidence = self.stop.map(|stop| stop.evidence);
        self.clock.kind == ClockKind::Ico72h
            && matches!(
                evidence,
                Some(
                    Evidence::Decision { .. }
                        | Evidence::Countersignature { .. }
                        | Evidence::Second { .. }
                )
            )
    }

    /// Its name with whose it is: what is to be done while it is open, what was done once it was.
    pub fn in_words(&self, directory: &Directory, now: Instant) -> String {
        named(self.name(now), (self.clock, self.incident), directory)
    }

    /// What is to be done, with whose it is.
    pub fn to_do_in_words(&self, directory: &Directory) -> String {
        self.clock.to_do_in_words(self.incident, directory)
    }

    /// The state by the first start, which is what reports judge by: one that was met only by a later
    /// start was late (CLK-HONEST).
    pub fn state_by_first_start(&self, now: Instant) -> ClockState {
        let Some(prudent) = &self.clock.prudent else {
            return self.state(now);
        };
        match self.state(now) {
            ClockState::Met | ClockState::MetWithinWorkingDay | ClockState::MetByException
                if self.stop.is_some_and(|stop| stop.at > prudent.due_at) =>
            {
                ClockState::MetLate
            }
            ClockState::Running | ClockState::DueSoon if now > prudent.due_at => {
                ClockState::Overdue
            }
            state => state,
        }
    }

    /// The state at `now`. Equal instants count as met; at the due instant itself a clock is not
    /// yet overdue (C01, C20).
    pub fn state(&self, now: Instant) -> ClockState {
        let clock = self.clock;
        if clock.stood_down.is_some() {
            return ClockState::StoodDown;
        }
        let Some(stop) = self.stop else {
            return self.open_state(now);
        };
        match stop.kind {
            StopKind::ByEnd => ClockState::Ended,
            StopKind::ByRelease => ClockState::Released,
            StopKind::Ordinary if stop.at <= clock.due_at => ClockState::Met,
            StopKind::ByException if stop.at <= clock.due_at => ClockState::MetByException,
            StopKind::Ordinary | StopKind::ByException => {
                let is_inside = |outer| stop.at <= outer;
                if self.outer_due_at.is_some_and(is_inside) {
                    ClockState::MetWithinWorkingDay
                } else {
                    ClockState::MetLate
                }
            }
        }
    }

    fn open_state(&self, now: Instant) -> ClockState {
        if now > self.clock.due_at {
            ClockState::Overdue
        } else if now >= self.clock.due_soon_at {
            ClockState::DueSoon
        } else {
            ClockState::Running
        }
    }

    /// When it stopped, if it has.
    pub fn stopped_at(&self) -> Option<Instant> {
        self.stop.map(|stop| stop.at)
    }

    /// How long after it was done the desk was told, where it was done in time and the time had passed
    /// when somebody recorded it: the time by the first start, where it was done in that (CLK-HONEST).
    pub fn recorded_late(&self) -> Option<TimeDelta> {
        #[cfg(test)]
        if mutant::is(Mutant::LateIsForgotten) {
            return None;
        }
        let stop = self.stop.filter(|stop| stop.kind.is_of_the_duty())?;
        let first = self.clock.prudent.as_ref().map(|first| first.due_at);
        let limits = [first, Some(self.clock.due_at), self.outer_due_at];
        let limit = limits
            .into_iter()
            .flatten()
            .find(|limit| stop.at <= *limit)?;
        let counts = self.clock.stood_down.is_none() && stop.recorded_at > limit;
        counts.then(|| stop.recorded_at - stop.at)
    }

    /// Whether a call by which it was late was struck out: one that is entered in its place may make it timely,
    /// and that stays beside it (CLK-HONEST, CALL-STRUCK).
    pub fn was_late_by_a_struck_call(&self) -> bool {
        #[cfg(test)]
        if mutant::is(Mutant::StruckLateIsForgotten) {
            return false;
        }
        let struck = struck_of(self.incident, self.clock);
        struck.iter().any(|call| self.clock.is_past_due(call.at))
    }

    /// What is left until the due time; negative afterwards.
    pub fn left(&self, now: Instant) -> TimeDelta {
        self.clock.due_at - now
    }

    /// The next instant after `now` at which the state changes by itself.
    pub fn next_change_at(&self, now: Instant) -> Option<Instant> {
        if self.stop.is_some() || self.clock.stood_down.is_some() {
            return None;
        }
        let overdue_at = self.clock.due_at + TimeDelta::seconds(1);
        [self.clock.due_soon_at, overdue_at]
            .into_iter()
            .find(|at| *at > now)
    }

    /// Whether stopping it at `at` would need a reason: any limit passed (CLK-LATE).
    pub fn is_late_at(&self, at: Instant) -> bool {
        self.clock.stood_down.is_none() && self.clock.is_past_due(at)
    }
}

/// Every clock of an incident with its stop.
pub fn views(incident: &Incident) -> impl Iterator<Item = ClockView<'_>> {
    views_of(incident, |_| true)
}

/// Some clocks of an incident with their stops. A stop is read off everything that has happened, so
/// whoever looks at many incidents asks for those only that matter.
pub fn views_of<'a>(
    incident: &'a Incident,
    matters: impl Fn(&Clock) -> bool,
) -> impl Iterator<Item = ClockView<'a>> {
    let regulator_due_at = incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::Ico72h && clock.stood_down.is_none())
        .map(|clock| clock.due_at)
        .min();
    let clocks = incident.clocks.iter();
    clocks
        .filter(move |clock| matters(clock))
        .map(move |clock| ClockView {
            incident,
            clock,
            stop: stop_of(incident, clock),
            outer_due_at: capped(clock, regulator_due_at),
        })
}

/// What stopped a clock, if anything has.
fn stop_of(incident: &Incident, clock: &Clock) -> Option<Stop> {
    let ordinary = stop(incident, clock);
    let exception = exception(incident, clock)
        .filter(|exception| ordinary.is_none_or(|ordinary| exception.at < ordinary.at));
    exception.or(ordinary).or_else(|| {
        let ended_at = ended_at(incident, clock.kind)?;
        Some(Stop {
            at: ended_at,
            recorded_at: ended_at,
            kind: StopKind::ByEnd,
            evidence: Evidence::End {},
        })
    })
}

/// The regulators' clocks whose time had passed by an instant without what their rule asks for; one that was
/// stood down before that had not.
pub fn ran_out_by(incident: &Incident, at: Instant) -> impl Iterator<Item = &Clock> {
    let clocks = incident.clocks.iter();
    clocks.filter(move |clock| {
        let is_regulators = matches!(clock.kind, ClockKind::Ico72h | ClockKind::Nis72h);
        let hidden_at = clock.stood_down.as_ref().map(|hidden| hidden.at);
        let was_hidden = hidden_at.is_some_and(|hidden_at| hidden_at <= clock.due_at);
        is_regulators && at > clock.due_at && !was_hidden && stop(incident, clock).is_none()
    })
}

/// When nobody was asked any more: once the incident had ended as a duplicate or a mistake. Whoever closed
/// it took note of it, so that an acknowledgement is not asked for after that either.
fn ended_at(incident: &Incident, kind: ClockKind) -> Option<Instant> {
    let closing = &incident.casework().closing;
    match kind {
        ClockKind::Ack => incident.ended_at(),
        ClockKind::LmIao
        | ClockKind::BobDpo
        | ClockKind::Bob24h
        | ClockKind::Ico72h
        | ClockKind::Nis72h
        | ClockKind::Wso24h
        | ClockKind::Proc24h => Some(closing.ended.as_ref()?.at()),
    }
}

/// What a screen says where a clock that still runs has a limit that depends on bank holidays which
/// nobody has published yet (BOB-BH).
pub fn holidays_not_known(incident: &Incident, calendar: &Calendar) -> Option<String> {
    views_of(incident, |clock| clock.outer_due_at.is_some())
        .filter(|view| view.stop.is_none() && view.clock.stood_down.is_none())
        .find_map(|view| calendar.not_known_at(view.clock.outer_due_at?))
}

/// The amber limit of a clock, capped at the regulator's due time while one is live.
fn capped(clock: &Clock, regulator_due_at: Option<Instant>) -> Option<Instant> {
    let outer = clock.outer_due_at?;
    Some(regulator_due_at.map_or(outer, |cap| outer.min(cap)))
}

/// The clock of a kind; where each controller has one, the first that still has a target.
pub fn view(incident: &Incident, kind: ClockKind) -> Option<ClockView<'_>> {
    let of_kind = |view: &ClockView<'_>| view.clock.kind == kind;
    views(incident)
        .filter(of_kind)
        .min_by_key(|view| view.clock.stood_down.is_some())
}

/// When a clock was stopped by what its rule asks for.
pub fn stopped_at(incident: &Incident, clock: &Clock) -> Option<Instant> {
    stop(incident, clock).map(|stop| stop.at)
}

/// Whether a clock counts and nothing has stopped it, in time or not.
pub fn runs(incident: &Incident, clock: &Clock) -> bool {
    clock.stood_down.is_none() && stopped_at(incident, clock).is_none()
}

/// What stopped a clock, by what its rule asks for, read off what has happened (section 1.3, column
/// "stops").
pub fn stop(incident: &Incident, clock: &Clock) -> Option<Stop> {
    let due_at = clock.due_at;
    let proof = match clock.kind {
        ClockKind::LmIao => contacts::all_informed(incident, Awaited::AtOnce, due_at)
            .map(|proof| known_once_named(incident, proof)),
        ClockKind::BobDpo => officers_told(incident, clock),
        ClockKind::Bob24h => contacts::all_informed(incident, Awaited::Everybody, due_at)
            .map(|proof| known_once_named(incident, proof)),
        ClockKind::Wso24h => {
            let officer = std::iter::once(Contact::partnership(Role::Wso));
            contacts::all_of(incident, officer, due_at)
                .or_else(|| contacts::all_informed(incident, Awaited::SecurityOfficer, due_at))
        }
        ClockKind::Proc24h => incident.awareness.receipt(incident.logged_at),
        ClockKind::Ack => incident.acknowledgement.as_ref().map(|given| Proof {
            at: given.at,
            recorded_at: given.at,
            evidence: Evidence::Acknowledgement {},
        }),
        ClockKind::Ico72h => regulator::ico_answer(incident, clock.controller.as_ref()?, due_at),
        ClockKind::Nis72h => regulator::nis_answer(incident, clock),
    };
    proof.map(|proof| Stop::of(stop_kind(incident, clock.kind, &proof), proof))
}

/// Where the last who had to be told was released, nothing was met. The host is told for the Officer by
/// exception.
fn stop_kind(incident: &Incident, kind: ClockKind, proof: &Proof) -> StopKind {
    if kind == ClockKind::Wso24h && is_told_by_host(incident, proof.evidence) {
        return StopKind::ByException;
    }
    match matches!(proof.evidence, Evidence::Release { .. }) {
        true => StopKind::ByRelease,
        false => StopKind::Ordinary,
    }
}

/// Whether it was the host that was told, because nobody was the Officer then (NOBODY-THERE).
fn is_told_by_host(incident: &Incident, evidence: Evidence) -> bool {
    let Evidence::Attempt { place } = evidence else {
        return false;
    };
    let reached = incident.attempts.get(place);
    reached.is_some_and(|attempt| attempt.contact.role == Role::Host)
}

/// Who is still to be told before a clock stops, for clocks that people stop by being told
/// (CLK-EVIDENCE).
pub fn missing(incident: &Incident, clock: &Clock) -> Vec<Contact> {
    if stop_of(incident, clock).is_some() {
        return Vec::new();
    }
    match clock.kind {
        ClockKind::LmIao => contacts::missing(incident, Awaited::AtOnce),
        ClockKind::BobDpo => {
            let mut missing: Vec<Contact> = officers(incident, clock)
                .map(|whose| Contact::of(Role::Dpo, &whose.organisation))
                .chain(own_officer(clock))
                .collect();
            missing.retain(|officer| contacts::informed_at(incident, officer).is_none());
            missing
        }
        ClockKind::Bob24h => contacts::missing(incident, Awaited::Everybody),
        ClockKind::Wso24h => vec![Contact::partnership(Role::Wso)],
        ClockKind::Ico72h | ClockKind::Nis72h | ClockKind::Proc24h | ClockKind::Ack => Vec::new(),
    }
}

/// The calls that would be evidence for a clock and were struck out, oldest first (CALL-STRUCK).
pub fn struck_of<'a>(incident: &'a Incident, clock: &Clock) -> Vec<&'a ContactAttempt> {
    let awaited: Vec<Contact> = match clock.kind {
        ClockKind::BobDpo => officers(incident, clock)
            .map(|whose| Contact::of(Role::Dpo, &whose.organisation))
            .chain(own_officer(clock))
            .collect(),
        ClockKind::LmIao | ClockKind::Bob24h | ClockKind::Wso24h => Awaited::by(clock.kind)
            .map_or_else(Vec::new, |awaited| contacts::awaited_by(incident, awaited)),
        ClockKind::Ico72h | ClockKind::Nis72h | ClockKind::Proc24h | ClockKind::Ack => Vec::new(),
    };
    let is_its = |attempt: &&ContactAttempt| {
        let is_host = clock.kind == ClockKind::Wso24h && attempt.by_exception_since.is_some();
        let reached = awaited.iter().any(|contact| attempt.reaches(contact));
        attempt.struck.is_some() && attempt.outcome.informs() && (is_host || reached)
    };
    incident.attempts.iter().filter(is_its).collect()
}

/// Until somebody names the controller, nobody knows whose people were to be told, and the clock is on show as not
/// met: who was told before is known to be the right one from then on (ICO-PROC, CLK-HONEST).
fn known_once_named(incident: &Incident, proof: Proof) -> Proof {
    let mut clocks = incident.clocks.iter();
    let unnamed = clocks.find(|clock| clock.is(ClockKind::Ico72h, None));
    let named = unnamed.and_then(|clock| clock.stood_down.as_ref());
    let named = named.filter(|ended| ended.rule == RuleId::IcoProc);
    Proof {
        recorded_at: named.map_or(proof.recorded_at, |ended| proof.recorded_at.max(ended.at)),
        ..proof
    }
}

/// The officer whom the clock of a controller waits for that was named after the others.
fn own_officer(clock: &Clock) -> Option<Contact> {
    let controller = clock.controller.as_ref()?;
    Some(Contact::of(Role::Dpo, controller))
}

/// That the data protection officers were told whose 24 hours these are: of each organisation that the
/// clock names. One that was named after the desk knew that the others had been told changes nothing in
/// that (BOB-DPO).
fn officers_told(incident: &Incident, clock: &Clock) -> Option<Proof> {
    #[cfg(test)]
    if mutant::is(Mutant::AnybodyStopsTheClock) {
        let called = incident.attempts.last()?.contact.clone();
        return contacts::all_of(incident, std::iter::once(called), clock.due_at);
    }
    if let Some(officer) = own_officer(clock) {
        return contacts::all_of(incident, std::iter::once(officer), clock.due_at);
    }
    if clock.whose.is_empty() {
        return any_officer_told(incident, clock);
    }
    let mut named: Vec<Whose> = officers(incident, clock).collect();
    named.sort_by_key(|whose| whose.since);
    let first = named.first()?.since;
    let mut told: Option<Proof> = None;
    for whose in named {
        let is_later = |told: &Proof| whose.since > first && whose.since > told.recorded_at;
        if told.as_ref().is_some_and(is_later) {
            break;
        }
        let officer = std::iter::once(Contact::of(Role::Dpo, &whose.organisation));
        let proof = contacts::all_of(incident, officer, clock.due_at)?;
        // What an officer knew shows something here once the organisation is named, and not before (CLK-HONEST).
        let proof = Proof {
            recorded_at: proof.recorded_at.max(whose.since),
            ..proof
        };
        told = Some(told.map_or(proof, |told| told.and(proof)));
    }
    told
}

/// The organisations whose data protection officers a clock waits for, or whose has been told; one
/// that turned out to be no controller is waited for no longer. That it is none is for its own officer to
/// say, where it has a duty towards the ICO (ICO-DUTY).
fn officers<'a>(incident: &'a Incident, clock: &'a Clock) -> impl Iterator<Item = Whose> + 'a {
    let from_before = incident.facts.controllers.iter();
    let from_before = from_before
        .filter(|organisation| clock.names_nobody() && !has_own_clock(incident, organisation))
        .map(|organisation| Whose {
            organisation: organisation.clone(),
            since: incident.logged_at,
        });
    let named = clock.whose.iter().filter(|whose| {
        let organisation = &whose.organisation;
        let officer = Contact::of(Role::Dpo, organisation);
        incident.has_to_answer(organisation)
            || incident.reporter.organisation == *organisation
            || contacts::informed_at(incident, &officer).is_some()
    });
    from_before.chain(named.cloned())
}

/// The same for a clock of a time before clocks named the organisations: nobody knows since when each
/// controller was named, so one officer of a controller is enough, as it was then.
fn any_officer_told(incident: &Incident, clock: &Clock) -> Option<Proof> {
    let named = incident.facts.controllers.iter();
    let of_regulator = incident.clocks.iter();
    let of_regulator = of_regulator
        .filter(|clock| clock.kind != ClockKind::Nis72h)
        .filter_map(|clock| clock.controller.as_ref());
    named
        .chain(of_regulator)
        .filter_map(|controller| {
            let officer = std::iter::once(Contact::of(Role::Dpo, controller));
            contacts::all_of(incident, officer, clock.due_at)
        })
        .min_by_key(|proof| proof.at)
}

/// Whether a controller has a clock of its own for its data protection officer, because it was named after
/// the others.
pub fn has_own_clock(incident: &Incident, controller: &OrganisationId) -> bool {
    let mut clocks = incident.clocks.iter();
    clocks.any(|clock| clock.is(ClockKind::BobDpo, Some(controller)))
}

/// Whether the clock waits for anybody, or somebody for whom it waited has been told: the controllers that
/// it names may all have turned out to be none.
pub fn is_anybodys(incident: &Incident, clock: &Clock) -> bool {
    clock.names_nobody() || officers(incident, clock).next().is_some()
}

fn is_or_was_controller(incident: &Incident, organisation: &OrganisationId) -> bool {
    let mut clocks = incident.clocks.iter();
    incident.facts.controllers.contains(organisation)
        || clocks.any(|clock| {
            clock.kind != ClockKind::Nis72h && clock.controller.as_ref() == Some(organisation)
        })
}

/// That the host was told in place of the Officer: an informed host after the Officer's ladder was
/// climbed to it, or a call that the host answered while the exception path was open (WSIC-EXC).
fn exception(incident: &Incident, clock: &Clock) -> Option<Stop> {
    if clock.kind != ClockKind::Wso24h {
        return None;
    }
    let called = escalation::calls_to_host(incident).map(|(place, attempt)| {
        let proof = Proof {
            at: attempt.at,
            recorded_at: attempt.by_exception_since.unwrap_or(attempt.recorded_at),
            evidence: Evidence::Attempt { place },
        };
        proof.heard_on(incident)
    });
    let proofs = climbed_to_host(incident, clock).into_iter().chain(called);
    let proof = evidence::best(proofs, clock.due_at)?;
    Some(Stop::of(StopKind::ByException, proof))
}

fn climbed_to_host(incident: &Incident, clock: &Clock) -> Option<Proof> {
    let mut rungs = incident.escalations.iter().enumerate();
    let (place, climbed) =
        rungs.find(|(_, rung)| rung.is_to_host() && rung.too_soon_since.is_none())?;
    let host = std::iter::once(Contact::partnership(Role::Host));
    let told = contacts::all_of(incident, host, clock.due_at)?;
    // A call of before was about something else: nobody has heard that the Officer cannot be reached.
    if told.at < climbed.at {
        return None;
    }
    Some(told.and(Proof {
        at: climbed.at,
        recorded_at: climbed.at,
        evidence: Evidence::Escalation { place },
    }))
}

/// A threshold that a clock crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crossing {
    /// It became due soon.
    DueSoon,
    /// Its time passed.
    Overdue,
}

/// The thresholds that a clock crossed after `from` and up to `to`; each is told exactly once when
/// the intervals join (CLK-STATE).
pub fn crossed(view: &ClockView<'_>, from: Instant, to: Instant) -> Option<Crossing> {
    if view.stop.is_some() || view.clock.stood_down.is_some() {
        return None;
    }
    let inside = |at: Instant| from < at && at <= to;
    if inside(view.clock.due_at + TimeDelta::seconds(1)) {
        Some(Crossing::Overdue)
    } else if inside(view.clock.due_soon_at) {
        Some(Crossing::DueSoon)
    } else {
        None
    }
}
