//! What is to be learnt from an incident: recommendations, lessons, and the actions agreed upon
//! (WSIC-LESSON, BOB-SHARE, BOB-REC, BOB-AUDIT).
//!
//! Actions outlive the incident that they came of: they are tracked after it is closed.

use super::event::{Entry, Signed};
use super::investigation::Reasoned;
use super::role::Role;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Recommendations, lessons and actions; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Learning {
    /// What the investigation recommends.
    pub recommendations: Vec<Recommendation>,
    /// What was learnt.
    pub lessons: Vec<Lesson>,
    /// That there is nothing to learn, and why.
    pub no_lesson: Option<Reasoned>,
    /// What was agreed to be done.
    pub actions: Vec<AgreedAction>,
}

/// Something that the investigation recommends; kept unchanged (BOB-REC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    /// Its identity.
    pub id: Uuid,
    /// What.
    pub text: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
    /// What the audit after closing found (BOB-AUDIT).
    pub verdict: Option<Verdict>,
}

/// What an audit found of a recommendation or an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// Whether it was carried out.
    pub found: Found,
    /// What was looked at, or why it was given up.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// Whether something recommended was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Found {
    /// It was.
    Verified,
    /// It was given up.
    Rejected,
}

impl Found {
    /// Both, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Verified, Self::Rejected];

    /// The finding in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "carried out",
            Self::Rejected => "given up",
        }
    }
}

/// Something learnt (WSIC-LESSON).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Lesson {
    /// Its identity.
    pub id: Uuid,
    /// What was learnt.
    pub statement: Box<str>,
    /// The theme counts it with others like it.
    pub theme: Option<Box<str>>,
    /// With whom it was shared, and when (BOB-SHARE).
    pub shared: Vec<Shared>,
    /// By whom, and when.
    pub signed: Signed,
}

/// With whom a lesson was shared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Shared {
    /// A directorate, a group, a partner.
    pub with: Box<str>,
    /// When.
    pub on: NaiveDate,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// Something agreed to be done, from a lesson or a recommendation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgreedAction {
    /// Its identity.
    pub id: Uuid,
    /// The lesson or recommendation that it comes from.
    pub of: Uuid,
    /// What is to be done.
    pub text: Box<str>,
    /// The role that does it; a committee's report waits for one.
    pub owner: Option<Role>,
    /// Until when; a committee's report waits for a date.
    pub due_on: Option<NaiveDate>,
    /// That it was done, and how one knows.
    pub done: Option<Reasoned>,
    /// Whether somebody else found it done.
    pub verdict: Option<Verdict>,
    /// By whom it was agreed, and when.
    pub signed: Signed,
}

impl AgreedAction {
    /// Whether nobody has found yet that it was done or given up.
    pub fn is_open(&self) -> bool {
        self.done.is_none() && self.verdict.is_none()
    }

    /// Whether a committee's report can list it: it has an owner and a date (BOB-ARC).
    pub fn is_assigned(&self) -> bool {
        self.owner.is_some() && self.due_on.is_some()
    }
}

/// What a person asks about learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum LearningCommand {
    /// Recommend something.
    Recommend {
        /// What.
        text: Box<str>,
    },
    /// Record a lesson.
    AddLesson {
        /// What was learnt.
        statement: Box<str>,
        /// The theme counts it with others like it.
        #[serde(default)]
        theme: Option<Box<str>>,
    },
    /// Record that there is nothing to learn.
    NoLesson {
        /// Why.
        reason: Box<str>,
    },
    /// Record that a lesson was shared.
    Share {
        /// Which.
        lesson: Uuid,
        /// With whom.
        with: Box<str>,
        /// When; today, if absent.
        #[serde(default)]
        on: Option<NaiveDate>,
    },
    /// Agree an action.
    AddAction {
        /// The lesson or recommendation that it comes from.
        of: Uuid,
        /// What is to be done.
        text: Box<str>,
        /// The role that does it.
        #[serde(default)]
        owner: Option<Role>,
        /// Until when.
        #[serde(default)]
        due_on: Option<NaiveDate>,
    },
    /// Give an action an owner and a date.
    AssignAction {
        /// Which.
        action: Uuid,
        /// The role that does it.
        owner: Role,
        /// Until when.
        due_on: NaiveDate,
    },
    /// Record that an action was done.
    CompleteAction {
        /// Which.
        action: Uuid,
        /// How one knows.
        note: Box<str>,
    },
    /// Check an action that somebody else has done, or give it up.
    VerifyAction {
        /// Which.
        action: Uuid,
        /// Whether it was carried out.
        found: Found,
        /// What was looked at, or why it is given up.
        reason: Box<str>,
    },
}

impl LearningCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommend { .. } => "learning_recommend",
            Self::AddLesson { .. } => "learning_add_lesson",
            Self::NoLesson { .. } => "learning_no_lesson",
            Self::Share { .. } => "learning_share",
            Self::AddAction { .. } => "learning_add_action",
            Self::AssignAction { .. } => "learning_assign_action",
            Self::CompleteAction { .. } => "learning_complete_action",
            Self::VerifyAction { .. } => "learning_verify_action",
        }
    }
}

