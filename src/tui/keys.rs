//! THE TABLE: every key, what it does, and how it is called.
//!
//! A row is the only place where a key is written. Dispatch, the footer, the help screen, the
//! command palette, `nightdesk keys` and the README's table are all read from here. This module
//! deliberately does not know what an action does: that is `update`.

use crate::steps::directory::{
    APPOINT, Change, END_TERM, OFFER_SWAP, OVERRIDE_SHIFT, PLAN_SHIFT, VERIFY_POINT,
};
use crate::steps::{self, ProblemStep, Step};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Where a key means something; of several open scopes the innermost is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A question that is answered with yes or no.
    Question,
    /// A refusal that is read and closed.
    Refusal,
    /// A form's fields.
    Form,
    /// The line on which a filter is typed.
    Filter,
    /// A list to choose from.
    Picker,
    /// A sheet that is read line by line.
    Sheet,
    /// The handover sheet.
    Handover,
    /// The hand-off sheet.
    Handoff,
    /// A report.
    Report,
    /// The search.
    Search,
    /// The alarms that stand.
    Alarms,
    /// A reference that is typed because what follows cannot be undone.
    Seal,
    /// The board.
    Board,
    /// The directory.
    Directory,
    /// The detail of an incident.
    Detail,
    /// An incident, on the board or in detail.
    Incident,
    /// A problem, in their list or by itself.
    Problem,
    /// Everywhere.
    Everywhere,
}

impl Scope {
    /// The scope in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Refusal => "refusal",
            Self::Form => "form",
            Self::Filter => "filter",
            Self::Picker => "picker",
            Self::Sheet => "sheet",
            Self::Handover => "handover sheet",
            Self::Handoff => "hand-off sheet",
            Self::Report => "report",
            Self::Search => "search",
            Self::Alarms => "alarms",
            Self::Seal => "confirmation",
            Self::Board => "board",
            Self::Directory => "directory",
            Self::Detail => "detail",
            Self::Incident => "incident",
            Self::Problem => "problem",
            Self::Everywhere => "everywhere",
        }
    }

    /// Whether a person can have both open at once, so that one key cannot serve both.
    fn meets(self, other: Self) -> bool {
        use Scope::{
            Alarms, Board, Detail, Filter, Handoff, Handover, Incident, Picker, Report, Sheet,
        };
        self == other
            || matches!(
                (self, other),
                (Board | Detail, Incident)
                    | (Incident, Board | Detail)
                    | (Filter, Picker)
                    | (Picker, Filter)
                    | (Handover | Handoff | Report | Alarms, Sheet)
                    | (Sheet, Handover | Handoff | Report | Alarms)
            )
    }
}

