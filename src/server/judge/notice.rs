//! Notices to partners: what is queued with an event of an incident, and what of them the incident's record
//! is told by the desk itself.
//!
//! Nobody is signed in here: a carrier or a link has told the desk, and the desk writes it down under its
//! own name. So nothing but the progress of a notice is ever written this way.

use super::{Bench, Done, Verdict, fingerprint};
use crate::domain::apply;
use crate::domain::delivery::matter::Matter;
use crate::domain::delivery::{Address, Delivery, NewDelivery, Subject as Told};
use crate::domain::directory::Channel;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::id::{AlarmId, CommandId, DeliveryId, IncidentId, OrganisationId, RecipientId};
use crate::domain::incident::Incident;
use crate::domain::partners::{self, NoticeProgress, PartnerAnswer};
use crate::domain::policy::hours;
use crate::domain::role::Role;
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
                _ => {}
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
            (false, _, _) | (_, Told::Test(_), _) | (_, Told::PartnerNotice(_), None) => {}
            (true, Told::Alarm(alarm), _) => self.unanswered(AlarmId(alarm), &delivery).await?,
            (true, Told::PartnerNotice(_), Some(progress)) => {
                self.tell(&delivery, progress).await?;
            }
        }
        delivery.told = Some(delivery.state);
        self.writing.put_delivery(&delivery).await?;
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
        let Matter::PartnerNotice { answer_by, .. } = delivery.matter else {
            return Ok(Err(Failure::not_found()));
        };
        if self.now >= answer_by {
            return Ok(Err(Failure::not_found()));
        }
        let progress = match partners::acknowledged_by_link(&given.name, &given.role) {
            Ok(progress) => progress,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        self.tell(&delivery, progress).await?;
        delivery.acknowledge(self.now);
        delivery.told = Some(delivery.state);
        self.writing.put_delivery(&delivery).await?;
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
        let (Some(id), Told::PartnerNotice(notice)) = (delivery.incident, delivery.subject) else {
            return Ok(());
        };
        let Some(row) = self.writing.incident(id).await? else {
            return Ok(());
        };
        let before = row.incident;
        let Some(organisation) = partner_of(&before, notice) else {
            return Ok(());
        };
        let command = CommandId(Uuid::now_v7());
        let entry = Entry {
            at: self.now,
            by: Signature::of_the_desk(before.home()),
            command,
            event: Event::NoticeProgressed {
                organisation,
                notice,
                progress,
            },
        };
        let mut after = before.clone();
        apply::apply(&mut after, &entry);
        after.version += 1;
        let fingerprint = fingerprint(Some(delivery.id), &entry.event)?;
        let changed = (after, vec![entry]);
        let seq = self.put(Some(&before), changed, Some(&fingerprint)).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Incident(IncidentId(id.0)),
            seq,
        };
        self.writing.remember(command, &stored).await
    }
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
