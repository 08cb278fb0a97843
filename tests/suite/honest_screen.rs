//! What the console says has happened is what has happened: recorded is not sent, offered is not handed
//! over, and what is typed where nothing opened does nothing.

use crate::support::case::{
    Case, DPO, OFFICER, disclosure, graded, home, inform, lowered, shared_disclosure,
};
use crate::support::console::{
    Console, Line, SIZES, Server, never_says, reference_night, said, says,
};
use nightdesk::client::http::{Health, Reload};
use nightdesk::client::journal::Remembered;
use nightdesk::client::replay::Desk;
use nightdesk::domain::command::{Acknowledge, Command, DeclareMajor, NotifyPartners};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::id::{PersonId, ShiftId};
use nightdesk::domain::incident::Facts;
use nightdesk::domain::next_step::{self, StepKind};
use nightdesk::domain::partners::{self, PartnerState};
use nightdesk::domain::query;
use nightdesk::domain::regulator::{Body, RegulatorCommand};
use nightdesk::domain::role::Role;
use nightdesk::domain::rota::{self, Tier};
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::Theme;
use std::sync::Arc;

fn night() -> Console {
    let mut console = Console::on(reference_night());
    console.type_text("g");
    console
}

/// The ransomware of the reference night, open; partners are told of it.
fn shared() -> Console {
    let mut console = night();
    console
        .press("/")
        .type_text("ransomware")
        .press("Enter Enter");
    console
}

// Recorded is not sent

#[test]
fn a_note_is_saved_and_not_sent() {
    let mut console = shared();
    console
        .press("n")
        .type_text("Asked the host for its logs")
        .press("F2");
    says(&mut console, "Add a note: Saved 02:14");
    never_says(&mut console, "Sent");
}

#[test]
fn a_call_that_is_recorded_is_not_called_sent() {
    let mut console = shared();
    console.press("P").type_text("calder").press("Enter");
    console.type_text("acknowledged").press("Enter");
    console.type_text("duty manager").press("F2");
    says(&mut console, "Record a partner's answer: Recorded 02:14");
    never_says(&mut console, ": Sent");
}

#[test]
fn a_decision_that_is_recorded_has_not_gone_to_the_regulator() {
    let mut console = shared();
    console
        .press("d")
        .type_text("decision to report")
        .press("Enter");
    says(&mut console, "Record the decision to report to the ICO");
    console
        .press("Tab")
        .type_text("Records of the whole partnership are out of reach")
        .press("Tab");
    console.type_text("bronwen").press("Enter F2");
    says(
        &mut console,
        "Record the decision to report to the ICO: Recorded 02:14. Nothing has gone to the ICO",
    );
    says(&mut console, "must confirm it by Mon 15 Jun 17:00 BST");
}

#[test]
fn an_incident_that_is_offered_is_not_handed_on() {
    let mut console = shared();
    console.press("A").type_text("marguerite").press("Enter");
    console.type_text("She knows the service").press("F2");
    says(
        &mut console,
        "Offer the incident: Offered 02:14. Offered to Marguerite Holloway. Nothing changes until they accept",
    );
    says(
        &mut console,
        "Offered to Marguerite Holloway Sat 13 Jun 02:14 BST, not answered",
    );
}

#[test]
fn a_new_incident_is_named_and_enter_opens_it() {
    let mut console = shared();
    console.press("N").type_text("Phone lost").press("Tab");
    console.type_text("On a train").press("Tab");
    console.type_text("-40m").press("Tab");
    console.type_text("riverbourne").press("Enter");
    console.type_text("07700 900 001").press("F2");
    says(&mut console, "Logged as INC-26-0008-");
    says(&mut console, "Enter opens it");
    console.press("Enter");
    says(&mut console, "Phone lost");
    console.press("Esc");
    says(&mut console, "Ransomware on the hosted shared care record");
}

// Nothing is sent by phone

