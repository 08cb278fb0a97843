//! Taking connections, and letting them end.
//!
//! Whoever is slow to say what they want is hung up on, so that a handful of idle connections cannot
//! keep an officer out. Deliberately knows no TLS: that is the work of whatever stands in front.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// How long the head of a request may take to arrive; a connection kept alive may idle as long.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long to pause where no connection can be taken, which is mostly for want of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections until told to close, then lets each finish the request that it is in.
pub(super) async fn accept(listener: TcpListener, router: Router, closing: CancellationToken) {
    let connections = GracefulShutdown::new();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => serve(stream, &router, &connections),
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

fn serve(stream: TcpStream, router: &Router, connections: &GracefulShutdown) {
    // Answers are small and somebody waits for each; it works without, only later.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke");
        }
    });
}
