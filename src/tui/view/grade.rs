//! The 5x5 grid with the cell in force, and every assessment that was made.

use crate::domain::grid;
use crate::domain::grid::{LIKELIHOOD_WORDS, SEVERITY_WORDS};
use crate::domain::incident::{Assessment, Incident};
use crate::text;
use crate::tui::app::App;
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let Some(known) = incident.assessment() else {
        let key = super::board::key(app, Action::Grade);
        return vec![
            Line::from("Not graded yet"),
            Line::from(super::span(
                app,
                Look::Quiet,
                format!("{key} grades severity and likelihood; provisionally is enough (BOB-GRID)"),
            )),
        ];
    };
    let gravest = incident.grades().into_iter().map(|(_, made)| made);
    let gravest =
        gravest.max_by_key(|made| (made.grading.ico_required, made.grading.effective_severity));
    let grade = gravest.unwrap_or(known).grade;
    let mut lines = differing(app, incident);
    let cell = (Some(grade.severity()), Some(grade.likelihood()));
    lines.extend(grid(app, cell, 48));
    lines.push(Line::default());
    lines.extend(assessments(app, incident));
    lines
}

/// Every assessment in words, the one in force first.
pub(in crate::tui) fn history(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    match incident.assessment() {
        None => lines(app, incident),
        Some(_) => {
            let mut lines = differing(app, incident);
            lines.extend(assessments(app, incident));
            lines
        }
    }
}

/// The grade of each controller where they differ, since each has its own duty (ICO-JOINT).
pub(super) fn differing(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let directory = app.present().directory;
    let grades = incident.grades().into_iter();
    grades
        .filter_map(|(controller, made)| {
            let name = text::line(directory.organisation_name(controller?)).to_string();
            let (grade, grading) = (&made.grade, &made.grading);
            Some(Line::from(vec![
                Span::raw(format!("{name}: ")),
                super::span(
                    app,
                    Look::Strong,
                    format!("{}×{} ", grade.severity(), grade.likelihood()),
                ),
                super::span(app, look(made), grading.outcome.name()),
            ]))
        })
        .collect()
}

fn look(made: &Assessment) -> Look {
    if made.grading.ico_required {
        Look::Overdue
    } else {
        Look::Met
    }
}

fn assessments(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let newest_first = incident.assessments.iter().rev();
    newest_first
        .flat_map(|made| assessment_lines(app, made))
        .collect()
}

/// Columns of the five cells of a row.
const CELLS: usize = 15;

/// The grid with what is chosen of each axis; the cells that reach the reporting line are marked `R`.
pub(super) fn grid(
    app: &App,
    (severity, likelihood): (Option<u8>, Option<u8>),
    words: usize,
) -> Vec<Line<'static>> {
    let policy = &app.present().policy.grid;
    let mut lines: Vec<Line<'static>> = (1..=5_u8)
        .rev()
        .map(|row| {
            let word = SEVERITY_WORDS[usize::from(row) - 1];
            let word = text::line(word).truncated(words);
            let mut spans = vec![Span::raw(format!("{word:>words$} {row} "))];
            for column in 1..=5_u8 {
                let reports = row >= policy.line_severity && column >= policy.line_likelihood;
                let sign = if reports { "R" } else { "·" };
                let is_on_row = severity.is_none_or(|chosen| chosen == row);
                let is_on_column = likelihood.is_none_or(|chosen| chosen == column);
                let is_any_chosen = severity.is_some() || likelihood.is_some();
                let (look, cell) = if is_any_chosen && is_on_row && is_on_column {
                    (Look::Selection, format!("[{sign}]"))
                } else {
                    (
                        if reports { Look::Soon } else { Look::Quiet },
                        format!(" {sign} "),
                    )
                };
                spans.push(super::span(app, look, cell));
            }
            Line::from(spans)
        })
        .collect();
    let left = words + 3;
    lines.push(Line::from(format!("{:left$} 1  2  3  4  5", "")));
    let meaning = match (severity, likelihood) {
        (_, Some(likelihood)) => {
            let word = LIKELIHOOD_WORDS.get(usize::from(likelihood).saturating_sub(1));
            let word = word.copied().unwrap_or_default();
            format!("likelihood {likelihood}: {word}; R: to be reported")
        }
        (Some(_), None) => "now ← → choose the likelihood; R: to be reported".to_owned(),
        (None, None) => "↑ ↓ choose the severity, ← → the likelihood".to_owned(),
    };
    // It ends where the grid ends, so that it is never cut on a narrow screen.
    let width = left + CELLS;
    lines.push(Line::from(super::span(
        app,
        Look::Quiet,
        format!("{meaning:>width$}"),
    )));
    lines
}

fn assessment_lines(app: &App, made: &Assessment) -> Vec<Line<'static>> {
    let present = app.present();
    let kind = if made.provisional {
        "provisional"
    } else {
        "full"
    };
    let who = text::line(present.directory.person_name(&made.by.person)).to_string();
    let factors: Vec<&str> = made.factors.iter().map(|factor| factor.name()).collect();
    let harms: Vec<&str> = made.harms.iter().map(|harm| harm.name()).collect();
    let mut lines = vec![
        Line::from(vec![
            super::span(
                app,
                Look::Strong,
                format!("{}×{} ", made.grade.severity(), made.grade.likelihood()),
            ),
            super::span(app, look(made), format!("{} ", made.grading.outcome.name())),
            super::span(
                app,
                Look::Quiet,
                format!(
                    "({}), {kind}, {} by {who} as {}",
                    made.grading.why(),
                    format::local(made.at),
                    made.by.role.short()
                ),
            ),
        ]),
        Line::from(format!("    {}", made.grading.consequence())),
        Line::from(format!("    Why: {}", text::line(&made.rationale))),
    ];
    for (label, words) in [("Factors", factors), ("Harm", harms)] {
        if !words.is_empty() {
            lines.push(Line::from(format!("    {label}: {}", words.join(", "))));
        }
    }
    if let Some(claimed) = made.mitigation {
        let state = if claimed.accepted {
            "accepted"
        } else {
            "claimed, changes nothing yet"
        };
        lines.push(Line::from(format!(
            "    Mitigation: {} ({state})",
            claimed.kind.name()
        )));
        for fact in grid::grounds_in_words(claimed, made.grounds.as_ref()) {
            lines.push(Line::from(format!("        {}", text::line(&fact))));
        }
    }
    lines
}
