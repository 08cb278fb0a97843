//! Ends: duplicates, withdrawing, the way to closing and back, and contacts released by hand.

use super::{Deed, Scene, why};
use crate::domain::closing::ClosingCommand;
use crate::domain::command::{Command, ReleaseContact, RequireContact};
use crate::domain::contacts::Contact;
use crate::domain::guard::Tick;
use crate::domain::investigation::{InvestigationAnswers, InvestigationCommand};
use crate::domain::learning::LearningCommand;
use crate::domain::role::Role;
use crate::proof::people::{
    ACTING, AUDITOR, DEPUTY, DPO, FIRST, OFFICER, OTHER_DPO, SECOND, SECURITY, SIRO, TEAM,
};

/// Ending it without an investigation.
pub(in crate::proof) const ENDS: &[Deed] = &[
    Deed {
        name: "mark it as a duplicate",
        by: &[OFFICER, TEAM, DPO],
        command: |scene| {
            let of = scene.other?;
            closing(scene, ClosingCommand::MarkDuplicate { of, reason: why() })
        },
    },
    Deed {
        name: "withdraw it",
        by: &[DPO, DEPUTY, TEAM, SECURITY, OFFICER, OTHER_DPO],
        command: |scene| closing(scene, ClosingCommand::Withdraw { reason: why() }),
    },
    Deed {
        name: "agree to withdraw it",
        by: &[DPO, DEPUTY, TEAM, SECURITY, SIRO],
        command: |scene| closing(scene, ClosingCommand::AgreeWithdrawal {}),
    },
];

/// The way to closing, in as few steps as it takes, and back.
pub(in crate::proof) const STAGES: &[Deed] = &[
    Deed {
        name: "appoint a lead",
        by: &[DPO],
        command: |scene| {
            investigation(
                scene,
                InvestigationCommand::AppointLead {
                    person: TEAM.into(),
                    exception: None,
                },
            )
        },
    },
    Deed {
        name: "say that there is no evidence",
        by: &[TEAM],
        command: |scene| investigation(scene, InvestigationCommand::NoEvidence { reason: why() }),
    },
    Deed {
        name: "begin the investigation",
        by: &[TEAM],
        command: |scene| investigation(scene, InvestigationCommand::Begin {}),
    },
    Deed {
        name: "contain it",
        by: &[OFFICER],
        command: |scene| {
            closing(
                scene,
                ClosingCommand::Contain {
                    actions: why(),
                    contained_at: Some(scene.now),
                    note: None,
                },
            )
        },
    },
    Deed {
        name: "resolve it",
        by: &[TEAM, DPO],
        command: |scene| {
            closing(
                scene,
                ClosingCommand::Resolve {
                    resolution: Some(why()),
                    workaround: None,
                    change_required: false,
                },
            )
        },
    },
    Deed {
        name: "answer what the investigation asks",
        by: &[TEAM],
        command: |scene| {
            let answers = InvestigationAnswers {
                human_error: false,
                several_disciplines: false,
            };
            investigation(scene, InvestigationCommand::Answer(answers))
        },
    },
    Deed {
        name: "say that there is no lesson",
        by: &[TEAM],
        command: |scene| {
            scene.case()?;
            Some(Command::Learning(Box::new(LearningCommand::NoLesson {
                reason: why(),
            })))
        },
    },
    Deed {
        name: "close it",
        by: &[DPO, ACTING, SECURITY, OFFICER],
        command: |scene| {
            closing(
                scene,
                ClosingCommand::Close {
                    reason: why(),
                    ticked: Tick::ALL.into(),
                },
            )
        },
    },
    Deed {
        name: "audit it",
        by: &[DPO, ACTING, AUDITOR],
        command: |scene| {
            closing(
                scene,
                ClosingCommand::Audit {
                    reason: why(),
                    findings: Vec::new(),
                },
            )
        },
    },
    Deed {
        name: "open it again",
        by: &[DPO, OFFICER],
        command: |scene| closing(scene, ClosingCommand::Reopen { reason: why() }),
    },
];

/// Whom to tell, by hand.
pub(in crate::proof) const CONTACTS: &[Deed] = &[
    Deed {
        name: "release the DPO",
        by: &[OFFICER, DPO],
        command: |scene| release(scene, Role::Dpo, FIRST),
    },
    Deed {
        name: "release the other DPO",
        by: &[OFFICER, DPO, OTHER_DPO],
        command: |scene| release(scene, Role::Dpo, SECOND),
    },
    Deed {
        name: "release the SIRO",
        by: &[OFFICER, DPO, SIRO],
        command: |scene| release(scene, Role::Siro, FIRST),
    },
    Deed {
        name: "release the Caldicott Guardian",
        by: &[OFFICER, DPO],
        command: |scene| release(scene, Role::Cg, FIRST),
    },
    Deed {
        name: "release the line manager",
        by: &[OFFICER, DPO],
        command: |scene| release(scene, Role::Lm, FIRST),
    },
    Deed {
        name: "release the Security Officer",
        by: &[OFFICER, SECURITY],
        command: |scene| release(scene, Role::Wso, FIRST),
    },
    Deed {
        name: "require the Caldicott Guardian",
        by: &[OFFICER],
        command: |scene| {
            scene.case()?;
            Some(Command::RequireContact(RequireContact {
                contact: contact(Role::Cg, FIRST),
                reason: why(),
            }))
        },
    },
];

fn closing(scene: &Scene<'_>, step: ClosingCommand) -> Option<Command> {
    scene.case()?;
    Some(Command::Closing(Box::new(step)))
}

fn investigation(scene: &Scene<'_>, step: InvestigationCommand) -> Option<Command> {
    scene.case()?;
    Some(Command::Investigation(Box::new(step)))
}

fn contact(role: Role, of: &str) -> Contact {
    Contact {
        role,
        organisation: (role != Role::Wso).then(|| of.into()),
    }
}

fn release(scene: &Scene<'_>, role: Role, of: &str) -> Option<Command> {
    scene.case()?;
    Some(Command::ReleaseContact(ReleaseContact {
        contact: contact(role, of),
        reason: why(),
    }))
}
