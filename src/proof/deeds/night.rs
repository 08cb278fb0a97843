//! The night: logging, grading, triage, telling people, correcting times.

use super::{Deed, Scene, WHY, why};
use crate::domain::Instant;
use crate::domain::command::{
    Acknowledge, AnswerEffect, Command, CorrectAwareness, DeclareMajor, EndMajor, Escalate,
    GradeIncident, Inform, Log, StrikeAttempt, Triage, UndoAcknowledge,
};
use crate::domain::contacts::{Contact, Outcome};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Channel;
use crate::domain::escalation::Ladder;
use crate::domain::grid::{Factor, Harm};
use crate::domain::incident::{
    AwarenessKind, BreachStatus, Category, Cia, Confirmation, DataScope, Facts, PartnershipEffect,
};
use crate::domain::role::Role;
use crate::proof::people::{
    DPO, FIRST, MANAGER, OFFICER, OTHER_DPO, PROCESSOR, SECOND, SECURITY, SUPPLIER, TEAM,
};
use chrono::TimeDelta;

/// Taking an incident in.
pub(in crate::proof) const LOG: &[Deed] = &[
    Deed {
        name: "log a suspected breach",
        by: &[OFFICER, DPO, TEAM],
        command: |scene| log(scene, FIRST, &[FIRST], BreachStatus::Suspected),
    },
    Deed {
        name: "log a breach of two controllers",
        by: &[OFFICER],
        command: |scene| log(scene, FIRST, &[FIRST, SECOND], BreachStatus::Suspected),
    },
    Deed {
        name: "log a breach at the processor",
        by: &[PROCESSOR, OFFICER],
        command: |scene| log(scene, SUPPLIER, &[FIRST], BreachStatus::Suspected),
    },
    Deed {
        name: "log a breach at the processor and name no controller",
        by: &[PROCESSOR, OFFICER],
        command: |scene| log(scene, SUPPLIER, &[], BreachStatus::Suspected),
    },
    Deed {
        name: "log what the processor's message told before and name no controller",
        by: &[OFFICER],
        command: |scene| {
            let Command::Log(log) = log(scene, SUPPLIER, &[], BreachStatus::Suspected)? else {
                return None;
            };
            Some(Command::Log(Box::new(Log {
                processor_aware_at: Some(scene.now - TimeDelta::hours(3)),
                controller_informed_at: Some(scene.now - TimeDelta::hours(2)),
                ..*log
            })))
        },
    },
    Deed {
        name: "log a near miss",
        by: &[OFFICER],
        command: |scene| log(scene, FIRST, &[FIRST], BreachStatus::NearMiss),
    },
];

/// Saying what kind it is.
pub(in crate::proof) const FACTS: &[Deed] = &[
    Deed {
        name: "triage as confirmed",
        by: &[OFFICER, DPO],
        command: |scene| triage(scene, BreachStatus::Confirmed, |_| ()),
    },
    Deed {
        name: "name the first controller and nothing else",
        by: &[OFFICER],
        command: |scene| {
            let incident = scene.case().filter(|case| case.is_unnamed())?;
            let facts = Facts {
                controllers: vec![FIRST.into()],
                ..incident.facts.clone()
            };
            Some(Command::Triage(Box::new(Triage {
                facts,
                recognised_at: None,
                nis: None,
                confirm: None,
                reason: Some(why()),
            })))
        },
    },
    Deed {
        name: "triage as no breach",
        by: &[OFFICER, DPO],
        command: |scene| triage(scene, BreachStatus::NotABreach, |_| ()),
    },
    Deed {
        name: "confirm that it is no breach",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| confirm(scene, Confirmation::NotABreach),
    },
    Deed {
        name: "triage as a near miss",
        by: &[OFFICER, DPO],
        command: |scene| triage(scene, BreachStatus::NearMiss, |_| ()),
    },
    Deed {
        name: "triage as suspected",
        by: &[OFFICER, DPO],
        command: |scene| triage(scene, BreachStatus::Suspected, |_| ()),
    },
    Deed {
        name: "triage as no data of the living",
        by: &[OFFICER, DPO],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.data_scope = [DataScope::Commercial].into()
            })
        },
    },
    Deed {
        name: "triage with the other controller alone",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.controllers = vec![SECOND.into()]
            })
        },
    },
    Deed {
        name: "triage with the first controller alone",
        by: &[OFFICER, OTHER_DPO],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.controllers = vec![FIRST.into()]
            })
        },
    },
    Deed {
        name: "triage as no breach of the other controller alone",
        by: &[OFFICER, OTHER_DPO],
        command: |scene| {
            triage(scene, BreachStatus::NotABreach, |facts| {
                facts.controllers = vec![SECOND.into()]
            })
        },
    },
    Deed {
        name: "triage with both controllers",
        by: &[OFFICER, DPO],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.controllers = vec![FIRST.into(), SECOND.into()]
            })
        },
    },
];

