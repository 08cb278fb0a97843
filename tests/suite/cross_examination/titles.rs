//! The words by which people know an incident can be put right (BOB-LOG).

use super::*;

/// Question: the title names a patient. Can it be changed, and is the old one gone?
#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_changed_with_a_reason_and_both_stay_in_the_timeline() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let title = format!("title {incident} --title 'Letter of the clinic astray'");
    desk.refuses(O, &format!("{title} --reason .")).await;
    desk.does(O, &format!("{title} --reason 'it was no list'"))
        .await;
    let shown = desk.shown(&incident).await;
    assert_eq!(shown["title"], "Letter of the clinic astray");
    assert_eq!(shown["summary"], "A list went astray");
    let trail = desk.trail(&incident).await;
    says(
        &trail,
        "Title changed from \"List astray\" to \"Letter of the clinic astray\": it was no list",
    );
    says(&desk.does(O, "search clinic").await, &incident);
    says(
        &desk
            .refuses(O, &format!("{title} --reason 'it was no list'"))
            .await,
        "This is what it says already",
    );
    desk.does(
        I,
        &format!("title {incident} --summary 'One letter went to a neighbour' --reason 'the practice called back'"),
    )
    .await;
    assert_eq!(
        desk.shown(&incident).await["summary"],
        "One letter went to a neighbour"
    );
    desk.refuses(GUARDIAN, &format!("{title}s --reason 'it was no list'"))
        .await;
    desk.holds_together().await;
}

/// Question: an NHS number in a title, at the log and later? It is said, and nothing waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_looks_as_if_it_named_a_patient_is_said_and_not_refused() {
    let desk = Desk::at(NIGHT).await;
    let logged = desk
        .types(
            O,
            "log --title 'Letter of 943 476 5919' --summary 'born 1/2/1940, mail j@example.org' --contact 'extension 4410' --aware now --organisation riverbourne --json",
        )
        .await;
    assert!(logged.status.success(), "{logged:?}");
    let said = String::from_utf8(logged.stderr).unwrap();
    for looks in ["an NHS number", "a date of birth", "an e-mail address"] {
        says(&said, looks);
    }
    let lines: Value = serde_json::from_slice(&logged.stdout).unwrap();
    let incident = lines[0]["incident"].as_str().unwrap();
    let again = desk
        .types(
            O,
            &format!(
                "title {incident} --title 'Letter of 9434765919 astray' --reason 'more is known'"
            ),
        )
        .await;
    assert!(again.status.success(), "{again:?}");
    says(
        &String::from_utf8(again.stderr).unwrap(),
        "The title holds what looks like an NHS number. Leave out what names a patient",
    );
}

/// Question: somebody calls an open incident "withdrawn". Is it lost?
#[tokio::test(flavor = "multi_thread")]
async fn what_an_incident_was_called_stays_beside_its_title_and_finds_it() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let hide = |incident: &str| {
        format!(
            "title {incident} --title 'Withdrawn as logged by mistake' --reason 'it was no list'"
        )
    };
    desk.does(O, &hide(&incident)).await;
    let shown = desk.does(O, &format!("show {incident}")).await;
    says(&shown, "Was called \"List astray\"; changed");
    says(&shown, "Tamsin Quill");
    says(&desk.does(O, "search list astray").await, &incident);
    desk.holds_together().await;
}

/// A title is shown on one line, so that its end passes for no words of the desk; what is logged is not refused
/// for that at night, and nobody changes a title to two lines.
#[tokio::test(flavor = "multi_thread")]
async fn a_title_reads_as_one_line() {
    let desk = Desk::at(NIGHT).await;
    let two = "--title 'List astray\nP4 closed'";
    desk.does(
        O,
        &format!("log {two} --summary 'A list went astray' --contact 'extension 4410' --aware now --organisation riverbourne"),
    )
    .await;
    let shown = desk.does(O, "show INC-26-0001-G").await;
    says(&shown, "List astray␊P4 closed");
    let incident = desk.aware("now").await;
    let title = format!("title {incident} {two} --reason 'it was no list'");
    says(&desk.refuses(O, &title).await, "A title is one line");
}

/// One title fits one incident, and an incident that is closed keeps its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_changed_of_one_open_incident_at_a_time() {
    let desk = Desk::at(NIGHT).await;
    let (one, other) = (desk.aware("now").await, desk.breach(2, 2, "").await);
    let title = "--title 'Letter astray' --reason 'it was no list'";
    let both = desk.types(O, &format!("title {one} {other} {title}")).await;
    assert!(!both.status.success());
    says(
        &String::from_utf8(both.stderr).unwrap(),
        "You cannot change the title of several incidents at once",
    );
    assert_eq!(desk.shown(&one).await["title"], "List astray");
    desk.closes(&other).await;
    let refused = desk.refuses(O, &format!("title {other} {title}")).await;
    says(&refused, "Open it again");
}

/// A partner that is affected has no say in what the incident is called, and the Officer has none.
#[tokio::test(flavor = "multi_thread")]
async fn only_those_whose_incident_it_is_change_its_title() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(
        &incident,
        "--breach confirmed --category misdirected-email --data personal-living --cia c --controller riverbourne --partnership affected --partnership-reason 'their patients' --affects calder",
    )
    .await;
    let title = format!("title {incident} --title 'Letter astray' --reason 'it was no list'");
    for person in ["lionel.applegarth", W] {
        let refused = desk.refuses(person, &title).await;
        says(&refused, "Only the organisation that reported it");
    }
    desk.does(D, &title).await;
}

/// BOB-LOG: a second controller knows its part of it. Does it rename what another organisation logged?
#[tokio::test(flavor = "multi_thread")]
async fn no_second_controller_renames_what_another_organisation_logged() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(O, &incident, 2, 2, "").await;
    desk.triages(&incident, &format!("{DISCLOSURE} --controller eastmere"))
        .await;
    let title = format!("title {incident} --title 'Only a test' --reason 'it was no list'");
    let refused = desk.refuses(THEIR_DPO, &title).await;
    says(&refused, "the first controller and the on-call officer");
    says(&refused, "IG team of Riverbourne ICB");
    desk.does(O, &title).await;
}

/// A title stands in a row of a list, and everything that is shown of the incident carries it.
#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_no_longer_than_a_title_needs() {
    let desk = Desk::at(NIGHT).await;
    let log = |letters: usize| {
        format!(
            "log --title '{}' --summary 'A list went astray' --aware 'now' --organisation riverbourne --contact x4410",
            "ward ".repeat(letters / 5)
        )
    };
    let refused = desk.refuses(O, &log(205)).await;
    says(
        &refused,
        "A title has at most 200 letters, and this has 204",
    );
    says(&refused, "write the rest in the summary");
    desk.does(O, &log(200)).await;
}
