//! How an incident ends: the guards one by one, the ticks, who closes, audits and opens again, and
//! what ends early (sections 2.2 and 2.3, WSIC-CLOSE, ICO-REG, BOB-AUDIT, BOB-NOBLAME).

use super::{
    About, GOVERNANCE, NIGHT, PARTNERSHIP_OFFICER, SIRO, THEIR_DPO, THEIR_SIRO, asks, refuses,
    steps_of, triaged,
};
use crate::support::case::{
    Case, DPO, OFFICER, disclosure, grade, graded, home, shared_disclosure, triage,
};
use crate::support::walk::{Deed, Walk, close, closer, report, walk};
use nightdesk::domain::clock::ClockState;
use nightdesk::domain::closing::{AuditFinding, ClosingCommand, Ended};
use nightdesk::domain::command::{AddNote, Command, GradeIncident, NotifyPartners, ReleaseContact};
use nightdesk::domain::contacts::Contact;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::guard::Tick;
use nightdesk::domain::hosting::Impact;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::{BreachStatus, Facts, NoteKind, PartnershipEffect, Status};
use nightdesk::domain::learning::{Found, LearningCommand};
use nightdesk::domain::next_step::next_steps;
use nightdesk::domain::regulator::{Body, RegulatorCommand, ReportAnswer, Tool, Via};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

fn ask(step: ClosingCommand) -> Command {
    Command::Closing(Box::new(step))
}

/// Tries a deed that must be refused, by whoever does it in the walk.
#[track_caller]
fn refused(walk: &Walk, case: &mut Case, deed: Deed) -> nightdesk::domain::refusal::Refusal {
    let (by, command) = walk.commands(deed, case.incident(), case.now).remove(0);
    walk.speaks(case, &by);
    case.refused(command)
}

/// Each guard of the end of an investigation, shown by leaving out the one thing it asks for
/// (section 2.2: ICO-REG, BOB-DECIDE, BOB-TELL, BOB-TOOL, WSIC-RFC).
#[test]
fn an_incident_is_resolved_only_with_everything_that_its_rules_ask_for() {
    let decided = [
        Deed::Decide(ReportAnswer::Report),
        Deed::Submit,
        Deed::FollowUp,
        Deed::TellOfDecision,
    ];
    let change = [Deed::LogChange, Deed::SubmitChange];
    let rows: [(&str, &[Deed], RuleId, &str); 8] = [
        ("S02", &[Deed::Contain], RuleId::IcoReg, "contained"),
        (
            "S02",
            &decided,
            RuleId::BobDecide,
            "the decision of Riverbourne ICB",
        ),
        ("S02", &decided[1..3], RuleId::Ico72h, "DSPT incident tool"),
        (
            "S02",
            &[Deed::TellOfDecision],
            RuleId::BobTell,
            "Caldicott Guardian",
        ),
        ("S02", &[Deed::Inform], RuleId::BobContacts, "line manager"),
        (
            "S07",
            &[Deed::AgreePlan],
            RuleId::ProcPlan,
            "Portalpath Ltd",
        ),
        ("S14", &change, RuleId::WsicRfc, "a change is needed"),
        ("S14", &change[1..], RuleId::WsicRfc, "still a draft"),
    ];
    for (id, left_out, rule, words) in rows {
        let walk = walk(id);
        let mut case = walk.up_to(Deed::Resolve, left_out);
        let refusal = refused(&walk, &mut case, Deed::Resolve);
        assert_eq!(refusal.rule, Some(rule), "{id}: {refusal}");
        assert!(refusal.sentence.contains(words), "{id}: {refusal}");
        for deed in left_out {
            walk.does(&mut case, *deed);
        }
        walk.does(&mut case, Deed::Resolve);
        assert_eq!(case.incident().status, Status::Resolved);
    }
}

