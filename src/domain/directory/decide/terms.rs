//! Who holds which role, and for how long (WSIC-TERM).
//!
//! Whoever may only propose has their words kept until somebody who decides confirms them; an
//! administrator writes down what somebody else decided, and says who.

use super::{Context, Judged, reason};
use crate::domain::directory::Directory;
use crate::domain::directory::command::{Appoint, EndTerm};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::register::{Proposal, TermChange};
use crate::domain::directory::rights::{self, Matter};
use crate::domain::directory::telling::day_in_words;
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, PersonId};
use crate::domain::permission::Grant;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Holding, HoldingName, HoldingState, term_end};
use crate::domain::rule::RuleId;
use crate::domain::{Instant, calendar};
use chrono::NaiveDate;

/// Appointing somebody.
pub(super) fn appoint(asked: &Appoint, context: &Context<'_>) -> Judged {
    let holding = Holding {
        role: asked.role,
        organisation: asked.organisation.clone(),
        person: asked.person.clone(),
        starts_on: asked.starts_on,
        ends_on: asked.ends_on,
        interim: asked.interim,
        deputy_order: asked.deputy_order,
        began_at: None,
        appointed_by: None,
        ended_at: None,
        ended_because: None,
    };
    let (by, way) = way(&holding.name(), asked.decided_by.as_ref(), context)?;
    let holding = to_begin(holding, context)?;
    Ok(way.event(by, TermChange::Begin { holding }, None, context))
}

/// Ending a term before it has run out.
pub(super) fn end(asked: &EndTerm, context: &Context<'_>) -> Judged {
    let (by, way) = way(&asked.holding, asked.decided_by.as_ref(), context)?;
    let change = to_end(&asked.holding, asked.ends_on, &asked.reason, context)?;
    Ok(way.event(by, change, None, context))
}

/// How somebody may bring a change about.
enum Way {
    Decide,
    Propose,
    Record(PersonId),
}

impl Way {
    fn event(
        self,
        by: Signature,
        change: TermChange,
        proposal: Option<CommandId>,
        context: &Context<'_>,
    ) -> (Signature, DirectoryEvent) {
        let decided_by = match self {
            Self::Decide => None,
            Self::Record(decided_by) => Some(decided_by),
            Self::Propose => {
                let proposal = Proposal {
                    id: context.command,
                    at: context.now,
                    by: by.clone(),
                    change,
                };
                return (by, DirectoryEvent::Proposed { proposal });
            }
        };
        let event = match change {
            TermChange::Begin { holding } => DirectoryEvent::Appointed {
                holding: Holding {
                    appointed_by: Some(decided_by.clone().unwrap_or_else(|| by.person.clone())),
                    ..holding
                },
                proposal,
                decided_by,
            },
            TermChange::End {
                holding,
                ends_on,
                reason,
            } => DirectoryEvent::TermEnded {
                holding,
                ends_at: ends_on.map_or(context.now, calendar::start_of_day),
                reason,
                proposal,
                decided_by,
            },
        };
        (by, event)
    }
}

fn way(
    name: &HoldingName,
    decided_by: Option<&PersonId>,
    context: &Context<'_>,
) -> Result<(Signature, Way), Refusal> {
    let matter = Matter::Term(name.role, &name.organisation);
    let (grant, by) = rights::require(matter, Grant::Advise, context.actor, context.directory)?;
    let way = match grant {
        Grant::Owner | Grant::May => Way::Decide,
        Grant::Record => Way::Record(who_decided(matter, decided_by, context)?),
        Grant::Provisional | Grant::Countersign | Grant::Advise | Grant::View | Grant::No => {
            Way::Propose
        }
    };
    Ok((by, way))
}

/// An administrator decides nothing: they write down what somebody decided who may.
fn who_decided(
    matter: Matter<'_>,
    decided_by: Option<&PersonId>,
    context: &Context<'_>,
) -> Result<PersonId, Refusal> {
    let named = decided_by.ok_or_else(|| {
        Refusal::invalid(
            "/decided_by",
            "You record somebody else's decision. Say who decided",
        )
    })?;
    let decides = |actor| rights::require(matter, Grant::Owner, &actor, context.directory).is_ok();
    let actor = context.directory.actor(named, context.now);
    if actor.is_some_and(decides) {
        return Ok(named.clone());
    }
    Err(Refusal::invalid(
        "/decided_by",
        format!(
            "{} may not decide this. Name somebody who may",
            context.directory.person_name(named)
        ),
    ))
}

/// A term as it can be begun.
fn to_begin(asked: Holding, context: &Context<'_>) -> Result<Holding, Refusal> {
    if !asked.role.is_appointed() {
        return Err(Refusal::invalid(
            "/role",
            format!(
                "Nobody is appointed as {}: everybody is staff, and a shift holds the desk",
                asked.role.short()
            ),
        ));
    }
    context.person(&asked.person, "/person")?;
    context.open_organisation(&asked.organisation, "/organisation", asked.begins_at())?;
    let holding = Holding {
        ends_on: last_day(&asked, context)?,
        began_at: free_since(&asked, context),
        ..asked
    };
    let is_over = |holding: &Holding| holding.ends_at().is_some_and(|ends| ends <= context.now);
    if is_over(&holding) {
        return Err(against(
            "/ends_on",
            "This term is already over. Give one that has not ended",
        ));
    }
    nobody_in_the_place(&holding, context.directory)?;
    Ok(holding)
}

