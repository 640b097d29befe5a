//! A part as CSV (RFC 4180): a column a member, in a fixed order, absent members empty, what is not flat as JSON.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). Figures stay as they
//! are, negative ones too: they are no text that somebody wrote.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::model::Part;

/// What a spreadsheet may take for the beginning of a formula, in full width too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Where a spreadsheet that separates cells otherwise, as the German one does, may begin another cell.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

const GRANT: &[&str] = &[
    "id",
    "relationship_id",
    "state",
    "label",
    "from",
    "to",
    "dimensions",
    "notes",
    "created_at",
    "expires_at",
    "redeemed_at",
    "ended_at",
];

const PROMISE: &[&str] = &[
    "id",
    "relationship_id",
    "by",
    "local_date",
    "due",
    "status",
    "settled_on",
    "replaced_by",
    "interaction_id",
    "what",
    "created_at",
    "updated_at",
];

const PLAN: &[&str] = &[
    "id",
    "relationship_id",
    "proposed_by",
    "local_date",
    "status",
    "scheduled_for",
    "scheduled_by",
    "settled_on",
    "interaction_id",
    "what",
    "created_at",
    "updated_at",
];

const NEED: &[&str] = &[
    "id",
    "relationship_id",
    "of",
    "topic",
    "local_date",
    "explained_on",
    "times_explained",
    "status",
    "settled_on",
    "met_by",
    "interaction_id",
    "what",
    "created_at",
    "updated_at",
];

const REPAIR: &[&str] = &[
    "id",
    "relationship_id",
    "local_date",
    "status",
    "noticed_by",
    "moved_first",
    "moved_on",
    "days_to_first_move",
    "prompted",
    "accepted",
    "repaired_on",
    "duration_days",
    "interaction_id",
    "what",
    "created_at",
    "updated_at",
];

const EXPERIMENT: &[&str] = &[
    "id",
    "relationship_id",
    "hypothesis",
    "starts_on",
    "length_days",
    "ends_on",
    "stop_rules",
    "own_stop_rule",
    "steps",
    "status",
    "stopped_on",
    "end_note",
    "created_at",
    "updated_at",
];

const PRACTICE_SESSION: &[&str] = &[
    "id",
    "adopted_practice_id",
    "relationship_id",
    "local_date",
    "started_by",
    "took_part",
    "mutual",
    "screen_free",
    "felt",
    "challenge",
    "win",
    "created_at",
    "updated_at",
];

const ADOPTED_PRACTICE: &[&str] = &[
    "id",
    "relationship_id",
    "practice",
    "practice_version",
    "takes_two",
    "resets_on_contact",
    "turns",
    "cadence",
    "starts_on",
    "time_of_day",
    "time_zone",
    "rests",
    "snoozed_until",
    "adopted_on",
    "dropped_on",
    "created_at",
    "updated_at",
];

