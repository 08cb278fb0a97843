//! The regulator's part of an incident: who decided what, what was told, and what is to follow
//! (BOB-DECIDE, ICO-CONTENT, ICO-PHASE, ICO-REG, BOB-TOOL, NIS-72H).
//!
//! The desk keeps the record of a report and never files one: a reference is what somebody brought
//! back from the regulator's own tool. Whether a command is allowed is judged in `decide`.

use super::Instant;
use super::calendar;
use super::contacts::{self, Contact};
use super::directory::Directory;
use super::event::{Entry, Signature, Signed};
use super::id::{OrganisationId, PersonId};
use super::incident::Incident;
use super::policy::Policy;
use super::role::{Holding, Role};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Decisions, notifications and references; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Regulator {
    /// Decisions to report or to decline, oldest first.
    pub decisions: Vec<Decision>,
    /// What is prepared for a notification that has not been sent, one for each regulator and
    /// controller.
    pub drafts: Vec<Draft>,
    /// What was told to whom, oldest first.
    pub notifications: Vec<Notification>,
    /// References in other systems of record, oldest first; the last of a tool counts.
    pub references: Vec<ToolReference>,
}

/// Whether the regulator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportAnswer {
    /// It is.
    Report,
    /// It is not.
    Decline,
}

impl ReportAnswer {
    /// Both answers, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Report, Self::Decline];

    /// The answer in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Decline => "decline",
        }
    }
}

/// On whose word a decision stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Authority {
    /// The data protection officer saved it.
    Own {},
    /// The data protection officer gave it by phone and somebody wrote it down; it holds, and shows
    /// as unconfirmed until the officer has confirmed it.
    ByPhone {
        /// Who gave it.
        given_by: PersonId,
    },
    /// The SIRO authorised it because time ran out; the data protection officer ratifies it.
    Provisional {},
}

/// A decision to report or to decline, for one controller (BOB-DECIDE).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its identity.
    pub id: Uuid,
    /// The controller it is for (ICO-JOINT).
    pub controller: OrganisationId,
    /// What was decided.
    pub answer: ReportAnswer,
    /// Why.
    pub reasons: Box<str>,
    /// On whose word.
    pub authority: Authority,
    /// When it was given; a phone call may have been earlier than its recording.
    pub decided_at: DateTime<Utc>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// The data protection officer's confirmation, where it was not their own.
    pub confirmed: Option<Signed>,
    /// Whether the Caldicott Guardian must countersign: a decline against a sensitivity factor.
    pub needs_countersignature: bool,
    /// The Caldicott Guardian's countersignature.
    pub countersigned: Option<Signed>,
}

impl Decision {
    /// Whether the data protection officer has still to say that this is their decision.
    pub fn is_unconfirmed(&self) -> bool {
        self.authority != Authority::Own {} && self.confirmed.is_none()
    }

    /// Whether a countersignature is missing, without which a decline excuses nobody.
    pub fn awaits_countersignature(&self) -> bool {
        self.needs_countersignature && self.countersigned.is_none()
    }

    /// Since when it excuses from telling the regulator; never before every signature is there.
    fn declined_at(&self) -> Option<Instant> {
        if self.answer != ReportAnswer::Decline || self.awaits_countersignature() {
            return None;
        }
        let countersigned_at = self.countersigned.as_ref().map(|signed| signed.at);
        countersigned_at.max(Some(self.decided_at))
    }
}

/// A body that is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Body {
    /// The Information Commissioner.
    #[serde(rename = "ICO")]
    Ico,
    /// NHS England, for cyber incidents (BOB-CYBER).
    #[serde(rename = "NHSE")]
    Nhse,
    /// The competent authority of the NIS Regulations for health (NIS-72H).
    #[serde(rename = "DHSC_NIS")]
    DhscNis,
}

impl Body {
    /// Every body, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Ico, Self::Nhse, Self::DhscNis];

    /// The body in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ico => "ICO",
            Self::Nhse => "NHS England",
            Self::DhscNis => "NIS authority (DHSC)",
        }
    }

    /// What a notification to it contains: Article 33(3) of the UK GDPR, or regulation 11(3) of the
    /// NIS Regulations (ICO-CONTENT).
    pub fn contents(self) -> &'static [Item] {
        match self {
            Self::Ico | Self::Nhse => &[
                Item::Nature,
                Item::DataSubjects,
                Item::Records,
                Item::ContactPoint,
                Item::Consequences,
                Item::Measures,
            ],
            Self::DhscNis => &[
                Item::Operator,
                Item::Time,
                Item::Duration,
                Item::Impact,
                Item::CrossBorder,
                Item::Further,
            ],
        }
    }
}

