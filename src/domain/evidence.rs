//! What proves that something was known or done: a pointer at the entry on the incident that says so
//! (CLK-EVIDENCE).
//!
//! A clock's stop carries one, so that a screen can open the entry, a report can say whose it is, and
//! a checker can ask whether it is evidence for that very clock. Whether a clock is stopped by it is
//! deliberately elsewhere.

use super::Instant;
use super::clock::Clock;
use super::contacts::{self, Contact};
use super::deadlines::ClockKind;
use super::directory::Directory;
use super::event::{self, Signature, THE_DESK};
use super::id::PersonId;
use super::incident::Incident;
use super::regulator::{Authority, Body, Decision};
use super::role::Role;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The entry that proves something, by its place or its identity on the incident. Places are counted
/// from 0; what they count in only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "entry", rename_all = "snake_case")]
#[schema(as = StopEvidence)]
pub enum Evidence {
    /// Somebody was reached: an attempt of `attempts`.
    Attempt {
        /// Its place.
        place: usize,
    },
    /// They logged the incident.
    Logging {},
    /// They acknowledged it.
    Acknowledgement {},
    /// They graded it: one of `assessments`.
    Assessment {
        /// Its place.
        place: usize,
    },
    /// They decided whether a regulator is told, or declined to tell it.
    Decision {
        /// Which decision.
        id: Uuid,
    },
    /// They wrote down a decision that somebody else gave.
    DecisionRecorded {
        /// Which decision.
        id: Uuid,
    },
    /// They confirmed a decision that somebody else wrote down.
    Confirmation {
        /// Which decision.
        decision: Uuid,
    },
    /// They countersigned a decline.
    Countersignature {
        /// Which decision.
        decision: Uuid,
    },
    /// They confirmed, as a second officer, a decline by one who is in conflict.
    Second {
        /// Which decision.
        decision: Uuid,
    },
    /// A regulator was told.
    Notification {
        /// Which notification.
        id: Uuid,
    },
    /// They recorded how the hosted service is hit: one of its `impacts`.
    Impact {
        /// Its place.
        place: usize,
    },
    /// They wrote down that somebody was called or written to: an attempt of `attempts`.
    AttemptRecorded {
        /// Its place.
        place: usize,
    },
    /// They corrected when somebody became aware: one of the awareness's `revisions`.
    Revision {
        /// Its place.
        place: usize,
    },
    /// They acted otherwise: one of `acts`.
    Act {
        /// Its place.
        place: usize,
    },
    /// They released somebody who had to be told: one of `contact_changes`.
    Release {
        /// Its place.
        place: usize,
    },
    /// The supplier's message reached the controller.
    Receipt {},
    /// The Officer could not be reached: a rung of `escalations` that led to the host.
    Escalation {
        /// Its place.
        place: usize,
    },
    /// The incident ended as a duplicate, or as logged by mistake.
    End {},
}

/// That something was known or done, since when, and by which entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When it happened.
    pub at: Instant,
    /// When the desk was told of it.
    pub recorded_at: Instant,
    /// The entry.
    pub evidence: Evidence,
}

impl Proof {
    /// As an incident knows it: what was recorded on a duplicate, it heard of when it took that over.
    #[must_use]
    pub fn heard_on(self, incident: &Incident) -> Self {
        let taken_at = incident.took_over_at(self.evidence);
        Self {
            recorded_at: taken_at.map_or(self.recorded_at, |at| at.max(self.recorded_at)),
            ..self
        }
    }

    /// That both are so: since the later one, by its entry, and known once both were.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let later = if other.at > self.at { other } else { self };
        Self {
            recorded_at: self.recorded_at.max(other.recorded_at),
            ..later
        }
    }
}

/// Something that a person did on an incident and that leaves no signature of its own: from then on
/// the role knows of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// Whose knowledge it is.
    pub contact: Contact,
    /// The event by which they acted, by its name in the audit trail.
    #[schema(value_type = String)]
    pub by_event: CompactString,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Signature,
}

