//! Which way leads to the officer's desktop, and what a terminal's answers mean.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use nightdesk::notify::detect::{Choice, Environment, route};
use nightdesk::notify::probe::{Answers, answers};
use nightdesk::notify::terminal::{Method, Through};
use nightdesk::tui::probe::Late;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn a_terminal_is_recognised_by_what_crosses_ssh_and_else_gets_the_bell() {
    let plain = "xterm-256color";
    for (variables, method, through) in [
        (&[("TERM", plain)][..], Method::Bell, Through::Nothing),
        (&[], Method::Bell, Through::Nothing),
        (&[("TERM", "xterm-kitty")], Method::Osc99, Through::Nothing),
        (
            &[("TERM", "xterm-ghostty")],
            Method::Osc777,
            Through::Nothing,
        ),
        (&[("TERM", "foot")], Method::Osc777, Through::Nothing),
        (&[("TERM", "foot-extra")], Method::Osc777, Through::Nothing),
        (
            &[("TERM", plain), ("LC_TERMINAL", "iTerm2")],
            Method::Osc9,
            Through::Nothing,
        ),
        (
            &[("TERM", plain), ("TERM_PROGRAM", "WezTerm")],
            Method::Osc777,
            Through::Nothing,
        ),
        // Inside a multiplexer TERM is its own; what crosses SSH is still the terminal's.
        (
            &[
                ("TERM", "tmux-256color"),
                ("TMUX", "/tmp/tmux-0/default,1,0"),
                ("LC_TERMINAL", "iTerm2"),
            ],
            Method::Osc9,
            Through::Tmux,
        ),
        (
            &[("TERM", "screen"), ("STY", "1.pts-0")],
            Method::Bell,
            Through::Screen,
        ),
        (
            &[
                ("TERM", "screen.xterm-256color"),
                ("STY", "1"),
                ("TMUX", "x"),
            ],
            Method::Bell,
            Through::Screen,
        ),
        (&[("TMUX", "")], Method::Bell, Through::Nothing),
    ] {
        let found = route(Choice::Auto, &environment(variables), &Answers::default());
        let route = (found.route.method, found.route.through);
        assert_eq!(route, (method, through), "{variables:?}");
        assert!(!found.because.is_empty());
    }
}

#[test]
fn the_settings_come_before_the_answers_and_those_before_the_environment() {
    let kitty = environment(&[("TERM", "xterm-kitty")]);
    let foot = answers(b"\x1bP>|foot(1.13.1)\x1b\\\x1b[?62;22c");
    let method = |choice, answers| route(choice, &kitty, answers).route.method;
    let silence = Answers::default();
    assert_eq!(method(Choice::Auto, &silence), Method::Osc99);
    assert_eq!(method(Choice::Auto, &foot), Method::Osc777);
    let always = Choice::named("osc9").unwrap();
    assert_eq!(method(always, &foot), Method::Osc9);
}

#[test]
fn a_way_that_does_not_exist_is_told_with_those_that_do() {
    for method in Method::ALL {
        let choice = Choice::named(method.name()).unwrap();
        assert_eq!(choice, Choice::Always(method));
    }
    assert_eq!(Choice::named("auto").unwrap(), Choice::Auto);
    let sentence = Choice::named("popup").unwrap_err().to_string();
    assert!(sentence.contains("\"popup\" is not a way"), "{sentence}");
    assert!(sentence.contains("osc777"), "{sentence}");
}

#[test]
fn answers_are_found_among_whatever_else_was_typed() {
    let said = |version: Option<&str>, takes_osc99, is_complete| Answers {
        version: version.map(str::to_owned),
        takes_osc99,
        is_complete,
    };
    for (read, expected) in [
        (&b""[..], said(None, false, false)),
        (b"qj\x1b[?6c", said(None, false, true)),
        (b"\x1b[?62;22c", said(None, false, true)),
        // A question about modes is answered with another letter.
        (b"\x1b[?2004;1$y", said(None, false, false)),
        (
            b"\x1bP>|XTerm(379)\x1b\\",
            said(Some("XTerm(379)"), false, false),
        ),
        (b"\x1bP>|XTerm(37", said(None, false, false)),
        (
            b"a\x1bP>|kitty(0.26.5)\x1b\\b\x1b]99;i=nightdesk:p=?;p=title,body\x1b\\\x1b[?62;c",
            said(Some("kitty(0.26.5)"), true, true),
        ),
        (b"\xff\x1b[?1;2c", said(None, false, true)),
    ] {
        assert_eq!(
            answers(read),
            expected,
            "{:?}",
            String::from_utf8_lossy(read)
        );
    }
}

/// What the reader of keys makes of bytes that nobody waits for any more.
fn keys(text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        let (code, modifiers) = match sign {
            '\x1b' => (
                rest.next().map_or(KeyCode::Esc, KeyCode::Char),
                KeyModifiers::ALT,
            ),
            '\x07' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
            '\r' => (KeyCode::Enter, KeyModifiers::NONE),
            sign => (KeyCode::Char(sign), KeyModifiers::NONE),
        };
        events.push(Event::Key(KeyEvent::new(code, modifiers)));
    }
    events
}

#[test]
fn an_answer_that_comes_late_presses_no_keys() {
    let long = "x".repeat(200);
    for (arrived, typed) in [
        ("j\x1bP>|XTerm(379)\x1b\\k".to_owned(), "jk".to_owned()),
        (
            "\x1b]99;i=nightdesk:p=?;a\x1b\\q".to_owned(),
            "q".to_owned(),
        ),
        ("\x1b]99;i=nightdesk:p=?;a\x07q".to_owned(), "q".to_owned()),
        ("\x1bP>|a\x1b\\\x1b]99;b\x1b\\a".to_owned(), "a".to_owned()),
        // Somebody who really pressed such a key is not deaf for ever.
        ("\x1bPab\rcd".to_owned(), "\rcd".to_owned()),
        (format!("\x1bP{long}"), "x".repeat(200 - 128)),
    ] {
        let mut late = Late::default();
        let left: Vec<Event> = keys(&arrived)
            .into_iter()
            .filter(|event| late.is_typed(event))
            .collect();
        assert_eq!(left, keys(&typed), "{arrived:?}");
    }
}
