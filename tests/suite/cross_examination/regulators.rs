//! What regulators and the law ask beside the 72 hours (NIS-WHO, ART34-FULL, ICO-ASKS, BOB-CYBER).

use super::*;

const OUTAGE: &str = "--breach confirmed --category system-outage --data none --cia a --service degraded --partnership none --partnership-reason 'one site' --essential-service true";

/// Issue 10, point 11: a hospice is no operator of essential services.
#[tokio::test(flavor = "multi_thread")]
async fn the_nis_clock_runs_for_operators_only() {
    let desk = Desk::at(NIGHT).await;
    for (organisation, runs) in [("harbour", false), ("eastmere", true)] {
        let incident = desk
            .logs(
                O,
                &format!("--aware now --organisation {organisation} --controller {organisation}"),
            )
            .await;
        desk.triages(&incident, &format!("{OUTAGE} --controller {organisation}"))
            .await;
        let shown = desk.json(O, &format!("show {incident}")).await;
        let clocks = shown["clock_states"].as_array().unwrap();
        let found = clocks.iter().any(|clock| clock["kind"] == "NIS_72H");
        assert_eq!(found, runs, "{organisation}");
    }
}

/// Issue 10, point 11: a supplier's supplier knew of it first; the operator heard of it later.
#[tokio::test(flavor = "multi_thread")]
async fn the_nis_clock_runs_from_what_the_operator_heard_and_not_its_supplier() {
    let desk = Desk::at(NIGHT).await;
    let heard = "--aware 2026-06-12T18:00 --organisation pinewell --processor pinewell --processor-aware 2026-06-11T09:00 --controller-informed 2026-06-12T18:00";
    let incident = desk
        .logs(O, &format!("{heard} --controller eastmere {OUTAGE}"))
        .await;
    let nis = desk.clock_as(O, &incident, "NIS_72H", None).await;
    assert_eq!(nis["started_at"], "2026-06-12T17:00:00Z");
}

/// Question: the police ask to wait. For how long, and who asks again?
#[tokio::test(flavor = "multi_thread")]
async fn a_delay_that_the_police_ask_for_has_a_date_and_comes_back_on_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let delay = format!(
        "subjects delay {incident} --authority police --asked-by 'the police' --reason 'an arrest is planned'"
    );
    assert_eq!(desk.types(D, &delay).await.status.code(), Some(2));
    desk.refuses(D, &format!("{delay} --review-on 2026-06-01"))
        .await;
    desk.does(D, &format!("{delay} --review-on 2026-06-19"))
        .await;
    desk.then("2026-06-19T09:00");
    let steps = desk.steps(&incident, "ART34-FULL").await.join(" ");
    says(&steps, "police");
    says(&steps, "the review is due today, 19 Jun");
}

/// Question: high risk, and people are not to be told "because it would worry them".
#[tokio::test(flavor = "multi_thread")]
async fn not_telling_people_of_a_high_risk_needs_a_ground_of_the_law() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let recommend = format!(
        "subjects recommend {incident} --telling do-not-tell --reasons 'it would worry them'"
    );
    says(&desk.refuses(D, &recommend).await, "ART34-FULL");
    desk.does(D, &format!("{recommend} --exemption later-measures"))
        .await;
    let decide =
        format!("subjects decide {incident} --telling do-not-tell --reasons 'it would worry them'");
    says(&desk.refuses(SIRO, &decide).await, "ART34-FULL");
}

/// Question: each controller has its own people. May one SIRO decide for the other's?
#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_second_controller_are_decided_on_by_its_own_officers() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let decide = format!(
        "subjects decide {incident} --controller eastmere --telling tell --reasons 'they may be harmed'"
    );
    let recommend = decide.replace("decide", "recommend");
    desk.refuses(D, &recommend).await;
    desk.does(THEIR_DPO, &recommend).await;
    desk.refuses(SIRO, &decide).await;
    desk.does("rupert.calloway", &decide).await;
}

fn enquiry(incident: &str) -> String {
    format!(
        "regulator enquiry {incident} --body ico --text 'what was done to get it back' --reference IC-1 --due-on 2026-06-26 --answers dpo"
    )
}

/// Question: the ICO asks after closing. Where does it stand, and what comes of it?
#[tokio::test(flavor = "multi_thread")]
async fn an_enquiry_after_closing_is_a_step_on_the_handover_and_in_the_register_until_its_outcome()
{
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.closes(&incident).await;
    desk.does(D, &enquiry(&incident)).await;
    let steps = desk.steps(&incident, "ICO-ASKS").await.join(" ");
    says(&steps, "26 Jun");
    let sheet = desk.does(O, "handover").await;
    says(&sheet, "what was done to get it back");
    says(&sheet, "26 Jun");
    says(&sheet, &incident);
    let register = desk.section(D, "register", "Enquiries of regulators").await;
    says(&register, "IC-1");
    says(&register, "not answered yet");
    let handle = desk.handle(&incident, "enquiries").await;
    desk.does(
        D,
        &format!("regulator answer {incident} --enquiry {handle} --text 'called and written'"),
    )
    .await;
    desk.does(
        D,
        &format!("regulator outcome {incident} --enquiry {handle} --outcome 'no further action'"),
    )
    .await;
    assert!(desk.steps(&incident, "ICO-ASKS").await.is_empty());
    never_says(
        &desk.does(O, "handover").await,
        "what was done to get it back",
    );
    let register = desk.section(D, "register", "Enquiries of regulators").await;
    says(&register, "no further action");
    desk.holds_together().await;
}

