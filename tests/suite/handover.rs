//! The handover sheet: complete, in order, the same on the screen, on paper and from the shell.

use crate::support::case::{Case, OFFICER, disclosure, graded};
use crate::support::console::{Console, Line, reference_night};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::id::PersonId;
use nightdesk::domain::incident::{Incident, Priority};
use nightdesk::domain::query;
use nightdesk::report::Format;
use nightdesk::report::document::{Block, Document, Stress, Table};
use nightdesk::report::handover::{self, Desk, Unsent};

/// The sheet of the reference night, after something was done to the directory.
fn sheet(change: impl FnOnce(&mut Directory)) -> Document {
    let mut night = reference_night();
    change(&mut night.directory);
    let incidents: Vec<&Incident> = night.incidents.values().collect();
    let person: PersonId = OFFICER.into();
    let open = incidents.len();
    handover::sheet(&Desk {
        incidents,
        ended: Vec::new(),
        open,
        directory: &night.directory,
        policy: &night.policy,
        person: &person,
        unsent: vec![Unsent {
            command: "note".to_owned(),
            incident: "INC-26-0001-X".to_owned(),
            given_at: night.now,
        }],
        now: night.now,
    })
}

fn section<'a>(sheet: &'a Document, heading: &str) -> &'a [Block] {
    let mut sections = sheet.sections.iter();
    let found = sections.find(|section| section.heading.starts_with(heading));
    &found.unwrap_or_else(|| panic!("no {heading}")).blocks
}

fn table<'a>(sheet: &'a Document, heading: &str) -> &'a Table {
    match &section(sheet, heading)[0] {
        Block::Table(table) => table,
        other => panic!("{heading} is {other:?}"),
    }
}

fn column<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
    let place = table.columns.iter().position(|column| column == name);
    let rows = table.rows.iter();
    rows.map(|row| row.cells[place.unwrap()].as_str()).collect()
}

fn text(document: &Document, format: Format) -> String {
    String::from_utf8(format.write(document).unwrap()).unwrap()
}

#[test]
fn everything_open_is_on_the_sheet_with_the_gravest_first_and_then_the_nearest_deadline() {
    let sheet = sheet(|_| {});
    let open = table(&sheet, "Open, P1 first, then by deadline");
    assert_eq!(open.rows.len(), 7);
    let left = column(open, "Left");
    assert!(left[0].ends_with("late"), "{left:?}");
    assert_eq!(open.rows[0].stress, Stress::Late);
    let mut night: Vec<Incident> = reference_night().incidents.into_values().collect();
    night.sort_by_key(|incident| {
        let due_at = query::nearest(incident).map(|nearest| nearest.due_at());
        (incident.priority() != Priority::P1, due_at)
    });
    let expected: Vec<String> = night.iter().map(Incident::name).collect();
    assert_eq!(column(open, "Incident"), expected);
}

/// Monday to Sunday alike: what falls due before the desk opens is for whoever is on call.
#[test]
fn what_falls_due_before_nine_is_listed_and_what_falls_due_later_is_not() {
    let sheet = sheet(|_| {});
    let due = table(&sheet, "Due before Sat 13 Jun 09:00 BST");
    let times = column(due, "Due");
    assert!(!times.is_empty());
    for time in &times {
        let days = [" 10 Jun ", " 11 Jun ", " 12 Jun ", " 13 Jun 0"];
        assert!(days.iter().any(|day| time.contains(day)), "{times:?}");
    }
    let what = column(due, "What");
    let lists = |kind: ClockKind| what.iter().any(|what| what.starts_with(kind.to_do()));
    assert!(lists(ClockKind::Bob24h), "{what:?}");
    // LM-LISTED
    assert!(lists(ClockKind::LmIao), "{what:?}");
}

/// Each controller has a clock of its own, and two rows that read the same would look like a mistake.
#[test]
fn a_deadline_of_one_controller_names_it() {
    let sheet = sheet(|_| {});
    let due = table(&sheet, "Due before Sat 13 Jun 09:00 BST");
    let regulators: Vec<&str> = column(due, "What")
        .into_iter()
        .filter(|what| what.starts_with("Tell the ICO (72 h)"))
        .collect();
    assert!(!regulators.is_empty());
    for what in regulators {
        assert!(what.starts_with("Tell the ICO (72 h), "), "{what}");
    }
}

