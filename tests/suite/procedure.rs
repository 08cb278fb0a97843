//! The procedure of a night, command by command: what each brings about and why it is refused.

use crate::support::case::{
    Case, DPO, OFFICER, attempt, disclosure, grade, graded, home, inform, lowered,
    shared_disclosure, triage, wall,
};
use crate::vectors::{rows, text};
use nightdesk::domain::clock::ClockState;
use nightdesk::domain::command::{
    AcceptAssignment, Acknowledge, AddNote, Command, CorrectAwareness, DeclareMajor,
    DeclineAssignment, DeclineMajor, Escalate, Log, NotifyPartners, Reassign, RecordPartnerAnswer,
    UndoAcknowledge,
};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::decide::Sighting;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::event::Event;
use nightdesk::domain::grid::{
    ClaimedMitigation, Factor, Grounds, Mitigation, Outcome as GradedAs,
};
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::{
    AwarenessKind, BreachStatus, DataScope, Facts, Major, NoteKind, Occurrence, Priority, Status,
};
use nightdesk::domain::partners::{self, PartnerAnswer, PartnerState};
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

const NIGHT: &str = "2026-06-12T18:30:00";

/// The field that a refusal is about.
fn pointer(refusal: &Refusal) -> &str {
    let RefusalKind::Invalid { pointer } = &refusal.kind else {
        panic!("not about a field: {refusal:?}");
    };
    pointer
}

#[track_caller]
fn not_allowed(refusal: &Refusal) {
    assert_eq!(refusal.kind, RefusalKind::NotAllowed, "{refusal}");
}

// Logging

/// BOB-LOG.
#[test]
fn five_facts_are_enough_to_log_and_each_of_them_is_asked_for() {
    let mut case = Case::at(NIGHT);
    let report = case.report();
    for (log, field) in [
        (
            Log {
                title: " ".into(),
                ..report.clone()
            },
            "/title",
        ),
        (
            Log {
                summary: "".into(),
                ..report.clone()
            },
            "/summary",
        ),
        (
            Log {
                reporter_contact: "\t".into(),
                ..report.clone()
            },
            "/reporter_contact",
        ),
        (
            Log {
                reporter_organisation: "atlantis".into(),
                ..report.clone()
            },
            "/reporter_organisation",
        ),
    ] {
        let refusal = case.give(Command::Log(Box::new(log))).unwrap_err();
        assert_eq!(pointer(&refusal), field);
    }
    case.gives(Command::Log(Box::new(report)));
    assert_eq!(case.incident().status, Status::Logged);
    assert_eq!(case.incident().version, 1);
    assert!(case.incident().reference.is_some());
}

#[test]
fn an_awareness_in_the_future_or_before_the_occurrence_is_refused_unless_that_is_an_estimate() {
    let mut case = Case::at(NIGHT);
    let log = |aware: &str, occurred: Option<(&str, bool)>| {
        Command::Log(Box::new(Log {
            aware_at: wall(aware),
            occurrence: occurred.map(|(at, estimated)| Occurrence {
                at: wall(at),
                estimated,
            }),
            ..Case::at(NIGHT).report()
        }))
    };
    for refused in [
        log("2026-06-12T18:35:01", None),
        log("2026-06-12T18:00:00", Some(("2026-06-12T18:10:00", false))),
    ] {
        let refusal = case.give(refused).unwrap_err();
        assert_eq!(
            (refusal.rule, pointer(&refusal)),
            (Some(RuleId::ClkPast), "/aware_at")
        );
    }
    case.gives(log(
        "2026-06-12T18:00:00",
        Some(("2026-06-12T18:10:00", true)),
    ));
}

/// BOB-SUSPECT.
#[test]
fn a_suspicion_starts_the_local_clocks_and_the_regulators() {
    let case = Case::logged_at(NIGHT);
    assert_eq!(case.incident().facts.breach_status, BreachStatus::Suspected);
    for kind in [
        ClockKind::LmIao,
        ClockKind::BobDpo,
        ClockKind::Bob24h,
        ClockKind::Ico72h,
    ] {
        assert_eq!(case.state(kind), ClockState::Running, "{}", kind.as_str());
    }
}

