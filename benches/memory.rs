//! What a console with so many incidents keeps in memory, as the system counts it.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on says so by panicking"
)]
#![expect(
    clippy::print_stdout,
    reason = "printing its figures is what a bench is for"
)]

mod support;

use nightdesk::domain::query::Queue;
use support::{SIZES, desk, replica};

fn main() {
    let desk = desk();
    println!("{:>9}  {:>12}", "incidents", "resident, MB");
    for size in SIZES {
        let known = replica(&desk, size);
        assert_eq!(known.count(Queue::AllOpen), size as usize);
        println!("{size:>9}  {:>12.1}", resident());
    }
}

/// Megabytes of this process that are in memory now.
fn resident() -> f64 {
    let figures = std::fs::read_to_string("/proc/self/statm").expect("Linux counts pages");
    let pages = figures
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u32>().ok());
    f64::from(pages.expect("the second figure")) * 4096.0 / 1e6
}
