//! Events as sentences, for everybody who reads the history of an incident: the timeline on the
//! screen and in the shell, the case file, the audit.
//!
//! A sentence may contain text from outside; whoever prints it sanitises it. Dates and hashes beside
//! the sentence are the reader's.

use super::Instant;
use super::calendar;
use super::clock::Clock;
use super::closing::ClosingEvent;
use super::contacts::Contact;
use super::deadlines::ClockKind;
use super::directory::Directory;
use super::enumeration;
use super::event::{Description, Event};
use super::hosting::HostingEvent;
use super::id::OrganisationId;
use super::incident::{self, Confirmation, Facts};
use super::investigation::InvestigationEvent;
use super::learning::LearningEvent;
use super::regulator::{Authority, RegulatorEvent, Saying};
use super::sharing::Sharing;
use super::subjects::{Opinion, SubjectsEvent};
use super::summons::{self, When};
use super::taking_over::TakenOver;

/// What became true, in words.
pub fn sentence(event: &Event, directory: &Directory) -> String {
    let organisation = |id| directory.organisation_name(id);
    match event {
        Event::Logged(logged) => format!("Logged: {}", logged.title),
        Event::ClockStarted { clock } => format!(
            "Clock started: {}{} by {}",
            in_lower_case(clock.kind.to_do()),
            organisations(clock, directory),
            calendar::brief(clock.due_at)
        ),
        Event::ClockRevised {
            clock,
            previous_due_at,
        } => format!(
            "{} is due {} instead of {}",
            whose(clock.kind, clock.controller.as_ref(), directory),
            calendar::brief(clock.due_at),
            calendar::brief(*previous_due_at)
        ),
        Event::OuterLimitMoved {
            kind,
            controller,
            from,
            to,
            made_under,
        } => format!(
            "{} may be late with a reason until {} instead of {}: bank holidays were imported ({made_under})",
            whose(*kind, controller.as_ref(), directory),
            calendar::brief(*to),
            from.map_or_else(|| "never".to_owned(), calendar::brief)
        ),
        Event::ClockStoodDown {
            kind,
            controller,
            reason,
            rule,
            ground,
        } => {
            let clock = whose(*kind, controller.as_ref(), directory);
            let ground = ground.map_or_else(String::new, |ground| format!("{}, ", ground.name()));
            format!("Clock stopped, \"{clock}\": {ground}{reason} ({rule})")
        }
        Event::DutyNamed {
            kind,
            organisation: id,
        } => {
            format!("{} is about {} too", kind.to_do(), organisation(id))
        }
        Event::PastExplained {
            happened_at,
            note,
            evidence,
        } => {
            let shown = evidence.as_deref();
            let shown = shown.map_or_else(String::new, |shown| format!("; shown by {shown}"));
            format!(
                "Entered late, happened {}: {note}{shown}",
                calendar::brief(*happened_at)
            )
        }
        Event::ActedInRole { contact, .. } => {
            format!("{}: knows of it from now on", name(contact, directory))
        }
        Event::ClockReinstated { kind, controller } => {
            format!(
                "Clock restarted, \"{}\"",
                whose(*kind, controller.as_ref(), directory)
            )
        }
        Event::LateReasonGiven {
            kind,
            controller,
            reason,
        } => {
            let clock = whose(*kind, controller.as_ref(), directory);
            format!("{clock} late because: {reason}")
        }
        Event::AwarenessCorrected {
            kind,
            from,
            to,
            reason,
            ..
        } => format!(
            "Corrected: {} {} instead of {}, because {reason}",
            kind.name(),
            calendar::brief(*to),
            calendar::brief(*from)
        ),
        Event::AwarenessAdded { kind, at } => format!("{} {}", kind.name(), calendar::brief(*at)),
        Event::Triaged {
            facts,
            before,
            reason,
            only_names,
            confirms,
            no_longer_breach: _,
            kind_before: _,
        } => {
            let did = match only_names {
                true => "Controller named".to_owned(),
                false => classified(facts),
            };
            let changed = before
                .as_deref()
                .map(|before| incident::changes(before, facts, directory));
            triaged(did, changed, *confirms, reason.as_deref())
        }
        Event::Graded { assessment } => format!(
            "Graded {}×{}: {}",
            assessment.grade.severity(),
            assessment.grade.likelihood(),
            assessment.grading.outcome.name()
        ),
        Event::Acknowledged {
            took_ownership: true,
        } => "Acknowledged and taken on".to_owned(),
        Event::Acknowledged {
            took_ownership: false,
        } => "Acknowledged".to_owned(),
        Event::AcknowledgementUndone {} => "Acknowledgement taken back".to_owned(),
        Event::AssignmentOffered { to, reason } => {
            format!("Offered to {}: {reason}", directory.person_name(to))
        }
        Event::AssignmentAccepted {} => "Offer accepted".to_owned(),
        Event::AssignmentDeclined { reason } => format!("Offer declined: {reason}"),
        Event::Escalated {
            ladder,
            to,
            reason,
            calls,
            opens_at,
            ..
        } => {
            let names: Vec<String> = if calls.is_empty() {
                to.iter().map(|contact| name(contact, directory)).collect()
            } else {
                calls.iter().map(|call| call.who(directory)).collect()
            };
            let early = opens_at.map_or_else(String::new, |at| {
                format!(", before its time ({})", calendar::brief(at))
            });
            let told = summons::told(calls, directory, When::After);
            let told: String = told
                .iter()
                .map(|sentence| format!(". {sentence}"))
                .collect();
            format!(
                "Escalated ({}) to {}{early}: {reason}{told}",
                ladder.name(),
                enumeration::all(&names)
            )
        }
        Event::EscalationProgressed {
            progress,
            by,
            contact,
            person,
            ..
        } => {
            let to = contact.as_ref().map_or_else(
                || "of the escalation".to_owned(),
                |contact| format!("to {}", summons::named(contact, person.as_ref(), directory)),
            );
            format!("Notice {to} {}", progress.sentence(*by))
        }
        Event::AgreementsFound { agreements } => shared_under(agreements, directory),
        Event::ContactAttempted { attempt } => format!(
            "{}{}",
            attempt.in_words(directory),
            attempt.also_in_words(directory)
        ),
        Event::ContactAttemptStruck {
            attempt, reason, ..
        } => format!(
            "Struck out: {}, recorded for {}. It was recorded by mistake and counts for nothing: {reason}",
            attempt.in_words(directory),
            calendar::brief(attempt.at)
        ),
        Event::ToldByException { .. } => {
            "The host was told directly, by exception: the Partnership Security Officer could not be reached"
                .to_owned()
        }
        Event::PartnerNotified {
            organisation: id,
            channel,
            ..
        } => format!("Notice to {} by {}", organisation(id), channel.name()),
        Event::NoticeProgressed {
            organisation: id,
            progress,
            by,
            ..
        } => format!("Notice to {} {}", organisation(id), progress.sentence(*by)),
        Event::PartnerAnswered {
            organisation: id,
            answer,
            ..
        } => format!("{}: {}", organisation(id), answer.sentence()),
        Event::NoteAdded { kind, text, .. } => format!("{}: {text}", kind.name()),
        Event::MajorProposed { incidents, .. } => format!(
            "Major incident proposed: {} incidents share one trend",
            incidents.len() + 1
        ),
        Event::MajorDeclared { reason, .. } => format!("Declared major: {reason}"),
        Event::MajorDeclined { reason } => format!("Major incident declined: {reason}"),
        Event::MajorEnded { reason } => format!("Major incident ended as a false alarm: {reason}"),
        Event::MajorProposalReduced {
            complete_at: Some(_),
            incidents,
        } => format!(
            "Major incident still proposed: {} incidents share one trend; one no longer counts",
            incidents.len() + 1
        ),
        Event::MajorProposalReduced {
            complete_at: None, ..
        } => {
            "Major incident no longer proposed: too few incidents still share the trend".to_owned()
        }
        Event::TakenOver(taken) => taken_over(taken, directory),
        Event::Retitled {
            from, to, reason, ..
        } => retitled(from, to, reason),
        Event::OccurrenceCorrected { occurrence, reason } => format!(
            "It happened {}{}: {reason}",
            calendar::brief(occurrence.at),
            if occurrence.estimated {
                ", estimated"
            } else {
                ""
            }
        ),
        Event::EffectAnswered { effect, reason, .. } => {
            format!("Wider assessment: {}, {reason}", effect.name())
        }
        Event::ContactRequired { contact, reason } => {
            format!("{} must be told: {reason}", name(contact, directory))
        }
        Event::ContactReleased {
            contact, reason, ..
        } => {
            format!("{} need not be told: {reason}", name(contact, directory))
        }
        Event::Regulator(event) => regulator(event, directory),
        Event::Subjects(event) => subjects(event, directory),
        Event::Hosting(event) => hosting(event),
        Event::Investigation(event) => investigation(event, directory),
        Event::Learning(event) => learning(event),
        Event::Closing(event) => closing(event),
    }
}

