//! The facts that a mitigation rests on, as further fields of the grade form (BOB-MIT).
//!
//! All of them are there, because the mitigation is chosen in the same form; only those of the one that
//! is claimed are sent.

use super::{Field, Form};
use crate::domain::grid::{Grounds, Mitigation};

/// Whether a fact of encryption is so.
const TRUTHS: [(bool, &str); 2] = [(true, "yes"), (false, "no")];

/// A field for each fact, with what is known of it.
pub(super) fn fields(known: Option<&Grounds>) -> [Field; 6] {
    let truths = match known {
        Some(Grounds::Encryption {
            strong_method,
            key_safe,
            available_elsewhere,
        }) => [*strong_method, *key_safe, *available_elsewhere],
        Some(Grounds::TrustedPartner { .. }) | None => [None; 3],
    };
    let texts = match known {
        Some(Grounds::TrustedPartner {
            partner,
            assurance,
            confirmation,
        }) => [partner, assurance, confirmation].map(|text| text.as_deref().unwrap_or_default()),
        Some(Grounds::Encryption { .. }) | None => [""; 3],
    };
    [
        truth("/grounds/strong_method", "Strong method", truths[0]),
        truth("/grounds/key_safe", "Key safe", truths[1]),
        truth("/grounds/available_elsewhere", "Data elsewhere", truths[2]),
        Field::text(
            "/grounds/partner",
            "Partner",
            "trusted partner: organisation and role",
            texts[0],
        ),
        Field::text(
            "/grounds/assurance",
            "Assurance",
            "trusted partner: what it had assured before this happened",
            texts[1],
        ),
        Field::text(
            "/grounds/confirmation",
            "Confirmed",
            "trusted partner: in writing, returned or deleted",
            texts[2],
        ),
    ]
}

fn truth(pointer: &'static str, label: &'static str, known: Option<bool>) -> Field {
    let place = known.and_then(|known| TRUTHS.iter().position(|(truth, _)| *truth == known));
    Field::choose(pointer, label, TRUTHS.map(|(_, words)| words), place)
        .or_open("encryption: yes or no")
}

/// The facts of the mitigation that is claimed; one that rests on its evidence alone has none.
pub(super) fn given(form: &Form, claimed: Mitigation) -> Option<Grounds> {
    let truth = |pointer| form.choice(pointer, &TRUTHS).map(|(truth, _)| truth);
    match claimed {
        Mitigation::Encryption => Some(Grounds::Encryption {
            strong_method: truth("/grounds/strong_method"),
            key_safe: truth("/grounds/key_safe"),
            available_elsewhere: truth("/grounds/available_elsewhere"),
        }),
        Mitigation::TrustedPartner => Some(Grounds::TrustedPartner {
            partner: form.some_text("/grounds/partner"),
            assurance: form.some_text("/grounds/assurance"),
            confirmation: form.some_text("/grounds/confirmation"),
        }),
        Mitigation::Nullified => None,
    }
}
