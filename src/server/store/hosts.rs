//! The machines that a database may be on, of which one takes writes.
//!
//! A standby that was promoted is found while the old primary does not answer, and used from then on.
//! Invariant: this process never goes back to a primary that was overtaken. A promotion begins another
//! timeline, so a primary whose timeline is older than one that was seen before, or that is of another
//! cluster, is refused: it took no part in what was acknowledged since. Deliberately promotes nobody.

use super::StoreError;
use sqlx::{AnyConnection, AnyPool, Connection as _, Row as _};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a machine may take to say whether it takes writes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// Where a database may be.
#[derive(Debug)]
pub(super) struct Hosts {
    all: Vec<Host>,
    /// The place of the one that is used.
    leading: watch::Sender<usize>,
    fence: Fence,
}

/// One machine, or the one file.
pub(super) struct Host {
    /// Absent for a file, which is nowhere else. It may hold a password, so it is never shown.
    pub(super) url: Option<String>,
    pub(super) writer: AnyPool,
    pub(super) reader: AnyPool,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Hosts {
    /// These, of which the first is used until another one is found to lead.
    pub(super) fn of(all: Vec<Host>, fence: Fence) -> Self {
        Self {
            all,
            leading: watch::Sender::new(0),
            fence,
        }
    }

    /// The one that is used.
    pub(super) fn leading(&self) -> &Host {
        let place = *self.leading.borrow();
        self.all.get(place).unwrap_or(&self.all[0])
    }

    /// Whether the database may turn up elsewhere.
    pub(super) fn are_several(&self) -> bool {
        self.all.len() > 1
    }

    /// Rings when another one is used.
    pub(super) fn moves(&self) -> watch::Receiver<usize> {
        self.leading.subscribe()
    }

    /// Looks which of them takes writes, and uses that from now on; whether there is one.
    pub(super) async fn find_leader(&self) -> bool {
        let mut asking = JoinSet::new();
        for (place, host) in self.all.iter().enumerate() {
            if let Some(url) = host.url.clone() {
                asking.spawn(async move {
                    let asked = tokio::time::timeout(ANSWERS_WITHIN, primacy_at(&url)).await;
                    Some((asked.ok()?.ok()?, place))
                });
            }
        }
        let mut answers: Vec<(Primacy, usize)> = Vec::new();
        while let Some(answer) = asking.join_next().await {
            answers.extend(answer.ok().flatten());
        }
        answers.retain(|(primacy, _)| self.fence.admits(primacy));
        let leads = answers.iter().max_by_key(|(primacy, _)| primacy.timeline);
        if let Some((_, place)) = leads {
            let moved = self.leading.send_if_modified(|leading| {
                let moves = leading != place;
                *leading = *place;
                moves
            });
            if moved {
                tracing::warn!(place, "another machine leads the database");
            }
        }
        leads.is_some()
    }

    /// Ends every connection.
    pub(super) async fn close(&self) {
        for host in &self.all {
            host.reader.close().await;
            host.writer.close().await;
        }
    }
}

/// Which cluster a primary is of, and how often one of it has been promoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Primacy {
    cluster: String,
    timeline: i64,
}

/// What primary was seen last; shared by all connections of a process.
#[derive(Clone, Debug, Default)]
pub(super) struct Fence(Arc<Mutex<Option<Primacy>>>);

impl Fence {
    /// Whether this one has not been overtaken; it is the last one seen then.
    fn admits(&self, primacy: &Primacy) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_later = last.as_ref().is_none_or(|last| {
            last.cluster == primacy.cluster && last.timeline <= primacy.timeline
        });
        if is_later {
            *last = Some(primacy.clone());
        }
        is_later
    }

    /// Refuses a connection to a machine that takes no writes, or whose writes are of the past.
    pub(super) async fn check(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let primacy = primacy(connection).await?;
        match self.admits(&primacy) {
            true => Ok(()),
            false => Err(sqlx::Error::Configuration(
                "it is a primary that another one has overtaken, or of another cluster".into(),
            )),
        }
    }
}

async fn primacy_at(url: &str) -> Result<Primacy, sqlx::Error> {
    let mut connection = AnyConnection::connect(url).await?;
    let primacy = primacy(&mut connection).await;
    connection.close().await?;
    primacy
}

/// Asks a machine whether it takes writes.
async fn primacy(connection: &mut AnyConnection) -> Result<Primacy, sqlx::Error> {
    // In one message each: a pooler gives the next one to another session.
    let standby: bool = sqlx::raw_sql("select pg_is_in_recovery()")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if standby {
        return Err(sqlx::Error::Configuration(
            "it is a standby; give the primary".into(),
        ));
    }
    let row = sqlx::raw_sql(
        "select cast(system_identifier as text) as cluster,
            cast(cast('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as bit(32))
                as bigint) as timeline
         from pg_control_system()",
    )
    .fetch_one(connection)
    .await?;
    Ok(Primacy {
        cluster: row.try_get("cluster")?,
        timeline: row.try_get("timeline")?,
    })
}

/// The URL of each machine that one URL names: `postgres://user@one,two:5433/desk`.
///
/// # Errors
/// It asks for another machine than one that takes writes.
pub(super) fn each_of(url: &str) -> Result<Vec<String>, StoreError> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
    let (asked, mut kept): (Vec<&str>, Vec<&str>) =
        parameters.partition(|parameter| parameter.starts_with("target_session_attrs="));
    if asked.iter().any(|asked| !asked.ends_with("=read-write")) {
        return Err(StoreError::Unsafe(
            "its URL asks for a machine that takes no writes; leave target_session_attrs out, or \
             say read-write"
                .to_owned(),
        ));
    }
    if !kept
        .iter()
        .any(|parameter| parameter.starts_with("application_name="))
    {
        kept.push("application_name=nightdesk");
    }
    let query = kept.join("&");
    let user = match user {
        "" => String::new(),
        user => format!("{user}@"),
    };
    let hosts = hosts.split(',');
    Ok(hosts
        .map(|host| format!("{scheme}://{user}{host}/{database}?{query}"))
        .collect())
}
