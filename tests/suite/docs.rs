//! The documents say what the program does: parts that the program knows better are written by it,
//! links lead somewhere, and commands are ones that it takes.
//!
//! `UPDATE_DOCS=1 cargo test` rewrites the parts between `<!-- name:begin -->` and
//! `<!-- name:end -->`.

use clap::{Arg, Command};
use nightdesk::cli;
use nightdesk::cli::output::EXIT_CODES;
use nightdesk::config::settings;
use nightdesk::domain::query::FORMS;
use nightdesk::domain::rule::{Enforcement, RuleId};
use nightdesk::tui::keys::{Row, Scope, TABLE};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// More than this and nobody reads it.
const README_LINES: usize = 200;

/// What the program writes into a document: the part's name and its text.
type Part = (&'static str, String);

#[test]
fn the_readme_says_what_the_program_knows_of_its_keys_commands_and_settings() {
    let parts = [
        ("keys", keys(is_of_every_night)),
        ("settings", format!("```toml\n{}```\n", settings::DEFAULTS)),
    ];
    holds("README.md", &parts);
    holds("docs/keys.md", &[("every key", keys(is_worth_telling))]);
    let commands = command_line(&cli::command_line());
    holds("docs/commands.md", &[("command line", commands)]);
}

#[test]
fn the_procedures_are_listed_from_the_catalogue_of_rules() {
    let of = |enforcement| {
        rules(
            RuleId::ALL
                .iter()
                .filter(|rule| rule.enforcement() == enforcement),
        )
    };
    let parts = [
        ("enforced", of(Enforcement::Enforced)),
        ("not yet", of(Enforcement::NotYet)),
    ];
    holds("docs/procedures.md", &parts);
}

#[test]
fn the_filters_are_those_that_the_grammar_takes() {
    holds("docs/filters.md", &[("filters", filters())]);
}

#[test]
fn the_exit_codes_are_those_that_the_program_ends_with() {
    holds("docs/operations.md", &[("exit codes", exit_codes())]);
}

#[test]
fn the_server_s_settings_are_shown_with_their_defaults() {
    let part = format!("```toml\n{}```\n", nightdesk::config::server::DEFAULTS);
    holds("docs/operations.md", &[("server settings", part)]);
}

#[test]
fn the_limits_are_those_that_the_server_keeps() {
    let program = cli::command_line();
    let serve = program.find_subcommand("serve").unwrap();
    holds("docs/operations.md", &[("limits", limits(serve))]);
}

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let lines = read("README.md").lines().count();
    assert!(lines < README_LINES, "{lines} lines");
}

#[test]
fn every_link_leads_to_a_file() {
    for (path, text) in documents() {
        for target in links(&text).filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap();
            let there = path.parent().unwrap().join(file);
            assert!(there.exists(), "{}: {target}", path.display());
        }
    }
}

#[test]
fn every_source_file_that_a_document_names_is_there() {
    let sources = sources(&root().join("src"));
    for (path, text) in documents() {
        let code = text.split('`').skip(1).step_by(2);
        for name in code.filter(|code| code.ends_with(".rs")) {
            let known = sources.iter().any(|source| source.ends_with(name));
            assert!(known, "{}: {name}", path.display());
        }
    }
}

#[test]
fn every_command_of_a_document_is_one_that_the_program_takes() {
    let mut taken = 0;
    for (path, text) in documents() {
        for line in shell_lines(&text) {
            let Some(words) = arguments(line) else {
                continue;
            };
            let read = cli::command_line().try_get_matches_from(words);
            // Help and version are answers; clap tells them apart by where they are printed.
            let refused = read.err().filter(clap::Error::use_stderr);
            assert!(refused.is_none(), "{}: {line}\n{refused:?}", path.display());
            taken += 1;
        }
    }
    assert!(taken > 10, "the commands were not found");
}

#[test]
fn a_document_that_went_its_own_way_is_noticed() {
    let text = "Before\n<!-- keys:begin -->\nold\n<!-- keys:end -->\nAfter\n";
    let part = ("keys", "new\n".to_owned());
    let with = "Before\n<!-- keys:begin -->\nnew\n<!-- keys:end -->\nAfter\n";
    assert_eq!(with_part(text, &part), with);
    assert_eq!(with_part(with, &part), with);
}

/// Fails where the parts of a document differ from the program, or rewrites them if that is asked for.
fn holds(file: &str, parts: &[Part]) {
    let before = read(file);
    let after = parts
        .iter()
        .fold(before.clone(), |text, part| with_part(&text, part));
    if before == after {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some(),
        "{file} no longer says what the program does; UPDATE_DOCS=1 cargo test rewrites it"
    );
    fs::write(root().join(file), after).unwrap();
}

fn with_part(text: &str, (name, part): &Part) -> String {
    let (begin, end) = (
        format!("<!-- {name}:begin -->\n"),
        format!("<!-- {name}:end -->\n"),
    );
    let (before, rest) = text.split_once(&begin).expect(&begin);
    let (_, after) = rest.split_once(&end).expect(&end);
    format!("{before}{begin}{part}{end}{after}")
}

