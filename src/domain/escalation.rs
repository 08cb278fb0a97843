//! The ladders that a call for help climbs out of hours (section 2.7, WSIC-EXC).
//!
//! Says who stands on the next rung. Whether and when to climb is the officer's judgement, which
//! the ladder's times only suggest.

use super::Instant;
use super::calendar;
use super::contacts::{self, Contact, ContactAttempt};
use super::directory::{Channel, ContactPoint, Directory};
use super::enumeration;
use super::event::Signature;
use super::id::{CommandId, PersonId};
use super::incident::{Incident, Priority};
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::partners::{NoticeProgress, Progressed};
use super::policy::{LadderPolicy, Policy, minutes};
use super::role::{Holding, Role};
use super::rota::{self, Tier};
use super::rule::RuleId;
use super::summons::{self, Call, Reach};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// A ladder of people to call.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ladder {
    /// When the data protection officer is not reached.
    Dpo,
    /// When the Partnership Security Officer is not reached.
    Officer,
    /// When the officer on call needs the next tier.
    OnCall,
}

impl Ladder {
    /// Every ladder.
    pub const ALL: [Self; 3] = [Self::Dpo, Self::Officer, Self::OnCall];

    /// When it is climbed, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dpo => "DPO not reached",
            Self::Officer => "Officer not reached",
            Self::OnCall => "next on call",
        }
    }

    /// What its next rung asks for, in a list of alarms.
    pub fn call(self) -> &'static str {
        match self {
            Self::Dpo => "Call the next to decide for the DPO",
            Self::Officer => "Call the next for the Security Officer",
            Self::OnCall => "Call the next officer on call",
        }
    }

    /// The rule that a step on this ladder follows.
    pub fn rule(self) -> RuleId {
        match self {
            Self::Dpo => RuleId::BobDecide,
            Self::Officer => RuleId::WsicExc,
            Self::OnCall => RuleId::Bob24h,
        }
    }

    fn rungs(self) -> &'static [Rung] {
        match self {
            Self::Dpo => &[
                Rung("the data protection officer", &[Role::Dpo], Reach::First),
                Rung(
                    "the second number and the deputy",
                    &[Role::Dpo],
                    Reach::SecondNumberAndDeputies,
                ),
                Rung(
                    "the acting DPO and the governance team",
                    &[Role::Adpo, Role::Igt],
                    Reach::Everybody,
                ),
                Rung("the SIRO", &[Role::Siro], Reach::Everybody),
            ],
            Self::Officer => &[
                Rung(
                    "the Partnership Security Officer",
                    &[Role::Wso],
                    Reach::First,
                ),
                Rung(
                    "the second number, and the deputy or interim",
                    &[Role::Wso],
                    Reach::SecondNumberAndDeputies,
                ),
                Rung("the governance group", &[Role::Ggr], Reach::Everybody),
                Rung(
                    "the host directly, by exception, with the SIRO told",
                    &[Role::Host, Role::Proc, Role::Siro],
                    Reach::Everybody,
                ),
            ],
            Self::OnCall => &[
                Rung(
                    "the second on call",
                    &[Role::Oco],
                    Reach::OnCall(Tier::Second),
                ),
                Rung(
                    "the director on call",
                    &[Role::Oco],
                    Reach::OnCall(Tier::Director),
                ),
            ],
        }
    }
}

/// Who stands there in words, which roles that is, and which of those behind them are reached.
struct Rung(&'static str, &'static [Role], Reach);

/// A call for help, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Escalation {
    /// Which ladder.
    pub ladder: Ladder,
    /// The rung reached, counted from 0.
    pub rung: u8,
    /// Who is to be called.
    pub to: Vec<Contact>,
    /// Why.
    pub reason: Box<str>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// Whom the desk told by what, and whom a person was to call; none where it was recorded before
    /// escalating told anybody (ESC-SENT).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// What became of the notices, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progressed>,
    /// Since when it is on record that a call to the Officer had been recorded by mistake, without which the
    /// host might not be called yet (WSIC-EXC, CALL-STRUCK).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub too_soon_since: Option<DateTime<Utc>>,
}

