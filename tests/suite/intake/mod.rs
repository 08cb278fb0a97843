//! Alerts of tools: each becomes one incident that a person triages, whatever the tool says and however
//! often.

mod alertmanager;
mod rules;
pub(crate) mod server;
pub(crate) mod shapes;

use nightdesk::domain::Instant;
use nightdesk::domain::intake::{Alert, Said};
use std::collections::BTreeMap;

/// An alert that began, with these labels.
fn alert(labels: &[(&str, &str)]) -> Alert {
    let labels = labels.iter();
    Alert {
        key: "k".to_owned(),
        said: Said::Began,
        recurs: false,
        title: "Disk full".to_owned(),
        text: String::new(),
        at: None,
        left_out: None,
        labels: labels
            .map(|(name, said)| ((*name).to_owned(), (*said).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}
