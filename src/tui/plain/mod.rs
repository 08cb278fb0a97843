//! The console without a screen: lines are read out, and lines are typed. For screen readers, and for
//! terminals that can do nothing else.
//!
//! It is the same console: the same messages, the same rules, the same outbox. Only the way in
//! (`Message::Line`) and the way out (this module) differ. Nothing is drawn over: there is no cursor
//! that moves, no frame, no spinner, and nothing is said by a sign or a colour. What happens meanwhile
//! is told in a line of its own, once. It deliberately has no countdowns that tick: how much time is
//! left is said when a place is read.

mod asking;
mod news;
mod reading;
mod words;

use super::app::App;
use super::message::{Effect, Message};
use super::terminal::Ending;
use super::update;
use crate::now::Clock;
use news::News;
use std::io::{self, Write};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_stream::{Stream, StreamExt};

/// What is said first.
const GREETING: &str = "nightdesk, line by line. Type a row's number to open it, the name of an \
    action or its key, the name of a queue, or / and words to narrow the queue. An empty line reads \
    again; \"help\" lists every action; \"quit\" leaves.";

/// Runs the console line by line until it ends.
///
/// # Errors
/// If `out` cannot be written to.
pub async fn run(
    app: &mut App,
    out: &mut impl Write,
    mut input: impl Stream<Item = io::Result<String>> + Unpin,
    messages: &mut UnboundedReceiver<Message>,
    clock: &Clock,
    mut perform: impl FnMut(Effect),
) -> io::Result<Ending> {
    let mut news = News::default();
    say(out, &[GREETING.to_owned()])?;
    loop {
        let message = next(app, &mut input, messages, clock).await;
        let before = reading::Place::of(app);
        let (is_line, wants_reading) = match &message {
            Message::Line(typed) => (true, matches!(typed.trim(), "" | "again")),
            _ => (false, false),
        };
        take_in(app, message, clock, &mut perform);
        // Each line is answered before anything else is taken in.
        while !is_line && let Ok(message) = messages.try_recv() {
            take_in(app, message, clock, &mut perform);
        }
        if let Some(ending) = app.ending() {
            writeln!(out, "{}", reading::farewell(app))?;
            return Ok(ending);
        }
        let mut said = news.of(app);
        let place = reading::Place::of(app);
        if news.is_first_look(app) || wants_reading || place != before {
            update::hold_for_reading(app);
            said.extend(reading::read(app, place.is_deeper_than(&before)));
        }
        if is_line || !said.is_empty() {
            say(out, &said)?;
        }
    }
}

fn take_in(app: &mut App, message: Message, clock: &Clock, perform: &mut impl FnMut(Effect)) {
    let now = super::present(app, clock);
    update::update(app, message, now)
        .into_iter()
        .for_each(perform);
}

/// The next message; countdowns wake nobody here, for none is shown.
async fn next(
    app: &App,
    input: &mut (impl Stream<Item = io::Result<String>> + Unpin),
    messages: &mut UnboundedReceiver<Message>,
    clock: &Clock,
) -> Message {
    let sleep = super::until(update::happens_at(app), super::present(app, clock));
    tokio::select! {
        biased;
        Some(message) = messages.recv() => message,
        typed = input.next() => match typed {
            Some(Ok(typed)) => Message::Line(typed),
            // The end of the input is how people leave a program that reads lines.
            None => Message::Ended(Ending::Quit),
            Some(Err(_)) => Message::Ended(Ending::HungUp),
        },
        () = tokio::time::sleep(sleep) => Message::Woke,
    }
}

/// Lines, and the sign that it is the officer's turn.
fn say(out: &mut impl Write, lines: &[String]) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    write!(out, "> ")?;
    out.flush()
}