/// WSIC-WIDE and ICO-REG: what no scenario leaves open.
#[test]
fn an_unanswered_wider_assessment_or_a_breach_without_an_assessment_is_not_resolved() {
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Resolve, &[]);
    case.by(OFFICER).gives(triage(Facts {
        partnership_effect: PartnershipEffect::Unknown,
        ..walk.scenario.facts.clone()
    }));
    let refusal = refused(&walk, &mut case, Deed::Resolve);
    assert_eq!(refusal.rule, Some(RuleId::WsicWide), "{refusal}");
    let resolve = |resolution: &str| {
        ask(ClosingCommand::Resolve {
            resolution: Some(resolution.into()),
            workaround: None,
            change_required: false,
        })
    };
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                resolve(" "),
                None,
                About::Field("/resolution"),
                "workaround",
            ),
            (OFFICER, resolve("done"), None, About::Right, "DPO"),
        ],
    );
    let mut early = triaged(3, 4);
    refuses(
        &mut early,
        vec![(
            DPO,
            resolve("done"),
            Some(RuleId::WsicClose),
            About::Rule,
            "only an incident under investigation",
        )],
    );
}

/// Being late with a reason is enough where nobody can be told any more (section 2.2).
#[test]
fn contacts_who_were_not_told_in_time_need_a_reason_on_record() {
    let walk = walk("S25");
    let mut case = walk.up_to(Deed::Resolve, &[Deed::Inform, Deed::TellOfDecision]);
    let refusal = refused(&walk, &mut case, Deed::Resolve);
    assert_eq!(refusal.rule, Some(RuleId::BobContacts), "{refusal}");
    case.after_seconds(24 * 3600)
        .by(OFFICER)
        .gives(Command::ExplainDelay(
            nightdesk::domain::command::ExplainDelay {
                kind: ClockKind::Bob24h,
                controller: None,
                reason: "everybody was away".into(),
            },
        ));
    let refusal = refused(&walk, &mut case, Deed::Resolve);
    assert_eq!(refusal.rule, Some(RuleId::BobTell), "{refusal}");
}

/// Each guard of closing, in the same way (section 2.3: BOB-MIN, BOB-RCA, BOB-SHARE, ICO-PHASE,
/// WSIC-LESSON, WSIC-CLOSE).
#[test]
fn an_incident_is_closed_only_with_everything_that_no_tick_replaces() {
    let lesson = [Deed::AddLesson, Deed::ShareLesson, Deed::AddAction];
    let rows: [(&str, &[Deed], RuleId, &str); 9] = [
        ("S02", &[Deed::WriteMinutes], RuleId::BobMin, "minutes"),
        ("S02", &[Deed::AnalyseCause], RuleId::BobRca, "root cause"),
        (
            "S02",
            &[Deed::AnswerForInvestigation],
            RuleId::BobNoblame,
            "human error",
        ),
        ("S02", &lesson, RuleId::WsicLesson, "a lesson"),
        ("S02", &[Deed::ShareLesson], RuleId::BobShare, "shared"),
        (
            "S02",
            &[Deed::FollowUp],
            RuleId::IcoPhase,
            "nature of the breach",
        ),
        (
            "S04",
            &[Deed::PartnersAnswer],
            RuleId::WsicClose,
            "Eastmere NHS Foundation Trust",
        ),
        (
            "S05",
            &[Deed::NotifyNisAuthority],
            RuleId::Nis72h,
            "NIS authority told (72 h)",
        ),
        (
            "S05",
            &[Deed::RaiseProblem],
            RuleId::WsicProb,
            "the problem",
        ),
    ];
    for (id, left_out, rule, words) in rows {
        let walk = walk(id);
        let mut case = walk.up_to(Deed::Close, left_out);
        let refusal = refused(&walk, &mut case, Deed::Close);
        assert_eq!(refusal.rule, Some(rule), "{id}: {refusal}");
        assert!(refusal.sentence.contains(words), "{id}: {refusal}");
        for deed in left_out {
            walk.does(&mut case, *deed);
        }
        walk.does(&mut case, Deed::Close);
        assert_eq!(case.incident().status, Status::Closed);
    }
}

/// An incident that nobody has to learn from says so, and one that is not notifiable is neither
/// analysed nor shared.
#[test]
fn what_is_not_notifiable_needs_no_analysis_and_may_teach_nothing() {
    let walk = walk("S12");
    let lesson = [Deed::AddLesson, Deed::ShareLesson, Deed::AddAction];
    let mut case = walk.up_to(
        Deed::Close,
        &[
            &lesson[..],
            &[Deed::AnalyseCause, Deed::HoldMeeting, Deed::WriteMinutes],
        ]
        .concat(),
    );
    assert_eq!(
        refused(&walk, &mut case, Deed::Close).rule,
        Some(RuleId::WsicLesson)
    );
    walk.speaks(&mut case, "DPO");
    case.gives(Command::Learning(Box::new(LearningCommand::NoLesson {
        reason: "the camera worked as it should".into(),
    })));
    walk.does(&mut case, Deed::Close);
}