/// How a report travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Via {
    /// Through the incident tool of the Data Security and Protection Toolkit.
    Dspt,
    /// To the body itself.
    Direct,
}

impl Via {
    /// Both ways, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Dspt, Self::Direct];

    /// The way in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dspt => "DSPT incident tool",
            Self::Direct => "direct",
        }
    }
}

/// Something that a notification must contain.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// The nature of the breach.
    Nature,
    /// Categories and approximate number of the people concerned.
    DataSubjects,
    /// Categories and approximate number of the records concerned.
    Records,
    /// The data protection officer or another contact point.
    ContactPoint,
    /// Likely consequences.
    Consequences,
    /// Measures taken or proposed.
    Measures,
    /// The operator and the essential services it provides.
    Operator,
    /// When the incident occurred.
    Time,
    /// How long it lasted.
    Duration,
    /// Its nature and impact.
    Impact,
    /// Any impact across borders.
    CrossBorder,
    /// Anything else that helps the authority.
    Further,
}

impl Item {
    /// The item in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nature => "nature of the breach",
            Self::DataSubjects => "people concerned: categories and number",
            Self::Records => "records concerned: categories and number",
            Self::ContactPoint => "contact point",
            Self::Consequences => "likely consequences",
            Self::Measures => "measures taken or proposed",
            Self::Operator => "operator and its services",
            Self::Time => "time of the incident",
            Self::Duration => "duration",
            Self::Impact => "nature and impact",
            Self::CrossBorder => "impact across borders",
            Self::Further => "anything else",
        }
    }

    /// The item as the label of a form.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nature => "Nature",
            Self::DataSubjects => "People",
            Self::Records => "Records",
            Self::ContactPoint => "Contact point",
            Self::Consequences => "Consequences",
            Self::Measures => "Measures",
            Self::Operator => "Operator",
            Self::Time => "Time",
            Self::Duration => "Duration",
            Self::Impact => "Impact",
            Self::CrossBorder => "Across borders",
            Self::Further => "Anything else",
        }
    }

    /// The item in one word, for the shell.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nature => "nature",
            Self::DataSubjects => "people",
            Self::Records => "records",
            Self::ContactPoint => "contact",
            Self::Consequences => "consequences",
            Self::Measures => "measures",
            Self::Operator => "operator",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Impact => "impact",
            Self::CrossBorder => "borders",
            Self::Further => "further",
        }
    }
}

/// How far an item of the contents is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Known {
    /// It is in the notification.
    Given,
    /// It is to follow, by a date.
    #[default]
    ToFollow,
    /// It is not known and cannot be promised.
    NotKnown,
}

impl Known {
    /// Every state, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Given, Self::ToFollow, Self::NotKnown];

    /// The state in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::ToFollow => "to follow",
            Self::NotKnown => "not known",
        }
    }
}

/// One item of a notification, as far as known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Which item.
    pub item: Item,
    /// How far it is known.
    pub known: Known,
    /// What is said; needed where it is given.
    #[serde(default)]
    pub text: Option<Box<str>>,
}

/// Contents prepared for a notification; a later draft replaces an earlier one, and the trail keeps
/// both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// To whom.
    pub body: Body,
    /// For which controller.
    pub controller: OrganisationId,
    /// What is prepared.
    pub contents: Vec<Content>,
    /// By whom, and when.
    pub prepared: Signed,
}

/// A report that somebody made, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Its identity.
    pub id: Uuid,
    /// To whom.
    pub body: Body,
    /// For which controller, or by which operator.
    pub controller: OrganisationId,
    /// Other controllers for whom it serves as well, under an agreement (ICO-JOINT).
    pub also_for: Vec<OrganisationId>,
    /// How it travelled.
    pub via: Via,
    /// When it was submitted; this stops the clock.
    pub submitted_at: DateTime<Utc>,
    /// The reference that came back.
    pub reference: Box<str>,
    /// What it contained.
    pub contents: Vec<Content>,
    /// What was promised for later, each with an owner and a date (ICO-PHASE).
    pub follow_ups: Vec<FollowUp>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// That the body was told it was no breach after all.
    pub withdrawn: Option<Withdrawal>,
}

