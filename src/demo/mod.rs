//! A made-up night on a real desk.
//!
//! The incidents, organisations and people are invented; the server, the database, the rules, the
//! tokens and the network are the real ones. Deliberately has no way round them: what the
//! demonstration shows was brought about by commands that anybody could have given, and the trail
//! that they left verifies.

mod history;
mod made_up;
mod night;
mod partners;
mod relief;
pub mod rota;
pub mod scenario;
mod tokens;

pub use night::{Night, NightError, Plan};
