//! Whether a text looks as if it named a patient: an NHS number, a date of birth, an e-mail address, a
//! UK phone number, a name with its title.
//!
//! It only warns. A reference can look like a number and a street like a name, and a fact must never wait
//! for a pattern (BOB-NOTES, section 1.3). Deliberately knows no list of names.

/// What a text seems to hold, with the words that look like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// What it looks like.
    pub kind: Kind,
    /// The words.
    pub words: String,
}

/// What a text can seem to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ten digits whose last one checks.
    NhsNumber,
    /// A day with its year, long ago or called a birthday.
    DateOfBirth,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A title and a name.
    Name,
}

impl Kind {
    /// What it looks like, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NhsNumber => "an NHS number",
            Self::DateOfBirth => "a date of birth",
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number",
            Self::Name => "a name",
        }
    }
}

/// Everything in a text that looks like a person's, in its order.
pub fn seen(text: &str) -> Vec<Sighting> {
    let words: Vec<&str> = text.split_whitespace().map(trimmed).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match at_word(&words[at..]) {
            Some((kind, length)) => {
                let words = words[at..at + length].join(" ");
                found.push(Sighting { kind, words });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// What begins with the first of these words, and of how many it consists.
fn at_word(words: &[&str]) -> Option<(Kind, usize)> {
    let first = words.first()?;
    if is_email(first) {
        return Some((Kind::Email, 1));
    }
    if let Some(length) = number(words, is_nhs_number) {
        return Some((Kind::NhsNumber, length));
    }
    if let Some(length) = number(words, is_phone) {
        return Some((Kind::Phone, length));
    }
    let next = words.get(1);
    if is_birthday_word(first) && next.is_some_and(|next| year_of(next).is_some()) {
        return Some((Kind::DateOfBirth, 2));
    }
    if year_of(first).is_some_and(|year| year < LONG_AGO) {
        return Some((Kind::DateOfBirth, 1));
    }
    let is_named = TITLES.contains(&first.trim_end_matches('.').to_lowercase().as_str())
        && next.is_some_and(|next| is_capitalised(next));
    is_named.then(|| {
        let more = words.get(2).is_some_and(|word| is_capitalised(word));
        (Kind::Name, 2 + usize::from(more))
    })
}

/// A day in a year before this one is hardly when something happened at the desk.
const LONG_AGO: u32 = 2020;

/// What stands before a person's name.
const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "mx", "master", "baby", "dr"];

fn trimmed(word: &str) -> &str {
    word.trim_matches(|letter: char| ",;:()[]\"'!?".contains(letter))
        .trim_end_matches('.')
}

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

fn is_email(word: &str) -> bool {
    let Some((before, domain)) = word.split_once('@') else {
        return false;
    };
    !before.is_empty() && domain.split('.').filter(|part| !part.is_empty()).count() > 1
}

/// Of how many words a number consists that begins here: people write it in groups.
fn number(words: &[&str], is_one: fn(&str) -> bool) -> Option<usize> {
    const MOST_GROUPS: usize = 5;
    let mut digits = String::new();
    for (place, word) in words.iter().take(MOST_GROUPS).enumerate() {
        let group: String = word.chars().filter(|sign| !"-()".contains(*sign)).collect();
        let is_number = |sign: char| sign.is_ascii_digit() || (sign == '+' && place == 0);
        if group.is_empty() || !group.chars().all(is_number) {
            return None;
        }
        digits.push_str(&group);
        let goes_on = words
            .get(place + 1)
            .is_some_and(|next| next.chars().all(|sign| sign.is_ascii_digit()));
        if is_one(&digits) && !goes_on {
            return Some(place + 1);
        }
    }
    None
}

/// Ten digits, the last of which is right (modulus 11).
fn is_nhs_number(digits: &str) -> bool {
    let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(10)).collect();
    let Some([first @ .., check]) = values.as_deref() else {
        return false;
    };
    if first.len() != 9 {
        return false;
    }
    let sum: u32 = first
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    let wanted = (11 - sum % 11) % 11;
    wanted == *check
}

/// `07…`, `01…`, `02…` or `+44…`, with as many digits as there are in a British number.
fn is_phone(digits: &str) -> bool {
    let national = digits.strip_prefix("+44").map(|rest| format!("0{rest}"));
    let national = national.as_deref().unwrap_or(digits);
    let starts = ["01", "02", "07"]
        .iter()
        .any(|start| national.starts_with(start));
    starts && (10..=11).contains(&national.len())
}

fn is_birthday_word(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "dob" | "d.o.b" | "born" | "birth"
    )
}

/// The year of a day that is written `01/02/1940`, `1.2.1940` or `1940-02-01`.
fn year_of(word: &str) -> Option<u32> {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let number = |part: &str| part.parse::<u32>().ok();
    let (first, second, third) = (number(first)?, number(second)?, number(third)?);
    let (day, month, year) = if first > 31 {
        (third, second, first)
    } else {
        (first, second, third)
    };
    let is_day = (1..=31).contains(&day) && (1..=12).contains(&month);
    (is_day && (1880..2100).contains(&year)).then_some(year)
}
