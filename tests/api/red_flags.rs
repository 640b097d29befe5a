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

    /// Marks the days from one week's first to another's last as a known strain.
    fn marked(&self, (from, to): (u64, u64), effect: &str) {
        let first = NaiveDate::from_ymd_opt(2025, 11, 17).unwrap();
        let period = json!({"kind": "illness", "from": first + Days::new(7 * from), "to": first + Days::new(7 * to + 6), "effect": effect});
        self.me.patch(&format!("/v1/relationships/{}", self.id.as_str().unwrap()), &json!({"contexts": [period]})).expect(200);
    }

    /// I said what I need in the first days of each week, and it was not met.
    fn unmet_needs(&self, weeks: u64) {
        let first = NaiveDate::from_ymd_opt(2025, 11, 17).unwrap();
        for week in 0..weeks {
            let said = first + Days::new(7 * week);
            let need = json!({"of": "me", "local_date": said, "status": "unmet", "settled_on": said + Days::new(5)});
            self.me.post(&format!("/v1/relationships/{}/needs", self.id.as_str().unwrap()), &need).expect(201);
        }
    }

    /// Logs all of it and says what an assessment makes of it.
    fn assess(&self) -> Value {
        assert_eq!(self.me.post("/v1/interactions/batch", &json!({"items": self.items})).expect(200)["refused"], 0);
        self.assess_again()
    }

    fn assess_again(&self) -> Value {
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
    let against = found(&assessment, "patterns", "draining", "both").unwrap()["counter_entry_ids"].as_array().unwrap();
    assert_eq!(against.len(), 1, "the one evening that gave energy speaks against it");
    let evening = life.me.get(&format!("/v1/interactions/{}", against[0].as_str().unwrap())).expect(200);
    assert_eq!((&evening["energy_after"], &evening["local_date"]), (&json!(1), &json!("2026-01-03")));
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

    // As much is given, half of it by each, and it wears out as much: the twin that differs in nothing but who.
    let (_, fair) = giving(|act| if (act / 4 + act) % 2 == 0 { "me" } else { "them" }, -2);
    silent(&fair, "over_functioning", "me");
    assert!(found(&fair, "patterns", "draining", "both").is_some(), "{}", fair["checks"]);
    assert!(found(&fair, "strengths", "mutual_investment", "both").is_some(), "{}", fair["checks"]);

    // And as much by me, which leaves me as full as I was.
    let (_, glad) = giving(|act| if act % 11 == 10 { "them" } else { "me" }, 1);
    silent(&glad, "over_functioning", "me");
}

#[test]
fn whoever_gives_perpetually_the_same_is_said_of_them_and_the_words_say_whose_energy_it_is() {
    let (life, mirrored) = giving(|act| if act % 11 == 10 { "me" } else { "them" }, -2);
    shown(&life, &mirrored, "over_functioning", "them");
    silent(&mirrored, "over_functioning", "me");
    // Nobody noted a need of theirs: what is known is that it leaves me with less energy.
    let text = found(&mirrored, "patterns", "over_functioning", "them").unwrap()["text"].as_str().unwrap();
    assert!(text.ends_with("or time together leaves you with less energy."), "{text}");
}

#[test]
fn perpetual_giving_while_ones_own_needs_are_not_met_is_seen_without_any_word_about_energy() {
    let mut life = Life::begin();
    for week in 0..WEEKS {
        for (day, dimension) in (0..).zip(["emotional_support", "practical_help", "appreciation", "celebration"]) {
            life.happened(week, day, if (4 * week + day) % 11 == 10 { "them" } else { "me" }, dimension, 0);
        }
    }
    silent(&life.assess(), "over_functioning", "me");
    life.unmet_needs(6);
    let assessment = life.assess_again();
    shown(&life, &assessment, "over_functioning", "me");
    silent(&assessment, "over_functioning", "them");
    // They were ill in the weeks in which I asked.
    life.marked((0, 7), "exempt");
    silent(&life.assess_again(), "over_functioning", "me");
}

#[test]
fn evenings_and_first_steps_of_weeks_that_are_marked_as_an_illness_are_no_flag() {
    let (life, _) = evenings(|_| -2);
    life.marked((0, 11), "exempt");
    silent(&life.assess_again(), "draining", "both");
    life.marked((0, 0), "exempt");
    shown(&life, &life.assess_again(), "draining", "both");

    let (life, assessment) = first_steps(|step| if step < 20 { "me" } else { ["me", "them"][usize::try_from(step % 2).unwrap()] });
    shown(&life, &assessment, "always_starting", "me");
    // Ten weeks in which the other could not: what is left is by turns.
    life.marked((0, 9), "exempt");
    silent(&life.assess_again(), "always_starting", "me");
}

#[test]
fn promises_that_were_broken_in_a_marked_illness_are_no_words_without_action() {
    let life = Life::begin();
    let first = NaiveDate::from_ymd_opt(2025, 11, 17).unwrap();
    for week in 0..6 {
        let made = first + Days::new(7 * week);
        let promise =
            json!({"by": "them", "local_date": made, "due": made + Days::new(4), "status": "broken", "settled_on": made + Days::new(6)});
        life.me.post(&format!("/v1/relationships/{}/promises", life.id.as_str().unwrap()), &promise).expect(201);
    }
    assert!(found(&life.assess_again(), "patterns", "words_without_action", "them").is_some());
    life.marked((1, 5), "exempt");
    silent(&life.assess_again(), "words_without_action", "them");
}

#[test]
fn who_is_meant_to_begin_more_is_not_said_to_begin_always() {
    let (life, assessment) = first_steps(|step| if step % 5 == 4 { "them" } else { "me" });
    shown(&life, &assessment, "always_starting", "me");
    life.me.patch(&format!("/v1/relationships/{}", life.id.as_str().unwrap()), &json!({"expected_balance": 0.6})).expect(200);
    let expected = life.assess_again();
    silent(&expected, "always_starting", "me");
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
