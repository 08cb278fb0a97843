//! Whatever comes from outside, mutilated: nothing brings its reader down, and what is refused is refused with
//! a sentence.
//!
//! A row for each reader of something that the desk has not written itself or cannot be sure of: what it reads
//! well is changed byte by byte. Mails that come back, tables that are imported, and texts that are shown have
//! tests of their own beside what they are for. `NIGHTDESK_FUZZ_CASES` says how many to try of each.

use crate::intake::server::with_default;
use crate::intake::shapes::{cloud_event, firing, notification, trigger};
use crate::support::case::{Case, wall};
use crate::support::server::{Answer, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::IncidentPage;
use nightdesk::client::bounce;
use nightdesk::client::drafts::{Answer as Typed, Draft};
use nightdesk::client::journal::{Journal, Owner};
use nightdesk::client::outbox::Unsent;
use nightdesk::client::token::Token;
use nightdesk::config::{self, desks, holidays, server as server_settings, settings};
use nightdesk::domain::calendar::{day, input};
use nightdesk::domain::command::{Acknowledge, Command};
use nightdesk::domain::id::{CommandId, IncidentId, Reference};
use nightdesk::domain::investigation::Sha256Hex;
use nightdesk::domain::query::Filter;
use nightdesk::domain::rule::RuleId;
use nightdesk::encoding;
use nightdesk::server::{self, Expected, Location, Store};
use nightdesk::tui::decode::Decoder;
use nightdesk::tui::keys::Keymap;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use reqwest::Method;
use std::fmt::Display;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

/// Reads something, or says in a sentence why it cannot.
type Read = fn(&[u8]) -> Result<(), String>;

/// Something that reads what comes from outside, with examples that it reads well.
struct Reader {
    name: &'static str,
    examples: fn() -> Vec<Vec<u8>>,
    read: Read,
}

const READERS: [Reader; 17] = [
    Reader {
        name: "a file in some encoding",
        examples: || texts(&["Ward list of Zoë", "\u{feff}a,b\r\nc,d"]),
        read: |bytes| said(encoding::decode(bytes)),
    },
    Reader {
        name: "a filter",
        examples: || texts(&["owner:me due<4h -is:major sev>=3 or \"ward list\" sort:due"]),
        read: |bytes| said(Filter::parse(&text(bytes))),
    },
    Reader {
        name: "a time as people type it",
        examples: || texts(&["yesterday 21:40", "fri 22:10", "12/06/2026 22:10", "-40m"]),
        read: |bytes| {
            said(input::understand(
                &text(bytes),
                wall("2026-06-13 02:14"),
                None,
            ))
        },
    },
    Reader {
        name: "a day as people type it",
        examples: || texts(&["+5", "tomorrow", "2026-06-12"]),
        read: |bytes| said(day::understand(&text(bytes), wall("2026-06-13 02:14"))),
    },
    Reader {
        name: "a directory",
        examples: || texts(&[include_str!("../../config/directory.toml")]),
        read: |bytes| said(config::directory::read(&text(bytes))),
    },
    Reader {
        name: "a policy",
        examples: || texts(&[include_str!("../../config/policy.toml")]),
        read: |bytes| said(config::read_policy(&text(bytes))),
    },
    Reader {
        name: "bank holidays",
        examples: || texts(&[include_str!("../../config/bank-holidays.json")]),
        read: |bytes| said(holidays::from_gov_uk(&text(bytes))),
    },
    Reader {
        name: "an officer's settings",
        examples: || texts(&[include_str!("../../config/nightdesk.toml")]),
        read: officers_settings,
    },
    Reader {
        name: "a server's settings",
        examples: || texts(&[include_str!("../../config/server.toml")]),
        read: |bytes| {
            in_file("server.toml", bytes, |path| {
                said(server_settings::load(path))
            })
        },
    },
    Reader {
        name: "a file of desks",
        examples: || {
            texts(&[
                "[[desk]]\nhost = \"north.example\"\ndb = \"sqlite:north.db\"\ndirectory = \"people.toml\"\n",
            ])
        },
        read: |bytes| in_file("desks.toml", bytes, |path| said(desks::load(path))),
    },
    Reader {
        name: "a mail that comes back",
        examples: || texts(&[RETURNED]),
        read: |bytes| {
            bounce::read(bytes);
            Ok(())
        },
    },
    Reader {
        name: "what a terminal sends",
        examples: || {
            texts(&["a\u{1b}[A\u{1b}[200~pasted\u{1b}[201~\u{1b}[<0;10;5M\u{1b}[1;5C\u{1b}OP"])
        },
        read: |bytes| {
            let mut decoder = Decoder::default();
            decoder.take(bytes);
            decoder.give_up();
            Ok(())
        },
    },
    Reader {
        name: "an outbox on disk",
        examples: || vec![fs::read(kept_below(outbox().path(), "jsonl")).unwrap()],
        read: |bytes| in_the_place_of("jsonl", bytes),
    },
    Reader {
        name: "drafts on disk",
        examples: || vec![fs::read(kept_below(outbox().path(), "drafts")).unwrap()],
        read: |bytes| in_the_place_of("drafts", bytes),
    },
    Reader {
        name: "a token file",
        examples: || texts(&["ndk_7f3b9a2c5d8e1f4a6b0c9d8e7f6a5b4c\n"]),
        read: |bytes| in_file("token", bytes, |path| said(Token::read(path))),
    },
    Reader {
        name: "what a server answers",
        examples: || vec![answer()],
        read: |bytes| said(serde_json::from_slice::<IncidentPage>(bytes)),
    },
    Reader {
        name: "short names, references and places",
        examples: || {
            texts(&[
                "INC-26-0423-K",
                "ICO-72H",
                "12:5f5f",
                "postgres://a@b:5432/c?sslmode=require",
                "sqlite:/a/b.db",
                "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
            ])
        },
        read: |bytes| {
            let text = text(bytes);

            let read = [
                said(text.parse::<Reference>()),
                said(text.parse::<RuleId>()),
                said(text.parse::<Sha256Hex>()),
                said(text.parse::<Expected>()),
                said(text.parse::<Location>()),
            ];
            read.into_iter().reduce(Result::or).unwrap()
        },
    },
];

const RETURNED: &str = "From: MAILER-DAEMON@mx.example.org\r\nMIME-Version: 1.0\r\n\
     Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
     --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
     Final-Recipient: rfc822; dpo@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
     --b--\r\n";

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn said<T, E: Display>(read: Result<T, E>) -> Result<(), String> {
    read.map(drop).map_err(|error| error.to_string())
}

fn in_file(
    name: &str,
    bytes: &[u8],
    read: impl Fn(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    read(&path)
}

fn officers_settings(bytes: &[u8]) -> Result<(), String> {
    in_file("nightdesk.toml", bytes, |path| {
        let folder = path.parent().unwrap().to_owned();
        let places = settings::Places {
            config: folder.clone(),
            state: folder,
        };
        let settings = settings::load(&places, |_| None).map_err(|error| error.to_string())?;
        said(Keymap::new(&settings.keys))
    })
}

fn owner() -> Owner {
    Owner {
        server: "https://desk.example.org".to_owned(),
        person: "tamsin.quill".into(),
    }
}

/// A folder of a console that was left with something unsent and a half-filled form.
fn outbox() -> TempDir {
    let state = TempDir::new().unwrap();
    let mut journal = Journal::open(state.path(), owner()).unwrap();
    let incident = IncidentId(Uuid::from_u128(77));
    let unsent = Unsent {
        id: CommandId(Uuid::from_u128(1)),
        incident,
        command: Command::Acknowledge(Acknowledge {}),
        seen_version: 3,
        given_at: wall("2026-06-13 02:14"),
    };
    journal.given(&unsent).unwrap();
    let draft = Draft {
        form: "note".to_owned(),
        called: None,
        about: None,
        incidents: vec![incident],
        answers: [("/text".to_owned(), Typed::Text("half".to_owned()))].into(),
    };
    journal.keep_drafts(&[draft]).unwrap();
    state
}

/// The one file with this ending that a console keeps.
fn kept_below(state: &Path, ending: &str) -> PathBuf {
    let desks = fs::read_dir(state.join("outbox")).unwrap();
    let mut files = desks.flat_map(|desk| fs::read_dir(desk.unwrap().path()).unwrap());
    let is_it = |path: &PathBuf| path.extension().is_some_and(|found| found == ending);
    files
        .find_map(|file| Some(file.unwrap().path()).filter(is_it))
        .unwrap()
}

/// A console that starts where one of its files has become something else.
fn in_the_place_of(ending: &str, bytes: &[u8]) -> Result<(), String> {
    let state = outbox();
    fs::write(kept_below(state.path(), ending), bytes).unwrap();
    said(Journal::open(state.path(), owner()))
}

fn answer() -> Vec<u8> {
    let incident = Case::logged_at("2026-06-13 02:14").incident().clone();
    let page = IncidentPage {
        incidents: vec![incident],
        next: Some("1~2~3~x".to_owned()),
        changes_after: "x".to_owned(),
        server_time: wall("2026-06-13 02:14"),
    };
    serde_json::to_vec(&page).unwrap()
}

/// A change of what is somewhere in a text: at this part of its length, in a thousandth.
#[derive(Clone, Debug)]
enum Mutilation {
    Put(u16, Vec<u8>),
    Over(u16, Vec<u8>),
    Cut(u16, u16),
    Twice(u16, u16),
    End(u16),
}

fn mutilation() -> impl Strategy<Value = Mutilation> {
    let place = || 0_u16..1000;
    let odd = prop::sample::select(vec![
        b"\0".to_vec(),
        b"\xff\xfe".to_vec(),
        b"\"".to_vec(),
        b"'".to_vec(),
        b"[".to_vec(),
        b"{".to_vec(),
        b"-1".to_vec(),
        b"99999999999999999999".to_vec(),
        b"\r\n".to_vec(),
        b":".to_vec(),
        b"\x1b[".to_vec(),
        "\u{202e}".as_bytes().to_vec(),
        "é🩺".as_bytes().to_vec(),
        b"null".to_vec(),
        b"1e999".to_vec(),
    ]);
    let bytes = || prop_oneof![odd.clone(), prop::collection::vec(any::<u8>(), 1..6)];
    prop_oneof![
        (place(), bytes()).prop_map(|(at, bytes)| Mutilation::Put(at, bytes)),
        (place(), bytes()).prop_map(|(at, bytes)| Mutilation::Over(at, bytes)),
        (place(), 0_u16..100).prop_map(|(at, some)| Mutilation::Cut(at, some)),
        (place(), 0_u16..300).prop_map(|(at, some)| Mutilation::Twice(at, some)),
        place().prop_map(Mutilation::End),
    ]
}

fn mutilate(bytes: &mut Vec<u8>, mutilation: &Mutilation) {
    let at = |part: u16| bytes.len() * usize::from(part) / 1000;
    match mutilation {
        Mutilation::Put(part, new) => {
            let at = at(*part);
            bytes.splice(at..at, new.iter().copied());
        }
        Mutilation::Over(part, new) => {
            let at = at(*part);
            let end = (at + new.len()).min(bytes.len());
            bytes.splice(at..end, new.iter().copied());
        }
        Mutilation::Cut(part, some) => {
            let (from, to) = (at(*part), at((part + some).min(1000)));
            bytes.drain(from..to);
        }
        Mutilation::Twice(part, some) => {
            let (from, to) = (at(*part), at((part + some).min(1000)));
            let again = bytes[from..to].to_vec();
            bytes.splice(to..to, again);
        }
        Mutilation::End(part) => bytes.truncate(at(*part)),
    }
}

/// One of the examples after a few changes, or bytes that resemble none.
fn mutilated(examples: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changed = (
        prop::sample::select(examples),
        prop::collection::vec(mutilation(), 1..5),
    );
    let changed = changed.prop_map(|(mut bytes, changes)| {
        changes
            .iter()
            .for_each(|change| mutilate(&mut bytes, change));
        bytes
    });
    prop_oneof![9 => changed, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

/// Always the same cases, so that nothing fails by chance.
fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("NIGHTDESK_FUZZ_CASES").ok();
    let config = ProptestConfig {
        cases: asked.map_or(cases, |asked| asked.parse().unwrap()),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn nothing_from_outside_brings_its_reader_down() {
    for reader in READERS {
        let examples = (reader.examples)();
        for example in &examples {
            (reader.read)(example).unwrap_or_else(|why| panic!("{}: {why}", reader.name));
        }
        let tried = runner(200).run(&mutilated(examples), |bytes| {
            if let Err(why) = (reader.read)(&bytes) {
                prop_assert!(why.split_whitespace().count() > 2, "{:?}", why);
            }
            Ok(())
        });
        tried.unwrap_or_else(|error| panic!("{}: {error}", reader.name));
    }
}

/// Whatever a tool sends is taken or refused, and the desk goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutilated_alert_brings_the_server_down() {
    let server = TestServer::start_with(with_default).await;
    let token = server.tool_token("prometheus").await;
    let well_formed = [
        (
            route::INTAKE_ALERTMANAGER,
            notification(&[firing("DiskFull")]),
        ),
        (route::INTAKE_EVENTS, trigger("k1")),
        (route::INTAKE_CLOUDEVENTS, cloud_event("1")),
    ];
    for (path, body) in well_formed {
        let examples = vec![body.to_string().into_bytes()];
        for bytes in some(&mutilated(examples), 100) {
            let request = server.raw(Method::POST, path).bearer_auth(&token);
            let request = request.header("content-type", "application/json");
            let answer = Answer::of(request.body(bytes)).await;
            assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        }
    }
    server.assert_verified().await;
}

/// An exported desk that was changed on its way is refused with a sentence, or restored and checked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutilated_export_brings_restore_or_verify_down() {
    let server = TestServer::start().await;
    server.signed_in("tamsin.quill").await.log().await;
    let mut exported = Vec::new();
    server::export(&server.store, &mut exported, server.clock.now())
        .await
        .unwrap();
    for bytes in some(&mutilated(vec![exported]), 12) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("desk.db");
        let location: Location = format!("sqlite:{}", path.display()).parse().unwrap();
        let store = Store::open(&location).await.unwrap();
        match server::restore(&store, &*bytes).await {
            Ok(_) => {
                server::verify(&store).await.unwrap();
            }
            Err(error) => assert!(error.to_string().contains(' '), "{error}"),
        }
        store.close().await;
    }
}

/// So many values of a strategy, always the same.
fn some<T: std::fmt::Debug>(values: &impl Strategy<Value = T>, cases: u32) -> Vec<T> {
    let mut runner = runner(cases);
    let cases = runner.config().cases;
    (0..cases)
        .map(|_| values.new_tree(&mut runner).unwrap().current())
        .collect()
}
