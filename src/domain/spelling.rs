//! What somebody may have meant who mistyped a word: only what is near, because a far guess misleads.
//!
//! Deliberately decides nothing: whoever asks still has to type what they mean.

/// What belongs to the spelling that takes the fewest changes to get to, if those are few; a name may be
/// met by one of its words.
pub fn nearest<'a, T>(typed: &str, known: impl Iterator<Item = (&'a str, T)>) -> Option<T> {
    let typed = typed.trim().to_lowercase();
    let letters = typed.chars().count();
    known
        .map(|(spelling, means)| (distance(&typed, &spelling.to_lowercase()), means))
        .filter(|(changes, _)| is_near(*changes, letters))
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, means)| means)
}

/// The fewest changes to the whole spelling or to one of its words.
fn distance(typed: &str, spelling: &str) -> usize {
    let between = |letter: char| !letter.is_alphanumeric();
    std::iter::once(spelling)
        .chain(spelling.split(between).filter(|word| !word.is_empty()))
        .map(|word| strsim::damerau_levenshtein(typed, word))
        .min()
        .unwrap_or(usize::MAX)
}

/// One change, or as many as two in five letters.
fn is_near(changes: usize, letters: usize) -> bool {
    (changes <= 1 && letters > 1) || changes.saturating_mul(5) <= letters * 2
}