#[test]
fn a_partner_to_be_called_is_never_shown_as_told() {
    let mut console = shared();
    console
        .press("p Tab")
        .type_text("phone")
        .press("Enter Shift-Tab");
    says(&mut console, "(•) phone");
    console.shows("Nothing is sent by phone. You call:");
    console.press("F2");
    says(&mut console, "Nothing is sent by phone. Call ");
    says(&mut console, "Then record the answer");
    never_says(&mut console, ": Sent");
    let known = console.server.incidents.values();
    let incident = known
        .clone()
        .find(|incident| incident.title.contains("Ransomware"))
        .unwrap();
    let state = |partner: &str| {
        let record = partners::record(incident, &partner.into()).unwrap();
        record.state()
    };
    assert_eq!(state("fernhill"), PartnerState::ToCall);
    console.press("3 z z z");
    says(&mut console, "to be called");
}

#[test]
fn a_second_notice_keeps_the_first_and_its_failure() {
    let mut console = shared();
    console.press("p");
    let warned = said(&mut console, (80, 24));
    let warning = "Not reached by e-mail: mailbox full. Call Oakdene Community Services";
    assert!(warned.contains(warning), "{warned}");
    console.press("Esc 3");
    says(&mut console, "01:50 not delivered: mailbox full");
    console.press("p");
    let form = said(&mut console, (80, 24));
    assert!(
        form.contains("[ ] Oakdene Community Services CIC (not delivered 01:50"),
        "{form}"
    );
    console.type_text("oakdene").press("Enter");
    let warned = said(&mut console, (80, 24));
    let warning = "was not reached by e-mail 01:50: mailbox full. Choose another way, or call";
    assert!(warned.contains(warning), "{warned}");
    console.press("F2 3");
    says(&mut console, "01:50 not delivered: mailbox full");
    says(&mut console, "02:14 notice queued by e-mail");
}

#[test]
fn a_partner_whose_notice_is_still_waited_for_is_not_told_again_unasked() {
    let mut console = shared();
    console.press("p");
    console.shows("[ ] Calder");
    console.shows("[x] Fernhill");
    console.press("Home Space");
    let warned = said(&mut console, (80, 24));
    let warning = "Calder Mental Health NHS Trust was sent a notice 44 min ago by e-mail";
    assert!(warned.contains(warning), "{warned}");
    console
        .press("Tab")
        .type_text("phone")
        .press("Enter F2 z z z 3");
    says(&mut console, "01:31 notice sent by e-mail");
    says(
        &mut console,
        "02:14 to be called by phone; nothing was sent",
    );
}

/// WSIC-AGAIN
#[test]
fn a_partner_is_sent_a_second_notice_within_minutes_only_if_that_is_asked_for() {
    let mut console = shared();
    let incident = console.server.incidents.values();
    let incident = incident
        .clone()
        .find(|incident| incident.title.contains("Ransomware"))
        .unwrap()
        .id;
    let notices = |console: &Console| {
        let incident = &console.server.incidents[&incident];
        let record = partners::record(incident, &"fernhill".into()).unwrap();
        record.notices.len()
    };
    console.press("p F2");
    assert_eq!(notices(&console), 1);
    console.after_seconds(20).press("p");
    let form = said(&mut console, (80, 24));
    assert!(
        form.contains("[ ] Fernhill GP Federation (queued 02:14 by e-mail)"),
        "{form}"
    );
    console.type_text("fernhill").press("Enter Tab");
    console.type_text("e-mail").press("Enter F2");
    let form = said(&mut console, (80, 24));
    let asked = "was sent a notice by e-mail within the last 10 minutes. Leave them out";
    assert!(form.contains(asked), "{form}");
    assert_eq!(notices(&console), 1);
    console.press("Right F2");
    assert_eq!(notices(&console), 2);
}

#[test]
fn two_consoles_tell_a_partner_once() {
    let mut console = shared();
    let incident = console.server.incidents.values();
    let incident = incident
        .clone()
        .find(|incident| incident.title.contains("Ransomware"))
        .unwrap()
        .id;
    console.press("p");
    let told = Command::NotifyPartners(NotifyPartners {
        organisations: ["fernhill".into()].into(),
        channel: Channel::Email,
        again: [].into(),
    });
    let server = &mut console.server;
    server.give("2026-06-13 02:13", OFFICER, incident, told);
    console.press("F2");
    says(
        &mut console,
        "Fernhill GP Federation was sent a notice by e-mail within the last 10 minutes",
    );
}

// The answer to the last key comes first

