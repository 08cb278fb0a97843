//! Who may do what: the table of section 5, as a table.
//!
//! A row is an action, a column a role, a cell what the role may do and on which incidents. Nothing
//! else in the program decides rights; tests compare the table with the procedure's cell by cell.
//!
//! One reading is ours: the on-call officer serves the whole desk, so every cell of `OCO` reaches
//! every incident, as the procedure says of seeing them.

use super::directory::{Actor, HeldRole};
use super::event::Signature;
use super::id::{OrganisationId, PersonId};
use super::incident::Incident;
use super::partners;
use super::refusal::Refusal;
use super::role::Role;
use std::collections::BTreeSet;

/// An action of section 5 that the desk carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Log an incident.
    Log,
    /// See the incident at all.
    SeeHeader,
    /// Read notes and evidence references.
    ReadNotes,
    /// Triage, category, priority.
    Triage,
    /// Grade severity and likelihood.
    Grade,
    /// Accept a mitigation.
    AcceptMitigation,
    /// Correct a mistyped time.
    CorrectTime,
    /// Make contact attempts, notify, hand on work.
    MakeContact,
    /// Acknowledge for one's own role.
    Acknowledge,
    /// Tell the host directly because the Officer cannot be reached.
    ExceptionPath,
    /// Confirm a major incident.
    DeclareMajor,
    /// Add a file note or minutes.
    AddNote,
    /// Answer whether partners are affected.
    AnswerEffect,
    /// Decide to report to the ICO or to decline.
    Decide,
    /// Record that a notification was submitted.
    RecordSubmission,
    /// Let a controller's 72 hours run from a later awareness.
    Reanchor,
    /// Stand a regulator's clock down.
    StandDown,
    /// Recommend whether the people concerned are told.
    RecommendSubjects,
    /// Decide whether the people concerned are told.
    DecideSubjects,
    /// Record how the hosted service is hit.
    RecordImpact,
    /// Raise a call with the host, or a problem.
    RaiseCall,
    /// Log a request for change.
    LogChange,
    /// Approve a request for change.
    ApproveChange,
    /// Secure evidence.
    SecureEvidence,
    /// Lead an investigation.
    Investigate,
    /// Resolve the incident (section 2.2).
    Resolve,
    /// Close an incident that was notified to the partnership.
    ClosePartnership,
    /// Close any other incident.
    CloseOther,
    /// Open a closed incident again.
    Reopen,
    /// End it as a duplicate (section 2.2).
    MarkDuplicate,
    /// Ask to end it as logged by mistake (section 2.2, REG-WHOLE).
    Withdraw,
    /// Track lessons and actions.
    TrackLessons,
    /// Audit after closing.
    Audit,
    /// Read who has read a case (BOB-SEC).
    ReadAudit,
    /// Import bank holidays, or approve an import (BOB-BH).
    ImportCalendar,
    /// Report to the steering group, and keep the register of breaches (BOB-IGSG, ICO-REG).
    SteeringReport,
    /// Report to the audit and risk committee, and through it to the governing body (BOB-ARC, BOB-BODY).
    CommitteeReport,
    /// Assure the Accountable Officer once a year.
    AssuranceReport,
    /// Report to the partnership's governance group.
    PartnershipReport,
    /// Take the whole record of an incident along in its case file (BOB-REC).
    TakeCaseFile,
    /// Know whether a disciplinary process is considered (BOB-NOBLAME).
    SeeDisciplinary,
    /// Send a test message to a role's contact points.
    TestDelivery,
    /// See what became of messages that went out.
    SeeDeliveries,
    /// Look after how long incidents are kept: hold one, ask for its erasing, approve that.
    Retain,
}

/// What a cell grants, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Nothing.
    No,
    /// To look.
    View,
    /// To advise or to propose, which is recorded as a note and decides nothing.
    Advise,
    /// To countersign what the owner decides.
    Countersign,
    /// To write down what the owner decides elsewhere.
    Record,
    /// To do it provisionally, for the owner to confirm.
    Provisional,
    /// To do it.
    May,
    /// To do it as the one who decides.
    Owner,
}

