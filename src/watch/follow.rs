//! Following the server for the agent: everything once, then what changes.
//!
//! Deliberately decides nothing: what it hears and what it does not are news for the agent.

use crate::client::http::{Failure, Heard, Http};
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

/// How long the server may take to say that nothing has changed.
const LONG_POLL: Duration = Duration::from_secs(20);
/// The longest pause between two tries to reach it.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What came of a question to the server.
#[derive(Debug)]
pub(super) enum News {
    /// It answered, and this is its time.
    Heard {
        server_time: Instant,
        /// Since when it raises no alarms, if it says so.
        engine_silent_since: Option<Instant>,
    },
    /// It did not answer, or said no.
    Lost(String),
    /// The numbers and the directory.
    Desk(Box<(Directory, Policy)>),
    /// Everything follows.
    LoadBegan,
    /// Incidents as they are now.
    Told(Vec<Incident>),
    /// That was everything.
    LoadEnded,
}

/// What has to be remembered between two questions.
#[derive(Default)]
struct Place {
    after: Option<String>,
    directory_version: Option<u64>,
}

/// Follows the server for as long as somebody listens. What `poll_now` asks for is asked at once.
pub(super) async fn follow(http: Http, poll_now: Arc<Notify>, news: UnboundedSender<News>) {
    let (mut place, mut tries) = (Place::default(), 0);
    while !news.is_closed() {
        let followed = match place.after.clone() {
            None => load(&http, &mut place, &news).await,
            Some(after) => changes(&http, &after, &poll_now, &mut place, &news).await,
        };
        let Err(failure) = followed else {
            tries = 0;
            continue;
        };
        if failure.reload().is_some() {
            place.after = None;
        } else {
            tell(&news, News::Lost(failure.to_string()));
        }
        let pause = Duration::from_secs(1 << tries.min(5)).min(LONGEST_PAUSE);
        tries += 1;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = poll_now.notified() => {}
        }
    }
}

async fn load(http: &Http, place: &mut Place, news: &UnboundedSender<News>) -> Result<(), Failure> {
    desk(http, news).await?;
    tell(news, News::LoadBegan);
    let (mut after, mut cursor) = (None, None::<String>);
    loop {
        let page = http.incidents(cursor.as_deref()).await?;
        heard(news, page.heard);
        tell(news, News::Told(page.body.incidents));
        // Changes are followed from where the first page was read, so that none is missed.
        after.get_or_insert(page.body.changes_after);
        cursor = page.body.next;
        if cursor.is_none() {
            tell(news, News::LoadEnded);
            place.after = after;
            return Ok(());
        }
    }
}

async fn changes(
    http: &Http,
    after: &str,
    poll_now: &Notify,
    place: &mut Place,
    news: &UnboundedSender<News>,
) -> Result<(), Failure> {
    let reply = tokio::select! {
        reply = http.changes(after, LONG_POLL) => reply?,
        () = poll_now.notified() => http.changes(after, Duration::ZERO).await?,
    };
    heard(news, reply.heard);
    let Some(page) = reply.body else {
        return Ok(());
    };
    let before = place.directory_version.replace(page.directory_version);
    // Alarms follow from the directory and the numbers too, and no incident is kept here.
    let is_other_desk = before.is_some_and(|before| before != page.directory_version);
    place.after = (!is_other_desk).then_some(page.next);
    let changes = page.changes.into_iter();
    tell(
        news,
        News::Told(changes.map(|change| change.incident).collect()),
    );
    Ok(())
}

async fn desk(http: &Http, news: &UnboundedSender<News>) -> Result<(), Failure> {
    let policy = http.policy().await?.body;
    let directory = http.directory().await?;
    heard(news, directory.heard);
    tell(news, News::Desk(Box::new((directory.body, policy))));
    Ok(())
}

fn heard(news: &UnboundedSender<News>, heard: Heard) {
    if let Some(server_time) = heard.server_time {
        let engine_silent_since = heard.health.engine_silent_since;
        tell(
            news,
            News::Heard {
                server_time,
                engine_silent_since,
            },
        );
    }
}

fn tell(news: &UnboundedSender<News>, what: News) {
    // Nobody listens once the agent has ended.
    let _ = news.send(what);
}
