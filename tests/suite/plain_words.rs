//! What people read: lengths, states, labels, notices and texts that must say something.

use crate::support::case::{
    Case, DPO, OFFICER, disclosure, grade, graded, home, inform, shared_disclosure,
};
use crate::support::console::{Console, Server, reference_night};
use nightdesk::domain::chronicle;
use nightdesk::domain::command::{
    Acknowledge, Command, DeclineAssignment, Escalate, Log, NotifyPartners, Reassign,
};
use nightdesk::domain::contacts::Outcome;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::enumeration;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::event::Event;
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::Role;
use nightdesk::report::document::Block;
use nightdesk::report::handover::{self, Desk};
use nightdesk::steps::naming;
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::Theme;
use serde_json::{Value, json};

const NIGHT: &str = "2026-06-12T18:30:00";

/// Voice, rule 7: no minus sign, and "late" once.
#[test]
fn what_is_late_says_so_in_one_word() {
    let mut console = Console::on(reference_night());
    for (width, height) in [(80, 24), (120, 40)] {
        let screen = console.screen(width, height);
        assert!(screen.contains(" late"), "{screen}");
        assert!(!screen.contains('−'), "{screen}");
        assert!(!screen.contains("overdue "), "{screen}");
    }
    console.size(120, 40).press("Enter");
    let screen = console.screen(120, 40);
    assert!(!screen.contains('−'), "{screen}");
}

fn command(json: Value) -> Command {
    serde_json::from_value(json).unwrap()
}

/// A decline is no "met": nobody was told.
#[test]
fn a_decline_reads_as_declined_on_the_board() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    case.gives(graded(3, 3));
    case.triages(disclosure());
    case.by(DPO);
    case.gives(command(json!({"type": "regulator", "step": "decide",
        "controller": "riverbourne", "answer": "DECLINE", "reasons": "the letter came back unopened"})));
    let mut console = Console::on(Server::holding([case]));
    console.size(120, 40).shows("✓ declined");
}

fn field(refusal: &Refusal) -> &str {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } => pointer,
        other => panic!("{other:?}: {refusal}"),
    }
}

/// A mark or two is no text that a rule can rely on.
#[test]
fn a_mark_is_no_text_wherever_a_rule_relies_on_one() {
    for mark in [".", "-", "…", " ? "] {
        let mut case = Case::logged_at(NIGHT);
        let log = Log {
            title: mark.into(),
            ..case.report()
        };
        assert_eq!(field(&case.refused(Command::Log(Box::new(log)))), "/title");
        let log = Log {
            summary: mark.into(),
            ..case.report()
        };
        assert_eq!(
            field(&case.refused(Command::Log(Box::new(log)))),
            "/summary"
        );
        let log = Log {
            reporter_contact: mark.into(),
            ..case.report()
        };
        assert_eq!(
            field(&case.refused(Command::Log(Box::new(log)))),
            "/reporter_contact"
        );
        let mut grade = grade(3, 3);
        grade.rationale = mark.into();
        assert_eq!(
            field(&case.refused(Command::Grade(Box::new(grade)))),
            "/rationale"
        );
        for refused in [
            command(json!({"type": "note", "text": mark})),
            Command::Escalate(Escalate {
                ladder: Ladder::Dpo,
                reason: mark.into(),
            }),
            Command::Reassign(Reassign {
                to: DPO.into(),
                reason: mark.into(),
            }),
        ] {
            case.refused(refused);
        }
        case.gives(Command::Reassign(Reassign {
            to: DPO.into(),
            reason: "end of my shift".into(),
        }));
        let decline = Command::DeclineAssignment(DeclineAssignment {
            reason: mark.into(),
        });
        assert_eq!(field(&case.by(DPO).refused(decline)), "/reason");
    }
}

/// The newest notice is the one that somebody waits for.
#[test]
fn the_newest_notice_is_shown_and_dismissed_first() {
    let mut console = Console::on(reference_night());
    console.tell(Message::DiskFailed("the first sentence".to_owned()));
    console.tell(Message::DiskFailed("the second sentence".to_owned()));
    console.shows("the second sentence").shows("(+1 more: z)");
    console.hides("the first sentence");
    console.press("z").shows("the first sentence");
    console.hides("the second sentence");
}

/// A notice of two lines leaves the end of the page in reach.
#[test]
fn a_long_notice_does_not_hide_the_end_of_a_page() {
    let mut console = Console::on(reference_night());
    console.size(80, 24).press("Enter 2 End");
    let last = |screen: &str| {
        let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
        let shown = lines
            .iter()
            .rev()
            .skip(2)
            .find(|line| !line.trim().is_empty());
        shown.copied().unwrap_or_default().to_owned()
    };
    let before = last(&console.screen(80, 24));
    console.tell(Message::DiskFailed(
        "The disk of this machine is full, so ".repeat(4),
    ));
    console.press("End");
    let screen = console.screen(80, 24);
    assert!(
        screen.contains(before.trim_end_matches(" end").trim()),
        "{before}\n{screen}"
    );
}