impl Notification {
    /// Whether it serves for a controller.
    pub fn serves(&self, controller: &OrganisationId) -> bool {
        self.controller == *controller || self.also_for.contains(controller)
    }

    /// Every controller for whom it serves, its own first.
    pub fn served(&self) -> Vec<OrganisationId> {
        let own = std::iter::once(&self.controller);
        own.chain(&self.also_for).cloned().collect()
    }

    /// Whether nothing is owed to the body any more (ICO-PHASE).
    pub fn is_complete(&self) -> bool {
        self.withdrawn.is_some() || self.open_follow_ups().next().is_none()
    }

    /// What is still to follow.
    pub fn open_follow_ups(&self) -> impl Iterator<Item = &FollowUp> {
        let asked = self.withdrawn.is_none();
        self.follow_ups
            .iter()
            .filter(move |follow_up| asked && follow_up.sent.is_none())
    }
}

/// Something that was promised to follow (ICO-PHASE).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    /// Which item.
    pub item: Item,
    /// The role that brings it.
    pub owner: Role,
    /// Until when.
    pub due_on: NaiveDate,
    /// What was sent in the end.
    pub sent: Option<Sent>,
}

/// What followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sent {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// What it said.
    pub text: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// A notification taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawal {
    /// Why.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// Another system of record (BOB-TOOL).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tool {
    /// The organisation's own incident system.
    Local,
    /// The DSPT incident tool.
    Dspt,
    /// The ICO's case.
    Ico,
}

impl Tool {
    /// Every tool, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Local, Self::Dspt, Self::Ico];

    /// The tool in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local incident system",
            Self::Dspt => "DSPT incident tool",
            Self::Ico => "ICO case",
        }
    }
}

/// What the incident is called elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolReference {
    /// Where.
    pub tool: Tool,
    /// What it is called there.
    pub reference: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// What a person asks about the regulator's part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum RegulatorCommand {
    /// Decide to report or to decline.
    Decide {
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Which of the two.
        answer: ReportAnswer,
        /// Why.
        reasons: Box<str>,
        /// The data protection officer who gave it by phone, where somebody else records it.
        #[serde(default)]
        given_by: Option<PersonId>,
        /// When it was given; now, if absent.
        #[serde(default)]
        decided_at: Option<DateTime<Utc>>,
        /// Why it is late; required where a decline stops an overdue clock (CLK-LATE).
        #[serde(default)]
        late_reason: Option<Box<str>>,
    },
    /// Confirm a decision that was given by phone, or ratify a provisional one.
    Confirm {
        /// Which.
        decision: Uuid,
    },
    /// Countersign a decline against a sensitivity factor.
    Countersign {
        /// Which.
        decision: Uuid,
        /// Why it is late, where this stops an overdue clock.
        #[serde(default)]
        late_reason: Option<Box<str>>,
    },
    /// Let a controller's 72 hours run from a later, confirmed awareness (ICO-AWARE).
    Reanchor {
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// When the controller was reasonably certain.
        at: DateTime<Utc>,
        /// Why it was not before.
        reason: Box<str>,
        /// A second reason, where it is long after the first suspicion.
        #[serde(default)]
        further_reason: Option<Box<str>>,
    },
    /// Hide the target of a regulator's clock; its anchor stays (CLK-REGRADE).
    StandDown {
        /// Which body's clock: the ICO's or the NIS authority's.
        body: Body,
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Why.
        reason: Box<str>,
    },
    /// Let a clock that was stood down count again, with the anchor it always had.
    Reinstate {
        /// Which body's clock.
        body: Body,
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
    },
    /// Prepare the contents of a notification.
    Prepare {
        /// To whom.
        body: Body,
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// The contents as far as known.
        contents: Vec<Content>,
    },
    /// Record that a notification was submitted.
    Submit(Box<Submit>),
    /// Record that something promised has been sent.
    FollowUp {
        /// To which notification.
        notification: Uuid,
        /// Which item.
        item: Item,
        /// What was sent.
        text: Box<str>,
        /// When; now, if absent.
        #[serde(default)]
        sent_at: Option<DateTime<Utc>>,
    },
    /// Record that the body was told it was no breach after all.
    Withdraw {
        /// Which notification.
        notification: Uuid,
        /// Why.
        reason: Box<str>,
    },
    /// Record what the incident is called in another tool.
    KeepReference {
        /// Which tool.
        tool: Tool,
        /// The reference there.
        reference: Box<str>,
    },
}

