//! The pure part: who a tool is, what follows from what it says, where it belongs, how it is written
//! down.

use super::{alert, at};
use nightdesk::config;
use nightdesk::config::intake::Intake;
use nightdesk::config::server::DEFAULTS;
use nightdesk::domain::id::{IncidentId, OrganisationId, PersonId};
use nightdesk::domain::incident::{BreachStatus, Category, PartnershipEffect};
use nightdesk::domain::intake::rules::{Placement, Rules};
use nightdesk::domain::intake::{self, Alert, Heard, Said, Step, Tool};
use nightdesk::domain::policy::IntakePolicy;
use std::fs;
use tempfile::TempDir;
use uuid::Uuid;

const INCIDENT: IncidentId = IncidentId(Uuid::from_u128(7));

fn tool() -> Tool {
    Tool::named("prometheus").unwrap()
}

#[test]
fn a_tool_signs_as_nobody_who_can_be_in_the_directory() {
    let signature = tool().signs_as();
    assert_eq!(signature, PersonId::from("tool:prometheus"));
    assert_eq!(Tool::behind(&signature), Some(tool()));
    for person in [
        "prometheus",
        "tool",
        "tool:",
        "tool:A",
        "tool:a b",
        "x.tool:a",
    ] {
        assert_eq!(Tool::behind(&PersonId::from(person)), None, "{person}");
    }
    for name in [
        "",
        "Prometheus",
        "a:b",
        "a b",
        "ä",
        "\u{1b}[2J",
        &"x".repeat(65),
    ] {
        assert!(Tool::named(name).is_err(), "{name}");
    }
}

/// What was said last, what is said now, whether the key may begin anew, and what follows.
#[test]
fn what_was_said_before_or_comes_late_changes_nothing() {
    use Said::{Acknowledged, Began, Over};
    let (note, repeated) = (Step::Note(INCIDENT), Step::Repeated(INCIDENT));
    for (last, now, recurs, follows) in [
        (None, Began, false, Step::Open),
        (None, Acknowledged, true, Step::Unknown),
        (None, Over, true, Step::Unknown),
        (Some(Began), Began, true, repeated),
        (Some(Began), Acknowledged, true, note),
        (Some(Began), Over, false, note),
        (Some(Acknowledged), Began, true, repeated),
        (Some(Acknowledged), Acknowledged, true, repeated),
        (Some(Acknowledged), Over, true, note),
        (Some(Over), Began, true, Step::Open),
        (Some(Over), Began, false, repeated),
        (Some(Over), Acknowledged, true, repeated),
        (Some(Over), Over, true, repeated),
    ] {
        let alert = Alert {
            said: now,
            recurs,
            ..alert(&[])
        };
        let heard = last.map(|said| Heard {
            incident: INCIDENT,
            said,
        });
        let followed = intake::what_follows(&alert, heard.as_ref());
        assert_eq!(followed, follows, "{last:?} {now:?} {recurs}");
    }
}

fn rules(text: &str) -> Result<Rules, String> {
    let read: Result<Intake, _> = toml::from_str(text);
    read.map_err(|error| error.to_string())?.checked()
}

const RULES: &str = r#"
default_organisation = "riverbourne"
[[rule]]
tool = "prometheus"
labels = { team = "storage", alertname = "Disk*" }
organisation = "harbour"
category = "system_outage"
trend_key = "Storage"
[[rule]]
tool = "siem-*"
category = "malware"
[[rule]]
labels = { team = "*" }
organisation = "calder"
"#;

#[test]
fn the_first_rule_that_fits_says_where_an_alert_belongs() {
    let rules = rules(RULES).unwrap();
    for (tool, labels, organisation, category) in [
        (
            "prometheus",
            &[("team", "storage"), ("alertname", "DiskFull")][..],
            "harbour",
            Some(Category::SystemOutage),
        ),
        (
            "prometheus",
            &[("team", "storage"), ("alertname", "disk")],
            "calder",
            None,
        ),
        ("prometheus", &[("team", "storage")], "calder", None),
        (
            "other",
            &[("team", "storage"), ("alertname", "Disk")],
            "calder",
            None,
        ),
        (
            "siem-1",
            &[("team", "")],
            "riverbourne",
            Some(Category::Malware),
        ),
        ("siem", &[("x", "y")], "riverbourne", None),
    ] {
        let placed = rules
            .place(&Tool::named(tool).unwrap(), &alert(labels))
            .unwrap();
        let expected = (OrganisationId::from(organisation), category);
        assert_eq!(
            (placed.organisation, placed.category),
            expected,
            "{tool} {labels:?}"
        );
    }
}

#[test]
fn an_alert_that_no_rule_fits_is_refused_with_what_to_add() {
    let rules = rules("default_organisation = \"\"\n[[rule]]\ntool = \"a\"\ncategory = \"theft\"");
    let rules = rules.unwrap();
    for tool in ["a", "b"] {
        let refusal = rules
            .place(&Tool::named(tool).unwrap(), &alert(&[]))
            .unwrap_err();
        assert!(refusal.sentence.contains("[[intake.rule]]"), "{refusal}");
        assert!(
            refusal.sentence.contains("default_organisation"),
            "{refusal}"
        );
    }
}

