//! Who or which organisation an argument names: its short name, its full name, or a part that fits only
//! one, by the directory of the desk.

use crate::domain::directory::Directory;
use crate::domain::id::{OrganisationId, PersonId};
use crate::steps::naming;

/// The organisation that an argument names.
pub(super) fn organisation(typed: &str, directory: &Directory) -> anyhow::Result<OrganisationId> {
    naming::organisation(typed, directory).map_err(|miss| anyhow::anyhow!(miss.sentence()))
}

/// The same, where it need not be given.
pub(super) fn any_organisation(
    typed: Option<&str>,
    directory: &Directory,
) -> anyhow::Result<Option<OrganisationId>> {
    typed
        .map(|typed| organisation(typed, directory))
        .transpose()
}

/// The organisations that arguments name.
pub(super) fn organisations<C: FromIterator<OrganisationId>>(
    typed: &[String],
    directory: &Directory,
) -> anyhow::Result<C> {
    typed
        .iter()
        .map(|typed| organisation(typed, directory))
        .collect()
}

/// The person whom an argument names.
pub(super) fn person(typed: &str, directory: &Directory) -> anyhow::Result<PersonId> {
    naming::person(typed, directory).map_err(|miss| anyhow::anyhow!(miss.sentence()))
}
