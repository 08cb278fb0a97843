//! Escalating tells people, or says whom to call; who counts as not contactable; who is told besides, and
//! who may say that somebody need not be.

use crate::support::case::{
    Case, DPO, attempt, disclosure, graded, home, inform, shared_disclosure, wall,
};
use crate::support::console::{Console, Server};
use nightdesk::domain::clock::ClockState;
use nightdesk::domain::command::{
    Acknowledge, Command, DeclareMajor, Escalate, RecordPartnerAnswer, ReleaseContact,
    StrikeAttempt,
};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::delivery::Medium;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::{self, ExceptionPath, Ladder};
use nightdesk::domain::event::{Entry, Event};
use nightdesk::domain::id::CommandId;
use nightdesk::domain::incident::{Facts, Incident};
use nightdesk::domain::next_step::{self, NextStep, StepKind};
use nightdesk::domain::partners::{
    Answer, Notice, NoticeProgress, PartnerAnswer, PartnerRecord, PartnerState, Progressed,
};
use nightdesk::domain::release;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::summons::{self, Way, WhyNothing};
use nightdesk::domain::taken;
use serde_json::json;
use uuid::Uuid;

const NIGHT: &str = "2026-06-12T18:30:00";

/// The numbers of the Officer in the example directory.
const NUMBERS: [(Channel, &str); 4] = [
    (Channel::Mobile, "07700 900121"),
    (Channel::Phone, "01632 960015"),
    (Channel::Mobile, "07700 900122"),
    (Channel::Pager, "07700 900123"),
];

fn escalate(ladder: Ladder) -> Command {
    Command::Escalate(Escalate {
        ladder,
        reason: "no answer".into(),
    })
}

fn first_step(case: &Case) -> NextStep {
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    steps.into_iter().next().unwrap()
}

// EXC-EACH

fn major() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(shared_disclosure());
    case.gives(Command::DeclareMajor(DeclareMajor {
        reason: "it spreads".into(),
    }));
    case
}

fn rings(case: &mut Case, channel: Channel, number: Option<&str>) {
    let mut call = attempt(&Contact::partnership(Role::Wso), Outcome::NoAnswer);
    call.channel = channel;
    call.number = number.map(Into::into);
    case.after_seconds(60)
        .gives(Command::Inform(Box::new(call)));
}

fn path(case: &Case) -> ExceptionPath {
    let post = escalation::officer_post(&case.directory, case.now);
    escalation::exception_path(case.incident(), &post, &case.policy, case.now)
}

/// EXC-EACH: the path of a P1 opens once each number was tried in vain, by its own row.
#[test]
fn five_calls_to_one_number_are_one() {
    let mut case = major();
    for _ in 0..5 {
        rings(&mut case, Channel::Mobile, Some("07700 900121"));
        assert_ne!(path(&case), ExceptionPath::Open);
    }
    let climb = escalate(Ladder::Officer);
    case.gives(climb.clone());
    case.gives(climb.clone());
    let refusal = case.refused(climb);
    assert!(
        refusal
            .sentence
            .contains("Not tried yet: phone 01632 960015"),
        "{refusal}"
    );
    for (channel, number) in NUMBERS {
        assert_ne!(path(&case), ExceptionPath::Open, "{number} is untried");
        rings(&mut case, channel, Some(number));
    }
    assert_eq!(path(&case), ExceptionPath::Open);
}

#[test]
fn an_attempt_without_a_number_is_one_number_of_its_channel() {
    let mut case = major();
    for channel in [
        Channel::Mobile,
        Channel::Mobile,
        Channel::Phone,
        Channel::Pager,
    ] {
        rings(&mut case, channel, None);
    }
    assert_ne!(
        path(&case),
        ExceptionPath::Open,
        "two mobiles are on record"
    );
    rings(&mut case, Channel::Mobile, Some("07700 900122"));
    assert_eq!(path(&case), ExceptionPath::Open);
}

#[test]
fn a_number_that_is_not_on_record_is_not_taken_for_one() {
    let mut case = major();
    let mut call = attempt(&Contact::partnership(Role::Wso), Outcome::NoAnswer);
    call.channel = Channel::Mobile;
    call.number = Some("07700 900999".into());
    let refusal = case.refused(Command::Inform(Box::new(call)));
    assert_eq!(refusal.rule, Some(RuleId::ExcEach));
}