#[test]
fn inside_business_hours_the_on_call_rule_does_not_apply_unless_it_happened_outside() {
    let case = Case::logged_at("2026-06-09T10:15:00");
    assert_eq!(case.due_at(ClockKind::Bob24h), None);
    let mut night = Case::at("2026-06-09T10:15:00");
    let log = Log {
        occurrence: Some(Occurrence {
            at: wall("2026-06-09T03:00:00"),
            estimated: false,
        }),
        ..night.report()
    };
    night.gives(Command::Log(Box::new(log)));
    assert_eq!(
        night.due_at(ClockKind::Bob24h),
        Some(wall("2026-06-10T10:15:00"))
    );
}

#[test]
fn a_near_miss_says_what_prevented_harm() {
    let mut case = Case::at(NIGHT);
    let mut log = case.report();
    log.facts.breach_status = BreachStatus::NearMiss;
    let refusal = case.give(Command::Log(Box::new(log.clone()))).unwrap_err();
    assert_eq!(refusal.rule, Some(RuleId::BobNear));
    log.facts.harm_prevented_by = Some("the recipient noticed and deleted it".into());
    case.gives(Command::Log(Box::new(log)));
    assert_eq!(case.incident().priority(), Priority::P4);
    assert_eq!(case.due_at(ClockKind::Ico72h), None);
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Running);
}

#[test]
fn the_regulator_has_no_part_in_what_concerns_no_living_person() {
    for (scope, guardian) in [(DataScope::Deceased, true), (DataScope::Commercial, false)] {
        let mut case = Case::at(NIGHT);
        let mut log = case.report();
        log.facts.data_scope = [scope].into();
        case.gives(Command::Log(Box::new(log)));
        assert_eq!(case.due_at(ClockKind::Ico72h), None, "{scope:?}");
        let told = contacts::required(case.incident());
        let caldicott = told.iter().find(|needed| needed.contact == home(Role::Cg));
        assert_eq!(caldicott.is_some(), guardian, "{scope:?}");
        assert!(caldicott.is_none_or(|needed| needed.reasons[0].rule == RuleId::BobPcd));
    }
}

#[test]
fn a_time_is_corrected_with_a_reason_and_by_the_officer_only_within_a_day() {
    let correction = |reason: &str| {
        Command::CorrectAwareness(CorrectAwareness {
            kind: AwarenessKind::Staff,
            at: wall("2026-06-12T18:00:00"),
            reason: reason.into(),
            further_reason: None,
        })
    };
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(pointer(&case.refused(correction(" "))), "/reason");
    case.then_at("2026-06-13T18:30:01");
    let refusal = case.refused(correction("misheard"));
    assert_eq!(refusal.rule, Some(RuleId::ClkNopause));
    case.by(DPO).gives(correction("misheard"));
    assert_eq!(
        case.due_at(ClockKind::Ico72h),
        Some(wall("2026-06-15T18:00:00"))
    );
    assert_eq!(
        case.due_at(ClockKind::BobDpo),
        Some(wall("2026-06-13T18:00:00"))
    );
    case.gives(graded(2, 3));
    case.triages(Facts {
        processors: vec!["portalpath".into()],
        ..disclosure()
    });
    case.gives(Command::CorrectAwareness(CorrectAwareness {
        kind: AwarenessKind::Processor,
        at: wall("2026-06-12T18:00:00"),
        reason: "they rang back with it".into(),
        further_reason: None,
    }));
    assert_eq!(
        case.due_at(ClockKind::Proc24h),
        Some(wall("2026-06-13T18:00:00")),
        "a time that was not known at first starts its clock when it is"
    );
}

// Grading

#[test]
fn a_grade_of_one_needs_evidence() {
    for (severity, likelihood) in [(1, 3), (3, 1), (1, 1)] {
        let mut case = Case::logged_at(NIGHT);
        let mut claim = grade(severity, likelihood);
        claim.evidence = None;
        let refusal = case.refused(Command::Grade(Box::new(claim.clone())));
        assert_eq!(refusal.rule, Some(RuleId::BobCertain));
        claim.evidence_notes = vec![Uuid::from_u128(99)];
        assert_eq!(
            pointer(&case.refused(Command::Grade(Box::new(claim)))),
            "/evidence_notes"
        );
        case.gives(graded(severity, likelihood));
        assert_eq!(case.incident().notes.len(), 1, "the evidence is on file");
        let assessment = case.incident().assessment().unwrap();
        assert_eq!(assessment.evidence_notes, [case.incident().notes[0].id]);
    }
}