/// On which incidents a cell grants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Incidents that the role's organisation is party to.
    Party,
    /// Every incident.
    Every,
    /// Incidents that the person reported.
    Own,
    /// Cyber incidents that the role's organisation is party to.
    Cyber,
    /// Incidents notified to the partnership.
    Notified,
    /// Incidents that affect the role's organisation as a partner.
    Affected,
    /// Incidents that name the role's organisation.
    Named,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What is granted.
    pub grant: Grant,
    /// On which incidents.
    pub scope: Scope,
}

const fn cell(grant: Grant, scope: Scope) -> Cell {
    Cell { grant, scope }
}

const NO: Cell = cell(Grant::No, Scope::Party);
const V: Cell = cell(Grant::View, Scope::Party);
const V_ALL: Cell = cell(Grant::View, Scope::Every);
const V_OWN: Cell = cell(Grant::View, Scope::Own);
const V_CYBER: Cell = cell(Grant::View, Scope::Cyber);
const V_NOTIFIED: Cell = cell(Grant::View, Scope::Notified);
const V_AFFECTED: Cell = cell(Grant::View, Scope::Affected);
const V_NAMED: Cell = cell(Grant::View, Scope::Named);
const ADVISE: Cell = cell(Grant::Advise, Scope::Party);
const SIGN: Cell = cell(Grant::Countersign, Scope::Party);
const REC_ALL: Cell = cell(Grant::Record, Scope::Every);
const P: Cell = cell(Grant::Provisional, Scope::Party);
const P_ALL: Cell = cell(Grant::Provisional, Scope::Every);
const R: Cell = cell(Grant::May, Scope::Party);
const R_ALL: Cell = cell(Grant::May, Scope::Every);
const R_OWN: Cell = cell(Grant::May, Scope::Own);
const R_CYBER: Cell = cell(Grant::May, Scope::Cyber);
const R_NOTIFIED: Cell = cell(Grant::May, Scope::Notified);
const R_AFFECTED: Cell = cell(Grant::May, Scope::Affected);
const R_NAMED: Cell = cell(Grant::May, Scope::Named);
const A: Cell = cell(Grant::Owner, Scope::Party);
const A_ALL: Cell = cell(Grant::Owner, Scope::Every);
const A_NOTIFIED: Cell = cell(Grant::Owner, Scope::Notified);
const A_NAMED: Cell = cell(Grant::Owner, Scope::Named);

/// The columns, in the order of section 5.
pub const COLUMNS: [&[Role]; 16] = [
    &[Role::Staff],
    &[Role::Lm, Role::Iao, Role::Iaa],
    &[Role::Oco],
    &[Role::Igt],
    &[Role::Csm],
    &[Role::Dpo, Role::Adpo],
    &[Role::Siro],
    &[Role::Cg],
    &[Role::Ao],
    &[Role::Wso],
    &[Role::Ggr],
    &[Role::Host],
    &[Role::Proc],
    &[Role::Igsg, Role::Arc],
    &[Role::Aud],
    &[Role::Adm],
];