#[test]
fn settings_that_cannot_be_meant_are_refused_by_name() {
    for (text, complaint) in [
        ("[[rule]]\ntool = \"a\"", "intake.rule 1 says nothing"),
        (
            "[[rule]]\ntool = \"a*b\"\norganisation = \"x\"",
            "a * may stand only at the end",
        ),
        (
            "[[rule]]\nlabels = { l = \"**\" }\norganisation = \"x\"",
            "a * may stand only at the end",
        ),
        ("[[rule]]\ncategory = \"flood\"", "unknown variant `flood`"),
        ("[[rule]]\nseverity = 5", "unknown field `severity`"),
    ] {
        let error = rules(&format!("default_organisation = \"\"\n{text}")).unwrap_err();
        assert!(error.contains(complaint), "{error}");
    }
}

/// What the file of the defaults shows of a rule is one.
#[test]
fn the_example_in_the_settings_can_be_used() {
    let shown = DEFAULTS.split_once("# [[intake.rule]]").unwrap().1;
    let example = shown.replace("\n# ", "\n");
    let files = TempDir::new().unwrap();
    let file = files.path().join("server.toml");
    fs::write(&file, format!("[[intake.rule]]{example}")).unwrap();
    let rules = config::server::load(&file).unwrap().intake;
    assert_eq!(rules.default_organisation, None);
    let alert = alert(&[("team", "storage"), ("alertname", "DiskFull")]);
    let placed = rules.place(&tool(), &alert).unwrap();
    assert_eq!(placed.organisation, OrganisationId::from("riverbourne"));
    assert_eq!(placed.category, Some(Category::SystemOutage));
    assert_eq!(placed.trend_key.as_deref(), Some("storage array"));
    fs::write(&file, "[[intake.rule]]\ntool = \"a\"").unwrap();
    let refused = config::server::load(&file).unwrap_err().to_string();
    assert!(refused.contains(file.to_str().unwrap()), "{refused}");
    assert!(refused.contains("intake.rule 1"), "{refused}");
}

fn placement() -> Placement {
    Placement {
        organisation: OrganisationId::from("riverbourne"),
        category: None,
        trend_key: None,
    }
}

#[test]
fn what_a_tool_reports_is_suspected_and_everything_else_is_left_to_a_person() {
    let now = at("2026-06-12T22:30:00Z");
    let policy = config::policy().unwrap().intake;
    let log = intake::log(&tool(), &alert(&[]), &placement(), now, &policy);
    assert_eq!(log.facts.breach_status, BreachStatus::Suspected);
    assert_eq!(log.facts.partnership_effect, PartnershipEffect::Unknown);
    assert_eq!(&*log.reporter_contact, "the tool prometheus");
    assert_eq!(
        &*log.summary,
        "Reported by the tool prometheus, not by a person"
    );
}

/// CLK-PAST: nobody is aware of what is still to come, and a tool's clock may be wrong.
#[test]
fn a_tool_was_aware_when_it_says_so_and_no_later_than_now() {
    let now = at("2026-06-12T22:30:00Z");
    let policy = config::policy().unwrap().intake;
    for (said, aware_at) in [
        (None, now),
        (Some("2026-06-12T22:10:00Z"), at("2026-06-12T22:10:00Z")),
        (Some("2026-06-12T22:31:00Z"), now),
        (Some("9999-12-31T23:59:59Z"), now),
        (Some("0001-01-01T00:00:00Z"), at("0001-01-01T00:00:00Z")),
    ] {
        let alert = Alert {
            at: said.map(at),
            ..alert(&[])
        };
        let log = intake::log(&tool(), &alert, &placement(), now, &policy);
        assert_eq!(log.aware_at, aware_at, "{said:?}");
        let note = intake::note(&tool(), &alert, now);
        assert!(note.happened_at.is_none_or(|at| at <= now), "{said:?}");
    }
}

#[test]
fn a_title_is_cut_with_a_mark_and_the_summary_has_it_in_full() {
    let long = "é".repeat(11);
    let flag = "\u{1f1ec}\u{1f1e7}".repeat(11);
    let policy = IntakePolicy {
        title_characters: 10,
    };
    for (given, title) in [
        ("Disk full", "Disk full".to_owned()),
        ("", "Alert without a title".to_owned()),
        (" \n\t ", "Alert without a title".to_owned()),
        ("Disk\n full", "Disk full".to_owned()),
        (long.as_str(), format!("{}…", "é".repeat(9))),
        (
            flag.as_str(),
            format!("Alert: {}…", "\u{1f1ec}\u{1f1e7}".repeat(2)),
        ),
        ("Disk full again", "Disk full…".to_owned()),
    ] {
        let alert = Alert {
            title: given.to_owned(),
            ..alert(&[])
        };
        let log = intake::log(
            &tool(),
            &alert,
            &placement(),
            at("2026-06-12T22:30:00Z"),
            &policy,
        );
        assert_eq!(*log.title, *title);
        let is_whole = log.title.trim() == given.trim();
        assert!(is_whole || log.summary.contains(given.trim()), "{given:?}");
    }
}
