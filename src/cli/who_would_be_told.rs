//! `nightdesk who-would-be-told`: the dry run of an alarm, without raising it.

use super::act;
use super::connection::{self, Server};
use super::output::{self, Exit, Format};
use super::word;
use crate::domain::alarm::{self, Alarm, Cause, Threshold};
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::delivery::Medium;
use crate::domain::directory::Directory;
use crate::domain::escalation::{self, Ladder};
use crate::domain::id::{CommandId, OrganisationId, RecipientId};
use crate::domain::policy::Policy;
use crate::domain::recipients::{self, Recipient, Service};
use crate::domain::summons::{self, Call, When};
use anyhow::bail;
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

/// Print who would be told, and where, if a deadline of an incident passed now or somebody escalated
/// now; nobody is told
#[derive(Args)]
pub(super) struct Arguments {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    /// Which clock; all that still run by default
    #[arg(long, ignore_case = true, value_parser = word::one_of(&ClockKind::ALL))]
    clock: Option<ClockKind>,
    /// By escalating one rung up this ladder now, instead
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Ladder::ALL), conflicts_with = "clock")]
    ladder: Option<Ladder>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

/// Somebody who would be told.
#[derive(Serialize)]
struct Told {
    clock: ClockKind,
    /// Whose clock it is, where each organisation has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// The clock with whose it is, for people.
    #[serde(skip)]
    deed: String,
    who: String,
    /// The same by name, for people.
    #[serde(skip)]
    named: String,
    because: &'static str,
    /// The ways in their order, without the numbers: those are in the directory.
    ways: Vec<&'static str>,
    /// Whether a machine can reach them.
    reached: bool,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::check_name(&arguments.incident)?;
    if let Some(ladder) = arguments.ladder {
        return by_escalating(&arguments, ladder);
    }
    let connection = arguments.server.connection()?;
    let told = connection::wait_for(async {
        let setting = connection.setting().await?;
        let incident = act::named(&connection, &arguments.incident).await?;
        let (directory, policy) = (&setting.desk.directory, &setting.desk.policy);
        let now = setting.now();
        let series = alarm::series(&incident, directory, policy, now);
        let last = series.iter().filter_map(|series| series.last());
        let passed: Vec<(ClockKind, &Alarm)> = last
            .filter_map(|alarm| Some((clock_of(alarm)?, alarm)))
            .filter(|(clock, _)| arguments.clock.is_none_or(|wanted| wanted == *clock))
            .collect();
        if passed.is_empty() {
            bail!(
                "No such clock of {} runs, so nobody would be told",
                incident.name()
            );
        }
        let services = connection.http.services().await?.body.services;
        let home = incident.home();
        let of = |(clock, alarm): (ClockKind, &Alarm)| {
            let people = recipients::of_alarm(alarm, Some(&incident), directory, now);
            let people = people
                .iter()
                .map(|one| told_of((clock, alarm), one, (directory, policy)));
            let services = told_over_http((clock, alarm), &services, home, directory);
            people.chain(services).collect::<Vec<_>>()
        };
        Ok(passed.into_iter().flat_map(of).collect::<Vec<Told>>())
    })?;
    if arguments.format.json {
        output::json(&told)?;
    } else {
        let rows: Vec<[String; 5]> = by_person(&told).iter().map(|told| row(told)).collect();
        output::table(["WHO", "CAN BE REACHED", "WAYS", "WHY", "OF"], &rows)?;
    }
    let is_reached = told.iter().all(|one| one.reached);
    Ok(if is_reached { Exit::Done } else { Exit::Failed })
}

/// Whom the next rung of a ladder reaches.
#[derive(Serialize)]
struct Rung {
    ladder: Ladder,
    rung: u8,
    calls: Vec<Call>,
    /// The same in sentences, as the preview of the command has them.
    said: Vec<String>,
}

fn by_escalating(arguments: &Arguments, ladder: Ladder) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let rung = connection::wait_for(async {
        let setting = connection.setting().await?;
        let incident = act::named(&connection, &arguments.incident).await?;
        let (directory, policy) = (&setting.desk.directory, &setting.desk.policy);
        let now = setting.now();
        let Some(next) = escalation::next_rung(&incident, ladder, directory, policy, now) else {
            bail!(
                "{}: nobody further is on this list ({}), so nobody would be told",
                incident.name(),
                ladder.name()
            );
        };
        let calls = next.calls(directory, policy, (CommandId(Uuid::nil()), now));
        let mut said: Vec<String> = next.early_in_words(now).into_iter().collect();
        said.extend(summons::told(&calls, directory, When::Before));
        Ok(Rung {
            ladder,
            rung: next.rung,
            calls,
            said,
        })
    })?;
    if arguments.format.json {
        output::json(&rung)?;
    } else {
        output::lines(&rung.said.join("\n"))?;
    }
    let is_sent = rung.calls.iter().all(|call| call.notice().is_some());
    Ok(if is_sent { Exit::Done } else { Exit::Failed })
}

