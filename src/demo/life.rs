//! What the personas live through beside their logs: promises, plans, needs, repairs, practices with their turns, and two steps back.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::courses::days_back;

/// Something to send about one relationship: below which part of its address, and what.
pub type Told = (&'static str, Value);

/// A practice that somebody adopted, and the times that it was done.
pub struct Adopted {
    pub practice: &'static str,
    pub cadence: &'static str,
    pub done: &'static [Done],
    /// For how many days it is put off from today.
    pub snoozed: Option<u64>,
}

/// A time that a practice was done.
pub struct Done {
    /// How many days ago.
    pub ago: u64,
    /// Who began.
    pub by: &'static str,
    pub took_part: &'static str,
    /// What was shared: what was hard, and what was good.
    pub shared: Option<(&'static str, &'static str)>,
}

impl Done {
    const fn both(ago: u64, by: &'static str) -> Self {
        Self { ago, by, took_part: "both", shared: None }
    }

    const fn with_words(ago: u64, by: &'static str, hard: &'static str, good: &'static str) -> Self {
        Self { ago, by, took_part: "both", shared: Some((hard, good)) }
    }

    const fn alone(ago: u64, by: &'static str) -> Self {
        Self { ago, by, took_part: by, shared: None }
    }

    /// As it is sent.
    pub fn told(&self, today: NaiveDate) -> Value {
        let day = days_back(today, self.ago);
        let mut told = json!({"local_date": day, "started_by": self.by, "took_part": self.took_part, "felt": 1});
        if let (Some((hard, good)), Some(members)) = (self.shared, told.as_object_mut()) {
            members.extend([("challenge".to_owned(), json!(hard)), ("win".to_owned(), json!(good))]);
        }
        told
    }
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
            promise("them", day(12), "renegotiated", day(11)),
            met_need("me", day(60), day(55), "them"),
            met_need("them", day(33), day(30), "me"),
            partly_met_need("me", day(24), day(21), "them"),
            repair(day(70), "me", false),
            repair(day(25), "them", false),
            // Nobody has moved in it yet: it is open.
            ("repairs", json!({"local_date": day(2), "noticed_by": "them", "what": "the dishes, again"})),
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
    const CHECK_INS: &[Done] = &[
        Done::both(6, "me"),
        Done::with_words(5, "them", "the move", "soup on the stairs"),
        Done::both(4, "me"),
        Done::both(2, "them"),
        Done::both(1, "me"),
    ];
    const TURNS: &[Done] = &[Done::both(22, "me"), Done::both(15, "them"), Done::alone(8, "me")];
    const EVENINGS: &[Done] = &[Done::both(29, "them"), Done::both(15, "me")];
    const THANKS: &[Done] = &[Done::both(12, "me"), Done::both(5, "me")];
    let of = |practice, cadence, done| Some(Adopted { practice, cadence, done, snoozed: None });
    match label {
        "fair" => of("daily-check-in", "FREQ=DAILY", CHECK_INS),
        "ebbing" => of("taking-turns", "FREQ=WEEKLY", TURNS),
        "bursty" => of("date-night-feedback", "FREQ=WEEKLY;INTERVAL=2", EVENINGS),
        "recently shifted" => of("specific-gratitude", "FREQ=WEEKLY", THANKS).map(|practice| Adopted { snoozed: Some(3), ..practice }),
        _ => None,
    }
}

/// The step back of the persona who starts nearly everything: begun today, for two weeks.
pub fn step_back(today: NaiveDate) -> Value {
    json!({"hypothesis": "If I wait, Robin will suggest something within two weeks.", "starts_on": today, "length_days": 14,
        "stop_rules": ["help_needed", "hurts_too_much"]})
}

/// Whether the persona with this label began a step back yesterday and ended it, so that what came of it can be read.
pub fn has_stepped_back(label: &str) -> bool {
    label == "ebbing"
}

/// The step back that is over: there is not much to be seen in one day, and it says so.
pub fn step_back_of_yesterday(today: NaiveDate) -> Value {
    json!({"hypothesis": "If I wait, Sam will call by the weekend.", "starts_on": days_back(today, 1), "length_days": 7,
        "stop_rules": ["they_took_a_step", "life_happens"]})
}

/// A practice of which the persona with this label says that it is not for them.
pub fn not_for_me(label: &str) -> Option<&'static str> {
    (label == "one-sided receiver").then_some("monthly-talk")
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

fn partly_met_need(of: &str, said: NaiveDate, met: NaiveDate, by: &str) -> Told {
    let what = "a weekend without plans";
    ("needs", json!({"of": of, "local_date": said, "status": "partly", "settled_on": met, "met_by": by, "what": what}))
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
