//! The demonstration: a night that is alive from its first minute, and whose trail verifies.

use crate::vectors::text;
use nightdesk::api::types::IncidentPage;
use nightdesk::demo::{Night, Plan};
use nightdesk::domain::Instant;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::incident::{Incident, Major};
use nightdesk::domain::query::{Queue, belongs, is_deadline};
use nightdesk::server::{Location, Store, verify};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

const START: &str = "2026-06-12T20:30:00Z";

fn plan(keep: &Path) -> Plan {
    Plan {
        keep: Some(keep.to_owned()),
        at: Some(START.parse().unwrap()),
        made_up: 0,
    }
}

async fn ask(night: &Night, role: &str, path: &str) -> String {
    let token = std::fs::read_to_string(night.token_file(role).unwrap()).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(format!("{}{path}", night.url));
    let answer = request.bearer_auth(token.trim()).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.text().await.unwrap()
}

async fn board(night: &Night, role: &str) -> Vec<Incident> {
    let page = ask(night, role, "/v1/incidents?limit=200").await;
    serde_json::from_str::<IncidentPage>(&page)
        .unwrap()
        .incidents
}

#[tokio::test]
async fn the_night_begins_with_clocks_in_every_state_and_somebody_at_the_desk() {
    let folder = TempDir::new().unwrap();
    let night = Night::open(&plan(folder.path())).await.unwrap();
    let incidents = board(&night, "OCO").await;
    assert_eq!(incidents.len(), 26);
    let now: Instant = START.parse().unwrap();
    let soon = now + chrono::TimeDelta::hours(1);
    let states = |wanted: ClockState| {
        let views = incidents.iter().flat_map(clock::views);
        let deadlines = views.filter(|view| is_deadline(view.clock.kind));
        deadlines.filter(|view| view.state(now) == wanted).count()
    };
    for state in [
        ClockState::Running,
        ClockState::Overdue,
        ClockState::Met,
        ClockState::MetLate,
        ClockState::StoodDown,
        ClockState::MetByException,
    ] {
        assert!(states(state) > 0, "no clock is {}", state.name());
    }
    let within_the_hour = incidents
        .iter()
        .flat_map(clock::views)
        .filter(|view| is_deadline(view.clock.kind) && view.state(now) == ClockState::DueSoon)
        .any(|view| view.clock.due_at <= soon);
    assert!(within_the_hour, "nothing is due within the hour");
    let officer = "tamsin.quill".into();
    // Casework, and with it closing, is daytime's.
    for queue in Queue::ALL
        .into_iter()
        .filter(|queue| *queue != Queue::Closed)
    {
        let waiting = incidents
            .iter()
            .any(|incident| belongs(incident, queue, &officer, now));
        assert!(waiting, "{} is empty", queue.name());
    }
    assert!(
        incidents
            .iter()
            .any(|incident| matches!(incident.major, Major::Declared { .. }))
    );
    let me: serde_json::Value = serde_json::from_str(&ask(&night, "OCO", "/v1/me").await).unwrap();
    assert_eq!(text(&me["person"], "name"), "Tamsin Quill");
    night.close().await.unwrap();
}

#[tokio::test]
async fn a_partner_sees_only_what_it_is_affected_by() {
    let folder = TempDir::new().unwrap();
    let night = Night::open(&plan(folder.path())).await.unwrap();
    let incidents = board(&night, "GGR-harbour").await;
    let named: Vec<bool> = incidents
        .iter()
        .map(|incident| incident.facts.affected_partners.contains(&"harbour".into()))
        .collect();
    assert!(!named.is_empty() && named.iter().all(|affected| *affected));
    night.close().await.unwrap();
}

#[tokio::test]
async fn the_trail_of_the_night_verifies_and_a_kept_night_goes_on() {
    let folder = TempDir::new().unwrap();
    let mut plan = plan(folder.path());
    plan.made_up = 100;
    let night = Night::open(&plan).await.unwrap();
    assert_eq!(board(&night, "OCO").await.len(), 126);
    night.close().await.unwrap();
    let location = Location::Sqlite(folder.path().join("nightdesk.db"));
    let store = Store::open(&location).await.unwrap();
    let verified = verify(&store).await.unwrap();
    assert_eq!(
        (verified.incidents, verified.faults.as_slice()),
        (126, [].as_slice())
    );
    store.close().await;
    let again = Night::open(&plan).await.unwrap();
    assert_eq!(
        board(&again, "OCO").await.len(),
        126,
        "nothing is told twice"
    );
    again.close().await.unwrap();
}

#[tokio::test]
async fn tokens_are_for_their_owner_only_and_an_unknown_role_names_the_choices() {
    let folder = TempDir::new().unwrap();
    let night = Night::open(&plan(folder.path())).await.unwrap();
    let file = night.token_file("dpo").unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let refused = night.token_file("KING").unwrap_err().to_string();
    assert!(
        refused.contains("\"KING\"") && refused.contains("GGR-eastmere"),
        "{refused}"
    );
    night.close().await.unwrap();
}

#[tokio::test]
async fn a_passing_night_leaves_nothing_behind() {
    let plan = Plan {
        keep: None,
        ..plan(Path::new(""))
    };
    let night = Night::open(&plan).await.unwrap();
    let tokens = night.token_file("OCO").unwrap();
    night.close().await.unwrap();
    assert!(!tokens.exists() && !tokens.parent().unwrap().exists());
}
