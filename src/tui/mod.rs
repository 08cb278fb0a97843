//! The console: what an officer sees and presses.
//!
//! It carries keys to the rules and answers back. It deliberately decides nothing about incidents:
//! whether something may be done, and what follows from it, is asked of `domain`.
//!
//! The loop here is generic over the terminal and over the stream of input, so that the loop that
//! is shipped is the loop that is tested. It sleeps until something changes: there is no frame rate.

pub mod app;
pub mod decode;
pub mod directory;
pub mod effect;
pub mod finding;
pub mod form;
pub mod format;
mod hand;
pub mod keys;
pub mod message;
pub mod page;
pub mod plain;
mod possible;
pub mod probe;
pub mod session;
pub mod sheet;
mod standing;
pub mod terminal;
pub mod theme;
pub mod typed;
pub mod update;
pub mod view;
pub mod widget;

use crate::domain::Instant;
use crate::now::Clock;
use app::App;
use chrono::TimeDelta;
use crossterm::event::Event;
use message::{Effect, Message};
use ratatui::Terminal;
use ratatui::backend::Backend;
use std::io;
use std::time::Duration;
use terminal::Ending;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_stream::{Stream, StreamExt};

/// How many messages are taken in before a frame is drawn all the same.
const MOST_BEFORE_A_FRAME: usize = 256;

/// Runs the console until it ends: takes in what waits, draws once if anything changed, sleeps until
/// something arrives or something shown changes by itself. A key is answered in the next frame,
/// however much the server still has to tell.
///
/// # Errors
/// If the terminal cannot be written to; what was typed is given to the disk first.
pub async fn run<B: Backend>(
    app: &mut App,
    terminal: &mut Terminal<B>,
    mut input: impl Stream<Item = io::Result<Event>> + Unpin,
    messages: &mut UnboundedReceiver<Message>,
    clock: &Clock,
    mut perform: impl FnMut(Effect),
) -> Result<Ending, B::Error> {
    loop {
        let mut arrived = Some(next(app, &mut input, messages, clock).await);
        for _ in 0..MOST_BEFORE_A_FRAME {
            let Some(message) = arrived else { break };
            let is_input = message.is_input();
            take_in(app, message, clock, &mut perform);
            arrived = if is_input {
                waiting_input(&mut input).await
            } else {
                waiting(&mut input, messages).await
            };
        }
        if let Some(ending) = app.ending() {
            return Ok(ending);
        }
        if app.take_changed() {
            update::before_drawing(app);
            if app.take_wiped() {
                terminal.clear()?;
            }
            let drawn = terminal.draw(|frame| view::draw(app, frame)).map(|_| ());
            if let Err(error) = drawn {
                take_in(app, Message::Ended(Ending::HungUp), clock, &mut perform);
                return Err(error);
            }
        }
    }
}

/// Takes in one message, and does what follows.
fn take_in(app: &mut App, message: Message, clock: &Clock, perform: impl FnMut(Effect)) {
    let now = present(app, clock);
    let effects = update::update(app, message, now).into_iter();
    effects.for_each(perform);
}

/// The server's present, by this machine's clock and the difference between the two.
fn present(app: &App, clock: &Clock) -> Instant {
    clock.now() + app.skew
}

/// The next message; what the server says comes first, so that no flood of input holds it up.
async fn next(
    app: &App,
    input: &mut (impl Stream<Item = io::Result<Event>> + Unpin),
    messages: &mut UnboundedReceiver<Message>,
    clock: &Clock,
) -> Message {
    let sleep = until(update::wake_at(app), present(app, clock));
    tokio::select! {
        biased;
        Some(message) = messages.recv() => message,
        event = input.next() => read(event),
        () = tokio::time::sleep(sleep) => Message::Woke,
    }
}

/// What waits already, without sleeping for more; what is typed comes first.
async fn waiting(
    input: &mut (impl Stream<Item = io::Result<Event>> + Unpin),
    messages: &mut UnboundedReceiver<Message>,
) -> Option<Message> {
    match waiting_input(input).await {
        Some(typed) => Some(typed),
        None => messages.try_recv().ok(),
    }
}

/// The input that waits already.
async fn waiting_input(
    input: &mut (impl Stream<Item = io::Result<Event>> + Unpin),
) -> Option<Message> {
    tokio::select! {
        biased;
        event = input.next() => Some(read(event)),
        () = std::future::ready(()) => None,
    }
}

/// A terminal that gives no more input is gone.
fn read(event: Option<io::Result<Event>>) -> Message {
    match event {
        Some(Ok(Event::Key(key))) => Message::Key(key),
        Some(Ok(Event::Paste(text))) => Message::Pasted(text),
        Some(Ok(Event::Mouse(event))) => Message::Mouse(event),
        Some(Ok(Event::Resize(width, height))) => Message::Resized(width, height),
        Some(Ok(Event::FocusGained | Event::FocusLost)) => Message::Woke,
        Some(Err(_)) | None => Message::Ended(Ending::HungUp),
    }
}

/// How long to sleep; a minute at most, so that a clock that was set is noticed.
fn until(wake_at: Option<Instant>, now: Instant) -> Duration {
    let span = wake_at.map_or(TimeDelta::minutes(1), |at| at - now);
    let span = span.clamp(TimeDelta::milliseconds(1), TimeDelta::minutes(1));
    span.to_std().unwrap_or(Duration::from_secs(60))
}
