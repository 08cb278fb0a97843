//! Decisions, signatures, anchors and reports (BOB-DECIDE, BOB-TELL, BOB-TOOL, ICO-CONTENT,
//! ICO-PHASE, ICO-JOINT, CLK-REGRADE, NIS-72H).

use super::{
    ACTING_DPO, About, GOVERNANCE, GUARDIAN, NIGHT, SIRO, THEIR_DPO, asks, refuses, steps_of,
    triaged,
};
use crate::support::case::{
    Case, DPO, OFFICER, attempt, disclosure, grade, graded, home, inform, lowered,
    shared_disclosure, triage, wall,
};
use crate::support::walk::{Deed, contents, report, walk};
use nightdesk::domain::clock::{self, ClockState, Ground};
use nightdesk::domain::command::{Command, CorrectAwareness};
use nightdesk::domain::contacts::Outcome;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::event::Event;
use nightdesk::domain::grid::{ClaimedMitigation, Factor, Grounds, Mitigation};
use nightdesk::domain::incident::{AwarenessKind, Cia, DataScope, Facts};
use nightdesk::domain::regulator::{
    Authority, Body, Item, Known, RegulatorCommand, ReportAnswer, Submit, Tool, Via, in_force,
    untold_of_decision,
};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

fn ask(step: RegulatorCommand) -> Command {
    Command::Regulator(Box::new(step))
}

fn decide(answer: ReportAnswer) -> RegulatorCommand {
    RegulatorCommand::Decide {
        controller: None,
        answer,
        reasons: "weighed against the grid".into(),
        given_by: None,
        decided_at: None,
        late_reason: None,
        knew_grade: None,
        note: None,
        evidence: None,
    }
}

fn by_phone(answer: ReportAnswer, officer: &str) -> RegulatorCommand {
    let mut given = decide(answer);
    if let RegulatorCommand::Decide { given_by, .. } = &mut given {
        *given_by = Some(officer.into());
    }
    given
}

fn decided_at(answer: ReportAnswer, at: &str) -> RegulatorCommand {
    let mut given = decide(answer);
    if let RegulatorCommand::Decide { decided_at, .. } = &mut given {
        *decided_at = Some(wall(at));
    }
    given
}

fn submit(submit: Submit) -> Command {
    ask(RegulatorCommand::Submit(Box::new(submit)))
}

fn reanchor(at: &str, further_reason: Option<&str>) -> RegulatorCommand {
    RegulatorCommand::Reanchor {
        controller: None,
        at: wall(at),
        reason: "only then was it clear that data had left".into(),
        further_reason: further_reason.map(Into::into),
    }
}

fn stand_down(body: Body) -> RegulatorCommand {
    RegulatorCommand::StandDown {
        body,
        controller: None,
        ground: Some(Ground::NotABreach),
        reason: "nobody can have been harmed".into(),
    }
}

/// The decision in force for Riverbourne.
fn decision(case: &Case) -> nightdesk::domain::regulator::Decision {
    in_force(case.incident(), case.incident().home())
        .unwrap()
        .clone()
}

/// With a factor, and without being on the grid.
fn sensitive() -> Case {
    let mut case = Case::logged_at(NIGHT);
    let mut claim = grade(2, 2);
    claim.factors = [Factor::MentalHealth].into();
    claim.mitigation = Some(ClaimedMitigation {
        kind: Mitigation::TrustedPartner,
        accepted: true,
    });
    claim.grounds = Some(Grounds::TrustedPartner {
        partner: Some("Eastmere practice, the practice manager".into()),
        assurance: Some("a sharing agreement of 2024".into()),
        confirmation: Some("e-mail of 13 June: deleted unread".into()),
    });
    claim.evidence = Some("written confirmation of deletion".into());
    case.by(DPO).gives(Command::Grade(Box::new(claim)));
    case.by(OFFICER).triages(disclosure());
    case
}

