//! The server's routes, one method each. The only place that speaks HTTP.
//!
//! It deliberately keeps nothing and tries nothing twice: what to do with a failure is decided by
//! the outbox and by whoever polls.

use super::outbox::Unsent;
use super::replica::Answer;
use super::token::Token;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::route::{self, header};
use crate::api::types::{
    AlarmPage, CalendarAnswer, CaseFile, ChangesPage, Checkpoint, ComingAlarms, CommandAnswer,
    DeliveryPage, DeliveryRecord, DirectoryAnswer, FrozenReport, FrozenReportPage, IncidentPage,
    MailStatus, Me, ProblemAnswer, ProblemPage, ProblemTimeline, ReadingPage, RetentionAnswer,
    RetentionList, SearchPage, SearchRequest, Services, ShownAlarm, TimelinePage,
};
use crate::domain::Instant;
use crate::domain::alarm::{self, AlarmState};
use crate::domain::command::Command;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::holidays::HolidayCommand;
use crate::domain::id::{AlarmId, CommandId, DeliveryId, OrganisationId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::query::Queue;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::reporting::{Period, ReportCommand, ReportKind};
use crate::domain::retention::RetentionCommand;
use crate::domain::search;
use crate::report::Report;
use crate::text;
use chrono::TimeDelta;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::time::Duration;

/// How long to wait for a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How long an idle connection is kept: less than the five seconds after which a server hangs up, so
/// that no command goes into a connection that is just being closed.
const IDLE_FOR: Duration = Duration::from_secs(4);

/// How long a whole exchange may take; a page of 200 incidents over a slow link is the longest.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// How much longer than it was asked to wait a server may take to say that nothing has changed.
const GRACE: Duration = Duration::from_secs(10);

/// A server and the person who speaks to it.
#[derive(Clone, Debug)]
pub struct Http {
    server: Url,
    client: reqwest::Client,
}

/// What the server said, with the time by its clock.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    /// What was asked for.
    pub body: T,
    /// What it said with that of itself.
    pub heard: Heard,
}

/// What every answer says of the server itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// When it was said, by the server's clock.
    pub server_time: Option<Instant>,
    /// Whether it is well.
    pub health: Health,
}

/// What is wrong with a server that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when its alarm engine is silent, if it is: no alarm is raised there meanwhile.
    pub engine_silent_since: Option<Instant>,
    /// Since when it has saved nothing, if its commits fail: it answers, and takes no command.
    pub nothing_saved_since: Option<Instant>,
    /// Whether the file of its database was found to be damaged: what it shows may lack something.
    pub is_damaged: bool,
}

/// Why a server cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Not an address.
    #[error("\"{0}\" is not the address of a server. It looks like https://desk.example.org")]
    NotAnAddress(String),
    /// The token would travel in clear.
    #[error(
        "{0} is not encrypted, so others could read your token. Use https, or a server on this machine"
    )]
    InClear(String),
    /// The HTTP client cannot be set up.
    #[error("The connection cannot be set up: {0}")]
    Setup(String),
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No answer: nobody knows whether the request arrived.
    #[error("The server cannot be reached: {0}")]
    Unreachable(String),
    /// The server says no, or not now.
    #[error("{}", text::line(&problem.detail))]
    Problem {
        /// What it said.
        problem: Box<Problem>,
        /// How long it asked to be left alone.
        retry_after: Option<TimeDelta>,
    },
    /// Something answered that is not this program's server, or a much newer one.
    #[error("The answer cannot be understood ({0}). Check the server's address and version")]
    NotUnderstood(String),
}

pub(super) type Answered<T> = Result<Reply<T>, Failure>;

impl Http {
    /// Speak to the server at this address as the person whose token it is.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the address.
    pub fn new(server: &str, token: &Token) -> Result<Self, ServerError> {
        Self::showing(server, token.bearer())
    }

