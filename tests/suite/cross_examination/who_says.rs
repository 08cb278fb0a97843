//! Who may say that an incident is not cyber, not a breach, and that no essential service was hit: whoever is
//! asked, in words of its own. What anybody else types takes no question away (NIS-WHO, BOB-CYBER, ICO-DUTY).

use super::*;

const ATTACK_ON_BOTH: &str = "--breach confirmed --category lost-paper --data personal-living --cia c --cyber true --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one list'";
const OUTAGE_AT_BOTH: &str = "--breach confirmed --category system-outage --data personal-living --cia a --controller riverbourne --controller eastmere --partnership none --partnership-reason 'one list'";
const ATTACK: &str = "--breach confirmed --category lost-paper --data personal-living --cia c --cyber true --controller riverbourne --partnership none --partnership-reason 'one list'";
const THEIR_SIRO: &str = "rupert.calloway";
const THEIR_ACCOUNTABLE: &str = "horatio.penhallow";

impl Desk {
    /// Logged by O for Riverbourne, graded 2×2 and triaged so.
    async fn small(&self, facts: &str) -> String {
        let incident = self.aware("now").await;
        self.grades(O, &incident, 2, 2, "").await;
        self.triages(&incident, facts).await;
        incident
    }

    /// Whom the steps ask about an essential service.
    async fn asked_of_services(&self, incident: &str) -> String {
        let shown = self.json(O, &format!("show {incident}")).await;
        let steps = shown["next_steps"].as_array().unwrap().iter();
        let asked = steps.filter(|step| step["rule"] == "NIS-WHO");
        asked.map(|step| step["sentence"].to_string()).collect()
    }
}

/// NIS-WHO: the incident is small, and the on-call officer of one operator corrects it. Who answers for the other?
#[tokio::test(flavor = "multi_thread")]
async fn no_triage_takes_a_question_from_another_operator_at_any_grade() {
    for (facts, typed) in [
        (ATTACK_ON_BOTH, "--cyber false"),
        (OUTAGE_AT_BOTH, "--cia c"),
        (OUTAGE_AT_BOTH, "--breach suspected"),
        (
            ATTACK_ON_BOTH,
            "--breach near-miss --harm-prevented-by 'the gateway caught it'",
        ),
        (ATTACK_ON_BOTH, "--breach not-a-breach"),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.small(facts).await;
        let typed = format!("triage {incident} {typed} --reason 'typed by mistake'");
        desk.does(O, &typed).await;
        let asked = desk.asked_of_services(&incident).await;
        never_says(&asked, "Riverbourne");
        says(&asked, "Ask Winifred Osgood");
        // Riverbourne's own DPO answers nothing for it either.
        let no = "--significant no --reason 'one ward for an hour'";
        let theirs = format!("regulator nis {incident} --operator eastmere {no}");
        says(&desk.refuses(D, &theirs).await, "You do not act for");
        desk.does(THEIR_DPO, &theirs).await;
        assert_eq!(desk.asked_of_services(&incident).await, "", "{typed}");
        desk.holds_together().await;
    }
}

/// NIS-WHO: the officer corrects what concerns their own operator. Without a word, and for good?
#[tokio::test(flavor = "multi_thread")]
async fn a_small_correction_has_a_reason_and_is_asked_again_once_it_is_serious() {
    for typed in ["--cia c", "--breach suspected"] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk
            .small(&OUTAGE_AT_BOTH.replace("--controller eastmere", ""))
            .await;
        let typed = format!("triage {incident} {typed}");
        let refused = desk.refuses(O, &typed).await;
        says(&refused, "Say why Riverbourne ICB need not answer");
        desk.does(O, &format!("{typed} --reason 'typed by mistake'"))
            .await;
        assert_eq!(desk.asked_of_services(&incident).await, "");
        says(
            &desk.trail(&incident).await,
            "Riverbourne ICB need not answer whether its essential service was significantly affected: typed by mistake",
        );
        desk.does(
            O,
            &format!("major declare {incident} --reason 'two sites are hit'"),
        )
        .await;
        let asked = desk.asked_of_services(&incident).await;
        says(&asked, "Ask Bronwen Hartleap");
        says(&asked, "before this was declared major");
        says(
            &desk.resolving_says(&incident).await,
            "whether the essential service of Riverbourne ICB",
        );
        let no = format!("regulator nis {incident} --significant no --reason 'one ward only'");
        says(&desk.refuses(O, &no).await, "This incident is serious");
        desk.does(D, &no).await;
        assert_eq!(desk.asked_of_services(&incident).await, "");
        desk.holds_together().await;
    }
}

