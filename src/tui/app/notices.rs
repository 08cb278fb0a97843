//! What the console says at the bottom of the screen, and what it says once a command has got further.
//!
//! A notice goes by itself or stays until it is dismissed. Deliberately draws nothing: that is `tui::view`.

use super::{App, Freshness, Notice, Then};
use crate::client::outbox::Unsent;
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

impl App {
    /// Shows a notice that goes by itself.
    pub(in crate::tui) fn say(&mut self, look: Look, text: impl Into<String>) {
        const SHOWN_FOR: TimeDelta = TimeDelta::seconds(8);
        self.notices.retain(|notice| notice.until.is_none());
        self.notices.push(Notice {
            look,
            text: text.into(),
            until: Some(self.now + SHOWN_FOR),
            then: None,
            opens: None,
        });
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

    /// Takes back what was said of several commands at once, for one of them was not kept.
    pub(in crate::tui) fn unsay_all(&mut self) {
        let is_of_one = |notice: &Notice| notice.then.is_some();
        self.notices
            .retain(|notice| notice.until.is_none() || is_of_one(notice));
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
                notice.until = notice.until.map(|_| self.now + READ_FOR);
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
        self.notices.push(Notice {
            look: Look::Met,
            text,
            until: Some(self.now + READ_FOR),
            then: None,
            opens,
        });
    }

    /// The notices that go by themselves, for whoever reads each of them once.
    pub(in crate::tui) fn take_passing_notices(&mut self) -> Vec<Notice> {
        self.notices
            .extract_if(.., |notice| notice.until.is_some())
            .collect()
    }

    /// Shows a notice that stays until it is dismissed.
    pub(in crate::tui) fn insist(&mut self, look: Look, text: impl Into<String>) {
        self.notices.push(Notice {
            look,
            text: text.into(),
            until: None,
            then: None,
            opens: None,
        });
    }
}
