//! GOV.UK Notify through a stand-in that follows its documented API: tokens, templates, errors,
//! callbacks and polling.

use crate::support::case::OFFICER;
use crate::support::desk::{desk_with, test_message, tried};
use crate::support::notify::{CALLBACK_TOKEN, Notify};
use crate::support::server::{Answer, Person, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::DeliveryRecord;
use nightdesk::config;
use nightdesk::domain::delivery::DeliveryState;
use nightdesk::domain::id::DeliveryId;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn desk(notify: &Notify) -> TestServer {
    desk_with(config::server::load(&notify.settings("")).unwrap().outgoing).await
}

/// The delivery once it stands like this.
async fn stands(officer: &Person<'_>, id: DeliveryId, state: DeliveryState) -> DeliveryRecord {
    let looking = async {
        loop {
            let found: DeliveryRecord = officer.get(&route::delivery(id)).await.ok();
            if found.state == state {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(20);
    tokio::time::timeout(within, looking).await.unwrap()
}

async fn calls_back(server: &TestServer, token: &str, body: &Value) -> Answer {
    let request = server.raw(Method::POST, route::GOVUK_NOTIFY);
    Answer::of(request.bearer_auth(token).json(body)).await
}

/// What Notify tells of a notification, with what the desk must not keep.
fn told(id: &str, reference: &str, status: &str) -> Value {
    json!({
        "id": id, "reference": reference, "to": "07700 900104", "status": status,
        "created_at": "2026-06-12T22:30:00.000000Z", "completed_at": "2026-06-12T22:30:03.000000Z",
        "sent_at": "2026-06-12T22:30:02.000000Z", "notification_type": "sms",
        "template_id": "c2d5f1a0-0000-4000-8000-000000000002", "template_version": 1,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn e_mail_and_text_messages_go_by_templates_under_the_name_of_the_delivery() {
    let notify = Notify::start(json!({})).await;
    let server = desk(&notify).await;
    let officer = server.signed_in(OFFICER).await;
    for (medium, path, field) in [
        ("EMAIL", "email", "email_address"),
        ("SMS", "sms", "phone_number"),
    ] {
        let id = test_message(&officer, medium).await;
        let sent = tried(&officer, id, 1).await;
        assert_eq!(
            (sent.state, sent.why),
            (DeliveryState::Sent, None),
            "{medium}"
        );
        let (asked, body) = notify.last();
        assert_eq!(asked, path);
        assert_eq!(body["reference"], id.to_string());
        assert!(body[field].is_string(), "{body}");
        let words = body["personalisation"].to_string();
        assert!(words.contains("Test of nightdesk"), "{words}");
    }
}

/// Each documented refusal, and whether it is of this recipient or of the moment.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_wrong_with_the_recipient_is_final() {
    for (status, error, message, is_final) in [
        (
            400,
            "ValidationError",
            "phone_number Not enough digits",
            true,
        ),
        (
            400,
            "BadRequestError",
            "Can't send to this recipient using a team-only API key",
            true,
        ),
        (400, "BadRequestError", "Template not found", false),
        (403, "AuthError", "Invalid token: service not found", false),
        (
            429,
            "RateLimitError",
            "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",
            false,
        ),
        (
            429,
            "TooManyRequestsError",
            "Exceeded send limits (250000) for today",
            false,
        ),
        (500, "Exception", "Internal server error", false),
    ] {
        let plan = json!({"status": status, "error": error, "message": message});
        let notify = Notify::start(plan).await;
        let server = desk(&notify).await;
        let officer = server.signed_in(OFFICER).await;
        let role =
            json!({"type": "test", "role": "IAO", "organisation": "riverbourne", "medium": "SMS"});
        let id = crate::support::desk::queued(&officer, &role).await;
        let found = tried(&officer, id, 1).await;
        let expected = if is_final {
            DeliveryState::Failed
        } else {
            DeliveryState::Queued
        };
        assert_eq!(found.state, expected, "{status} {message}: {found:?}");
        let why = found.why.unwrap();
        assert!(why.contains(message), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_tells_what_became_of_a_message_and_of_no_other() {
    let notify = Notify::start(json!({})).await;
    let server = desk(&notify).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "SMS").await;
    tried(&officer, id, 1).await;
    let (name, reference) = (notify.id_of(id), id.to_string());
    let unheard = [
        told(&name, &reference, "sending"),
        told("another", &reference, "permanent-failure"),
        told(&name, "not one of ours", "delivered"),
        told(&name, "00000000-0000-4000-8000-000000000000", "delivered"),
    ];
    for body in &unheard {
        let answer = calls_back(&server, CALLBACK_TOKEN, body).await;
        assert_eq!(answer.status.as_u16(), 204, "{answer:?}");
    }
    let found = tried(&officer, id, 1).await;
    assert_eq!(found.state, DeliveryState::Sent, "{found:?}");
    for late in ["delivered", "permanent-failure"] {
        calls_back(&server, CALLBACK_TOKEN, &told(&name, &reference, late)).await;
    }
    let found = tried(&officer, id, 1).await;
    assert_eq!(found.state, DeliveryState::Delivered, "{found:?}");
    assert!(found.delivered_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_gone_gives_way_to_the_next_contact_point() {
    let notify = Notify::start(json!({})).await;
    let server = desk(&notify).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "SMS").await;
    tried(&officer, id, 1).await;
    let first = notify.last().1["phone_number"].clone();
    let gone = told(&notify.id_of(id), &id.to_string(), "permanent-failure");
    calls_back(&server, CALLBACK_TOKEN, &gone).await;
    let again = tried(&officer, id, 2).await;
    assert_eq!(again.state, DeliveryState::Sent, "{again:?}");
    assert_ne!(notify.last().1["phone_number"], first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_calls_back_without_the_agreed_token_is_not_heard() {
    let notify = Notify::start(json!({})).await;
    let server = desk(&notify).await;
    let nowhere = TestServer::start().await;
    let body = told("x", "y", "delivered");
    let of_the_desk = server.token(OFFICER).await;
    for (server, token) in [
        (&server, "wrong"),
        (&server, &of_the_desk),
        (&nowhere, CALLBACK_TOKEN),
    ] {
        let answer = calls_back(server, token, &body).await;
        assert_eq!(answer.problem(), (401, "not_signed_in".to_owned()));
    }
    let answer = calls_back(&server, CALLBACK_TOKEN, &json!({"id": "x"})).await;
    assert_eq!(answer.status.as_u16(), 422, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_callbacks_it_is_asked_what_became_of_messages() {
    let notify = Notify::start(json!({})).await;
    let settings = notify.settings("poll_seconds = 1\n");
    let server = desk_with(config::server::load(&settings).unwrap().outgoing).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    stands(&officer, id, DeliveryState::Sent).await;
    notify.becomes(id, "delivered");
    stands(&officer, id, DeliveryState::Delivered).await;
}

#[test]
fn settings_of_notify_that_cannot_work_are_refused_at_the_start() {
    let files = tempfile::TempDir::new().unwrap();
    let path = files.path().join("server.toml");
    let key = files.path().join("key");
    std::fs::write(&key, "too-short").unwrap();
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&key, permissions).unwrap();
    let notify = "[govuk_notify]\napi_key_file = \"key\"\n";
    for (text, says) in [
        (notify.to_owned(), "no template"),
        (
            format!("{notify}email_template = \"x\"\npoll_seconds = 0\n"),
            "above zero",
        ),
        (
            format!("{notify}email_template = \"x\"\ncallback_token_file = \"no\"\n"),
            "cannot be read",
        ),
    ] {
        std::fs::write(&path, &text).unwrap();
        let refused = config::server::load(&path).unwrap_err().to_string();
        assert!(refused.contains(says), "{text}: {refused}");
    }
}