#[test]
fn from_severity_two_a_kind_of_harm_is_named() {
    let mut case = Case::logged_at(NIGHT);
    let mut harmless = grade(2, 2);
    harmless.harms.clear();
    let refusal = case.refused(Command::Grade(Box::new(harmless)));
    assert_eq!(
        (refusal.rule, pointer(&refusal)),
        (Some(RuleId::BobHarm), "/harms")
    );
    let mut certain = grade(1, 2);
    certain.harms.clear();
    case.gives(Command::Grade(Box::new(certain)));
}

#[test]
fn a_grade_outside_one_to_five_or_without_a_reason_is_refused() {
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(case.refused(graded(6, 3)).rule, Some(RuleId::BobGrid));
    let mut silent = grade(3, 3);
    silent.rationale = "".into();
    assert_eq!(
        pointer(&case.refused(Command::Grade(Box::new(silent)))),
        "/rationale"
    );
}

#[test]
fn only_the_dpo_accepts_a_mitigation_and_says_on_what_evidence() {
    let mitigated = |accepted, evidence: Option<&str>| {
        let mut grade = grade(3, 3);
        grade.grounds = Some(trusted());
        grade.factors = [Factor::SpecialCategory].into();
        grade.mitigation = Some(ClaimedMitigation {
            kind: Mitigation::TrustedPartner,
            accepted,
        });
        grade.evidence = evidence.map(Into::into);
        Command::Grade(Box::new(grade))
    };
    let mut case = Case::logged_at(NIGHT);
    let refusal = case.refused(mitigated(true, Some("deletion confirmed")));
    not_allowed(&refusal);
    assert_eq!(refusal.rule, Some(RuleId::BobMit));
    case.gives(mitigated(false, None));
    let outcome = |case: &Case| case.incident().assessment().unwrap().grading.outcome;
    assert_eq!(
        outcome(&case),
        GradedAs::Notifiable,
        "a claim changes nothing"
    );
    case.by(DPO);
    let refusal = case.refused(mitigated(true, None));
    assert_eq!(
        (refusal.rule, pointer(&refusal)),
        (Some(RuleId::BobMit), "/evidence")
    );
    case.gives(mitigated(true, Some("deletion confirmed")));
    assert_eq!(outcome(&case), GradedAs::NotifiableDpoMayDecline);
    assert_eq!(
        case.incident().assessments.len(),
        2,
        "no assessment is overwritten"
    );
}

/// The facts of a partner that may be trusted.
fn trusted() -> Grounds {
    Grounds::TrustedPartner {
        partner: Some("Eastmere practice, the practice manager".into()),
        assurance: Some("a sharing agreement of 2024, section 7".into()),
        confirmation: Some("e-mail of 13 June: deleted unread".into()),
    }
}

