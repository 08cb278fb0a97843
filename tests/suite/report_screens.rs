//! Reports and case files at the console: shown, turned, written to a file, handed out.

use crate::support::case::{DPO, OFFICER};
use crate::support::console::{Console, Line, reference_night};
use nightdesk::domain::reporting::{Period, ReportKind};
use nightdesk::report::Format;
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::Theme;

fn console(person: &str) -> Console {
    Console::of(person, reference_night(), Theme::named("dark").unwrap())
}

fn june() -> Period {
    Period::new("2026-06-01".parse().unwrap(), "2026-06-30".parse().unwrap()).unwrap()
}

#[test]
fn the_reports_of_the_month_are_one_key_away() {
    let mut console = console(DPO);
    console
        .press("R")
        .shows("Report to the steering group  1 June 2026 to 30 June 2026")
        .shows("Incidents logged: 1.");
    console
        .press("Tab")
        .shows("Report to the audit and risk committee")
        .shows("Nothing was reported to a regulator in this period");
    console
        .press("Shift-Tab Shift-Tab")
        .shows("Register of breaches");
    console.press("<").shows("1 May 2026 to 31 May 2026");
    console.press("> >").shows("1 July 2026 to 31 July 2026");
    console.press("Esc").hides("Register of breaches");
}

#[test]
fn who_may_not_read_a_report_is_told_which_roles_may() {
    console(OFFICER)
        .press("R")
        .shows("You cannot report to the steering group");
}

/// Over a slow link the officer has turned on meanwhile.
#[test]
fn a_late_answer_to_an_earlier_question_is_passed_over() {
    let mut console = console(DPO);
    console.line = Line::Down;
    console.press("R").shows("The server is making it");
    console.press("<");
    let refused = || Err("an answer of another month".to_owned());
    console.tell(Message::ReportCame(ReportKind::Igsg, june(), refused()));
    console
        .hides("an answer of another month")
        .shows("The server is making it");
    console.press(">");
    console.tell(Message::ReportCame(ReportKind::Igsg, june(), refused()));
    console.shows("an answer of another month");
    console.press("x").hides("Write to a file");
}

#[test]
fn a_report_that_is_shown_is_written_to_a_file_in_the_format_that_is_chosen() {
    for format in Format::ALL {
        let mut console = console(DPO);
        console
            .press("R x")
            .type_text(format.extension())
            .press("Enter");
        let [file] = console.exported.as_slice() else {
            panic!("{format:?}: {:?}", console.exported);
        };
        assert_eq!(file.stem, "igsg-2026-06-01-2026-06-30");
        assert_eq!(file.extension, format.extension());
        console.shows("Written to igsg-2026-06-01-2026-06-30");
    }
}

/// It stays for ever, so Enter alone is no yes.
#[test]
fn a_report_that_is_shown_is_frozen_after_a_question() {
    let mut console = console(DPO);
    console.press("R f").shows("Freeze this report?");
    console.shows("Report to the steering group, 1 June 2026 to 30 June 2026");
    console.press("Enter");
    assert!(console.frozen.is_empty());
    console.press("f y");
    assert_eq!(console.frozen, [(ReportKind::Igsg, june())]);
    console.shows("Frozen with SHA-256 5ea15ea1");
    console.line = Line::Down;
    console
        .press("Tab f")
        .shows("There is no report here to freeze");
}

#[test]
fn who_may_only_read_a_report_is_told_who_freezes_it() {
    let mut console = console("barnaby.stillwater");
    console
        .press("R")
        .shows("Incidents logged: 1.")
        .press("f")
        .shows("You cannot report to the steering group")
        .hides("Freeze this report?");
    assert!(console.frozen.is_empty());
}

/// The file comes once the server has taken the handing-out, and not before (BOB-REC).
#[test]
fn a_case_file_is_handed_out_with_a_name_and_a_reason_and_then_written() {
    let mut console = console(DPO);
    console.line = Line::Down;
    console.press("G Up x").shows("Hand out the case file");
    console
        .type_text("the ICO")
        .press("Tab")
        .type_text("asked for it")
        .press("F2");
    assert!(console.taken.is_empty(), "nothing has been taken yet");
    console.line = Line::Up;
    console.after_seconds(40);
    assert_eq!(console.taken.len(), 1);
    console.shows("Written to case-file");
}

#[test]
fn an_officer_who_may_not_read_the_trail_hands_no_case_file_out() {
    let mut console = console(OFFICER);
    console
        .press("x")
        .shows("You cannot export the case file of this incident");
    assert!(console.taken.is_empty());
}
