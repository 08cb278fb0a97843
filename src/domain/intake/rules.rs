//! Where an alert belongs: rules that look at the tool and its labels.
//!
//! The first rule that fits counts. A rule says nothing of what is for a person to judge: not whether
//! it is a breach, not whether partners are affected.

use super::{Alert, Tool};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Category;
use crate::domain::refusal::Refusal;
use std::collections::BTreeMap;

/// The rules of a desk, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The rules; the first that fits counts.
    pub rules: Vec<Rule>,
    /// Whose incident it is where no rule says so.
    pub default_organisation: Option<OrganisationId>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// The tools that it is for; every one if absent.
    pub tool: Option<Pattern>,
    /// The labels that there must be, with what they must say.
    pub labels: BTreeMap<String, Pattern>,
    /// The organisation that reports, if not the default one.
    pub organisation: Option<OrganisationId>,
    /// What sort of incident it is.
    pub category: Option<Category>,
    /// What makes several of them a trend (WSIC-MAJOR).
    pub trend_key: Option<Box<str>>,
}

/// A text, or the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// This very text.
    Exactly(Box<str>),
    /// Whatever begins like this.
    BeginsWith(Box<str>),
}

impl Pattern {
    /// Reads a pattern: a text, or its beginning and then `*`.
    pub fn read(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::BeginsWith(beginning.into()),
            None => Self::Exactly(text.into()),
        }
    }

    /// Whether a text is what the pattern means.
    pub fn fits(&self, text: &str) -> bool {
        match self {
            Self::Exactly(whole) => **whole == *text,
            Self::BeginsWith(beginning) => text.starts_with(&**beginning),
        }
    }
}

/// Where an alert belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The organisation that reports.
    pub organisation: OrganisationId,
    /// What sort of incident it is, where a rule says so.
    pub category: Option<Category>,
    /// The trend key, where a rule says so.
    pub trend_key: Option<Box<str>>,
}

impl Rule {
    fn fits(&self, tool: &Tool, labels: &BTreeMap<String, String>) -> bool {
        let is_said = |(name, pattern): (&String, &Pattern)| {
            labels.get(name).is_some_and(|value| pattern.fits(value))
        };
        self.tool
            .as_ref()
            .is_none_or(|pattern| pattern.fits(tool.as_str()))
            && self.labels.iter().all(is_said)
    }
}

impl Rules {
    /// Where an alert belongs.
    ///
    /// # Errors
    /// No rule fits and there is no default organisation; the sentence says what to add.
    pub fn place(&self, tool: &Tool, alert: &Alert) -> Result<Placement, Refusal> {
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.fits(tool, &alert.labels));
        let organisation = rule
            .and_then(|rule| rule.organisation.as_ref())
            .or(self.default_organisation.as_ref())
            .ok_or_else(|| no_place(tool))?;
        Ok(Placement {
            organisation: organisation.clone(),
            category: rule.and_then(|rule| rule.category),
            trend_key: rule.and_then(|rule| rule.trend_key.clone()),
        })
    }
}

fn no_place(tool: &Tool) -> Refusal {
    Refusal::invalid(
        "",
        format!(
            "No rule says which organisation this alert of \"{tool}\" belongs to; add an \
             [[intake.rule]] with its organisation, or a default_organisation under [intake], to \
             the server's settings"
        ),
    )
}
