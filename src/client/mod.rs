//! The officer's side of the link: what is known, what is unsent, and how the two stay true.
//!
//! `replica` and `outbox` are pure state machines, given `now` and random numbers; they hold the
//! promise that what is seen = what the server confirmed + the unsent commands replayed on top.
//! Nothing in them sends, waits or touches a disk, so that one property test can drive two of them
//! against a model server through every fault a bad night has. `journal` keeps the outbox on disk, and
//! `drafts` half-filled forms, both in the `slot` that a console has to itself; `keeping` goes on where
//! the disk takes nothing, and `size` refuses what the server would not read. `problems` and `directory` give what is asked of these without an outbox, `exports` and `case_file` write what
//! leaves the desk, `alarms` says who knows of one, `deliveries` tries whether somebody is reached,
//! `heartbeat` tells an auditor's counterpart that all is well, `given` gives what is never kept for
//! later, and `http` is the only place that speaks to the server.

pub mod alarms;
pub mod bounce;
pub mod case_file;
mod confirmed;
pub mod deliveries;
pub mod directory;
pub mod drafts;
pub mod exports;
pub mod given;
pub mod heartbeat;
pub mod http;
mod index;
pub mod journal;
pub mod keeping;
mod narrowed;
pub mod outbox;
pub mod problems;
mod ranking;
pub mod replay;
pub mod replica;
pub mod reports;
mod size;
pub mod skew;
pub(crate) mod slot;
pub mod token;
