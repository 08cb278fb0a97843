//! Importing bank holidays: an administrator imports, a data protection officer approves, and only
//! clocks that still run follow (BOB-BH, BOB-DPO).

use crate::support::case::{DPO, OFFICER};
use crate::support::process::nightdesk;
use crate::support::server::{Answer, Person, TestServer, fresh_id, report, tonight_at};
use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::api::route;
use nightdesk::api::types::{
    AuditPage, CalendarAnswer, CommandAnswer, DirectoryAnswer, TimelinePage,
};
use nightdesk::domain::calendar;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::event::Event;
use nightdesk::domain::holidays::HolidayCommand;
use nightdesk::domain::id::CommandId;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::policy::Policy;
use nightdesk::server;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

/// System administrator.
const ADMINISTRATOR: &str = "jocasta.weir";

/// The Monday after the night of the tests, which is a Friday.
const MONDAY: &str = "2026-06-15";

async fn ask(person: &Person<'_>, body: &Value) -> (CommandId, Answer) {
    let id = fresh_id();
    let path = route::CALENDAR_COMMANDS;
    (id, person.send(path, id, None, body).await)
}

fn import(days: &[(&str, &str)]) -> Value {
    let days: serde_json::Map<String, Value> = days
        .iter()
        .map(|(day, name)| ((*day).to_owned(), json!(name)))
        .collect();
    json!({"type": "import", "holidays": days})
}

async fn imported_and_approved(server: &TestServer, days: &[(&str, &str)]) -> DirectoryAnswer {
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let governance = server.signed_in(DPO).await;
    let (id, answer) = ask(&administrator, &import(days)).await;
    answer.ok::<DirectoryAnswer>();
    let (_, answer) = ask(&governance, &json!({"type": "approve", "import": id})).await;
    answer.ok()
}

fn outer_limit(incident: &Incident) -> Option<DateTime<Utc>> {
    let mut clocks = incident.clocks.iter();
    clocks
        .find(|clock| clock.kind == ClockKind::BobDpo)
        .unwrap()
        .outer_due_at
}

async fn shown(person: &Person<'_>, id: impl std::fmt::Display) -> Incident {
    person.get(&route::incident(id)).await.ok()
}