/// ICO-DUTY: a reference is no report, so the incident is not resolved with it.
#[test]
fn a_regulators_clock_that_is_still_open_keeps_the_incident_open() {
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Resolve, &[Deed::Submit, Deed::FollowUp]);
    case.by(OFFICER).gives(Command::Regulator(Box::new(
        RegulatorCommand::KeepReference {
            tool: Tool::Dspt,
            reference: "D-77".into(),
        },
    )));
    let refusal = refused(&walk, &mut case, Deed::Resolve);
    assert_eq!(refusal.rule, Some(RuleId::Ico72h), "{refusal}");
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    let mut made = report(Body::Ico);
    made.via = Via::Direct;
    case.by(DPO)
        .gives(Command::Regulator(Box::new(RegulatorCommand::Submit(
            Box::new(made),
        ))));
    walk.does(&mut case, Deed::FollowUp);
    for deed in [
        Deed::Resolve,
        Deed::AddLesson,
        Deed::ShareLesson,
        Deed::Close,
    ] {
        walk.does(&mut case, deed);
    }
}

/// BOB-DECIDE: what somebody else recorded is confirmed before the end.
#[test]
fn a_decision_by_phone_that_was_never_confirmed_keeps_the_incident_open() {
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Decide(ReportAnswer::Report), &[]);
    case.by(OFFICER)
        .gives(Command::Regulator(Box::new(RegulatorCommand::Decide {
            controller: None,
            answer: ReportAnswer::Report,
            reasons: "she said so".into(),
            given_by: Some(DPO.into()),
            decided_at: None,
            late_reason: None,
            knew_grade: None,
            note: None,
            evidence: None,
        })));
    let rest = walk.plan().into_iter();
    let rest = rest.skip_while(|deed| *deed != Deed::Submit);
    for deed in rest.take_while(|deed| *deed != Deed::Close) {
        walk.does(&mut case, deed);
    }
    let refusal = refused(&walk, &mut case, Deed::Close);
    assert_eq!(refusal.rule, Some(RuleId::BobDecide), "{refusal}");
    let decision = case.incident().casework().regulator.decisions[0].id;
    case.by(DPO)
        .gives(Command::Regulator(Box::new(RegulatorCommand::Confirm {
            decision,
            signed_at: None,
            note: None,
        })));
    walk.does(&mut case, Deed::Close);
}

/// CLK-LATE: a clock that became late by a correction asks for nothing more; one that ran out does.
#[test]
fn a_late_clock_without_a_reason_keeps_the_incident_open() {
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Resolve, &[]);
    let mut facts = walk.scenario.facts.clone();
    facts.nis_significant = Some(true);
    case.by(OFFICER).gives(triage(facts));
    for deed in [Deed::Resolve, Deed::AddLesson, Deed::ShareLesson] {
        walk.does(&mut case, deed);
    }
    case.after_seconds(73 * 3600);
    let refusal = refused(&walk, &mut case, Deed::Close);
    assert_eq!(refusal.rule, Some(RuleId::Nis72h), "{refusal}");
    assert!(
        refusal
            .sentence
            .contains("the reason why \"NIS authority told (72 h)\" is late (CLK-LATE)"),
        "{refusal}"
    );
}

/// Section 2.3: each tick on its own.
#[test]
fn what_is_left_open_is_accepted_tick_by_tick() {
    let rows: [(&str, &[Deed], Tick, RuleId); 4] = [
        ("S02", &[], Tick::OpenActions, RuleId::WsicLesson),
        ("S05", &[], Tick::OpenProblem, RuleId::WsicProb),
        ("S14", &[], Tick::PendingChange, RuleId::WsicRfc),
        (
            "S02",
            &[Deed::TellPeople],
            Tick::PendingSubjects,
            RuleId::BobSubjects,
        ),
    ];
    for (id, left_out, tick, rule) in rows {
        let walk = walk(id);
        let mut case = walk.up_to(Deed::Close, left_out);
        let by = closer(case.incident());
        walk.speaks(&mut case, by);
        let others: Vec<Tick> = Tick::ALL
            .into_iter()
            .filter(|other| *other != tick)
            .collect();
        let refusal = case.refused(ask(close(&others)));
        assert_eq!(refusal.rule, Some(rule), "{id}: {refusal}");
        assert!(refusal.sentence.contains(tick.name()), "{id}: {refusal}");
        case.gives(ask(close(&Tick::ALL)));
        let closure = case.incident().casework().closing.closure().unwrap();
        assert!(closure.ticked.contains(&tick), "{id}");
        assert!(
            closure.ticked.len() < Tick::ALL.len(),
            "only what was open is kept"
        );
    }
}

