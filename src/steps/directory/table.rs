//! The table: a row a change, with what it asks.

use super::Kind::{Day, Number, One, Organisations, Text, Time, Word, YesNo};
use super::Vocabulary::{Agreements, Bodies, Channels, Roles, Tiers};
use super::{Ask, Change, Group, Kind, Things};
use crate::steps::Need;

const fn change(
    group: Group,
    verb: &'static str,
    wire: &'static str,
    name: &'static str,
    help: &'static str,
    asks: &'static [Ask],
) -> Change {
    Change {
        group,
        verb,
        name,
        help,
        wire,
        asks,
    }
}

const fn ask(pointer: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Ask {
    Ask {
        pointer,
        label,
        hint,
        need: Need::Needed,
        kind,
    }
}

impl Ask {
    const fn if_any(self) -> Self {
        Self {
            need: Need::Optional,
            ..self
        }
    }
}

const ORGANISATION: Ask = ask(
    "/organisation",
    "Organisation",
    "",
    One(Things::Organisations),
);
const PERSON: Ask = ask("/person", "Person", "", One(Things::People));
const REASON: Ask = ask("/reason", "Why", "", Text);
const DECIDED_BY: Ask = ask(
    "/decided_by",
    "Decided by",
    "only if you record somebody else's decision",
    One(Things::People),
)
.if_any();
const POINT: Ask = ask("/point", "Contact point", "", One(Things::ContactPoints));
const SHIFT: Ask = ask("/shift", "Shift", "", One(Things::Shifts));
const NAME: Ask = ask("/name", "Full name", "", Text);
const PARTNER: Ask = ask(
    "/partner",
    "Partner",
    "whether it shares under the agreement",
    YesNo,
)
.if_any();
const CONTROLLER: Ask = ask(
    "/controller",
    "Controller",
    "whether it is a data controller",
    YesNo,
)
.if_any();
const OPERATOR: Ask = ask(
    "/operator_of_essential_services",
    "Operator",
    "whether it is an operator of essential services",
    YesNo,
)
.if_any();
const PREDECESSOR: Ask = ask(
    "/predecessor",
    "Follows",
    "whose work it took over, if any",
    One(Things::Organisations),
)
.if_any();
const DOCUMENT: Ask = ask("/document", "Document", "", One(Things::PolicyDocuments));
const DUE: Ask = ask(
    "/review_due_on",
    "Review due",
    "empty: as late as the procedure allows",
    Day,
)
.if_any();

/// Appointing somebody, which has a key of its own as the next five have.
pub const APPOINT: Change = change(
    Group::Role,
    "appoint",
    "appoint",
    "Appoint",
    "Appoint somebody to a role, or propose it",
    &[
        ask("/role", "Role", "", Word(Roles)),
        ORGANISATION,
        PERSON,
        ask("/starts_on", "From", "today, +5, 2026-06-16", Day),
        ask(
            "/ends_on",
            "Until",
            "first day after it; empty: a whole term",
            Day,
        )
        .if_any(),
        ask(
            "/deputy_order",
            "Place",
            "0 is the primary, 1 the first deputy",
            Number,
        )
        .if_any(),
        ask(
            "/interim",
            "Interim",
            "whether the holder is an interim",
            YesNo,
        )
        .if_any(),
        DECIDED_BY,
    ],
);

/// Ending a term early.
pub const END_TERM: Change = change(
    Group::Role,
    "end-term",
    "end_term",
    "End a term",
    "End a term early, or propose it",
    &[
        ask("/holding", "Term", "", One(Things::Terms)),
        ask(
            "/ends_on",
            "From",
            "first day after it; empty: at once",
            Day,
        )
        .if_any(),
        REASON,
        DECIDED_BY,
    ],
);

/// Planning a shift.
pub const PLAN_SHIFT: Change = change(
    Group::Shift,
    "plan",
    "plan_shift",
    "Plan a shift",
    "Plan who is on call",
    &[
        ask("/tier", "Tier", "", Word(Tiers)),
        ORGANISATION,
        PERSON,
        ask("/starts_at", "From", "fri 09:00, 2026-06-16 09:00", Time),
        ask("/ends_at", "Until", "2026-06-17 09:00", Time),
    ],
);

/// Overriding a shift.
pub const OVERRIDE_SHIFT: Change = change(
    Group::Shift,
    "override",
    "override_shift",
    "Override a shift",
    "Put somebody else on a shift, or on part of it",
    &[
        SHIFT,
        PERSON,
        ask("/starts_at", "From", "empty: from its beginning", Time).if_any(),
        ask("/ends_at", "Until", "empty: until its end", Time).if_any(),
        REASON,
    ],
);

/// Offering a swap.
pub const OFFER_SWAP: Change = change(
    Group::Swap,
    "offer",
    "offer_swap",
    "Offer a swap",
    "Offer your own shift for somebody else's",
    &[
        ask("/shift", "Your shift", "", One(Things::OwnShifts)),
        ask("/with", "For", "", One(Things::OthersShifts)),
        ask("/note", "Note", "what the other officer should know", Text).if_any(),
    ],
);

/// Recording that a contact point works.
pub const VERIFY_POINT: Change = change(
    Group::ContactPoint,
    "verify",
    "verify_contact_point",
    "Verify a contact point",
    "Record that somebody checked it",
    &[
        POINT,
        ask("/verified_on", "Checked on", "empty: today", Day).if_any(),
    ],
);

/// Every change, in the order of the sections.
pub const CHANGES: &[Change] = &[
    APPOINT,
    END_TERM,
    change(
        Group::Proposal,
        "confirm",
        "confirm_proposal",
        "Confirm a proposal",
        "Carry out what somebody else proposed",
        &[ask("/proposal", "Proposal", "", One(Things::Proposals))],
    ),
    change(
        Group::Proposal,
        "reject",
        "reject_proposal",
        "Turn down a proposal",
        "Turn down what somebody proposed, or take it back",
        &[
            ask("/proposal", "Proposal", "", One(Things::Proposals)),
            REASON,
        ],
    ),
    PLAN_SHIFT,
    OVERRIDE_SHIFT,
    change(
        Group::Shift,
        "cancel",
        "cancel_shift",
        "Cancel a shift",
        "Take a shift off the rota; the gap is shown",
        &[SHIFT, REASON],
    ),
    change(
        Group::Shift,
        "cover-gap",
        "cover_gap",
        "Cover a gap",
        "Take a desk that nobody took over in time, as second on call or as director",
        &[ask("/tier", "Tier", "", Word(Tiers))],
    ),
    OFFER_SWAP,
    change(
        Group::Swap,
        "accept",
        "accept_swap",
        "Take a swap",
        "Accept a swap offered for your shift; both shifts change hands at once",
        &[ask("/shift", "Offered", "", One(Things::OfferedShifts))],
    ),
    change(
        Group::Swap,
        "decline",
        "decline_swap",
        "Turn down a swap",
        "Turn down a swap, or take your offer back",
        &[ask("/shift", "Offered", "", One(Things::OfferedShifts))],
    ),
    change(
        Group::ContactPoint,
        "add",
        "add_contact_point",
        "Add a contact point",
        "Add a way to reach a role",
        &[
            ask(
                "/point/organisation",
                "Organisation",
                "",
                One(Things::Organisations),
            ),
            ask("/point/role", "Role", "", Word(Roles)),
            ask("/point/channel", "Channel", "", Word(Channels)),
            ask("/point/value", "Number", "or address", Text),
            ask("/order", "Place", "0 is tried first", Number),
            ask(
                "/person",
                "Whose",
                "empty: the holder of the role",
                One(Things::People),
            )
            .if_any(),
            ask("/verified_on", "Checked on", "empty: not yet", Day).if_any(),
        ],
    ),
    change(
        Group::ContactPoint,
        "change",
        "change_contact_point",
        "Change a contact point",
        "Change a number or address, or when it is tried",
        &[
            POINT,
            ask("/value", "Number", "the new one, or empty: as it is", Text).if_any(),
            ask("/order", "Place", "empty: as it is", Number).if_any(),
        ],
    ),
    VERIFY_POINT,
    change(
        Group::ContactPoint,
        "retire",
        "retire_contact_point",
        "Retire a contact point",
        "Remove a way to reach a role",
        &[POINT, REASON],
    ),
    change(
        Group::Organisation,
        "add",
        "add_organisation",
        "Add an organisation",
        "Add an organisation, and say which one it follows",
        &[
            ask(
                "/organisation",
                "Short name",
                "lower-case letters, digits, hyphens",
                Text,
            ),
            NAME,
            ask("/kind", "Kind", "", Word(Bodies)),
            PARTNER,
            CONTROLLER,
            OPERATOR,
            PREDECESSOR,
        ],
    ),
    change(
        Group::Organisation,
        "change",
        "change_organisation",
        "Change an organisation",
        "Rename an organisation, or change what it is",
        &[
            ORGANISATION,
            ask("/name", "Full name", "empty: as it is", Text).if_any(),
            PARTNER,
            CONTROLLER,
            OPERATOR,
            ask(
                "/host",
                "Host",
                "whether it takes over the shared service",
                YesNo,
            )
            .if_any(),
            PREDECESSOR,
        ],
    ),
    change(
        Group::Organisation,
        "close",
        "close_organisation",
        "Close an organisation",
        "Close an organisation; its terms end with it",
        &[
            ORGANISATION,
            ask(
                "/closed_on",
                "From",
                "first day on which it is not there",
                Day,
            ),
            REASON,
        ],
    ),
    change(
        Group::Person,
        "add",
        "add_person",
        "Add a person",
        "Add a person who works at an organisation",
        &[
            ask(
                "/person",
                "Short name",
                "first and last name, such as ida.marsh",
                Text,
            ),
            NAME,
            ORGANISATION,
        ],
    ),
    change(
        Group::Person,
        "change",
        "change_person",
        "Correct a person",
        "Correct a person's name, or where they work",
        &[
            PERSON,
            ask("/name", "Full name", "empty: as it is", Text).if_any(),
            ask(
                "/organisation",
                "Organisation",
                "as it is",
                One(Things::Organisations),
            )
            .if_any(),
        ],
    ),
    change(
        Group::Person,
        "leave",
        "record_leaver",
        "Record a leaver",
        "Record that a person has left; all their roles and their access end at once",
        &[PERSON, REASON],
    ),
    change(
        Group::Agreement,
        "record",
        "record_agreement",
        "Record an agreement",
        "Record an agreement, and whether the lead's report covers the others",
        &[
            ask(
                "/agreement",
                "Short name",
                "lower-case letters, digits, hyphens",
                Text,
            ),
            ask("/title", "Title", "", Text),
            ask("/kind", "Kind", "", Word(Agreements)),
            ask("/parties", "Parties", "", Organisations),
            ask(
                "/lead",
                "Lead",
                "the party the incident begins with",
                One(Things::Organisations),
            )
            .if_any(),
            ask(
                "/lead_reports",
                "Reports",
                "whether the lead's report covers the others",
                YesNo,
            )
            .if_any(),
            ask("/starts_on", "From", "today, 2026-06-16", Day),
            ask("/ends_on", "Until", "first day after it, if it ends", Day).if_any(),
            ask("/filed_as", "Filed as", "where the signed text is", Text).if_any(),
        ],
    ),
    change(
        Group::Agreement,
        "end",
        "end_agreement",
        "End an agreement",
        "End an agreement",
        &[
            ask("/agreement", "Agreement", "", One(Things::Agreements)),
            ask(
                "/ends_on",
                "From",
                "first day on which it is not in force",
                Day,
            ),
            REASON,
        ],
    ),
    change(
        Group::PolicyDocument,
        "record",
        "record_policy_document",
        "Record a policy document",
        "Record a policy document and the role that reviews it",
        &[
            ask(
                "/document",
                "Short name",
                "lower-case letters, digits, hyphens",
                Text,
            ),
            ask("/title", "Title", "", Text),
            ORGANISATION,
            ask("/owner", "Owner", "", Word(Roles)),
            ask("/approved_on", "Approved", "today, 2026-06-16", Day),
            DUE,
        ],
    ),
    change(
        Group::PolicyDocument,
        "review",
        "review_policy_document",
        "Review a policy document",
        "Record that a policy document was reviewed",
        &[
            DOCUMENT,
            ask("/reviewed_on", "Reviewed", "today, 2026-06-16", Day),
            ask("/outcome", "Outcome", "what came of it", Text),
            DUE,
        ],
    ),
    change(
        Group::PolicyDocument,
        "retire",
        "retire_policy_document",
        "Withdraw a policy document",
        "Withdraw a policy document, and say what replaces it",
        &[DOCUMENT, REASON],
    ),
];
