//! Schemas as clients should see them: optional means absent, and every value says its bounds.

use serde_json::{Map, Value, json};

use crate::kernel::text::{LINE_PATTERN, PROSE_PATTERN};

/// Removes null from every schema but those of merge patches (`Update…`), where null means "remove"; bounds every string and whole number.
pub fn complete(document: &mut Value) {
    join_descriptions(document);
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for (name, schema) in schemas.iter_mut() {
            if !name.starts_with("Update") {
                strip_null(schema);
            }
            bound(schema);
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        strip_null(paths);
        bound(paths);
    }
}

/// A schema that is written where it is used, with a description of its own beside it, is one schema with that description: as `allOf` of
/// the schema and an object, which is what the macros make of it, nothing would fit it.
fn join_descriptions(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(joined) = object.get("allOf").and_then(Value::as_array).and_then(|parts| described(parts)) {
                *object = joined;
            }
            object.values_mut().for_each(join_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(join_descriptions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first of two parts with the description of the second, where that says nothing else.
fn described(parts: &[Value]) -> Option<Map<String, Value>> {
    let [Value::Object(schema), Value::Object(beside)] = parts else { return None };
    let description = beside.get("description").filter(|_| beside.keys().all(|key| key == "description" || key == "type"))?;
    let mut joined = schema.clone();
    joined.insert("description".to_owned(), description.clone());
    Some(joined)
}

/// Says of every string and whole number what it may hold, where the field does not: the width, the length of ids and times,
/// that texts carry no control characters. The formats `line` and `prose` stand for what the functions of those names in `kernel::text` accept.
pub fn bound(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if is(object, "string") {
                bound_string(object);
            } else if is(object, "integer") {
                bound_integer(object);
            }
            // What a map is keyed by is a name of content: an id, a code or a language tag.
            if let Some(Value::Object(names)) = object.get_mut("propertyNames") {
                names.entry("maxLength").or_insert(json!(40));
            }
            object
                .iter_mut()
                .filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "default"))
                .for_each(|(_, inner)| bound(inner));
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is(schema: &Map<String, Value>, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        Some(_) | None => false,
    }
}

/// What fits the named width; in 64 bits, what every client's numbers hold exactly (RFC 8259, section 6).
fn bound_integer(schema: &mut Map<String, Value>) {
    const EXACT: i64 = (1 << 53) - 1;
    let wide = schema.get("format").is_some_and(|format| format == "int64");
    let (least, most) = if wide { (-EXACT, EXACT) } else { (i64::from(i32::MIN), i64::from(i32::MAX)) };
    schema.entry("minimum").or_insert(json!(least));
    schema.entry("maximum").or_insert(json!(most));
}

fn bound_string(schema: &mut Map<String, Value>) {
    let length = |schema: &mut Map<String, Value>, most: u32| {
        schema.entry("maxLength").or_insert(json!(most));
    };
    let format = schema.get("format").and_then(Value::as_str).map(str::to_owned);
    match format.as_deref() {
        Some("uuid") => length(schema, 36),
        Some("date") => length(schema, 10),
        Some("date-time") => length(schema, 40),
        Some("line") => restrict(schema, LINE_PATTERN),
        Some("prose") => restrict(schema, PROSE_PATTERN),
        None if !["enum", "const", "pattern"].iter().any(|key| schema.contains_key(*key)) => restrict(schema, PROSE_PATTERN),
        Some(_) | None => {}
    }
}

fn restrict(schema: &mut Map<String, Value>, pattern: &str) {
    schema.remove("format");
    schema.insert("pattern".to_owned(), json!(pattern));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_beside_a_schema_belongs_to_it_and_an_object_beside_one_stays() {
        let word = json!({"type": "string", "enum": ["me"], "description": "Who did it."});
        let whole = json!({"allOf": [{"$ref": "#/a"}, {"type": "object", "properties": {}, "description": "More."}]});
        let mut schema = json!({"by": {"allOf": [word, {"type": "object", "description": "Who promised."}]}, "whole": whole});
        join_descriptions(&mut schema);
        assert_eq!(schema, json!({"by": {"type": "string", "enum": ["me"], "description": "Who promised."}, "whole": whole}));
    }

    #[test]
    fn every_string_and_whole_number_says_its_bounds() {
        let mut schema = json!({"properties": {
            "id": {"type": "string", "format": "uuid"},
            "alias": {"type": "string", "format": "line", "maxLength": 80},
            "kind": {"type": "string", "enum": ["friend"]},
            "version": {"type": "integer", "format": "int64", "minimum": 1}
        }});
        bound(&mut schema);
        let of = |name: &str| schema["properties"][name].clone();
        assert_eq!(of("id")["maxLength"], 36);
        assert_eq!(of("alias"), json!({"type": "string", "maxLength": 80, "pattern": LINE_PATTERN}));
        assert_eq!(of("kind"), json!({"type": "string", "enum": ["friend"]}));
        assert_eq!((&of("version")["minimum"], &of("version")["maximum"]), (&json!(1), &json!(9_007_199_254_740_991_i64)));
    }
}
