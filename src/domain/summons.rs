//! What an escalation does about each person whom it reaches: the desk sends a notice that asks to be
//! acknowledged, or nothing is sent and a person must call (ESC-SENT).
//!
//! The same values are the preview, the record and the answer, so that all three say the same.
//! Deliberately sends nothing: the queue of deliveries does.

use super::Instant;
use super::calendar;
use super::contacts::{self, Contact, ContactAttempt};
use super::delivery::{Address, Medium};
use super::directory::{Channel, ContactPoint, Directory};
use super::escalation::Escalation;
use super::id::{CommandId, PersonId, RecipientId};
use super::incident::Incident;
use super::partners::{NoticeProgress, Progressed};
use super::policy::Policy;
use super::role::{Holding, Role};
use super::rota::{self, Tier};
use serde::{Deserialize, Serialize};
use std::slice;
use utoipa::ToSchema;
use uuid::Uuid;

/// The space in which the identities of these notices are made.
const SPACE: Uuid = Uuid::from_u128(0x5be1_64d0_9a2f_5c83_b7d4_1f06_e93a_28c5);

/// One person whom an escalation reaches, or one role where nobody is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Call {
    /// In which role they are called.
    pub contact: Contact,
    /// Who that was; absent where nobody held the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// By what they are told.
    pub way: Way,
}

/// By what somebody is told whom an escalation reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// The desk sends a notice.
    Notice {
        /// Its identity.
        notice: Uuid,
        /// By what, in the order in which it is tried.
        by: Vec<Medium>,
    },
    /// Nothing is sent; a person must call.
    Nothing {
        /// Why.
        why: WhyNothing,
    },
}

/// Why nothing is sent to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WhyNothing {
    /// The directory has no address to which a message could be sent.
    NoAddress,
    /// The server has no way to send to the addresses that there are.
    NotSetUp,
    /// Nobody holds the role.
    Vacant,
}

impl WhyNothing {
    /// Why, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoAddress => "the directory has no e-mail address or mobile for them",
            Self::NotSetUp => "this server is not set up to send to them",
            Self::Vacant => "nobody holds this role now",
        }
    }
}

/// Which of those behind a contact a rung reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whoever is called first.
    First,
    /// Everybody, at their second number before their first.
    SecondNumberAndDeputies,
    /// Everybody.
    Everybody,
    /// Whoever is on call on a tier.
    OnCall(Tier),
}

/// Somebody behind a contact, with the ways to reach them in their order.
struct Reached<'a> {
    person: Option<PersonId>,
    points: Vec<&'a ContactPoint>,
    /// Whether somebody is there; a service desk is, without a name.
    is_there: bool,
}

/// What is done about these contacts by a command that escalates to them.
pub fn calls(
    contacts: &[Contact],
    reach: Reach,
    directory: &Directory,
    policy: &Policy,
    (command, now): (CommandId, Instant),
) -> Vec<Call> {
    let mut calls = Vec::new();
    for contact in contacts {
        for reached in behind(contact, reach, directory, now) {
            let name = format!("{command}|{}", calls.len());
            let notice = Uuid::new_v5(&SPACE, name.as_bytes());
            calls.push(Call {
                contact: contact.clone(),
                way: way(&reached, notice, policy),
                person: reached.person,
            });
        }
    }
    calls
}

fn way(reached: &Reached<'_>, notice: Uuid, policy: &Policy) -> Way {
    if !reached.is_there {
        let why = WhyNothing::Vacant;
        return Way::Nothing { why };
    }
    let media: Vec<Medium> = addresses(&reached.points).map(|it| it.medium).collect();
    let mut by: Vec<Medium> = media
        .iter()
        .copied()
        .filter(|medium| policy.sends.contains(medium))
        .collect();
    by.dedup();
    match (media.is_empty(), by.is_empty()) {
        (_, false) => Way::Notice { notice, by },
        (true, true) => Way::Nothing {
            why: WhyNothing::NoAddress,
        },
        (false, true) => Way::Nothing {
            why: WhyNothing::NotSetUp,
        },
    }
}

fn addresses<'a>(points: &'a [&ContactPoint]) -> impl Iterator<Item = Address> + 'a {
    points.iter().filter_map(|point| Address::of(point))
}

