//! Answering, reading and erasing answers: whose they are, and that their absence cannot be seen.

use serde_json::{Value, json};

use super::{LANGUAGES, SAFE, answer, answers, narrower};
use crate::isolation::account_of;
use crate::support::everything::relationship;
use crate::support::{PASSWORD, Service, rows};

#[test]
fn answers_are_read_as_they_were_given_and_a_new_set_takes_the_place_of_the_old() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), relationship(&me));
    let given = answer(&me, &tie, SAFE);
    assert_eq!(given["outcome"]["id"], "open");
    assert_eq!(me.get(&format!("{tie}/safety")).expect(200), given);
    let mut items: Vec<&str> = given["answers"].as_array().unwrap().iter().map(|one| one["item"].as_str().unwrap()).collect();
    items.sort_unstable();
    assert_eq!(items.len(), SAFE.len());
    let given = answer(&me, &tie, &[("hurt", "yes")]);
    assert_eq!(given["answers"], json!([{"item": "hurt", "answer": "yes"}]));
    assert_eq!((&given["outcome"]["id"], &given["outcome"]["coaching"]), (&json!("resources_only"), &json!(false)));
    assert_eq!(me.get(&format!("{other}/safety")).expect(200)["answers"], json!([]), "of another relationship nothing was said");
}

#[test]
fn what_follows_is_said_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    answer(&me, &tie, &[("own_behaviour", "yes")]);
    let read = |language: &str| me.with("accept-language", language).get(&format!("{tie}/safety")).expect(200);
    for language in LANGUAGES {
        let words = std::fs::read_to_string(format!("{}/content/safety/{language}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let words: Value = serde_json::from_str(&words).unwrap();
        let said = read(language);
        assert_eq!((&said["language"], &said["outcome"]["title"]), (&json!(language), &words["outcomes"]["own_behaviour"]["title"]));
    }
}

#[test]
fn nothing_that_was_answered_reads_like_nothing_that_was_said() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let path = format!("{tie}/safety");
    let read = || {
        let answer = me.get(&path);
        (answer.status, answer.text, answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>())
    };
    let never = read();
    assert_eq!(never.0, 200);
    answer(&me, &tie, &[]);
    assert_eq!(read(), never, "an empty set");
    answer(&me, &tie, &[("afraid", "yes")]);
    assert_ne!(read(), never);
    for _ in 0..2 {
        assert_eq!(me.delete(&path).status, 204, "whether there was one or none");
        assert_eq!(read(), never, "erased");
    }
}

#[test]
fn erased_answers_leave_no_trace_in_any_table() {
    let service = Service::start();
    let me = service.someone();
    let (tie, account) = (relationship(&me), account_of(&me));
    let path = format!("{tie}/safety");
    // What is noted of reading is noted before.
    me.get(&path).expect(200);
    let mut conn = service.database.connect();
    let before = rows::of_account(&mut conn, &account);
    answer(&me, &tie, &[("afraid", "yes")]);
    me.get(&path).expect(200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM safety_answers"), 1);
    assert_eq!(me.delete(&path).status, 204);
    assert_eq!(rows::of_account(&mut conn, &account), before);
}

#[test]
fn answers_go_with_their_relationship_and_with_the_account() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), relationship(&me));
    answer(&me, &tie, SAFE);
    answer(&me, &other, SAFE);
    let mut conn = service.database.connect();
    let receipt = me.delete(&tie).expect(200);
    assert!(!receipt.to_string().contains("safety"), "a receipt does not tell that there were any: {receipt}");
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM safety_answers"), 1);
    assert_eq!(me.delete("/v1/account").status, 200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM safety_answers"), 0);
}

#[test]
fn an_answer_that_is_none_is_pointed_at_and_what_was_answered_stays() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    answer(&me, &tie, SAFE);
    for (given, pointer, code) in [
        (&[("no_such_item", "yes")][..], "/answers/0/item", "unknown_item"),
        (&[("afraid", "no"), ("afraid", "no")][..], "/answers/1/item", "duplicate_item"),
        (&[("afraid", "perhaps")][..], "/answers/0/answer", "unknown_value"),
    ] {
        let refused = me.put(&format!("{tie}/safety"), &answers(given)).problem(422, "validation_failed");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!(code)));
    }
    assert_eq!(me.get(&format!("{tie}/safety")).expect(200)["outcome"]["id"], "open");
}

#[test]
fn a_session_for_one_relationship_and_one_that_came_by_a_grant_neither_read_nor_change_answers() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let path = format!("{tie}/safety");
    let refusals = |given: &[(&str, &str)]| {
        let mut all = Vec::new();
        for session in narrower(&service, &me, &tie) {
            for answer in [session.get(&path), session.put(&path, &answers(given)), session.delete(&path)] {
                let mut refused = answer.problem(403, "insufficient_scope");
                refused["request_id"] = json!("");
                all.push(refused);
            }
        }
        all
    };
    let none = refusals(&[]);
    answer(&me, &tie, &[("afraid", "yes")]);
    assert_eq!(refusals(SAFE), none, "nor are they told whether there are any");
    assert_eq!(me.get(&path).expect(200)["outcome"]["id"], "resources_only");
}

#[test]
fn a_locked_session_neither_reads_nor_changes_answers() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let path = format!("{tie}/safety");
    answer(&me, &tie, &[("afraid", "yes")]);
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "407183"})).status, 204);
    for refused in [me.get(&path), me.put(&path, &answers(SAFE)), me.delete(&path), me.get(&format!("{tie}/not-for-me"))] {
        refused.problem(403, "step_up_required");
    }
    me.post("/v1/sessions/unlocks", &json!({"pin": "407183"})).expect(200);
    assert_eq!(me.get(&path).expect(200)["outcome"]["id"], "resources_only");
}

#[test]
fn a_row_says_no_more_than_that_it_is_there() {
    let service = Service::start();
    let me = service.someone();
    let many: Vec<(&str, &str)> = SAFE.iter().map(|(item, _)| (*item, "prefer_not_to_say")).collect();
    for given in [&[][..], &[("afraid", "no")][..], SAFE, &many] {
        answer(&me, &relationship(&me), given);
    }
    let mut conn = service.database.connect();
    let lengths = rows::words(&mut conn, "SELECT DISTINCT octet_length(answers_sealed)::text AS word FROM safety_answers");
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    let columns = "SELECT column_name::text AS word FROM information_schema.columns WHERE table_name = 'safety_answers' ORDER BY 1";
    assert_eq!(rows::words(&mut conn, columns), ["account_id", "answers_sealed", "relationship_id"], "no time, no version, no count");
}
