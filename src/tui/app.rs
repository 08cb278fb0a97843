//! Everything the console shows or remembers, and the questions that drawing asks of it.
//!
//! It changes only in `update`; drawing reads. What can be derived (counts, lateness, what is
//! visible) is asked of the replica or computed, never stored. Selection is an incident, not a
//! row.

mod notices;

pub(super) use notices::Told;

use super::directory::Place;
use super::finding::Finding;
use super::form::{Form, Present};
use super::keys::{Action, Keymap, Scope};
use super::possible::Refused;
use super::sheet::Export;
use super::standing;
use super::terminal::Ending;
use super::theme::{Look, Theme};
use super::update::{Alarms, Held, TestMessages};
use super::view::layout;
use super::widget::input::Input;
use super::widget::picker::Picker;
use super::widget::table::page_start;
use crate::client::drafts::Draft;
use crate::client::http::Health;
use crate::client::journal::Remembered;
use crate::client::outbox::Delivery;
use crate::client::replica::{Link, Replica};
use crate::domain::Instant;
use crate::domain::event::Entry;
use crate::domain::id::{CommandId, IncidentId, PersonId, ProblemId, ShiftId};
use crate::domain::incident::Incident;
use crate::domain::query::{FilterError, Queue};
use crate::domain::regulator::Body;
use crate::domain::reporting::{Period, ReportKind};
use crate::domain::rota::{self, Tier};
use crate::report::{Format, Report};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The console.
pub struct App {
    pub(super) replica: Replica,
    pub(super) now: Instant,
    pub(super) size: (u16, u16),
    pub(super) keymap: Keymap,
    pub(super) theme: Theme,
    pub(super) screen: Screen,
    /// The screens to go back to, the last one first; without any it is the board.
    pub(super) below: Vec<Screen>,
    pub(super) board: Board,
    /// The officer's filters, by name.
    pub(super) filters: BTreeMap<String, String>,
    pub(super) overlays: Vec<Overlay>,
    pub(super) notices: Vec<Notice>,
    /// Forms that were left half filled; those that are open are not among them.
    pub(super) drafts: Vec<Draft>,
    /// When the disk is to have what it has not yet of forms.
    pub(super) drafts_due_at: Option<Instant>,
    /// Forms that were sent and left before the server answered.
    pub(super) left_waiting: Vec<Form>,
    /// Forms that were sent, until the disk or the server has what they say.
    pub(super) held: Vec<Held>,
    /// Whether anything has been told of since the last beginning: nothing is open only then.
    pub(super) has_loaded: bool,
    /// What earlier consoles gave and this one has not asked about yet, the newest first.
    pub(super) unasked: Vec<CommandId>,
    /// What incidents were called before everything was loaded again.
    pub(super) names_before: HashMap<IncidentId, String>,
    /// Whether there is something to offer that the server has lost.
    pub(super) offers_again: bool,
    /// Why this machine cannot save anything, while it cannot.
    pub(super) cannot_save: Option<String>,
    pub(super) timeline: Option<Timeline>,
    pub(super) refused: Refused,
    pub(super) alarms: Alarms,
    pub(super) test_messages: TestMessages,
    pub(super) skew: TimeDelta,
    pub(super) trouble: Option<String>,
    /// What the server says is wrong with itself.
    pub(super) health: Health,
    pub(super) changed: bool,
    /// Somebody else has written on the screen, so all of it is to be drawn again.
    pub(super) is_wiped: bool,
    pub(super) ending: Option<Ending>,
}

/// What fills the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The queues.
    Board,
    /// One incident.
    Detail {
        /// Which.
        incident: IncidentId,
        /// Which part of it.
        tab: Tab,
        /// The first line that is shown.
        scroll: usize,
    },
    /// The problems behind incidents.
    Problems {
        /// The one that keys act upon.
        selected: Option<ProblemId>,
    },
    /// One problem.
    Problem {
        /// Which.
        problem: ProblemId,
        /// The place among its incidents that keys act upon.
        at: usize,
    },
}

/// A part of an incident's detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Facts, clocks, next steps.
    Overview,
    /// Who must be told, and who has been.
    Contacts,
    /// What each partner knows.
    Partners,
    /// Assessments.
    Grade,
    /// Everything that happened.
    Timeline,
    /// What came of the casework, and what is missing before the next stage.
    Work,
}

impl Tab {
    /// The tabs in order.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Contacts,
        Self::Partners,
        Self::Grade,
        Self::Timeline,
        Self::Work,
    ];

    /// The tab's heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Contacts => "Contacts",
            Self::Partners => "Partners",
            Self::Grade => "Grade",
            Self::Timeline => "Timeline",
            Self::Work => "Work",
        }
    }
}

