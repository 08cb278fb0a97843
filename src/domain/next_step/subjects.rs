//! What is still to be decided and done about telling people, for each controller (BOB-SUBJECTS,
//! ART34-FULL).

use super::casework::step;
use super::{NextStep, StepKind};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::directory::Directory;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::office::{Office, who_may};
use crate::domain::policy::{Policy, hours};
use crate::domain::rule::RuleId;
use crate::domain::subjects::{Delay, Standing, Subjects, Telling, Told, Voice};

/// What each controller has left. A delay holds the telling up and nothing else: whether people are told is
/// recommended and decided all the same.
pub(super) fn steps(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> impl Iterator<Item = NextStep> {
    let subjects = &incident.casework().subjects;
    let controllers = incident.answering();
    controllers.flat_map(move |controller| {
        let asks = Asks {
            incident,
            subjects,
            controller,
            directory,
            now,
        };
        let delay = subjects.delay(controller);
        let is_held_up = delay.is_some() && subjects.owed_since(controller).is_some();
        let sentence = asks.sentence(policy).filter(|_| !is_held_up);
        let asked = sentence.map(|sentence| NextStep {
            due_at: subjects
                .tell_by(controller)
                .or_else(|| Some(subjects.awaited(controller)?.2)),
            ..step(RuleId::BobSubjects, StepKind::Subjects, sentence)
        });
        let review = delay.map(|delay| asks.review(delay));
        let unconfirmed = subjects.delay_to_confirm(controller);
        let confirm = unconfirmed.map(|delay| asks.confirm(delay));
        let unconfirmed = subjects.told_to_confirm(controller);
        let unconfirmed = unconfirmed.filter(|told| asks.needs_confirming(told));
        let told = unconfirmed.map(|told| asks.confirm_told(told));
        [asked, review, confirm, told].into_iter().flatten()
    })
}

struct Asks<'a> {
    incident: &'a Incident,
    subjects: &'a Subjects,
    controller: &'a OrganisationId,
    directory: &'a Directory,
    now: Instant,
}

impl Asks<'_> {
    fn whom(&self, voice: Voice) -> String {
        let Self {
            controller,
            directory,
            now,
            ..
        } = *self;
        let who = self.subjects.who_gives(voice, controller, directory, now);
        who.in_words(directory)
    }

    fn who_recommends(&self) -> String {
        let who = who_may(
            Office::Recommend,
            self.controller,
            self.directory,
            self.now,
            &[],
        );
        who.in_words(self.directory)
    }

    fn sentence(&self, policy: &Policy) -> Option<String> {
        if self.subjects.is_told(self.controller) {
            return None;
        }
        let sentence = match self.subjects.standing(self.controller) {
            Standing::NotAsked if self.incident.asks_to_tell(self.controller) => format!(
                "Ask {} to recommend whether to tell the people concerned",
                self.who_recommends()
            ),
            Standing::Decided(Telling::DoNotTell, _)
                if self.incident.asks_to_tell(self.controller)
                    && self.subjects.is_not_told_without_ground(self.controller) =>
            {
                format!(
                    "Ask {} to recommend again whether to tell the people concerned: it was decided not to, without a ground of the law, before the risk was graded as high",
                    self.who_recommends()
                )
            }
            Standing::NotAsked => return None,
            Standing::Awaits(voice) => format!(
                "Ask {} to decide whether to tell the people concerned",
                self.whom(voice)
            ),
            Standing::Tied => format!(
                "The SIRO and the Caldicott Guardian disagree. Ask {} to decide whether to tell people",
                self.whom(Voice::Tie)
            ),
            Standing::Decided(..) => {
                let since = self.subjects.owed_since(self.controller)?;
                self.tell(since, policy)
            }
        };
        Some(sentence)
    }

    fn tell(&self, since: Instant, policy: &Policy) -> String {
        let whose = match self.incident.answering().nth(1) {
            Some(_) => format!(" of {}", self.directory.organisation_name(self.controller)),
            None => String::new(),
        };
        let whom = if self.subjects.owes_public_notice(self.controller) {
            format!("the public by a notice, instead of the people{whose} one by one")
        } else {
            format!("the people concerned{whose}")
        };
        let interval = hours(policy.casework.subjects_review_hours);
        match (self.now - since).num_seconds() / interval.num_seconds().max(1) {
            0 => format!("Tell {whom} without undue delay, and record it"),
            days => format!(
                "Tell {whom}: decided {}; reminder {}",
                calendar::brief(since),
                days + 1
            ),
        }
    }

    /// What somebody else wrote down holds nothing up on its own.
    fn confirm(&self, delay: &Delay) -> NextStep {
        let sentence = format!(
            "Ask {} to record the delay that {} asked for. Until then it holds nothing up",
            self.who_recommends(),
            delay.asked_in_words()
        );
        step(RuleId::Art34Full, StepKind::Subjects, sentence)
    }

    /// What somebody of another organisation wrote down does; of the controller's own only where its officers
    /// are asked whether to tell people, and have not decided not to.
    fn needs_confirming(&self, told: &Told) -> bool {
        let standing = self.subjects.standing(self.controller);
        let is_own = told.recorded.by.organisation == *self.controller;
        let is_asked =
            self.incident.asks_to_tell(self.controller) || standing != Standing::NotAsked;
        let is_against = matches!(standing, Standing::Decided(Telling::DoNotTell, _));
        !is_own || (is_asked && !is_against)
    }

    /// What somebody else than an officer of the controller wrote down ends nothing.
    fn confirm_told(&self, told: &Told) -> NextStep {
        let sentence = format!(
            "Ask {} to record that the people concerned were told. {} wrote down that they were, {}; until then it ends nothing",
            self.who_recommends(),
            self.directory.person_name(&told.recorded.by.person),
            calendar::brief(told.at)
        );
        step(RuleId::Art34Full, StepKind::Subjects, sentence)
    }

    /// A delay comes back on the day of its review.
    fn review(&self, delay: &Delay) -> NextStep {
        let today = calendar::local(self.now).date_naive();
        let day = delay.review_on.format("%-d %b");
        let name = self.directory.organisation_name(self.controller);
        let asked_by = &delay.asked_by;
        let sentence = if today < delay.review_on {
            format!("{asked_by} asked {name} to wait with telling people. Review this on {day}")
        } else {
            let due = match today == delay.review_on {
                true => "is due today,",
                false => "was due on",
            };
            format!("Ask {asked_by} whether {name} may tell people now: the review {due} {day}")
        };
        NextStep {
            due_at: Some(calendar::end_of_day(delay.review_on)),
            ..step(RuleId::Art34Full, StepKind::Subjects, sentence)
        }
    }
}
