//! From marks on pages to the bytes of a PDF/A file.

use super::super::RenderError;
use super::face::Faces;
use super::sheet::{HEIGHT, Ink, Mark, Page, WIDTH};
use crate::domain::Instant;
use chrono::{Datelike, Timelike};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

/// The colours of the series of a chart, which differ in grey as well.
const SERIES: [(u8, u8, u8); 4] = [(0, 94, 184), (240, 150, 60), (90, 130, 90), (150, 150, 160)];

/// The pages as a file.
pub(super) fn print(
    title: &str,
    made_at: Instant,
    faces: &Faces,
    pages: Vec<Page>,
) -> Result<Vec<u8>, RenderError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|error| RenderError::Pdf(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language("en-GB".to_owned())
            .creator("nightdesk".to_owned())
            .creation_date(date(made_at)),
    );
    let size = PageSettings::from_wh(WIDTH, HEIGHT)
        .ok_or_else(|| RenderError::Pdf("the page has no size".to_owned()))?;
    for marks in pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for mark in &marks {
            put(&mut surface, faces, mark);
        }
        surface.finish();
        page.finish();
    }
    document
        .finish()
        .map_err(|error| RenderError::Pdf(format!("{error:?}")))
}

/// A moment in UTC as the file spells it.
fn date(at: Instant) -> DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn put(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            weight,
            ink,
            text,
        } => {
            let face = faces.of(*weight);
            surface.set_fill(Some(fill(*ink)));
            let start = Point::from_xy(*x, *y);
            let glyphs = face.glyphs(text);
            surface.draw_glyphs(start, &glyphs, face.font(), text, *size, false);
        }
        Mark::Box {
            x,
            y,
            width,
            height,
            ink,
        } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) else {
                return;
            };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            if let Some(path) = path.finish() {
                surface.set_fill(Some(fill(*ink)));
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = colour(ink);
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }
}

fn colour(ink: Ink) -> (u8, u8, u8) {
    match ink {
        Ink::Dark => (33, 43, 50),
        Ink::Grey => (118, 134, 146),
        Ink::Pale => (232, 237, 238),
        Ink::White => (255, 255, 255),
        Ink::Soon => (217, 138, 0),
        Ink::Late => (170, 30, 30),
        Ink::Series(place) => SERIES[place % SERIES.len()],
        Ink::Shade(share) => {
            let (red, green, blue) = SERIES[0];
            (
                shaded(red, share),
                shaded(green, share),
                shaded(blue, share),
            )
        }
    }
}

/// A part of a colour between white and full.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255 by its making"
)]
fn shaded(full: u8, share: f32) -> u8 {
    let white = f32::from(u8::MAX);
    (white - (white - f32::from(full)) * share.clamp(0.0, 1.0)).round() as u8
}
