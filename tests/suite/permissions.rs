//! Who may do what, cell by cell against section 5 of the rules: for every role and action an
//! incident that is within the role's reach and one that is not.

use crate::support::case::{Case, OFFICER, disclosure, graded, shared_disclosure};
use nightdesk::domain::directory::{Actor, HeldRole};
use nightdesk::domain::incident::{Facts, Incident};
use nightdesk::domain::permission::{self, COLUMNS, Grant, Permission, TABLE};
use nightdesk::domain::role::Role;

/// The rows of section 5 that the desk carries out, in its own words and order of columns; then the
/// column "who" of section 2.2, and BOB-NOBLAME. Where section 2.2 names a role that section 5 leaves
/// out, its cell says so.
#[rustfmt::skip]
const SECTION_5: [(Permission, &str); 44] = [
    //                              STAFF | LM… | OCO | IGT | CSM | DPO | SIRO | CG | AO | WSO | GGR | HOST | PROC | IGSG | AUD | ADM
    (Permission::Log,              "R|R|R|R|R|R|R|R|R|R|R|R|R|–|–|–"),
    (Permission::SeeHeader,        "own|V|V*|V|V cyber|V|V|V|V|V notified|V affected|V named|V own|reports|V*|–"),
    (Permission::ReadNotes,        "own|V|V*|V|V cyber|V|V|V|–|V notified|–|–|–|–|V*|–"),
    (Permission::Triage,           "–|–|R|R|R cyber|A|V|V|V|R notified|–|–|–|–|–|–"),
    (Permission::Grade,            "–|–|P|P|advise|A|V|V|V|V|–|–|–|–|V|–"),
    (Permission::AcceptMitigation, "–|–|–|–|advise|A|V|C if factor|–|V|–|–|–|–|V|–"),
    (Permission::CorrectTime,      "–|–|R (24 h, reason)|R|–|A|–|–|–|R own|–|–|–|–|V|–"),
    (Permission::MakeContact,      "–|R|R|R|R|R|R|R|–|R|R own SIRO|R|R own DPO|–|–|–"),
    (Permission::ExceptionPath,    "–|–|R|–|R|R|R|–|–|–|R|–|–|–|V|–"),
    (Permission::Acknowledge,      "R|R|R|R|R|R|R|R|R|R|R|R|R|–|–|–"),
    (Permission::DeclareMajor,     "propose|propose|R|propose|R|R|R|–|–|A|propose|propose|–|–|V|–"),
    (Permission::AddNote,          "R own|R|R|R|R|R|R|R|R|R|R own|R|R own|–|–|–"),
    (Permission::AnswerEffect,     "–|–|R|R|advise|A|V|–|–|R|R own|–|–|–|V|–"),
    (Permission::Decide,           "–|–|record only|–|–|A|P (< 12 h, DPO unreachable)|C if factor declined|–|–|–|–|–|–|V|–"),
    (Permission::RecordSubmission, "–|–|record only|R|–|A|P|–|–|–|–|–|–|–|V|–"),
    (Permission::Reanchor,         "–|–|–|–|–|A|V|V|–|–|–|–|–|–|V|–"),
    (Permission::StandDown,        "–|–|–|–|–|A|V|V|–|–|–|–|–|–|V|–"),
    (Permission::RecommendSubjects,"–|–|–|–|–|A|V|V|V|–|–|–|–|–|V|–"),
    (Permission::DecideSubjects,   "–|–|–|–|–|–|A (both)|A (both)|tie|–|–|–|–|–|V|–"),
    (Permission::RecordImpact,     "–|–|exception|–|advise|–|V|–|–|A|V|exception|–|–|V|–"),
    (Permission::RaiseCall,        "–|–|R|R|R|R|–|–|–|R|–|A|R|–|V|–"),
    (Permission::LogChange,        "–|–|R|R|R|R|–|–|–|R|–|R|R|–|V|–"),
    (Permission::ApproveChange,    "–|–|–|–|–|–|–|–|–|–|–|A|–|–|V|–"),
    (Permission::SecureEvidence,   "–|R|R|R|R|A|–|–|–|R|–|R|R|–|V|–"),
    (Permission::Investigate,      "–|support|–|R|R cyber|A (oversees)|oversee SIRI|oversee SIRI|–|R by 2.2|–|support|support|–|V|–"),
    (Permission::ClosePartnership, "–|–|–|–|–|–|–|–|–|A|–|–|–|–|–|–"),
    (Permission::CloseOther,       "–|–|–|–|–|A|–|–|–|–|–|–|–|–|–|–"),
    (Permission::Reopen,           "–|–|–|–|–|A|–|–|–|A notified|–|–|–|–|–|–"),
    (Permission::TrackLessons,     "–|R own|–|R|–|R|V|V|V|A notified|V|–|–|V|V|–"),
    (Permission::Audit,            "–|–|–|–|–|A (not closer)|–|–|–|–|–|–|–|–|A|–"),
    (Permission::ImportCalendar,   "–|–|–|–|–|approve|–|–|–|–|–|–|–|–|V|R"),
    (Permission::ReadAudit,        "–|–|–|–|–|V own cases|V|–|–|V notified|–|–|–|–|V*|no case content"),
    (Permission::SteeringReport,   "–|–|–|R|–|A|V|V|V|–|–|–|–|V|V|–"),
    (Permission::CommitteeReport,  "–|–|–|R|–|R|A|V|V|–|–|–|–|V|V|–"),
    (Permission::AssuranceReport,  "–|–|–|R|–|R|A|V|V|–|–|–|–|–|V|–"),
    (Permission::PartnershipReport,"–|–|–|R|–|R|V|–|–|A notified|V affected|–|–|–|V|–"),
    (Permission::TakeCaseFile,     "–|–|–|–|–|V own cases|V|–|–|V notified|–|–|–|–|V*|–"),
    (Permission::Resolve,          "–|–|–|R|–|A|–|–|–|R for partnership|–|–|–|–|–|–"),
    (Permission::MarkDuplicate,    "–|–|R|R|–|A|–|–|–|–|–|–|–|–|–|–"),
    (Permission::Withdraw,         "–|–|R|R|–|A|–|–|–|R|–|–|–|–|–|–"),
    (Permission::SeeDisciplinary,  "–|–|–|–|–|A|R|–|–|–|–|–|–|–|–|–"),
    (Permission::TestDelivery,     "–|–|R|–|–|–|–|–|–|–|–|–|–|–|–|R"),
    (Permission::SeeDeliveries,    "–|V|V*|V|V cyber|V|V|V|V|V notified|V affected|V named|V own|–|V*|V*"),
    (Permission::Retain,           "–|–|–|R|–|A|R|–|–|–|–|–|–|–|–|–"),
];

