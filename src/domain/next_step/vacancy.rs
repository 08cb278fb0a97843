//! What a step says where nobody holds the role that is to be told: that it is so, and who stands in
//! (NOBODY-THERE).

use crate::domain::Instant;
use crate::domain::contacts::Contact;
use crate::domain::directory::Directory;
use crate::domain::office::{Office, who_may};
use crate::domain::role::Role;

/// The words after the step; nothing where somebody holds the role.
pub(super) fn note(contact: &Contact, directory: &Directory, now: Instant) -> String {
    if is_held(contact, directory, now) {
        return String::new();
    }
    let stands_in = stands_in(contact, directory, now);
    let whom = stands_in.unwrap_or_else(|| "the person who does that work".to_owned());
    format!(". Nobody holds that role now: tell {whom}")
}

/// An acting officer is held to be there for the officer.
fn is_held(contact: &Contact, directory: &Directory, now: Instant) -> bool {
    let organisation = contact.organisation.as_ref();
    let holds = |role| !directory.holders(role, organisation, now).is_empty();
    !contact.role.is_appointed()
        || holds(contact.role)
        || (contact.role == Role::Dpo && holds(Role::Adpo))
}

fn stands_in(contact: &Contact, directory: &Directory, now: Instant) -> Option<String> {
    let office = match contact.role {
        Role::Dpo | Role::Adpo => Office::Decide,
        Role::Siro => Office::FirstVoice,
        Role::Cg => Office::SecondVoice,
        Role::Ao => Office::Tie,
        Role::Wso => return Some("the host, by the exception path".to_owned()),
        Role::Staff
        | Role::Lm
        | Role::Iao
        | Role::Iaa
        | Role::Oco
        | Role::Igt
        | Role::Csm
        | Role::Ggr
        | Role::Host
        | Role::Proc
        | Role::Igsg
        | Role::Arc
        | Role::Aud
        | Role::Adm => return None,
    };
    let who = who_may(office, contact.organisation.as_ref()?, directory, now, &[]);
    (!who.seats.is_empty()).then(|| who.in_words(directory))
}
