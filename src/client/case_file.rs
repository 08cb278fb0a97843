//! The case file of an incident as a folder: documents to read, the entries as they were hashed, and a
//! list of hashes, so that anybody can check it without the desk (BOB-REC).
//!
//! Made from what the server handed out, which is an entry of the trail itself. Deliberately signs
//! nothing: compare the last entry's hash with the desk's, or with a checkpoint kept elsewhere.

use super::exports;
use super::http::{Failure, Http};
use crate::api::types::{CaseFile, CaseFileEntry};
use crate::domain::Instant;
use crate::domain::event::{Entry, Signature};
use crate::domain::guard::Surroundings;
use crate::domain::id::{CommandId, IncidentId};
use crate::report::case_file::{self, Says, Told};
use crate::report::{Format, RenderError};
use crate::text;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file that lists the hashes of the others.
const SUMS: &str = "SHA256SUMS";

/// The file that holds the incident and its entries.
const RECORD: &str = "record.json";

/// What the folder says of itself.
const READ_ME: &str = "\
This folder is the case file of one incident.

case-file.pdf, case-file.txt and case-file.md say the same in three forms.
record.json holds the incident and the entries of the audit trail that made it what it is, byte for
byte as they were hashed. The hash of an entry is the SHA-256 of the hash before it, a line feed and
its body. An entry without a body is one that whoever took the file may not know.

To check the folder without the desk: nightdesk case-file verify FOLDER
or, for the files alone: sha256sum -c SHA256SUMS

To check it against the desk: the last entry stands under its number with the same hash, as
nightdesk verify --expect NUMBER:HASH says on the desk's own machine.
";

/// Why a folder could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CaseFileError {
    /// The server did not give it.
    #[error("The case file did not come: {0}")]
    NotGiven(#[from] Failure),
    /// A document could not be made.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The record could not be spelt or understood.
    #[error("{RECORD} cannot be understood: {0}")]
    Record(#[from] serde_json::Error),
    /// There is such a folder.
    #[error("{}", exports::is_there_already(.0))]
    IsThere(PathBuf),
    /// The disk.
    #[error("{} cannot be used: {}", path.display(), text::of_error(source))]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
}

/// What is inside the body of an entry about an incident: an event, or that somebody read it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Event { entry: Box<Entry> },
    Read { at: Instant, by: Signature },
}

/// A new folder that a case file goes into.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, which must not be there yet.
    ///
    /// # Errors
    /// It is there already, or the disk refuses.
    pub fn new(path: &Path) -> Result<Self, CaseFileError> {
        exports::new_directory(path).map_err(|source| at(path, source))?;
        Ok(Self(path.to_owned()))
    }

    /// Makes a folder below a directory; a name that is taken gets a number.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn below(directory: &Path, name: &str) -> Result<Self, CaseFileError> {
        let made = exports::new_directory_below(directory, name);
        Ok(Self(made.map_err(|source| at(directory, source))?))
    }

    /// Writes the case file into it.
    ///
    /// # Errors
    /// The disk refuses, or a document could not be made.
    pub fn fill(&self, file: &CaseFile, around: &Surroundings<'_>) -> Result<(), CaseFileError> {
        let files = files(file, around)?;
        let sums: String = files
            .iter()
            .map(|(name, content)| format!("{}  {name}\n", sha256(content)))
            .collect();
        let sums = (SUMS, sums.into_bytes());
        for (name, content) in files.iter().chain(std::iter::once(&sums)) {
            let path = self.0.join(name);
            exports::create(&path, content).map_err(|source| at(&path, source))?;
        }
        Ok(())
    }
}

/// Takes the case file that a command of one's own handed out, writes it to a new folder below a
/// directory, and says where.
///
/// # Errors
/// The server does not give it, or the disk refuses.
pub async fn take(
    http: &Http,
    incident: IncidentId,
    handed_out: CommandId,
    below: &Path,
    now: Instant,
) -> Result<PathBuf, CaseFileError> {
    let file = http.case_file(incident, handed_out).await?;
    let directory = http.directory().await?.body;
    let policy = http.policy().await?.body;
    let name = format!("case-file-{}", file.body.incident.name());
    let folder = Folder::below(below, &name)?;
    let around = Surroundings {
        now: file.heard.server_time.unwrap_or(now),
        policy: &policy,
        directory: &directory,
        problems: None,
    };
    folder.fill(&file.body, &around)?;
    Ok(folder.0)
}

fn at(path: &Path, source: io::Error) -> CaseFileError {
    match source.kind() {
        io::ErrorKind::AlreadyExists => CaseFileError::IsThere(path.to_owned()),
        _ => CaseFileError::Disk {
            path: path.to_owned(),
            source,
        },
    }
}

fn files(
    file: &CaseFile,
    around: &Surroundings<'_>,
) -> Result<Vec<(&'static str, Vec<u8>)>, CaseFileError> {
    let told = file
        .entries
        .iter()
        .map(told)
        .collect::<Result<Vec<_>, _>>()?;
    let document = case_file::document(&file.incident, &told, around);
    Ok(vec![
        ("READ-ME.txt", READ_ME.as_bytes().to_vec()),
        ("case-file.txt", Format::Text.write(&document)?),
        ("case-file.md", Format::Markdown.write(&document)?),
        ("case-file.pdf", Format::Pdf.write(&document)?),
        (RECORD, serde_json::to_vec_pretty(file)?),
    ])
}

fn told(entry: &CaseFileEntry) -> Result<Told, serde_json::Error> {
    let body = entry.body.as_deref().map(serde_json::from_str::<Body>);
    Ok(Told {
        seq: entry.seq,
        previous: entry.previous.clone(),
        hash: entry.hash.clone(),
        says: match body.transpose()? {
            Some(Body::Event { entry }) => Says::Event(entry),
            Some(Body::Read { at, by }) => Says::Read { at, by },
            None => Says::Withheld,
        },
    })
}

fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a folder holds, and what is wrong with its files, a sentence each.
///
/// # Errors
/// The folder is not there, or its record cannot be understood.
pub fn read(folder: &Path) -> Result<(CaseFile, Vec<String>), CaseFileError> {
    let content = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|source| at(&path, source))
    };
    let sums = String::from_utf8_lossy(&content(SUMS)?).into_owned();
    let mut faults = Vec::new();
    let mut is_listed = false;
    for line in sums.lines() {
        let Some((hash, name)) = line.split_once("  ") else {
            faults.push(format!("A line of {SUMS} makes no sense"));
            continue;
        };
        is_listed |= name == RECORD;
        // A name that leads elsewhere would have somebody's other files read.
        let found = Some(name).filter(|name| !name.contains('/')).map(content);
        match found {
            Some(Ok(found)) if sha256(&found) == hash => {}
            Some(Ok(_)) => faults.push(format!("{name} is not what was written")),
            Some(Err(_)) | None => faults.push(format!("{name} is missing")),
        }
    }
    if !is_listed {
        faults.push(format!("{SUMS} does not list {RECORD}"));
    }
    Ok((serde_json::from_slice(&content(RECORD)?)?, faults))
}
