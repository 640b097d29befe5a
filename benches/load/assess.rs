//! An assessment that is computed, by how much was logged before its window: 10,000 entries in the window, with nothing before it and
//! with a million entries before it.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::figures::{Comparison, Unit, percentile, thousands};
use crate::options::Options;
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;
use crate::stand::Stand;

const IN_THE_WINDOW: usize = 10_000;
/// The days of the usual window.
const DAYS: usize = 180;

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let (older, samples) = if options.quick { (50_000, 10) } else { (1_000_000, 40) };
    let [mut young, mut old] = [0, older].map(|older| somebody(stand, older));
    // The usual window ends with yesterday.
    let at = stand.text("to_char(now() - interval '2 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    let named = |name: &str| {
        let what = format!("assessment of 10,000 entries with {} older ones: {name}", thousands(older as f64));
        Comparison::new(what, "the same with none", Unit::Milliseconds)
    };
    let mut found = [named("median"), named("95 of 100 within")];
    for run in 0..options.runs {
        for person in [&mut young, &mut old] {
            person.refresh(stand.address());
        }
        let (mut ours, mut theirs, mut ids) = (Vec::new(), Vec::new(), Seeded::new(0xa55e_0000 + run as u64));
        // One warms up what the first would pay for.
        for sample in 0..=samples {
            let (without, with) = (computed(stand, &young, &at, &mut ids), computed(stand, &old, &at, &mut ids));
            if sample > 0 {
                theirs.push(without);
                ours.push(with);
            }
        }
        for (found, part) in found.iter_mut().zip([0.5, 0.95]) {
            found.ours.0.push(percentile(&ours, part));
            found.theirs.0.push(percentile(&theirs, part));
        }
    }
    found.iter().for_each(crate::tell);
    stand.note_memory("assessments");
    found.into()
}

/// Somebody with so many entries, signed in.
fn somebody(stand: &Stand, older: usize) -> Person {
    let person = Person::make(stand.address());
    let mut superuser = stand.superuser();
    superuser.batch_execute(&rows(stand.sealed, &person, IN_THE_WINDOW, 0, DAYS - 1)).unwrap();
    if older > 0 {
        eprintln!("storing {older} older entries");
        // As if there had been a hundred a day.
        superuser.batch_execute(&rows(stand.sealed, &person, older, DAYS + 8, older / 100)).unwrap();
    }
    for statement in ["VACUUM ANALYZE interactions", "CHECKPOINT"] {
        superuser.batch_execute(statement).unwrap();
    }
    person
}

/// Entries such as the service would have stored, spread evenly over days that begin so many days ago, seven of ten by the logger.
fn rows(sealed: usize, person: &Person, entries: usize, days_ago: usize, days: usize) -> String {
    format!(
        "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
         actor, dimension, effort, source, note_sealed, request_digest, created_at, updated_at) \
         SELECT '{}', gen_random_uuid(), '{}', day.at, 0, 'UTC', (day.at AT TIME ZONE 'UTC')::date, 1, \
         CASE WHEN n::bigint * 7919 % 10007 % 10 < 7 THEN 1 ELSE 2 END, 1 + n % 8, 1 + n % 5, 1, decode(repeat('5a', {sealed}), 'hex'), \
         decode(md5(n::text) || md5('x' || n::text), 'hex'), day.at, day.at \
         FROM generate_series(1, {entries}) n, \
         LATERAL (SELECT now() - interval '1 day' * ({days_ago} + 1 + (n::bigint * {days} / {entries})) AS at) day",
        person.account, person.relationship
    )
}

/// Logs one more entry, so that what is stored does not stand, and says how long the next assessment takes, in milliseconds.
fn computed(stand: &Stand, person: &Person, at: &str, ids: &mut Seeded) -> f64 {
    let mut connection = stand.connection();
    let mut entry = crate::entry(&ids.uuid().to_string());
    entry["occurred_at"] = json!(at);
    connection.post(&person.entries(), Some(&person.token), &entry).unwrap().expect(201);
    let path = format!("/v1/relationships/{}/assessments", person.relationship);
    let begun = Instant::now();
    let answer = connection.post(&path, Some(&person.token), &json!({})).unwrap();
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    let found = answer.expect(201)["evidence"]["entries"].as_u64().unwrap();
    assert!(found >= IN_THE_WINDOW as u64, "{found} entries of {IN_THE_WINDOW} are in the window");
    took
}
