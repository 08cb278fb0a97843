//! Reports: what each tells of, that none names a person, and that the same figures come in every form.

use crate::support::case::{DPO, OFFICER, wall};
use crate::support::console::{Server, reference_night};
use crate::support::work::{TEAM, command, with_an_action};
use nightdesk::domain::directory::Directory;
use nightdesk::domain::event::Signature;
use nightdesk::domain::id::{IncidentId, OrganisationId, Reference};
use nightdesk::domain::incident::{BreachStatus, Incident};
use nightdesk::domain::refusal::Refusal;
use nightdesk::domain::reporting::{Period, ReportKind, to_freeze, to_read};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::search::{self, Term};
use nightdesk::report::document::{Block, Chart, Document, Row, Section, Share, Table};
use nightdesk::report::figures::Basis;
use nightdesk::report::render::text;
use nightdesk::report::{self, Format, Report};
use serde_json::{Value, json};
use uuid::Uuid;

/// A month with the reference night and a case that was reported to the ICO.
struct Month {
    server: Server,
    incidents: Vec<Incident>,
}

fn month() -> Month {
    let night = reference_night();
    let (server, _) = with_an_action();
    let mut incidents: Vec<Incident> = night.incidents.into_values().collect();
    // The two desks have given the same identities away.
    incidents.extend(server.incidents.values().map(|incident| Incident {
        id: IncidentId(Uuid::from_u128(0xCA5E)),
        reference: Some(Reference::new(2026, 99)),
        ..incident.clone()
    }));
    Month { server, incidents }
}

impl Month {
    fn make(&self, kind: ReportKind) -> Result<Report, Refusal> {
        self.make_of(kind, "2026-06-01", "2026-06-30")
    }

    fn make_of(&self, kind: ReportKind, from: &str, to: &str) -> Result<Report, Refusal> {
        report::make(
            kind,
            &Basis {
                incidents: self.incidents.iter().collect(),
                period: Period::new(from.parse().unwrap(), to.parse().unwrap())?,
                organisation: &OrganisationId::from("riverbourne"),
                directory: &self.server.directory,
                policy: &self.server.policy,
                now: self.server.now,
            },
        )
    }

    fn says(&self, kind: ReportKind) -> String {
        let said = written(&self.make(kind).unwrap().document, Format::Text);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The case that was reported.
    fn reported(&mut self) -> &mut Incident {
        let was_reported =
            |incident: &&mut Incident| incident.casework().regulator.is_anybody_told();
        self.incidents.iter_mut().find(was_reported).unwrap()
    }
}

/// A document as somebody reads it.
fn written(document: &Document, format: Format) -> String {
    let bytes = format.write(document).unwrap();
    match format {
        Format::Pdf => pdf_text(&bytes),
        Format::Text | Format::Markdown | Format::Csv | Format::Json => {
            String::from_utf8(bytes).unwrap()
        }
    }
}

fn pdf_text(bytes: &[u8]) -> String {
    let pdf = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    pdf.extract_text(&pages).unwrap()
}

fn section<'a>(report: &'a Report, heading: &str) -> &'a Section {
    let mut sections = report.document.sections.iter();
    let found = sections.find(|section| section.heading == heading);
    found.unwrap_or_else(|| panic!("no {heading} in {report:?}"))
}

fn table<'a>(report: &'a Report, heading: &str) -> &'a Table {
    match &section(report, heading).blocks[0] {
        Block::Table(table) => table,
        other => panic!("{heading} is {other:?}"),
    }
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    let rows = table.rows.iter();
    rows.map(|row| row.cells.iter().map(String::as_str).collect())
        .collect()
}

