//! What a step says where nobody holds the role that is to be told: that it is so, and who stands in
//! (NOBODY-THERE).

use crate::domain::Instant;
use crate::domain::contacts::Contact;
use crate::domain::directory::Directory;
use crate::domain::office;

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
