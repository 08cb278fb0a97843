//! The outbox on disk through torn writes, damage, two consoles at once and consoles that died.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::client::drafts::{Answer, Draft};
use nightdesk::client::journal::{Journal, JournalError, Owner, Receipt, Remembered};
use nightdesk::client::outbox::{Refused, Unsent, WhyNot};
use nightdesk::domain::command::{AddNote, Command};
use nightdesk::domain::id::{CommandId, IncidentId};
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

fn owner() -> Owner {
    Owner {
        server: "https://desk.example.org".to_owned(),
        person: "tamsin.quill".into(),
    }
}

fn open(state: &Path) -> Journal {
    Journal::open(state, owner()).unwrap()
}

/// Opens what nobody has open. A program that another test is just starting holds a copy of the lock for a
/// moment, so it is waited for.
fn open_again(state: &Path) -> Journal {
    for lock in files(state, "lock") {
        File::open(lock).unwrap().lock().unwrap();
    }
    open(state)
}

fn given_at(number: u128) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-06-12T20:00:00Z".parse().unwrap();
    start + TimeDelta::seconds(i64::try_from(number).unwrap())
}

fn unsent(number: u128) -> Unsent {
    Unsent {
        id: CommandId(Uuid::from_u128(number)),
        incident: IncidentId(Uuid::from_u128(77)),
        command: Command::Note(AddNote {
            kind: nightdesk::domain::incident::NoteKind::Call,
            text: format!("Rang the ward, {number}\nnobody answered").into(),
            happened_at: None,
            corrects: None,
        }),
        seen_version: 3,
        given_at: given_at(number),
    }
}

fn refused(number: u128) -> Refused {
    Refused {
        unsent: unsent(number),
        why: WhyNot::Stale { seen: 3 },
        at: given_at(number),
    }
}

fn receipt(number: u128) -> Receipt {
    Receipt {
        command: unsent(number).id,
        seq: 812,
        receipt: "5f".repeat(32),
    }
}

fn numbers(remembered: &Remembered) -> Vec<u128> {
    remembered
        .unsent
        .iter()
        .map(|unsent| unsent.id.0.as_u128())
        .collect()
}

/// The one journal below a state directory.
fn file(state: &Path) -> PathBuf {
    let mut found = files(state, "jsonl");
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn files(state: &Path, ending: &str) -> Vec<PathBuf> {
    let desks = fs::read_dir(state.join("outbox")).unwrap();
    desks
        .flat_map(|desk| fs::read_dir(desk.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect()
}

fn draft(text: &str) -> Draft {
    Draft {
        form: "note".to_owned(),
        called: None,
        about: None,
        incidents: vec![unsent(1).incident],
        answers: [("/text".to_owned(), Answer::Text(text.to_owned()))].into(),
    }
}

#[test]
fn what_was_given_is_there_after_a_restart_word_for_word() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    for number in 1..=4 {
        journal.given(&unsent(number)).unwrap();
    }
    journal.applied(receipt(1)).unwrap();
    journal.refused(&refused(2)).unwrap();
    journal.refused(&refused(3)).unwrap();
    journal.dismissed(unsent(3).id).unwrap();
    drop(journal);
    for _ in 0..2 {
        let journal = open(state.path());
        let remembered = journal.remembered();
        assert_eq!(remembered.unsent, [unsent(4)]);
        assert_eq!(remembered.refused, [refused(2)]);
        assert_eq!(remembered.receipts, [receipt(1)]);
    }
}

/// What was written about an incident lies in clear no longer than it must (F22).
#[test]
fn the_words_of_what_was_answered_are_gone_once_nothing_waits() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    let has_words = || {
        fs::read_to_string(file(state.path()))
            .unwrap()
            .contains("Rang the ward")
    };
    for number in 1..=3 {
        journal.given(&unsent(number)).unwrap();
    }
    journal.applied(receipt(1)).unwrap();
    assert!(has_words());
    journal.refused(&refused(2)).unwrap();
    journal.applied(receipt(3)).unwrap();
    // What was not carried out stays until the officer has seen it.
    assert!(has_words());
    journal.dismissed(unsent(2).id).unwrap();
    assert!(!has_words());
    drop(journal);
    let receipts = open(state.path()).remembered().receipts.len();
    assert_eq!(receipts, 2);
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_line_that_was_finished() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    let mut lengths = vec![fs::metadata(file(state.path())).unwrap().len()];
    for number in 1..=2 {
        journal.given(&unsent(number)).unwrap();
        lengths.push(fs::metadata(file(state.path())).unwrap().len());
    }
    drop(journal);
    let path = file(state.path());
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let finished = lengths
            .iter()
            .skip(1)
            .filter(|length| **length <= cut as u64)
            .count();
        let journal = open_again(state.path());
        let expected: Vec<u128> = (1..=finished as u128).collect();
        assert_eq!(numbers(journal.remembered()), expected, "cut at {cut}");
        assert_eq!(journal.remembered().damaged, 0, "cut at {cut}");
    }
}

