//! The regulator's part of an incident: who decided what, what was told, and what is to follow
//! (BOB-DECIDE, ICO-CONTENT, ICO-PHASE, ICO-REG, BOB-TOOL, NIS-72H).
//!
//! The desk keeps the record of a report and never files one: a reference is what somebody brought
//! back from the regulator's own tool. Whether a command is allowed is judged in `decide`.

mod command;
mod contents;
mod decision;
mod duty;
mod enquiry;
mod event;
mod nis;
mod notification;
mod tool;

pub use command::{RegulatorCommand, Submit};
pub use contents::{Body, Content, Draft, Item, Known};
pub use decision::{
    Authority, Conflict, Decision, OnRecord, ReportAnswer, all_in_force, confirm_by, deciders,
    in_force, untold_of_decision, without_conflict,
};
pub use duty::{Duty, duties, duty};
pub use enquiry::{Enquiry, EnquiryAnswer, EnquiryOutcome, NotTold};
pub use event::RegulatorEvent;
pub use nis::{
    Concerned, Gravity, LookAgain, NisAnswer, NisKept, NotCyber, NothingToAnswer, Saying,
    last_nis_answer, nis_answer_in_force, nis_overtaken_by, nis_still_asked,
    nis_whatever_the_facts, not_cyber_to_look_at,
};
pub use notification::{
    FollowUp, Notification, Sent, Via, Withdrawal, dated_before, ico_answer,
    nhs_england_is_answered, nis_answer,
};
pub use tool::{Tool, ToolReference};

use super::contacts::Struck;
use super::event::{Entry, Signed};
use super::id::OrganisationId;
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
    /// What regulators asked later, oldest first (ICO-ASKS).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enquiries: Vec<Enquiry>,
    /// Why NHS England was not told of a cyber incident; the last one counts (BOB-CYBER).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nhs_england_not_told: Vec<NotTold>,
    /// Whether essential services were significantly hit, oldest first; the last one of an operator counts
    /// (NIS-WHO).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nis_answers: Vec<NisAnswer>,
    /// That it is no cyber incident after all, oldest first; the last one counts (BOB-CYBER).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_cyber: Vec<NotCyber>,
    /// Operators that a triage names no more: they answer all the same (NIS-WHO).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nis_still_asked: Vec<OrganisationId>,
    /// Operators whose question somebody else's triage would have ended: they answer whatever the facts say
    /// (NIS-WHO).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nis_kept: Vec<NisKept>,
    /// What operators' own people said of there being nothing to answer, oldest first (NIS-WHO).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nis_nothing: Vec<NothingToAnswer>,
}

