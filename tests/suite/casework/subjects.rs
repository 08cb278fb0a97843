//! Telling the people concerned (BOB-SUBJECTS).

use super::{
    ACCOUNTABLE, About, GUARDIAN, NIGHT, SIRO, THEIR_DPO, THEIR_GUARDIAN, THEIR_REPRESENTATIVE,
    THEIR_SIRO, asks, refuses, steps_of,
};
use crate::support::case::{Case, DPO, OFFICER, graded, shared_disclosure};
use nightdesk::domain::command::Command;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::subjects::{Exemption, Standing, SubjectsCommand, Telling};

fn ask(step: SubjectsCommand) -> Command {
    Command::Subjects(Box::new(step))
}

fn recommend(telling: Telling) -> Command {
    ask(SubjectsCommand::Recommend {
        telling,
        exemption: None,
        reasons: "the risk is high".into(),
    })
}

fn decide(telling: Telling) -> Command {
    ask(SubjectsCommand::Decide {
        telling,
        exemption: None,
        reasons: "as recommended".into(),
    })
}

fn told() -> Command {
    ask(SubjectsCommand::Told {
        how: "a letter to each".into(),
        people: Some(34),
        told_at: None,
    })
}

/// A disclosure of Riverbourne's that affects Eastmere as a partner.
fn case() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(4, 3));
    case.by(OFFICER).triages(shared_disclosure());
    case
}

fn standing(case: &Case) -> Standing {
    case.incident().casework().subjects.standing()
}

#[test]
fn the_leading_controllers_dpo_recommends_and_its_siro_and_guardian_decide_with_reasons() {
    let mut case = case();
    let rule = Some(RuleId::BobSubjects);
    let both = |exemption| {
        ask(SubjectsCommand::Recommend {
            telling: Telling::Tell,
            exemption: Some(exemption),
            reasons: "both".into(),
        })
    };
    let silent = ask(SubjectsCommand::Recommend {
        telling: Telling::Tell,
        exemption: None,
        reasons: " ".into(),
    });
    assert!(asks(&case, RuleId::BobSubjects).contains("DPO recommend"));
    refuses(
        &mut case,
        vec![
            (OFFICER, recommend(Telling::Tell), rule, About::Right, "DPO"),
            (SIRO, recommend(Telling::Tell), rule, About::Right, "DPO"),
            (
                THEIR_DPO,
                recommend(Telling::Tell),
                rule,
                About::Right,
                "DPO",
            ),
            (
                DPO,
                both(Exemption::LaterMeasures),
                rule,
                About::Field("/exemption"),
                "reason not to tell",
            ),
            (DPO, silent, rule, About::Field("/reasons"), "reasons"),
            (
                SIRO,
                decide(Telling::Tell),
                rule,
                About::Rule,
                "recommends first",
            ),
            (OFFICER, told(), rule, About::Rule, "not decided yet"),
        ],
    );
    case.by(DPO).gives(recommend(Telling::Tell));
    refuses(
        &mut case,
        vec![
            (DPO, decide(Telling::Tell), rule, About::Right, "SIRO"),
            (
                THEIR_SIRO,
                decide(Telling::Tell),
                rule,
                About::Right,
                "SIRO",
            ),
            (
                THEIR_GUARDIAN,
                decide(Telling::Tell),
                rule,
                About::Right,
                "SIRO",
            ),
            (ACCOUNTABLE, decide(Telling::Tell), rule, About::Rule, "tie"),
        ],
    );
    assert_eq!(standing(&case), Standing::Awaits(Role::Siro));
    case.by(SIRO).gives(decide(Telling::Tell));
    assert_eq!(standing(&case), Standing::Awaits(Role::Cg));
    case.by(GUARDIAN).gives(decide(Telling::Tell));
    assert_eq!(standing(&case), Standing::Decided(Telling::Tell, case.now));
}

#[test]
fn where_the_two_differ_the_accountable_officer_decides_and_a_new_recommendation_begins_again() {
    let mut case = case();
    case.by(DPO).gives(recommend(Telling::Tell));
    case.by(SIRO).gives(decide(Telling::DoNotTell));
    case.by(GUARDIAN).gives(decide(Telling::Tell));
    assert_eq!(standing(&case), Standing::Tied);
    assert!(asks(&case, RuleId::BobSubjects).contains("Accountable Officer"));
    case.by(ACCOUNTABLE).gives(decide(Telling::DoNotTell));
    assert_eq!(
        standing(&case),
        Standing::Decided(Telling::DoNotTell, case.now)
    );
    let rule = Some(RuleId::BobSubjects);
    refuses(
        &mut case,
        vec![
            (OFFICER, told(), rule, About::Rule, "not to tell"),
            (ACCOUNTABLE, decide(Telling::Tell), rule, About::Rule, "tie"),
        ],
    );
    case.after_seconds(60)
        .by(DPO)
        .gives(recommend(Telling::Tell));
    assert_eq!(standing(&case), Standing::Awaits(Role::Siro));
}

/// Article 34: without undue delay, asked about every 24 hours.
#[test]
fn telling_people_is_asked_about_every_day_until_it_is_done() {
    let mut case = case();
    case.by(DPO).gives(recommend(Telling::Tell));
    case.by(SIRO).gives(decide(Telling::Tell));
    case.by(GUARDIAN).gives(decide(Telling::Tell));
    for (at, asked) in [
        ("2026-06-13T18:29:59", "without undue delay"),
        ("2026-06-13T18:30:00", "2. time"),
        ("2026-06-14T18:30:00", "3. time"),
    ] {
        case.then_at(at);
        let sentence = asks(&case, RuleId::BobSubjects);
        assert!(sentence.contains(asked), "{at}: {sentence}");
    }
    let rule = Some(RuleId::BobSubjects);
    let silent = ask(SubjectsCommand::Told {
        how: "".into(),
        people: None,
        told_at: None,
    });
    refuses(
        &mut case,
        vec![
            (OFFICER, silent, rule, About::Field("/how"), "how"),
            (THEIR_REPRESENTATIVE, told(), None, About::Right, ""),
        ],
    );
    case.by(OFFICER).gives(told());
    assert!(steps_of(&case, RuleId::BobSubjects).is_empty());
}

/// The lines from which on it is asked: 4 and 3, 3 and 4 (section 1.5).
#[test]
fn whether_people_are_told_is_asked_from_two_cells_of_the_grid_on() {
    for (severity, likelihood, asked) in [(4, 3, 1), (3, 4, 1), (3, 3, 0), (4, 2, 0), (5, 5, 1)] {
        let case = super::triaged(severity, likelihood);
        let steps = steps_of(&case, RuleId::BobSubjects);
        assert_eq!(steps.len(), asked, "{severity} {likelihood}");
    }
}