/// Record that a notification was submitted; the desk itself submits nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// To whom.
    pub body: Body,
    /// For which controller; the leading one, if absent.
    #[serde(default)]
    pub controller: Option<OrganisationId>,
    /// Other controllers for whom it serves as well.
    #[serde(default)]
    pub also_for: Vec<OrganisationId>,
    /// How it travelled.
    pub via: Via,
    /// When; now, if absent.
    #[serde(default)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// The reference that came back.
    pub reference: Box<str>,
    /// Every item that the body asks for.
    pub contents: Vec<Content>,
    /// When what is to follow is due; some working days from now, if absent.
    #[serde(default)]
    pub follow_up_on: Option<NaiveDate>,
    /// Which role brings what is to follow; the data protection officer, if absent.
    #[serde(default)]
    pub follow_up_by: Option<Role>,
    /// Why it is late; required where it stops an overdue clock (CLK-LATE).
    #[serde(default)]
    pub late_reason: Option<Box<str>>,
}

impl RegulatorCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decide { .. } => "regulator_decide",
            Self::Confirm { .. } => "regulator_confirm",
            Self::Countersign { .. } => "regulator_countersign",
            Self::Reanchor { .. } => "regulator_reanchor",
            Self::StandDown { .. } => "regulator_stand_down",
            Self::Reinstate { .. } => "regulator_reinstate",
            Self::Prepare { .. } => "regulator_prepare",
            Self::Submit(_) => "regulator_submit",
            Self::FollowUp { .. } => "regulator_follow_up",
            Self::Withdraw { .. } => "regulator_withdraw",
            Self::KeepReference { .. } => "regulator_keep_reference",
        }
    }
}

/// What became true of the regulator's part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RegulatorEvent {
    /// It was decided to report or to decline.
    Decided(Box<Decision>),
    /// The data protection officer confirmed a decision recorded by somebody else.
    Confirmed {
        /// Which.
        decision: Uuid,
    },
    /// The Caldicott Guardian countersigned a decline.
    Countersigned {
        /// Which.
        decision: Uuid,
    },
    /// A controller's 72 hours run from a later awareness; the earlier deadline stays on show.
    Reanchored {
        /// Which controller's.
        controller: OrganisationId,
        /// The prudent anchor.
        from: DateTime<Utc>,
        /// The anchor now.
        to: DateTime<Utc>,
        /// Why.
        reason: Box<str>,
        /// A second reason.
        further_reason: Option<Box<str>>,
    },
    /// Contents were prepared.
    Prepared(Box<Draft>),
    /// A notification was submitted.
    Submitted(Box<Notification>),
    /// Something promised was sent.
    FollowedUp {
        /// To which notification.
        notification: Uuid,
        /// Which item.
        item: Item,
        /// When it was sent.
        sent_at: DateTime<Utc>,
        /// What it said.
        text: Box<str>,
    },
    /// The body was told that it was no breach after all.
    Withdrawn {
        /// Which notification.
        notification: Uuid,
        /// Why.
        reason: Box<str>,
    },
    /// The incident has a name in another tool.
    ReferenceKept {
        /// Which tool.
        tool: Tool,
        /// The reference there.
        reference: Box<str>,
    },
}

impl RegulatorEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decided(_) => "regulator_decided",
            Self::Confirmed { .. } => "regulator_decision_confirmed",
            Self::Countersigned { .. } => "regulator_decision_countersigned",
            Self::Reanchored { .. } => "regulator_reanchored",
            Self::Prepared(_) => "regulator_contents_prepared",
            Self::Submitted(_) => "regulator_notified",
            Self::FollowedUp { .. } => "regulator_followed_up",
            Self::Withdrawn { .. } => "regulator_notification_withdrawn",
            Self::ReferenceKept { .. } => "reference_kept",
        }
    }
}