/// Writes a sentence full of names into every text that a person typed.
fn gossip(incident: &Incident, sentence: &str) -> Incident {
    fn spread(value: &mut Value, sentence: &str) {
        match value {
            // Words of ours have no blank in them.
            Value::String(text) if text.contains(' ') => text.push_str(sentence),
            Value::Array(values) => values.iter_mut().for_each(|value| spread(value, sentence)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|value| spread(value, sentence)),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut value = serde_json::to_value(incident).unwrap();
    spread(&mut value, sentence);
    for clock in value["clocks"].as_array_mut().unwrap() {
        clock["late_reason"] = json!(format!("Waited{sentence}"));
        clock["made_under"] = json!("2026.1");
    }
    value["facts"]["trend_key"] = json!(format!("mail{sentence}"));
    serde_json::from_value(value).unwrap()
}

fn names(directory: &Directory) -> Vec<String> {
    let people = directory.people.iter();
    people
        .flat_map(|person| {
            let surname = person.name.split(' ').next_back().unwrap().to_owned();
            [person.name.clone(), person.id.to_string(), surname]
        })
        .collect()
}

/// In every text that a person can type stand the names of everybody (BOB-NOBLAME).
#[test]
fn no_report_names_a_person_in_whatever_field_and_form() {
    let mut month = month();
    let names = names(&month.server.directory);
    let sentence = format!(" said {}.", names.join(", "));
    month.incidents = month
        .incidents
        .iter()
        .map(|incident| gossip(incident, &sentence))
        .collect();
    for kind in ReportKind::ALL {
        let report = month.make(kind).unwrap();
        for format in Format::ALL {
            let said = written(&report.document, format);
            let lower = said.to_lowercase();
            let told: Vec<&String> = names
                .iter()
                .filter(|name| {
                    said.contains(name.as_str())
                        || (name.contains([' ', '.']) && lower.contains(&name.to_lowercase()))
                })
                .collect();
            assert!(told.is_empty(), "{kind} as {format:?} names {told:?}");
        }
        let trends = report
            .document
            .sections
            .iter()
            .find(|one| one.heading == "Trends");
        let trends = serde_json::to_string(&trends).unwrap();
        for name in &names {
            assert!(!trends.contains(&name.to_lowercase()), "{name}: {trends}");
        }
        let stored = serde_json::to_string(&report).unwrap();
        assert!(names.iter().all(|name| !stored.contains(name.as_str())));
    }
    // The positive control: the names were there to be told.
    let plan = table(&month.make(ReportKind::Arc).unwrap(), "Action plan").clone();
    assert!(
        plan.rows[0].cells[4].contains("said [name], [name]"),
        "{plan:?}"
    );
}

/// What only two roles may know is not even counted (BOB-NOBLAME).
#[test]
fn a_report_is_the_same_whether_or_not_a_disciplinary_process_is_considered() {
    let mut month = month();
    let before: Vec<Report> = ReportKind::ALL
        .map(|kind| month.make(kind).unwrap())
        .to_vec();
    let signed = nightdesk::domain::event::Signed {
        at: month.server.now,
        by: Signature {
            person: DPO.into(),
            role: Role::Dpo,
            organisation: "riverbourne".into(),
            interim: false,
        },
    };
    for incident in &mut month.incidents {
        let casework = incident.casework.get_or_insert_default();
        casework.closing.disciplinary = Some(nightdesk::domain::closing::Disciplinary {
            considered: true,
            signed: signed.clone(),
        });
    }
    let after: Vec<Report> = ReportKind::ALL
        .map(|kind| month.make(kind).unwrap())
        .to_vec();
    assert_eq!(before, after);
}

#[test]
fn the_steering_group_hears_of_everything_else_near_misses_included() {
    let mut month = month();
    let reported = month.reported().name();
    let first = &mut month.incidents[0];
    first.facts.breach_status = BreachStatus::NearMiss;
    let near_miss = first.name();
    let report = month.make(ReportKind::Igsg).unwrap();
    assert_eq!(report.kind.rule(), RuleId::BobIgsg);
    let listed = table(&report, "Not reported to a regulator");
    let rows = cells(listed);
    assert_eq!(rows.len(), month.incidents.len() - 1);
    assert!(
        rows.iter()
            .any(|row| row[0] == near_miss && row[2].starts_with("near miss"))
    );
    assert!(
        rows.iter()
            .all(|row| row[0] != reported || row[2].starts_with("near miss"))
    );
    let by_organisation = cells(table(&report, "By organisation"));
    let counted: usize = by_organisation
        .iter()
        .map(|row| row[0].parse::<usize>().unwrap())
        .sum();
    assert_eq!(counted, month.incidents.len());
    let said = month.says(ReportKind::Igsg);
    assert!(said.contains("near misses 1"), "{said}");
    assert!(
        said.contains("Of these, with a report to a regulator that stands: 1."),
        "{said}"
    );
}

#[test]
fn incidents_with_one_trend_key_are_a_trend_for_the_steering_group() {
    let mut month = month();
    for incident in month.incidents.iter_mut().take(2) {
        incident.facts.trend_key = Some("phishing:invoice.example".into());
    }
    let report = month.make(ReportKind::Igsg).unwrap();
    let trends = cells(table(&report, "Trends"));
    assert_eq!(trends.len(), 1);
    assert_eq!(
        (trends[0][0], trends[0][4]),
        ("2", "phishing:invoice.example")
    );
}

#[test]
fn the_committee_hears_of_what_was_reported_with_owners_and_dates() {
    let mut month = month();
    let reported = month.reported().name();
    let report = month.make(ReportKind::Arc).unwrap();
    assert_eq!(report.kind.rule(), RuleId::BobArc);
    let told = cells(table(&report, "Told to regulators"));
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0][..5],
        [&*reported, "ICO", "13 Jun 2026", "in time", "DSPT-48812"]
    );
    let plan = cells(table(&report, "Action plan"));
    let owner = Role::Igt.title();
    assert_eq!(
        plan,
        [[
            &*reported,
            owner,
            "15 Jul 2026",
            "open",
            "Show the practice's code"
        ]]
    );
}

