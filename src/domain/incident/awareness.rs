//! Who became aware when: the times that start clocks (ICO-AWARE, BOB-24H, BOB-DPO).
//!
//! Deliberately knows no clock: which of these starts which is for those who start clocks.

use crate::domain::Instant;
use crate::domain::event::Signature;
use crate::domain::evidence::{Evidence, Proof};
use crate::domain::id::OrganisationId;
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The times that start clocks, each by whose awareness it is (ICO-AWARE, BOB-24H, BOB-DPO).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Awareness {
    /// When a member of staff became aware.
    pub staff_at: DateTime<Utc>,
    /// When the on-call officer became aware.
    pub officer_at: DateTime<Utc>,
    /// When the supplier became aware, if a processor told us.
    pub processor_at: Option<DateTime<Utc>>,
    /// When the processor's message reached the designated contact point (ICO-PROC).
    pub controller_informed_at: Option<DateTime<Utc>>,
    /// When a significant impact on an essential service was recognised (NIS-72H).
    pub nis_at: Option<DateTime<Utc>>,
    /// When a near miss turned out to be a breach (C13).
    pub upgraded_at: Option<DateTime<Utc>>,
    /// Whether the report came through a processor, so that the controller is aware on receipt and
    /// not before (ICO-PROC).
    pub through_processor: bool,
    /// Where the on-call officer works, whose awareness counts as that organisation's; absent from
    /// incidents of a time before this was asked (AWARE-FORWARD).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer_of: Option<OrganisationId>,
    /// Corrections, oldest first; nothing is overwritten without one.
    pub revisions: Vec<AwarenessRevision>,
}

impl Awareness {
    /// The instant that starts a controller's 72 hours: the upgrade of a near miss; else receipt of
    /// the processor's message where the report came through one; else the earliest awareness in
    /// the controller, however it was had (ICO-AWARE, ICO-PROC, C13).
    pub fn controller_at(&self) -> Instant {
        self.upgraded_at.unwrap_or_else(|| self.heard_at())
    }

    /// When the controllers heard of it, upgraded since or not.
    fn heard_at(&self) -> Instant {
        let informed_at = self.controller_informed_at.unwrap_or(self.staff_at);
        if self.through_processor {
            informed_at
        } else {
            informed_at.min(self.staff_at)
        }
    }

    /// The instant that starts this controller's 72 hours: the earliest awareness of anybody who works for
    /// it, the on-call officer included (AWARE-FORWARD).
    pub fn controller_aware_at(&self, controller: &OrganisationId) -> Instant {
        let controller_at = self.controller_at();
        match self.officer_aware_at(controller) {
            Some(officer_at) if self.upgraded_at.is_none() => controller_at.min(officer_at),
            Some(_) | None => controller_at,
        }
    }

    /// When the on-call officer was aware, where that is this organisation's own.
    pub fn officer_aware_at(&self, organisation: &OrganisationId) -> Option<Instant> {
        let is_theirs = self.officer_of.as_ref() == Some(organisation);
        is_theirs.then_some(self.officer_at)
    }

    /// The instant from which the line manager and the asset owner are to be told: when staff were aware, or
    /// when the message of a supplier that told of it arrived (BOB-IMM, ICO-PROC).
    pub fn managers_told_from(&self) -> Instant {
        if self.through_processor {
            self.heard_at()
        } else {
            self.staff_at
        }
    }

