//! A supplier reports, and nobody has named the controller yet: the duty is on every list, and naming it takes no
//! more than its name (ICO-PROC, NOBODY-THERE).

use super::*;

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
