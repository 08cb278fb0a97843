//! Giving commands about the directory from the shell. They need a live server and are not kept on
//! this machine; a dry run asks the same rules.

use super::flag;
use crate::api::types::DirectoryAnswer;
use crate::cli::act::How;
use crate::cli::connection::{self, Connection, Setting};
use crate::cli::outcome::{self, Line, Of};
use crate::cli::output::Exit;
use crate::client::directory::{self, OnDirectory};
use crate::client::outbox::WhyNot;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::CommandId;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::steps::Answers;
use crate::steps::directory::{Change, Ground};
use std::sync::Arc;
use uuid::Uuid;

/// A change, as answered.
pub(super) fn change(change: &Change, answers: &Answers, how: &How) -> anyhow::Result<Exit> {
    let connection = how.server.connection()?;
    let line = connection::wait_for(async {
        let mut desk = DirectoryDesk::open(&connection, how.dry_run).await?;
        let ground = Ground {
            now: desk.setting.now(),
            directory: &desk.directory,
            me: desk.setting.desk.person(),
            proposed: &[],
        };
        let command = change.command(answers, &ground).map_err(as_argument)?;
        Ok(desk.give(change.name, &command).await)
    })?;
    outcome::answer(&[line], how.format)
}

/// A refusal names a field by its pointer; in the shell that is an argument.
fn as_argument(refusal: Refusal) -> anyhow::Error {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } if !pointer.is_empty() => {
            anyhow::anyhow!("{refusal} (--{})", flag(pointer))
        }
        RefusalKind::Invalid { .. }
        | RefusalKind::NotAllowed
        | RefusalKind::AgainstRule
        | RefusalKind::NoSuchIncident => refusal.into(),
    }
}

/// The directory as it is known, command by command.
pub(super) struct DirectoryDesk<'a> {
    connection: &'a Connection,
    pub(super) setting: Setting,
    pub(super) directory: Arc<Directory>,
    is_dry_run: bool,
}

impl<'a> DirectoryDesk<'a> {
    pub(super) async fn open(connection: &'a Connection, is_dry_run: bool) -> anyhow::Result<Self> {
        let setting = connection.setting().await?;
        Ok(Self {
            directory: Arc::clone(&setting.desk.directory),
            connection,
            setting,
            is_dry_run,
        })
    }

    /// Gives a command, or says what would come of it; the directory goes on as it then is. What became
    /// true is told in a sentence, what did not under the name that it has here.
    pub(super) async fn give(&mut self, name: &str, command: &DirectoryCommand) -> Line {
        let now = self.setting.now();
        let judged = self
            .setting
            .desk
            .judge_on_directory(&self.directory, command, now);
        let of = |what: &str| Of::Directory(what.to_owned());
        let (directory, entry) = match judged {
            Ok(judged) => judged,
            Err(refusal) => return Line::refused(of(name), WhyNot::Refused { refusal }),
        };
        let sentence = entry.event.sentence(&directory);
        if self.is_dry_run {
            self.directory = Arc::new(directory);
            return Line::possible(of(&sentence));
        }
        let id = CommandId(Uuid::now_v7());
        let http = &self.connection.http;
        match directory::give(http, id, self.directory.version, command).await {
            OnDirectory::Applied(answer) => {
                let line = Line::done_on_directory(sentence, &answer);
                let DirectoryAnswer { directory, .. } = *answer;
                self.directory = Arc::new(directory);
                line
            }
            OnDirectory::Refused(refusal) => Line::refused(of(name), WhyNot::Refused { refusal }),
            OnDirectory::Unknown => Line::unknown(of(name)),
        }
    }
}