/// What hits services, of one operator of essential services or two.
pub(in crate::proof) const SERVICES: &[Deed] = &[
    Deed {
        name: "triage as an attack on both controllers",
        by: &[OFFICER],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.controllers = vec![FIRST.into(), SECOND.into()];
                facts.cyber = true;
            })
        },
    },
    Deed {
        name: "triage as an attack on the first controller",
        by: &[OFFICER],
        command: |scene| {
            triage(scene, BreachStatus::Confirmed, |facts| {
                facts.controllers = vec![FIRST.into()];
                facts.cyber = true;
            })
        },
    },
    Deed {
        name: "triage as no attack",
        by: &[OFFICER, DPO],
        command: |scene| triage(scene, BreachStatus::Confirmed, |facts| facts.cyber = false),
    },
    Deed {
        name: "confirm that it is no attack",
        by: &[OFFICER, DPO],
        command: |scene| confirm(scene, Confirmation::NotCyber),
    },
];

/// Grading it.
pub(in crate::proof) const GRADES: &[Deed] = &[
    Deed {
        name: "grade as notifiable",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| grade(scene, (4, 4), None),
    },
    Deed {
        name: "grade as notifiable, with a factor",
        by: &[OFFICER, DPO],
        command: |scene| grade(scene, (5, 5), Some(Factor::MentalHealth)),
    },
    Deed {
        name: "grade as not notifiable",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| grade(scene, (2, 2), None),
    },
];

/// Whether partners are affected, and taking note.
pub(in crate::proof) const PARTNERSHIP: &[Deed] = &[
    Deed {
        name: "say that a partner is affected",
        by: &[OFFICER],
        command: |scene| effect(scene, PartnershipEffect::Affected),
    },
    Deed {
        name: "say that no partner is affected",
        by: &[OFFICER],
        command: |scene| effect(scene, PartnershipEffect::None),
    },
    Deed {
        name: "declare it major",
        by: &[OFFICER],
        command: |scene| {
            scene.case()?;
            Some(Command::DeclareMajor(DeclareMajor { reason: why() }))
        },
    },
    Deed {
        name: "end it as a false alarm",
        by: &[SECURITY],
        command: |scene| {
            scene.case()?;
            Some(Command::EndMajor(EndMajor { reason: why() }))
        },
    },
    Deed {
        name: "acknowledge",
        by: &[OFFICER, SECURITY],
        command: |scene| scene.case().map(|_| Command::Acknowledge(Acknowledge {})),
    },
    Deed {
        name: "undo the acknowledgement",
        by: &[OFFICER],
        command: |scene| {
            scene
                .case()
                .map(|_| Command::UndoAcknowledge(UndoAcknowledge {}))
        },
    },
];

/// Telling people, now.
pub(in crate::proof) const INFORM: &[Deed] = &[
    Deed {
        name: "tell the line manager",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Lm, FIRST, None),
    },
    Deed {
        name: "tell the asset owner",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Iao, FIRST, None),
    },
    Deed {
        name: "tell the DPO",
        by: &[OFFICER, MANAGER],
        command: |scene| inform(scene, Role::Dpo, FIRST, None),
    },
    Deed {
        name: "tell the acting DPO",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Adpo, FIRST, None),
    },
    Deed {
        name: "tell the other DPO",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Dpo, SECOND, None),
    },
    Deed {
        name: "tell the processor's DPO",
        by: &[OFFICER, PROCESSOR],
        command: |scene| inform(scene, Role::Dpo, SUPPLIER, None),
    },
    Deed {
        name: "tell the governance team",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Igt, FIRST, None),
    },
    Deed {
        name: "tell the SIRO",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Siro, FIRST, None),
    },
    Deed {
        name: "tell the Caldicott Guardian",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Cg, FIRST, None),
    },
    Deed {
        name: "tell the Security Officer",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Wso, FIRST, None),
    },
    Deed {
        name: "call the DPO, who does not answer",
        by: &[OFFICER],
        command: |scene| attempt(scene, (Role::Dpo, FIRST), Outcome::NoAnswer, None),
    },
];

