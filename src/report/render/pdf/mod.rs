//! For paper and for the archive: A4, PDF/A, with the charts drawn.
//!
//! A document is laid out first, into marks on pages, and then printed; so a page knows how many pages
//! there are. `face` knows the font, `sheet` the pages, `table` and `chart` what is put on them.
//! Deliberately draws nothing that only a colour tells: every bar and cell has its number.

mod chart;
mod face;
mod print;
mod sheet;
mod table;

use super::RenderError;
use crate::report::document::{Block, Document};
use crate::text;
use face::Faces;
use sheet::{Ink, Sheet, Weight};

/// Sizes of type, in points.
const TITLE: f32 = 18.0;
const LEAD: f32 = 9.0;
const HEADING: f32 = 12.0;
const BODY: f32 = 9.5;

/// The document as PDF.
pub(super) fn write(document: &Document) -> Result<Vec<u8>, RenderError> {
    let faces = Faces::bundled()?;
    let mut sheet = Sheet::new(&faces);
    let title = text::line(&document.title);
    sheet.paragraph(title.as_str(), Weight::Bold, TITLE, Ink::Dark);
    for lead in &document.lead {
        sheet.paragraph(text::line(lead).as_str(), Weight::Regular, LEAD, Ink::Grey);
    }
    for section in &document.sections {
        sheet.keep_together(HEADING * 4.0);
        sheet.space(HEADING);
        let heading = text::line(&section.heading);
        sheet.paragraph(heading.as_str(), Weight::Bold, HEADING, Ink::Dark);
        sheet.space(2.0);
        for block in &section.blocks {
            put(&mut sheet, block);
        }
    }
    let pages = sheet.finish(title.as_str());
    print::print(title.as_str(), document.made_at, &faces, pages)
}

fn put(sheet: &mut Sheet<'_>, block: &Block) {
    match block {
        Block::Paragraph { text } => {
            for line in text::lines(text).as_str().split('\n') {
                sheet.paragraph(line, Weight::Regular, BODY, Ink::Dark);
            }
        }
        Block::Table(table) => table::put(sheet, table),
        Block::Chart(chart) => chart::put(sheet, chart),
    }
    sheet.space(6.0);
}