/// Question: an enquiry is open. Is the incident closed over it?
#[tokio::test(flavor = "multi_thread")]
async fn no_incident_is_closed_over_an_open_enquiry() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.does(D, &enquiry(&incident)).await;
    // A script has the whole id, from JSON.
    let shown = desk.shown(&incident).await;
    let id = shown["casework"]["regulator"]["enquiries"][0]["id"].clone();
    let answer = format!(
        "regulator answer {incident} --enquiry {} --text",
        id.as_str().unwrap()
    );
    desk.refuses(D, &format!("{answer} .")).await;
    desk.does(D, &format!("{answer} 'called and written'"))
        .await;
    let output = desk.closing(&incident).await;
    says(&output, "ICO-ASKS");
}

/// Question: a cyber incident is resolved, and nobody said whether NHS England knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_cyber_incident_is_resolved_only_with_its_answer_about_nhs_england() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --cyber"))
        .await;
    let missing = desk.does(D, &format!("show {incident}")).await;
    says(&missing, "NHS England");
    desk.does(
        D,
        &format!("regulator not-nhs-england {incident} --reason 'one mailbox only'"),
    )
    .await;
    says(&desk.trail(&incident).await, "one mailbox only");
}

/// Question: the ICO was told before the report was withdrawn, and asks. Is the first report gone?
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_taken_back_is_counted_as_such_and_its_enquiry_stays() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.reports(&incident, "").await;
    desk.does(D, &enquiry(&incident)).await;
    let told = desk.handle(&incident, "notifications").await;
    desk.does(
        D,
        &format!("regulator withdraw {incident} --notification {told} --reason 'told them by phone that it was no breach'"),
    )
    .await;
    assert!(!desk.steps(&incident, "ICO-ASKS").await.is_empty());
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    says(
        &desk.section(D, "register", "Enquiries of regulators").await,
        "IC-1",
    );
}

/// NIS-WHO: the question is answered half an hour after the operator knew. Since when do its hours run?
#[tokio::test(flavor = "multi_thread")]
async fn the_hours_of_an_operator_run_from_its_awareness_however_late_the_question_is_answered() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.then("2026-06-12T19:00");
    desk.triages(
        &incident,
        &format!("{DISCLOSURE} --cyber true --essential-service true"),
    )
    .await;
    let clock = desk.clock(&incident, "NIS_72H", None).await;
    assert_eq!(clock["due_at"], "2026-06-15T17:30:00Z", "{clock:#}");
}

/// ICO-JOINT: the second controller has told the ICO, the first one has not and is late. What does the first
/// one's register say?
#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_one_controller_answers_nothing_for_the_other() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 3, 3, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let decide = format!(
        "decide report {incident} --controller eastmere --reasons 'our patients are in it'"
    );
    desk.does(THEIR_DPO, &decide).await;
    desk.submits(THEIR_DPO, &incident, "--controller eastmere")
        .await;
    desk.then("2026-06-16T09:00");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
    let breaches = desk.section(D, "register", "Breaches").await;
    says(
        &breaches,
        "Riverbourne ICB: not decided yet; Eastmere NHS Foundation Trust: ICO told",
    );
    let short = desk.section(D, "igsg", "In short").await;
    says(&short, "with a report to a regulator that stands: 0.");
}

/// NIS-WHO: the impact was answered as significant. May the DPO end the operator's clock without a report?
#[tokio::test(flavor = "multi_thread")]
async fn a_significant_impact_is_not_stood_down() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.triages(
        &incident,
        &format!("{DISCLOSURE} --cyber true --essential-service true"),
    )
    .await;
    let down = format!(
        "decide stand-down {incident} --body dhsc-nis --reason 'no need to tell the authority'"
    );
    says(&desk.refuses(D, &down).await, "on record as significant");
}

/// Two DPOs say one after the other that the data are not theirs. Does the desk still find it?
#[tokio::test(flavor = "multi_thread")]
async fn what_a_stood_down_clock_changes_is_found_by_its_words() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    let theirs = DISCLOSURE.replace("--controller riverbourne", "--controller eastmere");
    for (facts, dpo, wrong) in [
        (theirs.as_str(), D, "riverbourne"),
        (DISCLOSURE, THEIR_DPO, "eastmere"),
    ] {
        desk.triages(
            &incident,
            &format!("{facts} --reason 'the list is not theirs'"),
        )
        .await;
        let down = format!(
            "decide stand-down {incident} --body ico --controller {wrong} --ground wrong-controller --reason 'the data are not theirs at all'"
        );
        desk.does(dpo, &down).await;
        desk.holds_together().await;
    }
}

/// ART34-FULL: people were told before anybody was aware, it is said.
#[tokio::test(flavor = "multi_thread")]
async fn people_are_not_told_before_anybody_was_aware() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let told = format!(
        "subjects told {incident} --how 'by letter' --told-at 2026-06-11T10:00 --nature 'a list went astray' --contact 'the practice' --consequences 'none known' --measures 'the list was deleted'"
    );
    says(&desk.refuses(O, &told).await, "Nobody was aware");
}