/// Where the officer is on the board.
#[derive(Clone, Debug)]
pub struct Board {
    /// The queue that is shown.
    pub queue: Queue,
    /// The incident that keys act upon.
    pub selected: Option<IncidentId>,
    /// Its place when it was last seen in the queue.
    pub place: usize,
    /// Incidents that the next action is for, instead of the selected one.
    pub marks: BTreeSet<IncidentId>,
    /// The rows as they stood when the officer froze them or opened something over them.
    pub held: Option<Vec<IncidentId>>,
    /// Whether the officer froze them.
    pub frozen: bool,
    /// Until when what was just acknowledged stays in hand although it has left the queue, so that it
    /// can be taken back.
    pub lingers_until: Option<Instant>,
}

/// The line on which a filter is typed.
pub struct FilterLine {
    /// What is typed.
    pub input: Input,
    /// Why it makes no sense yet; the rows are then those of before.
    pub problem: Option<FilterError>,
    /// The filter that held when the line was opened.
    pub before: Option<String>,
}

/// Something over the screen; the last one has the keys.
pub enum Overlay {
    /// A form.
    Form(Form),
    /// A question that is answered with yes or no.
    Question(Question),
    /// Why something cannot be done now.
    Refusal(String),
    /// Every action by name.
    Palette(Picker<Action>),
    /// Every key with its sentence.
    Help(Picker<Action>),
    /// Whom to hand the incidents to.
    People(Picker<PersonId>, Vec<IncidentId>),
    /// The filter that is being typed.
    Filter(FilterLine),
    /// The handover sheet, from this line.
    Handover(usize),
    /// Connection and outbox, from this line.
    Connection(usize),
    /// The problem that these incidents come from.
    Problems(Picker<ProblemId>, Vec<IncidentId>),
    /// The format to write a sheet to a file.
    Export(Picker<Format>, Export),
    /// The steps that can be taken, under a heading.
    Steps(&'static str, Picker<Action>),
    /// The reference that is typed before the form below is sent, and why it is not the one.
    Seal(Input, Option<String>),
    /// The hand-off sheet.
    Handoff(Handoff),
    /// The directory.
    Directory(Place),
    /// The alarms that stand.
    Alarms(standing::Place),
    /// The search.
    Search(Finding),
    /// A report.
    Report(Box<ReportSheet>),
}

/// Where the officer is among the reports.
pub struct ReportSheet {
    /// Which report.
    pub kind: ReportKind,
    /// The month in hand, to which the others come back from a report of a year.
    pub month: Period,
    /// Of which month.
    pub period: Period,
    /// The report itself.
    pub shown: ShownReport,
    /// From this line.
    pub scroll: usize,
}

/// What the server said to the question for a report.
pub enum ShownReport {
    /// Nothing yet.
    Awaited,
    /// The report.
    Came(Box<Report>),
    /// Why there is none.
    NotMade(String),
}

/// Where the officer is on the hand-off sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handoff {
    /// Of which incident.
    pub incident: IncidentId,
    /// For which body.
    pub body: Body,
    /// The answer that keys act upon.
    pub at: usize,
}

/// A question that is answered with yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub title: String,
    /// What the answer means.
    pub lines: Vec<String>,
    /// What yes does.
    pub deed: Deed,
}

/// What a yes does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Leave the console.
    Quit,
    /// Take over the desk.
    AcceptHandover(ShiftId),
    /// Leave the form and forget what was typed.
    Discard,
    /// Take these incidents on.
    TakeOn(Vec<IncidentId>),
    /// Have the desk keep this report of this month as it is.
    FreezeReport(ReportKind, Period),
    /// Send again what the server has lost.
    GiveAgain,
}

/// A notice at the bottom of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its look.
    pub look: Look,
    /// What it says.
    pub text: String,
    /// When it was said.
    pub(super) at: Instant,
    /// How long it stays.
    pub(super) stay: Stay,
    /// What it says once the server has taken a command.
    pub(super) then: Option<Then>,
    /// The incident that it is about, which Enter opens while it is shown.
    pub(super) opens: Option<IncidentId>,
}

/// How long a notice stays at the bottom of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// It answers a key, and goes at this time.
    Until(Instant),
    /// Nobody asked for it, and it waits for its turn. It is then shown for so long.
    Waits(TimeDelta),
    /// Nobody asked for it. It is shown, and goes at this time.
    Shown(Instant),
    /// It stays until it is dismissed.
    UntilDismissed,
}