fn keys(wanted: impl Fn(&Row) -> bool) -> String {
    let mut text = "| key | what it does | where |\n|---|---|---|\n".to_owned();
    for row in TABLE.iter().filter(|row| wanted(row)) {
        let keys: Vec<_> = row.keys.split(' ').map(|key| format!("`{key}`")).collect();
        let (keys, place) = (keys.join(" "), row.scope.name());
        writeln!(text, "| {keys} | {} | {place} |", cell(row.help)).unwrap();
    }
    text
}

/// What a newcomer needs; moving about in a form or on a sheet stands in the footer there.
fn is_of_every_night(row: &Row) -> bool {
    matches!(
        row.scope,
        Scope::Incident | Scope::Board | Scope::Everywhere
    )
}

/// Pickers, sheets and questions move and close as everything does; their footer says so.
fn is_worth_telling(row: &Row) -> bool {
    !matches!(row.scope, Scope::Picker | Scope::Sheet | Scope::Question)
}

fn command_line(program: &Command) -> String {
    let mut text = "| command | what it does |\n|---|---|\n".to_owned();
    for command in program.get_subcommands() {
        let name = command.get_name();
        writeln!(text, "| `nightdesk {name}` | {} |", about(command)).unwrap();
        let parts = command.get_subcommands();
        for part in parts.filter(|part| part.get_name() != "help") {
            let verb = part.get_name();
            writeln!(text, "| `nightdesk {name} {verb}` | {} |", about(part)).unwrap();
            for below in part
                .get_subcommands()
                .filter(|one| one.get_name() != "help")
            {
                let (inner, about) = (below.get_name(), about(below));
                writeln!(text, "| `nightdesk {name} {verb} {inner}` | {about} |").unwrap();
            }
        }
    }
    text
}

fn about(command: &Command) -> String {
    let about = command
        .get_about()
        .expect("every command says what it does");
    cell(&about.to_string())
}

fn filters() -> String {
    let mut text = "| write | keeps | can follow |\n|---|---|---|\n".to_owned();
    for form in FORMS {
        let examples: Vec<String> = (form.examples.iter())
            .map(|example| format!("`{example}`"))
            .collect();
        let values = (form.values)();
        let values = match values.len() {
            0 => String::new(),
            1..=MOST_VALUES => values.join(", "),
            _ => "see below".to_owned(),
        };
        let (examples, keeps) = (examples.join(", "), cell(form.keeps));
        writeln!(text, "| {examples} | {keeps} | {values} |").unwrap();
    }
    text
}

/// A longer list of values has a sentence of its own.
const MOST_VALUES: usize = 30;

fn exit_codes() -> String {
    let mut text = "| code | meaning |\n|---|---|\n".to_owned();
    for (_, code, meaning) in EXIT_CODES {
        writeln!(text, "| {code} | {} |", cell(meaning)).unwrap();
    }
    text
}

fn limits(serve: &Command) -> String {
    let mut text = "| setting | default | what it limits |\n|---|---|---|\n".to_owned();
    let of_limits = |arg: &&Arg| arg.get_help_heading() == Some("Limits");
    for arg in serve.get_arguments().filter(of_limits) {
        let name = arg.get_long().unwrap();
        let default = arg.get_default_values().first();
        let default = default.map_or("off", |value| value.to_str().unwrap());
        let help = cell(&arg.get_help().unwrap().to_string());
        writeln!(text, "| `--{name}` | {default} | {help} |").unwrap();
    }
    text
}

fn rules<'a>(rules: impl Iterator<Item = &'a RuleId>) -> String {
    let mut text = "| rule | what the desk does | source |\n|---|---|---|\n".to_owned();
    for rule in rules {
        let (sentence, source) = (cell(rule.sentence()), cell(rule.source()));
        writeln!(text, "| `{rule}` | {sentence} | {source} |").unwrap();
    }
    text
}

/// A text as a cell of a table, whose columns are divided by bars.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every document for people, with its path.
fn documents() -> Vec<(PathBuf, String)> {
    let folder = fs::read_dir(root().join("docs")).unwrap();
    folder
        .map(|entry| entry.unwrap().path())
        .chain(["README.md", "CHANGELOG.md"].map(|file| root().join(file)))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// Every source file below a folder, as a path from the package's own folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path.strip_prefix(root()).unwrap().to_owned()],
        })
        .collect()
}

/// What stands in the brackets of `[…](…)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

/// The lines that a reader would type into a shell.
fn shell_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .flat_map(str::lines)
}

/// The words of a line that runs the program, up to a pipe or a comment; none of another line.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.split(" #").next()?.split(" | ").next()?.trim();
    let rest = ["nightdesk", "cargo run --release --", "cargo run --"]
        .iter()
        .find_map(|program| line.strip_prefix(program))?;
    let words = unquoted(rest.trim_end_matches('&'));
    Some(
        std::iter::once("nightdesk".to_owned())
            .chain(words)
            .collect(),
    )
}

/// Words as a shell parts them, with double quotes and nothing else.
fn unquoted(text: &str) -> Vec<String> {
    let parts = text.split('"').enumerate();
    let is_quoted = |place: usize| !place.is_multiple_of(2);
    parts
        .flat_map(|(place, part)| {
            if is_quoted(place) {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .collect()
}
