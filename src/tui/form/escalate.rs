//! Escalating: names the next rung and who will be called before anything is sent (WSIC-EXC).

use super::{Field, Form, Present, Sentence, inform, plain};
use crate::domain::command::{Command, Escalate};
use crate::domain::escalation::{self, Ladder, NextRung};
use crate::domain::id::CommandId;
use crate::domain::incident::Incident;
use crate::domain::summons::{self, When};
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;
use uuid::Uuid;

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let options = Ladder::ALL.map(|ladder| {
        let next = next_rung(incident, ladder, present);
        let who = next.map_or_else(|| "nobody further on this list".to_owned(), |next| next.who);
        let who = text::line(&who);
        (ladder.name(), format!("{}: {who}", ladder.name()))
    });
    // A ladder that leads on: nobody is offered one at its top first.
    let waiting_on = escalation::waiting_on(incident);
    let leads_on = |ladder: &Ladder| next_rung(incident, *ladder, present).is_some();
    let proposed = Ladder::ALL
        .iter()
        .position(|ladder| *ladder == waiting_on && leads_on(ladder))
        .or_else(|| Ladder::ALL.iter().position(leads_on));
    vec![
        Field::one(
            "/ladder",
            "Escalate to",
            options,
            proposed.unwrap_or_default(),
        ),
        Field::text("/reason", "Reason", "why you escalate", ""),
    ]
}

/// The place of the reason: the list that leads on is chosen already.
pub(super) fn first_open(fields: &[Field]) -> usize {
    let mut fields = fields.iter();
    fields
        .position(|field| field.pointer == "/reason")
        .unwrap_or_default()
}

fn next_rung(incident: &Incident, ladder: Ladder, present: &Present<'_>) -> Option<NextRung> {
    escalation::next_rung(
        incident,
        ladder,
        present.directory,
        present.policy,
        present.now,
    )
}

fn ladder(form: &Form) -> Ladder {
    Ladder::ALL[form.chosen("/ladder").min(Ladder::ALL.len() - 1)]
}

pub(super) fn command(form: &Form) -> Command {
    Command::Escalate(Escalate {
        ladder: ladder(form),
        reason: form.text("/reason").into(),
    })
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let ladder = ladder(form);
    let Some(next) = next_rung(incident, ladder, present) else {
        return vec![plain(
            "Nobody further is on this list. Keep calling those on it, or choose another list",
        )];
    };
    let mut said = vec![(
        Look::Strong,
        format!("Now: {} ({})", next.who, ladder.rule()),
    )];
    match (next.early_in_words(present.now), next.due_at) {
        (Some(early), _) => said.push((Look::Soon, early)),
        (None, Some(due_at)) => {
            said.push(plain(format!("Open since {}", format::local(due_at))));
        }
        (None, None) => {}
    }
    let nobody = (CommandId(Uuid::nil()), present.now);
    let calls = next.calls(present.directory, present.policy, nobody);
    let told = summons::told(&calls, present.directory, When::Before);
    said.extend(told.into_iter().map(plain));
    for call in &calls {
        said.extend(inform::how_to_reach(call, present));
    }
    said
}
