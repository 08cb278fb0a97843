//! The rows of the directory as the screen shows them: what is missing first, then who holds which
//! role, the rota, how roles are reached, and the registers.
//!
//! Deliberately draws nothing and keeps nothing: rows follow from the directory and the present. A row
//! knows what it proposes to a form, so that a gap is closed from where it is seen.

use super::form::{Present, Proposed};
use super::format;
use super::theme::Look;
use super::widget::table::Column;
use crate::domain::calendar;
use crate::domain::directory::gaps::{self, Gap};
use crate::domain::directory::register::ReviewState;
use crate::domain::role::{Holding, HoldingState, Role};
use crate::domain::rota::{self, Shift, ShiftState};
use crate::steps::directory::{Change, Group, point_key, term_key};
use crate::text;
use chrono::TimeDelta;
use serde_json::json;

/// A part of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is missing, and what soon will be.
    Gaps,
    /// Roles and terms.
    Roles,
    /// The rota.
    Rota,
    /// Contact points.
    Contacts,
    /// Agreements, policy documents, organisations.
    Registers,
}

impl Section {
    /// The sections in order.
    pub const ALL: [Self; 5] = [
        Self::Gaps,
        Self::Roles,
        Self::Rota,
        Self::Contacts,
        Self::Registers,
    ];

    /// The section's heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaps => "Gaps",
            Self::Roles => "Roles",
            Self::Rota => "Rota",
            Self::Contacts => "Contacts",
            Self::Registers => "Registers",
        }
    }

    /// What stands in a row, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Gaps => {
                const {
                    &[
                        Column::fixed("Type", 8, 0),
                        Column::flexible("What is missing", 40, 120, 0),
                        Column::fixed("Rule", 10, 1),
                    ]
                }
            }
            Self::Roles => {
                const {
                    &[
                        Column::flexible("Role", 12, 28, 0),
                        Column::flexible("Organisation", 16, 32, 0),
                        Column::flexible("Holder", 14, 24, 0),
                        Column::fixed("Place", 8, 1),
                        Column::fixed("Until", 17, 0),
                        Column::fixed("State", 13, 2),
                    ]
                }
            }
            Self::Rota => {
                const {
                    &[
                        Column::fixed("From", 20, 0),
                        Column::fixed("Until", 20, 0),
                        Column::fixed("Tier", 8, 0),
                        Column::flexible("Officer", 14, 24, 0),
                        Column::flexible("State", 8, 30, 1),
                    ]
                }
            }
            Self::Contacts => {
                const {
                    &[
                        Column::flexible("Role", 12, 28, 0),
                        Column::flexible("Organisation", 14, 32, 0),
                        Column::fixed("Order", 5, 2),
                        Column::fixed("How", 12, 0),
                        Column::flexible("Number", 15, 34, 0),
                        Column::fixed("Checked", 16, 0),
                    ]
                }
            }
            Self::Registers => {
                const {
                    &[
                        Column::fixed("Type", 12, 0),
                        Column::flexible("Name", 24, 48, 0),
                        Column::flexible("What is known", 24, 60, 0),
                    ]
                }
            }
        }
    }

    /// The changes that belong to the section, by their groups.
    fn groups(self) -> &'static [Group] {
        match self {
            Self::Gaps => &Group::ALL,
            Self::Roles => &[Group::Role, Group::Proposal, Group::Person],
            Self::Rota => &[Group::Shift, Group::Swap],
            Self::Contacts => &[Group::ContactPoint],
            Self::Registers => &[
                Group::PolicyDocument,
                Group::Agreement,
                Group::Organisation,
                Group::Proposal,
                Group::Person,
            ],
        }
    }

    /// Every change that belongs to the section, those of `first` before the others.
    pub fn changes(self, first: &[Group]) -> Vec<&'static Change> {
        let others = self.groups().iter().filter(|group| !first.contains(group));
        first
            .iter()
            .chain(others)
            .flat_map(|group| group.changes())
            .collect()
    }
}

/// Where the officer is in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which part is shown.
    pub section: Section,
    /// The row that keys act upon, by its key.
    pub selected: Option<String>,
    /// Where that row was last.
    pub at: usize,
}

