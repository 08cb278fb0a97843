//! The rota: planning, overriding and swapping shifts, handing over the desk, covering a gap.

use super::{ADM, DPO, IGT, Register};
use crate::support::case::{OFFICER, wall};
use nightdesk::domain::directory::command::{DirectoryCommand, OverrideShift, PlanShift};
use nightdesk::domain::directory::event::DirectoryEvent;
use nightdesk::domain::directory::gaps::Gap;
use nightdesk::domain::role::Role;
use nightdesk::domain::rota::{self, Shift, ShiftState, Tier};
use nightdesk::domain::rule::RuleId;

const GETHIN: &str = "gethin.brambley";
const RAVI: &str = "ravi.thistlewood";
const SECOND: &str = "aisha.merrow";
const DIRECTOR: &str = "constance.havelock";

fn plan(tier: Tier, person: &str, from: &str, until: &str) -> DirectoryCommand {
    DirectoryCommand::PlanShift(PlanShift {
        tier,
        organisation: "riverbourne".into(),
        person: person.into(),
        starts_at: wall(from),
        ends_at: wall(until),
    })
}

fn put_on(shift: &str, person: &str, part: Option<(&str, &str)>) -> DirectoryCommand {
    DirectoryCommand::OverrideShift(OverrideShift {
        shift: shift.into(),
        person: person.into(),
        starts_at: part.map(|(from, _)| wall(from)),
        ends_at: part.map(|(_, until)| wall(until)),
        reason: "ill".into(),
    })
}

fn cancel(shift: &str) -> DirectoryCommand {
    DirectoryCommand::CancelShift {
        shift: shift.into(),
        reason: "planned twice".into(),
    }
}

fn offer_swap(shift: &str, with: &str) -> DirectoryCommand {
    DirectoryCommand::OfferSwap {
        shift: shift.into(),
        with: with.into(),
        note: "a wedding".into(),
    }
}

fn accept_swap(shift: &str) -> DirectoryCommand {
    DirectoryCommand::AcceptSwap {
        shift: shift.into(),
    }
}

fn offer(shift: &str) -> DirectoryCommand {
    DirectoryCommand::OfferHandover {
        shift: shift.into(),
        note: "three open".into(),
    }
}

fn accept(shift: &str) -> DirectoryCommand {
    DirectoryCommand::AcceptHandover {
        shift: shift.into(),
    }
}

impl Register {
    fn shift(&self, id: &str) -> &Shift {
        self.directory.shift(&id.into()).unwrap()
    }

    fn on(&self, id: &str) -> &str {
        self.shift(id).person.as_str()
    }

    fn desk(&self, tier: Tier) -> &Shift {
        rota::on_call(&self.directory.shifts, tier, self.now).unwrap()
    }
}

#[test]
fn the_outgoing_officer_stays_responsible_until_the_incoming_one_accepts() {
    let mut register = Register::open();
    let next = "first-13";
    register
        .by(DPO)
        .refuses(vec![(offer(next), "", "Only the officer who holds")]);
    register
        .by(OFFICER)
        .refuses(vec![(accept(next), "", "belongs to somebody else")]);
    register
        .by(GETHIN)
        .refuses(vec![(accept(next), "/shift", "has not begun")]);

    register.by(OFFICER).gives(offer(next));
    let (shifts, now) = (&register.directory.shifts, register.now);
    let desk = rota::on_call(shifts, Tier::First, now).unwrap();
    assert_eq!(
        (desk.person.as_str(), rota::state(desk, shifts, now)),
        (OFFICER, ShiftState::HandingOver)
    );

    register.by(GETHIN).gives(accept(next));
    let holds_desk = |register: &Register, person: &str| {
        let actor = register.directory.actor(&person.into(), register.now);
        actor.unwrap().holds(Role::Oco)
    };
    assert!(holds_desk(&register, GETHIN));
    assert!(
        !holds_desk(&register, OFFICER),
        "rights end with responsibility"
    );
    register.refuses(vec![(accept(next), "/shift", "already")]);
}