#[test]
fn what_is_written_after_a_torn_line_does_not_grow_onto_it() {
    let state = TempDir::new().unwrap();
    open(state.path()).given(&unsent(1)).unwrap();
    let path = file(state.path());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    open(state.path()).given(&unsent(2)).unwrap();
    assert_eq!(numbers(open(state.path()).remembered()), [2]);
}

#[test]
fn a_damaged_line_costs_only_itself_and_is_set_aside() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    for number in 1..=3 {
        journal.given(&unsent(number)).unwrap();
    }
    drop(journal);
    let path = file(state.path());
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("Rang the ward, 2", "\0", 1)).unwrap();
    let journal = open(state.path());
    assert_eq!(numbers(journal.remembered()), [1, 3]);
    assert_eq!(journal.remembered().damaged, 1);
    assert!(path.with_extension("damaged").exists());
}

#[test]
fn two_consoles_keep_apart_and_the_next_adopts_what_both_left() {
    let state = TempDir::new().unwrap();
    let mut one = open(state.path());
    let mut two = open(state.path());
    one.given(&unsent(1)).unwrap();
    two.given(&unsent(2)).unwrap();
    one.given(&unsent(3)).unwrap();
    let third = open(state.path());
    assert_eq!(numbers(third.remembered()), [], "both are alive");
    drop((one, two, third));
    let next = open(state.path());
    assert_eq!(
        numbers(next.remembered()),
        [1, 2, 3],
        "in the order of giving"
    );
    drop(next);
    let last = open(state.path());
    assert_eq!(
        numbers(last.remembered()),
        [1, 2, 3],
        "and none of them twice"
    );
}

#[test]
fn a_seventeenth_console_is_told_so() {
    let state = TempDir::new().unwrap();
    let consoles: Vec<Journal> = (0..16).map(|_| open(state.path())).collect();
    let refused = Journal::open(state.path(), owner());
    assert!(matches!(refused, Err(JournalError::TooManyConsoles)));
    drop(consoles);
    open(state.path());
}

#[test]
fn another_server_or_person_never_gets_to_see_it() {
    let state = TempDir::new().unwrap();
    open(state.path()).given(&unsent(1)).unwrap();
    for other in [
        Owner {
            server: "https://other.example.org".to_owned(),
            ..owner()
        },
        Owner {
            person: "aisha.merrow".into(),
            ..owner()
        },
    ] {
        let journal = Journal::open(state.path(), other).unwrap();
        assert_eq!(numbers(journal.remembered()), []);
    }
}

#[test]
fn only_its_owner_can_read_it() {
    let state = TempDir::new().unwrap();
    open(state.path()).given(&unsent(1)).unwrap();
    let path = file(state.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}

#[test]
fn it_stays_small_however_much_goes_through() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    journal.given(&unsent(1)).unwrap();
    for number in 2..1100 {
        journal.given(&unsent(number)).unwrap();
        journal.applied(receipt(number)).unwrap();
    }
    drop(journal);
    let journal = open(state.path());
    assert_eq!(numbers(journal.remembered()), [1]);
    assert_eq!(journal.remembered().receipts.len(), 1000);
    let length = fs::metadata(file(state.path())).unwrap().len();
    assert!(length < 300_000, "{length} bytes");
}

