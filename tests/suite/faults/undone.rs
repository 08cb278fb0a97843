//! A copy of the server's database is put back: what the console had been told was done is named, and
//! sent again by whoever wants that (F26).

use crate::support::case::OFFICER;
use crate::support::console::{Console, reference_night};
use crate::support::server::{TestServer, fresh_id};
use crate::support::terminal::{Terminal, command, home};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::client::http::Reload;
use nightdesk::client::journal::{Journal, Owner, Receipt, Remembered};
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::tui::message::Message;
use tempfile::TempDir;

const ASKED: &str = "Send them again?";

/// The server goes back to this moment, and tells of what it has.
fn goes_back(console: &mut Console, earlier: &crate::support::console::Server) {
    console.server.go_back_to(earlier);
    console.tell(Message::StartedOver(Reload::HistoryGone));
    let all = console.server.incidents.values().cloned().collect();
    console.tell(Message::Told(all));
}

fn notes(console: &Console) -> Vec<String> {
    let incidents = console.server.incidents.values();
    let notes = incidents.flat_map(|incident| &incident.notes);
    let notes = notes.map(|note| note.text.to_string());
    notes
        .filter(|text| !text.contains("practice manager"))
        .collect()
}

fn add_note(console: &mut Console, text: &str) {
    console.press("n").type_text(text).press("F2");
}

#[test]
fn what_the_server_has_lost_is_named_and_sent_again_once() {
    let mut console = Console::on(reference_night());
    add_note(&mut console, "Before the copy");
    let copy = console.server.clone();
    add_note(&mut console, "Rang the ward");
    add_note(&mut console, "Rang again");
    goes_back(&mut console, &copy);
    console
        .shows("The server has lost 2 actions of yours")
        .shows("note")
        .shows(ASKED);
    assert_eq!(notes(&console), ["Before the copy"]);
    console.press("y").hides(ASKED);
    assert_eq!(
        notes(&console),
        ["Before the copy", "Rang the ward", "Rang again"]
    );
    assert_eq!(console.app.replica().outbox().refused(), []);
    // It goes back once more, and to later than the copy.
    let later = console.server.clone();
    goes_back(&mut console, &later);
    console.hides(ASKED);
}

#[test]
fn who_does_not_want_them_sent_again_keeps_the_list_until_it_is_dismissed() {
    let mut console = Console::on(reference_night());
    let copy = console.server.clone();
    add_note(&mut console, "Rang the ward");
    goes_back(&mut console, &copy);
    console
        .shows("The server has lost 1 action of yours")
        .press("n");
    console.hides(ASKED);
    console
        .press("L")
        .shows("note: The server had carried it out");
    assert_eq!(notes(&console), Vec::<String>::new());
    assert_eq!(console.app.replica().outbox().refused().len(), 1);
}

#[test]
fn nobody_who_types_is_asked_before_they_have_ended() {
    let mut console = Console::on(reference_night());
    let copy = console.server.clone();
    add_note(&mut console, "Rang the ward");
    console.press("n").type_text("the night was");
    goes_back(&mut console, &copy);
    console.hides(ASKED).type_text(" long: yyy");
    assert_eq!(notes(&console), Vec::<String>::new());
    console.press("F2").shows(ASKED);
    assert_eq!(notes(&console), ["the night was long: yyy"]);
}

/// A grade rests on what was seen then, so it is named and left to whoever gave it.
#[test]
fn what_was_decided_on_what_was_seen_then_is_not_sent_again_by_itself() {
    let mut console = Console::on(reference_night());
    let copy = console.server.clone();
    console.press("Down Down Down Down Down A");
    console.type_text("marguerite").press("Enter");
    console.type_text("She knows them").press("F2");
    let given = console.app.replica().outbox().taken().next().cloned();
    let given = given.expect("something was given");
    assert!(!given.command.commutes(), "{given:?}");
    goes_back(&mut console, &copy);
    console.hides(ASKED);
    console
        .press("L")
        .shows("reassign: The server had carried it out");
}

/// The real console, a real server, and a database that is put back under it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_on_a_server_that_went_back_offers_what_its_receipts_prove() {
    let server = TestServer::start().await;
    let id = server.signed_in(OFFICER).await.log().await.incident.id;
    let (home, token_file) = home(&server.token(OFFICER).await);
    let mut terminal = Terminal::run(command(&server, &token_file, &home), home, 24, 100);
    terminal.sees("Ward list").sees("live");
    server.database.back_up().await;
    terminal.send("nRang the ward").sees("Rang the ward");
    terminal.send("\x1bOQ").sees("▌");
    while on_server(&server, id).await.is_empty() {
        tokio::task::yield_now().await;
    }
    terminal.send("L").sees("Waiting to be sent: 0");
    terminal.send("\x1b").sees("Ward list");
    server.database.restore().await;
    terminal.sees("The server has lost 1 action of yours");
    assert_eq!(on_server(&server, id).await, Vec::<String>::new());
    terminal.send("y").loses("The server has lost");
    while on_server(&server, id).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(on_server(&server, id).await, ["Rang the ward"]);
}

async fn on_server(server: &TestServer, id: IncidentId) -> Vec<String> {
    let officer = server.signed_in(OFFICER).await;
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    let notes = incident.notes.into_iter();
    notes.map(|note| note.text.into()).collect()
}

/// Of what an earlier console gave the number alone is known, and it is said once.
#[test]
fn what_an_earlier_console_gave_and_the_server_lost_is_counted() {
    let mut console = Console::on(reference_night());
    let receipts = [fresh_id(), fresh_id()].map(|command| Receipt {
        command,
        seq: 7,
        receipt: "3f9a".to_owned(),
    });
    console.app.remember(&Remembered {
        receipts: receipts.into(),
        ..Remembered::default()
    });
    console
        .tell(Message::Heard(TimeDelta::zero()))
        .shows("The server has also lost 2 actions of an earlier session on this machine");
    console.hides(ASKED).press("z");
    console.tell(Message::Heard(TimeDelta::zero()));
    console.hides("The server has also lost");
}

#[test]
fn a_receipt_of_what_was_lost_is_kept_no_longer() {
    let state = TempDir::new().unwrap();
    let owner = || Owner {
        server: "https://desk.example".to_owned(),
        person: OFFICER.into(),
    };
    let mut journal = Journal::open(state.path(), owner()).unwrap();
    let command = fresh_id();
    let receipt = Receipt {
        command,
        seq: 7,
        receipt: "3f9a".to_owned(),
    };
    journal.applied(receipt.clone()).unwrap();
    assert_eq!(journal.remembered().receipts, [receipt]);
    journal.dismissed(command).unwrap();
    drop(journal);
    let journal = Journal::open(state.path(), owner()).unwrap();
    assert_eq!(journal.remembered().receipts, []);
}