#[test]
fn a_refusal_comes_before_the_answer_to_an_earlier_key() {
    let mut console = night();
    let another = "aisha.merrow";
    let phishing = (console.server.incidents.values())
        .find(|incident| incident.title.contains("Phishing"))
        .unwrap()
        .id;
    // Somebody else has acknowledged it, and this console has not heard of it yet.
    let acknowledged = Command::Acknowledge(Acknowledge::default());
    let server = &mut console.server;
    server.give("2026-06-13 02:13", another, phishing, acknowledged);
    console.press("Space Space Space Space Space Space Space a");
    says(&mut console, "already acknowledged it");
    says(&mut console, "more: z");
}

#[test]
fn news_waits_until_what_was_sent_has_been_read() {
    let mut console = night();
    console.line = Line::Down;
    console.press("N").type_text("Phone lost").press("Tab");
    console.type_text("On a train").press("Tab");
    console.type_text("-40m").press("Tab");
    console.type_text("riverbourne").press("Enter");
    console.type_text("07700 900 001").press("F2");
    console.after_seconds(60);
    console.line = Line::Up;
    console.after_seconds(31);
    says(&mut console, ": logged as INC-26-0008-");
    let since = Some(console.server.now);
    console.tell(Message::HealthHeard(Health {
        engine_silent_since: since,
        ..Health::default()
    }));
    console.tell(Message::HealthHeard(Health::default()));
    says(&mut console, ": logged as INC-26-0008-");
    console.after_seconds(12);
    says(&mut console, ": logged as INC-26-0008-");
    // A key is answered at once, and what it covers comes back for the rest of its time.
    console.press("f");
    says(&mut console, "The rows are frozen");
    console.after_seconds(9);
    says(&mut console, ": logged as INC-26-0008-");
    console.after_seconds(19);
    says(&mut console, "The server's alarm engine works again");
    console.after_seconds(9);
    never_says(&mut console, "works again");
}

// What is not there yet

#[test]
fn while_the_desk_is_loaded_again_nothing_is_said_to_be_open_or_not() {
    let mut console = shared();
    console.press("H");
    says(&mut console, "All open");
    console.tell(Message::StartedOver(Reload::ViewChanged));
    says(&mut console, "Loading the desk from the server");
    never_says(&mut console, "Nothing is open");
    never_says(&mut console, "All open 0");
    // The server answers and is lost again before it has told of anything.
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    says(&mut console, "Loading the desk from the server");
    console.press("Esc Esc");
    console.shows("pen …").hides("0 of 0");
    console.tell(Message::Lost("connection refused".to_owned()));
    console.after_seconds(120);
    says(&mut console, "Not loaded: the server does not answer");
    never_says(&mut console, "Nothing in");
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    console.tell(Message::Loaded);
    says(&mut console, "Nothing in");
}

// Typed where nothing opened

#[test]
fn what_is_typed_over_a_refusal_is_no_command() {
    let mut server = Server::at("2026-06-13 02:14");
    server.log(
        "2026-06-13 01:00",
        "2026-06-13 00:30",
        "The only one",
        "riverbourne",
        Facts::default(),
    );
    let before = server.incidents.values().next().unwrap().version;
    let mut console = Console::of("silas.nettlebed", server, Theme::named("dark").unwrap());
    console.press("Enter i");
    says(&mut console, "Not possible now");
    console.type_text("line manager knows").press("Enter F2");
    never_says(&mut console, "Add a note");
    let after = console.server.incidents.values().next().unwrap();
    assert_eq!(after.version, before);
}

#[test]
fn discarding_a_form_asks_first_and_no_gives_it_back() {
    let mut console = shared();
    console.press("N").type_text("Phone lost").press("F8");
    says(&mut console, "Discard what you typed?");
    console.press("n");
    says(&mut console, "Phone lost");
    console.press("F8 y");
    says(&mut console, "Form discarded");
    console.press("N");
    never_says(&mut console, "Phone lost");
}

#[test]
fn a_question_names_the_key_that_answers_it() {
    let mut console = shared();
    console.press("N").type_text("Phone lost").press("F8");
    console.shows(" y yes");
    console.hides("F2 yes");
}

