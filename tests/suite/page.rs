//! What reaches the terminal: nothing for nothing, and one write for a frame.

use nightdesk::tui::page::Page;
use ratatui::Terminal;
use ratatui::TerminalOptions;
use ratatui::Viewport;
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