/// What a key asks the interface to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// One row up.
    MoveUp,
    /// One row down.
    MoveDown,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// The first row.
    MoveFirst,
    /// The last row.
    MoveLast,
    /// Open what is selected.
    Open,
    /// Close what is open.
    Back,
    /// The queue or tab with the number of the key.
    Numbered,
    /// The next queue or tab.
    NextTab,
    /// The queue or tab before.
    PreviousTab,
    /// Narrow the queue.
    Filter,
    /// The next of the saved filters.
    NextSaved,
    /// The saved filter before.
    PreviousSaved,
    /// Narrow the queue by the saved filter with this place among them.
    Saved(usize),
    /// Draw in the theme with this place among those that there are.
    Theme(usize),
    /// Mark the incident for acting on several.
    Mark,
    /// Freeze or release the feed.
    Freeze,
    /// Have the desk keep the report that is shown.
    FreezeReport,
    /// Ask the server now.
    PollNow,
    /// Acknowledge.
    Acknowledge,
    /// Take the acknowledgement back.
    Undo,
    /// Give to somebody else.
    Reassign,
    /// Take on what the officer before still owns.
    TakeOn,
    /// Answer an offered assignment.
    AnswerOffer,
    /// One rung up the ladder.
    Escalate,
    /// Record an attempt to inform a contact.
    Inform,
    /// Tell partners.
    NotifyPartners,
    /// Record what a partner answered.
    PartnerAnswer,
    /// Add a file note.
    Note,
    /// Triage.
    Triage,
    /// Grade severity and likelihood.
    Grade,
    /// Correct an awareness time.
    CorrectAwareness,
    /// Declare or decline a major incident.
    Major,
    /// Choose among the decisions.
    Decide,
    /// Choose among the other steps of casework.
    Work,
    /// Take a step of casework.
    Step(&'static Step),
    /// The problems behind incidents.
    Problems,
    /// Take a step on a problem.
    OnProblem(&'static ProblemStep),
    /// Choose a problem that the incident comes from.
    LinkProblem,
    /// The directory.
    Directory,
    /// Change the directory.
    Change(&'static Change),
    /// The hand-off sheet.
    Handoff,
    /// Copy the answer under the cursor.
    CopyAnswer,
    /// Show the timeline.
    Timeline,
    /// Copy the reference.
    CopyReference,
    /// Log a new incident.
    Log,
    /// The handover.
    Handover,
    /// Write what is shown to a file.
    Export,
    /// The reports for a period.
    Reports,
    /// The month before.
    EarlierMonth,
    /// The month after.
    LaterMonth,
    /// Strike out a call that was recorded by mistake.
    StrikeCall,
    /// Hand out the case file.
    CaseFile,
    /// Search everything, however long ago it ended.
    Search,
    /// The alarms that stand.
    Alarms,
    /// Say that one knows of the alarm.
    AcknowledgeAlarm,
    /// Choose for how long the alarm's reminders wait.
    SnoozeAlarm,
    /// Have the alarm's reminders wait for so many minutes.
    PutOff(u32),
    /// Choose to whom a test message goes.
    TestDelivery,
    /// Send the test message with this place among those that were offered.
    SendTest(usize),
    /// Connection and outbox.
    Connection,
    /// Dismiss the notice that is shown.
    Dismiss,
    /// The command palette.
    Palette,
    /// Help.
    Help,
    /// Leave.
    Quit,
    /// The next field.
    NextField,
    /// The field before.
    PreviousField,
    /// The choice to the left.
    ChoiceLeft,
    /// The choice to the right.
    ChoiceRight,
    /// Tick or choose.
    Tick,
    /// Send the form.
    Submit,
    /// Leave the form and forget what was typed.
    Discard,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The action's name, by which settings rebind it.
    pub name: &'static str,
    /// The keys as people write them, separated by spaces.
    pub keys: &'static str,
    /// Where they mean this.
    pub scope: Scope,
    /// What they mean.
    pub action: Action,
    /// The word in the footer; empty if it is not shown there.
    pub word: &'static str,
    /// The sentence in the help.
    pub help: &'static str,
}

const fn row(
    name: &'static str,
    keys: &'static str,
    scope: Scope,
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Row {
    Row {
        name,
        keys,
        scope,
        action,
        word,
        help,
    }
}

/// The table. Ctrl-A, Ctrl-B, Ctrl-S, Ctrl-Q and Alt chords are avoided on purpose: screen, tmux,
/// flow control and slow lines take them.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row("acknowledge", "a", Scope::Incident, Action::Acknowledge, "ack", "Acknowledge the incident, or all that are marked"),
    row("undo", "u", Scope::Incident, Action::Undo, "undo", "Take back your acknowledgement of this incident, or of those marked, within 30 seconds"),
    row("reassign", "A", Scope::Incident, Action::Reassign, "assign", "Give the incident to somebody else; people on shift come first"),
    row("answer-offer", "o", Scope::Incident, Action::AnswerOffer, "", "Accept or decline an assignment that is offered to you"),
    row("escalate", "e", Scope::Incident, Action::Escalate, "escalate", "Escalate one rung; shows who will be contacted before you confirm"),
    row("inform", "i", Scope::Incident, Action::Inform, "inform", "Call sheet: numbers in ladder order, and the outcome of the attempt"),
    row("strike-call", "X", Scope::Incident, Action::StrikeCall, "", "Correct a call: strike out a call or message that was recorded by mistake"),
    row("notify", "p", Scope::Incident, Action::NotifyPartners, "partners", "Notify partners: choose, look at the text, send"),
    row("answer", "P", Scope::Incident, Action::PartnerAnswer, "", "Record what a partner answered"),
    row("note", "n", Scope::Incident, Action::Note, "note", "Add a file note, a call or minutes"),
    row("triage", "T", Scope::Incident, Action::Triage, "triage", "Triage: category, data, status, partnership effect"),
    row("grade", "s", Scope::Incident, Action::Grade, "grade", "Grade severity and likelihood on the grid"),
    row("correct-awareness", "c", Scope::Incident, Action::CorrectAwareness, "", "Correct an awareness time; the old time stays on record"),
    row("major", "m", Scope::Incident, Action::Major, "", "Declare a major incident, decline the proposal, or end a false alarm"),
    row("decide", "d", Scope::Incident, Action::Decide, "decide", "Decide: report or decline, sign, tell people, escalate, declare major"),
    row("work", "w", Scope::Incident, Action::Work, "work", "Every other step of the case; those of its stage come first"),
    row("hand-off", "h", Scope::Incident, Action::Handoff, "", "Answers for the regulator's own tool, to copy one by one"),
    row("raise-problem", "b", Scope::Incident, Action::OnProblem(steps::RAISE), "", "Raise a problem behind the incident, or behind all that are marked"),
    row("link-problem", "l", Scope::Incident, Action::LinkProblem, "", "Link the incident with the problem that causes it"),
    row("timeline", "t", Scope::Incident, Action::Timeline, "", "Show everything that happened, with who and when"),
    row("copy-reference", "y", Scope::Incident, Action::CopyReference, "", "Copy the reference to the clipboard of your terminal (OSC 52)"),
    row("case-file", "x", Scope::Incident, Action::CaseFile, "", "Export the case file to a folder that can be checked without nightdesk"),
    row("mark", "Space", Scope::Board, Action::Mark, "mark", "Mark or unmark the incident; a, e, A and n then work on all marked"),
    row("filter", "/", Scope::Board, Action::Filter, "filter", "Narrow the queue: words, owner:me, due<4h, sev>=3, -is:major, sort:severity (docs/filters.md)"),
    row("freeze", "f", Scope::Board, Action::Freeze, "", "Freeze the rows where they are, or release them"),
    row("poll", "r", Scope::Board, Action::PollNow, "", "Ask the server for changes now"),
    row("quit", "q", Scope::Board, Action::Quit, "quit", "Leave; asks first if actions are unsent, which are kept"),
    row("workaround", "w", Scope::Problem, Action::OnProblem(steps::WORKAROUND), "workaround", "Record the workaround until the problem is solved"),
    row("diagnose", "d", Scope::Problem, Action::OnProblem(steps::DIAGNOSE), "diagnose", "Say what causes the problem. It is then a known error"),
    row("link", "l", Scope::Problem, Action::OnProblem(steps::LINK), "link", "Link an incident that the problem causes"),
    row("unlink", "u", Scope::Problem, Action::OnProblem(steps::UNLINK), "unlink", "Take back the link of an incident that the problem does not cause"),
    row("resolve-problem", "s", Scope::Problem, Action::OnProblem(steps::RESOLVE), "solved", "Say what solved the problem"),
    row("close-problem", "c", Scope::Problem, Action::OnProblem(steps::CLOSE), "close", "Close a solved problem"),
    row("reopen-problem", "o", Scope::Problem, Action::OnProblem(steps::REOPEN), "reopen", "Work again on a problem that is not solved after all"),
    row("new-problem", "b", Scope::Problem, Action::OnProblem(steps::RAISE), "raise", "Raise a problem behind the incidents marked or selected on the board"),
    row("up", "Up k", Scope::Everywhere, Action::MoveUp, "", "One row up"),
    row("down", "Down j", Scope::Everywhere, Action::MoveDown, "", "One row down"),
    row("page-up", "PgUp", Scope::Everywhere, Action::PageUp, "", "One page up"),
    row("page-down", "PgDn", Scope::Everywhere, Action::PageDown, "", "One page down"),
    row("first", "Home g", Scope::Everywhere, Action::MoveFirst, "", "The first row"),
    row("last", "End G", Scope::Everywhere, Action::MoveLast, "", "The last row"),
    row("open", "Enter", Scope::Everywhere, Action::Open, "open", "Open what is selected"),
    row("back", "Esc", Scope::Everywhere, Action::Back, "back", "Go back; never quits"),
    row("numbered", "1 2 3 4 5 6 7 8 9", Scope::Everywhere, Action::Numbered, "", "The queue or tab with that number"),
    row("next-tab", "Tab Right", Scope::Everywhere, Action::NextTab, "", "The next queue or tab"),
    row("previous-tab", "Shift-Tab Left", Scope::Everywhere, Action::PreviousTab, "", "The queue or tab before"),
    row("log", "N", Scope::Everywhere, Action::Log, "new", "Log a new incident"),
    row("problems", "B", Scope::Everywhere, Action::Problems, "", "Problems: the causes behind incidents"),
    row("handover", "H", Scope::Everywhere, Action::Handover, "", "The handover sheet; accept the handover of a shift"),
    row("reports", "R", Scope::Everywhere, Action::Reports, "", "Reports: steering group, committee, governing body, yearly assurance, partnership, register"),
    row("directory", "D", Scope::Everywhere, Action::Directory, "", "The directory: who holds which role, the rota, gaps"),
    row("search", "S", Scope::Everywhere, Action::Search, "", "Search all incidents, open or closed, by words and facts"),
    row("alarms", "!", Scope::Everywhere, Action::Alarms, "alarms", "Open alarms and who knows of each; acknowledge one, or put a reminder off"),
    row("connection", "L", Scope::Everywhere, Action::Connection, "", "The connection, the outbox and refused actions"),
    row("dismiss", "z", Scope::Everywhere, Action::Dismiss, "", "Dismiss the notice at the bottom"),
    row("palette", ":", Scope::Everywhere, Action::Palette, "commands", "Every action by name"),
    row("help", "? F1", Scope::Everywhere, Action::Help, "help", "This help; type to narrow it"),
    row("next-field", "Tab Down", Scope::Form, Action::NextField, "next", "The next field"),
    row("previous-field", "Shift-Tab Up", Scope::Form, Action::PreviousField, "", "The field before"),
    row("choice-left", "Left", Scope::Form, Action::ChoiceLeft, "", "The choice to the left"),
    row("choice-right", "Right", Scope::Form, Action::ChoiceRight, "", "The choice to the right"),
    row("tick", "Space", Scope::Form, Action::Tick, "tick", "Tick or untick, or the next choice"),
    row("next-or-send", "Enter", Scope::Form, Action::Open, "next", "The next field; on the last line, send"),
    row("submit", "F2", Scope::Form, Action::Submit, "send", "Send the form from any field"),
    row("discard", "F8", Scope::Form, Action::Discard, "discard", "Leave the form and discard what you typed; asks first"),
    row("cancel", "Esc", Scope::Form, Action::Back, "cancel", "Leave the form and save a draft"),
    row("form-page-up", "PgUp", Scope::Form, Action::PageUp, "", "Back in the names and numbers under the form"),
    row("form-page-down", "PgDn", Scope::Form, Action::PageDown, "more", "On in the names and numbers under the form"),
    row("form-help", "F1 ?", Scope::Form, Action::Help, "help", "This help; ? in a text is a question mark"),
    row("next-saved", "Tab", Scope::Filter, Action::NextSaved, "saved", "The next of the filters saved in your settings"),
    row("previous-saved", "Shift-Tab", Scope::Filter, Action::PreviousSaved, "", "The saved filter before"),
    row("picker-up", "Up", Scope::Picker, Action::MoveUp, "", "One row up"),
    row("picker-down", "Down", Scope::Picker, Action::MoveDown, "", "One row down"),
    row("picker-page-up", "PgUp", Scope::Picker, Action::PageUp, "", "One page up"),
    row("picker-page-down", "PgDn", Scope::Picker, Action::PageDown, "", "One page down"),
    row("choose", "Enter", Scope::Picker, Action::Open, "choose", "Choose the row"),
    row("picker-help", "F1", Scope::Picker, Action::Help, "help", "This help; type to narrow it"),
    row("leave", "Esc", Scope::Picker, Action::Back, "back", "Leave without choosing"),
    row("sheet-up", "Up k", Scope::Sheet, Action::MoveUp, "", "One row up"),
    row("sheet-down", "Down j", Scope::Sheet, Action::MoveDown, "", "One row down"),
    row("sheet-page-up", "PgUp", Scope::Sheet, Action::PageUp, "", "One page up"),
    row("sheet-page-down", "PgDn", Scope::Sheet, Action::PageDown, "", "One page down"),
    row("sheet-dismiss", "z", Scope::Sheet, Action::Dismiss, "dismiss", "Dismiss the newest action that was not carried out"),
    row("sheet-help", "? F1", Scope::Sheet, Action::Help, "help", "This help; type to narrow it"),
    row("close", "Esc", Scope::Sheet, Action::Back, "back", "Close the sheet"),
    row("take-on", "t", Scope::Handover, Action::TakeOn, "take on", "Take on the incidents that the officer before you still owns"),
    row("hand-over", "Enter", Scope::Handover, Action::Open, "offer or take over", "Offer the desk to the next shift, or take it over"),
    row("export", "x", Scope::Handover, Action::Export, "export", "Write the handover sheet to a file, as PDF, text or for another program"),
    row("directory-up", "Up k", Scope::Directory, Action::MoveUp, "", "One row up"),
    row("directory-down", "Down j", Scope::Directory, Action::MoveDown, "", "One row down"),
    row("directory-page-up", "PgUp", Scope::Directory, Action::PageUp, "", "One page up"),
    row("directory-page-down", "PgDn", Scope::Directory, Action::PageDown, "", "One page down"),
    row("directory-first", "Home g", Scope::Directory, Action::MoveFirst, "", "The first row"),
    row("directory-last", "End G", Scope::Directory, Action::MoveLast, "", "The last row"),
    row("section", "1 2 3 4 5", Scope::Directory, Action::Numbered, "", "The section with that number"),
    row("next-section", "Tab Right", Scope::Directory, Action::NextTab, "next", "The next section"),
    row("previous-section", "Shift-Tab Left", Scope::Directory, Action::PreviousTab, "", "The section before"),
    row("change-directory", "Enter", Scope::Directory, Action::Open, "change", "Every change that fits the row, those that close its gap first"),
    row("appoint", "a", Scope::Directory, Action::Change(&APPOINT), "appoint", "Appoint somebody to a role, or propose it"),
    row("end-term", "e", Scope::Directory, Action::Change(&END_TERM), "end term", "End a term early, or propose it"),
    row("plan-shift", "p", Scope::Directory, Action::Change(&PLAN_SHIFT), "plan", "Plan who is on call"),
    row("override-shift", "o", Scope::Directory, Action::Change(&OVERRIDE_SHIFT), "override", "Put somebody else on a shift, or on part of it"),
    row("offer-swap", "s", Scope::Directory, Action::Change(&OFFER_SWAP), "swap", "Offer your own shift for somebody else's"),
    row("verify-contact-point", "v", Scope::Directory, Action::Change(&VERIFY_POINT), "verify", "Record that somebody checked a number"),
    row("test-message", "t", Scope::Directory, Action::TestDelivery, "test", "Send a test message to the role of the contact point, or to a service"),
    row("directory-dismiss", "z", Scope::Directory, Action::Dismiss, "", "Dismiss the notice at the bottom"),
    row("directory-back", "Esc", Scope::Directory, Action::Back, "back", "Close the directory"),
    row("directory-help", "? F1", Scope::Directory, Action::Help, "help", "This help; type to narrow it"),
    row("copy-answer", "y", Scope::Handoff, Action::CopyAnswer, "copy", "Copy the answer to the clipboard of your terminal (OSC 52)"),
    row("next-body", "Tab Right", Scope::Handoff, Action::NextTab, "next regulator", "The sheet for the next regulator"),
    row("previous-body", "Shift-Tab Left", Scope::Handoff, Action::PreviousTab, "", "The sheet for the body before"),
    row("next-report", "Tab Right", Scope::Report, Action::NextTab, "other report", "The next report"),
    row("previous-report", "Shift-Tab Left", Scope::Report, Action::PreviousTab, "", "The report before"),
    row("earlier-month", "<", Scope::Report, Action::EarlierMonth, "earlier", "The month before"),
    row("later-month", ">", Scope::Report, Action::LaterMonth, "later", "The month after"),
    row("freeze-report", "f", Scope::Report, Action::FreezeReport, "freeze", "Freeze the report: it is kept as it is now, with its hash in the audit trail"),
    row("export-report", "x", Scope::Report, Action::Export, "export", "Write the report to a file, as PDF, for a spreadsheet or for another program"),
    row("search-up", "Up", Scope::Search, Action::MoveUp, "", "One row up"),
    row("search-down", "Down", Scope::Search, Action::MoveDown, "", "One row down"),
    row("search-page-up", "PgUp", Scope::Search, Action::PageUp, "", "One page up"),
    row("search-page-down", "PgDn", Scope::Search, Action::PageDown, "", "One page down"),
    row("find", "Enter", Scope::Search, Action::Open, "find, open", "Search; press again to open the row"),
    row("search-help", "F1", Scope::Search, Action::Help, "", "This help; type to narrow it"),
    row("search-leave", "Esc", Scope::Search, Action::Back, "back", "Leave the search"),
    row("acknowledge-alarm", "a", Scope::Alarms, Action::AcknowledgeAlarm, "acknowledge", "Acknowledge the alarm: reminders stop, the deadline does not move"),
    row("snooze-alarm", "s", Scope::Alarms, Action::SnoozeAlarm, "snooze", "Put the reminder off for a while; not possible once overdue. The deadline does not move"),
    row("first-alarm", "Home g", Scope::Alarms, Action::MoveFirst, "", "The first alarm"),
    row("last-alarm", "End G", Scope::Alarms, Action::MoveLast, "", "The last alarm"),
    row("open-alarm", "Enter", Scope::Alarms, Action::Open, "open", "Open the incident of the alarm, or the directory if the alarm is about the desk"),
    row("seal", "F2", Scope::Seal, Action::Yes, "do it", "Do it, once you have typed the reference"),
    row("seal-help", "F1", Scope::Seal, Action::Help, "", "This help; type to narrow it"),
    row("do-not", "Esc Enter", Scope::Seal, Action::No, "no", "No, go back to the form; Enter never means yes"),
    row("understood", "Enter Esc", Scope::Refusal, Action::Back, "back", "Go back; what you type over a refusal does nothing"),
    row("yes", "y", Scope::Question, Action::Yes, "yes", "Do it"),
    row("question-help", "? F1", Scope::Question, Action::Help, "", "This help; type to narrow it"),
    row("no", "n Esc Enter", Scope::Question, Action::No, "no", "No; Enter never means yes"),
];

/// A key with its modifiers, written as people write it: `a`, `A`, `Shift-Tab`, `Ctrl-u`, `F1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
}

/// The keys that have names, with their codes.
const NAMED: &[(&str, KeyCode)] = &[
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Ins", KeyCode::Insert),
    ("Del", KeyCode::Delete),
    ("Backspace", KeyCode::Backspace),
];

impl Key {
    /// The key of an event, if a binding could ever name it.
    pub fn of(event: &KeyEvent) -> Self {
        Self {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        }
    }

    /// Whether the key writes a character where text is typed.
    fn writes(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(character)) => write!(f, "{character}"),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            (None, code) => write!(f, "{code:?}"),
        }
    }
}

