//! What keys and messages do to the console: keys in, screen out.

use crate::support::console::{Console, Line, Server, acknowledge, call, reference_night};
use crate::text::corpus;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use nightdesk::client::drafts::Answer;
use nightdesk::client::journal::Remembered;
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::incident::Facts;
use nightdesk::domain::role::Role;
use nightdesk::tui::message::Message;
use nightdesk::tui::terminal::Ending;
use nightdesk::tui::update::wake_at;
use unicode_segmentation::UnicodeSegmentation as _;

fn console() -> Console {
    Console::on(reference_night())
}

/// Two plain incidents, the first the more urgent.
fn two() -> Console {
    let mut server = Server::at("2026-06-13 02:14");
    server.log(
        "2026-06-13 01:00",
        "2026-06-13 00:30",
        "First of two",
        "riverbourne",
        Facts::default(),
    );
    server.log(
        "2026-06-13 01:10",
        "2026-06-13 01:05",
        "Second of two",
        "riverbourne",
        Facts::default(),
    );
    Console::on(server)
}

#[test]
fn the_selection_stays_on_its_incident_when_others_arrive_above_it() {
    let mut console = two();
    console.press("Down").shows("▌   !3 INC-26-0002");
    let urgent = console.server.log(
        "2026-06-13 02:10",
        "2026-06-11 01:00",
        "Older than both",
        "riverbourne",
        Facts::default(),
    );
    let urgent = console.server.incidents[&urgent].clone();
    console.tell(Message::Told(vec![urgent]));
    console.shows("Older than both").shows("▌   !3 INC-26-0002");
}

#[test]
fn rows_hold_still_while_a_question_is_open() {
    let mut console = two();
    console.line = Line::Down;
    console.press("a q");
    let before = console.screen(120, 40);
    let urgent = console.server.log(
        "2026-06-13 02:10",
        "2026-06-11 01:00",
        "Older than both",
        "riverbourne",
        Facts::default(),
    );
    let urgent = console.server.incidents[&urgent].clone();
    console.tell(Message::Told(vec![urgent]));
    console.hides("Older than both").shows("6 All open 3");
    assert!(before.contains("First of two"));
    console.press("n").shows("Older than both");
}

#[test]
fn frozen_rows_stay_until_they_are_released() {
    let mut console = two();
    console.press("f").shows("frozen");
    let urgent = console.server.log(
        "2026-06-13 02:10",
        "2026-06-11 01:00",
        "Older than both",
        "riverbourne",
        Facts::default(),
    );
    let urgent = console.server.incidents[&urgent].clone();
    console.tell(Message::Told(vec![urgent]));
    console
        .hides("Older than both")
        .press("f")
        .shows("Older than both");
}

#[test]
fn an_action_is_shown_as_unsent_until_the_server_has_confirmed_it() {
    let mut console = two();
    console.line = Line::Down;
    console
        .press("a")
        .shows("↑")
        .shows("unsent 1")
        .shows("not confirmed by the server yet");
    console.line = Line::Up;
    console.after_seconds(31);
    console.hides("unsent 1").shows("confirmed by the server");
    assert!(
        console
            .server
            .incidents
            .values()
            .any(|incident| incident.acknowledgement.is_some())
    );
}

#[test]
fn an_action_that_the_server_refused_stays_on_the_screen_until_it_is_dismissed() {
    let mut console = two();
    let first = *console.server.incidents.keys().next().unwrap();
    console
        .server
        .give("2026-06-13 02:13", "aisha.merrow", first, acknowledge());
    console.press("a");
    console.after_seconds(3600);
    console
        .shows("✗ INC-26-0001")
        .shows("was not carried out")
        .shows("Aisha Merrow has already acknowledged it")
        .shows("refused");
    console.press("z").hides("was not carried out");
}

/// The footer's hint in the look of what can be done now, or in that of what cannot.
#[track_caller]
fn undo_is_offered(console: &mut Console, is_offered: bool) {
    for (width, height) in [(80, 24), (120, 40)] {
        let drawn = console.drawn(width, height);
        let row = height - 1;
        let cells: Vec<_> = (0..width).map(|column| &drawn[(column, row)]).collect();
        let word = |word: &str| {
            let hint = cells.windows(word.len());
            let is_it = |hint: &[&ratatui::buffer::Cell]| {
                let symbols: String = hint.iter().map(|cell| cell.symbol()).collect();
                symbols == word
            };
            hint.filter(|hint| is_it(hint))
                .map(|hint| hint[1].fg)
                .next()
        };
        let (undo, open) = (word(" undo "), word(" escalate "));
        assert!(undo.is_some() && open.is_some());
        assert_eq!(
            undo == open,
            is_offered,
            "{}",
            console.screen(width, height)
        );
    }
}

