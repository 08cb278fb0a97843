//! The handover sheet: who holds the desk, and everything that the next officer must know.
//!
//! Worked out anew each time it is asked for. It is for colleagues at the desk, so it names who is on
//! call, and who owns or is offered an incident; else it names roles and organisations only (BOB-NOBLAME). Deliberately hands nothing
//! over: that is a command about the rota.

use super::document::{Block, Document, Row, Stress};
use super::names::Names;
use crate::domain::Instant;
use crate::domain::calendar::{self, brief, in_words};
use crate::domain::clock::{self, ClockState};
use crate::domain::countdown::countdown;
use crate::domain::directory::Directory;
use crate::domain::directory::gaps::{self, Gap};
use crate::domain::enumeration;
use crate::domain::escalation::{self, Escalation, Ladder};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Incident, Priority};
use crate::domain::owed;
use crate::domain::partners::{self, PartnerRecord, PartnerState};
use crate::domain::permission;
use crate::domain::policy::Policy;
use crate::domain::query::{self, Listed, Queue};
use crate::domain::regulator::{self, Decision, Enquiry};
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::domain::subjects::Delay;
use crate::domain::summons::{self, Call, Standing};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// What the sheet is made of.
pub struct Desk<'a> {
    /// The open incidents that are looked at, each once.
    pub incidents: Vec<&'a Incident>,
    /// Those that have ended and of which the next officer must know: a regulator waits for an answer, or an
    /// authority asked to tell people later.
    pub ended: Vec<&'a Incident>,
    /// How many incidents are open in all.
    pub open: usize,
    /// Who is who.
    pub directory: &'a Directory,
    /// The numbers of the procedures.
    pub policy: &'a Policy,
    /// Whose sheet it is.
    pub person: &'a PersonId,
    /// What was asked on this machine and is not confirmed, oldest first.
    pub unsent: Vec<Unsent>,
    /// The present.
    pub now: Instant,
}

/// A command that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Its name.
    pub command: String,
    /// The incident that it is about, as people call it.
    pub incident: String,
    /// When it was given.
    pub given_at: Instant,
}

/// The sheet.
pub fn sheet(desk: &Desk<'_>) -> Document {
    let mut sheet = Document::new("Handover", desk.now, vec![made(desk), counts(desk)]);
    sheet.section("Who holds the desk", holders(desk));
    sheet.section("Open, P1 first, then by deadline", open(desk));
    let opens_at = next_opening(desk);
    sheet.section(
        format!("Due before {}", brief(opens_at)),
        due_before(desk, opens_at),
    );
    sheet.section("Who owns what", owned(desk));
    sheet.section("Offered and not answered", offers(desk));
    sheet.section("Escalations that still run", escalations(desk));
    sheet.section("Partners not reached", partners(desk));
    sheet.section("Decisions not confirmed", decisions(desk));
    sheet.section("Enquiries of regulators", enquiries(desk));
    sheet.section("People to be told later", delays(desk));
    sheet.section("Roles that nobody holds", vacancies(desk));
    sheet.section("Waiting to be sent", unsent(desk));
    sheet
}

fn made(desk: &Desk<'_>) -> String {
    let made = format!("As of {}", in_words(desk.now));
    let seen = desk.incidents.len();
    if is_partial(desk) {
        return format!("{made}. {}", seen_only(desk));
    }
    if seen < desk.open {
        let open = desk.open;
        format!("{made}; of {open} open incidents the {seen} most urgent are on it")
    } else {
        made
    }
}

/// Whether there may be incidents at this desk that whoever reads the sheet may not see.
fn is_partial(desk: &Desk<'_>) -> bool {
    let actor = desk.directory.actor(desk.person, desk.now);
    !actor.is_some_and(|actor| permission::sees_everything(&actor))
}

/// A sheet of a part is not a quiet night.
fn seen_only(desk: &Desk<'_>) -> String {
    let next = rota::next_shift(&desk.directory.shifts, Tier::First, desk.now);
    let then = if next.is_some_and(|next| next.person == *desk.person) {
        "the rest appear when you take over"
    } else {
        "ask the officer on call for the whole sheet"
    };
    let seen = desk.incidents.len();
    format!("NOT THE WHOLE DESK: you can see {seen} of its incidents; {then}")
}