/// BOB-MIT: strong method, key safe, data elsewhere; partner, assurance, confirmation.
#[test]
fn encryption_and_a_trusted_partner_are_accepted_only_on_their_three_facts() {
    let accepted = |kind, grounds: Option<Grounds>| {
        let mut grade = grade(3, 3);
        grade.mitigation = Some(ClaimedMitigation {
            kind,
            accepted: true,
        });
        grade.evidence = Some("key log KM-12".into());
        grade.grounds = grounds;
        Command::Grade(Box::new(grade))
    };
    let encryption = |facts: [Option<bool>; 3]| Grounds::Encryption {
        strong_method: facts[0],
        key_safe: facts[1],
        available_elsewhere: facts[2],
    };
    let partner = |facts: [Option<&str>; 3]| {
        let [partner, assurance, confirmation] = facts.map(|fact| fact.map(Into::into));
        Grounds::TrustedPartner {
            partner,
            assurance,
            confirmation,
        }
    };
    let yes = Some(true);
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO);
    for (kind, grounds, field) in [
        (Mitigation::Encryption, None, "strong_method"),
        (
            Mitigation::Encryption,
            Some(encryption([None, yes, yes])),
            "strong_method",
        ),
        (
            Mitigation::Encryption,
            Some(encryption([yes, Some(false), yes])),
            "key_safe",
        ),
        (
            Mitigation::Encryption,
            Some(encryption([yes, yes, Some(false)])),
            "available_elsewhere",
        ),
        (Mitigation::TrustedPartner, None, "partner"),
        (
            Mitigation::TrustedPartner,
            Some(partner([Some("a"), Some(" "), Some("c")])),
            "assurance",
        ),
        (
            Mitigation::TrustedPartner,
            Some(partner([Some("a"), Some("b"), None])),
            "confirmation",
        ),
    ] {
        let refusal = case.refused(accepted(kind, grounds));
        assert_eq!(refusal.rule, Some(RuleId::BobMit));
        assert_eq!(pointer(&refusal), format!("/grounds/{field}"), "{refusal}");
    }
    let other = case.refused(accepted(Mitigation::Nullified, Some(encryption([yes; 3]))));
    assert_eq!(pointer(&other), "/grounds");
    // A claim may hold what is known so far.
    let mut claim = grade(3, 3);
    claim.mitigation = Some(ClaimedMitigation {
        kind: Mitigation::Encryption,
        accepted: false,
    });
    claim.grounds = Some(encryption([yes, None, None]));
    case.gives(Command::Grade(Box::new(claim)));
    case.gives(accepted(Mitigation::Encryption, Some(encryption([yes; 3]))));
    let made = case.incident().assessment().unwrap();
    assert_eq!(made.grading.outcome, GradedAs::NoBreach);
    assert_eq!(made.grounds, Some(encryption([yes; 3])));
    case.gives(accepted(Mitigation::TrustedPartner, Some(trusted())));
    case.gives(accepted(Mitigation::Nullified, None));
    // What was accepted before the desk asked says so, and is not judged again.
    let old = ClaimedMitigation {
        kind: Mitigation::Encryption,
        accepted: true,
    };
    let words = nightdesk::domain::grid::grounds_in_words(old, None);
    assert_eq!(
        words,
        ["accepted before the desk asked for its three facts"]
    );
}

#[test]
fn a_factor_makes_a_low_grade_notifiable_and_vulnerable_people_lift_it() {
    let mut case = Case::logged_at(NIGHT);
    let mut children = grade(1, 1);
    children.factors = [Factor::VulnerableChildren].into();
    case.gives(Command::Grade(Box::new(children)));
    let grading = &case.incident().assessment().unwrap().grading;
    assert_eq!(
        (grading.effective_severity, grading.effective_likelihood),
        (2, 2)
    );
    assert!(grading.sensitivity && grading.ico_required);
    assert_eq!(case.incident().priority(), Priority::P2);
}

#[test]
fn a_notifiable_grade_brings_in_the_siro_and_the_caldicott_guardian() {
    let mut case = Case::logged_at(NIGHT);
    let told = |case: &Case| -> Vec<Role> {
        contacts::required(case.incident())
            .iter()
            .map(|needed| needed.contact.role)
            .collect()
    };
    assert_eq!(told(&case), [Role::Lm, Role::Iao, Role::Dpo, Role::Igt]);
    case.gives(graded(3, 3));
    assert_eq!(told(&case)[4..], [Role::Siro, Role::Cg]);
    case.by(DPO).gives(lowered(2, 2));
    assert_eq!(told(&case).len(), 6, "who had to be told stays to be told");
    case.triages(Facts {
        siri: true,
        cyber: true,
        ..disclosure()
    });
    assert_eq!(told(&case)[4..], [Role::Csm, Role::Siro, Role::Cg]);
}

#[test]
fn whoever_holds_no_role_for_it_is_told_who_may() {
    let mut case = Case::logged_at(NIGHT);
    for stranger in ["maud.fennimore", "silas.nettlebed", "beatrix.wolverton"] {
        let refusal = case.by(stranger).refused(graded(3, 3));
        let unseen = refusal.kind == RefusalKind::NoSuchIncident;
        assert!(unseen || refusal.sentence.contains("DPO"), "{refusal}");
    }
}

// Triage

#[test]
fn triage_asks_for_category_data_and_the_part_of_cia() {
    for (field, facts) in [
        (
            "/facts/category",
            Facts {
                category: None,
                ..disclosure()
            },
        ),
        (
            "/facts/data_scope",
            Facts {
                data_scope: [].into(),
                ..disclosure()
            },
        ),
        (
            "/facts/cia",
            Facts {
                cia: [].into(),
                ..disclosure()
            },
        ),
    ] {
        let mut case = Case::logged_at(NIGHT);
        case.gives(graded(3, 3));
        let refusal = case.refused(triage(facts));
        assert_eq!(
            (refusal.rule, pointer(&refusal)),
            (Some(RuleId::BobClass), field)
        );
    }
}

