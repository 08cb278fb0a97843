//! Withdrawing means that nothing happened, takes two people, and leaves a trace (REG-WHOLE).

use super::*;
use crate::cli::{Shell, complaint};
use crate::support::case::{DPO, OFFICER};
use crate::support::server::tonight_at;
use nightdesk::domain::incident::Status;
use nightdesk::domain::next_step;
use nightdesk::domain::rule::RuleId;

fn withdraw(reason: &str) -> Value {
    json!({"type": "closing", "step": "withdraw", "reason": reason})
}

fn agree() -> Value {
    json!({"type": "closing", "step": "agree_withdrawal"})
}

/// Issue 10, point 2, as it was found: suspected, graded 5/5 with mental health, `close withdraw
/// --reason .`, also once the ICO clock is overdue.
#[tokio::test(flavor = "multi_thread")]
async fn the_dpo_alone_erases_no_notifiable_breach() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = logged(&officer, tonight_at(), json!({})).await;
    let reference = name(&incident);
    let shell = Shell::of(&server, DPO).await;
    shell.says(&[
        "grade",
        &reference,
        "--severity",
        "5",
        "--likelihood",
        "5",
        "--factor",
        "mental-health",
        "--harm",
        "loss-of-control",
        "--rationale",
        "the whole list",
    ]);
    for later in [TimeDelta::zero(), TimeDelta::hours(80)] {
        server.clock.clone().set(tonight_at() + later);
        let shell = Shell::of(&server, DPO).await;
        for reason in [".", "logged by mistake"] {
            let output = shell.run(&["close", "withdraw", &reference, "--reason", reason]);
            assert!(!output.status.success(), "{output:?}");
            let said = complaint(&output);
            assert!(
                said.contains("You cannot withdraw this: it is graded as notifiable"),
                "{said}"
            );
        }
    }
    let dpo = server.signed_in(DPO).await;
    let register = june(&dpo, ReportKind::Register).await;
    assert_eq!(rows(&register, "Breaches")[0][0], reference);
    let steering = says(&june(&dpo, ReportKind::Igsg).await, "In short");
    assert!(steering.contains("Incidents logged: 1."), "{steering}");
    holds_together(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_asks_a_second_agrees_and_the_reason_stays_in_the_register() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = logged(&officer, tonight_at(), json!({})).await;
    let reference = name(&incident);
    // Overdue or not, one person is not enough, and a dot is no reason.
    server
        .clock
        .clone()
        .set(tonight_at() + TimeDelta::hours(80));
    let officer = server.signed_in(OFFICER).await;
    let dpo = Shell::of(&server, DPO).await;
    let dot = dpo.run(&["close", "withdraw", &reference, "--reason", "."]);
    assert!(complaint(&dot).contains("does not say why"), "{dot:?}");
    dpo.says(&[
        "close",
        "withdraw",
        &reference,
        "--reason",
        "a test entry of the new desk",
    ]);
    let waiting = shown(&officer, &incident).await;
    assert_eq!(
        waiting.status,
        Status::Logged,
        "nothing disappears before a second agrees"
    );
    let directory = nightdesk::config::directory::example().unwrap();
    let policy = nightdesk::config::policy().unwrap();
    let steps = next_step::next_steps(&waiting, &directory, &policy, tonight_at());
    let step = steps
        .iter()
        .find(|step| step.rule == RuleId::RegWhole)
        .unwrap();
    assert!(
        step.sentence.contains("Idris Pennywell (IG team)"),
        "{}",
        step.sentence
    );
    let own = dpo.run(&["close", "agree-withdrawal", &reference]);
    assert!(
        complaint(&own).contains("You asked to withdraw this"),
        "{own:?}"
    );
    let siro = Shell::of(&server, SIRO).await;
    let other = siro.run(&["close", "agree-withdrawal", &reference]);
    assert!(
        complaint(&other).contains("ask Idris Pennywell (IG team)"),
        "{other:?}"
    );
    let team = Shell::of(&server, GOVERNANCE).await;
    team.says(&["close", "agree-withdrawal", &reference]);
    let ended = shown(&officer, &incident).await;
    assert_eq!(ended.status, Status::Withdrawn);
    let reader = server.signed_in(DPO).await;
    let register = june(&reader, ReportKind::Register).await;
    assert_eq!(rows(&register, "Breaches"), Vec::<Vec<String>>::new());
    let withdrawn = rows(&register, "Withdrawn");
    assert_eq!(withdrawn.len(), 1);
    for cell in [
        &*reference,
        "Data protection officer",
        "Information governance team",
        "a test entry of the new desk",
    ] {
        assert!(withdrawn[0].contains(&cell.to_owned()), "{withdrawn:?}");
    }
    let steering = says(&june(&reader, ReportKind::Igsg).await, "In short");
    assert!(
        steering.contains("withdrawn as logged by mistake: 1."),
        "{steering}"
    );
    assert!(steering.contains("Incidents logged: 0."), "{steering}");
    holds_together(&server).await;
}

