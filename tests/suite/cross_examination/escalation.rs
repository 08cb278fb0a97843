//! Who has been told when somebody calls for help (ESC-SENT, WSIC-EXC, EXC-EACH).

use super::*;

const AFFECTED: &str = "--breach confirmed --category misdirected-email --data personal-living --cia c --controller riverbourne --partnership affected --partnership-reason 'their patients' --affects eastmere";

/// Issue 10, point 17: a newcomer escalates and is asked who has been told.
#[tokio::test(flavor = "multi_thread")]
async fn escalating_where_nothing_can_be_sent_says_so_and_the_calls_stay_the_next_step() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let said = desk
        .does(
            O,
            &format!("escalate {incident} --ladder dpo --reason 'I need a decision'"),
        )
        .await;
    says(&said, "Nothing is sent");
    says(&said, "Bronwen Hartleap");
    says(&said, "07700 90");
    let steps = desk.steps(&incident, "ESC-SENT").await;
    assert!(
        !steps.is_empty(),
        "{:#}",
        desk.shown(&incident).await["next_steps"]
    );
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "WHO HAS BEEN TOLD");
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel mobile --outcome no-answer"),
    )
    .await;
    desk.does(
        O,
        &format!("inform {incident} --role dpo --channel mobile --outcome answered"),
    )
    .await;
    assert!(desk.steps(&incident, "ESC-SENT").await.is_empty());
    says(&desk.trail(&incident).await, "scalated");
}

/// Question: by exception the host is called. Are the supplier and its own supplier forgotten?
#[tokio::test(flavor = "multi_thread")]
async fn by_exception_each_named_supplier_and_each_suppliers_supplier_is_a_contact_and_a_step() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(
        &incident,
        &format!("{AFFECTED} --processor portalpath --processor pinewell"),
    )
    .await;
    for (time, role, channel) in [
        ("2026-06-12T18:40", "wso", "mobile"),
        ("2026-06-12T18:50", "wso", "phone"),
        ("2026-06-12T19:15", "wso", "mobile"),
    ] {
        desk.then(time);
        desk.does(
            O,
            &format!("inform {incident} --role {role} --channel {channel} --outcome no-answer"),
        )
        .await;
    }
    desk.then("2026-06-12T19:50");
    desk.does(
        O,
        &format!("escalate {incident} --ladder officer --reason 'the Officer cannot be reached'"),
    )
    .await;
    let shown = desk.shown(&incident).await;
    let contacts = shown["contacts"].as_array().unwrap();
    for whose in ["portalpath", "pinewell"] {
        let is_it =
            |contact: &&Value| contact["role"] == "PROC" && contact["organisation"] == whose;
        let contact = contacts.iter().find(is_it);
        let contact = contact.unwrap_or_else(|| panic!("no {whose} in {contacts:#?}"));
        assert_eq!(contact["informed_at"], Value::Null);
    }
    let steps = shown["next_steps"].to_string();
    says(&steps, "Portalpath");
    says(&steps, "Pinewell");
}

/// Section 2.7: the ladder climbs, from whoever did not answer to the deputy and to the governance group.
#[tokio::test(flavor = "multi_thread")]
async fn each_escalation_reaches_whoever_stands_on_the_next_rung() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let tried = format!("inform {incident} --role wso --channel mobile --outcome no-answer");
    desk.does(O, &tried).await;
    let climb = format!("escalate {incident} --ladder officer --reason 'nobody answers'");
    let second = desk.does(O, &climb).await;
    says(&second, "Tobias Wetherden");
    let steps = desk.steps(&incident, "ESC-SENT").await.join(" ");
    says(&steps, "Tobias Wetherden");
    let third = desk.does(O, &climb).await;
    says(&third, "overnance");
    says(&third, "Riverbourne ICB");
}

/// WSIC-IMPACT: a partner was sent a notice, and a later triage says that it is not affected. Its
/// representative answers all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_was_told_and_is_struck_off_can_still_read_and_answer() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    let both = format!("{AFFECTED} --affects queensway");
    desk.triages(&incident, &both).await;
    desk.does(O, &format!("notify {incident} --partner eastmere"))
        .await;
    let theirs_alone = AFFECTED.replace("--affects eastmere", "--affects queensway");
    desk.triages(&incident, &theirs_alone).await;
    desk.does(
        "beatrix.wolverton",
        &format!("partner-answer {incident} --partner eastmere --answer acknowledged --detail 'site manager'"),
    )
    .await;
    says(&desk.trail(&incident).await, "site manager");
}
