//! Giving commands: to the replica, which asks the rules, and to the disk before the wire.

use crate::client::replica::NotTaken;
use crate::domain::command::Command;
use crate::domain::id::IncidentId;
use crate::domain::refusal::Refusal;
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

/// Gives the same command on each of several incidents and tells what came of each.
pub(super) fn give_all(
    app: &mut App,
    targets: &[IncidentId],
    command: &Command,
    done: &str,
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
    let names = match targets {
        [one] => app.name_of(*one),
        _ if effects.len() == 1 => "1 incident".to_owned(),
        _ => format!("{} incidents", effects.len()),
    };
    if !effects.is_empty() {
        app.say(Look::Met, format!("{names} {done}"));
    }
    for sentence in refused {
        app.insist(Look::Refused, sentence);
    }
    app.board.marks.clear();
    effects
}

/// Why a command was not taken, as a refusal that a form can show at its field.
pub(super) fn as_refusal(why: NotTaken) -> Refusal {
    match why {
        NotTaken::Refused(refusal) => refusal,
        NotTaken::NeedsServer => Refusal::not_allowed(NotTaken::NeedsServer.to_string()),
    }
}
