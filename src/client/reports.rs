//! Freezing a report, from the shell and from the console alike.
//!
//! As with the directory, it needs a live server and is never kept for later: it is sent at once, a few
//! times under the same id, which is the report's from then on. Deliberately makes no report itself.

use super::http::{Failure, Http};
use crate::api::types::FrozenReport;
use crate::domain::id::CommandId;
use crate::domain::reporting::ReportCommand;
use std::time::Duration;

/// How often a command without an answer is sent.
const TRIES: u32 = 3;

/// How long to wait before it is sent again.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// Freeze a report.
///
/// # Errors
/// Why there is none, or that nobody answered, so that nobody knows.
pub async fn freeze(
    http: &Http,
    id: CommandId,
    command: &ReportCommand,
) -> Result<FrozenReport, Failure> {
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        match http.freeze_report(id, command).await {
            Err(Failure::Unreachable(_)) if tries_left > 0 => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            answered => return answered.map(|reply| reply.body),
        }
    }
}
