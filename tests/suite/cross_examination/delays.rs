//! A delay in telling people: who asks for it, who answers for it, and what it holds up (ART34-FULL).

use super::*;

fn delay(incident: &str, more: &str) -> String {
    format!(
        "subjects delay {incident} --authority police --asked-by 'Riverbourne Police, CID' --reason 'an arrest is planned' --review-on 2026-06-19 {more}"
    )
}

/// The on-call officer writes down what "a friend" asked for.
#[tokio::test(flavor = "multi_thread")]
async fn only_an_authority_asks_for_a_delay() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let friend = format!(
        "subjects delay {incident} --asked-by 'a friend' --reason 'would be better so' --review-on 2026-06-19"
    );
    let output = desk.types(O, &friend).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    says(&String::from_utf8(output.stderr).unwrap(), "authority");
}

/// A delay that the on-call officer records postpones nothing until the controller's own officer records it.
#[tokio::test(flavor = "multi_thread")]
async fn a_delay_postpones_the_telling_alone_and_on_the_word_of_the_controllers_own_officer() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.does(O, &delay(&incident, "")).await;
    let recommend = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&recommend, "to recommend whether to tell the people");
    let confirm = desk.steps(&incident, "ART34-FULL").await.join(" ");
    says(&confirm, "Ask Bronwen Hartleap (DPO of Riverbourne ICB)");
    says(&confirm, "Riverbourne Police, CID");
    desk.does(
        D,
        &format!("subjects recommend {incident} --telling tell --reasons 'they may be harmed'"),
    )
    .await;
    let opinion =
        format!("subjects decide {incident} --telling tell --reasons 'they may be harmed'");
    desk.does(SIRO, &opinion).await;
    desk.does(GUARDIAN, &opinion).await;
    says(
        &desk.steps(&incident, "BOB-SUBJECTS").await.join(" "),
        "without undue delay",
    );
    // The controller's own officer holds the telling up, and nothing else.
    desk.does(SIRO, &delay(&incident, "")).await;
    assert!(desk.steps(&incident, "BOB-SUBJECTS").await.is_empty());
    let waits = desk.steps(&incident, "ART34-FULL").await;
    assert_eq!(waits.len(), 1, "{waits:?}");
    says(&waits[0], "asked Riverbourne ICB to wait");
    desk.holds_together().await;
}

/// One controller's officers hold up no other controller's telling.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_delays_the_telling_of_another_controllers_people() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    for person in [O, D] {
        desk.does(person, &delay(&incident, "--controller eastmere"))
            .await;
        let asked = desk.steps(&incident, "ART34-FULL").await.join(" ");
        says(&asked, "Ask Winifred Osgood");
    }
    desk.does(THEIR_DPO, &delay(&incident, "--controller eastmere"))
        .await;
    let waits = desk.steps(&incident, "ART34-FULL").await.join(" ");
    never_says(&waits, "Winifred Osgood");
}

/// CLK-HONEST: the people should have been told days ago, and now the police ask to wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_delay_takes_no_lateness_back() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    desk.decides_to_tell(&incident).await;
    desk.then("2026-06-17T09:00");
    desk.does(D, &delay(&incident, "")).await;
    let shown = desk.does(D, &format!("show {incident}")).await;
    says(&shown, "Tell the people concerned (was due ");
    says(&shown, "delayed afterwards");
}

/// ART34-FULL: each controller's people are told by its own; nobody else's word ends that, and nobody told is none.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_organisation_ends_the_telling_of_a_controllers_people() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let told = format!(
        "subjects told {incident} --controller eastmere --how 'by letter' --nature 'a list' --contact 'the DPO, x4410' --consequences 'unwanted mail' --measures 'be careful'"
    );
    let refused = desk.refuses(O, &format!("{told} --people 0")).await;
    says(&refused, "Nobody was told, then");
    desk.does(O, &told).await;
    let confirm = desk.steps(&incident, "ART34-FULL").await.join(" ");
    says(&confirm, "Ask Winifred Osgood");
    says(&confirm, "Tamsin Quill wrote down");
    let recommend = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&recommend, "Ask Winifred Osgood");
    desk.does(THEIR_DPO, &told).await;
    assert!(desk.steps(&incident, "ART34-FULL").await.is_empty());
    let recommend = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    never_says(&recommend, "Winifred Osgood");
    desk.holds_together().await;
}

