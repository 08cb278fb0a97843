//! Alarms on the officer's own desktop.

mod agent;
mod alarms;
mod detection;
mod sequences;
mod terminals;