#[test]
fn an_overrunning_shift_leaves_no_gap_and_the_next_officer_may_take_over_at_its_time() {
    let mut register = Register::open();
    register.at("2026-06-13T11:00:00");
    assert_eq!(register.desk(Tier::First).person.as_str(), OFFICER);
    register.by(GETHIN).gives(accept("first-13"));
    assert_eq!(register.desk(Tier::First).person.as_str(), GETHIN);
}

#[test]
fn a_shift_is_planned_under_a_name_that_can_be_said_and_closes_the_gap() {
    let mut register = Register::open();
    let gap = |register: &Register| {
        let gaps = register.gaps().into_iter();
        gaps.filter(|gap| {
            matches!(
                gap,
                Gap::RotaGap {
                    tier: Tier::First,
                    ..
                }
            )
        })
        .map(|gap| match gap {
            Gap::RotaGap { from, until, .. } => (from, until),
            _ => unreachable!(),
        })
        .collect::<Vec<_>>()
    };
    let horizon = wall("2026-06-26T19:30:00");
    assert_eq!(gap(&register), [(wall("2026-06-16T09:00:00"), horizon)]);
    register.gives(plan(
        Tier::First,
        RAVI,
        "2026-06-17T09:00:00",
        "2026-06-18T09:00:00",
    ));
    assert_eq!(register.on("first-2026-06-17"), RAVI);
    assert_eq!(
        gap(&register),
        [
            (wall("2026-06-16T09:00:00"), wall("2026-06-17T09:00:00")),
            (wall("2026-06-18T09:00:00"), horizon)
        ]
    );
    register.gives(cancel("first-2026-06-17"));
    assert_eq!(gap(&register).len(), 1, "a cancelled shift is a gap again");
}

#[test]
fn what_cannot_be_planned_is_refused_with_what_to_do() {
    let mut register = Register::open();
    let night = ("2026-06-17T09:00:00", "2026-06-18T09:00:00");
    register.refuses(vec![
        (
            plan(Tier::First, RAVI, night.1, night.0),
            "/ends_at",
            "ends after it begins",
        ),
        (
            plan(
                Tier::First,
                RAVI,
                "2026-06-11T09:00:00",
                "2026-06-12T09:00:00",
            ),
            "/ends_at",
            "is over",
        ),
        (
            plan(Tier::First, "nobody", night.0, night.1),
            "/person",
            "does not list the person",
        ),
        (
            plan(
                Tier::First,
                RAVI,
                "2026-06-15T12:00:00",
                "2026-06-16T12:00:00",
            ),
            "/starts_at",
            "override or cancel",
        ),
        (
            plan(Tier::First, GETHIN, night.0, night.1),
            "/person",
            "Nobody can be on call on two tiers",
        ),
    ]);
    // Somebody of another organisation has nothing to do with the desk (WSIC-TERM).
    let (refusal, field) =
        register.refused(plan(Tier::First, "sunita.brackenbury", night.0, night.1));
    assert_eq!(
        (refusal.rule, field.as_str()),
        (Some(RuleId::WsicTerm), "/person")
    );
    assert!(register.entries.is_empty());
}

/// The governance team is lent by the support unit: it may stand in where its role reaches, and not
/// beyond (WSIC-TERM).
#[test]
fn nobody_is_planned_beyond_their_term() {
    let mut register = Register::open();
    let holding = register
        .directory
        .holdings
        .iter_mut()
        .find(|holding| holding.person.as_str() == IGT)
        .unwrap();
    holding.ends_on = Some(super::day("2026-06-18"));
    let within = plan(
        Tier::First,
        IGT,
        "2026-06-17T09:00:00",
        "2026-06-17T21:00:00",
    );
    let beyond = plan(
        Tier::First,
        IGT,
        "2026-06-17T21:00:00",
        "2026-06-18T09:00:00",
    );
    register.by(ADM).gives(within);
    let (refusal, _) = register.refused(beyond);
    assert_eq!(refusal.rule, Some(RuleId::WsicTerm));
    assert!(refusal.sentence.contains("renew their term"), "{refusal}");
}

