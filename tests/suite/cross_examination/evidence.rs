//! A clock is stopped by evidence about its own duty (CLK-EVIDENCE, INF-COUNTS, EXC-EACH).

use super::*;

/// Issue 10, point 8: logged by a supplier with a controller named; the supplier's DPO is told.
#[tokio::test(flavor = "multi_thread")]
async fn the_suppliers_dpo_does_not_stop_the_clock_of_the_controllers_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk
        .logs(
            O,
            "--aware now --organisation portalpath --controller riverbourne",
        )
        .await;
    let told = |whose: &str| {
        format!(
            "inform {incident} --role dpo --organisation {whose} --channel phone --outcome answered"
        )
    };
    desk.does(O, &told("portalpath")).await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "RUNNING");
    says(
        &clock["remarks"].to_string(),
        "not told yet: DPO of Riverbourne ICB",
    );
    desk.does(O, &told("riverbourne")).await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "MET");
}

/// Issue 10, point 8: with a second controller the clock waits for both, and says for whom.
#[tokio::test(flavor = "multi_thread")]
async fn with_two_controllers_both_dpos_must_know_and_the_clock_lists_who_does_not() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    desk.grades(D, &incident, 2, 2, "").await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "RUNNING", "{clock:#}");
    says(
        &clock["remarks"].to_string(),
        "not told yet: DPO of Eastmere NHS Foundation Trust",
    );
    never_says(
        &clock["remarks"].to_string(),
        "not told yet: DPO of Riverbourne",
    );
    desk.does(
        O,
        &format!("inform {incident} --role dpo --organisation eastmere --channel phone --outcome answered"),
    )
    .await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "MET");
}

/// Issue 10, point 9: the DPO logs, grades, decides and submits. Did the DPO know?
#[tokio::test(flavor = "multi_thread")]
async fn a_dpo_who_does_the_work_has_been_told_of_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(D, "--aware now --organisation riverbourne").await;
    desk.grades(D, &incident, 3, 3, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    desk.reports(&incident, "").await;
    desk.then("2026-06-13T19:30");
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "MET");
    assert_eq!(clock["stopped_at"], "2026-06-12T17:30:00Z");
    assert_eq!(clock["late_reason"], Value::Null);
}

/// Issue 10, point 9: W acknowledges and records the impact, and was never "told".
#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_officer_who_does_the_work_has_been_told_of_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(
        &incident,
        "--breach confirmed --category misdirected-email --data personal-living --cia c --controller riverbourne --partnership affected --partnership-reason 'their patients' --affects eastmere",
    )
    .await;
    desk.then("2026-06-12T20:00");
    desk.does(W, &format!("ack {incident}")).await;
    desk.does(
        W,
        &format!("host impact {incident} --impact none --reason 'one list on paper'"),
    )
    .await;
    desk.then("2026-06-13T19:30");
    let clock = desk.clock(&incident, "WSO_24H", None).await;
    assert_eq!(
        (&clock["state"], &clock["stopped_at"]),
        (&"MET".into(), &"2026-06-12T19:00:00Z".into())
    );
}

/// Question: a message was left for the DPO, and the deputy was told. Who knows?
#[tokio::test(flavor = "multi_thread")]
async fn a_voicemail_stops_nothing_and_the_acting_dpo_stands_for_the_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    for (channel, outcome) in [
        ("mobile", "voicemail"),
        ("email", "sent"),
        ("mobile", "no-answer"),
    ] {
        desk.does(
            O,
            &format!("inform {incident} --role dpo --channel {channel} --outcome {outcome}"),
        )
        .await;
    }
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "RUNNING");
    desk.does(
        O,
        &format!("inform {incident} --role adpo --channel mobile --outcome answered"),
    )
    .await;
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "MET");
}

