//! Lists to choose from, questions, and the filter that is being typed.

use super::{alarms, directory};
use crate::text;
use crate::tui::app::{App, FilterLine, Overlay, Question};
use crate::tui::form::Form;
use crate::tui::keys::{Action, Scope};
use crate::tui::theme::Look;
use crate::tui::update::asked_reference;
use crate::tui::widget::input::Input;
use crate::tui::widget::table::row_of;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

/// The palette, the help or the list of people, over the whole body.
pub(super) fn list(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let title = match app.overlays.last() {
        Some(Overlay::Palette(_)) => " Commands: type to narrow, Enter does it".to_owned(),
        Some(Overlay::Help(_)) => " Help: type to narrow, Enter does it, Esc goes back".to_owned(),
        Some(Overlay::People(_, targets)) => {
            let names: Vec<String> = targets.iter().map(|id| app.name_of(*id)).collect();
            format!(" Offer {} to", names.join(", "))
        }
        Some(Overlay::Problems(_, targets)) => {
            let names: Vec<String> = targets.iter().map(|id| app.name_of(*id)).collect();
            format!(" {} comes from: type to narrow", names.join(", "))
        }
        Some(Overlay::Export(..)) => " Save as: choose a format".to_owned(),
        Some(Overlay::Steps(heading, _)) if alarms::is_open(app) => {
            format!(" {heading}: for how long")
        }
        Some(Overlay::Steps(heading, _)) if directory::is_open(app) => {
            format!(" {heading}: type to narrow, Enter chooses")
        }
        Some(Overlay::Steps(heading, _)) => {
            let name = app.current().map_or_else(String::new, |id| app.name_of(id));
            format!(" {heading}  {name}: type to narrow, Enter chooses")
        }
        Some(_) | None => return,
    };
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(title), bar);
    let below = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    match app.overlays.last() {
        Some(Overlay::Palette(picker) | Overlay::Help(picker)) => {
            picker.draw(frame, below, &app.theme)
        }
        Some(Overlay::People(picker, _)) => picker.draw(frame, below, &app.theme),
        Some(Overlay::Problems(picker, _)) => picker.draw(frame, below, &app.theme),
        Some(Overlay::Steps(_, picker)) => picker.draw(frame, below, &app.theme),
        Some(Overlay::Export(picker, _)) => picker.draw(frame, below, &app.theme),
        Some(_) | None => {}
    }
}

/// A question in the middle of the screen; Enter never means yes.
pub(super) fn question(app: &App, question: &Question, frame: &mut Frame<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> = question
        .lines
        .iter()
        .map(|line| Line::from(text::line(line).to_string()))
        .collect();
    let yes = app.keymap.key_in(Scope::Question, Action::Yes);
    let no = app.keymap.key_in(Scope::Question, Action::No);
    lines.push(Line::default());
    lines.push(Line::from(vec![
        Span::raw(format!(" {yes} yes    ")),
        super::span(app, Look::Selection, format!(" {no}, Esc or Enter: no ")),
    ]));
    framed(app, &question.title, lines, frame, area);
}

/// Why something cannot be done, in full; what is typed meanwhile does nothing.
pub(super) fn refusal(app: &App, sentence: &str, frame: &mut Frame<'_>, area: Rect) {
    let key = app.keymap.key_in(Scope::Refusal, Action::Back);
    let lines = vec![
        Line::from(super::span(
            app,
            Look::Refused,
            text::line(sentence).to_string(),
        )),
        Line::default(),
        Line::from(super::span(
            app,
            Look::Selection,
            format!(" {key} goes back "),
        )),
    ];
    framed(app, "Not possible now", lines, frame, area);
}

/// Lines in a frame in the middle of an area; gives the frame's inside.
fn framed(app: &App, title: &str, lines: Vec<Line<'_>>, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let width = area.width.min(68);
    let inner = usize::from(width.saturating_sub(2)).max(1);
    let rows: usize = lines.iter().map(|line| line.width() / inner + 1).sum();
    let height = u16::try_from(rows + 4).unwrap_or(u16::MAX).min(area.height);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let block = Block::bordered()
        .title(format!(" {} ", text::line(title)))
        .border_style(app.theme.style(Look::Strong));
    let inside = block.inner(place);
    frame.render_widget(Clear, place);
    let paragraph = Paragraph::new(lines)
        .wrap(Wrap { trim: false })
        .block(block);
    frame.render_widget(paragraph.style(app.theme.style(Look::Text)), place);
    inside
}

