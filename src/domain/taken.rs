//! What people are told once a command was taken: whom it tells by what, and what it has not done.
//!
//! A record of a decision is not a report, and an offer is not a handover (section 8, ESC-SENT). The
//! same sentences are the dry run, the answer of the shell and the notice of the console. Deliberately
//! sends nothing, and says nothing that the events do not.

use super::calendar::brief;
use super::delivery::Medium;
use super::directory::{Channel, Directory};
use super::event::Event;
use super::id::OrganisationId;
use super::office::Office;
use super::partners;
use super::policy::Policy;
use super::regulator::{self, Decision, RegulatorEvent, ReportAnswer};
use super::subjects::SubjectsEvent;
use super::summons::{self, When};

/// What these events tell people, and what people must still do themselves, a sentence each.
pub fn said<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    directory: &Directory,
    policy: &Policy,
    when: When,
) -> Vec<String> {
    let events: Vec<&Event> = events.into_iter().collect();
    let mut said = told_partners(&events, directory, policy, when);
    for event in events {
        match event {
            Event::Escalated {
                calls, opens_at, ..
            } => {
                said.extend(opens_at.map(|at| summons::early(at, when)));
                said.extend(summons::told(calls, directory, when));
            }
            Event::AssignmentOffered { to, .. } => {
                let name = directory.person_name(to);
                said.push(format!(
                    "Offered to {name}. Nothing changes until they accept"
                ));
            }
            Event::Regulator(RegulatorEvent::Decided(decision)) => {
                said.push("Nothing has gone to the ICO".to_owned());
                said.extend(still_to_sign(decision, directory, policy));
            }
            Event::Regulator(RegulatorEvent::Submitted(_) | RegulatorEvent::Withdrawn { .. }) => {
                said.push("nightdesk itself sent nothing".to_owned());
            }
            Event::Subjects(SubjectsEvent::Told(_)) => {
                said.push("nightdesk itself wrote to nobody".to_owned());
            }
            _ => {}
        }
    }
    said
}

/// Without which signatures a decision is not whole.
fn still_to_sign(decision: &Decision, directory: &Directory, policy: &Policy) -> Option<String> {
    let who = |office| decision.who_signs(office, directory, decision.recorded.at);
    if decision.is_unconfirmed() {
        let by = brief(regulator::confirm_by(decision, policy));
        return Some(format!("{} must confirm it by {by}", who(Office::Confirm)));
    }
    let is_decline = decision.answer == ReportAnswer::Decline;
    if is_decline && decision.awaits_countersignature() {
        let who = who(Office::Countersign);
        return Some(format!("The 72 hours run until {who} countersigns it"));
    }
    (is_decline && decision.awaits_second())
        .then(|| format!("The 72 hours run until {} confirms it", who(Office::Second)))
}

/// By what partners are told; where nothing is sent, who is to be called on which numbers. One command
/// tells them all by the same channel.
fn told_partners(
    events: &[&Event],
    directory: &Directory,
    policy: &Policy,
    when: When,
) -> Vec<String> {
    let told: Vec<(&OrganisationId, Channel)> = events
        .iter()
        .filter_map(|event| match event {
            Event::PartnerNotified {
                organisation,
                channel,
                ..
            } => Some((organisation, *channel)),
            _ => None,
        })
        .collect();
    let Some((_, channel)) = told.first() else {
        return Vec::new();
    };
    let partners = told.iter().map(|(partner, _)| *partner);
    if !partners::is_carried(*channel, policy) {
        let calls: Vec<String> = partners
            .map(|partner| partners::to_ring(partner, directory))
            .collect();
        return vec![
            format!("Nothing is sent by {}", channel.name()),
            format!("Call {}. Then record the answer", calls.join("; ")),
        ];
    }
    let names: Vec<&str> = partners
        .map(|partner| directory.organisation_name(partner))
        .collect();
    let (medium, names) = (medium(*channel), names.join(", "));
    let mut said = vec![match when {
        When::Before => format!("A notice by {} will be queued for {names}", medium.name()),
        When::After => format!(
            "A notice by {} is queued for {names}; it is not delivered yet",
            medium.name()
        ),
    }];
    if !policy.sends.contains(&medium) {
        said.push(format!(
            "This server is not set up to send {}, so call them",
            medium.plural()
        ));
    }
    said
}

fn medium(channel: Channel) -> Medium {
    match channel {
        Channel::Mobile => Medium::Sms,
        Channel::Email | Channel::Phone | Channel::Pager | Channel::Desk => Medium::Email,
    }
}