/// Question: "sent" of a mobile call, "voicemail" of an e-mail, "acknowledged" of a call? Those are slips.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_come_of_a_call_or_a_message_is_refused() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    for (channel, outcome) in [
        ("mobile", "sent"),
        ("phone", "acknowledged"),
        ("email", "voicemail"),
        ("email", "answered"),
    ] {
        let why = desk
            .refuses(
                O,
                &format!("inform {incident} --role dpo --channel {channel} --outcome {outcome}"),
            )
            .await;
        says(&why, "cannot come of trying somebody by");
    }
    assert_eq!(desk.state(&incident, "BOB_DPO").await, "RUNNING");
}

/// Question: a call is entered two days later as made in time. Whose word is it?
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_entered_after_its_deadline_needs_a_word_and_is_marked() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.then("2026-06-15T09:00");
    let call = format!(
        "inform {incident} --role dpo --channel phone --outcome answered --at 2026-06-13T10:00"
    );
    desk.refuses(O, &call).await;
    desk.refuses(O, &format!("{call} --note 'the desk was down'"))
        .await;
    desk.does(
        O,
        &format!("{call} --note 'the desk was down' --evidence 'call log of the switchboard'"),
    )
    .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "MET");
    says(&clock["remarks"].to_string(), "in time, recorded");
    says(
        &desk.does(D, &format!("show {incident}")).await,
        "met, recorded late",
    );
}

/// Issue 10, point 14: five unanswered calls to one mobile, with other numbers untried.
#[tokio::test(flavor = "multi_thread")]
async fn five_calls_to_one_number_open_no_exception_at_the_highest_priority() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("major declare {incident} --reason 'the same mail everywhere'"),
    )
    .await;
    let unanswered = async |channel: &str, number: &str| {
        let line = format!(
            "inform {incident} --role wso --channel {channel} --number '{number}' --outcome no-answer"
        );
        desk.does(O, &line).await;
    };
    for _ in 0..5 {
        unanswered("mobile", "07700 900121").await;
    }
    let escalate = format!("escalate {incident} --ladder officer --reason 'nobody answers'");
    // The second number and the deputy come first, and then the governance group.
    for name in ["Tobias Wetherden", "Gwendolen Ashby"] {
        says(&desk.does(O, &escalate).await, name);
    }
    let refused = desk.refuses(O, &escalate).await;
    says(
        &refused,
        "Not tried yet: phone 01632 960015, mobile 07700 900122 and pager 07700 900123",
    );
    for (channel, number) in [
        ("phone", "01632 960015"),
        ("mobile", "07700 900122"),
        ("pager", "07700 900123"),
    ] {
        desk.refuses(O, &escalate).await;
        unanswered(channel, number).await;
    }
    desk.does(O, &escalate).await;
    let shown = desk.shown(&incident).await;
    assert_eq!(shown["escalations"][2]["rung"], 3);
}

/// REL-ENTITLED, LM-LISTED: nobody was told, and the DPO releases them. Does anything say that they were?
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_released_was_not_told_on_any_surface() {
    for (late, begins) in [(false, "released"), (true, "ran out")] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.breach(2, 2, "").await;
        if late {
            desk.then("2026-06-15T10:00");
        }
        for contact in ["lm", "iao", "igt"] {
            let release = format!(
                "contact release {incident} --contact {contact} --reason 'nobody there has to act on it'"
            );
            desk.does(D, &release).await;
        }
        for kind in ["LM_IAO", "BOB_24H"] {
            let clock = desk.clock(&incident, kind, None).await;
            assert_eq!(clock["state"], "RELEASED", "{clock}");
            let words = clock["state_name"].as_str().unwrap();
            assert!(words.starts_with(begins), "{kind}: {words}");
            assert!(words.ends_with("released"), "{kind}: {words}");
            says(clock["name"].as_str().unwrap(), "Tell ");
        }
        let shown = desk.does(D, &format!("show {incident}")).await;
        says(
            &shown,
            "released, not told: line manager of Riverbourne ICB",
        );
        let register = desk.section(D, "register", "Clocks").await;
        for text in [&shown, &register] {
            never_says(text, "Contacts told (24 h)");
            never_says(text, "Line manager and asset owner told");
        }
    }
}
