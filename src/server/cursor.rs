//! Where a poller has got to: opaque to clients, three parts to us.
//!
//! The epoch changes when a database is restored from a copy; the view changes with the roles that a
//! person holds, because incidents come into sight or leave it then without having changed.

use super::audit;
use crate::domain::directory::Actor;
use std::fmt;
use std::str::FromStr;

/// A place in the order of all changes, as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) epoch: String,
    pub(crate) view: String,
    pub(crate) seq: u64,
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.epoch, self.view, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let (Some(epoch), Some(view), Some(seq), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NoCursor);
        };
        Ok(Self {
            epoch: epoch.to_owned(),
            view: view.to_owned(),
            seq: seq.parse().map_err(|_| NoCursor)?,
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
