//! Giving commands from the shell, with the same promise as on the screen: what has been taken is
//! on disk before it is sent, and is never lost nor done twice.
//!
//! A command whose outcome is unknown when patience ends stays in the outbox; the console, or the
//! next command of the shell, sends it again under the same id. Deliberately judges nothing itself:
//! the server does, and a dry run asks the same rules.

use super::connection::{self, Connection, Server, Setting};
use super::handed_in;
use super::outcome::{self, Line, Of};
use super::output::{self, Exit, Format};
use crate::api::types::CommandAnswer;
use crate::client::http;
use crate::client::journal::{Journal, JournalError, Owner};
use crate::client::outbox::{Errand, Outbox, Unsent, WhyNot};
use crate::client::replay::dated;
use crate::domain::Instant;
use crate::domain::calendar::input;
use crate::domain::clock;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, Reference};
use crate::domain::incident::Incident;
use crate::domain::personal;
use crate::domain::summons::When;
use crate::domain::taken;
use clap::Args;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often an unanswered command is tried before it is left to the outbox.
const TRIES: u32 = 3;

/// The longest pause between two tries; a shell is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// On which incidents, and how.
#[derive(Args)]
pub(super) struct Acting {
    /// References or ids; - reads them from standard input, one a line
    #[arg(required = true, value_name = "INCIDENT")]
    incidents: Vec<String>,
    #[command(flatten)]
    how: How,
}

impl Acting {
    /// What fits one incident alone is not done to several in one go.
    pub(super) fn check_is_one(&self, what: &str) -> anyhow::Result<()> {
        if names(&self.incidents)?.len() > 1 {
            let what = what.to_lowercase();
            anyhow::bail!("You cannot {what} of several incidents at once. Name one incident");
        }
        Ok(())
    }

    /// The server that is acted on.
    pub(super) fn connection(&self) -> anyhow::Result<Connection> {
        self.how.server.connection()
    }
}

/// How a command is given.
#[derive(Args)]
pub(super) struct How {
    /// Only say what would happen
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) server: Server,
    #[command(flatten)]
    pub(super) format: Format,
}

/// Give a command on each incident; `command` makes it from the incident as it is.
pub(super) fn on_each(
    acting: &Acting,
    command: impl Fn(&Incident, &Setting) -> anyhow::Result<Command>,
) -> anyhow::Result<Exit> {
    on_named(&acting.incidents, &acting.how, command)
}

/// The same for a subcommand that can also do without incidents.
pub(super) fn on_named(
    incidents: &[String],
    how: &How,
    command: impl Fn(&Incident, &Setting) -> anyhow::Result<Command>,
) -> anyhow::Result<Exit> {
    let named = names(incidents)?;
    let connection = how.server.connection()?;
    let lines = connection::wait_for(async {
        let mut desk = ShellDesk::open(&connection, how).await?;
        let mut lines = Vec::new();
        for name in &named {
            lines.push(desk.on_one(name, &command).await?);
        }
        Ok(lines)
    })?;
    outcome::answer(&lines, how.format)
}

/// Give a command on one incident.
pub(super) fn on_one(
    incident: &str,
    how: &How,
    command: impl Fn(&Incident, &Setting) -> anyhow::Result<Command>,
) -> anyhow::Result<Line> {
    let connection = how.server.connection()?;
    connection::wait_for(async {
        let mut desk = ShellDesk::open(&connection, how).await?;
        desk.on_one(incident, &command).await
    })
}

/// Give a command that makes a new incident.
pub(super) fn on_none(
    how: &How,
    command: impl FnOnce(&Setting) -> anyhow::Result<Command>,
) -> anyhow::Result<Exit> {
    let connection = how.server.connection()?;
    let line = connection::wait_for(async {
        let mut desk = ShellDesk::open(&connection, how).await?;
        let command = command(&desk.setting)?;
        desk.give(None, command).await
    })?;
    outcome::answer(&[line], how.format)
}

