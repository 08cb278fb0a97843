//! The table of changes: each can be asked for, and nothing that a command does is left out of it.

use super::{Register, day};
use nightdesk::domain::directory::command::{DirectoryCommand, EndTerm};
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::{HoldingName, Role};
use nightdesk::steps::directory::{APPOINT, CHANGES, END_TERM, Ground, Things, VERIFY_POINT};
use nightdesk::steps::{Answering, Answers};
use std::collections::BTreeSet;

/// Handing over and taking over have keys of their own.
const ELSEWHERE: [&str; 2] = ["offer_handover", "accept_handover"];

/// A directory with something of every sort.
fn full() -> Register {
    let mut register = Register::open();
    let holding = HoldingName {
        role: Role::Cg,
        organisation: "riverbourne".into(),
        person: "priya.fairweather".into(),
        starts_on: day("2026-03-16"),
    };
    register
        .by(super::DPO)
        .gives(DirectoryCommand::EndTerm(EndTerm {
            holding,
            ends_on: None,
            reason: "moved on".into(),
            decided_by: None,
        }));
    register
        .by("ravi.thistlewood")
        .gives(DirectoryCommand::OfferSwap {
            shift: "first-14".into(),
            with: "first-15".into(),
            note: "".into(),
        });
    register
}

fn asked<T>(ask: impl FnOnce(&Ground<'_>) -> T) -> T {
    let register = full();
    let me = "ravi.thistlewood".into();
    ask(&Ground {
        now: register.now,
        directory: &register.directory,
        me: &me,
        proposed: &[],
    })
}

#[test]
fn every_change_makes_a_command_and_every_command_has_its_change() {
    let made: BTreeSet<&str> = asked(|ground| {
        let attempts = CHANGES.iter().flat_map(|change| {
            let attempts = change.attempts(ground);
            assert!(!attempts.is_empty(), "{}", change.slug());
            attempts
        });
        attempts.map(|command| command.name()).collect()
    });
    assert_eq!(made.len(), CHANGES.len());
    assert_eq!(made.len() + ELSEWHERE.len(), 28);
    assert!(ELSEWHERE.iter().all(|name| !made.contains(name)));
}

#[test]
fn every_change_has_a_name_of_its_own_and_a_sentence() {
    for (place, change) in CHANGES.iter().enumerate() {
        let mut others = CHANGES[..place].iter();
        assert!(
            others.all(|other| other.slug() != change.slug() && other.name != change.name),
            "{}",
            change.slug()
        );
        assert!(change.help.split(' ').count() > 2, "{}", change.slug());
        assert!(!change.help.ends_with('.'), "{}", change.help);
    }
}

#[test]
fn nothing_is_chosen_until_somebody_does_and_what_is_proposed_is_chosen() {
    asked(|ground| {
        let chosen = |ground: &Ground<'_>| {
            let questions = END_TERM.questions(ground);
            match &questions[0].answering {
                Answering::One(choices, place) => choices[*place].key.clone(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(chosen(ground), "");
        let key = "CG/riverbourne/priya.fairweather/2026-03-16";
        let proposed = [("/holding", key.to_owned())];
        let in_hand = Ground {
            proposed: &proposed,
            ..*ground
        };
        assert_eq!(chosen(&in_hand), key);
    });
}

#[test]
fn a_name_fits_by_its_beginning_or_by_its_end_and_only_one() {
    asked(|ground| {
        let named =
            |things: Things, given: &str| things.named(given, "/x", ground).map(|thing| thing.key);
        assert_eq!(
            named(Things::Terms, "cg/riverbourne").unwrap(),
            "CG/riverbourne/priya.fairweather/2026-03-16"
        );
        let number = &ground.directory.contact_points[0].value;
        assert!(named(Things::ContactPoints, number).is_ok());
        for (things, given, words) in [
            (Things::Terms, "DPO/riverbourne", "fits"),
            (Things::Terms, "DPO/atlantis", "No term"),
            (Things::Shifts, "first", "fits several"),
            (Things::OwnShifts, "first-15", "No shift of yours"),
        ] {
            let refusal = named(things, given).unwrap_err();
            assert!(refusal.sentence.contains(words), "{given}: {refusal}");
        }
    });
}

#[test]
fn an_answer_that_cannot_be_read_is_refused_at_its_question() {
    asked(|ground| {
        let refused = |given: &[(&'static str, &str)]| {
            let mut answers = Answers::default();
            for (pointer, answer) in given {
                answers.give(pointer, vec![(*answer).to_owned()]);
            }
            match APPOINT.command(&answers, ground) {
                Err(Refusal {
                    kind: RefusalKind::Invalid { pointer },
                    ..
                }) => pointer,
                other => panic!("{other:?}"),
            }
        };
        let role = ("/role", "CG");
        let organisation = ("/organisation", "harbour");
        let person = ("/person", "maud.fennimore");
        for (given, pointer) in [
            (vec![], "/role"),
            (vec![role], "/organisation"),
            (vec![role, ("/organisation", "atlantis")], "/organisation"),
            (vec![role, organisation], "/person"),
            (vec![role, organisation, person], "/starts_on"),
            (
                vec![role, organisation, person, ("/starts_on", "soon")],
                "/starts_on",
            ),
            (
                vec![
                    role,
                    organisation,
                    person,
                    ("/starts_on", "today"),
                    ("/deputy_order", "300"),
                ],
                "/deputy_order",
            ),
        ] {
            assert_eq!(refused(&given), pointer, "{given:?}");
        }
    });
}

/// What no role of the person may do stands against it before anything is answered.
#[test]
fn only_what_no_answer_could_allow_stands_against_a_change() {
    let register = full();
    let stands = |person: &str, change: &nightdesk::steps::directory::Change| {
        let me = person.into();
        let ground = Ground {
            now: register.now,
            directory: &register.directory,
            me: &me,
            proposed: &[],
        };
        let actor = register.directory.actor(&me, register.now).unwrap();
        let refusal = change.stands_against(&ground, |command| {
            let context = nightdesk::domain::directory::decide::Context {
                now: register.now,
                actor: &actor,
                command: register.last(),
                policy: &register.policy,
                directory: &register.directory,
            };
            nightdesk::domain::directory::decide::decide(command, &context).map(|_| ())
        });
        refusal.is_some()
    };
    for (person, change, expected) in [
        (super::AO, &APPOINT, false),
        (super::DPO, &APPOINT, false),
        (super::IGT, &APPOINT, true),
        ("maud.fennimore", &APPOINT, true),
        (super::IGT, &VERIFY_POINT, false),
        (super::AO, &VERIFY_POINT, true),
    ] {
        assert_eq!(
            stands(person, change),
            expected,
            "{person}: {}",
            change.name
        );
    }
}
