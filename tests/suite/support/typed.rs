//! A command as somebody types it into a shell: the words after `nightdesk`.
//!
//! The steps of casework are typed by the table that the shell reads; every other command has a
//! subcommand of its own, and its words here.

use nightdesk::domain::Instant;
use nightdesk::domain::calendar::{local, zone_letters};
use nightdesk::domain::command::{Command, GradeIncident, Inform, Log};
use nightdesk::domain::grid::Grounds;
use nightdesk::domain::id::PersonId;
use nightdesk::domain::incident::Facts;
use nightdesk::domain::regulator::Item;
use nightdesk::domain::synopsis::{handle, promise_handle};
use nightdesk::steps::{Ask, Kind, STEPS, Setting, Step, Things};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

/// The rows of the table by the name of the command that they make.
static ROWS: LazyLock<BTreeMap<&str, Vec<&Step>>> = LazyLock::new(|| {
    let (server, incident) = super::work::with_an_action();
    let me = PersonId::from(super::case::DPO);
    let setting = Setting {
        now: server.now,
        incident: &server.incidents[&incident],
        directory: &server.directory,
        policy: &server.policy,
        me: &me,
        problems: None,
        named: &|_| None,
    };
    let mut rows: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in STEPS {
        let attempts = step.attempts(&setting).unwrap_or_default();
        let name = attempts.first().map(Command::name);
        rows.entry(name.unwrap_or_default()).or_default().push(step);
    }
    rows
});

/// Words for a shell, put together.
#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn with(mut self, flag: &str, value: impl Into<String>) -> Self {
        self.0.extend([format!("--{flag}"), value.into()]);
        self
    }

    fn some<V: Into<String>>(self, flag: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.with(flag, value),
            None => self,
        }
    }

    fn each<V: Into<String>>(self, flag: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter();
        values.fold(self, |words, value| words.with(flag, value))
    }
}

/// A value's word as the shell spells it.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    kebab(value.as_str().unwrap())
}

fn kebab(word: &str) -> String {
    word.to_ascii_lowercase().replace('_', "-")
}

fn words<T: Serialize>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| word(&value)).collect()
}

/// A moment with its zone, because some hours come twice.
pub(crate) fn moment(at: Instant) -> String {
    let there = local(at).format("%Y-%m-%d %H:%M:%S");
    format!("{there} {}", zone_letters(at))
}

/// What is typed to give a command on an incident.
pub(crate) fn typed(command: &Command, incident: &str) -> Vec<String> {
    let on = |verbs: &[&str]| Words::of(&[verbs, &[incident]].concat());
    let words = match command {
        Command::Log(log) => logged(log),
        Command::Acknowledge(_) => on(&["ack"]),
        Command::Grade(grade) => graded(on(&["grade"]), grade),
        Command::Triage(triage) => {
            let confirmed = triage.confirm.as_ref().map(word);
            stated(on(&["triage"]), &triage.facts)
                .some("confirm", confirmed)
                .some("reason", triage.reason.as_deref())
        }
        Command::DeclareMajor(major) => on(&["major", "declare"]).with("reason", &*major.reason),
        Command::Escalate(escalate) => on(&["escalate"])
            .with("ladder", word(&escalate.ladder))
            .with("reason", &*escalate.reason),
        Command::Inform(inform) => informed(on(&["inform"]), inform),
        Command::NotifyPartners(notify) => on(&["notify"])
            .each(
                "partner",
                notify.organisations.iter().map(ToString::to_string),
            )
            .with("channel", word(&notify.channel)),
        Command::RecordPartnerAnswer(_) => answered(on(&["partner-answer"]), command),
        _ => return step(command, incident),
    };
    words.0
}

fn logged(log: &Log) -> Words {
    let words = Words::of(&["log"])
        .with("title", &*log.title)
        .with("summary", &*log.summary)
        .with("aware", moment(log.aware_at))
        .with("organisation", log.reporter_organisation.to_string())
        .with("contact", &*log.reporter_contact)
        .some("reporter-role", log.reporter_role.as_deref())
        .some("processor-aware", log.processor_aware_at.map(moment))
        .some(
            "controller-informed",
            log.controller_informed_at.map(moment),
        );
    stated(words, &log.facts)
}

