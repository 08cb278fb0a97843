//! Whom a step names: the person who holds a role, and where nobody does, that it is so and who stands in
//! (NOBODY-THERE).

use crate::domain::Instant;
use crate::domain::contacts::Contact;
use crate::domain::directory::Directory;
use crate::domain::office;
use crate::domain::role::Holding;

/// The words after the step; nothing where somebody holds the role.
pub(super) fn note(contact: &Contact, directory: &Directory, now: Instant) -> String {
    let whom = office::whom_to_tell(contact, directory, now);
    whom.map_or_else(String::new, |whom| {
        format!(". Nobody holds that role now: tell {whom}")
    })
}

/// Whom the call is made to: whoever stands in where nobody holds the role.
pub(super) fn whom(contact: &Contact, directory: &Directory, now: Instant) -> Contact {
    office::told_instead(contact, directory, now).unwrap_or_else(|| contact.clone())
}

/// Whoever holds a role now, by name: "Bronwen Hartleap (DPO of Riverbourne ICB)". Where nobody does, the role
/// and who stands in.
pub(super) fn holder(contact: &Contact, directory: &Directory, now: Instant) -> String {
    let holders = directory.holders(contact.role, contact.organisation.as_ref(), now);
    match (
        holders.first(),
        office::whom_to_tell(contact, directory, now),
    ) {
        (Some(holding), _) => named(holding, directory),
        (None, Some(instead)) => instead,
        (None, None) => contact.in_words(directory),
    }
}

/// Somebody by name and role; a deputy is named as one.
pub(super) fn named(holding: &Holding, directory: &Directory) -> String {
    let name = directory.person_name(&holding.person);
    let role = Contact::held_by(holding.role, &holding.organisation).named(directory);
    match (holding.deputy_order > 0, holding.interim) {
        (true, _) => format!("{name} (deputy {role})"),
        (false, true) => format!("{name} (interim {role})"),
        (false, false) => format!("{name} ({role})"),
    }
}
