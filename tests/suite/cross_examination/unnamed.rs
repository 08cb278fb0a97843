//! A supplier reports, and nobody has named the controller yet: the duty is on every list, and naming it takes no
//! more than its name (ICO-PROC, NOBODY-THERE).

use super::*;
use nightdesk::domain::alarm::Cause;
use nightdesk::domain::deadlines::ClockKind;

const SUPPLIERS: &str = "--aware now --organisation pinewell --processor pinewell";

/// The on-call officer takes the supplier's call. Whose data are they?
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_takes_no_organisation_for_the_controller_of_what_a_supplier_reports() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    assert_eq!(shown["facts"]["controllers"], serde_json::json!([]));
    let steps = shown["next_steps"].to_string();
    says(&steps, "Name the controller of these data");
    says(
        &steps,
        "then tell its line manager and asset owner: Tamsin Quill",
    );
    let managers = desk.clock_as(O, &incident, "LM_IAO", None).await;
    says(
        &managers["remarks"].to_string(),
        "nobody has named the controller yet",
    );
}

/// Nobody names it for days. Who sees that the 72 hours have passed?
#[tokio::test(flavor = "multi_thread")]
async fn the_72_hours_of_a_controller_that_nobody_named_run_and_are_overdue_on_every_list() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    let ico = desk.clock_as(O, &incident, "ICO_72H", None).await;
    assert_eq!(ico["due_at"], "2026-06-15T17:30:00Z");
    desk.then("2026-06-16T09:00");
    let ico = desk.clock_as(O, &incident, "ICO_72H", None).await;
    assert_eq!(ico["state"], "OVERDUE");
    let overdue = desk.does(O, "list overdue").await;
    says(&overdue, &incident);
    says(
        &desk.does(O, &format!("show {incident}")).await,
        "controller not named",
    );
    desk.holds_together().await;
}

/// Its name is known long before a grade is. May it be said at once, and are the true starts kept?
#[tokio::test(flavor = "multi_thread")]
async fn the_controller_is_named_by_its_name_alone_and_its_clocks_run_from_the_true_start() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    desk.then("2026-06-13T09:00");
    desk.does(O, &format!("triage {incident} --controller eastmere"))
        .await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    assert_eq!(shown["status"], "LOGGED");
    let steps = shown["next_steps"].to_string();
    never_says(&steps, "Name the controller");
    says(&steps, "Triage it");
    says(&steps, "line manager of Eastmere NHS Foundation Trust");
    let ico = desk
        .clock_as(O, &incident, "ICO_72H", Some("eastmere"))
        .await;
    assert_eq!(ico["due_at"], "2026-06-15T17:30:00Z");
    assert_eq!(ico["state"], "RUNNING");
    let trail = desk.does(O, &format!("timeline {incident}")).await;
    says(&trail, "Controller named");
    // A notifiable grade brings the clock of nobody back no more.
    desk.grades(O, &incident, 4, 4, "").await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    let clocks = shown["clock_states"].as_array().unwrap().iter();
    let nobodys = clocks
        .filter(|clock| clock["kind"] == "ICO_72H" && clock["controller"].is_null())
        .map(|clock| clock["state"].to_string());
    assert_eq!(nobodys.collect::<Vec<_>>(), ["\"STOOD_DOWN\""]);
    desk.holds_together().await;
}

/// Anything more than the name is a triage, and asks what a triage asks.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_anything_else_is_a_triage() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    let refused = desk
        .refuses(
            O,
            &format!("triage {incident} --controller eastmere --siri true"),
        )
        .await;
    says(&refused, "Choose the closest category");
}

/// A supplier says that the data are its own. Who checks that?
#[tokio::test(flavor = "multi_thread")]
async fn a_supplier_is_no_controller_before_the_directory_says_so() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    let refused = desk
        .refuses(O, &format!("triage {incident} --controller pinewell"))
        .await;
    says(&refused, "is no controller in the directory");
    let ico = desk.clock_as(O, &incident, "ICO_72H", None).await;
    assert_eq!(ico["state"], "RUNNING");
}

/// The controller is named, and named again. What is asked for?
#[tokio::test(flavor = "multi_thread")]
async fn naming_a_controller_that_is_named_already_says_so() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    let named = format!("triage {incident} --controller riverbourne");
    desk.does(O, &named).await;
    let refused = desk.refuses(O, &named).await;
    says(&refused, "That controller is named already");
}

/// The message arrived on Friday morning and is logged in the evening. Is the DPO late as soon as somebody says
/// whose data they are?
#[tokio::test(flavor = "multi_thread")]
async fn naming_the_controller_moves_no_due_time_back() {
    let desk = Desk::at(NIGHT).await;
    let times = "--processor-aware 2026-06-11T20:00 --controller-informed 2026-06-11T22:00";
    let incident = desk.logs(O, &format!("{SUPPLIERS} {times}")).await;
    let shown = desk.clock_as(O, &incident, "BOB_DPO", None).await;
    assert_eq!(shown["due_at"], "2026-06-12T21:00:00Z");
    let ico = desk.clock_as(O, &incident, "ICO_72H", None).await;
    assert_eq!(ico["started_at"], shown["started_at"]);
    desk.does(
        O,
        &format!("triage {incident} --controller riverbourne --reason 'told by them'"),
    )
    .await;
    let named = desk.clock_as(O, &incident, "BOB_DPO", None).await;
    assert_eq!(named["due_at"], shown["due_at"]);
    let ours = desk
        .clock_as(O, &incident, "ICO_72H", Some("riverbourne"))
        .await;
    assert_eq!(ours["due_at"], ico["due_at"]);
    desk.holds_together().await;
}

/// CLK-HONEST: nobody named the controller until the 72 hours had run out. Does any list forget that they did?
#[tokio::test(flavor = "multi_thread")]
async fn the_72_hours_that_ran_out_before_the_naming_say_so_on_every_surface() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(O, SUPPLIERS).await;
    desk.then("2026-06-16T09:00");
    let alarm = Cause::Deadline {
        clock: ClockKind::Ico72h,
        controller: None,
    };
    says(alarm.title(), "Tell the ICO (72 h), controller not named");
    says(&desk.does(O, "handover").await, "controller not named");
    desk.does(
        O,
        &format!("triage {incident} --controller riverbourne --reason 'told by them'"),
    )
    .await;
    let shown = desk.shown(&incident).await;
    let clocks = shown["clock_states"].as_array().unwrap().iter();
    let nobodys = clocks
        .filter(|clock| clock["kind"] == "ICO_72H")
        .find(|clock| clock["controller"].is_null())
        .unwrap();
    let (ran_out, named) = (
        "ran out Mon 15 Jun 18:30 BST, then stopped",
        "Riverbourne ICB is named as the controller",
    );
    assert_eq!(nobodys["state_name"], ran_out);
    for said in [
        nobodys["remarks"].to_string(),
        desk.does(D, &format!("show {incident}")).await,
        desk.section(D, "register", "Clocks").await,
    ] {
        says(&said, ran_out);
        says(&said, named);
    }
    desk.holds_together().await;
}
