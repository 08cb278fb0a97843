//! What is told of an alarm, when, and that it is told once: the watch, the agent's present and the
//! ledger that all of one user's programs share.

use crate::support::case::{Case, graded, home, inform, shared_disclosure, triage, wall};
use crate::support::console::{Console, acknowledge, reference_night};
use chrono::TimeDelta;
use nightdesk::domain::Instant;
use nightdesk::domain::alarm::{self, Alarm, Cause};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::id::{AlarmId, Reference};
use nightdesk::domain::role::Role;
use nightdesk::notify::ledger::Ledger;
use nightdesk::notify::notice::{Notice, Raised, Source, Urgency, notices};
use nightdesk::notify::vigil::Watched;
use nightdesk::now::Reading;
use nightdesk::watch::agent::Agent;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// Everything that an incident has to tell of in four days, in the order in which it is raised.
fn four_days(case: &Case) -> Vec<Raised> {
    let raised = four_days_with_times(case);
    raised.into_iter().map(|(_, raised)| raised).collect()
}

/// The same, each with the minute in which it is told.
fn four_days_with_times(case: &Case) -> Vec<(Instant, Raised)> {
    let mut agent = alone(case);
    let mut raised = Vec::new();
    for minute in 0..4 * 24 * 60 {
        let now = case.now + TimeDelta::minutes(minute);
        let told = agent.raise(at(now, minute)).into_iter();
        raised.extend(told.map(|told| (now, told)));
    }
    raised
}

/// An agent that knows of an incident and cannot reach the server.
fn alone(case: &Case) -> Agent {
    let mut agent = Agent::over(vec![watched(case)]);
    agent.lost(at(case.now, 0));
    agent
}

fn watched(case: &Case) -> Watched {
    Watched::of(case.incident(), &case.directory, &case.policy, case.now).unwrap()
}

/// A machine that has run for so many minutes and never slept.
fn at(wall: Instant, minutes: i64) -> Reading {
    let passed = Duration::from_secs(60 * minutes.unsigned_abs());
    Reading {
        wall,
        running: passed,
        since_boot: passed,
    }
}

fn ids(raised: &[Raised]) -> Vec<AlarmId> {
    raised.iter().map(|raised| raised.alarm.id).collect()
}

#[test]
fn a_sentence_is_made_of_kind_time_left_and_reference_in_plain_letters() {
    let case = Case::logged_at("2026-06-12 21:00");
    let alarms: Vec<Alarm> = four_days(&case).into_iter().map(|one| one.alarm).collect();
    assert!(alarms.len() > 8, "{alarms:?}");
    let reference = Some(Reference::new(2026, 7));
    let mut told: Vec<Notice> = vec![Notice::Away, Notice::EngineSilent, Notice::Sample("osc9")];
    for source in [Source::Server, Source::Local] {
        for alarm in alarms.clone() {
            for (at, reference) in [(alarm.at, reference), (alarm.at, None)] {
                let alarm = alarm.clone();
                told.push(Notice::One {
                    alarm,
                    reference,
                    at,
                    source,
                });
            }
        }
    }
    told.extend([0, 5].map(|overdue| Notice::Several {
        alarms: 12,
        overdue,
        source: Source::Local,
    }));
    let is_plain = |sign: char| sign.is_ascii_graphic() || sign == ' ';
    for notice in told {
        let text = format!("{}{}", notice.heading(), notice.sentence());
        assert!(
            text.chars().all(|sign| is_plain(sign) && sign != ';'),
            "{text:?}"
        );
        assert!(text.len() < 150, "{text}");
        let is_name = |sign: char| sign.is_ascii_alphanumeric() || "_-+.".contains(sign);
        assert!(
            notice.subject().chars().all(is_name),
            "{}",
            notice.subject()
        );
    }
}

