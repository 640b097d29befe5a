//! Entries that stand for records, and how the records are freed when the entries go, whoever removes them and whatever happens meanwhile.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{Life, day};
use crate::isolation::account_of;
use crate::support::everything::{id_in, relationship};
use crate::support::{Answer, wait_for_waiting};

/// An entry that stands for a promise which was kept weeks later: the promise, and the entry's id.
fn stood_for(life: &Life) -> (String, String) {
    let at = format!("{}T10:00:00Z", day(0, 0));
    let entry = life.note("interactions", &json!({"actor": "them", "dimension": "initiation", "occurred_at": at}));
    let kept = json!({"by": "them", "local_date": day(3, 0), "status": "kept", "settled_on": day(4, 0), "interaction_id": entry});
    (format!("/v1/promises/{}", life.note("promises", &kept)), entry)
}

fn named(read: &Answer) -> Option<Value> {
    read.expect(200).get("interaction_id").cloned()
}

#[test]
fn a_program_that_knows_of_no_records_frees_those_of_the_entry_that_it_removes_and_no_others() {
    let mut life = Life::begin();
    life.on(&day(5, 0));
    let (promise, entry) = stood_for(&life);
    let (second, other_entry) = stood_for(&life);
    // Somebody else's, whose entry has the same id.
    let other = life.service.someone();
    let theirs = relationship(&other);
    other.post(&format!("{theirs}/interactions"), &json!({"id": entry, "actor": "me", "dimension": "repair"})).expect(201);
    let not_mine = other.post(&format!("{theirs}/promises"), &json!({"by": "me", "interaction_id": entry})).header("location");
    let computed = |days: Value| life.me.post(&format!("{}/assessments", life.tie), &days).header("location");
    let (of_its_day, before) = (computed(json!({"window_days": 14})), computed(json!({"as_of": day(2, 0), "window_days": 7})));
    let tag = life.me.get(&promise).header("etag");

    let removed = format!("DELETE FROM interactions WHERE account_id = '{}' AND id = '{entry}'", account_of(&life.me));
    life.service.database.connect().batch_execute(&removed).unwrap();

    let freed = life.me.get(&promise);
    assert!(named(&freed).is_none() && freed.header("etag") != tag, "{}", freed.text);
    assert_eq!((named(&life.me.get(&second)), named(&other.get(&not_mine))), (Some(json!(other_entry)), Some(json!(entry))));
    assert_eq!(life.me.get(&of_its_day).expect(200)["stale"], true, "it counts now");
    assert_eq!(life.me.get(&before).expect(200)["stale"], false);
}

#[test]
fn a_record_is_changed_while_the_entry_that_it_names_is_removed_and_both_are_done() {
    let mut life = Life::begin();
    life.on(&day(5, 0));
    let (mut holder, mut watching) = (life.service.database.connect(), life.service.database.connect());
    for round in 0..6 {
        let (promise, entry) = stood_for(&life);
        // Both wait for somebody who holds the record, and then go on at once.
        holder.batch_execute(&format!("BEGIN; SELECT FROM records WHERE id = '{}' FOR UPDATE", id_in(&promise))).unwrap();
        let (changed, removed) = std::thread::scope(|scope| {
            let change = scope.spawn(|| life.me.patch(&promise, &json!({"interaction_id": entry, "what": "to call"})));
            wait_for_waiting(&mut watching, 1);
            let remove = scope.spawn(|| life.me.delete(&format!("/v1/interactions/{entry}")));
            wait_for_waiting(&mut watching, 2);
            holder.batch_execute("COMMIT").unwrap();
            (change.join().unwrap(), remove.join().unwrap())
        });
        assert_eq!((changed.status, removed.status), (200, 204), "round {round}: {} {}", changed.text, removed.text);
        assert!(named(&life.me.get(&promise)).is_none());
    }
}

#[test]
fn what_is_kept_for_a_time_frees_the_records_of_the_entries_that_went_and_no_others() {
    let mut life = Life::begin();
    life.on(&day(5, 0));
    let (of_old, _) = stood_for(&life);
    let entry = life.note("interactions", &json!({"actor": "them", "dimension": "initiation"}));
    let of_new = format!("/v1/promises/{}", life.note("promises", &json!({"by": "them", "interaction_id": entry})));
    // An answer may have an id that an entry has; it goes, and the entry lives.
    let answer = json!({"id": entry, "question_set": "reciprocity-check", "status": "completed", "local_date": day(3, 4)});
    let answer = life.me.post(&format!("{}/responses", life.tie), &answer);
    answer.expect(201);
    life.me.patch("/v1/account/retention", &json!({"interactions_days": 29, "question_set_responses_days": 7})).expect(200);
    life.service.sweep();
    life.me.get(&answer.header("location")).problem(410, "gone");
    assert_eq!((named(&life.me.get(&of_old)), named(&life.me.get(&of_new))), (None, Some(json!(entry))));
}
