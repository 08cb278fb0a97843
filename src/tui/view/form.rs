//! A form: its fields, the line that sends, and what would follow, beside or below.

use super::grade;
use crate::domain::incident::Incident;
use crate::text;
use crate::tui::app::App;
use crate::tui::form::{Alternative, Field, Form, Purpose, Sentence, Value};
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns of the labels.
const LABELS: u16 = 19;
/// Columns that the longest hint needs with the label beside it.
const NARROW: u16 = 74;
/// From so many columns on there is room for what would follow beside the fields.
const WIDE: u16 = 112;
/// Rows of options that fit what is typed; the nearest come first.
const MOST_FOUND_ROWS: u16 = 4;
/// Rows that a text may grow to before it scrolls.
const MOST_TEXT_ROWS: u16 = 6;

pub(super) fn draw(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let subject = app.subject(form);
    heading(app, form, subject.as_deref(), frame, row_of(area, 0));
    let consequence = form.consequence(subject.as_deref(), &app.present());
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let (fields, panel) = split(below, consequence.len());
    draw_fields(app, form, frame, fields);
    draw_panel(app, form, &consequence, frame, panel);
}

fn heading(app: &App, form: &Form, subject: Option<&Incident>, frame: &mut Frame<'_>, area: Rect) {
    let about = match (form.targets.len(), subject) {
        (0, _) => String::new(),
        (1, Some(incident)) => format!("  {}  {}", incident.name(), text::line(&incident.title)),
        (1, None) => "  an incident that is not known here".to_owned(),
        (more, _) => {
            let names: Vec<String> = form.targets.iter().map(|id| app.name_of(*id)).collect();
            format!("  {more} incidents: {}", names.join(", "))
        }
    };
    let about = problem(app, form).unwrap_or(about);
    let line = format!(" {}{about}", form.title());
    let line = text::line(&line)
        .truncated(usize::from(area.width))
        .to_string();
    frame
        .buffer_mut()
        .set_style(area, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(line), area);
}

/// The problem that a form is about.
fn problem(app: &App, form: &Form) -> Option<String> {
    let Purpose::OnProblem(_, Some(id)) = form.purpose else {
        return None;
    };
    let known = app.problem(id);
    Some(known.map_or_else(
        || "  a problem that is not known here".to_owned(),
        |problem| format!("  {}  {}", problem.reference, text::line(&problem.title)),
    ))
}

/// Beside the fields on a wide screen, else below them.
fn split(area: Rect, sentences: usize) -> (Rect, Rect) {
    if area.width >= WIDE {
        // No hint is cut while half of the screen is empty.
        let fields = (area.width * 3 / 5).max(NARROW);
        let left = Rect {
            width: fields,
            ..area
        };
        let right = Rect {
            x: area.x + fields + 1,
            width: area.width - fields - 1,
            ..area
        };
        return (left, right);
    }
    let wanted = u16::try_from(sentences + 2)
        .unwrap_or(u16::MAX)
        .clamp(4, area.height * 2 / 5);
    let top = Rect {
        height: area.height - wanted,
        ..area
    };
    let bottom = Rect {
        y: top.bottom(),
        height: wanted,
        ..area
    };
    (top, bottom)
}

/// The fields around the one with the focus, and behind the last one the line that sends.
fn draw_fields(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let width = area.width.saturating_sub(LABELS + 2);
    let heights: Vec<u16> = form
        .fields
        .iter()
        .enumerate()
        .map(|(place, field)| height(field, width, place == form.focus))
        .chain([2])
        .collect();
    let first = first_shown(&heights, form.focus, area.height);
    let mut y = area.y;
    for (place, height) in heights.iter().enumerate().skip(first) {
        let height = (*height).min(area.bottom().saturating_sub(y));
        if height == 0 {
            break;
        }
        let place_on_screen = Rect { y, height, ..area };
        match form.fields.get(place) {
            Some(field) => draw_field(app, field, place == form.focus, frame, place_on_screen),
            None => draw_send(app, form, frame, place_on_screen),
        }
        y += height;
    }
}

