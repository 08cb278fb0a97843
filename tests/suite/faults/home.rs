//! The officer's own machine cannot save: its disk is full, read-only or broken. What was typed is not let
//! go of until it is on disk or on the server.

use crate::support::console::{Console, ConsoleDisk, Line, Server, reference_night};
use crate::support::disk::Disk;
use crate::support::server::TestServer;
use crate::support::terminal::{Terminal, command, home};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::client::journal::Owner;
use nightdesk::client::keeping::Keeping;
use nightdesk::client::outbox::Unsent;
use nightdesk::client::replica::Answer;
use nightdesk::domain::command::{AddNote, Command};
use nightdesk::domain::id::{CommandId, IncidentId};
use nightdesk::domain::incident::{Incident, NoteKind};
use nightdesk::domain::refusal::Refusal;
use nightdesk::tui::message::Message;
use rustix::io::Errno;
use std::fs;
use tempfile::TempDir;
use uuid::Uuid;

const CANNOT_SAVE: &str =
    "This machine cannot save: what you type is sent only while the link is up";

fn on_a_full_disk() -> Console {
    let mut console = Console::on(reference_night());
    console.disk = ConsoleDisk::Full;
    console
}

fn cut_off(console: &mut Console) {
    console.line = Line::Down;
    console.tell(Message::Lost("connection refused".to_owned()));
}

fn notes(server: &Server, text: &str) -> usize {
    let incidents = server.incidents.values();
    let notes = incidents.flat_map(|incident| &incident.notes);
    notes.filter(|note| &*note.text == text).count()
}

#[test]
fn a_note_that_can_be_kept_nowhere_comes_back_with_everything_in_it() {
    let mut console = on_a_full_disk();
    cut_off(&mut console);
    console.press("n").type_text("Rang the ward").press("F2");
    console
        .shows("Rang the ward")
        .shows("Not saved and not sent: the server")
        .shows("No space")
        .hides("Saved");
    assert_eq!(console.app.replica().outbox().pending(), []);
    assert_eq!(console.app.replica().outbox().refused(), []);
    // Once the server answers, the same form is sent.
    console.line = Line::Up;
    console.tell(Message::Heard(TimeDelta::zero())).press("F2");
    console.hides("Rang the ward");
    assert_eq!(notes(&console.server, "Rang the ward"), 1);
}

#[test]
fn with_a_full_disk_a_note_goes_to_the_server_and_the_screen_says_that_nothing_is_saved_here() {
    let mut console = on_a_full_disk();
    console.press("n").type_text("Rang the ward").press("F2");
    assert_eq!(notes(&console.server, "Rang the ward"), 1);
    console.after_seconds(9).shows(CANNOT_SAVE);
    console.press("L").shows(CANNOT_SAVE);
}

#[test]
fn a_note_without_an_answer_is_held_until_there_is_one_and_comes_back_if_that_is_no() {
    let mut console = on_a_full_disk();
    console.line = Line::Slow;
    console.press("n").type_text("Rang the ward").press("F2");
    console
        .hides("saved here")
        .after_seconds(9)
        .shows("(+1 more: z)")
        .press("L")
        .shows("saved nowhere, tried again")
        .press("Esc")
        .shows("1 saved nowhere, not confirmed by the server yet");
    console.press("q").shows("Lost if you leave").press("Esc");
    let pending = console.app.replica().outbox().pending();
    let id = pending[0].unsent.id;
    let refusal = Refusal::not_allowed("The incident is closed");
    console.tell(Message::Answered(id, Answer::Refused(refusal)));
    console
        .shows("Rang the ward")
        .shows("The incident is closed");
    assert_eq!(console.app.replica().outbox().refused(), []);
}

#[test]
fn what_waits_on_no_disk_is_written_as_soon_as_the_disk_takes_it() {
    let mut console = on_a_full_disk();
    console.line = Line::Slow;
    console.press("n").type_text("Rang the ward").press("F2");
    console.after_seconds(9).shows(CANNOT_SAVE);
    // A small file fits again, the note does not: it is still saved nowhere.
    console.tell(Message::CanSave).shows(CANNOT_SAVE);
    console.disk = ConsoleDisk::Well;
    console.tell(Message::CanSave).hides(CANNOT_SAVE);
    console.shows("1 saved here, not confirmed by the server yet");
    let drafts = console.kept.last();
    assert!(drafts.is_none_or(Vec::is_empty), "{drafts:?}");
}

#[test]
fn a_note_on_several_incidents_comes_back_for_each_that_lacks_it() {
    let mut console = on_a_full_disk();
    cut_off(&mut console);
    console
        .press("Space Space n")
        .type_text("Seen both")
        .press("F2");
    console
        .shows("2 incidents")
        .shows("Seen both")
        .hides("saved here");
    console.disk = ConsoleDisk::Well;
    console.press("F2").hides("Seen both");
    assert_eq!(console.app.replica().outbox().pending().len(), 2);
}

#[test]
fn a_form_that_comes_back_takes_no_key_from_the_form_that_is_open() {
    let mut console = on_a_full_disk();
    console.line = Line::Slow;
    console.press("n").type_text("The first note").press("F2");
    let id = console.app.replica().outbox().pending()[0].unsent.id;
    console.press("n").type_text("The second");
    let refusal = Refusal::not_allowed("The incident is closed");
    console.tell(Message::Answered(id, Answer::Refused(refusal)));
    console.type_text(" note").shows("The second note");
    console.press("Esc").shows("The first note");
}

