//! docs/content.md says where each idea of the product stands. Here it is held to that: every place is there, no idea is lost.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

const MAP: &str = include_str!("../../docs/content.md");

/// The headings, and how many ideas stand under each at least. A number only ever goes up.
const IDEAS: &[(&str, usize)] = &[
    ("1. Reciprocity", 2),
    ("2. Mutual investment", 6),
    ("3. Repair", 6),
    ("4. Ebb and flow, and sustained load", 3),
    ("5. Signs of investment", 3),
    ("6. Key questions", 7),
    ("7. Practices", 10),
    ("8. Red flags, and strengths", 9),
    ("9. The step-back test", 6),
    ("10. Boundaries", 2),
    ("11. Speaking up", 3),
    ("12. The guide", 8),
    ("Safety, always on", 8),
];

/// An idea and the places that hold it, under its heading.
fn rows() -> BTreeMap<&'static str, Vec<(&'static str, Vec<&'static str>)>> {
    let mut all: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    let mut heading = "";
    for line in MAP.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            heading = name;
        }
        let cells = line.strip_prefix("| ").and_then(|row| row.strip_suffix(" |")?.split_once(" | "));
        if let Some((idea, places)) = cells.filter(|(idea, _)| *idea != "idea") {
            all.entry(heading).or_default().push((idea, places.split('`').skip(1).step_by(2).collect()));
        }
    }
    all
}

/// What stands at a place such as `content/openers/en.json#/title`.
fn at(place: &str) -> Option<Value> {
    let (file, pointer) = place.split_once('#')?;
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).ok()?;
    serde_json::from_slice::<Value>(&text).ok()?.pointer(pointer).cloned()
}

/// A practice without a rhythm says so by null; nothing else says anything by being empty.
fn says_something(place: &str, value: &Value) -> bool {
    match value {
        Value::Null => place.ends_with("/practice.json#/suggested_cadence"),
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(members) => !members.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

#[test]
fn every_place_in_the_map_is_there_and_says_something() {
    let mut wrong = Vec::new();
    for (idea, places) in rows().into_values().flatten() {
        if places.is_empty() {
            wrong.push(format!("{idea}: no place"));
        }
        let empty = places.into_iter().filter(|place| !at(place).is_some_and(|value| says_something(place, &value)));
        wrong.extend(empty.map(|place| format!("{idea}: {place}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_idea_has_its_row_and_none_is_lost() {
    let rows = rows();
    assert_eq!(rows.len(), IDEAS.len(), "{:?}", rows.keys());
    for (heading, count) in IDEAS {
        let found = rows.get(heading).unwrap_or_else(|| panic!("{heading} is not in the map"));
        assert!(found.len() >= *count, "{heading}: {} ideas, and there were {count}", found.len());
        let mut names: Vec<&str> = found.iter().map(|(idea, _)| *idea).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), found.len(), "{heading}: an idea stands there twice");
    }
}

#[test]
fn a_place_that_is_not_there_or_empty_is_noticed() {
    assert!(at("content/openers/en.json#/title").is_some());
    assert!(at("content/openers/en.json#/no-such-place").is_none());
    assert!(at("content/no-such-file.json#/title").is_none());
    assert!(!says_something("content/openers/en.json#/title", &Value::String(" ".to_owned())));
    assert!(!says_something("content/openers/en.json#/title", &Value::Null));
}