/// Things as named by arguments, or by lines of standard input for `-`.
pub(super) fn names(arguments: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for argument in arguments {
        if argument != "-" {
            names.push(argument.clone());
            continue;
        }
        let lines = handed_in::text(Path::new("-"))?.text;
        // The first column is enough of a line that another command has printed.
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        names.extend(lines.lines().filter_map(first));
    }
    Ok(names)
}

/// A time as people type it, by the server's clock.
pub(super) fn understood(typed: &str, setting: &Setting) -> anyhow::Result<Instant> {
    Ok(input::understand(typed, setting.now(), None)?)
}

/// The same, where it need not be given.
pub(super) fn time(typed: Option<&str>, setting: &Setting) -> anyhow::Result<Option<Instant>> {
    typed.map(|typed| understood(typed, setting)).transpose()
}

/// A text as given, or the content of the file that `@` names.
pub(super) fn text(given: &str) -> anyhow::Result<String> {
    given.strip_prefix('@').map_or_else(
        || Ok(given.to_owned()),
        |path| handed_in::prose(Path::new(path)),
    )
}

struct ShellDesk<'a> {
    connection: &'a Connection,
    setting: Setting,
    /// Absent in a dry run, which gives nothing.
    outgoing: Option<Outgoing>,
}

struct Outgoing {
    journal: Journal,
    outbox: Outbox,
    done: HashMap<CommandId, CommandAnswer>,
    /// What the journal could not note of what the server answered. That changes nothing of what was done:
    /// it is told with the outcome, and no command stops for it.
    not_noted: Vec<String>,
}

impl<'a> ShellDesk<'a> {
    async fn open(connection: &'a Connection, how: &How) -> anyhow::Result<Self> {
        let setting = connection.setting().await?;
        let outgoing = if how.dry_run {
            None
        } else {
            Some(Outgoing::open(connection, &setting)?)
        };
        let mut desk = Self {
            connection,
            setting,
            outgoing,
        };
        desk.send_left_over().await?;
        Ok(desk)
    }

    /// What a console or a shell that died has left behind goes first.
    async fn send_left_over(&mut self) -> anyhow::Result<()> {
        let Some(outgoing) = &mut self.outgoing else {
            return Ok(());
        };
        let left_over = outgoing.outbox.pending().len();
        if left_over > 0 {
            output::complain(format!(
                "Commands given earlier are not confirmed yet: {left_over}. Sending them first"
            ))?;
            outgoing.send(self.connection, &self.setting).await;
        }
        for refused in outgoing.outbox.refused() {
            let name = refused.unsent.command.name();
            output::complain(format!(
                "An earlier {name} was not carried out. Dismiss it in the console: {}",
                refused.why
            ))?;
        }
        Ok(())
    }

    async fn on_one(
        &mut self,
        name: &str,
        command: impl Fn(&Incident, &Setting) -> anyhow::Result<Command>,
    ) -> anyhow::Result<Line> {
        if let Err(error) = check_name(name) {
            return Ok(Line::not_given(Of::Incident(name.to_owned()), &error));
        }
        let incident = match named(self.connection, name).await {
            Ok(incident) => incident,
            Err(error) => return Ok(Line::not_given(Of::Incident(name.to_owned()), &error)),
        };
        if self.outgoing.is_none() {
            self.hear_of_problems(&incident).await?;
        }
        match command(&incident, &self.setting) {
            Ok(command) => self.give(Some(incident), command).await,
            Err(error) => Ok(Line::not_given(Of::Incident(name.to_owned()), &error)),
        }
    }

    /// What a dry run has to know besides the incident: closing it depends on what it comes from.
    async fn hear_of_problems(&mut self, incident: &Incident) -> anyhow::Result<()> {
        let query = [("incident", incident.id.to_string())];
        let page = self.connection.http.problems(&query, None).await?.body;
        Arc::make_mut(&mut self.setting.desk.problems).absorb_of(incident.id, page.problems);
        Ok(())
    }

