//! The part of the server's settings that says where alerts of tools belong.
//!
//! Says nothing of tokens: which tools may report is in the database, with their tokens.

use crate::domain::id::OrganisationId;
use crate::domain::incident::Category;
use crate::domain::intake::rules::{Pattern, Rule, Rules};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The section `[intake]` as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Whose incident it is where no rule says so; empty where that is an alert to be refused.
    default_organisation: String,
    #[serde(default)]
    rule: Vec<WrittenRule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenRule {
    tool: Option<String>,
    labels: BTreeMap<String, String>,
    organisation: Option<String>,
    category: Option<Category>,
    trend_key: Option<String>,
}

impl Intake {
    /// The rules, checked.
    ///
    /// # Errors
    /// A sentence that names the setting: a rule that would do nothing, or whose pattern cannot be meant.
    pub fn checked(self) -> Result<Rules, String> {
        let rules = self.rule.into_iter().enumerate();
        let rules = rules.map(|(place, rule)| rule.checked(place + 1));
        Ok(Rules {
            default_organisation: organisation(&self.default_organisation),
            rules: rules.collect::<Result<_, _>>()?,
        })
    }
}

impl WrittenRule {
    fn checked(self, place: usize) -> Result<Rule, String> {
        let does_nothing =
            self.organisation.is_none() && self.category.is_none() && self.trend_key.is_none();
        if does_nothing {
            return Err(format!(
                "intake.rule {place} says nothing of what it fits; give it an organisation, a category or a trend_key"
            ));
        }
        let labels = self.labels.into_iter().map(|(name, text)| {
            let pattern = pattern(&text, place)?;
            Ok((name, pattern))
        });
        Ok(Rule {
            tool: self.tool.map(|text| pattern(&text, place)).transpose()?,
            labels: labels.collect::<Result<_, String>>()?,
            organisation: self.organisation.as_deref().and_then(organisation),
            category: self.category,
            trend_key: self.trend_key.map(Into::into),
        })
    }
}

fn organisation(name: &str) -> Option<OrganisationId> {
    let name = name.trim();
    (!name.is_empty()).then(|| OrganisationId::from(name))
}

/// A text, or a beginning with one `*` behind it.
fn pattern(text: &str, place: usize) -> Result<Pattern, String> {
    let beginning = text.strip_suffix('*').unwrap_or(text);
    if beginning.contains('*') {
        return Err(format!(
            "intake.rule {place} has \"{text}\"; a * may stand only at the end"
        ));
    }
    Ok(Pattern::read(text))
}