    /// The same as whoever shows this in the `Authorization` header.
    pub(super) fn showing(server: &str, bearer: String) -> Result<Self, ServerError> {
        let address = checked(server)?;
        // Fails only if the process has chosen one already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let setup = |error: &dyn Display| ServerError::Setup(error.to_string());
        let mut bearer = HeaderValue::try_from(bearer).map_err(|error| setup(&error))?;
        bearer.set_sensitive(true);
        let mut client = reqwest::Client::builder();
        if address.scheme() == "http" {
            // On this very machine nothing is encrypted: reading the machine's certificates would be
            // most of what a command of the shell takes.
            client = client.tls_certs_only([]);
        }
        let client = client
            .user_agent(concat!("nightdesk/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            // A redirect would take the token to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .pool_idle_timeout(IDLE_FOR)
            .timeout(ANSWER_WITHIN)
            .build()
            .map_err(|error| setup(&error))?;
        Ok(Self {
            server: address,
            client,
        })
    }

    /// The server's address in the one way of writing it, however it was typed.
    pub fn server(&self) -> &str {
        self.server.as_str()
    }

    /// Whoever asks.
    pub async fn me(&self) -> Answered<Me> {
        self.get(route::ME).await
    }

    /// The numbers of the procedures, with the bank holidays.
    pub async fn policy(&self) -> Answered<Policy> {
        self.get(route::POLICY).await
    }

    /// The bank holidays, and those that wait for approval.
    pub async fn calendar(&self) -> Answered<CalendarAnswer> {
        self.get(route::CALENDAR).await
    }

    /// Ask something of the bank holidays.
    pub async fn carry_out_on_calendar(
        &self,
        id: CommandId,
        command: &HolidayCommand,
    ) -> Answered<DirectoryAnswer> {
        let request = self
            .request(reqwest::Method::POST, route::CALENDAR_COMMANDS)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        body(request).await
    }

    /// Who is who.
    pub async fn directory(&self) -> Answered<Directory> {
        self.get(route::DIRECTORY).await
    }

    /// One page of what is open and what ended lately, from the beginning or from `next` of the page before.
    pub async fn incidents(&self, cursor: Option<&str>) -> Answered<IncidentPage> {
        let request = self.request(reqwest::Method::GET, route::INCIDENTS);
        body(
            request
                .query(&[("sort", "recent")])
                .query(&cursor.map(|cursor| [("cursor", cursor)])),
        )
        .await
    }

    /// One page of a queue, from the beginning or from `next` of the page before, in the order in which the
    /// server reads the fewest. Deliberately without a filter: people look for names, and addresses are logged
    /// on their way.
    pub async fn queue(&self, queue: Queue, cursor: Option<&str>) -> Answered<IncidentPage> {
        let request = self.request(reqwest::Method::GET, route::INCIDENTS);
        let sort = (queue == Queue::Overdue).then_some([("sort", "due")]);
        body(
            request
                .query(&[("queue", queue)])
                .query(&sort)
                .query(&cursor.map(|cursor| [("cursor", cursor)])),
        )
        .await
    }

    /// One page of the incidents, ended ones too, that hold a text, such as a part of a reference.
    pub async fn incidents_with(&self, text: &str, cursor: Option<&str>) -> Answered<IncidentPage> {
        let request = self.request(reqwest::Method::GET, route::INCIDENTS);
        body(
            request
                .query(&[("filter", format!("\"{text}\""))])
                .query(&cursor.map(|cursor| [("cursor", cursor)])),
        )
        .await
    }

    /// One page of the incidents that fit, from the beginning or from `next` of the page before.
    pub async fn search(
        &self,
        asked: search::Asked,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Answered<SearchPage> {
        let question = SearchRequest {
            words: Some(asked.words),
            organisation: asked.organisation,
            category: asked.category,
            trend: asked.trend,
            from: asked.from,
            to: asked.to,
            state: asked.state,
            cursor,
            limit,
        };
        let request = self.request(reqwest::Method::POST, route::SEARCH);
        body(request.json(&question)).await
    }

    /// Tells what became of an e-mail, as a mail server told it.
    pub async fn tell_mail_status(&self, status: &MailStatus) -> Result<(), Failure> {
        let request = self.request(reqwest::Method::POST, route::MAIL_STATUS);
        sent(request.json(status)).await.map(drop)
    }

    /// One incident, by id or reference.
    pub async fn incident(&self, id: impl Display) -> Answered<Incident> {
        self.get(&route::incident(id)).await
    }

    /// What became true of an incident, from the beginning or from `next` of the page before.
    pub async fn timeline(&self, id: impl Display, cursor: Option<&str>) -> Answered<TimelinePage> {
        let request = self.request(reqwest::Method::GET, &route::timeline(id));
        body(request.query(&cursor.map(|cursor| [("cursor", cursor)]))).await
    }

    /// The case file of an incident that this command of one's own handed out.
    pub async fn case_file(&self, id: impl Display, handed_out: CommandId) -> Answered<CaseFile> {
        let request = self.request(reqwest::Method::GET, &route::case_file(id));
        body(request.query(&[("handed_out", handed_out.to_string())])).await
    }

    /// Who has read an incident, from the beginning or from `next` of the page before.
    pub async fn readings(&self, id: impl Display, cursor: Option<&str>) -> Answered<ReadingPage> {
        let request = self.request(reqwest::Method::GET, &route::readings(id));
        body(request.query(&cursor.map(|cursor| [("cursor", cursor)]))).await
    }

    /// What has changed since a cursor, as soon as something has; nothing if nothing has within
    /// `wait`.
    pub async fn changes(&self, after: &str, wait: Duration) -> Answered<Option<ChangesPage>> {
        let seconds = wait.as_secs().to_string();
        let request = self
            .request(reqwest::Method::GET, route::CHANGES)
            .query(&[("after", after), ("wait", &seconds)])
            .timeout(wait + GRACE);
        let response = sent(request).await?;
        if response.status() == StatusCode::NO_CONTENT {
            let heard = heard(&response);
            return Ok(Reply { body: None, heard });
        }
        let Reply { body, heard } = read(response).await?;
        Ok(Reply {
            body: Some(body),
            heard,
        })
    }

    /// Send a command, for the first time or again: the same id, the same words.
    pub async fn carry_out(&self, unsent: &Unsent) -> Answered<CommandAnswer> {
        let path = if matches!(unsent.command, Command::Log(_)) {
            route::INCIDENTS.to_owned()
        } else {
            route::incident_commands(unsent.incident)
        };
        let mut request = self
            .request(reqwest::Method::POST, &path)
            .header(header::IDEMPOTENCY_KEY, unsent.id.to_string())
            .json(&unsent.command);
        if let Some(version) = unsent.expected_version() {
            request = request.header(header::IF_MATCH, route::etag(version));
        }
        body(request).await
    }

    /// What became of a command.
    pub async fn recall(&self, id: CommandId) -> Answered<CommandAnswer> {
        self.get(&route::command(id)).await
    }

    /// One page of the problems that fit a query, from the beginning or from `next` of the page before.
    pub async fn problems(
        &self,
        query: &[(&str, String)],
        cursor: Option<&str>,
    ) -> Answered<ProblemPage> {
        let request = self.request(reqwest::Method::GET, route::PROBLEMS);
        let cursor = cursor.map(|cursor| [("cursor", cursor)]);
        body(request.query(query).query(&cursor)).await
    }

    /// One problem, by id or reference.
    pub async fn problem(&self, id: impl Display) -> Answered<problem::Problem> {
        self.get(&route::problem(id)).await
    }

    /// What became true of a problem.
    pub async fn problem_timeline(&self, id: impl Display) -> Answered<ProblemTimeline> {
        self.get(&route::problem_timeline(id)).await
    }

    /// Ask something of a problem that was seen at a version, or raise a new one.
    pub async fn carry_out_on_problem(
        &self,
        id: CommandId,
        problem: Option<(ProblemId, u64)>,
        command: &ProblemCommand,
    ) -> Answered<ProblemAnswer> {
        let path = problem.map_or_else(
            || route::PROBLEMS.to_owned(),
            |(problem, _)| route::problem_commands(problem),
        );
        let mut request = self
            .request(reqwest::Method::POST, &path)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        if let Some((_, seen)) = problem.filter(|_| !command.commutes()) {
            request = request.header(header::IF_MATCH, route::etag(seen));
        }
        body(request).await
    }

    /// Ask something of the directory that was seen at a version.
    pub async fn carry_out_on_directory(
        &self,
        id: CommandId,
        seen: u64,
        command: &DirectoryCommand,
    ) -> Answered<DirectoryAnswer> {
        let mut request = self
            .request(reqwest::Method::POST, route::DIRECTORY_COMMANDS)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        if !command.commutes() {
            request = request.header(header::IF_MATCH, route::etag(seen));
        }
        body(request).await
    }

    /// A report as of now; of the organisation for which one holds such a role first, unless another
    /// is named.
    pub async fn report(
        &self,
        kind: ReportKind,
        period: Period,
        organisation: Option<&OrganisationId>,
    ) -> Answered<Report> {
        let request = self.request(reqwest::Method::GET, &route::report(kind));
        let organisation = organisation.map(|named| [("organisation", named)]);
        body(request.query(&period).query(&organisation)).await
    }

    /// What may be erased, and what is kept on.
    pub async fn retention(&self) -> Answered<RetentionList> {
        self.get(route::RETENTION).await
    }

    /// What somebody asked to erase.
    pub async fn retention_request(&self, id: CommandId) -> Answered<RetentionAnswer> {
        self.get(&route::retention_request(id)).await
    }

    /// Ask something of what is kept.
    pub async fn carry_out_on_retention(
        &self,
        id: CommandId,
        command: &RetentionCommand,
    ) -> Answered<RetentionAnswer> {
        let request = self
            .request(reqwest::Method::POST, route::RETENTION)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        body(request).await
    }

    /// Freeze a report.
    pub async fn freeze_report(
        &self,
        id: CommandId,
        command: &ReportCommand,
    ) -> Answered<FrozenReport> {
        let request = self
            .request(reqwest::Method::POST, route::REPORTS)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        body(request).await
    }

    /// One page of the reports that were frozen, from the beginning or from `next` of the page before.
    pub async fn frozen_reports(&self, cursor: Option<&str>) -> Answered<FrozenReportPage> {
        let request = self.request(reqwest::Method::GET, route::FROZEN_REPORTS);
        body(request.query(&cursor.map(|cursor| [("cursor", cursor)]))).await
    }

    /// One report that was frozen.
    pub async fn frozen_report(&self, id: CommandId) -> Answered<FrozenReport> {
        self.get(&route::frozen_report(id)).await
    }

    /// One page of alarms in a state, the newest first.
    pub async fn alarms(&self, state: AlarmState, cursor: Option<&str>) -> Answered<AlarmPage> {
        let request = self.request(reqwest::Method::GET, route::ALARMS);
        let cursor = cursor.map(|cursor| [("cursor", cursor)]);
        body(request.query(&[("state", state)]).query(&cursor)).await
    }

    /// What time alone will raise, the nearest first.
    pub async fn coming_alarms(&self) -> Answered<ComingAlarms> {
        self.get(route::COMING_ALARMS).await
    }

    /// Say that one knows of an alarm, or put it off.
    pub async fn receive_alarm(
        &self,
        id: CommandId,
        alarm: AlarmId,
        receipt: alarm::Receipt,
    ) -> Answered<ShownAlarm> {
        let request = self
            .request(reqwest::Method::POST, &route::alarm_receipts(alarm))
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(&receipt);
        body(request).await
    }

    /// One page of what went out, from the beginning or from `next` of the page before.
    pub async fn deliveries(
        &self,
        query: &[(&str, String)],
        cursor: Option<&str>,
    ) -> Answered<DeliveryPage> {
        let request = self.request(reqwest::Method::GET, route::DELIVERIES);
        let cursor = cursor.map(|cursor| [("cursor", cursor)]);
        body(request.query(query).query(&cursor)).await
    }

    /// What became of one delivery.
    pub async fn delivery(&self, id: DeliveryId) -> Answered<DeliveryRecord> {
        self.get(&route::delivery(id)).await
    }

    /// The services that are told over HTTP.
    pub async fn services(&self) -> Answered<Services> {
        self.get(route::SERVICES).await
    }

    /// Send a test message.
    pub async fn test_delivery(
        &self,
        id: CommandId,
        command: &DeliveryCommand,
    ) -> Answered<DeliveryRecord> {
        let request = self
            .request(reqwest::Method::POST, route::DELIVERIES)
            .header(header::IDEMPOTENCY_KEY, id.to_string())
            .json(command);
        body(request).await
    }

    /// The end of the audit trail.
    pub async fn checkpoint(&self) -> Answered<Checkpoint> {
        self.get(route::AUDIT_CHECKPOINT).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Answered<T> {
        body(self.request(reqwest::Method::GET, path)).await
    }

    fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let mut address = self.server.clone();
        address.set_path(&format!(
            "{}{path}",
            self.server.path().trim_end_matches('/')
        ));
        self.client.request(method, address)
    }
}

/// Plain HTTP only to this very machine: the token is worth as much as the person's name.
fn checked(server: &str) -> Result<Url, ServerError> {
    let not_an_address = || ServerError::NotAnAddress(server.to_owned());
    let address = Url::parse(server).map_err(|_| not_an_address())?;
    let host = address.host_str().ok_or_else(not_an_address)?;
    let is_here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    match address.scheme() {
        "https" => Ok(address),
        "http" if is_here => Ok(address),
        "http" => Err(ServerError::InClear(server.to_owned())),
        _ => Err(not_an_address()),
    }
}

async fn body<T: DeserializeOwned>(request: RequestBuilder) -> Answered<T> {
    read(sent(request).await?).await
}

/// An answer that is not a failure.
async fn sent(request: RequestBuilder) -> Result<Response, Failure> {
    let response = request.send().await.map_err(unreachable)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(&response);
    let status = response.status();
    let bytes = response.bytes().await.map_err(unreachable)?;
    match serde_json::from_slice(&bytes) {
        Ok(problem) => Err(Failure::Problem {
            problem,
            retry_after,
        }),
        Err(_) => Err(Failure::NotUnderstood(format!("status {status}"))),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Answered<T> {
    let heard = heard(&response);
    let bytes = response.bytes().await.map_err(unreachable)?;
    let body = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::NotUnderstood(error.to_string()))?;
    Ok(Reply { body, heard })
}

fn heard(response: &Response) -> Heard {
    Heard {
        server_time: instant(response, header::SERVER_TIME),
        health: Health {
            engine_silent_since: instant(response, header::ALARM_ENGINE_SILENT_SINCE),
            nothing_saved_since: instant(response, header::NOTHING_SAVED_SINCE),
            is_damaged: response.headers().contains_key(header::DATABASE_DAMAGED),
        },
    }
}

/// The instant that a header of ours tells in milliseconds.
fn instant(response: &Response, name: &str) -> Option<Instant> {
    let millis = response.headers().get(name)?;
    Instant::from_timestamp_millis(millis.to_str().ok()?.parse().ok()?)
}

fn retry_after(response: &Response) -> Option<TimeDelta> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    TimeDelta::try_seconds(seconds.parse().ok()?)
}

/// The innermost cause says most; the address is left out, because it is known.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the error is used up by being told"
)]
fn unreachable(error: reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Failure::Unreachable(if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        cause.to_string()
    })
}

