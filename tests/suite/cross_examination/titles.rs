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
