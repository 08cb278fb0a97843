//! What the officer sees: confirmed incidents, unsent commands on top, queues that are always what
//! they would be if they were computed from nothing.

use crate::support::server::tonight_at;
use chrono::TimeDelta;
use nightdesk::client::outbox::{Outbox, Refused, WhyNot};
use nightdesk::client::replay::Desk;
use nightdesk::client::replica::{Answer, Link, NotTaken, Replica};
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::command::{Acknowledge, AddNote, Command, Log, Reassign};
use nightdesk::domain::decide::{self, Context};
use nightdesk::domain::id::{CommandId, IncidentId, Reference};
use nightdesk::domain::incident::{Facts, Incident, NoteKind, PartnershipEffect};
use nightdesk::domain::query::{self, Filter, Place, Queue};
use nightdesk::domain::refusal::Refusal;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let directory = config::directory::example().unwrap();
    Desk {
        actor: directory
            .actor(&"tamsin.quill".into(), tonight_at())
            .unwrap(),
        policy: Arc::new(config::policy().unwrap()),
        directory: Arc::new(directory),
        problems: Arc::default(),
    }
});

fn console() -> Replica {
    let mut replica = Replica::new(DESK.clone(), Outbox::default(), tonight_at());
    replica.heard(tonight_at());
    replica
}

fn id(number: u128) -> CommandId {
    CommandId(Uuid::from_u128(number))
}

/// An incident logged so many minutes ago; an even number is acknowledged, every third affects a
/// partner.
fn incident(number: u32, minutes_ago: i64) -> Incident {
    let partners = number.is_multiple_of(3).then(|| "eastmere".into());
    let at = tonight_at() - TimeDelta::minutes(minutes_ago);
    let log = Command::Log(Box::new(Log {
        title: format!("Misdirected list {number}").into(),
        summary: "A list went to the wrong practice".into(),
        aware_at: at,
        reporter_organisation: "riverbourne".into(),
        reporter_contact: "extension 4410".into(),
        reporter_role: None,
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            partnership_effect: match partners {
                Some(_) => PartnershipEffect::Affected,
                None => PartnershipEffect::Unknown,
            },
            partnership_reason: Some("Their patients are on the list".into()),
            affected_partners: partners.into_iter().collect(),
            ..Facts::default()
        },
    }));
    let logged = carried_out(None, number, &log, at);
    if number.is_multiple_of(2) {
        carried_out(
            Some(&logged),
            number,
            &Command::Acknowledge(Acknowledge {}),
            at,
        )
    } else {
        logged
    }
}

fn carried_out(known: Option<&Incident>, number: u32, command: &Command, at: Instant) -> Incident {
    let desk = &*DESK;
    let command_id = id(u128::from(number));
    let context = Context {
        now: at,
        actor: &desk.actor,
        policy: &desk.policy,
        directory: &desk.directory,
        command: command_id,
        reference: Some(Reference::new(2026, number)),
        sightings: &[],
        problems: None,
    };
    let incident = known.map_or(command_id.into(), |known| known.id);
    decide::carry_out(known, incident, command, &context)
        .unwrap()
        .0
}

fn note(text: &str) -> Command {
    Command::Note(AddNote {
        kind: NoteKind::Call,
        text: text.into(),
        happened_at: None,
        corrects: None,
    })
}

fn reassign() -> Command {
    Command::Reassign(Reassign {
        to: "aisha.merrow".into(),
        reason: "End of shift".into(),
    })
}

fn shown(replica: &Replica, queue: Queue) -> Vec<IncidentId> {
    replica
        .rows(queue, 0..usize::MAX)
        .iter()
        .map(|row| row.incident.id)
        .collect()
}

/// Gives a command and says that it is on disk.
fn give(replica: &mut Replica, number: u128, on: IncidentId, command: Command) {
    replica
        .submit(id(number), Some(on), command, tonight_at())
        .unwrap();
    replica.written(id(number));
}

