//! Where the search begins, and what people try there: a chapter for each kind of seam between rules.

use super::deeds::{self, Deed, Scene};
use super::desk::Wait;
use super::people::{self, DPO, OFFICER, OTHER_DPO, PROCESSOR, Post, SECURITY, TEAM};
use super::world::World;
use crate::domain::clock;
use crate::domain::deadlines::ClockKind;
use chrono::TimeDelta;

/// A part of the search.
pub(super) struct Chapter {
    pub(super) name: &'static str,
    /// The situations in which it begins.
    pub(super) openings: fn() -> Vec<World>,
    /// What people try.
    pub(super) deeds: &'static [&'static [Deed]],
    /// How time passes.
    pub(super) waits: &'static [Wait],
    /// How many steps from the opening every sequence is followed.
    pub(super) steps: usize,
}

/// Deciding, reporting, taking back, standing down.
pub(super) static DUTY: Chapter = Chapter {
    name: "the duty to decide",
    openings: || {
        vec![
            graded(&people::FULL, "log a suspected breach"),
            graded(&people::FULL, "log a breach of two controllers"),
            unnamed(&people::FULL),
            logged(
                &people::FULL,
                OFFICER,
                "log what the processor's message told before and name no controller",
            ),
            graded_for(logged(&people::FULL, DPO, "log a suspected breach")),
        ]
    },
    deeds: &[
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::ANCHORS,
        deeds::REPORTS,
        deeds::ENDS,
    ],
    waits: &[Wait::AMinute, Wait::Past(ClockKind::Ico72h)],
    steps: 2,
};

/// Two controllers, of which each would end the other's duty.
pub(super) static SIDES: Chapter = Chapter {
    name: "each controller's own duty",
    openings: || {
        let both = graded(&people::FULL, "log a breach of two controllers");
        let decided = does(&later(&both), DPO, 0, "decide to report");
        let lowered = does(&later(&both), OTHER_DPO, 0, "grade as not notifiable");
        let vacant = graded(&people::NO_OTHER_DPO, "log a breach of two controllers");
        vec![both, decided, lowered, vacant, small(&people::FULL)]
    },
    deeds: &[
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::SIDES,
        deeds::REPORTS,
    ],
    waits: &[Wait::Past(ClockKind::Ico72h)],
    steps: 2,
};

/// What was told and is taken back.
pub(super) static REPORTED: Chapter = Chapter {
    name: "reports taken back",
    openings: || {
        let decided = later(&decided(&people::FULL));
        vec![does(&decided, DPO, 0, "report to the ICO")]
    },
    deeds: &[
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::ANCHORS,
        deeds::REPORTS,
    ],
    waits: &[Wait::Past(ClockKind::Ico72h)],
    steps: 2,
};

/// Telling people, and when somebody was aware.
pub(super) static CLOCKS: Chapter = Chapter {
    name: "clocks and their stops",
    openings: || {
        vec![
            logged(&people::FULL, OFFICER, "log a suspected breach"),
            logged(&people::FULL, OFFICER, "log a breach at the processor"),
            unnamed(&people::FULL),
            decided(&people::FULL),
        ]
    },
    deeds: &[
        deeds::INFORM,
        deeds::TOLD_LATE,
        deeds::STRIKES,
        deeds::AWARENESS,
        deeds::ANCHORS,
        deeds::REPORTS,
        deeds::PARTNERSHIP,
    ],
    waits: &[
        Wait::Until(ClockKind::BobDpo),
        Wait::Past(ClockKind::BobDpo),
        Wait::LongPast(ClockKind::LmIao),
        Wait::LongPast(ClockKind::Ico72h),
    ],
    steps: 2,
};

/// A call that came late, struck out and entered again.
pub(super) static STRUCK: Chapter = Chapter {
    name: "late calls struck out",
    openings: || vec![told_late(&people::FULL)],
    deeds: &[deeds::INFORM, deeds::TOLD_LATE, deeds::STRIKES],
    waits: &[Wait::AMinute, Wait::LongPast(ClockKind::Ico72h)],
    steps: 2,
};

/// The host called in place of the Security Officer.
pub(super) static EXCEPTION: Chapter = Chapter {
    name: "the exception path",
    openings: || {
        let affected =
            |world: World| does(&later(&world), OFFICER, 0, "say that a partner is affected");
        let plain = affected(graded(&people::FULL, "log a suspected breach"));
        let major = does(&later(&plain), OFFICER, 0, "declare it major");
        vec![plain, major]
    },
    deeds: &[deeds::HOST, deeds::STRIKES],
    waits: &[
        Wait::AMinute,
        Wait::HalfAnHour,
        Wait::Past(ClockKind::Wso24h),
    ],
    steps: 4,
};

/// Two incidents of which one is the other's duplicate, perhaps.
pub(super) static REGISTER: Chapter = Chapter {
    name: "two incidents and the register",
    openings: || vec![two(&people::FULL)],
    deeds: &[
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::REPORTS,
        deeds::ENDS,
    ],
    waits: &[],
    steps: 2,
};

