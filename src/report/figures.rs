//! What is counted in more than one report.
//!
//! A count never names a person, and a share is of clocks that have ended or are overdue: one that
//! still runs is neither in time nor late.

use super::document::{Block, Chart, Row, Series, Share, Stress};
use super::names::Names;
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, Incident};
use crate::domain::learning::{AgreedAction, Found};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::policy::Policy;
use crate::domain::regulator::Notification;
use crate::domain::reporting::Period;
use crate::domain::verdict;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeMap;

/// Longer periods than this have a bar a month instead of a bar a week.
const MOST_WEEKS: usize = 26;

/// What a report is made from.
pub struct Basis<'a> {
    /// The incidents that the report may tell of, whenever they were logged.
    pub incidents: Vec<&'a Incident>,
    /// Which days it is about.
    pub period: Period,
    /// Whose report it is.
    pub organisation: &'a OrganisationId,
    /// Who is who.
    pub directory: &'a Directory,
    /// The numbers of the procedures.
    pub policy: &'a Policy,
    /// The present, by which a clock is overdue or not.
    pub now: Instant,
}

impl Basis<'_> {
    /// The incidents that were logged in the period, oldest first.
    pub(super) fn logged(&self) -> Vec<&Incident> {
        let incidents = self.incidents.iter().copied();
        let mut logged: Vec<&Incident> = incidents
            .filter(|incident| self.period.holds(incident.logged_at))
            .collect();
        logged.sort_by_key(|incident| (incident.logged_at, incident.id));
        logged
    }

    /// What regulators were told in the period, oldest first.
    pub(super) fn told(&self) -> Vec<(&Incident, &Notification)> {
        let incidents = self.incidents.iter().copied();
        let mut told: Vec<(&Incident, &Notification)> = incidents
            .flat_map(|incident| {
                let notifications = &incident.casework().regulator.notifications;
                notifications.iter().map(move |told| (incident, told))
            })
            .filter(|(_, told)| self.period.holds(told.submitted_at))
            .collect();
        told.sort_by_key(|(incident, told)| (told.submitted_at, incident.id));
        told
    }

    /// The names that no report tells.
    pub(super) fn names(&self) -> Names {
        Names::of(self.directory)
    }

    /// An organisation's name.
    pub(super) fn organisation_name(&self, id: &OrganisationId) -> String {
        self.directory.organisation_name(id).to_owned()
    }
}

/// A day as a report writes it.
pub(super) fn day(at: Instant) -> String {
    date(calendar::local(at).date_naive())
}

/// The same of a date.
pub(super) fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Whether a regulator was told of it and has not been told since that it was nothing.
pub(super) fn was_reported(incident: &Incident) -> bool {
    #[cfg(test)]
    if mutant::is(Mutant::WithdrawnReportsCount) {
        return !incident.casework().regulator.notifications.is_empty();
    }
    incident.casework().regulator.is_anybody_told()
}

/// The grades in force, as the grid counts them.
pub(super) fn grade(incident: &Incident) -> String {
    incident.assessment().map_or_else(
        || "not graded".to_owned(),
        |assessment| {
            let grading = &assessment.grading;
            format!(
                "{}×{}",
                grading.effective_severity, grading.effective_likelihood
            )
        },
    )
}

/// Its category, or that it has none yet.
pub(super) fn category(incident: &Incident) -> &'static str {
    let category = incident.facts.category;
    category.map_or("Not classified yet", |category| category.name())
}

/// How many incidents are of each kind, in a sentence.
pub(super) fn in_short(incidents: &[&Incident]) -> String {
    let count = |status| {
        let of_status = |incident: &&&Incident| incident.facts.breach_status == status;
        incidents.iter().filter(of_status).count()
    };
    let reported = incidents.iter().filter(|one| was_reported(one)).count();
    format!(
        "Incidents logged: {}. Confirmed breaches {}, suspected {}, near misses {}, found not to be a breach {}. Reported to a regulator: {reported}.",
        incidents.len(),
        count(BreachStatus::Confirmed),
        count(BreachStatus::Suspected),
        count(BreachStatus::NearMiss),
        count(BreachStatus::NotABreach),
    )
}

/// Whether an incident counts.
type Counts = fn(&Incident) -> bool;

fn is_near_miss(incident: &Incident) -> bool {
    incident.facts.breach_status == BreachStatus::NearMiss
}

/// Incidents by week, or by month where the period is long; each bar by kind.
pub(super) fn over_time(incidents: &[&Incident], period: Period) -> Block {
    let weeks = starts(period, monday(period.from), |day| day + Days::new(7));
    let (title, starts) = if weeks.len() <= MOST_WEEKS {
        ("Incidents by week, from Monday", weeks)
    } else {
        let months = starts(period, first_of_month(period.from), |day| {
            day + Months::new(1)
        });
        ("Incidents by month", months)
    };
    let counts = |counts: Counts| -> Vec<u32> {
        let mut bars = vec![0; starts.len()];
        for incident in incidents.iter().filter(|incident| counts(incident)) {
            let day = calendar::local(incident.logged_at).date_naive();
            let bar = starts.iter().rposition(|start| *start <= day);
            if let Some(count) = bar.and_then(|bar| bars.get_mut(bar)) {
                *count += 1;
            }
        }
        bars
    };
    let kinds: [(&str, Counts); 3] = [
        ("reported", |one| was_reported(one) && !is_near_miss(one)),
        ("not reported", |one| {
            !was_reported(one) && !is_near_miss(one)
        }),
        ("near misses", is_near_miss),
    ];
    Block::Chart(Chart::Bars {
        title: title.to_owned(),
        labels: starts.iter().copied().map(date).collect(),
        series: kinds
            .map(|(name, kind)| Series {
                name: name.to_owned(),
                counts: counts(kind),
            })
            .to_vec(),
    })
}