/// Everybody decides that the people are told.
async fn decides_to_tell(desk: &Desk, incident: &str) {
    for (person, verb) in [(D, "recommend"), (SIRO, "decide"), (GUARDIAN, "decide")] {
        let line =
            format!("subjects {verb} {incident} --telling tell --reasons 'high risk of harm'");
        desk.does(person, &line).await;
    }
}

/// Question: telling people was decided, and four days later nobody has. Which list says so?
#[tokio::test(flavor = "multi_thread")]
async fn a_telling_that_was_decided_is_on_every_list_until_people_are_told() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    decides_to_tell(&desk, &incident).await;
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by a colleague only'"),
    )
    .await;
    desk.then("2026-06-17T02:14");
    let shown = desk.shown(&incident).await;
    let owed = &shown["owed"][0];
    assert_eq!(owed["matter"], "telling", "{shown:#}");
    assert_eq!(owed["state"], "OVERDUE");
    let steps = shown["next_steps"].as_array().unwrap().iter();
    let mut steps = steps.filter(|step| step["rule"] == "BOB-SUBJECTS");
    assert!(!steps.next().unwrap()["due_at"].is_null());
    says(
        &desk.does(D, &format!("show {incident}")).await,
        "Tell the people concerned",
    );
    says(&desk.does(O, "list overdue").await, &incident);
    says(
        &desk.does(O, "handover").await,
        "Tell the people concerned, Riverbourne ICB",
    );
    desk.does(
        D,
        &format!("subjects told {incident} --how 'by letter' --nature 'a list went astray' --contact 'the practice' --consequences 'none known' --measures 'the list was deleted'"),
    )
    .await;
    let shown = desk.shown(&incident).await;
    assert_eq!(shown["owed"].as_array().unwrap().len(), 0);
}

/// Question: a regulator asked after closing, and nobody answered in time. Which list says so?
#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_enquiry_is_on_every_list_also_after_closing() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.closes(&incident).await;
    desk.does(
        D,
        &format!("regulator enquiry {incident} --body ico --text 'late question of theirs' --due-on 2026-06-14"),
    )
    .await;
    never_says(&desk.does(O, "list overdue").await, &incident);
    desk.then("2026-06-16T10:00");
    says(&desk.does(O, "list overdue").await, &incident);
    never_says(&desk.does(O, "list all-open").await, &incident);
    says(&desk.does(O, "list closed").await, &incident);
    let listed = desk.json(O, "list overdue").await;
    assert!(listed.to_string().contains(&incident), "{listed:#}");
    says(&desk.does(O, "handover").await, "Sun 14 Jun, overdue");
    says(
        &desk.steps(&incident, "ICO-ASKS").await.join(" "),
        "by 14 Jun, which is overdue",
    );
    says(
        &desk.section(D, "register", "Enquiries of regulators").await,
        "not answered yet, overdue",
    );
    let handle = desk.handle(&incident, "enquiries").await;
    desk.does(
        D,
        &format!("regulator answer {incident} --enquiry {handle} --text 'called and written'"),
    )
    .await;
    never_says(&desk.does(O, "list overdue").await, &incident);
}

/// Question: a full stop as the reference, and nothing known. And the same report once more?
#[tokio::test(flavor = "multi_thread")]
async fn a_first_report_has_a_reference_and_its_own_contact_and_is_made_once() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    let nothing = format!(
        "regulator submit {incident} --body ico --via dspt --reference DSPT-7 --not-known nature --not-known people --not-known records --not-known contact --not-known consequences --not-known measures"
    );
    says(&desk.refuses(D, &nothing).await, "ICO-CONTENT");
    let full = submission(&incident, "");
    says(
        &desk.refuses(D, &full.replace("DSPT-7", ".")).await,
        "BOB-TOOL",
    );
    let little = nothing
        .replace("--not-known nature", "--to-follow nature")
        .replace("--not-known contact", "--to-follow contact");
    desk.does(D, &little).await;
    let twice = full.replace("DSPT-7", "DSPT-1");
    says(&desk.refuses(D, &twice).await, "as a follow-up");
    says(
        &desk.section(SIRO, "arc", "In short").await,
        "Notifications: ICO 1,",
    );
    let keep = format!("regulator reference {incident} --tool dspt --reference .");
    desk.refuses(D, &keep).await;
}

/// BOB-ARC: nobody was told anything. What is the share of "ICO told"?
#[tokio::test(flavor = "multi_thread")]
async fn a_decline_is_no_share_of_what_the_ico_was_told() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by a colleague only'"),
    )
    .await;
    let reported = desk.breach(3, 3, "").await;
    desk.reports(&reported, "").await;
    for report in ["register", "assurance", "igsg"] {
        let shares = desk.section(D, report, "In time").await;
        says(&shares, r#""label":"ICO told (72 h)","of":1,"part":1"#);
        says(
            &shares,
            r#""label":"Declined to tell the ICO (72 h)","of":1,"part":1"#,
        );
    }
    let shown = desk.shown(&incident).await;
    let clocks = shown["clock_states"].as_array().unwrap().iter();
    let mut clocks = clocks.filter(|clock| clock["kind"] == "ICO_72H");
    assert_eq!(
        clocks.next().unwrap()["name"],
        "Declined to tell the ICO (72 h)"
    );
}