impl Escalation {
    /// The call that sent this notice.
    pub fn sent(&self, notice: Uuid) -> Option<&Call> {
        let mut calls = self.calls.iter();
        calls.find(|call| call.notice() == Some(notice))
    }

    /// When a carrier took a notice to this contact.
    fn notified_at(&self, contact: &Contact) -> Option<Instant> {
        let mut steps = self.progress.iter();
        let step = steps.find(|step| {
            let is_to = self
                .sent(step.notice)
                .is_some_and(|call| call.contact == *contact);
            is_to && matches!(step.progress, NoticeProgress::Sent {})
        })?;
        Some(step.at)
    }

    /// Whether the host is called directly, by exception (WSIC-EXC).
    pub fn is_to_host(&self) -> bool {
        self.to.iter().any(|contact| contact.role == Role::Host)
    }
}

/// The next rung of a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRung {
    /// Its place, counted from 0.
    pub rung: u8,
    /// Who stands there, in words: with the names of those on call and of deputies, and nothing that is
    /// not on record.
    pub who: String,
    /// Who is to be called.
    pub to: Vec<Contact>,
    /// Which of those behind these contacts.
    pub reach: Reach,
    /// When the ladder reaches it, counted from the first attempt; absent while nobody has been
    /// called.
    pub due_at: Option<DateTime<Utc>>,
}

impl NextRung {
    /// When the ladder reaches it, where that is still to come.
    pub fn opens_at(&self, now: Instant) -> Option<Instant> {
        self.due_at.filter(|at| *at > now)
    }

    /// That it would be called before its time, and why that is allowed: the times suggest, the officer
    /// judges.
    pub fn early_in_words(&self, now: Instant) -> Option<String> {
        self.opens_at(now)
            .map(|at| summons::early(at, summons::When::Before))
    }

    /// Whom the desk would tell by what, and whom a person would have to call (ESC-SENT).
    pub fn calls(
        &self,
        directory: &Directory,
        policy: &Policy,
        of: (CommandId, Instant),
    ) -> Vec<Call> {
        summons::calls(&self.to, self.reach, directory, policy, of)
    }
}

/// The ladder that the incident waits on: the DPO's while the DPO at its foot has not been told, the
/// Officer's while the partnership is concerned and the Officer has not, else the next tier on call.
pub fn waiting_on(incident: &Incident) -> Ladder {
    let dpo = Contact::of(Role::Dpo, incident.home());
    let officer = Contact::partnership(Role::Wso);
    if contacts::informed_at(incident, &dpo).is_none() {
        Ladder::Dpo
    } else if incident.is_partnership_matter()
        && contacts::informed_at(incident, &officer).is_none()
    {
        Ladder::Officer
    } else {
        Ladder::OnCall
    }
}