// REL-ENTITLED

fn releases(contact: &Contact, reason: &str) -> Command {
    Command::ReleaseContact(ReleaseContact {
        contact: contact.clone(),
        reason: reason.into(),
    })
}

fn is_required(incident: &Incident, contact: &Contact) -> bool {
    let required = contacts::required(incident);
    required.iter().any(|it| it.contact == *contact)
}

const REASON: &str = "the letter came back unopened";

/// REL-ENTITLED: the DPO releases SIRO and CG of a serious incident; nobody those of a notifiable one.
#[test]
fn a_contact_is_released_only_by_whom_the_rule_names() {
    let siro = home(Role::Siro);
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(Facts {
        siri: true,
        ..disclosure()
    });
    let refusal = case.refused(releases(&siro, REASON));
    assert_eq!(refusal.rule, Some(RuleId::RelEntitled));
    assert!(
        refusal.sentence.contains("Ask the Data protection officer"),
        "{refusal}"
    );
    case.by(DPO).refused(releases(&siro, "."));
    case.gives(releases(&siro, REASON));
    assert!(!is_required(case.incident(), &siro));
    assert_eq!(contacts::released(case.incident()).count(), 1);

    case.gives(graded(3, 3));
    assert!(is_required(case.incident(), &siro), "it is notifiable now");
    let refusal = case.refused(releases(&siro, REASON));
    assert!(refusal.sentence.contains("notifiable"), "{refusal}");
    for bound in [home(Role::Dpo), home(Role::Cg)] {
        let refusal = case.refused(releases(&bound, REASON));
        assert_eq!(refusal.rule, Some(RuleId::RelEntitled), "{bound}");
    }
}

/// A release of before stays a fact, is shown as one, and does not count where the rule forbids it.
#[test]
fn a_release_recorded_before_the_rule_is_shown_and_does_not_count() {
    let cg = home(Role::Cg);
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    let event: Event = serde_json::from_value(json!({
        "type": "contact_released", "contact": cg, "reason": "asleep",
    }))
    .unwrap();
    let last = case.entries.last().unwrap().clone();
    let mut incident = case.incident().clone();
    nightdesk::domain::apply::apply(&mut incident, &Entry { event, ..last });
    assert!(is_required(&incident, &cg));
    let words = release::that_does_not_count(&incident, &cg, &case.directory).unwrap();
    assert!(words.contains("released before this rule"), "{words}");
}

// SHARE-TOLD

/// SHARE-TOLD: the DPO of each party that the incident concerns, with the agreement as the reason.
#[test]
fn an_agreement_between_organisations_of_an_incident_adds_their_dpos() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(shared_disclosure());
    for party in ["riverbourne", "eastmere", "calder"] {
        let dpo = Contact::of(Role::Dpo, &party.into());
        let required = contacts::required(case.incident());
        let found = required.iter().find(|it| it.contact == dpo).unwrap();
        let reason = found.reasons.iter().find(|it| it.rule == RuleId::ShareTold);
        let because = &reason.unwrap().because;
        assert!(
            because.contains("Partnership information-sharing agreement"),
            "{because}"
        );
    }
    let harbour = Contact::of(Role::Dpo, &"harbour".into());
    assert!(
        !is_required(case.incident(), &harbour),
        "it is not concerned"
    );
}

#[test]
fn an_agreement_that_has_run_out_adds_nobody() {
    let mut case = Case::logged_at(NIGHT);
    for agreement in &mut case.directory.agreements {
        agreement.ends_on = Some(agreement.starts_on);
    }
    case.gives(graded(2, 2));
    case.triages(shared_disclosure());
    assert!(case.incident().agreements.is_empty());
}

// One state of a partner