#[test]
fn an_override_puts_somebody_else_on_the_shift_or_on_a_part_of_it() {
    let mut register = Register::open();
    register.gives(put_on("first-14", "maud.fennimore", None));
    assert_eq!(register.on("first-14"), "maud.fennimore");
    let part = Some(("2026-06-15T18:00:00", "2026-06-16T06:00:00"));
    register.gives(put_on("first-15", RAVI, part));
    let (mine, theirs, rest) = (
        register.shift("first-15"),
        register.shift("first-2026-06-15"),
        register.shift("first-2026-06-16"),
    );
    assert_eq!(
        (mine.person.as_str(), mine.ends_at),
        (OFFICER, theirs.starts_at)
    );
    assert_eq!(
        (theirs.person.as_str(), theirs.ends_at),
        (RAVI, rest.starts_at)
    );
    assert_eq!(
        (rest.person.as_str(), rest.ends_at),
        (OFFICER, wall("2026-06-16T09:00:00"))
    );
}

/// Somebody falls ill at the desk: the rest of the shift is somebody else's, who takes over by
/// accepting it.
#[test]
fn of_a_shift_under_way_the_rest_can_go_to_somebody_else() {
    let mut register = Register::open();
    register.gives(put_on("first-12", RAVI, None));
    assert_eq!(register.desk(Tier::First).person.as_str(), OFFICER);
    register.by(RAVI).gives(accept("first-2026-06-12"));
    assert_eq!(register.desk(Tier::First).person.as_str(), RAVI);
    register.by(IGT).refuses(vec![
        (
            put_on("first-11", RAVI, None),
            "/shift",
            "already been taken over",
        ),
        (
            put_on(
                "first-13",
                RAVI,
                Some(("2026-06-13T08:00:00", "2026-06-13T12:00:00")),
            ),
            "/starts_at",
            "not in the rest of the shift",
        ),
        (put_on("first-13", GETHIN, None), "/person", "is already on"),
        (cancel("first-2026-06-12"), "/shift", "Hand the desk over"),
        (cancel("first-99"), "/shift", "no such shift"),
    ]);
}

#[test]
fn a_swap_changes_nothing_until_the_other_officer_accepts_it() {
    let mut register = Register::open();
    register.by(RAVI).refuses(vec![
        (
            offer_swap("first-13", "first-14"),
            "",
            "belongs to somebody else",
        ),
        (
            offer_swap("first-14", "first-12"),
            "/with",
            "already been taken over",
        ),
        (
            offer_swap("first-14", "first-14"),
            "/with",
            "Both shifts are yours",
        ),
    ]);
    register.gives(offer_swap("first-14", "first-15"));
    assert_eq!(
        (register.on("first-14"), register.on("first-15")),
        (RAVI, OFFICER)
    );
    register
        .by(GETHIN)
        .refuses(vec![(accept_swap("first-14"), "", "somebody else")]);
    register.by(OFFICER).gives(accept_swap("first-14"));
    assert_eq!(
        (register.on("first-14"), register.on("first-15")),
        (OFFICER, RAVI)
    );
    register.refuses(vec![(accept_swap("first-14"), "/shift", "has ended")]);
}

#[test]
fn an_offer_to_swap_falls_with_what_it_was_about() {
    let decline = || DirectoryCommand::DeclineSwap {
        shift: "first-14".into(),
    };
    let mut register = Register::open();
    register.by(RAVI).gives(offer_swap("first-14", "first-15"));
    register.by(OFFICER).gives(decline());
    register.refuses(vec![(accept_swap("first-14"), "/shift", "has ended")]);
    register.by(RAVI).gives(offer_swap("first-14", "first-15"));
    register.gives(decline());
    register.gives(offer_swap("first-14", "first-15"));
    register
        .by(GETHIN)
        .refuses(vec![(decline(), "", "two other officers")]);
    register.by(IGT).gives(cancel("first-15"));
    register
        .by(OFFICER)
        .refuses(vec![(accept_swap("first-14"), "/shift", "has ended")]);
}

