//! The casework of an incident: what is missing before the next stage, then part by part what was
//! decided, told, secured, found, learnt and ended.

use crate::domain::guard::{Missing, Surroundings};
use crate::domain::incident::Incident;
use crate::domain::synopsis::{self, Part, Point, Standing};
use crate::text;
use crate::tui::app::App;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use ratatui::text::{Line, Span};

pub(super) fn lines(app: &App, incident: &Incident) -> Vec<Line<'static>> {
    let problems = app.replica.desk().problems.of(incident.id);
    let present = app.present();
    let around = Surroundings {
        now: present.now,
        policy: present.policy,
        directory: present.directory,
        problems: problems.as_deref(),
    };
    let mut lines = next_stage(app, incident, &around);
    let points = synopsis::points(incident, &around);
    for part in Part::ALL {
        let of_part: Vec<&Point> = points.iter().filter(|point| point.part == part).collect();
        if !of_part.is_empty() {
            lines.push(Line::default());
            lines.push(super::heading(app, part.name()));
            lines.extend(of_part.into_iter().map(|point| line(app, point)));
        }
    }
    if points.is_empty() {
        lines.push(Line::default());
        lines.push(nothing_yet(app));
    }
    lines
}

fn next_stage(app: &App, incident: &Incident, around: &Surroundings<'_>) -> Vec<Line<'static>> {
    let Some((stage, missing)) = synopsis::missing(incident, around) else {
        let said = format!("The incident is {}", incident.status.name());
        return vec![super::heading(app, &said)];
    };
    let status = incident.status.name();
    if missing.is_empty() {
        let said = format!("The incident is {status}. It can be {stage} now");
        return vec![super::heading(app, &said)];
    }
    let heading = format!("The incident is {status}. Still needed before it can be {stage}");
    let mut lines = vec![super::heading(app, &heading)];
    lines.extend(missing.iter().map(|missing| needed(app, missing)));
    lines
}

fn needed(app: &App, missing: &Missing) -> Line<'static> {
    Line::from(vec![
        super::span(app, Look::Soon, "✗ "),
        Span::raw(text::line(&missing.sentence).to_string()),
        super::span(app, Look::Quiet, format!(" ({})", missing.rule)),
    ])
}

/// `✗ unconfirmed   Riverbourne ICB: report to the ICO … 3f9ac01d`: a sign and a word, then the thing.
fn line(app: &App, point: &Point) -> Line<'static> {
    let (look, sign) = match point.standing {
        Standing::Open => (Look::Soon, "✗"),
        Standing::Done => (Look::Met, "✓"),
        Standing::Said => (Look::Text, "·"),
    };
    let mut spans = vec![
        super::span(app, look, format!("{sign} {:<18}  ", point.state)),
        Span::raw(text::line(&point.sentence).to_string()),
    ];
    if let Some(handle) = &point.handle {
        spans.push(super::span(app, Look::Quiet, format!("  {handle}")));
    }
    Line::from(spans)
}

fn nothing_yet(app: &App) -> Line<'static> {
    let (decide, work) = (
        app.keymap.key_for(Action::Decide),
        app.keymap.key_for(Action::Work),
    );
    let said =
        format!("Nothing has been decided or done yet; {decide} decides, {work} works on it");
    Line::from(super::span(app, Look::Quiet, said))
}