/// What is known last is what stands: a notice is never both not delivered and accepted.
#[test]
fn a_partner_has_the_state_that_is_known_last() {
    let at = |minute: u32| wall(&format!("2026-06-12T19:{minute:02}:00"));
    let case = Case::logged_at(NIGHT);
    let by = case.entries[0].by.clone();
    let id = Uuid::from_u128(7);
    let answer = |minute, answer| Answer {
        answer,
        at: at(minute),
        by: by.clone(),
    };
    let progress = |minute, progress| Progressed {
        notice: id,
        progress,
        by: Some(Medium::Email),
        at: at(minute),
    };
    let mut record = PartnerRecord::unaware("eastmere".into());
    record.notices.push(Notice {
        at: at(0),
        channel: Channel::Email,
        by: by.clone(),
        id: Some(id),
    });
    assert_eq!(record.state(), PartnerState::Queued);
    record.progress.push(progress(1, NoticeProgress::Sent {}));
    assert_eq!(record.state(), PartnerState::Notified);
    let reason = "mailbox full".into();
    let failed = answer(2, PartnerAnswer::NotDelivered { reason });
    record.answers.push(failed);
    assert_eq!(record.state(), PartnerState::Failed);
    let told: Vec<String> = record
        .history()
        .iter()
        .map(|(_, it)| it.sentence())
        .collect();
    assert_eq!(
        told,
        [
            "notice queued by e-mail",
            "notice sent by e-mail",
            "not delivered: mailbox full"
        ]
    );
    record
        .progress
        .push(progress(3, NoticeProgress::Delivered {}));
    assert_eq!(record.state(), PartnerState::Delivered);
}

/// ESC-SENT: help is not called from somebody who knows already, though another controller's DPO does not.
#[test]
fn the_ladder_of_a_dpo_who_has_been_told_is_not_climbed() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..shared_disclosure()
    });
    assert_eq!(escalation::waiting_on(case.incident()), Ladder::Dpo);
    let told = json!({"type": "inform", "contact": {"role": "DPO", "organisation": "riverbourne"},
        "channel": "MOBILE", "outcome": "ANSWERED"});
    case.gives(serde_json::from_value(told).unwrap());
    assert_ne!(escalation::waiting_on(case.incident()), Ladder::Dpo);
}

#[test]
fn the_screen_of_a_partner_ends_with_what_stands() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(3, 3));
    case.triages(shared_disclosure());
    let notify =
        json!({"type": "notify_partners", "organisations": ["eastmere"], "channel": "EMAIL"});
    case.gives(serde_json::from_value(notify).unwrap());
    case.after_seconds(60)
        .gives(Command::RecordPartnerAnswer(RecordPartnerAnswer {
            organisation: "eastmere".into(),
            answer: PartnerAnswer::NotDelivered {
                reason: "mailbox full".into(),
            },
            answered_at: None,
            note: None,
        }));
    let mut console = Console::on(Server::holding([case]));
    console
        .press("Enter 3")
        .shows("not delivered: mailbox full");
    console.hides("notice sent");
}

// ESC-SENT

/// ESC-SENT: with nothing to send by, the answer is whom to call, and that stays the next step.
#[test]
fn where_nothing_can_be_sent_the_calls_stay_the_next_step_until_each_has_an_outcome() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    case.after_seconds(60).gives(escalate(Ladder::Dpo));
    case.after_seconds(60).gives(escalate(Ladder::Dpo));
    let calls = &case.incident().escalations.last().unwrap().calls;
    assert_eq!(calls.len(), 2, "the acting DPO and the governance team");
    for call in calls {
        let why = WhyNothing::NotSetUp;
        assert_eq!(call.way, Way::Nothing { why });
    }
    let said = summons::told(calls, &case.directory, summons::When::After);
    assert_eq!(said[0], "Nothing is sent. Now call:");
    assert!(said[1].starts_with("Nadia Coldstream (Acting"), "{said:?}");

    for role in [Role::Adpo, Role::Igt, Role::Dpo] {
        let step = first_step(&case);
        assert_eq!(step.rule, RuleId::EscSent, "{}", step.sentence);
        assert!(step.sentence.starts_with("Call "), "{}", step.sentence);
        case.after_seconds(60)
            .gives(inform(&home(role), Outcome::NoAnswer));
    }
    assert_ne!(first_step(&case).rule, RuleId::EscSent);
}

#[test]
fn a_notice_that_fails_becomes_a_call() {
    let mut case = Case::logged_at(NIGHT);
    case.policy.sends = [Medium::Email].into();
    case.gives(escalate(Ladder::Dpo));
    let call = case.incident().escalations[0].calls[0].clone();
    let notice = call.notice().unwrap();
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let mut steps = steps.iter();
    assert!(steps.any(|step| step.sentence.starts_with("Wait for Bronwen")));
    let mut incident = case.incident().clone();
    let event = Event::EscalationProgressed {
        notice,
        progress: NoticeProgress::Failed {
            why: "no such mailbox".into(),
        },
        by: Some(Medium::Email),
        contact: None,
        person: None,
    };
    let last = case.entries.last().unwrap().clone();
    nightdesk::domain::apply::apply(&mut incident, &Entry { event, ..last });
    assert_eq!(summons::to_call(&incident, &case.directory), [&call]);
}

