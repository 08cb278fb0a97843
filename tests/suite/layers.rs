//! Who may use whom: every path in the source against the table in `src/lib.rs`.
//!
//! Reads text, not types, so it sees what is written: `crate::…`, `super::…` up to the crate's root,
//! and the names of other packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Packages that belong under one folder only, so that they can be replaced there.
const AT_HOME: [(&str, &[&str]); 9] = [
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("sqlx", &["server"]),
    ("axum", &["server"]),
    ("tower_http", &["server"]),
    // The officer's side asks the desk; the desk tells carriers.
    ("reqwest", &["client", "server/deliver"]),
    ("clap", &["cli"]),
    ("mail_parser", &["client"]),
    ("notify_rust", &["notify"]),
];

/// All that the rulebook may use of others: values of time, text and identity, what describes or
/// spells its types, what Unicode says of letters, and how far two words are apart.
const DOMAIN_MAY_USE: [&str; 10] = [
    "chrono",
    "chrono_tz",
    "compact_str",
    "serde",
    "strsim",
    "thiserror",
    "unicode_normalization",
    "unicode_segmentation",
    "utoipa",
    "uuid",
];

/// What a pure rulebook has no use for in the standard library.
const NOT_PURE: [&str; 8] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::sync",
    "std::thread",
    "std::time",
];

struct Source {
    path: PathBuf,
    /// The module's path below the crate, such as `["tui", "view", "board"]`.
    module: Vec<String>,
    code: String,
}

#[test]
fn every_module_uses_only_what_the_table_allows() {
    let (allowed, packages) = (table(), packages());
    let sources = sources();
    assert!(sources.len() > 20, "the source was not found");
    let violations: Vec<String> = sources
        .iter()
        .flat_map(|source| violations(source, &allowed, &packages))
        .collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

/// The positive control: each kind of violation is seen, and what is allowed is not.
#[test]
fn a_forbidden_use_would_be_noticed() {
    let found = |module: &[&str], code: &str| {
        let source = Source {
            path: PathBuf::from("planted.rs"),
            module: module.iter().map(|name| (*name).to_owned()).collect(),
            code: without_comments(code),
        };
        violations(&source, &table(), &packages()).len()
    };
    let rules = ["domain", "grid"];
    assert_eq!(found(&rules, "use crate::now::Clock;"), 1);
    assert_eq!(
        found(&rules, "use crate::{domain::Instant, now, config::x};"),
        2
    );
    assert_eq!(
        found(&rules, "let at = super::super::now::Clock::system();"),
        1
    );
    assert_eq!(found(&rules, "use tokio::sync::mpsc;"), 1);
    assert_eq!(found(&rules, "fn f() -> serde_json::Value {}"), 1);
    assert_eq!(found(&rules, "let text = std::fs::read(path);"), 1);
    assert_eq!(
        found(&rules, "use crate::domain::Instant; use chrono::TimeDelta;"),
        0
    );
    assert_eq!(
        found(&rules, "// use crate::now::Clock;\n/// tokio::main"),
        0
    );
    assert_eq!(found(&["tui"], "use crate::server::serve;"), 1);
    assert_eq!(found(&["tui"], "use sqlx::Row;"), 1);
    assert_eq!(found(&["server", "auth"], "use reqwest::Client;"), 1);
    assert_eq!(
        found(&["server", "deliver", "x"], "use reqwest::Client;"),
        0
    );
    assert_eq!(
        found(&["tui", "view", "board"], "use super::super::page::Page;"),
        0
    );
    assert_eq!(found(&["cli", "serve"], "use crate::server::serve;"), 0);
    assert_eq!(found(&["attic"], "use std::fmt;"), 1);
}

fn violations(
    source: &Source,
    allowed: &BTreeMap<String, Option<BTreeSet<String>>>,
    packages: &[String],
) -> Vec<String> {
    let folder = source.module[0].as_str();
    let complain = |what: String| format!("{}: {what}", source.path.display());
    let Some(allowed) = allowed.get(folder) else {
        return vec![complain(format!("{folder} is not in the table of lib.rs"))];
    };
    let ours = used_modules(source)
        .into_iter()
        .filter(|used| used != folder)
        .filter(|used| allowed.as_ref().is_some_and(|list| !list.contains(used)))
        .map(|used| complain(format!("{folder} may not use {used}")));
    let others = packages
        .iter()
        .filter(|package| mentions(&source.code, package))
        .filter_map(|package| {
            let home = AT_HOME.iter().find(|(name, _)| name == package);
            let module = source.module.join("/");
            let is_at = |home: &&str| module == **home || module.starts_with(&format!("{home}/"));
            let strays = home.is_some_and(|(_, homes)| !homes.iter().any(is_at));
            let impure = folder == "domain" && !DOMAIN_MAY_USE.contains(&package.as_str());
            (strays || impure).then(|| complain(format!("{folder} may not use {package}")))
        });
    let impure = NOT_PURE
        .iter()
        .filter(|path| folder == "domain" && source.code.contains(**path))
        .map(|path| complain(format!("{folder} is pure and may not use {path}")));
    ours.chain(others).chain(impure).collect()
}

/// The modules right below the crate that the code names.
fn used_modules(source: &Source) -> BTreeSet<String> {
    let to_the_root = "super::".repeat(source.module.len());
    ["crate::", to_the_root.as_str()]
        .into_iter()
        .flat_map(|prefix| source.code.split(prefix).skip(1))
        .flat_map(first_names)
        .collect()
}

/// `domain` of `domain::Instant`, and each first name of `{domain::Instant, now}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let is_name = |letter: &char| letter.is_alphanumeric() || *letter == '_';
        text.trim_start().chars().take_while(is_name).collect()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut depth = 0;
    let mut starts = vec![0];
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(place + 1),
            _ => {}
        }
    }
    let names = starts.into_iter().map(|start| name(&group[start..]));
    names.filter(|name| !name.is_empty()).collect()
}