/// The rows, those of section 5 first. Within an own-organisation role such as `GGR` or `PROC`, "own" means the incidents
/// that its organisation is affected by or named in.
#[rustfmt::skip]
pub const TABLE: [(Permission, [Cell; 16]); 44] = [
    //                              STAFF  LM…    OCO    IGT    CSM      DPO    SIRO   CG     AO     WSO         GGR         HOST     PROC     IGSG   AUD    ADM
    (Permission::Log,              [R,     R,     R_ALL, R,     R,       R,     R,     R,     R,     R,          R,          R,       R,       NO,    NO,    NO]),
    (Permission::SeeHeader,        [V_OWN, V,     V_ALL, V,     V_CYBER, V,     V,     V,     V,     V_NOTIFIED, V_AFFECTED, V_NAMED, V_NAMED, NO,    V_ALL, NO]),
    (Permission::ReadNotes,        [V_OWN, V,     V_ALL, V,     V_CYBER, V,     V,     V,     NO,    V_NOTIFIED, NO,         NO,      NO,      NO,    V_ALL, NO]),
    (Permission::Triage,           [NO,    NO,    R_ALL, R,     R_CYBER, A,     V,     V,     V,     R_NOTIFIED, NO,         NO,      NO,      NO,    NO,    NO]),
    (Permission::Grade,            [NO,    NO,    P_ALL, P,     ADVISE,  A,     V,     V,     V,     V,          NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::AcceptMitigation, [NO,    NO,    NO,    NO,    ADVISE,  A,     V,     SIGN,  NO,    V,          NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::CorrectTime,      [NO,    NO,    R_ALL, R,     NO,      A,     NO,    NO,    NO,    R_OWN,      NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::MakeContact,      [NO,    R,     R_ALL, R,     R,       R,     R,     R,     NO,    R_NOTIFIED, R_AFFECTED, R_NAMED, R_NAMED, NO,    NO,    NO]),
    (Permission::ExceptionPath,    [NO,    NO,    R_ALL, NO,    R,       R,     R,     NO,    NO,    NO,         R_AFFECTED, NO,      NO,      NO,    V,     NO]),
    (Permission::Acknowledge,      [R_OWN, R,     R_ALL, R,     R,       R,     R,     R,     R,     R_NOTIFIED, R_AFFECTED, R_NAMED, R_NAMED, NO,    NO,    NO]),
    (Permission::DeclareMajor,     [ADVISE,ADVISE,R_ALL, ADVISE,R,       R,     R,     NO,    NO,    A_NOTIFIED, ADVISE,     ADVISE,  NO,      NO,    V,     NO]),
    (Permission::AddNote,          [R_OWN, R,     R_ALL, R,     R,       R,     R,     R,     R,     R_NOTIFIED, R_AFFECTED, R_NAMED, R_NAMED, NO,    NO,    NO]),
    (Permission::AnswerEffect,     [NO,    NO,    R_ALL, R,     ADVISE,  A,     V,     NO,    NO,    R_NOTIFIED, R_AFFECTED, NO,      NO,      NO,    V,     NO]),
    (Permission::Decide,           [NO,    NO,    REC_ALL,NO,   NO,      A,     P,     SIGN,  NO,    NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::RecordSubmission, [NO,    NO,    REC_ALL,R,    NO,      A,     P,     NO,    NO,    NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::Reanchor,         [NO,    NO,    NO,    NO,    NO,      A,     V,     V,     NO,    NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::StandDown,        [NO,    NO,    NO,    NO,    NO,      A,     V,     V,     NO,    NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::RecommendSubjects,[NO,    NO,    NO,    NO,    NO,      A,     V,     V,     V,     NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::DecideSubjects,   [NO,    NO,    NO,    NO,    NO,      NO,    A,     A,     R,     NO,         NO,         NO,      NO,      NO,    V,     NO]),
    (Permission::RecordImpact,     [NO,    NO,    R_ALL, NO,    ADVISE,  NO,    V,     NO,    NO,    A_NOTIFIED, V_AFFECTED, R_NAMED, NO,      NO,    V,     NO]),
    (Permission::RaiseCall,        [NO,    NO,    R_ALL, R,     R,       R,     NO,    NO,    NO,    R_NOTIFIED, NO,         A_NAMED, R_NAMED, NO,    V,     NO]),
    (Permission::LogChange,        [NO,    NO,    R_ALL, R,     R,       R,     NO,    NO,    NO,    R_NOTIFIED, NO,         R_NAMED, R_NAMED, NO,    V,     NO]),
    (Permission::ApproveChange,    [NO,    NO,    NO,    NO,    NO,      NO,    NO,    NO,    NO,    NO,         NO,         A_NAMED, NO,      NO,    V,     NO]),
    (Permission::SecureEvidence,   [NO,    R,     R_ALL, R,     R,       A,     NO,    NO,    NO,    R_NOTIFIED, NO,         R_NAMED, R_NAMED, NO,    V,     NO]),
    (Permission::Investigate,      [NO,    ADVISE,NO,    R,     R_CYBER, A,     V,     V,     NO,    R_NOTIFIED, NO,         ADVISE,  ADVISE,  NO,    V,     NO]),
    (Permission::ClosePartnership, [NO,    NO,    NO,    NO,    NO,      NO,    NO,    NO,    NO,    A_NOTIFIED, NO,         NO,      NO,      NO,    NO,    NO]),
    (Permission::CloseOther,       [NO,    NO,    NO,    NO,    NO,      A,     NO,    NO,    NO,    NO,         NO,         NO,      NO,      NO,    NO,    NO]),
    (Permission::Reopen,           [NO,    NO,    NO,    NO,    NO,      A,     NO,    NO,    NO,    A_NOTIFIED, NO,         NO,      NO,      NO,    NO,    NO]),
    (Permission::TrackLessons,     [NO,    R,     NO,    R,     NO,      R,     V,     V,     V,     A_NOTIFIED, V_AFFECTED, NO,      NO,      V,     V,     NO]),
    (Permission::Audit,            [NO,    NO,    NO,    NO,    NO,      A,     NO,    NO,    NO,    NO,         NO,         NO,      NO,      NO,    A_ALL, NO]),
    // A DPO approves what an administrator imports; no incident is concerned.
    (Permission::ImportCalendar,   [NO,    NO,    NO,    NO,    NO,      SIGN,  NO,    NO,    NO,    NO,         NO,         NO,      NO,      NO,    V,     R]),
    // What an administrator reads of it says nothing of the case.
    (Permission::ReadAudit,        [NO,    NO,    NO,    NO,    NO,      V,     V,     NO,    NO,    V_NOTIFIED, NO,         NO,      NO,      NO,    V_ALL, V_ALL]),
    (Permission::SteeringReport,   [NO,    NO,    NO,    R,     NO,      A,     V,     V,     V,     NO,         NO,         NO,      NO,      V,     V,     NO]),
    (Permission::CommitteeReport,  [NO,    NO,    NO,    R,     NO,      R,     A,     V,     V,     NO,         NO,         NO,      NO,      V,     V,     NO]),
    // The SIRO assures the Accountable Officer; those who keep the records help.
    (Permission::AssuranceReport,  [NO,    NO,    NO,    R,     NO,      R,     A,     V,     V,     NO,         NO,         NO,      NO,      NO,    V,     NO]),
    // Neither procedure says who reports to the partnership: the Officer, who tracks its lessons.
    (Permission::PartnershipReport,[NO,    NO,    NO,    R,     NO,      R,     V,     NO,    NO,    A_NOTIFIED, V_AFFECTED, NO,      NO,      NO,    V,     NO]),
    // Who reads the trail of an incident may take it along; an administrator reads no case.
    (Permission::TakeCaseFile,     [NO,    NO,    NO,    NO,    NO,      V,     V,     NO,    NO,    V_NOTIFIED, NO,         NO,      NO,      NO,    V_ALL, NO]),
    // Section 2.2, column "who".
    (Permission::Resolve,          [NO,    NO,    NO,    R,     NO,      A,     NO,    NO,    NO,    R_NOTIFIED, NO,         NO,      NO,      NO,    NO,    NO]),
    (Permission::MarkDuplicate,    [NO,    NO,    R_ALL, R,     NO,      A,     NO,    NO,    NO,    NO,         NO,         NO,      NO,      NO,    NO,    NO]),
    // REG-WHOLE: to ask for it; the second person, who agrees, is in `withdrawal`.
    (Permission::Withdraw,         [NO,    NO,    R_ALL, R,     NO,      A,     NO,    NO,    NO,    R_NOTIFIED, NO,         NO,      NO,      NO,    NO,    NO]),
    // BOB-NOBLAME: the audit entry that an administrator may see says nothing of the case.
    (Permission::SeeDisciplinary,  [NO,    NO,    NO,    NO,    NO,      A,     R,     NO,    NO,    NO,         NO,         NO,      NO,      NO,    NO,    NO]),
    // Neither procedure says who looks after what goes out: whoever is on call, and the administrator.
    (Permission::TestDelivery,     [NO,    NO,    R_ALL, NO,    NO,      NO,    NO,    NO,    NO,    NO,         NO,         NO,      NO,      NO,    NO,    R]),
    // As the header of the incident; an administrator, who sees none, learns whether messages arrive.
    (Permission::SeeDeliveries,    [NO,    V,     V_ALL, V,     V_CYBER, V,     V,     V,     V,     V_NOTIFIED, V_AFFECTED, V_NAMED, V_NAMED, NO,    V_ALL, V_ALL]),
    // Neither procedure says who looks after how long records are kept: whoever keeps them, two together.
    (Permission::Retain,           [NO,    NO,    NO,    R,     NO,      A,     R,     NO,    NO,    NO,         NO,         NO,      NO,      NO,    NO,    NO]),
];

/// The cell of a role for an action.
pub fn cell_of(permission: Permission, role: Role) -> Cell {
    let row = TABLE.iter().find(|(row, _)| *row == permission);
    let column = COLUMNS.iter().position(|roles| roles.contains(&role));
    match (row, column) {
        (Some((_, cells)), Some(column)) => cells[column],
        (Some(_) | None, _) => NO,
    }
}

/// Whether the actor may see the incident at all. Whoever may not is told that it does not exist.
pub fn may_see(actor: &Actor, incident: &Incident) -> bool {
    actor
        .roles
        .iter()
        .any(|held| grant(Permission::SeeHeader, held, actor, incident) >= Some(Grant::View))
}

/// Everything of an incident by which it is decided who may see it. While it stays as it is, the incident
/// comes into nobody's sight and goes out of nobody's whose own roles stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    parties: BTreeSet<OrganisationId>,
    affected: BTreeSet<OrganisationId>,
    logged_by: PersonId,
    is_cyber: bool,
    is_partnership_matter: bool,
    names_host: bool,
}

impl Audience {
    /// That of an incident as it stands. Invariant: it holds whatever `in_scope` looks at.
    pub fn of(incident: &Incident) -> Self {
        Self {
            parties: incident.parties().cloned().collect(),
            affected: partners::told_or_affected(incident).cloned().collect(),
            logged_by: incident.logged_by.person.clone(),
            is_cyber: incident.facts.cyber,
            is_partnership_matter: incident.is_partnership_matter(),
            names_host: incident.names_host(),
        }
    }
}

/// Whether the actor may read notes and summaries of the incident.
pub fn may_read_notes(actor: &Actor, incident: &Incident) -> bool {
    actor
        .roles
        .iter()
        .any(|held| grant(Permission::ReadNotes, held, actor, incident) >= Some(Grant::View))
}

/// Whether the actor may know if a disciplinary process is considered: the data protection officer
/// and the SIRO of a controller, and none of a partner or a processor (BOB-NOBLAME).
pub fn may_see_disciplinary(actor: &Actor, incident: &Incident) -> bool {
    require_disciplinary(actor, incident).is_ok()
}

/// As [`may_see_disciplinary`], for whoever says so.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_disciplinary(actor: &Actor, incident: &Incident) -> Result<Signature, Refusal> {
    let is_controller =
        |organisation: &OrganisationId| incident.controllers().contains(organisation);
    require_as(
        Permission::SeeDisciplinary,
        Grant::May,
        actor,
        incident,
        |held| is_controller(&held.organisation),
    )
    .map(|(_, by)| by)
}

/// Whether the actor may see every incident, so that nothing needs to be looked at one by one.
pub fn sees_everything(actor: &Actor) -> bool {
    actor.roles.iter().any(|held| {
        let cell = cell_of(Permission::SeeHeader, held.role);
        cell.grant >= Grant::View && cell.scope == Scope::Every
    })
}

/// Whether the actor may read the audit trail of the whole desk: the auditor alone. Everybody may read
/// the timelines of the incidents that they see.
pub fn may_read_audit(actor: &Actor) -> bool {
    reads_audit_as(actor).is_some()
}

/// The roles that answer for the desk itself: for its rota, its terms and its handover.
const FOR_THE_DESK: [Role; 7] = [
    Role::Oco,
    Role::Igt,
    Role::Dpo,
    Role::Adpo,
    Role::Siro,
    Role::Ao,
    Role::Wso,
];

/// In which role the actor says that they know of an alarm about the desk itself.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn answers_for_the_desk(actor: &Actor) -> Result<Signature, Refusal> {
    let mut held = actor.roles.iter();
    let held = held.find(|held| FOR_THE_DESK.contains(&held.role));
    held.map(|held| Signature::of(actor, held)).ok_or_else(|| {
        let roles = FOR_THE_DESK.map(Role::code).join(", ");
        Refusal::not_allowed(format!(
            "None of your roles answers for the desk. Ask {roles}"
        ))
    })
}

/// In which role the actor reads the audit trail of the whole desk, if they may.
pub fn reads_audit_as(actor: &Actor) -> Option<Signature> {
    let held = actor.roles.iter().find(|held| held.role == Role::Aud);
    held.map(|held| Signature::of(actor, held))
}

/// In which role the actor sees the incident, if they may: the one by which they see most of it.
pub fn sees_as(actor: &Actor, incident: &Incident) -> Option<Signature> {
    [Permission::ReadNotes, Permission::SeeHeader]
        .into_iter()
        .find_map(|permission| {
            let mut held = actor.roles.iter();
            held.find(|held| grant(permission, held, actor, incident) >= Some(Grant::View))
        })
        .map(|held| Signature::of(actor, held))
}

/// Whether the actor may read who has read the incident (BOB-SEC). An administrator may without seeing
/// the incident itself.
pub fn may_read_readings(actor: &Actor, incident: &Incident) -> bool {
    actor
        .roles
        .iter()
        .any(|held| grant(Permission::ReadAudit, held, actor, incident) >= Some(Grant::View))
}

/// Whether the actor may see whether messages arrived about an incident; without one, of the desk's own.
pub fn may_see_deliveries(actor: &Actor, incident: Option<&Incident>) -> bool {
    actor.roles.iter().any(|held| match incident {
        Some(incident) => {
            grant(Permission::SeeDeliveries, held, actor, incident) >= Some(Grant::View)
        }
        None => {
            let cell = cell_of(Permission::SeeDeliveries, held.role);
            cell.grant >= Grant::View && cell.scope == Scope::Every
        }
    })
}

/// How the actor may act on the incident: the strongest grant of any role held, with that role.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require(
    permission: Permission,
    actor: &Actor,
    incident: &Incident,
) -> Result<(Grant, Signature), Refusal> {
    require_as(permission, Grant::Provisional, actor, incident, |_| true)
}

/// As [`require`], for another least grant than to act.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_least(
    permission: Permission,
    least: Grant,
    actor: &Actor,
    incident: &Incident,
) -> Result<(Grant, Signature), Refusal> {
    require_as(permission, least, actor, incident, |_| true)
}

/// As [`require_least`], where each controller's own officers act for it and for no other: its data
/// protection officer, its SIRO, its Caldicott Guardian, its Accountable Officer (ICO-JOINT).
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_of(
    permission: Permission,
    least: Grant,
    actor: &Actor,
    incident: &Incident,
    controller: &OrganisationId,
) -> Result<(Grant, Signature), Refusal> {
    require_as(permission, least, actor, incident, |held| {
        !is_officer_of_controller(held.role) || held.organisation == *controller
    })
}

/// As [`require_of`], where its IG team as well records for a controller and for no other: what the controller
/// has told a regulator, or answered. The on-call officer serves the whole desk (ICO-JOINT).
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_recorder(
    actor: &Actor,
    incident: &Incident,
    controller: &OrganisationId,
) -> Result<Signature, Refusal> {
    let is_its_own = |role| is_officer_of_controller(role) || role == Role::Igt;
    let (permission, least) = (Permission::RecordSubmission, Grant::Record);
    require_as(permission, least, actor, incident, |held| {
        !is_its_own(held.role) || held.organisation == *controller
    })
    .map(|(_, by)| by)
}

/// Whether the actor may countersign what a controller's data protection officer declined.
///
/// # Errors
/// A refusal that names the role which may.
pub fn require_countersign(
    actor: &Actor,
    incident: &Incident,
    controller: &OrganisationId,
) -> Result<Signature, Refusal> {
    let signs = |held: &&HeldRole| {
        held.organisation == *controller
            && grant(Permission::Decide, held, actor, incident) == Some(Grant::Countersign)
    };
    actor
        .roles
        .iter()
        .find(signs)
        .map(|held| Signature::of(actor, held))
        .ok_or_else(|| {
            Refusal::not_allowed(
                "Only the controller's Caldicott Guardian can countersign this decline",
            )
        })
}

/// As [`require`], with the roles that speak only for their own organisation left out unless that
/// is the organisation concerned: a partner's representative tells and answers for that partner,
/// never for another one or for the desk.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_for(
    permission: Permission,
    actor: &Actor,
    incident: &Incident,
    concerned: Option<&OrganisationId>,
) -> Result<(Grant, Signature), Refusal> {
    require_as(permission, Grant::Provisional, actor, incident, |held| {
        !speaks_only_for_own(held.role) || Some(&held.organisation) == concerned
    })
}

/// As [`require`], in a role that another rule names besides; the officers of a controller act for the
/// controllers of the incident alone, and about whoever is one controller's for that one (REL-ENTITLED,
/// ICO-JOINT).
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_in(
    permission: Permission,
    actor: &Actor,
    incident: &Incident,
    concerned: Option<&OrganisationId>,
    named: impl Fn(Role) -> bool,
) -> Result<Signature, Refusal> {
    let whose = concerned.filter(|concerned| incident.has_to_answer(concerned));
    let is_home = |held: &HeldRole| match whose {
        Some(controller) => held.organisation == *controller,
        None => incident.has_to_answer(&held.organisation),
    };
    require_as(permission, Grant::Provisional, actor, incident, |held| {
        named(held.role) && (!is_officer_of_controller(held.role) || is_home(held))
    })
    .map(|(_, by)| by)
}

/// As [`require`], in a role of those that are meant.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_held(
    permission: Permission,
    actor: &Actor,
    incident: &Incident,
    is_meant: impl Fn(&HeldRole) -> bool,
) -> Result<Signature, Refusal> {
    require_as(permission, Grant::Provisional, actor, incident, is_meant).map(|(_, by)| by)
}

/// The strongest grant wins; of equals, the role held first, which is the one on shift.
fn require_as(
    permission: Permission,
    least: Grant,
    actor: &Actor,
    incident: &Incident,
    counts: impl Fn(&HeldRole) -> bool,
) -> Result<(Grant, Signature), Refusal> {
    let strongest = actor
        .roles
        .iter()
        .filter(|held| counts(held))
        .filter_map(|held| Some((grant(permission, held, actor, incident)?, held)))
        .rev()
        .max_by_key(|(grant, _)| *grant);
    match strongest {
        Some((grant, held)) if grant >= least => Ok((grant, Signature::of(actor, held))),
        Some(_) | None => Err(refused(permission, least)),
    }
}

/// Whether the actor may log incidents at all.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_log(actor: &Actor) -> Result<Signature, Refusal> {
    actor
        .roles
        .iter()
        .find(|held| cell_of(Permission::Log, held.role).grant >= Grant::May)
        .map(|held| Signature::of(actor, held))
        .ok_or_else(|| refused(Permission::Log, Grant::May))
}