impl Regulator {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &RegulatorEvent, entry: &Entry) {
        let signed = || Signed::of(entry);
        match event {
            RegulatorEvent::Decided(decision) => self.decisions.push((**decision).clone()),
            RegulatorEvent::Confirmed { decision, at } => {
                self.on_decision(*decision, |decision| {
                    decision.confirmed = Some(signed());
                    decision.confirmed_at = *at;
                });
            }
            RegulatorEvent::Countersigned { decision, at } => {
                self.on_decision(*decision, |decision| {
                    decision.countersigned = Some(signed());
                    decision.countersigned_at = *at;
                });
            }
            RegulatorEvent::Seconded { decision, at } => {
                self.on_decision(*decision, |decision| {
                    decision.seconded = Some(signed());
                    decision.seconded_at = *at;
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
            RegulatorEvent::Asked(enquiry) => self.enquiries.push((**enquiry).clone()),
            RegulatorEvent::Answered {
                enquiry,
                text,
                answered_at,
            } => {
                let answered = EnquiryAnswer {
                    at: *answered_at,
                    text: text.clone(),
                    recorded: signed(),
                };
                self.on_enquiry(*enquiry, |enquiry| {
                    enquiry.answered.push(answered.clone());
                    // Whoever answers it takes it for an enquiry.
                    enquiry.strike_asked = None;
                });
            }
            RegulatorEvent::EnquiryEnded { enquiry, outcome } => {
                let outcome = EnquiryOutcome {
                    text: outcome.clone(),
                    recorded: signed(),
                };
                self.on_enquiry(*enquiry, |enquiry| {
                    enquiry.outcome = Some(outcome.clone());
                    enquiry.strike_asked = None;
                });
            }
            RegulatorEvent::EnquiryStrikeAsked { enquiry, reason } => {
                let asked = Struck {
                    reason: reason.clone(),
                    signed: signed(),
                };
                self.on_enquiry(*enquiry, |enquiry| {
                    enquiry.strike_asked = Some(asked.clone());
                });
            }
            RegulatorEvent::EnquiryStruck { enquiry, reason } => {
                let struck = Struck {
                    reason: reason.clone(),
                    signed: signed(),
                };
                self.on_enquiry(*enquiry, |enquiry| enquiry.struck = Some(struck.clone()));
            }
            RegulatorEvent::NhsEnglandNotTold { reason, made_on } => {
                self.nhs_england_not_told.push(NotTold {
                    reason: reason.clone(),
                    recorded: signed(),
                    made_on: *made_on,
                });
            }
            RegulatorEvent::NotCyber {
                reason,
                made_on,
                by_officer,
                how,
            } => self.not_cyber.push(NotCyber {
                reason: reason.clone(),
                made_on: *made_on,
                by_officer: *by_officer,
                how: *how,
                recorded: signed(),
            }),
            RegulatorEvent::NisAnswered {
                operator,
                significant,
                reason,
                made_on,
            } => self.nis_answers.push(NisAnswer {
                operator: operator.clone(),
                significant: *significant,
                reason: reason.clone(),
                made_on: *made_on,
                recorded: signed(),
            }),
            RegulatorEvent::NisStillAsked { operator } => {
                self.nis_still_asked.push(operator.clone());
            }
            RegulatorEvent::NisKept {
                operator,
                concerned,
            } => self.nis_kept.push(NisKept {
                operator: operator.clone(),
                concerned: *concerned,
            }),
            RegulatorEvent::NisNothingToAnswer {
                operator,
                reason,
                made_on,
            } => {
                self.nis_still_asked.retain(|kept| kept != operator);
                self.nis_kept.retain(|kept| kept.operator != *operator);
                self.nis_nothing.push(NothingToAnswer {
                    operator: operator.clone(),
                    reason: reason.clone(),
                    made_on: *made_on,
                    recorded: signed(),
                });
            }
        }
    }

    /// Operators that answer although the facts may name them no more.
    pub fn operators_kept(&self) -> impl Iterator<Item = &OrganisationId> {
        let kept = self.nis_kept.iter().map(|kept| &kept.operator);
        self.nis_still_asked.iter().chain(kept)
    }

    /// Whether any operator's last answer is that its service was significantly hit; nothing where nobody
    /// has answered.
    pub(super) fn any_service_hit(&self) -> Option<bool> {
        let is_last = |place: usize, answer: &NisAnswer| {
            let mut later = self.nis_answers[place + 1..].iter();
            !later.any(|other| other.operator == answer.operator)
        };
        let answers = self.nis_answers.iter().enumerate();
        let last = answers.filter(|(place, answer)| is_last(*place, answer));
        last.map(|(_, answer)| answer.significant)
            .reduce(|one, other| one || other)
    }

    fn on_enquiry(&mut self, id: Uuid, change: impl Fn(&mut Enquiry)) {
        self.enquiries
            .iter_mut()
            .filter(|known| known.id == id)
            .for_each(change);
    }

    /// An enquiry by its identity.
    pub fn enquiry(&self, id: Uuid) -> Option<&Enquiry> {
        self.enquiries.iter().find(|enquiry| enquiry.id == id)
    }

    /// An enquiry of the same body that was struck out and was due before this one, which was recorded after
    /// it: the same enquiry, perhaps, with a later day (CLK-HONEST).
    pub fn struck_before(&self, asked: &Enquiry) -> Option<&Enquiry> {
        let mut known = self.enquiries.iter();
        known.rfind(|before| {
            let is_same = (before.body, &before.controller) == (asked.body, &asked.controller);
            let is_earlier =
                before.due_on < asked.due_on && before.recorded.at <= asked.recorded.at;
            is_same && is_earlier && before.is_struck() && before.id != asked.id
        })
    }

    /// Enquiries that something is still to be done about.
    pub fn open_enquiries(&self) -> impl Iterator<Item = &Enquiry> {
        self.enquiries.iter().filter(|enquiry| enquiry.is_open())
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
            Tool::Local | Tool::ClinicalSafety => false,
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