#[test]
fn marks_say_what_keys_act_on() {
    let mut console = night();
    console.press("Space");
    says(&mut console, "1 marked: a e A n act on it; Esc unmarks");
    console.press("Esc");
    never_says(&mut console, "marked");
}

// The desk

/// The reference night with the next shift offered to its officer.
fn offered(note: &str) -> (Server, ShiftId, PersonId) {
    let mut server = reference_night();
    let now = server.now;
    let next = rota::next_shift(&server.directory.shifts, Tier::First, now).unwrap();
    let (id, person) = (next.id.clone(), next.person.clone());
    let shift = server
        .directory
        .shifts
        .iter_mut()
        .find(|shift| shift.id == id)
        .unwrap();
    shift.offered_at = Some(now);
    shift.handover_note = Some(note.to_owned());
    (server, id, person)
}

#[test]
fn taking_over_early_says_that_it_takes_effect_at_once() {
    let (server, _, person) = offered("Quiet so far");
    let mut console = Console::of(person.as_str(), server, Theme::named("dark").unwrap());
    says(&mut console, "offers you the desk: H shows it");
    console.press("H");
    console.press("Enter");
    says(
        &mut console,
        "You take over NOW, at 02:14, and not at 09:00",
    );
    says(
        &mut console,
        "Incidents that are Tamsin Quill's stay theirs",
    );
}

/// A sheet of what somebody may see is not the desk's.
#[test]
fn a_sheet_of_a_part_of_the_desk_does_not_read_as_a_quiet_night() {
    let (server, _, person) = offered("Quiet so far");
    let mut console = Console::of(person.as_str(), server, Theme::named("dark").unwrap());
    console.press("H");
    says(&mut console, "NOT THE WHOLE DESK: you can see");
    says(&mut console, "the rest appear when you take over");
    let mut own = Console::on(reference_night());
    own.press("H");
    never_says(&mut own, "NOT THE WHOLE DESK");
}

#[test]
fn the_desk_is_not_offered_without_a_word() {
    let mut console = night();
    console.press("H Enter F2");
    let refused = said(&mut console, (80, 24));
    let sentence = "Say what the next officer should know, or write that there is nothing";
    assert!(refused.contains(sentence), "{refused}");
}

#[test]
fn the_officer_who_was_relieved_is_told_by_whom_and_when() {
    let (mut server, id, _) = offered("Quiet so far");
    let now = server.now;
    let before = server.directory.clone();
    let mut console = Console::on({
        let mut kept = reference_night();
        kept.directory = before;
        kept
    });
    let shifts = &mut server.directory.shifts;
    let shift = shifts.iter_mut().find(|shift| shift.id == id).unwrap();
    shift.accepted_at = Some(now);
    let name = server
        .directory
        .person_name(&shift_person(&server, &id))
        .to_owned();
    let desk = Desk {
        actor: server.directory.actor(&OFFICER.into(), now).unwrap(),
        policy: Arc::new(server.policy.clone()),
        directory: Arc::new(server.directory.clone()),
        problems: Arc::default(),
    };
    console.tell(Message::DeskChanged(Box::new(desk)));
    says(&mut console, &format!("{name} took over the desk at 02:14"));
}

fn shift_person(server: &Server, id: &ShiftId) -> PersonId {
    server.directory.shift(id).unwrap().person.clone()
}

#[test]
fn a_clock_that_is_wrong_by_months_is_told_in_words() {
    let mut console = night();
    let wrong_by = chrono::TimeDelta::seconds(14_726_019);
    console.clock_jumps(wrong_by);
    console.tell(Message::Heard(-wrong_by));
    says(&mut console, "clock 170 days fast");
    let narrow = said(&mut console, (80, 24));
    assert!(narrow.contains("You are on call"), "{narrow}");
}

/// A server whose clock differs by months from this machine's, and that stops soon after the console has started.
#[test]
fn a_console_that_has_just_started_counts_the_silence_of_its_server() {
    let mut console = night();
    let months = chrono::TimeDelta::days(170);
    console.clock_jumps(months);
    console.tell(Message::Heard(-months));
    console.after_seconds(5);
    console.tell(Message::Lost("it did not answer".to_owned()));
    console.after_seconds(36);
    says(&mut console, "stale 41 s");
    console.press("r");
    says(&mut console, "Asking the server again now");
    console.after_seconds(120);
    says(&mut console, "local alarms only 2 min");
}

