//! The roles of the two procedures and the terms on which people hold them.
//!
//! Says who holds what at an instant. It deliberately does not say what a role may do: that is
//! `permission`.

use super::calendar;
use super::id::{OrganisationId, PersonId};
use super::{Instant, policy::TermPolicy};
use chrono::{DateTime, NaiveDate, Utc};
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

    /// The role as people say it inside a sentence, such as `DPO` or `line manager`.
    pub fn short(self) -> &'static str {
        match self {
            Self::Staff => "reporter",
            Self::Lm => "line manager",
            Self::Iao => "asset owner",
            Self::Iaa => "asset administrator",
            Self::Oco => "on-call officer",
            Self::Dpo => "DPO",
            Self::Adpo => "acting DPO",
            Self::Igt => "IG team",
            Self::Csm => "cyber security manager",
            Self::Siro => "SIRO",
            Self::Cg => "Caldicott Guardian",
            Self::Ao => "Accountable Officer",
            Self::Wso => "Partnership Security Officer",
            Self::Ggr => "governance-group representative",
            Self::Host => "host service desk",
            Self::Proc => "supplier contact",
            Self::Igsg => "IG steering group",
            Self::Arc => "audit and risk committee",
            Self::Aud => "auditor",
            Self::Adm => "system administrator",
        }
    }

    /// Whether the role is held for a term, or else by a standing appointment (WSIC-TERM).
    pub fn has_term(self) -> bool {
        match self {
            Self::Dpo
            | Self::Adpo
            | Self::Siro
            | Self::Cg
            | Self::Wso
            | Self::Ggr
            | Self::Igsg
            | Self::Arc => true,
            Self::Staff
            | Self::Lm
            | Self::Iao
            | Self::Iaa
            | Self::Oco
            | Self::Igt
            | Self::Csm
            | Self::Ao
            | Self::Host
            | Self::Proc
            | Self::Aud
            | Self::Adm => false,
        }
    }

    /// Whether people are appointed to it: everybody is staff, and the desk is held by a shift.
    pub fn is_appointed(self) -> bool {
        !matches!(self, Self::Staff | Self::Oco)
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
    /// When it began, where that was after 00:00 of the first day: the post was held by somebody else until
    /// then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<DateTime<Utc>>,
    /// Who made the appointment, where the desk knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointed_by: Option<PersonId>,
    /// When it ended before its term, or will end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended before its term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_because: Option<String>,
}

/// What tells one term from every other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldingName {
    /// The role held.
    pub role: Role,
    /// The organisation it is held for.
    pub organisation: OrganisationId,
    /// Who holds it.
    pub person: PersonId,
    /// First day of the term.
    pub starts_on: NaiveDate,
}

/// Where a term stands at an instant (section 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HoldingState {
    /// It has not begun.
    Future,
    /// The role is held.
    Valid,
    /// It has run out.
    Expired,
    /// It was ended before it ran out.
    EndedEarly,
}

impl HoldingState {
    /// The state in a word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::EndedEarly => "ended early",
        }
    }
}

impl Holding {
    /// What tells it from every other term.
    pub fn name(&self) -> HoldingName {
        HoldingName {
            role: self.role,
            organisation: self.organisation.clone(),
            person: self.person.clone(),
            starts_on: self.starts_on,
        }
    }

    /// Whether it has this name.
    pub fn is(&self, name: &HoldingName) -> bool {
        (self.role, self.starts_on) == (name.role, name.starts_on)
            && self.organisation == name.organisation
            && self.person == name.person
    }

    /// When rights begin: 00:00 local on the first day, or later on it where somebody else held the post
    /// until then.
    pub fn begins_at(&self) -> Instant {
        let on_paper = calendar::start_of_day(self.starts_on);
        self.began_at
            .map_or(on_paper, |began_at| on_paper.max(began_at))
    }

    /// When rights end: 00:00 local on the day after the last (WSIC-TERM), or earlier where the term
    /// was ended; never for a standing appointment.
    pub fn ends_at(&self) -> Option<Instant> {
        let on_paper = self.ends_on.map(calendar::start_of_day);
        match (on_paper, self.ended_at) {
            (Some(on_paper), Some(ended_at)) => Some(on_paper.min(ended_at)),
            (on_paper, ended_at) => on_paper.or(ended_at),
        }
    }

    /// Whether the role is held at `now` (WSIC-TERM).
    pub fn is_valid_at(&self, now: Instant) -> bool {
        self.state_at(now) == HoldingState::Valid
    }

    /// Where the term stands at `now`.
    pub fn state_at(&self, now: Instant) -> HoldingState {
        if self.ended_at.is_some_and(|ended_at| ended_at <= now) {
            return HoldingState::EndedEarly;
        }
        if self.ends_at().is_some_and(|ends_at| ends_at <= now) {
            return HoldingState::Expired;
        }
        if now < self.begins_at() {
            HoldingState::Future
        } else {
            HoldingState::Valid
        }
    }

    /// How many days before its end a warning is due, if `now` lies inside a warning (WSIC-TERM):
    /// the smallest of the policy's numbers that is not yet passed.
    pub fn warning_days_at(&self, now: Instant, policy: &TermPolicy) -> Option<u32> {
        let ends_at = self.ends_at()?;
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
