//! A notice as a pop-up of the desktop that this process runs on, over D-Bus.
//!
//! Over SSH that is the desktop of the machine at the far end, which nobody sits at; whoever calls this
//! has to know that it is not so. It deliberately offers no action that cannot be carried out from
//! here: acknowledging is the console's, whose outbox survives a crash.

use super::notice::{Notice, Urgency};
use notify_rust::{Notification, NotificationResponse, Timeout};
use std::time::Duration;

/// A notification service that has not answered by then does not.
const PATIENCE: Duration = Duration::from_secs(5);

/// The action that shows the reference by itself.
const SHOW_REFERENCE: &str = "reference";

/// Why there is no pop-up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is no session of a desktop here.
    #[error(
        "There is no desktop session here to show alarms on ({0}). Sign in on the desktop and run it there"
    )]
    NoSession(String),
    /// There is a session, and nothing in it shows notices.
    #[error(
        "No notification service is running on this desktop ({0}). Start one, such as dunst or the desktop's own"
    )]
    NoService(String),
    /// The service hangs.
    #[error("The desktop's notification service does not answer. Restart it")]
    Silent,
}

/// What the desktop's notification service can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    offers_actions: bool,
}

/// Asks the desktop's notification service whether it is there.
///
/// # Errors
/// Why there is none, and what to do.
pub async fn service() -> Result<Service, Trouble> {
    // It waits for the bus, so it gets a thread that may.
    let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities);
    let capabilities = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => answer.map_err(trouble)?,
        Ok(Err(_)) | Err(_) => return Err(Trouble::Silent),
    };
    Ok(Service {
        offers_actions: capabilities.iter().any(|name| name == "actions"),
    })
}

impl Service {
    /// Shows a notice; one that is critical stays until somebody closes it. Where the desktop has
    /// buttons, one shows the reference by itself, for reading it out on the telephone.
    ///
    /// # Errors
    /// Why it was not shown.
    pub async fn show(self, notice: &Notice) -> Result<(), Trouble> {
        let mut popup = popup(notice);
        let reference = notice.reference().filter(|_| self.offers_actions);
        if reference.is_some() {
            popup.action(SHOW_REFERENCE, "Show reference");
        }
        let shown = match tokio::time::timeout(PATIENCE, popup.show_async()).await {
            Ok(shown) => shown.map_err(trouble)?,
            Err(_) => return Err(Trouble::Silent),
        };
        if let Some(reference) = reference {
            tokio::spawn(async move {
                let mut is_asked = false;
                let answer = |response: &NotificationResponse| is_asked = asks(response);
                shown.wait_for_action_async(answer).await;
                if is_asked {
                    // The pop-up is there still if this one fails.
                    let _ = self::popup(&Notice::Reference(reference))
                        .show_async()
                        .await;
                }
            });
        }
        Ok(())
    }
}

fn asks(response: &NotificationResponse) -> bool {
    matches!(response, NotificationResponse::Action(action) if action == SHOW_REFERENCE)
}

fn popup(notice: &Notice) -> Notification {
    let (urgency, timeout) = match notice.urgency() {
        Urgency::Normal => (notify_rust::Urgency::Normal, Timeout::Default),
        Urgency::Critical => (notify_rust::Urgency::Critical, Timeout::Never),
    };
    Notification::new()
        .appname("nightdesk")
        .summary(notice.heading())
        .body(&notice.sentence())
        .urgency(urgency)
        .timeout(timeout)
        .finalize()
}

fn trouble(error: notify_rust::error::Error) -> Trouble {
    let said = error.to_string();
    // What the bus itself says of a name that nobody has.
    if said.starts_with("org.freedesktop.DBus.Error") {
        Trouble::NoService(said)
    } else {
        Trouble::NoSession(said)
    }
}
