//! Puts the tag of a variant into the variant's own schema.
//!
//! The derive describes a variant as "the payload, and also an object with `type`"; where the payload
//! allows no other fields, nothing satisfies both. Here `type` becomes a field of the payload, and
//! the union says which word means which.

use std::collections::BTreeMap;
use utoipa::openapi::schema::{AllOf, Discriminator, Object, Schema};
use utoipa::openapi::{Components, Ref, RefOr};

/// The field that tells the variants of a union apart.
const TAG: &str = "type";

/// Rewrites every union whose variants are payloads with a tag beside them.
pub(super) fn tag_variants(components: &mut Components) {
    let mut tags = Vec::new();
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::OneOf(union)) = schema {
            let tagged: Vec<Tagged> = union.items.iter_mut().filter_map(take_tag).collect();
            if tagged.len() == union.items.len() {
                union.discriminator = Some(discriminator(&tagged));
            }
            tags.extend(tagged);
        }
    }
    for Tagged { payload, tag } in tags {
        let name = payload.rsplit('/').next().unwrap_or_default();
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(name) {
            object.properties.extend(tag.properties);
            object.required.extend(tag.required);
        }
    }
}

/// A payload's reference, and the object that only holds its tag.
struct Tagged {
    payload: String,
    tag: Object,
}

/// Leaves the bare payload in a variant and takes its tag out.
fn take_tag(variant: &mut RefOr<Schema>) -> Option<Tagged> {
    let RefOr::T(Schema::AllOf(AllOf { items, .. })) = variant else {
        return None;
    };
    let [RefOr::Ref(payload), RefOr::T(Schema::Object(tag))] = items.as_slice() else {
        return None;
    };
    let tagged = tag.properties.contains_key(TAG).then(|| Tagged {
        payload: payload.ref_location.clone(),
        tag: tag.clone(),
    })?;
    *variant = RefOr::Ref(Ref::new(tagged.payload.clone()));
    Some(tagged)
}

fn discriminator(tagged: &[Tagged]) -> Discriminator {
    let mapping: BTreeMap<String, String> = tagged
        .iter()
        .filter_map(|Tagged { payload, tag }| Some((word(tag)?, payload.clone())))
        .collect();
    Discriminator::with_mapping(TAG, mapping)
}

/// The one word that a tag may be.
fn word(tag: &Object) -> Option<String> {
    match tag.properties.get(TAG) {
        Some(RefOr::T(Schema::Object(tag))) => {
            let words = tag.enum_values.as_ref()?;
            Some(words.first()?.as_str()?.to_owned())
        }
        Some(_) | None => None,
    }
}