/// NIS-WHO: the DPO corrects the facts of a serious incident. She speaks for her operator and for no other.
#[tokio::test(flavor = "multi_thread")]
async fn the_dpo_of_one_operator_corrects_the_facts_and_the_other_is_still_asked() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(ATTACK_ON_BOTH).await;
    desk.grades(O, &incident, 4, 4, "").await;
    let typed = format!("triage {incident} --cyber false --reason 'no attack at all'");
    says(&desk.refuses(O, &typed).await, "Ask Bronwen Hartleap");
    desk.does(D, &typed).await;
    let asked = desk.asked_of_services(&incident).await;
    never_says(&asked, "Riverbourne");
    says(&asked, "Ask Winifred Osgood");
}

/// NIS-WHO: an operator is affected as a partner, and then named no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_is_dropped_is_asked_all_the_same_and_holds_nothing_up() {
    for drop in [
        "triage {} --partnership none --partnership-reason 'only us'",
        "triage {} --breach suspected --reason 'typed by mistake'",
        "effect {} --effect none --reason 'only us, it turned out'",
    ] {
        let desk = Desk::at(NIGHT).await;
        let facts = ATTACK.replace(
            "--partnership none --partnership-reason 'one list'",
            "--partnership affected --partnership-reason 'their list too' --affects eastmere",
        );
        let incident = desk.small(&facts).await;
        desk.does(
            O,
            &format!("regulator nis {incident} --significant no --reason 'one ward only'"),
        )
        .await;
        desk.does(O, &drop.replace("{}", &incident)).await;
        says(
            &desk.asked_of_services(&incident).await,
            "Ask Winifred Osgood",
        );
        never_says(&desk.resolving_says(&incident).await, "essential service");
        let no = "--operator eastmere --significant no --reason 'one ward only'";
        desk.does(THEIR_DPO, &format!("regulator nis {incident} {no}"))
            .await;
        assert_eq!(desk.asked_of_services(&incident).await, "");
        desk.holds_together().await;
    }
}

/// NIS-WHO: an operator was dropped by somebody else, is named again, and takes itself out.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_takes_itself_out_is_not_asked_whatever_was_before() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(ATTACK_ON_BOTH).await;
    let only_us = format!("triage {incident} --controller riverbourne --reason");
    desk.does(O, &format!("{only_us} 'not theirs at all'"))
        .await;
    says(&desk.asked_of_services(&incident).await, "Winifred Osgood");
    desk.does(
        O,
        &format!("triage {incident} --controller riverbourne --controller eastmere"),
    )
    .await;
    desk.does(THEIR_DPO, &format!("{only_us} 'not ours at all'"))
        .await;
    never_says(&desk.asked_of_services(&incident).await, "Eastmere");
    desk.does(
        O,
        &format!("major declare {incident} --reason 'two sites are hit'"),
    )
    .await;
    never_says(&desk.asked_of_services(&incident).await, "Eastmere");
    desk.holds_together().await;
}

/// BOB-CYBER: the DPO herself called it none while it was small. Does her word hold for a major incident?
#[tokio::test(flavor = "multi_thread")]
async fn the_dpos_own_word_that_it_is_not_cyber_is_asked_again_once_it_is_graver() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(ATTACK).await;
    desk.grades(D, &incident, 4, 4, "").await;
    desk.does(
        D,
        &format!("triage {incident} --cyber false --reason 'one mailbox only'"),
    )
    .await;
    assert!(desk.steps(&incident, "BOB-CYBER").await.is_empty());
    desk.does(
        O,
        &format!("major declare {incident} --reason 'ransomware seen'"),
    )
    .await;
    let step = desk.steps(&incident, "BOB-CYBER").await.concat();
    says(&step, "Ask Bronwen Hartleap");
    says(&step, "before it was declared major");
    desk.does(
        D,
        &format!("triage {incident} --confirm not-cyber --reason 'still one mailbox'"),
    )
    .await;
    assert!(desk.steps(&incident, "BOB-CYBER").await.is_empty());
    desk.holds_together().await;
}

