//! Whether the archive that a workbook is may be unpacked at all.
//!
//! A few kilobytes can unpack to more than any memory holds, and a number in a workbook can ask for as
//! much. So each part is unpacked once without being kept, and its numbers are looked at, before anybody
//! relies on them. Deliberately understands nothing else of a workbook.

use anyhow::{Context as _, ensure};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most that the parts of a workbook may unpack to.
const MOST_UNPACKED_MIB: u64 = 64;
/// More parts than any workbook has that holds a table.
const MOST_PARTS: usize = 1_000;
/// The rows of a sheet, as many as Excel knows: nothing in it is counted higher.
const MOST_ROWS: u64 = 1_048_576;

/// The places in a workbook whose number says how much is to be set aside.
const COUNTS: [&str; 3] = ["uniqueCount", "si", "r"];

/// Checks that a workbook can be read without harm.
///
/// # Errors
/// It is no archive, or one that nobody's table needs.
pub(super) fn check(bytes: &[u8]) -> anyhow::Result<()> {
    let not_readable = "It is no workbook of Excel that can be read";
    let mut archive = ZipArchive::new(Cursor::new(bytes)).context(not_readable)?;
    ensure!(
        archive.len() <= MOST_PARTS,
        "It has more than {MOST_PARTS} parts, which no table needs"
    );
    let most = MOST_UNPACKED_MIB * 1024 * 1024;
    let mut room = most;
    for place in 0..archive.len() {
        let part = archive.by_index(place).context(not_readable)?;
        let mut unpacked = Vec::new();
        part.take(room + 1)
            .read_to_end(&mut unpacked)
            .context(not_readable)?;
        room = room.checked_sub(unpacked.len() as u64).with_context(|| {
            format!("It unpacks to more than {MOST_UNPACKED_MIB} MiB; import it in parts")
        })?;
        let counts_too_high = COUNTS
            .iter()
            .any(|name| counts(&unpacked, name).any(|count| count > MOST_ROWS));
        ensure!(
            !counts_too_high,
            "It counts more rows than a sheet can have"
        );
    }
    Ok(())
}

/// The numbers that an attribute has in a part, wherever it stands.
fn counts<'a>(part: &'a [u8], name: &'a str) -> impl Iterator<Item = u64> + 'a {
    let words = part.split(u8::is_ascii_whitespace);
    words.enumerate().filter_map(move |(place, word)| {
        let value = word.strip_prefix(name.as_bytes()).filter(|_| place > 0)?;
        let value = value.strip_prefix(b"=")?;
        let quoted = value.strip_prefix(b"\"").or(value.strip_prefix(b"'"))?;
        let length = quoted
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let digits = std::str::from_utf8(&quoted[..length]).ok()?;
        // More digits than fit are more than enough.
        (length > 0).then(|| digits.parse().unwrap_or(u64::MAX))
    })
}
