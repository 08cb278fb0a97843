//! Columns that fit, and rows that are built only if they are seen.
//!
//! Columns are given up by priority when there is no room for all of them; those with priority 0
//! never are. It deliberately holds no rows: a screen builds the few that are visible.

use ratatui::layout::Rect;

/// A column's claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub title: &'static str,
    /// Fewest columns of the terminal with which it is worth showing.
    pub least: u16,
    /// Most that it can use.
    pub most: u16,
    /// Columns with the highest number are given up first; 0 never is.
    pub priority: u8,
}

impl Column {
    /// A column of fixed width.
    pub const fn fixed(title: &'static str, width: u16, priority: u8) -> Self {
        Self {
            title,
            least: width,
            most: width,
            priority,
        }
    }

    /// A column that takes what is left over.
    pub const fn flexible(title: &'static str, least: u16, most: u16, priority: u8) -> Self {
        Self {
            title,
            least,
            most,
            priority,
        }
    }
}

/// Columns of space between two columns.
const GAP: u16 = 1;

/// Where each column goes in a row of this width: its index, first terminal column and width.
pub fn fit(columns: &[Column], width: u16) -> Vec<(usize, u16, u16)> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    while needed(columns, &kept) > width {
        let Some(last) = dispensable(columns, &kept) else {
            break;
        };
        kept.retain(|index| *index != last);
    }
    let mut spare = width.saturating_sub(needed(columns, &kept));
    let mut x = 0;
    kept.into_iter()
        .map(|index| {
            let column = &columns[index];
            let extra = spare.min(column.most.saturating_sub(column.least));
            spare -= extra;
            let taken = (index, x, column.least + extra);
            x += column.least + extra + GAP;
            taken
        })
        .collect()
}

fn needed(columns: &[Column], kept: &[usize]) -> u16 {
    let widths: u16 = kept.iter().map(|index| columns[*index].least).sum();
    let gaps = u16::try_from(kept.len().saturating_sub(1)).unwrap_or_default();
    widths + gaps * GAP
}

fn dispensable(columns: &[Column], kept: &[usize]) -> Option<usize> {
    kept.iter()
        .copied()
        .filter(|index| columns[*index].priority > 0)
        .max_by_key(|index| columns[*index].priority)
}

/// The first row of the page that shows row `selected`: pages turn at the edge instead of
/// scrolling, because a turned page costs one frame and a scrolled line costs one each.
pub fn page_start(selected: usize, height: u16) -> usize {
    let height = usize::from(height.max(1));
    selected - selected % height
}

/// A one-row rectangle inside `area`.
pub fn row_of(area: Rect, row: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(row),
        height: u16::from(row < area.height),
        ..area
    }
}
