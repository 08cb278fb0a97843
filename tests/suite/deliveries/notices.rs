//! Notices to partners: from the command to the acknowledgement on the page, and everything that may
//! happen to one on its way.

use crate::support::browser::Browser;
use crate::support::case::OFFICER;
use crate::support::desk::{desk_with, tried};
use crate::support::mail::{Mail, MailServer, plan};
use crate::support::server::{Answer, Person, TestServer};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{DeliveryPage, DeliveryRecord};
use nightdesk::config;
use nightdesk::domain::calendar::in_words;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::partners::{
    self, NoticeProgress, PartnerAnswer, PartnerRecord, PartnerState,
};
use nightdesk::server;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// The address of Eastmere's representative.
pub(crate) const EASTMERE: &str = "ggr@eastmere.example.org";

/// What must not leave the desk, in every field that somebody fills in.
pub(crate) const CANARY: &str = "CANARY-7f3a-ada-marsh";

/// A desk that sends mail, with where strangers reach it if they do.
async fn desk(mail: &MailServer, public_url: &str) -> TestServer {
    let mut outgoing = config::server::load(&mail.settings("")).unwrap().outgoing;
    outgoing.public_url = (!public_url.is_empty()).then(|| public_url.to_owned());
    desk_with(outgoing).await
}

/// An incident that concerns Eastmere, with a canary wherever words may stand.
pub(crate) async fn shared_incident(officer: &Person<'_>) -> IncidentId {
    let mut log = crate::support::server::report();
    log["aware_at"] = json!(officer.server.clock.now() - TimeDelta::hours(1));
    for field in ["title", "summary", "reporter_contact"] {
        log[field] = json!(CANARY);
    }
    let key = crate::support::server::fresh_id();
    let logged = officer.send(route::INCIDENTS, key, None, &log).await;
    let id: IncidentId =
        serde_json::from_value(logged.ok::<Value>()["incident"]["id"].clone()).unwrap();
    let grade = json!({"type": "grade", "severity": 2, "likelihood": 3, "rationale": format!("as told {CANARY}"),
        "harms": [nightdesk::domain::grid::Harm::ALL[0]]});
    officer.ask(id, Some(1), &grade).await.ok::<Value>();
    let triage = json!({"type": "triage", "facts": {
        "breach_status": "CONFIRMED", "category": "misdirected_email", "trend_key": CANARY,
        "data_scope": ["PERSONAL_LIVING"], "cia": ["C"], "controllers": ["riverbourne"],
        "partnership_effect": "AFFECTED", "partnership_reason": CANARY,
        "affected_partners": ["eastmere"],
    }});
    officer.ask(id, Some(2), &triage).await.ok::<Value>();
    let note = json!({"type": "note", "text": CANARY});
    officer.ask(id, None, &note).await.ok::<Value>();
    id
}