/// The rung after the last one that was called, leaving out rungs on which nobody stands or is in post;
/// absent at the top. Once the Officer counts as not contactable, the next rung is the host (WSIC-EXC).
pub fn next_rung(
    incident: &Incident,
    ladder: Ladder,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Option<NextRung> {
    let top = ladder.rungs().len().saturating_sub(1);
    let called = if ladder == Ladder::Officer && calls_to_host(incident).next().is_some() {
        top + 1
    } else {
        last_rung(incident, ladder).unwrap_or_else(|| first_rung(incident, ladder))
    };
    let post = officer_post(directory, now);
    let path = exception_path(incident, &post, policy, now);
    let skips = ladder == Ladder::Officer && called <= top && path == ExceptionPath::Open;
    let from = if skips { top } else { called };
    (from..ladder.rungs().len())
        .find_map(|place| standing_on(incident, (ladder, place), directory, policy, now))
        .map(|rung| not_before(rung, path))
}

/// The ladder says who comes next, and the exception path whether the host may be called at all: the rung to the
/// host is not reached before that is open (WSIC-EXC).
fn not_before(rung: NextRung, path: ExceptionPath) -> NextRung {
    let is_to_host = rung.to.iter().any(|contact| contact.role == Role::Host);
    let opens_at = match path {
        ExceptionPath::OpensAt(at) if is_to_host => Some(at),
        ExceptionPath::OpensAt(_)
        | ExceptionPath::NotNeeded
        | ExceptionPath::Open
        | ExceptionPath::NotTried => None,
    };
    NextRung {
        due_at: rung
            .due_at
            .map(|due_at| opens_at.map_or(due_at, |at| due_at.max(at))),
        ..rung
    }
}

/// The place after the highest rung that was called.
fn last_rung(incident: &Incident, ladder: Ladder) -> Option<usize> {
    let made = incident.escalations.iter();
    made.filter(|escalation| escalation.ladder == ladder)
        .map(|escalation| usize::from(escalation.rung) + 1)
        .max()
}

/// Who stands on a rung and is there: nobody is sent to a role that nobody holds (NOBODY-THERE).
fn standing_on(
    incident: &Incident,
    (ladder, place): (Ladder, usize),
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Option<NextRung> {
    let Rung(who, roles, reach) = ladder.rungs().get(place)?;
    let mut to: Vec<Contact> = roles
        .iter()
        .flat_map(|role| on_rung(incident, *role))
        .collect();
    // The exception path calls the host, and says of everybody else on it that they are not there.
    if !roles.contains(&Role::Host) {
        to.retain(|contact| summons::is_anybody_there(contact, *reach, directory, now));
    }
    (!to.is_empty()).then(|| NextRung {
        rung: u8::try_from(place).unwrap_or(u8::MAX),
        who: in_words(incident, who, (&to, *reach), directory, now),
        to,
        reach: *reach,
        due_at: reached_at(incident, ladder, place, &policy.ladder),
    })
}

fn in_words(
    incident: &Incident,
    who: &str,
    (to, reach): (&[Contact], Reach),
    directory: &Directory,
    now: Instant,
) -> String {
    match (reach, to) {
        (Reach::OnCall(tier), _) => match rota::on_call(&directory.shifts, tier, now) {
            Some(shift) => format!("{who}, {}", directory.person_name(&shift.person)),
            None => who.to_owned(),
        },
        (Reach::SecondNumberAndDeputies, [contact]) => {
            second_way(incident, contact, directory, now)
        }
        (Reach::Everybody, _) if to.iter().all(|contact| contact.role != Role::Host) => {
            let names: Vec<String> = to
                .iter()
                .map(|contact| contact.in_words(directory))
                .collect();
            enumeration::all(&names)
        }
        (Reach::First | Reach::SecondNumberAndDeputies | Reach::Everybody, _) => who.to_owned(),
    }
}

/// The second number and the deputies, as far as there are any and nobody has tried them; else the same people
/// again.
fn second_way(
    incident: &Incident,
    contact: &Contact,
    directory: &Directory,
    now: Instant,
) -> String {
    let holders = directory.holders(contact.role, contact.organisation.as_ref(), now);
    let first = holders.first().map(|holder| &holder.person);
    let numbers = summons::numbers_of(contact, first, directory).len();
    let calls_to = |person: &PersonId| -> Vec<&ContactAttempt> {
        let made = contacts::attempts(incident, contact);
        made.filter(|call| call.person.as_ref().or(first) == Some(person))
            .collect()
    };
    let numbers_tried = |person: &PersonId| {
        let calls = calls_to(person).into_iter();
        calls
            .map(|call| &call.number)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let deputies: Vec<&&Holding> = holders.iter().skip(1).collect();
    let untried = deputies
        .iter()
        .filter(|holder| calls_to(&holder.person).is_empty());
    let mut ways: Vec<String> = Vec::new();
    if numbers > 1 && first.is_none_or(|first| numbers_tried(first) < 2) {
        ways.push("the second number".to_owned());
    }
    ways.extend(untried.map(|holder| {
        let post = if holder.interim { "interim" } else { "deputy" };
        format!("the {post}, {}", directory.person_name(&holder.person))
    }));
    match (ways.is_empty(), numbers) {
        (false, _) => enumeration::all(&ways),
        (true, _) if numbers > 1 || !deputies.is_empty() => format!(
            "{} again: each number and each deputy has been tried",
            contact.in_words(directory)
        ),
        (true, 0) => format!(
            "{} another way, because neither a number nor a deputy is on record",
            contact.in_words(directory)
        ),
        (true, _) => format!(
            "{} on the same number, because no second number and no deputy is on record",
            contact.in_words(directory)
        ),
    }
}

/// Whom a role on a rung means: processors are those named in the incident, governance-group
/// representatives those of the affected partners, or of the organisation itself while no partner is named;
/// everybody else is unique. Nobody is called for a controller that nobody has named (ICO-PROC).
fn on_rung(incident: &Incident, role: Role) -> Vec<Contact> {
    let facts = &incident.facts;
    if role == Role::Proc {
        let named = facts.processors.iter();
        named
            .map(|processor| Contact::of(role, processor))
            .collect()
    } else if role == Role::Ggr && !facts.affected_partners.is_empty() {
        let affected = facts.affected_partners.iter();
        affected.map(|partner| Contact::of(role, partner)).collect()
    } else {
        let meant = Contact::meant(role, None, incident);
        let is_unnamed = incident.is_unnamed() && meant.organisation.is_some();
        (!is_unnamed).then_some(meant).into_iter().collect()
    }
}

/// Whoever has been called already does not stand on the next rung again.
fn first_rung(incident: &Incident, ladder: Ladder) -> usize {
    usize::from(first_attempt_at(incident, ladder).is_some())
}

fn reached_at(
    incident: &Incident,
    ladder: Ladder,
    place: usize,
    policy: &LadderPolicy,
) -> Option<Instant> {
    let steps = match incident.priority() {
        Priority::P1 => &policy.p1_steps_minutes,
        Priority::P2 | Priority::P3 | Priority::P4 => &policy.steps_minutes,
    };
    let after = steps.get(place)?;
    Some(begun_at(incident, ladder)? + minutes(*after))
}

/// When somebody on the ladder was first tried: by a call, or by a notice of an escalation.
fn begun_at(incident: &Incident, ladder: Ladder) -> Option<Instant> {
    let tells =
        |escalation: &&Escalation| escalation.ladder == ladder && !escalation.calls.is_empty();
    let escalated_at = incident
        .escalations
        .iter()
        .filter(tells)
        .map(|made| made.at);
    first_attempt_at(incident, ladder)
        .into_iter()
        .chain(escalated_at)
        .min()
}

fn first_attempt_at(incident: &Incident, ladder: Ladder) -> Option<Instant> {
    let contact = ladder_contact(incident, ladder)?;
    contacts::attempts(incident, &contact)
        .map(|attempt| attempt.at)
        .min()
}

fn ladder_contact(incident: &Incident, ladder: Ladder) -> Option<Contact> {
    match ladder {
        Ladder::Dpo => Some(Contact::of(Role::Dpo, incident.home())),
        Ladder::Officer => Some(Contact::partnership(Role::Wso)),
        Ladder::OnCall => None,
    }
}

/// When the Officer counts as not contactable, so that the host may be told directly (WSIC-EXC):
/// already, at a known instant if nobody answers until then, or not yet to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionPath {
    /// The Officer has been reached; there is no exception.
    NotNeeded,
    /// The thresholds have been reached.
    Open,
    /// It opens at this instant unless the Officer answers.
    OpensAt(Instant),
    /// Nobody has tried to reach the Officer yet.
    NotTried,
}

/// Where the exception path stands at `now`, by what had happened until then; `officer` says whether
/// anybody holds the role on a valid term.
pub fn exception_path(
    incident: &Incident,
    officer: &OfficerPost<'_>,
    policy: &Policy,
    now: Instant,
) -> ExceptionPath {
    let contact = Contact::partnership(Role::Wso);
    // Whoever stands in for a vacant Officer has been told; the Officer's part is still nobody's.
    let OfficerPost::Held { numbers } = officer else {
        return ExceptionPath::Open;
    };
    // Appointed after the host was told in place of a vacant post, and not told since: it stays open.
    if contacts::is_told_by_stand_in_alone(incident, &contact, now) {
        return ExceptionPath::Open;
    }
    if contacts::informed_at(incident, &contact).is_some_and(|at| at <= now) {
        return ExceptionPath::NotNeeded;
    }
    let attempts: Vec<_> = contacts::attempts(incident, &contact)
        .filter(|attempt| attempt.at <= now)
        .collect();
    let Some(first) = first_tried_at(incident, &contact).filter(|at| *at <= now) else {
        return ExceptionPath::NotTried;
    };
    let opens_at = first + minutes(policy.exception.unacknowledged_minutes);
    let urgent = incident.priority() == Priority::P1 && untried(numbers, &attempts).is_empty();
    if tried_enough(&attempts, policy) || urgent || now >= opens_at {
        ExceptionPath::Open
    } else {
        ExceptionPath::OpensAt(opens_at)
    }
}

/// The Officer who was appointed after the host had been told because there was none, and whom nobody has told
/// since (WSIC-EXC).
pub fn untold_successor<'a>(
    incident: &Incident,
    directory: &'a Directory,
    now: Instant,
) -> Option<&'a Holding> {
    let officer = Contact::partnership(Role::Wso);
    let holder = directory.holders(Role::Wso, None, now).into_iter().next()?;
    contacts::is_told_by_stand_in_alone(incident, &officer, now).then_some(holder)
}