#[test]
fn the_second_on_call_is_told_and_not_the_role() {
    let mut case = Case::logged_at(NIGHT);
    case.policy.sends = [Medium::Email].into();
    case.gives(escalate(Ladder::OnCall));
    let calls = &case.incident().escalations[0].calls;
    let people: Vec<_> = calls.iter().map(|call| call.who(&case.directory)).collect();
    assert_eq!(people, ["Aisha Merrow (On-call officer)"]);
    let address = &calls[0].addresses(&case.directory, &case.policy)[0];
    assert_eq!(address.to, "aisha.merrow@riverbourne.example.org");
    let numbers = calls[0].numbers_in_words(&case.directory);
    assert_eq!(numbers.as_deref(), Some("mobile 07700 900182"));
}

/// The exception path's calls are contacts of the incident, with the reason.
#[test]
fn those_called_by_exception_must_be_told_and_the_officer_still() {
    let mut case = major();
    for (channel, number) in NUMBERS {
        rings(&mut case, channel, Some(number));
    }
    case.gives(escalate(Ladder::Officer));
    for contact in [Contact::partnership(Role::Host), home(Role::Siro)] {
        let required = contacts::required(case.incident());
        let found = required.iter().find(|it| it.contact == contact).unwrap();
        let rules: Vec<RuleId> = found.reasons.iter().map(|it| it.rule).collect();
        assert!(rules.contains(&RuleId::WsicExc), "{contact}: {rules:?}");
    }
    case.informs(&Contact::partnership(Role::Host));
    let officer = Contact::partnership(Role::Wso);
    let words = escalation::why_by_exception(case.incident(), &officer).unwrap();
    assert!(words.contains("must still be told"), "{words}");
}

// WSIC-EXC without a rung

fn answers(contact: &Contact) -> Command {
    inform(contact, Outcome::Answered)
}

/// The exception path is open once each number was tried in vain: a call that the host answers then stands in
/// for the Officer, whether or not anybody escalated before it.
#[test]
fn the_host_who_answers_while_the_path_is_open_meets_the_clock_by_exception() {
    let host = Contact::partnership(Role::Host);
    let officer = Contact::partnership(Role::Wso);
    let mut case = major();
    for (channel, number) in NUMBERS {
        rings(&mut case, channel, Some(number));
    }
    let step = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let step = step
        .iter()
        .find(|it| it.kind == StepKind::Escalate(Ladder::Officer));
    let sentence = &step.unwrap().sentence;
    assert!(
        sentence.contains("You may now call the host directly"),
        "{sentence}"
    );
    assert!(!sentence.contains("min call"), "{sentence}");

    case.after_seconds(60).gives(answers(&host));
    assert!(case.incident().escalations.is_empty());
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
    let words = escalation::why_by_exception(case.incident(), &officer).unwrap();
    assert!(words.contains("must still be told"), "{words}");
    let required = contacts::required(case.incident());
    let siro = required
        .iter()
        .find(|it| it.contact == home(Role::Siro))
        .unwrap();
    assert!(siro.reasons.iter().any(|it| it.rule == RuleId::WsicExc));
    let refusal = case.refused(escalate(Ladder::Officer));
    assert!(refusal.sentence.starts_with("Nobody further"), "{refusal}");
}

/// The host heard of the incident before anybody missed the Officer. Going up the ladder sends notices; it makes
/// that call no word of the Officer's absence (CLK-EVIDENCE, ESC-SENT).
#[test]
fn a_call_to_the_host_of_before_is_not_made_one_by_climbing_the_ladder() {
    let host = Contact::partnership(Role::Host);
    let mut case = major();
    case.after_seconds(60).gives(answers(&host));
    case.after_seconds(60);
    for (channel, number) in NUMBERS {
        rings(&mut case, channel, Some(number));
    }
    case.after_seconds(60).gives(escalate(Ladder::Officer));
    assert!(case.state(ClockKind::Wso24h).is_open());
    case.after_seconds(60).gives(answers(&host));
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
}

