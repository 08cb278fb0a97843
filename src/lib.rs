//! nightdesk, the out-of-hours desk for information-governance and security incidents.
//!
//! **A pure domain decides; everything else carries questions to it and answers from it.**
//!
//! # Invariants
//!
//! 1. Nothing in `domain` knows that time passes, that a network exists, or who is drawing. It is
//!    given `now`, the actor and the policy.
//! 2. An incident changes only by an event, and every event is an audit entry. There is no setter,
//!    so an unaudited change cannot be written.
//! 3. What you see = what the server confirmed + your unsent commands replayed on top. Nothing is
//!    rolled back; it is recomputed.
//! 4. The screen never claims more than the server confirmed: unsent, refused and stale are always
//!    visible as such.
//! 5. A deadline is a fact in UTC. Nothing pauses it, no timer holds it, and every state of it is
//!    derived from `now`.
//! 6. No text from outside reaches the terminal unless it went through the sanitiser.
//!
//! # The map
//!
//! [`domain`] is the rulebook: the deadlines, the grid, the calendar, roles, trends and the catalogue
//! of rules. It is pure, so a table of examples is its test. It derives `ToSchema` beside
//! `Serialize`, because a description of a type is no more of the network than its spelling.
//!
//! [`api`] is the wire contract that both sides compile against: bodies, problems, routes.
//!
//! [`steps`] is what each step of casework asks, and each step on a problem: two tables, from which the
//! forms of the screen and the subcommands of the shell are both read.
//!
//! [`config`] turns files into typed, checked values: the policy's numbers, the bank holidays and the
//! directory.
//!
//! [`now`] is the only place that reads the wall clock, and a clock that tests can set.
//!
//! [`text`] is the sanitiser: outside text becomes printable text, visibly.
//!
//! [`encoding`] finds out in which encoding a file is written that somebody hands in.
//!
//! [`report`] is what leaves the desk: the handover sheet, the reports for a period and the case file,
//! as values that pure functions work out from incidents, and their renderers.
//!
//! [`client`] is the officer's side of the link: a pure replica of what the server confirmed with the
//! unsent commands replayed on top, a pure outbox that says what may be sent when, its journal on
//! disk, and the one place that speaks HTTP.
//!
//! [`notify`] is how an alarm reaches the officer's own desktop: fixed sentences, and the sequences by
//! which terminals show them.
//!
//! [`server`] answers over HTTP, takes in what tools report, and keeps what it has acknowledged.
//!
//! [`tui`] is the screen.
//!
//! [`watch`] is the agent without a screen: it tells the desktop that it runs on.
//!
//! [`cli`] is the command line, one file a subcommand, and the only place that prints.
//!
//! [`demo`] is a made-up night on a real server: what a newcomer tries first, and what pictures and
//! measurements are taken of.
//!
//! `proof` is built for tests alone: a model checker that tries, on the rulebook itself, to make a
//! duty or a record disappear (`docs/assurance.md`).
//!
//! # Who may use whom
//!
//! | module | may use |
//! |---|---|
//! | `domain` | nothing of ours |
//! | `now` | `domain` |
//! | `encoding` | nothing of ours |
//! | `config` | `domain`, `encoding` |
//! | `text` | nothing of ours |
//! | `steps` | `domain` |
//! | `api` | `domain`, `report` |
//! | `report` | `domain`, `text` |
//! | `server` | `domain`, `api`, `report`, `now`, `config` |
//! | `client` | `domain`, `api`, `report`, `text` |
//! | `notify` | `domain`, `text` |
//! | `watch` | `domain`, `client`, `notify`, `now` |
//! | `tui` | `domain`, `steps`, `report`, `client`, `notify`, `config`, `now`, `text` |
//! | `demo` | `domain`, `api`, `server`, `client`, `config`, `now` |
//! | `proof` | `domain`, `config`, `report` |
//! | `cli` | everything, by its front door |
//!
//! `tests/suite/layers.rs` reads this very table and every `use` in the source, and fails where they
//! differ. It also keeps ratatui, sqlx, axum and clap under one folder each, and reqwest under `client` and
//! `server::deliver`.

pub mod api;
pub mod cli;
pub mod client;
pub mod config;
pub mod demo;
pub mod domain;
pub mod encoding;
pub mod notify;
pub mod now;
#[cfg(test)]
mod proof;
pub mod report;
pub mod server;
pub mod steps;
pub mod text;
pub mod tui;
pub mod watch;