impl Place {
    /// At the gaps, on the first of them.
    pub fn first() -> Self {
        Self::of(Section::Gaps)
    }

    /// At the first row of a section.
    pub fn of(section: Section) -> Self {
        Self {
            section,
            selected: None,
            at: 0,
        }
    }

    /// The row that keys act upon: the one with the key, or else what stands in its place now.
    pub fn found(&self, rows: &[Row]) -> usize {
        let found = rows
            .iter()
            .position(|row| Some(&row.key) == self.selected.as_ref());
        found.unwrap_or_else(|| self.at.min(rows.len().saturating_sub(1)))
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is, however it is called and wherever it stands.
    pub key: String,
    /// Its cells, one a column of the section.
    pub cells: Vec<(Look, String)>,
    /// All of it in a sentence.
    pub sentence: String,
    /// What it proposes to a form.
    pub proposes: Proposed,
    /// The groups of changes that are most likely meant.
    pub groups: Vec<Group>,
}

/// The rows of a section.
pub fn rows(section: Section, present: &Present<'_>) -> Vec<Row> {
    match section {
        Section::Gaps => missing(present)
            .iter()
            .map(|gap| of_gap(gap, present))
            .collect(),
        Section::Roles => roles(present),
        Section::Rota => rota(present),
        Section::Contacts => contacts(present),
        Section::Registers => registers(present),
    }
}

fn missing(present: &Present<'_>) -> Vec<Gap> {
    gaps::gaps(present.directory, present.policy, present.now)
}

fn line(words: &str) -> String {
    text::line(words).into()
}

fn of_gap(gap: &Gap, present: &Present<'_>) -> Row {
    let (look, sort) = if gap.is_missing() {
        (Look::Overdue, "missing")
    } else {
        (Look::Soon, "soon")
    };
    let sentence = line(&gap.sentence(present.directory));
    let rule = gap.rule().map_or_else(String::new, |rule| rule.to_string());
    let (proposes, groups) = closing(gap);
    Row {
        key: json!(gap).to_string(),
        cells: vec![
            (look, sort.to_owned()),
            (Look::Text, sentence.clone()),
            (Look::Quiet, rule),
        ],
        sentence,
        proposes,
        groups,
    }
}

/// What closes a gap: the answers that it proposes, and to which changes.
fn closing(gap: &Gap) -> (Proposed, Vec<Group>) {
    let of_role = |role: Role, organisation: &str| {
        vec![
            ("/role", role.code().to_owned()),
            ("/organisation", organisation.to_owned()),
        ]
    };
    match gap {
        Gap::Vacancy { role, organisation } => {
            let mut proposed = of_role(*role, organisation.as_str());
            proposed.push(("/starts_on", "today".to_owned()));
            (proposed, vec![Group::Role])
        }
        Gap::TermEnding {
            holding, ends_at, ..
        } => {
            let mut proposed = of_role(holding.role, holding.organisation.as_str());
            let day = calendar::local(*ends_at).date_naive();
            proposed.push(("/person", holding.person.to_string()));
            proposed.push(("/starts_on", day.to_string()));
            (proposed, vec![Group::Role])
        }
        Gap::SiroIsGuardian { .. } => (Vec::new(), vec![Group::Role]),
        Gap::RotaGap {
            tier,
            organisation,
            from,
            until,
        } => (
            vec![
                ("/tier", json!(tier).as_str().unwrap_or_default().to_owned()),
                ("/organisation", organisation.to_string()),
                ("/starts_at", typed(*from)),
                ("/ends_at", typed(*until)),
            ],
            vec![Group::Shift],
        ),
        Gap::DeskNotTaken { tier, .. } => (
            vec![("/tier", json!(tier).as_str().unwrap_or_default().to_owned())],
            vec![Group::Shift],
        ),
        Gap::Unreachable { role, organisation } => (
            vec![
                ("/point/role", role.code().to_owned()),
                ("/point/organisation", organisation.to_string()),
            ],
            vec![Group::ContactPoint],
        ),
        Gap::Unverified { point, .. } => {
            let channel = json!(point.channel);
            let key = format!(
                "{}/{}/{}/{}",
                point.organisation,
                point.role.code(),
                channel.as_str().unwrap_or_default(),
                point.value
            );
            (vec![("/point", key)], vec![Group::ContactPoint])
        }
        Gap::ReviewOverdue { document, .. } | Gap::ReviewDue { document, .. } => (
            vec![("/document", document.to_string())],
            vec![Group::PolicyDocument],
        ),
        Gap::ProposalWaits { proposal } => (
            vec![("/proposal", proposal.to_string())],
            vec![Group::Proposal],
        ),
    }
}

/// A moment as it is typed.
fn typed(at: crate::domain::Instant) -> String {
    let at = calendar::local(at);
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// What has not ended, with the vacancies before it.
fn roles(present: &Present<'_>) -> Vec<Row> {
    let vacant = missing(present).into_iter().filter_map(|gap| match &gap {
        Gap::Vacancy { role, organisation } => {
            let name = line(present.directory.organisation_name(organisation));
            Some(Row {
                cells: vec![
                    (Look::Strong, role.short().to_owned()),
                    (Look::Text, name),
                    (Look::Overdue, "nobody".to_owned()),
                    (Look::Quiet, String::new()),
                    (Look::Overdue, "vacant".to_owned()),
                    (Look::Overdue, "vacant".to_owned()),
                ],
                ..of_gap(&gap, present)
            })
        }
        _ => None,
    });
    let held = present.directory.holdings.iter();
    let held = held.filter(|holding| {
        matches!(
            holding.state_at(present.now),
            HoldingState::Valid | HoldingState::Future
        )
    });
    vacant
        .chain(held.map(|holding| role(holding, present)))
        .collect()
}

fn role(holding: &Holding, present: &Present<'_>) -> Row {
    let directory = present.directory;
    let organisation = line(directory.organisation_name(&holding.organisation));
    let holder = line(directory.person_name(&holding.person));
    let place = match (holding.deputy_order, holding.interim) {
        (0, false) => "primary".to_owned(),
        (0, true) => "interim".to_owned(),
        (order, false) => format!("deputy {order}"),
        (order, true) => format!("interim {order}"),
    };
    let warned = holding.warning_days_at(present.now, &present.policy.term);
    let look = if warned.is_some() {
        Look::Soon
    } else {
        Look::Text
    };
    let until = holding.ends_at().map_or_else(
        || "no term".to_owned(),
        |ends| calendar::local(ends).format("%a %-d %b %Y").to_string(),
    );
    let until_words = match holding.ends_at() {
        Some(_) => format!(", until {until}"),
        None => ", without a term".to_owned(),
    };
    let state = match warned {
        Some(_) => "ends soon".to_owned(),
        None => holding.state_at(present.now).name().to_owned(),
    };
    let follows = holding
        .ends_at()
        .map(|ends| calendar::local(ends).date_naive());
    Row {
        key: term_key(holding),
        sentence: format!(
            "{holder} is {} ({}) of {organisation}, {place}, from {}{until_words}",
            holding.role.title(),
            holding.role.code(),
            holding.starts_on.format("%a %-d %b %Y"),
        ),
        cells: vec![
            (Look::Strong, holding.role.short().to_owned()),
            (Look::Text, organisation),
            (Look::Text, holder),
            (Look::Quiet, place),
            (look, until),
            (look, state),
        ],
        proposes: vec![
            ("/holding", term_key(holding)),
            ("/role", holding.role.code().to_owned()),
            ("/organisation", holding.organisation.to_string()),
            ("/deputy_order", holding.deputy_order.to_string()),
            (
                "/starts_on",
                follows.map_or_else(|| "today".to_owned(), |day| day.to_string()),
            ),
            ("/person", holding.person.to_string()),
        ],
        groups: vec![Group::Role],
    }
}

/// The shifts that have not ended and begin within the policy's days, with the gaps between them.
fn rota(present: &Present<'_>) -> Vec<Row> {
    let until = present.now + TimeDelta::days(present.policy.rota.look_ahead_days.into());
    let shifts = present.directory.shifts.iter();
    let shown = shifts.filter(|shift| {
        let holds = rota::on_call(&present.directory.shifts, shift.tier, present.now)
            .is_some_and(|desk| desk.id == shift.id);
        shift.starts_at < until && (holds || shift.ends_at > present.now)
    });
    let mut rows: Vec<_> = shown
        .map(|shift| ((shift.starts_at, shift.tier), self::shift(shift, present)))
        .collect();
    for gap in missing(present) {
        if let Gap::RotaGap {
            tier, from, until, ..
        } = &gap
        {
            let row = Row {
                cells: vec![
                    (Look::Overdue, format::local(*from)),
                    (Look::Overdue, format::local(*until)),
                    (Look::Text, short(*tier).to_owned()),
                    (Look::Overdue, "nobody".to_owned()),
                    (Look::Overdue, "gap".to_owned()),
                ],
                ..of_gap(&gap, present)
            };
            rows.push(((*from, *tier), row));
        }
    }
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn short(tier: rota::Tier) -> &'static str {
    match tier {
        rota::Tier::First => "first",
        rota::Tier::Second => "second",
        rota::Tier::Director => "director",
    }
}

fn shift(shift: &Shift, present: &Present<'_>) -> Row {
    let directory = present.directory;
    let officer = line(directory.person_name(&shift.person));
    let state = rota::state(shift, &directory.shifts, present.now);
    let (from, until) = rota::held(shift, &directory.shifts, present.now);
    let look = match state {
        ShiftState::Active | ShiftState::HandingOver => Look::Met,
        ShiftState::Planned => Look::Text,
        ShiftState::Ended => Look::Quiet,
    };
    let swap = shift
        .swap_with
        .as_ref()
        .map(|with| format!("offered for {with}"));
    let state = match &swap {
        Some(swap) => swap.clone(),
        None => state.name().to_owned(),
    };
    let note = shift
        .swap_note
        .as_ref()
        .map(|note| format!(": {}", line(note)));
    let mine = shift.person == *present.me;
    let groups = if mine || shift.swap_with.is_some() {
        vec![Group::Swap, Group::Shift]
    } else {
        vec![Group::Shift, Group::Swap]
    };
    let mut proposes = vec![
        ("/shift", shift.id.to_string()),
        (
            "/tier",
            json!(shift.tier).as_str().unwrap_or_default().to_owned(),
        ),
        ("/organisation", shift.organisation.to_string()),
    ];
    if !mine {
        proposes.push(("/with", shift.id.to_string()));
    }
    Row {
        key: shift.id.to_string(),
        sentence: format!(
            "{}: {officer} is {} of {} from {} to {}, {state}{}",
            shift.id,
            shift.tier.name(),
            line(directory.organisation_name(&shift.organisation)),
            format::local(from),
            format::local(until),
            note.unwrap_or_default(),
        ),
        cells: vec![
            (Look::Text, format::local(from)),
            (Look::Text, format::local(until)),
            (Look::Text, short(shift.tier).to_owned()),
            (if mine { Look::Strong } else { Look::Text }, officer),
            (if swap.is_some() { Look::Next } else { look }, state),
        ],
        proposes,
        groups,
    }
}

fn contacts(present: &Present<'_>) -> Vec<Row> {
    let directory = present.directory;
    let points = directory.contact_points.iter();
    points
        .map(|point| {
            let organisation = line(directory.organisation_name(&point.organisation));
            let is_verified = gaps::is_verified(point, present.policy, present.now);
            let checked = point
                .verified_on
                .map_or_else(|| "never".to_owned(), |day| day.to_string());
            let checked = match is_verified {
                true => (Look::Met, checked),
                false => (Look::Soon, format!("{checked} check")),
            };
            let value = line(&point.value);
            let how = point.channel.name();
            Row {
                key: point_key(point),
                sentence: format!(
                    "{} ({}) of {organisation} is reached by {how} {value}, tried at place {}; last checked: {}",
                    point.role.title(),
                    point.role.code(),
                    point.order,
                    checked.1,
                ),
                cells: vec![
                    (Look::Strong, point.role.short().to_owned()),
                    (Look::Text, organisation),
                    (Look::Quiet, point.order.to_string()),
                    (Look::Text, how.to_owned()),
                    (Look::Text, value),
                    checked,
                ],
                proposes: vec![
                    ("/point", point_key(point)),
                    ("/point/organisation", point.organisation.to_string()),
                    ("/point/role", point.role.code().to_owned()),
                ],
                groups: vec![Group::ContactPoint],
            }
        })
        .collect()
}

fn registers(present: &Present<'_>) -> Vec<Row> {
    let mut rows = proposals(present);
    rows.extend(documents(present));
    rows.extend(agreements(present));
    rows.extend(organisations(present));
    rows
}

fn registered(
    sort: &str,
    key: &str,
    name: &str,
    (look, known): (Look, String),
    pointer: &'static str,
    group: Group,
) -> Row {
    let name = line(name);
    Row {
        key: format!("{sort}/{key}"),
        sentence: format!("{name} ({key}): {known}"),
        cells: vec![
            (Look::Quiet, sort.to_owned()),
            (Look::Text, name),
            (look, known),
        ],
        proposes: vec![(pointer, key.to_owned())],
        groups: vec![group],
    }
}

fn proposals(present: &Present<'_>) -> Vec<Row> {
    let waiting = present.directory.proposals.iter();
    waiting
        .map(|waits| {
            let by = line(present.directory.person_name(&waits.by.person));
            let change = waits.change.sentence(present.directory);
            registered(
                "proposal",
                &waits.id.to_string(),
                &format!("by {by}"),
                (Look::Next, line(&change)),
                "/proposal",
                Group::Proposal,
            )
        })
        .collect()
}

fn documents(present: &Present<'_>) -> Vec<Row> {
    let today = calendar::local(present.now).date_naive();
    let known = present.directory.policy_documents.iter();
    known
        .map(|one| {
            let due = one.review_due_on.format("%a %-d %b %Y");
            let owner = one.owner.short();
            let told = match one.review_state_on(today, &present.policy.directory) {
                ReviewState::InTime => (Look::Met, format!("review due {due}, {owner}")),
                ReviewState::DueSoon => (Look::Soon, format!("review due soon: {due}, {owner}")),
                ReviewState::Overdue => (Look::Overdue, format!("review overdue: {due}, {owner}")),
            };
            let key = one.id.as_str();
            let group = Group::PolicyDocument;
            registered("policy", key, &one.title, told, "/document", group)
        })
        .collect()
}

fn agreements(present: &Present<'_>) -> Vec<Row> {
    let known = present.directory.agreements.iter();
    known
        .map(|one| {
            let reports = match (&one.lead, one.lead_reports) {
                (_, false) => "each party reports itself".to_owned(),
                (Some(lead), true) => {
                    let lead = line(present.directory.organisation_name(lead));
                    format!("{lead} reports for all")
                }
                (None, true) => "the party it begins with reports for all".to_owned(),
            };
            let until = one.ends_on.map_or_else(String::new, |day| {
                format!(", until {}", day.format("%a %-d %b %Y"))
            });
            let told = (Look::Text, format!("{reports}{until}"));
            let key = one.id.as_str();
            registered(
                "agreement",
                key,
                &one.title,
                told,
                "/agreement",
                Group::Agreement,
            )
        })
        .collect()
}

fn organisations(present: &Present<'_>) -> Vec<Row> {
    let known = present.directory.organisations.iter();
    known
        .map(|one| {
            let marks = [
                (one.partner, "partner"),
                (one.controller, "controller"),
                (one.host, "host"),
                (!one.is_open_at(present.now), "closed"),
            ];
            let marks = marks
                .into_iter()
                .filter_map(|(holds, word)| holds.then_some(word));
            let marks: Vec<&str> = marks.collect();
            let told = (Look::Text, marks.join(", "));
            let key = one.id.as_str();
            let group = Group::Organisation;
            registered("organisation", key, &one.name, told, "/organisation", group)
        })
        .collect()
}
