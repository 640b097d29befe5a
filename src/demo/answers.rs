//! Answers to a question set as somebody would give them who feels that they give more than they get.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::client::{ClientError, text};

/// A completed response to `set`, about `day`: giving near the top of each scale, receiving near the bottom, the rest below the middle.
/// Questions that are only asked after certain answers are left out.
pub fn of_a_giver(set: &Value, day: NaiveDate) -> Result<Value, ClientError> {
    let items = set.get("items").and_then(Value::as_array).into_iter().flatten();
    let asked = items.filter(|item| item.get("enable_when").is_none());
    let answers = asked.map(|item| answer(set, item)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "question_set": text(set, "/slug")?, "version": set.get("version"), "status": "completed", "answers": answers,
        "local_date": day
    }))
}

fn answer(set: &Value, item: &Value) -> Result<Value, ClientError> {
    let scale = text(item, "/scale")?;
    let mut values = values(set, &scale);
    let from_the_top = matches!(text(item, "/perspective")?.as_str(), "giving");
    if from_the_top != item.get("reverse_keyed").and_then(Value::as_bool).unwrap_or_default() {
        values.reverse();
    }
    // The second from the end: few people tick the very last box.
    let value = values.get(1).or(values.first()).copied();
    Ok(json!({"item": text(item, "/id")?, "value": value}))
}

/// The values of a scale's options, lowest first.
fn values(set: &Value, scale: &str) -> Vec<i64> {
    let scales = set.get("scales").and_then(Value::as_array).into_iter().flatten();
    let options = scales.filter(|found| found.get("id").and_then(Value::as_str) == Some(scale)).filter_map(|found| found.get("options"));
    let mut values: Vec<i64> =
        options.filter_map(Value::as_array).flatten().filter_map(|option| option.get("value").and_then(Value::as_i64)).collect();
    values.sort_unstable();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn giving_is_answered_high_receiving_low_and_conditional_questions_not_at_all() {
        let set = json!({"slug": "s", "version": 2,
        "scales": [{"id": "often", "options": [{"value": 3}, {"value": 0}, {"value": 1}, {"value": 2}]}],
        "items": [
            {"id": "give", "perspective": "giving", "reverse_keyed": false, "scale": "often"},
            {"id": "receive", "perspective": "receiving", "reverse_keyed": false, "scale": "often"},
            {"id": "turned", "perspective": "giving", "reverse_keyed": true, "scale": "often"},
            {"id": "then", "perspective": "giving", "reverse_keyed": false, "scale": "often", "enable_when": {"item": "give"}}
        ]});
        let answers = json!([{"item": "give", "value": 2}, {"item": "receive", "value": 1}, {"item": "turned", "value": 1}]);
        let whole = json!({"question_set": "s", "version": 2, "status": "completed", "answers": answers, "local_date": "2026-03-01"});
        assert_eq!(of_a_giver(&set, "2026-03-01".parse().unwrap()).unwrap(), whole);
    }
}
