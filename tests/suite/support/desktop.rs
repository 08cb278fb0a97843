//! A desktop session: a bus of its own, on which a service shows what it is given to the test.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::OwnedVariant;
use zbus::object_server::SignalEmitter;

use super::terminal::PATIENCE;

/// A bus that starts no services by itself.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// A bus; it ends with the test.
pub(crate) struct Bus {
    pub(crate) address: String,
    daemon: Child,
    _files: TempDir,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let files = TempDir::new().unwrap();
        let settings = files.path().join("bus.conf");
        fs::write(
            &settings,
            BUS.replace("FOLDER", files.path().to_str().unwrap()),
        )
        .unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg("--config-file")
            .arg(settings)
            .args(["--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let out = daemon.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        Self {
            address: address.trim().to_owned(),
            daemon,
            _files: files,
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A pop-up, as the desktop was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Popup {
    pub(crate) id: u32,
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) actions: Vec<String>,
    /// 0 low, 1 normal, 2 critical.
    pub(crate) urgency: u8,
    /// In milliseconds; 0 stays, -1 is the desktop's own choice.
    pub(crate) timeout: i32,
}

struct Service {
    shown: UnboundedSender<Popup>,
    next: AtomicU32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(
        clippy::too_many_arguments,
        reason = "the parameters are those of the protocol"
    )]
    fn notify(
        &self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        heading: String,
        text: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        timeout: i32,
    ) -> u32 {
        let id = self.next.fetch_add(1, Ordering::SeqCst);
        let urgency = hints.get("urgency").map(|urgency| urgency.downcast_ref());
        // Nobody looks once the test has ended.
        let _ = self.shown.send(Popup {
            id,
            heading,
            text,
            actions,
            urgency: urgency.map_or(1, Result::unwrap),
            timeout,
        });
        id
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned()]
    }

    fn close_notification(&self, _id: u32) {}

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("suite", "nightdesk", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;
}

/// A desktop on a bus.
pub(crate) struct Desktop {
    connection: zbus::Connection,
    shown: UnboundedReceiver<Popup>,
}

impl Desktop {
    pub(crate) async fn on(bus: &Bus) -> Self {
        let (sender, shown) = unbounded_channel();
        let service = Service {
            shown: sender,
            next: AtomicU32::new(1),
        };
        let connection = zbus::connection::Builder::address(bus.address.as_str())
            .name("org.freedesktop.Notifications")
            .serve_at("/org/freedesktop/Notifications", service)
            .build()
            .await
            .unwrap();
        Self { connection, shown }
    }

    /// The next pop-up.
    pub(crate) async fn shows(&mut self) -> Popup {
        let shown = tokio::time::timeout(PATIENCE, self.shown.recv()).await;
        shown.expect("a pop-up was waited for in vain").unwrap()
    }

    /// The pop-ups that were shown and not looked at yet.
    pub(crate) fn rest(&mut self) -> Vec<Popup> {
        std::iter::from_fn(|| self.shown.try_recv().ok()).collect()
    }

    /// Somebody presses a button of a pop-up until something comes of it: whoever showed the pop-up
    /// begins to listen a moment later.
    pub(crate) async fn shows_when_pressed(&mut self, popup: &Popup, action: &str) -> Popup {
        for _ in 0..100 {
            self.press(popup, action).await;
            let patience = Duration::from_millis(200);
            if let Ok(shown) = tokio::time::timeout(patience, self.shown.recv()).await {
                return shown.unwrap();
            }
        }
        panic!("nothing comes of \"{action}\"");
    }

    async fn press(&self, popup: &Popup, action: &str) {
        let server = self.connection.object_server();
        let path = "/org/freedesktop/Notifications";
        let service = server.interface::<_, Service>(path).await.unwrap();
        let emitter = service.signal_emitter();
        Service::action_invoked(emitter, popup.id, action)
            .await
            .unwrap();
    }
}
