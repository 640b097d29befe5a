//! Schemas as clients should see them: optional means absent, so null is left out everywhere but in merge patches.

use serde_json::{Map, Value};

/// Removes null from every schema but those of merge patches (`Update…`), where null means "remove".
pub fn complete(document: &mut Value) {
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for (name, schema) in schemas.iter_mut() {
            if name.starts_with("Update") {
                collapse(schema);
            } else {
                strip_null(schema);
            }
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        strip_null(paths);
    }
}

fn strip_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            without_null_type(object);
            unwrap_single_choice(object, "oneOf");
            object.values_mut().for_each(strip_null);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// In merge patches a nullable reference is `oneOf [null, $ref]`; generators read `anyOf` of the two more easily as is.
fn collapse(value: &mut Value) {
    if let Value::Object(object) = value {
        object.values_mut().for_each(collapse);
    }
}

fn without_null_type(object: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = object.get_mut("type") else { return };
    types.retain(|kind| kind != "null");
    if let [only] = types.as_slice() {
        let only = only.clone();
        object.insert("type".to_owned(), only);
    }
}

/// `oneOf [{type: null}, X]` is X where null is not used.
fn unwrap_single_choice(object: &mut Map<String, Value>, key: &str) {
    let Some(Value::Array(choices)) = object.get_mut(key) else { return };
    choices.retain(|choice| choice.get("type") != Some(&Value::String("null".to_owned())));
    let [only] = choices.as_slice() else { return };
    let Some(inner) = only.as_object().cloned() else { return };
    object.remove(key);
    for (name, value) in inner {
        object.entry(name).or_insert(value);
    }
}
