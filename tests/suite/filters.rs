//! Filters: what can be typed, what is a mistake, and that an empty list means that nothing is there.

use crate::cli::{Shell, complaint};
use crate::support::console::{Console, reference_night};
use crate::support::server::{TestServer, tonight_at};
use nightdesk::config;
use nightdesk::domain::query::{FORMS, Filter};
use proptest::prelude::*;

/// What was typed, and how the filter writes it itself.
const UNDERSTOOD: &[(&str, &str)] = &[
    ("", ""),
    ("usb  Stick", "usb stick"),
    ("\"usb stick\"", "\"usb stick\""),
    ("owner:me", "owner:me"),
    ("OWNER:None", "owner:none"),
    ("owner:\"Tamsin Quill\"", "owner:\"tamsin quill\""),
    ("owner:\"me\"", "owner:\"me\""),
    ("-owner:me", "-owner:me"),
    ("due<4h", "due<4h"),
    ("due<=90m", "due<=90m"),
    ("due>48h", "due>2d"),
    ("due≥2d", "due>=2d"),
    ("due<0m", "due<0m"),
    ("partner:unreached", "partner:unreached"),
    ("sev>3", "sev>3"),
    ("severity:5", "sev=5"),
    ("sev:none", "sev:none"),
    ("p1 or P2", "p1 or p2"),
    ("stage:major", "stage:major"),
    ("status:triaged", "stage:triaged"),
    ("clock:overdue", "clock:overdue"),
    ("clock:ico", "clock:ico"),
    ("clock:manager-met_late", "clock:manager-met-late"),
    ("org:harbour", "organisation:harbour"),
    ("controller:riverbourne", "controller:riverbourne"),
    ("category:misdirected_email", "category:misdirected-email"),
    ("trend:fax", "trend:fax"),
    ("is:cyber and -is:major", "is:cyber -is:major"),
    ("sort:severity owner:me", "owner:me sort:severity"),
    ("sort:newest", "sort:newest"),
    ("\"or\" \"p5\" \"foo:bar\"", "\"or\" \"p5\" \"foo:bar\""),
    (
        "-\"-x\" INC-26-0423-K 21:30",
        "-\"-x\" inc-26-0423-k \"21:30\"",
    ),
    ("help! what?", "\"help!\" \"what?\""),
];

/// What was typed, and what is said of it.
const MISTAKEN: &[(&str, &str)] = &[
    ("ownr:me", "No filter \"ownr:\": did you mean owner:?"),
    ("foo:bar", "No filter \"foo:\""),
    ("/foo:bar", "No filter \"/foo:\""),
    ("q2:x", "No filter \"q2:\""),
    ("du<4h", "No filter \"du<\": did you mean due<?"),
    ("severty>=3", "did you mean sev>=?"),
    ("usb -contoller:x", "did you mean controller:?"),
    ("sev =3", "\"=3\" has no word in front"),
    ("due < 4h", "\"<\" has no word in front"),
    ("p1p2", "\"p1p2\" names several priorities"),
    ("p1,p2", "\"p1,p2\" names several priorities"),
    ("p5", "No priority \"p5\": did you mean p4?"),
    ("-p0", "No priority \"p0\": did you mean p1?"),
    ("p12", "known are p1 p2 p3 p4"),
    ("stage:majr", "did you mean stage:major?"),
    ("stage:triage", "did you mean stage:triaged?"),
    ("partner:unreachd", "did you mean partner:unreached?"),
    ("clock:overdu", "did you mean clock:overdue?"),
    ("category:fishing", "did you mean category:phishing?"),
    ("is:majro", "did you mean is:major?"),
    ("sort:sevrity", "did you mean sort:severity?"),
    ("sort:due sort:due", "is there twice"),
    ("-sort:due", "takes no sign"),
    ("due<soon", "needs a length in m, h or d"),
    ("due:4h", "compares with"),
    ("due<-4h", "needs a length"),
    ("due<+4h", "needs a length"),
    ("due<4é", "needs a length"),
    ("sev>=9", "needs a number from 1 to 5"),
    ("sev=>3", "does not compare with"),
    ("sev!=3", "does not compare with"),
    ("sev3", "write sev=3 or sev>=3"),
    ("owner:", "needs something behind it"),
    ("owner<me", "takes a colon"),
    ("or p1", "\"or\" has nothing on one side"),
    ("p1 or", "\"or\" has nothing on one side"),
    ("p1 or or p2", "\"or\" has nothing on one side"),
    ("p1 or sort:due", "\"or\" has nothing on one side"),
    ("\"usb stick", "A quotation mark is not closed"),
    ("https://example.org", "text in quotes"),
];

