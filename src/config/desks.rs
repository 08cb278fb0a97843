//! Which desks a process serves: the file that `nightdesk serve --desks` reads.
//!
//! A desk for each partnership, by the name of the host that is asked. Deliberately opens no database and reads
//! no other file: what it names is read where a desk begins.

use super::server::OutgoingError;
use crate::encoding;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One desk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenDesk {
    /// The name of the host by which it is asked, such as `riverbourne.desk.example.org`.
    pub host: String,
    /// `sqlite:` and a path, or the URL of a PostgreSQL database without a password.
    #[serde(default)]
    pub db: Option<String>,
    /// A file that holds such a URL with its password.
    #[serde(default)]
    pub db_url_file: Option<PathBuf>,
    /// The directory with which a new desk begins.
    #[serde(default)]
    pub directory: Option<PathBuf>,
    /// The desk's settings: by what messages go out, and where alerts of tools belong.
    #[serde(default)]
    pub settings: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    desk: Vec<WrittenDesk>,
}

/// The desks of a file; the paths in it start beside it.
///
/// # Errors
/// A sentence that names the file and what is wrong with it.
pub fn load(path: &Path) -> Result<Vec<WrittenDesk>, OutgoingError> {
    let text = encoding::read_file(path).map_err(|source| OutgoingError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let nonsense = |reason| OutgoingError::Nonsense {
        path: path.to_owned(),
        reason,
    };
    let mut desks = read(&text.text).map_err(nonsense)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for desk in &mut desks {
        let files = [
            &mut desk.db_url_file,
            &mut desk.directory,
            &mut desk.settings,
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
    Ok(desks)
}

fn read(text: &str) -> Result<Vec<WrittenDesk>, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
    if written.desk.is_empty() {
        return Err("it names no desk; write a [[desk]] with host and db for each".to_owned());
    }
    let mut hosts = BTreeSet::new();
    let mut databases = BTreeSet::new();
    for desk in &written.desk {
        let host = desk.host.as_str();
        if !is_host(host) {
            return Err(format!(
                "\"{host}\" is not the name of a host; write it in small letters, without a port"
            ));
        }
        if !hosts.insert(host) {
            return Err(format!("two desks have the host {host}; give each its own"));
        }
        if desk.db.is_some() == desk.db_url_file.is_some() {
            return Err(format!(
                "the desk {host} needs db or db_url_file, and one of them alone"
            ));
        }
        if !databases.insert((&desk.db, &desk.db_url_file)) {
            return Err(format!(
                "the database of the desk {host} is that of another one; give each its own"
            ));
        }
    }
    Ok(written.desk)
}

fn is_host(name: &str) -> bool {
    let is_fine =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    (1..=253).contains(&name.len()) && name.bytes().all(is_fine) && !name.ends_with('.')
}