/// What became true of learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum LearningEvent {
    /// Something was recommended.
    Recommended {
        /// Its identity.
        id: Uuid,
        /// What.
        text: Box<str>,
    },
    /// A lesson was recorded.
    LessonAdded {
        /// Its identity.
        id: Uuid,
        /// What was learnt.
        statement: Box<str>,
        /// The theme counts it with others like it.
        theme: Option<Box<str>>,
    },
    /// There is nothing to learn.
    NothingToLearn {
        /// Why.
        reason: Box<str>,
    },
    /// A lesson was shared.
    Shared {
        /// Which.
        lesson: Uuid,
        /// With whom.
        with: Box<str>,
        /// When.
        on: NaiveDate,
    },
    /// An action was agreed.
    ActionAgreed {
        /// Its identity.
        id: Uuid,
        /// The lesson or recommendation that it comes from.
        of: Uuid,
        /// What is to be done.
        text: Box<str>,
        /// The role that does it.
        owner: Option<Role>,
        /// Until when.
        due_on: Option<NaiveDate>,
    },
    /// An action has an owner and a date.
    ActionAssigned {
        /// Which.
        action: Uuid,
        /// The role that does it.
        owner: Role,
        /// Until when.
        due_on: NaiveDate,
    },
    /// An action was done.
    ActionDone {
        /// Which.
        action: Uuid,
        /// How one knows.
        note: Box<str>,
    },
    /// Somebody else looked at an action.
    ActionVerified {
        /// Which.
        action: Uuid,
        /// Whether it was carried out.
        found: Found,
        /// What was looked at, or why it was given up.
        reason: Box<str>,
    },
    /// The audit looked at a recommendation.
    RecommendationVerified {
        /// Which.
        recommendation: Uuid,
        /// Whether it was carried out.
        found: Found,
        /// What was looked at, or why it was given up.
        reason: Box<str>,
    },
}

impl LearningEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommended { .. } => "recommendation_made",
            Self::LessonAdded { .. } => "lesson_added",
            Self::NothingToLearn { .. } => "nothing_to_learn",
            Self::Shared { .. } => "lesson_shared",
            Self::ActionAgreed { .. } => "action_agreed",
            Self::ActionAssigned { .. } => "action_assigned",
            Self::ActionDone { .. } => "action_done",
            Self::ActionVerified { .. } => "action_verified",
            Self::RecommendationVerified { .. } => "recommendation_verified",
        }
    }
}

impl Learning {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &LearningEvent, entry: &Entry) {
        let signed = Signed::of(entry);
        match event {
            LearningEvent::Recommended { id, text } => self.recommendations.push(Recommendation {
                id: *id,
                text: text.clone(),
                signed,
                verdict: None,
            }),
            LearningEvent::LessonAdded {
                id,
                statement,
                theme,
            } => self.lessons.push(Lesson {
                id: *id,
                statement: statement.clone(),
                theme: theme.clone(),
                shared: Vec::new(),
                signed,
            }),
            LearningEvent::NothingToLearn { reason } => {
                self.no_lesson = Some(Reasoned {
                    reason: reason.clone(),
                    signed,
                });
            }
            LearningEvent::Shared { lesson, with, on } => {
                let shared = Shared {
                    with: with.clone(),
                    on: *on,
                    recorded: signed,
                };
                if let Some(known) = self.lessons.iter_mut().find(|known| known.id == *lesson) {
                    known.shared.push(shared);
                }
            }
            LearningEvent::ActionAgreed {
                id,
                of,
                text,
                owner,
                due_on,
            } => self.actions.push(AgreedAction {
                id: *id,
                of: *of,
                text: text.clone(),
                owner: *owner,
                due_on: *due_on,
                done: None,
                verdict: None,
                signed,
            }),
            LearningEvent::ActionAssigned {
                action,
                owner,
                due_on,
            } => self.on_action(*action, |known| {
                known.owner = Some(*owner);
                known.due_on = Some(*due_on);
            }),
            LearningEvent::ActionDone { action, note } => self.on_action(*action, |known| {
                known.done = Some(Reasoned {
                    reason: note.clone(),
                    signed: signed.clone(),
                });
            }),
            LearningEvent::ActionVerified {
                action,
                found,
                reason,
            } => self.on_action(*action, |known| {
                known.verdict = Some(Verdict {
                    found: *found,
                    reason: reason.clone(),
                    signed: signed.clone(),
                });
            }),
            LearningEvent::RecommendationVerified {
                recommendation,
                found,
                reason,
            } => {
                let verdict = Verdict {
                    found: *found,
                    reason: reason.clone(),
                    signed,
                };
                let known = self
                    .recommendations
                    .iter_mut()
                    .find(|known| known.id == *recommendation);
                if let Some(known) = known {
                    known.verdict = Some(verdict);
                }
            }
        }
    }

    fn on_action(&mut self, id: Uuid, change: impl Fn(&mut AgreedAction)) {
        self.actions
            .iter_mut()
            .filter(|known| known.id == id)
            .for_each(change);
    }

    /// An action by its identity.
    pub fn action(&self, id: Uuid) -> Option<&AgreedAction> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// Whether there is such a lesson or recommendation.
    pub fn has(&self, id: Uuid) -> bool {
        self.lessons.iter().any(|lesson| lesson.id == id)
            || self.recommendations.iter().any(|known| known.id == id)
    }

    /// Whether it is settled what there is to learn (WSIC-LESSON).
    pub fn is_settled(&self) -> bool {
        !self.lessons.is_empty() || self.no_lesson.is_some()
    }
}