/// ICO-DUTY: a reason for something else, or none. What confirms that it is not a breach?
#[tokio::test(flavor = "multi_thread")]
async fn only_a_confirmation_in_words_confirms_that_it_is_not_a_breach() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.called_no_breach().await;
    let asked = desk.steps(&incident, "BOB-SUSPECT").await.concat();
    says(
        &asked,
        "Ask Bronwen Hartleap (DPO of Riverbourne ICB) to confirm \"not a breach\"",
    );
    for typed in [
        "--reason 'we looked at it again'",
        "--data personal-living --category misdirected-email --reason 'the paper is right'",
        "--breach not-a-breach --reason 'the paper is right'",
    ] {
        desk.does(D, &format!("triage {incident} {typed}")).await;
        assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    }
    let confirm = format!("triage {incident} --confirm");
    let why = "--reason 'the letter never left'";
    says(
        &desk.refuses(D, &format!("{confirm} not-a-breach")).await,
        "Say why this is not a breach",
    );
    let refused = desk.refuses(D, &format!("{confirm} near-miss {why}")).await;
    says(&refused, "The facts say \"not a breach\"");
    let refused = desk
        .refuses(O, &format!("{confirm} not-a-breach {why}"))
        .await;
    says(&refused, "Ask Bronwen Hartleap");
    let refused = desk
        .refuses(THEIR_DPO, &format!("{confirm} not-a-breach {why}"))
        .await;
    assert!(!refused.is_empty());
    desk.does(D, &format!("{confirm} not-a-breach {why}")).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    says(
        &desk.trail(&incident).await,
        "Confirmed: not a breach. Why: the letter never left",
    );
    let refused = desk
        .refuses(D, &format!("{confirm} not-a-breach {why}"))
        .await;
    says(&refused, "nothing to confirm");
    desk.holds_together().await;
}

/// The same for a near miss and for what concerns no living people.
#[tokio::test(flavor = "multi_thread")]
async fn each_ground_on_which_the_ico_need_not_be_told_is_confirmed_by_its_own_words() {
    for (facts, words, sentence) in [
        (
            "--breach near-miss --harm-prevented-by 'the gateway caught it'",
            "near-miss",
            "near miss",
        ),
        (
            "--data commercial",
            "no-personal-data",
            "no personal data of living people",
        ),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.small(DISCLOSURE).await;
        desk.triages(&incident, facts).await;
        assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
        let shown = desk.shown(&incident).await["next_steps"].to_string();
        says(&shown, &format!("to confirm \\\"{sentence}\\\""));
        desk.does(
            D,
            &format!("triage {incident} --confirm {words} --reason 'we looked at it'"),
        )
        .await;
        assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    }
}

/// BOB-CYBER: at 4×4 a reason for something else ended the question as well.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_confirmation_in_words_confirms_that_it_is_not_cyber() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(ATTACK).await;
    desk.does(
        O,
        &format!("triage {incident} --cyber false --reason 'typed by mistake'"),
    )
    .await;
    let confirm = format!("triage {incident} --confirm not-cyber --reason 'a list on paper'");
    says(&desk.refuses(D, &confirm).await, "nothing to confirm");
    desk.grades(O, &incident, 4, 4, "").await;
    let step = desk.steps(&incident, "BOB-CYBER").await.concat();
    says(&step, "to confirm \"not cyber\"");
    desk.does(
        D,
        &format!("triage {incident} --data personal-living --reason 'the paper is right'"),
    )
    .await;
    assert_eq!(desk.steps(&incident, "BOB-CYBER").await.len(), 1);
    says(&desk.refuses(O, &confirm).await, "Ask Bronwen Hartleap");
    desk.does(D, &confirm).await;
    assert!(desk.steps(&incident, "BOB-CYBER").await.is_empty());
    // With it she has said of her operator that there is nothing to answer.
    assert_eq!(desk.asked_of_services(&incident).await, "");
    desk.holds_together().await;
}

