//! The duty to decide ends only by the decision (ICO-DUTY, BOB-MIT, DECIDE-TRUE).

use super::*;

/// Issue 10, point 3: confirmed, 5/5 with mental health; declined, and then stood down.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_stands_down_what_waits_for_a_countersignature() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(5, 5, "--factor mental-health").await;
    desk.does(
        DEPUTY,
        &format!("decide decline {incident} --reasons 'the letters came back unopened'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    for reason in ["no", "the letters came back unopened"] {
        let refused = desk
            .refuses(
                D,
                &format!("decide stand-down {incident} --body ico --ground not-a-breach --reason '{reason}'"),
            )
            .await;
        says(
            &refused,
            "says that the ICO must be told, so this clock stays",
        );
    }
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let decision = desk.handle(&incident, "decisions").await;
    desk.does(
        GUARDIAN,
        &format!("decide countersign {incident} --decision {decision}"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
    desk.holds_together().await;
}

/// Issue 10, point 4: the report is taken back, and on day 8 it is graded 4/5.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_taken_back_reopens_the_duty_from_the_same_start() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    let due = desk.clock(&incident, "ICO_72H", None).await["due_at"].clone();
    desk.reports(&incident, "").await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
    desk.then("2026-06-13T10:00");
    let told = desk.handle(&incident, "notifications").await;
    desk.does(
        D,
        &format!("regulator withdraw {incident} --notification {told} --reason 'told them by phone that it was no breach'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    desk.then("2026-06-20T10:00");
    desk.grades(D, &incident, 4, 5, "").await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["state"], "OVERDUE");
    assert_eq!(clock["due_at"], due);
    assert!(
        !desk.steps(&incident, "BOB-DECIDE").await.is_empty()
            || !desk.steps(&incident, "ICO-DUTY").await.is_empty(),
        "{:#}",
        desk.shown(&incident).await["next_steps"]
    );
}

/// Question: may the DPO alone lower their own grade, and is the duty then over?
#[tokio::test(flavor = "multi_thread")]
async fn a_lower_grade_ends_the_duty_only_with_its_evidence_and_by_the_controllers_own_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let lower = format!(
        "grade {incident} --severity 2 --likelihood 2 --harm loss-of-control --rationale 'seen again'"
    );
    let refused = desk.refuses(D, &lower).await;
    says(&refused, "ICO-DUTY");
    let shown = format!("{lower} --evidence 'the log of the mail server'");
    // The on-call officer may enter it; the duty stays until the DPO has graded.
    desk.does(O, &shown).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    assert!(!desk.steps(&incident, "BOB-DECIDE").await.is_empty());
    desk.does(D, &shown).await;
    assert!(desk.steps(&incident, "BOB-DECIDE").await.is_empty());
    let register = desk.section(D, "register", "Breaches").await;
    says(&register, &incident);
}

/// Question: the DPO logged it and declines it. Who else must agree, and may it be the one who owns the
/// asset?
#[tokio::test(flavor = "multi_thread")]
async fn whoever_logged_it_declines_only_with_a_second_officer() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(D, "--aware now --organisation riverbourne").await;
    desk.grades(D, &incident, 3, 3, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by one colleague only'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let steps = desk.steps(&incident, "ICO-DUTY").await;
    assert!(
        steps.iter().any(|step| step.contains("Cuthbert Wray")),
        "{steps:?}"
    );
    let decision = desk.handle(&incident, "decisions").await;
    let second = format!("decide second {incident} --decision {decision}");
    desk.refuses(D, &second).await;
    desk.refuses(GUARDIAN, &second).await;
    desk.does(SIRO, &second).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
}

/// Question: two controllers; one reports and one declines. Is the other one's clock stopped?
#[tokio::test(flavor = "multi_thread")]
async fn of_two_controllers_one_reports_and_one_declines_and_each_clock_says_its_own() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 3, 3, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.does(
        D,
        &format!("decide decline {incident} --controller riverbourne --reasons 'a second thought of mine'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "eastmere").await, "RUNNING");
    let refused = desk
        .refuses(
            D,
            &format!(
                "decide decline {incident} --controller eastmere --reasons 'theirs is the same'"
            ),
        )
        .await;
    says(&refused, "Only the DPO of Eastmere");
    desk.does(
        THEIR_DPO,
        &format!(
            "decide report {incident} --controller eastmere --reasons 'our patients are in it'"
        ),
    )
    .await;
    desk.submits(THEIR_DPO, &incident, "--controller eastmere")
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
    assert_eq!(desk.ico(&incident, "eastmere").await, "MET");
    let clocks = desk.section(D, "register", "Clocks").await;
    says(&clocks, &incident);
    desk.holds_together().await;
}

/// Question: the DPO declined at 2×2; then it was graded 3/4. Does the old decline still hold?
#[tokio::test(flavor = "multi_thread")]
async fn an_older_decline_answers_no_later_grade() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by one colleague only'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    desk.then("2026-06-14T09:00");
    desk.grades(O, &incident, 3, 4, "").await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let refused = desk
        .refuses(
            O,
            &format!("decide decline {incident} --given-by {D} --decided-at '2026-06-12T18:40' --reasons 'said so on Friday'"),
        )
        .await;
    says(&refused, "ask the DPO again");
    desk.then("2026-06-16T09:00");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
}

/// Question: it was closed at 2×2. A week later a patient complains of harm: what starts?
#[tokio::test(flavor = "multi_thread")]
async fn what_is_graded_notifiable_after_closing_comes_back_with_the_deadline_it_always_had() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    let due = desk.clock(&incident, "ICO_72H", None).await["due_at"].clone();
    desk.closes(&incident).await;
    desk.then("2026-06-20T10:00");
    let line = format!(
        "grade {incident} --severity 4 --likelihood 4 --harm loss-of-control --rationale 'a patient was hurt'"
    );
    let refused = desk.refuses(D, &line).await;
    says(&refused, "Open it again");
    desk.does(
        D,
        &format!("close reopen {incident} --reason 'a patient was hurt'"),
    )
    .await;
    desk.does(D, &line).await;
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(
        (&clock["state"], &clock["due_at"]),
        (&"OVERDUE".into(), &due)
    );
    assert!(!desk.steps(&incident, "BOB-DECIDE").await.is_empty());
    let resolved = desk
        .refuses(
            D,
            &format!("close resolve {incident} --resolution 'all letters came back'"),
        )
        .await;
    says(&resolved, "BOB-DECIDE");
    says(&desk.section(D, "register", "Breaches").await, &incident);
}

