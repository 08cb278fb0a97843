//! One sitting at the console: sign in, take the terminal, run, give it back.
//!
//! Everything that can go wrong before the terminal is taken is told in a sentence on the shell. It
//! deliberately reads no arguments and no settings; those are handed in.

use super::app::App;
use super::effect::{Hands, desk};
use super::keys::Keymap;
use super::message::{Effect, Message};
use super::page::Page;
use super::plain;
use super::probe::{self, Late};
use super::run;
use super::terminal::{self, Ending, Guard, JobControl, Mouse};
use super::theme::Theme;
use super::typed::{self, Arrived, Typed};
use crate::client::http::{Failure, Http, ServerError};
use crate::client::journal::{self, JournalError, Owner, Remembered};
use crate::client::keeping::Keeping;
use crate::client::outbox::Outbox;
use crate::client::replica::Replica;
use crate::client::token::Token;
use crate::notify::detect::{self, Choice, Environment};
use crate::notify::ledger::Ledger;
use crate::notify::probe::Answers;
use crate::notify::terminal::{Method, Route, Through};
use crate::now::Clock;
use crossterm::event::Event;
use ratatui::Terminal;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_stream::Stream;
use tokio_stream::wrappers::UnboundedReceiverStream;

/// What a sitting needs.
pub struct Sitting {
    /// The server's address.
    pub server: String,
    /// Whose it is.
    pub token: Token,
    /// The directory below which unsent commands and half-filled forms are kept.
    pub state: PathBuf,
    /// The officer's keys.
    pub keymap: Keymap,
    /// The officer's filters, by name.
    pub filters: BTreeMap<String, String>,
    /// What made no sense in the settings, and what holds instead.
    pub slip: Option<String>,
    /// How things look.
    pub theme: Theme,
    /// How the officer's own desktop is told of alarms.
    pub telling: Telling,
    /// Whether there is a screen, and what it does with the mouse.
    pub manner: Manner,
    /// This machine's time.
    pub clock: Clock,
}

/// How the officer's own desktop is told of alarms.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What the settings say of the way.
    pub choice: Choice,
    /// What the environment says of the terminal.
    pub environment: Environment,
    /// Whether the terminal is asked.
    pub probe: bool,
}

impl Telling {
    /// The way, once nobody else reads from the terminal. What it still owes of an answer is kept from
    /// being taken for keys.
    fn route(&self, guard: &Guard) -> io::Result<(Route, Option<Late>)> {
        let asks = self.probe && self.environment.through() == Through::Nothing;
        let answers = match (asks, self.choice) {
            (true, Choice::Auto) => Some(probe::ask(&mut guard.output())?),
            (false, _) | (_, Choice::Always(_)) => None,
        };
        let is_owed = answers.as_ref().is_some_and(|came| !came.is_complete);
        let answers = answers.unwrap_or_default();
        let found = detect::route(self.choice, &self.environment, &answers);
        Ok((found.route, is_owed.then(Late::default)))
    }

    /// The way where lines are read out: to a terminal only, which is not asked anything.
    fn route_of_lines(&self) -> Route {
        let choice = if io::stdout().is_terminal() {
            self.choice
        } else {
            Choice::Always(Method::Off)
        };
        detect::route(choice, &self.environment, &Answers::default()).route
    }
}

/// How the console speaks and listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A screen that is drawn, and keys.
    Drawn(Mouse),
    /// Lines that are read out, and lines that are typed.
    Plain,
}

