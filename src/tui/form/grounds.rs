//! The facts that a mitigation rests on, as further fields of the grade form (BOB-MIT).
//!
//! Only those of the mitigation that is chosen are asked: the others would look as if they were needed.

use super::{Field, Form};
use crate::domain::grid::{Grounds, Mitigation};

/// Whether a fact of encryption is so.
const TRUTHS: [(bool, &str); 2] = [(true, "yes"), (false, "no")];

/// A field for each fact of the mitigation that is chosen, with what is known of it.
pub(super) fn fields(chosen: Option<Mitigation>, known: Option<&Grounds>) -> Vec<Field> {
    match chosen {
        Some(Mitigation::Encryption) => of_encryption(known),
        Some(Mitigation::TrustedPartner) => of_partner(known),
        // One that rests on its evidence alone has none.
        Some(Mitigation::Nullified) | None => Vec::new(),
    }
}

fn of_encryption(known: Option<&Grounds>) -> Vec<Field> {
    let [strong, safe, elsewhere] = match known {
        Some(Grounds::Encryption {
            strong_method,
            key_safe,
            available_elsewhere,
        }) => [*strong_method, *key_safe, *available_elsewhere],
        Some(Grounds::TrustedPartner { .. }) | None => [None; 3],
    };
    vec![
        truth("/grounds/strong_method", "Strong method", strong),
        truth("/grounds/key_safe", "Key safe", safe),
        truth("/grounds/available_elsewhere", "Data elsewhere", elsewhere),
    ]
}

fn of_partner(known: Option<&Grounds>) -> Vec<Field> {
    let [partner, assurance, confirmation] = match known {
        Some(Grounds::TrustedPartner {
            partner,
            assurance,
            confirmation,
        }) => [partner, assurance, confirmation].map(|text| text.as_deref().unwrap_or_default()),
        Some(Grounds::Encryption { .. }) | None => [""; 3],
    };
    vec![
        Field::text(
            "/grounds/partner",
            "Partner",
            "organisation and role",
            partner,
        ),
        Field::text(
            "/grounds/assurance",
            "Assurance",
            "what the partner had assured before this happened",
            assurance,
        ),
        Field::text(
            "/grounds/confirmation",
            "Confirmed",
            "in writing: returned or deleted",
            confirmation,
        ),
    ]
}

fn truth(pointer: &'static str, label: &'static str, known: Option<bool>) -> Field {
    let place = known.and_then(|known| TRUTHS.iter().position(|(truth, _)| *truth == known));
    Field::choose(pointer, label, TRUTHS.map(|(_, words)| words), place).or_open("yes or no")
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
