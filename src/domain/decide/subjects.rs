//! Telling the people concerned: three records, and a fourth where they differ (BOB-SUBJECTS).
//!
//! The officers are those of the leading controller; officers of partners and processors have no say
//! in it (ICO-JOINT).

use super::{Context, Decision, reported, said_of};
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::subjects::{
    Exemption, Opinion, Standing, SubjectsCommand, SubjectsEvent, Telling, Told,
};

pub(super) fn step(
    incident: &Incident,
    command: &SubjectsCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    match command {
        SubjectsCommand::Recommend {
            telling,
            exemption,
            reasons,
        } => {
            let by = officer(
                Permission::RecommendSubjects,
                Grant::Owner,
                incident,
                context,
            )?;
            let opinion = opinion(*telling, *exemption, reasons, &by, context)?;
            Ok(one(by, SubjectsEvent::Recommended(opinion)))
        }
        SubjectsCommand::Decide {
            telling,
            exemption,
            reasons,
        } => {
            let by = officer(Permission::DecideSubjects, Grant::May, incident, context)?;
            check_turn(incident, by.role)?;
            let opinion = opinion(*telling, *exemption, reasons, &by, context)?;
            Ok(one(by, SubjectsEvent::Decided(opinion)))
        }
        SubjectsCommand::Told {
            how,
            people,
            told_at,
        } => {
            let home = Some(incident.home());
            let (_, by) =
                permission::require_for(Permission::MakeContact, context.actor, incident, home)?;
            check_decided(incident)?;
            let how = said_of(
                RuleId::BobSubjects,
                how,
                "/how",
                "Say how people were told: by letter, by phone, by a public notice",
            )?;
            let told = Told {
                at: told_at.map_or(Ok(context.now), |at| reported(at, "/told_at", context))?,
                how: how.into(),
                people: *people,
                recorded: signed(&by, context),
            };
            Ok(one(by, SubjectsEvent::Told(told)))
        }
    }
}

fn officer(
    permission: Permission,
    least: Grant,
    incident: &Incident,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let home = incident.home();
    permission::require_of(permission, least, context.actor, incident, home)
        .map(|(_, by)| by)
        .map_err(|refusal| refusal.by(RuleId::BobSubjects))
}

fn one(by: Signature, event: SubjectsEvent) -> Decision {
    Decision::new(by, vec![Event::Subjects(event)])
}

fn signed(by: &Signature, context: &Context<'_>) -> Signed {
    Signed {
        at: context.now,
        by: by.clone(),
    }
}

fn opinion(
    telling: Telling,
    exemption: Option<Exemption>,
    reasons: &str,
    by: &Signature,
    context: &Context<'_>,
) -> Result<Opinion, Refusal> {
    if telling == Telling::Tell && exemption.is_some() {
        return Err(Refusal::invalid(
            "/exemption",
            "An exemption is a reason not to tell; choose one of the two",
        )
        .by(RuleId::BobSubjects));
    }
    let reasons = said_of(
        RuleId::BobSubjects,
        reasons,
        "/reasons",
        "Give the reasons, whichever way it goes",
    )?;
    Ok(Opinion {
        telling,
        exemption,
        reasons: reasons.into(),
        signed: signed(by, context),
    })
}

/// SIRO and Caldicott Guardian decide on a recommendation; the Accountable Officer only where they
/// differ.
fn check_turn(incident: &Incident, role: Role) -> Result<(), Refusal> {
    let sentence = match incident.casework().subjects.standing() {
        Standing::NotAsked => "The DPO recommends first; ask for the recommendation",
        Standing::Tied if role == Role::Ao => return Ok(()),
        _ if role == Role::Ao => {
            "SIRO and Caldicott Guardian decide; the Accountable Officer only breaks their tie"
        }
        Standing::Tied | Standing::Awaits(_) | Standing::Decided(..) => return Ok(()),
    };
    Err(Refusal::against(RuleId::BobSubjects, sentence))
}

fn check_decided(incident: &Incident) -> Result<(), Refusal> {
    match incident.casework().subjects.standing() {
        Standing::Decided(Telling::Tell, _) => Ok(()),
        Standing::Decided(Telling::DoNotTell, _) => Err(Refusal::against(
            RuleId::BobSubjects,
            "It was decided not to tell people; SIRO and Caldicott Guardian can decide again",
        )),
        Standing::NotAsked | Standing::Awaits(_) | Standing::Tied => Err(Refusal::against(
            RuleId::BobSubjects,
            "SIRO and Caldicott Guardian have not decided yet whether people are told",
        )),
    }
}
