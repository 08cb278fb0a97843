//! Telling the people whose data are concerned (BOB-SUBJECTS, ART34-FULL, UK GDPR Article 34).
//!
//! Three records make the decision of each controller: its data protection officer recommends, its
//! SIRO and its Caldicott Guardian decide, each for themselves, and where they differ the Accountable
//! Officer breaks the tie. Who stands in for a vacancy is `office`'s business. That people were told
//! is a fact, which waits for no decision. Nothing here sends a letter.

mod command;

pub use command::{SubjectsCommand, SubjectsEvent};

use super::Instant;
use super::calendar;
use super::directory::Directory;
use super::event::{Entry, Signed};
use super::id::{OrganisationId, PersonId};
use super::office::{Office, WhoMay, who_may};
use super::role::Role;
use super::verdict;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was recommended, decided and done; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Subjects {
    /// The data protection officers' recommendations; the last one of a controller counts.
    pub recommendations: Vec<Opinion>,
    /// Decisions of SIRO, Caldicott Guardian and Accountable Officer, oldest first.
    pub decisions: Vec<Opinion>,
    /// When people were told, and how.
    pub told: Vec<Told>,
    /// Delays that an authority asked for; the last one of a controller counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delays: Vec<Delay>,
}

/// Whether people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Telling {
    /// They are told.
    Tell,
    /// They are not told.
    DoNotTell,
}

impl Telling {
    /// Both, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Tell, Self::DoNotTell];

    /// The choice in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tell => "tell the people",
            Self::DoNotTell => "do not tell",
        }
    }
}

/// Why people need not be told although the risk is high: Article 34(3) of the UK GDPR, or a
/// restriction in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Exemption {
    /// The data are unintelligible to whoever has them.
    Unintelligible,
    /// Later measures make sure that the high risk does not come about.
    LaterMeasures,
    /// It would take disproportionate effort; then the public is told instead.
    DisproportionateEffort,
    /// A law restricts it (Data Protection Act 2018, schedules 2 to 4); the reasons say which.
    RestrictionInLaw,
}

impl Exemption {
    /// Every exemption, in the order of the article.
    pub const ALL: [Self; 4] = [
        Self::Unintelligible,
        Self::LaterMeasures,
        Self::DisproportionateEffort,
        Self::RestrictionInLaw,
    ];

    /// The exemption in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unintelligible => "the data are unintelligible",
            Self::LaterMeasures => "later measures removed the high risk",
            Self::DisproportionateEffort => "disproportionate effort; a public notice instead",
            Self::RestrictionInLaw => "a law restricts it",
        }
    }
}

/// For whom somebody in a role decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The SIRO's, or of whoever stands in.
    First,
    /// The Caldicott Guardian's, or of whoever stands in.
    Second,
    /// The Accountable Officer's, where the two differ.
    Tie,
}

impl Voice {
    /// The office by which it is given.
    pub fn office(self) -> Office {
        match self {
            Self::First => Office::FirstVoice,
            Self::Second => Office::SecondVoice,
            Self::Tie => Office::Tie,
        }
    }

    /// The voice that goes with a role, where nobody stood in.
    fn of(role: Role) -> Option<Self> {
        match role {
            Role::Siro => Some(Self::First),
            Role::Cg => Some(Self::Second),
            Role::Ao => Some(Self::Tie),
            _ => None,
        }
    }
}

/// What somebody in a role recommends or decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Opinion {
    /// Whether people are told.
    pub telling: Telling,
    /// Under which exemption they are not.
    pub exemption: Option<Exemption>,
    /// Why.
    pub reasons: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
    /// For which controller; absent where it is the signer's own organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<OrganisationId>,
    /// Whose decision it is; absent where it goes by the signer's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// Whose decision it replaces, where somebody else had given the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<PersonId>,
    /// When it is first looked at whether people were told, where this decides that they are, or whether it was
    /// decided, where this recommends: the law sets no hours, only "without undue delay". Absent from what was
    /// recorded before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_by: Option<DateTime<Utc>>,
}

impl Opinion {
    /// The controller that it is for.
    pub fn controller(&self) -> &OrganisationId {
        let signer = &self.signed.by.organisation;
        self.controller.as_ref().unwrap_or(signer)
    }

    fn voice(&self) -> Option<Voice> {
        self.voice.or_else(|| Voice::of(self.signed.by.role))
    }
}