/// Why there is no sitting, or why it broke off.
#[derive(Debug, thiserror::Error)]
pub enum SittingError {
    /// The server's address is wrong.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The server does not answer, or says no.
    #[error("{0}")]
    SignIn(#[from] Failure),
    /// There is no place for this console beside the others.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The terminal cannot be used.
    #[error("{0}")]
    Terminal(#[from] io::Error),
}

/// A sitting that is signed in, with everything in hand but a terminal.
struct Ready {
    app: App,
    means: Means,
}

/// What the hands of a console work with.
struct Means {
    http: Http,
    keeping: Keeping,
    ledger: Ledger,
    exports: PathBuf,
    clock: Clock,
    telling: Telling,
}

impl Means {
    fn hands<W: Write>(self, out: W, route: Route) -> (Hands<W>, UnboundedReceiver<Message>) {
        let told = (out, route);
        let kept = (self.keeping, self.ledger);
        Hands::new(self.http, kept, self.exports, self.clock, told)
    }
}

/// Opens the console and runs it until it ends; on a runtime of several threads, which serves the
/// network while the loop has this one.
///
/// # Errors
/// A sentence that says what to do.
pub async fn open(sitting: Sitting) -> Result<Ending, SittingError> {
    let manner = sitting.manner;
    let ready = sign_in(sitting).await?;
    match manner {
        Manner::Drawn(mouse) => on_a_screen(ready, mouse).await,
        Manner::Plain => line_by_line(ready).await,
    }
}

async fn sign_in(sitting: Sitting) -> Result<Ready, SittingError> {
    let http = Http::new(&sitting.server, &sitting.token)?;
    let desk = desk(&http).await?;
    let owner = Owner {
        server: http.server().to_owned(),
        person: desk.person().clone(),
    };
    let exports = sitting.state.join("exports");
    let ledger = Ledger::of(&sitting.state, http.server());
    let (keeping, trouble) = Keeping::open(&sitting.state, owner.clone())?;
    // Of a disk that takes nothing it is only told what waits there: it is sent once that is noted again.
    let waiting = journal::unsent(&sitting.state, &owner).unwrap_or_default();
    let clock = sitting.clock;
    let nothing = Remembered::default();
    let remembered = keeping.remembered().unwrap_or(&nothing);
    let outbox = Outbox::restored(
        remembered.unsent.clone(),
        remembered.refused.clone(),
        clock.now(),
    );
    let replica = Replica::new(desk, outbox, clock.now());
    let mut app = App::new(replica, sitting.keymap, sitting.theme, clock.now());
    app.know_filters(sitting.filters);
    app.know_slip(sitting.slip);
    app.remember(remembered);
    app.know_disk(trouble, waiting.len());
    let means = Means {
        http,
        keeping,
        ledger,
        exports,
        clock,
        telling: sitting.telling,
    };
    Ok(Ready { app, means })
}

async fn on_a_screen(mut ready: Ready, mouse: Mouse) -> Result<Ending, SittingError> {
    // Before the terminal is taken: a signal that came in between would leave it as it is.
    let signalled = terminal::ending_signal()?;
    let control = JobControl::new()?;
    let resized = signal(SignalKind::window_change())?;
    let guard = Guard::take(mouse)?;
    let (route, late) = ready.means.telling.route(&guard)?;
    if route.method != Method::Off {
        guard.take_title()?;
    }
    let clock = ready.means.clock.clone();
    let (mut hands, mut messages) = ready.means.hands(guard.output(), route);
    let watch = tokio::spawn(end_by_signal(signalled, hands.ending()));
    let going_on = tokio::spawn(go_on(control, mouse, hands.resuming()));
    let (sender, arrivals) = typed::read();
    let sizes = tokio::spawn(tell_sizes(resized, sender));
    let perform = |effect| hands.perform(effect);
    let app = &mut ready.app;
    let sat = alone(sit(
        app,
        &guard,
        Typed::new(arrivals, late),
        &mut messages,
        &clock,
        perform,
    ));
    // The loop has ended by itself: nothing is stuck.
    for task in [watch, going_on, sizes] {
        task.abort();
    }
    drop(guard);
    hands.finish().await;
    // A terminal that was there and can no longer be written to has gone.
    Ok(sat.unwrap_or(Ending::HungUp))
}

/// Without taking the terminal: it echoes what is typed and edits the line, as for every program that
/// reads lines.
async fn line_by_line(mut ready: Ready) -> Result<Ending, SittingError> {
    let signalled = terminal::ending_signal()?;
    terminal::end_by_every_panic();
    let clock = ready.means.clock.clone();
    let route = ready.means.telling.route_of_lines();
    let (mut hands, mut messages) = ready.means.hands(io::stdout(), route);
    let watch = tokio::spawn(end_by_signal(signalled, hands.ending()));
    let perform = |effect| match effect {
        // The terminal is not taken, so its title would not be given back.
        Effect::Entitle(_) => {}
        effect => hands.perform(effect),
    };
    let (mut out, lines) = (io::stdout(), lines());
    let app = &mut ready.app;
    let sat = alone(plain::run(
        app,
        &mut out,
        lines,
        &mut messages,
        &clock,
        perform,
    ));
    watch.abort();
    hands.finish().await;
    Ok(sat.unwrap_or(Ending::HungUp))
}

/// Runs the loop on a runtime of its own. On the one that the network is served from, each countdown
/// would wake two of its threads as well.
fn alone(sitting: impl Future<Output = io::Result<Ending>>) -> io::Result<Ending> {
    tokio::task::block_in_place(|| {
        runtime::Builder::new_current_thread()
            .enable_time()
            .build()?
            .block_on(sitting)
    })
}

/// Runs the loop on the terminal that the guard holds.
async fn sit(
    app: &mut App,
    guard: &Guard,
    typed: impl Stream<Item = io::Result<Event>> + Unpin,
    messages: &mut UnboundedReceiver<Message>,
    clock: &Clock,
    perform: impl FnMut(Effect),
) -> io::Result<Ending> {
    let mut terminal = Terminal::new(Page::new(guard.output()))?;
    let size = terminal.size()?;
    app.resize(size.width, size.height);
    run(app, &mut terminal, typed, messages, clock, perform).await
}

/// What is typed line by line, read on a thread of its own because reading waits.
fn lines() -> impl Stream<Item = io::Result<String>> + Unpin {
    let (to_loop, input) = unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lines() {
            if to_loop.send(line).is_err() {
                break;
            }
        }
    });
    UnboundedReceiverStream::new(input)
}

/// Takes the terminal anew each time the console goes on after it was stopped. A terminal that cannot be
/// taken is one that has gone, which its watchdog tells.
async fn go_on(mut control: JobControl, mouse: Mouse, resume: impl Fn()) {
    loop {
        control.resumed().await;
        if terminal::take_again(mouse).is_ok() {
            resume();
        }
    }
}

/// Tells each change of the terminal's size.
async fn tell_sizes(mut resized: Signal, sender: UnboundedSender<io::Result<Arrived>>) {
    while resized.recv().await.is_some() {
        if let Ok((width, height)) = crossterm::terminal::size()
            && sender.send(Ok(Arrived::Resized(width, height))).is_err()
        {
            break;
        }
    }
}

/// Asks the loop to end when a signal does, and ends the process if the loop is stuck.
async fn end_by_signal(signalled: impl Future<Output = Ending>, end: impl FnOnce(Ending)) {
    let ending = signalled.await;
    end(ending);
    tokio::time::sleep(terminal::PATIENCE).await;
    terminal::end_at_once(ending);
}