#[test]
fn personal_data_of_the_living_are_graded_before_triage_is_complete() {
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(
        case.refused(triage(disclosure())).rule,
        Some(RuleId::BobClass)
    );
    case.gives(graded(2, 2));
    case.gives(triage(disclosure()));
    assert_eq!(case.incident().status, Status::Triaged);
}

#[test]
fn the_wider_assessment_has_a_reason_and_names_the_partners() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    for (field, facts) in [
        (
            "/facts/partnership_reason",
            Facts {
                partnership_reason: None,
                ..disclosure()
            },
        ),
        (
            "/facts/affected_partners",
            Facts {
                affected_partners: [].into(),
                ..shared_disclosure()
            },
        ),
    ] {
        let refusal = case.refused(triage(facts));
        assert_eq!(
            (refusal.rule, pointer(&refusal)),
            (Some(RuleId::WsicWide), field)
        );
    }
}

/// WSIC-NOTIFY.
#[test]
fn an_affected_partnership_brings_in_the_officer_with_24_hours() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.then_at("2026-06-12T19:00:00")
        .triages(shared_disclosure());
    assert_eq!(
        case.due_at(ClockKind::Wso24h),
        Some(wall("2026-06-13T19:00:00"))
    );
    let officer = Contact::partnership(Role::Wso);
    let needed = contacts::outstanding(case.incident());
    assert!(needed.iter().any(|needed| needed.contact == officer));
    case.informs(&officer);
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Met);
}

// Taking note, handing on

#[test]
fn the_first_to_acknowledge_becomes_the_owner_and_the_second_is_told_who_did() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    assert_eq!(case.incident().owner.as_ref().unwrap().as_str(), OFFICER);
    assert_eq!(case.state(ClockKind::Ack), ClockState::Met);
    let refusal = case.by(DPO).refused(Command::Acknowledge(Acknowledge {}));
    assert!(refusal.sentence.contains("Tamsin Quill"), "{refusal}");
}

#[test]
fn an_acknowledgement_is_taken_back_within_thirty_seconds_by_whoever_gave_it() {
    let undo = || Command::UndoAcknowledge(UndoAcknowledge {});
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(case.refused(undo()).rule, Some(RuleId::InfCounts));
    case.gives(Command::Acknowledge(Acknowledge {}));
    not_allowed(&case.by(DPO).refused(undo()));
    case.by(OFFICER).after_seconds(30).gives(undo());
    assert_eq!(case.incident().owner, None);
    assert_eq!(case.incident().acknowledgement, None);
    case.gives(Command::Acknowledge(Acknowledge {}));
    let refusal = case.after_seconds(31).refused(undo());
    assert!(refusal.sentence.contains("30 seconds"), "{refusal}");
    let taken_back = case
        .entries
        .iter()
        .any(|entry| entry.event.name() == "acknowledgement_undone");
    assert!(taken_back, "the trail keeps what was taken back");
}

#[test]
fn the_owner_stays_responsible_until_somebody_else_has_accepted() {
    let offer = |to: &str, reason: &str| {
        Command::Reassign(Reassign {
            to: to.into(),
            reason: reason.into(),
        })
    };
    let owner = |case: &Case| case.incident().owner.as_ref().unwrap().to_string();
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    assert_eq!(pointer(&case.refused(offer(DPO, ""))), "/reason");
    assert_eq!(pointer(&case.refused(offer("nobody", "off shift"))), "/to");
    assert_eq!(pointer(&case.refused(offer(OFFICER, "off shift"))), "/to");
    let stranger = case.refused(offer("beatrix.wolverton", "off shift"));
    assert!(stranger.sentence.contains("has no role"), "{stranger}");
    case.gives(offer(DPO, "needs your decision"));
    assert_eq!(owner(&case), OFFICER);
    not_allowed(&case.refused(Command::AcceptAssignment(AcceptAssignment {})));
    let decline = Command::DeclineAssignment(DeclineAssignment {
        reason: "in a meeting".into(),
    });
    case.by(DPO).gives(decline);
    assert_eq!(
        (owner(&case), case.incident().offer.is_none()),
        (OFFICER.to_owned(), true)
    );
    case.by(OFFICER).gives(offer(DPO, "it has ended now"));
    case.by(DPO)
        .gives(Command::AcceptAssignment(AcceptAssignment {}));
    assert_eq!(owner(&case), DPO);
    let again = case.refused(Command::AcceptAssignment(AcceptAssignment {}));
    assert!(
        again.sentence.contains("Nobody has been offered"),
        "{again}"
    );
}

