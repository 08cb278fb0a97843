//! `nightdesk notify --test`: does an alarm reach the officer's own desktop?
//!
//! Only the officer can see whether it did, so every way is tried and asked about, whatever was
//! detected. Deliberately changes no settings: it says which line to write.

use crate::cli::console;
use crate::cli::output::{self, Exit};
use crate::config::settings::{self, Places};
use crate::notify::detect::{self, Environment, Found};
use crate::notify::notice::Notice;
use crate::notify::probe::Answers;
use crate::notify::terminal::{GIVE_TITLE_BACK, KEEP_TITLE, Method, Route, Through};
use crate::tui::probe;
use std::io::{self, IsTerminal};
use std::path::Path;

/// The ways that show a text, and what to look for.
const WAYS: [(Method, &str); 3] = [
    (Method::Osc9, "a pop-up that names osc9"),
    (Method::Osc777, "a pop-up that names osc777"),
    (Method::Osc99, "a pop-up that names osc99"),
];

pub(super) fn run() -> anyhow::Result<Exit> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        anyhow::bail!("Nobody would see it here; run \"nightdesk notify --test\" in a terminal");
    }
    let places = Places::of_user()?;
    let settings = settings::load(&places, |name| std::env::var_os(name))?;
    let telling = console::telling(&settings)?;
    let environment = telling.environment;
    let is_asked = telling.probe && environment.through() == Through::Nothing;
    let answers = if is_asked {
        probe::ask_from_the_shell()?
    } else {
        Answers::default()
    };
    let found = detect::route(telling.choice, &environment, &answers);
    show(&environment, is_asked.then_some(&answers), &found)?;
    let seen = try_each(environment.through())?;
    conclude(&found, &seen, &places.settings_file())
}

fn show(environment: &Environment, answers: Option<&Answers>, found: &Found) -> anyhow::Result<()> {
    let or_nothing = |value: &str| match value {
        "" => "not set".to_owned(),
        value => value.to_owned(),
    };
    let through = match environment.through() {
        Through::Nothing => "neither tmux nor screen",
        Through::Tmux => "tmux: it passes pop-ups on with \"set -g allow-passthrough on\" only",
        Through::Screen => "GNU screen",
    };
    let distance = if environment.over_ssh {
        "over SSH"
    } else {
        "on this machine"
    };
    let answered = match answers {
        None => "not asked".to_owned(),
        Some(Answers {
            is_complete: false, ..
        }) => "did not answer in half a second".to_owned(),
        Some(answers) => or_nothing(answers.version.as_deref().unwrap_or_default()),
    };
    let chosen = format!("{}, because {}", found.route.method.name(), found.because);
    let rows = [
        ("TERM", or_nothing(&environment.term)),
        ("LC_TERMINAL", or_nothing(&environment.lc_terminal)),
        ("TERM_PROGRAM", or_nothing(&environment.term_program)),
        ("Inside", through.to_owned()),
        ("Terminal", distance.to_owned()),
        ("Its own answer", answered),
        ("Way", chosen),
    ];
    let rows = rows.map(|(name, value)| [name.to_owned(), value]);
    output::table(["WHAT", "FOUND"], &rows)
}

/// Sends a sample by each way, and gives those that were seen.
fn try_each(through: Through) -> anyhow::Result<Vec<Method>> {
    let by = |method| Route { method, through };
    let mut seen = Vec::new();
    for (method, what) in WAYS {
        output::sequence(&by(method).text(&Notice::Sample(method.name())))?;
        if asked(what)? {
            seen.push(method);
        }
    }
    let bell = by(Method::Bell);
    output::sequence(&bell.bell())?;
    if asked("a flash of the window, or hear a bell")? {
        seen.push(Method::Bell);
    }
    output::sequence(&(KEEP_TITLE.to_owned() + &bell.title(1)))?;
    asked("\"(1 alarm)\" in the window's title")?;
    output::sequence(GIVE_TITLE_BACK)?;
    Ok(seen)
}

/// Whether somebody says yes; the end of the input is no.
fn asked(what: &str) -> anyhow::Result<bool> {
    output::lines(&format!("Did you see {what}? (y or n)"))?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "y" | "yes"
    ))
}

fn conclude(found: &Found, seen: &[Method], file: &Path) -> anyhow::Result<Exit> {
    let chosen = found.route.method;
    let file = file.display();
    match seen.first() {
        _ if seen.contains(&chosen) => {
            let way = chosen.name();
            output::lines(&format!("Alarms reach you by {way}, as things are"))?;
            Ok(Exit::Done)
        }
        Some(better) => {
            output::lines(&format!(
                "Alarms do not reach you by {}; write [notify] terminal = \"{}\" in {file}",
                chosen.name(),
                better.name()
            ))?;
            Ok(Exit::Failed)
        }
        None => {
            output::lines(
                "Nothing reached you. Allow notices and the bell in your terminal's settings, \
                 look away from its window (some show a notice only then), and try again",
            )?;
            Ok(Exit::Failed)
        }
    }
}
