//! A vacancy blocks no duty, and nobody is two people (NOBODY-THERE, BOB-SUBJECTS).

use super::*;

const HARSH: &str = "--factor mental-health";

fn opinion(incident: &str, telling: &str) -> String {
    format!("subjects decide {incident} --telling {telling} --reasons 'they may be harmed'")
}

fn told(incident: &str) -> String {
    format!(
        "subjects told {incident} --how 'by letter' --nature 'a list went astray' --contact 'our DPO' --consequences 'others may know' --measures 'call us'"
    )
}

/// Issue 10, point 10: there is no Caldicott Guardian.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_caldicott_guardian_people_are_told_all_the_same() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Cg, "riverbourne");
    })
    .await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("subjects recommend {incident} --telling tell --reasons 'they may be harmed'"),
    )
    .await;
    desk.does(SIRO, &opinion(&incident, "tell")).await;
    let steps = desk.steps(&incident, "BOB-SUBJECTS").await;
    assert!(
        steps.iter().any(|step| step.contains("Bronwen Hartleap")),
        "{steps:?}"
    );
    desk.does(D, &opinion(&incident, "tell")).await;
    desk.does(D, &told(&incident)).await;
    assert!(desk.steps(&incident, "BOB-SUBJECTS").await.is_empty());
}

/// Issue 10, point 10: the Caldicott Guardian is the SIRO too.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_is_siro_and_guardian_speaks_once_and_somebody_else_second() {
    let desk = Desk::by(NIGHT, |directory| {
        seat(directory, Role::Cg, "riverbourne", SIRO);
    })
    .await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("subjects recommend {incident} --telling tell --reasons 'they may be harmed'"),
    )
    .await;
    desk.does(SIRO, &opinion(&incident, "tell")).await;
    // The same voice again is no second one.
    desk.does(SIRO, &opinion(&incident, "tell")).await;
    let steps = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&steps, "Bronwen Hartleap");
    desk.does(D, &opinion(&incident, "tell")).await;
    desk.does(O, &told(&incident)).await;
    assert!(desk.steps(&incident, "BOB-SUBJECTS").await.is_empty());
}

/// Issue 10, point 10: a fact is recorded whatever was decided.
#[tokio::test(flavor = "multi_thread")]
async fn that_people_were_told_is_recorded_though_nobody_has_decided() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Cg, "riverbourne");
        vacate(directory, Role::Siro, "riverbourne");
    })
    .await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(O, &told(&incident)).await;
    says(&desk.trail(&incident).await, "by letter");
}

/// Issue 10, point 15: there is no DPO, no deputy and no acting DPO.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_dpo_the_siro_authorises_the_report_and_is_not_sent_to_call_nobody() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Dpo, "riverbourne");
        vacate(directory, Role::Adpo, "riverbourne");
    })
    .await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 4, 4, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    let shown = desk.json(SIRO, &format!("show {incident}")).await;
    let steps = shown["next_steps"].to_string();
    never_says(&steps, "keep calling the DPO");
    says(&steps, "Oona Merriweather");
    let decline = format!("decide decline {incident} --reasons 'read by one colleague only'");
    says(
        &desk.refuses(SIRO, &decline).await,
        "Only a DPO can decline",
    );
    desk.does(
        SIRO,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    desk.submits(SIRO, &incident, "").await;
    let ico = desk.clock_as(SIRO, &incident, "ICO_72H", None).await;
    assert_eq!(ico["state"], "MET");
    let gaps = desk.does(ADMINISTRATOR, "directory gaps").await;
    assert!(
        gaps.lines()
            .any(|line| line.contains("DPO") && line.contains("iverbourne")),
        "{gaps}"
    );
}

/// Issue 10, point 15: a controller that never had a DPO is a gap too.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_never_had_a_dpo_stands_among_the_gaps() {
    let desk = Desk::by(NIGHT, |directory| vacate(directory, Role::Dpo, "harbour")).await;
    let gaps = desk.does(ADMINISTRATOR, "directory gaps").await;
    assert!(
        gaps.lines()
            .any(|line| line.contains("DPO") && line.contains("arbour")),
        "{gaps}"
    );
}

