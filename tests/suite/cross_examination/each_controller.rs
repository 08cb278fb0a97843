//! Each controller's duty is its own: no officer of another controller ends it, and no triage forgets it
//! (ICO-DUTY, ICO-JOINT).

use super::*;

/// The facts as somebody enters them who holds Eastmere for the only controller.
fn theirs_alone() -> String {
    let theirs = DISCLOSURE.replace("--controller riverbourne", "--controller eastmere");
    format!("{theirs} --reason 'the list was theirs alone'")
}

/// The same for Riverbourne.
fn ours_alone() -> String {
    format!("{DISCLOSURE} --reason 'the list was ours alone'")
}

fn not_theirs(incident: &str, controller: &str) -> String {
    format!(
        "decide stand-down {incident} --body ico --controller {controller} --ground wrong-controller --reason 'the data are not theirs at all'"
    )
}

const LOWER: &str = "--evidence 'mail log IR-22'";

/// A breach of Riverbourne and Eastmere, graded as notifiable by Riverbourne's DPO.
async fn of_both(desk: &Desk, more: &str) -> String {
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, more).await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    incident
}

/// One controller's DPO grades it lower, drops the other controller and stops the other's clock.
#[tokio::test(flavor = "multi_thread")]
async fn no_dpo_of_another_controller_erases_a_notifiable_breach() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "--factor mental-health").await;
    desk.grades(THEIR_DPO, &incident, 2, 2, LOWER).await;
    let dropped = format!("triage {incident} {}", theirs_alone());
    desk.does(THEIR_DPO, &dropped).await;
    let refused = desk
        .refuses(THEIR_DPO, &not_theirs(&incident, "riverbourne"))
        .await;
    says(&refused, "Bronwen Hartleap");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    // Riverbourne's own decline still needs the Caldicott Guardian, though Eastmere's grade has no factor.
    desk.does(
        D,
        &format!(
            "decide decline {incident} --controller riverbourne --reasons 'read by one colleague only'"
        ),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    let signature = desk.steps(&incident, "BOB-MIT").await.join(" ");
    says(&signature, "Priya Fairweather");
    desk.holds_together().await;
}

/// The same without a factor, up to the end of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_controller_calls_off_is_not_resolved_without_its_own_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "").await;
    desk.grades(THEIR_DPO, &incident, 2, 2, LOWER).await;
    desk.does(THEIR_DPO, &format!("triage {incident} {}", theirs_alone()))
        .await;
    desk.refuses(THEIR_DPO, &not_theirs(&incident, "riverbourne"))
        .await;
    for line in [
        "investigate lead {} --person idris.pennywell",
        "investigate no-evidence {} --reason 'nothing was kept'",
        "investigate begin {}",
    ] {
        desk.does(I, &line.replace("{}", &incident)).await;
    }
    let resolve = format!("close resolve {incident} --resolution 'it was deleted unread'");
    let refused = desk.refuses(THEIR_DPO, &resolve).await;
    says(
        &refused,
        "the decision of Riverbourne ICB to report or to decline",
    );
    desk.then("2026-06-16T09:00");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
    // That the data are not theirs is for Riverbourne's own DPO to say.
    desk.does(D, &not_theirs(&incident, "riverbourne")).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    assert_eq!(desk.ico(&incident, "eastmere").await, "STOOD_DOWN");
    desk.holds_together().await;
}

/// A decision to report stands, and nothing has been reported.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_to_report_keeps_the_clock_running_until_the_report() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "").await;
    let report = format!("decide report {incident} --reasons 'on the grid'");
    desk.does(D, &report).await;
    desk.does(THEIR_DPO, &format!("triage {incident} {}", theirs_alone()))
        .await;
    for dpo in [THEIR_DPO, D] {
        desk.refuses(dpo, &not_theirs(&incident, "riverbourne"))
            .await;
    }
    // Nor does a lower grade of its own DPO hide it.
    desk.grades(D, &incident, 2, 2, LOWER).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    says(
        &desk.steps(&incident, "ICO-72H").await.join(" "),
        "Report to the ICO for Riverbourne ICB",
    );
    desk.then("2026-06-16T09:00");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "OVERDUE");
    says(&desk.does(D, "list overdue").await, &incident);
    let instead = format!(
        "decide decline {incident} --controller riverbourne --reasons 'the lower grade stands' --late-reason 'we looked for the list'"
    );
    desk.does(D, &instead).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "MET_LATE");
}

