//! What forms propose, find, refuse and foresee: keys in, screen out, at both sizes.

use crate::support::console::{Console, SIZES, Server, reference_night, said, says};
use crate::support::work::with_an_action;
use nightdesk::domain::clock;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::id::{IncidentId, PersonId};
use nightdesk::domain::incident::{Facts, Incident};
use nightdesk::steps::{Answering, Kind, STEPS, Setting, Things};
use nightdesk::tui::format;

fn with_one() -> Console {
    let mut server = Server::at("2026-06-13 02:14");
    server.log(
        "2026-06-13 01:00",
        "2026-06-13 00:30",
        "The only one",
        "riverbourne",
        Facts::default(),
    );
    Console::on(server)
}

fn only(console: &Console) -> &Incident {
    console.server.incidents.values().next().unwrap()
}

/// What is said beside the fields, in one line.
fn panel(console: &mut Console) -> String {
    let screen = console.screen(120, 40);
    let beside = screen
        .lines()
        .map(|line| line.chars().skip(72).collect::<String>());
    let beside: Vec<String> = beside.collect();
    let words = beside.iter().flat_map(|line| line.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

fn logged(console: &Console, title: &str) -> Option<Incident> {
    let mut known = console.server.incidents.values();
    known.find(|known| &*known.title == title).cloned()
}

/// What is shown of the deadlines before is what is recorded, also where a clock does not run from the
/// reporter's awareness.
#[test]
fn the_preview_of_the_log_form_is_what_is_stored() {
    for (aware, organisation) in [
        ("yesterday 21:40", "riverbourne"),
        ("-40m", "harbour"),
        ("fri 10:00", "calder"),
        ("now", "portalpath"),
    ] {
        let mut console = with_one();
        console.press("N").type_text("Phone lost").press("Tab");
        console.type_text("On a train").press("Tab");
        console.type_text(aware).press("Tab");
        console.type_text(organisation).press("Enter");
        let preview = panel(&mut console);
        console.type_text("07700 900 001").press("F2");
        let stored = logged(&console, "Phone lost").unwrap();
        let clocks = clock::views(&stored).filter(|view| view.clock.kind != ClockKind::Ack);
        let mut count = 0;
        for view in clocks {
            let due = format::local(view.clock.due_at);
            let wanted = if view.clock.kind == ClockKind::Proc24h && view.stop.is_some() {
                "The supplier told us in time".to_owned()
            } else {
                let to_do = view
                    .clock
                    .to_do_in_words(&stored, &console.server.directory);
                format!("{to_do} by {due}")
            };
            assert!(preview.contains(&wanted), "{aware}: {wanted} in {preview}");
            count += 1;
        }
        assert!(count >= 3, "{count}");
    }
}

#[test]
fn the_preview_of_a_corrected_time_is_what_is_stored() {
    let mut console = with_one();
    console.press("c Right Tab").type_text("yesterday 21:40");
    let preview = panel(&mut console);
    console.press("Tab").type_text("Misheard").press("F2");
    let stored = only(&console).clone();
    let changed = clock::views(&stored).filter(|view| view.clock.kind == ClockKind::BobDpo);
    for view in changed {
        let due = format::local(view.clock.due_at);
        assert!(
            preview.contains(&format!("{due} instead of")),
            "{due} in {preview}"
        );
    }
}

/// A reading of the law is nobody's but the officer's: opened and sent, no form says anything.
#[test]
fn no_form_that_is_sent_untouched_records_anything() {
    for keys in ["N", "s", "T", "i", "m", "c", "e", "n"] {
        let mut console = with_one();
        console.press(keys).press("F2");
        console.shows("✗ ");
        assert_eq!(console.server.incidents.len(), 1, "{keys}");
        assert_eq!(only(&console).version, 1, "{keys}");
    }
    let mut console = Console::on(reference_night());
    console
        .press("G Up P F2")
        .shows("✗ Choose the partner that answered");
}

#[test]
fn the_grade_form_opens_empty_and_cannot_be_sent_so() {
    let mut console = with_one();
    console.press("s F2");
    says(&mut console, "✗ Choose the severity");
    says(&mut console, "Severity: not chosen yet");
    console.press("Up Up Up Up F2");
    says(&mut console, "✗ Choose the likelihood");
    says(&mut console, "▌Grid");
    console.press("Right Right Right Right");
    says(&mut console, "Report to the ICO within 72 hours");
    console.press("Tab Tab Space Tab Tab");
    says(&mut console, "severity 4, likelihood 4");
    console.press("F2").shows("✗ ").shows("▌Rationale");
    assert_eq!(only(&console).version, 1);
    console.type_text("Letters are among them").press("F2");
    let made = only(&console).assessment().unwrap();
    assert_eq!((made.grade.severity(), made.grade.likelihood()), (4, 4));
    // Nor does a later one begin with the grade in force.
    console.press("s F2").shows("✗ Choose the severity");
}

/// Whatever is asserted by a choice is chosen by a person.
#[test]
fn no_step_of_casework_proposes_what_its_officer_asserts() {
    let (server, incident) = with_an_action();
    let me = PersonId::from(crate::support::case::DPO);
    let setting = Setting {
        problems: None,
        now: server.now,
        incident: &server.incidents[&incident],
        directory: &server.directory,
        policy: &server.policy,
        me: &me,
        named: &|_| None::<IncidentId>,
    };
    for step in STEPS {
        for question in step.questions(&setting) {
            let Answering::One(choices, chosen) = &question.answering else {
                continue;
            };
            let ask = step.asks.iter().find(|ask| ask.pointer == question.pointer);
            // Whose controller, the only thing that there is, what the record itself says, how reports
            // travel, and who brings what is missing.
            let may_be_proposed = match ask.map(|ask| ask.kind) {
                Some(Kind::Controller) | None => true,
                Some(Kind::Thing(things)) => Things::of(things, &setting).len() < 2,
                Some(_) => ["/via", "/follow_up_by"].contains(&question.pointer),
            };
            let is_open = choices
                .get(*chosen)
                .is_none_or(|choice| choice.key.is_empty());
            assert!(
                may_be_proposed || is_open,
                "{} {}",
                step.slug(),
                question.pointer
            );
        }
    }
}

#[test]
fn letters_find_an_option_and_choose_none() {
    let mut console = with_one();
    console.press("i Tab Tab");
    says(&mut console, "<not chosen yet>");
    console.type_text("a");
    says(&mut console, "find: a");
    console.press("F2").shows("Nothing is chosen yet");
    console.press("Esc F2");
    console.shows("✗ Choose the outcome of the call");
    console.shows("▌Outcome").shows("<not chosen yet>");
    console.type_text("ans").press("Tab Esc Tab Shift-Tab");
    assert!(only(&console).attempts.is_empty());
    console.shows("<not chosen yet>").hides("find:");
    console
        .type_text("zzz")
        .shows("Nothing fits")
        .press("Enter");
    console.shows("find: zzz").press("Esc").hides("find:");
    // Esc took the letters, not the form.
    console.shows("Record a call").type_text("ans no");
    says(&mut console, "( ) no answer");
    console
        .press("Backspace Backspace Backspace")
        .shows("find: ans");
    console.press("Esc").type_text("voicmail").press("Enter");
    console.shows("▌When").shows("voicemail").press("F2");
    assert_eq!(only(&console).attempts.len(), 1);
}

#[test]
fn arrows_take_what_was_found() {
    let mut console = with_one();
    console.press("i Tab Tab").type_text("no").press("Right");
    console.shows("find: no").press("Tab F2");
    let attempts = &only(&console).attempts;
    assert_eq!(attempts.last().unwrap().outcome.name(), "no answer");
}

#[test]
fn a_stray_letter_sets_no_mitigation_and_ticks_nothing() {
    let mut console = with_one();
    console
        .press("s Up Up Right Right Tab")
        .type_text("v")
        .press("Tab");
    console.type_text("l").press("Esc Space Tab");
    console.type_text("Nothing of note").press("Tab Tab");
    console.type_text("T").press("Tab Esc Tab");
    says(&mut console, "Mitigation <none claimed>");
    console.press("F2");
    let made = only(&console).assessment().unwrap();
    assert_eq!(made.harms.len(), 1);
    assert!(made.mitigation.is_none() && made.factors.is_empty());
}

#[test]
fn a_mitigation_says_whether_it_is_accepted() {
    let mut console = with_one();
    console.press("s Up Up Right Right Tab Tab Tab");
    console.type_text("A lost laptop").press("Tab Tab");
    console.type_text("encrypt").press("Enter F2");
    console
        .shows("✗ Choose whether the mitigation is")
        .shows("▌Mitigation is");
}

/// Every form of the board and of an incident that has a required field, with the keys that open it.
const REQUIRED: [(&str, &str, &str); 9] = [
    (
        "N",
        "✗ Say when the reporter became aware",
        "▌They found out",
    ),
    ("s", "✗ Choose the severity", "▌Grid"),
    ("T", "✗ Choose", "▌"),
    ("i", "✗ Choose the outcome", "▌Outcome"),
    ("c", "✗ Choose the time that is wrong", "▌Which time"),
    ("e", "✗ Say why you escalate", "▌Reason"),
    ("n", "✗ Write the note", "▌Text"),
    ("m", "✗ Choose what you decide", "▌Decision"),
    (
        "s Up Up Up Up Right Right Right Right Tab Tab Space",
        "✗ Say in a sentence why these grades",
        "▌Rationale",
    ),
];

#[test]
fn a_form_that_is_refused_puts_the_focus_on_the_field_that_its_sentence_names() {
    for (keys, sentence, field) in REQUIRED {
        let mut console = with_one();
        // From the line that sends, so that the focus has to move.
        console.press(keys).press("Tab Tab Tab F2");
        for size in SIZES {
            let screen = console.screen(size.0, size.1);
            assert!(screen.contains(sentence), "{keys}: {screen}");
            assert!(screen.contains(field), "{keys}: {screen}");
        }
    }
}

#[test]
fn only_the_facts_of_the_mitigation_that_is_chosen_are_asked() {
    let mut console = with_one();
    console.press("s");
    for facts in ["Strong method", "Assurance"] {
        console.hides(facts);
    }
    console
        .press("Tab Tab Tab Tab Tab")
        .type_text("encryp")
        .press("Enter");
    console.shows("Strong method").hides("Assurance");
    console
        .press("Shift-Tab")
        .type_text("trusted")
        .press("Enter");
    console.shows("Assurance").hides("Strong method");
}

#[test]
fn after_a_refusal_the_focus_is_where_the_sentence_points() {
    let mut console = Console::on(reference_night());
    console.press("G Up P").type_text("eastm").press("Enter");
    console
        .type_text("own process")
        .press("Enter")
        .press("Down F2");
    console.shows("✗ ").shows("▌In words");
}

#[test]
fn triage_names_controllers_suppliers_and_their_suppliers() {
    for (width, height) in SIZES {
        let mut console = Console::on(reference_night());
        console
            .size(width, height)
            .press("G Up T")
            .press("Tab Tab Tab Tab Tab Tab Tab");
        console.type_text("eastm").press("Enter");
        console.type_text("riverb").press("Enter");
        console.type_text("harb").press("Enter Tab");
        console.type_text("portal").press("Enter Tab");
        console.type_text("pinew").press("Enter").press("Tab");
        let said = said(&mut console, (width, height));
        for named in [
            "Leading controller Eastmere NHS Foundation Trust",
            "Other controllers Riverbourne ICB, Harbour Hospice",
            "Suppliers Portalpath Ltd",
            "Their suppliers Pinewell Hosting Ltd",
            "Tell the DPO (24 h), Harbour Hospice",
        ] {
            assert!(
                said.contains(named),
                "{named}:\n{}",
                console.screen(width, height)
            );
        }
        console.press("F2");
        let known = console.server.incidents.values();
        let mut triaged = known.filter(|incident| !incident.facts.processors.is_empty());
        let facts = &triaged.next().unwrap().facts;
        let names = |ids: &[nightdesk::domain::id::OrganisationId]| -> Vec<String> {
            ids.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            names(&facts.controllers),
            ["eastmere", "riverbourne", "harbour"]
        );
        assert_eq!(names(&facts.processors), ["portalpath", "pinewell"]);
        assert!(triaged.next().is_none());
    }
}

/// Point 23: what is typed to find an answer is not lost without a word, and the form is not sent with
/// another answer in its place.
#[test]
fn what_is_typed_to_find_an_answer_stays_until_it_is_chosen_or_given_up() {
    for key in ["Tab", "F2"] {
        let mut console = with_one();
        console
            .press("N Tab Tab Tab")
            .type_text("calder")
            .press(key);
        says(&mut console, "Nothing is chosen yet");
        says(&mut console, "find: calder");
        console.press("Enter").hides("find:");
        says(&mut console, "Calder Mental Health NHS Trust");
    }
}