    /// The instant from which these organisations' data protection officers are to be told: when the first
    /// of them heard of it, by its own staff or officer or by its supplier's message. What the supplier knew
    /// before is the supplier's delay (BOB-DPO, ICO-PROC, AWARE-FORWARD). Of none that is named, when any might
    /// have.
    pub fn first_aware_at<'a>(
        &self,
        organisations: impl IntoIterator<Item = &'a OrganisationId>,
    ) -> Instant {
        let organisations = organisations.into_iter();
        let known = organisations.map(|organisation| {
            let officer_at = self.officer_aware_at(organisation);
            officer_at.map_or_else(|| self.heard_at(), |at| at.min(self.heard_at()))
        });
        known.min().unwrap_or_else(|| self.unnamed_aware_at())
    }

    /// The instant from which a controller that nobody has named yet is to act: the earliest that any name can
    /// turn out to mean, so that naming it moves no due time back (ICO-PROC, AWARE-FORWARD).
    fn unnamed_aware_at(&self) -> Instant {
        #[cfg(test)]
        if mutant::is(Mutant::UnnamedHearsLater) {
            return self.staff_at.max(self.officer_at);
        }
        let officer_at = self.officer_of.as_ref().map(|_| self.officer_at);
        officer_at.map_or_else(|| self.heard_at(), |at| at.min(self.heard_at()))
    }

    /// The instant that starts the 72 hours of a controller that nobody has named yet.
    pub fn unnamed_controller_aware_at(&self) -> Instant {
        self.upgraded_at.unwrap_or_else(|| self.unnamed_aware_at())
    }

    /// When an operator of essential services was aware: by its own staff or officer, or by a message
    /// that it received; never by a supplier's awareness (NIS-WHO).
    pub fn operator_aware_at(
        &self,
        operator: &OrganisationId,
        reporter: &OrganisationId,
    ) -> Option<Instant> {
        let own_staff = (operator == reporter).then_some(self.staff_at);
        let times = [
            own_staff,
            self.officer_aware_at(operator),
            self.controller_informed_at,
        ];
        times.into_iter().flatten().min()
    }

    /// That the supplier's message arrived, recorded with the last correction of it, else when the
    /// incident was logged.
    pub(in crate::domain) fn receipt(&self, logged_at: Instant) -> Option<Proof> {
        let at = self.controller_informed_at?;
        let mut revisions = self.revisions.iter();
        let corrected = revisions
            .rfind(|revision| revision.kind == AwarenessKind::ControllerInformed)
            .map(|revision| revision.at);
        Some(Proof {
            at,
            recorded_at: corrected.unwrap_or(logged_at).max(at),
            evidence: Evidence::Receipt {},
        })
    }

    /// The time of a kind, if it is known.
    pub fn at(&self, kind: AwarenessKind) -> Option<Instant> {
        match kind {
            AwarenessKind::Staff => Some(self.staff_at),
            AwarenessKind::Officer => Some(self.officer_at),
            AwarenessKind::Processor => self.processor_at,
            AwarenessKind::ControllerInformed => self.controller_informed_at,
            AwarenessKind::Nis => self.nis_at,
            AwarenessKind::Upgrade => self.upgraded_at,
        }
    }

    /// The same awareness with one time set. An impact on the service that was recognised with the
    /// first awareness moves with it.
    #[must_use]
    pub fn with(mut self, kind: AwarenessKind, to: Instant) -> Self {
        match kind {
            AwarenessKind::Staff => {
                let moves_along = self.nis_at == Some(self.staff_at);
                self.staff_at = to;
                self.nis_at = self.nis_at.map(|at| if moves_along { to } else { at });
            }
            AwarenessKind::Officer => self.officer_at = to,
            AwarenessKind::Processor => self.processor_at = Some(to),
            AwarenessKind::ControllerInformed => self.controller_informed_at = Some(to),
            AwarenessKind::Nis => self.nis_at = Some(to),
            AwarenessKind::Upgrade => self.upgraded_at = Some(to),
        }
        self
    }

    /// The first instant at which anybody was aware.
    pub fn earliest(&self) -> Instant {
        self.processor_at
            .map_or(self.staff_at, |at| at.min(self.staff_at))
    }
}

/// Which of the awareness times a correction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwarenessKind {
    /// The member of staff.
    Staff,
    /// The on-call officer.
    Officer,
    /// The processor.
    Processor,
    /// Receipt of the processor's message.
    ControllerInformed,
    /// Recognition of a significant impact on an essential service.
    Nis,
    /// Recognition that a near miss was a breach after all.
    Upgrade,
}

impl AwarenessKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Staff,
        Self::Officer,
        Self::Processor,
        Self::ControllerInformed,
        Self::Nis,
        Self::Upgrade,
    ];

    /// Whose awareness it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff became aware",
            Self::Officer => "the on-call officer became aware",
            Self::Processor => "the supplier became aware",
            Self::ControllerInformed => "the supplier's message arrived",
            Self::Nis => "the impact on the service was recognised",
            Self::Upgrade => "the near miss was recognised as a breach",
        }
    }
}

/// One correction of an awareness time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AwarenessRevision {
    /// Which time.
    pub kind: AwarenessKind,
    /// What it was.
    pub from: DateTime<Utc>,
    /// What it is now.
    pub to: DateTime<Utc>,
    /// Why.
    pub reason: Box<str>,
    /// When it was corrected.
    pub at: DateTime<Utc>,
    /// Who corrected it.
    pub by: Signature,
}