/// ICO-JOINT: one controller's DPO grades lower. What does the head of the incident say?
#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_an_incident_shows_each_controllers_grade_where_they_differ() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    desk.grades(THEIR_DPO, &incident, 2, 2, "--evidence 'mail log IR-22'")
        .await;
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "Riverbourne ICB: Graded 4×4");
    says(&shown, "Eastmere NHS Foundation Trust: Graded 2×2");
    says(
        &desk.section(D, "register", "Breaches").await,
        "Riverbourne ICB: 4×4; Eastmere NHS Foundation Trust: 2×2",
    );
}

/// INF-COUNTS: an e-mail was sent and a message left. Did nobody answer?
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_sent_or_left_is_not_called_no_answer() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    for (channel, outcome) in [
        ("email", "sent"),
        ("mobile", "voicemail"),
        ("mobile", "no-answer"),
    ] {
        let line = format!("inform {incident} --role siro --channel {channel} --outcome {outcome}");
        desk.does(O, &line).await;
    }
    desk.grades(D, &incident, 4, 4, "").await;
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(
        &shown,
        "no answer once, voicemail left once, message sent, not acknowledged once",
    );
}

/// BOB-DECIDE: the report is dated before the decision and the grade. What stands beside it?
#[tokio::test(flavor = "multi_thread")]
async fn a_report_dated_before_its_decision_says_so() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("2026-06-12T17:00").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.triages(&incident, DISCLOSURE).await;
    desk.reports(&incident, "--submitted-at 2026-06-12T17:20")
        .await;
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "dated Fri 12 Jun 17:20");
    says(&shown, "before the grade");
    says(&shown, "and the decision");
    says(
        &desk.section(D, "register", "Clocks").await,
        "dated Fri 12 Jun 17:20",
    );
}

/// ART34-FULL: it was decided not to tell at a low grade, and the risk turns out to be high.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_not_to_tell_is_asked_again_when_the_risk_becomes_high() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    for (person, verb) in [(D, "recommend"), (SIRO, "decide"), (GUARDIAN, "decide")] {
        let line =
            format!("subjects {verb} {incident} --telling do-not-tell --reasons 'no harm at all'");
        desk.does(person, &line).await;
    }
    assert!(desk.steps(&incident, "BOB-SUBJECTS").await.is_empty());
    desk.grades(D, &incident, 5, 5, "").await;
    let asked = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&asked, "to recommend again");
}

/// ICO-ASKS, REG-WHOLE: a regulator asks about what somebody calls a mistake.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_regulator_asks_about_is_answered_whatever_the_desk_makes_of_it() {
    let desk = Desk::at(NIGHT).await;
    let (asked, later) = (desk.aware("now").await, desk.aware("now").await);
    let enquiry = |incident: &str| {
        format!(
            "regulator enquiry {incident} --body ico --text 'what became of it' --due-on 2026-06-14"
        )
    };
    let withdraw =
        |incident: &str| format!("close withdraw {incident} --reason 'a drill and no incident'");
    desk.does(D, &enquiry(&asked)).await;
    let refused = desk.refuses(D, &withdraw(&asked)).await;
    says(&refused, "a regulator has asked about it");
    // One that comes after it was withdrawn is kept, falls due and is answered.
    desk.does(D, &withdraw(&later)).await;
    desk.does(I, &format!("close agree-withdrawal {later}"))
        .await;
    desk.does(D, &enquiry(&later)).await;
    desk.then("2026-06-16T09:00");
    says(&desk.does(D, "list overdue").await, &later);
    assert_eq!(desk.steps(&later, "ICO-ASKS").await.len(), 1);
    desk.does(
        D,
        &format!("regulator answer {later} --enquiry last --text 'it was a drill'"),
    )
    .await;
    never_says(&desk.does(D, "list overdue").await, &later);
    desk.holds_together().await;
}

/// BOB-CYBER, NIS-WHO: "not cyber" ends what only the DPO may answer.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_dpo_says_that_a_serious_cyber_incident_is_none() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    let triage = |cyber: bool| {
        let category = if cyber {
            "malware"
        } else {
            "record-overwritten"
        };
        format!(
            "triage {incident} --breach confirmed --category {category} --data personal-living --cia c --controller riverbourne --partnership none --partnership-reason 'only us' --cyber {cyber} --reason 'it was no attack'"
        )
    };
    desk.does(O, &triage(true)).await;
    let refused = desk.refuses(O, &triage(false)).await;
    says(&refused, "This cyber incident is serious");
    says(&refused, "Bronwen Hartleap");
    assert!(!desk.steps(&incident, "BOB-CYBER").await.is_empty());
    desk.does(D, &triage(false)).await;
}

const LISTS_DOWN: &str = "--breach confirmed --category system-outage --data personal-living --cia a --service degraded --controller riverbourne";

