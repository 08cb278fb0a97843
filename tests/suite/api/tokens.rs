//! Tokens: every way of not being signed in gets the same answer, and none of them gets in.

use crate::support::case::OFFICER;
use crate::support::server::{Answer, TestServer};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::Me;
use nightdesk::domain::id::PersonId;
use nightdesk::server::{self, Scope, Session, TokenError};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Everything that needs a token.
const GUARDED: [(Method, &str); 12] = [
    (Method::GET, route::INCIDENTS),
    (Method::POST, route::INCIDENTS),
    (Method::GET, "/v1/incidents/INC-26-0001-A"),
    (Method::POST, "/v1/incidents/INC-26-0001-A/commands"),
    (Method::GET, "/v1/incidents/INC-26-0001-A/timeline"),
    (
        Method::GET,
        "/v1/commands/018f3f5e-0000-7000-8000-000000000000",
    ),
    (Method::GET, route::CHANGES),
    (Method::GET, route::DIRECTORY),
    (Method::POST, route::DIRECTORY_COMMANDS),
    (Method::GET, route::POLICY),
    (Method::GET, route::ME),
    (Method::GET, route::AUDIT_CHECKPOINT),
];

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered_and_nothing_is_revealed() {
    let server = TestServer::start().await;
    let good = server.token(OFFICER).await;
    let unknown = format!("ndk_{}", "0".repeat(64));
    let (_, revoked) = token_with_session(&server, 12).await;
    let (expired_token, _) = token_with_session(&server, -1).await;
    server::revoke_token(&server.store, &revoked.1, server.clock.now())
        .await
        .unwrap();
    let headers: Vec<Option<String>> = vec![
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(good.clone()),
        Some(format!("Basic {good}")),
        Some(format!("Bearer {good}0")),
        Some(format!("Bearer {}", &good[..60])),
        Some(format!("Bearer {}", good.to_ascii_uppercase())),
        Some(format!("Bearer ndk_{}", "é".repeat(32))),
        Some(format!("Bearer {}", "x".repeat(10_000))),
        Some(format!("Bearer {unknown}")),
        Some(format!("Bearer {}", revoked.0)),
        Some(format!("Bearer {expired_token}")),
    ];
    let mut bodies = std::collections::BTreeSet::new();
    for header in &headers {
        for (method, path) in &GUARDED {
            let mut request = server
                .raw(method.clone(), path)
                .header("x-request-id", "same");
            if let Some(header) = header {
                request = request.header("authorization", header.as_bytes());
            }
            let answer = Answer::of(request).await;
            let what = (method, path, header);
            assert_eq!(
                answer.problem(),
                (401, "not_signed_in".to_owned()),
                "{what:?}"
            );
            let mut problem = answer.value();
            problem["instance"].take();
            bodies.insert(problem.to_string());
        }
    }
    assert_eq!(
        bodies.len(),
        1,
        "every way of not being signed in looks the same"
    );
}

async fn made(
    server: &TestServer,
    person: &str,
    hours: i64,
) -> Result<(SecretString, Session), TokenError> {
    let (person, span) = (PersonId::from(person), TimeDelta::hours(hours));
    let (scope, now) = (Scope::Everything, server.clock.now());
    server::create_token(&server.store, &person, scope, span, now).await
}

async fn token_with_session(server: &TestServer, hours: i64) -> (String, (String, String)) {
    let (token, session) = made(server, OFFICER, hours).await.unwrap();
    let token = token.expose_secret().to_owned();
    (token.clone(), (token, session.id))
}

#[tokio::test]
async fn a_good_token_tells_who_one_is() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let me: Me = officer.get(route::ME).await.ok();
    assert_eq!(me.person.id, PersonId::from(OFFICER));
    assert_eq!(me.on_call, [nightdesk::domain::rota::Tier::First]);
    assert_eq!(
        me.session_ends_at,
        server.clock.now() + TimeDelta::hours(12)
    );
    let lower = server.raw(Method::GET, route::ME);
    let lower = lower.header("authorization", format!("bearer {}", officer.token));
    assert_eq!(Answer::of(lower).await.status, StatusCode::OK);
    let twice = officer
        .request(Method::GET, route::ME)
        .bearer_auth(&officer.token);
    assert_eq!(Answer::of(twice).await.status, StatusCode::UNAUTHORIZED);
}

/// Ways to write a token into an address: plain, one letter encoded, all of them, all of them twice.
fn spelled(token: &str) -> [String; 4] {
    let encoded = |text: &str| -> String {
        text.bytes()
            .flat_map(|byte| ['%'.to_string(), format!("{byte:02X}")])
            .collect()
    };
    let once = encoded(token);
    let twice = once.replace('%', "%25");
    [token.to_owned(), token.replace('_', "%5f"), once, twice]
}

#[tokio::test]
async fn a_token_in_an_address_is_refused_even_beside_a_good_one_and_not_told_again() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    for token in spelled(&officer.token) {
        for path in [
            format!("{}?access_token={token}", route::ME),
            format!("{}?{token}", route::ME),
            format!("{}/{token}", route::INCIDENTS),
            format!("/nowhere/{token}/"),
        ] {
            let answer = officer.get(&path).await;
            let problem = (400, "token_in_address".to_owned());
            assert_eq!(answer.problem(), problem, "{path}");
            let random = token.trim_start_matches("ndk_");
            assert!(!answer.body.contains(random), "{answer:?}");
        }
    }
    let honest = officer.get("/v1/incidents?organisation=%25n%64%6b").await;
    assert_eq!(honest.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_with_signing_out() {
    let mut server = TestServer::start().await;
    let token = server.token(OFFICER).await;
    let ask = |path: &str, method| Answer::of(server.raw(method, path).bearer_auth(&token));
    assert_eq!(ask(route::ME, Method::GET).await.status, StatusCode::OK);
    assert_eq!(
        ask(route::SESSION, Method::DELETE).await.status,
        StatusCode::NO_CONTENT
    );
    let ended = tokio::time::timeout(Duration::from_secs(10), async {
        while ask(route::ME, Method::GET).await.status.is_success() {}
    });
    ended.await.unwrap();
    let token = server.token(OFFICER).await;
    let now = server.clock.now();
    server
        .clock
        .set(now + TimeDelta::hours(12) - TimeDelta::milliseconds(1));
    let last = Answer::of(server.raw(Method::GET, route::ME).bearer_auth(&token)).await;
    assert_eq!(last.status, StatusCode::OK);
    server.clock.set(now + TimeDelta::hours(12));
    let over = Answer::of(server.raw(Method::GET, route::ME).bearer_auth(&token)).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_that_is_revoked_elsewhere_is_refused_a_moment_later() {
    let server = TestServer::start().await;
    let (token, (_, session)) = token_with_session(&server, 12).await;
    let ask = || Answer::of(server.raw(Method::GET, route::ME).bearer_auth(&token));
    assert_eq!(ask().await.status, StatusCode::OK);
    server::revoke_token(&server.store, &session, server.clock.now())
        .await
        .unwrap();
    let refused = tokio::time::timeout(Duration::from_secs(10), async {
        while ask().await.status.is_success() {}
    });
    refused.await.unwrap();
}

#[tokio::test]
async fn no_token_is_made_for_somebody_the_directory_does_not_know() {
    let server = TestServer::start().await;
    let error = made(&server, "nobody.at.all", 1)
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "There is no person \"nobody.at.all\" in the directory"
    );
}
