//! Puts the tag of a variant into the variant's own schema.
//!
//! The derive describes a variant as "the payload, and also an object with `type`"; where the payload
//! allows no other fields, nothing satisfies both. Here `type` becomes a field of the payload, and
//! the union says which word means which.

use crate::domain::command::Command;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, AllOf, Discriminator, Object, Schema};
use utoipa::openapi::{Components, Ref, RefOr};

/// The field that tells the variants of a union apart.
const TAG: &str = "type";

/// The same inside a part of the procedure, whose union is itself a variant.
const STEP: &str = "step";

/// Rewrites every union whose variants are payloads with a tag beside them.
pub(super) fn tag_variants(components: &mut Components) {
    inline_steps(components);
    close_steps_of_commands(components);
    let mut tags = Vec::new();
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::OneOf(union)) = schema {
            let tagged: Vec<Tagged> = (union.items.iter_mut())
                .filter_map(|variant| take_tag(variant, TAG))
                .collect();
            if tagged.len() == union.items.len() {
                union.discriminator = Some(discriminator(&tagged));
            }
            tags.extend(tagged);
        }
    }
    for Tagged { payload, tag } in tags {
        if let Some(schema) = components.schemas.get_mut(name_of(&payload)) {
            objects(schema, |object| put(object, &tag));
        }
    }
}

/// A payload inside a part may be a record that is used elsewhere without a tag, so it is copied into
/// its variant.
fn inline_steps(components: &mut Components) {
    let payloads = components.schemas.clone();
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::OneOf(union)) = schema else {
            continue;
        };
        for variant in &mut union.items {
            let Some(Tagged { payload, tag }) = take_tag(variant, STEP) else {
                continue;
            };
            if let Some(known) = payloads.get(name_of(&payload)) {
                *variant = known.clone();
                objects(variant, |object| put(object, &tag));
            }
        }
    }
}

/// A request allows no further fields, which the derive says of structs and not of variants.
fn close_steps_of_commands(components: &mut Components) {
    let is_command = |name: &str| name.ends_with(&*<Command as ToSchema>::name());
    let commands = components.schemas.iter_mut();
    for (_, schema) in commands.filter(|(name, _)| is_command(name)) {
        objects(schema, |object| {
            let nothing = AdditionalProperties::FreeForm(false);
            object.additional_properties = Some(Box::new(nothing));
        });
    }
}

fn name_of(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

fn put(object: &mut Object, tag: &Object) {
    object.properties.extend(tag.properties.clone());
    object.required.extend(tag.required.iter().cloned());
}

/// The object that a schema is, or each that it may be.
fn objects(schema: &mut RefOr<Schema>, change: impl Fn(&mut Object)) {
    match schema {
        RefOr::T(Schema::Object(object)) => change(object),
        RefOr::T(Schema::OneOf(union)) => {
            for variant in &mut union.items {
                if let RefOr::T(Schema::Object(object)) = variant {
                    change(object);
                }
            }
        }
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

/// A payload's reference, and the object that only holds its tag.
struct Tagged {
    payload: String,
    tag: Object,
}

/// Leaves the bare payload in a variant and takes its tag out.
fn take_tag(variant: &mut RefOr<Schema>, field: &str) -> Option<Tagged> {
    let RefOr::T(Schema::AllOf(AllOf { items, .. })) = variant else {
        return None;
    };
    let [RefOr::Ref(payload), RefOr::T(Schema::Object(tag))] = items.as_slice() else {
        return None;
    };
    let tagged = tag.properties.contains_key(field).then(|| Tagged {
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