/// The other order: the officer calls it no cyber incident while it is small, and then it grows. Who looks again?
#[tokio::test(flavor = "multi_thread")]
async fn not_cyber_said_while_it_was_small_is_confirmed_by_the_dpo_once_it_is_serious() {
    for becomes_serious in [
        "grade {} --severity 4 --likelihood 4 --harm loss-of-control --rationale 'seen again by us'",
        "major declare {} --reason 'ransomware seen at two sites'",
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.called_not_cyber(O).await;
        assert!(desk.steps(&incident, "BOB-CYBER").await.is_empty());
        desk.does(
            D,
            &format!("triage {incident} --data-subjects 3 --reason 'counted again'"),
        )
        .await;
        let person = if becomes_serious.starts_with("major") {
            O
        } else {
            D
        };
        desk.does(person, &becomes_serious.replace("{}", &incident))
            .await;
        let step = desk.steps(&incident, "BOB-CYBER").await.join(" ");
        says(&step, "Ask Bronwen Hartleap (DPO of Riverbourne ICB)");
        says(&step, "to confirm \"not cyber\"");
        let page = desk.does(D, &format!("show {incident}")).await;
        says(&page, "to be answered again");
        let refused = desk.resolving_says(&incident).await;
        says(&refused, "confirms \"not cyber\"");
        // The officer repeats it, and she triages something else: neither answers.
        let confirm = format!("triage {incident} --confirm not-cyber --reason");
        desk.refuses(O, &format!("{confirm} 'still not cyber'"))
            .await;
        desk.does(
            D,
            &format!("triage {incident} --data-subjects 30 --reason 'counted again'"),
        )
        .await;
        assert_eq!(desk.steps(&incident, "BOB-CYBER").await.len(), 1);
        desk.refuses(D, &format!("{confirm} no")).await;
        desk.does(D, &format!("{confirm} 'the disk was simply full'"))
            .await;
        assert!(desk.steps(&incident, "BOB-CYBER").await.is_empty());
        says(
            &desk.trail(&incident).await,
            "Confirmed, no cyber incident: the disk was simply full",
        );
        desk.holds_together().await;
    }
}

/// She sets it back, and is asked about NHS England and the essential service again.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_dpo_sets_back_to_cyber_is_asked_about_again() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.called_not_cyber(O).await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.does(D, &format!("triage {incident} --cyber true"))
        .await;
    let step = desk.steps(&incident, "BOB-CYBER").await.join(" ");
    says(&step, "Tell NHS England");
    assert_eq!(desk.steps(&incident, "NIS-WHO").await.len(), 1);
}

impl Desk {
    /// What refuses to resolve it once it is investigated, whatever else is left.
    pub(super) async fn resolving_says(&self, incident: &str) -> String {
        for (person, line) in CLOSING {
            let output = self.types(person, &line.replace("{}", incident)).await;
            if line.starts_with("close resolve") {
                return String::from_utf8(output.stderr).unwrap();
            }
        }
        String::new()
    }

    /// A small cyber incident that this person has called none.
    async fn called_not_cyber(&self, person: &str) -> String {
        let incident = self.aware("now").await;
        self.grades(O, &incident, 2, 2, "").await;
        self.triages(
            &incident,
            "--breach confirmed --category system-outage --cyber true --data personal-living --cia a --controller riverbourne --partnership none --partnership-reason 'only us'",
        )
        .await;
        self.does(
            person,
            &format!("triage {incident} --cyber false --cia c --reason 'not cyber at all'"),
        )
        .await;
        incident
    }
}

/// NIS-WHO, BOB-CYBER: it is serious and no attack. Does the on-call officer's "no" end it?
#[tokio::test(flavor = "multi_thread")]
async fn a_no_on_a_serious_outage_is_the_dpos_to_say_as_on_an_attack() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    let alone = "--partnership none --partnership-reason 'one site'";
    let no = "--essential-service false --reason 'the wards worked from paper'";
    desk.triages(&incident, &format!("{LISTS_DOWN} {alone} {no}"))
        .await;
    assert!(desk.steps(&incident, "NIS-WHO").await.is_empty());
    desk.grades(O, &incident, 4, 4, "").await;
    let asked = desk.steps(&incident, "NIS-WHO").await.concat();
    says(&asked, "Bronwen Hartleap");
    says(
        &asked,
        "The answer was \"no\" before this was graded as notifiable",
    );
    let again = format!("triage {incident} {LISTS_DOWN} {alone} {no}");
    says(
        &desk.refuses(O, &again).await,
        "This incident is serious, so you cannot say",
    );
    desk.does(D, &again).await;
    assert!(desk.steps(&incident, "NIS-WHO").await.is_empty());
}

/// NIS-WHO: a partner that is hit is an operator too. Who asks it?
#[tokio::test(flavor = "multi_thread")]
async fn an_affected_partner_that_is_an_operator_is_asked_for_itself() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    let affected = "--partnership affected --partnership-reason 'their wards too' --affects eastmere --affects harbour";
    desk.triages(&incident, &format!("{LISTS_DOWN} {affected}"))
        .await;
    let asked = desk.steps(&incident, "NIS-WHO").await.concat();
    says(&asked, "Riverbourne ICB");
    says(&asked, "Eastmere NHS Foundation Trust");
    never_says(&asked, "Harbour");
    let yes = format!(
        "triage {incident} {LISTS_DOWN} {affected} --essential-service true --operator eastmere"
    );
    desk.does(O, &yes).await;
    let clock = desk
        .clock_as(O, &incident, "NIS_72H", Some("eastmere"))
        .await;
    assert_eq!(clock["state"], "RUNNING");
    never_says(&desk.steps(&incident, "NIS-WHO").await.concat(), "Eastmere");
}

