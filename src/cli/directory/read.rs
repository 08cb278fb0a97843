//! `nightdesk directory show` and `nightdesk directory gaps`.

use crate::cli::connection::{self, Server};
use crate::cli::named;
use crate::cli::output::{self, Exit, Format};
use crate::domain::calendar::in_words;
use crate::domain::directory::Directory;
use crate::domain::directory::gaps::{self, Gap};
use crate::domain::directory::register::ReviewState;
use crate::domain::id::OrganisationId;
use crate::domain::policy::Policy;
use crate::domain::rota;
use crate::domain::{Instant, calendar};
use crate::steps::directory::{point_key, term_key};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;

/// Show the directory: roles and terms, the rota, contact points, or the registers
#[derive(Args)]
pub(super) struct Show {
    /// Which section; roles by default, and everything with --json
    #[arg(value_enum)]
    section: Option<Section>,
    /// Only what belongs to this organisation: its short name, its name, or a part that fits only one
    #[arg(long)]
    organisation: Option<String>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Section {
    /// Who holds which role, and until when
    Roles,
    /// Who is on call, from now on
    Rota,
    /// How roles are reached
    ContactPoints,
    /// Organisations
    Organisations,
    /// People
    People,
    /// Agreements
    Agreements,
    /// Policy documents, and when they are due for review
    PolicyDocuments,
    /// Proposals that wait for a decision
    Proposals,
}

/// List what is missing from the directory, and what soon will be
#[derive(Args)]
pub(super) struct Gaps {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

/// A gap as it is told.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    gap: Gap,
    is_missing: bool,
    rule: Option<String>,
    sentence: String,
}

pub(super) fn gaps(arguments: &Gaps) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let setting = connection::wait_for(async { Ok(connection.setting().await?) })?;
    let directory = &setting.desk.directory;
    let found = gaps::gaps(directory, &setting.desk.policy, setting.now()).into_iter();
    let found: Vec<Told> = found
        .map(|gap| Told {
            is_missing: gap.is_missing(),
            rule: gap.rule().map(|rule| rule.to_string()),
            sentence: gap.sentence(directory),
            gap,
        })
        .collect();
    if arguments.format.json {
        output::json(&found)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 3]> = found
        .into_iter()
        .map(|told| {
            let sort = if told.is_missing { "gap" } else { "warning" };
            let rule = told.rule.unwrap_or_else(|| "-".to_owned());
            [sort.to_owned(), rule, told.sentence]
        })
        .collect();
    output::table(["SORT", "RULE", "WHAT"], &rows)?;
    Ok(Exit::Done)
}

pub(super) fn show(arguments: &Show) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let setting = connection::wait_for(async { Ok(connection.setting().await?) })?;
    let directory = setting.desk.directory.as_ref();
    let only = named::any_organisation(arguments.organisation.as_deref(), directory)?;
    let shown = Shown {
        directory,
        policy: &setting.desk.policy,
        now: setting.now(),
        only: only.as_ref(),
    };
    if arguments.format.json {
        match arguments.section {
            Some(section) => output::json(&shown.values(section)?)?,
            None => output::json(directory)?,
        }
        return Ok(Exit::Done);
    }
    match arguments.section.unwrap_or(Section::Roles) {
        Section::Roles => output::table(["TERM", "WHO", "PLACE", "STATE", "UNTIL"], &shown.roles()),
        Section::Rota => output::table(
            ["SHIFT", "WHO", "TIER", "FROM", "UNTIL", "STATE"],
            &shown.rota(),
        ),
        Section::ContactPoints => output::table(
            ["CONTACT POINT", "PLACE", "CHECKED"],
            &shown.contact_points(),
        ),
        Section::Organisations => output::table(
            ["ORGANISATION", "NAME", "WHAT IT IS"],
            &shown.organisations(),
        ),
        Section::People => output::table(["PERSON", "NAME", "WORKS AT"], &shown.people()),
        Section::Agreements => output::table(
            ["AGREEMENT", "TITLE", "FROM", "REPORTS"],
            &shown.agreements(),
        ),
        Section::PolicyDocuments => output::table(
            ["DOCUMENT", "TITLE", "OWNER", "DUE", "STATE"],
            &shown.documents(),
        ),
        Section::Proposals => output::table(["PROPOSAL", "BY", "WHAT"], &shown.proposals()),
    }?;
    Ok(Exit::Done)
}

/// Those that are wanted, as programs read them.
fn listed<T: Serialize>(all: &[T], is_wanted: impl Fn(&T) -> bool) -> anyhow::Result<Vec<Value>> {
    let wanted = all.iter().filter(|one| is_wanted(one));
    let values = wanted.map(serde_json::to_value);
    Ok(values.collect::<Result<_, _>>()?)
}

struct Shown<'a> {
    directory: &'a Directory,
    policy: &'a Policy,
    now: Instant,
    only: Option<&'a OrganisationId>,
}

