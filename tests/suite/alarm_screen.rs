//! The alarms that stand, on the screen: what is shown of each, what can be said of one, and by whom.

use crate::support::case::OFFICER;
use crate::support::console::{Console, Line, Server, reference_night};
use nightdesk::client::alarms::OnAlarm;
use nightdesk::domain::alarm::{AlarmState, RaisedAlarm, Receipt};
use nightdesk::domain::id::CommandId;
use nightdesk::domain::incident::Facts;
use nightdesk::domain::refusal::Refusal;
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::Theme;
use ratatui::style::Color;
use std::collections::HashSet;
use uuid::Uuid;

fn console() -> Console {
    Console::on(reference_night())
}

fn open(server: &Server) -> Vec<RaisedAlarm> {
    let mut open = server.alarms();
    open.retain(|raised| raised.state() == AlarmState::Open);
    open
}

fn lost() -> Message {
    Message::Lost("The server cannot be reached: connection refused".to_owned())
}

/// Both sizes have room for what must not be missed: what, of which incident, and who knows.
#[test]
fn every_alarm_stands_in_the_list_with_its_reference_and_who_knows() {
    let mut console = console();
    let count = open(&console.server).len();
    assert!(count > 5, "{count}");
    let heading = format!("Alarms: {count}, not acknowledged: {count}");
    for (width, height) in [(80, 24), (120, 40)] {
        console.size(width, height).press("!");
        let screen = console.screen(width, height);
        for text in [
            heading.as_str(),
            "INCIDENT",
            "WHO KNOWS",
            "not acknowledged",
            "34m late",
        ] {
            assert!(screen.contains(text), "{text}:\n{screen}");
        }
        console.press("Esc");
    }
}

#[test]
fn acknowledging_is_shown_as_sent_until_the_server_has_confirmed_it() {
    let mut console = console();
    console.press("!");
    let before = open(&console.server).len();
    console.line = Line::Slow;
    console.press("a").shows("↑ acknowledging");
    // Once is enough, however often the key is pressed.
    console.press("a a");
    assert_eq!(open(&console.server).len(), before);
    let mut console = self::console();
    console
        .press("! a")
        .shows("acknowledged. The deadline still runs");
    console.shows(&format!(
        "Alarms: {before}, not acknowledged: {}",
        before - 1
    ));
    let known = console.server.received.values().next().unwrap();
    let by = known.acknowledged.as_ref().unwrap();
    assert_eq!(by.by.person.as_str(), OFFICER);
    console.press("End Down Down Down Down Down Down Down Down Down Down Down Down");
    console.press("PgDn PgDn PgDn").shows("02:14 you");
}

#[test]
fn after_an_acknowledgement_the_next_alarm_that_nobody_acknowledged_is_in_hand() {
    let mut console = console();
    let open_before = open(&console.server).len();
    console.press("!");
    for _ in 0..3 {
        // One key pressed twice means one alarm.
        console.press("a a").after_seconds(2);
    }
    let received = console.server.received.len();
    assert_eq!(received, 3, "each key press acknowledged another one");
    console.shows(&format!(
        "Alarms: {open_before}, not acknowledged: {}",
        open_before - 3
    ));
}

/// LM-LISTED: where people look for alarms it says why there is none.
#[test]
fn the_list_of_alarms_says_that_the_hour_of_line_managers_raises_none() {
    let mut console = console();
    for (width, height) in [(80, 24), (120, 40)] {
        console.size(width, height).press("!");
        let screen = console.screen(width, height);
        let said = "Line manager and asset owner (1 h) raises no alarm:";
        assert!(screen.contains(said), "{screen}");
        console.press("Esc");
    }
}