/// Who is behind a contact now. Holders without a number of their own are reached at the role's, so
/// they are one, unless the deputies are meant: each of them is told by name.
fn behind<'a>(
    contact: &Contact,
    reach: Reach,
    directory: &'a Directory,
    now: Instant,
) -> Vec<Reached<'a>> {
    if let Reach::OnCall(tier) = reach {
        return vec![on_call(tier, directory, now)];
    }
    let holders = directory.holders(contact.role, contact.organisation.as_ref(), now);
    let mut reached: Vec<Reached<'a>> = Vec::new();
    for holder in holders {
        let points = points_of(contact, Some(&holder.person), directory);
        let by_name = reach == Reach::SecondNumberAndDeputies;
        if by_name || !reached.iter().any(|known| known.points == points) {
            reached.push(held(holder, points));
        }
    }
    if reached.is_empty() {
        reached.push(unnamed(contact, directory));
    }
    match reach {
        Reach::First => reached.truncate(1),
        Reach::SecondNumberAndDeputies => reached.iter_mut().for_each(second_first),
        Reach::Everybody | Reach::OnCall(_) => {}
    }
    reached
}

/// Whether anybody is behind a contact: a holder of the role, whoever is on call, or a desk that needs no
/// name. An office of one person has nobody behind it while nobody holds it, also where nobody ever did.
pub(super) fn is_anybody_there(
    contact: &Contact,
    reach: Reach,
    directory: &Directory,
    now: Instant,
) -> bool {
    let is_office = matches!(
        contact.role,
        Role::Dpo | Role::Adpo | Role::Siro | Role::Cg | Role::Ao | Role::Wso
    );
    let mut reached = behind(contact, reach, directory, now).into_iter();
    reached.any(|reached| reached.is_there && (reached.person.is_some() || !is_office))
}

fn held<'a>(holder: &Holding, points: Vec<&'a ContactPoint>) -> Reached<'a> {
    Reached {
        person: Some(holder.person.clone()),
        points,
        is_there: true,
    }
}

/// A role that nobody holds: vacant where somebody held it before, else a desk that needs no name.
fn unnamed<'a>(contact: &Contact, directory: &'a Directory) -> Reached<'a> {
    let points = points_of(contact, None, directory);
    let was_held = directory.holdings.iter().any(|holding| {
        let organisation = contact.organisation.as_ref();
        holding.role == contact.role
            && organisation.is_none_or(|wanted| holding.organisation == *wanted)
    });
    Reached {
        person: None,
        is_there: !was_held && !points.is_empty(),
        points,
    }
}

/// The way that was tried first comes last.
fn second_first(reached: &mut Reached<'_>) {
    if reached.points.len() > 1 {
        reached.points.rotate_left(1);
    }
}

fn on_call<'a>(tier: Tier, directory: &'a Directory, now: Instant) -> Reached<'a> {
    let Some(shift) = rota::on_call(&directory.shifts, tier, now) else {
        return Reached {
            person: None,
            points: Vec::new(),
            is_there: false,
        };
    };
    let contact = Contact::of(Role::Oco, &shift.organisation);
    Reached {
        person: Some(shift.person.clone()),
        points: points_of(&contact, Some(&shift.person), directory),
        is_there: true,
    }
}

/// The ways to reach a role: those of the person alone where there are any, else those of nobody in
/// particular.
fn points_of<'a>(
    contact: &Contact,
    person: Option<&PersonId>,
    directory: &'a Directory,
) -> Vec<&'a ContactPoint> {
    let all = directory.ways_to_reach(contact.role, contact.organisation.as_ref());
    let own = |point: &&ContactPoint| person.is_some() && point.person.as_ref() == person;
    if all.iter().any(own) {
        return all.into_iter().filter(own).collect();
    }
    unowned(contact, person, directory)
}

