//! Each suspected or confirmed breach is in the register exactly once (REG-WHOLE).

use super::reports::{report, rows};
use crate::domain::event::{Entry, Event};
use crate::domain::reporting::ReportKind;
use crate::proof::world::World;

pub(super) fn holds(world: &World) -> Result<(), String> {
    let register = report(world, ReportKind::Register).document;
    let breaches = rows(&register, "Breaches");
    let withdrawn = rows(&register, "Withdrawn");
    let elsewhere = rows(&register, "Reported with another");
    for case in &world.cases {
        let name = case.incident.name();
        let by_itself = breaches.iter().chain(&withdrawn).chain(&elsewhere);
        let as_another = breaches.iter().flat_map(|row| row[1].split(", "));
        let stands = by_itself.filter(|row| row[0] == name).count()
            + as_another.filter(|other| *other == name).count();
        if was_breach(case.trail()) && stands != 1 {
            return Err(format!("{name} stands in the register {stands} times"));
        }
    }
    Ok(())
}

/// Whether the trail ever said that it is or may be a breach.
fn was_breach<'a>(mut trail: impl Iterator<Item = &'a Entry>) -> bool {
    trail.any(|entry| match &entry.event {
        Event::Logged(logged) => logged.facts.breach_status.may_be_breach(),
        Event::Triaged { facts, .. } => facts.breach_status.may_be_breach(),
        _ => false,
    })
}
