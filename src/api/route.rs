//! Where things are: paths, query names and header names of version 1.
//!
//! A constant in capitals is the pattern that the server mounts; the function of the same name fills
//! it in for a client. Deliberately knows neither methods nor bodies: `/openapi.json` does.

use crate::domain::id::{AlarmId, CommandId, DeliveryId};
use crate::domain::reporting::ReportKind;
use std::fmt::Display;

/// The most that a body may hold, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;

/// Incidents: one page, or log a new one.
pub const INCIDENTS: &str = "/v1/incidents";
/// One incident, by id or reference.
pub const INCIDENT: &str = "/v1/incidents/{id}";
/// Ask something of an incident.
pub const INCIDENT_COMMANDS: &str = "/v1/incidents/{id}/commands";
/// What became true of an incident, oldest first.
pub const TIMELINE: &str = "/v1/incidents/{id}/timeline";
/// The case file of an incident, once it has been handed out.
pub const CASE_FILE: &str = "/v1/incidents/{id}/case-file";
/// Who has read an incident.
pub const READINGS: &str = "/v1/incidents/{id}/readings";
/// What came of a command, any time later.
pub const COMMAND: &str = "/v1/commands/{id}";
/// Alerts of Prometheus Alertmanager.
pub const INTAKE_ALERTMANAGER: &str = "/v1/intake/alertmanager";
/// Events in the shape of PagerDuty's Events API, version 2.
pub const INTAKE_EVENTS: &str = "/v1/intake/events";
/// CloudEvents.
pub const INTAKE_CLOUDEVENTS: &str = "/v1/intake/cloudevents";
/// Incidents by words and facts, however long ago they ended.
pub const SEARCH: &str = "/v1/search";
/// What has changed since a cursor; waits if asked to.
pub const CHANGES: &str = "/v1/changes";
/// Organisations, people, roles, contact points, rota.
pub const DIRECTORY: &str = "/v1/directory";
/// Ask something of the rota.
pub const DIRECTORY_COMMANDS: &str = "/v1/directory/commands";
/// Problems: one page, or raise a new one.
pub const PROBLEMS: &str = "/v1/problems";
/// One problem, by id or reference.
pub const PROBLEM: &str = "/v1/problems/{id}";
/// Ask something of a problem.
pub const PROBLEM_COMMANDS: &str = "/v1/problems/{id}/commands";
/// What became true of a problem, oldest first.
pub const PROBLEM_TIMELINE: &str = "/v1/problems/{id}/timeline";
/// Freeze a report.
pub const REPORTS: &str = "/v1/reports";
/// A report for a period as of now.
pub const REPORT: &str = "/v1/reports/{kind}";
/// Reports that were frozen.
pub const FROZEN_REPORTS: &str = "/v1/frozen-reports";
/// One report that was frozen.
pub const FROZEN_REPORT: &str = "/v1/frozen-reports/{id}";
/// What may be erased, and asking for that.
pub const RETENTION: &str = "/v1/retention";
/// What somebody asked to erase.
pub const RETENTION_REQUEST: &str = "/v1/retention/{id}";
/// Alarms that were raised.
pub const ALARMS: &str = "/v1/alarms";
/// Say that you know of an alarm, or put it off.
pub const ALARM_RECEIPTS: &str = "/v1/alarms/{id}/receipts";
/// Alarms that time will raise.
pub const COMING_ALARMS: &str = "/v1/coming-alarms";
/// What went out and is to: one page, or send a test message.
pub const DELIVERIES: &str = "/v1/deliveries";
/// The services that are told over HTTP.
pub const SERVICES: &str = "/v1/services";
/// One delivery.
pub const DELIVERY: &str = "/v1/deliveries/{id}";
/// Where GOV.UK Notify tells what became of a message.
pub const GOVUK_NOTIFY: &str = "/v1/deliver/govuk-notify";
/// Where what a mail server says later of a message is told.
pub const MAIL_STATUS: &str = "/v1/deliver/mail-status";
/// Where a partner acknowledges a notice in a browser.
pub const ACK: &str = "/ack/{token}";
/// The numbers of the procedures, with the bank holidays.
pub const POLICY: &str = "/v1/policy";
/// The bank holidays in force, and those that wait for approval.
pub const CALENDAR: &str = "/v1/calendar";
/// Import bank holidays, or approve them.
pub const CALENDAR_COMMANDS: &str = "/v1/calendar/commands";
/// Whoever asks.
pub const ME: &str = "/v1/me";
/// The token that is used; deleting it signs out.
pub const SESSION: &str = "/v1/sessions/current";
/// The end of the audit trail.
pub const AUDIT_CHECKPOINT: &str = "/v1/audit/checkpoint";
/// The audit trail as it was hashed.
pub const AUDIT_ENTRIES: &str = "/v1/audit/entries";
/// Whether the process lives.
pub const HEALTHZ: &str = "/healthz";
/// Whether it can serve.
pub const READYZ: &str = "/readyz";
/// Figures for Prometheus.
pub const METRICS: &str = "/metrics";
/// This very contract as OpenAPI 3.1.
pub const OPENAPI: &str = "/openapi.json";

