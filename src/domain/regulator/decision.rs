//! Whether a controller reports or declines, on whose word, and who is to know of it (BOB-DECIDE,
//! BOB-TELL).

use super::Body;
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::contacts::{self, Contact};
use crate::domain::directory::Directory;
use crate::domain::event::{Signature, Signed};
use crate::domain::evidence::{Evidence, Proof};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::office::{Office, who_may};
use crate::domain::policy::Policy;
use crate::domain::role::{Holding, Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
    /// What was on record when it was made; what is recorded later can overtake it. Absent from
    /// decisions that were recorded before this was kept, which go by the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_on: Option<OnRecord>,
    /// Why a second officer confirms a decline (ICO-DUTY, Article 38(6) of the UK GDPR).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// The second officer's signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconded: Option<Signed>,
    /// When it was confirmed, where that was before it was recorded (DECIDE-TRUE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was countersigned, where that was before it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countersigned_at: Option<DateTime<Utc>>,
    /// When the second officer confirmed it, where that was before it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconded_at: Option<DateTime<Utc>>,
}

/// How much was on record when a decision was made, so that what it rests on does not depend on the
/// times that people enter (DECIDE-TRUE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OnRecord {
    /// So many assessments; it answers the last of them.
    pub assessments: usize,
    /// So many notifications.
    pub notifications: usize,
}

/// What keeps an officer from declining alone (Article 38(6) of the UK GDPR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The officer logged the incident.
    LoggedIt,
    /// The officer owns the information asset.
    OwnsTheAsset,
    /// The officer's name stands in the facts.
    Named,
}

impl Conflict {
    /// What the officer did, to follow their name.
    pub fn name(self) -> &'static str {
        match self {
            Self::LoggedIt => "logged this incident",
            Self::OwnsTheAsset => "owns the information asset",
            Self::Named => "is named in this incident",
        }
    }

    /// What keeps a person from declining alone, if anything does.
    pub fn of(
        person: &PersonId,
        incident: &Incident,
        directory: &Directory,
        now: Instant,
    ) -> Option<Self> {
        let mut duplicates = incident.origins();
        let logged_duplicate = duplicates.any(|origin| origin.logged.by.person == *person);
        if incident.logged_by.person == *person || logged_duplicate {
            Some(Self::LoggedIt)
        } else if owns_the_asset(person, incident, directory, now) {
            Some(Self::OwnsTheAsset)
        } else {
            is_named(person, incident, directory).then_some(Self::Named)
        }
    }
}

/// Whether the person is information asset owner where it happened or of the home (as in BOB-INV).
fn owns_the_asset(
    person: &PersonId,
    incident: &Incident,
    directory: &Directory,
    now: Instant,
) -> bool {
    [incident.home(), &incident.reporter.organisation]
        .into_iter()
        .flat_map(|organisation| directory.holders(Role::Iao, Some(organisation), now))
        .any(|holding| holding.person == *person)
}

/// Whether what was reported names the person, by name or by short name.
fn is_named(person: &PersonId, incident: &Incident, directory: &Directory) -> bool {
    let reported = [
        &*incident.title,
        &*incident.summary,
        &*incident.reporter.contact,
        incident.reporter.role.as_deref().unwrap_or_default(),
    ];
    let names = [directory.person_name(person), person.as_str()].map(str::to_lowercase);
    reported.into_iter().any(|text| {
        let text = text.to_lowercase();
        names.iter().any(|name| text.contains(name.as_str()))
    })
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

    /// Whether a second officer's signature is missing: whoever is in conflict does not decline alone
    /// (ICO-DUTY).
    pub fn awaits_second(&self) -> bool {
        self.conflict.is_some() && self.seconded.is_none()
    }

    /// Whether a signature is missing without which a decline excuses nobody.
    pub fn is_unsigned(&self) -> bool {
        self.awaits_countersignature() || self.awaits_second()
    }

    /// Who decided: the officer who gave it, else whoever recorded it.
    pub fn decided_by(&self) -> &PersonId {
        match &self.authority {
            Authority::ByPhone { given_by } => given_by,
            Authority::Own {} | Authority::Provisional {} => &self.recorded.by.person,
        }
    }

    /// Who has had a say in it and gives no further signature: whoever wrote it down or authorised it does
    /// not confirm it, and neither that person nor whoever gave it countersigns or seconds it.
    pub fn spoken(&self, office: Office) -> Vec<&PersonId> {
        let recorder = &self.recorded.by.person;
        match office {
            Office::Confirm => vec![recorder],
            Office::Countersign
            | Office::Second
            | Office::Decide
            | Office::Recommend
            | Office::FirstVoice
            | Office::SecondVoice
            | Office::Tie => vec![recorder, self.decided_by()],
        }
    }

    /// Who may give a signature that it lacks, in words, by whoever holds which role at this time.
    pub fn who_signs(&self, office: Office, directory: &Directory, at: Instant) -> String {
        let spoken = self.spoken(office);
        who_may(office, &self.controller, directory, at, &spoken).in_words(directory)
    }

    /// What it still lacks, in a few words: on whose word it stands until then, and which signature is
    /// missing.
    pub fn lacks(&self) -> Option<&'static str> {
        let by_phone = matches!(self.authority, Authority::ByPhone { .. });
        let lacks = match (
            self.is_unconfirmed(),
            by_phone,
            self.awaits_countersignature(),
            self.awaits_second(),
        ) {
            (true, true, true, _) => "by phone, unconfirmed, awaits countersignature",
            (true, true, false, true) => "by phone, unconfirmed, awaits a second officer",
            (true, true, false, false) => "by phone, unconfirmed",
            (true, false, true, _) => "unconfirmed, awaits countersignature",
            (true, false, false, true) => "unconfirmed, awaits a second officer",
            (true, false, false, false) => "provisional, unconfirmed",
            (false, _, true, _) => "awaits countersignature",
            (false, _, false, true) => "awaits a second officer",
            (false, _, false, false) => return None,
        };
        Some(lacks)
    }

    /// The answer with what it still lacks: "decline, by phone, unconfirmed".
    pub fn answer_in_words(&self) -> String {
        let answer = self.answer.name();
        self.lacks()
            .map_or_else(|| answer.to_owned(), |lacks| format!("{answer}, {lacks}"))
    }

    /// Since when it excuses from telling the regulator; never before every signature is there.
    pub fn declined_at(&self) -> Option<Instant> {
        if self.answer != ReportAnswer::Decline || self.is_unsigned() {
            return None;
        }
        let signatures = self.signatures().map(|(at, ..)| at);
        signatures.chain([self.decided_at]).max()
    }

    /// The signatures on a decline: when each was given, when it was recorded, and its entry.
    fn signatures(&self) -> impl Iterator<Item = (Instant, Instant, Evidence)> {
        let decision = self.id;
        let countersigned = self.countersigned.as_ref().map(|signed| {
            let at = self.countersigned_at.unwrap_or(signed.at);
            (at, signed.at, Evidence::Countersignature { decision })
        });
        let seconded = self.seconded.as_ref().map(|signed| {
            let at = self.seconded_at.unwrap_or(signed.at);
            (at, signed.at, Evidence::Second { decision })
        });
        countersigned.into_iter().chain(seconded)
    }

    /// Whether something was recorded after it: placed behind what was there, or, where that was not
    /// kept, at a later time.
    fn is_before(&self, place: usize, at: Instant, known: fn(&OnRecord) -> usize) -> bool {
        self.made_on
            .as_ref()
            .map_or_else(|| at > self.recorded.at, |made_on| place >= known(made_on))
    }

    /// That it excuses, by the signature that came last.
    pub(super) fn proof_of_decline(&self) -> Option<Proof> {
        let at = self.declined_at()?;
        let last = self.signatures().find(|(signed_at, ..)| *signed_at == at);
        let evidence = last.map_or(Evidence::Decision { id: self.id }, |(.., entry)| entry);
        // The desk knew of it once it knew of every signature.
        let recorded = self.signatures().map(|(_, recorded_at, _)| recorded_at);
        let recorded_at = recorded.fold(self.recorded.at, Instant::max);
        Some(Proof {
            at,
            recorded_at,
            evidence,
        })
    }
}