/// The first field that is shown, so that the focused one is whole on the screen.
fn first_shown(heights: &[u16], focus: usize, room: u16) -> usize {
    (0..=focus)
        .find(|first| {
            let needed: u16 = heights[*first..=focus.min(heights.len() - 1)].iter().sum();
            needed <= room
        })
        .unwrap_or(focus)
}

fn height(field: &Field, width: u16, focused: bool) -> u16 {
    match &field.value {
        Value::Text(input) | Value::Time(input) => input.rows(width).clamp(1, MOST_TEXT_ROWS),
        Value::One { options, .. } | Value::Many { options, .. } if field.is_searching() => {
            let found = found(field, options);
            1 + option_rows(found.iter().copied(), width).clamp(1, MOST_FOUND_ROWS)
        }
        Value::One { options, .. } => {
            let rows = option_rows(options, width);
            if focused && rows <= 3 { rows } else { 1 }
        }
        Value::Many { options, .. } => {
            if focused {
                option_rows(options, width)
            } else {
                1
            }
        }
        Value::Grid { .. } => {
            if focused {
                7
            } else {
                1
            }
        }
    }
}

/// The options that fit what is typed, the nearest first.
fn found<'a>(field: &Field, options: &'a [Alternative]) -> Vec<&'a Alternative> {
    let fitting = field
        .search()
        .map(|search| search.fitting(options))
        .unwrap_or_default();
    let fitting = fitting.into_iter();
    fitting.filter_map(|place| options.get(place)).collect()
}

/// How many rows the options take, each with its box in front.
fn option_rows<'a>(options: impl IntoIterator<Item = &'a Alternative>, width: u16) -> u16 {
    let mut rows = 1;
    let mut used = 0;
    for option in options {
        let needed = shown(option).width() + 6;
        if used + needed > usize::from(width) && used > 0 {
            rows += 1;
            used = 0;
        }
        used += needed;
    }
    rows
}

/// An option as it is shown. What stands where nothing is chosen looks like no answer.
fn shown(option: &Alternative) -> String {
    let words = text::line(&option.words);
    if option.is_open() {
        format!("<{words}>")
    } else {
        words.into()
    }
}

fn look_of(option: &Alternative, look: Look) -> Look {
    if option.is_open() { Look::Quiet } else { look }
}

fn draw_field(app: &App, field: &Field, focused: bool, frame: &mut Frame<'_>, area: Rect) {
    let look = if focused {
        Look::Selection
    } else {
        Look::Quiet
    };
    let label = Rect {
        width: LABELS,
        height: 1,
        ..area
    };
    let sign = if focused { "▌" } else { " " };
    let width = usize::from(LABELS) - 1;
    frame.render_widget(
        super::span(app, look, format!("{sign}{:<width$}", field.label)),
        label,
    );
    let value = Rect {
        x: area.x + LABELS + 1,
        width: area.width.saturating_sub(LABELS + 2),
        ..area
    };
    match &field.value {
        Value::Text(input) | Value::Time(input) => {
            if input.is_blank() {
                frame.render_widget(super::span(app, Look::Quiet, field.hint), row_of(value, 0));
            }
            input.draw(frame, value, app.theme.style(Look::Text));
            if focused {
                input.place_cursor(frame, value);
            }
        }
        Value::One { options, .. } | Value::Many { options, .. } if field.is_searching() => {
            draw_search(app, field, options, frame, value);
        }
        Value::One {
            options, chosen, ..
        } => draw_one(app, options, *chosen, focused, frame, value),
        Value::Many {
            options,
            ticked,
            at,
            ..
        } => {
            let at = focused.then_some(*at);
            let is_ticked = |place| ticked.contains(&place);
            draw_many(app, options, is_ticked, at, frame, value);
        }
        Value::Grid {
            severity,
            likelihood,
        } => {
            draw_grid(app, (*severity, *likelihood), focused, frame, value);
        }
    }
}