impl Regulator {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &RegulatorEvent, entry: &Entry) {
        let signed = || Signed::of(entry);
        match event {
            RegulatorEvent::Decided(decision) => self.decisions.push((**decision).clone()),
            RegulatorEvent::Confirmed { decision } => {
                self.on_decision(*decision, |decision| decision.confirmed = Some(signed()));
            }
            RegulatorEvent::Countersigned { decision } => {
                self.on_decision(*decision, |decision| {
                    decision.countersigned = Some(signed());
                });
            }
            // The clock itself is revised by an event of its own.
            RegulatorEvent::Reanchored { .. } => {}
            RegulatorEvent::Prepared(draft) => {
                self.forget_draft(draft.body, &draft.controller);
                self.drafts.push((**draft).clone());
            }
            RegulatorEvent::Submitted(told) => {
                self.forget_draft(told.body, &told.controller);
                self.notifications.push((**told).clone());
            }
            RegulatorEvent::FollowedUp {
                notification,
                item,
                sent_at,
                text,
            } => {
                let sent = Sent {
                    at: *sent_at,
                    text: text.clone(),
                    recorded: signed(),
                };
                self.on_follow_up(*notification, *item, sent);
            }
            RegulatorEvent::Withdrawn {
                notification,
                reason,
            } => {
                let withdrawal = Withdrawal {
                    reason: reason.clone(),
                    signed: signed(),
                };
                for told in &mut self.notifications {
                    if told.id == *notification {
                        told.withdrawn = Some(withdrawal.clone());
                    }
                }
            }
            RegulatorEvent::ReferenceKept { tool, reference } => {
                self.references.push(ToolReference {
                    tool: *tool,
                    reference: reference.clone(),
                    recorded: signed(),
                });
            }
        }
    }

    fn forget_draft(&mut self, body: Body, controller: &OrganisationId) {
        self.drafts
            .retain(|known| (known.body, &known.controller) != (body, controller));
    }

    fn on_decision(&mut self, id: Uuid, change: impl Fn(&mut Decision)) {
        self.decisions
            .iter_mut()
            .filter(|known| known.id == id)
            .for_each(change);
    }

    fn on_follow_up(&mut self, notification: Uuid, item: Item, sent: Sent) {
        let promised = self
            .notifications
            .iter_mut()
            .filter(|told| told.id == notification)
            .flat_map(|told| &mut told.follow_ups)
            .find(|follow_up| follow_up.item == item && follow_up.sent.is_none());
        if let Some(follow_up) = promised {
            follow_up.sent = Some(sent);
        }
    }

    /// A decision by its identity.
    pub fn decision(&self, id: Uuid) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.id == id)
    }

    /// Whether a body has been told and has not been told since that it was no breach.
    pub fn is_anybody_told(&self) -> bool {
        self.notifications
            .iter()
            .any(|told| told.withdrawn.is_none())
    }

    /// A notification by its identity.
    pub fn notification(&self, id: Uuid) -> Option<&Notification> {
        self.notifications.iter().find(|told| told.id == id)
    }

    /// What the incident is called in a tool: what was recorded last, else what came back with a
    /// report that went through it.
    pub fn reference(&self, tool: Tool) -> Option<&str> {
        let recorded = self.references.iter().rfind(|known| known.tool == tool);
        let came_back = |told: &&Notification| match tool {
            Tool::Local => false,
            Tool::Dspt => told.via == Via::Dspt,
            Tool::Ico => told.via == Via::Direct && told.body == Body::Ico,
        };
        recorded.map(|known| &*known.reference).or_else(|| {
            let told = self.notifications.iter().rfind(came_back)?;
            Some(&*told.reference)
        })
    }

    /// Everything promised to a body and not sent yet, with the notification it belongs to.
    pub fn open_follow_ups(&self) -> impl Iterator<Item = (&Notification, &FollowUp)> {
        self.notifications
            .iter()
            .flat_map(|told| told.open_follow_ups().map(move |open| (told, open)))
    }
}

/// The decision in force for a controller: the last one, unless it declined and a later assessment
/// calls for the regulator again (CLK-REGRADE).
pub fn in_force<'a>(incident: &'a Incident, controller: &OrganisationId) -> Option<&'a Decision> {
    let decision = incident
        .casework()
        .regulator
        .decisions
        .iter()
        .rfind(|decision| decision.controller == *controller)?;
    let regraded = decision.answer == ReportAnswer::Decline
        && incident.assessments.iter().any(|assessment| {
            assessment.grading.ico_required && assessment.at > decision.recorded.at
        });
    (!regraded).then_some(decision)
}