/// Question: the DPO is the SIRO too, and time runs out. Who declines, and who is the second voice?
#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_is_dpo_and_siro_is_no_second_signature_of_their_own_decline() {
    let desk = Desk::by(NIGHT, |directory| {
        seat(directory, Role::Dpo, "riverbourne", D);
        seat(directory, Role::Siro, "riverbourne", D);
        vacate(directory, Role::Adpo, "riverbourne");
        vacate(directory, Role::Cg, "riverbourne");
    })
    .await;
    let incident = desk.breach(2, 2, HARSH).await;
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by one colleague only'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let decision = desk.handle(&incident, "decisions").await;
    let sign = format!("decide countersign {incident} --decision {decision}");
    let refused = desk.refuses(D, &sign).await;
    says(&refused, "Leopold Swanscombe");
    desk.does(ACCOUNTABLE, &sign).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET");
}

/// Question: nobody at all holds a role of the controller. Is the ICO told?
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_left_the_officer_at_the_desk_reports() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao, Role::Cg] {
            vacate(directory, role, "riverbourne");
        }
    })
    .await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 4, 4, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    let decline = format!("decide decline {incident} --reasons 'read by one colleague only'");
    says(&desk.refuses(O, &decline).await, "has none");
    desk.does(
        O,
        &format!("decide report {incident} --reasons 'nobody else is there'"),
    )
    .await;
    desk.submits(O, &incident, "").await;
    let ico = desk.clock_as(O, &incident, "ICO_72H", None).await;
    assert_eq!(ico["state"], "MET");
}

/// Question: who agrees to the withdrawal where there is no governance team and no SIRO?
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_finds_its_second_person_whoever_is_missing() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Igt, "riverbourne");
        vacate(directory, Role::Siro, "riverbourne");
        vacate(directory, Role::Adpo, "riverbourne");
        seat(directory, Role::Dpo, "riverbourne", D);
    })
    .await;
    let incident = desk.aware("now").await;
    desk.does(
        D,
        &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
    )
    .await;
    let steps = desk.steps(&incident, "REG-WHOLE").await.join(" ");
    says(&steps, "Leopold Swanscombe");
    desk.refuses(D, &format!("close agree-withdrawal {incident}"))
        .await;
    desk.does(ACCOUNTABLE, &format!("close agree-withdrawal {incident}"))
        .await;
    says(&desk.section(D, "register", "Withdrawn").await, &incident);
}

/// NOBODY-THERE, WSIC-EXC: there is no Partnership Security Officer, and the host has been told in their place.
#[tokio::test(flavor = "multi_thread")]
async fn without_an_officer_the_impact_is_recorded_after_the_host_was_told() {
    let desk = Desk::by(NIGHT, |directory| vacate(directory, Role::Wso, "larkfield")).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(
        &incident,
        "--breach confirmed --category misdirected-email --data personal-living --cia c --controller riverbourne --partnership affected --partnership-reason 'their patients' --affects calder",
    )
    .await;
    desk.does(
        O,
        &format!("inform {incident} --role host --channel phone --outcome answered"),
    )
    .await;
    // The SIRO has a copy of it.
    let shown = desk.shown(&incident).await["contacts"].to_string();
    says(&shown, "SIRO");
    desk.does(
        O,
        &format!("host impact {incident} --impact none --reason 'the host says none'"),
    )
    .await;
}

/// INF-COUNTS: there is no Caldicott Guardian, and the guardian is said to have answered. Who did?
#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_in_a_role_that_nobody_holds() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Cg, "riverbourne");
    })
    .await;
    let incident = desk.breach(4, 4, "").await;
    let call = |role: &str, more: &str| {
        format!("inform {incident} --role {role} --channel phone --outcome {more}")
    };
    let why = desk.refuses(O, &call("cg", "answered")).await;
    says(&why, "nobody answered in that role");
    says(&why, "SIRO of Riverbourne ICB");
    desk.refuses(O, &call("cg", "answered --spoke-to 'her secretary'"))
        .await;
    desk.does(O, &call("cg", "no-answer")).await;
    desk.does(O, &call("cg", "answered --spoke-to siro")).await;
    let shown = desk.shown(&incident).await;
    let attempts = shown["attempts"].as_array().unwrap();
    assert_eq!(attempts.last().unwrap()["contact"]["role"], "SIRO");
}

