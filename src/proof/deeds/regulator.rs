//! The regulator's part: deciding, signing, moving and hiding clocks, reporting and taking that back;
//! and whether the people concerned are told.

use super::{Deed, Scene, why};
use crate::domain::Instant;
use crate::domain::clock::Ground;
use crate::domain::command::Command;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::regulator::{Body, Content, Known, RegulatorCommand, ReportAnswer, Submit, Via};
use crate::domain::subjects::{SubjectsCommand, Telling};
use crate::proof::people::{
    ACCOUNTABLE, ACTING, DEPUTY, DPO, FIRST, GUARDIAN, OFFICER, OTHER_DPO, OTHER_GUARDIAN,
    OTHER_SIRO, SECOND, SIRO, TEAM,
};
use chrono::TimeDelta;
use uuid::Uuid;

/// Deciding to report or to decline.
pub(in crate::proof) const DECISIONS: &[Deed] = &[
    Deed {
        name: "decide to report",
        by: &[DPO, ACTING, SIRO, OFFICER],
        command: |scene| decide(scene, None, ReportAnswer::Report, (None, None)),
    },
    Deed {
        name: "decline",
        by: &[DPO, DEPUTY, SIRO, OFFICER, OTHER_DPO],
        command: |scene| decide(scene, None, ReportAnswer::Decline, (None, None)),
    },
    Deed {
        name: "decline as the DPO said by phone",
        by: &[OFFICER],
        command: |scene| decide(scene, None, ReportAnswer::Decline, (Some(DPO), None)),
    },
    Deed {
        name: "say that it was declined when that was due",
        by: &[DPO],
        command: |scene| {
            decide(
                scene,
                None,
                ReportAnswer::Decline,
                (None, Some(scene.past_due(ClockKind::Ico72h)?)),
            )
        },
    },
    Deed {
        name: "decide to report for the second controller",
        by: &[OTHER_DPO, OTHER_SIRO, DPO],
        command: |scene| decide(scene, Some(SECOND), ReportAnswer::Report, (None, None)),
    },
    Deed {
        name: "decline for the second controller",
        by: &[OTHER_DPO, DPO],
        command: |scene| decide(scene, Some(SECOND), ReportAnswer::Decline, (None, None)),
    },
    Deed {
        name: "confirm the decision",
        by: &[DPO, DEPUTY, OFFICER, SIRO],
        command: |scene| {
            let decision = last(scene.case()?)?;
            Some(step(RegulatorCommand::Confirm {
                decision,
                signed_at: None,
                note: None,
            }))
        },
    },
    Deed {
        name: "countersign the decline",
        by: &[GUARDIAN, SIRO, DPO, OTHER_GUARDIAN],
        command: |scene| Some(countersigned(declined(scene.case()?)?)),
    },
    Deed {
        name: "confirm the decline as a second officer",
        by: &[DPO, DEPUTY, ACTING, SIRO, OTHER_DPO],
        command: |scene| {
            let decision = declined(scene.case()?)?;
            let late_reason = Some(why());
            Some(step(RegulatorCommand::Second {
                decision,
                late_reason,
                signed_at: None,
                note: None,
                evidence: None,
            }))
        },
    },
];

/// Moving and hiding the clocks of regulators.
pub(in crate::proof) const ANCHORS: &[Deed] = &[
    Deed {
        name: "stand the ICO's clock down",
        by: &[DPO, OFFICER, OTHER_DPO],
        command: |scene| stand_down(scene, None, Ground::NotABreach),
    },
    Deed {
        name: "stand the second controller's clock down",
        by: &[OTHER_DPO, DPO],
        command: |scene| stand_down(scene, Some(SECOND), Ground::NotABreach),
    },
    Deed {
        name: "reinstate the ICO's clock",
        by: &[DPO],
        command: |scene| {
            scene.case()?;
            Some(step(RegulatorCommand::Reinstate {
                body: Body::Ico,
                controller: None,
            }))
        },
    },
    Deed {
        name: "anchor the 72 hours an hour later",
        by: &[DPO, OFFICER],
        command: |scene| {
            let at = scene.case()?.awareness.staff_at + TimeDelta::hours(1);
            reanchor(scene, at)
        },
    },
    Deed {
        name: "anchor the 72 hours now",
        by: &[DPO],
        command: |scene| reanchor(scene, scene.now),
    },
];

