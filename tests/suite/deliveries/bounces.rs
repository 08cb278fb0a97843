//! What a mail server sends back later, piped into `nightdesk bounce` as a mail server would.

use super::notices::{EASTMERE, notify, shared_incident, stands, verified};
use crate::support::case::OFFICER;
use crate::support::desk::{desk_with, test_message, tried};
use crate::support::mail::{MailServer, plan};
use crate::support::process::nightdesk;
use crate::support::server::{Answer, TestServer};
use nightdesk::api::route;
use nightdesk::client::bounce::{self, Read};
use nightdesk::config;
use nightdesk::domain::delivery::{DeliveryState, Report};
use nightdesk::domain::partners::{NoticeProgress, PartnerState};
use proptest::prelude::{any, prop, proptest};
use reqwest::Method;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

const DPO: &str = "dpo@riverbourne.example.org";
const TOKEN: &str = "what the mail server shows";
const DELIVERY: &str = "0b7f6f0e-5a70-5b3c-9a55-6f1f5d0c2a11";

/// A desk that sends by this mail server, and listens to what it sends back.
async fn desk(mail: &MailServer) -> TestServer {
    mail.secret("bounce-token", TOKEN);
    let settings =
        mail.settings("bounce_token_file = \"bounce-token\"\nbounces_to = \"back@example.org\"\n");
    desk_with(config::server::load(&settings).unwrap().outgoing).await
}

/// Pipes a message in.
fn piped(message: &[u8], url: &str, token_file: &Path) -> Output {
    let mut command = nightdesk(&["bounce", "--server", url, "--token-file"]);
    command.arg(token_file).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(message).unwrap();
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// A delivery status as a mail server writes it: the fields of the message and of the recipient, and what
/// it hands back.
fn status(of_message: &str, of_recipient: &str, kind: &str, returned: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.org\r\nTo: back@example.org\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\n{of_message}\r\n\r\n{of_recipient}\r\n\
         --b\r\nContent-Type: {kind}\r\n\r\n{returned}\r\n--b--\r\n"
    )
}