pub(crate) async fn notify(officer: &Person<'_>, id: IncidentId, channel: &str) {
    let told =
        json!({"type": "notify_partners", "organisations": ["eastmere"], "channel": channel});
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    let answer = officer.ask(id, Some(incident.version), &told).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

/// The partner's record once it stands like this.
pub(super) async fn stands(
    officer: &Person<'_>,
    id: IncidentId,
    state: PartnerState,
) -> PartnerRecord {
    let looking = async {
        loop {
            let incident: Incident = officer.get(&route::incident(id)).await.ok();
            let record = partners::record(&incident, &"eastmere".into()).unwrap();
            if record.state() == state {
                return record.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(20);
    tokio::time::timeout(within, looking).await.unwrap()
}

/// A desk that has told Eastmere of an incident by e-mail, and the message.
pub(super) async fn told_by_mail(mail: &mut MailServer) -> (TestServer, IncidentId, Mail) {
    let server = desk(mail, "https://desk.example.org").await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    notify(&officer, id, "EMAIL").await;
    (server, id, mail.next())
}

/// The time within which a notice is to be answered goes by.
pub(super) fn expire(server: &TestServer) {
    let hours = config::policy().unwrap().delivery.partner_answer_hours;
    let at = server.clock.now() + TimeDelta::hours(hours.into());
    server.clock.clone().set(at);
}

/// The path of the link in a message.
pub(crate) fn link(content: &str) -> String {
    let place = content
        .find("/ack/")
        .unwrap_or_else(|| panic!("no link in {content}"));
    content[place..].chars().take("/ack/".len() + 64).collect()
}

pub(super) async fn looks_at(server: &TestServer, method: Method, path: &str) -> Answer {
    Answer::of(server.raw(method, path)).await
}

pub(crate) async fn presses(server: &TestServer, path: &str, name: &str, role: &str) -> Answer {
    let form = format!(
        "name={}&role={}",
        name.replace(' ', "+"),
        role.replace(' ', "+")
    );
    let request = server.raw(Method::POST, path);
    let kind = "application/x-www-form-urlencoded";
    Answer::of(request.header("content-type", kind).body(form)).await
}

pub(super) async fn verified(server: &TestServer) {
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// The whole way, with a scanner that follows the link, in a real browser. Nothing that anybody typed
/// leaves the desk.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_acknowledges_in_a_browser_and_whoever_only_looks_does_not() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    stands(&officer, id, PartnerState::Notified).await;
    assert_eq!(message.about["to"], json!([EASTMERE]));
    assert!(message.content.contains("https://desk.example.org/ack/"));
    let path = link(&message.content);

    // A mail scanner follows every link by every way of looking.
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::GET] {
        looks_at(&server, method, &path).await;
    }
    let looked = looks_at(&server, Method::GET, &path).await;
    assert_eq!(looked.status.as_u16(), 200);
    let record = stands(&officer, id, PartnerState::Notified).await;
    assert_eq!(record.answers, []);

    let browser = Browser::start().await;
    browser.open(&format!("{}{path}", server.url)).await;
    let page = browser.text("body").await;
    assert!(page.contains("Acknowledge incident INC-26-0001"), "{page}");
    browser.press("button").await;
    // The browser itself asks for the fields first.
    assert!(browser.matches("#name:invalid").await);
    browser.fill("#name", "Ada Marsh").await;
    browser.fill("#role", "Duty manager").await;
    browser.press("button").await;
    let page = browser.text("body").await;
    assert!(page.contains("Thank you"), "{page}");

    let record = stands(&officer, id, PartnerState::Acknowledged).await;
    let progress = record.last_progress().unwrap();
    let (name, role) = ("Ada Marsh".into(), "Duty manager".into());
    assert_eq!(
        progress.progress,
        NoticeProgress::Acknowledged { name, role }
    );
    assert_eq!(record.acknowledged_at(), Some(progress.at));
    let again = presses(&server, &path, "Somebody Else", "Nobody").await;
    assert_eq!(again.status.as_u16(), 410);
    assert!(
        again.body.contains("has been acknowledged"),
        "{}",
        again.body
    );
    for text in [&message.content, &looked.body, &page, &again.body] {
        assert!(!text.contains(CANARY) && !text.contains("Ward"), "{text}");
    }
    verified(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_plain_says_what_is_wrong_and_may_be_framed_or_kept_by_nobody() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    let path = link(&message.content);
    let page = looks_at(&server, Method::GET, &path).await;
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "style-src 'sha256-",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(page.header(name), value);
    }
    for part in [
        "<html lang=\"en-GB\">",
        "<main>",
        "<label for=\"name\">",
        "autocomplete=\"name\"",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    for part in ["<script", "http://", "https://", "onclick", "javascript:"] {
        assert!(!page.body.contains(part), "{part}");
    }
    for (name, role, says) in [
        ("", "Duty manager", "Enter your name"),
        ("Ada", "  ", "Enter your role"),
        (&"x".repeat(101), "Duty manager", "at most 100 letters"),
    ] {
        let answer = presses(&server, &path, name, role).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.body.contains(says), "{}", answer.body);
        assert!(answer.body.contains("role=\"alert\"") && answer.body.contains("aria-invalid"));
    }
    let hostile = presses(&server, &path, "<b>\"Ada\"", "").await;
    assert!(!hostile.body.contains("<b>") && hostile.body.contains("&lt;b&gt;&quot;Ada"));
    let large = presses(&server, &path, &"x".repeat(9000), "y").await;
    assert_eq!(large.status.as_u16(), 413);
    stands(&officer, id, PartnerState::Notified).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_expires_with_its_notice_and_a_link_that_was_made_up_leads_nowhere() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    stands(&officer, id, PartnerState::Notified).await;
    let path = link(&message.content);
    let made_up = format!("/ack/{}", "0".repeat(64));
    for unknown in [made_up.as_str(), "/ack/x", "/ack/%F0%9F"] {
        let answer = looks_at(&server, Method::GET, unknown).await;
        assert_eq!(answer.status.as_u16(), 404, "{unknown}");
        assert!(answer.body.contains("does not work"), "{}", answer.body);
    }
    expire(&server);
    stands(&officer, id, PartnerState::Expired).await;
    for answer in [
        looks_at(&server, Method::GET, &path).await,
        presses(&server, &path, "Ada Marsh", "Duty manager").await,
    ] {
        assert_eq!(answer.status.as_u16(), 410);
        assert!(answer.body.contains("has expired"), "{}", answer.body);
    }
    verified(&server).await;
}

/// What becomes of a notice, as the record and its timeline tell it: nobody was told is no silence.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_reached_nobody_is_an_event_and_says_why() {
    for (what, says) in [
        (Some("refuse"), "no such mailbox here"),
        (None, "no channel is set up"),
    ] {
        let mail = MailServer::start(&plan(EASTMERE, what.unwrap_or("take")));
        let server = match what {
            Some(_) => desk(&mail, "").await,
            None => TestServer::start().await,
        };
        let officer = server.signed_in(OFFICER).await;
        let id = shared_incident(&officer).await;
        notify(&officer, id, "EMAIL").await;
        let record = stands(&officer, id, PartnerState::Failed).await;
        let Some(NoticeProgress::Failed { why }) =
            record.last_progress().map(|step| &step.progress)
        else {
            panic!("{record:?}");
        };
        assert!(why.contains(says) || why.contains("no channel"), "{why}");
        let timeline = officer.get(&route::timeline(id)).await.body;
        assert!(
            timeline.contains("notice_progressed") && timeline.contains("failed"),
            "{timeline}"
        );
        verified(&server).await;
    }
}

/// What the desk notes of a notice lets nobody's decision fail; what a person did meanwhile does.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_the_desk_makes_no_decision_stale() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    notify(&officer, id, "EMAIL").await;
    stands(&officer, id, PartnerState::Failed).await;
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    let before_the_note = incident.version - 1;
    let told =
        json!({"type": "notify_partners", "organisations": ["eastmere"], "channel": "PHONE"});
    let answer = officer.ask(id, Some(before_the_note), &told).await;
    assert!(answer.status.is_success(), "{answer:?}");
    let stale = officer.ask(id, Some(before_the_note), &told).await;
    assert_eq!(stale.status.as_u16(), 412, "{stale:?}");
}

/// A partner that answers by phone is not waited for, and its link does nothing more.
/// What a mail server would not take for longer than a partner has to answer still asks for an answer,
/// and its link still works.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_waited_longer_than_its_time_can_still_be_acknowledged() {
    let mut mail = MailServer::start(&plan(EASTMERE, "later-once"));
    let server = desk(&mail, "https://desk.example.org").await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    notify(&officer, id, "EMAIL").await;
    let path = format!("{}?incident={id}", route::DELIVERIES);
    let page: DeliveryPage = officer.get(&path).await.ok();
    let of_eastmere = |one: &&DeliveryRecord| one.recipient.to_string().contains("eastmere");
    let notice = page.deliveries.iter().find(of_eastmere).unwrap();
    tried(&officer, notice.id, 1).await;
    expire(&server);
    let message = mail.next();
    let hours = config::policy().unwrap().delivery.partner_answer_hours;
    let by = in_words(server.clock.now() + TimeDelta::hours(hours.into()));
    let asked = format!("Please acknowledge by {by}");
    let text = message.content.replace("=\r\n", "");
    assert!(text.contains(&asked), "{asked}: {text}");
    stands(&officer, id, PartnerState::Notified).await;
    let answer = presses(&server, &link(&message.content), "Ada Marsh", "GGR").await;
    assert!(answer.status.is_success(), "{answer:?}");
    stands(&officer, id, PartnerState::Acknowledged).await;
    verified(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_phone_ends_the_notice() {
    let mut mail = MailServer::start(&json!({}));
    let (server, id, message) = told_by_mail(&mut mail).await;
    let officer = server.signed_in(OFFICER).await;
    stands(&officer, id, PartnerState::Notified).await;
    let path = link(&message.content);
    let answered = json!({"type": "record_partner_answer", "organisation": "eastmere",
        "answer": {"kind": "acknowledged", "spoke_to": "site manager"}});
    officer.ask(id, None, &answered).await.ok::<Value>();
    let record = stands(&officer, id, PartnerState::Acknowledged).await;
    assert!(matches!(
        record.answers[0].answer,
        PartnerAnswer::Acknowledged { .. }
    ));
    let pressed = presses(&server, &path, "Ada Marsh", "Duty manager").await;
    assert_eq!(pressed.status.as_u16(), 410);
    verified(&server).await;
}

/// Somebody who rings has told the partner; the desk sends nothing then, and says no more than that.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_by_phone_so_the_partner_is_to_be_called() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    notify(&officer, id, "PHONE").await;
    stands(&officer, id, PartnerState::ToCall).await;
    let path = format!("{}?incident={id}", route::DELIVERIES);
    let page: Value = officer.get(&path).await.ok();
    assert_eq!(page["deliveries"], json!([]));
}