/// ART34-FULL: a review that nobody has begun is not pending, and no tick stands for it.
#[test]
fn a_breach_of_high_risk_is_not_closed_before_anybody_recommends_whether_people_are_told() {
    let walk = walk("S02");
    let left_out = [
        Deed::RecommendTelling,
        Deed::DecideTelling,
        Deed::TellPeople,
    ];
    let mut case = walk.up_to(Deed::Close, &left_out);
    let by = closer(case.incident());
    walk.speaks(&mut case, by);
    let refusal = case.refused(ask(close(&Tick::ALL)));
    assert_eq!(refusal.rule, Some(RuleId::Art34Full), "{refusal}");
    assert!(refusal.sentence.contains("a recommendation by the DPO"));
}

/// Section 2.3: ten full working days after the last notice, and an acknowledgement is an answer to
/// the notices before it.
#[test]
fn closing_waits_ten_working_days_for_a_partner_that_does_not_answer() {
    let walk = walk("S22");
    let mut case = walk.up_to(Deed::Close, &[Deed::PartnersAnswer]);
    // Told on Monday 4 May 2026, a bank holiday; the tenth working day is Monday 18 May.
    case.then_at("2026-05-18T23:59:59");
    let refusal = refused(&walk, &mut case, Deed::Close);
    assert_eq!(refusal.rule, Some(RuleId::WsicClose), "{refusal}");
    case.by(OFFICER)
        .gives(Command::NotifyPartners(NotifyPartners {
            organisations: ["oakdene".into()].into(),
            channel: Channel::Phone,
            again: [].into(),
        }));
    case.then_at("2026-05-19T00:00:00");
    let refusal = refused(&walk, &mut case, Deed::Close);
    assert_eq!(
        refusal.rule,
        Some(RuleId::WsicClose),
        "asked again: {refusal}"
    );
    case.then_at("2026-06-03T00:00:00");
    walk.does(&mut case, Deed::Close);
}

/// WSIC-CLOSE.
#[test]
fn the_officer_closes_what_the_partnership_was_notified_of_and_the_dpo_everything_else() {
    for (id, may_not, asked) in [
        ("S02", "WSO:larkfield", "DPO"),
        ("S04", "DPO", "Partnership Security Officer"),
    ] {
        let walk = walk(id);
        let mut case = walk.up_to(Deed::Close, &[]);
        walk.speaks(&mut case, may_not);
        let refusal = case.give(ask(close(&Tick::ALL))).unwrap_err();
        assert!(
            refusal.sentence.contains(asked) || id == "S02",
            "{id}: {refusal}"
        );
        walk.does(&mut case, Deed::Close);
        let closure = case.incident().casework().closing.closure().unwrap();
        assert_eq!(closure.signed.by.role.short(), asked, "{id}");
    }
}

/// WSIC-CLOSE: no closing by delegation.
#[test]
fn a_vacancy_blocks_closing_and_says_so_loudly() {
    for (id, roles, words) in [
        (
            "S02",
            &[Role::Dpo, Role::Adpo][..],
            "Only the DPO of Riverbourne ICB can close it, and nobody holds that role now",
        ),
        (
            "S04",
            &[Role::Wso],
            "Only the Partnership Security Officer can close it, and nobody holds that role now",
        ),
    ] {
        let walk = walk(id);
        let mut case = walk.up_to(Deed::Close, &[]);
        case.directory
            .holdings
            .retain(|held| !roles.contains(&held.role));
        let loud = asks(&case, RuleId::WsicClose);
        assert!(loud.contains(words), "{loud}");
        walk.speaks(&mut case, "OCO");
        let refusal = case.refused(ask(close(&Tick::ALL)));
        assert_eq!(refusal.rule, Some(RuleId::WsicClose));
        assert!(refusal.sentence.contains(words), "{refusal}");
    }
}