/// A triage drops a controller: its own DPO is asked first, by name, whatever else the triage says.
#[tokio::test(flavor = "multi_thread")]
async fn the_dpo_of_a_dropped_controller_is_asked_first_and_by_name() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "").await;
    for breach in ["confirmed", "not-a-breach"] {
        let facts = theirs_alone().replace("confirmed", breach);
        desk.triages(&incident, &facts).await;
        let shown = desk.shown(&incident).await;
        let steps = shown["next_steps"].as_array().unwrap().iter();
        let about = steps
            .filter(|step| step["sentence"].as_str().unwrap().contains("Riverbourne"))
            .find(|step| step["rule"] == "ICO-DUTY")
            .unwrap_or_else(|| panic!("{shown:#}"));
        let sentence = about["sentence"].as_str().unwrap();
        says(sentence, "Ask Bronwen Hartleap (DPO of Riverbourne ICB)");
        says(sentence, "report to the ICO");
        never_says(sentence, "Eastmere");
        assert!(!about["due_at"].is_null(), "{about}");
    }
}

/// NOBODY-THERE: the dropped controller has no DPO, and then nobody at all.
#[tokio::test(flavor = "multi_thread")]
async fn for_a_dropped_controller_without_a_dpo_its_siro_speaks() {
    let desk = Desk::by(NIGHT, |directory| {
        vacate(directory, Role::Dpo, "eastmere");
        vacate(directory, Role::Adpo, "eastmere");
    })
    .await;
    let incident = of_both(&desk, "").await;
    desk.triages(&incident, &ours_alone()).await;
    let asked = desk.steps(&incident, "ICO-DUTY").await.join(" ");
    says(&asked, "because Eastmere NHS Foundation Trust has no DPO");
    let refused = desk.refuses(D, &not_theirs(&incident, "eastmere")).await;
    says(&refused, "SIRO");
    desk.does("rupert.calloway", &not_theirs(&incident, "eastmere"))
        .await;
    assert_eq!(desk.ico(&incident, "eastmere").await, "STOOD_DOWN");
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
}

/// The same where the organisation has nobody at all in the directory who could answer.
#[tokio::test(flavor = "multi_thread")]
async fn for_a_dropped_controller_without_anybody_the_dpo_of_a_controller_speaks() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao] {
            vacate(directory, role, "eastmere");
        }
    })
    .await;
    let incident = of_both(&desk, "").await;
    desk.triages(&incident, &ours_alone()).await;
    let asked = desk.steps(&incident, "ICO-DUTY").await.join(" ");
    says(&asked, "Bronwen Hartleap");
    desk.does(D, &not_theirs(&incident, "eastmere")).await;
    assert_eq!(desk.ico(&incident, "eastmere").await, "STOOD_DOWN");
}

/// What is not graded as notifiable is a duty to look all the same: another controller's DPO hides no clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_triage_by_another_controllers_dpo_hides_no_clock() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    desk.does(THEIR_DPO, &format!("triage {incident} {}", theirs_alone()))
        .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    desk.does(D, &not_theirs(&incident, "riverbourne")).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
}

/// The people of a dropped controller are told, or it is decided that they are not, as before.
#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_dropped_controller_are_still_to_be_told() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "").await;
    desk.does(
        D,
        &format!("subjects recommend {incident} --telling tell --reasons 'they may be harmed'"),
    )
    .await;
    desk.triages(&incident, &theirs_alone()).await;
    let asked = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&asked, "Oona Merriweather");
    let opinion = format!(
        "subjects decide {incident} --controller riverbourne --telling tell --reasons 'they may be harmed'"
    );
    desk.does(SIRO, &opinion).await;
    desk.does(GUARDIAN, &opinion).await;
    says(
        &desk.steps(&incident, "BOB-SUBJECTS").await.join(" "),
        "of Riverbourne ICB without undue delay",
    );
}

