//! Taking in what tools report. A body may hold many alerts; each is judged by itself, one after the
//! other, and one that is refused keeps no other out.

use super::docs::IntakeProblems;
use super::{Answer, json};
use crate::api::intake::{
    AlertmanagerNotification, CloudEvent, Event, EventAccepted, IntakeAnswer, TakenIn,
};
use crate::api::problem::Code;
use crate::api::route;
use crate::domain::id::CommandId;
use crate::domain::intake::{Alert, CameOf, LeftOut};
use crate::server::Desk;
use crate::server::auth::Reporting;
use crate::server::extract::{Body, CloudEventBody};
use crate::server::failure::Failure;
use crate::server::intake;
use crate::server::judge::Done;
use crate::server::ledger::Report;
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::Arc;
use uuid::Uuid;

/// Take in a notification of Prometheus Alertmanager
#[utoipa::path(
    post, path = route::INTAKE_ALERTMANAGER, operation_id = "take_in_alertmanager", tag = "intake",
    request_body = AlertmanagerNotification, security(("token" = [])),
    responses(
        (status = 200, description = "What came of each alert", body = IntakeAnswer),
        IntakeProblems
    )
)]
pub(super) async fn alertmanager(
    State(desk): State<Arc<Desk>>,
    reporting: Reporting,
    Body(body): Body<AlertmanagerNotification>,
) -> Answer {
    let left_out = intake::left_out_of(&body);
    let alerts = intake::alerts_of_notification(body)?;
    let count = left_out.as_ref().map_or(0, |left_out| left_out.count);
    if count > 0 {
        let tool = reporting.tool.as_str();
        tracing::warn!(tool, count, "alerts were left out by max_alerts");
        desk.metrics.left_out(count);
    }
    let alerts = take_in(&desk, &reporting, alerts, left_out).await?;
    Ok(json(&IntakeAnswer {
        alerts,
        left_out: count,
    }))
}

/// Take in an event in the shape of PagerDuty's Events API, version 2
#[utoipa::path(
    post, path = route::INTAKE_EVENTS, operation_id = "take_in_event", tag = "intake",
    request_body = Event, security(("token" = [])),
    responses(
        (status = 202, description = "Taken in", body = EventAccepted),
        IntakeProblems
    )
)]
pub(super) async fn events(
    State(desk): State<Arc<Desk>>,
    reporting: Reporting,
    Body(event): Body<Event>,
) -> Answer {
    let (alert, dedup_key) = intake::alert_of_event(&event)?;
    let taken = take_in(&desk, &reporting, vec![alert], None).await?;
    let accepted = EventAccepted {
        status: "success".to_owned(),
        message: taken.iter().map(in_words).collect(),
        dedup_key,
    };
    let mut response = json(&accepted);
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// Take in a CloudEvent
#[utoipa::path(
    post, path = route::INTAKE_CLOUDEVENTS, operation_id = "take_in_cloud_event", tag = "intake",
    params(
        ("ce-specversion" = Option<String>, Header, description = "In binary mode 1.0: the attributes are headers, and the body is the data"),
        ("ce-id" = Option<String>, Header, description = "In binary mode the id"),
        ("ce-source" = Option<String>, Header, description = "In binary mode the source"),
        ("ce-type" = Option<String>, Header, description = "In binary mode the type")
    ),
    request_body(content(
        (CloudEvent = "application/cloudevents+json"), (CloudEvent = "application/json")
    )),
    security(("token" = [])),
    responses(
        (status = 200, description = "Results", body = IntakeAnswer),
        IntakeProblems
    )
)]
pub(super) async fn cloudevents(
    State(desk): State<Arc<Desk>>,
    reporting: Reporting,
    CloudEventBody(event): CloudEventBody,
) -> Answer {
    let alert = intake::alert_of_cloud_event(event)?;
    let alerts = take_in(&desk, &reporting, vec![alert], None).await?;
    Ok(json(&IntakeAnswer {
        alerts,
        left_out: 0,
    }))
}

fn in_words(taken: &TakenIn) -> String {
    let incident = taken
        .incident
        .map_or_else(String::new, |reference| format!(" {reference}"));
    format!("{}{incident}", taken.came_of.as_str())
}

/// What comes of each alert. Where all of them are refused, so is the request. What was left out is told
/// with the first alert that is an incident.
///
/// # Errors
/// The refusal where nothing was taken in, or that the desk cannot answer now: then the same can be
/// sent again, and what was taken in is not taken in twice.
async fn take_in(
    desk: &Desk,
    reporting: &Reporting,
    alerts: Vec<Alert>,
    mut left_out: Option<LeftOut>,
) -> Result<Vec<TakenIn>, Failure> {
    let mut taken = Vec::with_capacity(alerts.len());
    let mut refused = None;
    for mut alert in alerts {
        alert.left_out.clone_from(&left_out);
        let one = match report(desk, reporting, alert).await {
            Ok(one) => one,
            Err(failure) if is_of_the_alert(&failure) => {
                let detail = failure.detail().to_owned();
                tracing::warn!(tool = %reporting.tool, why = detail, "an alert was refused");
                refused.get_or_insert(failure);
                TakenIn {
                    came_of: CameOf::Refused,
                    incident: None,
                    detail: Some(detail),
                }
            }
            Err(failure) => return Err(failure),
        };
        desk.metrics.took_in(one.came_of);
        if one.incident.is_some() {
            left_out = None;
        }
        taken.push(one);
    }
    match refused {
        Some(failure) if taken.iter().all(|one| one.came_of == CameOf::Refused) => Err(failure),
        Some(_) | None => Ok(taken),
    }
}

async fn report(desk: &Desk, reporting: &Reporting, alert: Alert) -> Result<TakenIn, Failure> {
    let _room = desk.limiter.room_for_alert().await;
    let report = Report {
        session: reporting.session.clone(),
        command: CommandId(Uuid::now_v7()),
        tool: reporting.tool.clone(),
        alert,
    };
    match desk.ledger()?.report(desk, report).await? {
        Done::TakenIn(came_of, incident) => Ok(TakenIn {
            came_of,
            incident,
            detail: None,
        }),
        other => Err(other.out_of_place()),
    }
}

/// Whether a failure says something of the alert, and not of the desk.
fn is_of_the_alert(failure: &Failure) -> bool {
    matches!(
        failure.code(),
        Code::Invalid | Code::Refused | Code::NotAllowed
    )
}