fn ordinary(name: &str) -> String {
    status(
        &format!("Reporting-MTA: dns; mx.example.org\r\nOriginal-Envelope-Id: {name}"),
        "Final-Recipient: rfc822; a@example.org\r\nAction: failed\r\nStatus: 5.1.1",
        "text/rfc822-headers",
        "Subject: Test of nightdesk",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_says_of_its_delivery_that_it_arrived_is_late_or_failed() {
    for (what, state, says) in [
        ("arrived", DeliveryState::Delivered, None),
        (
            "delayed",
            DeliveryState::Sent,
            Some("is still trying: 4.4.1"),
        ),
        ("given-up", DeliveryState::Queued, Some("gave up: 4.4.7")),
        (
            "refused-late",
            DeliveryState::Failed,
            Some("could not deliver it: 5.1.1 smtp; 550 5.1.1 (address) Recipient"),
        ),
    ] {
        let mut mail = MailServer::start(&plan(DPO, what));
        let server = desk(&mail).await;
        let officer = server.signed_in(OFFICER).await;
        let id = test_message(&officer, "EMAIL").await;
        let sent = tried(&officer, id, 1).await;
        assert_eq!(sent.state, DeliveryState::Sent, "{what}");
        assert_eq!(mail.next().about["from"], "back@example.org");
        let back = mail.next();
        let back = back.about["content"].as_str().unwrap();
        let token_file = mail.files.path().join("bounce-token");
        let taken = piped(back.as_bytes(), &server.url, &token_file);
        assert_eq!(code(&taken), Some(0), "{what} {taken:?}");
        let found = tried(&officer, id, 1).await;
        assert_eq!(found.state, state, "{what} {found:?}");
        match (found.why, says) {
            (None, None) => {}
            (Some(why), Some(says)) => {
                assert!(why.contains(says), "{what}: {why}");
                assert!(!why.contains('@'), "{why}");
            }
            (why, _) => panic!("{what}: {why:?}"),
        }
        if what == "given-up" {
            let again_at = found.next_at.unwrap();
            assert!(again_at > server.clock.now(), "{again_at}");
        }
    }
}

/// What comes back of a notice to a partner is an event of the incident, with its entry in the trail.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_comes_back_is_on_the_incident_s_record() {
    let mut mail = MailServer::start(&plan(EASTMERE, "refused-late"));
    let server = desk(&mail).await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    notify(&officer, id, "EMAIL").await;
    stands(&officer, id, PartnerState::Notified).await;
    mail.next();
    let back = mail.next();
    let token_file = mail.files.path().join("bounce-token");
    let back = back.about["content"].as_str().unwrap();
    assert_eq!(
        code(&piped(back.as_bytes(), &server.url, &token_file)),
        Some(0)
    );
    // The next contact point is a mobile, and nothing carries text messages here.
    let record = stands(&officer, id, PartnerState::Failed).await;
    let told: Vec<_> = record.progress.iter().map(|step| &step.progress).collect();
    let [NoticeProgress::Sent {}, .., NoticeProgress::Failed { why }] = told.as_slice() else {
        panic!("{told:?}");
    };
    let is_why = why.contains("could not deliver it: 5.1.1") || why.contains("no channel");
    assert!(is_why, "{why}");
    verified(&server).await;
}

/// A mail server goes by the exit code: 0 is taken, 65 goes back to whoever wrote it, 75 is kept.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_may_be_told_later_is_lost_and_a_person_is_answered() {
    let mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    tried(&officer, id, 1).await;
    let token_file = mail.files.path().join("bounce-token");
    mail.secret("other-token", "something else");
    let other_token = mail.files.path().join("other-token");
    let here = server.url.as_str();
    let person = "From: a@example.org\r\nSubject: Re: OVERDUE\r\n\r\nI am on it.\r\n".to_owned();
    let unknown = ordinary(&format!("{DELIVERY}.1"));
    let ours = ordinary(&format!("{id}.1"));
    let early = ordinary(&format!("{id}.2"));
    for (message, url, token_file, expected) in [
        (&person, here, &token_file, 65),
        (&String::new(), here, &token_file, 65),
        (&unknown, here, &token_file, 0),
        (
            &ordinary("a message of somebody else"),
            here,
            &token_file,
            0,
        ),
        (&early, here, &token_file, 75),
        (&ours, here, &other_token, 75),
        (&ours, here, &mail.files.path().join("none"), 75),
        (&ours, "http://127.0.0.1:1", &token_file, 75),
        (&ours, "desk.example.org", &token_file, 75),
    ] {
        let done = piped(message.as_bytes(), url, token_file);
        assert_eq!(code(&done), Some(expected), "{message} {url} {done:?}");
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(said.is_empty(), expected == 0, "{said}");
        assert!(!said.contains(TOKEN), "{said}");
    }
    let found = tried(&officer, id, 1).await;
    assert_eq!(found.state, DeliveryState::Sent, "nothing of that counts");
    // More than is looked at, from a mail server that writes all of it before it asks how that went.
    let long = format!("{ours}{}", "x".repeat(1_000_000));
    assert_eq!(
        code(&piped(long.as_bytes(), here, &token_file)),
        Some(0),
        "the rest is read and thrown away"
    );
    let found = tried(&officer, id, 1).await;
    assert_eq!(found.state, DeliveryState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reports_without_the_token_or_beyond_the_description() {
    let mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let report = |attempt: u32, why: &str| {
        json!({"delivery": DELIVERY, "attempt": attempt,
            "report": {"outcome": "REFUSED", "why": why}})
    };
    let long = "x".repeat(501);
    for (token, body, status) in [
        (TOKEN, report(1, "no such mailbox"), 204),
        ("something else", report(1, "no such mailbox"), 401),
        (TOKEN, report(0, "no such mailbox"), 400),
        (TOKEN, report(1, &long), 400),
        (TOKEN, json!({"delivery": DELIVERY}), 422),
    ] {
        let request = server.raw(Method::POST, route::MAIL_STATUS);
        let answer = Answer::of(request.bearer_auth(token).json(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{body} {answer:?}");
    }
}

/// How mail servers of several makers write the same.
#[test]
fn a_status_is_read_however_its_mail_server_writes_it() {
    let name = format!("{DELIVERY}.3");
    let returned = format!("Message-ID: <{name}@nightdesk.example.org>\r\nSubject: x\r\n\r\nbody");
    let envelope = format!("Reporting-MTA: dns; a\r\nORIGINAL-ENVELOPE-ID: {name}");
    let failed = "Final-Recipient: rfc822; a@example.org\r\naction: Failed\r\nstatus: 5.0.0";
    for (message, report) in [
        // The fields alone, in whatever letters.
        (
            status(&envelope, failed, "text/plain", ""),
            "could not deliver it: 5.0.0",
        ),
        // The headers that came back, or the whole message.
        (
            status(
                "Reporting-MTA: dns; a",
                failed,
                "text/rfc822-headers",
                &returned,
            ),
            "could not deliver it: 5.0.0",
        ),
        (
            status("Reporting-MTA: dns; a", failed, "message/rfc822", &returned),
            "could not deliver it: 5.0.0",
        ),
        // A list of which one member was not reached, with words on several lines.
        (
            status(
                &envelope,
                "Action: delivered\r\nStatus: 2.0.0\r\n\r\nAction: failed\r\nStatus: 4.4.7\r\n\
                 Diagnostic-Code: smtp;\r\n  too\r\n  late for <b@example.org>",
                "text/plain",
                "",
            ),
            "gave up: 4.4.7 smtp; too late for (address)",
        ),
    ] {
        let Read::Status(read) = bounce::read(message.as_bytes()) else {
            panic!("{message}");
        };
        assert_eq!(format!("{}.{}", read.delivery.0, read.attempt), name);
        let why = read.report.why().unwrap();
        assert_eq!(why, format!("the mail server {report}"));
    }
    // Unix line ends.
    let unix = ordinary(&name).replace("\r\n", "\n");
    assert!(matches!(bounce::read(unix.as_bytes()), Read::Status(_)));
    let relayed = status(
        &envelope,
        "Action: relayed\r\nStatus: 2.0.0",
        "text/plain",
        "",
    );
    assert_eq!(bounce::read(relayed.as_bytes()), Read::Nothing);
}

#[test]
fn the_words_of_a_stranger_are_short_and_printable() {
    let name = format!("Original-Envelope-Id: {DELIVERY}.1");
    let words = format!(
        "Diagnostic-Code: \x1b[2J\u{202e}{}",
        "many words \u{301}\u{302}\u{303}".repeat(999)
    );
    let recipient = format!("Action: failed\r\nStatus: 5.0.0\r\n{words}");
    let message = status(&name, &recipient, "text/plain", "");
    let Read::Status(read) = bounce::read(message.as_bytes()) else {
        panic!("{message}");
    };
    let Report::Refused(why) = read.report else {
        panic!("{read:?}");
    };
    assert!(why.chars().count() <= 500, "{why}");
    let is_plain = |c: char| !c.is_control() && c != '\u{202e}';
    assert!(why.chars().all(is_plain), "{why:?}");
}

proptest! {
    /// Whatever is piped in, something comes of it.
    #[test]
    fn no_message_is_too_strange_to_be_read(
        noise in prop::collection::vec(any::<u8>(), 0..400),
        place in 0usize..700,
        cut in 0usize..900,
    ) {
        bounce::read(&noise);
        let mut message = ordinary(&format!("{DELIVERY}.1")).into_bytes();
        message.splice(place.min(message.len()).., noise);
        message.truncate(cut.max(place));
        bounce::read(&message);
    }
}
