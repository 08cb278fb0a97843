//! What each step of working on a problem asks (WSIC-PROB), as one table: the forms of the screen and
//! `nightdesk problem` are both read from it.
//!
//! A problem spans incidents, so which of them are meant is asked in its own way by each: the screen
//! proposes those in hand, the shell takes them as names. Whether the step is allowed is judged by the
//! rules alone.

use super::Answers;
use super::answer::put;
use crate::domain::id::IncidentId;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::refusal::Refusal;
use serde_json::{Value, json};

/// A step of working on a problem.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProblemStep {
    /// The subcommand of the shell.
    pub verb: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The command's `type`.
    wire: &'static str,
    /// What is asked.
    pub asks: &'static [ProblemAsk],
    /// What follows from it, for whoever is about to take it.
    pub says: &'static [&'static str],
}

/// What a step asks.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProblemAsk {
    /// The place in the command that it fills.
    pub pointer: &'static str,
    /// The argument of the shell, where it is one with a name.
    pub flag: &'static str,
    /// What is asked, in a word or two.
    pub label: &'static str,
    /// How to answer.
    pub hint: &'static str,
    /// What sort of answer.
    pub sort: Sort,
}

/// The sorts of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Words, which the rules ask for themselves.
    Words,
    /// The role that works on it, if that is known.
    Owner,
    /// The incidents that come from it, at least one.
    Incidents,
    /// An incident that is not linked yet.
    Unlinked,
    /// An incident that is linked.
    Linked,
}

const fn words(
    pointer: &'static str,
    flag: &'static str,
    label: &'static str,
    hint: &'static str,
) -> ProblemAsk {
    ask(pointer, flag, label, hint, Sort::Words)
}

const fn ask(
    pointer: &'static str,
    flag: &'static str,
    label: &'static str,
    hint: &'static str,
    sort: Sort,
) -> ProblemAsk {
    ProblemAsk {
        pointer,
        flag,
        label,
        hint,
        sort,
    }
}

const WHY: &str = "why";

/// Raise a problem behind incidents.
pub const RAISE: &ProblemStep = &PROBLEM_STEPS[0];
/// Link an incident.
pub const LINK: &ProblemStep = &PROBLEM_STEPS[1];
/// Take back a link.
pub const UNLINK: &ProblemStep = &PROBLEM_STEPS[2];
/// Record a workaround.
pub const WORKAROUND: &ProblemStep = &PROBLEM_STEPS[3];
/// Say what causes it.
pub const DIAGNOSE: &ProblemStep = &PROBLEM_STEPS[4];
/// Say what solved it.
pub const RESOLVE: &ProblemStep = &PROBLEM_STEPS[5];
/// Be done with it.
pub const CLOSE: &ProblemStep = &PROBLEM_STEPS[6];
/// Work on it again.
pub const REOPEN: &ProblemStep = &PROBLEM_STEPS[7];

/// Every step, in the order in which a problem takes them.
#[rustfmt::skip]
pub const PROBLEM_STEPS: &[ProblemStep] = &[
    ProblemStep { verb: "raise", name: "Raise a problem", help: "Raise a problem behind incidents", wire: "raise", asks: &[
        words("/title", "title", "Title", "a few words, without personal data"),
        ask("/owner", "owner", "Owner", "the role that is to work on it", Sort::Owner),
        ask("/incidents", "", "Incidents", "those that it causes", Sort::Incidents),
    ], says: &[
        "Solve a problem, and its incidents do not come back",
        "With an open problem, an incident closes only if there is a workaround (WSIC-PROB)",
    ] },
    ProblemStep { verb: "link", name: "Link an incident", help: "Link incidents that a problem causes", wire: "link_incident", asks: &[
        ask("/incident", "", "Incident", "INC-26-0423-K", Sort::Unlinked),
        words("/reason", "reason", "Reason", "why you think this problem causes it"),
    ], says: &["The incident then closes only with a workaround or a solution (WSIC-PROB)"] },
    ProblemStep { verb: "unlink", name: "Take back a link", help: "Take back links of incidents that a problem does not cause after all", wire: "unlink_incident", asks: &[
        ask("/incident", "", "Incident", "which", Sort::Linked),
        words("/reason", "reason", "Reason", "why the problem does not cause it after all"),
    ], says: &["A problem keeps at least one incident, and a major incident at least one problem (WSIC-PROB)"] },
    ProblemStep { verb: "workaround", name: "Record a workaround", help: "Record the workaround until a problem is solved", wire: "record_workaround", asks: &[
        words("/workaround", "text", "Workaround", "what to do"),
    ], says: &["With a workaround its incidents can be closed before it is solved (WSIC-PROB)"] },
    ProblemStep { verb: "diagnose", name: "Say what causes it", help: "Say what causes a problem. It is then a known error", wire: "diagnose", asks: &[
        words("/root_cause", "cause", "Cause", "what causes it"),
    ], says: &["It is then a known error (WSIC-PROB)"] },
    ProblemStep { verb: "resolve", name: "Say what solved it", help: "Say what solved a problem", wire: "resolve", asks: &[
        words("/solution", "solution", "Solution", "what was done"),
    ], says: &["Solving a problem changes none of its incidents (WSIC-PROB)"] },
    ProblemStep { verb: "close", name: "Be done with it", help: "Close a solved problem", wire: "close", asks: &[], says: &[
        "A problem stays open as long as a P1 incident that it causes (WSIC-PROB)",
    ] },
    ProblemStep { verb: "reopen", name: "Work on it again", help: "Work again on a problem that is not solved after all", wire: "reopen", asks: &[
        words("/reason", "reason", "Reason", WHY),
    ], says: &["It is a known error again. The failed solution stays in the audit trail (WSIC-PROB)"] },
];

