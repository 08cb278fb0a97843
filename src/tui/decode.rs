//! What a terminal sends, taken apart: keys, pasted text and the mouse.
//!
//! crossterm could do it, but waits for ever for the end of a paste, and so takes the keyboard away
//! where SSH or tmux lose that end. Here whatever has begun and does not go on is given up: the caller
//! measures the silence, this module says how long it may last. It deliberately reads nothing and
//! knows no time.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use std::time::Duration;

/// A key may be an Esc, or begin a sequence of which the rest is under way.
const REST_OF_A_KEY: Duration = Duration::from_millis(50);
/// A sequence that has begun, or a paste: no line is silent for so long in the middle of one.
const REST_OF_A_SEQUENCE: Duration = Duration::from_secs(2);

const ESC: u8 = 0x1B;
const BEGIN_OF_SEQUENCE: &[u8] = b"\x1b[";
const END_OF_PASTE: &[u8] = b"\x1b[201~";
/// No sequence of a terminal is longer; what is, is none.
const LONGEST: usize = 64;

/// Takes apart what arrives in pieces.
#[derive(Debug, Default)]
pub struct Decoder {
    /// What has begun and is not complete.
    begun: Vec<u8>,
    is_pasting: bool,
}

/// What stands at the beginning of some bytes.
enum Next {
    /// It is not complete.
    More,
    /// So many bytes, and what they mean; nothing that the console knows, if empty.
    Is(usize, Option<Event>),
    /// Behind so many bytes begins pasted text.
    PasteBehind(usize),
}

impl Decoder {
    /// Takes in bytes: everything that is complete with them.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.begun.extend(bytes);
        let mut events = Vec::new();
        while !self.begun.is_empty() {
            if self.is_pasting {
                let Some(end) = find(&self.begun, END_OF_PASTE) else {
                    break;
                };
                events.push(self.pasted(end));
                self.begun.drain(..END_OF_PASTE.len());
                continue;
            }
            match next(&self.begun) {
                Next::More => break,
                Next::Is(length, event) => {
                    self.begun.drain(..length);
                    events.extend(event);
                }
                Next::PasteBehind(length) => {
                    self.begun.drain(..length);
                    self.is_pasting = true;
                }
            }
        }
        events
    }

    /// How long the terminal may be silent now; after that, what has begun is to be given up.
    pub fn patience(&self) -> Option<Duration> {
        match self.begun.as_slice() {
            _ if self.is_pasting => Some(REST_OF_A_SEQUENCE),
            [] => None,
            [ESC] => Some(REST_OF_A_KEY),
            _ => Some(REST_OF_A_SEQUENCE),
        }
    }

    /// The rest does not come. Pasted text ends here, an Esc was one, half a sequence is nothing.
    pub fn give_up(&mut self) -> Vec<Event> {
        if self.is_pasting {
            return vec![self.pasted(self.begun.len())];
        }
        let begun = std::mem::take(&mut self.begun);
        match begun.as_slice() {
            [ESC] => vec![pressed(KeyCode::Esc)],
            [ESC, key @ (b'[' | b'O')] => vec![with_alt(key_of(char::from(*key)))],
            _ => Vec::new(),
        }
    }

    /// The text up to `end`, which ends the paste.
    fn pasted(&mut self, end: usize) -> Event {
        self.is_pasting = false;
        let text: Vec<u8> = self.begun.drain(..end).collect();
        Event::Paste(String::from_utf8_lossy(&text).into_owned())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn next(bytes: &[u8]) -> Next {
    match bytes {
        [ESC] => Next::More,
        [ESC, ESC, ..] => Next::Is(1, Some(pressed(KeyCode::Esc))),
        [ESC, b'[', ..] => sequence(bytes),
        [ESC, b'O'] => Next::More,
        [ESC, b'O', last, ..] => Next::Is(3, keypad(*last)),
        [ESC, rest @ ..] => match character(rest) {
            Next::Is(length, event) => Next::Is(length + 1, event.map(with_alt)),
            other => other,
        },
        _ => character(bytes),
    }
}

/// A key that is a character, or one of the controls in the place of one.
fn character(bytes: &[u8]) -> Next {
    let Some(first) = bytes.first() else {
        return Next::More;
    };
    let event = match first {
        b'\r' => pressed(KeyCode::Enter),
        b'\t' => pressed(KeyCode::Tab),
        0x7F => pressed(KeyCode::Backspace),
        0 => with_control(' '),
        control @ 0x01..=0x1A => with_control(char::from(control - 1 + b'a')),
        control @ 0x1C..=0x1F => with_control(char::from(control - 0x1C + b'4')),
        _ => return utf8(bytes),
    };
    Next::Is(1, Some(event))
}

fn utf8(bytes: &[u8]) -> Next {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            return error
                .error_len()
                .map_or(Next::More, |length| Next::Is(length, None));
        }
    };
    valid.chars().next().map_or(Next::More, |character| {
        Next::Is(character.len_utf8(), Some(key_of(character)))
    })
}

