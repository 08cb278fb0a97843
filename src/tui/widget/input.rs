//! A text that is being typed: one line, or as many as it takes.
//!
//! What gets in is clean: pasted control and invisible characters are shown as the sanitiser shows
//! them, so that the officer sees what will be sent. It deliberately has no undo and no history.

use crate::text;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::backend::crossterm::EventHandler;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A text and the place where the next character goes.
#[derive(Clone, Debug, Default)]
pub struct Input {
    typed: tui_input::Input,
    /// Nobody has touched it yet: the first character takes the place of all of it.
    is_proposed: bool,
}

impl Input {
    /// A text that is there already, to be changed.
    pub fn holding(value: &str) -> Self {
        Self {
            typed: tui_input::Input::new(text::line(value).into()),
            is_proposed: false,
        }
    }

    /// A text that is proposed: what is typed or pasted replaces it, any other key lets it be changed.
    pub fn proposing(value: &str) -> Self {
        Self {
            is_proposed: true,
            ..Self::holding(value)
        }
    }

    /// What has been typed.
    pub fn value(&self) -> &str {
        self.typed.value()
    }

    /// Whether it is only proposed, and nobody has touched it.
    pub fn is_proposed(&self) -> bool {
        self.is_proposed
    }

    /// Whether nothing but space has been typed.
    pub fn is_blank(&self) -> bool {
        self.value().trim().is_empty()
    }

    /// Empties the text.
    pub fn clear(&mut self) {
        self.typed.reset();
        self.is_proposed = false;
    }

    /// A key for the text.
    pub fn key(&mut self, key: KeyEvent) {
        if writes(key) {
            self.replace_proposal();
        }
        self.is_proposed = false;
        self.typed.handle_event(&Event::Key(key));
    }

    /// A pasted text; line breaks become spaces, whatever hides becomes visible.
    pub fn paste(&mut self, pasted: &str) {
        self.replace_proposal();
        let flat = pasted.split_whitespace().collect::<Vec<_>>().join(" ");
        for character in text::line(&flat).as_str().chars() {
            self.typed
                .handle(tui_input::InputRequest::InsertChar(character));
        }
    }

    fn replace_proposal(&mut self) {
        if self.is_proposed {
            self.clear();
        }
    }

    /// How many rows the text takes in `columns`, with room for the cursor behind it.
    pub fn rows(&self, columns: u16) -> u16 {
        let rows = self.wrapped(columns).0.len();
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Draws the text from the row that shows the cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style) {
        let (rows, cursor) = self.wrapped(area.width);
        let first = first_row(cursor, area);
        for (place, row) in rows.iter().skip(first).enumerate() {
            let Ok(offset) = u16::try_from(place) else {
                break;
            };
            if offset >= area.height {
                break;
            }
            let line = Rect {
                y: area.y + offset,
                height: 1,
                ..area
            };
            // As the lists draw it: a terminal and this library count the columns of a joined emoji differently.
            let shown = text::line(row).to_string();
            frame.render_widget(Line::styled(shown, style), line);
        }
    }

    /// Puts the terminal's cursor where the next character goes.
    pub fn place_cursor(&self, frame: &mut Frame<'_>, area: Rect) {
        let (_, cursor) = self.wrapped(area.width);
        let row = usize::from(cursor.y) - first_row(cursor, area);
        frame.set_cursor_position(Position {
            x: area.x + cursor.x,
            y: area.y + u16::try_from(row).unwrap_or_default(),
        });
    }

    /// The rows of the text, and the cursor's place among them.
    fn wrapped(&self, columns: u16) -> (Vec<&str>, Position) {
        let value = self.value();
        let cursor_at = value
            .char_indices()
            .nth(self.typed.cursor())
            .map_or(value.len(), |(byte, _)| byte);
        let starts = row_starts(value, usize::from(columns.max(2)));
        let row = starts.iter().rposition(|start| *start <= cursor_at);
        let row = row.unwrap_or_default();
        let cursor = position(shown_width(&value[starts[row]..cursor_at]), row);
        let ends = starts.iter().skip(1).copied().chain([value.len()]);
        let rows = starts.iter().zip(ends);
        (
            rows.map(|(start, end)| &value[*start..end]).collect(),
            cursor,
        )
    }
}

/// Where each row of a text begins, in bytes: rows end behind a word, and inside one only if it alone
/// is longer than a row. A column stays free for the cursor, or takes the space that ends the row.
fn row_starts(value: &str, columns: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut used, mut word_at) = (0, 0);
    for (byte, grapheme) in value.grapheme_indices(true) {
        let width = shown_width(grapheme);
        let room = columns - usize::from(grapheme != " ");
        if used + width > room {
            let row = starts.last().copied().unwrap_or_default();
            let start = if word_at > row { word_at } else { byte };
            starts.push(start);
            used = shown_width(&value[start..byte]);
        }
        used += width;
        if grapheme == " " {
            word_at = byte + 1;
        }
    }
    starts
}

/// How many columns a text takes as it is drawn.
fn shown_width(text: &str) -> usize {
    text::line(text).as_str().width()
}

/// Whether a key puts a character into a text.
fn writes(key: KeyEvent) -> bool {
    let chord = KeyModifiers::CONTROL | KeyModifiers::ALT;
    matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(chord)
}

fn position(column: usize, row: usize) -> Position {
    Position {
        x: u16::try_from(column).unwrap_or(u16::MAX),
        y: u16::try_from(row).unwrap_or(u16::MAX),
    }
}

/// The first row that is shown, so that the cursor is among those that are.
fn first_row(cursor: Position, area: Rect) -> usize {
    usize::from((cursor.y + 1).saturating_sub(area.height.max(1)))
}