/// NOBODY-THERE: nobody at all is in post there. Who answered?
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_left_whoever_answers_is_recorded_by_name() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao, Role::Cg] {
            vacate(directory, role, "riverbourne");
        }
    })
    .await;
    let incident = desk.aware("now").await;
    let call = format!("inform {incident} --role dpo --channel phone --outcome");
    for line in [
        "answered",
        "answered --spoke-to dpo",
        "answered --spoke-to .",
    ] {
        let why = desk.refuses(O, &format!("{call} {line}")).await;
        says(&why, "nobody answered in that role");
        says(&why, "Give the name of the person you spoke to");
    }
    desk.does(O, &format!("{call} no-answer")).await;
    desk.does(O, &format!("{call} answered --spoke-to 'Ann Marsh'"))
        .await;
    let shown = desk.does(O, &format!("show {incident}")).await;
    says(
        &shown,
        "Ann Marsh, for the DPO of Riverbourne ICB (nobody holds that role)",
    );
    let clock = desk.clock_as(O, &incident, "BOB_DPO", None).await;
    assert_eq!(clock["state"], "MET");
    desk.holds_together().await;
}

/// NOBODY-THERE: the SIRO who stands in for the DPO says what the DPO would, and no more.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_for_the_dpo_says_that_it_is_no_breach() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Dpo, "riverbourne");
        vacate(directory, Role::Adpo, "riverbourne");
    })
    .await;
    let incident = desk.called_no_breach().await;
    assert_eq!(desk.ico_as(SIRO, &incident).await, "RUNNING");
    let more = format!("triage {incident} --siri true --reason 'it is serious'");
    says(&desk.refuses(SIRO, &more).await, "You stand in for the DPO");
    desk.refuses(
        GUARDIAN,
        &format!("triage {incident} --breach not-a-breach --reason 'it was no breach'"),
    )
    .await;
    desk.does(
        SIRO,
        &format!("triage {incident} --confirm not-a-breach --reason 'the letter never left'"),
    )
    .await;
    assert_eq!(desk.ico_as(SIRO, &incident).await, "STOOD_DOWN");
    desk.holds_together().await;
}

/// NOBODY-THERE: what the step asks for is what the rule allows.
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_decides_the_step_offers_what_the_desk_may_do() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao, Role::Cg] {
            vacate(directory, role, "riverbourne");
        }
    })
    .await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    says(
        &shown["next_steps"].to_string(),
        "Decide at the desk to report",
    );
    desk.does(
        O,
        &format!("decide report {incident} --reasons 'nobody else is there'"),
    )
    .await;
}

/// NOBODY-THERE: the Accountable Officer reads no more than is theirs, and what they send back takes nothing away.
#[tokio::test(flavor = "multi_thread")]
async fn an_accountable_officer_who_stands_in_says_what_the_dpo_would() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro] {
            vacate(directory, role, "riverbourne");
        }
    })
    .await;
    let incident = desk.called_no_breach().await;
    let show = format!("show {incident}");
    let before = desk.json(O, &show).await["facts"]["partnership_reason"].clone();
    desk.does(
        O,
        &format!(
            "regulator enquiry {incident} --body ico --text 'what of the list' --due-on 2026-07-02"
        ),
    )
    .await;
    desk.does(
        ACCOUNTABLE,
        &format!("regulator answer {incident} --enquiry last --text 'it never left'"),
    )
    .await;
    desk.does(
        ACCOUNTABLE,
        &format!("triage {incident} --confirm not-a-breach --reason 'the letter never left'"),
    )
    .await;
    assert_eq!(desk.ico_as(O, &incident).await, "STOOD_DOWN");
    let after = desk.json(O, &show).await["facts"]["partnership_reason"].clone();
    assert_eq!(before, after);
    desk.holds_together().await;
}

/// NOBODY-THERE, BOB-CYBER: a vacancy opens nothing that is refused otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_says_that_a_serious_incident_is_not_cyber_and_nobody_else() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Dpo, "riverbourne");
        vacate(directory, Role::Adpo, "riverbourne");
    })
    .await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 4, 4, "").await;
    desk.triages(
        &incident,
        "--breach confirmed --category lost-paper --cyber true --cia c --data personal-living --controller riverbourne --partnership none --partnership-reason 'one list'",
    )
    .await;
    let typed = format!("triage {incident} --cyber false --reason 'typed by mistake'");
    says(&desk.refuses(O, &typed).await, "Ask Oona Merriweather");
    desk.does(
        SIRO,
        &format!("regulator nis {incident} --significant no --reason 'a list on paper'"),
    )
    .await;
    desk.does(SIRO, &typed).await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    never_says(&shown["next_steps"].to_string(), "BOB-CYBER");
}