/// Whom to tell, and who is let off.
pub(super) static CONTACTS: Chapter = Chapter {
    name: "whom to tell",
    openings: || {
        vec![
            graded(&people::FULL, "log a suspected breach"),
            graded(&people::FULL, "log a breach of two controllers"),
            false_alarm(&people::FULL),
        ]
    },
    deeds: &[
        deeds::CONTACTS,
        deeds::FACTS,
        deeds::GRADES,
        deeds::PARTNERSHIP,
        deeds::INFORM,
    ],
    waits: &[],
    steps: 2,
};

/// Essential services of two operators, and what authorities hear of an attack on them.
pub(super) static SERVICES: Chapter = Chapter {
    name: "essential services",
    openings: || {
        let logged = |post| logged(post, OFFICER, "log a breach of two controllers");
        let graded = |post| does(&later(&logged(post)), OFFICER, 0, "grade as not notifiable");
        let attack = "triage as an attack on both controllers";
        let attacked = does(&later(&graded(&people::FULL)), OFFICER, 0, attack);
        let vacant = does(&later(&graded(&people::NO_DPO)), OFFICER, 0, attack);
        vec![attacked, vacant]
    },
    deeds: &[deeds::SERVICES, deeds::OPERATORS, deeds::GRADES],
    waits: &[Wait::Past(ClockKind::Nis72h)],
    steps: 2,
};

/// Roles that nobody holds.
pub(super) static VACANCIES: Chapter = Chapter {
    name: "vacancies",
    openings: || {
        [
            &people::NO_DPO,
            &people::NO_GUARDIAN,
            &people::NO_SIRO,
            &people::NO_SECURITY,
            &people::ONE_FOR_TWO,
            &people::DPO_IS_GUARDIAN,
        ]
        .into_iter()
        .map(|post| graded(post, "log a suspected breach"))
        .collect()
    },
    deeds: &[
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::SUBJECTS,
        deeds::REPORTS,
        deeds::PARTNERSHIP,
    ],
    waits: &[Wait::Past(ClockKind::Ico72h)],
    steps: 2,
};

/// Withdrawing what was logged by mistake, or so they say.
pub(super) static MISTAKES: Chapter = Chapter {
    name: "logged by mistake",
    openings: || {
        let mistaken = logged(&people::FULL, OFFICER, "log a suspected breach");
        let second = logged(&people::NO_DPO, OFFICER, "log a near miss");
        vec![mistaken, second, twice(&people::FULL)]
    },
    deeds: &[deeds::ENDS, deeds::FACTS, deeds::GRADES, deeds::REPORTS],
    waits: &[],
    steps: 2,
};

/// The way to closing and back.
pub(super) static ENDING: Chapter = Chapter {
    name: "closing and opening again",
    openings: || vec![investigated(&people::FULL), resolved(&people::FULL)],
    deeds: &[
        deeds::STAGES,
        deeds::FACTS,
        deeds::GRADES,
        deeds::DECISIONS,
        deeds::REPORTS,
        deeds::SUBJECTS,
    ],
    waits: &[],
    steps: 2,
};

/// Everything at once, for long walks.
pub(super) static ALL_NIGHT: Chapter = Chapter {
    name: "everything, at random",
    openings: || {
        vec![
            two(&people::FULL),
            logged(&people::FULL, OFFICER, "log a breach at the processor"),
            unnamed(&people::FULL),
            logged(&people::FULL, OFFICER, "log a near miss"),
            graded(&people::NO_DPO, "log a suspected breach"),
            graded(&people::NO_GUARDIAN, "log a suspected breach"),
            graded(&people::ONE_FOR_TWO, "log a suspected breach"),
            graded(&people::NO_OTHER_DPO, "log a breach of two controllers"),
            investigated(&people::FULL),
        ]
    },
    deeds: deeds::EVERYTHING,
    waits: &[
        Wait::AMinute,
        Wait::Until(ClockKind::BobDpo),
        Wait::Past(ClockKind::LmIao),
        Wait::Past(ClockKind::BobDpo),
        Wait::Past(ClockKind::Wso24h),
        Wait::Past(ClockKind::Ico72h),
        Wait::LongPast(ClockKind::Ico72h),
    ],
    steps: 40,
};

/// The chapters of which every sequence is followed.
pub(super) static THROUGHOUT: [&Chapter; 12] = [
    &DUTY, &SIDES, &REPORTED, &CLOCKS, &STRUCK, &EXCEPTION, &REGISTER, &CONTACTS, &SERVICES,
    &VACANCIES, &MISTAKES, &ENDING,
];

fn logged(post: &'static Post, who: &'static str, deed: &'static str) -> World {
    does(&World::empty(post, people::the_night()), who, 0, deed)
}

