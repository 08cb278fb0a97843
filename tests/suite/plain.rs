//! The console line by line: what is typed, and what is read out.

use crate::support::case::OFFICER;
use crate::support::console::{Console, Server, reference_night};
use crate::support::server::TestServer;
use crate::support::terminal::{Terminal, command, home};
use nightdesk::client::http::Health;
use nightdesk::client::outbox::Errand;
use nightdesk::domain::query::Queue;
use nightdesk::now::Clock;
use nightdesk::tui::message::{Effect, Message};
use nightdesk::tui::plain;
use nightdesk::tui::terminal::Ending;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// A sitting of these lines at the reference night: what was read out, and what was sent.
struct Sitting {
    read: String,
    sent: Vec<&'static str>,
}

async fn sitting(lines: &[&str]) -> Sitting {
    sitting_on(reference_night(), lines).await
}

async fn sitting_on(server: Server, lines: &[&str]) -> Sitting {
    sitting_after(server, [], lines).await
}

/// The same once the server has been heard to say this.
async fn sitting_after(
    server: Server,
    heard: impl IntoIterator<Item = Message>,
    lines: &[&str],
) -> Sitting {
    let mut console = Console::on(server);
    console.size(80, 24);
    let Console {
        mut app,
        mut server,
        ..
    } = console;
    let clock = Clock::standing_at(server.now);
    let (to_loop, mut messages) = unbounded_channel();
    // The board is there before anything is typed.
    to_loop.send(Message::Woke).unwrap();
    for message in heard {
        to_loop.send(message).unwrap();
    }
    let input = tokio_stream::iter(lines.iter().map(|line| Ok((*line).to_owned())));
    let mut out = Vec::new();
    let mut sent = Vec::new();
    let perform = |effect| sent.extend(performed(&mut server, effect, &to_loop));
    let ending = plain::run(&mut app, &mut out, input, &mut messages, &clock, perform)
        .await
        .unwrap();
    assert_eq!(ending, Ending::Quit);
    Sitting {
        read: String::from_utf8(out).unwrap(),
        sent,
    }
}

/// Does what the loop asked for as the model server would; the name of what was sent.
fn performed(
    server: &mut Server,
    effect: Effect,
    to_loop: &UnboundedSender<Message>,
) -> Option<&'static str> {
    match effect {
        Effect::Write(unsent) => {
            to_loop.send(Message::Written(unsent.id)).unwrap();
            None
        }
        Effect::Run(Errand::Send(unsent)) => {
            let answer = server.judge(&OFFICER.into(), unsent.id, unsent.incident, &unsent.command);
            to_loop.send(Message::Answered(unsent.id, answer)).unwrap();
            Some(unsent.command.name())
        }
        Effect::FetchAlarms => {
            let standing = server.alarms();
            to_loop.send(Message::AlarmsCame(Ok(standing))).unwrap();
            None
        }
        Effect::ReceiveAlarm(id, alarm, receipt) => {
            let answer = server.receive(&OFFICER.into(), alarm, receipt);
            to_loop.send(Message::AlarmAnswered(id, answer)).unwrap();
            Some(receipt.name())
        }
        _ => None,
    }
}

impl Sitting {
    #[track_caller]
    fn says(&self, text: &str) -> &Self {
        assert!(self.read.contains(text), "\"{text}\" in\n{}", self.read);
        self
    }

    fn times(&self, text: &str) -> usize {
        self.read.matches(text).count()
    }
}

#[tokio::test]
async fn the_board_is_read_when_it_is_there_with_a_number_for_each_row() {
    let sat = sitting(&[]).await;
    sat.says("All open: 7 incidents")
        .says("1. INC-26-")
        .says("1 of 4 partners reached and 1 notice failed, owner you, triaged")
        .says("Goodbye. The server has everything");
}

#[tokio::test]
async fn an_action_with_a_number_is_for_the_row_that_was_read_with_it() {
    let sat = sitting(&["acknowledge 1"]).await;
    assert_eq!(sat.sent, ["acknowledge"], "{}", sat.read);
    let first_row = sat
        .read
        .lines()
        .find(|line| line.starts_with("1. "))
        .unwrap();
    let name = first_row[3..].split(',').next().unwrap();
    sat.says(&format!("{name} acknowledged; u takes it back"))
        .says("The server has answered everything");
}

#[tokio::test]
async fn a_number_that_was_not_read_does_nothing() {
    let sat = sitting(&["acknowledge 99"]).await;
    assert!(sat.sent.is_empty());
    sat.says("Row 99 was not read out");
}

#[tokio::test]
async fn nothing_is_done_to_an_incident_that_nobody_named() {
    let sat = sitting(&["acknowledge"]).await;
    assert!(sat.sent.is_empty());
    sat.says("Say which row, such as \"acknowledge 1\"");
}