/// CLK-HONEST, ICO-ASKS: the day has passed, and then an answer is entered as sent before it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_or_a_telling_that_was_late_or_entered_late_says_so() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    for (due, then, answered) in [
        (
            "2026-06-14",
            "2026-06-18T10:00",
            "--answered-at 2026-06-14T10:00 --note 'forgot to enter it' --evidence 'sent mail of 14 June'",
        ),
        ("2026-06-19", "2026-06-21T10:00", ""),
    ] {
        desk.does(
            D,
            &format!("regulator enquiry {incident} --body ico --text 'what of it' --due-on {due}"),
        )
        .await;
        desk.then(then);
        desk.does(
            D,
            &format!(
                "regulator answer {incident} --enquiry last --text 'this and that' {answered}"
            ),
        )
        .await;
    }
    let asked = desk.section(D, "register", "Enquiries of regulators").await;
    says(&asked, "14 Jun 2026, in time, recorded 4 days later");
    says(&asked, "21 Jun 2026, 1 day late");
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "(in time, recorded 4 days later)");
    desk.decides_to_tell(&incident).await;
    let people = desk.section(D, "register", "People told").await;
    says(&people, "to be told");
    desk.then("2026-06-25T10:00");
    desk.does(
        D,
        &format!("subjects told {incident} --how 'by letter' --nature 'a list' --contact 'the DPO, x4410' --consequences 'unwanted mail' --measures 'be careful'"),
    )
    .await;
    let people = desk.section(D, "register", "People told").await;
    says(&people, "days late");
}

/// CLK-HONEST: what is overdue is entered as done in time. Is a note enough?
#[tokio::test(flavor = "multi_thread")]
async fn what_was_owed_by_a_day_is_in_time_afterwards_only_with_evidence_or_a_reason() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("regulator enquiry {incident} --body ico --text 'what of it' --due-on 2026-06-14"),
    )
    .await;
    desk.decides_to_tell(&incident).await;
    desk.then("2026-06-25T10:00");
    let note = "--note 'forgot to enter it'";
    let answer = format!(
        "regulator answer {incident} --enquiry last --text 'this and that' --answered-at 2026-06-13T10:00 {note}"
    );
    let told = format!(
        "subjects told {incident} --how 'by letter' --nature 'a list' --contact 'the DPO, x4410' --consequences 'unwanted mail' --measures 'be careful' --told-at 2026-06-12T19:00 {note}"
    );
    for (line, more) in [
        (answer, "--evidence 'sent mail of 13 June'"),
        (told, "--late-reason 'nobody wrote it down'"),
    ] {
        let refused = desk.refuses(D, &line).await;
        says(&refused, "or what shows the time");
        desk.refuses(D, &format!("{line} --evidence .")).await;
        desk.does(D, &format!("{line} {more}")).await;
    }
    let trail = desk.trail(&incident).await;
    says(&trail, "sent mail of 13 June");
    says(&trail, "nobody wrote it down");
    desk.holds_together().await;
}

/// What a regulator was promised goes the same way.
#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_promise_is_kept_in_time_afterwards_only_with_evidence_or_a_reason() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    let first = submission(&incident, "--follow-up-on 2026-06-16")
        .replace("--given 'people=as known'", "--to-follow people");
    desk.does(D, &first).await;
    desk.then("2026-06-25T10:00");
    let promised = format!(
        "regulator follow-up {incident} --promise last --text 'forty people' --sent-at 2026-06-15T10:00 --note 'forgot it'"
    );
    says(&desk.refuses(D, &promised).await, "or what shows the time");
    desk.does(D, &format!("{promised} --evidence 'sent mail of 15 June'"))
        .await;
}

/// ART34-FULL: recommended, undecided, and ticked when it was closed. Who asks for the decision after that?
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_telling_people_that_was_left_open_with_a_tick_stays_on_every_list() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(
        D,
        &format!("subjects recommend {incident} --telling tell --reasons 'they may be harmed'"),
    )
    .await;
    let ticked = CLOSING.map(|(person, line)| {
        let more = match line.starts_with("close close") {
            true => " --ticked pending-subjects",
            false => "",
        };
        (person, format!("{}{more}", line.replace("{}", &incident)))
    });
    for (person, line) in &ticked {
        if line.starts_with("close resolve") {
            desk.does(
                I,
                &format!("investigate cause {incident} --method 'five whys' --causes 'two lists of one name' --policy-deficiency no"),
            )
            .await;
        }
        desk.does(person, line).await;
    }
    let to_do = "Decide whether to tell the people concerned";
    never_says(&desk.does(O, "list overdue").await, &incident);
    desk.then("2026-06-15T09:00");
    says(&desk.does(O, "list overdue").await, &incident);
    says(&desk.does(O, "handover").await, to_do);
    says(&desk.does(O, &format!("show {incident}")).await, to_do);
    says(
        &desk.section(D, "register", "People told").await,
        "to be decided",
    );
    for person in [SIRO, GUARDIAN] {
        desk.does(
            person,
            &format!("subjects decide {incident} --telling tell --reasons 'they may be harmed'"),
        )
        .await;
    }
    never_says(&desk.does(O, &format!("show {incident}")).await, to_do);
}