/// What the first word of a cell grants.
fn granted(cell: &str) -> Grant {
    match cell.split(' ').next().unwrap() {
        "–" | "reports" => Grant::No,
        "V" | "V*" | "own" | "oversee" | "no" => Grant::View,
        "advise" | "propose" | "support" => Grant::Advise,
        "C" | "approve" => Grant::Countersign,
        "record" => Grant::Record,
        "P" => Grant::Provisional,
        // That there is a tie, or that the Officer cannot be reached, is judged with the command.
        "R" | "tie" | "exception" => Grant::May,
        "A" => Grant::Owner,
        other => panic!("section 5 has no word {other}"),
    }
}

fn cells() -> impl Iterator<Item = (Permission, Role, &'static str)> {
    SECTION_5.into_iter().flat_map(|(permission, row)| {
        let cells: Vec<&str> = row.split('|').collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{}", permission.name());
        COLUMNS
            .iter()
            .zip(cells)
            .flat_map(move |(roles, cell)| roles.iter().map(move |role| (permission, *role, cell)))
    })
}

/// Somebody with this one role for an organisation.
fn holder(role: Role, person: &str, organisation: &str) -> Actor {
    Actor {
        person: person.into(),
        organisation: organisation.into(),
        roles: vec![HeldRole {
            role,
            organisation: organisation.into(),
            interim: false,
        }],
    }
}