/// Telling people, said to have been in time.
pub(in crate::proof) const TOLD_LATE: &[Deed] = &[
    Deed {
        name: "say that the DPO was told when that was due",
        by: &[OFFICER],
        command: |scene| {
            inform(
                scene,
                Role::Dpo,
                FIRST,
                Some(scene.past_due(ClockKind::BobDpo)?),
            )
        },
    },
    Deed {
        name: "say that the Security Officer was told when that was due",
        by: &[OFFICER],
        command: |scene| {
            inform(
                scene,
                Role::Wso,
                FIRST,
                Some(scene.past_due(ClockKind::Wso24h)?),
            )
        },
    },
    Deed {
        name: "say that the line manager was told when that was due",
        by: &[OFFICER],
        command: |scene| {
            inform(
                scene,
                Role::Lm,
                FIRST,
                Some(scene.past_due(ClockKind::LmIao)?),
            )
        },
    },
    Deed {
        name: "say that the asset owner was told when that was due",
        by: &[OFFICER],
        command: |scene| {
            inform(
                scene,
                Role::Iao,
                FIRST,
                Some(scene.past_due(ClockKind::LmIao)?),
            )
        },
    },
    Deed {
        name: "say that the governance team was told when all were due",
        by: &[OFFICER],
        command: |scene| {
            inform(
                scene,
                Role::Igt,
                FIRST,
                Some(scene.past_due(ClockKind::Bob24h)?),
            )
        },
    },
];

/// Reaching the host while the Security Officer does not answer.
pub(in crate::proof) const HOST: &[Deed] = &[
    Deed {
        name: "call the Security Officer, who does not answer",
        by: &[OFFICER],
        command: |scene| attempt(scene, (Role::Wso, FIRST), Outcome::NoAnswer, None),
    },
    Deed {
        name: "call the Security Officer, who answers",
        by: &[OFFICER],
        command: |scene| inform(scene, Role::Wso, FIRST, None),
    },
    Deed {
        name: "call the host, who answers",
        by: &[OFFICER],
        command: |scene| {
            scene.case()?;
            Some(told(&Contact::partnership(Role::Host)))
        },
    },
    Deed {
        name: "climb the Officer's ladder",
        by: &[OFFICER],
        command: |scene| {
            scene.case()?;
            Some(Command::Escalate(Escalate {
                ladder: Ladder::Officer,
                reason: why(),
            }))
        },
    },
];

/// Taking a call back.
pub(in crate::proof) const STRIKES: &[Deed] = &[Deed {
    name: "strike out the last call",
    by: &[OFFICER, DPO, SECURITY],
    command: |scene| {
        let attempts = &scene.case()?.attempts;
        let last = attempts
            .iter()
            .rposition(|attempt| attempt.struck.is_none())?;
        Some(Command::StrikeAttempt(StrikeAttempt {
            attempt: last,
            reason: why(),
        }))
    },
}];

/// Moving when somebody became aware.
pub(in crate::proof) const AWARENESS: &[Deed] = &[
    Deed {
        name: "say that staff knew a minute later",
        by: &[OFFICER, TEAM, DPO, OTHER_DPO],
        command: |scene| aware(scene, AwarenessKind::Staff, TimeDelta::minutes(1)),
    },
    Deed {
        name: "say that staff knew an hour later",
        by: &[OFFICER, DPO],
        command: |scene| aware(scene, AwarenessKind::Staff, TimeDelta::hours(1)),
    },
    Deed {
        name: "say that staff knew an hour earlier",
        by: &[OFFICER, TEAM, DPO],
        command: |scene| aware(scene, AwarenessKind::Staff, TimeDelta::hours(-1)),
    },
    Deed {
        name: "say that the officer knew an hour later",
        by: &[OFFICER, TEAM, DPO],
        command: |scene| aware(scene, AwarenessKind::Officer, TimeDelta::hours(1)),
    },
    Deed {
        name: "say that the officer knew three hours earlier",
        by: &[OFFICER, DPO],
        command: |scene| aware(scene, AwarenessKind::Officer, TimeDelta::hours(-3)),
    },
    Deed {
        name: "say that the processor's message came an hour later",
        by: &[OFFICER, PROCESSOR, DPO],
        command: |scene| {
            aware(
                scene,
                AwarenessKind::ControllerInformed,
                TimeDelta::hours(1),
            )
        },
    },
];

