//! Telling the people concerned (BOB-SUBJECTS).

use super::{
    ACCOUNTABLE, About, GUARDIAN, NIGHT, SIRO, THEIR_DPO, THEIR_GUARDIAN, THEIR_REPRESENTATIVE,
    THEIR_SIRO, asks, refuses, steps_of,
};
use crate::support::case::{Case, DPO, OFFICER, graded, shared_disclosure};
use nightdesk::domain::command::Command;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::subjects::{
    Authority, Exemption, Standing, SubjectsCommand, Telling, Voice,
};

/// The deputy SIRO of Riverbourne ICB.
const DEPUTY_SIRO: &str = "hamish.underhay";

fn ask(step: SubjectsCommand) -> Command {
    Command::Subjects(Box::new(step))
}

/// Not telling needs a ground where the risk is high (ART34-FULL).
fn ground(telling: Telling) -> Option<Exemption> {
    (telling == Telling::DoNotTell).then_some(Exemption::LaterMeasures)
}

fn recommend(telling: Telling) -> Command {
    ask(SubjectsCommand::Recommend {
        controller: None,
        telling,
        exemption: ground(telling),
        reasons: "the risk is high".into(),
    })
}

fn decide(telling: Telling) -> Command {
    ask(SubjectsCommand::Decide {
        controller: None,
        telling,
        exemption: ground(telling),
        reasons: "as recommended".into(),
        replaces: false,
    })
}

fn told() -> Command {
    told_by("a letter to each")
}

