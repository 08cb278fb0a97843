//! Freezing a report, from the shell and from the console alike.
//!
//! As with the directory, it needs a live server and is never kept for later: it is sent at once, a few
//! times under the same id, which is the report's from then on. Deliberately makes no report itself.

use super::given::{BETWEEN_TRIES, until_heard};
use super::http::{Failure, Http};
use crate::api::types::FrozenReport;
use crate::domain::id::CommandId;
use crate::domain::reporting::ReportCommand;

/// Freeze a report.
///
/// # Errors
/// Why there is none, or that nobody answered, so that nobody knows.
pub async fn freeze(
    http: &Http,
    id: CommandId,
    command: &ReportCommand,
) -> Result<FrozenReport, Failure> {
    until_heard(BETWEEN_TRIES, || http.freeze_report(id, command)).await
}
