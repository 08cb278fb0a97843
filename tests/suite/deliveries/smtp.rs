//! E-mail through a real mail server that takes, refuses, delays, hangs up and keeps silent.

use crate::support::case::OFFICER;
use crate::support::desk::{desk_with, test_message, tried};
use crate::support::mail::{Mail, MailServer, plan};
use crate::support::server::TestServer;
use chrono::TimeDelta;
use nightdesk::config;
use nightdesk::domain::delivery::DeliveryState;
use serde_json::json;
use std::path::Path;

/// The only e-mail address of the data protection officer of Riverbourne.
const DPO: &str = "dpo@riverbourne.example.org";

async fn desk(settings: &Path) -> TestServer {
    desk_with(config::server::load(settings).unwrap().outgoing).await
}

fn headers(mail: &Mail) -> String {
    let (headers, _) = mail.content.split_once("\r\n\r\n").unwrap();
    headers.to_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_over_tls_as_plain_text_and_html_and_asks_what_becomes_of_it() {
    let mut mail_server = MailServer::start(&json!({}));
    let server = desk(&mail_server.settings("")).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    let sent = tried(&officer, id, 1).await;
    assert_eq!((sent.state, sent.why), (DeliveryState::Sent, None));
    let mail = mail_server.next();
    assert_eq!(mail.about["tls"], true);
    assert_eq!(mail.about["from"], "desk@nightdesk.example.org");
    assert_eq!(mail.about["to"], json!([DPO]));
    assert_eq!(
        mail.about["mail_options"],
        json!(["RET=HDRS", format!("ENVID={id}.1")])
    );
    assert_eq!(
        mail.about["rcpt_options"],
        json!(["NOTIFY=SUCCESS,FAILURE,DELAY"])
    );
    let headers = headers(&mail);
    for header in [
        format!("message-id: <{id}.1@nightdesk.example.org>"),
        "auto-submitted: auto-generated".to_owned(),
        "content-type: multipart/alternative".to_owned(),
        "subject: test of nightdesk".to_owned(),
    ] {
        assert!(headers.contains(&header), "{header} is not in {headers}");
    }
    for part in [
        "text/plain",
        "text/html",
        "lang=\"en-GB\"",
        "Nothing has happened",
    ] {
        assert!(
            mail.content.contains(part),
            "{part} is not in {}",
            mail.content
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_is_a_failure_that_says_why_and_is_not_tried_again() {
    let mail_server = MailServer::start(&plan(DPO, "refuse"));
    let server = desk(&mail_server.settings("")).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    let refused = tried(&officer, id, 1).await;
    assert_eq!(
        (refused.state, refused.next_at),
        (DeliveryState::Failed, None)
    );
    let why = refused.why.unwrap();
    assert!(why.contains("no such mailbox here"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_now_is_tried_again_after_a_pause_and_taken_then() {
    for (what, says) in [
        ("later-once", "the mailbox is busy"),
        ("hang-up", "could not be spoken to"),
        ("never", "did not answer in time"),
    ] {
        let mail_server = MailServer::start(&plan(DPO, what));
        let server = desk(&mail_server.settings("")).await;
        let officer = server.signed_in(OFFICER).await;
        let id = test_message(&officer, "EMAIL").await;
        let put_off = tried(&officer, id, 1).await;
        assert_eq!(put_off.state, DeliveryState::Queued, "{what} {put_off:?}");
        let why = put_off.why.unwrap();
        assert!(why.contains(says), "{what}: {why}");
        let pause = put_off.next_at.unwrap() - server.clock.now();
        assert!(pause >= TimeDelta::minutes(1), "{what}: {pause}");
        if what == "later-once" {
            let mut clock = server.clock.clone();
            clock.set(put_off.next_at.unwrap());
            let taken = tried(&officer, id, 2).await;
            assert_eq!((taken.state, taken.why), (DeliveryState::Sent, None));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_recognisable_as_the_same_message() {
    let mut mail_server = MailServer::start(&plan(DPO, "later-once"));
    let server = desk(&mail_server.settings("")).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    let again_at = tried(&officer, id, 1).await.next_at.unwrap();
    server.clock.clone().set(again_at);
    let headers = headers(&mail_server.next());
    for (name, attempt) in [("message-id", 2), ("in-reply-to", 1), ("references", 1)] {
        let header = format!("{name}: <{id}.{attempt}@nightdesk.example.org>");
        assert!(headers.contains(&header), "{header} is not in {headers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_shown_over_tls_and_a_wrong_one_is_not_the_recipient_s_fault() {
    for (password, tls_at_once, is_good) in [
        ("swordfish", false, true),
        ("swordfish", true, true),
        ("marlin", false, false),
    ] {
        let plan = json!({});
        let (mut mail_server, security) = if tls_at_once {
            (MailServer::start_with_tls(&plan), "tls")
        } else {
            (MailServer::start(&plan), "starttls")
        };
        mail_server.secret("password", password);
        let more =
            format!("security = \"{security}\"\nuser = \"desk\"\npassword_file = \"password\"\n");
        let server = desk(&mail_server.settings(&more)).await;
        let officer = server.signed_in(OFFICER).await;
        let id = test_message(&officer, "EMAIL").await;
        let found = tried(&officer, id, 1).await;
        if is_good {
            assert_eq!(found.state, DeliveryState::Sent, "{found:?}");
            assert_eq!(mail_server.next().about["user"], "desk");
        } else {
            assert_eq!(found.state, DeliveryState::Queued, "{found:?}");
        }
    }
}

/// A server whose certificate nobody vouches for learns nothing, not even who is written to.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_not_the_one_that_is_trusted_gets_nothing() {
    let (mail_server, other) = (MailServer::start(&json!({})), MailServer::start(&json!({})));
    let settings = mail_server.settings("");
    std::fs::copy(
        other.files.path().join("certificate.pem"),
        mail_server.files.path().join("certificate.pem"),
    )
    .unwrap();
    let server = desk(&settings).await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    let found = tried(&officer, id, 1).await;
    assert_eq!(found.state, DeliveryState::Queued);
    let why = found.why.unwrap();
    assert!(why.to_lowercase().contains("certificate"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_send_by_nothing_says_that_it_does_not() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = test_message(&officer, "EMAIL").await;
    let found = tried(&officer, id, 1).await;
    assert_eq!((found.state, found.next_at), (DeliveryState::Failed, None));
    assert!(found.why.unwrap().contains("no channel is set up"));
}

/// Each line is a setting that cannot be used, and what is said of it.
#[test]
fn settings_by_which_nothing_could_be_sent_are_refused_at_the_start() {
    let files = tempfile::TempDir::new().unwrap();
    let path = files.path().join("server.toml");
    std::fs::write(files.path().join("open"), "secret").unwrap();
    let smtp = "[smtp]\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"\n";
    for (text, says) in [
        (
            "[smtp]\nhost = \"mail.example.org\"\n".to_owned(),
            "smtp.from",
        ),
        (
            format!("{smtp}security = \"none\"\n"),
            "only for a mail server on this machine",
        ),
        (format!("{smtp}security = \"ssl\"\n"), "unknown variant"),
        (format!("{smtp}user = \"desk\"\n"), "go together"),
        (format!("{smtp}per_minute = 0\n"), "per_minute"),
        (format!("{smtp}password = \"swordfish\"\n"), "unknown field"),
        (
            format!("{smtp}user = \"desk\"\npassword_file = \"open\"\n"),
            "chmod 600",
        ),
        (
            format!("{smtp}user = \"desk\"\npassword_file = \"none\"\n"),
            "cannot be read",
        ),
        (format!("{smtp}ca_file = \"none.pem\"\n"), "cannot be read"),
        ("smtp = 3".to_owned(), "invalid type"),
    ] {
        std::fs::write(&path, &text).unwrap();
        let refused = config::server::load(&path).unwrap_err().to_string();
        assert!(refused.contains(says), "{text}: {refused}");
    }
    std::fs::write(&path, "").unwrap();
    assert!(config::server::load(&path).unwrap().outgoing.smtp.is_none());
}
