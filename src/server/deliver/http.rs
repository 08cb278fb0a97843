//! The HTTP that carriers share: a client that follows nothing, and keys that sign.
//!
//! Deliberately holds no carrier's own ways.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::redirect::Policy;
use sha2::Sha256;
use std::time::Duration;

/// A client that goes where it is told and nowhere else, and waits no longer than this.
pub(super) fn client(within: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("nightdesk/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(within)
}

/// HMAC with SHA-256.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // Takes a key of any length, so there is nothing that could go wrong.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

/// Why nothing came back, in words that hold no address.
pub(super) fn unreachable(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "could not be connected to"
    } else {
        "did not answer as it should"
    };
    what.to_owned()
}
