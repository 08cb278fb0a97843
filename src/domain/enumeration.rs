//! Several names in one sentence: "A", "A and B", "A, B and C".
//!
//! Deliberately knows no grammar beyond that: whoever writes the sentence says "has" or "have".

/// All of them: "A, B and C".
pub fn all<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "and")
}

/// One of them: "A, B or C".
pub fn any<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "or")
}

fn joined<S: AsRef<str>>(names: &[S], last_by: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} {last_by} {last}", others.join(", ")),
        None => String::new(),
    }
}
