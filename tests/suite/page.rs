//! What reaches the terminal: nothing for nothing, and one write for a frame.

use nightdesk::tui::page::Page;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::TerminalOptions;
use ratatui::Viewport;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::rc::Rc;

/// Remembers each write by itself.
#[derive(Clone, Default)]
struct Writes(Rc<RefCell<Vec<Vec<u8>>>>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writes {
    fn take(&self) -> Vec<Vec<u8>> {
        self.0.take()
    }
}

fn terminal(writes: &Writes) -> Terminal<Page<Writes>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 3));
    Terminal::with_options(Page::new(writes.clone()), TerminalOptions { viewport }).unwrap()
}

fn draw(
    terminal: &mut Terminal<Page<Writes>>,
    cells: &[(u16, u16, &str, Style)],
    cursor: Option<Position>,
) {
    let drawn = terminal.draw(|frame| {
        for (x, y, text, style) in cells {
            frame.buffer_mut().set_string(*x, *y, text, *style);
        }
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    });
    drawn.unwrap();
}

#[test]
fn a_frame_is_one_write_and_an_equal_frame_is_none() {
    let writes = Writes::default();
    let mut terminal = terminal(&writes);
    let cells = [
        (0, 0, "due", Style::new()),
        (4, 2, "soon", Style::new().fg(Color::Yellow)),
    ];
    draw(&mut terminal, &cells, Some(Position::new(3, 1)));
    assert_eq!(writes.take().len(), 1);
    draw(&mut terminal, &cells, Some(Position::new(3, 1)));
    assert_eq!(writes.take().len(), 0);
}

#[test]
fn a_ticking_second_costs_a_few_bytes() {
    let writes = Writes::default();
    let mut terminal = terminal(&writes);
    let style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);
    draw(&mut terminal, &[(4, 1, "12m 40s", style)], None);
    writes.take();
    draw(&mut terminal, &[(4, 1, "12m 39s", style)], None);
    let bytes = writes.take().concat();
    assert!(bytes.len() <= 24, "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_terminal_shows_what_was_drawn() {
    let writes = Writes::default();
    let mut terminal = terminal(&writes);
    let overdue = Style::new()
        .fg(Color::LightRed)
        .add_modifier(Modifier::BOLD | Modifier::REVERSED);
    let quiet = Style::new().fg(Color::Indexed(245)).bg(Color::Blue);
    draw(
        &mut terminal,
        &[
            (0, 0, "漢字!", overdue),
            (5, 0, "due", quiet),
            (8, 0, "!", Style::new()),
        ],
        Some(Position::new(9, 0)),
    );
    draw(
        &mut terminal,
        &[(0, 0, "漢字?", overdue), (5, 0, "met", Style::new())],
        None,
    );
    let size = |n| NonZeroU16::new(n).unwrap();
    let mut parser = vt100::Parser::new(size(3), size(20), 0);
    parser.process(&writes.take().concat());
    let screen = parser.screen();
    assert_eq!(screen.contents().trim_end(), "漢字?met");
    assert!(screen.hide_cursor());
    let first = screen.cell(0, 0).unwrap();
    assert!(first.bold() && first.inverse());
    assert_eq!(first.fgcolor(), vt100::Color::Idx(9));
    let last = screen.cell(0, 5).unwrap();
    assert!(!last.bold());
    assert_eq!(last.fgcolor(), vt100::Color::Default);
    assert_eq!(last.bgcolor(), vt100::Color::Default);
}

/// Found by the property below: the second half of a wide sign, blanked by what was written over its
/// first half, took that one's colour.
#[test]
fn what_is_left_of_a_wide_sign_takes_no_colour_from_what_is_written_over_it() {
    let writes = Writes::default();
    let mut terminal = terminal(&writes);
    draw(&mut terminal, &[(16, 2, "漢", Style::new())], None);
    let lit = Style::new().bg(Color::Cyan);
    draw(&mut terminal, &[(14, 2, "due", lit)], None);
    let size = |n| NonZeroU16::new(n).unwrap();
    let mut parser = vt100::Parser::new(size(3), size(20), 0);
    parser.process(&writes.take().concat());
    let background = |column| parser.screen().cell(2, column).unwrap().bgcolor();
    assert_eq!(background(16), vt100::Color::Idx(6));
    assert_eq!(background(17), vt100::Color::Default);
}

/// Texts with what is hard about them: blanks in styles that can be told apart and in such that
/// cannot, signs of two columns, steps over what stays.
fn piece() -> impl Strategy<Value = (u16, u16, &'static str, Style)> {
    let texts = vec!["due", "  ", " a b ", "─ ▲", "漢", "x", "overdue  soon"];
    let styles = vec![
        Style::new(),
        Style::new().add_modifier(Modifier::BOLD),
        Style::new()
            .fg(Color::LightRed)
            .add_modifier(Modifier::BOLD),
        Style::new().fg(Color::DarkGray),
        Style::new().fg(Color::Black).bg(Color::Cyan),
        Style::new()
            .fg(Color::Yellow)
            .add_modifier(Modifier::ITALIC),
        Style::new().add_modifier(Modifier::REVERSED),
        Style::new().add_modifier(Modifier::UNDERLINED),
    ];
    let text = prop::sample::select(texts);
    (0..20_u16, 0..3_u16, text, prop::sample::select(styles))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However a frame is spelt, the terminal shows the cells that were drawn.
    #[test]
    fn the_terminal_s_cells_are_the_buffer_s(frames in prop::collection::vec(prop::collection::vec(piece(), 0..8), 1..4)) {
        let writes = Writes::default();
        let mut terminal = terminal(&writes);
        let size = |n| NonZeroU16::new(n).unwrap();
        let mut parser = vt100::Parser::new(size(3), size(20), 0);
        for pieces in frames {
            let mut drawn = Buffer::default();
            terminal.draw(|frame| {
                for (x, y, text, style) in &pieces {
                    // What begins under the second half of a wide sign can be shown by no terminal.
                    let is_under = *x > 0 && frame.buffer_mut()[(*x - 1, *y)].symbol() == "漢";
                    if !is_under {
                        frame.buffer_mut().set_string(*x, *y, text, *style);
                    }
                }
                drawn.clone_from(frame.buffer_mut());
            }).unwrap();
            parser.process(&writes.take().concat());
            for y in 0..3 {
                for x in 0..20 {
                    let (cell, shown) = (&drawn[(x, y)], parser.screen().cell(y, x).unwrap());
                    if shown.is_wide_continuation() {
                        continue;
                    }
                    let text = if shown.has_contents() { shown.contents() } else { " " };
                    prop_assert_eq!(text, cell.symbol(), "{}, {}", x, y);
                    prop_assert_eq!(shown.bgcolor() == vt100::Color::Default, cell.bg == Color::Reset);
                    prop_assert_eq!(shown.inverse(), cell.modifier.contains(Modifier::REVERSED));
                    prop_assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
                    if text != " " {
                        prop_assert_eq!(shown.fgcolor() == vt100::Color::Default, cell.fg == Color::Reset);
                        prop_assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
                        prop_assert_eq!(shown.italic(), cell.modifier.contains(Modifier::ITALIC));
                    }
                }
            }
        }
    }
}
