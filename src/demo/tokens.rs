//! Tokens for the people of the night, each in a file that only its owner can read.
//!
//! A file is named by the role, `DPO`, and where several organisations have one, `GGR-eastmere`.
//! Deliberately keeps no token in memory: whoever needs one reads its file, as a console does.

use super::night::NightError;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::server::{self, Store};
use chrono::TimeDelta;
use secrecy::ExposeSecret;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A demonstration that runs longer than this needs new tokens.
const GOOD_FOR: TimeDelta = TimeDelta::hours(72);

/// Somebody who can sign in, and the name of the file that holds the token.
pub(super) struct SignIn {
    pub(super) file: String,
    pub(super) person: PersonId,
}

/// Everybody who gets a token: whoever is on call and relieves them, and the primary holder of every
/// role.
pub(super) fn sign_ins(directory: &Directory, now: Instant) -> Vec<SignIn> {
    let desk = rota::on_call(&directory.shifts, Tier::First, now);
    let relief = rota::next_shift(&directory.shifts, Tier::First, now);
    let on_call = [(desk, "OCO"), (relief, "OCO-next")]
        .into_iter()
        .filter_map(|(shift, file)| {
            Some(SignIn {
                file: file.to_owned(),
                person: shift?.person.clone(),
            })
        });
    on_call.chain(holders(directory, now)).collect()
}

fn holders(directory: &Directory, now: Instant) -> Vec<SignIn> {
    let primary = |role, organisation: &OrganisationId| {
        let holders = directory.holders(role, Some(organisation), now);
        holders.first().map(|holding| holding.person.clone())
    };
    let of_role = |role: Role| {
        let mut organisations = directory.organisations.iter();
        let first = organisations.position(|known| primary(role, &known.id).is_some());
        directory
            .organisations
            .iter()
            .enumerate()
            .filter_map(move |(place, known)| {
                let file = match Some(place) == first && role != Role::Ggr {
                    true => role.code().to_owned(),
                    false => format!("{}-{}", role.code(), known.id),
                };
                let person = primary(role, &known.id)?;
                Some(SignIn { file, person })
            })
            .collect::<Vec<_>>()
    };
    Role::ALL.into_iter().flat_map(of_role).collect()
}

/// Makes a token for each and writes it into `folder`, which only its owner can enter.
pub(super) async fn write(
    folder: &Path,
    sign_ins: &[SignIn],
    store: &Store,
    now: Instant,
) -> Result<(), NightError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    for SignIn { file, person } in sign_ins {
        let (token, _) =
            server::create_token(store, person, server::Scope::Everything, GOOD_FOR, now).await?;
        write_file(&folder.join(file), token.expose_secret())?;
    }
    Ok(())
}

/// A file left from another night is replaced, whatever its rights were.
fn write_file(path: &PathBuf, token: &str) -> std::io::Result<()> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{token}")
}
