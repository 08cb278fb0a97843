//! The directory on the screen: gaps are closed from where they are seen, and what the rules say
//! stands in the form.

use super::{AO, DPO, IGT};
use crate::support::case::{OFFICER, wall};
use crate::support::console::{Console, Line, reference_night};
use nightdesk::api::types::DeliveryRecord;
use nightdesk::client::deliveries::OnTest;
use nightdesk::domain::delivery::test::DeliveryCommand;
use nightdesk::domain::delivery::{DeliveryState, Medium, Subject};
use nightdesk::domain::id::DeliveryId;
use nightdesk::domain::recipients::Service;
use nightdesk::domain::refusal::Refusal;
use nightdesk::domain::role::Role;
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::{Look, Theme};
use std::collections::BTreeSet;
use uuid::Uuid;

fn console_of(person: &str) -> Console {
    Console::of(person, reference_night(), Theme::named("dark").unwrap())
}

/// Harbour Hospice's Accountable Officer, whose organisation has no Caldicott Guardian.
fn of_the_hospice() -> Console {
    let server = reference_night();
    let officers = server
        .directory
        .holders(Role::Ao, Some(&"harbour".into()), server.now);
    let officer = officers[0].person.clone();
    Console::of(officer.as_str(), server, Theme::named("dark").unwrap())
}

#[test]
fn a_vacancy_is_filled_from_the_row_that_shows_it() {
    let mut console = of_the_hospice();
    console
        .press("D")
        .shows("Harbour Hospice has no Caldicott Guardian")
        .press("Enter")
        .shows("Appoint somebody to a role, or propose it")
        .press("Enter")
        .shows("Caldicott Guardian")
        .shows("Harbour Hospice");
    // The role, the organisation and the day are proposed; the person is found by a name.
    console.press("Tab Tab").type_text("aisha").press("Enter");
    console
        .shows("Aisha Merrow is Caldicott Guardian of")
        .press("F2")
        .shows("Appoint: done")
        .hides("Harbour Hospice has no Caldicott Guardian");
    let vacancies = console.server.directory.vacancies(console.server.now);
    assert!(vacancies.is_empty(), "{vacancies:?}");
}

#[test]
fn what_no_answer_could_allow_is_told_before_a_form_is_opened() {
    let mut console = console_of(OFFICER);
    console
        .press("D 2 a")
        .shows("You cannot decide who is")
        .press("Enter")
        .shows("Not now:");
}

#[test]
fn a_proposal_says_so_and_waits_among_the_gaps() {
    let mut console = console_of(DPO);
    console.press("D 2").press("Down Down Down Down e");
    console.shows("End a term");
    console.press("Tab Tab").type_text("moved on");
    console
        .shows("Proposed:")
        .press("F2")
        .shows("End a term: done");
    console.press("1").shows("A proposal waits");
}

#[test]
fn a_gap_in_the_rota_proposes_its_own_times() {
    let mut console = console_of(IGT);
    console
        .press("D Down p")
        .shows("first on call")
        .shows("2026-06-16 09:00")
        .shows("2026-06-27");
}

#[test]
fn the_answer_to_a_change_is_waited_for_with_what_was_typed() {
    let mut console = console_of(AO);
    console.press("D 2").press("Down Down Down Down e");
    console.press("Tab Tab").type_text("moved on");
    console.line = Line::Down;
    console
        .press("F2")
        .shows("No answer from the server")
        .shows("moved on");
    console.line = Line::Up;
    console.press("F2").shows("End a term: done");
}

/// What every console says once nobody has taken the desk over for as long as the policy waits.
#[test]
fn a_desk_that_nobody_takes_over_is_told_on_every_screen() {
    let at = |time| {
        let mut server = reference_night();
        server.now = wall(time);
        Console::of(OFFICER, server, Theme::named("dark").unwrap())
    };
    at("2026-06-13T09:14:00").hides("nobody has taken over");
    let mut console = at("2026-06-13T09:16:00");
    let second = "Call Aisha Merrow, second on call: nobody has taken over since 09:00";
    console.shows(second).press("G Enter").shows(second);
    let narrow = at("2026-06-13T09:31:00").screen(80, 24);
    let director = "Call Constance Havelock, director on call: nobody has taken over since 09:00";
    assert!(narrow.contains(director), "{narrow}");
}

