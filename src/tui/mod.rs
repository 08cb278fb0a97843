//! The console: what an officer sees and presses.
//!
//! It carries keys to the rules and answers back. It deliberately decides nothing about incidents:
//! whether something may be done, and what follows from it, is asked of `domain`.

pub mod app;
pub mod form;
pub mod format;
pub mod keys;
pub mod message;
pub mod page;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;