    async fn give(&mut self, incident: Option<Incident>, command: Command) -> anyhow::Result<Line> {
        let now = self.setting.now();
        let command = dated(command, now);
        warn_of_personal(&command)?;
        let Some(outgoing) = &mut self.outgoing else {
            return Ok(self.judge(incident.as_ref(), &command));
        };
        let id = CommandId(Uuid::now_v7());
        let unsent = Unsent {
            id,
            incident: incident.as_ref().map_or(id.into(), |incident| incident.id),
            command,
            seen_version: incident.as_ref().map_or(0, |incident| incident.version),
            given_at: now,
        };
        let name = incident.map_or_else(|| "new incident".to_owned(), |incident| incident.name());
        if let Err(error) = outgoing.journal.given(&unsent) {
            return Ok(Line::not_given(Of::Incident(name), &error.into()));
        }
        outgoing.outbox.add(unsent);
        outgoing.outbox.written(id);
        outgoing.send(self.connection, &self.setting).await;
        Ok(outgoing.line(id, name))
    }

    fn judge(&self, incident: Option<&Incident>, command: &Command) -> Line {
        let name = incident.map_or_else(|| "new incident".to_owned(), Incident::name);
        let desk = &self.setting.desk;
        let now = self.setting.now();
        let judged = desk.events_of(incident, command, now).and_then(|events| {
            let after = desk.foresee(incident, command, now)?;
            let mut said = taken::said(&events, &desk.directory, &desk.policy, When::Before);
            said.extend(clock::new_deadlines(incident, &after, &desk.directory));
            Ok(said)
        });
        match judged {
            Ok(said) => Line::possible(Of::Incident(name)).saying(said),
            Err(refusal) => Line::refused(Of::Incident(name), WhyNot::Refused { refusal }),
        }
    }
}

impl Outgoing {
    fn open(connection: &Connection, setting: &Setting) -> anyhow::Result<Self> {
        let owner = Owner {
            server: connection.http.server().to_owned(),
            person: setting.desk.person().clone(),
        };
        let journal = Journal::open(&connection.places.state, owner)?;
        let remembered = journal.remembered();
        for loss in remembered.losses() {
            output::complain(loss)?;
        }
        let (unsent, refused) = (remembered.unsent.clone(), remembered.refused.clone());
        Ok(Self {
            journal,
            outbox: Outbox::restored(unsent, refused, setting.now()),
            done: HashMap::new(),
            not_noted: Vec::new(),
        })
    }

    /// Send what is due until nothing is, or patience ends.
    async fn send(&mut self, connection: &Connection, setting: &Setting) {
        for tries_left in (0..TRIES).rev() {
            self.send_what_is_due(connection, setting).await;
            let Some(retry_at) = self.outbox.next_retry_at().filter(|_| tries_left > 0) else {
                return;
            };
            let wait = (retry_at - setting.now()).to_std().unwrap_or_default();
            tokio::time::sleep(wait.min(LONGEST_WAIT)).await;
        }
    }

    /// What one answer sets free, the next command of the same incident say, is due at once.
    async fn send_what_is_due(&mut self, connection: &Connection, setting: &Setting) {
        loop {
            let errands = self.outbox.take_errands(setting.now());
            if errands.is_empty() {
                return;
            }
            for errand in errands {
                self.run(errand, connection, setting).await;
            }
        }
    }

    async fn run(&mut self, errand: Errand, connection: &Connection, setting: &Setting) {
        let id = errand.command();
        let seen = self
            .outbox
            .find(id)
            .map(|pending| pending.unsent.seen_version);
        let (answered, is_question) = match &errand {
            Errand::Send(unsent) => (connection.http.carry_out(unsent).await, false),
            Errand::Ask(id) => (connection.http.recall(*id).await, true),
        };
        let answered = answered.map(|reply| reply.body);
        if let Ok(answer) = &answered {
            let noted = self.journal.applied(answer.into());
            self.note(noted);
            self.done.insert(id, answer.clone());
        }
        let answer = if is_question {
            http::answer_to_asking(answered)
        } else {
            http::answer_to_sending(answered)
        };
        let (verdict, _) = answer.verdict(seen.unwrap_or_default());
        let before = self.outbox.refused().len();
        self.outbox.settle(id, verdict, setting.now(), spread(id));
        let refused = self.outbox.refused().iter().skip(before);
        let noted: Vec<_> = refused
            .map(|refused| self.journal.refused(refused))
            .collect();
        for noted in noted {
            self.note(noted);
        }
    }