/// Whether I am on call is said at 80 columns too, and nobody is on call until a day that is over.
#[test]
fn the_header_says_at_80_columns_whether_i_am_on_call() {
    let mut console = Console::on(reference_night());
    let screen = console.screen(80, 24);
    assert!(screen.contains("You are on call, until"), "{screen}");
    let mut other = Console::of(DPO, reference_night(), Theme::named("dark").unwrap());
    let screen = other.screen(80, 24);
    assert!(screen.contains("On call: Tamsin Quill"), "{screen}");

    let mut night = reference_night();
    night.now += chrono::TimeDelta::days(3);
    let mut late = Console::of(OFFICER, night, Theme::named("dark").unwrap());
    let screen = late.screen(120, 40);
    assert!(
        screen.contains("On call: you, not relieved since"),
        "{screen}"
    );
}

/// F1 opens the help wherever one is, and what means something there comes first.
#[test]
fn help_opens_in_forms_and_in_the_handover_view() {
    let mut console = Console::on(reference_night());
    console
        .press("N F1")
        .shows("Help: type to narrow")
        .shows("next-field");
    console
        .press("Esc Esc H F1")
        .shows("Help: type to narrow")
        .shows("hand-over");
    console.press("Esc ?").shows("Help: type to narrow");
}

/// Somebody is found in the call sheet by name.
#[test]
fn the_call_sheet_finds_people_by_their_names() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    let mut console = Console::on(Server::holding([case]));
    console.press("i").type_text("bronwen").press("Enter");
    console.shows("Data protection officer Bronwen Hartleap");
}

/// Only what is near is suggested.
#[test]
fn a_far_guess_is_no_suggestion() {
    let case = Case::logged_at(NIGHT);
    let miss = naming::person("nobody", &case.directory)
        .unwrap_err()
        .sentence();
    assert!(!miss.contains("Did you mean"), "{miss}");
    let miss = naming::person("bronwen.hartleep", &case.directory)
        .unwrap_err()
        .sentence();
    assert!(miss.contains("Did you mean bronwen.hartleap"), "{miss}");
}

#[test]
fn lists_are_joined_as_people_write_them() {
    assert_eq!(enumeration::all(&["A"]), "A");
    assert_eq!(enumeration::all(&["A", "B"]), "A and B");
    assert_eq!(enumeration::all(&["A", "B", "C"]), "A, B and C");
    assert_eq!(enumeration::any(&["A", "B", "C"]), "A, B or C");
}

#[test]
fn what_starts_a_clock_is_told_as_what_is_to_be_done() {
    let case = Case::logged_at(NIGHT);
    let said: Vec<String> = case
        .entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::ClockStarted { .. }))
        .map(|entry| chronicle::sentence(&entry.event, &case.directory))
        .collect();
    assert!(
        said.iter()
            .any(|words| words
                .starts_with("Clock started: tell the DPO (24 h) for Riverbourne ICB by ")),
        "{said:?}"
    );
    assert!(
        said.iter().all(|words| !words.contains(" started, due ")),
        "{said:?}"
    );
}

/// "has been told" for one, "have been told" for several.
#[test]
fn a_withdrawal_is_refused_in_grammatical_english() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(shared_disclosure());
    case.gives(Command::NotifyPartners(NotifyPartners {
        organisations: ["eastmere".into(), "calder".into()].into(),
        channel: Channel::Phone,
        again: [].into(),
    }));
    let refusal = case.by(DPO).refused(command(json!({"type": "closing",
        "step": "withdraw", "reason": "logged by mistake today"})));
    assert!(
        refusal.sentence.contains(" have been told of it"),
        "{refusal}"
    );
}

/// ESC-SENT: who takes the desk over reads whom each escalation has reached, whom it has not, and what
/// comes next.
#[test]
fn the_handover_sheet_lists_escalations_that_still_run() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    case.after_seconds(60).gives(Command::Escalate(Escalate {
        ladder: Ladder::Dpo,
        reason: "nobody answers".into(),
    }));
    let rows = |case: &Case| {
        let sheet = handover::sheet(&Desk {
            incidents: vec![case.incident()],
            ended: Vec::new(),
            open: 1,
            directory: &case.directory,
            policy: &case.policy,
            person: &OFFICER.into(),
            unsent: Vec::new(),
            now: case.now,
        });
        let section = sheet
            .sections
            .iter()
            .find(|section| section.heading == "Escalations that still run")
            .unwrap();
        let Block::Table(table) = &section.blocks[0] else {
            return Vec::new();
        };
        table
            .rows
            .iter()
            .map(|row| row.cells.join(" | "))
            .collect::<Vec<String>>()
    };
    let open = rows(&case).join("\n");
    assert!(open.contains("DPO of Riverbourne ICB"), "{open}");
    assert!(open.contains("nothing was sent"), "{open}");
    assert!(open.contains("next, from"), "{open}");
    case.after_seconds(60)
        .gives(inform(&home(Role::Dpo), Outcome::Answered));
    assert!(rows(&case).is_empty(), "{:?}", rows(&case));
}