#[test]
fn a_clock_is_found_by_its_code_and_by_its_name_on_screen() {
    for (typed, word) in [
        ("clock:ico_72h", "clock:ico"),
        ("clock:ICO_72H-overdue", "clock:ico-overdue"),
        ("clock:\"ICO told\"", "clock:ico"),
        ("clock:\"Tell the ICO (72 h)\"", "clock:ico"),
        ("clock:\"tell the dpo overdue\"", "clock:dpo-overdue"),
        ("clock:lm_iao", "clock:manager"),
    ] {
        let filter = Filter::parse(typed).unwrap();
        assert_eq!(filter.to_string(), word, "{typed}");
    }
}

#[test]
fn what_is_understood_is_written_in_one_way() {
    for (typed, written) in UNDERSTOOD {
        let filter = Filter::parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(filter.to_string(), *written, "{typed}");
        assert_eq!(Filter::parse(written).as_ref(), Ok(&filter), "{typed}");
    }
}

#[test]
fn what_looks_like_a_filter_and_is_none_is_a_mistake() {
    for (typed, said) in MISTAKEN {
        let error = Filter::parse(typed).expect_err(typed).to_string();
        assert!(error.contains(said), "{typed}: {error}");
    }
}

/// Names are asked of the directory: a mistyped one is no reason for an empty list either.
#[test]
fn a_name_that_the_directory_lacks_is_a_mistake() {
    let directory = config::directory::example().unwrap();
    let resolved = |typed: &str| Filter::parse(typed).unwrap().resolved(&directory);
    for typed in [
        "owner:quill",
        "owner:\"Tamsin Quill\"",
        "org:\"riverbourne icb\" or controller:harb",
    ] {
        assert!(resolved(typed).is_ok(), "{typed}");
    }
    for (typed, said) in [
        ("owner:tamsin.quil1", "did you mean tamsin.quill?"),
        ("controller:riverborne", "did you mean riverbourne?"),
    ] {
        let error = resolved(typed).unwrap_err().to_string();
        assert!(error.contains(said), "{typed}: {error}");
    }
}

/// Every example that the documents and the help tell is understood.
#[test]
fn every_documented_form_is_understood() {
    for form in FORMS {
        for example in form.examples {
            assert!(Filter::parse(example).is_ok(), "{example}");
        }
        for value in (form.values)() {
            let typed = format!("{}{value}", form.word);
            assert!(Filter::parse(&typed).is_ok(), "{typed}");
        }
    }
}

/// Parts that a filter may hold, in every mixture.
fn part() -> impl Strategy<Value = String> {
    let known: Vec<&str> = UNDERSTOOD.iter().map(|(typed, _)| *typed).collect();
    let mistaken: Vec<&str> = MISTAKEN.iter().map(|(typed, _)| *typed).collect();
    prop_oneof![
        4 => prop::sample::select(known).prop_map(str::to_owned),
        1 => prop::sample::select(mistaken).prop_map(str::to_owned),
        1 => Just("or".to_owned()),
        2 => "[a-zA-Z0-9:<>=!\"≤-]{0,12}",
        1 => "\\PC{0,12}",
        1 => any::<String>(),
    ]
}

proptest! {
    /// No text makes the grammar panic, and what it writes is read as what it was.
    #[test]
    fn a_filter_that_is_written_and_read_again_is_the_same(
        parts in prop::collection::vec(part(), 0..6),
    ) {
        let text = parts.join(" ");
        if let Ok(filter) = Filter::parse(&text) {
            let written = filter.to_string();
            prop_assert_eq!(Filter::parse(&written), Ok(filter), "{:?} as {:?}", text, written);
        }
    }
}