/// What counts is whether the path was open at the time of the call, and not in which order people wrote
/// it down.
#[test]
fn a_call_to_the_host_counts_by_its_own_time() {
    let host = Contact::partnership(Role::Host);
    let mut early = major();
    early.after_seconds(60).gives(answers(&host));
    for (channel, number) in NUMBERS {
        rings(&mut early, channel, Some(number));
    }
    assert_ne!(early.state(ClockKind::Wso24h), ClockState::MetByException);

    let mut late = major();
    late.after_seconds(1200).gives(answers(&host));
    assert_ne!(late.state(ClockKind::Wso24h), ClockState::MetByException);
    let answered_at = late.now;
    for (place, (channel, number)) in NUMBERS.into_iter().enumerate() {
        let mut call = attempt(&Contact::partnership(Role::Wso), Outcome::NoAnswer);
        call.channel = channel;
        call.number = Some(number.into());
        let minutes = 10 - i64::try_from(place).unwrap();
        call.happened_at = Some(answered_at - chrono::TimeDelta::minutes(minutes));
        late.after_seconds(60)
            .gives(Command::Inform(Box::new(call)));
    }
    assert_eq!(late.state(ClockKind::Wso24h), ClockState::MetByException);
    let attempt = late.incident().attempts.first().unwrap();
    assert_eq!(attempt.by_exception_since, Some(late.now));
}

/// EXC-EACH, CALL-STRUCK: a call to the Officer that never took place opens no exception, also not one that
/// was used already.
#[test]
fn without_a_struck_call_to_the_officer_the_exception_does_not_stand() {
    let host = Contact::partnership(Role::Host);
    let strike = |attempt| {
        Command::StrikeAttempt(StrikeAttempt {
            attempt,
            reason: "that number was never called".into(),
        })
    };
    let mut called = major();
    for (channel, number) in NUMBERS {
        rings(&mut called, channel, Some(number));
    }
    called.after_seconds(60).gives(answers(&host));
    assert_eq!(called.state(ClockKind::Wso24h), ClockState::MetByException);
    called.gives(strike(0));
    assert_ne!(called.state(ClockKind::Wso24h), ClockState::MetByException);
    let siro = home(Role::Siro);
    assert!(is_required(called.incident(), &siro), "still owed");

    let mut climbed = major();
    for (channel, number) in NUMBERS {
        rings(&mut climbed, channel, Some(number));
    }
    climbed.after_seconds(60).gives(escalate(Ladder::Officer));
    climbed.gives(answers(&host));
    assert_eq!(climbed.state(ClockKind::Wso24h), ClockState::MetByException);
    climbed.gives(strike(0));
    assert_ne!(climbed.state(ClockKind::Wso24h), ClockState::MetByException);

    let mut host_alone = major();
    for (channel, number) in NUMBERS {
        rings(&mut host_alone, channel, Some(number));
    }
    host_alone.after_seconds(60).gives(answers(&host));
    host_alone.gives(strike(NUMBERS.len()));
    let state = host_alone.state(ClockKind::Wso24h);
    assert_ne!(state, ClockState::MetByException);
}

/// WSIC-EXC, CALL-STRUCK: where the Officer was recorded as told by mistake, the host's answer of that time
/// stands in.
#[test]
fn once_the_officers_answer_is_struck_out_the_hosts_answer_counts() {
    let mut case = major();
    for (channel, number) in NUMBERS {
        rings(&mut case, channel, Some(number));
    }
    case.gives(answers(&Contact::partnership(Role::Wso)));
    case.after_seconds(60)
        .gives(answers(&Contact::partnership(Role::Host)));
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Met);
    case.gives(Command::StrikeAttempt(StrikeAttempt {
        attempt: NUMBERS.len(),
        reason: "it was somebody else who answered".into(),
    }));
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
}

// Who is behind a rung

/// ESC-SENT: the call sheet offers the second on call by name, with her own numbers only.
#[test]
fn the_call_sheet_names_whoever_is_on_call_with_their_own_number() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(Command::Acknowledge(Acknowledge {}));
    case.gives(escalate(Ladder::OnCall));
    let step = first_step(&case);
    assert!(
        step.sentence
            .starts_with("Call Aisha Merrow: mobile 07700 900182"),
        "{}",
        step.sentence
    );
    let mut console = Console::on(Server::holding([case]));
    console.press("Enter i");
    console.shows("Aisha Merrow, second on call");
    console.shows("mobile 07700 900182");
    console.hides("07700 900179");
    console.hides("told: On-call officer");
    console.press("Tab Tab Right Right F2");
    let incident = console.server.incidents.values().next().unwrap();
    assert_eq!(
        incident.attempts[0].person.as_ref().unwrap().as_str(),
        "aisha.merrow"
    );
}