#[tokio::test]
async fn an_import_counts_once_a_data_protection_officer_has_approved_it_and_clients_hear_of_it() {
    let server = TestServer::start().await;
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let officer = server.signed_in(OFFICER).await;
    let governance = server.signed_in(DPO).await;
    let before: Policy = officer.get(route::POLICY).await.ok();
    let days = [(MONDAY, "Day of the test"), ("2026-12-25", "Christmas Day")];
    let (id, answer) = ask(&administrator, &import(&days)).await;
    answer.ok::<DirectoryAnswer>();
    // Nothing counts yet, and what is known already is not waited for.
    let waiting: CalendarAnswer = officer.get(route::CALENDAR).await.ok();
    assert_eq!(waiting.calendar, before.calendar);
    let waiting = waiting.waiting.unwrap();
    assert_eq!((waiting.import, waiting.holidays.len()), (id, 1));
    let cursor: Value = officer.get(route::CHANGES).await.ok();
    let (_, answer) = ask(&governance, &json!({"type": "approve", "import": id})).await;
    let directory = answer.ok::<DirectoryAnswer>().directory;
    assert_eq!(directory.holidays.imports, 1);
    let now: CalendarAnswer = officer.get(route::CALENDAR).await.ok();
    assert_eq!(now.waiting, None);
    let added: Vec<_> = now
        .calendar
        .holidays
        .iter()
        .filter(|(day, _)| !before.calendar.holidays.contains_key(day))
        .map(|(day, name)| (day.to_string(), name.as_str()))
        .collect();
    assert_eq!(added, [(MONDAY.to_owned(), "Day of the test")]);
    assert_eq!(
        now.calendar.version,
        format!("{}.1", before.calendar.version)
    );
    // Both sides compute by the same calendar: the policy has it, and polls say that it is new.
    let after: Policy = officer.get(route::POLICY).await.ok();
    assert_eq!(after.calendar, now.calendar);
    let path = format!(
        "{}?after={}",
        route::CHANGES,
        cursor["next"].as_str().unwrap()
    );
    let poll: Value = officer.get(&path).await.ok();
    assert!(poll["directory_version"].as_u64() > cursor["directory_version"].as_u64());
    // The next import counts on.
    let next = imported_and_approved(&server, &[("2029-01-01", "New Year's Day")]).await;
    assert_eq!(next.directory.holidays.imports, 2);
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// Section 5, row "import calendar": ADM may, DPO approves, and nobody does both.
#[tokio::test]
async fn nobody_imports_or_approves_whom_section_5_does_not_let() {
    let server = TestServer::start().await;
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let officer = server.signed_in(OFFICER).await;
    let governance = server.signed_in(DPO).await;
    let days = import(&[(MONDAY, "Day of the test")]);
    for person in [&officer, &governance] {
        let (_, refused) = ask(person, &days).await;
        assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
        assert!(
            refused.body.contains("Ask the system administrator"),
            "{refused:?}"
        );
    }
    let (id, answer) = ask(&administrator, &days).await;
    answer.ok::<DirectoryAnswer>();
    let approve = json!({"type": "approve", "import": id});
    let reject = json!({"type": "reject", "import": id, "reason": "not in the gazette"});
    for person in [&officer, &administrator] {
        for body in [&approve, &reject] {
            let (_, refused) = ask(person, body).await;
            assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
            assert!(
                refused.body.contains("Ask the DPO or the acting DPO"),
                "{refused:?}"
            );
        }
    }
    // A second one would come into force unread.
    let (_, refused) = ask(&administrator, &import(&[("2026-06-16", "Another")])).await;
    assert_eq!(refused.value()["rule"], "BOB-BH", "{refused:?}");
    let (_, answer) = ask(&governance, &reject).await;
    assert!(answer.ok::<DirectoryAnswer>().directory.holidays.is_empty());
    let (_, refused) = ask(&governance, &approve).await;
    assert_eq!(refused.status.as_u16(), 422, "{refused:?}");
    let auditor = server.signed_in("silas.nettlebed").await;
    let trail: AuditPage = auditor
        .get(&format!("{}?from=1&to=400", route::AUDIT_ENTRIES))
        .await
        .ok();
    let denied = trail.entries.iter().filter(|entry| {
        entry.body.contains("\"kind\":\"denied\"") && entry.body.contains("_holidays")
    });
    assert_eq!(denied.count(), 6);
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn only_outer_limits_of_clocks_that_still_run_follow_and_each_says_so() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let running = officer.log().await.incident;
    let stopped = officer.log().await.incident;
    let contact = json!({"role": "DPO", "organisation": "riverbourne"});
    let told = json!({"type": "inform", "contact": contact, "channel": "PHONE",
        "outcome": "ANSWERED"});
    officer
        .ask(stopped.id, None, &told)
        .await
        .ok::<CommandAnswer>();
    let ended = officer.log().await.incident;
    server.withdraw(ended.id, 1).await;
    // Of an incident of last Wednesday the working day was over before the Monday.
    let mut earlier = report();
    earlier["aware_at"] = json!(tonight_at() - TimeDelta::days(3));
    let answer = officer
        .send(route::INCIDENTS, fresh_id(), None, &earlier)
        .await;
    let earlier = answer.ok::<CommandAnswer>().incident;
    let unmoved = [&stopped, &ended, &earlier];
    let mut were = Vec::new();
    for incident in unmoved {
        were.push(shown(&officer, incident.id).await);
    }
    let approved = imported_and_approved(&server, &[(MONDAY, "Day of the test")]).await;
    let moved = shown(&officer, running.id).await;
    // Aware on Friday night: until Monday 17:00 it was, and is now until Tuesday.
    let day = |date: &str| date.parse::<chrono::NaiveDate>().unwrap();
    let five = chrono::NaiveTime::from_hms_opt(17, 0, 0).unwrap();
    let (was, is) = (
        calendar::daytime(day(MONDAY), five),
        calendar::daytime(day("2026-06-16"), five),
    );
    assert_eq!(outer_limit(&running), Some(was));
    assert_eq!(outer_limit(&moved), Some(is));
    assert_eq!(moved.version, running.version + 1);
    let due = |incident: &Incident| {
        let clocks = incident.clocks.iter();
        clocks.map(|clock| clock.due_at).collect::<Vec<_>>()
    };
    assert_eq!(due(&moved), due(&running), "only the outer limit moves");
    let timeline: TimelinePage = officer.get(&route::timeline(running.id)).await.ok();
    let last = timeline.entries.last().unwrap();
    assert_eq!(last.entry.command, approved.command);
    assert_eq!(last.entry.by.person.as_str(), DPO);
    let Event::OuterLimitMoved { from, to, .. } = &last.entry.event else {
        panic!("{last:?}");
    };
    assert_eq!((*from, *to), (Some(was), is));
    for (incident, was) in unmoved.into_iter().zip(were) {
        assert_eq!(shown(&officer, incident.id).await, was);
    }
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn an_import_sent_twice_is_one_import_and_one_without_news_is_refused() {
    let server = TestServer::start().await;
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let body = import(&[(MONDAY, "Day of the test")]);
    let (id, first) = ask(&administrator, &body).await;
    let again = administrator
        .send(route::CALENDAR_COMMANDS, id, None, &body)
        .await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(
        again.ok::<DirectoryAnswer>().seq,
        first.ok::<DirectoryAnswer>().seq
    );
    let server = TestServer::start().await;
    let administrator = server.signed_in(ADMINISTRATOR).await;
    for (days, status) in [
        (import(&[("2026-12-25", "Christmas Day")]), 409),
        (import(&[]), 409),
        (import(&[("2026-06-15", " ")]), 422),
        (import(&[("2026-02-30", "No such day")]), 422),
    ] {
        let (_, refused) = ask(&administrator, &days).await;
        assert_eq!(refused.status.as_u16(), status, "{refused:?}");
    }
    // Words of the wire and of the program are the same.
    let body: HolidayCommand = serde_json::from_value(body).unwrap();
    assert_eq!(body.name(), "import_holidays");
}

/// The shell, with its own token file, on a server of another thread.
async fn shell(server: &TestServer, person: &str, arguments: &[&str]) -> Output {
    let files = server.database.files.path();
    let token = files.join(person);
    fs::write(&token, server.token(person).await).unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = nightdesk(arguments);
    command
        .args(["--server", &server.url, "--token-file"])
        .arg(&token)
        .env("HOME", files)
        .env("XDG_CONFIG_HOME", files)
        .env("XDG_STATE_HOME", files);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shell_imports_gov_uk_s_document_and_names_the_rows_that_it_left_out() {
    let server = TestServer::start().await;
    let document = json!({"england-and-wales": {"division": "england-and-wales", "events": [
        {"title": "Day of the test", "date": MONDAY, "notes": "", "bunting": true},
        {"title": "No such day", "date": "2026-02-30"},
        {"date": "2026-06-17"},
    ]}, "scotland": {"division": "scotland", "events": [
        {"title": "Somewhere else", "date": "2026-06-15"},
    ]}});
    let file = server.database.files.path().join("bank-holidays.json");
    fs::write(&file, document.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let said = |output: &Output| {
        let text = [output.stdout.clone(), output.stderr.clone()].concat();
        String::from_utf8(text).unwrap()
    };
    for (person, arguments, code, says) in [
        (
            ADMINISTRATOR,
            vec!["calendar", "import", file, "--dry-run"],
            0,
            "dry run",
        ),
        (
            OFFICER,
            vec!["calendar", "import", file],
            1,
            "Ask the system administrator",
        ),
        (DPO, vec!["calendar", "approve"], 1, "No import waits"),
        (
            ADMINISTRATOR,
            vec!["calendar", "import", file],
            0,
            "Day of the test",
        ),
        (
            ADMINISTRATOR,
            vec!["calendar", "import", file],
            1,
            "(BOB-BH)",
        ),
        (OFFICER, vec!["calendar", "show"], 0, "Waiting for approval"),
        (DPO, vec!["calendar", "approve"], 0, "In force now"),
        (OFFICER, vec!["calendar", "show"], 0, "Day of the test"),
        (
            ADMINISTRATOR,
            vec!["calendar", "import", file],
            0,
            "known already",
        ),
    ] {
        let output = shell(&server, person, &arguments).await;
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {text}");
        assert!(text.contains(says), "{arguments:?} {text}");
        if arguments[1] == "import" {
            assert!(
                text.contains("2026-02-30") && text.contains("2026-06-17"),
                "{text}"
            );
            assert!(!text.contains("Somewhere else"), "{text}");
        }
    }
}
