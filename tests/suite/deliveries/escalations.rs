//! Calls for help that go out: from the command to the acknowledgement behind the link, and what the
//! shell and the API say of it.

use super::notices::{link, presses, shared_incident, verified};
use crate::cli::Shell;
use crate::support::case::{OFFICER, home};
use crate::support::desk::desk_with;
use crate::support::mail::{MailServer, plan};
use crate::support::server::{Person, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::CommandAnswer;
use nightdesk::config;
use nightdesk::domain::contacts::{self, Outcome};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::partners::NoticeProgress;
use nightdesk::domain::role::Role;
use serde_json::json;
use std::time::Duration;

/// The address of Riverbourne's data protection officer.
const DPO: &str = "dpo@riverbourne.example.org";

async fn desk(mail: &MailServer) -> TestServer {
    let mut outgoing = config::server::load(&mail.settings("")).unwrap().outgoing;
    outgoing.public_url = Some("https://desk.example.org".to_owned());
    desk_with(outgoing).await
}

async fn escalated(officer: &Person<'_>, id: IncidentId) -> CommandAnswer {
    let incident: Incident = officer.get(&route::incident(id)).await.ok();
    let escalate = json!({"type": "escalate", "ladder": "DPO", "reason": "nobody answers"});
    officer
        .ask(id, Some(incident.version), &escalate)
        .await
        .ok()
}

/// The incident once this is so.
async fn once(officer: &Person<'_>, id: IncidentId, is_so: impl Fn(&Incident) -> bool) -> Incident {
    let looking = async {
        loop {
            let incident: Incident = officer.get(&route::incident(id)).await.ok();
            if is_so(&incident) {
                return incident;
            }
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(20);
    tokio::time::timeout(within, looking).await.unwrap()
}

/// ESC-SENT, INF-COUNTS: the whole way, by a real mail server.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_acknowledges_a_call_for_help_by_its_link_is_informed() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    let answer = escalated(&officer, id).await;
    assert_eq!(
        answer.said,
        [
            "A notice to Bronwen Hartleap (Data protection officer, Riverbourne ICB) is queued, by e-mail. It asks them to acknowledge"
        ]
    );
    let message = mail.next();
    assert_eq!(message.about["to"], json!([DPO]));
    assert!(message.content.contains("Call for help with incident"));
    assert!(!message.content.contains(super::notices::CANARY));
    once(&officer, id, |incident| {
        let progress = &incident.escalations[0].progress;
        progress
            .iter()
            .any(|step| step.progress == NoticeProgress::Sent {})
    })
    .await;

    let pressed = presses(&server, &link(&message.content), "Ada Marsh", "Deputy DPO").await;
    assert_eq!(pressed.status.as_u16(), 200, "{pressed:?}");
    let incident = once(&officer, id, |incident| !incident.attempts.is_empty()).await;
    let attempt = &incident.attempts[0];
    assert_eq!(
        (attempt.channel, attempt.outcome, attempt.number.as_deref()),
        (Channel::Email, Outcome::Acknowledged, Some(DPO))
    );
    assert!(contacts::informed_at(&incident, &home(Role::Dpo)).is_some());
    let timeline = officer.get(&route::timeline(id)).await.body;
    assert!(timeline.contains("escalation_progressed"), "{timeline}");
    verified(&server).await;
}

/// What does not arrive is said to have failed, and the call becomes the next step.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_that_does_not_arrive_is_on_record() {
    let mail = MailServer::start(&plan(DPO, "refuse"));
    let server = desk(&mail).await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    escalated(&officer, id).await;
    once(&officer, id, |incident| {
        let mut steps = incident.escalations[0].progress.iter();
        steps.any(|step| matches!(step.progress, NoticeProgress::Failed { .. }))
    })
    .await;
    let shell = Shell::of(&server, OFFICER).await;
    let shown = shell.says(&["show", &id.to_string()]);
    assert!(
        shown.contains("the notice did not reach them; now call"),
        "{shown}"
    );
    verified(&server).await;
}

/// Whoever answers a call is reminded no more.
#[tokio::test(flavor = "multi_thread")]
async fn an_answered_call_ends_the_reminders() {
    let mut mail = MailServer::start(&json!({}));
    let server = desk(&mail).await;
    let officer = server.signed_in(OFFICER).await;
    let id = shared_incident(&officer).await;
    escalated(&officer, id).await;
    let message = mail.next();
    let answered = json!({"type": "inform", "contact": home(Role::Dpo), "channel": "MOBILE",
        "outcome": "ANSWERED"});
    officer.ask(id, None, &answered).await.ok::<CommandAnswer>();
    let pressed = presses(&server, &link(&message.content), "Ada Marsh", "Deputy DPO").await;
    assert_eq!(pressed.status.as_u16(), 410, "{pressed:?}");
    verified(&server).await;
}

/// Before and after, the shell says exactly whom to call where nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_shell_says_whom_to_call_before_and_after() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let logged = officer.log().await;
    let reference = logged.incident.reference.unwrap().to_string();
    let shell = Shell::of(&server, OFFICER).await;
    let escalate = [
        "escalate",
        &reference,
        "--ladder",
        "dpo",
        "--reason",
        "no answer",
    ];
    let foreseen = shell.says(&[escalate.as_slice(), &["--dry-run"]].concat());
    let told = shell.says(&escalate);
    for said in [&foreseen, &told] {
        assert!(said.contains("Nothing is sent. Now call:"), "{said}");
        assert!(said.contains("Bronwen Hartleap"), "{said}");
        assert!(said.contains("mobile 07700"), "{said}");
    }
    let next = shell.run(&["who-would-be-told", &reference, "--ladder", "dpo"]);
    let next = String::from_utf8(next.stdout).unwrap();
    assert!(next.contains("Nothing is sent. Now call:"), "{next}");
    let shown = shell.says(&["show", &reference]);
    assert!(shown.contains("WHO HAS BEEN TOLD"), "{shown}");
    assert!(shown.contains("nothing was sent"), "{shown}");
}
