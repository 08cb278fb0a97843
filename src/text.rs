//! The sanitiser: text from outside becomes text that may be shown.
//!
//! Reporters, partners and mail gateways write what they like, and an officer's terminal renders
//! it. Whatever could act on the terminal, or hide from the reader, is *shown* in one notation:
//!
//! | in the text | on the screen |
//! |---|---|
//! | a C0 control or DEL | its picture: `␛`, `␇`, `␡` |
//! | C1, bidi, invisible, format and private-use characters | `‹U+202E›` |
//! | more than four combining marks on one letter | four of them, then `‹+60 marks›` |
//! | a combining mark with no letter to sit on | on `◌` |
//! | an emoji with a skin tone, which terminals measure differently | the emoji, then the tone's name |
//! | the style or the joiners of a well-formed emoji | the emoji alone; a family is shown as its members |
//!
//! Nothing else is dropped silently, because a text that looks clean after hostile parts were removed
//! is a lie: a selector or a joiner anywhere but inside an emoji is shown. This module deliberately does not judge content: look-alike letters and text that
//! imitates the interface are the business of whoever lays out the screen.

use std::borrow::Cow;
use std::fmt;
use std::io;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many combining marks one letter may carry; no living script stacks more.
const MOST_MARKS: usize = 4;

/// Text that holds no control, format or invisible character: only the sanitiser makes it.
///
/// Clean text is borrowed, so that sanitising what is already clean costs one scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Printable<'a>(Cow<'a, str>);

/// Outside text for one line: line breaks and tabs are shown like every other control.
pub fn line(text: &str) -> Printable<'_> {
    Printable(shown(text, |_| false))
}

/// Outside text of several lines: `\n` stays a line break, everything else is as in [`line()`].
pub fn lines(text: &str) -> Printable<'_> {
    Printable(shown(text, |character| character == '\n'))
}

/// What the system said went wrong, without its number.
pub fn of_error(error: &io::Error) -> String {
    without_error_numbers(&error.to_string())
}

/// A message without the numbers of the operating system, which mean nothing to the person who reads it.
pub fn without_error_numbers(message: &str) -> String {
    let mut parts = message.split(" (os error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| match part.split_once(')') {
        Some((number, rest)) if number.bytes().all(|digit| digit.is_ascii_digit()) => kept + rest,
        Some(_) | None => format!("{kept} (os error {part}"),
    })
}

impl<'a> Printable<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many terminal columns the text takes.
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// The text in at most `columns` columns, cut between whole characters and ending in `…` if
    /// something was cut.
    pub fn truncated(self, columns: usize) -> Self {
        if self.width() <= columns {
            return self;
        }
        let Some(room) = columns.checked_sub(1) else {
            return Self::default();
        };
        let mut kept = String::with_capacity(columns + 3);
        let mut used = 0;
        for grapheme in self.0.graphemes(true) {
            used += grapheme.width();
            if used > room {
                break;
            }
            kept.push_str(grapheme);
        }
        kept.push('…');
        Printable(Cow::Owned(kept))
    }

    /// The same text, owned.
    pub fn into_owned(self) -> Printable<'static> {
        Printable(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Printable<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<Printable<'a>> for Cow<'a, str> {
    fn from(text: Printable<'a>) -> Self {
        text.0
    }
}

impl From<Printable<'_>> for String {
    fn from(text: Printable<'_>) -> Self {
        text.0.into_owned()
    }
}

fn shown(text: &str, keeps: fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer::with_capacity(text.len());
    for cluster in without_emoji_style(text).graphemes(true) {
        let joined = cluster.width() != columns_apart(cluster);
        for (place, character) in cluster.chars().enumerate() {
            if keeps(character) {
                writer.line_break(character);
            } else if acts_or_hides(character) {
                writer.named(character);
            } else {
                match character.width() {
                    None | Some(0) => writer.mark(character),
                    Some(_) if joined && place > 0 => writer.named(character),
                    Some(_) => writer.letter(character),
                }
            }
        }
    }
    let shown = writer.finish();
    if shown == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(shown)
    }
}

/// Asks for the emoji to be drawn in text style.
const TEXT_STYLE: char = '\u{FE0E}';
/// Asks for the emoji to be drawn in colour.
const EMOJI_STYLE: char = '\u{FE0F}';
/// Joins emojis into one picture, where a terminal knows it.
const JOINER: char = '\u{200D}';

/// The text with each well-formed emoji as the pictures that it is made of: the selector of its style
/// and the joiners say nothing to a reader, and terminals disagree about their width.
fn without_emoji_style(text: &str) -> Cow<'_, str> {
    if !text.contains([TEXT_STYLE, EMOJI_STYLE, JOINER]) {
        return Cow::Borrowed(text);
    }
    let clusters = text.graphemes(true);
    Cow::Owned(
        clusters
            .map(|cluster| pictures(cluster).map_or(Cow::Borrowed(cluster), Cow::Owned))
            .collect(),
    )
}

/// The pictures that a cluster joins; none if it is anything but a well-formed emoji.
fn pictures(cluster: &str) -> Option<String> {
    cluster.split(JOINER).map(picture).collect()
}

