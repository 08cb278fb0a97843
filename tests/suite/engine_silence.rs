//! A server that answers and whose alarm engine does not look: whoever is signed in is told, and each
//! screen says what to do.

use crate::support::case::OFFICER;
use crate::support::console::{Console, reference_night};
use crate::support::server::{Answer, TestServer, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route::{self, header};
use nightdesk::client::http::Health;
use nightdesk::notify::notice::{Notice, Urgency};
use nightdesk::tui::message::Message;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use std::time::Duration;

/// How often an engine is to look that does not look while a test runs, and how long it may be silent.
const SELDOM: Duration = Duration::from_secs(600);
const ALLOWED: TimeDelta = TimeDelta::minutes(100);

/// What an answer says of the engine.
fn silent_since(answer: &Answer) -> Option<i64> {
    let said = answer.headers.get(header::ALARM_ENGINE_SILENT_SINCE)?;
    Some(said.to_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn only_whoever_is_signed_in_is_told_that_the_engine_is_silent_and_since_when() {
    let mut server = TestServer::start_with(|settings| settings.look_every = SELDOM).await;
    let officer = server.signed_in(OFFICER).await;
    assert_eq!(silent_since(&officer.get(route::ME).await), None);
    let token = officer.token.clone();
    server.clock.set(tonight_at() + ALLOWED);
    let in_time = server.holding(&token).get(route::ME).await;
    assert_eq!(silent_since(&in_time), None);
    server
        .clock
        .set(tonight_at() + ALLOWED + TimeDelta::milliseconds(1));
    let officer = server.holding(&token);
    let began = Some(tonight_at().timestamp_millis());
    let changes = officer.get(route::CHANGES).await;
    assert_eq!(changes.status, StatusCode::OK);
    let next = changes.value()["next"].as_str().unwrap().to_owned();
    assert_eq!(silent_since(&changes), began);
    let unchanged = officer
        .get(&format!("{}?after={next}", route::CHANGES))
        .await;
    assert_eq!(unchanged.status, StatusCode::NO_CONTENT);
    assert_eq!(silent_since(&unchanged), began);
    assert_eq!(silent_since(&officer.get("/v1/nowhere").await), began);
    for path in [route::HEALTHZ, route::READYZ, route::ME, "/v1/nowhere"] {
        let stranger = Answer::of(server.raw(Method::GET, path)).await;
        assert_eq!(silent_since(&stranger), None, "{path}");
        let unknown = format!("ndk_{}", "0".repeat(64));
        let unknown = server.holding(&unknown).get(path).await;
        assert_eq!(silent_since(&unknown), None, "{path}");
    }
    let twice = officer
        .request(Method::GET, route::ME)
        .bearer_auth(&officer.token);
    assert_eq!(silent_since(&Answer::of(twice).await), None);
    let ready = Answer::of(server.raw(Method::GET, route::READYZ)).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn it_is_told_no_longer_once_the_engine_looks_again() {
    let server = TestServer::start_with(|settings| {
        settings.look_every = Duration::from_millis(20);
    })
    .await;
    let officer = server.signed_in(OFFICER).await;
    server.database.stop_the_alarm_engine().await;
    let mut told = None;
    // A look that was under way may still succeed, once.
    for minutes in [5, 10] {
        let later = tonight_at() + TimeDelta::minutes(minutes);
        server.clock.clone().set(later);
        told = told.or(silent_since(&officer.get(route::ME).await));
    }
    assert!(told.is_some());
    server.database.mend_the_alarm_engine().await;
    let again = async { while silent_since(&officer.get(route::ME).await).is_some() {} };
    tokio::time::timeout(Duration::from_secs(20), again)
        .await
        .unwrap();
}

/// The night at 02:14, with a server whose engine was last heard of at 01:50.
fn silent() -> Console {
    let mut console = Console::on(reference_night());
    console.told_of = Some(BTreeSet::new());
    let since = console.server.now - TimeDelta::minutes(24);
    console.tell(Message::HealthHeard(Health {
        engine_silent_since: Some(since),
        ..Health::default()
    }));
    console
}

#[test]
fn the_screen_says_since_when_and_what_to_do_at_every_size_and_under_other_notices() {
    let mut console = silent();
    let narrow = console.screen(80, 24);
    assert!(
        narrow.contains("No alarms from the server since 01:50, only here: call its operator"),
        "{narrow}"
    );
    let wide = console.screen(120, 40);
    assert!(wide.contains("so nobody else"), "{wide}");
    assert!(narrow.contains("local alarms only"), "{narrow}");
    // Something that has to be dismissed comes over it; the bar still says it.
    console.tell(Message::DiskFailed("The disk is full".to_owned()));
    let covered = console.screen(80, 24);
    assert!(!covered.contains("No alarms from the server"), "{covered}");
    assert!(covered.contains("local alarms only"), "{covered}");
    assert!(covered.contains("(+1 more: z)"), "{covered}");
    console
        .press("z L")
        .shows("Its alarm engine is silent, so nobody else");
}

#[test]
fn the_officer_s_own_terminal_is_told_once_and_alarms_are_marked_as_local() {
    let mut console = silent();
    let since = console.server.now - TimeDelta::minutes(24);
    console.tell(Message::HealthHeard(Health {
        engine_silent_since: Some(since),
        ..Health::default()
    }));
    assert_eq!(console.told, [Notice::EngineSilent]);
    assert_eq!(console.told[0].urgency(), Urgency::Critical);
    console.after_seconds(1);
    let alarms = console.told.last().unwrap().sentence();
    assert!(alarms.ends_with("(local, unconfirmed)"), "{alarms}");
    console.tell(Message::HealthHeard(Health::default()));
    // What was told before it has its time first.
    console.after_seconds(9);
    let screen = console.screen(80, 24);
    assert!(screen.contains("The server's alarm engine works again"));
    assert!(!screen.contains("local alarms only"), "{screen}");
    assert_eq!(console.told.len(), 2);
}
