//! What leaves the desk on paper: the handover sheet and the reports for a period.
//!
//! A [`document::Document`] is a value, worked out from incidents by pure functions; a [`Format`]
//! turns it into bytes. Deliberately asks no server, writes no file and reads no clock, so that the
//! screen, the shell and the server make the same sheet from the same incidents.

pub mod document;
pub mod handover;
pub mod render;

pub use render::{Format, RenderError};
