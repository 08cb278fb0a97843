//! Giving what needs a live server: at once, a few times under the same id, and never kept for later.
//!
//! However often it arrives it is carried out once, because the id names it. Deliberately knows nothing
//! of what is given.

use super::http::{Answered, Failure, refusal};
use crate::api::problem::{Outcome, Problem};
use crate::domain::refusal::Refusal;
use std::future::Future;
use std::time::Duration;

/// How often what has no answer is sent.
const TRIES: u32 = 3;

/// How long to wait before a command is sent again.
pub(super) const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// What it came to.
#[derive(Clone, Debug)]
pub enum Given<T> {
    /// It was carried out.
    Applied(Box<T>),
    /// It was not, and why not.
    Refused(Refusal),
    /// Nobody knows.
    Unknown,
}

impl<T> Given<T> {
    /// What an answer means.
    pub fn of(answered: Result<T, Failure>) -> Self {
        match answered {
            Ok(answer) => Self::Applied(Box::new(answer)),
            Err(Failure::Problem { problem, .. }) if is_final(&problem) => {
                Self::Refused(refusal(*problem))
            }
            Err(_) => Self::Unknown,
        }
    }

    /// The same of what was carried out.
    pub fn map<U>(self, of_it: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Applied(answer) => Given::Applied(Box::new(of_it(*answer))),
            Self::Refused(refusal) => Given::Refused(refusal),
            Self::Unknown => Given::Unknown,
        }
    }
}

/// Whether it was not carried out, and asking once more would say the same.
fn is_final(problem: &Problem) -> bool {
    problem.outcome == Outcome::NotApplied && !problem.retryable
}

/// Gives it until it is known what it came to, or often enough.
pub(super) async fn until_known<T, F: Future<Output = Answered<T>>>(
    give: impl Fn() -> F,
) -> Given<T> {
    let is_known = |failure: &Failure| matches!(failure, Failure::Problem { problem, .. } if is_final(problem));
    Given::of(again_until(is_known, BETWEEN_TRIES, give).await)
}

/// Gives it until the server answers, whatever it says, or often enough.
pub(super) async fn until_heard<T, F: Future<Output = Answered<T>>>(
    pause: Duration,
    give: impl Fn() -> F,
) -> Result<T, Failure> {
    let is_heard = |failure: &Failure| !matches!(failure, Failure::Unreachable(_));
    again_until(is_heard, pause, give).await
}

async fn again_until<T, F: Future<Output = Answered<T>>>(
    is_enough: impl Fn(&Failure) -> bool,
    pause: Duration,
    give: impl Fn() -> F,
) -> Result<T, Failure> {
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        match give().await {
            Err(failure) if tries_left > 0 && !is_enough(&failure) => {
                tokio::time::sleep(pause).await;
            }
            answered => return answered.map(|reply| reply.body),
        }
    }
}