/// Why everything has to be loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// The server's history was replaced by an older one.
    HistoryGone,
    /// What the person may see has changed.
    ViewChanged,
}

impl Failure {
    /// Whether the cursor is of no use any more, and why.
    pub fn reload(&self) -> Option<Reload> {
        match self.code()? {
            Code::CursorGone => Some(Reload::HistoryGone),
            Code::ViewChanged => Some(Reload::ViewChanged),
            _ => None,
        }
    }

    /// The sort of problem, if the server named one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem { problem, .. } => Some(problem.code),
            Self::Unreachable(_) | Self::NotUnderstood(_) => None,
        }
    }

    /// Whether the server has never heard of what it was asked about, or keeps it from whoever asks.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(Code::NotFound)
    }

    /// Whether the server itself answered; it may still have said no.
    pub fn was_heard(&self) -> bool {
        matches!(self, Self::Problem { .. })
    }
}

/// What a sent command came to.
pub fn answer_to_sending(answered: Result<CommandAnswer, Failure>) -> Answer {
    match answered {
        Ok(answer) => applied(answer),
        Err(failure) => not_applied(failure),
    }
}

/// What asking for a command's outcome came to: never heard of is an answer here.
pub fn answer_to_asking(answered: Result<CommandAnswer, Failure>) -> Answer {
    match answered {
        Ok(answer) => applied(answer),
        Err(failure) if failure.is_not_found() => Answer::NeverArrived,
        // That the question was refused says nothing about the command.
        Err(Failure::Problem { retry_after, .. }) => Answer::Unknown { retry_after },
        Err(Failure::Unreachable(_) | Failure::NotUnderstood(_)) => {
            Answer::Unknown { retry_after: None }
        }
    }
}

