//! The wire contract: what client and server say to each other, and where.
//!
//! Both sides compile against these types, so neither can drift from the other. Deliberately knows
//! no HTTP library: a route is text, a header is a name, a body is a value.

pub mod intake;
pub mod problem;
pub mod route;
pub mod types;