/// What the one controller decides, and what the other would decide for it.
pub(in crate::proof) const SIDES: &[Deed] = &[
    Deed {
        name: "say that the data are not the first controller's",
        by: &[DPO, SIRO, OTHER_DPO, OTHER_SIRO],
        command: |scene| stand_down(scene, Some(FIRST), Ground::WrongController),
    },
    Deed {
        name: "say that the data are not the second controller's",
        by: &[DPO, SIRO, OTHER_DPO, OTHER_SIRO],
        command: |scene| stand_down(scene, Some(SECOND), Ground::WrongController),
    },
    Deed {
        name: "decide to report for the first controller",
        by: &[DPO, OTHER_DPO],
        command: |scene| decide(scene, Some(FIRST), ReportAnswer::Report, (None, None)),
    },
    Deed {
        name: "decline for the first controller",
        by: &[DPO, OTHER_DPO],
        command: |scene| decide(scene, Some(FIRST), ReportAnswer::Decline, (None, None)),
    },
    Deed {
        name: "report to the ICO for the first controller",
        by: &[DPO, OTHER_DPO],
        command: |scene| submit(scene, Body::Ico, Some(FIRST), None),
    },
];

/// Recording a report, and that it was taken back.
pub(in crate::proof) const REPORTS: &[Deed] = &[
    Deed {
        name: "report to the ICO",
        by: &[DPO, TEAM, OFFICER],
        command: |scene| submit(scene, Body::Ico, None, None),
    },
    Deed {
        name: "say that the ICO was told when that was due",
        by: &[DPO, OFFICER],
        command: |scene| {
            submit(
                scene,
                Body::Ico,
                None,
                Some(scene.past_due(ClockKind::Ico72h)?),
            )
        },
    },
    Deed {
        name: "report to the ICO for the second controller",
        by: &[OTHER_DPO, OTHER_SIRO],
        command: |scene| submit(scene, Body::Ico, Some(SECOND), None),
    },
    Deed {
        name: "tell NHS England",
        by: &[OFFICER],
        command: |scene| submit(scene, Body::Nhse, None, None),
    },
    Deed {
        name: "take the report back",
        by: &[DPO, OFFICER, OTHER_DPO],
        command: |scene| {
            let told = &scene.case()?.casework().regulator.notifications;
            let notification = told.last()?.id;
            Some(step(RegulatorCommand::Withdraw {
                notification,
                reason: why(),
            }))
        },
    },
];

/// Whether essential services were hit, and what the authority and NHS England hear of it.
pub(in crate::proof) const OPERATORS: &[Deed] = &[
    Deed {
        name: "say that services were hit",
        by: &[OFFICER, TEAM],
        command: |scene| nis(scene, None, true),
    },
    Deed {
        name: "say that the second operator's service was hit",
        by: &[OFFICER],
        command: |scene| nis(scene, Some(SECOND), true),
    },
    Deed {
        name: "say that no service was hit",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| nis(scene, None, false),
    },
    Deed {
        name: "say that the second operator's service was not hit",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| nis(scene, Some(SECOND), false),
    },
    Deed {
        name: "tell the NIS authority",
        by: &[DPO, OFFICER],
        command: |scene| submit(scene, Body::DhscNis, None, None),
    },
    Deed {
        name: "tell the NIS authority for the second operator",
        by: &[OTHER_DPO],
        command: |scene| submit(scene, Body::DhscNis, Some(SECOND), None),
    },
    Deed {
        name: "stand the NIS clock down",
        by: &[DPO, OTHER_DPO],
        command: |scene| {
            scene.case()?;
            Some(step(RegulatorCommand::StandDown {
                body: Body::DhscNis,
                controller: None,
                ground: None,
                reason: why(),
            }))
        },
    },
    Deed {
        name: "say why NHS England is not told",
        by: &[OFFICER, DPO],
        command: |scene| {
            scene.case()?;
            Some(step(RegulatorCommand::ExcuseNhsEngland { reason: why() }))
        },
    },
];

