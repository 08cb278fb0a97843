//! The real client against the real server, over wires that break.

use crate::support::case::note_count;
use crate::support::proxy::{Proxy, Wire};
use crate::support::server::{TestServer, fresh_id, report, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::problem::Code;
use nightdesk::api::types::CommandAnswer;
use nightdesk::client::http::{self, Failure, Http};
use nightdesk::client::outbox::Unsent;
use nightdesk::client::replica::Answer;
use nightdesk::client::skew::Skew;
use nightdesk::client::token::Token;
use nightdesk::domain::command::{AddNote, Command, Reassign};
use nightdesk::domain::incident::NoteKind;
use nightdesk::server::Settings;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

async fn http(server: &TestServer, url: &str, person: &str) -> Http {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    fs::write(&path, server.token(person).await).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Http::new(url, &Token::read(&path).unwrap()).unwrap()
}

fn log() -> Unsent {
    let id = fresh_id();
    Unsent {
        id,
        incident: id.into(),
        command: serde_json::from_value(report()).unwrap(),
        seen_version: 0,
        given_at: tonight_at(),
    }
}

fn note(after: &Unsent) -> Unsent {
    Unsent {
        id: fresh_id(),
        command: Command::Note(AddNote {
            kind: NoteKind::Call,
            text: "Rang the ward".into(),
            happened_at: None,
            corrects: None,
        }),
        ..after.clone()
    }
}

/// The first try after a cut may go out on the connection that was cut.
async fn until_answered(http: &Http, unsent: &Unsent) -> CommandAnswer {
    for _ in 0..3 {
        if let Ok(reply) = http.carry_out(unsent).await {
            return reply.body;
        }
    }
    panic!("no answer over a wire that is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_anywhere_is_asked_for_again_and_done_once() {
    let server = TestServer::start().await;
    let proxy = Proxy::before(&server.url).await;
    let http = http(&server, &proxy.url, "tamsin.quill").await;
    let logged = log();
    http.carry_out(&logged).await.unwrap();
    let mut notes = 0;
    let mut cut = 0;
    loop {
        let note = note(&logged);
        proxy.set(Wire::CutsAnswerAfter(cut));
        let first = http::answer_to_sending(http.carry_out(&note).await.map(|reply| reply.body));
        proxy.set(Wire::Whole);
        let answer = until_answered(&http, &note).await;
        notes += 1;
        assert_eq!(note_count(&answer.incident), notes, "cut at {cut}");
        assert_eq!(answer.incident.version, 1 + notes as u64, "cut at {cut}");
        match first {
            // Everything that can be read of an answer has come through.
            Answer::Applied { .. } => break,
            Answer::Unknown { .. } => cut += 37,
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
    assert!(cut > 1000, "the answer was cut {} times", cut / 37);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_command_can_be_asked_later() {
    let server = TestServer::start().await;
    let http = http(&server, &server.url, "tamsin.quill").await;
    let logged = log();
    let asked = http.recall(logged.id).await.map(|reply| reply.body);
    assert!(matches!(
        http::answer_to_asking(asked),
        Answer::NeverArrived
    ));
    http.carry_out(&logged).await.unwrap();
    let asked = http.recall(logged.id).await.map(|reply| reply.body);
    match http::answer_to_asking(asked) {
        Answer::Applied { incident } => assert_eq!(incident.id, logged.incident),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_command_comes_back_with_the_incident_as_it_is() {
    let server = TestServer::start().await;
    let http = http(&server, &server.url, "tamsin.quill").await;
    let logged = log();
    http.carry_out(&logged).await.unwrap();
    http.carry_out(&note(&logged)).await.unwrap();
    let reassign = Unsent {
        id: fresh_id(),
        command: Command::Reassign(Reassign {
            to: "aisha.merrow".into(),
            reason: "End of shift".into(),
        }),
        seen_version: 1,
        ..logged
    };
    let answered = http.carry_out(&reassign).await.map(|reply| reply.body);
    match http::answer_to_sending(answered) {
        Answer::Stale { current } => assert_eq!(current.unwrap().version, 2),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_arrives_with_its_rule_and_words() {
    let server = TestServer::start().await;
    let http = http(&server, &server.url, "tamsin.quill").await;
    let logged = log();
    http.carry_out(&logged).await.unwrap();
    let mut empty = note(&logged);
    if let Command::Note(note) = &mut empty.command {
        note.text = " ".into();
    }
    let answered = http.carry_out(&empty).await.map(|reply| reply.body);
    match http::answer_to_sending(answered) {
        Answer::Refused(refusal) => assert_eq!(refusal.sentence, "Write the note before saving it"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_was_too_many_is_kept_and_sent_again() {
    let few = |settings: &mut Settings| settings.limits.commands = 1;
    let mut server = TestServer::start_with(few).await;
    let http = http(&server, &server.url, "tamsin.quill").await;
    let logged = log();
    http.carry_out(&logged).await.unwrap();
    let kept = loop {
        let note = note(&logged);
        if http.carry_out(&note).await.is_err() {
            break note;
        }
    };
    let sent = http.carry_out(&kept).await.map(|reply| reply.body);
    match http::answer_to_sending(sent) {
        Answer::Unknown { retry_after } => assert_eq!(retry_after, Some(TimeDelta::seconds(1))),
        other => panic!("{other:?}"),
    }
    let now = server.clock.now();
    server.clock.set(now + TimeDelta::seconds(1));
    let sent = http.carry_out(&kept).await.map(|reply| reply.body);
    let answer = http::answer_to_sending(sent);
    assert!(matches!(answer, Answer::Applied { .. }), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_once_and_silence_says_so() {
    let server = TestServer::start().await;
    let http = http(&server, &server.url, "tamsin.quill").await;
    let after = http.incidents(None).await.unwrap().body.changes_after;
    http.carry_out(&log()).await.unwrap();
    let wait = Duration::ZERO;
    let page = http.changes(&after, wait).await.unwrap().body.unwrap();
    assert_eq!(page.changes.len(), 1);
    let silence = http.changes(&page.next, wait).await.unwrap();
    assert!(silence.body.is_none());
    assert_eq!(silence.heard.server_time, Some(tonight_at()));
    let foreign = http.changes("another-history", wait).await.unwrap_err();
    assert!(
        matches!(foreign.code(), Some(Code::CursorGone | Code::BadRequest)),
        "{foreign:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_leaves_the_outcome_open() {
    let server = TestServer::start().await;
    let http = http(&server, "http://127.0.0.1:1", "tamsin.quill").await;
    let failure = http.carry_out(&log()).await.unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    assert!(matches!(
        http::answer_to_sending(Err(failure)),
        Answer::Unknown { .. }
    ));
}

proptest! {
    /// However far the clocks are apart and however slow the link, the server's time is known within
    /// half of the fastest exchange.
    #[test]
    fn the_servers_time_is_known_within_the_fastest_exchange(
        ahead in -100_000_000_i64..100_000_000,
        exchanges in prop::collection::vec((0..20_000_i64, 0..20_000_i64), 1..20),
    ) {
        let start = tonight_at();
        let ahead = TimeDelta::milliseconds(ahead);
        let mut skew = None::<Skew>;
        let mut sent_at = start;
        for (there, back) in &exchanges {
            let server_time = sent_at + TimeDelta::milliseconds(*there) + ahead;
            let received_at = sent_at + TimeDelta::milliseconds(there + back);
            let measured = Skew::measured(sent_at, received_at, server_time);
            skew = Some(skew.map_or(measured, |earlier| earlier.joined(measured)));
            sent_at = received_at;
        }
        let skew = skew.unwrap();
        let fastest = exchanges.iter().map(|(there, back)| there + back).min().unwrap();
        let error = (skew.server_time(start) - (start + ahead)).abs();
        prop_assert!(error <= TimeDelta::milliseconds(fastest / 2 + 1));
        prop_assert!(skew.uncertainty() <= TimeDelta::milliseconds(fastest / 2 + 1));
    }

    /// A clock that was set counts at once, whatever was known before.
    #[test]
    fn a_clock_that_was_set_counts_at_once(jump in 3_600_i64..1_000_000) {
        let at = tonight_at();
        let second = TimeDelta::seconds(1);
        let before = Skew::measured(at, at + second, at);
        let set = at + TimeDelta::seconds(jump);
        let after = before.joined(Skew::measured(at, at + second, set));
        prop_assert!((after.server_time(at) - set).abs() <= second);
    }
}
