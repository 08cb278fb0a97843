//! Where a poller has got to: opaque to clients, four parts to us.
//!
//! The epoch changes when a database is restored from a copy as it should be; the mark is found out
//! to be of another history where that was forgotten. The view changes with the roles that a person
//! holds, because incidents come into sight or leave it then without having changed.

use super::audit::{self, Mark};
use crate::domain::directory::Actor;
use std::fmt;
use std::str::FromStr;

/// A place in the order of all changes, as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) epoch: String,
    pub(crate) view: String,
    pub(crate) seq: u64,
    /// The end of the trail when the cursor was given, at or after its place.
    pub(crate) mark: Mark,
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            epoch,
            view,
            seq,
            mark,
        } = self;
        write!(f, "{epoch}-{view}-{seq}-{}-{}", mark.seq, mark.hash())
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let [epoch, view, seq, marked, hash] = parts[..] else {
            return Err(NoCursor);
        };
        let number = |text: &str| text.parse::<u64>().map_err(|_| NoCursor);
        let (seq, marked) = (number(seq)?, number(marked)?);
        if seq > marked {
            return Err(NoCursor);
        }
        Ok(Self {
            epoch: epoch.to_owned(),
            view: view.to_owned(),
            seq,
            mark: Mark::new(marked, hash),
        })
    }
}

/// What stands for everything that decides which incidents a person sees.
pub(crate) fn view(actor: &Actor) -> String {
    let roles: String = actor
        .roles
        .iter()
        .map(|held| format!("{} {}\n", held.role.code(), held.organisation))
        .collect();
    audit::sha256(&format!("{}\n{roles}", actor.person))[..8].to_owned()
}