#[test]
fn undo_takes_back_the_acknowledgement_in_hand_and_of_no_other_incident() {
    let mut console = two();
    // What is acknowledged stands behind what is not.
    console.press("a Up");
    undo_is_offered(&mut console, false);
    console
        .press("z u")
        .shows("Nobody has acknowledged this, so there is nothing to undo")
        .shows("2 Unacknowledged 1");
    console.press("Down");
    undo_is_offered(&mut console, true);
    console
        .press("Up Enter z u")
        .press("Esc")
        .shows("2 Unacknowledged 1");
    console
        .press("z z Down Enter u")
        .shows("INC-26-0001-G is unacknowledged again");
    undo_is_offered(&mut console, false);
}

#[test]
fn what_was_just_acknowledged_stays_in_hand_although_its_queue_has_let_it_go() {
    let mut console = two();
    console
        .press("2 a")
        .shows("2 Unacknowledged 1")
        .shows("▌    3 INC-26-0001");
    console
        .press("u")
        .shows("2 Unacknowledged 2")
        .press("a Down")
        .hides("First of two")
        .shows("▌   !3 INC-26-0002");
    console.press("a");
    console.after_seconds(31);
    console.hides("Second of two");
}

#[test]
fn marked_incidents_are_taken_back_together_and_counted() {
    let mut console = two();
    console
        .press("Space Space a")
        .shows("2 incidents acknowledged and still marked; u takes them back within 30 s");
    undo_is_offered(&mut console, true);
    console
        .press("z u")
        .shows("2 incidents are unacknowledged again")
        .shows("2 Unacknowledged 2");
    console
        .press("z a z Home Space Space u")
        .shows("Nobody has acknowledged this, so there is nothing to undo");
    console
        .press("z")
        .shows("1 incident is unacknowledged again");
}

#[test]
fn the_footer_says_when_an_acknowledgement_can_no_longer_be_taken_back() {
    let mut console = two();
    console.press("a");
    console.after_seconds(29);
    undo_is_offered(&mut console, true);
    let asleep = wake_at(&console.app).unwrap() - console.server.now;
    assert!(asleep <= chrono::TimeDelta::seconds(3), "{asleep}");
    console.after_seconds(2);
    undo_is_offered(&mut console, false);
}

#[test]
fn an_acknowledgement_cannot_be_undone_after_its_time() {
    let mut console = two();
    console.press("a");
    console.after_seconds(31);
    console
        .press("u")
        .shows("You can take an acknowledgement back for 30 seconds");
}

#[test]
fn a_form_that_is_refused_puts_the_focus_where_the_problem_is() {
    let mut console = two();
    console.press("N").type_text("Lost phone");
    console.press("Tab Tab").type_text("now").press("Tab");
    console.type_text("riverb").press("Enter");
    console
        .press("F2")
        .shows("✗ Say in a sentence what happened")
        .shows("▌What happened");
    console.type_text("On a train");
    console.hides("✗ Say in a sentence");
}

#[test]
fn a_logged_incident_is_on_the_board_with_the_reference_the_server_gave() {
    let mut console = two();
    console.press("N").type_text("Phone lost on a train");
    console
        .press("Tab")
        .type_text("A phone was left on a train");
    console.press("Tab").type_text("yesterday 22:10");
    console.shows("Aware Fri 12 Jun 22:10 BST, out of");
    console.press("Tab").type_text("riverb").press("Enter");
    console
        .shows("Tell the contacts (24 h, out of hours)")
        .type_text("07700 900 001");
    console
        .press("F2")
        .shows("▌   !3 INC-26-0003")
        .shows("Phone lost on a train");
}