/// The calls by which the host was told in place of the Officer while the exception path was open, each
/// with its place (WSIC-EXC).
pub fn calls_to_host(incident: &Incident) -> impl Iterator<Item = (usize, &ContactAttempt)> {
    let attempts = incident.attempts.iter().enumerate();
    attempts.filter(|(_, attempt)| attempt.by_exception_since.is_some() && !attempt.is_struck())
}

/// Whether the exception path has been used: its rung was called, or the host answered a call while it was
/// open.
pub fn is_exception_used(incident: &Incident) -> bool {
    incident.escalations.iter().any(Escalation::is_to_host)
        || calls_to_host(incident).next().is_some()
}

/// The places of the calls that the host answered while the exception path was open, and that are not on
/// record as such yet: a call is evidence whether or not somebody escalated before it (WSIC-EXC).
pub fn told_by_exception<'a>(
    incident: &'a Incident,
    directory: &'a Directory,
    policy: &'a Policy,
) -> impl Iterator<Item = usize> + 'a {
    let is_answered = |attempt: &ContactAttempt| {
        attempt.contact.role == Role::Host
            && attempt.informs()
            && attempt.by_exception_since.is_none()
    };
    let was_open = |at: Instant| {
        #[cfg(test)]
        if mutant::is(Mutant::HostInsteadAtOnce) {
            return true;
        }
        let post = officer_post(directory, at);
        exception_path(incident, &post, policy, at) == ExceptionPath::Open
    };
    let attempts = incident.attempts.iter().enumerate();
    attempts
        .filter(move |(_, attempt)| is_answered(attempt) && was_open(attempt.at))
        .map(|(place, _)| place)
}