fn starts(
    period: Period,
    first: NaiveDate,
    next: impl Fn(NaiveDate) -> NaiveDate,
) -> Vec<NaiveDate> {
    let later = |day: &NaiveDate| Some(next(*day));
    std::iter::successors(Some(first), later)
        .take_while(|day| *day <= period.to)
        .collect()
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Incidents by category, the most frequent first.
pub(super) fn by_category(incidents: &[&Incident]) -> Block {
    let counts = counted(
        incidents
            .iter()
            .map(|incident| category(incident).to_owned()),
    );
    if counts.is_empty() {
        return Block::text("There is nothing to count by category");
    }
    let (labels, counts) = counts.into_iter().unzip();
    Block::Chart(Chart::Bars {
        title: "Incidents by category".to_owned(),
        labels,
        series: vec![Series {
            name: "incidents".to_owned(),
            counts,
        }],
    })
}

/// How often each word is there, the most frequent first, of equals in the order of the alphabet.
pub(super) fn counted(words: impl Iterator<Item = String>) -> Vec<(String, u32)> {
    let counts = words.fold(BTreeMap::new(), |mut counts: BTreeMap<_, u32>, word| {
        *counts.entry(word).or_default() += 1;
        counts
    });
    let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// The share of clocks that were met in time, for each clock that ended or went overdue.
pub(super) fn on_time(incidents: &[&Incident], kinds: &[ClockKind], now: Instant) -> Block {
    let share = |kind: &ClockKind| {
        let views = incidents.iter().flat_map(|incident| clock::views(incident));
        let ended = views
            .filter(|view| view.clock.kind == *kind)
            .filter_map(|view| verdict::was_in_time(&view, now));
        let (part, of) = ended.fold((0, 0), |(part, of), in_time| {
            (part + u32::from(in_time), of + 1)
        });
        Share {
            label: kind.name().to_owned(),
            part,
            of,
        }
    };
    let shares: Vec<Share> = kinds
        .iter()
        .map(share)
        .filter(|share| share.of > 0)
        .collect();
    if shares.is_empty() {
        return Block::text("No clock has ended yet");
    }
    Block::Chart(Chart::Shares {
        title: "Clocks met in time".to_owned(),
        shares,
    })
}

/// How the incidents were graded.
pub(super) fn grid(incidents: &[&Incident], policy: &Policy) -> Block {
    let mut counts = [[0; 5]; 5];
    let assessments = incidents
        .iter()
        .filter_map(|incident| incident.assessment());
    for assessment in assessments {
        let grading = &assessment.grading;
        let place = |grade: u8| usize::from(grade.clamp(1, 5) - 1);
        let row: &mut [u32; 5] = &mut counts[place(grading.effective_severity)];
        row[place(grading.effective_likelihood)] += 1;
    }
    let line = policy.grid.line();
    Block::Chart(Chart::Grid {
        title: "Grades: severity upwards, likelihood to the right".to_owned(),
        counts,
        line: (line.severity, line.likelihood),
    })
}

/// The actions agreed on incidents, with the role that owns each and its date.
pub(super) fn actions(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let names = basis.names();
    let today = calendar::local(basis.now).date_naive();
    let rows = incidents.iter().flat_map(|incident| {
        let actions = &incident.casework().learning.actions;
        actions.iter().map(|action| {
            let is_late = action.is_open() && action.due_on.is_some_and(|due_on| due_on < today);
            let cells = [
                incident.name(),
                action
                    .owner
                    .map_or("-".to_owned(), |owner| owner.title().to_owned()),
                action.due_on.map_or("-".to_owned(), date),
                action_state(action, is_late).to_owned(),
                names.left_out_of(&action.text),
            ];
            let stress = if is_late { Stress::Late } else { Stress::Plain };
            Row::stressed(cells, stress)
        })
    });
    let columns = ["Incident", "Owner", "Due", "State", "Action"];
    Block::table(columns, rows.collect(), "No action has been agreed")
}

fn action_state(action: &AgreedAction, is_late: bool) -> &'static str {
    match (&action.verdict, &action.done) {
        (Some(verdict), _) if verdict.found == Found::Rejected => "given up",
        (Some(_), _) => "verified",
        (None, Some(_)) => "done",
        (None, None) if is_late => "overdue",
        (None, None) => "open",
    }
}

/// What was learnt, by theme.
pub(super) fn themes(incidents: &[&Incident], names: &Names) -> Block {
    let lessons = incidents
        .iter()
        .flat_map(|incident| &incident.casework().learning.lessons);
    let themes = lessons.map(|lesson| {
        let theme = lesson.theme.as_deref().unwrap_or("without a theme");
        names.left_out_of(theme)
    });
    let rows = counted(themes).into_iter();
    let rows = rows.map(|(theme, count)| Row::plain([count.to_string(), theme]));
    let columns = ["Lessons", "Theme"];
    Block::table(columns, rows.collect(), "No lesson has been recorded")
}
