//! Whether a schema of the document forbids a value: as much of JSON Schema as the document uses.
//!
//! It errs towards "may be": what it calls forbidden certainly is.

use serde_json::Value;

use super::document::Document;

/// Whether `value` cannot be what `schema` describes.
pub fn forbids(document: &Document, schema: &Value, value: &Value) -> bool {
    let schema = document.resolve(schema);
    for (key, wanted) in [("oneOf", 1), ("anyOf", 1)] {
        if let Some(choices) = schema[key].as_array() {
            return choices.iter().filter(|choice| !forbids(document, choice, value)).count() < wanted;
        }
    }
    if !of_a_type(schema, value) {
        return true;
    }
    if schema["enum"].as_array().is_some_and(|choices| !choices.contains(value)) {
        return true;
    }
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => out_of_range(schema, number.as_f64().unwrap_or(f64::INFINITY)),
        Value::String(text) => forbids_text(schema, text),
        Value::Array(items) => {
            longer(schema, "maxItems", items.len())
                || shorter(schema, "minItems", items.len())
                || (schema["items"].is_object() && items.iter().any(|item| forbids(document, &schema["items"], item)))
        }
        Value::Object(members) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let missing = required.into_iter().any(|name| !members.contains_key(name));
            let known = schema["properties"].as_object();
            missing
                || members.iter().any(|(name, inner)| match known.and_then(|known| known.get(name)) {
                    Some(property) => forbids(document, property, inner),
                    None => schema["additionalProperties"] == false,
                })
        }
    }
}

fn of_a_type(schema: &Value, value: &Value) -> bool {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return true,
    };
    kinds.into_iter().any(|kind| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the document has a type {other}"),
    })
}

fn out_of_range(schema: &Value, number: f64) -> bool {
    let bound = |key: &str| schema[key].as_f64();
    let width = match schema["format"].as_str() {
        Some("int32") => f64::from(i32::MAX),
        Some("int64") => 9.3e18,
        Some(_) | None => f64::INFINITY,
    };
    number.abs() > width || bound("minimum").is_some_and(|least| number < least) || bound("maximum").is_some_and(|most| number > most)
}

fn forbids_text(schema: &Value, text: &str) -> bool {
    let length = text.chars().count();
    let form = match schema["format"].as_str() {
        Some("uuid") => uuid::Uuid::parse_str(text).is_err(),
        Some("date") => text.parse::<chrono::NaiveDate>().is_err(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_err(),
        Some(_) | None => false,
    };
    form || longer(schema, "maxLength", length) || shorter(schema, "minLength", length) || not_of_the_choices(schema, text)
}

/// A pattern that lists words: `^(a|b)$`.
fn not_of_the_choices(schema: &Value, text: &str) -> bool {
    let words = schema["pattern"].as_str().and_then(|pattern| pattern.strip_prefix("^(")?.strip_suffix(")$"));
    words.is_some_and(|words| {
        words.chars().all(|c| c.is_ascii_alphanumeric() || "_|-".contains(c)) && !words.split('|').any(|word| word == text)
    })
}

fn longer(schema: &Value, key: &str, length: usize) -> bool {
    schema[key].as_u64().is_some_and(|most| length as u64 > most)
}

fn shorter(schema: &Value, key: &str, length: usize) -> bool {
    schema[key].as_u64().is_some_and(|least| (length as u64) < least)
}