/// A post that was given up today is filled from now on, and not from midnight: until then somebody else held
/// it.
fn free_since(asked: &Holding, context: &Context<'_>) -> Option<Instant> {
    let midnight = calendar::start_of_day(asked.starts_on);
    let is_today = calendar::local(context.now).date_naive() == asked.starts_on;
    let mut known = context.directory.holdings.iter();
    let was_held = known.any(|known| {
        (known.role, &known.organisation) == (asked.role, &asked.organisation)
            && known.starts_on != asked.starts_on
            && known
                .ended_at
                .is_some_and(|ended_at| midnight < ended_at && ended_at <= context.now)
    });
    (is_today && was_held).then_some(context.now)
}

/// As long as a term lasts, and never longer.
fn last_day(asked: &Holding, context: &Context<'_>) -> Result<Option<NaiveDate>, Refusal> {
    let months = context.policy.term.months;
    let longest = term_end(asked.starts_on, &context.policy.term);
    match asked.ends_on {
        Some(ends_on) if ends_on <= asked.starts_on => Err(against(
            "/ends_on",
            "A term ends after it begins. Give a later day",
        )),
        Some(ends_on) if asked.role.has_term() && ends_on > longest => Err(against(
            "/ends_on",
            format!(
                "A term lasts at most {months} months. End it on {} and appoint again then",
                day_in_words(longest)
            ),
        )),
        None if asked.role.has_term() => Ok(Some(longest)),
        ends_on => Ok(ends_on),
    }
}

/// Overlap is allowed only with an explicit order, and nobody deputises for themselves.
fn nobody_in_the_place(asked: &Holding, directory: &Directory) -> Result<(), Refusal> {
    let clash = directory.holdings.iter().find(|known| {
        (known.role, &known.organisation) == (asked.role, &asked.organisation)
            && (known.deputy_order == asked.deputy_order || known.person == asked.person)
            && overlap(known, asked)
    });
    let Some(known) = clash else { return Ok(()) };
    let name = directory.person_name(&known.person);
    let until = known.ends_at().map_or_else(
        || "without an end".to_owned(),
        |ends| format!("until {}", calendar::in_words(ends)),
    );
    let role = asked.role.short();
    Err(if known.person == asked.person {
        against(
            "/person",
            format!("{name} is {role} there {until}. Begin the new term then"),
        )
    } else {
        against(
            "/deputy_order",
            format!(
                "{name} is {role} there in the same place {until}. End that term, or choose another deputy order"
            ),
        )
    })
}

fn overlap(one: &Holding, other: &Holding) -> bool {
    let begins_before_end = |first: &Holding, second: &Holding| {
        second.ends_at().is_none_or(|ends| first.begins_at() < ends)
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

/// An ending as it can be.
fn to_end(
    name: &HoldingName,
    ends_on: Option<NaiveDate>,
    why: &str,
    context: &Context<'_>,
) -> Result<TermChange, Refusal> {
    let holding = context.directory.holding(name).ok_or_else(|| {
        Refusal::invalid(
            "/holding",
            "The directory has no such term. Look at the terms and choose again",
        )
    })?;
    match holding.state_at(context.now) {
        HoldingState::Future | HoldingState::Valid => {}
        HoldingState::Expired | HoldingState::EndedEarly => {
            return Err(against("/holding", "This term has already ended"));
        }
    }
    let ends_at: Instant = ends_on.map_or(context.now, calendar::start_of_day);
    if ends_at < context.now {
        return Err(against(
            "/ends_on",
            "That day has begun. Leave the day out to end the term at once",
        ));
    }
    if holding.ends_at().is_some_and(|ends| ends <= ends_at) {
        return Err(against(
            "/ends_on",
            "The term ends by then anyway. Give an earlier day",
        ));
    }
    Ok(TermChange::End {
        holding: name.clone(),
        ends_on,
        reason: reason(why, "the term ends before its time")?.into(),
    })
}

fn waiting<'a>(id: CommandId, context: &Context<'a>) -> Result<&'a Proposal, Refusal> {
    context.directory.proposal(id).ok_or_else(|| {
        Refusal::invalid(
            "/proposal",
            "No such proposal waits for a decision. Look at the proposals and choose again",
        )
    })
}

fn decides(proposal: &Proposal, context: &Context<'_>) -> Result<Signature, Refusal> {
    let holding = proposal.change.holding();
    let matter = Matter::Term(holding.role, &holding.organisation);
    rights::require(matter, Grant::Owner, context.actor, context.directory).map(|(_, by)| by)
}

/// The world may have moved on since, so what was proposed is judged again.
pub(super) fn confirm(id: CommandId, context: &Context<'_>) -> Judged {
    let proposal = waiting(id, context)?;
    let by = decides(proposal, context)?;
    let change = match proposal.change.clone() {
        TermChange::Begin { holding } => TermChange::Begin {
            holding: to_begin(holding, context)?,
        },
        TermChange::End {
            holding,
            ends_on,
            reason,
        } => to_end(&holding, ends_on, &reason, context)?,
    };
    Ok(Way::Decide.event(by, change, Some(id), context))
}

/// Whoever proposed it may take it back.
pub(super) fn reject(id: CommandId, why: &str, context: &Context<'_>) -> Judged {
    let proposal = waiting(id, context)?;
    let by = if proposal.by.person == context.actor.person {
        proposal.by.clone()
    } else {
        decides(proposal, context)?
    };
    let event = DirectoryEvent::ProposalRejected {
        proposal: id,
        reason: reason(why, "the proposal is turned down")?.into(),
    };
    Ok((by, event))
}

fn against(pointer: &str, sentence: impl Into<String>) -> Refusal {
    Refusal::invalid(pointer, sentence).by(RuleId::WsicTerm)
}