/// ART34-FULL, NOBODY-THERE: that people were told is a fact. Whom to tell is asked of the DPO all the same.
#[tokio::test(flavor = "multi_thread")]
async fn that_somebody_told_people_takes_the_question_from_no_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let told = format!(
        "subjects told {incident} --people 1 --how 'by letter' --nature 'a list' --contact 'the DPO, x4410' --consequences 'unwanted mail' --measures 'be careful'"
    );
    desk.does(O, &told).await;
    says(&desk.trail(&incident).await, "by letter");
    let recommend = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&recommend, "Ask Bronwen Hartleap");
    let confirm = desk.steps(&incident, "ART34-FULL").await.join(" ");
    says(&confirm, "Tamsin Quill wrote down");
    let refused = desk.closing(&incident).await;
    says(&refused, "a recommendation by the DPO of Riverbourne ICB");
    desk.decides_to_tell(&incident).await;
    let tell = desk.steps(&incident, "BOB-SUBJECTS").await.join(" ");
    says(&tell, "Tell the people concerned");
    desk.does(D, &told.replace("--people 1", "--people 30"))
        .await;
    assert!(desk.steps(&incident, "BOB-SUBJECTS").await.is_empty());
    assert!(desk.steps(&incident, "ART34-FULL").await.is_empty());
    desk.holds_together().await;
}

/// ART34-FULL: an authority asks a controller to wait, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_delays_for_an_organisation_that_is_no_controller() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(4, 4, "").await;
    let refused = desk
        .refuses(O, &delay(&incident, "--controller queensway"))
        .await;
    says(&refused, "is not a controller of these data");
}

/// BOB-MIT: encryption makes it no breach, and clinical safety may still need a report.
#[tokio::test(flavor = "multi_thread")]
async fn accepted_encryption_asks_for_the_clinical_safety_route() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.breach(2, 2, "").await;
    desk.grades(
        D,
        &incident,
        4,
        4,
        "--mitigation encryption --accepted --strong-method yes --key-safe yes --available-elsewhere yes --evidence 'vault record 12'",
    )
    .await;
    let asked = desk.steps(&incident, "BOB-MIT").await.join(" ");
    says(&asked, "Ask the clinical safety officer of Riverbourne ICB");
    desk.does(
        O,
        &format!("regulator reference {incident} --tool clinical-safety --reference 'none needed, Dr Marsh'"),
    )
    .await;
    assert!(desk.steps(&incident, "BOB-MIT").await.is_empty());
}

const TOLD: &str = "--how 'by letter' --nature 'a list' --contact 'the DPO, x4410' --consequences 'unwanted mail' --measures 'be careful'";

/// ART34-FULL, CLK-HONEST: the register tells what ends nothing from what ends the duty, whose row it is, and what
/// was entered days later.
#[tokio::test(flavor = "multi_thread")]
async fn the_register_says_which_tellings_end_the_duty_and_when_they_were_entered() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("2026-06-08T10:00").await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let told = format!("subjects told {incident} {TOLD}");
    desk.does(O, &format!("{told} --people 1")).await;
    desk.does(
        THEIR_DPO,
        &format!("{told} --controller riverbourne --people 7"),
    )
    .await;
    let rows = desk.section(D, "register", "People told").await;
    says(&rows, "1 person told");
    says(&rows, "the duty goes on");
    never_says(&rows, "7 people told");
    never_says(&rows, "in time");
    desk.does(
        D,
        &format!("{told} --told-at 2026-06-08T12:00 --note 'the letters went out on Monday'"),
    )
    .await;
    let rows = desk.section(D, "register", "People told").await;
    says(&rows, "in time, recorded 4 days later");
    never_says(&rows, "the duty goes on");
}