/// What is said where there is nothing, which on a sheet of a part says only that.
fn none(desk: &Desk<'_>, words: &str) -> String {
    if is_partial(desk) {
        format!("{words}, as far as you can see")
    } else {
        words.to_owned()
    }
}

fn counts(desk: &Desk<'_>) -> String {
    let counted = [
        Queue::AllOpen,
        Queue::Unacknowledged,
        Queue::DueSoon,
        Queue::Overdue,
        Queue::PartnersWaiting,
    ];
    let count = |queue| {
        let incidents = desk.incidents.iter();
        let belongs =
            |incident: &&&Incident| query::belongs(incident, queue, desk.person, desk.now);
        format!("{} {}", queue.name(), incidents.filter(belongs).count())
    };
    counted.map(count).join(" · ")
}

fn holders(desk: &Desk<'_>) -> Vec<Block> {
    let rows = Tier::ALL.map(|tier| holder(desk, tier)).to_vec();
    let mut blocks = vec![Block::table(["Tier", "Until", "Officer"], rows, "")];
    blocks.extend(taken_over_with(desk).map(Block::text));
    blocks.extend(next(desk).into_iter().map(Block::text));
    blocks
}

fn holder(desk: &Desk<'_>, tier: Tier) -> Row {
    let tier_name = tier.name().to_owned();
    match rota::on_call(&desk.directory.shifts, tier, desk.now) {
        Some(shift) => Row::plain([
            tier_name,
            if shift.ends_at < desk.now {
                format!("not relieved since {}", brief(shift.ends_at))
            } else {
                brief(shift.ends_at)
            },
            desk.directory.person_name(&shift.person).to_owned(),
        ]),
        None => {
            let nobody = "nobody".to_owned();
            Row::stressed([tier_name, "-".to_owned(), nobody], Stress::Late)
        }
    }
}

/// What the officer before wanted the one on call to know: it counts for the whole shift.
fn taken_over_with(desk: &Desk<'_>) -> Option<String> {
    let shift = rota::on_call(&desk.directory.shifts, Tier::First, desk.now)?;
    let note = shift.handover_note.as_deref()?.trim();
    let at = brief(shift.accepted_at?);
    (!note.is_empty()).then(|| format!("Note at the hand-over {at}: {note}"))
}

/// How many open incidents the officer before still owns.
fn left_behind(desk: &Desk<'_>) -> Vec<String> {
    let before = rota::previous(&desk.directory.shifts, Tier::First, desk.now);
    let Some(before) = before else {
        return Vec::new();
    };
    let incidents = desk.incidents.iter();
    let theirs = incidents.filter(|incident| incident.owner.as_ref() == Some(&before.person));
    let name = desk.directory.person_name(&before.person);
    match theirs.count() {
        0 => Vec::new(),
        1 => vec![format!("1 open incident is still {name}'s")],
        count => vec![format!("{count} open incidents are still {name}'s")],
    }
}

fn next(desk: &Desk<'_>) -> Vec<String> {
    let Some(next) = rota::next_shift(&desk.directory.shifts, Tier::First, desk.now) else {
        return vec!["The rota has no next shift".to_owned()];
    };
    let name = desk.directory.person_name(&next.person);
    let offered = next.offered_at.map_or_else(
        || "not offered yet".to_owned(),
        |at| format!("offered {}", brief(at)),
    );
    let mut lines = left_behind(desk);
    lines.push(format!(
        "Next: {name}, from {}; {offered}",
        brief(next.starts_at)
    ));
    let note = next.handover_note.as_ref();
    lines.extend(
        note.filter(|note| !note.trim().is_empty())
            .map(|note| format!("Note: {note}")),
    );
    lines
}