/// Why the Officer's clock may be met while the Officer has not been told: the host is told directly
/// instead.
pub fn why_by_exception(incident: &Incident, contact: &Contact) -> Option<String> {
    let is_open = contacts::informed_at(incident, contact).is_none();
    if contact.role != Role::Wso || !is_open || !is_exception_used(incident) {
        return None;
    }
    let host = Contact::partnership(Role::Host);
    let mut made = incident.escalations.iter();
    let climbed = made.find(|escalation| escalation.is_to_host());
    let so_far = match (contacts::informed_at(incident, &host), climbed) {
        (Some(at), _) => format!(
            "the host was told directly, by exception, {}",
            calendar::brief(at)
        ),
        (None, Some(escalation)) => format!(
            "by exception the host is to be told directly, since {}, and has not answered yet",
            calendar::brief(escalation.at)
        ),
        (None, None) => return None,
    };
    Some(format!(
        "{so_far}; the Officer must still be told ({})",
        RuleId::WsicExc
    ))
}

/// When somebody was first called, or first sent a notice that a carrier took.
fn first_tried_at(incident: &Incident, contact: &Contact) -> Option<Instant> {
    let called = contacts::attempts(incident, contact).map(|attempt| attempt.at);
    let notified = incident.escalations.iter();
    let notified = notified.filter_map(|escalation| escalation.notified_at(contact));
    called.chain(notified).min()
}

