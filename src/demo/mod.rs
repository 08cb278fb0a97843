//! A made-up night on a real desk.
//!
//! The incidents, organisations and people are invented; the server, the database, the rules and the
//! network are the real ones. Deliberately has no way round them: what the demonstration shows was
//! brought about by commands that anybody could have given.

pub mod rota;
pub mod scenario;