/// A sequence with parameters: `ESC [`, parameters, and the byte that ends it.
fn sequence(bytes: &[u8]) -> Next {
    match bytes.get(2..) {
        // The Linux console's function keys, and the mouse of terminals that know no decimals.
        Some([b'[']) => return Next::More,
        Some([b'[', key @ b'A'..=b'E', ..]) => {
            return Next::Is(4, Some(pressed(KeyCode::F(key - b'A' + 1))));
        }
        Some([b'M', mouse @ ..]) => {
            return match mouse {
                [button, column, row, ..] => Next::Is(6, old_mouse(*button, *column, *row)),
                _ => Next::More,
            };
        }
        _ => {}
    }
    let body = &bytes[BEGIN_OF_SEQUENCE.len()..];
    let is_parameter = |byte: &u8| (0x20..=0x3F).contains(byte);
    let length = body.iter().take_while(|byte| is_parameter(byte)).count();
    let consumed = BEGIN_OF_SEQUENCE.len() + length;
    match body.get(length) {
        None if consumed < LONGEST => Next::More,
        None => Next::Is(consumed, None),
        Some(last @ 0x40..=0x7E) => {
            let parameters = std::str::from_utf8(&body[..length]).unwrap_or_default();
            match (parameters, last) {
                ("200", b'~') => Next::PasteBehind(consumed + 1),
                _ => Next::Is(consumed + 1, meaning(parameters, *last)),
            }
        }
        // Something else begins in the middle of it.
        Some(_) => Next::Is(consumed, None),
    }
}

fn meaning(parameters: &str, last: u8) -> Option<Event> {
    if let Some(mouse) = parameters.strip_prefix('<') {
        return decimal_mouse(mouse, last);
    }
    let mut numbers = parameters.split(';').map(|number| number.parse().ok());
    let (first, second): (Option<u8>, Option<u8>) =
        (numbers.next().flatten(), numbers.next().flatten());
    let code = match last {
        b'I' if parameters.is_empty() => return Some(Event::FocusGained),
        b'O' if parameters.is_empty() => return Some(Event::FocusLost),
        b'Z' => return Some(key_with(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' => numbered(first?)?,
        _ => lettered(last)?,
    };
    Some(key_with(code, modifiers(second.unwrap_or(1))))
}

/// A key of the keypad mode: the same letters, without parameters.
fn keypad(last: u8) -> Option<Event> {
    lettered(last).map(pressed)
}

fn lettered(last: u8) -> Option<KeyCode> {
    match last {
        b'A' => Some(KeyCode::Up),
        b'B' => Some(KeyCode::Down),
        b'C' => Some(KeyCode::Right),
        b'D' => Some(KeyCode::Left),
        b'H' => Some(KeyCode::Home),
        b'F' => Some(KeyCode::End),
        b'P'..=b'S' => Some(KeyCode::F(last - b'P' + 1)),
        _ => None,
    }
}

/// The keys that have numbers; some of the numbers of the function keys are left out.
fn numbered(number: u8) -> Option<KeyCode> {
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => Some(KeyCode::F(number - 10)),
        17..=21 => Some(KeyCode::F(number - 11)),
        23..=26 => Some(KeyCode::F(number - 12)),
        28..=29 => Some(KeyCode::F(number - 13)),
        31..=34 => Some(KeyCode::F(number - 14)),
        _ => None,
    }
}

/// Shift, Alt and Ctrl as bits, counted from 1.
fn modifiers(number: u8) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
    ]
    .into_iter()
    .filter(|(bit, _)| bits & bit != 0)
    .fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

fn decimal_mouse(parameters: &str, last: u8) -> Option<Event> {
    let mut numbers = parameters.split(';').map(str::parse::<u16>);
    let mut number = || numbers.next()?.ok();
    let (button, column, row) = (number()?, number()?, number()?);
    let event = mouse(u8::try_from(button).ok()?, column, row)?;
    let kind = match (last, event.kind) {
        (b'm', MouseEventKind::Down(button)) => MouseEventKind::Up(button),
        (_, kind) => kind,
    };
    Some(Event::Mouse(MouseEvent { kind, ..event }))
}

fn old_mouse(button: u8, column: u8, row: u8) -> Option<Event> {
    let place = |byte: u8| u16::from(byte.saturating_sub(32));
    let event = mouse(button.checked_sub(32)?, place(column), place(row))?;
    Some(Event::Mouse(event))
}

/// What the mouse did; places are counted from 1.
fn mouse(button: u8, column: u16, row: u16) -> Option<MouseEvent> {
    let number = (button & 0b11) | ((button & 0b1100_0000) >> 4);
    let is_moving = button & 0b10_0000 != 0;
    let kind = match (number, is_moving) {
        (0, false) => MouseEventKind::Down(MouseButton::Left),
        (1, false) => MouseEventKind::Down(MouseButton::Middle),
        (2, false) => MouseEventKind::Down(MouseButton::Right),
        (0, true) => MouseEventKind::Drag(MouseButton::Left),
        (1, true) => MouseEventKind::Drag(MouseButton::Middle),
        (2, true) => MouseEventKind::Drag(MouseButton::Right),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3..=5, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        (_, _) => return None,
    };
    // Shift, Alt and Ctrl stand behind the two bits of the button, as they do for keys.
    let held = modifiers(((button >> 2) & 0b111) + 1);
    Some(MouseEvent {
        kind,
        column: column.checked_sub(1)?,
        row: row.checked_sub(1)?,
        modifiers: held,
    })
}

fn key_of(character: char) -> Event {
    let held = if character.is_uppercase() {
        KeyModifiers::SHIFT
    } else {
        KeyModifiers::NONE
    };
    key_with(KeyCode::Char(character), held)
}

fn pressed(code: KeyCode) -> Event {
    Event::Key(KeyEvent::from(code))
}

fn key_with(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn with_control(letter: char) -> Event {
    key_with(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

fn with_alt(event: Event) -> Event {
    match event {
        Event::Key(key) => key_with(key.code, key.modifiers | KeyModifiers::ALT),
        other => other,
    }
}
