//! A list to choose from, narrowed by typing.
//!
//! Every typed word must occur somewhere in a row; that is predictable, where fuzzy matching is
//! not. It deliberately does not know what its rows stand for.

use super::input::Input;
use super::table::{page_start, row_of};
use super::wrap::wrapped;
use crate::text;
use crate::tui::theme::{Look, Theme};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Rows for what is told of the selected choice.
const TOLD: u16 = 2;

/// A row to choose.
#[derive(Clone, Debug)]
pub struct Choice<T> {
    /// What is chosen.
    pub value: T,
    /// How it is called.
    pub label: String,
    /// What else there is to know about it.
    pub detail: String,
    /// How the label looks.
    pub look: Look,
}

/// Choices, what was typed to narrow them, and the one that is selected.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    choices: Vec<Choice<T>>,
    typed: Input,
    shown: Vec<usize>,
    selected: usize,
}

impl<T> Picker<T> {
    /// A list with its first row selected.
    pub fn new(choices: Vec<Choice<T>>) -> Self {
        Self {
            shown: (0..choices.len()).collect(),
            choices,
            typed: Input::default(),
            selected: 0,
        }
    }

    /// The selected row, if any row is left.
    pub fn selected(&self) -> Option<&Choice<T>> {
        let index = self.shown.get(self.selected)?;
        self.choices.get(*index)
    }

    /// A key for the text that narrows the list.
    pub fn key(&mut self, key: KeyEvent) {
        self.typed.key(key);
        self.narrow();
    }

    /// A pasted text that narrows the list.
    pub fn paste(&mut self, pasted: &str) {
        self.typed.paste(pasted);
        self.narrow();
    }

    /// Moves the selection; it stops at both ends.
    pub fn step(&mut self, rows: isize) {
        let last = self.shown.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
    }

    /// Selects a row by its place; false if there is none.
    pub fn go_to(&mut self, place: usize) -> bool {
        let is_there = place < self.shown.len();
        if is_there {
            self.selected = place;
        }
        is_there
    }

    /// Narrows the list by these words alone.
    pub fn search(&mut self, words: &str) {
        self.typed.clear();
        self.paste(words);
    }

    /// What narrows the list.
    pub fn typed(&self) -> &str {
        self.typed.value()
    }

    /// The rows that are left, in order.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Choice<T>> {
        self.shown.iter().map(|index| &self.choices[*index])
    }

    fn narrow(&mut self) {
        let typed = self.typed.value().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        self.shown = (0..self.choices.len())
            .filter(|index| {
                let choice = &self.choices[*index];
                let row = format!("{} {}", choice.label, choice.detail).to_lowercase();
                words.iter().all(|word| row.contains(word))
            })
            .collect();
        // Who types a name means the row of that name, wherever else its words occur.
        self.shown.sort_by_key(|index| {
            let label = self.choices[*index].label.to_lowercase();
            !words.iter().all(|word| label.contains(word))
        });
        self.selected = 0;
    }

    /// Draws the typed text on the first row and the page of choices under it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let prompt = row_of(area, 0);
        frame.render_widget(Span::styled("> ", theme.style(Look::Strong)), prompt);
        let typing = Rect {
            x: prompt.x + 2,
            width: prompt.width.saturating_sub(2),
            ..prompt
        };
        self.typed.draw(frame, typing, theme.style(Look::Text));
        self.typed.place_cursor(frame, typing);
        let list = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1 + TOLD),
            ..area
        };
        if let Some(choice) = self.selected() {
            // Rows are cut at the edge; what is selected is told in full.
            let told = Span::styled(choice.detail.as_str(), theme.style(Look::Next));
            let lines = wrapped(vec![Line::from(told)], area.width.into());
            for (row, line) in (0..TOLD).zip(lines) {
                frame.render_widget(line, row_of(area, area.height.saturating_sub(TOLD) + row));
            }
        }
        if self.shown.is_empty() {
            let nothing = Span::styled("Nothing fits what you typed", theme.style(Look::Quiet));
            frame.render_widget(nothing, row_of(list, 0));
        }
        self.draw_page(frame, list, theme);
    }

    fn draw_page(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let first = page_start(self.selected, area.height);
        let label_width = self
            .choices
            .iter()
            .map(|choice| choice.label.chars().count())
            .max();
        let label_width = label_width.unwrap_or_default().min(36);
        for row in 0..area.height {
            let place = first + usize::from(row);
            let Some(choice) = self.shown.get(place).map(|index| &self.choices[*index]) else {
                break;
            };
            let is_selected = place == self.selected;
            let sign = if is_selected { "▌ " } else { "  " };
            let label = format!("{:label_width$}  ", choice.label);
            let room =
                usize::from(area.width) - (sign.width() + label.width()).min(area.width.into());
            let detail = text::line(&choice.detail).truncated(room);
            let line = Line::from(vec![
                Span::raw(sign),
                Span::styled(label, theme.style(choice.look)),
                Span::raw(String::from(detail)),
            ]);
            let look = if is_selected {
                Look::Selection
            } else {
                Look::Text
            };
            let place = row_of(area, row);
            frame.buffer_mut().set_style(place, theme.style(look));
            frame.render_widget(line, place);
        }
    }
}
