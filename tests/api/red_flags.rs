//! Stories of weeks that wear somebody out, each beside its fair twin in which as much happens. Those of promises, plans, needs and repairs
//! are beside their records (records/stories.rs).

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::support::{Client, Service};

const WEEKS: u64 = 14;

/// A life with one other person, told a day at a time.
struct Life {
    service: Service,
    me: Client,
    id: Value,
    items: Vec<Value>,
}

impl Life {
    fn begin() -> Self {
        let service = Service::start();
        let me = service.someone();
        // Kept by neither: what is told here is what was, without what a single logger would miss.
        let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "partner", "kept_by": "neither"}));
        Self { id: made.expect(201)["id"].clone(), items: Vec::new(), service, me }
    }

    /// Something happened on this day of this week, and how full of energy I was after it.
    fn happened(&mut self, week: u64, day: u64, actor: &str, dimension: &str, energy: i32) {
        let first = NaiveDate::from_ymd_opt(2025, 11, 17).unwrap();
        let at = format!("{}T19:00:00Z", first + Days::new(7 * week + day));
        let what = json!({"actor": actor, "dimension": dimension, "occurred_at": at, "energy_after": energy});
        self.items.push(json!({"relationship_id": self.id, "interaction": what}));
    }

    /// Logs all of it and says what an assessment makes of it.
    fn assess(&self) -> Value {
        assert_eq!(self.me.post("/v1/interactions/batch", &json!({"items": self.items})).expect(200)["refused"], 0);
        self.me.post(&format!("/v1/relationships/{}/assessments", self.id.as_str().unwrap()), &json!({})).expect(201)
    }
}

/// A finding of this family, where it is shown.
fn found<'a>(assessment: &'a Value, family: &str, code: &str, whose: &str) -> Option<&'a Value> {
    assessment[family].as_array().unwrap().iter().find(|one| one["code"] == code && one["whose"] == whose)
}

/// A pattern that is shown with entries behind it that are there, another reading, and words for it.
#[track_caller]
fn shown(life: &Life, assessment: &Value, code: &str, whose: &str) {
    let pattern = found(assessment, "patterns", code, whose).unwrap_or_else(|| panic!("{code} of {whose}: {}", assessment["checks"]));
    let cited = pattern["entry_ids"].as_array().unwrap();
    assert!(cited.len() >= 5, "{pattern}");
    for id in cited.iter().take(3) {
        let entry = life.me.get(&format!("/v1/interactions/{}", id.as_str().unwrap())).expect(200);
        assert_eq!(entry["relationship_id"], life.id);
    }
    assert!(pattern["counter_entry_ids"].is_array() && pattern["probability"].as_f64().unwrap() >= 0.8, "{pattern}");
    assert!(pattern["text"].as_str().unwrap().len() > 10 && pattern["other_reading"].as_str().unwrap().len() > 10, "{pattern}");
}

#[track_caller]
fn silent(assessment: &Value, code: &str, whose: &str) {
    assert!(found(assessment, "patterns", code, whose).is_none(), "{code} of {whose}: {}", assessment["patterns"]);
}

/// Two first steps a week; whose they are follows from how many there were before.
fn first_steps(by: fn(u64) -> &'static str) -> (Life, Value) {
    let mut life = Life::begin();
    for week in 0..WEEKS {
        life.happened(week, 1, by(2 * week), "initiation", 0);
        life.happened(week, 5, by(2 * week + 1), "initiation", 0);
    }
    let assessment = life.assess();
    (life, assessment)
}

#[test]
fn always_being_the_one_who_takes_the_next_step_is_seen_and_taking_turns_is_a_strength() {
    let (life, assessment) = first_steps(|step| if step % 9 == 8 { "them" } else { "me" });
    shown(&life, &assessment, "always_starting", "me");
    silent(&assessment, "always_starting", "them");
    let pattern = found(&assessment, "patterns", "always_starting", "me").unwrap();
    assert_eq!(pattern["counter_entry_ids"].as_array().unwrap().len(), 3, "the three times that they began speak against it");

    let (_, fair) = first_steps(|step| if step % 2 == 0 { "me" } else { "them" });
    silent(&fair, "always_starting", "me");
    assert!(found(&fair, "strengths", "shared_starting", "both").is_some(), "{}", fair["checks"]);

    let (life, mirrored) = first_steps(|step| if step % 9 == 8 { "me" } else { "them" });
    shown(&life, &mirrored, "always_starting", "them");
    silent(&mirrored, "always_starting", "me");
}

/// An evening together each week, after which I have this much energy.
fn evenings(energy: fn(u64) -> i32) -> (Life, Value) {
    let mut life = Life::begin();
    for week in 0..WEEKS {
        life.happened(week, 5, if week % 2 == 0 { "me" } else { "them" }, "emotional_support", energy(week));
    }
    let assessment = life.assess();
    (life, assessment)
}

#[test]
fn time_together_that_drains_again_and_again_is_seen_and_evenings_that_give_energy_are_a_strength() {
    let (life, assessment) = evenings(|week| if week == 6 { 1 } else { -2 });
    shown(&life, &assessment, "draining", "both");
    let (_, fair) = evenings(|week| if week == 6 { -2 } else { 2 });
    silent(&fair, "draining", "both");
    assert!(found(&fair, "strengths", "energising", "both").is_some(), "{}", fair["checks"]);
    let (_, mixed) = evenings(|week| if week % 2 == 0 { -2 } else { 2 });
    silent(&mixed, "draining", "both");
}

/// Four kinds of giving each week. `by` says whose each is, and `energy` what is left of mine.
fn giving(by: fn(u64) -> &'static str, energy: i32) -> (Life, Value) {
    let mut life = Life::begin();
    for week in 0..WEEKS {
        for (day, dimension) in (0..).zip(["emotional_support", "practical_help", "appreciation", "celebration"]) {
            life.happened(week, day, by(4 * week + day), dimension, energy);
        }
    }
    let assessment = life.assess();
    (life, assessment)
}

#[test]
fn perpetual_giving_that_leaves_nothing_for_oneself_is_seen_and_giving_by_turns_is_a_strength() {
    let (life, assessment) = giving(|act| if act % 11 == 10 { "them" } else { "me" }, -2);
    shown(&life, &assessment, "over_functioning", "me");
    assert_eq!(assessment["overall"]["state"], "sustained_imbalance");

    // As much is given, half of it by each: the twin that differs in nothing but who.
    let (_, fair) = giving(|act| if (act / 4 + act) % 2 == 0 { "me" } else { "them" }, 1);
    silent(&fair, "over_functioning", "me");
    assert!(found(&fair, "strengths", "mutual_investment", "both").is_some(), "{}", fair["checks"]);
}

#[test]
fn a_hard_fortnight_that_swings_back_is_no_flag() {
    let mut life = Life::begin();
    for week in 0..WEEKS {
        let hard = week == 9 || week == 10;
        for day in 0..6 {
            let by = if hard || (week + day) % 2 == 0 { "me" } else { "them" };
            life.happened(
                week,
                day,
                by,
                ["emotional_support", "practical_help", "initiation"][usize::try_from(day % 3).unwrap()],
                if hard { -1 } else { 1 },
            );
        }
    }
    let assessment = life.assess();
    assert_ne!(assessment["overall"]["state"], "sustained_imbalance", "{}", assessment["overall"]);
    for (code, whose) in [("over_functioning", "me"), ("always_starting", "me"), ("draining", "both")] {
        silent(&assessment, code, whose);
    }
    let _ = &life.service;
}
