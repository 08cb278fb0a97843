//! A duplicate hands on what stands on its record, or it is refused with what to do first (REG-WHOLE).

use super::*;
use crate::cli::Shell;
use crate::support::case::{DPO, OFFICER};
use crate::support::server::tonight_at;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::contacts::{self, Contact};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::incident::{Major, Status};
use nightdesk::domain::role::Role;

fn state(incident: &Incident, kind: ClockKind, now: Instant) -> ClockState {
    clock::view(incident, kind).unwrap().state(now)
}

/// Issue 10, point 1, as it was found: D grades A 3/3, decides, submits; O closes A as a duplicate of B.
#[tokio::test(flavor = "multi_thread")]
async fn a_reported_breach_stays_in_every_report_when_it_was_a_duplicate() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let a = logged(&officer, tonight_at(), json!({})).await;
    let b = logged(&officer, tonight_at(), json!({})).await;
    let told = json!({
        "type": "inform", "contact": {"role": "DPO", "organisation": "riverbourne"},
        "channel": "PHONE", "outcome": "ANSWERED",
    });
    officer.ask(a.id, None, &told).await.ok::<Value>();
    for body in [grade(3, 3), decide("REPORT"), submit()] {
        taken(&asked(&dpo, &a, &body).await);
    }
    let shell = Shell::of(&server, OFFICER).await;
    let (a_name, b_name) = (name(&a), name(&b));
    shell.says(&[
        "close",
        "duplicate",
        &a_name,
        "--of",
        &b_name,
        "--reason",
        "the same list",
    ]);
    let after = shown(&officer, &b).await;
    let now = tonight_at();
    assert_eq!(state(&after, ClockKind::Ico72h, now), ClockState::Met);
    assert_eq!(state(&after, ClockKind::BobDpo, now), ClockState::Met);
    let dpo_of = Contact::of(Role::Dpo, &"riverbourne".into());
    assert!(contacts::informed_at(&after, &dpo_of).is_some());
    let told = &after.casework().regulator.notifications[0];
    assert_eq!(
        (told.recorded.by.person.as_str(), &*told.reference),
        (DPO, "DSPT-7")
    );
    assert_eq!(
        told.open_follow_ups().count(),
        2,
        "what was promised is still owed"
    );
    let origin = after.recorded_on(told.id).unwrap();
    assert_eq!(origin.reference, a.reference);
    let page = shell.says(&["show", &b_name]);
    assert!(page.contains(&format!("Also logged as {a_name}")), "{page}");
    assert!(page.contains(&format!("recorded on {a_name}")), "{page}");
    let timeline = shell.says(&["timeline", &b_name]);
    assert!(
        timeline.contains(&format!("Took over {a_name}")),
        "{timeline}"
    );
    // Each report tells of it once, under the incident that goes on.
    let committee = june(&dpo, ReportKind::Arc).await;
    assert!(says(&committee, "In short").contains("whenever they were logged: 1."));
    let told = rows(&committee, "Told to regulators");
    assert_eq!((told.len(), &told[0][0]), (1, &b_name), "{told:?}");
    let register = june(&dpo, ReportKind::Register).await;
    let breaches = rows(&register, "Breaches");
    assert_eq!(breaches.len(), 1, "{breaches:?}");
    assert_eq!((&breaches[0][0], &breaches[0][1]), (&b_name, &a_name));
    assert!(breaches[0].contains(&"ICO told".to_owned()), "{breaches:?}");
    assert_eq!(
        rows(&register, "Reported with another"),
        Vec::<Vec<String>>::new()
    );
    let steering = says(&june(&dpo, ReportKind::Igsg).await, "In short");
    assert!(steering.contains("Incidents logged: 1."), "{steering}");
    assert!(steering.contains("Duplicates logged, counted with the incident that goes on: 1."));
    holds_together(&server).await;
}