#[test]
fn an_action_without_an_owner_or_a_date_keeps_the_committees_report_back() {
    let mut month = month();
    let name = month.reported().name();
    type Lose = fn(&mut nightdesk::domain::learning::AgreedAction);
    let losses: [Lose; 2] = [|action| action.owner = None, |action| action.due_on = None];
    for lose in losses {
        let before = month.reported().clone();
        let casework = month.reported().casework.as_mut().unwrap();
        lose(&mut casework.learning.actions[0]);
        let refusal = month.make(ReportKind::Arc).unwrap_err();
        assert_eq!(refusal.rule, Some(RuleId::BobArc));
        assert!(refusal.sentence.contains(&name), "{refusal}");
        assert!(
            refusal.sentence.contains("Show the practice's code"),
            "{refusal}"
        );
        // The others tell no plan, or are for those who track it.
        for other in [ReportKind::Igsg, ReportKind::Body, ReportKind::Register] {
            month.make(other).unwrap();
        }
        *month.reported() = before;
    }
    month.make(ReportKind::Arc).unwrap();
}

#[test]
fn the_governing_body_gets_figures_and_neither_causes_nor_actions() {
    let month = month();
    let said = month.says(ReportKind::Body);
    assert_eq!(ReportKind::Body.rule(), RuleId::BobBody);
    assert!(
        said.contains("Incidents of which regulators were told in this period, whenever they were logged: 1. Notifications: ICO 1,"),
        "{said}"
    );
    assert!(
        said.contains("Actions in their plan: 1, of these open 1"),
        "{said}"
    );
    assert!(!said.contains("Show the practice's code"), "{said}");
}

#[test]
fn the_partnership_hears_of_its_own_incidents_and_of_who_was_reached() {
    let mut month = month();
    month.incidents.retain(Incident::is_partnership_matter);
    let report = month.make(ReportKind::Partnership).unwrap();
    let rows = cells(table(&report, "By partner"));
    let oakdene = rows
        .iter()
        .find(|row| row[4].starts_with("Oakdene"))
        .unwrap();
    assert_eq!(oakdene[..2], ["1", "0"]);
}