fn open(desk: &Desk<'_>) -> Vec<Block> {
    let mut incidents: Vec<(Option<Listed<'_>>, &Incident)> = desk
        .incidents
        .iter()
        .map(|incident| (query::nearest(incident), *incident))
        .collect();
    incidents.sort_by_key(|(nearest, incident)| {
        let due_at = nearest.as_ref().map(Listed::due_at);
        let is_first = incident.priority() == Priority::P1;
        (!is_first, due_at.is_none(), due_at, incident.id)
    });
    let rows = incidents.into_iter().map(|(nearest, incident)| {
        let nearest = nearest.as_ref();
        let stress = nearest.map_or(Stress::Plain, |due| stress(due.state(desk.now)));
        Row::stressed(
            [
                incident.name(),
                format!("{:?}", incident.priority()),
                nearest.map_or("-".to_owned(), |due| due.to_do_in_words(desk.directory)),
                nearest.map_or("-".to_owned(), |due| left(due, desk.now)),
                stage(incident).to_owned(),
                incident.title.to_string(),
            ],
            stress,
        )
    });
    let columns = ["Incident", "P", "Deadline", "Left", "Stage", "Title"];
    let none = none(desk, "Nothing is open");
    vec![Block::table(columns, rows.collect(), &none)]
}

fn owner(desk: &Desk<'_>, incident: &Incident) -> String {
    let owner = incident.owner.as_ref();
    owner.map_or("nobody".to_owned(), |owner| {
        desk.directory.person_name(owner).to_owned()
    })
}

/// Each owner with what they own; what nobody owns comes first.
fn owned(desk: &Desk<'_>) -> Vec<Block> {
    let mut by_owner: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
    for incident in &desk.incidents {
        let key = (incident.owner.is_some(), owner(desk, incident));
        by_owner.entry(key).or_default().push(incident.name());
    }
    let rows = by_owner.into_iter().map(|((is_owned, owner), names)| {
        let stress = if is_owned {
            Stress::Plain
        } else {
            Stress::Soon
        };
        Row::stressed([owner, names.join(", ")], stress)
    });
    let none = none(desk, "Nothing is open");
    vec![Block::table(["Owner", "Incidents"], rows.collect(), &none)]
}

/// What was offered to somebody who has not answered: its owner stays responsible until then.
fn offers(desk: &Desk<'_>) -> Vec<Block> {
    let offered = desk.incidents.iter().filter_map(|incident| {
        let offer = incident.offer.as_ref()?;
        let name = |person| desk.directory.person_name(person).to_owned();
        Some(Row::stressed(
            [
                incident.name(),
                name(&offer.to),
                owner(desk, incident),
                brief(offer.at),
            ],
            Stress::Soon,
        ))
    });
    let none = none(desk, "No offer waits for an answer");
    let columns = ["Incident", "Offered to", "Owner until then", "Since"];
    vec![Block::table(columns, offered.collect(), &none)]
}

fn stage(incident: &Incident) -> &'static str {
    if incident.acknowledgement.is_none() {
        "unacknowledged"
    } else {
        incident.status.name()
    }
}

fn left(due: &Listed<'_>, now: Instant) -> String {
    let state = due.state(now);
    let left = countdown(due.due_at(), now);
    if state == ClockState::Overdue {
        left
    } else {
        format!("{left} {}", state.name())
    }
}

fn stress(state: ClockState) -> Stress {
    match state {
        ClockState::Overdue => Stress::Late,
        ClockState::DueSoon => Stress::Soon,
        ClockState::Running
        | ClockState::Met
        | ClockState::MetWithinWorkingDay
        | ClockState::MetLate
        | ClockState::MetByException
        | ClockState::StoodDown
        | ClockState::Released
        | ClockState::Ended => Stress::Plain,
    }
}

/// When business hours begin next on any day: what falls due before is for whoever is on call.
fn next_opening(desk: &Desk<'_>) -> Instant {
    let opens = desk.policy.business_hours.opens;
    let today = calendar::local(desk.now).date_naive();
    let opens_at = calendar::daytime(today, opens);
    if desk.now < opens_at {
        opens_at
    } else {
        calendar::daytime(today.succ_opt().unwrap_or(today), opens)
    }
}

