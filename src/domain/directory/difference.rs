//! What would have to be asked of a directory to make it say what another one says.
//!
//! An import is nothing but these commands, so it needs the same rights, meets the same rules and
//! leaves the same entries as if somebody had typed them. What the other directory does not name stays
//! as it is: nothing is ended or taken away by being left out.

use super::command::{
    AddOrganisation, Appoint, ChangeOrganisation, DirectoryCommand, EndTerm, PlanShift,
    RecordAgreement, RecordPolicyDocument, ReviewPolicyDocument,
};
use super::register::{Agreement, PolicyDocument};
use super::{ContactPoint, Directory, Organisation, Person};
use crate::domain::id::PersonId;
use crate::domain::role::Holding;
use crate::domain::rota::Shift;
use crate::domain::{Instant, calendar};

/// The tables of a directory, in the order in which they build on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Organisations.
    Organisations,
    /// People.
    People,
    /// Terms.
    Holdings,
    /// Contact points.
    ContactPoints,
    /// Shifts.
    Shifts,
    /// Agreements.
    Agreements,
    /// Policy documents.
    PolicyDocuments,
}

/// A row of the other directory that this one does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its table.
    pub table: Table,
    /// Its place in the table, counted from 0.
    pub row: usize,
    /// What would be asked.
    pub step: Step,
}