/// For every breach, reported or not (ICO-REG, CLK-LATE).
#[test]
fn the_register_tells_each_clock_with_its_end_and_the_reason_for_delay() {
    let mut month = month();
    let all = month.incidents.iter_mut();
    for clock in all.flat_map(|incident| &mut incident.clocks) {
        clock.late_reason = Some("The switchboard was down".into());
    }
    let clocks: usize = month
        .incidents
        .iter()
        .map(|incident| incident.clocks.len())
        .sum();
    let report = month.make(ReportKind::Register).unwrap();
    let rows = cells(table(&report, "Clocks"));
    assert_eq!(rows.len(), clocks);
    assert!(rows.iter().any(|row| row[2] == "overdue" && row[4] == "-"));
    assert!(rows.iter().any(|row| row[2] == "met" && row[4] != "-"));
    // A reason for delay stands beside what is late, and beside nothing else.
    let explained = |state: &str| {
        let mut rows = rows.iter().filter(|row| row[2] == state);
        rows.any(|row| row[6] == "The switchboard was down")
    };
    assert!(explained("overdue"));
    assert!(!explained("met"));
}

/// A report is of days in London: the last hour of a day in June is the next day's in UTC.
#[test]
fn a_report_holds_what_happened_on_its_days_in_london() {
    let mut month = month();
    month.incidents.truncate(1);
    let counted = |month: &Month, from: &str, to: &str| {
        let report = month.make_of(ReportKind::Igsg, from, to).unwrap();
        matches!(
            section(&report, "Not reported to a regulator").blocks[0],
            Block::Table(_)
        )
    };
    for (logged_at, first, last) in [
        ("2026-05-31T23:00:00Z", true, false),
        ("2026-05-31T22:59:59Z", false, true),
    ] {
        month.incidents[0].logged_at = logged_at.parse().unwrap();
        assert_eq!(
            counted(&month, "2026-06-01", "2026-06-30"),
            first,
            "{logged_at}"
        );
        assert_eq!(
            counted(&month, "2026-05-01", "2026-05-31"),
            last,
            "{logged_at}"
        );
    }
    for (from, to) in [
        ("1969-12-31", "1970-01-31"),
        ("2026-01-01", "3000-01-01"),
        ("2000-01-01", "2026-01-01"),
    ] {
        let refusal = month.make_of(ReportKind::Igsg, from, to).unwrap_err();
        assert!(
            refusal.sentence.contains("at most ten years"),
            "{from} to {to}"
        );
    }
    let backwards = month.make_of(ReportKind::Igsg, "2026-06-02", "2026-06-01");
    assert!(
        backwards
            .unwrap_err()
            .sentence
            .contains("ends before it begins")
    );
}

/// A server reads no more than the index names, so the index must name everything that counts.
#[test]
fn whatever_belongs_in_a_report_is_found_through_the_index() {
    let period =
        |from: &str, to: &str| Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    let periods = [
        period("2026-06-01", "2026-06-30"),
        period("2026-06-30", "2026-07-01"),
        period("2026-07-01", "2026-07-01"),
        period("2025-12-31", "2026-06-12"),
        period("2026-07-02", "2026-12-31"),
    ];
    let mut month = month();
    let reported = month.reported().clone();
    let written = serde_json::to_value(&reported).unwrap();
    // The last second of June in London, and the first of July.
    for at in ["2026-06-30T22:59:59Z", "2026-06-30T23:00:00Z"] {
        let mut written = written.clone();
        let told = &mut written["casework"]["regulator"]["notifications"][0];
        assert!(told["submitted_at"].is_string(), "{told}");
        told["submitted_at"] = json!(at);
        month
            .incidents
            .push(serde_json::from_value(written).unwrap());
    }
    let (mut concerned, mut passed_over) = (0, 0);
    for incident in &month.incidents {
        let terms = search::terms(incident);
        for period in &periods {
            let (from, to) = period.bounds();
            let is_named = (from..to).contains(&incident.logged_at)
                || period
                    .months()
                    .any(|day| terms.contains(&Term::told_in(day)));
            assert!(is_named || !period.concerns(incident), "{period}");
            concerned += usize::from(period.concerns(incident));
            passed_over += usize::from(!is_named);
        }
    }
    assert!(
        concerned > 5 && passed_over > 5,
        "{concerned} {passed_over}"
    );
}