/// NIS-WHO: the question of a serious incident is not typed away. Who else than the operator could end it?
#[tokio::test(flavor = "multi_thread")]
async fn facts_that_would_end_the_question_of_an_operator_need_its_officer_on_a_serious_incident() {
    for (typed, more) in [
        (
            "--breach suspected",
            "--category malware --cyber true --cia a",
        ),
        (
            "--breach near-miss --harm-prevented-by 'the backup of the night'",
            "--category malware --cyber true --cia a",
        ),
        ("--cia c", "--category system-outage --cia a"),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.aware("now").await;
        desk.grades(D, &incident, 4, 4, "").await;
        let facts = "--breach confirmed --data personal-living --controller riverbourne --partnership none --partnership-reason 'one list'";
        desk.triages(&incident, &format!("{facts} {more}")).await;
        assert_eq!(desk.steps(&incident, "NIS-WHO").await.len(), 1);
        let typed = format!("triage {incident} {typed} --reason 'seen again by us'");
        let refused = desk.refuses(O, &typed).await;
        says(&refused, "This incident is serious: ask Bronwen Hartleap");
        assert_eq!(desk.steps(&incident, "NIS-WHO").await.len(), 1);
        desk.does(
            D,
            &format!("regulator nis {incident} --significant no --reason 'one ward for an hour'"),
        )
        .await;
        desk.does(O, &typed).await;
    }
}

/// ICO-ASKS, REG-WHOLE: an enquiry that belongs to another incident keeps nothing open for good.
#[tokio::test(flavor = "multi_thread")]
async fn an_enquiry_recorded_by_mistake_is_struck_out_and_blocks_nothing() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        O,
        &format!(
            "regulator enquiry {incident} --body ico --text 'what of the list' --due-on 2026-07-02"
        ),
    )
    .await;
    let withdraw = format!("close withdraw {incident} --reason 'a test entry of the new desk'");
    let refused = desk.refuses(D, &withdraw).await;
    says(&refused, "strike out the enquiry");
    let handle = desk.handle(&incident, "enquiries").await;
    let strike = format!("regulator strike {incident} --enquiry {handle} --reason");
    let why = format!("{strike} 'not of this one'");
    desk.refuses(THEIR_DPO, &why).await;
    let refused = desk.refuses(ACCOUNTABLE, &why).await;
    says(&refused, "Tamsin Quill, who recorded it");
    says(
        &desk.refuses(O, &format!("{strike} oops")).await,
        "does not say why",
    );
    desk.does(O, &format!("{strike} 'it is about another incident'"))
        .await;
    // Whoever owed the answer hears of it.
    let steps = desk.steps(&incident, "ICO-ASKS").await.join(" ");
    says(&steps, "Tell Bronwen Hartleap");
    says(&steps, "Tamsin Quill struck out the ICO's enquiry");
    let shown = desk.does(O, &format!("show {incident}")).await;
    says(&shown, "recorded by mistake: it is about another incident");
    let register = desk.section(D, "register", "Enquiries of regulators").await;
    says(&register, "struck out, recorded by mistake");
    desk.does(D, &withdraw).await;
    desk.holds_together().await;
}

/// An enquiry that ran out two days ago, on a breach of Riverbourne's, and its handle.
async fn one_that_ran_out(desk: &Desk) -> (String, String) {
    let incident = desk.breach(2, 2, "").await;
    desk.does(
        D,
        &format!(
            "regulator enquiry {incident} --body ico --text 'what of the list' --due-on 2026-06-14"
        ),
    )
    .await;
    let handle = desk.handle(&incident, "enquiries").await;
    desk.then("2026-06-16T09:00");
    (incident, handle)
}

/// ICO-ASKS, CLK-HONEST: the officer who is late with the answer strikes the enquiry out and records it with a
/// later day. What is left of the lateness?
#[tokio::test(flavor = "multi_thread")]
async fn what_ran_out_is_struck_out_by_two_people_and_stays_late() {
    let desk = Desk::at(NIGHT).await;
    let (incident, handle) = one_that_ran_out(&desk).await;
    let strike = format!("regulator strike {incident} --enquiry {handle} --reason");
    desk.does(D, &format!("{strike} 'the wrong day was typed'"))
        .await;
    // It counts until somebody agrees.
    says(&desk.does(D, "list overdue").await, &incident);
    let steps = desk.steps(&incident, "ICO-ASKS").await.join(" ");
    says(&steps, "Idris Pennywell");
    says(&steps, "Bronwen Hartleap asks: the wrong day was typed");
    let register = desk.section(D, "register", "Enquiries of regulators").await;
    says(&register, "asks to strike it out: the wrong day was typed");
    says(&register, "overdue");
    // Nobody is both, and nobody else's officers agree.
    let agree = format!("{strike} 'the letter names another day'");
    let refused = desk.refuses(D, &agree).await;
    says(&refused, "somebody else must agree: ask Idris Pennywell");
    let refused = desk.refuses(O, &agree).await;
    says(&refused, "Idris Pennywell");
    desk.does(I, &agree).await;
    desk.does(
        D,
        &format!(
            "regulator enquiry {incident} --body ico --text 'what of the list' --due-on 2026-06-25"
        ),
    )
    .await;
    let register = desk.section(D, "register", "Enquiries of regulators").await;
    says(&register, "struck out after it had run out on 14 Jun 2026");
    says(&register, "asked by the DPO of Riverbourne ICB");
    says(&register, "agreed by the IG team of Riverbourne ICB");
    says(
        &register,
        "25 Jun 2026, recorded again; the one before was due 14 Jun 2026",
    );
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "recorded again; the one before was due");
    desk.holds_together().await;
}