/// Deadlines, overdue ones included, and what is owed by a day, also by what has ended.
fn due_before(desk: &Desk<'_>, opens_at: Instant) -> Vec<Block> {
    let open = desk.incidents.iter();
    let deadlines = open.flat_map(|incident| deadlines(incident, desk, opens_at));
    let all = desk.incidents.iter().chain(&desk.ended);
    let owed = all.flat_map(|incident| owed_before(incident, desk, opens_at));
    let mut due: Vec<(Instant, Row)> = deadlines.chain(owed).collect();
    due.sort_by_key(|(due_at, _)| *due_at);
    let rows = due.into_iter().map(|(_, row)| row).collect();
    let columns = ["Incident", "Due", "Left", "What"];
    let none = none(desk, "Nothing falls due before then");
    vec![Block::table(columns, rows, &none)]
}

fn deadlines<'a>(
    incident: &'a Incident,
    desk: &'a Desk<'_>,
    opens_at: Instant,
) -> impl Iterator<Item = (Instant, Row)> + 'a {
    let now = desk.now;
    let counts = move |clock: &clock::Clock| {
        query::is_listed(clock.kind) && clock.stood_down.is_none() && clock.due_at <= opens_at
    };
    clock::views_of(incident, counts)
        .filter(|view| view.stop.is_none())
        .map(move |view| {
            let due_at = view.clock.due_at;
            let what = view.to_do_in_words(desk.directory);
            let state = view.state(now);
            let left = left(&Listed::Clock(view), now);
            let cells = [incident.name(), brief(due_at), left, what];
            (due_at, Row::stressed(cells, stress(state)))
        })
}

/// What is owed by a day: each says whose it is and who does it (ICO-ASKS, ICO-PHASE, BOB-SUBJECTS).
fn owed_before<'a>(
    incident: &'a Incident,
    desk: &'a Desk<'_>,
    opens_at: Instant,
) -> impl Iterator<Item = (Instant, Row)> + 'a {
    let day = calendar::local(opens_at).date_naive();
    let owed = owed::owed(incident).into_iter();
    let owed = owed.filter(move |owed| {
        let due_on = calendar::local(owed.due_at).date_naive();
        due_on <= day
    });
    owed.map(|owed| {
        let (due_at, state) = (owed.due_at, owed.state(desk.now));
        let what = format!(
            "{}: {}",
            owed.to_do_in_words(desk.directory),
            owed.role.title()
        );
        let left = left(&Listed::Owed(owed), desk.now);
        let cells = [incident.name(), brief(due_at), left, what];
        (due_at, Row::stressed(cells, stress(state)))
    })
}

/// Whom each escalation has reached by what, whom it has not, and what comes next (ESC-SENT).
fn escalations(desk: &Desk<'_>) -> Vec<Block> {
    let rows = desk
        .incidents
        .iter()
        .flat_map(|incident| escalated(desk, incident));
    let columns = ["Incident", "Since", "Who", "How far"];
    let none = none(desk, "Everybody whom an escalation called has been reached");
    vec![Block::table(columns, rows.collect(), &none)]
}