/// A person who is told no more has not answered: the row is the first, red from end to end, and stays so
/// until somebody says that they know.
#[test]
fn what_nobody_answers_is_a_red_row_at_the_top() {
    let mut server = reference_night();
    let mut unanswered = open(&server);
    unanswered.retain(|raised| !raised.alarm.threshold.is_passed());
    let mut unanswered = unanswered.swap_remove(0);
    assert!(unanswered.unanswered(server.now));
    let id = unanswered.alarm.id;
    server.received.insert(id, unanswered);
    let mut console = Console::on(server);
    for (width, height) in [(80, 24), (120, 40)] {
        console.size(width, height).press("!");
        console
            .shows(", NOBODY ANSWERS: 1")
            .shows("NOBODY ANSWERS since 02:14");
        let colours = |console: &mut Console, words: &str| -> HashSet<Color> {
            let screen = console.screen(width, height);
            let with_words = |line: &&str| line.contains(words) && !line.contains("Alarms:");
            let row = screen.lines().skip(2).find(with_words).unwrap();
            let y = screen.lines().position(|line| line == row).unwrap();
            let drawn = console.drawn(width, height);
            let cells = (0..width).map(|x| &drawn[(x, u16::try_from(y).unwrap())]);
            let written = cells.filter(|cell| !matches!(cell.symbol(), " " | "▌"));
            written.map(|cell| cell.fg).collect()
        };
        assert_eq!(
            colours(&mut console, "NOBODY ANSWERS").len(),
            1,
            "one colour"
        );
        assert!(colours(&mut console, "not acknowledged").len() > 1);
        console.press("Esc");
    }
    console.press("! a").hides("NOBODY ANSWERS");
}

/// CLK-NOPAUSE: the rules say so before anything is sent, and a server that says so is believed.
#[test]
fn what_is_overdue_cannot_be_put_off() {
    let mut console = console();
    console
        .press("! s")
        .shows("You cannot put off what is overdue")
        .hides("Put the reminder off");
    assert!(console.server.received.is_empty());
}

#[test]
fn a_reminder_is_put_off_for_as_long_as_is_chosen() {
    let mut console = console();
    console.press("!");
    let reminders = open(&console.server);
    let mut reminders = reminders.iter();
    assert!(reminders.any(|raised| !raised.alarm.threshold.is_passed()));
    let passed = open(&console.server)
        .iter()
        .filter(|raised| raised.alarm.threshold.is_passed())
        .count();
    for _ in 0..passed {
        console.press("Down");
    }
    console.press("s").shows("120 minutes").press("Down Enter");
    console.shows("put off until 02:44. The deadline still runs");
    let put_off = console.server.received.values().next().unwrap();
    assert_eq!(put_off.state(), AlarmState::Open);
    console
        .press("a")
        .shows("acknowledged. The deadline still runs");
}

#[test]
fn what_became_of_a_receipt_without_an_answer_stays_until_it_is_dismissed() {
    let mut console = console();
    console.press("!");
    console.line = Line::Down;
    console
        .press("a")
        .shows("it may or may not have been done")
        .after_seconds(60)
        .shows("it may or may not have been done");
    console.press("z").hides("may or may not have been done");
    // Of something that nobody asked here.
    let refused = Refusal::not_allowed("That alarm has ended");
    let id = CommandId(Uuid::nil());
    console.tell(Message::AlarmAnswered(id, OnAlarm::Refused(refused)));
    console.hides("has ended");
}

#[test]
fn enter_opens_the_incident_and_of_the_desk_the_directory() {
    let mut console = console();
    console.press("! Enter").shows("1 Overview");
    let directory = console.server.directory.clone();
    let mut desk_alone = Server::at("2026-06-13 02:14");
    desk_alone.directory = directory;
    desk_alone.directory.shifts.clear();
    let alarms = desk_alone.alarms();
    assert!(alarms.iter().any(|raised| raised.alarm.incident.is_none()));
    let mut console = Console::on(desk_alone);
    console
        .press("!")
        .shows("the desk")
        .press("Enter")
        .shows("Directory");
}

/// The same identity on both sides: with the link down nothing is lost and nothing shown twice.
#[test]
fn without_a_server_the_list_is_worked_out_here_and_says_so() {
    let mut console = console();
    console.tell(lost());
    console.line = Line::Down;
    console.then_at("2026-06-13 02:16").press("!");
    let expected = open(&console.server).len();
    console.shows(&format!("Alarms: {expected}"));
    let mut early = Console::of(OFFICER, reference_night(), Theme::named("dark").unwrap());
    early.line = Line::Down;
    early.tell(lost());
    early
        .press("! a")
        .shows("The server cannot be reached, and this must not be done later")
        .hides("↑ acknowledging");
}

