//! Pages, and marks on them: the cursor goes down, and a new page begins where a mark has no room.

use super::face::Faces;

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;

/// White around the page.
const MARGIN: f32 = 48.0;

/// How wide what stands on a page may be.
pub(super) const ROOM: f32 = WIDTH - 2.0 * MARGIN;

/// From one line to the next, in sizes of type.
const LEADING: f32 = 1.35;

/// The size of what stands at the foot.
const FOOT: f32 = 7.5;

/// How heavy type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// What is printed in which colour; each can be told from its neighbours in grey too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    Dark,
    Grey,
    Pale,
    White,
    Soon,
    Late,
    /// The series of a chart, from 0 up.
    Series(usize),
    /// A shade between white and full, from 0 to 1.
    Shade(f32),
}

/// One mark on a page; distances are from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A line of text, with the left end of its base line.
    Text {
        x: f32,
        y: f32,
        size: f32,
        weight: Weight,
        ink: Ink,
        text: String,
    },
    /// A filled rectangle.
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
}

/// The marks of one page.
pub(super) type Page = Vec<Mark>;

/// Pages that are being laid out.
pub(super) struct Sheet<'a> {
    pub(super) faces: &'a Faces,
    pages: Vec<Page>,
    y: f32,
}

impl<'a> Sheet<'a> {
    /// One page with nothing on it.
    pub(super) fn new(faces: &'a Faces) -> Self {
        Self {
            faces,
            pages: vec![Page::new()],
            y: MARGIN,
        }
    }

    /// Leaves some points blank.
    pub(super) fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Begins a new page unless there is so much room on this one; says whether it did.
    pub(super) fn keep_together(&mut self, points: f32) -> bool {
        let is_full = self.y + points > HEIGHT - MARGIN;
        if is_full {
            self.pages.push(Page::new());
            self.y = MARGIN;
        }
        is_full
    }

    /// Text over the whole width.
    pub(super) fn paragraph(&mut self, text: &str, weight: Weight, size: f32, ink: Ink) {
        for line in self.folded(text, weight, size, ROOM) {
            self.keep_together(size * LEADING);
            self.text(0.0, size, weight, ink, &line);
            self.y += size * LEADING;
        }
    }

    /// A line of text whose top is at the cursor, so far from the margin; the cursor stays.
    pub(super) fn text(&mut self, x: f32, size: f32, weight: Weight, ink: Ink, text: &str) {
        self.text_at((x, 0.0), size, weight, ink, text);
    }

    /// The same, so far below the cursor.
    pub(super) fn text_at(
        &mut self,
        (x, below): (f32, f32),
        size: f32,
        weight: Weight,
        ink: Ink,
        text: &str,
    ) {
        let text = self.faces.of(weight).spelt(text);
        let (x, y) = (MARGIN + x, self.y + below + size);
        self.mark(Mark::Text {
            x,
            y,
            size,
            weight,
            ink,
            text,
        });
    }

    /// A filled rectangle, so far from the margin and below the cursor.
    pub(super) fn fill(&mut self, (x, below): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        let (x, y) = (MARGIN + x, self.y + below);
        self.mark(Mark::Box {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let face = self.faces.of(weight);
        face.width(&face.spelt(text), size)
    }

    /// The words of a text in lines of at most such a width; a longer word is broken.
    pub(super) fn folded(&self, text: &str, weight: Weight, size: f32, room: f32) -> Vec<String> {
        let face = self.faces.of(weight);
        let text = face.spelt(text);
        let mut lines = vec![String::new()];
        let words = text.split(' ').flat_map(|word| {
            let fits = |piece: &str| face.width(piece, size) <= room;
            pieces(word, fits)
        });
        for word in words {
            let Some(last) = lines.last_mut() else { break };
            if last.is_empty() {
                last.push_str(&word);
            } else if face.width(&format!("{last} {word}"), size) <= room {
                last.push(' ');
                last.push_str(&word);
            } else {
                lines.push(word);
            }
        }
        lines
    }

    /// The pages, each with its number and the title at the foot.
    pub(super) fn finish(mut self, title: &str) -> Vec<Page> {
        let count = self.pages.len();
        for (place, page) in self.pages.iter_mut().enumerate() {
            let face = self.faces.of(Weight::Regular);
            let text = face.spelt(&format!("{title} · page {} of {count}", place + 1));
            page.push(Mark::Text {
                x: WIDTH - MARGIN - face.width(&text, FOOT),
                y: HEIGHT - MARGIN / 2.0,
                size: FOOT,
                weight: Weight::Regular,
                ink: Ink::Grey,
                text,
            });
        }
        self.pages
    }
}

/// A word whole, or in pieces that fit.
fn pieces(word: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    if fits(word) {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(last) = pieces.last_mut() else { break };
        if last.is_empty() || fits(&format!("{last}{letter}")) {
            last.push(letter);
        } else {
            pieces.push(letter.to_string());
        }
    }
    pieces
}