/// A notifiable grade on the duplicate is a duty of the incident that goes on, whatever its own says.
#[tokio::test]
async fn a_notifiable_grade_does_not_vanish_with_a_duplicate() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let a = logged(&officer, tonight_at(), json!({})).await;
    let b = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &a, &grade(4, 4)).await);
    taken(&asked(&officer, &b, &grade(2, 2)).await);
    assert!(!shown(&officer, &b).await.is_notifiable());
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    let after = shown(&officer, &b).await;
    assert!(after.is_notifiable(), "{:?}", after.assessments);
    assert_eq!(after.assessments.len(), 2);
    // The other way round nothing is called off either.
    let c = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &c, &grade(2, 2)).await);
    taken(&asked(&officer, &c, &duplicate_of(&b)).await);
    assert!(shown(&officer, &b).await.is_notifiable());
    // The clock of b is stopped by the DPO's own grade, so a notifiable duplicate is refused.
    let d = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &d, &grade(5, 5)).await);
    let e = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&dpo, &e, &grade(2, 2)).await);
    let why = refused(&asked(&officer, &d, &duplicate_of(&e)).await);
    assert!(why.contains("to restart it on"), "{why}");
    holds_together(&server).await;
}

/// Where taking over is not possible marking is refused, with what to do first.
#[tokio::test]
async fn an_incident_that_lacks_a_duty_cannot_take_the_duplicate_over() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let other = json!({"controllers": ["riverbourne", "oakdene"]});
    let affected = json!({
        "partnership_effect": "AFFECTED", "partnership_reason": "their patients are in it",
        "affected_partners": ["eastmere"],
    });
    for (facts, words) in [
        (other, "Oakdene"),
        (affected, "affects Eastmere"),
        (json!({"breach_status": "CONFIRMED"}), "a confirmed breach"),
        (json!({"siri": true}), "a serious incident"),
        (json!({"cyber": true}), "a cyber incident"),
    ] {
        let a = logged(&officer, tonight_at(), facts).await;
        let b = logged(&officer, tonight_at(), json!({})).await;
        let why = refused(&asked(&officer, &a, &duplicate_of(&b)).await);
        assert!(why.contains(words) && why.contains("first"), "{why}");
        assert_eq!(shown(&officer, &a).await, a);
        assert_eq!(shown(&officer, &b).await, b);
    }
    let a = logged(&officer, tonight_at(), json!({})).await;
    let b = logged(&officer, tonight_at(), json!({})).await;
    let major = json!({"type": "declare_major", "reason": "all wards"});
    taken(&asked(&officer, &a, &major).await);
    let why = refused(&asked(&officer, &a, &duplicate_of(&b)).await);
    assert!(why.contains("Declare"), "{why}");
    // Notifiable and undecided here, declined there.
    let c = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&dpo, &c, &grade(4, 4)).await);
    taken(&asked(&dpo, &b, &grade(3, 3)).await);
    taken(&asked(&dpo, &b, &decide("DECLINE")).await);
    let why = refused(&asked(&officer, &c, &duplicate_of(&b)).await);
    assert!(why.contains("Have the DPO decide here first"), "{why}");
    let dotted = json!({"type": "closing", "step": "mark_duplicate", "of": b.id, "reason": "."});
    let why = refused(&asked(&officer, &a, &dotted).await);
    assert!(why.contains("does not say why"), "{why}");
    holds_together(&server).await;
}

/// A duplicate of a duplicate: everything arrives once, under the name of where it was recorded.
#[tokio::test]
async fn what_was_taken_over_is_handed_on_with_where_it_was_recorded() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let a = logged(&officer, tonight_at(), json!({})).await;
    for body in [grade(3, 3), decide("REPORT"), submit()] {
        taken(&asked(&dpo, &a, &body).await);
    }
    let b = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    let c = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &b, &duplicate_of(&c)).await);
    let after = shown(&officer, &c).await;
    let origins: Vec<_> = after.origins().map(|origin| origin.reference).collect();
    assert_eq!(origins, [a.reference, b.reference]);
    let told = &after.casework().regulator.notifications;
    assert_eq!(told.len(), 1);
    assert_eq!(
        after.recorded_on(told[0].id).unwrap().reference,
        a.reference
    );
    assert_eq!(after.casework().regulator.decisions.len(), 1);
    let register = june(&dpo, ReportKind::Register).await;
    let breaches = rows(&register, "Breaches");
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0][1], format!("{}, {}", name(&a), name(&b)));
    holds_together(&server).await;
}

