//! In which encoding a file is written that somebody hands in: found out, and told.
//!
//! Spreadsheets and editors write what they like: UTF-8 with or without a mark, UTF-16, or the
//! Windows-1252 of older programs in this country. Deliberately never replaces a character: a text
//! that cannot be read whole is refused with its line, because a letter that is silently lost may be
//! part of a name.

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read; what people hand in is far smaller.
const LARGEST_MIB: u64 = 32;

/// An encoding that is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// What Windows programs write in western Europe.
    Windows1252,
}

impl Encoding {
    /// The encoding as people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }

    fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }
}

/// A text, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a mark of its byte order.
    pub text: String,
    /// How it was written.
    pub encoding: Encoding,
}

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Some of it is not in the encoding of the rest.
    #[error("Line {line} is not written in {}, as the rest is; save the file as UTF-8", .encoding.name())]
    Broken {
        /// Where.
        line: u64,
        /// The encoding of the rest.
        encoding: Encoding,
    },
    /// It mixes two encodings, and no guess would be safe.
    #[error(
        "Line {utf8} is written in UTF-8 and line {other} is not; save the file as UTF-8, or remove one of them"
    )]
    Mixed {
        /// The first line that can only be meant as UTF-8.
        utf8: u64,
        /// The first line that is not UTF-8.
        other: u64,
    },
    /// It holds what no text holds.
    #[error("It is not a text file: line {line} holds a zero byte")]
    NotText {
        /// Where.
        line: u64,
    },
}

/// The text that bytes hold.
///
/// # Errors
/// They hold none, or not one that can be read whole.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Undecodable> {
    let (encoding, body) = found(bytes)?;
    let mut decoder = encoding.decoder().new_decoder_without_bom_handling();
    // Enough for any text: what does not fit would come back as a full buffer.
    let room = decoder.max_utf8_buffer_length_without_replacement(body.len());
    let mut text = String::with_capacity(room.unwrap_or_default());
    let (came_to, _) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    let line = |text: &str| line_at(text, text.len());
    match came_to {
        DecoderResult::InputEmpty => {}
        DecoderResult::OutputFull | DecoderResult::Malformed(..) => {
            let line = line(&text);
            return Err(Undecodable::Broken { line, encoding });
        }
    }
    if let Some(at) = text.find('\0') {
        let line = line_at(&text, at);
        return Err(Undecodable::NotText { line });
    }
    // The five bytes that Windows-1252 leaves free come out as controls.
    let is_free = |letter: char| ('\u{80}'..='\u{9f}').contains(&letter);
    match text.find(is_free) {
        Some(at) if encoding == Encoding::Windows1252 => {
            let line = line_at(&text, at);
            Err(Undecodable::Broken { line, encoding })
        }
        Some(_) | None => Ok(Decoded { text, encoding }),
    }
}

/// The encoding of a file by its mark, else by what it can be; and what follows the mark.
fn found(bytes: &[u8]) -> Result<(Encoding, &[u8]), Undecodable> {
    if let Some((marked, length)) = encoding_rs::Encoding::for_bom(bytes) {
        let encoding = match marked {
            marked if marked == UTF_16LE => Encoding::Utf16Le,
            marked if marked == UTF_16BE => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        return Ok((encoding, &bytes[length..]));
    }
    if let Some(encoding) = utf_16_by_its_zeros(bytes) {
        return Ok((encoding, bytes));
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok((Encoding::Utf8, bytes)),
        Err(_) => not_utf_8(bytes).map(|encoding| (encoding, bytes)),
    }
}

/// Text in a Latin alphabet has a zero in most of its pairs, on the same side each time.
fn utf_16_by_its_zeros(bytes: &[u8]) -> Option<Encoding> {
    let pairs = bytes.as_chunks::<2>().0;
    let most = |is_it: fn(&[u8; 2]) -> bool| {
        let count = pairs.iter().filter(|pair| is_it(pair)).count();
        count * 2 > pairs.len()
    };
    if most(|pair| pair[0] != 0 && pair[1] == 0) {
        Some(Encoding::Utf16Le)
    } else if most(|pair| pair[0] == 0 && pair[1] != 0) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Bytes that are no UTF-8 are Windows-1252, unless some of them can only be meant as UTF-8.
fn not_utf_8(bytes: &[u8]) -> Result<Encoding, Undecodable> {
    let (mut utf8, mut other) = (None, None);
    let mut line = 1;
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        if let (None, Some(at)) = (utf8, valid.find(|letter: char| !letter.is_ascii())) {
            utf8 = Some(line + breaks(&valid[..at]));
        }
        line += breaks(valid);
        if !chunk.invalid().is_empty() {
            other = other.or(Some(line));
        }
    }
    match (utf8, other) {
        (Some(utf8), Some(other)) => Err(Undecodable::Mixed { utf8, other }),
        _ => Ok(Encoding::Windows1252),
    }
}

/// The line on which a place of a text lies, counted as editors count: from one, and each of CR LF, LF
/// and CR ends one.
pub fn line_at(text: &str, at: usize) -> u64 {
    let before = text.get(..at).unwrap_or(text);
    // Between the two of a CR LF it is still the line that they end.
    let is_between = before.ends_with('\r') && text[before.len()..].starts_with('\n');
    1 + breaks(before) - u64::from(is_between)
}

fn breaks(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = |(at, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    bytes.iter().enumerate().map(ends).map(u64::from).sum()
}

/// The text of a file that somebody hands in, whatever encoding it is written in.
///
/// # Errors
/// It cannot be read, or is no text; then the sentence says on which line.
pub fn read_file(path: &Path) -> io::Result<Decoded> {
    read(File::open(path)?)
}

/// The same from anything that is read, such as standard input.
///
/// # Errors
/// As for a file.
pub fn read(source: impl Read) -> io::Result<Decoded> {
    let bytes = read_bytes(source)?;
    decode(&bytes).map_err(|undecodable| io::Error::new(io::ErrorKind::InvalidData, undecodable))
}

/// The bytes of what somebody hands in.
///
/// # Errors
/// It cannot be read, or is larger than anything that is meant.
pub fn read_bytes(source: impl Read) -> io::Result<Vec<u8>> {
    let largest = LARGEST_MIB * 1024 * 1024;
    let mut bytes = Vec::new();
    source.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        let sentence = format!("It is larger than {LARGEST_MIB} MiB; split it and give the parts");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, sentence));
    }
    Ok(bytes)
}