#[test]
fn whoever_may_read_a_report_may_not_always_freeze_it() {
    let month = month();
    for (person, kind, reads, freezes) in [
        (OFFICER, ReportKind::Igsg, false, false),
        (DPO, ReportKind::Igsg, true, true),
        (DPO, ReportKind::Arc, true, true),
        (TEAM, ReportKind::Register, true, true),
        ("oona.merriweather", ReportKind::Igsg, true, false),
        ("oona.merriweather", ReportKind::Arc, true, true),
        ("barnaby.stillwater", ReportKind::Igsg, true, false),
        ("barnaby.stillwater", ReportKind::Body, true, false),
        ("silas.nettlebed", ReportKind::Register, true, false),
        ("marguerite.holloway", ReportKind::Partnership, true, true),
        ("marguerite.holloway", ReportKind::Arc, false, false),
    ] {
        let actor = month
            .server
            .directory
            .actor(&person.into(), month.server.now);
        let actor = actor.unwrap();
        let may = (
            to_read(kind, &actor, None).is_ok(),
            to_freeze(kind, &actor, None).is_ok(),
        );
        assert_eq!(may, (reads, freezes), "{person} and {kind}");
        let elsewhere = OrganisationId::from("nowhere");
        assert!(to_read(kind, &actor, Some(&elsewhere)).is_err());
    }
}

/// A document with everything that a renderer can meet.
fn sampler() -> Document {
    let mut document = Document::new(
        "Sampler \u{202e}",
        wall("2026-06-13 02:14"),
        vec!["=1+1".to_owned()],
    );
    let hostile = [
        "=HYPERLINK(\"http://example.org\")",
        "+44 20",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "# not a heading | <b> [link](x)",
        "\u{1b}[31mred",
        "Łódź → ŵy ≥ 日本",
    ];
    let rows = hostile.map(|text| Row::plain(["plain".to_owned(), text.to_owned()]));
    document.section(
        "Tables",
        vec![
            Block::table(["One", "Two"], rows.to_vec(), ""),
            Block::table(["One"], Vec::new(), "There is none"),
        ],
    );
    let share = |part, of| Share {
        label: format!("{part} of {of}"),
        part,
        of,
    };
    let mut counts = [[0; 5]; 5];
    counts[3][4] = 7;
    document.section(
        "Charts",
        vec![
            Block::Chart(Chart::Shares {
                title: "Shares".to_owned(),
                shares: vec![share(299, 300), share(0, 0), share(1, 300)],
            }),
            Block::Chart(Chart::Grid {
                title: "Grid".to_owned(),
                counts,
                line: (2, 3),
            }),
        ],
    );
    document
}

#[test]
fn a_spreadsheet_finds_no_formula_in_any_cell() {
    let csv = written(&sampler(), Format::Csv);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
            cells += 1;
        }
    }
    assert!(cells > 40, "{csv}");
    assert!(csv.contains("'=HYPERLINK") && csv.contains("'+44 20") && csv.contains("'=1+1"));
}