/// A call to one tier is none to another, though both have the same role.
#[test]
fn a_call_to_the_second_on_call_is_none_to_the_director() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(escalate(Ladder::OnCall));
    case.after_seconds(60).gives(escalate(Ladder::OnCall));
    assert_eq!(summons::to_call(case.incident(), &case.directory).len(), 2);
    let mut call = attempt(&Contact::partnership(Role::Oco), Outcome::Answered);
    call.person = Some("aisha.merrow".into());
    case.after_seconds(60)
        .gives(Command::Inform(Box::new(call.clone())));
    let left = summons::to_call(case.incident(), &case.directory);
    assert_eq!(left.len(), 1);
    assert_eq!(
        left[0].person.as_ref().unwrap().as_str(),
        "constance.havelock"
    );
    call.channel = Channel::Mobile;
    call.number = Some("07700 900183".into());
    let refusal = case.refused(Command::Inform(Box::new(call)));
    assert!(
        refusal.sentence.contains("a number of Constance Havelock"),
        "{refusal}"
    );
}

/// A step names nobody and no number that is not on record.
#[test]
fn a_step_names_no_deputy_and_no_number_that_is_not_there() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    let is_dpo =
        |role: Role, organisation: &str| role == Role::Dpo && organisation == "riverbourne";
    let said = |case: &Case| {
        let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
        let step = steps
            .into_iter()
            .find(|it| it.kind == StepKind::Escalate(Ladder::Dpo));
        step.unwrap().sentence
    };
    let directory = case.directory.clone();
    case.directory
        .holdings
        .retain(|held| !(is_dpo(held.role, held.organisation.as_str()) && held.deputy_order > 0));
    assert!(
        said(&case).contains("call the second number"),
        "{}",
        said(&case)
    );
    assert!(!said(&case).contains("deputy"), "{}", said(&case));
    case.directory
        .contact_points
        .retain(|point| !is_dpo(point.role, point.organisation.as_str()));
    assert!(
        said(&case).contains("neither a number nor a deputy is on record"),
        "{}",
        said(&case)
    );
    let calls = escalation::next_rung(
        case.incident(),
        Ladder::Dpo,
        &case.directory,
        &case.policy,
        case.now,
    )
    .unwrap()
    .calls(
        &case.directory,
        &case.policy,
        (CommandId(Uuid::nil()), case.now),
    );
    let told = summons::told(&calls, &case.directory, summons::When::Before).concat();
    assert!(
        told.contains("no number is on record, so reach them another way"),
        "{told}"
    );
    assert!(!told.contains("call no number"), "{told}");

    case.directory = directory;
    assert!(said(&case).contains("the deputy, "), "{}", said(&case));
}

/// The ladder's times suggest and the officer judges: a rung may be called sooner, and everybody is told that it
/// was.
#[test]
fn a_rung_that_is_called_before_its_time_says_so_before_and_after() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    let events = case.after_seconds(60).gives(escalate(Ladder::Dpo));
    let said = taken::said(&events, &case.directory, &case.policy, summons::When::After);
    assert!(said[0].starts_with("This was early"), "{said:?}");
    let told = nightdesk::domain::chronicle::sentence(events.last().unwrap(), &case.directory);
    assert!(told.contains("before its time"), "{told}");
    assert!(told.contains("Bronwen Hartleap"), "{told}");
    case.after_seconds(3600);
    let events = case.gives(escalate(Ladder::Dpo));
    let said = taken::said(&events, &case.directory, &case.policy, summons::When::After);
    assert!(!said[0].starts_with("This was early"), "{said:?}");
}

