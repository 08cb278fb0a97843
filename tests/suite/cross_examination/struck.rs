//! A call that was recorded by mistake is put right, and stays on show (CALL-STRUCK).

use super::*;

const BY_MISTAKE: &str = "'it was her voicemail and not herself'";

/// Question: the officer typed "answered" for a voicemail. Is the DPO told for ever?
#[tokio::test(flavor = "multi_thread")]
async fn a_call_recorded_by_mistake_is_struck_out_and_its_clock_runs_again() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel mobile --outcome answered"),
    )
    .await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "MET");
    let strike = format!("contact strike {incident} --attempt 1 --reason");
    says(
        &desk.refuses(D, &format!("{strike} {BY_MISTAKE}")).await,
        "a call to yourself",
    );
    says(
        &desk.refuses(O, &format!("{strike} oops")).await,
        "does not say why",
    );
    desk.does(O, &format!("{strike} {BY_MISTAKE}")).await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "RUNNING");
    assert!(!desk.steps(&incident, "BOB-CONTACTS").await.is_empty());
    let shown = desk.shown(&incident).await;
    says(
        &shown["attempts"][0]["struck"].to_string(),
        "it was her voicemail and not herself",
    );
    assert_eq!(shown["attempts"][0]["outcome"], "ANSWERED");
    let page = desk.does(O, &format!("show {incident}")).await;
    says(&page, "recorded by mistake: it was her voicemail");
    let trail = desk.trail(&incident).await;
    says(&trail, "mobile: answered");
    says(
        &trail,
        "Struck out: Data protection officer, Riverbourne ICB by mobile",
    );
    says(
        &desk.refuses(O, &format!("{strike} {BY_MISTAKE}")).await,
        "No call or message",
    );
    desk.holds_together().await;
}

/// Question: it is found out a day later, when the time has passed. May the true call be entered then?
#[tokio::test(flavor = "multi_thread")]
async fn the_true_call_that_is_recorded_after_a_struck_one_is_late_like_any_other() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel phone --outcome answered"),
    )
    .await;
    desk.then("2026-06-15T09:00");
    desk.does(
        I,
        &format!("contact strike {incident} --attempt last --reason {BY_MISTAKE}"),
    )
    .await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "OVERDUE");
    let call = format!(
        "inform {incident} --role dpo --channel phone --outcome answered --at 2026-06-13T10:00 --note 'she was called again'"
    );
    desk.refuses(O, &call).await;
    desk.does(O, &format!("{call} --evidence 'call list of the phone'"))
        .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "MET");
    says(&clock["remarks"].to_string(), "in time, recorded");
    desk.holds_together().await;
}

/// Question: who may say so? Whoever recorded it, and who answers for the record; nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_recorder_and_who_answers_for_the_record_strike_a_call_out() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("inform {incident} --role siro --channel phone --outcome no-answer"),
    )
    .await;
    let strike = format!("contact strike {incident} --attempt 1 --reason {BY_MISTAKE}");
    for person in [GUARDIAN, SIRO] {
        let why = desk.refuses(person, &strike).await;
        says(&why, "Tamsin Quill, who recorded it");
    }
    desk.does(D, &strike).await;
    let shown = desk.shown(&incident).await;
    assert_eq!(shown["attempts"][0]["struck"]["signed"]["by"]["person"], D);
}

/// CLK-EVIDENCE: the call to the DPO was a slip, and she has worked on it since. Is she blamed for not knowing?
#[tokio::test(flavor = "multi_thread")]
async fn whoever_worked_on_it_since_a_struck_call_knew_of_it_by_that() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel phone --outcome answered"),
    )
    .await;
    desk.then("2026-06-12T20:00");
    desk.does(D, &format!("triage {incident} {DISCLOSURE}"))
        .await;
    desk.does(
        O,
        &format!("contact strike {incident} --attempt 1 --reason {BY_MISTAKE}"),
    )
    .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "MET");
    assert_eq!(clock["stopped_at"], "2026-06-12T19:00:00Z");
}

/// CLK-HONEST: the late call is struck out and entered again, hours earlier. Is the clock in time?
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_late_by_a_struck_call_says_so_for_ever() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.then("2026-06-15T20:00");
    let call = format!("inform {incident} --role dpo --channel phone --outcome answered");
    desk.does(O, &format!("{call} --late-reason 'busy with the ward'"))
        .await;
    desk.does(
        O,
        &format!("contact strike {incident} --attempt last --reason 'the wrong time was entered'"),
    )
    .await;
    let register = desk.section(D, "register", "Clocks").await;
    says(&register, "struck out by the on-call officer");
    says(&register, "the wrong time was entered");
    desk.does(
        O,
        &format!(
            "{call} --at 2026-06-13T10:00 --note 'forgot it' --evidence 'call list of the phone'"
        ),
    )
    .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    let struck = "after a call recorded as late was struck out";
    says(&clock["remarks"].to_string(), struck);
    let register = desk.section(D, "register", "Clocks").await;
    says(&register, struck);
    // The reason of the call that was struck out explains no clock that was in time.
    never_says(&register, "busy with the ward");
    desk.holds_together().await;
}

/// What was struck out in time blackens nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_time_that_was_struck_makes_no_clock_late() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let call = format!("inform {incident} --role dpo --channel phone --outcome answered");
    desk.does(O, &call).await;
    desk.does(
        O,
        &format!("contact strike {incident} --attempt last --reason {BY_MISTAKE}"),
    )
    .await;
    desk.does(O, &call).await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    never_says(&clock["remarks"].to_string(), "struck");
}