/// Another controller's grade takes no signature and no question away that the own grade asks for.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_notifiable_grade_takes_no_factor_and_no_question_away() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "--factor mental-health").await;
    desk.grades(THEIR_DPO, &incident, 3, 3, "").await;
    says(
        &desk.steps(&incident, "BOB-SUBJECTS").await.join(" "),
        "Bronwen Hartleap",
    );
    desk.does(
        D,
        &format!("decide decline {incident} --reasons 'read by one colleague only'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
}

/// REL-ENTITLED: whoever one controller must tell is not let off by the DPO of another.
#[tokio::test(flavor = "multi_thread")]
async fn no_dpo_of_another_controller_releases_whom_a_controller_must_tell() {
    let desk = Desk::at(NIGHT).await;
    let incident = of_both(&desk, "").await;
    let release =
        format!("contact release {incident} --contact lm --reason 'she is on leave until Monday'");
    desk.refuses(THEIR_DPO, &release).await;
    desk.does(D, &release).await;
}

/// NIS-WHO, ICO-JOINT: the register says of each operator which body it told, and of no other.
#[tokio::test(flavor = "multi_thread")]
async fn the_register_says_of_each_controller_which_body_was_told_for_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 2, 2, "").await;
    desk.triages(
        &incident,
        "--breach confirmed --category system-outage --data personal-living --cia a --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one ward only' --cyber true --essential-service true",
    )
    .await;
    desk.does(
        D,
        &format!(
            "regulator submit {incident} --body dhsc-nis --via direct --reference NIS-1 --given operator=us --given time=now --given duration=hours --given impact=big --given borders=none --given further=none"
        ),
    )
    .await;
    let listed = desk.section(D, "register", "Breaches").await;
    says(
        &listed,
        "Riverbourne ICB: NIS authority (DHSC) told, ICO: not needed: graded 2×2 by the DPO of Riverbourne ICB on 12 Jun 2026; Eastmere NHS Foundation Trust: not decided yet: graded 2×2, not confirmed",
    );
}

const OUTAGE_OF_BOTH: &str = "--breach confirmed --category system-outage --data personal-living --cia a --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one ward only' --cyber true";

/// NIS-WHO: an operator's own people say that its service was not hit, however small the incident is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_organisation_answers_for_an_operator() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, OUTAGE_OF_BOTH).await;
    let no = format!("regulator nis {incident} --significant no --reason 'one ward for an hour'");
    let theirs = format!("{no} --operator eastmere");
    for person in [O, D] {
        let refused = desk.refuses(person, &theirs).await;
        says(&refused, "You do not act for Eastmere NHS Foundation Trust");
        says(&refused, "Ask Winifred Osgood");
    }
    // Whoever may not answer is told so before a reason is asked for.
    let short = format!("regulator nis {incident} --significant no --reason x --operator eastmere");
    let refused = desk.refuses(O, &short).await;
    says(&refused, "You do not act for Eastmere NHS Foundation Trust");
    // A "no" that names nobody is that of the officer's own organisation.
    desk.does(O, &no).await;
    let asked = desk.steps(&incident, "NIS-WHO").await.join(" ");
    never_says(&asked, "Riverbourne");
    says(&asked, "Ask Winifred Osgood");
    desk.does(THEIR_DPO, &theirs).await;
    assert!(desk.steps(&incident, "NIS-WHO").await.is_empty());
    desk.holds_together().await;
}

/// NIS-WHO: a triage that names an operator no more takes neither its question nor its clock away.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_is_named_no_more_is_asked_all_the_same() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, OUTAGE_OF_BOTH).await;
    desk.does(
        O,
        &format!("triage {incident} --controller riverbourne --reason 'not theirs at all'"),
    )
    .await;
    let asked = desk.steps(&incident, "NIS-WHO").await.join(" ");
    says(&asked, "Ask Winifred Osgood");
    says(
        &desk.trail(&incident).await,
        "Eastmere NHS Foundation Trust still answers whether",
    );
    let yes = format!("regulator nis {incident} --operator eastmere --significant yes");
    desk.does(THEIR_DPO, &yes).await;
    let clock = desk.clock_as(THEIR_DPO, &incident, "NIS_72H", Some("eastmere"));
    assert_eq!(clock.await["state"], "RUNNING");
    desk.holds_together().await;
}

/// The same where its own DPO has it taken out: that is its own word.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_takes_itself_out_by_its_own_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, OUTAGE_OF_BOTH).await;
    desk.does(
        THEIR_DPO,
        &format!("triage {incident} --controller riverbourne --reason 'not ours at all'"),
    )
    .await;
    let asked = desk.steps(&incident, "NIS-WHO").await.join(" ");
    never_says(&asked, "Eastmere");
}