fn told_by(how: &str) -> Command {
    ask(SubjectsCommand::Told {
        controller: None,
        how: how.into(),
        people: Some(34),
        told_at: None,
        note: None,
        late_reason: None,
        evidence: None,
        nature: "letters went to a neighbour".into(),
        contact: "the DPO, by telephone".into(),
        consequences: "somebody may have read them".into(),
        measures: "the letters were fetched back".into(),
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
    let incident = case.incident();
    incident.casework().subjects.standing(incident.home())
}

#[test]
fn the_leading_controllers_dpo_recommends_and_its_siro_and_guardian_decide_with_reasons() {
    let mut case = case();
    let rule = Some(RuleId::BobSubjects);
    let both = |exemption| {
        ask(SubjectsCommand::Recommend {
            controller: None,
            telling: Telling::Tell,
            exemption: Some(exemption),
            reasons: "both".into(),
        })
    };
    let silent = ask(SubjectsCommand::Recommend {
        controller: None,
        telling: Telling::Tell,
        exemption: None,
        reasons: " ".into(),
    });
    assert!(asks(&case, RuleId::BobSubjects).contains("(DPO of Riverbourne ICB) to recommend"));
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
                "must recommend first",
            ),
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
    assert_eq!(standing(&case), Standing::Awaits(Voice::First));
    case.by(SIRO).gives(decide(Telling::Tell));
    assert_eq!(standing(&case), Standing::Awaits(Voice::Second));
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
    assert!(
        asks(&case, RuleId::BobSubjects)
            .contains("Ask Leopold Swanscombe (Accountable Officer of Riverbourne ICB) to decide")
    );
    case.by(ACCOUNTABLE).gives(decide(Telling::DoNotTell));
    assert_eq!(
        standing(&case),
        Standing::Decided(Telling::DoNotTell, case.now)
    );
    let rule = Some(RuleId::BobSubjects);
    refuses(
        &mut case,
        vec![(ACCOUNTABLE, decide(Telling::Tell), rule, About::Rule, "tie")],
    );
    case.after_seconds(60)
        .by(DPO)
        .gives(recommend(Telling::Tell));
    assert_eq!(standing(&case), Standing::Awaits(Voice::First));
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
        ("2026-06-13T18:30:00", "reminder 2"),
        ("2026-06-14T18:30:00", "reminder 3"),
    ] {
        case.then_at(at);
        let sentence = asks(&case, RuleId::BobSubjects);
        assert!(sentence.contains(asked), "{at}: {sentence}");
    }
    let rule = Some(RuleId::BobSubjects);
    let silent = told_by("");
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

/// Issue 10, point 10: NOBODY-THERE.
#[test]
fn where_the_guardian_is_vacant_or_also_the_siro_another_officer_gives_the_second_voice() {
    for same_person in [false, true] {
        let mut case = case();
        for held in &mut case.directory.holdings {
            if held.role == Role::Cg && held.organisation.as_str() == "riverbourne" {
                held.person = SIRO.into();
            }
        }
        if !same_person {
            let is_theirs = |held: &nightdesk::domain::role::Holding| {
                held.role == Role::Cg && held.organisation.as_str() == "riverbourne"
            };
            case.directory.holdings.retain(|held| !is_theirs(held));
        }
        case.by(DPO).gives(recommend(Telling::Tell));
        case.by(SIRO).gives(decide(Telling::Tell));
        assert_eq!(standing(&case), Standing::Awaits(Voice::Second));
        let step = asks(&case, RuleId::BobSubjects);
        assert!(step.contains("Bronwen Hartleap (DPO"), "{step}");
        case.by(DPO).gives(decide(Telling::Tell));
        assert_eq!(standing(&case), Standing::Decided(Telling::Tell, case.now));
    }
}

/// NOBODY-THERE: that people were told is a fact, and nobody is asked any more whether they are.
#[test]
fn once_people_were_told_nobody_is_asked_to_recommend_or_decide() {
    for recommended in [false, true] {
        let mut case = case();
        if recommended {
            case.by(DPO).gives(recommend(Telling::Tell));
        }
        assert!(!asks(&case, RuleId::BobSubjects).is_empty());
        // The on-call officer's word is recorded, and takes no question away (ART34-FULL).
        case.by(OFFICER).gives(told());
        assert!(!asks(&case, RuleId::BobSubjects).is_empty());
        case.by(DPO).gives(told());
        let steps = super::steps_of(&case, RuleId::BobSubjects);
        assert!(steps.is_empty(), "{steps:?}");
    }
}

/// A deputy's later vote replaces the holder's only where it says so (NOBODY-THERE).
#[test]
fn a_deputy_replaces_what_the_holder_decided_only_by_saying_so() {
    let mut case = case();
    case.by(DPO).gives(recommend(Telling::Tell));
    case.by(SIRO).gives(decide(Telling::Tell));
    let rule = Some(RuleId::NobodyThere);
    let vote = decide(Telling::DoNotTell);
    refuses(
        &mut case,
        vec![(
            DEPUTY_SIRO,
            vote,
            rule,
            About::Field("/replaces"),
            "Oona Merriweather",
        )],
    );
    case.by(DEPUTY_SIRO).gives(ask(SubjectsCommand::Decide {
        controller: None,
        telling: Telling::Tell,
        exemption: None,
        reasons: "she asked me to".into(),
        replaces: true,
    }));
    let last = case
        .incident()
        .casework()
        .subjects
        .decisions
        .last()
        .cloned();
    assert_eq!(last.unwrap().replaces, Some(SIRO.into()));
}

/// ART34-FULL: the ground, what is told, and a delay that comes back.
#[test]
fn not_telling_needs_a_ground_and_telling_says_what_the_law_asks_for() {
    let mut case = case();
    let rule = Some(RuleId::Art34Full);
    let bare = ask(SubjectsCommand::Recommend {
        controller: None,
        telling: Telling::DoNotTell,
        exemption: None,
        reasons: "they would only worry".into(),
    });
    let mut silent = told();
    if let Command::Subjects(step) = &mut silent
        && let SubjectsCommand::Told { measures, .. } = &mut **step
    {
        *measures = "".into();
    }
    let delay = |on: &str| {
        ask(SubjectsCommand::Delay {
            controller: None,
            authority: Some(Authority::Police),
            asked_by: "Riverbourne Police".into(),
            reason: "an arrest is planned".into(),
            review_on: on.parse().unwrap(),
        })
    };
    refuses(
        &mut case,
        vec![
            (DPO, bare, rule, About::Field("/exemption"), "ground"),
            (
                OFFICER,
                silent,
                rule,
                About::Field("/measures"),
                "what was done",
            ),
            (
                OFFICER,
                delay("2026-06-11"),
                rule,
                About::Field("/review_on"),
                "28 days",
            ),
            (
                OFFICER,
                delay("2026-09-11"),
                rule,
                About::Field("/review_on"),
                "28 days",
            ),
        ],
    );
    let mut friend = delay("2026-06-15");
    if let Command::Subjects(step) = &mut friend
        && let SubjectsCommand::Delay { authority, .. } = &mut **step
    {
        *authority = None;
    }
    refuses(
        &mut case,
        vec![(
            OFFICER,
            friend,
            rule,
            About::Field("/authority"),
            "Only an authority",
        )],
    );
    case.by(OFFICER).gives(delay("2026-06-15"));
    assert!(asks(&case, RuleId::Art34Full).contains("Ask Bronwen Hartleap"));
    assert!(asks(&case, RuleId::Art34Full).contains("the police (Riverbourne Police)"));
    case.by(DPO).gives(delay("2026-06-15"));
    assert!(asks(&case, RuleId::Art34Full).contains("Riverbourne Police asked"));
    case.then_at("2026-06-15T09:00:00");
    assert!(asks(&case, RuleId::Art34Full).contains("Ask Riverbourne Police"));
    case.by(DPO).gives(told());
    assert!(steps_of(&case, RuleId::Art34Full).is_empty());
}

/// Each controller decides for its own people (ART34-FULL, ICO-JOINT).
#[test]
fn each_controllers_own_officers_decide_for_its_people() {
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(4, 3));
    let mut facts = shared_disclosure();
    facts.controllers.push("eastmere".into());
    case.by(OFFICER).triages(facts);
    assert_eq!(steps_of(&case, RuleId::BobSubjects).len(), 2);
    let theirs = |telling| {
        ask(SubjectsCommand::Recommend {
            controller: Some("eastmere".into()),
            telling,
            exemption: ground(telling),
            reasons: "weighed with our SIRO".into(),
        })
    };
    case.by(THEIR_DPO).gives(theirs(Telling::DoNotTell));
    let subjects = &case.incident().casework().subjects;
    assert_eq!(
        subjects.standing(&"eastmere".into()),
        Standing::Awaits(Voice::First)
    );
    assert_eq!(subjects.standing(&"riverbourne".into()), Standing::NotAsked);
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
