//! The font: which glyph a letter is, and how wide.
//!
//! Deliberately simple typesetting: one letter, one glyph, from left to right. What the font has no
//! glyph for is named by its number, so that nothing is left out in silence.

use super::super::RenderError;
use super::sheet::Weight;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider, charmap::Charmap};

const REGULAR: &[u8] = include_bytes!("../../../../config/fonts/Karla-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../../../config/fonts/Karla-Bold.otf");

/// The two weights of the font.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

/// One weight of the font.
pub(super) struct Face {
    font: Font,
    letters: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
}

impl Faces {
    /// The font that is built in.
    pub(super) fn bundled() -> Result<Self, RenderError> {
        Ok(Self {
            regular: Face::read(REGULAR)?,
            bold: Face::read(BOLD)?,
        })
    }

    /// The face of a weight.
    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Result<Self, RenderError> {
        let font = Font::new(bytes.into(), 0).ok_or(RenderError::Font)?;
        let metrics = FontRef::new(bytes).map_err(|_| RenderError::Font)?;
        Ok(Self {
            units: font.units_per_em(),
            font,
            letters: metrics.charmap(),
            widths: metrics.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// The font as the writer of the PDF knows it.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The text in letters that the font has.
    pub(super) fn spelt(&self, text: &str) -> String {
        let mut spelt = String::with_capacity(text.len());
        for letter in text.chars() {
            match (self.letters.map(letter), in_other_words(letter)) {
                (Some(_), _) => spelt.push(letter),
                (None, Some(words)) => spelt.push_str(words),
                (None, None) => spelt.push_str(&format!("‹U+{:04X}›", u32::from(letter))),
            }
        }
        spelt
    }

    /// How wide a text is, in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let widths = text.chars().map(|letter| self.glyph(letter).1);
        widths.sum::<f32>() * size
    }

    /// The glyphs of a text, each with the bytes that it stands for.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let letters = text.char_indices();
        letters
            .map(|(place, letter)| {
                let (glyph_id, x_advance) = self.glyph(letter);
                KrillaGlyph {
                    glyph_id,
                    text_range: place..place + letter.len_utf8(),
                    x_advance,
                    x_offset: 0.0,
                    y_offset: 0.0,
                    y_advance: 0.0,
                    location: None,
                }
            })
            .collect()
    }

    /// A letter's glyph, and its width where the type is one point high.
    fn glyph(&self, letter: char) -> (GlyphId, f32) {
        let glyph = self.letters.map(letter).unwrap_or_default();
        let width = self.widths.advance_width(glyph).unwrap_or_default();
        (GlyphId::new(glyph.to_u32()), width / self.units)
    }
}

/// What to write for signs of ours that the font has not got.
fn in_other_words(letter: char) -> Option<&'static str> {
    match letter {
        '−' | '‑' => Some("–"),
        '→' => Some("->"),
        '≥' => Some(">="),
        '≤' => Some("<="),
        _ => None,
    }
}