fn nis(scene: &Scene<'_>, operator: Option<&str>, significant: bool) -> Option<Command> {
    scene.case()?;
    Some(step(RegulatorCommand::AnswerNis {
        operator: operator.map(Into::into),
        significant,
        reason: Some(why()),
    }))
}

/// Whether the people concerned are told.
pub(in crate::proof) const SUBJECTS: &[Deed] = &[
    Deed {
        name: "recommend that people are told",
        by: &[DPO],
        command: |scene| {
            scene.case()?;
            Some(Command::Subjects(Box::new(SubjectsCommand::Recommend {
                controller: None,
                telling: Telling::Tell,
                exemption: None,
                reasons: why(),
            })))
        },
    },
    Deed {
        name: "decide that people are told",
        by: &[SIRO, GUARDIAN, ACCOUNTABLE, DPO],
        command: |scene| opinion(scene, Telling::Tell),
    },
];

/// The signature of a Caldicott Guardian, or of whoever stands in, under a decline.
pub(in crate::proof) fn countersigned(decision: Uuid) -> Command {
    step(RegulatorCommand::Countersign {
        decision,
        late_reason: Some(why()),
        signed_at: None,
        note: None,
        evidence: None,
    })
}

fn step(step: RegulatorCommand) -> Command {
    Command::Regulator(Box::new(step))
}

fn last(incident: &Incident) -> Option<Uuid> {
    let decisions = &incident.casework().regulator.decisions;
    decisions.last().map(|decision| decision.id)
}

/// The last decline, or the last decision where there is none.
fn declined(incident: &Incident) -> Option<Uuid> {
    let mut decisions = incident.casework().regulator.decisions.iter();
    let declined = decisions.rfind(|decision| decision.answer == ReportAnswer::Decline);
    declined.map_or_else(|| last(incident), |decision| Some(decision.id))
}

fn decide(
    scene: &Scene<'_>,
    controller: Option<&str>,
    answer: ReportAnswer,
    (given_by, decided_at): (Option<&str>, Option<Instant>),
) -> Option<Command> {
    scene.case()?;
    Some(step(RegulatorCommand::Decide {
        controller: controller.map(Into::into),
        answer,
        reasons: why(),
        given_by: given_by.map(Into::into),
        decided_at,
        late_reason: Some(why()),
        knew_grade: None,
        note: None,
        evidence: None,
    }))
}

fn stand_down(scene: &Scene<'_>, controller: Option<&str>, ground: Ground) -> Option<Command> {
    scene.case()?;
    Some(step(RegulatorCommand::StandDown {
        body: Body::Ico,
        controller: controller.map(Into::into),
        ground: Some(ground),
        reason: why(),
    }))
}

fn reanchor(scene: &Scene<'_>, at: Instant) -> Option<Command> {
    (at <= scene.now).then(|| {
        step(RegulatorCommand::Reanchor {
            controller: None,
            at,
            reason: why(),
            further_reason: Some(why()),
        })
    })
}

fn submit(
    scene: &Scene<'_>,
    body: Body,
    controller: Option<&str>,
    submitted_at: Option<Instant>,
) -> Option<Command> {
    scene.case()?;
    let given = |item: &crate::domain::regulator::Item| Content {
        item: *item,
        known: Known::Given,
        text: Some(why()),
    };
    Some(step(RegulatorCommand::Submit(Box::new(Submit {
        body,
        controller: controller.map(Into::into),
        also_for: Vec::new(),
        via: Via::Direct,
        submitted_at,
        reference: "IC-1".into(),
        contents: body.contents().iter().map(given).collect(),
        follow_up_on: None,
        follow_up_by: None,
        late_reason: Some(why()),
        note: None,
        evidence: None,
    }))))
}

/// Of the controller for which it was recommended last.
fn opinion(scene: &Scene<'_>, telling: Telling) -> Option<Command> {
    let recommended = scene.case()?.casework().subjects.recommendations.last();
    Some(Command::Subjects(Box::new(SubjectsCommand::Decide {
        controller: recommended.and_then(|opinion| opinion.controller.clone()),
        replaces: true,
        telling,
        exemption: None,
        reasons: why(),
    })))
}