/// Pressed anyway, a dimmed hint says why: the two are one judgement.
#[test]
fn the_hint_of_a_change_is_dimmed_for_whom_it_would_be_refused() {
    let is_dim = |person| {
        let mut console = console_of(person);
        // Below the two vacancies.
        console.press("D 2 Down Down");
        let screen = console.drawn(120, 40);
        let footer = screen.area.height - 1;
        let row: String = (0..screen.area.width)
            .map(|x| screen[(x, footer)].symbol().to_owned())
            .collect();
        let at = u16::try_from(row.find("appoint").unwrap()).unwrap();
        let quiet = Theme::named("dark").unwrap().style(Look::Quiet);
        screen[(at, footer)].style().fg == quiet.fg
    };
    assert!(is_dim(OFFICER));
    assert!(!is_dim(AO));
}

#[test]
fn sections_turn_and_the_row_in_hand_stays_where_it_is() {
    let mut console = console_of(OFFICER);
    console.press("D").shows("What is missing");
    console.press("Tab").shows("Holder");
    console.press("Tab").shows("Officer");
    console.press("3 Down Down").shows("3 of");
    console
        .press("Shift-Tab Shift-Tab")
        .shows("What is missing");
    console.press("5").shows("review overdue");
    console.press("Esc").hides("review overdue");
}

#[test]
fn a_rota_shows_who_is_on_and_where_nobody_is() {
    let mut console = console_of(OFFICER);
    console
        .press("D 3")
        .shows("on now")
        .shows("Tamsin Quill")
        .shows("nobody");
}

/// Somebody who is told over HTTP, beside the contact points.
fn with_a_service(person: &str) -> Console {
    let mut server = reference_night();
    server.services.push(Service {
        name: "ops-teams".to_owned(),
        organisations: BTreeSet::new(),
    });
    Console::of(person, server, Theme::named("dark").unwrap())
}

/// What became of a test message, as the server tells it.
fn became(state: DeliveryState, why: Option<&str>) -> OnTest {
    let at = wall("2026-06-13 02:14");
    OnTest::Applied(Box::new(DeliveryRecord {
        id: DeliveryId(Uuid::nil()),
        subject: Subject::Test(Uuid::nil()),
        incident: None,
        reference: None,
        recipient: "OCO@riverbourne".into(),
        state,
        medium: Some(Medium::Email),
        attempts: 2,
        next_at: None,
        why: why.map(str::to_owned),
        created_at: at,
        sent_at: Some(at),
        delivered_at: Some(at),
        acknowledged_at: None,
    }))
}

#[test]
fn a_test_message_goes_to_the_role_in_hand_and_what_becomes_of_it_is_seen() {
    for (width, height) in [(80, 24), (120, 40)] {
        for (answer, words) in [
            (became(DeliveryState::Sent, None), "accepted 02:14"),
            (became(DeliveryState::Delivered, None), "delivered 02:14"),
            (
                became(DeliveryState::Queued, Some("it did not answer")),
                "still waiting; tried: 2",
            ),
            (
                became(DeliveryState::Failed, Some("no such mailbox")),
                "FAILED: no such mailbox",
            ),
            (OnTest::Unknown, "it may or may not have been sent"),
            (
                OnTest::Refused(Refusal::not_allowed("The address is gone")),
                "The address is gone",
            ),
        ] {
            let mut console = with_a_service(OFFICER);
            console.size(width, height).press("D 4 t");
            console
                .shows("Send a test message")
                .shows("line manager of Riverbourne ICB, text message")
                .shows("the service ops-teams")
                .press("Enter")
                .shows("Test message to line manager of Riverbourne ICB, text message: asked for");
            let (id, command) = console.test_messages.pop().unwrap();
            let expected = DeliveryCommand::Test {
                role: Role::Lm,
                organisation: "riverbourne".into(),
                medium: Some(Medium::Sms),
            };
            assert_eq!(command, expected);
            console.tell(Message::DeliveryTested(id, answer));
            // It is waited for, so it stays until it has been seen.
            console.after_seconds(120).shows(words);
            console.press("z").hides(words);
        }
    }
}

#[test]
fn a_service_is_tried_from_any_row_and_a_row_without_an_address_says_what_to_choose() {
    let mut console = with_a_service(OFFICER);
    console.press("D t Enter");
    let (_, command) = &console.test_messages[0];
    let name = "ops-teams".to_owned();
    assert_eq!(*command, DeliveryCommand::TestWebhook { name });
    let mut console = console_of(OFFICER);
    console
        .press("D t")
        .shows("Choose a contact point with an e-mail address");
    assert!(console.test_messages.is_empty());
}

#[test]
fn whoever_may_not_send_a_test_message_or_has_no_server_is_told_so() {
    let mut console = with_a_service(DPO);
    console
        .press("D 4 t")
        .shows("You cannot send a test message");
    let mut console = with_a_service(OFFICER);
    console.line = Line::Down;
    console.tell(Message::Lost("connection refused".to_owned()));
    console.press("D 4 t").shows("The server cannot be reached");
    assert!(console.test_messages.is_empty());
}