/// Both titles; of a summary alone that it was changed, for it is long.
fn retitled(from: &Description, to: &Description, reason: &str) -> String {
    let title = (from.title != to.title)
        .then(|| format!("Title changed from \"{}\" to \"{}\"", from.title, to.title));
    let summary =
        (from.summary != to.summary).then(|| format!("Summary changed to \"{}\"", to.summary));
    let changed: Vec<String> = title.into_iter().chain(summary).collect();
    format!("{}: {reason}", changed.join(". "))
}

fn shared_under(agreements: &[Sharing], directory: &Directory) -> String {
    let each: Vec<String> = agreements
        .iter()
        .map(|sharing| {
            let parties: Vec<OrganisationId> = sharing.parties.iter().cloned().collect();
            format!(
                "\"{}\" between {}",
                sharing.title,
                names(&parties, directory)
            )
        })
        .collect();
    if each.is_empty() {
        "No agreement to share data is in force between its organisations".to_owned()
    } else {
        format!("In force, so each DPO is told: {}", each.join("; "))
    }
}

/// How it was classified, what that changed, and why, where a reason was given.
fn classified(facts: &Facts) -> String {
    format!(
        "Triaged: {}, {}, {}",
        facts
            .category
            .map_or("no category", |category| category.name()),
        facts.breach_status.name(),
        facts.partnership_effect.name()
    )
}