/// What is typed to find an option, and those that fit it; nothing is chosen by that.
fn draw_search(
    app: &App,
    field: &Field,
    options: &[Alternative],
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let Some(search) = field.search() else { return };
    let line = row_of(area, 0);
    frame.render_widget(super::span(app, Look::Strong, "find: "), line);
    let typing = Rect {
        x: line.x + 6,
        width: line.width.saturating_sub(6),
        ..line
    };
    search
        .typed()
        .draw(frame, typing, app.theme.style(Look::Text));
    let found = found(field, options);
    if found.is_empty() {
        // Below what was typed, which may be long: the two are not to run into each other.
        let below = row_of(area, 1);
        frame.render_widget(super::span(app, Look::Soon, not_found(field)), below);
    }
    let (takes, look) = match (&field.value, found.as_slice()) {
        (_, []) => ("Esc clears", Look::Quiet),
        (Value::Many { .. }, _) => ("Enter ticks, Esc clears", Look::Quiet),
        (_, _) => ("Enter takes, Esc clears", Look::Quiet),
    };
    super::right(frame, line, Line::from(super::span(app, look, takes)));
    search.typed().place_cursor(frame, typing);
    let in_hand = search.in_hand(options);
    let rows = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    draw_options(app, &found, frame, rows, |place| {
        let place = options
            .iter()
            .position(|option| std::ptr::eq(option, found[place]));
        let is_chosen = place.is_some_and(|place| is_answer(field, place));
        let look = if place == in_hand {
            Look::Selection
        } else {
            Look::Text
        };
        (sign(field, is_chosen), look)
    });
}

/// What can be done where no option fits.
fn not_found(field: &Field) -> &'static str {
    match field.pointer {
        "/reporter_organisation" => "Not listed. Choose your own, and name theirs in the contact",
        pointer if pointer.contains("organisation") || pointer.contains("processors") => {
            "Not listed. Name it in a note, and have it added to the directory"
        }
        _ => "Nothing fits",
    }
}

/// Whether an option is chosen or ticked.
fn is_answer(field: &Field, place: usize) -> bool {
    match &field.value {
        Value::One { chosen, .. } => *chosen == place,
        Value::Many { ticked, .. } => ticked.contains(&place),
        Value::Text(_) | Value::Time(_) | Value::Grid { .. } => false,
    }
}

fn sign(field: &Field, is_answer: bool) -> &'static str {
    match (&field.value, is_answer) {
        (Value::Many { .. }, true) => "[x] ",
        (Value::Many { .. }, false) => "[ ] ",
        (_, true) => "(•) ",
        (_, false) => "( ) ",
    }
}

/// All options where they fit, else the chosen one with its place.
fn draw_one(
    app: &App,
    options: &[Alternative],
    chosen: usize,
    focused: bool,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    if focused && area.height >= option_rows(options, area.width) && options.len() > 1 {
        let options: Vec<&Alternative> = options.iter().collect();
        return draw_options(app, &options, frame, area, |place| {
            if place == chosen {
                ("(•) ", Look::Strong)
            } else {
                ("( ) ", Look::Text)
            }
        });
    }
    let Some(option) = options.get(chosen) else {
        return frame.render_widget(super::span(app, Look::Quiet, "—"), row_of(area, 0));
    };
    let row = row_of(area, 0);
    let look = look_of(option, Look::Text);
    if !focused || options.len() < 2 {
        return frame.render_widget(super::span(app, look, shown(option)), row);
    }
    let answers = options.iter().filter(|option| !option.is_open()).count();
    let open = options.len() - answers;
    let count = match chosen.checked_sub(open) {
        Some(place) => format!("  {} of {answers}, type to find", place + 1),
        None => format!("  {answers} to choose from, type to find"),
    };
    let line = Line::from(vec![
        super::span(app, look, format!("‹ {} ›", shown(option))),
        super::span(app, Look::Quiet, count),
    ]);
    frame.render_widget(line, row);
}

