//! From when the time runs, and what was late stays late (AWARE-FORWARD, CLK-HONEST, CLK-UTC).

use super::*;

/// Issue 10, point 5: logged at 18:00 with the ICO's time over; the officer moves it to 18:02, and nine
/// days after logging.
#[tokio::test(flavor = "multi_thread")]
async fn no_officer_moves_the_72_hours_later() {
    let desk = Desk::at("2026-06-12T18:00").await;
    let incident = desk.aware("2026-06-09T17:00").await;
    let before = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(before["state"], "OVERDUE");
    for (now, at) in [
        ("2026-06-12T18:03", "2026-06-12T18:02"),
        ("2026-06-21T19:00", "2026-06-21T18:00"),
        ("2026-06-21T19:00", "2026-06-09T17:01"),
    ] {
        desk.then(now);
        let line =
            format!("correct-awareness {incident} --kind staff --at {at} --reason 'mistyped'");
        desk.refuses(O, &line).await;
    }
    let after = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(
        (&after["state"], &after["due_at"]),
        (&before["state"], &before["due_at"])
    );
}

/// Question: somebody remembers after the report that it was known a day before. In time?
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_awareness_that_comes_out_after_the_report_makes_the_report_late() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.then("2026-06-15T12:00");
    desk.reports(&incident, "").await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
    let line = format!(
        "correct-awareness {incident} --kind staff --at 2026-06-11T08:00 --reason 'a nurse had seen it on Thursday'"
    );
    desk.does(I, &line).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET_LATE");
    says(&desk.section(D, "register", "Clocks").await, "late");
    says(
        &desk.trail(&incident).await,
        "a nurse had seen it on Thursday",
    );
    desk.holds_together().await;
}

/// Issue 10, point 6: met late, and then anchored three hours later.
#[tokio::test(flavor = "multi_thread")]
async fn no_later_start_makes_a_late_report_timely() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.then("2026-06-15T19:30");
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.submits(D, &incident, "--late-reason 'nobody was there'")
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET_LATE");
    let line = format!(
        "decide reanchor {incident} --at 2026-06-12T21:30 --reason 'the list was read only then' --further-reason 'it took so long'"
    );
    let refused = desk.refuses(D, &line).await;
    says(&refused, "This clock has stopped");
    let time = desk.section(SIRO, "arc", "In time").await;
    says(&time, "ICO");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET_LATE");
}

/// Question: the DPO starts the time later while it runs, and reports between the two deadlines.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_between_both_deadlines_is_judged_by_the_first_and_shows_both() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.then("2026-06-13T09:00");
    desk.does(
        D,
        &format!("decide reanchor {incident} --at 2026-06-12T22:30 --reason 'whose list it was became clear only then'"),
    )
    .await;
    desk.then("2026-06-15T20:00");
    let why = "--late-reason 'whose list it was became clear late'";
    desk.reports(&incident, why).await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    let remarks = clock["remarks"].to_string();
    says(&remarks, "first start Fri 12 Jun 18:30 BST");
    says(&remarks, "met late by that");
    let clocks = desk.section(D, "register", "Clocks").await;
    says(&clocks, "met late by the first start, met by the later");
}

/// Issue 10, point 7: five days overdue, entered as if a minute before the due time.
#[tokio::test(flavor = "multi_thread")]
async fn a_back_dated_report_needs_its_word_and_is_shown_as_recorded_late() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.then("2026-06-20T18:30");
    let dated = submission(&incident, "--submitted-at 2026-06-15T18:29");
    let refused = desk.refuses(D, &dated).await;
    says(&refused, "CLK-HONEST");
    desk.does(
        D,
        &format!("{dated} --note 'the desk was closed' --evidence 'DSPT receipt 77'"),
    )
    .await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["state"], "MET");
    says(
        &clock["remarks"].to_string(),
        "in time, recorded 5 days later",
    );
    says(&clock["remarks"].to_string(), "DSPT receipt 77");
    says(
        &desk.section(D, "register", "Clocks").await,
        "in time, recorded 5 days later",
    );
    says(
        &desk.does(D, &format!("show {incident}")).await,
        "met, recorded late",
    );
}

/// Issue 10, point 7: the same for the DPO's own decline.
#[tokio::test(flavor = "multi_thread")]
async fn a_back_dated_decline_needs_its_word_and_is_shown_as_recorded_late() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.then("2026-06-20T18:30");
    let decline = format!(
        "decide decline {incident} --reasons 'read by one colleague only' --decided-at 2026-06-15T18:29"
    );
    says(&desk.refuses(D, &decline).await, "CLK-HONEST");
    desk.does(
        D,
        &format!("{decline} --note 'forgot to enter it' --evidence 'file note 12'"),
    )
    .await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["state"], "MET");
    says(
        &clock["remarks"].to_string(),
        "in time, recorded 5 days later",
    );
}