/// Why something was entered long after it happened, or after its deadline, and what shows that it did
/// (CLK-HONEST).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explained {
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// Why it was entered only then.
    pub note: Box<str>,
    /// What shows that time.
    pub evidence: Option<Box<str>>,
    /// Who entered it, and when.
    pub recorded: event::Signed,
}

/// A signature on the incident with the entry that it stands under.
struct Signed<'a> {
    by: &'a Signature,
    proof: Proof,
}

/// Everything that shows that a role has known of the incident: it was reached, it acted, or its
/// holder gave a decision. Not in the order of time.
pub fn proofs<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = Proof> + use<'a> {
    let acted = signatures(incident)
        .filter(move |signed| is_in_role(signed.by, contact))
        .map(|signed| signed.proof);
    reached(incident, contact)
        .chain(acted)
        .chain(acted_for(incident, contact))
        .chain(decided(incident, contact))
        .map(|proof| proof.heard_on(incident))
}

/// The earliest of the proofs that the desk heard of by `due_at`; else the one of which it heard first, so
/// that nothing recorded later moves what was shown to an earlier time (CLK-HONEST).
pub fn best(proofs: impl Iterator<Item = Proof>, due_at: Instant) -> Option<Proof> {
    proofs.min_by_key(|proof| {
        let in_time = proof.recorded_at <= due_at;
        let heard_at = if in_time { due_at } else { proof.recorded_at };
        (heard_at, proof.at)
    })
}

fn reached<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = Proof> + use<'a> {
    let attempts = incident.attempts.iter().enumerate();
    attempts
        .filter(move |(_, attempt)| attempt.informs() && attempt.reaches(contact))
        .map(|(place, attempt)| Proof {
            at: attempt.at,
            recorded_at: attempt.recorded_at,
            evidence: Evidence::Attempt { place },
        })
}

/// Somebody acted who stands in for the contact, or who is the same person in another organisation.
fn acted_for<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = Proof> + use<'a> {
    let acts = incident.acts.iter().enumerate();
    acts.filter(move |(_, act)| act.contact == *contact && !is_in_role(&act.by, contact))
        .map(|(place, act)| Proof {
            at: act.at,
            recorded_at: act.at,
            evidence: Evidence::Act { place },
        })
}

/// Whoever gives a decision knows of the incident from that call on, whoever writes it down.
fn decided<'a>(
    incident: &'a Incident,
    contact: &'a Contact,
) -> impl Iterator<Item = Proof> + use<'a> {
    let decisions = incident.casework().regulator.decisions.iter();
    decisions
        .filter(move |decision| is_given_by(decision, contact))
        .map(|decision| Proof {
            at: decision.decided_at,
            recorded_at: decision.recorded.at,
            evidence: Evidence::Decision { id: decision.id },
        })
}

fn is_given_by(decision: &Decision, contact: &Contact) -> bool {
    match decision.authority {
        Authority::ByPhone { .. } => {
            contact.role == Role::Dpo && contact.organisation.as_ref() == Some(&decision.controller)
        }
        Authority::Own {} | Authority::Provisional {} => is_in_role(&decision.recorded.by, contact),
    }
}

/// Whether somebody acted in the role: the acting data protection officer for the officer, everybody
/// else for themselves.
fn is_in_role(by: &Signature, contact: &Contact) -> bool {
    let organisation = contact.organisation.as_ref();
    by.person.as_str() != THE_DESK
        && contacts::owed_to(by.role) == contact.role
        && organisation.is_none_or(|organisation| *organisation == by.organisation)
}