fn log(
    scene: &Scene<'_>,
    reporter: &str,
    controllers: &[&str],
    breach: BreachStatus,
) -> Option<Command> {
    if scene.case().is_some() {
        return None;
    }
    Some(Command::Log(Box::new(Log {
        title: "A letter".into(),
        summary: "It went to a neighbour".into(),
        aware_at: scene.now,
        reporter_organisation: reporter.into(),
        reporter_contact: "desk 4".into(),
        reporter_role: None,
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            breach_status: breach,
            harm_prevented_by: Some(why()),
            controllers: controllers.iter().map(|id| (*id).into()).collect(),
            ..Facts::default()
        },
    })))
}

fn triage(scene: &Scene<'_>, breach: BreachStatus, change: fn(&mut Facts)) -> Option<Command> {
    let mut facts = Facts {
        breach_status: breach,
        harm_prevented_by: Some(why()),
        category: Some(Category::DisclosureWritten),
        data_scope: [DataScope::PersonalLiving].into(),
        cia: [Cia::C].into(),
        ..scene.case()?.facts.clone()
    };
    change(&mut facts);
    Some(Command::Triage(Box::new(Triage {
        facts,
        recognised_at: None,
        nis: None,
        confirm: None,
        reason: Some(why()),
    })))
}

fn confirm(scene: &Scene<'_>, what: Confirmation) -> Option<Command> {
    let facts = &scene.case()?.facts;
    let makes_sense = match what {
        Confirmation::NotCyber => !facts.cyber,
        Confirmation::NotABreach => facts.breach_status == BreachStatus::NotABreach,
        Confirmation::NearMiss => facts.breach_status == BreachStatus::NearMiss,
        Confirmation::NoPersonalData => !facts.concern_living_people(),
    };
    makes_sense.then(|| {
        Command::Triage(Box::new(Triage {
            facts: facts.clone(),
            recognised_at: None,
            nis: None,
            confirm: Some(what),
            reason: Some(why()),
        }))
    })
}

fn grade(
    scene: &Scene<'_>,
    (severity, likelihood): (u8, u8),
    factor: Option<Factor>,
) -> Option<Command> {
    scene.case()?;
    Some(Command::Grade(Box::new(GradeIncident {
        severity,
        likelihood,
        factors: factor.into_iter().collect(),
        mitigation: None,
        grounds: None,
        harms: [Harm::ALL[0]].into(),
        rationale: why(),
        evidence: Some(why()),
        evidence_notes: Vec::new(),
    })))
}

fn effect(scene: &Scene<'_>, effect: PartnershipEffect) -> Option<Command> {
    scene.case()?;
    let affected = effect == PartnershipEffect::Affected;
    Some(Command::AnswerEffect(AnswerEffect {
        effect,
        reason: why(),
        partners: affected.then(|| SECOND.into()).into_iter().collect(),
    }))
}

fn inform(scene: &Scene<'_>, role: Role, of: &str, at: Option<Instant>) -> Option<Command> {
    attempt(scene, (role, of), Outcome::Answered, at)
}

fn attempt(
    scene: &Scene<'_>,
    (role, of): (Role, &str),
    outcome: Outcome,
    happened_at: Option<Instant>,
) -> Option<Command> {
    scene.case()?;
    let contact = Contact {
        role,
        organisation: (role != Role::Wso).then(|| of.into()),
    };
    Some(called(contact, outcome, happened_at))
}

fn called(contact: Contact, outcome: Outcome, happened_at: Option<Instant>) -> Command {
    Command::Inform(Box::new(Inform {
        contact,
        person: None,
        channel: Channel::Phone,
        number: None,
        outcome,
        happened_at,
        spoke_to: None,
        note: Some(why()),
        late_reason: Some(WHY.into()),
        evidence: None,
    }))
}

/// That a contact answered a call just now.
pub(in crate::proof) fn told(contact: &Contact) -> Command {
    called(contact.clone(), Outcome::Answered, None)
}

fn aware(scene: &Scene<'_>, kind: AwarenessKind, later: TimeDelta) -> Option<Command> {
    let at = scene.case()?.awareness.at(kind)? + later;
    (at <= scene.now).then(|| {
        Command::CorrectAwareness(CorrectAwareness {
            kind,
            at,
            reason: why(),
            further_reason: None,
        })
    })
}
