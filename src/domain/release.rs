//! Who may say that a required contact need not be told after all, and of whom nobody may say so
//! (REL-ENTITLED).
//!
//! One table, read when a release is judged and again each time the required contacts are worked out:
//! a release counts only for the reasons for which whoever gave it may give one. Deliberately judges
//! no command; that is `decide`.

use super::calendar;
use super::contacts::{self, Contact};
use super::directory::Directory;
use super::incident::{ContactChange, Incident};
#[cfg(test)]
use super::mutant::{self, Mutant};
use super::role::Role;
use super::rule::RuleId;

/// Where a reason to tell somebody comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The facts of the incident ask for it.
    Facts,
    /// Somebody has added it by hand.
    Hand,
}

/// Who may release a contact that is required for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entitled {
    /// Whoever holds one of these roles.
    Roles(&'static [Role]),
    /// Whoever may triage the incident.
    Triage,
    /// Nobody: a law or a notifiable grade asks for it.
    Nobody,
}

impl Entitled {
    /// Whether a release in this role counts.
    pub fn includes(self, role: Role) -> bool {
        match self {
            Self::Roles(roles) => roles.contains(&role),
            Self::Triage => true,
            Self::Nobody => false,
        }
    }
}

const DPO: Entitled = Entitled::Roles(&[Role::Dpo, Role::Adpo]);
const OFFICER: Entitled = Entitled::Roles(&[Role::Wso]);
const OFFICER_OR_DPO: Entitled = Entitled::Roles(&[Role::Wso, Role::Dpo, Role::Adpo]);
const NOBODY: Entitled = Entitled::Nobody;

/// Why the facts require a contact, which contacts, and who may release them.
pub const TABLE: [(RuleId, &[Role], Entitled); 16] = [
    (RuleId::BobImm, &[Role::Lm, Role::Iao], DPO),
    // The law gives the data protection officer a part in every breach (UK GDPR Article 38(1)).
    (RuleId::BobContacts, &[Role::Dpo], NOBODY),
    (RuleId::IcoJoint, &[Role::Dpo], NOBODY),
    (RuleId::BobDpo, &[Role::Dpo], NOBODY),
    (RuleId::BobContacts, &[Role::Igt], DPO),
    (RuleId::BobCyber, &[Role::Csm], DPO),
    (RuleId::BobPcd, &[Role::Cg], DPO),
    // Graded as notifiable.
    (RuleId::BobContacts, &[Role::Siro, Role::Cg], NOBODY),
    (RuleId::BobSiri, &[Role::Siro, Role::Cg], DPO),
    (RuleId::WsicPrio, &[Role::Siro, Role::Cg, Role::Ao], DPO),
    (RuleId::ShareTold, &[Role::Dpo], DPO),
    (RuleId::WsicExc, &[Role::Siro], DPO),
    // What is the partnership's is for its Officer to release.
    (RuleId::WsicNotify, &[Role::Wso], OFFICER),
    (RuleId::WsicCall, &[Role::Wso, Role::Host], OFFICER),
    (RuleId::WsicImpact, &[Role::Host], OFFICER),
    (RuleId::WsicExc, &[Role::Host, Role::Proc], OFFICER),
];

/// Who may release a role that this rule asks for. What the table does not name is released by nobody.
pub fn entitled(rule: RuleId, role: Role, origin: Origin) -> Entitled {
    #[cfg(test)]
    if mutant::is(Mutant::AnybodyReleases) {
        return Entitled::Triage;
    }
    match origin {
        Origin::Hand => by_hand(role),
        Origin::Facts => {
            let mut rows = TABLE.iter();
            rows.find(|(asks, roles, _)| *asks == rule && roles.contains(&role))
                .map_or(NOBODY, |(_, _, entitled)| *entitled)
        }
    }
}

/// Whether a release in this role counts. Once, whoever triaged released the Partnership Security Officer and the
/// host where no fact asked for them any more: what was released so stays released.
pub fn counts(rule: RuleId, role: Role, origin: Origin, by: Role) -> bool {
    let was_anybodys = origin == Origin::Hand && PARTNERSHIP.contains(&role);
    was_anybodys || entitled(rule, role, origin).includes(by)
}

/// Whom the partnership has once.
const PARTNERSHIP: [Role; 2] = [Role::Wso, Role::Host];

/// Who may release a role that somebody has added, or that stays from what was known before. Whoever is a
/// controller's own is released by its data protection officer, as where the facts ask for them, so that
/// new facts are no way round that. So are the Partnership Security Officer and the host, who do not see an
/// incident that concerns no partner any more; the Officer may as well. Everybody else is released by whoever
/// triages.
fn by_hand(role: Role) -> Entitled {
    if PARTNERSHIP.contains(&role) {
        return OFFICER_OR_DPO;
    }
    let mut rows = TABLE.iter();
    rows.find(|(_, roles, entitled)| roles.contains(&role) && *entitled == DPO)
        .map_or(Entitled::Triage, |(_, _, entitled)| *entitled)
}

/// Who released a contact, when and why, in words.
pub fn in_words(change: &ContactChange, directory: &Directory) -> String {
    let by = &change.signed.by;
    format!(
        "released {} by {} ({}): {}",
        calendar::brief(change.signed.at),
        directory.person_name(&by.person),
        by.role.title(),
        change.reason
    )
}

/// Why a contact must be told although it was released, in words: the release was recorded before there
/// was a rule for who may release whom, or something asks for the contact that was not known then.
pub fn that_does_not_count(
    incident: &Incident,
    contact: &Contact,
    directory: &Directory,
) -> Option<String> {
    let change = contacts::release_of(incident, contact)?;
    let why = match change.judged_by {
        Some(_) => "it no longer counts, because more is known",
        None => "released before this rule, so they must be told",
    };
    let words = in_words(change, directory);
    Some(format!("{words}; {why} ({})", RuleId::RelEntitled))
}
