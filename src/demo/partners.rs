//! The partners' side of the night: representatives who answer the notices they are sent.
//!
//! Each is a client of the public API with the token of a representative, and nothing else: it polls,
//! waits as a person would, and answers. One does not get its mail, one never answers, one telephones.
//! Deliberately random in nothing, so that every demonstration is the same night.

use crate::client::http::{Failure, Http};
use crate::client::outbox::Unsent;
use crate::domain::Instant;
use crate::domain::command::{AddNote, Command, Log, RecordPartnerAnswer};
use crate::domain::id::{CommandId, IncidentId, OrganisationId};
use crate::domain::incident::{BreachStatus, Category, DataScope, Facts, Incident, NoteKind};
use crate::domain::partners::{self, PartnerAnswer, PartnerRecord};
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How one partner behaves.
pub(super) struct Partner {
    /// Which.
    pub(super) organisation: &'static str,
    /// What comes of the first notice and of every later one, each so many seconds after it was
    /// noticed.
    first: &'static [(u64, Reaction)],
    later: &'static [(u64, Reaction)],
    /// When it reports the virus of scenario S06 on its own workstations, if it does.
    reports_after: Option<u64>,
}

#[derive(Clone, Copy)]
enum Reaction {
    Acknowledges(&'static str),
    OpensOwnProcess(&'static str),
    TellsOwnSiro,
    IsNotReached(&'static str),
    Telephones(&'static str),
}

/// The partners, in the order of the directory. Harbour Hospice never answers.
pub(super) const PARTNERS: [Partner; 6] = [
    Partner {
        organisation: "larkfield",
        first: ACKNOWLEDGES_SOON,
        later: ACKNOWLEDGES_SOON,
        reports_after: None,
    },
    Partner {
        organisation: "eastmere",
        first: &[
            (25, Reaction::Acknowledges("Site manager")),
            (75, Reaction::OpensOwnProcess("EM-26-0611")),
            (150, Reaction::TellsOwnSiro),
        ],
        later: ACKNOWLEDGES_SOON,
        reports_after: None,
    },
    Partner {
        organisation: "calder",
        first: &[
            (60, Reaction::Acknowledges("Night site manager")),
            (
                95,
                Reaction::Telephones("Rang the desk: two wards are asking whether they may go on"),
            ),
            (180, Reaction::OpensOwnProcess("CAL-4107")),
        ],
        later: ACKNOWLEDGES_SOON,
        reports_after: None,
    },
    Partner {
        organisation: "oakdene",
        first: &[(
            20,
            Reaction::IsNotReached("The governance mailbox is full and refuses mail"),
        )],
        later: &[
            (45, Reaction::Acknowledges("Locality manager")),
            (120, Reaction::OpensOwnProcess("OAK-0612-9")),
        ],
        reports_after: Some(100),
    },
    Partner {
        organisation: "fernhill",
        first: &[
            (110, Reaction::Acknowledges("Practice manager on call")),
            (200, Reaction::OpensOwnProcess("FGP-88")),
        ],
        later: ACKNOWLEDGES_SOON,
        reports_after: None,
    },
    Partner {
        organisation: "queensway",
        first: &[
            (45, Reaction::Acknowledges("Duty emergency planner")),
            (160, Reaction::OpensOwnProcess("QBC/IG/512")),
        ],
        later: ACKNOWLEDGES_SOON,
        reports_after: Some(210),
    },
];

const ACKNOWLEDGES_SOON: &[(u64, Reaction)] = &[(35, Reaction::Acknowledges("Duty manager"))];

/// How long one question for changes waits.
const WAIT: Duration = Duration::from_secs(20);

/// How long to leave a server alone that did not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Answers for one partner until it is dropped.
pub(super) async fn run(partner: &'static Partner, http: Http) {
    let mut errands = JoinSet::new();
    let mut noticed = HashSet::new();
    if let Some(seconds) = partner.reports_after {
        errands.spawn(report_the_virus(partner, seconds, http.clone()));
    }
    let mut cursor = None;
    loop {
        match look(&http, &mut cursor).await {
            Ok(incidents) => {
                for incident in &incidents {
                    notice(partner, &http, incident, &mut noticed, &mut errands);
                }
            }
            Err(error) => {
                tracing::info!(%error, partner = partner.organisation, "could not poll");
                cursor = None;
                tokio::time::sleep(PAUSE).await;
            }
        }
        while errands.try_join_next().is_some() {}
    }
}

/// The open incidents at first, afterwards those that have changed.
async fn look(http: &Http, cursor: &mut Option<String>) -> Result<Vec<Incident>, Failure> {
    if let Some(after) = cursor {
        let Some(page) = http.changes(after, WAIT).await?.body else {
            return Ok(Vec::new());
        };
        *cursor = Some(page.next);
        return Ok(page
            .changes
            .into_iter()
            .map(|change| change.incident)
            .collect());
    }
    let mut incidents = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let page = http.incidents(next.as_deref()).await?.body;
        cursor.get_or_insert(page.changes_after);
        incidents.extend(page.incidents);
        next = page.next;
        if next.is_none() {
            return Ok(incidents);
        }
    }
}

/// Plans what the partner does about a notice that it has not looked at yet.
fn notice(
    partner: &'static Partner,
    http: &Http,
    incident: &Incident,
    noticed: &mut HashSet<(IncidentId, usize)>,
    errands: &mut JoinSet<()>,
) {
    let organisation = OrganisationId::from(partner.organisation);
    let Some(record) = partners::record(incident, &organisation) else {
        return;
    };
    let count = record.notices.len();
    if count == 0 || is_settled(record) || !noticed.insert((incident.id, count)) {
        return;
    }
    let reactions = if count == 1 {
        partner.first
    } else {
        partner.later
    };
    for (seconds, reaction) in reactions {
        let http = http.clone();
        let wait = Duration::from_secs(*seconds) + spread(incident.id);
        let (incident, command) = (incident.id, command(partner, *reaction));
        errands.spawn(async move {
            tokio::time::sleep(wait).await;
            send(&http, incident, command).await;
        });
    }
}

/// Whether the partner has done about the last notice what it does.
fn is_settled(record: &PartnerRecord) -> bool {
    let last_notice_at = record.notices.last().map(|notice| notice.at);
    record.state().is_reached()
        || record
            .answers
            .iter()
            .any(|given| Some(given.at) >= last_notice_at)
}

/// Not everything is answered in the same second.
fn spread(incident: IncidentId) -> Duration {
    let last = incident.0.as_bytes().last().copied().unwrap_or_default();
    Duration::from_secs(u64::from(last % 4) * 15)
}

fn command(partner: &Partner, reaction: Reaction) -> Command {
    let answer = match reaction {
        Reaction::Acknowledges(role) => PartnerAnswer::Acknowledged {
            spoke_to: role.into(),
        },
        Reaction::OpensOwnProcess(reference) => PartnerAnswer::LocalProcess {
            reference: reference.into(),
        },
        Reaction::TellsOwnSiro => PartnerAnswer::OwnSiroInformed {},
        Reaction::IsNotReached(reason) => PartnerAnswer::NotDelivered {
            reason: reason.into(),
        },
        Reaction::Telephones(text) => {
            return Command::Note(AddNote {
                kind: NoteKind::Call,
                text: text.into(),
                happened_at: None,
                corrects: None,
            });
        }
    };
    Command::RecordPartnerAnswer(RecordPartnerAnswer {
        organisation: partner.organisation.into(),
        answer,
        answered_at: None,
        note: None,
    })
}

/// The same virus message as in S06: the third report of it proposes a major incident.
async fn report_the_virus(partner: &'static Partner, seconds: u64, http: Http) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let Ok(reply) = http.me().await else {
        return;
    };
    let Some(now) = reply.heard.server_time else {
        return;
    };
    let id = CommandId(Uuid::now_v7());
    send_as(&http, id, id.into(), virus_report(partner, now)).await;
}

fn virus_report(partner: &Partner, now: Instant) -> Command {
    Command::Log(Box::new(Log {
        title: "Virus warning pop-ups on workstations".into(),
        summary: "The same message that another partner's security team reported tonight".into(),
        aware_at: now,
        reporter_organisation: partner.organisation.into(),
        reporter_contact: "security team, on-call number".into(),
        reporter_role: Some("security analyst".into()),
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            breach_status: BreachStatus::Suspected,
            category: Some(Category::Malware),
            data_scope: [DataScope::None].into(),
            cyber: true,
            trend_key: Some("malware:lantern-popup".into()),
            ..Facts::default()
        },
    }))
}

async fn send(http: &Http, incident: IncidentId, command: Command) {
    send_as(http, CommandId(Uuid::now_v7()), incident, command).await;
}

/// Sends until the server has heard it, under the same identity, as any client does.
async fn send_as(http: &Http, id: CommandId, incident: IncidentId, command: Command) {
    let unsent = Unsent {
        id,
        incident,
        command,
        seen_version: 0,
        given_at: Instant::UNIX_EPOCH,
    };
    while let Err(error) = http.carry_out(&unsent).await {
        if error.was_heard() {
            tracing::info!(%error, "a partner's command was refused");
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