/// The DPO is told an hour late.
fn told_late(post: &'static Post) -> World {
    let world = logged(post, OFFICER, "log a suspected breach");
    let clock = clock::view(&world.cases[0].incident, ClockKind::BobDpo).unwrap();
    let due_at = clock.clock.due_at;
    does(
        &world.at(due_at + TimeDelta::hours(1)).unwrap(),
        OFFICER,
        0,
        "tell the DPO",
    )
}

/// Reported by a supplier, and nobody has named the controller.
fn unnamed(post: &'static Post) -> World {
    let deed = "log a breach at the processor and name no controller";
    logged(post, PROCESSOR, deed)
}

fn graded(post: &'static Post, deed: &'static str) -> World {
    graded_for(logged(post, OFFICER, deed))
}

/// Whoever has logged it, the officer grades and triages it.
fn graded_for(world: World) -> World {
    let world = does(
        &later(&world),
        OFFICER,
        0,
        "grade as notifiable, with a factor",
    );
    does(&later(&world), OFFICER, 0, "triage as confirmed")
}

/// A breach of two controllers that nobody has graded as notifiable.
fn small(post: &'static Post) -> World {
    let world = logged(post, OFFICER, "log a breach of two controllers");
    let world = does(&later(&world), OFFICER, 0, "grade as not notifiable");
    does(&later(&world), OFFICER, 0, "triage as confirmed")
}

fn decided(post: &'static Post) -> World {
    let world = graded(post, "log a suspected breach");
    does(&later(&world), DPO, 0, "decide to report")
}

fn two(post: &'static Post) -> World {
    let world = graded(post, "log a suspected breach");
    let world = does(
        &later(&world),
        OFFICER,
        1,
        "log a breach of two controllers",
    );
    let world = does(&later(&world), OFFICER, 1, "grade as notifiable");
    does(&later(&world), OFFICER, 1, "triage with both controllers")
}

/// Logged twice, and the first is a duplicate of the second.
fn twice(post: &'static Post) -> World {
    let world = logged(post, OFFICER, "log a suspected breach");
    let world = does(&later(&world), OFFICER, 1, "log a suspected breach");
    does(&later(&world), OFFICER, 0, "mark it as a duplicate")
}

/// Declared major and ended as a false alarm.
fn false_alarm(post: &'static Post) -> World {
    let world = graded(post, "log a suspected breach");
    let world = does(&later(&world), OFFICER, 0, "declare it major");
    does(&later(&world), SECURITY, 0, "end it as a false alarm")
}

fn investigated(post: &'static Post) -> World {
    let mut world = does(
        &later(&graded(post, "log a suspected breach")),
        OFFICER,
        0,
        "say that no partner is affected",
    );
    for (who, deed) in [
        (DPO, "appoint a lead"),
        (TEAM, "say that there is no evidence"),
        (TEAM, "begin the investigation"),
        (OFFICER, "contain it"),
        (OFFICER, "tell the line manager"),
        (OFFICER, "tell the asset owner"),
        (OFFICER, "tell the DPO"),
        (OFFICER, "tell the governance team"),
        (OFFICER, "tell the SIRO"),
        (OFFICER, "tell the Caldicott Guardian"),
    ] {
        world = does(&later(&world), who, 0, deed);
    }
    world
}

/// Reported by a data protection officer, found to be no breach, and resolved by somebody else.
fn resolved(post: &'static Post) -> World {
    let mut world = logged(post, DPO, "log a suspected breach");
    for (who, deed) in [
        (DPO, "grade as not notifiable"),
        (DPO, "triage as confirmed"),
        (OFFICER, "say that no partner is affected"),
        (DPO, "appoint a lead"),
        (TEAM, "say that there is no evidence"),
        (TEAM, "begin the investigation"),
        (OFFICER, "contain it"),
        (OFFICER, "tell the line manager"),
        (OFFICER, "tell the asset owner"),
        (OFFICER, "tell the DPO"),
        (OFFICER, "tell the governance team"),
        (TEAM, "resolve it"),
        (TEAM, "answer what the investigation asks"),
        (TEAM, "say that there is no lesson"),
    ] {
        world = does(&later(&world), who, 0, deed);
    }
    world
}

fn later(world: &World) -> World {
    world.at(world.now + TimeDelta::minutes(1)).unwrap()
}

/// Does a deed by its name, which must be taken.
fn does(world: &World, who: &'static str, on: usize, name: &'static str) -> World {
    let mut deeds = deeds::LOG.iter().chain(deeds::everything());
    let deed = deeds.find(|deed| deed.name == name);
    let deed = deed.unwrap_or_else(|| panic!("no deed {name}"));
    let scene = Scene::of(world, on);
    let command = (deed.command)(&scene).unwrap_or_else(|| panic!("{name} makes no sense"));
    let after = world.after(who, on, (name, &command));
    after.unwrap_or_else(|refusal| panic!("{who}: {name}: {refusal}"))
}
