//! Alarms on the officer's own desktop.

mod detection;
mod sequences;
mod terminals;