/// WSIC-CLOSE: affected by mistake and told to nobody is no matter of the partnership.
#[test]
fn an_incident_is_the_partnerships_once_somebody_in_it_was_told() {
    let told = |case: &Case| closer(case.incident());
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(2, 2));
    case.by(OFFICER).triages(shared_disclosure());
    assert_eq!(told(&case), "WSO:larkfield");
    case.triages(disclosure());
    assert_eq!(told(&case), "DPO");
    let officer = Contact::partnership(Role::Wso);
    case.by(DPO).gives(Command::ReleaseContact(ReleaseContact {
        contact: officer.clone(),
        reason: "no partner is affected after all".into(),
    }));
    case.by(OFFICER).informs(&officer);
    assert_eq!(told(&case), "WSO:larkfield", "told is told");
    let mut noticed = Case::logged_at(NIGHT);
    noticed.by(DPO).gives(graded(2, 2));
    noticed.by(OFFICER).triages(shared_disclosure());
    noticed.gives(Command::NotifyPartners(NotifyPartners {
        organisations: ["calder".into()].into(),
        channel: Channel::Email,
        again: [].into(),
    }));
    noticed.triages(disclosure());
    assert_eq!(told(&noticed), "WSO:larkfield");
}

/// Section 2.3 [REC].
#[test]
fn whoever_alone_reported_it_does_not_close_it() {
    let mut case = Case::at(NIGHT);
    let log = case.report();
    case.by(DPO).gives(Command::Log(Box::new(log)));
    case.gives(graded(2, 2));
    case.triages(disclosure());
    let walk = walk("S12");
    for deed in [
        Deed::Inform,
        Deed::AppointLead,
        Deed::SecureEvidence,
        Deed::Begin,
        Deed::Contain,
        Deed::Resolve,
        Deed::AnswerForInvestigation,
        Deed::AddLesson,
    ] {
        walk.does(&mut case, deed);
    }
    refuses(
        &mut case,
        vec![
            (
                DPO,
                ask(close(&[])),
                Some(RuleId::WsicClose),
                About::Rule,
                "You reported this",
            ),
            (
                "cuthbert.wray",
                ask(ClosingCommand::Close {
                    reason: " ".into(),
                    ticked: [].into(),
                }),
                None,
                About::Field("/reason"),
                "why",
            ),
        ],
    );
    case.by("cuthbert.wray").gives(ask(close(&[])));
}

/// BOB-AUDIT.
/// Nobody is asked to take note of what is closed; opened again, it is asked for again.
#[test]
fn an_acknowledgement_that_nobody_gave_ends_with_the_closing() {
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Close, &[Deed::Acknowledge]);
    assert_eq!(case.state(ClockKind::Ack), ClockState::Overdue);
    walk.does(&mut case, Deed::Close);
    assert_eq!(case.state(ClockKind::Ack), ClockState::Ended);
    let reason = "a page was missing".into();
    case.by(DPO).gives(ask(ClosingCommand::Reopen { reason }));
    assert_eq!(case.state(ClockKind::Ack), ClockState::Overdue);
}

#[test]
fn somebody_else_than_the_closer_audits_every_recommendation() {
    let walk = walk("S02");
    let audit = |recommendation, reason: &str| {
        ask(ClosingCommand::Audit {
            reason: "looked at everything".into(),
            findings: vec![AuditFinding {
                recommendation,
                found: Found::Rejected,
                reason: reason.into(),
            }],
        })
    };
    let mut case = walk.up_to(Deed::Close, &[]);
    let id = case.incident().casework().learning.recommendations[0].id;
    let rule = Some(RuleId::BobAudit);
    refuses(
        &mut case,
        vec![(
            "cuthbert.wray",
            audit(id, "x"),
            Some(RuleId::WsicClose),
            About::Rule,
            "only a closed incident",
        )],
    );
    walk.does(&mut case, Deed::Close);
    assert!(asks(&case, RuleId::BobAudit).contains("Audit"));
    let none = ask(ClosingCommand::Audit {
        reason: "fine".into(),
        findings: Vec::new(),
    });
    refuses(
        &mut case,
        vec![
            (DPO, audit(id, "x"), rule, About::Rule, "You closed this"),
            (GOVERNANCE, audit(id, "x"), None, About::Right, "auditor"),
            (
                super::AUDITOR,
                none,
                rule,
                About::Field("/findings"),
                "second pair of eyes",
            ),
            (
                super::AUDITOR,
                audit(id, " "),
                rule,
                About::Field("/findings/0/reason"),
                "was checked",
            ),
        ],
    );
    case.by(super::AUDITOR)
        .gives(audit(id, "no longer possible"));
    assert_eq!(case.incident().status, Status::Audited);
}