impl ProblemStep {
    /// The command that the answers make; incidents are answered by their ids.
    ///
    /// # Errors
    /// A refusal that names the question which is not answered.
    pub fn command(&self, answers: &Answers) -> Result<ProblemCommand, Refusal> {
        let mut body = json!({ "type": self.wire });
        for ask in self.asks {
            put(&mut body, ask.pointer, ask.value(answers)?);
        }
        // A test takes every step of the table.
        serde_json::from_value(body).map_err(|error| {
            Refusal::invalid("", format!("This cannot be read as a step: {error}"))
        })
    }

    /// Puts incidents, by their ids, where the step asks for them.
    pub fn name_incidents(&self, answers: &mut Answers, ids: Vec<String>) {
        if let Some(ask) = self.asks.iter().find(|ask| ask.names_incidents()) {
            answers.give(ask.pointer, ids);
        }
    }

    /// Commands by which the rules can be asked whether the step is allowed at all, before a word is
    /// typed; none where it depends on which incident is named.
    pub fn attempts(
        &self,
        problem: Option<&Problem>,
        in_hand: &[IncidentId],
    ) -> Vec<ProblemCommand> {
        let linked = problem.map_or(&[][..], |problem| &problem.incidents);
        let Some(ask) = self.asks.iter().find(|ask| ask.names_incidents()) else {
            return Vec::from_iter(self.command(&Answers::default()));
        };
        let named: Vec<Vec<IncidentId>> = match ask.sort {
            Sort::Incidents => vec![in_hand.to_vec()],
            Sort::Linked => linked.iter().map(|id| vec![*id]).collect(),
            Sort::Unlinked | Sort::Words | Sort::Owner => {
                let new = in_hand.iter().filter(|id| !linked.contains(id));
                new.map(|id| vec![*id]).collect()
            }
        };
        let attempts = named.into_iter().map(|ids| {
            let mut answers = Answers::default();
            self.name_incidents(&mut answers, ids.iter().map(ToString::to_string).collect());
            self.command(&answers)
        });
        attempts.filter_map(Result::ok).collect()
    }

    /// Whether it makes a new problem.
    pub fn is_raising(&self) -> bool {
        self.wire == "raise"
    }
}

impl ProblemAsk {
    /// Whether it is answered by incidents.
    pub fn names_incidents(&self) -> bool {
        match self.sort {
            Sort::Incidents | Sort::Unlinked | Sort::Linked => true,
            Sort::Words | Sort::Owner => false,
        }
    }

    fn value(&self, answers: &Answers) -> Result<Value, Refusal> {
        let given = answers.one(self.pointer);
        Ok(match self.sort {
            Sort::Words => json!(given.unwrap_or_default()),
            Sort::Owner => json!(given),
            Sort::Incidents => json!(answers.all(self.pointer).collect::<Vec<_>>()),
            Sort::Unlinked | Sort::Linked => json!(
                given.ok_or_else(|| { Refusal::invalid(self.pointer, "Say which incident") })?
            ),
        })
    }

    /// What is known already of what is asked, to be changed.
    pub fn known<'a>(&self, problem: &'a Problem) -> &'a str {
        let known = match self.pointer {
            "/workaround" => &problem.workaround,
            "/root_cause" => &problem.root_cause,
            _ => &None,
        };
        known.as_deref().unwrap_or_default()
    }
}
