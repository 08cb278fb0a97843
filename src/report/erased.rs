//! Incidents that were erased: what a report of their time still says of them.
//!
//! What is left names no person and no text, so none of the other figures can count them; they are listed by
//! themselves, and are to be added to those.

use super::document::{Block, Row, Section};
use crate::domain::calendar::in_words;
use crate::domain::retention::Remains;

/// The part on them; none where nothing was erased.
pub(crate) fn section(erased: &[Remains]) -> Option<Section> {
    if erased.is_empty() {
        return None;
    }
    let breaches = erased
        .iter()
        .filter(|remains| remains.breach_status.may_be_breach())
        .count();
    let told = erased.iter().filter(|remains| !remains.told.is_empty());
    let sentence = format!(
        "{} incidents of this period were erased under the retention policy, {breaches} of them breaches or possible \
         breaches; a regulator was told of {}. Add them to the figures above.",
        erased.len(),
        told.count()
    );
    let columns = [
        "Incident", "Type", "Breach", "Logged", "Ended", "Told", "Erased",
    ];
    let table = Block::table(columns, erased.iter().map(row).collect(), "");
    Some(Section::new(
        "Erased under the retention policy",
        vec![Block::text(sentence), table],
    ))
}

fn row(remains: &Remains) -> Row {
    let told: Vec<String> = remains
        .told
        .iter()
        .map(|(body, at)| format!("{} {}", body.name(), in_words(*at)))
        .collect();
    let told = if told.is_empty() {
        "nobody".to_owned()
    } else {
        told.join("; ")
    };
    let category = remains
        .category
        .map_or("not known", |category| category.name());
    Row::plain([
        remains.reference.to_string(),
        category.to_owned(),
        remains.breach_status.name().to_owned(),
        in_words(remains.logged_at),
        in_words(remains.ended_at),
        told,
        in_words(remains.erased_at),
    ])
}
