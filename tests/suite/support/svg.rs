//! A drawn screen as a picture: the snapshot, the test of its colours, and what the README shows.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

const CELL_WIDTH: u32 = 9;
const CELL_HEIGHT: u32 = 19;
const INK: &str = "#d8dee9";
const PAPER: &str = "#11151c";

/// The sixteen colours as a dark terminal shows them.
const PALETTE: [&str; 16] = [
    "#1c222b", "#d05c65", "#8fbc6f", "#d9b25f", "#5d8fc9", "#b07cc6", "#5fb3b3", "#c8ccd4",
    "#6b7484", "#ff7b85", "#a9dc84", "#ffd479", "#82b4f0", "#d79ef0", "#80dede", "#ffffff",
];

/// The buffer as an SVG of text, one run of equal style at a time.
pub(crate) fn render(buffer: &Buffer) -> String {
    let (columns, rows) = (u32::from(buffer.area.width), u32::from(buffer.area.height));
    let (width, height) = (columns * CELL_WIDTH + 16, rows * CELL_HEIGHT + 16);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">\n\
         <style>text{{white-space:pre}}</style>\n"
    );
    for row in 0..buffer.area.height {
        draw_row(&mut svg, buffer, row);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn draw_row(svg: &mut String, buffer: &Buffer, row: u16) {
    let mut column = 0;
    while column < buffer.area.width {
        let first = &buffer[(column, row)];
        let start = column;
        let mut text = String::new();
        while column < buffer.area.width && same_style(first, &buffer[(column, row)]) {
            let symbol = buffer[(column, row)].symbol();
            text.push_str(symbol);
            column += u16::try_from(symbol.width()).unwrap().max(1);
        }
        draw_run(svg, first, &text, start, column - start, row);
    }
}

fn same_style(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

fn draw_run(svg: &mut String, cell: &Cell, text: &str, column: u16, columns: u16, row: u16) {
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (ink, paper) = (colour(cell.fg), colour(cell.bg));
    let (ink, paper) = match reversed {
        true => (
            paper.unwrap_or(PAPER.to_owned()),
            Some(ink.unwrap_or(INK.to_owned())),
        ),
        false => (ink.unwrap_or(INK.to_owned()), paper),
    };
    let x = u32::from(column) * CELL_WIDTH + 8;
    let y = u32::from(row) * CELL_HEIGHT + 8;
    let width = u32::from(columns) * CELL_WIDTH;
    if let Some(paper) = paper {
        writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{CELL_HEIGHT}\" fill=\"{paper}\"/>").unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let mut look = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.6\""),
    ] {
        if cell.modifier.contains(modifier) {
            look.push_str(attribute);
        }
    }
    let baseline = y + 14;
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{baseline}\" textLength=\"{width}\" fill=\"{ink}\"{look}>{text}</text>"
    )
    .unwrap();
}

fn colour(colour: Color) -> Option<String> {
    let named = |index: usize| Some(PALETTE[index].to_owned());
    match colour {
        Color::Reset => None,
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Indexed(index) => Some(indexed(index)),
    }
}

/// The 256 colours: sixteen named, a cube of six, a ramp of grey.
fn indexed(index: u8) -> String {
    match index {
        0..16 => PALETTE[usize::from(index)].to_owned(),
        16..232 => {
            let level = |step: u8| {
                if step == 0 {
                    0
                } else {
                    55 + 40 * u32::from(step)
                }
            };
            let place = index - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                level(place / 36),
                level(place / 6 % 6),
                level(place % 6)
            )
        }
        232.. => {
            let grey = 8 + 10 * u32::from(index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