#[test]
fn a_half_filled_form_is_there_after_a_restart_for_its_owner_alone_and_gone_with_its_file() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    journal
        .keep_drafts(&[draft("half a"), draft("note")])
        .unwrap();
    journal.keep_drafts(&[draft("half a note")]).unwrap();
    drop(journal);
    let kept = files(state.path(), "drafts").remove(0);
    let mode = fs::metadata(&kept).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let mut journal = open(state.path());
    assert_eq!(journal.remembered().drafts, [draft("half a note")]);
    journal.keep_drafts(&[]).unwrap();
    assert!(!kept.exists());
    drop(journal);
    assert_eq!(open(state.path()).remembered().drafts, []);
}

#[test]
fn half_filled_forms_of_consoles_that_are_gone_are_adopted_and_those_of_the_living_are_not() {
    let state = TempDir::new().unwrap();
    let (mut one, mut two) = (open(state.path()), open(state.path()));
    one.keep_drafts(&[draft("one")]).unwrap();
    two.keep_drafts(&[draft("two")]).unwrap();
    let third = open(state.path());
    assert_eq!(third.remembered().drafts, []);
    drop((one, two, third));
    for _ in 0..2 {
        let next = open(state.path());
        let drafts = &next.remembered().drafts;
        assert_eq!(*drafts, [draft("one"), draft("two")]);
    }
    assert_eq!(files(state.path(), "drafts").len(), 1);
}

#[test]
fn half_filled_forms_that_cannot_be_read_are_told_and_set_aside_and_cost_only_themselves() {
    type Damage = fn(&str) -> String;
    let cases: [(&str, Damage, &[&str], &str); 4] = [
        (
            "one line",
            |text| text.replacen("one", "\0", 1),
            &["two"],
            "set aside: 1",
        ),
        (
            "cut",
            |text| text[..text.len() - 9].to_owned(),
            &["one"],
            "set aside: 1",
        ),
        (
            "not theirs",
            |text| text.replace("tamsin", "aisha"),
            &[],
            "cannot be read",
        ),
        (
            "no text",
            |_| "\u{fffd}\n".to_owned(),
            &[],
            "cannot be read",
        ),
    ];
    for (case, damage, left, told) in cases {
        let state = TempDir::new().unwrap();
        let mut journal = open(state.path());
        journal.keep_drafts(&[draft("one"), draft("two")]).unwrap();
        drop(journal);
        let path = files(state.path(), "drafts").remove(0);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, damage(&text)).unwrap();
        let journal = open(state.path());
        let left: Vec<Draft> = left.iter().map(|text| draft(text)).collect();
        assert_eq!(journal.remembered().drafts, left, "{case}");
        let losses = journal.remembered().losses();
        assert!(losses[0].contains(told), "{case}: {losses:?}");
        assert_eq!(files(state.path(), "damaged").len(), 1, "{case}");
        drop(journal);
        assert_eq!(open(state.path()).remembered().losses().len(), 0, "{case}");
    }
}

#[test]
fn a_link_or_a_directory_is_not_read_as_half_filled_forms() {
    let state = TempDir::new().unwrap();
    let mut journal = open(state.path());
    journal.keep_drafts(&[draft("one")]).unwrap();
    drop(journal);
    let path = files(state.path(), "drafts").remove(0);
    let elsewhere = state.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    let mut journal = open(state.path());
    assert_eq!(journal.remembered().drafts, []);
    assert_eq!(journal.remembered().losses().len(), 1);
    journal.keep_drafts(&[draft("two")]).unwrap();
    drop(journal);
    assert_eq!(open(state.path()).remembered().drafts, [draft("two")]);
}
