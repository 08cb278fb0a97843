//! The page: what ratatui draws becomes as few bytes as possible, in one write a frame.
//!
//! Frames and bytes are dear over a bad link, so an equal frame writes nothing at all, styles are
//! written as differences, and the cursor is touched only when it has to move. This module
//! deliberately asks the terminal nothing: late answers would arrive as keys.

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// A ratatui backend that gathers a frame and hands it to `out` whole.
pub struct Page<W> {
    out: W,
    frame: String,
    cursor: Option<Position>,
    shown_cursor: Option<Position>,
    /// Where signs of two columns begin on the screen.
    wide: HashSet<Position>,
}

impl<W: Write> Page<W> {
    /// A page on a terminal whose screen is clear and whose cursor is hidden.
    pub fn new(out: W) -> Self {
        Self {
            out,
            frame: String::new(),
            cursor: None,
            shown_cursor: None,
            wide: HashSet::new(),
        }
    }

    /// The half that is left of a sign of two columns when another is written over its beginning:
    /// terminals blank it in the style that is being written, and ratatui does not draw it again.
    fn half_left(&mut self, at: Position, columns: u16) -> Option<Position> {
        let last_column = at.x.saturating_add(columns - 1);
        let was_cut = self.wide.remove(&Position {
            x: last_column,
            ..at
        });
        if columns > 1 {
            self.wide.insert(at);
        }
        was_cut.then(|| Position {
            x: last_column.saturating_add(1),
            ..at
        })
    }

    /// Adds bytes of our own making, such as a copied reference, to the next frame.
    pub fn append(&mut self, sequence: &str) {
        self.frame.push_str(sequence);
    }

    /// Puts the cursor where the frame wants it, if it is not there already.
    fn settle_cursor(&mut self) {
        let drawn = !self.frame.is_empty();
        match (self.cursor, self.shown_cursor) {
            (Some(wanted), Some(shown)) if wanted == shown && !drawn => {}
            (Some(wanted), before) => {
                move_to(&mut self.frame, wanted);
                if before.is_none() {
                    self.frame.push_str("\x1b[?25h");
                }
            }
            (None, Some(_)) => self.frame.push_str("\x1b[?25l"),
            (None, None) => {}
        }
        self.shown_cursor = self.cursor;
    }
}

impl<W: Write> Backend for Page<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut pen = Pen::default();
        let mut stand = None;
        let mut content = content.peekable();
        while let Some((x, y, cell)) = content.next() {
            let at = Position { x, y };
            let columns = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
            stand = Some(put(&mut self.frame, &mut pen, stand, at, cell));
            let half = self.half_left(at, columns);
            let next = content.peek().map(|(x, y, _)| Position { x: *x, y: *y });
            if let Some(half) = half.filter(|half| next != Some(*half)) {
                stand = Some(put(&mut self.frame, &mut pen, stand, half, &Cell::EMPTY));
            }
        }
        pen.put_down(&mut self.frame);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor = self.cursor.or(Some(Position::ORIGIN));
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type == ClearType::All {
            self.wide.clear();
            // Whoever wrote on the screen may have shown the cursor.
            if self.shown_cursor.take().is_none() {
                self.frame.push_str("\x1b[?25l");
            }
        }
        self.frame.push_str(match clear_type {
            ClearType::All => "\x1b[2J",
            ClearType::AfterCursor => "\x1b[J",
            ClearType::BeforeCursor => "\x1b[1J",
            ClearType::CurrentLine => "\x1b[2K",
            ClearType::UntilNewLine => "\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        // Asked before every frame; crossterm would open the terminal anew each time.
        let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout())?;
        Ok(Size {
            width: size.ws_col,
            height: size.ws_row,
        })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::default(),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.settle_cursor();
        if self.frame.is_empty() {
            return Ok(());
        }
        self.out.write_all(self.frame.as_bytes())?;
        self.frame.clear();
        self.out.flush()
    }
}

/// Where the last cell left the cursor.
#[derive(Clone, Copy)]
struct Stand {
    position: Position,
    /// Whether every terminal agrees: some take two columns for a sign that we take one for.
    is_certain: bool,
}

/// Writes a cell where it goes, and says where that leaves the cursor.
fn put(
    frame: &mut String,
    pen: &mut Pen,
    stand: Option<Stand>,
    at: Position,
    cell: &Cell,
) -> Stand {
    let is_certain = move_on(frame, stand, at);
    pen.take(cell, frame);
    frame.push_str(cell.symbol());
    let columns = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
    Stand {
        position: Position {
            x: at.x.saturating_add(columns),
            y: at.y,
        },
        is_certain: is_certain && cell.symbol().is_ascii(),
    }
}

/// Moves to where the next cell goes, by a step if the cursor is certain to be on the same row, for
/// that is shorter. Gives whether the cursor is certain to be there.
fn move_on(frame: &mut String, stand: Option<Stand>, to: Position) -> bool {
    match stand {
        Some(stand) if stand.position == to => stand.is_certain,
        Some(Stand {
            position: from,
            is_certain: true,
        }) if from.y == to.y && from.x < to.x => {
            let _ = match to.x - from.x {
                1 => write!(frame, "\x1b[C"),
                columns => write!(frame, "\x1b[{columns}C"),
            };
            true
        }
        Some(_) | None => {
            move_to(frame, to);
            true
        }
    }
}

fn move_to(frame: &mut String, Position { x, y }: Position) {
    let (row, column) = (y.saturating_add(1), x.saturating_add(1));
    // Writing to a string cannot fail.
    let _ = match column {
        1 => write!(frame, "\x1b[{row}H"),
        _ => write!(frame, "\x1b[{row};{column}H"),
    };
}

/// The style that the terminal is writing in.
#[derive(Default, PartialEq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    fn take(&mut self, cell: &Cell, frame: &mut String) {
        let wanted = Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        };
        if *self == wanted || (cell.symbol() == " " && self.leaves_the_same_blank(&wanted)) {
            return;
        }
        let weight = Modifier::BOLD | Modifier::DIM;
        let removed = self.modifier - wanted.modifier;
        let mut codes = Vec::with_capacity(6);
        if !(removed - weight).is_empty() {
            // Taken away all at once: the single codes differ between terminals.
            codes.push("0".to_owned());
            *self = Self::default();
        } else if !removed.is_empty() {
            codes.push("22".to_owned());
            self.modifier -= weight;
        }
        for added in (wanted.modifier - self.modifier).iter() {
            codes.extend(attribute(added).map(str::to_owned));
        }
        if self.fg != wanted.fg {
            codes.push(colour(wanted.fg, 30));
        }
        if self.bg != wanted.bg {
            codes.push(colour(wanted.bg, 40));
        }
        let _ = write!(frame, "\x1b[{}m", codes.join(";"));
        *self = wanted;
    }

    /// Whether nobody can see in which of the two a blank was written.
    fn leaves_the_same_blank(&self, wanted: &Self) -> bool {
        let visible = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        self.bg == wanted.bg && !(self.modifier | wanted.modifier).intersects(visible)
    }

    fn put_down(self, frame: &mut String) {
        if self != Self::default() {
            frame.push_str("\x1b[m");
        }
    }
}

fn attribute(modifier: Modifier) -> Option<&'static str> {
    [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ]
    .into_iter()
    .find_map(|(named, code)| (named == modifier).then_some(code))
}

/// The code of a colour; `base` is 30 for the foreground and 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let plain = |index: u8| (base + index).to_string();
    let bright = |index: u8| (base + 60 + index).to_string();
    match colour {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}