/// The signatures that the incident keeps for everybody who may see it, each with its entry. Notes are
/// withheld from some, so that whoever only wrote one is among the `acts`.
fn signatures(incident: &Incident) -> impl Iterator<Item = Signed<'_>> {
    let logged = signed(
        &incident.logged_by,
        incident.logged_at,
        Evidence::Logging {},
    );
    let acknowledged = incident
        .acknowledgement
        .as_ref()
        .map(|given| signed(&given.by, given.at, Evidence::Acknowledgement {}));
    let graded = incident.assessments.iter().enumerate();
    let graded =
        graded.map(|(place, made)| signed(&made.by, made.at, Evidence::Assessment { place }));
    let attempts = incident.attempts.iter().enumerate();
    let attempts = attempts.map(|(place, attempt)| {
        let evidence = Evidence::AttemptRecorded { place };
        signed(&attempt.by, attempt.recorded_at, evidence)
    });
    let revisions = incident.awareness.revisions.iter().enumerate();
    let revisions = revisions
        .map(|(place, revision)| signed(&revision.by, revision.at, Evidence::Revision { place }));
    let acts = incident.acts.iter().enumerate();
    let acts = acts.map(|(place, act)| signed(&act.by, act.at, Evidence::Act { place }));
    std::iter::once(logged)
        .chain(acknowledged)
        .chain(graded)
        .chain(attempts)
        .chain(revisions)
        .chain(acts)
        .chain(in_casework(incident))
}

fn in_casework(incident: &Incident) -> impl Iterator<Item = Signed<'_>> {
    let casework = incident.casework();
    let decisions = casework.regulator.decisions.iter();
    let decisions = decisions.flat_map(|made| {
        let id = made.id;
        let recorded = Some((&made.recorded, Evidence::DecisionRecorded { id }));
        let confirmed = made.confirmed.as_ref();
        let confirmed = confirmed.map(|by| (by, Evidence::Confirmation { decision: id }));
        let countersigned = made.countersigned.as_ref();
        let countersigned =
            countersigned.map(|by| (by, Evidence::Countersignature { decision: id }));
        let seconded = made.seconded.as_ref();
        let seconded = seconded.map(|by| (by, Evidence::Second { decision: id }));
        let all = [recorded, confirmed, countersigned, seconded]
            .into_iter()
            .flatten();
        all.map(|(under, evidence)| signed(&under.by, under.at, evidence))
    });
    let told = casework.regulator.notifications.iter();
    let told = told.map(|told| {
        let evidence = Evidence::Notification { id: told.id };
        signed(&told.recorded.by, told.recorded.at, evidence)
    });
    let impacts = casework.hosting.impacts.iter().enumerate();
    let impacts = impacts.map(|(place, found)| {
        signed(
            &found.signed.by,
            found.signed.at,
            Evidence::Impact { place },
        )
    });
    decisions.chain(told).chain(impacts)
}

fn signed(by: &Signature, at: Instant, evidence: Evidence) -> Signed<'_> {
    Signed {
        by,
        proof: Proof {
            at,
            recorded_at: at,
            evidence,
        },
    }
}