/// NOBODY-THERE: only the Accountable Officer is left at Eastmere. May they do what they are asked?
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_is_asked_by_name_and_confirms_in_the_same_words() {
    for (left, vacant) in [
        (THEIR_SIRO, &[Role::Dpo, Role::Adpo][..]),
        (THEIR_ACCOUNTABLE, &[Role::Dpo, Role::Adpo, Role::Siro][..]),
    ] {
        let desk = Desk::by(NIGHT, |directory| {
            for role in vacant {
                vacate(directory, *role, "eastmere");
            }
        })
        .await;
        let name = match left {
            THEIR_SIRO => "Rupert Calloway",
            _ => "Horatio Penhallow",
        };
        let incident = desk.logs(O, "--aware now --organisation eastmere").await;
        desk.grades(O, &incident, 2, 2, "").await;
        let facts = ATTACK.replace("riverbourne", "eastmere");
        desk.triages(&incident, &facts).await;
        desk.does(
            O,
            &format!("triage {incident} --cyber false --reason 'typed by mistake'"),
        )
        .await;
        says(&desk.asked_of_services(&incident).await, name);
        desk.grades(O, &incident, 4, 4, "").await;
        let shown = desk.json(O, &format!("show {incident}")).await;
        says(
            &shown["next_steps"].to_string(),
            "to confirm \\\"not cyber\\\"",
        );
        let confirm = format!("triage {incident} --confirm not-cyber --reason 'a list on paper'");
        says(&desk.refuses(O, &confirm).await, name);
        desk.does(left, &confirm).await;
        let shown = desk.json(O, &format!("show {incident}")).await;
        never_says(&shown["next_steps"].to_string(), "not cyber");

        let incident = desk.logs(O, "--aware now --organisation eastmere").await;
        desk.grades(O, &incident, 2, 2, "").await;
        let facts = DISCLOSURE.replace("riverbourne", "eastmere");
        let facts = facts.replace("--breach confirmed", "--breach not-a-breach");
        desk.triages(&incident, &facts).await;
        let shown = desk.json(O, &format!("show {incident}")).await;
        says(&shown["next_steps"].to_string(), name);
        let confirm = format!("triage {incident} --confirm not-a-breach --reason 'it never left'");
        says(&desk.refuses(O, &confirm).await, name);
        desk.does(left, &confirm).await;
        assert_eq!(desk.ico_as(O, &incident).await, "STOOD_DOWN");
        desk.holds_together().await;
    }
}

/// NOBODY-THERE: nobody holds any role at Eastmere. Whoever said it first does not confirm it.
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_stands_in_a_second_person_confirms() {
    let desk = Desk::by(NIGHT, |directory| {
        for role in [Role::Dpo, Role::Adpo, Role::Siro, Role::Ao, Role::Cg] {
            vacate(directory, role, "eastmere");
        }
    })
    .await;
    let incident = desk.logs(O, "--aware now --organisation eastmere").await;
    desk.grades(O, &incident, 4, 4, "").await;
    desk.triages(&incident, &ATTACK.replace("riverbourne", "eastmere"))
        .await;
    desk.does(
        O,
        &format!("triage {incident} --cyber false --reason 'typed by mistake'"),
    )
    .await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    let steps = shown["next_steps"].to_string();
    says(&steps, "to confirm \\\"not cyber\\\"");
    says(&steps, "somebody else than Tamsin Quill");
    says(&steps, "NIS-WHO");
    let confirm = format!("triage {incident} --confirm not-cyber --reason 'a list on paper'");
    says(
        &desk.refuses(O, &confirm).await,
        "You said yourself that this is not cyber",
    );
    desk.does(I, &confirm).await;
    let shown = desk.json(O, &format!("show {incident}")).await;
    never_says(&shown["next_steps"].to_string(), "not cyber");
    desk.holds_together().await;
}