/// The decision in force for a controller: the last one, unless it declined and a later assessment
/// calls for the regulator again (CLK-REGRADE), or the report that it led to was taken back
/// (ICO-DUTY).
pub fn in_force<'a>(incident: &'a Incident, controller: &OrganisationId) -> Option<&'a Decision> {
    let decision = incident
        .casework()
        .regulator
        .decisions
        .iter()
        .rfind(|decision| decision.controller == *controller)?;
    let is_overtaken = match decision.answer {
        ReportAnswer::Report => is_taken_back(incident, decision),
        ReportAnswer::Decline => is_regraded(incident, decision),
    };
    (!is_overtaken).then_some(decision)
}

fn is_regraded(incident: &Incident, decision: &Decision) -> bool {
    incident
        .assessments
        .iter()
        .enumerate()
        .any(|(place, made)| {
            made.grading.ico_required
                && decision.is_before(place, made.at, |known| known.assessments)
        })
}

/// Whether every report that followed the decision was withdrawn since.
fn is_taken_back(incident: &Incident, decision: &Decision) -> bool {
    let told = incident.casework().regulator.notifications.iter();
    let mut followed = told
        .enumerate()
        .filter(|(_, told)| told.body == Body::Ico && told.serves(&decision.controller))
        .filter(|(place, told)| {
            decision.is_before(*place, told.recorded.at, |known| known.notifications)
        })
        .map(|(_, told)| told.stands() || told.stood_at_closing(incident))
        .peekable();
    followed.peek().is_some() && !followed.any(|stands| stands)
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

/// The first data protection officer, deputy or acting one of a controller whom no conflict keeps from calling
/// a report off, by name and role (ICO-DUTY).
pub fn without_conflict(
    incident: &Incident,
    controller: &OrganisationId,
    directory: &Directory,
    now: Instant,
) -> Option<String> {
    let mut officers = deciders(directory, controller, now);
    let free = officers
        .find(|officer| Conflict::of(&officer.person, incident, directory, now).is_none())?;
    let contact = Contact::of(free.role, controller);
    let name = directory.person_name(&free.person);
    Some(format!("{name} ({})", contact.named(directory)))
}

/// By when the data protection officer confirms what somebody else recorded: the end of the next
/// working day (BOB-DECIDE). After that it shows as unconfirmed.
pub fn confirm_by(decision: &Decision, policy: &Policy) -> Instant {
    let recorded_on = calendar::local(decision.recorded.at).date_naive();
    let days = policy.casework.confirm_working_days;
    let day = policy.calendar.working_days_after(recorded_on, days);
    calendar::daytime(day, policy.business_hours.closes)
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
        decision.seconded.as_ref(),
    ];
    signed
        .into_iter()
        .flatten()
        .any(|signed| is_theirs(&signed.by))
        || incident.attempts.iter().any(|attempt| {
            let is_theirs = attempt.contact == *contact
                || attempt.also.iter().any(|also| also.contact == *contact);
            is_theirs && attempt.informs() && attempt.at >= decision.decided_at
        })
        || incident.acts.iter().any(|act| {
            let stood_in = act.contact == *contact && !is_theirs(&act.by);
            stood_in && act.at >= decision.decided_at
        })
}