/// Question: the regulator's receipt says 23:50, the time was over at midnight, it was entered at noon.
#[tokio::test(flavor = "multi_thread")]
async fn the_regulators_own_receipt_shows_a_report_in_time_that_was_entered_at_noon() {
    let desk = Desk::at("2026-06-13T00:00").await;
    let incident = desk.breach(3, 3, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.then("2026-06-16T12:00");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
    desk.submits(
        D,
        &incident,
        "--submitted-at 2026-06-15T23:50 --note 'the night was busy' --evidence 'ICO receipt of 23:50'",
    )
    .await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["state"], "MET");
    assert_eq!(clock["stopped_at"], "2026-06-15T22:50:00Z");
    says(
        &clock["remarks"].to_string(),
        "in time, recorded 12 hours later",
    );
    let trail = desk.trail(&incident).await;
    says(
        &trail,
        "Entered late, happened Mon 15 Jun 23:50 BST: the night was busy; shown by ICO receipt of 23:50",
    );
    says(&trail, "ICO told for Riverbourne ICB");
}

/// Question: the receipt says ten past midnight. Does a receipt excuse?
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_after_the_deadline_leaves_it_late_and_asks_why() {
    let desk = Desk::at("2026-06-13T00:00").await;
    let incident = desk.breach(3, 3, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.then("2026-06-16T12:00");
    let dated = submission(
        &incident,
        "--submitted-at 2026-06-16T00:10 --note 'the night was busy' --evidence 'ICO receipt of 00:10'",
    );
    says(&desk.refuses(D, &dated).await, "CLK-LATE");
    desk.does(D, &format!("{dated} --late-reason 'the portal was down'"))
        .await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(
        (&clock["state"], &clock["late_reason"]),
        (&"MET_LATE".into(), &"the portal was down".into())
    );
}

/// Issue 10, point 13: the officer, who works for the controller, heard of it before its reporter did.
#[tokio::test(flavor = "multi_thread")]
async fn the_officers_earlier_awareness_starts_the_time_of_their_own_organisation() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("correct-awareness {incident} --kind officer --at 2026-06-12T16:00 --reason 'a colleague had told me at four'"),
    )
    .await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["started_at"], "2026-06-12T15:00:00Z");
}

/// Question: a supplier learns of it at five on the Friday before a bank holiday, and tells on Tuesday.
#[tokio::test(flavor = "multi_thread")]
async fn a_bank_holiday_weekend_at_a_supplier_is_the_suppliers_lateness_and_not_the_controllers() {
    let desk = Desk::at("2026-09-01T09:30").await;
    let incident = desk
        .logs(
            O,
            "--aware 2026-09-01T09:00 --organisation portalpath --controller riverbourne --processor portalpath --processor-aware 2026-08-28T17:00 --controller-informed 2026-09-01T09:00",
        )
        .await;
    let ico = desk.clock(&incident, "ICO_72H", Some("riverbourne")).await;
    assert_eq!(ico["started_at"], "2026-09-01T08:00:00Z");
    assert_eq!(ico["due_at"], "2026-09-04T08:00:00Z");
    let supplier = desk.clock(&incident, "PROC_24H", None).await;
    assert_eq!(supplier["due_at"], "2026-08-29T16:00:00Z");
    assert_eq!(supplier["state"], "MET_LATE");
    let told = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(told["state"], "RUNNING");
    assert_eq!(told["due_at"], "2026-09-02T08:00:00Z");
}

/// BOB-DPO, ICO-PROC: the supplier's message lay in the inbox for days. When was the DPO to be told?
#[tokio::test(flavor = "multi_thread")]
async fn the_dpo_is_told_within_a_day_of_the_suppliers_message_and_never_in_time_after_the_72_hours()
 {
    let desk = Desk::at("2026-06-13T10:00").await;
    let incident = desk
        .logs(
            O,
            "--aware now --organisation portalpath --processor portalpath --controller riverbourne --processor-aware 2026-06-10T09:00 --controller-informed 2026-06-10T10:20",
        )
        .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["due_at"], "2026-06-11T09:20:00Z");
    assert_eq!(clock["state"], "OVERDUE");
    desk.then("2026-06-13T10:50");
    let told = format!("inform {incident} --role dpo --channel phone --outcome answered");
    says(&desk.refuses(O, &told).await, "reason");
    desk.does(O, &format!("{told} --late-reason 'the inbox was not read'"))
        .await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "MET_LATE");
}

/// BOB-DPO: a controller is named two days later. Its DPO is told before its own 72 hours end.
#[tokio::test(flavor = "multi_thread")]
async fn the_dpo_of_a_controller_named_later_is_told_before_its_own_72_hours_end() {
    let both = format!("{DISCLOSURE} --controller eastmere");
    for (named, due) in [
        // Time enough: 24 hours from the naming.
        ("2026-06-14T10:00", "2026-06-15T09:00:00Z"),
        // The 72 hours end first.
        ("2026-06-15T10:00", "2026-06-15T17:30:00Z"),
        // They have ended: at once.
        ("2026-06-16T10:00", "2026-06-16T09:00:00Z"),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.breach(4, 4, "").await;
        desk.does(
            O,
            &format!("inform {incident} --role dpo --channel phone --outcome answered"),
        )
        .await;
        desk.then(named);
        desk.triages(&incident, &both).await;
        let clock = desk.clock(&incident, "BOB_DPO", Some("eastmere")).await;
        assert_eq!(clock["due_at"], due, "{clock}");
        desk.holds_together().await;
    }
}

