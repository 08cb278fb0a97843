//! Scenes of casework: what the console shows of a case in hand, and what it asks of whoever works
//! on it.

use crate::screens::pictures;
use crate::support::case::{Case, DPO};
use crate::support::console::{Console, Server};
use crate::support::walk::{Deed, walk};
use crate::support::work::{TEAM, with_an_action};
use nightdesk::tui::theme::Theme;

fn at_the_console_of(person: &str, server: Server) -> Console {
    Console::of(person, server, Theme::named("dark").unwrap())
}

/// The case in hand, with this person at the console.
fn in_hand(person: &str) -> Console {
    at_the_console_of(person, with_an_action().0)
}

/// A scenario up to a deed, with whoever does it at the console.
fn before(id: &str, person: &str, deed: Deed, left_out: &[Deed]) -> Console {
    let case = walk(id).up_to(deed, left_out);
    at_the_console_of(person, Server::holding([case]))
}

#[test]
fn work() {
    let mut console = in_hand(TEAM);
    console.press("Enter 6");
    pictures("work", &mut console);
}

#[test]
fn decisions() {
    let mut console = in_hand(DPO);
    console.press("d");
    pictures("decisions", &mut console);
}

#[test]
fn steps() {
    let mut console = in_hand(TEAM);
    console.press("w");
    pictures("steps", &mut console);
}

#[test]
fn decision() {
    let mut console = before(
        "S02",
        DPO,
        Deed::Decide(nightdesk::domain::regulator::ReportAnswer::Report),
        &[],
    );
    console
        .press("d")
        .type_text("report to the ico")
        .press("Enter");
    console
        .press("Tab")
        .type_text("The letters name a clinic; the people are at risk");
    pictures("decision", &mut console);
}

#[test]
fn notification() {
    let mut console = before("S02", DPO, Deed::Submit, &[]);
    console
        .press("w")
        .type_text("reported to the ico")
        .press("Enter");
    console
        .press("Tab Tab")
        .type_text("DSPT-48812")
        .press("Tab Tab Tab");
    pictures("notification", &mut console);
}

#[test]
fn reference_before_what_cannot_be_undone() {
    let mut console = before("S02", DPO, Deed::Submit, &[]);
    console
        .press("w")
        .type_text("reported to the ico")
        .press("Enter");
    console
        .press("Tab Tab")
        .type_text("DSPT-48812")
        .press("F2")
        .type_text("INC-26-0001");
    pictures("seal", &mut console);
}

#[test]
fn evidence() {
    let mut console = in_hand(TEAM);
    console
        .press("w")
        .type_text("secure evidence")
        .press("Enter");
    console
        .type_text("Mail log of Friday")
        .press("Tab")
        .type_text("log")
        .press("Tab");
    pictures("evidence", &mut console);
}

#[test]
fn closing_with_what_is_missing() {
    let mut console = before(
        "S02",
        DPO,
        Deed::Close,
        &[
            Deed::WriteMinutes,
            Deed::AddLesson,
            Deed::ShareLesson,
            Deed::AddAction,
        ],
    );
    console
        .press("Enter 6 w")
        .type_text("close it")
        .press("Enter");
    pictures("close", &mut console);
}

#[test]
fn hand_off_sheet() {
    let mut console = in_hand(DPO);
    console.press("h Down Down Down");
    pictures("hand-off", &mut console);
}

#[test]
fn closed_queue() {
    let ended = |id, deed| -> Case { walk(id).up_to(deed, &[]) };
    let server = Server::holding([
        ended("S02", Deed::FinishAction),
        ended("S04", Deed::FinishAction),
        ended("S07", Deed::Close),
        ended("S14", Deed::FinishChange),
    ]);
    let mut console = at_the_console_of(DPO, server);
    console.press("7");
    pictures("closed", &mut console);
}

#[test]
fn casework_is_done_with_keys_and_shows_on_the_work_tab() {
    let (server, incident) = with_an_action();
    let mut console = at_the_console_of(TEAM, server);
    console
        .press("Enter 6 w")
        .type_text("record a finding")
        .press("Enter");
    console.type_text("The entry was of 2019").press("F2");
    console.press("G").shows("The entry was of 2019");
    console.press("w").type_text("contain it").press("Enter");
    console
        .type_text("The practice deleted them")
        .press("Tab")
        .type_text("-30m");
    console.shows("Contained: Mon 15 Jun 09:30 BST").press("F2");
    console.press("g").hides("when it was contained");
    let known = &console.server.incidents[&incident];
    assert_eq!(known.casework().investigation.findings.len(), 2);
    assert!(!known.casework().closing.containments.is_empty());
}

/// Who types the name of a step means that step, wherever else its words occur.
#[test]
fn the_step_whose_name_is_typed_comes_first() {
    for (keys, typed, title) in [
        ("w", "close it", "Close it"),
        ("w", "minutes", "Write minutes"),
        ("d", "decline", "Decline: record the decision not to report"),
        (":", "audit it", "Audit it"),
    ] {
        let mut console = in_hand(TEAM);
        console.press(keys).type_text(typed);
        let screen = console.screen(120, 40);
        let first = screen.lines().find(|line| line.contains('▌')).unwrap();
        assert!(first.contains(title), "{typed}: {first}");
    }
}

#[test]
fn a_decision_that_a_later_one_has_overtaken_asks_nobody_to_sign_it() {
    let mut console = in_hand(DPO);
    console.press("Enter 6").hides("awaits countersignature");
    console.shows("overtaken").shows("decided");
}

/// What cannot be undone needs the whole reference and F2; Enter never means yes.
#[test]
fn a_report_to_the_ico_is_recorded_only_with_the_reference_typed() {
    let mut console = before("S02", DPO, Deed::Submit, &[]);
    console
        .press("w")
        .type_text("reported to the ico")
        .press("Enter");
    console.press("Tab Tab").type_text("DSPT-48812").press("F2");
    console
        .shows("This cannot be undone")
        .type_text("INC-26-0001")
        .press("F2");
    console
        .shows("nothing was sent")
        .press("Enter")
        .hides("This cannot be undone");
    console.press("F2").type_text("INC-26-0001-G").press("F2");
    let known = console.server.incidents.values().next().unwrap();
    assert_eq!(known.casework().regulator.notifications.len(), 1);
    console.press("Enter 6").shows("reported, 2 to follow");
}

#[test]
fn what_is_missing_is_told_to_its_end_on_a_small_terminal() {
    let mut console = before(
        "S02",
        DPO,
        Deed::Close,
        &[
            Deed::WriteMinutes,
            Deed::AddLesson,
            Deed::ShareLesson,
            Deed::AddAction,
        ],
    );
    console.press("w").type_text("close it").press("Enter");
    let screen = console.screen(80, 24);
    let told = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "You cannot close this yet. Still needed: the minutes of a meeting (BOB-MIN); a lesson, or why there is none (WSIC-LESSON)";
    assert!(told.contains(sentence), "{screen}");
}
