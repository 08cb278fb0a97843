//! The whole console against a real server: the loop that is shipped, its own bytes on a terminal's
//! screen, keys in, text awaited.

use crate::support::console::{Console, event, reference_night};
use crate::support::server::{TestServer, fresh_id};
use chrono::TimeDelta;
use crossterm::event::Event;
use nightdesk::api::route;
use nightdesk::api::types::{ProblemAnswer, ProblemPage};
use nightdesk::client::http::Http;
use nightdesk::client::journal::Owner;
use nightdesk::client::keeping::Keeping;
use nightdesk::client::outbox::Outbox;
use nightdesk::client::replica::Replica;
use nightdesk::client::token::Token;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::notify::ledger::Ledger;
use nightdesk::notify::terminal::{Method, Route, Through};
use nightdesk::now::Clock;
use nightdesk::tui;
use nightdesk::tui::app::App;
use nightdesk::tui::effect::{Hands, desk};
use nightdesk::tui::keys::Keymap;
use nightdesk::tui::message::{Effect, Message};
use nightdesk::tui::page::Page;
use nightdesk::tui::terminal::Ending;
use nightdesk::tui::theme::Theme;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_stream::Stream;
use tokio_stream::wrappers::UnboundedReceiverStream;
use uuid::Uuid;

/// How the officer's desktop is told here.
const BELL: Route = Route {
    method: Method::Bell,
    through: Through::Nothing,
};

/// A terminal's screen that tells when something was written on it.
#[derive(Clone)]
struct Glass {
    parser: Arc<Mutex<vt100::Parser>>,
    written: Arc<Notify>,
    frames: Arc<Mutex<usize>>,
}

impl Glass {
    fn new() -> Self {
        let size = |n| NonZeroU16::new(n).unwrap();
        Self {
            parser: Arc::new(Mutex::new(vt100::Parser::new(size(40), size(120), 0))),
            written: Arc::new(Notify::new()),
            frames: Arc::default(),
        }
    }

    fn text(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    fn frames(&self) -> usize {
        *self.frames.lock().unwrap()
    }
}

impl Write for Glass {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.parser.lock().unwrap().process(bytes);
        *self.frames.lock().unwrap() += 1;
        self.written.notify_one();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Types keys and waits for text.
struct Driver {
    glass: Glass,
    keys: UnboundedSender<io::Result<Event>>,
}

impl Driver {
    fn press(&self, keys: &str) -> &Self {
        for key in keys.split(' ') {
            self.keys.send(Ok(Event::Key(event(key)))).unwrap();
        }
        self
    }

    fn type_text(&self, text: &str) -> &Self {
        for character in text.chars() {
            let key = if character == ' ' {
                "Space".to_owned()
            } else {
                character.to_string()
            };
            self.press(&key);
        }
        self
    }

    async fn sees(&self, text: &str) -> &Self {
        self.until(text, |screen| screen.contains(text)).await
    }

    async fn no_longer_sees(&self, text: &str) -> &Self {
        self.until(text, |screen| !screen.contains(text)).await
    }

