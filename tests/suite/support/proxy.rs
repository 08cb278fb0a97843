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
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) async fn before(server: &str) -> Self {
        let server: SocketAddr = server.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let wire = Arc::new(Mutex::new(Wire::Whole));
        let seen = Arc::new(Notify::new());
        let (is_cut, cut) = watch::channel(false);
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let heard = (wire.clone(), seen.clone(), asked.clone());
        tokio::spawn(accept(listener, server, heard, cut));
        Self {
            asked,
            url,
            wire,
            seen,
            is_cut,
        }
    }

    /// The addresses that were asked for, with how.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
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

/// What is done to commands, who is told of one, and what was asked for.
type Heard = (Arc<Mutex<Wire>>, Arc<Notify>, Arc<Mutex<Vec<String>>>);

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    heard: Heard,
    cut: watch::Receiver<bool>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut cut = cut.clone();
        let carried = carry(client, server, heard.clone());
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
    (wire, seen, asked_for): Heard,
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
                let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
                asked_for.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
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