/// ICO-PROC: a supplier is named as the only controller when it is logged.
#[tokio::test(flavor = "multi_thread")]
async fn a_supplier_is_no_controller_of_what_is_logged_either() {
    let desk = Desk::at(NIGHT).await;
    let line = "log --title 'List astray' --summary 'A list went astray' --contact 'extension 4410' --aware now --organisation pinewell --processor pinewell --controller pinewell";
    says(
        &desk.refuses(O, line).await,
        "is no controller in the directory",
    );
    let incident = desk
        .logs(
            O,
            "--aware now --organisation pinewell --processor pinewell",
        )
        .await;
    let both = format!("triage {incident} --controller riverbourne --controller pinewell");
    says(
        &desk.refuses(O, &both).await,
        "is no controller in the directory",
    );
}

const NO_DATA: &str = "--breach suspected --category lost-paper --data none --cia c --controller riverbourne --partnership none --partnership-reason 'one list'";
const NEAR_MISS: &str = "--breach near-miss --harm-prevented-by 'the gateway caught it' --category lost-paper --data personal-living --cia c --controller riverbourne --partnership none --partnership-reason 'one list'";

/// ICO-DUTY: the DPO confirmed that the ICO has no part, while it was small. Does a grade that makes it notifiable
/// find nobody?
#[tokio::test(flavor = "multi_thread")]
async fn a_notifiable_grade_after_a_confirmation_starts_the_72_hours_again() {
    for (facts, what) in [(NO_DATA, "no-personal-data"), (NEAR_MISS, "near-miss")] {
        for by in [O, D] {
            let desk = Desk::at(NIGHT).await;
            let incident = desk.small(facts).await;
            let confirm =
                format!("triage {incident} --confirm {what} --reason 'read by two people'");
            desk.does(D, &confirm).await;
            assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
            desk.grades(by, &incident, 4, 4, "").await;
            assert_eq!(
                desk.ico(&incident, "riverbourne").await,
                "RUNNING",
                "{what} {by}"
            );
            says(
                &desk.does(O, &format!("show {incident}")).await,
                "Bronwen Hartleap",
            );
            says(
                &desk.refuses(D, &confirm).await,
                "Grade it again with evidence",
            );
            desk.holds_together().await;
        }
    }
}

/// ICO-DUTY: one thing was confirmed, and somebody else types another. Who confirmed that?
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_covers_what_it_says_and_nothing_else() {
    for (facts, what, typed) in [
        (NEAR_MISS, "near-miss", "--breach suspected --data none"),
        (NEAR_MISS, "near-miss", "--breach not-a-breach"),
        (
            NO_DATA,
            "no-personal-data",
            "--data personal-living --breach near-miss --harm-prevented-by 'the gateway'",
        ),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.small(facts).await;
        let confirm = format!("triage {incident} --confirm {what} --reason 'read by two people'");
        desk.does(D, &confirm).await;
        desk.does(
            O,
            &format!("triage {incident} {typed} --reason 'it was so'"),
        )
        .await;
        assert_eq!(
            desk.ico(&incident, "riverbourne").await,
            "RUNNING",
            "{typed}"
        );
        never_says(
            &desk.section(D, "register", "Breaches").await,
            "confirmed by the DPO",
        );
        desk.holds_together().await;
    }
}

/// The DPO says another thing herself, and nobody asks her again for what she said.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_dpo_says_herself_in_another_way_needs_no_second_word() {
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(NEAR_MISS).await;
    let confirm = format!("triage {incident} --confirm near-miss --reason 'read by two people'");
    desk.does(D, &confirm).await;
    let other =
        format!("triage {incident} --breach suspected --data none --reason 'no names in it'");
    desk.does(D, &other).await;
    let typed = format!("triage {incident} --data-subjects 3 --reason 'counted'");
    desk.does(O, &typed).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    desk.holds_together().await;
}

