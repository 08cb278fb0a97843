//! What a key press, a page and a letter of a filter cost, and how that grows: each at 100, 1,000,
//! 10,000 and 100,000 incidents, with the memory that they take. Reading a window must not grow.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on says so by panicking"
)]
#![expect(
    clippy::print_stdout,
    reason = "printing its figures is what a bench is for"
)]

mod support;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent};
use nightdesk::domain::command::Command;
use nightdesk::domain::id::CommandId;
use nightdesk::domain::query::Queue;
use nightdesk::tui::message::Message;
use nightdesk::tui::page::Page;
use nightdesk::tui::update::update;
use nightdesk::tui::view;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::hint::black_box;
use std::io::Sink;
use support::{SIZES, call, console, desk, incident, now, replica};
use uuid::Uuid;

fn judging(criterion: &mut Criterion) {
    let desk = desk();
    let incident = incident(&desk, 3);
    let command = Command::Inform(Box::new(call()));
    criterion.bench_function("decide", |bench| {
        bench.iter(|| desk.judge(Some(black_box(&incident)), &command, now()));
    });
}

fn growth(criterion: &mut Criterion) {
    let desk = desk();
    for size in SIZES {
        let mut known = replica(&desk, size);
        println!("{size} incidents: {:.1} MB resident", resident());
        let mut group = criterion.benchmark_group("replica");
        let middle = known.len(Queue::AllOpen) / 2;
        group.bench_function(BenchmarkId::new("window", size), |bench| {
            known.hold_open(&known.window(Queue::AllOpen, middle..middle + 40));
            bench.iter(|| known.rows(Queue::AllOpen, middle..middle + 40));
        });
        group.bench_function(BenchmarkId::new("another page", size), |bench| {
            let pages = [middle..middle + 40, 0..40];
            let mut pages = pages.into_iter().cycle();
            bench.iter(|| {
                let page = pages.next().unwrap_or_default();
                known.hold_open(&known.window(Queue::AllOpen, page));
            });
        });
        let here = known.at(Queue::AllOpen, middle).expect("a full queue");
        group.bench_function(BenchmarkId::new("position", size), |bench| {
            bench.iter(|| known.position(Queue::AllOpen, black_box(here)));
        });
        let mut version = 10;
        group.bench_function(BenchmarkId::new("absorb one change", size), |bench| {
            bench.iter_batched(
                || {
                    version += 1;
                    let mut changed = incident(&desk, size / 2);
                    changed.version = version;
                    changed
                },
                |changed| known.absorb([changed], now()),
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("absorb a page of 200", size), |bench| {
            bench.iter_batched(
                || {
                    version += 1;
                    let page = (0..size.min(200)).map(|number| incident(&desk, number));
                    page.map(|mut changed| {
                        changed.version = version;
                        changed
                    })
                    .collect::<Vec<_>>()
                },
                |page| known.absorb(page, now()),
                BatchSize::LargeInput,
            );
        });
        group.bench_function(
            BenchmarkId::new("replay an unsent command", size),
            |bench| {
                let mut number = 1_000_000;
                bench.iter(|| {
                    number += 1;
                    let id = CommandId(Uuid::from_u128(number));
                    let command = Command::Inform(Box::new(call()));
                    let given = known.submit(id, Some(here), command, now());
                    known.not_written(id, "no disk here".to_owned(), now());
                    known.dismiss(id);
                    given.is_ok()
                });
            },
        );
        group.bench_function(BenchmarkId::new("filter, first letter", size), |bench| {
            bench.iter(|| {
                known.widen();
                known.narrow(Queue::AllOpen, "w", now())
            });
        });
        group.bench_function(BenchmarkId::new("filter by deadline", size), |bench| {
            bench.iter(|| {
                known.widen();
                known.narrow(Queue::AllOpen, "due<4h", now())
            });
        });
        known.widen();
        let mut app = console(known);
        let mut terminal = sink();
        let keys = [KeyCode::Down, KeyCode::Up].map(KeyEvent::from);
        let mut keys = keys.into_iter().cycle();
        group.bench_function(BenchmarkId::new("a key and its frame", size), |bench| {
            bench.iter(|| {
                update(
                    &mut app,
                    keys.next().map_or(Message::Woke, Message::Key),
                    now(),
                );
                terminal
                    .draw(|frame| view::draw(&app, frame))
                    .expect("a sink takes everything");
            });
        });
        group.finish();
    }
}

/// A terminal of 120x40 that nobody looks at.
fn sink() -> Terminal<Page<Sink>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, 120, 40));
    Terminal::with_options(Page::new(std::io::sink()), TerminalOptions { viewport })
        .expect("a sink has no size to be asked for")
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

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).without_plots()
        .measurement_time(std::time::Duration::from_secs(1))
        .warm_up_time(std::time::Duration::from_millis(300));
    targets = judging, growth
}
criterion_main!(benches);