#[test]
fn many_alarms_are_told_by_their_exact_number() {
    let case = Case::logged_at("2026-06-12 21:00");
    let raised = four_days(&case);
    let now = case.now + TimeDelta::days(4);
    let overdue = |raised: &[Raised]| {
        let each = notices(raised.to_vec(), u32::MAX, now, Source::Server);
        let critical = each
            .iter()
            .filter(|notice| notice.heading().ends_with("overdue"));
        critical.count()
    };
    let all = notices(raised.clone(), 4, now, Source::Local);
    let [notice] = all.as_slice() else {
        panic!("{all:?}");
    };
    let expected = format!(
        "{} new alarms, {} of them overdue (local, unconfirmed)",
        raised.len(),
        overdue(&raised)
    );
    assert_eq!(notice.sentence(), expected);
    assert_eq!(notice.urgency(), Urgency::Critical);
    assert_eq!(
        notices(raised[..3].to_vec(), 4, now, Source::Server).len(),
        3
    );
    assert_eq!(
        notices(raised[..4].to_vec(), 4, now, Source::Server).len(),
        1
    );
    assert!(notices(Vec::new(), 4, now, Source::Server).is_empty());
}

/// WSIC-EXC: when nobody has reached the Officer for an hour the host is the next rung, without anybody
/// doing anything. An agent that has not heard of the incident since tells of it when it comes, and not
/// of the rung that it took the place of.
#[test]
fn a_rung_that_only_time_brings_is_told_when_it_comes_without_a_server() {
    let host = Cause::Rung {
        ladder: Ladder::Officer,
        rung: 3,
    };
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.gives(graded(4, 3));
    case.gives(triage(shared_disclosure()));
    case.informs(&home(Role::Dpo));
    case.gives(inform(&Contact::partnership(Role::Wso), Outcome::NoAnswer));
    let tried_at = case.now;
    let rungs: Vec<(Instant, Alarm)> = four_days_with_times(&case)
        .into_iter()
        .filter(|(_, raised)| matches!(raised.alarm.cause, Cause::Rung { .. }))
        .map(|(at, raised)| (at, raised.alarm))
        .collect();
    let hour = TimeDelta::minutes(case.policy.exception.unacknowledged_minutes.into());
    let (at, last) = rungs.last().unwrap();
    assert_eq!((*at, &last.cause), (tried_at + hour, &host), "{rungs:?}");
    // The same as whoever has the incident before them sees then.
    case.now = tried_at + hour;
    let series = alarm::series(case.incident(), &case.directory, &case.policy, case.now);
    let mut standing = series.iter().filter_map(|series| series.standing(case.now));
    assert_eq!(standing.find(|alarm| alarm.cause == host), Some(last));
}

/// CLK-NOPAUSE: once the server has been heard, whatever the wall clock does, every alarm comes at its
/// moment, and once.
#[test]
fn a_wall_clock_that_jumps_raises_nothing_early_late_or_twice() {
    for logged_at in [
        "2026-06-12 21:00",
        // Across both changes of the clocks in the United Kingdom.
        "2026-10-24 18:00",
        "2027-03-27 18:00",
    ] {
        let case = Case::logged_at(logged_at);
        let expected = ids(&four_days(&case));
        for jump in [
            TimeDelta::zero(),
            TimeDelta::hours(1),
            TimeDelta::hours(-1),
            TimeDelta::hours(25),
            TimeDelta::days(-3),
        ] {
            let mut agent = alone(&case);
            agent.heard(case.now, at(case.now, 0));
            let mut raised = Vec::new();
            for minute in 0..4 * 24 * 60 {
                let present = case.now + TimeDelta::minutes(minute);
                let set = if minute > 120 {
                    jump
                } else {
                    TimeDelta::zero()
                };
                let fresh = agent.raise(at(present + set, minute));
                for one in &fresh {
                    let late = present - one.alarm.at;
                    assert!((TimeDelta::zero()..TimeDelta::minutes(1)).contains(&late));
                }
                raised.extend(fresh);
            }
            assert_eq!(ids(&raised), expected, "{logged_at} {jump}");
        }
    }
}