/// One incident, by id or reference.
pub fn incident(id: impl Display) -> String {
    format!("{INCIDENTS}/{id}")
}

/// Ask something of an incident.
pub fn incident_commands(id: impl Display) -> String {
    format!("{INCIDENTS}/{id}/commands")
}

/// What became true of an incident.
pub fn timeline(id: impl Display) -> String {
    format!("{INCIDENTS}/{id}/timeline")
}

/// The case file of an incident.
pub fn case_file(id: impl Display) -> String {
    format!("{INCIDENTS}/{id}/case-file")
}

/// Who has read an incident.
pub fn readings(id: impl Display) -> String {
    format!("{INCIDENTS}/{id}/readings")
}

/// What somebody asked to erase.
pub fn retention_request(id: CommandId) -> String {
    format!("{RETENTION}/{id}")
}

/// One problem, by id or reference.
pub fn problem(id: impl Display) -> String {
    format!("{PROBLEMS}/{id}")
}

/// Ask something of a problem.
pub fn problem_commands(id: impl Display) -> String {
    format!("{PROBLEMS}/{id}/commands")
}

/// What became true of a problem.
pub fn problem_timeline(id: impl Display) -> String {
    format!("{PROBLEMS}/{id}/timeline")
}

/// A report for a period as of now.
pub fn report(kind: ReportKind) -> String {
    format!("{REPORTS}/{kind}")
}

/// One report that was frozen.
pub fn frozen_report(id: CommandId) -> String {
    format!("{FROZEN_REPORTS}/{id}")
}

/// Say that you know of an alarm, or put it off.
pub fn alarm_receipts(id: AlarmId) -> String {
    format!("{ALARMS}/{id}/receipts")
}

/// One delivery.
pub fn delivery(id: DeliveryId) -> String {
    format!("{DELIVERIES}/{id}")
}

/// What came of a command.
pub fn command(id: CommandId) -> String {
    format!("/v1/commands/{id}")
}

/// Names of headers, in the lower case of HTTP/2.
pub mod header {
    /// The id of the command; required on every POST that changes state.
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    /// `true` where the answer is that of an earlier request with the same id.
    pub const IDEMPOTENT_REPLAYED: &str = "idempotent-replayed";
    /// The version that was seen, quoted; required where a command does not commute.
    pub const IF_MATCH: &str = "if-match";
    /// The version of a representation, quoted.
    pub const ETAG: &str = "etag";
    /// Milliseconds since 1970 by the server's clock; on every answer.
    pub const SERVER_TIME: &str = "nightdesk-server-time";
    /// Present where the file of the database was found to be damaged. Only people who are signed in get it.
    pub const DATABASE_DAMAGED: &str = "nightdesk-database-damaged";
    /// Milliseconds since 1970 since when the server has saved nothing; only while its commits fail. Only
    /// people who are signed in get it.
    pub const NOTHING_SAVED_SINCE: &str = "nightdesk-nothing-saved-since";
    /// Milliseconds since 1970 at which the engine of the alarms last looked; only while it is silent, and
    /// only to somebody who is signed in.
    pub const ALARM_ENGINE_SILENT_SINCE: &str = "nightdesk-alarm-engine-silent-since";
    /// Names one request in the logs of both sides; echoed.
    pub const REQUEST_ID: &str = "x-request-id";
    /// Names what several requests belong to; echoed.
    pub const CORRELATION_ID: &str = "x-correlation-id";
}

/// A version as `If-Match` and `ETag` write it.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}