fn triaged(
    did: String,
    changes: Option<Vec<String>>,
    confirms: Option<Confirmation>,
    reason: Option<&str>,
) -> String {
    let changed = changes.map_or_else(String::new, |changes| {
        if changes.is_empty() {
            ". Nothing changed".to_owned()
        } else {
            format!(". Changed: {}", changes.join("; "))
        }
    });
    let confirmed =
        confirms.map_or_else(String::new, |what| format!(". Confirmed: {}", what.name()));
    let reason = reason.map_or_else(String::new, |reason| format!(". Why: {reason}"));
    format!("{did}{changed}{confirmed}{reason}")
}

/// Whose clock it is: " for Riverbourne ICB and Eastmere"; nothing where it names nobody.
fn organisations(clock: &Clock, directory: &Directory) -> String {
    let names: Vec<&str> = clock
        .organisations()
        .map(|organisation| directory.organisation_name(organisation))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" for {}", enumeration::all(&names))
    }
}

/// With a small letter at its start, for the middle of a sentence.
fn in_lower_case(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .collect();
    format!("{first}{}", letters.as_str())
}

/// A clock as what is to be done, with the controller whose it is where each has one (ICO-JOINT): an entry
/// about a deadline does not say that anybody was told.
fn whose(kind: ClockKind, controller: Option<&OrganisationId>, directory: &Directory) -> String {
    let owner = controller.map_or_else(String::new, |controller| {
        format!(", {}", directory.organisation_name(controller))
    });
    format!("{}{owner}", kind.to_do())
}

fn name(contact: &Contact, directory: &Directory) -> String {
    match &contact.organisation {
        Some(organisation) => format!(
            "{}, {}",
            contact.role.title(),
            directory.organisation_name(organisation)
        ),
        None => contact.role.title().to_owned(),
    }
}

fn names(organisations: &[OrganisationId], directory: &Directory) -> String {
    let names: Vec<&str> = organisations
        .iter()
        .map(|organisation| directory.organisation_name(organisation))
        .collect();
    enumeration::all(&names)
}

