//! What an auditor reads afterwards says what was: no lower grade hides a higher one, no word claims more than
//! was done, and whoever is asked has a name.

use super::*;

/// ICO-REG: it was graded 4×4, and 2×2 by its DPO afterwards. What does the register show?
#[tokio::test(flavor = "multi_thread")]
async fn the_register_shows_the_highest_grade_and_on_what_ground_nobody_decided() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 4, 4, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    let row = desk.section(D, "register", "Breaches").await;
    says(&row, "not decided yet");
    desk.does(
        O,
        &format!("note {incident} --text 'the colleague deleted it unread'"),
    )
    .await;
    desk.grades(D, &incident, 2, 2, "--evidence 'deleted unread'")
        .await;
    let row = desk.section(D, "register", "Breaches").await;
    says(&row, "2×2; 4×4 before, by the on-call officer");
    says(
        &row,
        "not needed: graded 2×2 by the DPO of Riverbourne ICB on 12 Jun 2026",
    );
}

/// BOB-SUSPECT: the officer calls it no breach. On whose word does the register say so?
#[tokio::test(flavor = "multi_thread")]
async fn the_register_says_whether_anybody_confirmed_that_it_was_no_breach() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, &DISCLOSURE.replace("confirmed", "not-a-breach"))
        .await;
    let row = desk.section(D, "register", "Breaches").await;
    says(&row, "not a breach, suspected before");
    says(
        &row,
        "not decided yet: found not to be a breach, not confirmed",
    );
    desk.does(
        D,
        &format!("triage {incident} --confirm not-a-breach --reason 'the list held no names'"),
    )
    .await;
    let row = desk.section(D, "register", "Breaches").await;
    says(
        &row,
        "not needed: found not to be a breach, confirmed by the DPO of Riverbourne ICB on 12 Jun 2026",
    );
}

/// BOB-DECIDE: a decline that nobody has confirmed counts for nothing, and has one word everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_decline_counts_once_it_is_confirmed_and_has_one_word_everywhere() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        O,
        &format!("decide decline {incident} --given-by {D} --reasons 'read by a colleague only'"),
    )
    .await;
    says(
        &desk.section(D, "register", "Clocks").await,
        "declined, unconfirmed",
    );
    let clock = desk.clock(&incident, "ICO_72H", None).await;
    assert_eq!(clock["state"], "MET");
    for report in ["register", "igsg"] {
        let shares = desk.section(D, report, "In time").await;
        assert!(!shares.contains("Declined to tell the ICO"), "{shares}");
    }
    let decision = desk.handle(&incident, "decisions").await;
    desk.does(
        D,
        &format!("decide confirm {incident} --decision {decision}"),
    )
    .await;
    let clocks = desk.section(D, "register", "Clocks").await;
    says(&clocks, "declined");
    assert!(!clocks.contains("unconfirmed"), "{clocks}");
    says(
        &desk.section(D, "register", "In time").await,
        r#""label":"Declined to tell the ICO (72 h)","of":1,"part":1"#,
    );
}

/// It was withdrawn. Was the ICO told?
#[tokio::test(flavor = "multi_thread")]
async fn what_ended_with_a_withdrawal_is_not_called_told() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
    )
    .await;
    desk.does(D, &format!("close agree-withdrawal {incident}"))
        .await;
    let page = desk.does(D, &format!("show {incident}")).await;
    never_says(&page, "ICO told (72 h)");
    says(&page, "Tell the ICO (72 h)\tended");
}

/// CLK-EVIDENCE: what the DPO did that stopped her clock is said in words.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_did_is_said_and_not_that_they_worked_on_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        D,
        &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
    )
    .await;
    let clock = desk.clock(&incident, "BOB_DPO", None).await;
    says(&clock["remarks"].to_string(), "asked to withdraw it");
}

/// Steps and refusals name a person and a deed.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_names_the_person_and_a_refusal_the_deed() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.reports(&incident, "").await;
    let refused = desk
        .refuses(
            GUARDIAN,
            &format!("regulator enquiry {incident} --body ico --text 'how many people' --reference IC-1 --due-on 2026-06-20 --answers dpo"),
        )
        .await;
    says(&refused, "You cannot record an enquiry of a regulator");
    desk.does(
        D,
        &format!("regulator enquiry {incident} --body ico --text 'how many people' --reference IC-1 --due-on 2026-06-20 --answers dpo"),
    )
    .await;
    says(
        &desk.steps(&incident, "ICO-ASKS").await.join("; "),
        "Ask Bronwen Hartleap (DPO of Riverbourne ICB) to answer the ICO by 20 Jun",
    );
}

/// One person is one person.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_was_told_is_one_person() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.does(
        D,
        &format!("subjects told {incident} --how 'by phone' --people 1 --nature 'a list went astray' --contact 'our DPO' --consequences 'none known' --measures 'call us'"),
    )
    .await;
    let page = desk.does(D, &format!("show {incident}")).await;
    says(&page, "1 person told, Fri 12 Jun");
    assert!(!page.contains("1 people"), "{page}");
}