/// So many attempts on so many channels over so many minutes.
fn tried_enough(attempts: &[&ContactAttempt], policy: &Policy) -> bool {
    let thresholds = &policy.exception;
    let channels: BTreeSet<Channel> = attempts.iter().map(|attempt| attempt.channel).collect();
    let times = || attempts.iter().map(|attempt| attempt.at);
    let Some((first, last)) = times().min().zip(times().max()) else {
        return false;
    };
    attempts.len() >= thresholds.attempts as usize
        && channels.len() >= thresholds.channels as usize
        && last - first >= minutes(thresholds.over_minutes)
}

/// The numbers on which nobody has tried in vain (EXC-EACH). Calls to one number are one, however many;
/// an attempt of which nobody said the number stands for one of its channel.
pub fn untried<'a>(
    numbers: &[&'a ContactPoint],
    attempts: &[&ContactAttempt],
) -> Vec<&'a ContactPoint> {
    let has_failed = |attempt: &&&ContactAttempt| attempt.outcome.is_in_vain();
    let named = |point: &ContactPoint| {
        let mut failed = attempts.iter().filter(has_failed);
        failed.any(|attempt| attempt.number.as_deref() == Some(point.value.as_str()))
    };
    let mut unnamed: BTreeSet<Channel> = attempts
        .iter()
        .filter(has_failed)
        .filter(|attempt| attempt.number.is_none())
        .map(|attempt| attempt.channel)
        .collect();
    numbers
        .iter()
        .copied()
        .filter(|point| !named(point) && !unnamed.remove(&point.channel))
        .collect()
}

/// Whether the role of Partnership Security Officer is held on a valid term.
#[derive(Clone, Debug, PartialEq)]
pub enum OfficerPost<'a> {
    /// Somebody holds it.
    Held {
        /// The numbers of the Officer and the deputies; at P1 one failed attempt on each is enough.
        numbers: Vec<&'a ContactPoint>,
    },
    /// Nobody holds it.
    Vacant,
}

/// Whether anybody holds the role of Partnership Security Officer at `now`, and on which numbers they
/// can be reached: their own, and those of nobody in particular.
pub fn officer_post(directory: &Directory, now: Instant) -> OfficerPost<'_> {
    let holders = directory.holders(Role::Wso, None, now);
    if holders.is_empty() {
        return OfficerPost::Vacant;
    }
    let is_theirs = |point: &&ContactPoint| {
        let of = point.person.as_ref();
        of.is_none_or(|person| holders.iter().any(|holder| holder.person == *person))
    };
    let mut numbers = directory.ways_to_reach(Role::Wso, None);
    numbers.retain(|point| point.channel != Channel::Email && is_theirs(point));
    OfficerPost::Held { numbers }
}