/// The reference that is typed before something that cannot be undone; Enter never means yes.
pub(super) fn seal(
    app: &App,
    form: &Form,
    input: &Input,
    problem: Option<&str>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let (yes, no) = (
        app.keymap.key_in(Scope::Seal, Action::Yes),
        app.keymap.key_in(Scope::Seal, Action::No),
    );
    let reference = asked_reference(app);
    let (look, said) = match problem {
        Some(problem) => (Look::Refused, problem.to_owned()),
        None => (
            Look::Text,
            format!("Type {reference}, then {yes}; {no} or Enter: no"),
        ),
    };
    let lines = vec![
        Line::default(),
        Line::from("This cannot be undone"),
        Line::from(super::span(app, look, text::line(&said).to_string())),
    ];
    let inside = framed(app, form.deed(), lines, frame, area);
    let typing = row_of(inside, 0);
    input.draw(frame, typing, app.theme.style(Look::Selection));
    input.place_cursor(frame, typing);
}

/// The keys that show the queue which is meant by a word alone.
fn meant(app: &App, filter: &str) -> Option<String> {
    super::board::keys_meant(app, filter)
}

/// The filter on the row of the queues, while it is typed.
pub(super) fn filter(app: &App, typed: &FilterLine, frame: &mut Frame<'_>, area: Rect) {
    let (input, problem) = (&typed.input, typed.problem.as_ref());
    let line = row_of(area, 0);
    frame.render_widget(Clear, line);
    frame.render_widget(super::span(app, Look::Strong, " / "), line);
    let half = match problem {
        // What is wrong needs the room more than what was typed, which scrolls.
        Some(_) => line.width * 2 / 5,
        None => line.width / 2,
    };
    let typing = Rect {
        x: line.x + 3,
        width: half.saturating_sub(3),
        ..line
    };
    let typed = match input.is_proposed() && !input.is_blank() {
        true => Look::Selection,
        false => Look::Text,
    };
    input.draw(frame, typing, app.theme.style(typed));
    input.place_cursor(frame, typing);
    let (look, said) = match problem {
        Some(problem) => (Look::Refused, text::line(problem.wrong()).to_string()),
        None if input.is_blank() => (Look::Quiet, offered(app)),
        None if input.is_proposed() => (Look::Quiet, "type another, or Enter keeps it".to_owned()),
        None if meant(app, input.value()).is_some() => {
            (Look::Soon, meant(app, input.value()).unwrap_or_default())
        }
        None => (
            Look::Quiet,
            format!(
                "{}{} of {} shown",
                app.filter_name(input.value())
                    .map_or_else(String::new, |name| format!("{}: ", text::line(name))),
                app.replica.len(app.board.queue),
                app.replica.count(app.board.queue)
            ),
        ),
    };
    let beside = Rect {
        x: line.x + half,
        width: line.width - half,
        ..line
    };
    frame.render_widget(super::span(app, look, said), beside);
    if let Some(problem) = problem {
        // The headings give way: the rows below are the ones from before.
        let below = row_of(area, 1);
        let instead = format!(" {}", text::line(problem.instead()));
        frame.render_widget(Clear, below);
        frame.render_widget(super::span(app, Look::Refused, instead), below);
    }
}

/// What can be typed, or the saved filters where there are any.
fn offered(app: &App) -> String {
    let names: Vec<String> = app
        .filters
        .keys()
        .map(|name| text::line(name).to_string())
        .collect();
    if names.is_empty() {
        return "words owner:me due<4h sev>=3 -is:major".to_owned();
    }
    let key = app.keymap.key_in(Scope::Filter, Action::NextSaved);
    format!("{key}: {}", names.join(", "))
}