/// What comes of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It can be asked for.
    Ask(Box<DirectoryCommand>),
    /// It is of the past: a desk that has begun keeps its own, so it is left out.
    LeaveOut(&'static str),
    /// No command does it, and the sentence says what to do instead.
    Cannot(&'static str),
}

/// A reason for what an import ends.
const AS_IMPORTED: &str = "as the imported directory says";

/// The steps from one directory to what another one says; `decided_by` stands under appointments that
/// an administrator writes down.
pub fn steps_to(
    current: &Directory,
    wanted: &Directory,
    decided_by: Option<&PersonId>,
    now: Instant,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut take = |table, row, steps: Vec<Step>| {
        found.extend(
            steps
                .into_iter()
                .map(|step| Difference { table, row, step }),
        );
    };
    for (row, one) in wanted.organisations.iter().enumerate() {
        take(Table::Organisations, row, organisation(current, one));
    }
    for (row, one) in wanted.people.iter().enumerate() {
        take(Table::People, row, person(current, one));
    }
    for (row, one) in wanted.holdings.iter().enumerate() {
        take(Table::Holdings, row, holding(current, one, decided_by, now));
    }
    for (row, one) in wanted.contact_points.iter().enumerate() {
        take(Table::ContactPoints, row, contact_point(current, one));
    }
    for (row, one) in wanted.shifts.iter().enumerate() {
        take(Table::Shifts, row, shift(current, one, now));
    }
    for (row, one) in wanted.agreements.iter().enumerate() {
        take(Table::Agreements, row, agreement(current, one));
    }
    for (row, one) in wanted.policy_documents.iter().enumerate() {
        take(Table::PolicyDocuments, row, policy_document(current, one));
    }
    found
}

fn ask(command: DirectoryCommand) -> Step {
    Step::Ask(Box::new(command))
}

fn organisation(current: &Directory, wanted: &Organisation) -> Vec<Step> {
    let id = || wanted.id.clone();
    let mut steps = Vec::new();
    let known = match current.organisation(&wanted.id) {
        Some(known) => known.clone(),
        None => {
            steps.push(ask(DirectoryCommand::AddOrganisation(Box::new(
                AddOrganisation {
                    organisation: id(),
                    name: wanted.name.as_str().into(),
                    kind: wanted.kind,
                    partner: wanted.partner,
                    controller: wanted.controller,
                    operator_of_essential_services: wanted.operator_of_essential_services,
                    predecessor: wanted.predecessor.clone(),
                },
            ))));
            Organisation {
                host: false,
                closed_on: None,
                ..wanted.clone()
            }
        }
    };
    if known.kind != wanted.kind {
        steps.push(Step::Cannot(
            "The kind of organisation cannot change. Add a new one and close this one",
        ));
    }
    let as_wanted = Organisation {
        kind: known.kind,
        closed_on: known.closed_on,
        // The mark only ever moves to somebody: whoever had it loses it by that.
        host: known.host || wanted.host,
        predecessor: wanted
            .predecessor
            .clone()
            .or_else(|| known.predecessor.clone()),
        ..wanted.clone()
    };
    if as_wanted != known {
        steps.push(ask(DirectoryCommand::ChangeOrganisation(Box::new(
            ChangeOrganisation {
                organisation: id(),
                name: Some(wanted.name.as_str().into()),
                partner: Some(wanted.partner),
                controller: Some(wanted.controller),
                operator_of_essential_services: Some(wanted.operator_of_essential_services),
                host: Some(true).filter(|_| wanted.host),
                predecessor: wanted.predecessor.clone(),
            },
        ))));
    }
    match (wanted.closed_on, known.closed_on) {
        (Some(closed_on), None) => steps.push(ask(DirectoryCommand::CloseOrganisation {
            organisation: id(),
            closed_on,
            reason: AS_IMPORTED.into(),
        })),
        (wanted, known) if wanted != known => {
            steps.push(Step::Cannot("The closing day can no longer change"))
        }
        (_, _) => {}
    }
    steps
}

fn person(current: &Directory, wanted: &Person) -> Vec<Step> {
    let Some(known) = current.person(&wanted.id) else {
        return vec![match wanted.left_at {
            None => ask(DirectoryCommand::AddPerson {
                person: wanted.id.clone(),
                name: wanted.name.as_str().into(),
                organisation: wanted.organisation.clone(),
            }),
            Some(_) => {
                Step::LeaveOut("This person has left. A running desk takes nobody who has left")
            }
        }];
    };
    let mut steps = Vec::new();
    let is_same = (&known.name, &known.organisation) == (&wanted.name, &wanted.organisation);
    if !is_same {
        steps.push(ask(DirectoryCommand::ChangePerson {
            person: wanted.id.clone(),
            name: Some(wanted.name.as_str().into()),
            organisation: Some(wanted.organisation.clone()),
        }));
    }
    match (wanted.left_at, known.left_at) {
        (Some(_), None) => steps.push(ask(DirectoryCommand::RecordLeaver {
            person: wanted.id.clone(),
            reason: AS_IMPORTED.into(),
        })),
        (None, Some(_)) => steps.push(Step::Cannot(
            "This person has left. Add somebody who returns under a new short name",
        )),
        (_, _) => {}
    }
    steps
}

fn holding(
    current: &Directory,
    wanted: &Holding,
    decided_by: Option<&PersonId>,
    now: Instant,
) -> Vec<Step> {
    let end = |wanted: &Holding| {
        let midnight = wanted.ended_at.map(calendar::local);
        let day = midnight.map(|at| at.date_naive());
        let day = day.filter(|day| calendar::start_of_day(*day) > now);
        ask(DirectoryCommand::EndTerm(EndTerm {
            holding: wanted.name(),
            ends_on: day,
            reason: wanted
                .ended_because
                .as_deref()
                .unwrap_or(AS_IMPORTED)
                .into(),
            decided_by: decided_by.cloned(),
        }))
    };
    match current.holding(&wanted.name()) {
        None if wanted.ends_at().is_some_and(|ends| ends <= now) => vec![Step::LeaveOut(
            "This term is over. A running desk takes no past terms",
        )],
        None => {
            let appoint = ask(DirectoryCommand::Appoint(Appoint {
                role: wanted.role,
                organisation: wanted.organisation.clone(),
                person: wanted.person.clone(),
                starts_on: wanted.starts_on,
                ends_on: wanted.ends_on,
                interim: wanted.interim,
                deputy_order: wanted.deputy_order,
                decided_by: decided_by.cloned(),
            }));
            let ended = wanted.ended_at.map(|_| end(wanted));
            std::iter::once(appoint).chain(ended).collect()
        }
        Some(known) => {
            let place =
                |holding: &Holding| (holding.ends_on, holding.interim, holding.deputy_order);
            match (
                place(known) == place(wanted),
                wanted.ended_at,
                known.ended_at,
            ) {
                (false, ..) | (true, None, Some(_)) => vec![Step::Cannot(
                    "A term cannot change. End it and appoint again",
                )],
                (true, Some(_), None) => vec![end(wanted)],
                (true, ..) => Vec::new(),
            }
        }
    }
}

fn contact_point(current: &Directory, wanted: &ContactPoint) -> Vec<Step> {
    let point = || wanted.name();
    let Some(known) = current.contact_point(&point()) else {
        return vec![ask(DirectoryCommand::AddContactPoint {
            point: point(),
            order: wanted.order,
            verified_on: wanted.verified_on,
            person: wanted.person.clone(),
        })];
    };
    if known.person != wanted.person {
        return vec![Step::Cannot(
            "A contact point cannot change its owner. Retire it and add it again",
        )];
    }
    let mut steps = Vec::new();
    if known.order != wanted.order {
        steps.push(ask(DirectoryCommand::ChangeContactPoint {
            point: point(),
            value: None,
            order: Some(wanted.order),
        }));
    }
    if wanted.verified_on > known.verified_on {
        steps.push(ask(DirectoryCommand::VerifyContactPoint {
            point: point(),
            verified_on: wanted.verified_on,
        }));
    }
    steps
}

/// By who is on and when, because the desk gives shifts their names. Who has taken over is not
/// imported: that is between two officers.
fn shift(current: &Directory, wanted: &Shift, now: Instant) -> Vec<Step> {
    let is_it = |known: &&Shift| {
        (known.tier, known.starts_at, known.ends_at)
            == (wanted.tier, wanted.starts_at, wanted.ends_at)
            && (&known.organisation, &known.person) == (&wanted.organisation, &wanted.person)
    };
    if current.shifts.iter().any(|known| is_it(&known)) {
        return Vec::new();
    }
    vec![if wanted.ends_at <= now {
        Step::LeaveOut("This shift is over. A running desk takes no past shifts")
    } else {
        ask(DirectoryCommand::PlanShift(PlanShift {
            tier: wanted.tier,
            organisation: wanted.organisation.clone(),
            person: wanted.person.clone(),
            starts_at: wanted.starts_at,
            ends_at: wanted.ends_at,
        }))
    }]
}

fn agreement(current: &Directory, wanted: &Agreement) -> Vec<Step> {
    match current.agreement(&wanted.id) {
        None => vec![ask(DirectoryCommand::RecordAgreement(Box::new(
            RecordAgreement {
                agreement: wanted.id.clone(),
                title: wanted.title.as_str().into(),
                kind: wanted.kind,
                parties: wanted.parties.clone(),
                lead: wanted.lead.clone(),
                lead_reports: wanted.lead_reports,
                starts_on: wanted.starts_on,
                ends_on: wanted.ends_on,
                filed_as: wanted.filed_as.as_deref().map(Into::into),
            },
        )))],
        Some(known) if known == wanted => Vec::new(),
        Some(known) => {
            let ended = Agreement {
                ends_on: wanted.ends_on,
                ..known.clone()
            };
            vec![match wanted.ends_on {
                Some(ends_on) if ended == *wanted => ask(DirectoryCommand::EndAgreement {
                    agreement: wanted.id.clone(),
                    ends_on,
                    reason: AS_IMPORTED.into(),
                }),
                Some(_) | None => Step::Cannot(
                    "A recorded agreement cannot change. End it and record the new one",
                ),
            }]
        }
    }
}

fn policy_document(current: &Directory, wanted: &PolicyDocument) -> Vec<Step> {
    let review = |reviewed_on| {
        ask(DirectoryCommand::ReviewPolicyDocument(
            ReviewPolicyDocument {
                document: wanted.id.clone(),
                reviewed_on,
                outcome: AS_IMPORTED.into(),
                review_due_on: Some(wanted.review_due_on),
            },
        ))
    };
    match current.policy_document(&wanted.id) {
        None => {
            let record = ask(DirectoryCommand::RecordPolicyDocument(
                RecordPolicyDocument {
                    document: wanted.id.clone(),
                    title: wanted.title.as_str().into(),
                    organisation: wanted.organisation.clone(),
                    owner: wanted.owner,
                    approved_on: wanted.approved_on,
                    review_due_on: Some(wanted.review_due_on)
                        .filter(|_| wanted.reviewed_on.is_none()),
                },
            ));
            std::iter::once(record)
                .chain(wanted.reviewed_on.map(review))
                .collect()
        }
        Some(known) if known == wanted => Vec::new(),
        Some(known) => {
            let reviewed = PolicyDocument {
                reviewed_on: wanted.reviewed_on,
                review_due_on: wanted.review_due_on,
                ..known.clone()
            };
            vec![match wanted.reviewed_on {
                Some(reviewed_on)
                    if reviewed == *wanted && wanted.reviewed_on > known.reviewed_on =>
                {
                    review(reviewed_on)
                }
                Some(_) | None => Step::Cannot(
                    "A recorded document changes only by its review. Withdraw it and record the new one",
                ),
            }]
        }
    }
}
