//! Styled lines broken to a width between words, so that a screen knows how many there are.

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The lines in at most `columns` columns; what follows a break is indented like a continuation.
pub fn wrapped(lines: Vec<Line<'_>>, columns: usize) -> Vec<Line<'static>> {
    lines
        .into_iter()
        .flat_map(|line| wrap(&line, columns.max(8)))
        .collect()
}

/// Columns by which continuation lines are indented.
const INDENT: usize = 2;

fn wrap(line: &Line<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut done = Vec::new();
    let mut row: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for span in &line.spans {
        for word in span
            .content
            .split_inclusive(' ')
            .flat_map(|word| pieces(word, columns))
        {
            let width = word.width();
            if used + word.trim_end().width() > columns && used > INDENT {
                done.push(Line::from(std::mem::take(&mut row)));
                row.push(Span::raw(" ".repeat(INDENT)));
                used = INDENT;
            }
            used += width;
            match row.last_mut() {
                Some(last) if last.style == span.style => last.content.to_mut().push_str(word),
                Some(_) | None => row.push(Span::styled(word.to_owned(), span.style)),
            }
        }
    }
    done.push(Line::from(row));
    done
}

/// A word, or its parts if it alone is longer than a row.
fn pieces(word: &str, columns: usize) -> Vec<&str> {
    let room = columns - INDENT;
    let mut parts = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (byte, grapheme) in word.grapheme_indices(true) {
        if used + grapheme.width() > room {
            parts.push(&word[start..byte]);
            (start, used) = (byte, 0);
        }
        used += grapheme.width();
    }
    parts.push(&word[start..]);
    parts
}