fn escalated(desk: &Desk<'_>, incident: &Incident) -> Vec<Row> {
    let calls = summons::last_calls(incident);
    let standings: Vec<(&Escalation, &Call, Standing<'_>)> = calls
        .into_iter()
        .map(|(made, call)| {
            let standing = summons::standing(incident, made, call, desk.directory);
            (made, call, standing)
        })
        .collect();
    if standings.iter().all(|(.., standing)| standing.is_reached()) {
        return Vec::new();
    }
    let mut rows: Vec<Row> = standings
        .iter()
        .map(|(made, call, standing)| call_row(desk, incident, (*made, *call), standing))
        .collect();
    rows.extend(next_rung(desk, incident));
    rows
}

fn call_row(
    desk: &Desk<'_>,
    incident: &Incident,
    (made, call): (&Escalation, &Call),
    standing: &Standing<'_>,
) -> Row {
    let stress = match standing {
        Standing::Told(_) => Stress::Plain,
        Standing::Tried(_) | Standing::Queued | Standing::Notice(_) => Stress::Soon,
        Standing::ToCall(_) => Stress::Late,
    };
    let cells = [
        incident.name(),
        brief(made.at),
        called(desk, call),
        summons::standing_in_words(call, standing, desk.directory),
    ];
    Row::stressed(cells, stress)
}

/// By role; whoever is on call by name.
fn called(desk: &Desk<'_>, call: &Call) -> String {
    let role = call.contact.named(desk.directory);
    match (&call.person, call.contact.role) {
        (Some(person), Role::Oco) => {
            format!("{role} {}", desk.directory.person_name(person))
        }
        (Some(_) | None, _) => role,
    }
}

/// The rung that comes next on the ladder that was climbed last.
fn next_rung(desk: &Desk<'_>, incident: &Incident) -> Option<Row> {
    let ladder = incident.escalations.last()?.ladder;
    let next = escalation::next_rung(incident, ladder, desk.directory, desk.policy, desk.now)?;
    let when = match (next.opens_at(desk.now), next.due_at) {
        (Some(at), _) => format!("next, from {}", brief(at)),
        (None, Some(at)) => format!("next, open since {}", brief(at)),
        (None, None) => "next".to_owned(),
    };
    let who = if ladder == Ladder::OnCall {
        next.who
    } else {
        let roles = next.to.iter().map(|contact| contact.named(desk.directory));
        enumeration::all(&roles.collect::<Vec<_>>())
    };
    Some(Row::plain([incident.name(), "-".to_owned(), who, when]))
}

fn partners(desk: &Desk<'_>) -> Vec<Block> {
    let waiting = desk.incidents.iter().flat_map(|incident| {
        let concerned = partners::concerned(incident);
        concerned
            .map(|record| (record.state(), *incident, record))
            .filter(|(state, ..)| !state.is_reached())
    });
    let mut waiting: Vec<(PartnerState, &Incident, &PartnerRecord)> = waiting.collect();
    // Not delivered and not told come before sent.
    waiting.sort_by_key(|(state, ..)| *state);
    let rows = waiting
        .into_iter()
        .map(|(_, incident, record)| partner(desk, incident, record))
        .collect();
    let columns = ["Incident", "State", "Last notice", "Partner"];
    let none = none(desk, "Every affected partner has been reached");
    vec![Block::table(columns, rows, &none)]
}

fn partner(desk: &Desk<'_>, incident: &Incident, record: &PartnerRecord) -> Row {
    let state = record.state();
    let told = record.sent().next_back();
    let stress = match state {
        PartnerState::Failed
        | PartnerState::Unaware
        | PartnerState::ToCall
        | PartnerState::Expired => Stress::Late,
        PartnerState::Queued
        | PartnerState::Notified
        | PartnerState::Delivered
        | PartnerState::Acknowledged
        | PartnerState::LocalProcess
        | PartnerState::LocalComplete
        | PartnerState::NotAffected => Stress::Soon,
    };
    let cells = [
        incident.name(),
        state.name().to_owned(),
        told.map_or("none".to_owned(), |notice| brief(notice.at)),
        organisation(desk, &record.organisation),
    ];
    Row::stressed(cells, stress)
}

fn organisation(desk: &Desk<'_>, id: &OrganisationId) -> String {
    desk.directory.organisation_name(id).to_owned()
}

fn decisions(desk: &Desk<'_>) -> Vec<Block> {
    let rows = desk.incidents.iter().flat_map(|incident| {
        regulator::all_in_force(incident)
            .filter_map(|decision| decision_row(desk, incident, decision))
    });
    let columns = ["Incident", "Decided", "Missing", "By when", "Controller"];
    let none = none(desk, "Every decision in force has the signatures it needs");
    vec![Block::table(columns, rows.collect(), &none)]
}

fn decision_row(desk: &Desk<'_>, incident: &Incident, decision: &Decision) -> Option<Row> {
    let (missing, by) = if decision.is_unconfirmed() {
        (
            "DPO's confirmation",
            Some(regulator::confirm_by(decision, desk.policy)),
        )
    } else if decision.awaits_countersignature() {
        ("countersignature", None)
    } else if decision.awaits_second() {
        ("second officer's confirmation", None)
    } else {
        return None;
    };
    let stress = match by {
        Some(by) if desk.now > by => Stress::Late,
        Some(by) if by - desk.now > TimeDelta::days(1) => Stress::Plain,
        Some(_) | None => Stress::Soon,
    };
    let cells = [
        incident.name(),
        decision.answer.name().to_owned(),
        missing.to_owned(),
        by.map_or("-".to_owned(), brief),
        organisation(desk, &decision.controller),
    ];
    Some(Row::stressed(cells, stress))
}

/// What regulators wait for, also of what has ended, the nearest day first (ICO-ASKS).
fn enquiries(desk: &Desk<'_>) -> Vec<Block> {
    let incidents = desk.incidents.iter().chain(&desk.ended);
    let mut open: Vec<(&Incident, &Enquiry)> = incidents
        .flat_map(|incident| {
            let open = incident.casework().regulator.open_enquiries();
            open.map(move |asked| (*incident, asked))
        })
        .collect();
    open.sort_by_key(|(incident, asked)| (asked.due_on, incident.id));
    let names = Names::of(desk.directory);
    let rows = open.into_iter().map(|(incident, asked)| {
        let is_late = !asked.is_answered() && desk.now > calendar::end_of_day(asked.due_on);
        let waits_for = if asked.is_answered() {
            "outcome".to_owned()
        } else {
            asked.answers.title().to_owned()
        };
        let late = if is_late { ", overdue" } else { "" };
        let cells = [
            incident.name(),
            asked.body.name().to_owned(),
            format!("{}{late}", asked.due_on.format("%a %-d %b")),
            waits_for,
            names.left_out_of(&asked.text),
        ];
        let stress = if is_late { Stress::Late } else { Stress::Soon };
        Row::stressed(cells, stress)
    });
    let columns = ["Incident", "Asked by", "Answer by", "Waits for", "Asks"];
    let none = none(desk, "No regulator is waiting for an answer");
    vec![Block::table(columns, rows.collect(), &none)]
}

/// Where the police or another authority asked to tell people later, also of what has ended: whoever takes over
/// looks at it again on that day, the nearest first (ART34-FULL).
fn delays(desk: &Desk<'_>) -> Vec<Block> {
    let incidents = desk.incidents.iter().chain(&desk.ended);
    let mut open: Vec<(&Incident, &Delay)> = incidents
        .flat_map(|incident| {
            let open = incident.casework().subjects.open_delays();
            open.map(move |delay| (*incident, delay))
        })
        .collect();
    open.sort_by_key(|(incident, delay)| (delay.review_on, incident.id));
    let names = Names::of(desk.directory);
    let rows = open.into_iter().map(|(incident, delay)| {
        let is_late = desk.now >= calendar::end_of_day(delay.review_on);
        let unconfirmed = match delay.by_its_officer {
            Some(false) => "; not confirmed, so it holds nothing up",
            Some(true) | None => "",
        };
        let cells = [
            incident.name(),
            names.left_out_of(&delay.asked_in_words()) + unconfirmed,
            delay.review_on.format("%a %-d %b").to_string(),
            organisation(desk, &delay.controller),
            names.left_out_of(&delay.reason),
        ];
        Row::stressed(cells, if is_late { Stress::Late } else { Stress::Soon })
    });
    let columns = [
        "Incident",
        "Asked by",
        "Look again on",
        "Controller",
        "Reason",
    ];
    let none = "Nobody has asked to tell people later";
    vec![Block::table(columns, rows.collect(), none)]
}

fn vacancies(desk: &Desk<'_>) -> Vec<Block> {
    // The same gaps as the directory's own list.
    let gaps = gaps::gaps(desk.directory, desk.policy, desk.now).into_iter();
    let rows = gaps.filter_map(|gap| match gap {
        Gap::Vacancy {
            role,
            organisation: id,
        } => {
            let cells = [role.title().to_owned(), organisation(desk, &id)];
            Some(Row::stressed(cells, Stress::Soon))
        }
        _ => None,
    });
    let columns = ["Role", "Organisation"];
    vec![Block::table(
        columns,
        rows.collect(),
        "Every role has a holder",
    )]
}

fn unsent(desk: &Desk<'_>) -> Vec<Block> {
    let rows = desk.unsent.iter().map(|unsent| {
        let cells = [
            unsent.incident.clone(),
            brief(unsent.given_at),
            unsent.command.clone(),
        ];
        Row::stressed(cells, Stress::Soon)
    });
    let columns = ["Incident", "Asked", "What"];
    vec![Block::table(
        columns,
        rows.collect(),
        "The server has confirmed everything",
    )]
}