/// BOB-DECIDE.
#[test]
fn only_a_controllers_own_dpo_decides_and_gives_reasons_on_an_assessment() {
    let mut early = Case::logged_at(NIGHT);
    refuses(
        &mut early,
        vec![(
            DPO,
            ask(decide(ReportAnswer::Report)),
            Some(RuleId::BobDecide),
            About::Rule,
            "Grade",
        )],
    );
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(3, 4));
    case.by(OFFICER).triages(shared_disclosure());
    let mut silent = decide(ReportAnswer::Decline);
    if let RegulatorCommand::Decide { reasons, .. } = &mut silent {
        *reasons = " ".into();
    }
    let mut for_a_partner = decide(ReportAnswer::Report);
    if let RegulatorCommand::Decide { controller, .. } = &mut for_a_partner {
        *controller = Some("calder".into());
    }
    let rule = Some(RuleId::BobDecide);
    refuses(
        &mut case,
        vec![
            (DPO, ask(silent), rule, About::Field("/reasons"), "reasons"),
            (
                THEIR_DPO,
                ask(decide(ReportAnswer::Report)),
                None,
                About::Right,
                "DPO",
            ),
            (
                GOVERNANCE,
                ask(decide(ReportAnswer::Report)),
                None,
                About::Right,
                "DPO",
            ),
            (
                THEIR_DPO,
                submit(report(Body::Ico)),
                Some(RuleId::IcoJoint),
                About::Right,
                "You do not act for Riverbourne ICB",
            ),
            (
                DPO,
                ask(for_a_partner),
                Some(RuleId::Ico72h),
                About::Field("/controller"),
                "Choose a controller",
            ),
            (
                OFFICER,
                ask(decide(ReportAnswer::Report)),
                rule,
                About::Field("/given_by"),
                "name the DPO",
            ),
            (
                OFFICER,
                ask(by_phone(ReportAnswer::Report, SIRO)),
                rule,
                About::Field("/given_by"),
                "name the DPO",
            ),
            (
                DPO,
                ask(decided_at(ReportAnswer::Report, "2026-06-12T18:29:59")),
                Some(RuleId::DecideTrue),
                About::Field("/decided_at"),
                "Nobody was aware",
            ),
        ],
    );
    for (person, answer) in [
        (ACTING_DPO, ReportAnswer::Decline),
        (DPO, ReportAnswer::Report),
    ] {
        case.by(person).gives(ask(decide(answer)));
        assert_eq!(decision(&case).answer, answer);
        assert_eq!(decision(&case).authority, Authority::Own {});
    }
}