#[tokio::test]
async fn the_dpo_agrees_to_what_anybody_else_asks_and_either_can_stop_it() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let team = server.signed_in(GOVERNANCE).await;
    let incident = logged(&officer, tonight_at(), json!({})).await;
    let drop = json!({"type": "closing", "step": "drop_withdrawal", "reason": "it did happen"});
    let nobody = refused(&asked(&dpo, &incident, &agree()).await);
    assert!(nobody.contains("Nobody has asked"), "{nobody}");
    for by in [&officer, &dpo] {
        taken(&asked(&officer, &incident, &withdraw("logged on the wrong desk")).await);
        let twice = refused(&asked(&dpo, &incident, &withdraw("logged on the wrong desk")).await);
        assert!(twice.contains("Tamsin Quill has already asked"), "{twice}");
        let no = refused(&asked(&team, &incident, &agree()).await);
        assert!(no.contains("Bronwen Hartleap (DPO)"), "{no}");
        let kept = taken(&asked(by, &incident, &drop).await);
        assert_eq!(
            (kept.status, &kept.casework().closing.withdrawal),
            (Status::Logged, &None)
        );
    }
    taken(&asked(&officer, &incident, &withdraw("logged on the wrong desk")).await);
    // What is known by then counts, not what was known when it was asked for.
    taken(&asked(&officer, &incident, &grade(4, 4)).await);
    let late = refused(&asked(&dpo, &incident, &agree()).await);
    assert!(late.contains("graded as notifiable"), "{late}");
    holds_together(&server).await;
}

#[tokio::test]
async fn what_happened_or_was_told_to_anybody_is_not_withdrawn() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let affected = json!({
        "partnership_effect": "AFFECTED", "partnership_reason": "their patients are in it",
        "affected_partners": ["eastmere"],
    });
    let notify =
        json!({"type": "notify_partners", "organisations": ["eastmere"], "channel": "PHONE"});
    let told = json!({"type": "subjects", "step": "told", "how": "by letter",
        "nature": "their list was sent to another practice", "contact": "the practice's office",
        "consequences": "none is known", "measures": "the list was deleted"});
    let (siro, guardian) = (
        server.signed_in(SIRO).await,
        server.signed_in("priya.fairweather").await,
    );
    let opinion = |step: &str| json!({"type": "subjects", "step": step, "telling": "TELL", "reasons": "they can act on it"});
    let major = json!({"type": "declare_major", "reason": "all wards"});
    let mut lowered = grade(2, 2);
    lowered["evidence"] = json!("the list came back unopened");
    let reported = vec![grade(3, 3), decide("REPORT"), submit(), lowered];
    for (facts, bodies, words) in [
        (
            json!({"breach_status": "CONFIRMED"}),
            vec![],
            "confirmed breach",
        ),
        (
            json!({}),
            vec![grade(2, 2), triage("NOT_A_BREACH")],
            "documented, not withdrawn",
        ),
        (affected, vec![notify], "Eastmere"),
        (
            json!({}),
            vec![opinion("recommend"), opinion("decide"), told],
            "people concerned have been told",
        ),
        (json!({}), reported, "a regulator has been told"),
        (json!({}), vec![major], "major incident"),
    ] {
        let incident = logged(&officer, tonight_at(), facts).await;
        for body in bodies {
            let decides = body["type"] == "subjects" && body["step"] == "decide";
            let by = if decides {
                vec![&siro, &guardian]
            } else {
                vec![&dpo]
            };
            for person in by {
                taken(&asked(person, &incident, &body).await);
            }
        }
        let why = refused(&asked(&dpo, &incident, &withdraw("logged by mistake")).await);
        assert!(why.contains(words), "{why}");
    }
    // A confirmed breach stays one behind the incident that goes on for it.
    let a = logged(
        &officer,
        tonight_at(),
        json!({"breach_status": "CONFIRMED"}),
    )
    .await;
    let b = logged(
        &officer,
        tonight_at(),
        json!({"breach_status": "CONFIRMED"}),
    )
    .await;
    taken(&asked(&officer, &a, &duplicate_of(&b)).await);
    taken(&asked(&officer, &b, &grade(2, 2)).await);
    taken(&asked(&officer, &b, &triage("SUSPECTED")).await);
    let why = refused(&asked(&dpo, &b, &withdraw("logged by mistake")).await);
    assert!(why.contains("confirmed breach"), "{why}");
}

/// A vacancy blocks nothing: without a governance team the SIRO is the second person (NOBODY-THERE).
#[test]
fn where_the_governance_team_is_vacant_the_siro_agrees() {
    use crate::support::case::Case;
    use nightdesk::domain::closing::ClosingCommand;
    use nightdesk::domain::command::Command;
    use nightdesk::domain::role::Role;
    let ask = |step| Command::Closing(Box::new(step));
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.directory
        .holdings
        .retain(|held| held.role != Role::Igt);
    case.by(DPO).gives(ask(ClosingCommand::Withdraw {
        reason: "logged by mistake".into(),
    }));
    case.by(SIRO).gives(ask(ClosingCommand::AgreeWithdrawal {}));
    assert_eq!(case.incident().status, Status::Withdrawn);
}
