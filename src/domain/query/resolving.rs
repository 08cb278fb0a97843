//! Names in a filter against the directory: whoever is named must be somebody, or an empty list would
//! seem to say that nothing is there.

use super::expression::{Filter, Name, Owner, Test};
use super::grammar::{FilterError, perhaps};
use crate::domain::directory::Directory;
use crate::domain::spelling;

impl Filter {
    /// The same filter with each name taken for the people or the organisations that it fits.
    ///
    /// # Errors
    /// A sentence where a name fits nobody, with the nearest one.
    pub fn resolved(mut self, directory: &Directory) -> Result<Self, FilterError> {
        let tests = self.alternatives.iter_mut().flatten();
        for test in tests.map(|term| &mut term.test) {
            match test {
                Test::Owner(Owner::Named(name)) => {
                    let people = directory.people.iter();
                    let people = people.map(|one| (one.id.as_str(), one.name.as_str()));
                    *name = known(name, "person", people.collect())?;
                }
                Test::Organisation(name) | Test::Controller(name) => {
                    let all = directory.organisations.iter();
                    let all = all.map(|one| (one.id.as_str(), one.name.as_str()));
                    *name = known(name, "organisation", all.collect())?.in_lower_case();
                }
                Test::Text(_)
                | Test::Owner(Owner::Me | Owner::Nobody)
                | Test::Due(..)
                | Test::Partner(_)
                | Test::Severity(..)
                | Test::Ungraded
                | Test::Priority(_)
                | Test::Stage(_)
                | Test::Clock(_)
                | Test::Category(_)
                | Test::Trend(_)
                | Test::Is(_) => {}
            }
        }
        Ok(self)
    }
}

impl Name {
    /// As searchable texts hold it.
    fn in_lower_case(self) -> Self {
        match self {
            Self::Typed(_) => self,
            Self::Known { typed, ids } => Self::Known {
                typed,
                ids: ids.iter().map(|id| id.to_lowercase()).collect(),
            },
        }
    }
}

/// Everybody whose short name or name is that text, else everybody whose one holds it.
fn known(name: &Name, what: &str, all: Vec<(&str, &str)>) -> Result<Name, FilterError> {
    let typed = name.typed();
    let is_it = |text: &str| text.to_lowercase() == typed;
    let holds = |text: &str| text.to_lowercase().contains(typed);
    let fitting = |fits: &dyn Fn(&str) -> bool| {
        let fitting = all.iter().filter(|(id, name)| fits(id) || fits(name));
        fitting
            .map(|(id, _)| (*id).to_owned())
            .collect::<Vec<String>>()
    };
    let mut ids = fitting(&is_it);
    if ids.is_empty() {
        ids = fitting(&holds);
    }
    if ids.is_empty() {
        let spellings = all.iter().flat_map(|(id, name)| [(*id, *id), (*name, *id)]);
        let nearest = spelling::nearest(typed, spellings);
        return Err(FilterError::new(
            format!("No {what} \"{typed}\"{}", perhaps(nearest)),
            "write a short name from the directory, or part of the full name",
        ));
    }
    Ok(Name::Known {
        typed: typed.to_owned(),
        ids,
    })
}
