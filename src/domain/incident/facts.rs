//! What kind of incident it is: the words of triage (BOB-CLASS, BOB-PCD, BOB-SUSPECT, WSIC-WIDE).
//!
//! Says what follows from the facts alone. What follows from grades, contacts or time is elsewhere.

use crate::domain::grid::{ClaimedMitigation, Factor, Grade, GradeInput};
use crate::domain::id::OrganisationId;
use crate::domain::rule::RuleId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What kind of incident it is; set when logging as far as known, completed by triage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// Whether it is a breach (BOB-SUSPECT).
    pub breach_status: BreachStatus,
    /// What prevented harm; required for a near miss (BOB-NEAR).
    pub harm_prevented_by: Option<Box<str>>,
    /// What happened, from the list of examples (BOB-CLASS).
    pub category: Option<Category>,
    /// Whose or what data (BOB-PCD); empty means not known yet.
    pub data_scope: BTreeSet<DataScope>,
    /// Confidentiality, integrity, availability (BOB-CLASS).
    pub cia: BTreeSet<Cia>,
    /// What happened to the data, beside that: loss, damage, destruction, unauthorised processing.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub data_effects: BTreeSet<DataEffect>,
    /// Whether it is a cyber incident (BOB-CYBER).
    pub cyber: bool,
    /// Serious incident requiring investigation (BOB-SIRI).
    pub siri: bool,
    /// Category and indicator that link incidents into a trend (WSIC-MAJOR).
    pub trend_key: Option<Box<str>>,
    /// Controllers of the data; the first leads (ICO-JOINT).
    pub controllers: Vec<OrganisationId>,
    /// Processors and sub-processors concerned.
    pub processors: Vec<OrganisationId>,
    /// How many people the data are about, if known.
    pub data_subjects: Option<u32>,
    /// Whether any partner is affected (WSIC-WIDE).
    pub partnership_effect: PartnershipEffect,
    /// Why the wider assessment says so.
    pub partnership_reason: Option<Box<str>>,
    /// The partners affected.
    pub affected_partners: BTreeSet<OrganisationId>,
    /// Significant impact on continuity of an essential service (NIS-72H); absent means not asked.
    pub nis_significant: Option<bool>,
    /// Whether a service works less well, and whether that was planned (WSIC-TRIG).
    pub service: ServiceState,
}

impl Facts {
    /// The trend key as it is kept and compared, the same however it was typed; a blank one is none.
    pub fn tidy_trend_key(&self) -> Option<Box<str>> {
        let key = self.trend_key.as_deref()?.trim();
        (!key.is_empty()).then(|| key.to_lowercase().into())
    }

    /// Whether it may have hit services: an attack, an outage, or a change that overruns (NIS-WHO).
    pub fn may_hit_services(&self) -> bool {
        let is_down = matches!(
            self.service,
            ServiceState::Degraded | ServiceState::ChangeOverrun
        );
        self.cyber || self.cia.contains(&Cia::A) || is_down
    }

    /// Whether each operator of essential services that is concerned is asked about its service: it is confirmed, and
    /// may have hit one (NIS-WHO).
    pub fn asks_about_services(&self) -> bool {
        self.breach_status == BreachStatus::Confirmed && self.may_hit_services()
    }

    /// Whether the UK GDPR clocks apply: living people's data, or data not classified yet
    /// (BOB-PCD; the prudent reading while unknown).
    pub fn concern_living_people(&self) -> bool {
        self.data_scope.is_empty() || self.data_scope.contains(&DataScope::PersonalLiving)
    }

    /// Whether it triggers the partnership's protocol: a cyber incident, a breach of
    /// confidentiality, integrity or availability, or a degraded service; a planned change only once
    /// it overruns (WSIC-TRIG).
    pub fn is_trigger(&self) -> bool {
        match self.service {
            ServiceState::Degraded | ServiceState::ChangeOverrun => true,
            ServiceState::PlannedChange => self.cyber || self.cia.iter().any(|cia| *cia != Cia::A),
            ServiceState::Normal => self.cyber || !self.cia.is_empty(),
        }
    }

    /// What the grid is asked, given what is known of the incident.
    pub fn grade_input(
        &self,
        grade: Grade,
        factors: &BTreeSet<Factor>,
        mitigation: Option<ClaimedMitigation>,
    ) -> GradeInput {
        GradeInput {
            grade,
            factors: factors.clone(),
            mitigation,
            near_miss: self.breach_status == BreachStatus::NearMiss,
            personal: self.concern_personal_data(),
            living: self.concern_living_people(),
        }
    }

    /// Why a controller's regulator has no part in an incident of this kind, if that is so
    /// (BOB-NEAR, BOB-SUSPECT, BOB-PCD, ICO-JOINT).
    pub fn no_regulator_because(
        &self,
        controller: Option<&OrganisationId>,
    ) -> Option<(RuleId, &'static str)> {
        let is_named = |controller| self.controllers.contains(controller);
        if self.breach_status == BreachStatus::NearMiss {
            Some((RuleId::BobNear, "a near miss"))
        } else if self.breach_status == BreachStatus::NotABreach {
            Some((RuleId::BobSuspect, "found not to be a breach"))
        } else if !self.concern_living_people() {
            Some((RuleId::BobPcd, "no personal data of living people"))
        } else if !self.controllers.is_empty() && !controller.is_some_and(is_named) {
            Some((RuleId::IcoJoint, "not a controller of these data"))
        } else {
            None
        }
    }

