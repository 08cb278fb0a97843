//! The one integration binary: a module a topic, so that the tree is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod alarm_screen;
mod alarms;
mod api;
mod app;
mod calendar;
mod canaries;
mod casework;
mod cli;
mod cli_rules;
mod clock_states;
mod console;
mod contacts;
mod convergence;
mod cross_examination;
mod decode;
mod deliveries;
mod demo;
mod directory;
mod docs;
mod engine_silence;
mod escalation;
mod faults;
mod filters;
mod format;
mod forms;
mod grading;
mod handover;
mod honest_screen;
mod http;
mod intake;
mod journal;
mod keys;
mod layers;
mod notify;
mod old_desk;
mod outbox;
mod outside;
mod page;
mod permissions;
mod plain;
mod plain_words;
mod problems;
mod problems_on_screen;
mod procedure;
mod properties;
mod pty;
mod register;
mod replica;
mod report_screens;
mod reports;
mod retention;
mod rules;
mod scenarios;
mod screens;
mod settings;
mod shell_names;
mod ssh;
mod steps;
mod storm;
mod support;
mod text;
mod vectors;
mod wall_clock;