/// ESC-SENT: what a notice went by, and to whom, is in the record and in the words.
#[test]
fn the_timeline_says_to_whom_a_notice_went_and_by_what() {
    let case = Case::logged_at(NIGHT);
    let event = Event::EscalationProgressed {
        notice: Uuid::nil(),
        progress: NoticeProgress::Delivered {},
        by: Some(Medium::Sms),
        contact: Some(home(Role::Dpo)),
        person: Some(DPO.into()),
    };
    let words = nightdesk::domain::chronicle::sentence(&event, &case.directory);
    assert_eq!(
        words,
        "Notice to Bronwen Hartleap (Data protection officer, Riverbourne ICB) delivered by text message"
    );
    let old: Event = serde_json::from_value(json!({"type": "escalation_progressed",
        "notice": Uuid::nil(), "progress": {"state": "sent"}}))
    .unwrap();
    let words = nightdesk::domain::chronicle::sentence(&old, &case.directory);
    assert_eq!(words, "Notice of the escalation sent");
}

/// What was escalated before stays as it was, and is not taken for more.
#[test]
fn an_escalation_recorded_before_told_nobody() {
    let case = Case::logged_at(NIGHT);
    let event: Event = serde_json::from_value(json!({
        "type": "escalated", "ladder": "OFFICER", "rung": 3, "reason": "no answer",
        "to": [{"role": "HOST"}, {"role": "PROC", "organisation": "pinewell"}],
    }))
    .unwrap();
    let last = case.entries.last().unwrap().clone();
    let mut incident = case.incident().clone();
    nightdesk::domain::apply::apply(&mut incident, &Entry { event, ..last });
    let host = Contact::partnership(Role::Host);
    assert!(!is_required(&incident, &host));
    assert!(summons::to_call(&incident, &case.directory).is_empty());
}

/// The newcomer's question, "who has been told?", is answered by the screen alone: before, at once, and
/// after a call.
#[test]
fn the_console_says_whom_to_call_and_then_who_has_been_told() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut case = Case::logged_at(NIGHT);
        case.gives(Command::Acknowledge(Acknowledge {}));
        let mut console = Console::on(Server::holding([case]));
        console.size(width, height);
        let shown = |console: &mut Console, text: &str| {
            let screen = console.screen(width, height);
            assert!(screen.contains(text), "no {text:?} in\n{screen}");
        };
        console.press("e");
        shown(&mut console, "Nothing is sent. Now call:");
        console.type_text("nobody answers").press("F2");
        shown(&mut console, "Bronwen Hartleap");
        shown(&mut console, "Outcome");
        let first = console.server.incidents.values().next().unwrap();
        let number = first.escalations[0].calls[0].numbers(&console.server.directory)[0]
            .value
            .clone();
        shown(&mut console, &number);
        console.press("Esc");
        shown(&mut console, "Escalated: nobody has acknowledged it yet");
        shown(&mut console, "nothing was");
        // The call sheet is on the first number that nobody has tried.
        console.press("i Tab Tab Right Right F2");
        shown(&mut console, "no answer");
        let first = console.server.incidents.values().next().unwrap();
        assert_eq!(first.attempts[0].number.as_deref(), Some(number.as_str()));
        assert_eq!(first.attempts[0].outcome, Outcome::NoAnswer);
    }
}

/// CALL-STRUCK: one key opens the form, and the tab keeps the call with the reason.
#[test]
fn a_call_recorded_by_mistake_is_struck_out_at_the_console() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(inform(&home(Role::Dpo), Outcome::Answered));
    let mut console = Console::on(Server::holding([case]));
    console.size(120, 40).press("Enter 2");
    console.shows("✓ told").shows("X: correct a call");
    console.press("X").shows("Correct a call");
    console.shows("Fri 12 Jun 18:30 BST answered: ");
    console.press("Tab");
    console.type_text("it was her voicemail").press("F2");
    console.hides("✓ told");
    console.shows("recorded by mistake: it was her voicemail");
    let first = console.server.incidents.values().next().unwrap();
    assert!(first.attempts[0].is_struck());
}

/// INF-COUNTS: only what can come of the chosen number or address is offered.
#[test]
fn the_form_offers_what_can_come_of_the_chosen_way() {
    let mut console = Console::on(Server::holding([Case::logged_at(NIGHT)]));
    console
        .size(120, 40)
        .press("i Tab")
        .type_text("e-mail, another")
        .press("Enter");
    console.press("Right").shows("sent");
    console
        .press("Tab Tab Tab")
        .type_text("to dpo@riverbourne.example.org");
    console.press("F2");
    let first = console.server.incidents.values().next().unwrap();
    let attempt = &first.attempts[0];
    assert_eq!(
        (attempt.channel, attempt.outcome),
        (Channel::Email, Outcome::Sent)
    );
}