/// Whether the actor may do something that concerns the desk and no incident, by exactly this grant.
///
/// # Errors
/// A refusal that says what, and names the roles which may.
pub fn require_of_desk(
    permission: Permission,
    grant: Grant,
    what: &str,
    actor: &Actor,
) -> Result<Signature, Refusal> {
    let is_granted = |role| cell_of(permission, role).grant == grant;
    let held = actor.roles.iter().find(|held| is_granted(held.role));
    held.map(|held| Signature::of(actor, held)).ok_or_else(|| {
        let may = Role::ALL.into_iter().filter(|role| is_granted(*role));
        Refusal::no_role(what, may.collect())
    })
}

/// The role in which the actor may do what is not about one incident, for one organisation where it
/// matters which; of several the strongest, of equals the one held first.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn require_at_large<'a>(
    permission: Permission,
    least: Grant,
    actor: &'a Actor,
    organisation: Option<&OrganisationId>,
) -> Result<&'a HeldRole, Refusal> {
    let grant = |held: &&HeldRole| cell_of(permission, held.role).grant;
    let is_meant = |held: &&HeldRole| organisation.is_none_or(|meant| *meant == held.organisation);
    let roles = actor.roles.iter().rev().filter(is_meant);
    roles
        .max_by_key(grant)
        .filter(|held| grant(held) >= least)
        .ok_or_else(|| refused(permission, least))
}

