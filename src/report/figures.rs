//! What is counted in more than one report.
//!
//! A count never names a person, and a share is of clocks that have ended or are overdue: one that
//! still runs is neither in time nor late.

use super::document::{Block, Chart, Row, Series, Share, Stress};
use super::names::Names;
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock, ClockView};
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::enumeration;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Assessment, BreachStatus, Incident};
use crate::domain::learning::{AgreedAction, Found};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::policy::Policy;
use crate::domain::register::{self, Place};
use crate::domain::regulator::{Body, Enquiry, Notification};
use crate::domain::reporting::Period;
use crate::domain::taking_over::Origin;
use crate::domain::verdict;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The incidents that count in the period, oldest first. Each counts once, in the period in which it
    /// was first logged, by itself or as a duplicate (REG-WHOLE).
    pub(super) fn logged(&self) -> Vec<&Incident> {
        let first = |incident: &Incident| incident.first_logged_at();
        self.at(Place::Itself, first)
    }

    /// The incidents that were logged in the period and were withdrawn as logged by mistake.
    pub(super) fn withdrawn(&self) -> Vec<&Incident> {
        self.at(Place::Withdrawn, |incident| incident.logged_at)
    }

    /// The incidents that were logged in the period and turned out to be duplicates of what goes on.
    pub(super) fn duplicates(&self) -> Vec<&Incident> {
        self.at(Place::WithAnother, |incident| incident.logged_at)
    }

    /// The incidents that were logged in the period and turned out to be duplicates of what was withdrawn.
    pub(super) fn withdrawn_with_another(&self) -> Vec<&Incident> {
        self.at(Place::WithWithdrawn, |incident| incident.logged_at)
    }

    /// Where the counts tell of an incident: every report asks here.
    fn place(&self, incident: &Incident) -> Place {
        register::place(incident, &self.incidents)
    }

    /// The incidents that were logged in the period and count in an earlier one, because a duplicate of
    /// them was logged before.
    pub(super) fn counted_before(&self) -> Vec<&Incident> {
        let mut logged = self.at(Place::Itself, |incident| incident.logged_at);
        logged.retain(|incident| !self.period.holds(incident.first_logged_at()));
        logged
    }

    fn at(&self, place: Place, logged: impl Fn(&Incident) -> Instant) -> Vec<&Incident> {
        let incidents = self.incidents.iter().copied();
        let mut found: Vec<&Incident> = incidents
            .filter(|incident| self.place(incident) == place)
            .filter(|incident| self.period.holds(logged(incident)))
            .collect();
        found.sort_by_key(|incident| (logged(incident), incident.id));
        found
    }

    /// What regulators were told in the period, oldest first, each once and with the incident on which
    /// the record stands now. Another controller's report is that one's, where the organisation has a duty of
    /// its own (ICO-JOINT).
    pub(super) fn told(&self) -> Vec<(&Incident, &Notification)> {
        let mut incidents: Vec<&Incident> = self.incidents.clone();
        incidents.sort_by_key(|incident| self.place(incident) != Place::Itself);
        let mut known = BTreeSet::new();
        let mut told: Vec<(&Incident, &Notification)> = incidents
            .into_iter()
            .flat_map(|incident| {
                let notifications = &incident.casework().regulator.notifications;
                notifications.iter().map(move |told| (incident, told))
            })
            .filter(|(_, told)| known.insert(told.id))
            .filter(|(incident, told)| {
                !incident.has_to_answer(self.organisation) || answers_for(told, self.organisation)
            })
            .filter(|(_, told)| self.period.holds(told.submitted_at))
            .collect();
        told.sort_by_key(|(incident, told)| (told.submitted_at, incident.id));
        told
    }

    /// What regulators asked in the period or about an incident that was first logged in it, oldest
    /// first, each once and with the incident on which the record stands now.
    pub(super) fn enquiries(&self) -> Vec<(&Incident, &Enquiry)> {
        let mut incidents: Vec<&Incident> = self.incidents.clone();
        incidents.sort_by_key(|incident| self.place(incident) != Place::Itself);
        let mut known = BTreeSet::new();
        let mut asked: Vec<(&Incident, &Enquiry)> = incidents
            .into_iter()
            .flat_map(|incident| {
                let enquiries = &incident.casework().regulator.enquiries;
                enquiries.iter().map(move |asked| (incident, asked))
            })
            .filter(|(_, asked)| known.insert(asked.id))
            .filter(|(incident, asked)| {
                self.period.holds(asked.received_at)
                    || self.period.holds(incident.first_logged_at())
            })
            .collect();
        asked.sort_by_key(|(incident, asked)| (asked.received_at, incident.id));
        asked
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

/// Whether a regulator was told of it and has not been told since that it was nothing. For an organisation
/// that has a duty of its own, another one's report answers nothing (ICO-JOINT, NIS-WHO).
pub(super) fn was_reported(incident: &Incident, organisation: &OrganisationId) -> bool {
    let notifications = &incident.casework().regulator.notifications;
    #[cfg(test)]
    if mutant::is(Mutant::WithdrawnReportsCount) {
        return !notifications.is_empty();
    }
    let is_controller = incident.has_to_answer(organisation);
    let answers = |told: &Notification| !is_controller || answers_for(told, organisation);
    let mut standing = notifications.iter().filter(|told| told.withdrawn.is_none());
    standing.any(answers)
}

/// The bodies that were told by a report that stands and answers for this organisation.
pub(super) fn told_for(incident: &Incident, organisation: &OrganisationId) -> Vec<Body> {
    let notifications = &incident.casework().regulator.notifications;
    let is_told = |body: &Body| {
        let mut standing = notifications.iter().filter(|told| told.withdrawn.is_none());
        standing.any(|told| told.body == *body && answers_for(told, organisation))
    };
    Body::ALL.into_iter().filter(is_told).collect()
}

/// What NHS England was told, it was told for everybody; other reports answer for those whom they name.
fn answers_for(told: &Notification, organisation: &OrganisationId) -> bool {
    match told.body {
        Body::Nhse => true,
        Body::Ico | Body::DhscNis => told.serves(organisation),
    }
}

/// A grade, as the grid counts it.
pub(super) fn cell(assessment: &Assessment) -> String {
    let grading = &assessment.grading;
    format!(
        "{}×{}",
        grading.effective_severity, grading.effective_likelihood
    )
}

/// The grades in force, and the highest that it ever had where that is another: a lower grade hides nothing
/// (ICO-REG).
pub(super) fn grade_and_highest(incident: &Incident, basis: &Basis<'_>) -> String {
    let now = grade(incident, basis.directory);
    let height = |made: &&Assessment| {
        let grading = &made.grading;
        let product = grading.effective_severity * grading.effective_likelihood;
        (made.would_be_notifiable(basis.policy), product)
    };
    let highest = incident.assessments.iter().max_by_key(height);
    let grades = incident.grades();
    let mut in_force = grades.iter().map(|(_, made)| cell(made));
    match highest {
        Some(made) if !in_force.any(|known| known == cell(made)) => {
            let by = Contact::acting(&made.by).named(basis.directory);
            format!("{now}; {} before, by the {by}", cell(made))
        }
        Some(_) | None => now,
    }
}

/// The grades in force, as the grid counts them.
pub(super) fn grade(incident: &Incident, directory: &Directory) -> String {
    match incident.grades().as_slice() {
        [] => "not graded".to_owned(),
        [(None, assessment), ..] => cell(assessment),
        several => {
            let each = several.iter().filter_map(|(controller, assessment)| {
                let name = directory.organisation_name((*controller)?);
                Some(format!("{name}: {}", cell(assessment)))
            });
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Its category, or that it has none yet.
pub(super) fn category(incident: &Incident) -> &'static str {
    let category = incident.facts.category;
    category.map_or("Not classified yet", |category| category.name())
}

/// How many incidents are of each kind, in a sentence.
pub(super) fn in_short(incidents: &[&Incident], organisation: &OrganisationId) -> String {
    let count = |status| {
        let of_status = |incident: &&&Incident| incident.facts.breach_status == status;
        incidents.iter().filter(of_status).count()
    };
    let reported = incidents
        .iter()
        .filter(|one| was_reported(one, organisation))
        .count();
    format!(
        "Incidents logged: {}. Confirmed breaches {}, suspected {}, near misses {}, found not to be a breach {}. Of these, with a report to a regulator that stands: {reported}.",
        incidents.len(),
        count(BreachStatus::Confirmed),
        count(BreachStatus::Suspected),
        count(BreachStatus::NearMiss),
        count(BreachStatus::NotABreach),
    )
}

/// How many incidents were taken out of the count, and why, in a sentence (REG-WHOLE).
pub(super) fn set_aside(basis: &Basis<'_>) -> String {
    format!(
        "Also withdrawn as logged by mistake: {}. Duplicates of what was withdrawn: {}. Duplicates logged, counted with the incident that goes on: {}.",
        basis.withdrawn().len(),
        basis.withdrawn_with_another().len(),
        basis.duplicates().len()
    )
}

/// How often an incident was declared major and ended as a false alarm; to declare it again takes none away.
pub(super) fn false_alarms(incident: &Incident) -> usize {
    #[cfg(test)]
    if mutant::is(Mutant::FalseAlarmsAreForgotten) {
        return usize::from(incident.was_ever_major() && !incident.is_major());
    }
    incident.false_alarms.len()
}

/// What kind of incident it is, and what else it was held to be before: "suspected, confirmed before".
pub(super) fn kind(incident: &Incident) -> String {
    let status = incident.facts.breach_status;
    let mut before: Vec<BreachStatus> = Vec::new();
    for former in &incident.former_kinds {
        if *former != status && !before.contains(former) {
            before.push(*former);
        }
    }
    // Every confirmed breach was suspected at first.
    let is_confirmed = |kind: &BreachStatus| *kind == BreachStatus::Confirmed;
    if is_confirmed(&status) || before.iter().any(is_confirmed) {
        before.retain(|former| *former != BreachStatus::Suspected);
    }
    let was_suspected = before.is_empty() && !status.may_be_breach() && incident.was_ever_breach();
    before.extend(was_suspected.then_some(BreachStatus::Suspected));
    let before: Vec<&str> = before.iter().map(|former| former.name()).collect();
    match before.is_empty() {
        true => status.name().to_owned(),
        false => format!("{}, {} before", status.name(), enumeration::all(&before)),
    }
}

/// What happened to the data beside confidentiality, integrity and availability.
pub(super) fn suffered(incident: &Incident) -> String {
    let effects: Vec<&str> = incident
        .facts
        .data_effects
        .iter()
        .map(|effect| effect.name())
        .collect();
    if effects.is_empty() {
        "-".to_owned()
    } else {
        effects.join(", ")
    }
}

/// The day on which it was first logged, by itself or as a duplicate.
pub(super) fn first_logged(incident: &Incident) -> String {
    day(incident.first_logged_at())
}

/// The references under which it was logged as well.
pub(super) fn also_logged_as(incident: &Incident) -> String {
    let names: Vec<String> = incident.origins().map(Origin::name).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

/// Whether an incident counts, in the report of this organisation.
type Counts = fn(&Incident, &OrganisationId) -> bool;

fn is_near_miss(incident: &Incident) -> bool {
    incident.facts.breach_status == BreachStatus::NearMiss
}

/// Incidents by week, or by month where the period is long; each bar by kind.
pub(super) fn over_time(incidents: &[&Incident], basis: &Basis<'_>) -> Block {
    let period = basis.period;
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
        for incident in incidents
            .iter()
            .filter(|incident| counts(incident, basis.organisation))
        {
            let day = calendar::local(incident.first_logged_at()).date_naive();
            let bar = starts.iter().rposition(|start| *start <= day);
            if let Some(count) = bar.and_then(|bar| bars.get_mut(bar)) {
                *count += 1;
            }
        }
        bars
    };
    let kinds: [(&str, Counts); 3] = [
        ("reported", |one, of| {
            was_reported(one, of) && !is_near_miss(one)
        }),
        ("not reported", |one, of| {
            !was_reported(one, of) && !is_near_miss(one)
        }),
        ("near misses", |one, _| is_near_miss(one)),
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

/// The share of the organisation's own clocks that were met in time, for each clock that ended or went
/// overdue. A decline told nobody, so it is counted apart from what the ICO was told (BOB-ARC, BOB-IGSG).
pub(super) fn on_time(incidents: &[&Incident], kinds: &[ClockKind], basis: &Basis<'_>) -> Block {
    let share = |label: &str, counts: &dyn Fn(&ClockView<'_>) -> bool| {
        let views = incidents.iter().flat_map(|incident| clock::views(incident));
        let own = views.filter(|view| is_own(view.clock, basis.organisation));
        let ended = own
            .filter(counts)
            .filter_map(|view| verdict::was_in_time(&view, basis.now));
        let (part, of) = ended.fold((0, 0), |(part, of), in_time| {
            (part + u32::from(in_time), of + 1)
        });
        Share {
            label: label.to_owned(),
            part,
            of,
        }
    };
    let of_kind = |kind: ClockKind| {
        let told = share(kind.name(), &|view: &ClockView<'_>| {
            view.clock.kind == kind && !view.is_declined()
        });
        let declined = share(clock::DECLINED, &|view: &ClockView<'_>| {
            view.clock.kind == kind && view.is_declined()
        });
        [told, declined]
    };
    let shares: Vec<Share> = kinds
        .iter()
        .flat_map(|kind| of_kind(*kind))
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

/// Whether a clock is the organisation's own, or nobody's in particular.
fn is_own(clock: &Clock, organisation: &OrganisationId) -> bool {
    clock.names_nobody() || clock.organisations().any(|named| named == organisation)
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
    let none = "No action has been agreed";
    actions_that(|_| true, basis, incidents, none)
}

/// The actions that are not done yet.
pub(super) fn open_actions(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    actions_that(AgreedAction::is_open, basis, incidents, "No action is open")
}

fn actions_that(
    counts: fn(&AgreedAction) -> bool,
    basis: &Basis<'_>,
    incidents: &[&Incident],
    none: &str,
) -> Block {
    let names = basis.names();
    let today = calendar::local(basis.now).date_naive();
    let rows = incidents.iter().flat_map(|incident| {
        let actions = &incident.casework().learning.actions;
        let (names, counted) = (&names, actions.iter().filter(move |action| counts(action)));
        counted.map(move |action| {
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
    Block::table(columns, rows.collect(), none)
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