#[test]
fn a_time_that_cannot_be_is_refused_with_what_could_be_meant() {
    let mut console = Console::on(Server::at("2026-10-25 09:00"));
    console
        .press("N Tab Tab Ctrl-u")
        .type_text("2026-10-25 01:30");
    console.shows("happened twice");
    console.type_text(" gmt");
    console.shows("Aware Sun 25 Oct 01:30 GMT");
    console.press("Ctrl-u").type_text("2027-03-28 01:30");
    console.shows("never existed");
}

#[test]
fn what_is_typed_takes_the_place_of_what_was_proposed() {
    let mut console = two();
    console.press("N Tab Tab").type_text("-40m");
    console.shows("Aware Sat 13 Jun 01:34 BST");
}

#[test]
fn a_call_is_recorded_for_whom_it_was_chosen_whoever_was_reached_meanwhile() {
    let mut console = two();
    let first = *console.server.incidents.keys().next().unwrap();
    let line_manager = Contact::of(Role::Lm, &"riverbourne".into());
    let asset_owner = Contact::of(Role::Iao, &"riverbourne".into());
    console.press("i Right").shows("Information asset owner");
    console.server.give(
        "2026-06-13 02:13",
        "aisha.merrow",
        first,
        call(line_manager, Outcome::Answered),
    );
    let told = console.server.incidents[&first].clone();
    console
        .tell(Message::Told(vec![told]))
        .press("Tab Tab Right F2");
    let attempts = &console.server.incidents[&first].attempts;
    assert_eq!(attempts.last().unwrap().contact, asset_owner);
}

#[test]
fn what_was_typed_is_kept_when_a_form_is_left() {
    let mut console = two();
    console.press("n").type_text("Half a note");
    console
        .press("Esc")
        .hides("Half a note")
        .press("n")
        .shows("Half a note");
}

#[test]
fn a_note_on_marked_incidents_goes_to_each_of_them() {
    let mut console = two();
    console
        .press("Space Space n")
        .shows("2 incidents")
        .type_text("Seen both");
    console
        .press("F2")
        .shows("2 incidents saved here, not confirmed yet: add a note");
    assert!(
        console
            .server
            .incidents
            .values()
            .all(|incident| incident.notes.len() == 1)
    );
}

#[test]
fn acknowledging_marked_incidents_tells_which_were_refused() {
    let mut console = two();
    console.press("a Home Space Space a");
    console
        .shows("You have already acknowledged it")
        .shows("more: z");
    console.press("z").shows("1 incident acknowledged");
    assert!(
        console
            .server
            .incidents
            .values()
            .all(|incident| incident.acknowledgement.is_some())
    );
}

/// What was said of its saving is long gone when the link comes back.
#[test]
fn what_waited_for_the_link_says_when_it_was_sent_and_as_what() {
    let mut console = two();
    console.line = Line::Down;
    console.press("N").type_text("Phone lost").press("Tab");
    console.type_text("On a train").press("Tab");
    console.type_text("-40m").press("Tab");
    console.type_text("riverbourne").press("Enter");
    console.type_text("07700 900 001").press("F2");
    console.after_seconds(60).hides("Sent 02:1");
    console.line = Line::Up;
    console
        .after_seconds(31)
        .shows("Sent 02:1")
        .shows(": logged as INC-26-0003-");
}

#[test]
fn enter_never_means_yes() {
    let mut console = two();
    console.line = Line::Down;
    console
        .press("a q")
        .shows("1 action is not sent yet")
        .press("Enter");
    assert_eq!(console.app.ending(), None);
    console.press("q y");
    assert_eq!(console.app.ending(), Some(Ending::Quit));
}

#[test]
fn quitting_with_nothing_unsent_just_quits_and_esc_never_does() {
    let mut console = two();
    console.press("Esc Esc Esc");
    assert_eq!(console.app.ending(), None);
    console.press("q");
    assert_eq!(console.app.ending(), Some(Ending::Quit));
}

/// ICO-PROC: the controller's clock runs from when the processor told it.
#[test]
fn a_report_of_a_processor_is_logged_with_when_it_knew_and_when_it_told() {
    let mut console = console();
    console
        .press("N")
        .type_text("Portal records read")
        .press("Tab");
    console.type_text("The processor rang").press("Tab");
    console.type_text("-1h").press("Tab");
    console.type_text("portalpath").press("Enter");
    console.type_text("0113 496 0000").press("Tab");
    console
        .type_text("-30h")
        .press("Tab")
        .type_text("-1h")
        .press("F2");
    let known = console.server.incidents.values();
    let mut logged = known.filter(|incident| &*incident.title == "Portal records read");
    let awareness = &logged.next().unwrap().awareness;
    let hours = |hours| Some(console.server.now - chrono::TimeDelta::hours(hours));
    assert_eq!(awareness.processor_at, hours(30));
    assert_eq!(awareness.controller_informed_at, hours(1));
}