/// An agent that never heard from the server has the wall clock only: it may be early or late by the
/// jump, but nothing is missed, and the ledger keeps it from telling anything twice.
#[test]
fn with_the_wall_clock_alone_nothing_is_missed_and_nothing_told_twice() {
    let case = Case::logged_at("2026-06-12 21:00");
    let worst: BTreeSet<AlarmId> = four_days(&case)
        .into_iter()
        .filter(|one| one.alarm.threshold.is_passed())
        .map(|one| one.alarm.id)
        .collect();
    for jump in [1, -1, 25, -72].map(TimeDelta::hours) {
        let home = TempDir::new().unwrap();
        let ledger = Ledger::of(home.path(), "https://desk.example.org");
        let mut agent = alone(&case);
        let mut told = Vec::new();
        for minute in 0..8 * 24 * 60 {
            // There and back again.
            let set = match minute {
                120..1560 => jump,
                _ => TimeDelta::zero(),
            };
            let wall = case.now + TimeDelta::minutes(minute) + set;
            let raised = ids(&agent.raise(at(wall, minute)));
            told.extend(ledger.claim(&raised, wall).unwrap());
        }
        let distinct: BTreeSet<AlarmId> = told.iter().copied().collect();
        assert_eq!(told.len(), distinct.len(), "{jump}");
        assert!(distinct.is_superset(&worst), "{jump}");
    }
}

#[test]
fn a_machine_that_slept_is_told_the_worst_and_not_all_that_led_up_to_it() {
    let case = Case::logged_at("2026-06-12 21:00");
    let mut agent = alone(&case);
    agent.heard(case.now, at(case.now, 0));
    agent.raise(at(case.now, 0));
    // Two days later by every clock but the one that stops in sleep.
    let awake = Reading {
        running: Duration::from_secs(1),
        ..at(case.now + TimeDelta::days(2), 2 * 24 * 60)
    };
    let raised = agent.raise(awake);
    for (place, one) in raised.iter().enumerate() {
        let mut others = raised[place + 1..].iter();
        let is_told_twice = others.any(|other| other.alarm.is_in_series_with(&one.alarm));
        assert!(!is_told_twice, "{raised:?}");
    }
    let passed = raised.iter().filter(|one| one.alarm.threshold.is_passed());
    assert!(passed.count() >= 2, "{raised:?}");
    assert!(agent.raise(awake).is_empty());
}

#[test]
fn a_sleep_and_a_clock_that_was_set_are_noticed_and_drift_is_not() {
    let before = at(wall("2026-06-12 21:00"), 60);
    let second = Duration::from_secs(1);
    let after = |wall: i64, running: Duration, since_boot: Duration| Reading {
        wall: before.wall + TimeDelta::seconds(wall),
        running: before.running + running,
        since_boot: before.since_boot + since_boot,
    };
    for (reading, expected) in [
        (after(1, second, second), false),
        (after(2, second, second), false),
        (after(3601, second, second), true),
        (after(-3599, second, second), true),
        (after(90_001, second, second), true),
        (after(-3 * 86_400, second, second), true),
        // It slept, and all the clocks that count sleep agree.
        (after(3600, second, 3600 * second), true),
    ] {
        assert_eq!(reading.is_after_a_jump(&before), expected, "{reading:?}");
    }
}