#[tokio::test]
async fn a_form_asks_one_question_after_the_other_and_sends_only_when_told_to() {
    let asked = ["/usb", "note 1", "Rang the ward", "call", "now"];
    let sat = sitting(&asked).await;
    assert!(sat.sent.is_empty(), "{:?}", sat.sent);
    sat.says("Question 1 of")
        .says("Rang the ward")
        .says("Type \"send\": add the note");
    let sat = sitting(&[&asked[..], &["", "send"]].concat()).await;
    assert_eq!(sat.sent, ["note"], "{}", sat.read);
    sat.says("Add a note: Saved; sending…");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_asked_again() {
    let sat = sitting(&["/usb", "note 1", "Rang the ward", "telegram"]).await;
    sat.says("\"telegram\" is not one of the options. Type a number");
    assert_eq!(sat.times("Question 3 of"), 0);
}

#[tokio::test]
async fn what_the_rules_refuse_is_said_with_its_rule_and_the_question_is_asked_again() {
    // The outcome of the attempt is left open.
    let sat = sitting(&["/ransomware", "inform 1", "/8", "/next", "send", "/back"]).await;
    assert!(sat.sent.is_empty());
    sat.says("Not sent: ");
    assert!(sat.times("Question 3 of") > 0, "{}", sat.read);
}

#[tokio::test]
async fn a_question_takes_nothing_but_yes_for_yes() {
    for answer in ["", "no", "perhaps", "send"] {
        let sat = sitting(&["handover", "go on", answer, "back"]).await;
        assert!(sat.sent.is_empty());
    }
}

#[tokio::test]
async fn the_directory_is_read_out_and_changed_line_by_line() {
    let sat = sitting(&["directory", "rota", "appoint", "back"]).await;
    sat.says("Harbour Hospice has no Caldicott Guardian")
        .says("Tamsin Quill")
        .says("You cannot decide who is");
}

#[tokio::test]
async fn queues_and_parts_go_by_their_names() {
    let sat = sitting(&["overdue", "1", "contacts", "back", "mine"]).await;
    sat.says(&format!("{}: ", Queue::Overdue.name()))
        .says("Contacts:")
        .says("not tried yet")
        .says(&format!("{}: ", Queue::Mine.name()));
}

#[tokio::test]
async fn what_cannot_be_understood_is_said_and_changes_nothing() {
    let sat = sitting(&["make it go away"]).await;
    sat.says("\"make it go away\" means nothing here");
    assert_eq!(sat.times("All open: 7"), 1, "the board is not read again");
}

#[tokio::test]
async fn a_standing_notice_is_said_once() {
    let sat = sitting(&["/ransomware", "acknowledge 1", "again", "/", "mine"]).await;
    assert_eq!(sat.times("[z dismisses]"), 1, "{}", sat.read);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_terminal_nothing_is_drawn_over_and_no_sign_stands_for_a_word() {
    let server = TestServer::start().await;
    server.signed_in("tamsin.quill").await.log().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let mut plainly = command(&server, &token_file, &home);
    plainly.arg("--plain");
    let mut terminal = Terminal::run(plainly, home, 24, 80);
    terminal
        .sees("Queues:")
        .send("1\r")
        .sees("Facts")
        .send("acknowledge\r");
    terminal
        .sees("The server has answered everything")
        .send("back\rquit\r");
    assert_eq!(terminal.ends(), 0);
    let said = String::from_utf8(terminal.raw.clone()).unwrap();
    let is_plain = |it: char| matches!(it, '\r' | '\n' | '\u{7}') || !it.is_control();
    assert!(said.chars().all(is_plain), "{said:?}");
    let drawn = |it: char| ('\u{2500}'..='\u{259f}').contains(&it) || "✓✗▲‼≈●".contains(it);
    assert!(!said.chars().any(drawn), "{said}");
}

#[tokio::test]
async fn a_server_that_raises_no_alarms_is_said_once() {
    let server = reference_night();
    let silent = Message::HealthHeard(Health {
        engine_silent_since: Some(server.now),
        ..Health::default()
    });
    let lines = ["mine", "again", "back"];
    let sat = sitting_after(server, [silent], &lines).await;
    let said = "No alarms from the server since 02:14, only here: call its operator";
    assert_eq!(sat.times(said), 1, "{}", sat.read);
}

#[tokio::test]
async fn alarms_are_read_out_with_numbers_and_acknowledged_by_them() {
    let sitting = sitting(&[
        "alarms",
        "acknowledge-alarm",
        "acknowledge-alarm 1",
        "back",
        "quit",
    ])
    .await;
    sitting
        .says("Alarms: 13, not acknowledged: 13")
        .says("1. INC-26-0007-V: Tell the DPO (24 h): 47h 14m late, since")
        .says("Say which alarm, such as \"acknowledge-alarm 1\"")
        .says("acknowledged. The deadline still runs");
    assert_eq!(sitting.sent, ["acknowledge_alarm"]);
}
