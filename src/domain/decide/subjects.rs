//! Telling the people concerned: three records, and a fourth where they differ (BOB-SUBJECTS,
//! ART34-FULL, NOBODY-THERE).
//!
//! Each controller's own officers decide for its people; officers of partners and processors have no
//! say in it (ICO-JOINT). That people were told is a fact and waits for no decision.

use super::{Context, Decision, reasoned, reported, said_of, worded};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::office::{Office, WhoMay, who_may};
use crate::domain::permission::{self, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::subjects::{
    Authority, Delay, Exemption, Message, Opinion, Standing, SubjectsCommand, SubjectsEvent,
    Telling, Told, Voice,
};
use chrono::{Days, NaiveDate};

pub(super) fn step(
    incident: &Incident,
    command: &SubjectsCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let controller = command.controller().unwrap_or_else(|| incident.home());
    let case = Case {
        incident,
        controller,
        context,
    };
    match command {
        SubjectsCommand::Recommend {
            telling,
            exemption,
            reasons,
            ..
        } => case.recommend(*telling, *exemption, reasons),
        SubjectsCommand::Decide {
            telling,
            exemption,
            reasons,
            replaces,
            ..
        } => case.decide((*telling, *exemption, reasons), *replaces),
        SubjectsCommand::Told {
            how,
            people,
            told_at,
            nature,
            contact,
            consequences,
            measures,
            ..
        } => {
            let said = message([nature, contact, consequences, measures]);
            case.told((how, *people), *told_at, said)
        }
        SubjectsCommand::Delay {
            authority,
            asked_by,
            reason,
            review_on,
            ..
        } => case.delay(*authority, (asked_by, reason), *review_on),
    }
}

/// What is judged: an incident, for one controller.
struct Case<'a> {
    incident: &'a Incident,
    controller: &'a OrganisationId,
    context: &'a Context<'a>,
}