/// BOB-DECIDE: a limit that is derived, and shown when it has passed.
#[test]
fn a_decision_by_phone_is_confirmed_by_the_end_of_the_next_working_day_or_shows_as_unconfirmed() {
    let mut case = triaged(3, 4);
    case.by(OFFICER)
        .gives(ask(by_phone(ReportAnswer::Decline, DPO)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met, "it holds");
    let id = decision(&case).id;
    let steps = steps_of(&case, RuleId::BobDecide);
    assert_eq!(steps[0].due_at, Some(wall("2026-06-15T17:00:00")));
    assert!(
        steps[0]
            .sentence
            .contains("confirm by Mon 15 Jun 17:00 BST")
    );
    case.then_at("2026-06-15T17:00:01");
    let late = asks(&case, RuleId::BobDecide);
    assert!(
        late.contains("unconfirmed since Mon 15 Jun 17:00 BST"),
        "{late}"
    );
    let confirm = || {
        ask(RegulatorCommand::Confirm {
            decision: id,
            signed_at: None,
            note: None,
        })
    };
    let unknown = RegulatorCommand::Confirm {
        decision: Uuid::max(),
        signed_at: None,
        note: None,
    };
    let rule = Some(RuleId::BobDecide);
    refuses(
        &mut case,
        vec![
            (OFFICER, confirm(), rule, About::Right, "DPO"),
            (SIRO, confirm(), rule, About::Right, "DPO"),
            (
                DPO,
                ask(unknown),
                rule,
                About::Field("/decision"),
                "Refresh",
            ),
        ],
    );
    case.by(ACTING_DPO).gives(confirm());
    assert!(steps_of(&case, RuleId::BobDecide).is_empty());
    refuses(
        &mut case,
        vec![(DPO, confirm(), rule, About::Rule, "already")],
    );
}

#[test]
fn a_decision_that_another_has_overtaken_waits_for_no_signature() {
    let mut case = triaged(3, 4);
    case.by(OFFICER)
        .gives(ask(by_phone(ReportAnswer::Decline, DPO)));
    let first = decision(&case).id;
    case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    let steps = steps_of(&case, RuleId::BobDecide);
    assert!(steps.is_empty(), "{steps:?}");
    let confirm = ask(RegulatorCommand::Confirm {
        decision: first,
        signed_at: None,
        note: None,
    });
    refuses(
        &mut case,
        vec![(
            DPO,
            confirm,
            Some(RuleId::ClkRegrade),
            About::Rule,
            "replaced this one",
        )],
    );
}

/// BOB-DECIDE, the ladder DPO, acting DPO, SIRO.
#[test]
fn the_siro_authorises_a_report_when_little_time_is_left_and_nobody_reached_the_dpo() {
    let rule = Some(RuleId::BobDecide);
    let report = || ask(decide(ReportAnswer::Report));
    let mut case = triaged(3, 4);
    case.then_at("2026-06-15T06:30:01").by(OFFICER);
    refuses(
        &mut case,
        vec![(SIRO, report(), rule, About::Rule, "Nobody has tried")],
    );
    case.by(OFFICER)
        .gives(inform(&home(Role::Adpo), Outcome::Voicemail));
    refuses(
        &mut case,
        vec![(
            SIRO,
            ask(decide(ReportAnswer::Decline)),
            rule,
            About::Rule,
            "decline",
        )],
    );
    let mut sooner = triaged(3, 4);
    sooner
        .by(OFFICER)
        .gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    sooner.then_at("2026-06-15T06:30:00");
    refuses(
        &mut sooner,
        vec![(SIRO, report(), rule, About::Rule, "More than 12 hours")],
    );
    case.by(SIRO).gives(report());
    assert_eq!(decision(&case).authority, Authority::Provisional {});
    assert!(decision(&case).is_unconfirmed());
    case.by(SIRO).gives(submit(self::report(Body::Ico)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    let ratify = RegulatorCommand::Confirm {
        decision: decision(&case).id,
        signed_at: None,
        note: None,
    };
    case.by(DPO).gives(ask(ratify));
    assert!(!decision(&case).is_unconfirmed());
}

/// BOB-DECIDE.
#[test]
fn a_dpo_who_was_reached_decides_unless_the_role_has_fallen_vacant_since() {
    let mut case = triaged(3, 4);
    case.by(OFFICER)
        .gives(inform(&home(Role::Dpo), Outcome::Answered));
    case.then_at("2026-06-15T08:00:00");
    let report = || ask(decide(ReportAnswer::Report));
    refuses(
        &mut case,
        vec![(
            SIRO,
            report(),
            Some(RuleId::BobDecide),
            About::Rule,
            "has been reached",
        )],
    );
    case.directory
        .holdings
        .retain(|held| !matches!(held.role, Role::Dpo | Role::Adpo));
    let loud = asks(&case, RuleId::BobDecide);
    assert!(
        loud.contains("Oona Merriweather (SIRO, because Riverbourne ICB has no DPO)"),
        "{loud}"
    );
    case.by(SIRO).gives(report());
}

/// BOB-MIT: a decline against a sensitivity factor.
#[test]
fn a_decline_against_a_factor_excuses_nobody_before_the_caldicott_guardian_has_countersigned() {
    let mut case = sensitive();
    case.by(DPO).gives(ask(decide(ReportAnswer::Decline)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    let id = decision(&case).id;
    let countersign = |late: Option<&str>| {
        ask(RegulatorCommand::Countersign {
            decision: id,
            late_reason: late.map(Into::into),
            signed_at: None,
            note: None,
            evidence: None,
        })
    };
    assert!(asks(&case, RuleId::BobMit).contains("countersign"));
    case.then_at("2026-06-15T18:30:01");
    refuses(
        &mut case,
        vec![
            (
                DPO,
                countersign(None),
                Some(RuleId::BobMit),
                About::Right,
                "Caldicott",
            ),
            (
                GUARDIAN,
                countersign(None),
                Some(RuleId::ClkLate),
                About::Field("/late_reason"),
                "ICO told (72 h)",
            ),
        ],
    );
    case.by(GUARDIAN).gives(countersign(Some("she was abroad")));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
    refuses(
        &mut case,
        vec![(
            GUARDIAN,
            countersign(Some("again")),
            Some(RuleId::BobMit),
            About::Rule,
            "There is nothing",
        )],
    );
    let mut plain = triaged(3, 4);
    plain.by(DPO).gives(ask(decide(ReportAnswer::Decline)));
    assert_eq!(plain.state(ClockKind::Ico72h), ClockState::Met);
}

/// CLK-REGRADE, C05, C06, S26.
#[test]
fn a_later_grade_overtakes_a_decline_and_the_first_awareness_counts_again() {
    for (at, state) in [
        ("2026-06-14T18:30:00", ClockState::Running),
        ("2026-06-16T09:00:00", ClockState::Overdue),
    ] {
        let mut case = triaged(3, 4);
        case.after_seconds(60);
        case.by(DPO).gives(ask(decide(ReportAnswer::Decline)));
        assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
        case.then_at(at).by(OFFICER).gives(graded(4, 4));
        assert_eq!(case.state(ClockKind::Ico72h), state, "{at}");
        assert_eq!(
            case.due_at(ClockKind::Ico72h),
            Some(wall("2026-06-15T18:30:00"))
        );
        assert!(asks(&case, RuleId::BobDecide).contains("decide"));
        refuses(
            &mut case,
            vec![(
                DPO,
                ask(decided_at(ReportAnswer::Decline, "2026-06-13T09:00:00")),
                Some(RuleId::ClkRegrade),
                About::Field("/decided_at"),
                "answers the grade in force",
            )],
        );
    }
}

/// ICO-AWARE, C10, C11.
#[test]
fn a_later_anchor_keeps_the_prudent_deadline_on_show_and_is_the_dpos_with_reasons() {
    let mut case = triaged(3, 4);
    case.then_at("2026-06-13T20:00:00");
    let rule = Some(RuleId::IcoAware);
    refuses(
        &mut case,
        vec![
            (
                SIRO,
                ask(reanchor("2026-06-13T12:00:00", None)),
                None,
                About::Right,
                "",
            ),
            (
                OFFICER,
                ask(reanchor("2026-06-13T12:00:00", None)),
                None,
                About::Right,
                "",
            ),
            (
                DPO,
                ask(reanchor(NIGHT, None)),
                rule,
                About::Field("/at"),
                "later",
            ),
            (
                DPO,
                ask(reanchor("2026-06-13T18:30:01", Some(" "))),
                rule,
                About::Field("/further_reason"),
                "24 hours",
            ),
            (
                DPO,
                ask(reanchor("2026-06-13T20:05:01", None)),
                Some(RuleId::ClkPast),
                About::Field("/at"),
                "",
            ),
        ],
    );
    case.by(DPO)
        .gives(ask(reanchor("2026-06-13T12:00:00", None)));
    let clock = case.incident().clocks.iter();
    let clock = clock.clone().find(|clock| clock.kind == ClockKind::Ico72h);
    let prudent = clock.unwrap().prudent.as_deref().unwrap();
    assert_eq!(prudent.due_at, wall("2026-06-15T18:30:00"));
    assert_eq!(
        case.due_at(ClockKind::Ico72h),
        Some(wall("2026-06-16T12:00:00"))
    );
    case.gives(ask(reanchor(NIGHT, None)));
    assert_eq!(
        case.due_at(ClockKind::Ico72h),
        Some(wall("2026-06-15T18:30:00")),
        "taken back"
    );
}

/// C11 and C12 together: what the first awareness was is corrected under a later anchor. A later one
/// leaves the anchor, for the officer works for the controller and was aware before (AWARE-FORWARD).
#[test]
fn correcting_the_first_awareness_moves_the_prudent_deadline_and_leaves_the_dpos_anchor() {
    let correct = |at: &str| {
        Command::CorrectAwareness(CorrectAwareness {
            kind: AwarenessKind::Staff,
            at: wall(at),
            reason: "misheard on the phone".into(),
            further_reason: None,
        })
    };
    // The corrected awareness, then the prudent deadline if any, then the deadline.
    for (at, prudent, due) in [
        (
            "2026-06-12T16:30:00",
            Some("2026-06-15T16:30:00"),
            "2026-06-16T12:00:00",
        ),
        (
            "2026-06-13T11:00:00",
            Some("2026-06-15T18:30:00"),
            "2026-06-16T12:00:00",
        ),
        (
            "2026-06-13T13:00:00",
            Some("2026-06-15T18:30:00"),
            "2026-06-16T12:00:00",
        ),
    ] {
        let mut case = triaged(3, 4);
        case.then_at("2026-06-13T14:00:00");
        case.by(DPO)
            .gives(ask(reanchor("2026-06-13T12:00:00", None)));
        case.gives(correct(at));
        let clocks = &case.incident().clocks;
        let clock = clocks.iter().find(|clock| clock.kind == ClockKind::Ico72h);
        let shown = clock.unwrap().prudent.as_deref().map(|kept| kept.due_at);
        assert_eq!(shown, prudent.map(wall), "{at}");
        assert_eq!(case.due_at(ClockKind::Ico72h), Some(wall(due)), "{at}");
    }
}

/// CLK-REGRADE.
#[test]
fn standing_down_is_the_dpos_of_what_still_runs_and_can_be_taken_back() {
    let rule = Some(RuleId::ClkRegrade);
    let mut case = triaged(2, 2);
    case.by(DPO).gives(ask(RegulatorCommand::Reinstate {
        body: Body::Ico,
        controller: None,
    }));
    let back = || {
        ask(RegulatorCommand::Reinstate {
            body: Body::Ico,
            controller: None,
        })
    };
    let mut silent = stand_down(Body::Ico);
    if let RegulatorCommand::StandDown { reason, .. } = &mut silent {
        *reason = "".into();
    }
    refuses(
        &mut case,
        vec![
            (OFFICER, ask(stand_down(Body::Ico)), None, About::Right, ""),
            (SIRO, ask(stand_down(Body::Ico)), None, About::Right, ""),
            (
                DPO,
                ask(silent),
                Some(RuleId::IcoDuty),
                About::Field("/reason"),
                "why",
            ),
            (DPO, back(), rule, About::Rule, "already runs"),
            (
                DPO,
                ask(stand_down(Body::DhscNis)),
                Some(RuleId::Nis72h),
                About::Field("/controller"),
                "NIS",
            ),
        ],
    );
    case.by(DPO).gives(ask(stand_down(Body::Ico)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown);
    case.then_at("2026-06-16T09:00:00").by(DPO).gives(back());
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Overdue);
}

/// Section 2.4: what has stopped is recomputed by a correction and by nothing else.
#[test]
fn a_clock_that_was_met_late_is_not_hidden_by_a_lower_grade_or_by_standing_down() {
    let mut case = triaged(3, 4);
    case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    case.then_at("2026-06-16T09:00:00");
    let mut late = report(Body::Ico);
    late.late_reason = None;
    refuses(
        &mut case,
        vec![(
            DPO,
            submit(late),
            Some(RuleId::ClkLate),
            About::Field("/late_reason"),
            "ICO told (72 h)",
        )],
    );
    case.by(DPO).gives(submit(report(Body::Ico)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
    case.gives(lowered(2, 2));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
    case.gives(triage(Facts {
        data_scope: [DataScope::Commercial].into(),
        ..disclosure()
    }));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
    refuses(
        &mut case,
        vec![(
            DPO,
            ask(stand_down(Body::Ico)),
            Some(RuleId::ClkRegrade),
            About::Rule,
            "already stopped",
        )],
    );
}

/// NIS-72H: stood down, and counting again when the answer changes.
#[test]
fn a_nis_clock_counts_again_when_the_impact_is_found_significant_after_all() {
    let facts = |significant| Facts {
        nis_significant: Some(significant),
        cia: [Cia::A].into(),
        ..disclosure()
    };
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(3, 4));
    case.by(OFFICER).triages(facts(true));
    let refusal = case.by(DPO).refused(ask(stand_down(Body::DhscNis)));
    assert_eq!(refusal.rule, Some(RuleId::NisWho), "{refusal}");
    case.by(DPO).triages(facts(false));
    case.by(DPO).gives(ask(stand_down(Body::DhscNis)));
    case.by(OFFICER).triages(facts(false));
    assert_eq!(case.state(ClockKind::Nis72h), ClockState::StoodDown);
    case.triages(facts(true));
    assert_eq!(case.state(ClockKind::Nis72h), ClockState::Running);
    let due = Some(wall("2026-06-15T18:30:00"));
    assert_eq!(case.due_at(ClockKind::Nis72h), due);
    assert!(asks(&case, RuleId::Nis72h).contains("in writing"));
}

/// ICO-CONTENT.
#[test]
fn a_report_says_of_every_item_whether_it_is_given_follows_or_is_not_known() {
    let rule = Some(RuleId::IcoContent);
    let mut case = triaged(3, 4);
    case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    for body in Body::ALL {
        assert_eq!(body.contents().len(), 6, "Article 33(3), regulation 11(3)");
    }
    let change = |edit: fn(&mut Submit)| {
        let mut made = report(Body::Ico);
        edit(&mut made);
        submit(made)
    };
    refuses(
        &mut case,
        vec![
            (
                DPO,
                change(|made| made.contents.truncate(5)),
                rule,
                About::Field("/contents"),
                "measures",
            ),
            (
                DPO,
                change(|made| made.contents[1].text = Some(" ".into())),
                rule,
                About::Field("/contents/1"),
                "marked as given",
            ),
            (
                DPO,
                change(|made| made.contents[1].item = Item::Nature),
                rule,
                About::Field("/contents/1"),
                "twice",
            ),
            (
                DPO,
                change(|made| made.contents[0].item = Item::CrossBorder),
                rule,
                About::Field("/contents/0"),
                "not part",
            ),
            (
                DPO,
                change(|made| made.reference = " ".into()),
                Some(RuleId::BobTool),
                About::Field("/reference"),
                "reference",
            ),
            (
                DPO,
                change(|made| made.submitted_at = Some(wall("2026-06-12T18:29:59"))),
                Some(RuleId::Ico72h),
                About::Field("/submitted_at"),
                "Nobody was aware",
            ),
            (
                GOVERNANCE,
                change(|made| made.controller = Some("atlantis".into())),
                None,
                About::Field("/controller"),
                "directory",
            ),
        ],
    );
    let draft = |person: &'static str, items: usize| {
        let contents = contents(Body::Ico).into_iter().take(items).collect();
        let step = RegulatorCommand::Prepare {
            body: Body::Ico,
            controller: None,
            contents,
        };
        (person, ask(step))
    };
    for (person, command) in [draft(OFFICER, 2), draft(GOVERNANCE, 4)] {
        case.by(person).gives(command);
    }
    let drafts = |case: &Case| case.incident().casework().regulator.drafts.len();
    assert_eq!(drafts(&case), 1, "a later draft replaces the earlier one");
    case.by(OFFICER).gives(submit(report(Body::Ico)));
    assert_eq!(drafts(&case), 0, "what was sent is a draft no more");
}

/// BOB-DECIDE and ICO-JOINT.
#[test]
fn the_ico_is_told_on_a_decision_to_report_and_nobody_else_waits_for_one() {
    let mut case = triaged(3, 4);
    refuses(
        &mut case,
        vec![
            (
                DPO,
                submit(report(Body::Ico)),
                Some(RuleId::BobDecide),
                About::Rule,
                "decision to report",
            ),
            (
                DPO,
                submit(report(Body::DhscNis)),
                Some(RuleId::Nis72h),
                About::Field("/controller"),
                "Answer for it first",
            ),
        ],
    );
    case.by(GOVERNANCE).gives(submit(report(Body::Nhse)));
    case.by(DPO).gives(ask(decide(ReportAnswer::Decline)));
    let refusal = case.refused(submit(report(Body::Ico)));
    assert_eq!(refusal.rule, Some(RuleId::BobDecide));
}

/// ICO-JOINT.
#[test]
fn a_leads_report_serves_for_others_who_have_decided_to_report_and_for_nobody_else() {
    let joint = Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    };
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(3, 4));
    case.by(OFFICER).triages(joint);
    case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    let serving = || {
        let mut made = report(Body::Ico);
        made.also_for = vec!["eastmere".into()];
        submit(made)
    };
    let theirs = |answer| {
        let mut theirs = decide(answer);
        if let RegulatorCommand::Decide { controller, .. } = &mut theirs {
            *controller = Some("eastmere".into());
        }
        ask(theirs)
    };
    let rule = Some(RuleId::IcoJoint);
    let undecided = || {
        vec![(
            DPO,
            serving(),
            rule,
            About::Field("/also_for"),
            "its own decision",
        )]
    };
    refuses(&mut case, undecided());
    refuses(
        &mut case,
        vec![
            (DPO, theirs(ReportAnswer::Report), None, About::Right, ""),
            (
                DPO,
                {
                    let mut made = report(Body::Nhse);
                    made.also_for = vec!["eastmere".into()];
                    submit(made)
                },
                rule,
                About::Field("/also_for"),
                "Only a report to the ICO",
            ),
        ],
    );
    case.after_seconds(60)
        .by(THEIR_DPO)
        .gives(theirs(ReportAnswer::Decline));
    refuses(&mut case, undecided());
    case.after_seconds(60)
        .by(THEIR_DPO)
        .gives(theirs(ReportAnswer::Report));
    // Only an agreement makes one controller's report serve for another.
    let agreements = std::mem::take(&mut case.directory.agreements);
    let unagreed = vec![(
        DPO,
        serving(),
        rule,
        About::Field("/also_for"),
        "record the agreement",
    )];
    refuses(&mut case, unagreed);
    case.directory.agreements = agreements;
    case.by(DPO).gives(serving());
    let states: Vec<ClockState> = clock::views(case.incident())
        .filter(|view| view.clock.kind == ClockKind::Ico72h)
        .map(|view| view.state(case.now))
        .collect();
    assert_eq!(states, [ClockState::Met, ClockState::Met]);
}

/// ICO-PHASE, C15.
#[test]
fn what_is_to_follow_stops_nothing_and_is_owed_by_a_role_until_a_day() {
    let rule = Some(RuleId::IcoPhase);
    let mut case = triaged(3, 4);
    case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    case.gives(submit(report(Body::Ico)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    let told = case.incident().casework().regulator.notifications[0].clone();
    assert!(!told.is_complete());
    let owed = &told.follow_ups[0];
    let three_working_days = chrono::NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
    assert_eq!((owed.owner, owed.due_on), (Role::Dpo, three_working_days));
    let steps = steps_of(&case, RuleId::IcoPhase);
    assert_eq!(steps[0].due_at, Some(wall("2026-06-18T00:00:00")));
    let follow = |item, text: &str| {
        ask(RegulatorCommand::FollowUp {
            notification: told.id,
            item,
            text: text.into(),
            sent_at: None,
            note: None,
            late_reason: None,
            evidence: None,
        })
    };
    let withdraw = || {
        ask(RegulatorCommand::Withdraw {
            notification: told.id,
            reason: "rang them: it was no breach".into(),
        })
    };
    refuses(
        &mut case,
        vec![
            (
                DPO,
                follow(Item::Records, "all"),
                rule,
                About::Field("/item"),
                "outstanding",
            ),
            (
                DPO,
                follow(Item::Nature, " "),
                rule,
                About::Field("/text"),
                "sent",
            ),
            (OFFICER, withdraw(), None, About::Right, ""),
            (
                DPO,
                ask(decide(ReportAnswer::Decline)),
                rule,
                About::Rule,
                "already been told",
            ),
        ],
    );
    case.by(GOVERNANCE).gives(follow(Item::Nature, "a letter"));
    let complete =
        |case: &Case| case.incident().casework().regulator.notifications[0].is_complete();
    assert!(complete(&case));
    refuses(
        &mut case,
        vec![(
            DPO,
            follow(Item::Nature, "again"),
            rule,
            About::Field("/item"),
            "outstanding",
        )],
    );
    case.by(DPO).gives(withdraw());
    assert!(
        case.refused(withdraw())
            .sentence
            .contains("already withdrawn")
    );
}

/// BOB-TOOL.
#[test]
fn other_tools_are_kept_by_reference_and_a_report_through_the_toolkit_brings_its_own() {
    let keep = |reference: &str| {
        ask(RegulatorCommand::KeepReference {
            tool: Tool::Dspt,
            reference: reference.into(),
        })
    };
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::BobTool);
    refuses(
        &mut case,
        vec![(OFFICER, keep(" "), rule, About::Field("/reference"), "")],
    );
    // How it travelled, then what that is called in the toolkit and at the ICO.
    for (via, dspt, ico) in [
        (Via::Direct, None, Some("DSPT-5512")),
        (Via::Dspt, Some("DSPT-5512"), None),
    ] {
        case = triaged(3, 4);
        case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
        let mut made = report(Body::Ico);
        made.via = via;
        case.gives(submit(made));
        let regulator = &case.incident().casework().regulator;
        assert_eq!(regulator.reference(Tool::Dspt), dspt);
        assert_eq!(regulator.reference(Tool::Ico), ico);
    }
    case.by(OFFICER).gives(keep(" DSPT-7 "));
    let regulator = &case.incident().casework().regulator;
    assert_eq!(regulator.reference(Tool::Dspt), Some("DSPT-7"));
    assert_eq!(regulator.reference(Tool::Local), None);
}

/// BOB-TELL.
#[test]
fn siro_and_guardian_hear_of_each_decision_and_who_signed_it_knows() {
    let mut case = sensitive();
    for role in [Role::Siro, Role::Cg] {
        case.by(OFFICER).informs(&home(role));
    }
    case.after_seconds(60)
        .by(DPO)
        .gives(ask(decide(ReportAnswer::Decline)));
    let untold = |case: &Case| untold_of_decision(case.incident());
    assert_eq!(
        untold(&case),
        [home(Role::Siro), home(Role::Cg)],
        "told before is not told of the decision"
    );
    let id = decision(&case).id;
    case.by(GUARDIAN).gives(ask(RegulatorCommand::Countersign {
        decision: id,
        late_reason: None,
        signed_at: None,
        note: None,
        evidence: None,
    }));
    assert_eq!(untold(&case), [home(Role::Siro)]);
    assert!(asks(&case, RuleId::BobTell).contains("SIRO"));
    case.by(OFFICER)
        .gives(inform(&home(Role::Siro), Outcome::Voicemail));
    assert_eq!(untold(&case), [home(Role::Siro)], "an attempt tells nobody");
    let mut call = attempt(&home(Role::Siro), Outcome::Answered);
    call.note = Some("read the reasons out".into());
    case.gives(Command::Inform(Box::new(call)));
    assert_eq!(untold(&case), []);
}

/// BOB-CYBER: through the toolkit or directly.
#[test]
fn a_serious_cyber_incident_goes_to_nhs_england_once() {
    for (id, told_by) in [("S07", Deed::Submit), ("S13", Deed::TellNhsEngland)] {
        let walk = walk(id);
        let mut case = walk.up_to(told_by, &[]);
        let asked = steps_of(&case, RuleId::BobCyber).len();
        walk.does(&mut case, told_by);
        let left = steps_of(&case, RuleId::BobCyber).len();
        assert_eq!((asked, left), (1, 0), "{id}");
    }
}

#[test]
fn a_decision_to_report_lets_a_clock_count_again_that_had_been_stood_down() {
    let mut case = triaged(2, 2);
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown);
    let events = case.by(DPO).gives(ask(decide(ReportAnswer::Report)));
    assert!(matches!(events[0], Event::ClockReinstated { .. }));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    assert_eq!(contents(Body::Ico)[0].known, Known::ToFollow);
}