impl FromStr for Key {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        let unknown = || KeysError::Unknown(text.to_owned());
        let (ctrl, name) = match text.strip_prefix("Ctrl-") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let named = NAMED.iter().find(|(known, _)| *known == name);
        let code = match (named, name.strip_prefix('F').map(str::parse)) {
            (Some((_, code)), _) => *code,
            (None, Some(Ok(number))) => KeyCode::F(number),
            (None, _) => {
                let mut characters = name.chars();
                match (characters.next(), characters.next()) {
                    (Some(character), None) => KeyCode::Char(character),
                    _ => return Err(unknown()),
                }
            }
        };
        Ok(Self { code, ctrl })
    }
}

/// Why key settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// Not a key.
    #[error("\"{0}\" is not a key. Keys look like a, A, Space, Shift-Tab, Ctrl-u or F5")]
    Unknown(String),
    /// Not an action.
    #[error("There is no action \"{0}\". nightdesk keys lists them")]
    NoAction(String),
    /// One key with two meanings.
    #[error("{key} would mean both {first} and {second}; give one of them another key")]
    Conflict {
        /// The key.
        key: String,
        /// The one action.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

/// The table with the officer's own keys in it.
#[derive(Clone, Debug)]
pub struct Keymap {
    rows: Vec<(&'static Row, Vec<Key>)>,
}

/// Whether the focus is on text that is being typed, which takes the writing keys first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Keys are actions.
    Actions,
    /// Characters go into a field.
    Text,
}

impl Keymap {
    /// The table, with the keys of some actions replaced by name.
    ///
    /// # Errors
    /// If an action or a key does not exist, or a key would have two meanings at once.
    pub fn new(overrides: &BTreeMap<String, Vec<String>>) -> Result<Self, KeysError> {
        for name in overrides.keys() {
            if !TABLE.iter().any(|row| row.name == name) {
                return Err(KeysError::NoAction(name.clone()));
            }
        }
        let rows = TABLE
            .iter()
            .map(|row| {
                let keys: Result<Vec<Key>, _> = match overrides.get(row.name) {
                    Some(own) => own.iter().map(|key| key.parse()).collect(),
                    None => row.keys.split(' ').map(str::parse).collect(),
                };
                Ok((row, keys?))
            })
            .collect::<Result<_, KeysError>>()?;
        let keymap = Self { rows };
        keymap.check()?;
        Ok(keymap)
    }

    fn check(&self) -> Result<(), KeysError> {
        for (place, (row, keys)) in self.rows.iter().enumerate() {
            for (other, others) in &self.rows[..place] {
                let both = keys.iter().find(|key| others.contains(key));
                if let (Some(key), true) = (both, row.scope.meets(other.scope)) {
                    return Err(KeysError::Conflict {
                        key: key.to_string(),
                        first: other.name,
                        second: row.name,
                    });
                }
            }
        }
        Ok(())
    }

    /// What a key means in the open scopes, innermost first, and which of the action's keys it was.
    pub fn resolve(&self, key: Key, scopes: &[Scope], focus: Focus) -> Option<(Action, usize)> {
        if focus == Focus::Text && key.writes() {
            return None;
        }
        scopes.iter().find_map(|scope| {
            self.rows
                .iter()
                .filter(|(row, _)| row.scope == *scope)
                .find_map(|(row, keys)| {
                    let place = keys.iter().position(|bound| *bound == key)?;
                    Some((row.action, place))
                })
        })
    }

    /// The rows of a scope with their keys, in the order of the table.
    pub fn rows(&self, scope: Scope) -> impl Iterator<Item = (&'static Row, &[Key])> {
        self.rows
            .iter()
            .filter(move |(row, _)| row.scope == scope)
            .map(|(row, keys)| (*row, keys.as_slice()))
    }

    /// The first key of an action in a scope.
    pub fn key_in(&self, scope: Scope, action: Action) -> String {
        self.rows(scope)
            .find(|(row, _)| row.action == action)
            .and_then(|(_, keys)| keys.first())
            .map_or_else(String::new, Key::to_string)
    }

    /// What an action does, in a sentence.
    pub fn help_of(&self, action: Action) -> &'static str {
        let row = self.rows.iter().find(|(row, _)| row.action == action);
        row.map_or("", |(row, _)| row.help)
    }

    /// The first key of an action in whatever scope, for texts that name it.
    pub fn key_for(&self, action: Action) -> String {
        self.rows
            .iter()
            .find(|(row, _)| row.action == action)
            .and_then(|(_, keys)| keys.first())
            .map_or_else(String::new, Key::to_string)
    }
}

/// The scopes in the order in which people meet them.
pub const SCOPES: [Scope; 18] = [
    Scope::Incident,
    Scope::Board,
    Scope::Detail,
    Scope::Problem,
    Scope::Everywhere,
    Scope::Directory,
    Scope::Form,
    Scope::Filter,
    Scope::Picker,
    Scope::Sheet,
    Scope::Handover,
    Scope::Handoff,
    Scope::Report,
    Scope::Search,
    Scope::Alarms,
    Scope::Seal,
    Scope::Refusal,
    Scope::Question,
];
