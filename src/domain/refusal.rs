//! Why the desk says no, in words that say what to do.
//!
//! A refusal is an answer, not a fault: everything that a person can cause ends here. It does not
//! know about status codes or exit codes; those who carry it choose them.

use super::rule::RuleId;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// A command that was judged and not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// The rule that says no, where one does.
    pub rule: Option<RuleId>,
    /// What sort of no it is.
    pub kind: RefusalKind,
    /// What happened and what can be done, one sentence.
    pub sentence: String,
}

/// The sorts of refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RefusalKind {
    /// The actor does not hold a role that may do this here and now (section 5).
    NotAllowed,
    /// A rule of the procedure stands against it.
    AgainstRule,
    /// Something in the command itself is wrong.
    Invalid {
        /// JSON pointer to the field.
        pointer: String,
    },
    /// The command belongs to no incident and no problem that exists.
    NoSuchIncident,
}

impl Refusal {
    /// No role that the actor holds may do this.
    pub fn not_allowed(sentence: impl Into<String>) -> Self {
        Self {
            rule: None,
            kind: RefusalKind::NotAllowed,
            sentence: sentence.into(),
        }
    }

    /// A rule stands against it.
    pub fn against(rule: RuleId, sentence: impl Into<String>) -> Self {
        Self {
            rule: Some(rule),
            kind: RefusalKind::AgainstRule,
            sentence: sentence.into(),
        }
    }

    /// A field is wrong.
    pub fn invalid(pointer: &str, sentence: impl Into<String>) -> Self {
        Self {
            rule: None,
            kind: RefusalKind::Invalid {
                pointer: pointer.to_owned(),
            },
            sentence: sentence.into(),
        }
    }

    /// There is nothing to act on.
    pub fn no_such_incident() -> Self {
        Self {
            rule: None,
            kind: RefusalKind::NoSuchIncident,
            sentence: "There is no such incident, or it is not yours to see".to_owned(),
        }
    }

    /// There is no problem to act on.
    pub fn no_such_problem() -> Self {
        Self {
            sentence: "There is no such problem, or it is not yours to see".to_owned(),
            ..Self::no_such_incident()
        }
    }

    /// The same refusal about the field that has another name here, by pairs of names.
    #[must_use]
    pub fn at(mut self, names: &[(&str, &str)]) -> Self {
        if let RefusalKind::Invalid { pointer } = &mut self.kind
            && let Some((_, here)) = names.iter().find(|(there, _)| there == pointer)
        {
            *pointer = (*here).to_owned();
        }
        self
    }

    /// The same refusal, naming the rule that asks for the field.
    #[must_use]
    pub fn by(mut self, rule: RuleId) -> Self {
        self.rule = Some(rule);
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            // A list of what is missing names the rule of each thing itself.
            // A list of what is missing names the rule of each thing itself.
            Some(rule) if self.sentence.contains(&format!("({rule})")) => {
                f.write_str(&self.sentence)
            }
            Some(rule) => write!(f, "{} ({rule})", self.sentence),
            None => f.write_str(&self.sentence),
        }
    }
}

impl std::error::Error for Refusal {}
