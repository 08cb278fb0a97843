//! The catalogue of rules: the id behind every refusal, clock and next step, with the sentence and
//! the source that an officer can quote.
//!
//! Deliberately holds no logic. Where a rule is carried out, the code names its [`RuleId`].

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// Whether the desk carries a rule out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// The desk carries it out, and tests show it.
    Enforced,
    /// Listed by `nightdesk rules --missing`, and left to people until then.
    NotYet,
}

macro_rules! catalogue {
    ($($variant:ident, $id:literal, $enforcement:ident, $source:literal, $sentence:literal;)+) => {
        /// The id of a rule.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum RuleId {
            $(
                #[doc = $sentence]
                #[serde(rename = $id)]
                $variant,
            )+
        }

        impl RuleId {
            /// Every rule, in the order of the document of rules.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id as it is written, such as `BOB-24H`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// What the desk does, in one sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }

            /// Where the rule comes from.
            pub fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)+ }
            }

            /// Whether the desk carries it out.
            pub fn enforcement(self) -> Enforcement {
                match self { $(Self::$variant => Enforcement::$enforcement,)+ }
            }
        }
    };
}

catalogue! {
    // Logging and first reporting
    BobLog, "BOB-LOG", Enforced, "BOB procedure, section 1; WSIC protocol, local process",
        "Every report becomes an incident with a lasting reference; five facts are enough to save it, and nothing is ever deleted";
    BobSuspect, "BOB-SUSPECT", Enforced, "BOB procedure, Annex A",
        "A suspicion is enough: it starts every local clock, and shows the ICO clock from the same instant. That it is not a breach, a near miss, or about no living people ends the ICO clock once the DPO says so or confirms it in words; facts typed again confirm nothing";
    BobImm, "BOB-IMM", Enforced, "BOB procedure, Annex A; the 60 minutes are this desk's",
        "Line manager and information asset owner are told at once, with a target of 60 minutes";
    BobDpo, "BOB-DPO", Enforced, "BOB procedure, Annex A; the cap is this desk's",
        "The DPO is told within 24 hours of when the controller's staff was aware or its supplier's message arrived; one working day, if that is later, is tolerated with a reason but never beyond the 72 hours of the ICO";
    Bob24h, "BOB-24H", Enforced, "BOB procedure, Annex A",
        "Out of hours, the on-call officer has 24 elapsed hours from becoming aware to inform every required contact";
    BobContacts, "BOB-CONTACTS", Enforced, "Assembled from the roles in the BOB procedure",
        "The contacts to inform are worked out from the facts, each with its reason, and follow them when they change";
    BobTool, "BOB-TOOL", Enforced, "BOB procedure, reporting tools",
        "A notifiable incident is resolved only with its DSPT reference, which a report through the toolkit gives, or with a recorded decline. The desk never submits a report";
    BobClass, "BOB-CLASS", Enforced, "BOB procedure, section 3 and Annex A",
        "An incident is classified by category, by confidentiality, integrity and availability once confirmed, and as cyber or not";
    BobNear, "BOB-NEAR", Enforced, "BOB procedure, sections 1 and 3",
        "A near miss is an incident: it needs what prevented the harm, runs the local clocks and has no ICO clock until upgraded";
    BobPcd, "BOB-PCD", Enforced, "BOB procedure, section 3",
        "Data of deceased people and commercial data count too. The UK GDPR clocks run only for living people. Data of deceased people involve the Caldicott Guardian";
    BobSiri, "BOB-SIRI", Enforced, "BOB procedure, section 3",
        "An incident may become serious or cease to be; being serious brings in the SIRO and the Caldicott Guardian, and no assessment is overwritten";
    BobNoblame, "BOB-NOBLAME", Enforced, "BOB procedure, section 1 and Annex A",
        "Reports show roles and organisations, never the names of staff; whether a disciplinary process is considered is for a controller's DPO and SIRO alone";
    // When the organisation is aware; what counts as informed
    IcoAware, "ICO-AWARE", Enforced, "BOB procedure, sections 1 and 4; ICO and EDPB guidance on awareness",
        "The 72 hours run from the earliest awareness of the controller's staff, not from certainty and not from logging; the DPO may start them later with reasons, and the earlier deadline stays visible; a start far after the first suspicion has a second reason, in whichever order the two became known";
    IcoProc, "ICO-PROC", Enforced, "BOB procedure, Annex A; UK GDPR Article 33(2)",
        "A controller is aware when its supplier's notice arrives at the designated contact point, even before anybody reads it; of what a supplier reports nobody guesses the controller, and the 72 hours and those of the DPO run from then until somebody names it, which moves no due time back";
    IcoJoint, "ICO-JOINT", Enforced, "BOB procedure, Annex A; EDPB guidance on joint controllers",
        "Each controller has its own clock; joint controllers start together from the earliest awareness of any of them";
    InfCounts, "INF-COUNTS", Enforced, "This desk's reading; both procedures are silent",
        "Informed means that a person in the role answered or acknowledged; sent, delivered, voicemail and no answer are attempts and stop nothing";
    ClkPast, "CLK-PAST", Enforced, "This desk's reading",
        "Any past awareness is accepted and deadlines run from it; more than 5 minutes in the future, or before the occurrence, is refused";
    // Clocks
    ClkUtc, "CLK-UTC", Enforced, "This desk's reading",
        "A length in hours is elapsed time in UTC, whatever clocks on walls do; local times are shown with GMT or BST";
    ClkInput, "CLK-INPUT", Enforced, "This desk's reading",
        "A local time that never existed is refused with its nearest neighbours, and one that happened twice asks whether BST or GMT is meant";
    ClkState, "CLK-STATE", Enforced, "This desk's reading",
        "A clock's state follows from its facts and the present: stopped at the deadline is met, and it is overdue only after it";
    ClkNopause, "CLK-NOPAUSE", Enforced, "UK GDPR; both procedures know no pause",
        "No clock can be paused. Evidence stops it, the DPO can stop one that should never have run, or its start can be corrected with a reason";
    ClkRegrade, "CLK-REGRADE", Enforced, "BOB procedure, section 3",
        "Standing down keeps the start: on a later re-grade the same awareness counts, even if the clock is then overdue at once";
    ClkLate, "CLK-LATE", Enforced, "UK GDPR Article 33(1); for the local clocks this desk's reading",
        "A clock of the procedure or of the law that is late is stopped only with a reason for the delay";
    Ico72h, "ICO-72H", Enforced, "BOB procedure, sections 1 and 4; UK GDPR Article 33",
        "The ICO is notified within 72 elapsed hours of awareness, never extended for weekends or holidays";
    BobBh, "BOB-BH", Enforced, "Gov.uk bank holidays, England and Wales",
        "Working days use a versioned calendar. An approved import adds days and removes none, and moves only outer limits that are still open. Beyond the end of the calendar every Monday to Friday counts, with a visible warning that holidays are not known";
    // Grading
    BobGrid, "BOB-GRID", Enforced, "BOB procedure, Annex A",
        "Notifiable means severity at least minor and likelihood at least likely: two grades, never their product";
    BobCertain, "BOB-CERTAIN", Enforced, "BOB procedure, Annex A",
        "Grade 1 claims absolute certainty and needs evidence; without proof choose 2";
    BobFloor, "BOB-FLOOR", Enforced, "BOB procedure, Annex A",
        "Vulnerable children or adults lift both grades to at least 2";
    BobSens, "BOB-SENS", Enforced, "BOB procedure, Annex A",
        "Any of eight sensitivity factors makes a breach notifiable whatever its grade, as a presumption that the DPO must answer";
    BobMit, "BOB-MIT", Enforced, "BOB procedure, section 3 and Annex A",
        "Accepted encryption means no breach; an accepted trusted partner or cancelled effect lets the DPO decline; a mere claim changes nothing";
    BobHarm, "BOB-HARM", Enforced, "BOB procedure, Annex A",
        "From severity 2 up, the assessment names at least one kind of harm";
    BobDecide, "BOB-DECIDE", Enforced, "BOB procedure, section 4",
        "A controller's DPO or acting DPO decides whether to report, with reasons; whoever records what they said by phone names them, to be confirmed by the end of the next working day, and the SIRO may authorise a report when less than 12 hours are left and neither was reached";
    // Notifications
    IcoContent, "ICO-CONTENT", Enforced, "UK GDPR Article 33(3)",
        "A notification holds the contents that the law asks for, each given, marked as to follow, or not known; none is left out in silence";
    IcoPhase, "ICO-PHASE", Enforced, "UK GDPR Article 33(4)",
        "A first notification stops the clock; everything marked as to follow becomes a task with an owner and a date, and keeps the incident open until it is sent";
    IcoReg, "ICO-REG", Enforced, "BOB procedure, section 1; UK GDPR Article 33(5)",
        "Facts, effects, remedial action and the decision with its reasons are on record for every breach, reported or not, before it is resolved; what was found to be no breach is documented, not withdrawn";
    BobSubjects, "BOB-SUBJECTS", Enforced, "BOB procedure, section 1 and Annex A; UK GDPR Article 34",
        "On the recommendation of the leading controller's DPO, its SIRO and Caldicott Guardian decide together whether people are told; where they differ the Accountable Officer decides, and telling is asked about every 24 hours until it is done";
    BobCyber, "BOB-CYBER", Enforced, "BOB procedure, sections 1 and 4",
        "A cyber incident brings in the cyber security manager, and NHS England is told or it is on record why not; of a serious one the DPO says why not, and it is asked again when an incident becomes graver. That it is not cyber is asked again then too, whoever said so, and confirmed in words by the DPO or whoever stands in; where nobody does, by a second person";
    Nis72h, "NIS-72H", Enforced, "NIS Regulations 2018, regulation 11",
        "A significant impact on continuity of service is notified to the competent authority within 72 hours, whether or not personal data are concerned";
    ProcPlan, "PROC-PLAN", Enforced, "BOB procedure, Annex A",
        "An incident with a supplier is resolved only with an investigation plan agreed by controller and supplier";
    // Partnership rules
    WsicTrig, "WSIC-TRIG", Enforced, "WSIC protocol, triggers",
        "A cyber incident, a breach of confidentiality, integrity or availability, or a degraded service triggers the protocol; a planned change does so only once it overruns";
    WsicLocal, "WSIC-LOCAL", Enforced, "WSIC protocol, local process",
        "Each partner runs its own process first; a missing local reference is a warning, never a block";
    WsicWide, "WSIC-WIDE", Enforced, "WSIC protocol, wider assessment; the 4 hours are this desk's",
        "Every trigger needs an answer whether the Partnership is affected; unanswered after 4 hours, it escalates";
    WsicAgain, "WSIC-AGAIN", Enforced, "this desk's: two people at two screens",
        "A partner who was sent a notice is sent another by the same way within ten minutes only if that is asked for";
    WsicNotify, "WSIC-NOTIFY", Enforced, "WSIC protocol, notification; the 24 hours are this desk's",
        "If any partner is affected, the Partnership Security Officer is told within 24 hours";
    WsicImpact, "WSIC-IMPACT", Enforced, "WSIC protocol, impact",
        "The Officer records the impact on the hosted service, and others only by exception; where it is felt, the host and the affected partners are told, and a partner that was told and is not affected after all is told that";
    WsicExc, "WSIC-EXC", Enforced, "WSIC protocol, exception; the thresholds are this desk's",
        "When the Officer cannot be contacted the host is notified directly, and the Officer must still be told, as must one who is appointed afterwards; whether the host may be called is for this rule alone, and the ladder of calls opens nothing before it";
    WsicSiro, "WSIC-SIRO", Enforced, "WSIC protocol, governance group",
        "Each affected partner that knows of it is asked whether its own SIRO has been told, or why that is not needed";
    WsicMajor, "WSIC-MAJOR", Enforced, "WSIC protocol, major incident; the numbers are this desk's",
        "Three incidents with one trend key inside 24 elapsed hours propose a major incident, which a person confirms or declines";
    WsicPrio, "WSIC-PRIO", Enforced, "WSIC protocol, major incident; the scale is this desk's",
        "A major incident has the highest priority, P1; priority and severity are different things";
    WsicCall, "WSIC-CALL", Enforced, "WSIC protocol, host service desk; the hours of silence are this desk's",
        "Confirming a major incident raises a problem and a call with the host, which is asked for until the host has given its reference and may not fall silent, and the Officer is to be told";
    WsicClose, "WSIC-CLOSE", Enforced, "WSIC protocol, closure",
        "The Officer, on a valid term, closes any incident that was notified to the Partnership, and the DPO the others; nobody closes what they reported themselves, and an empty role keeps the incident open";
    WsicProb, "WSIC-PROB", Enforced, "WSIC protocol, problems",
        "Incidents come from problems: a major incident has at least one, an incident closes over an open one only with a workaround, and a problem stays open while a linked P1 is";
    WsicRfc, "WSIC-RFC", Enforced, "WSIC protocol, changes",
        "A workaround or resolution that needs a change has a request for change that is past its draft; only the host approves it";
    WsicLesson, "WSIC-LESSON", Enforced, "WSIC protocol, lessons learnt",
        "An incident closes with a lesson or a reason for none, and its actions are tracked beyond that";
    WsicTerm, "WSIC-TERM", Enforced, "WSIC protocol, roles",
        "A role is held for a term of six calendar months from local midnight to local midnight; rights end with it, and an empty role fails loudly";
    // Investigation, evidence, reporting
    BobInv, "BOB-INV", Enforced, "BOB procedure, section 4",
        "An investigation begins with a lead who is neither owner of the system nor reporter, unless a reason says why nobody else can lead";
    BobRca, "BOB-RCA", Enforced, "BOB procedure, section 4 and Annex A",
        "A notifiable, serious or major incident closes only with a root cause analysis";
    BobEvid, "BOB-EVID", Enforced, "BOB procedure, section 7f",
        "Evidence is secured, or known not to exist, before the investigation begins; the desk keeps hash and chain of custody, and confidential content stays outside";
    BobNotes, "BOB-NOTES", Enforced, "BOB procedure, section 7g",
        "Discussions are kept as dated file notes that are never changed, only corrected by a further note";
    BobMin, "BOB-MIN", Enforced, "BOB procedure, section 7h",
        "A meeting without minutes is asked about after five working days, and keeps the incident open";
    BobRec, "BOB-REC", Enforced, "BOB procedure, section 7d",
        "Decisions, actions and recommendations are kept unchanged. They leave the desk as one case file, and each export is an audit entry";
    BobSec, "BOB-SEC", Enforced, "BOB procedure, section 7e",
        "Records are kept where only those see them who may, and every reading of a case leaves an entry in the audit trail: who, in which role, when";
    BobAudit, "BOB-AUDIT", Enforced, "BOB procedure, section 7b",
        "After closing, somebody other than the closer audits each recommendation: carried out, or given up for a reason";
    BobShare, "BOB-SHARE", Enforced, "BOB procedure, section 7c",
        "A notifiable incident closes only once its lessons have been shared with others on a recorded day";
    BobTell, "BOB-TELL", Enforced, "BOB procedure, section 4",
        "SIRO and Caldicott Guardian of each controller are told of its decision before the incident is resolved";
    BobArc, "BOB-ARC", Enforced, "BOB procedure, section 4",
        "The SIRO reports what was notified to the Audit and Risk Committee, with actions, owners and dates; an open action without either keeps the report back";
    BobIgsg, "BOB-IGSG", Enforced, "BOB procedure, Annex A",
        "All other incidents, near misses included, are reported to the steering group without names";
    BobBody, "BOB-BODY", Enforced, "BOB procedure, Annex A",
        "The governing body receives a summary from the SIRO through the committee";
    BobPolicy, "BOB-POLICY", Enforced, "BOB procedure, section 7",
        "Policy documents are reviewed at least every two years: no later review can be recorded as due, and an overdue one is a visible gap";
    // Amendments after cross-examination: they stand above the rules that they refine
    RegWhole, "REG-WHOLE", Enforced, "BOB procedure, sections 1 and 4; UK GDPR Article 33(5)",
        "Every incident that was ever a suspected or confirmed breach stands in the register and in the counts exactly once, in the period in which it was first logged, whatever its end; a duplicate hands on what is on its record, and a withdrawal takes two people and a reason";
    IcoDuty, "ICO-DUTY", Enforced, "UK GDPR Articles 33 and 38(6); BOB procedure, section 4",
        "Each controller's duty to decide ends only with its own report that stands, a decline by its own DPO with reasons, or a later assessment of its own DPO that is not notifiable and names its evidence; a controller that is named no more has its duty until its own DPO says that the data are not its own";
    ClkEvidence, "CLK-EVIDENCE", Enforced, "This desk's reading",
        "A clock is stopped only by evidence about its own duty, and the stop names the entry that proves it";
    ClkHonest, "CLK-HONEST", Enforced, "This desk's reading; UK GDPR Article 33(1)",
        "What was late stays late: a time that is entered after a deadline has passed needs its reason or evidence and is shown as recorded late, also of what was owed by a day, and a late call that was struck out stays beside the one in its place";
    CallStruck, "CALL-STRUCK", Enforced, "UK GDPR Article 5(1)(d) and 5(2), accuracy and accountability; who may strike out is this desk's reading",
        "A call or message that was recorded by mistake is struck out, with a reason, by whoever recorded it or by the DPO, the IG team, the SIRO or the Partnership Security Officer, and never by the person called; it stays on show, and is evidence of nothing from then on";
    AwareForward, "AWARE-FORWARD", Enforced, "ICO and EDPB guidance on awareness; BOB procedure, Annex A",
        "Awareness moves back by anybody entitled and forward only by the DPO, with a reason and with both times on show";
    DecideTrue, "DECIDE-TRUE", Enforced, "This desk's reading",
        "A true time is never refused: a decision by phone may be older than the entry of the grade that it rests on";
    NobodyThere, "NOBODY-THERE", Enforced, "This desk's reading; BOB procedure, section 4",
        "A vacancy never blocks a duty: a deputy, an acting holder or the next role acts instead, and the screen says who and why";
    NisWho, "NIS-WHO", Enforced, "NIS Regulations 2018, regulation 11",
        "The NIS clock runs only for operators of essential services: each has its own question, its own clock from its own awareness, and its own report. Each confirmed cyber or availability incident answers the question before it is resolved; \"no\" has a reason, is the DPO's to say of a serious incident, and is asked again when the incident becomes graver. A partner that is affected and is an operator is asked too. Facts take no question away from an operator: its own people answer, or say with a reason that there is nothing to answer";
    ExcEach, "EXC-EACH", Enforced, "WSIC protocol, exception; this desk's reading",
        "The exception path opens after one failed attempt on each number on record for the Officer and the deputies; five calls to one number are one";
    EscSent, "ESC-SENT", Enforced, "This desk's reading",
        "Escalating tells people: each rung sends a notice to the people it reaches, or says that nothing is sent and whom to call now";
    LmListed, "LM-LISTED", Enforced, "BOB procedure, Annex A; this desk's reading",
        "The hour for line manager and asset owner is listed and sorted wherever clocks are, and raises no alarm";
    ShareTold, "SHARE-TOLD", Enforced, "BOB procedure, Annex A; UK GDPR Article 26",
        "A data sharing agreement in force between organisations of an incident adds the DPO of each party to those who must be told";
    Art34Full, "ART34-FULL", Enforced, "UK GDPR Article 34(2) and (3)",
        "Telling people records what the law asks for, and not telling them at that grade names a ground in law; a delay that an authority asks for holds up the telling once the controller's own officer has recorded it, and never the decision, which stays on the lists with a time until it is given, also after closing";
    RelEntitled, "REL-ENTITLED", Enforced, "This desk's reading",
        "A required contact is released only by the role that the rule names, with a reason, and never where a law or a notifiable grade asks for the contact; a clock that ends by it says released and not met";
    MajorUndo, "MAJOR-UNDO", Enforced, "WSIC protocol, major incident; this desk's reading",
        "The Officer ends a major incident that was a false alarm, with a reason; problem, calls and priority stay on record";
    IcoAsks, "ICO-ASKS", Enforced, "UK GDPR Articles 31 and 58",
        "What a regulator asks later is on record with its due date and its answer; an open enquiry is a next step and keeps the incident open; each controller's own people answer it, and one that ran out or was answered is struck out by two people";
    AudAppend, "AUD-APPEND", Enforced, "This desk's reading",
        "The audit trail only grows: each entry says who, in which role, when and what, and is chained to the one before";
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no rule \"{0}\". nightdesk rules lists them all")]
pub struct UnknownRule(String);

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|rule| rule.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownRule(text.to_owned()))
    }
}

// Written out because the derive cannot see a rename that a macro has put in.
impl utoipa::PartialSchema for RuleId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|rule| rule.as_str())))
            .into()
    }
}

impl ToSchema for RuleId {}