/// Whether an incident is within the reach of a role for an action.
pub fn reaches(
    permission: Permission,
    held: &HeldRole,
    actor: &Actor,
    incident: &Incident,
) -> bool {
    in_scope(cell_of(permission, held.role).scope, held, actor, incident)
}

fn refused(permission: Permission, least: Grant) -> Refusal {
    let may = Role::ALL.into_iter();
    let may = may.filter(|role| cell_of(permission, *role).grant >= least);
    Refusal::no_role(&format!("{} here", permission.name()), may.collect())
}

impl Permission {
    /// Whether it is done about a controller's own duty and nothing else: its clock of the ICO, and its
    /// grade, by which no other controller's duty ends.
    fn is_about_own_duty(self) -> bool {
        matches!(
            self,
            Self::Decide | Self::StandDown | Self::Reanchor | Self::Grade | Self::AcceptMitigation
        )
    }

    /// The action in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log an incident",
            Self::SeeHeader => "see the incident",
            Self::ReadNotes => "read notes",
            Self::Triage => "triage the incident",
            Self::Grade => "grade the incident",
            Self::AcceptMitigation => "accept a mitigation",
            Self::CorrectTime => "correct a time",
            Self::MakeContact => "make contacts",
            Self::Acknowledge => "acknowledge the incident",
            Self::ExceptionPath => "tell the host directly",
            Self::DeclareMajor => "declare a major incident",
            Self::AddNote => "add a note",
            Self::AnswerEffect => "say whether partners are affected",
            Self::Decide => "decide whether the ICO is told",
            Self::RecordSubmission => "record a report",
            Self::Reanchor => "let the 72 hours run from a later awareness",
            Self::StandDown => "stop a clock that should never have run",
            Self::RecommendSubjects => "recommend whether people are told",
            Self::DecideSubjects => "decide whether people are told",
            Self::RecordImpact => "record the impact on the hosted service",
            Self::RaiseCall => "raise a call or a problem",
            Self::LogChange => "log a request for change",
            Self::ApproveChange => "approve or reject a change",
            Self::SecureEvidence => "secure evidence",
            Self::Investigate => "lead the investigation",
            Self::Resolve => "resolve the incident",
            Self::ClosePartnership | Self::CloseOther => "close the incident",
            Self::Reopen => "open the incident again",
            Self::MarkDuplicate => "mark the incident as a duplicate",
            Self::Withdraw => "withdraw the incident",
            Self::TrackLessons => "track lessons and actions",
            Self::Audit => "audit the incident",
            Self::ReadAudit => "read who has read the case",
            Self::ImportCalendar => "import bank holidays",
            Self::SteeringReport => "report to the steering group",
            Self::CommitteeReport => "report to the audit and risk committee",
            Self::AssuranceReport => "assure the Accountable Officer",
            Self::PartnershipReport => "report to the partnership",
            Self::TakeCaseFile => "export the case file of this incident",
            Self::SeeDisciplinary => "say whether a disciplinary process is considered",
            Self::TestDelivery => "send a test message",
            Self::SeeDeliveries => "see whether messages arrived",
            Self::Retain => "decide how long this incident is kept",
        }
    }
}

