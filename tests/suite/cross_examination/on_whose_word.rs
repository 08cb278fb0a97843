//! On whose word a decision stands, and what it still lacks (BOB-DECIDE, ICO-DUTY).

use super::*;

const ADPO: &str = "nadia.coldstream";

/// The acting DPO writes down what the DPO said, who had logged the incident.
#[tokio::test(flavor = "multi_thread")]
async fn whose_word_a_decision_stands_on_is_kept_whoever_records_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.logs(D, "--aware now --organisation riverbourne").await;
    desk.grades(D, &incident, 3, 3, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    desk.does(
        ADPO,
        &format!(
            "decide decline {incident} --given-by bronwen.hartleap --reasons 'read by a colleague only'"
        ),
    )
    .await;
    let shown = desk.shown(&incident).await;
    let decision = &shown["casework"]["regulator"]["decisions"][0];
    assert_eq!(decision["authority"]["kind"], "by_phone");
    assert_eq!(decision["authority"]["given_by"], D);
    let second = desk.steps(&incident, "ICO-DUTY").await.join(" ");
    says(&second, "Bronwen Hartleap logged this incident");
    let confirm = desk.steps(&incident, "BOB-DECIDE").await.join(" ");
    says(&confirm, "Bronwen Hartleap");
    let handle = desk.handle(&incident, "decisions").await;
    // Whoever wrote it down does not confirm that it was said.
    let refused = desk
        .refuses(
            ADPO,
            &format!("decide confirm {incident} --decision {handle}"),
        )
        .await;
    says(&refused, "Bronwen Hartleap");
    let line = format!("decide second {incident} --decision {handle}");
    for person in [D, ADPO] {
        says(&desk.refuses(person, &line).await, "Cuthbert Wray");
    }
    says(&second, "Cuthbert Wray");
    desk.does(DEPUTY, &line).await;
    desk.does(D, &format!("decide confirm {incident} --decision {handle}"))
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
    desk.holds_together().await;
}

/// The same the other way round, and by a SIRO.
#[tokio::test(flavor = "multi_thread")]
async fn a_dpo_and_a_siro_record_what_another_officer_gave_as_that_officers() {
    for (recorder, given_by) in [(D, ADPO), (SIRO, D)] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.breach(3, 3, "").await;
        desk.does(
            recorder,
            &format!(
                "decide decline {incident} --given-by {given_by} --reasons 'read by a colleague only'"
            ),
        )
        .await;
        let shown = desk.shown(&incident).await;
        let decision = &shown["casework"]["regulator"]["decisions"][0];
        assert_eq!(decision["authority"]["given_by"], given_by, "{decision}");
    }
    // To name oneself is to decide.
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.does(
        D,
        &format!("decide decline {incident} --given-by {D} --reasons 'read by a colleague only'"),
    )
    .await;
    let shown = desk.shown(&incident).await;
    let decision = &shown["casework"]["regulator"]["decisions"][0];
    assert_eq!(decision["authority"]["kind"], "own");
}

/// What a decline still lacks, on the clock, in the register, in JSON and on the hand-over sheet.
#[tokio::test(flavor = "multi_thread")]
async fn a_decline_says_everywhere_what_it_still_lacks() {
    let by_phone = Desk::at(NIGHT).await;
    let incident = by_phone.breach(4, 4, "").await;
    by_phone
        .does(
            O,
            &format!("decide decline {incident} --given-by {D} --reasons 'said so by phone'"),
        )
        .await;
    by_phone.then("2026-06-15T17:05");
    lacks(&by_phone, &incident, "by phone, unconfirmed").await;
    let decision = by_phone.handle(&incident, "decisions").await;
    by_phone
        .does(
            D,
            &format!("decide confirm {incident} --decision {decision}"),
        )
        .await;
    let clock = by_phone.clock(&incident, "ICO_72H", None).await;
    never_says(&clock["remarks"].to_string(), "unconfirmed");

    let unsigned = Desk::at(NIGHT).await;
    let incident = unsigned.breach(4, 4, "--factor mental-health").await;
    unsigned
        .does(
            D,
            &format!("decide decline {incident} --reasons 'read by one colleague only'"),
        )
        .await;
    unsigned.then("2026-06-16T09:00");
    lacks(&unsigned, &incident, "awaits countersignature").await;

    let alone = Desk::at(NIGHT).await;
    let incident = alone
        .logs(D, "--aware now --organisation riverbourne")
        .await;
    alone.grades(D, &incident, 3, 3, "").await;
    alone.triages(&incident, DISCLOSURE).await;
    alone
        .does(
            D,
            &format!("decide decline {incident} --reasons 'read by one colleague only'"),
        )
        .await;
    lacks(&alone, &incident, "awaits a second officer").await;
    says(
        &alone.does(O, "handover --format text").await,
        "second officer",
    );
}

async fn lacks(desk: &Desk, incident: &str, words: &str) {
    let clock = desk.clock(incident, "ICO_72H", None).await;
    says(&clock["remarks"].to_string(), words);
    says(&desk.does(D, &format!("show {incident}")).await, words);
    let register = desk.section(D, "register", "Breaches").await;
    says(&register, words);
    let clocks = desk.section(D, "register", "Clocks").await;
    says(&clocks, words);
}
