//! Figures for Prometheus: how much was asked, how fast, how many commands a commit carried.
//!
//! Labels are route patterns, methods, statuses and codes: never a person or an incident.

use super::frame::Line;
use super::limits::Limit;
use super::store::Store;
use crate::domain::intake::CameOf;
use axum::http::Method;
use chrono::TimeDelta;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::atomic::AtomicU64;

/// Figures of the connections of a process, which all its desks share.
#[derive(Clone, Default)]
pub(crate) struct Connections {
    open: Gauge,
    full: Counter,
}

impl Connections {
    /// Counts a connection, until what is returned is dropped.
    pub(crate) fn connect(&self) -> Counted {
        Counted::among(&self.open)
    }

    /// Counts that no further connection is taken until one ends.
    pub(crate) fn full(&self) {
        self.full.inc();
    }
}

/// Every figure of one desk.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    commits: Counter,
    batch: Histogram,
    commands: Family<Judged, Counter>,
    queue: Gauge,
    waiting: Gauge,
    alerts: Family<Judged, Counter>,
    left_out: Counter,
    kept_out: Family<KeptOut, Counter>,
    messages: Family<Judged, Counter>,
    reads: Gauge,
    head: Gauge,
    clock_ahead: Gauge<f64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Judged {
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KeptOut {
    limit: &'static str,
}

impl Metrics {
    pub(crate) fn new(connections: &Connections) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("nightdesk"),
            requests: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.0005, 2.0, 16)),
            commits: Counter::default(),
            batch: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            commands: Family::default(),
            queue: Gauge::default(),
            waiting: Gauge::default(),
            alerts: Family::default(),
            left_out: Counter::default(),
            kept_out: Family::default(),
            messages: Family::default(),
            reads: Gauge::default(),
            head: Gauge::default(),
            clock_ahead: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests served", metrics.requests.clone());
        registry.register(
            "request_seconds",
            "Time to answer; a long poll waits",
            metrics.seconds.clone(),
        );
        registry.register(
            "commits",
            "Transactions of the ledger",
            metrics.commits.clone(),
        );
        registry.register(
            "commit_commands",
            "Commands in a transaction",
            metrics.batch.clone(),
        );
        registry.register(
            "commands",
            "Commands judged, by what came of them",
            metrics.commands.clone(),
        );
        registry.register(
            "waiting_commands",
            "Commands that wait to be carried out and answered",
            metrics.queue.clone(),
        );
        registry.register(
            "waiting_polls",
            "Polls that wait for a change",
            metrics.waiting.clone(),
        );
        registry.register(
            "alerts",
            "Alerts of tools, by what came of them",
            metrics.alerts.clone(),
        );
        registry.register(
            "alerts_left_out",
            "Alerts that tools left out of what they sent, as they said themselves",
            metrics.left_out.clone(),
        );
        registry.register(
            "kept_out",
            "Requests that were too many, by the limit that they reached",
            metrics.kept_out.clone(),
        );
        registry.register(
            "messages",
            "Messages that were handed to a carrier, by what it answered",
            metrics.messages.clone(),
        );
        registry.register(
            "open_connections",
            "Connections that are open",
            connections.open.clone(),
        );
        registry.register(
            "connections_full",
            "Times when no connection was taken until another ended",
            connections.full.clone(),
        );
        registry.register(
            "database_reads",
            "Reads that requests took to the database",
            metrics.reads.clone(),
        );
        registry.register(
            "clock_ahead_seconds",
            "How far this machine's clock is ahead of the database's; below zero where it is behind",
            metrics.clock_ahead.clone(),
        );
        registry.register("head", "Entries in the audit trail", metrics.head.clone());
        metrics
    }

    /// Counts a request.
    pub(crate) fn served(&self, line: &Line) {
        let request = Request {
            method: known(&line.method).to_owned(),
            route: line.route.clone(),
            status: line.status.as_u16(),
        };
        self.requests.get_or_create(&request).inc();
        self.seconds.observe(line.took.as_secs_f64());
    }

    /// Counts a transaction that carried so many commands.
    pub(crate) fn committed(&self, commands: usize) {
        self.commits.inc();
        self.batch
            .observe(f64::from(u32::try_from(commands).unwrap_or(u32::MAX)));
    }

    /// Counts a command by what came of it.
    pub(crate) fn judged(&self, outcome: &str) {
        let outcome = outcome.to_owned();
        self.commands.get_or_create(&Judged { outcome }).inc();
    }

    /// Counts an alert of a tool by what came of it.
    pub(crate) fn took_in(&self, came_of: CameOf) {
        let outcome = came_of.as_str().to_owned();
        self.alerts.get_or_create(&Judged { outcome }).inc();
    }

    /// Counts alerts of which a tool says that it did not send them.
    pub(crate) fn left_out(&self, count: u64) {
        self.left_out.inc_by(count);
    }

    /// Counts a command that waits for the ledger, until what is returned is dropped.
    pub(crate) fn queue(&self) -> Counted {
        Counted::among(&self.queue)
    }

    /// Counts a poll that waits, until what is returned is dropped.
    pub(crate) fn wait(&self) -> Counted {
        Counted::among(&self.waiting)
    }

    /// Counts a request that was too many.
    pub(crate) fn kept_out(&self, limit: Limit) {
        let limit = limit.as_str();
        self.kept_out.get_or_create(&KeptOut { limit }).inc();
    }

    /// Counts a message that a carrier was asked to take.
    pub(crate) fn sent(&self, outcome: &str) {
        let outcome = outcome.to_owned();
        self.messages.get_or_create(&Judged { outcome }).inc();
    }

    /// Notes how far this machine's clock is ahead of the database's.
    pub(crate) fn clock_ahead(&self, ahead: TimeDelta) {
        self.clock_ahead.set(ahead.as_seconds_f64());
    }

    /// The figures in the text format.
    pub(crate) fn text(&self, store: &Store, head: u64) -> Result<String, fmt::Error> {
        self.reads
            .set(i64::try_from(store.reads()).unwrap_or(i64::MAX));
        self.head.set(i64::try_from(head).unwrap_or(i64::MAX));
        let mut page = String::new();
        text::encode(&mut page, &self.registry)?;
        Ok(page)
    }
}

/// A method as a label: anybody can send any word for one, and each would be a series of its own.
fn known(method: &Method) -> &str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if KNOWN.contains(method) {
        method.as_str()
    } else {
        "other"
    }
}

/// Something that is counted for as long as it is there.
pub(crate) struct Counted(Gauge);

impl Counted {
    fn among(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
