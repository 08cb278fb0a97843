//! Connections over which nobody has shown a good token yet.
//!
//! Anybody may open one and say nothing, so they have a part of the places only, and one address has a part
//! of that. Where there is no room the oldest of them is asked to give way. It does so a moment later, unless it
//! has said by then what it wants and is being answered: many who come at once are not taken for a crowd that
//! says nothing. Invariant: a connection over which a good token came is not among them and never gives way.

use super::limits::network;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) of_all: usize,
    pub(super) of_one_address: usize,
}

impl Room {
    /// Half of the places are kept for people with a token, and one address has a third of the rest.
    pub(super) fn among(connections: u32) -> Self {
        let of_all = (connections as usize / 2).max(1);
        Self {
            of_all,
            of_one_address: (of_all / 3).max(1),
        }
    }
}

/// Everybody who has shown no token yet, in the order in which they came.
pub(super) struct Guests {
    room: Room,
    present: Mutex<Present>,
}

#[derive(Default)]
struct Present {
    came: u64,
    guests: BTreeMap<u64, Seated>,
    of_address: BTreeMap<IpAddr, usize>,
}

struct Seated {
    address: IpAddr,
    leave: CancellationToken,
}

/// How long one that is asked to give way has to say what it wants.
const LAST_WORD: Duration = Duration::from_millis(100);

/// Whoever is asked to give way and says nothing has gone by then.
pub(super) const GIVES_WAY_WITHIN: Duration = Duration::from_millis(200);

/// One of them; dropped with its connection.
pub(super) struct Guest {
    guests: Arc<Guests>,
    place: u64,
    leave: CancellationToken,
    /// Whether a request of it is being answered.
    speaks: AtomicBool,
    /// Whether a good token came over it.
    known: AtomicBool,
}

impl Guests {
    pub(super) fn new(room: Room) -> Arc<Self> {
        Arc::new(Self {
            room,
            present: Mutex::default(),
        })
    }

    /// Lets one in. Where there is no room, the oldest of the same address, or of all, is shown out.
    pub(super) fn let_in(self: &Arc<Self>, address: IpAddr) -> Guest {
        let address = network(address);
        let leave = CancellationToken::new();
        let mut present = self.present();
        if present.of_address.get(&address).copied().unwrap_or(0) >= self.room.of_one_address {
            present.show_out_oldest(Some(address));
        }
        if present.guests.len() >= self.room.of_all {
            present.show_out_oldest(None);
        }
        present.came += 1;
        let place = present.came;
        *present.of_address.entry(address).or_default() += 1;
        let leave_too = leave.clone();
        present.guests.insert(
            place,
            Seated {
                address,
                leave: leave_too,
            },
        );
        Guest {
            guests: Arc::clone(self),
            place,
            leave,
            speaks: AtomicBool::new(false),
            known: AtomicBool::new(false),
        }
    }

    /// Makes room where every place is taken.
    pub(super) fn show_out_oldest(&self) {
        self.present().show_out_oldest(None);
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Present {
    fn show_out_oldest(&mut self, of: Option<IpAddr>) {
        let mut guests = self.guests.iter();
        let oldest = guests.find(|(_, guest)| of.is_none_or(|of| guest.address == of));
        if let Some(place) = oldest.map(|(place, _)| *place)
            && let Some(guest) = self.remove(place)
        {
            guest.leave.cancel();
        }
    }

    fn remove(&mut self, place: u64) -> Option<Seated> {
        let guest = self.guests.remove(&place)?;
        if let Some(count) = self.of_address.get_mut(&guest.address) {
            *count -= 1;
            if *count == 0 {
                self.of_address.remove(&guest.address);
            }
        }
        Some(guest)
    }
}

impl Guest {
    /// A good token came over the connection.
    pub(super) fn is_known(&self) {
        self.known.store(true, Ordering::Relaxed);
        self.guests.present().remove(self.place);
    }

    /// A request has come over it, to be answered.
    pub(super) fn asks(&self) {
        self.speaks.store(true, Ordering::Relaxed);
    }

    /// The request has its answer.
    pub(super) fn is_answered(&self) {
        self.speaks.store(false, Ordering::Relaxed);
    }

    /// Waits until it gives way.
    pub(super) async fn shown_out(&self) {
        self.leave.cancelled().await;
        loop {
            tokio::time::sleep(LAST_WORD).await;
            if self.known.load(Ordering::Relaxed) {
                return std::future::pending().await;
            }
            if !self.speaks.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.guests.present().remove(self.place);
    }
}
