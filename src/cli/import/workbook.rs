//! A sheet of an Excel workbook, row by row, with the numbers that the spreadsheet itself shows.
//!
//! A cell is read as it is shown, as far as that says something: a formula by what it came to, a date
//! as a date, a number with its leading zeros. Deliberately reads cell by cell and not sheet by sheet,
//! because a sheet with two cells far apart would fill any memory.

use super::archive;
use super::rows::{Row, Table, Unreadable};
use anyhow::{Context as _, bail, ensure};
use calamine::{DataRef, ExcelDateTime, Reader as _, Sheet, SheetType, SheetVisible, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// More text than anybody imports; one string that many cells share counts for each of them.
const MOST_TEXT: usize = 64 * 1024 * 1024;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// A cell as it is shown, or why it cannot be read.
type Shown = Result<String, &'static str>;

/// The cells of a sheet by row and column, counted from nought, and those that have a formula.
#[derive(Default)]
struct Cells(BTreeMap<u32, BTreeMap<u32, Shown>>);

/// Every row below the heading, which is the first row that holds anything.
pub(super) fn read(bytes: &[u8], named: Option<&str>) -> anyhow::Result<Table> {
    archive::check(bytes)?;
    let not_readable = "It is no workbook of Excel that can be read";
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).context(not_readable)?;
    let (sheet, told) = chosen(workbook.sheets_metadata(), named)?;
    let cells = cells(&mut workbook, &sheet).context(not_readable)?;
    let mut rows = cells.0.into_iter();
    let columns = rows
        .next()
        .map_or_else(Vec::new, |(_, cells)| headings(cells));
    Ok(Table {
        rows: rows
            .map(|(row, cells)| line_of(&columns, row, cells))
            .collect(),
        columns,
        read_as: told,
    })
}

/// The sheet that is meant: the one that was named, else the first that is shown.
fn chosen(sheets: &[Sheet], named: Option<&str>) -> anyhow::Result<(String, String)> {
    let with_cells: Vec<&Sheet> = sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .collect();
    let name = |sheet: &Sheet| format!("\"{}\"", sheet.name);
    let names = || {
        with_cells
            .iter()
            .map(|sheet| name(sheet))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let is_meant = |sheet: &&&Sheet| match named {
        Some(named) => sheet.name == named,
        None => sheet.visible == SheetVisible::Visible,
    };
    let Some(sheet) = with_cells.iter().find(is_meant) else {
        match named {
            Some(named) => bail!("There is no sheet \"{named}\"; the sheets are {}", names()),
            None => bail!("The workbook has no sheet that is shown; name one with --sheet"),
        }
    };
    let told = match (with_cells.len(), named) {
        (1, _) | (_, Some(_)) => format!("an Excel workbook, sheet {}", name(sheet)),
        (_, None) => format!(
            "an Excel workbook, sheet {}, the first of {}; --sheet chooses another",
            name(sheet),
            names()
        ),
    };
    Ok((sheet.name.clone(), told))
}

fn cells(workbook: &mut Workbook<'_>, sheet: &str) -> anyhow::Result<Cells> {
    let unfinished = unfinished_formulas(workbook, sheet)?;
    let mut cells = Cells::default();
    let mut text = 0;
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let format = reader.styles().get(style);
        let format = format.and_then(|style| style.number_format.as_ref());
        let format = format.map_or("", |format| format.format_code.as_str());
        let shown = match unfinished.contains(&(row, column)) {
            true => Err("a formula that was never worked out: open the workbook and save it"),
            false => shown(cell.get_value(), format),
        };
        let length = shown.as_ref().map_or(1, String::len);
        text += length;
        ensure!(text <= MOST_TEXT, "It holds more text than can be imported");
        if length > 0 {
            cells.0.entry(row).or_default().insert(column, shown);
        }
    }
    Ok(cells)
}

/// Cells whose formula has come to nothing yet, because no spreadsheet has opened the workbook.
fn unfinished_formulas(
    workbook: &mut Workbook<'_>,
    sheet: &str,
) -> anyhow::Result<BTreeSet<(u32, u32)>> {
    let mut unfinished = BTreeSet::new();
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            unfinished.insert(cell.pos);
        }
    }
    Ok(unfinished)
}

/// A value as the spreadsheet shows it under its format.
fn shown(value: &DataRef<'_>, format: &str) -> Shown {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shown_number(*number, format),
        DataRef::DateTime(at) if at.is_datetime() => shown_time(*at, format),
        DataRef::DateTime(length) => length.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => return Err("a formula that went wrong: mend it"),
    })
}

/// A number without the noise of its last bits, and with the zeros that a format such as `00000` puts
/// before it.
fn shown_number(number: f64, format: &str) -> String {
    let digits = if !format.is_empty() && format.bytes().all(|letter| letter == b'0') {
        format.len()
    } else {
        0
    };
    // Fifteen digits are what a spreadsheet keeps.
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded:0>digits$}")
}

/// A day alone where the format shows no hours, a time of day alone where there is no day; else both,
/// in the form that is understood everywhere in this program.
fn shown_time(at: ExcelDateTime, format: &str) -> String {
    let Some(moment) = moment(at) else {
        return at.as_f64().to_string();
    };
    let has_hours = format.to_ascii_lowercase().contains('h');
    let pattern = match (has_hours, at.as_f64() < 1.0) {
        (_, true) => "%H:%M:%S",
        (true, false) => "%Y-%m-%dT%H:%M:%S",
        (false, false) => "%Y-%m-%d",
    };
    moment.format(pattern).to_string()
}

/// The moment of a cell, to the second: a cell holds none exactly, so it is rounded.
fn moment(at: ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    // The day nought of a time of day is no day of any calendar.
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), u32::from(day).max(1))?;
    let moment = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    moment.checked_add_signed(TimeDelta::milliseconds(500))
}

fn headings(cells: BTreeMap<u32, Shown>) -> Vec<String> {
    let mut headings = Vec::new();
    for (column, shown) in cells {
        let column = usize::try_from(column).unwrap_or_default();
        headings.resize(column + 1, String::new());
        headings[column] = shown.unwrap_or_default().trim().to_owned();
    }
    headings
}

fn line_of(columns: &[String], row: u32, cells: BTreeMap<u32, Shown>) -> Result<Row, Unreadable> {
    let line = u64::from(row) + 1;
    let mut of_row = vec![String::new(); columns.len()];
    for (column, shown) in cells {
        let place = usize::try_from(column).unwrap_or_default();
        let cell = || format!("{}{line}", letters(column));
        let shown = shown.map_err(|why| Unreadable {
            line,
            problem: format!("{} holds {why}", cell()),
        })?;
        match of_row.get_mut(place).filter(|_| !columns[place].is_empty()) {
            Some(place) => *place = shown,
            None if shown.trim().is_empty() => {}
            None => {
                let problem = format!(
                    "{} has no heading above it; name its column or empty it",
                    cell()
                );
                return Err(Unreadable { line, problem });
            }
        }
    }
    Row::under(columns, line, of_row)
}

/// The letters of a column, counted from nought: A to Z, then AA.
fn letters(column: u32) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}
