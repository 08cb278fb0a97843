//! Alarms on the officer's own desktop: through the terminal over SSH, or on the desktop itself.
//!
//! What can be told is a fixed set of sentences ([`notice`]): the kind of an alarm, the time left and
//! the reference. They land on lock screens, on shared screens and in logs, so there is deliberately
//! no way to put a title, a name or any other text of an incident into one.

pub mod detect;
pub mod notice;
pub mod probe;
pub mod terminal;
