//! A part as CSV (RFC 4180): a column a member, in a fixed order, absent members empty, what is not flat as JSON.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). Figures stay as they
//! are, negative ones too: they are no text that somebody wrote.

use serde_json::{Map, Value};

use super::model::Part;

/// What a spreadsheet may take for the beginning of a formula, in full width too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The columns of a part's table: every member that a record can have.
#[must_use]
pub const fn columns(part: Part) -> &'static [&'static str] {
    match part {
        Part::Account => &["id", "handle", "locale", "time_zone", "created_at", "updated_at"],
        Part::Consents => &["id", "purpose", "text_version", "given", "decided_at"],
        Part::Sessions => &["id", "label", "scope", "created_at", "last_used_at", "expires_at", "ended_at"],
        Part::Relationships => {
            &["id", "alias", "kind", "label", "status", "kept_by", "expected_balance", "contexts", "created_at", "updated_at"]
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
            "measures",
            "notes",
            "what_would_change",
            "created_at",
        ],
        Part::RemovedIds => &["kind", "id", "removed_at"],
        Part::AccessLog => &["hour", "session_id", "class"],
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
        Some(deep @ (Value::Array(_) | Value::Object(_))) => deep.to_string(),
    }
}

fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
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
    fn what_would_break_a_line_is_quoted() {
        assert_eq!(quoted("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(quoted("plain"), "plain");
    }
}