/// The ways to reach a role that are nobody's own. The on-call officers of several desks are one role, so
/// of a person on call they are those of the desk on whose rota the person is.
fn unowned<'a>(
    contact: &Contact,
    person: Option<&PersonId>,
    directory: &'a Directory,
) -> Vec<&'a ContactPoint> {
    let is_of_desk = |point: &&ContactPoint| {
        let shifts = directory.shifts.iter();
        let mut shifts = shifts.filter(|shift| Some(&shift.person) == person);
        contact.role != Role::Oco
            || person.is_none()
            || shifts.any(|shift| shift.organisation == point.organisation)
    };
    directory
        .ways_to_reach(contact.role, contact.organisation.as_ref())
        .into_iter()
        .filter(|point| point.person.is_none())
        .filter(is_of_desk)
        .collect()
}

impl Call {
    /// The notice that the desk sends, if it sends one.
    pub fn notice(&self) -> Option<Uuid> {
        match &self.way {
            Way::Notice { notice, .. } => Some(*notice),
            Way::Nothing { .. } => None,
        }
    }

    /// The recipient under whose name the notice is in the queue.
    pub fn recipient(&self) -> RecipientId {
        match (&self.person, &self.contact.organisation) {
            (Some(person), _) => person.as_str().into(),
            (None, Some(organisation)) => RecipientId::of_role(self.contact.role, organisation),
            (None, None) => self.contact.role.code().into(),
        }
    }

    /// By what the desk tells them, for a sentence.
    fn media_in_words(&self) -> String {
        match &self.way {
            Way::Notice { by, .. } => in_turn(by),
            Way::Nothing { .. } => String::new(),
        }
    }

    /// The medium, where it can have been no other.
    fn only_medium(&self) -> Option<Medium> {
        match &self.way {
            Way::Notice { by, .. } if by.len() == 1 => by.first().copied(),
            Way::Notice { .. } | Way::Nothing { .. } => None,
        }
    }

    /// Where the desk sends it, in the order in which it is tried.
    pub fn addresses(&self, directory: &Directory, policy: &Policy) -> Vec<Address> {
        let Way::Notice { by, .. } = &self.way else {
            return Vec::new();
        };
        let points = self.points(directory);
        let mut sendable: Vec<Address> = addresses(&points)
            .filter(|address| policy.sends.contains(&address.medium))
            .collect();
        // As was decided, whatever is on record first.
        sendable.sort_by_key(|address| by.iter().position(|medium| *medium == address.medium));
        sendable
    }

    /// The ways to reach them, in their order.
    pub fn points<'a>(&self, directory: &'a Directory) -> Vec<&'a ContactPoint> {
        points_of(&self.contact, self.person.as_ref(), directory)
    }

    /// By what the desk would tell them first.
    pub fn channel(&self) -> Channel {
        let first = match &self.way {
            Way::Notice { by, .. } => by.first(),
            Way::Nothing { .. } => None,
        };
        match first {
            Some(Medium::Email | Medium::Webhook) => Channel::Email,
            Some(Medium::Sms) => Channel::Mobile,
            None => Channel::Phone,
        }
    }

    /// The numbers that a person can ring, in their order: their own, else those of the role.
    pub fn numbers<'a>(&self, directory: &'a Directory) -> Vec<&'a ContactPoint> {
        numbers_of(&self.contact, self.person.as_ref(), directory)
    }

    /// Who that is: "Bronwen Hartleap (Data protection officer, Riverbourne ICB)".
    pub fn who(&self, directory: &Directory) -> String {
        named(&self.contact, self.person.as_ref(), directory)
    }

    /// Who is to be called on which numbers, with the number before the post, because lines are short;
    /// and where there is no number, what to do instead.
    pub fn to_ring(&self, directory: &Directory) -> String {
        let Some(numbers) = self.numbers_in_words(directory) else {
            return format!(
                "No number is on record for {}. Reach them another way, or escalate again",
                self.who(directory)
            );
        };
        let post = post(&self.contact, directory);
        match &self.person {
            Some(person) => format!("Call {}: {numbers} ({post})", directory.person_name(person)),
            None => format!("Call {post}: {numbers}"),
        }
    }

    /// The numbers to call, for a sentence: "mobile 07700 900161, phone 01632 960047". Numbers that are
    /// not the person's own are said to be the desk's.
    pub fn numbers_in_words(&self, directory: &Directory) -> Option<String> {
        let numbers = self.numbers(directory);
        let is_own = |point: &&ContactPoint| point.person.is_some();
        let shared = match (&self.person, self.contact.role) {
            (Some(_), Role::Oco) if !numbers.iter().any(is_own) => {
                "no number of their own is on record, so the desk's: "
            }
            _ => "",
        };
        let numbers: Vec<String> = numbers
            .into_iter()
            .map(|point| format!("{} {}", point.channel.name(), point.value))
            .collect();
        (!numbers.is_empty()).then(|| format!("{shared}{}", numbers.join(", ")))
    }

    /// What a person does now to reach them, after a semicolon: "now call mobile 07700 900161".
    fn to_do_now(&self, directory: &Directory) -> String {
        match self.numbers_in_words(directory) {
            Some(numbers) => format!("now call {numbers}"),
            None => {
                "no number is on record, so reach them another way or escalate again".to_owned()
            }
        }
    }
}