    fn note(&mut self, noted: Result<(), JournalError>) {
        self.not_noted
            .extend(noted.err().map(|error| error.to_string()));
    }

    /// What came of a command. A refusal is told here and now, so it is not kept.
    fn line(&mut self, id: CommandId, name: String) -> Line {
        let line = match (self.done.get(&id).map(Line::done), self.dismiss(id)) {
            (Some(done), _) => done,
            (None, Some(why)) => Line::refused(Of::Incident(name), why),
            (None, None) => Line::unconfirmed(Of::Incident(name)),
        };
        line.not_noted(std::mem::take(&mut self.not_noted))
    }

    fn dismiss(&mut self, id: CommandId) -> Option<WhyNot> {
        let refused = self.outbox.dismiss(id)?;
        let noted = self.journal.dismissed(id);
        self.note(noted);
        Some(refused.why)
    }
}

/// Says where a text looks as if it named a patient or staff, and blocks nothing. The words are not
/// repeated: what a shell says is often kept.
fn warn_of_personal(command: &Command) -> anyhow::Result<()> {
    let texts = match command {
        Command::Log(log) => vec![("title", &*log.title), ("summary", &*log.summary)],
        Command::Note(note) => vec![("text", &*note.text)],
        Command::Retitle(retitle) => {
            let title = retitle.title.as_deref().map(|title| ("title", title));
            let summary = retitle.summary.as_deref().map(|text| ("summary", text));
            title.into_iter().chain(summary).collect()
        }
        _ => Vec::new(),
    };
    for (field, text) in texts {
        for seen in personal::seen(text) {
            output::complain(format!(
                "The {field} holds what looks like {}. Leave out what names a patient or staff",
                seen.kind.name()
            ))?;
        }
    }
    Ok(())
}

/// Ids end in random bits, which spread retries as well as any others.
fn spread(id: CommandId) -> f64 {
    f64::from(id.0.as_bytes()[15]) / 256.0
}

/// A mistyped reference is told before anybody is asked; the number of one is looked up later.
pub(super) fn check_name(name: &str) -> anyhow::Result<()> {
    if Uuid::try_parse(name).is_err() && number(name).is_none() {
        name.parse::<Reference>()?;
    }
    Ok(())
}

/// The number of a reference alone: 26 for INC-26-0026-X.
fn number(name: &str) -> Option<u32> {
    let is_number = (1..=6).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_digit());
    name.parse().ok().filter(|_| is_number)
}

/// The incident that a reference, an id, or a number that fits only one names.
pub(super) async fn named(connection: &Connection, name: &str) -> anyhow::Result<Incident> {
    let name = incident_name(connection, name).await?;
    Ok(connection.http.incident(&name).await?.body)
}

/// The name by which the server knows an incident; a number alone is that of the one reference it fits.
pub(super) async fn incident_name(connection: &Connection, name: &str) -> anyhow::Result<String> {
    check_name(name)?;
    let Some(number) = number(name) else {
        return Ok(name.to_owned());
    };
    let part = format!("-{number:04}-");
    let found = connection::every_page(async |cursor| {
        let page = connection.http.incidents_with(&part, cursor).await?.body;
        Ok((page.incidents, page.next))
    });
    let references = found.await?.into_iter().filter_map(|one| one.reference);
    let fitting: Vec<Reference> = references
        .filter(|reference| reference.counter() == number)
        .collect();
    match fitting.as_slice() {
        [one] => Ok(one.to_string()),
        [] => anyhow::bail!(
            "No incident that you can see has the number {number}. Write its reference, such as INC-26-0423-K"
        ),
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            anyhow::bail!(
                "{number} fits several: {}. Write the reference of the one you mean",
                several.join(", ")
            )
        }
    }
}