#[test]
fn what_no_server_has_confirmed_is_marked_as_local() {
    let server = reference_night();
    let mut console = Console::on(server);
    console.line = Line::Down;
    console.tell(lost());
    // The next threshold comes while nobody answers.
    console
        .then_at("2026-06-13 14:15")
        .after_seconds(2)
        .press("!");
    console.shows("on this computer");
    console.shows("the server does not answer; as of");
    console.line = Line::Up;
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    console.after_seconds(1).hides("on this computer");
}

/// Of very many incidents that the server is behind with no list is worked out, and none is left out of
/// the number; what it told and time has overtaken is not counted beside what took its place.
#[test]
fn of_very_many_the_list_says_exactly_how_many_more_there_are() {
    let mut server = Server::at("2026-06-13 01:14");
    for number in 0..110 {
        let title = format!("Letter {number} sent to the wrong practice");
        let (at, aware) = ("2026-06-12 21:00", "2026-06-12 12:00");
        server.log(at, aware, &title, "riverbourne", Facts::default());
    }
    let early = server.alarms();
    let mut console = Console::on(server);
    console.line = Line::Down;
    console.then_at("2026-06-13 13:00");
    console.tell(Message::AlarmsCame(Ok(early.clone())));
    console.after_seconds(1);
    let standing = open(&console.server);
    let overtaken = early.iter().filter(|raised| !standing.contains(raised));
    assert!(overtaken.count() >= 110);
    assert_eq!(*console.titles.last().unwrap(), standing.len());
    console.press("!");
    let count = standing.len();
    console.shows(&format!("Alarms: {count}, not acknowledged: {count}"));
    console.shows(" more that the server has still to tell of");
    // The server has caught up.
    console.line = Line::Up;
    console.tell(Message::AlarmsCame(Ok(standing)));
    console.shows(&format!(" of {count}"));
    console.hides("still to tell of");
    console.shows(&format!("Alarms: {count}, not acknowledged: {count}"));
}

#[test]
fn no_alarm_is_said_in_words() {
    let mut server = Server::at("2026-06-13 02:14");
    server
        .directory
        .holdings
        .retain(|holding| holding.ends_at().is_none());
    let alarms = server.alarms();
    let mut console = Console::on(server);
    console.press("!");
    match alarms.len() {
        0 => console.shows("No alarm stands"),
        count => console.shows(&format!("Alarms: {count}")),
    };
    console.press("Down Up PgDn Enter");
}

/// The number says how many nobody knows of, not how many there are.
#[test]
fn the_title_counts_what_nobody_has_acknowledged() {
    let mut console = console();
    console.after_seconds(1);
    let before = *console.titles.last().unwrap();
    assert_eq!(before, open(&console.server).len());
    console.press("! a").after_seconds(1);
    assert_eq!(*console.titles.last().unwrap(), before - 1);
    // Somebody else acknowledges on another console.
    let other = open(&console.server)[0].alarm.id;
    let answer = console
        .server
        .receive(&OFFICER.into(), other, Receipt::Acknowledge {});
    assert!(matches!(answer, OnAlarm::Applied(_)));
    console.after_seconds(61).after_seconds(1);
    assert_eq!(*console.titles.last().unwrap(), open(&console.server).len());
}

/// Whoever acknowledges twice means one alarm twice, and not the next that has come into its place.
#[test]
fn no_key_acts_on_an_alarm_that_was_not_chosen() {
    let mut console = console();
    console.press("! a a a");
    assert_eq!(console.server.received.len(), 1);
    let chosen = *console.server.received.keys().next().unwrap();
    let mut gone = console.server.alarms();
    gone.retain(|raised| raised.alarm.id == chosen);
    let incident = gone[0].alarm.incident.unwrap();
    console.server.incidents.remove(&incident);
    let others = console.server.alarms();
    console.tell(Message::AlarmsCame(Ok(others)));
    console.press("s").hides("Put the reminder off");
    assert_eq!(console.server.received.len(), 1);
}
