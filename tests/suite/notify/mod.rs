//! Alarms on the officer's own desktop.

pub(crate) mod agent;
mod alarms;
mod detection;
mod sequences;
mod terminals;