/// The clock that an alarm of its end tells of.
fn clock_of(alarm: &Alarm) -> Option<ClockKind> {
    match (&alarm.cause, alarm.threshold) {
        (Cause::Deadline { clock, .. }, Threshold::Passed {}) => Some(*clock),
        _ => None,
    }
}

/// Whose clock an alarm tells of, and its words.
fn clock_in_words(
    (clock, alarm): (ClockKind, &Alarm),
    directory: &Directory,
) -> (Option<OrganisationId>, String) {
    let organisation = match &alarm.cause {
        Cause::Deadline { controller, .. } => controller.clone(),
        Cause::Owed { .. }
        | Cause::Unacknowledged {}
        | Cause::Rung { .. }
        | Cause::Offer {}
        | Cause::Term { .. }
        | Cause::RotaGap { .. }
        | Cause::DeskNotTaken { .. }
        | Cause::HistoryLost {} => None,
    };
    let deed = match &organisation {
        Some(organisation) => format!(
            "{}, {}",
            clock.to_do(),
            directory.organisation_name(organisation)
        ),
        None => clock.to_do().to_owned(),
    };
    (organisation, deed)
}

/// Everybody once, in the order of the clocks, each with all the clocks of which they would be told.
fn by_person(told: &[Told]) -> Vec<Vec<&Told>> {
    let mut people: Vec<Vec<&Told>> = Vec::new();
    for one in told {
        match people.iter_mut().find(|known| known[0].named == one.named) {
            Some(known) => known.push(one),
            None => people.push(vec![one]),
        }
    }
    people
}

fn told_of(
    of: (ClockKind, &Alarm),
    recipient: &Recipient<'_>,
    (directory, policy): (&Directory, &Policy),
) -> Told {
    let post = Contact::held_by(recipient.role, &recipient.organisation).named(directory);
    let person = recipient.person.as_ref();
    let (organisation, deed) = clock_in_words(of, directory);
    Told {
        clock: of.0,
        organisation,
        deed,
        who: recipient.name(),
        named: person.map_or_else(
            || post.clone(),
            |person| format!("{} ({post})", directory.person_name(person)),
        ),
        because: recipient.because,
        ways: recipient
            .points
            .iter()
            .map(|point| point.channel.name())
            .collect(),
        reached: recipient
            .addresses()
            .iter()
            .any(|address| policy.sends.contains(&address.medium)),
    }
}

/// The services that are told of an organisation's incidents; the server writes to them by name, so
/// they can be reached.
fn told_over_http<'a>(
    of: (ClockKind, &'a Alarm),
    services: &'a [Service],
    home: &'a OrganisationId,
    directory: &Directory,
) -> impl Iterator<Item = Told> + use<'a> {
    let told = services
        .iter()
        .filter(|service| service.is_told_of(Some(home)));
    let (organisation, deed) = clock_in_words(of, directory);
    told.map(move |service| Told {
        clock: of.0,
        organisation: organisation.clone(),
        deed: deed.clone(),
        who: RecipientId::of_webhook(&service.name).to_string(),
        named: RecipientId::of_webhook(&service.name).to_string(),
        because: match service.organisations.is_empty() {
            true => "is told of every incident",
            false => "is told of this organisation's incidents",
        },
        ways: vec![Medium::Webhook.name()],
        reached: true,
    })
}

fn row(told: &[&Told]) -> [String; 5] {
    let first = told[0];
    let ways = if first.ways.is_empty() {
        "none in the directory".to_owned()
    } else {
        first.ways.join(", ")
    };
    let reached = if first.reached { "yes" } else { "NO" };
    let deeds: Vec<&str> = told.iter().map(|told| told.deed.as_str()).collect();
    let mut reasons: Vec<&str> = told.iter().map(|told| told.because).collect();
    reasons.dedup();
    [
        first.named.clone(),
        reached.to_owned(),
        ways,
        reasons.join("; "),
        deeds.join("; "),
    ]
}
