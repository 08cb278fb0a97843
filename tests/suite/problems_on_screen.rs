//! Problems on the console: the list, one of them, and what is asked of one with keys (WSIC-PROB).

use crate::screens::pictures;
use crate::support::case::OFFICER;
use crate::support::console::{Console, Line, Server, reference_night};
use nightdesk::domain::id::{CommandId, IncidentId};
use nightdesk::domain::problem::ProblemStatus;
use nightdesk::domain::problem::command::ProblemCommand;
use nightdesk::domain::role::Role;
use nightdesk::tui::message::Message;

/// The reference night with three problems: one without a workaround, one that is a known error, one
/// that is solved.
fn night() -> Server {
    let mut server = reference_night();
    let incidents: Vec<IncidentId> = server.incidents.keys().copied().collect();
    let raise = |title: &str, owner, incidents: &[IncidentId]| ProblemCommand::Raise {
        title: title.into(),
        owner,
        incidents: incidents.iter().copied().collect(),
    };
    let night = "2026-06-13 02:10";
    let old = raise(
        "The address book suggests neighbours",
        Some(Role::Igt),
        &incidents[2..3],
    );
    let old = server.works_on(night, OFFICER, None, &old);
    let solved = [
        ProblemCommand::Diagnose {
            root_cause: "Names are completed from every organisation".into(),
        },
        ProblemCommand::Resolve {
            solution: "Completion asks before it leaves the organisation".into(),
        },
    ];
    for step in &solved {
        server.works_on(night, OFFICER, Some(old), step);
    }
    let known = raise(
        "Unpatched file server behind the shared record",
        Some(Role::Host),
        &incidents[..2],
    );
    let known = server.works_on(night, OFFICER, None, &known);
    let diagnosed = [
        ProblemCommand::Diagnose {
            root_cause: "The file server was left out of the patch round in May".into(),
        },
        ProblemCommand::RecordWorkaround {
            workaround: "Work from the read-only export of Friday; print lists for the wards"
                .into(),
        },
    ];
    for step in &diagnosed {
        server.works_on(night, OFFICER, Some(known), step);
    }
    let open = raise(
        "Phishing mail passes the gateway with a signed attachment",
        None,
        &incidents[3..4],
    );
    server.works_on(night, OFFICER, None, &open);
    server
}

fn console() -> Console {
    Console::on(night())
}

#[test]
fn problems() {
    let mut console = console();
    console.press("B Down");
    pictures("problems", &mut console);
}

#[test]
fn problem() {
    let mut console = console();
    console.press("B Down Enter Down");
    pictures("problem", &mut console);
}

#[test]
fn raising_a_problem() {
    let mut console = console();
    console
        .press("Down Space Space b")
        .type_text("Paper leaves the building without a list");
    pictures("raise-problem", &mut console);
}

#[test]
fn the_cause_of_a_problem() {
    let mut console = console();
    console
        .press("B d")
        .type_text("Attachments with a valid signature are not scanned");
    pictures("diagnose", &mut console);
}

#[test]
fn what_has_still_to_be_solved_comes_first_and_the_newest_of_that() {
    let screen = console().press("B").screen(120, 40);
    let place = |reference: &str| {
        screen
            .find(reference)
            .unwrap_or_else(|| panic!("{reference}:\n{screen}"))
    };
    let places = ["PRB-26-0003", "PRB-26-0002", "PRB-26-0001"].map(place);
    assert!(places.is_sorted(), "{screen}");
    console().press("B").shows("2 to solve, 3 in all");
}

#[test]
fn a_problem_leads_to_its_incidents_and_back() {
    let mut console = console();
    console.press("B Down Enter Enter").shows("1 Overview");
    console.shows("Ransomware on the hosted shared care record");
    console.press("Esc").shows("Incidents that it causes: 2");
    console
        .press("Esc")
        .shows("Problems: the causes behind incidents");
    console.press("Esc").shows("6 All open");
}

#[test]
fn an_incident_names_the_problem_that_it_comes_from() {
    let mut console = console();
    console.press("G Up Enter 6");
    console.shows("Problems behind it").shows("known error");
    console
        .shows("Unpatched file server")
        .shows("workaround: Work from the read-only export");
}