#[test]
fn nobody_swaps_into_a_second_place_at_the_same_time() {
    let mut register = Register::open();
    register.by(IGT).gives(plan(
        Tier::First,
        RAVI,
        "2026-06-22T09:00:00",
        "2026-06-23T09:00:00",
    ));
    // Gethin is second on call in the week in which the other shift lies.
    register.by(GETHIN).refuses(vec![(
        offer_swap("first-13", "first-15"),
        "/with",
        "two tiers",
    )]);
    register.gives(offer_swap("first-13", "first-2026-06-22"));
}

#[test]
fn a_desk_that_nobody_takes_over_goes_up_to_the_second_and_then_to_the_director() {
    let cover = || DirectoryCommand::CoverGap { tier: Tier::First };
    let called = |register: &Register| {
        register.gaps().into_iter().find_map(|gap| match gap {
            Gap::DeskNotTaken {
                tier: Tier::First,
                since,
                call,
            } => Some((since, call)),
            _ => None,
        })
    };
    let mut register = Register::open();
    let ends_at = wall("2026-06-13T09:00:00");
    for (at, expected) in [
        ("2026-06-13T09:00:00", None),
        ("2026-06-13T09:00:01", Some((ends_at, None))),
        ("2026-06-13T09:15:00", Some((ends_at, Some(Tier::Second)))),
        ("2026-06-13T09:30:00", Some((ends_at, Some(Tier::Director)))),
    ] {
        assert_eq!(called(register.at(at)), expected, "{at}");
    }
    register.at("2026-06-13T09:10:00").by(SECOND).refuses(vec![(
        cover(),
        "/tier",
        "still expected",
    )]);
    register
        .by(GETHIN)
        .refuses(vec![(cover(), "", "above that tier")]);
    register.at("2026-06-13T09:20:00").by(SECOND).gives(cover());
    assert_eq!(called(&register), None);
    let desk = register.desk(Tier::First);
    assert_eq!(desk.person.as_str(), SECOND);
    assert_eq!(
        desk.ends_at,
        wall("2026-06-14T09:00:00"),
        "until the next shift"
    );
    register
        .at("2026-06-13T09:25:00")
        .by(GETHIN)
        .gives(accept("first-13"));
    assert_eq!(register.desk(Tier::First).person.as_str(), GETHIN);
    register
        .by(DIRECTOR)
        .refuses(vec![(cover(), "/tier", "its officer has it")]);
}

#[test]
fn folding_the_entries_of_a_rota_gives_the_rota() {
    let mut register = Register::open();
    register.gives(plan(
        Tier::First,
        RAVI,
        "2026-06-17T09:00:00",
        "2026-06-18T09:00:00",
    ));
    register.gives(put_on(
        "first-15",
        RAVI,
        Some(("2026-06-15T18:00:00", "2026-06-16T09:00:00")),
    ));
    register.by(RAVI).gives(offer_swap("first-14", "first-13"));
    register.by(GETHIN).gives(accept_swap("first-14"));
    register.by(OFFICER).gives(offer("first-13"));
    register.by(RAVI).gives(accept("first-13"));
    let mut folded = super::example();
    for entry in &register.entries {
        let written = serde_json::to_string(entry).unwrap();
        let read = serde_json::from_str(&written).unwrap();
        super::apply::apply(&mut folded, &read);
    }
    assert_eq!(folded, register.directory);
    let is_told = |entry: &super::DirectoryEntry| !entry.event.sentence(&folded).is_empty();
    assert!(register.entries.iter().all(is_told));
    assert!(matches!(
        register.entries[5].event,
        DirectoryEvent::HandoverAccepted { .. }
    ));
}
