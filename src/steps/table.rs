//! The table: a row a step, with what it asks.

use super::Kind::{
    Beside, CarriedOut, Contents, Controller, Day, Hash, ManyWords, Moment, Number, Officer,
    Organisation, Organisations, OtherControllers, Partners, Person, Text, Thing, Ticks, Time,
    Word, YesNo,
};
use super::{Ask, Group, Kind, Need, Step, Things, Weight, Words};
use crate::domain::incident::Status;
use crate::domain::regulator::Body;

const fn step(
    group: Group,
    verb: &'static str,
    wire: (&'static str, &'static str),
    name: &'static str,
    help: &'static str,
    asks: &'static [Ask],
) -> Step {
    Step {
        group,
        verb,
        name,
        help,
        wire,
        fixed: &[],
        asks,
        stages: &[],
        is_for_one: false,
        weight: Weight::Ordinary,
        says: &[],
    }
}

impl Step {
    const fn with(self, fixed: &'static [(&'static str, &'static str)]) -> Self {
        Self { fixed, ..self }
    }

    const fn for_one(self) -> Self {
        Self {
            is_for_one: true,
            ..self
        }
    }

    const fn at(self, stages: &'static [Status]) -> Self {
        Self { stages, ..self }
    }

    const fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }

    const fn is_final(self) -> Self {
        Self {
            weight: Weight::Final,
            ..self
        }
    }
}