/// The columns of a part's table: every member that a record can have.
#[must_use]
pub const fn columns(part: Part) -> &'static [&'static str] {
    match part {
        Part::Account => &["id", "handle", "locale", "time_zone", "created_at", "updated_at"],
        Part::Consents => &["id", "purpose", "text_version", "given", "decided_at"],
        Part::Sessions => &["id", "label", "scope", "relationship_id", "grant_id", "created_at", "last_used_at", "expires_at", "ended_at"],
        Part::Grants => GRANT,
        Part::Relationships => {
            &["id", "alias", "kind", "label", "status", "kept_by", "expected_balance", "contexts", "not_active", "created_at", "updated_at"]
        }
        Part::Interactions => &[
            "id",
            "relationship_id",
            "actor",
            "dimension",
            "prompted",
            "effort",
            "energy_after",
            "felt_heard",
            "duration_minutes",
            "needed",
            "asked_for",
            "outcome",
            "note",
            "note_encrypted",
            "occurred_at",
            "precision",
            "time_zone",
            "local_date",
            "source",
            "created_at",
            "updated_at",
        ],
        Part::InteractionHistory => &[
            "interaction_id",
            "version",
            "changed_at",
            "actor",
            "dimension",
            "effort",
            "energy_after",
            "felt_heard",
            "prompted",
            "duration_minutes",
            "needed",
            "asked_for",
            "outcome",
            "note",
            "note_encrypted",
            "occurred_at",
            "precision",
            "time_zone",
            "local_date",
        ],
        Part::Promises => PROMISE,
        Part::Plans => PLAN,
        Part::Needs => NEED,
        Part::Repairs => REPAIR,
        Part::Responses => &[
            "id",
            "relationship_id",
            "question_set",
            "version",
            "status",
            "answers",
            "local_date",
            "completed_at",
            "scores",
            "created_at",
            "updated_at",
        ],
        Part::PracticeSessions => PRACTICE_SESSION,
        Part::AdoptedPractices => ADOPTED_PRACTICE,
        Part::NotForMe => &["relationship_id", "practice", "decided_at"],
        Part::Experiments => EXPERIMENT,
        Part::SafetyAnswers => &["relationship_id", "answers"],
        Part::Assessments => &[
            "id",
            "relationship_id",
            "as_of",
            "window",
            "method",
            "evidence",
            "stale",
            "overall",
            "dimensions",
            "conflicts",
            "patterns",
            "strengths",
            "checks",
            "explanation",
            "cited_records",
            "measures",
            "notes",
            "what_would_change",
            "created_at",
        ],
        Part::RemovedIds => &["kind", "id", "removed_at"],
        Part::AccessLog => &["hour", "session_id", "grant_id", "class"],
    }
}

/// The first line.
#[must_use]
pub fn header(part: Part) -> String {
    line(columns(part).iter().map(|name| (*name).to_owned()))
}

/// Records as lines.
#[must_use]
pub fn lines(part: Part, records: &[Map<String, Value>]) -> String {
    records.iter().map(|record| line(columns(part).iter().map(|name| cell(record.get(*name))))).collect()
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.map(|cell| quoted(&cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => harmless(text),
        Some(flat @ (Value::Bool(_) | Value::Number(_))) => flat.to_string(),
        Some(deep @ (Value::Array(_) | Value::Object(_))) => escaped(&deep.to_string()),
    }
}

fn harmless(text: &str) -> String {
    let mut safe = if text.starts_with(FORMULA) { "'".to_owned() } else { String::new() };
    for (begins, c) in beginnings(text) {
        if begins && !SEPARATORS.contains(&c) {
            safe.push('\'');
        }
        safe.push(c);
    }
    safe
}

/// JSON that says the same: a semicolon stands in its texts alone, where any character may be written by its number.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for (begins, c) in beginnings(json) {
        if begins {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Each character, and whether a formula might begin with it after a separator.
fn beginnings(text: &str) -> impl Iterator<Item = (bool, char)> {
    let before = std::iter::once(None).chain(text.chars().map(Some));
    before.zip(text.chars()).map(|(before, c)| (before.is_some_and(|before| SEPARATORS.contains(&before)) && FORMULA.contains(&c), c))
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', ';', '"', '\t', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn label(text: &str) -> String {
        cell(Some(&json!(text)))
    }

    #[test]
    fn a_text_that_begins_like_a_formula_is_made_harmless_and_a_figure_is_left_alone() {
        for first in FORMULA {
            assert_eq!(label(&format!("{first}1")), format!("'{first}1"));
        }
        assert_eq!((label("Sam"), cell(Some(&json!(-3)))), ("Sam".to_owned(), "-3".to_owned()));
    }

    #[test]
    fn a_formula_after_what_another_spreadsheet_takes_for_a_separator_is_made_harmless() {
        for separator in SEPARATORS {
            assert_eq!(label(&format!("a{separator}=1+1")), format!("a{separator}'=1+1"));
        }
        assert_eq!((label("a; b = c"), quoted("a;b")), ("a; b = c".to_owned(), "\"a;b\"".to_owned()));
        let deep = cell(Some(&json!({"label": "a;=1+1"})));
        assert!(!deep.contains(";="), "{deep}");
        assert_eq!(serde_json::from_str::<Value>(&deep).unwrap(), json!({"label": "a;=1+1"}));
    }

    #[test]
    fn what_would_break_a_line_is_quoted() {
        assert_eq!(quoted("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(quoted("plain"), "plain");
    }
}
