//! Weeks that are read packed say what their entries say, whatever was done to these and in whatever order.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::support::rows::{count, words};
use crate::support::{Client, Service, wait_for_waiting};

/// What a person may do to a log.
#[derive(Clone, Debug)]
enum Step {
    /// Some entries on a day, and the time and the zone in which they were made.
    Log {
        entries: usize,
        day: u64,
        hour: u32,
        zone: usize,
        actor: usize,
        dimension: usize,
    },
    /// The nth entry happened on another day.
    Move {
        nth: usize,
        day: u64,
    },
    /// The nth entry was about something else.
    Amend {
        nth: usize,
        dimension: usize,
    },
    Remove {
        nth: usize,
    },
    /// Everything of some days.
    Erase {
        day: u64,
        days: u64,
    },
    Assess {
        window_days: u64,
    },
}

const ZONES: [&str; 3] = ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"];
const ACTORS: [&str; 4] = ["me", "them", "both", "unknown"];
const DIMENSIONS: [&str; 3] = ["repair", "initiation", "celebration"];
/// The days that entries are of; the service's clock stands on the day after the last one.
const DAYS: u64 = 40;

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 20).unwrap() + Days::new(number)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        4 => (prop_oneof![Just(1_usize), Just(20)], 0..DAYS, 0..24_u32, 0..3_usize, 0..4_usize, 0..3_usize)
            .prop_map(|(entries, day, hour, zone, actor, dimension)| Step::Log { entries, day, hour, zone, actor, dimension }),
        2 => (0..500_usize, 0..DAYS).prop_map(|(nth, day)| Step::Move { nth, day }),
        1 => (0..500_usize, 0..3_usize).prop_map(|(nth, dimension)| Step::Amend { nth, dimension }),
        1 => (0..500_usize).prop_map(|nth| Step::Remove { nth }),
        1 => (0..DAYS, 0..9_u64).prop_map(|(day, days)| Step::Erase { day, days }),
        3 => (20..50_u64).prop_map(|window_days| Step::Assess { window_days }),
    ];
    prop::collection::vec(one, 5..30)
}

fn assess(me: &Client, tie: &str, window_days: u64) -> Value {
    let path = format!("/v1/relationships/{tie}/assessments");
    me.post(&path, &json!({"window_days": window_days, "as_of": day(DAYS - 1)})).json()
}

/// A person with one relationship.
struct Life {
    me: Client,
    tie: String,
    db: PgConnection,
}

impl Life {
    fn begin(service: &Service) -> Self {
        let me = service.someone();
        let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
        Self { me, tie: made["id"].as_str().unwrap().to_owned(), db: service.database.connect() }
    }

    fn log(&self, entries: usize, entry: &Value) {
        let item = json!({"relationship_id": self.tie, "interaction": entry});
        let answer = self.me.post("/v1/interactions/batch", &json!({"items": vec![item; entries]})).expect(200);
        assert_eq!(answer["created"], entries, "{answer}");
    }

    /// The nth entry that is there, if any is.
    fn entry(&mut self, nth: usize) -> Option<String> {
        let all =
            words(&mut self.db, &format!("SELECT id::text AS word FROM interactions WHERE relationship_id = '{}' ORDER BY id", self.tie));
        (!all.is_empty()).then(|| format!("/v1/interactions/{}", all[nth % all.len()]))
    }