fn grant(
    permission: Permission,
    held: &HeldRole,
    actor: &Actor,
    incident: &Incident,
) -> Option<Grant> {
    let cell = cell_of(permission, held.role);
    let grant = match cell.grant {
        Grant::Owner if !decides_for(permission, held, incident) => Grant::Provisional,
        granted => granted,
    };
    in_scope(cell.scope, held, actor, incident).then_some(grant)
}

/// Whether what a DPO saves is final: the DPO of a controller decides, that of a partner or of a
/// processor helps (ICO-JOINT), also while nobody has named the controller (ICO-PROC). For every other role
/// the cell alone decides.
fn decides_for(permission: Permission, held: &HeldRole, incident: &Incident) -> bool {
    let is_dpo = matches!(held.role, Role::Dpo | Role::Adpo);
    !is_dpo
        || incident.controllers().contains(&held.organisation)
        || (permission.is_about_own_duty() && holds_clock(held, incident))
}

/// Whether its clock still runs, though a triage names other controllers by now: nobody else may decide on
/// it, and its officer could not (ICO-DUTY).
fn holds_clock(held: &HeldRole, incident: &Incident) -> bool {
    let mut holders = incident.clock_holders();
    holders.any(|holder| *holder == held.organisation)
}

fn in_scope(scope: Scope, held: &HeldRole, actor: &Actor, incident: &Incident) -> bool {
    let is_party = || incident.parties().any(|party| *party == held.organisation);
    match scope {
        Scope::Party => is_party(),
        Scope::Every => true,
        Scope::Own => incident.logged_by.person == actor.person,
        Scope::Cyber => incident.facts.cyber && is_party(),
        Scope::Notified => incident.is_partnership_matter(),
        Scope::Affected => {
            partners::told_or_affected(incident).any(|partner| *partner == held.organisation)
        }
        Scope::Named => is_party() || (held.role == Role::Host && incident.names_host()),
    }
}

/// Whether a role decides for the controller that it belongs to and for no other.
fn is_officer_of_controller(role: Role) -> bool {
    matches!(
        role,
        Role::Dpo | Role::Adpo | Role::Siro | Role::Cg | Role::Ao
    )
}

/// Whether a role speaks for its own organisation only ("R own" in section 5): reporters, partners'
/// representatives and processors.
fn speaks_only_for_own(role: Role) -> bool {
    matches!(role, Role::Staff | Role::Ggr | Role::Proc)
}
