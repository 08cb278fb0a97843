//! Notices to partners and calls for help: what is queued with an event of an incident, and what of them the incident's record
//! is told by the desk itself.
//!
//! Nobody is signed in here: a carrier or a link has told the desk, and the desk writes it down under its
//! own name. So nothing but the progress of a notice is ever written this way.

use super::{Bench, Done, Verdict, fingerprint};
use crate::domain::Instant;
use crate::domain::apply;
use crate::domain::contacts::{Contact, ContactAttempt, Outcome};
use crate::domain::delivery::matter::Matter;
use crate::domain::delivery::{
    Address, Delivery, DeliveryState, Medium, NewDelivery, Subject as Told,
};
use crate::domain::directory::{Channel, Directory};
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::id::{AlarmId, CommandId, DeliveryId, IncidentId, OrganisationId, RecipientId};
use crate::domain::incident::Incident;
use crate::domain::office;
use crate::domain::partners::{self, NoticeProgress, PartnerAnswer};
use crate::domain::policy::hours;
use crate::domain::role::Role;
use crate::domain::summons::Call;
use crate::server::failure::Failure;
use crate::server::ledger::Acknowledgement;
use crate::server::store::{StoreError, StoredCommand, Subject};
use uuid::Uuid;

impl Bench<'_> {
    /// Queues the notices that these entries tell of, and ends those that need nobody's answer any more.
    pub(super) async fn follow_with_notices(
        &mut self,
        incident: &Incident,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        for entry in entries {
            match &entry.event {
                Event::PartnerNotified {
                    organisation,
                    channel,
                    notice: Some(notice),
                } => {
                    self.queue_notice(incident, organisation, *channel, *notice)
                        .await?;
                }
                Event::PartnerAnswered {
                    organisation,
                    answer,
                    ..
                } if says_that_it_knows(answer) => {
                    let recipient = of_partner(organisation);
                    self.writing
                        .acknowledge_notices(incident.id, &recipient, entry.at)
                        .await?;
                }
                Event::Escalated { calls, .. } => self.queue_calls(incident, calls).await?,
                Event::ContactAttempted { attempt } if attempt.outcome.informs() => {
                    self.quieten_calls(incident, &attempt.contact, entry.at)
                        .await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Queues the notices by which people are called for help (ESC-SENT).
    async fn queue_calls(&mut self, incident: &Incident, calls: &[Call]) -> Result<(), StoreError> {
        let Some(reference) = incident.reference else {
            return Ok(());
        };
        let answer_within = hours(self.tables.policy.delivery.partner_answer_hours);
        for call in calls {
            let Some(notice) = call.notice() else {
                continue;
            };
            let new = NewDelivery {
                subject: Told::Escalation(notice),
                incident: Some(incident.id),
                thread: None,
                recipient: call.recipient(),
                addresses: call.addresses(&self.tables.directory, &self.tables.policy),
                matter: Matter::Escalation {
                    reference,
                    role: call.contact.role,
                    answer_by: self.now + answer_within,
                },
            };
            self.writing.enqueue(&Delivery::new(new, self.now)).await?;
        }
        Ok(())
    }

    /// Whoever has been reached is reminded no more.
    async fn quieten_calls(
        &mut self,
        incident: &Incident,
        contact: &Contact,
        at: Instant,
    ) -> Result<(), StoreError> {
        let made = incident.escalations.iter().flat_map(|it| &it.calls);
        for call in made.filter(|call| call.contact == *contact) {
            let Some(notice) = call.notice() else {
                continue;
            };
            let id = Delivery::identity(Told::Escalation(notice), &call.recipient());
            let Some(mut delivery) = self.writing.delivery(id).await? else {
                continue;
            };
            if delivery.state != DeliveryState::Acknowledged {
                delivery.acknowledge(at);
                delivery.told = Some(delivery.state);
                self.writing.put_delivery(&delivery, self.now).await?;
                self.writing.use_links(id, at).await?;
            }
        }
        Ok(())
    }

    async fn queue_notice(
        &mut self,
        incident: &Incident,
        partner: &OrganisationId,
        channel: Channel,
        notice: Uuid,
    ) -> Result<(), StoreError> {
        let Some(reference) = incident.reference else {
            return Ok(());
        };
        let mut points = self
            .tables
            .directory
            .ways_to_reach(Role::Ggr, Some(partner));
        // The chosen way first, and the others where it leads nowhere.
        points.sort_by_key(|point| point.channel != channel);
        let answer_within = hours(self.tables.policy.delivery.partner_answer_hours);
        let new = NewDelivery {
            subject: Told::PartnerNotice(notice),
            incident: Some(incident.id),
            thread: None,
            recipient: of_partner(partner),
            addresses: points.into_iter().filter_map(Address::of).collect(),
            matter: Matter::PartnerNotice {
                reference,
                answer_by: self.now + answer_within,
            },
        };
        self.writing.enqueue(&Delivery::new(new, self.now)).await
    }

    /// Writes into the incident's record how far a notice has come, or into an alarm's that nobody has
    /// answered.
    pub(super) async fn progressed(&mut self, id: DeliveryId) -> Result<Verdict, StoreError> {
        let Some(mut delivery) = self.writing.delivery(id).await? else {
            return Ok(Ok(Done::NoticeTold));
        };
        match (delivery.is_untold(), delivery.subject, delivery.progress()) {
            (false, _, _)
            | (_, Told::Test(_) | Told::Checkpoint(_), _)
            | (_, Told::PartnerNotice(_) | Told::Escalation(_), None) => {}
            (true, Told::Alarm(alarm), _) => self.unanswered(AlarmId(alarm), &delivery).await?,
            (true, Told::PartnerNotice(_) | Told::Escalation(_), Some(progress)) => {
                self.tell(&delivery, progress).await?;
            }
        }
        delivery.told = Some(delivery.state);
        self.writing.put_delivery(&delivery, self.now).await?;
        Ok(Ok(Done::NoticeTold))
    }

    /// Somebody at a partner pressed the button of the page behind a link.
    pub(super) async fn acknowledge_by_link(
        &mut self,
        given: &Acknowledgement,
    ) -> Result<Verdict, StoreError> {
        let link = self.writing.ack_link(&given.hash).await?;
        let Some(link) = link.filter(|link| !link.is_used) else {
            return Ok(Err(Failure::not_found()));
        };
        let mut delivery = link.delivery;
        let answer_by = delivery.matter.answer_by();
        if answer_by.is_none_or(|answer_by| self.now >= answer_by) {
            return Ok(Err(Failure::not_found()));
        }
        let progress = match partners::acknowledged_by_link(&given.name, &given.role) {
            Ok(progress) => progress,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        self.tell(&delivery, progress).await?;
        delivery.acknowledge(self.now);
        delivery.told = Some(delivery.state);
        self.writing.put_delivery(&delivery, self.now).await?;
        if let Some(incident) = delivery.incident {
            self.writing
                .acknowledge_notices(incident, &delivery.recipient, self.now)
                .await?;
        }
        self.writing.use_links(delivery.id, self.now).await?;
        Ok(Ok(Done::NoticeTold))
    }

    async fn tell(
        &mut self,
        delivery: &Delivery,
        progress: NoticeProgress,
    ) -> Result<(), StoreError> {
        let Some(id) = delivery.incident else {
            return Ok(());
        };
        let Some(row) = self.writing.incident(id).await? else {
            return Ok(());
        };
        let before = row.incident;
        let command = CommandId(Uuid::now_v7());
        let at = (&*self.tables.directory, self.now);
        let entries: Vec<Entry> = told_of(&before, delivery, progress, at)
            .into_iter()
            .map(|event| Entry {
                at: self.now,
                by: Signature::of_the_desk(before.home()),
                command,
                event,
            })
            .collect();
        let Some(first) = entries.first() else {
            return Ok(());
        };
        let fingerprint = fingerprint(Some(delivery.id), &first.event)?;
        let mut after = before.clone();
        for entry in &entries {
            apply::apply(&mut after, entry);
        }
        after.version += 1;
        let changed = (after, entries);
        let seq = self.put(Some(&before), changed, Some(&fingerprint)).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Incident(IncidentId(id.0)),
            seq,
        };
        self.writing.remember(command, &stored)
    }
}

/// What becomes true of an incident when a notice has come further. Somebody who acknowledges a call
/// for help by its link has been informed in the role that was called (INF-COUNTS).
fn told_of(
    incident: &Incident,
    delivery: &Delivery,
    progress: NoticeProgress,
    at: (&Directory, Instant),
) -> Vec<Event> {
    match delivery.subject {
        Told::PartnerNotice(notice) => partner_of(incident, notice)
            .map(|organisation| Event::NoticeProgressed {
                organisation,
                notice,
                progress,
                by: delivery.medium(),
            })
            .into_iter()
            .collect(),
        Told::Escalation(notice) => {
            let mut made = incident.escalations.iter();
            let Some(call) = made.find_map(|escalation| escalation.sent(notice)) else {
                return Vec::new();
            };
            let attempted = informed_by_link(call, incident, delivery, &progress, at);
            let progressed = Event::EscalationProgressed {
                notice,
                progress,
                by: delivery.medium(),
                contact: Some(call.contact.clone()),
                person: call.person.clone(),
            };
            std::iter::once(progressed).chain(attempted).collect()
        }
        Told::Alarm(_) | Told::Test(_) | Told::Checkpoint(_) => Vec::new(),
    }
}

fn informed_by_link(
    call: &Call,
    incident: &Incident,
    delivery: &Delivery,
    progress: &NoticeProgress,
    (directory, now): (&Directory, Instant),
) -> Option<Event> {
    let NoticeProgress::Acknowledged { name, role } = progress else {
        return None;
    };
    let channel = match delivery.medium() {
        Some(Medium::Email | Medium::Webhook) => Channel::Email,
        Some(Medium::Sms) => Channel::Mobile,
        None => call.channel(),
    };
    let address = delivery.via.and_then(|place| delivery.addresses.get(place));
    Some(Event::ContactAttempted {
        attempt: Box::new(ContactAttempt {
            contact: call.contact.clone(),
            person: call.person.clone(),
            channel,
            number: address.map(|address| address.to.as_str().into()),
            outcome: Outcome::Acknowledged,
            at: now,
            recorded_at: now,
            by: Signature::of_the_desk(incident.home()),
            spoke_to: Some(role.clone()),
            note: Some(format!("Acknowledged by its link: {name}, {role}").into()),
            by_exception_since: None,
            struck: None,
            also: office::told_as_well(&call.contact, directory, now),
            nobody_held_it: false,
        }),
    })
}

/// Whoever speaks for a partner.
fn of_partner(partner: &OrganisationId) -> RecipientId {
    RecipientId::of_role(Role::Ggr, partner)
}

fn partner_of(incident: &Incident, notice: Uuid) -> Option<OrganisationId> {
    let mut records = incident.partners.iter();
    let of_it = |record: &&partners::PartnerRecord| {
        record.notices.iter().any(|sent| sent.id == Some(notice))
    };
    records
        .find(of_it)
        .map(|record| record.organisation.clone())
}

fn says_that_it_knows(answer: &PartnerAnswer) -> bool {
    match answer {
        PartnerAnswer::Acknowledged { .. }
        | PartnerAnswer::LocalProcess { .. }
        | PartnerAnswer::LocalComplete {}
        | PartnerAnswer::NotAffected { .. } => true,
        PartnerAnswer::OwnSiroInformed {}
        | PartnerAnswer::OwnSiroNotNeeded { .. }
        | PartnerAnswer::NotDelivered { .. } => false,
    }
}