#[test]
fn a_filter_narrows_as_it_is_typed_and_esc_widens_again() {
    let mut console = console();
    console.press("/").type_text("phishing");
    console
        .shows("1 of 7 shown")
        .shows("Phishing mail")
        .hides("Paper records");
    console
        .press("Enter")
        .shows("/phishing: 1 of 7 shown")
        .press("Esc")
        .shows("Paper records");
    console.press("/").type_text("sev>=");
    console
        .shows("needs something behind it")
        .shows("write it as in sev>=3")
        .shows("Paper records");
}

/// Queues are counts that never lie, and so they are never covered either.
#[test]
fn a_filter_however_long_covers_no_queue() {
    for filter in ["zz", "the whole of a very long title that nobody has"] {
        let mut console = console();
        console.press("/").type_text(filter).press("Enter");
        let counts = |console: &mut Console, width, height| -> Vec<String> {
            let screen = console.screen(width, height);
            let row = screen.lines().nth(1).unwrap().to_owned();
            let queues = row.split('/').next().unwrap().to_owned();
            queues
                .split('│')
                .map(|queue| queue.trim().to_owned())
                .collect()
        };
        for (width, height) in [(80, 24), (120, 40)] {
            let counts = counts(&mut console, width, height);
            assert_eq!(counts.len(), 7, "{counts:?}");
            for (number, queue) in (1..).zip(&counts) {
                let words: Vec<&str> = queue.split(' ').collect();
                assert_eq!(words[0], number.to_string(), "{counts:?}");
                let count = words.last().unwrap().parse::<usize>();
                assert!(words.len() > 1 && count.is_ok(), "{counts:?}");
            }
        }
        console.shows("0 of 7 shown");
    }
}

#[test]
fn what_must_not_wait_needs_a_server_and_says_so() {
    let mut console = two();
    console.line = Line::Down;
    console.tell(Message::Lost(
        "The server cannot be reached: connection refused".to_owned(),
    ));
    console.press("e").type_text("No answer");
    console
        .press("F2")
        .shows("✗ You cannot escalate while the link")
        .shows("mobile 07700 900104");
}

#[test]
fn a_deadline_that_passes_is_told_once_and_stays_until_it_is_dismissed() {
    let mut console = two();
    console.then_at("2026-06-14 00:29").hides("overdue [");
    console
        .then_at("2026-06-14 00:31")
        .shows("INC-26-0001-G Tell the DPO (24 h) overdue [z dismisses]");
    console.press("z").hides("z dismisses");
    console
        .then_at("2026-06-14 00:40")
        .hides("Tell the DPO (24 h) overdue");
}

#[test]
fn silence_makes_the_screen_stale_and_then_disconnected() {
    let mut console = two();
    console.shows("● live");
    console.after_seconds(50);
    console.shows("▲ stale").shows("what you see may be old");
    console.after_seconds(20);
    console.shows("disconnected, local alarms only");
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    console.shows("● live");
}

#[test]
fn a_clock_that_differs_from_the_servers_is_shown() {
    let mut console = two();
    console.tell(Message::Heard(chrono::TimeDelta::seconds(40)));
    console.shows("clock 40 s slow");
}

#[test]
fn the_reference_is_copied_and_nothing_else() {
    let mut console = two();
    console.press("y");
    assert_eq!(console.copied, ["INC-26-0001-G"]);
}

