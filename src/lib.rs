//! nightdesk, the out-of-hours desk for information-governance and security incidents.
//!
//! **A pure domain decides; everything else carries questions to it and answers from it.**

pub mod domain;
pub mod text;
pub mod tui;