impl Case<'_> {
    fn recommend(
        &self,
        telling: Telling,
        exemption: Option<Exemption>,
        reasons: &str,
    ) -> Result<Decision, Refusal> {
        let by = self.officer(&self.who_recommends())?;
        let opinion = Opinion {
            tell_by: Some(self.first_review()),
            ..self.opinion((telling, exemption, reasons), &by)?
        };
        Ok(one(by, SubjectsEvent::Recommended(opinion)))
    }

    fn who_recommends(&self) -> WhoMay<'_> {
        let Context { directory, now, .. } = *self.context;
        who_may(Office::Recommend, self.controller, directory, now, &[])
    }

    fn decide(
        &self,
        asked: (Telling, Option<Exemption>, &str),
        replaces: bool,
    ) -> Result<Decision, Refusal> {
        let (voice, by) = self.voice()?;
        let subjects = &self.incident.casework().subjects;
        let before = subjects.said(self.controller, voice);
        let other = before
            .map(|opinion| &opinion.signed.by.person)
            .filter(|person| **person != by.person && voice != Voice::Tie);
        if let (Some(other), false) = (other, replaces) {
            let name = self.context.directory.person_name(other);
            return Err(Refusal::invalid(
                "/replaces",
                format!(
                    "{name} has already decided. Say that your decision replaces it, or leave it"
                ),
            )
            .by(RuleId::NobodyThere));
        }
        let opinion = Opinion {
            voice: Some(voice),
            replaces: other.cloned(),
            tell_by: Some(self.first_review()),
            ..self.opinion(asked, &by)?
        };
        Ok(one(by, SubjectsEvent::Decided(opinion)))
    }

    /// When it is first looked at whether people were told, or whether that was decided: the law says "without undue delay" and sets no
    /// hours (UK GDPR, Article 34(1)).
    fn first_review(&self) -> Instant {
        let policy = self.context.policy;
        self.context.now + hours(policy.casework.subjects_review_hours)
    }

    /// Which decision is the actor's to give, and in which role. One person gives one of the two; where
    /// nobody is left for the other, whoever stands in gives it (NOBODY-THERE).
    fn voice(&self) -> Result<(Voice, Signature), Refusal> {
        let subjects = &self.incident.casework().subjects;
        let standing = subjects.standing(self.controller);
        let mut voices = vec![Voice::First, Voice::Second];
        if standing == Standing::Tied {
            voices.insert(0, Voice::Tie);
        }
        let mut refused = None;
        let (directory, now) = (self.context.directory, self.context.now);
        for voice in voices {
            let who = subjects.who_gives(voice, self.controller, directory, now);
            match self.officer(&who) {
                Ok(_) if standing == Standing::NotAsked => {
                    return Err(Refusal::against(
                        RuleId::BobSubjects,
                        "The DPO must recommend first. Ask for the recommendation",
                    ));
                }
                Ok(by) => return Ok((voice, by)),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        Err(self.out_of_turn(refused))
    }

    /// The Accountable Officer is told why it is not their turn, everybody else who may.
    fn out_of_turn(&self, refused: Option<Refusal>) -> Refusal {
        let is_theirs = self
            .context
            .actor
            .roles
            .iter()
            .any(|held| held.role == Role::Ao && held.organisation == *self.controller);
        let tie = || {
            Refusal::against(
                RuleId::BobSubjects,
                "The SIRO and the Caldicott Guardian decide. The Accountable Officer only breaks a tie",
            )
        };
        refused.filter(|_| !is_theirs).unwrap_or_else(tie)
    }

    fn officer(&self, who: &WhoMay<'_>) -> Result<Signature, Refusal> {
        let Context {
            actor, directory, ..
        } = *self.context;
        let is_concerned = self.incident.has_to_answer(self.controller);
        let by = who.signature(actor).filter(|_| is_concerned);
        by.ok_or_else(|| {
            let name = directory.organisation_name(self.controller);
            let sentence = if !is_concerned {
                format!("{name} is not a controller of these data. Choose one that is")
            } else {
                let what = match who.office {
                    Office::Recommend => "Only the DPO can recommend whether people are told",
                    Office::Tie => "Only the Accountable Officer can break the tie",
                    Office::Decide
                    | Office::Confirm
                    | Office::Countersign
                    | Office::Second
                    | Office::FirstVoice
                    | Office::SecondVoice => {
                        "Only the SIRO and the Caldicott Guardian can decide whether people are told"
                    }
                };
                match self.own_controller(who.office) {
                    Some(own) => format!(
                        "{what} of {name}. Yours is {}: choose it as the controller",
                        directory.organisation_name(own)
                    ),
                    None => format!("{what}; ask {}", who.in_words(directory)),
                }
            };
            Refusal::not_allowed(sentence).by(RuleId::BobSubjects)
        })
    }

    /// The other controller of these data for which the actor may do the same.
    fn own_controller(&self, office: Office) -> Option<&OrganisationId> {
        let Context {
            actor,
            directory,
            now,
            ..
        } = *self.context;
        let mut others = self.incident.answering();
        others.find(|other| {
            let who = who_may(office, other, directory, now, &[]);
            who.signature(actor).is_some()
        })
    }

    fn opinion(
        &self,
        (telling, exemption, reasons): (Telling, Option<Exemption>, &str),
        by: &Signature,
    ) -> Result<Opinion, Refusal> {
        self.check_exemption(telling, exemption)?;
        let (rule, pointer) = (RuleId::BobSubjects, "/reasons");
        let sentence = "Give the reasons for the decision";
        let reasons = match telling {
            Telling::Tell => worded(rule, reasons, pointer, sentence)?,
            Telling::DoNotTell => reasoned(rule, reasons, pointer, sentence)?,
        };
        Ok(Opinion {
            telling,
            exemption,
            reasons: reasons.into(),
            signed: self.signed(by),
            controller: Some(self.controller.clone()),
            voice: None,
            replaces: None,
            tell_by: None,
        })
    }

    /// Where the risk is high, only a ground in law excuses from telling (ART34-FULL).
    fn check_exemption(
        &self,
        telling: Telling,
        exemption: Option<Exemption>,
    ) -> Result<(), Refusal> {
        let is_high = self.incident.asks_to_tell(self.controller);
        let (rule, sentence) = match (telling, exemption) {
            (Telling::Tell, Some(_)) => (
                RuleId::BobSubjects,
                "An exemption is a reason not to tell people. Choose one of the two",
            ),
            (Telling::DoNotTell, None) if is_high => (
                RuleId::Art34Full,
                "The risk is high. Choose the ground for not telling people, or tell them",
            ),
            (Telling::Tell | Telling::DoNotTell, _) => return Ok(()),
        };
        Err(Refusal::invalid("/exemption", sentence).by(rule))
    }

    /// That people were told is a fact that anybody records who makes contacts. It ends what is asked of the
    /// controller where it had decided to tell, or where one of those says so who recommend and decide: nobody
    /// else takes the question away whom to tell (NOBODY-THERE, ART34-FULL).
    fn told(
        &self,
        (how, people): (&str, Option<u32>),
        told_at: Option<Instant>,
        message: Result<Message, Refusal>,
    ) -> Result<Decision, Refusal> {
        let officer = self.speaks_as();
        let is_officer = officer.is_some();
        let by = officer.map_or_else(|| self.may_record(), Ok)?;
        let is_last = by.organisation == *self.controller && self.who_recommends().seats.is_empty();
        let how = worded(
            RuleId::BobSubjects,
            how,
            "/how",
            "Say how people were told: by letter, by phone, by a public notice",
        )?;
        if people == Some(0) {
            let sentence =
                "Nobody was told, then. Enter how many were told, or leave the number out";
            return Err(Refusal::invalid("/people", sentence).by(RuleId::Art34Full));
        }
        let at = told_at.map_or(Ok(self.context.now), |at| {
            reported(at, "/told_at", self.context)
        })?;
        if at < self.incident.awareness.earliest() {
            let sentence = "Nobody was aware of the incident then. Correct the time";
            return Err(Refusal::invalid("/told_at", sentence).by(RuleId::Art34Full));
        }
        let was_decided = self
            .incident
            .casework()
            .subjects
            .owed_since(self.controller);
        let told = Told {
            at,
            how: how.into(),
            people,
            on_its_word: Some(is_officer || is_last || was_decided.is_some()),
            recorded: self.signed(&by),
            controller: Some(self.controller.clone()),
            message: Some(Box::new(message?)),
        };
        Ok(one(by, SubjectsEvent::Told(told)))
    }

    /// The authority may ask the desk at any time, so whoever makes contacts records it; it holds the telling
    /// up once the controller's own officer has recorded it.
    fn delay(
        &self,
        authority: Option<Authority>,
        (asked_by, reason): (&str, &str),
        review_on: NaiveDate,
    ) -> Result<Decision, Refusal> {
        let officer = self.speaks_as();
        let by_its_officer = officer.is_some();
        let by = officer.map_or_else(|| self.may_record(), Ok)?;
        let rule = RuleId::Art34Full;
        if !self.incident.is_unnamed() && !self.incident.has_to_answer(self.controller) {
            let name = self.context.directory.organisation_name(self.controller);
            let sentence = format!("{name} is not a controller of these data. Choose one that is");
            return Err(Refusal::invalid("/controller", sentence).by(rule));
        }
        let Some(authority) = authority else {
            return Err(Refusal::invalid(
                "/authority",
                "Only an authority can ask to tell people later. Choose which one asked: the police, a court, a regulator or another",
            )
            .by(rule));
        };
        let asked_by = said_of(
            rule,
            asked_by,
            "/asked_by",
            "Say who asked there, by name or unit",
        )?;
        let reason = reasoned(rule, reason, "/reason", "Say why they asked for it")?;
        let today = calendar::local(self.context.now).date_naive();
        let days = self.context.policy.casework.subjects_delay_days;
        let last = today
            .checked_add_days(Days::new(days.into()))
            .unwrap_or(today);
        if review_on < today || review_on > last {
            return Err(Refusal::invalid(
                "/review_on",
                format!(
                    "Choose a day from today up to {}: a delay is reviewed within {days} days",
                    last.format("%-d %b %Y")
                ),
            )
            .by(rule));
        }
        let delay = Delay {
            controller: self.controller.clone(),
            authority: Some(authority),
            by_its_officer: Some(by_its_officer),
            asked_by: asked_by.into(),
            reason: reason.into(),
            review_on,
            recorded: self.signed(&by),
        };
        Ok(one(by, SubjectsEvent::Delayed(delay)))
    }

    /// In which role the actor speaks for the controller about telling its people: as one of those who
    /// recommend and decide on it, or as whoever stands in for them.
    fn speaks_as(&self) -> Option<Signature> {
        let Context {
            actor,
            directory,
            now,
            ..
        } = *self.context;
        let offices = [Office::Recommend, Office::FirstVoice, Office::SecondVoice];
        let mut offices = offices.into_iter();
        let is_concerned = self.incident.has_to_answer(self.controller);
        offices
            .find_map(|office| {
                who_may(office, self.controller, directory, now, &[]).signature(actor)
            })
            .filter(|_| is_concerned)
    }

    fn may_record(&self) -> Result<Signature, Refusal> {
        let (actor, incident) = (self.context.actor, self.incident);
        let concerned = Some(self.controller);
        permission::require_for(Permission::MakeContact, actor, incident, concerned)
            .map(|(_, by)| by)
    }

    fn signed(&self, by: &Signature) -> Signed {
        Signed {
            at: self.context.now,
            by: by.clone(),
        }
    }
}

fn one(by: Signature, event: SubjectsEvent) -> Decision {
    Decision::new(by, vec![Event::Subjects(event)])
}

/// What the law asks people to be told; where the message left something out, that is said
/// (ART34-FULL).
fn message([nature, contact, consequences, measures]: [&str; 4]) -> Result<Message, Refusal> {
    let said = |text, pointer: &str, what: &str| {
        let sentence =
            format!("Write what people were told of {what}, or that nothing was said of it");
        worded(RuleId::Art34Full, text, pointer, &sentence).map(Box::<str>::from)
    };
    Ok(Message {
        nature: said(nature, "/nature", "what happened")?,
        contact: said(contact, "/contact", "whom they can ask")?,
        consequences: said(consequences, "/consequences", "the likely consequences")?,
        measures: said(measures, "/measures", "what was done and what they can do")?,
    })
}