/// That people were told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// How: by letter, by phone, by a public notice.
    pub how: Box<str>,
    /// How many, if known.
    pub people: Option<u32>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// Whether the controller's own officers say so: they had decided to tell, or one of them or whoever stands
    /// in for them recorded it. Absent from what was recorded before this was asked, which
    /// counts as it did then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_its_word: Option<bool>,
    /// By which controller; absent where it was recorded before each controller told its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<OrganisationId>,
    /// What they were told; absent where it was recorded before this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
}

impl Told {
    /// How many were told: "1 person told", "40 people told", "people told" where nobody counted.
    pub fn people_in_words(&self) -> String {
        match self.people {
            Some(1) => "1 person told".to_owned(),
            Some(count) => format!("{count} people told"),
            None => "people told".to_owned(),
        }
    }

    fn is_for(&self, controller: &OrganisationId) -> bool {
        self.controller
            .as_ref()
            .is_none_or(|told| told == controller)
    }
}

/// What people are told (Article 34(2) of the UK GDPR).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// What happened.
    pub nature: Box<str>,
    /// Whom they can ask.
    pub contact: Box<str>,
    /// What may come of it.
    pub consequences: Box<str>,
    /// What was done, and what they can do.
    pub measures: Box<str>,
}

/// Which authority asks to tell people later; nobody else may (ART34-FULL).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = AskingAuthority)]
pub enum Authority {
    /// The police, or another body that investigates crime.
    Police,
    /// A court.
    Court,
    /// A regulator, such as the ICO.
    Regulator,
    /// Another public authority.
    Other,
}

impl Authority {
    /// Every kind of authority, in the order of a form.
    pub const ALL: [Self; 4] = [Self::Police, Self::Court, Self::Regulator, Self::Other];

    /// The authority in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Police => "the police",
            Self::Court => "a court",
            Self::Regulator => "a regulator",
            Self::Other => "another public authority",
        }
    }
}

/// A delay in telling people that an authority asked for. It postpones the telling once an officer of the
/// controller has recorded it, and never the recommendation or the decision (ART34-FULL).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delay {
    /// Whose people are told later.
    pub controller: OrganisationId,
    /// Which authority asked; absent from what was recorded before this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// Whether the controller's own officer recorded it, or whoever stands in; absent from what was recorded
    /// before this was asked, which counts as it did then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_its_officer: Option<bool>,
    /// Who asked there, by name or unit.
    pub asked_by: Box<str>,
    /// Why.
    pub reason: Box<str>,
    /// When it is looked at again.
    pub review_on: NaiveDate,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

impl Delay {
    /// Whether it holds the telling up: the controller's own officer has recorded it.
    fn holds_up(&self) -> bool {
        self.by_its_officer != Some(false)
    }

    /// Who asked, with the authority: "the police (Riverbourne Police, CID)".
    pub fn asked_in_words(&self) -> String {
        match self.authority {
            Some(authority) => format!("{} ({})", authority.name(), self.asked_by),
            None => self.asked_by.to_string(),
        }
    }
}

/// Where a controller's decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The data protection officer has recommended nothing yet.
    NotAsked,
    /// This decision, and perhaps the other, is still to be given.
    Awaits(Voice),
    /// SIRO and Caldicott Guardian differ; the Accountable Officer decides.
    Tied,
    /// Decided, at this instant.
    Decided(Telling, Instant),
}