#[test]
fn a_mistake_is_said_on_the_filter_line_and_the_rows_stay() {
    let mut console = Console::on(reference_night());
    console.press("/").type_text("foo:bar");
    console
        .shows("No filter \"foo:\"")
        .shows("known are owner: due<")
        .shows("Paper records")
        .press("Enter")
        .shows("No filter \"foo:\"")
        .press("Esc")
        .shows("Paper records");
    console.press("/").type_text("phishing").press("Enter");
    console.press("/").type_text(" p5");
    console
        .shows("No priority \"p5\"")
        .shows("Phishing mail")
        .hides("Paper records");
}

#[test]
fn nothing_that_fits_says_what_was_looked_for_and_what_is_hidden() {
    let mut console = Console::on(reference_night());
    console.press("/").type_text("zeppelin").press("Enter");
    console
        .shows("0 of 7 shown")
        .shows("Nothing in \"All open\" fits zeppelin: the filter hides 7 incidents");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_takes_the_whole_grammar_and_refuses_what_is_mistyped() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let first = shell.log("Fax to the old number");
    server
        .clock
        .clone()
        .set(tonight_at() + chrono::TimeDelta::seconds(1));
    let second = shell.log("List left on a bus");
    shell.says(&["ack", &first]);
    let list = |filter: &str| shell.says(&["list", "--filter", filter]);
    for (filter, has_first, has_second) in [
        ("owner:me", true, false),
        ("-owner:me", false, true),
        ("owner:\"tamsin quill\"", true, false),
        ("\"old number\" or bus", true, true),
        ("fax or zeppelin", true, false),
        ("-due>10m", true, true),
        ("due<2d", true, true),
        ("-sev>=3 controller:riverbourne", true, true),
        ("clock:manager-soon", false, false),
    ] {
        if !has_first && !has_second {
            continue;
        }
        let listed = list(filter);
        assert_eq!(listed.contains(&first), has_first, "{filter}: {listed}");
        assert_eq!(listed.contains(&second), has_second, "{filter}: {listed}");
    }
    let places = |filter: &str| {
        let listed = list(filter);
        [&first, &second].map(|reference| listed.find(reference.as_str()).unwrap())
    };
    let [older, newer] = places("sort:newest");
    assert!(newer < older, "sort:newest");
    for (typed, said) in MISTAKEN {
        let output = shell.run(&["list", &format!("--filter={typed}")]);
        assert_eq!(output.status.code(), Some(2), "{typed}: {output:?}");
        assert!(output.stdout.is_empty(), "{typed}: {output:?}");
        assert!(complaint(&output).contains(said), "{typed}: {output:?}");
    }
    let nobody = shell.run(&["list", "--filter", "owner:tamsin.quil1"]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let nothing = shell.run(&["list", "--filter", "zeppelin"]);
    assert_eq!(nothing.status.code(), Some(0), "{nothing:?}");
    let said = complaint(&nothing);
    assert!(
        said.contains("fits zeppelin: the filter hides 2 incidents"),
        "{said}"
    );
}

/// LM-LISTED: an hour that is over stands in the overdue queue, on the board and in the list.
#[tokio::test(flavor = "multi_thread")]
async fn the_hour_of_line_manager_and_asset_owner_is_in_every_list() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    server
        .clock
        .clone()
        .set(tonight_at() + chrono::TimeDelta::hours(2));
    let overdue = shell.says(&["list", "overdue"]);
    assert!(
        overdue.contains(&reference) && overdue.contains("Tell line manager and asset owner (1 h)"),
        "{overdue}"
    );
    assert!(
        shell
            .says(&["list", "--filter", "clock:manager-overdue"])
            .contains(&reference)
    );
    let sheet = shell.says(&["handover"]);
    assert!(
        sheet.contains("Tell line manager and asset owner (1 h)"),
        "{sheet}"
    );
    let alarms = shell.json(&["alarms", "--json"]);
    let about_the_hour = alarms.to_string().contains("LM_IAO");
    assert!(!about_the_hour, "{alarms}");
}

#[test]
fn the_board_has_a_column_for_the_hour() {
    let mut console = Console::on(reference_night());
    for (width, height) in [(80, 24), (120, 40)] {
        assert!(console.screen(width, height).contains("1 h mgr"));
    }
}
