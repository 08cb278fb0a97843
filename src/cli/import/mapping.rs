//! How the columns of somebody else's file become the fields of an incident.
//!
//! A mapping is TOML: which column holds which field, what is the same for every row, and which of
//! their words is which of ours. What comes out is the very body that the API takes, so there is one
//! idea of an incident and not two. Deliberately checks no rule: `decide` does.

use super::rows::{Cells, Row};
use crate::domain::Instant;
use crate::domain::calendar::input;
use crate::domain::command::Command;
use chrono::{NaiveDateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A mapping as its file holds it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    /// Our field, their column.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// Our field, what it is for every row.
    #[serde(default)]
    constants: BTreeMap<String, String>,
    /// Of our field, their word and ours.
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
    /// How they write times, as chrono spells it, such as `%d/%m/%Y %H:%M`; Europe/London. Left out: as
    /// everywhere else in the program.
    time_format: Option<String>,
    /// What stands between several values in one cell.
    #[serde(default = "semicolon")]
    separator: String,
}

fn semicolon() -> String {
    ";".to_owned()
}

/// What a field holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Time,
    Number,
    Flag,
    Several,
}

/// How a time is written that a workbook holds as one.
const IN_A_WORKBOOK: &str = "%Y-%m-%dT%H:%M:%S";

/// Every field that can be imported, by its place in the body.
const FIELDS: [(&str, Kind); 25] = [
    ("title", Kind::Text),
    ("summary", Kind::Text),
    ("aware_at", Kind::Time),
    ("reporter_organisation", Kind::Text),
    ("reporter_contact", Kind::Text),
    ("reporter_role", Kind::Text),
    ("officer_aware_at", Kind::Time),
    ("processor_aware_at", Kind::Time),
    ("controller_informed_at", Kind::Time),
    ("occurrence.at", Kind::Time),
    ("occurrence.estimated", Kind::Flag),
    ("facts.breach_status", Kind::Text),
    ("facts.harm_prevented_by", Kind::Text),
    ("facts.category", Kind::Text),
    ("facts.data_scope", Kind::Several),
    ("facts.cia", Kind::Several),
    ("facts.cyber", Kind::Flag),
    ("facts.siri", Kind::Flag),
    ("facts.trend_key", Kind::Text),
    ("facts.controllers", Kind::Several),
    ("facts.processors", Kind::Several),
    ("facts.data_subjects", Kind::Number),
    ("facts.partnership_effect", Kind::Text),
    ("facts.partnership_reason", Kind::Text),
    ("facts.affected_partners", Kind::Several),
];