#[test]
fn of_two_that_want_to_tell_of_an_alarm_one_does() {
    let home = TempDir::new().unwrap();
    let now = wall("2026-06-12 21:00");
    let ledger = Ledger::of(home.path(), "https://desk.example.org");
    let alarms: Vec<AlarmId> = (0..200).map(|n| AlarmId(Uuid::from_u128(n))).collect();
    let claimed: Vec<AlarmId> = std::thread::scope(|scope| {
        let claimants = (0..4).map(|_| {
            let (ledger, alarms) = (ledger.clone(), &alarms);
            scope.spawn(move || {
                let each = alarms.chunks(7);
                each.flat_map(|some| ledger.claim(some, now).unwrap())
                    .collect::<Vec<_>>()
            })
        });
        let claimants: Vec<_> = claimants.collect();
        let claimed = claimants.into_iter();
        claimed.flat_map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(claimed.len(), alarms.len());
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), alarms.len());
    // Another server's alarms are others.
    let other = Ledger::of(home.path(), "https://other.example.org");
    assert_eq!(other.claim(&alarms[..1], now).unwrap().len(), 1);
}

#[test]
fn what_could_not_be_told_is_given_back_and_half_a_line_hides_nothing() {
    let home = TempDir::new().unwrap();
    let now = wall("2026-06-12 21:00");
    let ledger = Ledger::of(home.path(), "https://desk.example.org");
    let [one, two, three] = [1, 2, 3].map(|n| AlarmId(Uuid::from_u128(n)));
    assert_eq!(ledger.claim(&[one, one, two], now).unwrap(), [one, two]);
    ledger.give_back(&[one]).unwrap();
    assert_eq!(ledger.claim(&[one, two], now).unwrap(), [one]);
    let folder = nightdesk::notify::ledger::folder(home.path(), "https://desk.example.org");
    let file = folder.join("told");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let torn = fs::read_to_string(&file).unwrap() + "00000000-0000";
    fs::write(&file, torn).unwrap();
    assert_eq!(ledger.claim(&[one, three], now).unwrap(), [three]);
    assert!(ledger.claim(&[one, two, three], now).unwrap().is_empty());
    // Somebody else's file is not followed to.
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/null", &file).unwrap();
    assert!(ledger.claim(&[one], now).is_err());
}

/// The night with a disk that answers.
fn console() -> Console {
    let mut console = Console::on(reference_night());
    console.told_of = Some(BTreeSet::new());
    console
}

#[test]
fn a_console_that_opens_tells_by_its_number_of_what_stands_and_of_nothing_twice() {
    let mut console = console();
    console.after_seconds(1);
    let [notice @ Notice::Several { alarms, .. }] = console.told.as_slice() else {
        panic!("{:?}", console.told);
    };
    assert_eq!(notice.urgency(), Urgency::Critical);
    // The title counts the desk's own as well, which the server tells of.
    let standing = console.server.alarms().len();
    assert_eq!(console.titles.last(), Some(&standing));
    assert!(*alarms < standing);
    let told_of = console.told_of.clone();
    console.after_seconds(1).after_seconds(1);
    assert_eq!(console.told.len(), 1);
    // Another console of the same user, or the same one after a restart.
    let mut again = self::console();
    again.told_of = told_of;
    again.after_seconds(1);
    assert!(again.told.is_empty(), "{:?}", again.told);
}

#[test]
fn an_alarm_that_comes_while_the_console_is_open_is_told_and_the_title_counts_it() {
    let mut console = console();
    console.after_seconds(1);
    let (told, before) = (console.told.len(), *console.titles.last().unwrap());
    let officer = crate::support::case::OFFICER;
    let incident = console.server.log(
        "2026-06-13 02:15",
        "2026-06-13 02:15",
        "Letters left on a bus",
        "riverbourne",
        Default::default(),
    );
    console
        .server
        .give("2026-06-13 02:15", officer, incident, acknowledge());
    let known = console.server.incidents[&incident].clone();
    let reference = known.reference.unwrap();
    console.tell(nightdesk::tui::message::Message::Told(vec![known]));
    // Half of the 24 hours.
    console.then_at("2026-06-13 14:15").after_seconds(1);
    let told = &console.told[told..];
    assert!(told.iter().any(
        |notice| notice.sentence().contains("alarms") || notice.reference() == Some(reference)
    ));
    assert!(*console.titles.last().unwrap() > before);
}
