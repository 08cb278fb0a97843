//! Giving commands: to the replica, which asks the rules, and to the disk before the wire.

use crate::client::replica::NotTaken;
use crate::domain::command::{AcceptAssignment, Command, Reassign};
use crate::domain::enumeration;
use crate::domain::escalation;
use crate::domain::event::Event;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::summons::When;
use crate::domain::taken;
use crate::tui::app::{App, fresh_id};
use crate::tui::message::Effect;
use crate::tui::theme::Look;

/// Gives one command on one incident, or logs a new one.
pub(super) fn give(
    app: &mut App,
    incident: Option<IncidentId>,
    command: Command,
) -> Result<Effect, NotTaken> {
    let id = fresh_id(app.now);
    app.replica
        .submit(id, incident, command, app.now)
        .map(Effect::Write)
}

/// What a command tells people and leaves them to do, as the rules say before it is given.
pub(super) fn said(app: &App, incident: Option<&Incident>, command: &Command) -> Vec<String> {
    let desk = app.replica.desk();
    let events = desk
        .events_of(incident, command, app.now)
        .unwrap_or_default();
    let queued = events.iter().filter_map(|event| queued(app, event));
    let queued: Vec<String> = queued.collect();
    // The contacts say the rest of whom an escalation tells.
    let others = events
        .iter()
        .filter(|event| !matches!(event, Event::Escalated { .. }));
    let others = taken::said(others, &desk.directory, &desk.policy, When::After);
    queued.into_iter().chain(others).collect()
}

/// To whom an escalation has queued a notice, which is not the same as telling them (ESC-SENT).
fn queued(app: &App, event: &Event) -> Option<String> {
    let Event::Escalated { calls, .. } = event else {
        return None;
    };
    let directory = app.present().directory;
    let sent = calls.iter().filter(|call| call.notice().is_some());
    let names: Vec<String> = sent.map(|call| call.who(directory)).collect();
    let names = (!names.is_empty()).then(|| enumeration::all(&names))?;
    Some(format!("A notice is queued for {names}"))
}

/// Takes incidents on for whoever sits here: each is offered to oneself and accepted.
pub(super) fn take_on(app: &mut App, incidents: &[IncidentId]) -> Vec<Effect> {
    let me = app.present().me.clone();
    let offer = Command::Reassign(Reassign {
        to: me,
        reason: "Taken over with the desk".into(),
    });
    let accept = Command::AcceptAssignment(AcceptAssignment {});
    let done = Done {
        one: "is yours".to_owned(),
        several: "are yours".to_owned(),
    };
    let mut effects = give_all(app, incidents, &offer, &done);
    effects.extend(give_all(app, incidents, &accept, &done));
    effects
}

/// What is said of incidents once a command was given on them, behind their name or their number.
pub(super) struct Done {
    /// Of a single one.
    pub(super) one: String,
    /// Of several.
    pub(super) several: String,
}

impl Done {
    /// The same words, whatever their number.
    pub(super) fn alike(words: String) -> Self {
        Self {
            one: words.clone(),
            several: words,
        }
    }
}

/// Gives the same command on each of several incidents and tells what came of each.
pub(super) fn give_all(
    app: &mut App,
    targets: &[IncidentId],
    command: &Command,
    done: &Done,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut refused = Vec::new();
    for target in targets {
        let name = app.name_of(*target);
        match give(app, Some(*target), command.clone()) {
            Ok(effect) => effects.push(effect),
            Err(why) => refused.push(format!("{name}: {why}")),
        }
    }
    let said = match (targets, effects.len()) {
        (_, 0) => None,
        ([one], _) => Some(format!("{} {}", app.name_of(*one), done.one)),
        (_, 1) => Some(format!("1 incident {}", done.one)),
        (_, count) => Some(format!("{count} incidents {}", done.several)),
    };
    if let Some(said) = said {
        app.say(Look::Met, said);
    }
    for sentence in refused {
        app.insist(Look::Refused, sentence);
    }
    app.board.marks.clear();
    effects
}

/// Why a command was not taken, as a refusal that a form can show at its field; where people are to be called
/// instead, whom.
pub(super) fn as_refusal(why: NotTaken, by_hand: Option<String>) -> Refusal {
    match (why, by_hand) {
        (NotTaken::Refused(refusal), _) => refusal,
        (NotTaken::NeedsServer, Some(sentence)) => Refusal::not_allowed(sentence),
        (NotTaken::NeedsServer, None) => Refusal::not_allowed(NotTaken::NeedsServer.to_string()),
    }
}

/// Whom the officer calls while the desk cannot tell them: an escalation reaches nobody without a link, and
/// nobody waits for the link.
pub(super) fn by_hand(app: &App, incident: Option<&Incident>, command: &Command) -> Option<String> {
    let Command::Escalate(escalate) = command else {
        return None;
    };
    let (desk, now) = (app.replica.desk(), app.now);
    let (directory, policy) = (&desk.directory, &desk.policy);
    let rung = escalation::next_rung(incident?, escalate.ladder, directory, policy, now)?;
    let calls = rung.calls(directory, policy, (fresh_id(now), now));
    let calls: Vec<String> = calls.iter().map(|call| call.to_ring(directory)).collect();
    Some(format!(
        "You cannot escalate while the link is down. {}. Your reason stays here until you leave the form",
        calls.join(". ")
    ))
}
