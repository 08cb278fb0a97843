//! What was drawn, as words: columns become commas, and signs that only repeat a word go.

use crate::text;
use ratatui::text::Line;

/// A drawn line as a sentence; empty if it held nothing but decoration.
pub(super) fn spoken(line: &Line<'_>) -> String {
    let drawn: String = line
        .spans
        .iter()
        .map(|span| span.content.as_ref())
        .collect();
    spoken_text(&drawn)
}

/// A drawn text as a sentence.
pub(super) fn spoken_text(drawn: &str) -> String {
    let mut said = String::new();
    let mut gap = 0;
    for character in text::line(drawn).as_str().chars() {
        match character {
            // Decoration, and signs beside which the word stands anyway.
            '\u{2500}'..='\u{259f}' | '✓' | '✗' | '▲' | '‼' | '≈' | '●' | '◌' | '↑' | '•' =>
            {
                gap += 1;
            }
            ' ' => gap += 1,
            '·' => gap = gap.max(2),
            shown => {
                said.push_str(between(&said, gap, shown));
                gap = 0;
                match shown {
                    '−' => said.push_str("minus "),
                    '→' => said.push_str("to"),
                    '×' => said.push_str(" by "),
                    _ => said.push(shown),
                }
            }
        }
    }
    said
}

/// What stands for the space before a character: nothing at the start, a comma where a column began.
fn between(said: &str, gap: usize, next: char) -> &'static str {
    let is_after_mark = said.ends_with([',', ';', ':', '.', '(']);
    match gap {
        0 => "",
        _ if said.is_empty() => "",
        1 => " ",
        _ if is_after_mark || matches!(next, '(' | ',' | ';') => " ",
        _ => ", ",
    }
}
