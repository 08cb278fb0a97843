//! Why the desk says no, in words that say what to do.
//!
//! A refusal is an answer, not a fault: everything that a person can cause ends here. It does not
//! know about status codes or exit codes; those who carry it choose them.

use super::enumeration;
use super::role::Role;
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
    /// Who may, where it is for want of a role: whoever judges a command puts its name to it. Told in the
    /// sentence, and nowhere else.
    #[serde(skip)]
    #[schema(ignore)]
    may: Vec<Role>,
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
    /// It is not for the actor to do this.
    pub fn not_allowed(sentence: impl Into<String>) -> Self {
        Self::of_kind(RefusalKind::NotAllowed, sentence)
    }

    /// No role that the actor holds may do what was asked; these may.
    pub fn no_role(deed: &str, may: Vec<Role>) -> Self {
        let asked: Vec<String> = may
            .iter()
            .map(|role| format!("the {}", role.short()))
            .collect();
        let sentence = match enumeration::any(&asked) {
            who if who.is_empty() => format!("You cannot {deed}: no role allows it"),
            who => format!("You cannot {deed}: no role of yours allows it. Ask {who}"),
        };
        Self {
            may,
            ..Self::not_allowed(sentence)
        }
    }

    /// The same refusal with the deed that was asked for, in the place of the right that it takes.
    #[must_use]
    pub fn to(self, deed: &str) -> Self {
        if self.may.is_empty() {
            return self;
        }
        Self {
            rule: self.rule,
            may: Vec::new(),
            ..Self::no_role(deed, self.may)
        }
    }

    /// The same refusal, told to somebody who holds one of these roles for another organisation only.
    #[must_use]
    pub fn elsewhere(self, deed: &str, whose: &str) -> Self {
        let asked: Vec<String> = self
            .may
            .iter()
            .map(|role| format!("the {}", role.short()))
            .collect();
        let asked = enumeration::any(&asked);
        Self {
            sentence: format!(
                "You cannot {deed}: your role is for another organisation. Ask {asked} of {whose}"
            ),
            may: Vec::new(),
            ..self
        }
    }

    /// The roles that may do what was refused; none where no role was asked for.
    pub fn may(&self) -> &[Role] {
        &self.may
    }

    /// The same refusal with something to add.
    #[must_use]
    pub fn and(mut self, more: &str) -> Self {
        self.sentence = format!("{}; {more}", self.sentence);
        self
    }

    /// A refusal of a sort, as a sentence.
    pub fn of_kind(kind: RefusalKind, sentence: impl Into<String>) -> Self {
        Self {
            rule: None,
            kind,
            sentence: sentence.into(),
            may: Vec::new(),
        }
    }

    /// A rule stands against it.
    pub fn against(rule: RuleId, sentence: impl Into<String>) -> Self {
        Self::of_kind(RefusalKind::AgainstRule, sentence).by(rule)
    }

    /// A field is wrong.
    pub fn invalid(pointer: &str, sentence: impl Into<String>) -> Self {
        let pointer = pointer.to_owned();
        Self::of_kind(RefusalKind::Invalid { pointer }, sentence)
    }

    /// There is nothing to act on.
    pub fn no_such_incident() -> Self {
        let sentence = "There is no such incident, or you may not see it";
        Self::of_kind(RefusalKind::NoSuchIncident, sentence)
    }

    /// There is no problem to act on.
    pub fn no_such_problem() -> Self {
        Self {
            sentence: "There is no such problem, or you may not see it".to_owned(),
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
