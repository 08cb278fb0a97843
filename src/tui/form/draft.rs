//! A form as a draft, and back: answers in words that still mean the same when the form is opened
//! again, on an incident that has moved on or by another console.

use super::{Field, Form, Purpose, Value};
use crate::client::drafts::{Answer, Draft};
use crate::domain::Instant;
use crate::domain::calendar::{input, local, zone_letters};
use crate::domain::id::IncidentId;
use crate::tui::widget::input::Input;
use std::collections::BTreeSet;

impl Purpose {
    /// The form's name in a draft, and whom or what it is about.
    fn name(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Log => ("log", None),
            Self::CorrectAwareness => ("correct-awareness", None),
            Self::Triage => ("triage", None),
            Self::Grade => ("grade", None),
            Self::Reassign(to) => ("reassign", Some(to.to_string())),
            Self::AnswerOffer => ("answer-offer", None),
            Self::Escalate => ("escalate", None),
            Self::Inform => ("inform", None),
            Self::NotifyPartners => ("notify", None),
            Self::PartnerAnswer => ("answer", None),
            Self::Note => ("note", None),
            Self::Major => ("major", None),
            Self::OfferHandover(shift) => ("handover", Some(shift.to_string())),
            Self::Step(step) => ("step", Some(step.slug())),
            Self::Change(change, proposed) => {
                let about = proposed.iter().map(|(_, answer)| answer.as_str());
                let about: Vec<&str> = about.collect();
                (
                    "directory",
                    Some(format!("{} {}", change.slug(), about.join(" "))),
                )
            }
            Self::OnProblem(step, problem) => {
                let about = problem.map_or_else(String::new, |problem| format!("-{problem}"));
                ("problem", Some(format!("{}{about}", step.verb)))
            }
        }
    }

    /// Whether a draft is one of this form on these incidents.
    pub(in crate::tui) fn is_of(&self, draft: &Draft, incidents: &[IncidentId]) -> bool {
        let (form, about) = self.name();
        draft.form == form && draft.about == about && draft.incidents == incidents
    }
}

impl Form {
    /// What has been answered so far. A time that counts from now would mean another one later, so it
    /// is kept as the moment that it means at `now`.
    pub(in crate::tui) fn draft(&self, now: Instant) -> Draft {
        let (form, about) = self.purpose.name();
        let answers = self.fields.iter().filter_map(|field| {
            let answer = answer(&field.value, now)?;
            Some((field.pointer.to_owned(), answer))
        });
        Draft {
            form: form.to_owned(),
            about,
            incidents: self.targets.clone(),
            called: None,
            answers: answers.collect(),
        }
    }

    /// Puts the answers of a draft in. What can no longer be chosen stays as the form proposes it.
    pub(in crate::tui) fn fill(&mut self, draft: &Draft) {
        for Field { pointer, value, .. } in &mut self.fields {
            if let Some(answer) = draft.answers.get(*pointer) {
                put_in(value, answer);
            }
        }
        self.is_touched = true;
    }
}

/// None for a text that is only proposed: it is proposed again.
fn answer(value: &Value, now: Instant) -> Option<Answer> {
    match value {
        Value::Text(input) | Value::Time(input) if input.is_proposed() => None,
        Value::Text(input) => Some(Answer::Text(input.value().to_owned())),
        Value::Time(input) => Some(Answer::Text(as_moment(input.value(), now))),
        Value::One {
            options, chosen, ..
        } => {
            let chosen = options.get(*chosen)?;
            Some(Answer::One(chosen.key.clone()))
        }
        Value::Many {
            options, ticked, ..
        } => {
            let keys = ticked.iter().filter_map(|place| options.get(*place));
            Some(Answer::Many(
                keys.map(|option| option.key.clone()).collect(),
            ))
        }
        Value::Grid {
            severity,
            likelihood,
        } => Some(Answer::Cell {
            severity: (*severity)?,
            likelihood: (*likelihood)?,
        }),
    }
}

/// A time as typed, or as the moment that it means if it can be read.
fn as_moment(typed: &str, now: Instant) -> String {
    input::understand(typed, now, None).map_or_else(
        |_| typed.to_owned(),
        |at| {
            format!(
                "{} {}",
                local(at).format("%Y-%m-%d %H:%M"),
                zone_letters(at)
            )
        },
    )
}

fn put_in(value: &mut Value, answer: &Answer) {
    match (value, answer) {
        (Value::Text(input) | Value::Time(input), Answer::Text(typed)) => {
            *input = Input::holding(typed);
        }
        (
            Value::One {
                options, chosen, ..
            },
            Answer::One(key),
        ) => {
            let place = options.iter().position(|option| option.key == *key);
            *chosen = place.unwrap_or(*chosen);
        }
        (
            Value::Many {
                options, ticked, ..
            },
            Answer::Many(keys),
        ) => {
            let places = (0..options.len()).filter(|place| keys.contains(&options[*place].key));
            *ticked = places.collect::<BTreeSet<_>>();
        }
        (
            Value::Grid {
                severity,
                likelihood,
            },
            Answer::Cell {
                severity: s,
                likelihood: l,
            },
        ) => {
            (*severity, *likelihood) = (Some((*s).clamp(1, 5)), Some((*l).clamp(1, 5)));
        }
        (
            Value::Text(_)
            | Value::Time(_)
            | Value::One { .. }
            | Value::Many { .. }
            | Value::Grid { .. },
            _,
        ) => {}
    }
}
