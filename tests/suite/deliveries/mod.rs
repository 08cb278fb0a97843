//! What goes out to people: how often and when, by which carrier, and what nobody may learn from it.

mod accessibility;
mod bounces;
mod checkpoints;
mod escalations;
mod machine;
pub(crate) mod notices;
mod notify;
mod queue;
mod smtp;
mod webhooks;
