//! The case file of one incident, to be read: what is known, what happened when, who decided what, and
//! where the evidence is (BOB-REC, BOB-NOTES, BOB-EVID).
//!
//! Unlike a report it is the record itself: it names who did what, because the audit trail does. Times
//! stand in UTC and as the clocks on walls showed them.

use super::document::{Block, Document, Row, Section};
use super::figures;
use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::chronicle;
use crate::domain::clock;
use crate::domain::directory::Directory;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::grid;
use crate::domain::guard::Surroundings;
use crate::domain::incident::Incident;
use crate::domain::investigation::Evidence;
use crate::domain::synopsis::{self, Part};
use crate::domain::verdict;
use chrono::SecondsFormat;

/// How much of a hash tells entries apart in a table; the whole hashes are in the list of entries.
const SHORT_HASH: usize = 16;

/// An entry of the audit trail as the case file tells of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place in the trail.
    pub seq: u64,
    /// The hash of the entry before it in the trail.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
    /// What it says.
    pub says: Says,
}

/// What an entry says.
#[derive(Clone, Debug)]
pub enum Says {
    /// Something became true.
    Event(Box<Entry>),
    /// Somebody read the case (BOB-SEC).
    Read {
        /// When.
        at: Instant,
        /// Who.
        by: Signature,
    },
    /// What its reader may not know.
    Withheld,
}

/// The case file.
pub fn document(incident: &Incident, told: &[Told], around: &Surroundings<'_>) -> Document {
    let (directory, made_at) = (around.directory, around.now);
    let lead = vec![
        incident.title.to_string(),
        format!("As of {}, {}", in_words(made_at), utc(made_at)),
    ];
    let mut file = Document::new(format!("Case file {}", incident.name()), made_at, lead);
    file.sections = vec![
        Section::new("What is known", vec![facts(incident, directory)]),
        Section::new("Clocks", vec![clocks(incident, directory, made_at)]),
        Section::new("Timeline", vec![timeline(told, directory)]),
        Section::new("Notes", vec![notes(told, directory)]),
        Section::new(
            "Decisions, actions and recommendations",
            vec![casework(incident, around)],
        ),
        Section::new("Evidence", evidence(incident)),
        Section::new("Entries of the audit trail", vec![entries(told)]),
    ];
    file
}

fn utc(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn facts(incident: &Incident, directory: &Directory) -> Block {
    let facts = &incident.facts;
    let organisations = |ids: &mut dyn Iterator<Item = &crate::domain::id::OrganisationId>| {
        let names: Vec<&str> = ids.map(|id| directory.organisation_name(id)).collect();
        if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(", ")
        }
    };
    let occurred = incident.occurrence.map_or_else(
        || "not known".to_owned(),
        |occurrence| in_words(occurrence.at),
    );
    let rows = [
        ("What happened", incident.summary.to_string()),
        ("Stage", incident.status.name().to_owned()),
        ("Kind", facts.breach_status.name().to_owned()),
        ("Category", figures::category(incident).to_owned()),
        ("Effect on data", figures::suffered(incident)),
        ("Grade", figures::grade(incident, directory)),
        ("Mitigation", mitigation(incident)),
        ("Priority", format!("{:?}", incident.priority())),
        ("Occurred", occurred),
        ("Staff aware", in_words(incident.awareness.staff_at)),
        ("Logged", in_words(incident.logged_at)),
        (
            "Reported by",
            organisations(&mut std::iter::once(&incident.reporter.organisation)),
        ),
        ("Controllers", organisations(&mut facts.controllers.iter())),
        ("Processors", organisations(&mut facts.processors.iter())),
        (
            "Partners affected",
            organisations(&mut facts.affected_partners.iter()),
        ),
    ];
    let also = synopsis::also(incident, directory);
    let rows = rows.into_iter().chain(also);
    let rows = rows.map(|(what, known)| Row::plain([what.to_owned(), known]));
    Block::table(["What", "Is known"], rows.collect(), "")
}

/// What may excuse from reporting, whether it was accepted, and on which facts (BOB-MIT).
fn mitigation(incident: &Incident) -> String {
    let assessment = incident.assessment();
    let claimed = assessment.and_then(|made| Some((made, made.mitigation?)));
    let Some((made, claimed)) = claimed else {
        return "-".to_owned();
    };
    let state = if claimed.accepted {
        "accepted"
    } else {
        "claimed"
    };
    let facts = grid::grounds_in_words(claimed, made.grounds.as_ref());
    std::iter::once(format!("{}, {state}", claimed.kind.name()))
        .chain(facts)
        .collect::<Vec<_>>()
        .join("; ")
}

fn clocks(incident: &Incident, directory: &Directory, now: Instant) -> Block {
    let rows = clock::views(incident).map(|view| {
        let late = view.clock.late_reason.as_deref();
        Row::plain([
            view.in_words(directory, now),
            utc(view.clock.started_at),
            utc(view.clock.due_at),
            in_words(view.clock.due_at),
            view.stopped_at().map_or("-".to_owned(), utc),
            verdict::reported(&view, now),
            late.unwrap_or("-").to_owned(),
        ])
    });
    let columns = [
        "Clock",
        "Started (UTC)",
        "Due (UTC)",
        "Due (London)",
        "Ended (UTC)",
        "State",
        "Reason for delay",
    ];
    Block::table(columns, rows.collect(), "No clock was started")
}

