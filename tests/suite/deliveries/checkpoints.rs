//! The end of the trail told to a mailbox by itself, and compared with the trail later.

use crate::support::case::{DPO, OFFICER};
use crate::support::desk::desk_with;
use crate::support::mail::{Mail, MailServer};
use crate::support::server::TestServer;
use chrono::TimeDelta;
use nightdesk::config;
use nightdesk::server::{self, Expected};
use serde_json::json;
use std::fs;

const KEEPER: &str = "keeper@audit.example.org";
const KEPT: &str = "[checkpoint]\nemail = \"keeper@audit.example.org\"\n";

async fn desk(mail: &MailServer) -> TestServer {
    desk_with(config::server::load(&mail.settings(KEPT)).unwrap().outgoing).await
}

/// What a message says that "nightdesk verify" is to be given.
fn expected(mail: &Mail) -> Expected {
    assert_eq!(mail.about["to"], json!([KEEPER]));
    let (_, after) = mail.content.split_once("--expect ").unwrap();
    let place = after.split_whitespace().next().unwrap();
    place.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_trail_goes_to_a_mailbox_each_day_and_names_nobody() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let first = expected(&mail.next());
    assert!(server::still_holds(&server.store, &first).await.unwrap());
    let officer = server.signed_in(OFFICER).await;
    officer.log().await;
    let mut clock = server.clock.clone();
    clock.set(clock.now() + TimeDelta::days(1));
    let next = mail.next();
    for of_somebody in ["INC-", OFFICER, DPO, "Ward list"] {
        assert!(!next.content.contains(of_somebody), "{}", next.content);
    }
    let second = expected(&next);
    assert!(second.seq > first.seq, "{second:?} after {first:?}");
    for kept in [&first, &second] {
        assert!(server::still_holds(&server.store, kept).await.unwrap());
    }
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// Two servers on one desk, and one that starts again, are one keeper's one message a day.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_again_says_nothing_twice() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    expected(&mail.next());
    let database = server.stop().await;
    let outgoing = config::server::load(&mail.settings(KEPT)).unwrap().outgoing;
    let server = TestServer::start_on_with(database, |settings| settings.outgoing = outgoing).await;
    let mut clock = server.clock.clone();
    clock.set(clock.now() + TimeDelta::days(1));
    expected(&mail.next());
    assert_eq!(mail.taken_so_far(), 2);
}

#[test]
fn a_checkpoint_by_which_nothing_could_be_sent_ends_the_start() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("server.toml");
    for (written, says) in [
        (KEPT, "checkpoint.email needs [smtp] or [govuk_notify]"),
        (
            "[checkpoint]\nservices = [\"soc\"]\n",
            "checkpoint.services names \"soc\", which is not in [webhooks.services]",
        ),
        (
            "[checkpoint]\nevery_hours = 0\n",
            "checkpoint.every_hours must be above zero",
        ),
    ] {
        fs::write(&path, written).unwrap();
        let refused = config::server::load(&path).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}