impl Notice {
    /// Whether it goes by itself.
    pub(super) fn passes(&self) -> bool {
        match self.stay {
            Stay::Until(_) | Stay::Waits(_) | Stay::Shown(_) => true,
            Stay::UntilDismissed => false,
        }
    }

    /// When it goes by itself, if its time has begun.
    pub(super) fn goes_at(&self) -> Option<Instant> {
        match self.stay {
            Stay::Until(at) | Stay::Shown(at) => Some(at),
            Stay::Waits(_) | Stay::UntilDismissed => None,
        }
    }
}

/// What a notice says once the server has taken a command; nothing more than that is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Then {
    /// The command.
    pub(super) command: CommandId,
    /// What the form is called.
    pub(super) title: &'static str,
    /// What has become of it, in a word: saved, recorded, offered.
    pub(super) word: &'static str,
    /// Whom it tells by what, and what people must still do.
    pub(super) said: Vec<String>,
}

/// What became true of one incident, as the server last told it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Whose.
    pub incident: IncidentId,
    /// The entries with their hashes, oldest first; none while they are being fetched.
    pub entries: Option<Vec<(String, Entry)>>,
}

/// How fresh the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing has been heard yet.
    Connecting,
    /// What is shown is current.
    Live,
    /// What is shown is this old.
    Stale(TimeDelta),
    /// Nothing has been heard for so long that only local alarms are left.
    Disconnected(TimeDelta),
}

/// What the notice of drafts says of them.
const OPEN_AGAIN: &str = "open it again to go on";
/// A server that is sent something answers within this, or what is shown may be old.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::seconds(10);
/// After this silence the screen is stale: two long polls.
const STALE_AFTER: TimeDelta = TimeDelta::seconds(45);
/// After this silence it says that only local alarms are left.
const DISCONNECTED_AFTER: TimeDelta = TimeDelta::seconds(60);

impl App {
    /// A console on a replica, at the present of the server.
    pub fn new(replica: Replica, keymap: Keymap, theme: Theme, now: Instant) -> Self {
        Self {
            replica,
            now,
            size: (80, 24),
            keymap,
            theme,
            screen: Screen::Board,
            below: Vec::new(),
            board: Board {
                queue: Queue::AllOpen,
                selected: None,
                place: 0,
                marks: BTreeSet::new(),
                held: None,
                frozen: false,
                lingers_until: None,
            },
            filters: BTreeMap::new(),
            overlays: Vec::new(),
            notices: Vec::new(),
            drafts: Vec::new(),
            drafts_due_at: None,
            left_waiting: Vec::new(),
            held: Vec::new(),
            has_loaded: false,
            unasked: Vec::new(),
            names_before: HashMap::new(),
            offers_again: false,
            cannot_save: None,
            timeline: None,
            refused: Refused::default(),
            alarms: Alarms::default(),
            test_messages: TestMessages::default(),
            skew: TimeDelta::zero(),
            trouble: None,
            health: Health::default(),
            changed: true,
            is_wiped: false,
            ending: None,
        }
    }

