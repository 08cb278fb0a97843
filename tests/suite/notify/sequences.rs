//! The bytes of a notice, for every terminal and through every multiplexer.

use nightdesk::notify::notice::{Notice, Source};
use nightdesk::notify::terminal::{Method, Route, Through};

fn several() -> Notice {
    Notice::Several {
        alarms: 12,
        overdue: 5,
        source: Source::Server,
    }
}

fn by(method: Method, through: Through) -> Route {
    Route { method, through }
}

#[test]
fn each_terminal_gets_the_sequence_that_it_knows() {
    for (method, through, expected) in [
        (
            Method::Osc9,
            Through::Nothing,
            "\x1b]9;On-call: 12 new alarms, 5 of them overdue\x1b\\",
        ),
        (
            Method::Osc9,
            Through::Tmux,
            "\x1bPtmux;\x1b\x1b]9;On-call: 12 new alarms, 5 of them overdue\x1b\x1b\\\x1b\\",
        ),
        (
            Method::Osc9,
            Through::Screen,
            "\x1bP\x1b]9;On-call: 12 new alarms, 5 of them overdue\x07\x1b\\",
        ),
        (
            Method::Osc777,
            Through::Nothing,
            "\x1b]777;notify;nightdesk: overdue;12 new alarms, 5 of them overdue\x1b\\",
        ),
        (
            Method::Osc99,
            Through::Nothing,
            "\x1b]99;i=nightdesk-several:d=0:e=1:u=2;bmlnaHRkZXNrOiBvdmVyZHVl\x1b\\\
             \x1b]99;i=nightdesk-several:d=1:e=1:u=2:p=body;MTIgbmV3IGFsYXJtcywgNSBvZiB0aGVtIG92ZXJkdWU=\x1b\\",
        ),
        (Method::Bell, Through::Nothing, ""),
        (Method::Off, Through::Tmux, ""),
    ] {
        let text = by(method, through).text(&several());
        assert_eq!(text, expected, "{method:?} {through:?}");
    }
}

#[test]
fn the_bell_reaches_the_terminal_through_screen_too_and_off_is_silent() {
    for (method, through, bell, title) in [
        (
            Method::Bell,
            Through::Nothing,
            "\x07",
            "\x1b]2;(2 alarms) nightdesk\x1b\\",
        ),
        (
            Method::Osc9,
            Through::Tmux,
            "\x07",
            "\x1b]2;(2 alarms) nightdesk\x1b\\",
        ),
        (
            Method::Bell,
            Through::Screen,
            "\x1bP\x07\x1b\\",
            "\x1b]2;(2 alarms) nightdesk\x1b\\",
        ),
        (Method::Off, Through::Screen, "", ""),
    ] {
        let route = by(method, through);
        assert_eq!(route.bell(), bell, "{method:?} {through:?}");
        assert_eq!(route.title(2), title, "{method:?} {through:?}");
    }
    assert_eq!(
        by(Method::Bell, Through::Nothing).title(0),
        "\x1b]2;nightdesk\x1b\\"
    );
}