/// The same once an earlier awareness is found.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_awareness_brings_the_day_of_the_dpo_forward_with_the_72_hours() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel phone --outcome answered"),
    )
    .await;
    desk.then("2026-06-14T16:00");
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    desk.does(
        D,
        &format!("correct-awareness {incident} --kind staff --at 2026-06-12T12:00 --reason 'the practice knew at noon'"),
    )
    .await;
    let clock = desk.clock(&incident, "BOB_DPO", Some("eastmere")).await;
    assert_eq!(clock["due_at"], "2026-06-15T11:00:00Z", "{clock}");
}

/// Question: a supplier says that it told the controller before anybody knew of it.
#[tokio::test(flavor = "multi_thread")]
async fn no_supplier_told_anybody_before_it_knew() {
    let desk = Desk::at("2026-09-01T09:30").await;
    let output = desk
        .types(
            O,
            "log --title 'List astray' --summary 'A list went astray' --contact 'extension 4410' --aware 2026-09-01T09:00 --organisation portalpath --controller riverbourne --processor-aware 2026-08-28T17:00 --controller-informed 2026-08-28T16:00",
        )
        .await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    says(&String::from_utf8(output.stderr).unwrap(), "AWARE-FORWARD");
}

/// Question: seen at half past one in the night in which the clocks go back. Which one, and due when?
#[tokio::test(flavor = "multi_thread")]
async fn the_night_of_the_clock_change_asks_which_half_past_one_and_counts_elapsed_hours() {
    let desk = Desk::at("2026-10-25T06:00").await;
    let line = "log --title 'List astray' --summary 'A list went astray' --contact 'extension 4410' --organisation riverbourne --aware";
    let asked = desk.types(O, &format!("{line} 2026-10-25T01:30")).await;
    assert!(!asked.status.success(), "{asked:?}");
    let asked = String::from_utf8(asked.stderr).unwrap();
    says(&asked, "BST");
    says(&asked, "GMT");
    for (zone, due) in [
        ("BST", "2026-10-28T00:30:00Z"),
        ("GMT", "2026-10-28T01:30:00Z"),
    ] {
        let logged = desk
            .json(O, &format!("{line} '2026-10-25 01:30 {zone}'"))
            .await;
        let incident = logged[0]["incident"].as_str().unwrap();
        let clock = desk.clock(incident, "ICO_72H", None).await;
        assert_eq!(clock["due_at"], due, "{zone}");
    }
}

/// ICO-PROC, LM-LISTED: the supplier knew for days. Since when should the controller's own people have known?
#[tokio::test(flavor = "multi_thread")]
async fn the_hour_of_a_controllers_managers_runs_from_what_the_controller_heard() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, "--aware 2026-06-10T09:00 --organisation pinewell --processor-aware 2026-06-10T09:00 --controller-informed 2026-06-12T18:00 --controller riverbourne").await;
    let clock = desk.clock(&incident, "LM_IAO", None).await;
    assert_eq!(clock["state"], "RUNNING", "{clock:#}");
}

/// BOB-SUSPECT: it is logged as no breach by somebody who is not the DPO.
#[tokio::test(flavor = "multi_thread")]
async fn who_logs_that_it_is_no_breach_ends_no_duty() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, "--aware now --organisation riverbourne --breach not-a-breach --data personal-living --category lost-paper").await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    says(
        &desk.steps(&incident, "BOB-SUSPECT").await.join(" "),
        "Ask Bronwen Hartleap (DPO of Riverbourne ICB) to confirm",
    );
}

/// ICO-AWARE: the DPO starts the 72 hours later, then the first suspicion turns out to be far older. Who asks why?
#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_asks_for_a_second_reason_in_whichever_order_it_came_to_be_late() {
    let desk = Desk::at("2026-06-30T10:00").await;
    let incident = desk.breach(4, 4, "").await;
    desk.then("2026-07-01T02:00");
    let later = format!(
        "decide reanchor {incident} --at 2026-07-01T01:30 --reason 'nobody was certain before'"
    );
    desk.does(D, &later).await;
    assert!(desk.steps(&incident, "ICO-AWARE").await.is_empty());
    desk.does(
        I,
        &format!(
            "correct-awareness {incident} --kind staff --at 2026-06-29T08:00 --reason 'a nurse saw it then'"
        ),
    )
    .await;
    let asked = desk.steps(&incident, "ICO-AWARE").await.concat();
    says(&asked, "Ask Bronwen Hartleap");
    says(&asked, "second reason");
    desk.refuses(D, &later).await;
    desk.does(
        D,
        &format!("{later} --further-reason 'the log of the mailbox came only then'"),
    )
    .await;
    assert!(desk.steps(&incident, "ICO-AWARE").await.is_empty());
    desk.holds_together().await;
}