    fn assess(&self, window_days: u64) -> Value {
        assess(&self.me, &self.tie, window_days)
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Log { entries, day: number, hour, zone, actor, dimension } => {
                let at = format!("{}T{hour:02}:30:00Z", day(number));
                let entry = json!({"occurred_at": at, "time_zone": ZONES[zone], "actor": ACTORS[actor], "dimension": DIMENSIONS[dimension],
                    "effort": 1 + hour % 5, "energy_after": i64::from(hour % 7) - 3, "felt_heard": 1 + hour % 5, "prompted": hour % 2 == 0});
                self.log(entries, &entry);
            }
            Step::Move { nth, day: number } => {
                if let Some(entry) = self.entry(nth) {
                    self.me.patch(&entry, &json!({"occurred_at": format!("{}T12:00:00Z", day(number))})).expect(200);
                }
            }
            Step::Amend { nth, dimension } => {
                if let Some(entry) = self.entry(nth) {
                    self.me.patch(&entry, &json!({"dimension": DIMENSIONS[dimension], "effort": null})).expect(200);
                }
            }
            Step::Remove { nth } => {
                if let Some(entry) = self.entry(nth) {
                    assert_eq!(self.me.delete(&entry).status, 204);
                }
            }
            Step::Erase { day: number, days } => {
                let path = format!("/v1/relationships/{}/erasures", self.tie);
                self.me.post(&path, &json!({"from": day(number), "to": day(number + days)})).expect(200);
            }
            Step::Assess { window_days } => {
                self.assess(window_days);
            }
        }
    }

    /// How many weeks are packed, each of which holds its entries and nothing else.
    fn packed(&mut self) -> i64 {
        let wrong = format!(
            "SELECT count(*) AS count FROM evidence_weeks w CROSS JOIN LATERAL ( \
             SELECT count(*) AS count, sum(change) AS sum, bit_xor(change) AS folded, sum(position(uuid_send(id) IN w.entries)::bigint) AS found, \
             count(*) FILTER (WHERE position(uuid_send(id) IN w.entries) = 0) AS absent \
             FROM interactions i WHERE i.relationship_id = w.relationship_id AND i.local_date BETWEEN w.week AND w.week + 6) AS now \
             WHERE w.relationship_id = '{}' AND ((w.count, w.sum, w.folded) IS DISTINCT FROM (now.count, now.sum, now.folded) \
             OR now.absent > 0 OR length(w.entries) <> 1 + 23 * now.count)",
            self.tie
        );
        assert_eq!(count(&mut self.db, &wrong), 0, "a packed week holds something else than its entries");
        count(&mut self.db, &format!("SELECT count(*) AS count FROM evidence_weeks WHERE relationship_id = '{}'", self.tie))
    }

    /// Asks twice for an assessment, the second time with nothing packed.
    fn packed_and_anew(&mut self, window_days: u64) -> (Value, Value) {
        let packed = self.assess(window_days);
        self.db.batch_execute(&format!("DELETE FROM evidence_weeks WHERE relationship_id = '{}'", self.tie)).unwrap();
        let anew = self.assess(window_days);
        (packed, anew)
    }
}

#[test]
fn whatever_is_done_to_a_log_its_packed_weeks_say_what_a_full_reading_says() {
    let service = Service::start();
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let packed = Cell::new(0);
    runner
        .run(&(steps(), 25..50_u64), |(steps, window)| {
            let mut life = Life::begin(&service);
            for step in &steps {
                life.take(step);
                packed.set(packed.get().max(life.packed()));
            }
            let (with, without) = life.packed_and_anew(window);
            prop_assert_eq!(with, without);
            Ok(())
        })
        .unwrap();
    assert!(packed.get() > 2, "weeks were packed at all");
}

#[test]
fn a_week_that_changed_while_it_was_assessed_is_not_packed() {
    let service = Service::start();
    let mut life = Life::begin(&service);
    life.log(20, &json!({"occurred_at": "2026-02-11T12:00:00Z", "actor": "me", "dimension": "repair"}));
    let mut holder = service.database.connect();
    holder.batch_execute("BEGIN; SELECT 1 FROM relationships FOR UPDATE").unwrap();
    let assessment = std::thread::scope(|scope| {
        // It has read the entries when it comes to wait.
        let (me, tie) = (&life.me, &life.tie);
        let computing = scope.spawn(|| assess(me, tie, 40));
        wait_for_waiting(&mut service.database.connect(), 1);
        let more = "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
            actor, dimension, source, request_digest, created_at, updated_at) SELECT account_id, gen_random_uuid(), relationship_id, occurred_at, \
            utc_offset_seconds, time_zone, local_date, precision, actor, dimension, source, request_digest, created_at, updated_at \
            FROM interactions LIMIT 1; COMMIT";
        holder.batch_execute(more).unwrap();
        computing.join().unwrap()
    });
    assert_eq!((&assessment["evidence"]["entries"], &assessment["stale"]), (&json!(20), &json!(true)));
    assert_eq!(life.packed(), 0);
    assert_eq!((life.assess(40)["evidence"]["entries"].clone(), life.packed()), (json!(21), 1));
}