#[test]
fn a_console_follows_a_server_whose_clock_is_set_back_and_says_so() {
    let mut console = night();
    console.tell(Message::Heard(chrono::TimeDelta::hours(-2)));
    says(
        &mut console,
        "The server's clock has changed to Sat 13 Jun 00:14 BST. Countdowns follow it",
    );
    console.tell(Message::Lost("it did not answer".to_owned()));
    console.after_seconds(90);
    says(&mut console, "Disconnected for 1 min");
    console.tell(Message::Heard(chrono::TimeDelta::hours(-2)));
    never_says(&mut console, "Disconnected");
}

#[test]
fn a_server_that_leaves_what_it_was_sent_unanswered_is_not_called_live() {
    let mut console = night();
    console.line = Line::Silent;
    console.press("a");
    console.after_seconds(5);
    console.hides("No answer for");
    console.after_seconds(6);
    says(&mut console, "stale 11 s");
    console.tell(Message::Heard(chrono::TimeDelta::zero()));
    never_says(&mut console, "stale 1");
}

// What is typed

#[test]
fn the_controller_alone_can_be_named_at_the_console() {
    let mut server = Server::at("2026-06-13 02:14");
    let id = server.log(
        "2026-06-13 01:00",
        "2026-06-13 00:30",
        "Supplier lost a disk",
        "pinewell",
        Facts::default(),
    );
    let mut console = Console::on(server);
    console.press("T");
    for _ in 0..7 {
        console.press("Tab");
    }
    console.type_text("eastmere").press("Enter F2");
    let incident = &console.server.incidents[&id];
    assert_eq!(incident.facts.controllers, ["eastmere".into()]);
    assert_eq!(incident.facts.category, None);
}

#[test]
fn an_emoji_is_drawn_while_it_is_typed_as_the_lists_draw_it() {
    let mut console = night();
    let typed =
        "\u{26a0}\u{fe0f} Diary \u{2764}\u{fe0f} lost by \u{1f469}\u{200d}\u{2695}\u{fe0f} nurse";
    console.press("N").type_text(typed);
    for (width, height) in SIZES {
        let screen = console.screen(width, height);
        assert!(!screen.contains('\u{fe0f}'), "{screen}");
        assert!(!screen.contains('\u{200d}'), "{screen}");
        assert!(
            screen.contains("\u{26a0} Diary \u{2764} lost by"),
            "{screen}"
        );
    }
}

#[test]
fn what_a_time_was_understood_as_stays_in_sight_under_two_warnings() {
    let mut console = night();
    console.press("N").type_text("Letters of Mrs Edith Jones");
    console
        .press("Tab")
        .type_text("Given to Mr John Smith at the door");
    console.press("Tab").type_text("03:00").press("Tab");
    console.type_text("riverbourne").press("Enter");
    let screen = console.screen(80, 24);
    assert!(screen.contains("Aware Fri 12 Jun 03:00 BST"), "{screen}");
    assert!(screen.matches("looks like").count() >= 2, "{screen}");
    assert!(screen.contains("Tell the DPO"), "{screen}");
}

#[test]
fn the_notice_of_a_draft_goes_with_the_draft() {
    let mut console = night();
    console.press("N").type_text("Phone lost").press("Esc");
    let drafts = console.kept.last().cloned().unwrap_or_default();
    assert_eq!(drafts.len(), 1);
    let mut console = night();
    console.app.remember(&Remembered {
        drafts,
        ..Remembered::default()
    });
    says(&mut console, "Draft not sent: Log an incident");
    console.press("N");
    says(&mut console, "Phone lost");
    console.press("F8 y");
    never_says(&mut console, "Draft not sent");
}