#[test]
fn a_text_stays_a_draft_on_disk_until_its_command_is_there() {
    let mut console = Console::on(reference_night());
    console.press("n").type_text("Rang the ward");
    console.after_seconds(3);
    console.disk = ConsoleDisk::Full;
    console.line = Line::Slow;
    console.press("F2").after_seconds(3);
    let drafts = console.kept.last().unwrap();
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    console.disk = ConsoleDisk::Well;
    console.tell(Message::CanSave).after_seconds(1);
    assert_eq!(console.kept.last().unwrap().len(), 0);
}

#[test]
fn a_note_that_is_too_long_is_refused_before_the_form_is_emptied() {
    let mut console = Console::on(reference_night());
    console.press("n").type_text("The beginning ");
    console.tell(Message::Pasted("long ".repeat(14_000)));
    console
        .press("F2")
        .shows("This is too long to send, by about")
        .shows("Add a note");
    assert_eq!(console.app.replica().outbox().pending(), []);
    let screen = console.screen(120, 40);
    assert!(screen.contains("long long"), "{screen}");
}

/// The console on a home of which a test says what it does.
async fn opened(prepare: impl FnOnce(&TempDir, &mut portable_pty::CommandBuilder)) -> Opened {
    let server = TestServer::start().await;
    let id = server
        .signed_in("tamsin.quill")
        .await
        .log()
        .await
        .incident
        .id;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let mut command = command(&server, &token_file, &home);
    prepare(&home, &mut command);
    let terminal = Terminal::run(command, home, 24, 100);
    Opened {
        server,
        terminal,
        id,
    }
}

struct Opened {
    server: TestServer,
    terminal: Terminal,
    id: IncidentId,
}

impl Opened {
    async fn notes(&self) -> Vec<String> {
        let officer = self.server.signed_in("tamsin.quill").await;
        let incident: Incident = officer.get(&route::incident(self.id)).await.ok();
        let notes = incident.notes.iter();
        notes.map(|note| note.text.to_string()).collect()
    }
}

/// A console opens where its folder cannot even be made, and works through the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_opens_without_a_place_to_save_and_says_so() {
    let mut desk = opened(|home, _| {
        fs::create_dir_all(home.path().join(".local/state")).unwrap();
        fs::write(home.path().join(".local/state/nightdesk"), "in the way").unwrap();
    })
    .await;
    desk.terminal
        .sees("Ward list")
        .sees("live")
        .sees(CANNOT_SAVE);
    desk.terminal.send("nRang the ward").sees("Rang the ward");
    // F2
    desk.terminal.send("\x1bOQ").sees("Add a note: Saved");
    assert_eq!(desk.notes().await, ["Rang the ward"]);
}

/// The same on a disk that is full from the beginning, and has room later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_on_a_full_disk_works_through_the_server_until_there_is_room() {
    let folder = TempDir::new().unwrap();
    let mut disk = Disk::well(folder.path());
    disk.fail_always(Errno::NOSPC.raw_os_error());
    let mut desk = opened(|_, command| {
        for (name, value) in disk.environment("outbox") {
            command.env(name, value);
        }
    })
    .await;
    desk.terminal
        .sees("Ward list")
        .sees("live")
        .sees(CANNOT_SAVE);
    desk.terminal.send("nRang the ward").sees("Rang the ward");
    desk.terminal.send("\x1bOQ").sees("Add a note: Saved");
    assert_eq!(desk.notes().await, ["Rang the ward"]);
    assert!(disk.failures() > 0);
    disk.heal();
    desk.terminal.send("nRang again").sees("Rang again");
    desk.terminal.send("\x1bOQ").sees("Add a note: Saved");
    desk.terminal.loses("This machine cannot save");
    while desk.notes().await.len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(desk.notes().await, ["Rang the ward", "Rang again"]);
}

/// What lies on a disk that could not be opened is found as soon as it can be.
#[test]
fn what_an_earlier_console_left_is_found_once_the_disk_works() {
    let state = TempDir::new().unwrap();
    let owner = Owner {
        server: "https://desk.example".to_owned(),
        person: "tamsin.quill".into(),
    };
    let unsent = Unsent {
        id: CommandId(Uuid::from_u128(1)),
        incident: IncidentId(Uuid::from_u128(2)),
        command: Command::Note(AddNote {
            kind: NoteKind::FileNote,
            text: "Rang the ward".into(),
            happened_at: None,
            corrects: None,
        }),
        seen_version: 1,
        given_at: chrono::DateTime::UNIX_EPOCH,
    };
    {
        let (mut keeping, trouble) = Keeping::open(state.path(), owner.clone()).unwrap();
        assert_eq!(trouble, None);
        keeping.journal().unwrap().given(&unsent).unwrap();
        assert!(keeping.try_again().is_none());
    }
    let aside = state.path().join("aside");
    let outbox = state.path().join("outbox");
    fs::rename(&outbox, &aside).unwrap();
    fs::write(&outbox, "in the way").unwrap();
    let (mut keeping, trouble) = Keeping::open(state.path(), owner).unwrap();
    assert!(trouble.unwrap().contains("cannot be used"));
    assert!(keeping.remembered().is_none() && keeping.try_again().is_none());
    assert!(keeping.journal().is_err());
    fs::remove_file(&outbox).unwrap();
    fs::rename(&aside, &outbox).unwrap();
    let found = keeping.try_again().unwrap();
    assert_eq!(found.unsent, [unsent]);
}