/// REG-WHOLE: a suspicion is marked as the duplicate of what was found to be no breach. Who looked at the suspicion?
#[tokio::test(flavor = "multi_thread")]
async fn a_suspicion_does_not_end_as_the_duplicate_of_what_is_no_breach() {
    let desk = Desk::at(NIGHT).await;
    let found = NO_DATA
        .replace("suspected", "not-a-breach")
        .replace("--data none", "--data personal-living");
    let (one, other) = (
        desk.small(&found).await,
        desk.small(&found.replace("not-a-breach", "suspected"))
            .await,
    );
    desk.does(
        D,
        &format!("triage {one} --confirm not-a-breach --reason 'read by two people'"),
    )
    .await;
    let mark = format!("close duplicate {other} --of {one} --reason 'the same list'");
    let refused = desk.refuses(O, &mark).await;
    says(
        &refused,
        "run here, and there they are stopped: found not to be a breach",
    );
    says(&refused, "Ask Bronwen Hartleap");
    desk.does(
        D,
        &format!("triage {other} --breach not-a-breach --reason 'the same list'"),
    )
    .await;
    desk.does(O, &mark).await;
    desk.holds_together().await;
}

/// ICO-JOINT: a controller is named after another one's DPO confirmed that it is no breach. Does its own say so?
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_is_named_after_a_confirmation_is_asked_itself() {
    let desk = Desk::at(NIGHT).await;
    let facts = NO_DATA.replace("--breach suspected", "--breach not-a-breach");
    let incident = desk
        .small(&facts.replace("--data none", "--data personal-living"))
        .await;
    let confirm = format!("triage {incident} --confirm not-a-breach --reason 'read by two people'");
    desk.does(D, &confirm).await;
    let named = format!(
        "triage {incident} --controller riverbourne --controller eastmere --reason 'theirs too'"
    );
    desk.does(O, &named).await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "STOOD_DOWN");
    assert_eq!(desk.ico(&incident, "eastmere").await, "RUNNING");
    says(
        &desk.does(O, &format!("show {incident}")).await,
        "Winifred Osgood",
    );
    desk.does(THEIR_DPO, &confirm).await;
    assert_eq!(desk.ico(&incident, "eastmere").await, "STOOD_DOWN");
    desk.holds_together().await;
}

/// REG-WHOLE: what another organisation owes ends by no withdrawal of this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_ends_nothing_that_another_organisation_owes() {
    let suspected = ATTACK_ON_BOTH.replace("confirmed", "suspected");
    for (typed, says_why) in [
        (
            "--essential-service true --operator eastmere",
            "the NIS authority is to be told",
        ),
        (
            "--data-subjects 3",
            "one of them does not withdraw for the others",
        ),
    ] {
        let desk = Desk::at(NIGHT).await;
        let incident = desk.small(&suspected).await;
        desk.does(O, &format!("triage {incident} {typed}")).await;
        let asked = format!("close withdraw {incident} --reason 'logged by mistake indeed'");
        says(&desk.refuses(O, &asked).await, says_why);
    }
    let desk = Desk::at(NIGHT).await;
    let incident = desk.small(ATTACK_ON_BOTH).await;
    let typed = "--breach suspected --cyber false --reason 'typed by mistake'";
    desk.does(O, &format!("triage {incident} {typed}")).await;
    let asked = format!("close withdraw {incident} --reason 'logged by mistake indeed'");
    says(
        &desk.refuses(O, &asked).await,
        "Eastmere NHS Foundation Trust has not answered",
    );
}

/// ICO-DUTY: a clock is hidden because it was no breach, and then it is confirmed. Who is asked?
#[tokio::test(flavor = "multi_thread")]
async fn a_stand_down_does_not_outlive_facts_that_say_the_opposite() {
    let desk = Desk::at(NIGHT).await;
    let facts = NO_DATA.replace("--data none", "--data personal-living");
    let incident = desk.small(&facts).await;
    let hide = "--body ico --ground not-a-breach --reason 'only stock lists'";
    desk.does(D, &format!("decide stand-down {incident} {hide}"))
        .await;
    desk.does(
        O,
        &format!("triage {incident} --breach confirmed --reason 'names in it'"),
    )
    .await;
    assert_eq!(desk.ico(&incident, "riverbourne").await, "RUNNING");
    desk.holds_together().await;
}