fn draw_many(
    app: &App,
    options: &[Alternative],
    is_ticked: impl Fn(usize) -> bool,
    at: Option<usize>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    if at.is_some() {
        let options: Vec<&Alternative> = options.iter().collect();
        return draw_options(app, &options, frame, area, |place| {
            let sign = if is_ticked(place) { "[x] " } else { "[ ] " };
            let look = if at == Some(place) {
                Look::Selection
            } else {
                Look::Text
            };
            (sign, look)
        });
    }
    let ticked: Vec<String> = options
        .iter()
        .enumerate()
        .filter(|(place, _)| is_ticked(*place))
        .map(|(_, option)| text::line(&option.words).to_string())
        .collect();
    let (said, look) = if ticked.is_empty() {
        ("<none ticked>".to_owned(), Look::Quiet)
    } else {
        (ticked.join(", "), Look::Text)
    };
    let said = text::line(&said)
        .truncated(usize::from(area.width))
        .to_string();
    frame.render_widget(super::span(app, look, said), row_of(area, 0));
}

/// Options one after the other, on as many rows as they take.
fn draw_options(
    app: &App,
    options: &[&Alternative],
    frame: &mut Frame<'_>,
    area: Rect,
    look_at: impl Fn(usize) -> (&'static str, Look),
) {
    let (mut x, mut row) = (0, 0);
    for (place, option) in options.iter().enumerate() {
        let (sign, look) = look_at(place);
        let look = match look {
            Look::Selection => look,
            look => look_of(option, look),
        };
        let words = shown(option);
        let width = u16::try_from(words.width() + 6).unwrap_or(u16::MAX);
        if x > 0 && x + width > area.width {
            x = 0;
            row += 1;
        }
        if row >= area.height {
            break;
        }
        let line = row_of(area, row);
        let cell = Rect {
            x: line.x + x,
            width: line.width.saturating_sub(x),
            ..line
        };
        let room = usize::from(cell.width).saturating_sub(sign.width());
        let words = text::line(&words).truncated(room);
        frame.render_widget(super::span(app, look, format!("{sign}{words}")), cell);
        x = x.saturating_add(width);
    }
}

fn draw_grid(
    app: &App,
    cell: (Option<u8>, Option<u8>),
    focused: bool,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    if !focused {
        return frame.render_widget(cell_line(app, cell), row_of(area, 0));
    }
    let words = usize::from(area.width.saturating_sub(20).min(48));
    for (row, line) in grade::grid(app, cell, words).into_iter().enumerate() {
        let Ok(offset) = u16::try_from(row) else {
            break;
        };
        frame.render_widget(line, row_of(area, offset));
    }
}

fn cell_line(app: &App, (severity, likelihood): (Option<u8>, Option<u8>)) -> Line<'static> {
    let grade = |grade: Option<u8>| match grade {
        Some(grade) => super::span(app, Look::Text, grade.to_string()),
        None => super::span(app, Look::Quiet, "<not chosen yet>".to_owned()),
    };
    let name = |name: &str| super::span(app, Look::Text, name.to_owned());
    Line::from(vec![
        name("severity "),
        grade(severity),
        name(", likelihood "),
        grade(likelihood),
    ])
}

fn draw_send(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let look = if form.is_at_end() {
        Look::Selection
    } else {
        Look::Strong
    };
    let sign = if form.is_at_end() { "▌" } else { " " };
    let line = row_of(area, area.height.saturating_sub(1));
    let said = if form.is_waiting() {
        " … sent; waiting for the server's answer".to_owned()
    } else {
        format!("{sign}[ {} ]", form.deed())
    };
    frame.render_widget(super::span(app, look, said), line);
}

fn draw_panel(app: &App, form: &Form, consequence: &[Sentence], frame: &mut Frame<'_>, area: Rect) {
    let mut lines = Vec::new();
    if let Some(problem) = &form.problem {
        let sentence = format!("✗ {problem}");
        lines.push(Line::from(super::span(
            app,
            Look::Refused,
            text::line(&sentence).to_string(),
        )));
    }
    lines.extend(consequence.iter().map(|(look, sentence)| {
        Line::from(super::span(app, *look, text::line(sentence).to_string()))
    }));
    let rule = "─".repeat(usize::from(area.width));
    frame.render_widget(super::span(app, Look::Frame, rule), row_of(area, 0));
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    super::lines_by(app, frame, inside, lines, form.scroll, "PgDn");
}
