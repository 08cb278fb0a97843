//! The SIRO's yearly assurance to the Accountable Officer: what was logged and reported, what was late
//! or withdrawn, which actions are open, and how policies and roles stand.
//!
//! It says what is on record. What that is worth the SIRO judges, and says beside it.

use super::committee;
use super::document::{Block, Row, Section, Stress};
use super::figures::{self, Basis};
use super::register;
use crate::domain::calendar;
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::gaps::{self, Gap};
use crate::domain::directory::register::{PolicyDocument, ReviewState};
use crate::domain::id::OrganisationId;

pub(super) fn report(basis: &Basis<'_>) -> Vec<Section> {
    let (logged, told) = (basis.logged(), basis.told());
    let reported = committee::once_each(&told);
    vec![
        Section::new(
            "In short",
            vec![
                Block::text(figures::in_short(&logged, basis.organisation)),
                Block::text(figures::set_aside(basis)),
                Block::text(committee::in_short(&told, &reported)),
                Block::text(committee::plan_in_short(basis, &logged)),
            ],
        ),
        Section::new(
            "In time",
            vec![figures::on_time(&logged, &ClockKind::ALL, basis)],
        ),
        Section::new("Told to regulators", vec![committee::listed(basis, &told)]),
        Section::new(
            "Withdrawn",
            vec![register::taken_back(basis, &basis.withdrawn())],
        ),
        Section::new("Open actions", vec![figures::open_actions(basis, &logged)]),
        Section::new("Policy reviews", vec![reviews(basis)]),
        Section::new("Roles and rota", vec![vacancies(basis)]),
    ]
}

/// The organisation's policy documents, each with its review (BOB-POLICY).
fn reviews(basis: &Basis<'_>) -> Block {
    let today = calendar::local(basis.now).date_naive();
    let documents = basis.directory.policy_documents.iter();
    let own = documents.filter(|document| document.organisation == *basis.organisation);
    let rows = own.map(|document| {
        let state = document.review_state_on(today, &basis.policy.directory);
        Row::stressed(
            [
                document.title.clone(),
                document.owner.title().to_owned(),
                figures::date(last_looked_at(document)),
                figures::date(document.review_due_on),
                review(state).to_owned(),
            ],
            stress(state),
        )
    });
    let columns = ["Document", "Owner", "Reviewed", "Due", "Review"];
    Block::table(columns, rows.collect(), "No policy document is on record")
}

fn last_looked_at(document: &PolicyDocument) -> chrono::NaiveDate {
    document.reviewed_on.unwrap_or(document.approved_on)
}

fn review(state: ReviewState) -> &'static str {
    match state {
        ReviewState::InTime => "in time",
        ReviewState::DueSoon => "due soon",
        ReviewState::Overdue => "overdue",
    }
}

fn stress(state: ReviewState) -> Stress {
    match state {
        ReviewState::InTime => Stress::Plain,
        ReviewState::DueSoon => Stress::Soon,
        ReviewState::Overdue => Stress::Late,
    }
}

/// Roles without a holder, terms that end, and holes in the rota, as they are now.
fn vacancies(basis: &Basis<'_>) -> Block {
    let names = basis.names();
    let rows = gaps::gaps(basis.directory, basis.policy, basis.now)
        .into_iter()
        .filter(|gap| whose(gap) == Some(basis.organisation))
        .map(|gap| {
            let sentence = names.left_out_of(&gap.sentence(basis.directory));
            let (word, stress) = if gap.is_missing() {
                ("missing", Stress::Late)
            } else {
                ("soon", Stress::Soon)
            };
            Row::stressed([word.to_owned(), sentence], stress)
        });
    Block::table(["State", "What"], rows.collect(), "Nothing is missing")
}

/// The organisation whose roles or rota a gap is about; reviews have a table of their own.
fn whose(gap: &Gap) -> Option<&OrganisationId> {
    match gap {
        Gap::Vacancy { organisation, .. }
        | Gap::RotaGap { organisation, .. }
        | Gap::Unreachable { organisation, .. }
        | Gap::SiroIsGuardian { organisation, .. } => Some(organisation),
        Gap::TermEnding { holding, .. } => Some(&holding.organisation),
        Gap::DeskNotTaken { .. }
        | Gap::ReviewOverdue { .. }
        | Gap::ProposalWaits { .. }
        | Gap::ReviewDue { .. }
        | Gap::Unverified { .. } => None,
    }
}
