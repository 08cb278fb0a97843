//! The queue itself: many alarms for one person, several processes, and a process that died at work.

use crate::support::case::{OFFICER, wall};
use crate::support::desk::desk_with;
use crate::support::mail::MailServer;
use crate::support::server::{Answer, TestServer, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{DeliveryPage, DeliveryRecord};
use nightdesk::config;
use nightdesk::domain::delivery::matter::{Matter, Title};
use nightdesk::domain::delivery::{Address, Delivery, DeliveryState, Medium, NewDelivery, Subject};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// An alarm for somebody, whose subject is a number.
fn alarm(number: u128, recipient: &str, is_overdue: bool) -> Delivery {
    let titles = ["Not acknowledged", "Report to the ICO"];
    let title = titles[usize::from(is_overdue)];
    let new = NewDelivery {
        subject: Subject::Alarm(Uuid::from_u128(number)),
        incident: None,
        thread: None,
        recipient: recipient.into(),
        addresses: vec![Address::new(
            Medium::Email,
            format!("{recipient}@example.org"),
        )],
        matter: Matter::Alarm {
            title: Title::new(title),
            reference: None,
            due_at: wall("2026-06-12T23:00"),
            is_overdue,
        },
    };
    Delivery::new(new, tonight_at())
}

/// Puts deliveries into the queue at once, behind the server's back, held by somebody until then.
async fn queue(server: &TestServer, deliveries: &[Delivery], lease_until: Option<i64>) {
    let mut connection = server.database.connection().await;
    sqlx::raw_sql("begin")
        .execute(&mut connection)
        .await
        .unwrap();
    for delivery in deliveries {
        sqlx::query(
            "insert into delivery (id, subject_kind, subject, recipient, state, created_at, next_at,
             lease_until, leased_by, document)
             values ($1, $2, $3, $4, 'QUEUED', $5, $5, $6, 'another', $7)",
        )
        .bind(delivery.id.to_string())
        .bind(delivery.subject.kind())
        .bind(delivery.subject.id().to_string())
        .bind(delivery.recipient.to_string())
        .bind(delivery.created_at.timestamp_millis())
        .bind(lease_until)
        .bind(serde_json::to_string(delivery).unwrap())
        .execute(&mut connection)
        .await
        .unwrap();
    }
    sqlx::raw_sql("commit")
        .execute(&mut connection)
        .await
        .unwrap();
}

/// Everything that went out, once nothing of it waits for its first attempt.
async fn all_tried(server: &TestServer) -> Vec<DeliveryRecord> {
    let officer = server.signed_in(OFFICER).await;
    let looking = async {
        loop {
            let path = format!("{}?limit=200", route::DELIVERIES);
            let page: DeliveryPage = officer.get(&path).await.ok();
            let tried = |delivery: &DeliveryRecord| delivery.attempts > 0;
            if !page.deliveries.is_empty() && page.deliveries.iter().all(tried) {
                return page.deliveries;
            }
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(30);
    tokio::time::timeout(within, looking).await.unwrap()
}

async fn desk(mail: &MailServer) -> TestServer {
    let settings = mail.settings("per_minute = 6000\n");
    desk_with(config::server::load(&settings).unwrap().outgoing).await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_alarms_for_one_person_are_one_message_with_the_exact_count() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let alarms: Vec<Delivery> = (0..12).map(|n| alarm(n, "ada", n < 5)).collect();
    queue(&server, &alarms, None).await;
    let tried = all_tried(&server).await;
    assert_eq!(tried.len(), 12);
    for delivery in &tried {
        assert_eq!(delivery.state, DeliveryState::Sent, "{delivery:?}");
        assert_eq!(delivery.attempts, 1);
    }
    let message = mail.next();
    let words = "Subject: 12 alarms: 5 overdue, 7 not yet";
    assert!(message.content.contains(words), "{}", message.content);
    assert_eq!(mail.taken_so_far(), 1);
}

/// What comes back names one delivery of a message that told of many.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_back_has_told_of_none_of_its_alarms() {
    let mut mail = MailServer::start(&json!({}));
    mail.secret("bounce-token", "token");
    let settings = mail.settings("per_minute = 6000\nbounce_token_file = \"bounce-token\"\n");
    let server = desk_with(config::server::load(&settings).unwrap().outgoing).await;
    let mut alarms: Vec<Delivery> = (0..6).map(|n| alarm(n, "ada", true)).collect();
    alarms.push(alarm(6, "bea", true));
    queue(&server, &alarms, None).await;
    all_tried(&server).await;
    let messages = [mail.next(), mail.next()];
    let to_ada = messages
        .iter()
        .find(|message| message.about["to"] == json!(["ada@example.org"]));
    let name = to_ada.unwrap().content.split("Message-ID: <").nth(1);
    let (delivery, _) = name.unwrap().split_once(".1@").unwrap();
    let told = json!({"delivery": delivery, "attempt": 1,
        "report": {"outcome": "REFUSED", "why": "no such mailbox"}});
    let request = server.raw(Method::POST, route::MAIL_STATUS);
    let answer = Answer::of(request.bearer_auth("token").json(&told)).await;
    assert_eq!(answer.status.as_u16(), 204, "{answer:?}");
    for delivery in all_tried(&server).await {
        let is_back = delivery.recipient.to_string() == "ada";
        let expected = [DeliveryState::Sent, DeliveryState::Failed][usize::from(is_back)];
        assert_eq!(delivery.state, expected, "{delivery:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_alarms_are_each_a_message_of_their_own() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let alarms: Vec<Delivery> = (0..3).map(|n| alarm(n, "ada", true)).collect();
    queue(&server, &alarms, None).await;
    all_tried(&server).await;
    for _ in 0..3 {
        let message = mail.next();
        let words = "Subject: OVERDUE: Report to the ICO, was due";
        assert!(message.content.contains(words), "{}", message.content);
    }
}

/// Two processes share the queue; each message is sent by one of them.
#[tokio::test(flavor = "multi_thread")]
async fn several_servers_send_each_message_once() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let other = server
        .beside_sending(&mail.settings("per_minute = 6000\n"))
        .await;
    let alarms: Vec<Delivery> = (0..24)
        .map(|n| alarm(n, &format!("person{n}"), true))
        .collect();
    queue(&server, &alarms, None).await;
    let tried = all_tried(&server).await;
    assert!(
        tried.iter().all(|delivery| delivery.attempts == 1),
        "{tried:?}"
    );
    let mut sent = BTreeMap::new();
    for _ in 0..24 {
        let to = mail.next().about["to"].to_string();
        *sent.entry(to).or_insert(0) += 1;
    }
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    assert_eq!(mail.taken_so_far(), 24);
    other.stop().await;
}

/// What somebody has taken on is theirs until the lease is over, and then anybody's.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_had_taken_on_is_sent_by_another_after_the_lease() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let lapses_at = tonight_at() + TimeDelta::minutes(4);
    queue(
        &server,
        &[alarm(1, "held", true)],
        Some(lapses_at.timestamp_millis()),
    )
    .await;
    queue(&server, &[alarm(2, "free", true)], None).await;
    // The positive control: the worker is at work, and leaves alone what is held.
    assert!(mail.next().about["to"].to_string().contains("free"));
    let officer = server.signed_in(OFFICER).await;
    let held = route::delivery(alarm(1, "held", true).id);
    assert_eq!(officer.get(&held).await.ok::<DeliveryRecord>().attempts, 0);
    server.clock.clone().set(lapses_at);
    // The other one is said again meanwhile.
    while !mail.next().about["to"].to_string().contains("held") {}
}