fn mentions(code: &str, package: &str) -> bool {
    code.match_indices(package).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let after = &code[place + package.len()..];
        let starts_a_path = after.starts_with("::") || after.starts_with("_macros");
        starts_a_path
            && !before.is_some_and(|letter| letter.is_alphanumeric() || "_:".contains(letter))
    })
}

/// The rows of the table in `src/lib.rs`; `None` where everything may be used.
fn table() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let quoted = |cell: &str| {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    let rows: BTreeMap<_, _> = include_str!("../../src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"))
        .map(|row| {
            let (module, uses) = row.split_once("` | ").expect("a row has two cells");
            let everything = uses.starts_with("everything");
            (module.to_owned(), (!everything).then(|| quoted(uses)))
        })
        .collect();
    assert!(rows.contains_key("domain"), "the table of lib.rs has moved");
    rows
}

/// The names of all dependencies as paths spell them.
fn packages() -> Vec<String> {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let names = manifest["dependencies"].as_table().unwrap().keys();
    names.map(|name| name.replace('-', "_")).collect()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                sources.extend(source(&root, path));
            }
        }
    }
    sources
}

/// A file with its module path; `lib.rs` and `main.rs` are above the table.
fn source(root: &Path, path: PathBuf) -> Option<Source> {
    let below = path.strip_prefix(root).unwrap().with_extension("");
    let mut module: Vec<String> = below
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    let is_root = module == ["lib"] || module == ["main"];
    let code = without_comments(&fs::read_to_string(&path).unwrap());
    (!is_root).then_some(Source { path, module, code })
}

fn without_comments(code: &str) -> String {
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Behind a pooler nothing may be prepared for later, and only `asking` knows whether there is one.
#[test]
fn every_statement_of_the_store_is_asked_by_the_module_that_knows_of_poolers() {
    let sources = sources();
    let past_it: Vec<_> = sources
        .iter()
        .filter(|source| {
            source
                .module
                .starts_with(&["server".to_owned(), "store".to_owned()])
        })
        .filter(|source| !source.path.ends_with("asking.rs") && !source.path.ends_with("plans.rs"))
        .filter(|source| source.code.contains("sqlx::query"))
        .map(|source| &source.path)
        .collect();
    assert_eq!(past_it, Vec::<&PathBuf>::new());
}