/// What somebody did, by the name of the event in the trail; each has plain words here.
const DEEDS: &[(&str, &str)] = &[
    ("triaged", "triaged it"),
    ("note_added", "wrote a note"),
    ("contact_required", "added somebody who must be told"),
    ("contact_released", "said that somebody need not be told"),
    ("escalated", "escalated it"),
    ("partner_notified", "told a partner"),
    ("partner_answered", "recorded what a partner answered"),
    ("effect_answered", "said whether partners are affected"),
    ("assignment_offered", "offered it to somebody"),
    ("assignment_accepted", "took it on"),
    ("assignment_declined", "declined to take it on"),
    ("late_reason_given", "said why something was late"),
    ("major_declared", "declared it a major incident"),
    ("occurrence_corrected", "corrected when it happened"),
    ("contact_attempt_struck", "struck a call out"),
    ("retitled", "changed its title or summary"),
    ("logged", "logged it"),
    ("graded", "graded it"),
    ("acknowledged", "acknowledged it"),
    ("acknowledgement_undone", "took the acknowledgement back"),
    (
        "awareness_corrected",
        "corrected when somebody became aware",
    ),
    ("awareness_added", "said when somebody became aware"),
    ("clock_stood_down", "stopped a clock"),
    ("clock_reinstated", "restarted a clock"),
    ("past_explained", "explained a late entry"),
    ("contact_attempted", "recorded a call"),
    ("major_declined", "declined to declare it a major incident"),
    ("major_ended", "ended the major incident"),
    ("taken_over", "took over a duplicate"),
    ("regulator_decided", "decided whether to tell the ICO"),
    ("regulator_decision_confirmed", "confirmed the decision"),
    (
        "regulator_decision_countersigned",
        "countersigned the decision",
    ),
    (
        "regulator_decision_seconded",
        "confirmed the decline as a second officer",
    ),
    ("regulator_reanchored", "started the 72 hours later"),
    (
        "regulator_contents_prepared",
        "prepared a report to a regulator",
    ),
    ("regulator_notified", "recorded a report to a regulator"),
    (
        "regulator_followed_up",
        "recorded what followed a report to a regulator",
    ),
    (
        "regulator_notification_withdrawn",
        "withdrew a report to a regulator",
    ),
    ("reference_kept", "kept the reference of another system"),
    ("regulator_asked", "recorded an enquiry of a regulator"),
    ("regulator_answered", "recorded the answer to a regulator"),
    (
        "regulator_enquiry_ended",
        "recorded the outcome of an enquiry",
    ),
    ("regulator_enquiry_struck", "struck out an enquiry"),
    (
        "regulator_enquiry_strike_asked",
        "asked to strike out an enquiry",
    ),
    ("nhs_england_not_told", "said why NHS England is not told"),
    ("nis_answered", "said whether an essential service was hit"),
    (
        "subjects_recommended",
        "recommended whether people are told",
    ),
    ("subjects_decided", "decided whether people are told"),
    ("subjects_told", "recorded that people were told"),
    ("subjects_delayed", "recorded that people are told later"),
    (
        "hosting_impact_recorded",
        "recorded the impact on the hosted service",
    ),
    ("host_call_raised", "raised a call with the host"),
    ("host_call_updated", "updated a call with the host"),
    ("change_request_logged", "logged a request for change"),
    ("change_request_advanced", "moved a request for change on"),
    (
        "investigation_lead_appointed",
        "appointed who leads the investigation",
    ),
    ("evidence_secured", "secured evidence"),
    ("no_evidence_exists", "recorded that there is no evidence"),
    ("custody_transferred", "handed evidence on"),
    (
        "investigation_plan_agreed",
        "agreed the plan of the investigation",
    ),
    ("investigation_begun", "began the investigation"),
    ("meeting_held", "recorded a meeting"),
    ("minutes_written", "wrote the minutes of a meeting"),
    ("cause_analysed", "recorded the cause"),
    ("finding_recorded", "recorded a finding"),
    (
        "investigation_answered",
        "answered the questions of the investigation",
    ),
    (
        "own_process_started",
        "started the process of its own organisation",
    ),
    ("case_file_handed_out", "exported the case file"),
    ("recommendation_made", "made a recommendation"),
    ("lesson_added", "added a lesson"),
    (
        "nothing_to_learn",
        "recorded that there is nothing to learn",
    ),
    ("lesson_shared", "shared a lesson"),
    ("action_agreed", "added an action"),
    ("action_assigned", "assigned an action"),
    ("action_done", "recorded that an action is done"),
    ("action_verified", "verified an action"),
    ("recommendation_verified", "verified a recommendation"),
    ("contained", "recorded that it is contained"),
    ("resolved", "resolved it"),
    ("closed", "closed it"),
    ("audited", "audited it"),
    ("reopened", "opened it again"),
    ("marked_duplicate", "marked it as a duplicate"),
    ("withdrawal_asked", "asked to withdraw it"),
    ("withdrawal_dropped", "took the withdrawal back"),
    ("withdrawn", "withdrew it"),
    (
        "disciplinary_considered",
        "said whether a disciplinary process is considered",
    ),
];

fn deed(by_event: &str) -> &'static str {
    let mut known = DEEDS.iter().filter(|(event, _)| *event == by_event);
    known.next().map_or("worked on it", |(_, words)| words)
}