/// Question: it was audited, and is opened again. Does it count twice?
#[tokio::test(flavor = "multi_thread")]
async fn what_is_opened_again_after_its_audit_stands_once_and_keeps_its_clocks() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.closes(&incident).await;
    let before = desk.shown(&incident).await["clock_states"].clone();
    desk.refuses(
        D,
        &format!("close audit {incident} --reason 'nothing was left'"),
    )
    .await;
    desk.does(
        AUDITOR,
        &format!("close audit {incident} --reason 'nothing was left'"),
    )
    .await;
    desk.does(
        D,
        &format!("close reopen {incident} --reason 'a patient complains'"),
    )
    .await;
    let after = desk.shown(&incident).await["clock_states"].clone();
    let states = |clocks: &Value| -> Vec<Value> {
        let clocks = clocks.as_array().unwrap().iter();
        clocks.map(|clock| clock["state"].clone()).collect()
    };
    assert_eq!(states(&before), states(&after));
    let breaches = desk.section(D, "register", "Breaches").await;
    assert_eq!(breaches.matches(incident.as_str()).count(), 1, "{breaches}");
    desk.holds_together().await;
}

/// Issue 10, point 12: the DPO decides by phone at 02:00, the grade is entered at 02:10.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_by_phone_may_be_older_than_the_entry_of_its_grade() {
    let desk = Desk::at("2026-06-13T01:00").await;
    let incident = desk.aware("now").await;
    desk.then("2026-06-13T02:10");
    desk.grades(O, &incident, 3, 3, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    desk.does(
        O,
        &format!(
            "decide report {incident} --given-by {D} --decided-at 02:00 --reasons 'on the grid'"
        ),
    )
    .await;
    let told = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(told["state"], "MET");
    assert_eq!(told["stopped_at"], "2026-06-13T01:00:00Z");
}

/// Question: everything that a duty asks for is answered with a full stop.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_stop_is_no_reason_for_anything_that_a_duty_asks() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.then("2026-06-13T09:00");
    for line in [
        "decide reanchor {} --at 2026-06-12T22:30 --reason .",
        "correct-awareness {} --kind staff --at 2026-06-12T22:30 --reason .",
        "effect {} --effect none --reason .",
        "escalate {} --ladder dpo --reason .",
        "major declare {} --reason .",
        "decide report {} --reasons .",
        "subjects recommend {} --telling tell --reasons .",
        "subjects told {} --how . --nature . --contact . --consequences . --measures .",
        "regulator enquiry {} --body ico --text . --due-on 2026-06-26",
    ] {
        desk.refuses(D, &line.replace("{}", &incident)).await;
    }
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.then("2026-06-16T09:00");
    for more in [
        "--late-reason .",
        "--submitted-at 2026-06-15T18:00 --note . --late-reason .",
        "--submitted-at 2026-06-15T18:00 --note 'the desk was closed' --late-reason .",
    ] {
        desk.refuses(D, &submission(&incident, more)).await;
    }
    desk.refuses(D, &format!("late {incident} --clock ico-72h --reason ."))
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
}

/// REG-WHOLE: two people enter the same report. How many reports are there?
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_entered_twice_is_one() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.reports(&incident, "").await;
    for person in [D, SIRO] {
        let refused = desk.refuses(person, &submission(&incident, "")).await;
        says(&refused, "has already recorded the report");
    }
}

