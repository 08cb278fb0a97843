//! Pieces that screens are built from; none of them knows what an incident is.

pub mod badge;
pub mod input;
pub mod picker;
pub mod table;
pub mod wrap;
