//! What a terminal sends, taken apart: however it arrives, and also where the rest of it is lost.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use nightdesk::tui::decode::Decoder;
use nightdesk::tui::typed::{Arrived, Typed};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio_stream::StreamExt;

fn key(code: KeyCode) -> Event {
    Event::Key(KeyEvent::from(code))
}

fn held(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn mouse(kind: MouseEventKind, column: u16, row: u16) -> Event {
    Event::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

fn paste(text: &str) -> Event {
    Event::Paste(text.to_owned())
}

/// What terminals send, and what it means.
fn sent() -> Vec<(&'static [u8], Vec<Event>)> {
    use KeyCode::{
        BackTab, Backspace, Char, Delete, Down, End, Enter, Esc, F, Home, Insert, Left, PageDown,
        PageUp, Right, Tab, Up,
    };
    let control = KeyModifiers::CONTROL;
    vec![
        (b"a", vec![key(Char('a'))]),
        (b"A", vec![held(Char('A'), KeyModifiers::SHIFT)]),
        (
            "ü€🩺".as_bytes(),
            vec![key(Char('ü')), key(Char('€')), key(Char('🩺'))],
        ),
        (b"\r\t\x7f", vec![key(Enter), key(Tab), key(Backspace)]),
        (
            b"\x03\x1a",
            vec![held(Char('c'), control), held(Char('z'), control)],
        ),
        (
            b"\x00\x1c",
            vec![held(Char(' '), control), held(Char('4'), control)],
        ),
        (
            b"\x1b[A\x1b[B\x1b[C\x1b[D",
            vec![key(Up), key(Down), key(Right), key(Left)],
        ),
        (
            b"\x1bOA\x1bOB\x1bOH\x1bOF",
            vec![key(Up), key(Down), key(Home), key(End)],
        ),
        (
            b"\x1b[H\x1b[F\x1b[1~\x1b[4~",
            vec![key(Home), key(End), key(Home), key(End)],
        ),
        (
            b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~",
            vec![key(Insert), key(Delete), key(PageUp), key(PageDown)],
        ),
        (b"\x1b[Z", vec![held(BackTab, KeyModifiers::SHIFT)]),
        (
            b"\x1bOP\x1b[11~\x1b[[A",
            vec![key(F(1)), key(F(1)), key(F(1))],
        ),
        (
            b"\x1bOQ\x1b[15~\x1b[19~\x1b[24~",
            vec![key(F(2)), key(F(5)), key(F(8)), key(F(12))],
        ),
        (b"\x1b[1;5C", vec![held(Right, control)]),
        (b"\x1bq", vec![held(Char('q'), KeyModifiers::ALT)]),
        (b"\x1b\x1b[A", vec![key(Esc), key(Up)]),
        (b"\x1b[I\x1b[O", vec![Event::FocusGained, Event::FocusLost]),
        (
            b"\x1b[<0;12;5M",
            vec![mouse(MouseEventKind::Down(MouseButton::Left), 11, 4)],
        ),
        (
            b"\x1b[<0;12;5m",
            vec![mouse(MouseEventKind::Up(MouseButton::Left), 11, 4)],
        ),
        (
            b"\x1b[<64;1;1M\x1b[M!!!",
            vec![
                mouse(MouseEventKind::ScrollUp, 0, 0),
                mouse(MouseEventKind::Down(MouseButton::Middle), 0, 0),
            ],
        ),
        (
            b"\x1b[200~one\rtwo \x1b[2D\x1b[201~x",
            vec![paste("one\rtwo \x1b[2D"), key(Char('x'))],
        ),
        // What the console knows nothing of changes nothing, and takes no key with it.
        (b"\x1b[?62;22c\x1b[99~\x1b[201~x", vec![key(Char('x'))]),
        (b"\x1b[<0;0;0M\x1b[<;;Mx", vec![key(Char('x'))]),
        (b"\x1b[12\x1b[A", vec![key(Up)]),
        (b"\xff\xc3x", vec![key(Char('x'))]),
    ]
}

#[test]
fn what_a_terminal_sends_means_the_same_in_whatever_pieces_it_arrives() {
    for (bytes, meant) in sent() {
        let shown = String::from_utf8_lossy(bytes).escape_debug().to_string();
        assert_eq!(Decoder::default().take(bytes), meant, "{shown}");
        for middle in 1..bytes.len() {
            let mut decoder = Decoder::default();
            let mut events = decoder.take(&bytes[..middle]);
            events.extend(decoder.take(&bytes[middle..]));
            assert_eq!(events, meant, "{shown} broken at {middle}");
            assert_eq!(decoder.patience(), None);
        }
    }
}

#[test]
fn what_has_begun_and_does_not_go_on_is_given_up_and_the_next_key_is_a_key() {
    let soon = Duration::from_millis(50);
    let later = Duration::from_secs(2);
    for (begun, patience, meant) in [
        (&b"\x1b"[..], soon, vec![key(KeyCode::Esc)]),
        (
            b"\x1b[",
            later,
            vec![held(KeyCode::Char('['), KeyModifiers::ALT)],
        ),
        (b"\x1b[20", later, Vec::new()),
        (b"\xe2\x82", later, Vec::new()),
        (b"\x1b[200~", later, vec![paste("")]),
        (b"\x1b[200~Rang\x1b[201", later, vec![paste("Rang\x1b[201")]),
    ] {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.take(begun), Vec::new());
        assert_eq!(decoder.patience(), Some(patience));
        assert_eq!(decoder.give_up(), meant);
        assert_eq!(decoder.patience(), None);
        assert_eq!(decoder.take(b"q"), [key(KeyCode::Char('q'))]);
    }
}

#[tokio::test]
async fn the_stream_keeps_the_order_in_which_keys_and_sizes_arrive() {
    let (sender, arrivals) = unbounded_channel();
    let mut typed = Typed::new(arrivals, None);
    for arrived in [
        Arrived::Bytes(b"a\x1b".to_vec()),
        Arrived::Resized(100, 40),
        Arrived::Bytes(b"[Bq".to_vec()),
    ] {
        sender.send(Ok(arrived)).unwrap();
    }
    drop(sender);
    let mut events = Vec::new();
    while let Some(event) = typed.next().await {
        events.push(event.unwrap());
    }
    let letter = |letter| key(KeyCode::Char(letter));
    let wanted = [
        letter('a'),
        Event::Resize(100, 40),
        key(KeyCode::Down),
        letter('q'),
    ];
    assert_eq!(events, wanted);
}