const fn ask(pointer: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Ask {
    Ask {
        pointer,
        label,
        hint,
        need: Need::Needed,
        kind,
        preset: "",
    }
}

impl Ask {
    const fn if_any(self) -> Self {
        Self {
            need: Need::Optional,
            ..self
        }
    }

    const fn proposing(self, preset: &'static str) -> Self {
        Self { preset, ..self }
    }
}

const EARLY: &[Status] = &[Status::Logged, Status::Triaged];
const CASE: &[Status] = &[Status::Triaged, Status::Investigating];
const OPEN: &[Status] = &[
    Status::Logged,
    Status::Triaged,
    Status::Investigating,
    Status::Resolved,
];

const CONTROLLER: Ask = ask(
    "/controller",
    "Controller",
    "the leading one, if absent",
    Controller,
)
.if_any();
const LATE: Ask = ask(
    "/late_reason",
    "Why late",
    "needed if it stops an overdue 24 h or 72 h clock",
    Text,
)
.if_any();
const LATE_DAY: Ask = ask(
    "/late_reason",
    "Why late",
    "needed if its day had passed, unless you give evidence",
    Text,
)
.if_any();
const NOTE: Ask = ask(
    "/note",
    "Note",
    "required if it was more than 2 hours ago",
    Text,
)
.if_any();
const SHOWN: Ask = ask(
    "/evidence",
    "Evidence",
    "what shows the time, such as the regulator's receipt",
    Text,
)
.if_any();
const REASON: Ask = ask("/reason", "Reason", "why", Text);
const REASONS: Ask = ask("/reasons", "Reasons", "always required", Text);
const ORGANISATION: Ask = ask(
    "/contact/organisation",
    "Organisation",
    "the one that the procedure names",
    Organisation,
)
.if_any();
const REFERENCE: Ask = ask("/reference", "Reference", "the host's own, if any", Text).if_any();
const TEAM: Ask = ask("/team", "Team", "who works on it there, if known", Text).if_any();
const OWNER: &str = "the role that will do it";

#[rustfmt::skip]
const DECIDE: &[Ask] = &[
    CONTROLLER,
    REASONS,
    ask("/given_by", "Given by", "it is my own decision", Officer).if_any(),
    ask("/decided_at", "When", "now, -20m, 21:30", Time).proposing("now"),
    NOTE,
    LATE,
    SHOWN,
];
#[rustfmt::skip]
const DECLINE: &[Ask] = &[
    DECIDE[0],
    DECIDE[1],
    DECIDE[2],
    DECIDE[3],
    ask("/knew_grade", "Grade the DPO knew", "if it has changed since", YesNo).if_any(),
    NOTE,
    LATE,
    SHOWN,
];
const WHEN_SIGNED: Ask = ask("/signed_at", "Signed", "now, -20m, 21:30", Time).proposing("now");
const SIGN: &[Ask] = &[
    ask(
        "/decision",
        "Decision",
        "which",
        Thing(Things::Uncountersigned),
    ),
    WHEN_SIGNED,
    NOTE,
    LATE,
    SHOWN,
];
const CLOCK: &[Ask] = &[
    ask("/body", "Clock", "", Word(Words::Clocks)).proposing("ICO"),
    CONTROLLER,
];
const STAND_DOWN: &[Ask] = &[
    CLOCK[0],
    CONTROLLER,
    ask(
        "/ground",
        "Ground",
        "required for the ICO: why it should never have run",
        Word(Words::Grounds),
    )
    .if_any(),
    ask("/reason", "Reason", "how you know, in a sentence", Text),
];
const SECOND: &[Ask] = &[
    ask("/decision", "Decision", "which", Thing(Things::Unseconded)),
    WHEN_SIGNED,
    NOTE,
    LATE,
    SHOWN,
];
#[rustfmt::skip]
const RECOMMEND: &[Ask] = &[
    CONTROLLER,
    ask("/telling", "Whether", "", Word(Words::Tellings)),
    ask("/exemption", "Ground", "none: only if people are not told", Word(Words::Exemptions)).if_any(),
    REASONS,
];
#[rustfmt::skip]
const OPINION: &[Ask] = &[
    RECOMMEND[0],
    RECOMMEND[1],
    RECOMMEND[2],
    REASONS,
    ask("/replaces", "Replaces", "required if somebody else decided in your role", YesNo).if_any(),
];
const ENQUIRY: Ask = ask("/enquiry", "Enquiry", "which", Thing(Things::Enquiries));
const VIA: Ask = ask("/via", "Sent through", "", Word(Words::Ways)).proposing("DSPT");
const CAME_BACK: Ask = ask("/reference", "Reference", "the one you received", Text);
const WHEN_SENT: Ask = ask("/submitted_at", "Submitted", "now, -20m, 21:30", Time).proposing("now");
const DUE: Ask = ask(
    "/follow_up_on",
    "Follows by",
    "+5, 2026-06-16; some working days, if empty",
    Day,
)
.if_any();
const BRINGS: Ask = ask("/follow_up_by", "Brought by", "", Word(Words::Roles))
    .if_any()
    .proposing("DPO");
const ALSO: Ask = ask("/also_for", "Serves also", "", OtherControllers).if_any();

/// What a notification asks: its frame, and each item of its body.
macro_rules! submission {
    ($body:expr, $($frame:expr),+) => {
        &[CONTROLLER, VIA, CAME_BACK, WHEN_SENT, $($frame,)+ ask("/contents", "", "", Contents($body)), DUE, BRINGS, NOTE, LATE, SHOWN]
    };
}

const REPORTED: &[&str] = &[
    "You record a report that was made. nightdesk files nothing",
    "What is to follow becomes a task with an owner and a date (ICO-PHASE)",
];
const PREPARED: &[&str] = &[
    "Kept as the draft for this body. The hand-off sheet shows it. Nothing is filed (ICO-CONTENT)",
];

/// Every step, in the order of the procedure within its group.
#[rustfmt::skip]
pub const STEPS: &[Step] = &[
    step(Group::Decide, "report", ("regulator", "decide"), "Record the decision to report to the ICO", "Record the decision to report to the ICO, with reasons", DECIDE)
        .with(&[("/answer", "REPORT")]).at(OPEN)
        .says(&["The controller's DPO decides. If you only record it, name the DPO who decided (BOB-DECIDE)", "Then tell the SIRO and the Caldicott Guardian (BOB-TELL)"]),
    step(Group::Decide, "decline", ("regulator", "decide"), "Decline: record the decision not to report to the ICO", "Record the decision not to report to the ICO, with reasons", DECLINE)
        .with(&[("/answer", "DECLINE")]).at(OPEN)
        .says(&["A decline stops the 72 hours. With a sensitivity factor, the Caldicott Guardian must countersign first (BOB-MIT)", "Then tell the SIRO and the Caldicott Guardian (BOB-TELL)"]),
    step(Group::Decide, "confirm", ("regulator", "confirm"), "Confirm a decision", "Confirm, as DPO, a decision that somebody else recorded for you", &[ask("/decision", "Decision", "which", Thing(Things::Unconfirmed)), WHEN_SIGNED, NOTE]).at(OPEN)
        .says(&["The decision already holds. It no longer shows as unconfirmed (BOB-DECIDE)"]),
    step(Group::Decide, "countersign", ("regulator", "countersign"), "Countersign a decline", "Countersign, as Caldicott Guardian, a decline against a sensitivity factor", SIGN).at(OPEN)
        .says(&["The decline then counts, and the 72 hours stop (BOB-MIT)"]),
    step(Group::Decide, "second", ("regulator", "second"), "Confirm a decline as second officer", "Confirm, as a second officer, a decline by somebody who logged the incident, owns the asset or is named in it", SECOND).at(OPEN)
        .says(&["The decline then counts, and the 72 hours stop (ICO-DUTY)"]),
    step(Group::Decide, "reanchor", ("regulator", "reanchor"), "Start the 72 hours later", "Start the 72 hours from a later, confirmed awareness; both deadlines stay visible", &[
        CONTROLLER,
        ask("/at", "Reasonably certain", "21:30, yesterday 22:10, fri 18:30", Moment),
        ask("/reason", "Reason", "why not before", Text),
        ask("/further_reason", "Second reason", "required long after the first suspicion", Text).if_any(),
    ]).at(OPEN).says(&["Both deadlines stay visible. The earlier one counts from the first time entered (ICO-AWARE)"]),
    step(Group::Decide, "stand-down", ("regulator", "stand_down"), "Stop a clock", "Stop a regulator's clock that should never have run; its start is kept", STAND_DOWN).at(OPEN)
        .says(&["Not possible if the last grade says that the ICO must be told: decide, or grade again with evidence (ICO-DUTY)", "Its start is kept. A later grade brings the same deadline back (CLK-REGRADE)"]),
    step(Group::Decide, "reinstate", ("regulator", "reinstate"), "Restart a clock", "Restart a clock that was stopped, from its original start", CLOCK).at(OPEN)
        .says(&["The deadline is the one it always had (CLK-REGRADE)"]),

    step(Group::Subjects, "recommend", ("subjects", "recommend"), "Recommend telling people", "Recommend, as DPO, whether to tell the people concerned", RECOMMEND).at(OPEN)
        .says(&["The SIRO and the Caldicott Guardian each decide (BOB-SUBJECTS)"]),
    step(Group::Subjects, "decide", ("subjects", "decide"), "Decide on telling people", "Decide, as SIRO or Caldicott Guardian, or break their tie as Accountable Officer", OPINION).at(OPEN)
        .says(&["Both must agree. If they disagree, the Accountable Officer decides (BOB-SUBJECTS)"]),
    step(Group::Subjects, "told", ("subjects", "told"), "Record that people were told", "Record that the people concerned were told, and how", &[
        CONTROLLER,
        ask("/how", "How", "by letter, by phone, by a public notice", Text),
        ask("/people", "How many", "if known", Number).if_any(),
        ask("/told_at", "When", "now, -20m, 21:30", Time).proposing("now"),
        NOTE,
        LATE_DAY,
        SHOWN,
        ask("/nature", "What happened", "what they were told happened", Text),
        ask("/contact", "Whom to ask", "whom they were told to ask", Text),
        ask("/consequences", "Consequences", "the likely consequences they were told", Text),
        ask("/measures", "Measures", "what was done, and what they can do", Text),
    ]).at(CASE).says(&["You record what was done. nightdesk writes to nobody (BOB-SUBJECTS)", "This is a fact, whatever was decided. The law asks for these four things (ART34-FULL)"]),
    step(Group::Subjects, "delay", ("subjects", "delay"), "Tell people later", "Record that the police or another authority asked to tell people later", &[
        CONTROLLER,
        ask("/authority", "Authority", "which authority asked", Word(Words::Authorities)),
        ask("/asked_by", "Asked by", "who asked there: name or unit", Text),
        ask("/reason", "Reason", "why they asked for it", Text),
        ask("/review_on", "Look again on", "+7, 2026-06-16", Day),
    ]).at(OPEN).says(&["People are told later once the controller's DPO, SIRO or Caldicott Guardian has recorded this (ART34-FULL)", "Whether they are told is decided all the same. It becomes a next step on that day"]),

    step(Group::Regulator, "prepare", ("regulator", "prepare"), "Prepare what the ICO asks", "Prepare the contents of a notification, as far as known", &[CONTROLLER, ask("/contents", "", "", Contents(Body::Ico))])
        .with(&[("/body", "ICO")]).at(OPEN).says(PREPARED),
    step(Group::Regulator, "prepare", ("regulator", "prepare"), "Prepare what NHS England asks", "Prepare the contents of a notification, as far as known", &[CONTROLLER, ask("/contents", "", "", Contents(Body::Nhse))])
        .with(&[("/body", "NHSE")]).says(PREPARED),
    step(Group::Regulator, "prepare", ("regulator", "prepare"), "Prepare what the NIS authority asks", "Prepare the contents of a notification, as far as known", &[CONTROLLER, ask("/contents", "", "", Contents(Body::DhscNis))])
        .with(&[("/body", "DHSC_NIS")]).says(PREPARED),
    step(Group::Regulator, "submit", ("regulator", "submit"), "Record that it was reported to the ICO", "Record that a notification was submitted; nightdesk submits nothing", submission!(Body::Ico, ALSO))
        .with(&[("/body", "ICO")]).at(OPEN).is_final().says(REPORTED),
    step(Group::Regulator, "submit", ("regulator", "submit"), "Record that it was reported to NHS England", "Record that a notification was submitted; nightdesk submits nothing", submission!(Body::Nhse, ALSO))
        .with(&[("/body", "NHSE")]).is_final().says(REPORTED),
    step(Group::Regulator, "submit", ("regulator", "submit"), "Record that it was reported to the NIS authority", "Record that a notification was submitted; nightdesk submits nothing", submission!(Body::DhscNis, ALSO))
        .with(&[("/body", "DHSC_NIS")]).is_final().says(REPORTED),
    step(Group::Regulator, "follow-up", ("regulator", "follow_up"), "Follow up a notification", "Record that something promised to a regulator has been sent", &[
        ask("/promise", "What", "which", Thing(Things::Promises)),
        ask("/text", "Sent", "what was sent", Text),
        ask("/sent_at", "When", "now, -20m, 21:30", Time).proposing("now"),
        NOTE,
        LATE_DAY,
        SHOWN,
    ]).at(OPEN).says(&["The notification is complete when nothing is outstanding (ICO-PHASE)"]),
    step(Group::Regulator, "withdraw", ("regulator", "withdraw"), "Withdraw a notification", "Record that the body was told it was no breach after all", &[
        ask("/notification", "Notification", "which", Thing(Things::Notifications)),
        ask("/reason", "Reason", "how the regulator was told", Text),
    ]).is_final().says(&["The notification stays on record as withdrawn. No follow-up is due any more (ICO-PHASE)"]),
    step(Group::Regulator, "enquiry", ("regulator", "record_enquiry"), "Record an enquiry", "Record what a regulator asks, and by when", &[
        ask("/body", "Asked by", "", Word(Words::Bodies)),
        CONTROLLER,
        ask("/text", "Asks", "what is asked", Text),
        ask("/reference", "Reference", "the regulator's own, if any", Text).if_any(),
        ask("/received_at", "Arrived", "now, -20m, yesterday 14:00", Time).proposing("now"),
        NOTE,
        ask("/due_on", "Answer by", "+5, 2026-06-16", Day),
        ask("/answers", "Answered by", "the DPO", Word(Words::Roles)).if_any(),
    ]).says(&["An open enquiry is a next step, and keeps the incident open (ICO-ASKS)"]),
    step(Group::Regulator, "answer", ("regulator", "answer_enquiry"), "Record an answer to an enquiry", "Record what was answered to a regulator", &[
        ENQUIRY,
        ask("/text", "Answer", "what was answered", Text),
        ask("/answered_at", "When", "now, -20m, 21:30", Time).proposing("now"),
        NOTE,
        LATE_DAY,
        SHOWN,
    ]).says(&["Then record the outcome (ICO-ASKS)"]),
    step(Group::Regulator, "outcome", ("regulator", "end_enquiry"), "Record the outcome of an enquiry", "Record the outcome of a regulator's enquiry", &[
        ENQUIRY,
        ask("/outcome", "Outcome", "no further action, a reprimand, a fine", Text),
    ]).says(&["This ends the enquiry (ICO-ASKS)"]),
    step(Group::Regulator, "strike", ("regulator", "strike_enquiry"), "Correct an enquiry", "Strike out an enquiry that was recorded by mistake", &[
        ask("/enquiry", "Enquiry", "which", Thing(Things::RecordedEnquiries)),
        ask("/reason", "Reason", "why it was a mistake", Text),
    ]).says(&["It stays on show, and nobody owes it an answer (ICO-ASKS)", "Once its day has passed or it was answered, a second person must agree. They do the same"]),
    step(Group::Regulator, "nis", ("regulator", "answer_nis"), "Say whether an essential service was hit", "Answer whether an essential service was significantly affected, for each operator or one", &[
        ask("/operator", "Operator", "each that is concerned", Organisation).if_any(),
        ask("/significant", "Affected", "whether it was, significantly", YesNo),
        ask("/reason", "Reason", "required if it was not", Text).if_any(),
    ]).at(OPEN).says(&["Yes starts 72 hours to tell the NIS authority (NIS-72H)", "On a serious incident only the operator's DPO can say no. It is asked again when the incident becomes serious (NIS-WHO)"]),
    step(Group::Regulator, "not-nhs-england", ("regulator", "excuse_nhs_england"), "Record why NHS England is not told", "Record why NHS England is not told of a cyber incident", &[REASON]).at(CASE)
        .says(&["To resolve a cyber incident, report it to NHS England or record why not (BOB-CYBER)"]),
    step(Group::Regulator, "reference", ("regulator", "keep_reference"), "Keep a reference", "Record the incident's reference in another tool", &[
        ask("/tool", "Tool", "", Word(Words::Tools)),
        ask("/reference", "Reference", "its reference there", Text),
    ]).at(OPEN).says(&["A reported incident needs its DSPT reference to be resolved (BOB-TOOL)"]),

    step(Group::Host, "impact", ("hosting", "record_impact"), "Record the impact", "Record how the incident affects the hosted service", &[
        ask("/impact", "Impact", "", Word(Words::Impacts)),
        ask("/reason", "Reason", "what the assessment rests on", Text),
    ]).at(CASE).says(&["If degraded or compromised, tell the partners and the host. Compromised makes it P1 (WSIC-IMPACT, WSIC-PRIO)"]),
    step(Group::Host, "call", ("hosting", "raise_call"), "Raise a call with the host", "Record a call that was raised with the host", &[
        ask("/summary", "About", "what the host is called about", Text), REFERENCE, TEAM,
        ask("/called_at", "Called", "now, -20m, 21:30", Time).proposing("now"), NOTE,
    ]).at(CASE).says(&["You record a call that was made. nightdesk calls nobody (WSIC-CALL)"]),
    step(Group::Host, "update-call", ("hosting", "update_call"), "Update a call with the host", "Record what was heard of a call", &[
        ask("/call", "Call", "which", Thing(Things::Calls)),
        ask("/text", "Heard", "what the host said", Text),
        ask("/status", "Status", "as before", Word(Words::CallStatuses)).if_any(),
        REFERENCE, TEAM,
        ask("/heard_at", "When", "now, -20m, 21:30", Time).proposing("now"), NOTE,
    ]).at(CASE),
    step(Group::Host, "change", ("hosting", "log_change"), "Log a request for change", "Log a request for change, for a workaround or a resolution", &[
        ask("/reference", "Number", "the request's own", Text),
        ask("/title", "Change", "what is to be changed", Text),
        ask("/purpose", "For", "", Word(Words::Purposes)),
        ask("/risk", "Risk", "what could go wrong", Text).if_any(),
    ]).at(CASE).says(&["A draft is not enough to resolve the incident: hand it in with the next step (WSIC-RFC)"]),
    step(Group::Host, "advance-change", ("hosting", "advance_change"), "Move a change on", "Move a request for change one step on", &[
        ask("/change", "Change", "which", Thing(Things::Changes)),
        ask("/status", "Becomes", "", Word(Words::ChangeStatuses)),
        ask("/note", "Note", "anything worth keeping", Text).if_any(),
    ]).at(CASE).says(&["The host approves or rejects (WSIC-RFC)"]),

    step(Group::Investigate, "lead", ("investigation", "appoint_lead"), "Appoint the lead", "Appoint who leads the investigation", &[
        ask("/person", "Lead", "by name", Person),
        ask("/exception", "Exception", "why the reporter or the owner of the system must lead", Text).if_any(),
    ]).at(CASE).says(&["The lead must not have reported the incident or own the system, unless you say why (BOB-INV)"]),
    step(Group::Investigate, "evidence", ("investigation", "secure_evidence"), "Secure evidence", "Record an item of evidence that was secured; the content itself stays elsewhere", &[
        ask("/label", "What", "a few words, no personal data", Text),
        ask("/kind", "Kind", "a log, an image, a letter", Text),
        ask("/location", "Kept at", "where it is", Text),
        ask("/custodian", "Kept by", "a role or a function", Text),
        ask("/secured_at", "Secured", "now, -20m, 21:30", Moment).proposing("now"),
        NOTE,
        ask("/sha256", "SHA-256", "of a file: sha256sum FILE prints it", Hash).if_any(),
        ask("/size", "Size", "of a file, in bytes", Number).if_any(),
        ask("/contains_personal_data", "Personal data", "", YesNo).if_any().proposing("no"),
    ]).at(CASE).says(&["Only label, place, keeper and hash are recorded. The content stays elsewhere (BOB-EVID)"]),
    step(Group::Investigate, "no-evidence", ("investigation", "no_evidence"), "There is no evidence", "Record that there is no evidence to secure, and why", &[REASON]).at(&[Status::Triaged])
        .says(&["The investigation can then begin without evidence (BOB-EVID)"]),
    step(Group::Investigate, "custody", ("investigation", "transfer_custody"), "Hand evidence on", "Record that an item of evidence changed hands", &[
        ask("/evidence", "Evidence", "which", Thing(Things::Evidence)),
        ask("/to", "Now with", "a role or a function", Text),
        REASON,
        ask("/at", "When", "now, -20m, 21:30", Time).proposing("now"),
        NOTE,
    ]).at(CASE).says(&["The chain of custody only grows. Nothing in it changes (BOB-EVID)"]),
    step(Group::Investigate, "plan", ("investigation", "agree_plan"), "Agree a plan", "Record a plan that was agreed with a supplier or others", &[
        ask("/parties", "With", "", Organisations),
        ask("/agreed_on", "Agreed on", "today, yesterday, 2026-06-16", Day).proposing("today"),
        ask("/text", "Plan", "what was agreed", Text),
    ]).at(CASE).says(&["An incident with a supplier is resolved only with an agreed plan (PROC-PLAN)"]),
    step(Group::Investigate, "begin", ("investigation", "begin"), "Begin the investigation", "Begin the investigation", &[]).at(&[Status::Triaged])
        .says(&["Needs a lead, and evidence or a record that there is none (BOB-INV, BOB-EVID)"]),
    step(Group::Investigate, "meeting", ("investigation", "hold_meeting"), "Record a meeting", "Record a meeting about the incident", &[
        ask("/held_at", "Held", "now, -20m, yesterday 14:00", Time).proposing("now"),
        NOTE,
        ask("/chair", "Chair", "", Word(Words::Roles)),
        ask("/attendees", "Attended", "", ManyWords(Words::Roles)).if_any(),
    ]).at(CASE).says(&["An incident closes only with the minutes of each meeting (BOB-MIN)"]),
    step(Group::Investigate, "minutes", ("investigation", "write_minutes"), "Write minutes", "Write the minutes of a meeting", &[
        ask("/meeting", "Meeting", "which", Thing(Things::Meetings)),
        ask("/text", "Minutes", "no names of patients", Text),
    ]).at(CASE).says(&["Minutes cannot be changed. Correct them with a file note (BOB-NOTES)"]),
    step(Group::Investigate, "cause", ("investigation", "analyse_cause"), "Analyse the root cause", "Record the root cause analysis", &[
        ask("/method", "Method", "five whys, a timeline, a fishbone", Text),
        ask("/causes", "Causes", "what caused it", Text),
        ask("/contributing", "Contributed", "what else", Text).if_any(),
        ask("/policy_deficiency", "Policy falls short", "", YesNo),
    ]).at(&[Status::Investigating]).says(&["Notifiable, serious and major incidents close only with one (BOB-RCA)"]),
    step(Group::Investigate, "finding", ("investigation", "find"), "Record a finding", "Record something that was found", &[
        ask("/text", "Finding", "what was found", Text),
    ]).at(&[Status::Investigating]),
    step(Group::Investigate, "answer", ("investigation", "answer"), "Answer for the investigation", "Say whether a human error was found, and whether several disciplines took part", &[
        ask("/human_error", "Human error", "was one found? Nobody is named or blamed", YesNo),
        ask("/several_disciplines", "Disciplines", "did people of several disciplines take part?", YesNo),
    ]).at(&[Status::Investigating, Status::Resolved]).says(&["Say yes or no, never who. No incident closes without it (BOB-NOBLAME)"]),
    step(Group::Investigate, "own-process", ("investigation", "start_own_process"), "Record an organisation's own process", "Record that an organisation of the incident runs its own incident process", &[
        ask("/organisation", "Whose", "the organisation that runs it", Organisation).if_any(),
        ask("/started_at", "Since", "now, -20m, 21:30", Time).proposing("now"),
        NOTE,
        ask("/reference", "Reference", "its reference there, if known", Text).if_any(),
    ]).at(OPEN).says(&["A missing process is only a warning (WSIC-LOCAL)", "A partner's own process is recorded as the partner's answer"]),
    step(Group::Investigate, "hand-out", ("investigation", "hand_out_case_file"), "Hand out the case file", "Record who gets the case file, and why; then export it", &[
        ask("/to", "To", "a role or a function", Text),
        ask("/reason", "Reason", "why it is handed out", Text),
    ]).says(&["The export is an entry in the audit trail, and the file ends with that entry (BOB-REC)"]),

    step(Group::Learn, "recommend", ("learning", "recommend"), "Recommend something", "Recommend something, from the investigation", &[
        ask("/text", "Recommendation", "what should be done", Text),
    ]).at(&[Status::Investigating, Status::Resolved]).says(&["Kept unchanged. An audit after closing checks whether it was carried out (BOB-REC, BOB-AUDIT)"]),
    step(Group::Learn, "lesson", ("learning", "add_lesson"), "Record a lesson", "Record what was learnt", &[
        ask("/statement", "Lesson", "what was learnt", Text),
        ask("/theme", "Theme", "counts it with others like it", Text).if_any(),
    ]).at(&[Status::Investigating, Status::Resolved]).says(&["To close an incident, record a lesson or why there is none (WSIC-LESSON)"]),
    step(Group::Learn, "none", ("learning", "no_lesson"), "There is nothing to learn", "Record that there is nothing to learn, and why", &[REASON]).at(&[Status::Resolved]),
    step(Group::Learn, "share", ("learning", "share"), "Share a lesson", "Record that a lesson was shared", &[
        ask("/lesson", "Lesson", "which", Thing(Things::Lessons)),
        ask("/with", "With", "a directorate, a group, a partner", Text),
        ask("/on", "On", "today, 2026-06-16", Day).if_any().proposing("today"),
    ]).at(&[Status::Resolved]).says(&["Share the lesson of a notifiable incident before you close it (BOB-SHARE)"]),
    step(Group::Learn, "action", ("learning", "add_action"), "Agree an action", "Agree an action from a lesson or a recommendation", &[
        ask("/of", "Comes of", "which lesson or recommendation", Thing(Things::Sources)),
        ask("/text", "Action", "what is to be done", Text),
        ask("/owner", "Owner", OWNER, Word(Words::Roles)).if_any(),
        ask("/due_on", "Due on", "+30, 2026-06-16", Day).if_any(),
    ]).at(&[Status::Investigating, Status::Resolved, Status::Closed]).says(&["Actions outlive the incident (WSIC-LESSON)"]),
    step(Group::Learn, "assign", ("learning", "assign_action"), "Assign an action", "Give an action an owner and a date", &[
        ask("/action", "Action", "which", Thing(Things::OpenActions)),
        ask("/owner", "Owner", OWNER, Word(Words::Roles)),
        ask("/due_on", "Due on", "+30, 2026-06-16", Day),
    ]).at(&[Status::Resolved, Status::Closed]),
    step(Group::Learn, "done", ("learning", "complete_action"), "Record an action as done", "Record that an action was done", &[
        ask("/action", "Action", "which", Thing(Things::OpenActions)),
        ask("/note", "How known", "how one knows", Text),
    ]).at(&[Status::Resolved, Status::Closed]).says(&["Somebody else must check it (BOB-AUDIT)"]),
    step(Group::Learn, "verify", ("learning", "verify_action"), "Verify an action", "Check an action that somebody else has done, or give it up", &[
        ask("/action", "Action", "which", Thing(Things::UnverifiedActions)),
        ask("/found", "Found", "", Word(Words::Verdicts)),
        ask("/reason", "Reason", "what was checked, or why it is given up", Text),
    ]).at(&[Status::Resolved, Status::Closed]),

    step(Group::Close, "contain", ("closing", "contain"), "Contain it", "Record what was done to contain it", &[
        ask("/actions", "Done", "what was done to contain it", Text),
        ask("/contained_at", "Contained", "now, -20m; empty while it is not", Moment).if_any(),
        NOTE,
    ]).at(OPEN).says(&["An incident is resolved only once it is contained (ICO-REG)"]),
    step(Group::Close, "resolve", ("closing", "resolve"), "Resolve it", "Resolve an incident once it is contained and decided and people are told", &[
        ask("/resolution", "Resolution", "what solved it", Text).if_any(),
        ask("/workaround", "Workaround", "or the workaround", Text).if_any(),
        ask("/change_required", "Needs a change", "", YesNo).if_any().proposing("no"),
    ]).at(&[Status::Investigating]),
    step(Group::Close, "close", ("closing", "close"), "Close it", "Close a resolved incident", &[
        ask("/reason", "Reason", "why it can be closed", Text),
        ask("/ticked", "Accepted", "what stays open and you accept", Ticks).if_any(),
    ]).at(&[Status::Resolved]).is_final()
        .says(&["The Partnership Security Officer closes what was notified to the partnership. The DPO closes everything else. Nobody closes what they alone reported (WSIC-CLOSE)"]),
    step(Group::Close, "audit", ("closing", "audit"), "Audit it", "Record the audit after closing; the person who closed it cannot audit it", &[
        ask("/reason", "Result", "what the audit found", Text),
        ask("/findings/carried_out", "Carried out", "those carried out; the others were given up", CarriedOut).if_any(),
        ask("/findings/looked_at", "Looked at", "for those that were carried out", Beside).if_any(),
        ask("/findings/given_up", "Given up", "why, for those that were not", Beside).if_any(),
    ]).at(&[Status::Closed]).says(&["Each recommendation was carried out or given up with a reason (BOB-AUDIT)"]),
    step(Group::Close, "reopen", ("closing", "reopen"), "Open it again", "Open a closed incident again", &[REASON])
        .at(&[Status::Closed, Status::Audited]).says(&["The investigation goes on. Its clocks keep their history (WSIC-CLOSE)"]),
    step(Group::Close, "duplicate", ("closing", "mark_duplicate"), "Mark it as a duplicate", "End an incident as the duplicate of another", &[
        ask("/of", "Goes on as", "the other's reference, INC-26-0423-K", Kind::Incident),
        ask("/reason", "Reason", "how one knows", Text),
    ]).at(EARLY).is_final().says(&["This incident ends. The other takes over its awareness, calls, decisions and reports (REG-WHOLE)"]),
    step(Group::Close, "withdraw", ("closing", "withdraw"), "Ask to withdraw it", "Ask to end an incident that was logged by mistake; a second person agrees", &[
        ask("/reason", "Reason", "why it should not have been logged", Text),
    ]).at(EARLY).says(&["Nothing changes until a second person agrees (REG-WHOLE)", "What was found not to be a breach is documented, not withdrawn (ICO-REG)"]),
    step(Group::Close, "agree-withdrawal", ("closing", "agree_withdrawal"), "Agree to withdraw it", "Agree, as the second person, that an incident was logged by mistake", &[]).at(EARLY).is_final()
        .says(&["This incident ends; reports count it as withdrawn, with the reason (REG-WHOLE)"]),
    step(Group::Close, "drop-withdrawal", ("closing", "drop_withdrawal"), "Do not withdraw it", "Refuse a withdrawal that somebody asked for, or take back your own request", &[
        ask("/reason", "Reason", "why it is not withdrawn", Text),
    ]).at(EARLY).says(&["The incident goes on as before (REG-WHOLE)"]),
    step(Group::Close, "disciplinary", ("closing", "consider_disciplinary"), "Disciplinary process", "Say whether a disciplinary process is considered; only the DPO and the SIRO see it", &[
        ask("/considered", "Considered", "", YesNo),
    ]).says(&["Only the DPO and the SIRO see it. Nothing about any person is kept (BOB-NOBLAME)"]),

    step(Group::Contact, "require", ("require_contact", ""), "Require a contact", "Require another role to be told", &[
        ask("/contact/role", "Role", "", Word(Words::Roles)), ORGANISATION, REASON,
    ]).at(CASE).says(&["The role is then on the call sheet (BOB-CONTACTS)"]),
    step(Group::Contact, "release", ("release_contact", ""), "Release a contact", "Release a role that need not be told after all", &[
        ask("/contact", "Contact", "which", Thing(Things::Contacts)), REASON,
    ]).says(&["Only the role that the rule names may do this, with a reason. Nobody may if a law or a notifiable grade requires the contact (REL-ENTITLED)"]),
    step(Group::Contact, "strike", ("strike_attempt", ""), "Correct a call", "Strike out a call or message that was recorded by mistake", &[
        ask("/attempt", "Call", "which", Thing(Things::Attempts)),
        ask("/reason", "Reason", "why it was a mistake", Text),
    ]).says(&["It stays on show and counts for nothing: the clocks it stopped run again (CALL-STRUCK)", "If there was another call, record that too"]),
    step(Group::Effect, "", ("answer_effect", ""), "Are partners affected", "Answer whether partners are affected", &[
        ask("/effect", "Answer", "", Word(Words::Effects)),
        REASON,
        ask("/partners", "Partners", "those affected", Partners).if_any(),
    ]).at(CASE).says(&["If affected, tell the Partnership Security Officer within 24 hours (WSIC-NOTIFY)"]),
    step(Group::Title, "", ("retitle", ""), "Change the title", "Change the title or the summary of an incident", &[
        ask("/title", "Title", "as it is, if empty", Text).if_any(),
        ask("/summary", "Summary", "as it is, if empty", Text).if_any(),
        ask("/reason", "Reason", "why it is changed", Text),
    ]).for_one().says(&["The old title stays on show beside the new one", "Leave out what names a patient or staff"]),
    step(Group::Occurrence, "", ("correct_occurrence", ""), "When it happened", "Say when the incident happened, or correct that", &[
        ask("/at", "Happened", "21:30, yesterday 22:10, fri 18:30", Moment),
        ask("/estimated", "Estimated", "", YesNo).if_any().proposing("no"),
        ask("/reason", "Reason", "how one knows", Text),
    ]).at(CASE),
    step(Group::Late, "", ("explain_delay", ""), "Why a clock is late", "Say why a clock is late", &[
        ask("/clock", "Clock", "which", Thing(Things::LateClocks)), REASON,
    ]).at(OPEN).says(&["The incident cannot close while a late clock has no reason (CLK-LATE)"]),
];