/// Facts, but for those that are as the shell takes them by itself.
fn stated(words: Words, facts: &Facts) -> Words {
    let organisations = |ids: &mut dyn Iterator<Item = &nightdesk::domain::id::OrganisationId>| {
        ids.map(ToString::to_string).collect::<Vec<_>>()
    };
    words
        .with("breach", word(&facts.breach_status))
        .some("harm-prevented-by", facts.harm_prevented_by.as_deref())
        .some("category", facts.category.as_ref().map(word))
        .each("data", self::words(&facts.data_scope))
        .each("cia", self::words(&facts.cia))
        .each("data-effect", self::words(&facts.data_effects))
        .with("cyber", facts.cyber.to_string())
        .with("siri", facts.siri.to_string())
        .some("trend-key", facts.trend_key.as_deref())
        .each("controller", organisations(&mut facts.controllers.iter()))
        .each("processor", organisations(&mut facts.processors.iter()))
        .some(
            "data-subjects",
            facts.data_subjects.map(|count| count.to_string()),
        )
        .with("service", word(&facts.service))
        .with("partnership", word(&facts.partnership_effect))
        .some("partnership-reason", facts.partnership_reason.as_deref())
        .each(
            "affects",
            organisations(&mut facts.affected_partners.iter()),
        )
        .some(
            "essential-service",
            facts.nis_significant.map(|hit| hit.to_string()),
        )
}

fn graded(words: Words, grade: &GradeIncident) -> Words {
    let words = words
        .with("severity", grade.severity.to_string())
        .with("likelihood", grade.likelihood.to_string())
        .each("factor", self::words(&grade.factors))
        .some(
            "mitigation",
            grade.mitigation.as_ref().map(|claimed| word(&claimed.kind)),
        )
        .each("harm", self::words(&grade.harms))
        .with("rationale", &*grade.rationale)
        .some("evidence", grade.evidence.as_deref());
    let words = grounds(words, grade.grounds.as_ref());
    let is_accepted = grade
        .mitigation
        .as_ref()
        .is_some_and(|claimed| claimed.accepted);
    match is_accepted {
        true => Words([words.0, vec!["--accepted".to_owned()]].concat()),
        false => words,
    }
}

fn grounds(words: Words, grounds: Option<&Grounds>) -> Words {
    let truth = |truth: &Option<bool>| truth.map(|truth| if truth { "yes" } else { "no" });
    match grounds {
        None => words,
        Some(Grounds::Encryption {
            strong_method,
            key_safe,
            available_elsewhere,
        }) => words
            .some("strong-method", truth(strong_method))
            .some("key-safe", truth(key_safe))
            .some("available-elsewhere", truth(available_elsewhere)),
        Some(Grounds::TrustedPartner {
            partner,
            assurance,
            confirmation,
        }) => words
            .some("partner", partner.as_deref())
            .some("assurance", assurance.as_deref())
            .some("confirmation", confirmation.as_deref()),
    }
}

fn informed(words: Words, inform: &Inform) -> Words {
    let organisation = inform.contact.organisation.as_ref();
    words
        .with("role", word(&inform.contact.role))
        .some("organisation", organisation.map(ToString::to_string))
        .with("channel", word(&inform.channel))
        .with("outcome", word(&inform.outcome))
        .some("late-reason", inform.late_reason.as_deref())
}

/// What a partner answered, with the one thing that belongs to some answers.
fn answered(words: Words, command: &Command) -> Words {
    let body = serde_json::to_value(command).unwrap();
    let answer = &body["answer"];
    let detail = ["spoke_to", "reference", "reason"];
    let detail = detail.iter().find_map(|name| answer[*name].as_str());
    words
        .with("partner", body["organisation"].as_str().unwrap())
        .with("answer", kebab(answer["kind"].as_str().unwrap()))
        .some("detail", detail)
}

