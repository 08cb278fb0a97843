//! Two consoles and a server through a bad night: loss, delay, reordering, repetition, a timeout
//! whose request still arrives, consoles that die and start again from their disk, a server that
//! restarts. When the link heals, every command that reached a disk has been carried out exactly
//! once or is shown as refused, and everybody sees what the server has. At no moment does anybody
//! see one command's effect twice.
//!
//! The property must be able to fail: three deliberately broken worlds have to be caught.

mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use world::{Fault, Step, World};

fn step() -> impl Strategy<Value = Step> {
    let client = 0..2usize;
    let message = any::<prop::sample::Index>;
    prop_oneof![
        10 => (client.clone(), any::<u8>(), message()).prop_map(|(client, what, on)| Step::Give { client, what, on }),
        5 => client.clone().prop_map(Step::Write),
        6 => client.clone().prop_map(Step::Send),
        4 => client.clone().prop_map(Step::Poll),
        10 => message().prop_map(Step::Deliver),
        2 => message().prop_map(Step::Lose),
        2 => message().prop_map(Step::Repeat),
        2 => (client.clone(), any::<u8>()).prop_map(|(client, random)| Step::GiveUpWaiting { client, random }),
        1 => client.prop_map(Step::Restart),
        1 => Just(Step::RestartServer),
        3 => (1..90i64).prop_map(Step::Pass),
    ]
}

fn run(fault: Option<Fault>, cases: u32) -> Result<(), TestError<Vec<Step>>> {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner.run(&prop::collection::vec(step(), 1..200), |steps| {
        let mut world = World::new(fault);
        for step in &steps {
            world.take(step);
            world
                .check_nothing_shows_twice()
                .map_err(TestCaseError::fail)?;
        }
        world.heal();
        world.check().map_err(TestCaseError::fail)
    })
}

#[test]
fn after_any_bad_night_every_command_was_carried_out_once_and_all_see_the_same() {
    if let Err(error) = run(None, 400) {
        panic!("{error}");
    }
}

#[test]
fn a_new_id_for_a_retry_would_be_caught() {
    assert_caught(Fault::NewIdOnRetry, "carried out");
}

#[test]
fn an_outbox_that_forgets_what_is_in_flight_would_be_caught() {
    assert_caught(Fault::ForgetInFlight, "was lost");
}

#[test]
fn a_server_that_forgets_what_it_has_done_would_be_caught() {
    assert_caught(Fault::ForgetfulServer, "was carried out 2 times");
}

fn assert_caught(fault: Fault, because: &str) {
    match run(Some(fault), 400) {
        Err(TestError::Fail(why, _)) => assert!(why.message().contains(because), "{why}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
        Ok(()) => panic!("nothing was found wrong with {fault:?}"),
    }
}