/// A pictograph with at most one selector and one skin tone, or a keycap; as it is without the
/// selector.
fn picture(part: &str) -> Option<String> {
    let base = part.chars().next()?;
    let rest = &part[base.len_utf8()..];
    let rest = rest.strip_prefix([TEXT_STYLE, EMOJI_STYLE]).unwrap_or(rest);
    let is_keycap = matches!(base, '0'..='9' | '#' | '*') && rest == "\u{20E3}";
    let is_pictured = is_pictograph(base) && (rest.is_empty() || is_skin_tone(rest));
    (is_keycap || is_pictured).then(|| format!("{base}{rest}"))
}

/// Whether the Unicode Character Database lists a character as a pictograph: a joiner makes one
/// cluster of two of them, and of no other characters that are seen.
fn is_pictograph(character: char) -> bool {
    let joined = format!("{character}{JOINER}{character}");
    character.width() > Some(0) && joined.graphemes(true).count() == 1
}

fn is_skin_tone(rest: &str) -> bool {
    let mut characters = rest.chars();
    matches!(
        (characters.next(), characters.next()),
        (Some('\u{1F3FB}'..='\u{1F3FF}'), None)
    )
}

/// The columns of a cluster on a terminal that knows nothing of joining.
fn columns_apart(cluster: &str) -> usize {
    cluster.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// Builds the shown text, keeping count of the marks on the letter written last.
struct Writer {
    text: String,
    on_letter: bool,
    marks: usize,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            on_letter: false,
            marks: 0,
        }
    }

    fn letter(&mut self, letter: char) {
        self.end_of_marks();
        self.text.push(letter);
        self.on_letter = true;
    }

    fn mark(&mut self, mark: char) {
        if !self.on_letter {
            self.letter('◌');
        }
        self.marks += 1;
        if self.marks <= MOST_MARKS {
            self.text.push(mark);
        }
    }

    fn named(&mut self, character: char) {
        self.end_of_marks();
        push_name(&mut self.text, character);
        self.on_letter = true;
    }

    fn line_break(&mut self, character: char) {
        self.end_of_marks();
        self.text.push(character);
        self.on_letter = false;
    }

    fn end_of_marks(&mut self) {
        if let Some(beyond @ 1..) = self.marks.checked_sub(MOST_MARKS) {
            self.text.push_str(&format!("‹+{beyond} marks›"));
        }
        self.marks = 0;
    }

    fn finish(mut self) -> String {
        self.end_of_marks();
        self.text
    }
}

/// The notation of one character: its control picture where Unicode has one, else its number.
fn push_name(text: &mut String, character: char) {
    let code = u32::from(character);
    match code {
        0..=0x1F => text.extend(char::from_u32(0x2400 + code)),
        0x7F => text.push('␡'),
        _ => text.push_str(&format!("‹U+{code:04X}›")),
    }
}

/// Whether a character acts on the terminal or cannot be seen.
fn acts_or_hides(character: char) -> bool {
    let code = u32::from(character);
    character.is_control()
        || code & 0xFFFE == 0xFFFE
        || INVISIBLE
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&code))
}

/// Format characters, default-ignorable characters, separators and private use, of Unicode 16.
const INVISIBLE: [(u32, u32); 28] = [
    (0xAD, 0xAD),         // soft hyphen
    (0x34F, 0x34F),       // combining grapheme joiner
    (0x600, 0x605),       // Arabic number signs, which reach over what follows
    (0x61C, 0x61C),       // Arabic letter mark
    (0x6DD, 0x6DD),       // end of ayah
    (0x70F, 0x70F),       // Syriac abbreviation mark
    (0x890, 0x891),       // Arabic pound and piastre marks
    (0x8E2, 0x8E2),       // disputed end of ayah
    (0x115F, 0x1160),     // Hangul fillers
    (0x17B4, 0x17B5),     // Khmer inherent vowels
    (0x180B, 0x180F),     // Mongolian variation selectors
    (0x200B, 0x200F),     // zero width spaces and joiners, direction marks
    (0x2028, 0x202E),     // line separators, bidi embeddings and overrides
    (0x2060, 0x206F),     // word joiner, invisible operators, bidi isolates
    (0x2800, 0x2800),     // the Braille pattern without dots
    (0x3164, 0x3164),     // Hangul filler
    (0xE000, 0xF8FF),     // private use
    (0xFDD0, 0xFDEF),     // not characters
    (0xFE00, 0xFE0F),     // variation selectors
    (0xFEFF, 0xFEFF),     // byte order mark
    (0xFFA0, 0xFFA0),     // halfwidth Hangul filler
    (0xFFF0, 0xFFFB),     // interlinear annotation
    (0x110BD, 0x110BD),   // Kaithi number sign
    (0x110CD, 0x110CD),   // Kaithi number sign above
    (0x13430, 0x13440),   // hieroglyph joiners
    (0x1BCA0, 0x1BCA3),   // shorthand format controls
    (0x1D173, 0x1D17A),   // musical beams and slurs
    (0xE0000, 0x10_FFFF), // tags, variation selectors, private use
];