fn timeline(told: &[Told], directory: &Directory) -> Block {
    let rows = told.iter().map(|told| match &told.says {
        Says::Read { at, by } => Row::plain([
            utc(*at),
            in_words(*at),
            signature(by, directory),
            "Read the case".to_owned(),
        ]),
        Says::Event(entry) => Row::plain([
            utc(entry.at),
            in_words(entry.at),
            signature(&entry.by, directory),
            chronicle::sentence(&entry.event, directory),
        ]),
        Says::Withheld => {
            let withheld = "An entry that this reader may not know".to_owned();
            Row::plain(["-".to_owned(), "-".to_owned(), "-".to_owned(), withheld])
        }
    });
    let columns = ["UTC", "London", "By", "What"];
    Block::table(columns, rows.collect(), "Nothing happened")
}

fn signature(by: &Signature, directory: &Directory) -> String {
    let interim = if by.interim { ", interim" } else { "" };
    format!(
        "{} ({}{interim}, {})",
        directory.person_name(&by.person),
        by.role.short(),
        directory.organisation_name(&by.organisation)
    )
}

/// The notes in full, which the trail alone has.
fn notes(told: &[Told], directory: &Directory) -> Block {
    let rows = told.iter().filter_map(|told| match &told.says {
        Says::Event(entry) => note(entry, directory),
        Says::Read { .. } | Says::Withheld => None,
    });
    let columns = ["Happened (UTC)", "London", "Kind", "By", "Text"];
    Block::table(columns, rows.collect(), "No note was added")
}

fn note(entry: &Entry, directory: &Directory) -> Option<Row> {
    let Event::NoteAdded {
        kind,
        text,
        happened_at,
        ..
    } = &entry.event
    else {
        return None;
    };
    Some(Row::plain([
        utc(*happened_at),
        in_words(*happened_at),
        kind.name().to_owned(),
        signature(&entry.by, directory),
        text.to_string(),
    ]))
}

/// Every part but the evidence, which has a list of its own.
fn casework(incident: &Incident, around: &Surroundings<'_>) -> Block {
    let points = synopsis::points(incident, around).into_iter();
    let rows = points.map(|point| Row::plain([heading(point.part), point.state, point.sentence]));
    let columns = ["Part", "State", "What"];
    Block::table(columns, rows.collect(), "Nothing has been decided yet")
}

fn heading(part: Part) -> String {
    part.name().to_owned()
}

fn evidence(incident: &Incident) -> Vec<Block> {
    let investigation = &incident.casework().investigation;
    let items = investigation.evidence.iter().map(item).collect();
    let none = investigation.no_evidence.as_ref().map_or_else(
        || "No evidence has been secured".to_owned(),
        |none| format!("There is no evidence to secure: {}", none.reason),
    );
    let columns = [
        "Secured (UTC)",
        "Item",
        "Kind",
        "Kept by",
        "At",
        "Personal data",
        "SHA-256",
    ];
    let chain = investigation.evidence.iter().flat_map(custody).collect();
    vec![
        Block::table(columns, items, &none),
        Block::table(
            ["Changed hands (UTC)", "Item", "From", "To", "Why"],
            chain,
            "Nothing has changed hands",
        ),
    ]
}

fn item(evidence: &Evidence) -> Row {
    let item = &evidence.item;
    let last = evidence.custody.last();
    let hash = item.sha256.as_ref().map(ToString::to_string);
    Row::plain([
        utc(item.secured_at),
        item.label.to_string(),
        item.kind.to_string(),
        last.map_or(&item.custodian, |last| &last.to).to_string(),
        item.location.to_string(),
        if item.contains_personal_data {
            "yes"
        } else {
            "no"
        }
        .to_owned(),
        hash.unwrap_or_else(|| "-".to_owned()),
    ])
}

fn custody(evidence: &Evidence) -> impl Iterator<Item = Row> + '_ {
    evidence.custody.iter().map(|change| {
        Row::plain([
            utc(change.at),
            evidence.item.label.to_string(),
            change.from.to_string(),
            change.to.to_string(),
            change.reason.to_string(),
        ])
    })
}

fn entries(told: &[Told]) -> Block {
    let short = |hash: &str| hash.get(..SHORT_HASH).unwrap_or(hash).to_owned();
    let rows = told.iter().map(|told| {
        Row::plain([
            told.seq.to_string(),
            short(&told.previous),
            short(&told.hash),
            match &told.says {
                Says::Event(entry) => entry.event.name(),
                Says::Read { .. } => "read",
                Says::Withheld => "withheld",
            }
            .to_owned(),
        ])
    });
    let columns = ["Entry", "Follows", "Hash", "Event"];
    Block::table(columns, rows.collect(), "There is none")
}