/// A step of casework, read back from the table.
fn step(command: &Command, incident: &str) -> Vec<String> {
    let body = serde_json::to_value(command).unwrap();
    let rows = &ROWS[command.name()];
    let is_it = |step: &&&Step| {
        let mut fixed = step.fixed.iter();
        fixed.all(|(pointer, word)| body.pointer(pointer).and_then(Value::as_str) == Some(word))
    };
    let step = rows.iter().find(is_it).unwrap();
    let verbs = [step.group.name(), step.verb, incident];
    let verbs: Vec<&str> = verbs.into_iter().filter(|verb| !verb.is_empty()).collect();
    let alike = STEPS
        .iter()
        .filter(|row| (row.group, row.verb) == (step.group, step.verb));
    let body_of = step.fixed.iter().find(|(pointer, _)| *pointer == "/body");
    let body_of = body_of.filter(|_| alike.count() > 1);
    let words = Words::of(&verbs).some("body", body_of.map(|(_, body)| kebab(body)));
    let asks = step.asks.iter();
    asks.fold(words, |words, ask| asked(words, ask, &body)).0
}

fn asked(words: Words, ask: &Ask, body: &Value) -> Words {
    let flag = ask.pointer.rsplit('/').next().unwrap().replace('_', "-");
    let value = body.pointer(ask.pointer).filter(|value| !value.is_null());
    let text = || value.map(spelt);
    let several = |spell: &dyn Fn(&Value) -> String| -> Vec<String> {
        let values = value.and_then(Value::as_array).into_iter().flatten();
        values.map(spell).collect()
    };
    match ask.kind {
        Kind::Text | Kind::Number | Kind::Hash | Kind::Day | Kind::Controller => {
            words.some(&flag, text())
        }
        Kind::Organisation | Kind::Person | Kind::Officer | Kind::Incident => {
            words.some(&flag, text())
        }
        Kind::Time | Kind::Moment => words.some(&flag, value.map(|_| "now")),
        Kind::YesNo => words.some(
            &flag,
            value.map(|value| if *value == true { "yes" } else { "no" }),
        ),
        Kind::Word(_) => words.some(&flag, value.and_then(Value::as_str).map(kebab)),
        Kind::ManyWords(_) | Kind::Ticks => {
            words.each(&flag, several(&|value| kebab(&spelt(value))))
        }
        Kind::OtherControllers | Kind::Organisations | Kind::Partners => {
            words.each(&flag, several(&spelt))
        }
        Kind::Thing(Things::Promises) => {
            let item: Item = serde_json::from_value(body["item"].clone()).unwrap();
            words.with(&flag, promise_handle(id(&body["notification"]), item))
        }
        Kind::Thing(Things::LateClocks) => {
            let kind = kebab(body["kind"].as_str().unwrap());
            let whose = body["controller"].as_str();
            let handle = whose.map_or_else(|| kind.clone(), |whose| format!("{kind}:{whose}"));
            words.with(&flag, handle)
        }
        Kind::Thing(_) => words.some(&flag, value.map(|value| handle(id(value)))),
        Kind::Contents(_) => contents(words, value.unwrap()),
        Kind::CarriedOut => {
            let findings = body["findings"].as_array().into_iter().flatten();
            words.each(
                &flag,
                findings.map(|found| handle(id(&found["recommendation"]))),
            )
        }
        Kind::Beside if ask.pointer == "/findings/looked_at" => {
            words.some(&flag, body["findings"][0]["reason"].as_str())
        }
        Kind::Beside => words,
    }
}

fn spelt(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

fn contents(words: Words, contents: &Value) -> Words {
    let contents = contents.as_array().unwrap().iter();
    contents.fold(words, |words, content| {
        let item: Item = serde_json::from_value(content["item"].clone()).unwrap();
        let code = item.code();
        match content["known"].as_str().unwrap() {
            "GIVEN" => words.with(
                "given",
                format!("{code}={}", content["text"].as_str().unwrap()),
            ),
            known => words.with(&kebab(known), code),
        }
    })
}