#[test]
fn a_late_page_cannot_undo_a_newer_one() {
    let mut replica = console();
    let older = incident(1, 10);
    let newer = carried_out(Some(&older), 2, &note("Rang the ward"), tonight_at());
    replica.absorb([newer.clone()], tonight_at());
    assert!(replica.absorb([older], tonight_at()).is_empty());
    assert_eq!(replica.incident(newer.id).as_deref(), Some(&newer));
}

#[test]
fn an_unsent_command_shows_at_once_and_is_marked_until_it_is_confirmed() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    assert_eq!(replica.incident(logged.id).unwrap().notes.len(), 1);
    assert_eq!(replica.confirmed(logged.id).unwrap().notes.len(), 0);
    assert_eq!(replica.marks(logged.id).unsent, 1);
    replica.take_errands(tonight_at());
    let after = carried_out(Some(&logged), 100, &note("Rang the ward"), tonight_at());
    let answer = Answer::Applied {
        incident: Box::new(after),
    };
    assert!(
        replica
            .answered(id(100), answer, tonight_at(), 0.0)
            .is_some()
    );
    assert_eq!(replica.marks(logged.id).unsent, 0);
    assert_eq!(replica.confirmed(logged.id).unwrap().notes.len(), 1);
}

#[test]
fn a_refusal_takes_the_effect_back_and_stays_until_it_is_dismissed() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    replica.take_errands(tonight_at());
    let refusal = Refusal::not_allowed("Your shift has ended");
    replica.answered(id(100), Answer::Refused(refusal.clone()), tonight_at(), 0.0);
    assert_eq!(replica.incident(logged.id).unwrap().notes.len(), 0);
    assert_eq!(replica.marks(logged.id).refused, 1);
    let Refused { why, .. } = replica.dismiss(id(100)).unwrap();
    assert_eq!(why, WhyNot::Refused { refusal });
    assert_eq!(replica.marks(logged.id).refused, 0);
}

/// It was sent twice, before a restart and after; the copy that came later was carried out.
#[test]
fn what_was_refused_and_then_carried_out_is_not_shown_as_refused() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    replica.take_errands(tonight_at());
    let refusal = Refusal::not_allowed("Your shift has ended");
    replica.answered(id(100), Answer::Refused(refusal), tonight_at(), 0.0);
    let after = carried_out(Some(&logged), 100, &note("Rang the ward"), tonight_at());
    let answer = Answer::Applied {
        incident: Box::new(after),
    };
    let ended = replica.answered(id(100), answer, tonight_at(), 0.0);
    assert_eq!(ended.unwrap().id, id(100));
    assert_eq!(replica.marks(logged.id).refused, 0);
    assert_eq!(replica.incident(logged.id).unwrap().notes.len(), 1);
}

#[test]
fn a_stale_command_shows_the_incident_as_it_is() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, reassign());
    replica.take_errands(tonight_at());
    let now = carried_out(Some(&logged), 7, &note("Somebody else rang"), tonight_at());
    let answer = Answer::Stale {
        current: Some(Box::new(now.clone())),
    };
    replica.answered(id(100), answer, tonight_at(), 0.0);
    assert_eq!(replica.incident(logged.id).as_deref(), Some(&now));
    assert_eq!(replica.outbox().refused()[0].why, WhyNot::Stale { seen: 1 });
}

#[test]
fn own_changes_do_not_make_own_commands_stale() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    give(&mut replica, 101, logged.id, reassign());
    replica.take_errands(tonight_at());
    let after = carried_out(Some(&logged), 100, &note("Rang the ward"), tonight_at());
    let answer = Answer::Applied {
        incident: Box::new(after),
    };
    replica.answered(id(100), answer, tonight_at(), 0.0);
    let next = replica.outbox().find(id(101)).unwrap();
    assert_eq!(next.unsent.expected_version(), Some(2));
}

#[test]
fn somebody_elses_change_in_between_does() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    give(&mut replica, 101, logged.id, reassign());
    replica.take_errands(tonight_at());
    let theirs = carried_out(Some(&logged), 7, &note("Somebody else rang"), tonight_at());
    let after = carried_out(Some(&theirs), 100, &note("Rang the ward"), tonight_at());
    let answer = Answer::Applied {
        incident: Box::new(after),
    };
    replica.answered(id(100), answer, tonight_at(), 0.0);
    let next = replica.outbox().find(id(101)).unwrap();
    assert_eq!(next.unsent.expected_version(), Some(1));
}

