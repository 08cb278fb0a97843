//! What the shell says when the server has done what was asked and this machine cannot note it.

use crate::cli::Shell;
use crate::support::case::OFFICER;
use crate::support::disk::{Disk, ERRORS};
use crate::support::server::{Person, TestServer};
use nightdesk::api::route;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use std::fs::File;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use tokio::task::block_in_place;

/// The exit code of what was done and could not be noted.
const NOT_NOTED: i32 = 5;

fn output(mut command: Command) -> Output {
    block_in_place(|| command.output().unwrap())
}

async fn is_acknowledged(officer: &Person<'_>, id: IncidentId) -> bool {
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    incident.acknowledgement.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_printed_is_said_on_standard_error_with_a_code_of_its_own() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let shell = Shell::of(&server, OFFICER).await;
    for options in [&[][..], &["--json"]] {
        let incident = officer.log().await.incident;
        let reference = incident.reference.unwrap().to_string();
        let mut command = shell.command(&["ack", &reference]);
        command.args(options);
        let full = File::options().write(true).open("/dev/full").unwrap();
        command.stdout(Stdio::from(full));
        let said = output(command);
        assert!(is_acknowledged(&officer, incident.id).await);
        assert_eq!(said.status.code(), Some(NOT_NOTED), "{said:?}");
        let complaint = String::from_utf8(said.stderr).unwrap();
        assert!(
            complaint.contains(&format!("{reference}: done, version 2")),
            "{complaint}"
        );
    }
}

/// Each call of the shell on its outbox fails once, one after the other, from the first to the last.
#[tokio::test(flavor = "multi_thread")]
async fn the_shell_never_says_failed_of_what_the_server_has_done() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let folder = TempDir::new().unwrap();
    let mut disk = Disk::well(folder.path());
    let mut codes = Vec::new();
    for error in ERRORS {
        for calls in 0.. {
            let incident = officer.log().await.incident;
            let reference = incident.reference.unwrap().to_string();
            let shell = Shell::of(&server, OFFICER).await;
            let mut command = shell.command(&["ack", &reference]);
            disk.carries_those_below(&mut command, "outbox");
            let failures = disk.failures();
            disk.fail_after(calls, error);
            let said = output(command);
            let code = said.status.code().unwrap();
            let is_done = is_acknowledged(&officer, incident.id).await;
            assert_eq!(
                [0, NOT_NOTED].contains(&code),
                is_done,
                "call {calls}: {said:?}"
            );
            let printed = String::from_utf8_lossy(&said.stdout).into_owned();
            assert_eq!(printed.contains("done"), is_done, "call {calls}: {printed}");
            if disk.failures() == failures {
                assert_eq!(code, 0, "{said:?}");
                break;
            }
            codes.push(code);
            // The next command goes on from there.
            let next = shell.run(&["ack", &reference]);
            assert!(
                [Some(0), Some(1)].contains(&next.status.code()),
                "call {calls}: {next:?}"
            );
            assert!(is_acknowledged(&officer, incident.id).await, "call {calls}");
        }
    }
    assert!(
        codes.contains(&1) && codes.contains(&NOT_NOTED),
        "{codes:?}"
    );
}