/// Section 2.2: the last column of the drawing, and that old clocks keep their history.
#[test]
fn what_was_resolved_closed_or_audited_is_opened_again_with_a_reason() {
    let reopen = |reason: &str| {
        ask(ClosingCommand::Reopen {
            reason: reason.into(),
        })
    };
    for (last, status) in [
        (Deed::AddLesson, Status::Resolved),
        (Deed::FinishAction, Status::Closed),
    ] {
        let walk = walk("S02");
        let mut case = walk.up_to(last, &[]);
        assert_eq!(case.incident().status, status);
        let clocks = case.incident().clocks.clone();
        refuses(
            &mut case,
            vec![
                (GOVERNANCE, reopen("x"), None, About::Right, "DPO"),
                (THEIR_DPO, reopen("x"), None, About::Right, ""),
                (DPO, reopen(" "), None, About::Field("/reason"), "why"),
            ]
            .into_iter()
            .filter(|(person, ..)| *person != THEIR_DPO)
            .collect(),
        );
        case.by(DPO).gives(reopen("a recipient complains"));
        assert_eq!(case.incident().status, Status::Investigating);
        assert_eq!(case.incident().clocks, clocks);
        walk.does(&mut case, Deed::Resolve);
    }
    let mut early = triaged(2, 2);
    let rule = Some(RuleId::WsicClose);
    refuses(
        &mut early,
        vec![(DPO, reopen("x"), rule, About::Rule, "opened again")],
    );
}

/// After the end: what outlives it is taken, everything else is not.
#[test]
fn a_closed_incident_takes_notes_answers_and_what_was_left_open_and_nothing_else() {
    let walk = walk("S14");
    let mut case = walk.up_to(Deed::FinishChange, &[Deed::TellPeople]);
    assert_eq!(case.incident().status, Status::Closed);
    let left = steps_of(&case, RuleId::BobSubjects);
    assert!(left[0].sentence.contains("Tell the people"), "{left:?}");
    for deed in [Deed::TellPeople, Deed::FinishChange, Deed::FinishAction] {
        walk.does(&mut case, deed);
    }
    let rule = Some(RuleId::WsicClose);
    let words = "Open it again";
    refuses(
        &mut case,
        vec![
            (OFFICER, graded(2, 2), rule, About::Rule, words),
            (OFFICER, triage(disclosure()), rule, About::Rule, words),
        ],
    );
    case.by(OFFICER).gives(Command::Note(AddNote {
        kind: NoteKind::FileNote,
        text: "a letter came in".into(),
        happened_at: None,
        corrects: None,
    }));
}

