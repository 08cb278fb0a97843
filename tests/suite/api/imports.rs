//! Files that people hand in, as the programs of this country write them: encodings, separators,
//! workbooks, and files that mean harm.

use super::transfer::{MAPPING, Shell, logged, outcomes};
use crate::support::case::wall;
use crate::support::process::nightdesk;
use crate::support::server::TestServer;
use nightdesk::encoding::{self, Encoding};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use std::io::{Cursor, Write};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// With a letter that each encoding writes differently, line breaks in a cell and an empty line.
const ROWS: &str = "\
Subject,What happened,Found,Body,Type,Controllers
Ward list of Zoë’s team,\"Sent to a practice,
by mistake\",10/06/2026 14:30,,lost_paper,riverbourne

Letter,In the wrong envelope – £5 lost,31/02/2026 09:00,,lost_paper,
";

fn windows_1252(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn utf_16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_in_whatever_encoding_and_form_and_both_are_said() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let mapping = shell.file("mapping.toml", MAPPING);
    // A spreadsheet ends lines with CR LF, and breaks them inside a cell with LF alone.
    let crlf = ROWS
        .replace('\n', "\r\n")
        .replace("practice,\r", "practice,");
    let semicolons = |rows: &str| rows.replace("practice,", "practice;").replace(',', ";");
    let marked = format!("\u{feff}{ROWS}");
    let written: [(Vec<u8>, &str); 8] = [
        (ROWS.into(), "UTF-8, columns separated by commas"),
        (crlf.clone().into(), "UTF-8, columns separated by commas"),
        (marked.clone().into(), "UTF-8, columns separated by commas"),
        (
            windows_1252(&crlf),
            "Windows-1252, columns separated by commas",
        ),
        (
            utf_16(
                &marked.replace(',', "\t").replace("practice\t", "practice,"),
                u16::to_le_bytes,
            ),
            "UTF-16, columns separated by tabs",
        ),
        (
            utf_16(&marked, u16::to_be_bytes),
            "UTF-16, columns separated by commas",
        ),
        (
            utf_16(&crlf, u16::to_le_bytes),
            "UTF-16, columns separated by commas",
        ),
        (
            windows_1252(&semicolons(&crlf).replace("practice;", "practice,")),
            "Windows-1252, columns separated by semicolons",
        ),
    ];
    for (place, (bytes, read_as)) in written.into_iter().enumerate() {
        let rows = shell.file("rows.csv", bytes);
        let (_, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
        // The very same row, so it is there once.
        let first = if place == 0 {
            "imported"
        } else {
            "imported_before"
        };
        assert_eq!(outcomes(&lines), [(2, first), (5, "refused")], "{said}");
        let expected = format!("rows.csv was read as {read_as}\n");
        assert!(said.contains(&expected), "{said}");
    }
    let incidents = logged(&server).await;
    let titles: Vec<&str> = incidents.iter().map(|known| &*known.title).collect();
    assert_eq!(titles, ["Ward list of Zoë’s team"]);
    // As Excel is told what separates.
    let rows = shell.file("rows.csv", format!("sep=;\r\n{}", semicolons(&crlf)));
    let (_, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
    assert_eq!(
        outcomes(&lines),
        [(3, "imported"), (6, "refused")],
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_no_guess_can_read_is_refused_with_its_line() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let mapping = shell.file("mapping.toml", MAPPING);
    let mixed = [ROWS.as_bytes(), b"Caf\xe9,x,10/06/2026 14:30,,,\n"].concat();
    let marked = ["\u{feff}Subject\r\n".as_bytes(), b"Caf\xe9\r\n"].concat();
    let odd = [utf_16("\u{feff}Subject\nx\n", u16::to_le_bytes), vec![0]].concat();
    for (bytes, says) in [
        (
            mixed,
            "Line 2 is written in UTF-8 and line 6 is not; save the file as UTF-8",
        ),
        (marked, "Line 2 is not written in UTF-8, as the rest is"),
        (odd, "Line 3 is not written in UTF-16, as the rest is"),
        (
            b"Subject\nx\x81y\n".into(),
            "Line 2 is not written in Windows-1252, as the rest is",
        ),
        (
            b"Subject\nx\0y\n".into(),
            "It is not a text file: line 2 holds a zero byte",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".into(),
            "save it as .xlsx without a password",
        ),
        (
            b"Subject,Subject,What happened,Found,Body,Type,Controllers\n1,2,3,4,5,6,7\n".into(),
            "Two columns are called \"Subject\"",
        ),
    ] {
        let rows = shell.file("rows.csv", bytes);
        let (code, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
        assert_eq!((code, lines.len()), (Some(1), 0), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let rows = shell.file(
        "rows.csv",
        "Subject,What happened,Found,Body,Type,Controllers\r\n1\r\n2,3,4,5,6,7\r\n",
    );
    let (_, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
    assert_eq!(outcomes(&lines), [(2, "refused"), (3, "refused")]);
    assert!(
        said.contains("line 2: It has 1 cells where the heading has 6"),
        "{said}"
    );
    let (code, _, said) = shell.import(&[&rows]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("Give --mapping FILE"), "{said}");
}

const WORKBOOK_MAPPING: &str = r#"
time_format = "%d/%m/%Y %H:%M"

[columns]
title = "Subject"
summary = "What happened"
aware_at = "Found"
reporter_contact = "Phone"
"facts.data_subjects" = "People"
"facts.cyber" = "Cyber"

[constants]
reporter_organisation = "riverbourne"
"#;

fn heading(sheet: &mut Worksheet, row: u32) {
    for (column, name) in (0..).zip([
        "Subject",
        "What happened",
        "Found",
        "Phone",
        "People",
        "Cyber",
    ]) {
        sheet.write(row, column, name).unwrap();
    }
}

/// A workbook as people keep one: a hidden sheet before it, rows left empty, dates and numbers with
/// formats, formulas that came to something and some that did not.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let hidden = workbook.add_worksheet();
    hidden.set_name("Lists").unwrap().set_hidden(true);
    hidden.write(0, 0, "Subject").unwrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name("June").unwrap().set_active(true);
    heading(sheet, 1);
    let when = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    let phone = Format::new().set_num_format("00000000000");
    sheet.write(2, 0, "Ward list of Zoë’s team\nfound").unwrap();
    sheet
        .write(
            2,
            1,
            Formula::new("A3&\" astray\"").set_result("Went astray"),
        )
        .unwrap();
    sheet
        .write_with_format(2, 2, 46_183.604_166_666_664, &when)
        .unwrap();
    sheet
        .write_with_format(2, 3, 7_700_900_123_f64, &phone)
        .unwrap();
    sheet.write(2, 4, 0.1 + 0.2 + 11.7).unwrap();
    sheet.write(2, 5, true).unwrap();
    // Two rows below, with a time as text.
    sheet.write(5, 0, "Letter").unwrap();
    sheet.write(5, 1, "In the wrong envelope").unwrap();
    sheet.write(5, 2, "10/06/2026 14:30").unwrap();
    sheet.write(5, 3, "the ward").unwrap();
    sheet
        .write(6, 0, Formula::new("1/0").set_result("#DIV/0!"))
        .unwrap();
    sheet.write(7, 0, Formula::new("A3")).unwrap();
    sheet.write(8, 0, "Lost").unwrap();
    sheet.write(8, 7, "beside the table").unwrap();
    let other = workbook.add_worksheet();
    other.set_name("July").unwrap();
    heading(other, 0);
    other.write(1, 0, "Later").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_is_read_as_its_cells_show_it_and_rows_have_their_own_numbers() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let mapping = shell.file("mapping.toml", WORKBOOK_MAPPING);
    // As a program writes a formula that no spreadsheet has worked out.
    let book = altered(|_, text| text.replace("<f>A3</f><v>0</v>", "<f>A3</f><v></v>"));
    let rows = shell.file("rows.xlsx", book);
    let (code, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
    let expected = [
        (3, "imported"),
        (6, "imported"),
        (7, "refused"),
        (8, "refused"),
        (9, "refused"),
    ];
    assert_eq!(outcomes(&lines), expected, "{said}");
    assert_eq!(code, Some(4), "{said}");
    for words in [
        "rows.xlsx was read as an Excel workbook, sheet \"June\", the first of \"Lists\", \"June\", \"July\"; --sheet chooses another",
        "line 7: A7 holds a formula that went wrong: mend it",
        "line 8: A8 holds a formula that was never worked out",
        "line 9: H9 has no heading above it",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let incidents = logged(&server).await;
    let first = incidents
        .iter()
        .find(|incident| incident.title.starts_with("Ward list of Zoë’s team"))
        .unwrap();
    assert_eq!(first.awareness.staff_at, wall("2026-06-10T14:30"));
    assert_eq!(&*first.reporter.contact, "07700900123");
    assert_eq!(&*first.summary, "Went astray");
    assert_eq!(first.facts.data_subjects, Some(12));
    assert!(first.facts.cyber);
    let of_july = ["--mapping", &mapping, "--sheet", "July"];
    let (_, lines, said) = shell
        .import(&[&[rows.as_str()], &of_july[..]].concat())
        .await;
    assert_eq!(outcomes(&lines), [(2, "refused")], "{said}");
    assert!(said.contains("sheet \"July\"\n"), "{said}");
    let of_may = ["--mapping", &mapping, "--sheet", "May"];
    let (code, _, said) = shell
        .import(&[&[rows.as_str()], &of_may[..]].concat())
        .await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("There is no sheet \"May\"; the sheets are"),
        "{said}"
    );
    let as_text = ["--format", "csv", "--mapping", &mapping];
    let (_, _, said) = shell
        .import(&[&[rows.as_str()], &as_text[..]].concat())
        .await;
    assert!(said.contains("give --format xlsx"), "{said}");
}

/// The workbook with some part of it rewritten.
fn altered(alter: impl Fn(&str, String) -> String) -> Vec<u8> {
    let book = workbook();
    let mut old = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..old.len() {
        let part = old.by_index(place).unwrap();
        let name = part.name().unwrap().to_string();
        let text = std::io::read_to_string(part).unwrap();
        new.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        new.write_all(alter(&name, text).as_bytes()).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_that_would_fill_the_memory_is_refused_in_a_sentence() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let mapping = shell.file("mapping.toml", WORKBOOK_MAPPING);
    let of_june = |name: &str| name.ends_with("sheet2.xml");
    let bomb = altered(|name, text| match name.ends_with("sharedStrings.xml") {
        true => text.replace("</sst>", &format!("{}</sst>", " ".repeat(80 * 1024 * 1024))),
        false => text,
    });
    assert!(bomb.len() < 200_000);
    let promise = altered(|name, text| match name.ends_with("sharedStrings.xml") {
        true => text.replace("uniqueCount=\"", "uniqueCount=\"9999999999999"),
        false => text,
    });
    let far = altered(|name, text| match of_june(name) {
        true => text.replace(
            "</sheetData>",
            "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v>far</v></c></row></sheetData>",
        ),
        false => text,
    });
    let too_far = altered(|name, text| match of_june(name) {
        true => text.replace(
            "</sheetData>",
            "<row r=\"4294967295\"><c><v>1</v></c></row></sheetData>",
        ),
        false => text,
    });
    let cut = workbook()[..3_000].to_vec();
    for (bytes, code, says) in [
        (bomb, 1, "It unpacks to more than 64 MiB"),
        (promise, 1, "It counts more rows than a sheet can have"),
        (too_far, 1, "It counts more rows than a sheet can have"),
        (far, 4, "line 1048576: XFD1048576 has no heading above it"),
        (cut, 1, "It is no workbook of Excel that can be read"),
    ] {
        let rows = shell.file("rows.xlsx", bytes);
        let (exit, _, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
        assert_eq!(exit, Some(code), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let large = shell.file("large.csv", vec![b'x'; 33 * 1024 * 1024]);
    let (_, _, said) = shell.import(&[&large, "--mapping", &mapping]).await;
    assert!(said.contains("It is larger than 32 MiB"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_other_file_that_people_hand_in_is_read_with_the_same_care() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let mapping = shell.file(
        "mapping.toml",
        utf_16(&format!("\u{feff}{MAPPING}"), u16::to_le_bytes),
    );
    let rows = shell.file("rows.csv", ROWS);
    let (_, lines, said) = shell.import(&[&rows, "--mapping", &mapping]).await;
    assert_eq!(outcomes(&lines)[0], (2, "imported"), "{said}");
    let incident = logged(&server).await[0].name();
    let note = shell.file(
        "note.txt",
        windows_1252("Rang Zoë’s ward:\r\nthey have £5\r\n"),
    );
    let (code, _, said) = shell
        .run(&["note", &incident, "--text", &format!("@{note}")])
        .await;
    assert_eq!(code, Some(0), "{said}");
    let notes = &logged(&server).await[0].notes;
    assert_eq!(
        notes.last().unwrap().text.trim_end(),
        "Rang Zoë’s ward:\nthey have £5"
    );
    let broken = [ROWS.as_bytes(), b"Caf\xe9\n"].concat();
    let broken = shell.file("broken", broken);
    let says = "broken cannot be read: Line 2 is written in UTF-8 and line 6 is not";
    for arguments in [
        &["note", &incident, "--text", &format!("@{broken}")][..],
        &["calendar", "import", &broken],
        &["directory", "import", &broken],
        &["import", &rows, "--mapping", &broken],
    ] {
        let (code, _, said) = shell.run(arguments).await;
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    "[ -~éË£’–—\r\nŁ田🩺]{0,60}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What a program writes is what is read, or it is refused; never is a letter exchanged.
    #[test]
    fn a_text_comes_back_as_it_was_written(text in any_text()) {
        let marked = format!("\u{feff}{text}");
        let mut written = vec![
            (text.clone().into_bytes(), Encoding::Utf8),
            (marked.clone().into_bytes(), Encoding::Utf8),
            (utf_16(&marked, u16::to_le_bytes), Encoding::Utf16Le),
            (utf_16(&marked, u16::to_be_bytes), Encoding::Utf16Be),
        ];
        if let (bytes, _, false) = encoding_rs::WINDOWS_1252.encode(&text)
            && std::str::from_utf8(&bytes).is_err()
        {
            written.push((bytes.into_owned(), Encoding::Windows1252));
        }
        for (bytes, encoding) in written {
            match encoding::decode(&bytes) {
                Ok(decoded) => {
                    prop_assert_eq!(&decoded.text, &text);
                    prop_assert_eq!(decoded.encoding, encoding);
                }
                Err(refused) => prop_assert_eq!(encoding, Encoding::Windows1252, "{}", refused),
            }
        }
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(decoded) = encoding::decode(&bytes) {
            prop_assert!(!decoded.text.contains('\0'));
            let lines = encoding::line_at(&decoded.text, decoded.text.len());
            prop_assert!(lines <= bytes.len() as u64 + 1);
        }
    }
}

/// The shell's own door: however a workbook or a table is mutilated, it ends with a sentence.
#[test]
fn no_mutilated_file_makes_the_shell_panic() {
    let files = TempDir::new().unwrap();
    let path = |name: &str| files.path().join(name);
    std::fs::write(path("mapping.toml"), WORKBOOK_MAPPING).unwrap();
    let book = workbook();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    let cases = (any::<bool>(), any::<bool>(), changes);
    let run = runner.run(&cases, |(is_book, is_within, changes)| {
        let change = |text: &[u8]| {
            let mut bytes = text.to_vec();
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            bytes
        };
        let bytes = match (is_book, is_within) {
            (false, _) => change(ROWS.as_bytes()),
            (true, false) => change(&book),
            // Within the packing, where a sum would give it away otherwise.
            (true, true) => altered(|name, text| match name.contains("sheet") {
                true => String::from_utf8_lossy(&change(text.as_bytes())).into_owned(),
                false => text,
            }),
        };
        std::fs::write(path("rows"), bytes).unwrap();
        let mut command = nightdesk(&["import", "--server", "http://127.0.0.1:9", "--dry-run"]);
        command
            .arg(path("rows"))
            .arg("--mapping")
            .arg(path("mapping.toml"));
        let run = command.env("HOME", files.path()).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        prop_assert!(!said.contains("panicked"), "{said}");
        prop_assert!(matches!(run.status.code(), Some(1..=9)), "{said}");
        Ok(())
    });
    run.unwrap();
}