/// ICO-DUTY, CLK-REGRADE: the DPO grades it as notifiable, and the facts that somebody else typed say that the
/// grid has nothing to say.
#[tokio::test(flavor = "multi_thread")]
async fn a_notifiable_grade_stops_no_clock_because_of_what_somebody_else_typed() {
    let desk = Desk::at(NIGHT).await;
    let none = "--category lost-paper --cia c --controller riverbourne --partnership none --partnership-reason 'one list'";
    for facts in [
        format!("--breach confirmed --data none {none}"),
        format!(
            "--breach near-miss --harm-prevented-by 'the guard at the door' --data personal-living {none}"
        ),
        format!("--breach not-a-breach --data personal-living {none}"),
    ] {
        let incident = desk.aware("now").await;
        desk.grades(O, &incident, 2, 2, "").await;
        desk.does(O, &format!("triage {incident} {facts}")).await;
        desk.grades(D, &incident, 5, 5, "").await;
        assert_eq!(
            desk.ico(&incident, "riverbourne").await,
            "RUNNING",
            "{facts}"
        );
        let steps = desk.shown(&incident).await["next_steps"].to_string();
        says(&steps, "DPO of Riverbourne ICB");
        desk.refuses(D, &format!("close resolve {incident}")).await;
        let words = ["near-miss", "not-a-breach"];
        let words = words.into_iter().find(|words| facts.contains(words));
        let words = words.unwrap_or("no-personal-data");
        desk.refuses(
            D,
            &format!("triage {incident} --confirm {words} --reason 'seen twice by us'"),
        )
        .await;
        assert_eq!(
            desk.ico(&incident, "riverbourne").await,
            "RUNNING",
            "{facts}"
        );
    }
}

/// CLK-REGRADE: what a grade on other facts has hidden counts again from the same start.
#[tokio::test(flavor = "multi_thread")]
async fn facts_that_become_personal_again_restart_the_clock() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let facts = |data: &str| {
        format!(
            "triage {incident} --breach confirmed --data {data} --category lost-paper --cia c --controller riverbourne --partnership none --partnership-reason 'one list'"
        )
    };
    let due = desk.clock(&incident, "ICO_72H", Some("riverbourne")).await["due_at"].clone();
    desk.does(O, &facts("none")).await;
    desk.grades(D, &incident, 2, 2, "").await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    desk.does(O, &facts("personal-living")).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let clock = desk.clock(&incident, "ICO_72H", Some("riverbourne")).await;
    assert_eq!(clock["due_at"], due);
}

/// ICO-DUTY: the DPO's triage of something else confirms nothing that somebody else has typed.
#[tokio::test(flavor = "multi_thread")]
async fn a_triage_by_the_dpo_confirms_in_words_that_the_ico_need_not_be_told() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.does(
        O,
        &format!("triage {incident} --breach not-a-breach --category lost-paper --data personal-living --partnership none --partnership-reason 'one list'"),
    )
    .await;
    desk.does(D, &format!("triage {incident} --data-subjects 400"))
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    says(
        &desk.steps(&incident, "BOB-SUSPECT").await.join(" "),
        "with a reason",
    );
    for typed in ["--data-subjects 500", "--data-subjects 500", ""] {
        desk.does(
            D,
            &format!("triage {incident} {typed} --reason 'counted once more'"),
        )
        .await;
    }
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    desk.does(
        D,
        &format!("triage {incident} --confirm not-a-breach --reason 'the folder was never out of the room'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
}

/// ICO-JOINT: a second controller is named in the triage that calls it no breach.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_is_named_with_no_breach_is_asked_like_the_first() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.does(
        O,
        &format!("triage {incident} --breach not-a-breach --category lost-paper --data personal-living --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one list'"),
    )
    .await;
    desk.does(
        D,
        &format!("triage {incident} --confirm not-a-breach --reason 'the folder was never out of the room'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    assert_eq!(desk.ico(&incident, "eastmere").await, "RUNNING");
    says(
        &desk.steps(&incident, "BOB-SUSPECT").await.join(" "),
        "Ask Winifred Osgood (DPO of Eastmere NHS Foundation Trust)",
    );
}

/// ICO-DUTY, ICO-JOINT: a grade asks for it, and another controller's clock runs. That is one duty and one clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_is_owed_for_two_reasons_has_one_clock() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.does(
        O,
        &format!("triage {incident} --breach not-a-breach --category lost-paper --data personal-living --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one list'"),
    )
    .await;
    let shown = desk.shown(&incident).await;
    let clocks = shown["clock_states"].as_array().unwrap().iter();
    let theirs =
        clocks.filter(|clock| clock["kind"] == "ICO_72H" && clock["controller"] == "eastmere");
    assert_eq!(theirs.count(), 1);
}
