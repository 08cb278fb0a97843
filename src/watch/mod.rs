//! The agent without a screen: follows the desk and tells the desktop that it runs on of every alarm.
//!
//! It keeps on disk what each incident has to tell of, so it goes on alone when the server is away, and
//! says so. Of what a console of the same user has told, it tells nothing again. It deliberately gives
//! no commands, and shows nothing of an incident but kind, time left and reference.

pub mod agent;
mod follow;
mod kept;

use crate::client::http::{Http, ServerError};
use crate::client::token::Token;
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::directory::Directory;
use crate::domain::id::AlarmId;
use crate::domain::policy::Policy;
use crate::notify::desktop::{self, Service, Trouble};
use crate::notify::ledger::{self, Ledger};
use crate::notify::notice::{self, Notice, Raised, Source};
use crate::now::{Clock, Reading};
use agent::Agent;
use follow::News;
use kept::{Content, Kept};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What a watch needs.
#[derive(Debug)]
pub struct Watching {
    /// The server's address.
    pub server: String,
    /// Whose it is.
    pub token: Token,
    /// The directory below which it keeps what it knows.
    pub state: PathBuf,
    /// This machine's time.
    pub clock: Clock,
}

/// Why there is no watch.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The server's address is wrong.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Nothing can be shown here.
    #[error(transparent)]
    Desktop(#[from] Trouble),
    /// Two agents would each keep half of it.
    #[error("Another agent of yours already watches this desk. One is enough")]
    Taken,
    /// The disk refuses.
    #[error("The agent's files below {} cannot be used: {source}", path.display())]
    Disk {
        /// The folder.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
}

/// Watches until the process ends; `say` is given a sentence whenever something changes that whoever
/// runs it should know.
///
/// # Errors
/// Why there is no watch, and what to do.
pub async fn watch(watching: Watching, say: impl FnMut(String)) -> Result<(), WatchError> {
    let http = Http::new(&watching.server, &watching.token)?;
    let folder = ledger::folder(&watching.state, http.server());
    let disk = |source| WatchError::Disk {
        path: folder.clone(),
        source,
    };
    let kept = Kept::take(&folder)
        .map_err(disk)?
        .ok_or(WatchError::Taken)?;
    let content = kept.read().map_err(disk)?;
    let service = desktop::service().await?;
    let clock = watching.clock;
    let (poll_now, (to_agent, news)) = (Arc::new(Notify::new()), unbounded_channel());
    let ledger = Ledger::of(&watching.state, http.server());
    tokio::spawn(follow::follow(http, Arc::clone(&poll_now), to_agent));
    let mut watch = Watch {
        agent: Agent::over(content.watched),
        group_from: content.group_from,
        desk: None,
        kept,
        ledger,
        service,
        said: None,
        say,
    };
    watch.run(news, &poll_now, &clock).await;
    Ok(())
}

/// What is said while everything is as it should be.
const WATCHING: &str = "Watching the desk";

struct Watch<S> {
    agent: Agent,
    group_from: u32,
    desk: Option<Box<(Directory, Policy)>>,
    kept: Kept,
    ledger: Ledger,
    service: Service,
    /// What was said last: the same trouble is not told every few seconds.
    said: Option<String>,
    say: S,
}

impl<S: FnMut(String)> Watch<S> {
    async fn run(&mut self, mut news: UnboundedReceiver<News>, poll_now: &Notify, clock: &Clock) {
        let mut before = clock.reading();
        loop {
            let pause = self.agent.pause(clock.reading());
            tokio::select! {
                biased;
                heard = news.recv() => match heard {
                    Some(heard) => self.take(heard, clock.reading()),
                    None => return,
                },
                () = tokio::time::sleep(pause) => {}
            }
            while let Ok(heard) = news.try_recv() {
                self.take(heard, clock.reading());
            }
            let reading = clock.reading();
            if reading.is_after_a_jump(&before) {
                poll_now.notify_one();
            }
            before = reading;
            // First, so that a crash while it tells leaves everything to the next agent.
            self.keep();
            self.tell(reading).await;
        }
    }

    fn take(&mut self, news: News, reading: Reading) {
        match news {
            News::Heard {
                server_time,
                engine_silent_since,
            } => {
                let was_local = self.agent.source() == Source::Local;
                self.agent.heard(server_time, reading);
                self.agent.engine_heard(engine_silent_since);
                if was_local || self.agent.source() == Source::Local {
                    self.say_how_it_is();
                }
            }
            News::Lost(why) => {
                self.agent.lost(reading);
                self.say_once(format!(
                    "{why}. Alarms are local and unconfirmed until then"
                ));
            }
            News::Desk(desk) => {
                self.group_from = desk.1.delivery.group_from;
                self.desk = Some(desk);
            }
            News::LoadBegan => self.agent.load_began(),
            News::Told(incidents) => {
                // The desk is always told first.
                if let Some(desk) = &self.desk {
                    self.agent.told(&incidents, (&desk.0, &desk.1), reading);
                }
            }
            News::LoadEnded => {
                self.agent.load_ended(reading);
                self.keep();
                self.say_how_it_is();
            }
        }
    }

    /// Tells what stands and nobody on this machine has told of.
    async fn tell(&mut self, reading: Reading) {
        let now = self.agent.present(reading);
        let raised = self.claimed(now, reading);
        let source = self.agent.source();
        let notices = notice::notices(raised.clone(), self.group_from, now, source);
        // One notice for each, or one for all of them.
        let each = raised.len() / notices.len().max(1);
        for (place, notice) in notices.iter().enumerate() {
            if let Err(trouble) = self.service.show(notice).await {
                self.give_back(&raised[place * each..]);
                self.say_once(trouble.to_string());
                return;
            }
        }
        if self.agent.misses_the_server(reading)
            && let Err(trouble) = self.service.show(&Notice::Away).await
        {
            self.say_once(trouble.to_string());
        }
        if self.agent.misses_the_engine()
            && let Err(trouble) = self.service.show(&Notice::EngineSilent).await
        {
            self.say_once(trouble.to_string());
        }
    }

    /// What is this agent's to tell. With a disk that fails it is everything: twice is better than never.
    fn claimed(&mut self, now: Instant, reading: Reading) -> Vec<Raised> {
        let mut raised = self.agent.raise(reading);
        if raised.is_empty() {
            return raised;
        }
        match self.ledger.claim(&ids(&raised), now) {
            Ok(claimed) => raised.retain(|raised| claimed.contains(&raised.alarm.id)),
            Err(error) => self.say_once(format!(
                "The list of alarms that were shown cannot be saved: {error}"
            )),
        }
        raised
    }

    fn give_back(&mut self, raised: &[Raised]) {
        // Were this lost, a console still shows them.
        let _ = self.ledger.give_back(&ids(raised));
        self.agent.give_back(raised.to_vec());
    }

    fn keep(&mut self) {
        let Some(watched) = self.agent.take_news() else {
            return;
        };
        let content = Content {
            group_from: self.group_from,
            watched,
        };
        if let Err(error) = self.kept.write(&content) {
            self.say_once(format!("The agent's notes cannot be saved: {error}"));
        }
    }

    /// While the server answers.
    fn say_how_it_is(&mut self) {
        let sentence = match self.agent.engine_silent_since() {
            None => WATCHING.to_owned(),
            Some(since) => format!(
                "The server's alarm engine has been silent since {}. Tell the server's operator. Alarms are local and unconfirmed until then, and nobody else is told of them",
                calendar::brief(since)
            ),
        };
        self.say_once(sentence);
    }

    fn say_once(&mut self, sentence: String) {
        if self.said.as_ref() != Some(&sentence) {
            (self.say)(sentence.clone());
            self.said = Some(sentence);
        }
    }
}

fn ids(raised: &[Raised]) -> Vec<AlarmId> {
    raised.iter().map(|raised| raised.alarm.id).collect()
}
