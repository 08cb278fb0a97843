//! What the console says at the bottom of the screen, and what it says once a command has got further.
//!
//! A notice goes by itself or stays until it is dismissed. The answer to the last key comes first, and so does
//! a refusal. What nobody asked for waits until the answers have gone, and its time begins when it is shown.
//! Deliberately draws nothing: that is `tui::view`.

use super::{App, Freshness, Notice, OPEN_AGAIN, Stay, Then};
use crate::client::outbox::{Refused, Unsent};
use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, IncidentId};
use crate::domain::incident::Incident;
use crate::tui::form::{Form, Purpose};
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::theme::Look;
use chrono::TimeDelta;

/// How long a notice stays that has more to it than a word.
const READ_FOR: TimeDelta = TimeDelta::seconds(30);
/// How long any other notice stays.
const SHOWN_FOR: TimeDelta = TimeDelta::seconds(8);
/// How long an answer is on the screen before it counts as read: the next answer then takes its place.
const READ_AFTER: TimeDelta = TimeDelta::seconds(2);

/// Something that is told at the bottom of the screen until it goes or is dismissed.
#[derive(Clone, Copy)]
pub(in crate::tui) enum Told<'a> {
    /// A notice, by its place.
    Notice(usize, &'a Notice),
    /// A command that was not carried out.
    Refused(&'a Refused),
}

impl Told<'_> {
    fn at(self) -> Instant {
        match self {
            Self::Notice(_, notice) => notice.at,
            Self::Refused(refused) => refused.at,
        }
    }

    /// Its place among the others, the lowest first: what answers a key or was told lately, the newest first; what
    /// nobody asked for, the oldest first; and what has stood for a while.
    fn place(self, now: Instant) -> (u8, i64, isize) {
        let at = self.at().timestamp_micros();
        let place = match self {
            Self::Notice(place, _) => isize::try_from(place).unwrap_or(isize::MAX),
            Self::Refused(_) => isize::MAX,
        };
        let stay = match self {
            Self::Notice(_, notice) => notice.stay,
            Self::Refused(_) => Stay::UntilDismissed,
        };
        match stay {
            Stay::Until(_) => (0, -at, -place),
            Stay::UntilDismissed if now < self.at() + READ_FOR => (0, -at, -place),
            Stay::Shown(_) => (1, i64::MIN, place),
            Stay::Waits(_) => (1, at, place),
            Stay::UntilDismissed => (2, -at, -place),
        }
    }
}

impl App {
    /// Answers a key by a notice that goes by itself. An earlier answer that was not read yet goes behind it,
    /// unless it says the same.
    pub(in crate::tui) fn say(&mut self, look: Look, text: impl Into<String>) {
        let text = text.into();
        let read_before = self.now - READ_AFTER;
        let is_read = |notice: &Notice| {
            let is_answer = matches!(notice.stay, Stay::Until(_));
            is_answer && (notice.at <= read_before || notice.text == text)
        };
        self.notices.retain(|notice| !is_read(notice));
        let stay = Stay::Until(self.now + SHOWN_FOR);
        self.tell(look, text, stay);
    }

    /// Tells of something that nobody here has asked for. It never takes the place of an answer.
    pub(in crate::tui) fn mention(&mut self, look: Look, text: impl Into<String>) {
        self.tell(look, text.into(), Stay::Waits(SHOWN_FOR));
    }

    fn tell(&mut self, look: Look, text: String, stay: Stay) {
        self.notices.push(Notice {
            look,
            text,
            at: self.now,
            stay,
            then: None,
            opens: None,
        });
    }