/// Decisions in force, one for each controller that has one.
pub fn all_in_force(incident: &Incident) -> impl Iterator<Item = &Decision> {
    let decisions = &incident.casework().regulator.decisions;
    decisions.iter().filter(move |decision| {
        in_force(incident, &decision.controller).is_some_and(|last| last.id == decision.id)
    })
}

/// Who decides for a controller at that instant: its data protection officers, then the acting ones
/// (BOB-DECIDE).
pub fn deciders<'a>(
    directory: &'a Directory,
    controller: &'a OrganisationId,
    at: Instant,
) -> impl Iterator<Item = &'a Holding> {
    [Role::Dpo, Role::Adpo]
        .into_iter()
        .flat_map(move |role| directory.holders(role, Some(controller), at))
}

/// By when the data protection officer confirms what somebody else recorded: the end of the next
/// working day (BOB-DECIDE). After that it shows as unconfirmed.
pub fn confirm_by(decision: &Decision, policy: &Policy) -> Instant {
    let recorded_on = calendar::local(decision.recorded.at).date_naive();
    let days = policy.casework.confirm_working_days;
    let day = policy.calendar.working_days_after(recorded_on, days);
    calendar::daytime(day, policy.business_hours.closes)
}

/// When a controller's duty to tell the ICO ended: by a notification that serves for it, or by a
/// decline in force with every signature it needs.
pub fn ico_answered_at(incident: &Incident, controller: &OrganisationId) -> Option<Instant> {
    let told = &incident.casework().regulator.notifications;
    let submitted = told
        .iter()
        .filter(|told| told.body == Body::Ico && told.serves(controller))
        .map(|told| told.submitted_at);
    let declined = in_force(incident, controller).and_then(Decision::declined_at);
    submitted.chain(declined).min()
}

/// When the competent authority of the NIS Regulations was told in writing.
pub fn nis_answered_at(incident: &Incident) -> Option<Instant> {
    incident
        .casework()
        .regulator
        .notifications
        .iter()
        .filter(|told| told.body == Body::DhscNis)
        .map(|told| told.submitted_at)
        .min()
}

/// Whether NHS England has been told of a cyber incident: directly, or through the toolkit, which
/// passes it on (BOB-CYBER).
pub fn nhs_england_was_told(incident: &Incident) -> bool {
    let told = &incident.casework().regulator.notifications;
    told.iter()
        .any(|told| told.body == Body::Nhse || told.via == Via::Dspt)
}

/// SIRO and Caldicott Guardian of a controller who have not been told of its last decision: an
/// answer or an acknowledgement since then is what counts (BOB-TELL).
pub fn untold_of_decision(incident: &Incident) -> Vec<Contact> {
    let decisions = &incident.casework().regulator.decisions;
    decisions
        .iter()
        .enumerate()
        .filter(|(place, decision)| {
            let same = |later: &Decision| later.controller == decision.controller;
            !decisions[place + 1..].iter().any(same)
        })
        .flat_map(|(_, decision)| {
            [Role::Siro, Role::Cg].map(|role| (Contact::of(role, &decision.controller), decision))
        })
        .filter(|(contact, decision)| {
            !contacts::is_released(incident, contact) && !knows(incident, contact, decision)
        })
        .map(|(contact, _)| contact)
        .collect()
}

/// Whoever signed the decision knows of it.
fn knows(incident: &Incident, contact: &Contact, decision: &Decision) -> bool {
    let is_theirs = |by: &Signature| {
        by.role == contact.role && Some(&by.organisation) == contact.organisation.as_ref()
    };
    let signed = [
        Some(&decision.recorded),
        decision.confirmed.as_ref(),
        decision.countersigned.as_ref(),
    ];
    signed
        .into_iter()
        .flatten()
        .any(|signed| is_theirs(&signed.by))
        || incident.attempts.iter().any(|attempt| {
            attempt.contact == *contact
                && attempt.outcome.informs()
                && attempt.at >= decision.decided_at
        })
}