/// Who is behind a contact: "Bronwen Hartleap (Data protection officer, Riverbourne ICB)".
pub fn named(contact: &Contact, person: Option<&PersonId>, directory: &Directory) -> String {
    let post = post(contact, directory);
    match person {
        Some(person) => format!("{} ({post})", directory.person_name(person)),
        None => post,
    }
}

/// The role, with its organisation.
fn post(contact: &Contact, directory: &Directory) -> String {
    let role = contact.role.title();
    match &contact.organisation {
        Some(organisation) => format!("{role}, {}", directory.organisation_name(organisation)),
        None => role.to_owned(),
    }
}

/// The numbers that reach somebody behind a contact, in their order: their own, else those of the role.
pub fn numbers_of<'a>(
    contact: &Contact,
    person: Option<&PersonId>,
    directory: &'a Directory,
) -> Vec<&'a ContactPoint> {
    let can_ring = |point: &&ContactPoint| point.channel != Channel::Email;
    let own = points_of(contact, person, directory).into_iter();
    let own: Vec<&ContactPoint> = own.filter(can_ring).collect();
    if !own.is_empty() {
        return own;
    }
    let of_role = unowned(contact, person, directory).into_iter();
    of_role.filter(can_ring).collect()
}

/// What is said of an escalation that was recorded before escalating told anybody (ESC-SENT).
pub const BEFORE_THE_RULE: &str = "recorded before escalating told anybody, so nobody was told";

/// How far one call of an escalation has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing<'a> {
    /// Somebody spoke to them, or they acknowledged: how, and when.
    Told(&'a ContactAttempt),
    /// They were called, and did not answer.
    Tried(&'a ContactAttempt),
    /// The notice waits to be sent.
    Queued,
    /// The desk's last news of the notice.
    Notice(&'a Progressed),
    /// Nothing was sent, and nobody has called yet.
    ToCall(Option<WhyNothing>),
}

impl Standing<'_> {
    /// Whether a person must call now.
    pub fn asks_for_a_call(&self) -> bool {
        match self {
            Self::ToCall(why) => *why != Some(WhyNothing::Vacant),
            Self::Told(_) | Self::Tried(_) | Self::Queued | Self::Notice(_) => false,
        }
    }

    /// Whether they have been told.
    pub fn is_reached(&self) -> bool {
        match self {
            Self::Told(_) => true,
            Self::Tried(_) | Self::Queued | Self::Notice(_) | Self::ToCall(_) => false,
        }
    }

    /// Whether the notice is on its way and nobody has answered it.
    pub fn waits(&self) -> bool {
        match self {
            Self::Queued | Self::Notice(_) => true,
            Self::Told(_) | Self::Tried(_) | Self::ToCall(_) => false,
        }
    }
}

/// How far a call of an escalation has come. An attempt counts for it from the moment of the
/// escalation on, whoever made it.
pub fn standing<'a>(
    incident: &'a Incident,
    escalation: &'a Escalation,
    call: &'a Call,
    directory: &Directory,
) -> Standing<'a> {
    let since = contacts::attempts(incident, &call.contact)
        .filter(|attempt| attempt.at >= escalation.at && is_of(attempt, call, directory));
    let (mut told, mut tried) = (None, None);
    for attempt in since {
        if attempt.informs() {
            told.get_or_insert(attempt);
        } else {
            tried = Some(attempt);
        }
    }
    if let Some(attempt) = told {
        return Standing::Told(attempt);
    }
    let news = call.notice().and_then(|notice| {
        let mut steps = escalation.progress.iter().rev();
        steps.find(|step| step.notice == notice)
    });
    match (&call.way, news, tried) {
        (Way::Notice { .. }, Some(step), _) if !has_failed(step) => Standing::Notice(step),
        (Way::Notice { .. }, None, _) => Standing::Queued,
        (_, _, Some(attempt)) => Standing::Tried(attempt),
        (Way::Nothing { why }, _, None) => Standing::ToCall(Some(*why)),
        (Way::Notice { .. }, Some(_), None) => Standing::ToCall(None),
    }
}

