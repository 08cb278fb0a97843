//! No way out of the register (REG-WHOLE, ICO-REG).

use super::*;

/// Question: A is a duplicate of B, and B turns out to be one of C. Where is A now?
#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_of_a_duplicate_stands_once_with_the_incident_that_goes_on() {
    let desk = Desk::at(NIGHT).await;
    let first = desk.breach(3, 3, "").await;
    desk.reports(&first, "").await;
    let second = desk.breach(3, 3, "").await;
    let third = desk.breach(3, 3, "").await;
    for (ends, goes_on) in [(&first, &second), (&second, &third)] {
        desk.does(
            O,
            &format!("close duplicate {ends} --of {goes_on} --reason 'the same list and hour'"),
        )
        .await;
    }
    let breaches = desk.section(D, "register", "Breaches").await;
    for reference in [&first, &second, &third] {
        assert_eq!(
            breaches.matches(reference.as_str()).count(),
            1,
            "{breaches}"
        );
    }
    let short = desk.section(D, "register", "In short").await;
    says(
        &short,
        "Breaches, suspected ones included: 1. Duplicates reported with them: 2.",
    );
    assert_eq!(desk.ico(&third, "riverbourne").await, "MET");
    says(&desk.section(SIRO, "arc", "In short").await, "1");
    says(
        &desk.section(SIRO, "arc", "Told to regulators").await,
        &third,
    );
    desk.holds_together().await;
}

/// Question: it was suspected, and then it was none. Is it still in the register?
#[tokio::test(flavor = "multi_thread")]
async fn what_was_once_suspected_stays_in_the_register_as_what_it_was_found_to_be() {
    let desk = Desk::at(NIGHT).await;
    let none = desk.aware("now").await;
    desk.triages(&none, "--breach not-a-breach --category misdirected-email --data none --partnership none --partnership-reason 'nothing went out'")
        .await;
    let near = desk.aware("now").await;
    desk.grades(D, &near, 2, 2, "").await;
    desk.triages(&near, "--breach near-miss --harm-prevented-by 'the filter held it back' --category misdirected-email --data personal-living --partnership none --partnership-reason 'nothing went out'")
        .await;
    let breaches = desk.section(D, "register", "Breaches").await;
    says(&breaches, &none);
    says(&breaches, &near);
    desk.holds_together().await;
}

/// Question: may the officer who logged it get rid of it with a friend?
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_anybody_else_asks_for_waits_for_the_dpo() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    let asked = format!("close withdraw {incident} --reason 'a test entry of the new desk'");
    let agreed = format!("close agree-withdrawal {incident}");
    desk.does(O, &asked).await;
    for person in [O, I, SIRO] {
        desk.refuses(person, &agreed).await;
    }
    desk.does(DEPUTY, &agreed).await;
    let withdrawn = desk.section(D, "register", "Withdrawn").await;
    says(&withdrawn, &incident);
    says(&withdrawn, "a test entry of the new desk");
    says(
        &desk.section(D, "register", "In short").await,
        "Withdrawn as logged by mistake: 1.",
    );
    desk.holds_together().await;
}

/// Question: it was asked to be withdrawn, and before the second person agrees it is graded 4/4.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_was_asked_for_falls_with_a_notifiable_grade() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        D,
        &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
    )
    .await;
    desk.grades(O, &incident, 4, 4, "").await;
    let refused = desk
        .refuses(I, &format!("close agree-withdrawal {incident}"))
        .await;
    says(&refused, "notifiable");
    says(&desk.section(D, "register", "Breaches").await, &incident);
}

/// Question: the people concerned were told. May it have been a mistake?
#[tokio::test(flavor = "multi_thread")]
async fn what_people_were_told_of_is_not_withdrawn_as_a_mistake() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.grades(D, &incident, 2, 2, "").await;
    desk.triages(&incident, &DISCLOSURE.replace("confirmed", "suspected"))
        .await;
    desk.does(
        O,
        &format!("subjects told {incident} --how 'by phone' --nature 'a list went astray' --contact 'our DPO' --consequences 'none known' --measures 'call us'"),
    )
    .await;
    let refused = desk
        .refuses(
            D,
            &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
        )
        .await;
    says(&refused, "You cannot withdraw this");
}

/// Question: somebody is told of it as a duplicate of an incident that another controller has.
#[tokio::test(flavor = "multi_thread")]
async fn a_reported_breach_is_no_duplicate_of_what_has_no_duty_of_its_controller() {
    let desk = Desk::at(NIGHT).await;
    let reported = desk.breach(3, 3, "").await;
    desk.reports(&reported, "").await;
    let theirs = desk
        .logs(
            O,
            "--aware now --organisation eastmere --controller eastmere",
        )
        .await;
    let refused = desk
        .refuses(
            O,
            &format!("close duplicate {reported} --of {theirs} --reason 'the same list'"),
        )
        .await;
    says(&refused, "Riverbourne ICB");
    assert_eq!(desk.ico(&reported, "riverbourne").await, "MET");
}

/// REG-WHOLE, BOB-IGSG: a duplicate goes the way of what took it over, and every report counts it there.
#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_of_what_was_withdrawn_is_counted_with_it_in_every_report() {
    let desk = Desk::at(NIGHT).await;
    let first = desk.aware("now").await;
    let second = desk.aware("now").await;
    desk.does(
        O,
        &format!("close duplicate {first} --of {second} --reason 'one list, reported twice'"),
    )
    .await;
    desk.does(
        O,
        &format!("close withdraw {second} --reason 'a drill and no incident'"),
    )
    .await;
    desk.does(D, &format!("close agree-withdrawal {second}"))
        .await;
    for report in ["register", "igsg", "body"] {
        let short = desk.section(D, report, "In short").await;
        says(&short, "ithdrawn as logged by mistake: 1.");
        says(&short, "Duplicates of what was withdrawn: 1.");
    }
    let igsg = desk.section(D, "igsg", "In short").await;
    says(
        &igsg,
        "Duplicates logged, counted with the incident that goes on: 0.",
    );
}

/// ICO-REG: whatever it is called last, the register keeps what it was held to be before.
#[tokio::test(flavor = "multi_thread")]
async fn the_register_keeps_what_an_incident_was_held_to_be_before() {
    let near = "--breach near-miss --harm-prevented-by 'the gateway caught it'";
    for (later, words) in [
        (vec!["--breach suspected"], "suspected, confirmed before"),
        (vec![near], "near miss, confirmed before"),
        (
            vec![near, "--breach confirmed"],
            "confirmed, near miss before",
        ),
        (
            vec!["--breach suspected", near, "--breach suspected"],
            "suspected, confirmed and near miss before",
        ),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.breach(2, 2, "").await;
        for facts in later {
            desk.does(
                D,
                &format!("triage {incident} {facts} --reason 'found since that night'"),
            )
            .await;
        }
        says(&desk.section(D, "register", "Breaches").await, words);
        desk.holds_together().await;
    }
}

/// REG-WHOLE: an enquiry stands against the withdrawal that was asked for before. Is anybody asked to agree?
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_to_agree_to_a_withdrawal_that_would_be_refused() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.aware("now").await;
    desk.does(
        D,
        &format!("close withdraw {incident} --reason 'a test entry of the new desk'"),
    )
    .await;
    desk.does(
        D,
        &format!(
            "regulator enquiry {incident} --body ico --text 'what of the list' --due-on 2026-06-26"
        ),
    )
    .await;
    let step = desk.steps(&incident, "REG-WHOLE").await.join(" ");
    says(&step, "Ask Bronwen Hartleap to take back the withdrawal");
    says(&step, "a regulator has asked about it");
}
