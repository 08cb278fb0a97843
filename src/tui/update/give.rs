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

/// Why a command was not taken, as a refusal that a form can show at its field.
pub(super) fn as_refusal(why: NotTaken) -> Refusal {
    match why {
        NotTaken::Refused(refusal) => refusal,
        NotTaken::NeedsServer => Refusal::not_allowed(NotTaken::NeedsServer.to_string()),
    }
}