fn has_failed(step: &Progressed) -> bool {
    match step.progress {
        NoticeProgress::Failed { .. } | NoticeProgress::Expired {} => true,
        NoticeProgress::Again { .. }
        | NoticeProgress::Sent {}
        | NoticeProgress::Delivered {}
        | NoticeProgress::Acknowledged { .. } => false,
    }
}

/// Where a person was named, the attempt is for them; where a number was, for whoever has that number.
fn is_of(attempt: &ContactAttempt, call: &Call, directory: &Directory) -> bool {
    if attempt.person.is_some() && call.person.is_some() {
        return attempt.person == call.person;
    }
    attempt.number.as_deref().is_none_or(|number| {
        let own = call.points(directory).into_iter();
        let mut points = own.chain(call.numbers(directory));
        points.any(|point| point.value == number)
    })
}

/// The calls that people still have to make because nothing was sent, or what was sent has failed:
/// those of the last escalation first. Who stands on two rungs is called once.
pub fn to_call<'a>(incident: &'a Incident, directory: &Directory) -> Vec<&'a Call> {
    chosen(incident, &incident.escalations, directory, |standing| {
        standing.asks_for_a_call()
    })
}

/// The same, of the last escalation alone.
pub fn to_call_now<'a>(incident: &'a Incident, directory: &Directory) -> Vec<&'a Call> {
    let last = incident.escalations.last().map_or(&[][..], slice::from_ref);
    chosen(incident, last, directory, |standing| {
        standing.asks_for_a_call()
    })
}

/// The calls whose notice is on its way and not answered.
pub fn waited_for<'a>(incident: &'a Incident, directory: &Directory) -> Vec<&'a Call> {
    chosen(incident, &incident.escalations, directory, |standing| {
        standing.waits()
    })
}

fn chosen<'a>(
    incident: &'a Incident,
    escalations: &'a [Escalation],
    directory: &Directory,
    wanted: impl Fn(&Standing<'_>) -> bool,
) -> Vec<&'a Call> {
    let last = last_of(escalations).into_iter();
    last.filter(|(made, call)| wanted(&standing(incident, made, call, directory)))
        .map(|(_, call)| call)
        .collect()
}

/// The calls of all escalations, each person's last one only, the last escalation first.
pub fn last_calls(incident: &Incident) -> Vec<(&Escalation, &Call)> {
    last_of(&incident.escalations)
}

fn last_of(escalations: &[Escalation]) -> Vec<(&Escalation, &Call)> {
    let mut found: Vec<(&Escalation, &Call)> = Vec::new();
    for escalation in escalations.iter().rev() {
        for call in &escalation.calls {
            let is_known = found
                .iter()
                .any(|(_, known)| known.contact == call.contact && known.person == call.person);
            if !is_known {
                found.push((escalation, call));
            }
        }
    }
    found
}

/// When it is told: before the command, or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It would be done.
    Before,
    /// It has been done.
    After,
}