    /// The terminal has this size at the start.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
    }

    /// Takes over the officer's filters; each one can be understood.
    pub fn know_filters(&mut self, filters: BTreeMap<String, String>) {
        self.filters = filters;
    }

    /// Tells of what made no sense in the settings.
    pub fn know_slip(&mut self, slip: Option<String>) {
        if let Some(slip) = slip {
            self.insist(Look::Soon, slip);
        }
    }

    /// The name under which a filter is saved.
    pub(super) fn filter_name(&self, text: &str) -> Option<&str> {
        let mut saved = self.filters.iter();
        let found = saved.find(|(_, saved)| saved.as_str() == text.trim());
        found.map(|(name, _)| name.as_str())
    }

    /// Tells that this machine cannot save, and how much of an earlier console waits on its disk.
    pub fn know_disk(&mut self, trouble: Option<String>, waiting: usize) {
        self.cannot_save = trouble;
        if self.cannot_save.is_some() && waiting > 0 {
            self.insist(
                Look::Refused,
                format!(
                    "Unsent actions of an earlier session on this machine: {waiting}. They are sent once it can save again"
                ),
            );
        }
    }

    /// Takes over what an earlier console left half filled, and tells of it.
    pub fn remember(&mut self, remembered: &Remembered) {
        let newest_first = remembered.receipts.iter().rev();
        self.unasked
            .extend(newest_first.map(|receipt| receipt.command));
        self.drafts.clone_from(&remembered.drafts);
        for loss in remembered.losses() {
            self.insist(Look::Refused, loss);
        }
        let kept = match self.drafts.as_slice() {
            [] => return,
            [draft] => format!("Draft not sent: {}", draft.words()),
            drafts => format!("{} forms are half filled", drafts.len()),
        };
        let key = self.keymap.key_for(Action::Connection);
        self.insist(
            Look::Text,
            format!("{kept}; {OPEN_AGAIN}, {key} lists what is kept"),
        );
    }

    /// What stands in the place of incidents that have not been loaded.
    pub(super) fn not_loaded(&self) -> Option<&'static str> {
        match (self.has_loaded, self.freshness()) {
            (true, _) => None,
            (false, Freshness::Disconnected(_)) => {
                Some("Not loaded: the server does not answer. It is tried again by itself")
            }
            (false, Freshness::Connecting | Freshness::Live | Freshness::Stale(_)) => {
                Some("Loading the desk from the server …")
            }
        }
    }

    /// How the console ended, once it has.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Whether the screen may look different since it was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Whether all of the screen is to be drawn again, since it was last asked.
    pub(super) fn take_wiped(&mut self) -> bool {
        std::mem::take(&mut self.is_wiped)
    }

    /// What is known, for tests and for those who drive the console.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What forms are filled in against.
    pub(super) fn present(&self) -> Present<'_> {
        let desk = self.replica.desk();
        Present {
            now: self.now,
            directory: &desk.directory,
            policy: &desk.policy,
            me: desk.person(),
            replica: &self.replica,
        }
    }

    /// The scopes in which a key is looked up, innermost first.
    pub(super) fn scopes(&self) -> &'static [Scope] {
        match (self.overlays.last(), self.screen) {
            (Some(Overlay::Question(_)), _) => &[Scope::Question],
            (Some(Overlay::Refusal(_)), _) => &[Scope::Refusal],
            (Some(Overlay::Form(_)), _) => &[Scope::Form],
            (Some(Overlay::Seal(..)), _) => &[Scope::Seal],
            (Some(Overlay::Handoff(_)), _) => &[Scope::Handoff, Scope::Sheet],
            (Some(Overlay::Handover(_)), _) => &[Scope::Handover, Scope::Sheet],
            (Some(Overlay::Report(_)), _) => &[Scope::Report, Scope::Sheet],
            (Some(Overlay::Connection(_)), _) => &[Scope::Sheet],
            (Some(Overlay::Filter(..)), _) => &[Scope::Filter, Scope::Picker],
            (Some(Overlay::Directory(_)), _) => &[Scope::Directory],
            (Some(Overlay::Search(_)), _) => &[Scope::Search],
            (Some(Overlay::Alarms(_)), _) => &[Scope::Alarms, Scope::Sheet],
            (Some(_), _) => &[Scope::Picker],
            (None, Screen::Board) => &[Scope::Board, Scope::Incident, Scope::Everywhere],
            (None, Screen::Detail { .. }) => &[Scope::Detail, Scope::Incident, Scope::Everywhere],
            (None, Screen::Problems { .. } | Screen::Problem { .. }) => {
                &[Scope::Problem, Scope::Everywhere]
            }
        }
    }

    /// What is half filled and kept on this machine, if anything is.
    pub(super) fn unfinished(&self) -> Option<String> {
        match self.drafts.as_slice() {
            [] => None,
            [draft] => Some(format!(
                "1 unfinished form {}: {}",
                match self.cannot_save {
                    None => "is saved on this machine",
                    Some(_) => "is lost if you leave; this machine cannot save",
                },
                draft.words()
            )),
            drafts => {
                let words: Vec<String> = drafts.iter().map(Draft::words).collect();
                let (count, words) = (drafts.len(), words.join("; "));
                let are = match self.cannot_save {
                    None => "are saved on this machine",
                    Some(_) => "are lost if you leave; this machine cannot save",
                };
                Some(format!("{count} unfinished forms {are}: {words}"))
            }
        }
    }

    /// The draft of a form, with the name of what it is about for whoever reads it later.
    pub(super) fn draft_of(&self, form: &Form) -> Draft {
        let names: Vec<String> = form.targets.iter().map(|id| self.name_of(*id)).collect();
        let called = std::iter::once(form.title().to_owned()).chain(names);
        Draft {
            called: Some(called.collect::<Vec<_>>().join(", ")),
            ..form.draft(self.now)
        }
    }

    /// The incident that a form is about.
    pub(super) fn subject(&self, form: &Form) -> Option<Arc<Incident>> {
        self.replica.incident(*form.targets.first()?)
    }

    /// The incident whose detail is open.
    pub(super) fn open_case(&self) -> Option<IncidentId> {
        match self.screen {
            Screen::Detail { incident, .. } => Some(incident),
            Screen::Board | Screen::Problems { .. } | Screen::Problem { .. } => None,
        }
    }

    /// What an incident is called, whether or not it is known.
    pub(super) fn name_of(&self, id: IncidentId) -> String {
        self.replica
            .incident(id)
            .map_or_else(|| "an incident".to_owned(), |incident| incident.name())
    }

    /// The open incidents that the officer before on call still owns, if the desk is mine now.
    pub(super) fn left_by_the_officer_before(&self) -> Vec<IncidentId> {
        let present = self.present();
        let shifts = &present.directory.shifts;
        let holds = rota::on_call(shifts, Tier::First, present.now);
        let before = rota::previous(shifts, Tier::First, present.now);
        let Some((_, before)) = holds
            .filter(|shift| shift.person == *present.me)
            .zip(before)
        else {
            return Vec::new();
        };
        let open = self.replica.most_urgent(Queue::AllOpen, usize::MAX);
        let theirs = |incident: &Arc<Incident>| incident.owner.as_ref() == Some(&before.person);
        let owned = open.into_iter().filter(theirs);
        owned.map(|incident| incident.id).collect()
    }

    /// The rows of the board that are visible, in order.
    pub(super) fn visible(&self) -> Vec<IncidentId> {
        if let Some(held) = &self.board.held {
            return held.clone();
        }
        let height = layout::board(self.size).rows;
        let first = page_start(self.board.place, height);
        let places = first..first + usize::from(height);
        self.replica.window(self.board.queue, places)
    }

    /// The incidents that the screen shows, under whatever lies over it.
    pub(super) fn shown(&self) -> Vec<IncidentId> {
        match self.screen {
            Screen::Board => self.visible(),
            Screen::Detail { incident, .. } => vec![incident],
            Screen::Problems { .. } | Screen::Problem { .. } => Vec::new(),
        }
    }

    /// How fresh the screen is.
    pub(super) fn freshness(&self) -> Freshness {
        let heard_at = match self.replica.link() {
            Link::Connecting => return Freshness::Connecting,
            Link::Live { heard_at } => heard_at,
            Link::Down { since, heard_at } => heard_at.unwrap_or(since),
        };
        let silence = self.now - heard_at;
        let is_down = matches!(self.replica.link(), Link::Down { .. }) || self.waits_in_vain();
        if silence >= DISCONNECTED_AFTER {
            Freshness::Disconnected(silence)
        } else if is_down || silence >= STALE_AFTER {
            Freshness::Stale(silence)
        } else {
            Freshness::Live
        }
    }

    /// Whether the server has said nothing since it was sent something a while ago.
    fn waits_in_vain(&self) -> bool {
        self.sent_in_vain_at().is_some_and(|at| at <= self.now)
    }

    /// When the console stops taking a server for live that has not answered what it was sent.
    fn sent_in_vain_at(&self) -> Option<Instant> {
        let Link::Live { heard_at } = self.replica.link() else {
            return None;
        };
        let pending = self.replica.outbox().pending().iter();
        let sent = pending.filter(|pending| pending.delivery == Delivery::InFlight);
        let first = sent.map(|pending| pending.unsent.given_at).min()?;
        Some(first.max(heard_at) + ANSWERED_WITHIN)
    }

    /// When the freshness changes by itself.
    pub(super) fn freshness_changes_at(&self) -> Option<Instant> {
        let heard_at = match self.replica.link() {
            Link::Connecting => return None,
            Link::Live { heard_at } if !self.waits_in_vain() => {
                let stale_at = heard_at + STALE_AFTER;
                let in_vain_at = self.sent_in_vain_at();
                return Some(in_vain_at.map_or(stale_at, |at| at.min(stale_at)));
            }
            Link::Live { heard_at } => heard_at,
            Link::Down { since, heard_at } => heard_at.unwrap_or(since),
        };
        let silence = self.now - heard_at;
        // The age is shown in seconds for the first minute and in minutes afterwards.
        let step = if silence < TimeDelta::minutes(1) {
            5
        } else {
            60
        };
        let steps = silence.num_seconds().max(0) / step + 1;
        Some(heard_at + TimeDelta::seconds(steps * step))
    }

    /// What has become of a form that was left half filled.
    pub(super) fn draft_saved(&self) -> &'static str {
        match self.cannot_save {
            None => "Draft saved",
            Some(_) => "Draft kept until you leave this console: this machine cannot save",
        }
    }
}

/// A fresh identity for a command: a UUIDv7 of the server's present, random beyond that.
pub(super) fn fresh_id(now: Instant) -> CommandId {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let at = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
    CommandId(uuid::Uuid::new_v7(at))
}