impl Shown<'_> {
    fn wants(&self, organisation: &OrganisationId) -> bool {
        self.only.is_none_or(|only| only == organisation)
    }

    /// What a section holds, for programs.
    fn values(&self, section: Section) -> anyhow::Result<Vec<Value>> {
        let known = self.directory;
        match section {
            Section::Roles => listed(&known.holdings, |one| self.wants(&one.organisation)),
            Section::Rota => listed(&known.shifts, |one| {
                one.ends_at > self.now && self.wants(&one.organisation)
            }),
            Section::ContactPoints => {
                listed(&known.contact_points, |one| self.wants(&one.organisation))
            }
            Section::Organisations => listed(&known.organisations, |one| self.wants(&one.id)),
            Section::People => listed(&known.people, |one| self.wants(&one.organisation)),
            Section::Agreements => listed(&known.agreements, |one| {
                one.parties.iter().any(|party| self.wants(party))
            }),
            Section::PolicyDocuments => {
                listed(&known.policy_documents, |one| self.wants(&one.organisation))
            }
            Section::Proposals => listed(&known.proposals, |_| true),
        }
    }

    fn roles(&self) -> Vec<[String; 5]> {
        let wanted = self.directory.holdings.iter();
        wanted
            .filter(|holding| self.wants(&holding.organisation))
            .map(|holding| {
                let interim = if holding.interim { ", interim" } else { "" };
                let place = match holding.deputy_order {
                    0 => "primary".to_owned(),
                    order => format!("deputy {order}"),
                };
                [
                    term_key(holding),
                    self.directory.person_name(&holding.person).to_owned(),
                    format!("{place}{interim}"),
                    holding.state_at(self.now).name().to_owned(),
                    holding
                        .ends_at()
                        .map_or_else(|| "no term".to_owned(), in_words),
                ]
            })
            .collect()
    }

    fn rota(&self) -> Vec<[String; 6]> {
        let mut wanted: Vec<_> = self
            .directory
            .shifts
            .iter()
            .filter(|shift| shift.ends_at > self.now && self.wants(&shift.organisation))
            .collect();
        wanted.sort_by_key(|shift| (shift.starts_at, shift.tier));
        let shifts = &self.directory.shifts;
        wanted
            .into_iter()
            .map(|shift| {
                let state = rota::state(shift, shifts, self.now).name();
                let (from, until) = rota::held(shift, shifts, self.now);
                let swap = shift.swap_with.as_ref();
                [
                    shift.id.to_string(),
                    self.directory.person_name(&shift.person).to_owned(),
                    shift.tier.name().to_owned(),
                    in_words(from),
                    in_words(until),
                    swap.map_or_else(
                        || state.to_owned(),
                        |with| format!("{state}, offered for {with}"),
                    ),
                ]
            })
            .collect()
    }

    fn contact_points(&self) -> Vec<[String; 3]> {
        let wanted = self.directory.contact_points.iter();
        wanted
            .filter(|point| self.wants(&point.organisation))
            .map(|point| {
                let checked = point
                    .verified_on
                    .map_or_else(|| "never".to_owned(), |day| day.to_string());
                let stale = match gaps::is_verified(point, self.policy, self.now) {
                    true => "",
                    false => ", check it",
                };
                [
                    point_key(point),
                    point.order.to_string(),
                    format!("{checked}{stale}"),
                ]
            })
            .collect()
    }

    fn organisations(&self) -> Vec<[String; 3]> {
        let wanted = self.directory.organisations.iter();
        wanted
            .filter(|organisation| self.wants(&organisation.id))
            .map(|organisation| {
                let marks = [
                    (organisation.partner, "partner"),
                    (organisation.controller, "controller"),
                    (organisation.host, "host"),
                    (organisation.operator_of_essential_services, "operator"),
                    (!organisation.is_open_at(self.now), "closed"),
                ];
                let marks: Vec<&str> = marks
                    .into_iter()
                    .filter_map(|(holds, word)| holds.then_some(word))
                    .collect();
                [
                    organisation.id.to_string(),
                    organisation.name.clone(),
                    marks.join(", "),
                ]
            })
            .collect()
    }

    fn people(&self) -> Vec<[String; 3]> {
        let wanted = self.directory.people.iter();
        wanted
            .filter(|person| self.wants(&person.organisation))
            .map(|person| {
                let left = if person.is_here_at(self.now) {
                    ""
                } else {
                    " (left)"
                };
                [
                    person.id.to_string(),
                    format!("{}{left}", person.name),
                    self.directory
                        .organisation_name(&person.organisation)
                        .to_owned(),
                ]
            })
            .collect()
    }

    fn agreements(&self) -> Vec<[String; 4]> {
        let wanted = self.directory.agreements.iter();
        wanted
            .filter(|one| one.parties.iter().any(|party| self.wants(party)))
            .map(|one| {
                let until = one
                    .ends_on
                    .map_or_else(String::new, |ends_on| format!(" until {ends_on}"));
                let reports = match (&one.lead, one.lead_reports) {
                    (_, false) => "each for itself".to_owned(),
                    (Some(lead), true) => format!("{lead} for all"),
                    (None, true) => "the party it begins with, for all".to_owned(),
                };
                [
                    one.id.to_string(),
                    one.title.clone(),
                    format!("{}{until}", one.starts_on),
                    reports,
                ]
            })
            .collect()
    }

    fn documents(&self) -> Vec<[String; 5]> {
        let today = calendar::local(self.now).date_naive();
        let wanted = self.directory.policy_documents.iter();
        wanted
            .filter(|one| self.wants(&one.organisation))
            .map(|one| {
                let state = match one.review_state_on(today, &self.policy.directory) {
                    ReviewState::InTime => "in time",
                    ReviewState::DueSoon => "due soon",
                    ReviewState::Overdue => "overdue",
                };
                [
                    one.id.to_string(),
                    one.title.clone(),
                    one.owner.short().to_owned(),
                    one.review_due_on.to_string(),
                    state.to_owned(),
                ]
            })
            .collect()
    }

    fn proposals(&self) -> Vec<[String; 3]> {
        let waiting = self.directory.proposals.iter();
        waiting
            .map(|waits| {
                [
                    waits.id.to_string(),
                    waits.by.person.to_string(),
                    waits.change.sentence(self.directory),
                ]
            })
            .collect()
    }
}