// Informing and escalating

#[test]
fn only_an_answer_or_an_acknowledgement_informs() {
    let tried = Channel::ALL.into_iter().flat_map(|channel| {
        let outcomes = Outcome::ALL.into_iter();
        outcomes.map(move |outcome| (channel, outcome))
    });
    for (channel, outcome) in tried {
        let mut case = Case::logged_at(NIGHT);
        let mut call = attempt(&home(Role::Dpo), outcome);
        call.channel = channel;
        let call = Command::Inform(Box::new(call));
        if !Outcome::of(channel).contains(&outcome) {
            let refusal = case.refused(call);
            assert_eq!(pointer(&refusal), "/outcome", "{channel:?} {outcome:?}");
            continue;
        }
        case.gives(call);
        let expected = match outcome {
            Outcome::Answered | Outcome::Acknowledged => ClockState::Met,
            Outcome::NoAnswer
            | Outcome::Voicemail
            | Outcome::WrongNumber
            | Outcome::Bounced
            | Outcome::Sent => ClockState::Running,
        };
        assert_eq!(case.state(ClockKind::BobDpo), expected, "{outcome:?}");
    }
}

#[test]
fn a_contact_of_more_than_two_hours_ago_is_explained_in_a_note() {
    let mut case = Case::logged_at(NIGHT);
    case.then_at("2026-06-12T21:00:00");
    let mut call = attempt(&home(Role::Lm), Outcome::Answered);
    call.happened_at = Some(wall("2026-06-12T18:59:59"));
    let refusal = case.refused(Command::Inform(Box::new(call.clone())));
    assert_eq!(
        (refusal.rule, pointer(&refusal)),
        (Some(RuleId::InfCounts), "/note")
    );
    call.note = Some("no time to write it down".into());
    case.gives(Command::Inform(Box::new(call.clone())));
    call.note = None;
    call.happened_at = Some(wall("2026-06-12T19:00:00"));
    case.gives(Command::Inform(Box::new(call)));
    assert_eq!(
        contacts::informed_at(case.incident(), &home(Role::Lm)),
        Some(wall("2026-06-12T18:59:59"))
    );
}

#[test]
fn stopping_an_overdue_clock_needs_the_reason_and_keeps_it() {
    let mut case = Case::logged_at(NIGHT);
    case.then_at("2026-06-13T18:30:01");
    let mut call = attempt(&home(Role::Dpo), Outcome::Answered);
    let refusal = case.refused(Command::Inform(Box::new(call.clone())));
    assert_eq!(
        (refusal.rule, pointer(&refusal)),
        (Some(RuleId::ClkLate), "/late_reason")
    );
    assert!(refusal.sentence.contains("DPO told (24 h)"), "{refusal}");
    call.outcome = Outcome::NoAnswer;
    case.gives(Command::Inform(Box::new(call.clone())));
    call.outcome = Outcome::Answered;
    call.late_reason = Some("nobody picked up all night".into());
    let events = case.gives(Command::Inform(Box::new(call)));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::LateReasonGiven { .. }))
    );
}

#[test]
fn the_ladder_is_climbed_rung_by_rung_and_ends_at_the_siro() {
    let climb = || {
        Command::Escalate(Escalate {
            ladder: Ladder::Dpo,
            reason: "no answer".into(),
        })
    };
    let mut case = Case::logged_at(NIGHT);
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    for roles in [
        vec![Role::Dpo],
        vec![Role::Adpo, Role::Igt],
        vec![Role::Siro],
    ] {
        case.gives(climb());
        let called = &case.incident().escalations.last().unwrap().to;
        let called: Vec<Role> = called.iter().map(|contact| contact.role).collect();
        assert_eq!(called, roles);
    }
    assert_eq!(case.refused(climb()).rule, Some(RuleId::BobDecide));
}