impl Subjects {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &SubjectsEvent, _entry: &Entry) {
        match event {
            SubjectsEvent::Recommended(opinion) => self.recommendations.push(opinion.clone()),
            SubjectsEvent::Decided(opinion) => self.decisions.push(opinion.clone()),
            SubjectsEvent::Told(told) => self.told.push(told.clone()),
            SubjectsEvent::Delayed(delay) => self.delays.push(delay.clone()),
        }
    }

    /// The recommendation that counts for a controller.
    pub fn recommended(&self, controller: &OrganisationId) -> Option<&Opinion> {
        let mut made = self.recommendations.iter();
        made.rfind(|opinion| opinion.controller() == controller)
    }

    /// The decision in force of a voice: the last one since the last recommendation.
    pub fn said(&self, controller: &OrganisationId, voice: Voice) -> Option<&Opinion> {
        let recommended = self.recommended(controller)?;
        self.decisions.iter().rfind(|decision| {
            decision.voice() == Some(voice)
                && decision.controller() == controller
                && decision.signed.at >= recommended.signed.at
        })
    }

    /// Where a controller's decision stands. What was decided before the last recommendation does not
    /// count, nor what officers of another controller have decided.
    pub fn standing(&self, controller: &OrganisationId) -> Standing {
        if self.recommended(controller).is_none() {
            return Standing::NotAsked;
        }
        let said = |voice| self.said(controller, voice);
        let (first, second) = match (said(Voice::First), said(Voice::Second)) {
            (Some(first), Some(second)) => (first, second),
            (None, _) => return Standing::Awaits(Voice::First),
            (Some(_), None) => return Standing::Awaits(Voice::Second),
        };
        let both_at = first.signed.at.max(second.signed.at);
        if first.telling == second.telling {
            return Standing::Decided(first.telling, both_at);
        }
        match said(Voice::Tie).filter(|tie| tie.signed.at >= both_at) {
            Some(tie) => Standing::Decided(tie.telling, tie.signed.at),
            None => Standing::Tied,
        }
    }

    /// Whether a controller's people were told, whatever was decided: nobody is asked to decide it any more.
    /// It counts on the word of the controller's own officers alone (ART34-FULL).
    pub fn is_told(&self, controller: &OrganisationId) -> bool {
        let mut told = self.told.iter();
        told.any(|told| told.is_for(controller) && told.on_its_word != Some(false))
    }

    /// What somebody else has recorded last about a controller's people having been told, where its own officers
    /// had decided nothing, until one of them records it.
    pub fn told_to_confirm(&self, controller: &OrganisationId) -> Option<&Told> {
        let mut told = self.told.iter();
        told.rfind(|told| told.is_for(controller))
            .filter(|_| !self.is_told(controller))
    }

    /// Who may give a voice for a controller now; nobody gives two. The data protection officer who
    /// recommended may give one where it falls to them: a recommendation is no voice (NOBODY-THERE).
    pub fn who_gives<'a>(
        &self,
        voice: Voice,
        controller: &'a OrganisationId,
        directory: &'a Directory,
        now: Instant,
    ) -> WhoMay<'a> {
        let others: &[Voice] = match voice {
            Voice::First => &[Voice::Second],
            Voice::Second => &[Voice::First],
            Voice::Tie => &[Voice::First, Voice::Second],
        };
        let said = others
            .iter()
            .filter_map(|other| self.said(controller, *other));
        let spoken: Vec<&PersonId> = said.map(|opinion| &opinion.signed.by.person).collect();
        who_may(voice.office(), controller, directory, now, &spoken)
    }

    /// Whose decision on telling a controller's people is awaited, since when, and until when without anybody
    /// asking why not; nothing where nobody recommended anything, or where it was recommended before that was
    /// kept.
    pub fn awaited(&self, controller: &OrganisationId) -> Option<(Voice, Instant, Instant)> {
        let voice = match self.standing(controller) {
            Standing::Awaits(voice) => voice,
            Standing::Tied => Voice::Tie,
            Standing::NotAsked | Standing::Decided(..) => return None,
        };
        let recommended = self.recommended(controller)?;
        let awaited = (voice, recommended.signed.at, recommended.tell_by?);
        (!self.is_told(controller)).then_some(awaited)
    }

    /// Since when a controller's people, or the public instead of them, are to be told and have not
    /// been.
    pub fn owed_since(&self, controller: &OrganisationId) -> Option<Instant> {
        self.decided_at(controller)
            .filter(|_| !self.is_told(controller))
    }

    /// When it was decided that a controller's people are told, or the public instead of them.
    fn decided_at(&self, controller: &OrganisationId) -> Option<Instant> {
        match self.standing(controller) {
            Standing::Decided(Telling::Tell, at) => Some(at),
            Standing::Decided(Telling::DoNotTell, at) if self.owes_public_notice(controller) => {
                Some(at)
            }
            Standing::Decided(..) | Standing::NotAsked | Standing::Awaits(_) | Standing::Tied => {
                None
            }
        }
    }

    /// Until when a controller's people are to be told without anybody asking why not: the first review after
    /// the decision, or the day on which an authority's delay is looked at again.
    pub fn tell_by(&self, controller: &OrganisationId) -> Option<Instant> {
        self.owed_since(controller)?;
        let first = self.first_tell_by(controller)?;
        let review = self
            .delay(controller)
            .map(|delay| calendar::end_of_day(delay.review_on));
        Some(review.map_or(first, |review| review.max(first)))
    }

    /// The first review after the decision to tell a controller's people, whatever was delayed since.
    fn first_tell_by(&self, controller: &OrganisationId) -> Option<Instant> {
        let since = self.decided_at(controller)?;
        let voices = [Voice::First, Voice::Second, Voice::Tie].into_iter();
        let mut decisions = voices.filter_map(|voice| self.said(controller, voice));
        let decided = decisions.find(|decision| decision.signed.at == since);
        let first = decided.and_then(|decision| decision.tell_by);
        Some(first.unwrap_or(since))
    }

    /// Until when people were to be told, by what had been recorded at an instant: a delay holds up what is still
    /// to come, and one that came after the time had passed takes back no lateness (CLK-HONEST).
    fn held_up_until(&self, controller: &OrganisationId, at: Instant) -> Option<Instant> {
        let first = self.first_tell_by(controller)?;
        let recorded = self.delays.iter().filter(|delay| {
            delay.controller == *controller && delay.holds_up() && delay.recorded.at <= at
        });
        Some(
            recorded.fold(first, |tell_by, delay| match delay.recorded.at <= tell_by {
                true => tell_by.max(calendar::end_of_day(delay.review_on)),
                false => tell_by,
            }),
        )
    }

    /// What stands beside a record that people were told where it, or the telling, came after the time by which
    /// they were to be told (CLK-HONEST).
    pub fn told_late_in_words(&self, told: &Told) -> Option<String> {
        let controller = told.controller.as_ref()?;
        let tell_by = self.held_up_until(controller, told.recorded.at)?;
        verdict::done_late_in_words(tell_by, told.at, told.recorded.at)
    }

    /// Until when people should have been told, where that had passed before somebody recorded the delay that
    /// holds the telling up now (CLK-HONEST).
    pub fn ran_out_at(&self, controller: &OrganisationId) -> Option<Instant> {
        let recorded_at = self.delay(controller)?.recorded.at;
        let tell_by = self.held_up_until(controller, recorded_at)?;
        (recorded_at > tell_by).then_some(tell_by)
    }

    /// Whether it was decided not to tell a controller's people on no ground of the law: that answers a grade
    /// of no high risk, and is asked again once the risk is high (ART34-FULL).
    pub fn is_not_told_without_ground(&self, controller: &OrganisationId) -> bool {
        let decided = matches!(
            self.standing(controller),
            Standing::Decided(Telling::DoNotTell, _)
        );
        let voices = [Voice::First, Voice::Second, Voice::Tie].into_iter();
        let mut decisions = voices.filter_map(|voice| self.said(controller, voice));
        decided && !decisions.any(|decision| decision.exemption.is_some())
    }

    /// Whether people are not told one by one because of the effort, so that the public is
    /// (Article 34(3)(c)).
    pub fn owes_public_notice(&self, controller: &OrganisationId) -> bool {
        let decided = self.standing(controller);
        let by_effort =
            |opinion: &Opinion| opinion.exemption == Some(Exemption::DisproportionateEffort);
        matches!(decided, Standing::Decided(Telling::DoNotTell, _))
            && [Voice::First, Voice::Second, Voice::Tie]
                .into_iter()
                .filter_map(|voice| self.said(controller, voice))
                .any(by_effort)
    }

    /// Delays that an authority asked for and that are still to be looked at again: of each controller whose people
    /// have not been told the one that holds that up, and a later one that its officer has to confirm.
    pub fn open_delays(&self) -> impl Iterator<Item = &Delay> {
        let delays = self.delays.iter();
        delays.filter(|delay| {
            let whose = &delay.controller;
            [self.delay(whose), self.delay_to_confirm(whose)]
                .into_iter()
                .flatten()
                .any(|open| std::ptr::eq(open, *delay))
        })
    }

    /// The delay that holds a controller's telling up, until people have been told: the last one that its own
    /// officer recorded.
    pub fn delay(&self, controller: &OrganisationId) -> Option<&Delay> {
        let mut delays = self.delays_of(controller);
        delays.rfind(|delay| delay.holds_up())
    }

    /// A delay that somebody else has recorded last, for the controller's own officer to confirm: until then
    /// it holds nothing up.
    pub fn delay_to_confirm(&self, controller: &OrganisationId) -> Option<&Delay> {
        let last = self.delays_of(controller).next_back()?;
        (!last.holds_up()).then_some(last)
    }

    fn delays_of(&self, controller: &OrganisationId) -> impl DoubleEndedIterator<Item = &Delay> {
        let is_told = self.is_told(controller);
        let delays = self.delays.iter().filter(move |_| !is_told);
        delays.filter(move |delay| delay.controller == *controller)
    }
}
