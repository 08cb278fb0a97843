//! Where things go, for drawing and for whoever must know how long a page is.

use ratatui::layout::Rect;

/// The bands of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Regions {
    /// Who, where, how fresh, what time.
    pub header: Rect,
    /// The board or an incident.
    pub body: Rect,
    /// What must not be missed.
    pub banner: Rect,
    /// Keys.
    pub footer: Rect,
}

/// Whether the terminal is too small to show an incident honestly.
pub fn is_too_small((width, height): (u16, u16)) -> bool {
    width < 60 || height < 16
}

/// The bands of a screen.
pub fn regions(area: Rect) -> Regions {
    let row = |y: u16| Rect {
        y: area.y + y,
        height: 1,
        ..area
    };
    let bottom = area.height.saturating_sub(1);
    Regions {
        header: row(0),
        body: Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(3),
            ..area
        },
        banner: row(bottom.saturating_sub(1)),
        footer: row(bottom),
    }
}

/// How the board divides its part of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardLayout {
    /// The terminal's row of the first incident.
    pub first_row: u16,
    /// How many incidents fit on a page.
    pub rows: u16,
    /// Rows of the preview, its rule included.
    pub preview: u16,
}

/// The board's layout on a terminal of this size: queues and headings above the rows, the preview
/// below.
pub fn board((_, height): (u16, u16)) -> BoardLayout {
    const ABOVE: u16 = 3;
    const BELOW: u16 = 2;
    let preview = if height >= 30 { 8 } else { 4 };
    BoardLayout {
        first_row: ABOVE,
        rows: height.saturating_sub(ABOVE + BELOW + preview).max(1),
        preview,
    }
}
