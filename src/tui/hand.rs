//! What is in hand: the incidents and the problem that keys act upon. It only reads.

use super::app::{App, Screen};
use crate::domain::id::{IncidentId, ProblemId};
use crate::domain::problem::Problem;
use crate::steps::{ProblemStep, Sort};

impl App {
    /// The incident that keys act upon.
    pub(super) fn current(&self) -> Option<IncidentId> {
        match self.screen {
            Screen::Board => self.board.selected,
            Screen::Detail { incident, .. } => Some(incident),
            Screen::Problems { .. } | Screen::Problem { .. } => None,
        }
    }

    /// The problem that keys act upon.
    pub(super) fn current_problem(&self) -> Option<ProblemId> {
        match self.screen {
            Screen::Problems { selected } => selected,
            Screen::Problem { problem, .. } => Some(problem),
            Screen::Board | Screen::Detail { .. } => None,
        }
    }

    /// Every problem, those that have still to be solved first.
    pub(super) fn problems(&self) -> Vec<&Problem> {
        self.replica.desk().problems.open_first()
    }

    /// One problem, if it is known.
    pub(super) fn problem(&self, id: ProblemId) -> Option<&Problem> {
        self.replica.desk().problems.get(id)
    }

    /// The incidents that an action is for: those marked, else the current one.
    pub(super) fn targets(&self) -> Vec<IncidentId> {
        match self.screen {
            Screen::Board => self.on_the_board(),
            Screen::Detail { .. } | Screen::Problems { .. } | Screen::Problem { .. } => {
                self.current().into_iter().collect()
            }
        }
    }

    /// The incidents that a step on a problem begins with: those marked or in hand, or the one under the
    /// cursor where a link is taken back.
    pub(super) fn in_hand(&self, step: &ProblemStep) -> Vec<IncidentId> {
        let takes_back = step.asks.iter().any(|ask| ask.sort == Sort::Linked);
        match self.screen {
            Screen::Problem { .. } if takes_back => {
                self.incident_of_problem().into_iter().collect()
            }
            Screen::Board | Screen::Detail { .. } => self.targets(),
            Screen::Problems { .. } | Screen::Problem { .. } => self.on_the_board(),
        }
    }

    /// The incident under the cursor, of those that come from the problem on the screen.
    pub(super) fn incident_of_problem(&self) -> Option<IncidentId> {
        let Screen::Problem { problem, at } = self.screen else {
            return None;
        };
        self.problem(problem)?.incidents.get(at).copied()
    }

    /// The incidents marked on the board, else the one selected there.
    pub(super) fn on_the_board(&self) -> Vec<IncidentId> {
        if self.board.marks.is_empty() {
            self.board.selected.into_iter().collect()
        } else {
            self.board.marks.iter().copied().collect()
        }
    }
}
