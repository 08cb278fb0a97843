//! A stand-in for GOV.UK Notify that follows its documented REST API, version 2: it checks the token of
//! each request as the real one does, wants what a template wants, and refuses when it is told to.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use nightdesk::domain::id::DeliveryId;
use nightdesk::now::Clock;
use serde_json::{Value, json};
use sha2::Sha256;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// What its callbacks show.
pub(crate) const CALLBACK_TOKEN: &str = "callback-of-the-desk";

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";
const EMAIL_TEMPLATE: &str = "c2d5f1a0-0000-4000-8000-000000000001";
const SMS_TEMPLATE: &str = "c2d5f1a0-0000-4000-8000-000000000002";

/// How far a token's clock may be off.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// A running stand-in.
pub(crate) struct Notify {
    url: String,
    files: TempDir,
    seen: Arc<Mutex<Seen>>,
    serving: JoinHandle<()>,
}

struct Seen {
    /// What it refuses everything with.
    plan: Value,
    clock: Clock,
    /// Notifications, with how each was asked for, its name and how far it has come.
    taken: Vec<(String, Value, String, String)>,
}

type Shared = Arc<Mutex<Seen>>;

impl Notify {
    /// One that takes what is right, or refuses everything so.
    pub(crate) async fn start(plan: Value) -> Self {
        Self::start_by(Clock::standing_at(super::server::tonight_at()), plan).await
    }

    /// One that goes by a clock.
    pub(crate) async fn start_by(clock: Clock, plan: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen {
            plan,
            clock,
            taken: Vec::new(),
        }));
        let routes = Router::new()
            .route("/v2/notifications/{kind}", post(take))
            .route("/v2/notifications/{kind}", get(tell))
            .with_state(Arc::clone(&seen));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let files = TempDir::new().unwrap();
        Self {
            url,
            files,
            seen,
            serving,
        }
    }

    /// A file of settings that names it, with more lines of the section.
    pub(crate) fn settings(&self, more: &str) -> PathBuf {
        let folder = self.files.path();
        for (name, text) in [
            ("key", format!("desk-{SERVICE}-{SECRET}")),
            ("callback", CALLBACK_TOKEN.to_owned()),
        ] {
            fs::write(folder.join(name), text).unwrap();
            fs::set_permissions(folder.join(name), Permissions::from_mode(0o600)).unwrap();
        }
        let path = folder.join("server.toml");
        let text = format!(
            "[govuk_notify]\napi_key_file = \"key\"\ncallback_token_file = \"callback\"\nbase_url = \"{}\"\nemail_template = \"{EMAIL_TEMPLATE}\"\nsms_template = \"{SMS_TEMPLATE}\"\n{more}",
            self.url
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// The last notification that was asked for: its kind and its body.
    pub(crate) fn last(&self) -> (String, Value) {
        let seen = self.seen.lock().unwrap();
        let (kind, body, _, _) = seen.taken.last().unwrap();
        (kind.clone(), body.clone())
    }

    /// The same, once there is one.
    pub(crate) async fn last_within(&self, patience: Duration) -> (String, Value) {
        let looking = async {
            while self.seen.lock().unwrap().taken.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(patience, looking).await.unwrap();
        self.last()
    }

    /// What the last message of a delivery is called here.
    pub(crate) fn id_of(&self, delivery: DeliveryId) -> String {
        let seen = self.seen.lock().unwrap();
        let mut taken = seen.taken.iter().rev();
        let found = taken.find(|(_, body, _, _)| body["reference"] == delivery.to_string());
        found.unwrap().2.clone()
    }

    /// How far the messages of a delivery have come from now on.
    pub(crate) fn becomes(&self, delivery: DeliveryId, status: &str) {
        let mut seen = self.seen.lock().unwrap();
        for (_, body, _, stands) in &mut seen.taken {
            if body["reference"] == delivery.to_string() {
                status.clone_into(stands);
            }
        }
    }
}

impl Drop for Notify {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(
    State(seen): State<Shared>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if let Err(refused) = check_token(&headers, &seen) {
        return refused;
    }
    let mut seen = seen.lock().unwrap();
    if let Some(status) = seen.plan["status"].as_u64() {
        let text = |name: &str| seen.plan[name].as_str().unwrap().to_owned();
        return refuse(
            u16::try_from(status).unwrap(),
            &text("error"),
            &text("message"),
        );
    }
    if let Err(message) = check_body(&kind, &body) {
        return refuse(400, "BadRequestError", &message);
    }
    let id = Uuid::new_v4().to_string();
    let reference = body["reference"].clone();
    seen.taken
        .push((kind, body, id.clone(), "sending".to_owned()));
    (
        StatusCode::CREATED,
        Json(json!({"id": id, "reference": reference})),
    )
        .into_response()
}

async fn tell(State(seen): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refused) = check_token(&headers, &seen) {
        return refused;
    }
    let seen = seen.lock().unwrap();
    let found = seen.taken.iter().find(|(_, _, name, _)| *name == id);
    match found {
        Some((kind, body, id, status)) => Json(json!({
            "id": id, "reference": body["reference"], "type": kind, "status": status,
        }))
        .into_response(),
        None => refuse(404, "NoResultFound", "No result found"),
    }
}

fn refuse(status: u16, error: &str, message: &str) -> Response {
    let body = json!({"status_code": status, "errors": [{"error": error, "message": message}]});
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// A JWT of the service, signed with its secret, by a clock that is right within half a minute.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
fn check_token(headers: &HeaderMap, seen: &Shared) -> Result<(), Response> {
    let wrong = |message: &str| refuse(403, "AuthError", message);
    let header = headers.get("authorization").and_then(|it| it.to_str().ok());
    let token = header.and_then(|it| it.strip_prefix("Bearer "));
    let (signed, signature) = token
        .and_then(|token| token.rsplit_once('.'))
        .ok_or_else(|| wrong("Invalid token: signature, api token not found"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    let is_signed = URL_SAFE_NO_PAD
        .decode(signature)
        .is_ok_and(|signature| mac.verify_slice(&signature).is_ok());
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap_or_default())
            .unwrap_or_default()
    };
    let (header, claims) = signed.split_once('.').unwrap_or_default();
    let (header, claims) = (read(header), read(claims));
    if !is_signed || header != json!({"typ": "JWT", "alg": "HS256"}) {
        return Err(wrong("Invalid token: API key not found"));
    }
    if claims["iss"] != SERVICE {
        return Err(wrong("Invalid token: service not found"));
    }
    let now = seen.lock().unwrap().clock.now();
    let issued = claims["iat"].as_i64().unwrap_or_default();
    if (now.timestamp() - issued).abs() > LEEWAY.num_seconds() {
        return Err(wrong(
            "Error: Your system clock must be accurate to within 30 seconds",
        ));
    }
    Ok(())
}

fn check_body(kind: &str, body: &Value) -> Result<(), String> {
    let (to, template, fields): (_, _, &[&str]) = match kind {
        "email" => ("email_address", EMAIL_TEMPLATE, &["subject", "body"]),
        "sms" => ("phone_number", SMS_TEMPLATE, &["text"]),
        _ => return Err("no such route".to_owned()),
    };
    if !body[to].is_string() {
        return Err(format!("{to} is a required property"));
    }
    if body["template_id"] != template {
        return Err("Template not found".to_owned());
    }
    let missing: Vec<&str> = fields
        .iter()
        .copied()
        .filter(|field| !body["personalisation"][field].is_string())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("Missing personalisation: {}", missing.join(", ")))
    }
}
