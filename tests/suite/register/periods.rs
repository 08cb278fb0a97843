//! Each breach counts once, in the period in which it was first logged (REG-WHOLE).

use super::*;
use crate::support::case::{DPO, OFFICER, wall};

/// A logged on the last evening of June, B in the first hours of July, both the same.
#[tokio::test]
async fn a_duplicate_counts_in_the_period_in_which_it_was_first_logged_and_in_no_other() {
    for a_goes_on in [false, true] {
        let before = wall("2026-06-30T23:30");
        let server = TestServer::start_at(before).await;
        let officer = server.signed_in(OFFICER).await;
        let a = logged(&officer, before, json!({})).await;
        let after = wall("2026-07-01T00:10");
        server.clock.clone().set(after);
        let officer = server.signed_in(OFFICER).await;
        let b = logged(&officer, after, json!({})).await;
        let (ends, goes_on) = if a_goes_on { (&b, &a) } else { (&a, &b) };
        taken(&asked(&officer, ends, &duplicate_of(goes_on)).await);
        let dpo = server.signed_in(DPO).await;
        let register = ReportKind::Register;
        let june = report_of(&dpo, register, "2026-06-01", "2026-06-30").await;
        let july = report_of(&dpo, register, "2026-07-01", "2026-07-31").await;
        let both = report_of(&dpo, register, "2026-06-01", "2026-07-31").await;
        for (report, count) in [(&june, 1), (&july, 0), (&both, 1)] {
            let breaches = rows(report, "Breaches");
            assert_eq!(breaches.len(), count, "{breaches:?}");
            for row in breaches {
                assert_eq!((&row[0], &row[1]), (&name(goes_on), &name(ends)));
                assert_eq!(row[2], "30 Jun 2026");
            }
        }
        // What was logged in July is told of there as well, with where it counts.
        let elsewhere = rows(&july, "Reported with another");
        assert_eq!(elsewhere.len(), 1, "{elsewhere:?}");
        assert_eq!((&elsewhere[0][0], &elsewhere[0][4]), (&name(&b), &name(&a)));
        assert_eq!(rows(&june, "Reported with another").len(), 0);
        let igsg = ReportKind::Igsg;
        for (from, to, count) in [
            ("2026-06-01", "2026-06-30", 1),
            ("2026-07-01", "2026-07-31", 0),
        ] {
            let steering = says(&report_of(&dpo, igsg, from, to).await, "In short");
            assert!(
                steering.contains(&format!("Incidents logged: {count}.")),
                "{steering}"
            );
        }
    }
}

/// What was suspected once stays in the register when it turns out to be a near miss or no breach.
#[tokio::test]
async fn what_was_once_suspected_stays_in_the_register() {
    let now = wall("2026-06-12T23:30");
    let server = TestServer::start_at(now).await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let near = json!({"breach_status": "NEAR_MISS", "harm_prevented_by": "the post room"});
    logged(&officer, now, near).await;
    let mut kept = Vec::new();
    for status in ["NOT_A_BREACH", "NEAR_MISS"] {
        let incident = logged(&officer, now, json!({"data_scope": ["COMMERCIAL"]})).await;
        taken(&asked(&dpo, &incident, &grade(2, 2)).await);
        let mut body = triage(status);
        body["facts"]["data_scope"] = json!(["COMMERCIAL"]);
        body["facts"]["harm_prevented_by"] = json!("the post room");
        taken(&asked(&dpo, &incident, &body).await);
        kept.push(name(&incident));
    }
    let register = june(&dpo, ReportKind::Register).await;
    let breaches = rows(&register, "Breaches");
    let names: Vec<String> = breaches.iter().map(|row| row[0].clone()).collect();
    assert_eq!(
        names, kept,
        "and what was a near miss from the start is no breach"
    );
    assert_eq!(breaches[0][3], "not a breach, suspected before");
    assert_eq!(breaches[1][3], "near miss, suspected before");
}