#[test]
fn the_host_is_told_directly_only_when_the_officer_cannot_be_contacted() {
    let officer = Contact::partnership(Role::Wso);
    let climb = || {
        Command::Escalate(Escalate {
            ladder: Ladder::Officer,
            reason: "no answer".into(),
        })
    };
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(shared_disclosure());
    case.gives(inform(&officer, Outcome::NoAnswer));
    case.gives(climb());
    case.gives(climb());
    let refusal = case.refused(climb());
    assert_eq!(refusal.rule, Some(RuleId::WsicExc));
    assert!(
        refusal.sentence.contains("If nobody answers by"),
        "{refusal}"
    );
    // Three attempts on two channels, but over less than thirty minutes.
    let mut mobile = attempt(&officer, Outcome::Voicemail);
    mobile.channel = Channel::Mobile;
    case.after_seconds(600)
        .gives(Command::Inform(Box::new(mobile.clone())));
    case.after_seconds(600)
        .gives(Command::Inform(Box::new(mobile.clone())));
    case.refused(climb());
    case.after_seconds(600)
        .gives(Command::Inform(Box::new(mobile)));
    case.gives(climb());
    let host = Contact::partnership(Role::Host);
    assert_eq!(
        case.incident().escalations.last().unwrap().to,
        [host.clone(), home(Role::Siro)],
        "the SIRO is copied"
    );
    case.informs(&host);
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
    let outstanding = contacts::outstanding(case.incident());
    assert!(
        outstanding.iter().any(|needed| needed.contact == officer),
        "the Officer must still be informed"
    );
}

#[test]
fn an_hour_after_the_first_unanswered_call_the_exception_path_is_open() {
    let officer = Contact::partnership(Role::Wso);
    let climb = || {
        Command::Escalate(Escalate {
            ladder: Ladder::Officer,
            reason: "no answer".into(),
        })
    };
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(shared_disclosure());
    case.gives(inform(&officer, Outcome::NoAnswer));
    case.gives(climb());
    case.gives(climb());
    case.after_seconds(3599).refused(climb());
    case.after_seconds(1).gives(climb());
}

#[test]
fn notes_are_dated_and_corrected_only_by_a_further_note() {
    let note = |text: &str, corrects| {
        Command::Note(AddNote {
            kind: NoteKind::Call,
            text: text.into(),
            happened_at: Some(wall("2026-06-12T18:10:00")),
            corrects,
        })
    };
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(pointer(&case.refused(note(" ", None))), "/text");
    case.gives(note("The ward called back", None));
    let first = case.incident().notes[0].clone();
    assert_eq!(
        (first.happened_at, first.recorded_at),
        (wall("2026-06-12T18:10:00"), wall(NIGHT))
    );
    let stray = case.refused(note("The clinic called back", Some(Uuid::from_u128(77))));
    assert_eq!(stray.rule, Some(RuleId::BobNotes));
    case.gives(note("The clinic called back", Some(first.id)));
    assert_eq!(case.incident().notes.len(), 2);
    assert_eq!(case.incident().notes[0], first);
}

// Partners

fn notified() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(shared_disclosure());
    case.gives(Command::NotifyPartners(NotifyPartners {
        organisations: ["eastmere".into(), "calder".into()].into(),
        channel: Channel::Email,
        again: [].into(),
    }));
    case
}

fn answers(organisation: &str, answer: PartnerAnswer) -> Command {
    Command::RecordPartnerAnswer(RecordPartnerAnswer {
        organisation: organisation.into(),
        answer,
        answered_at: None,
        note: None,
    })
}

fn partner(case: &Case, organisation: &str) -> PartnerState {
    partners::record(case.incident(), &organisation.into())
        .unwrap()
        .state()
}

#[test]
fn a_notice_goes_to_affected_partners_only() {
    let mut case = notified();
    for (organisations, rule) in [(vec![], None), (vec!["harbour"], Some(RuleId::WsicWide))] {
        let refusal = case.refused(Command::NotifyPartners(NotifyPartners {
            organisations: organisations.into_iter().map(Into::into).collect(),
            channel: Channel::Email,
            again: [].into(),
        }));
        assert_eq!((pointer(&refusal), refusal.rule), ("/organisations", rule));
    }
}

