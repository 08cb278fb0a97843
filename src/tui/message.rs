//! What arrives at the loop, and what the loop should then do; both are values.
//!
//! Messages are past, effects are imperative. Nothing here does anything.

use super::app::Timeline;
use super::finding::{Found, Sought};
use super::terminal::Ending;
use crate::client::alarms::OnAlarm;
use crate::client::deliveries::OnTest;
use crate::client::directory::OnDirectory;
use crate::client::drafts::Draft;
use crate::client::http::{Health, Reload};
use crate::client::journal::Remembered;
use crate::client::outbox::{Errand, Refused, Unsent};
use crate::client::problems::OnProblem;
use crate::client::replay::Desk;
use crate::client::replica::Answer;
use crate::domain::alarm::{RaisedAlarm, Receipt};
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{AlarmId, CommandId, IncidentId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::recipients::Service;
use crate::domain::reporting::{Period, ReportKind};
use crate::notify::notice::Notice;
use crate::report::Report;
use chrono::TimeDelta;
use crossterm::event::{KeyEvent, MouseEvent};
use std::path::PathBuf;

/// What arrived.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Pasted(String),
    /// A line was typed, where there is no screen.
    Line(String),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// The terminal has this size now.
    Resized(u16, u16),
    /// The console goes on after it was stopped, on a screen that somebody else has written on.
    Resumed,
    /// The time for which the loop slept has come.
    Woke,
    /// The server told of incidents; of a few at a time, for a key waits until they are taken in.
    Told(Vec<Incident>),
    /// Every incident has been told of that is loaded at the beginning, where there are any.
    Loaded,
    /// The server answered, whatever it said; its clock is ahead of ours by so much.
    Heard(TimeDelta),
    /// What is wrong with the server that answers has changed.
    HealthHeard(Health),
    /// The server did not answer, and why not.
    Lost(String),
    /// Everything is loaded again.
    StartedOver(Reload),
    /// Roles, numbers or names changed.
    DeskChanged(Box<Desk>),
    /// A command is on disk.
    Written(CommandId),
    /// A command could not be written to disk.
    NotWritten(CommandId, String),
    /// The disk takes nothing of what is to be kept, and why.
    CannotSave(String),
    /// The disk takes things again.
    CanSave,
    /// The outbox could be opened after all; this is what an earlier console left in it.
    Remembered(Box<Remembered>),
    /// The disk did not take something that was not promised.
    DiskFailed(String),
    /// Of the commands that were asked about the server has lost these, the newest first.
    Undone(Vec<CommandId>),
    /// The server answered an errand, or did not.
    Answered(CommandId, Answer),
    /// A timeline came.
    TimelineCame(Timeline),
    /// A search was answered: to which question, and with what or why not.
    Found(String, Result<Found, String>),
    /// The server told of every problem that may be seen.
    ProblemsCame(Vec<Problem>),
    /// The server answered a command about a problem, or did not.
    ProblemAnswered(CommandId, OnProblem),
    /// The server made a report, or says why not.
    ReportCame(ReportKind, Period, Result<Box<Report>, String>),
    /// The desk keeps a report, under this id and this SHA-256; or why not.
    ReportFrozen(Result<(CommandId, String), String>),
    /// A file was written, and where; or why not.
    Exported(Result<PathBuf, String>),
    /// What came of a change of the directory.
    ChangeAnswered(CommandId, OnDirectory),
    /// The desk was handed over, or why not.
    DirectoryAnswered(Box<DirectoryCommand>, Result<(), String>),
    /// The server told which alarms stand, or why it did not.
    AlarmsCame(Result<Vec<RaisedAlarm>, String>),
    /// The server told which services it tells over HTTP.
    ServicesCame(Vec<Service>),
    /// What became of a test message, as far as anybody knows.
    DeliveryTested(CommandId, OnTest),
    /// What came of a receipt of an alarm.
    AlarmAnswered(CommandId, OnAlarm),
    /// These alarms nobody on this machine has told of; they are this console's to tell.
    AlarmsClaimed(Vec<AlarmId>),
    /// The console is to end.
    Ended(Ending),
}