#[test]
fn names_and_numbers_below_the_form_are_reached_by_a_key() {
    let mut case = major();
    for (channel, number) in NUMBERS {
        rings(&mut case, channel, Some(number));
    }
    let mut console = Console::on(Server::holding([case]));
    console.size(80, 24).press("e Shift-Tab Right");
    let before = console.screen(80, 24);
    assert!(before.contains("more ↓ PgDn"), "{before}");
    for _ in 0..8 {
        console.press("PgDn");
    }
    let after = console.screen(80, 24);
    assert!(after.contains("end"), "{after}");
    assert_ne!(before, after);
}

#[test]
fn where_a_notice_is_sent_the_contacts_say_how_far_it_has_come() {
    let case = Case::logged_at(NIGHT);
    let mut server = Server::holding([case]);
    server.policy.sends = [Medium::Email].into();
    let mut console = Console::on(server);
    console.press("e").shows("will be sent a notice by");
    console.type_text("nobody answers").press("F2");
    console.shows("Escalated: nobody has acknowledged it yet");
    console.shows("notice queued, not sent yet: by e-mail");
    console.shows(". A notice is queued for ");
}

/// NOBODY-THERE: the first go reaches the first person in post.
#[test]
fn a_ladder_leaves_out_rungs_on_which_nobody_is_in_post() {
    let mut case = Case::logged_at(NIGHT);
    let vacant = [Role::Dpo, Role::Adpo];
    let is_ours = |organisation: &str| organisation == "riverbourne";
    case.directory
        .holdings
        .retain(|held| !(is_ours(held.organisation.as_str()) && vacant.contains(&held.role)));
    let events = case.gives(escalate(Ladder::Dpo));
    let Some(Event::Escalated { to, calls, .. }) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(*to, [home(Role::Igt)]);
    assert!(!calls.is_empty());
    let said = summons::told(calls, &case.directory, summons::When::After);
    assert_eq!(said[0], "Nothing is sent. Now call:");
    let events = case.gives(escalate(Ladder::Dpo));
    let Some(Event::Escalated { to, .. }) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(*to, [home(Role::Siro)]);
    let refusal = case.refused(escalate(Ladder::Dpo));
    assert!(refusal.sentence.starts_with("Nobody further"), "{refusal}");
}

// What is asked first

/// A step that is late does not hide another one that is about to be.
#[test]
fn what_is_about_to_run_out_stands_before_what_is_late() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(4, 4));
    case.triages(shared_disclosure());
    let due_at = case.due_at(ClockKind::Wso24h).unwrap();
    case.then(due_at - chrono::TimeDelta::minutes(2));
    let officer = Contact::partnership(Role::Wso);
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let place = |wanted: &dyn Fn(&NextStep) -> bool| steps.iter().position(wanted).unwrap();
    let told = place(&|step| step.kind == StepKind::Inform(officer.clone()));
    let late = place(&|step| step.kind == StepKind::Inform(home(Role::Lm)));
    let acknowledge = place(&|step| step.kind == StepKind::Acknowledge);
    assert!(acknowledge < told && told < late, "{steps:#?}");
    // Once both are late, they stand by their times.
    case.then(due_at + chrono::TimeDelta::hours(30));
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let others = steps
        .iter()
        .filter(|step| step.kind != StepKind::Acknowledge);
    let dues = others.filter_map(|step| step.due_at);
    let dues: Vec<_> = dues.take_while(|at| *at < case.now).collect();
    assert!(dues.len() > 2 && dues.is_sorted(), "{steps:#?}");
}

/// Whoever waits for an answer does meanwhile what is late.
#[test]
fn waiting_for_an_answer_hides_nothing_that_is_to_be_done() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(4, 4));
    case.triages(shared_disclosure());
    case.gives(Command::Acknowledge(Acknowledge {}));
    case.policy.sends = [Medium::Email].into();
    case.gives(escalate(Ladder::OnCall));
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let waits = steps
        .iter()
        .position(|step| step.sentence.starts_with("Wait for"));
    let tells = steps
        .iter()
        .position(|step| step.sentence.starts_with("Tell the"));
    assert!(tells < waits && waits.is_some(), "{steps:#?}");
}