#[test]
fn sent_is_not_acknowledged_and_what_came_back_counts_as_not_told() {
    let mut case = notified();
    assert_eq!(partner(&case, "eastmere"), PartnerState::Queued);
    assert_eq!(partners::reached(case.incident()), (0, 2));
    case.gives(answers(
        "calder",
        PartnerAnswer::NotDelivered {
            reason: "mailbox full".into(),
        },
    ));
    assert_eq!(partner(&case, "calder"), PartnerState::Failed);
    case.by("beatrix.wolverton");
    case.gives(answers(
        "eastmere",
        PartnerAnswer::Acknowledged {
            spoke_to: "site manager".into(),
        },
    ));
    case.gives(answers(
        "eastmere",
        PartnerAnswer::LocalProcess {
            reference: "EM-114".into(),
        },
    ));
    assert_eq!(partner(&case, "eastmere"), PartnerState::LocalProcess);
    assert_eq!(partners::reached(case.incident()), (1, 2));
}

#[test]
fn a_partners_representative_answers_for_that_partner_only() {
    let mut case = notified();
    case.by("beatrix.wolverton");
    let acknowledged = || PartnerAnswer::Acknowledged {
        spoke_to: "site manager".into(),
    };
    not_allowed(&case.refused(answers("calder", acknowledged())));
    case.by(OFFICER).gives(answers("calder", acknowledged()));
    assert_eq!(
        case.refused(answers("harbour", acknowledged())).rule,
        Some(RuleId::WsicWide)
    );
}

#[test]
fn an_answer_says_who_gave_it_or_under_which_reference() {
    let mut case = notified();
    for (answer, rule) in [
        (
            PartnerAnswer::Acknowledged {
                spoke_to: " ".into(),
            },
            RuleId::InfCounts,
        ),
        (
            PartnerAnswer::LocalProcess {
                reference: "".into(),
            },
            RuleId::WsicLocal,
        ),
        (
            PartnerAnswer::NotAffected { reason: "".into() },
            RuleId::WsicWide,
        ),
        (
            PartnerAnswer::NotDelivered { reason: "".into() },
            RuleId::InfCounts,
        ),
    ] {
        assert_eq!(case.refused(answers("calder", answer)).rule, Some(rule));
    }
}

// Major incidents

#[test]
fn three_reports_with_one_trend_key_inside_24_elapsed_hours_propose_a_major_incident() {
    for row in rows(include_str!("../data/vectors/trend.json")) {
        let mut sightings: Vec<Sighting> = Vec::new();
        let mut proposed = None;
        for event in row["events"].as_array().unwrap() {
            let mut case = Case::at(event.as_str().unwrap());
            case.sightings = sightings.clone();
            let mut log = case.report();
            log.facts.trend_key = Some("malware:lockbot".into());
            case.gives(Command::Log(Box::new(log)));
            if let Major::Proposed { at, incidents } = &case.incident().major {
                proposed = Some(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
                assert_eq!(incidents.len(), 2, "{}", row["id"]);
            }
            let incident = IncidentId(Uuid::from_u128(1000 + sightings.len() as u128));
            sightings.push(Sighting {
                incident,
                at: case.now,
            });
        }
        assert_eq!(
            proposed.as_deref(),
            row["expect"].as_str(),
            "{}",
            text(&row, "id")
        );
    }
}

/// WSIC-PRIO, WSIC-MAJOR.
#[test]
fn a_person_declares_or_declines_and_declaring_brings_in_officer_host_and_accountable_officer() {
    let declare = |reason: &str| {
        Command::DeclareMajor(DeclareMajor {
            reason: reason.into(),
        })
    };
    let decline = || {
        Command::DeclineMajor(DeclineMajor {
            reason: "three false alarms".into(),
        })
    };
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(case.refused(decline()).rule, Some(RuleId::WsicMajor));
    not_allowed(&case.by("maud.fennimore").refused(declare("it spreads")));
    case.by(OFFICER);
    assert_eq!(pointer(&case.refused(declare(""))), "/reason");
    case.gives(declare("it spreads"));
    assert_eq!(case.incident().priority(), Priority::P1);
    let roles: Vec<Role> = contacts::required(case.incident())
        .iter()
        .map(|needed| needed.contact.role)
        .collect();
    for role in [Role::Wso, Role::Host, Role::Ao, Role::Siro, Role::Cg] {
        assert!(roles.contains(&role), "{}", role.code());
    }
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Running);
    assert_eq!(case.refused(declare("again")).rule, Some(RuleId::WsicMajor));
}