#[test]
fn what_looks_like_a_patients_is_warned_of_and_does_not_block() {
    for (typed, looks) in [
        (
            "NHS no 943 476 5919 was read out",
            "\"943 476 5919\" looks like an NHS number",
        ),
        (
            "Sent to jo.bloggs@example.org",
            "looks like an e-mail address",
        ),
        ("Born, DOB 01/02/1940", "looks like a date of birth"),
        (
            "Call 07700 900123 back",
            "\"07700 900123\" looks like a phone number",
        ),
        (
            "Letter of Mrs Edith Bloggs lost",
            "\"Mrs Edith Bloggs\" looks like a name",
        ),
    ] {
        let mut console = shared();
        console.press("n").type_text(typed);
        let warned = said(&mut console, (80, 24));
        assert!(
            warned.contains("Text: ") && warned.contains(looks),
            "{warned}"
        );
        console.press("F2");
        says(&mut console, "Add a note: Saved 02:14");
    }
    for harmless in [
        "INC-26-0012-M and ticket 943 476 5918",
        "Seen 12/06/2026 at 22:10 on ward 7",
        "Port 8443 of 10.20.30.40",
    ] {
        let mut console = shared();
        console.press("n").type_text(harmless);
        never_says(&mut console, "looks like");
    }
}

#[test]
fn a_time_that_is_still_to_come_today_is_questioned() {
    let mut console = night();
    console.press("N Tab Tab").type_text("03:00");
    let warned = said(&mut console, (80, 24));
    let warning = "Fri 03:00 is 23 h ago. Meant today? That is still to come";
    assert!(warned.contains(warning), "{warned}");
}

#[test]
fn the_theme_is_changed_by_its_name_in_the_commands() {
    let mut console = night();
    let before = console.drawn(120, 40);
    console.press(":").type_text("theme light").press("Enter");
    assert_ne!(console.drawn(120, 40), before);
}

#[test]
fn leaving_with_a_half_filled_form_says_so() {
    let mut console = shared();
    console
        .press("n")
        .type_text("Half a note")
        .press("Esc Esc Esc q");
    says(
        &mut console,
        "1 unfinished form is saved on this machine: Add a note,",
    );
    says(&mut console, "INC-26-0001-G");
}

#[test]
fn email_and_e_mail_are_one_word() {
    let mut server = reference_night();
    server.log(
        "2026-06-13 02:10",
        "2026-06-13 01:00",
        "E-mail to the wrong patient",
        "riverbourne",
        Facts::default(),
    );
    let mut console = Console::on(server);
    for typed in ["email to", "e-mail to"] {
        console.press("/").type_text(typed).press("Enter");
        console.shows("E-mail to the wrong p").press("Esc");
    }
    console
        .press("S")
        .type_text("an email for the wrong patient");
    console.press("Enter").shows("E-mail to the wrong patient");
    console
        .press("Esc S")
        .type_text("ransomwear")
        .press("Enter");
    says(
        &mut console,
        "Every word must be in it: try fewer words, and whole ones",
    );
}

#[test]
fn a_triage_says_everything_that_is_missing_at_once() {
    let mut console = night();
    console.press("T");
    let told = said(&mut console, (80, 24));
    assert!(
        told.contains("Not graded yet. If this is about living people's data, grade it first"),
        "{told}"
    );
    console.press("F2");
    let refused = said(&mut console, (80, 24));
    for missing in [
        "Choose the closest category",
        "Say whose data",
        "Choose whether partners are affected",
    ] {
        assert!(refused.contains(missing), "{missing}: {refused}");
    }
}

#[test]
fn only_people_who_may_take_an_incident_on_are_offered() {
    let mut console = shared();
    console.press("A");
    says(&mut console, "second on call now");
    console.type_text("silas nettlebed");
    never_says(&mut console, "Silas");
}

// One thing has one number and one time

/// An incident that a regulator asks about by a day.
fn asked_by_a_regulator() -> Case {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let asked = RegulatorCommand::RecordEnquiry {
        note: None,
        body: Body::Ico,
        controller: None,
        text: "how many people were concerned".into(),
        reference: None,
        received_at: None,
        due_on: "2026-06-20".parse().unwrap(),
        answers: None,
    };
    case.by(DPO).gives(Command::Regulator(Box::new(asked)));
    case
}

#[test]
fn what_is_owed_by_a_day_stands_among_the_clocks() {
    let mut case = asked_by_a_regulator();
    case.then_at("2026-06-20 09:00");
    let mut console = Console::on(Server::holding([case]));
    console.size(120, 40);
    console.shows("CLOCKS  Answer the regulator (ICO), Riverbourne ICB: 15h 00m soon");
    console.press("Enter");
    says(&mut console, "▲ Answer the regulator (ICO)");
    says(&mut console, "15h 00m left, due");
}

