//! What is typed, as a stream for the loop: bytes from the terminal, taken apart in the loop's time.
//!
//! Bytes are read on a thread of their own, because reading waits. Whether something that has begun
//! goes on is measured where the loop sleeps, so a paste without its end gives the keyboard back.

use super::decode::Decoder;
use super::probe::Late;
use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::stdio;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Sleep;
use tokio_stream::Stream;

/// What comes from the terminal.
#[derive(Debug)]
pub enum Arrived {
    /// Bytes that were typed, pasted or sent by the mouse.
    Bytes(Vec<u8>),
    /// It has this size now.
    Resized(u16, u16),
}

/// Everything that arrives, in order; the first error ends it.
pub type Arrivals = UnboundedReceiver<io::Result<Arrived>>;

/// The stream of what is typed.
pub struct Typed {
    arrivals: Arrivals,
    decoder: Decoder,
    ready: VecDeque<Event>,
    /// When what has begun is given up.
    patience: Option<Pin<Box<Sleep>>>,
    /// What a terminal says late to a question of ours is not typed.
    late: Option<Late>,
}

impl Typed {
    /// What arrives, without what the terminal still owes of an answer.
    pub fn new(arrivals: Arrivals, late: Option<Late>) -> Self {
        Self {
            arrivals,
            decoder: Decoder::default(),
            ready: VecDeque::new(),
            patience: None,
            late,
        }
    }

    fn take(&mut self, arrived: Arrived) {
        match arrived {
            Arrived::Bytes(bytes) => {
                self.ready.extend(self.decoder.take(&bytes));
                let patience = self.decoder.patience();
                self.patience = patience.map(|patience| Box::pin(tokio::time::sleep(patience)));
            }
            Arrived::Resized(width, height) => self.ready.push_back(Event::Resize(width, height)),
        }
    }

    /// The next event that is a person's.
    fn typed(&mut self) -> Option<Event> {
        while let Some(event) = self.ready.pop_front() {
            let late = self.late.as_mut();
            if late.is_none_or(|late| late.is_typed(&event)) {
                return Some(event);
            }
        }
        None
    }
}

impl Stream for Typed {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.typed() {
                return Poll::Ready(Some(Ok(event)));
            }
            match this.arrivals.poll_recv(context) {
                Poll::Ready(Some(Ok(arrived))) => {
                    this.take(arrived);
                    continue;
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {}
            }
            let Some(patience) = this.patience.as_mut() else {
                return Poll::Pending;
            };
            if patience.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.patience = None;
            this.ready.extend(this.decoder.give_up());
        }
    }
}

/// Reads the terminal from now on; what is given back can add what else arrives.
pub(super) fn read() -> (UnboundedSender<io::Result<Arrived>>, Arrivals) {
    let (sender, arrivals) = unbounded_channel();
    let to_loop = sender.clone();
    std::thread::spawn(move || {
        loop {
            let bytes = wait_and_read();
            let is_last = bytes.is_err();
            if to_loop.send(bytes.map(Arrived::Bytes)).is_err() || is_last {
                break;
            }
        }
    });
    (sender, arrivals)
}

/// The next bytes; the end of the terminal is an error.
fn wait_and_read() -> io::Result<Vec<u8>> {
    let mut buffer = [0; 4096];
    loop {
        match rustix::io::read(stdio::stdin(), &mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => return Ok(buffer[..count].to_vec()),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => until_readable()?,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Somebody who shares the terminal may have made reading from it return at once.
fn until_readable() -> io::Result<()> {
    let stdin = stdio::stdin();
    let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
    rustix::io::retry_on_intr(|| poll(&mut watched, None))?;
    Ok(())
}