#[test]
fn without_a_link_notes_wait_and_handing_on_says_that_it_cannot() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    replica.lost(tonight_at());
    assert!(matches!(replica.link(), Link::Down { .. }));
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    let refused = replica.submit(id(101), Some(logged.id), reassign(), tonight_at());
    assert_eq!(refused, Err(NotTaken::NeedsServer));
    assert_eq!(replica.outbox().pending().len(), 1);
}

#[test]
fn what_the_rules_refuse_is_never_sent() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    let refused = replica.submit(id(100), Some(logged.id), note("  "), tonight_at());
    assert!(matches!(refused, Err(NotTaken::Refused(_))));
    assert!(replica.outbox().pending().is_empty());
}

#[test]
fn a_server_that_went_back_in_time_takes_nothing_unsent_with_it() {
    let mut replica = console();
    let logged = incident(1, 10);
    let newer = carried_out(Some(&logged), 2, &note("Lost in the restore"), tonight_at());
    replica.absorb([newer], tonight_at());
    give(&mut replica, 100, logged.id, note("Rang the ward"));
    replica.start_over(tonight_at());
    assert!(replica.incident(logged.id).is_none());
    replica.absorb([logged.clone()], tonight_at());
    let texts: Vec<String> = replica
        .incident(logged.id)
        .unwrap()
        .notes
        .iter()
        .map(|note| note.text.to_string())
        .collect();
    assert_eq!(texts, ["Rang the ward"]);
}

#[test]
fn a_command_that_may_arrive_late_says_when_it_was_meant() {
    let mut replica = console();
    let logged = incident(1, 10);
    replica.absorb([logged.clone()], tonight_at());
    let unsent = replica
        .submit(
            id(100),
            Some(logged.id),
            note("Rang the ward"),
            tonight_at(),
        )
        .unwrap();
    let Command::Note(note) = unsent.command else {
        panic!("a note stays a note");
    };
    assert_eq!(note.happened_at, Some(tonight_at()));
}