/// Issue 10, point 16: a duplicate is no sighting, neither for a new incident nor for a proposal.
#[tokio::test]
async fn a_duplicate_is_no_further_sighting_of_a_trend() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let key = || json!({"trend_key": "phishing:invoice"});
    let a = logged(&officer, tonight_at(), key()).await;
    let b = logged(&officer, tonight_at(), key()).await;
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    let c = logged(&officer, tonight_at(), key()).await;
    assert_eq!(
        c.major,
        Major::No,
        "two of a kind and a duplicate are no trend"
    );
    let d = logged(&officer, tonight_at(), key()).await;
    let Major::Proposed { incidents, .. } = &d.major else {
        panic!("{:?}", d.major)
    };
    assert_eq!(incidents.len(), 2);
    // One of the three turns out to be another's duplicate: the proposal stands no longer.
    taken(&asked(&officer, &c, &duplicate_of(&b)).await);
    assert_eq!(shown(&officer, &d).await.major, Major::No);
    let e = logged(&officer, tonight_at(), key()).await;
    let f = logged(&officer, tonight_at(), key()).await;
    taken(&asked(&officer, &e, &duplicate_of(&b)).await);
    let Major::Proposed { incidents, .. } = shown(&officer, &f).await.major else {
        panic!("three are left")
    };
    assert_eq!(incidents, [b.id, d.id]);
    assert_eq!(shown(&officer, &e).await.status, Status::Duplicate);
    holds_together(&server).await;
}

/// CLK-HONEST: that the DPO knew in time was recorded on the duplicate; the incident that goes on heard of it
/// only when it took that over, after its own clock had run out.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_duplicate_proves_was_heard_of_when_it_was_taken_over() {
    let mut server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let a = logged(&officer, tonight_at(), json!({})).await;
    let b = logged(&officer, tonight_at(), json!({})).await;
    let told = json!({
        "type": "inform", "contact": {"role": "DPO", "organisation": "riverbourne"},
        "channel": "PHONE", "outcome": "ANSWERED",
    });
    officer.ask(a.id, None, &told).await.ok::<Value>();
    let later = tonight_at() + TimeDelta::hours(25);
    server.clock.set(later);
    let officer = server.signed_in(OFFICER).await;
    assert_eq!(state(&b, ClockKind::BobDpo, later), ClockState::Overdue);
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    let after = shown(&officer, &b).await;
    let view = clock::view(&after, ClockKind::BobDpo).unwrap();
    assert_eq!(view.state(later), ClockState::Met);
    assert_eq!(view.recorded_late(), Some(TimeDelta::hours(25)));
    let shell = Shell::of(&server, OFFICER).await;
    let page = shell.says(&["show", &name(&b)]);
    assert!(page.contains("in time, recorded 1 day later"), "{page}");
    holds_together(&server).await;
}

/// ICO-DUTY: a decline that a later grade had overtaken answers nothing after a duplicate was taken over
/// either, also where all of it happened at one instant.
#[tokio::test]
async fn a_decline_that_was_overtaken_stays_overtaken_beside_a_duplicate() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let a = logged(&officer, tonight_at(), json!({})).await;
    let b = logged(&officer, tonight_at(), json!({})).await;
    taken(&asked(&officer, &a, &grade(3, 3)).await);
    taken(&asked(&dpo, &b, &grade(3, 3)).await);
    taken(&asked(&dpo, &b, &decide("DECLINE")).await);
    taken(&asked(&officer, &b, &grade(4, 4)).await);
    let open = [ClockState::Running, ClockState::DueSoon];
    let before = shown(&officer, &b).await;
    assert!(open.contains(&state(&before, ClockKind::Ico72h, tonight_at())));
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    let after = shown(&officer, &b).await;
    assert!(open.contains(&state(&after, ClockKind::Ico72h, tonight_at())));
}