fn applied(answer: CommandAnswer) -> Answer {
    Answer::Applied {
        incident: Box::new(answer.incident),
    }
}

fn not_applied(failure: Failure) -> Answer {
    let Failure::Problem {
        problem,
        retry_after,
    } = failure
    else {
        return Answer::Unknown { retry_after: None };
    };
    if problem.outcome != Outcome::NotApplied || problem.retryable {
        return Answer::Unknown { retry_after };
    }
    let is_of_the_rules = matches!(
        problem.code,
        Code::Refused | Code::Invalid | Code::NotAllowed | Code::NotFound
    );
    if problem.code == Code::VersionChanged {
        let current = problem.current;
        Answer::Stale { current }
    } else if is_of_the_rules {
        Answer::Refused(refusal(*problem))
    } else {
        let sentence = problem.detail;
        Answer::Rejected { sentence }
    }
}

/// The refusal that a problem tells of.
pub(super) fn refusal(problem: Problem) -> Refusal {
    let kind = if problem.code == Code::NotAllowed {
        RefusalKind::NotAllowed
    } else if problem.code == Code::NotFound {
        RefusalKind::NoSuchIncident
    } else if let Some(field) = problem.errors.into_iter().next() {
        let pointer = field.pointer;
        RefusalKind::Invalid { pointer }
    } else {
        RefusalKind::AgainstRule
    };
    let refusal = Refusal::of_kind(kind, problem.detail);
    match problem.rule.and_then(|rule| rule.parse().ok()) {
        Some(rule) => refusal.by(rule),
        None => refusal,
    }
}