#[test]
fn controllers_who_graded_otherwise_each_have_their_grade_on_the_incident() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.gives(graded(4, 4));
    case.triages(Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    });
    case.by(DPO).gives(lowered(2, 2));
    let mut console = Console::on(Server::holding([case]));
    console.press("Enter");
    says(&mut console, "Riverbourne ICB: 2×2 not notifiable");
    says(
        &mut console,
        "Eastmere NHS Foundation Trust: 4×4 notifiable",
    );
    console.press("4");
    says(&mut console, "Riverbourne ICB: 2×2 not notifiable");
    says(
        &mut console,
        "Eastmere NHS Foundation Trust: 4×4 notifiable",
    );
}

#[test]
fn a_step_and_its_own_clock_say_one_time() {
    let mut case = Case::logged_at("2026-06-13 02:00");
    case.after_seconds(17 * 60).gives(graded(4, 4));
    case.triages(shared_disclosure());
    let officer = StepKind::Inform(Contact::partnership(Role::Wso));
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let step = steps.into_iter().find(|step| step.kind == officer).unwrap();
    assert_ne!(
        case.due_at(ClockKind::Wso24h),
        case.due_at(ClockKind::Bob24h)
    );
    assert_eq!(step.due_at, case.due_at(ClockKind::Wso24h));
}

#[test]
fn a_filter_knows_overdue_and_due_as_states() {
    let mut console = night();
    for (typed, queue) in [("is:overdue", "Overdue"), ("is:due", "Due soon")] {
        console.press("6 /").type_text(typed).press("Enter");
        let screen = console.screen(160, 40);
        let counted = screen.split(&format!(" {queue} ")).nth(1).unwrap();
        let count = counted.split_whitespace().next().unwrap();
        assert_ne!(count, "0", "{screen}");
        assert!(screen.contains(&format!(": {count} of ")), "{screen}");
        console.press("Esc");
    }
    console.press("/").type_text("overdue").press("Enter");
    says(
        &mut console,
        "No title holds \"overdue\". Press Esc, then 4 for Overdue (",
    );
    says(&mut console, "or type is:overdue");
}

// Calls

#[test]
fn after_no_answer_the_next_call_is_to_the_same_person_at_the_next_number() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let dpo = home(Role::Dpo);
    let Command::Inform(mut attempt) = inform(&dpo, Outcome::NoAnswer) else {
        panic!("an attempt");
    };
    let ways = case
        .directory
        .ways_to_reach(Role::Dpo, dpo.organisation.as_ref());
    let (first, second) = (ways[0].value.clone(), ways[1].value.clone());
    attempt.channel = ways[0].channel;
    attempt.number = Some(first.as_str().into());
    case.gives(Command::Inform(attempt));
    let mut console = Console::on(Server::holding([case]));
    console.press("i");
    console.shows("Who                ‹ Data protection officer");
    let screen = console.screen(80, 24);
    let number = screen
        .lines()
        .find(|line| line.trim_start().starts_with("Number"));
    assert!(
        number.is_some_and(|line| line.contains(second.as_str())),
        "{screen}"
    );
}

#[test]
fn what_the_officer_before_still_owns_is_taken_on_from_the_sheet() {
    let mut server = reference_night();
    let before = rota::previous(&server.directory.shifts, Tier::First, server.now);
    let before = before.unwrap().person.clone();
    let name = server.directory.person_name(&before).to_owned();
    let incident = server.incidents.values_mut().next().unwrap();
    incident.owner = Some(before);
    let reference = incident.name();
    let mut console = Console::on(server);
    console.press("H");
    says(&mut console, &format!("still {name}'s"));
    console.press("t");
    says(&mut console, &reference);
    says(&mut console, "Take them on? You then own each of them");
    console.press("y");
    says(&mut console, "is yours");
    console.press("Esc Esc H");
    never_says(&mut console, &format!("still {name}'s"));
}

// What is most urgent

