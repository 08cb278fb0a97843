//! The roles of the two procedures and the terms on which people hold them.
//!
//! Says who holds what at an instant. It deliberately does not say what a role may do: that is
//! `permission`.

use super::calendar;
use super::id::{OrganisationId, PersonId};
use super::{Instant, policy::TermPolicy};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role code of section 0 of the rules.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// A member of staff who reports.
    Staff,
    /// Line manager of the area concerned.
    Lm,
    /// Information asset owner.
    Iao,
    /// Information asset administrator.
    Iaa,
    /// The designated on-call officer; held through an active shift, never through a term.
    Oco,
    /// Data protection officer.
    Dpo,
    /// Acting data protection officer.
    Adpo,
    /// Information governance team of the support unit.
    Igt,
    /// Cyber security manager.
    Csm,
    /// Senior information risk owner.
    Siro,
    /// Caldicott Guardian.
    Cg,
    /// Accountable Officer.
    Ao,
    /// Partnership Incident Management Security Officer, "the Officer".
    Wso,
    /// Governance-group representative of a partner.
    Ggr,
    /// Host service desk.
    Host,
    /// Processor or sub-processor contact.
    Proc,
    /// Information governance steering group.
    Igsg,
    /// Audit and risk committee.
    Arc,
    /// Auditor.
    Aud,
    /// System administrator.
    Adm,
}

impl Role {
    /// Every role, in the order of section 0.
    pub const ALL: [Self; 20] = [
        Self::Staff,
        Self::Lm,
        Self::Iao,
        Self::Iaa,
        Self::Oco,
        Self::Dpo,
        Self::Adpo,
        Self::Igt,
        Self::Csm,
        Self::Siro,
        Self::Cg,
        Self::Ao,
        Self::Wso,
        Self::Ggr,
        Self::Host,
        Self::Proc,
        Self::Igsg,
        Self::Arc,
        Self::Aud,
        Self::Adm,
    ];

    /// The code that tables, files and the API use.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// The role in full, for people.
    pub fn title(self) -> &'static str {
        self.words().1
    }

    /// The role with this code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.code().eq_ignore_ascii_case(code))
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Staff => ("STAFF", "Reporter"),
            Self::Lm => ("LM", "Line manager"),
            Self::Iao => ("IAO", "Information asset owner"),
            Self::Iaa => ("IAA", "Information asset administrator"),
            Self::Oco => ("OCO", "On-call officer"),
            Self::Dpo => ("DPO", "Data protection officer"),
            Self::Adpo => ("ADPO", "Acting data protection officer"),
            Self::Igt => ("IGT", "Information governance team"),
            Self::Csm => ("CSM", "Cyber security manager"),
            Self::Siro => ("SIRO", "Senior information risk owner"),
            Self::Cg => ("CG", "Caldicott Guardian"),
            Self::Ao => ("AO", "Accountable Officer"),
            Self::Wso => ("WSO", "Partnership Security Officer"),
            Self::Ggr => ("GGR", "Governance-group representative"),
            Self::Host => ("HOST", "Host service desk"),
            Self::Proc => ("PROC", "Processor contact"),
            Self::Igsg => ("IGSG", "Information governance steering group"),
            Self::Arc => ("ARC", "Audit and risk committee"),
            Self::Aud => ("AUD", "Auditor"),
            Self::Adm => ("ADM", "System administrator"),
        }
    }
}

/// One person's term in one role of one organisation (WSIC-TERM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The role held.
    pub role: Role,
    /// The organisation it is held for.
    pub organisation: OrganisationId,
    /// Who holds it.
    pub person: PersonId,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// First day after the term; absent for standing appointments that have no term.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Same rights, marked in every record.
    #[serde(default)]
    pub interim: bool,
    /// 0 is the primary, 1 the first deputy, and so on; overlap is allowed only with an order.
    #[serde(default)]
    pub deputy_order: u8,
}

impl Holding {
    /// Whether the role is held at `now`: from 00:00 local on the first day to 00:00 local on the
    /// day after the last (WSIC-TERM).
    pub fn is_valid_at(&self, now: Instant) -> bool {
        calendar::start_of_day(self.starts_on) <= now
            && self
                .ends_on
                .is_none_or(|ends_on| now < calendar::start_of_day(ends_on))
    }

    /// How many days before its end a warning is due, if `now` lies inside a warning (WSIC-TERM):
    /// the smallest of the policy's numbers that is not yet passed.
    pub fn warning_days_at(&self, now: Instant, policy: &TermPolicy) -> Option<u32> {
        let ends_at = calendar::start_of_day(self.ends_on?);
        if ends_at <= now {
            return None;
        }
        policy
            .warning_days
            .iter()
            .copied()
            .filter(|days| ends_at - now <= chrono::TimeDelta::days(i64::from(*days)))
            .min()
    }
}

/// First day after a term that starts on `starts_on`: that many calendar months later, clamped to
/// the end of the month (WSIC-TERM, R01 to R08).
pub fn term_end(starts_on: NaiveDate, policy: &TermPolicy) -> NaiveDate {
    starts_on
        .checked_add_months(chrono::Months::new(policy.months))
        .unwrap_or(NaiveDate::MAX)
}