    /// Whether any personal data are concerned, of the living or the dead.
    pub fn concern_personal_data(&self) -> bool {
        self.concern_living_people() || self.data_scope.contains(&DataScope::Deceased)
    }
}

/// Whether it is a breach (BOB-SUSPECT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BreachStatus {
    /// A suspicion is enough to start the clocks.
    #[default]
    Suspected,
    /// Certain.
    Confirmed,
    /// Looked into: no breach.
    NotABreach,
    /// Prevented before harm (BOB-NEAR).
    NearMiss,
}

impl BreachStatus {
    /// Every status, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::Suspected,
        Self::Confirmed,
        Self::NearMiss,
        Self::NotABreach,
    ];

    /// The status in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::NotABreach => "not a breach",
            Self::NearMiss => "near miss",
        }
    }

    /// Whether anything has, or may have, got out.
    pub fn may_be_breach(self) -> bool {
        matches!(self, Self::Suspected | Self::Confirmed)
    }
}

/// Whether a service works less well (WSIC-TRIG).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceState {
    /// As it should, or not known.
    #[default]
    Normal,
    /// Interrupted or of less quality, outside standard operation.
    Degraded,
    /// Interrupted by a change that was planned.
    PlannedChange,
    /// A planned change takes longer than planned.
    ChangeOverrun,
}

impl ServiceState {
    /// Every state, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::Normal,
        Self::Degraded,
        Self::PlannedChange,
        Self::ChangeOverrun,
    ];

    /// The state in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Degraded => "degraded",
            Self::PlannedChange => "planned change",
            Self::ChangeOverrun => "planned change overrun",
        }
    }
}

/// Whose or what data (BOB-PCD).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DataScope {
    /// Personal data of living people.
    PersonalLiving,
    /// Confidential data of deceased people.
    Deceased,
    /// Commercially confidential.
    Commercial,
    /// No data at all.
    None,
}

impl DataScope {
    /// Every scope, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::PersonalLiving,
        Self::Deceased,
        Self::Commercial,
        Self::None,
    ];

    /// The scope in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonalLiving => "living people",
            Self::Deceased => "deceased people",
            Self::Commercial => "commercial",
            Self::None => "no data",
        }
    }
}

/// Confidentiality, integrity, availability (BOB-CLASS).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Cia {
    /// Confidentiality.
    C,
    /// Integrity.
    I,
    /// Availability.
    A,
}

impl Cia {
    /// All three.
    pub const ALL: [Self; 3] = [Self::C, Self::I, Self::A];

    /// The property in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::C => "confidentiality",
            Self::I => "integrity",
            Self::A => "availability",
        }
    }
}

/// What happened to the data, by the definitions of the procedure (BOB-CLASS).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DataEffect {
    /// They may still exist, but the controller has lost control of them, access to them or possession.
    Loss,
    /// They were altered or corrupted, or are no longer complete.
    Damage,
    /// They no longer exist, or in no form that is of use to the controller.
    Destruction,
    /// They were disclosed to somebody who may not have them, or processed unlawfully.
    UnauthorisedProcessing,
}

impl DataEffect {
    /// Every effect, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::Loss,
        Self::Damage,
        Self::Destruction,
        Self::UnauthorisedProcessing,
    ];

    /// The effect in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Damage => "damage",
            Self::Destruction => "destruction",
            Self::UnauthorisedProcessing => "unauthorised processing",
        }
    }
}

macro_rules! categories {
    ($($variant:ident $words:literal),+ $(,)?) => {
        /// What happened, from the examples of the procedure (BOB-CLASS).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Category {
            $(#[doc = $words] $variant),+
        }

        impl Category {
            /// Every category, in the order of the procedure.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The category in words.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
}

categories! {
    MisdirectedEmail "Misdirected e-mail",
    DisclosureVerbal "Disclosure by word of mouth",
    DisclosureWritten "Disclosure in writing",
    DisclosureElectronic "Electronic disclosure",
    LostDevice "Lost or mislaid device",
    UseOfAnothersLogin "Use of another's login",
    FoundPrintout "Found print-out",
    ConfidentialWaste "Confidential waste",
    SecureAreaAccess "Secure area entered with another's card or PIN",
    Malware "Malware",
    PasswordFound "Password found",
    BreakIn "Break-in",
    Phishing "Phishing",
    WebSiteDefacement "Web site defacement",
    DenialOfService "Denial of service",
    SocialMediaDisclosure "Social-media disclosure",
    MaliciousInternalDamage "Malicious internal damage",
    SpoofSite "Spoof site",
    CyberBullying "Cyber bullying",
    RecordOverwritten "Record overwritten",
    SystemOutage "System outage",
    LostPaper "Lost paper",
    Theft "Theft",
    Other "Other",
}

impl Category {
    /// Whether nothing of this kind is anything but a cyber incident.
    pub fn is_cyber(self) -> bool {
        const CYBER: [Category; 5] = [
            Category::Malware,
            Category::Phishing,
            Category::WebSiteDefacement,
            Category::DenialOfService,
            Category::SpoofSite,
        ];
        CYBER.contains(&self)
    }
}

/// Answer of the wider assessment (WSIC-WIDE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartnershipEffect {
    /// Not answered yet.
    #[default]
    Unknown,
    /// No partner is affected.
    None,
    /// At least one partner is affected.
    Affected,
}

impl PartnershipEffect {
    /// Every answer, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::None, Self::Affected];

    /// The answer in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "not known yet",
            Self::None => "no partner affected",
            Self::Affected => "partners affected",
        }
    }
}
