//! A wire that can be cut: a TCP proxy in front of a server, which does to commands what it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// What happens to a command on its way. Everything else passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// It passes, and so does its answer.
    Whole,
    /// It never arrives, and nobody is told.
    Swallows,
    /// It arrives, and its answer is cut after so many bytes.
    CutsAnswerAfter(usize),
}

/// A proxy that runs until the test ends.
pub(crate) struct Proxy {
    pub(crate) url: String,
    wire: Arc<Mutex<Wire>>,
    seen: Arc<Notify>,
    is_cut: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn before(server: &str) -> Self {
        let server: SocketAddr = server.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let wire = Arc::new(Mutex::new(Wire::Whole));
        let seen = Arc::new(Notify::new());
        let (is_cut, cut) = watch::channel(false);
        tokio::spawn(accept(listener, server, wire.clone(), seen.clone(), cut));
        Self {
            url,
            wire,
            seen,
            is_cut,
        }
    }

    pub(crate) fn set(&self, wire: Wire) {
        *self.wire.lock().unwrap() = wire;
    }

    /// Every connection breaks, and no other comes about until it is mended.
    pub(crate) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    pub(crate) fn mend(&self) {
        self.is_cut.send_replace(false);
    }

    /// Wait until a command has come by since the last time.
    pub(crate) async fn command_seen(&self) {
        self.seen.notified().await;
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    wire: Arc<Mutex<Wire>>,
    seen: Arc<Notify>,
    cut: watch::Receiver<bool>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut cut = cut.clone();
        let carried = carry(client, server, wire.clone(), seen.clone());
        tokio::spawn(async move {
            tokio::select! {
                biased;
                _ = cut.wait_for(|is_cut| *is_cut) => {}
                _ = carried => {}
            }
        });
    }
}

/// One connection; the requests of these tests fit into one read.
async fn carry(
    mut client: TcpStream,
    server: SocketAddr,
    wire: Arc<Mutex<Wire>>,
    seen: Arc<Notify>,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut answered) = ([0; 65536], [0; 65536]);
    let mut left = None;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let bytes = &asked[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                if bytes.starts_with(b"POST") {
                    let wire = *wire.lock().unwrap();
                    seen.notify_one();
                    match wire {
                        Wire::Whole => {}
                        Wire::Swallows => continue,
                        Wire::CutsAnswerAfter(count) => left = Some(count),
                    }
                }
                server.write_all(bytes).await?;
            }
            read = server.read(&mut answered) => {
                let bytes = &answered[..read?];
                let passing = left.map_or(bytes.len(), |left| bytes.len().min(left));
                client.write_all(&bytes[..passing]).await?;
                left = left.map(|left| left - passing);
                if bytes.is_empty() || left == Some(0) {
                    return Ok(());
                }
            }
        }
    }
}