/// Section 2.2: what ends early.
#[test]
fn only_before_an_investigation_is_an_incident_withdrawn_or_a_duplicate() {
    let withdraw = |reason: &str| {
        ask(ClosingCommand::Withdraw {
            reason: reason.into(),
        })
    };
    let duplicate = |of: u128, reason: &str| {
        ask(ClosingCommand::MarkDuplicate {
            of: IncidentId(Uuid::from_u128(of)),
            reason: reason.into(),
        })
    };
    let rule = Some(RuleId::RegWhole);
    let suspected = || {
        let mut case = triaged(2, 2);
        case.triages(Facts {
            breach_status: BreachStatus::Suspected,
            ..disclosure()
        });
        case
    };
    let mut case = suspected();
    refuses(
        &mut case,
        vec![
            (SIRO, withdraw("x"), None, About::Right, "DPO"),
            (DPO, withdraw(""), rule, About::Field("/reason"), "why"),
            (DPO, withdraw("."), rule, About::Field("/reason"), "say why"),
            (
                OFFICER,
                duplicate(7, " "),
                rule,
                About::Field("/reason"),
                "how",
            ),
            (
                OFFICER,
                duplicate(1, "the same letter"),
                None,
                About::Field("/of"),
                "another",
            ),
            (
                SIRO,
                duplicate(7, "the same letter"),
                None,
                About::Right,
                "on-call officer",
            ),
        ],
    );
    let mut found = triaged(2, 2);
    found.triages(Facts {
        breach_status: BreachStatus::NotABreach,
        ..disclosure()
    });
    refuses(
        &mut found,
        vec![(
            DPO,
            withdraw("none"),
            rule,
            About::Rule,
            "documented, not withdrawn",
        )],
    );
    let mut owed = triaged(3, 4);
    refuses(
        &mut owed,
        vec![(
            DPO,
            withdraw("a slip"),
            rule,
            About::Rule,
            "graded as notifiable",
        )],
    );
    refuses(
        &mut triaged(2, 2),
        vec![(
            DPO,
            withdraw("a slip"),
            rule,
            About::Rule,
            "a confirmed breach",
        )],
    );
    let mut investigated = walk("S12").up_to(Deed::HoldMeeting, &[]);
    let late = Some(RuleId::WsicClose);
    refuses(
        &mut investigated,
        vec![
            (
                DPO,
                withdraw("x"),
                late,
                About::Rule,
                "before the investigation",
            ),
            (
                OFFICER,
                duplicate(7, "the same letter"),
                late,
                About::Rule,
                "before the investigation",
            ),
        ],
    );
    case.by(DPO).gives(withdraw("logged twice by mistake"));
    case.by(GOVERNANCE)
        .gives(ask(ClosingCommand::AgreeWithdrawal {}));
    assert_eq!(case.incident().status, Status::Withdrawn);
    let end = case.incident().casework().closing.ended.clone();
    assert!(matches!(end, Some(Ended::Withdrawn { .. })));
    let asked = next_steps(case.incident(), &case.directory, &case.policy, case.now);
    assert_eq!(asked, [], "nothing is asked of what has ended");
    refuses(
        &mut case,
        vec![(DPO, graded(3, 3), late, About::Rule, "only add notes")],
    );
}

#[test]
fn what_a_regulator_has_been_told_of_is_not_withdrawn_behind_its_back() {
    let mut case = triaged(3, 4);
    let regulator = |step| Command::Regulator(Box::new(step));
    case.by(DPO).gives(regulator(RegulatorCommand::Decide {
        controller: None,
        answer: ReportAnswer::Report,
        reasons: "on the grid".into(),
        given_by: None,
        decided_at: None,
        late_reason: None,
        knew_grade: None,
        note: None,
        evidence: None,
    }));
    case.gives(regulator(RegulatorCommand::Submit(Box::new(report(
        Body::Ico,
    )))));
    let withdraw = ask(ClosingCommand::Withdraw {
        reason: "a test of the form".into(),
    });
    let rule = Some(RuleId::RegWhole);
    case.gives(Command::Grade(Box::new(GradeIncident {
        evidence: Some("the letter came back unopened".into()),
        ..grade(2, 2)
    })));
    case.triages(Facts {
        breach_status: BreachStatus::Suspected,
        ..disclosure()
    });
    refuses(
        &mut case,
        vec![(DPO, withdraw.clone(), rule, About::Rule, "has been told")],
    );
    let notification = case.incident().casework().regulator.notifications[0].id;
    case.by(DPO).gives(regulator(RegulatorCommand::Withdraw {
        notification,
        reason: "told them it was a test".into(),
    }));
    // The lower grade with its evidence has ended the duty (ICO-DUTY): two people may call it a mistake.
    case.by(DPO).gives(withdraw);
    assert!(case.incident().status.is_open());
}

/// BOB-NOBLAME.
#[test]
fn whether_a_disciplinary_process_is_considered_is_for_dpo_and_siro_of_a_controller() {
    let consider = || ask(ClosingCommand::ConsiderDisciplinary { considered: true });
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(2, 2));
    case.by(OFFICER).triages(shared_disclosure());
    let no = |person| (person, consider(), None, About::Right, "DPO");
    refuses(
        &mut case,
        vec![
            no(OFFICER),
            no(GOVERNANCE),
            no(THEIR_DPO),
            no(THEIR_SIRO),
            no(PARTNERSHIP_OFFICER),
        ],
    );
    for person in [DPO, SIRO] {
        case.by(person).gives(consider());
    }
    assert!(steps_of(&case, RuleId::BobNoblame).is_empty());
    assert_eq!(case.incident().casework().hosting.impact(), Impact::Unknown);
    assert_eq!(home(Role::Dpo).role, Role::Dpo);
}