impl Mapping {
    /// A mapping from the text of its file.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let mapping: Self = toml::from_str(text)?;
        let named = mapping.columns.keys().chain(mapping.constants.keys());
        for field in named.chain(mapping.words.keys()) {
            if kind_of(field).is_none() {
                let fields: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
                anyhow::bail!(
                    "There is no field \"{field}\"; the fields are {}",
                    fields.join(", ")
                );
            }
        }
        Ok(mapping)
    }

    /// The command that logs what a row tells of.
    pub(super) fn command(&self, row: &Row, now: Instant) -> Result<Command, String> {
        let body = match &row.cells {
            Cells::Body(body) if self.columns.is_empty() => body.clone(),
            cells => Value::Object(self.body(cells, now)?),
        };
        as_command(&body).map_err(|error| self.in_their_words(&error, &body))
    }

    /// The columns that are named here.
    pub(super) fn columns(&self) -> Vec<&str> {
        self.columns.values().map(String::as_str).collect()
    }

    /// Whether a file has the columns that are named here, each once.
    ///
    /// # Errors
    /// If it has not; then the columns that it has are told.
    pub(super) fn fits(&self, columns: &[String]) -> anyhow::Result<()> {
        for wanted in self.columns.values() {
            match columns.iter().filter(|column| *column == wanted).count() {
                1 => {}
                0 => anyhow::bail!(
                    "There is no column \"{wanted}\"; the columns are {}",
                    columns.join(", ")
                ),
                _ => anyhow::bail!("Two columns are called \"{wanted}\"; rename one of them"),
            }
        }
        Ok(())
    }

    /// What is wrong with a body that was made of a row, as whoever wrote the row sees it.
    fn in_their_words(&self, error: &serde_json::Error, body: &Value) -> String {
        let told = error.to_string();
        if self.columns.is_empty() {
            return told;
        }
        let quoted = told.split('`').nth(1).unwrap_or_default();
        if told.starts_with("missing field") {
            let column = self.columns.get(quoted);
            return match column {
                Some(column) => format!("\"{column}\" is empty, and [constants] has no {quoted}"),
                None => format!("Neither [columns] nor [constants] of the mapping has a {quoted}"),
            };
        }
        let field = FIELDS.iter().map(|(name, _)| *name).find(|name| {
            let pointer = format!("/{}", name.replace('.', "/"));
            match body.pointer(&pointer) {
                Some(Value::Array(words)) => words.iter().any(|word| word == quoted),
                Some(word) => word == quoted,
                None => false,
            }
        });
        match (told.split_once(", expected one of "), field) {
            (Some((_, ours)), Some(field)) => format!(
                "\"{quoted}\" is none of our words for {field}; say under [words.\"{field}\"] which of {} it is",
                ours.replace('`', "")
            ),
            _ => told,
        }
    }

    fn body(&self, cells: &Cells, now: Instant) -> Result<Map<String, Value>, String> {
        let mut body = Map::new();
        for (name, kind) in FIELDS {
            let Some(cell) = self.cell(name, cells)? else {
                continue;
            };
            let value = self
                .value(name, kind, &cell, now)
                .map_err(|problem| format!("{name}: {problem}"))?;
            place(&mut body, name, value);
        }
        if let Some(Value::Object(occurrence)) = body.get_mut("occurrence") {
            occurrence.entry("estimated").or_insert(Value::Bool(false));
        }
        Ok(body)
    }

    /// What a row says of a field, if anything.
    fn cell(&self, field: &str, cells: &Cells) -> Result<Option<String>, String> {
        let cell = match self.columns.get(field) {
            Some(column) => cells
                .get(column)
                .ok_or_else(|| format!("There is no column \"{column}\""))?,
            None => String::new(),
        };
        let cell = cell.trim();
        if !cell.is_empty() {
            return Ok(Some(cell.replace("\r\n", "\n")));
        }
        Ok(self.constants.get(field).cloned())
    }

    fn value(&self, name: &str, kind: Kind, cell: &str, now: Instant) -> Result<Value, String> {
        let our_word = |word: &str| {
            let words = self.words.get(name);
            let ours = words.and_then(|words| words.get(word.trim()));
            ours.map_or(word.trim(), String::as_str).to_owned()
        };
        match kind {
            Kind::Text => Ok(Value::String(our_word(cell))),
            Kind::Time => self.time(cell, now),
            Kind::Number => cell
                .parse::<u32>()
                .map(|number| json!(number))
                .map_err(|_| format!("\"{cell}\" is not a number")),
            Kind::Flag => match our_word(cell).to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" => Ok(Value::Bool(true)),
                "false" | "no" | "n" | "0" => Ok(Value::Bool(false)),
                _ => Err(format!("\"{cell}\" is neither yes nor no")),
            },
            Kind::Several => {
                let words = cell.split(self.separator.as_str()).map(our_word);
                Ok(words.filter(|word| !word.is_empty()).collect())
            }
        }
    }

    fn time(&self, cell: &str, now: Instant) -> Result<Value, String> {
        let typed = match &self.time_format {
            // A cell of a workbook that holds a time has its own form, whatever the form of its text.
            Some(format) => NaiveDateTime::parse_from_str(cell, format)
                .or_else(|_| NaiveDateTime::parse_from_str(cell, IN_A_WORKBOOK))
                .map_err(|_| format!("\"{cell}\" is not a time of the form {format}"))?
                .format(IN_A_WORKBOOK)
                .to_string(),
            None => cell.to_owned(),
        };
        let at = input::understand(&typed, now, None).map_err(|error| error.to_string())?;
        Ok(json!(at.to_rfc3339_opts(SecondsFormat::Secs, true)))
    }
}

fn kind_of(field: &str) -> Option<Kind> {
    let known = FIELDS.iter().find(|(name, _)| *name == field);
    known.map(|(_, kind)| *kind)
}

/// Puts a value where its name says, `facts.category` below `facts`.
fn place(body: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            body.insert(name.to_owned(), value);
        }
        Some((part, name)) => {
            let part = body.entry(part).or_insert_with(|| json!({}));
            part[name] = value;
        }
    }
}

fn as_command(body: &Value) -> Result<Command, serde_json::Error> {
    let Some(fields) = body.as_object() else {
        return Err(serde::de::Error::custom("A row is a JSON object"));
    };
    let mut fields = fields.clone();
    fields.insert("type".to_owned(), json!("log"));
    serde_json::from_value(Value::Object(fields))
}