    /// What is told until it goes or is dismissed, in the order in which it is shown.
    pub(in crate::tui) fn all_told(&self) -> Vec<Told<'_>> {
        let notices = self.notices.iter().enumerate().rev();
        let notices = notices.map(|(place, notice)| Told::Notice(place, notice));
        let refused = self.replica.outbox().refused().iter().rev();
        let mut told: Vec<Told<'_>> = refused.map(Told::Refused).chain(notices).collect();
        told.sort_by_key(|told| told.place(self.now));
        told
    }

    /// Gives the turn to what nobody asked for once nothing else is told; what is covered waits again for the
    /// rest of its time.
    pub(in crate::tui) fn take_turns(&mut self) {
        let first = match self.all_told().first() {
            Some(Told::Notice(place, _)) => Some(*place),
            Some(Told::Refused(_)) | None => None,
        };
        let now = self.now;
        for (place, notice) in self.notices.iter_mut().enumerate() {
            notice.stay = match notice.stay {
                Stay::Waits(span) if first == Some(place) => Stay::Shown(now + span),
                Stay::Shown(until) if first != Some(place) => Stay::Waits(until - now),
                as_it_was => as_it_was,
            };
        }
    }

    /// The present was set back by so much: each notice stays as long as it would have.
    pub(in crate::tui) fn set_notices_back(&mut self, by: TimeDelta) {
        for notice in &mut self.notices {
            notice.at -= by;
            notice.stay = match notice.stay {
                Stay::Until(at) => Stay::Until(at - by),
                Stay::Shown(at) => Stay::Shown(at - by),
                Stay::Waits(_) | Stay::UntilDismissed => notice.stay,
            };
        }
    }

    /// When time alone changes what is told first.
    pub(in crate::tui) fn told_changes_at(&self) -> Option<Instant> {
        let goes = self.notices.iter().filter_map(Notice::goes_at);
        let told = self.all_told();
        let waits = told.len() > 1;
        let gives_way = told.iter().map(|told| told.at() + READ_FOR);
        let gives_way = gives_way.filter(|at| waits && *at > self.now);
        goes.chain(gives_way).min()
    }

    /// Says that what a form asked for is saved here, until [`App::told_taken`] says what the server made
    /// of it.
    pub(in crate::tui) fn say_saved(&mut self, form: &Form, said: Vec<String>, effects: &[Effect]) {
        let has_link = matches!(self.freshness(), Freshness::Live);
        let saved = match (has_link, &self.cannot_save) {
            (_, Some(_)) => "Sending…",
            (true, None) => "Saved; sending…",
            (false, None) => "Saved here; will be sent when the link is back",
        };
        let title = form.recorded();
        self.say(Look::Met, format!("{title}: {saved}"));
        let unsent = effects.iter().find_map(|effect| match effect {
            Effect::Write(unsent) => Some(unsent),
            _ => None,
        });
        if let (Some(notice), Some(unsent)) = (self.notices.last_mut(), unsent) {
            notice.opens = matches!(form.purpose, Purpose::Log).then_some(unsent.incident);
            notice.then = Some(Then {
                command: unsent.id,
                title,
                word: form.done(),
                said,
            });
        }
    }

    /// Says otherwise how far a command has got, if the notice of it is still shown.
    pub(in crate::tui) fn retell(&mut self, id: CommandId, how_far: &str) {
        for notice in &mut self.notices {
            let then = notice.then.as_ref();
            if let Some(then) = then.filter(|then| then.command == id) {
                notice.text = format!("{}: {how_far}", then.title);
            }
        }
    }

    /// Takes back what was said of a command that was not kept.
    pub(in crate::tui) fn unsay(&mut self, id: CommandId) {
        let is_of = |notice: &Notice| notice.then.as_ref().is_some_and(|then| then.command == id);
        self.notices.retain(|notice| !is_of(notice));
    }

    /// Takes back what was said of drafts, once none is left.
    pub(in crate::tui) fn unsay_drafts(&mut self) {
        if self.drafts.is_empty() {
            self.notices
                .retain(|notice| !notice.text.contains(OPEN_AGAIN));
        }
    }

    /// Takes back what was said of several commands at once, for one of them was not kept.
    pub(in crate::tui) fn unsay_all(&mut self) {
        let is_of_one = |notice: &Notice| notice.then.is_some();
        self.notices
            .retain(|notice| !notice.passes() || is_of_one(notice));
    }

    /// Says what has become of a command that the server took, if the notice of its saving is still shown:
    /// that it is recorded, and not that anybody was told. Tells whether it was.
    pub(in crate::tui) fn told_taken(&mut self, id: CommandId, incident: &Incident) -> bool {
        let at = format::local_short(self.now, self.now);
        let open = self.keymap.key_for(Action::Open);
        let is_out_of_sight = self.is_out_of_sight(incident.id);
        let mut is_said = false;
        for notice in &mut self.notices {
            let Some(then) = notice.then.take_if(|then| then.command == id) else {
                continue;
            };
            is_said = true;
            notice.at = self.now;
            notice.text = match notice.opens {
                Some(_) if is_out_of_sight => {
                    format!("Logged as {}. {open} opens it", incident.name())
                }
                Some(_) => format!("Logged as {}", incident.name()),
                None => format!("{}: {} {at}", then.title, then.word),
            };
            for sentence in &then.said {
                notice.text.push_str(". ");
                notice.text.push_str(sentence);
            }
            if notice.opens.is_some() || !then.said.is_empty() {
                notice.stay = Stay::Until(self.now + READ_FOR);
            }
        }
        is_said
    }

    /// Whether an incident is no row of the board that is shown: a case is open, or a filter hides it.
    fn is_out_of_sight(&self, incident: IncidentId) -> bool {
        let queue = self.board.queue;
        self.open_case().is_some() || self.replica.position(queue, incident).is_none()
    }

    /// The incident that a notice on show is about and that no row shows: Enter opens it.
    pub(in crate::tui) fn announced_out_of_sight(&mut self) -> Option<IncidentId> {
        let is_meant = |notice: &Notice| {
            let opens = notice.opens;
            opens.is_some_and(|incident| self.is_out_of_sight(incident))
        };
        let place = self.notices.iter().position(is_meant)?;
        self.notices.remove(place).opens
    }

    /// Says that something was sent which had waited for the link: what was said of its saving is long gone.
    pub(in crate::tui) fn told_sent(&mut self, unsent: &Unsent, incident: &Incident) {
        const SAID_FOR: TimeDelta = TimeDelta::seconds(10);
        if self.now - unsent.given_at < SAID_FOR {
            return;
        }
        let at = format::local_short(self.now, self.now);
        let name = incident.name();
        let (sent, opens) = match matches!(unsent.command, Command::Log(_)) {
            true => (format!("logged as {name}"), Some(incident.id)),
            false => (format!("what was saved here for {name}"), None),
        };
        let text = format!("Sent {at}: {sent}");
        if self.notices.iter().any(|notice| notice.text == text) {
            return;
        }
        self.tell(Look::Met, text, Stay::Waits(READ_FOR));
        if let Some(notice) = self.notices.last_mut() {
            notice.opens = opens;
        }
    }

    /// The notices that go by themselves, for whoever reads each of them once.
    pub(in crate::tui) fn take_passing_notices(&mut self) -> Vec<Notice> {
        self.notices
            .extract_if(.., |notice| notice.passes())
            .collect()
    }

    /// Shows a notice that stays until it is dismissed.
    pub(in crate::tui) fn insist(&mut self, look: Look, text: impl Into<String>) {
        self.tell(look, text.into(), Stay::UntilDismissed);
    }
}
