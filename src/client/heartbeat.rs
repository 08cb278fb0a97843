//! Telling somebody outside that all is well.
//!
//! Deliberately says nothing but that: no body, no name, nothing of the desk. The address may be a secret
//! and is in no error.

use std::time::Duration;

/// How long the other side may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    /// The text is no address.
    #[error("The heartbeat's file does not hold an address that begins with https:// or http://")]
    Address,
    /// Nobody took it.
    #[error(
        "All is well, but the heartbeat could not be delivered. The monitor that waits for it will raise an alert"
    )]
    NotTaken,
}

/// Calls the address.
///
/// # Errors
/// A sentence that does not name the address.
pub async fn call(address: &str) -> Result<(), HeartbeatError> {
    let address: reqwest::Url = address.parse().map_err(|_| HeartbeatError::Address)?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err(HeartbeatError::Address);
    }
    // Whoever comes second is told that it is set already, which is all that is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(WITHIN)
        .build()
        .map_err(|_| HeartbeatError::NotTaken)?;
    let answer = client.get(address).send().await;
    let taken = answer.and_then(reqwest::Response::error_for_status);
    taken.map(drop).map_err(|_| HeartbeatError::NotTaken)
}