/// What came from the duplicate, each with its own signature in the casework.
fn taken_over(taken: &TakenOver, directory: &Directory) -> String {
    let from = &taken.from;
    let regulator = &taken.casework.regulator;
    let counted = [
        (taken.assessments.len(), "grade"),
        (taken.attempts.len(), "call or message"),
        (regulator.decisions.len(), "decision"),
        (regulator.notifications.len(), "notification"),
        (taken.casework.subjects.told.len(), "telling of people"),
        (taken.partners.len(), "partner"),
        (regulator.references.len(), "reference"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what} {count}"))
        .collect();
    let records = if counted.is_empty() {
        "nothing else was recorded there".to_owned()
    } else {
        counted.join(", ")
    };
    format!(
        "Took over {}, which {} logged {}: {}; {records}",
        from.name(),
        directory.person_name(&from.logged.by.person),
        calendar::brief(from.logged.at),
        taken.reason
    )
}

fn regulator(event: &RegulatorEvent, directory: &Directory) -> String {
    match event {
        RegulatorEvent::Decided(decision) => {
            let on_whose_word = match &decision.authority {
                Authority::Own {} => String::new(),
                Authority::ByPhone { given_by } => {
                    format!(
                        ", given by phone by {} on {}",
                        directory.person_name(given_by),
                        calendar::brief(decision.decided_at)
                    )
                }
                Authority::Provisional {} => {
                    format!(
                        ", provisionally by the {}",
                        decision.recorded.by.role.short()
                    )
                }
            };
            format!(
                "{} decided to {} to the ICO{on_whose_word}: {}",
                directory.organisation_name(&decision.controller),
                decision.answer.name(),
                decision.reasons
            )
        }
        RegulatorEvent::Confirmed { at, .. } => dated("The DPO confirmed the decision", *at),
        RegulatorEvent::Countersigned { at, .. } => {
            dated("The Caldicott Guardian countersigned the decline", *at)
        }
        RegulatorEvent::Seconded { at, .. } => dated(
            "A second officer confirmed the decline, because of a conflict of interest",
            *at,
        ),
        RegulatorEvent::Reanchored {
            controller,
            from,
            to,
            reason,
            further_reason,
        } => {
            let further = further_reason
                .as_deref()
                .map_or_else(String::new, |further| format!("; {further}"));
            format!(
                "The 72 hours of {} run from {} instead of {}: {reason}{further}",
                directory.organisation_name(controller),
                calendar::brief(*to),
                calendar::brief(*from)
            )
        }
        RegulatorEvent::Prepared(draft) => format!(
            "Prepared for the {}: {} items",
            draft.body.name(),
            draft.contents.len()
        ),
        RegulatorEvent::Submitted(told) => format!(
            "{} told for {} ({}), reference {}",
            told.body.name(),
            names(&told.served(), directory),
            told.via.name(),
            told.reference
        ),
        RegulatorEvent::FollowedUp { item, text, .. } => {
            format!("Followed up, {}: {text}", item.name())
        }
        RegulatorEvent::Withdrawn { reason, .. } => format!("Notification withdrawn: {reason}"),
        RegulatorEvent::ReferenceKept { tool, reference } => {
            format!("Reference in the {}: {reference}", tool.name())
        }
        RegulatorEvent::Asked(enquiry) => format!(
            "The {} asks {}, by {}: {}",
            enquiry.body.name(),
            directory.organisation_name(&enquiry.controller),
            enquiry.due_on.format("%-d %b %Y"),
            enquiry.text
        ),
        RegulatorEvent::Answered { text, .. } => format!("Enquiry answered: {text}"),
        RegulatorEvent::EnquiryEnded { outcome, .. } => format!("Enquiry ended: {outcome}"),
        RegulatorEvent::EnquiryStrikeAsked { reason, .. } => {
            format!("Asked to strike out an enquiry, which takes a second person: {reason}")
        }
        RegulatorEvent::EnquiryStruck { reason, .. } => {
            format!("Enquiry struck out, recorded by mistake: {reason}")
        }
        RegulatorEvent::NhsEnglandNotTold { reason, .. } => {
            format!("NHS England is not told: {reason}")
        }
        RegulatorEvent::NotCyber { reason, how, .. } => match how {
            Some(Saying::Confirmed) => format!("Confirmed, no cyber incident: {reason}"),
            Some(Saying::Triaged) | None => format!("No cyber incident: {reason}"),
        },
        RegulatorEvent::NisAnswered {
            operator,
            significant,
            reason,
            ..
        } => {
            let reason = reason
                .as_deref()
                .map_or_else(String::new, |reason| format!(": {reason}"));
            let name = directory.organisation_name(operator);
            let hit = match significant {
                true => "significantly affected",
                false => "not significantly affected",
            };
            format!("The essential service of {name} was {hit}{reason}")
        }
        RegulatorEvent::NisStillAsked { operator } | RegulatorEvent::NisKept { operator, .. } => {
            format!(
                "{} still answers whether its essential service was significantly affected",
                directory.organisation_name(operator)
            )
        }
        RegulatorEvent::NisNothingToAnswer {
            operator, reason, ..
        } => {
            let reason = reason
                .as_deref()
                .map_or_else(String::new, |reason| format!(": {reason}"));
            let name = directory.organisation_name(operator);
            format!(
                "{name} need not answer whether its essential service was significantly affected{reason}"
            )
        }
    }
}

fn subjects(event: &SubjectsEvent, directory: &Directory) -> String {
    match event {
        SubjectsEvent::Recommended(opinion) => {
            format!("Recommended: {}", held(opinion, directory))
        }
        SubjectsEvent::Decided(opinion) => format!("Decided: {}", held(opinion, directory)),
        SubjectsEvent::Told(told) => {
            let told_whom = told
                .people
                .map_or_else(|| "People told".to_owned(), |_| told.people_in_words());
            format!("{told_whom}: {}", told.how)
        }
        SubjectsEvent::Delayed(delay) => {
            let name = directory.organisation_name(&delay.controller);
            let day = delay.review_on.format("%-d %b %Y");
            let asked = delay.asked_in_words();
            match delay.by_its_officer {
                Some(false) => format!(
                    "{asked} asked to tell the people of {name} later, until {day}, not confirmed by {name}: {}",
                    delay.reason
                ),
                Some(true) | None => format!(
                    "Telling the people of {name} waits until {day}, as {asked} asked: {}",
                    delay.reason
                ),
            }
        }
    }
}

fn held(opinion: &Opinion, directory: &Directory) -> String {
    let exemption = opinion
        .exemption
        .map_or_else(String::new, |exemption| format!(" ({})", exemption.name()));
    let replaces = opinion.replaces.as_ref().map_or_else(String::new, |other| {
        format!(
            ", in place of the decision of {}",
            directory.person_name(other)
        )
    });
    format!(
        "{}{exemption}{replaces}: {}",
        opinion.telling.name(),
        opinion.reasons
    )
}

fn hosting(event: &HostingEvent) -> String {
    match event {
        HostingEvent::ImpactRecorded { impact, reason } => {
            format!("Impact on the hosted service: {}, {reason}", impact.name())
        }
        HostingEvent::CallRaised {
            summary, called_at, ..
        } => dated(&format!("Call with the host: {summary}"), *called_at),
        HostingEvent::CallUpdated {
            text,
            status,
            heard_at,
            ..
        } => {
            let heard = format!("Call with the host {}: {text}", status.name());
            dated(&heard, *heard_at)
        }
        HostingEvent::ChangeLogged {
            reference, title, ..
        } => format!("Request for change {reference}: {title}"),
        HostingEvent::ChangeAdvanced { status, note, .. } => {
            let note = note
                .as_deref()
                .map_or_else(String::new, |note| format!(": {note}"));
            format!("Request for change {}{note}", status.name())
        }
    }
}

/// What happened before it was recorded says when.
fn dated(sentence: &str, at: Option<Instant>) -> String {
    at.map_or_else(
        || sentence.to_owned(),
        |at| format!("{sentence}, {}", calendar::brief(at)),
    )
}

fn investigation(event: &InvestigationEvent, directory: &Directory) -> String {
    match event {
        InvestigationEvent::LeadAppointed { person, exception } => {
            let exception = exception
                .as_deref()
                .map_or_else(String::new, |why| format!(", by exception: {why}"));
            let name = directory.person_name(person);
            format!("{name} leads the investigation{exception}")
        }
        InvestigationEvent::EvidenceSecured { item, .. } => format!(
            "Evidence secured: {}, kept by {} at {}",
            item.label, item.custodian, item.location
        ),
        InvestigationEvent::NoEvidenceExists { reason } => {
            format!("No evidence to secure: {reason}")
        }
        InvestigationEvent::CustodyTransferred {
            from, to, reason, ..
        } => format!("Evidence went from {from} to {to}: {reason}"),
        InvestigationEvent::PlanAgreed { parties, text, .. } => {
            format!("Plan agreed with {}: {text}", names(parties, directory))
        }
        InvestigationEvent::Begun {} => "Investigation began".to_owned(),
        InvestigationEvent::MeetingHeld { held_at, chair, .. } => format!(
            "Meeting {}, chaired by {}",
            calendar::brief(*held_at),
            chair.title()
        ),
        InvestigationEvent::MinutesWritten { text, .. } => format!("Minutes: {text}"),
        InvestigationEvent::CauseAnalysed { analysis } => {
            format!("Root cause ({}): {}", analysis.method, analysis.causes)
        }
        InvestigationEvent::Found { text } => format!("Found: {text}"),
        InvestigationEvent::Answered { answers } => {
            format!("Investigation: {}", answers.in_words().join(", "))
        }
        InvestigationEvent::OwnProcessStarted {
            organisation,
            started_at,
            reference,
        } => {
            let name = directory.organisation_name(organisation);
            let reference = reference
                .as_deref()
                .map_or_else(String::new, |reference| format!(", as {reference}"));
            let since = calendar::brief(*started_at);
            format!("{name} runs its own incident process since {since}{reference}")
        }
        InvestigationEvent::CaseFileHandedOut { to, reason } => {
            format!("Case file handed to {to}: {reason}")
        }
    }
}

fn learning(event: &LearningEvent) -> String {
    match event {
        LearningEvent::Recommended { text, .. } => format!("Recommended: {text}"),
        LearningEvent::LessonAdded { statement, .. } => format!("Lesson: {statement}"),
        LearningEvent::NothingToLearn { reason } => format!("Nothing to learn: {reason}"),
        LearningEvent::Shared { with, .. } => format!("Lesson shared with {with}"),
        LearningEvent::ActionAgreed { text, .. } => format!("Action agreed: {text}"),
        LearningEvent::ActionAssigned { owner, due_on, .. } => {
            format!("Action for {}, due {due_on}", owner.title())
        }
        LearningEvent::ActionDone { note, .. } => format!("Action done: {note}"),
        LearningEvent::ActionVerified { found, reason, .. } => {
            format!("Action {}: {reason}", found.name())
        }
        LearningEvent::RecommendationVerified { found, reason, .. } => {
            format!("Recommendation {}: {reason}", found.name())
        }
    }
}

fn closing(event: &ClosingEvent) -> String {
    match event {
        ClosingEvent::Contained {
            actions,
            contained_at: Some(at),
        } => format!("Contained {}: {actions}", calendar::brief(*at)),
        ClosingEvent::Contained {
            actions,
            contained_at: None,
        } => format!("Towards containment: {actions}"),
        ClosingEvent::Resolved {
            resolution,
            workaround,
            ..
        } => match (resolution, workaround) {
            (Some(resolution), _) => format!("Resolved: {resolution}"),
            (None, Some(workaround)) => format!("Resolved with a workaround: {workaround}"),
            (None, None) => "Resolved".to_owned(),
        },
        ClosingEvent::Closed { reason, .. } => format!("Closed: {reason}"),
        ClosingEvent::Audited { reason } => format!("Audited: {reason}"),
        ClosingEvent::Reopened { reason } => format!("Opened again: {reason}"),
        ClosingEvent::MarkedDuplicate {
            reference: Some(other),
            reason,
            ..
        } => format!("A duplicate of {other}: {reason}"),
        ClosingEvent::MarkedDuplicate { reason, .. } => format!("A duplicate: {reason}"),
        ClosingEvent::WithdrawalAsked { reason } => {
            format!("Asked to withdraw it as logged by mistake: {reason}")
        }
        ClosingEvent::WithdrawalDropped { reason } => format!("Not withdrawn: {reason}"),
        ClosingEvent::Withdrawn { reason } => format!("Withdrawn: {reason}"),
        ClosingEvent::DisciplinaryConsidered { considered: true } => {
            "A disciplinary process is considered".to_owned()
        }
        ClosingEvent::DisciplinaryConsidered { considered: false } => {
            "No disciplinary process is considered".to_owned()
        }
    }
}