/// Who is behind an entry: the person who acted or gave it, or the role that was reached.
enum Who<'a> {
    Acted(&'a Signature),
    Gave(&'a PersonId, Contact, Instant),
    Was(&'a Contact),
    Nobody,
}

impl<'a> Who<'a> {
    fn acted(by: Option<&'a Signature>) -> Self {
        by.map_or(Self::Nobody, Self::Acted)
    }
}

impl Evidence {
    /// Whose entry it is and what it says, for a sentence: "Bronwen Hartleap, DPO of Riverbourne ICB,
    /// graded it".
    pub fn in_words(self, incident: &Incident, directory: &Directory) -> String {
        let did = self.did(incident, directory);
        if let Some((who, contact)) = self.for_nobody(incident) {
            let contact = contact.in_words(directory);
            return format!("{who}, for {contact} (nobody holds that role), {did}");
        }
        match self.who(incident) {
            Who::Acted(by) => format!("{} {did}", signature_in_words(by, directory)),
            Who::Gave(person, contact, at) => format!(
                "{}, {}, {did}",
                directory.person_name(person),
                seat(person, &contact, at, directory).named(directory)
            ),
            Who::Was(contact) => format!("{} {did}", contact.in_words(directory)),
            Who::Nobody => did,
        }
    }

    /// The same by role and without a person's name, for reports that leave names out.
    pub fn of_role_in_words(self, incident: &Incident, directory: &Directory) -> String {
        let did = self.did(incident, directory);
        if let Some((_, contact)) = self.for_nobody(incident) {
            let contact = contact.named(directory);
            return format!("somebody for the {contact} (nobody holds that role) {did}");
        }
        match self.who(incident) {
            Who::Acted(by) => {
                format!("{} {did}", Contact::acting(by).named(directory))
            }
            Who::Gave(person, contact, at) => {
                format!(
                    "{} {did}",
                    seat(person, &contact, at, directory).named(directory)
                )
            }
            Who::Was(contact) => format!("{} {did}", contact.named(directory)),
            Who::Nobody => did,
        }
    }

    /// Who answered for a role that nobody held (NOBODY-THERE).
    fn for_nobody(self, incident: &Incident) -> Option<(&str, &Contact)> {
        let Self::Attempt { place } = self else {
            return None;
        };
        let attempt = incident.attempts.get(place)?;
        Some((attempt.whoever_answered()?, &attempt.contact))
    }

    fn did(self, incident: &Incident, directory: &Directory) -> String {
        let words = match self {
            Self::Attempt { place } => {
                let attempt = incident.attempts.get(place);
                return attempt.map_or_else(String::new, |attempt| {
                    let also = attempt.also_in_words(directory);
                    let (outcome, channel) = (attempt.outcome.name(), attempt.channel.name());
                    format!("{outcome} ({channel}){also}")
                });
            }
            Self::Act { place } => {
                let act = incident.acts.get(place);
                return act.map_or_else(String::new, |act| deed(&act.by_event).to_owned());
            }
            Self::Notification { id } => {
                let told = incident.casework().regulator.notification(id);
                return told.map_or_else(String::new, |told| {
                    format!("recorded that the {} was told", told.body.name())
                });
            }
            Self::Release { place } => {
                let change = incident.contact_changes.get(place);
                return change.map_or_else(String::new, |change| {
                    format!("released the {}", change.contact.role.short())
                });
            }
            Self::Decision { id } => {
                let made = incident.casework().regulator.decision(id);
                let lacks = made.and_then(Decision::lacks);
                return lacks.map_or_else(
                    || "decided".to_owned(),
                    |lacks| format!("decided ({lacks})"),
                );
            }
            Self::Logging {} => "logged it",
            Self::Acknowledgement {} => "acknowledged it",
            Self::Assessment { .. } => "graded it",
            Self::DecisionRecorded { .. } => "recorded a decision",
            Self::Confirmation { .. } => "confirmed the decision",
            Self::Countersignature { .. } => "countersigned the decline",
            Self::Second { .. } => "confirmed the decline as a second officer",
            Self::Impact { .. } => "recorded the impact",
            Self::AttemptRecorded { .. } => "recorded a call",
            Self::Revision { .. } => "corrected a time",
            Self::Receipt {} => "the supplier's message arrived",
            Self::Escalation { .. } => "called the host",
            Self::End {} => "the incident ended",
        };
        words.to_owned()
    }

    fn who(self, incident: &Incident) -> Who<'_> {
        let regulator = &incident.casework().regulator;
        match self {
            Self::Attempt { place } => {
                let attempt = incident.attempts.get(place);
                attempt.map_or(Who::Nobody, |attempt| Who::Was(&attempt.contact))
            }
            Self::Decision { id } => match regulator.decision(id) {
                Some(made) => match &made.authority {
                    Authority::ByPhone { given_by } => {
                        let dpo = Contact::of(Role::Dpo, &made.controller);
                        Who::Gave(given_by, dpo, made.decided_at)
                    }
                    Authority::Own {} | Authority::Provisional {} => Who::Acted(&made.recorded.by),
                },
                None => Who::Nobody,
            },
            Self::Logging {} => Who::Acted(&incident.logged_by),
            Self::Acknowledgement {} => {
                Who::acted(incident.acknowledgement.as_ref().map(|given| &given.by))
            }
            Self::Assessment { place } => {
                Who::acted(incident.assessments.get(place).map(|made| &made.by))
            }
            Self::DecisionRecorded { id } => {
                Who::acted(regulator.decision(id).map(|made| &made.recorded.by))
            }
            Self::Confirmation { decision } => {
                let confirmed = regulator.decision(decision);
                Who::acted(confirmed.and_then(|made| Some(&made.confirmed.as_ref()?.by)))
            }
            Self::Countersignature { decision } => {
                let countersigned = regulator.decision(decision);
                Who::acted(countersigned.and_then(|made| Some(&made.countersigned.as_ref()?.by)))
            }
            Self::Second { decision } => {
                let seconded = regulator.decision(decision);
                Who::acted(seconded.and_then(|made| Some(&made.seconded.as_ref()?.by)))
            }
            Self::Notification { id } => {
                Who::acted(regulator.notification(id).map(|told| &told.recorded.by))
            }
            Self::Impact { place } => {
                let impacts = &incident.casework().hosting.impacts;
                Who::acted(impacts.get(place).map(|found| &found.signed.by))
            }
            Self::AttemptRecorded { place } => {
                Who::acted(incident.attempts.get(place).map(|attempt| &attempt.by))
            }
            Self::Revision { place } => {
                let revision = incident.awareness.revisions.get(place);
                Who::acted(revision.map(|revision| &revision.by))
            }
            Self::Act { place } => Who::acted(incident.acts.get(place).map(|act| &act.by)),
            Self::Release { place } => {
                let change = incident.contact_changes.get(place);
                Who::acted(change.map(|change| &change.signed.by))
            }
            Self::Escalation { place } => {
                Who::acted(incident.escalations.get(place).map(|climbed| &climbed.by))
            }
            Self::Receipt {} | Self::End {} => Who::Nobody,
        }
    }

    /// Whether the entry is there and proves what this very clock asks for: it is asked of the entry
    /// alone, not of the reading that stopped the clock.
    pub fn is_for(self, incident: &Incident, clock: &Clock) -> bool {
        let is_required = |contact: &Contact| contacts::is_asked(incident, contact);
        match clock.kind {
            ClockKind::LmIao => self.shows(incident, &[Role::Lm, Role::Iao], &is_required),
            ClockKind::BobDpo => self.shows(incident, &[Role::Dpo], &|contact| {
                let is_whose = |organisation| clock.may_be_of(organisation, incident);
                contact.organisation.as_ref().is_some_and(is_whose)
            }),
            ClockKind::Bob24h => self.shows(incident, &Role::ALL, &is_required),
            ClockKind::Wso24h => {
                self.shows(incident, &[Role::Wso], &|_| true)
                    || matches!(self, Self::Escalation { place } if incident
                        .escalations
                        .get(place)
                        .is_some_and(|rung| rung.is_to_host() && rung.too_soon_since.is_none()))
                    || matches!(self, Self::Attempt { place } if incident
                        .attempts
                        .get(place)
                        .is_some_and(|attempt| attempt.informs() && attempt.by_exception_since.is_some()))
            }
            ClockKind::Ico72h => self.answers(incident, Body::Ico, clock),
            ClockKind::Nis72h => self.answers(incident, Body::DhscNis, clock),
            ClockKind::Proc24h => {
                self == Self::Receipt {} && incident.awareness.controller_informed_at.is_some()
            }
            ClockKind::Ack => {
                self == Self::Acknowledgement {} && incident.acknowledgement.is_some()
            }
        }
    }

    /// Whether it shows that a contact in one of these roles knew of the incident.
    fn shows(
        self,
        incident: &Incident,
        roles: &[Role],
        is_meant: &dyn Fn(&Contact) -> bool,
    ) -> bool {
        if let Self::Release { place } = self {
            let mut released = incident.contact_changes.iter().skip(place).take(1);
            return released.any(|one| roles.contains(&one.contact.role) && is_meant(&one.contact));
        }
        let is_shown = |contact: &Contact| roles.contains(&contact.role) && is_meant(contact);
        let in_vain = matches!(self, Self::Attempt { place } if !incident
            .attempts
            .get(place)
            .is_some_and(contacts::ContactAttempt::informs));
        !in_vain && self.knew(incident).iter().any(is_shown)
    }

    /// Who knew of the incident by it: in the role itself, in place of a vacant one, or in the same role of
    /// another organisation.
    fn knew(self, incident: &Incident) -> Vec<Contact> {
        let mut knew = match self.who(incident) {
            Who::Acted(by) => vec![Contact::signed(by)],
            Who::Gave(_, contact, _) => vec![contact],
            Who::Was(contact) => vec![Contact {
                role: contacts::owed_to(contact.role),
                organisation: contact.organisation.clone(),
            }],
            Who::Nobody => Vec::new(),
        };
        if let Self::Attempt { place } = self {
            let also = incident.attempts.iter().skip(place).take(1);
            knew.extend(
                also.flat_map(|attempt| &attempt.also)
                    .map(|also| also.contact.clone()),
            );
        } else if let Self::Act { place } = self {
            knew.extend(incident.acts.get(place).map(|act| act.contact.clone()));
        }
        knew
    }

    fn answers(self, incident: &Incident, body: Body, clock: &Clock) -> bool {
        let regulator = &incident.casework().regulator;
        let controller = clock.controller.as_ref();
        if let Self::Notification { id } = self {
            regulator.notification(id).is_some_and(|told| {
                told.body == body && controller.is_none_or(|controller| told.serves(controller))
            })
        } else if let Self::Decision { id }
        | Self::Countersignature { decision: id }
        | Self::Second { decision: id } = self
        {
            regulator.decision(id).is_some_and(|made| {
                body == Body::Ico
                    && Some(&made.controller) == controller
                    && made.declined_at().is_some()
            })
        } else {
            false
        }
    }
}

/// The role in which somebody gave a decision: what they held of those who may, at that time.
fn seat(person: &PersonId, contact: &Contact, at: Instant, directory: &Directory) -> Contact {
    let organisation = contact.organisation.as_ref();
    let held = [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao]
        .into_iter()
        .find(|role| {
            let holders = directory.holders(*role, organisation, at);
            holders.iter().any(|holding| holding.person == *person)
        });
    Contact {
        role: held.unwrap_or(contact.role),
        organisation: contact.organisation.clone(),
    }
}

fn signature_in_words(by: &Signature, directory: &Directory) -> String {
    format!(
        "{}, {},",
        directory.person_name(&by.person),
        Contact::of(by.role, &by.organisation).named(directory)
    )
}