impl Message {
    /// Whether it comes from the officer, who waits for what it brings.
    pub(super) fn is_input(&self) -> bool {
        match self {
            Self::Key(_) | Self::Pasted(_) | Self::Line(_) | Self::Mouse(_) | Self::Resized(..) => {
                true
            }
            Self::Woke
            | Self::Resumed
            | Self::Told(_)
            | Self::Loaded
            | Self::Heard(_)
            | Self::HealthHeard(_)
            | Self::Lost(_)
            | Self::StartedOver(_)
            | Self::DeskChanged(_)
            | Self::Written(_)
            | Self::NotWritten(..)
            | Self::CannotSave(_)
            | Self::CanSave
            | Self::Remembered(_)
            | Self::DiskFailed(_)
            | Self::Undone(_)
            | Self::Answered(..)
            | Self::TimelineCame(_)
            | Self::DirectoryAnswered(..)
            | Self::ChangeAnswered(..)
            | Self::Found(..)
            | Self::ProblemsCame(_)
            | Self::ProblemAnswered(..)
            | Self::ReportCame(..)
            | Self::ReportFrozen(_)
            | Self::Exported(_)
            | Self::AlarmsCame(_)
            | Self::AlarmAnswered(..)
            | Self::ServicesCame(_)
            | Self::DeliveryTested(..)
            | Self::AlarmsClaimed(_)
            | Self::Ended(_) => false,
        }
    }
}

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Write a command to disk, before anything is sent.
    Write(Unsent),
    /// The disk must remember that a command was refused, until that is dismissed.
    Keep(Box<Refused>),
    /// The disk may forget a refusal: it was dismissed.
    Forget(CommandId),
    /// The disk must remember these half-filled forms and no others.
    KeepDrafts(Vec<Draft>),
    /// Send a command, or ask what became of it.
    Run(Errand),
    /// Ask which of these commands, the newest first, the server has lost since it took them.
    AskWhatIsUndone(Vec<CommandId>),
    /// Ask the server for changes now.
    PollNow,
    /// Fetch what became true of an incident.
    FetchTimeline(IncidentId),
    /// Give a command about the directory as it was seen at a version; its form waits for the answer.
    Change(CommandId, u64, DirectoryCommand),
    /// Send a handover of the desk, on a directory that was seen at a version.
    SendDirectory(CommandId, u64, DirectoryCommand),
    /// Ask the server for incidents among everything it has.
    Search(Sought),
    /// Give a command about a problem that was seen at a version, or raise a new one.
    GiveOnProblem {
        /// Its identity.
        id: CommandId,
        /// Which problem, and the version that was seen; none for a new one.
        problem: Option<(ProblemId, u64)>,
        /// What is asked.
        command: ProblemCommand,
    },
    /// Ask the server for a report.
    FetchReport(ReportKind, Period),
    /// Have the server freeze a report under an id.
    FreezeReport(CommandId, ReportKind, Period),
    /// Take the case file of an incident that a command handed out, and write it to a folder.
    TakeCaseFile(IncidentId, CommandId),
    /// Write a new file for whoever asked for it.
    Export(Exported),
    /// Put a text into the clipboard of the officer's terminal.
    Copy(String),
    /// Ring the terminal's bell.
    Ring,
    /// Ask the server which alarms stand.
    FetchAlarms,
    /// Say something of an alarm.
    ReceiveAlarm(CommandId, AlarmId, Receipt),
    /// Ask the server which services it tells over HTTP.
    FetchServices,
    /// Send a test message, and say what becomes of it.
    TestDelivery(CommandId, DeliveryCommand),
    /// Ask the disk which of these alarms nobody on this machine has told of.
    ClaimAlarms(Vec<AlarmId>),
    /// Tell the officer's own desktop something, and ring.
    Tell(Notice),
    /// Say in the window's title how many alarms nobody has acknowledged.
    Entitle(usize),
}

/// A file that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// What it is called, without the ending.
    pub stem: String,
    /// The ending.
    pub extension: &'static str,
    /// What is in it.
    pub content: Vec<u8>,
}