#[test]
fn what_can_still_be_met_soon_ranks_above_what_was_missed_and_a_major_incident_above_all() {
    let acknowledge = || Command::Acknowledge(Acknowledge {});
    let mut missed = Case::logged_at("2026-06-09 02:00");
    missed.gives(acknowledge());
    let mut soon = Case::logged_at("2026-06-12 04:00");
    soon.gives(acknowledge());
    soon.informs(&home(Role::Lm));
    soon.informs(&home(Role::Iao));
    let mut major = Case::logged_at("2026-06-12 22:00");
    major.gives(acknowledge());
    major.gives(Command::DeclareMajor(DeclareMajor {
        reason: "every site is down".into(),
    }));
    soon.then_at("2026-06-13 02:14");
    let (now, me) = (soon.now, OFFICER.into());
    let mut order: Vec<_> = [&missed, &soon, &major]
        .map(|case| query::standing(case.incident(), &me, now).urgency)
        .into_iter()
        .zip(["missed", "soon", "major"])
        .collect();
    order.sort();
    let order: Vec<&str> = order.into_iter().map(|(_, name)| name).collect();
    assert_eq!(order, ["major", "soon", "missed"]);
}

#[test]
fn a_number_to_call_is_never_cut_in_the_next_step() {
    let mut console = shared();
    console.press("e").type_text("nobody answers").press("F2");
    console.press("Esc Esc");
    let is_cut = |screen: &str| {
        let mut parts = screen.split('…');
        let _ = parts.next_back();
        parts.any(|before| before.ends_with(|letter: char| letter.is_ascii_digit()))
    };
    for _ in 0..2 {
        for size in SIZES {
            let screen = console.screen(size.0, size.1);
            assert!(screen.contains("NEXT  Call "), "{screen}");
            let next = screen.split("NEXT").nth(1).unwrap();
            assert!(next.contains("07700 900"), "{screen}");
            assert!(!is_cut(&screen), "{screen}");
        }
        console.press("Enter");
    }
}

// What people read at night

#[test]
fn what_is_typed_on_the_filter_line_takes_the_place_of_the_filter_that_holds() {
    let mut console = night();
    console.press("/").type_text("ransomware").press("Enter");
    says(&mut console, "/ransomware: 1 of ");
    console.press("/").type_text("phishing").press("Enter");
    says(&mut console, "/phishing: 1 of ");
    // Enter alone keeps it, and Right lets it be changed.
    console.press("/ Enter");
    says(&mut console, "/phishing: 1 of ");
    console.press("/ Right").type_text("x").press("Enter");
    says(&mut console, "/phishingx: 0 of ");
}

#[test]
fn what_another_queue_holds_is_said_where_this_one_shows_nothing() {
    let mut console = night();
    console.press("1 /").type_text("phishing").press("Enter");
    says(&mut console, "1 fits in All open: press 6");
    console.press("6");
    says(&mut console, "/phishing: 1 of ");
}

#[test]
fn enter_opens_a_new_incident_that_a_filter_hides() {
    let mut console = night();
    console.press("/").type_text("ransomware").press("Enter N");
    console.type_text("Phone lost").press("Tab");
    console.type_text("On a train").press("Tab");
    console.type_text("-40m").press("Tab");
    console.type_text("riverbourne").press("Enter");
    console.type_text("07700 900 001").press("F2");
    says(&mut console, "Enter opens it");
    console.press("Enter");
    says(&mut console, "Phone lost");
}

#[test]
fn a_number_that_is_not_on_record_is_written_down() {
    let mut console = shared();
    console
        .press("i Tab")
        .type_text("phone, another")
        .press("Enter");
    console.type_text("no answer").press("Enter F2");
    says(&mut console, "it is not on record");
}

#[test]
fn the_first_and_the_last_alarm_are_one_key_away_and_say_whose_they_are() {
    let mut console = night();
    console.press("! End");
    let count = console.server.alarms().len();
    says(&mut console, &format!(" {count} of {count} "));
    console.press("g");
    says(&mut console, &format!(" 1 of {count} "));
    says(&mut console, "Tell the ICO (72 h) (Harbour");
}

#[test]
fn no_hint_is_cut_while_half_of_the_screen_is_empty() {
    let mut console = shared();
    console.size(120, 40).press("i");
    console
        .shows("required if this stops an overdue 24 h or 72 h clock")
        .shows("what shows the time, such as your phone's call list");
}