#[test]
fn a_click_selects_and_a_click_on_the_selected_row_opens_it() {
    let mut console = two();
    let click = |row| {
        Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 10,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    console.tell(click(4)).shows("▌   !3 INC-26-0002");
    console.tell(click(4)).shows("1 Overview");
}

#[test]
fn an_offer_is_answered_by_the_one_it_is_made_to() {
    let mut console = two();
    console.press("a A").type_text("aisha");
    console
        .press("Enter")
        .shows("Offered to Aisha Merrow")
        .type_text("Going home");
    console.press("F2");
    assert!(
        console
            .server
            .incidents
            .values()
            .any(|incident| incident.offer.is_some())
    );
}

#[test]
fn the_handover_can_be_offered_from_the_sheet() {
    let mut console = two();
    console
        .press("H")
        .shows("Gethin Brambley")
        .press("Enter")
        .shows("Offer the desk");
}

#[test]
fn the_handover_sheet_is_complete_whatever_the_filter_hides() {
    let mut console = Console::on(reference_night());
    console.press("/").type_text("ransomware").press("Enter H");
    console.shows("All open 7");
    console.shows("Ransomware").shows("Unencrypted USB stick");
}

#[test]
fn a_screen_on_which_nothing_changed_is_not_drawn() {
    let mut console = two();
    console.app.take_changed();
    console.tell(Message::Woke);
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    console.tell(Message::Told(Vec::new()));
    assert!(!console.app.take_changed());
    console.after_seconds(60);
    assert!(console.app.take_changed());
}

#[test]
fn the_loop_sleeps_until_the_minute_when_no_countdown_shows_seconds() {
    let mut console = two();
    let now = console.server.now;
    assert_eq!(
        wake_at(&console.app).unwrap() - now,
        chrono::TimeDelta::milliseconds(1)
    );
    console.after_seconds(1);
    let asleep = wake_at(&console.app).unwrap() - console.server.now;
    assert!(asleep >= chrono::TimeDelta::seconds(40), "{asleep}");
}

#[test]
fn hostile_text_is_shown_and_not_obeyed_in_every_part_of_the_console() {
    let hostile: String = corpus()
        .into_iter()
        .map(|case| case.text)
        .take(24)
        .collect::<String>()
        .graphemes(true)
        .take(200)
        .collect();
    let mut server = Server::at("2026-06-13 02:14");
    server.log(
        "2026-06-13 01:00",
        "2026-06-13 00:30",
        &hostile,
        "riverbourne",
        Facts::default(),
    );
    let mut console = Console::on(server);
    for keys in [
        "Home", "Enter", "2", "t", "Esc", "n", "Esc", "i", "Esc", "p", "Esc", "L", "Esc", "H",
        "Esc", ":", "Esc",
    ] {
        console.press(keys);
        let screen = console.screen(120, 40);
        let unprintable = screen.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(unprintable, None, "{keys}");
        assert_eq!(nightdesk::text::lines(&screen).as_str(), screen, "{keys}");
    }
    console.shows("␛");
}

#[test]
fn scrolling_stops_at_both_ends_and_turns_around_at_once() {
    let mut console = console();
    console.size(80, 24).press("G Up Enter");
    let top = console.screen(80, 24);
    console.press("G");
    let end = console.screen(80, 24);
    console.press("Down Down Down Up");
    let one_up = console.screen(80, 24);
    assert!(top != end && end != one_up);
    console.press("g");
    assert_eq!(console.screen(80, 24), top);
}

#[test]
fn what_the_rules_refuse_whatever_is_typed_is_told_when_it_is_pressed() {
    let mut console = two();
    for (key, why) in [
        (
            "u",
            "Nobody has acknowledged this, so there is nothing to undo",
        ),
        ("o", "Nobody has been offered this incident"),
        ("p", "No partner is recorded as affected"),
        ("P", "No partner is recorded as affected"),
    ] {
        console.press(key).shows(why).shows("6 All open");
        console.after_seconds(10);
        console.press("Esc z");
    }
    for (key, form) in [
        ("e", "Why you escalate"),
        ("i", "Record a call"),
        ("n", "Took place"),
        ("T", "Category"),
        ("s", "Rationale"),
        ("c", "Correct time"),
        ("m", "Declare major"),
    ] {
        console.press(key);
        let screen = console.screen(120, 40).to_lowercase();
        assert!(screen.contains(&form.to_lowercase()), "{key}:\n{screen}");
        console.press("Esc");
    }
}

#[test]
fn the_palette_says_what_is_not_possible_now_and_why() {
    let mut console = two();
    console
        .press(":")
        .type_text("undo")
        .shows("Not now: Nobody has acknowledged this, so there is nothing to undo")
        .press("Enter")
        .shows("6 All open");
}

#[test]
fn what_is_possible_is_judged_again_when_the_incident_or_the_selection_changes() {
    let mut console = two();
    console.press("a :").type_text("undo");
    console.hides("Not now").press("Esc Up :").type_text("undo");
    console.shows("Not now: Nobody has acknowledged");
    console.press("Esc Down").after_seconds(31);
    console
        .press(":")
        .type_text("undo")
        .shows("Not now: You can take an acknowledgement back for 30 seconds");
}

#[test]
fn a_key_does_not_write_what_is_typed_and_leaving_a_field_or_the_form_does() {
    let mut console = two();
    console.press("n").type_text("Rang the ward");
    assert_eq!(console.kept.len(), 0);
    console.after_seconds(1).type_text(", nobody");
    assert_eq!(console.kept.len(), 0);
    console.after_seconds(1);
    assert_eq!(console.kept.len(), 1, "two seconds after the first key");
    console.type_text(" there").press("Tab");
    assert_eq!(console.kept.len(), 2, "the field is left");
    console.press("Tab Tab Shift-Tab");
    assert_eq!(console.kept.len(), 2, "nothing new was typed");
    console.press("Shift-Tab Right Esc");
    assert_eq!(console.kept.len(), 3, "the form is left");
    let drafts = console.kept.last().unwrap();
    let text = &drafts[0].answers["/text"];
    assert_eq!(*text, Answer::Text("Rang the ward, nobody there".into()));
}

#[test]
fn what_was_sent_or_discarded_is_forgotten_and_what_was_not_touched_is_never_kept() {
    let mut console = two();
    console.press("n Tab Esc");
    assert!(console.kept.is_empty());
    for end in ["F2", "F8"] {
        console.press("n").type_text("Half a note").press("Esc n");
        assert_eq!(console.kept.last().unwrap().len(), 1);
        console.press(end).press("y");
        assert_eq!(*console.kept.last().unwrap(), []);
        console.press("n").hides("Half a note").press("Esc");
    }
}

#[test]
fn what_was_typed_is_kept_when_the_console_is_told_to_end() {
    let mut console = two();
    console.press("n").type_text("Rang");
    console.tell(Message::Ended(Ending::HungUp));
    assert_eq!(console.kept.last().unwrap().len(), 1);
}

#[test]
fn a_time_that_counts_from_now_still_means_the_same_moment_in_a_form_opened_later() {
    let mut console = two();
    console.press("N Tab Tab").type_text("-40m").press("Esc");
    console.after_seconds(3600);
    console.press("N").shows("Aware Sat 13 Jun 01:34 BST");
}

#[test]
fn what_cannot_be_chosen_any_more_is_left_as_the_form_proposes_it() {
    let mut console = two();
    console.press("i Right Esc");
    let mut draft = console.kept.last().unwrap()[0].clone();
    draft
        .answers
        .insert("/contact".into(), Answer::One("NOBODY@nowhere".into()));
    draft
        .answers
        .insert("/gone".into(), Answer::Text("x".into()));
    let remembered = Remembered {
        drafts: vec![draft],
        ..Remembered::default()
    };
    console.after_seconds(9).app.remember(&remembered);
    console
        .shows("Draft not sent: Record a call, INC-26-0001-G")
        .press("z L");
    console.shows("Record a call, INC-26-0001-G").press("Esc i");
    console.shows("Line manager, Riverbourne");
}

#[test]
fn what_is_typed_breaks_between_words_and_a_longer_word_still_shows_whole() {
    let mut console = two();
    let words = "Community nurse Fairweather-Abernathy rang the ward about every single letter";
    let endless = "x".repeat(70);
    console
        .press("n")
        .type_text(words)
        .type_text(" ")
        .type_text(&endless);
    let screen = console.screen(80, 24);
    for word in words.split(' ') {
        assert!(screen.contains(word), "{word}:\n{screen}");
    }
    let shown = screen.matches('x').count();
    assert!(shown >= 70, "{shown} of the endless word:\n{screen}");
    // The key goes where the cursor is, however the rows are broken.
    console.press("Left Backspace F2");
    let known = console.server.incidents.values();
    let notes = known.flat_map(|incident| incident.notes.iter());
    let texts: Vec<&str> = notes.map(|note| note.text.as_ref()).collect();
    assert_eq!(texts, [format!("{words} {}", "x".repeat(69))]);
}

/// Two filters of the officer's own.
fn with_filters() -> Console {
    let mut console = console();
    let filters = [("night", "owner:me"), ("soon", "due<4h")];
    let filters = filters.map(|(name, text)| (name.to_owned(), text.to_owned()));
    console.app.know_filters(filters.into());
    console
}

#[test]
fn a_saved_filter_is_chosen_on_the_filter_line() {
    let mut console = with_filters();
    console.press("/").shows("Tab: night, soon").press("Tab");
    console
        .shows("night: 2 of 7 shown")
        .press("Tab")
        .shows("soon: ");
    console
        .press("Tab")
        .shows("night: ")
        .press("Shift-Tab")
        .shows("soon: ");
    console
        .press("Shift-Tab Enter")
        .shows("/night: 2 of 7 shown");
}

#[test]
fn a_saved_filter_is_chosen_among_the_commands_from_wherever_one_is() {
    let mut console = with_filters();
    console.press("G Enter :").type_text("night").press("Enter");
    console
        .shows("/night: 2 of 7 shown")
        .shows("Only what fits \"night\": owner:me");
}

#[test]
fn without_a_saved_filter_tab_says_where_one_is_written() {
    let mut console = console();
    console
        .press("/ Tab")
        .shows("No filter is saved. Write it below [filters]");
}

/// What ended long ago is on the server only, until it is found and opened.
#[test]
fn a_search_finds_and_opens_what_the_console_has_never_been_told_of() {
    let mut console = two();
    console.server.log(
        "2026-06-12 23:10",
        "2026-06-12 23:00",
        "Once upon a time",
        "riverbourne",
        Facts::default(),
    );
    console.hides("Once upon a time");
    console.press("S").shows("Whole words or a reference");
    console.type_text("once time").hides("Once upon a time");
    console
        .press("Enter")
        .shows("1 found")
        .shows("Once upon a time");
    // Another question takes the answer to the last one off the screen.
    console.type_text(" ago").hides("Once upon a time");
    console.press("Enter").shows("No results you can see");
    console
        .press("Backspace Backspace Backspace Backspace Enter")
        .shows("1 found");
    console
        .press("Enter")
        .shows("Overview")
        .shows("Once upon a time");
    console.press("Esc").shows("First of two");
}

#[test]
fn a_search_says_what_is_wrong_with_the_question_and_an_answer_to_an_earlier_one_is_not_shown() {
    let mut console = two();
    console
        .press("S")
        .type_text("from:yesterday")
        .press("Enter");
    console.shows("\"yesterday\" is not a day");
    console
        .press("Esc S")
        .type_text("inc-26-0001-z")
        .press("Enter");
    console.shows("mistyped");
    console.press("Esc S").type_text("second").press("Enter");
    console.shows("Second of two");
    console.tell(Message::Found(
        "first".to_owned(),
        Err("too late".to_owned()),
    ));
    console.shows("Second of two").hides("too late");
    console.type_text(" of").press("Enter").shows("1 found");
}

/// Opening a case is reading it, and the server is told (BOB-SEC).
#[test]
fn opening_a_case_on_whatever_tab_asks_the_server_for_its_history_once() {
    let mut console = two();
    let fetches = |console: &mut Console, keys: &str| {
        let before = console.fetched;
        console.press(keys);
        console.fetched - before
    };
    for (keys, fetched) in [
        ("Down", 0),
        ("Enter", 1),
        ("2", 0),
        ("Tab", 0),
        ("Esc", 0),
        ("Up Enter", 1),
        ("t", 1),
    ] {
        assert_eq!(fetches(&mut console, keys), fetched, "{keys}");
    }
}

/// Nobody has published the holidays yet on which the limit depends (BOB-BH).
#[test]
fn a_limit_beyond_the_table_of_holidays_says_so() {
    let mut server = Server::at("2029-01-02 02:14");
    server.log(
        "2029-01-02 01:00",
        "2029-01-02 00:30",
        "Beyond the table",
        "riverbourne",
        Facts::default(),
    );
    Console::on(server)
        .press("Enter")
        .shows("Holidays not known for 2029");
    two().press("Enter").hides("Holidays not known");
}
