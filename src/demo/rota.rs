//! Moves the example directory in time, so that its reference night is tonight.
//!
//! Everything moves by the same number of whole local days: terms keep their length, and a shift that
//! begins at nine begins at nine on the day that the clocks change, too.

use crate::domain::Instant;
use crate::domain::calendar::{daytime, local};
use crate::domain::directory::Directory;
use crate::domain::rota::{self, Tier};
use chrono::{Days, NaiveDate};

/// The directory with every date and shift moved so that its newest accepted shift at the desk is
/// the one that covers `now`.
#[must_use]
pub fn tonight(mut directory: Directory, now: Instant) -> Directory {
    let reference = newest_start(&directory).unwrap_or(now);
    let mut days = (local(now).date_naive() - local(reference).date_naive()).num_days();
    if moved(reference, days) > now {
        days -= 1;
    }
    for shift in &mut directory.shifts {
        shift.starts_at = moved(shift.starts_at, days);
        shift.ends_at = moved(shift.ends_at, days);
        shift.accepted_at = shift.accepted_at.map(|at| moved(at, days));
        shift.offered_at = shift.offered_at.map(|at| moved(at, days));
    }
    for holding in &mut directory.holdings {
        holding.starts_on = moved_day(holding.starts_on, days);
        holding.ends_on = holding.ends_on.map(|day| moved_day(day, days));
    }
    for point in &mut directory.contact_points {
        point.verified_on = point.verified_on.map(|day| moved_day(day, days));
    }
    for agreement in &mut directory.agreements {
        agreement.starts_on = moved_day(agreement.starts_on, days);
        agreement.ends_on = agreement.ends_on.map(|day| moved_day(day, days));
    }
    for document in &mut directory.policy_documents {
        document.approved_on = moved_day(document.approved_on, days);
        document.reviewed_on = document.reviewed_on.map(|day| moved_day(day, days));
        document.review_due_on = moved_day(document.review_due_on, days);
    }
    directory
}

fn newest_start(directory: &Directory) -> Option<Instant> {
    rota::on_call(&directory.shifts, Tier::First, Instant::MAX_UTC).map(|shift| shift.starts_at)
}

fn moved(at: Instant, days: i64) -> Instant {
    let here = local(at);
    daytime(moved_day(here.date_naive(), days), here.time())
}

fn moved_day(day: NaiveDate, days: i64) -> NaiveDate {
    let span = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        day.checked_sub_days(span)
    } else {
        day.checked_add_days(span)
    };
    moved.unwrap_or(day)
}
