//! The description of the API: whole enough that a stranger can write a client from it.

use crate::support::server::{Answer, TestServer};
use nightdesk::api::problem::Code;
use nightdesk::api::route;
use nightdesk::domain::contacts;
use nightdesk::domain::incident::Category;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

async fn document() -> Value {
    let server = TestServer::start().await;
    Answer::of(server.raw(Method::GET, route::OPENAPI))
        .await
        .ok()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    each.collect()
}

#[tokio::test]
async fn every_route_is_described_and_every_command_names_its_headers() {
    let document = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let operations = operations(&document);
    let paths: Vec<&str> = operations
        .iter()
        .map(|(path, _, _)| path.as_str())
        .collect();
    for path in [
        route::INCIDENTS,
        route::INCIDENT,
        route::INCIDENT_COMMANDS,
        route::TIMELINE,
        route::READINGS,
        route::SEARCH,
        route::COMMAND,
        route::CHANGES,
        route::DIRECTORY,
        route::DIRECTORY_COMMANDS,
        route::PROBLEMS,
        route::PROBLEM,
        route::PROBLEM_COMMANDS,
        route::PROBLEM_TIMELINE,
        route::POLICY,
        route::CALENDAR,
        route::CALENDAR_COMMANDS,
        route::ME,
        route::SESSION,
        route::AUDIT_CHECKPOINT,
        route::AUDIT_ENTRIES,
        route::INTAKE_ALERTMANAGER,
        route::INTAKE_EVENTS,
        route::INTAKE_CLOUDEVENTS,
    ] {
        assert!(paths.contains(&path), "{path} is not described");
    }
    for (path, method, operation) in &operations {
        let is_open = ["/healthz", "/readyz", "/metrics", route::ACK].contains(&path.as_str());
        assert_eq!(operation["security"].is_null(), is_open, "{method} {path}");
        assert!(operation["operationId"].is_string(), "{method} {path}");
        assert!(operation["summary"].is_string(), "{method} {path}");
        let names = operation["parameters"].to_string();
        // A carrier tells what became of a message as often as it likes, and a search is asked again;
        // nothing comes of it twice.
        let is_told_twice = [
            route::GOVUK_NOTIFY,
            route::MAIL_STATUS,
            route::ACK,
            route::SEARCH,
        ]
        .contains(&path.as_str());
        assert_eq!(
            names.contains("Idempotency-Key"),
            method == "post" && !is_told_twice && !path.starts_with("/v1/intake/"),
            "{path}"
        );
        if !is_open {
            let problem = &operation["responses"]["401"]["content"]["application/problem+json"];
            assert!(problem["schema"]["$ref"].is_string(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_description_leads_somewhere() {
    let document = document().await;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

#[tokio::test]
async fn the_description_spells_words_as_the_wire_does() {
    let document = document().await;
    let words = |schema: &str| document["components"]["schemas"][schema]["enum"].clone();
    let codes = Code::ALL.iter().chain([&Code::Other]);
    assert_eq!(words("Code"), json!(codes.collect::<Vec<_>>()));
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(json!(names), json!(Code::ALL));
    assert_eq!(words("RuleId"), json!(RuleId::ALL));
    assert_eq!(
        words("CommandOutcome"),
        json!(["not_applied", "applied", "unknown"])
    );
    for outcome in contacts::Outcome::ALL {
        let outcomes = words("Outcome");
        assert!(outcomes.as_array().unwrap().contains(&json!(outcome)));
    }
    assert_eq!(words("Role"), json!(Role::ALL));
    assert_eq!(words("Category"), json!(Category::ALL));
}

/// A payload that allows no further fields beside an object with `type` would allow nothing at all.
#[tokio::test]
async fn the_description_of_a_command_can_be_satisfied() {
    let document = document().await;
    let command = &document["components"]["schemas"]["Command"];
    let mapping = command["discriminator"]["mapping"].as_object().unwrap();
    let variants = command["oneOf"].as_array().unwrap();
    assert_eq!(mapping.len(), variants.len());
    for (word, reference) in mapping {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        let payload = document.pointer(pointer).unwrap();
        for payload in alternatives(payload) {
            assert_eq!(payload["properties"]["type"]["enum"], json!([word]));
            let required = payload["required"].as_array().unwrap();
            assert!(required.contains(&json!("type")), "{word}");
            assert_eq!(payload["additionalProperties"], json!(false), "{word}");
        }
    }
}

#[tokio::test]
async fn the_description_of_a_command_on_a_problem_can_be_satisfied() {
    let document = document().await;
    let command = &document["components"]["schemas"]["ProblemCommand"];
    let variants = command["oneOf"].as_array().unwrap();
    assert_eq!(variants.len(), 8);
    for variant in variants {
        let words = variant["properties"]["type"]["enum"].as_array().unwrap();
        assert_eq!(words.len(), 1, "{variant}");
        assert_eq!(variant["additionalProperties"], json!(false), "{variant}");
    }
}

#[tokio::test]
async fn the_description_of_a_command_on_the_directory_can_be_satisfied() {
    let document = document().await;
    let command = &document["components"]["schemas"]["DirectoryCommand"];
    let variants = command["oneOf"].as_array().unwrap();
    assert_eq!(variants.len(), 28);
    let mut words = Vec::new();
    for variant in variants {
        let payload = match variant["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap(),
            None => variant,
        };
        let word = payload["properties"]["type"]["enum"].as_array().unwrap();
        assert_eq!(word.len(), 1, "{payload}");
        assert!(
            payload["required"]
                .as_array()
                .unwrap()
                .contains(&json!("type"))
        );
        assert_eq!(payload["additionalProperties"], json!(false), "{payload}");
        words.push(word[0].to_string());
    }
    words.sort();
    words.dedup();
    assert_eq!(words.len(), variants.len());
}

/// A payload, or each of the steps of a part of the procedure.
fn alternatives(payload: &Value) -> Vec<&Value> {
    match payload["oneOf"].as_array() {
        Some(steps) => {
            let is_told_apart =
                |step: &&Value| step["properties"]["step"]["enum"].as_array().is_some();
            assert!(steps.iter().all(|step| is_told_apart(&step)), "{payload}");
            steps.iter().collect()
        }
        None => vec![payload],
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => {
                        references.push(reference.clone())
                    }
                    value => collect(value, references),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

/// Two types of one name would stand in the description as one, and a stranger would be told wrong.
#[test]
fn no_two_types_are_described_under_one_name() {
    let mut described = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                described.extend(described_in(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(described.len() > 100);
    described.sort();
    let doubles: Vec<_> = described
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| &pair[0])
        .collect();
    assert!(doubles.is_empty(), "described twice: {doubles:?}");
}

/// The names under which the types of a file are described.
fn described_in(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut is_described, mut given_name) = (false, None);
    for line in source.lines().map(str::trim) {
        let word = |after: &str| {
            let rest = line.split(after).nth(1)?;
            let is_part = |letter: char| letter.is_alphanumeric();
            Some(rest.split(|letter| !is_part(letter)).next()?.to_owned())
        };
        is_described |= line.contains("ToSchema") && !line.starts_with("use ");
        given_name = word("schema(as = ").or(given_name);
        if let Some(name) = word("pub struct ").or_else(|| word("pub enum ")) {
            // A macro's name is none yet.
            if is_described && !name.is_empty() {
                names.push(given_name.take().unwrap_or(name));
            }
            (is_described, given_name) = (false, None);
        }
    }
    names
}