#[test]
fn partners_who_know_nothing_come_before_those_who_have_not_answered() {
    let sheet = sheet(|_| {});
    let partners = table(&sheet, "Partners not reached");
    let states = column(partners, "State");
    assert_eq!(states, ["not delivered", "not told", "sent"]);
    assert!(!column(partners, "Partner").contains(&"Eastmere NHS Foundation Trust"));
}

#[test]
fn a_role_that_nobody_holds_and_a_command_that_is_not_confirmed_are_told() {
    let sheet = sheet(|directory| {
        directory
            .holdings
            .iter_mut()
            .filter(|holding| holding.role.code() == "WSO")
            .for_each(|holding| holding.ends_on = Some(holding.starts_on));
    });
    let vacant = table(&sheet, "Roles that nobody holds");
    assert!(
        column(vacant, "Role").contains(&"Partnership Security Officer"),
        "{vacant:?}"
    );
    let unsent = table(&sheet, "Waiting to be sent");
    assert_eq!(column(unsent, "What"), ["note"]);
}

#[test]
fn a_desk_without_trouble_says_so_in_words_instead_of_leaving_parts_out() {
    let mut night = reference_night();
    night.incidents.clear();
    let person: PersonId = OFFICER.into();
    let sheet = handover::sheet(&Desk {
        incidents: Vec::new(),
        ended: Vec::new(),
        open: 0,
        directory: &night.directory,
        policy: &night.policy,
        person: &person,
        unsent: Vec::new(),
        now: night.now,
    });
    let said = text(&sheet, Format::Text);
    for sentence in [
        "Nothing is open",
        "Nothing falls due before then",
        "Every affected partner has been reached",
        "Every decision in force has the signatures it needs",
        "The server has confirmed everything",
    ] {
        assert!(said.contains(sentence), "{sentence}:\n{said}");
    }
}

#[test]
fn the_sheet_on_the_screen_is_written_to_a_file_in_the_format_that_is_chosen() {
    for format in Format::ALL {
        let mut console = Console::on(reference_night());
        console.press("H x").shows("Save as: choose a format");
        console.type_text(format.extension()).press("Enter");
        let [file] = console.exported.as_slice() else {
            panic!("{:?}", console.exported);
        };
        assert_eq!(file.stem, "handover-2026-06-13-0214");
        assert_eq!(file.extension, format.extension());
        assert!(!file.content.is_empty());
        console.shows("Written to handover-2026-06-13-0214");
    }
}

#[test]
fn what_was_asked_and_is_not_confirmed_stands_on_the_sheet_until_it_is() {
    let mut console = Console::on(reference_night());
    console.line = Line::Down;
    console.press("Down Down a H");
    let sheet = console.screen(120, 120);
    let place = sheet.find("Waiting to be sent").unwrap();
    assert!(sheet[place..].contains("acknowledge"), "{sheet}");
}

/// ART34-FULL: what the police asked for is looked at again by whoever has the desk then, also where the
/// incident has ended.
#[test]
fn a_delay_that_the_police_asked_for_stands_on_the_sheet() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(4, 4));
    case.triages(disclosure());
    let delay = serde_json::json!({"type": "subjects", "step": "delay", "authority": "POLICE",
        "asked_by": "the duty inspector", "reason": "a suspect would be warned", "review_on": "2026-06-16"});
    case.gives(serde_json::from_value(delay).unwrap());
    let person: PersonId = OFFICER.into();
    let standing = query::standing(case.incident(), &person, case.now);
    assert!(standing.is_handed_on);
    let sheet = handover::sheet(&Desk {
        incidents: Vec::new(),
        ended: vec![case.incident()],
        open: 0,
        directory: &case.directory,
        policy: &case.policy,
        person: &person,
        unsent: Vec::new(),
        now: case.now,
    });
    let delays = table(&sheet, "People to be told later");
    assert_eq!(
        column(delays, "Asked by"),
        ["the police (the duty inspector); not confirmed, so it holds nothing up"]
    );
    assert_eq!(column(delays, "Look again on"), ["Tue 16 Jun"]);
    assert_eq!(column(delays, "Controller"), ["Riverbourne ICB"]);
}