/// A cyber incident that affects Eastmere as a partner and was logged by the officer.
fn theirs() -> Incident {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 2));
    case.triages(Facts {
        cyber: true,
        ..shared_disclosure()
    });
    case.incident().clone()
}

/// An incident of Riverbourne's alone.
fn somebody_elses() -> Incident {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 2));
    case.triages(disclosure());
    case.incident().clone()
}

#[test]
fn the_table_grants_what_section_5_says_cell_by_cell() {
    assert_eq!(SECTION_5.len(), TABLE.len());
    for (permission, role, cell) in cells() {
        let grant = permission::cell_of(permission, role).grant;
        let (action, role) = (permission.name(), role.code());
        assert_eq!(grant, granted(cell), "{role} may {cell:?} {action}");
    }
}

/// What Eastmere's DPO saves is provisional here: Riverbourne is the controller (ICO-JOINT).
fn is_final(role: Role, granted: Grant) -> Grant {
    match granted {
        Grant::Owner if matches!(role, Role::Dpo | Role::Adpo) => Grant::Provisional,
        granted => granted,
    }
}

#[test]
fn a_role_acts_where_it_may_act_and_signs_with_that_role() {
    let incident = theirs();
    for (permission, role, cell) in cells() {
        let actor = holder(role, OFFICER, "eastmere");
        let outcome = permission::require(permission, &actor, &incident);
        let (action, code) = (permission.name(), role.code());
        if granted(cell) >= Grant::Provisional {
            let (grant, by) = outcome.unwrap_or_else(|no| panic!("{code} may {action}: {no}"));
            let final_here = is_final(role, granted(cell));
            assert_eq!(grant, final_here, "{code} may {action}");
            assert_eq!(by.role, role);
        } else {
            assert!(outcome.is_err(), "{code} may not {action}");
        }
    }
}

/// The on-call officer serves the whole desk; everybody else acts where their organisation has a
/// part.
#[test]
fn out_of_its_reach_a_role_may_do_nothing() {
    let incident = somebody_elses();
    for (permission, role, cell) in cells() {
        let actor = holder(role, "somebody.else", "eastmere");
        let acts = permission::require(permission, &actor, &incident).is_ok();
        let audits = role == Role::Aud && permission == Permission::Audit;
        let may = (role == Role::Oco || audits) && granted(cell) >= Grant::Provisional;
        assert_eq!(acts, may, "{} may {}", role.code(), permission.name());
    }
}

/// Whoever may not see an incident is told that it does not exist, so this decides who gets a 404.
#[test]
fn an_incident_is_seen_only_by_whom_section_5_lets_see_it() {
    let (theirs, other) = (theirs(), somebody_elses());
    type Sees = fn(&Actor, &Incident) -> bool;
    let ways: [(Permission, Sees); 3] = [
        (Permission::SeeHeader, permission::may_see),
        (Permission::ReadNotes, permission::may_read_notes),
        (Permission::ReadAudit, permission::may_read_readings),
    ];
    for (way, sees) in ways {
        for (_, role, cell) in cells().filter(|(permission, ..)| *permission == way) {
            let near = sees(&holder(role, OFFICER, "eastmere"), &theirs);
            let far = sees(&holder(role, "somebody.else", "eastmere"), &other);
            let is_everywhere = ["V*", "no case content"].contains(&cell);
            let expected = (granted(cell) >= Grant::View, is_everywhere);
            assert_eq!((near, far), expected, "{} {}", role.code(), way.name());
        }
    }
}

#[test]
fn nobody_without_a_role_sees_or_does_anything() {
    let nobody = Actor {
        roles: Vec::new(),
        ..holder(Role::Staff, OFFICER, "eastmere")
    };
    let incident = theirs();
    assert!(!permission::may_see(&nobody, &incident));
    assert!(permission::require_log(&nobody).is_err());
    for (permission, _) in SECTION_5 {
        assert!(permission::require(permission, &nobody, &incident).is_err());
    }
}
