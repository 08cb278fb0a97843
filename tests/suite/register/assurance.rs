//! The SIRO's yearly assurance to the Accountable Officer, and what happened to the data.

use super::*;
use crate::cli::{Shell, complaint};
use crate::support::case::{DPO, OFFICER};
use crate::support::server::tonight_at;

const ACCOUNTABLE: &str = "leopold.swanscombe";

#[tokio::test(flavor = "multi_thread")]
async fn the_siro_assures_the_accountable_officer_of_a_year() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let reported = logged(&officer, tonight_at(), json!({})).await;
    for body in [grade(3, 3), decide("REPORT"), submit()] {
        taken(&asked(&dpo, &reported, &body).await);
    }
    let mistaken = logged(&officer, tonight_at(), json!({})).await;
    let withdraw = json!({"type": "closing", "step": "withdraw", "reason": "a test of the form"});
    taken(&asked(&officer, &mistaken, &withdraw).await);
    let agree = json!({"type": "closing", "step": "agree_withdrawal"});
    taken(&asked(&dpo, &mistaken, &agree).await);
    let siro = Shell::of(&server, SIRO).await;
    let year = ["--from", "2026-04-01", "--to", "2027-03-31"];
    let said = siro.says(&[&["report", "assurance"], &year[..]].concat());
    for words in [
        "SIRO's yearly assurance to the Accountable Officer",
        "Incidents logged: 1.",
        "withdrawn as logged by mistake: 1.",
        "Notifications: ICO 1",
        "a test of the form",
        "Information governance policy",
    ] {
        let squeezed = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains(words), "{words}: {said}");
    }
    let month = siro.run(&[
        "report",
        "assurance",
        "--from",
        "2026-06-01",
        "--to",
        "2026-06-30",
    ]);
    assert!(
        complaint(&month).contains("it ends on 2027-05-31"),
        "{month:?}"
    );
    let reader = server.signed_in(ACCOUNTABLE).await;
    let kind = ReportKind::Assurance;
    let report = report_of(&reader, kind, "2026-04-01", "2027-03-31").await;
    assert_eq!(rows(&report, "Told to regulators").len(), 1);
    let path = format!("{}?from=2026-06-01&to=2026-06-30", route::report(kind));
    assert_eq!(reader.get(&path).await.problem().0, 400);
    let stranger = Shell::of(&server, PARTNERSHIP_OFFICER).await;
    let no = stranger.run(&[&["report", "assurance"], &year[..]].concat());
    assert!(
        complaint(&no).contains("assure the Accountable Officer"),
        "{no:?}"
    );
}

/// Loss, damage, destruction and unauthorised processing stand beside confidentiality, integrity and
/// availability.
#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_the_data_is_recorded_and_told_in_the_register() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = logged(&officer, tonight_at(), json!({"data_effects": ["LOSS"]})).await;
    taken(&asked(&officer, &incident, &grade(2, 2)).await);
    let shell = Shell::of(&server, OFFICER).await;
    let reference = name(&incident);
    shell.says(&[
        "triage",
        &reference,
        "--category",
        "lost-paper",
        "--data",
        "personal-living",
        "--partnership",
        "none",
        "--partnership-reason",
        "one list of our own",
        "--data-effect",
        "destruction",
        "--data-effect",
        "unauthorised-processing",
    ]);
    let dpo = server.signed_in(DPO).await;
    let breaches = rows(&june(&dpo, ReportKind::Register).await, "Breaches");
    assert_eq!(
        breaches[0][5], "destruction, unauthorised processing",
        "{breaches:?}"
    );
}