    async fn until(&self, what: &str, holds: impl Fn(&str) -> bool) -> &Self {
        let wait = async {
            while !holds(&self.glass.text()) {
                self.glass.written.notified().await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .is_err()
        {
            panic!("waited for \"{what}\" in vain:\n{}", self.glass.text());
        }
        self
    }
}

fn token_file(directory: &Path, token: &str) -> Token {
    let path = directory.join("token");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .unwrap();
    file.write_all(token.as_bytes()).unwrap();
    Token::read(&path).unwrap()
}

/// Input that comes while the loop takes in its third message.
struct Late(usize, Option<Event>);

impl Stream for Late {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 > 0 {
            self.0 -= 1;
            return Poll::Pending;
        }
        // Nothing wakes this stream: the messages keep the loop awake, and the last of them ends it.
        self.1
            .take()
            .map_or(Poll::Pending, |event| Poll::Ready(Some(Ok(event))))
    }
}

#[tokio::test]
async fn a_key_is_answered_between_the_slices_of_a_big_load() {
    let mut console = Console::on(reference_night());
    let known = console.server.incidents.len();
    let one = console.server.incidents.values().next().unwrap().clone();
    let (server, mut messages) = unbounded_channel();
    for slice in 0..10 {
        let incidents = (0..5).map(|number| Incident {
            id: IncidentId(Uuid::from_u128(1_000_000 + slice * 5 + number)),
            ..one.clone()
        });
        server.send(Message::Told(incidents.collect())).unwrap();
    }
    server.send(Message::Ended(Ending::Quit)).unwrap();
    let glass = Glass::new();
    let viewport = Viewport::Fixed(Rect::new(0, 0, 120, 40));
    let mut terminal =
        Terminal::with_options(Page::new(glass.clone()), TerminalOptions { viewport }).unwrap();
    let clock = Clock::standing_at(console.server.now);
    let input = Late(2, Some(Event::Key(event("f"))));
    let ran = tui::run(
        &mut console.app,
        &mut terminal,
        input,
        &mut messages,
        &clock,
        |_| {},
    );
    assert_eq!(ran.await.unwrap(), Ending::Quit);
    // The only frame: the loop ended when it had taken in the rest.
    let screen = glass.text();
    assert!(screen.contains("frozen"), "{screen}");
    assert!(
        screen.contains(&format!("All open {} ", known + 15)),
        "{screen}"
    );
}

/// A terminal that vanishes is often noticed by the frame that cannot be drawn, before anything else says so.
#[tokio::test]
async fn what_was_typed_is_kept_when_a_frame_cannot_be_drawn() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut console = Console::on(reference_night());
    console.press("n").type_text("Rang the ward");
    let viewport = Viewport::Fixed(Rect::new(0, 0, 80, 24));
    let mut terminal =
        Terminal::with_options(Page::new(Gone), TerminalOptions { viewport }).unwrap();
    let clock = Clock::standing_at(console.server.now);
    let (_server, mut messages) = unbounded_channel();
    let mut kept = Vec::new();
    let ran = tui::run(
        &mut console.app,
        &mut terminal,
        Late(1, Some(Event::Key(event("x")))),
        &mut messages,
        &clock,
        |effect| kept.push(effect),
    );
    assert!(ran.await.is_err());
    let last = kept.last();
    let Some(Effect::KeepDrafts(drafts)) = last else {
        panic!("{kept:?}");
    };
    assert!(
        format!("{drafts:?}").contains("Rang the wardx"),
        "{drafts:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_comes_in_slices_so_that_a_key_never_waits_for_all_of_it() {
    let server = TestServer::start().await;
    let state = TempDir::new().unwrap();
    let colleague = server.signed_in("tamsin.quill").await;
    for _ in 0..60 {
        colleague.log().await;
    }
    let token = token_file(state.path(), &server.token("tamsin.quill").await);
    let http = Http::new(&server.url, &token).unwrap();
    let owner = Owner {
        server: server.url.clone(),
        person: "tamsin.quill".into(),
    };
    let ledger = Ledger::of(state.path(), &server.url);
    let (keeping, _) = Keeping::open(state.path(), owner).unwrap();
    let exports = state.path().join("exports");
    let (_hands, mut messages) = Hands::new(
        http,
        (keeping, ledger),
        exports,
        server.clock.clone(),
        (io::sink(), BELL),
    );
    let mut told = 0;
    while told < 60 {
        if let Some(Message::Told(slice)) = messages.recv().await {
            assert!(slice.len() <= 50, "{} incidents at once", slice.len());
            told += slice.len();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_says_while_the_server_raises_no_alarms() {
    let server = TestServer::start_with(|settings| settings.look_every = OFTEN).await;
    server.signed_in("tamsin.quill").await.log().await;
    let state = TempDir::new().unwrap();
    let (database, mut clock) = (&server.database, server.clock.clone());
    let ending = at_the_console(&server, "tamsin.quill", state.path(), |driver| async move {
        driver.sees("Ward list sent to the wrong practice").await;
        database.stop_the_alarm_engine().await;
        clock.set(clock.now() + TimeDelta::seconds(11));
        driver
            .press("r")
            .sees("No alarms from the server since 23:30")
            .await
            .sees("local alarms only")
            .await;
        database.mend_the_alarm_engine().await;
        let mended = "The server's alarm engine works again";
        while !driver.glass.text().contains(mended) {
            driver.press("r").glass.written.notified().await;
        }
        driver.no_longer_sees("local alarms only").await;
        driver.press("q");
    });
    assert_eq!(ending.await, Ending::Quit);
}

/// How often the engine looks here.
const OFTEN: Duration = Duration::from_millis(20);

/// Runs the console of a person while the script drives it; the script ends it.
async fn at_the_console<F>(
    server: &TestServer,
    person: &str,
    state: &Path,
    script: impl FnOnce(Driver) -> F,
) -> Ending
where
    F: Future<Output = ()>,
{
    let token = token_file(state, &server.token(person).await);
    let http = Http::new(&server.url, &token).unwrap();
    let desk = desk(&http).await.unwrap();
    let owner = Owner {
        server: server.url.clone(),
        person: desk.person().clone(),
    };
    let ledger = Ledger::of(state, &server.url);
    let (keeping, _) = Keeping::open(state, owner).unwrap();
    let exports = state.join("exports");
    let kept = keeping.remembered().unwrap();
    let now = server.clock.now();
    let outbox = Outbox::restored(kept.unsent.clone(), kept.refused.clone(), now);
    let keymap = Keymap::new(&BTreeMap::new()).unwrap();
    let mut app = App::new(
        Replica::new(desk, outbox, now),
        keymap,
        Theme::named("dark").unwrap(),
        now,
    );
    app.resize(120, 40);
    let glass = Glass::new();
    let viewport = Viewport::Fixed(Rect::new(0, 0, 120, 40));
    let mut terminal =
        Terminal::with_options(Page::new(glass.clone()), TerminalOptions { viewport }).unwrap();
    let (mut hands, mut messages) = Hands::new(
        http,
        (keeping, ledger),
        exports,
        server.clock.clone(),
        (io::sink(), BELL),
    );
    let (keys, typed) = unbounded_channel();
    let input = UnboundedReceiverStream::new(typed);
    let running = tui::run(
        &mut app,
        &mut terminal,
        input,
        &mut messages,
        &server.clock,
        |effect| hands.perform(effect),
    );
    let (ending, ()) = tokio::join!(running, script(Driver { glass, keys }));
    ending.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_s_work_reaches_the_server_and_comes_back_confirmed() {
    let server = TestServer::start().await;
    let state = TempDir::new().unwrap();
    server.signed_in("tamsin.quill").await.log().await;
    let ending = at_the_console(&server, "tamsin.quill", state.path(), |driver| async move {
        driver.sees("Ward list sent to the wrong practice").await;
        driver
            .press("a")
            .sees("acknowledged; u takes it back")
            .await
            .sees("version 2")
            .await;
        driver.press("u").sees("version 3").await;
        driver.press("a").sees("version 4").await;
        driver.press("n").sees("Took place").await;
        driver
            .type_text("Rang the practice")
            .press("F2")
            .sees("version 5")
            .await;
        driver
            .press("s")
            .sees("Grid")
            .await
            .press("Up Up Right Right Tab Tab")
            .sees("loss of control")
            .await;
        driver
            .press("Space Tab")
            .type_text("Names and times only")
            .press("F2")
            .sees("version 6")
            .await;
        driver
            .press("T")
            .sees("Category")
            .await
            .press("Right Tab Right Tab Tab Space")
            .press("Tab Tab Tab Tab Tab Tab Tab Tab Tab")
            .press("Right Tab Right F2")
            .sees("version 7")
            .await;
        driver
            .press("i")
            .sees("Line manager")
            .await
            .press("Tab Tab Right F2")
            .sees("version 8")
            .await
            .sees("line manager ✓")
            .await;
        driver.press("Enter t").sees("Logged: Ward list").await;
        driver.press("Esc").sees("All open 1").await;
        driver.press("q");
    })
    .await;
    assert_eq!(ending, Ending::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_do_appears_by_itself() {
    let server = TestServer::start().await;
    let state = TempDir::new().unwrap();
    let colleague = server.signed_in("tamsin.quill").await;
    at_the_console(&server, "tamsin.quill", state.path(), |driver| async move {
        driver.sees("All open 0").await;
        let logged = colleague.log().await;
        driver
            .sees("Ward list sent to the wrong practice")
            .await
            .sees("2 Unacknowledged 1")
            .await;
        colleague
            .ask(
                logged.incident.id,
                None,
                &serde_json::json!({"type": "acknowledge"}),
            )
            .await;
        driver.sees("2 Unacknowledged 0").await.press("q");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_keys_at_once_cost_few_frames() {
    let server = TestServer::start().await;
    let state = TempDir::new().unwrap();
    let colleague = server.signed_in("tamsin.quill").await;
    for _ in 0..30 {
        colleague.log().await;
    }
    at_the_console(&server, "tamsin.quill", state.path(), |driver| async move {
        driver.sees("All open 30").await;
        let before = driver.glass.frames();
        driver
            .press(&["Down"; 200].join(" "))
            .press("Home G L")
            .sees("Connection and outbox")
            .await;
        let frames = driver.glass.frames() - before;
        assert!(frames <= 3, "{frames} frames");
        driver
            .press("Esc")
            .no_longer_sees("Connection and outbox")
            .await
            .press("q");
    })
    .await;
}

/// A problem raised with keys is the server's, and what others do about problems appears by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_is_raised_at_the_console_and_solved_by_a_colleague() {
    let server = TestServer::start().await;
    let state = TempDir::new().unwrap();
    let colleague = server.signed_in("tamsin.quill").await;
    colleague.log().await;
    at_the_console(&server, "tamsin.quill", state.path(), |driver| async move {
        driver.sees("Ward list sent").await.press("b");
        driver.sees("Raise a problem").await.type_text("Mail rules");
        driver.press("F2").sees("Raise a problem, done").await;
        driver.press("Enter 6").sees("Problems behind it").await;
        driver
            .press("B")
            .sees("no workaround")
            .await
            .press("Esc Esc B");
        driver.sees("open        1 open of 1").await;
        let page = colleague.get(route::PROBLEMS).await.ok::<ProblemPage>();
        let problem = &page.problems[0];
        assert_eq!(&*problem.title, "Mail rules");
        let cause = serde_json::json!({"type": "diagnose", "root_cause": "a missing rule"});
        let path = route::problem_commands(problem.id);
        let answer = colleague
            .send(&path, fresh_id(), Some(problem.version), &cause)
            .await;
        answer.ok::<ProblemAnswer>();
        driver.sees("a missing rule").await.press("Esc q");
    })
    .await;
}
