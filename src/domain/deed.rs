//! What each command does, as a refusal names it: "You cannot …".
//!
//! Rights are granted by the row of the procedure's table, and several commands share a row; whoever is
//! refused asked for a command and knows nothing of rows.

use super::command::Command;
use super::problem::command::ProblemCommand;

/// The deeds that their commands' names do not say, by those names.
const DEEDS: &[(&str, &str)] = &[
    ("log", "log an incident"),
    ("correct_awareness", "correct when somebody became aware"),
    ("triage", "triage this incident"),
    ("grade", "grade this incident"),
    ("acknowledge", "acknowledge this incident for the desk"),
    ("undo_acknowledge", "take this acknowledgement back"),
    ("reassign", "offer this incident to somebody"),
    ("accept_assignment", "take this incident on"),
    ("decline_assignment", "decline this incident"),
    ("escalate", "escalate this incident"),
    ("inform", "record a contact on this incident"),
    ("strike_attempt", "strike out this call"),
    ("notify_partners", "notify partners of this incident"),
    ("record_partner_answer", "record what this partner answered"),
    ("note", "add a note to this incident"),
    ("declare_major", "declare a major incident"),
    ("end_major", "end this major incident"),
    ("decline_major", "decline to declare a major incident"),
    ("retitle", "change the title of this incident"),
    ("correct_occurrence", "say when this incident happened"),
    ("answer_effect", "say whether partners are affected"),
    ("explain_delay", "say why a clock of this incident is late"),
    (
        "require_contact",
        "require another contact on this incident",
    ),
    ("release_contact", "release a contact of this incident"),
    ("regulator_decide", "decide whether the ICO is told"),
    ("regulator_confirm", "confirm this decision"),
    ("regulator_countersign", "countersign this decision"),
    ("regulator_reanchor", "start the 72 hours later"),
    ("regulator_stand_down", "stop a clock of this incident"),
    ("regulator_reinstate", "restart a clock of this incident"),
    ("regulator_prepare", "prepare a notification"),
    ("regulator_submit", "record a notification"),
    ("regulator_follow_up", "record what followed a notification"),
    ("regulator_withdraw", "withdraw a notification"),
    (
        "regulator_second",
        "confirm this decline as a second officer",
    ),
    (
        "regulator_record_enquiry",
        "record an enquiry of a regulator",
    ),
    (
        "regulator_answer_enquiry",
        "record the answer to this enquiry",
    ),
    (
        "regulator_end_enquiry",
        "record the outcome of this enquiry",
    ),
    (
        "regulator_answer_nis",
        "say whether the essential service was significantly affected",
    ),
    (
        "regulator_excuse_nhs_england",
        "say why NHS England is not told",
    ),
    (
        "regulator_keep_reference",
        "keep a reference of another system",
    ),
    ("subjects_recommend", "recommend whether people are told"),
    ("subjects_decide", "decide whether people are told"),
    ("subjects_told", "record that people were told"),
    ("subjects_delay", "record that people are told later"),
    (
        "hosting_record_impact",
        "record the impact on the hosted service",
    ),
    ("hosting_raise_call", "raise a call with the host"),
    ("hosting_update_call", "update a call with the host"),
    ("hosting_log_change", "log a request for change"),
    ("hosting_advance_change", "move a request for change on"),
    (
        "investigation_appoint_lead",
        "appoint who leads the investigation",
    ),
    (
        "investigation_no_evidence",
        "record that there is no evidence",
    ),
    ("investigation_begin", "begin the investigation"),
    ("investigation_secure_evidence", "record what was secured"),
    ("investigation_transfer_custody", "hand evidence on"),
    (
        "investigation_agree_plan",
        "agree the plan of the investigation",
    ),
    ("investigation_hold_meeting", "record a meeting"),
    (
        "investigation_write_minutes",
        "write the minutes of a meeting",
    ),
    ("investigation_analyse_cause", "record the cause"),
    (
        "investigation_answer",
        "answer the questions of the investigation",
    ),
    (
        "investigation_start_own_process",
        "start the process of an organisation of its own",
    ),
    ("investigation_find", "record a finding"),
    (
        "investigation_hand_out_case_file",
        "export the case file of this incident",
    ),
    ("learning_recommend", "make a recommendation"),
    ("learning_add_lesson", "add a lesson"),
    (
        "learning_no_lesson",
        "record that there is nothing to learn",
    ),
    ("learning_share", "share a lesson"),
    ("learning_add_action", "add an action"),
    ("learning_assign_action", "assign an action"),
    ("learning_complete_action", "record that an action is done"),
    ("learning_verify_action", "verify an action"),
    ("closing_contain", "record that this incident is contained"),
    ("closing_resolve", "resolve this incident"),
    ("closing_close", "close this incident"),
    ("closing_audit", "audit this incident"),
    ("closing_reopen", "open this incident again"),
    (
        "closing_mark_duplicate",
        "mark this incident as a duplicate",
    ),
    ("closing_withdraw", "withdraw this incident"),
    (
        "closing_agree_withdrawal",
        "agree to the withdrawal of this incident",
    ),
    (
        "closing_drop_withdrawal",
        "take the withdrawal of this incident back",
    ),
    (
        "closing_consider_disciplinary",
        "say whether a disciplinary process is considered",
    ),
];

/// The groups of steps, whose names come before those of the steps.
const GROUPS: [&str; 6] = [
    "regulator_",
    "subjects_",
    "hosting_",
    "investigation_",
    "learning_",
    "closing_",
];

/// What a command does.
pub fn of(command: &Command) -> String {
    let name = command.name();
    let known = DEEDS.iter().find(|(known, _)| *known == name);
    let plain = || {
        let step = GROUPS.iter().find_map(|group| name.strip_prefix(group));
        step.unwrap_or(name).replace('_', " ")
    };
    known.map_or_else(plain, |(_, deed)| (*deed).to_owned())
}

/// What a command on a problem does.
pub fn of_problem(command: &ProblemCommand) -> String {
    let deed = match command {
        ProblemCommand::Raise { .. } => "raise a problem behind this incident",
        ProblemCommand::LinkIncident { .. } => "link this incident with the problem",
        ProblemCommand::UnlinkIncident { .. } => "unlink this incident from the problem",
        ProblemCommand::RecordWorkaround { .. } => "record a workaround of this problem",
        ProblemCommand::Diagnose { .. } => "record the cause of this problem",
        ProblemCommand::Resolve { .. } => "resolve this problem",
        ProblemCommand::Close {} => "close this problem",
        ProblemCommand::Reopen { .. } => "open this problem again",
    };
    deed.to_owned()
}
