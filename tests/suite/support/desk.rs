//! A desk that sends, and looking at what becomes of what it sends.

use super::server::{Person, TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::DeliveryRecord;
use nightdesk::config::server::Outgoing;
use nightdesk::domain::Instant;
use nightdesk::domain::id::DeliveryId;
use nightdesk::server::{self, AlarmFinding, Store};
use serde_json::{Value, json};
use std::time::Duration;

/// A desk that sends by these settings, and waits for no carrier long.
pub(crate) async fn desk_with(outgoing: Outgoing) -> TestServer {
    TestServer::start_with(|settings| {
        settings.outgoing = outgoing;
        settings.policy.delivery.attempt_seconds = 2;
    })
    .await
}

/// What an auditor finds at a moment to which the clock was set, once the messages that this made late all
/// at once have been taken in hand; with them, if they are not.
pub(crate) async fn audited_when_sent(store: &Store, now: Instant) -> Vec<AlarmFinding> {
    let patience = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let findings = server::audit_alarms(store, now).await.unwrap();
        let unsent = |finding: &AlarmFinding| matches!(finding, AlarmFinding::Unsent(_));
        if !findings.iter().any(unsent) || tokio::time::Instant::now() > patience {
            return findings;
        }
        tokio::task::yield_now().await;
    }
}

/// A test message to the data protection officer of Riverbourne.
pub(crate) async fn test_message(person: &Person<'_>, medium: &str) -> DeliveryId {
    let test =
        json!({"type": "test", "role": "DPO", "organisation": "riverbourne", "medium": medium});
    queued(person, &test).await
}

/// What a test is queued as.
pub(crate) async fn queued(person: &Person<'_>, test: &Value) -> DeliveryId {
    let queued = person.send(route::DELIVERIES, fresh_id(), None, test).await;
    queued.ok::<DeliveryRecord>().id
}

/// The delivery once it has been tried so often.
pub(crate) async fn tried(person: &Person<'_>, id: DeliveryId, attempts: u32) -> DeliveryRecord {
    let looking = async {
        loop {
            let found: DeliveryRecord = person.get(&route::delivery(id)).await.ok();
            if found.attempts >= attempts {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(20);
    tokio::time::timeout(within, looking).await.unwrap()
}