/// ICO-ASKS: what was answered is a fact about the regulator, and one person takes it back no more than what ran
/// out. Whoever answers it keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answered_enquiry_is_struck_out_by_nobody_alone() {
    let desk = Desk::at(NIGHT).await;
    let (incident, handle) = one_that_ran_out(&desk).await;
    let strike =
        format!("regulator strike {incident} --enquiry {handle} --reason 'not of this one'");
    desk.does(I, &strike).await;
    let steps = desk.steps(&incident, "ICO-ASKS").await.join(" ");
    // The IG team asks, and the DPO owes the answer: the SIRO is left.
    says(&steps, "Oona Merriweather (SIRO)");
    never_says(&steps, "Idris Pennywell (IG team)");
    let answer =
        format!("regulator answer {incident} --enquiry {handle} --text 'called and written'");
    desk.does(D, &answer).await;
    let steps = desk.steps(&incident, "ICO-ASKS").await.join(" ");
    says(&steps, "Record the outcome");
    desk.does(SIRO, &strike).await;
    let shown = desk.shown(&incident).await;
    let enquiry = &shown["casework"]["regulator"]["enquiries"][0];
    assert!(enquiry["struck"].is_null(), "{enquiry}");
    assert_eq!(enquiry["strike_asked"]["signed"]["by"]["person"], SIRO);
    desk.holds_together().await;
}

/// NOBODY-THERE: where nobody else is in post, the answer is recorded instead.
#[tokio::test(flavor = "multi_thread")]
async fn what_ran_out_stays_where_nobody_can_agree() {
    let desk = Desk::by(NIGHT, |directory| {
        let kept = [Role::Dpo, Role::Oco];
        directory.holdings.retain(|held| {
            kept.contains(&held.role) || held.organisation.as_str() != "riverbourne"
        });
    })
    .await;
    let (incident, handle) = one_that_ran_out(&desk).await;
    let strike =
        format!("regulator strike {incident} --enquiry {handle} --reason 'not of this one'");
    says(&desk.refuses(D, &strike).await, "Record the answer instead");
}

/// ICO-JOINT, ICO-ASKS: what one controller told or answers a regulator is recorded by its own people, and by the
/// on-call officer, who serves the whole desk.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_controller_records_what_a_controller_tells_a_regulator() {
    // The IG team of Riverbourne serves Eastmere no more.
    let desk = Desk::by(NIGHT, |directory| {
        let holdings = &mut directory.holdings;
        holdings
            .retain(|held| held.role != Role::Igt || held.organisation.as_str() == "riverbourne");
    })
    .await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 2, 2, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let asked = |controller: &str| {
        format!(
            "regulator enquiry {incident} --controller {controller} --body ico --text 'what of the list' --due-on 2026-06-26"
        )
    };
    desk.does(THEIR_DPO, &asked("eastmere")).await;
    let handle = desk.handle(&incident, "enquiries").await;
    let answer = format!("regulator answer {incident} --enquiry {handle} --text 'by letter'");
    let refused = desk.refuses(I, &answer).await;
    says(&refused, "You do not act for Eastmere NHS Foundation Trust");
    says(&refused, "Winifred Osgood");
    says(&refused, "or the IG team of Eastmere NHS Foundation Trust");
    let strike =
        format!("regulator strike {incident} --enquiry {handle} --reason 'not of this one'");
    desk.refuses(I, &strike).await;
    let refused = desk
        .refuses(I, &submission(&incident, "--controller eastmere"))
        .await;
    says(&refused, "You do not act for Eastmere NHS Foundation Trust");
    let refused = desk.refuses(THEIR_DPO, &asked("riverbourne")).await;
    says(&refused, "You do not act for Riverbourne ICB");
    desk.does(I, &asked("riverbourne")).await;
    desk.does(O, &answer).await;
}

/// ICO-PHASE: a promise is kept by somebody with a name.
#[tokio::test(flavor = "multi_thread")]
async fn the_step_of_a_promise_names_who_sends_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(3, 3, "").await;
    desk.does(
        D,
        &format!("decide report {incident} --reasons 'on the grid'"),
    )
    .await;
    let first = submission(&incident, "--follow-up-on 2026-06-16")
        .replace("--given 'people=as known'", "--to-follow people");
    desk.does(D, &first).await;
    let steps = desk.steps(&incident, "ICO-PHASE").await.join(" ");
    says(
        &steps,
        "Ask Bronwen Hartleap (DPO of Riverbourne ICB) to send",
    );
}