/// Exactly who is told by what, and whom a person must call, a sentence each.
pub fn told(calls: &[Call], directory: &Directory, when: When) -> Vec<String> {
    let notices = calls.iter().filter_map(|call| match &call.way {
        Way::Notice { by, .. } => Some(noticed(call, by, directory, when)),
        Way::Nothing { .. } => None,
    });
    let mut sentences: Vec<String> = notices.collect();
    let nothing = |wanted: fn(WhyNothing) -> bool| {
        let calls = calls.iter();
        calls.filter(move |call| matches!(call.way, Way::Nothing { why } if wanted(why)))
    };
    let vacant = nothing(|why| why == WhyNothing::Vacant);
    sentences.extend(vacant.map(|call| {
        let who = call.who(directory);
        format!("Nobody holds the role of {who} now, so nobody is told. Escalate again for whoever comes next")
    }));
    let to_call: Vec<&Call> = nothing(|why| why != WhyNothing::Vacant).collect();
    if !to_call.is_empty() {
        let heading = if sentences.is_empty() {
            "Nothing is sent. Now call:"
        } else {
            "Nothing is sent to these. Now call:"
        };
        sentences.push(heading.to_owned());
    }
    sentences.extend(to_call.into_iter().map(|call| by_voice(call, directory)));
    sentences
}

/// That a rung is called before the ladder reaches it, and why that is allowed: the times suggest, the
/// officer judges.
pub fn early(opens_at: Instant, when: When) -> String {
    let at = calendar::brief(opens_at);
    match when {
        When::Before => format!(
            "This is early: their turn comes at {at}. You may escalate sooner if the incident cannot wait"
        ),
        When::After => format!(
            "This was early: their turn would have come at {at}. That is allowed, and it is on record"
        ),
    }
}

fn noticed(call: &Call, by: &[Medium], directory: &Directory, when: When) -> String {
    let who = call.who(directory);
    let by = in_turn(by);
    match when {
        When::Before => format!("{who} will be sent a notice by {by}. It asks them to acknowledge"),
        When::After => format!("A notice to {who} is queued, by {by}. It asks them to acknowledge"),
    }
}

/// The media in the order in which they are tried: "e-mail; if that fails, by text message".
fn in_turn(by: &[Medium]) -> String {
    let mut media: Vec<&str> = Vec::new();
    for medium in by.iter().map(|medium| medium.name()) {
        if !media.contains(&medium) {
            media.push(medium);
        }
    }
    match media.split_last() {
        Some((last, first)) if !first.is_empty() => {
            format!("{}; if that fails, by {last}", first.join(", then by "))
        }
        _ => media.concat(),
    }
}

fn by_voice(call: &Call, directory: &Directory) -> String {
    let who = call.who(directory);
    let numbers = call.numbers_in_words(directory).unwrap_or_else(|| {
        "no number is on record, so reach them another way or escalate again".to_owned()
    });
    match &call.way {
        Way::Nothing { why } => format!("{who}: {numbers} ({})", why.words()),
        Way::Notice { .. } => format!("{who}: {numbers}"),
    }
}

/// `mobile 07700 900182: no answer`.
fn by_what(attempt: &ContactAttempt) -> String {
    let (number, outcome) = (attempt.number_in_words(), attempt.outcome.name());
    format!("{}{number}: {outcome}", attempt.channel.name())
}

/// How far a call has come, in words; times are left to the reader.
pub fn standing_in_words(call: &Call, standing: &Standing<'_>, directory: &Directory) -> String {
    match standing {
        Standing::Told(attempt) => format!("reached by {}", by_what(attempt)),
        Standing::Tried(attempt) => format!("tried by {}", by_what(attempt)),
        Standing::Queued => format!("notice queued, not sent yet: by {}", call.media_in_words()),
        Standing::Notice(step) => {
            let by = step.by.or_else(|| call.only_medium());
            let waits = match step.progress {
                NoticeProgress::Sent {} | NoticeProgress::Delivered {} => ", not acknowledged yet",
                NoticeProgress::Again { .. }
                | NoticeProgress::Failed { .. }
                | NoticeProgress::Expired {}
                | NoticeProgress::Acknowledged { .. } => "",
            };
            format!("notice {}{waits}", step.progress.sentence(by))
        }
        Standing::ToCall(Some(WhyNothing::Vacant)) => {
            "nobody holds this role now; nothing was sent".to_owned()
        }
        Standing::ToCall(Some(why)) => format!(
            "nothing was sent ({}); {}",
            why.words(),
            call.to_do_now(directory)
        ),
        Standing::ToCall(None) => format!(
            "the notice did not reach them; {}",
            call.to_do_now(directory)
        ),
    }
}
