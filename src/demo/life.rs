//! What the personas live through beside their logs: promises, plans, needs, repairs, practices with their turns, and a step back.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::courses::days_back;

/// Something to send about one relationship: below which part of its address, and what.
pub type Told = (&'static str, Value);

/// A practice that two adopted, and the times that they did it: how many days ago, and who began.
pub struct Adopted {
    pub practice: &'static str,
    pub cadence: &'static str,
    pub done: &'static [(u64, &'static str)],
}

/// What there is to note of the persona with this label.
pub fn records(label: &str, today: NaiveDate) -> Vec<Told> {
    let day = |ago: u64| days_back(today, ago);
    match label {
        "fair" => vec![
            promise("me", day(90), "kept", day(88)),
            promise("them", day(80), "kept", day(79)),
            promise("me", day(50), "kept", day(48)),
            promise("them", day(40), "late", day(35)),
            promise("them", day(20), "kept", day(19)),
            met_need("me", day(60), day(55), "them"),
            met_need("them", day(33), day(30), "me"),
            repair(day(70), "me", false),
            repair(day(25), "them", false),
        ],
        "ebbing" => vec![dated_plan("them", day(45), day(44), day(30)), dated_plan("me", day(18), day(17), day(9))],
        "bursty" => {
            [120, 100, 80, 65, 55].into_iter().map(|ago| ("plans", json!({"proposed_by": "them", "local_date": day(ago)}))).collect()
        }
        "one-sided giver" => {
            let broken = [100, 86, 72, 58, 44, 30].into_iter().map(|ago| promise("them", day(ago), "broken", day(ago - 7)));
            let unmet = [90, 60, 35].into_iter().map(|ago| unmet_need("me", day(ago), &[day(ago - 3), day(ago - 10)], day(ago - 20)));
            broken.chain(unmet).collect()
        }
        "one-sided receiver" => vec![promise("me", day(60), "kept", day(58)), promise("them", day(40), "kept", day(39))],
        "recently shifted" => [120, 100, 80, 60, 40, 20].into_iter().map(|ago| repair(day(ago), "them", true)).collect(),
        "sparse" => vec![("plans", json!({"proposed_by": "me", "local_date": day(6), "what": "a walk by the river"}))],
        _ => Vec::new(),
    }
}

/// The practice of the persona with this label, where it has one.
pub fn adopted(label: &str) -> Option<Adopted> {
    let of = |practice, cadence, done| Some(Adopted { practice, cadence, done });
    match label {
        "fair" => of("daily-check-in", "FREQ=DAILY", &[(6, "me"), (5, "them"), (4, "me"), (2, "them"), (1, "me")]),
        "ebbing" => of("taking-turns", "FREQ=WEEKLY", &[(22, "me"), (15, "them"), (8, "me")]),
        "bursty" => of("date-night-feedback", "FREQ=WEEKLY;INTERVAL=2", &[(29, "them"), (15, "me")]),
        "recently shifted" => of("specific-gratitude", "FREQ=WEEKLY", &[(12, "me"), (5, "me")]),
        _ => None,
    }
}

/// The step back of the persona who starts nearly everything: begun today, for two weeks.
pub fn step_back(today: NaiveDate) -> Value {
    json!({"hypothesis": "If I wait, Robin will suggest something within two weeks.", "starts_on": today, "length_days": 14,
        "stop_rules": ["help_needed", "hurts_too_much"]})
}

/// Answers to the safety screen after which nothing is left out: stepping back is for those who are safe.
pub fn safe() -> Value {
    let answers = [
        ("afraid", "no"),
        ("say_no", "yes"),
        ("hurt", "no"),
        ("threats", "no"),
        ("control", "no"),
        ("watched", "no"),
        ("own_behaviour", "no"),
    ];
    let answers: Vec<Value> = answers.iter().map(|(item, answer)| json!({"item": item, "answer": answer})).collect();
    json!({ "answers": answers })
}

fn promise(by: &str, made: NaiveDate, status: &str, settled: NaiveDate) -> Told {
    let due = made.checked_add_days(chrono::Days::new(3)).unwrap_or(made);
    (
        "promises",
        json!({"by": by, "local_date": made, "due": due, "status": status, "settled_on": settled, "what": "to call about the weekend"}),
    )
}

fn met_need(of: &str, said: NaiveDate, met: NaiveDate, by: &str) -> Told {
    ("needs", json!({"of": of, "local_date": said, "status": "met", "settled_on": met, "met_by": by, "what": "an evening without screens"}))
}

fn unmet_need(of: &str, said: NaiveDate, again: &[NaiveDate], settled: NaiveDate) -> Told {
    (
        "needs",
        json!({"of": of, "local_date": said, "explained_on": again, "status": "unmet", "settled_on": settled, "what": "to be asked how I am"}),
    )
}

fn dated_plan(by: &str, said: NaiveDate, settled: NaiveDate, date: NaiveDate) -> Told {
    (
        "plans",
        json!({"proposed_by": by, "local_date": said, "status": "scheduled", "settled_on": settled, "scheduled_for": date, "scheduled_by": by}),
    )
}

fn repair(happened: NaiveDate, first: &str, prompted: bool) -> Told {
    let next = happened.succ_opt().unwrap_or(happened);
    (
        "repairs",
        json!({"local_date": happened, "noticed_by": "me", "moved_first": first, "moved_on": next, "prompted": prompted,
        "accepted": true, "repaired_on": next}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::personas::PERSONAS;

    #[test]
    fn every_persona_lives_through_something_that_lies_in_the_days_of_its_log() {
        let today: NaiveDate = "2026-03-02".parse().unwrap();
        for persona in &PERSONAS {
            let told = records(persona.label, today);
            assert!(!told.is_empty(), "{}", persona.label);
            for (part, body) in told {
                let day: NaiveDate = body["local_date"].as_str().unwrap().parse().unwrap();
                assert!(day < today && day >= days_back(today, u64::from(persona.days)), "{part} of {}: {day}", persona.label);
            }
        }
        assert!(PERSONAS.iter().filter_map(|persona| adopted(persona.label)).count() >= 4);
    }
}
