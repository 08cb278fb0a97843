//! Taking connections, and letting them end.
//!
//! Only so many are open at a time. Whoever is slow to say what they want, or to take the answer, is
//! hung up on, and whoever has shown no token gives way to those who come later, so that idle connections
//! cannot keep an officer out. Deliberately knows no TLS: that is the work of whatever stands in front.

use super::desks::Site;
use super::guests::{GIVES_WAY_WITHIN, Guest, Guests, Room};
use super::limits::{Addresses, Limits};
use super::metrics::{Connections, Counted};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustix::io::Errno;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

/// How long the head of a request may take to arrive; a connection kept alive may idle as long.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long a client may take nothing of an answer.
const TAKEN_WITHIN: Duration = Duration::from_secs(10);

/// Who a proxy in front says that it asks for; each proxy adds at the end whom it has heard.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// How long to pause where no connection can be taken, which is mostly for want of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// The door of a process, through which the connections of all its desks come.
#[derive(Clone)]
pub(super) struct Door {
    /// How many may be open.
    connections: u32,
    addresses: Addresses,
    pub(super) figures: Connections,
    pub(super) closing: CancellationToken,
}

impl Door {
    pub(super) fn new(limits: &Limits, closing: CancellationToken) -> Self {
        Self {
            connections: limits.connections,
            addresses: limits.addresses,
            figures: Connections::default(),
            closing,
        }
    }
}

/// The other end of a connection.
#[derive(Clone)]
struct Peer {
    address: IpAddr,
    /// Absent behind a proxy, whose connections carry everybody's requests.
    guest: Option<Arc<Guest>>,
}

impl Peer {
    fn asks(&self) {
        if let Some(guest) = &self.guest {
            guest.asks();
        }
    }

    fn is_answered(&self) {
        if let Some(guest) = &self.guest {
            guest.is_answered();
        }
    }
}

/// Takes connections until told to close, then lets each finish the request that it is in. Ends
/// before only where no connection can ever be taken again.
pub(super) async fn accept(listener: TcpListener, site: Arc<Site>, door: Door) {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(door.connections as usize));
    let guests = Guests::new(Room::among(door.connections));
    loop {
        // Nobody gives way before somebody is there who waits.
        let next = async {
            let (stream, peer) = listener.accept().await?;
            Ok::<_, io::Error>((place(&places, &guests, &door).await, stream, peer))
        };
        tokio::select! {
            () = door.closing.cancelled() => break,
            accepted = next => match accepted {
                Ok((place, stream, peer)) => {
                    let open = Open {
                        peer: Peer {
                            address: peer.ip(),
                            guest: guest(&guests, peer.ip(), &door),
                        },
                        _place: place,
                        _counted: door.figures.connect(),
                    };
                    serve(stream, open, &site, &connections);
                }
                Err(error) if is_final(&error) => {
                    tracing::error!(%error, "no connection can ever be taken again");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection could be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    connections.shutdown().await;
}

/// Whether what is listened on is gone, and not only something else used up for now.
fn is_final(error: &io::Error) -> bool {
    const GONE: [Errno; 4] = [Errno::BADF, Errno::INVAL, Errno::NOTSOCK, Errno::OPNOTSUPP];
    Errno::from_io_error(error).is_some_and(|errno| GONE.contains(&errno))
}

fn guest(guests: &Arc<Guests>, address: IpAddr, door: &Door) -> Option<Arc<Guest>> {
    match door.addresses {
        Addresses::Connected => Some(Arc::new(guests.let_in(address))),
        Addresses::Forwarded => None,
    }
}

/// A place for a connection that has come; where there is none, as soon as one ends, which the oldest guest
/// is asked to.
async fn place(
    places: &Arc<Semaphore>,
    guests: &Guests,
    door: &Door,
) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    door.figures.full();
    loop {
        guests.show_out_oldest();
        // Whoever was asked to give way may have said who they are; then the next one is asked.
        let place = Arc::clone(places).acquire_owned();
        if let Ok(place) = tokio::time::timeout(GIVES_WAY_WITHIN, place).await {
            // Nobody closes the semaphore.
            return place.ok();
        }
    }
}

/// What an open connection holds until it ends.
struct Open {
    peer: Peer,
    _place: Option<OwnedSemaphorePermit>,
    _counted: Counted,
}

fn serve(stream: TcpStream, open: Open, site: &Arc<Site>, connections: &GracefulShutdown) {
    // Answers are small and somebody waits for each; it works without, only later.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKEN_WITHIN));
    let peer = open.peer.clone();
    let site = Arc::clone(site);
    let service = service_fn(move |mut request: Request<Incoming>| {
        peer.asks();
        request.extensions_mut().insert(peer.clone());
        let (site, peer) = (Arc::clone(&site), peer.clone());
        async move {
            let answer = site.answer(request).await;
            peer.is_answered();
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // All of it, and not only what is used below.
        let open = open;
        // What has come is read before a guest gives way.
        tokio::select! {
            biased;
            ended = connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
            }
            () = shown_out(&open.peer) => {
                tracing::debug!("a connection without a token gave way to a later one");
            }
        }
    });
}

async fn shown_out(peer: &Peer) {
    match &peer.guest {
        Some(guest) => guest.shown_out().await,
        None => std::future::pending().await,
    }
}

/// A good token came with this request: its connection keeps its place.
pub(super) fn welcome(parts: &Parts) {
    let peer = parts.extensions.get::<Peer>();
    if let Some(guest) = peer.and_then(|peer| peer.guest.as_ref()) {
        guest.is_known();
    }
}

/// The address that a request comes from. What a proxy in front says counts only where there is one:
/// everybody else can say what they like.
pub(super) fn address(parts: &Parts, addresses: Addresses) -> IpAddr {
    let forwarded = match addresses {
        Addresses::Connected => None,
        Addresses::Forwarded => forwarded_for(&parts.headers),
    };
    let connected = || parts.extensions.get::<Peer>().map(|peer| peer.address);
    forwarded
        .or_else(connected)
        .unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let address = last.to_str().ok()?.rsplit(',').next()?;
    address.trim().parse().ok()
}