#[test]
fn markdown_leaves_outside_text_as_it_is_read() {
    let markdown = written(&sampler(), Format::Markdown);
    assert!(
        markdown.contains(r"\# not a heading \| &lt;b> \[link\](x)"),
        "{markdown}"
    );
    assert!(markdown.contains("␛\\[31mred"), "{markdown}");
    assert!(markdown.starts_with("# Sampler ‹U+202E›\n"), "{markdown}");
}

#[test]
fn text_fits_the_columns_and_every_figure_stands_in_it() {
    let month = month();
    for kind in ReportKind::ALL {
        let document = month.make(kind).unwrap().document;
        for line in text::lines(&document, 78) {
            let width = nightdesk::text::line(&line.text).width();
            assert!(width <= 78, "{kind}: {width} columns: {}", line.text);
        }
    }
    let said = text::write(&sampler());
    // Less than all is never all of it, and something is never nothing.
    assert!(
        said.contains("99 % (299 of 300)") && !said.contains("100 %"),
        "{said}"
    );
    assert!(
        said.contains("0 % (1 of 300)") && said.contains("none (0 of 0)"),
        "{said}"
    );
    assert!(
        said.contains("severity 4     ·    ·    ·    ·    7"),
        "{said}"
    );
}

/// A screen may be too narrow for a table; paper never is.
#[test]
fn on_paper_no_column_is_left_out() {
    let month = month();
    for kind in ReportKind::ALL {
        let document = month.make(kind).unwrap().document;
        let said = text::write(&document);
        for section in &document.sections {
            for block in &section.blocks {
                let Block::Table(table) = block else { continue };
                let heading = said.lines().find(|line| {
                    table
                        .columns
                        .iter()
                        .all(|column| line.contains(column.as_str()))
                });
                assert!(heading.is_some(), "{kind}: {:?}", table.columns);
            }
        }
    }
}

/// Read by another program than the one that wrote it.
#[test]
fn the_pdf_holds_every_word_and_figure_in_letters_that_it_brings_along() {
    let month = month();
    for kind in ReportKind::ALL {
        let document = month.make(kind).unwrap().document;
        let bytes = Format::Pdf.write(&document).unwrap();
        let pdf = lopdf::Document::load_mem(&bytes).unwrap();
        let said = pdf_text(&bytes);
        for section in &document.sections {
            assert!(
                said.contains(&section.heading),
                "{kind}: {}",
                section.heading
            );
        }
        let pages = pdf.get_pages().len();
        assert!(said.contains(&format!("page {pages} of {pages}")), "{said}");
        let is_archival = bytes.windows(11).any(|window| window == b"pdfaid:part");
        assert!(is_archival, "PDF/A says so in its metadata");
    }
    let said = written(&sampler(), Format::Pdf);
    for text in [
        "Sampler ‹U+202E›",
        "Łódź -> ",
        "‹U+65E5›",
        "299 of 300",
        "Likelihood 5",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[test]
fn the_same_report_is_written_as_the_same_bytes() {
    let document = month().make(ReportKind::Arc).unwrap().document;
    for format in Format::ALL {
        let (one, other) = (format.write(&document), format.write(&document));
        assert!(one.unwrap() == other.unwrap(), "{format:?}");
    }
}

/// The night's own commands bring a reported incident about; this one is taken back afterwards.
#[test]
fn what_was_taken_back_stays_on_the_committees_list_as_such() {
    let (mut server, incident) = with_an_action();
    let told = server.incidents[&incident]
        .casework()
        .regulator
        .notifications[0]
        .id;
    let withdraw = json!({
        "type": "regulator", "step": "withdraw", "notification": told, "reason": "Nothing was read",
    });
    server.give("2026-06-15 09:50", DPO, incident, command(withdraw));
    let incidents = server.incidents.values().cloned().collect();
    let month = Month { server, incidents };
    let report = month.make(ReportKind::Arc).unwrap();
    assert_eq!(
        cells(table(&report, "Told to regulators"))[0][3],
        "taken back"
    );
    assert!(month.says(ReportKind::Arc).contains("taken back since: 1"));
}
