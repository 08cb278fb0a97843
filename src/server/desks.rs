//! Desks beside each other in one process, told apart by the name of the host that is asked.
//!
//! Each has its own database, directory, trail, engine and limits, and nothing of one is reached by the name of
//! another: the desk is chosen before anything else of a request is looked at. One desk's trouble is its own. A
//! desk that has ended, or could not begin, answers that it is not available and is begun again after a while;
//! the others go on. Deliberately knows nothing of what a desk is asked.

use super::failure::Failure;
use super::limits::Limits;
use super::network::{self, Door};
use super::running::Running;
use super::store::Alone;
use super::{Settings, drain, frame};
use crate::api::problem::Code;
use axum::Router;
use axum::body::HttpBody;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Request, Uri};
use axum::response::Response;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// After how long a desk that has ended, or could not begin, is begun again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How a desk is opened, again where it has ended: what it runs by, and that it is alone on its database. A
/// failure is a sentence for the log.
pub type Opening = Box<dyn Fn() -> Opened + Send + Sync>;

/// What comes of it.
pub type Opened = Pin<Box<dyn Future<Output = Result<(Settings, Alone), String>> + Send>>;

/// A desk and the name of the host by which it is asked.
pub struct Hosted {
    /// The name, without a port, in lower case.
    pub host: String,
    /// How it is opened.
    pub open: Opening,
}

/// The routes of a desk while it runs.
type Seat = watch::Receiver<Option<Router>>;

/// Where the requests of a process go.
pub(super) enum Site {
    /// To its one desk, by whatever name it is asked.
    One(Router),
    /// To the desk of that name.
    Many(BTreeMap<String, Seat>),
}

impl Site {
    /// The answer of the desk that is asked.
    pub(super) async fn answer<B>(&self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        match self.desk(request.uri(), request.headers()) {
            // A router answers everything; it has no failures of its own.
            Ok(router) => match router.oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            },
            Err(failure) => frame::without_desk(failure, request.uri().path().to_owned()),
        }
    }

    fn desk(&self, uri: &Uri, headers: &HeaderMap) -> Result<Router, Failure> {
        let desks = match self {
            Self::One(router) => return Ok(router.clone()),
            Self::Many(desks) => desks,
        };
        let host = host(uri, headers)?;
        let seat = desks.get(&host).ok_or_else(no_such_desk)?;
        let router = seat.borrow().clone();
        router.ok_or_else(|| Failure::unavailable("the desk does not run"))
    }
}

fn no_such_desk() -> Failure {
    let detail = "This server has no desk by the name in the address. Check the address";
    Failure::new(Code::NoSuchDesk, detail)
}

/// The name of the host that is asked, in lower case and without a port or a dot at its end.
fn host(uri: &Uri, headers: &HeaderMap) -> Result<String, Failure> {
    let mut given = headers.get_all(HOST).iter();
    let (first, second) = (given.next(), given.next());
    if second.is_some() {
        return Err(frame::host_came_twice());
    }
    let authority = || first?.to_str().ok()?.parse::<Authority>().ok();
    let host = uri.host().map(str::to_owned);
    let host = host.or_else(|| authority().map(|authority| authority.host().to_owned()));
    let host = host.ok_or_else(no_such_desk)?;
    Ok(host.trim_end_matches('.').to_ascii_lowercase())
}

/// Serves desks until `shutdown`, then lets requests end and commits what is queued.
pub async fn serve_desks(
    listener: TcpListener,
    limits: &Limits,
    desks: Vec<Hosted>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let door = Door::new(limits, CancellationToken::new());
    let drained = CancellationToken::new();
    let (mut keeping, mut seats) = (JoinSet::new(), BTreeMap::new());
    for desk in desks {
        let (seat, seen) = watch::channel(None);
        seats.insert(desk.host.clone(), seen);
        keeping.spawn(keep(desk, seat, door.clone(), drained.clone()));
    }
    let site = Arc::new(Site::Many(seats));
    let mut serving = tokio::spawn(network::accept(listener, site, door.clone()));
    tokio::select! {
        () = shutdown => tracing::info!("stopping"),
        _ = &mut serving => tracing::error!("the network has ended"),
    }
    door.closing.cancel();
    drain(serving).await;
    drained.cancel();
    keeping.join_all().await;
    tracing::info!("stopped");
}

/// Keeps a desk running until the process stops and its last request is answered.
async fn keep(
    desk: Hosted,
    seat: watch::Sender<Option<Router>>,
    door: Door,
    drained: CancellationToken,
) {
    let host = &desk.host;
    while !door.closing.is_cancelled() {
        match begin(&desk, &door).await {
            Err(why) => tracing::error!(host, why, "a desk could not begin"),
            Ok((mut running, _alone)) => {
                tracing::info!(host, "a desk began");
                seat.send_replace(Some(running.router()));
                tokio::select! {
                    biased;
                    () = door.closing.cancelled() => {
                        drained.cancelled().await;
                        return running.end().await;
                    }
                    why = running.ends() => tracing::error!(host, %why, "a desk has ended"),
                }
                seat.send_replace(None);
                running.abandon().await;
            }
        }
        tokio::select! {
            () = door.closing.cancelled() => {}
            () = tokio::time::sleep(AGAIN_AFTER) => {}
        }
    }
}

async fn begin(desk: &Hosted, door: &Door) -> Result<(Running, Alone), String> {
    let (settings, alone) = (desk.open)().await?;
    let running = Running::begin(settings, door).await;
    Ok((running.map_err(|error| error.to_string())?, alone))
}
