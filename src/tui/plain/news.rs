//! What is said without being asked: each thing once, when it becomes so.

use super::words::spoken_text;
use crate::domain::query::Queue;
use crate::tui::app::{App, Freshness};
use crate::tui::theme::Look;
use crate::tui::view::banner;
use std::mem::{Discriminant, discriminant};

/// What has been said already.
#[derive(Default)]
pub(super) struct News {
    standing: Vec<String>,
    link: Option<Discriminant<Freshness>>,
    is_engine_silent: bool,
    is_nothing_saved: bool,
    cannot_save: bool,
    is_damaged: bool,
    unsent: usize,
    has_looked: bool,
}

impl News {
    /// What has become so since the last time.
    pub(super) fn of(&mut self, app: &mut App) -> Vec<String> {
        let mut said: Vec<String> = app
            .take_passing_notices()
            .into_iter()
            .map(|notice| notice.text)
            .collect();
        let standing: Vec<String> = banner::standing(app)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let new = standing.iter().filter(|text| !self.standing.contains(text));
        said.extend(new.cloned());
        self.standing = standing;
        said.extend(self.link(app));
        said.extend(newly(&mut self.cannot_save, banner::disk(app)));
        said.extend(newly(&mut self.is_nothing_saved, banner::saving(app)));
        said.extend(newly(&mut self.is_damaged, banner::damage(app)));
        said.extend(newly(&mut self.is_engine_silent, banner::engine(app)));
        said.extend(self.unsent(app));
        said.iter().map(|text| spoken_text(text)).collect()
    }

    /// Whether there is something to read for the first time.
    pub(super) fn is_first_look(&mut self, app: &App) -> bool {
        let is_first = !self.has_looked && app.replica().count(Queue::AllOpen) > 0;
        self.has_looked |= is_first;
        is_first
    }

    fn link(&mut self, app: &App) -> Option<String> {
        let freshness = app.freshness();
        let before = self.link.replace(discriminant(&freshness));
        if before == self.link {
            return None;
        }
        match (freshness, before) {
            (Freshness::Connecting, _) => Some("Connecting to the server".to_owned()),
            (Freshness::Live, _) => Some("The link is live".to_owned()),
            (Freshness::Stale(_) | Freshness::Disconnected(_), _) => {
                banner::link(app).map(|(_, text)| text)
            }
        }
    }

    fn unsent(&mut self, app: &App) -> Option<String> {
        let unsent = app.replica().outbox().pending().len();
        let before = std::mem::replace(&mut self.unsent, unsent);
        match (before, unsent) {
            (0, 0) => None,
            (before, 0) if before > 0 => Some("The server has answered everything".to_owned()),
            (before, unsent) if before == unsent => None,
            (_, unsent) => Some(banner::unconfirmed(app, unsent)),
        }
    }
}

/// What lasts is said once, when it begins; that it is over is a notice that passes.
fn newly(was_so: &mut bool, trouble: Option<(Look, String)>) -> Option<String> {
    let was_so = std::mem::replace(was_so, trouble.is_some());
    trouble.filter(|_| !was_so).map(|(_, text)| text)
}