#[test]
fn a_problem_is_taken_from_raising_to_closing_with_keys() {
    let mut console = Console::on(reference_night());
    console
        .press("B")
        .shows("No problem is known. b on an incident raises one");
    console
        .press("Esc b")
        .type_text("Vans are left unlocked")
        .press("Tab Right Right F2");
    console.shows("Raise a problem, done");
    let status = |console: &Console| {
        let problem = console.server.problems.values().next().unwrap();
        (problem.status, problem.incidents.len())
    };
    assert_eq!(status(&console), (ProblemStatus::Open, 1));
    console
        .press("Down l")
        .shows("Vans are left unlocked")
        .press("Enter Tab");
    console.type_text("The same van").press("F2");
    assert_eq!(status(&console), (ProblemStatus::Open, 2));
    console
        .press("B w")
        .type_text("Lock them by hand")
        .press("F2");
    console
        .press("d")
        .type_text("The remote lock fails in the cold")
        .press("F2");
    assert_eq!(status(&console), (ProblemStatus::KnownError, 2));
    console
        .shows("Lock them by hand")
        .shows("The remote lock fails in the cold");
    console
        .press("Enter Down u Tab")
        .type_text("That was another van")
        .press("F2");
    assert_eq!(status(&console), (ProblemStatus::KnownError, 1));
    console
        .press("s")
        .type_text("New batteries")
        .press("F2 c F2");
    assert_eq!(status(&console), (ProblemStatus::Closed, 1));
    console.press("o").type_text("It failed again").press("F2");
    assert_eq!(status(&console), (ProblemStatus::KnownError, 1));
    assert!(console.app.replica().outbox().pending().is_empty());
}

/// A step that the rules refuse says so before anything is typed, with the rule (WSIC-PROB).
#[test]
fn what_the_rules_refuse_of_a_problem_is_told_when_it_is_pressed() {
    for (keys, why) in [
        ("B c", "resolved"),
        ("B o", "somebody already works on it (WSIC-PROB)"),
        ("B End s", "PRB-26-0001"),
    ] {
        let mut console = console();
        console
            .press(keys)
            .shows(why)
            .shows("Problems: the causes behind incidents");
    }
}

#[test]
fn without_a_server_nothing_is_asked_of_problems_and_nothing_is_kept_for_later() {
    let mut console = console();
    console.press("B w").type_text("Use the phone");
    console.tell(Message::Lost("connection refused".to_owned()));
    console
        .press("F2")
        .shows("The server cannot be reached")
        .shows("Use the phone");
    console.press("Esc w").shows("The server cannot be reached");
    assert_eq!(console.asked_of_problems, []);
    assert!(console.app.replica().outbox().pending().is_empty());
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    console.press("Enter w").shows("Use the phone").press("F2");
    console.shows("Record a workaround, done");
}

/// Nobody knows what came of it: sending the form again is the same command, changing it another.
#[test]
fn what_was_not_answered_is_sent_again_under_the_same_id_unless_it_was_changed() {
    let mut console = console();
    console.line = Line::Down;
    console.press("B w").type_text("Use the phone").press("F2");
    console
        .shows("No answer from the server")
        .press("F2")
        .type_text("s")
        .press("F2");
    let sent = &console.asked_of_problems;
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[0], sent[1]);
    assert_ne!(sent[1], sent[2]);
}

#[test]
fn a_form_waits_for_the_answer_and_cannot_be_changed_or_sent_twice_meanwhile() {
    let mut console = console();
    console.line = Line::Slow;
    console.press("B w").type_text("Use the phone").press("F2");
    console.shows("waiting for the server's answer");
    console
        .type_text("x")
        .press("F2 F2")
        .hides("Use the phonex");
    assert_eq!(console.asked_of_problems.len(), 1);
}

/// A form that was left while it waited comes back as a draft where it was refused.
#[test]
fn an_answer_that_comes_after_the_form_was_left_is_still_told() {
    use nightdesk::client::problems::OnProblem;
    use nightdesk::domain::refusal::Refusal;
    let mut console = console();
    console.line = Line::Slow;
    console
        .press("B w")
        .type_text("Use the phone")
        .press("F2 Esc");
    console.shows("Problems: the causes behind incidents");
    let id: CommandId = console.asked_of_problems[0];
    let refusal = Refusal::not_allowed("Somebody else has just solved it");
    console.tell(Message::ProblemAnswered(id, OnProblem::Refused(refusal)));
    console.shows("Record a workaround: Somebody else has just solved it");
    console.press("z w").shows("Use the phone");
}