#[test]
fn a_filter_by_deadline_says_when_time_lets_the_next_one_in() {
    let mut replica = console();
    // The hour of its line manager and asset owner ends in 50 minutes.
    replica.absorb([incident(1, 10)], tonight_at());
    for (filter, before) in [("due<=30m", 0), ("due>30m", 1), ("-due<=30m", 1)] {
        let mut now = tonight_at();
        replica.narrow(Queue::AllOpen, filter, now).unwrap();
        assert_eq!(replica.len(Queue::AllOpen), before, "{filter}");
        while replica.len(Queue::AllOpen) == before {
            now = replica.next_change_at().unwrap();
            replica.pass_time(now);
        }
        assert_eq!(now, tonight_at() + TimeDelta::minutes(20), "{filter}");
        replica.pass_time(tonight_at());
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Absorb(Vec<(u32, i64)>),
    Note(u32),
    Pass(i64),
    Narrow(Queue, &'static str),
    Widen,
    StartOver,
}

fn happening() -> impl Strategy<Value = Happening> {
    let some = prop::collection::vec((1..60u32, 0..6000i64), 1..20);
    let filters = prop::sample::select(vec![
        "list 1",
        "owner:me",
        "owner:none",
        "due<4h",
        "partner:unreached",
        "p3",
        "sev>=3",
        "list due<20h",
        "due<99999999999d",
        "due>=1h -list",
        "clock:manager-overdue or clock:dpo-soon",
        "-partner:unreached sort:severity",
        "list or owner:me sort:newest",
        "organisation:riverbourne sort:priority",
        "-is:acknowledged due>20m sort:due",
    ]);
    prop_oneof![
        4 => some.prop_map(Happening::Absorb),
        2 => (1..60u32).prop_map(Happening::Note),
        3 => (1..4000i64).prop_map(Happening::Pass),
        2 => (prop::sample::select(Queue::ALL.to_vec()), filters)
            .prop_map(|(queue, text)| Happening::Narrow(queue, text)),
        1 => Just(Happening::Widen),
        1 => Just(Happening::StartOver),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Queues, counts, places and filters are kept up to date as things change; they are always what
    /// asking every incident anew would give.
    #[test]
    fn queues_kept_are_queues_computed(happenings in prop::collection::vec(happening(), 1..16)) {
        let mut replica = console();
        let mut now = tonight_at();
        let mut commands = 10_000;
        for happening in happenings {
            match happening {
                Happening::Absorb(some) => {
                    let incidents = some.into_iter().map(|(number, ago)| {
                        let mut incident = incident(number, ago);
                        incident.version += u64::try_from(ago).unwrap();
                        incident
                    });
                    replica.absorb(incidents.collect::<Vec<_>>(), now);
                }
                Happening::Note(number) => {
                    commands += 1;
                    let on = id(u128::from(number)).into();
                    // Refused for incidents that have not been absorbed.
                    let _ = replica.submit(id(commands), Some(on), note("Rang the ward"), now);
                }
                Happening::Pass(minutes) => {
                    now += TimeDelta::minutes(minutes);
                    replica.pass_time(now);
                }
                Happening::Narrow(queue, text) => replica.narrow(queue, text, now).unwrap(),
                Happening::Widen => replica.widen(),
                Happening::StartOver => replica.start_over(now),
            }
            check(&replica, now)?;
        }
    }

    /// Typing a filter letter by letter ends where typing it at once does.
    #[test]
    fn narrowing_by_letters_is_narrowing_at_once(
        numbers in prop::collection::vec((1..60u32, 0..6000i64), 1..40),
        text in prop::sample::select(vec!["list 12", "misdirected list", "due<30h list", "p3 list", "list p3", "-list 1 due>1h", "list 12 or owner:me sort:newest"]),
    ) {
        let (mut by_letters, mut at_once) = (console(), console());
        for replica in [&mut by_letters, &mut at_once] {
            replica.absorb(numbers.iter().map(|(number, ago)| incident(*number, *ago)), tonight_at());
        }
        for end in 1..=text.len() {
            // Half of a word of the filter's own may not make sense yet; the rows stay then.
            let _ = by_letters.narrow(Queue::AllOpen, &text[..end], tonight_at());
        }
        at_once.narrow(Queue::AllOpen, text, tonight_at()).unwrap();
        prop_assert_eq!(shown(&by_letters, Queue::AllOpen), shown(&at_once, Queue::AllOpen));
    }
}

fn check(replica: &Replica, now: Instant) -> Result<(), TestCaseError> {
    let person = replica.desk().person();
    let everything: Vec<Arc<Incident>> = (1..60)
        .filter_map(|number| replica.incident(id(number).into()))
        .collect();
    for queue in Queue::ALL {
        let mut expected: Vec<query::Urgency> = everything
            .iter()
            .filter(|incident| query::belongs(incident, queue, person, now))
            .map(|incident| query::urgency(incident, now))
            .collect();
        prop_assert_eq!(replica.count(queue), expected.len());
        if let Some((narrowed, text)) = replica.narrowed()
            && narrowed == queue
        {
            let filter = Filter::parse(text).unwrap();
            let filter = filter.resolved(&DESK.directory).unwrap();
            let keeps = |urgency: &query::Urgency| {
                let incident = replica.incident(urgency.incident()).unwrap();
                let standing = query::standing(&incident, person, now);
                filter.keeps(&query::haystack(&incident), &standing, person, now)
            };
            expected.retain(keeps);
            expected.sort();
            let place = |urgency: &query::Urgency| {
                let incident = replica.incident(urgency.incident()).unwrap();
                Place::of(&query::standing(&incident, person, now), filter.sort())
            };
            expected.sort_by_key(place);
        } else {
            expected.sort();
        }
        let expected: Vec<IncidentId> = expected.iter().map(|urgency| urgency.incident()).collect();
        prop_assert_eq!(shown(replica, queue), expected.clone());
        for (place, incident) in expected.iter().enumerate() {
            prop_assert_eq!(replica.position(queue, *incident), Some(place));
        }
    }
    Ok(())
}
